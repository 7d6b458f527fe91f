// HTML: a literal with holes; whatever fills one is escaped unless it is HTML already.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

enum { STEP = 1 << 10, WIDEST = 5 };

// 0 is a plain byte; else where its escape stands.
static const unsigned char special[256] = {['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5};
static const struct { unsigned char n; char text[WIDEST + 1]; } escapes[] = {
    {0, ""}, {5, "&amp;"}, {4, "&lt;"}, {4, "&gt;"}, {5, "&#34;"}, {5, "&#39;"},
};

// The first special byte at or after p: eight at a time, since every byte that
// is shown to anybody passes here.
static const unsigned char *plain_run(const unsigned char *p, const unsigned char *end)
{
    while (end - p >= 8 && !(special[p[0]] | special[p[1]] | special[p[2]] | special[p[3]] |
                             special[p[4]] | special[p[5]] | special[p[6]] | special[p[7]]))
        p += 8;
    while (p < end && !special[*p]) p++;
    return p;
}

static void escape_step(Buf *o, const unsigned char *p, isize n)
{
    const unsigned char *end = p + n;
    char *start = buf_room(o, n * WIDEST), *to = start;
    for (;;) {
        const unsigned char *stop = plain_run(p, end);
        memcpy(to, p, (size_t)(stop - p));
        to += stop - p;
        if (stop == end) break;
        memcpy(to, escapes[special[*stop]].text, WIDEST);
        to += escapes[special[*stop]].n;
        p = stop + 1;
    }
    o->n += to - start;
}

void html_text(Buf *o, Str s)
{
    for (; s.n > STEP; s = str_slice(s, STEP, s.n))
        escape_step(o, (const unsigned char *)s.p, STEP);
    if (s.n) escape_step(o, (const unsigned char *)s.p, s.n);
}

static void hole(Buf *o, const Val *v)
{
    switch (v->kind) {
    case VAL_NULL: return;
    case VAL_INT: buf_int(o, v->i); return;
    case VAL_HTML: buf_add(o, v->s); return;
    case VAL_REAL: html_text(o, val_text(o->a, *v)); return;
    case VAL_STR:
    case VAL_NAME:
    case VAL_URL: html_text(o, v->s); return;
    case VAL_BLOB:
    case VAL_SQL: break;
    }
    must(!"bytes or a condition in a page");
}

void html_fill(Buf *o, const char *lit, Vals with)
{
    int used = 0;
    for (const char *p = lit, *from = lit;;) {
        p = strchrnul(p, '{');
        if (*p && p[1] != '}') {
            p++;
            continue;
        }
        buf_add(o, (Str){from, p - from});
        if (!*p) break;
        must(used < with.n);
        hole(o, &with.at[used++]);
        from = p += 2;
    }
    must(used == with.n);
}

Html html_of(const Buf *o)
{
    return (Html){buf_str(o)};
}
