// Strings: bytes with a length.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"

Str str_from(const char *z)
{
    return (Str){z, z ? (isize)strlen(z) : 0};
}

char *str_z(Arena *a, Str s)
{
    char *z = take(a, char, s.n + 1);
    if (s.n) memcpy(z, s.p, (size_t)s.n);
    return z;
}

Str str_copy(Arena *a, Str s)
{
    char *p = take(a, char, s.n);
    if (s.n) memcpy(p, s.p, (size_t)s.n);
    return (Str){p, s.n};
}

bool str_equal(Str one, Str two)
{
    return one.n == two.n && (!one.n || !memcmp(one.p, two.p, (size_t)one.n));
}

int str_compare(Str one, Str two)
{
    isize n = one.n < two.n ? one.n : two.n;
    int order = n ? memcmp(one.p, two.p, (size_t)n) : 0;
    return order ? order : (one.n > two.n) - (one.n < two.n);
}

bool str_starts(Str s, Str prefix)
{
    return s.n >= prefix.n && str_equal((Str){s.p, prefix.n}, prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.n >= suffix.n && str_equal(str_slice(s, s.n - suffix.n, s.n), suffix);
}

isize str_find(Str s, Str part)
{
    if (!part.n) return 0;
    const char *hit = s.n ? memmem(s.p, (size_t)s.n, part.p, (size_t)part.n) : 0;
    return hit ? hit - s.p : -1;
}

bool str_has(Str s, char c)
{
    return s.n && memchr(s.p, c, (size_t)s.n);
}

Str str_slice(Str s, isize from, isize to)
{
    if (from < 0) from = 0;
    if (to > s.n) to = s.n;
    return from < to ? (Str){s.p + from, to - from} : (Str){s.p, 0};
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_trim(Str s)
{
    while (s.n && blank(*s.p)) s.p++, s.n--;
    while (s.n && blank(s.p[s.n - 1])) s.n--;
    return s;
}

Str str_cut(Str *rest, char c)
{
    const char *hit = rest->n ? memchr(rest->p, c, (size_t)rest->n) : 0;
    Str head = {rest->p, hit ? hit - rest->p : rest->n};
    *rest = str_slice(*rest, head.n + 1, rest->n);
    return head;
}

bool str_word(Str *rest, Str *word)
{
    while (rest->n && blank(*rest->p)) rest->p++, rest->n--;
    isize n = 0;
    while (n < rest->n && !blank(rest->p[n])) n++;
    *word = (Str){rest->p, n};
    *rest = str_slice(*rest, n, rest->n);
    return n > 0;
}

Str str_join(Arena *a, const Str *parts, isize n, Str between)
{
    Buf o = buf_in(a);
    for (isize i = 0; i < n; i++) {
        if (i) buf_add(&o, between);
        buf_add(&o, parts[i]);
    }
    return buf_str(&o);
}

Str str_lower(Arena *a, Str s)
{
    Str copy = str_copy(a, s);
    char *p = (char *)copy.p;
    for (isize i = 0; i < copy.n; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
    }
    return copy;
}

bool str_int(Str s, int64_t *out)
{
    bool minus = s.n && *s.p == '-';
    if (minus) s = str_slice(s, 1, s.n);
    if (!s.n || s.n > 19) return false;
    uint64_t sum = 0;
    for (isize i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        sum = sum * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (sum > INT64_MAX) return false;
    *out = minus ? -(int64_t)sum : (int64_t)sum;
    return true;
}

// FNV-1a, for programs without secrets or strangers: base knows no cipher.
static uint64_t hash_plain(Str s)
{
    uint64_t h = 0xcbf29ce484222325;
    for (isize i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
    return h ^ h >> 32;
}

static StrHash *hash_by = hash_plain;

void str_hash_by(StrHash *hash)
{
    hash_by = hash;
}

uint64_t str_hash(Str s)
{
    return hash_by(s);
}
