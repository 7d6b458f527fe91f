// What rules see of a record: its cells, those behind its links, and what hangs on it, which is asked when a rule asks.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

typedef struct { Hung hung; Store *s; int64_t row; Err *e; } Asked;

static ExprValue hung_ask(Hung *hung, Arena *a, const Expr *e, const View *on)
{
    Asked *asked = (Asked *)hung;
    ExprValue v;
    Err *err = hanging_ask(asked->s, e, asked->row, on, a, &v);
    if (!asked->e) asked->e = err;
    return v;
}

Err *view_asked(const View *view)
{
    return ((const Asked *)view->hanging)->e;
}

Err *record_view(Store *s, const RecordType *t, int64_t row, const Cell *cells, Str state, int since, Record *const *read, View **out)
{
    View *view = take(s->a, View, 1);
    const View **linked = take(s->a, const View *, t->n);
    Asked *asked = take(s->a, Asked, 1);
    *asked = (Asked){{hung_ask}, s, row, 0};
    *view = (View){.type = t, .cells = cells, .linked = linked, .today = register_today(s), .state = state, .since = since,
        .hanging = &asked->hung};
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
        *other = (View){.type = one->type, .cells = one->cells, .today = view->today, .state = one->state, .since = one->since};
        linked[i] = other;
    }
    return 0;
}
