// The journal and the records made from it: every question asked of the store. SQL lives here alone.
// SPDX-License-Identifier: Apache-2.0
//
// A Register is an open register folder, shared by the threads of a process. A Store is one thread's
// way in, opened for a user: rows out of her scope do not exist for her. Results live in store->a.
#pragma once
#include "access/access.h"
#include "db/db.h"
#include "figures/figures.h"
#include "formats/formats.h"
#include "os/os.h"
#include "pack/pack.h"

typedef struct Register Register;
typedef struct Store Store;
struct Store {
    Register *reg;
    Db *db;
    Db *between;             // of a serving thread on SQLite, else null: its second connection, for what goes before a save
    Arena *a;                // where results live; a copy of the Store may name another
    Arena scratch;           // handed by value to folders on the left, never grown here
    const Pack *pack;        // as it was when the Store was last refreshed
    const struct Loaded *loaded; // the pack with the store's texts for it
    const struct Loaded **held; // the same, for the thread that works here: it is not given away meanwhile
    User user;
    const Unit *gives_to;    // of a command: whose the rows are that it makes; null: as the pack says
    Lang lang;               // of titles and labels in answers
    struct KeyRing *keys;    // unlocked data keys of this thread
    Mutex *wake;             // of this thread: a write it waits for is done
    struct Head *head;       // inside a write: where the writer's chain stands
    struct Batch *batch;     // inside an import: what its entries belong to
    bool remakes;            // opens with the keys of any agency: for the tables and the index of names, never for an answer
    Db *past;                // inside an import, or null: shows what was there before it began
};

// ---- opening ---------------------------------------------------------------------------------------
// Makes a register folder (mode 0700) and its unlock key where there is none; loads the pack. Faults
// of the pack come in `all`, with nothing made. `store`: empty for SQLite in the folder.
must_use Err *register_make(Arena *a, Arena scratch, Str dir, PackSheets sheets, Str store, Faults *all);
typedef enum { OPEN_READ, OPEN_WRITE, OPEN_SERVE, OPEN_KEYLESS, OPEN_REBUILD } OpenUse; // keyless: verify alone;
// rebuild: for register_rebuild alone, even when the tables do not tell the pack any more
must_use Err *register_open(Arena *a, Arena scratch, Str dir, OpenUse use, Register **out);
must_use Err *store_open(Register *reg, Arena *a, Arena scratch, User user, Store **out);
must_use Err *store_refresh(Store *s);        // takes the newest pack
void store_close(Store *s);
Str register_folder(const Register *reg);
// For what stands beside the records: a key for one purpose, derived from the unlock key; who may have a password checked
// now; and, inside a write that deletes what is to be gone from every file, that it is to be so.
struct Key register_key(const Register *reg, const char *purpose);
struct Door *register_door(Register *reg);
void scrub_wanted(Store *s);
bool register_near(const Register *reg);      // its store is a file here: what is read waits for nobody
int register_today(const Store *s);           // the day it is in the country
Clock register_clock(const Store *s);
// Names that no record of a pack may bear: the program's own paths. Told once at start by main.
void register_reserve(const Str *names, int n);

// All of work happens in one transaction, or none of it. While serving, the one writer runs it, with
// a Store of its own for the same user, as part of a group, and this returns after the commit.
typedef Err *WriteFn(Store *s, void *with);
// Beside others who write to the same store: where one of them got in between, work runs again from its beginning, with
// the memory that it took given back. It must bear that.
must_use Err *register_write(Store *s, WriteFn *work, void *with);
must_use Err *register_write_as(Store *s, DbUse use, WriteFn *work, void *with); // DB_ALONE, DB_WHOLE: work runs once
// What need not be waited for and may be lost: the one writer does it when it comes to it. n: at most 64 bytes, copied.
void register_later(Store *s, WriteFn *work, const void *with, isize n);
must_use Err *register_serve(Register *reg, Arena *a); // starts the writer, the checkpoints and the follower

// ---- records -----------------------------------------------------------------------------------------
typedef struct Record {
    const RecordType *type;
    int64_t row;             // the number of the entry that made it
    Str id, key, state, unit, agency;
    int since;               // the day since when it stands in that state; 0: in none
    unsigned open;           // the compartments that are open to who asks, where she must hold keys
    int64_t version, entry;  // entry: the last that changed it
    Str head;                // its hash, or those of several that no entry has joined; read with all fields alone
    Cell *cells;             // one per field
    bool broken;             // while serving: something sealed of it could not be opened, and is hidden
} Record;
typedef struct { int64_t row; int day; } ListPlace; // where a page ends: its last row, and the day by which that stands
typedef struct { Record **at; int n; ListPlace next; } RecordPage; // next: behind which the next page begins; row 0 at the end

must_use Err *record_get(Store *s, const RecordType *type, Str id, Record **out); // id or key; ERR_MISSING
must_use Err *record_whole(Store *s, const RecordType *type, Str id, Record **out); // ... ERR_BROKEN when it is not
must_use Err *record_by_row(Store *s, const RecordType *type, int64_t row, Record **out);
typedef struct {
    const RecordType *type;
    struct { const Field *field; Str value; } filters[16]; int filters_n; // empty value: the field is; of choices: holds all of it
    Str state, key;          // empty: any
    const Expr *where;       // null: all
    const Field *link; int64_t of; // only those that hang on this row through this link
    const Field *from_to; int from, to; // a date field within these days
    bool by_day;             // the newest by their own day first, those without one last; else the newest written down
    ListPlace after;         // row 0 at the beginning; the day counts by_day alone
    int limit;               // at most 1,000
    const Screen *screen;    // only its columns are read; null: all fields
} ListAsk;
must_use Err *record_list(Store *s, const ListAsk *ask, RecordPage *out);
must_use Err *record_any(Store *s, const ListAsk *lists, int n, bool *any); // which of them hold something: by `link` and `of` alone
must_use Err *record_count(Store *s, const ListAsk *ask, int most, int64_t *out); // never counts beyond most
// Titles of records by their rows, in one question; empty where there is none. And the texts of a
// screen's columns for a page of records, [record][column].
must_use Err *record_titles(Store *s, const RecordType *type, const int64_t *rows, int n, Str *titles);
must_use Err *record_columns(Store *s, const Screen *screen, const RecordPage *page, Str **texts);
Str record_name(Store *s, const Record *r);   // its title, else its key
Str record_unnamed(const Store *s, const Record *r); // where that is a random id: that it has no name, or a closed one
Str value_shown(Store *s, const Field *f, Str value); // labels of choices, dates as people read them

// ---- saving ------------------------------------------------------------------------------------------
// A form, a program's JSON, a line of a file, a step and what is taken back all become drafts: one path reads, rules,
// merges and writes them, once.
typedef struct { const Field *field; Str yours, theirs; } Conflict;
// A value before and after. Of what is kept: hers, the file's, and who wrote it when. Field null: the state.
typedef struct { const Field *field; Str before, after, who; int64_t ms; } Difference;
typedef struct {
    Str id, key; int64_t row, version;
    enum { SAVED_UNCHANGED, SAVED_CREATED, SAVED_CHANGED, SAVED_BEFORE } what; // before: this form was sent once already
    Faults faults;           // n > 0: nothing was saved
    Conflict *conflicts; int conflicts_n; // n > 0: nothing was saved
    Difference *changes, *kept; int changes_n, kept_n; // of an imported one
} Saved;
typedef struct Draft Draft;
// Does the box in which `stood` was shown still say it? Asked of forms, which send all that they show.
typedef bool DraftUntouched(const void *with, const Draft *draft, const Field *f, Str stood);
struct Draft {
    const RecordType *type;
    Str id;                  // which record (id or key); empty: a new one
    int64_t base;            // the version it was based on; 0: whatever it is
    Cell *cells;             // one per field; afterwards `said` is left where it changes something
    Str key; bool sets_key;
    Str move;                // the name of a move to another state; empty: none
    Str stands_since;        // with the state, of an import: since which day, as it was given
    Str state; bool sets_state; // the state itself, past all moves, or none: for what was brought in or is taken back
    bool prepared;           // the texts were read by field_read already
    bool key_free;           // the key was looked for, and is not there
    bool imported;           // a line of a file: tells what it changes, and keeps what somebody wrote by hand since
    bool overwrites;         // … but that, too, is meant to be changed
    int64_t since;           // … the first entry of that file's last import; 0: none is known
    bool form;               // from a form: what forms alone ask for is asked
    DraftUntouched *untouched; const void *with; // of a form; null: what is said is meant
    Str new_id;              // of a new record: the id that its form was given (once_read); empty: any
    Faults told;             // by who read it: nothing is saved then, and the other fields are looked at all the same
    Saved saved;             // what came of it
};
// Drafts that are saved together or not at all.
typedef struct Change {
    Draft *drafts; int n;
    bool looks;              // what saving would say, and nothing is saved
    bool asks;               // doubts stop it as faults do: nobody has said yet that it is really so
} Change;
Draft draft_make(Arena *a, const RecordType *type);
must_use Err *record_save(Store *s, Change *change); // a whole register_write, never inside another; unless it only looks
// What rules and a form's groups see: the record as it would be. `now` null: a new one.
must_use Err *draft_view(Store *s, const Draft *draft, const Record *now, View **out);
// What a form carries so that it makes one record however often it is sent: an id, signed for this user and
// what it is for. Every server of this register knows it; nothing is stored.
Str once_make(Store *s, Str what);
bool once_read(Store *s, Str what, Str token, Str *id); // false: it is none of hers, or for something else

// ---- history -------------------------------------------------------------------------------------------
typedef struct { const Field *field; Str before, after; } HistoryChange; // field null: key or state, in `name`
typedef struct {
    int64_t entry, ms, version; Str actor, verb, state, since; bool sets_state; // actor: of another agency's, its label
    HistoryChange *changes; int n;
} HistoryEntry;
typedef struct { HistoryEntry *at; int n; } History; // newest first
must_use Err *record_history(Store *s, const Record *r, int most, History *out);

// ---- sight: what is given to others of one record ---------------------------------------------------------
// To a unit's key or a user's name; compartments with blanks or commas; until: a day. Why is kept sealed.
// told: by who read it; nothing is done then, and the rest is looked at all the same.
typedef struct { Str to, compartments, until, why; Faults told; } SightAsk;
// Whole writes. Faults (to, compartments, until, why): nothing was given. ERR_DENIED: it is not hers to give; what was given
// is not passed on. What she may not see: ERR_MISSING.
must_use Err *sight_give(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all);
must_use Err *sight_take(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all); // of all that `to` was given
// What the pack lets her role open of one record, for this day.
must_use Err *sight_open(Store *s, const RecordType *t, Str id, Str why, Faults *all);
typedef struct {
    Str to; bool person;     // a unit's key, or (person) a user's name
    unsigned compartments;
    bool open;               // false: offered, and waits until it is accepted
    int until;               // 99991231: it has no end of its own
    Str by, basis;           // the record it followed from, `person/abc`; `open`: an opening; empty: given by hand. What it rests on
    Str agency, unit;        // whom it was given to works for this agency; whose the record is
    Str actor, why;          // why: as far as it opens to her
    int64_t ms;
    const RecordType *type; int64_t row; // of what
    Str id, key;
} SightGiven;
// Who has sight of it now, the newest first: for those whose agency made it.
must_use Err *sight_list(Store *s, const Record *r, SightGiven **out, int *n);
// News for her unit's first page, the newest first: what was opened of its records in the last seven days, and what
// it was given sight of in them.
must_use Err *sight_news(Store *s, bool opened, int most, SightGiven **out, int *n);
bool sight_hers(const Store *s, const Record *r); // hers to give
must_use Err *change_hers(Store *s, const Record *r, bool *hers); // hers to change
bool move_hers(Store *s, const Record *r, const PackMove *m); // the step is open to her role and, as far as it asks, to her

// ---- import, export ------------------------------------------------------------------------------------
typedef struct {
    const RecordType *type;
    Str file;                // as faults name it
    Csv *rows;               // from table_file_open, told by import_column which columns there are
    const ImportMap *map;    // null: the contract's columns
    bool dry_run, keep_good;
    bool overwrites;         // also what somebody wrote by hand since
    int changes_told;        // how many changes are listed
    void (*progress)(void *with, int64_t lines); void *progress_with; // may be null
} ImportAsk;
typedef struct { const RecordType *type; const ImportMap *map; } ImportColumns;
bool import_column(const void *columns, Str name); // a ColumnKnown
typedef struct ImportChange { struct ImportChange *next; int64_t line; Str id, key, title, column; Difference change; } ImportChange;
typedef struct { ImportChange *first, *last; int64_t n, told; } ImportChanges; // n: values in all; told: those listed
typedef struct {
    int64_t created, changed, unchanged;
    int64_t batch;           // 0 when nothing was written
    int64_t untold;          // faults beyond those in `faults`
    Faults faults;
    ImportChanges changes, kept; // kept: what somebody wrote by hand since the last import
    Message notes[NOTES_MOST]; int notes_n; // how the file was read
} Imported;
must_use Err *import_file(Store *s, const ImportAsk *ask, Imported *out); // faults.n > 0 without keep_good: nothing was written
typedef struct { int64_t batch, ms, n; Str actor, type, file; bool undone; } ImportLine;
must_use Err *import_batches(Store *s, ImportLine **out, int *n);  // newest first, at most 100
// Takes a batch back: what it made is removed, what it changed is changed back. Refused with faults
// when something has moved on since, or hangs on what would go.
must_use Err *import_undo(Store *s, int64_t batch, Faults *all);
typedef enum { EXPORT_CSV, EXPORT_JSON } ExportFormat;
must_use Err *export_records(Store *s, const RecordType *type, ExportFormat format, File *to);
void record_json(Buf *o, Store *s, const Record *r); // one item of a list; what is closed is named in "hidden"

// ---- figures ------------------------------------------------------------------------------------------
must_use Err *figures_count(Store *s, const FigureAsk *ask, FigureAnswer *out); // ERR_INPUT: no such field

// ---- finding by name, key or phone ---------------------------------------------------------------------
typedef struct { const RecordType *type; int64_t row; double score; Str id, key, title; bool exact; } Found; // exact: by key or phone
must_use Err *find_fill(Store *s);            // a command fills the index itself; serve fills it behind the first pages
// Those of that key or phone, then by name. Beside what fits exactly, here or `else_exact`, weak names say nothing.
must_use Err *find_people(Store *s, Str asked, bool else_exact, int limit, Found **out, int *n);
must_use Err *find_exact(Store *s, Str asked, int limit, Found **out, int *n); // what is no person: by key or phone
must_use Err *find_others(Store *s, Str asked, int limit, Found **out, int *n, int *exact); // then by title as well
double find_ready(const Register *reg);       // 0 to 1: how much of the index is filled

// ---- the pack, the chain, the tables again --------------------------------------------------------------
must_use Err *pack_load(Store *s, PackSheets sheets, bool dry_run, Faults *all, int64_t *changed); // sheets changed
must_use Err *pack_check(Arena *a, Arena scratch, PackSheets sheets, Faults *all, const Pack **out); // null out: faulty
must_use Err *pack_sheets(Store *s, PackSheets *out);               // as they stand in the register
typedef struct { int64_t entries, forks; int writers; } Verified; // forks: records that went on in two places and were not joined
must_use Err *register_verify(Register *reg, Arena *a, Arena turn, Verified *out); // ERR_BROKEN names the first
must_use Err *register_rebuild(Store *s, int64_t *entries);
must_use Err *register_rebuild_to(Store *s, int64_t entry, Str out_dir, int64_t *entries);
