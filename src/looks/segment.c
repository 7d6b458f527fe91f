// Segments: their names, the files of a folder, and the index that stands behind one that has ended.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"
#include <stdlib.h>

Str segment_name(Arena *a, Str chain, int64_t number)
{
    Str digits = say(a, "{}", number);
    Buf o = buf_in(a);
    buf_fill(&o, "{}.", VALS(chain));
    for (isize i = digits.n; i < SEGMENT_DIGITS; i++) buf_char(&o, '0');
    buf_add(&o, digits);
    return buf_str(&o);
}

static int by_chain(const void *one, const void *other)
{
    const Segment *x = one, *y = other;
    int chains = str_compare(x->chain, y->chain);
    return chains ? chains : x->number < y->number ? -1 : x->number > y->number;
}

static Err *folder_add(Arena *a, Str folder, Segment **all, int *n, Str *strange)
{
    Str *names;
    int names_n = 0;
    if (!path_is_folder(folder)) return 0;
    TRY(folder_list(a, folder, &names, &names_n));
    Segment *more = take(a, Segment, *n + names_n);
    if (*n) memcpy(more, *all, (size_t)*n * sizeof *more);
    *all = more;
    for (int i = 0; i < names_n; i++) {
        Str rest = names[i], chain = str_cut(&rest, '.');
        int64_t number = 0;
        bool good = chain.n && str_int(rest, &number) && number > 0 && str_equal(segment_name(a, chain, number), names[i]);
        if (good) more[(*n)++] = (Segment){chain, path_join(a, folder, names[i]), number};
        else if (!strange->n) *strange = names[i];
    }
    return 0;
}

Err *segments_list(Arena *a, Str folder, Str also, Segment **out, int *n, Str *strange)
{
    int all = 0;
    *n = 0;
    *out = 0;
    *strange = (Str){0};
    TRY(folder_add(a, folder, out, &all, strange));
    if (also.n) TRY(folder_add(a, also, out, &all, strange));
    if (all) qsort(*out, (size_t)all, sizeof(Segment), by_chain);
    for (int i = 0; i < all; i++)
        if (!*n || by_chain(&(*out)[*n - 1], &(*out)[i])) (*out)[(*n)++] = (*out)[i];
    return 0;
}

// ---- the index ---------------------------------------------------------------------------------------------
//
// Places, each 12 bytes: a number made of an id (or user), and where the line begins; by number, then by place. Then
// 8 letters, how many places, and how long the text before them is. Numbers least byte first.

enum { PLACE = 12, TRAILER = 24 };
static const Str mark = S("looks:ix");

// FNV-1a (Fowler, Noll, Vo): whose words fall together costs whoever searches a line that she did not ask for.
uint64_t index_word(Str word)
{
    uint64_t h = 0xcbf29ce484222325;
    for (isize i = 0; i < word.n; i++) h = (h ^ (unsigned char)word.p[i]) * 0x100000001b3;
    return h;
}

// Behind its own word, so that nobody's name is an id.
Str user_word(Arena *a, Str user)
{
    return say(a, "user {}", user);
}

typedef struct { uint64_t word; uint32_t at; } Place;

// They come in the order of their lines, and stay so among those of one word: 16 bits of it after the other.
static Place *by_word(Arena *a, Place *places, isize n)
{
    enum { DIGIT = 16, DIGITS = 1 << DIGIT };
    Place *to = take(a, Place, n), *from = places;
    uint32_t *begin = take(a, uint32_t, DIGITS + 1);
    for (int shift = 0; shift < 64; shift += DIGIT) {
        memset(begin, 0, sizeof *begin * (DIGITS + 1));
        for (isize i = 0; i < n; i++) begin[(from[i].word >> shift & (DIGITS - 1)) + 1]++;
        for (int i = 0; i < DIGITS; i++) begin[i + 1] += begin[i];
        for (isize i = 0; i < n; i++) to[begin[from[i].word >> shift & (DIGITS - 1)]++] = from[i];
        Place *next = from;
        from = to;
        to = next;
    }
    return from;
}

static void place_put(char *to, Place place)
{
    number_put(to, place.word);
    for (int i = 0; i < 4; i++) to[8 + i] = (char)(place.at >> (8 * i));
}

static uint32_t place_at(const char *from)
{
    uint32_t at = 0;
    for (int i = 3; i >= 0; i--) at = at << 8 | (unsigned char)from[8 + i];
    return at;
}

Str index_make(Arena *a, Str text)
{
    isize most = 0, n = 0;
    for (isize i = 0; i < text.n; i++) most += text.p[i] == '\n' || text.p[i] == ',' || text.p[i] == ' ';
    Place *places = take(a, Place, most);
    Line line;
    for (Str rest = text; line_seen(a, &rest, &line);) {
        int items_n = 0;
        if (line.kind != LINE_LOOK) continue;
        uint32_t at = (uint32_t)(line.words.p - text.p);
        const LookItem *items = line_items(a, line.items, &items_n);
        if (line.look.user.n) places[n++] = (Place){index_word(user_word(a, line.look.user)), at};
        for (int i = 0; items && i < items_n; i++) places[n++] = (Place){index_word(items[i].id), at};
    }
    places = by_word(a, places, n);
    Buf o = buf_in(a);
    char *to = buf_room(&o, n * PLACE + TRAILER);
    for (isize i = 0; i < n; i++) place_put(to + i * PLACE, places[i]);
    memcpy(to + n * PLACE, mark.p, (size_t)mark.n);
    number_put(to + n * PLACE + 8, (uint64_t)n);
    number_put(to + n * PLACE + 16, (uint64_t)text.n);
    o.n += n * PLACE + TRAILER;
    return buf_str(&o);
}

// An ended one never changes again; one that still grows may be shortened when its chain is taken up again, so it is copied.
Err *segment_open(Arena *a, Str path, Shown *out)
{
    *out = (Shown){0};
    TRY(file_map(a, path, &out->mapped));
    Str all = out->mapped;
    const char *end = all.p + all.n - TRAILER;
    if (all.n >= TRAILER && !memcmp(end, mark.p, (size_t)mark.n)) {
        uint64_t n = number_get(end + 8), text = number_get(end + 16);
        bool good = n <= (uint64_t)all.n / PLACE && text <= (uint64_t)all.n && text + n * PLACE + TRAILER == (uint64_t)all.n;
        if (good) {
            out->text = str_slice(all, 0, (isize)text);
            out->index = str_slice(all, (isize)text, all.n);
            return 0;
        }
    }
    file_unmap(all);
    out->mapped = (Str){0};
    return file_read(a, path, 1 << 30, &out->text);
}

void segment_close(const Shown *shown)
{
    file_unmap(shown->mapped);
}

static isize index_first(const char *places, isize n, uint64_t wanted)
{
    isize low = 0, high = n;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (number_get(places + middle * PLACE) < wanted) low = middle + 1;
        else high = middle;
    }
    return low;
}

uint32_t *index_find(Arena *a, const Shown *shown, const uint64_t *words, int words_n, int *n)
{
    const char *places = shown->index.p;
    isize all = (shown->index.n - TRAILER) / PLACE, *from = take(a, isize, words_n), *to = take(a, isize, words_n);
    *n = 0;
    for (int i = 0; i < words_n; i++) {
        from[i] = to[i] = index_first(places, all, words[i]);
        while (to[i] < all && number_get(places + to[i] * PLACE) == words[i]) to[i]++;
        *n += (int)(to[i] - from[i]);
    }
    uint32_t *out = take(a, uint32_t, *n), *next = out;
    for (int i = 0; i < words_n; i++)
        for (isize k = from[i]; k < to[i]; k++) *next++ = place_at(places + k * PLACE);
    return out;
}
