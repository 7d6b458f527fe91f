// What follows from a step or a change: as the sheet effects says, in her name, with the register's rights; and what is reckoned.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { FOR_EVER = 99991231 };

static Str text_of(const Save *v, const Expr *e, const View *view)
{
    return e ? expr_value(v->s->a, e, view).text : (Str){0};
}

// A step, the making of a record, or a change after which the condition holds that did not hold before.
static Err *follows(const Save *v, const PackEffect *e, const View *view, bool *out)
{
    View *before;
    bool holds = e->record == v->t && (!e->when || expr_true(v->s->a, e->when, view));
    *out = false;
    if (!holds) return 0;
    *out = str_equal(e->on, S("create")) ? !v->now : str_equal(e->on, v->draft->move) && e->on.n;
    if (!str_equal(e->on, S("change"))) return 0;
    *out = !v->now;
    if (*out || !e->when) return 0;
    TRY(record_view(v->s, v->t, v->now->cells, v->now->state, v->now->since, 0, &before));
    *out = !expr_true(v->s->a, e->when, before);
    return 0;
}

// Whom it is about: the record itself, or what a link of it names; as it stands, whoever may see it.
static Err *about_read(const Save *v, const PackEffect *e, Record **out)
{
    Store whole = *v->s;
    int64_t row = e->of ? v->cells[e->of->at].row : v->e.row;
    whole.user.role = 0;
    *out = 0;
    return row ? record_by_row(&whole, e->of ? e->of->target : v->t, row, out) : 0;
}

static Err *sight_asked(const Save *v, const PackEffect *e, const View *view, const Record *about, Sight *out, Faults *all)
{
    Store *s = v->s;
    Receiver to;
    unsigned held;
    Str wrong, name = text_of(v, e->to, view);
    TRY(receiver_read(s, name, &to));
    TRY(sight_held(s, about, &held));
    *out = (Sight){.who = to.who, .agency = to.agency, .open = !e->opens.n, .until = FOR_EVER, .basis = text_of(v, e->basis, view)};
    if (e->until) out->until = (int)expr_value(s->a, e->until, view).number;
    compartments_read(text_of(v, e->value, view), &out->compartments, &wrong);
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

// The field that a fault is about: where the receiver, or what is shared, is said.
static Str blamed(const PackEffect *e, Str column)
{
    const Expr *said = str_equal(column, S("to")) ? e->to : e->value;
    const Expr *inner = said && said->op != EXPR_FIELD && said->n ? said->args[0] : said;
    while (inner && inner->op != EXPR_FIELD && inner->n) inner = inner->args[0];
    return inner && inner->op == EXPR_FIELD && inner->field->at >= 0 ? inner->field->name : S("state");
}

Err *sight_check(Save *v, const View *view)
{
    const Pack *pack = v->s->pack;
    for (int i = 0; i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        Record *about;
        Sight sight;
        Faults all = {0};
        bool now;
        TRY(follows(v, e, view, &now));
        if (!now || e->makes != MAKES_SIGHT || (!e->of && !v->now)) continue;
        TRY(about_read(v, e, &about));
        if (!about) continue;
        TRY(sight_asked(v, e, view, about, &sight, &all));
        for (const Fault *f = all.first; f; f = f->next) complain(v, blamed(e, f->column), f->value, f->message);
    }
    return 0;
}

static Str sight_by(const Save *v)
{
    return record_where(v->s->a, v->t, v->e.id);
}

static Err *give_follows(const Save *v, const PackEffect *e, const View *view, Record *about)
{
    Sight sight;
    Faults all = {0};
    TRY(sight_asked(v, e, view, about, &sight, &all));
    if (all.n || (e->value && !sight.compartments)) return 0; // told where it was asked for; or nothing of it is hers to give
    sight.by = sight_by(v);
    return sight_put(v->s, about, &sight, S("share"), false);
}

// What was given by this record, or rests on a basis: opened, or ended.
static Err *given_change(Store *s, Record *about, Str by, Str basis, bool opens)
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

static bool ends_it(const PackEffect *e, Str move)
{
    bool ends = false;
    for (int i = 0; i < e->ends_n; i++) ends |= str_equal(e->ends[i], move);
    return ends;
}

static Err *effect_follow(Save *v, const PackEffect *e, const View *view)
{
    bool now, opens = e->record == v->t && e->opens.n && str_equal(e->opens, v->draft->move);
    bool ends = e->record == v->t && v->draft->move.n && ends_it(e, v->draft->move);
    Record *about;
    TRY(follows(v, e, view, &now));
    if (!now && !opens && !ends) return 0;
    TRY(about_read(v, e, &about));
    if (!about) return 0;
    if (opens || ends) TRY(given_change(v->s, about, sight_by(v), (Str){0}, opens));
    else if (e->makes == MAKES_END) TRY(given_change(v->s, about, (Str){0}, text_of(v, e->value, view), false));
    else TRY(give_follows(v, e, view, about));
    if (!e->of) v->e.version = about->version; // sight of the record itself is an entry about it, too
    return 0;
}

Err *sight_follow(Save *v)
{
    const Pack *pack = v->s->pack;
    View *view;
    bool any = false;
    for (int i = 0; i < pack->effects_n; i++) any |= pack->effects[i].record == v->t;
    if (!any) return 0;
    TRY(record_view(v->s, v->t, v->cells, v->e.state, v->e.since, v->read, &view));
    // In an import, too, it is about records as they stand now, and no part of what is taken back with it.
    Store now = *v->s;
    Save follows = *v;
    now.past = 0;
    now.batch = 0;
    follows.s = &now;
    for (int i = 0; i < pack->effects_n; i++) TRY(effect_follow(&follows, &pack->effects[i], view));
    v->e.version = follows.e.version;
    return 0;
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
        TRY(record_by_row(&whole, e->of->target, row, &about));
        if (about) TRY(given_change(&alone, about, record_where(s->a, t, by->id), (Str){0}, false));
    }
    return 0;
}

// ---- what is reckoned ---------------------------------------------------------------------------------------

// From the merged values, whoever saves may see of them, and in the order of the survey: each sees what stands above it.
Err *save_reckon(Save *v)
{
    Store whole = *v->s;
    View *view = 0;
    whole.user = user_operator();
    whole.user.unit = v->s->user.unit;
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        Str value;
        Message why;
        if (!f->calculation) continue;
        if (!view) TRY(record_view(&whole, v->t, v->cells, v->e.state, v->e.since, 0, &view));
        Str made = expr_text(v->s->a, f->calculation, view);
        if (!made.n || !field_read(v->s->a, f, register_clock(v->s), made, &value, &why)) value = (Str){0};
        if (!str_equal(value, v->cells[i].text)) v->cells[i] = (Cell){.text = value, .said = true};
    }
    return 0;
}
