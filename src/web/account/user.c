// One account: another role or office, a new password that another confirms, the passwords of its programs, and its end.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

// role, unit, takes, what, to: as chosen. With whom what is hers could go, and how many records.
typedef struct { Account of; Str role, unit, takes, what, to; const List *colleagues; int64_t held; Faults faults; int status; } Shown;

// What she may do with it; of her own nothing: her role and her end are others' to say.
static bool keeps(const Request *ask, const Account *of)
{
    return users_kept(ask) && of->active && !str_equal(of->name, ask->s->user.name);
}

static Err *account_asked(Request *ask, Account *out)
{
    Err *e = users_open(ask) ? user_get(ask->s, ask->parts[1], out) : not_here(ask);
    if (e) return e->kind == ERR_MISSING ? not_here(ask) : e;
    return users_kept(ask) || accounts_confirmed(&ask->s->user, out->unit) ? 0 : not_here(ask);
}

static Err *kept_asked(Request *ask, Account *out)
{
    TRY(account_asked(ask, out));
    TRY(by_browser(ask));
    if (keeps(ask, out)) return 0;
    return fail(ask->a, ERR_DENIED, "This is not yours to change: of their own account others decide, and of others who keeps accounts.");
}

// ---- the page -----------------------------------------------------------------------------------------------

List *roles_offered(Request *ask)
{
    List *roles = choices_made(ask, ask->pack->roles_n);
    for (int i = 0; i < ask->pack->roles_n; i++)
        roles->choices[roles->n++] = (Choice){.name = ask->pack->roles[i].name, .label = ask->pack->roles[i].label};
    return roles;
}

// Colleagues of the same office; the number alone says what would go over.
static const List *colleagues(Request *ask, const Account *all, int n, const Account *of)
{
    List *list = choices_made(ask, n);
    for (int i = 0; i < n; i++) {
        const Account *one = &all[i];
        const Role *role = role_get(ask->pack, one->role);
        bool hers = one->active && str_equal(one->unit, of->unit) && !str_equal(one->name, of->name);
        if (!hers || !role || str_equal(one->name, ask->s->user.name)) continue;
        choice_add(ask, list, one->name, say(ask->a, "{}, {}", one->name, words_in(&role->label, ask->lang)));
    }
    return list;
}

static Err *colleagues_read(Request *ask, Shown *shown)
{
    Account *all;
    int n;
    TRY(user_list(ask->s, &all, &n));
    TRY(user_held(ask->s, &shown->of, &shown->held));
    shown->colleagues = colleagues(ask, all, n, &shown->of);
    return 0;
}

static void place_add(const Shown *shown, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Asking asking = {.to = url(ask->a, "/users/{}", shown->of.name), .words = tr(lang, S("Change it")), .faults = &shown->faults};
    box_add(ask, &asking, (Box){BOX_CHOICE, .name = S("role"), .label = tr(lang, S("Role")), .list = roles_offered(ask),
        .value = shown->role});
    box_add(ask, &asking, (Box){BOX_CHOICE, .name = S("unit"), .label = tr(lang, S("Office")), .list = units_list(ask, (Str){0}),
        .value = shown->unit});
    if (shown->held && shown->colleagues->n)
        box_add(ask, &asking, (Box){BOX_CHOICE, .name = S("takes"), .label = tr(lang, S("Who takes over what was given to her")),
            .list = shown->colleagues, .hint = tr(lang, S("A colleague of the office that she leaves, or nobody")), .value = shown->takes});
    box_add(ask, &asking, password_again(ask, S("place")));
    ask_add(out, tr(lang, S("Another role or office")), &asking)->above =
        tr(lang, S("In an office of another agency nothing stays hers that was given to her by name."));
}

static void reset_add(const Shown *shown, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    ask_add(out, tr(lang, S("A new password")), &(Asking){.to = url(ask->a, "/users/{}/reset", shown->of.name),
        .words = tr(lang, S("Ask for a new password")), .faults = &shown->faults, .boxes = {
        password_again(ask, S("reset"))}})->above =
         tr(lang, S("For who has lost hers: you ask, who answers for that office confirms and gives her a code. Until then the old one "
                    "stays good."));
}

static void leave_add(const Shown *shown, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    const Account *of = &shown->of;
    const List *offered = shown->colleagues;
    List *what = choices_made(ask, 3);
    if (offered->n) choice_add(ask, what, S("over"), tr(lang, S("Hand over; the account stays")));
    if (offered->n) choice_add(ask, what, S("both"), tr(lang, S("Hand over, and end the account")));
    choice_add(ask, what, S("end"), tr(lang, S("End the account; nobody takes over")));
    Asking asking = {.to = url(ask->a, "/users/{}/end", of->name), .words = tr(lang, S("Do it")), .button = BUTTON_WARNING,
        .faults = &shown->faults};
    box_add(ask, &asking, (Box){BOX_CHOICE, .name = S("what"), .label = tr(lang, S("What is done")), .list = what, .value = shown->what});
    if (offered->n)
        box_add(ask, &asking, (Box){BOX_CHOICE, .name = S("to"), .label = tr(lang, S("Who takes over")), .list = offered,
            .hint = tr(lang, S("A colleague of the same office")), .value = shown->to});
    box_add(ask, &asking, password_again(ask, S("end")));
    block_add(out, &(Block){.title = tr(lang, S("Handing over, and the end")), .above =
         tr(lang, S("Where an account ends, she may not sign in any more, what she has open ends at once, and what was given "
                    "to her by name is taken away. What she wrote stays, with her name."))});
    ask_add(out, (Str){0}, &asking)->above =
        message_in(ask->a, lang, message(ask->a, "Records that are hers by name, and would go over: {}", shown->held));
}

static void facts_of(const Account *of, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Block *facts = facts_add(out, FACTS_MOST);
    fact_add(facts, tr(lang, S("Role")), role_label(ask, of->role));
    fact_add(facts, tr(lang, S("Office")), unit_label(ask, of->unit));
    if (!of->active) fact_add(facts, tr(lang, S("State")), tr(lang, S("Ended")));
    if (of->code_until) fact_add(facts, tr(lang, S("State")), code_words(ask, of));
}

static Err *user_page(Request *ask, Shown *shown)
{
    const Account *of = &shown->of;
    Blocks all = {.ask = ask};
    Str saved = pairs_get(&ask->query, S("saved"));
    ask->here = url(ask->a, "/users/{}", of->name).s;
    facts_of(of, &all);
    TRY(colleagues_read(ask, shown));
    if (keeps(ask, of)) {
        TRY(tokens_add(of->name, url(ask->a, "/users/{}/token", of->name), &all));
        place_add(shown, &all);
        reset_add(shown, &all);
    }
    if (accounts_handed(ask->s, of)) leave_add(shown, &all);
    blocks_page(ask, &(Page){.title = of->name, .back = url(ask->a, "/users"), .faults = &shown->faults, .status = shown->status,
        .done = !saved.n ? (Str){0} : str_equal(saved, S("over")) ? tr(ask->lang, S("Handed over.")) : tr(ask->lang, S("Saved."))}, &all);
    return 0;
}

Err *user_show(Request *ask)
{
    Shown shown = {0};
    TRY(account_asked(ask, &shown.of));
    shown.role = shown.of.role;
    shown.unit = shown.of.unit;
    return user_page(ask, &shown);
}

// ---- what is done -------------------------------------------------------------------------------------------

Err *user_place_post(Request *ask)
{
    Shown shown = {0};
    Confirmed by = {0};
    Str box = S("place");
    int64_t n;
    TRY(kept_asked(ask, &shown.of));
    shown.role = pairs_get(&ask->form, S("role"));
    shown.unit = pairs_get(&ask->form, S("unit"));
    shown.takes = pairs_get(&ask->form, S("takes"));
    Err *e = password_asked(ask, &by);
    if (!e) {
        box = S("role");
        e = user_place(ask->s, shown.of.name, shown.role, shown.unit, shown.takes, &n);
    }
    if (told_at(ask, e, box, &shown.faults, &shown.status)) return user_page(ask, &shown);
    return e ? e : redirect(ask, url(ask->a, "/users/{}?saved=place", shown.of.name));
}

Err *user_reset(Request *ask)
{
    Shown shown = {0};
    Confirmed by = {0};
    Faults all = {0};
    TRY(kept_asked(ask, &shown.of));
    shown.role = shown.of.role;
    shown.unit = shown.of.unit;
    Err *e = password_asked(ask, &by);
    if (!e) e = account_ask(ask->s, &by, ASKED_RESET, &shown.of, &all);
    if (!e && all.n) e = err_make(ask->a, ERR_INPUT, all.first->message);
    if (told_at(ask, e, S("reset"), &shown.faults, &shown.status)) return user_page(ask, &shown);
    return e ? e : redirect(ask, url(ask->a, "/users?done=asked"));
}

static Err *leave_asked(Request *ask, Shown *shown)
{
    TRY(account_asked(ask, &shown->of));
    TRY(by_browser(ask));
    if (!accounts_handed(ask->s, &shown->of)) return fail(ask->a, ERR_DENIED, "This account is not yours to end.");
    shown->role = shown->of.role;
    shown->unit = shown->of.unit;
    shown->what = pairs_get(&ask->form, S("what"));
    shown->to = pairs_get(&ask->form, S("to"));
    return 0;
}

static void leave_tell(Request *ask, Shown *shown, Str box, Message why)
{
    faults_add(ask->a, &shown->faults, (Fault){.column = box, .message = why});
    shown->status = 400;
}

Err *user_end_post(Request *ask)
{
    Shown shown = {0};
    Confirmed by = {0};
    int64_t n;
    TRY(leave_asked(ask, &shown));
    bool over = str_equal(shown.what, S("over")), both = str_equal(shown.what, S("both"));
    bool end = str_equal(shown.what, S("end"));
    if (!over && !both && !end) leave_tell(ask, &shown, S("what"), message(ask->a, "Say what is to be done."));
    if ((over || both) && !shown.to.n) leave_tell(ask, &shown, S("to"), message(ask->a, "Say who takes over."));
    if (end && shown.to.n) leave_tell(ask, &shown, S("to"), message(ask->a, "Nobody takes over, and somebody is named: choose again."));
    if (shown.faults.n) return user_page(ask, &shown);
    Err *e = password_asked(ask, &by);
    Str box = e ? S("end") : end ? S("what") : S("to");
    if (!e) e = user_leaves(ask->s, &by, shown.of.name, shown.to, !over, &n);
    if (told_at(ask, e, box, &shown.faults, &shown.status)) return user_page(ask, &shown);
    if (e) return e;
    return over ? redirect(ask, url(ask->a, "/users/{}?saved=over", shown.of.name)) : redirect(ask, url(ask->a, "/users?done=ended"));
}

// Ending one harms nobody, so it asks no password.
Err *user_token_end(Request *ask)
{
    Account of;
    TRY(kept_asked(ask, &of));
    TRY(token_end(ask->s, of.name, ask->id));
    return redirect(ask, url(ask->a, "/users/{}?saved=token", of.name));
}
