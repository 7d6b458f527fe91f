// Fuzzes XLSX: an archive as it comes, or one part as XML inside of a good archive.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "formats/xlsx_test.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { RESERVE = 64 << 20 };

static Str whole_or_part(Arena *a, Str input)
{
    if (!input.n || *input.p < '0' || *input.p >= '0' + PART_COUNT) return input;
    Packed parts[PART_COUNT];
    archive_workbook(parts, S("<worksheet><row><c s='1'><v>1</v></c></row></worksheet>"));
    parts[*input.p - '0'].bytes = str_slice(input, 1, input.n);
    parts[PART_SHEET].deflated = false;
    return archive_of(a, parts, PART_COUNT);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static char kept[RESERVE], tried[RESERVE];
    jmp_buf exhausted;
    if (size > 64 << 10) return 0;
    static Arena a, scratch;
    a = arena_over(kept, RESERVE, &exhausted), scratch = arena_over(tried, RESERVE, &exhausted);
    if (!setjmp(exhausted)) {
        Workbook book;
        Err *e = xlsx_read(&a, scratch, whole_or_part(&a, (Str){(const char *)data, (isize)size}),
                           &book);
        must(!e || (e->kind == ERR_INPUT && err_text(&a, e).n));
        for (int i = 0; !e && i < book.n; i++) {
            must(utf8_valid(book.at[i].name));
            Buf o = buf_in(&a);
            if (book.at[i].n < 1000) sheet_csv(&o, &book.at[i]);
            must(utf8_valid(buf_str(&o)));
        }
    }
    arena_reset(&a);
    return 0;
}
