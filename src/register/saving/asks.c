// What is asked: of the store, for a handful of an import's lines together; of a save: rules, steps, was it sent before.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- what a handful of lines names, asked for together -----------------------------------------------------

// A copy that stays; null: there is no room for it.
static Record *record_keep(Arena *a, const Record *r)
{
    int n = r->type->n;
    isize size = 2 * (isize)sizeof *r + n * (isize)sizeof *r->cells;
    for (int i = 0; i < n; i++) size += r->cells[i].text.n;
    size += r->id.n + r->key.n + r->state.n + r->unit.n + r->head.n;
    if (size > a->end - a->at) return 0;
    Record *kept = take(a, Record, 1);
    *kept = *r;
    kept->cells = take(a, Cell, n);
    Str *const texts[] = {&kept->id, &kept->key, &kept->state, &kept->unit, &kept->head};
    for (int i = 0; i < countof(texts); i++) *texts[i] = str_copy(a, *texts[i]);
    for (int i = 0; i < n; i++) {
        kept->cells[i] = r->cells[i];
        kept->cells[i].text = str_copy(a, r->cells[i].text);
    }
    return kept;
}

Str number_key(const int64_t *row)
{
    return (Str){(const char *)row, sizeof *row};
}

typedef struct { Named *asked; Arena *a, *room; } Keeping;

// A name that stands for two is asked for again, by whoever looks for it.
static void keep_as(Keeping *k, Str name, Record *r)
{
    bool is_new;
    Slot *slot = map_put(&k->asked->by_name, k->a, name, &is_new);
    k->asked->lacks |= !is_new && slot->p != r;
    slot->p = is_new || slot->p == r ? r : 0;
}

static Err *keep(void *with, Store *s, Record *r)
{
    Keeping *k = with;
    bool is_new;
    Record *kept = record_keep(k->room, r);
    (void)s;
    k->asked->lacks |= !kept;
    if (!kept) return 0;
    keep_as(k, kept->key, kept);
    keep_as(k, kept->id, kept);
    map_put(&k->asked->by_row, k->a, number_key(&kept->row), &is_new)->p = kept;
    return 0;
}

static void part_ask(Where *w, const char *lit, Vals of)
{
    if (!of.n) return;
    where_add(w, w->n ? " or " : "(", VALS());
    where_add(w, lit, VALS(where_list(w, of)));
}

static Err *some_ask(Store *s, const RecordType *t, const bool *wanted, May what, Vals names, Vals rows, Arena *room, Named *out)
{
    Where w = where_begin(s->a);
    Keeping kept = {out, s->a, room};
    if (!names.n && !rows.n) return 0;
    Val *like = take(s->a, Val, names.n);
    Vals ids = {like, 0};
    for (int i = 0; i < names.n; i++) {
        if (like_id(names.at[i].s)) like[ids.n++] = names.at[i];
    }
    part_ask(&w, "t.key in ({})", names);
    part_ask(&w, "t.id in ({})", ids);
    part_ask(&w, "t.row in ({})", rows);
    where_add(&w, ")", VALS());
    return record_each(s, t, wanted, where_end(&w), what, s->scratch, keep, &kept);
}

static Err *own_ask(Store *s, Ahead *ahead, Naming *lines, int n)
{
    Store before = store_before(s);
    Val *names = take(s->a, Val, n);
    int named = 0;
    for (int i = 0; i < n; i++) {
        if (lines[i].key.n) names[named++] = val_str(lines[i].key);
    }
    TRY(some_ask(&before, ahead->type, 0, MAY_WRITE, (Vals){names, named}, (Vals){0}, &ahead->room, &ahead->own));
    for (int i = 0; i < n; i++) {
        const Slot *slot = map_get(&ahead->own.by_name, lines[i].key);
        lines[i].now = slot ? slot->p : 0;
    }
    return 0;
}

// What the lines link to anew, and what rules look at behind the links that stay.
static Err *links_ask(Store *s, Ahead *ahead, const Naming *lines, int n, const Field *f)
{
    const bool *through = shape_of(s, ahead->type)->through[f->at];
    Val *names = take(s->a, Val, n), *rows = take(s->a, Val, n);
    int named = 0, rows_n = 0;
    for (int i = 0; i < n; i++) {
        Str name = lines[i].links[f->at];
        const Cell *stands = lines[i].now ? &lines[i].now->cells[f->at] : 0;
        if (name.n && !(stands && str_equal(name, stands->text))) names[named++] = val_str(name);
        else if (through && stands && stands->row) rows[rows_n++] = val_int(stands->row);
    }
    return some_ask(s, f->target, through ? through : take(s->a, bool, f->target->n), MAY_READ, (Vals){names, named},
        (Vals){rows, rows_n}, &ahead->room, &ahead->links[f->at]);
}

// Lists of the agency that writes: of a command, whose the new rows are.
static Err *keys_ahead(Store *s, const Named *holders, Ahead *out)
{
    Rows q;
    Where w = where_begin(s->a);
    Val *rows = take(s->a, Val, holders->by_row.n);
    int n = 0;
    for (isize i = 0; i < holders->by_row.cap; i++) {
        if (holders->by_row.slots[i].key.p) rows[n++] = val_int(((const Record *)holders->by_row.slots[i].p)->row);
    }
    if (!n) return 0;
    where_add(&w, "row in ({})", VALS(where_list(&w, (Vals){rows, n})));
    where_add(&w, " and agency = ?", VALS(out->agency));
    TRY(sql(s->past ? s->past : s->db, s->a, &q, "select row, holder, wrapped, open from keys where {}", where_end(&w)));
    while (rows_next(&q)) {
        KeyList *list = take(s->a, KeyList, 1);
        bool is_new;
        list->row = next_int(&q);
        list_next(list, &q);
        map_put(&out->lists, s->a, number_key(&list->row), &is_new)->p = list;
    }
    return 0;
}

// Links to their own type are asked for one by one: one line may name another.
Err *ahead_ask(Store *s, Ahead *ahead, bool fresh, Naming *lines, int n)
{
    const RecordType *t = ahead->type;
    ahead->links = take(s->a, Named, t->n);
    ahead->agency = s->user.role ? agency_of(s) : agency_of_unit(s, unit_given(s));
    if (!fresh) TRY(own_ask(s, ahead, lines, n));
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->kind == FIELD_LINK && f->target != t) TRY(links_ask(s, ahead, lines, n, f));
    }
    return t->person < 0 ? 0 : keys_ahead(s, &ahead->links[t->person], ahead);
}

static const Named *asked_of(const Store *s, const Field *link)
{
    const Ahead *ahead = s->batch ? s->batch->ahead : 0;
    return ahead && &ahead->type->fields[link->at] == link ? &ahead->links[link->at] : 0;
}

Record *ahead_named(const Store *s, const Field *link, Str name)
{
    const Named *asked = asked_of(s, link);
    const Slot *known = asked ? map_get(&asked->by_name, name) : 0;
    return known ? known->p : 0;
}

Record *ahead_row(const Store *s, const Field *link, int64_t row)
{
    const Named *asked = asked_of(s, link);
    const Slot *known = asked ? map_get(&asked->by_row, number_key(&row)) : 0;
    return known ? known->p : 0;
}

// ---- what is asked of a save -------------------------------------------------------------------------------

void complain(Save *v, Str column, Str value, Message why)
{
    faults_add(v->s->a, &v->out->faults, (Fault){.column = column, .value = value, .message = why});
}

// ---- steps -----------------------------------------------------------------------------------------------

bool move_open(Store *s, const PackMove *move, View view, Str unit)
{
    const User *user = &s->user;
    bool open = !user->role || !move->roles_n;
    for (int i = 0; !open && i < move->roles_n; i++) open = str_equal(move->roles[i], user->role->name);
    if (!open || !move->where || !user->role) return open;
    Somebody me = unit_somebody(user->unit, user->name, user->role->name);
    Somebody maker = unit_somebody(unit_get(s->pack, unit), (Str){0}, (Str){0});
    view.me = &me;
    view.maker = &maker;
    return expr_true(s->a, move->where, &view);
}

bool move_hers(Store *s, const Record *r, const PackMove *move)
{
    View view = {.type = r->type, .cells = r->cells, .today = register_today(s), .state = r->state, .since = r->since};
    return move->record == r->type && move_from(move, r->state) && move_open(s, move, view, r->unit);
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
    const Field *f = field_get(v->t, column);
    if (!f) f = mended_at(v, rule);
    Str mend = f ? f->name : (Str){0};
    faults_add(v->s->a, &v->out->faults, (Fault){.column = column.n ? column : mend, .mend = mend,
        .message = message(v->s->a, "{}", words_in(words, v->s->lang))});
}

// A rule that looks at what is sealed and closed to her is passed over: she can neither break nor mend it.
static bool rule_closed(const Save *v, const Expr *e)
{
    bool own = e->op == EXPR_FIELD && !e->link && !e->hangs && e->field->at >= 0 && v->now;
    if (own && v->now->cells[e->field->at].hidden && !v->cells[e->field->at].said) return true;
    for (int i = 0; i < e->n; i++) {
        if (rule_closed(v, e->args[i])) return true;
    }
    return false;
}

static bool field_closed(const Save *v, const Field *f)
{
    const Expr *const rules[] = {f->relevant, f->filter, f->constraint, f->doubt, f->required_if};
    bool closed = v->now && v->now->cells[f->at].hidden && !v->cells[f->at].said;
    for (int i = 0; i < countof(rules); i++) closed |= rules[i] && rule_closed(v, rules[i]);
    return closed;
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

// Where it can be filled: of its fields that the step asks for the first that is empty, else the first; else at the step. False:
// what is wrong with those was told already.
static bool asked_at(const Save *v, const PackMove *move, const Expr *need, Str *at)
{
    bool *wanted = take(v->s->a, bool, v->t->n), any = false;
    const Field *first = 0;
    expr_wants(need, 0, wanted);
    for (int i = 0; i < move->asks_n; i++) {
        const Field *f = move->asks[i];
        any |= wanted[f->at];
        bool fits = wanted[f->at] && !faults_about(&v->out->faults, f->name);
        if (fits && (!first || (v->cells[first->at].text.n && !v->cells[f->at].text.n))) first = f;
    }
    *at = first ? first->name : S("state");
    return first || !any;
}

// What it asks and cannot do without is asked of programs, too, whatever stood there before.
static void asks_check(Save *v, const PackMove *move, const View *view)
{
    for (int i = 0; i < move->asks_n; i++) {
        const Field *f = move->asks[i];
        if (!field_lacks(v->s->a, f, view) || faults_about(&v->out->faults, f->name)) continue;
        complain(v, f->name, (Str){0}, message(v->s->a, "Please fill this in."));
    }
}

static void needs_check(Save *v, const PackMove *move, const View *view)
{
    for (int i = 0; i < move->needs_n; i++) {
        const MoveNeed *need = &move->needs[i];
        Str at;
        bool lacks = !rule_closed(v, need->when) && !expr_true(v->s->a, need->when, view);
        if (lacks && !v->draft->form) complain_needs(v, need->when, &need->words, S("state")); // programs are told of the step
        else if (lacks && asked_at(v, move, need->when, &at)) complain_needs(v, need->when, &need->words, at);
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
        if (!move_open(v->s, move, *view, v->e.unit)) closed = move;
        if (closed || !(moved || move_from(move, v->e.state))) continue;
        if (moved) { // somebody took a step since
            conflict_add(v, &state_field, move->to->name, v->e.state);
            return 0;
        }
        asks_check(v, move, view);
        needs_check(v, move, view);
        v->e.state = move->to->name;
        v->e.since = register_today(v->s);
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
    if (!v->draft->form || !needs || rule_closed(v, needs) || expr_true(v->s->a, needs, view)) return;
    if (before && !expr_true(v->s->a, needs, before)) return;
    const Field *f = mended_at(v, needs);
    if (f && !faults_about(read, f->name)) complain_needs(v, needs, &v->t->needs_words, (Str){0});
}

// It looks at something that this save changes.
static bool touches(const Save *v, const Expr *e)
{
    if (!e) return false;
    const Field *f = e->op == EXPR_FIELD && !e->hangs ? e->link ? e->link : e->field : 0;
    if (f && (f->at < 0 ? v->e.sets_state : v->cells[f->at].said)) return true;
    for (int i = 0; i < e->n; i++) {
        if (touches(v, e->args[i])) return true;
    }
    return false;
}

// The days by which a choice is judged: the record's own where it says one, else today.
static Days days_meant(const Save *v, View view, bool *own)
{
    Days days;
    const Field *f = v->t->day < 0 ? 0 : &v->t->fields[v->t->day];
    *own = f && !field_closed(v, f) && field_days(f, v->s->pack->offset, v->cells[f->at].text, &days);
    return *own ? days : (Days){view.today, view.today};
}

// Each choice goes with what else the record says then, where one of both is touched; what was not in use on its day is
// told, and of a record without a day what a file brings in that is out of use.
static void choices_check(Save *v, const Field *f, View view)
{
    Store *s = v->s;
    bool said = !v->now || v->cells[f->at].said, asked = f->filter && (said || touches(v, f->filter));
    bool own, hers = may_see(&s->user, v->t, f);
    Days days = days_meant(v, view, &own);
    bool told = v->cells[f->at].said && (own || v->draft->imported);
    if (!(asked || told) || field_closed(v, f) || (!hers && (v->now || v->draft->form))) return;
    Str word, rest = v->cells[f->at].text;
    while (str_word(&rest, &word)) {
        const Choice *c = view.choice = list_get(f->list, word);
        Fault one = {.column = f->name, .value = word};
        if (!c) continue;
        if (asked && !expr_true(s->a, f->filter, &view)) {
            one.message = message(s->a, "{} does not go with the other answers.", words_in(&c->label, s->lang));
        } else if (told && !choice_in_use(c, days)) {
            one.warning = true;
            one.message = own ? message(s->a, "{} was not in use then; it is kept as it was given.", words_in(&c->label, s->lang))
                              : message(s->a, "{} is out of use; it is kept as it was given.", words_in(&c->label, s->lang));
        } else continue;
        faults_add(s->a, &v->out->faults, one);
    }
}

// What a text is one of as a rule: something else is kept, and told.
static void known_check(Save *v, const Field *f, View view)
{
    Store *s = v->s;
    Str text = v->cells[f->at].text;
    bool touched = v->cells[f->at].said || (f->filter && touches(v, f->filter));
    if (v->draft->form || !text.n || !touched || field_closed(v, f) || !may_see(&s->user, v->t, f)) return; // a form's page marks it
    if (known_said(s->a, f, &view)) return;
    Message words = message(s->a, "{} is not on the list; it is kept as it was given.", text);
    faults_add(s->a, &v->out->faults, (Fault){.column = f->name, .value = text, .message = words, .warning = true});
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
    if (stood_there) TRY(record_view(s, v->t, v->now->row, v->now->cells, v->now->state, v->now->since, 0, &before));
    if (before && all.first) record_check(s->a, s->scratch, before, what, &old);
    for (const Fault *f = all.first; f; f = f->next) {
        const Field *field = field_get(v->t, f->column);
        bool hers = !field || may_see(&s->user, v->t, field), stood = stood_before(v, &old, f);
        bool own = field && v->own && v->own[field->at]; // an effect said it
        bool passed = !own && ((!hers && (v->now || v->draft->form)) || (field && field_closed(v, field)));
        if (passed || (stood && v->draft->form)) continue;
        if (faults_about(&read, f->column)) continue; // what could not be read is told once, not also for what its absence breaks
        Str column = own && !hers ? S("state") : f->column;
        Fault *told = faults_add(s->a, &v->out->faults, (Fault){.column = column, .value = f->value, .warning = f->warning || stood});
        told->message = message(s->a, "{}", fault_text(s->a, v->t, f, s->lang));
    }
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        if (faults_about(&read, f->name)) continue;
        if (f->list) choices_check(v, f, *view);
        if (f->known) known_check(v, f, *view);
    }
    check_needs(v, before, view, &read);
    return before ? view_asked(before) : 0;
}
