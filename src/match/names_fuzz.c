// Whatever is put as a name is found by the same name, with the full score.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"
#include "text/text.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char memory[1 << 21]; // a fuzzer is one thread
    jmp_buf exhausted;
    Arena a = arena_over(memory, sizeof memory, &exhausted);
    must(!setjmp(exhausted));
    if (size > 1000) return 0;
    Str name = {(const char *)data, (isize)size}, other = S("ສົມໄຊ Vongphachanh");
    NameIndex *x = names_make();
    NameHit hits[2];
    names_put(x, a, 2, &other, 1);
    names_put(x, a, 1, &name, 1);
    int n = names_find(x, a, name, hits, 2);
    Str rest = text_fold(&a, name), first = {0};
    must(str_word(&rest, &first) == (names_count(x) == 2));
    must(names_count(x) == 1 || (n >= 1 && hits[0].score > 0.4 && hits[0].score <= 1));
    names_put(x, a, 1, &other, 1);
    must(names_count(x) == 2 && names_find(x, a, other, hits, 2) == 2 && hits[1].score == 1);
    names_free(x);
    arena_reset(&a);
    return 0;
}
