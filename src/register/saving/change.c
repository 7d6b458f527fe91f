// A change: its drafts one after the other, all of them saved or none.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// Where others write at the same time: it stays as it is from here until it is saved.
Err *record_lock(Store *s, const RecordType *t, Str id)
{
    id = str_bare(id);
    if (!db_shared(s->db) || !s->head) return 0;
    return sql(s->db, s->a, 0, "select row from {} where key = $1 or id = $2{}", (Name){t->name}, id, id,
        (Sql){.text = db_locks(s->db)});
}

Err *draft_hers(Store *s, const Draft *draft)
{
    if (may_any(&s->user, draft->type, draft->id.n ? MAY_WRITE : MAY_MAKE)) return 0;
    return fail(s->a, ERR_DENIED, "Your role may not change a {}.", words_in(&draft->type->label, s->lang));
}

static Err *draft_save(Store *s, Draft *draft, const Change *change)
{
    Record *now = 0;
    bool writes = may_any(&s->user, draft->type, MAY_WRITE);
    if (draft->id.n && writes) {
        TRY(record_lock(s, draft->type, draft->id));
        TRY(record_find(s, draft->type, draft->id, MAY_WRITE, &now));
    }
    if (draft->id.n && !now) {
        TRY(record_get(s, draft->type, draft->id, &now)); // not there, or not for her to know
        if (writes) return fail(s->a, ERR_DENIED, "You may read this {}, not change it.", words_in(&draft->type->label, s->lang));
    }
    TRY(draft_hers(s, draft));
    return draft_enter(s, draft, now, change);
}

typedef struct { Change *change; Draft *asked; } Saving; // asked: the drafts as they were given, for when it runs again

static Draft draft_copy(Arena *a, const Draft *draft)
{
    Draft copy = *draft;
    copy.cells = take(a, Cell, draft->type->n);
    memcpy(copy.cells, draft->cells, (size_t)draft->type->n * sizeof *copy.cells);
    return copy;
}

// What an earlier try said of it lies in memory that is used anew.
static void draft_as_asked(Draft *draft, const Draft *asked)
{
    Cell *cells = draft->cells;
    memcpy(cells, asked->cells, (size_t)asked->type->n * sizeof *cells);
    *draft = *asked;
    draft->cells = cells;
}

// What hangs on what cannot be saved is looked at all the same: every fault is told in one round.
static Err *save_work(Store *s, void *with)
{
    const Saving *saving = with;
    Change *change = saving->change, how = *change;
    bool none = false;
    int made = 0;
    how.made = &made;
    for (int i = 0; i < change->n; i++) {
        Draft *draft = &change->drafts[i];
        if (draft->on && draft->on->saved.what == SAVED_BEFORE) continue; // the whole form was sent before
        if (saving->asked) draft_as_asked(draft, &saving->asked[i]);
        how.looks |= none; // it is told whole, and not made
        TRY(draft->on ? row_enter(s, draft, &how) : draft_save(s, draft, &how));
        none |= draft_refused(change, &draft->saved);
    }
    return none && change->n > 1 ? nothing_kept() : 0;
}

Err *record_save(Store *s, Change *change)
{
    Saving saving = {change, 0};
    if (!change->looks) saving.asked = take(s->a, Draft, change->n);
    for (int i = 0; saving.asked && i < change->n; i++) saving.asked[i] = draft_copy(s->a, &change->drafts[i]);
    Err *e = change->looks ? save_work(s, &saving) : register_write(s, save_work, &saving);
    return e && e->kind == ERR_COUNT ? 0 : e;
}

Err *draft_view(Store *s, const Draft *draft, const Record *now, View **out)
{
    const RecordType *t = draft->type;
    Cell *cells = take(s->a, Cell, t->n);
    Record **read = take(s->a, Record *, t->n);
    for (int i = 0; i < t->n; i++) {
        const bool *through = shape_of(s, t)->through[i];
        if (now) cells[i] = now->cells[i];
        if (!draft->cells[i].said) continue;
        cells[i] = (Cell){.text = draft->cells[i].text};
        if (through && cells[i].text.n) TRY(link_read(s, &t->fields[i], cells[i].text, through, &read[i]));
        if (read[i]) cells[i].row = read[i]->row;
    }
    Str state = now ? now->state : state_first(s->pack, t);
    return record_view(s, t, now ? now->row : 0, cells, state, now ? now->since : state.n ? register_today(s) : 0, read, out);
}
