// Questions to PostgreSQL: prepared statements, sent one by one or together, and what comes back.
// SPDX-License-Identifier: Apache-2.0
#include "db/postgres.h"
#include <stdio.h>

enum { NUMBER_SIZE = 32, SENT_MOST = 200 }; // answers that nobody takes would fill the line

// ---- answers: libpq's memory is noted, since an exhausted arena leaves by a jump --------------

void pg_hold(Db *db, PGresult *r)
{
    must(db->answers_n < ANSWERS);
    db->answers[db->answers_n++] = r;
}

PGresult *pg_answer(const Db *db)
{
    return db->answers[db->answers_n - 1];
}

void pg_drop(Db *db)
{
    PQclear(pg_answer(db));
    db->answers_n--;
}

Str pg_line(Arena *a, const char *text)
{
    Str line = str_trim(str_copy(a, str_from(text)));
    for (char *p = (char *)line.p; p < line.p + line.n; p++) {
        if (*p == '\n' || *p == '\t') *p = ' ';
    }
    if (line.n && line.p[line.n - 1] == '.') line.n--; // a sentence of ours has its own
    return line;
}

static Err *unreachable(Db *db, Arena *a, Str text)
{
    db->lost = true;
    if (str_equal(text, S("commit"))) {
        return fail(a, ERR_BUSY, "The database went away while it was saving. Look whether it was saved, before you try again.");
    }
    Err *e = fail(a, ERR_BUSY, "The database cannot be reached: {}. Try again in a moment.",
        pg_line(a, PQerrorMessage(db->connection)));
    e->crossed = true; // nothing was kept
    return e;
}

// The answer on top as an error; it is dropped.
Err *pg_refused(Db *db, Arena *a, Str text)
{
    if (PQstatus(db->connection) == CONNECTION_BAD) {
        Err *e = unreachable(db, a, text);
        pg_drop(db);
        return e;
    }
    Str code = str_from(PQresultErrorField(pg_answer(db), PG_DIAG_SQLSTATE));
    if (db->limit && str_equal(code, S("57014"))) { // query_canceled, by statement_timeout
        pg_drop(db);
        return overdue(db, a);
    }
    const char *primary = PQresultErrorField(pg_answer(db), PG_DIAG_MESSAGE_PRIMARY);
    Str reason = pg_line(a, primary ? primary : PQerrorMessage(db->connection));
    Err *e = postgres_refusal(a, code, reason, text);
    pg_drop(db);
    return e;
}

bool pg_answered(const Db *db)
{
    ExecStatusType status = PQresultStatus(pg_answer(db));
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static Err *answers_take(Db *db, Arena *a, Str text, bool wanted);

static Err *alone(Db *db, Arena *a)
{
    return db->piped ? answers_take(db, a, S("what was sent together"), false) : 0;
}

Err *pg_tell(Db *db, Arena *a, Str text)
{
    TRY(alone(db, a));
    pg_hold(db, PQexec(db->connection, text.p));
    if (!pg_answered(db)) return pg_refused(db, a, text);
    pg_drop(db);
    return 0;
}

// ---- statements -------------------------------------------------------------------------------

static const char *name_of(const Statement *s, char name[NUMBER_SIZE])
{
    snprintf(name, NUMBER_SIZE, "s%lld", (long long)s->number);
    return name;
}

Err *postgres_prepare(Db *db, Arena *a, Statement *s)
{
    char name[NUMBER_SIZE];
    if (db->hurried) TRY(alone(db, a)); // what fails together would leave it unprepared
    s->number = ++db->names;
    if (db->piped) {
        db->sent += PQsendPrepare(db->connection, name_of(s, name), s->text, 0, 0); // refused with what it was for
        return 0;
    }
    pg_hold(db, PQprepare(db->connection, name_of(s, name), s->text, 0, 0));
    if (!pg_answered(db)) {
        s->number = 0;
        return pg_refused(db, a, (Str){s->text, s->n});
    }
    pg_drop(db);
    return 0;
}

void postgres_forget(Db *db, Statement *s)
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
    pg_hold(db, PQexecPrepared(db->connection, name_of(s, name), values.n, g.at, g.lengths,
                                   g.formats, 0));
}

// A table was changed under a kept statement ("cached plan must not change result type").
static bool outdated(const Db *db)
{
    Str code = str_from(PQresultErrorField(pg_answer(db), PG_DIAG_SQLSTATE));
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
Err *pg_execute(Db *db, Arena *a, Statement *s, Vals values)
{
    TRY(alone(db, a));
    TRY(texts_good(a, values));
    ask(db, s, values);
    if (!pg_answered(db) && outdated(db) && PQtransactionStatus(db->connection) == PQTRANS_IDLE) {
        pg_drop(db);
        postgres_forget(db, s);
        TRY(postgres_prepare(db, a, s));
        ask(db, s, values);
    }
    if (!pg_answered(db)) return pg_refused(db, a, (Str){s->text, s->n});
    return 0;
}

static void count_changed(Db *db, PGresult *r)
{
    db->changed = 0;
    if (!str_starts(str_from(PQcmdStatus(r)), S("SELECT"))) str_int(str_from(PQcmdTuples(r)), &db->changed);
}

// ---- what is sent together (libpq's pipeline) ----------------------------------------------------

// Enters it; what was sent before is answered first.
static void send_together(Db *db)
{
    if (!db->piped) must(PQenterPipelineMode(db->connection));
    db->piped = true;
}

static Err *sent(Db *db, Arena *a, const Statement *s, Vals values)
{
    char name[NUMBER_SIZE];
    Given g = given(db, values);
    bool good = PQsendQueryPrepared(db->connection, name_of(s, name), values.n, g.at, g.lengths, g.formats, 0);
    db->sent += good;
    return good ? 0 : unreachable(db, a, (Str){s->text, s->n});
}

// Takes the answers to all that was sent. The first that was refused is told, when the end shows whether the server is
// there: those behind it were not done. The last stays on top if it is `wanted` and all went well.
static Err *answers_take(Db *db, Arena *a, Str text, bool wanted)
{
    bool all = true, sent = PQpipelineSync(db->connection);
    db->synced = true;
    for (int left = db->sent; sent && left;) {
        PGresult *r = PQgetResult(db->connection);
        if (!r) { // the end of one's answers
            left--;
            continue;
        }
        pg_hold(db, r);
        bool good = pg_answered(db), keeps = all && (!good || (left == 1 && wanted));
        if (good) count_changed(db, r);
        if (!keeps) pg_drop(db);
        all &= good;
    }
    PQclear(sent ? PQgetResult(db->connection) : 0); // the end of what was sent together
    bool there = PQstatus(db->connection) == CONNECTION_OK;
    must(!there || !sent || PQexitPipelineMode(db->connection));
    db->piped = db->synced = false;
    db->sent = 0;
    if (!sent) return unreachable(db, a, text);
    return all ? 0 : pg_refused(db, a, text);
}

void postgres_parcel_begin(Db *db)
{
    send_together(db);
}

Err *postgres_parcel_end(Db *db, Arena *a)
{
    return db->piped ? answers_take(db, a, S("a parcel of writes"), false) : 0;
}

// What ends a part of a transaction is waited for: who did it must know how it went.
static bool ends(const Statement *s)
{
    Str text = {s->text, s->n};
    return str_equal(text, S("commit")) || str_starts(text, S("release ")) || str_starts(text, S("rollback"));
}

static void rows_copy(PGresult *r, Arena *a, Rows *out)
{
    out->rows = PQntuples(r);
    out->columns = PQnfields(r);
    out->cells = take(a, Val, (isize)out->rows * out->columns);
    for (int i = 0; i < out->rows; i++) postgres_row(r, a, i, out->columns, out->cells + (isize)i * out->columns);
}

// Leaves the answer on top.
static Err *ask_together(Db *db, Arena *a, const Statement *s, Vals values)
{
    TRY(texts_good(a, values));
    TRY(sent(db, a, s, values));
    return answers_take(db, a, (Str){s->text, s->n}, true);
}

Err *postgres_run(Db *db, Arena *a, Statement *s, Vals values, Rows *out)
{
    bool waits = out || (db->hurried && ends(s));
    if (db->hurried && !waits) send_together(db);
    if (db->piped && !waits) {
        TRY(texts_good(a, values));
        if (db->hurried && db->sent >= SENT_MOST) TRY(alone(db, a));
        send_together(db);
        return sent(db, a, s, values);
    }
    TRY(db->piped ? ask_together(db, a, s, values) : pg_execute(db, a, s, values));
    PGresult *r = pg_answer(db);
    bool undone = !strcmp(s->text, "commit") && str_equal(str_from(PQcmdStatus(r)), S("ROLLBACK"));
    count_changed(db, r);
    if (out) rows_copy(r, a, out);
    pg_drop(db);
    if (!undone) return 0;
    return fail(a, ERR_BROKEN, "The store has undone everything since its last fault: nothing was written.");
}

// Also of what was sent and not yet answered: an unwound call takes nothing from its arena any more.
void postgres_release(Db *db)
{
    while (db->answers_n) pg_drop(db);
    db->cursors = 0;
    if (!db->piped) return;
    if (!db->synced) PQpipelineSync(db->connection);
    for (int left = 2 * db->sent + 2; left > 0; left--) {
        PGresult *r = PQgetResult(db->connection);
        bool end = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        PQclear(r);
        if (end) break;
    }
    PQexitPipelineMode(db->connection);
    db->piped = db->synced = false;
    db->sent = 0;
}
