// An expression as JSON, for the page's script, which has no eval and walks the same tree.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "formats/formats.h"
#include <stdio.h>

static const Str type_words[] = {
    [TYPE_TEXT] = S("text"), [TYPE_NUMBER] = S("number"), [TYPE_DAY] = S("day"),
    [TYPE_BOOL] = S("bool"), [TYPE_SET] = S("set"), [TYPE_MONEY] = S("text"), [TYPE_FILES] = S("text"),
};

static void number_json(Buf *o, double d)
{
    char text[40]; // literals have 15 digits at most, which this gives back
    buf_add(o, (Str){text, snprintf(text, sizeof text, "%.15g", d)});
}

// What each choice of its list says in that column: the page has no lists.
static void sum_json(Buf *o, const Expr *e)
{
    const List *list = e->args[0]->field->list;
    bool first = true;
    buf_add(o, S(",\"numbers\":{"));
    for (int i = 0; i < list->n; i++) {
        Str text = choice_says(&list->choices[i], e->text);
        if (!text.n) continue;
        if (!first) buf_char(o, ',');
        first = false;
        json_text(o, list->choices[i].name);
        buf_char(o, ':');
        number_json(o, decimal_of(text));
    }
    buf_char(o, '}');
}

static void leaf_json(Buf *o, const Expr *e)
{
    if (e->op == EXPR_FIELD) {
        json(o, ",'name':{},'kind':{},'link':{}", e->field->name, field_kind_words[e->field->kind],
            val_or_null(e->link ? e->link->name : (Str){0}));
    } else if (e->op == EXPR_SUM_SELECTED) {
        sum_json(o, e);
    } else if (expr_asks_hanging(e)) { // no page is given one: what hangs is the register's to tell
        json(o, ",'name':{},'link':{}", e->hangs->type->name, e->hangs->link->name);
    } else if (e->op == EXPR_CELL) {
        json(o, ",'name':{}", e->text);
    } else if (e->op == EXPR_TEXT || e->op == EXPR_AMOUNT) {
        json(o, ",'text':{}", e->text);
    } else if (e->op == EXPR_BOOL) {
        buf_add(o, e->number != 0 ? S(",\"bool\":true") : S(",\"bool\":false"));
    } else if (e->op == EXPR_NUMBER || e->op == EXPR_DAY) {
        buf_add(o, S(",\"number\":"));
        number_json(o, e->number);
    }
}

// What is reckoned stands in no form: it is what it is made of.
void expr_json(Buf *o, const Expr *e)
{
    if (e->op == EXPR_FIELD && !e->link && e->field->calculation) {
        expr_json(o, e->field->calculation);
        return;
    }
    json(o, "{'op':{},'type':{}", expr_op_words[e->op], type_words[e->type]);
    leaf_json(o, e);
    for (int i = 0; i < e->n; i++) {
        buf_add(o, i ? S(",") : S(",\"args\":["));
        expr_json(o, e->args[i]);
    }
    buf_add(o, e->n ? S("]}") : S("}"));
}
