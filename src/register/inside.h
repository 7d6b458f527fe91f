// What the files of register/ share and nobody else sees.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "match/match.h"
#include "register/register.h"
#include "seal/seal.h"
#include <stdatomic.h>

typedef struct Where Where;

// ---- the open register -----------------------------------------------------------------------------
// An agency whose keys were asked for: read from the table agencies once, and never changed; state: it is there.
typedef struct Agency { _Atomic int state; int id, name_n; char name[64]; AgencyKeys keys; } Agency;
enum { AGENCIES_MOST = 1024 };
typedef struct Secrets { Key unlock, unlock_wraps; Signer signer; Agency agencies[AGENCIES_MOST]; } Secrets; // in locked memory
// A pack with the store's texts for its tables: immutable, swapped whole, kept for as long as somebody reads it.
typedef struct Shape {
    const RecordType *type;
    Str select;              // columns and joins of a whole record, alias t: `t.row, … from "x" t left join …`
    Str insert;              // insert into … values ($1, …)
    int columns;             // how many the insert takes
    bool **through;          // per link: the fields that rules look at behind it; null when none does
    bool *titled;            // the fields that its title needs
    bool identity;           // it has sealed values of its own, or is a person
    unsigned compartments;   // a bit for each that it uses, or what hangs on it
} Shape;
typedef struct Loaded {
    const Pack *pack; Shape *shapes;
    int64_t entry;           // the newest of its sheets
    int64_t entitles;        // the newest sheet that says who is entitled; 0: none does
    Arena own; int readers;  // packs.c's own
} Loaded;
enum { WRITER_NAME = 10 };       // letters
typedef struct Chain { Str name; char kept[WRITER_NAME]; Lock held, *lock; } Chain; // held by this process; name empty: none is
struct Register {
    Str dir, where;          // where: a path or postgres://…
    Str key_file;            // of its unlock key
    Chain chain;             // of the journal, once this process writes
    int64_t brought;         // of a backup that is looked through: see brought_read
    bool begun, ahead_told;  // its first entry here was written; that a head is ahead was said
    OpenUse use;
    Secrets *secrets;        // null: keyless
    Str public_key;          // of this register's signer
    _Atomic(const Loaded *) loaded; // the newest
    struct Queue *queue;     // null: writes run in the caller's own connection
    Door *door;              // who may have a password checked now
    _Atomic int taken;       // counts what was taken from lists of keys
    _Atomic int scrubs;      // deletions since what they left behind was taken away
    Mutex *find_lock;
    int find_readers;
    struct TitleRing *opened; // titles that were opened of late
    struct CountRing *counts; // … and how many there are in lists
    struct Numbering *numbering; // numbers for people that are this process's own
    struct LooksHere *looks; // the log of what is shown to whom
    NameIndex *names, *titles;
    PhoneIndex *phones; // readers: who looks into them just now; titles: of what is no person
    _Atomic int64_t find_done, find_total;
    Lock *lock;
};

// Whose keys seal a record: the person it hangs on, else itself; type null: nobody's, it is not sealed.
typedef struct Holder { const RecordType *type; Str id; int64_t row; } Holder;

struct Sight;

// ---- keys: a list for each holder and agency -----------------------------------------------------------
typedef struct KeyRing KeyRing;
KeyRing *ring_make(void);
typedef struct TitleRing TitleRing;
TitleRing *titles_make(Arena *a);
void titles_free(TitleRing *ring);
typedef struct CountRing CountRing;
CountRing *counts_make(Arena *a);
void counts_free(CountRing *ring);
must_use Err *count_asked(Store *s, Sql question, int64_t *out); // one number; what was counted since the newest entry, is known
void titles_forget(Store *s);
Str title_told(Store *s, const Record *r);     // its title, its key, or that it has no name or a closed one
// What the agency of who asks writes of a holder's compartment with; made where it has none. And a holder's key by its
// number, opened by that agency, or by any where the Store remakes; null out: it is not there for it.
struct Effect;
must_use Err *key_to_write(Store *s, const struct Effect *e, const Holder *holder, Compartment c, DataKey **out);
// A holder's list as it was read beside a row of hers; `wrapped` empty: it was not, and is read when it is needed, by
// the row or, where that is 0, by the holder's name. all: whoever asks for one will ask for the others.
// owner: the agency that made the record, or said it; it has a list, or lost it. closed: the value asked for last is sealed
// with a key of others.
typedef struct KeyList {
    int64_t row, open; Str holder, wrapped, owner, own, others;
    bool beside, all, closed, looked; // beside: it was read; looked: own and others, all numbers of the holder, were
} KeyList;
void list_next(KeyList *of, Rows *q);         // from columns holder, wrapped, open
must_use Err *key_numbered(Store *s, KeyList *of, uint64_t number, DataKey **out);
must_use Err *key_gone(Store *s, uint64_t number, Str of); // ERR_BROKEN, unless an entry says that it was erased
// `where` is record_where, what an envelope is bound to. An empty envelope, or one whose key an entry says
// was erased, opens to nothing, and so does one that is closed to her agency; a key that is gone otherwise: ERR_BROKEN.
must_use Err *value_open(Store *s, Str where, Str field, Str envelope, KeyList *beside, Str *out);
// An agency's list beside a row of alias t: w.holder, w.wrapped, w.open; and the row of its holder.
struct Where;
void key_join(struct Where *w, Str agency, const RecordType *t);
Str key_row(Arena *a, const RecordType *t);
void ring_forget(Store *s);                   // after a write was rolled back: its keys never were
// Into an agency's list, from that of who asks, or (any) from whichever opens here; and what it was given out of it again:
// not what is open to it for good, nor what it made itself. Inside a write.
must_use Err *keys_give(Store *s, const Holder *h, Str agency, unsigned compartments, bool any);
must_use Err *keys_take(Store *s, const Holder *h, Str agency, unsigned compartments);
extern const Str agency_name;                 // of the operator and whoever works for no unit
Str agency_of(const Store *s);                // of who asks
Str agency_named(const Agency *agency);
const Agency *agency_by_id(const Secrets *secrets, int id);
must_use Err *agencies_follow(Store *s, const Pack *older, const Pack *newer); // makes those that are new in a pack
must_use Err *agency_find(Db *db, Arena *a, Secrets *secrets, Str name, const Agency **out);
Err *agency_lost(Arena *a, Str name);         // says so
must_use Err *agencies_named(Db *db, Arena *a, Map *out); // whose keys are here
typedef struct { Str name, public, signature, wrapped; } AgencyRow;
must_use Err *agency_read(Arena *a, Str signer, const Secrets *secrets, AgencyRow row, AgencyKeys *out); // secrets: may be null
must_use Err *key_erased(Db *db, Arena *a, uint64_t number, Str holder, bool *erased); // does an entry say so? 0: some of the holder's

// ---- the journal ---------------------------------------------------------------------------------------
typedef struct Entry {
    int64_t id, row, version; // of this store alone
    int64_t seq, time;       // time: hybrid logical clock, ms << 16 and a counter
    Str writer, salt, actor, agency, record, record_id, holder;
    Str verb;                // create, change, remove, load, unload, begin
    Str base;                // the hashes of the newest entries about this record when it was made; none of a new one
    Str batch;               // a random name; empty: none
    Str prev, hash, body;
} Entry;
typedef struct Head {        // of the chain that is written
    int64_t seq, time, entry; // time: later than that of every entry that was seen
    Hash hash;
    bool known, moved, begins; // known: read from the store; begins: it wrote its writer's first entry in this process
    bool looked;             // records were read since the newest time of all heads was: others may have written them
    int64_t numbers[NUMBERS_MOST], used; int left, numbers_n; // of entries to come: those at the end are left; used: so far
} Head;
typedef struct Batch {
    int64_t first;           // its first entry, 0 before it is written
    Str name, undoes;        // names of batches; undoes: empty when it takes none back
    Arena *kept;             // where the name lives
    Str file, type;
    const Map *looked;       // of a file that is only looked at, else null: the keys of lines that would be new
    Str asked; bool stood;   // of the import asked for last: it is one that was not taken back
    const struct Ahead *ahead; // what its next lines name, or null
    Map longer;              // the rows of holders to whose lists of keys it added some
    Map numbers;             // the last for people that it gave, by what stands before
} Batch;
Sql entry_columns(void);                      // what entry_read reads
Entry entry_read(Rows *q);
Hash entry_hash(const Entry *e);
Hash head_words(Str writer, int64_t seq, int64_t time, Str hash); // what is signed of a head: it travels
must_use Err *chain_verify(Register *reg, Db *db, Arena *a, Arena turn, Verified *out); // entries and heads
must_use Err *head_sign(Store *s);            // at the end of a write, if the chain grew
must_use Err *entry_next(Store *s, Entry *e, int64_t after); // its writer, seq, and number: higher than that of what it rests on
must_use Err *entry_append(Store *s, Entry *e);  // fills time, salt, actor, agency, prev, hash
must_use Err *entry_insert(Db *db, Arena *a, const Entry *e);
must_use Err *writer_take(Store *s);           // a chain of the journal that no other process holds: into reg->chain
must_use Err *chain_take(Store *s, Name table, bool fresh, Chain *out); // one that this table knows, else, or if fresh, a new one
Str chain_path(Arena *a, const Register *reg, Str chain); // of its lock, where it is of this folder on this machine
bool chain_here(Arena *a, const Register *reg, Str chain);

// ---- what entries do to the tables: the one way for saving and for making them again -----------------
// A change of one record, with its values in the clear.
typedef struct Effect {
    const RecordType *type;
    int64_t row, version, entry, seq;
    Str writer, head;        // with seq, the name of the entry that does it; the newest before it, then it
    Str id, key, unit, state;
    Str actor, agency;       // who made it, for whose unit; told when it is made
    Str number;              // for people: given when it is made
    const Cell *cells;       // one per field, as they are afterwards; said: the change is about it
    int since;               // the day since when it stands in its state; 0: in none
    bool sets_key, sets_state, sets_since; // since: somebody says the day; else a state begins on that of its entry
    int64_t held_before;     // the holder of its keys before the change
    bool remaking;           // from the journal: keys are read and never made
    Str passed; int day;     // of a day that passed: the effect's name, done with this entry
    int64_t time; bool brought; // told when it is made: its entry's, and whether that is an import's
    Str clear, why, why_lo;  // JSON that stands in clear, since other stores go by it; a reason or a notice's words, sealed
    bool moves;              // to another holder: its entry says all of it
    uint64_t numbers[COMPARTMENT_COUNT]; // of the keys that its entry is sealed with, and so what it stores
} Effect;
Str agency_of_unit(const Store *s, Str key);  // of none: the operator's
Holder holder_after(const Store *s, const Effect *e);
Holder holder_of(const Store *s, const RecordType *t, Str id, int64_t row, const Cell *cells);
must_use Err *holder_name(Store *s, const RecordType *t, Cell *cells); // fills the id of whom it hangs on
must_use Err *effect_create(Store *s, const Effect *e);
must_use Err *effect_change(Store *s, const Effect *e);
must_use Err *attachments_note(Store *s, const Effect *e); // the files that it names
must_use Err *attachments_met(Register *reg, Db *db, Arena *a, Arena turn); // all of them are there, and whole
must_use Err *attachments_copy(Store *s, Store *to, Str out_dir); // those that `to` names, out of the folder of s
void attachments_sweep(Register *reg, Db *db, Arena a); // what nothing names and is older than an hour: its saving failed
must_use Err *effect_remove(Store *s, const RecordType *type, int64_t row);
// An entry's body: its JSON; of a record that has keys in parts, each sealed for its compartment; and back.
// make chooses the keys; closed (may be null): some parts are closed to her agency, and passed over.
must_use Err *body_make(Store *s, Effect *e, bool whole, Str *body);
must_use Err *body_open(Store *s, const RecordType *t, const Entry *e, bool *closed, const Json **out);
void body_numbers(const Entry *e, uint64_t *numbers); // of the keys that its parts are sealed with
SealedAt sealed_at(Store *s, const Effect *e, Str field);
bool body_parts(Str *rest, Compartment *c, Str *envelope); // one after the other; false: at the end, or no more are whole
// Writes the entry of a change and makes it true in the tables. `e` stands as before it; fills row, entry, version, head.
must_use Err *effect_commit(Store *s, Effect *e, Str verb);
int since_of(const Store *s, const Effect *e, int64_t time); // the day since when it stands there, of an entry of that time
must_use Err *batch_note(Store *s, const Entry *e, Str type, Str undoes); // the first entry of an import, or of its taking back
// Of a record, read from the journal. What it stands on may come later in that order, where a clock ran ahead: it then
// does nothing, and awaits says the hash of that entry, or of a link the name of the record. ANYWAY: that does not come;
// STAYS: a removal takes nothing away.
typedef struct Awaits { Str of; bool link; } Awaits;
typedef enum Applying { APPLY, APPLY_ANYWAY, APPLY_STAYS } Applying;
must_use Err *entry_apply(Store *s, const Entry *e, Applying how, Awaits *awaits);

// ---- accounts --------------------------------------------------------------------------------------------
bool entry_of_account(const Entry *e);
must_use Err *account_apply(Store *s, const Entry *e); // from the journal
Str member_text(const Json *of, Str name);    // empty when it is not there, or no text

enum { NUMBERS_LIKE = 8 };      // numbers that may be meant by what somebody typed

// ---- work: whose, until when; and numbers for people -------------------------------------------------------
// Columns state_due and state_waits of a type's table: of the row, and the pack that stands, and of nothing else.
typedef struct { bool waits; Str unit; int due; } Waits; // due 0: no day
Waits waits_of(Arena *a, const Pack *p, const RecordType *t, const View *view, Str unit);
bool waits_look(const PackState *state, const RecordType *t, bool *wanted); // which fields it is made of; false: of none
Val due_stored(Waits w);
Val waits_stored(Waits w);
Str work_index_name(Arena *a, const RecordType *t); // of what waits, without its table
must_use Err *waits_follow(Store *s, const Pack *older); // inside a write, under a newer pack: of the types of which it says it anew
typedef struct { int64_t row; int type, due; } WorkSpot; // where something stands that waits
must_use Err *work_told(Store *s, const WorkSpot *spots, int n, WorkItem *out, int *told); // those that exist for her, in that order
// What her unit put off, whether or not she sees it: the table later, of entries.
typedef struct { const RecordType *type; int64_t row, entry; int until; } PutOff;
must_use Err *later_read(Store *s, PutOff **out, int *n);
must_use Err *later_count(Store *s, const PutOff *at, int n, int *out); // those of them that would wait for her
must_use Err *later_over(Store *s, const RecordType *t, int64_t row);  // a step was taken, or it is gone
must_use Err *later_apply(Store *s, const Effect *e, const Json *said); // from the journal
typedef struct Numbering Numbering;
Numbering *numbering_make(Arena *a);
void numbering_end(Numbering *all);
must_use Err *number_give(Store *s, Effect *e);  // to a new record, where its type has them
must_use Err *number_settle(Store *s, Effect *e); // one that two stores gave out stays with the earlier
must_use Err *number_raise(Store *s, const RecordType *t, Str number); // so that the next is a later one

// What links to a record: who, of which she may see; any, whether something does.
typedef struct Hangs { Str who; bool any; } Hangs;
must_use Err *hangs_on(Store *s, const RecordType *t, int64_t row, Hangs *out);

// ---- schema, pack, scope, conditions --------------------------------------------------------------------
// Conditions put together: their values follow one another.
struct Where { Buf text; Val *vals; int n, cap; };
must_use Err *schema_make(Db *db, Arena *a);  // the engine's own tables
must_use Err *schema_anew(Db *db, Arena *a, const Pack *pack); // nothing but the engine's own: for a rebuild
must_use Err *schema_follow(Db *db, Arena *a, const Pack *older, const Pack *newer); // tables and columns of the pack
Str schema_engine(void);         // definitions: of the engine's own tables that outlive a rebuild
Str schema_made(Arena *a, const Pack *pack); // ... of what is made from the journal under this pack
Str schema_text(Arena *a, const Pack *pack); // ... and of all there is under this pack
must_use Err *
schema_check(Db *db, Arena *a, const Pack *pack,
             bool acting); // nothing but what that pack makes; acting: of what acts by itself
must_use Err *schema_mend(Db *db, Arena *a, const Pack *pack); // what is not ours goes; the engine's own are made right
void indexes_define(Buf *o, Arena *a, const Pack *pack);
bool field_sealed(const Field *f);
const Field *link_to(const RecordType *t, const RecordType *target); // the first link of t to target
bool field_days_stored(const Field *f);    // it has columns _day and _last
bool expr_equals_choice(const Expr *e);       // ${part} = 'victim', of its own fields
unsigned sealed_in(const RecordType *t, const bool *wanted); // a bit for each compartment of the wanted sealed fields
// The columns and joins that record_read reads; wanted null: all. Of what a link names, as far as it exists for her.
Sql select_of(Store *s, const RecordType *t, const bool *wanted);
Shape *shapes_make(Arena *a, const Pack *pack);
void select_write(struct Where *w, Store *s, const RecordType *t, const bool *wanted); // s null: for who sees all
int shape_insert(Buf *o, const RecordType *t); // how many columns
const Shape *shape_of(const Store *s, const RecordType *t);
must_use Err *loaded_make(PackSheets sheets, int64_t entry, Faults *all, Arena *a, const Loaded **out); // null out: faulty
void loaded_done(const Loaded *loaded); // nobody reads what the caller made any more
must_use Err *loaded_read(Register *reg, Db *db, Arena *a); // the newest, seen to be the one that was signed
must_use Err *sheets_sign(Store *s);          // inside a write: the newest entry of each sheet, as one signature
must_use Err *sheet_apply(Store *s, const Entry *e);
const Str *reserved_names(int *n);

Sql scope_rows(Store *s, const RecordType *type, May what); // the one place: which rows of alias t exist for her
// … of a list: with all else that its rows must be (and the joins of that), and ` order by … limit …`.
Sql scope_ranges(Store *s, const RecordType *type, Sql joins, Sql rest, Sql sort);
bool sees_all(const Store *s, const RecordType *type);      // every row of it exists for her
// Of a row of alias t, a number: the compartments that are open to her; whether that matters for these fields; and that a
// field, or all that a condition looks at, is open.
void open_write(Store *s, struct Where *w, const RecordType *t, bool joined);
bool open_asked(const Store *s, const RecordType *t, const bool *wanted);
void where_open(Store *s, struct Where *w, const RecordType *t, const Field *f, const Expr *e);
bool open_of_hanging(Store *s, struct Where *w, const Expr *e); // of a row that hangs, of which exists() asks; false: it is
Str who_user(Arena *a, Str name);                           // as grants name a user, and a unit
Str who_unit(Arena *a, Str key);
bool entitled_lost(const Store *s, const Record *r); // her agency is entitled to what that unit made, and was from the beginning
Compartment stands_in(const RecordType *t);                 // the compartment of its day, by which such records stand
Sql condition_right(Store *s, const RecordType *t, const Expr *e); // a sentence's `where` or `closed`: whatever she sees of it
must_use Err *sight_closed(Store *s, const Record *r, bool *closed); // by her sentence, whoever gave it to her

// A condition over a record type with alias t; the links it looks through are joined as l0, l1, … by
// their place in the fields, and read as empty where they name what does not exist for her. One that
// looks at a field of a class closed to her selects no row.
// what: MAY_READ, MAY_COUNT; own: empty is t; whole: what hangs there counts, whosever it is
typedef struct Condition { Where joins; bool *joined; May what; Str own; bool whole; } Condition;
must_use Err *condition_sql(Store *s, const RecordType *t, const Expr *e, Condition *with, Sql *out); // as a filter
must_use Err *condition_number(Store *s, const RecordType *t, const Expr *e, Condition *with, Sql *out); // a number; a yes/no as 1 or 0
Str condition_alias(Store *s, const Field *link, Condition *with); // joined once; "t" for null
Sql condition_joins(const Condition *with);
bool condition_open(const Store *s, const RecordType *t, const Expr *e); // no class in it is closed to her
Str condition_term(Arena *a, const Expr *e);     // " part=victim;", " state<>closed;" of a choice or state of its own; else empty
bool condition_says(Arena *a, const Expr *e, Str term); // it is one of what must all be
void linked_key(Store *s, Where *w, Str alias, const Field *link, May what); // of what it names, as far as it exists for her; else null
Where where_begin(Arena *a);
Str where_list(Where *w, Vals of);                    // $1, $2, … of these, to stand in one of its parts; padded to few lengths
void where_add(Where *w, const char *lit, Vals with); // text with {} for names (quoted) and ? for values, in their order
void where_sql(Where *w, Sql part);                   // its $ renumbered
Sql where_end(const Where *w);
void where_hers(Store *s, Where *w, const RecordType *target, Str alias, May what); // and what a link names exists for her
void where_empty(Store *s, Where *w, const Field *f); // and the field says nothing

// ---- records ----------------------------------------------------------------------------------------
Db *shown_by(const Store *s, const RecordType *t); // the connection that records of a type are read with
Store store_before(const Store *s);           // reads them as they were before the import that is going on
bool like_id(Str s);                          // every id looks like this
must_use Err *record_find(Store *s, const RecordType *t, Str id, May what, Record **out); // by id or key; null out: none
must_use Err *record_at(Store *s, const RecordType *t, int64_t row, Record **out); // as record_by_row, and shown to nobody
must_use Err *record_lock(Store *s, const RecordType *t, Str id); // by id or key; inside a write
must_use Err *link_read(Store *s, const Field *link, Str key, const bool *wanted,
                        Record **out); // what a key or id names; null out: none for this user
// Some records by their rows, in no order, with the wanted fields alone; those out of scope are
// left out.
must_use Err *record_some(Store *s, const RecordType *t, const int64_t *rows, int n, const bool *wanted, Record ***out, int *found);
// All that fit, scope included, with the wanted fields; `joins`: what the condition looks through.
must_use Err *records_fitting(Store *s, const RecordType *t, const bool *wanted, Sql joins, Sql fits, Record ***out, int *n);
#define ORDER_NONE (-(INT64_C(1) << 62)) // below all whole numbers: where the greatest come first, what says none stands last
// All that fit, one after the other, each in `turn`; `each` gets a Store that answers there.
typedef Err *RecordFn(void *with, Store *s, Record *r);
must_use Err *record_each(Store *s, const RecordType *t, const bool *wanted, Sql rest, May what, Arena turn, RecordFn *each, void *with);
// The cells with those of the linked records that rules look at; `read`: those at hand already, per field, or null.
// row: its own, 0 of a new one: what hangs on it is asked when a rule asks, whoever may see it, and view_asked tells what went wrong.
must_use Err *record_view(Store *s, const RecordType *t, int64_t row, const Cell *cells, Str state, int since, Record *const *read,
    View **out);
must_use Err *hanging_ask(Store *s, const Expr *e, int64_t row, const View *on, Arena *a, ExprValue *out); // row 0: nothing hangs on it
void expr_wants(const Expr *e, const Field *link, bool *wanted); // the fields it looks at behind link (null: its own)
Str record_where(Arena *a, const RecordType *t, Str id); // person/abc: what an envelope is bound to

// ---- what a handful of an import's lines names, asked for together: a question for all of them, not some for each --------
typedef struct Naming { Str key, *links; Record *now; } Naming; // of a line; links: one per field. now: what has that key
typedef struct Named {
    Map by_name, by_row;     // records that were found; null: the name stands for two
    bool lacks;              // some had no room: who does not find one here must ask for it
} Named;
typedef struct Ahead {
    const RecordType *type;  // of the lines
    Named own, *links;       // links: one per field
    Str agency;              // whose lists of keys, by their holders' rows:
    Map lists;
    Arena room;              // of the records
} Ahead;
must_use Err *ahead_ask(Store *s, Ahead *ahead, bool fresh, Naming *lines, int n); // fills `now`, unless there is nothing yet (fresh)
Record *ahead_named(const Store *s, const Field *link, Str name); // null: not asked for, or not found
Record *ahead_row(const Store *s, const Field *link, int64_t row);
Str number_key(const int64_t *row); // in a map; it lasts as long as the row

// How far each writer's chain was followed: the numbers of one writer only grow, those of several may
// become visible in another order.
enum { WRITERS_MOST = 100 };
typedef struct Followed { struct { char writer[64]; int64_t seq, entry; } at[WRITERS_MOST]; int n; bool filled; } Followed;
void find_end(Register *reg);                 // frees the indexes, and what else lies beside the store
must_use Err *find_follow(Store *s, Followed *done, bool *more); // fills the index first; more: not at the end yet
must_use Err *write_here(Store *s, DbUse use, WriteFn *work, void *with); // a transaction in this connection

// What ends a write without keeping anything, and is no error for whoever asked (its kind is ERR_COUNT).
Err *nothing_kept(void);
must_use Err *settings_write(Arena *a, Str dir, Str store, const Secrets *secrets);
Secrets *secrets_make(Key unlock);
must_use Err *store_new(Arena *a, Str where, Db **db); // ERR_INPUT: a register is in it
must_use Err *store_alone(Arena *a, Str dir, Str where); // nobody else has hold of what lies where the store is to be
must_use Err *unlock_copy(Arena *a, Str dir, const Secrets *secrets); // DIR.key, unless named or there
must_use Err *head_put(Db *db, Arena *a, const Secrets *secrets, Str writer, const Head *head);

// ---- looks: what is shown to whom ----------------------------------------------------------------------
void look_at(Store *s, const Record *r);      // it is shown, as far as it is open in r
void look_at_changes(Store *s, const RecordType *t, const ImportChanges *all);
void look_at_title(Store *s, const RecordType *t, Str id, unsigned open);
extern const Str look_names[LOOK_KINDS];
struct LooksHere *looks_make(Arena *a);
void looks_free(struct LooksHere *here);
void looks_serve(Store *s);                   // of who serves: a thread signs what was added, each second
struct LooksMeant;
must_use Err *looks_meant(Register *reg, Db *db, Arena *a, struct LooksMeant *out); // what must lie in the folder
must_use Err *looks_away_read(Db *db, Arena *a, struct LooksMeant *meant);
int64_t day_begins(int day, int offset);       // in ms since 1970
bool entry_of_looks(const Entry *e);
must_use Err *looks_check(Register *reg, Db *db, Arena *a, Arena turn, Verified *out); // against what the store says of them

// ---- saving, inside a write ------------------------------------------------------------------------
// One draft on its way through save.c; asks.c looks at it.
typedef struct { bool moved, known; Str said; } Past; // others changed it since the base; what it said there
typedef struct Save Save;
struct Save {
    Store *s; Draft *draft; const RecordType *t; Saved *out;
    const Change *how;       // of which it is a part; of an import's line its flags alone
    Record *now; const Record *seen; // as it stands, and as far as who saves sees it
    Effect e;
    Cell *cells;             // what the effect points to
    Record **read;           // what links name, where it was read
    Record *on;              // of a row of a form: on what it hangs; null: it is none
    Past *past;              // one per field, then of the key and of the state; null: nobody was there since
    bool brought;            // by a file, or taken back
    bool changes, keeps_state; // keeps: somebody wrote it by hand, and the file does not change it
    bool *own;               // per field: an effect set it; null: none did
    // What follows from it: judged with it, entered after it.
    Save *by; const PackEffect *effect; int deep; // of what an effect makes: from which record, as which of how many
    Save *made, **made_end, *beside, *next; // made: what it makes, each `beside` the other; next: whose turn it is then
    struct ToldOf *told, **told_end; // sight and notices
    int *count;              // of all that this change makes
};
void complain(Save *v, Str column, Str value, Message why);
void stay(Save *v, int i);       // the field says what it said
must_use Err *keep_written(Save *v, const Record *seen); // of a file: what somebody wrote by hand since
void tell_changes(Save *v, const Record *seen); // of a file, as far as who brings it in may see it
void conflict_add(Save *v, const Field *f, Str yours, Str theirs);
must_use Err *save_link(Save *v, const Field *f, Str key); // reads what a link is said to name, for its cell and the rules
must_use Err *save_move(Save *v, const View *view);  // the step that is asked for, with what it needs and empties
must_use Err *save_reckon(Save *v); // what is made of what it then says
void row_begin(Save *v);           // rows.c: a row of a form hangs on what its form is about, and goes with it to another holder
Record *row_on(Save *v);           // … as it stands afterwards
must_use Err *draft_hers(Store *s, const Draft *draft); // her role may change such a record, or make one
must_use Err *row_enter(Store *s, Draft *draft, const Change *change);
must_use Err *rows_follow(Save *v); // what is edited on this one's form hangs on whom it hangs on
must_use Err *save_own(Save *v, View *view); // what effects say of the record itself, in the same entry
must_use Err *save_check(Save *v, const View *view); // the rules: what stood there before is no bar to mending another field
must_use Err *save_before(Save *v, bool *done);      // this very form or step was sent, and done, before: out says so
// Inside a write. now: as it stands, null for a new one; how: its flags alone.
must_use Err *draft_enter(Store *s, Draft *draft, Record *now, const Change *how);
Save *step_of(Save *v);          // from which all of it follows
void follow_refuse(Save *v, Str value, Message why); // what would follow: told at the step
void follow_closed(Save *v);
bool view_closed(const View *view, const Expr *e); // at what her agency has no key to
must_use Err *made_judge(Save *v, const PackEffect *e, const View *view, Record *now); // what an effect makes, or changes
must_use Err *others_judge(Save *v, const PackEffect *e, const View *view); // … of records that are there: others.c
must_use Err *other_anew(Save *made); // as its version stands by now
void made_links(Save *v);        // of what an effect makes: to whom it follows from, and what that links to
must_use Err *save_judge(Save *v, bool *done); // all that is decided about a draft; done: nothing is to be done any more
must_use Err *save_commit(Save *v); // … and its entry
must_use Err *follow_check(Save *v, const View *view); // faults of what would follow: all of it, before anything is entered
must_use Err *follow_enter(Save *v); // what follows from it, once it is entered: in the sheet's order, then what follows from that
bool draft_refused(const Change *how, const Saved *saved); // nothing of its change is saved
must_use Err *batch_file(Store *s, int64_t batch, Str *file); // the name of the file that an import brought
must_use Err *key_taken(Store *s, const RecordType *t, Str key, int64_t but_row, bool *taken);
// Of each wanted field, and behind them of the state: the entry by which somebody wrote it by hand after an import
// of the record, or after the entry `since`; null: there is none.
Str unit_given(const Store *s);  // whose a new record is
Str writer_told(const Store *s, const Entry *e); // who wrote it, as far as it is hers to know
must_use Err *written_since(Store *s, const Record *now, const bool *wanted, int64_t since, const Entry **by);
must_use Err *entries_of(Store *s, const Record *r, int64_t after_version, int most, Entry **out, int *n); // newest first

// ---- sight that is given ---------------------------------------------------------------------------------
typedef struct { const Unit *unit; Str who, agency; bool person; } Receiver; // who empty: nobody of that name
typedef struct Sight {
    Str who, agency, by, basis, why;
    unsigned compartments; int until; bool open;
} Sight;
extern const Str by_opening;     // as Sight.by: for one day, with a reason; it is read, and nothing is written by it
void sight_tell(Store *s, Faults *all, const char *column, Str value, Message why);
must_use Err *receiver_read(Store *s, Str to, Receiver *out);
void receiver_check(Store *s, Str to, const Receiver *r, Faults *all);
int day_asked(Store *s, Str until, Faults *all); // until which day something is given, or held; 0: told why not
must_use Err *sight_held(Store *s, const Record *r, unsigned *out); // the compartments that her agency holds of it for good
// An entry about a record of which something is said (clear, why of `e`) and nothing changed; fills e.
must_use Err *about_enter(Store *s, Record *r, Effect *e, Str verb);
// The entry and the table; with the keys; and what takes both away. any: from whichever agency's keys this store holds.
must_use Err *sight_enter(Store *s, Record *r, Sight *sight, Str verb);
must_use Err *sight_put(Store *s, Record *r, Sight *sight, Str verb, bool any);
must_use Err *sight_end(Store *s, Record *r, Sight *sight);
Sight grant_row(Rows *q);        // of grant_columns
Sql grant_columns(void);
// about null: it is not there yet, and what she holds of it is not asked.
must_use Err *sight_asked(const Save *v, const PackEffect *e, const View *view, const Record *about, Sight *out, Faults *all);
must_use Err *sight_follow(const Save *v, const PackEffect *e, Record *about, Sight *sight); // is given, as it was judged
must_use Err *given_change(Store *s, Record *about, Str by, Str basis, bool opens); // by this record, or by a basis; empty: any
must_use Err *sight_undone(Store *s, const RecordType *t, const Record *by); // what it gave ends: it was taken back, or its step was
must_use Err *sight_apply(Store *s, const Effect *e, Str verb, const Json *said); // from the journal

// An entry by its number, and the words that it keeps sealed, as far as they open to her; type null: they do not. there false: none.
typedef struct { Entry entry; bool there; Str why, why_lo; } EntrySaid;
must_use Err *entry_said(Store *s, const RecordType *t, int64_t id, EntrySaid *out);

// ---- notices -----------------------------------------------------------------------------------------------
enum { NOTICE_DAYS = 30 };       // where nobody says until when
bool verb_of_sight(Str verb);
bool entry_of_sight(const Entry *e); // somebody was shown or told something, or puts it off: the record says what it said
typedef struct Notice { Str who, words[LANG_COUNT]; int until; } Notice;
must_use Err *notice_asked(const Save *v, const PackEffect *e, const View *view, Notice *out, Faults *all);
must_use Err *notice_enter(Store *s, Record *r, const Notice *notice);
must_use Err *notice_apply(Store *s, const Effect *e, const Json *said); // from the journal
// What an effect says, as it was judged; judged false: the record was not there yet. Of `end` the basis alone.
typedef struct ToldOf { struct ToldOf *next; const PackEffect *effect; Sight sight; Notice notice; bool judged; } ToldOf;

// ---- days that pass: the table days says for which each record waits, and which are done --------------------------
Str day_said(Arena *a, const Effect *e);
must_use Err *days_note(Store *s, const Effect *e, bool fresh); // as the record says now
void days_watch(void *store);    // of who serves, a thread: does what follows, once a minute
must_use Err *days_follow(Store *s, const Pack *older); // the Store's pack is newer; older null: there are no records yet
bool move_open(Store *s, const PackMove *move, View view, Str unit); // to her role and, as far as it asks, to her
#include "register/erase/erase.h"
#include "register/keep/keep.h"
