// Reading records: one, some, a page of them, all for an export; never past the scope of who asks.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

typedef struct { Str where; KeyList keys; } Seals; // of one record: its name for envelopes, its keys

static Err *value_read(Store *s, Record *r, const Field *f, Seals *seals, Rows *q)
{
    Val v = next_val(q);
    Cell *cell = &r->cells[f->at];
    bool always = may_see_always(&s->user, r->type, f);
    cell->hidden = !always && (!may_see(&s->user, r->type, f) || !(r->open >> f->compartment & 1));
    if (f->kind == FIELD_LINK) {
        int64_t row = v.i;
        v = next_val(q);
        cell->beyond = row && v.kind == VAL_NULL; // and reads as empty
        if (!cell->beyond && !cell->hidden) cell->row = row;
    }
    if (cell->hidden || v.kind == VAL_NULL) return 0;
    if (!field_sealed(f)) {
        cell->text = val_text(s->a, v);
        return 0;
    }
    if (!seals->where.n) seals->where = record_where(s->a, r->type, r->id);
    Err *e = value_open(s, seals->where, f->name, v.s, &seals->keys, &cell->text);
    // One garbled value must not shut a list for everybody: it bears a mark there. Who saves, exports or opens the
    // record itself is told.
    bool passed = e && e->kind == ERR_BROKEN && s->reg->use == OPEN_SERVE && !s->head;
    if (passed) log_line(err_text(s->a, e));
    cell->hidden = passed || seals->keys.closed;
    r->broken |= passed;
    return passed ? 0 : e;
}

// What her agency is entitled to from the beginning, and has no keys of: lost, not closed.
static Err *list_lost(Store *s, Record *r)
{
    if (!entitled_lost(s, r)) return 0;
    Err *e = fail(s->a, ERR_BROKEN, "The keys of {} are gone for your agency, and no entry says why. Restore the table keys from a backup.",
        record_where(s->a, r->type, r->id));
    if (s->reg->use != OPEN_SERVE || s->head) return e;
    log_line(err_text(s->a, e));
    r->broken = true;
    return 0;
}

static Err *record_read(Store *s, const RecordType *t, const bool *wanted, Rows *q, Record **out)
{
    Record *r = take(s->a, Record, 1);
    r->type = t;
    r->row = next_int(q);
    r->id = next_str(q);
    r->key = next_str(q);
    r->version = next_int(q);
    r->entry = next_int(q);
    r->state = next_str(q);
    r->since = (int)next_int(q);
    r->unit = next_str(q);
    r->agency = next_str(q);
    r->open = open_asked(s, t, wanted) ? (unsigned)next_int(q) : COMPARTMENTS_ALL;
    r->cells = take(s->a, Cell, t->n);
    if (!wanted) r->head = next_str(q);
    Seals seals = {.keys.all = !wanted, .keys.owner = r->agency}; // who reads it whole goes on to its history, or to save it
    if (sealed_in(t, wanted)) {
        seals.keys.row = next_int(q);
        seals.keys.holder = next_str(q);
        seals.keys.wrapped = next_str(q);
        seals.keys.open = next_int(q);
        seals.keys.beside = true;
        if (!seals.keys.holder.n) TRY(list_lost(s, r));
    }
    for (int i = 0; i < t->n; i++) {
        if (!wanted || wanted[i]) TRY(value_read(s, r, &t->fields[i], &seals, q));
    }
    *out = r;
    return 0;
}

// An import writes records of one type: all others are as they were before it began, and are read beside
// what it writes.
Db *shown_by(const Store *s, const RecordType *t)
{
    return s->past && !str_equal(s->batch->type, t->name) ? s->past : s->db;
}

Store store_before(const Store *s)
{
    Store before = *s;
    if (s->past) before.db = s->past;
    return before;
}

// All that fit, scope included, with the wanted fields; `joins`: what the condition looks through.
static Err *records_fitting(Store *s, const RecordType *t, const bool *wanted, Sql joins, Sql fits, Record ***out, int *n)
{
    Rows q;
    Sql select = select_of(s, t, wanted);
    if (s->head) s->head->looked = true;
    TRY(sql(shown_by(s, t), s->a, &q, "select {}{} where {}", select, joins, fits));
    *out = take(s->a, Record *, q.rows);
    for (*n = 0; rows_next(&q); ++*n) TRY(record_read(s, t, wanted, &q, &(*out)[*n]));
    return 0;
}

static Err *records_where(Store *s, const RecordType *t, const bool *wanted, Sql rest, May what, Record ***out, int *n)
{
    Where w = where_begin(s->a);
    where_sql(&w, scope_rows(s, t, what));
    where_add(&w, " and ", VALS());
    where_sql(&w, rest);
    return records_fitting(s, t, wanted, (Sql){0}, where_end(&w), out, n);
}

typedef struct { Store s; const RecordType *t; const bool *wanted; RecordFn *each; void *with; } Each;

static Err *each_row(void *with, Arena *turn, Rows *q)
{
    Each *one = with;
    Record *r;
    one->s.a = turn;
    TRY(record_read(&one->s, one->t, one->wanted, q, &r));
    return one->each(one->with, &one->s, r);
}

Err *record_each(Store *s, const RecordType *t, const bool *wanted, Sql rest, May what, Arena turn, RecordFn *each, void *with)
{
    Each one = {*s, t, wanted, each, with};
    Sql select = select_of(s, t, wanted);
    return sql_each(shown_by(s, t), s->a, turn, each_row, &one, "select {} where {} and {}", VALS(select, scope_rows(s, t, what), rest));
}

static Err *record_only(Store *s, const RecordType *t, Sql rest, May what, Record **out)
{
    Record **found;
    int n;
    TRY(records_where(s, t, 0, rest, what, &found, &n));
    *out = n ? found[0] : 0;
    return 0;
}

// ---- one, by what names it ---------------------------------------------------------------------------------

bool like_id(Str s)
{
    bool like = s.n == 20;
    for (isize i = 0; like && i < s.n; i++) like = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '2' && s.p[i] <= '9');
    return like;
}

// Keys and ids are unique together, so either may be asked first: what looks like an id, as one.
static Err *record_named(Store *s, const RecordType *t, Str id, const bool *wanted, May what, Record **out)
{
    static const Str by[] = {S("t.key = $1"), S("t.id = $1")};
    id = str_bare(id);
    const Val given[] = {val_str(id)};
    int first = like_id(id);
    *out = 0;
    for (int i = 0; i < 2 && !*out; i++) {
        Record **found;
        int n;
        TRY(records_where(s, t, wanted, (Sql){by[i ^ first], {given, 1}}, what, &found, &n));
        if (n) *out = found[0];
    }
    return 0;
}

Err *record_find(Store *s, const RecordType *t, Str id, May what, Record **out)
{
    return record_named(s, t, id, 0, what, out);
}

static Err *missing(Store *s, const RecordType *t, Str id)
{
    return fail(s->a, ERR_MISSING, "There is no {} {}.", words_in(&t->label, s->lang), id);
}

Err *record_get(Store *s, const RecordType *t, Str id, Record **out)
{
    TRY(record_find(s, t, id, MAY_READ, out));
    return *out ? 0 : missing(s, t, id);
}

Err *record_whole(Store *s, const RecordType *t, Str id, Record **out)
{
    TRY(record_get(s, t, id, out));
    if (!(*out)->broken) return 0;
    return fail(s->a, ERR_BROKEN, "What is sealed of {} cannot be opened: run sukhwan verify.", record_where(s->a, t, (*out)->id));
}

Err *record_by_row(Store *s, const RecordType *t, int64_t row, Record **out)
{
    Where w = where_begin(s->a);
    where_add(&w, "t.row = ?", VALS(row));
    TRY(record_only(s, t, where_end(&w), MAY_READ, out));
    return *out ? 0 : missing(s, t, say(s->a, "{}", row));
}

Err *link_read(Store *s, const Field *link, Str key, const bool *wanted, Record **out)
{
    *out = ahead_named(s, link, str_bare(key));
    if (*out) return 0;
    if (!wanted) wanted = take(s->a, bool, link->target->n);
    return record_named(s, link->target, key, wanted, MAY_READ, out);
}

Err *record_some(Store *s, const RecordType *t, const int64_t *rows, int n, const bool *wanted, Record ***out, int *found)
{
    *found = 0;
    *out = 0;
    if (!n) return 0;
    Where w = where_begin(s->a);
    Val *vals = take(s->a, Val, n);
    for (int i = 0; i < n; i++) vals[i] = val_int(rows[i]);
    where_add(&w, "t.row in ({})", VALS(where_list(&w, (Vals){vals, n})));
    return records_where(s, t, wanted, where_end(&w), MAY_READ, out, found);
}

Err *record_view(Store *s, const RecordType *t, const Cell *cells, Str state, int since, Record *const *read, View **out)
{
    View *view = take(s->a, View, 1);
    const View **linked = take(s->a, const View *, t->n);
    *view = (View){t, cells, linked, register_today(s), state, since, 0, 0, 0, 0, 0};
    *out = view;
    for (int i = 0; i < t->n; i++) {
        bool *wanted = shape_of(s, t)->through[i];
        Record **found, *one = read ? read[i] : 0;
        int n;
        if (!wanted || !cells[i].row) continue;
        if (!one) one = ahead_row(s, &t->fields[i], cells[i].row);
        if (!one) {
            TRY(record_some(s, t->fields[i].target, &cells[i].row, 1, wanted, &found, &n));
            if (!n) continue;
            one = found[0];
        }
        View *other = take(s->a, View, 1);
        *other = (View){one->type, one->cells, 0, view->today, one->state, one->since, 0, 0, 0, 0, 0};
        linked[i] = other;
    }
    return 0;
}

// ---- lists ---------------------------------------------------------------------------------------------

static Err *filter_add(Store *s, Where *w, const Field *f, Str value)
{
    int64_t row = -1;
    Record *named;
    if (field_sealed(f)) return fail(s->a, ERR_INPUT, "The field {} is sealed and cannot be filtered by: use find.", f->name);
    if (f->kind == FIELD_LINK) {
        TRY(link_read(s, f, value, 0, &named));
        where_add(w, " and t.{} = ?", VALS((Name){f->name}, named ? named->row : row));
    } else if (f->kind == FIELD_INTEGER) {
        str_int(value, &row);
        where_add(w, " and t.{} = ?", VALS((Name){f->name}, row));
    } else {
        where_add(w, " and t.{} = ?", VALS((Name){f->name}, value));
    }
    return 0;
}

static void choice_filter_add(Where *w, const RecordType *t, const Field *f, Str value)
{
    Str word;
    while (str_word(&value, &word)) {
        where_add(w, " and exists (select 1 from \"{}.{}\" m where m.row = t.row and m.value = ?)", VALS(t->name, f->name, word));
    }
}

// The day by which a row stands, for an order that an index keeps: 0 for none.
static void own_day(Where *w, const RecordType *t)
{
    where_add(w, "coalesce(t.\"{}_day\", 0)", VALS(t->fields[t->day].name));
}

// A day that she may not see would be told by its place.
static bool stands_by_day(const Store *s, const ListAsk *ask)
{
    return ask->by_day && ask->type->day >= 0 && may_see(&s->user, ask->type, &ask->type->fields[ask->type->day]);
}

static Err *list_where(Store *s, const ListAsk *ask, Where *w)
{
    where_add(w, "true", VALS());
    for (int i = 0; i < ask->filters_n; i++) {
        const Field *f = ask->filters[i].field;
        if (!may_see(&s->user, ask->type, f)) return fail(s->a, ERR_INPUT, "The field {} is not open to you.", f->name);
        where_open(s, w, ask->type, f, 0);
        if (!ask->filters[i].value.n && !field_sealed(f)) where_empty(s, w, f);
        else if (f->kind == FIELD_CHOICES && !field_sealed(f)) choice_filter_add(w, ask->type, f, ask->filters[i].value);
        else TRY(filter_add(s, w, f, ask->filters[i].value));
    }
    if (ask->key.n) where_add(w, " and t.key = ?", VALS(str_bare(ask->key)));
    bool first = ask->state.n && str_equal(ask->state, state_first(s->pack, ask->type)); // with those that tell none
    if (ask->state.n) where_add(w, first ? " and t.state in (?, '')" : " and t.state = ?", VALS(ask->state));
    bool closed = ask->link && !may_see(&s->user, ask->type, ask->link);
    if (closed) where_add(w, " and false", VALS());
    else if (ask->link) where_add(w, " and t.{} = ?", VALS((Name){ask->link->name}, ask->of));
    if (ask->link) where_open(s, w, ask->type, ask->link, 0);
    if (ask->from_to && stands_by_day(s, ask) && ask->from_to->at == ask->type->day) { // in the index that keeps the order
        where_add(w, " and ", VALS());
        own_day(w, ask->type);
        where_add(w, " between ? and ?", VALS((int64_t)(ask->from > 1 ? ask->from : 1), (int64_t)ask->to));
    } else if (ask->from_to) {
        where_add(w, " and t.\"{}_day\" between ? and ?", VALS(ask->from_to->name, (int64_t)ask->from, (int64_t)ask->to));
    }
    return 0;
}

// What stands behind a place.
static void list_after(const Store *s, const ListAsk *ask, Where *w)
{
    if (ask->after.row && stands_by_day(s, ask)) {
        where_add(w, " and ", VALS());
        own_day(w, ask->type);
        where_add(w, " <= ? and (", VALS((int64_t)ask->after.day));
        own_day(w, ask->type);
        where_add(w, " < ? or t.row < ?)", VALS((int64_t)ask->after.day, ask->after.row));
    } else if (ask->after.row) {
        where_add(w, " and t.row < ?", VALS(ask->after.row));
    }
}

static Sql list_sort(Store *s, const ListAsk *ask, int limit)
{
    bool by_day = stands_by_day(s, ask);
    Where w = where_begin(s->a);
    where_add(&w, " order by ", VALS());
    if (by_day) own_day(&w, ask->type);
    where_add(&w, by_day ? " desc, t.row desc limit ?" : "t.row desc limit ?", VALS(limit));
    return where_end(&w);
}

static Err *list_condition(Store *s, const ListAsk *ask, Where *w, Sql *joins)
{
    Condition with = {0};
    Sql where;
    *joins = (Sql){0};
    TRY(list_where(s, ask, w));
    if (!ask->where) return 0;
    TRY(condition_sql(s, ask->type, ask->where, &with, &where));
    where_open(s, w, ask->type, 0, ask->where);
    where_add(w, " and (", VALS());
    where_sql(w, where);
    where_add(w, ")", VALS());
    *joins = condition_joins(&with);
    return 0;
}

static const bool *screen_wants(Store *s, const ListAsk *ask)
{
    const Screen *screen = ask->screen;
    if (!screen) return 0;
    bool *wanted = take(s->a, bool, screen->record->n);
    for (int i = 0; i < screen->columns_n; i++) {
        const Column *c = &screen->columns[i];
        const Field *own = c->through ? 0 : c->link ? c->link : c->field;
        if (own) wanted[own->at] = true;
        for (int k = 0; k < screen->record->n && str_equal(c->name, S("title")); k++) wanted[k] |= shape_of(s, screen->record)->titled[k];
    }
    if (stands_by_day(s, ask)) wanted[ask->type->day] = true;
    return wanted;
}

static ListPlace list_place(Store *s, const ListAsk *ask, const Record *r)
{
    Days days;
    const Field *f = stands_by_day(s, ask) ? &ask->type->fields[ask->type->day] : 0;
    bool dated = f && field_days(f, s->pack->offset, r->cells[f->at].text, &days);
    return (ListPlace){r->row, dated ? days.first : 0};
}

Err *record_list(Store *s, const ListAsk *ask, RecordPage *out)
{
    Where w = where_begin(s->a);
    int limit = ask->limit < 1 ? 20 : ask->limit > 1000 ? 1000 : ask->limit;
    *out = (RecordPage){0};
    Sql joins;
    TRY(list_condition(s, ask, &w, &joins));
    list_after(s, ask, &w);
    Sql fits = scope_ranges(s, ask->type, joins, where_end(&w), list_sort(s, ask, limit + 1));
    TRY(records_fitting(s, ask->type, screen_wants(s, ask), joins, fits, &out->at, &out->n));
    if (out->n <= limit) return 0;
    out->n = limit;
    out->next = list_place(s, ask, out->at[limit - 1]);
    return 0;
}

Err *record_any(Store *s, const ListAsk *lists, int n, bool *any)
{
    Rows q;
    Where w = where_begin(s->a);
    for (int i = 0; i < n; i++) {
        any[i] = false;
        where_add(&w,
                  i ? " union all select {} where exists (select 1 from {} t where "
                    : "select {} where exists (select 1 from {} t where ",
                  VALS((int64_t)i, (Name){lists[i].type->name}));
        where_sql(&w, scope_rows(s, lists[i].type, MAY_READ));
        if (!may_see(&s->user, lists[i].type, lists[i].link)) where_add(&w, " and false", VALS());
        where_open(s, &w, lists[i].type, lists[i].link, 0);
        where_add(&w, " and t.{} = ?)", VALS((Name){lists[i].link->name}, lists[i].of));
    }
    if (!n) return 0;
    TRY(sql(s->db, s->a, &q, "{}", where_end(&w)));
    while (rows_next(&q)) any[next_int(&q)] = true;
    return 0;
}

Err *record_count(Store *s, const ListAsk *ask, int most, int64_t *out)
{
    Rows q;
    Where w = where_begin(s->a), limit = where_begin(s->a);
    Sql joins;
    TRY(list_condition(s, ask, &w, &joins));
    where_add(&limit, " limit ?", VALS((int64_t)most));
    TRY(sql(s->db, s->a, &q, "select count(*) from (select 1 from {} t{} where {}) counted",
        (Name){ask->type->name}, joins, scope_ranges(s, ask->type, joins, where_end(&w), where_end(&limit))));
    must(rows_next(&q));
    *out = next_int(&q);
    return 0;
}

// ---- export: the contract's columns, values as they were given, rows by key in byte order --------------------

typedef struct { const RecordType *t; ExportFormat format; File *to; int64_t n; } Export;

static Err *export_row(void *with, Store *s, Record *r)
{
    Export *x = with;
    Buf o = buf_in(s->a);
    if (x->format == EXPORT_JSON) {
        buf_add(&o, x->n ? S(",\n") : S("\n"));
        record_json(&o, s, r);
    } else {
        int n = x->t->contract_n;
        csv_cell(&o, r->key, !n);
        for (int i = 0; i < n; i++) csv_cell(&o, r->cells[x->t->contract[i]->at].text, i == n - 1);
    }
    x->n++;
    return file_write(s->a, x->to, buf_str(&o));
}

static Str export_header(Arena *a, const RecordType *t)
{
    Buf o = buf_in(a);
    buf_add(&o, S("key"));
    for (int i = 0; i < t->contract_n; i++) buf_fill(&o, ",{}", VALS(t->contract[i]->name));
    buf_char(&o, '\n');
    return buf_str(&o);
}

Err *export_records(Store *s, const RecordType *t, ExportFormat format, File *to)
{
    Export x = {t, format, to, 0};
    bool json_wanted = format == EXPORT_JSON;
    TRY(file_write(s->a, to, json_wanted ? S("[") : export_header(s->a, t)));
    TRY(record_each(s, t, 0, (Sql){.text = S("true order by t.key")}, MAY_READ, s->scratch, export_row, &x));
    return json_wanted ? file_write(s->a, to, S("\n]\n")) : 0;
}
