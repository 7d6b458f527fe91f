// What tests of the readers of expressions share: chance, what a store says, what the page's script is asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/register_test.h"
#include <math.h>

// ---- chance: the same every time --------------------------------------------------------------------

typedef struct { uint64_t state; Arena *a; } Chance;

static inline int drawn(Chance *c, int n)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((c->state >> 33) % (uint64_t)n);
}

static inline const char *one_of(Chance *c, const char *const *all, int n)
{
    return all[drawn(c, n)];
}
#define ONE_OF(c, ...) one_of((c), (const char *const[]){__VA_ARGS__}, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

// ---- what the stores say -----------------------------------------------------------------------------------

typedef struct { Record *r; View view; } Asked;

static inline void rows_asked(Store *s, const Expr *e, bool as_filter, Val *out, const Asked *all, int n)
{
    Condition with = {0};
    const RecordType *t = all[0].r->type;
    Sql said;
    Rows q;
    Err *err = as_filter ? condition_sql(s, t, e, &with, &said) : condition_number(s, t, e, &with, &said);
    must_work(s->a, err);
    Name table = {t->name};
    Sql joins = condition_joins(&with);
    err = as_filter ? sql(s->db, s->a, &q, "select t.row, 1 from {} t{} where true and {}", table, joins, said)
        : sql(s->db, s->a, &q, "select t.row, {} from {} t{}", said, table, joins);
    must_work(s->a, err);
    for (int i = 0; i < n; i++) out[i] = as_filter ? val_int(0) : (Val){0};
    while (rows_next(&q)) {
        int64_t row = next_int(&q);
        Val v = next_val(&q);
        for (int i = 0; i < n; i++) {
            if (all[i].r->row == row) out[i] = v;
        }
    }
}

static inline bool near(double one, double two)
{
    double apart = fabs(one - two), most = fabs(one) > fabs(two) ? fabs(one) : fabs(two);
    return apart <= 1e-9 * (most > 1 ? most : 1);
}

static inline bool same_answer(const ExprValue *c, const Val *v)
{
    if (c->type == TYPE_TEXT) return v->kind == VAL_STR && str_equal(c->text, v->s);
    if (v->kind == VAL_NULL) return c->empty;
    return (v->kind == VAL_INT || v->kind == VAL_REAL) && !c->empty && near(c->number, v->kind == VAL_INT ? (double)v->i : v->d);
}

// False: they do not, which is told.
static inline bool stores_agree(Store *s, Str source, const Expr *e, const Asked *all, int n)
{
    Val *number = take(s->a, Val, n), *filter = take(s->a, Val, n);
    bool agree = true;
    rows_asked(s, e, false, number, all, n);
    if (e->type == TYPE_BOOL) rows_asked(s, e, true, filter, all, n);
    for (int i = 0; i < n; i++) {
        ExprValue c = expr_value(s->a, e, &all[i].view);
        bool same = same_answer(&c, &number[i]) && (e->type != TYPE_BOOL || same_answer(&c, &filter[i]));
        if (!same && agree) {
            print_error("%.*s\n of %s: C says %s%g %s, SQL %s (as a filter %s)\n", (int)source.n, source.p,
                str_z(s->a, all[i].r->key), c.empty ? "empty " : "", c.number, str_z(s->a, c.text),
                str_z(s->a, val_text(s->a, number[i])), str_z(s->a, val_text(s->a, filter[i])));
        }
        agree &= same;
    }
    return agree;
}

// ---- what the page's script says -----------------------------------------------------------------------------

static inline Str script_path(Arena *a)
{
    Str file = S(__FILE__), root = str_slice(file, 0, str_find(file, S("src/register/condition/")));
    Str tries[] = {S("ui/rules_check.mjs"), say(a, "{}ui/rules_check.mjs", root), S("../ui/rules_check.mjs")};
    for (int i = 0; i < countof(tries); i++) {
        if (path_exists(tries[i])) return tries[i];
    }
    return (Str){0};
}

static inline void since_add(Buf *o, Arena *a, Str name, int since)
{
    json(o, ",{}:{}", name, since ? day_text(a, since) : (Str){0});
}

static inline void choice_add(Buf *o, const Choice *c)
{
    if (!c) return;
    json(o, ",'choice':{'name':{},'parent':{}", c->name, c->parent);
    for (int i = 0; i < c->n; i++) json(o, ",{}:{}", c->cells[i].column, c->cells[i].text);
    buf_add(o, S("}"));
}

static inline void line_add(Buf *o, Store *s, const Expr *e, const Asked *one)
{
    ExprValue c = expr_value(s->a, e, &one->view);
    const RecordType *t = one->view.type;
    char said[40];
    buf_add(o, S("{\"tree\":"));
    expr_json(o, e);
    choice_add(o, one->view.choice);
    json(o, ",'today':{},'offset':{},'fields':{'key':{},'state':{}", (int64_t)one->view.today, (int64_t)s->pack->offset, one->r->key,
        one->view.state);
    since_add(o, s->a, S("state_since"), one->view.since);
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        const View *far = one->view.linked[i];
        json(o, ",{}:{}", f->name, one->view.cells[i].text);
        if (!far) continue;
        json(o, ",{}:{}", say(s->a, "{}.state", f->name), far->state);
        since_add(o, s->a, say(s->a, "{}.state_since", f->name), far->since);
        for (int k = 0; k < f->target->n; k++) {
            json(o, ",{}:{}", say(s->a, "{}.{}", f->name, f->target->fields[k].name), far->cells[k].text);
        }
    }
    buf_add(o, S("},\"value\":"));
    if (c.type == TYPE_TEXT) json_text(o, c.text);
    else if (c.type == TYPE_BOOL) buf_add(o, c.number != 0 ? S("true") : S("false"));
    else buf_add(o, c.empty ? S("null") : (Str){said, snprintf(said, sizeof said, "%.17g", c.number)});
    buf_add(o, S("}\n"));
}

static inline void script_agrees(Store *s, Str dir, const Buf *lines)
{
    Str script = script_path(s->a), path = path_join(s->a, dir, S("lines"));
    if (!script.n || system("command -v node >/dev/null 2>&1")) {
        printf("The page's script is skipped: there is no node, or no %s.\n", "ui/rules_check.mjs");
        return;
    }
    must_work(s->a, file_replace(s->a, path, buf_str(lines), 0600));
    CHECK(!system(str_z(s->a, say(s->a, "node {} < {}", script, path))));
}
