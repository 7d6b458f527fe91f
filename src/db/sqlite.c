// The driver for SQLite: one file with its WAL beside it.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include "os/os.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAIT_MS = 10000, WAIT_CHECKPOINT_MS = 100, STEPS_BETWEEN = 10000 };
static const int64_t wal_most = 32 << 20; // from there on it is begun again
static const int64_t held_most = 4 << 20; // unless more could not be moved

__attribute__((constructor)) static void configure(void) // before any thread can open
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// An error of the store as what is to be done about it.
static Err *refused(Db *db, Arena *a, int code, const char *text)
{
    Str reason = str_from(db->connection ? sqlite3_errmsg(db->connection) : sqlite3_errstr(code));
    if ((code & 0xff) == SQLITE_INTERRUPT && db->limit) return overdue(db, a);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
        return fail(a, ERR_BUSY, "The register is busy ({}). Please try again in a moment.",
                    reason);
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_DATATYPE) break; // a fault of the program, not of the data
        return fail(a, ERR_CONFLICT, "This does not go with what is stored: {}.", reason);
    case SQLITE_FULL:
        return fail(a, ERR_BUSY, "The disk is full: nothing was written. Make room, then try again.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return fail(a, ERR_INPUT, "The register is read-only: {} ({}).", db->where, reason);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return fail(a, ERR_BROKEN, "{} is damaged, or is no register: {}. Use the last good copy.",
            db->where, reason);
    case SQLITE_CANTOPEN:
        if (!path_exists(db->where)) {
            return fail(a, ERR_INPUT, "There is no file {}.", db->where);
        }
        return fail(a, ERR_INPUT, "The file {} cannot be opened: {}.", db->where, reason);
    case SQLITE_IOERR:
        return fail(a, ERR_BROKEN, "{} cannot be read or written: {}. Look at the disk.", db->where,
                    reason);
    }
    return fail(a, ERR_BROKEN, "The store refused a statement: {}: {}", reason, str_from(text));
}

static Err *tell(Db *db, Arena *a, const char *text)
{
    int code = sqlite3_exec(db->connection, text, 0, 0, 0);
    return code ? refused(db, a, code, text) : 0;
}

// What is mapped needs no cache but for the pages that still lie in the WAL.
static const char *reading(const Db *db)
{
    return db->use == DB_GLANCE ? "pragma query_only = on; pragma cache_size = -300; pragma schema_version;"
        : "pragma query_only = on; pragma mmap_size = 4294967296; pragma cache_size = -1000; pragma schema_version;";
}

// Where nothing can be written, SQLite cannot make its shared memory beside the file; when no WAL lies
// there either, the file is whole by itself, and is read as one that nobody changes.
static Err *open_unchanging(Db *db, Arena *a, Str path, Err *refusal)
{
    if (refusal->kind != ERR_INPUT || !path_exists(path) || path_exists(say(a, "{}-wal", path))) return refusal;
    Buf o = buf_in(a);
    buf_add(&o, S("file:"));
    for (isize i = 0; i < path.n; i++) {
        char c = path.p[i];
        if (c == '?' || c == '#' || c == '%') buf_fill(&o, "%{}", VALS(c == '?' ? S("3F") : c == '#' ? S("23") : S("25")));
        else buf_char(&o, c);
    }
    buf_add(&o, S("?immutable=1"));
    sqlite3_close(db->connection);
    db->connection = 0;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    sqlite3 *c = 0;
    int code = sqlite3_open_v2(str_z(a, buf_str(&o)), &c, flags, 0);
    db->connection = c;
    if (code) return refusal;
    return tell(db, a, "pragma temp_store = memory") || tell(db, a, reading(db)) ? refusal : 0;
}

static int too_long(void *db)
{
    return db_overdue(db);
}

// Of a store that nobody uses yet: what stood before is nothing, so to go back to it costs nothing either.
static const char filled[] = "pragma journal_mode = memory; pragma synchronous = off; pragma cache_size = -100000;"
    "pragma mmap_size = 4294967296; pragma threads = 2;";

static Err *sqlite_bulk(Db *db, Arena *a, bool on)
{
    Rows q;
    if (on) TRY(tell(db, a, "pragma foreign_keys = off;"));
    if (on) return tell(db, a, filled);
    TRY(sql(db, a, &q, "select \"table\", \"parent\" from pragma_foreign_key_check limit 1"));
    if (rows_next(&q)) {
        Str table = next_str(&q);
        return fail(a, ERR_BROKEN, "A row of the table {} links to a {} that is not there.", table, next_str(&q));
    }
    return tell(db, a, "pragma foreign_keys = on; pragma mmap_size = 0; pragma threads = 0;"
        " pragma journal_mode = wal; pragma synchronous = full;"
        "pragma cache_size = -6000;");
}

// As PostgreSQL has it: where a text begins within another, from 1; else 0.
static void strpos(sqlite3_context *context, int n, sqlite3_value **of)
{
    (void)n;
    const char *within = (const char *)sqlite3_value_text(of[0]), *part = (const char *)sqlite3_value_text(of[1]);
    if (!within || !part) return; // null
    isize at = str_find((Str){within, sqlite3_value_bytes(of[0])}, (Str){part, sqlite3_value_bytes(of[1])});
    sqlite3_result_int64(context, at + 1);
}

static Err *sqlite_open(Db *db, Arena *a, bool create)
{
    bool writes = db->use == DB_WRITE;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    flags |= writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (create) flags |= SQLITE_OPEN_CREATE;
    sqlite3 *c = 0;
    // A path, never "file:..." with settings of its own, nor ":memory:".
    Str path = !db->where.n || str_starts(db->where, S("/")) ? db->where : say(a, "./{}", db->where); // without a name: db_open_passing
    int code = sqlite3_open_v2(str_z(a, path), &c, flags, 0);
    db->connection = c;
    if (code) return refused(db, a, code, "open");
    sqlite3_busy_timeout(c, WAIT_MS);
    sqlite3_create_function_v2(c, "strpos", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, 0, strpos, 0, 0, 0);
    sqlite3_progress_handler(c, STEPS_BETWEEN, too_long, db);
    sqlite3_db_config(c, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)0);
    sqlite3_db_config(c, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    sqlite3_db_config(c, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    sqlite3_db_config(c, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0); // none is ours: what somebody put there does nothing
    sqlite3_db_config(c, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
    sqlite3_db_config(c, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0); // "no_such_column" is no text
    sqlite3_db_config(c, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
    TRY(tell(db, a, "pragma temp_store = memory; pragma foreign_keys = on;"));
    if (!db->where.n) return sqlite_bulk(db, a, true);
    if (!writes) { // no cell_size_check: it made lookups in the mapped file take 1.5 times as long
        Err *e = tell(db, a, reading(db));
        return e ? open_unchanging(db, a, path, e) : 0;
    }
    // Who writes does not stop to move the WAL into the file: db_checkpoint does, beside it.
    return tell(db, a, "pragma cell_size_check = on; pragma journal_mode = wal;"
        "pragma synchronous = full; pragma secure_delete = on;"
        "pragma journal_size_limit = 67108864;"
        "pragma cache_size = -6000; pragma wal_autocheckpoint = 0; pragma schema_version;");
}

static void sqlite_close(Db *db)
{
    statements_drop(db);
    must(sqlite3_close(db->connection) == SQLITE_OK);
}

// A file that was moved away is still written to by who has it open, and nobody would find that again.
static bool sqlite_gone(Db *db)
{
    int moved = 0;
    return !db->connection || (!sqlite3_file_control(db->connection, "main", SQLITE_FCNTL_HAS_MOVED, &moved) && moved);
}

static Err *sqlite_reconnect(Db *db, Arena *a)
{
    must(!db->depth);
    sqlite_close(db);
    db->connection = 0;
    Err *e = sqlite_open(db, a, false);
    db->lost = e != 0;
    if (!e) return 0;
    sqlite_close(db);
    db->connection = 0;
    return err_make(a, ERR_BUSY, e->message); // it was there, and may be again
}

static Err *sqlite_prepare(Db *db, Arena *a, Statement *s)
{
    sqlite3_stmt *p;
    const char *tail;
    int code = sqlite3_prepare_v3(db->connection, s->text, (int)s->n + 1, SQLITE_PREPARE_PERSISTENT,
                                  &p, &tail);
    if (code) return refused(db, a, code, s->text);
    must(p);
    s->handle = p;
    s->changes = !sqlite3_stmt_readonly(p);
    if (str_trim(str_from(tail)).n)
        return fail(a, ERR_BROKEN, "Two statements in one: {}", str_from(s->text));
    s->places = malloc(sizeof(int) * (size_t)(s->values + 1));
    must(s->places);
    for (int i = 0; i < s->values; i++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", i + 1);
        s->places[i] = sqlite3_bind_parameter_index(p, name); // SQLite numbers them by first use
        if (!s->places[i]) {
            return fail(a, ERR_BROKEN, "A statement does not use {}: {}", str_from(name),
                        str_from(s->text));
        }
    }
    return 0;
}

static void sqlite_forget(Db *db, Statement *s)
{
    (void)db;
    sqlite3_finalize(s->handle);
}

static int bind_one(sqlite3_stmt *p, int place, const Val *v)
{
    const char *bytes = v->s.p ? v->s.p : "";
    switch (v->kind) {
    case VAL_NULL: return sqlite3_bind_null(p, place);
    case VAL_INT: return sqlite3_bind_int64(p, place, v->i);
    case VAL_REAL: return sqlite3_bind_double(p, place, v->d);
    case VAL_BLOB:
        return sqlite3_bind_blob64(p, place, bytes, (sqlite3_uint64)v->s.n, SQLITE_STATIC);
    case VAL_STR:
        if (str_has(v->s, 0)) return SQLITE_MISMATCH;
        return sqlite3_bind_text64(p, place, bytes, (sqlite3_uint64)v->s.n, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case VAL_HTML:
    case VAL_URL:
    case VAL_NAME:
    case VAL_SQL: break;
    }
    return SQLITE_MISUSE;
}

static Err *bind(Db *db, Arena *a, Statement *s, Vals values)
{
    if (db->depth && sqlite3_get_autocommit(db->connection)) {
        return fail(a, ERR_BROKEN,
                    "The store has undone everything since its last fault: nothing was written.");
    }
    for (int i = 0; i < values.n; i++) {
        int code = bind_one(s->handle, s->places[i], &values.at[i]);
        if (code == SQLITE_MISMATCH)
            return fail(a, ERR_INPUT, "A text contains a NUL character: remove it.");
        if (code) return refused(db, a, code, s->text);
    }
    return 0;
}

// The row a statement stands on; texts are copied, since the next step overwrites them.
static void copy_row(sqlite3_stmt *p, Arena *a, int columns, Val *cells)
{
    for (int i = 0; i < columns; i++) {
        Val *v = &cells[i];
        *v = (Val){0};
        int type = sqlite3_column_type(p, i);
        if (type == SQLITE_INTEGER) {
            *v = val_int(sqlite3_column_int64(p, i));
        } else if (type == SQLITE_FLOAT) {
            *v = val_real(sqlite3_column_double(p, i));
        } else if (type != SQLITE_NULL) {
            const void *bytes = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(p, i)
                                                    : sqlite3_column_blob(p, i);
            v->kind = type == SQLITE_TEXT ? VAL_STR : VAL_BLOB;
            v->s = str_copy(a, (Str){bytes, sqlite3_column_bytes(p, i)});
        }
    }
}

static Err *stopped(Db *db, Arena *a, Statement *s, int code)
{
    Err *e = code == SQLITE_DONE ? 0 : refused(db, a, code, s->text);
    db->changed = s->changes && !e ? sqlite3_changes64(db->connection) : 0;
    sqlite3_reset(s->handle);
    s->running = false;
    return e;
}

static Err *sqlite_run(Db *db, Arena *a, Statement *s, Vals values, Rows *out)
{
    TRY(bind(db, a, s, values));
    sqlite3_stmt *p = s->handle;
    isize n = 0;
    int rows = 0, code;
    s->running = true;
    while ((code = sqlite3_step(p)) == SQLITE_ROW) {
        if (!out) continue;
        if (!rows++)
            out->columns = sqlite3_data_count(p); // a table may have grown since it was prepared
        copy_row(p, a, out->columns, cells_room(db, n + out->columns) + n);
        n += out->columns;
    }
    TRY(stopped(db, a, s, code));
    if (!out) return 0;
    out->rows = rows;
    if (!rows) out->columns = sqlite3_column_count(p);
    cells_keep(db, a, n, out);
    return 0;
}

static Err *sqlite_each(Db *db, Arena *a, const Each *to, const char *lit, Vals with)
{
    Statement *s;
    Vals values;
    TRY(statement_find(db, a, S(""), lit, with, &s, &values));
    TRY(bind(db, a, s, values));
    int code;
    s->running = true;
    while ((code = sqlite3_step(s->handle)) == SQLITE_ROW) {
        Arena turn = to->turn;
        Rows row = {.rows = 1, .columns = sqlite3_data_count(s->handle), .row = 1};
        row.cells = take(&turn, Val, row.columns);
        copy_row(s->handle, &turn, row.columns, row.cells);
        Err *e = each_row(a, to, &turn, &row);
        if (e) {
            Err *undone = stopped(db, a, s, SQLITE_DONE);
            return undone ? undone : e;
        }
    }
    return stopped(db, a, s, code);
}

// As SQLite keeps the words that an object was made with. Its own tables (of counters, of statistics) are no part.
static Err *sqlite_parts(Db *db, Arena *a, StoreParts *out)
{
    Rows q;
    TRY(sql(db, a, &q,
            "select type, name, tbl_name, sql from sqlite_master where sql is not null and name "
            "not like 'sqlite!_%' escape '!'"));
    while (rows_next(&q)) {
        Str kind = next_str(&q), name = next_str(&q), of = next_str(&q), words = next_str(&q);
        Str drop = say(a, "drop {} if exists {}", kind, name_quoted(a, name));
        bool table = str_equal(kind, S("table")) && str_starts(words, S("CREATE TABLE ")), index = str_equal(kind, S("index"));
        isize from = str_find(words, table ? S("(") : S(" on "));
        if (table && from > 0) {
            int first = out->n;
            parts_of_table(a, out, name, str_slice(words, from, words.n));
            out->at[first].drop = drop;
        } else if (index && from > 0) {
            Str behind = str_slice(words, from + 4, words.n);
            isize open = str_find(behind, S("("));
            bool unique = str_starts(words, S("CREATE UNIQUE "));
            part_add(a, out, kind, name, of, say(a, "{}{}", unique ? S("unique ") : S(""), str_slice(behind, open, behind.n)))->drop = drop;
        } else {
            part_add(a, out, kind, name, of, S(""))->drop = drop;
        }
    }
    return 0;
}

static Str sqlite_index_words(Arena *a, Str text)
{
    (void)a;
    return text;
}

// Whatever is said of the tables that stand there: links are looked at when all is done, as ours are.
static Err *sqlite_define(Db *db, Arena *a, Str text)
{
    TRY(tell(db, a, "pragma defer_foreign_keys = on"));
    return tell(db, a, text.p);
}

static bool sqlite_in_transaction(Db *db)
{
    return !sqlite3_get_autocommit(db->connection);
}

static void sqlite_release(Db *db)
{
    (void)db; // its statements hold all there is
}

static void sqlite_roll_back(Db *db)
{
    if (db->connection && sqlite_in_transaction(db))
        sqlite3_exec(db->connection, "rollback", 0, 0, 0);
}

// A long write that keeps its pages need not read them again.
static Err *sqlite_widen(Db *db, Arena *a)
{
    return tell(db, a, "pragma cache_size = -400000; pragma cache_spill = off");
}

// Most is moved while others write. Then the WAL is begun again from its start rather than cut off: a
// file that grows makes every commit wait longer than one whose old bytes are written over.
static Err *sqlite_checkpoint(Db *db, Arena *a)
{
    sqlite3 *c = db->connection;
    int frames = 0, moved = 0;
    int code = sqlite3_wal_checkpoint_v2(c, 0, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved);
    Rows q;
    if (!code && frames > 0) {
        TRY(sql(db, a, &q, "pragma page_size"));
        rows_next(&q);
        int64_t page = next_int(&q); // where who reads a long time (a backup) holds back most, writers would wait for nothing
        if (frames * page > wal_most && (frames - moved) * page < held_most) {
            sqlite3_busy_timeout(c, WAIT_CHECKPOINT_MS); // writers wait meanwhile
            code = sqlite3_wal_checkpoint_v2(c, 0, SQLITE_CHECKPOINT_RESTART, 0, 0);
            sqlite3_busy_timeout(c, WAIT_MS);
        }
    }
    bool later = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    return code && !later ? refused(db, a, code, "wal_checkpoint") : 0;
}

// Freed pages and cells were overwritten as they were freed (secure_delete); what they held before stands in the WAL.
// While somebody else moves that, SQLite says busy at once, however long it was told to wait.
static Err *sqlite_scrub(Db *db, Arena *a, const Name *tables, int n)
{
    enum { TURN_MS = 20 };
    (void)tables, (void)n; // the log holds pages of all
    int64_t until = clock_ticks() + (int64_t)WAIT_MS * 1000000;
    int code;
    while ((code = sqlite3_wal_checkpoint_v2(db->connection, 0, SQLITE_CHECKPOINT_TRUNCATE, 0, 0)) == SQLITE_BUSY &&
           clock_ticks() < until)
        clock_sleep(TURN_MS);
    return code ? refused(db, a, code, "scrub") : 0;
}

static Err *sqlite_remove_all(Arena *a, Str where)
{
    remove(str_z(a, where));
    remove(str_z(a, say(a, "{}-wal", where)));
    remove(str_z(a, say(a, "{}-shm", where)));
    return 0;
}

const Driver sqlite_driver = {
    .open = sqlite_open,
    .close = sqlite_close,
    .gone = sqlite_gone,
    .reconnect = sqlite_reconnect,
    .prepare = sqlite_prepare,
    .forget = sqlite_forget,
    .run = sqlite_run,
    .each = sqlite_each,
    .define = sqlite_define,
    .parts = sqlite_parts,
    .index_words = sqlite_index_words,
    .in_transaction = sqlite_in_transaction,
    .release = sqlite_release,
    .roll_back = sqlite_roll_back,
    .widen = sqlite_widen,
    .checkpoint = sqlite_checkpoint,
    .scrub = sqlite_scrub,
    .bulk = sqlite_bulk,
    .remove_all = sqlite_remove_all,
    .begin_read = "begin",
    .begin_write = "begin immediate",
    .next_number = S("select coalesce(max(id), 0) + 1 as id from journal"),
    .next_numbers = S("select coalesce(max(id), 0) + 1 as id from journal"),
    .words = {S("integer primary key"), S("integer"), S("real"), S("text"), S("blob"), S(" strict"),
        S(" strict, without rowid"), S("")},
};
