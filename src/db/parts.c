// What a store is made of, part by part, and what a definition would make: the same words for both.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include <stdlib.h>

StorePart *part_add(Arena *a, StoreParts *all, Str kind, Str name, Str of, Str words)
{
    if (all->n == all->cap) {
        int cap = all->cap ? 2 * all->cap : 256;
        StorePart *more = take(a, StorePart, cap);
        if (all->n) memcpy(more, all->at, (size_t)all->n * sizeof *more);
        all->at = more;
        all->cap = cap;
    }
    StorePart *p = &all->at[all->n++];
    *p = (StorePart){.kind = kind, .name = name, .of = of, .words = words};
    return p;
}

Str name_quoted(Arena *a, Str name)
{
    Buf o = buf_in(a);
    buf_char(&o, '"');
    for (isize i = 0; i < name.n; i++) {
        if (name.p[i] == '"') buf_char(&o, '"');
        buf_char(&o, name.p[i]);
    }
    buf_char(&o, '"');
    return buf_str(&o);
}

// What stands before the next `end` that is in no parentheses and no quotes; rest goes on behind it.
static Str piece_cut(Str *rest, char end)
{
    int depth = 0;
    char quote = 0;
    for (isize i = 0; i < rest->n; i++) {
        char c = rest->p[i];
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'') quote = c;
        else if (c == end && !depth) {
            Str piece = str_slice(*rest, 0, i);
            *rest = str_slice(*rest, i + 1, rest->n);
            return piece;
        } else depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    Str piece = *rest;
    *rest = (Str){0};
    return piece;
}

// A name, in quotes or not; text goes on behind it.
static Str name_cut(Str *text)
{
    *text = str_trim(*text);
    bool quoted = text->n && text->p[0] == '"';
    isize n = quoted;
    while (n < text->n && (quoted ? text->p[n] != '"' : text->p[n] != ' ' && text->p[n] != '(')) n++;
    Str name = str_slice(*text, quoted, n);
    *text = str_slice(*text, n + quoted, text->n);
    return name;
}

static bool word_cut(Str *text, Str word)
{
    Str trimmed = str_trim(*text);
    if (!str_starts(trimmed, word)) return false;
    *text = str_trim(str_slice(trimmed, word.n, trimmed.n));
    return true;
}

// Columns and whatever else stands between the parentheses, each a part; then how the table ends.
void parts_of_table(Arena *a, StoreParts *all, Str name, Str text)
{
    isize end = text.n;
    while (end && text.p[end - 1] != ')') end--;
    Str inner = str_slice(text, 1, end - 1), how = str_trim(str_slice(text, end, text.n));
    part_add(a, all, S("table"), name, name, how);
    while (str_trim(inner).n) part_add(a, all, S("column"), name, name, str_trim(piece_cut(&inner, ',')));
}

static bool index_there(const StoreParts *all, Str name)
{
    for (int i = 0; i < all->n; i++) {
        if (str_equal(all->at[i].kind, S("index")) && str_equal(all->at[i].name, name)) return true;
    }
    return false;
}

static void statement_parts(Db *db, Arena *a, StoreParts *all, Str text)
{
    text = str_trim(text);
    bool unique = word_cut(&text, S("create unique index")), index = unique || word_cut(&text, S("create index"));
    if (index) {
        bool may_be = word_cut(&text, S("if not exists"));
        Str name = name_cut(&text);
        if (db->driver->name_most) name = str_slice(name, 0, db->driver->name_most);
        if (may_be && index_there(all, name)) return;
        word_cut(&text, S("on"));
        Str table = name_cut(&text);
        part_add(a, all, S("index"), name, table,
                 say(a, "{}{}", unique ? S("unique ") : S(""),
                     db->driver->index_words(a, str_trim(text))));
    } else if (word_cut(&text, S("create table"))) {
        Str name = name_cut(&text);
        parts_of_table(a, all, name, str_trim(text));
    } else if (word_cut(&text, S("alter table"))) {
        Str name = name_cut(&text);
        if (word_cut(&text, S("add column"))) part_add(a, all, S("column"), name, name, text);
    }
}

static int by_words(const void *one, const void *two)
{
    const StorePart *p = one, *q = two;
    const Str first[] = {p->kind, p->name, p->of, p->words}, second[] = {q->kind, q->name, q->of, q->words};
    int order = 0;
    for (int i = 0; i < countof(first) && !order; i++) order = str_compare(first[i], second[i]);
    return order;
}

static void words_plain(Arena *a, StoreParts *all) // without the quotes of names, which a store may set or not
{
    for (int i = 0; i < all->n; i++) {
        Buf o = buf_in(a);
        for (isize k = 0; k < all->at[i].words.n; k++) {
            if (all->at[i].words.p[k] != '"') buf_char(&o, all->at[i].words.p[k]);
        }
        all->at[i].words = buf_str(&o);
    }
    if (all->n) qsort(all->at, (size_t)all->n, sizeof *all->at, by_words);
}

void db_parts_defined(Db *db, Arena *a, Str text, StoreParts *out)
{
    *out = (StoreParts){0};
    Str whole = words_filled(db, a, text);
    while (str_trim(whole).n) statement_parts(db, a, out, piece_cut(&whole, ';'));
    words_plain(a, out);
}

Err *db_parts(Db *db, Arena *a, StoreParts *out)
{
    *out = (StoreParts){0};
    TRY(db->driver->parts(db, a, out));
    words_plain(a, out);
    return 0;
}

void db_parts_differ(const StoreParts *is, const StoreParts *should, Arena *a, StoreParts *more, StoreParts *lack)
{
    int i = 0, k = 0;
    *more = *lack = (StoreParts){0};
    while (i < is->n || k < should->n) {
        int order = i == is->n ? 1 : k == should->n ? -1 : by_words(&is->at[i], &should->at[k]);
        const StorePart *p = order > 0 ? &should->at[k] : &is->at[i];
        if (order) *part_add(a, order > 0 ? lack : more, p->kind, p->name, p->of, p->words) = *p;
        i += order <= 0;
        k += order >= 0;
    }
}
