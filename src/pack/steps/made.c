// What an effect makes: the fields of another record, or of this one, and whether they can ever be so.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str this_record = S("${id}");

bool set_has(const PackEffect *e, Str field)
{
    for (int i = 0; i < e->sets_n; i++) {
        if (str_equal(e->sets[i].field->name, field)) return true;
    }
    return false;
}

// ---- a value goes into a field ------------------------------------------------------------------------------

static void link_fits(Load *l, const Row *r, const Field *f, const Expr *value)
{
    bool link = value->op == EXPR_FIELD && value->field->kind == FIELD_LINK;
    bool told = !f->target || (link && !value->field->target); // of a type that is none its own line tells
    if (told || (link && value->field->target == f->target)) return;
    row_tell(l, r, S("value"), row_cell(l, r, S("value")), link
        ? message(l->a, "'{}' links to a {}, and this names a {}.", f->name, f->target->name, value->field->target->name)
        : message(l->a, "'{}' links to a {}: name one by a link of this record, or this record itself as ${id}.", f->name,
            f->target->name));
}

static void choice_fits(Load *l, const Row *r, const Field *f, const Expr *value)
{
    Str rest = value->text, name = {0};
    bool lacks = false;
    while (value->op == EXPR_TEXT && !lacks && str_word(&rest, &name)) lacks = !list_get(f->list, name);
    const List *from = value->op == EXPR_FIELD ? value->field->list : 0;
    for (int i = 0; from && from != f->list && !lacks && i < from->n; i++) {
        name = from->choices[i].name;
        lacks = !list_get(f->list, name);
    }
    if (lacks) row_tell(l, r, S("value"), name, message(l->a, "'{}' is no choice of the list {}, which '{}' takes.", name,
        f->list->name, f->name));
}

static bool takes(FieldKind kind, ExprType type)
{
    bool more = (kind == FIELD_CHOICES && (type == TYPE_SET || type == TYPE_TEXT)) || (kind == FIELD_MOMENT && type == TYPE_DAY);
    return more || field_takes(kind, type);
}

static void value_fits(Load *l, const Row *r, const Field *f, const Expr *value)
{
    bool one_of = value->op == EXPR_IF || value->op == EXPR_COALESCE;
    for (int i = value->op == EXPR_IF; one_of && i < value->n; i++) value_fits(l, r, f, value->args[i]);
    if (one_of || (value->op == EXPR_TEXT && !value->text.n)) return; // nothing does for every kind
    if (f->kind == FIELD_LINK) link_fits(l, r, f, value);
    else if (!takes(f->kind, value->type))
        row_tell(l, r, S("value"), row_cell(l, r, S("value")),
            message(l->a, "It does not give what a field of type {} holds.", field_kind_words[f->kind]));
    else if (f->list) choice_fits(l, r, f, value);
}

// As close as what it is made of, or it would tell that.
static bool flows(Load *l, const Row *r, const PackEffect *e, const Field *f, const Expr *value)
{
    bool good = true;
    for (int i = 0; i < value->n; i++) good = flows(l, r, e, f, value->args[i]) && good;
    const Field *of = value->field;
    const RecordType *other = expr_other(value);
    if (!of || of->at < 0) return good;
    bool sealed = other ? other->sealed : e->record->sealed;
    if (of->class > f->class)
        row_tell(l, r, S("value"), of->name, message(l->a, "It is made of '{}', which is of class {}: so must '{}' be.", of->name,
            class_words[of->class], f->name));
    else if (sealed && of->class >= CLASS_SENSITIVE && of->compartment != f->compartment)
        row_tell(l, r, S("value"), of->name, message(l->a, "It is made of '{}', which is of compartment {}: so must '{}' be.", of->name,
            compartment_words[of->compartment], f->name));
    else return good;
    return false;
}

static const Expr *set_value(Load *l, const Row *r, const PackEffect *e, const Field *f)
{
    const Expr *value = row_rule_me(l, r, S("value"), e->record, 0);
    if (!row_cell(l, r, S("value")).n)
        row_tell(l, r, S("value"), S(""), message(l->a, "Say what '{}' says then; '' empties it.", f->name));
    if (!value || !flows(l, r, e, f, value)) return 0;
    value_fits(l, r, f, value);
    return value;
}

static bool itself_fits(Load *l, const Row *r, const PackEffect *e, const Field *f)
{
    bool link = f->kind == FIELD_LINK && e->makes != MAKES_OWN;
    if (link && (!f->target || f->target == e->record)) return true;
    row_tell(l, r, S("value"), this_record, link
        ? message(l->a, "'{}' links to a {}, and this record is a {}.", f->name, f->target->name, e->record->name)
        : message(l->a, "${id} is this record, for a link of another one."));
    return false;
}

void set_read(Load *l, const Row *r, PackEffect *e)
{
    Str name = row_cell(l, r, S("field"));
    if (!name.n || str_equal(name, S("."))) {
        row_tell(l, r, S("field"), name, message(l->a, "Say which field of the {}.", e->made->name));
        return;
    }
    const Field *state = str_equal(name, S("state")) ? e->made->state : 0, *f = state ? state : row_field(l, r, S("field"), e->made, name);
    if (!f) return;
    if (f->calculation) {
        row_tell(l, r, S("field"), name, message(l->a, "'{}' is reckoned: nothing else says what it is.", name));
        return;
    }
    bool itself = str_equal(row_cell(l, r, S("value")), this_record);
    if (itself && !itself_fits(l, r, e, f)) return;
    PackSet *wider = take(l->a, PackSet, e->sets_n + 1);
    if (e->sets_n) memcpy(wider, e->sets, (size_t)e->sets_n * sizeof *wider);
    wider[e->sets_n++] = (PackSet){f, itself ? 0 : set_value(l, r, e, f)};
    e->sets = wider;
}

// ---- all of them ---------------------------------------------------------------------------------------------

// Every record of its type that comes to be makes one.
static bool always(const Load *l, const PackEffect *e)
{
    bool first = e->at == ON_STATE && str_equal(e->on, state_first(l->pack, e->record));
    return e->makes == MAKES_RECORD && !e->when && (e->at == ON_CREATE || e->at == ON_CHANGE || first);
}

// Does one of this type always lead to one of that?
static bool leads_to(const Load *l, const RecordType *from, const RecordType *to, bool *seen)
{
    if (from == to) return true;
    if (seen[from->at]) return false;
    seen[from->at] = true;
    for (int i = 0; i < l->pack->effects_n; i++) {
        const PackEffect *e = &l->effects[i];
        if (e->record == from && always(l, e) && leads_to(l, e->made, to, seen)) return true;
    }
    return false;
}

static void lacks_tell(Load *l, const Row *r, const PackEffect *e)
{
    for (int i = 0; e->makes == MAKES_RECORD && i < e->made->n; i++) {
        const Field *f = &e->made->fields[i];
        bool asked = f->required && !f->required_if && !f->relevant;
        if (asked && !set_has(e, f->name)) row_warn(l, r, S("field"), f->name, message(l->a,
            "'{}' is required of a {}, and this says nothing of it; add a row.", f->name, e->made->name));
    }
}

void made_check(Load *l, const Row *const *rows)
{
    for (int i = 0; i < l->pack->effects_n; i++) {
        const PackEffect *e = &l->effects[i];
        bool *seen = take(l->temp, bool, l->pack->records_n);
        lacks_tell(l, rows[i], e);
        if (always(l, e) && leads_to(l, e->made, e->record, seen)) row_tell(l, rows[i], S("makes"), e->made->name, message(l->a,
            "Each {} makes a {} without end; say with `when` which of them do.", e->record->name, e->made->name));
    }
}

// A field's own words go over as they stand, a date with its precision.
Str effect_value(Arena *a, const PackSet *set, const View *on)
{
    ExprValue v = expr_value(a, set->value, on);
    bool as_it_is = v.field && !(v.field->kind == FIELD_MOMENT && set->field->kind == FIELD_DATE);
    return as_it_is ? v.text : expr_text(a, set->value, on);
}
