// Titles of records by their rows; those that are sealed are kept open for a while, so that a list need not read forty keys.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// In memory that is never swapped, of all threads together, and wiped with the keys of any of them. A title is another one with
// each entry about its record, for each agency by whose keys it was opened, in each language, and under each pack.
enum { TITLE_BITS = 15, TITLE_MOST = 100 }; // 4 MiB
typedef struct { uint64_t of; int64_t row, entry; unsigned char n; char text[TITLE_MOST]; } Kept;
struct TitleRing { Mutex *lock; Kept *at; };

TitleRing *titles_make(Arena *a)
{
    TitleRing *ring = take(a, TitleRing, 1);
    *ring = (TitleRing){mutex_make(), memory_locked(sizeof(Kept) << TITLE_BITS)};
    return ring;
}

void titles_free(TitleRing *ring)
{
    wipe(ring->at, sizeof(Kept) << TITLE_BITS);
    mutex_free(ring->lock);
}

void titles_forget(Store *s)
{
    TitleRing *ring = s->reg->opened;
    if (!ring) return;
    mutex_lock(ring->lock);
    wipe(ring->at, sizeof(Kept) << TITLE_BITS);
    mutex_unlock(ring->lock);
}

// Sealed, and shown to her role; what is read inside a write may never have been.
static bool kept(const Store *s, const RecordType *t)
{
    const bool *titled = shape_of(s, t)->titled;
    bool seen = s->reg->opened && !s->head;
    for (int i = 0; seen && i < t->n; i++) seen = !titled[i] || may_see(&s->user, t, &t->fields[i]);
    return seen && sealed_in(t, titled);
}

static unsigned compartments_titled(const Store *s, const RecordType *t)
{
    const bool *titled = shape_of(s, t)->titled;
    unsigned set = 0;
    for (int i = 0; i < t->n; i++) {
        if (titled[i] && !may_see_always(&s->user, t, &t->fields[i])) set |= 1u << t->fields[i].compartment;
    }
    return set;
}

static uint64_t kept_for(Store *s, const RecordType *t)
{
    return str_hash(say(s->a, "{} {} {} {}", agency_of(s), t->name, (int64_t)s->lang, s->loaded->entry));
}

static Kept *place_of(Store *s, uint64_t of, int64_t row)
{
    return &s->reg->opened->at[((uint64_t)row ^ of) * 0x9E3779B97F4A7C15 >> (64 - TITLE_BITS)];
}

// What is kept of it, if anything; whether that is still its title, and hers to read, the store says.
static bool kept_find(Store *s, uint64_t of, int64_t row, Kept *out)
{
    mutex_lock(s->reg->opened->lock);
    *out = *place_of(s, of, row);
    mutex_unlock(s->reg->opened->lock);
    return out->of == of && out->row == row;
}

bool called_by_text(const Store *s, const RecordType *t)
{
    bool text = false;
    for (int i = 0; i < t->n; i++) {
        FieldKind kind = t->fields[i].kind;
        text |= shape_of(s, t)->titled[i] && (kind == FIELD_TEXT || kind == FIELD_WORDS);
    }
    return text;
}

// What a day or a choice names lacks no name: it is called by its number, or by what it is.
Str record_unnamed(const Store *s, const Record *r)
{
    bool closed = false;
    for (int i = 0; i < r->type->n; i++) closed |= shape_of(s, r->type)->titled[i] && r->cells[i].hidden;
    if (!closed && !called_by_text(s, r->type)) return r->number.n ? r->number : words_in(&r->type->label, s->lang);
    Str words = tr(s->lang, closed ? S("(name closed)") : S("(no name yet)"));
    return r->number.n ? say(s->a, "{} {}", r->number, words) : words;
}

Str title_told(Store *s, const Record *r)
{
    Str title = record_name(s, r);
    return str_equal(title, r->id) ? record_unnamed(s, r) : title; // a random id says nothing
}

static void keep(Store *s, uint64_t of, const Record *r, Str title)
{
    bool whole = title.n <= TITLE_MOST && !r->broken;
    for (int i = 0; i < r->type->n; i++) whole &= !(shape_of(s, r->type)->titled[i] && r->cells[i].hidden);
    if (!whole) return;
    Kept one = {.of = of, .row = r->row, .entry = r->entry, .n = (unsigned char)title.n};
    memcpy(one.text, title.p, (size_t)title.n);
    mutex_lock(s->reg->opened->lock);
    *place_of(s, of, r->row) = one;
    mutex_unlock(s->reg->opened->lock);
}

typedef struct { Store *s; const RecordType *t; const int64_t *rows; int n; Str *titles; uint64_t of; } Asking;

static void title_put(const Asking *asking, int64_t row, Str title)
{
    for (int i = 0; i < asking->n; i++) {
        if (asking->rows[i] == row) asking->titles[i] = title;
    }
}

// Reads them, with what they are sealed in.
static Err *titles_read(const Asking *asking, const int64_t *rows, int n)
{
    Store *s = asking->s;
    Record **records;
    int found;
    TRY(record_some(s, asking->t, rows, n, shape_of(s, asking->t)->titled, &records, &found));
    for (int i = 0; i < found; i++) {
        Str title = title_told(s, records[i]);
        look_at(s, records[i]);
        if (asking->of) keep(s, asking->of, records[i], title);
        title_put(asking, records[i]->row, title);
    }
    return 0;
}

// Which of them are open to her, and as which entry: those are not read again.
static Err *titles_known(const Asking *asking, const int64_t *rows, int n, int64_t *missing, int *missing_n)
{
    Store *s = asking->s;
    Rows q;
    Val *vals = take(s->a, Val, n);
    Where w = where_begin(s->a), open = where_begin(s->a);
    unsigned needed = compartments_titled(s, asking->t);
    for (int i = 0; i < n; i++) vals[i] = val_int(rows[i]);
    where_add(&w, "t.row in ({})", VALS(where_list(&w, (Vals){vals, n})));
    if (open_asked(s, asking->t, shape_of(s, asking->t)->titled)) open_write(s, &open, asking->t, false);
    else where_add(&open, "{}", VALS((int64_t)COMPARTMENTS_ALL));
    TRY(sql(s->db, s->a, &q, "select t.row, t.entry, t.id, {} from {} t where {} and {}", where_end(&open), (Name){asking->t->name},
        where_end(&w), scope_rows(s, asking->t, MAY_READ)));
    while (rows_next(&q)) {
        int64_t row = next_int(&q), entry = next_int(&q);
        Str id = next_str(&q);
        bool hers = ((unsigned)next_int(&q) & needed) == needed;
        Kept at;
        bool there = hers && kept_find(s, asking->of, row, &at) && at.entry == entry;
        if (there) title_put(asking, row, str_copy(s->a, (Str){at.text, at.n}));
        if (there) look_at_title(s, asking->t, id, needed);
        else missing[(*missing_n)++] = row;
    }
    return 0;
}

Err *record_titles(Store *s, const RecordType *t, const int64_t *rows, int n, Str *titles)
{
    Asking asking = {s, t, rows, n, titles, kept(s, t) ? kept_for(s, t) : 0};
    int64_t *asked = take(s->a, int64_t, n), *missing = take(s->a, int64_t, n);
    int asked_n = 0, missing_n = 0;
    for (int i = 0; i < n; i++) {
        titles[i] = (Str){0};
        if (!rows[i]) continue;
        Kept at;
        if (asking.of && kept_find(s, asking.of, rows[i], &at)) asked[asked_n++] = rows[i];
        else missing[missing_n++] = rows[i];
    }
    if (asked_n) TRY(titles_known(&asking, asked, asked_n, missing, &missing_n));
    return missing_n ? titles_read(&asking, missing, missing_n) : 0;
}

Err *link_told(Store *s, const Field *link, Str value, Str *out)
{
    Record *named = 0;
    *out = (Str){0};
    if (value.n && may_any(&s->user, link->target, MAY_READ)) TRY(link_read(s, link, value, shape_of(s, link->target)->titled, &named));
    if (named) look_at(s, named);
    if (named) *out = title_told(s, named);
    return 0;
}

Err *value_told(Store *s, const Field *f, Str value, Str *out)
{
    if (f->kind != FIELD_LINK || !value.n) {
        *out = value_shown(s, f, value);
        return 0;
    }
    TRY(link_told(s, f, value, out));
    if (!out->n) *out = like_id(value) ? tr(s->lang, S("(taken away)")) : value;
    return 0;
}
