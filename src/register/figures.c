// Counting: a figure's question asked of the tables.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- what is for her role ------------------------------------------------------------------------------

// It looks at records of which her role sees none at all.
static bool looks_barred(const Store *s, const Expr *e)
{
    if (expr_other(e) && !may_any(&s->user, expr_other(e), MAY_COUNT)) return true;
    for (int i = 0; i < e->n; i++) {
        if (looks_barred(s, e->args[i])) return true;
    }
    return false;
}

static bool expr_hers(const Store *s, const RecordType *t, const Expr *e)
{
    return !e || (condition_open(s, t, e) && !looks_barred(s, e));
}

// A zero would say that there is none.
static bool figure_hers(const Store *s, const Figure *f)
{
    return may_any(&s->user, f->record, MAY_COUNT) && expr_hers(s, f->record, f->where) && expr_hers(s, f->record, f->sum)
        && (!f->of || figure_hers(s, f->of));
}

typedef struct {
    Store *s; const Figure *f; const FigureAsk *ask;
    Condition with;          // the joins it needs
    Sql where, sum, female;
    Sql fits;                // of a part: what the row that counts a person must also be
    Str who;                 // whom a person's figure counts: a column of t
    Str asked;               // of a pass over persons: what every row was asked already, as terms
    FieldPath by[BY_MOST];
} Count;

static Sql plain(Str text)
{
    return (Sql){.text = text};
}

// What the rows of a period must be, without the figure's own condition.
static void period_add(Count *c, Where *w)
{
    where_sql(w, scope_rows(c->s, c->f->record, MAY_COUNT));
    where_add(w, " and t.\"{}_day\" between ? and ?", VALS(c->f->date->name, (int64_t)c->ask->from, (int64_t)c->ask->to));
    if (c->f->count != COUNT_PERSONS) return;
    int person = c->f->record->person;
    c->who = person < 0 ? S("t.row") : say(c->s->a, "t.\"{}\"", c->f->record->fields[person].name);
    where_add(w, " and {} is not null", VALS(c->who));
}

static Err *count_prepare(Count *c)
{
    Store *s = c->s;
    const Figure *f = c->f;
    Where w = where_begin(s->a);
    Sql where;
    const Expr *asked = f->of ? f->of->where : f->where;
    period_add(c, &w);
    c->fits = plain(S("true"));
    if (f->of && f->where) TRY(condition_sql(s, f->record, f->where, &c->with, &c->fits));
    if (asked) {
        TRY(condition_sql(s, f->record, asked, &c->with, &where));
        where_add(&w, " and (", VALS());
        where_sql(&w, where);
        where_add(&w, ")", VALS());
    }
    c->where = where_end(&w);
    c->sum = c->female = plain(S("0"));
    if (f->count == COUNT_SUM) TRY(condition_number(s, f->record, f->sum, &c->with, &c->sum));
    if (f->female && f->count != COUNT_PERSONS) TRY(condition_number(s, f->record, f->female, &c->with, &c->female));
    return 0;
}

// A sum past all whole numbers is told as the last of them.
static int64_t whole(Val v)
{
    if (v.kind != VAL_REAL) return v.i;
    return v.d >= 0x1p63 ? INT64_MAX : v.d <= -0x1p63 ? INT64_MIN : (int64_t)v.d;
}

static Err *count_rows(Store *s, const FigureAsk *ask, const Figure *f, int64_t *value, int64_t *female)
{
    Count c = {.s = s, .f = f, .ask = ask, .with.what = MAY_COUNT};
    Rows q;
    TRY(count_prepare(&c));
    Sql summed = {say(s->a, "coalesce(sum({}), 0)", c.sum.text), c.sum.with};
    TRY(sql(s->db, s->a, &q, "select {}, coalesce(sum({}), 0) from {} t{} where {}",
        f->count == COUNT_SUM ? summed : plain(S("count(*)")), c.female, (Name){f->record->name}, condition_joins(&c.with), c.where));
    must(rows_next(&q));
    *value = whole(next_val(&q));
    *female = whole(next_val(&q));
    return 0;
}

// ---- persons: figures of one record, one date and the same equal fields are one pass over its rows ------

// outer: the figure it is a note to, or (`part`) a part of.
typedef struct { const Figure *f, *outer; bool part; int64_t *value, *female; Str key; bool done; } Wanted;

// What every row of a figure must equal, as " part=victim;"; of that only what stands in `within`, when there is one.
static void equal_terms(Arena *a, const Expr *e, const Str *within, Buf *key)
{
    if (!e) return;
    if (e->op == EXPR_AND) {
        equal_terms(a, e->args[0], within, key);
        equal_terms(a, e->args[1], within, key);
    }
    if (!expr_equals_choice(e)) return;
    Str term = condition_term(a, e);
    if (!within || str_find(*within, term) >= 0) buf_add(key, term);
}

// A note's pass holds the rows of both, itself and its figure: what one of them does not ask, the pass does not.
static Str pass_key(Arena *a, const Figure *f, const Str *outer)
{
    Buf key = buf_in(a);
    buf_fill(&key, "{} {}", VALS(f->record->name, f->date->name));
    equal_terms(a, f->where, outer, &key);
    return buf_str(&key);
}

// As filters: inside `case when` what is not known counts as no. What every row of the pass was asked already is not
// asked again.
static Err *terms_add(Count *c, const Figure *f, const Expr *e, Where *w)
{
    Sql one;
    if (e->op == EXPR_AND) {
        TRY(terms_add(c, f, e->args[0], w));
        return terms_add(c, f, e->args[1], w);
    }
    Str term = condition_term(c->s->a, e);
    if (term.n && str_find(c->asked, term) >= 0) return 0;
    TRY(condition_sql(c->s, f->record, e, &c->with, &one));
    where_add(w, " and ", VALS());
    where_sql(w, one);
    return 0;
}

static Err *held(Count *c, const Figure *f, Sql *out)
{
    Where w = where_begin(c->s->a);
    where_add(&w, "true", VALS());
    if (f->of && f->of->where) TRY(terms_add(c, f, f->of->where, &w));
    if (f->where) TRY(terms_add(c, f, f->where, &w));
    *out = where_end(&w);
    return 0;
}

// max(case when WHERE and MORE then 1 else 0 end) as mI
static void flag_add(Where *w, Sql where, Sql more, const char *name, int i)
{
    where_add(w, ", max(case when ", VALS());
    where_sql(w, where);
    where_add(w, " and (", VALS());
    where_sql(w, more);
    where_add(w, ") then 1 else 0 end) as ", VALS());
    where_add(w, name, VALS((int64_t)i));
}

// min(case when WHERE then its place in time end) as nI
static void first_add(Where *w, Sql where, Str day, const char *name, int i)
{
    where_add(w, ", min(case when ", VALS());
    where_sql(w, where);
    where_add(w, " then t.\"{}_day\" * 100000000000 + t.row end) as ", VALS(day));
    where_add(w, name, VALS((int64_t)i));
}

static bool always(const Expr *e)
{
    return e->op == EXPR_BOOL && e->number != 0;
}

// Of each person: does she belong, and is she met as female.
static Err *person_columns(Count *c, const Wanted *one, int i, Where *inner, Where *outer)
{
    Sql where, female;
    const Expr *asked = one->f->female;
    TRY(held(c, one->f, &where));
    flag_add(inner, where, plain(S("true")), "m{}", i);
    if (asked && !always(asked)) {
        TRY(condition_sql(c->s, one->f->record, asked, &c->with, &female));
        flag_add(inner, where, female, "f{}", i);
    }
    where_add(outer, ", coalesce(sum(m{}), 0), ", VALS((int64_t)i));
    if (asked) where_add(outer, always(asked) ? "coalesce(sum(m{}), 0)" : "coalesce(sum(f{}), 0)", VALS((int64_t)i));
    else where_add(outer, "0", VALS());
    return 0;
}

// Of a part: is she met as female in the row that counts her.
static Err *part_female(Count *c, const Wanted *one, int i, int shared, Sql where, Where *inner, Where *outer)
{
    const Expr *asked = one->f->female;
    Sql female;
    if (!asked) {
        where_add(outer, "0", VALS());
        return 0;
    }
    if (!always(asked)) {
        TRY(condition_sql(c->s, one->f->record, asked, &c->with, &female));
        Where both = where_begin(c->s->a);
        where_sql(&both, where);
        where_add(&both, " and (", VALS());
        where_sql(&both, female);
        where_add(&both, ")", VALS());
        first_add(inner, where_end(&both), one->f->date->name, "g{}", i);
    }
    where_add(outer, always(asked) ? "coalesce(sum(case when n{} = o{} then 1 else 0 end), 0)"
        : "coalesce(sum(case when g{} = o{} then 1 else 0 end), 0)", VALS((int64_t)i, (int64_t)shared));
    return 0;
}

// A note to another figure counts whom it met no later than that figure did; a part of another, whom
// both met in one row, the earliest of that one. Those of one figure share the place where it met her.
static Err *placed_columns(Count *c, const Wanted *all, int i, Where *inner, Where *outer)
{
    const Wanted *one = &all[i];
    Str day = one->f->date->name;
    Sql where, above;
    int shared = i;
    TRY(held(c, one->f, &where));
    first_add(inner, where, day, "n{}", i);
    while (shared > 0 && !all[shared - 1].done && all[shared - 1].outer == one->outer && str_equal(all[shared - 1].key, one->key)) shared--;
    if (shared == i) {
        TRY(held(c, one->outer, &above));
        first_add(inner, above, day, "o{}", i);
    }
    if (one->part) {
        where_add(outer, ", coalesce(sum(case when n{} = o{} then 1 else 0 end), 0), ", VALS((int64_t)i, (int64_t)shared));
        return part_female(c, one, i, shared, where, inner, outer);
    }
    where_add(outer, ", coalesce(sum(case when n{} is not null and (o{} is null or n{} <= o{}) then 1 else 0 end), 0), 0",
        VALS((int64_t)i, (int64_t)shared, (int64_t)i, (int64_t)shared));
    return 0;
}

// One question takes so many figures of a pass: a store has room for 32,766 values in it, and a figure may bring 800.
static bool in_pass(const Wanted *all, int first, int i, int *taken)
{
    enum { FIGURES_AT_ONCE = 12 };
    bool taken_up = !all[i].done && str_equal(all[i].key, all[first].key) && *taken < FIGURES_AT_ONCE;
    *taken += taken_up;
    return taken_up;
}

// Of a part, what it is a part of says it for both.
static bool says(Arena *a, const Wanted *one, Str term)
{
    return (one->part || condition_says(a, one->f->where, term)) && (!one->outer || condition_says(a, one->outer->where, term));
}

// What all figures of a pass say alike is asked once of each row: among it what they equal.
static Err *asked_add(Count *c, const Wanted *all, int n, int first, const Expr *e, Where *where)
{
    Sql one;
    if (e && e->op == EXPR_AND) {
        TRY(asked_add(c, all, n, first, e->args[0], where));
        return asked_add(c, all, n, first, e->args[1], where);
    }
    Str term = e ? condition_term(c->s->a, e) : (Str){0};
    if (!term.n) return 0;
    for (int i = first, taken = 0; i < n; i++) {
        if (in_pass(all, first, i, &taken) && !says(c->s->a, &all[i], term)) return 0;
    }
    c->asked = say(c->s->a, "{}{}", c->asked, term);
    TRY(condition_sql(c->s, c->f->record, e, &c->with, &one));
    where_add(where, " and ", VALS());
    where_sql(where, one);
    return 0;
}

static Err *persons_count(Store *s, const FigureAsk *ask, Wanted *all, int n, int first)
{
    Count c = {.s = s, .f = all[first].f, .ask = ask, .with.what = MAY_COUNT};
    Where inner = where_begin(s->a), outer = where_begin(s->a), where = where_begin(s->a);
    Rows q;
    where_add(&outer, "0", VALS());
    period_add(&c, &where);
    TRY(asked_add(&c, all, n, first, all[first].part ? all[first].outer->where : c.f->where, &where));
    for (int i = first, taken = 0; i < n; i++) {
        if (!in_pass(all, first, i, &taken)) continue;
        if (all[i].outer) TRY(placed_columns(&c, all, i, &inner, &outer));
        else TRY(person_columns(&c, &all[i], i, &inner, &outer));
    }
    TRY(sql(s->db, s->a, &q, "select {} from (select {} as who{} from {} t{} where {} group by {}) counted", where_end(&outer),
        plain(c.who), where_end(&inner), (Name){c.f->record->name}, condition_joins(&c.with), where_end(&where), plain(c.who)));
    must(rows_next(&q));
    next_int(&q);
    for (int i = first, taken = 0; i < n; i++) {
        if (!in_pass(all, first, i, &taken)) continue;
        *all[i].value = whole(next_val(&q));
        *all[i].female = whole(next_val(&q));
        all[i].done = true;
    }
    return 0;
}

static void wanted_add(Store *s, Wanted *all, int *n, const Figure *f, const Figure *outer, int64_t *value, int64_t *female)
{
    bool placed = outer && f->count == COUNT_PERSONS && outer->count == COUNT_PERSONS &&
                  f->record == outer->record && f->date == outer->date;
    Wanted *one = &all[(*n)++];
    *one = (Wanted){.f = f, .outer = f->of ? f->of : placed ? outer : 0, .part = f->of, .value = value, .female = female};
    Str above = one->outer ? pass_key(s->a, one->outer, 0) : (Str){0};
    if (one->part) one->key = above;
    else if (f->count == COUNT_PERSONS) one->key = pass_key(s->a, f, one->outer ? &above : 0);
}

// Every figure of a table, and the notes told inside their rows.
static Err *table_count(Store *s, const FigureAsk *ask, FigureAnswer *out)
{
    const Pack *pack = s->pack;
    Wanted *all = take(s->a, Wanted, ask->table->n * (pack->figures_n + 1));
    int n = 0;
    out->rows = take(s->a, FigureRow, ask->table->n);
    for (int i = 0; i < ask->table->n; i++) {
        FigureRow *row = &out->rows[out->rows_n++];
        const Figure *f = ask->table->figures[i];
        *row = (FigureRow){.figure = f, .notes = take(s->a, FigureNote, pack->figures_n), .closed = !figure_hers(s, f),
            .female_closed = !expr_hers(s, f->record, f->female)};
        if (!row->closed) wanted_add(s, all, &n, f, 0, &row->value, &row->female);
        for (int k = 0; k < pack->figures_n; k++) {
            if (pack->figures[k].within != f) continue;
            FigureNote *note = &row->notes[row->notes_n++];
            *note = (FigureNote){.figure = &pack->figures[k], .closed = row->closed || !figure_hers(s, &pack->figures[k])};
            if (!note->closed) wanted_add(s, all, &n, note->figure, f, &note->value, take(s->a, int64_t, 1));
        }
    }
    for (int i = 0; i < n; i++) {
        if (all[i].done) continue;
        if (all[i].key.n) TRY(persons_count(s, ask, all, n, i));
        else TRY(count_rows(s, ask, all[i].f, all[i].value, all[i].female));
    }
    return earlier_beside(s, ask, out);
}

// ---- by fields -----------------------------------------------------------------------------------------

// What the inner question says of a field: its value as text, or the row whose choices are joined outside.
static void by_inner(Count *c, Where *w, int i)
{
    const Field *f = c->by[i].field;
    Str alias = condition_alias(c->s, c->by[i].link, &c->with);
    if (f->kind == FIELD_CHOICES) where_add(w, "{}.row", VALS(alias));
    else if (f->kind == FIELD_INTEGER) where_add(w, "cast({}.{} as text)", VALS(alias, (Name){f->name}));
    else if (f->kind == FIELD_LINK) linked_key(c->s, w, alias, f, MAY_COUNT);
    else where_add(w, "{}.{}", VALS(alias, (Name){f->name}));
    where_add(w, " as b{}, ", VALS((int64_t)i));
}

static const RecordType *by_type(const Count *c, int i)
{
    return c->by[i].link ? c->by[i].link->target : c->f->record;
}

static Sql by_groups(Count *c, const char *behind, bool more)
{
    Where w = where_begin(c->s->a);
    for (int i = 0; i < c->ask->by_n; i++) {
        bool many = c->by[i].field->kind == FIELD_CHOICES;
        where_add(&w, many ? "m{}.value" : "x.b{}", VALS((int64_t)i));
        where_add(&w, behind, VALS());
        where_add(&w, i + 1 < c->ask->by_n || more ? ", " : "", VALS());
    }
    return where_end(&w);
}

static Sql by_joins(Count *c)
{
    Where w = where_begin(c->s->a);
    for (int i = 0; i < c->ask->by_n; i++) {
        if (c->by[i].field->kind != FIELD_CHOICES) continue;
        where_add(&w, " left join \"{}.{}\" m{} on m{}.row = x.b{}", VALS(by_type(c, i)->name, c->by[i].field->name,
            (int64_t)i, (int64_t)i, (int64_t)i));
    }
    return where_end(&w);
}

// Each person stands where her earliest date in the period puts her.
static Err *by_question(Count *c, Rows *q)
{
    Store *s = c->s;
    TRY(count_prepare(c));
    Where inner = where_begin(s->a);
    for (int i = 0; i < c->ask->by_n; i++) by_inner(c, &inner, i);
    if (c->f->count == COUNT_PERSONS) {
        where_add(&inner, "row_number() over (partition by {} order by t.\"{}_day\", t.row) as nth, case when ",
            VALS(c->who, c->f->date->name));
        where_sql(&inner, c->fits);
        where_add(&inner, " then 1 else 0 end as n", VALS());
    } else {
        where_add(&inner, "1 as nth, ", VALS());
        where_sql(&inner, c->f->count == COUNT_SUM ? c->sum : plain(S("1")));
        where_add(&inner, " as n", VALS());
    }
    return sql(s->db, s->a, q, "select {}sum(x.n) from (select {} from {} t{} where {}) x{} where x.nth = 1 group by {}"
        " having sum(x.n) <> 0 order by {}", by_groups(c, "", true), where_end(&inner), (Name){c->f->record->name},
        condition_joins(&c->with), c->where, by_joins(c), by_groups(c, "", false), by_groups(c, " nulls last", false));
}

// The field that a name means for a figure, when its class is open to who asks.
static bool by_open(const Store *s, const Figure *f, Str name, FieldPath *path)
{
    return figure_field(s->pack, f, name, path) && may_see(&s->user, path->link ? path->link->target : f->record, path->field);
}

static Err *by_count(Store *s, const FigureAsk *ask, const Figure *f, FigureCell **cells, int *n)
{
    Count c = {.s = s, .f = f, .ask = ask, .with.what = MAY_COUNT};
    Rows q;
    *n = 0;
    if (!figure_hers(s, f)) {
        *cells = take(s->a, FigureCell, 1);
        (*cells)[(*n)++] = (FigureCell){.figure = f, .closed = true};
        return 0;
    }
    for (int i = 0; i < ask->by_n; i++) {
        if (!by_open(s, f, ask->by[i], &c.by[i])) return 0; // this figure has no such field
    }
    TRY(by_question(&c, &q));
    *cells = take(s->a, FigureCell, q.rows);
    while (rows_next(&q)) {
        FigureCell *cell = &(*cells)[(*n)++];
        cell->figure = f;
        for (int i = 0; i < ask->by_n; i++) {
            cell->of[i] = say(s->a, "{}.{}", by_type(&c, i)->name, c.by[i].field->name);
            cell->by[i] = next_val(&q);
            if (cell->by[i].kind == VAL_NULL) continue;
            cell->shown[i] = value_shown(s, c.by[i].field, cell->by[i].s);
        }
        cell->value = whole(next_val(&q));
    }
    return 0;
}

// Two names for one field in every figure that has both.
static bool by_same(const Store *s, const FigureAsk *ask, int i, int k)
{
    int both = 0, same = 0;
    for (int j = 0; j < ask->table->n; j++) {
        FieldPath one, two;
        const Figure *f = ask->table->figures[j];
        if (!by_open(s, f, ask->by[i], &one) || !by_open(s, f, ask->by[k], &two)) continue;
        both++;
        same += one.link == two.link && one.field == two.field;
    }
    return both && same == both;
}

// A table of which nothing is for her role is told as such, whatever it is split by.
bool figures_hers(const Store *s, const Table *table)
{
    bool any = false;
    for (int i = 0; i < table->n; i++) any |= figure_hers(s, table->figures[i]);
    return any;
}

static Err *by_known(Store *s, const FigureAsk *ask)
{
    if (!figures_hers(s, ask->table)) return 0;
    for (int i = 0; i < ask->by_n; i++) {
        for (int k = 0; k < i; k++) {
            if (by_same(s, ask, i, k)) return fail(s->a, ERR_INPUT, "The figures are split by {} twice; name each field once.", ask->by[i]);
        }
    }
    for (int i = 0; i < ask->by_n; i++) {
        bool known = false;
        FieldPath path;
        for (int k = 0; k < ask->table->n && !known; k++) known = by_open(s, ask->table->figures[k], ask->by[i], &path);
        if (!known) return fail(s->a, ERR_INPUT, "No figure of the table {} can be told by {}.", ask->table->name, ask->by[i]);
    }
    return 0;
}

Err *figures_count(Store *s, const FigureAsk *ask, FigureAnswer *out)
{
    *out = (FigureAnswer){.ask = *ask};
    for (int i = 0; i < ask->table->n; i++) {
        const Figure *f = ask->table->figures[i];
        if (figure_hers(s, f)) out->scopes |= may_rows(&s->user, f->record, MAY_COUNT);
    }
    if (!ask->by_n) return table_count(s, ask, out);
    TRY(by_known(s, ask));
    FigureCell **cells = take(s->a, FigureCell *, ask->table->n);
    int *n = take(s->a, int, ask->table->n);
    for (int i = 0; i < ask->table->n; i++) {
        TRY(by_count(s, ask, ask->table->figures[i], &cells[i], &n[i]));
        out->cells_n += n[i];
    }
    out->cells = take(s->a, FigureCell, out->cells_n);
    for (int i = 0, at = 0; i < ask->table->n; at += n[i++]) {
        if (n[i]) memcpy(out->cells + at, cells[i], (size_t)n[i] * sizeof **cells);
    }
    return 0;
}
