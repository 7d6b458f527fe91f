// The driver for PostgreSQL: prepared statements, answers as text, cursors for the long ones.
// SPDX-License-Identifier: Apache-2.0
#include "db/postgres.h"
#include <stdio.h>

enum { FETCHED = 200 };
// What a role or a database has as its default decides nothing of what we read or write: rows that a policy would hide
// are an error, links are checked (only who may set that can set it back, so it is not touched where it stands well).
// What is asked for often lies in memory: a row by its number costs no more than the next one.
static const char settings[] =
    "do $$ begin if current_setting('session_replication_role') <> 'origin' then set session_replication_role = origin; end if; end $$;"
    "set transform_null_equals = off; set row_security = off; set default_transaction_isolation = 'read committed';"
    "set default_transaction_read_only = off; set default_transaction_deferrable = off;"
    "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;"
    "set synchronous_commit = on; set standard_conforming_strings = on; set bytea_output = 'hex';"
    "set extra_float_digits = 1; set cursor_tuple_fraction = 1; set jit = off; set random_page_cost = 1.1;"
    "set lock_timeout = '10s'; set search_path = public, pg_temp;"; // nothing of another schema stands before ours

// ---- connecting -------------------------------------------------------------------------------

static void silent(void *with, const char *notice)
{
    (void)with, (void)notice;
}

static Err *not_connected(Db *db, Arena *a)
{
    Str reason = pg_line(a, PQerrorMessage(db->connection));
    bool ours = PQconnectionNeedsPassword(db->connection) ||
                PQconnectionUsedPassword(db->connection) ||
                str_find(reason, S("does not exist")) >= 0 || str_find(reason, S("invalid")) >= 0;
    if (ours) return fail(a, ERR_INPUT, "The database cannot be opened: {}.", reason);
    return fail(a, ERR_BUSY, "The database cannot be reached: {}. Try again in a moment.", reason);
}

static Err *postgres_hurry(Db *db, Arena *a)
{
    return pg_tell(db, a, S("set lock_timeout = '20ms'"));
}

static Err *connect_to(Db *db, Arena *a)
{
    // What stands before dbname may be said otherwise by the address; what stands behind may not.
    const char *names[] = {"connect_timeout", "tcp_user_timeout", "dbname", "client_encoding", "application_name", 0};
    const char *values[] = {"10", "30000", db->where.p, "UTF8", "sukhwan", 0};
    PGconn *c = PQconnectdbParams(names, values, 1);
    must(c);
    db->connection = c;
    if (PQstatus(c) != CONNECTION_OK) return not_connected(db, a);
    PQsetNoticeProcessor(c, silent, 0);
    db->limited = 0; // the server knows of none yet
    if (!str_equal(str_from(PQparameterStatus(c, "server_encoding")), S("UTF8"))) {
        return fail(a, ERR_INPUT, "The database must be made with the encoding UTF8.");
    }
    TRY(pg_tell(db, a, (Str){settings, sizeof settings - 1}));
    if (db->hurried) TRY(postgres_hurry(db, a));
    return db->use != DB_WRITE ? pg_tell(db, a, S("set default_transaction_read_only = on")) : 0;
}

static Err *postgres_open(Db *db, Arena *a, bool create)
{
    TRY(connect_to(db, a));
    return create ? pg_tell(db, a, S("create sequence if not exists journal_id")) : 0;
}

static void postgres_close(Db *db)
{
    PQfinish(db->connection);
    db->connection = 0;
    statements_drop(db); // they went with the connection
}

static bool postgres_gone(Db *db)
{
    (void)db; // each answer says so itself
    return false;
}

static Err *postgres_reconnect(Db *db, Arena *a)
{
    if (db->depth) {
        Err *e = fail(a, ERR_BUSY, "The database went away: nothing of this was saved. Try again in a moment.");
        e->crossed = true;
        return e;
    }
    postgres_close(db);
    Err *e = connect_to(db, a);
    if (e) return err_make(a, ERR_BUSY, e->message); // it was there: whatever is wrong, trying again is right
    db->lost = false;
    return 0;
}

// ---- long answers: a cursor, so that other statements may run between two rows ----------------

static Err *turns(Db *db, Arena *a, const Each *to)
{
    PGresult *r = pg_answer(db);
    for (int i = 0; i < PQntuples(r); i++) {
        Arena turn = to->turn;
        Rows row = {.rows = 1, .columns = PQnfields(r), .row = 1};
        row.cells = take(&turn, Val, row.columns);
        postgres_row(r, &turn, i, row.columns, row.cells);
        TRY(each_row(a, to, &turn, &row));
    }
    return 0;
}

static Err *fetch_all(Db *db, Arena *a, const Each *to, int cursor)
{
    char text[64];
    snprintf(text, sizeof text, "fetch %d from each_%d", FETCHED, cursor);
    for (int n = FETCHED; n == FETCHED;) {
        pg_hold(db, PQexec(db->connection, text));
        if (!pg_answered(db)) return pg_refused(db, a, str_from(text));
        n = PQntuples(pg_answer(db));
        Err *e = turns(db, a, to);
        pg_drop(db);
        if (e) return e;
    }
    return 0;
}

static Err *cursor_turns(Db *db, Arena *a, const Each *to, const char *lit, Vals with)
{
    Statement *s;
    Vals values;
    char before[64], after[32];
    int cursor = db->cursors;
    snprintf(before, sizeof before, "declare each_%d no scroll cursor for ", cursor);
    TRY(statement_find(db, a, str_from(before), lit, with, &s, &values));
    TRY(pg_execute(db, a, s, values));
    pg_drop(db);
    db->cursors++;
    Err *e = fetch_all(db, a, to, cursor);
    db->cursors--;
    db->changed = 0;
    snprintf(after, sizeof after, "close each_%d", cursor);
    if (!db->lost) PQclear(PQexec(db->connection, after)); // a failed transaction has closed it
    return e;
}

static Err *postgres_each(Db *db, Arena *a, const Each *to, const char *lit, Vals with)
{
    bool alone = db->depth == 0; // a cursor lives in a transaction
    if (alone) TRY(db_begin(db, a, db->use));
    Err *e = cursor_turns(db, a, to, lit, with);
    if (!alone) return e;
    Err *ended = db_end(db, a, !db->lost && PQtransactionStatus(db->connection) == PQTRANS_INTRANS);
    return e ? e : ended;
}

// ---- the rest ---------------------------------------------------------------------------------

// Nothing is defined while checks of its rows are put off: they are made first.
static Err *postgres_define(Db *db, Arena *a, Str text)
{
    TRY(pg_tell(db, a, S("set constraints all immediate; set constraints all deferred")));
    return pg_tell(db, a, text);
}

static bool postgres_in_transaction(Db *db)
{
    PGTransactionStatusType status = PQtransactionStatus(db->connection);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static void postgres_roll_back(Db *db)
{
    if (db->connection && postgres_in_transaction(db)) PQclear(PQexec(db->connection, "rollback"));
}

static Err *postgres_widen(Db *db, Arena *a)
{
    (void)db, (void)a; // the server's memory is the server's
    return 0;
}

static Err *postgres_limit(Db *db, Arena *a)
{
    if (db->limited == db->limit) return 0;
    if (PQtransactionStatus(db->connection) == PQTRANS_INERROR) return 0; // it takes nothing now
    char text[64];
    snprintf(text, sizeof text, "set statement_timeout = %lld", (long long)db->limit);
    TRY(pg_tell(db, a, str_from(text)));
    db->limited = db->limit;
    return 0;
}

static Err *postgres_checkpoint(Db *db, Arena *a)
{
    (void)db, (void)a; // the server sees to it
    return 0;
}

static Err *postgres_numbers_after(Db *db, Arena *a, int64_t last)
{
    Rows q;
    return sql(db, a, &q, "select setval('journal_id', $1) as id", last);
}

static Err *postgres_remove_all(Arena *a, Str where)
{
    Db *db;
    TRY(db_open(a, where, DB_WRITE, false, &db));
    Err *e = pg_tell(db, a, S("drop schema if exists public cascade; create schema public"));
    db_close(db);
    return e;
}

const Driver postgres_driver = {
    .open = postgres_open,
    .close = postgres_close,
    .gone = postgres_gone,
    .reconnect = postgres_reconnect,
    .prepare = postgres_prepare,
    .forget = postgres_forget,
    .run = postgres_run,
    .each = postgres_each,
    .define = postgres_define,
    .parts = postgres_parts,
    .name_most = 63, // NAMEDATALEN - 1
    .index_words = postgres_index_words,
    .in_transaction = postgres_in_transaction,
    .release = postgres_release,
    .roll_back = postgres_roll_back,
    .widen = postgres_widen,
    .limit = postgres_limit,
    .checkpoint = postgres_checkpoint,
    .scrub = postgres_scrub,
    .numbers_after = postgres_numbers_after,
    .remove_all = postgres_remove_all,
    .begin_read = "begin isolation level repeatable read read only",
    .begin_write = "begin isolation level read committed read write",
    // The numbers mean this program, within this database: all who write, and who writes alone beside them. That one
    // was let in, and may wait for a row.
    .holds = {"select cast(pg_advisory_xact_lock_shared(7823410) as text)",
        "select cast(pg_advisory_xact_lock_shared(7823410) as text) || cast(pg_advisory_xact_lock(7823411) as text)"
        " || set_config('lock_timeout', '10s', true)",
        "select cast(pg_advisory_xact_lock(7823410) as text)"},
    .locks = S(" for no key update"),                // who only links to the row goes on
    .locks_hurried = S(" for no key update nowait"),
    .hurry = postgres_hurry,
    .next_number = S("select nextval('journal_id') as id"),
    .next_numbers = S("select nextval('journal_id') as id from generate_series(1, 100)"), // NUMBERS_MOST
    .parcel_begin = postgres_parcel_begin,
    .parcel_end = postgres_parcel_end,
    .words = {S("bigint primary key"), S("bigint"), S("double precision"), S("text collate \"C\""),
        S("bytea"), S(""), S(""), S(" cascade")},
};
