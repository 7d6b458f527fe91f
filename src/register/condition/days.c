// Days as SQL, one of the readers of expressions.
// SPDX-License-Identifier: Apache-2.0
#include "register/condition/reader.h"

// In steps of whole numbers, on which the stores agree, counted from 1 March of the year 0. Each step is made once
// (`materialized`): a store that put one into the next would write it out many times over.

static void step_begin(Reader *r, const Expr *e)
{
    put(r, "(with a(x, n) as materialized (select ");
    exact(r, e->args[0]);
    put(r, ", ");
    if (e->args[1]->type == TYPE_NUMBER) real(r, e->args[1]);
    else exact(r, e->args[1]);
    put(r, ")");
}

void day_add_sql(Reader *r, const Expr *e)
{
    step_begin(r, e);
    put(r, ", b(k, d, n) as materialized (select x / 100 - 88 * (x / 10000) - 3, x % 100, cast(trunc(n) as bigint)"
           " from a where abs(n) < 1000000000)"
           ", c(z) as materialized (select 365 * (k / 12) + k / 48 - k / 1200 + k / 4800 + (153 * (k % 12) + 2) / 5 + d - 1 + n from b)"
           ", f(j) as materialized (select z + (4 * z + 3) / 146097 - (4 * z + 3) / 584388 from c where z between 306 and 3652364)"
           ", g(y, d) as materialized (select (4 * j + 3) / 1461, j - 1461 * ((4 * j + 3) / 1461) / 4 from f)"
           ", h(y, m, d) as materialized (select y, (5 * d + 2) / 153, d from g)"
           " select 10000 * y + 8800 * ((m + 2) / 12) + 100 * m + 301 + d - (153 * m + 2) / 5 from h)");
}

void month_add_sql(Reader *r, const Expr *e)
{
    step_begin(r, e);
    put(r, ", b(k, d) as materialized (select x / 100 - 88 * (x / 10000) - 1 + cast(trunc(n) as bigint), x % 100"
           " from a where abs(n) < 1000000000)"
           ", c(k, d, most) as materialized (select k, d, case when k % 12 <> 1 then 30 + (k % 12 + 1 + (k % 12 + 1) / 8) % 2"
           " when k / 12 % 4 = 0 and (k / 12 % 100 <> 0 or k / 12 % 400 = 0) then 29 else 28 end from b where k between 12 and 119999)"
           " select 8800 * (k / 12) + 100 * k + 100 + case when d > most then most else d end from c)");
}

void days_between_sql(Reader *r, const Expr *e)
{
    step_begin(r, e);
    put(r, ", b(k, d, l, m) as materialized (select x / 100 - 88 * (x / 10000) - 3, x % 100, n / 100 - 88 * (n / 10000) - 3, n % 100"
           " from a) select cast(365 * (l / 12) + l / 48 - l / 1200 + l / 4800 + (153 * (l % 12) + 2) / 5 + m"
           " - (365 * (k / 12) + k / 48 - k / 1200 + k / 4800 + (153 * (k % 12) + 2) / 5 + d) as double precision) from b)");
}
