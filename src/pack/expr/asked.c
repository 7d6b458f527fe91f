// What is in an expression: may it select rows, what does it look at.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

bool expr_has(const Expr *e, bool (*what)(const Expr *))
{
    if (what(e)) return true;
    for (int i = 0; i < e->n; i++) {
        if (expr_has(e->args[i], what)) return true;
    }
    return false;
}

// The stores have no such functions, and sealed values mean nothing to them.
static bool not_for_rows(const Expr *e)
{
    return e->op == EXPR_REGEX || e->op == EXPR_CONCAT || e->op == EXPR_SUM_SELECTED || e->op == EXPR_CELL
        || (e->op == EXPR_FIELD && e->field->class == CLASS_IDENTITY);
}

// How many words a store has begun and not ended where its first value stands, and the others: SQLite keeps 100 in mind.
static const struct { char first, others; } begun[EXPR_OP_COUNT] = {
    [EXPR_EMPTY] = {3, 3}, [EXPR_OR] = {2, 3}, [EXPR_AND] = {2, 3}, [EXPR_NOT] = {2, 2}, [EXPR_EQ] = {4, 6}, [EXPR_NE] = {4, 6},
    [EXPR_LT] = {4, 6}, [EXPR_LE] = {4, 6}, [EXPR_GT] = {4, 6}, [EXPR_GE] = {4, 6}, [EXPR_ADD] = {1, 3}, [EXPR_SUB] = {1, 3},
    [EXPR_MUL] = {1, 3}, [EXPR_DIV] = {4, 9}, [EXPR_MOD] = {9, 9}, [EXPR_NEG] = {2, 2}, [EXPR_IF] = {4, 5}, [EXPR_COALESCE] = {5, 5},
    [EXPR_IS_UNDER] = {4, 4}, [EXPR_MAY_BE_UNDER] = {4, 4}, [EXPR_DAY_ADD] = {12, 15}, [EXPR_MONTH_ADD] = {12, 15},
    [EXPR_DAYS_BETWEEN] = {12, 15}, [EXPR_YEAR] = {3, 3}, [EXPR_STRING_LENGTH] = {10, 10},
};

bool expr_chains(ExprOp op)
{
    return op == EXPR_OR || op == EXPR_AND;
}

int expr_begun(const Expr *e)
{
    int most = 0;
    for (int i = 0; i < e->n; i++) {
        bool chained = !i && expr_chains(e->op) && e->args[0]->op == e->op;
        int here = expr_begun(e->args[i]) + (chained ? 0 : i ? begun[e->op].others : begun[e->op].first);
        if (here > most) most = here;
    }
    return most;
}

bool expr_selects_rows(const Expr *e)
{
    return !expr_has(e, not_for_rows) && expr_begun(e) <= BEGUN_MOST;
}
