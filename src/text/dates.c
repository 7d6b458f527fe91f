// Dates as people type and read them, and digits of any script.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"

enum { BUDDHIST_FIRST = 2440, BUDDHIST_LAST = 2643, BUDDHIST_AHEAD = 543 };

int year_buddhist(int year)
{
    return year >= BUDDHIST_FIRST && year <= BUDDHIST_LAST ? year - BUDDHIST_AHEAD : 0;
}

// A digit of Lao, Thai, Khmer, Burmese or Arabic as an ASCII one; any other letter as it is.
static int32_t digit_plain(int32_t c)
{
    static const int32_t zeros[] = {0x0ED0, 0x0E50, 0x17E0, 0x1040, 0x0660, 0x06F0};
    for (int i = 0; i < countof(zeros); i++) {
        if (c >= zeros[i] && c <= zeros[i] + 9) return '0' + c - zeros[i];
    }
    return c;
}

Str digits_plain(Arena *a, Str typed)
{
    Str rest = typed;
    char *to = take(a, char, typed.n);
    isize n = 0;
    while (rest.n) {
        int32_t c = utf8_next(&rest);
        if (c < 0) return typed;
        n += utf8_put(to + n, digit_plain(c));
    }
    return (Str){to, n};
}

// ASCII for what was typed; empty when it cannot be a date.
static Str plain_letters(char *room, isize cap, Str typed)
{
    isize n = 0;
    while (typed.n) {
        int32_t c = digit_plain(utf8_next(&typed));
        if (char_blank(c)) c = ' ';
        if (c >= 0x80 && char_unseen(c)) continue;
        if (c <= 0 || c >= 0x80 || n == cap) return (Str){0};
        room[n++] = (char)c;
    }
    return str_trim((Str){room, n});
}

typedef struct { int value, digits; } Part;

static bool part_read(Str *rest, Part *out)
{
    *out = (Part){0};
    while (rest->n && *rest->p >= '0' && *rest->p <= '9' && out->digits < 5) {
        out->value = out->value * 10 + (*rest->p - '0');
        out->digits++;
        rest->p++, rest->n--;
    }
    return out->digits == 1 || out->digits == 2 || out->digits == 4;
}

// One of / . - or blanks, blanks around it allowed; false when another number does not follow.
static bool separator_read(Str *rest)
{
    Str s = *rest;
    while (s.n && *s.p == ' ') s = str_slice(s, 1, s.n);
    if (s.n && (*s.p == '/' || *s.p == '.' || *s.p == '-')) s = str_slice(s, 1, s.n);
    if (s.n == rest->n) return false;
    while (s.n && *s.p == ' ') s = str_slice(s, 1, s.n);
    if (!s.n || *s.p < '0' || *s.p > '9') return false;
    *rest = s;
    return true;
}

// A time of the form 9:05, 09:05, 9.05, 09:05:30, with Z or +07:00 behind it.
static bool time_read(Arena *a, Str rest, Str *out)
{
    rest = str_slice(rest, 1, rest.n);
    while (rest.n && *rest.p == ' ') rest = str_slice(rest, 1, rest.n);
    if (!str_has(rest, ':')) { // 14.30
        char *to = take(a, char, rest.n);
        for (isize i = 0; i < rest.n; i++) to[i] = rest.p[i] == '.' ? ':' : rest.p[i];
        rest.p = to;
    }
    if (rest.n >= 4 && rest.p[1] == ':') rest = say(a, "0{}", rest);
    Days any;
    *out = rest;
    return moment_parse(say(a, "2000-01-01T{}", rest), 0, &any);
}

static bool looks_like_time(Str rest)
{
    if (!rest.n || !str_has(S(" ,Tt"), *rest.p)) return false;
    isize colon = str_find(rest, S(":")), point = str_find(rest, S("."));
    if (colon < 0 || (point > 0 && point < colon)) colon = point;
    return colon >= 2 && colon <= 4;
}

// Day first unless the year stands first, as ISO has it.
static bool parts_place(const Part *part, int n, int *year, int *month, int *day)
{
    int at = part[0].digits == 4 ? 0 : n - 1, other = n == 3 && at == 0 ? 2 : 0;
    if (part[at].digits != 4) return false;
    for (int i = 0; i < n; i++) {
        if (i != at && part[i].digits == 4) return false;
    }
    *year = part[at].value;
    *month = n == 1 ? 0 : n == 2 ? part[1 - at].value : part[1].value;
    *day = n == 3 ? part[other].value : 0;
    return true;
}

static Str iso_text(Arena *a, int n, int year, int month, int day)
{
    Str whole = day_text(a, day_from_civil(year, month, day));
    return str_slice(whole, 0, n == 1 ? 4 : n == 2 ? 7 : 10);
}

bool date_typed(Arena *a, Str typed, TypedDate *out)
{
    char room[64];
    Str rest = plain_letters(room, sizeof room, typed), time = {0};
    Part part[3];
    int n = 0, year, month, day;
    *out = (TypedDate){0};
    do {
        if (!part_read(&rest, &part[n++])) return false;
    } while (n < 3 && separator_read(&rest));
    if (n == 3 && looks_like_time(rest)) {
        if (!time_read(a, rest, &time)) return false;
        rest.n = 0;
    }
    if (rest.n || !parts_place(part, n, &year, &month, &day)) return false;
    out->buddhist = year_buddhist(year);
    if (out->buddhist) year = year_buddhist(year);
    Days any;
    Str iso = iso_text(a, n, year, month, day);
    if (year < YEAR_FIRST || !days_parse(iso, &any)) return false;
    out->iso = time.n ? say(a, "{}T{}", iso, time) : iso;
    return true;
}

Str date_shown(Arena *a, Lang lang, Str iso)
{
    (void)lang; // both languages write the day first, in European digits
    Str day = str_slice(iso, 0, 10), time = str_slice(iso, 11, iso.n);
    Days any;
    if (!days_parse(day, &any) || (iso.n > 10 && iso.p[10] != 'T' && iso.p[10] != ' '))
        return str_copy(a, iso);
    Str y = str_slice(day, 0, 4), m = str_slice(day, 5, 7), d = str_slice(day, 8, 10);
    if (day.n == 4) return str_copy(a, y);
    if (day.n == 7) return say(a, "{}/{}", m, y);
    return time.n ? say(a, "{}/{}/{} {}", d, m, y, time) : say(a, "{}/{}/{}", d, m, y);
}
