// Whose work a record is, and until when: two columns of its table, made of what it says and of the pack that stands.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

bool waits_look(const PackState *state, const RecordType *t, bool *wanted)
{
    memset(wanted, 0, (size_t)t->n * sizeof *wanted);
    if (state) expr_wants(state->term, 0, wanted);
    if (state) expr_wants(state->unit, 0, wanted);
    return state && (state->term || state->unit);
}

Waits waits_of(Arena *a, const Pack *p, const RecordType *t, const View *view, Str unit)
{
    const PackState *state = t->waits ? state_get(p, t, view->state) : 0;
    Waits out = {.waits = state && state->waits, .unit = unit};
    if (!out.waits) return (Waits){0};
    ExprValue term = state->term ? expr_value(a, state->term, view) : (ExprValue){.empty = true};
    Str given = state->unit ? expr_text(a, state->unit, view) : (Str){0};
    if (!term.empty) out.due = (int)term.number;
    if (given.n) out.unit = given;
    return out;
}

Val due_stored(Waits w)
{
    return w.due ? val_int(w.due) : (Val){0};
}

Val waits_stored(Waits w)
{
    return w.waits ? val_str(w.unit) : (Val){0};
}

// ---- when a pack changes them ------------------------------------------------------------------------------

// All that they are made of: a type of which two packs say the same here is as it was.
static Str waits_said(Arena *a, const Pack *p, const RecordType *t)
{
    Buf o = buf_in(a);
    for (int i = 0; t && i < p->states_n; i++) {
        const PackState *s = &p->states[i];
        if (s->record != t || !s->waits) continue;
        buf_fill(&o, "{}:", VALS(s->name));
        if (s->term) expr_json(&o, s->term);
        buf_char(&o, ';');
        if (s->unit) expr_json(&o, s->unit);
        buf_char(&o, '\n');
    }
    return buf_str(&o);
}

static Err *waits_anew(void *with, Store *s, Record *r)
{
    const View view = {.type = r->type, .cells = r->cells, .state = r->state, .since = r->since};
    (void)with;
    Waits w = waits_of(s->a, s->pack, r->type, &view, r->unit);
    if (w.due == r->due && w.waits == r->waits && str_equal(w.unit, r->waits_for)) return 0;
    return sql(s->db, s->a, 0, "update {} set state_due = $1, state_waits = $2 where row = $3", (Name){r->type->name}, due_stored(w),
        waits_stored(w), r->row);
}

Err *waits_follow(Store *s, const Pack *older)
{
    for (int i = 0; older && i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i], *was = record_type(older, t->name);
        bool *wanted = take(s->a, bool, t->n), *one = take(s->a, bool, t->n);
        if (!was || str_equal(waits_said(s->a, older, was), waits_said(s->a, s->pack, t))) continue;
        for (int k = 0; k < s->pack->states_n; k++) {
            const PackState *state = &s->pack->states[k];
            if (state->record != t || !waits_look(state, t, one)) continue;
            for (int f = 0; f < t->n; f++) wanted[f] |= one[f];
        }
        Sql rest = {.text = say(s->a, "t.state <> '' and {} order by t.row", erased_not(s->a, t).text)};
        TRY(record_each(s, t, wanted, rest, MAY_READ, s->scratch, waits_anew, 0));
    }
    return 0;
}
