// How many edits lie between two words: many words against one, sixty-four letters at a time.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"

static uint64_t *place_of(Pattern *x, int32_t letter)
{
    if (letter < countof(x->at)) return &x->at[letter];
    int i = 0;
    while (i < x->more_n && x->more[i] != letter) i++;
    if (i == x->more_n) x->more[x->more_n++] = letter;
    return &x->more_at[i];
}

static uint64_t places(const Pattern *x, int32_t letter)
{
    if (letter < countof(x->at)) return x->at[letter];
    for (int i = 0; i < x->more_n; i++) {
        if (x->more[i] == letter) return x->more_at[i];
    }
    return 0;
}

void pattern_make(Pattern *out, const int32_t *p, int n)
{
    *out = (Pattern){.n = n};
    for (int i = 0; i < n; i++) *place_of(out, p[i]) |= 1ull << i;
}

// Bit-parallel edit distance with swaps of neighbours (Hyyrö 2003, "A bit-vector algorithm for
// computing Levenshtein and Damerau edit distances").
int pattern_distance(const Pattern *x, const int32_t *p, int n)
{
    if (!x->n) return n;
    uint64_t plus = ~0ull, minus = 0, diagonal = 0, seen = 0, last = 1ull << (x->n - 1);
    int distance = x->n;
    for (int i = 0; i < n; i++) {
        uint64_t here = places(x, p[i]);
        uint64_t swapped = ((~diagonal & here) << 1) & seen;
        diagonal = (((here & plus) + plus) ^ plus) | here | minus | swapped;
        uint64_t up = minus | ~(diagonal | plus), down = diagonal & plus;
        distance += (up & last) ? 1 : 0;
        distance -= (down & last) ? 1 : 0;
        up = up << 1 | 1;
        plus = down << 1 | ~(diagonal | up);
        minus = up & diagonal;
        seen = here;
    }
    return distance;
}
