// Lao and its neighbours: folding for keys, sorting, dates as people type them, the program's words.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

typedef enum { LANG_EN, LANG_LO, LANG_COUNT } Lang;
extern const Str lang_codes[LANG_COUNT];       // "en", "lo"
bool lang_read(Str code, Lang *out);
typedef struct { Str in[LANG_COUNT]; } Words;  // one text in every language; empty where untranslated
Str words_in(const Words *w, Lang lang);       // falls back to English, then to any

// The program's own words, from locale/*.po (English text is the key). An unknown one comes back as is.
Str tr(Lang lang, Str english);
bool tr_unsure(Lang lang, Str english);        // translated, but no reader has confirmed it (fuzzy)
typedef struct { Str english, there; int line; } UnsureWord; // line: of locale/LANG.po
int words_unsure_list(Arena *a, Lang lang, UnsureWord **out); // all of these, by their lines; how many
Str message_in(Arena *a, Lang lang, Message m); // translated, then filled; {2} names the second value

// Keys for comparing names and words across spellings (shared rules: docs/lao.md): NFC, invisible
// characters dropped, decomposed am and doubled vowels mended, digits to ASCII, lower case, marks
// stripped from Latin, tones dropped from Lao. The raw text is what is stored.
Str text_fold(Arena *a, Str s);
Str text_mend(Arena *a, Str s);                // one order and spelling of typed Lao; the rest untouched
Str text_clean(Arena *a, Str s);               // for showing and storing: only invisible characters dropped
// The bytes that sort as people sort (ICU, locale lo after folding); compare with str_compare.
Str text_sort_key(Arena *a, Str s);
// Zero-width spaces where a Lao line may break, for what breaks no Lao itself.
Str text_breaks(Arena *a, Str s);
// A POSIX-like pattern against the whole of s (ICU regular expressions, one second at most).
must_use Err *text_matches(Arena *a, Str pattern, Str s, bool *out);

// Dates as people type them: ISO, dd/mm/yyyy, d.m.yyyy, mm/yyyy, yyyy; Lao digits; a Buddhist year
// (2440 to 2643, that is 543 ahead) is read and told, so that the person can be asked. A time behind
// a whole day is kept (2024-01-31T09:05); who wants days alone refuses it with days_parse.
enum { YEAR_FIRST = 1000 };                    // what lies before has lost a digit
int year_buddhist(int year);                   // the year that one of the Buddhist era means; 0: it is none
typedef struct { Str iso; bool buddhist; } TypedDate;
bool date_typed(Arena *a, Str typed, TypedDate *out); // false: not a date that exists
Str digits_plain(Arena *a, Str typed);         // digits of Lao and its neighbours as ASCII ones, the rest as it is
Str date_shown(Arena *a, Lang lang, Str iso);  // 31/01/2024; 01/2024; 2024; time behind it if any

// Numbers as people write them, in either language's way whichever the page speaks: 7393.17, 7.393,17, 7,393.17, 7 393,17;
// digits of Lao and its neighbours. One sign with three digits behind it (1.234) may be a whole number or none: then
// `value` is the whole one, and `other` the other, to be asked about.
typedef struct { Str value, other; } TypedDecimal; // as they are stored: digits and a point
bool decimal_typed(Arena *a, Str typed, TypedDecimal *out); // false: nothing that people write for a number
Str decimal_shown(Arena *a, Lang lang, Str value); // 7,393.17; Lao 7.393,17 (CLDR); what is none as it is
Str decimal_box(Arena *a, Lang lang, Str value);   // the same, but so that decimal_typed reads it in one way: 1234; 1,2340
Str number_shown(Arena *a, Lang lang, int64_t n);
