// What hangs on a record: how it is asked, where it may be, and what is told of a slip.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "pack/pack_test.h"
#include "base/test.h"

static const Pack *read_with(Arena *a, Arena scratch, Str path, Str text, Faults *all)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    int n = SHELTER_SHEETS;
    memcpy(sheets, shelter, sizeof shelter);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        if (str_equal(sheets[i].path, path)) n = i;
    }
    sheets[n] = (PackSheet){path, text};
    return shelter_read(a, scratch, sheets, n == SHELTER_SHEETS ? n + 1 : SHELTER_SHEETS, all);
}

static const struct { Str on, source, says; } slips[] = {
    {S("rescue"), S("exists(animal)"), {0}},
    {S("rescue"), S("count( animal.rescue , ${kind} = 'cat' and ${..province} != '' ) >= 1"), {0}},
    {S("rescue"), S("sum(animal, legs) + sum(animal, ${legs} * 2, ${born} > ${..opened}) > 3"), {0}},
    {S("rescue"), S("latest(animal, kind) = 'cat' or latest(animal, year(${born}), ${legs} > 2) = 2020"), {0}},
    {S("rescue"), S("exists(animal, ${keeper.born} != '' and state-since() > state-since(${..rescue}))"), S("no field 'rescue'")},
    {S("animal"), S("${rescue.province} = 'LA-VT' and state-since() != ''"), {0}},
    {S("keeper"), S("exists(animal, ${state} = 'here') and count(animal.finder) > 1"), {0}},
    {S("keeper"), S("exists(animal, ${keeper.female} = ${..female} and is-under(18, ${..born}, ${born}))"), {0}},
    {S("rescue"), S("exists(nosuch)"), S("none named 'nosuch'")},
    {S("rescue"), S("exists(visit)"), S("no link of visit names a rescue")},
    {S("rescue"), S("exists(animal.keeper)"), S("'keeper' is no link of animal that names a rescue")},
    {S("rescue"), S("exists(animal.nosuch)"), S("'nosuch' is no link of animal")},
    {S("rescue"), S("exists(animal, ${legs})"), S("is a condition")},
    {S("rescue"), S("exists(animal, ${opened} != '')"), S("no field 'opened'")},
    {S("rescue"), S("exists(animal, exists(animal))"), S("cannot stand inside another one")},
    {S("rescue"), S("exists(animal, ${keeper.name} = 'x')"), S("selects rows")},
    {S("keeper"), S("exists(animal, ${..name} != '')"), S("selects rows")},
    {S("rescue"), S("exists(animal, regex(${kind}, 'c.*'))"), S("selects rows")},
    {S("rescue"), S("sum(animal) > 1"), S("what of it is asked")},
    {S("rescue"), S("sum(animal, kind) > 1"), S("adds up numbers")},
    {S("rescue"), S("latest(animal, moods) = 'x'"), S("gives a text, a number or a date")},
    {S("rescue"), S("latest(animal, kind) = 'cow'"), S("no choice 'cow'")},
    {S("rescue"), S("exists(animal"), S("a ) is missing")},
    {S("rescue"), S("count('animal') = 1"), {0}},
    {S("animal"), S("count(${keeper}.animal, ${legs} = ${..legs}) < 3 and exists( ${rescue} . animal.rescue )"), {0}},
    {S("animal"), S("count(${legs}.animal) < 3"), S("'legs' is no link of animal")},
    {S("animal"), S("count(${nosuch}.animal) < 3"), S("'nosuch' is no link of animal")},
    {S("animal"), S("count(${keeper}.visit.rescue) < 3"), S("'rescue' is no link of visit")},
    {S("animal"), S("count(${keeper}) < 3"), S("begins with the name of a record")},
    {S("rescue"), S("${..opened} != ''"), S("stands inside exists()")},
    {S("animal"), S("state-since(${keeper}) != ''"), S("keeper has no states")},
    {S("animal"), S("state-since(${legs}) != ''"), S("takes a link")},
};

TEST(what_hangs_is_asked_by_a_record_and_its_link_and_a_slip_is_told)
{
    Faults all = {0};
    const Pack *p = shelter_read(a, scratch, shelter, SHELTER_SHEETS, &all);
    must(p);
    for (int i = 0; i < countof(slips); i++) {
        const Expr *e = 0;
        Err *err = expr_parse(a, scratch, slips[i].source, record_type(p, slips[i].on), 0, &e);
        bool good = slips[i].says.n ? err && str_find(err_text(a, err), slips[i].says) >= 0 : !err && expr_selects_rows(e);
        if (!good) print_error("%s: %s\n", str_z(a, slips[i].source), err ? str_z(a, err_text(a, err)) : "taken");
        CHECK(good);
    }
}

#define COLUMNS "record,type,name,label::English (en),required,relevant,constraint,constraint_message::English (en),warning," \
    "warning_message::English (en),choice_filter,calculation\n"
// The sheet, its text, the column of the fault; empty: none.
static const struct { Str path, text, column; } places[] = {
    {S("survey/z.csv"), S(COLUMNS "rescue,text,x,X,exists(animal),,count(animal) > 0,M,sum(animal; legs) > 1,M,,\n"), {0}},
    {S("survey/z.csv"), S(COLUMNS "rescue,calculate,x,X,,,,,,,,count(animal)\nrescue,text,y,Y,,,,,${x} > 1,M,,\n"), {0}},
    {S("survey/z.csv"), S(COLUMNS "rescue,text,x,X,,exists(animal),,,,,,\n"), S("relevant")},
    {S("survey/z.csv"), S(COLUMNS "rescue,begin_group,g,G,,exists(animal),,,,,,\nrescue,text,x,X,,,,,,,,\nrescue,end_group,,,,,,,,,,\n"),
        S("relevant")},
    {S("survey/z.csv"), S(COLUMNS "rescue,calculate,x,X,,,,,,,,count(animal)\nrescue,text,y,Y,,${x} > 1,,,,,,\n"), S("relevant")},
    {S("survey/z.csv"), S(COLUMNS "rescue,select_one kinds,x,X,,,,,,,exists(animal),\n"), S("choice_filter")},
    {S("effects.csv"), S("record,on,when,makes,field,to\nrescue,change,exists(animal),sight,.,'home'\n"), {0}},
    {S("retention.csv"), S("record,where,from,years,then\nrescue,exists(animal),${opened},5,erase\n"), S("where")},
    {S("rights.csv"), S("role,record,read,write,where\nboss,*,all,all,\nhelper,*,unit,own,\nhelper,rescue,unit,own,exists(animal)\n"),
        S("where")},
    {S("compartments.csv"), S("compartments,entitled,where\nidentity,creator,\n"), {0}},
    {S("figures.csv"), S("name,label::English (en),unit,record,where,date,count,female\n"
        "guests,G,case,rescue,exists(animal),opened,count(animal),0\nkeepers,K,case,rescue,,opened,records,exists(animal)\n"
        "visits,V,case,rescue,,opened,records,\n"), {0}},
    {S("screens.csv"), S("name,kind,record,label::English (en),columns,filters,where\nrescues,list,rescue,R,key,,exists(animal)\n"), {0}},
};

TEST(what_hangs_is_asked_where_the_register_decides_and_elsewhere_it_is_a_fault)
{
    for (int i = 0; i < countof(places); i++) {
        Faults all = {0};
        Buf text = buf_in(a);
        for (isize k = 0; k < places[i].text.n; k++) buf_char(&text, places[i].text.p[k] == ';' ? ',' : places[i].text.p[k]);
        Str path = places[i].path, source = buf_str(&text);
        isize at = str_find(source, S("sum(animal, legs) > 1"));
        if (at >= 0) source = say(a, "{}\"{}\"{}", str_slice(source, 0, at), S("sum(animal, legs) > 1"),
            str_slice(source, at + 21, source.n));
        read_with(a, scratch, path, source, &all);
        int faults = 0;
        bool told = !places[i].column.n;
        for (const Fault *f = all.first; f; f = f->next) {
            if (f->warning || !str_equal(f->file, path)) continue;
            faults++;
            told |= str_equal(f->column, places[i].column) && str_find(message_text(a, f->message), S("exists(), count(), sum()")) >= 0;
            if (!told) print_error("%s: %s\n", str_z(a, f->column), str_z(a, message_text(a, f->message)));
        }
        if (!told || faults != (places[i].column.n > 0)) print_error("%d: %d faults\n", i, faults);
        CHECK(told && faults == (places[i].column.n > 0));
    }
}

// A sum over what is sensitive would tell it in a field that more may see.
TEST(what_is_reckoned_of_what_hangs_is_of_no_lesser_class)
{
    static const struct { Str class, compartment, source; bool good; } cases[] = {
        {S("plain"), S("identity"), S("count(animal)"), true},
        {S("plain"), S("identity"), S("\"sum(animal, legs)\""), false},
        {S("quasi"), S("identity"), S("\"sum(animal, legs)\""), true},
        {S("quasi"), S("identity"), S("\"count(animal, selected(${moods}, 'calm'))\""), false},
        {S("sensitive"), S("health"), S("\"count(animal, selected(${moods}, 'calm'))\""), false},
        {S("sensitive"), S("case"), S("count(animal)"), false},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        Str text = say(a, "record,type,name,label::English (en),class,compartment,calculation\nkeeper,calculate,x,X,{},{},{}\n",
            cases[i].class, cases[i].compartment, cases[i].source);
        bool good = read_with(a, scratch, S("survey/z.csv"), text, &all) != 0;
        for (const Fault *f = all.first; f && good != cases[i].good; f = f->next) {
            print_error("%d %s\n", i, str_z(a, message_text(a, f->message)));
        }
        CHECK(good == cases[i].good);
    }
}
