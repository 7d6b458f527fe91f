// The nodes of an expression: what each one takes, and the type it gives.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

const Str expr_op_words[] = {
    [EXPR_TEXT] = S("text"), [EXPR_NUMBER] = S("number"), [EXPR_BOOL] = S("bool"),
    [EXPR_DAY] = S("day"),
    [EXPR_FIELD] = S("field"), [EXPR_TODAY] = S("today"), [EXPR_EMPTY] = S("empty"),
    [EXPR_OR] = S("or"), [EXPR_AND] = S("and"), [EXPR_NOT] = S("not"),
    [EXPR_EQ] = S("eq"), [EXPR_NE] = S("ne"), [EXPR_LT] = S("lt"), [EXPR_LE] = S("le"),
    [EXPR_GT] = S("gt"), [EXPR_GE] = S("ge"),
    [EXPR_ADD] = S("add"), [EXPR_SUB] = S("sub"), [EXPR_MUL] = S("mul"), [EXPR_DIV] = S("div"),
    [EXPR_MOD] = S("mod"), [EXPR_NEG] = S("neg"),
    [EXPR_SELECTED] = S("selected"), [EXPR_COUNT_SELECTED] = S("count-selected"),
    [EXPR_IF] = S("if"), [EXPR_COALESCE] = S("coalesce"),
    [EXPR_IS_UNDER] = S("is-under"), [EXPR_MAY_BE_UNDER] = S("may-be-under"),
    [EXPR_DAY_ADD] = S("day-add"), [EXPR_MONTH_ADD] = S("month-add"), [EXPR_DAYS_BETWEEN] = S("days-between"),
    [EXPR_YEAR] = S("year"), [EXPR_STRING_LENGTH] = S("string-length"),
    [EXPR_CELL] = S("cell"), [EXPR_SUM_SELECTED] = S("sum-selected"),
    [EXPR_REGEX] = S("regex"), [EXPR_CONCAT] = S("concat"), [EXPR_ME] = S("me"), [EXPR_CREATOR] = S("creator"),
    [EXPR_MAKER] = S("maker"),
};
_Static_assert(countof(expr_op_words) == EXPR_OP_COUNT, "every operation has a word");

static const ExprType type_of_kind[] = {
    [FIELD_TEXT] = TYPE_TEXT, [FIELD_NOTE] = TYPE_TEXT, [FIELD_INTEGER] = TYPE_NUMBER,
    [FIELD_DECIMAL] = TYPE_NUMBER,
    [FIELD_DATE] = TYPE_DAY, [FIELD_MOMENT] = TYPE_DAY, [FIELD_CHOICE] = TYPE_TEXT,
    [FIELD_CHOICES] = TYPE_SET,
    [FIELD_LINK] = TYPE_TEXT,
};
_Static_assert(countof(type_of_kind) == FIELD_KIND_COUNT, "every kind has a type");

Expr *expr_complain(ExprReader *r, isize at, Message m)
{
    isize character = 1;
    for (isize i = 0; i < at && i < r->source.n; i++) character += (r->source.p[i] & 0xC0) != 0x80;
    if (!r->err) {
        r->err = fail(r->a, ERR_INPUT, "At character {}: {}", (int64_t)character,
            message_text(r->a, m));
    }
    return 0;
}

static Expr *node(ExprReader *r, ExprOp op, ExprType type, Expr *one, Expr *two)
{
    Expr *e = take(r->a, Expr, 1);
    *e = (Expr){.op = op, .type = type, .args = {one, two}, .n = !!one + !!two};
    return e;
}

Expr *expr_literal(ExprReader *r, ExprOp op, Str text, double number)
{
    ExprType type = op == EXPR_TEXT ? TYPE_TEXT : op == EXPR_NUMBER ? TYPE_NUMBER
        : op == EXPR_BOOL ? TYPE_BOOL : TYPE_DAY;
    Expr *e = node(r, op, type, 0, 0);
    e->text = str_copy(r->a, text);
    e->number = number;
    return e;
}

static Expr *field_node(ExprReader *r, const Field *link, const Field *field)
{
    Expr *e = node(r, EXPR_FIELD, type_of_kind[field->kind], 0, 0);
    e->link = link;
    e->field = field;
    return e;
}

static const Field *field_named(const RecordType *t, Str name)
{
    const Field *f = field_get(t, name);
    return f || !str_equal(name, S("state")) ? f : t->state;
}

Expr *expr_field(ExprReader *r, Str name, isize at)
{
    if (str_equal(name, S("."))) {
        if (r->self) return field_node(r, 0, r->self);
        return expr_complain(r, at,
            message(r->a, "the dot means the field itself, and there is none here."));
    }
    Str own = name, behind = {0};
    bool linked = str_has(name, '.');
    if (linked) {
        own = str_cut(&name, '.');
        behind = name;
    }
    const Field *f = field_named(r->on, own);
    if (!f) {
        return expr_complain(r, at,
            message(r->a, "the record {} has no field '{}'.", r->on->name, own));
    }
    if (!linked) return field_node(r, 0, f);
    if (f->kind != FIELD_LINK || !f->target) {
        return expr_complain(r, at,
            message(r->a, "'{}' is no link, so nothing stands behind it.", own));
    }
    const Field *far = field_named(f->target, behind);
    if (far) return field_node(r, f, far);
    return expr_complain(r, at,
        message(r->a, "the record {} has no field '{}'.", f->target->name, behind));
}

// ---- operators ---------------------------------------------------------------------------------

static bool is_blank_text(const Expr *e)
{
    return e->op == EXPR_TEXT && !e->text.n;
}

// A code that no list has is a slip of the pen that would select nothing for ever.
static bool code_known(ExprReader *r, const Expr *field, const Expr *code, isize at)
{
    if (field->op != EXPR_FIELD || !field->field->list || code->op != EXPR_TEXT) return true;
    const List *list = field->field->list;
    if (!list->n || list_get(list, code->text)) return true;
    expr_complain(r, at, message(r->a, "the list {} of {} has no choice '{}'.", list->name,
        field->field->name, code->text));
    return false;
}

static Expr *empty_node(ExprReader *r, ExprOp op, Expr *of, isize at)
{
    if (of->type == TYPE_BOOL) {
        return expr_complain(r, at, message(r->a, "a yes or no is never empty."));
    }
    Expr *e = node(r, EXPR_EMPTY, TYPE_BOOL, of, 0);
    return op == EXPR_EQ ? e : node(r, EXPR_NOT, TYPE_BOOL, e, 0);
}

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
    Expr *e = node(r, EXPR_CELL, TYPE_TEXT, 0, 0);
    e->text = str_copy(r->a, column);
    return e;
}

// Compared with a number it is one.
static bool cell_fits(ExprReader *r, Expr *cell, const Expr *with, isize at)
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
    Expr *e = node(r, EXPR_SUM_SELECTED, TYPE_NUMBER, of, 0);
    e->text = str_copy(r->a, column);
    return e;
}

static Expr *compare_node(ExprReader *r, ExprOp op, Expr *one, Expr *two, isize at)
{
    bool same = op == EXPR_EQ || op == EXPR_NE;
    if (same && is_blank_text(two)) return empty_node(r, op, one, at);
    if (same && is_blank_text(one)) return empty_node(r, op, two, at);
    if (one->type == TYPE_SET || two->type == TYPE_SET) {
        return expr_complain(r, at,
            message(r->a, "ask a field of several choices with selected(), or = ''."));
    }
    if (one->type == TYPE_BOOL || two->type == TYPE_BOOL) {
        return expr_complain(r, at,
            message(r->a, "a yes or no is not compared; join it with and, or, not()."));
    }
    if (!cell_fits(r, one, two, at) || !cell_fits(r, two, one, at)) return 0;
    one = expr_as_code(r, one, two);
    two = expr_as_code(r, two, one);
    if (one->type != two->type) {
        return expr_complain(r, at,
            message(r->a, "both sides must be of one type; write a date as date('2024-01-31'), "
            "a number without quotes."));
    }
    if (one->type == TYPE_TEXT && !same) {
        return expr_complain(r, at, message(r->a, "texts are compared with = and != only."));
    }
    if (!code_known(r, one, two, at) || !code_known(r, two, one, at)) return 0;
    return node(r, op, TYPE_BOOL, one, two);
}

static bool takes(ExprReader *r, const Expr *one, const Expr *two, ExprType type, isize at)
{
    if (one->type == type && (!two || two->type == type)) return true;
    expr_complain(r, at, type == TYPE_BOOL
        ? message(r->a, "and, or, not() join comparisons, not values.")
        : message(r->a, "only numbers can be reckoned with."));
    return false;
}

Expr *expr_join(ExprReader *r, ExprOp op, Expr *one, Expr *two, isize at)
{
    if (op >= EXPR_EQ && op <= EXPR_GE) return compare_node(r, op, one, two, at);
    ExprType type = op == EXPR_OR || op == EXPR_AND || op == EXPR_NOT ? TYPE_BOOL : TYPE_NUMBER;
    return takes(r, one, two, type, at) ? node(r, op, type, one, two) : 0;
}

// ---- functions ---------------------------------------------------------------------------------

static Expr *true_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)args, (void)n, (void)at;
    return expr_literal(r, EXPR_BOOL, (Str){0}, 1);
}

static Expr *false_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)args, (void)n, (void)at;
    return expr_literal(r, EXPR_BOOL, (Str){0}, 0);
}

static Expr *today_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)args, (void)n, (void)at;
    return node(r, EXPR_TODAY, TYPE_DAY, 0, 0);
}

static Expr *since_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)args, (void)n;
    if (r->on->since) return field_node(r, 0, r->on->since);
    return expr_complain(r, at, message(r->a, "the record {} has no states, so it stands in none since any day.", r->on->name));
}

static Expr *not_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    return expr_join(r, EXPR_NOT, args[0], 0, at);
}

static Expr *date_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    Days days;
    if (args[0]->op == EXPR_TEXT && days_parse(args[0]->text, &days)) {
        return expr_literal(r, EXPR_DAY, (Str){0}, days.first);
    }
    return expr_complain(r, at,
        message(r->a, "date() takes a date in quotes, as in date('2024-01-31')."));
}

static Expr *selected_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    const Field *f = args[0]->op == EXPR_FIELD ? args[0]->field : 0;
    if (!f || !f->list) {
        return expr_complain(r, at, message(r->a, "selected() asks a field of choices."));
    }
    args[1] = expr_as_code(r, args[1], args[0]);
    if (args[1]->op != EXPR_TEXT || !args[1]->text.n) {
        return expr_complain(r, at, message(r->a,
            "selected() takes the choice in quotes, as in selected(${forms}, 'other')."));
    }
    return code_known(r, args[0], args[1], at)
        ? node(r, EXPR_SELECTED, TYPE_BOOL, args[0], args[1]) : 0;
}

static Expr *count_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    if (args[0]->type == TYPE_SET) return node(r, EXPR_COUNT_SELECTED, TYPE_NUMBER, args[0], 0);
    return expr_complain(r, at,
        message(r->a, "count-selected() counts a field of several choices."));
}

static Expr *if_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    if (args[0]->type != TYPE_BOOL) {
        return expr_complain(r, at, message(r->a, "if() begins with a comparison."));
    }
    if (args[1]->type != args[2]->type || args[1]->type == TYPE_SET) {
        return expr_complain(r, at,
            message(r->a, "what if() gives must be of one type, and not several choices."));
    }
    Expr *e = node(r, EXPR_IF, args[1]->type, args[0], args[1]);
    e->args[e->n++] = args[2];
    return e;
}

static Expr *coalesce_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    ExprType type = args[0]->type;
    if (type != args[1]->type || type == TYPE_SET || type == TYPE_BOOL) {
        return expr_complain(r, at,
            message(r->a, "coalesce() takes two texts, two numbers or two dates."));
    }
    return node(r, EXPR_COALESCE, type, args[0], args[1]);
}

// A field of the survey, whose value stands as it was given.
static bool given(const Expr *e)
{
    return e->op == EXPR_FIELD && e->field->at >= 0;
}

static Expr *under_node(ExprReader *r, ExprOp op, Expr **args, isize at)
{
    const Expr *years = args[0];
    bool whole = years->op == EXPR_NUMBER && years->number <= 200
        && years->number == (int)years->number;
    if (!whole) {
        return expr_complain(r, at, message(r->a,
            "the first value is a number of whole years, as in is-under(18, ${born}, ${on})."));
    }
    if (!given(args[1]) || args[1]->type != TYPE_DAY || args[2]->type != TYPE_DAY) {
        return expr_complain(r, at,
            message(r->a, "behind the years stand a date field, the birth, and a date, the day it "
            "is asked for."));
    }
    Expr *e = node(r, op, TYPE_BOOL, args[0], args[1]);
    e->args[e->n++] = args[2];
    return e;
}

static Expr *is_under_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    return under_node(r, EXPR_IS_UNDER, args, at);
}

static Expr *may_be_under_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    return under_node(r, EXPR_MAY_BE_UNDER, args, at);
}

static Expr *later_node(ExprReader *r, ExprOp op, Expr **args, isize at)
{
    if (args[0]->type == TYPE_DAY && args[1]->type == TYPE_NUMBER) return node(r, op, TYPE_DAY, args[0], args[1]);
    return expr_complain(r, at, message(r->a, "{}() takes a date and a number, as in {}(${born}, 30).", expr_op_words[op],
        expr_op_words[op]));
}

static Expr *day_add_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    return later_node(r, EXPR_DAY_ADD, args, at);
}

static Expr *month_add_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    return later_node(r, EXPR_MONTH_ADD, args, at);
}

static Expr *days_between_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    if (args[0]->type == TYPE_DAY && args[1]->type == TYPE_DAY) {
        return node(r, EXPR_DAYS_BETWEEN, TYPE_NUMBER, args[0], args[1]);
    }
    return expr_complain(r, at, message(r->a, "days-between() takes two dates, the earlier one first."));
}

static Expr *year_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    if (args[0]->type == TYPE_DAY) return node(r, EXPR_YEAR, TYPE_NUMBER, args[0], 0);
    return expr_complain(r, at, message(r->a, "year() takes a date."));
}

static Expr *length_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    if (args[0]->type == TYPE_TEXT || given(args[0])) return node(r, EXPR_STRING_LENGTH, TYPE_NUMBER, args[0], 0);
    return expr_complain(r, at, message(r->a, "string-length() takes a text or a field."));
}

static Expr *regex_node(ExprReader *r, Expr **args, int n, isize at)
{
    (void)n;
    bool matches;
    if (args[0]->type != TYPE_TEXT || args[1]->op != EXPR_TEXT) {
        return expr_complain(r, at, message(r->a, "regex() takes a text and a pattern in quotes."));
    }
    Err *err = text_matches(&r->scratch, args[1]->text, S(""), &matches);
    if (err) return expr_complain(r, at, err->message);
    Expr *e = node(r, EXPR_REGEX, TYPE_BOOL, args[0], args[1]);
    e->text = args[1]->text;
    return e;
}

// A field gives its value as it was given, of whatever type; what is reckoned has no one spelling.
static Expr *concat_node(ExprReader *r, Expr **args, int n, isize at)
{
    Expr *e = 0;
    for (int i = 0; i < n; i++) {
        if (args[i]->type != TYPE_TEXT && args[i]->op != EXPR_FIELD) {
            return expr_complain(r, at, message(r->a, "concat() joins texts and fields."));
        }
        e = e ? node(r, EXPR_CONCAT, TYPE_TEXT, e, args[i]) : args[i];
    }
    return n > 1 ? e : node(r, EXPR_CONCAT, TYPE_TEXT, e, expr_literal(r, EXPR_TEXT, (Str){0}, 0));
}

// me(unit): what is asked stands as a bare word.
Expr *expr_who(ExprReader *r, ExprOp op, Str what, isize at)
{
    static const Str asked[] = {S("unit"), S("agency"), S("kind"), S("province"), S("user"), S("role")};
    int known = op == EXPR_ME ? countof(asked) : 4; // the others are known by their unit
    for (int i = 0; i < known; i++) {
        if (!str_equal(asked[i], what)) continue;
        Expr *e = node(r, op, TYPE_TEXT, 0, 0);
        e->text = asked[i];
        return e;
    }
    return expr_complain(r, at, message(r->a, "{}() asks for one of: {}.", expr_op_words[op], str_join(r->a, asked, known, S(" "))));
}

typedef Expr *Maker(ExprReader *r, Expr **args, int n, isize at);
typedef struct { Str name; int least, most; Maker *make; } Function;
static const Function functions[] = {
    {S("true"), 0, 0, true_node},
    {S("false"), 0, 0, false_node},
    {S("today"), 0, 0, today_node},
    {S("state-since"), 0, 0, since_node},
    {S("date"), 1, 1, date_node},
    {S("not"), 1, 1, not_node},
    {S("selected"), 2, 2, selected_node},
    {S("count-selected"), 1, 1, count_node},
    {S("if"), 3, 3, if_node},
    {S("coalesce"), 2, 2, coalesce_node},
    {S("is-under"), 3, 3, is_under_node},
    {S("may-be-under"), 3, 3, may_be_under_node},
    {S("day-add"), 2, 2, day_add_node},
    {S("month-add"), 2, 2, month_add_node},
    {S("days-between"), 2, 2, days_between_node},
    {S("year"), 1, 1, year_node},
    {S("string-length"), 1, 1, length_node},
    {S("regex"), 2, 2, regex_node},
    {S("concat"), 1, 20, concat_node},
};

Expr *expr_call(ExprReader *r, Str name, Expr **args, int n, isize at)
{
    for (int i = 0; i < countof(functions); i++) {
        const Function *f = &functions[i];
        if (!str_equal(f->name, name)) continue;
        if (n >= f->least && n <= f->most) return f->make(r, args, n, at);
        return expr_complain(r, at, message(r->a, "{}() takes {} values, and here are {}.", name,
            f->least == f->most ? say(r->a, "{}", f->least)
            : say(r->a, "{} to {}", f->least, f->most), n));
    }
    return expr_complain(r, at, message(r->a, "there is no function {}().", name));
}
