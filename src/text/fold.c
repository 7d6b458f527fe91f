// One spelling for the many ways a name is typed: mended Lao, plain Latin, and nothing invisible.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    LAO_ELLIPSIS = 0x0EAF, LAO_LO = 0x0EA5, LAO_RO = 0x0EA3, LAO_HO = 0x0EAB, LAO_NO = 0x0E99,
    LAO_MO = 0x0EA1, LAO_A = 0x0EB0, LAO_AA = 0x0EB2, LAO_AM = 0x0EB3, LAO_I = 0x0EB4, LAO_II = 0x0EB5,
    LAO_Y = 0x0EB6, LAO_YY = 0x0EB7, LAO_U = 0x0EB8, LAO_UU = 0x0EB9, LAO_VIRAMA = 0x0EBA,
    LAO_LO_BELOW = 0x0EBC, LAO_IA = 0x0EBD, LAO_E = 0x0EC0, LAO_EI = 0x0EC1, LAO_AY = 0x0EC3,
    LAO_AI = 0x0EC4, LAO_REPEAT = 0x0EC6, LAO_TONE_FIRST = 0x0EC8, LAO_TONE_LAST = 0x0ECB,
    LAO_SILENT = 0x0ECC, LAO_RING = 0x0ECD, LAO_YAMAKKAN = 0x0ECE, LAO_ZERO = 0x0ED0,
    LAO_NINE = 0x0ED9, LAO_HNO = 0x0EDC, LAO_HMO = 0x0EDD,
};

typedef struct {
    char *p;
    isize n, cap;
    bool keys;  // fold for keys; otherwise only mend what was typed amiss
    bool blank; // a blank is due before the next letter
} Folded;

static bool invisible(int32_t c)
{
    return (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF || c == 0xAD ||
           (c >= 0x80 && c < 0xA0);
}

static bool is_ascii(char c)
{
    return !(c & 0x80);
}

// A letter of the Lao block is E0 BA xx or E0 BB xx.
static bool lao_starts(Str s)
{
    return s.n >= 3 && (s.p[0] & 0xFF) == 0xE0 && (s.p[1] & 0xFE) == 0xBA &&
           (s.p[2] & 0xC0) == 0x80;
}

static int32_t lao_code(const char *p)
{
    return 0x0E80 | (p[1] & 1) << 6 | (p[2] & 0x3F);
}

static int32_t lao_before(const Folded *f, isize end)
{
    return end >= 3 && lao_starts((Str){f->p + end - 3, 3}) ? lao_code(f->p + end - 3) : 0;
}

static bool is_tone(int32_t c)
{
    return c >= LAO_TONE_FIRST && c <= LAO_TONE_LAST;
}

static bool is_stacked(int32_t c) // above or below its consonant
{
    return c == 0x0EB1 || (c >= LAO_I && c <= LAO_UU) || c == 0x0EBB || c == LAO_RING;
}

static bool is_vowel(int32_t c)
{
    return (c >= LAO_A && c <= LAO_IA && c != LAO_VIRAMA) || (c >= LAO_EI && c <= LAO_AI) ||
           c == LAO_RING;
}

// Typed order is not spoken order: consonant, lo below it, vowel, tone, and only then aa or am.
static bool stands_before(int32_t c, int32_t other)
{
    if (c == LAO_LO_BELOW) return is_stacked(other) || is_tone(other);
    if (is_stacked(c)) return is_tone(other);
    return is_tone(c) && (other == LAO_AA || other == LAO_AM);
}

// The one letter that two typed ones stand for; 0 when they are two.
static int32_t joined(int32_t one, int32_t two)
{
    static const int32_t pairs[][3] = {
        {LAO_E, LAO_E, LAO_EI}, {LAO_RING, LAO_AA, LAO_AM}, {LAO_AA, LAO_RING, LAO_AM},
        {LAO_RING, LAO_AM, LAO_AM}, {LAO_AM, LAO_RING, LAO_AM}, {LAO_AM, LAO_AA, LAO_AM},
        {LAO_HO, LAO_NO, LAO_HNO}, {LAO_HO, LAO_MO, LAO_HMO},
    };
    if (one == two && (is_vowel(one) || is_tone(one))) return one;
    for (int i = 0; i < countof(pairs); i++) {
        if (pairs[i][0] == one && pairs[i][1] == two) return pairs[i][2];
    }
    return 0;
}

static void blank_first(Folded *f)
{
    if (f->blank && f->n) f->p[f->n++] = ' ';
    f->blank = false;
}

static void put_code(Folded *f, int32_t c)
{
    blank_first(f);
    must(f->n + 4 <= f->cap);
    U8_APPEND_UNSAFE(f->p, f->n, c);
}

static void put_lao(Folded *f, int32_t c)
{
    blank_first(f);
    for (;;) {
        isize at = f->n;
        while (stands_before(c, lao_before(f, at))) at -= 3;
        isize end = at; // a tone may stand between the two halves of am
        if (c == LAO_AA || c == LAO_AM) while (is_tone(lao_before(f, end))) end -= 3;
        if (c == LAO_LO && lao_before(f, at) == LAO_HO) c = LAO_LO_BELOW;
        int32_t both = joined(lao_before(f, end), c);
        if (!both) {
            must(f->n + 3 <= f->cap);
            memmove(f->p + at + 3, f->p + at, (size_t)(f->n - at));
            f->n += 3;
            U8_APPEND_UNSAFE(f->p, at, c);
            return;
        }
        memmove(f->p + end - 3, f->p + end, (size_t)(f->n - end));
        f->n -= 3;
        c = both;
    }
}

static bool lao_dropped(int32_t c)
{
    return c == LAO_ELLIPSIS || c == LAO_VIRAMA || c == LAO_REPEAT || c == LAO_YAMAKKAN ||
           c == LAO_SILENT || is_tone(c);
}

// A letter that keys do not tell from its neighbour.
static int32_t lao_plain(int32_t c)
{
    switch (c) {
    case LAO_RO: return LAO_LO;
    case LAO_AY: return LAO_AI;
    case LAO_I: return LAO_II;
    case LAO_Y: return LAO_YY;
    case LAO_U: return LAO_UU;
    default: return c;
    }
}

static void fold_lao(Folded *f, int32_t c)
{
    if (!f->keys) put_lao(f, c);
    else if (c >= LAO_ZERO && c <= LAO_NINE) put_code(f, '0' + c - LAO_ZERO);
    else if (!lao_dropped(c)) put_lao(f, lao_plain(c));
}

static void fold_ascii(Folded *f, char c)
{
    if (!f->keys) {
        f->p[f->n++] = c;
        return;
    }
    if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        blank_first(f);
        f->p[f->n++] = c;
    } else {
        f->blank = true;
    }
}

// Letters that Unicode does not take apart, as people without them type them.
static Str latin_plain(int32_t c)
{
    static const struct { int32_t code; Str plain; } letters[] = {
        {0x0111, S("d")}, {0xF0, S("d")}, {0xF8, S("o")}, {0x0142, S("l")}, {0x0131, S("i")},
        {0xDF, S("ss")}, {0x1E9E, S("ss")}, {0xE6, S("ae")}, {0x0153, S("oe")}, {0xFE, S("th")},
        {0x0127, S("h")}, {0x0268, S("i")}, {0x0289, S("u")},
    };
    for (int i = 0; i < countof(letters); i++) {
        if (letters[i].code == c) return letters[i].plain;
    }
    return (Str){0};
}

static bool is_accent(int32_t c)
{
    return (c >= 0x0300 && c < 0x0370) || (c >= 0x1AB0 && c < 0x1B00) ||
           (c >= 0x1DC0 && c < 0x1E00) || (c >= 0x20D0 && c < 0x2100) ||
           (c >= 0xFE20 && c < 0xFE30);
}

static void fold_foreign(Folded *f, int32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0; // full-width forms of ASCII
    if (is_accent(c)) return;
    int32_t digit = u_charDigitValue(c);
    if (digit >= 0) c = '0' + digit;
    c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
    Str plain = latin_plain(c);
    if (c < 0x80) {
        fold_ascii(f, (char)c);
    } else if (plain.n) {
        for (isize i = 0; i < plain.n; i++) fold_ascii(f, plain.p[i]);
    } else if (U_MASK(u_charType(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) {
        put_code(f, c);
    } else {
        f->blank = true;
    }
}

// Folds the run of code points that are neither ASCII nor Lao at the head of rest, taken apart
// (NFD) so that accents stand alone. What vanishes goes before that, or it would keep marks apart
// that are put in order together the next time.
static void fold_run(Arena *a, Folded *f, Str *rest)
{
    enum { SHORT = 96 };
    Str run = *rest;
    isize n = 0;
    while (n < run.n && !is_ascii(run.p[n]) &&
           (!lao_starts(str_slice(run, n, run.n)) || lao_dropped(lao_code(run.p + n)))) n++;
    run.n = n;
    *rest = str_slice(*rest, n, rest->n);
    UChar few[SHORT], few_apart[4 * SHORT];
    bool is_short = n <= SHORT;
    UChar *units = is_short ? few : take(a, UChar, n),
          *apart = is_short ? few_apart : take(a, UChar, 4 * n);
    int32_t count = 0;
    while (run.n) {
        int32_t c = utf8_next(&run);
        if (c < 0) run.p++, run.n--, c = 0xFFFD;
        if (invisible(c) || is_accent(c) || (c >= 0x0E80 && c < 0x0F00)) continue;
        U16_APPEND_UNSAFE(units, count, c);
    }
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    int32_t length = unorm2_normalize(nfd, units, count, apart, (int32_t)(4 * n), &status);
    must(U_SUCCESS(status));
    for (int32_t i = 0, c; i < length;) {
        U16_NEXT_UNSAFE(apart, i, c);
        fold_foreign(f, c);
    }
}

// Without keys, what is neither ASCII nor Lao stays as it is.
static void keep_code(Folded *f, Str *rest)
{
    int32_t c = utf8_next(rest);
    if (c < 0) rest->p++, rest->n--, c = 0xFFFD;
    if (!invisible(c)) put_code(f, c);
}

static Str fold(Arena *a, Str s, bool keys)
{
    bool plain = true;
    for (isize i = 0; i < s.n && plain; i++) {
        if (is_ascii(s.p[i])) continue;
        plain = lao_starts(str_slice(s, i, s.n));
        i += 2;
    }
    Folded f = {.keys = keys, .cap = plain ? s.n + 4 : 4 * s.n + 4}; // taken apart: at most threefold
    f.p = take(a, char, f.cap);
    while (s.n) {
        if (is_ascii(*s.p)) {
            fold_ascii(&f, *s.p);
            s.p++, s.n--;
        } else if (lao_starts(s)) {
            fold_lao(&f, lao_code(s.p));
            s.p += 3, s.n -= 3;
        } else if (keys) {
            fold_run(a, &f, &s);
        } else {
            keep_code(&f, &s);
        }
    }
    return (Str){f.p, f.n};
}

Str text_fold(Arena *a, Str s)
{
    return fold(a, s, true);
}

Str text_mend(Arena *a, Str s)
{
    return fold(a, s, false);
}

Str text_clean(Arena *a, Str s)
{
    char *to = take(a, char, s.n);
    isize n = 0;
    while (s.n) {
        Str rest = s;
        int32_t c = utf8_next(&rest);
        if (c < 0) rest = str_slice(s, 1, s.n);
        isize size = s.n - rest.n;
        if (!invisible(c)) memcpy(to + n, s.p, (size_t)size);
        if (!invisible(c)) n += size;
        s = rest;
    }
    return (Str){to, n};
}
