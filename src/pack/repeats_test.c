// Rows inside a form: what the survey makes of begin_repeat, and what of it is faulty.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

#define HEAD "record,type,name,label::English (en),relevant,constraint,constraint_message::English (en),class,compartment," \
    "required,contract\n"

static const Pack *read_with(Arena *a, Arena scratch, Str survey, Str rights, Str records, Faults *all)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 3);
    int n = SHELTER_SHEETS;
    memcpy(sheets, shelter, sizeof shelter);
    sheets[n++] = (PackSheet){S("survey/z.csv"), say(a, "{}{}", S(HEAD), survey)};
    if (rights.n) sheets[n++] = (PackSheet){S("rights/z.csv"), say(a, "role,record,read,write,where,classes\n{}", rights)};
    if (records.n) sheets[n++] = (PackSheet){S("records/z.csv"),
        say(a, "name,role,parent,title,label::English (en),plural::English (en)\n{}", records)};
    return shelter_read(a, scratch, sheets, n, all);
}

TEST(rows_inside_a_form_are_a_record_of_their_own_that_hangs_on_the_form_s_and_on_whom_it_hangs_on)
{
    Faults all = {0};
    const Pack *p = read_with(a, scratch, S(
        "animal,begin repeat,toys,Toys,${legs} > 2,,,,,,\n"
        "animal,text,what,What,,,,plain,care,yes,\n"
        "animal,date,since,Since,,${born} = '' or . >= ${born},Not before it was born.,plain,care,,\n"
        "animal,date,till,Till,,${since} = '' or . >= ${since},Not before.,plain,care,,\n"
        "animal,text,for_whom,For whom,${keeper.female} = 'yes',,,plain,care,,\n"
        "animal,end repeat,,,,,,,,,\n"
        "animal,text,later,Later,,,,plain,care,,\n"), (Str){0}, (Str){0}, &all);
    must(p && !all.n);
    const RecordType *animal = record_type(p, S("animal")), *toys = record_type(p, S("animal_toys"));
    must(toys && animal->repeats_n == 1);
    const Repeat *r = repeat_get(animal, S("toys"));
    CHECK(r && r->type == toys && r->link == field_get(toys, S("animal")) && r->relevant && toys->within == animal);
    CHECK(str_equal(animal->fields[r->at].name, S("later")) && !field_get(animal, S("what")) && animal->n == 12);
    CHECK(r->link->target == animal && r->link->required && toys->parent == r->link->at && toys->sealed && !toys->listed);
    const Field *keeper = field_get(toys, S("keeper"));
    must(keeper && keeper->calculation && toys->person == keeper->at);
    CHECK(keeper->calculation->link == r->link && keeper->calculation->field == field_get(animal, S("keeper")));
    const Field *since = field_get(toys, S("since")), *till = field_get(toys, S("till")), *whom = field_get(toys, S("for_whom"));
    const Expr *born = since->constraint->args[1]->args[1];
    CHECK(born->op == EXPR_FIELD && born->link == r->link && str_equal(born->field->name, S("born")));
    CHECK(!till->constraint->args[1]->args[1]->link && whom->relevant->args[0]->link == keeper);
    CHECK(toys->title[LANG_EN] && str_equal(words_in(&toys->label, LANG_EN), S("Toys")));
    CHECK(p->roles[0].rights[toys->at].write == ROWS_ALL && p->roles[1].rights[toys->at].write == ROWS_OWN);
}

TEST(a_row_s_record_is_told_more_of_in_the_sheets_and_has_rights_of_its_own_there)
{
    Faults all = {0};
    Str survey = S("visit,begin_repeat,groups,Groups,,,,,,,\nvisit,integer,size,Size,,,,,,,1\nvisit,end_repeat,,,,,,,,,\n");
    const Pack *p = read_with(a, scratch, survey, S("helper,visit_groups,none,none,,\nhelper,visit,all,all,,\n"),
        S("visit_groups,,,concat(${size}),Group,Groups\n"), &all);
    must(p && !all.n);
    const RecordType *groups = record_type(p, S("visit_groups"));
    CHECK(str_equal(words_in(&groups->label, LANG_EN), S("Group")) && !groups->sealed && groups->person < 0);
    CHECK(!p->roles[1].rights[groups->at].read && p->roles[1].rights[groups->within->at].read == ROWS_ALL);
    CHECK(groups->contract_n == 2 && groups->contract[0] == repeat_get(groups->within, S("groups"))->link);
    p = read_with(a, scratch, survey, S("helper,visit,all,own,${guests} > 1,\n"), (Str){0}, &all);
    CHECK(!p && all.n == 1 && faults_about(&all, S("where")));
}

TEST(slips_with_repeats_are_told_with_their_places)
{
    static const struct { const char *rows; int line; Str column; } slips[] = {
        {"visit,begin_repeat,,Groups,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("name")},
        {"visit,begin_repeat,a b,Groups,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("name")},
        {"visit,begin_repeat,items,Groups,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("name")},
        {"visit,begin_repeat,a123456789012345678901234567890,Groups,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("name")},
        {"visit,begin_repeat,guests,Groups,,,,,,,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("name")},
        {"visit,begin_repeat,groups,,,,,,,,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("label::English (en)")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,end_repeat,,,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 4, S("type")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,a,A,,,,,,,\n", 2, S("type")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,a,A,,,,,,,\nrescue,text,b,B,,,,,,,\n", 2, S("type")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,a,A,,,,,,,\nvisit,begin_repeat,inner,Inner,,,,,,,\n"
         "visit,text,b,B,,,,,,,\nvisit,end_repeat,,,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 4, S("type")},
        {"visit,begin_repeat,groups,Groups,,,,,,yes,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("required")},
        {"visit,begin_repeat,groups,Groups,,,,identity,,,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("class")},
        {"visit,begin_repeat,groups,Groups,${nosuch} = 1,,,,,,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 2, S("relevant")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,a,A,${nosuch} = 1,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 3, S("relevant")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,visit,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 3, S("name")},
        {"visit,text,a,A,${groups} = 1,,,,,,\nvisit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,b,B,,,,,,,\n"
         "visit,end_repeat,,,,,,,,,\n", 2, S("relevant")},
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\n"
         "visit,begin_repeat,groups,More,,,,,,,\nvisit,text,b,B,,,,,,,\nvisit,end_repeat,,,,,,,,,\n", 5, S("name")},
    };
    for (int i = 0; i < countof(slips); i++) {
        Faults all = {0};
        const Pack *p = read_with(a, scratch, str_from(slips[i].rows), (Str){0}, (Str){0}, &all);
        const Fault *f = all.first;
        while (f && f->warning) f = f->next;
        bool told = !p && all.n == 1 && f->line == slips[i].line && str_equal(f->column, slips[i].column);
        if (!told) {
            print_error("%d: %s", i, slips[i].rows);
            for (f = all.first; f; f = f->next)
                print_error("  %d %s: %s\n", (int)f->line, str_z(a, f->column), str_z(a, message_text(a, f->message)));
        }
        CHECK(told);
    }
}

TEST(a_repeat_takes_no_record_over_that_is_another_one)
{
    static const struct { const char *survey, *records; int line; } cases[] = {
        {"visit,begin_repeat,groups,Groups,,,,,,,\nvisit,text,a,A,,,,,,,\nvisit,end_repeat,,,,,,,,,\nvisit_groups,text,b,B,,,,,,,\n",
            "visit_groups,,,,Group,Groups\n", 2},
        {"a1234567890123456789012345678901234567_g,text,b,B,,,,,,,\na1234567890123456789012345678901234567_g,begin_repeat,g,G,,,,,,,\n"
            "a1234567890123456789012345678901234567_g,text,a,A,,,,,,,\na1234567890123456789012345678901234567_g,end_repeat,,,,,,,,,\n",
            "a1234567890123456789012345678901234567_g,,,,Long,Longs\n", 3},
    };
    for (int i = 0; i < countof(cases); i++) {
        Faults all = {0};
        const Pack *p = read_with(a, scratch, str_from(cases[i].survey), (Str){0}, str_from(cases[i].records), &all);
        const Fault *f = all.first;
        while (f && f->warning) f = f->next;
        CHECK(!p && f && f->line == cases[i].line && str_equal(f->column, S("name")));
        CHECK(str_find(message_text(a, f->message), S("another one already")) > 0);
    }
}
