// Serving: many threads save at once through the one writer; each test serves in a process of its own.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

// What a child checks: it says where it failed, and ends with another code than 0.
#define WANT(condition) do { if (!(condition)) { print_error("%s:%d: %s\n", __FILE__, __LINE__, #condition); return 1; } } while (0)
#define WELL(call) do { if (!went_well(call, __LINE__)) return 1; } while (0)

static bool went_well(const Err *e, int line)
{
    static char memory[4096];
    Arena a = arena_over(memory, sizeof memory, 0);
    if (e) print_error("%s:%d: %s\n", __FILE__, line, str_z(&a, err_text(&a, e)));
    return !e;
}

typedef struct { Str dir, where; Register *reg; Arena a; } Serving;
typedef int ServingFn(Serving *serving);

static Arena *reserve(isize size)
{
    Arena *a = malloc(sizeof *a);
    must(a);
    *a = arena_reserve(size, 0);
    return a;
}

static int serve(Serving *serving, ServingFn *run)
{
    serving->a = arena_reserve(256 << 20, 0);
    WELL(register_open(&serving->a, arena_reserve(64 << 20, 0), serving->dir, OPEN_SERVE, &serving->reg));
    WELL(register_serve(serving->reg, &serving->a));
    return run(serving);
}

static void in_child(House *h, ServingFn *run)
{
    Serving serving = {.dir = h->dir, .where = h->where};
    house_close(h);
    if (!h->store.n) db_close(h->db);
    fflush(0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (!child) {
        seal_begin();
        _exit(serve(&serving, run));
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    house_open_as(h, OPEN_WRITE);
    if (!h->store.n) must_work(h->a, db_open(h->a, h->where, DB_WRITE, false, &h->db));
    if (!WIFEXITED(status) || WEXITSTATUS(status)) print_error("the child ended with %x\n", status);
    CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

static Store *way_in(Serving *serving, User user, isize size)
{
    Store *s;
    if (!went_well(store_open(serving->reg, reserve(4 << 20), arena_reserve(16 << 20, 0), user, &s), __LINE__)) _exit(1);
    s->a = reserve(size); // answers alone, so that it can be used anew
    return s;
}

// ---- many at once ------------------------------------------------------------------------------------

enum { THREADS = 16, MOST = 100000 };
typedef struct { Serving *serving; int number; _Atomic int saves, wrong, done; } Saver;

static Err *save_one(Store *s, Saver *saver, Str *id, int64_t *version)
{
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", str_z(s->a, say(s->a, "Name {} {}", saver->number, *version)));
    if (id->n) d = change_of(d, *id, *version);
    TRY(save_draft(s, &d, &got));
    if (got.faults.n || got.conflicts_n || got.version != *version + 1) saver->wrong++;
    *version = got.version;
    memcpy((char *)id->p, got.id.p, 20);
    id->n = 20;
    return 0;
}

static void save_for_a_second(void *with)
{
    Saver *saver = with;
    char held[20];
    Str id = {held, 0};
    int64_t version = 0, until = clock_ms() + 1000;
    User user = {.name = S("operator")};
    Store *s = way_in(saver->serving, user, 64 << 20);
    while (clock_ms() < until) {
        if (!went_well(save_one(s, saver, &id, &version), __LINE__)) saver->wrong++;
        else saver->saves++;
        if (version == 20) id.n = 0, version = 0;
        arena_reset(s->a);
    }
    store_close(s);
    saver->done = 1;
}

static int64_t asked(Db *db, const char *what)
{
    static char memory[1 << 20];
    Arena a = arena_over(memory, sizeof memory, 0);
    Rows q;
    if (!went_well(sql(db, &a, &q, "select {}", ((Sql){.text = str_from(what)})), __LINE__) || !rows_next(&q)) return -1;
    return next_int(&q);
}

static int sixteen_threads(Serving *serving)
{
    static Saver savers[THREADS];
    Db *db;
    int64_t saves = 0;
    for (int i = 0; i < THREADS; i++) {
        savers[i].serving = serving;
        savers[i].number = i;
        thread_start(save_for_a_second, &savers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        while (!savers[i].done) clock_sleep(10);
        WANT(!savers[i].wrong && savers[i].saves > 0);
        saves += savers[i].saves;
    }
    WELL(db_open(&serving->a, serving->where, DB_READ, false, &db));
    WANT(asked(db, "count(*) from journal where record = 'member'") == saves);
    WANT(asked(db, "count(distinct writer) from journal") == 2);
    WANT(asked(db, "count(*) from (select row from journal where record = 'member' group by row having count(*) <> max(version) or "
        "count(distinct version) <> count(*)) x") == 0);
    WANT(asked(db, "count(*) from member t join (select row, max(version) as v, max(id) as e from journal group by row) j on j.row = t.row"
        " where t.version <> j.v or t.entry <> j.e") == 0);
    WANT(asked(db, "count(*) from journal j join journal k on k.writer = j.writer and k.seq = j.seq + 1 where k.time <= j.time") == 0);
    db_close(db);
    return 0;
}

TEST_REGISTER(sixteen_threads_save_for_a_second_and_nothing_is_lost)
{
    in_child(h, sixteen_threads);
    verified(h);
    CHECK(count_of(h, "member") > 0);
}

// ---- one that cannot ---------------------------------------------------------------------------------

static Err *too_much(Store *s, void *with)
{
    (void)with;
    Draft d = draft_make(s->a, type_of(s, "visit"));
    Saved got;
    give(&d, "key", "never");
    TRY(save_draft(s, &d, &got));
    while (take(s->a, char, 1)) continue; // to the last byte: there is no room even for a sentence
    return 0;
}

static Err *too_much_scratch(Store *s, void *with)
{
    (void)with;
    Arena tried = s->scratch;
    while (take(&tried, char, 1 << 20)) continue;
    return 0;
}

static int exhausted(Serving *serving)
{
    jmp_buf top;
    Saved got;
    Store *small = way_in(serving, user_operator(), 1 << 20), *other = way_in(serving, user_operator(), 8 << 20);
    small->a->exhausted = &top;
    if (setjmp(top)) return 2; // only the writer was to be unwound
    WriteFn *const works[] = {too_much, too_much_scratch};
    for (int i = 0; i < 6; i++) {
        Err *e = register_write(small, works[i % 2], 0);
        WANT(is_kind(e, ERR_BUSY) && e->message.words && small->a->exhausted == &top);
        arena_reset(small->a);
        Draft d = draft_make(other->a, type_of(other, "visit"));
        give(&d, "guests", "3");
        WELL(save_draft(other, &d, &got));
        WANT(got.what == SAVED_CREATED);
    }
    return 0;
}

TEST_REGISTER(who_exhausts_her_memory_is_told_busy_and_others_go_on)
{
    in_child(h, exhausted);
    verified(h);
    CHECK(count_of(h, "visit") == 6 && count_of(h, "visit where key = 'never'") == 0);
}

// ---- a group that fails ------------------------------------------------------------------------------

static Err *dangling(Store *s, void *with)
{
    (void)with;
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "never kept");
    TRY(save_draft(s, &d, &got));
    return sql(s->db, s->a, 0,
               "insert into part (row, id, key, version, entry, state, unit, member) values ($1, "
               "'x', 'x', 1, 1, '', '', 999999)",
               got.row + 1000000);
}

static int failing_commit(Serving *serving)
{
    Saved got;
    Record *r;
    Store *s = way_in(serving, user_operator(), 8 << 20);
    WANT(register_write(s, dangling, 0));
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "kept");
    give(&d, "key", "M");
    WELL(save_draft(s, &d, &got));
    WELL(record_get(s, d.type, S("M"), &r));
    WANT(str_equal(r->cells[0].text, S("kept")));
    return 0;
}

TEST_REGISTER(what_is_sealed_after_a_failed_commit_can_be_opened)
{
    in_child(h, failing_commit);
    CHECK(says(h->s, "member", S("M"), "name", "kept") && count_of(h, "member") == 1);
    verified(h);
}

// ---- what follows the journal ------------------------------------------------------------------------

static bool found_soon(Store *s, const char *name, const char *key)
{
    for (int64_t until = clock_ms() + 2000; clock_ms() < until; clock_sleep(20)) {
        Found *found;
        int n;
        if (!went_well(find_people(s, str_from(name), false, 5, &found, &n), __LINE__)) return false;
        if (n && str_equal(found[0].key, str_from(key)) && found[0].score > 0.9) return true;
    }
    return false;
}

static int following(Serving *serving)
{
    Saved got;
    Register *beside;
    Store *s = way_in(serving, user_operator(), 64 << 20), *command;
    WANT(found_soon(s, "Bounmy", "M0")); // she was there before
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "Khamsing");
    give(&d, "key", "M1");
    WELL(save_draft(s, &d, &got));
    WANT(found_soon(s, "Khamsing", "M1"));
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &command));
    give(&d, "name", "Viengkham");
    give(&d, "key", "M2");
    WELL(save_draft(command, &d, &got));
    WANT(found_soon(s, "Viengkham", "M2") && find_ready(serving->reg) == 1);
    d = change_of(d, got.id, 0);
    give(&d, "name", "Somchit");
    WELL(save_draft(command, &d, &got));
    WANT(found_soon(s, "Somchit", "M2"));
    store_close(command);
    return 0;
}

TEST_REGISTER(a_new_person_is_found_within_two_seconds)
{
    PUT(s, "member", {"key", "M0"}, {"name", "Bounmy"});
    in_child(h, following);
    verified(h);
}

static int refuses(Serving *serving)
{
    Register *second;
    if (!db_is_postgres(serving->where)) { // of an SQLite register there is one server
        WANT(is_kind(register_open(&serving->a, serving->a, serving->dir, OPEN_SERVE, &second), ERR_INPUT));
    }
    Store *s = way_in(serving, user_operator(), 8 << 20);
    Err *e = sql(s->db, s->a, 0, "delete from visit");
    WANT(e); // only the writer writes
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "visit"));
    give(&d, "guests", "99");
    WELL(save_draft(s, &d, &got));
    WANT(got.faults.n == 1 && message_text(s->a, got.faults.first->message).n > 0);
    d.type = type_of(s, "visit");
    s->user.role = role_get(s->pack, S("reader"));
    WANT(is_kind(save_draft(s, &d, &got), ERR_DENIED));
    return 0;
}

TEST_REGISTER(one_serves_and_what_it_refuses_is_told)
{
    in_child(h, refuses);
    verified(h);
    CHECK(count_of(h, "visit") == 0);
}

// ---- several who write to one store ------------------------------------------------------------------

typedef struct { Store *s; const char *name; _Atomic int holds, done; } Slow;

// Saved, and for a while not yet committed.
static Err *save_slowly(Store *s, void *with)
{
    Slow *slow = with;
    Saved got;
    Draft d = change_of(draft_make(s->a, type_of(s, "member")), S("M"), 0);
    give(&d, "name", slow->name);
    TRY(save_draft(s, &d, &got));
    TRY(db_settle(s->db, s->a));
    slow->holds = 1;
    clock_sleep(400);
    return got.what == SAVED_CHANGED ? 0 : fail(s->a, ERR_BROKEN, "It was not changed.");
}

static void slowly(void *with)
{
    Slow *slow = with;
    if (!went_well(register_write(slow->s, save_slowly, slow), __LINE__)) slow->done = 2;
    else slow->done = 1;
}

static int beside_each_other(Serving *serving)
{
    Saved got;
    Register *beside;
    Record *r;
    Slow slow = {.name = "Somchit"};
    Store *s = way_in(serving, user_operator(), 64 << 20);
    if (!db_is_postgres(serving->where)) return 0;
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &slow.s));
    thread_start(slowly, &slow);
    while (!slow.holds) clock_sleep(1);
    int64_t began = clock_ms();
    Draft other = change_of(draft_make(s->a, type_of(s, "member")), S("N"), 0);
    give(&other, "name", "Khamla");
    WELL(save_draft(s, &other, &got));
    WANT(got.what == SAVED_CHANGED && clock_ms() - began < 300 && !slow.done); // nobody waited for M
    Draft same = change_of(draft_make(s->a, type_of(s, "member")), S("M"), 0);
    give(&same, "name", "Bounmy"); // as it stands for everybody else: not what it says when the other is done
    WELL(save_draft(s, &same, &got));
    WANT(slow.done == 1 && got.what == SAVED_CHANGED && got.version == 3);
    WELL(record_get(s, same.type, S("M"), &r));
    WANT(str_equal(r->cells[field_get(r->type, S("name"))->at].text, S("Bounmy")));
    store_close(slow.s);
    return 0;
}

TEST_REGISTER(who_saves_a_record_that_somebody_holds_waits_alone_and_then_begins_again)
{
    PUT(s, "member", {"key", "M"}, {"name", "Bounmy"});
    PUT(s, "member", {"key", "N"}, {"name", "Khamphone"});
    in_child(h, beside_each_other);
    verified(h);
}

static Err *save_both_slowly(Store *s, void *with)
{
    Slow *slow = with;
    Saved got;
    Draft first = CHANGE(s, "member", S("N"), 0, {"name", "Khamla"});
    Draft then = CHANGE(s, "member", S("M"), 0, {"name", slow->name});
    TRY(save_draft(s, &first, &got));
    slow->holds = 1;
    clock_sleep(200);
    return save_draft(s, &then, &got);
}

static void both_slowly(void *with)
{
    Slow *slow = with;
    slow->done = went_well(register_write(slow->s, save_both_slowly, slow), __LINE__) ? 1 : 2;
}

static int said_again(Serving *serving)
{
    Register *beside;
    Record *r;
    Slow slow = {.name = "Somchit"};
    Store *s = way_in(serving, user_operator(), 64 << 20);
    if (!db_is_postgres(serving->where)) return 0;
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &slow.s));
    thread_start(both_slowly, &slow);
    while (!slow.holds) clock_sleep(1);
    Draft both[] = {CHANGE(s, "member", S("M"), 0, {"name", "Bounmy"}), // as it stands, until the other is done
        CHANGE(s, "member", S("N"), 0, {"name", "Noy"})};
    WELL(record_save(s, &(Change){.drafts = both, .n = 2}));
    WANT(slow.done == 1 && both[0].saved.what == SAVED_CHANGED && both[1].saved.what == SAVED_CHANGED);
    WELL(record_get(s, both[0].type, S("M"), &r));
    WANT(str_equal(r->cells[field_get(r->type, S("name"))->at].text, S("Bounmy")));
    store_close(slow.s);
    return 0;
}

TEST_REGISTER(who_begins_again_says_all_that_she_said_the_first_time)
{
    PUT(s, "member", {"key", "M"}, {"name", "Bounmy"});
    PUT(s, "member", {"key", "N"}, {"name", "Khamphone"});
    in_child(h, said_again);
    verified(h);
}

typedef struct { Store *s; const char *key; _Atomic int holds, done; } Taker;

static Err *take_key(Store *s, void *with)
{
    Taker *taker = with;
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "first");
    give(&d, "key", taker->key);
    TRY(save_draft(s, &d, &got));
    taker->holds = 1;
    clock_sleep(200);
    return 0;
}

static void take_slowly(void *with)
{
    Taker *taker = with;
    taker->done = went_well(register_write(taker->s, take_key, taker), __LINE__) ? 1 : 2;
}

static int one_key(Serving *serving)
{
    Saved got;
    Register *beside;
    Taker taker = {.key = "K"};
    Store *s = way_in(serving, user_operator(), 64 << 20);
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &taker.s));
    thread_start(take_slowly, &taker);
    while (!taker.holds) clock_sleep(1);
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "second");
    give(&d, "key", "K");
    WELL(save_draft(s, &d, &got));
    WANT(taker.done == 1 && got.faults.n == 1 && str_equal(got.faults.first->column, S("key")));
    store_close(taker.s);
    return 0;
}

TEST_REGISTER(a_key_that_somebody_is_just_taking_is_told_as_taken)
{
    in_child(h, one_key);
    CHECK(says(h->s, "member", S("K"), "name", "first") && count_of(h, "member") == 1);
    verified(h);
}

static Err *enter_stale(Store *s, void *with)
{
    Draft d = change_of(draft_make(s->a, type_of(s, "member")), S("M"), 0);
    give(&d, "name", "too late");
    return draft_enter(s, &d, with, &(Change){0});
}

// As an import, which locks nothing, may do.
TEST_REGISTER(what_was_made_from_a_version_that_is_no_more_is_refused_whole)
{
    PUT(s, "member", {"key", "M"}, {"name", "Bounmy"});
    Record *stale = get(s, "member", S("M"));
    save_well(s, CHANGE(s, "member", S("M"), 0, {"name", "Somchit"}));
    Err *e = register_write(s, enter_stale, stale);
    CHECK(e && e->kind == ERR_CONFLICT && (e->crossed || !db_is_postgres(h->where)));
    CHECK(says(h->s, "member", S("M"), "name", "Somchit"));
    verified(h);
}
