// What the pages about accounts share: a password box, her password once more, and what went wrong beside its form.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/parts/parts.h"

// fill: which password a browser may fill in; field: as it is sent, where several forms of a page ask for one; empty: as its name.
typedef struct { Str name, field, label, hint, fill; } PasswordBox;
void password_box(Request *ask, const Faults *faults, PasswordBox box);
void password_again(Request *ask, const Faults *faults, Str name); // hers, before something that outlives the session

// What outlives a session is not done by one that was left open, and a token makes no other.
must_use Err *by_browser(Request *ask);
must_use Err *password_asked(Request *ask, Confirmed *by); // of field `password`; ERR_BUSY has told when to come back
// Something that she can mend: told at its box, and the page is shown once more with this status. Else false.
bool told_at(Request *ask, const Err *e, Str box, Faults *all, int *status);
must_use Err *not_here(const Request *ask);    // ERR_MISSING
