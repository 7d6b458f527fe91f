// What choices say in columns of their own: sum-selected(), and the bare words of a choice_filter.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

// Some choice must say something there; and where it is reckoned with, each of them a number.
static bool column_good(ExprReader *r, const List *list, Str column, bool numbers, isize at)
{
    bool known = !list->n;
    for (int i = 0; i < list->n; i++) {
        Str text = choice_says(&list->choices[i], column), value;
        Message why;
        known |= text.n > 0;
        if (!numbers || field_read(r->a, &(Field){.kind = FIELD_DECIMAL}, (Clock){0}, text, &value, &why)) continue;
        expr_complain(r, at, message(r->a, "in the list {} the choice {} has '{}' in the column {}, which is no number.",
            list->name, list->choices[i].name, text, column));
        return false;
    }
    if (!known) expr_complain(r, at, message(r->a, "the list {} has no column '{}' that says something.", list->name, column));
    return known;
}

// XLSForm's writers leave out the quotes around what a column says.
static bool said_somewhere(const List *list, Str word)
{
    bool said = false;
    for (int i = 0; i < list->n; i++) {
        const Choice *c = &list->choices[i];
        bool has = str_equal(c->parent, word);
        for (int k = 0; k < c->n; k++) {
            if (str_equal(c->cells[k].column, word)) return false;
            has |= str_equal(c->cells[k].text, word);
        }
        said |= has;
    }
    return said;
}

Expr *expr_cell(ExprReader *r, Str column, isize at)
{
    if (said_somewhere(r->list, column)) return expr_literal(r, EXPR_TEXT, column, 0);
    if (!column_good(r, r->list, column, false, at)) return 0;
    Expr *e = expr_node(r, EXPR_CELL, TYPE_TEXT, 0, 0);
    e->text = str_copy(r->a, column);
    return e;
}

bool expr_cell_fits(ExprReader *r, Expr *cell, const Expr *with, isize at)
{
    if (cell->op != EXPR_CELL || with->type != TYPE_NUMBER) return true;
    cell->type = TYPE_NUMBER;
    return column_good(r, r->list, cell->text, true, at);
}

Expr *expr_sum(ExprReader *r, Expr *of, Str column, isize at)
{
    const List *list = of->op == EXPR_FIELD ? of->field->list : 0;
    if (!list) return expr_complain(r, at, message(r->a, "sum-selected() asks a field of choices."));
    if (!column_good(r, list, column, true, at)) return 0;
    Expr *e = expr_node(r, EXPR_SUM_SELECTED, TYPE_NUMBER, of, 0);
    e->text = str_copy(r->a, column);
    return e;
}
