// Figures over random records, beside a count that knows nothing of SQL.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

enum { MEMBERS = 25, TRIPS = 12, PARTS = 150, LOANS = 120, VISITS = 30, FACTS_MOST = 200 };
typedef struct { Str key, sex, born, area, tongues; } Member;
typedef struct { Str key, length, opened, area; } Trip;
typedef struct { int member, trip; Str part, joined; } Part; // -1: none
typedef struct { int member; Str at, lent, female; } Loan;
typedef struct { Str seen, area; } Visit;
typedef struct {
    Arena *a;
    Member members[MEMBERS];
    Trip trips[TRIPS];
    Part parts[PARTS];
    Loan loans[LOANS];
    Visit visits[VISITS];
    uint64_t chance;
} World;

static int drawn(World *w, int n)
{
    w->chance = w->chance * 6364136223846793005u + 1442695040888963407u;
    return (int)((w->chance >> 33) % (uint64_t)n);
}

static Str pick(World *w, const char *words)
{
    Str all = str_from(words), word = {0};
    int n = 1;
    for (isize i = 0; i < all.n; i++) n += all.p[i] == ' ';
    for (int i = drawn(w, n); i >= 0; i--) word = str_cut(&all, ' ');
    return str_equal(word, S("-")) ? (Str){0} : word;
}

static const char dates[] =
    "- 2024 2024-01 2024-01-01 2024-02 2024-02-28 2024-02-29 2024-03-01 2024-12-31 2023-12-31 2023 "
    "2024-06-15 2024-06 2023-06-15 2022-02-28 2022-03-01";
static const char births[] = "- 2006 2006-02 2006-02-28 2006-03-01 2004-02-29 2004 2008-02-29 "
                             "2005-06-16 2005-06-15 1990 2006-12-31 2006-06 2020-01-01";

static void invent(World *w)
{
    for (int i = 0; i < MEMBERS; i++) {
        w->members[i] =
            (Member){say(w->a, "M{}", i), pick(w, "female female male unknown -"), pick(w, births),
                     pick(w, "north south east -"), pick(w, "lao khmu hmong -")};
        if (i % 3 == 0) w->members[i].tongues = S("khmu lao");
    }
    for (int i = 0; i < TRIPS; i++)
        w->trips[i] = (Trip){say(w->a, "T{}", i), pick(w, "short long both -"), pick(w, dates),
                             pick(w, "north south -")};
    for (int i = 0; i < PARTS; i++) {
        w->parts[i] = (Part){drawn(w, MEMBERS + 2) - 2, drawn(w, TRIPS + 1) - 1, pick(w, "guest guest guide -"), pick(w, dates)};
        if (w->parts[i].member < 0) w->parts[i].member = -1;
    }
    for (int i = 0; i < LOANS; i++) {
        w->loans[i] = (Loan){drawn(w, MEMBERS + 1) - 1, pick(w, dates), pick(w, "0 1 5 17 - -"), (Str){0}};
        if (w->loans[i].at.n == 10 && i % 4 == 0) w->loans[i].at = say(w->a, "{}T18:00Z", w->loans[i].at); // the next day there
        if (w->loans[i].lent.n) w->loans[i].female = pick(w, "0 -");
        if (str_equal(w->loans[i].lent, S("17"))) w->loans[i].female = pick(w, "3 17 -");
    }
    for (int i = 0; i < VISITS; i++) w->visits[i] = (Visit){pick(w, dates), pick(w, "north - south")};
}

static Str key_of_member(World *w, int i)
{
    return i < 0 ? (Str){0} : w->members[i].key;
}

static void write_down(World *w, Store *s)
{
    Buf o[5];
    static const char *const types[] = {"member", "trip", "part", "loan", "visit"},
                             *const heads[] = {
                                 "key,name,sex,born,area,tongues\n", "key,length,opened,area\n",
                                 "key,member,trip,part,joined\n",
                                 "key,member,at,lent,lent_female\n", "key,seen,area\n"};
    for (int i = 0; i < 5; i++) {
        o[i] = buf_in(take(w->a, Arena, 1));
        *o[i].a = arena_cut(w->a, 1 << 20);
        buf_add(&o[i], str_from(heads[i]));
    }
    for (int i = 0; i < MEMBERS; i++) {
        Member *m = &w->members[i];
        buf_fill(&o[0], "{},x,{},{},{},{}\n", VALS(m->key, m->sex, m->born, m->area, m->tongues));
    }
    for (int i = 0; i < TRIPS; i++)
        buf_fill(&o[1], "{},{},{},{}\n",
                 VALS(w->trips[i].key, w->trips[i].length, w->trips[i].opened, w->trips[i].area));
    for (int i = 0; i < PARTS; i++) {
        Part *p = &w->parts[i];
        buf_fill(&o[2], "P{},{},{},{},{}\n",
                 VALS(i, key_of_member(w, p->member),
                      p->trip < 0 ? (Str){0} : w->trips[p->trip].key, p->part, p->joined));
    }
    for (int i = 0; i < LOANS; i++) {
        Loan *l = &w->loans[i];
        buf_fill(&o[3], "L{},{},{},{},{}\n", VALS(i, key_of_member(w, l->member), l->at, l->lent, l->female));
    }
    for (int i = 0; i < VISITS; i++) buf_fill(&o[4], "V{},{},{}\n", VALS(i, w->visits[i].seen, w->visits[i].area));
    for (int i = 0; i < 5; i++) {
        Imported got = bring(s, types[i], str_z(w->a, buf_str(&o[i])));
        for (Fault *f = got.faults.first; f; f = f->next) if (!f->warning) print_error("%s\n", str_z(w->a, message_text(w->a, f->message)));
        CHECK(!got.faults.n);
    }
}

// ---- the plain count -----------------------------------------------------------------------------------

// One record that a figure counts: whom, when, how many, of whom women; and where its fields stand.
typedef struct { int who, day; int64_t amount, women; int member, trip, own; bool girl, assumed, ageless; } Fact;
typedef struct { Fact at[FACTS_MOST]; int n; bool persons; } Facts;
enum { TRIP_FIGURE, GUESTS, GIRLS, MEMBER_FIGURE, LOAN_FIGURE, LENT, VISIT_FIGURE };
static const char *const names[] = {"trips", "guests", "girls", "members", "loans", "lent", "visits"};

static int first_day(Str date)
{
    Days d = {0, 0};
    return moment_parse(date, 420, &d) ? d.first : 0;
}

static bool is(Str s, const char *word)
{
    return str_equal(s, str_from(word));
}

static bool female(World *w, int member)
{
    return member >= 0 && is(w->members[member].sex, "female");
}

static int number_of(Str s)
{
    int64_t n = 0;
    str_int(s, &n);
    return (int)n;
}

static void guest_facts(World *w, Facts *all, bool girls)
{
    all->persons = true;
    for (int i = 0; i < PARTS; i++) {
        const Part *p = &w->parts[i];
        if (p->member < 0 || !is(p->part, "guest")) continue;
        Days born;
        bool known = days_parse(w->members[p->member].born, &born), woman = female(w, p->member);
        int joined = first_day(p->joined);
        bool may_be = known && joined - born.last < 180000, surely = known && joined - born.first < 180000;
        if (girls && !(woman && (may_be || !known))) continue;
        all->at[all->n++] = (Fact){p->member, joined, 1, woman, p->member, p->trip, i, may_be, may_be && !surely, !known};
    }
}

static void loan_facts(World *w, Facts *all, bool sum)
{
    for (int i = 0; i < LOANS; i++) {
        const Loan *l = &w->loans[i];
        bool woman = female(w, l->member);
        Fact f = {i, first_day(l->at), 1, woman, l->member, -1, i, 0, 0, 0};
        if (!sum && !l->lent.n && l->member < 0) continue;
        if (sum) f.amount = l->lent.n ? number_of(l->lent) : l->member >= 0;
        if (sum) f.women = l->lent.n ? number_of(l->female) : woman;
        all->at[all->n++] = f;
    }
}

static void facts_of(World *w, int figure, Facts *all)
{
    *all = (Facts){.n = 0};
    if (figure == GUESTS || figure == GIRLS) guest_facts(w, all, figure == GIRLS);
    if (figure == LOAN_FIGURE || figure == LENT) loan_facts(w, all, figure == LENT);
    for (int i = 0; figure == TRIP_FIGURE && i < TRIPS; i++) {
        if (is(w->trips[i].length, "long") || is(w->trips[i].length, "both"))
            all->at[all->n++] = (Fact){.who = i,
                                       .day = first_day(w->trips[i].opened),
                                       .amount = 1,
                                       .member = -1,
                                       .trip = i};
    }
    for (int i = 0; figure == MEMBER_FIGURE && i < MEMBERS; i++) {
        all->at[all->n++] = (Fact){.who = i,
                                   .day = first_day(w->members[i].born),
                                   .amount = 1,
                                   .women = female(w, i),
                                   .member = i,
                                   .trip = -1};
    }
    for (int i = 0; figure == VISIT_FIGURE && i < VISITS; i++)
        all->at[all->n++] = (Fact){.who = i,
                                   .day = first_day(w->visits[i].seen),
                                   .amount = 1,
                                   .member = -1,
                                   .trip = -1,
                                   .own = i};
    all->persons |= figure == MEMBER_FIGURE;
}

// Only what falls into the days; of persons the earliest alone, the first written where days are the same.
static void narrow(Facts *all, int from, int to, bool girls_alone)
{
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        Fact f = all->at[i];
        bool in = f.day && f.day >= from && f.day <= to && (!girls_alone || f.girl);
        int same = all->persons ? 0 : n;
        while (in && same < n && all->at[same].who != f.who) same++;
        if (!in) continue;
        if (same == n) all->at[n++] = f;
        else if (f.day < all->at[same].day) all->at[same] = f;
    }
    all->n = n;
}

static void row_is(World *w, const FigureRow *row, int figure, int from, int to)
{
    Facts all, every;
    int64_t value = 0, women = 0, assumed = 0, ageless = 0;
    facts_of(w, figure, &all);
    every = all;
    narrow(&all, from, to, figure == GIRLS);
    narrow(&every, from, to, false);
    for (int i = 0; i < all.n; i++) {
        value += all.at[i].amount;
        women += all.at[i].women;
        assumed += all.at[i].assumed;
    }
    for (int i = 0; i < every.n; i++) ageless += every.at[i].ageless;
    bool right = row->value == value && (!row->figure->female || row->female == women) && row->notes_n == (figure == GIRLS ? 2 : 0);
    if (figure == GIRLS) right &= row->notes[0].value == assumed && row->notes[1].value == ageless;
    if (!right)
        print_error("%s %d-%d: %d (%d), not %d (%d); %d %d\n", names[figure], from, to,
                    (int)row->value, (int)row->female, (int)value, (int)women, (int)assumed,
                    (int)ageless);
    CHECK(right);
}

static const struct {
    int from, to;
} spans[] = {{20240101, 20241231}, {20230101, 20231231}, {20240229, 20240229}, {20240301, 20240301},
             {20240228, 20240301}, {20240101, 20240101}, {19000101, 20991231}, {20240229, 20240228},
             {20231231, 20240101}, {20220228, 20220301}, {20240602, 20240630}};

TEST_REGISTER(figures_are_what_a_plain_count_says)
{
    for (int world = 0; world < 4; world++) {
        World *w = take(a, World, 1);
        *w = (World){.a = a, .chance = 77 + (uint64_t)world};
        invent(w);
        if (world) must_work(a, sql(h->db, a, 0, "delete from part"));
        for (int i = 0; world && i < 4; i++)
            must_work(
                a, sql(h->db, a, 0, "delete from {}",
                       (Name){str_from(((const char *[]){"loan", "visit", "trip", "member"})[i])}));
        write_down(w, s);
        for (int i = 0; i < countof(spans); i++) {
            FigureAnswer answer;
            must_work(a, figures_count(s,
                                       &(FigureAsk){.table = table_get(s->pack, S("year")),
                                                    .from = spans[i].from,
                                                    .to = spans[i].to},
                                       &answer));
            CHECK(answer.rows_n == countof(names) && !answer.cells_n);
            for (int k = 0; k < answer.rows_n; k++) {
                CHECK(is(answer.rows[k].figure->name, names[k]));
                row_is(w, &answer.rows[k], k, spans[i].from, spans[i].to);
            }
        }
    }
}

// ---- by fields -----------------------------------------------------------------------------------------

static bool person_says(World *w, int member, Str name, Str *out)
{
    static const Member nobody;
    const Member *m = member < 0 ? &nobody : &w->members[member];
    if (is(name, "sex")) *out = m->sex;
    else if (is(name, "born")) *out = m->born;
    else if (is(name, "area")) *out = m->area;
    else if (is(name, "tongues")) *out = m->tongues;
    else return false;
    return true;
}

static bool trip_says(World *w, int trip, Str name, Str *out)
{
    static const Trip none;
    const Trip *t = trip < 0 ? &none : &w->trips[trip];
    if (is(name, "length")) *out = t->length;
    else if (is(name, "opened")) *out = t->opened;
    else if (is(name, "area")) *out = t->area;
    else return false;
    return true;
}

// What a field says of a fact; false when the figure has none of that name.
static bool fact_says(World *w, int figure, const Fact *f, Str name, Str *out)
{
    bool guest = figure == GUESTS || figure == GIRLS, loan = figure == LOAN_FIGURE || figure == LENT;
    Str of = {0};
    if (str_has(name, '.')) of = str_cut(&name, '.');
    bool any = !of.n;
    if (guest && any && is(name, "part")) *out = w->parts[f->own].part;
    else if (guest && any && is(name, "joined")) *out = w->parts[f->own].joined;
    else if (guest && any && is(name, "trip")) *out = f->trip < 0 ? (Str){0} : w->trips[f->trip].key;
    else if ((guest || loan) && any && is(name, "member")) *out = key_of_member(w, f->member);
    else if (loan && any && is(name, "lent")) *out = w->loans[f->own].lent;
    else if (figure == VISIT_FIGURE && any && is(name, "area")) *out = w->visits[f->own].area;
    else if ((guest || loan || figure == MEMBER_FIGURE) && (any || is(of, "member")) && person_says(w, f->member, name, out)) return true;
    else return (guest || figure == TRIP_FIGURE) && (any || is(of, "trip")) && trip_says(w, f->trip, name, out);
    return true;
}

static void cell_add(Arena *a, Map *cells, int figure, Str one, Str two, int64_t amount)
{
    bool is_new;
    map_put(cells, a, say(a, "{}|{}|{}", str_from(names[figure]), one, two), &is_new)->i += amount;
}

static void cells_of(World *w, int figure, const FigureAsk *ask, Map *cells)
{
    Facts all;
    Str said[2] = {{0}, {0}}, word[2];
    facts_of(w, figure, &all);
    narrow(&all, ask->from, ask->to, figure == GIRLS);
    for (int i = 0; i < all.n; i++) {
        for (int k = 0; k < ask->by_n; k++) {
            if (!fact_says(w, figure, &all.at[i], ask->by[k], &said[k])) return;
        }
        Str rest = said[0];
        for (bool first = true; str_word(&rest, &word[0]) || first; first = false) {
            Str more = said[1];
            for (bool once = true; str_word(&more, &word[1]) || once; once = false)
                cell_add(w->a, cells, figure, word[0], word[1], all.at[i].amount);
        }
    }
}

static void cells_are(World *w, Store *s, const FigureAsk *ask)
{
    FigureAnswer answer;
    Map cells = {0};
    int wanted = 0;
    for (int i = 0; i < countof(names); i++) cells_of(w, i, ask, &cells);
    for (isize i = 0; i < cells.cap; i++) wanted += cells.slots[i].key.p && cells.slots[i].i;
    must_work(s->a, figures_count(s, ask, &answer));
    for (int i = 0; i < answer.cells_n; i++) {
        const FigureCell *c = &answer.cells[i];
        Str key = say(w->a, "{}|{}|{}", c->figure->name, c->by[0].s, c->by[1].s);
        const Slot *slot = map_get(&cells, key);
        bool right = slot && slot->i == c->value && (c->by[0].kind == VAL_NULL) == !c->by[0].s.n;
        if (!right)
            print_error("%d-%d by %s: %s %d, not %d\n", ask->from, ask->to, str_z(w->a, ask->by[0]),
                        str_z(w->a, key), (int)c->value, slot ? (int)slot->i : 0);
        CHECK(right);
    }
    CHECK(answer.cells_n == wanted);
}

TEST_REGISTER(figures_by_fields_are_what_a_plain_count_says)
{
    static const char *const by[][2] = {{"area"},
                                        {"sex"},
                                        {"born"},
                                        {"tongues"},
                                        {"part"},
                                        {"joined"},
                                        {"trip"},
                                        {"member"},
                                        {"lent"},
                                        {"length"},
                                        {"trip.area"},
                                        {"member.area"},
                                        {"member.tongues"},
                                        {"area", "tongues"},
                                        {"tongues", "sex"},
                                        {"sex", "trip.area"},
                                        {"lent", "area"},
                                        {"part", "length"},
                                        {"tongues", "member"}};
    World *w = take(a, World, 1);
    *w = (World){.a = a, .chance = 5};
    invent(w);
    write_down(w, s);
    for (int i = 0; i < countof(by); i++) {
        for (int k = 0; k < countof(spans); k++) {
            FigureAsk ask = {.table = table_get(s->pack, S("year")), .from = spans[k].from, .to = spans[k].to, .by_n = by[i][1] ? 2 : 1};
            for (int n = 0; n < ask.by_n; n++) ask.by[n] = str_from(by[i][n]);
            cells_are(w, s, &ask);
        }
    }
    FigureAnswer answer;
    static const char *const unknown[] = {"colour", "name", "member.name", "visit.area", "trip.title", "mark", ""};
    for (int i = 0; i < countof(unknown); i++) {
        FigureAsk ask = {.table = table_get(s->pack, S("people")),
                         .from = 20240101,
                         .to = 20241231,
                         .by = {str_from(unknown[i])},
                         .by_n = 1};
        CHECK(is_kind(figures_count(s, &ask, &answer), ERR_INPUT));
    }
}

TEST_REGISTER(cells_stand_in_the_same_order_on_both_stores)
{
    bring(s, "visit", "key,seen,area\nV1,2024,south\nV2,2024,\nV3,2024,north\nV4,2024,south\n");
    FigureAnswer answer;
    Buf o = buf_in(a);
    FigureAsk ask = {.table = table_get(s->pack, S("year")), .from = 20240101, .to = 20241231, .by = {S("area")}, .by_n = 1};
    must_work(a, figures_count(s, &ask, &answer));
    figures_csv(&o, &answer);
    CHECK(str_equal(buf_str(&o), S("figure,area,value\nvisits,north,1\nvisits,south,2\nvisits,,1\n")));
    CHECK(str_equal(answer.cells[0].shown[0], S("North")));
}
