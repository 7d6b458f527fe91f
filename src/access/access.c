// The rights of the pack, read for one user.
// SPDX-License-Identifier: Apache-2.0
#include "access/access.h"

User user_operator(void)
{
    return (User){.name = S("operator")};
}

RowScope may_rows(const User *user, const RecordType *type, May what)
{
    if (!user->role) return ROWS_ALL;
    const Right *right = &user->role->rights[type->at];
    return what == MAY_READ ? right->read : right->write;
}

bool may_any(const User *user, const RecordType *type, May what)
{
    return may_rows(user, type, what) != ROWS_NONE;
}

bool may_see(const User *user, const RecordType *type, const Field *field)
{
    return !user->role || (user->role->rights[type->at].classes >> field->class & 1);
}
