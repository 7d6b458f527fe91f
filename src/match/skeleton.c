// The skeleton of a name: spellings that sound alike share it.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"

// What Latin writes for Lao varies by hand and decade (docs/lao.md); the classes are those of its table.
typedef enum { ANYWHERE, BEFORE_VOWEL, AT_START } Where; // AT_START: and before a vowel
static const struct { Str typed, sounds; Where where; } groups[] = { // longer ones first
    {S("tch"), S("c"), ANYWHERE}, {S("eau"), S("ea"), ANYWHERE},
    {S("ny"), S("i"), BEFORE_VOWEL}, {S("gn"), S("i"), BEFORE_VOWEL}, {S("nh"), S("i"), AT_START},
    {S("ng"), S("g"), ANYWHERE}, {S("ch"), S("c"), ANYWHERE},
    {S("kh"), S("k"), ANYWHERE}, {S("ph"), S("p"), ANYWHERE}, {S("th"), S("t"), ANYWHERE},
    {S("bh"), S("b"), ANYWHERE}, {S("dh"), S("d"), ANYWHERE}, {S("sh"), S("s"), ANYWHERE},
    {S("ou"), S("u"), ANYWHERE}, {S("oo"), S("u"), ANYWHERE}, {S("ee"), S("i"), ANYWHERE},
    {S("eu"), S("e"), ANYWHERE}, {S("ue"), S("e"), ANYWHERE}, {S("oe"), S("e"), ANYWHERE},
    {S("ae"), S("e"), ANYWHERE}, {S("ie"), S("ia"), ANYWHERE}, {S("uo"), S("ua"), ANYWHERE},
    {S("ow"), S("ao"), ANYWHERE}, {S("au"), S("ao"), ANYWHERE}, {S("ei"), S("ai"), ANYWHERE},
};

static bool is_vowel(char c)
{
    return c && strchr("aeiouy", c);
}

static char letter_at(Str s, isize i)
{
    return i >= 0 && i < s.n ? s.p[i] : 0;
}

// A letter alone; 0 when it is silent.
static char letter_sound(Str s, isize i, char before)
{
    char c = s.p[i], next = letter_at(s, i + 1);
    bool voiced = is_vowel(next) || next == 'r' || next == 'l';
    switch (c) {
    case 'b': return voiced ? 'b' : 'p'; // finals are written either way
    case 'd': return voiced ? 'd' : 't';
    case 'c': return next == 'e' || next == 'i' ? 's' : 'k';
    case 'q': case 'g': return 'k';
    case 'x': case 'z': return 's';
    case 'f': return 'p';
    case 'j': return 'c';
    case 'y': return 'i';
    case 'r': return is_vowel(next) || !is_vowel(before) ? 'l' : 0; // "or", "er" are vowels
    case 'h': return is_vowel(next) ? 'h' : 0;
    case 'v': case 'w': return before == 'k' || before == 'g' ? 'u' : is_vowel(next) ? 'v' : 'o';
    default: return c;
    }
}

typedef struct { char *p; int n, letters; int32_t last; } Bones;

static void bone_add(Bones *o, int32_t c)
{
    if (!c || o->letters == WORD_LETTERS || c == o->last) return;
    o->n += (int)utf8_put(o->p + o->n, c);
    o->letters++;
    o->last = c;
}

static isize group_add(Bones *o, Str s, bool start)
{
    for (int g = 0; g < countof(groups); g++) {
        Str typed = groups[g].typed;
        if (s.p[0] != typed.p[0] || !str_starts(s, typed)) continue;
        if (groups[g].where != ANYWHERE && !is_vowel(letter_at(s, typed.n))) continue;
        if (groups[g].where == AT_START && !start)
            continue; // elsewhere n and h meet in two syllables
        for (isize i = 0; i < groups[g].sounds.n; i++) bone_add(o, groups[g].sounds.p[i]);
        return typed.n;
    }
    return 0;
}

static void latin_add(Bones *o, Str s)
{
    bool sounded = false; // an e at the end is silent when another vowel came before (Vientiane)
    int start = o->n;
    for (isize i = 0; i < s.n;) {
        bool silent = i == s.n - 1 && i > 0 && s.p[i] == 'e' && sounded && !is_vowel(s.p[i - 1]);
        sounded |= is_vowel(s.p[i]);
        if (silent) return;
        isize n = group_add(o, str_slice(s, i, s.n), i == 0);
        if (!n) bone_add(o, letter_sound(s, i, o->n > start ? o->p[o->n - 1] : 0));
        i += n ? n : 1;
    }
}

static bool is_lao(int32_t c)
{
    return c >= 0x0E80 && c < 0x0F00;
}

// The run of ASCII letters, or of Lao ones, at the head of s; 0 when another script stands there.
static isize run_length(Str s, bool lao)
{
    Str rest = s;
    while (rest.n) {
        Str next = rest;
        int32_t c = utf8_next(&next);
        if (lao ? !is_lao(c) : c < 0 || c >= 0x80) break;
        rest = next;
    }
    return s.n - rest.n;
}

static void lao_add(Bones *o, Str s)
{
    unsigned char lao[WORD_LETTERS];
    char sounds[3 * WORD_LETTERS];
    int n = 0;
    while (s.n && n < WORD_LETTERS) lao[n++] = (unsigned char)(utf8_next(&s) - 0x0E80);
    int made = skeleton_lao(lao, n, sounds);
    for (int i = 0; i < made; i++) bone_add(o, sounds[i]);
}

int skeleton_make(Str word, char *out)
{
    Bones o = {.p = out};
    while (word.n) {
        isize latin = run_length(word, false), lao = latin ? 0 : run_length(word, true);
        if (latin) {
            latin_add(&o, str_slice(word, 0, latin));
        } else if (lao) {
            lao_add(&o, str_slice(word, 0, lao));
        } else {
            int32_t c = utf8_next(&word);
            if (c < 0) return o.n;
            bone_add(&o, c);
        }
        word = str_slice(word, latin + lao, word.n);
    }
    return o.n;
}

// Thai and Lao letters stand in the same order in their blocks, and so can meet.
int letters_make(Str word, int32_t *out)
{
    int n = 0;
    for (int32_t c; n < WORD_LETTERS && (c = utf8_next(&word)) >= 0;) {
        out[n++] = c >= 0x0E00 && c < 0x0E80 ? c + 0x80 : c;
    }
    return n;
}

uint32_t letters_set(const int32_t *p, int n)
{
    uint32_t set = 0;
    for (int i = 0; i < n; i++) set |= 1u << (p[i] & 31);
    return set;
}
