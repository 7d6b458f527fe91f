// Numbers that people can say: the column `number` of the sheet records, as LA-{year}-{province}-{n:4}.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

enum { WIDTH_MOST = 9, NUMBER_MOST = 60, TYPED_MOST = 80 };
static const Str year_hole = S("{year}"), province_hole = S("{province}");

// ---- the pattern ---------------------------------------------------------------------------------------

// {n} or {n:4}, at the end.
static bool counted(Str hole, int *width)
{
    int64_t said;
    *width = 1;
    if (str_equal(hole, S("{n}"))) return true;
    bool wide = str_starts(hole, S("{n:")) && str_int(str_slice(hole, 3, hole.n - 1), &said) && said > 0 && said <= WIDTH_MOST;
    if (wide) *width = (int)said;
    return wide;
}

// What is wrong with it, or nothing.
static Message number_wrong(Load *l, Str pattern, RecordType *t)
{
    isize at = 0, open;
    while ((open = str_find(str_slice(pattern, at, pattern.n), S("{"))) >= 0) {
        isize end = str_find(str_slice(pattern, at + open, pattern.n), S("}"));
        Str hole = str_slice(pattern, at + open, end < 0 ? pattern.n : at + open + end + 1);
        at += open;
        if (counted(hole, &t->number_width) && at + hole.n == pattern.n) {
            t->number = str_slice(pattern, 0, at);
            if (!at || !(pattern.p[at - 1] == '}' || (pattern.p[at - 1] >= '0' && pattern.p[at - 1] <= '9'))) return (Message){0};
            return message(l->a, "Before {n} stands a sign that is no digit, as in LA-{year}-{n:4}, so that the running number is told"
                " apart.");
        }
        if (!str_equal(hole, year_hole) && !str_equal(hole, province_hole)) break;
        at += hole.n;
    }
    return message(l->a, "Write a number as LA-{year}-{province}-{n:4}: of {year} and {province}, and {n} or {n:4} at its end.");
}

void numbers_read(Load *l)
{
    for (int i = 0; i < l->pack->records_n; i++) {
        RecordType *t = &l->pack->records[i];
        const Row *r = l->record_rows[i];
        Str pattern = row_cell(l, r, S("number"));
        if (!pattern.n) continue;
        Message wrong = number_wrong(l, pattern, t);
        if (!wrong.words && (pattern.n > NUMBER_MOST || !utf8_valid(pattern) || !str_seen(pattern)))
            wrong = message(l->a, "A number has {} letters at most, and no sign that nobody sees.", NUMBER_MOST);
        if (wrong.words) row_tell(l, r, S("number"), pattern, wrong);
        t->numbered = true;
    }
}

// ---- a number --------------------------------------------------------------------------------------------

// ISO 3166-2 begins with the country, which every number would say again.
static Str province_short(const Pack *p, Str province)
{
    bool said = province.n > 3 && str_starts(province, p->country) && province.p[2] == '-';
    return said ? str_slice(province, 3, province.n) : province;
}

Str number_before(Arena *a, const Pack *p, const RecordType *t, int year, Str province)
{
    Buf o = buf_in(a);
    for (Str rest = t->number; rest.n;) {
        bool of_year = str_starts(rest, year_hole), of_province = str_starts(rest, province_hole);
        Str place = province_short(p, province);
        if (of_year) buf_int(&o, year);
        else if (of_province && place.n) buf_add(&o, place);
        else if (of_province && o.n && o.p[o.n - 1] == '-') o.n--; // of a unit of no province: one sign between the others
        else if (!of_province) buf_char(&o, rest.p[0]);
        rest = str_slice(rest, of_year ? year_hole.n : of_province ? province_hole.n : 1, rest.n);
    }
    return buf_str(&o);
}

Str number_whole(Arena *a, const RecordType *t, Str before, int64_t n)
{
    Str digits = say(a, "{}", n);
    Buf o = buf_in(a);
    buf_add(&o, before);
    for (isize i = digits.n; i < t->number_width; i++) buf_char(&o, '0');
    buf_add(&o, digits);
    return buf_str(&o);
}

void number_split(Str number, Str *before, int64_t *n)
{
    isize at = number.n;
    while (at && number.p[at - 1] >= '0' && number.p[at - 1] <= '9' && number.n - at < 18) at--;
    *before = str_slice(number, 0, at);
    if (!str_int(str_slice(number, at, number.n), n)) *n = 0;
}

// ---- as people type it -------------------------------------------------------------------------------------

// Letters in capitals and digits, Lao ones too; signs between them say nothing.
static Str folded(Arena *a, Str text)
{
    Buf o = buf_in(a);
    char bytes[4];
    for (Str rest = text; rest.n;) {
        int32_t c = utf8_next(&rest);
        if (c < 0) break;
        if (c >= 0xED0 && c <= 0xED9) c = '0' + (c - 0xED0);
        if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
        bool says = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c >= 128 && !char_blank(c) && !char_unseen(c));
        if (says) buf_add(&o, (Str){bytes, utf8_put(bytes, c)});
    }
    return buf_str(&o);
}

typedef struct { Arena *a; const Pack *p; const RecordType *t; Str typed; Str *out; int n, most; } Typing;

// The running number is what stands behind what would stand before it.
static void typed_as(Typing *y, int year, Str province)
{
    Str before = number_before(y->a, y->p, y->t, year, province), start = folded(y->a, before);
    int64_t n;
    Str digits = str_slice(y->typed, start.n < y->typed.n ? start.n : y->typed.n, y->typed.n);
    if (!str_starts(y->typed, start) || !digits.n || digits.n > 15 || !str_int(digits, &n) || n < 1 || y->n == y->most) return;
    Str number = number_whole(y->a, y->t, before, n);
    for (int i = 0; i < y->n; i++) {
        if (str_equal(y->out[i], number)) return;
    }
    y->out[y->n++] = number;
}

static void typed_in(Typing *y, int year)
{
    typed_as(y, year, (Str){0});
    if (str_find(y->t->number, province_hole) < 0) return;
    for (int i = 0; i < y->p->units_n; i++) {
        Str province = y->p->units[i].province;
        bool told = !province.n;
        for (int k = 0; k < i && !told; k++) told = str_equal(y->p->units[k].province, province);
        if (!told) typed_as(y, year, province);
    }
}

int number_typed(Arena *a, const Pack *p, const RecordType *t, Str typed, Str *out, int most)
{
    Typing y = {.a = a, .p = p, .t = t, .out = out, .most = most};
    if (!t->numbered || typed.n > TYPED_MOST) return 0;
    y.typed = folded(a, typed);
    bool ends = y.typed.n && y.typed.p[y.typed.n - 1] >= '0' && y.typed.p[y.typed.n - 1] <= '9';
    bool of_year = str_find(t->number, year_hole) >= 0;
    if (ends && !of_year) typed_in(&y, 0);
    for (isize at = 0; ends && of_year && at + 4 <= y.typed.n; at++) {
        int64_t year;
        if (str_int(str_slice(y.typed, at, at + 4), &year) && year >= 1900 && year < 2200) typed_in(&y, (int)year);
    }
    return y.n;
}
