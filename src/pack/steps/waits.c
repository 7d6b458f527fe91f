// Whose work a record is while it stands in a state, and until which day: `term`, `waits` and `who` of the sheet states.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

// What they give is kept with the record, and made anew when the record is saved: so they are made of what is saved there.
static const bool of_record[EXPR_OP_COUNT] = {
    [EXPR_TEXT] = true, [EXPR_NUMBER] = true, [EXPR_BOOL] = true, [EXPR_DAY] = true, [EXPR_FIELD] = true, [EXPR_EMPTY] = true,
    [EXPR_OR] = true, [EXPR_AND] = true, [EXPR_NOT] = true, [EXPR_EQ] = true, [EXPR_NE] = true, [EXPR_LT] = true, [EXPR_LE] = true,
    [EXPR_GT] = true, [EXPR_GE] = true, [EXPR_ADD] = true, [EXPR_SUB] = true, [EXPR_MUL] = true, [EXPR_DIV] = true,
    [EXPR_MOD] = true, [EXPR_NEG] = true, [EXPR_SELECTED] = true, [EXPR_COUNT_SELECTED] = true, [EXPR_IF] = true,
    [EXPR_COALESCE] = true, [EXPR_IS_UNDER] = true, [EXPR_MAY_BE_UNDER] = true, [EXPR_DAY_ADD] = true, [EXPR_MONTH_ADD] = true,
    [EXPR_DAYS_BETWEEN] = true, [EXPR_YEAR] = true, [EXPR_INT] = true,
    [EXPR_STRING_LENGTH] = true, [EXPR_SUM_SELECTED] = true, [EXPR_REGEX] = true,
    [EXPR_CONCAT] = true,
};

static Message field_wrong(Load *l, const Expr *e)
{
    const Field *f = e->field;
    if (e->link) return message(l->a, "This is kept with the record and made of its own fields; it does not look behind the link {}.",
        e->link->name);
    if (f->kind == FIELD_LINK) return message(l->a, "The link {} cannot stand here; use a field of the record itself.", f->name);
    if (f->class < CLASS_SENSITIVE) return (Message){0};
    return message(l->a, "{} is of class {}, and whoever has the work would be told of it; use a field of class plain or quasi.",
        f->name, class_words[f->class]);
}

static bool kept_fits(Load *l, const Row *r, Str column, const Expr *e)
{
    Message wrong = {0};
    bool fits = true;
    if (e->op == EXPR_TODAY)
        wrong = message(l->a, "today() changes from day to day, and this is kept: begin at state-since() or at a date.");
    else if (!of_record[e->op]) wrong = message(l->a, "{} cannot stand here: this is kept with the record and made of its own fields.",
        expr_op_words[e->op]);
    else if (e->op == EXPR_FIELD) wrong = field_wrong(l, e);
    if (wrong.words) row_tell(l, r, column, row_cell(l, r, column), wrong);
    for (int i = 0; i < e->n && !wrong.words; i++) fits = kept_fits(l, r, column, e->args[i]) && fits;
    return fits && !wrong.words;
}

// A number is one of days since it stands there.
static const Expr *term_read(Load *l, const Row *r, const RecordType *t)
{
    Str column = S("term"), source = row_cell(l, r, column);
    const Expr *e = row_rule(l, r, column, t, 0);
    if (!e || !kept_fits(l, r, column, e)) return 0;
    if (e->type == TYPE_NUMBER) return row_rule_said(l, r, column, say(l->a, "day-add(state-since(), {})", source), t, 0);
    if (e->type != TYPE_DAY) row_tell(l, r, column, source, message(l->a, "Write a number of days, or an expression that gives a day."));
    return e->type == TYPE_DAY ? e : 0;
}

// What it may give: a unit's key, a field of the list `units`, or a text that says one.
static bool gives_unit(Load *l, const Row *r, const Expr *e)
{
    Str column = S("waits");
    if (e->op == EXPR_IF || e->op == EXPR_COALESCE) { // what is wrong with both is told
        bool one = gives_unit(l, r, e->args[e->n - 2]), other = gives_unit(l, r, e->args[e->n - 1]);
        return one && other;
    }
    if (e->op == EXPR_TEXT && e->text.n && !unit_get(l->pack, e->text)) {
        row_tell(l, r, column, e->text, message(l->a, "There is no unit '{}' in the sheet registry/units.", e->text));
        return false;
    }
    if (e->op == EXPR_FIELD && e->field->kind == FIELD_CHOICE && e->field->list != l->units) {
        row_tell(l, r, column, e->field->name, message(l->a, "'{}' is no unit; a field that names one is of type select_one units.",
            e->field->name));
        return false;
    }
    return true;
}

static const Expr *unit_read(Load *l, const Row *r, const RecordType *t)
{
    Str column = S("waits");
    const Expr *e = row_rule(l, r, column, t, 0);
    if (!e || !kept_fits(l, r, column, e)) return 0;
    if (e->type != TYPE_TEXT) row_tell(l, r, column, row_cell(l, r, column),
        message(l->a, "Write what gives a unit's key, as ${to_unit} or 'secretariat'."));
    return e->type == TYPE_TEXT && gives_unit(l, r, e) ? e : 0;
}

static bool reads_rows(const Role *role, const RecordType *t)
{
    return role->rights[t->at].read & ~(unsigned)ROWS_COUNTED;
}

static void who_read(Load *l, const Row *r, PackState *s)
{
    Str rest = row_cell(l, r, S("who")), name;
    s->who = take(l->a, Str, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        const Role *role = role_get(l->pack, name);
        s->who[s->who_n++] = name;
        if (!role) row_tell(l, r, S("who"), name, message(l->a, "There is no role '{}' in the sheet roles.", name));
        else if (!reads_rows(role, s->record)) row_tell(l, r, S("who"), name,
            message(l->a, "The role {} reads no {}, so it would never see this work: say in the sheet rights which it reads.", name,
                s->record->name));
    }
}

static bool move_open(const PackMove *m, const Role *role)
{
    bool open = !m->roles_n;
    for (int i = 0; i < m->roles_n; i++) open |= str_equal(m->roles[i], role->name);
    return open && role->rights[m->record->at].write;
}

bool state_hers(const Pack *p, const PackState *s, const Role *role)
{
    bool hers = false;
    for (int i = 0; i < s->who_n; i++) hers |= str_equal(s->who[i], role->name);
    for (int i = 0; !s->who_n && i < p->moves_n; i++) hers |= p->moves[i].from == s && move_open(&p->moves[i], role);
    return s->waits && hers && reads_rows(role, s->record);
}

// That nobody ever has the work would not be seen.
static void somebody_check(Load *l, const Row *r, const PackState *s)
{
    bool somebody = s->who_n > 0;
    for (int i = 0; i < l->pack->roles_n; i++) somebody |= state_hers(l->pack, s, &l->pack->roles[i]);
    if (s->last) row_tell(l, r, S("kind"), S("last"), message(l->a, "What ends here waits for nobody; take term, waits and who away."));
    else if (!somebody) row_tell(l, r, S("who"), S(""), message(l->a, "No role that reads a {} may take a step from here, so it is"
        " nobody's work; say in `who` whose it is.", s->record->name));
}

void waits_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_STATES];
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        const RecordType *t = record_type(l->pack, row_cell(l, r, S("record")));
        PackState *s = t ? (PackState *)state_get(l->pack, t, row_cell(l, r, S("name"))) : 0;
        bool waits = row_cell(l, r, S("term")).n || row_cell(l, r, S("waits")).n || row_cell(l, r, S("who")).n;
        if (!s || !waits || s->waits) continue; // one of that name twice is told
        s->waits = l->pack->records[t->at].waits = true;
        s->term = term_read(l, r, t);
        s->unit = unit_read(l, r, t);
        who_read(l, r, s);
        somebody_check(l, r, s);
    }
}
