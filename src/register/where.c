// Conditions put together: text, and the values that belong to it.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Where where_begin(Arena *a)
{
    return (Where){.text = buf_in(a)};
}

static void where_keep(Where *w, Val v)
{
    if (w->n == w->cap) {
        Val *wider = take(w->text.a, Val, 2 * w->cap + 8);
        if (w->n) memcpy(wider, w->vals, (size_t)w->n * sizeof *wider);
        w->vals = wider;
        w->cap = 2 * w->cap + 8;
    }
    w->vals[w->n++] = v;
}

// The number of a text that is there already: whose rows are somebody's is said in every question inside a question, and a store
// that looks up each of ten thousand values by its name would never end.
static int told(const Where *w, Val v)
{
    for (int i = 0; i < w->n; i++) {
        const Val *one = &w->vals[i];
        if (one->kind == v.kind && (v.kind == VAL_STR ? str_equal(one->s, v.s) : v.kind == VAL_INT && one->i == v.i)) return i + 1;
    }
    return 0;
}

static void where_val(Where *w, Val v)
{
    int number = told(w, v);
    if (!number) where_keep(w, v);
    buf_char(&w->text, '$');
    buf_int(&w->text, number ? number : w->n);
}

Str where_list(Where *w, Vals of)
{
    int padded = of.n <= 1 ? of.n : of.n <= 20 ? 20 : of.n <= 200 ? 200 : 1000;
    Buf o = buf_in(w->text.a);
    must(of.n <= padded);
    for (int i = 0; i < padded; i++) {
        where_keep(w, of.at[i < of.n ? i : of.n - 1]);
        buf_fill(&o, i ? ", ${}" : "${}", VALS(w->n));
    }
    return buf_str(&o);
}

void where_add(Where *w, const char *lit, Vals with)
{
    int used = 0;
    for (const char *p = lit; *p; p++) {
        if (*p == '?') {
            where_val(w, with.at[used++]);
        } else if (p[0] == '{' && p[1] == '}') {
            Val name = with.at[used++];
            buf_fill(&w->text, name.kind == VAL_NAME ? "\"{}\"" : "{}", (Vals){&(Val){.kind = VAL_STR, .s = val_text(w->text.a, name)}, 1});
            p++;
        } else {
            buf_char(&w->text, *p);
        }
    }
    must(used == with.n);
}

void where_sql(Where *w, Sql part)
{
    Str rest = part.text;
    while (rest.n) {
        buf_add(&w->text, str_cut(&rest, '$'));
        if (!rest.p || !rest.n) break;
        isize digits = 0;
        while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9') digits++;
        int64_t number;
        must(str_int(str_slice(rest, 0, digits), &number) && number <= part.with.n);
        where_val(w, part.with.at[number - 1]);
        rest = str_slice(rest, digits, rest.n);
    }
}

Sql where_end(const Where *w)
{
    return (Sql){buf_str(&w->text), {w->vals, w->n}};
}
