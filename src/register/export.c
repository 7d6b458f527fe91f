// Export: the contract's columns, values as they were given, rows by key in byte order.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

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
        for (int i = 0; i < n; i++) csv_cell(&o, r->values[x->t->contract[i]->at], i == n - 1);
    }
    x->n++;
    return file_write(s->a, x->to, buf_str(&o));
}

static Str header(Arena *a, const RecordType *t)
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
    TRY(file_write(s->a, to, json_wanted ? S("[") : header(s->a, t)));
    TRY(record_each(s, t, 0, (Sql){.text = S("true order by t.key")}, s->scratch, export_row, &x));
    return json_wanted ? file_write(s->a, to, S("\n]\n")) : 0;
}
