// A figure as a question, and what came back, as a table for machines and people.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/pack.h"

enum { BY_MOST = 6 };
typedef struct {
    const Table *table;
    int from, to;            // days, both counted in
    Str by[BY_MOST]; int by_n; // names of fields as asked; see figure_field
} FigureAsk;
typedef struct { const Figure *figure; int64_t value; bool closed; } FigureNote; // closed: not for her role
// A count of earlier years, kept as it was told: of days that meet those asked for. Days as they were given; number and words
// empty where nothing was said.
typedef struct { Str from, to, value, female, written, source; } FigureEarlier;
typedef struct {
    const Figure *figure;
    int64_t value, female;   // female only where the figure has one
    FigureNote *notes; int notes_n; // the figures told inside this row, what it leaves out (`left`) among them
    FigureEarlier *earlier; int earlier_n;
    bool closed, female_closed;
} FigureRow;
typedef struct {
    const Figure *figure;
    Val by[BY_MOST];         // text, or null where empty
    Str shown[BY_MOST];      // the value's label in the asker's language, else the value
    Str of[BY_MOST];         // the field it is: person.province
    int64_t value;
    bool closed;             // not for her role: one cell without values
} FigureCell;
typedef struct {
    FigureAsk ask;
    FigureRow *rows; int rows_n;    // without `by`
    FigureCell *cells; int cells_n; // with `by`: no zero cells, none of figures that lack a field
    unsigned scopes;         // the RowWords by which its figures were counted; 0: none is for her role
} FigureAnswer;
extern const char figure_closed[]; // what stands instead of a number

// {"table":…,"from":…,"to":…,"rows":[{"figure":…,"label":{"en":…,"lo":…},"unit":…,"date_basis":…,
// "value":…,"female":…|null, …notes, "left_out":[{"figure":…,"label":…,"value":…}],
// "earlier":[{"kind":"legacy","from":…,"to":…,"value":…,"female":…,"written":…,"source":…}]}]}, or
// {"cells":[{"figure":…,"by":{…},"of":{…},"value":…}], …}. What is not for her role has the value null and a
// "reason":{"en":…,"lo":…}; the last two are there where there is something to tell.
void figures_json(Buf *o, const FigureAnswer *answer);
void figures_csv(Buf *o, const FigureAnswer *answer);
void figures_text(Buf *o, const FigureAnswer *answer, Lang lang); // aligned columns for a terminal
