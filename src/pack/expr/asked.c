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
    return e->op == EXPR_REGEX || e->op == EXPR_CONCAT || e->op == EXPR_SUM_SELECTED || e->op == EXPR_CELL || e->op == EXPR_WORDS
        || (e->op == EXPR_FIELD && (e->field->class == CLASS_IDENTITY || !field_selects(e->field)));
}

bool expr_asks_hanging(const Expr *e)
{
    return e->op >= EXPR_EXISTS && e->op <= EXPR_LATEST;
}

const RecordType *expr_other(const Expr *e)
{
    return e->link ? e->link->target : e->hangs ? e->hangs->type : 0;
}

// How many words a store has begun and not ended where its first value stands, and the others: SQLite keeps 100 in mind.
static const struct { char first, others; } begun[EXPR_OP_COUNT] = {
    [EXPR_EMPTY] = {3, 3}, [EXPR_OR] = {2, 3}, [EXPR_AND] = {2, 3}, [EXPR_NOT] = {2, 2}, [EXPR_EQ] = {4, 6}, [EXPR_NE] = {4, 6},
    [EXPR_LT] = {4, 6}, [EXPR_LE] = {4, 6}, [EXPR_GT] = {4, 6}, [EXPR_GE] = {4, 6}, [EXPR_ADD] = {1, 3}, [EXPR_SUB] = {1, 3},
    [EXPR_MUL] = {1, 3}, [EXPR_DIV] = {4, 9}, [EXPR_MOD] = {9, 9}, [EXPR_NEG] = {2, 2}, [EXPR_IF] = {4, 5}, [EXPR_COALESCE] = {5, 5},
    [EXPR_IS_UNDER] = {4, 4}, [EXPR_MAY_BE_UNDER] = {4, 4}, [EXPR_DAY_ADD] = {12, 15}, [EXPR_MONTH_ADD] = {12, 15},
    [EXPR_DAYS_BETWEEN] = {12, 15}, [EXPR_YEAR] = {3, 3}, [EXPR_INT] = {4, 4}, [EXPR_STRING_LENGTH] = {10, 10},
    [EXPR_AMOUNT] = {9, 9}, [EXPR_CURRENCY] = {7, 7},
    [EXPR_EXISTS] = {12, 12}, [EXPR_COUNT] = {14, 14}, [EXPR_SUM] = {12, 16}, [EXPR_LATEST] = {10, 14},
};

enum { SCOPE_BEGUN = 50 };

// With what its reckoned fields are made of written out, as a page's rules are: each was seen to end when it was read.
static bool grows_past(const Expr *e, int deep, int *left)
{
    bool opens = e->op == EXPR_FIELD && !e->link && !e->hangs && e->field->calculation;
    if (opens) return grows_past(e->field->calculation, deep, left);
    if (deep > GROWN_DEEP || --*left < 0) return true;
    for (int i = 0; i < e->n; i++) {
        if (grows_past(e->args[i], deep + 1, left)) return true;
    }
    return false;
}

bool expr_grown(const Expr *e)
{
    int left = GROWN_MOST;
    return grows_past(e, 1, &left);
}

bool expr_chains(ExprOp op)
{
    return op == EXPR_OR || op == EXPR_AND;
}

int expr_begun(const Expr *e)
{
    int most = expr_asks_hanging(e) ? SCOPE_BEGUN : 0; // which of what hangs is hers
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
