// What hangs on a record as SQL: beside each row that is selected, or on one that is given, when a rule asks.
// SPDX-License-Identifier: Apache-2.0
#include "register/condition/reader.h"

// Rows that are not hers do not count, nor those of which something is closed to her that is asked here.
static void hers_add(Reader *r, const Expr *e, Where *w)
{
    const RecordType *t = e->hangs->type;
    May what = r->with->what;
    if (r->with->whole) return;
    Where open = where_begin(r->s->a);
    bool asks = what == MAY_READ && open_of_hanging(r->s, &open, e);
    if (may_all(&r->s->user, t, what) && !asks) return;
    where_add(w, " and exists (select 1 from {} t where t.row = h.row and ", VALS((Name){t->name}));
    where_sql(w, scope_rows(r->s, t, what));
    where_sql(w, where_end(&open));
    where_add(w, ")", VALS());
}

// On whom it hangs; and beside it, not it itself.
static void whose(const Reader *r, const Hanging *h, Where *w)
{
    where_add(w, " where h.{} = ", VALS((Name){h->link->name}));
    if (r->on) where_add(w, "?", VALS(h->through ? r->on->cells[h->through->at].row : r->row));
    else where_add(w, "t.{}", VALS((Name){h->through ? h->through->name : S("row")}));
    if (!h->through || h->type != r->t) return;
    if (r->on) where_add(w, " and h.row <> ?", VALS(r->row));
    else where_add(w, " and h.row <> t.row", VALS());
}

// ` from "service" h … where h."case" = t.row and …`: the link's index leads to them.
static void rows_add(Reader *r, const Expr *e, Where *w)
{
    const Hanging *h = e->hangs;
    int at = e->op == EXPR_SUM || e->op == EXPR_LATEST;
    Where such = where_begin(r->s->a), *outer = r->w;
    r->w = &such;
    if (at < e->n) filter(r, e->args[at]);
    r->w = outer;
    where_add(w, " from {} h", VALS((Name){h->type->name}));
    where_sql(w, condition_joins(r->inner));
    whose(r, h, w);
    hers_add(r, e, w);
    if (at == e->n) return;
    where_add(w, " and (", VALS());
    where_sql(w, where_end(&such));
    where_add(w, ")", VALS());
}

static Sql value_of(Reader *r, const Expr *e)
{
    Where value = where_begin(r->s->a), *outer = r->w;
    r->w = &value;
    if (e->op == EXPR_SUM || e->op == EXPR_LATEST) exact(r, e->args[0]);
    r->w = outer;
    return where_end(&value);
}

// As lists have it: the newest by its own day, those without one last, else what was written last.
static void newest_first(const RecordType *t, Where *w)
{
    where_add(w, " order by ", VALS());
    if (t->day >= 0) where_add(w, "coalesce(h.\"{}_day\", 0) desc, ", VALS(t->fields[t->day].name));
    where_add(w, "h.row desc limit 1", VALS());
}

static void question(Reader *r, const Expr *e, Where *w)
{
    Sql value = value_of(r, e); // before its joins are written
    if (e->op == EXPR_EXISTS) where_add(w, "exists (select 1", VALS());
    if (e->op == EXPR_COUNT) where_add(w, "cast((select count(*)", VALS());
    if (e->op == EXPR_SUM) where_add(w, "coalesce((select sum(x.v) from (select ", VALS());
    if (e->op == EXPR_LATEST) where_add(w, e->type == TYPE_TEXT ? "coalesce((select " : "(select ", VALS());
    where_sql(w, value);
    if (e->op == EXPR_SUM) where_add(w, " as v", VALS());
    rows_add(r, e, w);
    if (e->op == EXPR_EXISTS) where_add(w, ")", VALS());
    if (e->op == EXPR_COUNT) where_add(w, ") as double precision)", VALS());
    if (e->op == EXPR_SUM) where_add(w, " order by h.row) x), cast(0 as double precision))", VALS()); // in one order on both stores
    if (e->op != EXPR_LATEST) return;
    newest_first(e->hangs->type, w);
    where_add(w, e->type == TYPE_TEXT ? "), '')" : ")", VALS());
}

void hanging_sql(Reader *r, const Expr *e)
{
    Condition inner = {.what = r->with->what, .own = S("h")}, *before = r->inner;
    Where w = where_begin(r->s->a);
    r->inner = &inner;
    question(r, e, &w);
    r->inner = before;
    where_sql(r->w, where_end(&w));
}

// ---- of one record, for its rules ------------------------------------------------------------------------

static ExprValue value_read(Arena *a, const Expr *e, Val v)
{
    ExprValue out = {.type = e->type};
    if (e->type == TYPE_TEXT) {
        out.text = str_copy(a, val_text(a, v));
        out.empty = !out.text.n;
        return out;
    }
    out.empty = v.kind == VAL_NULL;
    out.number = v.kind == VAL_REAL ? v.d : v.kind == VAL_INT ? (double)v.i : 0;
    return out;
}

static ExprValue of_nothing(const Expr *e)
{
    return (ExprValue){.type = e->type, .empty = e->op == EXPR_LATEST};
}

// What hangs there beside it is counted by one save at a time.
static Err *whole_lock(Store *s, const Field *through, int64_t row)
{
    if (!through || !s->head || !db_locks(s->db).n) return 0;
    return sql(s->db, s->a, 0, "select 1 from {} where row = $1{}", (Name){through->target->name}, row, (Sql){.text = db_locks(s->db)});
}

// Rules and effects see all rows, whoever saves, and what was written in this saving.
Err *hanging_ask(Store *s, const Expr *e, int64_t row, const View *on, Arena *a, ExprValue *out)
{
    Store whole = *s;
    Condition none = {0};
    Where w = where_begin(s->a);
    Rows q;
    const Field *through = e->hangs->through;
    int64_t whom = through ? on->cells[through->at].row : row;
    *out = of_nothing(e);
    if (whom <= 0) return 0;
    TRY(whole_lock(s, through, whom));
    whole.user = user_operator();
    Reader r = {.s = &whole, .t = on->type, .with = &none, .w = &w, .on = on, .row = row};
    if (e->op == EXPR_EXISTS) put(&r, "case when ");
    hanging_sql(&r, e);
    if (e->op == EXPR_EXISTS) put(&r, " then 1 else 0 end");
    if (r.e) return r.e;
    if (s->head) s->head->looked = true;
    TRY(sql(s->db, s->a, &q, "select {}", where_end(&w)));
    must(rows_next(&q));
    *out = value_read(a, e, next_val(&q));
    return 0;
}
