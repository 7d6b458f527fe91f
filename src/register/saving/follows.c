// What follows from a step, a change or a day: as the sheet effects says, in her name, with the register's rights; and what is reckoned.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- whether it does -----------------------------------------------------------------------------------------

// It is read and made whatever her role may do, with her agency's keys.
static Store rights_of_register(const Store *s)
{
    Store whole = *s;
    whole.user.role = 0;
    return whole;
}

static bool has_effects(const Save *v, bool own)
{
    bool any = false;
    for (int i = 0; i < v->s->pack->effects_n; i++) {
        const PackEffect *e = &v->s->pack->effects[i];
        any |= e->record == v->t && (!own || e->makes == MAKES_OWN);
    }
    return any;
}

// What is brought in, or taken back, is no news: it makes no records and tells nobody.
static bool brought(const Save *v, const PackEffect *e)
{
    return v->brought && (e->makes == MAKES_RECORD || e->makes == MAKES_OTHER || e->makes == MAKES_NOTICE);
}

static bool begins(const Save *v, const PackEffect *e)
{
    Str move = v->draft->move;
    switch (e->at) {
    case ON_CREATE: return !v->now;
    case ON_MOVE: return move.n && str_equal(e->on, move);
    case ON_STATE: return str_equal(e->on, v->e.state) && (!v->now || v->e.sets_state);
    case ON_DAY: return e == v->draft->passed;
    case ON_CHANGE: return true;
    }
    return false;
}

// … and `when` holds; of a change, where it did not before. What cannot be known of a change or a day does not hold.
static Err *follows(Save *v, const PackEffect *e, const View *view, bool *out)
{
    View *before;
    *out = e->record == v->t && !brought(v, e) && begins(v, e);
    if (*out && e->when && view_closed(view, e->when)) {
        *out = false;
        if (e->at != ON_CHANGE && e->at != ON_DAY) follow_closed(v);
        return 0;
    }
    *out = *out && (!e->when || expr_true(v->s->a, e->when, view));
    if (!*out || e->at != ON_CHANGE || !v->now) return 0;
    *out = false;
    if (!e->when) return 0;
    TRY(record_view(v->s, v->t, v->now->row, v->now->cells, v->now->state, v->now->since, 0, &before));
    *out = !view_closed(before, e->when) && !expr_true(v->s->a, e->when, before);
    return view_asked(before);
}

static Err *view_whole(const Save *v, View **out)
{
    Store *whole = take(v->s->a, Store, 1); // what hangs on it is asked later
    Somebody *me = take(v->s->a, Somebody, 1);
    const User *who = &v->s->user;
    *whole = rights_of_register(v->s);
    *me = unit_somebody(who->unit, who->name, who->role ? who->role->name : (Str){0});
    TRY(record_view(whole, v->t, v->e.row, v->cells, v->e.state, v->e.since, v->read, out));
    (*out)->me = me;
    return 0;
}

// Whom it is about: the record itself, or what a link of it names; as it stands, whoever may see it.
static Err *about_read(const Save *v, const PackEffect *e, Record **out)
{
    Store whole = rights_of_register(v->s);
    int64_t row = e->of ? v->cells[e->of->at].row : v->e.row;
    *out = 0;
    return row > 0 ? record_at(&whole, e->of ? e->of->target : v->t, row, out) : 0; // less: it is not there yet
}

// The field that a fault is about: where the receiver, or what is shared, is said.
static Str blamed(const PackEffect *e, Str column)
{
    const Expr *said = str_equal(column, S("to")) ? e->to : e->value;
    const Expr *inner = said && said->op != EXPR_FIELD && said->n ? said->args[0] : said;
    while (inner && inner->op != EXPR_FIELD && inner->n) inner = inner->args[0];
    return inner && inner->op == EXPR_FIELD && inner->field->at >= 0 ? inner->field->name : S("state");
}

// ---- a link to what is not there yet --------------------------------------------------------------------------

// A link of this record whose target is known: nobody is asked where it leads.
static const Cell *link_at_hand(const Save *v, const PackSet *set)
{
    const Expr *value = set->value;
    bool own = value && value->op == EXPR_FIELD && !value->link && value->field->kind == FIELD_LINK;
    return own && v->cells[value->field->at].id.n ? &v->cells[value->field->at] : 0;
}

// As it will be when all of this is saved.
static Record *as_record(const Save *by)
{
    Record *r = take(by->s->a, Record, 1);
    *r = (Record){.type = by->t, .row = by->now ? by->now->row : -1, .id = by->e.id, .key = by->e.key, .state = by->e.state,
        .since = by->e.since, .unit = by->e.unit, .open = COMPARTMENTS_ALL, .cells = by->cells};
    return r;
}

// One of those that v follows from, the nearest first; null: none of that name.
static const Save *maker(const Save *v, Str id)
{
    const Save *by = v->by;
    while (by && !str_equal(by->e.id, id)) by = by->by;
    return by;
}

// What it names may be made or changed by the same save: it is read there, where the store has none of it yet.
static Cell link_take(const Save *v, const PackSet *set, const Cell *known, Record **read)
{
    const Save *by = maker(v, known->id);
    if (by) *read = as_record(by);
    else if (known->row < 0) *read = v->read[set->value->field->at];
    return (Cell){.text = known->text, .id = known->id, .row = known->row, .said = true};
}

// Those that it follows from have their rows by now.
static void rows_learn(Save *made)
{
    for (int i = 0; i < made->t->n; i++) {
        Cell *cell = &made->cells[i];
        if (made->t->fields[i].kind != FIELD_LINK || cell->row >= 0) continue;
        const Save *by = maker(made, cell->id);
        if (by) cell->row = by->e.row;
    }
}

// ---- a field of this record, in the same entry ---------------------------------------------------------------

// Where it stands, as after a step.
static void state_set(Save *v, Str name)
{
    if (!name.n || str_equal(name, v->e.state)) return;
    if (!list_get(v->t->state->list, name)) {
        complain(v, S("state"), name, message(v->s->a, "There is no state {} here.", name));
        return;
    }
    v->e.state = name;
    v->e.since = register_today(v->s);
    v->e.sets_state = v->changes = true;
}

static Err *own_set(Save *v, const PackSet *set, View *view)
{
    const Field *f = set->field;
    Store whole = rights_of_register(v->s);
    Cell cell = {.said = true};
    Message why;
    Str given = effect_value(v->s->a, set, view);
    if (set->value && view_closed(view, set->value)) {
        follow_closed(v);
        return 0;
    }
    if (f->at == AT_STATE) {
        state_set(v, given);
        return 0;
    }
    if (!field_read(v->s->a, f, register_clock(v->s), given, &cell.text, &why)) {
        complain(v, S("state"), given, message(v->s->a, "{}: {}", words_in(&f->label, v->s->lang), message_in(v->s->a, v->s->lang, why)));
        return 0;
    }
    if (str_equal(cell.text, v->cells[f->at].text)) return 0;
    const Cell *known = f->kind == FIELD_LINK ? link_at_hand(v, set) : 0;
    if (known && (known->row < 0 || maker(v, known->id))) {
        cell = link_take(v, set, known, &v->read[f->at]);
    } else if (f->kind == FIELD_LINK && cell.text.n) {
        TRY(link_read(&whole, f, cell.text, shape_of(v->s, v->t)->through[f->at], &v->read[f->at]));
        if (v->read[f->at]) cell.id = v->read[f->at]->id, cell.row = v->read[f->at]->row;
    }
    v->cells[f->at] = cell;
    v->own[f->at] = v->changes = true;
    return 0;
}

// One after the other, each seeing what those before it said; and the rules see it, as if she had.
Err *save_own(Save *v, View *view)
{
    View *whole = 0;
    const Pack *pack = v->s->pack;
    bool set = false, seen = false; // seen: `whole` has what was set
    if (!has_effects(v, true)) return 0;
    v->own = take(v->s->a, bool, v->t->n);
    for (int i = 0; i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        bool now;
        if (e->makes != MAKES_OWN || e->record != v->t) continue;
        if (!seen) TRY(view_whole(v, &whole)); // what stands behind its links is asked of the store
        seen = true;
        TRY(follows(v, e, whole, &now));
        for (int k = 0; now && k < e->sets_n; k++) TRY(own_set(v, &e->sets[k], whole));
        TRY(view_asked(whole));
        seen &= !now;
        set |= now;
    }
    if (!set) return 0;
    View *anew;
    TRY(record_view(v->s, v->t, v->e.row, v->cells, v->e.state, v->e.since, v->read, &anew));
    *view = *anew;
    return 0;
}

// ---- a record that is made -----------------------------------------------------------------------------------

void made_links(Save *v)
{
    for (int i = 0; i < v->effect->sets_n; i++) {
        const PackSet *set = &v->effect->sets[i];
        const Cell *known = link_at_hand(v->by, set);
        int at = set->field->at;
        int64_t stood = v->now && at >= 0 ? v->cells[at].row : 0;
        if (known) {
            v->cells[at] = link_take(v->by, set, known, &v->read[at]);
        } else if (!set->value) {
            Record *r = v->read[at] = as_record(v->by);
            v->cells[at] = (Cell){.text = r->key, .id = r->id, .row = r->row, .said = true};
        } else {
            continue;
        }
        v->changes |= v->now && stood != v->cells[at].row;
    }
}

static void made_tell(Save *v, const Save *made)
{
    Store *s = v->s;
    for (const Fault *f = made->out->faults.first; f; f = f->next) {
        const Field *field = field_get(made->t, f->column);
        Str what = words_in(&made->t->label, s->lang), why = message_in(s->a, s->lang, f->message);
        if (f->warning) continue; // nobody sits before it who could say that it is really so
        if (field) what = say(s->a, "{}, {}", what, words_in(&field->label, s->lang));
        follow_refuse(v, f->value, message(s->a, "What follows from it cannot be made ({}): {}", what, why));
    }
}

// now: null, or what is there already and is changed.
Err *made_judge(Save *v, const PackEffect *e, const View *view, Record *now)
{
    Arena *a = v->s->a;
    Store *whole = take(a, Store, 1);
    Draft *draft = take(a, Draft, 1);
    Save *made = take(a, Save, 1);
    bool done;
    if (v->deep == FOLLOWS_MOST) {
        follow_refuse(v, (Str){0}, message(a, "From what follows, more than {} records would follow one after the other: tell who"
            " looks after the pack.", FOLLOWS_MOST));
        return 0;
    }
    if (*v->count == MADE_MOST) {
        follow_refuse(v, (Str){0}, message(a, "More than {} records would follow from this one saving: tell who looks after the pack.",
            MADE_MOST));
        return 0;
    }
    ++*v->count;
    *whole = rights_of_register(v->s);
    *draft = draft_make(a, e->made);
    if (now) draft->id = now->id;
    for (int i = 0; i < e->sets_n; i++) {
        const PackSet *set = &e->sets[i];
        if (!set->value || link_at_hand(v, set)) continue;
        if (view_closed(view, set->value)) follow_refuse(v, (Str){0}, message(a, "What follows from it cannot be made ({}): some of what"
            " it takes over is closed to your agency.", words_in(&set->field->label, v->s->lang)));
        if (set->field->at == AT_STATE) draft->state = effect_value(a, set, view), draft->sets_state = true;
        else draft->cells[set->field->at] = (Cell){.text = effect_value(a, set, view), .said = true};
    }
    *made = (Save){.s = whole, .draft = draft, .how = v->how, .t = e->made, .out = &draft->saved, .now = now, .seen = now,
        .by = v, .effect = e, .deep = v->deep + 1, .count = v->count};
    if (!v->made) v->made_end = &v->made;
    *v->made_end = made;
    v->made_end = &made->beside;
    TRY(save_judge(made, &done));
    made_tell(v, made);
    return 0;
}

// ---- all of it, before anything is entered, and then -------------------------------------------------------------

// Not before the record is there, whose keys are to be given, and not while it is given to another holder.
static bool there_yet(const Save *v, const PackEffect *e)
{
    if (e->of) return v->cells[e->of->at].row > 0;
    return v->now && holder_of(v->s, v->t, v->e.id, v->e.row, v->cells).row == v->e.held_before;
}

// Judged once: what is done then is what was told here.
static Err *told_check(Save *v, const PackEffect *e, const View *view)
{
    Record *about = 0;
    Faults all = {0};
    if (e->of && !v->cells[e->of->at].row) return 0;
    ToldOf *one = take(v->s->a, ToldOf, 1);
    *one = (ToldOf){.effect = e, .judged = e->makes != MAKES_SIGHT || there_yet(v, e)};
    if (!v->told) v->told_end = &v->told;
    *v->told_end = one;
    v->told_end = &one->next;
    for (int i = 0; i < e->asks_n; i++) {
        if (!view_closed(view, e->asks[i])) continue;
        follow_closed(v);
        return 0;
    }
    if (e->makes == MAKES_END && e->value) one->sight.basis = expr_value(v->s->a, e->value, view).text;
    if (e->makes == MAKES_NOTICE) TRY(notice_asked(v, e, view, &one->notice, &all));
    if (e->makes == MAKES_SIGHT) {
        if (one->judged) TRY(about_read(v, e, &about));
        TRY(sight_asked(v, e, view, about, &one->sight, &all));
    }
    for (const Fault *f = all.first; f; f = f->next) {
        if (v->by) follow_refuse(v, f->value, f->message);
        else complain(v, blamed(e, f->column), f->value, f->message);
    }
    return 0;
}

Err *follow_check(Save *v, const View *view)
{
    const Pack *pack = v->s->pack;
    View *whole = 0;
    (void)view;
    for (int i = 0; i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        bool now;
        if (e->record != v->t || e->makes == MAKES_OWN) continue;
        if (!whole) TRY(view_whole(v, &whole));
        TRY(follows(v, e, whole, &now));
        if (now && e->makes == MAKES_RECORD) TRY(made_judge(v, e, whole, 0));
        else if (now && e->makes == MAKES_OTHER) TRY(others_judge(v, e, whole));
        else if (now) TRY(told_check(v, e, whole));
    }
    return whole ? view_asked(whole) : 0;
}

static bool ends_it(const PackEffect *e, Str move)
{
    bool ends = false;
    for (int i = 0; i < e->ends_n; i++) ends |= str_equal(e->ends[i], move);
    return ends;
}

static ToldOf *told_of(const Save *v, const PackEffect *e)
{
    ToldOf *one = v->told;
    while (one && one->effect != e) one = one->next;
    return one;
}

// Of what was not there when all else was judged: what is wrong with it undoes all.
static Err *sight_late(Save *v, const PackEffect *e, Record *about, Sight *out)
{
    View *view;
    Faults all = {0};
    TRY(view_whole(v, &view));
    TRY(sight_asked(v, e, view, about, out, &all));
    TRY(view_asked(view));
    if (!all.n) return 0;
    if (v->brought) return fail(v->s->a, ERR_INPUT, "{}", message_in(v->s->a, v->s->lang, all.first->message));
    for (const Fault *f = all.first; f; f = f->next) follow_refuse(v, f->value, f->message);
    return nothing_kept();
}

// Sight and notices, as entries of their own.
static Err *told_follow(Save *v, const PackEffect *e)
{
    Str move = v->draft->move;
    bool opens = e->opens.n && str_equal(e->opens, move), ends = move.n && ends_it(e, move);
    ToldOf *one = told_of(v, e);
    Record *about;
    if (!one && !opens && !ends) return 0;
    TRY(about_read(v, e, &about));
    if (!about) return 0;
    if (opens || ends) TRY(given_change(v->s, about, record_where(v->s->a, v->t, v->e.id), (Str){0}, opens));
    else if (e->makes == MAKES_NOTICE) TRY(notice_enter(v->s, about, &one->notice));
    else if (e->makes == MAKES_END) TRY(given_change(v->s, about, (Str){0}, one->sight.basis, false));
    else {
        if (!one->judged) TRY(sight_late(v, e, about, &one->sight));
        TRY(sight_follow(v, e, about, &one->sight));
    }
    if (!e->of) v->e.version = about->version; // it is an entry about it, too
    return 0;
}

static Err *made_enter(Save *made, Save **last)
{
    rows_learn(made);
    if (made->now) TRY(other_anew(made));
    made->s = made->by->s; // in her name, and with the keys that she writes with
    if (made->now && !made->changes) return 0; // it says so already
    TRY(save_commit(made));
    (*last)->next = made;
    *last = made;
    return 0;
}

static Err *effects_enter(Save *v, Save **last)
{
    const Pack *pack = v->s->pack;
    Save *made = v->made;
    if (!has_effects(v, false)) return 0;
    for (int i = 0; i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        if (e->record != v->t || e->makes == MAKES_OWN) continue;
        bool other = e->makes == MAKES_RECORD || e->makes == MAKES_OTHER;
        if (!other) TRY(told_follow(v, e));
        for (; made && made->effect == e; made = made->beside) TRY(made_enter(made, last));
    }
    return 0;
}

Err *follow_enter(Save *v)
{
    // In an import, too, it is about records as they stand now, and no part of what is taken back with it.
    Store now = *v->s, *s = v->s;
    Save *last = v;
    now.past = 0;
    now.batch = 0;
    bool batch = s->batch;
    for (Save *one = v; one; one = one->next) {
        one->s = batch ? &now : s;
        TRY(effects_enter(one, &last));
    }
    v->s = s;
    return 0;
}

// ---- what is reckoned ---------------------------------------------------------------------------------------

// From the merged values, whoever saves may see of them, and in the order of the survey: each sees what stands above it.
// The same as a link of what one of its links names.
static Err *link_reckon(Store *s, const Field *f, const View *view, Cell *cell)
{
    const View *to = view->linked[f->calculation->link->at];
    Cell of = to ? to->cells[f->calculation->field->at] : (Cell){0};
    Rows q;
    if (of.row == cell->row) return 0;
    *cell = (Cell){.text = of.text, .id = of.id, .row = of.row, .said = true};
    if (!of.row || of.id.n) return 0;
    TRY(sql(s->db, s->a, &q, "select id from {} where row = $1", ((Name){f->target->name}), of.row));
    if (rows_next(&q)) cell->id = next_str(&q);
    return 0;
}

Err *save_reckon(Save *v)
{
    Store whole = *v->s;
    View *view = 0;
    Record **read = take(v->s->a, Record *, v->t->n);
    whole.user = user_operator();
    whole.user.unit = v->s->user.unit;
    for (int i = 0; v->by && i < v->t->n; i++) {
        if (v->cells[i].row < 0 || (v->cells[i].row && maker(v, v->cells[i].id))) read[i] = v->read[i]; // the store has none of it yet
    }
    if (v->on) read[v->draft->hangs->at] = v->on;
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        Str value;
        Message why;
        if (!f->calculation) continue;
        if (!view) TRY(record_view(&whole, v->t, v->e.row, v->cells, v->e.state, v->e.since, read, &view));
        if (f->kind == FIELD_LINK) {
            TRY(link_reckon(v->s, f, view, &v->cells[i]));
            continue;
        }
        if (view_closed(view, f->calculation)) continue; // it stays as it stands
        Str made = expr_text(v->s->a, f->calculation, view);
        if (!made.n || !field_read(v->s->a, f, register_clock(v->s), made, &value, &why)) value = (Str){0};
        if (!str_equal(value, v->cells[i].text)) v->cells[i] = (Cell){.text = value, .said = true};
    }
    return view ? view_asked(view) : 0;
}
