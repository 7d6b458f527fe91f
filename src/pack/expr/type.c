// The nodes of an expression: what each one takes, and the type it gives.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

const Str expr_op_words[] = {
    [EXPR_TEXT] = S("text"), [EXPR_NUMBER] = S("number"), [EXPR_BOOL] = S("bool"), [EXPR_DAY] = S("day"),
    [EXPR_FIELD] = S("field"), [EXPR_TODAY] = S("today"), [EXPR_EMPTY] = S("empty"),
    [EXPR_OR] = S("or"), [EXPR_AND] = S("and"), [EXPR_NOT] = S("not"),
    [EXPR_EQ] = S("eq"), [EXPR_NE] = S("ne"), [EXPR_LT] = S("lt"), [EXPR_LE] = S("le"), [EXPR_GT] = S("gt"),
    [EXPR_GE] = S("ge"), [EXPR_ADD] = S("add"), [EXPR_SUB] = S("sub"), [EXPR_MUL] = S("mul"), [EXPR_DIV] = S("div"),
    [EXPR_MOD] = S("mod"), [EXPR_NEG] = S("neg"), [EXPR_SELECTED] = S("selected"), [EXPR_COUNT_SELECTED] = S("count-selected"),
    [EXPR_IF] = S("if"), [EXPR_COALESCE] = S("coalesce"), [EXPR_IS_UNDER] = S("is-under"), [EXPR_MAY_BE_UNDER] = S("may-be-under"),
    [EXPR_DAY_ADD] = S("day-add"), [EXPR_MONTH_ADD] = S("month-add"), [EXPR_DAYS_BETWEEN] = S("days-between"),
    [EXPR_YEAR] = S("year"), [EXPR_INT] = S("int"), [EXPR_STRING_LENGTH] = S("string-length"),
    [EXPR_CELL] = S("cell"), [EXPR_SUM_SELECTED] = S("sum-selected"),
    [EXPR_WORDS] = S("words"), [EXPR_AMOUNT] = S("amount"), [EXPR_CURRENCY] = S("currency"),
    [EXPR_REGEX] = S("regex"), [EXPR_CONCAT] = S("concat"), [EXPR_ME] = S("me"), [EXPR_CREATOR] = S("creator"),
    [EXPR_MAKER] = S("maker"), [EXPR_EXISTS] = S("exists"), [EXPR_COUNT] = S("count"), [EXPR_SUM] = S("sum"), [EXPR_LATEST] = S("latest"),
};
_Static_assert(countof(expr_op_words) == EXPR_OP_COUNT, "every operation has a word");

static const ExprType type_of_kind[] = {
    [FIELD_TEXT] = TYPE_TEXT, [FIELD_NOTE] = TYPE_TEXT, [FIELD_INTEGER] = TYPE_NUMBER, [FIELD_DECIMAL] = TYPE_NUMBER,
    [FIELD_DATE] = TYPE_DAY, [FIELD_MOMENT] = TYPE_DAY, [FIELD_CHOICE] = TYPE_TEXT, [FIELD_CHOICES] = TYPE_SET,
    [FIELD_LINK] = TYPE_TEXT, [FIELD_WORDS] = TYPE_TEXT, [FIELD_MONEY] = TYPE_MONEY,
    [FIELD_FILE] = TYPE_FILES, [FIELD_IMAGE] = TYPE_FILES, [FIELD_AUDIO] = TYPE_FILES,
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

Expr *expr_node(ExprReader *r, ExprOp op, ExprType type, Expr *one, Expr *two)
{
    Expr *e = take(r->a, Expr, 1);
    *e = (Expr){.op = op, .type = type, .args = {one, two}, .n = !!one + !!two};
    return e;
}

Expr *expr_literal(ExprReader *r, ExprOp op, Str text, double number)
{
    ExprType type = op == EXPR_TEXT ? TYPE_TEXT : op == EXPR_NUMBER ? TYPE_NUMBER
        : op == EXPR_BOOL ? TYPE_BOOL : TYPE_DAY;
    Expr *e = expr_node(r, op, type, 0, 0);
    e->text = str_copy(r->a, text);
    e->number = number;
    return e;
}

static Expr *field_node(ExprReader *r, const Field *link, const Field *field)
{
    Expr *e = expr_node(r, EXPR_FIELD, type_of_kind[field->kind], 0, 0);
    e->link = link;
    e->field = field;
    e->hangs = r->hangs;
    return e;
}

// Of what hangs, or of the record it hangs on.
static const RecordType *speaks_of(const ExprReader *r)
{
    return r->hangs ? r->hangs->type : r->on;
}

static const Field *field_named(const RecordType *t, Str name)
{
    const Field *f = field_get(t, name);
    return f || !str_equal(name, S("state")) ? f : t->state;
}

static Expr *outer_node(ExprReader *r, const Field *link, const Field *field)
{
    Expr *e = field_node(r, link, field);
    e->hangs = 0;
    return e;
}

static Expr *outer_read(ExprReader *r, Str name, isize at)
{
    const Hanging *hangs = r->hangs;
    if (!hangs) {
        return expr_complain(r, at, message(r->a,
            "'..' is the record on which something hangs, and stands inside exists(), count(), sum() and latest() alone."));
    }
    r->hangs = 0;
    Expr *e = expr_field(r, str_slice(name, 2, name.n), at);
    r->hangs = hangs;
    return e;
}

Expr *expr_field(ExprReader *r, Str name, isize at)
{
    if (str_equal(name, S("."))) {
        if (r->self) return outer_node(r, 0, r->self);
        return expr_complain(r, at,
            message(r->a, "the dot means the field itself, and there is none here."));
    }
    if (str_starts(name, S(".."))) return outer_read(r, name, at);
    Str own = name, behind = {0};
    bool linked = str_has(name, '.');
    if (linked) {
        own = str_cut(&name, '.');
        behind = name;
    }
    const RecordType *on = speaks_of(r);
    const Field *f = field_named(on, own), *words = linked || f ? 0 : words_first(on, own);
    if (words) return expr_several(r, 0, words);
    if (!f) return expr_no_field(r, on, own, at);
    if (!linked) return field_node(r, 0, f);
    if (f->kind != FIELD_LINK || !f->target) {
        return expr_complain(r, at,
            message(r->a, "'{}' is no link, so nothing stands behind it.", own));
    }
    const Field *far = field_named(f->target, behind);
    if (far) return field_node(r, f, far);
    words = words_first(f->target, behind);
    if (words) return expr_several(r, f, words);
    return expr_no_field(r, f->target, behind, at);
}

// ---- operators ---------------------------------------------------------------------------------

static bool is_blank_text(const Expr *e)
{
    return e->op == EXPR_TEXT && !e->text.n;
}

// A code that no list has is a slip of the pen that would select nothing for ever.
static bool code_known(ExprReader *r, const Expr *field, const Expr *code, isize at)
{
    if (field->op == EXPR_LATEST) field = field->args[0];
    bool currency = field->op == EXPR_CURRENCY;
    const Field *f = currency ? field->args[0]->field : field->op == EXPR_FIELD ? field->field : 0;
    const List *list = currency ? f->currencies : f ? f->list : 0;
    if (!list || code->op != EXPR_TEXT) return true;
    if (!list->n || list_get(list, code->text)) return true;
    expr_complain(r, at, message(r->a, "the list {} of {} has no choice '{}'.", list->name,
        f->name, code->text));
    return false;
}

static Expr *empty_node(ExprReader *r, ExprOp op, Expr *of, isize at)
{
    if (of->type == TYPE_BOOL) {
        return expr_complain(r, at, message(r->a, "a yes or no is never empty."));
    }
    Expr *e = expr_node(r, EXPR_EMPTY, TYPE_BOOL, of, 0);
    return op == EXPR_EQ ? e : expr_node(r, EXPR_NOT, TYPE_BOOL, e, 0);
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
    if (one->type == TYPE_MONEY || two->type == TYPE_MONEY) {
        return expr_complain(r, at,
            message(r->a, "money is compared in one currency; write amount(${award}, 'LAK'), or currency(${award})."));
    }
    if (!expr_one_language(r, one, at) || !expr_one_language(r, two, at)) return 0;
    if (one->type == TYPE_BOOL || two->type == TYPE_BOOL) {
        return expr_complain(r, at,
            message(r->a, "a yes or no is not compared; join it with and, or, not()."));
    }
    if (!expr_cell_fits(r, one, two, at) || !expr_cell_fits(r, two, one, at)) return 0;
    one = expr_as_number(r, expr_as_code(r, one, two), two);
    two = expr_as_number(r, expr_as_code(r, two, one), one);
    if (one->type != two->type) {
        return expr_complain(r, at,
            message(r->a, "both sides must be of one type; write a date as date('2024-01-31'), "
            "a number without quotes."));
    }
    if (one->type == TYPE_TEXT && !same) {
        bool chosen = one->op == EXPR_FIELD && one->field->list;
        return expr_complain(r, at, chosen
            ? message(r->a, "a choice is compared with = and != only; give its list a column of numbers, and write "
                "sum-selected(${x}, column).")
            : message(r->a, "texts are compared with = and != only."));
    }
    if (!code_known(r, one, two, at) || !code_known(r, two, one, at)) return 0;
    return expr_node(r, op, TYPE_BOOL, one, two);
}

static bool takes(ExprReader *r, const Expr *one, const Expr *two, ExprType type, isize at)
{
    if (one->type == type && (!two || two->type == type)) return true;
    bool money = one->type == TYPE_MONEY || (two && two->type == TYPE_MONEY);
    expr_complain(r, at, money && type == TYPE_NUMBER
        ? message(r->a, "a sum needs one currency; write amount(${award}, 'LAK').")
        : type == TYPE_BOOL
        ? message(r->a, "and, or, not() join comparisons, not values.")
        : message(r->a, "only numbers can be reckoned with."));
    return false;
}

Expr *expr_join(ExprReader *r, ExprOp op, Expr *one, Expr *two, isize at)
{
    if (op >= EXPR_EQ && op <= EXPR_GE) return compare_node(r, op, one, two, at);
    ExprType type = op == EXPR_OR || op == EXPR_AND || op == EXPR_NOT ? TYPE_BOOL : TYPE_NUMBER;
    Expr *days = two ? expr_days(r, op, one, two, at) : 0;
    if (days || r->err) return days;
    return takes(r, one, two, type, at) ? expr_node(r, op, type, one, two) : 0;
}

// ---- functions ---------------------------------------------------------------------------------

static Expr *true_node(const FunctionCall *call)
{
    return expr_literal(call->r, EXPR_BOOL, (Str){0}, 1);
}

static Expr *false_node(const FunctionCall *call)
{
    return expr_literal(call->r, EXPR_BOOL, (Str){0}, 0);
}

static Expr *today_node(const FunctionCall *call)
{
    return expr_node(call->r, call->op, TYPE_DAY, 0, 0);
}

static Expr *since_node(const FunctionCall *call)
{
    const Expr *link = call->n ? call->args[0] : 0;
    if (link && (link->op != EXPR_FIELD || link->field->kind != FIELD_LINK || link->link)) {
        return expr_complain(call->r, call->at,
            message(call->r->a, "state-since() takes a link of the record, as in state-since(${person}), or nothing."));
    }
    const RecordType *of = link ? link->field->target : speaks_of(call->r);
    if (!of || !of->since) {
        return expr_complain(call->r, call->at, message(call->r->a, "the record {} has no states, so it stands in none since any day.",
            of ? of->name : (Str){0}));
    }
    Expr *e = field_node(call->r, link ? link->field : 0, of->since);
    if (link) e->hangs = link->hangs;
    return e;
}

static Expr *not_node(const FunctionCall *call)
{
    return expr_join(call->r, call->op, call->args[0], 0, call->at);
}

static Expr *date_node(const FunctionCall *call)
{
    Days days;
    if (call->args[0]->type == TYPE_DAY) return call->args[0];
    if (call->args[0]->op == EXPR_TEXT && days_parse(call->args[0]->text, &days)) {
        return expr_literal(call->r, EXPR_DAY, (Str){0}, days.first);
    }
    return expr_complain(call->r, call->at,
        message(call->r->a, "date() takes a date in quotes, as in date('2024-01-31')."));
}

static Expr *selected_node(const FunctionCall *call)
{
    const Field *f = call->args[0]->op == EXPR_FIELD ? call->args[0]->field : 0;
    if (!f || !f->list) {
        return expr_complain(call->r, call->at, message(call->r->a, "selected() asks a field of choices."));
    }
    if (call->args[1]->op == EXPR_CELL) // in a choice_filter: whether this choice is chosen there
        return expr_node(call->r, call->op, TYPE_BOOL, call->args[0], call->args[1]);
    call->args[1] = expr_as_code(call->r, call->args[1], call->args[0]);
    if (call->args[1]->op != EXPR_TEXT || !call->args[1]->text.n) {
        return expr_complain(call->r, call->at, message(call->r->a,
            "selected() takes the choice in quotes, as in selected(${forms}, 'other')."));
    }
    return code_known(call->r, call->args[0], call->args[1], call->at)
        ? expr_node(call->r, call->op, TYPE_BOOL, call->args[0], call->args[1]) : 0;
}

static Expr *count_node(const FunctionCall *call)
{
    if (call->args[0]->type == TYPE_SET) return expr_node(call->r, call->op, TYPE_NUMBER, call->args[0], 0);
    return expr_complain(call->r, call->at,
        message(call->r->a, "count-selected() counts a field of several choices."));
}

static Expr *if_node(const FunctionCall *call)
{
    if (call->args[0]->type != TYPE_BOOL) {
        return expr_complain(call->r, call->at, message(call->r->a, "if() begins with a comparison."));
    }
    call->args[1] = expr_as_none(call->r, call->args[1], call->args[2]);
    call->args[2] = expr_as_none(call->r, call->args[2], call->args[1]);
    if (call->args[1]->type != call->args[2]->type || call->args[1]->type >= TYPE_SET) {
        return expr_complain(call->r, call->at,
            message(call->r->a, "what if() gives must be of one type, and not several choices."));
    }
    Expr *e = expr_node(call->r, call->op, call->args[1]->type, call->args[0], call->args[1]);
    e->args[e->n++] = call->args[2];
    return e;
}

static Expr *coalesce_node(const FunctionCall *call)
{
    ExprType type = call->args[0]->type;
    if (type != call->args[1]->type || type >= TYPE_SET || type == TYPE_BOOL) {
        return expr_complain(call->r, call->at,
            message(call->r->a, "coalesce() takes two texts, two numbers or two dates."));
    }
    return expr_node(call->r, call->op, type, call->args[0], call->args[1]);
}

// A field of the survey, whose value stands as it was given.
static bool given(const Expr *e)
{
    return e->op == EXPR_FIELD && e->field->at >= 0;
}

static Expr *under_node(const FunctionCall *call)
{
    const Expr *years = call->args[0];
    bool whole = years->op == EXPR_NUMBER && years->number <= 200
        && years->number == (int)years->number;
    if (!whole) {
        return expr_complain(call->r, call->at, message(call->r->a,
            "the first value is a number of whole years, as in is-under(18, ${born}, ${on})."));
    }
    if (!given(call->args[1]) || call->args[1]->type != TYPE_DAY || call->args[2]->type != TYPE_DAY) {
        return expr_complain(call->r, call->at,
            message(call->r->a, "behind the years stand a date field, the birth, and a date, the day it "
            "is asked for."));
    }
    Expr *e = expr_node(call->r, call->op, TYPE_BOOL, call->args[0], call->args[1]);
    e->args[e->n++] = call->args[2];
    return e;
}

static Expr *later_node(const FunctionCall *call)
{
    if (call->args[0]->type == TYPE_DAY && call->args[1]->type == TYPE_NUMBER) {
        return expr_node(call->r, call->op, TYPE_DAY, call->args[0], call->args[1]);
    }
    Str name = expr_op_words[call->op];
    return expr_complain(call->r, call->at,
        message(call->r->a, "{}() takes a date and a number, as in {}(${born}, 30).", name, name));
}

static Expr *days_between_node(const FunctionCall *call)
{
    if (call->args[0]->type == TYPE_DAY && call->args[1]->type == TYPE_DAY) {
        return expr_node(call->r, call->op, TYPE_NUMBER, call->args[0], call->args[1]);
    }
    return expr_complain(call->r, call->at, message(call->r->a, "days-between() takes two dates, the earlier one first."));
}

static Expr *year_node(const FunctionCall *call)
{
    if (call->args[0]->type == TYPE_DAY) return expr_node(call->r, call->op, TYPE_NUMBER, call->args[0], 0);
    return expr_complain(call->r, call->at, message(call->r->a, "year() takes a date."));
}

static Expr *int_node(const FunctionCall *call)
{
    if (call->args[0]->type == TYPE_NUMBER) return expr_node(call->r, call->op, TYPE_NUMBER, call->args[0], 0);
    return expr_complain(call->r, call->at, message(call->r->a, "int() takes a number."));
}

static Expr *length_node(const FunctionCall *call)
{
    if (!expr_one_language(call->r, call->args[0], call->at)) return 0;
    if (call->args[0]->type == TYPE_TEXT || given(call->args[0])) return expr_node(call->r, call->op, TYPE_NUMBER, call->args[0], 0);
    return expr_complain(call->r, call->at, message(call->r->a, "string-length() takes a text or a field."));
}

static Expr *regex_node(const FunctionCall *call)
{
    bool matches;
    if (!expr_one_language(call->r, call->args[0], call->at)) return 0;
    if (call->args[0]->type != TYPE_TEXT || call->args[1]->op != EXPR_TEXT) {
        return expr_complain(call->r, call->at, message(call->r->a, "regex() takes a text and a pattern in quotes."));
    }
    Err *err = text_matches(&call->r->scratch, call->args[1]->text, S(""), &matches);
    if (err) return expr_complain(call->r, call->at, err->message);
    Expr *e = expr_node(call->r, call->op, TYPE_BOOL, call->args[0], call->args[1]);
    e->text = call->args[1]->text;
    return e;
}

// A field gives its value as it was given, of whatever type; what is reckoned has no one spelling.
static Expr *concat_node(const FunctionCall *call)
{
    Expr *e = 0;
    for (int i = 0; i < call->n; i++) {
        if (!expr_no_files(call->r, call->args[i], call->at)) return 0;
        if (call->args[i]->type != TYPE_TEXT && call->args[i]->op != EXPR_FIELD) {
            return expr_complain(call->r, call->at, message(call->r->a, "concat() joins texts and fields."));
        }
        e = e ? expr_node(call->r, call->op, TYPE_TEXT, e, call->args[i]) : call->args[i];
    }
    return call->n > 1 ? e : expr_node(call->r, call->op, TYPE_TEXT, e, expr_literal(call->r, EXPR_TEXT, (Str){0}, 0));
}

static Expr *string_node(const FunctionCall *call)
{
    return call->args[0]->type == TYPE_TEXT ? call->args[0] : concat_node(call);
}

// me(unit): what is asked stands as a bare word.
Expr *expr_who(ExprReader *r, ExprOp op, Str what, isize at)
{
    static const Str asked[] = {S("unit"), S("agency"), S("kind"), S("province"), S("user"), S("role")};
    int known = op == EXPR_ME ? countof(asked) : 4; // the others are known by their unit
    for (int i = 0; i < known; i++) {
        if (!str_equal(asked[i], what)) continue;
        Expr *e = expr_node(r, op, TYPE_TEXT, 0, 0);
        e->text = asked[i];
        e->hangs = r->hangs;
        return e;
    }
    return expr_complain(r, at, message(r->a, "{}() asks for one of: {}.", expr_op_words[op], str_join(r->a, asked, known, S(" "))));
}

typedef Expr *Maker(const FunctionCall *call);
typedef struct { Str name; ExprOp op; int least, most; Maker *make; } Function;
static const Function functions[] = {
    {S("true"), EXPR_BOOL, 0, 0, true_node},
    {S("false"), EXPR_BOOL, 0, 0, false_node},
    {S("today"), EXPR_TODAY, 0, 0, today_node},
    {S("state-since"), EXPR_FIELD, 0, 1, since_node},
    {S("date"), EXPR_DAY, 1, 1, date_node},
    {S("not"), EXPR_NOT, 1, 1, not_node},
    {S("selected"), EXPR_SELECTED, 2, 2, selected_node},
    {S("count-selected"), EXPR_COUNT_SELECTED, 1, 1, count_node},
    {S("if"), EXPR_IF, 3, 3, if_node},
    {S("coalesce"), EXPR_COALESCE, 2, 2, coalesce_node},
    {S("is-under"), EXPR_IS_UNDER, 3, 3, under_node},
    {S("may-be-under"), EXPR_MAY_BE_UNDER, 3, 3, under_node},
    {S("day-add"), EXPR_DAY_ADD, 2, 2, later_node},
    {S("month-add"), EXPR_MONTH_ADD, 2, 2, later_node},
    {S("days-between"), EXPR_DAYS_BETWEEN, 2, 2, days_between_node},
    {S("year"), EXPR_YEAR, 1, 1, year_node},
    {S("int"), EXPR_INT, 1, 1, int_node},
    {S("string-length"), EXPR_STRING_LENGTH, 1, 1, length_node},
    {S("amount"), EXPR_AMOUNT, 2, 2, expr_amount},
    {S("currency"), EXPR_CURRENCY, 1, 1, expr_currency},
    {S("regex"), EXPR_REGEX, 2, 2, regex_node},
    {S("concat"), EXPR_CONCAT, 1, 20, concat_node},
    {S("string"), EXPR_CONCAT, 1, 1, string_node},
};

Expr *expr_call(ExprReader *r, Str name, Expr **args, int n, isize at)
{
    for (int i = 0; i < countof(functions); i++) {
        const Function *f = &functions[i];
        if (!str_equal(f->name, name)) continue;
        if (n >= f->least && n <= f->most) return f->make(&(FunctionCall){r, f->op, args, n, at});
        return expr_complain(r, at, message(r->a, "{}() takes {} values, and here are {}.", name,
            f->least == f->most ? say(r->a, "{}", f->least)
            : say(r->a, "{} to {}", f->least, f->most), n));
    }
    static const Str read_apart[] = {S("sum-selected"), S("exists"), S("count"), S("sum"), S("latest")};
    Str known[countof(functions) + countof(read_apart)];
    for (int i = 0; i < countof(known); i++) {
        known[i] = i < countof(functions) ? functions[i].name : read_apart[i - countof(functions)];
    }
    return expr_unknown(r, name, known, countof(known), at);
}
