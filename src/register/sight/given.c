// Sight that follows from a step or a change: offered, opened, ended, as the sheet effects says.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { FOR_EVER = 99991231 };

Err *sight_asked(const Save *v, const PackEffect *e, const View *view, const Record *about, Sight *out, Faults *all)
{
    Store *s = v->s;
    Receiver to;
    unsigned held = ~0u;
    Str wrong, name = expr_value(s->a, e->to, view).text;
    TRY(receiver_read(s, name, &to));
    if (about) TRY(sight_held(s, about, &held));
    *out = (Sight){.who = to.who, .agency = to.agency, .open = !e->opens.n, .until = FOR_EVER};
    if (e->basis) out->basis = expr_value(s->a, e->basis, view).text;
    if (e->until) out->until = (int)expr_value(s->a, e->until, view).number;
    if (e->value) compartments_read(expr_value(s->a, e->value, view).text, &out->compartments, &wrong);
    receiver_check(s, name, &to, all);
    bool own = to.unit && s->user.unit && str_equal(to.unit->key, s->user.unit->key);
    if (e->opens.n && own) {
        sight_tell(s, all, "to", name,
            message(s->a, "{} is your own unit; choose another one.", words_in(&to.unit->label, s->lang)));
    }
    if (e->opens.n && out->compartments & ~held) {
        sight_tell(s, all, "compartments", (Str){0}, message(s->a, "You do not hold {} of it yourself: ask whose it is.",
            compartments_words(s->a, out->compartments & ~held)));
    }
    out->compartments &= held;
    return 0;
}

Err *given_change(Store *s, Record *about, Str by, Str basis, bool opens)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select {} from grants where record = $1 and row = $2 and (by = $3 or $4 = '') and (basis = $5 or $6 = '')",
        grant_columns(), about->type->name, about->row, by, by, basis, basis));
    while (rows_next(&q)) {
        Sight sight = grant_row(&q);
        if (opens && sight.open) continue;
        if (opens) sight.open = true;
        if (opens) TRY(sight_enter(s, about, &sight, S("share")));
        else TRY(sight_end(s, about, &sight));
    }
    return 0;
}

Err *sight_follow(const Save *v, const PackEffect *e, Record *about, Sight *sight)
{
    if (e->value && !sight->compartments) return 0; // nothing of it is hers to give
    sight->by = record_where(v->s->a, v->t, v->e.id);
    return sight_put(v->s, about, sight, S("share"), false);
}

// With the register's rights, and by itself: the import that is taken back is about other records.
Err *sight_undone(Store *s, const RecordType *t, const Record *by)
{
    const Pack *pack = s->pack;
    Store whole = *s, alone = *s;
    whole.user.role = 0;
    alone.past = 0;
    alone.batch = 0;
    for (int i = 0; i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        Record *about;
        int64_t row = e->record == t && e->of && e->makes == MAKES_SIGHT ? by->cells[e->of->at].row : 0;
        if (!row) continue;
        TRY(record_at(&whole, e->of->target, row, &about));
        if (about) TRY(given_change(&alone, about, record_where(s->a, t, by->id), (Str){0}, false));
    }
    return 0;
}
