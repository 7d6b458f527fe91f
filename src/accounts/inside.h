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
must_use Err *user_known(Store *s, Str name, Str role, Str unit, User *out); // ERR_DENIED: her role is gone from the pack
enum { AHEAD_MOST = 60 * 1000 };  // what lies further ahead was written under another clock, and does not count
