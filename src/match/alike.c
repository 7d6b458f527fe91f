// Which words of the vocabulary are like the words asked for.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"
#include "text/text.h"

// Likeness of two words in percent; judged by hand, for a first ordering.
enum { SAME = 100, HOMOGRAPH = 95, SAME_LETTERS = 90, PREFIX = 85, NEAR = 80, FAR = 70 };

static void asked_make(Asked *q, Str text)
{
    int32_t letters[WORD_LETTERS], bones[WORD_LETTERS];
    int letters_n = letters_make(text, letters);
    q->bones_bytes = skeleton_make(text, q->bones);
    int bones_n = letters_make((Str){q->bones, q->bones_bytes}, bones);
    q->text = text;
    q->edits = letters_n >= 8 ? 2 : letters_n >= 4 ? 1 : 0;
    pattern_make(&q->letters, letters, letters_n);
    pattern_make(&q->skeleton, bones, bones_n);
    q->letters_set = letters_set(letters, letters_n);
    q->bones_set = letters_set(bones, bones_n);
}

// Titles say nothing about who it is; docs/lao.md, 2.3. They go only where a name follows.
static bool is_title(Str word)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        Str title, titles = tr((Lang)i, S("mr mrs ms miss dr thao nang")); // each language has its own
        while (str_word(&titles, &title)) {
            if (str_equal(title, word)) return true;
        }
    }
    return false;
}

static void query_read(Query *q, Arena *scratch, Str name)
{
    Str words[QUERY_WORDS], rest = text_fold(scratch, name), word;
    while (q->words < QUERY_WORDS && str_word(&rest, &word)) {
        bool known = false; // a person's words are distinct as well
        for (int i = 0; i < q->words; i++) known |= str_equal(words[i], word_cut(word));
        if (!known) words[q->words++] = word_cut(word);
    }
    if (q->words > 1 && is_title(words[0])) {
        q->words--;
        memmove(words, words + 1, (size_t)q->words * sizeof *words);
    }
    q->n = q->words ? 2 * q->words - 1 : 0;
    q->asked = take(scratch, Asked, q->n);
    for (int i = 0; i < q->n; i++) {
        bool alone = i < q->words;
        Str pair[] = {words[alone ? i : i - q->words], alone ? (Str){0} : words[i - q->words + 1]};
        asked_make(&q->asked[i], alone ? pair[0] : str_join(scratch, pair, 2, (Str){0}));
        if (!alone) q->asked[i].edits = 0;
    }
}

// An edit changes at most two of the letters that a word has.
static bool within(uint32_t one, uint32_t two, int n, int m, int edits)
{
    if (n - m > edits || m - n > edits) return false;
    uint32_t differ = one ^ two;
    for (int i = 0; i < 2 * edits && differ; i++) differ &= differ - 1;
    return !differ;
}

static int by_edits(int distance, int edits, int same)
{
    return distance > edits ? 0 : distance == 0 ? same : distance == 1 ? NEAR : FAR;
}

static int likeness(const NameIndex *x, const Asked *q, const Word *w)
{
    const char *text = x->pool + w->at, *bones = text + w->n;
    int best = 0, bones_n = q->skeleton.n;
    if (!(q->letters_set & ~w->letters) && q->text.n <= w->n &&
        !memcmp(q->text.p, text, (size_t)q->text.n)) {
        if (q->text.n == w->n) return SAME;
        if (q->letters.n >= 2) best = PREFIX;
    }
    int edits = bones_n >= 6 ? q->edits : bones_n >= 3 && q->edits ? 1 : 0;
    if (bones_n && within(q->bones_set, w->bones, bones_n, w->bones_n, edits)) {
        int32_t letters[WORD_LETTERS];
        int n = letters_make((Str){bones, w->skeleton_n}, letters);
        int got = by_edits(pattern_distance(&q->skeleton, letters, n), edits, HOMOGRAPH);
        if (got > best) best = got;
    } else if (bones_n >= 3 && bones_n < w->bones_n && !(q->bones_set & ~w->bones) &&
               best < NEAR && q->bones_bytes < w->skeleton_n) {
        if (!memcmp(q->bones, bones, (size_t)q->bones_bytes))
            best = NEAR; // sounds like its beginning
    }
    if (best < NEAR && q->edits &&
        within(q->letters_set, w->letters, q->letters.n, w->letters_n, q->edits)) {
        int32_t letters[WORD_LETTERS];
        int n = letters_make((Str){text, w->n}, letters);
        int got = by_edits(pattern_distance(&q->letters, letters, n), q->edits, SAME_LETTERS);
        if (got > best) best = got;
    }
    return best;
}

static Alike *alike_of(Query *q, uint32_t word)
{
    if (!q->slots[word] && q->alike_n <= ALIKE_MOST) {
        q->word[q->alike_n] = word;
        q->slots[word] = (uint16_t)q->alike_n++;
    }
    return q->slots[word] ? &q->alike[q->slots[word]]
                          : 0; // what begins more words than that is no name
}

// Names are written together or apart: a word may be the head of the asked one, another its tail.
static void parts_note(Query *q, const NameIndex *x, int i, uint32_t word)
{
    const Word *w = &x->words[word];
    const Asked *asked = &q->asked[i];
    int n = w->skeleton_n, rest = asked->bones_bytes - n;
    if (w->bones_n < 2 || asked->skeleton.n - w->bones_n < 2) return;
    if (rest < 2 || (w->bones & ~asked->bones_set)) return;
    const char *bones = x->pool + w->at + w->n;
    bool head = !memcmp(asked->bones, bones, (size_t)n),
         tail = !memcmp(asked->bones + rest, bones, (size_t)n);
    Alike *a = head || tail ? alike_of(q, word) : 0;
    if (a && head) a->head[i] = (uint8_t)n;
    if (a && tail) a->tail[i] = (uint8_t)n;
}

static void word_compare(Query *q, const NameIndex *x, uint32_t word)
{
    const Word *w = &x->words[word];
    for (int i = 0; i < q->n; i++) {
        int percent = likeness(x, &q->asked[i], w);
        Alike *a = percent ? alike_of(q, word) : 0;
        if (a) a->likeness[i] = (uint8_t)percent;
        if (i < q->words) parts_note(q, x, i, word);
    }
}

Query query_make(const NameIndex *x, Arena *scratch, Str name)
{
    Query q = {.alike_n = 1};
    query_read(&q, scratch, name);
    q.slots = take(scratch, uint16_t, x->words_n);
    q.alike = take(scratch, Alike, ALIKE_MOST + 1);
    q.word = take(scratch, uint32_t, ALIKE_MOST + 1);
    for (int i = 0; i < q.n; i++) { // what is the same comes first, however many are alike
        uint32_t same = vocabulary_find(x, q.asked[i].text);
        if (same != UINT32_MAX) word_compare(&q, x, same);
    }
    for (uint32_t word = 0; word < x->words_n && q.n; word++) {
        if (x->words[word].users) word_compare(&q, x, word);
    }
    return q;
}
