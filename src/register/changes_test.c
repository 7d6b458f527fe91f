// What others changed since somebody was here: of what is hers alone, each record once, until she has seen it.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static Err *visit(Store *s, void *who)
{
    return visit_note(s, *(const Str *)who);
}

static void comes(Store *s, Str who)
{
    must_work(s->a, register_write(s, visit, &who));
}

static Changes changes_of(Store *s, const char *name, const char *role, const char *unit)
{
    Changes all;
    must_work(s->a, changes_list(as_user(s, name, role, unit), 20, &all));
    return all;
}

static Str told(Store *s, Changes all)
{
    Buf o = buf_in(s->a);
    for (int i = 0; i < all.n; i++) buf_fill(&o, i ? " {}:{}:{}" : "{}:{}:{}", VALS(all.at[i].record->key, all.at[i].verb, all.at[i].who));
    return buf_str(&o);
}

TEST_REGISTER(what_others_changed_of_what_is_hers_is_told_once_until_she_has_seen_it)
{
    Store *noy = as_user(s, "noy", "boss", "north1"), *bee = as_user(s, "bee", "boss", "north1");
    Store *seng = as_user(s, "seng", "boss", "south1");
    PUT(noy, "loan", {"key", "L1"});
    PUT(noy, "loan", {"key", "L2"});
    PUT(seng, "loan", {"key", "L3"});
    CHECK(!changes_of(s, "noy", "boss", "north1").since); // she was never here
    comes(s, S("noy"));
    CHECK(changes_of(s, "noy", "boss", "north1").since && !changes_of(s, "noy", "boss", "north1").n);
    save_well(bee, CHANGE(bee, "loan", S("L1"), 0, {"lent", "3"}));
    save_well(seng, CHANGE(seng, "loan", S("L2"), 0, {"lent", "4"}));
    save_well(bee, CHANGE(bee, "loan", S("L1"), 0, {"lent", "5"}));
    save_well(seng, CHANGE(seng, "loan", S("L3"), 0, {"lent", "6"}));
    PUT(bee, "loan", {"key", "L4"});
    PUT(seng, "loan", {"key", "L5"});
    PUT(noy, "loan", {"key", "L6"});
    Changes all = changes_of(s, "noy", "boss", "north1");
    CHECK(str_equal(told(s, all), S("L4:create:bee L1:change:bee L2:change:seng")) && !all.more);
    save_well(noy, CHANGE(noy, "loan", S("L1"), 0, {"lent", "7"})); // she has been there
    CHECK(str_equal(told(s, changes_of(s, "noy", "boss", "north1")), S("L4:create:bee L2:change:seng")));
    must_work(a, changes_seen(noy, all.upto));
    CHECK(!changes_of(s, "noy", "boss", "north1").n);
    save_well(seng, CHANGE(seng, "loan", S("L2"), 0, {"lent", "8"}));
    CHECK(str_equal(told(s, changes_of(s, "noy", "boss", "north1")), S("L2:change:seng")));
    CHECK(!count_of(h, "journal where record = 'marks'") && verified(h).entries == count_of(h, "journal")); // no entry
}

TEST_REGISTER(of_changes_nothing_is_told_that_she_may_not_see_nor_what_files_brought)
{
    Store *noy = as_user(s, "noy", "boss", "north1"), *seng = as_user(s, "seng", "boss", "south1");
    PUT(noy, "member", {"key", "M1"}, {"name", "Kham"});
    comes(s, S("noy"));
    comes(s, S("cle"));
    comes(s, S("x"));
    save_well(seng, CHANGE(seng, "member", S("M1"), 0, {"name", "Noi"}));
    PUT(seng, "loan", {"key", "L1"}, {"member", "M1"});
    Store north = of_unit(s, "north1");
    CHECK(bring(&north, "loan", "key,lent\nL2,1\n").created == 1);
    CHECK(str_equal(told(s, changes_of(s, "noy", "boss", "north1")), S("M1:change:seng")));
    CHECK(str_equal(changes_of(s, "noy", "boss", "north1").at[0].title, S("Noi")));
    CHECK(str_equal(told(s, changes_of(s, "cle", "clerk", "north1")), S("M1:change:seng")));
    CHECK(!changes_of(s, "x", "nobody", "north1").n && !changes_of(s, "x", "mine", "north1").n); // her scope: what she wrote
    CHECK(!changes_of(s, "x", "blind", "north2").n);
    Changes closed = changes_of(s, "x", "reader", "north1"); // her role reads no names
    CHECK(closed.n == 1 && !str_equal(closed.at[0].title, S("Noi")));
}

TEST_REGISTER(twenty_changes_are_told_and_the_mark_of_a_visit_moves_once_in_half_a_day)
{
    Store *bee = as_user(s, "bee", "boss", "north1");
    comes(s, S("noy"));
    for (int i = 0; i < 21; i++) PUT(bee, "visit", {"guests", "1"});
    Changes all = changes_of(s, "noy", "boss", "north1");
    CHECK(all.n == 20 && all.more && all.at[0].record->row > all.at[19].record->row);
    comes(s, S("noy"));
    CHECK(changes_of(s, "noy", "boss", "north1").n == 20); // the same day still
    must_work(a, sql(h->db, a, 0, "update marks set next_time = next_time - $1", (int64_t)13 * 3600 * 1000));
    comes(s, S("noy")); // on the next day those are told still: since her visit before this one
    CHECK(changes_of(s, "noy", "boss", "north1").n == 20);
    PUT(bee, "visit", {"guests", "2"});
    must_work(a, sql(h->db, a, 0, "update marks set next_time = next_time - $1", (int64_t)13 * 3600 * 1000));
    comes(s, S("noy"));
    all = changes_of(s, "noy", "boss", "north1");
    CHECK(all.n == 1 && !all.more);
    must_work(a, changes_seen(as_user(s, "noy", "boss", "north1"), 99999999)); // no further than there is
    PUT(bee, "visit", {"guests", "3"});
    CHECK(changes_of(s, "noy", "boss", "north1").n == 1);
}
