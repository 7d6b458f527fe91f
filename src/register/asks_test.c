// What a handful of an import's lines asks together: what is found is what each line would find by itself.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static Imported bring_buf(Store *s, const char *type, const Buf *o)
{
    Imported got;
    must_work(s->a, bring_try(s, (Bring){type, buf_str(o), 0, 0, true}, &got));
    return got;
}

static bool counted(const Imported *got, int64_t created, int64_t changed, int64_t unchanged, int64_t faults)
{
    bool right = got->created == created && got->changed == changed && got->unchanged == unchanged && got->faults.n == faults;
    if (!right) print_error("%d created, %d changed, %d unchanged, %d faults\n", (int)got->created, (int)got->changed,
        (int)got->unchanged, (int)got->faults.n);
    return right;
}

static Buf file_begin(Arena *a, const char *header)
{
    Buf o = buf_in(a);
    buf_fill(&o, "{}\n", VALS(str_from(header)));
    return o;
}

// Just under, at and over what is asked for together; every second line is there already, every fourth says something else.
TEST_REGISTER(however_many_lines_there_are_each_finds_its_own_record)
{
    static const int sizes[] = {1, 2, 199, 200, 201, 401};
    for (int k = 0; k < countof(sizes); k++) {
        int n = sizes[k], there = (n + 1) / 2, other = (n + 3) / 4;
        Buf half = file_begin(a, "key,guests"), all = file_begin(a, "key,guests");
        for (int i = 0; i < n; i += 2) buf_fill(&half, "V{}-{},1\n", VALS(n, i));
        for (int i = 0; i < n; i++) buf_fill(&all, i % 3 ? "V{}-{},{}\n" : "\xE2\x80\x8B V{}-{} ,{}\n", VALS(n, i, i % 4 ? 1 : 2));
        Imported got = bring_buf(s, "visit", &half);
        CHECK(counted(&got, there, 0, 0, 0));
        got = bring_buf(s, "visit", &all);
        CHECK(counted(&got, n - there, other, there - other, 0));
        got = bring_buf(s, "visit", &all);
        CHECK(counted(&got, 0, 0, n, 0));
    }
    verified(h);
}

TEST_REGISTER(a_key_that_stands_twice_is_told_however_far_apart)
{
    Buf o = file_begin(a, "key,guests");
    for (int i = 0; i < 450; i++) buf_fill(&o, "V{},1\n", VALS(i == 3 ? 1 : i == 449 ? 0 : i));
    Imported got = bring_buf(s, "visit", &o);
    CHECK(counted(&got, 448, 0, 0, 2) && got.faults.first->line == 5 && got.faults.last->line == 451);
}

// The id of another record is no key, whether that record has a line of its own beside it or not.
TEST_REGISTER(an_id_among_the_keys_of_a_handful_is_refused)
{
    Saved one = PUT(s, "visit", {"key", "V1"}), two = PUT(s, "visit", {"key", "V2"});
    Buf o = file_begin(a, "key,guests");
    for (int i = 1; i < 300; i++) buf_fill(&o, i == 2 ? "W,{}\n" : "V{},3\n", VALS(i));
    buf_fill(&o, "{},3\n{},3\n", VALS(one.id, two.id));
    Imported got = bring_buf(s, "visit", &o);
    CHECK(counted(&got, 298, 1, 0, 2) && got.faults.first->line == 301 && got.faults.last->line == 302);
    CHECK(says(s, "visit", S("V1"), "guests", "3") && says(s, "visit", S("V2"), "guests", ""));
}

TEST_REGISTER(every_id_looks_like_one)
{
    for (int i = 0; i < 500; i++) CHECK(like_id(random_name(a)));
    CHECK(!like_id(S("K-0000001")) && !like_id((Str){0}));
}

TEST_REGISTER(links_are_found_by_key_and_by_id_with_blanks_or_without)
{
    Saved noy = PUT(s, "member", {"key", "M1"}, {"name", "Noy"});
    PUT(s, "member", {"key", "M2"}, {"name", "Seng"});
    Buf o = file_begin(a, "key,member,guarantor");
    for (int i = 0; i < 210; i++) {
        Str member = i == 150 ? S("nobody") : i % 2 ? noy.id : S("\xE2\x80\x8BM1 ");
        buf_fill(&o, "L{},{},{}\n", VALS(i, member, i % 5 ? S("M2") : S("")));
    }
    Imported got = bring_buf(s, "loan", &o);
    CHECK(counted(&got, 209, 0, 0, 1) && got.faults.first->line == 152 && str_equal(got.faults.first->column, S("member")));
    CHECK(says(s, "loan", S("L0"), "member", "M1") && says(s, "loan", S("L1"), "member", "M1"));
    CHECK(says(s, "loan", S("L1"), "guarantor", "M2") && says(s, "loan", S("L5"), "guarantor", ""));
    got = bring_buf(s, "loan", &o);
    CHECK(counted(&got, 0, 0, 209, 1)); // by its id what was named by its key: no change
}

// Who joined before the trip began is told of: that which a line names, or the one that stays.
TEST_REGISTER(rules_look_behind_the_links_of_each_line)
{
    bring(s, "trip", "key,opened\nT1,2024-01-10\nT2,2024-03-10\n");
    Buf o = file_begin(a, "key,trip,joined");
    for (int i = 0; i < 220; i++) {
        buf_fill(&o, "P{},{},{}\n", VALS(i, i % 2 ? S("T2") : S("T1"), i == 210 ? S("2024-01-02") : S("2024-04-01")));
    }
    Imported got = bring_buf(s, "part", &o);
    CHECK(counted(&got, 220, 0, 0, 0) && got.faults.warnings == 1 && got.faults.first->line == 212);
    got = bring(s, "part", "key,joined\nP0,2024-02-01\nP1,2024-02-01\n");
    CHECK(counted(&got, 0, 2, 0, 0) && got.faults.warnings == 1 && got.faults.first->line == 3);
    got = bring(s, "part", "key,trip,joined\nP0,T2,2024-02-02\nP1,T1,2024-02-02\n");
    CHECK(counted(&got, 0, 2, 0, 0) && got.faults.warnings == 1 && got.faults.first->line == 2);
    CHECK(says(s, "part", S("P0"), "trip", "T2") && says(s, "part", S("P1"), "trip", "T1"));
}

TEST_REGISTER(what_is_not_hers_is_not_found_for_her_lines_either)
{
    Store *clerk = as_user(s, "vong", "clerk", "north1"), *other = as_user(s, "seng", "clerk", "south1");
    PUT(other, "member", {"key", "M-THEIRS"}, {"name", "Noy"});
    PUT(clerk, "member", {"key", "M-HERS"}, {"name", "Seng"});
    PUT(other, "loan", {"key", "L5"});
    PUT(clerk, "loan", {"key", "L6"}, {"lent", "1"});
    Buf o = file_begin(a, "key,member,lent");
    for (int i = 0; i < 205; i++) buf_fill(&o, "L{},{},1\n", VALS(i, i == 203 ? S("M-THEIRS") : i == 6 ? S("") : S("M-HERS")));
    Imported got = bring_buf(clerk, "loan", &o);
    CHECK(counted(&got, 202, 0, 1, 2));
    CHECK(got.faults.first->line == 7 && str_equal(got.faults.first->column, S("key")));
    CHECK(got.faults.last->line == 205 && str_equal(got.faults.last->column, S("member")));
}

// More than there is room for: they are looked for one by one.
TEST_REGISTER(records_too_large_to_be_held_together_are_found_all_the_same)
{
    enum { MANY = 60 };
    char *long_text = take(a, char, 60000);
    memset(long_text, 'x', 60000);
    Str told = {long_text, 60000};
    Buf o = file_begin(a, "key,guests,told"), short_lines = file_begin(a, "key,guests");
    for (int i = 0; i < MANY; i++) buf_fill(&o, "V{},1,{}\n", VALS(i, told));
    for (int i = 0; i < MANY + 5; i++) buf_fill(&short_lines, "V{},{}\n", VALS(i, i % 2));
    Imported got = bring_buf(s, "visit", &o);
    CHECK(counted(&got, MANY, 0, 0, 0));
    got = bring_buf(s, "visit", &o);
    CHECK(counted(&got, 0, 0, MANY, 0));
    got = bring_buf(s, "visit", &short_lines);
    CHECK(counted(&got, 5, MANY / 2, MANY / 2, 0));
}

// The club's pack, with what is of a loan alone sealed for another compartment.
static PackSheets marks_in(Arena *a, Str compartment)
{
    Str rest = {0};
    for (int i = 0; i < countof(club); i++) {
        if (str_equal(club[i].path, S("survey/rest.csv"))) rest = club[i].text;
    }
    isize at = str_find(rest, S(",legal,"));
    return club_with(a, S("survey/rest.csv"), say(a, "{},{},{}", str_slice(rest, 0, at), compartment, str_slice(rest, at + 7, rest.n)));
}

// A newer pack uses one compartment more: each member's list of keys grows with her first loan, and is out of the thread's
// memory when the second comes.
TEST_REGISTER(a_list_of_keys_that_an_import_made_longer_is_not_forgotten_by_it)
{
    enum { MANY = 2500 };
    Buf members = file_begin(a, "key,name"), loans = file_begin(a, "key,member,mark");
    for (int i = 0; i < MANY; i++) buf_fill(&members, "M{},Noy {}\n", VALS(i, i));
    for (int i = 0; i < 2 * MANY; i++) buf_fill(&loans, "L{},M{},mark {}\n", VALS(i, i % MANY, i));
    pack_put(s, marks_in(a, S("health")), 1);
    must_work(a, store_refresh(s));
    Imported got = bring_buf(s, "member", &members);
    CHECK(counted(&got, MANY, 0, 0, 0));
    pack_put(s, marks_in(a, S("legal")), 1);
    must_work(a, store_refresh(s));
    got = bring_buf(s, "loan", &loans);
    CHECK(counted(&got, 2 * MANY, 0, 0, 0));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    for (int i = 0; i < 2 * MANY; i += 97) {
        CHECK(says(h->s, "loan", say(a, "L{}", i), "mark", str_z(a, say(a, "mark {}", i))));
    }
}
