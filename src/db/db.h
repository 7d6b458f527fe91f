// One statement idiom for SQLite and PostgreSQL: a literal with typed holes, the answer copied out.
// SPDX-License-Identifier: Apache-2.0
//
//     TRY(sql(db, a, &q, "select id, title from {} where unit = $1 limit $2", table, unit, n));
//     while (rows_next(&q)) { r.id = next_int(&q); r.title = next_str(&q); }
//
// {} holes take Name (a table or column, quoted) and Sql (a translated condition, whose own $1...
// are renumbered); $1, $2, ... stand for the other values, in their order. The same text runs on
// both stores. Where no typed column stands beside a $1, write cast($1 as bigint). A hole is
// filled as it is: write ({}) where "or" in a condition could meet an "and" beside it. What stands
// in quotes is left alone. A comparison answers 0 or 1; a sum of whole numbers is a whole number.
#pragma once
#include "base/base.h"

typedef struct Db Db;                         // one connection, used by one thread at a time
typedef struct { int rows, columns; Val *cells; int row, column; } Rows;
// DB_READ and DB_GLANCE refuse to change anything. DB_GLANCE reads a row or two between other people's writes: the
// file is not mapped, since SQLite lets go of a mapped file at each change.
typedef enum { DB_READ, DB_GLANCE, DB_WRITE, DB_ALONE, DB_WHOLE } DbUse; // the last two: of transactions, see db_begin

// `where`: a path of an SQLite file, or postgres://... The Db lives in `a`; the file must exist
// unless `create` (a PostgreSQL database is there before: `create` readies it). SQLite: WAL,
// synchronous=FULL, secure_delete, foreign keys on, no extensions.
must_use Err *db_open(Arena *a, Str where, DbUse use, bool create, Db **out);
void db_close(Db *db);
bool db_is_postgres(Str where);

#define sql(db, a, out, lit, ...) sql_fill((db), (a), (out), "" lit, VALS(__VA_ARGS__))
// Rows may be null when no answer is wanted. Statements are prepared once per connection and text.
// A text with a NUL: ERR_INPUT. A unique, foreign or not-null rule broken: ERR_CONFLICT.
must_use Err *sql_fill(Db *db, Arena *a, Rows *out, const char *lit, Vals with);
// Long answers, row by row; each row lives in `turn`, which is used anew for every row.
// Only for select. `each` may ask other things meanwhile; its error stops the rows, and is yours.
typedef Err *RowFn(void *with, Arena *turn, Rows *row); // on its one row already: read with next_*
must_use Err *sql_each(Db *db, Arena *a, Arena turn, RowFn *each, void *with, const char *lit,
                       Vals values);
// A definition with the store's own words: {id} (integer key), {int}, {real}, {text}, {blob},
// {strict} (ends a table definition), {clustered} (ends one that lives in its primary key's order),
// {cascade} (ends the dropping of a table to which others point). Several statements may follow one
// another, separated by semicolons: all of them happen, or none.
must_use Err *db_define(Db *db, Arena *a, Str text);
// What a store is made of, part by part: tables, their columns, indexes; and whatever else lies in it: triggers, views,
// rules … `drop` takes such a one away; empty for a part of a table. `acts`: it does something by itself, and cannot
// be switched off (SQLite: triggers and views are).
typedef struct { Str kind, name, of, words, drop; bool acts; } StorePart; // of: its table
typedef struct { StorePart *at; int n, cap; } StoreParts;
must_use Err *db_parts(Db *db, Arena *a, StoreParts *out);
void db_parts_defined(Db *db, Arena *a, Str text, StoreParts *out); // what a definition (as for db_define) would make
void db_parts_differ(const StoreParts *is, const StoreParts *should, Arena *a, StoreParts *more, StoreParts *lack);
int64_t db_changed(const Db *db);             // rows that the last statement changed

bool rows_next(Rows *q);                      // ends the process when a column was left unread
int64_t next_int(Rows *q);                    // 0 for null
double next_real(Rows *q);
Str next_str(Rows *q);                        // text or bytes; empty for null
Val next_val(Rows *q);                        // as it is

// All of work happens, or none of it: after an error inside, hand it on (PostgreSQL refuses
// whatever follows; to try something, nest it). Nested calls are savepoints. An SQLite file has one
// writer at a time (who comes second waits at most 10 s: then ERR_BUSY). A PostgreSQL database has
// many: DB_WRITE is beside others, and locks what it read and must stay so (db_locks); DB_ALONE is
// beside those, but one at a time; while DB_WHOLE lasts nobody else writes.
must_use Err *db_all_or_nothing(Db *db, Arena *a, Err *(*work)(void *with), void *with); // DB_WRITE
must_use Err *db_transaction(Db *db, Arena *a, DbUse use, Err *(*work)(void *with), void *with);
must_use Err *db_begin(Db *db, Arena *a, DbUse use); // DB_READ: one view of the store until db_end
must_use Err *db_end(Db *db, Arena *a, bool keep);   // commit or roll back
bool db_shared(const Db *db);                 // several write at once
Str db_locks(const Db *db);                   // ends a question whose rows are to stay as they are until db_end; may be empty
// From here on who writes waits for nobody: what somebody else holds is an error with `crossed` set, within 20 ms. And
// what wants no answer is sent to a server with the next question, or the end; its error comes with that.
must_use Err *db_hurry(Db *db, Arena *a);
// What selects the journal's next numbers, as id: of a shared store one, or NUMBERS_MOST that are nobody else's; of one
// with a single writer the first, from which it counts on.
enum { NUMBERS_MOST = 100 };
Str db_next_numbers(const Db *db, bool many);
void db_recover(Db *db);                      // after an unwound request: rolls back what is open
// After an unwound part of a group (not within sql_each): what was nested deeper than level levels
// is undone, the rest goes on.
must_use Err *db_undo_to(Db *db, Arena *a, int level);
// From here on all questions together take `ms` at most: then they are stopped, with ERR_BUSY. 0: as long as
// they like. (PostgreSQL stops a single one after `ms`, and those that follow at once.)
void db_limit(Db *db, int64_t ms);
bool db_overdue(const Db *db);                // the limit has passed
bool db_lost(const Db *db);                   // the server went away: the next call reconnects
must_use Err *db_widen(Db *db, Arena *a);     // more memory for the pages of a long write
// From here on to the end of this transaction, or the next savepoint, statements without an answer are
// put off: a thread of the connection's own runs them, in their order. Whatever wants an answer waits
// for them. An error of theirs comes with the next question, or at the end, and nothing after it is done.
void db_write_behind(Db *db, Arena *a);
must_use Err *db_settle(Db *db, Arena *a);    // until all that was put off, or sent ahead, is done; its first error
must_use Err *db_checkpoint(Db *db, Arena *a); // SQLite: moves the WAL into the file; else nothing
// After a deletion was committed: what it took away lies in none of the store's files any more, nor in SQLite's WAL;
// of PostgreSQL, in the files of the tables named. Not inside a transaction. ERR_BUSY: who reads still needs it.
must_use Err *db_scrub(Db *db, Arena *a, const Name *tables, int n);
// A store of nobody else's, SQLite's, in a file without a name that goes with its connection: for what is made to be compared.
must_use Err *db_open_passing(Arena *a, Db **out);
// While a store is filled that nobody uses yet, and that a crash may take whole: nothing is looked at or waited for row by
// row. `on` false ends it: what links to nothing is ERR_BROKEN. Outside a transaction.
must_use Err *db_bulk(Db *db, Arena *a, bool on);
must_use Err *db_numbers_after(Db *db, Arena *a, int64_t last); // the journal's next number is a later one
must_use Err *db_remove_all(Arena *a, Str where); // tests only: an empty store again
