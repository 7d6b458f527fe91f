// Counting: a figure's question asked of the tables.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

typedef struct {
    Store *s; const Figure *f; const FigureAsk *ask;
    Condition with;          // the joins it needs
    Sql where, sum, female;
    Str who;                 // whom a person's figure counts: a column of t
    FieldPath by[BY_MOST];
} Count;

static Err *count_prepare(Count *c)
{
    Store *s = c->s;
    const Figure *f = c->f;
    Where w = where_begin(s->a);
    Sql where;
    where_sql(&w, scope_rows(s, f->record, MAY_READ));
    where_add(&w, " and t.\"{}_day\" between ? and ?", VALS(f->date->name, (int64_t)c->ask->from, (int64_t)c->ask->to));
    if (f->where) {
        TRY(condition_sql(s, f->record, f->where, &c->with, &where));
        where_add(&w, " and ", VALS());
        where_sql(&w, where);
    }
    c->sum = c->female = (Sql){.text = S("0")};
    if (f->count == COUNT_SUM) TRY(condition_number(s, f->record, f->sum, &c->with, &c->sum));
    if (f->female) TRY(condition_number(s, f->record, f->female, &c->with, &c->female));
    if (f->count == COUNT_PERSONS) {
        int person = f->record->person;
        c->who = person < 0 ? S("t.row") : say(s->a, "t.\"{}\"", f->record->fields[person].name);
        where_add(&w, " and {} is not null", VALS(c->who));
    }
    c->where = where_end(&w);
    return 0;
}

static Sql plain(Str text)
{
    return (Sql){.text = text};
}

// A person counts once however often she is met; when she is met as female once, she is.
static Err *count_all(Count *c, int64_t *value, int64_t *female)
{
    Rows q;
    Store *s = c->s;
    TRY(count_prepare(c));
    Name table = {c->f->record->name};
    Sql joins = plain(buf_str(&c->with.joins)), who = plain(c->who);
    if (c->f->count == COUNT_PERSONS) {
        TRY(sql(s->db, s->a, &q, "select count(*), coalesce(sum(f), 0) from (select {} as who, max({}) as f from {} t{}"
            " where {} group by {}) counted", who, c->female, table, joins, c->where, who));
    } else if (c->f->count == COUNT_SUM) {
        TRY(sql(s->db, s->a, &q, "select coalesce(sum({}), 0), coalesce(sum({}), 0) from {} t{} where {}",
            c->sum, c->female, table, joins, c->where));
    } else {
        TRY(sql(s->db, s->a, &q, "select count(*), coalesce(sum({}), 0) from {} t{} where {}", c->female, table, joins, c->where));
    }
    must(rows_next(&q));
    Val total = next_val(&q), women = next_val(&q);
    *value = total.kind == VAL_REAL ? (int64_t)total.d : total.i;
    *female = women.kind == VAL_REAL ? (int64_t)women.d : women.i;
    return 0;
}

// Rows in the order of their dates as one number: the day, and the row behind it.
static Sql place(Store *s, const Figure *f)
{
    return plain(say(s->a, "t.\"{}_day\" * 100000000000 + t.row", f->date->name));
}

// A figure told inside another's row: each person stands where the earliest row of the outer figure
// puts her, so that the note never counts whom that row speaks against.
static Err *count_note(Store *s, const FigureAsk *ask, const Figure *outer, const Figure *note, int64_t *value)
{
    Count in = {.s = s, .f = note, .ask = ask}, out = {.s = s, .f = outer, .ask = ask};
    int64_t female;
    Rows q;
    bool persons = note->count == COUNT_PERSONS && outer->count == COUNT_PERSONS && note->record == outer->record;
    if (!persons) return count_all(&in, value, &female);
    TRY(count_prepare(&in));
    TRY(count_prepare(&out));
    Name table = {note->record->name};
    TRY(sql(s->db, s->a, &q, "select count(distinct x.who) from (select {} as who, min({}) as place from {} t{} where {} group by 1) x"
        " left join (select {} as who, min({}) as place from {} t{} where {} group by 1) o on o.who = x.who"
        " where o.who is null or x.place <= o.place",
        plain(in.who), place(s, note), table, plain(buf_str(&in.with.joins)), in.where,
        plain(out.who), place(s, outer), table, plain(buf_str(&out.with.joins)), out.where));
    must(rows_next(&q));
    *value = next_int(&q);
    return 0;
}

static Err *row_count(Store *s, const FigureAsk *ask, const Figure *f, FigureRow *out)
{
    Count c = {.s = s, .f = f, .ask = ask};
    *out = (FigureRow){.figure = f, .notes = take(s->a, FigureNote, s->pack->figures_n)};
    TRY(count_all(&c, &out->value, &out->female));
    for (int i = 0; i < s->pack->figures_n; i++) {
        const Figure *note = &s->pack->figures[i];
        if (note->within != f) continue;
        out->notes[out->notes_n].figure = note;
        TRY(count_note(s, ask, f, note, &out->notes[out->notes_n++].value));
    }
    return 0;
}

// ---- by fields -----------------------------------------------------------------------------------------

// What the inner question says of a field: its value as text, or the row whose choices are joined outside.
static void by_inner(Count *c, Where *w, int i)
{
    const Field *f = c->by[i].field;
    Str alias = condition_alias(c->f->record, c->s->a, c->by[i].link, &c->with);
    if (f->kind == FIELD_CHOICES) where_add(w, "{}.row", VALS(alias));
    else if (f->kind == FIELD_INTEGER) where_add(w, "cast({}.{} as text)", VALS(alias, (Name){f->name}));
    else if (f->kind == FIELD_LINK) where_add(w, "(select k.key from {} k where k.row = {}.{})", VALS((Name){f->target->name}, alias, (Name){f->name}));
    else where_add(w, "{}.{}", VALS(alias, (Name){f->name}));
    where_add(w, " as b{}, ", VALS((int64_t)i));
}

static const RecordType *by_type(const Count *c, int i)
{
    return c->by[i].link ? c->by[i].link->target : c->f->record;
}

static Sql by_groups(Count *c, bool named)
{
    Where w = where_begin(c->s->a);
    for (int i = 0; i < c->ask->by_n; i++) {
        bool many = c->by[i].field->kind == FIELD_CHOICES;
        where_add(&w, many ? "m{}.value" : "x.b{}", VALS((int64_t)i));
        where_add(&w, i + 1 < c->ask->by_n || named ? ", " : "", VALS());
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
        where_add(&inner, "row_number() over (partition by {} order by t.\"{}_day\", t.row) as nth, 1 as n", VALS(c->who, c->f->date->name));
    } else {
        where_add(&inner, "1 as nth, ", VALS());
        where_sql(&inner, c->f->count == COUNT_SUM ? c->sum : plain(S("1")));
        where_add(&inner, " as n", VALS());
    }
    return sql(s->db, s->a, q, "select {}sum(x.n) from (select {} from {} t{} where {}) x{} where x.nth = 1 group by {}"
        " having sum(x.n) <> 0 order by {}", by_groups(c, true), where_end(&inner), (Name){c->f->record->name},
        plain(buf_str(&c->with.joins)), c->where, by_joins(c), by_groups(c, false), by_groups(c, false));
}

// The field that a name means for a figure, when its class is open to who asks.
static bool by_open(const Store *s, const Figure *f, Str name, FieldPath *path)
{
    return figure_field(s->pack, f, name, path) && may_see(&s->user, path->link ? path->link->target : f->record, path->field);
}

static Err *by_count(Store *s, const FigureAsk *ask, const Figure *f, FigureCell **cells, int *n)
{
    Count c = {.s = s, .f = f, .ask = ask};
    Rows q;
    *n = 0;
    for (int i = 0; i < ask->by_n; i++) {
        if (!by_open(s, f, ask->by[i], &c.by[i])) return 0; // this figure has no such field
    }
    TRY(by_question(&c, &q));
    *cells = take(s->a, FigureCell, q.rows);
    while (rows_next(&q)) {
        FigureCell *cell = &(*cells)[(*n)++];
        cell->figure = f;
        for (int i = 0; i < ask->by_n; i++) {
            cell->by[i] = next_val(&q);
            if (cell->by[i].kind == VAL_NULL) continue;
            cell->shown[i] = value_shown(s, c.by[i].field, cell->by[i].s);
        }
        Val value = next_val(&q);
        cell->value = value.kind == VAL_REAL ? (int64_t)value.d : value.i;
    }
    return 0;
}

static Err *by_known(Store *s, const FigureAsk *ask)
{
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
    if (!ask->by_n) {
        out->rows = take(s->a, FigureRow, ask->table->n);
        for (int i = 0; i < ask->table->n; i++) TRY(row_count(s, ask, ask->table->figures[i], &out->rows[out->rows_n++]));
        return 0;
    }
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
