// UTF-16 as UTF-8: "Unicode text" of Excel, and what PowerShell and older programs write.
// SPDX-License-Identifier: Apache-2.0
#include "formats/csv.h"

enum { RAW = 32 << 10, LOOKED_AT = 1024 };

// With a mark it says so itself. Without one it is clear when the first line is ASCII, each letter
// beside a zero.
Utf16Kind utf16_kind(Str head)
{
    if (str_starts(head, S("\xFF\xFE")) && !str_starts(head, S("\xFF\xFE\0\0"))) return UTF16_LITTLE;
    if (str_starts(head, S("\xFE\xFF"))) return UTF16_BIG;
    if (head.n < 6 || !head.p[0] == !head.p[1]) return UTF16_NONE;
    int zero = head.p[0] ? 1 : 0;
    for (isize i = 0; i + 1 < head.n && i < LOOKED_AT; i += 2) {
        if (head.p[i + zero] || !head.p[i + !zero]) return UTF16_NONE;
        if (head.p[i + !zero] == '\n') return i >= 4 ? zero ? UTF16_LITTLE : UTF16_BIG : UTF16_NONE;
    }
    return zero ? UTF16_LITTLE : UTF16_BIG;
}

static bool raw_fill(Utf16 *u)
{
    isize left = u->n - u->at;
    if (left) memmove(u->raw, u->raw + u->at, (size_t)left);
    u->at = 0;
    u->n = left;
    while (u->n < 4 && !u->ended) {
        isize got = u->feed ? u->feed(u->with, u->raw + u->n, RAW - u->n) : 0;
        u->failed = got < 0;
        u->ended = got <= 0;
        if (got > 0) u->n += got;
    }
    return u->n > 0;
}

static int32_t unit_at(const Utf16 *u, isize at)
{
    unsigned char one = (unsigned char)u->raw[at], two = (unsigned char)u->raw[at + 1];
    return u->kind == UTF16_LITTLE ? two << 8 | one : one << 8 | two;
}

// What stands for no letter, half a pair or half a unit, becomes a byte that UTF-8 never holds, so
// that its line is refused.
static isize letter_put(Utf16 *u, char *to)
{
    if (u->n - u->at < 2) {
        u->at = u->n;
        *to = '\xFF';
        return 1;
    }
    int32_t code = unit_at(u, u->at), next = u->n - u->at >= 4 ? unit_at(u, u->at + 2) : 0;
    u->at += 2;
    if (code >= 0xD800 && code < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
        u->at += 2;
        return utf8_put(to, 0x10000 + ((code - 0xD800) << 10) + (next - 0xDC00));
    }
    if (code >= 0xD800 && code < 0xE000) {
        *to = '\xFF';
        return 1;
    }
    return utf8_put(to, code);
}

// A letter that the room does not hold whole is given in two pieces.
isize utf16_feed(void *with, char *to, isize most)
{
    Utf16 *u = with;
    isize n = 0;
    while (n < most) {
        if (u->given == u->letter_n) {
            if (u->n - u->at < 4 && !raw_fill(u)) break;
            u->letter_n = letter_put(u, u->letter);
            u->given = 0;
        }
        to[n++] = u->letter[u->given++];
    }
    return u->failed ? -1 : n;
}

Utf16 *utf16_open(Arena *a, Utf16Kind kind, Str head, CsvFeed *feed, void *with)
{
    isize room = head.n > RAW ? head.n : RAW;
    Utf16 *u = take(a, Utf16, 1);
    *u = (Utf16){.kind = kind, .feed = feed, .with = with, .raw = take(a, char, room), .n = head.n};
    memcpy(u->raw, head.p, (size_t)head.n);
    return u;
}
