// What a pack asks: of all that stands in a group, of a whole record, and what a step empties.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

// ---- groups that are asked together -----------------------------------------------------------------------

static const PackSheet *with_groups(Arena *a, Str rows)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/z.csv"),
        say(a, "record,type,name,label::English (en),required,relevant\n{}", rows)};
    return sheets;
}

TEST(what_a_group_asks_holds_for_every_field_in_it)
{
    Faults all = {0};
    const PackSheet *sheets = with_groups(a, S(
        "visit,begin_group,outer,Outer,,${guests} > 0\n"
        "visit,text,one,One,yes,\n"
        "visit,begin_group,inner,Inner,,${told} != ''\n"
        "visit,text,two,Two,yes,${one} = 'x'\n"
        "visit,end_group,inner,,,\n"
        "visit,text,three,Three,yes,\n"
        "visit,end_group,outer,,,\n"
        "visit,text,four,Four,yes,\n"));
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
    must(p);
    static const struct { const char *guests, *told, *one; Str asked; } cases[] = {
        {"", "", "", S("four")}, {"1", "", "", S("one three four")}, {"0", "t", "x", S("four")},
        {"1", "t", "", S("one three four")}, {"1", "t", "x", S("two three four")}, {"1", "", "x", S("three four")},
    };
    const RecordType *visit = record_type(p, S("visit"));
    for (int i = 0; i < countof(cases); i++) {
        Cell *cells = take(a, Cell, visit->n);
        cells[field_get(visit, S("guests"))->at].text = str_from(cases[i].guests);
        cells[field_get(visit, S("told"))->at].text = str_from(cases[i].told);
        cells[field_get(visit, S("one"))->at].text = str_from(cases[i].one);
        Faults told = {0};
        Buf names = buf_in(a);
        record_check(a, scratch, &(View){.type = visit, .cells = cells, .today = 20240101}, CHECK_SAVE, &told);
        for (const Fault *f = told.first; f; f = f->next) buf_fill(&names, names.n ? " {}" : "{}", VALS(f->column));
        CHECK(str_equal(buf_str(&names), cases[i].asked));
    }
}

TEST(a_groups_faulty_expression_is_told_with_its_place)
{
    static const Str bad[] = {S("${nosuch} ==== 1 and ("), S("${nosuch} = 1"), S("1 + 1"), S(". = 1"), S("${guests} >")};
    for (int i = 0; i < countof(bad); i++) {
        Faults all = {0};
        const PackSheet *sheets = with_groups(a, say(a, "visit,begin_group,g,G,,{}\nvisit,end_group,g,,,\n", bad[i]));
        CHECK(!shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all));
        CHECK(all.n == 1);
        const Fault *f = all.first;
        while (f->warning) f = f->next;
        CHECK(str_equal(f->file, S("survey/z.csv")) && f->line == 2 && str_equal(f->column, S("relevant")));
    }
}

TEST(a_rule_of_fields_that_stands_at_a_group_is_told)
{
    static const Str heads[] = {S("constraint"), S("warning"), S("required")};
    for (int i = 0; i < countof(heads) * 2; i++) {
        Str head = heads[i / 2], rule = i % 2 ? S("no") : S("yes");
        Faults all = {0};
        PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
        memcpy(sheets, shelter, sizeof shelter);
        sheets[SHELTER_SHEETS] = (PackSheet){S("survey/z.csv"), say(a, "record,type,name,label::English (en),{}\n"
            "visit,begin_group,g,G,{}\nvisit,text,more,More,\nvisit,end_group,g,,\n", head, rule)};
        CHECK(!shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all) == !(i % 2));
        CHECK(all.n == !(i % 2));
        const Fault *f = all.first;
        while (f && f->warning) f = f->next;
        if (f) CHECK(str_equal(f->file, S("survey/z.csv")) && f->line == 2 && str_equal(f->column, head));
    }
}

// ---- what a record must say, what a step empties ------------------------------------------------------------

static const PackSheet *with_sheet(Arena *a, Str path, Str text)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS);
    memcpy(sheets, shelter, sizeof shelter);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        if (str_equal(sheets[i].path, path)) sheets[i].text = text;
    }
    return sheets;
}

TEST(what_a_step_empties_are_fields_of_its_record_that_may_be_empty)
{
    static const struct { Str clears; int n; bool good; } cases[] = {
        {S(""), 0, true}, {S("leaves"), 1, true}, {S("leaves  moods"), 2, true}, {S("nosuch"), 0, false},
        {S("leaves leaves"), 0, false}, {S("name"), 0, false}, {S("guests"), 0, false},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        const PackSheet *sheets = with_sheet(a, S("moves.csv"), say(a, "record,name,label::English (en),from,to,clears\n"
            "animal,leave,Leave,here,gone,{}\n", cases[i].clears));
        const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS, &all);
        CHECK(!p == !cases[i].good);
        if (p) CHECK(p->moves[0].clears_n == cases[i].n);
        if (p) continue;
        const Fault *f = all.first;
        while (f->warning) f = f->next;
        CHECK(all.n == 1 && str_equal(f->file, S("moves.csv")) && f->line == 2 && str_equal(f->column, S("clears")));
    }
}

TEST(what_a_step_asks_and_needs_is_read_with_its_faults)
{
    static const struct { Str rows; int asks, needs; const char *fault; } cases[] = {
        {S("leave,Leave,here,gone,moods leaves,,,\n"), 2, 0, 0},
        {S("leave,Leave,here,gone,,${leaves} != '',Say when.,\nleave,,here,gone,,${moods} != '',Say how it was.,\n"), 0, 2, 0},
        {S("leave,Leave,here,gone,nosuch,,,\n"), 0, 0, "asks"}, {S("leave,Leave,here,gone,leaves leaves,,,\n"), 0, 0, "asks"},
        {S("leave,Leave,here,gone,leaves,,,leaves\n"), 0, 0, "asks"},
        {S("leave,Leave,here,gone,,,,\nleave,Go,here,gone,,${leaves} != '',Say when.,\n"), 0, 0, "name"},
        {S("leave,Leave,here,gone,,,,\nleave,,here,gone,,,,\n"), 0, 0, "name"},
        {S("leave,Leave,here,gone,,${leaves} != '',Say when.,\nleave,,here,gone,,${moods} != '',,\n"), 0, 0, "needs_message::English (en)"},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        Str head = S("record,name,label::English (en),from,to,asks,needs,needs_message::English (en),clears\n");
        Buf rows = buf_in(a);
        buf_add(&rows, head);
        for (Str rest = cases[i].rows; rest.n;) buf_fill(&rows, "animal,{}\n", VALS(str_cut(&rest, '\n')));
        const Pack *p = shelter_read(a, scratch, with_sheet(a, S("moves.csv"), buf_str(&rows)), SHELTER_SHEETS, &all);
        CHECK(!p == (cases[i].fault != 0));
        if (p) CHECK(p->moves_n == 1 && p->moves[0].asks_n == cases[i].asks && p->moves[0].needs_n == cases[i].needs);
        if (cases[i].fault) CHECK(faults_about(&all, str_from(cases[i].fault)));
    }
}

TEST(what_a_record_needs_is_a_rule_with_its_words)
{
    static const struct { Str needs, words; bool good;
    } cases[] = {
        {S("${guests} != '' or ${told} != ''"), S("Say something."), true},
        {S(""), S(""), true},
        {S("${guests} != ''"), S(""), false},
        {S(""), S("Words alone."), false},
        {S("${nosuch} != ''"), S("x"), false},
        {S("1"), S("x"), false},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        Str rows = say(a, "name,role,title,label::English (en),plural::English (en),needs,needs_message::English (en),parent\n"
            "keeper,person,${name},Keeper,Keepers,,,\nrescue,case,,Rescue,Rescues,,,\nanimal,,,Animal,Animals,,,rescue\n"
            "visit,,,Visit,Visits,{},{},\n", cases[i].needs, cases[i].words);
        const Pack *p = shelter_read(a, scratch, with_sheet(a, S("records.csv"), rows), SHELTER_SHEETS, &all);
        CHECK(!p == !cases[i].good);
        if (p) CHECK(!record_type(p, S("visit"))->needs == !cases[i].needs.n);
        else CHECK(all.n == 1);
    }
}

TEST(how_long_a_record_is_kept_is_read_with_its_faults)
{
    static const struct { Str rows; int n; const char *fault; } cases[] = {
        {S("animal,${kind} = 'cat',${leaves},3,strip\nanimal,,state-since(),10,erase\n"), 2, 0},
        {S("animal,,${leaves},3,\n"), 0, "then"}, {S("animal,,${leaves},3,burn\n"), 0, "then"},
        {S("animal,,${leaves},,erase\n"), 0, "years"}, {S("animal,,${leaves},201,erase\n"), 0, "years"},
        {S("animal,,${leaves},1.5,erase\n"), 0, "years"}, {S("animal,,,1,erase\n"), 0, "from"},
        {S("animal,,${legs},1,erase\n"), 0, "from"}, {S("animal,,${nosuch},1,erase\n"), 0, "from"},
        {S("animal,${legs},${leaves},1,erase\n"), 0, "where"}, {S("nosuch,,${leaves},1,erase\n"), 0, "record"},
        {S("animal,,${leaves},1,erase\nanimal,,${born},2,erase\n"), 0, "record"},
        {S("keeper,${name} = 'x',${born},1,erase\n"), 0, "where"},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        PackSheet sheets[SHELTER_SHEETS + 1];
        memcpy(sheets, shelter, sizeof shelter);
        sheets[SHELTER_SHEETS] = (PackSheet){S("retention.csv"), say(a, "record,where,from,years,then\n{}", cases[i].rows)};
        const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
        CHECK(!p == (cases[i].fault != 0));
        if (cases[i].fault) CHECK(faults_about(&all, str_from(cases[i].fault)));
        if (!p) continue;
        CHECK(p->retention_n == cases[i].n && p->retention[0].then == KEPT_STRIP);
        CHECK(p->retention[1].years == 10 && !p->retention[1].where);
    }
}
