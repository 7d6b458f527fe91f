// Counts of earlier years: kept as they were told, and shown beside what is counted.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { EARLIER_MOST = 500 };
typedef struct { Str figure; FigureEarlier said; } Kept;

static void column_add(Store *s, Where *w, const RecordType *t, const Field *f)
{
    if (may_see(&s->user, t, f)) where_add(w, ", t.{}", VALS((Name){f->name}));
    else where_add(w, ", null", VALS());
}

static Str number_text(Store *s, Rows *q)
{
    Val v = next_val(q);
    return v.kind == VAL_NULL ? (Str){0} : val_text(s->a, v);
}

// Those whose days meet the days asked for; one without a beginning began before, one without an end goes on.
static Err *kept_read(Store *s, const FigureAsk *ask, Kept **out, int *n)
{
    const Earlier *e = &s->pack->earlier;
    const Field *const *f = e->fields;
    Where cells = where_begin(s->a), w = where_begin(s->a);
    Rows q;
    for (int i = EARLIER_BEGINS; i < EARLIER_FIELDS; i++) column_add(s, &cells, e->record, f[i]);
    where_sql(&w, scope_rows(s, e->record, MAY_READ));
    where_add(&w, " and t.{} is not null and coalesce(t.\"{}_day\", 0) <= ? and coalesce(t.\"{}_last\", ?) >= ?",
        VALS((Name){f[EARLIER_FIGURE]->name}, f[EARLIER_BEGINS]->name, (int64_t)ask->to, f[EARLIER_ENDS]->name, (int64_t)ask->from,
            (int64_t)ask->from));
    where_add(&w, " order by coalesce(t.\"{}_day\", 0), t.row limit ?", VALS(f[EARLIER_BEGINS]->name, (int64_t)EARLIER_MOST));
    TRY(sql(s->db, s->a, &q, "select t.{}{} from {} t where {}", (Name){f[EARLIER_FIGURE]->name}, where_end(&cells),
        (Name){e->record->name}, where_end(&w)));
    *out = take(s->a, Kept, EARLIER_MOST);
    while (rows_next(&q) && *n < EARLIER_MOST) {
        Kept *one = &(*out)[(*n)++];
        one->figure = next_str(&q);
        one->said.from = next_str(&q);
        one->said.to = next_str(&q);
        one->said.value = number_text(s, &q);
        one->said.female = number_text(s, &q);
        one->said.written = next_str(&q);
        one->said.source = next_str(&q);
    }
    return 0;
}

Err *earlier_beside(Store *s, const FigureAsk *ask, FigureAnswer *out)
{
    const Earlier *e = &s->pack->earlier;
    Kept *kept;
    int n = 0;
    if (!e->record || !may_any(&s->user, e->record, MAY_READ) || !may_see(&s->user, e->record, e->fields[EARLIER_FIGURE])) return 0;
    TRY(kept_read(s, ask, &kept, &n));
    for (int i = 0; n && i < out->rows_n; i++) {
        FigureRow *row = &out->rows[i];
        row->earlier = take(s->a, FigureEarlier, n);
        for (int k = 0; k < n && !row->closed; k++) {
            if (str_equal(kept[k].figure, row->figure->name)) row->earlier[row->earlier_n++] = kept[k].said;
        }
    }
    return 0;
}
