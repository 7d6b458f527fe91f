// Who came in with a code sets her own password before anything else.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

static Err *first_page(Request *ask, const Faults *faults, int status)
{
    Lang lang = ask->lang;
    Blocks all = {.ask = ask};
    ask->here = S("/account/first");
    ask_add(&all, (Str){0}, &(Asking){.to = url(ask->a, "/account/first"), .words = tr(lang, S("Set the password")),
        .button = BUTTON_MAIN, .faults = faults, .boxes = {
        {BOX_HOLDER, .name = S("name"), .value = ask->holder.name},
        {BOX_PASSWORD, .name = S("new"), .label = tr(lang, S("Your password")), .fill = S("new-password"),
            .hint = tr(lang, S("A short sentence that nobody else says, of 15 letters at least."))},
        {BOX_PASSWORD, .name = S("again"), .label = tr(lang, S("Once more")), .fill = S("new-password")}}})->above =
        tr(lang, S("The code was good once, and is used up. From now on you sign in with a password that nobody else knows."));
    blocks_page(ask, &(Page){.title = tr(lang, S("Set your password")), .narrow = true, .faults = faults, .status = status}, &all);
    return 0;
}

Err *first_show(Request *ask)
{
    return ask->gate == GATE_FRESH ? first_page(ask, &(Faults){0}, 0) : redirect(ask, url(ask->a, "/"));
}

Err *first_post(Request *ask)
{
    Str fresh = pairs_get(&ask->form, S("new"));
    Faults faults = {0};
    int status = 400;
    if (ask->gate != GATE_FRESH) return redirect(ask, url(ask->a, "/"));
    ask->s->user.name = ask->holder.name;
    Err *e = 0;
    if (!str_equal(fresh, pairs_get(&ask->form, S("again"))))
        faults_add(ask->a, &faults, (Fault){.column = S("again"),
            .message = message(ask->a, "The two new passwords are not alike: type the same one twice.")});
    else e = password_first(ask->s, ask->session, fresh);
    if (faults.n || told_at(ask, e, S("new"), &faults, &status)) return first_page(ask, &faults, status);
    return e ? e : redirect(ask, url(ask->a, "/"));
}
