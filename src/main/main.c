// The program begins here.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"
#include "seal/seal.h"
#include "web/web.h"

int main(int argc, char **argv)
{
    jmp_buf exhausted;
    process_prepare();
    seal_begin();
    int reserved;
    const Str *paths = web_reserved(&reserved);
    register_reserve(paths, reserved);
    Arena a = arena_reserve((isize)64 << 30, &exhausted), scratch = arena_reserve((isize)4 << 30, &exhausted);
    if (setjmp(exhausted)) {
        err_write(S("sukhwan: There is not enough memory for this.\n"));
        process_end(EXIT_BROKEN);
    }
    process_end(command_line(&a, scratch, argc, argv)); // what lives as long as the process goes with it
}
