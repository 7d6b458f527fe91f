// XPath as XLSForm's writers write it: what we say in other words is read as that, or told with the words to use.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

// ---- quotes: straight ones, and those that word processors put in their place --------------------------

typedef struct { Str sign; char ends; } Quote; // ends: with any sign of the same
static const Quote quotes[] = {
    {S("'"), '\''}, {S("\""), '"'}, {S("\u2018"), '1'}, {S("\u2019"), '1'}, {S("\u201C"), '2'}, {S("\u201D"), '2'},
};

static const Quote *quote_here(Str s)
{
    for (int i = 0; i < countof(quotes); i++) {
        if (str_starts(s, quotes[i].sign)) return &quotes[i];
    }
    return 0;
}

bool expr_quoted(const ExprReader *r)
{
    return quote_here(str_slice(r->source, r->at, r->source.n));
}

Expr *expr_quote(ExprReader *r)
{
    isize from = r->at;
    const Quote *begun = quote_here(str_slice(r->source, from, r->source.n)), *end = 0;
    isize text = r->at = from + begun->sign.n;
    for (; r->at < r->source.n; r->at++) {
        end = quote_here(str_slice(r->source, r->at, r->source.n));
        if (end && end->ends == begun->ends) break;
        end = 0;
    }
    if (!end) return expr_complain(r, from, message(r->a, "this text has no closing quote."));
    Expr *e = expr_literal(r, EXPR_TEXT, str_slice(r->source, text, r->at), 0);
    r->at += end->sign.n;
    return e;
}

// ---- signs of other languages ------------------------------------------------------------------------------

static const struct { Str said, ours; } signs[] = {
    {S("=="), S("=")}, {S("=>"), S(">=")}, {S("=<"), S("<=")}, {S("<>"), S("!=")}, {S("&&"), S("and")}, {S("||"), S("or")},
    {S("\u2260"), S("!=")}, {S("\u2265"), S(">=")}, {S("\u2264"), S("<=")}, {S("&gt;"), S(">")}, {S("&lt;"), S("<")},
    {S("&amp;"), S("and")}, {S("&"), S("and")}, {S("|"), S("or")}, {S("/"), S("div")}, {S("%"), S("mod")}, {S("\u00D7"), S("*")},
    {S("\u00F7"), S("div")}, {S("\u2013"), S("-")}, {S("\u2014"), S("-")}, {S("\u2212"), S("-")}, {S(";"), S(",")},
};
static const Str small[] = {S("and"), S("or"), S("div"), S("mod")};

bool expr_sign_other(ExprReader *r)
{
    Str s = str_slice(r->source, r->at, r->source.n), said = {0}, ours = {0};
    for (int i = 0; i < countof(signs) && !said.n; i++) {
        if (str_starts(s, signs[i].said)) said = signs[i].said, ours = signs[i].ours;
    }
    for (int i = 0; i < countof(small) && !said.n; i++) {
        Str word = str_slice(s, 0, small[i].n);
        if (name_same(word, small[i]) && !str_equal(word, small[i])) said = word, ours = small[i];
    }
    if (said.n) expr_complain(r, r->at, message(r->a, "write {} here, not {}.", ours, said));
    return said.n > 0;
}

Expr *expr_nowhere(ExprReader *r)
{
    Str s = str_slice(r->source, r->at, r->source.n);
    bool path = str_starts(s, S("/")) || str_starts(s, S("..")) || str_starts(s, S("./"));
    return expr_complain(r, r->at, path
        ? message(r->a, "paths as ../a lead nowhere here; name a field, as ${born}.")
        : message(r->a, "here a field as ${born}, a 'text', a number or a function is missing."));
}

Expr *expr_word_alone(ExprReader *r, Str word, isize at)
{
    return expr_complain(r, at, message(r->a, "'{}' stands alone here; write a field as ${{}}, a text as '{}', a function as {}().",
        word, word, word, word));
}

Expr *expr_no_field(ExprReader *r, const RecordType *on, Str name, isize at)
{
    for (int i = 0; i < on->n; i++) {
        if (name_same(on->fields[i].name, name))
            return expr_complain(r, at, message(r->a, "the record {} has no field '{}'; it has '{}'.", on->name, name, on->fields[i].name));
    }
    return expr_complain(r, at, message(r->a, "the record {} has no field '{}'.", on->name, name));
}

// ---- functions that are not there ------------------------------------------------------------------------------

static const struct { Str name, instead; } others[] = {
    {S("now"), S("today()")}, {S("round"), S("int(${x} + 0.5)")}, {S("floor"), S("int(${x})")}, {S("ceiling"), S("int(${x})")},
    {S("abs"), S("if(${x} < 0, -${x}, ${x})")}, {S("min"), S("if(${x} < ${y}, ${x}, ${y})")},
    {S("max"), S("if(${x} > ${y}, ${x}, ${y})")}, {S("pow"), S("${x} * ${x}")},
    {S("contains"), S("regex(${x}, '.*word.*')")}, {S("starts-with"), S("regex(${x}, 'word.*')")},
    {S("ends-with"), S("regex(${x}, '.*word')")}, {S("substr"), S("regex(${x}, 'word.*')")},
    {S("format-date"), S("year(${on}) or days-between(${from}, ${to})")}, {S("date-time"), S("date('2024-01-31')")},
    {S("decimal-date-time"), S("days-between(${from}, ${to})")}, {S("format-date-time"), S("year(${on})")},
    {S("jr:choice-name"), S("${x}: a title shows a choice in its words")}, {S("selected-at"), S("selected(${x}, 'choice')")},
    {S("boolean"), S("${x} != ''")}, {S("count-non-empty"), S("count(record, ${x} != '')")},
    {S("once"), S("what stands in its brackets: it is reckoned with each saving")},
    {S("number"), S("${x} of a field that is a number, or sum-selected(${choice}, column)")},
};

Expr *expr_unknown(ExprReader *r, Str name, const Str *known, int n, isize at)
{
    for (int i = 0; i < n; i++) {
        if (name_same(known[i], name)) return expr_complain(r, at, message(r->a, "write {}() in small letters, not {}().", known[i], name));
    }
    for (int i = 0; i < countof(others); i++) {
        if (str_equal(others[i].name, name))
            return expr_complain(r, at, message(r->a, "there is no function {}(); write {}.", name, others[i].instead));
    }
    return expr_complain(r, at, message(r->a, "there is no function {}(), and nothing that does its work; there are {}.", name,
        str_join(r->a, known, n, S(" "))));
}

// ---- values ------------------------------------------------------------------------------------------------------

static bool moment(const Expr *e)
{
    return e->op == EXPR_FIELD && e->field->kind == FIELD_MOMENT;
}

// A day less a day is the days between them; a day and a number is a day.
Expr *expr_days(ExprReader *r, ExprOp op, Expr *one, Expr *two, isize at)
{
    if (op == EXPR_SUB && one->type == TYPE_DAY && two->type == TYPE_DAY) {
        if (!moment(one) && !moment(two)) return expr_node(r, EXPR_DAYS_BETWEEN, TYPE_NUMBER, two, one);
        expr_complain(r, at, message(r->a, "hours are not reckoned; of two moments write days-between(${from}, ${to})."));
        return 0;
    }
    bool later = one->type == TYPE_DAY && two->type == TYPE_NUMBER && (op == EXPR_ADD || op == EXPR_SUB);
    if (!later && (op != EXPR_ADD || one->type != TYPE_NUMBER || two->type != TYPE_DAY)) return 0;
    if (!later) return expr_node(r, EXPR_DAY_ADD, TYPE_DAY, two, one);
    return expr_node(r, EXPR_DAY_ADD, TYPE_DAY, one, op == EXPR_ADD ? two : expr_node(r, EXPR_NEG, TYPE_NUMBER, two, 0));
}

// Beside a number, a number in quotes is one.
Expr *expr_as_number(ExprReader *r, Expr *e, const Expr *of)
{
    Str s = e->text;
    bool point = false, good = e->op == EXPR_TEXT && of->type == TYPE_NUMBER && s.n > 0 && s.n < 15 && s.p[0] != '.';
    for (isize i = 0; i < s.n && good; i++) {
        good = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && !point && i + 1 < s.n);
        point = point || s.p[i] == '.';
    }
    return good ? expr_literal(r, EXPR_NUMBER, (Str){0}, decimal_of(s)) : e;
}

// Beside a number or a day, '' is none.
Expr *expr_as_none(ExprReader *r, Expr *e, const Expr *of)
{
    bool blank = e->op == EXPR_TEXT && !e->text.n;
    if (!blank || (of->type != TYPE_NUMBER && of->type != TYPE_DAY)) return e;
    Expr *none = expr_node(r, EXPR_DIV, TYPE_NUMBER, expr_literal(r, EXPR_NUMBER, (Str){0}, 1), expr_literal(r, EXPR_NUMBER, (Str){0}, 0));
    if (of->type == TYPE_NUMBER) return none;
    return expr_node(r, EXPR_DAY_ADD, TYPE_DAY, expr_literal(r, EXPR_DAY, (Str){0}, 20000101), none);
}
