// Which rows exist for a user: the one place that decides, from the words of her sentence. Every read goes through it.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Str who_user(Arena *a, Str name)
{
    return say(a, "user/{}", name);
}

Str who_unit(Arena *a, Str key)
{
    return say(a, "unit/{}", key);
}

Str agency_of_unit(const Store *s, Str key)
{
    const Unit *unit = unit_get(s->pack, key);
    return unit ? unit->agency : agency_name; // the operator's
}

bool sees_all(const Store *s, const RecordType *type)
{
    return may_all(&s->user, type, MAY_READ);
}

// ---- words of rows -------------------------------------------------------------------------------------

static Str my_unit(const Store *s)
{
    return s->user.unit ? s->user.unit->key : S("-"); // no unit bears that
}

static void own(Store *s, const RecordType *t, Where *w)
{
    (void)t;
    where_add(w, "t.actor = ?", VALS(s->user.name));
}

static void of_unit(Store *s, const RecordType *t, Where *w)
{
    (void)t;
    where_add(w, "t.unit = ?", VALS(my_unit(s)));
}

static void of_agency(Store *s, const RecordType *t, Where *w)
{
    (void)t;
    where_add(w, "t.agency = ?", VALS(agency_of(s)));
}

// Sight that was given of a row holds from when it is open until its last day.
static void given(Store *s, Where *w, Str who, const RecordType *of, Str row)
{
    where_add(w, "exists (select 1 from grants g where g.who = ? and g.record = ? and g.row = {} and g.open = 1 and g.until >= ?",
        VALS(who, of->name, row, (int64_t)register_today(s)));
}

static void given_to(Store *s, const RecordType *t, Where *w, Str who)
{
    given(s, w, who, t, S("t.row"));
    where_add(w, ")", VALS());
    if (t->person < 0) return;
    const Field *person = &t->fields[t->person];
    where_add(w, " or ", VALS());
    given(s, w, who, person->target, say(s->a, "t.\"{}\"", person->name));
    where_add(w, " and g.compartments & ? <> 0)", VALS((int64_t)(1u << stands_in(t))));
}

static void assigned(Store *s, const RecordType *t, Where *w)
{
    own(s, t, w);
    where_add(w, " or ", VALS());
    given_to(s, t, w, who_user(s->a, s->user.name));
}

static void granted(Store *s, const RecordType *t, Where *w)
{
    given_to(s, t, w, who_unit(s->a, my_unit(s)));
    where_add(w, " or ", VALS());
    given_to(s, t, w, who_user(s->a, s->user.name));
}

// What a record says of its province: a choice of the list that her province is of.
static void says_province(Where *w, const RecordType *t, Str alias, Str province)
{
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->kind != FIELD_CHOICE || field_sealed(f) || !list_get(f->list, province)) continue;
        where_add(w, " or {}.{} = ?", VALS(alias, (Name){f->name}, province));
    }
}

static void units_of(Store *s, Where *w, Str alias, Str province)
{
    for (int i = 0; i < s->pack->units_n; i++) {
        const Unit *unit = &s->pack->units[i];
        if (str_equal(unit->province, province)) where_add(w, " or {}.unit = ?", VALS(alias, unit->key));
    }
}

// The rows of her province: where they were recorded. That is where the unit lies that made them, where their case says
// that it happened, and what a record says of itself, unless it is about a person: where somebody comes from or goes to
// opens nothing.
static void of_province(Store *s, const RecordType *t, Where *w)
{
    const Unit *mine = s->user.unit;
    of_unit(s, t, w);
    if (!mine || !mine->province.n) return;
    units_of(s, w, S("t"), mine->province);
    if (!t->sealed || t->role == ROLE_CASE) says_province(w, t, S("t"), mine->province);
    if (t->the_case < 0) return;
    const Field *link = &t->fields[t->the_case];
    where_add(w, " or exists (select 1 from {} above where above.row = t.{} and (false",
        VALS((Name){link->target->name}, (Name){link->name}));
    says_province(w, link->target, S("above"), mine->province);
    where_add(w, "))", VALS());
}

static const struct { RowWord word; void (*rows)(Store *, const RecordType *, Where *); } words[] = {
    {ROWS_OWN, own}, {ROWS_UNIT, of_unit}, {ROWS_AGENCY, of_agency}, {ROWS_ASSIGNED, assigned}, {ROWS_GRANTED, granted},
    {ROWS_PROVINCE, of_province},
};

Sql scope_rows(Store *s, const RecordType *type, May what)
{
    unsigned rows = may_rows(&s->user, type, what);
    const Expr *narrows = may_where(&s->user, type);
    Where w = where_begin(s->a);
    if (!rows) return (Sql){.text = S("false")};
    if (rows & (unsigned)ROWS_ALL && !narrows) return (Sql){.text = S("true")};
    where_add(&w, rows & (unsigned)ROWS_ALL ? "(true" : "((false", VALS());
    for (int i = 0; !(rows & (unsigned)ROWS_ALL) && i < countof(words); i++) {
        if (!(rows & (unsigned)words[i].word)) continue;
        where_add(&w, " or ", VALS());
        words[i].rows(s, type, &w);
    }
    if (!(rows & (unsigned)ROWS_ALL)) where_add(&w, ")", VALS());
    if (narrows) where_add(&w, " and ", VALS());
    if (narrows) where_sql(&w, condition_right(s, type, narrows));
    where_add(&w, ")", VALS());
    return where_end(&w);
}

// ---- what a link names -----------------------------------------------------------------------------------

// It is there only as far as it exists for her. The scope speaks of a t of its own.
void where_hers(Store *s, Where *w, const RecordType *target, Str alias, May what)
{
    if (may_all(&s->user, target, what)) return;
    where_add(w, " and exists (select 1 from {} t where t.row = {}.row and ", VALS((Name){target->name}, alias));
    where_sql(w, scope_rows(s, target, what));
    where_add(w, ")", VALS());
}

// Empty is also the link to what does not exist for her.
void where_empty(Store *s, Where *w, const Field *f)
{
    if (f->kind != FIELD_LINK || sees_all(s, f->target)) {
        where_add(w, " and t.{} is null", VALS((Name){f->name}));
        return;
    }
    where_add(w, " and not exists (select 1 from {} k where k.row = t.{}", VALS((Name){f->target->name}, (Name){f->name}));
    where_hers(s, w, f->target, S("k"), MAY_READ);
    where_add(w, ")", VALS());
}
