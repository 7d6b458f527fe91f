// A desk that several share: whose sessions are locked in this browser, each to be taken up again with her password alone.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"
#include "seal/seal.h"

// The cookie holds the tokens of locked sessions: they open nothing without the password, and say no name.
enum { DESK_MOST = 8, DESK_ID = 16 };
typedef struct { Session at[DESK_MOST]; int n; } Desk;

// In a page a session is called by this, which tells nothing of its token.
static Str desk_id(Arena *a, Str token)
{
    Hash hash = hash_of(say(a, "desk {}", token));
    return str_slice(hex_of(a, hash_bytes(&hash)), 0, DESK_ID);
}

static Err *desk_take(Request *ask, Desk *desk, Str token)
{
    Session one;
    for (int i = 0; i < desk->n; i++)
        if (str_equal(desk->at[i].token, token)) return 0;
    if (desk->n == DESK_MOST || !token.n) return 0;
    Err *e = session_get(ask->s, token, &one);
    if (e) return e->kind == ERR_DENIED ? 0 : e;
    if (one.locked) desk->at[desk->n++] = one;
    return 0;
}

// The one of this browser first, when it is locked.
static Err *desk_read(Request *ask, Desk *out)
{
    *out = (Desk){0};
    if (ask->gate == GATE_LOCKED) TRY(desk_take(ask, out, ask->session));
    for (Str rest = cookie_get(ask->in->cookie, own_cookie(ask, S("-desk"))); rest.n;) TRY(desk_take(ask, out, str_cut(&rest, '.')));
    return 0;
}

static void desk_set(Request *ask, const Desk *desk, Str but)
{
    Buf o = buf_in(ask->a);
    for (int i = 0; i < desk->n; i++) {
        if (str_equal(desk->at[i].token, but)) continue;
        buf_fill(&o, o.n ? ".{}" : "{}", VALS(desk->at[i].token));
    }
    cookie_set(ask, own_cookie(ask, S("-desk")), buf_str(&o), false);
}

Err *desk_add(Request *ask)
{
    Desk desk = {0};
    TRY(desk_take(ask, &desk, ask->session)); // it comes first, and the oldest falls away
    for (Str rest = cookie_get(ask->in->cookie, own_cookie(ask, S("-desk"))); rest.n;) TRY(desk_take(ask, &desk, str_cut(&rest, '.')));
    desk_set(ask, &desk, (Str){0});
    return 0;
}

Err *desk_leave(Request *ask)
{
    if (ask->gate == GATE_FRESH) return sign_out(ask); // it has no password to come back with
    if (ask->gate == GATE_OPEN) TRY(session_lock(ask->s, ask->session));
    TRY(desk_add(ask));
    session_cookie_set(ask, (Str){0});
    return redirect(ask, url(ask->a, "/sign-in"));
}

Err *desk_blocks(Str next, const Faults *faults, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Desk desk;
    TRY(desk_read(ask, &desk));
    if (!desk.n) return 0;
    block_add(out, &(Block){.title = tr(lang, S("Locked here: go on with your password"))});
    for (int i = 0; i < desk.n; i++) {
        Str id = desk_id(ask->a, desk.at[i].token), box = say(ask->a, "back-{}", id), name = desk.at[i].user.name;
        ask_add(out, (Str){0}, &(Asking){.to = url(ask->a, "/sign-in"), .words = tr(lang, S("Go on")), .of = name, .faults = faults,
            .fold = name, .open = desk.n == 1 || faults_about(faults, box), .boxes = {
            {BOX_HIDDEN, .name = S("back"), .value = id},
            {BOX_HIDDEN, .name = S("next"), .value = next},
            password_again(ask, box)}});
    }
    block_add(out, &(Block){.title = tr(lang, S("Somebody else"))});
    return 0;
}

// Her password alone: whose session it is, the session says.
Err *desk_back(Request *ask, Str back, Str *box)
{
    Desk desk;
    Confirmed by = {0};
    TRY(desk_read(ask, &desk));
    *box = say(ask->a, "back-{}", back);
    for (int i = 0; i < desk.n; i++) {
        const Session *one = &desk.at[i];
        if (!secret_equal(desk_id(ask->a, one->token), back)) continue;
        ask->s->user = one->user;
        Err *e = session_confirm(ask->s, one->token, pairs_get(&ask->form, S("password")), &by);
        if (by.wait) come_back(ask, by.wait);
        if (e && e->kind == ERR_DENIED) e->message = message(ask->a, "The password is not right.");
        if (e) return e;
        TRY(session_unlock(ask->s, one->token, &by));
        desk_set(ask, &desk, one->token);
        session_cookie_set(ask, one->token);
        return 0;
    }
    return fail(ask->a, ERR_DENIED, "This session has ended: sign in with your name.");
}
