// What an erasure leaves, as the pack says it: the column stays, what figures look at, and a birth as coarse as they allow.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "pack/pack_test.h"
#include "base/test.h"

#define HEAD "record,type,name,label::English (en),class,compartment,stays\n"
static const Pack *keeper_with(Arena *a, Arena scratch, const char *rows, Faults *all)
{
    PackSheet sheets[SHELTER_SHEETS + 1];
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"), say(a, "{}{}", S(HEAD), str_from(rows))};
    return shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, all);
}

static const Field *keepers(const Pack *p, Str name)
{
    return field_get(record_type(p, S("keeper")), name);
}

TEST(what_is_plain_stays_and_of_the_rest_what_the_pack_says)
{
    Faults all = {0};
    const Pack *p = keeper_with(a, scratch, "keeper,text,one,One,plain,case,\nkeeper,text,two,Two,quasi,case,\n"
        "keeper,text,three,Three,quasi,case,yes\nkeeper,text,four,Four,plain,case,no\nkeeper,date,five,Five,quasi,case,age\n"
        "keeper,select_multiple moods,six,Six,quasi,case,\"if(selected(${six}, 'calm'), 'calm', '')\"\n", &all);
    CHECK(p && !all.n);
    CHECK(keepers(p, S("one"))->stays == STAYS_WHOLE && keepers(p, S("two"))->stays == STAYS_NOT);
    CHECK(keepers(p, S("three"))->stays == STAYS_WHOLE && keepers(p, S("four"))->stays == STAYS_NOT);
    CHECK(keepers(p, S("five"))->stays == STAYS_AGE && keepers(p, S("six"))->stays == STAYS_MADE && keepers(p, S("six"))->stays_as);
    CHECK(keepers(p, S("name"))->stays == STAYS_NOT); // it is sealed
}

TEST(of_what_a_figure_looks_at_enough_stays_though_the_pack_says_nothing)
{
    Faults all = {0};
    const Pack *p = keeper_with(a, scratch, "keeper,text,two,Two,quasi,case,\n", &all);
    CHECK(p && keepers(p, S("two"))->stays == STAYS_NOT);
    PackSheet sheets[SHELTER_SHEETS + 2];
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"),
        S(HEAD "keeper,text,two,Two,quasi,case,\nkeeper,date,met,Met,plain,case,\n")};
    sheets[SHELTER_SHEETS + 1] = (PackSheet){S("figures/more.csv"), S("name,label::English (en),unit,record,where,date,count\n"
        "more,More,keeper,keeper,\"${two} = 'x' and may-be-under(25, ${born}, ${met})\",met,records\n")};
    p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 2, &all);
    CHECK(p && keepers(p, S("two"))->stays == STAYS_WHOLE && keepers(p, S("born"))->stays == STAYS_AGE);
}

TEST(what_cannot_stay_is_a_fault_that_says_what_to_do)
{
    static const char *const rows[] = {"keeper,text,one,One,identity,case,yes\n", "keeper,text,one,One,quasi,case,age\n",
        "keeper,integer,one,One,quasi,case,\"concat('a', 'b')\"\n", "keeper,text,one,One,quasi,case,\"concat(${name}, 'b')\"\n",
        "keeper,file,one,One,identity,case,yes\n"};
    for (int i = 0; i < countof(rows); i++) {
        Faults all = {0};
        bool refused = !keeper_with(a, scratch, rows[i], &all);
        const Fault *f = all.first;
        for (const Fault *one = all.n == 1 ? 0 : all.first; one; one = one->next)
            if (!one->warning) print_message("%d: %s\n", i, str_z(a, message_text(a, one->message)));
        while (f && f->warning) f = f->next;
        CHECK(refused && all.n == 1 && str_equal(f->column, S("stays")));
    }
}

TEST(a_birth_is_cut_as_far_as_no_answer_changes)
{
    Faults all = {0};
    const Pack *p = keeper_with(a, scratch, "keeper,text,two,Two,quasi,case,\n", &all);
    Days far[] = {{20200601, 20200601}}, near[] = {{20200601, 20200601}, {20260101, 20260131}}, month[] = {{20260510, 20260510}};
    CHECK(str_equal(birth_cut(a, p, S("2008-05-17"), far, 1), S("2008")));
    CHECK(str_equal(birth_cut(a, p, S("2008-05-17"), near, 2), S("2008-05-17")) == false);
    CHECK(str_equal(birth_cut(a, p, S("2008-05-17"), month, 1), S("2008-05-17"))); // a week before she is 18
    CHECK(str_equal(birth_cut(a, p, S("2008-06-17"), month, 1), S("2008-06"))); // a month before: her day says no more
    CHECK(str_equal(birth_cut(a, p, S("2008"), month, 1), S("2008")));
    CHECK(str_equal(birth_cut(a, p, S("2008-05-17"), month, 0), S("2008"))); // nothing of hers has a day
    CHECK(!birth_cut(a, p, S(""), month, 1).n);
}
