// Who may come in: accounts, tokens and sessions; and what somebody typed and could not save yet. All of it outside the journal.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/register.h"

// ---- accounts -------------------------------------------------------------------------------------------
must_use Err *user_add(Store *s, Str name, Str role, Str unit, Str password, bool replace); // replace: also one who is there
must_use Err *user_token(Store *s, Str name, bool alone, Str *token); // alone: ends her other tokens
must_use Err *user_by_token(Store *s, Str token, User *out);        // ERR_DENIED
typedef struct { Str token, csrf; User user; Lang lang; } Session;
// Somebody at the door. `known`: what the browser was given when she signed in there before, and `turn`: what it was
// given when it was sent away because too many came. Either may be empty, or anything at all: both are signed.
typedef struct { Str name, password, known, turn; } SignIn;
typedef struct {
    Str token, known;        // of the session; what the browser is given to be known by from now on
    int64_t wait;            // ERR_BUSY: come back after so many seconds,
    Str turn;                // with this
} SignedIn;
must_use Err *session_open(Store *s, const SignIn *in, SignedIn *out); // ERR_DENIED; ERR_BUSY: after many tries, or many people
// The password once more of who is signed in, before what outlives her session. As session_open; opens nothing.
must_use Err *session_confirm(Store *s, Str session, Str password, int64_t *wait);
must_use Err *session_get(Store *s, Str token, Session *out);       // ERR_DENIED when there is none or it ended
must_use Err *session_language(Store *s, Str token, Lang lang);
must_use Err *session_close(Store *s, Str token);
typedef struct { Str name, role, unit; bool active; } Account;
must_use Err *user_list(Store *s, Account **out, int *n);

// ---- what was typed and could not be saved yet -------------------------------------------------------------
// Kept for a session (its token), by the address of its form; sealed under the token, and gone with the session.
must_use Err *draft_keep(Store *s, Str token, Str form, Str body); // more than 256 KiB are not kept
must_use Err *draft_get(Store *s, Str token, Str form, Str *body); // empty: there is none
must_use Err *draft_drop(Store *s, Str token, Str form);
must_use Err *draft_list(Store *s, Str token, Str **forms, int *n); // the newest first
