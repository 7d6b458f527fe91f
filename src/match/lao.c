// Lao letters to the sounds that Latin spellings share, syllable by syllable.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"

// Letters less U+0E80, as in the code chart.
enum {
    KO = 0x01, KHO_HIGH = 0x02, KHO_LOW = 0x04, NGO = 0x07, CO = 0x08, SO_LOW = 0x0A, NYO = 0x0D,
    DO = 0x14, TO = 0x15, THO_HIGH = 0x16, THO_LOW = 0x17, NO = 0x19, BO = 0x1A, PO = 0x1B, PHO_HIGH = 0x1C,
    FO_HIGH = 0x1D, PHO_LOW = 0x1E, FO_LOW = 0x1F, MO = 0x21, YO = 0x22, RO = 0x23, LO = 0x25, WO = 0x27,
    SO_HIGH = 0x2A, HO_HIGH = 0x2B, O = 0x2D, HO_LOW = 0x2E, A = 0x30, A_ABOVE = 0x31, AA = 0x32, AM = 0x33,
    I = 0x34, II = 0x35, Y = 0x36, YY = 0x37, U = 0x38, UU = 0x39, ON_ABOVE = 0x3B, LO_BELOW = 0x3C, IA = 0x3D,
    E = 0x40, EI = 0x41, OO = 0x42, AY = 0x43, AI = 0x44, RING = 0x4D, HNO = 0x5C, HMO = 0x5D,
};

static const char onsets[128] = {
    [KO] = 'k', [KHO_HIGH] = 'k', [KHO_LOW] = 'k', [NGO] = 'g', [CO] = 'c', [SO_LOW] = 's', [SO_HIGH] = 's',
    [NYO] = 'i', [YO] = 'i', [DO] = 'd', [TO] = 't', [THO_HIGH] = 't', [THO_LOW] = 't', [NO] = 'n', [HNO] = 'n',
    [BO] = 'b', [PO] = 'p', [PHO_HIGH] = 'p', [PHO_LOW] = 'p', [FO_HIGH] = 'p', [FO_LOW] = 'p', [MO] = 'm',
    [HMO] = 'm', [RO] = 'l', [LO] = 'l', [WO] = 'v', [HO_HIGH] = 'h', [HO_LOW] = 'h',
};
static const char finals[128] = {
    [KO] = 'k', [KHO_HIGH] = 'k', [KHO_LOW] = 'k', [NGO] = 'g', [NYO] = 'i', [DO] = 't', [TO] = 't',
    [THO_HIGH] = 't', [THO_LOW] = 't', [CO] = 't', [SO_LOW] = 't', [SO_HIGH] = 't', [NO] = 'n', [LO] = 'n',
    [RO] = 'n', [MO] = 'm', [BO] = 'p', [PO] = 'p', [PHO_LOW] = 'p', [WO] = 'o',
};

typedef struct {
    const unsigned char *c;
    int n, i;
    char *out;
    int made;
} Reader;

static int at(const Reader *r, int i)
{
    return i < r->n ? r->c[i] & 0x7F : 0;
}

static bool is_consonant(int c)
{
    return onsets[c] || c == O;
}

static bool is_sign(int c) // a vowel written behind, above or below its consonant
{
    return (c >= A && c <= UU) || c == ON_ABOVE || c == IA || c == RING;
}

static bool is_prefix(int c) // a vowel written before its consonant
{
    return c >= E && c <= AI;
}

static bool takes_wo(int c) // kw, khw are the only clusters
{
    return c == KO || c == KHO_HIGH || c == KHO_LOW;
}

// Whether the consonant at i has a vowel of its own, so that it begins a syllable and does not end one.
static bool opens(const Reader *r, int i)
{
    int next = at(r, i + 1), third = at(r, i + 2);
    if (at(r, i) == HO_HIGH && (next == NGO || next == NYO || next == WO)) return true;
    if (is_sign(next) || next == LO_BELOW) return true;
    if (next == O) return !is_sign(third);
    if (next != WO) return false;
    if (is_sign(third)) return takes_wo(at(r, i));
    return is_consonant(third) && !is_sign(at(r, i + 3));
}

static void add(Reader *r, const char *sounds)
{
    while (*sounds) r->out[r->made++] = *sounds++;
}

static void add_one(Reader *r, char c)
{
    if (c) r->out[r->made++] = c;
}

static void onset(Reader *r, int prefix)
{
    int c = at(r, r->i), next = at(r, r->i + 1);
    bool led = next == NGO || next == NYO || (next == WO && (prefix || is_sign(at(r, r->i + 2))));
    if (c == HO_HIGH && led) { // a silent ho only changes the tone
        r->i++;
        c = next;
    }
    r->i++;
    if (at(r, r->i) == LO_BELOW) {
        if (c != HO_HIGH) add_one(r, onsets[c]);
        add_one(r, 'l');
        r->i++;
        return;
    }
    add_one(r, onsets[c]);
    if (at(r, r->i) != WO || !takes_wo(c)) return;
    int after = at(r, r->i + 1);
    bool cluster = prefix
                       ? (prefix == E || prefix == EI) && is_consonant(after) && !opens(r, r->i + 1)
                       : is_sign(after);
    if (cluster) {
        add_one(r, 'u');
        r->i++;
    }
}

static void final(Reader *r)
{
    int c = at(r, r->i);
    if (!finals[c] || opens(r, r->i)) return;
    add_one(r, finals[c]);
    r->i++;
}

// Takes the given letter when it is next.
static bool took(Reader *r, int c)
{
    if (at(r, r->i) != c || r->i >= r->n) return false;
    r->i++;
    return true;
}

static void vowel_with_e(Reader *r)
{
    if (took(r, A_ABOVE)) {
        bool diphthong = took(r, IA) || (at(r, r->i) == NYO && !opens(r, r->i) && took(r, NYO));
        add(r, diphthong ? "ia" : "e");
    } else if (took(r, IA) || (at(r, r->i) == NYO && !opens(r, r->i) && took(r, NYO))) {
        add(r, "ia");
    } else if (took(r, YY) || took(r, Y)) {
        took(r, O);
        add(r, "ea");
    } else if (took(r, ON_ABOVE)) {
        took(r, AA);
        add(r, "ao");
        return;
    } else if (took(r, AA)) {
        add(r, took(r, A) ? "o" : "ao");
        return;
    } else {
        if (!took(r, II) && !took(r, I)) took(r, A);
        add(r, "e");
    }
    final(r);
}

static void vowel_with_prefix(Reader *r, int prefix)
{
    if (prefix == E) {
        vowel_with_e(r);
    } else if (prefix == AI || prefix == AY) {
        add(r, "ai");
        if (at(r, r->i) == NYO && !opens(r, r->i)) r->i++;
    } else {
        if (!took(r, A)) took(r, A_ABOVE);
        add(r, prefix == OO ? "o" : "e");
        final(r);
    }
}

static void vowel_of_sign(Reader *r)
{
    static const char *const sounds[128] = {
        [A] = "a", [A_ABOVE] = "a", [AA] = "a", [AM] = "am", [I] = "i", [II] = "i", [Y] = "e", [YY] = "e",
        [U] = "u", [UU] = "u", [ON_ABOVE] = "o", [RING] = "o", [IA] = "ia",
    };
    int c = at(r, r->i), next = at(r, r->i + 1);
    bool alone = !is_sign(at(r, r->i + 2));
    if ((c == A_ABOVE || c == ON_ABOVE) && next == WO && alone) {
        add(r, "ua");
        r->i += 2;
    } else if (c == A_ABOVE && next == IA) {
        add(r, "ia");
        r->i += 2;
    } else if ((c == YY || c == Y) && next == O && alone) {
        add(r, "e");
        r->i += 2;
    } else if (is_sign(c)) {
        add(r, sounds[c]);
        r->i++;
        if (c == A || c == AM) return;
    } else if (c == O && !is_sign(next)) {
        add(r, "o");
        r->i++;
    } else if (c == WO && is_consonant(next) && alone) {
        add(r, "ua");
        r->i++;
    } else {
        return; // a consonant alone
    }
    final(r);
}

int skeleton_lao(const unsigned char *lao, int n, char *out)
{
    Reader r = {.c = lao, .n = n, .out = out};
    while (r.i < n) {
        int c = at(&r, r.i), prefix = 0;
        if (is_prefix(c)) {
            prefix = c;
            r.i++;
            c = at(&r, r.i);
        }
        if (r.i < n && is_consonant(c)) onset(&r, prefix);
        else if (!prefix && !is_sign(c)) r.i++;
        if (prefix) vowel_with_prefix(&r, prefix);
        else vowel_of_sign(&r);
    }
    return r.made;
}
