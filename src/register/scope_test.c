// Nobody sees what is not hers: every way of reading, asked by users of each scope.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"
#include <time.h>

// What belongs to others: of unit south1, in the south, made by somebody else.
typedef struct { Saved member, trip, part, loan, visit; } Foreign;
static const char *const foreign_words[] = {"Zforeign", "Zsealed", "Ztrip", "Ztold", "F-"};

static Foreign foreign_make(Store *s)
{
    Store *boss = as_user(s, "seng", "boss", "south1");
    Foreign f;
    f.member = PUT(boss, "member", {"key", "F-M"}, {"name", "Zforeign"}, {"sex", "female"},
                   {"born", "2010"}, {"area", "south"}, {"tongues", "hmong"});
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
    Err *e = save_draft(u, &d, &got);
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
    Err *e = figures_count(u,
                           &(FigureAsk){.table = table_get(u->pack, S("year")),
                                        .from = 19000101,
                                        .to = 20301231,
                                        .by = {str_from(by)},
                                        .by_n = 1},
                           &answer);
    if (e) {
        if (e->kind != ERR_INPUT) must_work(u->a, e);
        return;
    }
    figures_json(&o, &answer);
    says_nothing(buf_str(&o));
    for (int i = 0; i < answer.cells_n; i++)
        CHECK(!str_equal(answer.cells[i].by[0].s, S("south")) &&
              !str_equal(answer.cells[i].by[0].s, S("hmong")));
}

static void cannot_find(Store *u)
{
    Found *found = 0;
    int n;
    must_work(u->a, find_people(u, S("Zforeign"), false, 20, &found, &n));
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
    static const struct {
        const char *role;
        int64_t sees;
    } cases[] = {
        {"nobody", 0}, {"mine", 1}, {"clerk", 2 * 3}, {"local", 3 * 4}, {"boss", 4 * 5 + 1}};
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
    Store north = of_unit(s, "north1");
    PUT(s, "member", {"key", "F-N"}, {"name", "Nin"}, {"area", "north"}, {"sex", "female"}); // her home opens nothing
    PUT(&north, "member", {"key", "N-M"}, {"name", "Noy"}, {"area", "south"}, {"sex", "female"});
    PUT(s, "trip", {"key", "N-T"}, {"area", "north"}, {"length", "long"}, {"opened", "2024"});
    PUT(s, "part", {"key", "N-P1"}, {"trip", "N-T"}, {"member", "F-M"}, {"part", "guest"}, {"joined", "2024"}); // by its trip
    PUT(s, "part", {"key", "N-P2"}, {"trip", "F-T"}, {"member", "N-M"}, {"part", "guest"}, {"joined", "2024"}); // the trip decides
    PUT(&north, "loan", {"key", "N-L1"}, {"member", "N-M"}, {"guarantor", "F-M"}, {"at", "2024"}, {"mark", "hers"});
    PUT(s, "loan", {"key", "N-L2"}, {"member", "F-M"}, {"guarantor", "N-M"}, {"at", "2024"});
    PUT(s, "visit", {"key", "N-V"}, {"area", "north"});
    CHECK(counted(u, "member") == 1 && counted(u, "trip") == 1 && counted(u, "part") == 1 &&
          counted(u, "loan") == 1 && counted(u, "visit") == 1);
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
    Found *found;
    int n;
    must_work(a, find_people(u, S("Zforeign"), false, 20, &found, &n));
    CHECK(!n); // not even that there is one
    must_work(a, find_people(s, S("Zforeign"), false, 20, &found, &n));
    CHECK(n == 1);
    Record *r = get(u, "member", S("F-M"));
    const RecordType *t = r->type;
    const char *const hidden[] = {"name", "nick", "phone", "remark", "tongues"};
    for (int i = 0; i < countof(hidden); i++) {
        const Field *f = field_get(t, str_from(hidden[i]));
        RecordPage page;
        CHECK(r->cells[f->at].hidden && !r->cells[f->at].text.n);
        ListAsk ask = {.type = t, .filters_n = 1, .filters = {{f, S("hmong")}}};
        CHECK(is_kind(record_list(u, &ask, &page), ERR_INPUT));
    }
    CHECK(says(u, "member", S("F-M"), "born", "2010") && str_equal(record_name(u, r), S("F-M")));
    FigureAnswer answer;
    FigureAsk by = {.table = table_get(s->pack, S("year")), .from = 19000101, .to = 20301231, .by = {S("tongues")}, .by_n = 1};
    CHECK(is_kind(figures_count(u, &by, &answer), ERR_INPUT));
    Str csv = exported(u, h->dir, "member", EXPORT_CSV), all = exported(u, h->dir, "member", EXPORT_JSON);
    CHECK(str_find(csv, S("Zforeign")) < 0 && str_find(all, S("Zforeign")) < 0 &&
          str_find(all, S("hmong")) < 0 && str_find(csv, S("2010")) > 0);
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

// ---- a record of hers that links to one that is not ---------------------------------------------------

static Str fault_told(Store *u, Str id, const char *guarantor)
{
    Saved got = save(u, CHANGE(u, "loan", id, 0, {"guarantor", guarantor}));
    CHECK(got.faults.n == 1 && str_equal(got.faults.first->column, S("guarantor")));
    Str told = message_text(u->a, got.faults.first->message);
    isize at = str_find(told, str_from(guarantor));
    CHECK(at > 0);
    return say(u->a, "{}KEY{}", str_slice(told, 0, at), str_slice(told, at + str_from(guarantor).n, told.n));
}

static bool listed(Store *u, const char *guarantor, int64_t row)
{
    RecordPage page;
    const RecordType *loan = type_of(u, "loan");
    ListAsk ask = {.type = loan, .filters_n = 1, .filters = {{field_get(loan, S("guarantor")), str_from(guarantor)}}};
    int64_t n;
    must_work(u->a, record_list(u, &ask, &page));
    must_work(u->a, record_count(u, &ask, 1000, &n));
    CHECK(n == page.n);
    for (int i = 0; i < page.n; i++) {
        if (page.at[i]->row == row) return true;
    }
    return false;
}

static void shows_nothing(Store *u, const Saved *loan)
{
    Record *r = get(u, "loan", loan->id);
    int at = field_get(r->type, S("guarantor"))->at;
    CHECK(!r->cells[at].text.n && !r->cells[at].row && !r->cells[at].hidden && r->cells[field_get(r->type, S("member"))->at].text.n);
    Buf o = buf_in(u->a);
    record_json(&o, u, r);
    says_nothing(buf_str(&o));
    CHECK(str_find(buf_str(&o), S("\"guarantor\":\"\"")) > 0); // as any other that is empty
    says_nothing(exported(u, u->reg->dir, "loan", EXPORT_CSV));
    says_nothing(exported(u, u->reg->dir, "loan", EXPORT_JSON));
    History history;
    must_work(u->a, record_history(u, r, 100, &history));
    for (int i = 0; i < history.n; i++) {
        for (int k = 0; k < history.at[i].n; k++) {
            const HistoryChange *c = &history.at[i].changes[k];
            says_nothing(say(u->a, "{} {}", c->before, c->after));
            CHECK(c->before.n || c->after.n);
        }
    }
    for (int i = 0; i < u->pack->screens_n; i++) {
        const Screen *screen = &u->pack->screens[i];
        RecordPage page;
        Str *texts[1000];
        must_work(u->a, record_list(u, &(ListAsk){.type = screen->record, .screen = screen}, &page));
        must_work(u->a, record_columns(u, screen, &page, texts));
        for (int k = 0; k < page.n; k++) {
            for (int c = 0; c < screen->columns_n; c++) says_nothing(texts[k][c]);
        }
    }
}

static Str told_key(Store *s, const Saved *loan)
{
    return value_of(s, "loan", loan->id, "guarantor");
}

static void saves_around(Store *s, Store *u, const Saved *loan)
{
    // A form that shows the link as empty and is sent untouched, or with something else changed.
    Saved got = save_well(u, CHANGE(u, "loan", loan->id, 0, {"guarantor", ""}, {"mark", "more"}));
    CHECK(got.what == SAVED_CHANGED && str_equal(told_key(s, loan), S("F-M")));
    got = save_well(u, CHANGE(u, "loan", loan->id, 0, {"guarantor", ""}));
    CHECK(got.what == SAVED_UNCHANGED && str_equal(told_key(s, loan), S("F-M")));
    CHECK(says(s, "loan", loan->id, "mark", "more"));
    // A key that she may not know, also the very one that stands there, is one that never was.
    Str never = fault_told(u, loan->id, "Never-M");
    CHECK(str_equal(fault_told(u, loan->id, "F-M"), never));
    Record *foreign = get(s, "member", S("F-M"));
    CHECK(str_equal(fault_told(u, loan->id, str_z(s->a, foreign->id)), never));
    Str line = say(u->a, "key,guarantor,mark\n{},,brought\n", loan->key);
    Imported in = bring(u, "loan", str_z(u->a, line));
    CHECK(!in.faults.n && in.changed == 1 && str_equal(told_key(s, loan), S("F-M")));
}

// Somebody who sees all changes the link while she has the record open.
static void meets_around(Store *s, Store *u, const Saved *loan, const char *hers)
{
    int64_t base = get(u, "loan", loan->id)->version; // it says F-M, and she sees nothing
    save_well(s, CHANGE(s, "loan", loan->id, 0, {"guarantor", hers}));
    Saved got = save_well(u, CHANGE(u, "loan", loan->id, base, {"guarantor", ""}, {"mark", "met"}));
    CHECK(got.what == SAVED_CHANGED && str_equal(told_key(s, loan), str_from(hers)));
    base = get(u, "loan", loan->id)->version; // it says what is hers
    save_well(s, CHANGE(s, "loan", loan->id, 0, {"guarantor", "F-M"}));
    got = save_well(u, CHANGE(u, "loan", loan->id, base, {"guarantor", hers}, {"mark", "again"}));
    CHECK(str_equal(told_key(s, loan), S("F-M")));
    PUT(u, "member", {"key", str_z(u->a, say(u->a, "{}-other", str_from(hers)))}, {"name", "Other"}, {"area", "north"});
    got = save(u, CHANGE(u, "loan", loan->id, base, {"guarantor", str_z(u->a, say(u->a, "{}-other", str_from(hers)))}));
    CHECK(got.conflicts_n == 1 && str_equal(got.conflicts[0].field->name, S("guarantor")) && !got.conflicts[0].theirs.n);
    CHECK(str_equal(told_key(s, loan), S("F-M")));
}

TEST_REGISTER(a_link_to_what_is_not_hers_reads_as_empty_and_stays)
{
    static const char *const roles[] = {"clerk", "local", "mine"};
    foreign_make(s);
    for (int i = 0; i < countof(roles); i++) {
        Store *u = someone(s, roles[i]);
        const char *hers = str_z(a, say(a, "{}-M", str_from(roles[i]))), *key = str_z(a, say(a, "{}-L", str_from(roles[i])));
        PUT(u, "member", {"key", hers}, {"name", "Noy"}, {"area", "north"});
        Saved loan = PUT(u, "loan", {"key", key}, {"member", hers}, {"mark", "hers"}, {"at", "2024"}, {"lent", "2"});
        save_well(s, CHANGE(s, "loan", loan.id, 0, {"guarantor", "F-M"}));
        Saved trip = PUT(u, "trip", {"key", str_z(a, say(a, "{}-T", str_from(roles[i])))},
                         {"title", "Walk"}, {"area", "north"}, {"opened", "2024"});
        PUT(u, "part", {"trip", str_z(a, trip.key)}, {"part", "guest"}, {"joined", "2024-03-03"});
        shows_nothing(u, &loan);
        CHECK(listed(s, "F-M", loan.row) && !listed(s, "", loan.row));
        CHECK(!listed(u, "F-M", loan.row) && !listed(u, "Never-M", loan.row) && listed(u, "", loan.row));
        CHECK(str_equal(told_key(s, &loan), S("F-M"))); // who sees all sees it
        saves_around(s, u, &loan);
        shows_nothing(u, &loan);
        meets_around(s, u, &loan, hers);
        shows_nothing(u, &loan);
    }
    verified(h);
}

// Taking an import back puts the link back as it was, though she does not see it.
TEST_REGISTER(an_import_taken_back_gives_back_a_link_that_is_not_hers)
{
    Store *u = someone(s, "clerk");
    foreign_make(s);
    PUT(u, "member", {"key", "N-M"}, {"name", "Noy"});
    Saved loan = PUT(u, "loan", {"key", "N-L"}, {"member", "N-M"});
    save_well(s, CHANGE(s, "loan", loan.id, 0, {"guarantor", "F-M"}));
    Imported in = bring(u, "loan", "key,guarantor\nN-L,N-M\n");
    CHECK(!in.faults.n && in.changed == 1 && str_equal(told_key(s, &loan), S("N-M")));
    Faults all = {0};
    must_work(a, import_undo(u, in.batch, &all));
    CHECK(!all.n && str_equal(told_key(s, &loan), S("F-M")) && !told_key(u, &loan).n);
}

// A link of a class that is closed to her leads nowhere, in lists neither.
TEST_REGISTER(a_link_whose_class_is_closed_leads_nowhere)
{
    Str rest = club_text(S("survey/rest.csv"));
    Str line = S("loan,link member,guarantor,Guarantor,plain,identity,7");
    isize at = str_find(rest, line);
    CHECK(at > 0);
    Str closed = say(a, "{}loan,link member,guarantor,Guarantor,sensitive,identity,7{}",
                     str_slice(rest, 0, at), str_slice(rest, at + line.n, rest.n));
    PackSheets sheets = club_with(a, S("survey/rest.csv"), closed);
    Faults all = {0};
    int64_t changed;
    must_work(a, pack_load(s, sheets, false, &all, &changed));
    CHECK(!all.n && changed == 1);
    PUT(s, "member", {"key", "F-M"}, {"name", "Zforeign"}, {"born", "2001"});
    PUT(s, "loan", {"key", "L"}, {"guarantor", "F-M"});
    Store *u = someone(s, "reader");
    const RecordType *t = type_of(u, "loan");
    Record *r = get(u, "loan", S("L"));
    const Field *f = field_get(t, S("guarantor"));
    CHECK(r->cells[f->at].hidden && !r->cells[f->at].row && !r->cells[f->at].text.n);
    Store *both[] = {u, s};
    for (int i = 0; i < countof(both); i++) { // s sees it: the questions are the right ones
        RecordPage page;
        bool any;
        int64_t n;
        Str *texts[10];
        ListAsk hang = {.type = t, .link = f, .of = get(s, "member", S("F-M"))->row};
        must_work(a, record_list(both[i], &hang, &page));
        must_work(a, record_any(both[i], &hang, 1, &any));
        must_work(a, record_count(both[i], &hang, 10, &n));
        CHECK(page.n == i && any == i && n == i);
        const Screen *screen = &s->pack->screens[1];
        must_work(a, record_list(both[i], &(ListAsk){.type = t, .screen = screen}, &page));
        must_work(a, record_columns(both[i], screen, &page, texts));
        CHECK(screen->record == t && page.n == 1 && (texts[0][3].n > 0) == i);
    }
}

static int64_t spent_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

// What a request compiles of her rights, over every kind of record: rows, ranges, what is open of each.
static void rights_compile(Store *u)
{
    for (int i = 0; i < u->pack->records_n; i++) {
        const RecordType *t = &u->pack->records[i];
        Where open = where_begin(u->a);
        open_write(u, &open, t, true);
        Sql ranges = scope_ranges(u, t, (Sql){0}, (Sql){.text = S("true")}, (Sql){.text = S(" order by t.row")});
        CHECK(ranges.text.n && scope_rows(u, t, MAY_WRITE).text.n && where_end(&open).text.n);
    }
}

// The least of several times: what else the machine does is not hers.
TEST_REGISTER(a_users_rights_are_compiled_in_less_than_a_millisecond)
{
    static const char *const roles[] = {"boss", "clerk", "mine", "local", "reader"};
    for (int i = 0; i < countof(roles); i++) {
        Store *u = as_user(h->s, "vong", roles[i], "north1");
        int64_t least = INT64_MAX;
        for (int turn = 0; turn < 20; turn++) {
            Arena before = *u->a;
            int64_t began = spent_ns();
            rights_compile(u);
            int64_t took = spent_ns() - began;
            if (took < least) least = took;
            *u->a = before;
        }
        CHECK(least < 1000000);
    }
}
