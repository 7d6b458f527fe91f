// Whatever is typed, a date that is read exists, and is read the same again.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char memory[1 << 16]; // a fuzzer is one thread
    jmp_buf exhausted;
    Arena a = arena_over(memory, sizeof memory, &exhausted);
    must(!setjmp(exhausted));
    TypedDate once, twice;
    Days days;
    if (date_typed(&a, (Str){(const char *)data, (isize)size}, &once)) {
        must(moment_parse(once.iso, 420, &days));
        must(date_typed(&a, once.iso, &twice) && str_equal(once.iso, twice.iso) && !twice.buddhist);
        must(date_typed(&a, date_shown(&a, LANG_LO, once.iso), &twice) && str_equal(once.iso, twice.iso));
    }
    date_shown(&a, LANG_LO, (Str){(const char *)data, (isize)size});
    arena_reset(&a);
    return 0;
}
