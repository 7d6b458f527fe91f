// States that wait, and numbers for people, as a pack says them.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

#define STATES S("record,name,label::English (en),kind\nanimal,here,Here,first\nanimal,gone,Gone,last\n")
#define WITH(columns, cells) S("record,name,label::English (en),kind" columns "\nanimal,here,Here,first" cells "\nanimal,gone,Gone,last\n")

static const Pack *with_states(Arena *a, Arena scratch, Str states, Faults *all)
{
    return shelter_read(a, scratch, broken_shelter(a, &(Slip){S("states.csv"), STATES, states, 0, {0}, {0}}), SHELTER_SHEETS, all);
}

TEST(a_state_that_waits_is_told_with_its_day_its_unit_and_its_roles)
{
    Faults all = {0};
    const Pack *p = with_states(a, scratch, WITH(",term,waits,who", ",14,'yard',helper"), &all);
    must(p);
    const RecordType *t = record_type(p, S("animal"));
    const PackState *here = state_get(p, t, S("here")), *gone = state_get(p, t, S("gone"));
    View view = {.type = t, .cells = take(a, Cell, t->n), .state = S("here"), .since = 20240120};
    CHECK(t->waits && here->waits && !gone->waits && !record_type(p, S("visit"))->waits);
    CHECK(expr_value(a, here->term, &view).number == 20240203 && str_equal(expr_text(a, here->unit, &view), S("yard")));
    CHECK(state_hers(p, here, role_get(p, S("helper"))) && !state_hers(p, here, role_get(p, S("boss"))));
    view.since = 0;
    CHECK(expr_value(a, here->term, &view).empty); // since when is not known
}

TEST(what_gives_a_number_is_one_of_days_and_what_gives_a_day_is_that_day)
{
    static const struct { Str term; int due; } cases[] = {
        {S("\"if(${kind} = 'cat', 3, 30)\""), 20240204}, {S("${born}"), 20240315}, {S("\"month-add(state-since(), 1)\""), 20240301},
        {S("0"), 20240201}, {S("\"coalesce(${born}, day-add(state-since(), 1))\""), 20240315},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        const Pack *p = with_states(a, scratch,
            say(a, "record,name,label::English (en),kind,term\nanimal,here,Here,first,{}\nanimal,gone,Gone,last,\n", cases[i].term), &all);
        must(p);
        const RecordType *t = record_type(p, S("animal"));
        Cell *cells = take(a, Cell, t->n);
        cells[field_get(t, S("kind"))->at].text = S("cat");
        cells[field_get(t, S("born"))->at].text = S("2024-03-15");
        View view = {.type = t, .cells = cells, .state = S("here"), .since = 20240201};
        CHECK((int)expr_value(a, state_get(p, t, S("here"))->term, &view).number == cases[i].due);
        CHECK(state_hers(p, state_get(p, t, S("here")), role_get(p, S("helper")))); // she may take the step from there
    }
}

TEST(what_a_state_cannot_wait_for_is_told_with_its_place)
{
    static const struct { Str cells, column, words; } bad[] = {
        {S("\"day-add(today(), 3)\",,"), S("term"), S("today() changes")}, {S("${name},,"), S("term"), S("a number of days")},
        {S("${moods} = 'x',,"), S("term"), S("")}, {S("${keeper.born},,"), S("term"), S("does not look behind the link keeper")},
        {S("me(unit),,"), S("term"), S("nobody is known here")}, {S("\"count-selected(${moods})\",,"), S("term"), S("of class sensitive")},
        {S("nonsense(,,"), S("term"), S("")}, {S(",'attic',"), S("waits"), S("There is no unit 'attic'")},
        {S(",\"if(${kind} = 'cat', 'yard', 'attic')\","), S("waits"), S("There is no unit 'attic'")},
        {S(",${kind},"), S("waits"), S("'kind' is no unit")}, {S(",${keeper},"), S("waits"), S("The link keeper cannot stand here")},
        {S(",7,"), S("waits"), S("what gives a unit's key")}, {S(",me(unit),"), S("waits"), S("nobody is known here")},
        {S(",,boss nobody"), S("who"), S("There is no role 'nobody'")},
    };
    for (int i = 0; i < countof(bad); i++) {
        Faults all = {0};
        const Slip slip = {S("states.csv"), {0}, {0}, 2, bad[i].column, bad[i].words};
        CHECK(!with_states(a, scratch,
            say(a, "record,name,label::English (en),kind,term,waits,who\nanimal,here,Here,first,{}\nanimal,gone,Gone,last,,,\n",
                bad[i].cells), &all));
        if (!told(a, &all, &slip)) print_error("%s\n", str_z(a, bad[i].cells));
        CHECK(told(a, &all, &slip));
    }
}

TEST(a_state_that_nobody_would_ever_see_waiting_is_a_fault)
{
    Faults all = {0}, none = {0}, unread = {0};
    CHECK(!with_states(a, scratch,
        S("record,name,label::English (en),kind,term\nanimal,here,Here,first,\nanimal,gone,Gone,last,3\n"), &all));
    CHECK(told(a, &all, &(Slip){S("states.csv"), {0}, {0}, 3, S("kind"), S("waits for nobody")}));
    CHECK(!with_states(a, scratch, S("record,name,label::English (en),kind,term\nanimal,here,Here,first,\nanimal,gone,Gone,,3\n"), &none));
    CHECK(told(a, &none, &(Slip){S("states.csv"), {0}, {0}, 3, S("who"), S("nobody's work")}));
    Slip rights = {S("rights.csv"), S("helper,visit,all,none,\n"), S("helper,visit,all,none,\nhelper,animal,counted,none,\n"), 0, {0}, {0}};
    PackSheet *sheets = broken_shelter(a, &rights);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        if (str_equal(sheets[i].path, S("states.csv"))) sheets[i].text = WITH(",who", ",helper");
    }
    CHECK(!shelter_read(a, scratch, sheets, SHELTER_SHEETS, &unread));
    CHECK(told(a, &unread, &(Slip){S("states.csv"), {0}, {0}, 2, S("who"), S("reads no animal")}));
}

// ---- numbers ----------------------------------------------------------------------------------------------

static const Pack *with_number(Arena *a, Arena scratch, Str pattern, Faults *all)
{
    Slip slip = {S("records.csv"), S("name,role,parent,title,menu,access,"), S("name,role,parent,title,menu,number,"), 0, {0}, {0}};
    PackSheet *sheets = broken_shelter(a, &slip);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        if (!str_equal(sheets[i].path, S("records.csv"))) continue;

        Buf o = buf_in(a);
        for (Str rest = sheets[i].text; rest.n;) {
            Str line = str_cut(&rest, '\n');
            if (str_starts(line, S("rescue,"))) buf_fill(&o, "rescue,case,,,2,{},Rescue,,Rescues\n", VALS(pattern));
            else if (str_starts(line, S("keeper,"))) buf_add(&o, S("keeper,person,,${name},1,,Keeper,?ຜູ້ດູແລ,Keepers\n"));
            else if (str_starts(line, S("animal,")))
                buf_add(&o, S("animal,,rescue,\"concat(${name}, ' ', ${kind})\",3,,Animal,,Animals\n"));
            else if (str_starts(line, S("visit,"))) buf_add(&o, S("visit,,,,,,Visit,,Visits\n"));
            else buf_fill(&o, "{}\n", VALS(line));
        }
        sheets[i].text = buf_str(&o);
    }
    return shelter_read(a, scratch, sheets, SHELTER_SHEETS, all);
}

TEST(a_number_is_made_of_the_year_the_province_and_a_running_one)
{
    Faults all = {0};
    const Pack *p = with_number(a, scratch, S("LA-{year}-{province}-{n:4}"), &all);
    must(p);
    const RecordType *t = record_type(p, S("rescue"));
    Str before, somewhere = number_before(a, p, t, 2026, S("LA-VT")), nowhere = number_before(a, p, t, 2026, (Str){0});
    int64_t n;
    CHECK(t->numbered && !record_type(p, S("visit"))->numbered);
    CHECK(str_equal(somewhere, S("LA-2026-VT-")) && str_equal(nowhere, S("LA-2026-")));
    CHECK(str_equal(number_whole(a, t, somewhere, 12), S("LA-2026-VT-0012")));
    CHECK(str_equal(number_whole(a, t, somewhere, 12345), S("LA-2026-VT-12345")));
    number_split(S("LA-2026-VT-0012"), &before, &n);
    CHECK(str_equal(before, somewhere) && n == 12);
}

TEST(a_number_is_known_as_people_type_it)
{
    Faults all = {0};
    const Pack *p = with_number(a, scratch, S("LA-{year}-{province}-{n:4}"), &all);
    must(p);
    static const struct { const char *typed; Str number; } cases[] = {
        {"LA-2026-VT-0012", S("LA-2026-VT-0012")}, {"la 2026 vt 12", S("LA-2026-VT-0012")}, {"LA/2026/VT/012", S("LA-2026-VT-0012")},
        {"la2026vt0012", S("LA-2026-VT-0012")}, {"LA-໒໐໒໖-VT-໑໒", S("LA-2026-VT-0012")}, {"LA-2026-12", S("LA-2026-0012")},
        {"LA-2026-VT", {0}}, {"2026", {0}}, {"Kham", {0}}, {"LA-1026-VT-1", {0}}, {"020 5555", {0}}, {"", {0}},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str got[4];
        int n = number_typed(a, p, record_type(p, S("rescue")), str_from(cases[i].typed), got, 4);
        bool right = cases[i].number.n ? n > 0 && str_equal(got[0], cases[i].number) : !n;
        if (!right) print_error("%s: %d %s\n", cases[i].typed, n, n ? str_z(a, got[0]) : "");
        CHECK(right);
    }
}

TEST(a_pattern_that_gives_no_number_of_its_own_is_a_fault)
{
    static const Str bad[] = {
        S("LA-{year}"), S("{n}-{year}"), S("LA-{month}-{n}"), S("LA-{n:0}"), S("LA-{n:x}"), S("LA{year}{n}"), S("A1{n}"),
        S("{province}{n:4}"), S("LA-{n"), S("LA-{n}-{n}")};
    for (int i = 0; i < countof(bad); i++) {
        Faults all = {0};
        bool good = with_number(a, scratch, bad[i], &all);
        if (good) print_error("%s\n", str_z(a, bad[i]));
        CHECK(!good && told(a, &all, &(Slip){S("records.csv"), {0}, {0}, 4, S("number"), S("{n}")}));
    }
}
