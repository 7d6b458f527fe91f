// What the files of match/ share: words and their skeletons, and how the index lies in memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "match/match.h"

enum {
    WORD_BYTES = 192,    // a longer word is cut: no name is
    WORD_LETTERS = 64,   // as many as one machine word has bits; a letter of Lao has three bytes
    SKELETON_BYTES = 4 * WORD_LETTERS,
    NAME_WORDS = 24,     // distinct words of one person's names
    QUERY_WORDS = 8,     // words asked for; more are not looked at
};

// ---- skeletons: what a name sounds like, roughly, in Latin classes; Lao meets Latin there -----------
// UTF-8, into SKELETON_BYTES; returns how many. One letter each for Latin and Lao, others whole as they
// are; at most WORD_LETTERS letters. `word` is folded and has no blanks.
int skeleton_make(Str word, char *out);
int skeleton_lao(const unsigned char *lao, int n, char *out); // letters less U+0E80; at most three for each
int letters_make(Str word, int32_t *out); // code points, for comparing in any script; Thai as Lao
uint32_t letters_set(const int32_t *p, int n);

// ---- distance: edits and swaps of neighbours between one asked word and many -------------------
typedef struct { // per letter, the places where it stands; those beyond ASCII in a list
    uint64_t at[128], more_at[WORD_LETTERS];
    int32_t more[WORD_LETTERS];
    int n, more_n;
} Pattern;
void pattern_make(Pattern *out, const int32_t *p, int n);
int pattern_distance(const Pattern *x, const int32_t *p, int n);

// ---- the index -------------------------------------------------------------------------------------
typedef struct {
    uint32_t at;             // in the pool: the text, and behind it the skeleton
    uint32_t users;          // persons who bear it; 0 when nobody does and its bytes are wiped
    uint32_t letters, bones; // which letters text and skeleton have (letters_set)
    uint8_t n, skeleton_n;   // bytes
    uint8_t letters_n, bones_n;
} Word;
typedef struct {
    int64_t row;
    uint32_t at;             // in bags
    uint8_t n, cap;          // words now, and words for which there is room
    bool changed;            // since postings were made
} Person;

struct NameIndex {
    Word *words;
    uint32_t *places;        // hash: word + 1
    char *pool;
    Person *persons;
    uint32_t *rows;          // hash: person + 1
    uint32_t *bags;          // the words of each person, in the order of her names
    uint32_t *posted, *first; // persons by word; first[w] to first[w + 1]
    uint32_t *changed;       // persons whose postings are not those of their words
    uint32_t words_n, words_cap, places_cap, places_used, words_dead;
    uint32_t pool_n, pool_cap, persons_n, persons_cap, rows_cap, bags_n, bags_cap, bags_lost;
    uint32_t posted_words, changed_n, changed_cap;
    int64_t count;           // persons who have a name
};

void *memory_more(void *old, size_t used, size_t wanted); // copied, the old place wiped
void memory_end(void *p, size_t size);                    // wiped
Str word_cut(Str word);      // to WORD_BYTES, never through a letter
uint32_t vocabulary_find(const NameIndex *x, Str word);   // UINT32_MAX when unknown
uint32_t vocabulary_add(NameIndex *x, Str word);          // known ones are found
void vocabulary_release(NameIndex *x, uint32_t word);     // one user less

// ---- a query against the vocabulary --------------------------------------------------------------
enum { ALIKE_MOST = 4096, ASKED_MOST = 2 * QUERY_WORDS - 1, APART = 90 };

// A word asked for; behind the single ones stand each two neighbours written together.
typedef struct {
    Str text;
    char bones[SKELETON_BYTES];
    int bones_bytes;
    Pattern letters, skeleton;
    uint32_t letters_set, bones_set;
    int edits;               // tolerated: one from 4 letters on, two from 8
} Asked;

// What one word of the vocabulary is to each word asked for, in percent.
typedef struct {
    uint8_t likeness[ASKED_MOST];
    uint8_t head[QUERY_WORDS], tail[QUERY_WORDS]; // bytes of the asked skeleton that it begins or ends
} Alike;

typedef struct {
    Asked *asked;
    int words, n;            // single words asked for; with those written together
    uint16_t *slots;         // per word of the vocabulary: its place in alike, 0 for none
    Alike *alike;            // the first is alike to nothing
    uint32_t *word;          // whom it speaks of
    int alike_n;             // with the first
} Query;
Query query_make(const NameIndex *x, Arena *scratch, Str name);
