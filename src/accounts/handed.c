// What somebody leaves behind: her account ends, and what was given to her by name goes to a colleague, in one act.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

typedef struct { Str name, to, good; bool ends; int64_t *n; } Leaving;

static User user_of(const Store *s, const Account *of)
{
    return (User){of->name, role_get(s->pack, of->role), unit_get(s->pack, of->unit)};
}

bool accounts_handed(const Store *s, const Account *of)
{
    const User *she = &s->user;
    if (!of->active || (she->role && str_equal(she->name, of->name))) return false;
    return accounts_kept(she) || accounts_confirmed(she, of->unit);
}

// A colleague takes over what is hers, and nobody takes it herself.
static Err *colleague(Store *s, const Leaving *leaving, const Account *from, Account *out)
{
    TRY(account_open(s, leaving->to, out));
    if (str_equal(out->name, from->name)) return fail(s->a, ERR_INPUT, "Hand over to somebody else than {}.", from->name);
    if (!str_equal(out->unit, from->unit))
        return fail(s->a, ERR_INPUT, "{} works in another unit: hand over to a colleague of the same.", out->name);
    if (s->user.role && str_equal(out->name, s->user.name))
        return fail(s->a, ERR_INPUT, "You do not hand over to yourself: somebody else who keeps accounts does.");
    return 0;
}

static Err *leave_put(Store *s, void *with)
{
    const Leaving *leaving = with;
    Account from, to;
    TRY(account_open(s, leaving->name, &from));
    if (!accounts_handed(s, &from)) return fail(s->a, ERR_DENIED, "This account is not yours to end.");
    TRY(password_holds(s, s->user.name, leaving->good));
    if (leaving->to.n) TRY(colleague(s, leaving, &from, &to));
    User leaves = user_of(s, &from), takes = leaving->to.n ? user_of(s, &to) : (User){0};
    if (leaving->to.n && (!takes.role || !takes.unit))
        return fail(s->a, ERR_INPUT, "The role or the unit of {} is not in the pack.", to.name);
    TRY(sight_hand(s, &leaves, leaving->to.n ? &takes : 0, leaving->ends, leaving->n));
    if (!leaving->ends) return 0;
    TRY(opened_end(s, from.name, false, 0));
    TRY(sql(s->db, s->a, 0, "delete from passwords where name = $1", from.name));
    return account_enter(s, from.name, S("end"), (Str){0});
}

Err *user_end(Store *s, Str name)
{
    return register_write(s, leave_put, &(Leaving){.name = name, .ends = true, .n = &(int64_t){0}});
}

Err *user_leaves(Store *s, const Confirmed *by, Str name, Str to, bool ends, int64_t *n)
{
    return register_write(s, leave_put, &(Leaving){.name = name, .to = to, .good = by->good, .ends = ends, .n = n});
}

Err *user_held(Store *s, const Account *of, int64_t *n)
{
    User her = user_of(s, of);
    *n = 0;
    return her.role && her.unit ? sight_hand_count(s, &her, &her, n) : 0;
}
