// Values, messages with holes, errors and faults.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"
#include <stdio.h>

Val val_int(int64_t i) { return (Val){.kind = VAL_INT, .i = i}; }
Val val_real(double d) { return (Val){.kind = VAL_REAL, .d = d}; }
Val val_str(Str s) { return (Val){.kind = VAL_STR, .s = s}; }
Val val_blob(Blob b) { return (Val){.kind = VAL_BLOB, .s = b.s}; }
Val val_html(Html h) { return (Val){.kind = VAL_HTML, .s = h.s}; }
Val val_url(Url u) { return (Val){.kind = VAL_URL, .s = u.s}; }
Val val_name(Name n) { return (Val){.kind = VAL_NAME, .s = n.s}; }
Val val_sql(Sql q) { return (Val){.kind = VAL_SQL, .s = q.text, .with = q.with}; }
Val val_same(Val v) { return v; }
Val val_or_null(Str s) { return s.n ? val_str(s) : (Val){0}; }

Str val_text(Arena *a, Val v)
{
    if (v.kind == VAL_INT) {
        Buf o = buf_in(a);
        buf_int(&o, v.i);
        return buf_str(&o);
    }
    if (v.kind == VAL_REAL) {
        char *p = take(a, char, 32);
        return (Str){p, snprintf(p, 32, "%.15g", v.d)};
    }
    return v.s;
}

void buf_fill(Buf *o, const char *lit, Vals with)
{
    int used = 0;
    for (const char *p = lit; *p;) {
        if (p[0] == '{' && p[1] == '}') {
            must(used < with.n);
            const Val *v = &with.at[used++];
            if (v->kind == VAL_INT) buf_int(o, v->i);
            else buf_add(o, val_text(o->a, *v));
            p += 2;
        } else {
            const char *hole = strstr(p, "{}");
            isize n = hole ? hole - p : (isize)strlen(p);
            buf_add(o, (Str){p, n});
            p += n;
        }
    }
    must(used == with.n);
}

Str fill(Arena *a, const char *lit, Vals with)
{
    Val *texts = take(a, Val, with.n); // first, so that the buffer grows in place
    for (int i = 0; i < with.n; i++) texts[i] = val_str(val_text(a, with.at[i]));
    Buf o = buf_in(a);
    buf_fill(&o, lit, (Vals){texts, with.n});
    return buf_str(&o);
}

Message message_keep(Arena *a, const char *lit, Vals with)
{
    Val *kept = take(a, Val, with.n);
    for (int i = 0; i < with.n; i++) {
        kept[i] = with.at[i];
        if (kept[i].s.n) kept[i].s = str_copy(a, kept[i].s);
    }
    return (Message){lit, {kept, with.n}};
}

Str message_text(Arena *a, Message m)
{
    return m.words ? fill(a, m.words, m.with) : (Str){0};
}

Err *err_make(Arena *a, ErrKind kind, Message m)
{
    Err *e = take(a, Err, 1);
    *e = (Err){.kind = kind, .message = m};
    return e;
}

Err *err_keep(Arena *a, const Err *e)
{
    if (!e) return 0;
    Err *kept = err_make(a, e->kind, message_keep(a, e->message.words, e->message.with));
    kept->crossed = e->crossed;
    return kept;
}

Str err_text(Arena *a, const Err *e)
{
    return message_text(a, e->message);
}

Fault *faults_add(Arena *a, Faults *all, Fault one)
{
    Fault *kept = take(a, Fault, 1);
    *kept = one;
    kept->next = 0;
    *(all->last ? &all->last->next : &all->first) = kept;
    all->last = kept;
    if (one.warning) all->warnings++;
    else all->n++;
    return kept;
}

bool faults_about(const Faults *all, Str column)
{
    // To its own end: the list may have grown since this copy of its ends was made.
    for (const Fault *f = all->last ? all->first : 0; f; f = f == all->last ? 0 : f->next) {
        if (!f->warning && str_equal(f->column, column)) return true;
    }
    return false;
}
