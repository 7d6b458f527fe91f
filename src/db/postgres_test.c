// What PostgreSQL alone must do: a server that goes away or was never there, two who collide.
// SPDX-License-Identifier: Apache-2.0
#include "db/both_test.h"
#include <time.h>

// Ends the connection of db by another one, as a restarting server does.
static void end_backend(int64_t pid, Str where, Arena *a)
{
    Db *other;
    must_work(a, db_open(a, where, DB_WRITE, false, &other));
    must_work(a, sql(other, a, 0, "select pg_terminate_backend(cast($1 as integer), 5000)", pid));
    db_close(other);
}

static void cut(Db *db, Str where, Arena *a)
{
    Rows q;
    must_work(a, sql(db, a, &q, "select pg_backend_pid()"));
    CHECK(rows_next(&q));
    end_backend(next_int(&q), where, a);
}

static bool is_busy(const Err *e)
{
    return e && e->kind == ERR_BUSY;
}

TEST_BOTH(a_lost_server_is_told_and_found_again)
{
    if (!db_is_postgres(where)) return;
    must_work(a, db_define(db, a, S("create table line (id {id}, words {text}){strict}")));
    for (int i = 0; i < 3; i++) {
        must_work(a, sql(db, a, 0, "insert into line (id) values ($1)", i));
        CHECK(!db_lost(db));
        cut(db, where, a);
        CHECK(is_busy(sql(db, a, 0, "insert into line (id) values ($1)", 100)));
        CHECK(db_lost(db));
    }
    Rows q;
    must_work(a, sql(db, a, &q, "select id from line"));
    CHECK(q.rows == 3 && !db_lost(db));
}

// What is put off goes to the server in parcels: one that is gone before their end has kept nothing of it.
TEST_BOTH(a_server_that_goes_within_a_parcel_has_kept_nothing_of_it)
{
    enum { MANY = 3000 };
    Rows q;
    if (!db_is_postgres(where)) return;
    must_work(a, db_define(db, a, S("create table line (id {id}, words {text}){strict}")));
    for (int before = 0; before < MANY; before += MANY / 3) {
        must_work(a, sql(db, a, &q, "select pg_backend_pid()"));
        CHECK(rows_next(&q));
        int64_t pid = next_int(&q);
        must_work(a, db_begin(db, a, DB_WRITE));
        db_write_behind(db, a);
        Err *e = 0;
        for (int i = 0; i < MANY && !e; i++) {
            if (i == before) end_backend(pid, where, a);
            e = sql(db, a, 0, "insert into line (id, words) values ($1, $2)", i, S("words"));
        }
        if (!e) e = db_settle(db, a);
        CHECK(is_busy(e));
        db_recover(db);
        must_work(a, sql(db, a, &q, "select 1 from line limit 1"));
        CHECK(!q.rows);
    }
}

typedef struct { Db *db; Str where; Arena *a; } Cut;

static Err *cut_between(void *with)
{
    Cut *c = with;
    TRY(sql(c->db, c->a, 0, "insert into line (id) values (1)"));
    cut(c->db, c->where, c->a);
    CHECK(is_busy(sql(c->db, c->a, 0, "insert into line (id) values (2)")));
    // Not outside the transaction, by a new connection.
    CHECK(is_busy(sql(c->db, c->a, 0, "insert into line (id) values (3)")));
    return 0;
}

static Err *cut_at_a_row(void *with, Arena *turn, Rows *row)
{
    Cut *c = with;
    (void)turn;
    if (next_int(row) == 1) cut(c->db, c->where, c->a);
    return 0;
}

TEST_BOTH(nothing_of_a_transaction_is_kept_when_the_server_goes_away)
{
    if (!db_is_postgres(where)) return;
    must_work(a, db_define(db, a, S("create table line (id {id}, words {text}){strict}")));
    Cut c = {db, where, a};
    CHECK(is_busy(db_all_or_nothing(db, a, cut_between, &c)));
    Rows q;
    must_work(a, sql(db, a, &q, "select id from line"));
    CHECK(q.rows == 0);
    CHECK(is_busy(sql_each(db, a, scratch, cut_at_a_row, &c,
                           "select x from generate_series(1, 900) as t(x)", VALS())));
    must_work(a, sql(db, a, &q, "select id from line"));
}

TEST_BOTH(a_wrong_address_is_told_without_its_password)
{
    if (!db_is_postgres(where)) return;
    static const struct { Str where; ErrKind kind; } cases[] = {
        {S("postgres://someone:hushhush@127.0.0.1:1/none"), ERR_BUSY},
        {S("postgres://someone:hushhush@127.0.0.1:x/none"), ERR_INPUT},
        {S("postgres://someone:hushhush@127.0.0.1/none?colour=red"), ERR_INPUT},
    };
    for (int i = 0; i < countof(cases); i++) {
        Db *none;
        Err *e = db_open(a, cases[i].where, DB_WRITE, false, &none);
        CHECK(e && e->kind == cases[i].kind && !none);
        CHECK(str_find(err_text(a, e), S("hushhush")) < 0);
    }
}

TEST_BOTH(two_who_wait_for_each_other_are_told_to_try_again)
{
    if (!db_is_postgres(where)) return;
    must_work(a, db_define(db, a, S("create table line (id {id}, words {text}){strict}")));
    must_work(a, sql(db, a, 0, "insert into line (id) values (1)"));
    must_work(a, db_begin(db, a, DB_READ));
    must_work(a, sql(db, a, 0, "select id from line"));
    Err *e = sql(db, a, 0, "update line set words = 'x'");
    CHECK(e && e->kind == ERR_INPUT); // a reading transaction changes nothing
    must_work(a, db_end(db, a, true) ? 0 : fail(a, ERR_BROKEN, "A failed transaction was kept."));
    must_work(a, sql(db, a, 0, "begin isolation level serializable"));
    must_work(a, sql(db, a, 0, "select id from line"));
    Db *other;
    must_work(a, db_open(a, where, DB_WRITE, false, &other));
    must_work(a, sql(other, a, 0, "update line set words = 'theirs'"));
    CHECK(is_busy(sql(db, a, 0, "update line set words = 'ours'")));
    must_work(a, sql(db, a, 0, "rollback"));
    db_close(other);
}

// A connection that is made when the role has these defaults within this database.
static Db *opened_under(Db *db, Str where, Arena *a, const Str *defaults, int n)
{
    Db *under;
    for (int i = 0; i < n; i++)
        must_work(a, db_define(db, a, say(a, "do $$ begin execute format('alter role %I in database %I set {}',"
            " current_user, current_database()); end $$", defaults[i])));
    Err *e = db_open(a, where, DB_WRITE, false, &under);
    must_work(a, db_define(db, a, S("do $$ begin execute format('alter role %I in database %I reset all',"
        " current_user, current_database()); end $$")));
    must_work(a, e);
    return under;
}

TEST_BOTH(links_are_checked_and_nulls_compared_whatever_the_role_has_as_its_default)
{
    if (!db_is_postgres(where)) return;
    static const Str defaults[] = {S("session_replication_role = replica"), S("transform_null_equals = on"), S("row_security = on")};
    must_work(a, db_define(db, a, S("create table line (id {id}, other bigint references line (id)){strict}")));
    Db *under = opened_under(db, where, a, defaults, countof(defaults));
    Rows q;
    must_work(a, sql(under, a, &q, "select (null = null) is null, current_setting('session_replication_role'),"
        " current_setting('row_security')"));
    CHECK(rows_next(&q) && next_int(&q) == 1 && str_equal(next_str(&q), S("origin")) && str_equal(next_str(&q), S("off")));
    Err *e = sql(under, a, 0, "insert into line (id, other) values (1, 2)");
    CHECK(e && e->kind == ERR_CONFLICT);
    db_close(under);
}

TEST_BOTH(a_default_neither_makes_a_transaction_stricter_nor_ends_it)
{
    if (!db_is_postgres(where)) return;
    static const Str defaults[] = {S("default_transaction_isolation = serializable"), S("default_transaction_read_only = on"),
        S("statement_timeout = 50"), S("idle_in_transaction_session_timeout = 50"), S("search_path = pg_catalog")};
    must_work(a, db_define(db, a, S("create table line (id {id}){strict}")));
    Db *under = opened_under(db, where, a, defaults, countof(defaults));
    Rows q;
    must_work(a, sql(under, a, 0, "insert into line (id) values (1)"));
    must_work(a, sql(under, a, &q, "select current_setting('transaction_isolation'), count(*), cast(pg_sleep(0.2) as text) from line"));
    CHECK(rows_next(&q) && str_equal(next_str(&q), S("read committed")) && next_int(&q) == 1);
    must_work(a, db_begin(under, a, DB_WRITE));
    struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
    nanosleep(&pause, 0);
    must_work(a, sql(under, a, 0, "insert into line (id) values (2)"));
    must_work(a, db_end(under, a, true));
    db_close(under);
}

static Str as_user(Arena *a, Str where, Str name)
{
    isize from = str_find(where, S("://")) + 3, at = str_find(where, S("@"));
    return say(a, "{}{}{}", str_slice(where, 0, from), name, str_slice(where, at, where.n));
}

// Rows that a policy hides from a role are told, not left out in silence.
TEST_BOTH(rows_that_a_policy_hides_are_an_error_and_never_a_shorter_answer)
{
    if (!db_is_postgres(where)) return;
    must_work(a, db_define(db, a, S("create table line (id {id}){strict}; insert into line (id) values (1), (2);"
        "alter table line enable row level security; create policy part on line using (id = 1);"
        "drop role if exists sukhwan_test_reader; create role sukhwan_test_reader login;"
        " grant usage on schema public to sukhwan_test_reader; grant select on line to sukhwan_test_reader")));
    Db *under;
    Rows q;
    Err *opened = db_open(a, as_user(a, where, S("sukhwan_test_reader")), DB_READ, false, &under);
    must_work(a, opened);
    Err *e = sql(under, a, &q, "select id from line");
    CHECK(e && e->kind == ERR_BROKEN && str_find(err_text(a, e), S("row-level security")) > 0);
    db_close(under);
    must_work(a, db_define(db, a, S("drop owned by sukhwan_test_reader; drop role sukhwan_test_reader")));
}

TEST_BOTH(more_kinds_of_numbers_are_read)
{
    if (!db_is_postgres(where)) return;
    Rows q;
    must_work(
        a, sql(db, a, &q,
               "select 1::smallint, -2::integer, 3.000, -0.5::numeric, 1e30::numeric, 1.5::real, "
               "99999999999999999999::numeric, false, ''::bytea, 9223372036854775807"));
    CHECK(rows_next(&q));
    CHECK(next_int(&q) == 1 && next_int(&q) == -2 && next_val(&q).i == 3 && next_real(&q) == -0.5);
    CHECK(next_real(&q) == 1e30 && next_real(&q) == 1.5 && next_real(&q) == 1e20);
    CHECK(next_val(&q).i == 0 && next_val(&q).kind == VAL_BLOB && next_int(&q) == INT64_MAX);
}
