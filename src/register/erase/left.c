// What stays of somebody who is erased, so that the figures of closed years do; and what is not over yet.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- hers: she, and what hangs on her ----------------------------------------------------------------------

typedef struct { Record **at; int n; } Hers;

static bool hangs(const RecordType *t, const RecordType *person)
{
    return t->person >= 0 && t->fields[t->person].target == person;
}

// Of fields that are not sealed: nothing is opened.
static Err *hers_read(Store *s, const Record *person, Hers *out)
{
    Store whole = *s;
    int most = 0;
    whole.user = user_operator();
    *out = (Hers){0};
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        Record **found, **all;
        int n;
        Where w = where_begin(s->a);
        bool *wanted = take(s->a, bool, t->n);
        for (int k = 0; k < t->n; k++) wanted[k] = !field_sealed(&t->fields[k]);
        if (t == person->type) where_add(&w, "t.row = ?", VALS(person->row));
        else if (hangs(t, person->type)) where_add(&w, "t.{} = ?", VALS((Name){t->fields[t->person].name}, person->row));
        else continue;
        where_add(&w, " order by t.row", VALS());
        TRY(records_fitting(&whole, t, wanted, (Sql){0}, where_end(&w), &found, &n));
        if (out->n + n > most) {
            most = 2 * (out->n + n);
            all = take(s->a, Record *, most);
            if (out->n) memcpy(all, out->at, (size_t)out->n * sizeof(Record *));
            out->at = all;
        }
        if (n) memcpy(out->at + out->n, found, (size_t)n * sizeof(Record *));
        out->n += n;
    }
    return 0;
}

// ---- what stays -------------------------------------------------------------------------------------------

// All days of hers that stay, by which figures ask how old she was.
static Days *days_of(Store *s, const Hers *hers, int *n)
{
    int most = 1;
    *n = 0;
    for (int i = 0; i < hers->n; i++) most += hers->at[i]->type->n;
    Days *out = take(s->a, Days, most);
    for (int i = 0; i < hers->n; i++) {
        const Record *r = hers->at[i];
        for (int k = 0; k < r->type->n; k++) {
            const Field *f = &r->type->fields[k];
            if (f->stays == STAYS_WHOLE && field_days(f, s->pack->offset, r->cells[k].text, &out[*n])) ++*n;
        }
    }
    return out;
}

static Str value_left(Store *s, const Record *r, const Field *f, const Days *days, int n)
{
    Str value = r->cells[f->at].text;
    if (f->stays == STAYS_WHOLE) return value;
    if (f->stays == STAYS_AGE) return birth_cut(s->a, s->pack, value, days, n);
    View view = {.type = r->type, .cells = r->cells, .state = r->state, .since = r->since, .today = register_today(s)};
    return f->stays == STAYS_MADE ? expr_text(s->a, f->stays_as, &view) : (Str){0};
}

// What it names, by ids: rows are this store's alone.
static Err *links_left(Store *s, const Record *r, Buf *o)
{
    bool first = true;
    buf_add(o, S("},\"links\":{"));
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        Rows q;
        if (f->kind != FIELD_LINK || !r->cells[i].row) continue;
        TRY(sql(s->db, s->a, &q, "select id from {} where row = $1", (Name){f->target->name}, r->cells[i].row));
        if (!rows_next(&q)) continue;
        if (!first) buf_char(o, ',');
        first = false;
        json_text(o, f->name);
        buf_char(o, ':');
        json_text(o, next_str(&q));
    }
    return 0;
}

static Err *record_left(Store *s, const Record *r, unsigned compartments, const Days *days, int n, Buf *o)
{
    bool first = true;
    json(o, "{'record':{},'id':{},'unit':{},'agency':{},'state':{},'since':{},'says':{", r->type->name, r->id, r->unit, r->agency,
        r->state, r->since ? day_text(s->a, r->since) : (Str){0});
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        Str value = {0};
        if (f->kind != FIELD_LINK && compartments >> f->compartment & 1) value = value_left(s, r, f, days, n);
        if (!value.n) continue;
        if (!first) buf_char(o, ',');
        first = false;
        json_text(o, f->name);
        buf_char(o, ':');
        json_text(o, value);
    }
    if (compartments == COMPARTMENTS_ALL) TRY(links_left(s, r, o)); // of parts alone they stand in their entries still
    buf_add(o, S("}}"));
    return 0;
}

Err *erasure_left(Store *s, const Record *person, unsigned compartments, Buf *records, int64_t *count)
{
    Hers hers;
    int n;
    TRY(hers_read(s, person, &hers));
    Days *days = days_of(s, &hers, &n);
    for (int i = 0; i < hers.n; i++) {
        if (i) buf_char(records, ',');
        TRY(record_left(s, hers.at[i], compartments, days, n, records));
    }
    *count = hers.n;
    return 0;
}

// ---- what is not over --------------------------------------------------------------------------------------

static Err *keeps(Store *s, const Record *r, Faults *all)
{
    View *view;
    if (!r->type->keeps) return 0;
    Err *e = record_view(s, r->type, r->row, r->cells, r->state, r->since, 0, &view);
    if (e) return e;
    bool holds = expr_true(s->a, r->type->keeps, view);
    TRY(view_asked(view));
    if (!holds) return 0;
    Str kind = words_in(&r->type->label, s->lang), what = r->number.n ? r->number : r->key;
    faults_add(s->a, all, (Fault){.column = S("keeps"), .value = what,
        .message = message(s->a, "The {} {} is not over yet: she is erased when it is.", kind, what)});
    return 0;
}

// Of hers, and of what they are about: the case in which she is a victim, and its trial.
Err *erasure_blocked(Store *s, const Record *person, Faults *all)
{
    Hers hers;
    Map met = {0};
    Store whole = *s;
    whole.user = user_operator();
    TRY(hers_read(s, person, &hers));
    for (int i = 0; i < hers.n; i++) {
        const Record *r = hers.at[i];
        TRY(keeps(&whole, r, all));
        for (int k = 0; k < r->type->n; k++) {
            const Field *f = &r->type->fields[k];
            bool is_new = false;
            Record *other;
            if (f->kind != FIELD_LINK || !r->cells[k].row || !f->target->keeps || r->cells[k].row == person->row) continue;
            map_put(&met, s->a, number_key(&r->cells[k].row), &is_new);
            if (!is_new) continue;
            TRY(record_at(&whole, f->target, r->cells[k].row, &other));
            if (other->type->person < 0) TRY(keeps(&whole, other, all));
        }
    }
    return 0;
}
