// What an expression gives for a record: one function per operation.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static ExprValue text_value(Str s)
{
    return (ExprValue){.type = TYPE_TEXT, .empty = !s.n, .text = s};
}

// What cannot be reckoned is empty, not an odd number.
static ExprValue number_value(double d)
{
    return isfinite(d) ? (ExprValue){.type = TYPE_NUMBER, .number = d}
        : (ExprValue){.type = TYPE_NUMBER, .empty = true};
}

static ExprValue bool_value(bool yes)
{
    return (ExprValue){.type = TYPE_BOOL, .number = yes};
}

static ExprValue literal(Arena *a, const Expr *e, const View *on)
{
    (void)a, (void)on;
    return (ExprValue){.type = e->type, .empty = e->op == EXPR_TEXT && !e->text.n,
        .text = e->text, .number = e->number};
}

static const View *view_of(const Expr *e, const View *on)
{
    const View *own = e->hangs ? on->hung : on;
    if (!e->link || !own) return own;
    return own->linked ? own->linked[e->link->at] : 0;
}

static Str raw_value(const Expr *e, const View *on)
{
    const View *view = view_of(e, on);
    if (e->field->at < 0) return view ? view->state : (Str){0};
    return view && view->cells ? view->cells[e->field->at].text : (Str){0};
}

double decimal_of(Str s)
{
    char copy[64] = {0};
    if (s.n >= (isize)sizeof copy) return NAN;
    memcpy(copy, s.p, (size_t)s.n);
    return strtod(copy, 0);
}

static ExprValue day_value(int day)
{
    return (ExprValue){.type = TYPE_DAY, .empty = !day, .number = day};
}

static ExprValue since(Arena *a, const Expr *e, const View *on)
{
    const View *view = view_of(e, on);
    ExprValue v = day_value(view ? view->since : 0);
    if (!v.empty) v.text = day_text(a, view->since);
    v.field = e->field;
    return v;
}

static ExprValue field(Arena *a, const Expr *e, const View *on)
{
    if (e->field->at == AT_SINCE) return since(a, e, on);
    Str raw = raw_value(e, on);
    ExprValue v = {.type = e->type, .empty = !raw.n, .text = raw, .field = e->field};
    if (!raw.n) return v;
    Days days;
    if (e->type == TYPE_NUMBER) {
        v.number = decimal_of(raw);
        v.empty = !isfinite(v.number);
    } else if (e->type == TYPE_DAY) {
        v.empty = !field_days(e->field, view_of(e, on)->type->offset, raw, &days);
        v.number = v.empty ? 0 : days.first;
    }
    return v;
}

static ExprValue today(Arena *a, const Expr *e, const View *on)
{
    (void)a, (void)e;
    return (ExprValue){.type = TYPE_DAY, .empty = !on->today, .number = on->today};
}

static ExprValue is_empty(Arena *a, const Expr *e, const View *on)
{
    return bool_value(expr_value(a, e->args[0], on).empty);
}

static ExprValue or_value(Arena *a, const Expr *e, const View *on)
{
    return bool_value(expr_true(a, e->args[0], on) || expr_true(a, e->args[1], on));
}

static ExprValue and_value(Arena *a, const Expr *e, const View *on)
{
    return bool_value(expr_true(a, e->args[0], on) && expr_true(a, e->args[1], on));
}

static ExprValue not_value(Arena *a, const Expr *e, const View *on)
{
    return bool_value(!expr_true(a, e->args[0], on));
}

static ExprValue compare(Arena *a, const Expr *e, const View *on)
{
    ExprValue one = expr_value(a, e->args[0], on), two = expr_value(a, e->args[1], on);
    if (one.type == TYPE_TEXT) {
        return bool_value(str_equal(one.text, two.text) == (e->op == EXPR_EQ));
    }
    if (one.empty || two.empty) return bool_value(false);
    double x = one.number, y = two.number;
    bool yes = e->op == EXPR_EQ ? x == y : e->op == EXPR_NE ? x != y : e->op == EXPR_LT ? x < y
             : e->op == EXPR_LE ? x <= y : e->op == EXPR_GT ? x > y : x >= y;
    return bool_value(yes);
}

// What is left over has the sign of x; reckoned as the stores and the page's script do.
static double remainder_of(double x, double y)
{
    double times = x / y;
    if (times > -0x1p53 && times < 0x1p53) times = (double)(int64_t)times;
    return x - y * times;
}

static ExprValue arithmetic(Arena *a, const Expr *e, const View *on)
{
    ExprValue one = expr_value(a, e->args[0], on), two = expr_value(a, e->args[1], on);
    double x = one.number, y = two.number;
    if (one.empty || two.empty || ((e->op == EXPR_DIV || e->op == EXPR_MOD) && y == 0)) {
        return number_value(NAN);
    }
    return number_value(e->op == EXPR_ADD ? x + y : e->op == EXPR_SUB ? x - y
        : e->op == EXPR_MUL ? x * y : e->op == EXPR_DIV ? x / y : remainder_of(x, y));
}

static ExprValue negative(Arena *a, const Expr *e, const View *on)
{
    ExprValue v = expr_value(a, e->args[0], on);
    v.number = -v.number;
    return v;
}

static ExprValue selected(Arena *a, const Expr *e, const View *on)
{
    Str rest = raw_value(e->args[0], on), one;
    Str asked = e->args[1]->op == EXPR_CELL ? expr_text(a, e->args[1], on) : e->args[1]->text;
    while (str_word(&rest, &one)) {
        if (str_equal(one, asked)) return bool_value(true);
    }
    return bool_value(false);
}

static ExprValue count_selected(Arena *a, const Expr *e, const View *on)
{
    (void)a;
    Str rest = raw_value(e->args[0], on), one;
    int n = 0;
    while (str_word(&rest, &one)) n++;
    return number_value(n);
}

static ExprValue cell(Arena *a, const Expr *e, const View *on)
{
    (void)a;
    Str text = on->choice ? choice_says(on->choice, e->text) : (Str){0};
    if (e->type == TYPE_NUMBER) return number_value(text.n ? decimal_of(text) : NAN);
    return text_value(text);
}

static ExprValue sum_selected(Arena *a, const Expr *e, const View *on)
{
    (void)a;
    Str rest = raw_value(e->args[0], on), one;
    double sum = 0;
    while (str_word(&rest, &one)) {
        const Choice *c = list_get(e->args[0]->field->list, one);
        Str text = c ? choice_says(c, e->text) : (Str){0};
        if (text.n) sum += decimal_of(text);
    }
    return number_value(sum);
}

static ExprValue if_value(Arena *a, const Expr *e, const View *on)
{
    return expr_value(a, e->args[expr_true(a, e->args[0], on) ? 1 : 2], on);
}

static ExprValue coalesce(Arena *a, const Expr *e, const View *on)
{
    ExprValue one = expr_value(a, e->args[0], on);
    return one.empty ? expr_value(a, e->args[1], on) : one;
}

// Certainly under that age: even born on the first day her birth may mean. Possibly: on the last.
static ExprValue under(Arena *a, const Expr *e, const View *on)
{
    const Expr *birth = e->args[1];
    ExprValue day = expr_value(a, e->args[2], on);
    Str raw = raw_value(birth, on);
    Days born;
    if (day.empty || !raw.n
        || !field_days(birth->field, view_of(birth, on)->type->offset, raw, &born)) {
        return bool_value(false);
    }
    int from = e->op == EXPR_IS_UNDER ? born.first : born.last;
    return bool_value(day.number - from < e->args[0]->number * 10000);
}

// Only whole days and months can be gone; a number that is too large leads nowhere.
static ExprValue later(Arena *a, const Expr *e, const View *on)
{
    ExprValue day = expr_value(a, e->args[0], on), n = expr_value(a, e->args[1], on);
    if (day.empty || n.empty || fabs(n.number) >= 1e9) return day_value(0);
    return day_value((e->op == EXPR_DAY_ADD ? day_add : month_add)((int)day.number, (int)n.number));
}

static ExprValue between(Arena *a, const Expr *e, const View *on)
{
    ExprValue from = expr_value(a, e->args[0], on), to = expr_value(a, e->args[1], on);
    if (from.empty || to.empty) return number_value(NAN);
    return number_value(days_between((int)from.number, (int)to.number));
}

static ExprValue year(Arena *a, const Expr *e, const View *on)
{
    ExprValue day = expr_value(a, e->args[0], on);
    return number_value(day.empty ? NAN : (int)day.number / 10000);
}

// Towards zero, which has no sign of its own.
static ExprValue whole(Arena *a, const Expr *e, const View *on)
{
    ExprValue v = expr_value(a, e->args[0], on);
    return number_value(v.empty ? NAN : trunc(v.number) + 0.0);
}

static ExprValue length(Arena *a, const Expr *e, const View *on)
{
    int n = 0;
    for (Str rest = expr_value(a, e->args[0], on).text; utf8_next(&rest) >= 0;) n++;
    return number_value(n);
}

// In a title the reader's language; rules have no reader, and look at the first that says something.
static ExprValue in_words(Arena *a, const Expr *e, const View *on)
{
    ExprValue v = text_value((Str){0});
    for (int i = 0; i < e->n; i++) {
        ExprValue one = expr_value(a, e->args[i], on);
        bool hers = on->lang && e->args[i]->field->lang == *on->lang;
        if (!one.empty && (v.empty || hers)) v = one;
    }
    return v;
}

static ExprValue amount(Arena *a, const Expr *e, const View *on)
{
    (void)a;
    Str number, currency;
    bool is = money_parts(raw_value(e->args[0], on), &number, &currency) && str_equal(currency, e->text);
    return number_value(is ? decimal_of(number) : NAN);
}

static ExprValue currency(Arena *a, const Expr *e, const View *on)
{
    (void)a;
    Str number, code;
    money_parts(raw_value(e->args[0], on), &number, &code);
    return text_value(code);
}

static ExprValue regex(Arena *a, const Expr *e, const View *on)
{
    bool matches = false;
    Err *err = text_matches(a, e->text, expr_value(a, e->args[0], on).text, &matches);
    return bool_value(!err && matches);
}

// In a title a value stands as people read it.
Str expr_words(Arena *a, const Expr *e, const View *on)
{
    ExprValue v = expr_value(a, e, on);
    return on->lang && v.field ? value_words(a, v.field, on->type->offset, v.text, *on->lang) : v.text;
}

static ExprValue concat(Arena *a, const Expr *e, const View *on)
{
    Str one = expr_words(a, e->args[0], on), two = expr_words(a, e->args[1], on);
    if (!one.n || !two.n) return text_value(one.n ? one : two);
    return text_value(str_join(a, (Str[]){one, two}, 2, S("")));
}

Str somebody_says(const Somebody *who, Str what)
{
    const struct { Str name, says; } known[] = {
        {S("unit"), who->unit}, {S("agency"), who->agency}, {S("kind"), who->kind}, {S("province"), who->province},
        {S("user"), who->user}, {S("role"), who->role},
    };
    for (int i = 0; i < countof(known); i++) {
        if (str_equal(known[i].name, what)) return known[i].says;
    }
    return (Str){0};
}

static ExprValue who(Arena *a, const Expr *e, const View *on)
{
    (void)a;
    const Somebody *one = e->op == EXPR_ME ? on->me : e->op == EXPR_MAKER ? on->maker : on->creator;
    return text_value(one ? somebody_says(one, e->text) : (Str){0});
}

static ExprValue hanging(Arena *a, const Expr *e, const View *on)
{
    must(on->hanging); // the pack's reader lets no expression ask elsewhere
    return on->hanging->ask(on->hanging, a, e, on);
}

static ExprValue (*const values[])(Arena *, const Expr *, const View *) = {
    [EXPR_TEXT] = literal, [EXPR_NUMBER] = literal, [EXPR_BOOL] = literal, [EXPR_DAY] = literal,
    [EXPR_FIELD] = field, [EXPR_TODAY] = today, [EXPR_EMPTY] = is_empty,
    [EXPR_OR] = or_value, [EXPR_AND] = and_value, [EXPR_NOT] = not_value,
    [EXPR_EQ] = compare, [EXPR_NE] = compare, [EXPR_LT] = compare, [EXPR_LE] = compare,
    [EXPR_GT] = compare, [EXPR_GE] = compare,
    [EXPR_ADD] = arithmetic, [EXPR_SUB] = arithmetic, [EXPR_MUL] = arithmetic,
    [EXPR_DIV] = arithmetic,
    [EXPR_MOD] = arithmetic, [EXPR_NEG] = negative,
    [EXPR_SELECTED] = selected, [EXPR_COUNT_SELECTED] = count_selected,
    [EXPR_IF] = if_value, [EXPR_COALESCE] = coalesce, [EXPR_IS_UNDER] = under,
    [EXPR_MAY_BE_UNDER] = under,
    [EXPR_DAY_ADD] = later, [EXPR_MONTH_ADD] = later, [EXPR_DAYS_BETWEEN] = between, [EXPR_YEAR] = year, [EXPR_INT] = whole,
    [EXPR_STRING_LENGTH] = length,
    [EXPR_CELL] = cell, [EXPR_SUM_SELECTED] = sum_selected,
    [EXPR_WORDS] = in_words, [EXPR_AMOUNT] = amount, [EXPR_CURRENCY] = currency,
    [EXPR_REGEX] = regex, [EXPR_CONCAT] = concat, [EXPR_ME] = who, [EXPR_CREATOR] = who, [EXPR_MAKER] = who,
    [EXPR_EXISTS] = hanging, [EXPR_COUNT] = hanging, [EXPR_SUM] = hanging, [EXPR_LATEST] = hanging,
};
_Static_assert(countof(values) == EXPR_OP_COUNT, "every operation gives a value");

ExprValue expr_value(Arena *a, const Expr *e, const View *on)
{
    return values[e->op](a, e, on);
}

Str expr_text(Arena *a, const Expr *e, const View *on)
{
    ExprValue v = expr_value(a, e, on);
    char text[40];
    if (v.empty || v.type == TYPE_TEXT) return v.empty ? (Str){0} : v.text;
    if (v.type == TYPE_DAY) return day_text(a, (int)v.number);
    return str_copy(a, (Str){text, snprintf(text, sizeof text, "%.15g", v.number)});
}

bool expr_true(Arena *a, const Expr *e, const View *on)
{
    ExprValue v = expr_value(a, e, on);
    return v.type == TYPE_BOOL && v.number != 0;
}
