// What a draft's links name: records that are there, that a file's lines would make, or that the same change makes.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A file that is only looked at writes no line, so a later one does not find what an earlier one would make.
static bool looked_at(const Save *v, const Field *f, Str key)
{
    const Batch *batch = v->s->batch;
    return batch && batch->looked && f->target == v->t && map_get(batch->looked, key);
}

// What an earlier draft of the same change makes: only looked at, it is not there; made, it may be hers to write alone.
static Record *made_with(const Save *v, const Field *f, Str id)
{
    for (int i = 0; i < v->how->n && &v->how->drafts[i] != v->draft; i++) {
        const Draft *other = &v->how->drafts[i];
        if (other->type != f->target || other->id.n || !id.n || !str_equal(other->new_id, id)) continue;
        Record *made = take(v->s->a, Record, 1);
        *made = (Record){.type = other->type, .id = id, .key = id, .row = other->saved.row ? other->saved.row : -1};
        made->cells = other->cells;
        made->state = state_first(v->s->pack, other->type);
        made->since = made->state.n ? register_today(v->s) : 0;
        return made;
    }
    return 0;
}

Err *save_link(Save *v, const Field *f, Str key)
{
    int i = f->at;
    Cell *cell = &v->cells[i];
    Record *named = 0;
    if (key.n) TRY(link_read(v->s, f, key, shape_of(v->s, v->t)->through[i], &named));
    if (!named) named = made_with(v, f, str_bare(key));
    bool ahead = key.n && !named && looked_at(v, f, key);
    v->read[i] = named;
    cell->row = named ? named->row : ahead ? -1 : 0; // ahead: it has no row yet
    cell->id = named ? named->id : (Str){0};
    if (key.n && !named && !ahead) {
        complain(v, f->name, key, message(v->s->a, "There is no {} with the number {}.", words_in(&f->target->label, v->s->lang), key));
    }
    return 0;
}

// By its row alone nobody is named whose keys seal it.
Err *holder_name(Store *s, const RecordType *t, Cell *cells)
{
    Cell *person = t->person < 0 ? 0 : &cells[t->person];
    Rows q;
    if (!person || !person->row || person->id.n) return 0;
    const RecordType *to = t->fields[t->person].target;
    TRY(sql(shown_by(s, to), s->a, &q, "select id from {} where row = $1", ((Name){to->name}), person->row));
    if (rows_next(&q)) person->id = next_str(&q);
    return 0;
}
