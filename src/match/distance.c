// How many edits lie between two words: many words against one, sixty-four letters at a time.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"

void pattern_make(Pattern *out, const char *p, int n)
{
    *out = (Pattern){.n = n};
    for (int i = 0; i < n; i++) out->at[(unsigned char)p[i]] |= 1ull << i;
}

// Bit-parallel edit distance with swaps of neighbours (Hyyrö 2003, "A bit-vector algorithm for
// computing Levenshtein and Damerau edit distances").
int pattern_distance(const Pattern *x, const char *p, int n)
{
    if (!x->n) return n;
    uint64_t plus = ~0ull, minus = 0, diagonal = 0, seen = 0, last = 1ull << (x->n - 1);
    int distance = x->n;
    for (int i = 0; i < n; i++) {
        uint64_t here = x->at[(unsigned char)p[i]];
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
