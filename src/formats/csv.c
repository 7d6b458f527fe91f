// CSV both ways: rows out of a window over the bytes, cells into a buffer.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

enum {
    LONGEST = CSV_LINE_MOST + 2,             // a row with its CR and LF
    WINDOW = CSV_LINE_MOST + (128 << 10),    // more than one row, so that a short one ends in it
};

struct Csv {
    CsvFeed *feed;
    void *with;
    char *window;           // null over memory
    const char *at, *end;   // what is not read yet
    bool begun, ended, failed;
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
    "This line is not UTF-8 text; save the file as CSV UTF-8 and try again.";
static const char has_nul[] = "This line holds a NUL byte, which no text has.";

Csv *csv_open(Arena *a, CsvFeed *feed, void *with)
{
    Csv *c = take(a, Csv, 1);
    c->feed = feed;
    c->with = with;
    c->window = take(a, char, WINDOW);
    c->at = c->end = c->window;
    c->line = 1;
    return c;
}

Csv *csv_over(Arena *a, Str whole)
{
    Csv *c = take(a, Csv, 1);
    c->at = whole.n ? whole.p : "";
    c->end = c->at + whole.n;
    c->ended = true;
    c->line = 1;
    return c;
}

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

static void begin(Csv *c)
{
    c->begun = true;
    if (!c->ended) refill(c);
    if (c->end - c->at >= 3 && !memcmp(c->at, "\xEF\xBB\xBF", 3)) c->at += 3;
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
        if (*p != ',') continue;
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

static const char *plain_end(const char *p, const char *end)
{
    while (p < end && *p != ',' && *p != '\n') p++;
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
                   *to = quoted ? closing(from, end) : plain_end(p, end);
        if (!to) return last ? (Look){.fault = never_closed, .seen = c->at} : (Look){.more = true};
        p = quoted ? to + 1 : to;
        if (quoted && p < end && *p == '\r') p++;
        if (p == end && !last) return (Look){.more = true};
        bool ends = p == end || *p == '\n';
        if (quoted && !ends && (*p != ',' || p[-1] == '\r'))
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

bool csv_next(Csv *c, Arena *turn, CsvRow *out)
{
    if (!c->begun) begin(c);
    Look found;
    if (c->failed || !look(c, &found)) return false;
    *out = (CsvRow){.line = c->line};
    const char *fault = found.fault;
    if (fault) {
        skip_line(c, found.seen);
    } else {
        Str row = {c->at, found.stop - c->at};
        if (row.n > CSV_LINE_MOST && row.p[row.n - 1] != '\r') fault = too_long;
        else if (!utf8_without_nul(row)) {
            fault = memchr(row.p, 0, (size_t)row.n) ? has_nul : not_utf8;
            out->faulty = faulty_cell(c, &found);
        }
        else fault = keep_cells(c, &found, turn, out);
        c->line += lines_in(c->at, found.stop) + 1;
        c->at = found.stop < c->end ? found.stop + 1 : c->end;
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
        for (int i = 0; i < row.n; i++) csv_cell(o, begins_formula(row.cells[i]) ? say(o->a, "'{}", row.cells[i]) : row.cells[i], i == row.n - 1);
    }
}
