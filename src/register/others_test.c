// What an effect sets in other records that are there, on whatever way they are named; and in which state something then stands.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static void effects_and(Store *s, const char *rows, const char *survey)
{
    PackSheets sheets = club_with(s->a, S("effects.csv"),
        say(s->a, "record,on,when,makes,same,whose,field,value\n{}", str_from(rows)));
    sheets.at[sheets.n++] = (PackSheet){S("survey/zmore.csv"),
        say(s->a, "record,type,name,label::English (en),class,compartment\nvisit,link loan,loan,Loan,plain,identity\n{}",
            str_from(survey))};
    for (int i = 0; i < sheets.n; i++) {
        if (!str_equal(sheets.at[i].path, S("rights.csv"))) continue;
        sheets.at[i].text = S("role,record,read,write,where,classes,compartments,opens\nclerk,*,unit,none,,,,\nclerk,loan,unit,unit,,,,\n"
            "boss,*,agency,agency,,,,\nmine,*,none,none,,,,\nreader,*,none,none,,,,\n");
    }
    pack_put(s, sheets, 3);
    must_work(s->a, store_refresh(s));
}

static Saved step(Store *s, Str id, const char *name)
{
    Draft d = draft_make(s->a, type_of(s, "loan"));
    Saved out;
    d.id = id;
    d.move = str_from(name);
    must_work(s->a, save_draft(s, &d, &out));
    return out;
}

static const char back[] =
    "loan,return,,.member,,,area,'north'\n"
    "loan,return,,part,member,${part} = 'guest',left,${returns}\n"
    "part,change,${left} != '',.trip,,,length,'short'\n";

static Str began(Store *s)
{
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    PUT(s, "member", {"key", "N"}, {"name", "Nin"});
    PUT(s, "trip", {"key", "T"}, {"length", "long"}, {"opened", "2026-01-01"});
    PUT(s, "part", {"key", "P1"}, {"trip", "T"}, {"member", "M"}, {"part", "guest"});
    PUT(s, "part", {"key", "P2"}, {"member", "M"}, {"part", "guide"});
    PUT(s, "part", {"key", "P3"}, {"member", "N"}, {"part", "guest"});
    return PUT(s, "loan", {"key", "L"}, {"member", "M"}, {"returns", "2026-01-30"}).id;
}

TEST_REGISTER(an_effect_sets_fields_of_what_a_link_names_and_of_those_whose_links_name_the_same)
{
    effects_and(s, back, "");
    Store *boss = as_user(s, "vong", "boss", "north1"), *clerk = as_user(s, "seng", "clerk", "north1");
    Str id = began(boss);
    Draft d = DRAFT(clerk, "member", {"name", "Ann"});
    Saved none;
    CHECK(is_kind(save_draft(clerk, &d, &none), ERR_DENIED)); // she may write neither of them herself
    Saved got = step(clerk, id, "return");
    CHECK(!got.faults.n && !got.made_n);
    CHECK(says(s, "member", S("M"), "area", "north") && says(s, "member", S("N"), "area", "") && says(s, "member", S("M"), "name", "Noy"));
    CHECK(says(s, "part", S("P1"), "left", "2026-01-30") && says(s, "part", S("P2"), "left", "") && says(s, "part", S("P3"), "left", ""));
    CHECK(says(s, "trip", S("T"), "length", "short")); // what follows from what follows
    CHECK(count_of(h, "journal where actor = 'seng' and verb = 'change' and record in ('member', 'part', 'trip')") == 3);
    step(boss, id, "again");
    CHECK(!step(boss, id, "return").faults.n); // they say so already
    CHECK(count_of(h, "journal where verb = 'change' and record in ('member', 'part', 'trip')") == 3);
    int64_t entries;
    must_work(a, register_rebuild(s, &entries));
    CHECK(says(s, "part", S("P1"), "left", "2026-01-30"));
    verified(h);
}

TEST_REGISTER(what_the_rules_of_the_other_record_refuse_refuses_the_step)
{
    effects_and(s, "loan,return,,.trip,,,opened,${returns}\nloan,return,,visit,loan,,guests,${lent}\n",
        "loan,link trip,trip,Trip,plain,identity\nloan,link loan,loan,Loan,plain,identity\n");
    PUT(s, "loan", {"key", "K"});
    PUT(s, "visit", {"key", "V"}, {"loan", "K"}, {"guests", "3"});
    Str id = PUT(s, "loan", {"key", "L"}, {"loan", "K"}, {"lent", "60"}, {"returns", "2026-01-30"}).id;
    int64_t entries = count_of(h, "journal");
    Saved got = step(s, id, "return"); // at most fifty guests
    CHECK(got.faults.n == 1 && faulty(&got, "state") && count_of(h, "journal") == entries);
    CHECK(says(s, "visit", S("V"), "guests", "3"));
}

TEST_REGISTER(two_effects_that_change_one_record_in_one_saving_are_refused)
{
    effects_and(s, "loan,return,,.member,,,area,'north'\nloan,return,${lent} = 1,.member,,,sex,'female'\n", "");
    Str id = began(s);
    Saved got = step(s, id, "return");
    CHECK(!got.faults.n);
    step(s, id, "again");
    save_well(s, CHANGE(s, "loan", S("L"), 0, {"lent", "1"}));
    got = step(s, id, "return");
    CHECK(got.faults.n == 1 && faulty(&got, "state") && says(s, "member", S("M"), "sex", ""));
}

TEST_REGISTER(what_is_brought_in_changes_no_others_and_a_link_to_nothing_has_none)
{
    effects_and(s, "visit,change,${guests} > 5,.loan,,,lent,9\nvisit,change,${guests} > 5,visit,loan,,told,'many'\n", "");
    PUT(s, "loan", {"key", "K"}, {"lent", "2"});
    Imported got = bring(s, "visit", "key,guests,loan\nA,9,K\n");
    CHECK(!got.faults.n && says(s, "loan", S("K"), "lent", "2"));
    PUT(s, "visit", {"key", "B"}, {"guests", "7"}); // names no loan
    CHECK(says(s, "visit", S("A"), "told", "") && says(s, "visit", S("B"), "told", ""));
    PUT(s, "visit", {"key", "C"}, {"guests", "8"}, {"loan", "K"});
    CHECK(says(s, "loan", S("K"), "lent", "9") && says(s, "visit", S("A"), "told", "many"));
}

TEST_REGISTER(an_effect_says_in_which_state_a_record_stands_this_one_or_another)
{
    effects_and(s, "loan,create,${state} = 'out' and ${lent} = 7,.,,,state,'back'\nloan,change,${lent} = 8,.,,,state,'out'\n"
        "visit,create,${guests} = 1,.loan,,,state,'back'\nvisit,create,${guests} = 2,loan,,,state,'back'\nloan,back,,.,,,price,1\n", "");
    PUT(s, "loan", {"key", "K"}, {"lent", "7"});
    PUT(s, "loan", {"key", "L"}, {"lent", "1"});
    CHECK(count_of(h, "loan where key = 'K' and state = 'back' and state_since is not null") == 1 && says(s, "loan", S("K"), "price", "1"));
    CHECK(count_of(h, "loan where key = 'L' and state = 'out'") == 1);
    PUT(s, "visit", {"key", "A"}, {"guests", "1"}, {"loan", "L"});
    CHECK(count_of(h, "loan where key = 'L' and state = 'back'") == 1 && says(s, "loan", S("L"), "price", "1"));
    save_well(s, CHANGE(s, "loan", S("K"), 0, {"lent", "8"}));
    CHECK(count_of(h, "loan where key = 'K' and state = 'out'") == 1);
    PUT(s, "visit", {"key", "B"}, {"guests", "2"});
    CHECK(count_of(h, "loan where state = 'back'") == 2); // one more, made so
    Imported got = bring(s, "loan", "key,lent\nZ,7\n"); // a file says of no state: it has none
    CHECK(!got.faults.n && count_of(h, "loan where key = 'Z' and coalesce(state, '') = ''") == 1);
    int64_t entries;
    must_work(a, register_rebuild(s, &entries));
    CHECK(count_of(h, "loan where key = 'K' and state = 'out'") == 1);
    verified(h);
}
