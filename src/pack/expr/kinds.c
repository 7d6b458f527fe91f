// Texts in several languages and money in an expression: what may be done with them.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

Expr *expr_several(ExprReader *r, const Field *link, const Field *first)
{
    Expr *e = take(r->a, Expr, 1);
    *e = (Expr){.op = EXPR_WORDS, .type = TYPE_TEXT, .n = LANG_COUNT};
    for (int i = 0; i < LANG_COUNT; i++) {
        Expr *part = take(r->a, Expr, 1);
        *part = (Expr){.op = EXPR_FIELD, .type = TYPE_TEXT, .link = link, .field = first + i, .hangs = r->hangs};
        e->args[i] = part;
    }
    return e;
}

static bool is_words(const Expr *e)
{
    return e->op == EXPR_WORDS;
}

bool expr_no_files(ExprReader *r, const Expr *e, isize at)
{
    if (e->type != TYPE_FILES) return true;
    expr_complain(r, at, message(r->a, "of files is only asked whether there are some, as ${photo} != ''."));
    return false;
}

// It says another thing to every reader.
bool expr_one_language(ExprReader *r, const Expr *e, isize at)
{
    if (!expr_no_files(r, e, at)) return false;
    if (!expr_has(e, is_words)) return true;
    expr_complain(r, at, message(r->a, "a text in several languages is not compared; name one of them, as ${name::lo}."));
    return false;
}

static Expr *of_money(const FunctionCall *call, ExprType type)
{
    if (call->args[0]->op != EXPR_FIELD || call->args[0]->type != TYPE_MONEY) {
        return expr_complain(call->r, call->at, message(call->r->a, "{}() asks a field of money.", expr_op_words[call->op]));
    }
    Expr *e = take(call->r->a, Expr, 1);
    *e = (Expr){.op = call->op, .type = type, .args = {call->args[0]}, .n = 1};
    return e;
}

Expr *expr_amount(const FunctionCall *call)
{
    Expr *e = of_money(call, TYPE_NUMBER);
    if (!e) return 0;
    e->text = call->args[1]->text;
    if (call->args[1]->op == EXPR_TEXT && list_get(call->args[0]->field->currencies, e->text)) return e;
    return expr_complain(call->r, call->at, message(call->r->a,
        "amount() takes a currency of the list currencies in quotes, as in amount(${award}, 'LAK')."));
}

Expr *expr_currency(const FunctionCall *call)
{
    return of_money(call, TYPE_TEXT);
}
