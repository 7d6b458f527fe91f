// Number formats: what a cell shows of its number (ECMA-376 part 1, 18.8.30 and 18.8.31).
// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx.h"
#include <math.h>
#include <stdlib.h>

enum { PLACE = 1 }; // before each place of a digit in Section.shape: no XML holds this letter

// The formats that need no definition, Thai and East Asian ones too. What differs between countries
// is given its day and its time.
static const struct { int id; Str code; } built_in[] = {
    {14, S("m/d/yyyy")}, {15, S("d-mmm-yy")}, {16, S("d-mmm")}, {17, S("mmm-yy")},
    {18, S("h:mm AM/PM")}, {19, S("h:mm:ss AM/PM")}, {20, S("h:mm")}, {21, S("h:mm:ss")},
    {22, S("m/d/yyyy h:mm")}, {45, S("mm:ss")}, {46, S("[h]:mm:ss")}, {47, S("mm:ss.0")},
    {71, S("d/m/yyyy")}, {72, S("d-mmm-yy")}, {73, S("d-mmm")}, {74, S("mmm-yy")}, {75, S("h:mm")},
    {76, S("h:mm:ss")}, {77, S("d/m/yyyy h:mm")}, {78, S("mm:ss")}, {79, S("[h]:mm:ss")},
    {80, S("mm:ss.0")}, {81, S("d/m/yyyy")},
};

Str format_built_in(int64_t id)
{
    for (int i = 0; i < countof(built_in); i++) {
        if (built_in[i].id == id) return built_in[i].code;
    }
    bool asian = (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
    return asian ? S("yyyy-m-d h:mm:ss") : (Str){0};
}

// How far a piece goes that is read whole: a quoted text, a bracket, an escaped letter.
static isize piece(Str code)
{
    char c = *code.p;
    isize close = c == '"' ? str_find(str_slice(code, 1, code.n), S("\""))
                  : c == '[' ? str_find(str_slice(code, 1, code.n), S("]")) : -1;
    if (c == '"' || c == '[') return close < 0 ? code.n : close + 2;
    Str behind = str_slice(code, 1, code.n);
    if ((c == '\\' || c == '_' || c == '*' || c == '!') && behind.n) {
        Str rest = behind;
        utf8_next(&rest);
        return 1 + (behind.n - rest.n);
    }
    return 1;
}

static Str section_cut(Str *code)
{
    Str all = *code;
    for (isize i = 0; i < all.n; i += piece(str_slice(all, i, all.n))) {
        if (all.p[i] != ';') continue;
        *code = str_slice(all, i + 1, all.n);
        return str_slice(all, 0, i);
    }
    *code = (Str){0};
    return all;
}

// [<100] and the like, among the brackets before a section; 1 holds, 0 does not, -1 there is none.
static int condition(Str section, double d)
{
    for (; section.n; section = str_slice(section, piece(section), section.n)) {
        if (*section.p != '[') continue;
        Str inside = str_slice(section, 1, piece(section) - 1);
        isize ops = 0;
        while (ops < inside.n && strchr("<>=", inside.p[ops]) && inside.p[ops]) ops++;
        char z[32] = {0};
        if (!ops || inside.n - ops >= (isize)sizeof z) continue;
        memcpy(z, inside.p + ops, (size_t)(inside.n - ops));
        double than = strtod(z, 0);
        Str op = str_slice(inside, 0, ops);
        return (str_has(op, '<') && d < than) || (str_has(op, '>') && d > than) ||
               (str_has(op, '=') && d == than) || (str_equal(op, S("<>")) && d != than);
    }
    return -1;
}

// The section that shows this number, which is not below zero.
static Str section_for(Str code, double d)
{
    Str part[3] = {0};
    int n = 0;
    for (Str rest = code; n < 3 && (rest.n || !n);) part[n++] = section_cut(&rest);
    int first = condition(part[0], d), second = n > 1 ? condition(part[1], d) : -1;
    if (first < 0) return n == 3 && d == 0 && part[2].n ? part[2] : part[0];
    if (first || n == 1) return part[0];
    return second != 0 || n == 2 ? part[1] : part[2];
}

static void shape_add(Section *s, Str text)
{
    if (text.n > SHAPE_MOST - s->shape_n) {
        s->other = true; // no number of people's is so long
        return;
    }
    memcpy(s->shape + s->shape_n, text.p, (size_t)text.n);
    s->shape_n += (int)text.n;
}

static void literal(Section *s, Str text)
{
    for (Str rest = text; rest.n;) {
        int32_t c = utf8_next(&rest);
        bool blank = c == ' ' || c == 0xA0 || c == '\'' || c == 0x2009 || c == 0x202F;
        bool letter = c < 0 || (c >= 0x80 && !blank) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if ((c >= '0' && c <= '9') || c == '+') s->fixed = true;
        if (s->places && letter) s->letters_behind = true;
        if (s->places && !s->between) s->between = blank ? ' ' : '-';
    }
    shape_add(s, text);
}

static void place(Section *s, char c)
{
    s->zeros += c == '0' || s->zeros; // from the first of them on, all places are filled
    if (!s->parted) s->parted = s->between;
    s->letters_behind = false;
    s->places++;
    shape_add(s, (Str){(char[]){PLACE, c}, 2});
}

// What stands in brackets: a time that runs on past a day, a calendar, a sign of money.
static void bracket(Section *s, Str inside)
{
    char first = inside.n ? (char)(*inside.p | 0x20) : 0;
    isize same = 0;
    while (same < inside.n && (inside.p[same] | 0x20) == first) same++;
    if (inside.n && same == inside.n && strchr("hms", first)) {
        s->elapsed = s->last = first;
        s->hour = s->hour || first == 'h';
    } else if (str_starts(inside, S("$"))) {
        Str rest = str_slice(inside, 1, inside.n), sign = str_cut(&rest, '-');
        char z[16] = {0};
        memcpy(z, rest.p ? rest.p : "", (size_t)(rest.n < 15 ? rest.n : 15));
        // by [MS-OE376] 2.1.739: of four bytes the third is the calendar; those whose months are ours
        static const char solar[] = {0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12};
        unsigned long calendar = strtoul(z, 0, 16) >> 16 & 0xFF;
        if (!memchr(solar, (int)calendar, sizeof solar)) s->foreign = true;
        if (sign.n) s->money = true;
    }
}

// A run of one letter of a date; false when it is none.
static bool date_letter(Section *s, char c, isize run)
{
    char small = (char)(c | 0x20);
    if (!strchr("ymdhseb", small)) return false;
    if (small == 'm' && s->last == 'h' && run <= 2) s->minute = true;
    else if (small == 'm') s->month++;
    if (small == 's' && s->last == 'm' && s->month && !s->minute) s->month--, s->minute = true;
    s->year = s->year || small == 'y' || small == 'e' || small == 'b';
    s->day = s->day || small == 'd';
    s->hour = s->hour || small == 'h';
    s->second = s->second || small == 's';
    s->last = small;
    return true;
}

static bool starts_any_case(Str s, const char *word)
{
    isize n = 0;
    for (; word[n]; n++) {
        if (n >= s.n || (s.p[n] | 0x20) != (word[n] | 0x20)) return false;
    }
    return true;
}

// What is neither quoted nor bracketed; how many bytes were read.
static isize bare(Section *s, Str code)
{
    char c = *code.p;
    isize run = 1;
    while (run < code.n && code.p[run] == c) run++;
    if (starts_any_case(code, "general")) return place(s, 'G'), 7;
    if (starts_any_case(code, "am/pm")) return s->hour = true, 5;
    if (starts_any_case(code, "a/p")) return s->hour = true, 3;
    if ((c == 'E' || c == 'e') && code.n > 1 && strchr("+-", code.p[1])) return s->other = true, 2;
    if ((c == 'B' || c == 'b') && code.n > 1 && strchr("12", code.p[1])) {
        s->foreign = s->foreign || code.p[1] == '2'; // the calendar of Islam
        return 2;
    }
    if (date_letter(s, c, run)) return run;
    if (strchr("0#?", c)) return place(s, c), 1;
    if (strchr(".,%@", c) || (c == '/' && s->places)) s->other = true;
    else if (c != 'g' && c != 'G') literal(s, (Str){code.p, 1});
    return 1;
}

Section section_read(Str code, double d)
{
    Section s = {0};
    for (Str rest = section_for(code, d); rest.n;) {
        isize n = piece(rest);
        char c = *rest.p;
        if (c == '"') literal(&s, str_slice(rest, 1, n - (n > 1 && rest.p[n - 1] == '"')));
        else if (c == '[') bracket(&s, str_slice(rest, 1, n - 1));
        else if (c == '\\' || c == '!') literal(&s, str_slice(rest, 1, n));
        else if (c != '_' && c != '*') n = bare(&s, rest);
        rest = str_slice(rest, n, rest.n);
    }
    s.dated = s.year || s.month || s.day || s.hour || s.minute || s.second || s.elapsed;
    return s;
}

// A number that is written as a number is: padded with zeros, begun with digits, or parted in
// groups. What stands behind it in letters, or before it as money, is its unit and no part of it.
bool section_shapes(const Section *s)
{
    bool grouped = s->parted && (s->parted != ' ' || s->zeros != 1); // # ##0 counts thousands
    return !s->dated && !s->other && !s->money && !s->letters_behind && s->places &&
           (s->zeros >= 2 || s->fixed || grouped);
}

Str section_shape(Arena *a, const Section *s, Str digits)
{
    Buf o = buf_in(a);
    Str shape = {s->shape, s->shape_n};
    isize left = s->places, n = digits.n;
    bool filled = false;
    if (n == 1 && *digits.p == '0') n = 0; // # shows nothing of it
    for (isize i = 0; i < shape.n; i++) {
        if (shape.p[i] != PLACE) {
            buf_char(&o, shape.p[i]);
            continue;
        }
        char c = shape.p[++i];
        if (c == 'G' && !n) buf_char(&o, '0');
        filled = filled || c == '0';
        if (left > n && c != 'G') {
            if (filled || c != '#') buf_char(&o, filled ? '0' : ' ');
        } else if (n) {
            isize from = digits.n - n, more = n - left + 1;
            buf_add(&o, str_slice(digits, from, from + more));
            n -= more;
        }
        left--;
    }
    return str_trim(buf_str(&o));
}
