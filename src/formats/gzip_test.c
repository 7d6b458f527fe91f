// Bytes through gzip and back.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "formats/formats.h"
#include <zlib.h>

static Str back(Arena *a, Str packed, isize most)
{
    char *to = take(a, char, most + 1);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (unsigned)packed.n,
                  .next_out = (Bytef *)to, .avail_out = (unsigned)most + 1};
    must(inflateInit2(&z, 16 + MAX_WBITS) == Z_OK);
    CHECK(inflate(&z, Z_FINISH) == Z_STREAM_END && !z.avail_in);
    Str out = {to, (isize)z.total_out};
    inflateEnd(&z);
    return out;
}

TEST(what_is_compressed_comes_back_to_the_byte)
{
    static const isize sizes[] = {0, 1, 1000, 16 << 10, 300000};
    for (int i = 0; i < countof(sizes); i++) {
        for (int noisy = 0; noisy < 2; noisy++) { // what repeats, and what does not grow shorter at all
            uint32_t state = 1;
            char *p = take(a, char, sizes[i]);
            for (isize at = 0; at < sizes[i]; at++) {
                state = state * 1664525 + 1013904223;
                p[at] = noisy ? (char)(state >> 24) : "ຊື່ ແລະ "[at % 20];
            }
            Str whole = {p, sizes[i]};
            Buf o = buf_in(a);
            buf_add(&o, S("before"));
            gzip_add(&o, scratch, whole);
            Str packed = str_slice(buf_str(&o), 6, o.n);
            CHECK(str_equal(back(a, packed, whole.n), whole));
            CHECK(packed.n < whole.n / 50 + 64 || noisy);
            CHECK(str_starts(buf_str(&o), S("before")));
        }
    }
}
