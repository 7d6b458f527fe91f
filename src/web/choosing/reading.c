// What a form says about a field that names another record: one that was chosen, one that is asked about, or a new one.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

// ---- the record that is written down on the spot: a form inside the form --------------------------------------

const Str choose_new = S("+");

// Asked without what else the record says.
static bool plain(Request *ask, const RecordType *t, const Field *f)
{
    if (f->asked == ASKED_NEVER) return false;
    return f->kind != FIELD_LINK && !f->calculation && !f->relevant && !f->filter && may_see(&ask->s->user, t, f);
}

static bool looks_at(const Expr *e, const Field *f)
{
    bool any = e && e->op == EXPR_FIELD && !e->link && e->field == f;
    for (int i = 0; e && i < e->n; i++) any |= looks_at(e->args[i], f);
    return any;
}

// What it must say, then what it is called by, then as the survey has it.
static int rank(const RecordType *t, const Field *f)
{
    bool titled = false;
    for (int i = 0; i < LANG_COUNT; i++) titled |= looks_at(t->title[i], f);
    return f->required && !f->required_if ? 0 : titled || f->name_part ? 1 : 2;
}

// Something that it can say.
static Str any_value(const Field *f)
{
    if (f->list) return f->list->n ? f->list->choices[0].name : (Str){0};
    return f->kind == FIELD_DATE || f->kind == FIELD_MOMENT ? S("2000-01-01") : S("1");
}

// What such a record must say can be said here.
static bool whole(Request *ask, const RecordType *t, const Field *const *fields, int n)
{
    Cell *cells = take(ask->a, Cell, t->n);
    View said = {.type = t, .cells = cells, .today = register_today(ask->s), .state = state_first(ask->pack, t)};
    for (int i = 0; i < n; i++) cells[fields[i]->at].text = any_value(fields[i]);
    bool fits = !t->needs || expr_true(ask->a, t->needs, &said);
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        bool there = !f->required || f->required_if;
        for (int k = 0; k < n; k++) there |= fields[k] == f;
        fits &= there;
    }
    return fits;
}

int choose_fields(Request *ask, const RecordType *t, const Field **out)
{
    int n = 0, kept = 0;
    const Field *chosen[MADE_FIELDS];
    if (!may_create(ask, t)) return 0;
    bool said = false; // by the pack: those alone
    for (int i = 0; i < t->n; i++) said |= t->fields[i].asked == ASKED_SPOT;
    for (int want = 0; want <= 2; want++) {
        for (int i = 0; i < t->n && n < MADE_FIELDS; i++)
            if ((!said || t->fields[i].asked == ASKED_SPOT) && rank(t, &t->fields[i]) == want && plain(ask, t, &t->fields[i]))
                chosen[n++] = &t->fields[i];
    }
    if (!n || !whole(ask, t, chosen, n)) return 0;
    for (int i = 0; i < t->n; i++) // as the survey has them
        for (int k = 0; k < n; k++)
            if (chosen[k] == &t->fields[i]) out[kept++] = chosen[k];
    return kept;
}

// In a row of a form none is written down on the spot.
int choose_fields_at(Request *ask, const Field *link, const Field **out)
{
    return str_has(link->name, '.') ? 0 : choose_fields(ask, link->target, out);
}

Str choose_name(Arena *a, const Field *link, Str name)
{
    return say(a, "_new.{}.{}", link->name, name);
}

// Its part of what was sent, by the names that a form of its own would have.
static Request *made_request(Request *ask, const Field *link, const Field *const *fields, int n, bool *written)
{
    Request *own = take(ask->a, Request, 1);
    *own = *ask;
    own->type = link->target;
    own->step = 0;
    own->form = (Pairs){take(ask->a, Pair, ask->form.n), 0};
    for (int i = 0; i < ask->form.n; i++) {
        const Pair *p = &ask->form.at[i];
        if (str_equal(p->name, S("_confirm"))) own->form.at[own->form.n++] = *p;
        if (str_equal(p->name, choose_name(ask->a, link, S("_once"))))
            own->form.at[own->form.n++] = (Pair){.name = S("_once"), .value = p->value};
        for (int k = 0; k < n; k++) {
            Str name = choose_name(ask->a, link, fields[k]->name);
            bool year = str_equal(p->name, say(ask->a, "_year.{}", name));
            if (year)
                own->form.at[own->form.n++] = (Pair){.name = say(ask->a, "_year.{}", fields[k]->name), .value = p->value};
            if (!str_equal(p->name, name)) continue;
            own->form.at[own->form.n++] = (Pair){.name = fields[k]->name, .value = p->value};
            *written |= str_bare(p->value).n > 0;
        }
    }
    return own;
}

// Its id is made with the form, so that it is made once however often that is sent.
static Err *made_read(Request *own, Entered **out)
{
    Entered *made = take(own->a, Entered, 1);
    *made = entered_make(own);
    TRY(entered_form(own, 0, made));
    if (!made->draft.new_id.n) once_read(own->s, own->type->name, once_make(own->s, own->type->name), &made->draft.new_id);
    *out = made;
    return 0;
}

// ---- what was chosen --------------------------------------------------------------------------------------------

// As a box of one line gives it back.
static Str line_of(Arena *a, Str text)
{
    Buf line = buf_in(a);
    for (isize i = 0; i < text.n; i++)
        if (text.p[i] != '\r' && text.p[i] != '\n') buf_char(&line, text.p[i]);
    return str_bare(buf_str(&line));
}

static Message asked_words(Request *ask, const Chosen *c, bool both)
{
    if (both) return message(ask->a, "Somebody is named here, and somebody new is written down below. Leave one of them empty.");
    if (c->likely.n) return message(ask->a, "It is not certain what is meant. Choose below, or write it in another way.");
    return message(ask->a, "Nothing of this name or number is there for you. Write it in another way.");
}

static void ask_about(Request *ask, Entered *e, const Field *f, Str typed, bool both)
{
    Chosen *c = &e->chosen[f->at];
    c->asked = true;
    faults_add(ask->a, &e->draft.told, (Fault){.column = f->name, .value = typed, .message = asked_words(ask, c, both)});
}

static Err *find_meant(Request *ask, Entered *e, const Field *f, Str typed)
{
    Chosen *c = &e->chosen[f->at];
    struct Looking *looking = ask->s->looking;
    ask->s->looking = 0; // whoever shows them notes it
    Err *wrong = offers_find(ask, f->target, typed, OFFERED_MOST, &c->likely);
    ask->s->looking = looking;
    TRY(wrong);
    if (c->likely.certain == 1) e->draft.cells[f->at].text = c->likely.at[0].id;
    else ask_about(ask, e, f, typed, false);
    return 0;
}

// The box still says what it said when its record was chosen, or it is asked about anew: never taken for the old one.
Err *choose_read(Request *ask, const Record *now, Entered *e, const Field *f)
{
    const Field *fields[MADE_FIELDS];
    Chosen *c = &e->chosen[f->at];
    Str typed = line_of(ask->a, e->typed[f->at]), *value = &e->draft.cells[f->at].text;
    const Pair *as = pairs_find(&ask->form, say(ask->a, "_as.{}", f->name));
    Str is = pairs_get(&ask->form, say(ask->a, "_is.{}", f->name));
    bool same = as && str_equal(typed, line_of(ask->a, as->value)), written = false;
    int n = choose_fields_at(ask, f, fields);
    Request *own = made_request(ask, f, fields, n, &written);
    bool said = n && (str_equal(typed, choose_new) || (same && str_equal(is, choose_new)));
    bool chosen = same && is.n && !str_equal(is, choose_new);
    if (said || written) TRY(made_read(own, &c->made));
    said |= written && (!typed.n || (same && !is.n) || str_equal(typed, c->made->draft.new_id));
    c->fresh = said;
    if (c->fresh) *value = c->made->draft.new_id;
    else if (written) ask_about(ask, e, f, typed, true);
    else if (chosen) *value = is;
    else if (typed.n && !(now && str_equal(typed, now->cells[f->at].text)) && may_any(&ask->s->user, f->target, MAY_READ))
        TRY(find_meant(ask, e, f, typed));
    return 0;
}

// ---- saving both ------------------------------------------------------------------------------------------------

int choose_made(const Entered *e, Draft *out)
{
    int n = 0;
    for (int i = 0; i < e->draft.type->n; i++) {
        if (!e->chosen[i].fresh) continue;
        if (out) out[n] = e->chosen[i].made->draft;
        n++;
    }
    return n;
}

// At its own box, where it has one here.
static Str column_of(Request *ask, const Field *link, Str column)
{
    const Field *fields[MADE_FIELDS];
    int n = choose_fields(ask, link->target, fields);
    for (int i = 0; i < n; i++)
        if (str_equal(fields[i]->name, column)) return choose_name(ask->a, link, column);
    return link->name;
}

// What was said of them stands at their own boxes.
void choose_saved(Entered *e, const Draft *drafts)
{
    Request *ask = e->ask;
    int n = 0;
    for (int i = 0; i < e->draft.type->n; i++) {
        const Field *link = &e->draft.type->fields[i];
        if (!e->chosen[i].fresh) continue;
        Entered *made = e->chosen[i].made;
        made->draft = drafts[n++];
        for (const Fault *f = made->draft.saved.faults.first; f; f = f->next) {
            Fault told = *f;
            day_told(made, &told);
            told.column = column_of(ask, link, f->mend.n ? f->mend : f->column);
            told.mend = (Str){0};
            faults_add(ask->a, &e->draft.saved.faults, told);
        }
    }
}

// Years to ask about, told above the form; false: there are none.
bool choose_questions(const Entered *e, Faults *told)
{
    Request *ask = e->ask;
    bool any = false;
    for (int i = 0; i < e->draft.type->n; i++) {
        const Field *link = &e->draft.type->fields[i];
        for (int k = 0; e->chosen[i].fresh && k < link->target->n; k++) {
            Str day = e->chosen[i].made->question[k];
            any |= day.n > 0;
            if (day.n && told)
                faults_add(ask->a, told, (Fault){.column = choose_name(ask->a, link, link->target->fields[k].name),
                                                 .message = message(ask->a, "Is the year {} meant?", str_slice(day, 0, 4))});
        }
    }
    return any;
}

// What the summary above the form calls a box: "Person, Given name".
Str choose_label(Request *ask, Str column)
{
    const Field *link, *f;
    Str rest = column;
    if (!str_starts(column, S("_new."))) return (Str){0};
    str_cut(&rest, '.');
    link = field_get(ask->type, str_cut(&rest, '.'));
    f = link && link->target ? field_get(link->target, rest) : 0;
    return f ? say(ask->a, "{}, {}", field_label(ask, link), field_label(ask, f)) : (Str){0};
}
