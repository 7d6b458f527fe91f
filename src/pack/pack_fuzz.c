// Any bytes as the sheets of a pack: `=== PATH` begins a sheet. Faults or a pack, never a crash.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack.h"
#include <stdlib.h>

enum { SHEETS_MOST = 30 };

static PackSheets sheets_of(Arena *a, Str rest)
{
    PackSheets sheets = {take(a, PackSheet, SHEETS_MOST), 0};
    while (rest.n && sheets.n < SHEETS_MOST) {
        Str head = str_cut(&rest, '\n');
        isize next = str_find(rest, S("=== "));
        Str text = next < 0 ? rest : str_slice(rest, 0, next);
        if (!str_starts(head, S("=== "))) continue;
        sheets.at[sheets.n++] = (PackSheet){str_slice(head, 4, head.n), text};
        rest = str_slice(rest, text.n, rest.n);
    }
    return sheets;
}

// What a good pack promises to those who use it.
static void walk(Arena *a, Arena scratch, const Pack *p)
{
    for (int i = 0; i < p->records_n; i++) {
        const RecordType *t = &p->records[i];
        Cell *cells = take(a, Cell, t->n);
        Faults all = {0};
        must(t->at == i && t->n && record_type(p, t->name) == t);
        for (int j = 0; j < t->n; j++) {
            must(t->fields[j].at == j && (t->fields[j].kind != FIELD_LINK || t->fields[j].target));
            Message why;
            if (field_read(a, &t->fields[j], (Clock){20240301, p->offset}, S("x"), &cells[j].text,
                &why)) {
                continue;
            }
            must(message_text(a, why).n);
        }
        record_check(a, scratch, &(View){.type = t, .cells = cells, .linked = 0, .today = 20240301}, CHECK_SAVE, &all);
        record_title(a, t, cells, 20240301, LANG_LO);
    }
    for (int i = 0; i < p->figures_n; i++) must(p->figures[i].record && p->figures[i].date);
    Faults gone = {0};
    pack_follows(a, p, p, &gone);
    must(!gone.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char kept[16 << 20], tries[16 << 20];
    jmp_buf exhausted;
    Arena a = arena_over(kept, sizeof kept, &exhausted),
        scratch = arena_over(tries, sizeof tries, &exhausted);
    if (setjmp(exhausted)) return 0;
    Faults all = {0};
    const Pack *p;
    pack_read(&a, scratch, sheets_of(&a, (Str){(const char *)data, (isize)size}), 0, 0, &all, &p);
    must(!p == !!all.n);
    for (const Fault *f = all.first; f; f = f->next) {
        must(f->file.n && message_text(&a, f->message).n);
    }
    if (p) walk(&a, scratch, p);
    return 0;
}
