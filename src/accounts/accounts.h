// Who may come in: accounts and tokens, which entries of the journal tell; passwords, sessions, and what somebody typed and
// could not save yet, which stand outside it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/register.h"

// ---- accounts -------------------------------------------------------------------------------------------
// Each is an entry of the journal, and what was opened before ends with it at once, but for another role or unit.
must_use Err *user_add(Store *s, Str name, Str role, Str unit, Str password, bool replace); // replace: also one who is there
must_use Err *user_place(Store *s, Str name, Str role, Str unit); // another role or unit; empty: as it is
must_use Err *user_password(Store *s, Str name, Str password); // ERR_INPUT says what may be one
must_use Err *user_end(Store *s, Str name);
// Her own: as session_confirm asks for the old one; what else that opened ends, her tokens too, and this session stays.
must_use Err *password_change(Store *s, Str session, Str old, Str password, int64_t *wait);
enum { TOKEN_DAYS = 730, TOKEN_DAYS_MOST = 1000 };
must_use Err *user_token(Store *s, Str name, bool alone, int days, Str *token); // alone: ends her other tokens
typedef struct { Str id; int64_t made, until; } Token;
must_use Err *token_list(Store *s, Str name, Token **out, int *n); // those that are good, the newest first
must_use Err *token_end(Store *s, Str name, Str id); // ERR_MISSING: it has ended already
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
must_use Err *user_list(Store *s, Account **out, int *n); // those who have ended, too

// ---- what was typed and could not be saved yet -------------------------------------------------------------
// Kept for a session (its token), by the address of its form; sealed under the token, and gone with the session.
must_use Err *draft_keep(Store *s, Str token, Str form, Str body); // more than 256 KiB are not kept
must_use Err *draft_get(Store *s, Str token, Str form, Str *body); // empty: there is none
must_use Err *draft_drop(Store *s, Str token, Str form);
must_use Err *draft_list(Store *s, Str token, Str **forms, int *n); // the newest first

// Words that stand in an address and say nothing there: sealed under the session's token, and gone with it. What: what for.
Str words_sealed(Arena *a, Str token, Str what, Str words);
bool words_opened(Arena *a, Str token, Str what, Str sealed, Str *words); // false: another session's, or anything else

// ---- filters that somebody keeps ------------------------------------------------------------------------------
// Of the lists of one kind of record, under a name; hers alone, and sealed. The oldest of more than twenty goes.
typedef struct { Str id, name, query; } Filter; // query: as an address has it
must_use Err *filter_keep(Store *s, Str record, Str name, Str query); // ERR_INPUT: no name, or too long; one of that name is replaced
must_use Err *filter_drop(Store *s, Str record, Str id);
must_use Err *filter_list(Store *s, Str record, Filter **out, int *n); // the newest last

// ---- notices by e-mail ------------------------------------------------------------------------------------------
// Her own address, sealed; empty: none, and she is told nothing. From then on she is told of what is new, at most once an
// hour: the kind and the number of each record, no word of it.
enum { MAIL_EACH_MS = 60 * 60 * 1000 };
must_use Err *mail_get(Store *s, Str *address);
must_use Err *mail_set(Store *s, Str address); // in the Store's language. ERR_INPUT: it is no address
bool mail_address(Str address);
Str mail_text(Arena *a, Lang lang, Str address, const NoticeUntold *at, int n); // head and body, as sendmail takes them
// One turn over all to whom something is to be told, by a program that is run as `COMMAND -i -- ADDRESS`. Of several servers
// one tells each. One that fails is told in the log, without the address, unless the turn before failed, and tried again later.
typedef struct { Str command; bool failed; } Mailer;
must_use Err *mails_send(Store *s, Mailer *mailer);
must_use Err *mails_serve(Register *reg, Arena *a, Str command); // while serving: a thread, a turn every few seconds
