// What the files of accounts/ share and nobody else sees.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "accounts/accounts.h"
#include "seal/seal.h"

must_use Err *gone_for_good(Store *s); // within a write: what the last statement deleted is to be gone from every file
must_use Err *tries_end(Store *s, Str name); // … wrong tries at this name, from wherever, count no more
// May this be the password of somebody of that name? ERR_INPUT says what to do.
must_use Err *password_fits(Arena *a, Str name, Str password);
Str password_typed(Arena *a, Str password); // as it is hashed: however its letters were put together
// Inside a write: what was held against her password is it still, else ERR_DENIED: of what she asked for with it nothing may come
// once it has changed. good empty: a command's.
must_use Err *password_holds(Store *s, Str name, Str good);
// A code that was given for an account without a password: its hash, or empty where this is none. And inside a write: it is
// good once, so it goes. ERR_DENIED: it has gone.
must_use Err *code_good(Store *s, Str name, Str typed, Str *hash);
must_use Err *code_spend(Store *s, Str name, Str hash);
bool code_was(Store *s, Str name, Str typed); // the one that she came in with
// What may be said of an account, and how it stands; inside a write, held until its end.
bool name_fits(Str name);
void place_faults(Store *s, Str role, Str unit, Faults *all); // columns role, unit
must_use Err *place_check(Store *s, Str role, Str unit); // as place_faults: ERR_INPUT
must_use Err *account_get(Store *s, Str name, Account *out, bool *there);
must_use Err *account_open(Store *s, Str name, Account *out); // ERR_INPUT: there is none, or it has ended
// What opened with her password, and what she kept for herself: all of it, or (kept) what she goes on with stays; of her sessions
// one, where it is named.
must_use Err *opened_end(Store *s, Str name, bool kept, const Hash *but);
// Inside a write, before she works in that unit: of another agency, what was given to her by name ends.
must_use Err *place_left(Store *s, const Account *was, Str unit);
Str place_json(Arena *a, Str role, Str unit);
must_use Err *user_known(Store *s, Str name, Str role, Str unit, User *out); // ERR_DENIED: her role is gone from the pack
enum { AHEAD_MOST = 60 * 1000 };  // what lies further ahead was written under another clock, and does not count
