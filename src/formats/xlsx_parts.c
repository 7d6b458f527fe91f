// The parts of a workbook, found by their relations (ECMA-376 part 2, 6.5; names of parts: 6.2.2).
// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx.h"

// a/b/../c and ./a//c as they are meant; what leads out of the archive stays at its root.
static Str path_plain(Arena *a, Str path)
{
    Str *steps = take(a, Str, path.n + 1), rest = path;
    int n = 0;
    while (rest.n) {
        Str step = str_cut(&rest, '/');
        if (str_equal(step, S(".."))) n -= n > 0;
        else if (step.n && !str_equal(step, S("."))) steps[n++] = step;
    }
    return str_join(a, steps, n, S("/"));
}

// As it stands, or with its %20 read, whichever there is.
static Str target_path(Book *b, Str folder, Str given)
{
    Arena *a = b->scratch;
    Str target = str_copy(a, given), decoded;
    for (isize i = 0; i < target.n; i++) {
        if (target.p[i] == '\\') ((char *)target.p)[i] = '/';
    }
    target = str_cut(&(Str){target.p, target.n}, '#');
    if (!str_starts(target, S("/"))) target = say(a, "{}/{}", folder, target);
    Str path = path_plain(a, target);
    if (part_exists(b, path) || !url_decode(a, target, &decoded)) return path;
    Str other = path_plain(a, decoded);
    return part_exists(b, other) ? other : path;
}

static void open_relation(Book *b, void *with, const char *name, const char **pairs)
{
    Relations *all = with;
    if (!is_named(name, "Relationship") || str_equal(attribute(pairs, "TargetMode"), S("External")))
        return;
    if (all->n == ENTRIES_MOST) {
        book_stop(b, "The part {} of this workbook names too many others.", (Vals){0});
        return;
    }
    all->at[all->n++] = (Relation){
        .id = str_copy(b->scratch, attribute(pairs, "Id")),
        .type = str_copy(b->scratch, attribute(pairs, "Type")),
        .target = str_copy(b->scratch, attribute(pairs, "Target")),
    };
}

Err *relations_read(Book *b, Str part, Relations *out)
{
    static const XmlReader reader = {open_relation, 0, 0};
    isize at = part.n;
    while (at && part.p[at - 1] != '/') at--;
    Str folder = str_slice(part, 0, at), name = str_slice(part, at, part.n);
    out->n = 0;
    TRY(part_read(b, say(b->scratch, "{}_rels/{}.rels", folder, name), &reader, out));
    for (int i = 0; i < out->n; i++) out->at[i].target = target_path(b, folder, out->at[i].target);
    return 0;
}

const Relation *relation_of(const Relations *all, Str id)
{
    for (int i = 0; i < all->n; i++) {
        if (str_equal(all->at[i].id, id)) return &all->at[i];
    }
    return 0;
}

// Before the last word stand two namespaces, strict and transitional.
const Relation *relation_like(const Relations *all, Str end)
{
    for (int i = 0; i < all->n; i++) {
        if (str_ends(all->at[i].type, end)) return &all->at[i];
    }
    return 0;
}
