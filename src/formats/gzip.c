// What a slow line carries: bytes compressed as gzip (RFC 1952), through zlib.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include <zlib.h>

// Level 3 of nine: of a Lao list (13.6 KB) 2.9 KB in 40 µs, of a long form (72 KB) 10.7 KB in 0.5 ms. Level 6 saves another
// tenth and takes two to three times as long; level 1 takes as long for a list. MEMORY of nine, and a window no wider than
// what there is: 133 to 200 KB, which a request's scratch keeps, so that no page of it must be had anew each time.
enum { LEVEL = 3, GZIP = 16, MEMORY = 7, LEAST_WBITS = 10, STEP = 16 << 10, FEED = 1 << 30 };

static int window(isize n)
{
    int bits = LEAST_WBITS;
    while (bits < MAX_WBITS && n > (isize)1 << bits) bits++;
    return bits;
}

static void *room_take(void *with, unsigned n, unsigned size)
{
    return take((Arena *)with, char, (isize)n * size);
}

static void room_leave(void *with, void *p)
{
    (void)with, (void)p; // wiped with the arena
}

void gzip_add(Buf *o, Arena scratch, Str bytes)
{
    z_stream z = {.zalloc = room_take, .zfree = room_leave, .opaque = &scratch};
    must(deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP + window(bytes.n), MEMORY, Z_DEFAULT_STRATEGY) == Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes.p; // never written to
    for (int done = Z_OK; done != Z_STREAM_END;) {
        if (!z.avail_in && bytes.n) {
            z.avail_in = bytes.n < FEED ? (unsigned)bytes.n : FEED;
            bytes.n -= z.avail_in;
        }
        z.next_out = (Bytef *)buf_room(o, STEP);
        z.avail_out = STEP;
        done = deflate(&z, bytes.n ? Z_NO_FLUSH : Z_FINISH);
        must(done == Z_OK || done == Z_STREAM_END);
        o->n += STEP - (isize)z.avail_out;
    }
    deflateEnd(&z);
}
