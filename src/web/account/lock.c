// The lock: a session that waits for its password answers with it whatever it is asked, and keeps what was typed meanwhile.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

static const Str held = S("held");             // as a draft's place: a form that is sent again once she is back

// ---- what was typed -----------------------------------------------------------------------------------------

// Where a record's form is to be had again that was sent to this path; empty: it is none.
static Str form_place(Request *ask, Str path, const Pairs *form, bool *of_record)
{
    Str parts[PATH_PARTS];
    int n;
    Str from = pairs_get(form, S("_from")), move = pairs_get(form, S("move"));
    *of_record = path_read(ask->a, path, parts, &n) && n && record_type(ask->pack, parts[0]);
    if (!*of_record) return (Str){0};
    if (n == 1) return next_safe(say(ask->a, "/{}/new{}{}", parts[0], from.n ? S("?") : (Str){0}, from));
    if (n == 2) return url(ask->a, "/{}/{}/edit", parts[0], parts[1]).s;
    bool step = n == 3 && str_equal(parts[2], S("move")) && move.n;
    return step ? url(ask->a, "/{}/{}/move?move={}", parts[0], parts[1], move).s : (Str){0};
}

// A record's form stands there again; what else is about a record is offered to be sent again. Passwords are in neither.
Err *typed_keep(Request *ask, Str path, Str body, Str *next)
{
    Pairs form;
    bool of_record;
    if (!body.n || !ask->pack || !pairs_read(ask->a, body, &form)) return 0;
    Str at = form_place(ask, path, &form, &of_record);
    if (!of_record) return 0;
    *next = at.n ? at : S("/lock");
    if (at.n) return draft_keep(ask->s, ask->session, at, body);
    return draft_keep(ask->s, ask->session, held, say(ask->a, "{}\n{}", path, body));
}

// Of a form that met the lock: only ours.
static Err *form_keep(Request *ask, Str *next)
{
    bool typed = ask->route && ask->is_form && str_starts(ask->in->content_type, S("application/x-www-form-urlencoded"));
    if (!typed || forgery_check(ask)) return 0;
    return typed_keep(ask, ask->in->path, ask->in->body, next);
}

// ---- the page -----------------------------------------------------------------------------------------------

static Err *lock_page(Request *ask, Str next, const Err *wrong)
{
    Lang lang = ask->lang;
    Faults faults = {0};
    int status = 401;
    Blocks all = {.ask = ask};
    told_at(ask, wrong, S("password"), &faults, &status);
    ask->here = next;
    words_add(&all, TONE_PLAIN,
        tr(lang, S("Nothing came from you for a while, so this is locked. What you typed is kept: go on with your password.")));
    words_add(&all, TONE_PLAIN, say(ask->a, "{}: {}", tr(lang, S("Your sign-in name")), ask->holder.name));
    ask_add(&all, (Str){0}, &(Asking){.to = url(ask->a, "/unlock"), .words = tr(lang, S("Go on")), .button = BUTTON_MAIN,
        .faults = &faults, .boxes = {
        {BOX_HIDDEN, .name = S("next"), .value = next},
        password_again(ask, S("password"))}});
    words_add(&all, TONE_PLAIN, tr(lang, S("Somebody else works here now")))->to = url(ask->a, "/sign-in");
    blocks_page(ask, &(Page){.title = tr(lang, S("Locked")), .narrow = true, .faults = &faults, .status = status}, &all);
    return 0;
}

static Err *gate_json(Request *ask, Str words)
{
    json_open(ask, 401);
    json(ask->o, "{'error':{}}\n", words);
    return 0;
}

Err *gate_first(Request *ask)
{
    bool fresh = ask->gate == GATE_FRESH, shows = ask->in->method == HTTP_GET;
    if (ask->wants_json && fresh) return gate_json(ask, tr(ask->lang, S("Set your password first.")));
    if (ask->wants_json) return gate_json(ask, tr(ask->lang, S("This is locked: go on with your password.")));
    if (fresh) return redirect(ask, url(ask->a, "/account/first"));
    Str next = !shows ? S("/") : ask->in->query.n ? say(ask->a, "{}?{}", ask->in->path, ask->in->query) : ask->in->path;
    if (!shows) TRY(form_keep(ask, &next));
    if (!shows) TRY(session_lock(ask->s, ask->session)); // with a form it lasts as long as a session may
    return lock_page(ask, next_safe(next), 0);
}

Err *lock_show(Request *ask)
{
    Str kept;
    if (ask->gate == GATE_LOCKED) return lock_page(ask, next_safe(pairs_get(&ask->query, S("next"))), 0);
    if (ask->gate != GATE_OPEN) return redirect(ask, url(ask->a, "/"));
    TRY(draft_get(ask->s, ask->session, held, &kept));
    if (!kept.n) return redirect(ask, url(ask->a, "/"));
    TRY(draft_drop(ask->s, ask->session, held));
    Str path = str_cut(&kept, '\n');
    return held_page(ask, ask->session, next_safe(path), kept);
}

Err *unlock_post(Request *ask)
{
    Str next = next_safe(pairs_get(&ask->form, S("next")));
    Confirmed by = {0};
    if (ask->gate != GATE_LOCKED) return redirect(ask, (Url){next});
    ask->s->user = ask->holder;
    Err *e = password_asked(ask, &by);
    if (!e) e = session_unlock(ask->s, ask->session, &by);
    if (e && (e->kind == ERR_DENIED || e->kind == ERR_BUSY)) return lock_page(ask, next, e);
    return e ? e : redirect(ask, (Url){next});
}

// ---- by the page's script, or by her -------------------------------------------------------------------------

// A call that is written down spares the lock as long as its form is open, and for two hours at most.
static bool call_goes_on(Request *ask, Str sealed)
{
    Str opened;
    int64_t ms = 0, now = clock_ms();
    return words_opened(ask->a, ask->session, S("call"), sealed, &opened) && str_int(opened, &ms) && ms <= now && ms + CALL_MS > now;
}

static Err *lock_said(Request *ask, bool locked, int64_t left, Str next)
{
    json_open(ask, 200);
    json(ask->o, "{'locked':{},'left':{},'next':{}}\n", (Html){locked ? S("true") : S("false")}, left, next);
    return 0;
}

static Err *all_kept(Request *ask, Str *next)
{
    for (int i = 0; i + 1 < ask->form.n; i++) {
        const Pair *path = &ask->form.at[i], *body = &ask->form.at[i + 1];
        if (str_equal(path->name, S("form")) && str_equal(body->name, S("body"))) TRY(typed_keep(ask, path->value, body->value, next));
    }
    return 0;
}

// here: something was typed, or a call goes on. idle: nothing was, in that page; another may know better. Else she locks it; desk:
// for another.
Err *lock_post(Request *ask)
{
    Str next = {0}, call = pairs_get(&ask->form, S("call"));
    bool here = pairs_find(&ask->form, S("here")), idle = pairs_find(&ask->form, S("idle"));
    bool desk = pairs_find(&ask->form, S("desk"));
    if (desk && ask->gate != GATE_OPEN) return desk_leave(ask);
    if (ask->gate == GATE_LOCKED) TRY(all_kept(ask, &next)); // the page was late: the machine slept, perhaps
    if (ask->gate == GATE_LOCKED) TRY(session_lock(ask->s, ask->session));
    if (ask->gate != GATE_OPEN) return lock_said(ask, true, 0, next);
    if (call.n && !call_goes_on(ask, call)) return lock_said(ask, false, 0, next);
    if (here) session_seen(ask->s, &ask->its);
    int64_t left = session_left(ask->s, &ask->its);
    if (here || (idle && left > 0)) return lock_said(ask, false, left, next);
    TRY(all_kept(ask, &next));
    if (desk) return desk_leave(ask);
    TRY(session_lock(ask->s, ask->session));
    return lock_said(ask, true, 0, next);
}

void call_write(Request *ask, const RecordType *t)
{
    Str said = pairs_get(&ask->form, S("_call"));
    if (!t->call || !ask->session.n || ask->gate != GATE_OPEN) return;
    Str opened = say(ask->a, "{}", clock_ms());
    if (!call_goes_on(ask, said)) said = words_sealed(ask->a, ask->session, S("call"), opened);
    else words_opened(ask->a, ask->session, S("call"), said, &opened);
    int64_t ms = 0;
    must(str_int(opened, &ms));
    session_spare(ask->s, ask->session, ms + CALL_MS);
    ask->on_call = true;
    html(ask->o, "<input type='hidden' name='_call' value='{}' data-call>\n", said);
}
