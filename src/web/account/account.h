// What the pages about accounts share: a password box, her password once more, and what went wrong beside its form.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/parts/parts.h"

Box password_again(const Request *ask, Str at); // hers, before something that outlives the session; at: where what is wrong is told

// A table of what she has of passwords for programs, each with what ends it: `ends` and its name.
must_use Err *tokens_add(Str user, Url ends, Blocks *out);

Str code_words(Request *ask, const Account *of); // that its code is good, and until when
List *roles_offered(Request *ask);

// What outlives a session is not done by one that was left open, and a token makes no other.
must_use Err *by_browser(Request *ask);
must_use Err *password_asked(Request *ask, Confirmed *by); // of field `password`; ERR_BUSY has told when to come back
// Something that she can mend: told at its box, and the page is shown once more with this status. Else false.
bool told_at(Request *ask, const Err *e, Str box, Faults *all, int *status);
must_use Err *not_here(const Request *ask);    // ERR_MISSING
