// What an effect sets in other records that are there: what a link names, or those whose links name the same.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static bool is_same(const Save *one, const RecordType *t, Str id)
{
    return one->t == t && str_equal(one->e.id, id);
}

// It is saved already, by this very saving: what two effects say of one record would not be known of each other.
static bool is_there(const Save *one, const RecordType *t, Str id)
{
    bool there = is_same(one, t, id);
    for (const Save *made = one->made; made && !there; made = made->beside) there = is_there(made, t, id);
    return there;
}

static Err *other_judge(Save *v, const PackEffect *e, const View *view, Str id, int64_t row)
{
    Arena *a = v->s->a;
    Store *whole = take(a, Store, 1); // what hangs on it is asked later
    Record *now;
    View *of;
    *whole = *v->s;
    whole->user.role = 0;
    TRY(record_lock(whole, e->made, id));
    TRY(record_at(whole, e->made, row, &now));
    if (!now) return 0;
    if (e->whose) {
        TRY(record_view(whole, e->made, now->row, now->cells, now->state, now->since, 0, &of));
        bool closed = view_closed(of, e->whose), fits = !closed && expr_true(a, e->whose, of);
        TRY(view_asked(of));
        if (closed) follow_closed(v);
        if (!fits) return 0;
    }
    if (is_there(step_of(v), e->made, id)) {
        follow_refuse(v, (Str){0}, message(a, "What follows from it would change one {} twice in one saving: tell who looks"
            " after the pack.",
            words_in(&e->made->label, v->s->lang)));
        return 0;
    }
    return made_judge(v, e, view, now);
}

// Of an empty link, or of one to what is not there yet, there is none.
static Err *others_find(Save *v, const PackEffect *e, Rows *q)
{
    Store *s = v->s;
    Where w = where_begin(s->a);
    bool none = false;
    for (int i = 0; i < e->same_n; i++) {
        int64_t row = v->cells[e->same[i].here->at].row;
        none |= row <= 0;
        where_add(&w, i ? " and {} = ?" : "{} = ?", VALS((Name){e->same[i].there->name}, row));
    }
    if (e->of) {
        int64_t row = v->cells[e->of->at].row;
        none |= row <= 0;
        where_add(&w, "row = ?", VALS(row));
    }
    *q = (Rows){0};
    if (none) return 0;
    return sql(s->db, s->a, q, "select row, id from {} where {} order by row limit $1", (Name){e->made->name}, where_end(&w),
        MADE_MOST + 1);
}

Err *others_judge(Save *v, const PackEffect *e, const View *view)
{
    Rows q;
    TRY(others_find(v, e, &q));
    while (rows_next(&q)) {
        int64_t row = next_int(&q);
        TRY(other_judge(v, e, view, next_str(&q), row));
    }
    return 0;
}

// Something else that follows, as sight that is given, wrote an entry about it meanwhile.
Err *other_anew(Save *made)
{
    Record *now;
    TRY(record_at(made->s, made->t, made->now->row, &now));
    must(now);
    made->e.version = now->version;
    made->e.entry = now->entry;
    made->e.head = now->head;
    return 0;
}
