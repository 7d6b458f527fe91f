// The log of looks: what is added is found again, survives a torn line, and cannot be changed unseen.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "looks/looks.h"
#include <stdio.h>
#include <stdlib.h>

static Signer signer_of(char letter)
{
    Key seed;
    memset(seed.at, letter, sizeof seed.at);
    return signer_from(&seed);
}

static void well(Arena *a, Err *e)
{
    if (e) print_error("%s\n", str_z(a, err_text(a, e)));
    CHECK(!e);
}

static LookLog *log_of(Arena *a, Str folder, const char *chain, const Signer *by)
{
    LookLog *log;
    bool torn;
    well(a, looks_open(a, folder, str_from(chain), by, 0, &log, &torn));
    return log;
}

static void add(Arena *a, LookLog *log, int64_t ms, const char *user, const char *what, const char *id)
{
    LookItem item = {S("person"), str_from(id), 5};
    well(a, look_add(log, a, &(Look){.ms = ms, .user = str_from(user), .role = S("boss"), .unit = S("north"), .agency = S("north"),
        .what = str_from(what), .items = &item, .n = *id != 0}));
}

typedef struct { Buf o; int n; } Told;

static Err *tell(void *with, Arena *turn, const Look *look)
{
    Told *told = with;
    (void)turn;
    told->n++;
    buf_fill(&told->o, "{}{} {} {}", VALS(told->o.n ? S("; ") : S(""), look->ms, look->user, look->what));
    for (int i = 0; i < look->n; i++)
        buf_fill(&told->o, " {}/{}/{}", VALS(look->items[i].type, look->items[i].id, (int64_t)look->items[i].open));
    return 0;
}

static int64_t found_all; // how many there were

static Told found(Arena *a, Arena scratch, Str folder, LookAsk ask)
{
    Told told = {.o = buf_in(a)};
    if (!ask.to) ask.to = INT64_MAX;
    well(a, looks_find(a, scratch, folder, &ask, tell, &told, &found_all));
    return told;
}

static Str found_text(Arena *a, Arena scratch, Str folder, LookAsk ask)
{
    Told told = found(a, scratch, folder, ask);
    return buf_str(&told.o);
}

TEST(what_was_looked_at_is_found_by_person_user_and_time_across_chains_in_their_order)
{
    Str folder = path_join(a, test_folder(a), S("looks"));
    Signer by = signer_of(7);
    LookLog *one = log_of(a, folder, "one", &by), *two = log_of(a, folder, "two", &by);
    add(a, one, 1000, "keo", "view", "p1");
    add(a, two, 1500, "noy", "list", "p2");
    add(a, one, 2000, "keo", "sign-in", "");
    LookItem many[] = {{S("person"), S("p1"), 5}, {S("person"), S("p3"), 5}, {S("case"), S("c1"), 0}, {S("person"), S("p2"), 1}};
    well(a, look_add(two, a, &(Look){.ms = 2500, .what = S("export"), .items = many, .n = countof(many)}));
    add(a, one, 1, "keo", "view", "p9"); // a clock that was set back
    CHECK(str_equal(found_text(a, scratch, folder, (LookAsk){0}),
        S("1000 keo view person/p1/5; 1500 noy list person/p2/5; 2000 keo sign-in; 2000 keo view person/p9/5; "
          "2500  export person/p1/5 person/p3/5 case/c1/0 person/p2/1")));
    const Str hers[] = {S("p2"), S("c1")};
    CHECK(str_equal(found_text(a, scratch, folder, (LookAsk){.ids = hers, .n = 2}),
        S("1500 noy list person/p2/5; 2500  export case/c1/0 person/p2/1")));
    CHECK(str_equal(found_text(a, scratch, folder, (LookAsk){.user = S("noy")}), S("1500 noy list person/p2/5")));
    CHECK(found(a, scratch, folder, (LookAsk){.from = 1500, .to = 2000}).n == 3);
    looks_close(one);
    one = log_of(a, folder, "one", &by); // goes on where it stood
    add(a, one, 3000, "keo", "view", "p1");
    CHECK(found(a, scratch, folder, (LookAsk){.ids = hers, .n = 0, .user = S("keo")}).n == 4);
    looks_close(one);
    looks_close(two);
}

TEST(a_long_answer_is_told_in_parts_the_oldest_first_or_the_newest_alone)
{
    Str folder = path_join(a, test_folder(a), S("looks"));
    Signer by = signer_of(7);
    LookLog *one = log_of(a, folder, "one", &by), *two = log_of(a, folder, "two", &by);
    LookItem many[] = {{S("person"), S("p1"), 5}, {S("person"), S("p2"), 5}, {S("person"), S("p3"), 5}};
    for (int i = 0; i < 5; i++) {
        add(a, one, 1000 + i * 100, "keo", "view", "p1");
        well(a, look_add(two, a, &(Look){.ms = 1050 + i * 100, .user = S("noy"), .unit = S("south"), .what = S("list"),
            .items = many, .n = 3}));
    }
    const struct { LookAsk ask; const char *told; int64_t all; } cases[] = {
        {{.most = 3}, "1000 keo view person/p1/5; 1050 noy list person/p1/5 person/p2/5", 4},
        {{.skip = 3, .most = 2}, "1050 noy list person/p3/5; 1100 keo view person/p1/5", 5},
        {{.skip = 19, .most = 5}, "1450 noy list person/p3/5", 20},
        {{.skip = 20, .most = 5}, "", 20},
        {{.most = 4, .newest = true}, "1400 keo view person/p1/5; 1450 noy list person/p1/5 person/p2/5 person/p3/5", 20},
        {{.most = 2, .newest = true}, "1450 noy list person/p2/5 person/p3/5", 20},
        {{.most = 1, .newest = true, .unit = S("north")}, "1400 keo view person/p1/5", 5},
        {{.most = 50, .newest = true, .user = S("keo"), .from = 1300}, "1300 keo view person/p1/5; 1400 keo view person/p1/5", 2},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str told = found_text(a, scratch, folder, cases[i].ask);
        bool good = str_equal(told, str_from(cases[i].told)) && found_all == cases[i].all;
        if (!good) print_error("%d: %s (%lld)\n", i, str_z(a, told), (long long)found_all);
        CHECK(good);
    }
    looks_close(one);
    looks_close(two);
}

// bench/looks.sh asks ten million.
TEST(a_search_over_many_looks_is_quick_and_needs_no_more_memory_than_one_segment)
{
    enum { LOOKS = 60000, PEOPLE = 1000, SEGMENT = 8 << 20 };
    Str folder = path_join(a, test_folder(a), S("looks"));
    Signer by = signer_of(7);
    LookLog *log = log_of(a, folder, "one", &by);
    char *mark = a->at;
    for (int i = 0; i < LOOKS; i++) {
        Str user = say(a, "user{}", i % 7), id = say(a, "person{}", i % PEOPLE);
        add(a, log, 1000 + i, str_z(a, user), "view", str_z(a, id));
        arena_rewind(a, mark);
    }
    looks_close(log);
    const Str person[] = {S("person17")};
    const struct { LookAsk ask; int64_t all; } cases[] = {
        {{.ids = person, .n = 1, .most = 10}, 10}, {{.ids = person, .n = 1, .most = 10, .newest = true}, LOOKS / PEOPLE},
        {{.user = S("user3"), .most = 10, .newest = true}, LOOKS / 7}, {{.from = 20000, .to = 20999, .most = 10, .newest = true}, 1000},
    };
    for (int i = 0; i < countof(cases); i++) {
        char *before = a->at;
        int64_t began = clock_ticks();
        Told told = found(a, scratch, folder, cases[i].ask);
        int64_t ms = (clock_ticks() - began) / 1000000;
        print_message("%d of %lld in %lld ms, %lld KB\n", told.n, (long long)found_all, (long long)ms, (long long)(a->at - before) >> 10);
        CHECK(told.n <= 10 && found_all == cases[i].all && ms < 2000 && a->at - before < SEGMENT + (1 << 20));
    }
}

TEST(a_clock_that_was_ahead_and_is_set_right_makes_no_later_look_ahead_and_all_are_found_by_their_time)
{
    enum { HOUR = 3600000 };
    Str folder = path_join(a, test_folder(a), S("looks"));
    Signer by = signer_of(7);
    LookLog *log = log_of(a, folder, "one", &by);
    LooksMeant meant = {.folder = folder, .signer = {(const char *)by.public, KEY_BYTES}};
    LooksFound is;
    LookMark mark;
    bool news;
    add(a, log, HOUR, "keo", "view", "p1");
    add(a, log, 100 * HOUR, "keo", "view", "p2"); // years ahead
    add(a, log, HOUR + 2000, "keo", "view", "p3");
    add(a, log, HOUR + 1000, "keo", "view", "p4"); // two processors that do not quite agree
    looks_close(log);
    log = log_of(a, folder, "one", &by);
    add(a, log, HOUR + 3000, "keo", "view", "p5");
    well(a, looks_sign(log, a, &mark, &news));
    meant.marks = &mark, meant.marks_n = 1;
    well(a, looks_verify(a, scratch, &meant, &is));
    CHECK(is.looks == 5 && !is.unsure);
    CHECK(str_equal(found_text(a, scratch, folder, (LookAsk){.from = HOUR, .to = 2 * HOUR}),
        S("3600000 keo view person/p1/5; 3602000 keo view person/p3/5; 3602000 keo view person/p4/5; 3603000 keo view person/p5/5")));
    CHECK(str_equal(found_text(a, scratch, folder, (LookAsk){.from = HOUR + 1, .user = S("keo")}),
        S("3602000 keo view person/p3/5; 3602000 keo view person/p4/5; 3603000 keo view person/p5/5; 360000000 keo view person/p2/5")));
    looks_close(log);
}

typedef struct { Arena *a, scratch; Str folder; int64_t n; } Unwinding;

static Err *unwinds(void *with, Arena *turn, const Look *look)
{
    Unwinding *u = with;
    (void)turn, (void)look;
    if (++u->n == 3) arena_unwind(u->a);
    return 0;
}

static void search_unwound(void *with)
{
    Unwinding *u = with;
    int64_t all;
    (void)!looks_find(u->a, u->scratch, u->folder, &(LookAsk){.to = INT64_MAX}, unwinds, u, &all);
}

// Files that this process has mapped from that folder.
static int mapped(Arena *a, Str folder)
{
    Str text;
    int n = 0;
    well(a, file_read(a, S("/proc/self/maps"), 1 << 26, &text));
    for (isize at; (at = str_find(text, folder)) >= 0; n++) text = str_slice(text, at + folder.n, text.n);
    return n;
}

// ---- checking ----------------------------------------------------------------------------------------------------

typedef struct { Str folder; Signer by; LookMark mark; int segments; } Full;

// A chain of several segments, signed as a server would.
static Full full_make(Arena *a, int looks)
{
    Full f = {.folder = path_join(a, test_folder(a), S("looks")), .by = signer_of(3)};
    LookLog *log = log_of(a, f.folder, "one", &f.by);
    LookItem items[LOOK_RECORDS];
    Str *names;
    bool news;
    for (int i = 0; i < LOOK_RECORDS; i++) items[i] = (LookItem){S("person"), say(a, "p{}{}", 100000 + i, S("xxxxxxxxxxxxx")), 1};
    for (int i = 0; i < looks; i++) {
        well(a, look_add(log, a, &(Look){.ms = 1000 + i, .user = S("keo"), .role = S("r"), .unit = S("u"), .agency = S("g"),
            .what = S("list"), .items = items, .n = LOOK_RECORDS}));
        if (i % 100 == 99) well(a, looks_sign(log, a, &f.mark, &news));
    }
    add(a, log, 9000000, "noy", "view", "last");
    well(a, looks_sign(log, a, &f.mark, &news));
    CHECK(news);
    looks_close(log);
    well(a, folder_list(a, f.folder, &names, &f.segments));
    return f;
}

static Err *verified(Arena *a, Arena scratch, const Full *f, LooksFound *out)
{
    return looks_verify(a, scratch, &(LooksMeant){.folder = f->folder, .signer = {(const char *)f->by.public, KEY_BYTES}, .marks = &f->mark,
        .marks_n = 1}, out);
}

TEST(segments_end_are_indexed_and_hold_what_was_added)
{
    Full f = full_make(a, 600);
    LooksFound is;
    CHECK(f.segments >= 3);
    well(a, verified(a, scratch, &f, &is));
    CHECK(is.looks == 601 && !is.unsure && !is.torn && is.chains == 1);
    const Str one[] = {S("p100007xxxxxxxxxxxxx")}, last[] = {S("last")};
    CHECK(found(a, scratch, f.folder, (LookAsk){.ids = one, .n = 1}).n == 600);
    CHECK(found(a, scratch, f.folder, (LookAsk){.ids = one, .n = 1, .from = 1100, .to = 1199}).n == 100);
    CHECK(found(a, scratch, f.folder, (LookAsk){.ids = last, .n = 1}).n == 1);
    CHECK(found(a, scratch, f.folder, (LookAsk){.user = S("noy")}).n == 1);
    LookLog *log = log_of(a, f.folder, "one", &f.by);
    LookMark mark;
    bool news;
    well(a, looks_sign(log, a, &mark, &news));
    CHECK(news && mark.looks == 601 && str_equal(mark.signature, f.mark.signature)); // the store may not know it yet
    looks_told_of(log, &mark);
    well(a, looks_sign(log, a, &mark, &news));
    CHECK(!news); // nothing was added
    looks_close(log);
}

TEST(who_runs_out_of_memory_while_she_searches_leaves_no_file_mapped)
{
    Full f = full_make(a, 450);
    Unwinding u = {a, scratch, f.folder, 0};
    CHECK(!arena_guard(a, &u.scratch, search_unwound, &u));
    CHECK(u.n == 3 && !mapped(a, f.folder));
    Arena small = arena_cut(a, (8 << 20) + 65536); // a chain's room, and too little for what is found in it
    u.a = &small, u.n = 10;
    u.scratch = arena_cut(a, 4096);
    CHECK(!arena_guard(&small, &u.scratch, search_unwound, &u));
    CHECK(!mapped(a, f.folder));
}

// As the program searches: with the room that a chain has for one segment, and little beside it.
TEST(a_segment_that_grows_is_searched_until_it_is_full)
{
    enum { FULL = 4 << 20 };
    Str folder = path_join(a, test_folder(a), S("looks"));
    Signer by = signer_of(7);
    LookLog *log = log_of(a, folder, "one", &by);
    Str path = path_join(a, folder, S("one.000001"));
    char *mark = a->at;
    for (int i = 0; path_size(path) < FULL - 1024; i++) {
        add(a, log, 1000 + i, "keo", "view", i % 1000 ? "other" : "person");
        arena_rewind(a, mark);
    }
    CHECK(path_size(path) < FULL);
    const Str person[] = {S("person")};
    Told told = found(a, scratch, folder, (LookAsk){.ids = person, .n = 1, .most = 10});
    CHECK(told.n == 10);
    looks_close(log);
}

static Str file_of(Arena *a, const Full *f, int segment)
{
    return path_join(a, f->folder, say(a, "one.00000{}", segment));
}

static Str file_bytes(Arena *a, Str path)
{
    Str bytes;
    well(a, file_read(a, path, 1 << 26, &bytes));
    return bytes;
}

static void replace(Arena *a, Str path, Str bytes)
{
    well(a, file_replace(a, path, bytes, 0600));
}

static Str line_at(Str text, int n, isize *from)
{
    *from = 0;
    for (Str rest = text; n >= 0; n--) {
        *from = rest.p - text.p;
        str_cut(&rest, '\n');
        if (!n) return str_slice(text, *from, rest.n ? rest.p - text.p : text.n);
    }
    return (Str){0};
}

// Each way of changing a log; the first fault is told.
static void tamper(Arena *a, const Full *f, int way)
{
    Str path = file_of(a, f, way % 2 ? 1 : f->segments), other = file_of(a, f, 2), text = file_bytes(a, path), o = text;
    isize at, next;
    Str line = line_at(text, 1, &at), second = line_at(text, 2, &next);
    Str before = str_slice(text, 0, at), behind = str_slice(text, at + line.n, text.n);
    switch (way / 2) {
    case 0: // one letter of a look
        o = say(a, "{}{}X{}", before, str_slice(line, 0, 7), str_slice(text, at + 8, text.n));
        break;
    case 1: o = say(a, "{}{}", before, behind); break; // a look is gone
    case 2: o = say(a, "{}{}{}", before, line, str_slice(text, at, text.n)); break; // there twice
    case 3: o = say(a, "{}{}{}{}", before, second, line, str_slice(text, next + second.n, text.n)); break; // two changed places
    case 4: o = say(a, "{}{}", line, str_slice(text, 0, text.n)); break; // before the first
    case 5: o = str_slice(text, 0, text.n - 1); break; // the end of the file
    case 6: file_remove(a, path); return; // a segment
    case 7: // two segments under each other's names
        replace(a, path, file_bytes(a, other));
        replace(a, other, text);
        return;
    case 8: o = say(a, "{}{}", text, line); break; // moved to the end
    case 9: replace(a, path_join(a, f->folder, S("one.000900")), text); return; // once more
    case 10: replace(a, path_join(a, f->folder, S("note.txt")), S("x")); return; // what is no look
    case 11: o = say(a, "{}{}", str_slice(text, 0, text.n / 2), str_slice(text, text.n / 2 + 1, text.n)); break; // one byte somewhere
    default: break;
    }
    replace(a, path, o);
}

TEST(each_way_of_changing_a_log_is_found)
{
    enum { WAYS = 24 };
    int unseen = 0;
    char *mark = a->at;
    for (int way = 0; way < WAYS; way++) {
        Full f = full_make(a, 450);
        LooksFound is;
        CHECK(f.segments >= 3);
        tamper(a, &f, way);
        Err *e = verified(a, scratch, &f, &is);
        LookLog *log;
        bool good = e && e->kind == ERR_BROKEN, torn, here = path_exists(file_of(a, &f, 1));
        // Whoever goes on with it does not sign what was done to its last segment, and verify sees it afterwards, too.
        Err *taken = here ? looks_open(a, f.folder, S("one"), &f.by, &f.mark, &log, &torn) : 0;
        if (here && !taken) looks_close(log);
        e = verified(a, scratch, &f, &is);
        good &= e && e->kind == ERR_BROKEN;
        if (!good) print_error("way %d was not seen\n", way);
        unseen += !good;
        arena_rewind(a, mark);
    }
    CHECK(!unseen);
}

TEST(another_register_s_looks_are_none_of_ours)
{
    Full f = full_make(a, 1);
    LooksFound is;
    f.by = signer_of(4);
    Err *e = verified(a, scratch, &f, &is);
    CHECK(e && e->kind == ERR_BROKEN);
}

TEST(a_torn_last_line_is_cut_and_told_and_what_stood_before_it_stays)
{
    Full f = full_make(a, 3);
    LooksFound is;
    LookLog *log;
    bool torn, news;
    Str path = file_of(a, &f, 1), whole = file_bytes(a, path);
    replace(a, path, say(a, "{}look 9000001 keo boss no", whole));
    well(a, verified(a, scratch, &f, &is));
    CHECK(is.torn == 1 && is.looks == 4);
    well(a, looks_open(a, f.folder, S("one"), &f.by, &f.mark, &log, &torn));
    CHECK(torn && str_equal(file_bytes(a, path), whole));
    add(a, log, 9000002, "keo", "view", "p1");
    well(a, looks_sign(log, a, &f.mark, &news));
    looks_close(log);
    well(a, verified(a, scratch, &f, &is));
    CHECK(is.looks == 5 && !is.torn);
}

TEST(segments_that_an_entry_says_were_moved_away_may_lie_elsewhere)
{
    Full f = full_make(a, 450);
    LooksFound is;
    Str first = file_bytes(a, file_of(a, &f, 2)), head;
    LooksMeant meant = {.folder = f.folder, .signer = {(const char *)f.by.public, KEY_BYTES}, .marks = &f.mark, .marks_n = 1};
    head = str_cut(&first, '\n');
    for (int i = 0; i < 6; i++) str_cut(&head, ' ');
    Str end;
    CHECK(base64_read(a, str_cut(&head, ' '), &end));
    file_remove(a, file_of(a, &f, 1));
    Err *e = looks_verify(a, scratch, &meant, &is);
    CHECK(e && e->kind == ERR_BROKEN);
    LooksAway away = {S("one"), 1, end};
    meant.away = &away;
    meant.away_n = 1;
    well(a, looks_verify(a, scratch, &meant, &is));
    CHECK(is.looks < 451 && is.looks > 200);
}

