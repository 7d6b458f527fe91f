// The rules of records and fields: titles, when a field is asked, what must hold, what is odd.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static bool is_of_link(const Expr *e)
{
    return e->op == EXPR_FIELD && e->link;
}

static bool is_state(const Expr *e)
{
    return e->op == EXPR_FIELD && e->field->at < 0;
}

static bool is_link(const Expr *e)
{
    return e->op == EXPR_FIELD && e->field->kind == FIELD_LINK;
}

static bool field_puts_in_order(const Field *f)
{
    return (f->kind == FIELD_DATE || f->kind == FIELD_MOMENT) && f->class != CLASS_IDENTITY;
}

static const Expr *title_rule(Load *l, const RecordType *t, Str source)
{
    const Row *r = l->record_rows[t->at];
    const Expr *e = row_rule_said(l, r, S("title"), source, t, 0);
    if (!e) return 0;
    if (e->type != TYPE_TEXT) {
        row_tell(l, r, S("title"), source,
            message(l->a, "A title is a text; join other fields with concat()."));
        return 0;
    }
    if (expr_has(e, is_of_link)) {
        row_tell(l, r, S("title"), source,
            message(l->a, "A title is made of the record's own fields, not of a link's."));
        return 0;
    }
    if (expr_has(e, is_state)) {
        row_tell(l, r, S("title"), source, message(l->a, "A title does not tell the state, which changes; it stands beside the title."));
        return 0;
    }
    if (expr_has(e, is_link))
        row_warn(l, r, S("title"), source,
            message(l->a, "A link stands in a title by the number of what it names, not by its name; leave it out."));
    return e;
}

// One for all languages, and for each that has one its own.
static void title_read(Load *l, RecordType *t)
{
    const Row *r = l->record_rows[t->at];
    Words own = row_words(l, r, S("title"));
    const Expr *all = title_rule(l, t, row_cell(l, r, S("title")));
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        t->title[lang] = own.in[lang].n ? title_rule(l, t, own.in[lang]) : all;
    }
}

// The date by which records of a type stand in time: the one that is named, else the first, but for
// persons, whose first is their birth. One that is sealed puts nothing in order.
static void day_read(Load *l, RecordType *t)
{
    const Row *r = l->record_rows[t->at];
    Str name = row_cell(l, r, S("day"));
    t->day = -1;
    for (int i = 0; i < t->n && t->day < 0 && !name.n && t->role != ROLE_PERSON; i++) {
        if (field_puts_in_order(&t->fields[i])) t->day = i;
    }
    if (!name.n || str_equal(name, S("-"))) return;
    const Field *f = row_field(l, r, S("day"), t, name);
    if (f && field_puts_in_order(f)) {
        t->day = f->at;
    } else if (f) {
        row_tell(l, r, S("day"), name, message(l->a,
            "'{}' is no date that puts records in order; name a date of another class than identity.",
            name));
    }
}

// The words that are said when a rule speaks: one without the other is a slip.
static Words spoken_words(Load *l, const Row *r, Str rule, Str words)
{
    if (row_cell(l, r, rule).n) return row_words_needed(l, r, words);
    Words none = row_words(l, r, words);
    if (none.in[LANG_EN].n) {
        row_tell(l, r, rule, S(""), message(l->a, "There are words for this rule, but no rule."));
    }
    return none;
}

static bool looks_at_record(const Expr *e)
{
    return e->op == EXPR_FIELD || e->hangs;
}

// By who fills it in, as if(me(kind) = 'gate', 'border', ''): nothing is written yet that it could look at.
static const Expr *begins_read(Load *l, const RecordType *t, const Row *r, const Field *f)
{
    const Expr *e = row_rule_me(l, r, S("default"), t, 0);
    if (!e) return 0;
    bool day = f->kind == FIELD_DATE || f->kind == FIELD_MOMENT; // today() and now() stand there as words
    bool takes = field_takes(f->kind, e->type) || ((day || f->kind == FIELD_CHOICES) && e->type == TYPE_TEXT);
    if (takes && !expr_has(e, looks_at_record)) return e;
    row_tell(l, r, S("default"), row_cell(l, r, S("default")), message(l->a,
        "What a form begins with is made of who fills it in, me(kind), me(unit) and so on, and is what the field holds."));
    return 0;
}

// When it is asked, where that goes by who is asked.
static const Expr *asked_by_read(Load *l, const RecordType *t, const Row *r)
{
    if (!str_starts(row_cell(l, r, S("asked")), S("if("))) return 0;
    const Expr *e = row_rule_me(l, r, S("asked"), t, 0);
    if (!e || (!expr_has(e, looks_at_record) && e->type == TYPE_TEXT)) return e;
    row_tell(l, r, S("asked"), row_cell(l, r, S("asked")), message(l->a,
        "When it is asked is later or nothing, by who fills it in, as in if(me(kind) = 'hotline', 'later', '')."));
    return 0;
}

// As choice(unit = me(unit)): the first of its list of which that holds; bare words are columns of the list.
static const Expr *begins_where_read(Load *l, const RecordType *t, const Row *r, const Field *f)
{
    const Expr *e = f->list ? row_choice_me(l, r, S("default"), t, f) : 0;
    if (f->list && (!e || (e->type == TYPE_BOOL && !expr_has(e, looks_at_record)))) return e;
    row_tell(l, r, S("default"), row_cell(l, r, S("default")), message(l->a,
        "choice() is asked of a field of choices, and in its brackets stands a yes or no over the columns of its list and who fills"
        " it in, as in choice(unit = me(unit))."));
    return 0;
}

static void initial_read(Load *l, const RecordType *t, const Row *r, Field *f)
{
    Str text = row_cell(l, r, S("default"));
    Message why;
    bool date = f->kind == FIELD_DATE || f->kind == FIELD_MOMENT;
    if (!text.n || load_is_broken(l, f->name)) return;
    if (f->kind == FIELD_WORDS) {
        row_tell(l, r, S("default"), text, message(l->a, "What is written in several languages begins empty; take this away."));
    } else if ((date && str_equal(text, S("today()"))) || (f->kind == FIELD_MOMENT && str_equal(text, S("now()")))) {
        f->initial = text;
    } else if (str_starts(text, S("choice("))) {
        f->begins_where = begins_where_read(l, t, r, f);
    } else if (str_starts(text, S("if(")) || str_starts(text, S("me("))) {
        f->begins = begins_read(l, t, r, f);
    } else if (!field_read(l->a, f, (Clock){99991231, l->pack->offset}, text, &f->initial, &why)) {
        row_tell(l, r, S("default"), text, why);
    }
}

static const Expr *both(Load *l, const Expr *one, const Expr *other)
{
    if (!one || !other) return one ? one : other;
    Expr *e = take(l->a, Expr, 1);
    *e = (Expr){.op = EXPR_AND, .type = TYPE_BOOL, .args = {one, other}, .n = 2};
    return e;
}

// The outer ones were read first: what is asked is what all of them ask.
static void groups_rules(Load *l)
{
    for (Group *g = l->groups; g; g = g->next) {
        const Expr *own = row_asks(l, g->row, S("relevant"), g->of, 0);
        g->relevant = both(l, g->around ? g->around->relevant : 0, own);
    }
}

static const Expr *filter_read(Load *l, const Row *r, const RecordType *t, const Field *f)
{
    Str source = row_cell(l, r, S("choice_filter"));
    if (f->list || f->known || !source.n || load_is_broken(l, f->name)) return row_asks(l, r, S("choice_filter"), t, f);
    row_tell(l, r, S("choice_filter"), source, message(l->a, "Only a field of choices has some to choose from; take this away."));
    return 0;
}

static void field_rules(Load *l, const RecordType *t, Field *f, const Row *r, const Group *group)
{
    Str was = row_cell(l, r, S("was"));
    const Expr *own = row_asks(l, r, S("relevant"), t, f);
    f->relevant = both(l, group ? group->relevant : 0, own);
    f->constraint = row_asks(l, r, S("constraint"), t, f);
    f->filter = filter_read(l, r, t, f);
    f->constraint_words = spoken_words(l, r, S("constraint"), S("constraint_message"));
    f->doubt = row_asks(l, r, S("warning"), t, f);
    if (row_conditional(l, r, S("required"))) f->required_if = row_asks(l, r, S("required"), t, f);
    f->doubt_words = spoken_words(l, r, S("warning"), S("warning_message"));
    if (was.n) row_field(l, r, S("was"), t, was);
    initial_read(l, t, r, f);
    f->asked_by = asked_by_read(l, t, r);
}

// ---- what is reckoned -------------------------------------------------------------------------------------

static const Expr reckoned_elsewhere; // stands there until it is read

static bool given_by_type(Load *l, const Row *r)
{
    return !str_equal(row_type(l, r), S("calculate"));
}

// Of what stands above it, so that nothing goes in circles; and as close as what it is made of, or it would tell that.
static bool inputs_fit(Load *l, const Row *r, const RecordType *t, const Field *f, const Expr *e)
{
    bool fits = true;
    for (int i = 0; i < e->n; i++) fits = inputs_fit(l, r, t, f, e->args[i]) && fits;
    const Field *of = expr_asks_hanging(e) ? e->hangs->link : e->field;
    const RecordType *other = expr_other(e);
    if (!(e->op == EXPR_FIELD && of->at >= 0) && !expr_asks_hanging(e)) return fits;
    const Field *own = expr_asks_hanging(e) ? e->hangs->through : other ? 0 : of;
    bool sealed = other ? other->sealed : t->sealed;
    if (own && own->at >= f->at)
        row_tell(l, r, S("calculation"), own->name,
            message(l->a, "'{}' does not stand above it; what is reckoned looks at fields above.", own->name));
    else if (other && of->calculation == &reckoned_elsewhere)
        row_tell(l, r, S("calculation"), of->name, message(l->a, "'{}' is reckoned itself; look at what it is made of.", of->name));
    else if (of->class > f->class)
        row_tell(l, r, S("class"), class_words[f->class], message(l->a, "It is made of '{}', which is of class {}: so must this be.",
            of->name, class_words[of->class]));
    else if (sealed && t->sealed && of->compartment != f->compartment)
        row_tell(l, r, S("compartment"), compartment_words[f->compartment], message(l->a, "It is made of '{}', which is of compartment {}:"
            " so must this be.", of->name, compartment_words[of->compartment]));
    else return fits;
    return false;
}

bool field_takes(FieldKind kind, ExprType type)
{
    if (type == TYPE_TEXT) return kind == FIELD_TEXT || kind == FIELD_NOTE || kind == FIELD_CHOICE;
    if (type == TYPE_NUMBER) return kind == FIELD_INTEGER || kind == FIELD_DECIMAL;
    return type == TYPE_DAY && kind == FIELD_DATE;
}

static void calculation_read(Load *l, const RecordType *t, Field *f, const Row *r)
{
    static const FieldKind kinds[] = {[TYPE_TEXT] = FIELD_TEXT, [TYPE_NUMBER] = FIELD_DECIMAL, [TYPE_DAY] = FIELD_DATE};
    Str source = row_cell(l, r, S("calculation"));
    bool typed = given_by_type(l, r);
    f->calculation = 0;
    if (!source.n) {
        if (!typed) row_tell(l, r, S("calculation"), S(""), message(l->a, "Say from what it is reckoned, as in day-add(${at}, 30)."));
        return;
    }
    const Expr *e = row_rule(l, r, S("calculation"), t, 0);
    if (!e || !inputs_fit(l, r, t, f, e)) return;
    if (!typed && e->type <= TYPE_DAY) f->kind = kinds[e->type];
    bool same_link = f->kind == FIELD_LINK && e->op == EXPR_FIELD && e->link && e->field->target == f->target;
    if (!same_link && !field_takes(f->kind, e->type)) {
        row_tell(l, r, S("calculation"), source, typed
            ? message(l->a, "It does not give what a field of type {} holds.", field_kind_words[f->kind])
            : message(l->a, "What is reckoned is a text, a number or a date; if() makes one of a yes or no."));
        return;
    }
    if (f->required) row_tell(l, r, S("required"), S("yes"), message(l->a, "Nobody can fill in what is reckoned; take required away."));
    f->calculation = e;
}

// Before all other rules, which may look at them.
static void calculations_read(Load *l)
{
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < l->pack->records_n; i++) {
            RecordType *t = &l->pack->records[i];
            for (int k = 0; k < t->n; k++) {
                const Row *r = l->field_rows[i][k];
                bool reckoned = row_cell(l, r, S("calculation")).n || !given_by_type(l, r);
                if (reckoned && turn) calculation_read(l, t, &t->fields[k], r);
                else if (reckoned) t->fields[k].calculation = &reckoned_elsewhere;
            }
        }
    }
}

static void needs_read(Load *l, RecordType *t)
{
    const Row *r = l->record_rows[t->at];
    t->needs = row_asks(l, r, S("needs"), t, 0);
    t->needs_words = spoken_words(l, r, S("needs"), S("needs_message"));
}

void rules_read(Load *l)
{
    calculations_read(l);
    groups_rules(l);
    repeats_rules(l);
    for (int i = 0; i < l->pack->records_n; i++) {
        RecordType *t = &l->pack->records[i];
        title_read(l, t);
        needs_read(l, t);
        day_read(l, t);
        for (int j = 0; j < t->n; j++) field_rules(l, t, &t->fields[j], l->field_rows[i][j], l->field_groups[i][j]);
    }
}
