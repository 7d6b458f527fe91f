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
    bool compares;           // … to hold tables against the journal: what lists of keys say is open, too
    struct Looking *looking; // collects what is shown through it, for the log of looks; null: nothing is
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
    Str number;              // for people; empty: its type has none, or had none when it was made
    int since;               // the day since when it stands in that state; 0: in none
    bool waits; Str waits_for; int due; // somebody has to do something: in which unit, by which day (0: none)
    unsigned open;           // the compartments that are open to who asks, where she must hold keys
    int64_t version, entry;  // entry: the last that changed it
    Str head;                // its hash, or those of several that no entry has joined; read with all fields alone
    Cell *cells;             // one per field
    bool broken;             // while serving: something sealed of it could not be opened, and is hidden
} Record;
// In which order a list stands: FIELD: a date, or a whole number, those without one as the least. Else the last is the newest.
typedef enum { BY_WRITTEN, BY_FIELD, BY_KEY, BY_NUMBER } ListBy;
typedef struct { ListBy by; const Field *field; bool up; } ListOrder; // up: the least first; else the newest, or greatest
typedef struct { int64_t row, by; Str text; } ListPlace; // a row, and the day or number, or key, by which it stands there
// next: behind which the next page begins, before: before which the one before ends; row 0: there is none.
typedef struct { Record **at; int n; ListPlace next, before; } RecordPage;

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
    ListOrder order;
    ListPlace after; bool back; // row 0: at the beginning; back: what stands before that place
    int limit;               // at most 1,000
    const Screen *screen;    // only its columns are read; null: all fields
} ListAsk;
must_use Err *record_list(Store *s, const ListAsk *ask, RecordPage *out);
ListOrder order_part(const Store *s, const Screen *screen); // as a part's rows stand: by what the pack says, else as people's lists
ListOrder order_own(const Store *s, const RecordType *type); // as people's lists stand: by their own day, if she may see it
// `opened`, `-opened`: the greatest first; `key`, `no`. False: no index keeps that order for her, or it would tell what is closed.
bool sort_read(const Store *s, const RecordType *type, Str words, ListOrder *out);
Str sort_words(Arena *a, ListOrder order);    // and back
Str sorts_told(const Store *s, const RecordType *type); // all words that may be said, with commas
must_use Err *record_fits(Store *s, const Record *r, const Expr *where, bool *out); // does that hold of it, as far as she sees?
must_use Err *record_any(Store *s, const ListAsk *lists, int n, bool *any); // which of them hold something: by `link` and `of` alone
bool list_open(const Store *s, const ListAsk *ask); // nothing that it asks is closed to her; else it holds nothing
bool field_whole(const Store *s, const RecordType *t, const Field *f); // it is open to her in every row that exists for her
must_use Err *record_count(Store *s, const ListAsk *ask, int most, int64_t *out); // never counts beyond most
// Titles of records by their rows, in one question; empty where there is none. And the texts of a
// screen's columns for a page of records, [record][column].
must_use Err *record_titles(Store *s, const RecordType *type, const int64_t *rows, int n, Str *titles);
Str record_number(const Record *r); // as lists call it: by its key, or its number where the key was made for it
must_use Err *record_columns(Store *s, const Screen *screen, const RecordPage *page, Str **texts);
Str record_name(Store *s, const Record *r);   // its title, else its key
bool called_by_text(const Store *s, const RecordType *t); // and not by a day, a choice or a number alone
Str record_unnamed(const Store *s, const Record *r); // where that is a random id: that it has no name, or a closed one
Str value_shown(Store *s, const Field *f, Str value); // labels of choices, dates as people read them
// What a link's key or id names, by its title, its number, or that it has no name or a closed one; empty: nothing that exists
// for her. And any field's value, links among them, as people read it.
must_use Err *link_told(Store *s, const Field *link, Str value, Str *out);
must_use Err *value_told(Store *s, const Field *f, Str value, Str *out);

// ---- saving ------------------------------------------------------------------------------------------
// A form, a program's JSON, a line of a file, a step and what is taken back all become drafts: one path reads, rules,
// merges and writes them, once.
typedef struct { const Field *field; Str yours, theirs; } Conflict;
// A value before and after. Of what is kept: hers, the file's, and who wrote it when. Field null: the state.
typedef struct { const Field *field; Str before, after, who; int64_t ms; } Difference;
typedef struct { const RecordType *type; Str id; int64_t row; } MadeToo;
enum { MADE_MOST = 200 };    // by effects, of one change
typedef struct {
    Str id, key; int64_t row, version;
    enum { SAVED_UNCHANGED, SAVED_CREATED, SAVED_CHANGED, SAVED_BEFORE } what; // before: this form was sent once already
    Faults faults;           // n > 0: nothing was saved
    Conflict *conflicts; int conflicts_n; // n > 0: nothing was saved
    Difference *changes, *kept; int changes_n, kept_n; // of an imported one
    MadeToo *made; int made_n;  // what effects made, in the order in which it was made
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
    const PackEffect *passed; int day; // the day passed on which this follows; null: none did
    Str state; bool sets_state; // the state itself, past all moves, or none: for what was brought in or is taken back
    bool prepared;           // the texts were read by field_read already
    bool key_free;           // the key was looked for, and is not there
    bool imported;           // a line of a file: tells what it changes, and keeps what somebody wrote by hand since
    bool overwrites;         // … but that, too, is meant to be changed
    int64_t since;           // … the first entry of that file's last import; 0: none is known
    bool files;              // its fields of files say what file_keep made of them; of all others nothing is said there
    bool form;               // from a form: what forms alone ask for is asked
    DraftUntouched *untouched; const void *with; // of a form; null: what is said is meant
    Str new_id;              // of a new record: the id that its form was given (once_read); empty: any
    const Draft *on; const Field *hangs; // a row of a form: it hangs, by this link, on what that draft before it is about
    Record *then;            // of what drafts hang on: as it stands afterwards
    Faults told;             // by who read it: nothing is saved then, and the other fields are looked at all the same
    Saved saved;             // what came of it
};
// Drafts that are saved together or not at all, in their order: a later one may link to what an earlier one makes, by its new_id.
// A row of a form (`on`) that is not there is a fault at its `id`; a new one whose form was sent before is the record that it
// made then.
typedef struct Change {
    Draft *drafts; int n;
    bool looks;              // what saving would say, and nothing is saved
    bool asks;               // doubts stop it as faults do: nobody has said yet that it is really so
    int *made;               // how many records its effects made; null: each draft counts for itself
} Change;
Draft draft_make(Arena *a, const RecordType *type);
must_use Err *record_save(Store *s, Change *change); // a whole register_write, never inside another; unless it only looks
// What rules and a form's groups see: the record as it would be. `now` null: a new one.
must_use Err *draft_view(Store *s, const Draft *draft, const Record *now, View **out);
must_use Err *view_asked(const View *view);    // after rules were asked: what hangs on the record could be read
// What a form carries so that it makes one record however often it is sent: an id, signed for this user and
// what it is for. Every server of this register knows it; nothing is stored.
Str once_make(Store *s, Str what);
bool once_read(Store *s, Str what, Str token, Str *id); // false: it is none of hers, or for something else
Str once_row(Store *s, Str id, Str name, int row); // the id of what a new row of such a form makes
// The records that are rows of this one's form, the newest of them in the order in which they were made.
enum { REPEAT_ROWS = 200 };
must_use Err *repeat_rows(Store *s, const Repeat *of, int64_t row, int most, RecordPage *out); // next.row: there are older ones

// ---- files that hang on a record ------------------------------------------------------------------------
// Sealed into the register's folder before it is known that they will be saved: whoever does not save them forgets them.
must_use Err *attached_keep(Store *s, Str name, Str type, Str bytes, Attached *out);
void attached_forget(Store *s, const Attached *one);
must_use Err *attached_read(Store *s, const Attached *one, Str *bytes); // ERR_BROKEN: missing, or damaged

// ---- looks: who was shown what ---------------------------------------------------------------------------
// What an answer shows is collected by the functions of this header that read for showing, and noted, as one look, before
// the answer leaves. The log lies in the folder `looks` (looks/looks.h); a thread, or the end of a command, signs it.
typedef enum {
    LOOK_NONE, LOOK_VIEW, LOOK_LIST, LOOK_FIND, LOOK_EXPORT, LOOK_PRINT, LOOK_OPEN, LOOK_REFUSED, LOOK_SIGN_IN, LOOK_KINDS
} LookKind;
void looks_collect(Store *s, const User *by); // from now on; by: who looks, as it stands when it is noted
must_use Err *looks_note(Store *s, LookKind kind); // what was collected since; nothing: no look. ERR_BUSY: it may not be shown
must_use Err *look_named(Store *s, const RecordType *t, Str named); // collected: told of by key, number or id. t null: a person
void looks_drop(Store *s);                    // what was collected is not shown: something went wrong
must_use Err *look_one(Store *s, LookKind kind, const Record *r); // of one record: that somebody opened it
must_use Err *look_happened(Store *s, LookKind kind, const User *by); // a sign-in, or that somebody was refused
must_use Err *looks_end(Store *s);            // of a command: signs what was added
void looks_stop(Register *reg);               // of a server, when it answers nobody any more
// One for each record that was shown; record and key empty: none was. user, role, unit empty: nobody's.
typedef struct { int64_t ms; Str user, role, unit, agency, what, record, key, why; } LookGiven;
// person: her key, id or number, and what hangs on her; empty: any. unit: of who worked there. also: where moved ones lie.
// Days; 0: none. So many, `most`, are told (0: all), behind `skip`; newest: the last of all instead, and `all` says how many
// there are.
typedef struct { Str person, user, unit, also; int from, to; int64_t skip, most, all; bool newest; } LooksAsk;
typedef Err *LookGivenFn(void *with, const LookGiven *one);
must_use Err *looks_list(Store *s, LooksAsk *ask, LookGivenFn *each, void *with); // the oldest first; ERR_MISSING: no such person
// Segments in which all is older than this day go to another folder, and an entry says so. The log must be whole.
must_use Err *looks_move(Store *s, Str to, int before, int64_t *moved);
must_use Err *looks_person(Store *s, Str named, Str *id); // by key, id or number, hers to see or not; empty: there is none
void look_json(Buf *o, Clock clock, const LookGiven *one);

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
// Inside a write: what was given to her by name goes to a colleague (to null: to nobody), with the same compartments and end; where the
// colleague's sentence says `assigned`, what she made too. ends: the rest is taken away as well. ERR_INPUT: the colleague's role does not
// read it. count: records that go over; sight_hand_count tells it before.
must_use Err *sight_hand(Store *s, const User *from, const User *to, bool ends, int64_t *count);
must_use Err *sight_hand_count(Store *s, const User *from, const User *to, int64_t *count);
bool sight_hers(const Store *s, const Record *r); // hers to give
must_use Err *change_hers(Store *s, const Record *r, bool *hers); // hers to change
bool move_hers(Store *s, const Record *r, const PackMove *m); // the step is open to her role and, as far as it asks, to her

// ---- erasure: somebody is forgotten -------------------------------------------------------------------------
// Of a person, and of what hangs on her. Asked for with a reason, by who may write her; approved by two who may write persons,
// of different agencies, one of them that whose record she is, neither of them who asked; whoever approves needs no sight of
// her, and is shown her number and the reason. Carried out by a command, on its day or later: the keys of what was sealed are
// destroyed, and of the rest stays what the pack says (Stays), so that figures of closed years do.
typedef enum { ERASE_NONE, ERASE_ASKED, ERASE_APPROVED, ERASE_DONE } EraseState;
extern const Str erase_words[];  // none, asked, approved, erased
typedef struct {
    const RecordType *type; int64_t row;
    Str id, number, agency;  // number: for people; else her id. agency: whose record she is
    EraseState state;
    Str asker, why;          // why: empty once she is erased
    struct { Str who, agency; } by[2]; int by_n;
    int due, held;           // the first day on which it may be done; the last of a hold; 0: none
    bool sees, may_ask, may_approve, may_withdraw; // of who asks: sees: she is hers to read
} Erasing;
must_use Err *erase_about(Store *s, const RecordType *t, Str id, Erasing *out); // ERR_MISSING: nothing of it is hers to know
// Whole writes; faults: nothing was done. Withdrawn by who asked, or by the agency whose record she is.
must_use Err *erase_ask(Store *s, const RecordType *t, Str id, Str why, Faults *all);
must_use Err *erase_approve(Store *s, const RecordType *t, Str id, Faults *all);
must_use Err *erase_withdraw(Store *s, const RecordType *t, Str id, Faults *all);
// Announced to all whose agency holds keys of hers: what was asked for, and when it will be done.
must_use Err *erase_list(Store *s, int most, Erasing **out, int *n);
// By the operator. Never: nobody asked for it (a restored backup learns of it). unheld: although a hold stands, of what none covers.
// learnt_ms: when, as the list has it.
typedef struct { Str key; bool dry_run, unheld, learnt; int64_t learnt_ms; } EraseAsk;
typedef struct { Str number; int64_t keys, records, files; int due; } Erased;
must_use Err *erase_carry(Store *s, const EraseAsk *ask, Erased *out, Faults *all);
must_use Err *hold_put(Store *s, Str key, Str why, Str until, Faults *all); // never of care or health
must_use Err *hold_end(Store *s, Str key, Faults *all);
// Beside the unlock key lies a list of those who were erased, each line signed: a restored backup learns from it.
must_use Err *erasures_tell(Store *s);        // what the journal says and the list does not
must_use Err *erasures_catch_up(Store *s, int *applied, bool *told); // whom it names, and is still here; told: there is a list

// ---- work: what waits for somebody ---------------------------------------------------------------------
typedef struct { int64_t row; int due, type; } WorkPlace; // where a page of it ends; row 0: at the beginning
typedef struct {
    const Record *record;    // of its cells those alone that its steps ask about
    Str name, title;         // whom it is about, where that is open to her; what it is called
    int due; bool late;      // 0: no day
    const PackMove **moves; int moves_n; // those that are hers from here, whether or not what they need holds yet
    int until; Str by, why;  // put off until this day (0: it is not), by whom and why, as far as that is open to her
} WorkItem;
// next: behind which more stands; row 0: that is all. maybe: much is there that is not hers to see, and nobody looked further: what
// stands behind `next` may be nothing. later: how many are put off, and not among them
typedef struct { WorkItem *at; int n; WorkPlace next; bool maybe; int later; } WorkList;
// What stands, of every type, in a state that waits for her unit and her role, and exists for her: late first, then by its
// day, then what has none.
must_use Err *work_list(Store *s, WorkPlace after, int most, WorkList *out);
Str work_title(Arena *a, const WorkItem *item); // begins with the name
Str work_place(Arena *a, WorkPlace place);
bool work_place_read(Str words, WorkPlace *out);
void work_json(Buf *o, const WorkList *list);
// Of what waits for her and has a day, the soonest first: kind, number and day, and nothing else is opened.
typedef struct { const RecordType *type; Str id, number; int due; } WorkDay;
must_use Err *work_days(Store *s, int most, WorkDay **out, int *n);
// Put off until a day, for her unit, with a reason that is kept sealed: until then it is not in work_list. A step ends it.
// Whole writes, of who may take a step from where it stands (else ERR_DENIED). Faults (until, why): nothing was put off.
enum { PUT_OFF_DAYS = 90, PUT_OFF_MOST = 200 };   // days ahead; at once, of a unit
typedef struct { Str until, why; Faults told; } LaterAsk; // told: as of SightAsk
must_use Err *work_later(Store *s, const RecordType *t, Str id, const LaterAsk *ask, Faults *all);
must_use Err *work_again(Store *s, const RecordType *t, Str id); // taken up again; ERR_CONFLICT: it is not put off
must_use Err *work_later_list(Store *s, WorkList *out); // what is put off, the soonest first
// Of one record, without titles and steps; acts: she may take one, and so put it off.
must_use Err *work_one(Store *s, const Record *r, WorkItem *out, bool *acts);

// ---- what others changed since she was here -------------------------------------------------------------------
// Of what she wrote, what is her unit's, and what waits for it, as far as it exists for her; each record once, by its newest
// change. Since her visit before this one, or since she said that she has seen it: a mark of hers, and no entry.
typedef struct { const Record *record; Str title, who, verb; int64_t ms; } ChangeGiven; // record: its row and state alone
typedef struct { ChangeGiven *at; int n; bool more; int64_t upto, since; } Changes; // upto: the newest entry; since 0: never here
must_use Err *changes_list(Store *s, int most, Changes *out); // the newest first; of the last 1,000 entries at most
must_use Err *changes_seen(Store *s, int64_t upto); // a whole register_write
must_use Err *visit_note(Store *s, Str who); // inside a write: she has come in

// ---- days that passed, and notices -----------------------------------------------------------------------------
// What follows from days that are over (the pack's sheet effects), each once: a write of its own for each. Refused: something
// was wrong with it, which is said in its entry and to the unit. Failed: told in the log, unless it is to be quiet, and tried
// again in the next turn; a turn begins with all of it zero, goes on with what the call before left, and ends where `more` is
// false. ERR_BUSY: the store, or too much at once; the next call goes on behind it.
typedef struct { int64_t done, refused, failed; bool more, quiet; } DaysDone;
must_use Err *days_pass(Store *s, int most, DaysDone *out);
// What is told to her unit or to her, until its day is over: the newest first. type null: of what is not open to her, which
// says nothing else.
typedef struct { int64_t entry, ms; int until; bool read; Str words; const RecordType *type; int64_t row; Str id, title; } NoticeGiven;
must_use Err *notices_list(Store *s, bool read, int most, NoticeGiven **out, int *n); // read: those that she has read, too
must_use Err *notice_seen(Store *s, int64_t entry, bool *hers); // she has read it
// By e-mail: what she has neither read nor been told of that way, the oldest first. type null, number empty: not open to her.
typedef struct { int64_t entry; const RecordType *type; Str number; } NoticeUntold;
must_use Err *notices_untold(Store *s, int most, NoticeUntold **out, int *n);
// Inside a write: she was told of these; or (null) whatever she has now is not told any more.
must_use Err *notices_told(Store *s, const NoticeUntold *at, int n);

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
void files_json(Buf *o, Str cell);             // [{"name":…,"size":…,"type":…},…]
void record_json(Buf *o, Store *s, const Record *r); // one item of a list; what is closed is named in "hidden"

// ---- figures ------------------------------------------------------------------------------------------
bool figures_hers(const Store *s, const Table *table); // some figure of it is for her role
must_use Err *figures_count(Store *s, const FigureAsk *ask, FigureAnswer *out); // ERR_INPUT: no such field
must_use Err *earlier_beside(Store *s, const FigureAsk *ask, FigureAnswer *out); // counts of earlier years, beside its rows

// ---- finding by name, key or phone ---------------------------------------------------------------------
typedef struct {
    const RecordType *type; int64_t row; double score; Str id, key, title; bool exact; Str number; // exact: by key, number or phone
} Found;
must_use Err *find_fill(Store *s);            // a command fills the index itself; serve fills it behind the first pages
// Those of that key or phone, then by name. Beside what fits exactly, here or `else_exact`, weak names say nothing.
must_use Err *find_people(Store *s, Str asked, bool else_exact, int limit, Found **out, int *n);
must_use Err *find_exact(Store *s, Str asked, int limit, Found **out, int *n); // what is no person: by key or phone
must_use Err *find_others(Store *s, Str asked, int limit, Found **out, int *n, int *exact); // then by title as well
// Who or what of one type may be meant: what fits exactly, then by name.
must_use Err *find_of(Store *s, const RecordType *t, Str asked, int limit, Found **out, int *n);
bool find_names(const RecordType *t);         // it is found by a name of its own
double find_ready(const Register *reg);       // 0 to 1: how much of the index is filled

// ---- accounts, as entries (accounts/ says which may be) -----------------------------------------------------
// Inside a write. verb: create, change, end, password, token, untoken; body: JSON.
// What it does to users, passes and asked.
must_use Err *account_enter(Store *s, Str name, Str verb, Str body);
must_use Err *asked_enter(Store *s, Str id, Str verb, Str body); // what is asked for, under a random name: create, confirm, withdraw

// ---- the pack, the chain, the tables again --------------------------------------------------------------
must_use Err *pack_load(Store *s, PackSheets sheets, bool dry_run, Faults *all, int64_t *changed); // sheets changed
must_use Err *pack_check(Arena *a, Arena scratch, PackSheets sheets, Faults *all, const Pack **out); // null out: faulty
must_use Err *pack_sheets(Store *s, PackSheets *out);               // as they stand in the register
// forks: records that went on in two places and were not joined. unsure: looks that were not signed yet; torn: lines that are not whole.
// sealed: of a backup, its tables could not be looked into, since the unlock key was not at hand.
typedef struct { int64_t entries, forks, looks, unsure, torn; int writers; bool sealed; } Verified;
// ERR_BROKEN names the first. tables: each table against the journal as well, which needs the unlock key (else ERR_INPUT).
must_use Err *register_verify(Register *reg, Arena *a, Arena turn, bool tables, Verified *out);
must_use Err *register_rebuild(Store *s, int64_t *entries);
must_use Err *register_rebuild_to(Store *s, int64_t entry, Str out_dir, int64_t *entries);

// ---- backup, restore -------------------------------------------------------------------------------------
// keep/backup.h says what a backup is made of. Nothing half done: what goes wrong leaves neither backup nor register.
typedef struct { int64_t entries, bytes, files; } BackedUp; // entries: of this one; files: that records name
// Beside whoever works on it. since: a backup of this register that it continues, or empty.
must_use Err *register_backup(Register *reg, Arena *a, Arena turn, Str out, Str since, BackedUp *told);
bool backup_there(Arena *a, Str folder);
must_use Err *backup_verify(Arena *a, Arena scratch, Str folder, bool tables, Verified *out);
// applied: erasures that are newer than the backup; told: whether the file of them was there.
typedef struct { int64_t entries; int erased; bool told; } Restored;
// Into a folder that is not there, or is empty; store: as of register_make. Its unlock key must lie at hand.
must_use Err *register_restore(Arena *a, Arena scratch, Str backup, Str dir, Str store, Restored *told);
