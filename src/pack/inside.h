// What the files of this folder share while a pack is read; nobody outside includes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/pack.h"

// ---- sheets as rows ----------------------------------------------------------------------------
typedef enum {
    SHEET_PACK, SHEET_RECORDS, SHEET_SURVEY, SHEET_CHOICES, SHEET_STATES, SHEET_MOVES, SHEET_EFFECTS, SHEET_RETENTION, SHEET_ROLES,
    SHEET_RIGHTS, SHEET_COMPARTMENTS, SHEET_UNITS, SHEET_FIGURES, SHEET_TABLES, SHEET_SCREENS, SHEET_IMPORTS,
    SHEET_COUNT,
} SheetKind;
typedef struct { Str path; const Str *headers, *written; } SheetFile; // as written: of each of our cells; of each cell of the file
typedef struct {
    SheetKind sheet; const SheetFile *file; int64_t line; const Str *cells;
    const ChoiceCell *own; int own_n; // of a choice: columns that we do not know
} Row;
typedef struct { Row *at; int n, room; } RowList;
typedef struct { Str *plain, *words; int plain_n, words_n, cells; } SheetColumns;
typedef struct NameList { struct NameList *next; Str name; } NameList;

// A group of fields: when it is asked; read once, with the rules.
typedef struct Group {
    const struct Group *around; // the group it stands in; null: none
    struct Group *next;         // the one that was read after it
    const RecordType *of;
    const Row *row;
    const Expr *relevant;       // with those around it; null: always
} Group;

// Rows inside a form while the survey is read: the record that they make, and its link to the form's.
typedef struct RepeatRead {
    struct RepeatRead *next;
    const Row *begin;
    Str child, link;
    int first, end;          // of its rows among those of all repeats
    const RecordType *of; int at; // on whose form, before which of its fields
    const Group *group;      // its own: when it is asked
} RepeatRead;

typedef struct {
    Arena *a;                // keeps the pack and the faults
    Arena *temp;             // gone when the pack has been read
    Faults *all;
    Pack *pack;
    const Str *reserved; int reserved_n;
    RowList rows[SHEET_COUNT];
    SheetColumns columns[SHEET_COUNT];
    const Row **record_rows; // one per record
    const Row ***field_rows; // one per record and field
    const Group ***field_groups; // the same: the innermost group it stands in
    Group *groups, *groups_last; // all of them, as they were read
    RepeatRead *repeats;
    int64_t **contracts;     // the same: its place in the contract, 0 when it has none
    Map rights;              // line of each role and record
    NameList *asked;         // columns of choices that some expression names
    NameList *broken;        // fields whose own fault is told: rules that use them are not blamed
    PackState *states; PackMove *moves; PackEffect *effects;
    List *units;             // the list `units`
    List *figures;           // the list `figures`: those of the sheet that are rows of their own
    List *currencies;        // where the pack has none of its own
} Load;

void sheets_read(Load *l, PackSheets sheets);  // fills l->rows; cells live in l->a, trimmed
SheetColumns sheet_columns(Arena *a, SheetKind kind);      // those that it knows
bool header_language(Str words, Lang *out);    // "English (en)", "English" or "en"
extern const Str lang_columns[LANG_COUNT];     // English (en), as the headers name it

// ---- one row -----------------------------------------------------------------------------------
Str row_cell(const Load *l, const Row *r, Str column);
void row_tell(Load *l, const Row *r, Str column, Str value, Message m);
void row_warn(Load *l, const Row *r, Str column, Str value, Message m);
Words row_words(Load *l, const Row *r, Str column);        // none needed
Words row_words_needed(Load *l, const Row *r, Str column); // English at least
Str words_unsure(Str text, bool *unsure);                  // without the mark `?`
bool row_yes(Load *l, const Row *r, Str column);
bool row_conditional(const Load *l, const Row *r, Str column); // neither yes nor no, but an expression
Str row_type(const Load *l, const Row *r);                 // of the sheet survey: in the pack's own words
Str row_day(Load *l, const Row *r, Str column);            // a whole day, or empty
// A whole number from 0; false when it is empty.
bool row_number(Load *l, const Row *r, Str column, int64_t *out);
// Which of the words it is; 0 when empty or unknown.
int row_choose(Load *l, const Row *r, Str column, const Str *words, int n);
bool row_name(Load *l, const Row *r, Str column);          // letters, digits, _; told when not
bool row_name_in(Load *l, const Row *r, Str column, int most); // … of so many bytes at most
bool name_good(Str name, int most);                        // the same, untold
bool name_same(Str one, Str two);                          // the stores' columns know no case
// PostgreSQL cuts names at 63 bytes, and the store adds endings of its own.
enum { NAME_MOST = 40, LIST_NAME_MOST = 100, REPEAT_NAME_MOST = 30 };
bool field_name_ours(Str name);                            // no field may bear it: the register's own, or the store's
// Null when there is none, which is told.
const RecordType *row_record(Load *l, const Row *r, Str column);
const Field *row_field(Load *l, const Row *r, Str column, const RecordType *on, Str name);
// Null when the cell is empty or faulty (then told). row_asks: yes or no; row_condition: selects
// rows, so of the closed subset.
const Expr *row_rule(Load *l, const Row *r, Str column, const RecordType *on, const Field *self);
const Expr *row_rule_me(Load *l, const Row *r, Str column, const RecordType *on, const Field *self); // who asks is known: me(unit)
const Expr *row_choice_me(Load *l, const Row *r, Str column, const RecordType *on, const Field *self); // choice(…): which of its list
const Expr *row_asks_me(Load *l, const Row *r, Str column, const RecordType *on); // … a yes or no
const Expr *row_rule_said(Load *l, const Row *r, Str column, Str source, const RecordType *on,
    const Field *self);      // the cell's text was read already
const Expr *row_asks(Load *l, const Row *r, Str column, const RecordType *on, const Field *self);
const Expr *row_condition(Load *l, const Row *r, Str column, const RecordType *on, ExprType type);
// A condition that may ask who somebody is. RIGHT: me() and maker(), of its own fields; MADE: me() and creator(); SCREEN: as
// RIGHT, and behind links too.
typedef enum { SENTENCE_RIGHT, SENTENCE_MADE, SENTENCE_SCREEN } SentenceOf;
const Expr *row_sentence(Load *l, const Row *r, Str column, const RecordType *on, SentenceOf of);
void load_broken(Load *l, Str name);
bool load_is_broken(const Load *l, Str name);

// ---- XLSForm as its writers write it (xlsform/words.c) -------------------------------------------
Str type_said(Arena *a, Str type);              // `select one from x` is select_one x, `begin group` begin_group; else as it is
bool yes_no_read(Str text, bool *yes);          // yes, TRUE, true(), 1; no, FALSE, false(), 0; false: it is neither
// A column that XLSForm has and we do not. PASSED: harmless, told; MEANT: would be missed, a fault; MEDIA: a fault.
typedef enum { FOREIGN_NOT, FOREIGN_PASSED, FOREIGN_MEANT, FOREIGN_MEDIA } Foreign;
Foreign column_foreign(SheetKind sheet, Str header);
bool foreign_says(Str header, Str text);        // its cell asks for something: not of `no` under read_only

// ---- what reads which sheet --------------------------------------------------------------------
void lists_read(Load *l);
void list_said_make(Load *l, List *list);         // so that texts can go by it
void columns_asked(Load *l, const Expr *e);
void columns_tell(Load *l);                     // those of choices that nothing asks for: a slip of the pen, perhaps
const List *list_named(const Pack *p, Str name);
void records_read(Load *l);
int words_split(Arena *a, const Field *whole, Field *parts); // how many they are
void files_read(Load *l, const Row *r, Field *f); // what is said of files, or of others that is for files alone
const List *currencies_of(Load *l, const Row *r);
unsigned used_read(Load *l, const Row *r);      // the survey's column used_for
void used_tell(Load *l);                        // sheets that have no such column
void stays_read(Load *l);                       // what an erasure leaves: of fields, and which records stand in its way
void repeats_read(Load *l);                     // before the records: what stands in a repeat becomes rows of a record of its own
void repeat_place(Load *l, const Row *r, const RecordType *of, const Group *group); // here, before the field that is read next
void repeats_finish(Load *l);                   // once all fields are known
void repeats_rules(Load *l);                    // once it is known when groups are asked
bool record_link_broken(const RecordType *t);   // its fault is told: what hangs on it is not blamed
void rules_read(Load *l);
void figure_names_read(Load *l);                // the same of the list `figures`; its words come with figures_read
void units_read(Load *l);                       // before the records, whose fields may be of the list `units`
void roles_read(Load *l);
void entitled_read(Load *l);                    // the sheet compartments
void effects_read(Load *l);
void set_read(Load *l, const Row *r, PackEffect *e); // one field more of what it makes
bool set_has(const PackEffect *e, Str field);
void made_check(Load *l, const Row *const *rows); // what is made, once all is read; a row per effect
bool field_takes(FieldKind kind, ExprType type); // what is reckoned does for it
void retention_read(Load *l);
void figures_read(Load *l);
void screens_read(Load *l);
void imports_read(Load *l);
void states_read(Load *l);                      // before the rules, which may ask for them
void moves_read(Load *l);
void waits_read(Load *l);                       // of the states, when roles and moves are known
void numbers_read(Load *l);

// ---- expressions while they are read -----------------------------------------------------------
typedef struct {
    Arena *a;
    Arena scratch;
    Str source;
    isize at;                // where reading goes on
    const RecordType *on;
    const Field *self;
    const Hanging *hangs;    // inside exists() and its like: what a field is of; else null
    const List *list;        // whose choices are asked about, one by one; else null
    int depth;
    Err *err;                // the first complaint; what follows it is not blamed
} ExprReader;
// All give null when something was complained about.
Expr *expr_complain(ExprReader *r, isize at, Message m);
Expr *expr_literal(ExprReader *r, ExprOp op, Str text, double number);
Expr *expr_field(ExprReader *r, Str name, isize at);       // `born`, `person.born`, or `.`
Expr *expr_join(ExprReader *r, ExprOp op, Expr *one, Expr *two, isize at); // two may be null
Expr *expr_call(ExprReader *r, Str name, Expr **args, int n, isize at);
Expr *expr_who(ExprReader *r, ExprOp op, Str what, isize at); // me(what), creator(what)
Expr *expr_cell(ExprReader *r, Str column, isize at);      // a column of r->list
bool expr_cell_fits(ExprReader *r, Expr *cell, const Expr *with, isize at); // compared with a number it is one, if it can be
Expr *expr_sum(ExprReader *r, Expr *of, Str column, isize at); // sum-selected(of, column)
Expr *expr_as_code(ExprReader *r, Expr *e, const Expr *of); // a number beside a choice is its name: ${answer} = 1
Expr *expr_node(ExprReader *r, ExprOp op, ExprType type, Expr *one, Expr *two);
// As XLSForm's writers write it (expr/xpath.c).
bool expr_quoted(const ExprReader *r);                     // a quote stands here, straight or curved
Expr *expr_quote(ExprReader *r);                           // the text that it begins
bool expr_sign_other(ExprReader *r);                       // a sign of another language stands here, which is told
Expr *expr_nowhere(ExprReader *r);                         // nothing that gives a value stands here
Expr *expr_no_field(ExprReader *r, const RecordType *on, Str name, isize at);
Expr *expr_word_alone(ExprReader *r, Str word, isize at);
Expr *expr_unknown(ExprReader *r, Str name, const Str *known, int n, isize at); // a function that is not there
Expr *expr_days(ExprReader *r, ExprOp op, Expr *one, Expr *two, isize at); // null without a complaint: it reckons no days
Expr *expr_as_number(ExprReader *r, Expr *e, const Expr *of); // '1' beside a number is 1
Expr *expr_as_none(ExprReader *r, Expr *e, const Expr *of); // '' beside a number or a day is none
Expr *expr_hanging(ExprReader *r, ExprOp op, isize at);    // behind its bracket, with the closing one
bool expr_sign(ExprReader *r, Str what);                   // it stands here, and is passed
Str expr_bare(ExprReader *r);                              // a bare word of letters, digits and _, or what stands in quotes
Expr *expr_several(ExprReader *r, const Field *link, const Field *first); // a text in several languages, as one
bool expr_one_language(ExprReader *r, const Expr *e, isize at); // else told: nothing is compared with several, or files
bool expr_no_files(ExprReader *r, const Expr *e, isize at); // else told
// A function as it is called: which it is, its values, and where it stands.
typedef struct { ExprReader *r; ExprOp op; Expr **args; int n; isize at; } FunctionCall;
Expr *expr_amount(const FunctionCall *call);
Expr *expr_currency(const FunctionCall *call);
Expr *expr_read(ExprReader *r);                            // from r->at on, as far as it goes
enum { GROWN_MOST = 2000, GROWN_DEEP = 50 };
bool expr_grown(const Expr *e); // more than that, with what its reckoned fields are made of; asked before it is walked so
int expr_begun(const Expr *e);                             // how deep a store must read into it
enum { BEGUN_MOST = 70 };                                  // of what selects rows
double decimal_of(Str s);                                  // what a decimal value is as a number
bool expr_has(const Expr *e, bool (*what)(const Expr *));  // somewhere in it
