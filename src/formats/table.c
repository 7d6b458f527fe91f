// A table as people send it: text with whatever separator, or the sheet of a workbook that is meant.
// SPDX-License-Identifier: Apache-2.0
#include "formats/csv.h"

enum { WORKBOOK_MOST = 64 << 20 };

static Err *bytes_all(Arena *a, const TableAsk *ask, Str head, Str *out)
{
    Buf o = buf_in(a);
    *out = ask->whole;
    if (ask->whole.n) return 0;
    buf_add(&o, head);
    for (isize n = 1; n > 0 && o.n <= WORKBOOK_MOST;) {
        n = ask->feed(ask->with, buf_room(&o, 1 << 20), 1 << 20);
        if (n < 0) return fail(a, ERR_INPUT, "The file could not be read to its end.");
        o.n += n;
    }
    *out = buf_str(&o);
    return o.n <= WORKBOOK_MOST ? 0 : fail(a, ERR_INPUT, "This workbook is larger than 64 MiB: save its table as CSV UTF-8.");
}

static bool row_empty(const SheetRow *row)
{
    for (int i = 0; i < row->n; i++) {
        if (str_bare(row->cells[i]).n) return false;
    }
    return true;
}

// How many columns of its header are known; fits: all of them, and there are some.
static int sheet_known(const TableAsk *ask, const Sheet *sheet, bool *fits)
{
    int at = ask->skip, known = 0, named = 0;
    while (at < sheet->n && row_empty(&sheet->rows[at])) at++;
    for (int i = 0; at < sheet->n && i < sheet->rows[at].n; i++) {
        Str name = str_bare(sheet->rows[at].cells[i]);
        named += name.n > 0;
        known += name.n && ask->knows(ask->known, name);
    }
    *fits = known && known == named;
    return known;
}

// The only one whose header knows columns of ours, or of several the only one with no others; null
// when that is not one.
static const Sheet *sheet_meant(const TableAsk *ask, const Sheet *const *seen, int n)
{
    const Sheet *knowing = 0, *fitting = 0;
    int knowing_n = 0, fitting_n = 0;
    if (n == 1) return seen[0];
    for (int i = 0; ask->knows && i < n; i++) {
        bool fits;
        if (sheet_known(ask, seen[i], &fits)) knowing = seen[i], knowing_n++;
        if (fits) fitting = seen[i], fitting_n++;
    }
    return knowing_n == 1 ? knowing : fitting_n == 1 ? fitting : 0;
}

static Str others_join(Arena *a, const TableFile *t, Str but)
{
    Str *others = take(a, Str, t->sheets_n);
    int n = 0;
    for (int i = 0; i < t->sheets_n; i++) {
        if (!str_equal(t->sheets[i], but)) others[n++] = t->sheets[i];
    }
    return str_join(a, others, n, S(", "));
}

static Err *sheet_choose(Arena *a, const TableAsk *ask, const Sheet *const *seen, TableFile *out)
{
    const Sheet *meant = ask->sheet.n ? 0 : sheet_meant(ask, seen, out->sheets_n);
    for (int i = 0; i < out->sheets_n && ask->sheet.n; i++) {
        if (str_equal(str_trim(seen[i]->name), str_trim(ask->sheet))) meant = seen[i];
    }
    if (ask->sheet.n && !meant)
        return fail(a, ERR_INPUT, "This workbook has no sheet {} that can be seen and holds something; it has {}.",
            ask->sheet, others_join(a, out, S("")));
    if (!meant) return 0;
    out->sheet = meant->name;
    out->rows = csv_sheet(a, meant, others_join(a, out, meant->name));
    return 0;
}

static Err *workbook_open(Arena *a, Arena scratch, const TableAsk *ask, Str head, TableFile *out)
{
    Workbook book;
    Str bytes;
    TRY(bytes_all(a, ask, head, &bytes));
    TRY(xlsx_read(a, scratch, bytes, &book));
    const Sheet **seen = take(a, const Sheet *, book.n);
    out->sheets = take(a, Str, book.n);
    for (int i = 0; i < book.n; i++) {
        if (book.at[i].hidden || !book.at[i].n) continue;
        seen[out->sheets_n] = &book.at[i];
        out->sheets[out->sheets_n++] = book.at[i].name;
    }
    if (!out->sheets_n)
        return fail(a, ERR_INPUT, "This workbook has no sheet that can be seen and holds something.");
    return sheet_choose(a, ask, seen, out);
}

Err *table_file_open(Arena *a, Arena scratch, const TableAsk *ask, TableFile *out)
{
    Csv *c = ask->whole.n || !ask->feed ? csv_over(a, ask->whole) : csv_open(a, ask->feed, ask->with);
    Str head = csv_head(c);
    const char *stranger = csv_stranger(c);
    *out = (TableFile){0};
    if (str_starts(head, S("PK\3\4"))) return workbook_open(a, scratch, ask, head, out);
    if (stranger) return err_make(a, ERR_INPUT, message_keep(a, stranger, (Vals){0}));
    if (ask->sheet.n) return fail(a, ERR_INPUT, "This file is no workbook: it has no sheet {}.", ask->sheet);
    csv_knows(c, ask->skip, ask->knows, ask->known);
    out->rows = c;
    return 0;
}

int table_told(Arena *a, const Csv *rows, Message to[NOTES_MOST])
{
    static const struct { char separator; const char *words; } parted[] = {
        {';', "The columns of this file are parted by semicolons, not by commas; it was read so."},
        {'\t', "The columns of this file are parted by tabs, not by commas; it was read so."},
        {'|', "The columns of this file are parted by upright strokes, not by commas; it was read so."},
    };
    CsvTold told = csv_told(rows);
    int n = 0;
    if (told.utf16) to[n++] = message(a, "This file is written in UTF-16, not in UTF-8; it was read so.");
    for (int i = 0; i < countof(parted); i++) {
        if (told.separator == parted[i].separator) to[n++] = message_keep(a, parted[i].words, (Vals){0});
    }
    if (told.sheet && told.others.n)
        to[n++] = message(a, "The sheet {} was read; this workbook has others too: {}.", told.sheet->name, told.others);
    must(n <= NOTES_MOST);
    return n;
}

Str cell_place(Arena *a, int column, int64_t line)
{
    char room[8], *end = room + sizeof room, *p = end;
    for (int left = column + 1; left > 0; left = (left - 1) / 26) *--p = (char)('A' + (left - 1) % 26);
    return say(a, "{}{}", ((Str){p, end - p}), line);
}
