// What a cell of a workbook shows: its number as people write it, or the date that it stands for.
// SPDX-License-Identifier: Apache-2.0
#include "formats/number.h"
#include "formats/xlsx.h"
#include <math.h>
#include <stdlib.h>

// ---- styles: the number format of each ---------------------------------------------------------
typedef struct { int64_t id; Str code; } Format;
typedef struct { Format formats[FORMATS_MOST]; int n; bool in_cells; } Styles;

static void open_style(Book *b, void *with, const char *name, const char **pairs)
{
    Styles *s = with;
    int64_t id = 0;
    (void)str_int(attribute(pairs, "numFmtId"), &id);
    if (is_named(name, "cellXfs")) s->in_cells = true;
    if (is_named(name, "numFmt") && s->n < FORMATS_MOST)
        s->formats[s->n++] = (Format){id, str_copy(b->scratch, attribute(pairs, "formatCode"))};
    if (!is_named(name, "xf") || !s->in_cells || b->styles == STYLES_MOST) return;
    Str code = format_built_in(id);
    for (int i = 0; i < s->n; i++) {
        if (s->formats[i].id == id) code = s->formats[i].code;
    }
    b->formats[b->styles++] = code;
}

static void close_style(Book *b, void *with, const char *name)
{
    (void)b;
    if (is_named(name, "cellXfs")) ((Styles *)with)->in_cells = false;
}

Err *styles_read(Book *b, Str path)
{
    static const XmlReader reader = {open_style, close_style, 0};
    b->formats = take(b->scratch, Str, STYLES_MOST);
    return part_read(b, path, &reader, take(b->scratch, Styles, 1));
}

static Str format_of(const Book *b, int style)
{
    return style >= 0 && style < b->styles ? b->formats[style] : (Str){0};
}

// ---- days and times ----------------------------------------------------------------------------
enum { DAY_SECONDS = 86400 };

// A day, or none, and seconds of it; `days` counts them for a time that runs on.
typedef struct { Str day; int days, seconds; Str zone; } When;

static Str two(Arena *a, int n)
{
    return say(a, "{}{}", n / 10, n % 10);
}

static Str time_text(Arena *a, int seconds, bool exact)
{
    Str time = say(a, "{}:{}", two(a, seconds / 3600), two(a, seconds / 60 % 60));
    return exact && seconds % 60 ? say(a, "{}:{}", time, two(a, seconds % 60)) : time;
}

// 26:30 as [h]:mm shows it: no moment, but a span of time.
static Str elapsed_text(Arena *a, const Section *s, const When *w)
{
    int64_t all = (int64_t)w->days * DAY_SECONDS + w->seconds;
    if (s->elapsed == 's') return say(a, "{}", all);
    if (s->elapsed == 'm') return s->second ? say(a, "{}:{}", all / 60, two(a, (int)(all % 60))) : say(a, "{}", all / 60);
    if (!s->minute) return say(a, "{}", all / 3600);
    Str minutes = say(a, "{}:{}", all / 3600, two(a, (int)(all / 60 % 60)));
    return s->second ? say(a, "{}:{}", minutes, two(a, (int)(all % 60))) : minutes;
}

// As precise as it is shown: a year alone, a month, a day, or a moment. What shows no year shows too
// little for a date; and months of another calendar are not ours: then the day stays.
static Str when_text(Arena *a, const Section *s, const When *w)
{
    bool timed = s->hour || s->minute || s->second;
    bool coarse = s->year && !s->day && !timed && !s->foreign;
    if (s->elapsed) return elapsed_text(a, s, w);
    if (!w->day.n) return time_text(a, w->seconds, s->second);
    if (coarse) return str_copy(a, str_slice(w->day, 0, s->month ? 7 : 4));
    if (!timed || !w->seconds) return str_copy(a, w->day);
    return say(a, "{}T{}{}", w->day, time_text(a, w->seconds, s->second), w->zone);
}

// A serial number of days. The day 60 is 29 February 1900, which never was: Excel took over an error
// of Lotus 1-2-3 (ECMA-376 part 1, 18.17.4.1); it is written as Excel shows it.
static When when_serial(const Book *b, double serial)
{
    When w = {.days = (int)floor(serial)};
    w.seconds = (int)floor((serial - w.days) * DAY_SECONDS + 0.5);
    if (w.seconds == DAY_SECONDS) w.days++, w.seconds = 0;
    int before = b->from_1904 ? 19040101 : w.days < 60 ? 18991231 : 18991230;
    if (w.days == 60 && !b->from_1904) w.day = S("1900-02-29");
    else if (w.days || (b->from_1904 && !w.seconds)) w.day = day_text(b->a, day_add(before, w.days));
    return w;
}

static bool digits_at(Str s, isize at, int *out)
{
    Str two_of = str_slice(s, at, at + 2);
    int64_t n;
    if (two_of.n != 2 || *two_of.p < '0' || *two_of.p > '9' || !str_int(two_of, &n)) return false;
    *out = (int)n;
    return true;
}

// 09:30, 09:30:15, 09:30:15.250, and a zone behind it.
static bool time_read(Str time, When *w)
{
    int hour, minute, second = 0;
    if (!digits_at(time, 0, &hour) || !digits_at(time, 3, &minute) || time.p[2] != ':') return false;
    isize at = 5;
    double part = 0;
    if (at < time.n && time.p[at] == ':') {
        if (!digits_at(time, 6, &second)) return false;
        at = 8;
    }
    if (at < time.n && time.p[at] == '.') {
        double worth = 0.1;
        for (at++; at < time.n && time.p[at] >= '0' && time.p[at] <= '9'; at++, worth /= 10)
            part += (time.p[at] - '0') * worth;
    }
    w->zone = str_slice(time, at, time.n);
    w->seconds = hour * 3600 + minute * 60 + second + (part >= 0.5);
    return hour < 24 && minute < 60 && second < 60 && (!w->zone.n || strchr("Z+-", *w->zone.p));
}

// ISO 8601 in a cell of its own kind.
Str cell_day(const Book *b, Str text, int style)
{
    static const Str all = S("yyyy-mm-dd hh:mm:ss");
    Str code = format_of(b, style), day = str_slice(text, 0, 10), time = str_slice(text, 10, text.n);
    Days any;
    When w = {.day = day};
    bool dated = days_parse(day, &any) && day.n == 10;
    if (!dated) time = str_starts(text, S("T")) ? text : say(b->a, "T{}", text);
    if (time.n && ((*time.p != 'T' && *time.p != ' ') || !time_read(str_slice(time, 1, time.n), &w)))
        return text_decode(b->a, text);
    if (w.seconds == DAY_SECONDS) w.seconds = 0, any.first = day_add(any.first, 1), w.day = day_text(b->a, any.first);
    if (!dated || any.first <= 18991231) w.day = (Str){0}; // the day from which serials are counted: a time alone
    Section shown = section_read(code, 1);
    if (!shown.dated) shown = section_read(all, 1);
    return when_text(b->a, &shown, &w);
}

// ---- numbers -----------------------------------------------------------------------------------
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
    Str code = format_of(b, style);
    char z[NUMBER_MOST] = {0}, *end = z;
    if (text.n >= NUMBER_MOST || (!code.n && only_digits(text))) return str_copy(b->a, text);
    memcpy(z, text.p, (size_t)text.n);
    double d = strspn(z, "+-.0123456789eE") == (size_t)text.n ? strtod(z, &end) : 0;
    if (end == z || *end || !isfinite(d)) return str_copy(b->a, text);
    Section shown = code.n && d >= 0 ? section_read(code, d) : (Section){0};
    if (shown.dated && d < 2953000) { // until 9984, in both systems
        When w = when_serial(b, d);
        return when_text(b->a, &shown, &w);
    }
    Buf o = buf_in(b->a);
    o.n = number_text(buf_room(&o, NUMBER_MOST), d);
    bool whole = only_digits(buf_str(&o));
    return whole && section_shapes(&shown) ? section_shape(b->a, &shown, buf_str(&o)) : buf_str(&o);
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
