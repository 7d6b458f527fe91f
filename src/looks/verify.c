// Checking the log: that no look was edited, left out, swapped, moved or added since it was signed.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"

typedef struct {
    const LooksMeant *meant; LooksFound *out;
    Segment at;              // that is being read
    Str before;              // the hash of the line before
    int64_t looks, segment;  // so many looks so far; the last segment that was read
    bool ended;              // it has
    int64_t ms, since;       // since: looks after the last signature
    Hash room;               // of the line before
    const LookMark *mark; bool mark_met; // how far the store says that this chain came
} Checking;

static Err *broken(Arena *a, const Checking *c, isize line, Str what)
{
    return fail(a, ERR_BROKEN, "The log of looks is not whole: {}, line {}: {}", path_name(c->at.path), (int64_t)line, what);
}

static const LooksAway *away_of(const LooksMeant *meant, Str chain)
{
    const LooksAway *found = 0;
    for (int i = 0; i < meant->away_n; i++) {
        const LooksAway *one = &meant->away[i];
        if (str_equal(one->chain, chain) && (!found || one->segment > found->segment)) found = one;
    }
    return found;
}

static Err *missing(Arena *a, const Checking *c, int64_t segment)
{
    return broken(a, c, 1, say(a, "segment {} before it is missing, and no entry says that it was moved away. Put the file {} back from a"
        " backup; where there is none, its looks are lost: find out who could remove it.", segment, segment_name(a, c->at.chain, segment)));
}

// What a segment's first line says must be what stood before it, or what was moved away.
static Err *head_check(Arena *a, Checking *c, const Line *line)
{
    const LooksAway *away = away_of(c->meant, c->at.chain);
    bool first = !c->segment;
    if (!str_equal(line->chain, c->at.chain) || line->segment != c->at.number)
        return broken(a, c, 1, say(a, "it is segment {} of {}, under another's name.", line->segment, line->chain));
    bool away_next = away && line->segment == away->segment + 1;
    if (first && line->segment > 1) {
        bool known = away && line->segment <= away->segment + 1; // what was moved away is removed one after the other
        if (!known) return missing(a, c, line->segment - 1);
        c->looks = line->looks;
        c->before = line->before;
    }
    if (!first && line->segment != c->segment + 1) return missing(a, c, c->segment + 1);
    if (away_next && !str_equal(away->end, line->before))
        return broken(a, c, 1, S("it does not follow on what an entry says was moved away."));
    if (!first && !c->ended) return broken(a, c, 1, S("the segment before it has no end."));
    if (!hash_same(line->before, c->before) || line->looks != c->looks)
        return broken(a, c, 1, S("it does not follow on the segment before it."));
    c->segment = line->segment;
    c->ms = line->ms;
    return 0;
}

static Err *signed_check(Arena *a, Checking *c, const Line *line, isize n)
{
    Hash words = mark_words(c->at.chain, c->at.number, line->looks, c->before);
    if (line->looks != c->looks) return broken(a, c, n, say(a, "{} looks were signed, and {} stand there.", line->looks, c->looks));
    if (!signature_good(c->meant->signer, hash_bytes(&words), line->signature))
        return broken(a, c, n, S("this signature is not this register's."));
    const LookMark *mark = c->mark;
    c->mark_met |= mark && mark->looks == line->looks && mark->segment == c->at.number && str_equal(mark->hash, c->before)
        && str_equal(mark->signature, line->signature);
    c->ended = line->kind == LINE_END;
    c->since = 0;
    return 0;
}

static Err *line_check(Arena *a, Checking *c, const Line *line, isize n)
{
    int items_n;
    if ((n == 1) != (line->kind == LINE_HEAD)) return broken(a, c, n, S("a segment begins with its name, and says it once."));
    if (c->ended && n > 1) return broken(a, c, n, S("it stands behind the segment's end."));
    if (line->kind == LINE_HEAD) TRY(head_check(a, c, line));
    Hash hash = line_hash(c->before, line->words);
    if (!hash_same(hash_bytes(&hash), line->hash)) return broken(a, c, n, S("it does not follow on the line before it."));
    if (line->kind == LINE_HEAD) c->ended = false;
    else if (line->kind != LINE_LOOK) TRY(signed_check(a, c, line, n));
    else if (!line_items(a, line->items, &items_n) || line->ms < c->ms) return broken(a, c, n, S("it cannot be read."));
    if (line->kind == LINE_LOOK) {
        c->looks++;
        c->since++;
        c->out->looks++;
        c->ms = line->ms;
    }
    c->room = hash;
    c->before = hash_bytes(&c->room);
    return 0;
}

// The last segment of a chain may end in a line that is not whole: the machine stopped while it was written. What the store
// says that was signed stands before it, else it is missing.
static Err *segment_check(Checking *c, Arena *a, Arena turn, bool last)
{
    Shown shown;
    Line line;
    isize n = 0;
    Err *e = 0;
    TRY(segment_open(&turn, c->at.path, &shown));
    Str rest = shown.text;
    while (!e && rest.n) {
        Arena own = turn;
        if (!line_next(&own, &rest, &line)) break;
        e = line_check(&own, c, &line, ++n);
        if (e) e = err_keep(a, e);
    }
    bool torn = !e && rest.n && !memchr(rest.p, '\n', (size_t)rest.n);
    bool mine = n && c->ended, unindexed = mine && last; // an index of which a part was written, or that is being written now
    if (!e && rest.n && !unindexed && !(torn && last && !mine)) e = broken(a, c, n + 1, S("it cannot be read."));
    c->out->torn += torn && !(n && c->ended);
    if (!e && !n && !last) e = broken(a, c, 1, S("it is empty."));
    if (!e && !last && !c->ended) e = broken(a, c, n + 1, S("the segment has no end."));
    if (!e && shown.index.n) {
        Arena own = turn;
        if (!c->ended || !str_equal(index_make(&own, shown.text), shown.index)) e = broken(a, c, n + 1, S("its index is another's."));
    }
    segment_close(&shown);
    return e;
}

static Err *chain_check(Arena *a, Arena turn, const LooksMeant *meant, const Segment *all, int n, LooksFound *out)
{
    static const char zeros[HASH_BYTES];
    Checking c = {.meant = meant, .out = out, .before = {zeros, HASH_BYTES}};
    for (int i = 0; i < meant->marks_n; i++)
        if (str_equal(meant->marks[i].chain, all[0].chain)) c.mark = &meant->marks[i];
    for (int i = 0; i < n; i++) {
        c.at = all[i];
        TRY(segment_check(&c, a, turn, i == n - 1));
    }
    if (c.mark && !c.mark_met) {
        return fail(a, ERR_BROKEN, "The log of looks is not whole: {} looks of {} were signed, and the last of them are missing.",
            c.mark->looks, c.at.chain);
    }
    out->unsure += c.since;
    out->chains++;
    return 0;
}

Err *looks_verify(Arena *a, Arena turn, const LooksMeant *meant, LooksFound *out)
{
    Segment *all;
    int n;
    Str strange;
    *out = (LooksFound){0};
    TRY(segments_list(a, meant->folder, meant->also, &all, &n, &strange));
    if (strange.n) return fail(a, ERR_BROKEN, "The folder of looks holds {}, which is none of its files: move it away.", strange);
    for (int i = 0; i < meant->marks_n; i++) {
        bool found = false;
        for (int k = 0; k < n; k++) found |= str_equal(all[k].chain, meant->marks[i].chain);
        if (!found)
            return fail(a, ERR_BROKEN, "The log of looks is not whole: {} looks of {} were signed, and none of them lies in {}.",
                meant->marks[i].looks, meant->marks[i].chain, meant->folder);
    }
    for (int i = 0, end; i < n; i = end) {
        for (end = i; end < n && str_equal(all[end].chain, all[i].chain);) end++;
        TRY(chain_check(a, turn, meant, all + i, end - i, out));
    }
    return 0;
}
