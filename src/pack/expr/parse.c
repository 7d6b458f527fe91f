// Reads an expression: its words, and what binds to what.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include <stdlib.h>

enum { LENGTH_MOST = 4096, DEPTH_MOST = 50, DIGITS_MOST = 15, ARGUMENTS_MOST = 20 };

static void blanks(ExprReader *r)
{
    while (r->at < r->source.n && strchr(" \t\r\n", r->source.p[r->at])) r->at++;
}

static Str rest(const ExprReader *r)
{
    return str_slice(r->source, r->at, r->source.n);
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// The word that begins here: of letters, digits and '-', as the functions' names are; XLSForm has one that begins with jr:.
static Str word_here(const ExprReader *r)
{
    Str s = rest(r);
    isize n = str_starts(s, S("jr:")) ? 3 : 0;
    while (n < s.n && (letter(s.p[n]) || (n && (digit(s.p[n]) || s.p[n] == '-')))) n++;
    return str_slice(s, 0, n);
}

bool expr_sign(ExprReader *r, Str what)
{
    blanks(r);
    if (!str_starts(rest(r), what)) return false;
    r->at += what.n;
    return true;
}

static bool word(ExprReader *r, Str what)
{
    blanks(r);
    if (!str_equal(word_here(r), what)) return false;
    r->at += what.n;
    return true;
}

static bool needs(ExprReader *r, Str what)
{
    if (expr_sign(r, what)) return true;
    expr_complain(r, r->at, message(r->a, "here a {} is missing.", what));
    return false;
}

static Expr *number_read(ExprReader *r)
{
    char copy[DIGITS_MOST + 2] = {0};
    isize from = r->at, n = 0;
    bool point = false;
    while (r->at < r->source.n
        && (digit(r->source.p[r->at]) || (r->source.p[r->at] == '.' && !point))) {
        point = point || r->source.p[r->at] == '.';
        if (n - point == DIGITS_MOST) {
            return expr_complain(r, from,
                message(r->a, "a number has {} digits at most.", DIGITS_MOST));
        }
        copy[n++] = r->source.p[r->at++];
    }
    return expr_literal(r, EXPR_NUMBER, (Str){0}, strtod(copy, 0));
}

static Expr *name_read(ExprReader *r)
{
    isize from = r->at;
    r->at += 2;
    Str s = rest(r);
    if (!str_has(s, '}')) {
        return expr_complain(r, from,
            message(r->a, "this field has no closing bracket, as in ${born}."));
    }
    Str name = str_cut(&s, '}');
    r->at += name.n + 1;
    return expr_field(r, str_trim(name), from);
}

static Expr *who_read(ExprReader *r, ExprOp op, isize from)
{
    blanks(r);
    Str what = word_here(r);
    r->at += what.n;
    return needs(r, S(")")) ? expr_who(r, op, what, from) : 0;
}

// A choice's column stands as a bare word, or in quotes.
Str expr_bare(ExprReader *r)
{
    blanks(r);
    Str s = rest(r);
    isize n = 0;
    while (n < s.n && (letter(s.p[n]) || digit(s.p[n]) || s.p[n] == '_')) n++;
    r->at += n;
    if (n || !expr_quoted(r)) return str_slice(s, 0, n);
    Expr *quoted = expr_quote(r);
    return quoted ? quoted->text : (Str){0};
}

static Expr *sum_read(ExprReader *r, isize from)
{
    Expr *of = expr_read(r);
    if (!of || !needs(r, S(","))) return 0;
    Str column = expr_bare(r);
    return needs(r, S(")")) ? expr_sum(r, of, column, from) : 0;
}

// Since when the record stands in its state on which this one hangs.
static Expr *outer_since_read(ExprReader *r, isize from)
{
    const Hanging *hangs = r->hangs;
    if (!hangs || !expr_sign(r, S(".."))) return 0;
    r->hangs = 0;
    Expr *e = needs(r, S(")")) ? expr_call(r, S("state-since"), 0, 0, from) : 0;
    r->hangs = hangs;
    return e;
}

static Expr *call_read(ExprReader *r)
{
    isize from = r->at;
    Str name = word_here(r);
    Expr *args[ARGUMENTS_MOST];
    int n = 0;
    r->at += name.n;
    if (!expr_sign(r, S("("))) return expr_word_alone(r, name, from);
    if (str_equal(name, S("me"))) return who_read(r, EXPR_ME, from);
    if (str_equal(name, S("creator"))) return who_read(r, EXPR_CREATOR, from);
    if (str_equal(name, S("maker"))) return who_read(r, EXPR_MAKER, from);
    if (str_equal(name, S("sum-selected"))) return sum_read(r, from);
    for (ExprOp op = EXPR_EXISTS; op <= EXPR_LATEST; op++) {
        if (str_equal(name, expr_op_words[op])) return expr_hanging(r, op, from);
    }
    if (str_equal(name, S("state-since")) && str_starts(rest(r), S(".."))) return outer_since_read(r, from);
    if (!expr_sign(r, S(")"))) {
        do {
            if (n == ARGUMENTS_MOST) {
                return expr_complain(r, from, message(r->a, "{}() takes fewer values.", name));
            }
            args[n] = expr_read(r);
            if (!args[n++]) return 0;
        } while (expr_sign(r, S(",")));
        if (!needs(r, S(")"))) return 0;
    }
    return expr_call(r, name, args, n, from);
}

// A word that calls nothing is a column of the choice asked about.
static bool calls(const ExprReader *r)
{
    Str s = rest(r);
    isize n = word_here(r).n;
    while (n < s.n && strchr(" \t\r\n", s.p[n])) n++;
    return n < s.n && s.p[n] == '(';
}

static Expr *primary_read(ExprReader *r)
{
    blanks(r);
    Str s = rest(r);
    isize from = r->at;
    char c = s.n ? *s.p : 0;
    if (expr_quoted(r)) return expr_quote(r);
    if (digit(c)) return number_read(r);
    if (str_starts(s, S("${"))) return name_read(r);
    if (letter(c) && r->list && !calls(r)) return expr_cell(r, expr_bare(r), from);
    if (letter(c)) return call_read(r);
    if (str_starts(s, S("..")) || str_starts(s, S("./"))) return expr_nowhere(r);
    if (expr_sign(r, S("."))) return expr_field(r, S("."), r->at - 1);
    if (expr_sign(r, S("("))) {
        Expr *inside = expr_read(r);
        return inside && needs(r, S(")")) ? inside : 0;
    }
    return expr_nowhere(r);
}

static Expr *minus_read(ExprReader *r)
{
    int minuses = 0;
    isize from = r->at;
    while (expr_sign(r, S("-"))) minuses++;
    Expr *e = primary_read(r);
    if (minuses > DEPTH_MOST) {
        return expr_complain(r, from, message(r->a, "there are too many signs here."));
    }
    while (e && minuses-- > 0) e = expr_join(r, EXPR_NEG, e, 0, from);
    blanks(r);
    return e && expr_sign_other(r) ? 0 : e;
}

typedef struct { Str sign; ExprOp op; } Binary;
// From the loosest to the tightest; what is longer stands first.
static const Binary levels[][5] = {
    {{S("or"), EXPR_OR}},
    {{S("and"), EXPR_AND}},
    {{S("="), EXPR_EQ}, {S("!="), EXPR_NE}},
    {{S("<="), EXPR_LE}, {S(">="), EXPR_GE}, {S("<"), EXPR_LT}, {S(">"), EXPR_GT}},
    {{S("+"), EXPR_ADD}, {S("-"), EXPR_SUB}},
    {{S("*"), EXPR_MUL}, {S("div"), EXPR_DIV}, {S("mod"), EXPR_MOD}},
};

static bool operator_read(ExprReader *r, const Binary *level, ExprOp *op)
{
    for (int i = 0; level[i].sign.n; i++) {
        bool here = letter(*level[i].sign.p) ? word(r, level[i].sign) : expr_sign(r, level[i].sign);
        *op = level[i].op;
        if (here) return true;
    }
    return false;
}

// Climbs the levels with a loop of its own for each: what stands left binds first.
static Expr *level_read(ExprReader *r, int level)
{
    if (level == countof(levels)) return minus_read(r);
    Expr *one = level_read(r, level + 1);
    blanks(r);
    isize at = r->at;
    ExprOp op;
    while (one && operator_read(r, levels[level], &op)) {
        Expr *two = level_read(r, level + 1);
        one = two ? expr_join(r, op, one, two, at) : 0;
        blanks(r);
        at = r->at;
    }
    return one;
}

Expr *expr_read(ExprReader *r)
{
    if (++r->depth > DEPTH_MOST) {
        return expr_complain(r, r->at,
            message(r->a, "brackets stand {} deep at most.", DEPTH_MOST));
    }
    Expr *e = level_read(r, 0);
    r->depth--;
    return e;
}

static int depth_of(const Expr *e)
{
    int most = 0;
    for (int i = 0; i < e->n; i++) {
        int depth = depth_of(e->args[i]);
        if (depth > most) most = depth;
    }
    return most + 1;
}

static Err *parse(ExprReader r, const Expr **out)
{
    Arena *a = r.a;
    Str source = r.source;
    if (source.n > LENGTH_MOST) {
        return fail(a, ERR_INPUT, "An expression has {} characters at most.", LENGTH_MOST);
    }
    Expr *e = expr_read(&r);
    blanks(&r);
    if (e && r.at < source.n) {
        e = expr_complain(&r, r.at, message(a, "the expression ought to end here, or go on with and, or, = or another sign."));
    }
    if (e && depth_of(e) > DEPTH_MOST) {
        e = expr_complain(&r, 0, message(a,
            "the expression is nested more than {} deep; say it with fewer parts.", DEPTH_MOST));
    }
    *out = e;
    return e ? 0 : r.err;
}

Err *expr_parse(Arena *a, Arena scratch, Str source, const RecordType *on, const Field *self, const Expr **out)
{
    return parse((ExprReader){.a = a, .scratch = scratch, .source = source, .on = on, .self = self}, out);
}

Err *expr_parse_choice(Arena *a, Arena scratch, Str source, const RecordType *on, const Field *self, const Expr **out)
{
    const List *list = self->list ? self->list : self->known;
    return parse((ExprReader){.a = a, .scratch = scratch, .source = source, .on = on, .self = self, .list = list}, out);
}
