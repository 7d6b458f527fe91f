// Numbers as people type and read them: 7,393.17, in Lao 7.393,17.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"

enum { GROUP = 3 };
static const char between[] = {[LANG_EN] = ',', [LANG_LO] = '.'}, before_parts[] = {[LANG_EN] = '.', [LANG_LO] = ','}; // CLDR 42
_Static_assert(countof(between) == LANG_COUNT && countof(before_parts) == LANG_COUNT, "every language groups digits");

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static isize digits_of(Str s)
{
    isize n = 0;
    while (n < s.n && digit(s.p[n])) n++;
    return n;
}

static isize count(Str s, char c)
{
    isize n = 0;
    for (isize i = 0; i < s.n; i++) n += s.p[i] == c;
    return n;
}

// ASCII digits, and a plain blank for whatever blank stands between them.
static Str plain(Arena *a, Str typed)
{
    Str rest = digits_plain(a, str_bare(typed));
    char *to = take(a, char, rest.n);
    isize n = 0;
    while (rest.n) {
        int32_t c = utf8_next(&rest);
        if (c < 0) return (Str){0};
        n += utf8_put(to + n, char_blank(c) ? ' ' : c);
    }
    return (Str){to, n};
}

// One to three digits, then threes, each behind the sign; the digits alone. False: they stand otherwise.
static bool groups_read(Str s, char sign, Buf *out)
{
    Str one = str_cut(&s, sign);
    bool good = one.n >= 1 && one.n <= GROUP && one.p[0] != '0';
    for (; good; one = str_cut(&s, sign)) {
        buf_add(out, one);
        if (!s.n) return digits_of(one) == one.n;
        good = digits_of(one) == one.n && digits_of(s) >= GROUP && (s.n == GROUP || s.p[GROUP] == sign);
    }
    return false;
}

// Which sign parts the groups, and which stands before the decimals; 0: none.
static bool signs_read(Str s, char *group, char *parts)
{
    isize points = count(s, '.'), commas = count(s, ','), blanks = count(s, ' '), at = s.n;
    while (at && s.p[at - 1] != '.' && s.p[at - 1] != ',') at--;
    char last = at ? s.p[at - 1] : 0, first = last == '.' ? ',' : '.';
    bool both = points && commas, many = points + commas > 1;
    *parts = both || (last && !many) ? last : 0;
    *group = both ? first : many ? last : blanks ? ' ' : 0;
    return !(both && count(s, last) > 1) && !(blanks && *group != ' ');
}

bool decimal_typed(Arena *a, Str typed, TypedDecimal *out)
{
    char group, parts;
    Str s = plain(a, typed), behind = {0};
    *out = (TypedDecimal){0};
    bool minus = str_starts(s, S("-"));
    if (minus) s = str_slice(s, 1, s.n);
    if (!s.n || !digit(s.p[0]) || !digit(s.p[s.n - 1]) || !signs_read(s, &group, &parts)) return false;
    Str all = s, whole = parts ? str_slice(s, 0, str_find(s, (Str){&parts, 1})) : s;
    if (!whole.n || !digit(whole.p[whole.n - 1])) return false; // a sign stands between digits
    if (parts) behind = str_slice(s, whole.n + 1, s.n);
    Buf value = buf_in(a);
    if (minus) buf_char(&value, '-');
    if (group ? !groups_read(whole, group, &value) : digits_of(whole) != whole.n) return false;
    if (digits_of(behind) != behind.n) return false;
    if (!group) buf_add(&value, whole);
    bool either = parts && !group && behind.n == GROUP && whole.n <= GROUP && all.p[0] != '0';
    if (either) out->other = say(a, "{}.{}", buf_str(&value), behind);
    if (parts && !either) buf_char(&value, '.');
    buf_add(&value, behind);
    out->value = buf_str(&value);
    return true;
}

// The digits in threes, from the right.
static void groups_write(Buf *o, Str digits, char sign)
{
    for (isize i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % GROUP == 0) buf_char(o, sign);
        buf_char(o, digits.p[i]);
    }
}

// A number as it is stored: digits, maybe a sign before them and a point among them.
static bool stored(Str value, Str *minus, Str *whole, Str *behind)
{
    *minus = str_slice(value, 0, str_starts(value, S("-")));
    *behind = str_slice(value, minus->n, value.n);
    *whole = str_cut(behind, '.');
    return whole->n && digits_of(*whole) == whole->n && digits_of(*behind) == behind->n;
}

Str decimal_shown(Arena *a, Lang lang, Str value)
{
    Str minus, whole, behind;
    Buf o = buf_in(a);
    if (!stored(value, &minus, &whole, &behind)) return value;
    buf_add(&o, minus);
    groups_write(&o, whole, between[lang]);
    if (behind.n) buf_char(&o, before_parts[lang]);
    buf_add(&o, behind);
    return buf_str(&o);
}

Str decimal_box(Arena *a, Lang lang, Str value)
{
    Str shown = decimal_shown(a, lang, value), minus, whole, behind;
    TypedDecimal typed;
    if (!decimal_typed(a, shown, &typed) || !typed.other.n) return shown;
    must(stored(value, &minus, &whole, &behind));
    Str sign = {&before_parts[lang], 1};
    if (behind.n && str_ends(behind, S("0"))) {
        while (str_ends(behind, S("0"))) behind.n--;
        return say(a, "{}{}{}{}", minus, whole, behind.n ? sign : (Str){0}, behind);
    }
    return behind.n ? say(a, "{}{}{}{}0", minus, whole, sign, behind) : value;
}

Str number_shown(Arena *a, Lang lang, int64_t n)
{
    return decimal_shown(a, lang, say(a, "{}", n));
}
