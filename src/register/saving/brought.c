// A file brings in what somebody may have written by hand since: hers stays, and both are told.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static bool state_given(const Save *v)
{
    return v->draft->state.n && !str_equal(v->draft->state, v->e.state);
}

static void changes_left(Save *v)
{
    v->changes = v->e.sets_key;
    for (int k = 0; k < v->t->n; k++) v->changes |= v->cells[k].said;
}

static void keep(Save *v, const Record *seen, int i, const Entry *by)
{
    const Field *f = i < v->t->n ? &v->t->fields[i] : 0;
    Saved *out = v->out;
    if (!out->kept) out->kept = take(v->s->a, Difference, v->t->n + 1);
    out->kept[out->kept_n++] = (Difference){f, f ? seen->cells[i].text : v->e.state, f ? v->cells[i].text : v->draft->state,
        writer_told(v->s, by), by->time >> 16};
    if (f) stay(v, i);
    else v->keeps_state = true;
}

// What somebody wrote by hand since the last import is hers: a file knows nothing of it, whatever it says.
Err *keep_written(Save *v, const Record *seen)
{
    const Entry **by = take(v->s->a, const Entry *, v->t->n + 1);
    bool *wanted = take(v->s->a, bool, v->t->n + 1);
    for (int i = 0; i < v->t->n; i++) wanted[i] = v->cells[i].said;
    wanted[v->t->n] = state_given(v);
    if (!v->draft->imported || !v->now || v->draft->overwrites || (!v->changes && !wanted[v->t->n])) return 0;
    TRY(written_since(v->s, v->now, wanted, v->draft->since, by));
    for (int i = 0; i <= v->t->n; i++) {
        if (by[i]) keep(v, seen, i, by[i]);
    }
    changes_left(v);
    return 0;
}

static Str since_text(const Save *v, int since)
{
    return since ? day_text(v->s->a, since) : (Str){0};
}

// As far as who brings the file in may see it.
void tell_changes(Save *v, const Record *seen)
{
    Saved *out = v->out;
    if (!v->draft->imported || !seen || !v->changes) return;
    out->changes = take(v->s->a, Difference, v->t->n + 2);
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        if (!v->cells[i].said) continue;
        out->changes[out->changes_n++] = (Difference){.field = f, .before = seen->cells[i].text, .after = v->cells[i].text};
    }
    if (v->e.sets_state) out->changes[out->changes_n++] = (Difference){.before = seen->state, .after = v->e.state};
    if (v->e.sets_since) out->changes[out->changes_n++] = (Difference){v->t->since, since_text(v, seen->since),
        since_text(v, v->e.since), {0}, 0};
}
