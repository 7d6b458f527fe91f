// Who bears which words: persons put, replaced, forgotten.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"
#include "text/text.h"
#include <stdlib.h>

NameIndex *names_make(void)
{
    return memory_more(0, 0, sizeof(NameIndex));
}

static void parts_free(NameIndex *x)
{
    memory_end(x->words, x->words_cap * sizeof *x->words);
    memory_end(x->places, x->places_cap * sizeof *x->places);
    memory_end(x->pool, x->pool_cap);
    memory_end(x->persons, x->persons_cap * sizeof *x->persons);
    memory_end(x->rows, x->rows_cap * sizeof *x->rows);
    memory_end(x->bags, x->bags_cap * sizeof *x->bags);
    free(x->posted);
    free(x->first);
    free(x->changed);
}

void names_free(NameIndex *x)
{
    if (!x) return;
    parts_free(x);
    memory_end(x, sizeof *x);
}

int64_t names_count(const NameIndex *x)
{
    return x->count;
}

// ---- persons by row --------------------------------------------------------------------------------
static uint32_t *row_place(const NameIndex *x, int64_t row)
{
    uint32_t mask = x->rows_cap - 1,
             i = (uint32_t)((uint64_t)row * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (x->rows[i] && x->persons[x->rows[i] - 1].row != row) i = (i + 1) & mask;
    return &x->rows[i];
}

static void rows_more(NameIndex *x)
{
    free(x->rows);
    x->rows_cap = x->rows_cap ? x->rows_cap * 2 : 1024;
    x->rows = memory_more(0, 0, x->rows_cap * sizeof *x->rows);
    for (uint32_t i = 0; i < x->persons_n; i++) *row_place(x, x->persons[i].row) = i + 1;
}

static Person *person_of(NameIndex *x, int64_t row, bool make)
{
    if (x->persons_n * 3ull >= x->rows_cap * 2ull) rows_more(x);
    uint32_t *place = row_place(x, row);
    if (*place) return &x->persons[*place - 1];
    if (!make) return 0;
    if (x->persons_n == x->persons_cap) {
        uint32_t wanted = x->persons_cap + x->persons_cap / 4 + 1024;
        x->persons =
            memory_more(x->persons, x->persons_n * sizeof *x->persons, wanted * sizeof *x->persons);
        x->persons_cap = wanted;
    }
    x->persons[x->persons_n] = (Person){.row = row};
    *place = ++x->persons_n;
    return &x->persons[x->persons_n - 1];
}

// ---- postings: made anew when many have changed; until then the changed are looked at one by one ---
static void postings_make(NameIndex *x)
{
    free(x->posted);
    free(x->first);
    x->first = memory_more(0, 0, (x->words_n + 2ull) * sizeof *x->first);
    uint32_t *next = x->first + 1; // moved to the front place by place as it is filled
    uint32_t total = 0;
    for (uint32_t i = 0; i < x->persons_n; i++) {
        Person *p = &x->persons[i];
        p->changed = false;
        for (int j = 0; j < p->n; j++) next[x->bags[p->at + (uint32_t)j]]++, total++;
    }
    uint32_t sum = 0;
    for (uint32_t w = 0; w <= x->words_n; w++) {
        uint32_t n = next[w];
        next[w] = sum;
        sum += n;
    }
    x->posted = memory_more(0, 0, (total + 1ull) * sizeof *x->posted);
    for (uint32_t i = 0; i < x->persons_n; i++) {
        const Person *p = &x->persons[i];
        for (int j = 0; j < p->n; j++) x->posted[next[x->bags[p->at + (uint32_t)j]]++] = i;
    }
    x->posted_words = x->words_n;
    x->changed_n = 0;
}

static void person_changed(NameIndex *x, Person *p)
{
    if (p->changed) return;
    if (x->changed_n == x->changed_cap) {
        uint32_t wanted = x->changed_cap * 2 + 1024;
        x->changed =
            memory_more(x->changed, x->changed_n * sizeof *x->changed, wanted * sizeof *x->changed);
        x->changed_cap = wanted;
    }
    p->changed = true;
    x->changed[x->changed_n++] = (uint32_t)(p - x->persons);
    if (x->changed_n > 1024 + x->persons_n / 16) postings_make(x);
}

// ---- bags -------------------------------------------------------------------------------------------
static void bag_set(NameIndex *x, Person *p, const uint32_t *words, int n)
{
    for (int i = 0; i < p->n; i++) vocabulary_release(x, x->bags[p->at + (uint32_t)i]);
    x->count += (n > 0) - (p->n > 0);
    if (n > p->cap) {
        if (x->bags_n + (uint32_t)n > x->bags_cap) {
            uint32_t wanted = x->bags_cap + x->bags_cap / 4 + 4096;
            x->bags = memory_more(x->bags, x->bags_n * sizeof *x->bags, wanted * sizeof *x->bags);
            x->bags_cap = wanted;
        }
        x->bags_lost += p->cap;
        p->at = x->bags_n;
        p->cap = (uint8_t)n;
        x->bags_n += (uint32_t)n;
    }
    p->n = (uint8_t)n;
    for (int i = 0; i < n; i++) x->bags[p->at + (uint32_t)i] = words[i];
}

// When most of it is waste, the index is laid out anew without those who are gone.
static void tidy(NameIndex *x)
{
    if (x->words_dead <= 1024 + x->words_n / 2 && x->bags_lost <= 8192 + x->bags_n / 2) return;
    NameIndex fresh = {0};
    for (uint32_t i = 0; i < x->persons_n; i++) {
        const Person *old = &x->persons[i];
        uint32_t words[NAME_WORDS];
        if (!old->n) continue;
        for (int j = 0; j < old->n; j++) {
            const Word *w = &x->words[x->bags[old->at + (uint32_t)j]];
            words[j] = vocabulary_add(&fresh, (Str){x->pool + w->at, w->n});
        }
        bag_set(&fresh, person_of(&fresh, old->row, true), words, old->n);
    }
    postings_make(&fresh);
    parts_free(x);
    *x = fresh;
}

static int words_of(NameIndex *x, Arena scratch, const Str *names, int n, uint32_t *out)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        Arena turn = scratch;
        Str rest = text_fold(&turn, names[i]), word;
        while (found < NAME_WORDS && str_word(&rest, &word)) {
            uint32_t w = vocabulary_add(x, word_cut(word));
            bool known = false;
            for (int j = 0; j < found; j++) known |= out[j] == w;
            if (known) vocabulary_release(x, w);
            else out[found++] = w;
        }
    }
    return found;
}

void names_put(NameIndex *x, Arena scratch, int64_t row, const Str *names, int n)
{
    uint32_t words[NAME_WORDS];
    int found = words_of(x, scratch, names, n, words);
    Person *p = person_of(x, row, found > 0);
    if (!p) return;
    bag_set(x, p, words, found);
    person_changed(x, p);
    tidy(x);
}
