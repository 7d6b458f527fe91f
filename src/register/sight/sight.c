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

Compartment stands_in(const RecordType *t)
{
    return t->day >= 0 ? t->fields[t->day].compartment : COMPARTMENT_CASE;
}

bool sees_all(const Store *s, const RecordType *type)
{
    return may_all(&s->user, type, MAY_READ);
}

// ---- words of rows -------------------------------------------------------------------------------------
// Each word gives ways to a row: what the row says itself, or sight that was given to somebody of it, or of whom it hangs on.

typedef struct { Sql fits; Str given_to; bool through; } Way; // given_to empty: by what fits
typedef struct { Store *s; const RecordType *t; May what; Way at[12]; int n; } Ways;

static void way_add(Ways *w, Sql fits)
{
    must(w->n < countof(w->at));
    w->at[w->n++] = (Way){.fits = fits};
}

static void says(Ways *w, const char *condition, Str value)
{
    Where one = where_begin(w->s->a);
    where_add(&one, condition, VALS(value));
    way_add(w, where_end(&one));
}

static Str my_unit(const Store *s)
{
    return s->user.unit ? s->user.unit->key : S("-"); // no unit bears that
}

static void own(Ways *w)
{
    says(w, "t.actor = ?", w->s->user.name);
}

static void of_unit(Ways *w)
{
    says(w, "t.unit = ?", my_unit(w->s));
}

static void of_agency(Ways *w)
{
    says(w, "t.agency = ?", agency_of(w->s));
}

static void given_to(Ways *w, Str who)
{
    for (int through = 0; through < (w->t->person < 0 ? 1 : 2); through++) {
        bool known = false;
        for (int i = 0; i < w->n; i++) known |= w->at[i].through == through && str_equal(w->at[i].given_to, who);
        must(w->n < countof(w->at));
        if (!known) w->at[w->n++] = (Way){.given_to = who, .through = through};
    }
}

static void assigned(Ways *w)
{
    own(w);
    given_to(w, who_user(w->s->a, w->s->user.name));
}

static void granted(Ways *w)
{
    given_to(w, who_unit(w->s->a, my_unit(w->s)));
    given_to(w, who_user(w->s->a, w->s->user.name));
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

// The rows of her province: where they were recorded. That is where the unit lies that made them, where their case was
// recorded or says that it happened, and what a record says of itself, unless it is about a person: where somebody comes
// from or goes to opens nothing.
static void of_province(Ways *ways)
{
    Store *s = ways->s;
    const RecordType *t = ways->t;
    const Unit *mine = s->user.unit;
    Where w = where_begin(s->a);
    of_unit(ways);
    if (!mine || !mine->province.n) return;
    where_add(&w, "(false", VALS());
    units_of(s, &w, S("t"), mine->province);
    if (!t->sealed || t->role == ROLE_CASE) says_province(&w, t, S("t"), mine->province);
    if (t->the_case >= 0) {
        const Field *link = &t->fields[t->the_case];
        where_add(&w, " or exists (select 1 from {} above where above.row = t.{} and (false",
            VALS((Name){link->target->name}, (Name){link->name}));
        units_of(s, &w, S("above"), mine->province);
        says_province(&w, link->target, S("above"), mine->province);
        where_add(&w, "))", VALS());
    }
    where_add(&w, ")", VALS());
    way_add(ways, where_end(&w));
}

static const struct { RowWord word; void (*ways)(Ways *); } words[] = {
    {ROWS_OWN, own}, {ROWS_UNIT, of_unit}, {ROWS_AGENCY, of_agency}, {ROWS_ASSIGNED, assigned}, {ROWS_GRANTED, granted},
    {ROWS_PROVINCE, of_province},
};

static Ways ways_of(Store *s, const RecordType *t, May what)
{
    Ways ways = {.s = s, .t = t, .what = what};
    unsigned rows = may_rows(&s->user, t, what);
    if (rows & (unsigned)ROWS_ALL) way_add(&ways, (Sql){.text = S("true")});
    for (int i = 0; !may_all(&s->user, t, what) && i < countof(words); i++) {
        if (rows & (unsigned)words[i].word) words[i].ways(&ways);
    }
    return ways;
}

// Of whom sight was given: of it, or of whom it hangs on.
static const RecordType *way_of(const Ways *ways, const Way *way)
{
    return way->through ? ways->t->fields[ways->t->person].target : ways->t;
}

// Sight holds from when it is open until its last day, what was given by name while she works for that agency; of what hangs on
// somebody, where the compartment is among those given by which such records stand.
static void sight_holds(const Ways *ways, Where *w, const Way *way)
{
    where_add(w, "g.who = ? and g.record = ? and g.open = 1 and g.until >= ?",
        VALS(way->given_to, way_of(ways, way)->name, (int64_t)register_today(ways->s)));
    if (str_starts(way->given_to, who_user(ways->s->a, (Str){0}))) where_add(w, " and g.agency = ?", VALS(agency_of(ways->s)));
    if (way->through) where_add(w, " and g.compartments & ? <> 0", VALS((int64_t)1 << stands_in(ways->t)));
    if (ways->what == MAY_WRITE) where_add(w, " and g.by <> ?", VALS(by_opening)); // what was opened is read
}

static Name way_row(const Ways *ways, const Way *way)
{
    return (Name){way->through ? ways->t->fields[ways->t->person].name : S("row")};
}

// A sentence's `where` narrows whole kinds of rows, not what was given to somebody.
static void narrow(const Ways *ways, Where *w, const Way *way)
{
    const Expr *narrows = way->given_to.n ? 0 : may_where(&ways->s->user, ways->t);
    if (!narrows) return;
    where_add(w, " and ", VALS());
    where_sql(w, condition_right(ways->s, ways->t, narrows));
}

// What is closed to her by her sentence is there in no way, whoever gave it to her; figures count it.
static void not_closed(Store *s, Where *w, const RecordType *t, May what)
{
    const Expr *open = what == MAY_COUNT ? 0 : may_open_where(&s->user, t, false);
    if (!open) return;
    where_add(w, " and ", VALS());
    where_sql(w, condition_right(s, t, open));
}

static Sql rows_of(Store *s, const RecordType *type, May what)
{
    Ways ways = ways_of(s, type, what);
    Where w = where_begin(s->a);
    if (!ways.n) return (Sql){.text = S("false")};
    if (may_all(&s->user, type, what)) return (Sql){.text = S("true")};
    for (int i = 0; i < ways.n; i++) {
        const Way *way = &ways.at[i];
        where_add(&w, i ? " or " : "(", VALS());
        if (!way->given_to.n) {
            where_add(&w, "(", VALS());
            where_sql(&w, way->fits);
            narrow(&ways, &w, way);
            where_add(&w, ")", VALS());
            continue;
        }
        // Whether anything of that type was ever given to them is asked once, and spares the question of each row.
        where_add(&w, "(exists (select 1 from grants where who = ? and record = ?)", VALS(way->given_to, way_of(&ways, way)->name));
        where_add(&w, " and exists (select 1 from grants g where g.row = t.{} and ", VALS(way_row(&ways, way)));
        sight_holds(&ways, &w, way);
        where_add(&w, "))", VALS());
    }
    where_add(&w, ")", VALS());
    not_closed(s, &w, type, what);
    return where_end(&w);
}

// The words of a sentence may let her write where none lets her read: what does not exist for her is not changed either.
static bool writes_further(const Store *s, const RecordType *type)
{
    unsigned reads = may_rows(&s->user, type, MAY_READ);
    return !(reads & (unsigned)ROWS_ALL) && may_rows(&s->user, type, MAY_WRITE) & ~reads;
}

Sql scope_rows(Store *s, const RecordType *type, May what)
{
    Where w = where_begin(s->a);
    if (what != MAY_WRITE || !writes_further(s, type)) return rows_of(s, type, what);
    where_sql(&w, rows_of(s, type, MAY_WRITE));
    where_add(&w, " and ", VALS());
    where_sql(&w, rows_of(s, type, MAY_READ));
    return where_end(&w);
}

// An `or` over all of it would be walked from one end to the other: each way is a range of its own, and gives no more than
// what is asked for.
Sql scope_ranges(Store *s, const RecordType *type, Sql joins, Sql rest, Sql sort)
{
    Ways ways = ways_of(s, type, MAY_READ);
    Where w = where_begin(s->a);
    if (ways.n < 2) {
        where_sql(&w, scope_rows(s, type, MAY_READ));
        where_add(&w, " and ", VALS());
        where_sql(&w, rest);
        where_sql(&w, sort);
        return where_end(&w);
    }
    for (int i = 0; i < ways.n; i++) {
        const Way *way = &ways.at[i];
        where_add(&w, i ? " union select row from (select t.row from " : "t.row in (select row from (select t.row from ", VALS());
        if (way->given_to.n) where_add(&w, "grants g join {} t on t.{} = g.row", VALS((Name){type->name}, way_row(&ways, way)));
        else where_add(&w, "{} t", VALS((Name){type->name}));
        where_sql(&w, joins);
        where_add(&w, " where ", VALS());
        if (way->given_to.n) sight_holds(&ways, &w, way);
        else where_sql(&w, way->fits);
        narrow(&ways, &w, way);
        not_closed(s, &w, type, MAY_READ);
        where_add(&w, " and ", VALS());
        where_sql(&w, rest);
        where_sql(&w, sort);
        where_add(&w, ") way{}", VALS((int64_t)i));
    }
    where_add(&w, ")", VALS());
    where_sql(&w, sort);
    return where_end(&w);
}

// ---- what of a row is open to her ------------------------------------------------------------------------

static void given_of(Store *s, Where *w, const RecordType *of, Str row)
{
    where_add(w, " | coalesce((select max(g.compartments & 1) | max(g.compartments & 2) | max(g.compartments & 4) | max(g.compartments & 8)"
        " | max(g.compartments & 16) | max(g.compartments & 32) from grants g where g.record = ? and g.row = {} and g.who in (?, ?)"
        " and (g.who = ? or g.agency = ?) and g.open = 1 and g.until >= ?), 0)", VALS(of->name, row, who_unit(s->a, my_unit(s)),
        who_user(s->a, s->user.name), who_unit(s->a, my_unit(s)), agency_of(s), (int64_t)register_today(s)));
}

// Who writes about somebody of others' does so with keys that go to whoever is entitled to what her unit makes.
static void entitled_of(Store *s, Where *w)
{
    Str mine = agency_of(s);
    for (int i = 0; i < s->pack->entitlements_n; i++) {
        const Entitlement *one = &s->pack->entitlements[i];
        if (!str_equal(one->to, mine)) continue;
        where_add(w, " | case when strpos(?, ' ' || t.unit || ' ') > 0 then ? else 0 end", VALS(one->makers, (int64_t)one->compartments));
    }
}

// All of what her agency made, and of what hangs on nobody; else what is open to her agency for good of whom it hangs on or
// from its maker, and what she or her unit was given of either. joined: the list of keys stands beside the row.
void open_write(Store *s, Where *w, const RecordType *t, bool joined)
{
    const Field *person = t->person < 0 ? 0 : &t->fields[t->person];
    const Expr *open = may_open_where(&s->user, t, true);
    where_add(w, "(case", VALS());
    if (open) { // else codes alone
        where_add(w, " when not coalesce(", VALS());
        where_sql(w, condition_right(s, t, open));
        where_add(w, ", false) then 0", VALS());
    }
    where_add(w, " when t.agency = ?", VALS(agency_of(s)));
    if (person && !shape_of(s, t)->identity) where_add(w, " or t.{} is null", VALS((Name){person->name}));
    where_add(w, " then {} else coalesce(", VALS((int64_t)COMPARTMENTS_ALL));
    if (joined) where_add(w, "w.open", VALS());
    else where_add(w, "(select k.open from keys k where k.row = {} and k.agency = ?)", VALS(key_row(s->a, t), agency_of(s)));
    where_add(w, ", 0)", VALS());
    if (person) entitled_of(s, w);
    given_of(s, w, t, S("t.row"));
    if (person) given_of(s, w, person->target, say(s->a, "t.\"{}\"", person->name));
    where_add(w, " end)", VALS());
}

bool open_asked(const Store *s, const RecordType *t, const bool *wanted)
{
    bool asked = false;
    for (int i = 0; s->user.role && t->sealed && i < t->n; i++) {
        const Field *f = &t->fields[i];
        asked |= (!wanted || wanted[i]) && may_see(&s->user, t, f) && !may_see_always(&s->user, t, f);
    }
    return asked;
}

static unsigned open_needed(const Store *s, const RecordType *t, const Field *f)
{
    bool needed = s->user.role && t->sealed && f->at >= 0 && !may_see_always(&s->user, t, f);
    return needed ? 1u << f->compartment : 0;
}

// Of the record itself, or (hangs) of one that hangs on it.
static unsigned expr_needs(const Store *s, const RecordType *t, const Expr *e, const Hanging *hangs)
{
    unsigned needed = 0;
    if (e->op == EXPR_FIELD && e->hangs == hangs) needed = open_needed(s, t, e->link ? e->link : e->field);
    for (int i = 0; i < e->n; i++) needed |= expr_needs(s, t, e->args[i], hangs);
    return needed;
}

static void open_add(Store *s, Where *w, const RecordType *t, unsigned needed)
{
    where_add(w, " and ", VALS());
    open_write(s, w, t, false);
    where_add(w, " & {} = {}", VALS((int64_t)needed, (int64_t)needed));
}

bool open_of_hanging(Store *s, Where *w, const Expr *e)
{
    const RecordType *t = e->hangs->type;
    unsigned needed = open_needed(s, t, e->hangs->link) | expr_needs(s, t, e, e->hangs);
    if (e->op == EXPR_LATEST && t->day >= 0) needed |= open_needed(s, t, &t->fields[t->day]);
    if (needed) open_add(s, w, t, needed);
    return needed != 0;
}

// A row is not asked about what of it is closed to her: the answer would tell.
void where_open(Store *s, Where *w, const RecordType *t, const Field *f, const Expr *e)
{
    unsigned needed = f ? open_needed(s, t, f) : expr_needs(s, t, e, 0);
    if (needed) open_add(s, w, t, needed);
}

Err *sight_closed(Store *s, const Record *r, bool *closed)
{
    const Expr *open = may_open_where(&s->user, r->type, true);
    Rows q;
    *closed = false; // of what is closed without codes nothing is there
    if (!open) return 0;
    Sql holds = condition_right(s, r->type, open);
    TRY(sql(s->db, s->a, &q, "select 1 from {} t where {} and t.row = $1", (Name){r->type->name}, holds, r->row));
    *closed = !q.rows;
    return 0;
}

bool entitled_lost(const Store *s, const Record *r)
{
    const Unit *unit = unit_get(s->pack, r->unit);
    bool since = s->loaded->entitles && r->row > s->loaded->entitles && s->user.role && r->type->person < 0;
    for (int i = 0; since && unit && i < unit->entitled_n; i++) {
        bool mine = str_equal(unit->entitled[i].agency, agency_of(s));
        if (mine && unit->entitled[i].compartments & shape_of(s, r->type)->compartments) return true;
    }
    return false;
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
