// The program's own words in every language: English is the key, locale/*.po the source.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"
#include <stdlib.h>

typedef struct { Str english, there; int line; bool unsure; } Word;
#include "text/words_table.h" // made by tools/words.c from locale/*.po; shorter keys first, then by bytes

const Str lang_codes[LANG_COUNT] = {[LANG_EN] = S("en"), [LANG_LO] = S("lo")};

bool lang_read(Str code, Lang *out)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        if (!str_equal(code, lang_codes[i])) continue;
        *out = (Lang)i;
        return true;
    }
    return false;
}

Str words_in(const Words *w, Lang lang)
{
    if (w->in[lang].n) return w->in[lang];
    for (int i = 0; i < LANG_COUNT; i++) { // English is the first
        if (w->in[i].n) return w->in[i];
    }
    return (Str){0};
}

static const Word *word_find(Lang lang, Str english)
{
    isize low = 0, high = lang == LANG_LO ? countof(words_lo) : 0;
    while (low < high) {
        isize middle = (low + high) / 2;
        const Word *w = &words_lo[middle];
        isize order = w->english.n - english.n;
        if (!order) order = memcmp(w->english.p, english.p, (size_t)english.n);
        if (!order) return w;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return 0;
}

Str tr(Lang lang, Str english)
{
    const Word *w = english.n ? word_find(lang, english) : 0;
    return w ? w->there : english;
}

bool tr_unsure(Lang lang, Str english)
{
    const Word *w = english.n ? word_find(lang, english) : 0;
    return w && w->unsure;
}

static int by_line(const void *one, const void *two)
{
    const UnsureWord *a = one, *b = two;
    return (a->line > b->line) - (a->line < b->line);
}

int words_unsure_list(Arena *a, Lang lang, UnsureWord **out)
{
    int n = 0, most = lang == LANG_LO ? countof(words_lo) : 0;
    *out = take(a, UnsureWord, most);
    for (int i = 0; i < most; i++)
        if (words_lo[i].unsure) (*out)[n++] = (UnsureWord){words_lo[i].english, words_lo[i].there, words_lo[i].line};
    qsort(*out, (size_t)n, sizeof **out, by_line);
    return n;
}

// {} takes the next value, {2} the second: another language may need another order.
Str message_in(Arena *a, Lang lang, Message m)
{
    Buf o = buf_in(a);
    int next = 0;
    for (Str s = tr(lang, str_from(m.words)); s.n;) {
        bool named = s.n >= 3 && s.p[0] == '{' && s.p[1] >= '1' && s.p[1] <= '9' && s.p[2] == '}';
        if (named || str_starts(s, S("{}"))) {
            int at = named ? s.p[1] - '1' : next++;
            must(at < m.with.n);
            buf_add(&o, val_text(a, m.with.at[at]));
            s = str_slice(s, named ? 3 : 2, s.n);
        } else {
            isize hole = str_find(str_slice(s, 1, s.n), S("{"));
            isize n = hole < 0 ? s.n : hole + 1;
            buf_add(&o, str_slice(s, 0, n));
            s = str_slice(s, n, s.n);
        }
    }
    return buf_str(&o);
}
