// What somebody leaves behind: her account ends, or she goes to another office, and what was given to her by name goes to a colleague,
// in one act.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

typedef struct { Str name, to, good, role, unit; bool ends; int64_t *n; } Leaving; // role, unit: where she goes

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

// What goes over does; of what stays with her nothing does if it ends.
static Err *hand(Store *s, const Leaving *leaving, const Account *from, bool ends)
{
    Account to;
    User leaves = user_of(s, from), takes = {0};
    if (!leaving->to.n) return ends ? sight_hand(s, &leaves, 0, true, leaving->n) : 0;
    TRY(colleague(s, leaving, from, &to));
    takes = user_of(s, &to);
    if (!takes.role || !takes.unit) return fail(s->a, ERR_INPUT, "The role or the unit of {} is not in the pack.", to.name);
    return sight_hand(s, &leaves, &takes, ends, leaving->n);
}

static Err *leave_put(Store *s, void *with)
{
    const Leaving *leaving = with;
    Account from;
    TRY(account_open(s, leaving->name, &from));
    if (!accounts_handed(s, &from)) return fail(s->a, ERR_DENIED, "This account is not yours to end.");
    TRY(password_holds(s, s->user.name, leaving->good));
    TRY(hand(s, leaving, &from, leaving->ends));
    if (!leaving->ends) return 0;
    TRY(opened_end(s, from.name, false, 0));
    TRY(sql(s->db, s->a, 0, "delete from passwords where name = $1", from.name));
    return account_enter(s, from.name, S("end"), (Str){0});
}

// It was given to her as one of her agency: keys and sight are that agency's.
static bool elsewhere(const Store *s, const Account *was, Str unit)
{
    const Unit *from = unit_get(s->pack, was->unit), *to = unit_get(s->pack, unit);
    return !from || !to || !str_equal(from->agency, to->agency);
}

Err *place_left(Store *s, const Account *was, Str unit)
{
    return elsewhere(s, was, unit) ? hand(s, &(Leaving){.name = was->name, .n = &(int64_t){0}}, was, true) : 0;
}

static Err *place_put(Store *s, void *with)
{
    const Leaving *leaving = with;
    Account was;
    *leaving->n = 0;
    TRY(account_open(s, leaving->name, &was));
    Str role = leaving->role.n ? leaving->role : was.role, unit = leaving->unit.n ? leaving->unit : was.unit;
    TRY(place_check(s, role, unit));
    TRY(hand(s, leaving, &was, elsewhere(s, &was, unit)));
    if (str_equal(role, was.role) && str_equal(unit, was.unit)) return 0;
    return account_enter(s, was.name, S("change"), place_json(s->a, role, unit));
}

Err *user_place(Store *s, Str name, Str role, Str unit, Str to, int64_t *n)
{
    return register_write(s, place_put, &(Leaving){.name = name, .to = to, .role = role, .unit = unit, .n = n});
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
