// Who may come in: accounts and tokens, which entries of the journal tell; passwords, sessions, and what somebody typed and
// could not save yet, which stand outside it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/register.h"

// ---- accounts -------------------------------------------------------------------------------------------
// Each is an entry of the journal, and what was opened before ends with it at once, but for another role or unit.
must_use Err *user_add(Store *s, Str name, Str role, Str unit, Str password, bool replace); // replace: also one who is there
// Another role or unit; empty: as it is. In another agency nothing stays hers that was given to her by name: it goes to a colleague of
// the unit that she leaves (to empty: to nobody). n: records that went over.
must_use Err *user_place(Store *s, Str name, Str role, Str unit, Str to, int64_t *n);
must_use Err *user_password(Store *s, Str name, Str password); // ERR_INPUT says what may be one
must_use Err *user_end(Store *s, Str name);    // what was given to her by name is taken away
// Her own: as session_confirm asks for the old one; what else that opened ends, her tokens too, and this session stays.
typedef struct { int64_t wait; Str good; } Confirmed; // ERR_BUSY: come back after so many seconds; else what it was held against
must_use Err *password_change(Store *s, Str session, Str old, Str password, Confirmed *out);
enum { TOKEN_DAYS = 730, TOKEN_DAYS_MOST = 1000 };
must_use Err *user_token(Store *s, Str name, bool alone, int days, Str *token); // alone: ends her other tokens
// Her own, alone, after session_confirm. ERR_DENIED: what it held her password against is her password no more.
must_use Err *token_own(Store *s, const Confirmed *by, int days, Str *token);
typedef struct { Str id; int64_t made, until; } Token;
must_use Err *token_list(Store *s, Str name, Token **out, int *n); // those that are good, the newest first
must_use Err *token_end(Store *s, Str name, Str id); // ERR_MISSING: it has ended already
must_use Err *user_by_token(Store *s, Str token, User *out);        // ERR_DENIED
typedef struct {
    Str token, csrf; User user; Lang lang;
    bool fresh;              // she came in with a code, and has no password yet
    bool locked;             // it asks for her password before anything else
    int64_t seen, spared;    // its last request; until then (ms) it does not lock by itself
} Session;
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
must_use Err *session_confirm(Store *s, Str session, Str password, Confirmed *out);
must_use Err *session_get(Store *s, Str token, Session *out);       // ERR_DENIED when there is none or it ended
// It locks when nothing came of it for as long as the pack says (`lock_after`), or when she says so; what is kept for it stays, and it
// lasts as long as any. Who is fresh has nothing to unlock it with.
void session_seen(Store *s, const Session *session); // something of hers came
int64_t session_left(const Store *s, const Session *session); // ms until it locks by itself; 0: now
void session_spare(Store *s, Str token, int64_t until); // not before then; 0: as ever
must_use Err *session_lock(Store *s, Str token);
must_use Err *session_unlock(Store *s, Str token, const Confirmed *by); // after session_confirm
must_use Err *session_language(Store *s, Str token, Lang lang);
must_use Err *session_close(Store *s, Str token);
typedef struct { Str name, role, unit; bool active; int64_t code_until; } Account; // until: she has a code, good until then (ms); 0: none
must_use Err *user_get(Store *s, Str name, Account *out); // ERR_MISSING
must_use Err *user_list(Store *s, Account **out, int *n); // those who have ended, too

// ---- what somebody leaves behind ------------------------------------------------------------------------------
// By who keeps accounts or answers for her unit, never by herself: what was given to her by name goes to a colleague of the same unit
// whose role reads it (to empty: to nobody), and, if it ends, her account ends with whatever was given to her. One write.
bool accounts_handed(const Store *s, const Account *of); // she may
must_use Err *user_leaves(Store *s, const Confirmed *by, Str name, Str to, bool ends, int64_t *n); // n: records that went over
must_use Err *user_held(Store *s, const Account *of, int64_t *n); // how many would

// ---- what takes two -----------------------------------------------------------------------------------------
// A new account, and a new password for who has lost hers, are asked for by one who keeps accounts and confirmed by another: who
// answers for that unit (the pack's word `confirms`) or, where nobody there could, another who keeps accounts; never who asked, and
// never whose account it is. Who confirms is told a code, once; with it and the name its owner comes in, once, within 72 hours,
// and does nothing before she has set a password. What the old password opened ends when it is confirmed.
enum { CODE_MS = 72 * 60 * 60 * 1000 };
typedef enum { ASKED_NEW, ASKED_RESET } AskedFor;
typedef struct { Str id, name, role, unit, by; AskedFor what; int64_t ms; bool hers; } Pending; // hers: she may confirm it
bool accounts_kept(const User *user);          // she makes accounts, places and ends them
bool accounts_confirmed(const User *user, Str unit); // she answers for those of that unit; empty: of hers
// Instead of one that waits. Faults (name, role, unit): nothing was asked for.
must_use Err *account_ask(Store *s, const Confirmed *by, AskedFor what, const Account *wanted, Faults *all);
must_use Err *account_withdraw(Store *s, Str name); // by who keeps accounts, or may confirm it. ERR_MISSING: nothing waits
must_use Err *account_confirm(Store *s, const Confirmed *by, Str name, Str *code); // ERR_DENIED: it is not hers to confirm
must_use Err *asked_list(Store *s, Pending **out, int *n); // those that she may confirm; who keeps accounts, all; the oldest first
must_use Err *password_first(Store *s, Str session, Str password); // of a session that is fresh: it goes on

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
