// What is asked of a save: rules, what a step needs and empties; and whether it was sent, and done, before.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

void complain(Save *v, Str column, Str value, Message why)
{
    faults_add(v->s->a, &v->out->faults, (Fault){.column = column, .value = value, .message = why});
}

// ---- steps -----------------------------------------------------------------------------------------------

static bool move_open(const Save *v, const PackMove *move)
{
    if (!v->s->user.role || !move->roles_n) return true;
    for (int i = 0; i < move->roles_n; i++) {
        if (str_equal(move->roles[i], v->s->user.role->name)) return true;
    }
    return false;
}

// Where a rule over several fields is mended: the first that is empty and hers; null: none.
static const Field *mended_at(const Save *v, const Expr *rule)
{
    bool *wanted = take(v->s->a, bool, v->t->n);
    expr_wants(rule, 0, wanted);
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        if (wanted[i] && !v->cells[i].text.n && may_see(&v->s->user, v->t, f)) return f;
    }
    return 0;
}

// Told of `column`; empty: of the field itself.
static void complain_needs(Save *v, const Expr *rule, const Words *words, Str column)
{
    const Field *f = mended_at(v, rule);
    Str mend = f ? f->name : (Str){0};
    faults_add(v->s->a, &v->out->faults, (Fault){.column = column.n ? column : mend, .mend = mend,
        .message = message(v->s->a, "{}", words_in(words, v->s->lang))});
}

// What a step empties, seen by her or not.
static void clear_fields(Save *v, const PackMove *move)
{
    for (int i = 0; i < move->clears_n; i++) {
        int at = move->clears[i]->at;
        v->cells[at] = (Cell){.said = v->cells[at].said || v->cells[at].text.n};
        v->read[at] = 0;
    }
}

// The state is no field of the survey either.
static const Field state_field = {.name = S("state"), .label = {.in = {[LANG_EN] = S("State")}}, .kind = FIELD_TEXT};

Err *save_move(Save *v, const View *view)
{
    const Pack *pack = v->s->pack;
    Str name = v->draft->move;
    bool moved = v->past && v->past[v->t->n + 1].moved;
    const PackMove *closed = 0; // to her role
    if (!name.n) return 0;
    for (int i = 0; i < pack->moves_n; i++) {
        const PackMove *move = &pack->moves[i];
        if (move->record != v->t || !str_equal(move->name, name)) continue;
        if (!move_open(v, move)) closed = move;
        if (closed || !(moved || move_from(move, v->e.state))) continue;
        if (moved) { // somebody took a step since
            conflict_add(v, &state_field, move->to->name, v->e.state);
            return 0;
        }
        if (move->needs && !expr_true(v->s->a, move->needs, view)) complain_needs(v, move->needs, &move->needs_words, S("state"));
        v->e.state = move->to->name;
        v->e.sets_state = v->changes = true;
        clear_fields(v, move);
        return 0;
    }
    if (closed) return fail(v->s->a, ERR_DENIED, "Your role may not take the step {}.", words_in(&closed->label, v->s->lang));
    complain(v, S("state"), name, message(v->s->a, "The step {} is not open here.", name));
    return 0;
}

// ---- the rules -------------------------------------------------------------------------------------------

// Did this rule speak already of the record as it stood, in a field that nobody touches now?
static bool stood_before(const Save *v, const Faults *before, const Fault *one)
{
    const Field *field = field_get(v->t, one->column);
    if (!field || v->cells[field->at].said) return false;
    for (const Fault *f = before->first; f; f = f->next) {
        bool same = f->warning == one->warning && str_equal(f->column, one->column);
        if (same && str_equal(message_text(v->s->a, f->message), message_text(v->s->a, one->message))) return true;
    }
    return false;
}

// What makes a record of this type say something: asked in forms, where she can answer it.
static void check_needs(Save *v, const View *before, const View *view, const Faults *read)
{
    const Expr *needs = v->t->needs;
    if (!v->draft->form || !needs || expr_true(v->s->a, needs, view)) return;
    if (before && !expr_true(v->s->a, needs, before)) return;
    const Field *f = mended_at(v, needs);
    if (f && !faults_about(read, f->name)) complain_needs(v, needs, &v->t->needs_words, (Str){0});
}

// What stood there before and is not touched now is no bar to mending something else: a form passes it over, others
// are told. A fault in a field that she does not see is not hers to mend.
Err *save_check(Save *v, const View *view)
{
    Store *s = v->s;
    View *before = 0;
    Faults all = {0}, old = {0}, read = v->out->faults;
    CheckFor what = v->draft->form ? CHECK_FORM : CHECK_SAVE;
    record_check(s->a, s->scratch, view, what, &all);
    bool stood_there = v->now && (all.first || v->draft->form);
    if (stood_there) TRY(record_view(s, v->t, v->now->cells, v->now->state, 0, &before));
    if (before && all.first) record_check(s->a, s->scratch, before, what, &old);
    for (const Fault *f = all.first; f; f = f->next) {
        const Field *field = field_get(v->t, f->column);
        bool hers = !field || may_see(&s->user, v->t, field), stood = stood_before(v, &old, f);
        if ((!hers && (v->now || v->draft->form)) || (stood && v->draft->form)) continue;
        if (faults_about(&read, f->column)) continue; // what could not be read is told once, not also for what its absence breaks
        Fault *told = faults_add(s->a, &v->out->faults, (Fault){.column = f->column, .value = f->value, .warning = f->warning || stood});
        told->message = message(s->a, "{}", fault_text(s->a, v->t, f, s->lang));
    }
    check_needs(v, before, view, &read);
    return 0;
}

// ---- sent twice ------------------------------------------------------------------------------------------

// The same step sent twice: the first time it was done, by her, and nothing came between.
static Err *moved_before(Save *v, bool *done)
{
    const Pack *pack = v->s->pack;
    const Json *body, *state;
    Entry *entries;
    int n;
    *done = false;
    if (!v->draft->move.n || !v->now || v->draft->base != v->now->version - 1 || v->draft->base < 1) return 0;
    TRY(entries_of(v->s, v->now, v->draft->base, 1, &entries, &n));
    if (n != 1 || !str_equal(entries[0].actor, v->s->user.name)) return 0;
    TRY(body_open(v->s, v->t, &entries[0], &body));
    state = json_member(body, S("state"));
    for (int i = 0; state && i < pack->moves_n; i++) {
        const PackMove *move = &pack->moves[i];
        *done |= move->record == v->t && str_equal(move->name, v->draft->move) && str_equal(move->to->name, state->text);
    }
    return 0;
}

// A form sent twice: the record that it made the first time.
static Err *made_before(Save *v, bool *done)
{
    Record *made = 0;
    Store whole = *v->s;
    whole.user = user_operator();
    *done = false;
    if (v->now || !v->draft->new_id.n) return 0;
    TRY(record_find(&whole, v->t, v->draft->new_id, MAY_READ, &made));
    if (!made) return 0;
    *done = true;
    *v->out = (Saved){.id = made->id, .key = made->key, .row = made->row, .version = made->version, .what = SAVED_BEFORE};
    return 0;
}

Err *save_before(Save *v, bool *done)
{
    TRY(made_before(v, done));
    if (!*done) TRY(moved_before(v, done));
    if (*done && v->now) *v->out = (Saved){.id = v->now->id, .key = v->now->key, .row = v->now->row, .version = v->now->version};
    return 0;
}
