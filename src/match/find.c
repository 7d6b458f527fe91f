// Who is meant by a name: words alike, then the persons who bear them, best first.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"
#include "text/text.h"

// Likeness of two words in percent; judged by hand, for a first ordering.
enum { SAME = 100, HOMOGRAPH = 95, SAME_LETTERS = 90, APART = 90, PREFIX = 85, NEAR = 80, FAR = 70 };
enum { ALIKE_MOST = 4096, ASKED_MOST = 2 * QUERY_WORDS - 1 };

// A word asked for; behind the single ones stand each two neighbours written together.
typedef struct {
    Str text;
    char bones[WORD_LETTERS];
    Pattern letters, skeleton;
    uint32_t letters_set, bones_set;
    int edits; // tolerated: one from 4 letters on, two from 8
} Asked;

// What one word of the vocabulary is to each word asked for.
typedef struct {
    uint8_t likeness[ASKED_MOST];
    uint8_t head[QUERY_WORDS], tail[QUERY_WORDS]; // letters of the asked skeleton that it begins or ends
} Alike;

typedef struct {
    const NameIndex *x;
    Asked *asked;
    int words, n;     // single words asked for; with those written together
    uint16_t *slots;  // per word of the vocabulary: its place in alike, 0 for none
    Alike *alike;
    int alike_n;
    uint64_t *marked; // a bit for each person to be looked at
} Search;

static void asked_make(Asked *q, Str text)
{
    char letters[WORD_LETTERS];
    int letters_n = letters_make(text, letters), bones_n = skeleton_make(text, q->bones);
    q->text = text;
    q->edits = letters_n >= 8 ? 2 : letters_n >= 4 ? 1 : 0;
    pattern_make(&q->letters, letters, letters_n);
    pattern_make(&q->skeleton, q->bones, bones_n);
    q->letters_set = letters_set(letters, letters_n);
    q->bones_set = letters_set(q->bones, bones_n);
}

// Titles say nothing about who it is; docs/lao.md, 2.3. They go only where a name follows.
static bool is_title(Str word)
{
    static const Str titles[] = {
        S("mr"), S("mrs"), S("ms"), S("miss"), S("dr"), S("thao"), S("nang"), S("ທາວ"), S("ນາງ"), S("ທານ"),
    };
    for (int i = 0; i < countof(titles); i++) {
        if (str_equal(titles[i], word)) return true;
    }
    return false;
}

static void query_read(Search *s, Arena *scratch, Str name)
{
    Str words[QUERY_WORDS], rest = text_fold(scratch, name), word;
    while (s->words < QUERY_WORDS && str_word(&rest, &word)) words[s->words++] = word_cut(word);
    if (s->words > 1 && is_title(words[0])) {
        s->words--;
        memmove(words, words + 1, (size_t)s->words * sizeof *words);
    }
    s->n = s->words ? 2 * s->words - 1 : 0;
    s->asked = take(scratch, Asked, s->n);
    for (int i = 0; i < s->n; i++) {
        bool alone = i < s->words;
        Str pair[] = {words[alone ? i : i - s->words], alone ? (Str){0} : words[i - s->words + 1]};
        asked_make(&s->asked[i], alone ? pair[0] : str_join(scratch, pair, 2, (Str){0}));
    }
}

// An edit changes at most two of the letters that a word has.
static bool within(uint32_t one, uint32_t two, int n, int m, int edits)
{
    return n - m <= edits && m - n <= edits && __builtin_popcount(one ^ two) <= 2 * edits;
}

static int by_edits(int distance, int edits, int same)
{
    return distance > edits ? 0 : distance == 0 ? same : distance == 1 ? NEAR : FAR;
}

static int likeness(const NameIndex *x, const Asked *q, const Word *w)
{
    const char *text = x->pool + w->at, *bones = text + w->n;
    int best = 0, bones_n = q->skeleton.n;
    if (!(q->letters_set & ~w->letters) && q->text.n <= w->n && !memcmp(q->text.p, text, (size_t)q->text.n)) {
        if (q->text.n == w->n) return SAME;
        if (q->letters.n >= 2) best = PREFIX;
    }
    int edits = bones_n >= 6 ? q->edits : bones_n >= 3 && q->edits ? 1 : 0;
    if (within(q->bones_set, w->bones, bones_n, w->skeleton_n, edits)) {
        int got = by_edits(pattern_distance(&q->skeleton, bones, w->skeleton_n), edits, HOMOGRAPH);
        if (got > best) best = got;
    } else if (bones_n >= 3 && bones_n < w->skeleton_n && !(q->bones_set & ~w->bones) && best < NEAR) {
        if (!memcmp(q->bones, bones, (size_t)bones_n)) best = NEAR; // sounds like its beginning
    }
    if (best < NEAR && q->edits && within(q->letters_set, w->letters, q->letters.n, w->letters_n, q->edits)) {
        char letters[WORD_LETTERS];
        int n = letters_make((Str){text, w->n}, letters);
        int got = by_edits(pattern_distance(&q->letters, letters, n), q->edits, SAME_LETTERS);
        if (got > best) best = got;
    }
    return best;
}

static Alike *alike_of(Search *s, uint32_t word)
{
    if (!s->slots[word] && s->alike_n < ALIKE_MOST) s->slots[word] = (uint16_t)++s->alike_n;
    return s->slots[word] ? &s->alike[s->slots[word]] : 0; // a prefix of more words than that is no name
}

// Names are written together or apart: a word may be the head of the asked one, another its tail.
static bool parts_note(Search *s, int i, uint32_t word)
{
    const Word *w = &s->x->words[word];
    const Asked *q = &s->asked[i];
    const char *bones = s->x->pool + w->at + w->n;
    int n = w->skeleton_n, rest = q->skeleton.n - n;
    if (n < 2 || rest < 2 || (w->bones & ~q->bones_set)) return false;
    bool head = !memcmp(q->bones, bones, (size_t)n), tail = !memcmp(q->bones + rest, bones, (size_t)n);
    Alike *a = head || tail ? alike_of(s, word) : 0;
    if (!a) return false;
    if (head) a->head[i] = (uint8_t)n;
    if (tail) a->tail[i] = (uint8_t)n;
    return true;
}

static void mark(Search *s, uint32_t person)
{
    s->marked[person / 64] |= 1ull << (person % 64);
}

static void word_compare(Search *s, uint32_t word)
{
    const Word *w = &s->x->words[word];
    bool found = false;
    for (int i = 0; i < s->n; i++) {
        int percent = likeness(s->x, &s->asked[i], w);
        Alike *a = percent ? alike_of(s, word) : 0;
        if (a) a->likeness[i] = (uint8_t)percent;
        found |= a != 0;
        if (i < s->words) found |= parts_note(s, i, word);
    }
    if (!found || word >= s->x->posted_words) return;
    for (uint32_t i = s->x->first[word]; i < s->x->first[word + 1]; i++) mark(s, s->x->posted[i]);
}

static void words_compare(Search *s)
{
    for (int i = 0; i < s->n; i++) { // what is the same comes first, however many are alike
        uint32_t same = vocabulary_find(s->x, s->asked[i].text);
        if (same != UINT32_MAX) word_compare(s, same);
    }
    for (uint32_t word = 0; word < s->x->words_n; word++) {
        if (s->x->words[word].users) word_compare(s, word);
    }
    for (uint32_t i = 0; i < s->x->changed_n; i++) mark(s, s->x->changed[i]);
}

// How a person's words answer the words asked for.
typedef struct {
    const Alike *words[NAME_WORDS];
    int n;
    int percent[QUERY_WORDS], place[QUERY_WORDS]; // place: which of her words; -1 for none
    uint32_t used;
} Answer;

static void answer_singles(const Search *s, Answer *r)
{
    for (int i = 0; i < s->words; i++) {
        r->place[i] = -1;
        for (int j = 0; j < r->n; j++) {
            int percent = r->words[j]->likeness[i];
            if (percent <= r->percent[i] || (r->used >> j & 1)) continue;
            r->percent[i] = percent;
            r->place[i] = j;
        }
        if (r->place[i] >= 0) r->used |= 1u << r->place[i];
    }
}

static void answer_apart(const Search *s, Answer *r)
{
    for (int i = 0; i < s->words; i++) {
        for (int j = 0; j < r->n; j++) {
            int head = r->words[j]->head[i];
            if (!head || r->percent[i] >= APART) continue;
            for (int k = 0; k < r->n; k++) {
                if (k == j || r->words[k]->tail[i] + head != s->asked[i].skeleton.n) continue;
                r->percent[i] = APART;
                r->place[i] = j;
                r->used |= 1u << j | 1u << k;
            }
        }
    }
}

static void answer_together(const Search *s, Answer *r)
{
    for (int i = 0; i + 1 < s->words; i++) {
        for (int j = 0; j < r->n; j++) {
            int percent = r->words[j]->likeness[s->words + i] * APART / 100;
            if (2 * percent <= r->percent[i] + r->percent[i + 1]) continue;
            r->percent[i] = r->percent[i + 1] = percent;
            r->place[i] = r->place[i + 1] = j;
            r->used |= 1u << j;
        }
    }
}

// The mean likeness of the words asked for, less a little for words left over and for another order.
static double person_score(const Search *s, const Person *p)
{
    Answer r = {.n = p->n};
    int sum = 0, last = -1, apart = 0;
    bool ordered = true;
    for (int j = 0; j < p->n; j++) r.words[j] = &s->alike[s->slots[s->x->bags[p->at + (uint32_t)j]]];
    answer_singles(s, &r);
    answer_apart(s, &r);
    answer_together(s, &r);
    for (int i = 0; i < s->words; i++) {
        sum += r.percent[i];
        if (r.place[i] < 0) continue;
        ordered &= r.place[i] >= last;
        last = r.place[i];
    }
    if (!sum) return 0;
    for (int j = 0; j < p->n; j++) apart += !(r.used >> j & 1);
    double score = sum / (100.0 * s->words) - 0.01 * (apart < 5 ? apart : 5) - (ordered ? 0 : 0.01);
    return score > 0.01 ? score : 0.01;
}

static bool better(NameHit one, NameHit two)
{
    return one.score != two.score ? one.score > two.score : one.row < two.row;
}

static void hit_add(NameHit *out, int *n, int limit, NameHit hit)
{
    if (*n == limit && !better(hit, out[limit - 1])) return;
    int i = *n < limit ? (*n)++ : limit - 1;
    for (; i > 0 && better(hit, out[i - 1]); i--) out[i] = out[i - 1];
    out[i] = hit;
}

int names_find(const NameIndex *x, Arena scratch, Str name, NameHit *out, int limit)
{
    Search s = {.x = x};
    int n = 0;
    query_read(&s, &scratch, name);
    if (!s.words || limit <= 0) return 0;
    isize blocks = (x->persons_n + 63) / 64;
    s.slots = take(&scratch, uint16_t, x->words_n);
    s.alike = take(&scratch, Alike, ALIKE_MOST + 1); // the first is alike to nothing
    s.marked = take(&scratch, uint64_t, blocks);
    words_compare(&s);
    for (isize b = 0; b < blocks; b++) {
        for (uint64_t left = s.marked[b]; left; left &= left - 1) {
            const Person *p = &x->persons[b * 64 + __builtin_ctzll(left)];
            double score = person_score(&s, p);
            if (score > 0) hit_add(out, &n, limit, (NameHit){p->row, score});
        }
    }
    return n;
}
