// What a cell of a workbook shows: its number as people write it, or the date that it stands for.
// SPDX-License-Identifier: Apache-2.0
#include "formats/number.h"
#include "formats/xlsx.h"
#include <math.h>
#include <stdlib.h>

// ---- styles: which of them show a date ---------------------------------------------------------
typedef struct { int64_t id; bool date; } Format;
typedef struct { Format formats[FORMATS_MOST]; int n; bool in_cells; } Styles;

// ECMA-376 part 1, 18.8.30: the formats that need no definition, Thai and East Asian ones too.
static bool built_in_date(int64_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58) || (id >= 71 && id <= 81);
}

// A format shows a date when a letter of one stands outside quotes and brackets.
static bool date_format(Str code)
{
    for (isize i = 0; i < code.n; i++) {
        char c = code.p[i], closes = c == '"' ? '"' : c == '[' ? ']' : 0;
        if (closes) {
            for (i++; i < code.n && code.p[i] != closes;) i++;
        } else if (c == '\\' || c == '_' || c == '*') {
            i++; // the next character stands for itself
        } else if (strchr("yYmMdDhH", c)) {
            return true;
        }
    }
    return false;
}

static void open_style(Book *b, void *with, const char *name, const char **pairs)
{
    Styles *s = with;
    int64_t id = 0;
    (void)str_int(attribute(pairs, "numFmtId"), &id);
    if (is_named(name, "cellXfs")) s->in_cells = true;
    if (is_named(name, "numFmt") && s->n < FORMATS_MOST)
        s->formats[s->n++] = (Format){id, date_format(attribute(pairs, "formatCode"))};
    if (!is_named(name, "xf") || !s->in_cells || b->styles == STYLES_MOST) return;
    bool date = built_in_date(id);
    for (int i = 0; i < s->n; i++) {
        if (s->formats[i].id == id) date = s->formats[i].date;
    }
    b->dates[b->styles++] = date;
}

static void close_style(Book *b, void *with, const char *name)
{
    (void)b;
    if (is_named(name, "cellXfs")) ((Styles *)with)->in_cells = false;
}

Err *styles_read(Book *b, Str path)
{
    static const XmlReader reader = {open_style, close_style, 0};
    return part_read(b, path, &reader, take(b->scratch, Styles, 1));
}

// ---- values ------------------------------------------------------------------------------------
// A serial number of days as ISO text. The day 60 is 29 February 1900, which never was: Excel took
// over an error of Lotus 1-2-3 (ECMA-376 part 1, 18.17.4.1); it is written as Excel shows it.
static Str date_text(const Book *b, double serial)
{
    int days = (int)floor(serial), minutes = (int)floor((serial - days) * 1440 + 0.5 / 60);
    if (minutes == 1440) days++, minutes = 0;
    int hours = minutes / 60;
    char digits[] = {(char)('0' + hours / 10), (char)('0' + hours % 10), ':',
                     (char)('0' + minutes % 60 / 10), (char)('0' + minutes % 10)};
    Str time = {digits, sizeof digits};
    if (days == 0 && (minutes || !b->from_1904)) return str_copy(b->a, time);
    if (days == 60 && !b->from_1904) return S("1900-02-29");
    int before = b->from_1904 ? 19040101 : days < 60 ? 18991231 : 18991230;
    Str day = day_text(b->a, day_add(before, days));
    return minutes ? say(b->a, "{}T{}", day, time) : day;
}

static bool only_digits(Str s)
{
    if (s.n > 15 || !s.n || (s.n > 1 && *s.p == '0')) return false;
    for (isize i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return true;
}

Str cell_number(const Book *b, Str text, int style)
{
    bool date = style >= 0 && style < b->styles && b->dates[style];
    char z[NUMBER_MOST] = {0}, *end = z;
    if (text.n >= NUMBER_MOST || (!date && only_digits(text))) return str_copy(b->a, text);
    memcpy(z, text.p, (size_t)text.n);
    double d = strspn(z, "+-.0123456789eE") == (size_t)text.n ? strtod(z, &end) : 0;
    if (end == z || *end || !isfinite(d)) return str_copy(b->a, text);
    if (date && d >= 0 && d < 2953000) return date_text(b, d); // until 9984, in both systems
    Buf o = buf_in(b->a);
    o.n = number_text(buf_room(&o, NUMBER_MOST), d);
    return buf_str(&o);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// ECMA-376 part 1, 22.9.2.19: _xHHHH_ stands for a character that XML cannot hold; -1
// when it is none.
static int32_t coded(Str s)
{
    if (s.n < 7 || s.p[0] != '_' || s.p[1] != 'x' || s.p[6] != '_') return -1;
    int32_t code = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(s.p[i]);
        if (digit < 0) return -1;
        code = code << 4 | digit;
    }
    return code && (code < 0xD800 || code > 0xDFFF) ? code : -1;
}

Str text_decode(Arena *a, Str text)
{
    if (str_find(text, S("_x")) < 0) return str_copy(a, text);
    char *start = take(a, char, text.n), *to = start;
    while (text.n) {
        int32_t code = coded(text);
        if (code > 0) to += utf8_put(to, code);
        else *to++ = *text.p;
        text = str_slice(text, code > 0 ? 7 : 1, text.n);
    }
    return (Str){start, to - start};
}
