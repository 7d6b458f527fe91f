// Expressions: the XLSForm subset, parsed once, typed at load, and what they are asked of.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/pack.h" // which brings this one in, behind the fields and records that it speaks of

// ---- expressions: the XLSForm subset; parsed once, typed at load ---------------------------------
// Types are static: text, number, day, yes/no. An empty field is '' as text. A comparison with an
// empty number or day is false (so is its opposite), except with '', which asks whether it is empty.
// ${field} is a field of the record; ${link.field} one of the record that the link names. ${state} is
// where the record stands, state-since() the day since when; empty when it was brought in without.
// exists(type, c) and its like ask about the records of a type that name this one by a link: in what they take ${field} is such
// a record's, ${..field} the one's that is asked about. No reader here knows what hangs: who has a register answers (View.hanging).
typedef enum { TYPE_TEXT, TYPE_NUMBER, TYPE_DAY, TYPE_BOOL, TYPE_SET, TYPE_MONEY, TYPE_FILES } ExprType; // set: of choices
typedef enum {
    EXPR_TEXT, EXPR_NUMBER, EXPR_BOOL, EXPR_DAY, // literals
    EXPR_FIELD,              // .field, and .link when it is of a linked record
    EXPR_TODAY,
    EXPR_EMPTY,              // args[0] = ''  (and EXPR_NOT of it for != '')
    EXPR_OR, EXPR_AND, EXPR_NOT,
    EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE,
    EXPR_ADD, EXPR_SUB, EXPR_MUL, EXPR_DIV, EXPR_MOD, EXPR_NEG,
    EXPR_SELECTED,           // selected(set-or-choice, 'x')
    EXPR_COUNT_SELECTED,     // count-selected(set)
    EXPR_IF,                 // if(yes, one, other)
    EXPR_COALESCE,           // coalesce(one, other): the first that is not empty
    EXPR_IS_UNDER,           // is-under(18, born, on): certainly younger than 18 years on that day
    EXPR_MAY_BE_UNDER,       // may-be-under(18, born, on): the birth, as precise as given, leaves it open
    EXPR_DAY_ADD, EXPR_MONTH_ADD, // day-add(day, n), month-add(day, n): a month too short gives its last day
    EXPR_DAYS_BETWEEN,       // days-between(from, to): to minus from
    EXPR_YEAR,               // year(day)
    EXPR_INT,                // int(number): without what stands behind the point
    EXPR_STRING_LENGTH,      // string-length(text): its characters
    EXPR_CELL,               // of the choice asked about: its column .text                (in choice_filter alone)
    EXPR_SUM_SELECTED,       // sum-selected(choices, column): what these choices say there  (not in row conditions)
    EXPR_REGEX,              // regex(text, 'pattern'): the whole text            (not in row conditions)
    EXPR_WORDS,              // ${name} of a text in several languages: its fields; the reader's, in a title (not in row conditions)
    EXPR_AMOUNT,             // amount(${award}, 'LAK'): the number, where it is in that currency
    EXPR_CURRENCY,           // currency(${award})
    EXPR_CONCAT,             // concat(a, b, ...)                                 (not in row conditions)
    EXPR_ME, EXPR_CREATOR,   // me(unit), creator(kind): of who asks, of who makes a record; .text says what (sentences alone)
    EXPR_MAKER,              // maker(kind): of the unit whose the row is
    EXPR_EXISTS, EXPR_COUNT, // exists(type, c), count(type, c): args[0] is c, if there is one
    EXPR_SUM, EXPR_LATEST,   // sum(type, number, c), latest(type, value, c): args[0] the value, args[1] c
    EXPR_OP_COUNT,
} ExprOp;
extern const Str expr_op_words[EXPR_OP_COUNT]; // the `op` of the parsed tree as JSON
// What hangs on a record: those of a type, by this link of theirs. through: on the one that this link of its own names; it is not
// counted itself there.
typedef struct Hanging { const RecordType *type; const Field *link, *through; } Hanging;
struct Expr {
    ExprOp op;
    ExprType type;
    Str text;                // of a text literal or pattern; of sum-selected the column
    double number;           // of a number; a day as 20240131; a yes/no as 1 or 0
    const Field *link, *field;
    const Hanging *hangs;    // of exists() and its like; and of a field inside, whose row is one of these; null: of the record itself
    const Expr *args[4];     // concat chains two at a time
    int n;
};
// `self` is the field that `.` means, or null. _choice: bare words are columns of its list's choices.
must_use Err *expr_parse(Arena *a, Arena scratch, Str source, const RecordType *on, const Field *self, const Expr **out);
must_use Err *expr_parse_choice(Arena *a, Arena scratch, Str source, const RecordType *on, const Field *self, const Expr **out);
bool expr_asks_hanging(const Expr *e);                        // exists(), count(), sum(), latest(): itself, not what is in it
const RecordType *expr_other(const Expr *e);                  // the type behind its link, or of what hangs; null: it looks at no other
bool expr_chains(ExprOp op);                                  // and, or: many in a row are one chain to a store
bool expr_selects_rows(const Expr *e);                        // in the closed subset that may select rows, and not too deep

// What one field says: of a record as it stands, or of what was given for it.
typedef struct Cell {
    Str text;                // as given; of a link, the key of what it names
    Str id; int64_t row;     // of a link: what it names, as far as it was looked for; row 0: nothing
    bool said;               // of what is given: something is said about this field
    bool hidden;             // not for this user
    bool beyond;             // a link to what does not exist for this user; it reads as empty
} Cell;
// Somebody, as a sentence asks: me() is who asks, creator() who makes a record, maker() whose the row is.
typedef struct { Str user, role, unit, agency, kind, province; } Somebody;
Str somebody_says(const Somebody *who, Str what); // `unit`, `kind`, …
// What an expression is asked about: what a record's fields say, and those of the records its links name
// (null where not loaded or empty).
struct View;
// bool: number; field: whose value it is, untouched, else null
typedef struct { ExprType type; bool empty; Str text; double number; const Field *field; } ExprValue;
typedef struct Hung { ExprValue (*ask)(struct Hung *, Arena *a, const Expr *e, const struct View *on); } Hung;
typedef struct View {
    const RecordType *type;
    const Cell *cells;       // one per field
    const struct View *const *linked; // one per field; null as a whole when none was loaded
    int today;
    Str state;
    int since;               // the day since when it stands there; 0: in none
    const Lang *lang;        // of a title: what is joined is written as people read it; else null
    const Somebody *me, *creator, *maker; // of a sentence, else null
    const Choice *choice;    // of a choice_filter, else null
    Hung *hanging;           // who knows what hangs on it; null where no expression may ask
    const struct View *hung; // a record that hangs on it, of which a condition inside exists() speaks, else null
} View;
Str expr_text(Arena *a, const Expr *e, const View *on); // its value as a field would say it; empty: none
Str expr_words(Arena *a, const Expr *e, const View *on); // its text, in a title as people read it
ExprValue expr_value(Arena *a, const Expr *e, const View *on);
bool expr_true(Arena *a, const Expr *e, const View *on);
void expr_json(Buf *o, const Expr *e);         // for the page's script: {"op":"and","args":[…]}
