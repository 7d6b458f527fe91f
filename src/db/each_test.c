// Long answers row by row, and what is left when an arena is exhausted, on both stores.
// SPDX-License-Identifier: Apache-2.0
#include "db/both_test.h"
#include "os/os.h"

enum { MANY = 1001 }; // some fetches of the cursor, the last one not full

static void make_numbers(Db *db, Arena *a, int n)
{
    must_work(a, db_define(db, a, S("create table number (id {id}, words {text}){strict}")));
    must_work(a, db_begin(db, a, DB_WRITE));
    for (int i = 1; i <= n; i++) {
        must_work(a, sql(db, a, 0, "insert into number (id, words) values ($1, $2)", i,
                         say(a, "number {}", i)));
    }
    must_work(a, db_end(db, a, true));
}

typedef struct { Db *db; Arena *a; Arena scratch; int64_t n, sum, stop; int within; } Seen;

static Err *see(void *with, Arena *turn, Rows *row)
{
    Seen *seen = with;
    int64_t id = next_int(row);
    CHECK(str_equal(next_str(row), say(turn, "number {}", id)));
    seen->n++;
    seen->sum += id;
    if (id == seen->stop) return fail(turn, ERR_MISSING, "Stopped at {}.", id);
    return 0;
}

TEST_BOTH(each_row_is_seen_once_in_a_small_memory)
{
    make_numbers(db, a, MANY);
    jmp_buf exhausted;
    Arena turn = arena_over(take(a, char, 1024), 1024, &exhausted);
    Seen seen = {0};
    if (setjmp(exhausted)) CHECK(!"the turn's memory is used anew for every row");
    must_work(a, sql_each(db, a, turn, see, &seen, "select id, words from number where id > $1",
                          VALS(1)));
    CHECK(seen.n == MANY - 1 && seen.sum == (int64_t)MANY * (MANY + 1) / 2 - 1);
}

TEST_BOTH(a_refusal_stops_the_rows_and_its_words_outlive_the_turn)
{
    make_numbers(db, a, MANY);
    for (int i = 0; i < 3; i++) {
        Seen seen = {.stop = 500};
        Err *e = sql_each(db, a, scratch, see, &seen, "select id, words from number order by id",
                          VALS());
        Arena later = scratch;
        memset(take(&later, char, 4096), 'x', 4096); // where the refusal stood
        CHECK(e && e->kind == ERR_MISSING && str_equal(err_text(a, e), S("Stopped at 500.")));
        CHECK(seen.n == 500);
    }
    must_work(a, sql(db, a, 0, "delete from number")); // nothing is left open
}

static Err *ask_within(void *with, Arena *turn, Rows *row)
{
    Seen *seen = with;
    int64_t id = next_int(row);
    Rows q;
    TRY(sql(seen->db, turn, &q, "select words from number where id = $1", id));
    CHECK(rows_next(&q) && str_equal(next_str(&q), say(turn, "number {}", id)));
    seen->n++;
    if (seen->within == 0 || id % 100) return 0;
    Seen inner = {.db = seen->db, .within = seen->within - 1};
    isize size = 65536 << 2 * seen->within; // a smaller memory within each one
    inner.scratch = arena_over(take(turn, char, size), size, turn->exhausted);
    TRY(sql_each(seen->db, turn, inner.scratch, ask_within, &inner,
                 "select id from number where id <= $1", VALS(300)));
    seen->n += inner.n;
    return 0;
}

static Err *ask_all(void *with)
{
    Seen *seen = with;
    return sql_each(seen->db, seen->a, seen->scratch, ask_within, seen,
                    "select id from number where id <= $1", VALS(300));
}

TEST_BOTH(statements_run_between_two_rows_the_same_one_too)
{
    make_numbers(db, a, 300);
    Seen seen = {.db = db, .a = a, .scratch = scratch, .within = 2};
    must_work(a, ask_all(&seen));
    CHECK(seen.n == 300 + 3 * (300 + 3 * 300));
    seen.n = 0;
    must_work(a, db_all_or_nothing(db, a, ask_all, &seen));
    CHECK(seen.n == 300 + 3 * (300 + 3 * 300));
}

static Err *see_nothing(void *with, Arena *turn, Rows *row)
{
    (void)with, (void)turn, (void)row;
    CHECK(!"there is no row");
    return 0;
}

TEST_BOTH(a_wrong_long_question_is_an_error)
{
    Err *e = sql_each(db, a, scratch, see_nothing, 0, "select x from nowhere", VALS());
    CHECK(e && e->kind == ERR_BROKEN);
    make_numbers(db, a, 1);
    must_work(
        a, sql_each(db, a, scratch, see_nothing, 0, "select id from number where id > 5", VALS()));
}

// ---- an exhausted arena -----------------------------------------------------------------------

typedef struct { Db *db; Arena *small; int way; } Hungry;

static Err *eat_in_turns(void *with, Arena *turn, Rows *row)
{
    Hungry *h = with;
    next_int(row);
    (void)turn;
    take(h->small, char, 600);
    return 0;
}

static Err *eat(void *with)
{
    Hungry *h = with;
    TRY(sql(h->db, h->small, 0, "insert into number (id, words) values (5000, 'lost')"));
    Rows q;
    if (h->way == 0) return sql(h->db, h->small, &q, "select id, words from number");
    Arena turn = arena_over(take(h->small, char, 2048), 2048, h->small->exhausted);
    return sql_each(h->db, h->small, turn, eat_in_turns, h, "select id from number", VALS());
}

TEST_BOTH(an_unwound_request_leaves_nothing_open)
{
    make_numbers(db, a, MANY);
    for (int i = 0; i < 40; i++) {
        jmp_buf exhausted;
        Arena small = arena_over(take(a, char, 8192), 8192, &exhausted);
        Hungry h = {db, &small, i % 2};
        if (!setjmp(exhausted)) {
            must_work(a, db_all_or_nothing(db, &small, eat, &h));
            CHECK(!"so much does not fit");
        }
        db_recover(db);
        Rows q;
        must_work(a, sql(db, a, &q, "select id, words from number where id = 5000"));
        CHECK(q.rows == 0);
    }
    must_work(a, sql(db, a, 0, "delete from number"));
}

TEST_BOTH(an_unwound_reader_sees_what_came_later)
{
    make_numbers(db, a, MANY);
    Db *reader;
    must_work(a, db_open(a, where, DB_READ, false, &reader));
    for (int i = 0; i < 2; i++) {
        jmp_buf exhausted;
        Arena small = arena_over(take(a, char, 8192), 8192, &exhausted);
        Rows q;
        if (!setjmp(exhausted)) {
            must_work(a, sql(reader, &small, &q, "select id, words from number"));
            CHECK(!"so much does not fit");
        }
        db_recover(reader);
        must_work(a, sql(db, a, 0, "insert into number (id) values ($1)", 7000 + i));
        must_work(a, sql(reader, a, &q, "select words from number where id = $1", 7000 + i));
        CHECK(q.rows == 1);
    }
    db_close(reader);
}

// One of a group: exhausts its memory while it reads, deeper than the savepoint of its own.
static Err *eat_deeper(void *with)
{
    Hungry *h = with;
    return db_all_or_nothing(h->db, h->small, eat, h);
}

TEST_BOTH(an_unwound_part_of_a_group_is_undone_alone)
{
    make_numbers(db, a, MANY);
    must_work(a, db_begin(db, a, DB_WRITE));
    for (int i = 0; i < 4; i++) {
        jmp_buf exhausted;
        Arena small = arena_over(take(a, char, 8192), 8192, &exhausted);
        Hungry h = {db, &small, i % 2};
        must_work(a, sql(db, a, 0, "insert into number (id, words) values ($1, 'kept')", 6000 + i));
        if (!setjmp(exhausted)) {
            must_work(a, db_all_or_nothing(db, &small, eat_deeper, &h));
            CHECK(!"so much does not fit");
        }
        must_work(a, db_undo_to(db, a, 1));
        must_work(a, db_undo_to(db, a, 1)); // nothing more to undo
    }
    must_work(a, db_end(db, a, true));
    Rows q;
    must_work(a, sql(db, a, &q, "select id, words from number where id >= 5000"));
    CHECK(q.rows == 4);
}

// ---- questions that take too long --------------------------------------------------------------

static const char endless[] = "select count(*) from (with recursive n (i) as (select 1 union all select i + 1 from n "
    "where i < 1000000000000) select i from n) many";

static Err *nothing(void *with, Arena *turn, Rows *row)
{
    (void)with, (void)turn;
    next_int(row);
    return 0;
}

TEST_BOTH(a_question_that_takes_too_long_is_stopped_with_a_sentence)
{
    Rows q;
    int64_t began = clock_ms();
    must_work(a, db_begin(db, a, DB_READ));
    db_limit(db, 200);
    Err *e = sql_fill(db, a, &q, endless, VALS());
    CHECK(e && e->kind == ERR_BUSY && str_starts(err_text(a, e), S("This question was stopped, since it took more than 1 seconds.")));
    CHECK(clock_ms() - began >= 150 && clock_ms() - began < 5000);
    e = sql(db, a, &q, "select 1"); // the time is over for all that follows, too
    CHECK(e && e->kind == ERR_BUSY);
    must_work(a, db_end(db, a, false));
    db_limit(db, 0);
    must_work(a, sql(db, a, &q, "select 1"));
    CHECK(rows_next(&q) && next_int(&q) == 1);
}

TEST_BOTH(long_answers_and_a_new_limit_keep_the_time_too)
{
    Rows q;
    db_limit(db, 100);
    Err *e = sql_each(db, a, scratch, nothing, 0, endless, VALS());
    CHECK(e && e->kind == ERR_BUSY && str_find(err_text(a, e), S("was stopped")) > 0);
    db_limit(db, 20000); // of another request in the same connection
    must_work(a, sql(db, a, &q, "select 2"));
    CHECK(rows_next(&q) && next_int(&q) == 2);
    db_limit(db, 100);
    e = sql_fill(db, a, &q, endless, VALS());
    CHECK(e && e->kind == ERR_BUSY && str_find(err_text(a, e), S("was stopped")) > 0);
}

// ---- statements past what a store takes --------------------------------------------------------

static Err *asked_at_once(Db *db, Arena *a, int n)
{
    Rows q;
    Buf o = buf_in(take(a, Arena, 1));
    *o.a = arena_cut(a, 4 << 20);
    Val *vals = take(a, Val, n);
    buf_add(&o, S("select count(*) where 1 in (0"));
    for (int i = 1; i <= n; i++) {
        buf_fill(&o, ", cast(${} as bigint)", VALS(i));
        vals[i - 1] = val_int(i);
    }
    buf_add(&o, S(")"));
    TRY(sql(db, a, &q, "{}", ((Sql){buf_str(&o), {vals, n}})));
    CHECK(rows_next(&q) && next_int(&q) == 1);
    return 0;
}

TEST_BOTH(a_statement_of_too_many_values_is_refused_with_a_sentence)
{
    static const int many[] = {32767, 65536};
    for (int i = 0; i < countof(many); i++) {
        Err *e = asked_at_once(db, a, many[i]);
        CHECK(e && e->kind == ERR_INPUT && str_starts(err_text(a, e), S("This asks the store for too much at once")));
    }
    must_work(a, asked_at_once(db, a, 500));
}
