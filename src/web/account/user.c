// One account: another role or office, a new password that another confirms, the passwords of its programs, and its end.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

typedef struct { Account of; Str role, unit; Faults faults; int status; } Shown; // role, unit: as chosen

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

static Err *place_form(Request *ask, const Shown *shown)
{
    Lang lang = ask->lang;
    List *roles = take(ask->a, List, 1);
    roles->choices = take(ask->a, Choice, ask->pack->roles_n);
    for (int i = 0; i < ask->pack->roles_n; i++)
        roles->choices[roles->n++] = (Choice){.name = ask->pack->roles[i].name, .label = ask->pack->roles[i].label};
    html(ask->o, "<h2 class='app-section'>{}</h2>\n", tr(lang, S("Another role or office")));
    form_open(ask, url(ask->a, "/users/{}", shown->of.name));
    TRY(box_input(ask, &(Box){S("role"), tr(lang, S("Role")), (Str){0}, FIELD_CHOICE, roles}, shown->role, &shown->faults));
    TRY(box_input(ask, &(Box){S("unit"), tr(lang, S("Office")), (Str){0}, FIELD_CHOICE, units_list(ask, (Str){0})}, shown->unit,
        &shown->faults));
    password_again(ask, &shown->faults, S("place"));
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(lang, S("Change it")));
    return 0;
}

static void reset_form(Request *ask, const Shown *shown)
{
    Lang lang = ask->lang;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<p class='govuk-body'>{}</p>\n", tr(lang, S("A new password")),
         tr(lang, S("For who has lost hers: you ask, who answers for that office confirms and gives her a code. Until then the old one "
                    "stays good.")));
    form_open(ask, url(ask->a, "/users/{}/reset", shown->of.name));
    password_again(ask, &shown->faults, S("reset"));
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(lang, S("Ask for a new password")));
}

static Err *tokens_write(Request *ask, const Account *of)
{
    Lang lang = ask->lang;
    Token *tokens;
    int n;
    TRY(token_list(ask->s, of->name, &tokens, &n));
    if (!n) return 0;
    const Str heads[] = {tr(lang, S("Made")), tr(lang, S("Good until")), (Str){0}};
    Block table = table_block(ask, tr(lang, S("Passwords of programs")), heads, countof(heads));
    for (int i = 0; i < n; i++) {
        Line *row = row_add(ask, &table);
        row->title = moment_shown(ask, tokens[i].made);
        cell_add(row, row->title);
        cell_add(row, moment_shown(ask, tokens[i].until));
        row->act = url(ask->a, "/users/{}/token/{}", of->name, tokens[i].id);
        row->act_words = tr(lang, S("End it"));
    }
    block_page(ask, &table);
    return 0;
}

static void end_form(Request *ask, const Shown *shown)
{
    Lang lang = ask->lang;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<p class='govuk-body'>{}</p>\n", tr(lang, S("End the account")),
         tr(lang, S("She may not sign in any more, and what she has open ends at once. What she wrote stays, with her name.")));
    form_open(ask, url(ask->a, "/users/{}/end", shown->of.name));
    password_again(ask, &shown->faults, S("end"));
    html(ask->o, "<button class='govuk-button govuk-button--warning'>{}</button></form>\n", tr(lang, S("End the account")));
}

static void facts_write(Request *ask, const Account *of)
{
    Lang lang = ask->lang;
    const Role *role = role_get(ask->pack, of->role);
    html(ask->o, "<dl class='govuk-summary-list'>\n");
    fact(ask, tr(lang, S("Role")), role ? words_in(&role->label, lang) : of->role);
    fact(ask, tr(lang, S("Office")), unit_label(ask, of->unit));
    if (!of->active) fact(ask, tr(lang, S("State")), tr(lang, S("Ended")));
    if (of->code_until)
        fact(ask, tr(lang, S("State")),
             message_in(ask->a, lang, message(ask->a, "Code good until {}", moment_shown(ask, of->code_until))));
    html(ask->o, "</dl>\n");
}

static Err *user_page(Request *ask, const Shown *shown)
{
    const Account *of = &shown->of;
    ask->here = url(ask->a, "/users/{}", of->name).s;
    page_open(ask, &(Page){.title = of->name, .wrong = shown->faults.n, .hidden_title = true});
    html(ask->o, "<a class='govuk-back-link' href='/users'>{}</a>\n", tr(ask->lang, S("Back")));
    if (shown->faults.n) boxes_summary(ask, &shown->faults, true);
    if (pairs_get(&ask->query, S("saved")).n) notice(ask, tr(ask->lang, S("Saved.")));
    html(ask->o, "<h1 class='app-title'>{}</h1>\n", of->name);
    facts_write(ask, of);
    if (keeps(ask, of)) {
        TRY(tokens_write(ask, of));
        TRY(place_form(ask, shown));
        reset_form(ask, shown);
        end_form(ask, shown);
    }
    page_close(ask);
    if (shown->status) ask->out->status = shown->status;
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
    TRY(kept_asked(ask, &shown.of));
    shown.role = pairs_get(&ask->form, S("role"));
    shown.unit = pairs_get(&ask->form, S("unit"));
    Err *e = password_asked(ask, &by);
    if (!e) {
        box = S("role");
        e = user_place(ask->s, shown.of.name, shown.role, shown.unit);
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

Err *user_end_post(Request *ask)
{
    Shown shown = {0};
    Confirmed by = {0};
    TRY(kept_asked(ask, &shown.of));
    shown.role = shown.of.role;
    shown.unit = shown.of.unit;
    Err *e = password_asked(ask, &by);
    if (!e) e = user_end(ask->s, shown.of.name);
    if (told_at(ask, e, S("end"), &shown.faults, &shown.status)) return user_page(ask, &shown);
    return e ? e : redirect(ask, url(ask->a, "/users?done=ended"));
}

// Ending one harms nobody, so it asks no password.
Err *user_token_end(Request *ask)
{
    Account of;
    TRY(kept_asked(ask, &of));
    TRY(token_end(ask->s, of.name, ask->id));
    return redirect(ask, url(ask->a, "/users/{}?saved=token", of.name));
}
