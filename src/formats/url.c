// URLs and forms: percent-encoding (RFC 3986) and name=value pairs.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

enum { PAIRS_MOST = 1000 };

static bool unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void encode(Buf *o, Str s)
{
    static const char hex[] = "0123456789ABCDEF";
    if (!s.n) return;
    char *start = buf_room(o, s.n * 3), *to = start;
    for (isize i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(c)) {
            *to++ = (char)c;
        } else {
            *to++ = '%';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
        }
    }
    o->n += to - start;
}

Url url_fill(Arena *a, const char *lit, Vals with)
{
    Str *texts = take(a, Str, with.n); // first, so that the buffer grows in place
    for (int i = 0; i < with.n; i++) {
        must(with.at[i].kind != VAL_HTML && with.at[i].kind != VAL_SQL);
        texts[i] = val_text(a, with.at[i]);
    }
    Buf o = buf_in(a);
    int used = 0;
    for (const char *p = lit, *from = lit;;) {
        p = strchrnul(p, '{');
        if (*p && p[1] != '}') {
            p++;
            continue;
        }
        buf_add(&o, (Str){from, p - from});
        if (!*p) break;
        must(used < with.n);
        encode(&o, texts[used++]);
        from = p += 2;
    }
    must(used == with.n);
    return (Url){buf_str(&o)};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool decode(Arena *a, Str s, bool plus_is_blank, Str *out)
{
    char *start = take(a, char, s.n), *to = start;
    for (isize i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1;
            int low = s.n - i > 2 ? hex_digit(s.p[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        *to++ = c;
    }
    *out = (Str){start, to - start};
    return utf8_valid(*out);
}

bool url_decode(Arena *a, Str s, Str *out)
{
    return decode(a, s, false, out);
}

bool pairs_read(Arena *a, Str query, Pairs *out)
{
    *out = (Pairs){0};
    isize most = 1;
    for (isize i = 0; i < query.n; i++) most += query.p[i] == '&';
    out->at = take(a, Pair, most < PAIRS_MOST ? most : PAIRS_MOST);
    while (query.n) {
        Str value = str_cut(&query, '&');
        if (!value.n) continue;
        if (out->n == PAIRS_MOST) return false;
        Str name = str_cut(&value, '=');
        Pair *one = &out->at[out->n++];
        if (!decode(a, name, true, &one->name) || !decode(a, value, true, &one->value))
            return false;
    }
    return true;
}

const Pair *pairs_find(const Pairs *all, Str name)
{
    for (int i = 0; i < all->n; i++) {
        if (str_equal(all->at[i].name, name)) return &all->at[i];
    }
    return 0;
}

Str pairs_get(const Pairs *all, Str name)
{
    const Pair *one = pairs_find(all, name);
    return one ? one->value : (Str){0};
}
