// Moving away: segments that have ended and are old are copied elsewhere, and only then removed here.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"

enum { SEGMENT_MOST = 64 << 20 };

// Of a chain: how many of its first segments hold nothing but what is older, and are not those by which the store knows it.
static Err *old_of(Arena *a, Arena turn, const Segment *all, int n, const LookMark *mark, int64_t before, LooksAway *out)
{
    *out = (LooksAway){.chain = all[0].chain};
    for (int i = 0; i + 1 < n && all[i + 1].number <= mark->segment; i++) {
        Line head;
        Str text;
        Arena own = turn;
        Err *e = file_begins(&own, all[i + 1].path, &text);
        if (e) return err_keep(a, e);
        // The next one says when this one ended.
        if (!line_next(&own, &text, &head) || head.kind != LINE_HEAD || head.ms >= before) return 0;
        out->segment = all[i].number;
        out->end = str_copy(a, head.before);
    }
    return 0;
}

Err *looks_old(Arena *a, Arena turn, const LooksMeant *meant, int64_t before, LooksAway **out, int *n)
{
    Segment *all;
    int all_n;
    Str strange;
    *n = 0;
    TRY(segments_list(a, meant->folder, (Str){0}, &all, &all_n, &strange));
    *out = take(a, LooksAway, all_n);
    for (int i = 0, end; i < all_n; i = end) {
        const LookMark *mark = 0;
        for (end = i; end < all_n && str_equal(all[end].chain, all[i].chain);) end++;
        for (int k = 0; k < meant->marks_n; k++)
            if (str_equal(meant->marks[k].chain, all[i].chain)) mark = &meant->marks[k];
        if (!mark) continue; // nobody would miss its end
        TRY(old_of(a, turn, all + i, end - i, mark, before, &(*out)[*n]));
        *n += (*out)[*n].segment > 0;
    }
    return 0;
}

typedef Err *SegmentFn(Arena *a, const Segment *segment, Str to);

static Err *away_each(Arena *a, Arena turn, Str folder, const LooksAway *away, Str to, SegmentFn *each, int64_t *n)
{
    Segment *all;
    int all_n;
    Str strange;
    TRY(segments_list(a, folder, (Str){0}, &all, &all_n, &strange));
    for (int i = 0; i < all_n; i++) {
        Arena own = turn;
        if (!str_equal(all[i].chain, away->chain) || all[i].number > away->segment) continue;
        Err *e = each(&own, &all[i], to);
        if (e) return err_keep(a, e);
        ++*n;
    }
    return 0;
}

// What lies there already is left, if it is the same: an earlier turn was broken off.
static Err *segment_copy(Arena *a, const Segment *segment, Str to)
{
    Str bytes, copy, path = path_join(a, to, path_name(segment->path));
    TRY(file_read(a, segment->path, SEGMENT_MOST, &bytes));
    if (!path_exists(path)) TRY(file_replace(a, path, bytes, 0600));
    TRY(file_read(a, path, SEGMENT_MOST, &copy));
    if (str_equal(bytes, copy)) return file_sync(a, path);
    return fail(a, ERR_INPUT, "{} is there already, and is another one. Choose an empty folder. Nothing was removed.", path);
}

static Err *segment_remove(Arena *a, const Segment *segment, Str to)
{
    (void)to;
    file_remove(a, segment->path);
    return path_exists(segment->path) ? fail(a, ERR_BUSY, "The file {} cannot be removed.", segment->path) : 0;
}

Err *looks_copy(Arena *a, Arena turn, Str folder, const LooksAway *away, Str to, int64_t *n)
{
    TRY(folder_make(a, to));
    TRY(away_each(a, turn, folder, away, to, segment_copy, n));
    return file_sync(a, to); // their names, too
}

// The oldest first: wherever it is broken off, what is left follows on what is gone.
Err *looks_remove(Arena *a, Arena turn, Str folder, const LooksAway *away)
{
    int64_t n = 0;
    TRY(away_each(a, turn, folder, away, (Str){0}, segment_remove, &n));
    return file_sync(a, folder);
}
