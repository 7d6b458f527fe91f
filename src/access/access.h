// Who may meet which rows and fields: decided here from the pack's rights, asked by register and web.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/pack.h"

// Who is asking. The operator holds the unlock key and works by commands: every row and class, each
// change is an entry under that name; what is sealed opens with the keys of the agency `register`.
typedef struct {
    Str name;
    const Role *role;        // null: the operator
    const Unit *unit;        // null: none
} User;
User user_operator(void);

typedef enum { MAY_READ, MAY_WRITE, MAY_MAKE, MAY_COUNT } May; // make: a new row, which nobody gave her; count: figures, which show nobody
unsigned may_rows(const User *user, const RecordType *type, May what);  // of RowWord: which rows; 0: none
const Expr *may_where(const User *user, const RecordType *type);        // … of those; null: all of them
// Of all of these, given ones too, what must hold of a row: of others there are codes alone (codes), or nothing. Null: none is closed.
const Expr *may_open_where(const User *user, const RecordType *type, bool codes);
bool may_all(const User *user, const RecordType *type, May what);       // every row there is
bool may_any(const User *user, const RecordType *type, May what);       // some row at all
// Its class and compartment are in her sentence. Of a record that has keys, a field can be read where the row's keys are
// hers, too; a code of which the sentence says so, always.
bool may_see(const User *user, const RecordType *type, const Field *field);
bool may_see_always(const User *user, const RecordType *type, const Field *field);
unsigned may_open(const User *user, const RecordType *type);            // compartments, one record at a time, with a reason
