// What an erasure leaves of a record, so that the figures of closed years stay as they are, and what stands in its way.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str stays_words[] = {[STAYS_NOT] = S("no"), [STAYS_WHOLE] = S("yes"), [STAYS_AGE] = S("age")};

static bool stays_by_itself(const Field *f)
{
    return f->class == CLASS_PLAIN && !field_files(f);
}

static bool looks_away(const Expr *e)
{
    return expr_asks_hanging(e) || (e->op == EXPR_FIELD && (e->link || (e->field->at >= 0 && e->field->class == CLASS_IDENTITY)));
}

// Made of what the record says: like a calculation, and of a set of choices as well.
static const Expr *made_read(Load *l, const Row *r, const RecordType *t, const Field *f)
{
    const Expr *e = row_rule(l, r, S("stays"), t, f);
    FieldKind kind = f->kind == FIELD_CHOICES ? FIELD_CHOICE : f->kind;
    bool away = e && expr_has(e, looks_away);
    if (!e || (!away && field_takes(kind, e->type))) return e;
    row_tell(l, r, S("stays"), row_cell(l, r, S("stays")),
        away ? message(l->a, "What stays is made of the record's own fields, of another class than identity.")
             : message(l->a, "It does not give what a field of type {} holds.", field_kind_words[f->kind]));
    return 0;
}

static void field_stays(Load *l, const Row *r, const RecordType *t, Field *f)
{
    Str cell = row_cell(l, r, S("stays"));
    int word = countof(stays_words) - 1;
    f->stays = f->kind == FIELD_LINK || stays_by_itself(f) ? STAYS_WHOLE : STAYS_NOT;
    if (!cell.n) return;
    if (f->class == CLASS_IDENTITY || field_files(f)) {
        row_tell(l, r, S("stays"), cell, message(l->a, "What is sealed goes with whoever is erased; leave this empty."));
        return;
    }
    while (word >= 0 && !str_equal(stays_words[word], cell)) word--;
    f->stays = word < 0 ? STAYS_MADE : (Stays)word;
    if (f->stays == STAYS_AGE && f->kind != FIELD_DATE)
        row_tell(l, r, S("stays"), cell, message(l->a, "Only of a date does an age stay; write yes, or what stays."));
    if (f->stays == STAYS_MADE) f->stays_as = made_read(l, r, t, f);
}

// ---- what a figure looks at stays, unless the pack says otherwise ----------------------------------------------

static bool asks_age(const Expr *e)
{
    return e->op == EXPR_IS_UNDER || e->op == EXPR_MAY_BE_UNDER || e->op == EXPR_EMPTY;
}

// aged: what is around it asks no more of a date than how old somebody was.
static void figure_looks(Load *l, const RecordType *of, const Expr *e, bool aged)
{
    if (!e) return;
    for (int i = 0; i < e->n; i++) figure_looks(l, of, e->args[i], asks_age(e));
    const RecordType *other = expr_other(e), *t = other ? other : of;
    if (e->op != EXPR_FIELD || e->field->at < 0) return;
    Field *f = &l->pack->records[t->at].fields[e->field->at];
    bool told = row_cell(l, l->field_rows[t->at][f->at], S("stays")).n;
    if (told || f->class == CLASS_IDENTITY || field_files(f) || f->stays == STAYS_WHOLE) return;
    f->stays = aged && f->kind == FIELD_DATE ? STAYS_AGE : STAYS_WHOLE;
}

static void figures_stay(Load *l)
{
    for (int i = 0; i < l->pack->figures_n; i++) {
        const Figure *figure = &l->pack->figures[i];
        figure_looks(l, figure->record, figure->where, false);
        figure_looks(l, figure->record, figure->sum, false);
        figure_looks(l, figure->record, figure->female, false);
    }
}

void stays_read(Load *l)
{
    for (int i = 0; i < l->pack->records_n; i++) {
        RecordType *t = &l->pack->records[i];
        t->keeps = row_asks(l, l->record_rows[i], S("keeps"), t, 0);
        for (int k = 0; k < t->n; k++) field_stays(l, l->field_rows[i][k], t, &t->fields[k]);
    }
    figures_stay(l);
}

// ---- a birth ---------------------------------------------------------------------------------------------------

enum { AGES_MOST = 16, OF_AGE = 18 };
typedef struct { double at[AGES_MOST]; int n; } Ages;

static void age_add(Ages *ages, double years)
{
    for (int i = 0; i < ages->n; i++) {
        if (ages->at[i] == years) return;
    }
    if (ages->n < AGES_MOST) ages->at[ages->n++] = years;
}

static void ages_in(const Expr *e, Ages *ages)
{
    if (!e) return;
    for (int i = 0; i < e->n; i++) ages_in(e->args[i], ages);
    bool asks = e->op == EXPR_IS_UNDER || e->op == EXPR_MAY_BE_UNDER;
    if (asks && e->args[0]->op == EXPR_NUMBER) age_add(ages, e->args[0]->number);
}

static bool under_alike(const Ages *ages, Days one, Days other, const Days *on, int n)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < ages->n; k++) {
            double years = ages->at[k] * 10000;
            if ((on[i].first - one.first < years) != (on[i].first - other.first < years)) return false;
            if ((on[i].first - one.last < years) != (on[i].first - other.last < years)) return false;
        }
    }
    return true;
}

Str birth_cut(Arena *a, const Pack *p, Str born, const Days *on, int n)
{
    static const isize lengths[] = {4, 7}; // YYYY, YYYY-MM
    Ages ages = {.at = {OF_AGE}, .n = 1};
    Days whole, coarse;
    for (int i = 0; i < p->figures_n; i++) {
        ages_in(p->figures[i].where, &ages);
        ages_in(p->figures[i].sum, &ages);
        ages_in(p->figures[i].female, &ages);
    }
    if (!days_parse(born, &whole)) return (Str){0};
    for (int i = 0; i < countof(lengths); i++) {
        Str cut = str_slice(born, 0, born.n < lengths[i] ? born.n : lengths[i]);
        if (days_parse(cut, &coarse) && under_alike(&ages, whole, coarse, on, n)) return str_copy(a, cut);
    }
    return born;
}
