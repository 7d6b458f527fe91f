// What the files of this folder share while a form becomes sheets of a pack.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/inside.h"

// A sheet as it comes out: its columns are those of the pack's sheet of this kind.
struct FormSheet {
    SheetKind kind;
    Str path, from;          // ours; the workbook's sheet
    const Str *columns;      // ours
    Str *written;            // the same as the workbook writes them; empty: it does not
    int columns_n;
    Buf text;
    int64_t *rows;           // of each line that was written: the row of the workbook, from 1
    int64_t lines, room;
};

// A sheet as it comes in: where each of its cells goes.
typedef enum { RANK_OWN, RANK_PLAIN, RANK_OTHER, RANKS } Rank; // whose words count first
typedef struct { int to; Rank rank; Foreign foreign; bool told; } Place; // to: a column; -1: to none
typedef struct { const Sheet *sheet; Str *headers; Place *places; int width, head; } FormTable; // head: the row of the headers, from 0

typedef struct {
    Arena *a;
    Faults *all;
    Str name;                // of the record
    Str shown_by;            // its title, where the form tells none: its first text
    Lang plain;              // the language of columns that name none
    bool twice;              // a choice may stand twice in its list
    bool linked;             // it may hang on a person
    bool inside;             // between begin and end of a repeat
    int asked;               // questions since one began
    FormSheet sheets[3];     // records, survey, choices
    Map names;               // a field's own name -> a `Str *`: ours, or null where its row is passed over
    Map lists;               // its own name -> ours, a `Str *`
    Map list_names;          // ours, each once
    int same_names;          // how many were made the same, and numbered
    NameList *own;           // the names of these
    Map others;              // ours: those that get a choice `other`
    Str note[LANG_COUNT];    // words of notes that wait for the next question
    bool used_told;          // that nothing says why it is asked
    bool acknowledged;       // something is, so that there must be a list for it
} Making;

// ---- table.c: sheets in and out ------------------------------------------------------------------
void table_open(Making *m, const Sheet *sheet, FormSheet *out, FormTable *in);
bool table_row(Making *m, FormTable *in, const FormSheet *out, int i, Str *cells); // false: it is blank
bool row_disabled(const FormTable *in, int i);
Str cell_plain(Arena *a, Str text);             // without what nobody sees: blanks around it, and signs without width
void sheet_open(Making *m, FormSheet *out, SheetKind kind, const Sheet *from, Str file); // from: null when it has none
void sheet_row(Making *m, FormSheet *out, int64_t row, const Str *cells);
Str *cell_of(const FormSheet *out, Str *cells, Str column);                        // column: `label` is its English cell
void form_tell(Making *m, const FormSheet *out, int64_t row, Str column, Str value, Message text);
void form_warn(Making *m, const FormSheet *out, int64_t row, Str column, Str value, Message text);
Str name_made(Arena *a, Str name, int most);    // of letters, digits and _, with a letter first
void words_ours(Making *m, Str *cells, Str english, Str lao); // the program's own, in the cells of a column's languages
void words_plain(Making *m, const FormSheet *out, int64_t row, int column, Str words); // told when they are not
void words_fill(Making *m, const FormSheet *out, int64_t row, Str *cells, Str column, Str with); // where English words lack

// ---- survey.c, choices.c ---------------------------------------------------------------------------
void survey_make(Making *m, const Sheet *sheet);
void choices_know(Making *m, const Sheet *sheet, FormTable *in); // which lists it has
void choices_make(Making *m, FormTable *in);
Str list_made(Making *m, Str name);               // the name of a form's list in the pack
Str form_renamed(Making *m, const FormSheet *out, int64_t row, Str column, Str text, bool *good); // the fields of an expression
