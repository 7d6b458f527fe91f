// Nobody sees what is not hers: every way of reading, asked by users of each scope.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

// What belongs to others: of unit south1, in the south, made by somebody else.
typedef struct { Saved member, trip, part, loan, visit; } Foreign;
static const char *const foreign_words[] = {"Zforeign", "Zsealed", "Ztrip", "Ztold", "F-"};

static Foreign foreign_make(Store *s)
{
    Store *boss = as_user(s, "seng", "boss", "south1");
    Foreign f;
    f.member = PUT(boss, "member", {"key", "F-M"}, {"name", "Zforeign"}, {"sex", "female"}, {"born", "2010"}, {"area", "south"}, {"tongues", "hmong"});
    f.trip = PUT(boss, "trip", {"key", "F-T"}, {"title", "Ztrip"}, {"length", "long"}, {"opened", "2024-02-02"}, {"area", "south"});
    f.part = PUT(boss, "part", {"key", "F-P"}, {"trip", "F-T"}, {"member", "F-M"}, {"part", "guest"}, {"joined", "2024-02-02"});
    f.loan = PUT(boss, "loan", {"key", "F-L"}, {"member", "F-M"}, {"mark", "Zsealed"}, {"at", "2024-02-02"}, {"lent", "40"});
    f.visit = PUT(boss, "visit", {"key", "F-V"}, {"told", "Ztold"}, {"seen", "2024-02-02"}, {"area", "south"});
    return f;
}

static void says_nothing(Str text)
{
    for (int i = 0; i < countof(foreign_words); i++) {
        if (str_find(text, str_from(foreign_words[i])) >= 0) print_error("%s in: %.*s\n", foreign_words[i], (int)text.n, text.p);
        CHECK(str_find(text, str_from(foreign_words[i])) < 0);
    }
}

static void cannot_read(Store *u, const char *type, const Saved *one)
{
    const RecordType *t = type_of(u, type);
    Record *r, **some;
    int n;
    Str title;
    RecordPage page;
    CHECK(is_kind(record_get(u, t, one->id, &r), ERR_MISSING) && is_kind(record_get(u, t, one->key, &r), ERR_MISSING));
    CHECK(is_kind(record_by_row(u, t, one->row, &r), ERR_MISSING));
    must_work(u->a, record_find(u, t, one->key, MAY_WRITE, &r));
    CHECK(!r);
    must_work(u->a, record_some(u, t, &one->row, 1, 0, &some, &n));
    CHECK(!n);
    must_work(u->a, record_titles(u, t, &one->row, 1, &title));
    CHECK(!title.n);
    for (ListPlace after = {0};; after = page.next) {
        must_work(u->a, record_list(u, &(ListAsk){.type = t, .after = after, .limit = 2}, &page));
        for (int i = 0; i < page.n; i++) CHECK(page.at[i]->row != one->row);
        if (!page.next.row) break;
    }
    Saved got;
    Draft d = change_of(draft_make(u->a, t), one->id, 0);
    d.sets_key = true;
    d.key = S("stolen");
    Err *e = record_save(u, &d, &got);
    CHECK(is_kind(e, ERR_MISSING) || is_kind(e, ERR_DENIED));
    says_nothing(exported(u, u->reg->dir, type, EXPORT_CSV));
    says_nothing(exported(u, u->reg->dir, type, EXPORT_JSON));
}

static int64_t counted(Store *u, const char *type)
{
    int64_t n;
    must_work(u->a, record_count(u, &(ListAsk){.type = type_of(u, type)}, 1000, &n));
    return n;
}

static void cannot_reach_through_links(Store *u, const Foreign *f)
{
    const RecordType *part = type_of(u, "part"), *loan = type_of(u, "loan");
    RecordPage page;
    int64_t n;
    ListAsk hang = {.type = part, .link = field_get(part, S("member")), .of = f->member.row};
    must_work(u->a, record_list(u, &hang, &page));
    must_work(u->a, record_count(u, &hang, 10, &n));
    CHECK(!page.n && !n);
    ListAsk named = {.type = loan, .filters_n = 1, .filters = {{field_get(loan, S("guarantor")), S("F-M")}}};
    must_work(u->a, record_list(u, &named, &page));
    CHECK(!page.n);
    if (!may_any(&u->user, loan, MAY_WRITE)) return;
    Saved got = save(u, DRAFT(u, "loan", {"member", "F-M"}, {"guarantor", str_z(u->a, f->member.id)}));
    CHECK(faulty(&got, "member") && faulty(&got, "guarantor"));
}

static int64_t figure_of(Store *u, const char *name, int64_t *female)
{
    FigureAnswer answer;
    must_work(u->a, figures_count(u, &(FigureAsk){.table = table_get(u->pack, S("year")), .from = 19000101, .to = 20301231}, &answer));
    for (int i = 0; i < answer.rows_n; i++) {
        if (!str_equal(answer.rows[i].figure->name, str_from(name))) continue;
        *female = answer.rows[i].female;
        return answer.rows[i].value;
    }
    CHECK(!"a figure of that name");
    return 0;
}

static void cells_say_nothing(Store *u, const char *by)
{
    FigureAnswer answer;
    Buf o = buf_in(u->a);
    Err *e = figures_count(u, &(FigureAsk){.table = table_get(u->pack, S("year")), .from = 19000101, .to = 20301231, .by = {str_from(by)}, .by_n = 1}, &answer);
    if (e) {
        if (e->kind != ERR_INPUT) must_work(u->a, e);
        return;
    }
    figures_json(&o, &answer);
    says_nothing(buf_str(&o));
    for (int i = 0; i < answer.cells_n; i++) CHECK(!str_equal(answer.cells[i].by[0].s, S("south")) && !str_equal(answer.cells[i].by[0].s, S("hmong")));
}

static void cannot_find(Store *u)
{
    FoundPerson *found = 0;
    int n;
    must_work(u->a, find_people(u, S("Zforeign"), 20, &found, &n));
    for (int i = 0; i < n; i++) says_nothing(say(u->a, "{} {}", found[i].key, found[i].title));
}

static void sees_nothing_foreign(Store *u, const Foreign *f)
{
    cannot_read(u, "member", &f->member);
    cannot_read(u, "trip", &f->trip);
    cannot_read(u, "part", &f->part);
    cannot_read(u, "loan", &f->loan);
    cannot_read(u, "visit", &f->visit);
    cannot_reach_through_links(u, f);
    cannot_find(u);
    const char *const by[] = {"area", "member", "member.tongues", "trip", "trip.area", "part", "told", "lent"};
    for (int i = 0; i < countof(by); i++) cells_say_nothing(u, by[i]);
}

static Store *someone(Store *s, const char *role)
{
    return as_user(s, str_z(s->a, say(s->a, "a {}", str_from(role))), role, "north1");
}

TEST_REGISTER(each_scope_sees_its_own_and_nothing_else)
{
    static const struct { const char *role; int64_t sees; } cases[] = {{"nobody", 0}, {"mine", 1}, {"clerk", 2 * 3}, {"local", 3 * 4}, {"boss", 4 * 5 + 1}};
    Foreign f = foreign_make(s);
    must_work(a, find_fill(s));
    // One of her own, one of her unit, one of her province, one of nobody, and the foreign one.
    Store *unit = as_user(s, "unit", "boss", "north1"), *province = as_user(s, "province", "boss", "north2");
    for (int i = 0; i < countof(cases); i++) {
        Store *u = someone(s, cases[i].role);
        const char *role = cases[i].role, *suffix[] = {"own", "unit", "province", "nobody"};
        Store *makers[] = {as_user(s, str_z(a, u->user.name), "boss", "north1"), unit, province, s};
        int64_t women;
        for (int k = 0; k < 4; k++) {
            PUT(makers[k], "visit", {"key", str_z(a, say(a, "{}-{}", str_from(role), str_from(suffix[k])))}, {"seen", "2023-01-01"});
        }
        CHECK(counted(u, "visit") == cases[i].sees);
        CHECK(figure_of(u, "visits", &women) == counted(u, "visit"));
        if (i < 4) sees_nothing_foreign(u, &f);
    }
    CHECK(figure_of(s, "lent", &(int64_t){0}) == 40);
}

TEST_REGISTER(a_province_sees_what_says_so_and_what_hangs_on_it)
{
    Foreign f = foreign_make(s);
    Store *u = someone(s, "local");
    int64_t female;
    CHECK(figure_of(u, "guests", &female) == 0 && female == 0 && figure_of(u, "trips", &female) == 0 && figure_of(u, "lent", &female) == 0);
    PUT(s, "member", {"key", "N-M"}, {"name", "Noy"}, {"area", "north"}, {"sex", "female"});
    PUT(s, "trip", {"key", "N-T"}, {"area", "north"}, {"length", "long"}, {"opened", "2024"});
    PUT(s, "part", {"key", "N-P1"}, {"trip", "N-T"}, {"member", "F-M"}, {"part", "guest"}, {"joined", "2024"}); // by its trip
    PUT(s, "part", {"key", "N-P2"}, {"trip", "F-T"}, {"member", "N-M"}, {"part", "guest"}, {"joined", "2024"}); // the trip decides
    PUT(s, "loan", {"key", "N-L1"}, {"member", "N-M"}, {"guarantor", "F-M"}, {"at", "2024"}, {"mark", "hers"});
    PUT(s, "loan", {"key", "N-L2"}, {"member", "F-M"}, {"guarantor", "N-M"}, {"at", "2024"});
    PUT(s, "visit", {"key", "N-V"}, {"area", "north"});
    CHECK(counted(u, "member") == 1 && counted(u, "trip") == 1 && counted(u, "part") == 1 && counted(u, "loan") == 1 && counted(u, "visit") == 1);
    CHECK(get(u, "part", S("N-P1"))->row && str_equal(value_of(u, "loan", S("N-L1"), "mark"), S("hers")));
    CHECK(figure_of(u, "loans", &female) == 1 && figure_of(u, "guests", &female) == 1);
    cannot_read(u, "member", &f.member);
    // The titles behind the links of what she sees.
    RecordPage page;
    for (int i = 0; i < s->pack->screens_n; i++) {
        const Screen *screen = &s->pack->screens[i];
        Str *texts[10];
        must_work(a, record_list(u, &(ListAsk){.type = screen->record, .screen = screen}, &page));
        must_work(a, record_columns(u, screen, &page, texts));
        for (int k = 0; k < page.n; k++) {
            for (int c = 0; c < screen->columns_n; c++) {
                CHECK(str_find(texts[k][c], S("Zforeign")) < 0 && str_find(texts[k][c], S("Ztrip")) < 0);
            }
        }
    }
}

TEST_REGISTER(who_reads_without_names_learns_none)
{
    Store *u = someone(s, "reader");
    foreign_make(s);
    must_work(a, find_fill(s));
    FoundPerson *found;
    int n;
    must_work(a, find_people(u, S("Zforeign"), 20, &found, &n));
    CHECK(!n); // not even that there is one
    must_work(a, find_people(s, S("Zforeign"), 20, &found, &n));
    CHECK(n == 1);
    Record *r = get(u, "member", S("F-M"));
    const RecordType *t = r->type;
    const char *const hidden[] = {"name", "nick", "phone", "remark", "tongues"};
    for (int i = 0; i < countof(hidden); i++) {
        const Field *f = field_get(t, str_from(hidden[i]));
        RecordPage page;
        CHECK(r->hidden[f->at] && !r->values[f->at].n);
        ListAsk ask = {.type = t, .filters_n = 1, .filters = {{f, S("hmong")}}};
        CHECK(is_kind(record_list(u, &ask, &page), ERR_INPUT));
    }
    CHECK(says(u, "member", S("F-M"), "born", "2010") && str_equal(record_name(u, r), S("F-M")));
    FigureAnswer answer;
    FigureAsk by = {.table = table_get(s->pack, S("year")), .from = 19000101, .to = 20301231, .by = {S("tongues")}, .by_n = 1};
    CHECK(is_kind(figures_count(u, &by, &answer), ERR_INPUT));
    Str csv = exported(u, h->dir, "member", EXPORT_CSV), all = exported(u, h->dir, "member", EXPORT_JSON);
    CHECK(str_find(csv, S("Zforeign")) < 0 && str_find(all, S("Zforeign")) < 0 && str_find(all, S("hmong")) < 0 && str_find(csv, S("2010")) > 0);
    History history;
    must_work(a, record_history(u, r, 10, &history));
    for (int i = 0; i < history.at[0].n; i++) CHECK(may_see(&u->user, t, history.at[0].changes[i].field));
}

TEST_REGISTER(an_import_is_seen_and_taken_back_by_who_made_it)
{
    Store *boss = as_user(s, "seng", "boss", "south1"), *clerk = someone(s, "clerk");
    Imported got = bring(boss, "visit", "key,told\nF-V1,Ztold\n");
    ImportLine *lines;
    int n;
    Faults all = {0};
    must_work(a, import_batches(clerk, &lines, &n));
    CHECK(!n);
    Err *e = import_undo(clerk, got.batch, &all);
    CHECK((e && e->kind != ERR_BROKEN) || all.n);
    CHECK(counted(s, "visit") == 1);
    // A key that is taken is taken for her too, and the record behind it stays as it is.
    got = bring(clerk, "visit", "key,told\nF-V1,mine\n");
    CHECK(got.faults.n == 1 && str_equal(got.faults.first->column, S("key")) && says(s, "visit", S("F-V1"), "told", "Ztold"));
    must_work(a, import_batches(boss, &lines, &n));
    CHECK(n == 1 && str_equal(lines[0].file, S("file.csv")) && lines[0].n == 1 && !lines[0].undone);
    must_work(a, import_undo(boss, lines[0].batch, &all));
    CHECK(counted(s, "visit") == 0);
}

TEST_REGISTER(who_has_no_unit_has_no_rows_of_a_unit)
{
    static const char *const roles[] = {"clerk", "local"};
    foreign_make(s);
    PUT(s, "visit", {"key", "V"}); // made by the operator: of no unit
    for (int i = 0; i < countof(roles); i++) {
        Store *u = as_user(s, "homeless", roles[i], "none there"), *bare = as_user(s, "bare", roles[i], "bare");
        CHECK(!u->user.unit && counted(u, "visit") == 0 && counted(u, "member") == 0 && counted(bare, "visit") == 0);
    }
}
