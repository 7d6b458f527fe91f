// The pack's expressions as SQL, one of their four readers.
// SPDX-License-Identifier: Apache-2.0
#include "register/condition/reader.h"
#include <stdio.h>

// Two ways of reading a yes or no: as a filter, where "not known" may count as no and an index can be
// used; and exactly, where it must be no, since a not() may stand before it.

Str condition_alias(Store *s, const Field *link, Condition *with)
{
    Str own = with->own.n ? with->own : S("t");
    if (!link) return own;
    Str alias = say(s->a, "{}l{}", with->own, link->at);
    if (!with->joined) {
        with->joins = where_begin(s->a);
        with->joined = take(s->a, bool, FIELDS_MOST);
    }
    if (with->joined[link->at]) return alias;
    with->joined[link->at] = true;
    Where *w = &with->joins;
    where_add(w, " left join {} {} on {}.row = {}.{}", VALS((Name){link->target->name}, alias, alias, own, (Name){link->name}));
    where_hers(s, w, link->target, alias, with->what);
    return alias;
}

Sql condition_joins(const Condition *with)
{
    return with->joined ? where_end(&with->joins) : (Sql){0};
}

void linked_key(Store *s, Where *w, Str alias, const Field *link, May what)
{
    where_add(w, "(select k.key from {} k where k.row = {}.{}", VALS((Name){link->target->name}, alias, (Name){link->name}));
    where_hers(s, w, link->target, S("k"), what);
    where_add(w, ")", VALS());
}

static Str alias_of(Reader *r, const Expr *e)
{
    return condition_alias(r->s, e->link, e->hangs ? r->inner : r->with);
}

static const RecordType *type_of(const Reader *r, const Expr *e)
{
    return expr_other(e) ? expr_other(e) : r->t;
}

void put(Reader *r, const char *text)
{
    buf_add(&r->w->text, str_from(text));
}

// Of what hangs on a given record that one is known, and reckoned here like all that looks at no row.
static bool of_row(const Reader *r, const Expr *e)
{
    bool is = e->op == EXPR_FIELD || e->op == EXPR_MAKER || e->op == EXPR_CREATOR;
    if (is && r->on) is = e->hangs;
    is |= expr_asks_hanging(e);
    for (int i = 0; i < e->n; i++) is |= of_row(r, e->args[i]);
    return is;
}

static void column(Reader *r, const Expr *e, const char *more)
{
    buf_fill(&r->w->text, "{}.\"{}{}\"", VALS(alias_of(r, e), e->field->name, str_from(more)));
}

static void read_field(Reader *r, const Expr *e)
{
    const Field *f = e->field;
    if (f->kind == FIELD_LINK && e->type == TYPE_TEXT) {
        put(r, "coalesce(");
        linked_key(r->s, r->w, alias_of(r, e), f, r->with->what);
        put(r, ", '')");
    } else if (e->type == TYPE_TEXT) {
        put(r, "coalesce(");
        column(r, e, "");
        put(r, ", '')");
    } else if (e->type == TYPE_NUMBER) {
        put(r, "cast(");
        column(r, e, "");
        put(r, " as double precision)");
    } else {
        column(r, e, e->type == TYPE_DAY && f->at >= 0 ? "_day" : "");
    }
}

static const char *const between[EXPR_OP_COUNT] = {
    [EXPR_OR] = " or ", [EXPR_AND] = " and ", [EXPR_EQ] = " = ", [EXPR_NE] = " <> ", [EXPR_LT] = " < ",
    [EXPR_LE] = " <= ", [EXPR_GT] = " > ", [EXPR_GE] = " >= ", [EXPR_ADD] = " + ", [EXPR_SUB] = " - ",
    [EXPR_MUL] = " * ",
};

typedef void ReadFn(Reader *r, const Expr *e);

// A chain of the same word stands in one bracket: a store keeps few that are begun in mind.
static void chain(Reader *r, const Expr *e, ReadFn *read)
{
    if (e->args[0]->op == e->op && expr_chains(e->op)) chain(r, e->args[0], read);
    else read(r, e->args[0]);
    put(r, between[e->op]);
    read(r, e->args[1]);
}

static void pair(Reader *r, const Expr *e)
{
    put(r, "(");
    chain(r, e, exact);
    put(r, ")");
}

void real(Reader *r, const Expr *e)
{
    put(r, "cast(");
    exact(r, e);
    put(r, " as double precision)");
}

// Numbers divide as real ones, and by zero give nothing; what is left over has the sign of the first.
static void divide(Reader *r, const Expr *e)
{
    put(r, "(");
    if (e->op == EXPR_MOD) {
        real(r, e->args[0]);
        put(r, " - ");
        real(r, e->args[1]);
        put(r, " * trunc(");
    }
    real(r, e->args[0]);
    put(r, " / nullif(");
    real(r, e->args[1]);
    put(r, e->op == EXPR_MOD ? ", 0)))" : ", 0))");
}

static void is_empty(Reader *r, const Expr *e)
{
    bool link = e->op == EXPR_FIELD && e->field->kind == FIELD_LINK, given = e->op == EXPR_FIELD && e->field->at >= 0;
    if (link && !may_all(&r->s->user, e->field->target, r->with->what)) {
        linked_key(r->s, r->w, alias_of(r, e), e->field, r->with->what);
        put(r, " is null");
        return;
    }
    if (given) {
        column(r, e, "");
        put(r, " is null");
        return;
    }
    exact(r, e);
    put(r, e->type == TYPE_TEXT ? " = ''" : " is null");
}

static void selected(Reader *r, const Expr *e)
{
    const Expr *field = e->args[0];
    if (field->field->kind == FIELD_CHOICES) {
        buf_fill(&r->w->text, "exists (select 1 from \"{}.{}\" m where m.row = {}.row and m.value = ",
            VALS(type_of(r, field)->name, field->field->name, alias_of(r, field)));
        where_add(r->w, "?)", VALS(e->args[1]->text));
        return;
    }
    exact(r, field);
    where_add(r->w, " = ?", VALS(e->args[1]->text));
}

static void count_selected(Reader *r, const Expr *e)
{
    const Expr *field = e->args[0];
    buf_fill(&r->w->text, "(select count(*) from \"{}.{}\" m where m.row = {}.row)",
        VALS(type_of(r, field)->name, field->field->name, alias_of(r, field)));
}

// A birth that is known: of the record on which something hangs.
static void birth(Reader *r, const Expr *e)
{
    const Expr *born = e->args[1];
    const View *on = born->link ? r->on->linked[born->link->at] : r->on;
    Days days;
    bool known = on && field_days(born->field, r->t->offset, on->cells[born->field->at].text, &days);
    if (known) buf_int(&r->w->text, e->op == EXPR_IS_UNDER ? days.first : days.last);
    else put(r, "cast(null as bigint)");
}

// on - born < years * 10000: certainly so by the first possible day of birth, possibly by the last.
static void under(Reader *r, const Expr *e)
{
    put(r, "coalesce(");
    exact(r, e->args[2]);
    put(r, " - ");
    if (of_row(r, e->args[1])) column(r, e->args[1], e->op == EXPR_IS_UNDER ? "_day" : "_last");
    else birth(r, e);
    put(r, " < 10000 * ");
    exact(r, e->args[0]);
    put(r, ", false)");
}

static void year(Reader *r, const Expr *e)
{
    put(r, "cast(");
    exact(r, e->args[0]);
    put(r, " / 10000 as double precision)");
}

static void whole(Reader *r, const Expr *e)
{
    put(r, "trunc(");
    real(r, e->args[0]);
    put(r, ")");
}

static void length(Reader *r, const Expr *e)
{
    put(r, "cast(length(coalesce(cast(");
    if (e->args[0]->type == TYPE_TEXT) exact(r, e->args[0]);
    else column(r, e->args[0], ""); // as it was given
    put(r, " as text), '')) as double precision)");
}

// A currency is the last three letters.
static void money(Reader *r, const Expr *e)
{
    Str c = say(r->s->a, "{}.\"{}\"", alias_of(r, e->args[0]), e->args[0]->field->name);
    if (e->op == EXPR_CURRENCY) buf_fill(&r->w->text, "coalesce(substr({}, length({}) - 2), '')", VALS(c, c));
    else where_add(r->w, "(case when substr({}, length({}) - 2) = ? then cast(substr({}, 1, length({}) - 4) as double precision) end)",
        VALS((Sql){.text = c}, (Sql){.text = c}, e->text, (Sql){.text = c}, (Sql){.text = c}));
}

static void either(Reader *r, const Expr *e)
{
    if (e->op == EXPR_IF) {
        put(r, "(case when ");
        exact(r, e->args[0]);
        put(r, " then ");
        exact(r, e->args[1]);
        put(r, " else ");
        exact(r, e->args[2]);
        put(r, " end)");
    } else if (e->type == TYPE_TEXT) {
        put(r, "coalesce(nullif(");
        exact(r, e->args[0]);
        put(r, ", ''), ");
        exact(r, e->args[1]);
        put(r, ")");
    } else {
        put(r, "coalesce(");
        exact(r, e->args[0]);
        put(r, ", ");
        exact(r, e->args[1]);
        put(r, ")");
    }
}

// A field that is compared with a text, which an empty one is not.
static bool says_text(const Expr *e)
{
    return (e->op == EXPR_EQ || e->op == EXPR_NE) && e->args[0]->op == EXPR_FIELD && e->args[1]->op == EXPR_TEXT && e->args[1]->text.n
        && e->args[0]->type == TYPE_TEXT && e->args[0]->field->kind != FIELD_LINK && !field_sealed(e->args[0]->field);
}

// One comparison, and always a yes or a no.
static void compare_text(Reader *r, const Expr *e)
{
    put(r, "(");
    column(r, e->args[0], "");
    where_add(r->w, e->op == EXPR_EQ ? " is not distinct from ?)" : " is distinct from ?)", VALS(e->args[1]->text));
}

static bool compare_maker(Reader *r, const Expr *e);

static void compare(Reader *r, const Expr *e)
{
    if (compare_maker(r, e)) return;
    if (says_text(e)) {
        compare_text(r, e);
        return;
    }
    bool text = e->args[0]->type == TYPE_TEXT;
    if (!text) put(r, "coalesce(");
    pair(r, e);
    if (!text) put(r, ", false)");
}

// As C reckons: to the last bit.
static void number_literal(Reader *r, double number)
{
    char text[32];
    buf_fill(&r->w->text, "cast({} as double precision)", VALS(((Str){text, snprintf(text, sizeof text, "%.17g", number)})));
}

static void literal(Reader *r, const Expr *e)
{
    if (e->op == EXPR_TEXT) where_add(r->w, "cast(? as text)", VALS(e->text));
    else if (e->op == EXPR_BOOL) put(r, e->number != 0 ? "true" : "false");
    else if (e->op == EXPR_TODAY) buf_int(&r->w->text, register_today(r->s));
    else if (e->op == EXPR_DAY) buf_int(&r->w->text, (int64_t)e->number);
    else number_literal(r, e->number);
}

static void negate(Reader *r, const Expr *e)
{
    put(r, e->op == EXPR_NOT ? "not (" : "-(");
    exact(r, e->args[0]);
    put(r, ")");
}

static void empty(Reader *r, const Expr *e)
{
    is_empty(r, e->args[0]);
}

// Who asks is known when the question is put.
static void who(Reader *r, const Expr *e)
{
    const User *user = &r->s->user;
    Somebody me = unit_somebody(user->unit, user->name, user->role ? user->role->name : (Str){0});
    where_add(r->w, "cast(? as text)", VALS(somebody_says(&me, e->text)));
}

// Whose the row is: known by its unit.
static void maker(Reader *r, const Expr *e)
{
    where_add(r->w, "coalesce(case {}.unit", VALS(alias_of(r, e)));
    for (int i = 0; i < r->s->pack->units_n; i++) {
        Somebody unit = unit_somebody(&r->s->pack->units[i], (Str){0}, (Str){0});
        where_add(r->w, " when ? then ?", VALS(unit.unit, somebody_says(&unit, e->text)));
    }
    put(r, " end, '')");
}

// Compared with a text that is known: the units that it is true of.
static bool compare_maker(Reader *r, const Expr *e)
{
    const Expr *with = e->args[1];
    bool plain = e->args[0]->op == EXPR_MAKER && (with->op == EXPR_TEXT || with->op == EXPR_ME);
    if (!plain) return false;
    const User *user = &r->s->user;
    Somebody me = unit_somebody(user->unit, user->name, user->role ? user->role->name : (Str){0});
    Str wanted = with->op == EXPR_TEXT ? with->text : somebody_says(&me, with->text);
    where_add(r->w, e->op == EXPR_EQ ? "{}.unit in (?" : "{}.unit not in (?", VALS(alias_of(r, e->args[0]), S("-")));
    for (int i = 0; i < r->s->pack->units_n; i++) {
        Somebody unit = unit_somebody(&r->s->pack->units[i], (Str){0}, (Str){0});
        if (str_equal(somebody_says(&unit, e->args[0]->text), wanted)) where_add(r->w, ", ?", VALS(unit.unit));
    }
    put(r, ")");
    return true;
}

static void refuse(Reader *r, const Expr *e)
{
    r->e = fail(r->s->a, ERR_BROKEN, "The expression {} cannot select rows.", expr_op_words[e->op]);
}

static void (*const readers[])(Reader *, const Expr *) = {
    [EXPR_TEXT] = literal, [EXPR_NUMBER] = literal, [EXPR_BOOL] = literal, [EXPR_DAY] = literal,
    [EXPR_FIELD] = read_field, [EXPR_TODAY] = literal, [EXPR_EMPTY] = empty,
    [EXPR_OR] = pair, [EXPR_AND] = pair, [EXPR_NOT] = negate,
    [EXPR_EQ] = compare, [EXPR_NE] = compare, [EXPR_LT] = compare, [EXPR_LE] = compare,
    [EXPR_GT] = compare, [EXPR_GE] = compare,
    [EXPR_ADD] = pair, [EXPR_SUB] = pair, [EXPR_MUL] = pair, [EXPR_DIV] = divide, [EXPR_MOD] = divide,
    [EXPR_NEG] = negate, [EXPR_SELECTED] = selected, [EXPR_COUNT_SELECTED] = count_selected,
    [EXPR_IF] = either, [EXPR_COALESCE] = either, [EXPR_IS_UNDER] = under, [EXPR_MAY_BE_UNDER] = under,
    [EXPR_DAY_ADD] = day_add_sql, [EXPR_MONTH_ADD] = month_add_sql, [EXPR_DAYS_BETWEEN] = days_between_sql, [EXPR_YEAR] = year,
    [EXPR_INT] = whole,
    [EXPR_STRING_LENGTH] = length,
    [EXPR_WORDS] = refuse, [EXPR_AMOUNT] = money, [EXPR_CURRENCY] = money,
    [EXPR_CELL] = refuse, [EXPR_SUM_SELECTED] = refuse,
    [EXPR_REGEX] = refuse, [EXPR_CONCAT] = refuse, [EXPR_ME] = who, [EXPR_CREATOR] = refuse,
    [EXPR_MAKER] = maker, [EXPR_EXISTS] = hanging_sql, [EXPR_COUNT] = hanging_sql, [EXPR_SUM] = hanging_sql, [EXPR_LATEST] = hanging_sql,
};
_Static_assert(countof(readers) == EXPR_OP_COUNT, "every operation has its reader");

// What looks at no row is reckoned here: a store then sees one value, for which an index can serve.
static void reckoned(Reader *r, const Expr *e)
{
    const User *user = &r->s->user;
    Somebody me = unit_somebody(user->unit, user->name, user->role ? user->role->name : (Str){0});
    View alone = {.type = r->t, .today = register_today(r->s), .me = &me};
    ExprValue v = expr_value(r->s->a, e, r->on ? r->on : &alone);
    const Expr known = {.op = e->type == TYPE_TEXT ? EXPR_TEXT : e->type == TYPE_DAY ? EXPR_DAY : e->type == TYPE_BOOL ? EXPR_BOOL
        : EXPR_NUMBER, .type = e->type, .text = v.text, .number = v.number};
    if (v.empty && e->type != TYPE_TEXT) put(r, e->type == TYPE_DAY ? "cast(null as bigint)" : "cast(null as double precision)");
    else literal(r, &known);
}

void exact(Reader *r, const Expr *e)
{
    bool sealed = e->op == EXPR_FIELD && field_sealed(e->field);
    if ((e->n || (r->on && e->op == EXPR_FIELD)) && !of_row(r, e)) reckoned(r, e);
    else if (sealed) r->e = fail(r->s->a, ERR_BROKEN, "The sealed field {} cannot select rows.", e->field->name);
    else readers[e->op](r, e);
}

void filter(Reader *r, const Expr *e)
{
    if (!of_row(r, e)) {
        exact(r, e);
    } else if (e->op == EXPR_AND || e->op == EXPR_OR) {
        put(r, "(");
        chain(r, e, filter);
        put(r, ")");
    } else if (e->op == EXPR_EQ && says_text(e)) { // these two in shapes that an index serves
        column(r, e->args[0], "");
        where_add(r->w, " = ?", VALS(e->args[1]->text));
    } else if (e->op >= EXPR_EQ && e->op <= EXPR_GE && e->args[0]->type != TYPE_TEXT) {
        pair(r, e);
    } else {
        exact(r, e);
    }
}

// It looks at a field whose class is closed to her.
static bool looks_closed(const Store *s, const RecordType *t, const Expr *e)
{
    const RecordType *of = expr_other(e) ? expr_other(e) : t;
    const Field *by = e->op == EXPR_LATEST && of->day >= 0 ? &of->fields[of->day] : 0; // its order would tell
    if (e->op == EXPR_FIELD && !may_see(&s->user, of, e->field)) return true;
    if (expr_asks_hanging(e) && (!may_see(&s->user, of, e->hangs->link) || (by && !may_see(&s->user, of, by)))) return true;
    for (int i = 0; i < e->n; i++) {
        if (looks_closed(s, t, e->args[i])) return true;
    }
    return false;
}

Str condition_term(Arena *a, const Expr *e)
{
    bool chosen = says_text(e) && !e->args[0]->link && (e->args[0]->field->kind == FIELD_CHOICE || e->args[0]->field->at < 0);
    if (!chosen) return (Str){0};
    return say(a, " {}{}{};", e->args[0]->field->name, e->op == EXPR_EQ ? S("=") : S("<>"), e->args[1]->text);
}

bool condition_says(Arena *a, const Expr *e, Str term)
{
    if (!e || e->op != EXPR_AND) return e && str_equal(condition_term(a, e), term);
    return condition_says(a, e->args[0], term) || condition_says(a, e->args[1], term);
}

bool condition_open(const Store *s, const RecordType *t, const Expr *e)
{
    return !e || !looks_closed(s, t, e);
}

typedef enum { AS_FILTER, AS_NUMBER } ReadAs;

static Err *read_with(Store *s, const RecordType *t, const Expr *e, Condition *with, Sql *out, ReadAs as)
{
    Where w = where_begin(s->a);
    Reader r = {.s = s, .t = t, .with = with, .w = &w};
    if (!condition_open(s, t, e)) { // whichever way it asks, the rows would tell
        *out = (Sql){.text = as == AS_FILTER ? S("false") : S("0")};
        return 0;
    }
    bool yes_no = as == AS_NUMBER && e->type == TYPE_BOOL;
    if (yes_no) put(&r, "case when ");
    if (as == AS_FILTER) filter(&r, e);
    else exact(&r, e);
    if (yes_no) put(&r, " then 1 else 0 end");
    *out = where_end(&w);
    return r.e;
}

Sql condition_right(Store *s, const RecordType *t, const Expr *e)
{
    Where w = where_begin(s->a);
    Condition none = {.whole = true};
    Reader r = {.s = s, .t = t, .with = &none, .w = &w};
    filter(&r, e);
    must(!r.e && !none.joined); // the pack was checked
    return where_end(&w);
}

Err *condition_sql(Store *s, const RecordType *t, const Expr *e, Condition *with, Sql *out)
{
    return read_with(s, t, e, with, out, AS_FILTER);
}

Err *condition_number(Store *s, const RecordType *t, const Expr *e, Condition *with, Sql *out)
{
    return read_with(s, t, e, with, out, AS_NUMBER);
}
