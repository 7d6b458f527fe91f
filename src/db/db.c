// A connection to the store: open, ask, all or nothing, define; its driver knows which store it is.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include "os/os.h"
#include <stdio.h>
#include <stdlib.h>

// In the order of a driver's words.
static const Str defined[] = {
    S("{id}"), S("{int}"), S("{real}"), S("{text}"), S("{blob}"), S("{strict}"), S("{clustered}"), S("{cascade}"),
};
_Static_assert(countof(defined) == countof(((Driver *)0)->words), "every word has its store's own");

bool db_is_postgres(Str where)
{
    return str_starts(where, S("postgres://")) || str_starts(where, S("postgresql://"));
}

static const Driver *driver_of(Str where)
{
    return db_is_postgres(where) ? &postgres_driver : &sqlite_driver;
}

static Err *open_as(Arena *a, Str where, DbUse use, bool create, Db **out)
{
    Db *db = take(a, Db, 1);
    db->driver = driver_of(where);
    db->where = str_from(str_z(a, where));
    db->use = use;
    Err *e = db->driver->open(db, a, create);
    if (e) db_close(db);
    *out = e ? 0 : db;
    return e;
}

Err *db_open(Arena *a, Str where, DbUse use, bool create, Db **out)
{
    must(where.n && (use == DB_WRITE || !create));
    return open_as(a, where, use, create, out);
}

Err *db_open_passing(Arena *a, Db **out)
{
    return open_as(a, S(""), DB_WRITE, true, out);
}

void db_close(Db *db)
{
    if (!db) return;
    db_recover(db);
    db->driver->close(db);
    free(db->text);
    free(db->values);
    free(db->cells);
    free(db->bytes);
    *db = (Db){.driver = db->driver};
}

// ---- questions that take too long --------------------------------------------------------------

void db_limit(Db *db, int64_t ms)
{
    if (!db) return;
    db->limit = ms;
    db->deadline = ms ? clock_ticks() + ms * 1000000 : 0;
}

bool db_overdue(const Db *db)
{
    return db->deadline && clock_ticks() >= db->deadline;
}

Err *overdue(const Db *db, Arena *a)
{
    return fail(a, ERR_BUSY,
        "This question was stopped, since it took more than {} seconds. Ask for less at once: "
        "fewer days, or a shorter list.", (db->limit + 999) / 1000);
}

// A transaction is ended even then.
static Err *in_time(Db *db, Arena *a, const char *lit)
{
    if (!db->limit && !db->limited) return 0;
    if (!db->limit && !strcmp(lit, "rollback")) return 0; // the next page has the same limit: it is not told again
    if (db_overdue(db) && str_starts(str_from(lit), S("select "))) return overdue(db, a);
    return db->driver->limit ? db->driver->limit(db, a) : 0;
}

// Between two transactions only: inside one nothing can be begun anew.
static Err *still_there(Db *db, Arena *a)
{
    if (!db->depth && !db->lost && db->driver->gone(db)) db->lost = true;
    if (!db->lost) return 0;
    db->limited = false; // of the connection that went away
    return db->driver->reconnect(db, a);
}

static Err *ask(Db *db, Arena *a, Rows *out, const char *lit, Vals with)
{
    Statement *s;
    Vals values;
    TRY(still_there(db, a));
    TRY(in_time(db, a, lit));
    TRY(statement_find(db, a, S(""), lit, with, &s, &values));
    return db->driver->run(db, a, s, values, out);
}

// A server that went away and came back is noticed by the first who asks: where nothing can have
// happened yet, it is asked once more instead of telling her.
Err *sql_fill(Db *db, Arena *a, Rows *out, const char *lit, Vals with)
{
    if (out) *out = (Rows){0};
    if (db->behind && !out) return behind_put(db, a, lit, with);
    TRY(behind_settle(db, a));
    bool harmless = !db->lost && !db->depth &&
                    (lit == db->driver->begin_write || lit == db->driver->begin_read ||
                     str_starts(str_from(lit), S("select ")));
    Err *e = ask(db, a, out, lit, with);
    return e && db->lost && harmless ? ask(db, a, out, lit, with) : e;
}

Err *sql_each(Db *db, Arena *a, Arena turn, RowFn *each, void *with, const char *lit, Vals values)
{
    Each to = {each, with, turn};
    TRY(behind_end(db, a)); // `each` may write meanwhile
    TRY(still_there(db, a));
    TRY(in_time(db, a, lit));
    return db->driver->each(db, a, &to, lit, values);
}

Err *db_settle(Db *db, Arena *a)
{
    TRY(behind_settle(db, a));
    return db->piped ? db->driver->parcel_end(db, a) : 0;
}

int64_t db_changed(const Db *db)
{
    return db->changed;
}

bool db_shared(const Db *db)
{
    return db->driver->locks.n;
}

Str db_locks(const Db *db)
{
    return db->hurried ? db->driver->locks_hurried : db->driver->locks;
}

Str db_next_numbers(const Db *db, bool many)
{
    return many ? db->driver->next_numbers : db->driver->next_number;
}

Err *db_hurry(Db *db, Arena *a)
{
    db->hurried = true;
    return db->driver->hurry ? db->driver->hurry(db, a) : 0;
}

bool db_lost(const Db *db)
{
    return db->lost;
}

// ---- all or nothing ---------------------------------------------------------------------------

static Err *level_say(Db *db, Arena *a, const char *format, int level)
{
    char text[48];
    snprintf(text, sizeof text, format, level);
    return sql_fill(db, a, 0, text, VALS());
}

Err *db_begin(Db *db, Arena *a, DbUse use)
{
    TRY(behind_end(db, a));
    const char *begin = use == DB_READ ? db->driver->begin_read : db->driver->begin_write;
    const char *hold = use == DB_READ || db->depth ? 0 : db->driver->holds[use - DB_WRITE];
    if (db->depth) TRY(level_say(db, a, "savepoint s%d", db->depth));
    else TRY(sql_fill(db, a, 0, begin, VALS()));
    db->depth++;
    Err *e = hold ? sql_fill(db, a, 0, hold, VALS()) : 0;
    if (!e) return 0;
    Err *undo = db_end(db, a, false);
    return undo ? undo : e;
}

static Err *level_undo(Db *db, Arena *a, int level)
{
    // A lost connection, or a store that undid all by itself (a full disk), has nothing left.
    if (db->lost || !db->driver->in_transaction(db)) return 0;
    if (!level) return sql(db, a, 0, "rollback");
    TRY(level_say(db, a, "rollback to savepoint s%d", level));
    return level_say(db, a, "release savepoint s%d", level);
}

Err *db_end(Db *db, Arena *a, bool keep)
{
    must(db->depth > 0);
    int level = db->depth - 1;
    Err *e = behind_end(db, a); // what was put off is done, or has failed
    if (!keep && db->piped) (void)db->driver->parcel_end(db, a);
    if (keep && !e)
        e = level ? level_say(db, a, "release savepoint s%d", level) : sql(db, a, 0, "commit");
    Err *undo = keep && !e ? 0 : level_undo(db, a, level);
    db->depth = level;
    return e ? e : undo;
}

Err *db_all_or_nothing(Db *db, Arena *a, Err *(*work)(void *with), void *with)
{
    return db_transaction(db, a, DB_WRITE, work, with);
}

Err *db_transaction(Db *db, Arena *a, DbUse use, Err *(*work)(void *with), void *with)
{
    TRY(db_begin(db, a, use));
    Err *e = work(with);
    Err *ended = db_end(db, a, !e);
    return e ? e : ended;
}

static void unwound(Db *db)
{
    db->driver->release(db);
    for (int i = 0; i < STATEMENTS; i++) {
        Statement *s = &db->statements[i];
        if (s->text && s->running) statement_drop(db, s);
    }
}

void db_recover(Db *db)
{
    if (!db) return;
    behind_end(db, 0);
    unwound(db);
    db->driver->roll_back(db);
    db->depth = 0;
}

Err *db_undo_to(Db *db, Arena *a, int level)
{
    must(level > 0);
    behind_end(db, 0);
    unwound(db);
    if (db->depth <= level) return 0;
    db->depth = level;
    return level_undo(db, a, level);
}

// ---- definitions, and the store as a whole ----------------------------------------------------

typedef struct { Db *db; Arena *a; Str text; } Definition;

static Err *define(void *with)
{
    Definition *d = with;
    return d->db->driver->define(d->db, d->a, d->text);
}

Str words_filled(const Db *db, Arena *a, Str text)
{
    Buf o = buf_in(a);
    while (text.n) {
        buf_add(&o, str_cut(&text, '{'));
        if (!text.n) break;
        Str from = {text.p - 1, text.n + 1};
        isize word = 0;
        while (word < countof(defined) && !str_starts(from, defined[word])) word++;
        if (word == countof(defined)) {
            buf_char(&o, '{'); // a brace of the definition itself
            continue;
        }
        buf_add(&o, db->driver->words[word]);
        text = str_slice(from, defined[word].n, from.n);
    }
    buf_char(&o, 0);
    return (Str){o.p, o.n - 1};
}

Err *db_define(Db *db, Arena *a, Str text)
{
    Definition d = {db, a, words_filled(db, a, text)};
    return db_all_or_nothing(db, a, define, &d);
}

Err *db_checkpoint(Db *db, Arena *a)
{
    TRY(still_there(db, a));
    return db->driver->checkpoint(db, a);
}

Err *db_scrub(Db *db, Arena *a, const Name *tables, int n)
{
    must(!db->depth);
    TRY(still_there(db, a));
    return db->driver->scrub(db, a, tables, n);
}

Err *db_bulk(Db *db, Arena *a, bool on)
{
    must(!db->depth);
    return db->driver->bulk ? db->driver->bulk(db, a, on) : 0;
}

Err *db_numbers_after(Db *db, Arena *a, int64_t last)
{
    return db->driver->numbers_after ? db->driver->numbers_after(db, a, last) : 0;
}

Err *db_remove_all(Arena *a, Str where)
{
    return driver_of(where)->remove_all(a, where);
}

Err *db_widen(Db *db, Arena *a)
{
    return db->driver->widen(db, a);
}
