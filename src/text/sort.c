// What ICU knows about Lao: how it sorts, and where a line may break.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>

// ICU's objects may not be shared while they work, and opening one costs more than using it (a break
// iterator 9 us, a collator 30 us), so each thread keeps its own until the process ends. They hold
// nothing of anybody's between two calls.
static _Thread_local UCollator *collator;
static _Thread_local UBreakIterator *breaker;

typedef struct { UChar *p; int32_t n; } Units;

// Malformed bytes become U+FFFD.
static Units units_of(Arena *a, Str s)
{
    Units u = {take(a, UChar, s.n + 1), 0};
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(u.p, (int32_t)s.n + 1, &u.n, s.p ? s.p : "", (int32_t)s.n, 0xFFFD, 0,
                         &status);
    must(U_SUCCESS(status));
    return u;
}

static UCollator *lao_collator(void)
{
    if (!collator) {
        UErrorCode status = U_ZERO_ERROR;
        collator = ucol_open("lo", &status);
        ucol_setAttribute(collator, UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
        must(U_SUCCESS(status));
    }
    return collator;
}

Str text_sort_key(Arena *a, Str s)
{
    Units u = units_of(a, text_mend(a, s));
    UCollator *c = lao_collator();
    int32_t room = 4 * u.n + 32;
    uint8_t *key = take(a, uint8_t, room);
    int32_t n = ucol_getSortKey(c, u.p, u.n, key, room);
    if (n > room) {
        key = take(a, uint8_t, n);
        ucol_getSortKey(c, u.p, u.n, key, n);
    }
    must(n > 0);
    return (Str){(const char *)key, n - 1}; // without the NUL at its end
}

static UBreakIterator *lao_breaker(void)
{
    if (!breaker) {
        UErrorCode status = U_ZERO_ERROR;
        breaker = ubrk_open(UBRK_LINE, "lo", 0, 0, &status);
        must(U_SUCCESS(status));
    }
    return breaker;
}

// Whether a letter belongs to a script that is written without blanks and broken by dictionary.
static bool needs_dictionary(int32_t c)
{
    return c >= 0x0E00 && u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

Str text_breaks(Arena *a, Str s)
{
    if (!s.n) return s;
    Buf o = buf_in(a);
    Units u = units_of(a, s);
    buf_room(&o, 2 * s.n + 3 * u.n); // at most one space for each letter
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *b = lao_breaker();
    ubrk_setText(b, u.p, u.n, &status);
    must(U_SUCCESS(status));
    int32_t from = 0;
    for (int32_t at = ubrk_first(b); at != UBRK_DONE; at = ubrk_next(b)) {
        if (at == from) continue;
        int32_t n = 0;
        char *to = buf_room(&o, 3 * (at - from) + 3);
        u_strToUTF8(to, 3 * (at - from), &n, u.p + from, at - from, &status);
        must(U_SUCCESS(status));
        o.n += n;
        int32_t before, after;
        U16_GET(u.p, 0, at - 1, u.n, before);
        U16_GET(u.p, 0, at, u.n, after);
        if (at < u.n && needs_dictionary(before) && needs_dictionary(after))
            buf_add(&o, S("\u200B"));
        from = at;
    }
    ubrk_setText(b, u"", 0, &status); // it must not remember the arena
    return buf_str(&o);
}
