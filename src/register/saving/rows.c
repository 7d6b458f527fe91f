// Rows of a form: records that are edited on the form of what they hang on, and go with it to another holder.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Err *repeat_rows(Store *s, const Repeat *of, int64_t row, int most, RecordPage *out)
{
    ListAsk list = {.type = of->type, .link = of->link, .of = row, .limit = most};
    *out = (RecordPage){0};
    if (row <= 0) return 0;
    TRY(record_list(s, &list, out));
    for (int i = 0, k = out->n - 1; i < k; i++, k--) {
        Record *one = out->at[i];
        out->at[i] = out->at[k];
        out->at[k] = one;
    }
    return 0;
}

// ---- a row on its way through save.c ---------------------------------------------------------------------

Record *row_on(Save *v)
{
    Record *then = take(v->s->a, Record, 1);
    Str id = v->e.id.n ? v->e.id : v->draft->new_id.n ? v->draft->new_id : random_name(v->s->a);
    *then = (Record){.type = v->t, .row = v->e.row ? v->e.row : -1, .id = id, .key = v->e.key.n ? v->e.key : id, .state = v->e.state,
        .unit = v->e.unit, .since = v->e.since, .cells = take(v->s->a, Cell, v->t->n)};
    for (int i = 0; i < v->t->n; i++) {
        const Cell *seen = v->seen ? &v->seen->cells[i] : 0;
        then->cells[i] = v->cells[i];
        then->cells[i].hidden = seen && (seen->hidden || seen->beyond) && !v->cells[i].said;
    }
    return then;
}

// As rules of a row may see it: what is closed to her is empty.
static Record *as_seen(Arena *a, const Record *then)
{
    Record *seen = take(a, Record, 1);
    *seen = *then;
    seen->cells = take(a, Cell, then->type->n);
    for (int i = 0; i < then->type->n; i++) {
        if (!then->cells[i].hidden) seen->cells[i] = then->cells[i];
    }
    return seen;
}

// What it says of whom it hangs on goes by what it hangs on.
static bool goes_along(const Save *v, const Field *f)
{
    const Expr *e = f->kind == FIELD_LINK ? f->calculation : 0;
    return e && e->link == v->draft->hangs && v->on->cells[e->field->at].row != v->cells[f->at].row;
}

void row_begin(Save *v)
{
    const Field *hangs = v->draft->hangs;
    if (!v->draft->on) return;
    v->on = v->draft->on->then;
    if (!v->now) v->cells[hangs->at] = (Cell){.text = v->on->key, .id = v->on->id, .row = v->on->row, .said = true};
    v->read[hangs->at] = as_seen(v->s->a, v->on);
    for (int i = 0; v->now && i < v->t->n; i++) v->changes |= goes_along(v, &v->t->fields[i]);
}

static Err *row_missing(Store *s, Draft *draft, Str words)
{
    draft->saved = (Saved){0};
    for (const Fault *f = draft->told.first; f; f = f->next) faults_add(s->a, &draft->saved.faults, *f);
    Str label = words_in(&draft->type->label, s->lang);
    Message why = words.n ? message(s->a, "You may read this {}, not change it.", label)
                          : message(s->a, "There is no {} {}.", label, draft->id);
    faults_add(s->a, &draft->saved.faults, (Fault){.column = S("id"), .value = draft->id, .message = why});
    return 0;
}

// The same form sent twice makes one row: the second time it is a change of what the first one made.
static Err *row_made(Store *s, Draft *draft)
{
    Record *made;
    if (draft->id.n || !draft->new_id.n) return 0;
    TRY(record_find(s, draft->type, draft->new_id, MAY_WRITE, &made));
    if (!made) return 0;
    draft->id = made->id;
    draft->base = 1;
    return 0;
}

Err *row_enter(Store *s, Draft *draft, const Change *change)
{
    Record *now = 0, *read = 0;
    TRY(row_made(s, draft));
    TRY(draft_hers(s, draft));
    if (draft->id.n) {
        TRY(record_lock(s, draft->type, draft->id));
        TRY(record_find(s, draft->type, draft->id, MAY_WRITE, &now));
        if (!now) TRY(record_find(s, draft->type, draft->id, MAY_READ, &read));
        const Record *there = now ? now : read;
        bool here = there && there->cells[draft->hangs->at].row == draft->on->then->row;
        if (!now || !here) return row_missing(s, draft, here ? S("read") : (Str){0});
    }
    return draft_enter(s, draft, now, change);
}

// ---- to another holder ---------------------------------------------------------------------------------------

static const Field *follows(const RecordType *rows, const Field *link, const Field *of)
{
    for (int i = 0; i < rows->n; i++) {
        const Expr *e = rows->fields[i].kind == FIELD_LINK ? rows->fields[i].calculation : 0;
        if (e && e->link == link && e->field == of) return &rows->fields[i];
    }
    return 0;
}

// All of them, seen by her or not, a page at a time; what is closed to her agency cannot be given away, and refuses it.
static Err *rows_move(Save *v, const Repeat *of, const Field *said)
{
    Store now = *v->s, whole;
    now.batch = 0;
    now.past = 0;
    whole = now;
    whole.user = user_operator();
    whole.user.unit = v->s->user.unit;
    ListAsk list = {.type = of->type, .link = of->link, .of = v->e.row, .limit = 500};
    for (bool more = true; more;) {
        RecordPage page;
        TRY(record_list(&whole, &list, &page));
        for (int i = 0; i < page.n; i++) {
            if (page.at[i]->cells[said->at].row == v->cells[v->t->person].row) continue;
            Draft row = draft_make(now.a, of->type);
            row.on = v->draft;
            row.hangs = of->link;
            Err *failed = draft_enter(&now, &row, page.at[i], &(Change){0});
            if (draft_refused(&(Change){0}, &row.saved))
                return fail(now.a, ERR_INPUT, "A {} that hangs on it cannot go along: change that first.",
                    words_in(&of->type->label, now.lang));
            TRY(failed);
        }
        list.after = page.next;
        more = page.next.row;
    }
    return 0;
}

Err *rows_follow(Save *v)
{
    int person = v->t->person;
    if (!v->t->repeats_n) return 0;
    v->draft->then = row_on(v);
    bool moved = v->now && person >= 0 && v->now->cells[person].row != v->cells[person].row;
    for (int i = 0; moved && i < v->t->repeats_n; i++) {
        const Repeat *of = &v->t->repeats[i];
        const Field *said = follows(of->type, of->link, &v->t->fields[person]);
        if (said) TRY(rows_move(v, of, said));
    }
    return 0;
}
