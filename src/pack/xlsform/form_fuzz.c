// Any bytes as a form, beside nothing: sheets that the reader of packs takes or refuses, never a crash.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char kept[64 << 20], tries[16 << 20];
    jmp_buf exhausted;
    Arena a = arena_over(kept, sizeof kept, &exhausted), scratch = arena_over(tries, sizeof tries, &exhausted);
    if (setjmp(exhausted)) return 0;
    static const PackSheet base = {S("pack.csv"), S("name,value\ncountry,LA\nversion,1\ntitle::English (en),T\nutc_offset,+07:00\n")};
    Faults all = {0};
    Workbook book = form_csv(&a, (Str){(const char *)data, (isize)size}, &all);
    PackSheets sheets;
    const Form *form = form_from(&a, &book, S("form"), &sheets, &all);
    const Pack *p;
    pack_read(&a, scratch, sheets_joined(&a, (PackSheets){(PackSheet *)&base, 1}, sheets), 0, 0, &all, &p);
    form_faults(&a, form, &all);
    for (const Fault *f = all.first; f; f = f->next) must(f->file.n && message_text(&a, f->message).n);
    return 0;
}
