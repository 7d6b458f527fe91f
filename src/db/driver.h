// What the two stores have in common inside this folder: a connection, kept statements, a driver.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "db/db.h"

enum {
    STATEMENTS = 256, // kept prepared per connection; the one used longest ago makes room
    BUCKETS = 512,    // a power of two
    ANSWERS = 16,     // sql_each within sql_each, at most so deep
    VALUES_MOST = 32766, // of one statement: SQLite takes no more, PostgreSQL twice as many
};

typedef struct {
    char *text;      // ended by NUL; null: an empty place
    isize n;
    uint64_t hash;
    const char *lit; // where it was last asked from: a hint, the text is compared too
    void *handle;    // SQLite: the prepared statement
    int *places;     // SQLite: where $1, $2... stand
    int64_t number;  // PostgreSQL: makes its name
    int64_t used;    // grows with every use
    int values;      // how many it takes
    int next;        // the next of its bucket, counted from 1
    bool running;    // between its first row and its last
    bool changes;    // not a mere question
} Statement;

typedef struct { RowFn *each; void *with; Arena turn; } Each;

typedef struct {
    Err *(*open)(Db *db, Arena *a, bool create);
    void (*close)(Db *db);
    bool (*gone)(Db *db); // what it is connected to is not what stands at its address any more
    Err *(*reconnect)(Db *db, Arena *a);
    Err *(*prepare)(Db *db, Arena *a, Statement *s);
    void (*forget)(Db *db, Statement *s);
    Err *(*run)(Db *db, Arena *a, Statement *s, Vals values, Rows *out); // out may be null
    Err *(*each)(Db *db, Arena *a, const Each *to, const char *lit, Vals with);
    Err *(*parts)(Db *db, Arena *a, StoreParts *out);
    int name_most; // longer names are cut off by the store; 0: it takes any
    Str (*index_words)(Arena *a, Str text); // of an index behind its table's name, as parts tells them
    Err *(*define)(Db *db, Arena *a, Str text);                          // several statements
    bool (*in_transaction)(Db *db);
    void (*release)(Db *db);   // what an unwound call held
    void (*roll_back)(Db *db); // also before it was connected
    Err *(*widen)(Db *db, Arena *a);
    Err *(*limit)(Db *db, Arena *a); // before a statement; null: looks at the deadline by itself
    Err *(*checkpoint)(Db *db, Arena *a);
    Err *(*scrub)(Db *db, Arena *a, const Name *tables, int n);
    Err *(*bulk)(Db *db, Arena *a, bool on); // null: it knows no such thing
    Err *(*numbers_after)(Db *db, Arena *a, int64_t last); // null: it goes by what stands in the journal
    Err *(*remove_all)(Arena *a, Str where);
    const char *begin_read, *begin_write;
    const char *holds[3];      // asked at the beginning of DB_WRITE, DB_ALONE, DB_WHOLE; null: begin has seen to it
    Str locks, locks_hurried;  // see db_locks
    Err *(*hurry)(Db *db, Arena *a); // null: it has nobody to wait for
    void (*parcel_begin)(Db *db); // what follows is sent together, and its faults come at the end; null: one by one
    Err *(*parcel_end)(Db *db, Arena *a);
    Str next_number, next_numbers, words[8]; // words: as `defined` in db.c
} Driver;
extern const Driver sqlite_driver, postgres_driver;

struct Db {
    const Driver *driver;
    void *connection;            // sqlite3 or PGconn
    Str where;
    DbUse use;
    bool lost, hurried;          // hurried: see db_hurry
    int64_t limit, deadline;     // see db_limit; by the clock's ticks, 0: none
    int64_t limited;             // PostgreSQL: the limit that the server was told
    int depth;                   // open transaction and savepoints
    int64_t changed, uses, names;
    Statement statements[STATEMENTS];
    short buckets[BUCKETS], hints[BUCKETS]; // by hash of the text; by address of the literal
    char *text;                  // the statement being made, and beside it its values
    Val *values, *cells;         // ... and the answer being read, until its length is known
    char *bytes;                 // PostgreSQL: the values as it takes them
    isize text_n, text_cap, values_n, values_cap, cells_cap, bytes_cap;
    void *answers[ANSWERS];      // PostgreSQL: what libpq holds until it was copied out
    int answers_n, cursors;
    bool piped, synced; int sent; // PostgreSQL: much is sent together, that is its end, and how many answers are to come
    struct Behind *behind;       // writes that wait for its thread; null: none are put off
};

// The prepared statement of a literal with its holes filled, and the values it takes. `before` is
// put in front of the text. Lives until the next call; one that is running is left alone.
must_use Err *statement_find(Db *db, Arena *a, Str before, const char *lit, Vals with,
                             Statement **out, Vals *values);
must_use Err *overdue(const Db *db, Arena *a); // what is said of a question that was stopped
bool statement_text(Db *db, Str before, const char *lit, Vals with, Str *text, Vals *values);
void statement_drop(Db *db, Statement *s);
void statements_drop(Db *db);
void *grown(void *p, isize *cap, isize need, isize size); // for need things, as realloc
Val *cells_room(Db *db, isize need);
void cells_keep(Db *db, Arena *a, isize n, Rows *out);    // copied out of db->cells
must_use Err *each_row(Arena *a, const Each *to, Arena *turn, Rows *row);

// ---- parts: what a store is made of --------------------------------------------------------------
Str words_filled(const Db *db, Arena *a, Str text); // {id} and so on as the store says them; ended by NUL
StorePart *part_add(Arena *a, StoreParts *all, Str kind, Str name, Str of, Str words);
void parts_of_table(Arena *a, StoreParts *all, Str name, Str text); // text: from its first parenthesis on
Str name_quoted(Arena *a, Str name);

// ---- write-behind: does nothing where none was begun -------------------------------------------
must_use Err *behind_put(Db *db, Arena *a, const char *lit, Vals with);
must_use Err *behind_settle(Db *db, Arena *a); // until all is done; the first error, again and again
Err *behind_end(Db *db, Arena *a);             // a null: the error is of no interest
