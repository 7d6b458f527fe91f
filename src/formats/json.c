// JSON out: a literal with holes, and one quoted string.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "formats/number.h"
#include <math.h>

enum { STEP = 1 << 10, WIDEST = 6 };

// What cannot stand in a string, and what could end a script element or an attribute around it.
static const unsigned char special[256] = {
    [0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1, [0x07] = 1,
    [0x08] = 1, [0x09] = 1, [0x0A] = 1, [0x0B] = 1, [0x0C] = 1, [0x0D] = 1, [0x0E] = 1, [0x0F] = 1,
    [0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, [0x15] = 1, [0x16] = 1, [0x17] = 1,
    [0x18] = 1, [0x19] = 1, [0x1A] = 1, [0x1B] = 1, [0x1C] = 1, [0x1D] = 1, [0x1E] = 1, [0x1F] = 1,
    ['"'] = 2, ['\\'] = 2, ['<'] = 1, ['>'] = 1, ['&'] = 1,
};

static char *escape(char *to, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    *to++ = '\\';
    if (special[c] == 2) {
        *to++ = (char)c;
        return to;
    }
    if (c == '\n' || c == '\t') {
        *to++ = c == '\n' ? 'n' : 't';
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = hex[c >> 4];
    to[4] = hex[c & 15];
    return to + 5;
}

static void escape_step(Buf *o, Str s)
{
    char *start = buf_room(o, s.n * WIDEST), *to = start;
    for (isize i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (special[c]) to = escape(to, c);
        else *to++ = (char)c;
    }
    o->n += to - start;
}

void json_text(Buf *o, Str s)
{
    buf_char(o, '"');
    for (; s.n > STEP; s = str_slice(s, STEP, s.n)) escape_step(o, str_slice(s, 0, STEP));
    escape_step(o, s);
    buf_char(o, '"');
}

static void hole(Buf *o, const Val *v)
{
    switch (v->kind) {
    case VAL_NULL: buf_add(o, S("null")); return;
    case VAL_INT: buf_int(o, v->i); return;
    case VAL_REAL: // JSON has no word for what is infinite or no number
        if (isfinite(v->d)) o->n += number_text(buf_room(o, NUMBER_MOST), v->d);
        else buf_add(o, S("null"));
        return;
    case VAL_STR:
    case VAL_URL:
    case VAL_NAME: json_text(o, v->s); return;
    case VAL_HTML: buf_add(o, v->s); return;
    case VAL_BLOB:
    case VAL_SQL: break;
    }
    must(!"bytes or a condition in JSON");
}

// The literal between two holes.
static void words(Buf *o, Str s)
{
    if (!s.n) return;
    char *to = buf_room(o, s.n);
    for (isize i = 0; i < s.n; i++) to[i] = s.p[i] == '\'' ? '"' : s.p[i];
    o->n += s.n;
}

void json_fill(Buf *o, const char *lit, Vals with)
{
    int used = 0;
    for (const char *p = lit, *from = lit;;) {
        p = strchrnul(p, '{');
        if (*p && p[1] != '}') {
            p++;
            continue;
        }
        words(o, (Str){from, p - from});
        if (!*p) break;
        must(used < with.n);
        hole(o, &with.at[used++]);
        from = p += 2;
    }
    must(used == with.n);
}
