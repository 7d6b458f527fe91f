// Reading records: one, some, all for an export; never past the scope of who asks.
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
static Err *list_lost(Store *s, Record *r, int64_t holder)
{
    Rows q;
    if (!entitled_lost(s, r)) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from erasures where row = $1 and compartments <> 0", holder));
    if (q.rows) return 0;
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
    r->due = (int)next_int(q);
    Val waits = next_val(q);
    r->waits = waits.kind != VAL_NULL;
    r->waits_for = waits.s;
    r->number = next_str(q);
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
        if (!seals.keys.holder.n) TRY(list_lost(s, r, seals.keys.row));
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

Err *records_fitting(Store *s, const RecordType *t, const bool *wanted, Sql joins, Sql fits, Record ***out, int *n)
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
    if (*out) look_at(s, *out);
    return *out ? 0 : missing(s, t, id);
}

Err *record_whole(Store *s, const RecordType *t, Str id, Record **out)
{
    TRY(record_get(s, t, id, out));
    if (!(*out)->broken) return 0;
    return fail(s->a, ERR_BROKEN, "What is sealed of {} cannot be opened: run sukhwan verify.", record_where(s->a, t, (*out)->id));
}

Err *record_at(Store *s, const RecordType *t, int64_t row, Record **out)
{
    Where w = where_begin(s->a);
    where_add(&w, "t.row = ?", VALS(row));
    TRY(record_only(s, t, where_end(&w), MAY_READ, out));
    return *out ? 0 : missing(s, t, say(s->a, "{}", row));
}

Err *record_by_row(Store *s, const RecordType *t, int64_t row, Record **out)
{
    TRY(record_at(s, t, row, out));
    look_at(s, *out);
    return 0;
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

// What is not open to her is named, and says nothing.
static void hidden_json(Buf *o, const Record *r)
{
    int n = 0;
    for (int i = 0; i < r->type->n; i++) {
        if (!r->cells[i].hidden) continue;
        buf_add(o, n++ ? S(",") : S(",\"hidden\":["));
        json_text(o, r->type->fields[i].name);
    }
    if (n) buf_char(o, ']');
}

void record_json(Buf *o, Store *s, const Record *r)
{
    (void)s;
    json(o, "{'id':{},'key':{},'version':{},'state':{}", r->id, r->key, r->version, r->state);
    if (r->type->numbered) json(o, ",'no':{}", val_or_null(r->number));
    if (r->broken) buf_add(o, S(",\"broken\":true"));
    for (int i = 0; i < r->type->n; i++) {
        if (r->cells[i].hidden) continue;
        buf_char(o, ',');
        json_text(o, r->type->fields[i].name);
        buf_char(o, ':');
        if (field_files(&r->type->fields[i])) files_json(o, r->cells[i].text);
        else json_text(o, r->cells[i].text);
    }
    hidden_json(o, r);
    buf_char(o, '}');
}

// ---- export: the contract's columns, values as they were given, rows by key in byte order --------------------

enum { EXPORT_TURN = 1000 };      // so many are noted as looks, and then leave
typedef struct { const RecordType *t; ExportFormat format; File *to; int64_t n; Store *s; Buf *o; } Export;

static Err *export_leave(Export *x)
{
    TRY(looks_note(x->s, LOOK_EXPORT));
    TRY(file_write(x->s->a, x->to, buf_str(x->o)));
    x->o->n = 0;
    return 0;
}

static Err *export_row(void *with, Store *s, Record *r)
{
    Export *x = with;
    Buf *o = x->o;
    Record shown = *r;
    shown.id = str_copy(x->s->a, r->id); // this turn's memory goes before it is noted
    look_at(x->s, &shown);
    if (x->format == EXPORT_JSON) {
        buf_add(o, x->n ? S(",\n") : S("\n"));
        record_json(o, s, r);
    } else {
        int n = x->t->contract_n;
        csv_cell(o, r->key, !n);
        for (int i = 0; i < n; i++) csv_cell(o, value_outside(s->a, x->t->contract[i], r->cells[x->t->contract[i]->at].text), i == n - 1);
    }
    return ++x->n % EXPORT_TURN ? 0 : export_leave(x);
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
    Buf o = buf_in(s->a);
    Export x = {.t = t, .format = format, .to = to, .s = s, .o = &o};
    buf_add(&o, format == EXPORT_JSON ? S("[") : export_header(s->a, t));
    TRY(record_each(s, t, 0, (Sql){.text = S("true order by t.key")}, MAY_READ, s->scratch, export_row, &x));
    if (format == EXPORT_JSON) buf_add(&o, S("\n]\n"));
    return export_leave(&x);
}
