// A screen is a list of parts: each kind reads into blocks, and a block is written in its shape, as a page or as JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/inside.h"

// whole: it is not broken; aside: told elsewhere; state: value is one of the line's record; number: it stands at the right
typedef enum { TONE_PLAIN, TONE_WHOLE, TONE_ASIDE, TONE_STATE, TONE_NUMBER, TONE_URGENT } Tone;
// name: its label; field: what JSON calls it (empty: as its label); value: as JSON wants it; text: as people read it.
// In a line of time it is a change: value before, text after.
// lang: of its text, where that may be another; hidden: said to who does not see what it stands beside; below: in small.
typedef struct Item { Str name, field, value, text, lang, hidden, below; Url to; Tone tone; } Item;
typedef struct Line {
    const Record *of;        // null: of none
    Str title, by, when;     // as people read them
    Url to;                  // where the title leads; empty: nowhere
    Item *items; int n;
    Str *moves; int moves_n; // steps offered beside it, as far as they are open to her
    Url act; Str act_words;  // a button beside it, and where that goes; empty words: none
    bool here;               // of steps: where it stands
    const PackMove *next; bool several; // of work: the step that is next; one of several
    Str due; bool late;      // … and how soon it is to be done
    Url later;               // … and where she puts it off; empty: nowhere
    int bar, inner;          // of bars: how long, and that within it, in hundredths of the longest
    bool again;              // … its title is that of the line before
} Line;
typedef struct Sorting { Url to; Str now; } Sorting; // where a column's heading leads (empty: it does not), and how the rows stand in it
typedef enum {
    SHAPE_TABLE,             // a row a line, an item a column; the first item leads to the record
    SHAPE_ITEMS,             // a line of text each, with a tag and steps at its end
    SHAPE_FACTS,             // one line: its items as labels and values
    SHAPE_TIME,              // one after the other, with a day, and what changed
    SHAPE_NUMBERS,           // one line: its items as large numbers
    SHAPE_BOARD,             // a card a line, its items as numbers
    SHAPE_STEPS,             // the way, and where on it
    SHAPE_WORK,              // what waits: how soon, and the next step as its button
    SHAPE_LINKS,             // where to go, with a hint
    SHAPE_ADDS,              // what can be begun
    SHAPE_SHARED,            // what is said in several places: its items lead there
    SHAPE_BARS,              // numbers side by side, each with a bar; a line without items is closed, and `when` says so
    SHAPE_FORM,              // a new record's form, as `form` writes it
    SHAPE_COUNT,
} BlockShape;
typedef struct Block {
    BlockShape shape;
    const Screen *part;
    Str title, anchor;       // anchor: its id in the page; empty: none
    Str count;               // how many there are, and in which order; empty: all are here
    Str empty, below;        // what is said where it has no line, and below its lines
    Str says;                // a wide table's name, for who does not see that it can be moved
    Str *heads; int heads_n;
    const Sorting *sortings; // one per column; null: none leads anywhere
    Line *lines; int n, room;
    Url more, add; Str more_words, add_words; // empty words: no such link
    Url act; Str act_words;  // a button below its lines; empty words: none
    Url change;              // beside its title; empty: none
    Str form;
    bool minor;              // a heading below the one before
    bool under_page;         // the page itself is its heading: what stands in it is one level higher
} Block;
typedef struct Blocks { Block *at; int n, room; } Blocks;

// What hangs on the record of the page through one link: the newest RELATED_ROWS, and how many there are when there are more.
typedef struct Related { const RecordType *type; const Field *link; const Screen *screen; RecordPage page; Str **texts, count; } Related;
// Who asks, and the record whose page it is (null: none), with what hangs on it, read once for all parts.
typedef struct Reading { Request *ask; const Record *r; bool may_change; Related *related; int related_n; } Reading;

// One for each kind. What she may not see gives no block.
typedef must_use Err *PartRead(Reading *reading, const Screen *part, Blocks *out);
PartRead head_part;         // head.c
PartRead facts_part, related_part, timeline_part, history_part, steps_part; // around.c
PartRead rows_part, homes_part, latest_part, inbox_part, plan_part;       // rows.c
PartRead board_part, desk_part;                                          // board.c
PartRead unsaved_part, kinds_part, notices_part, figures_part, find_part, import_part, interview_part, form_part; // mine.c
PartRead work_part;         // work.c
PartRead changes_part;      // changes.c
PartRead told_part;         // notices.c

// A table by hand: its heads, then each row's cells in their order.
Block table_block(Request *ask, Str title, const Str *heads, int n);
Line *row_add(Request *ask, Block *table);
Item *cell_add(Line *row, Str text);

void block_leads_on(Request *ask, Block *block); // one that says that there is nothing: to her work
Str verb_words(Request *ask, Str verb);          // of an entry, as people say it
Block *block_add(Reading *reading, Blocks *all, const Block *one);
void block_page(Request *ask, const Block *block);
void hidden_words(Request *ask, Str words); // for who does not see what something stands beside
void bars_write(Request *ask, const Block *block); // bars.c
// The head of the record of a page: its name, what tells at once about whom it is, the next step, and others behind it.
must_use Err *head_read(Reading *reading, Line *out);
void head_page(Request *ask, const Line *line, bool may_change);
must_use Err *fact_of(Request *ask, const Record *r, const Field *f, Item *out); // a field's value as people read it
void text_write(Request *ask, const Item *item); // its text, with where it leads
void next_write(Request *ask, const Line *line); // the next step, as the one green button
void moves_write(Request *ask, const Line *line); // the steps beside it, as far as they are open to her
void block_json(Request *ask, const Block *block);
// The parts of one kind, into blocks: several where it has several headings.
must_use Err *part_blocks(Reading *reading, const Screen *part, Blocks *out);
// Rows of records in the shape of a screen's columns; `limit`: how many at most.
ListAsk part_list(const Reading *reading, const Screen *part, int limit);
void records_block(Request *ask, const Screen *screen, const RecordPage *page, Str **texts, Block *out);
void records_items(Request *ask, const Screen *screen, const RecordPage *page, Str **texts, Block *out);
Str *moves_of(Request *ask, const RecordType *t, int *n); // the names of all its steps
must_use Err *around_read(Reading *reading); // what hangs on the record
// The parts that the pack has for a screen; where it has none, those kinds.
must_use Err *screen_blocks(Reading *reading, Str name, const ScreenKind *otherwise, int n, Blocks *out);
bool part_open(const Request *ask, const Screen *part); // it is of what she may read, or begin
Str screen_title(Request *ask, Str name); // of its first part that has one
