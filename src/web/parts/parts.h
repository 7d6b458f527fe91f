// A screen is a list of parts: each kind reads into blocks, and a block is written in its shape, as a page or as JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/inside.h"

// whole: it is not broken; aside: told elsewhere; state: value is one of the line's record; number: it stands at the right
// Of a paragraph, beside plain: aside: small; large: what the page says first; boxed: what is not to be overlooked;
// screen: not on paper. button, second: what it leads to is begun with it; a paragraph that begins with one holds actions.
// code: letters to be copied; closed: it says something, but not to her
typedef enum { TONE_PLAIN, TONE_WHOLE, TONE_ASIDE, TONE_STATE, TONE_NUMBER, TONE_URGENT, TONE_LARGE, TONE_BOXED,
    TONE_SCREEN, TONE_BUTTON, TONE_SECOND, TONE_CODE, TONE_CLOSED } Tone;
// name: its label; field: what JSON calls it (empty: as its label); value: as JSON wants it; text: as people read it.
// In a line of time it is a change: value before, text after.
// lang: of its text, where that may be another; hidden: said to who does not see what it stands beside; below: in small.
typedef struct Item { Str name, field, value, text, lang, hidden, below; Url to; Tone tone; } Item;

// ---- what is asked: a form of boxes of no field of the pack -----------------------------------------------------
typedef enum {
    BOX_NONE,
    BOX_TEXT, BOX_NOTE, BOX_DATE, BOX_CHOICE, BOX_CHOICES, // as a field of that kind is asked
    BOX_SELECT,              // one of a list, folded however short it is
    BOX_SEARCH, BOX_PASSWORD,
    BOX_FILE,                // value: of which kinds; most: so many at once
    BOX_TICK,                // value: what it sends when it is ticked
    BOX_HIDDEN,
    BOX_HOLDER,              // unseen, too: whose the password is, for a browser that keeps them
    BOX_FOLD,                // none: those behind it are folded under its label; with a value they stand open
} BoxKind;
// name: as what it is sent; value: what stands in it. at: as what a fault is told of it, where several forms of a page send that
// name; empty: the name. id: its place in the page; empty: f-AT, to which what is wrong leads (in a chooser q-AT).
typedef struct Box {
    BoxKind kind;
    Str name, label, hint, value;
    const List *list;
    Str at, id, fill;        // fill: what a browser may fill in; empty: nothing
    bool needed; int most;   // a browser asks for it before it sends, and takes so many letters; 0: any number
} Box;
typedef enum {
    ASK_DO,                  // sent with the word against forgery
    ASK_TYPE,                // … another language takes along what is typed (its handler asks language_asked), and it is not left unsaid
    ASK_SEALED,              // a chooser: what is chosen is shown; … sent, since it stands in no address
    ASK_CHOOSE,              // a chooser whose answer is an address; its boxes stand beside each other
} AskWay;
typedef enum { BUTTON_SECOND, BUTTON_MAIN, BUTTON_WARNING } Button;
enum { BOXES_MOST = 8 };
typedef struct Asking {
    AskWay way;
    Url to;
    Box boxes[BOXES_MOST], *more; // up to the first that is none, and behind them those that were added
    int n, room;             // … so many
    const Faults *faults;    // told at their boxes; null: none
    Str words, of; Button button; // on its button; of: behind them, for who does not see what it stands beside
    Url leave; Str leave_words; // a way out beside the button; empty words: none
    Str fold; bool open;     // folded under these words, or opened under them; empty: it stands there
    Str again;               // what is said while it cannot be done, and the page tries it again by itself; empty: it does not
    bool on_screen;          // on paper the page's title says it
} Asking;
void box_add(Request *ask, Asking *asking, Box box);
void ask_write(Request *ask, const Asking *asking);
List *choices_made(Request *ask, int most);         // an empty list, for boxes
void choice_add(Request *ask, List *list, Str name, Str label);

// ---- a part as lines and blocks -----------------------------------------------------------------------------------
typedef struct Line {
    const Record *of;        // null: of none
    Str title, by, when;     // as people read them
    Url to;                  // where the title leads; empty: nowhere
    Item *items; int n;
    Str *moves; int moves_n; // steps offered beside it, as far as they are open to her
    Url act; Str act_words;  // a button beside it, and where that goes; empty words: none
    const Asking *asking;    // … or what is asked beside it; null: nothing
    bool here;               // of steps: where it stands; of work: its step is the page's green one
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
    SHAPE_FORM,              // a record's form, new, to be changed or of a step, as form_block wrote it
    SHAPE_ASK,               // a form of boxes
    SHAPE_SAVED,             // ways that she keeps, each with what takes it away
    SHAPE_WORDS,             // a line a paragraph: its items one after the other, in the tone of the first
    SHAPE_POINTS,            // … a point each
    SHAPE_NUMBERED,          // … a step each, in their order
    SHAPE_COUNT,
} BlockShape;
typedef struct Paging { Url first, before, next; } Paging; // where a long list goes on; empty: not there
typedef struct Block {
    BlockShape shape;
    const Screen *part;
    Str title, anchor;       // anchor: its id in the page; empty: none
    Str count;               // how many there are, and in which order; empty: all are here
    Str above, empty, below; // what is said before its lines, where it has none, and below them
    Str says;                // a wide table's name, for who does not see that it can be moved
    Str *heads; int heads_n;
    const Sorting *sortings; // one per column; null: none leads anywhere
    Line *lines; int n, room;
    int shown;               // of what can be begun: the lines behind so many are folded; 0: none is
    Url more, add; Str more_words, add_words; // empty words: no such link
    Url act; Str act_words;  // a button below its lines; empty words: none
    Url change;              // beside its title; empty: none
    Str form;
    const Asking *asking;
    const Paging *paging;    // below its lines; null: none
    bool minor;              // a heading below the one before
    bool under_page;         // the page itself is its heading: what stands in it is one level higher
} Block;
typedef struct Blocks { Request *ask; Block *at; int n, room; } Blocks;

// What hangs on the record of the page through one link: the newest RELATED_ROWS, and how many there are when there are more.
typedef struct Related { const RecordType *type; const Field *link; const Screen *screen; RecordPage page; Str **texts, count; } Related;
// Who asks, and the record whose page it is (null: none), with what hangs on it, read once for all parts.
// given: it is for whom it is about, so what nobody filled in is not told.
// head: what its page's head says already; null: it has none.
typedef struct Reading { Request *ask; const Record *r; bool may_change, given; Related *related; int related_n;
    const struct Line *head; } Reading;

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
Str due_words(Request *ask, int due);            // late or not, in days as people count them
Str verb_words(Request *ask, Str verb);          // of an entry, as people say it
Block *block_add(Blocks *all, const Block *one);
void block_page(Request *ask, const Block *block);
void blocks_page(Request *ask, const Page *page, const Blocks *all); // a whole page
// A paragraph, behind those that stand last: what else it says is added to its line.
Item *words_add(Blocks *all, Tone tone, Str text);
Item *words_more(Blocks *all, Str text);       // … behind the paragraph's last item: PARAGRAPH_MOST of them
enum { PARAGRAPH_MOST = 8, FACTS_MOST = 12 };
Block *points_add(Blocks *all, BlockShape shape, Str title);
Item *point_add(Request *ask, Block *points, Str text); // a line of it
Block *ask_add(Blocks *all, Str title, const Asking *asking);
Block *facts_add(Blocks *all, int most); // facts of no record: fact_add
void fact_add(Block *facts, Str name, Str value);
void fold_open(Request *ask, Str words, bool open); // what follows is folded under these words, up to its close
void fold_close(Request *ask);
void hidden_words(Request *ask, Str words); // for who does not see what something stands beside
void bars_write(Request *ask, const Block *block);   // bars.c
void table_write(Request *ask, const Block *block);  // table.c
void paging_write(Request *ask, const Paging *paging);
void act_write(Request *ask, const Line *line);      // the button beside a line
// The head of the record of a page: its name, what tells at once about whom it is, the next step, and others behind it. saves: a
// form stands below, whose button is the page's green one.
must_use Err *head_read(Reading *reading, Line *out);
void head_page(Request *ask, const Line *line, bool may_change, bool saves);
must_use Err *fact_of(Request *ask, const Record *r, const Field *f, Item *out); // a field's value as people read it
void text_write(Request *ask, const Item *item); // its text, with where it leads
void next_write(Request *ask, const Line *line); // the next step
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
Str part_title(const Request *ask, const Screen *part, Str otherwise); // as the pack has it; else that, else of its records
Str screen_title(Request *ask, Str name); // of its first part that has one

// A record's form: a new one (now null), a change, or that of ask->step; told: its faults stand above it.
must_use Err *form_block(Request *ask, const Record *now, Entered *e, bool told, Block *out);
// A new record's form on another page; `begins`: what it begins with, as a query. What is sent is asked again on its own page.
must_use Err *form_within(const Request *ask, const RecordType *t, Str begins, Block *out);

// ---- what other files add to the pages of a record and to the first ------------------------------------------------
must_use Err *erasing_head(Reading *reading, Blocks *out); // that a person is to be forgotten, or was
must_use Err *erasing_home(Blocks *out); // who is, of those whose keys her agency holds
must_use Err *later_head(Reading *reading, Blocks *out);   // that it is put off, and where she puts it off
void copy_link(const Record *r, Blocks *out);               // the way to what is kept of a person, whole
must_use Err *opening_add(Reading *reading, Blocks *out);  // where what is closed is opened with a reason
must_use Err *desk_blocks(Str next, const Faults *faults, Blocks *out); // at the door: who is locked here, each with her password
must_use Err *asked_home(int *hers, Blocks *out); // that accounts wait until she confirms them; how many
