// CSV both ways: rows out of a window over the bytes, cells into a buffer.
// SPDX-License-Identifier: Apache-2.0
#include "formats/csv.h"

enum {
    LONGEST = CSV_LINE_MOST + 2,             // a row with its CR and LF
    WINDOW = CSV_LINE_MOST + (128 << 10),    // more than one row, so that a short one ends in it
};

struct Csv {
    CsvFeed *feed;
    void *with;
    char *window;           // null over memory
    const char *at, *end;   // what is not read yet
    bool ended, failed;
    bool said;              // by its own first line, what separates
    Arena *a;
    Utf16Kind utf16;
    const char *stranger;   // what it is instead of a table
    char separator;
    ColumnKnown *knows;     // null once the header's line was reached, or when nothing is known
    const void *known;
    int skip;               // lines before it
    const Sheet *sheet;     // instead of all this; at `row`
    int row, width;
    Str others;             // the workbook's other sheets, for table_told
    int64_t line;
    Str cells[CSV_CELLS_MOST]; // of the row being read, as they stand in the window
};

// What a look at a row found: where it ends, or why it cannot be read and where that was seen.
typedef struct { const char *stop; int n; bool more; const char *fault, *seen; } Look;

static const char too_long[] =
    "This line is longer than 1 MiB; perhaps a quote is opened in it and never closed.";
static const char too_wide[] = "This line has more than 1,000 cells.";
static const char cell_too_long[] = "A cell of this line is longer than 64 KiB.";
static const char never_closed[] = "A quote is opened in this line and never closed.";
static const char behind_quote[] =
    "Behind the quote that closes a cell, only a comma or the end of the line may stand; "
    "a quote inside a cell is written twice.";
static const char not_utf8[] =
    "This line is not UTF-8 text but of an older encoding, such as Windows-1252; save the file as "
    "CSV UTF-8 and try again.";
static const char cr_lines[] =
    "This file ends its lines as old Macintosh programs do (CR): open it in a spreadsheet and save it "
    "as CSV UTF-8.";
static const char has_nul[] = "This line holds a NUL byte, which no text has.";

bool csv_failed(const Csv *c)
{
    return c->failed;
}

// Moves what is left to the front and fills the window, so that a row is looked at twice at most.
static bool refill(Csv *c)
{
    if (c->ended) return false;
    isize n = c->end - c->at;
    if (n) memmove(c->window, c->at, (size_t)n);
    while (n < WINDOW && !c->ended) {
        isize got = c->feed(c->with, c->window + n, WINDOW - n);
        must(got <= WINDOW - n);
        c->failed = got < 0;
        c->ended = got <= 0;
        if (got > 0) n += got;
    }
    c->at = c->window;
    c->end = c->window + n;
    return !c->failed;
}

// From here on the bytes come as UTF-8.
static void begin_utf16(Csv *c)
{
    Utf16 *u = utf16_open(c->a, c->utf16, (Str){c->at, c->end - c->at}, c->ended ? 0 : c->feed, c->with);
    if (!c->window) c->window = take(c->a, char, WINDOW);
    c->at = c->end = c->window;
    c->feed = utf16_feed;
    c->with = u;
    c->ended = false;
    refill(c);
}

// A line that Excel understands, before all others: sep=;
static void begin_separator(Csv *c)
{
    Str rest = {c->at, c->end - c->at}, line = str_cut(&rest, '\n');
    while (line.n && (str_ends(line, S("\r")) || str_ends(line, S("\"")))) line.n--;
    if (str_starts(line, S("\""))) line = str_slice(line, 1, line.n);
    char word[5] = {0};
    for (int i = 0; line.n == 5 && i < 4; i++) word[i] = (char)(line.p[i] | 0x20);
    if (strcmp(word, "sep=")) return;
    c->separator = line.p[4];
    c->at = rest.n ? rest.p : c->end;
    c->line++;
    c->said = true;
}

Str csv_head(const Csv *c)
{
    return (Str){c->at, c->end - c->at};
}

static bool ends_by_cr(Str head)
{
    const char *cr = head.n ? memchr(head.p, '\r', (size_t)head.n) : 0;
    return cr && cr + 1 < head.p + head.n && !memchr(head.p, '\n', (size_t)head.n);
}

static void begin(Csv *c)
{
    if (!c->ended) refill(c);
    Str head = csv_head(c);
    c->utf16 = utf16_kind(head);
    if (c->utf16) begin_utf16(c);
    else c->stranger = file_stranger(head);
    if (c->end - c->at >= 3 && !memcmp(c->at, "\xEF\xBB\xBF", 3)) c->at += 3;
    if (!c->stranger && ends_by_cr(csv_head(c))) c->stranger = cr_lines;
    begin_separator(c);
}

Csv *csv_open(Arena *a, CsvFeed *feed, void *with)
{
    Csv *c = take(a, Csv, 1);
    c->feed = feed;
    c->with = with;
    c->window = take(a, char, WINDOW);
    c->at = c->end = c->window;
    c->a = a;
    c->separator = ',';
    c->line = 1;
    begin(c);
    return c;
}

Csv *csv_over(Arena *a, Str whole)
{
    Csv *c = take(a, Csv, 1);
    c->at = whole.n ? whole.p : "";
    c->end = c->at + whole.n;
    c->ended = true;
    c->a = a;
    c->separator = ',';
    c->line = 1;
    begin(c);
    return c;
}

void csv_knows(Csv *c, int skip, ColumnKnown *knows, const void *known)
{
    c->skip = skip;
    c->knows = c->said ? 0 : knows;
    c->known = known;
}

const char *csv_stranger(const Csv *c)
{
    return c->stranger;
}

CsvTold csv_told(const Csv *c)
{
    return (CsvTold){c->utf16, c->separator, c->sheet, c->others};
}

Csv *csv_sheet(Arena *a, const Sheet *sheet, Str others)
{
    Csv *c = csv_over(a, (Str){0});
    c->sheet = sheet;
    c->others = others;
    for (int i = 0; i < sheet->n; i++) {
        if (sheet->rows[i].n > c->width) c->width = sheet->rows[i].n;
    }
    return c;
}

static int64_t lines_in(const char *p, const char *end)
{
    int64_t n = 0;
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) n++, p++;
    return n;
}

// Goes on behind the first line end at or after `from`, however far that is.
static void skip_line(Csv *c, const char *from)
{
    c->line += lines_in(c->at, from) + 1;
    c->at = from;
    for (;;) {
        const char *hit = c->at < c->end ? memchr(c->at, '\n', (size_t)(c->end - c->at)) : 0;
        c->at = hit ? hit + 1 : c->end;
        if (hit || !refill(c)) return;
    }
}

static bool utf8_without_nul(Str s)
{
    while (s.n >= 8) {
        uint64_t eight;
        memcpy(&eight, s.p, 8);
        if (!((eight | (eight - 0x0101010101010101)) & 0x8080808080808080)) { // ASCII, and no zero
            s.p += 8, s.n -= 8;
        } else {
            if (utf8_next(&s) <= 0) return false;
        }
    }
    return utf8_valid(s);
}

// A line without quotes.
static Look look_plain(Csv *c, const char *stop)
{
    const char *end = stop > c->at && stop[-1] == '\r' ? stop - 1 : stop, *from = c->at;
    int n = 0;
    for (const char *p = from; p < end; p++) {
        if (*p != c->separator) continue;
        if (n == CSV_CELLS_MOST - 1) return (Look){.fault = too_wide, .seen = p};
        c->cells[n++] = (Str){from, p - from};
        from = p + 1;
    }
    c->cells[n++] = (Str){from, end - from};
    return (Look){.stop = stop, .n = n};
}

// Where a quoted cell closes, from behind its opening quote; null when that is not before `end`.
static const char *closing(const char *p, const char *end)
{
    while (p < end) {
        const char *hit = memchr(p, '"', (size_t)(end - p));
        if (!hit || hit + 1 == end || hit[1] != '"') return hit;
        p = hit + 2;
    }
    return 0;
}

static const char *plain_end(const char *p, const char *end, char separator)
{
    while (p < end && *p != separator && *p != '\n') p++;
    return p;
}

// A row with quotes: it may go over several lines.
static Look look_quoted(Csv *c)
{
    const char *end = c->end - c->at > LONGEST ? c->at + LONGEST : c->end, *p = c->at;
    bool last = c->ended && end == c->end;
    for (int n = 0; n < CSV_CELLS_MOST;) {
        bool quoted = p < end && *p == '"';
        const char *from = quoted ? p + 1 : p,
                   *to = quoted ? closing(from, end) : plain_end(p, end, c->separator);
        if (!to) return last ? (Look){.fault = never_closed, .seen = c->at} : (Look){.more = true};
        p = quoted ? to + 1 : to;
        if (quoted && p < end && *p == '\r') p++;
        if (p == end && !last) return (Look){.more = true};
        bool ends = p == end || *p == '\n';
        if (quoted && !ends && (*p != c->separator || p[-1] == '\r'))
            return (Look){.fault = behind_quote, .seen = p[-1] == '\r' ? p - 1 : p};
        if (!quoted && ends && to > from && to[-1] == '\r') to--;
        c->cells[n++] = (Str){from, to - from};
        if (ends) return (Look){.stop = p, .n = n};
        p++;
    }
    return (Look){.fault = too_wide, .seen = p};
}

// The next row in the window; false at the end.
static bool look(Csv *c, Look *found)
{
    for (;;) {
        isize n = c->end - c->at, most = n < LONGEST ? n : LONGEST;
        const char *stop = n ? memchr(c->at, '\n', (size_t)most) : 0;
        bool blank = stop && (stop == c->at || (stop == c->at + 1 && *c->at == '\r'));
        if (blank) {
            c->at = stop + 1;
            c->line++;
            continue;
        }
        if (!stop && c->ended) {
            if (!n || (n == 1 && *c->at == '\r')) return false;
            if (n < LONGEST) stop = c->end;
        }
        if (stop) {
            bool quotes = memchr(c->at, '"', (size_t)(stop - c->at));
            *found = quotes ? look_quoted(c) : look_plain(c, stop);
            if (!found->more) return true;
        }
        if (n >= LONGEST) {
            *found = (Look){.fault = too_long, .seen = c->at};
            return true;
        }
        if (!refill(c)) return false;
    }
}

// The text of a cell between quotes: two of them stand for one.
static char *copy_unquoted(char *to, Str cell)
{
    while (cell.n) {
        const char *hit = memchr(cell.p, '"', (size_t)cell.n);
        isize n = hit ? hit - cell.p + 1 : cell.n;
        memcpy(to, cell.p, (size_t)n);
        to += n;
        cell = str_slice(cell, hit ? n + 1 : n, cell.n);
    }
    return to;
}

static const char *keep_cells(const Csv *c, const Look *found, Arena *turn, CsvRow *out)
{
    isize length = found->stop - c->at;
    char *text = take(turn, char, length);
    out->cells = take(turn, Str, found->n);
    for (int i = 0; i < found->n; i++) {
        Str cell = c->cells[i];
        char *end = text;
        if (cell.p > c->at && cell.p[-1] == '"') {
            end = copy_unquoted(text, cell);
        } else if (cell.n) {
            memcpy(text, cell.p, (size_t)cell.n);
            end = text + cell.n;
        }
        out->cells[i] = (Str){text, end - text};
        if (end - text > CSV_CELL_MOST) {
            out->faulty = i + 1;
            return cell_too_long;
        }
        text = end;
    }
    out->n = found->n;
    return 0;
}

static int faulty_cell(const Csv *c, const Look *found)
{
    for (int i = 0; i < found->n; i++) {
        if (!utf8_without_nul(c->cells[i])) return i + 1;
    }
    return 0;
}

// ---- which separator: the one that shows the most known columns, a comma when in doubt -----------
static int columns_known(Csv *c, Arena scratch, Str separator, int *cells)
{
    Look found;
    CsvRow row;
    int n = 0;
    c->separator = *separator.p;
    if (!look(c, &found) || found.fault || keep_cells(c, &found, &scratch, &row)) return 0;
    for (int i = 0; i < row.n; i++) n += c->knows(c->known, str_bare(row.cells[i]));
    *cells = row.n;
    return n;
}

static void separator_find(Csv *c, const Arena *turn)
{
    static const Str tried[] = {S(","), S(";"), S("\t"), S("|")};
    Str best = tried[0];
    int most = 0, widest = 0;
    for (int i = 0; i < countof(tried); i++) {
        int cells = 0, known = columns_known(c, *turn, tried[i], &cells);
        bool wider = !most && !known && widest <= 1 && cells > widest;
        if (known > most || wider) best = tried[i];
        if (known > most) most = known;
        if (cells > widest) widest = cells;
    }
    c->separator = *best.p;
    c->knows = 0;
}

// ---- rows ------------------------------------------------------------------------------------------

// A row of a sheet, as wide as the sheet.
static bool sheet_next(Csv *c, Arena *turn, CsvRow *out)
{
    if (c->row == c->sheet->n) return false;
    const SheetRow *row = &c->sheet->rows[c->row++];
    *out = (CsvRow){.cells = take(turn, Str, c->width), .n = c->width, .line = c->row};
    if (row->n) memcpy(out->cells, row->cells, (size_t)row->n * sizeof *row->cells);
    return true;
}

static const char *row_take(Csv *c, const Look *found, Arena *turn, CsvRow *out)
{
    const char *fault = found->fault;
    Str row = {c->at, fault ? 0 : found->stop - c->at};
    if (fault) {
        skip_line(c, found->seen);
        return fault;
    }
    if (row.n > CSV_LINE_MOST && row.p[row.n - 1] != '\r') {
        fault = too_long;
    } else if (!utf8_without_nul(row)) {
        fault = memchr(row.p, 0, (size_t)row.n) ? has_nul : not_utf8;
        out->faulty = faulty_cell(c, found);
    } else {
        fault = keep_cells(c, found, turn, out);
    }
    c->line += lines_in(c->at, found->stop) + 1;
    c->at = found->stop < c->end ? found->stop + 1 : c->end;
    return fault;
}

bool csv_next(Csv *c, Arena *turn, CsvRow *out)
{
    Look found;
    if (c->sheet) return sheet_next(c, turn, out);
    if (c->knows && c->skip-- <= 0 && !c->stranger) separator_find(c, turn);
    if (c->failed || !look(c, &found)) return false;
    *out = (CsvRow){.line = c->line};
    const char *fault = c->stranger;
    if (fault) {
        c->at = c->end;
        c->ended = true;
    } else {
        fault = row_take(c, &found, turn, out);
    }
    if (fault) {
        out->n = 0;
        out->fault = (Message){.words = fault};
    }
    return true;
}

void csv_cell(Buf *o, Str cell, bool last)
{
    static const bool special[256] = {[','] = 1, ['"'] = 1, ['\r'] = 1, ['\n'] = 1};
    isize i = 0;
    while (i < cell.n && !special[(unsigned char)cell.p[i]]) i++;
    if (i == cell.n) {
        buf_add(o, cell);
    } else {
        char *start = buf_room(o, 2 * cell.n + 2), *to = start;
        *to++ = '"';
        for (i = 0; i < cell.n; i++) {
            if (cell.p[i] == '"') *to++ = '"';
            *to++ = cell.p[i];
        }
        *to++ = '"';
        o->n += to - start;
    }
    buf_char(o, last ? '\n' : ',');
}

// A spreadsheet program runs what begins like a formula; a number is none, whatever its sign.
static bool begins_formula(Str cell)
{
    static const Str wide[] = {S("＝"), S("＋"), S("－"), S("＠")};
    bool begins = cell.n && strchr("=+-@\t\r\n", cell.p[0]) && cell.p[0];
    for (int i = 0; i < countof(wide); i++) begins |= str_starts(cell, wide[i]);
    if (!begins || cell.p[0] != '-') return begins;
    Str digits = str_slice(cell, 1, cell.n), whole = str_cut(&digits, '.');
    int64_t n;
    bool number = whole.n && whole.p[0] != '-' && str_int(whole, &n) && (!digits.n || (digits.p[0] != '-' && str_int(digits, &n)));
    return !number;
}

void csv_for_spreadsheet(Buf *o, Str text)
{
    Csv *c = csv_over(o->a, text);
    CsvRow row;
    buf_add(o, S("\xEF\xBB\xBF"));
    while (csv_next(c, o->a, &row)) {
        for (int i = 0; i < row.n; i++)
            csv_cell(o,
                     begins_formula(row.cells[i]) ? say(o->a, "'{}", row.cells[i]) : row.cells[i],
                     i == row.n - 1);
    }
}
