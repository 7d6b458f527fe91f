// A list of records: what it is asked for, the order in which it stands, a page of it, and how many there are.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static bool dated(const Field *f)
{
    return f->kind == FIELD_DATE || f->kind == FIELD_MOMENT;
}

// What it stands by, as the index has it.
static void order_by(Where *w, ListOrder order)
{
    const Field *f = order.field;
    if (order.by == BY_KEY) where_add(w, "t.key", VALS());
    else if (order.by == BY_NUMBER) where_add(w, "coalesce(t.\"no\", '')", VALS());
    else if (dated(f)) where_add(w, "coalesce(t.\"{}_day\", 0)", VALS(f->name));
    else where_add(w, "coalesce(t.{}, {})", VALS((Name){f->name}, ORDER_NONE));
}

bool field_whole(const Store *s, const RecordType *t, const Field *f)
{
    bool *wanted = take(s->a, bool, t->n);
    wanted[f->at] = true;
    return may_see(&s->user, t, f) && !open_asked(s, t, wanted);
}

// A value that is not open to her in every row would be told by its place. Records have always stood by their own day.
static bool order_open(const Store *s, const RecordType *t, const Field *f)
{
    return may_see(&s->user, t, f) && (f->at == t->day || (f->sorts && field_whole(s, t, f)));
}

ListOrder order_own(const Store *s, const RecordType *t)
{
    bool day = t->day >= 0 && order_open(s, t, &t->fields[t->day]);
    return day ? (ListOrder){.by = BY_FIELD, .field = &t->fields[t->day]} : (ListOrder){0};
}

ListOrder order_part(const Store *s, const Screen *screen)
{
    bool said = screen->by && order_open(s, screen->record, screen->by);
    return said ? (ListOrder){.by = BY_FIELD, .field = screen->by, .up = !screen->down} : order_own(s, screen->record);
}

// Keys and numbers have one index, of all rows.
bool sort_read(const Store *s, const RecordType *t, Str words, ListOrder *out)
{
    bool down = words.n && words.p[0] == '-';
    Str name = str_slice(words, down, words.n);
    const Field *f = field_get(t, name);
    *out = (ListOrder){.up = !down};
    if (f && order_open(s, t, f)) {
        out->by = BY_FIELD;
        out->field = f;
    } else if (sees_all(s, t) && str_equal(name, S("key"))) out->by = BY_KEY;
    else if (sees_all(s, t) && t->numbered && str_equal(name, S("no"))) out->by = BY_NUMBER;
    return out->by != BY_WRITTEN;
}

Str sort_words(Arena *a, ListOrder order)
{
    Str name = order.by == BY_KEY ? S("key") : order.by == BY_NUMBER ? S("no") : order.field ? order.field->name : (Str){0};
    return order.up || !name.n ? name : say(a, "-{}", name);
}

Str sorts_told(const Store *s, const RecordType *t)
{
    Buf o = buf_in(s->a);
    ListOrder order;
    for (int i = -2; i < t->n; i++) {
        Str name = i == -2 ? S("key") : i == -1 ? S("no") : t->fields[i].name;
        if (sort_read(s, t, name, &order)) buf_fill(&o, o.n ? ", {}" : "{}", VALS(name));
    }
    return buf_str(&o);
}

// What is behind a place, or (back) before it.
static void list_from(const ListAsk *ask, Where *w)
{
    bool up = ask->order.up != ask->back;
    ListPlace at = ask->after;
    if (!at.row) return;
    if (ask->order.by == BY_WRITTEN) {
        where_add(w, up ? " and t.row > ?" : " and t.row < ?", VALS(at.row));
        return;
    }
    bool number = ask->order.by == BY_FIELD;
    Val by = number ? val_int(at.by) : val_str(at.text);
    where_add(w, " and ", VALS());
    order_by(w, ask->order);
    where_add(w, up ? " >= ? and (" : " <= ? and (", (Vals){&by, 1});
    order_by(w, ask->order);
    where_add(w, up ? " > ? or t.row > ?)" : " < ? or t.row < ?)", (Vals){(Val[]){by, val_int(at.row)}, 2});
}

static Sql list_sort(Store *s, const ListAsk *ask, int limit)
{
    bool up = ask->order.up != ask->back;
    Where w = where_begin(s->a);
    where_add(&w, " order by ", VALS());
    if (ask->order.by != BY_WRITTEN) {
        order_by(&w, ask->order);
        where_add(&w, up ? ", " : " desc, ", VALS());
    }
    where_add(&w, up ? "t.row limit ?" : "t.row desc limit ?", VALS(limit));
    return where_end(&w);
}

static ListPlace list_place(Store *s, const ListAsk *ask, const Record *r)
{
    Days days;
    ListPlace at = {.row = r->row};
    const Field *f = ask->order.field;
    if (ask->order.by == BY_KEY) at.text = r->key;
    else if (ask->order.by == BY_NUMBER) at.text = r->number;
    else if (ask->order.by == BY_FIELD && dated(f)) at.by = field_days(f, s->pack->offset, r->cells[f->at].text, &days) ? days.first : 0;
    else if (ask->order.by == BY_FIELD && !str_int(r->cells[f->at].text, &at.by)) at.by = ORDER_NONE;
    return at;
}

// ---- what it is asked for --------------------------------------------------------------------------------

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
    if (ask->from_to && ask->order.field == ask->from_to) { // in the index that keeps the order
        where_add(w, " and ", VALS());
        order_by(w, ask->order);
        where_add(w, " between ? and ?", VALS((int64_t)(ask->from > 1 ? ask->from : 1), (int64_t)ask->to));
    } else if (ask->from_to) {
        where_add(w, " and t.\"{}_day\" between ? and ?", VALS(ask->from_to->name, (int64_t)ask->from, (int64_t)ask->to));
    }
    return 0;
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

Err *record_fits(Store *s, const Record *r, const Expr *where, bool *out)
{
    Rows q;
    Sql joins;
    Where w = where_begin(s->a);
    TRY(list_condition(s, &(ListAsk){.type = r->type, .where = where}, &w, &joins));
    where_add(&w, " and t.row = ?", VALS(r->row));
    TRY(sql(s->db, s->a, &q, "select 1 from {} t{} where {} and {}", (Name){r->type->name}, joins, scope_rows(s, r->type, MAY_READ),
        where_end(&w)));
    *out = q.rows > 0;
    return 0;
}

// ---- a page of it, and how many there are -----------------------------------------------------------------

static const bool *screen_wants(Store *s, const ListAsk *ask)
{
    const Screen *screen = ask->screen;
    if (!screen) return 0;
    bool *wanted = take(s->a, bool, screen->record->n);
    for (int i = 0; i < screen->columns_n; i++) {
        const Column *c = &screen->columns[i];
        const Field *own = c->through ? 0 : c->link ? c->link : c->field;
        if (own) wanted[own->at] = true;
        for (int k = 0; own && own == c->field && str_equal(own->words, c->name) && k < LANG_COUNT; k++) wanted[own->at + k] = true;
        for (int k = 0; k < screen->record->n && str_equal(c->name, S("title")); k++) wanted[k] |= shape_of(s, screen->record)->titled[k];
    }
    if (ask->order.field) wanted[ask->order.field->at] = true;
    return wanted;
}

// Backwards they are read from the place on, and stand as ever.
static void turn_round(RecordPage *page)
{
    for (int i = 0, k = page->n - 1; i < k; i++, k--) {
        Record *one = page->at[i];
        page->at[i] = page->at[k];
        page->at[k] = one;
    }
}

Err *record_list(Store *s, const ListAsk *ask, RecordPage *out)
{
    Where w = where_begin(s->a);
    int limit = ask->limit < 1 ? 20 : ask->limit > 1000 ? 1000 : ask->limit;
    *out = (RecordPage){0};
    Sql joins;
    TRY(list_condition(s, ask, &w, &joins));
    list_from(ask, &w);
    Sql fits = scope_ranges(s, ask->type, joins, where_end(&w), list_sort(s, ask, limit + 1));
    TRY(records_fitting(s, ask->type, screen_wants(s, ask), joins, fits, &out->at, &out->n));
    bool more = out->n > limit;
    if (more) out->n = limit;
    if (!out->n) return 0;
    for (int i = 0; i < out->n; i++) look_at(s, out->at[i]);
    if (ask->back) turn_round(out);
    if (ask->back ? more : ask->after.row != 0) out->before = list_place(s, ask, out->at[0]);
    if (ask->back || more) out->next = list_place(s, ask, out->at[out->n - 1]);
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

bool list_open(const Store *s, const ListAsk *ask)
{
    return condition_open(s, ask->type, ask->where) && (!ask->link || may_see(&s->user, ask->type, ask->link));
}

Err *record_count(Store *s, const ListAsk *ask, int most, int64_t *out)
{
    Where w = where_begin(s->a), limit = where_begin(s->a), all = where_begin(s->a);
    Sql joins;
    TRY(list_condition(s, ask, &w, &joins));
    where_add(&limit, " limit ?", VALS((int64_t)most));
    where_add(&all, "select count(*) from (select 1 from {} t", VALS((Name){ask->type->name}));
    where_sql(&all, joins);
    where_add(&all, " where ", VALS());
    where_sql(&all, scope_ranges(s, ask->type, joins, where_end(&w), where_end(&limit)));
    where_add(&all, ") counted", VALS());
    return count_asked(s, where_end(&all), out);
}
