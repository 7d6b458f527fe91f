// Write-behind, on both stores: in order, nothing lost, its faults told in time.
// SPDX-License-Identifier: Apache-2.0
#include "db/both_test.h"

static void make_numbers(Db *db, Arena *a)
{
    must_work(a, db_define(db, a, S("create table number (id {id}, words {text}, seal {blob}){strict};")));
}

static int64_t ask(Db *db, Arena *a, Str what)
{
    Rows q;
    must_work(a, sql(db, a, &q, "select {} from number", ((Sql){.text = what})));
    CHECK(rows_next(&q));
    return next_int(&q);
}

TEST_BOTH(what_is_put_off_is_done_in_order)
{
    enum { MANY = 5000 };
    make_numbers(db, a);
    must_work(a, db_begin(db, a, DB_WRITE));
    db_write_behind(db, a);
    for (int i = 0; i < MANY; i++) {
        char gone[] = "ten words "; // its bytes are taken along
        Str words = {gone, 10};
        Blob seal = {S("\0\xff")};
        must_work(a, sql(db, a, 0, "insert into number (id, words, seal) values ($1, $2, $3)", i, words, seal));
        memset(gone, 'x', sizeof gone);
        Str text = say(a, "update number set words = words || $1 where id = $2");
        Val vals[] = {val_str(say(a, "{}", (int64_t)i)), val_int(i)};
        must_work(a, sql(db, a, 0, "{}", ((Sql){text, {vals, 2}})));
        memset((char *)text.p, 'x', (size_t)text.n);
        if (i % 1000 == 999) CHECK(ask(db, a, S("count(*)")) == i + 1); // who asks sees all of it
        if (i % 3) continue;
        must_work(a, sql(db, a, 0, "update {} set seal = null where id = $1", ((Name){S("number")}), i));
    }
    must_work(a, db_end(db, a, true));
    CHECK(ask(db, a, S("count(*)")) == MANY && ask(db, a, S("count(seal)")) == MANY - (MANY + 2) / 3);
    Rows q;
    must_work(a, sql(db, a, &q, "select words, seal from number where id = 4999"));
    CHECK(rows_next(&q) && str_equal(next_str(&q), S("ten words 4999")) && str_equal(next_str(&q), S("\0\xff")));
}

// Where many inserts of a text stand together, with others between them and what comes after them.
TEST_BOTH(inserts_that_go_together_are_all_there_and_before_what_follows_them)
{
    enum { MANY = 1237 };
    make_numbers(db, a);
    must_work(a, db_define(db, a, S("create table choice (row {int} not null, value {text} not null, primary key (row, value)){strict};")));
    must_work(a, db_begin(db, a, DB_WRITE));
    db_write_behind(db, a);
    for (int i = 0; i < MANY; i++) {
        Str words = say(a, "it's ${} \"so\"", i);
        must_work(a, sql(db, a, 0, "insert into number (id, words, seal) values ($1, $2, null)", i, words));
        must_work(a, sql(db, a, 0, "insert into choice (row, value) values ($1, $2), ($1, $3) on conflict do nothing",
            i, S("one"), S("two")));
        if (i % 3 == 0) must_work(a, sql(db, a, 0, "insert into choice (row, value) values ($1, 'three')", i));
        if (i % 5) continue;
        must_work(a, sql(db, a, 0, "insert into choice (row, value) values ($1, $2) on conflict do nothing", i, S("one")));
        if (i % 400 == 395) must_work(a, sql(db, a, 0, "update number set words = 'changed' where id <= $1", i));
    }
    must_work(a, db_end(db, a, true));
    CHECK(ask(db, a, S("count(*)")) == MANY && ask(db, a, S("max(id)")) == MANY - 1);
    CHECK(ask(db, a, S("sum(case when words = 'changed' then 1 else 0 end)")) == 1196);
    Rows q;
    must_work(a, sql(db, a, &q, "select words from number where id = 1236"));
    CHECK(rows_next(&q) && str_equal(next_str(&q), S("it's $1236 \"so\"")));
    must_work(a, sql(db, a, &q, "select count(*) from choice"));
    CHECK(rows_next(&q) && next_int(&q) == 2 * MANY + (MANY + 2) / 3);
    must_work(a, db_define(db, a, S("drop table choice;")));
}

TEST_BOTH(one_of_many_inserts_that_go_together_is_refused_and_none_is_kept)
{
    make_numbers(db, a);
    must_work(a, db_begin(db, a, DB_WRITE));
    db_write_behind(db, a);
    for (int i = 0; i < 300; i++) must_work(a, sql(db, a, 0, "insert into number (id) values ($1)", i == 140 ? 7 : i));
    Err *e = db_end(db, a, true);
    CHECK(e && e->kind == ERR_CONFLICT && ask(db, a, S("count(*)")) == 0);
}

TEST_BOTH(a_value_larger_than_a_parcel_goes_its_own_way_in_order)
{
    enum { LARGE = 1 << 20 };
    make_numbers(db, a);
    Str large = {memset(take(a, char, LARGE), 'w', LARGE), LARGE};
    must_work(a, db_begin(db, a, DB_WRITE));
    db_write_behind(db, a);
    must_work(a, sql(db, a, 0, "insert into number (id, words) values (1, 'small')"));
    must_work(a, sql(db, a, 0, "update number set words = $1", large));
    must_work(a, sql(db, a, 0, "update number set words = words || 'x'"));
    must_work(a, db_end(db, a, true));
    CHECK(ask(db, a, S("length(words)")) == LARGE + 1);
}

TEST_BOTH(a_fault_comes_with_the_next_question_and_nothing_is_kept)
{
    make_numbers(db, a);
    for (int asks = 0; asks < 2; asks++) {
        must_work(a, db_begin(db, a, DB_WRITE));
        db_write_behind(db, a);
        must_work(a, sql(db, a, 0, "insert into number (id) values (1)"));
        must_work(a, sql(db, a, 0, "insert into number (id) values (1)")); // told later
        must_work(a, sql(db, a, 0, "insert into number (id) values (2)"));
        Rows q;
        Err *e = asks ? sql(db, a, &q, "select id from number") : 0;
        CHECK(!asks || (e && e->kind == ERR_CONFLICT));
        e = db_end(db, a, true);
        CHECK(e && e->kind == ERR_CONFLICT);
        CHECK(ask(db, a, S("count(*)")) == 0);
    }
}

TEST_BOTH(it_ends_with_a_savepoint_and_with_what_unwinds)
{
    make_numbers(db, a);
    must_work(a, db_begin(db, a, DB_WRITE));
    db_write_behind(db, a);
    must_work(a, sql(db, a, 0, "insert into number (id) values (1)"));
    must_work(a, db_begin(db, a, DB_WRITE));
    must_work(a, sql(db, a, 0, "insert into number (id) values (2)"));
    CHECK(db_changed(db) == 1); // done at once again
    must_work(a, db_end(db, a, false));
    must_work(a, db_end(db, a, true));
    CHECK(ask(db, a, S("count(*)")) == 1);
    must_work(a, db_begin(db, a, DB_WRITE));
    db_write_behind(db, a);
    must_work(a, sql(db, a, 0, "insert into number (id) values (3)"));
    db_recover(db);
    CHECK(ask(db, a, S("count(*)")) == 1);
}
