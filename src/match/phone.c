// Phone numbers: whose number ends as the asked one does, however blanks, zeros and country codes are written.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"

// A number is known by its last digits; what stands before them may be left out by people: a trunk zero, an
// area, a country. Fewer than six digits are no number.
enum { LEAST = 6, APART_MOST = 5, DIGITS_MOST = 20 };

typedef struct { char digits[DIGITS_MOST]; int n; bool over; } Number; // over: of more digits than a phone number has
typedef struct { int64_t row; uint32_t tail; } Phone;
struct PhoneIndex { Phone *at; uint32_t n, cap; }; // by row

PhoneIndex *phones_make(void)
{
    return memory_more(0, 0, sizeof(PhoneIndex));
}

void phones_free(PhoneIndex *x)
{
    if (!x) return;
    memory_end(x->at, x->cap * sizeof *x->at);
    memory_end(x, sizeof *x);
}

// A digit at i, of Lao, Thai or Latin; -1 for none. `wide`: how many bytes stand there.
static int digit_at(Str s, isize i, isize *wide)
{
    const unsigned char *p = (const unsigned char *)s.p + i;
    *wide = 1;
    if (*p >= '0' && *p <= '9') return *p - '0';
    if (s.n - i < 3 || p[0] != 0xE0 || (p[1] != 0xBB && p[1] != 0xB9) || p[2] < 0x90 || p[2] > 0x99) return -1;
    *wide = 3;
    return p[2] - 0x90;
}

static bool stands_between(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '\t';
}

static void digit_add(Number *out, int digit)
{
    if (!out->n && digit == 0) return; // 020…, 00856…
    out->over |= out->n == DIGITS_MOST;
    if (!out->over) out->digits[out->n++] = (char)digit;
}

// The next number of a text, which may hold several; false at its end. A (0) is said beside a country code.
static bool number_next(Str s, isize *at, Number *out)
{
    for (*out = (Number){0}; *at < s.n;) {
        isize wide;
        int digit = digit_at(s, *at, &wide);
        if (digit < 0 && s.p[*at] == '(' && str_starts(str_slice(s, *at, s.n), S("(0)"))) wide = 3;
        else if (digit < 0 && !stands_between(s.p[*at]) && out->n >= LEAST && !out->over) return true;
        else if (digit < 0 && !stands_between(s.p[*at])) *out = (Number){0};
        else if (digit >= 0) digit_add(out, digit);
        *at += wide;
    }
    return out->n >= LEAST && !out->over;
}

static uint32_t tail_of(const Number *x)
{
    uint32_t tail = 0;
    for (int i = x->n - LEAST; i < x->n; i++) tail = tail * 10 + (uint32_t)x->digits[i];
    return tail;
}

static bool number_same(const Number *one, const Number *two)
{
    const Number *less = one->n < two->n ? one : two, *more = less == one ? two : one;
    int apart = more->n - less->n;
    return apart <= APART_MOST && memcmp(less->digits, more->digits + apart, (size_t)less->n) == 0;
}

bool phone_is(Str text)
{
    Number number;
    isize at = 0;
    for (isize i = 0, wide; i < text.n; i += wide) {
        if (digit_at(text, i, &wide) < 0 && !stands_between(text.p[i]) && text.p[i] != '+') return false;
    }
    return number_next(text, &at, &number);
}

bool phone_same(Str text, Str asked)
{
    Number wanted, number;
    isize from = 0, at = 0;
    if (!number_next(asked, &from, &wanted)) return false;
    while (number_next(text, &at, &number)) {
        if (number_same(&number, &wanted)) return true;
    }
    return false;
}

// The first place of a row, or where it would stand: most come in their order.
static uint32_t place_of(const PhoneIndex *x, int64_t row)
{
    uint32_t low = 0, high = x->n;
    if (x->n && x->at[x->n - 1].row < row) return x->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (x->at[middle].row < row) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void phone_insert(PhoneIndex *x, uint32_t at, Phone one)
{
    if (x->n == x->cap) {
        uint32_t cap = x->cap ? x->cap + x->cap / 2 : 64;
        x->at = memory_more(x->at, x->cap * sizeof *x->at, cap * sizeof *x->at);
        x->cap = cap;
    }
    memmove(x->at + at + 1, x->at + at, (x->n - at) * sizeof *x->at);
    x->at[at] = one;
    x->n++;
}

void phones_put(PhoneIndex *x, int64_t row, const Str *texts, int n)
{
    uint32_t at = place_of(x, row), end = at;
    while (end < x->n && x->at[end].row == row) end++;
    if (end > at) memmove(x->at + at, x->at + end, (x->n - end) * sizeof *x->at);
    if (end > at) memset(x->at + x->n - (end - at), 0, (end - at) * sizeof *x->at);
    x->n -= end - at;
    for (int i = 0; i < n; i++) {
        Number number;
        for (isize from = 0; number_next(texts[i], &from, &number);) phone_insert(x, at, (Phone){row, tail_of(&number)});
    }
}

int phones_find(const PhoneIndex *x, Str asked, int64_t *rows, int most)
{
    Number wanted;
    isize from = 0;
    int found = 0;
    if (!number_next(asked, &from, &wanted)) return 0;
    uint32_t tail = tail_of(&wanted);
    for (uint32_t i = 0; i < x->n && found < most; i++) {
        if (x->at[i].tail == tail && (!found || rows[found - 1] != x->at[i].row)) rows[found++] = x->at[i].row;
    }
    return found;
}
