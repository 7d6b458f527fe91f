// The statement idiom, on both stores.
// SPDX-License-Identifier: Apache-2.0
#include "db/both_test.h"
#include <signal.h>

static void make_units(Db *db, Arena *a)
{
    must_work(a,
              db_define(db, a,
                        S("create table unit (id {id}, key {text} not null unique, size {int},"
                          " share {real}, seal {blob}, above {int} references unit (id)){strict};"
                          "create index unit_size on unit (size)")));
}

static int64_t count_units(Db *db, Arena *a)
{
    Rows q;
    must_work(a, sql(db, a, &q, "select count(*) from unit"));
    CHECK(rows_next(&q));
    return next_int(&q);
}

static Err *add_unit(Db *db, Arena *a, int id, Str key)
{
    return sql(db, a, 0, "insert into unit (id, key) values ($1, $2)", id, key);
}

static bool kind_is(const Err *e, ErrKind kind)
{
    return e && e->kind == kind;
}

// ---- values -----------------------------------------------------------------------------------

TEST_BOTH(values_come_back_as_they_went)
{
    make_units(db, a);
    static const struct { Str key; int64_t size; double share; Str seal; } cases[] = {
        {S("ສູ່ຂວັນ"), INT64_MAX, 0.1, S("a\0b\xff")},
        {S(""), INT64_MIN, -1.7976931348623157e308, S("")},
        {S("it's \"one\" \\x41 $1 {}"), 0, 5e-324, S("\\x41")},
    };
    for (int i = 0; i < countof(cases); i++) {
        must_work(a,
                  sql(db, a, 0,
                      "insert into unit (id, key, size, share, seal) values ($1, $2, $3, $4, $5)",
                      i + 1, cases[i].key, cases[i].size, cases[i].share, (Blob){cases[i].seal}));
    }
    Rows q;
    must_work(a, sql(db, a, &q, "select key, size, share, seal, above from unit order by id"));
    CHECK(q.rows == countof(cases) && q.columns == 5);
    for (int i = 0; rows_next(&q); i++) {
        CHECK(str_equal(next_str(&q), cases[i].key));
        CHECK(next_int(&q) == cases[i].size);
        CHECK(next_real(&q) == cases[i].share);
        Val seal = next_val(&q);
        CHECK(seal.kind == VAL_BLOB && str_equal(seal.s, cases[i].seal));
        CHECK(next_val(&q).kind == VAL_NULL);
    }
}

TEST_BOTH(null_is_zero_and_empty_when_read_so_and_a_whole_number_is_real_too)
{
    Rows q;
    must_work(a,
              sql(db, a, &q, "select cast($1 as bigint), cast($1 as bigint), cast(null as text), 7",
                  (Val){0}));
    CHECK(rows_next(&q));
    CHECK(next_int(&q) == 0 && next_real(&q) == 0 && next_str(&q).n == 0 && next_real(&q) == 7);
    CHECK(!rows_next(&q));
}

TEST_BOTH(sums_and_comparisons_are_whole_numbers)
{
    make_units(db, a);
    for (int i = 1; i <= 4; i++) {
        must_work(a, sql(db, a, 0, "insert into unit (key, size, id) values ($1, $2, $2)",
                         say(a, "{}", i), i));
    }
    Rows q;
    must_work(a, sql(db, a, &q,
                     "select sum(size), avg(size), count(*) = 4, sum(share), max(key) from unit"));
    CHECK(rows_next(&q));
    Val sum = next_val(&q);
    CHECK(sum.kind == VAL_INT && sum.i == 10);
    CHECK(next_real(&q) == 2.5);
    Val same = next_val(&q);
    CHECK(same.kind == VAL_INT && same.i == 1);
    CHECK(next_val(&q).kind == VAL_NULL);
    CHECK(str_equal(next_str(&q), S("4")));
}

TEST_BOTH(text_sorts_by_its_bytes)
{
    make_units(db, a);
    static const Str order[] = {S("10"), S("9"), S("B"), S("a b"), S("a-b"),
                                S("ab"), S("é"), S("ກ"), S("ຂ")};
    for (int i = 0; i < countof(order); i++) must_work(a, add_unit(db, a, 50 - i, order[i]));
    Rows q;
    must_work(a, sql(db, a, &q, "select key from unit where key >= $1 order by key", S("1")));
    CHECK(q.rows == countof(order));
    for (int i = 0; rows_next(&q); i++) CHECK(str_equal(next_str(&q), order[i]));
}

TEST_BOTH(a_text_with_a_nul_is_refused)
{
    make_units(db, a);
    CHECK(kind_is(add_unit(db, a, 1, S("a\0b")), ERR_INPUT));
    CHECK(count_units(db, a) == 0);
}

// ---- holes ------------------------------------------------------------------------------------

TEST_BOTH(dollar_numbers_count_not_places)
{
    Rows q;
    must_work(a, sql(db, a, &q,
                     "select cast($3 as bigint), cast($1 as bigint), cast($2 as bigint), "
                     "cast($1 as bigint)",
                     10, 20, 30));
    CHECK(rows_next(&q));
    CHECK(next_int(&q) == 30 && next_int(&q) == 10 && next_int(&q) == 20 && next_int(&q) == 10);
}

TEST_BOTH(names_are_quoted)
{
    Name table = {S("case")}, column = {S("the \"order\"")};
    must_work(a,
              db_define(db, a, S("create table \"case\" (\"the \"\"order\"\"\" {text}){strict}")));
    must_work(a, sql(db, a, 0, "insert into {} ({}) values ($1)", table, column, S("x")));
    Rows q;
    must_work(a, sql(db, a, &q, "select {} from {} where {} = $1", column, table, column, S("x")));
    CHECK(q.rows == 1);
}

TEST_BOTH(a_name_that_is_no_column_is_an_error_not_a_text)
{
    make_units(db, a);
    Rows q;
    Err *e = sql(db, a, &q, "select {} from unit", (Name){S("colour")});
    CHECK(kind_is(e, ERR_BROKEN) && str_find(err_text(a, e), S("colour")) > 0);
}

TEST_BOTH(conditions_are_renumbered_behind_the_other_values)
{
    make_units(db, a);
    for (int i = 1; i <= 30; i++) {
        must_work(a, sql(db, a, 0, "insert into unit (id, key, size) values ($1, $2, $3)", i,
                         say(a, "k{}", i), i % 3));
    }
    Sql inner = {S("id > $1"), VALS(5)};
    Sql small = {S("size = $2 and id < $1 and {}"), VALS(20, inner, 1)};
    Sql named = {S("key <> $1"), VALS(S("k7"))};
    Rows q;
    must_work(a, sql(db, a, &q,
                     "select id from {} where id <> $1 and {} and ({} or id = $2) order by id",
                     (Name){S("unit")}, 10, small, named, 7));
    static const int found[] = {7, 13, 16, 19};
    CHECK(q.rows == countof(found));
    for (int i = 0; rows_next(&q); i++) CHECK(next_int(&q) == found[i]);
}

TEST_BOTH(what_stands_in_quotes_is_no_hole)
{
    Rows q;
    must_work(a, sql(db, a, &q, "select '{}', '$1 it''s', $1 || '' as \"$2 {}\" where {}", S("x"),
        ((Sql){S("'{}' = $1"), VALS(S("{}"))})));
    CHECK(rows_next(&q));
    CHECK(str_equal(next_str(&q), S("{}")) && str_equal(next_str(&q), S("$1 it's")));
    CHECK(str_equal(next_str(&q), S("x")));
}

static jmp_buf aborted;

static void on_abort(int signal_number)
{
    (void)signal_number;
    longjmp(aborted, 1);
}

static bool ends_the_process(void (*act)(Db *, Arena *), Db *db, Arena *a)
{
    void (*before)(int) = signal(SIGABRT, on_abort);
    bool ended = setjmp(aborted);
    if (!ended) act(db, a);
    signal(SIGABRT, before);
    return ended;
}

static void leave_a_column(Db *db, Arena *a)
{
    Rows q;
    must_work(a, sql(db, a, &q, "select 1, 2 union select 3, 4"));
    while (rows_next(&q)) next_int(&q);
}

static void read_too_much(Db *db, Arena *a)
{
    Rows q;
    must_work(a, sql(db, a, &q, "select 1"));
    rows_next(&q);
    next_int(&q);
    next_int(&q);
}

static void give_too_few(Db *db, Arena *a)
{
    must_work(a, sql(db, a, 0, "select cast($1 as bigint) + $2", 1));
}

static void give_too_many(Db *db, Arena *a)
{
    must_work(a, sql(db, a, 0, "select cast($1 as bigint)", 1, 2));
}

static void fill_no_hole(Db *db, Arena *a)
{
    must_work(a, sql(db, a, 0, "select 1", (Name){S("unit")}));
}

TEST_BOTH(select_and_reader_cannot_drift_apart)
{
    CHECK(ends_the_process(leave_a_column, db, a));
    CHECK(ends_the_process(read_too_much, db, a));
    CHECK(ends_the_process(give_too_few, db, a));
    CHECK(ends_the_process(give_too_many, db, a));
    CHECK(ends_the_process(fill_no_hole, db, a));
}

// ---- statements kept --------------------------------------------------------------------------

TEST_BOTH(more_statements_than_are_kept_all_answer)
{
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < 300; i++) {
            Rows q;
            char *text = str_z(a, say(a, "select {} + cast($1 as bigint)", i));
            must_work(a, sql_fill(db, a, &q, text, VALS(1000)));
            CHECK(rows_next(&q) && next_int(&q) == 1000 + i);
        }
    }
}

TEST_BOTH(another_text_at_the_same_address_is_another_statement)
{
    char text[] = "select 1 + cast($1 as bigint)";
    for (int i = 0; i < 9; i++) {
        Rows q;
        text[7] = (char)('1' + i);
        must_work(a, sql_fill(db, a, &q, text, VALS(10)));
        CHECK(rows_next(&q) && next_int(&q) == 11 + i);
    }
}

TEST_BOTH(a_kept_statement_survives_a_wider_table)
{
    make_units(db, a);
    must_work(a, add_unit(db, a, 1, S("one")));
    Rows q;
    must_work(a, sql(db, a, &q, "select * from unit"));
    CHECK(q.columns == 6);
    must_work(a, db_define(db, a, S("alter table unit add column more {int}")));
    must_work(a, sql(db, a, &q, "select * from unit"));
    CHECK(q.columns == 7 && q.rows == 1);
}

TEST_BOTH(changed_counts_the_rows_of_the_last_statement)
{
    make_units(db, a);
    for (int i = 0; i < 3; i++) {
        must_work(a, add_unit(db, a, i, say(a, "{}", i)));
        CHECK(db_changed(db) == 1);
    }
    must_work(a, sql(db, a, 0, "update unit set size = $1 where id > $2", 5, 0));
    CHECK(db_changed(db) == 2);
    must_work(a, sql(db, a, 0,
                     "insert into unit (id, key) values (9, '1') on conflict (key) do nothing"));
    CHECK(db_changed(db) == 0);
    Rows q;
    must_work(a, sql(db, a, &q, "delete from unit where id < 2 returning id"));
    CHECK(db_changed(db) == 2 && q.rows == 2);
    must_work(a, sql(db, a, &q, "select id from unit"));
    CHECK(db_changed(db) == 0);
}

// ---- errors -----------------------------------------------------------------------------------

TEST_BOTH(what_breaks_a_rule_of_the_store_is_a_conflict)
{
    make_units(db, a);
    must_work(a, add_unit(db, a, 1, S("one")));
    CHECK(kind_is(add_unit(db, a, 2, S("one")), ERR_CONFLICT));
    CHECK(kind_is(add_unit(db, a, 1, S("two")), ERR_CONFLICT));
    CHECK(kind_is(sql(db, a, 0, "insert into unit (id) values (3)"), ERR_CONFLICT));
    CHECK(kind_is(sql(db, a, 0, "update unit set above = $1", 77), ERR_CONFLICT));
    CHECK(count_units(db, a) == 1);
}

TEST_BOTH(a_wrong_statement_is_our_fault_and_is_named)
{
    Err *e = sql(db, a, 0, "selct 1");
    CHECK(kind_is(e, ERR_BROKEN) && str_find(err_text(a, e), S("selct 1")) > 0);
    CHECK(kind_is(sql(db, a, 0, "select 1; select 2"), ERR_BROKEN));
    CHECK(kind_is(sql(db, a, 0, "select cast($2 as bigint)", 1, 2), ERR_BROKEN));
}

TEST_BOTH(a_reader_changes_nothing)
{
    make_units(db, a);
    Db *reader;
    must_work(a, db_open(a, where, DB_READ, false, &reader));
    CHECK(kind_is(add_unit(reader, a, 1, S("one")), ERR_INPUT));
    CHECK(count_units(reader, a) == 0);
    db_close(reader);
}

// ---- all or nothing ---------------------------------------------------------------------------

typedef struct { Db *db; Arena *a; int from, n; bool fails; } Adding;

static Err *add_some(void *with)
{
    Adding *one = with;
    for (int i = 0; i < one->n; i++) {
        TRY(add_unit(one->db, one->a, one->from + i, say(one->a, "{}", one->from + i)));
    }
    return one->fails ? fail(one->a, ERR_DENIED, "Not so.") : 0;
}

static Err *add_in_steps(void *with)
{
    Adding *all = with;
    Adding good = {all->db, all->a, 10, 2, false}, bad = {all->db, all->a, 20, 2, true};
    TRY(db_all_or_nothing(all->db, all->a, add_some, &good));
    CHECK(kind_is(db_all_or_nothing(all->db, all->a, add_some, &bad), ERR_DENIED));
    bad = (Adding){all->db, all->a, 10, 1, false}; // stands there already
    CHECK(kind_is(db_all_or_nothing(all->db, all->a, add_some, &bad), ERR_CONFLICT));
    return add_some(all);
}

TEST_BOTH(all_of_it_happens_or_none)
{
    make_units(db, a);
    Adding good = {db, a, 1, 3, false}, bad = {db, a, 5, 3, true}, twice = {db, a, 3, 1, false};
    must_work(a, db_all_or_nothing(db, a, add_some, &good));
    CHECK(count_units(db, a) == 3);
    CHECK(kind_is(db_all_or_nothing(db, a, add_some, &bad), ERR_DENIED));
    CHECK(kind_is(db_all_or_nothing(db, a, add_some, &twice), ERR_CONFLICT));
    CHECK(count_units(db, a) == 3);
}

TEST_BOTH(a_step_within_is_undone_alone)
{
    make_units(db, a);
    Adding all = {db, a, 1, 1, false};
    must_work(a, db_all_or_nothing(db, a, add_in_steps, &all));
    CHECK(count_units(db, a) == 3);
    all.from = 40;
    all.fails = true;
    must_work(a, sql(db, a, 0, "delete from unit"));
    CHECK(kind_is(db_all_or_nothing(db, a, add_in_steps, &all), ERR_DENIED));
    CHECK(count_units(db, a) == 0);
}

static Err *hide_a_fault(void *with)
{
    Adding *one = with;
    TRY(add_unit(one->db, one->a, 2, S("two")));
    CHECK(add_unit(one->db, one->a, 3, S("two")));
    return 0;
}

TEST_BOTH(what_was_reported_as_kept_is_there)
{
    make_units(db, a);
    Adding one = {.db = db, .a = a};
    Err *e = db_all_or_nothing(db, a, hide_a_fault, &one); // PostgreSQL gives up at the first fault
    CHECK(count_units(db, a) == (e ? 0 : 1));
    must_work(a, add_unit(db, a, 9, S("nine")));
}

TEST_BOTH(a_reader_keeps_its_view_until_the_end)
{
    make_units(db, a);
    Db *reader;
    must_work(a, db_open(a, where, DB_READ, false, &reader));
    must_work(a, db_begin(reader, a, DB_READ));
    CHECK(count_units(reader, a) == 0);
    must_work(a, add_unit(db, a, 1, S("one")));
    CHECK(count_units(reader, a) == 0);
    must_work(a, db_end(reader, a, false));
    CHECK(count_units(reader, a) == 1);
    db_close(reader);
}

TEST_BOTH(who_waits_too_long_for_a_writer_is_told_to_try_again)
{
    make_units(db, a);
    must_work(a, add_unit(db, a, 1, S("one")));
    Db *other;
    must_work(a, db_open(a, where, DB_WRITE, false, &other));
    const char *sooner =
        db_is_postgres(where) ? "set lock_timeout = 50" : "pragma busy_timeout = 50";
    must_work(a, sql_fill(other, a, 0, sooner, VALS()));
    must_work(a, db_begin(db, a, DB_WRITE));
    must_work(a, sql(db, a, 0, "update unit set size = 1 where id = 1"));
    CHECK(kind_is(sql(other, a, 0, "update unit set size = 2 where id = 1"), ERR_BUSY));
    must_work(a, db_end(db, a, true));
    must_work(a, sql(other, a, 0, "update unit set size = 2 where id = 1"));
    db_close(other);
}

TEST_BOTH(a_definition_is_whole_or_nothing)
{
    Err *e = db_define(db, a, S("create table one (id {id}){strict};"
        "create table two (id {id}, id {id}){strict}"));
    CHECK(kind_is(e, ERR_BROKEN));
    must_work(a,
              db_define(db, a, S("create table one (id {id}, body {text} default '{}'){strict}")));
    must_work(a, sql(db, a, 0, "insert into one (id) values (1)"));
    Rows q;
    must_work(a, sql(db, a, &q, "select body from one"));
    CHECK(rows_next(&q) && str_equal(next_str(&q), S("{}")));
}

TEST_BOTH(the_next_entry_is_higher_than_the_last)
{
    must_work(a, db_define(db, a, S("create table journal (id {id}, body {text}){strict}")));
    int64_t last = 0;
    for (int i = 0; i < 3; i++) {
        Rows q;
        must_work(a, sql(db, a, &q, "insert into journal (id, body) select n.id, $1 from ({}) n returning id",
            S("made"), (Sql){.text = db_next_numbers(db, false)}));
        CHECK(rows_next(&q));
        int64_t id = next_int(&q);
        CHECK(id == last + 1);
        last = id;
    }
}
