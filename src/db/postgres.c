// The driver for PostgreSQL: prepared statements, answers as text, cursors for the long ones.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include <libpq-fe.h>
#include <stdio.h>

enum { FETCHED = 200, NUMBER_SIZE = 32 };
// What a role or a database has as its default decides nothing of what we read or write: rows that a policy would hide
// are an error, links are checked (only who may set that can set it back, so it is not touched where it stands well).
static const char settings[] =
    "do $$ begin if current_setting('session_replication_role') <> 'origin' then set session_replication_role = origin; end if; end $$;"
    "set transform_null_equals = off; set row_security = off; set default_transaction_isolation = 'read committed';"
    "set default_transaction_read_only = off; set default_transaction_deferrable = off;"
    "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;"
    "set synchronous_commit = on; set standard_conforming_strings = on; set bytea_output = 'hex';"
    "set extra_float_digits = 1; set cursor_tuple_fraction = 1; set jit = off;"
    "set lock_timeout = '10s'; set search_path = public, pg_temp;"; // nothing of another schema stands before ours

// ---- answers: libpq's memory is noted, since an exhausted arena leaves by a jump --------------

static void answer_hold(Db *db, PGresult *r)
{
    must(db->answers_n < ANSWERS);
    db->answers[db->answers_n++] = r;
}

static PGresult *answer(const Db *db)
{
    return db->answers[db->answers_n - 1];
}

static void answer_drop(Db *db)
{
    PQclear(answer(db));
    db->answers_n--;
}

static Str one_line(Arena *a, const char *text)
{
    Str line = str_trim(str_copy(a, str_from(text)));
    for (char *p = (char *)line.p; p < line.p + line.n; p++) {
        if (*p == '\n' || *p == '\t') *p = ' ';
    }
    return line;
}

static Err *unreachable(Db *db, Arena *a, Str text)
{
    db->lost = true;
    if (str_equal(text, S("commit"))) {
        return fail(a, ERR_BUSY, "The database went away while it was saving. Look whether it was saved, before you try again.");
    }
    return fail(a, ERR_BUSY, "The database cannot be reached: {}. Try again in a moment.",
        one_line(a, PQerrorMessage(db->connection)));
}

// What to do about an error, by its code: PostgreSQL's manual, appendix A.
static const struct { const char *code; ErrKind kind; const char *words; } refusals[] = {
    {"08", ERR_BUSY, "The database cannot be reached: {}. Try again in a moment."},
    {"57", ERR_BUSY, "The database is busy: {}. Try again in a moment."},
    {"40", ERR_BUSY, "The database is busy: {}. Try again in a moment."},
    {"55P03", ERR_BUSY, "The register is being written ({}). Try again in a moment."},
    {"53100", ERR_BUSY, "The database's disk is full: nothing was written ({})."},
    {"53", ERR_BUSY, "The database is busy: {}. Try again in a moment."},
    {"23", ERR_CONFLICT, "This does not go with what is stored: {}."},
    {"25006", ERR_INPUT, "The register is read-only: {}."},
};

// The answer on top as an error; it is dropped.
static Err *refused(Db *db, Arena *a, Str text)
{
    if (PQstatus(db->connection) == CONNECTION_BAD) {
        Err *e = unreachable(db, a, text);
        answer_drop(db);
        return e;
    }
    Str code = str_from(PQresultErrorField(answer(db), PG_DIAG_SQLSTATE));
    if (db->limit && str_equal(code, S("57014"))) { // query_canceled, by statement_timeout
        answer_drop(db);
        return overdue(db, a);
    }
    const char *primary = PQresultErrorField(answer(db), PG_DIAG_MESSAGE_PRIMARY);
    Val reason = val_str(one_line(a, primary ? primary : PQerrorMessage(db->connection)));
    Err *e = 0;
    for (int i = 0; !e && i < countof(refusals); i++) {
        if (!code.n || !str_starts(code, str_from(refusals[i].code))) continue;
        e = err_make(a, refusals[i].kind, message_keep(a, refusals[i].words, (Vals){&reason, 1}));
    }
    if (!e) e = fail(a, ERR_BROKEN, "The store refused a statement: {} ({}): {}", reason, code, text);
    answer_drop(db);
    return e;
}

static bool answered(const Db *db)
{
    ExecStatusType status = PQresultStatus(answer(db));
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static Err *tell(Db *db, Arena *a, Str text)
{
    answer_hold(db, PQexec(db->connection, text.p));
    if (!answered(db)) return refused(db, a, text);
    answer_drop(db);
    return 0;
}

// ---- connecting -------------------------------------------------------------------------------

static void silent(void *with, const char *notice)
{
    (void)with, (void)notice;
}

static Err *not_connected(Db *db, Arena *a)
{
    Str reason = one_line(a, PQerrorMessage(db->connection));
    bool ours = PQconnectionNeedsPassword(db->connection) ||
                PQconnectionUsedPassword(db->connection) ||
                str_find(reason, S("does not exist")) >= 0 || str_find(reason, S("invalid")) >= 0;
    if (ours) return fail(a, ERR_INPUT, "The database cannot be opened: {}.", reason);
    return fail(a, ERR_BUSY, "The database cannot be reached: {}. Try again in a moment.", reason);
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
    TRY(tell(db, a, (Str){settings, sizeof settings - 1}));
    return db->use != DB_WRITE ? tell(db, a, S("set default_transaction_read_only = on")) : 0;
}

static Err *postgres_open(Db *db, Arena *a, bool create)
{
    TRY(connect_to(db, a));
    return create ? tell(db, a, S("create sequence if not exists journal_id")) : 0;
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
        return fail(a, ERR_BUSY,
                    "The database went away: nothing of this was saved. Try again in a moment.");
    }
    postgres_close(db);
    Err *e = connect_to(db, a);
    if (e) return err_make(a, ERR_BUSY, e->message); // it was there: whatever is wrong, trying again is right
    db->lost = false;
    return 0;
}

// ---- statements -------------------------------------------------------------------------------

static const char *name_of(const Statement *s, char name[NUMBER_SIZE])
{
    snprintf(name, NUMBER_SIZE, "s%lld", (long long)s->number);
    return name;
}

static Err *postgres_prepare(Db *db, Arena *a, Statement *s)
{
    char name[NUMBER_SIZE];
    s->number = ++db->names;
    if (db->piped) {
        db->sent += PQsendPrepare(db->connection, name_of(s, name), s->text, 0, 0); // refused with what it was for
        return 0;
    }
    answer_hold(db, PQprepare(db->connection, name_of(s, name), s->text, 0, 0));
    if (!answered(db)) {
        s->number = 0;
        return refused(db, a, (Str){s->text, s->n});
    }
    answer_drop(db);
    return 0;
}

static void postgres_forget(Db *db, Statement *s)
{
    if (!s->number || !db->connection || db->lost) return;
    char name[NUMBER_SIZE], text[NUMBER_SIZE + 16];
    snprintf(text, sizeof text, "deallocate %s", name_of(s, name));
    // Refused in a failed transaction: no harm, the name is not used again.
    if (db->piped) db->sent += PQsendQueryParams(db->connection, text, 0, 0, 0, 0, 0, 0);
    else PQclear(PQexec(db->connection, text));
}

typedef struct { const char **at; int *lengths, *formats; } Given;

static isize given_size(Val v)
{
    return v.kind == VAL_STR ? v.s.n + 1 : NUMBER_SIZE;
}

// As libpq takes them: numbers and text as text, bytes as bytes.
static Given given(Db *db, Vals values)
{
    if (!values.n) return (Given){0};
    isize each = sizeof(char *) + 2 * sizeof(int), size = each * values.n;
    for (int i = 0; i < values.n; i++) size += given_size(values.at[i]);
    db->bytes = grown(db->bytes, &db->bytes_cap, size, 1);
    Given g = {.at = (const char **)(void *)db->bytes};
    g.lengths = (int *)(g.at + values.n);
    g.formats = g.lengths + values.n;
    char *p = (char *)(g.formats + values.n);
    for (int i = 0; i < values.n; i++) {
        Val v = values.at[i];
        must(v.s.n < INT32_MAX);
        g.formats[i] = v.kind == VAL_BLOB;
        g.lengths[i] = (int)v.s.n;
        g.at[i] = v.kind == VAL_NULL ? 0 : v.kind != VAL_BLOB ? p : v.s.p ? v.s.p : "";
        if (v.kind == VAL_INT) snprintf(p, NUMBER_SIZE, "%lld", (long long)v.i);
        if (v.kind == VAL_REAL) snprintf(p, NUMBER_SIZE, "%.17g", v.d);
        if (v.kind == VAL_STR) {
            if (v.s.n) memcpy(p, v.s.p, (size_t)v.s.n);
            p[v.s.n] = 0;
        }
        p += given_size(v);
    }
    return g;
}

static void ask(Db *db, const Statement *s, Vals values)
{
    char name[NUMBER_SIZE];
    Given g = given(db, values);
    answer_hold(db, PQexecPrepared(db->connection, name_of(s, name), values.n, g.at, g.lengths,
                                   g.formats, 0));
}

// A table was changed under a kept statement ("cached plan must not change result type").
static bool outdated(const Db *db)
{
    Str code = str_from(PQresultErrorField(answer(db), PG_DIAG_SQLSTATE));
    return str_equal(code, S("0A000")) || str_equal(code, S("26000"));
}

static Err *texts_good(Arena *a, Vals values)
{
    for (int i = 0; i < values.n; i++) {
        bool nul = values.at[i].kind == VAL_STR && str_has(values.at[i].s, 0);
        if (nul) return fail(a, ERR_INPUT, "A text contains a NUL character: remove it.");
    }
    return 0;
}

// Leaves the answer on top.
static Err *execute(Db *db, Arena *a, Statement *s, Vals values)
{
    TRY(texts_good(a, values));
    ask(db, s, values);
    if (!answered(db) && outdated(db) && PQtransactionStatus(db->connection) == PQTRANS_IDLE) {
        answer_drop(db);
        postgres_forget(db, s);
        TRY(postgres_prepare(db, a, s));
        ask(db, s, values);
    }
    if (!answered(db)) return refused(db, a, (Str){s->text, s->n});
    return 0;
}

// ---- a parcel of writes: sent together, answered together (libpq's pipeline) -----------------

static void postgres_parcel_begin(Db *db)
{
    db->piped = PQenterPipelineMode(db->connection) == 1;
    db->sent = 0;
}

static Err *sent(Db *db, Arena *a, int good, Str text)
{
    db->sent += good;
    return good ? 0 : unreachable(db, a, text);
}

// The first that was refused is told; those behind it were not done.
static Err *postgres_parcel_end(Db *db, Arena *a)
{
    Err *e = 0;
    if (!db->piped) return 0;
    if (!PQpipelineSync(db->connection)) e = unreachable(db, a, (Str){0});
    for (; db->sent && !db->lost; db->sent--) {
        for (PGresult *r; (r = PQgetResult(db->connection));) {
            answer_hold(db, r);
            if (e || answered(db)) answer_drop(db);
            else e = refused(db, a, S("a parcel of writes"));
        }
    }
    if (!db->lost) PQclear(PQgetResult(db->connection)); // the end of what was sent together
    must(db->lost || PQexitPipelineMode(db->connection));
    db->piped = false;
    return e;
}

static Err *postgres_run(Db *db, Arena *a, Statement *s, Vals values, Rows *out)
{
    char name[NUMBER_SIZE];
    if (db->piped) {
        TRY(texts_good(a, values));
        Given g = given(db, values);
        must(!out);
        return sent(db, a, PQsendQueryPrepared(db->connection, name_of(s, name), values.n, g.at, g.lengths, g.formats, 0),
            (Str){s->text, s->n});
    }
    TRY(execute(db, a, s, values));
    PGresult *r = answer(db);
    Str done = str_from(PQcmdStatus(r)), count = str_from(PQcmdTuples(r));
    db->changed = 0;
    if (!str_starts(done, S("SELECT"))) str_int(count, &db->changed);
    bool undone = !strcmp(s->text, "commit") && str_equal(done, S("ROLLBACK"));
    if (out) {
        out->rows = PQntuples(r);
        out->columns = PQnfields(r);
        out->cells = take(a, Val, (isize)out->rows * out->columns);
        for (int i = 0; i < out->rows; i++) {
            postgres_row(r, a, i, out->columns, out->cells + (isize)i * out->columns);
        }
    }
    answer_drop(db);
    if (undone) {
        return fail(a, ERR_BROKEN,
                    "The store has undone everything since its last fault: nothing was written.");
    }
    return 0;
}

// ---- long answers: a cursor, so that other statements may run between two rows ----------------

static Err *turns(Db *db, Arena *a, const Each *to)
{
    PGresult *r = answer(db);
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
        answer_hold(db, PQexec(db->connection, text));
        if (!answered(db)) return refused(db, a, str_from(text));
        n = PQntuples(answer(db));
        Err *e = turns(db, a, to);
        answer_drop(db);
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
    TRY(execute(db, a, s, values));
    answer_drop(db);
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
    TRY(tell(db, a, S("set constraints all immediate; set constraints all deferred")));
    return tell(db, a, text);
}

static bool postgres_in_transaction(Db *db)
{
    PGTransactionStatusType status = PQtransactionStatus(db->connection);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static void postgres_release(Db *db)
{
    while (db->answers_n) answer_drop(db);
    db->cursors = 0;
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
    TRY(tell(db, a, str_from(text)));
    db->limited = db->limit;
    return 0;
}

static Err *postgres_checkpoint(Db *db, Arena *a)
{
    (void)db, (void)a; // the server sees to it
    return 0;
}

static Err *postgres_remove_all(Arena *a, Str where)
{
    Db *db;
    TRY(db_open(a, where, DB_WRITE, false, &db));
    Err *e = tell(db, a, S("drop schema if exists public cascade; create schema public"));
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
    .remove_all = postgres_remove_all,
    .begin_read = "begin isolation level repeatable read read only",
    .begin_write = "begin isolation level read committed read write",
    // What a save looks at must stand until it is written, whoever else writes: one at a time, as with
    // SQLite's immediate transactions. The number means this program, within this database.
    .hold = "select cast(pg_advisory_xact_lock(7823410) as text)",
    .entries_ahead = 1,
    .entries_many = 100,
    .next_entry = S("nextval('journal_id')"),
    .next_many = S("min(nextval('journal_id')) from generate_series(1, 100)"), // nobody else takes any meanwhile: see hold
    .parcel_begin = postgres_parcel_begin,
    .parcel_end = postgres_parcel_end,
    .words = {S("bigint primary key"), S("bigint"), S("double precision"), S("text collate \"C\""),
        S("bytea"), S(""), S(""), S(" cascade")},
};
