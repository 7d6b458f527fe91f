// A pack reads XLSForm as its writers write it; what it does not act on is told, never passed over in silence.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "pack/pack_test.h"

// The shelter with one more sheet of its record visit.
static const Pack *read_with(Arena *a, Arena scratch, Str header, Str rows, Faults *all)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/z.csv"), say(a, "{}\n{}", header, rows)};
    return shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, all);
}

static const Fault *told_in_z(const Faults *all, const Fault *from)
{
    for (const Fault *f = from ? from->next : all->first; f; f = f->next) {
        if (str_equal(f->file, S("survey/z.csv")) && !str_equal(f->column, S("used_for"))) return f;
    }
    return 0;
}

TEST(types_are_read_as_writers_of_xlsform_write_them)
{
    static const struct { Str type; FieldKind kind; } cases[] = {
        {S("select one kinds"), FIELD_CHOICE}, {S("select one from kinds"), FIELD_CHOICE}, {S("select_one kinds"), FIELD_CHOICE},
        {S("Select  One kinds"), FIELD_CHOICE}, {S("select1 kinds"), FIELD_CHOICE},
        {S("select multiple kinds"), FIELD_CHOICES}, {S("select all that apply from kinds"), FIELD_CHOICES},
        {S("select multiple from kinds"), FIELD_CHOICES}, {S("select_multiple kinds"), FIELD_CHOICES},
        {S("string"), FIELD_TEXT}, {S("Text"), FIELD_TEXT}, {S("int"), FIELD_INTEGER}, {S("datetime"), FIELD_MOMENT},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        const Pack *p = read_with(a, scratch, S("record,type,name,label"), say(a, "visit,{},more,More\n", cases[i].type), &all);
        must(p);
        const Field *f = field_get(record_type(p, S("visit")), S("more"));
        CHECK(f && f->kind == cases[i].kind && !told_in_z(&all, 0));
        CHECK(str_equal(f->label.in[LANG_EN], S("More")));
    }
}

TEST(required_is_read_in_all_its_spellings)
{
    static const struct { Str said; bool yes, known; } cases[] = {
        {S("yes"), 1, 1}, {S("Yes"), 1, 1}, {S("YES"), 1, 1}, {S("TRUE"), 1, 1}, {S("true"), 1, 1}, {S("true()"), 1, 1}, {S("1"), 1, 1},
        {S("no"), 0, 1}, {S("No"), 0, 1}, {S("FALSE"), 0, 1}, {S("false"), 0, 1}, {S("false()"), 0, 1}, {S("0"), 0, 1}, {S(""), 0, 1},
        {S("perhaps"), 0, 0}, {S("2"), 0, 0}, {S("yes no"), 0, 0},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        Str rows = say(a, "visit,text,more,More,{}\n", cases[i].said);
        const Pack *p = read_with(a, scratch, S("record,type,name,label,required"), rows, &all);
        CHECK(!p == !cases[i].known);
        if (p) CHECK(field_get(record_type(p, S("visit")), S("more"))->required == cases[i].yes);
        else CHECK(str_equal(told_in_z(&all, 0)->column, S("required")));
    }
}

TEST(required_may_be_a_condition)
{
    Faults all = {0};
    const Pack *p = read_with(a, scratch, S("record,type,name,label,required,relevant"),
        S("visit,text,more,More,${guests} > 2,${told} != 'x'\n"), &all);
    must(p);
    static const struct { const char *guests, *told, *more; bool lacks; } cases[] = {
        {"3", "", "", true}, {"2", "", "", false}, {"", "", "", false}, {"3", "x", "", false}, {"3", "", "m", false},
    };
    const RecordType *visit = record_type(p, S("visit"));
    for (int i = 0; i < countof(cases); i++) {
        Cell *cells = take(a, Cell, visit->n);
        cells[field_get(visit, S("guests"))->at].text = str_from(cases[i].guests);
        cells[field_get(visit, S("told"))->at].text = str_from(cases[i].told);
        cells[field_get(visit, S("more"))->at].text = str_from(cases[i].more);
        Faults told = {0};
        record_check(a, scratch, &(View){.type = visit, .cells = cells, .today = 20240101}, CHECK_SAVE, &told);
        CHECK(faults_about(&told, S("more")) == cases[i].lacks);
    }
    CHECK(!read_with(a, scratch, S("record,type,name,label,required"), S("visit,text,more,More,${nosuch} = 1\n"), &all));
    CHECK(str_equal(told_in_z(&all, 0)->column, S("required")));
}

TEST(a_group_is_begun_with_a_blank_too_and_needs_no_heading)
{
    Faults all = {0};
    const Pack *p = read_with(a, scratch, S("record,type,name,label:English,relevant,required"),
        S("visit,begin group,outer,Outer,${guests} > 0,no\nvisit,Begin Group,inner,,,\nvisit,text,more,More,,\n"
        "visit,end group,inner,,,\n,end group,outer,,,\nvisit,text,last,Last,,\n"), &all);
    must(p);
    const RecordType *visit = record_type(p, S("visit"));
    const Field *more = field_get(visit, S("more")), *last = field_get(visit, S("last"));
    CHECK(str_equal(more->group.in[LANG_EN], S("Outer")) && more->relevant);
    CHECK(!last->group.in[LANG_EN].n && !last->relevant);
}

// What stands in a column that is not ours: nothing, something harmless, something that would be missed.
TEST(columns_that_say_nothing_here_are_told_once_they_are_filled)
{
    static const struct { Str header, cell; int told; bool warning; Str words; } cases[] = {
        {S("read_only"), S(""), 0, 0, S("")}, {S("read_only"), S("no"), 0, 0, S("")}, {S("read_only"), S("yes"), 1, 1, S("passed over")},
        {S("parameters"), S("start=1"), 1, 1, S("passed over")}, {S("parameters"), S(""), 0, 0, S("")},
        {S("$given_name"), S("x"), 1, 1, S("passed over")}, {S("$given_name"), S(""), 0, 0, S("")},
        {S("bind::type"), S("x"), 1, 1, S("passed over")}, {S("instance::x"), S("x"), 1, 1, S("passed over")},
        {S("body::x"), S("x"), 1, 1, S("passed over")}, {S("body::x"), S(""), 0, 0, S("")},
        {S("trigger"), S(""), 0, 0, S("")}, {S("trigger"), S("${x}"), 2, 0, S("would be missed")},
        {S("media::image"), S(""), 0, 0, S("")}, {S("media::image::Lao (lo)"), S("a.jpg"), 2, 0, S("Pictures")},
        {S("image"), S("a.jpg"), 2, 0, S("Pictures")},
        {S("label::French (fr)"), S(""), 1, 1, S("language")}, {S("label::Français"), S("Nom"), 1, 1, S("language")},
        {S("label::English (en)"), S("More"), 1, 1, S("Beside")},
        {S("appearance"), S("minimal"), 0, 0, S("")}, {S("appearance"), S("field-list"), 2, 1, S("do not go by 'field-list'")},
        {S("colour"), S(""), 1, 0, S("no column of this name")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        const Pack *p = read_with(a, scratch, say(a, "record,type,name,label,{}", cases[i].header),
            say(a, "visit,text,more,More,{}\nvisit,text,most,Most,{}\n", cases[i].cell, cases[i].cell), &all);
        int n = 0;
        for (const Fault *f = told_in_z(&all, 0); f; f = told_in_z(&all, f)) {
            n++;
            CHECK(f->warning == cases[i].warning && f->line >= 1 && f->line <= 3);
            CHECK(str_find(message_text(a, f->message), cases[i].words) >= 0);
            CHECK(str_equal(f->column, cases[i].header) || str_find(cases[i].words, S("Beside")) >= 0);
        }
        CHECK(n == cases[i].told);
        CHECK(!p == (cases[i].told && !cases[i].warning));
    }
}

TEST(a_missing_text_is_told_under_the_header_that_is_there)
{
    Faults all = {0};
    CHECK(!read_with(a, scratch, S("record,type,name,label"), S("visit,text,more,\n"), &all));
    CHECK(all.n == 1 && str_equal(told_in_z(&all, 0)->column, S("label")));
}
