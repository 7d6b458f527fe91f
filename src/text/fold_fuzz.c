// Whatever is folded is valid UTF-8, at most four times as long, and stays when folded again.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jmp_buf exhausted;
    isize reserve = 1 << 20;
    if (size > 4000) return 0;
    void *memory = malloc((size_t)reserve);
    must(memory);
    Arena a = arena_over(memory, reserve, &exhausted);
    must(!setjmp(exhausted));
    Str given = {(const char *)data, (isize)size};
    Str once = text_fold(&a, given), twice = text_fold(&a, once);
    must(once.n <= 4 * given.n && utf8_valid(once) && str_equal(once, twice));
    Str mended = text_mend(&a, given);
    must(str_equal(mended, text_mend(&a, mended)));
    text_clean(&a, given);
    text_sort_key(&a, given);
    text_breaks(&a, given);
    free(memory);
    return 0;
}
