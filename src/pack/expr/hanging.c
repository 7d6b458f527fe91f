// What hangs on a record: exists(), count(), sum() and latest(), and what they take.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static Expr *not_hanging(ExprReader *r, const RecordType *t, const RecordType *on, Str link, isize at)
{
    if (!link.n) return expr_complain(r, at, message(r->a, "no link of {} names a {}, so none hangs on it.", t->name, on->name));
    return expr_complain(r, at, message(r->a, "'{}' is no link of {} that names a {}.", link, t->name, on->name));
}

static bool names_it(const RecordType *on, const Field *f)
{
    return f && f->kind == FIELD_LINK && f->target == on;
}

// `${house}.`: what is asked hangs on the record that this link names. False: it is told.
static bool through_read(ExprReader *r, ExprOp op, const Field **out, isize at)
{
    *out = 0;
    if (!expr_sign(r, S("${"))) return true;
    Str name = expr_bare(r);
    const Field *f = field_get(r->on, name);
    if (!expr_sign(r, S("}")) || !expr_sign(r, S("."))) { // as XLSForm has it over a repeat
        expr_complain(r, at, message(r->a, "{}() begins with the name of a record, not with a field. The rows of a repeat are a record, "
            "as in {}({}_rows…), and are asked as they stood before this saving.", expr_op_words[op], expr_op_words[op], r->on->name));
    } else if (!f || f->kind != FIELD_LINK || !f->target) {
        expr_complain(r, at, message(r->a, "'{}' is no link of {}, so nothing hangs on what it names.", name, r->on->name));
    } else {
        *out = f;
        return true;
    }
    return false;
}

// `service`, by its first link to the record; or `service.person`, by that one.
static const Hanging *hanging_read(ExprReader *r, ExprOp op, isize at)
{
    const Field *through;
    if (!through_read(r, op, &through, at)) return 0;
    Str name = expr_bare(r), link = expr_sign(r, S(".")) ? expr_bare(r) : (Str){0};
    const RecordType *t = r->on->pack ? record_type(r->on->pack, name) : 0, *on = through ? through->target : r->on;
    if (!t) {
        expr_complain(r, at, message(r->a, "{}() begins with the name of a record, as in {}({}…), and there is none named '{}'.",
            expr_op_words[op], expr_op_words[op], r->on->name, name));
        return 0;
    }
    const Field *f = link.n ? field_get(t, link) : 0;
    for (int i = 0; !link.n && !f && i < t->n; i++) f = names_it(on, &t->fields[i]) ? &t->fields[i] : 0;
    if (!names_it(on, f)) {
        not_hanging(r, t, on, link, at);
        return 0;
    }
    Hanging *h = take(r->a, Hanging, 1);
    *h = (Hanging){t, f, through};
    return h;
}

// A field's bare name, or an expression that gives one value.
static Expr *value_read(ExprReader *r, ExprOp op, isize at)
{
    ExprReader ahead = *r;
    expr_sign(&ahead, S("")); // past blanks
    Str word = expr_quoted(&ahead) ? (Str){0} : expr_bare(&ahead);
    bool bare = word.n && !(word.p[0] >= '0' && word.p[0] <= '9') && (expr_sign(&ahead, S(",")) || expr_sign(&ahead, S(")")));
    if (bare) expr_bare(r);
    Expr *e = bare ? expr_field(r, word, at) : expr_read(r);
    if (!e || (op == EXPR_SUM ? e->type == TYPE_NUMBER : e->type <= TYPE_DAY)) return e;
    return expr_complain(r, at, op == EXPR_SUM ? message(r->a, "sum() adds up numbers, as in sum(service, hours).")
        : message(r->a, "latest() gives a text, a number or a date, not a yes or no, nor several choices."));
}

static Expr *condition_read(ExprReader *r, ExprOp op, isize at)
{
    Expr *e = expr_read(r);
    if (!e || e->type == TYPE_BOOL) return e;
    return expr_complain(r, at, message(r->a, "the last value that {}() takes is a condition: a comparison.", expr_op_words[op]));
}

static bool inside_read(ExprReader *r, ExprOp op, Expr *e, isize at)
{
    bool value = op == EXPR_SUM || op == EXPR_LATEST;
    if (value) {
        if (!expr_sign(r, S(","))) {
            expr_complain(r, at, message(r->a, "{}() takes a record and what of it is asked, as in {}(service, hours).", expr_op_words[op],
                expr_op_words[op]));
            return false;
        }
        e->args[e->n] = value_read(r, op, at);
        if (!e->args[e->n++]) return false;
        e->type = op == EXPR_LATEST ? e->args[0]->type : e->type;
    }
    if (expr_sign(r, S(","))) {
        e->args[e->n] = condition_read(r, op, at);
        if (!e->args[e->n++]) return false;
    }
    if (expr_sign(r, S(")"))) return true;
    expr_complain(r, r->at, message(r->a, "here a {} is missing.", S(")")));
    return false;
}

// The register asks its store for it, wherever the expression stands: so it must select rows.
Expr *expr_hanging(ExprReader *r, ExprOp op, isize at)
{
    const List *list = r->list;
    if (r->hangs) {
        return expr_complain(r, at, message(r->a, "{}() cannot stand inside another one: only what hangs on the record itself is asked.",
            expr_op_words[op]));
    }
    const Hanging *h = hanging_read(r, op, at);
    if (!h) return 0;
    Expr *e = expr_node(r, op, op == EXPR_EXISTS ? TYPE_BOOL : TYPE_NUMBER, 0, 0);
    e->hangs = r->hangs = h;
    r->list = 0;
    bool good = inside_read(r, op, e, at);
    r->hangs = 0;
    r->list = list;
    if (!good) return 0;
    if (expr_selects_rows(e)) return e;
    return expr_complain(r, at, message(r->a, "what {}() looks at selects rows: no field of class identity, no regex(), concat() or "
        "sum-selected(), and not nested too deep.", expr_op_words[op]));
}
