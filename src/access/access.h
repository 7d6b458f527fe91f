// Who may meet which rows and fields: decided here from the pack's rights, asked by register and web.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/pack.h"

// Who is asking. The operator holds the unlock key and works by commands: everything, and each change
// is an entry under that name.
typedef struct {
    Str name;
    const Role *role;        // null: the operator
    const Unit *unit;        // null: none
} User;
User user_operator(void);

typedef enum { MAY_READ, MAY_WRITE } May;
RowScope may_rows(const User *user, const RecordType *type, May what); // which rows
bool may_any(const User *user, const RecordType *type, May what);      // some row at all
bool may_see(const User *user, const RecordType *type, const Field *field); // its class is open to the role
