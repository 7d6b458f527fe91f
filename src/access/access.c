// The rights of the pack, read for one user.
// SPDX-License-Identifier: Apache-2.0
#include "access/access.h"

User user_operator(void)
{
    return (User){.name = S("operator")};
}

static const Right *right_of(const User *user, const RecordType *type)
{
    return &user->role->rights[type->at];
}

unsigned may_rows(const User *user, const RecordType *type, May what)
{
    if (!user->role) return ROWS_ALL;
    const Right *right = right_of(user, type);
    if (what == MAY_WRITE) return right->write;
    if (what == MAY_MAKE) return right->write & ~(unsigned)ROWS_GRANTED;
    if (what == MAY_COUNT && right->read & (unsigned)ROWS_COUNTED) return ROWS_ALL;
    return right->read & ~(unsigned)ROWS_COUNTED;
}

const Expr *may_where(const User *user, const RecordType *type)
{
    return user->role ? right_of(user, type)->where : 0;
}

const Expr *may_open_where(const User *user, const RecordType *type, bool codes)
{
    const Right *right = user->role ? right_of(user, type) : 0;
    return right && right->codes == codes ? right->open : 0;
}

bool may_all(const User *user, const RecordType *type, May what)
{
    if (what == MAY_COUNT && user->role && right_of(user, type)->read & (unsigned)ROWS_COUNTED) return true;
    bool closes = what != MAY_COUNT && may_open_where(user, type, false);
    return may_rows(user, type, what) & (unsigned)ROWS_ALL && !may_where(user, type) && !closes;
}

bool may_any(const User *user, const RecordType *type, May what)
{
    return may_rows(user, type, what) != 0;
}

bool may_see(const User *user, const RecordType *type, const Field *field)
{
    if (!user->role) return true;
    const Right *right = right_of(user, type);
    return right->classes >> field->class & 1 && (!type->sealed || right->compartments >> field->compartment & 1);
}

bool may_see_always(const User *user, const RecordType *type, const Field *field)
{
    if (!may_see(user, type, field)) return false;
    if (!type->sealed) return true;
    bool clear = field->class != CLASS_IDENTITY || field->kind == FIELD_LINK;
    return user->role ? right_of(user, type)->codes && field_code(field) : clear;
}

unsigned may_open(const User *user, const RecordType *type)
{
    return user->role ? right_of(user, type)->opens : 0;
}
