// What hangs on a record: asked by rules and steps of all rows, by figures and screens of those that are hers.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

#define EN "label::English (en)"
static void with_what_hangs(Store *s)
{
    static const PackSheet more[] = {
        {S("states.csv"), S("record,name," EN ",kind\ntrip,planned,Planned,first\ntrip,gone,Gone,last\n"
            "part,asked,Asked,first\npart,sure,Sure,last\n"
            "loan,out,Out,first\nloan,back,Back,last\n")},
        {S("moves.csv"), S("record,name," EN ",from,to,roles,needs,needs_message::English (en)\n"
            "trip,start,Start,planned,gone,,count(part) >= 2,Say who comes along.\n"
            "trip,start,,planned,gone,,\"exists(part, ${part} = 'guide' and ${joined} >= ${..opened})\",There is no guide.\n"
            "loan,return,Return,out,back,boss clerk,${returns} != '',Say when it returns.\nloan,again,Again,back,out,boss,,\n"
            "part,fix,Fix,asked,sure,,\"days-between(state-since(${trip}), today()) >= 0 and ${trip.state} = 'planned'\",Too late.\n")},
        {S("survey/more.csv"), S("record,type,name," EN ",required,constraint,constraint_message::English (en),warning,"
            "warning_message::English (en),calculation,class,compartment\n"
            "trip,integer,seats,Seats,,. >= count(part),There are more people.,\"exists(part, ${part} = 'guide') and . < 3\",So few?,,"
            "plain,identity\n"
            "trip,text,guided_by,Guided by,\"exists(part, ${part} = 'guide')\",,,,,,plain,identity\n"
            "trip,calculate,people,People,,,,,,count(part),plain,identity\n"
            "trip,calculate,last,Last,,,,,,\"latest(part, part, ${left} = '')\",plain,identity\n"
            "part,integer,seat,Seat,,\"count(${trip}.part, ${seat} = ${..seat}) = 0\",That seat is taken.,,,,plain,identity\n"
            "member,calculate,lent,Lent,,,,,,\"sum(loan, coalesce(${lent}, 0) * 2)\",quasi,identity\n"
            "member,calculate,vouched,Vouched,,,,,,count(loan.guarantor),quasi,identity\n")},
        {S("figures.csv"), S("name," EN ",unit,record,where,date,count,female,within\n"
            "led,Led,trip,trip,\"exists(part, ${part} = 'guide' and ${member.sex} = 'female')\",opened,records,,\n"
            "people,People,person,trip,,opened,count(part),\"count(part, ${joined} >= ${..opened})\",\n")},
        {S("tables.csv"), S("name," EN ",figures\nyear,The year,led people\n")},
        {S("screens.csv"), S("name,kind,record," EN ",columns,filters,where\n"
            "trips,list,trip,Trips,key,,not(exists(part))\n"
            "led,home,trip,Led,key,,\"exists(part, ${part} = 'guide' and maker(unit) = me(unit))\"\n"
            "beside,list,part,Beside,key,,\"exists(${trip}.part, ${seat} = ${..seat} + 1)\"\n")},
    };
    Faults all = {0};
    PackSheets sheets = club_with(s->a, more[0].path, more[0].text);
    int64_t changed;
    for (int i = 1; i < countof(more); i++) {
        int at = 0;
        while (at < sheets.n && !str_equal(sheets.at[at].path, more[i].path)) at++;
        sheets.at[at] = more[i];
        if (at == sheets.n) sheets.n++;
    }
    must_work(s->a, pack_load(s, sheets, false, &all, &changed));
    for (Fault *f = all.first; f; f = f->next) print_error("%s\n", str_z(s->a, message_text(s->a, f->message)));
    must_work(s->a, store_refresh(s));
    CHECK(!all.n);
}

static Saved step(Store *s, const char *type, const char *key, const char *move)
{
    Draft d = draft_make(s->a, type_of(s, type));
    d.id = str_from(key);
    d.move = str_from(move);
    return save(s, d);
}

static bool says_so(Store *s, const Saved *got, const char *column, const char *words)
{
    for (const Fault *f = got->faults.first; f; f = f->next) {
        if (str_equal(f->column, str_from(column)) && str_equal(message_text(s->a, f->message), str_from(words))) return true;
    }
    return false;
}

TEST_REGISTER(a_step_needs_what_hangs_on_the_record)
{
    with_what_hangs(s);
    PUT(s, "trip", {"key", "T1"}, {"opened", "2024-02-01"});
    PUT(s, "trip", {"key", "T2"}, {"opened", "2024-02-01"});
    Saved got = step(s, "trip", "T1", "start");
    CHECK(got.faults.n == 2 && says_so(s, &got, "state", "Say who comes along.") && says_so(s, &got, "state", "There is no guide."));
    PUT(s, "part", {"key", "P1"}, {"trip", "T1"}, {"part", "guest"}, {"joined", "2024-03-01"});
    PUT(s, "part", {"key", "P2"}, {"trip", "T1"}, {"part", "guide"}, {"joined", "2024-01-01"}); // before it began
    PUT(s, "part", {"key", "P3"}, {"trip", "T2"}, {"part", "guide"}, {"joined", "2024-03-01"}); // on another one
    got = step(s, "trip", "T1", "start");
    CHECK(got.faults.n == 1 && says_so(s, &got, "state", "There is no guide."));
    CHECK(!step(s, "part", "P1", "fix").faults.n);
    save_well(s, CHANGE(s, "part", S("P2"), 0, {"joined", "2024-02-01"}));
    CHECK(!step(s, "trip", "T1", "start").faults.n);
    got = step(s, "part", "P2", "fix"); // a rule that looks at nothing behind a link but its state
    CHECK(says_so(s, &got, "state", "Too late."));
}

TEST_REGISTER(rules_ask_what_hangs_and_what_is_reckoned_of_it_stands_in_its_records_own_entries)
{
    with_what_hangs(s);
    PUT(s, "trip", {"key", "T1"}, {"seats", "0"});
    PUT(s, "part", {"key", "P1"}, {"trip", "T1"}, {"part", "guide"});
    PUT(s, "part", {"key", "P2"}, {"trip", "T1"}, {"part", "guest"});
    CHECK(says(s, "trip", S("T1"), "people", "0")); // nothing was said of the trip since
    Saved got = save(s, CHANGE(s, "trip", S("T1"), 0, {"seats", "1"}));
    CHECK(faulty(&got, "seats") && says_so(s, &got, "seats", "There are more people.") && says_so(s, &got, "seats", "So few?"));
    save_well(s, CHANGE(s, "trip", S("T1"), 0, {"seats", "5"}, {"guided_by", "Noy"}));
    got = save(s, CHANGE(s, "trip", S("T1"), 0, {"guided_by", ""}));
    CHECK(faulty(&got, "guided_by"));
    CHECK(says(s, "trip", S("T1"), "people", "2") && says(s, "trip", S("T1"), "last", "guest"));
    PUT(s, "member", {"key", "M1"}, {"name", "Noy"});
    PUT(s, "loan", {"key", "L1"}, {"member", "M1"}, {"lent", "3"}, {"guarantor", "M1"});
    PUT(s, "loan", {"key", "L2"}, {"member", "M1"}, {"lent", ""});
    PUT(s, "loan", {"key", "L3"}, {"member", "M1"}, {"lent", "4"});
    save_well(s, CHANGE(s, "member", S("M1"), 0, {"nick", "N"}));
    CHECK(says(s, "member", S("M1"), "lent", "14") && says(s, "member", S("M1"), "vouched", "1"));
    int64_t n;
    must_work(a, register_rebuild(s, &n));
    CHECK(says(s, "trip", S("T1"), "people", "2") && says(s, "member", S("M1"), "lent", "14"));
    verified(h);
}

static int listed(Store *u, int screen)
{
    RecordPage page;
    const Screen *of = &u->pack->screens[screen];
    must_work(u->a, record_list(u, &(ListAsk){.type = of->record, .where = of->where, .limit = 10}, &page));
    return page.n;
}

TEST_REGISTER(a_rule_asks_what_else_hangs_on_what_its_link_names)
{
    with_what_hangs(s);
    PUT(s, "trip", {"key", "T1"});
    PUT(s, "trip", {"key", "T2"});
    PUT(s, "part", {"key", "P1"}, {"trip", "T1"}, {"seat", "1"});
    Saved got = save(s, DRAFT(s, "part", {"key", "P2"}, {"trip", "T1"}, {"seat", "1"}));
    CHECK(got.faults.n == 1 && says_so(s, &got, "seat", "That seat is taken."));
    PUT(s, "part", {"key", "P2"}, {"trip", "T2"}, {"seat", "1"}); // of another one
    got = save(s, CHANGE(s, "part", S("P2"), 0, {"trip", "T1"}));
    CHECK(says_so(s, &got, "seat", "That seat is taken."));
    save_well(s, CHANGE(s, "part", S("P1"), 0, {"seat", "1"}, {"joined", "2024-02-01"})); // it is not beside itself
    save_well(s, CHANGE(s, "part", S("P2"), 0, {"trip", "T1"}, {"seat", "2"}));
    PUT(s, "part", {"key", "P3"}, {"seat", "1"}); // on nothing
    CHECK(listed(s, 2) == 1);
}

static int64_t figure(Store *u, int at, int64_t *female)
{
    FigureAnswer answer;
    must_work(u->a, figures_count(u, &(FigureAsk){.table = table_get(u->pack, S("year")), .from = 19000101, .to = 20301231}, &answer));
    *female = answer.rows[at].female;
    return answer.rows[at].closed ? -1 : answer.rows[at].value;
}

// The clerk of north1 sees her unit's rows; the reader all of them, but no field that is sensitive.
TEST_REGISTER(figures_and_screens_ask_of_what_hangs_what_is_hers)
{
    int64_t female;
    with_what_hangs(s);
    Store *north = as_user(s, "n", "clerk", "north1"), *south = as_user(s, "o", "clerk", "south1");
    Store *blind = as_user(s, "b", "nobody", "north1");
    PUT(north, "member", {"key", "M1"}, {"name", "Noy"}, {"sex", "female"});
    PUT(north, "trip", {"key", "T1"}, {"opened", "2024-02-01"});
    PUT(north, "part", {"key", "P1"}, {"trip", "T1"}, {"member", "M1"}, {"part", "guide"}, {"joined", "2024-01-01"});
    Store of_south = of_unit(s, "south1");
    PUT(&of_south, "part", {"key", "P2"}, {"trip", "T1"}, {"part", "guest"}, {"joined", "2024-03-01"});
    CHECK(figure(s, 0, &female) == 1 && figure(s, 1, &female) == 2 && female == 1);
    CHECK(figure(north, 0, &female) == 1 && figure(north, 1, &female) == 1 && female == 0);
    CHECK(figure(south, 0, &female) == 0 && figure(south, 1, &female) == 0 && figure(blind, 0, &female) == -1);
    CHECK(listed(s, 0) == 0 && listed(north, 0) == 0 && listed(north, 1) == 1 && listed(south, 1) == 0 && listed(blind, 0) == 0);
    // What hangs is another unit's: to the screen it is not there, to the rule it is.
    must_work(a, sql(h->db, a, 0, "update part set unit = 'south1', agency = 'south1' where key = 'P1'"));
    CHECK(listed(north, 0) == 1 && listed(north, 1) == 0 && figure(north, 0, &female) == 0);
    Saved got = save(north, CHANGE(north, "trip", S("T1"), 0, {"seats", "1"}));
    CHECK(says_so(s, &got, "seats", "There are more people."));
}

static Str plan_of(House *h, Store *s, Str source)
{
    const Expr *e = 0;
    Condition with = {0};
    Sql said;
    Rows q;
    Buf o = buf_in(h->a);
    bool sqlite = !db_is_postgres(h->where);
    must_work(h->a, expr_parse(h->a, h->scratch, source, type_of(s, "trip"), 0, &e));
    must_work(h->a, condition_sql(s, type_of(s, "trip"), e, &with, &said));
    must_work(h->a, sql(s->db, h->a, &q, "{} select t.row from trip t{} where {}", (Sql){.text = sqlite ? S("explain query plan")
        : S("explain")}, condition_joins(&with), said));
    while (rows_next(&q)) {
        for (int i = 0; sqlite && i < 3; i++) next_val(&q);
        buf_fill(&o, "{}\n", VALS(next_str(&q)));
    }
    return buf_str(&o);
}

TEST_REGISTER(the_links_index_leads_to_what_hangs)
{
    bool postgres = db_is_postgres(h->where);
    if (postgres) must_work(a, sql(s->db, a, 0, "set enable_seqscan = off")); // it reads small tables whole
    static const char *const asked[] = {"exists(part, ${part} = 'guide')", "count(part) > 2", "latest(part, part) = 'guide'",
        "count(part, ${joined} >= ${..opened} and ${member.sex} = 'female') = 1", "not(exists(part, ${member.sex} = ''))"};
    for (int i = 0; i < countof(asked); i++) {
        Str plan = plan_of(h, s, str_from(asked[i]));
        bool served = postgres ? str_find(plan, S("Seq Scan on part")) < 0 : str_find(plan, S("(trip=?")) >= 0;
        if (!served) print_error("%s\n%s\n", asked[i], str_z(a, plan));
        CHECK(served);
    }
    if (postgres) must_work(a, sql(s->db, a, 0, "reset enable_seqscan"));
}

// Each in itself as deep as the pack takes it, inside and around, and with the scope of who sees little: every store reads that.
static const struct { const char *whole, *more; Str first; } nesting[] = {
    {"exists(part, {})", "not({})", S("${joined} != ''")}, {"{}", "not({})", S("exists(part)")},
    {"count(part, ({} or true())) > 1", "({} and ${part} = 'guide')", S("${joined} != ''")},
    {"{} = 1", "if({} = 1, 1, 2)", S("count(part)")}, {"{} = 1", "if({} = 1, 1, 2)", S("sum(part, 1)")},
    {"sum(part, if({}, 1, 2)) > 1", "not({})", S("${joined} != ''")}, {"{} > ${opened}", "day-add({}, 1)", S("latest(part, joined)")},
    {"latest(part, if({}, ${joined}, ${left}), ${part} = 'guide') > ${opened}", "if({}, 1, 2) = 1", S("${left} != ''")},
    {"exists(part, if({}, 1, 2) = 1)", "is-under(18, ${member.born}, if({}, ${joined}, ${..opened}))", S("${left} != ''")},
};

TEST_REGISTER(what_hangs_is_not_asked_too_deep_for_a_store)
{
    Store *local = as_user(s, "l", "local", "north1");
    for (int i = 0; i < countof(nesting); i++) {
        Str source = nesting[i].first;
        const Expr *e = 0, *deepest = 0;
        int depth = 0;
        for (; depth < 60; depth++, deepest = e) {
            Str whole = fill(a, nesting[i].whole, VALS(source));
            if (expr_parse(a, scratch, whole, type_of(s, "trip"), 0, &e) || !expr_selects_rows(e)) break;
            source = fill(a, nesting[i].more, VALS(source));
        }
        Condition with = {0};
        Sql said;
        Rows q;
        if (depth < 2 || depth == 60) print_error("%s: %d deep\n", nesting[i].more, depth);
        CHECK(depth > 1 && depth < 60);
        must_work(a, condition_sql(local, type_of(s, "trip"), deepest, &with, &said));
        Err *err = sql(s->db, a, &q, "select sum(m) from (select t.row, max(case when true and ({}) then 1 else 0 end) as m from trip t{}"
            " group by t.row) counted", said, condition_joins(&with)); // as figures have it
        if (err) print_error("%s in %s, %d deep\n", nesting[i].more, nesting[i].whole, depth);
        must_work(a, err);
    }
}
