// When a form asks for a field, and what it begins with, by who fills it in; and what an effect may ask of who saves.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

static const Pack *visit_with(Arena *a, Arena scratch, Str rows, Str roles, Faults *all)
{
    PackSheet sheets[SHELTER_SHEETS + 2];
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"),
        say(a, "record,type,name,label::English (en),asked,default,appearance,choice_filter\n{}", rows)};
    sheets[SHELTER_SHEETS + 1] = (PackSheet){S("choices/homes.csv"),
        S("list_name,name,label::English (en),unit\nhomes,far,Far,yard\nhomes,near,Near,home\nhomes,other,Other,\n")};
    for (int i = 0; roles.n && i < SHELTER_SHEETS; i++)
        if (str_equal(sheets[i].path, S("roles.csv"))) sheets[i].text = roles;
    *all = (Faults){0};
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 2, all);
    for (const Fault *f = p ? 0 : all->first; f; f = f->next)
        if (!f->warning) print_message("%s: %s\n", str_z(a, f->column), str_z(a, message_text(a, f->message)));
    return p;
}

static Str as(Arena *a, const Expr *e, Str kind)
{
    Somebody me = {.kind = kind, .unit = S("home")};
    return expr_text(a, e, &(View){.me = &me});
}

TEST(a_field_is_asked_first_or_later_or_never_as_its_group_is_or_by_who_is_asked)
{
    Faults all;
    const Pack *p = visit_with(a, scratch, S("visit,begin_group,g,G,later,,,\nvisit,text,one,One,,,,\nvisit,text,two,Two,spot,,,\n"
        "visit,text,three,Three,\"if(me(kind) = 'office', 'later', '')\",,,\nvisit,end_group,,,,,,\nvisit,text,four,Four,never,,,\n"
        "visit,text,five,Five,,,,\n"), (Str){0}, &all);
    must(p);
    const RecordType *t = record_type(p, S("visit"));
    static const struct { Str name; WhenAsked asked; } is[] = {
        {S("one"), ASKED_LATER}, {S("two"), ASKED_SPOT}, {S("four"), ASKED_NEVER}, {S("five"), ASKED_FIRST},
    };
    for (int i = 0; i < countof(is); i++) CHECK(field_get(t, is[i].name)->asked == is[i].asked && !field_get(t, is[i].name)->asked_by);
    const Expr *by = field_get(t, S("three"))->asked_by;
    CHECK(by && str_equal(as(a, by, S("office")), S("later")) && !as(a, by, S("gate")).n);
}

TEST(a_date_goes_by_its_year_or_month_where_its_appearance_says_so_and_nothing_else_does)
{
    Faults all;
    const Fault *told = 0;
    int n = 0;
    must(visit_with(a, scratch, S("visit,date,one,One,,,year,\nvisit,date,two,Two,,,month-year,\nvisit,text,three,Three,,,year,\n"),
        (Str){0}, &all));
    for (const Fault *f = all.first; f; f = f->next)
        if (str_find(message_text(a, f->message), S("do not go by 'year'")) >= 0) n++, told = f;
    CHECK(n == 1 && told->line == 4);
}

TEST(a_form_begins_with_words_or_with_what_is_made_of_who_fills_it_in)
{
    Faults all;
    const Pack *p = visit_with(a, scratch, S("visit,dateTime,one,One,,now(),,\nvisit,text,two,Two,,me(unit),,\n"
        "visit,select_one kinds,three,Three,,\"if(me(kind) = 'office', 'cat', '')\",,\n"
        "visit,dateTime,four,Four,,\"if(me(kind) = 'office', 'now()', '')\",,\n"), (Str){0}, &all);
    must(p);
    const RecordType *t = record_type(p, S("visit"));
    CHECK(str_equal(field_get(t, S("one"))->initial, S("now()")) && !field_get(t, S("one"))->begins);
    CHECK(str_equal(as(a, field_get(t, S("two"))->begins, S("office")), S("home")));
    CHECK(str_equal(as(a, field_get(t, S("three"))->begins, S("office")), S("cat")));
    CHECK(str_equal(as(a, field_get(t, S("four"))->begins, S("office")), S("now()")) && !as(a, field_get(t, S("four"))->begins, S("x")).n);
}

TEST(a_form_begins_with_the_choice_whose_column_says_who_fills_it_in)
{
    Faults all;
    const Pack *p = visit_with(a, scratch, S("visit,select_one homes,one,One,,choice(unit = me(unit)),,\n"
        "visit,select_one homes,two,Two,,choice(unit != '' and name != 'far' and me(kind) = 'office'),,\n"), (Str){0}, &all);
    must(p);
    const Field *one = field_get(record_type(p, S("visit")), S("one")), *two = field_get(record_type(p, S("visit")), S("two"));
    CHECK(one->begins_where && two->begins_where && !one->begins && !one->initial.n);
    Somebody me = {.kind = S("office"), .unit = S("home")};
    for (int i = 0; i < one->list->n; i++) {
        View on = {.me = &me, .choice = &one->list->choices[i]};
        CHECK(expr_true(a, one->begins_where, &on) == str_equal(on.choice->name, S("near")));
        CHECK(expr_true(a, two->begins_where, &on) == str_equal(on.choice->name, S("near")));
    }
    CHECK(one->list->n == 3);
}

TEST(a_choice_filter_asks_whether_the_choice_is_chosen_elsewhere)
{
    Faults all;
    const Pack *p = visit_with(a, scratch, S("visit,select_multiple moods,seen,Seen,,,grid,\n"
        "visit,select_multiple moods,unseen,Unseen,,,grid,\"not(selected(${seen}, name))\"\n"), (Str){0}, &all);
    must(p);
    const RecordType *t = record_type(p, S("visit"));
    Cell *cells = take(a, Cell, t->n);
    cells[field_get(t, S("seen"))->at].text = S("calm");
    const Field *unseen = field_get(t, S("unseen"));
    for (int i = 0; i < unseen->list->n; i++) {
        View on = {.type = t, .cells = cells, .choice = &unseen->list->choices[i]};
        CHECK(expr_true(a, unseen->filter, &on) == !str_equal(unseen->list->choices[i].name, S("calm")));
    }
}

TEST(what_a_role_writes_down_first_is_a_record)
{
    Faults all;
    Str good = S("name,label::English (en),begins\nboss,Boss,visit animal\nhelper,Helper,\n");
    const Pack *p = visit_with(a, scratch, S(""), good, &all);
    must(p);
    CHECK(p->roles[0].begins_n == 2 && p->roles[0].begins[0] == record_type(p, S("visit")) && !p->roles[1].begins_n);
    CHECK(!visit_with(a, scratch, S(""), S("name,label::English (en),begins\nboss,Boss,dog\nhelper,Helper,\n"), &all));
    bool found = false;
    for (const Fault *f = all.first; f; f = f->next) found |= !f->warning && str_equal(f->column, S("begins"));
    CHECK(found);
}

TEST(what_cannot_be_asked_or_begun_with_is_told)
{
    static const struct { Str row, column, words; } cases[] = {
        {S("visit,text,one,One,sometimes,,,"), S("asked"), S("sometimes")},
        {S("visit,text,one,One,\"if(${guests} = 1, 'later', '')\",,,"), S("asked"), S("by who fills it in")},
        {S("visit,text,one,One,\"if(maker(kind) = 'x', 'later', '')\",,,"), S("asked"), S("nobody is known here")},
        {S("visit,integer,one,One,,me(unit),,"), S("default"), S("made of who fills it in")},
        {S("visit,text,one,One,,\"if(${guests} = 1, 'x', '')\",,"), S("default"), S("made of who fills it in")},
        {S("visit,text,one,One,,\"if(creator(kind) = 'x', 'y', '')\",,"), S("default"), S("nobody is known here")},
        {S("visit,text,one,One,,choice(unit = me(unit)),,"), S("default"), S("a field of choices")},
        {S("visit,select_one homes,one,One,,choice(me(unit)),,"), S("default"), S("a field of choices")},
        {S("visit,select_one homes,one,One,,choice(unit = string(${guests})),,"), S("default"), S("a field of choices")},
        {S("visit,select_one homes,one,One,,choice(office = me(unit)),,"), S("default"), S("has no column 'office'")},
        {S("visit,select_one homes,one,One,,choice(unit = maker(unit)),,"), S("default"), S("nobody is known here")},
        {S("visit,select_one homes,one,One,,choice(unit = me(unit),,"), S("default"), S("")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Arena turn = scratch;
        Faults all;
        CHECK(!visit_with(a, turn, say(a, "{}\n", cases[i].row), (Str){0}, &all));
        bool found = false;
        for (const Fault *f = all.first; f; f = f->next)
            found |= !f->warning && str_equal(f->column, cases[i].column) && str_find(message_text(a, f->message), cases[i].words) >= 0;
        if (!found) print_error("%s\n", str_z(a, cases[i].row));
        CHECK(found);
    }
}

// What somebody closes in one line of a role and record, another line of the same takes away: it is told.
TEST(a_second_line_of_a_role_and_record_is_told_since_it_stands_instead_of_the_first)
{
    const struct { Str more; int line; } cases[] = {
        {S(""), 0}, {S("boss,visit,all,none,\n"), 0}, {S("helper,visit,all,none,\n"), 5},
        {S("boss,visit,all,none,\nhelper,*,all,none,\n"), 6},
    };
    for (int i = 0; i < (int)countof(cases); i++) {
        Faults all = {0};
        PackSheet sheets[SHELTER_SHEETS];
        memcpy(sheets, shelter, sizeof shelter);
        for (int k = 0; k < SHELTER_SHEETS; k++)
            if (str_equal(sheets[k].path, S("rights.csv"))) sheets[k].text = say(a, "{}{}", sheets[k].text, cases[i].more);
        const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS, &all);
        int line = 0;
        for (const Fault *f = all.first; f; f = f->next) {
            bool again = str_find(message_text(a, f->message), S("speaks of this role and record already")) >= 0;
            if (again) line = (int)f->line;
            CHECK(!again || f->warning);
        }
        CHECK(p && line == cases[i].line);
    }
}
