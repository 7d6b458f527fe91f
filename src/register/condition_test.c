// What a store makes of a condition: the index that serves it, and how deep it may be.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static Sql said_of(House *h, const Expr *e, Condition *with)
{
    Sql said;
    must_work(h->a, condition_sql(h->s, type_of(h->s, "loan"), e, with, &said));
    return said;
}

static Rows rows_of(House *h, Str before, const Expr *e)
{
    Condition with = {0};
    Sql said = said_of(h, e, &with);
    Rows q;
    must_work(h->a, sql(h->s->db, h->a, &q, "{} select t.row from loan t{} where {}", (Sql){.text = before}, condition_joins(&with), said));
    return q;
}

static const Expr *asked(House *h, Str source)
{
    const Expr *e = 0;
    must_work(h->a, expr_parse(h->a, h->scratch, source, type_of(h->s, "loan"), 0, &e));
    return e;
}

static Str plan_of(House *h, const Expr *e)
{
    Buf o = buf_in(h->a);
    bool sqlite = !db_is_postgres(h->where);
    Rows q = rows_of(h, sqlite ? S("explain query plan") : S("explain"), e);
    while (rows_next(&q)) {
        for (int i = 0; sqlite && i < 3; i++) next_val(&q);
        buf_fill(&o, "{}\n", VALS(next_str(&q)));
    }
    return buf_str(&o);
}

TEST_REGISTER(a_day_that_looks_at_no_field_is_one_value_to_the_store_and_an_index_serves)
{
    if (db_is_postgres(h->where)) must_work(a, sql(s->db, a, 0, "set enable_seqscan = off")); // it reads small tables whole
    const Expr *e = asked(h, S("${at} >= day-add(today(), -30) and ${at} < month-add(today(), year(today()) - year(today()))"));
    int today = register_today(s);
    Str said = said_of(h, e, &(Condition){0}).text, plan = plan_of(h, e);
    CHECK(str_equal(said, say(a, "((t.\"at_day\" >= {}) and (t.\"at_day\" < {}))", day_add(today, -30), today)));
    bool served = str_find(plan, S("at_day>? AND at_day<?")) > 0 || str_find(plan, S("Index Cond: ((at_day >= ")) > 0;
    if (!served) print_error("%s\n", str_z(a, plan));
    CHECK(served);
    plan = plan_of(h, asked(h, S("not(${at} < day-add(today(), -30))"))); // as a not() must have it
    CHECK(str_find(plan, S("SEARCH")) < 0 && str_find(plan, S("Index Cond")) < 0);
    if (db_is_postgres(h->where)) must_work(a, sql(s->db, a, 0, "reset enable_seqscan"));
}

// Each in itself as deep as the pack takes it, and every store reads that.
static const char *const nesting[] = {
    "not({})", "({} or true())", "(${lent} = 1 or {})", "(${lent} = 1 and {})", "if({}, ${lent} > 1, ${price} > 2)",
    "if(${lent} > 1, ${price} > 2, {})", "${lent} = if({}, 1, ${price})", "if({}, 1, ${lent}) < ${price}",
    "coalesce(${lent}, if({}, 1, 2)) > 1", "${price} div if({}, 1, 2) > 0.5", "if({}, 1, 2) mod ${price} > 0.5",
    "${lent} - if({}, 1, 2) > 1", "if({}, ${member.sex}, 'x') = ''", "day-add(if({}, ${at}, ${returns}), 2) > ${at}",
    "day-add(${at}, if({}, 1, ${lent})) > ${at}", "month-add(${at}, if({}, 1, ${lent})) > ${at}",
    "days-between(if({}, ${at}, ${returns}), ${at}) > 1", "days-between(${at}, if({}, ${at}, ${returns})) > 1",
    "year(if({}, ${at}, ${returns})) > 2000", "string-length(if({}, ${state}, 'no')) > 2",
    "is-under(18, ${member.born}, if({}, ${at}, ${returns}))", "if({}, ${at}, ${returns}) = ''",
    "day-add(day-add(${at}, if({}, 1, 2)), 3) = ''",
};

TEST_REGISTER(what_may_select_rows_is_not_too_deep_for_a_store)
{
    for (int i = 0; i < countof(nesting); i++) {
        Str source = S("${lent} > 0");
        const Expr *e = 0, *deepest = 0;
        int depth = 0;
        for (; depth < 60; depth++, deepest = e) {
            source = fill(a, str_z(a, str_from(nesting[i])), VALS(source));
            if (expr_parse(a, scratch, source, type_of(s, "loan"), 0, &e) || !expr_selects_rows(e)) break;
        }
        if (depth < 1 || depth == 60) print_error("%s: %d deep\n", nesting[i], depth);
        CHECK(depth > 0 && depth < 60);
        rows_of(h, (Str){0}, deepest);
    }
}

// Whose rows are somebody's is said in each question inside a question: ten thousand values would be looked up by name, one by one.
TEST_REGISTER(a_value_that_is_said_twice_is_one_value)
{
    Rows q;
    Where part = where_begin(a), w = where_begin(a);
    where_add(&part, "(? = 'a' or ? = 2)", VALS(S("a"), (int64_t)1));
    where_add(&w, "? = 'a' and ", VALS(S("a")));
    for (int i = 0; i < 20; i++) {
        if (i) where_add(&w, " and ", VALS());
        where_sql(&w, where_end(&part));
    }
    where_add(&w, " and ? = 3 and ? = 'b'", VALS((int64_t)3, S("b")));
    Sql all = where_end(&w);
    CHECK(all.with.n == 4 && str_starts(all.text, S("$1 = 'a' and ($1 = 'a' or $2 = 2) and ($1 = ")));
    must_work(a, sql(s->db, a, &q, "select 1 where {}", all));
    CHECK(q.rows == 1);
}
