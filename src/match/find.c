// Who is meant by a name: the persons who bear words alike, best first.
// SPDX-License-Identifier: Apache-2.0
#include "match/inside.h"

static const Alike *alike_of(const Query *q, uint32_t word)
{
    return &q->alike[q->slots[word]];
}

// How a person's words answer the words asked for.
typedef struct {
    const Alike *words[NAME_WORDS];
    int n;
    int percent[QUERY_WORDS], place[QUERY_WORDS]; // place: which of her words; -1 for none
    uint32_t used;
} Answer;

static void answer_singles(const Query *q, Answer *r)
{
    for (int i = 0; i < q->words; i++) {
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

static void answer_apart(const Query *q, Answer *r)
{
    for (int i = 0; i < q->words; i++) {
        for (int j = 0; j < r->n; j++) {
            int head = r->words[j]->head[i];
            if (!head || r->percent[i] >= APART) continue;
            for (int k = 0; k < r->n; k++) {
                if (k == j || r->words[k]->tail[i] + head != q->asked[i].bones_bytes) continue;
                r->percent[i] = APART;
                r->place[i] = j;
                r->used |= 1u << j | 1u << k;
            }
        }
    }
}

static void answer_together(const Query *q, Answer *r)
{
    for (int i = 0; i + 1 < q->words; i++) {
        for (int j = 0; j < r->n; j++) {
            int percent = r->words[j]->likeness[q->words + i] * APART / 100;
            if (2 * percent <= r->percent[i] + r->percent[i + 1]) continue;
            r->percent[i] = r->percent[i + 1] = percent;
            r->place[i] = r->place[i + 1] = j;
            r->used |= 1u << j;
        }
    }
}

// The mean likeness of the words asked for, less a little for words left over and for another order.
static double person_score(const Query *q, const NameIndex *x, const Person *p)
{
    Answer r = {.n = p->n};
    int sum = 0, last = -1, apart = 0;
    bool ordered = true;
    for (int j = 0; j < p->n; j++) r.words[j] = alike_of(q, x->bags[p->at + (uint32_t)j]);
    answer_singles(q, &r);
    answer_apart(q, &r);
    answer_together(q, &r);
    for (int i = 0; i < q->words; i++) {
        sum += r.percent[i];
        if (r.place[i] < 0) continue;
        ordered &= r.place[i] >= last;
        last = r.place[i];
    }
    if (!sum) return 0;
    for (int j = 0; j < p->n; j++) apart += !(r.used >> j & 1);
    double score = sum / (100.0 * q->words) - 0.01 * (apart < 5 ? apart : 5) - (ordered ? 0 : 0.01);
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

// ---- bounds: no person scores more than this, in percent summed over the words asked for -----------
typedef struct {
    const NameIndex *x;
    const Query *q;
    uint16_t *sum;   // by person
    uint8_t *seen;   // by person, a bit for each word asked for
    uint64_t *heads; // a bit for each person who has the head of the word asked for
} Bounds;

static int together(const Query *q, const Alike *a, int i)
{
    return i >= 0 && i + 1 < q->words ? a->likeness[q->words + i] * APART / 100 : 0;
}

static int most(const Query *q, const Alike *a, int i)
{
    int best = a->likeness[i], before = together(q, a, i - 1), behind = together(q, a, i);
    if (before > best) best = before;
    return behind > best ? behind : best;
}

static void bound_add(Bounds *b, uint32_t word, int i, int percent)
{
    if (word >= b->x->posted_words) return;
    for (uint32_t at = b->x->first[word]; at < b->x->first[word + 1]; at++) {
        uint32_t person = b->x->posted[at];
        if (b->seen[person] >> i & 1) continue;
        b->seen[person] |= (uint8_t)(1 << i);
        b->sum[person] = (uint16_t)(b->sum[person] + percent);
    }
}

// Who has both a head and a tail may have the whole.
static void bound_apart(Bounds *b, int i)
{
    const NameIndex *x = b->x;
    bool any = false;
    for (int k = 1; k < b->q->alike_n; k++) {
        uint32_t word = b->q->word[k];
        if (!b->q->alike[k].head[i] || word >= x->posted_words) continue;
        if (!any) memset(b->heads, 0, (x->persons_n + 63) / 64 * sizeof *b->heads);
        any = true;
        for (uint32_t at = x->first[word]; at < x->first[word + 1]; at++) {
            b->heads[x->posted[at] / 64] |= 1ull << (x->posted[at] % 64);
        }
    }
    for (int k = 1; any && k < b->q->alike_n; k++) {
        uint32_t word = b->q->word[k];
        if (!b->q->alike[k].tail[i] || word >= x->posted_words) continue;
        for (uint32_t at = x->first[word]; at < x->first[word + 1]; at++) {
            uint32_t person = x->posted[at];
            if (!(b->heads[person / 64] >> (person % 64) & 1) || (b->seen[person] >> i & 1))
                continue;
            b->seen[person] |= (uint8_t)(1 << i);
            b->sum[person] = (uint16_t)(b->sum[person] + 100);
        }
    }
}

// The words alike in descending likeness, so that a person's first one is her best.
static void bound_singles(Bounds *b, int i)
{
    uint16_t next[102] = {0}, order[ALIKE_MOST + 1];
    const Query *q = b->q;
    for (int k = 1; k < q->alike_n; k++) next[100 - most(q, &q->alike[k], i) + 1]++;
    for (int percent = 1; percent <= 101; percent++)
        next[percent] = (uint16_t)(next[percent] + next[percent - 1]);
    for (int k = 1; k < q->alike_n; k++)
        order[next[100 - most(q, &q->alike[k], i)]++] = (uint16_t)k;
    for (int k = 0; k < q->alike_n - 1; k++) {
        int percent = most(q, &q->alike[order[k]], i);
        if (percent) bound_add(b, q->word[order[k]], i, percent);
    }
}

// For who has changed since postings were made, from her words themselves.
static void bound_changed(Bounds *b)
{
    for (uint32_t c = 0; c < b->x->changed_n; c++) {
        const Person *p = &b->x->persons[b->x->changed[c]];
        int sum = 0;
        for (int i = 0; i < b->q->words; i++) {
            int best = 0;
            for (int j = 0; j < p->n; j++) {
                const Alike *a = alike_of(b->q, b->x->bags[p->at + (uint32_t)j]);
                int percent = a->head[i] ? 100 : most(b->q, a, i);
                if (percent > best) best = percent;
            }
            sum += best;
        }
        b->sum[b->x->changed[c]] = (uint16_t)sum;
    }
}

static Bounds bounds_make(const NameIndex *x, const Query *q, Arena *scratch)
{
    Bounds b = {.x = x, .q = q};
    b.sum = take(scratch, uint16_t, x->persons_n);
    b.seen = take(scratch, uint8_t, x->persons_n);
    b.heads = take(scratch, uint64_t, (x->persons_n + 63) / 64);
    for (int i = 0; i < q->words; i++) {
        bound_apart(&b, i);
        bound_singles(&b, i);
    }
    bound_changed(&b);
    return b;
}

// The least bound that at least `wanted` persons reach; 1 when fewer have one at all.
static int bound_of_best(const Bounds *b, int wanted)
{
    uint32_t reach[100 * QUERY_WORDS + 1] = {0};
    int64_t n = 0;
    for (uint32_t i = 0; i < b->x->persons_n; i++) {
        if (b->sum[i]) reach[b->sum[i]]++;
    }
    for (int sum = 100 * QUERY_WORDS; sum > 1; sum--) {
        n += reach[sum];
        if (n >= wanted) return sum;
    }
    return 1;
}

typedef struct { NameHit *out; int n, limit; } Hits;

// Scores who is bound between the two sums, the first included.
static void hits_between(const Bounds *b, int from, int to, Hits *hits)
{
    for (uint32_t i = 0; i < b->x->persons_n; i++) {
        if (b->sum[i] < from || b->sum[i] >= to) continue;
        const Person *p = &b->x->persons[i];
        double score = person_score(b->q, b->x, p);
        if (score > 0) hit_add(hits->out, &hits->n, hits->limit, (NameHit){p->row, score});
    }
}

int names_find(const NameIndex *x, Arena scratch, Str name, NameHit *out, int limit)
{
    Query q = query_make(x, &scratch, name);
    if (!q.words || limit <= 0) return 0;
    Bounds b = bounds_make(x, &q, &scratch);
    Hits hits = {out, 0, limit};
    int best = bound_of_best(&b, limit), least = 1;
    hits_between(&b, best, 100 * QUERY_WORDS + 1, &hits);
    if (hits.n == limit)
        least = (int)(out[limit - 1].score * 100 * q.words - 0.001); // others cannot enter
    if (least < 1) least = 1;
    if (least < best) hits_between(&b, least, best, &hits);
    return hits.n;
}
