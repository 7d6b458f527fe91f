// The mechanism as tables: a pack is loaded from sheets, checked whole, and never changes afterwards.
// SPDX-License-Identifier: Apache-2.0
//
// docs/pack.md tells the sheets and their columns. Every value of a record is text as given (empty
// is no value); what the store types from it (days, numbers) is derived.
#pragma once
#include "base/base.h"
#include "formats/formats.h"
#include "text/text.h"

typedef struct Pack Pack;
typedef struct RecordType RecordType;
typedef struct Field Field;
typedef struct Expr Expr;

// ---- lists --------------------------------------------------------------------------------------
typedef struct { Str column, text; } ChoiceCell; // of a column of the pack's own
typedef struct {
    Str name; Words label; Str parent; Str from, to; int at; // parent: of a district, its province
    const ChoiceCell *cells; int n;
} Choice;
// said, again: of a list that texts go by (`text LIST`), its choices by their folded names and labels; else empty
typedef struct { Str name; Choice *choices; int n; Map index, said; int *again; } List;
const Choice *list_get(const List *list, Str name); // null when it has none of that name
// The next choice (at: 0 for the first) that a text names, by its name or its label in any language, however spelt; null: no more.
const Choice *choice_said(const List *list, Str folded, int *at);
Str choice_says(const Choice *c, Str column);  // name, parent, or what stands in a column of the pack's own; empty when nothing
bool choice_in_use(const Choice *c, Days when); // on one of these days it had begun and not ended
bool choice_offered(const Choice *c, int today);

// ---- fields ---------------------------------------------------------------------------------------
typedef enum {
    FIELD_TEXT,      // one line
    FIELD_NOTE,      // many lines
    FIELD_INTEGER,
    FIELD_DECIMAL,
    FIELD_DATE,      // YYYY, YYYY-MM or YYYY-MM-DD
    FIELD_MOMENT,    // a date, or YYYY-MM-DDTHH:MM with or without zone
    FIELD_CHOICE,    // one of a list
    FIELD_CHOICES,   // several of a list, separated by spaces
    FIELD_LINK,      // the key of another record
    FIELD_WORDS,     // one language of a text that is written in several
    FIELD_MONEY,     // 250000 LAK: a decimal and a currency
    FIELD_FILE, FIELD_IMAGE, FIELD_AUDIO, // files that are kept beside the tables: attached_next
    FIELD_KIND_COUNT,
} FieldKind;
extern const Str field_kind_words[FIELD_KIND_COUNT]; // text, note, integer, ..., as the survey sheet has them
typedef enum { CLASS_PLAIN, CLASS_QUASI, CLASS_SENSITIVE, CLASS_IDENTITY, CLASS_COUNT } FieldClass;
extern const Str class_words[CLASS_COUNT];
typedef enum {
    COMPARTMENT_IDENTITY, COMPARTMENT_PLACE, COMPARTMENT_CASE, COMPARTMENT_CARE, COMPARTMENT_HEALTH,
    COMPARTMENT_LEGAL, COMPARTMENT_COUNT,
} Compartment;
// Why something is asked: a figure that is reported, a letter or paper, a service, a rule of the register, a law.
typedef enum { USED_FIGURE, USED_LETTER, USED_SERVICE, USED_RULE, USED_LAW, USED_COUNT } UsedFor;
extern const Str used_words[USED_COUNT];
enum { COMPARTMENTS_ALL = (1 << COMPARTMENT_COUNT) - 1 };
extern const Str compartment_words[COMPARTMENT_COUNT];
// A bit for each that is named, with blanks between; false: `wrong` is none of them.
bool compartments_read(Str words, unsigned *set, Str *wrong);
Str compartments_words(Arena *a, unsigned set);

// What an erasure leaves of a field: its value; a birth, as coarse as the ages that figures ask about allow; what an expression
// makes of the record; or nothing. A link stays.
typedef enum { STAYS_NOT, STAYS_WHOLE, STAYS_AGE, STAYS_MADE } Stays;

// When it is asked: on a new record's form as far as there is room; also where the record is written down on the spot, in
// another's form; in the part of a new record's form that is folded; or on no form: effects and programs say it.
typedef enum { ASKED_FIRST, ASKED_SPOT, ASKED_LATER, ASKED_NEVER, ASKED_COUNT } WhenAsked;
extern const Str when_asked_words[ASKED_COUNT];
enum { FIRST_MOST = 12 };    // so many boxes a new record's form shows before it folds what else may be said

struct Field {
    Str name;
    int at;                  // its place in the record's fields
    FieldKind kind;
    FieldClass class;
    Compartment compartment;
    Words label, hint, group; // group: the heading of the part of the form it stands in
    Str appearance, initial; // initial: what a new form begins with
    const Expr *begins;      // … where that depends on who fills it in; else null
    const Expr *begins_where; // … the first choice of its list of which this holds, for who fills it in; else null
    bool required, contract; // contract: one of the columns that import and export know
    bool name_part, phone;   // what find looks at (survey column `find`: name, phone)
    bool future;             // a date that may lie ahead
    bool sorts;              // a list of its records may stand in its order
    const List *list;        // of a choice
    const List *currencies;  // of money
    const List *known;       // of a text: what it is one of as a rule; what is not is kept, and told
    Str accept; int files_most; // of files: endings and media types, with blanks; how many
    Str words; Words words_label; Lang lang; // of one language of a text: the text's name and label, and which language
    const RecordType *target; // of a link
    const Expr *filter;      // of choices, and of what is known: which of the list fit, by their own columns and what else the record says
    const Expr *relevant, *constraint, *doubt; // doubt: true means implausible, a warning
    const Expr *required_if; // of a required one: only where this holds; null: always
    const Expr *calculation; // what it is reckoned from whenever the record is saved; null: it is given
    Words constraint_words, doubt_words;
    int64_t least, most;     // of an integer
    unsigned used_for;       // a bit per UsedFor; 0: the pack does not say why it is asked
    Stays stays; const Expr *stays_as; // as: of MADE
    WhenAsked asked; const Expr *asked_by; // by: one of the words, as who fills it in; null: whoever it is
    Str sheet; int64_t line; // where the pack says it
};

typedef enum { ROLE_NONE, ROLE_PERSON, ROLE_CASE } RecordRole;
enum { AT_STATE = -1, AT_SINCE = -2 }; // the places of what is no field of the survey
enum { FIELDS_MOST = 300, LINKS_MOST = 50 }; // of a record: the stores join so many tables, and few more
// Rows inside a form: records of `type` that hang on a record by `link`, edited on its form; each keeps its own version.
typedef struct Repeat {
    Str name;                // in forms and JSON
    const RecordType *type; const Field *link;
    Words label, hint;
    int at;                  // before this one of the form's own fields
    const Expr *relevant;    // null: always
} Repeat;
struct RecordType {
    Str name;
    int at;                  // its place in the pack's records
    Words label, plural, hint;
    RecordRole role;
    Field *fields;
    int n;                   // fields stand in the order of the survey
    const Field **contract; int contract_n; // the columns that import and export know, in their order
    const Pack *pack;        // whose it is
    int offset;              // of the pack: minutes east of UTC
    const Expr *title[LANG_COUNT]; // text of fields; null: the key
    int day;                 // the date by which records stand in time; -1 when none
    const Expr *needs; Words needs_words; // what makes a record say something: asked in forms; null: nothing
    const Expr *keeps;       // while that holds, whoever it hangs on, or whoever is part of it, is not erased; null: never
    int person, the_case;    // the first link to a record of role person or case; -1 when none
    int parent;              // the link under which it stands; -1 when none
    const Field *state;      // ${state}: a choice among its states, with no place in the fields; null when it has none
    const Field *since;      // state-since(): a date likewise
    bool sealed;             // it has fields of class identity, or hangs on a person
    Repeat *repeats; int repeats_n; // in the order of the survey
    const RecordType *within; // on whose form its records are rows; null: on none
    bool listed;             // shown in the main menu
    int order;               // in the menu
    bool waits;              // some of its states wait for somebody
    bool call;               // written down while somebody is on the line: its form locks late
    bool numbered; Str number; int number_width; // a number for people: what stands before its running one, with holes; that one's digits
};
const RecordType *record_type(const Pack *p, Str name);      // null when there is none
const Field *field_get(const RecordType *t, Str name);       // null when there is none
const Repeat *repeat_get(const RecordType *t, Str name);     // the same

#include "pack/expr/expr.h"

// ---- kinds that hold more than one thing -----------------------------------------------------------
bool field_selects(const Field *f);            // may it be filtered by, and select rows?
bool known_said(Arena *a, const Field *f, const View *on); // what it says is known, and goes with the rest
// What a field of files holds: a line for each. The file itself lies under its random id, sealed with a key of its own,
// which stands here alone; hash: of the sealed bytes. What is told outside are name, size and type.
typedef struct { Str id, key, hash, size, type, name; } Attached;
enum { FILE_MOST = 10 << 20, FILES_MOST = 50, FILE_NAME_MOST = 200 };
bool field_files(const Field *f);
bool attached_next(Str *cell, Attached *out);  // from the first on; false: there are no more
Str attached_line(Arena *a, const Attached *one);
Str attached_names(Arena *a, Str cell);        // with `; ` between
Str value_outside(Arena *a, const Field *f, Str value); // as it leaves the register: of files their names
bool file_accepted(const Field *f, Str name, Str type);
// A text in several languages is a field for each, name::lo and name::en, one behind the other. The first of those that
// together bear this name; null: none do. And the one that a reader of this language is shown: hers, else another that says something.
const Field *words_first(const RecordType *t, Str name);
const Field *words_of(const RecordType *t, const Field *part);
const Field *words_shown(const Field *first, const Cell *cells, Lang lang);
bool money_parts(Str value, Str *amount, Str *currency); // false: it is empty

// ---- checking values ----------------------------------------------------------------------------
// One given value, taken to the letter: what comes out again is what went in, but for whole numbers,
// which become plain digits. Who reads what people type cuts off blanks before. False: `why` says
// what is wrong.
typedef struct { int today; int offset; } Clock; // offset: minutes east of UTC
bool field_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why);
// Whether a day is one that people mean: neither before the year 1000 nor of the Buddhist era, which
// is told with the year meant.
bool days_likely(Arena *a, Days days, Str given, Message *why);
// The days a date or moment value means; false when it is empty.
bool field_days(const Field *f, int offset, Str value, Days *out);
// Rules across a whole record: required, relevant, constraint; doubts come as warnings. `column` of
// each fault is the field's name. A column of the contract is required in forms alone: files and other
// programs may always leave it out.
bool field_lacks(Arena *a, const Field *f, const View *on); // it is required here, and says nothing
typedef enum { CHECK_SAVE, CHECK_FORM } CheckFor;
void record_check(Arena *a, Arena scratch, const View *on, CheckFor what, Faults *all);
// What people call it, in their language: days and choices as they read them; empty when it says nothing.
Str record_title(Arena *a, const RecordType *t, const Cell *cells, int today, Lang lang);
// A field's value as people read it: labels of choices, dates in the country's time; a link's stays its key.
Str value_words(Arena *a, const Field *f, int offset, Str value, Lang lang);
// The sentence of a fault that record_check told, in a language: the pack's own words where it has them.
Str fault_text(Arena *a, const RecordType *t, const Fault *fault, Lang lang);

// ---- roles, rights, units ------------------------------------------------------------------------
// A right is one sentence for a role and a record: which rows (one of the words must fit, and `where` hold), and what of them.
typedef enum {
    ROWS_OWN = 1,            // who asks made it
    ROWS_UNIT = 2,           // her unit's
    ROWS_AGENCY = 4,         // her agency's
    ROWS_ASSIGNED = 8,       // she made it, or it was given to her by name
    ROWS_GRANTED = 16,       // it, or whom it hangs on, was given to her unit or to her
    ROWS_PROVINCE = 32,      // recorded in her unit's province
    ROWS_ALL = 64,
    ROWS_COUNTED = 128,      // figures count all rows, and nothing shows them
} RowWord;
typedef struct {
    unsigned read, write;    // of RowWord; 0: none
    unsigned classes;        // a bit per FieldClass that may be seen
    unsigned compartments;   // of records that have keys: those that may be seen, where a row's keys are hers
    bool codes;              // … choices, numbers, days and links of class plain and quasi without a key
    unsigned opens;          // those that may be opened one record at a time, with a reason
    const Expr *where;       // null: all of these rows
    const Expr *open;        // … of these, given ones too, those of which this holds; under `codes` of others codes alone. Null: all
} Right;
// Of the log of looks. Who works for the unit whose person it is, is told the agencies that looked at her, whatever the role.
typedef enum {
    LOOKS_UNIT_AGENCIES,     // nothing else
    LOOKS_UNIT,              // of its unit's persons also who it was, and what its unit's people looked at
    LOOKS_AGENCIES,          // of all persons which agencies looked at them
    LOOKS_ALL,               // … and who, and what anybody looked at
    LOOKS_COUNT,
} LooksRight;
// rights: one per record type, by its `at`; confirms: it answers for the accounts of its unit, which others ask for
typedef struct { Str name; Words label, task; Right *rights; Str *kinds; int kinds_n; LooksRight looks; bool confirms;
    const RecordType **begins; int begins_n; // what it writes down first: these stand before others on its first page
    bool leads;              // … and the first leads, though other work waits
} Role;
// agency: the key of the unit whose agency it belongs to. from, to: days of validity, or empty. entitled: what is open from
// the beginning of that which this unit makes, to whom.
typedef struct { Str agency; unsigned compartments; } Entitled;
typedef struct { Str key; Words label; Str parent, province, kind, agency, from, to; Entitled *entitled; int entitled_n; } Unit;
// The same from the other side: to whom what is open that others make. makers: the units of which that is so, a blank before and behind
// each, since no key has one.
typedef struct { Str to, makers; unsigned compartments; } Entitlement;
const Role *role_get(const Pack *p, Str name);
const Unit *unit_get(const Pack *p, Str key);
int role_begins(const Role *role, const RecordType *t); // its place in what it writes down first; -1: not there
bool role_fits(const Role *role, const Unit *unit); // it may be held there
bool unit_open(const Unit *unit, int today);        // it has begun and not ended
Somebody unit_somebody(const Unit *unit, Str user, Str role); // null: of none
bool field_code(const Field *f);                    // a choice, number, day or link of class plain or quasi

// ---- figures and tables -----------------------------------------------------------------------
typedef enum { COUNT_RECORDS, COUNT_PERSONS, COUNT_SUM } CountKind;
typedef struct Figure {
    Str name; Words label;
    Str unit;                // case, person, return, occasion, ...
    const RecordType *record; const Expr *where; // where null: all
    const Field *date; CountKind count; // the date basis
    const Expr *sum, *female; // female: of COUNT_SUM a number, else a yes/no; null: no female count
    const struct Figure *within; bool left; // a note, told inside another figure's row; left: what that one does not count
    const struct Figure *of; // counts those of its persons whose row there, the earliest, is also like this; null: by itself
} Figure;
// The record that keeps counts of earlier years as they were told, and its fields; record null: the pack has none.
enum { EARLIER_FIGURE, EARLIER_BEGINS, EARLIER_ENDS, EARLIER_VALUE, EARLIER_FEMALE, EARLIER_WRITTEN, EARLIER_SOURCE, EARLIER_FIELDS };
typedef struct { Str words; const RecordType *record; const Field *fields[EARLIER_FIELDS]; } Earlier;
typedef struct { Str name; Words label; const Figure **figures; int n; } Table;
const Table *table_get(const Pack *p, Str name);
// The field a name means for a figure: its own record's, else its person's, else its case's;
// `record.field` says which. False when it has none.
typedef struct { const Field *link, *field; } FieldPath; // link null: its own
bool figure_field(const Pack *p, const Figure *f, Str name, FieldPath *out);

// ---- screens, imports -----------------------------------------------------------------------------
typedef struct { const Field *link; const RecordType *through; const Field *field; Str name; bool age; } Column; // age: in years, today
// A column of a list is a field; `title`, `key`, `state`, `unit`; a linked record's title (the link's name); or `type.link`:
// through the first record of that type that hangs on this one, the title of what its link names.
// A part of a screen. LIST: how all records of a type are listed; HOME: some of them, on the first page. All others stand on
// the screen that they name: a record's page, the first page (`home`), or one of their own (/NAME).
typedef enum {
    SCREEN_LIST, SCREEN_HOME,
    SCREEN_ROWS,             // records as a table
    SCREEN_INBOX,            // … as they arrived, each with its steps
    SCREEN_PLAN,             // … in groups of what their first column says
    SCREEN_BOARD,            // … each with its numbers, those of the counts below it too
    SCREEN_COUNT,            // how many hang on each record of the board above
    SCREEN_DESK,             // … several cases that share what was written
    SCREEN_INTERVIEW,        // a new record's form, a group of questions at a time
    SCREEN_FORM,             // … on the screen itself
    SCREEN_HEAD,             // what tells at once about whom or what its page is
    SCREEN_URGENT,           // … and in red, where it holds
    SCREEN_FACTS, SCREEN_STEPS, SCREEN_RELATED, SCREEN_TIMELINE, SCREEN_HISTORY, // of the record whose page it is
    SCREEN_WORK, SCREEN_CHANGES, SCREEN_NOTICES, SCREEN_UNSAVED, SCREEN_LATEST, SCREEN_KINDS,    // of who asks
    SCREEN_FIND, SCREEN_IMPORT,
    SCREEN_FIGURES,          // a table's numbers of this year
    SCREEN_KIND_COUNT,
} ScreenKind;
extern const Str screen_kind_words[SCREEN_KIND_COUNT];
typedef struct Screen {
    Str name;
    ScreenKind kind;
    int place;               // among the parts of its screen
    const RecordType *page;  // on whose page it stands; null: on another
    const RecordType *board; // of a count: of the records that it is counted for
    const RecordType *record; // of what; null: of none
    const Field *link;       // … that hangs by this link on the page's record, or on the board's; null: all of them
    const Field *via;        // … on what this link of the page's record names; null: on the page's record itself
    const Table *table;      // of figures
    Words label;
    Column *columns; int columns_n;
    const Field **filters; int filters_n;
    const Expr *where;       // rows of it; null: all
    const Field *by; bool down; // its rows stand by this field, the least first (down: the greatest); null: as its records' lists do
    Str *moves; int moves_n; // steps that stand beside each row
} Screen;
typedef struct { Str column; const Field *field; Map values; Str fixed; } Mapping;
// values: foreign -> ours, a `const Str *`, or null: the row is passed over; `*` stands for all others
typedef struct { Str name; const RecordType *record; Mapping *at; int n; Str key; int skip; Words label; } ImportMap;
// key: a pattern of {file}, {line} and {Column}; skip: lines before the header
const Screen *screen_part(const Pack *p, Str name, int at); // the parts of a screen in their order; null: there are no more
const Mapping *mapping_get(const ImportMap *map, Str column); // null: it does not speak of it
bool mapping_value(const Mapping *map, Str *value); // a foreign value as ours; false: its row is passed over. Null map: it is ours

const Field *column_field(const Column *c, const Cell *cells, Lang lang); // whose value is shown; null: of no field

// ---- the pack ---------------------------------------------------------------------------------------
struct Pack {
    Str country, version, title_lo; Words title;
    int offset;              // minutes east of UTC
    int lock_after;          // minutes without a word from her, until a session locks
    RecordType *records; int records_n;
    List *lists; int lists_n;
    Role *roles; int roles_n;
    Unit *units; int units_n; Map unit_index;
    Entitlement *entitlements; int entitlements_n;
    Figure *figures; int figures_n; Earlier earlier;
    Table *tables; int tables_n;
    Screen *screens; int screens_n;
    ImportMap *imports; int imports_n;
    const struct PackState *states; int states_n;
    const struct PackMove *moves; int moves_n;
    const struct PackEffect *effects; int effects_n;
    const struct Retention *retention; int retention_n; // read and checked; acted on by nobody yet
    int erase_wait;          // days between the second approval of an erasure and its day
    Str import_unit;         // whose a file's rows are that a command brings in; empty: nobody's
};
// A state that waits is somebody's work: of the unit that `unit` gives (null, or it gives none: the record's own), in one of
// the roles `who` (none: each that may take one of its moves), until the day that `term` gives (null: no day).
typedef struct PackState {
    const RecordType *record; Str name; Words label; bool first, last;
    bool waits;
    const Expr *term, *unit; // of the record's own fields and state-since()
    Str *who; int who_n;
} PackState;
typedef struct { const Expr *when; Words words; } MoveNeed;
typedef struct PackMove {
    const RecordType *record; Str name; Words label; const PackState *from, *to;
    Str *roles; int roles_n; // who may; none: everybody who may write
    const Expr *where;       // who may take it of what, with me(); null: whoever may write it
    MoveNeed *needs; int needs_n; // what must hold, each with its sentence
    const Field **clears; int clears_n; // what the step empties
    const Field **asks; int asks_n; // what the step's own small form asks; none: it is taken at once
} PackMove;
// What follows, as data. SIGHT: whose keys hold what `of` names (null: the record itself) is given those compartments; open
// with the move `opens` (empty: at once), taken away with one of `ends`. END: such sights of `of` that rest on this basis end.
// NOTICE: a sentence about it, to somebody. OWN: fields of this record, in the same entry. RECORD: another one is made. OTHER: fields
// of others that are there, in entries of their own.
typedef enum { MAKES_SIGHT, MAKES_END, MAKES_NOTICE, MAKES_OWN, MAKES_RECORD, MAKES_OTHER } EffectMakes;
typedef enum { ON_CREATE, ON_CHANGE, ON_MOVE, ON_STATE, ON_DAY } EffectOn; // change: a save after which `when` holds that did not before
typedef struct { const Field *field; const Expr *value; } PackSet; // field may be the state; value null: this record, for a link to it
typedef struct { const Field *there, *here; } PackSame; // links to the same kind of record, of the other and of this one
typedef struct PackEffect {
    const RecordType *record;
    EffectOn at; Str on;     // on: the move or the state
    const Expr *day;         // ON_DAY: once that day is over and `when` holds, of its own stored fields alone
    Str name;                // … by which an entry names this effect, of all of its record
    EffectMakes makes;
    const Expr *when;        // null: always
    const Field *of;
    const Expr *value, *to, *until, *basis; // texts; until: a day. Null: none
    const Expr *words[LANG_COUNT]; // of a notice
    Str opens; Str *ends; int ends_n;
    const RecordType *made; PackSet *sets; int sets_n; // OWN, RECORD, OTHER: its fields
    // OTHER: what the link `of` names, or (null) those of that type whose links name what this record's name; of them whose `whose` holds.
    PackSame *same; int same_n; const Expr *whose;
    const Expr **asks; int asks_n; // all its expressions
} PackEffect;
enum { FOLLOWS_MOST = 5 };   // what is made may make others, so many deep
Str effect_value(Arena *a, const PackSet *set, const View *on); // as the field would say it; not of this record itself
// How long a record is kept: so many years from that day, then it is erased, or stripped of what points at somebody.
typedef enum { KEPT_ERASE, KEPT_STRIP } KeptThen;
typedef struct Retention { const RecordType *record; const Expr *where, *from; int years; KeptThen then; } Retention; // where null: all
enum { ERASE_WAIT = 7 };      // days, where the pack does not say
// A birth, as coarse (year, month, or as it is) as answers is-under() and may-be-under() alike on these days, for each age that a
// figure of the pack asks about.
Str birth_cut(Arena *a, const Pack *p, Str born, const Days *on, int n);
Str state_first(const Pack *p, const RecordType *t); // where new records begin; empty: it has no states
const PackState *state_get(const Pack *p, const RecordType *t, Str name); // null: it has none of that name
bool state_hers(const Pack *p, const PackState *state, const Role *role); // it waits for that role
bool move_from(const PackMove *m, Str state);        // for moves, no state is the first one

// A number for people, as LA-2026-VT-0012: what stands before its running number, in a year and for a unit of that province;
// the whole; its two halves again; and which ones somebody may mean who types it, with other signs or Lao digits.
Str number_before(Arena *a, const Pack *p, const RecordType *t, int year, Str province);
Str number_whole(Arena *a, const RecordType *t, Str before, int64_t n);
void number_split(Str number, Str *before, int64_t *n);
int number_typed(Arena *a, const Pack *p, const RecordType *t, Str typed, Str *out, int most);

// A sheet of the pack: its path inside the folder, and its bytes. The same list is kept in the register.
typedef struct { Str path, text; } PackSheet;
typedef struct { PackSheet *at; int n; } PackSheets;
// Reads and checks all of it; every fault is told with sheet, line and column in one run. `reserved`
// are names that no record may bear (the program's own paths). *out stays null when there are faults.
void pack_read(Arena *a, Arena scratch, PackSheets sheets, const Str *reserved, int reserved_n, Faults *all, const Pack **out);
// What changed from an older pack that the register cannot follow: a field that changed its type,
// a record or field that went away.
void pack_follows(Arena *a, const Pack *older, const Pack *newer, Faults *all);

// ---- a form as XLSForm's writers write it: a workbook without a sheet `records` adds one record type to a pack ---------
// It becomes sheets of ours beside those that stand, so that there is one reader of packs: records/forms/NAME.csv and
// so on. Its lists bear the form's name before their own; what it calls otherwise than we can is renamed, which is told.
typedef struct FormSheet FormSheet;
typedef struct { Str name; const FormSheet *sheets; int n; } Form;

bool form_is(const Workbook *book);             // it has neither a sheet `records` nor one `pack`
Workbook form_csv(Arena *a, Str text, Faults *all); // a form's survey, or its sheets one below the other, as CSV
// What cannot be done is told with the workbook's own sheet, row and column. `file`: the name of a form that has no id.
const Form *form_from(Arena *a, const Workbook *book, Str file, PackSheets *out, Faults *all);
// What the reader of packs said of these sheets, at its place in the workbook; of others its faults alone.
void form_faults(Arena *a, const Form *form, Faults *all);
// What stands in a register once these sheets are added: a form's beside all others, and a pack's where
// forms stay as they are.
PackSheets sheets_joined(Arena *a, PackSheets stand, PackSheets newer);
