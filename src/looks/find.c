// Searching the log: by the index of what has ended, line by line in what still grows.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"
#include <stdlib.h>

// Where a look stands that fits, how many of its records do, and its line, copied, so that no file is open while it is told
// (where the newest are asked for, its length alone at first).
typedef struct { int64_t ms; int segment; uint32_t at; int n; Str line; } Hit;
// A chain, or a part of one, of which one segment after the other is looked through; room: of that one.
typedef struct { int at, end; Arena room; Hit *hits; int n, i; } Cursor;
typedef struct {
    const LookAsk *ask;
    Map ids;                 // that are asked for
    uint64_t *words; int words_n; // by which they, or the user, stand in an index
    Segment *all;
    int64_t *begun;
    Arena turn;
    LookFn *each; void *with;
    int64_t passed;          // rows that were told, or passed over
} Finding;

enum { CURSOR_ROOM = 8 << 20 };   // a segment's lines, and where they stand

static int by_place(const void *one, const void *other)
{
    uint32_t x = *(const uint32_t *)one, y = *(const uint32_t *)other;
    return x < y ? -1 : x > y;
}

// Of a look that is asked for, those of its records that are; false: it is not.
static bool look_fits(Arena *a, const Finding *f, const Line *line, Look *out)
{
    const LookAsk *ask = f->ask;
    int n = 0, kept = 0;
    if (line->kind != LINE_LOOK || line->ms < ask->from || line->ms > ask->to) return false;
    if (ask->user.n && !str_equal(ask->user, line->look.user)) return false;
    if (ask->unit.n && !str_equal(ask->unit, line->look.unit)) return false;
    LookItem *items = line_items(a, line->items, &n);
    if (!items) return false;
    for (int i = 0; i < n; i++)
        if (!ask->n || map_get(&f->ids, items[i].id)) items[kept++] = items[i];
    *out = line->look;
    out->items = items;
    out->n = kept;
    return kept || !ask->n;
}

// ---- one segment ---------------------------------------------------------------------------------------------

typedef struct {
    const Finding *f; Cursor *c; Arena turn; Shown shown; int segment; Err *e;
    bool counts; int64_t rows; // counts: how many rows it has is enough
} Looking;

static void line_taken(Looking *l, const Line *line)
{
    Look look;
    Arena own = l->turn;
    if (!look_fits(&own, l->f, line, &look)) return;
    isize end = line->words.p + line->words.n + LINE_HASH + 2 - l->shown.text.p, at = line->words.p - l->shown.text.p;
    Str text = str_slice(l->shown.text, at, end);
    if (l->f->ask->newest) text.p = 0; // which are told is known at the end
    else if (l->shown.mapped.n) text = str_copy(&l->c->room, text);
    l->c->hits[l->c->n++] = (Hit){look.ms, l->segment, (uint32_t)at, look.n ? look.n : 1, text};
}

static bool line_at(Arena *a, const Shown *shown, uint32_t at, Line *out)
{
    Str rest = str_slice(shown->text, at, shown->text.n);
    return line_seen(a, &rest, out);
}

static void segment_scan(Looking *l)
{
    isize most = 0;
    Line line;
    for (isize i = 0; i < l->shown.text.n; i++) most += l->shown.text.p[i] == '\n';
    l->c->hits = take(&l->c->room, Hit, most);
    for (Str rest = l->shown.text; rest.n;) {
        Arena own = l->turn;
        if (!line_seen(&own, &rest, &line) || (line.kind == LINE_LOOK && line.ms > l->f->ask->to)) break;
        line_taken(l, &line);
    }
}

static void segment_indexed(Looking *l)
{
    const Finding *f = l->f;
    int n;
    uint32_t *all = index_find(&l->turn, &l->shown, f->words, f->words_n, &n), last = UINT32_MAX;
    l->rows = n;
    if (l->counts) return;
    l->c->hits = take(&l->c->room, Hit, n);
    if (n) qsort(all, (size_t)n, sizeof *all, by_place);
    for (int i = 0; i < n; i++) {
        Arena own = l->turn;
        Line line;
        if (all[i] != last && line_at(&own, &l->shown, all[i], &line)) line_taken(l, &line);
        last = all[i];
    }
}

static void segment_look(void *with)
{
    Looking *l = with;
    l->e = segment_open(&l->c->room, l->f->all[l->segment].path, &l->shown);
    if (l->e) return;
    l->counts &= l->shown.index.n > 0;
    if (l->shown.index.n && l->f->words_n) segment_indexed(l);
    else segment_scan(l);
}

// Whoever runs out of memory leaves no file mapped.
static Err *segment_hits(Arena *a, Finding *f, Cursor *c, int segment, bool counts, int64_t *rows)
{
    Looking l = {.f = f, .c = c, .turn = f->turn, .segment = segment, .counts = counts};
    arena_rewind(&c->room, c->room.start);
    c->n = c->i = 0;
    bool whole = arena_guard(&c->room, &l.turn, segment_look, &l);
    segment_close(&l.shown);
    if (!whole) arena_unwind(a);
    if (rows) *rows = l.counts ? l.rows : 0;
    for (int i = 0; rows && i < c->n; i++) *rows += c->hits[i].n;
    return err_keep(a, l.e);
}

// ---- chains beside each other -----------------------------------------------------------------------------------

static Err *segments_begun(Arena *a, Finding *f, int n)
{
    f->begun = take(a, int64_t, n);
    for (int i = 0; i < n; i++) {
        Line head;
        Str text;
        Arena own = f->turn;
        Err *e = file_begins(&own, f->all[i].path, &text);
        if (e) return err_keep(a, e);
        bool known = line_seen(&own, &text, &head) && head.kind == LINE_HEAD;
        f->begun[i] = known ? head.ms : INT64_MAX; // not even its first line is there
    }
    return 0;
}

// Times ascend from each segment of a chain to the next, but where a clock that was ahead was set right: from there on it
// is as if it were another's.
static int run_end(const Finding *f, int first, int n)
{
    int end = first + 1;
    while (end < n && str_equal(f->all[end].chain, f->all[first].chain) && f->begun[end] >= f->begun[end - 1]) end++;
    return end;
}

// What is asked for begins in the last segment that began before it, and ends before the first that began after it.
static Cursor cursor_of(const Finding *f, int first, int end)
{
    while (first + 1 < end && f->begun[first + 1] < f->ask->from) first++;
    while (end > first && f->begun[end - 1] > f->ask->to) end--;
    return (Cursor){.at = first, .end = end};
}

// The next of its hits, if there is one.
static Err *cursor_next(Arena *a, Finding *f, Cursor *c)
{
    while (c->i == c->n && c->at < c->end) TRY(segment_hits(a, f, c, c->at++, false, 0));
    return 0;
}

static Err *chains_open(Arena *a, Finding *f, Str folder, Cursor **out, int *chains)
{
    Str strange;
    int n;
    *chains = 0;
    TRY(segments_list(a, folder, f->ask->also, &f->all, &n, &strange));
    TRY(segments_begun(a, f, n));
    *out = take(a, Cursor, n);
    for (int i = 0, end; i < n; i = end) {
        end = run_end(f, i, n);
        Cursor *c = &(*out)[*chains];
        *c = cursor_of(f, i, end);
        if (c->at >= c->end) continue;
        if (a->end - a->at < CURSOR_ROOM) arena_unwind(a);
        c->room = arena_cut(a, CURSOR_ROOM);
        ++*chains;
    }
    return 0;
}

// The oldest that is left, of all chains; null: none is.
static Err *hit_next(Arena *a, Finding *f, Cursor *of, int chains, Hit **out)
{
    Cursor *first = 0;
    for (int i = 0; i < chains; i++) {
        TRY(cursor_next(a, f, &of[i]));
        bool any = of[i].i < of[i].n;
        if (any && (!first || of[i].hits[of[i].i].ms < first->hits[first->i].ms)) first = &of[i];
    }
    *out = first ? &first->hits[first->i++] : 0;
    return 0;
}

// ---- told ------------------------------------------------------------------------------------------------------------

// Of its records those that stand behind what is passed over, and no more than are wanted.
static Err *hit_tell(Finding *f, const Hit *hit)
{
    const LookAsk *ask = f->ask;
    Arena own = f->turn;
    Line line;
    Look look;
    Str rest = hit->line;
    int64_t from = ask->skip - f->passed, to = ask->most ? ask->skip + ask->most - f->passed : INT64_MAX;
    f->passed += hit->n;
    if (hit->n <= from || !line_seen(&own, &rest, &line) || !look_fits(&own, f, &line, &look)) return 0;
    if (to < look.n) look.n = (int)to;
    if (from > 0) look.items += from, look.n -= (int)from;
    return f->each(f->with, &own, &look);
}

static Err *oldest_tell(Arena *a, Finding *f, Cursor *of, int chains)
{
    const LookAsk *ask = f->ask;
    Hit *hit;
    do {
        TRY(hit_next(a, f, of, chains, &hit));
        if (hit) TRY(hit_tell(f, hit));
    } while (hit && (!ask->most || f->passed < ask->skip + ask->most));
    return 0;
}

static Err *line_again(Arena *a, const Segment *segment, Hit *hit)
{
    Shown shown;
    char *to = take(a, char, hit->line.n);
    TRY(segment_open(a, segment->path, &shown));
    Str line = str_slice(shown.text, hit->at, hit->at + hit->line.n);
    if (line.n) memcpy(to, line.p, (size_t)line.n);
    hit->line = (Str){to, line.n};
    segment_close(&shown);
    return 0;
}

typedef struct { int at; int64_t begun, ended; } Span; // of a segment

static int latest_first(const void *one, const void *other)
{
    const Span *x = one, *y = other;
    if (x->begun != y->begun) return x->begun > y->begun ? -1 : 1;
    return y->at - x->at;
}

static int by_time(const void *one, const void *other)
{
    const Hit *x = one, *y = other;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    if (x->segment != y->segment) return x->segment - y->segment;
    return x->at < y->at ? -1 : x->at > y->at;
}

static Span *spans_of(Arena *a, const Finding *f, const Cursor *of, int chains, int *n)
{
    int most = 0;
    *n = 0;
    for (int i = 0; i < chains; i++) most += of[i].end - of[i].at;
    Span *out = take(a, Span, most);
    for (int i = 0; i < chains; i++) {
        for (int k = of[i].at; k < of[i].end; k++)
            out[(*n)++] = (Span){k, f->begun[k], k + 1 < of[i].end ? f->begun[k + 1] : INT64_MAX};
    }
    if (*n) qsort(out, (size_t)*n, sizeof *out, latest_first);
    return out;
}

// The newest of a segment among those that are kept, of which there are twice as much room.
static int newest_keep(Hit *kept, int n, const Cursor *c, int most)
{
    int more = c->n < most ? c->n : most;
    if (more) memcpy(kept + n, c->hits + c->n - more, (size_t)more * sizeof *kept);
    n += more;
    if (n) qsort(kept, (size_t)n, sizeof *kept, by_time);
    if (n > most) memmove(kept, kept + n - most, (size_t)most * sizeof *kept);
    return n < most ? n : most;
}

// The latest segments first: once there are enough, an older one is but counted, and of records asked for by id its index knows
// how many it has.
static Err *newest_find(Arena *a, Finding *f, Cursor *of, int chains, Hit *kept, int *n, int64_t *all)
{
    const LookAsk *ask = f->ask;
    int spans_n;
    Span *spans = spans_of(a, f, of, chains, &spans_n);
    *n = 0;
    for (int i = 0; i < spans_n; i++) {
        int64_t rows;
        const Span *one = &spans[i];
        bool inside = one->begun >= ask->from && one->ended <= ask->to, old = *n == ask->most && one->ended < kept[0].ms;
        bool counts = inside && old && ask->n && !ask->user.n && !ask->unit.n;
        TRY(segment_hits(a, f, &of[0], one->at, counts, &rows));
        *n = newest_keep(kept, *n, &of[0], (int)ask->most);
        *all += rows;
    }
    return 0;
}

static Err *newest_tell(Arena *a, Finding *f, Cursor *of, int chains, int64_t *all)
{
    int64_t most = f->ask->most, shown = 0;
    Hit *kept = take(a, Hit, 2 * most);
    LookAsk window = *f->ask;
    int n = 0, first;
    *all = 0;
    if (chains) TRY(newest_find(a, f, of, chains, kept, &n, all));
    for (first = n; first > 0 && shown < most;) shown += kept[--first].n;
    window.skip = shown > most ? shown - most : 0;
    f->ask = &window;
    for (int i = first; i < n; i++) {
        Finding own = *f;
        TRY(line_again(&own.turn, &f->all[kept[i].segment], &kept[i]));
        Err *e = hit_tell(&own, &kept[i]);
        if (e) return err_keep(a, e);
        f->passed = own.passed;
    }
    return 0;
}

Err *looks_find(Arena *a, Arena turn, Str folder, const LookAsk *ask, LookFn *each, void *with, int64_t *all)
{
    Cursor *of;
    int chains;
    bool fresh;
    Finding f = {.ask = ask, .turn = turn, .each = each, .with = with, .words = take(a, uint64_t, ask->n + 1)};
    for (int i = 0; i < ask->n; i++) {
        map_put(&f.ids, a, ask->ids[i], &fresh);
        f.words[f.words_n++] = index_word(ask->ids[i]);
    }
    if (!ask->n && ask->user.n) f.words[f.words_n++] = index_word(user_word(a, ask->user));
    TRY(chains_open(a, &f, folder, &of, &chains));
    if (ask->newest) return newest_tell(a, &f, of, chains, all);
    TRY(oldest_tell(a, &f, of, chains));
    *all = f.passed;
    return 0;
}
