// Who came in with a code sets her own password before anything else.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

static Err *first_page(Request *ask, const Faults *faults, int status)
{
    Lang lang = ask->lang;
    ask->here = S("/account/first");
    page_open(ask, &(Page){.title = tr(lang, S("Set your password")), .narrow = true, .wrong = faults->n});
    if (faults->n) boxes_summary(ask, faults, true);
    html(ask->o, "<p class='govuk-body'>{}</p>\n", tr(lang, S("The code was good once, and is used up. From now on you sign in with a "
        "password that nobody else knows.")));
    form_open(ask, url(ask->a, "/account/first"));
    html(ask->o, "<input class='govuk-visually-hidden' name='name' value='{}' autocomplete='username' tabindex='-1' aria-hidden='true' "
        "readonly>\n", ask->holder.name); // so that a browser that keeps passwords knows whose it is
    password_box(ask, faults, (PasswordBox){S("new"), {0}, tr(lang, S("Your password")),
        tr(lang, S("A short sentence that nobody else says, of 15 letters at least.")), S("new-password")});
    password_box(ask, faults, (PasswordBox){S("again"), {0}, tr(lang, S("Once more")), {0}, S("new-password")});
    html(ask->o, "<button class='govuk-button'>{}</button></form>\n", tr(lang, S("Set the password")));
    page_close(ask);
    if (status) ask->out->status = status;
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
