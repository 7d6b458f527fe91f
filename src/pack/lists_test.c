// Lists: columns of the pack's own, and what asks for them.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

static Faults weighed(Arena *a, Arena scratch, Str cat, Str asked)
{
    Faults all = {0};
    PackSheet *sheets = broken_shelter(a, &(Slip){S("moves.csv"), S("${leaves} != ''"), asked, 0, {0}, {0}});
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        Str text = sheets[i].text;
        if (!str_equal(sheets[i].path, S("choices.csv"))) continue;
        Str rest = str_slice(text, str_find(text, S("maps::other")) + 11, text.n);
        isize at = str_find(rest, S(",C\n")), fish = str_find(rest, S(",F\n"));
        sheets[i].text = say(a, "{}weight{},{}{}{}", str_slice(text, 0, str_find(text, S("maps::other"))),
            str_slice(rest, 0, at), cat, str_slice(rest, at + 2, fish), str_slice(rest, fish + 2, rest.n));
    }
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS, &all);
    const Choice *c = p ? list_get(record_type(p, S("animal"))->fields[1].list, S("cat")) : 0;
    CHECK(!p || (str_equal(choice_says(c, S("weight")), cat) && !choice_says(c, S("colour")).n));
    return all;
}

// A column of its own is kept with the choice, told when nothing asks for it, and faulty where a sum meets no number.
TEST(a_column_of_choices_is_kept_summed_and_told_when_nothing_asks_for_it)
{
    Faults quiet = weighed(a, scratch, S("4.5"), S("\"sum-selected(${kind}, weight) > 4\""));
    CHECK(!quiet.n);
    for (const Fault *f = quiet.first; f; f = f->next) CHECK(!str_equal(f->column, S("weight")));
    Faults unasked = weighed(a, scratch, S("heavy"), S("${leaves} != ''"));
    int times = 0;
    for (const Fault *f = unasked.first; f; f = f->next) times += f->warning && str_equal(f->column, S("weight")) && f->line == 2;
    CHECK(!unasked.n && times == 1);
    Faults odd = weighed(a, scratch, S("heavy"), S("\"sum-selected(${kind}, weight) > 4\""));
    CHECK(odd.n == 1 && told(a, &odd, &(Slip){S("moves.csv"), {0}, {0}, 2, S("needs"), S("cat has 'heavy' in the column weight")}));
}

TEST(a_choice_filter_names_columns_of_its_list)
{
    static const struct { Str type, filter, words; } cases[] = {
        {S("select_one kinds"), S("maps = 'x'"), S("no column 'maps'")},
        {S("select_one kinds"), S("name"), S("must give a yes or no")},
        {S("select_one kinds"), S("name > 3"), S("has 'cat' in the column name")},
        {S("text"), S("name = 'x'"), S("Only a field of choices")},
        {S("select_one kinds"), S("name = 'cat' or name = ${kind}"), {0}}, {S("select_multiple districts"), S("parent = 'LA-VT'"), {0}},
        {S("select_one units"), S("kind = 'office' or province = ${kind} or agency = 'home'"), {0}},
        {S("select_multiple districts"), S("LA = parent"), S("no column 'LA'")},
        {S("select_one kinds"), S("cat = name"), S("no column 'cat'")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        PackSheet sheets[SHELTER_SHEETS + 1];
        memcpy(sheets, shelter, sizeof shelter);
        sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"), say(a,
            "record,type,name,label::English (en),class,compartment,choice_filter\n"
            "animal,{},more,More,plain,identity,{}\n", cases[i].type, cases[i].filter)};
        shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
        const Slip slip = {S("survey/more.csv"), {0}, {0}, 2, S("choice_filter"), cases[i].words};
        if (cases[i].words.n ? !told(a, &all, &slip) : all.n > 0) {
            for (const Fault *f = all.first; f; f = f->next) print_message("%d %s\n", i, str_z(a, message_text(a, f->message)));
        }
        CHECK(cases[i].words.n ? all.n == 1 && told(a, &all, &slip) : !all.n);
    }
}

// The shelter with its visits as counts of earlier years, and another figure that says what one leaves out.
static Faults told_of(Arena *a, Arena scratch, Str earlier, Str left, const Pack **p)
{
    Faults all = {0};
    PackSheet sheets[SHELTER_SHEETS + 1];
    memcpy(sheets, shelter, sizeof shelter);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        Str path = sheets[i].path;
        if (str_equal(path, S("pack.csv"))) sheets[i].text = say(a, "{}earlier,{}\n", sheets[i].text, earlier);
        if (str_equal(path, S("figures.csv")))
            sheets[i].text = say(a, "name,label::English (en),unit,record,where,date,count,female,within,left,of\n"
                "keepers,Keepers,person,animal,${kind} = 'cat',born,persons,,,,\n"
                "guests,Guests,guest,visit,,day_of_visit,\"coalesce(${guests}, 1)\",0,,,\n"
                "visits,Visits,visit,visit,,day_of_visit,records,,,,\n{}\n", left);
    }
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"), S("record,type,name,label::English (en)\n"
        "visit,select_one figures,figure,Beside\nvisit,date,until,Until\nvisit,integer,women,Women\n"
        "visit,text,words,Words\nvisit,text,source,Source\n")};
    *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
    return all;
}

TEST(figures_can_be_chosen_and_counts_of_earlier_years_and_what_is_left_out_are_checked)
{
    const Str good = S("visit figure day_of_visit until guests women words source"),
        none = S("late,Too late,visit,visit,${guests} = 0,day_of_visit,records,,visits,yes,");
    const struct { Str earlier, left, column, words; } wrong[] = {
        {S("nobody figure until until guests women words source"), none, S("value"), S("is no record")},
        {S("animal kind born born legs legs name name"), none, S("value"), S("about persons")},
        {S("visit words day_of_visit until guests women words source"), none, S("value"), S("'words' does not do")},
        {S("visit figure until day_of_visit words women words source"), none, S("value"), S("'words' does not do")},
        {S("visit figure until day_of_visit guests women words"), none, S("value"), S("7 fields")},
        {good, S("late,Too late,visit,visit,,day_of_visit,records,,visits,no,"), S("left"), S("Write yes")},
        {good, S("late,Too late,visit,visit,,day_of_visit,records,,,yes,"), S("left"), S("within the figure")},
        {good, S("late,,visit,visit,,day_of_visit,records,,visits,yes,"), S("label"), S("the reason")},
    };
    const Pack *p;
    Faults all = told_of(a, scratch, good, none, &p);
    CHECK(p && !all.n);
    const Field *f = p ? field_get(record_type(p, S("visit")), S("figure")) : 0;
    CHECK(f && f->list->n == 3 && list_get(f->list, S("guests")) && !list_get(f->list, S("late")));
    CHECK(f && str_equal(words_in(&list_get(f->list, S("guests"))->label, LANG_EN), S("Guests")));
    CHECK(p && p->earlier.fields[EARLIER_FIGURE] == f && p->earlier.record == record_type(p, S("visit")));
    CHECK(p && p->figures[3].left && p->figures[3].within == &p->figures[2]);
    for (int i = 0; i < countof(wrong); i++) {
        all = told_of(a, scratch, wrong[i].earlier, wrong[i].left, &p);
        bool is_told = false;
        for (const Fault *one = all.first; one; one = one->next)
            is_told |= str_equal(one->column, wrong[i].column) && str_find(message_text(a, one->message), wrong[i].words) >= 0;
        if (!is_told) print_message("%d is not told\n", i);
        CHECK(is_told && !p);
    }
}
