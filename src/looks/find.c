// Searching the log: by the index of what has ended, line by line in what still grows.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"
#include <stdlib.h>

// Where a look stands that fits; chains are written beside each other, so they are put in order by time.
typedef struct { int64_t ms; int segment; uint32_t at; } Hit;
typedef struct { Hit *at; isize n, room; Arena *a; } Hits;

static void hit_add(Hits *hits, Hit hit)
{
    if (hits->n == hits->room) {
        isize room = hits->room ? hits->room * 2 : 1024;
        Hit *more = take(hits->a, Hit, room);
        if (hits->n) memcpy(more, hits->at, (size_t)hits->n * sizeof(Hit));
        hits->at = more;
        hits->room = room;
    }
    hits->at[hits->n++] = hit;
}

static int by_time(const void *one, const void *other)
{
    const Hit *x = one, *y = other;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    if (x->segment != y->segment) return x->segment - y->segment;
    return x->at < y->at ? -1 : x->at > y->at;
}

static int by_place(const void *one, const void *other)
{
    uint32_t x = *(const uint32_t *)one, y = *(const uint32_t *)other;
    return x < y ? -1 : x > y;
}

static bool asked_for(const LookAsk *ask, Str id)
{
    bool found = false;
    for (int i = 0; i < ask->n && !found; i++) found = str_equal(ask->ids[i], id);
    return found;
}

// Of a look that is asked for, those of its records that are; false: it is not.
static bool look_fits(Arena *a, const LookAsk *ask, const Line *line, Look *out)
{
    int n = 0, kept = 0;
    if (line->kind != LINE_LOOK || line->ms < ask->from || line->ms > ask->to) return false;
    if (ask->user.n && !str_equal(ask->user, line->look.user)) return false;
    const LookItem *items = line_items(a, line->items, &n);
    if (!items) return false;
    LookItem *some = take(a, LookItem, n);
    for (int i = 0; i < n; i++)
        if (!ask->n || asked_for(ask, items[i].id)) some[kept++] = items[i];
    *out = line->look;
    out->items = some;
    out->n = kept;
    return kept || !ask->n;
}

static void hits_scan(const Shown *shown, int segment, Arena turn, const LookAsk *ask, Hits *hits)
{
    Line line;
    Look look;
    for (Str rest = shown->text; rest.n;) {
        Arena own = turn;
        if (!line_next(&own, &rest, &line)) break;
        if (line.kind == LINE_LOOK && line.ms > ask->to) break;
        if (look_fits(&own, ask, &line, &look)) hit_add(hits, (Hit){look.ms, segment, (uint32_t)(line.words.p - shown->text.p)});
    }
}

static bool line_at(Arena *a, const Shown *shown, uint32_t at, Line *out)
{
    Str rest = str_slice(shown->text, at, shown->text.n);
    return line_next(a, &rest, out);
}

static void hits_indexed(const Shown *shown, int segment, Arena turn, const LookAsk *ask, Hits *hits)
{
    uint32_t **places = take(&turn, uint32_t *, ask->n + 1), last = UINT32_MAX;
    int *counts = take(&turn, int, ask->n + 1), n = 0, words = ask->n ? ask->n : 1;
    for (int i = 0; i < words; i++) {
        counts[i] = index_find(shown, ask->n ? ask->ids[i] : user_word(&turn, ask->user), &places[i], &turn);
        n += counts[i];
    }
    uint32_t *all = take(&turn, uint32_t, n);
    n = 0;
    for (int i = 0; i < words; i++) {
        if (counts[i]) memcpy(all + n, places[i], (size_t)counts[i] * sizeof *all);
        n += counts[i];
    }
    if (n) qsort(all, (size_t)n, sizeof *all, by_place);
    for (int i = 0; i < n; i++) {
        Arena own = turn;
        Line line;
        Look look;
        if (all[i] == last || !line_at(&own, shown, all[i], &line)) continue;
        if (look_fits(&own, ask, &line, &look)) hit_add(hits, (Hit){look.ms, segment, all[i]});
        last = all[i];
    }
}

// ---- all segments ------------------------------------------------------------------------------------------

typedef struct { const LookAsk *ask; Segment *all; Shown *shown; int64_t *begun; int n; Hits hits; } Finding;

// Times ascend in a segment, and the next of its chain begins where it ended.
static bool may_hold(const Finding *f, int i)
{
    bool followed = i + 1 < f->n && str_equal(f->all[i].chain, f->all[i + 1].chain);
    return f->begun[i] <= f->ask->to && !(followed && f->begun[i + 1] < f->ask->from);
}

static Err *segment_begun(Arena *a, Str path, Shown *shown, int64_t *begun)
{
    Line head;
    TRY(segment_open(a, path, shown));
    Str rest = shown->text;
    bool known = line_next(a, &rest, &head) && head.kind == LINE_HEAD;
    *begun = known ? head.ms : INT64_MAX; // not even its first line is there
    return 0;
}

static Err *hits_tell(const Finding *f, Arena turn, LookFn *each, void *with)
{
    for (isize i = 0; i < f->hits.n; i++) {
        Arena own = turn;
        Line line;
        Look look;
        const Hit *hit = &f->hits.at[i];
        bool good = line_at(&own, &f->shown[hit->segment], hit->at, &line) && look_fits(&own, f->ask, &line, &look);
        if (good) TRY(each(with, &own, &look));
    }
    return 0;
}

Err *looks_find(Arena *a, Arena turn, Str folder, const LookAsk *ask, LookFn *each, void *with)
{
    Str strange;
    int opened;
    Finding f = {.ask = ask, .hits.a = a};
    TRY(segments_list(a, folder, &f.all, &f.n, &strange));
    f.shown = take(a, Shown, f.n);
    f.begun = take(a, int64_t, f.n);
    Err *e = 0;
    for (opened = 0; !e && opened < f.n; opened++) e = segment_begun(a, f.all[opened].path, &f.shown[opened], &f.begun[opened]);
    for (int i = 0; !e && i < f.n; i++) {
        bool indexed = f.shown[i].index.n && (ask->n || ask->user.n);
        if (!may_hold(&f, i)) continue;
        if (indexed) hits_indexed(&f.shown[i], i, turn, ask, &f.hits);
        else hits_scan(&f.shown[i], i, turn, ask, &f.hits);
    }
    if (!e && f.hits.n) qsort(f.hits.at, (size_t)f.hits.n, sizeof(Hit), by_time);
    if (!e) e = hits_tell(&f, turn, each, with);
    for (int i = 0; i < opened; i++) segment_close(&f.shown[i]);
    return e;
}
