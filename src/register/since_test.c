// Since when a record stands in its state: on its own, as a file says it, made again, and asked for.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static int since(Store *s, const char *key)
{
    return get(s, "loan", str_from(key))->since;
}

static Saved step(Store *s, const char *key, const char *move)
{
    Draft d = draft_make(s->a, type_of(s, "loan"));
    d.id = str_from(key);
    d.move = str_from(move);
    return save(s, d);
}

static void same_after_rebuild(House *h, Store *s)
{
    Rows before, after;
    int64_t n;
    must_work(h->a, sql(h->db, h->a, &before, "select key, state, state_since from loan order by key"));
    must_work(h->a, register_rebuild(s, &n));
    must_work(h->a, sql(h->db, h->a, &after, "select key, state, state_since from loan order by key"));
    CHECK(before.rows > 0 && before.rows == after.rows);
    while (rows_next(&before) && rows_next(&after)) {
        CHECK(str_equal(next_str(&before), next_str(&after)) && str_equal(next_str(&before), next_str(&after)));
        CHECK(next_int(&before) == next_int(&after));
    }
    verified(h);
}

TEST_REGISTER(a_state_begins_on_the_day_of_its_entry_or_on_the_one_that_a_file_says)
{
    int today = register_today(s);
    PUT(s, "loan", {"key", "L1"}, {"returns", "2031-01-01"});
    bring(s, "loan", "key,lent\nL2,1\n");
    CHECK(since(s, "L1") == today && since(s, "L2") == 0); // the file did not tell where it stands
    Imported got = bring(s, "loan", "key,state,state_since\nL1,out,2024-02-29\nL2,back,2023-12-31\nL3,back,\nL4,,\n");
    CHECK(!got.faults.n && got.changed == 2 && got.created == 2);
    CHECK(since(s, "L1") == 20240229 && since(s, "L2") == 20231231 && since(s, "L3") == today && since(s, "L4") == 0);
    got = bring(s, "loan", "key,state,state_since,lent\nL1,out,2024-02-29,7\nL2,back,2023-12-31,1\n");
    CHECK(!got.faults.n && got.changed == 1 && got.unchanged == 1);
    save_well(s, CHANGE(s, "loan", S("L1"), 0, {"lent", "8"}));
    CHECK(since(s, "L1") == 20240229); // it stands where it stood
    same_after_rebuild(h, s);
    CHECK(!step(s, "L1", "return").faults.n && since(s, "L1") == today);
    same_after_rebuild(h, s);
}

TEST_REGISTER(an_import_that_is_taken_back_takes_the_day_with_it)
{
    Faults all = {0};
    bring(s, "loan", "key,state,state_since\nL1,out,2024-02-29\nL2,out,2024-03-01\n");
    Imported got = bring(s, "loan", "key,state,state_since\nL1,back,2025-01-01\nL2,out,2025-01-02\n");
    CHECK(got.changed == 2 && since(s, "L1") == 20250101 && since(s, "L2") == 20250102);
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(!all.n && str_equal(get(s, "loan", S("L1"))->state, S("out")) && since(s, "L1") == 20240229 && since(s, "L2") == 20240301);
    same_after_rebuild(h, s);
}

TEST_REGISTER(a_day_since_when_is_a_whole_one_that_has_come_and_of_a_state)
{
    Str ahead = day_text(a, day_add(register_today(s), 2));
    PUT(s, "loan", {"key", "L1"});
    const Str lines[] = {S("out,yesterday"), S("out,2024-02-30"), S("out,2024-02"), say(a, "out,{}", ahead),
        S(",2024-01-01"), S("lost,2024-01-01")};
    for (int i = 0; i < countof(lines); i++) {
        Imported got = bring(s, "loan", str_z(a, say(a, "key,state,state_since\nL1,{}\n", lines[i])));
        if (got.faults.n != 1) print_error("%s\n", str_z(a, lines[i]));
        CHECK(got.faults.n == 1 && str_equal(got.faults.first->column, i == 5 ? S("state") : S("state_since")));
    }
    CHECK(since(s, "L1") == register_today(s));
    CHECK(bring(s, "trip", "key,state_since\nT1,2024-01-01\n").faults.n == 1); // a trip has no states
    CHECK(bring(as_user(s, "vong", "boss", "south1"), "loan", "key,state_since\nL1,2024-01-01\n").faults.n == 1);
}

TEST_REGISTER(a_step_may_ask_since_when_and_a_newer_pack_gives_states)
{
    Faults all = {0};
    int64_t changed;
    PackSheets sheets = club_with(a, S("moves.csv"), S("record,name,label::English (en),from,to,roles,needs,needs_message::English (en)\n"
        "loan,return,Return,out,back,,\"days-between(state-since(), today()) > 10\",Not before it was out ten days.\n"));
    PUT(s, "trip", {"key", "T1"}, {"title", "To the hill"});
    for (int i = 0; i < sheets.n; i++) {
        if (str_equal(sheets.at[i].path, S("states.csv"))) {
            sheets.at[i].text = say(a, "{}trip,planned,Planned,first\n", sheets.at[i].text);
        }
    }
    must_work(a, pack_load(s, sheets, false, &all, &changed));
    must_work(a, store_refresh(s));
    CHECK(!all.n);
    bring(s, "loan", "key,state,state_since\nL1,out,2024-02-29\n");
    PUT(s, "loan", {"key", "L2"});
    PUT(s, "trip", {"key", "T2"}, {"title", "Home"});
    CHECK(!step(s, "L1", "return").faults.n && step(s, "L2", "return").faults.n == 1);
    CHECK(get(s, "trip", S("T1"))->since == 0 && get(s, "trip", S("T2"))->since == register_today(s));
    same_after_rebuild(h, s);
}
