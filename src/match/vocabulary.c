// The distinct words of all names, each once, found by hash; and memory that is wiped.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"
#include <stdlib.h>

void memory_end(void *p, size_t size)
{
    if (p) explicit_bzero(p, size);
    free(p);
}

void *memory_more(void *old, size_t used, size_t wanted)
{
    char *more = calloc(1, wanted);
    must(more);
    if (used) memcpy(more, old, used);
    memory_end(old, used);
    return more;
}

Str word_cut(Str word)
{
    if (word.n <= WORD_BYTES) return word;
    isize n = WORD_BYTES;
    while (n > 0 && (word.p[n] & 0xC0) == 0x80) n--;
    return str_slice(word, 0, n);
}

static Str word_text(const NameIndex *x, uint32_t word)
{
    return (Str){x->pool + x->words[word].at, x->words[word].n};
}

// The place of a word, or the free one where it belongs. A dead word keeps its place but has no text.
static uint32_t *place_of(const NameIndex *x, Str word)
{
    uint32_t mask = x->places_cap - 1, i = (uint32_t)str_hash(word) & mask;
    while (x->places[i] && !str_equal(word_text(x, x->places[i] - 1), word)) i = (i + 1) & mask;
    return &x->places[i];
}

uint32_t vocabulary_find(const NameIndex *x, Str word)
{
    if (!x->places_cap || !word.n) return UINT32_MAX;
    uint32_t found = *place_of(x, word);
    return found ? found - 1 : UINT32_MAX;
}

static void places_more(NameIndex *x)
{
    free(x->places);
    x->places_cap = x->places_cap ? x->places_cap * 2 : 1024;
    x->places = memory_more(0, 0, x->places_cap * sizeof *x->places);
    x->places_used = 0;
    for (uint32_t i = 0; i < x->words_n; i++) {
        if (!x->words[i].users) continue;
        *place_of(x, word_text(x, i)) = i + 1;
        x->places_used++;
    }
}

static void pool_room(NameIndex *x, uint32_t n)
{
    if (x->pool_n + n <= x->pool_cap) return;
    uint32_t wanted = x->pool_cap + x->pool_cap / 2 + n + 4096;
    must(wanted > x->pool_cap);
    x->pool = memory_more(x->pool, x->pool_n, wanted);
    x->pool_cap = wanted;
}

uint32_t vocabulary_add(NameIndex *x, Str word)
{
    if (x->places_used * 3 >= x->places_cap * 2) places_more(x);
    uint32_t *place = place_of(x, word);
    if (*place) {
        x->words[*place - 1].users++;
        return *place - 1;
    }
    if (x->words_n == x->words_cap) {
        uint32_t wanted = x->words_cap + x->words_cap / 2 + 512;
        x->words = memory_more(x->words, x->words_n * sizeof *x->words, wanted * sizeof *x->words);
        x->words_cap = wanted;
    }
    char skeleton[SKELETON_BYTES];
    int32_t bones[WORD_LETTERS], letters[WORD_LETTERS];
    int skeleton_n = skeleton_make(word, skeleton), letters_n = letters_make(word, letters);
    int bones_n = letters_make((Str){skeleton, skeleton_n}, bones);
    pool_room(x, (uint32_t)(word.n + skeleton_n));
    memcpy(x->pool + x->pool_n, word.p, (size_t)word.n);
    memcpy(x->pool + x->pool_n + word.n, skeleton, (size_t)skeleton_n);
    x->words[x->words_n] = (Word){
        .at = x->pool_n,
        .users = 1,
        .letters = letters_set(letters, letters_n),
        .bones = letters_set(bones, bones_n),
        .n = (uint8_t)word.n,
        .skeleton_n = (uint8_t)skeleton_n,
        .letters_n = (uint8_t)letters_n,
        .bones_n = (uint8_t)bones_n,
    };
    x->pool_n += (uint32_t)(word.n + skeleton_n);
    *place = ++x->words_n;
    x->places_used++;
    return x->words_n - 1;
}

void vocabulary_release(NameIndex *x, uint32_t word)
{
    Word *w = &x->words[word];
    must(w->users);
    if (--w->users) return;
    explicit_bzero(x->pool + w->at, (size_t)w->n + w->skeleton_n); // nobody's name stays behind
    *w = (Word){.at = w->at};
    x->words_dead++;
}
