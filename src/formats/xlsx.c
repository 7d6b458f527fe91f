// Workbooks of Excel: the sheets of one as rows of texts (ECMA-376 part 1).
// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx.h"

typedef struct { Str name, id; bool hidden; } Tab;
typedef struct { Tab at[ENTRIES_MOST]; int n; } Tabs;
typedef struct { Buf text; bool taking; int spoken; } TextReader; // spoken: inside of phonetic text
typedef enum { CELL_NUMBER, CELL_SHARED, CELL_BOOL, CELL_TEXT, CELL_DAY, CELL_FAILED } CellKind;

typedef struct {
    SheetRow *rows;               // in the scratch arena, up to the last that shows anything
    int n, cap;
    Str cells[CSV_CELLS_MOST];    // of the row being read
    int width;                    // of these, up to the last that shows anything
    int row, column;              // the row from 1, the column from 0
    bool in_row, in_cell;
    CellKind kind;
    int style;
    TextReader value;
} SheetReader;

// ---- the list of sheets, and where they lie ----------------------------------------------------
static void open_tab(Book *b, void *with, const char *name, const char **pairs)
{
    Tabs *all = with;
    if (is_named(name, "workbookPr")) {
        Str system = attribute(pairs, "date1904");
        b->from_1904 = str_equal(system, S("1")) || str_equal(system, S("true"));
    }
    if (!is_named(name, "sheet")) return;
    if (all->n == ENTRIES_MOST) {
        book_stop(b, "The part {} of this workbook has too many sheets.", (Vals){0});
        return;
    }
    Str state = attribute(pairs, "state");
    all->at[all->n++] = (Tab){text_decode(b->a, attribute(pairs, "name")),
                              str_copy(b->scratch, attribute_linked(pairs, "id")),
                              state.n && !str_equal(state, S("visible"))};
}

// ---- text of cells and of the shared list: runs are joined, phonetic hints left out ------------
static void open_text(Book *b, TextReader *t, const char *name)
{
    if (!t->text.a) t->text = buf_in(b->scratch);
    if (is_named(name, "rPh")) t->spoken++;
    t->taking = !t->spoken && (is_named(name, "t") || is_named(name, "v"));
}

static void close_text(TextReader *t, const char *name)
{
    if (is_named(name, "rPh")) t->spoken--;
    t->taking = false;
}

static void open_string(Book *b, void *with, const char *name, const char **pairs)
{
    (void)pairs;
    TextReader *t = with;
    open_text(b, t, name);
    if (is_named(name, "si")) t->text.n = 0;
}

static void close_string(Book *b, void *with, const char *name)
{
    TextReader *t = with;
    close_text(t, name);
    if (!is_named(name, "si")) return;
    Texts *all = &b->strings;
    if (all->n == all->cap) {
        Str *old = all->at;
        all->cap = all->cap ? all->cap * 2 : 256;
        all->at = take(b->scratch, Str, all->cap);
        if (all->n) memcpy(all->at, old, (size_t)all->n * sizeof *old);
    }
    all->at[all->n++] = text_decode(b->a, buf_str(&t->text));
    if (all->n > SLOTS_MOST)
        book_stop(b, "The part {} of this workbook has too many texts.", (Vals){0});
}

static void take_string(Book *b, void *with, Str text)
{
    (void)b;
    TextReader *t = with;
    if (t->taking) buf_add(&t->text, text);
}

// ---- a sheet -----------------------------------------------------------------------------------
static CellKind kind_of(Str type)
{
    if (!type.n || str_equal(type, S("n"))) return CELL_NUMBER;
    if (str_equal(type, S("s"))) return CELL_SHARED;
    if (str_equal(type, S("d"))) return CELL_DAY;
    if (str_equal(type, S("e"))) return CELL_FAILED;
    return str_equal(type, S("b")) ? CELL_BOOL : CELL_TEXT;
}

static void open_row(Book *b, SheetReader *s, const char **pairs)
{
    int64_t row = s->row + 1;
    Str given = attribute(pairs, "r");
    if ((given.n && !str_int(given, &row)) || row <= s->row || row > ROWS_MOST) {
        book_stop(b, "The part {} of this workbook is broken: behind row {} comes row {}.",
                  VALS(s->row, given));
        return;
    }
    s->row = (int)row;
    s->column = -1;
    s->in_row = true;
}

// C5 is the third column, 2; -1 when there are no letters, or more than three.
static int column_of(Str place)
{
    int column = 0;
    isize i = 0;
    for (; i < place.n && i < 4 && place.p[i] >= 'A' && place.p[i] <= 'Z'; i++)
        column = column * 26 + place.p[i] - 'A' + 1;
    return i < 4 ? column - 1 : -1;
}

static void open_cell(Book *b, SheetReader *s, const char **pairs)
{
    Str place = attribute(pairs, "r");
    int64_t style = 0;
    (void)str_int(attribute(pairs, "s"), &style);
    s->column = place.n ? column_of(place) : s->column + 1;
    if (s->column < 0) {
        book_stop(b, "The part {} of this workbook is broken: there is no cell {}.", VALS(place));
        return;
    }
    s->style = style >= 0 && style < STYLES_MOST ? (int)style : -1;
    s->kind = kind_of(attribute(pairs, "t"));
    s->value.text.n = 0;
    s->in_cell = true;
}

static void open_in_sheet(Book *b, void *with, const char *name, const char **pairs)
{
    SheetReader *s = with;
    if (is_named(name, "row")) open_row(b, s, pairs);
    else if (is_named(name, "c") && s->in_row) open_cell(b, s, pairs);
    else if (s->in_cell) open_text(b, &s->value, name);
}

static Str cell_text(Book *b, const SheetReader *s)
{
    Str text = buf_str(&s->value.text);
    int64_t i;
    switch (s->kind) {
    case CELL_NUMBER: return cell_number(b, str_trim(text), s->style);
    case CELL_TEXT: return text_decode(b->a, text);
    case CELL_DAY: return cell_day(b, str_trim(text), s->style);
    case CELL_FAILED: return cell_failed(text) ? str_copy(b->a, text) : S("#ERROR!");
    case CELL_BOOL:
        return str_equal(text, S("1")) || str_equal(text, S("true")) ? S("TRUE") : S("FALSE");
    case CELL_SHARED: break;
    }
    if (str_int(text, &i) && i >= 0 && i < b->strings.n) return b->strings.at[i];
    book_stop(b, "The part {} of this workbook is broken: there is no shared text {}.", VALS(text));
    return (Str){0};
}

static void close_cell(Book *b, SheetReader *s)
{
    s->in_cell = s->value.taking = false;
    Str text = s->value.text.n ? cell_text(b, s) : (Str){0};
    if (!text.n) return;
    b->shown += text.n;
    if (s->column >= CSV_CELLS_MOST || b->shown > UNPACKED_MOST) {
        book_stop(b, "The part {} of this workbook has more than {} columns, or far too much text.",
                  VALS((int)CSV_CELLS_MOST));
        return;
    }
    s->cells[s->column] = text;
    if (s->width <= s->column) s->width = s->column + 1;
}

static void close_row(Book *b, SheetReader *s)
{
    s->in_row = false;
    if (!s->width) return;
    b->slots += s->row - s->n + s->width;
    if (b->slots > SLOTS_MOST) {
        book_stop(b, "The part {} of this workbook has too many cells; the most is {} in all.",
                  VALS((int)SLOTS_MOST));
        return;
    }
    if (s->row > s->cap) {
        SheetRow *old = s->rows;
        s->cap = s->row * 2 + 256;
        s->rows = take(b->scratch, SheetRow, s->cap);
        if (s->n) memcpy(s->rows, old, (size_t)s->n * sizeof *old);
    }
    s->n = s->row;
    SheetRow *row = &s->rows[s->n - 1];
    row->n = s->width;
    row->cells = take(b->a, Str, s->width);
    memcpy(row->cells, s->cells, (size_t)s->width * sizeof *s->cells);
    memset(s->cells, 0, (size_t)s->width * sizeof *s->cells);
    s->width = 0;
}

static void close_in_sheet(Book *b, void *with, const char *name)
{
    SheetReader *s = with;
    if (is_named(name, "row")) close_row(b, s);
    else if (is_named(name, "c") && s->in_cell) close_cell(b, s);
    else if (s->in_cell) close_text(&s->value, name);
}

static void text_in_sheet(Book *b, void *with, Str text)
{
    take_string(b, &((SheetReader *)with)->value, text);
}

static Err *sheet_read(Book *b, Arena scratch, Str path, Sheet *out)
{
    static const XmlReader reader = {open_in_sheet, close_in_sheet, text_in_sheet};
    Arena *outer = b->scratch;
    b->scratch = &scratch; // what one sheet needs is dropped with it
    SheetReader *s = take(b->scratch, SheetReader, 1);
    Err *e = part_read(b, path, &reader, s);
    if (!e) {
        out->n = s->n;
        out->rows = take(b->a, SheetRow, s->n);
        if (s->n) memcpy(out->rows, s->rows, (size_t)s->n * sizeof *s->rows);
    }
    b->scratch = outer;
    return e;
}

// ---- the workbook ------------------------------------------------------------------------------
static const char no_workbook[] = "This archive holds no Excel workbook; save the sheets as .xlsx.";

static Err *no_book(Book *b)
{
    const char *stranger = file_stranger(b->file);
    return err_make(b->a, ERR_INPUT, message_keep(b->a, stranger ? stranger : no_workbook, (Vals){0}));
}

// Where the workbook itself stands: its place is told by the archive's relations and by no rule.
static Err *book_find(Book *b, Relations *parts, Str *out)
{
    const Relation *book = 0;
    if (part_exists(b, S("_rels/.rels"))) {
        TRY(relations_read(b, S(""), parts));
        book = relation_like(parts, S("/officeDocument"));
    }
    *out = book ? book->target : S("xl/workbook.xml");
    return part_exists(b, *out) && !str_ends(*out, S(".bin")) ? 0 : no_book(b);
}

static Err *read_book(Book *b, Workbook *out)
{
    static const XmlReader tabs = {open_tab, 0, 0}, strings = {open_string, close_string, take_string};
    Relations *parts = take(b->scratch, Relations, 1);
    Tabs *sheets = take(b->scratch, Tabs, 1);
    Str book;
    TRY(book_open(b));
    TRY(book_find(b, parts, &book));
    Err *e = part_read(b, book, &tabs, sheets);
    if (e) return b->foreign ? no_book(b) : e;
    TRY(relations_read(b, book, parts));
    const Relation *texts = relation_like(parts, S("/sharedStrings")),
                   *styles = relation_like(parts, S("/styles"));
    if (texts) TRY(part_read(b, texts->target, &strings, take(b->scratch, TextReader, 1)));
    if (styles) TRY(styles_read(b, styles->target));
    *out = (Workbook){.at = take(b->a, Sheet, sheets->n)};
    for (int i = 0; i < sheets->n; i++) {
        const Relation *part = relation_of(parts, sheets->at[i].id);
        if (!part || !str_ends(part->type, S("/worksheet"))) continue; // a sheet that is a chart
        Sheet *sheet = &out->at[out->n++];
        sheet->name = sheets->at[i].name;
        sheet->hidden = sheets->at[i].hidden;
        TRY(sheet_read(b, *b->scratch, part->target, sheet));
    }
    return 0;
}

typedef struct { Book *book; Workbook *out; Err *e; } Reading;

static void read_run(void *with)
{
    Reading *reading = with;
    reading->e = read_book(reading->book, reading->out);
}

Err *xlsx_read(Arena *a, Arena scratch, Str file, Workbook *out)
{
    *out = (Workbook){0};
    Book *b = take(&scratch, Book, 1);
    b->a = a;
    b->scratch = &scratch;
    b->file = file;
    Reading reading = {.book = b, .out = out};
    bool whole = arena_guard(a, &scratch, read_run, &reading);
    book_close(b); // an exhausted arena unwinds past us: the libraries' memory must not stay
    if (!whole) arena_unwind(a);
    return reading.e;
}

void sheet_csv(Buf *o, const Sheet *sheet)
{
    int width = 1;
    for (int i = 0; i < sheet->n; i++) {
        if (sheet->rows[i].n > width) width = sheet->rows[i].n;
    }
    for (int i = 0; i < sheet->n; i++) {
        const SheetRow *row = &sheet->rows[i];
        for (int j = 0; j < width; j++)
            csv_cell(o, j < row->n ? row->cells[j] : (Str){0}, j == width - 1);
    }
}
