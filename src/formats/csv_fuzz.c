// Fuzzes CSV: a feed in small pieces gives what memory gives, and what is written reads back.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { RESERVE = 16 << 20 };
typedef struct { Str rest; isize most; } Drip;

static isize drip(void *with, char *to, isize most)
{
    Drip *d = with;
    isize n = d->rest.n < d->most ? d->rest.n : d->most;
    if (n > most) n = most;
    if (n) memcpy(to, d->rest.p, (size_t)n);
    d->rest = str_slice(d->rest, n, d->rest.n);
    return n;
}

static void same_again(Arena *a, const CsvRow *row)
{
    bool blank = row->n == 1 && !row->cells[0].n; // alone it would be a blank line
    if (row->fault.words || blank) return;
    Buf o = buf_in(a);
    buf_char(&o, '\n');
    for (int i = 0; i < row->n; i++) csv_cell(&o, row->cells[i], i == row->n - 1);
    CsvRow again;
    must(csv_next(csv_over(a, buf_str(&o)), a, &again) && !again.fault.words && again.n == row->n);
    for (int i = 0; i < row->n; i++) must(str_equal(again.cells[i], row->cells[i]));
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
    return 0;
}
