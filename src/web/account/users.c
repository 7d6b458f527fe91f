// Who may sign in: those whom she keeps or answers for, what waits for somebody's word, and asking for one more.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

bool users_kept(const Request *ask)
{
    return ask->s->user.role && accounts_kept(&ask->s->user);
}

bool users_open(const Request *ask)
{
    return users_kept(ask) || accounts_confirmed(&ask->s->user, (Str){0});
}

typedef struct { Account wanted; Faults faults; int status; } Shown; // as it was typed, and what is wrong

// ---- what waits ---------------------------------------------------------------------------------------------

Err *asked_write(Request *ask, int *hers)
{
    Pending *all;
    int n;
    *hers = 0;
    if (!users_open(ask)) return 0;
    TRY(asked_list(ask->s, &all, &n));
    for (int i = 0; i < n; i++) *hers += all[i].hers;
    if (*hers)
        html(ask->o, "<p class='govuk-inset-text'><a class='govuk-link' href='/users'>{}</a></p>\n",
             message_in(ask->a, ask->lang, message(ask->a, "Accounts that wait until you confirm them: {}", (int64_t)*hers)));
    return 0;
}

static void withdraw_form(Request *ask, const Pending *one)
{
    form_open(ask, url(ask->a, "/users/{}/withdraw", one->name));
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}<span class='govuk-visually-hidden'>: {}</span></button></form>\n",
         tr(ask->lang, S("Withdraw it")), one->name);
}

static void asked_one(Request *ask, const Pending *one, const Faults *faults)
{
    Lang lang = ask->lang;
    const Role *role = role_get(ask->pack, one->role);
    html(ask->o, "<h3 class='app-section'>{}</h3>\n<dl class='govuk-summary-list'>\n", one->name);
    fact(ask, tr(lang, S("What is asked")), tr(lang, one->what == ASKED_NEW ? S("A new account") : S("A new password")));
    fact(ask, tr(lang, S("Role")), role ? words_in(&role->label, lang) : one->role);
    fact(ask, tr(lang, S("Office")), unit_label(ask, one->unit));
    fact(ask, tr(lang, S("Asked by")), say(ask->a, "{}, {}", one->by, moment_shown(ask, one->ms)));
    html(ask->o, "</dl>\n");
    if (one->hers) {
        form_open(ask, url(ask->a, "/users/{}/confirm", one->name));
        password_again(ask, faults, say(ask->a, "confirm-{}", one->name));
        html(ask->o, "<button class='govuk-button'>{}<span class='govuk-visually-hidden'>: {}</span></button></form>\n",
             tr(lang, S("Confirm it, and read the code")), one->name);
    }
    withdraw_form(ask, one);
}

static Err *asked_section(Request *ask, const Faults *faults)
{
    Lang lang = ask->lang;
    Pending *all;
    int n;
    TRY(asked_list(ask->s, &all, &n));
    if (!n) return 0;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<p class='govuk-body'>{}</p>\n", tr(lang, S("What waits for somebody's word")),
         tr(lang, S("Two make an account: one asks, another confirms. Confirm only what you know to be right: that this person works here, "
                    "and asked for it.")));
    for (int i = 0; i < n; i++) asked_one(ask, &all[i], faults);
    return 0;
}

// ---- the list -----------------------------------------------------------------------------------------------

static void user_row(Request *ask, const Account *account, Line *row)
{
    const Role *role = role_get(ask->pack, account->role);
    cell_add(row, account->name)->to = url(ask->a, "/users/{}", account->name);
    cell_add(row, role ? words_in(&role->label, ask->lang) : account->role);
    cell_add(row, unit_label(ask, account->unit));
    cell_add(row, !account->code_until ? (Str){0}
        : message_in(ask->a, ask->lang, message(ask->a, "Code good until {}", moment_shown(ask, account->code_until))));
}

static Err *users_table(Request *ask)
{
    Lang lang = ask->lang;
    Account *accounts;
    int n;
    TRY(user_list(ask->s, &accounts, &n));
    const Str heads[] = {tr(lang, S("Sign-in name")), tr(lang, S("Role")), tr(lang, S("Office")), tr(lang, S("State"))};
    Block table = table_block(ask, (Str){0}, heads, countof(heads));
    for (int i = 0; i < n; i++) {
        bool hers = users_kept(ask) || accounts_confirmed(&ask->s->user, accounts[i].unit);
        if (accounts[i].active && hers) user_row(ask, &accounts[i], row_add(ask, &table));
    }
    block_page(ask, &table);
    return 0;
}

static Err *ask_form(Request *ask, const Shown *shown)
{
    Lang lang = ask->lang;
    List *roles = take(ask->a, List, 1);
    roles->choices = take(ask->a, Choice, ask->pack->roles_n);
    for (int i = 0; i < ask->pack->roles_n; i++)
        roles->choices[roles->n++] = (Choice){.name = ask->pack->roles[i].name, .label = ask->pack->roles[i].label};
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<p class='govuk-body'>{}</p>\n", tr(lang, S("Adding somebody")),
         tr(lang, S("You ask for the account; who answers for that office confirms it, and gives its owner a code with which she comes in "
                    "once and sets a password of her own.")));
    form_typed_open(ask, url(ask->a, "/users"));
    TRY(box_input(ask, &(Box){S("name"), tr(lang, S("Sign-in name")), tr(lang, S("Letters and digits, without blanks. A name is never "
        "given twice.")), FIELD_TEXT, 0}, shown->wanted.name, &shown->faults));
    TRY(box_input(ask, &(Box){S("role"), tr(lang, S("Role")), (Str){0}, FIELD_CHOICE, roles}, shown->wanted.role, &shown->faults));
    TRY(box_input(ask, &(Box){S("unit"), tr(lang, S("Office")), (Str){0}, FIELD_CHOICE, units_list(ask, (Str){0})}, shown->wanted.unit,
        &shown->faults));
    password_again(ask, &shown->faults, S("password"));
    html(ask->o, "<div class='app-actions'><button class='govuk-button'>{}</button>", tr(lang, S("Ask for the account")));
    languages_write(ask);
    html(ask->o, "</div></form>\n");
    return 0;
}

static void done_write(Request *ask)
{
    Str done = pairs_get(&ask->query, S("done"));
    if (str_equal(done, S("asked"))) notice(ask, tr(ask->lang, S("Asked for: it waits until another confirms it.")));
    if (str_equal(done, S("withdrawn"))) notice(ask, tr(ask->lang, S("Withdrawn.")));
    if (str_equal(done, S("ended"))) notice(ask, tr(ask->lang, S("The account has ended, and what was open with it.")));
}

static Err *users_page(Request *ask, const Shown *shown)
{
    ask->here = S("/users");
    page_open(ask, &(Page){.title = tr(ask->lang, S("Who may sign in")), .wrong = shown->faults.n});
    if (shown->faults.n) boxes_summary(ask, &shown->faults, true);
    done_write(ask);
    TRY(asked_section(ask, &shown->faults));
    TRY(users_table(ask));
    if (users_kept(ask)) TRY(ask_form(ask, shown));
    page_close(ask);
    if (shown->status) ask->out->status = shown->status;
    return 0;
}

Err *users_show(Request *ask)
{
    return users_open(ask) ? users_page(ask, &(Shown){0}) : not_here(ask);
}

// ---- what is done -------------------------------------------------------------------------------------------

Err *users_ask(Request *ask)
{
    Shown shown = {.wanted = {.name = str_bare(pairs_get(&ask->form, S("name"))), .role = pairs_get(&ask->form, S("role")),
        .unit = pairs_get(&ask->form, S("unit"))}};
    Confirmed by = {0};
    bool other;
    if (!users_kept(ask)) return not_here(ask);
    TRY(by_browser(ask));
    TRY(language_asked(ask, &other));
    if (other) return users_page(ask, &shown);
    Err *e = password_asked(ask, &by);
    if (!e) e = account_ask(ask->s, &by, ASKED_NEW, &shown.wanted, &shown.faults);
    if (told_at(ask, e, S("password"), &shown.faults, &shown.status)) return users_page(ask, &shown);
    if (e) return e;
    shown.status = 400;
    return shown.faults.n ? users_page(ask, &shown) : redirect(ask, url(ask->a, "/users?done=asked"));
}

// It is shown in this one answer and stands nowhere else.
static Err *code_page(Request *ask, Str name, Str code)
{
    Lang lang = ask->lang;
    ask->no_switch = true;
    page_open(ask, &(Page){.title = message_in(ask->a, lang, message(ask->a, "The code for {}", name)), .narrow = true});
    html(ask->o, "<div class='govuk-inset-text'><p class='govuk-body-l'><code>{}</code></p></div>\n"
        "<ul class='govuk-list govuk-list--bullet'><li>{}</li><li>{}</li><li>{}</li></ul>\n"
        "<p class='govuk-body'><a class='govuk-link' href='/users'>{}</a></p>\n",
         code, tr(lang, S("It is shown only now. Write it down and give it to her yourself, and to nobody else.")),
         tr(lang, S("She signs in with her name, and with this code as the password, and then sets a password of her own.")),
         tr(lang, S("It is good once, for three days.")), tr(lang, S("Who may sign in")));
    page_close(ask);
    return 0;
}

Err *user_confirm(Request *ask)
{
    Str name = ask->parts[1], code;
    Shown shown = {0};
    Confirmed by = {0};
    if (!users_open(ask)) return not_here(ask);
    TRY(by_browser(ask));
    Err *e = password_asked(ask, &by);
    if (!e) e = account_confirm(ask->s, &by, name, &code);
    if (told_at(ask, e, say(ask->a, "confirm-{}", name), &shown.faults, &shown.status)) return users_page(ask, &shown);
    return e ? e : code_page(ask, name, code);
}

// Taking it back harms nobody, so it asks no password.
Err *user_withdraw(Request *ask)
{
    if (!users_open(ask)) return not_here(ask);
    TRY(by_browser(ask));
    TRY(account_withdraw(ask->s, ask->parts[1]));
    return redirect(ask, url(ask->a, "/users?done=withdrawn"));
}
