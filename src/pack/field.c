// One value of a field: read as it was given, refused with a sentence.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "text/text.h"

enum { TEXT_MOST = 64 << 10, SHOWN_MOST = 60, LISTED_MOST = 16, DIGITS_MOST = 15 };

const Str field_kind_words[] = {
    [FIELD_TEXT] = S("text"), [FIELD_NOTE] = S("note"), [FIELD_INTEGER] = S("integer"),
    [FIELD_DECIMAL] = S("decimal"),
    [FIELD_DATE] = S("date"), [FIELD_MOMENT] = S("dateTime"), [FIELD_CHOICE] = S("select_one"),
    [FIELD_CHOICES] = S("select_multiple"), [FIELD_LINK] = S("link"),
    [FIELD_WORDS] = S("words"), [FIELD_MONEY] = S("money"),
    [FIELD_FILE] = S("file"), [FIELD_IMAGE] = S("image"), [FIELD_AUDIO] = S("audio"),
};
_Static_assert(countof(field_kind_words) == FIELD_KIND_COUNT, "every kind has a word");

// As much of a wrong value as a sentence bears.
static Str shown(Arena *a, Str s)
{
    if (s.n <= SHOWN_MOST) return s;
    isize n = SHOWN_MOST;
    while (n && (s.p[n] & 0xC0) == 0x80) n--;
    return say(a, "{}…", str_slice(s, 0, n));
}

static bool text_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    (void)f, (void)now;
    *value = given;
    if (given.n > TEXT_MOST) {
        *why = message(a, "This text is longer than 64 KiB; shorten it.");
        return false;
    }
    bool plain = true;
    for (isize i = 0; i < given.n; i++) {
        unsigned char c = (unsigned char)given.p[i];
        if (c < ' ' ? c != '\n' && c != '\t' && c != '\r' : c == 0x7F) {
            *why = message(a, "This text holds a control character; take it away.");
            return false;
        }
        plain = plain && c < 0x80;
    }
    if (plain || utf8_valid(given)) return true;
    *why = message(a, "This text is not in UTF-8; save the file as UTF-8.");
    return false;
}

// A key: blanks and unseen letters at its ends are no part of it.
static bool link_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    return text_read(a, f, now, str_bare(given), value, why);
}

static bool all_digits(Str s)
{
    for (isize i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return s.n > 0;
}

static Str without_zeros(Str digits)
{
    while (digits.n > 1 && *digits.p == '0') digits = str_slice(digits, 1, digits.n);
    return digits;
}

static bool integer_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    (void)now;
    int64_t number;
    if (!all_digits(given)) {
        *why = message(a, "'{}' is not a whole number; write it with digits alone.",
            shown(a, given));
        return false;
    }
    if (given.n > 1 && given.p[0] == '0') { // it would come out again as another text
        *why = message(a, "'{}' begins with a zero; write the number without it.", shown(a, given));
        return false;
    }
    *value = given;
    if (str_int(*value, &number) && number >= f->least && number <= f->most) return true;
    *why = message(a, "'{}' is out of range; it goes from {} to {}.", shown(a, given), f->least,
        f->most);
    return false;
}

static bool decimal_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    (void)f, (void)now;
    bool minus = str_starts(given, S("-"));
    Str behind = minus ? str_slice(given, 1, given.n) : given, whole = str_cut(&behind, '.');
    if (!all_digits(whole) || (behind.p > whole.p + whole.n && !all_digits(behind))
        || given.p[given.n - 1] == '.') {
        *why = message(a, "'{}' is not a number; write it as 12 or 12.5.", shown(a, given));
        return false;
    }
    whole = without_zeros(whole);
    while (behind.n && behind.p[behind.n - 1] == '0') behind.n--;
    if (whole.n + behind.n > DIGITS_MOST) {
        *why = message(a, "'{}' has more than {} digits.", shown(a, given), DIGITS_MOST);
        return false;
    }
    bool zero = str_equal(whole, S("0")) && !behind.n;
    isize length = (minus && !zero) + whole.n + (behind.n ? behind.n + 1 : 0);
    if (length == given.n) *value = given;
    else *value = say(a, "{}{}{}{}", minus && !zero ? S("-") : S(""), whole,
        behind.n ? S(".") : S(""), behind);
    return true;
}

bool days_likely(Arena *a, Days days, Str given, Message *why)
{
    int year = days.first / 10000, meant = year_buddhist(year);
    if (year < YEAR_FIRST) {
        *why = message(a, "{} lies before the year {}; write the year with all its digits, as in "
            "2024.", given, (int)YEAR_FIRST);
    } else if (meant) {
        *why = message(a, "{} lies far in the future; is it a year of the Buddhist era? Write {} "
            "then.", given, say(a, "{}{}", meant, str_slice(given, 4, given.n)));
    }
    return year >= YEAR_FIRST && !meant;
}

// One sense of what a day can be, for forms, files and programs alike.
static bool day_read(Arena *a, const Field *f, Clock now, Days days, Str given, Message *why)
{
    enum { AHEAD_MOST = 100 }; // years
    if (!days_likely(a, days, given, why)) return false;
    if (!f->future && days.first > now.today) {
        *why = message(a, "{} lies in the future.", given);
        return false;
    }
    if (days.first / 10000 <= now.today / 10000 + AHEAD_MOST) return true;
    *why = message(a, "{} lies more than a hundred years ahead; is the year right?", given);
    return false;
}

static bool date_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    Days days;
    *value = given;
    if (days_parse(given, &days)) return day_read(a, f, now, days, given, why);
    *why = message(a, "'{}' is not a date that exists; write it as 2024-01-31, 2024-01 or 2024.",
        shown(a, given));
    return false;
}

static bool moment_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    Days days;
    *value = given;
    if (moment_parse(given, now.offset, &days)) return day_read(a, f, now, days, given, why);
    *why = message(a, "'{}' is not a moment that exists; write it as 2024-01-31T09:30 or "
        "2024-01-31.", shown(a, given));
    return false;
}

static Message choice_unknown(Arena *a, const List *list, Str given)
{
    if (list->n > LISTED_MOST) {
        return message(a, "'{}' is not in the list {}.", shown(a, given), list->name);
    }
    Str *names = take(a, Str, list->n);
    for (int i = 0; i < list->n; i++) names[i] = list->choices[i].name;
    return message(a, "'{}' is not in the list {}; it has {}.", shown(a, given), list->name,
        str_join(a, names, list->n, S(", ")));
}

static bool choice_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    (void)now;
    *value = given;
    if (list_get(f->list, given)) return true;
    *why = choice_unknown(a, f->list, given);
    return false;
}

static bool choices_checked(Arena *a, const Field *f, Str given, Message *why)
{
    char few[512] = {0}, *seen = f->list->n <= (int)sizeof few ? few : take(a, char, f->list->n);
    Str rest = given;
    for (bool more = true; more;) { // one blank between two: an empty one is unknown like any other
        more = str_has(rest, ' ');
        Str one = str_cut(&rest, ' ');
        const Choice *c = list_get(f->list, one);
        if (!c || seen[c->at]) {
            *why = c ? message(a, "'{}' stands twice; once is enough.", one)
                : choice_unknown(a, f->list, one);
            return false;
        }
        seen[c->at] = 1;
    }
    return true;
}

static bool choices_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    (void)now;
    *value = given;
    return choices_checked(a, f, given, why);
}

static bool money_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    Str amount, currency, number;
    if (!money_parts(given, &amount, &currency)) {
        *why = message(a, "'{}' is no money; write the amount and its currency, as 250000 LAK.", shown(a, given));
        return false;
    }
    if (!list_get(f->currencies, currency)) {
        *why = choice_unknown(a, f->currencies, currency);
        return false;
    }
    if (!decimal_read(a, f, now, amount, &number, why)) return false;
    *value = number.n == amount.n ? given : say(a, "{} {}", number, currency);
    return true;
}

typedef bool Reader(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why);
static Reader *const kinds[] = {
    [FIELD_TEXT] = text_read, [FIELD_NOTE] = text_read, [FIELD_INTEGER] = integer_read,
    [FIELD_DECIMAL] = decimal_read, [FIELD_DATE] = date_read, [FIELD_MOMENT] = moment_read,
    [FIELD_CHOICE] = choice_read, [FIELD_CHOICES] = choices_read, [FIELD_LINK] = link_read,
    [FIELD_WORDS] = text_read, [FIELD_MONEY] = money_read,
    [FIELD_FILE] = text_read, [FIELD_IMAGE] = text_read, [FIELD_AUDIO] = text_read, // names, as an export wrote them
};
_Static_assert(countof(kinds) == FIELD_KIND_COUNT, "every kind has a reader");

bool field_read(Arena *a, const Field *f, Clock now, Str given, Str *value, Message *why)
{
    *value = (Str){0};
    return !given.n || kinds[f->kind](a, f, now, given, value, why);
}

bool field_days(const Field *f, int offset, Str value, Days *out)
{
    if (f->kind == FIELD_MOMENT) return moment_parse(value, offset, out);
    return f->kind == FIELD_DATE && days_parse(value, out);
}

// ---- as people read it ---------------------------------------------------------------------------

static Str choice_words(const Field *f, Str value, Lang lang)
{
    const Choice *c = list_get(f->list, value);
    return c ? words_in(&c->label, lang) : value;
}

Str value_words(Arena *a, const Field *f, int offset, Str value, Lang lang)
{
    if (!value.n) return value;
    if (f->kind == FIELD_CHOICE) return choice_words(f, value, lang);
    if (field_files(f)) return attached_names(a, value);
    if (f->kind == FIELD_MOMENT) value = moment_local(a, value, offset); // people read the country's time
    if (f->kind == FIELD_DATE || f->kind == FIELD_MOMENT) return date_shown(a, lang, value);
    if (f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL) return decimal_shown(a, lang, value);
    Str amount, currency;
    if (f->kind == FIELD_MONEY && money_parts(value, &amount, &currency)) return say(a, "{} {}", decimal_shown(a, lang, amount), currency);
    if (f->kind != FIELD_CHOICES) return value;
    Buf o = buf_in(a);
    Str word;
    while (str_word(&value, &word)) {
        if (o.n) buf_add(&o, S(", "));
        buf_add(&o, choice_words(f, word, lang));
    }
    return buf_str(&o);
}
