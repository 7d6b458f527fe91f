// Fuzzes CSV: a feed in small pieces gives what memory gives, and what is written reads back.
// SPDX-License-Identifier: Apache-2.0
#include "formats/drip_test.h"
#include "formats/formats.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { RESERVE = 16 << 20 };

static void same_again(Arena *a, const CsvRow *row)
{
    bool blank = row->n == 1 && !row->cells[0].n; // alone it would be a blank line
    if (row->fault.words || blank) return;
    Buf o = buf_in(a);
    buf_add(&o, S("k\n")); // what the row begins with may be what another kind of file begins with
    for (int i = 0; i < row->n; i++) csv_cell(&o, row->cells[i], i == row->n - 1);
    CsvRow again;
    Csv *c = csv_over(a, buf_str(&o));
    must(csv_next(c, a, &again) && csv_next(c, a, &again) && !again.fault.words && again.n == row->n);
    for (int i = 0; i < row->n; i++) must(str_equal(again.cells[i], row->cells[i]));
}

static bool known_here(const void *known, Str column)
{
    (void)known;
    return str_equal(column, S("key")) || str_equal(column, S("born"));
}

// As an import reads it: the separator found, the file named for what it is, or a sheet taken.
static void as_table(Arena *a, Str text)
{
    TableFile table;
    Message told[NOTES_MOST];
    Drip d = {text, 1 + text.n % 5};
    Arena scratch = arena_cut(a, RESERVE / 4);
    CsvRow row;
    if (table_file_open(a, scratch, &(TableAsk){.feed = drip, .with = &d, .knows = known_here}, &table) || !table.rows) return;
    while (csv_next(table.rows, a, &row)) {
        for (int i = 0; i < row.n; i++) must(utf8_valid(row.cells[i]));
    }
    must(table_told(a, table.rows, told) <= NOTES_MOST);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static char kept[RESERVE];
    if (size > 100 << 10) return 0;
    Arena a = arena_over(kept, RESERVE, 0);
    Str text = {(const char *)data, (isize)size};
    Drip d = {text, 1 + (isize)size % 7};
    Csv *one = csv_over(&a, text), *two = csv_open(&a, drip, &d);
    int64_t line = 0;
    for (CsvRow row, other;;) {
        Arena turn = a;
        bool more = csv_next(one, &turn, &row);
        must(more == csv_next(two, &turn, &other));
        if (!more) break;
        must(row.line > line && row.line == other.line && row.n == other.n);
        must(row.fault.words == other.fault.words && !row.n == !!row.fault.words);
        for (int i = 0; i < row.n; i++) {
            must(str_equal(row.cells[i], other.cells[i]) && utf8_valid(row.cells[i]));
        }
        same_again(&turn, &row);
        line = row.line;
    }
    arena_reset(&a);
    jmp_buf exhausted;
    a = arena_over(kept, RESERVE, &exhausted);
    if (!setjmp(exhausted)) as_table(&a, text);
    arena_reset(&a);
    return 0;
}
