// One account: another role or office, a new password that another confirms, the passwords of its programs, and its end.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

typedef struct { Account of; Str role, unit, what, to; Faults faults; int status; } Shown; // role, unit, what, to: as chosen

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

// Colleagues of the same office; the number alone says what would go over.
static const List *colleagues(Request *ask, const Account *all, int n, const Account *of)
{
    List *list = take(ask->a, List, 1);
    list->choices = take(ask->a, Choice, n);
    for (int i = 0; i < n; i++) {
        const Account *one = &all[i];
        const Role *role = role_get(ask->pack, one->role);
        bool hers = one->active && str_equal(one->unit, of->unit) && !str_equal(one->name, of->name);
        if (!hers || !role || str_equal(one->name, ask->s->user.name)) continue;
        Choice choice = {.name = one->name};
        choice.label.in[ask->lang] = say(ask->a, "{}, {}", one->name, words_in(&role->label, ask->lang));
        list->choices[list->n++] = choice;
    }
    return list;
}

static Err *leave_form(Request *ask, const Shown *shown)
{
    Lang lang = ask->lang;
    const Account *of = &shown->of;
    Account *all;
    int n;
    int64_t held;
    TRY(user_list(ask->s, &all, &n));
    TRY(user_held(ask->s, of, &held));
    const List *offered = colleagues(ask, all, n, of);
    static const Str whats[] = {S("over"), S("both"), S("end")};
    const Str words[] = {tr(lang, S("Hand over; the account stays")), tr(lang, S("Hand over, and end the account")),
        tr(lang, S("End the account; nobody takes over"))};
    List *what = take(ask->a, List, 1);
    what->choices = take(ask->a, Choice, countof(whats));
    for (int i = offered->n ? 0 : 2; i < countof(whats); i++) {
        what->choices[what->n] = (Choice){.name = whats[i]};
        what->choices[what->n++].label.in[lang] = words[i];
    }
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<p class='govuk-body'>{}</p>\n<p class='govuk-body'>{}</p>\n",
         tr(lang, S("Handing over, and the end")),
         tr(lang, S("Where an account ends, she may not sign in any more, what she has open ends at once, and what was given "
                    "to her by name is taken away. What she wrote stays, with her name.")),
         message_in(ask->a, lang, message(ask->a, "Records that are hers by name, and would go over: {}", held)));
    form_open(ask, url(ask->a, "/users/{}/end", of->name));
    TRY(box_input(ask, &(Box){S("what"), tr(lang, S("What is done")), (Str){0}, FIELD_CHOICE, what}, shown->what, &shown->faults));
    if (offered->n)
        TRY(box_input(ask, &(Box){S("to"), tr(lang, S("Who takes over")), tr(lang, S("A colleague of the same office")), FIELD_CHOICE,
            offered}, shown->to, &shown->faults));
    password_again(ask, &shown->faults, S("end"));
    html(ask->o, "<button class='govuk-button govuk-button--warning'>{}</button></form>\n", tr(lang, S("Do it")));
    return 0;
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
    Str saved = pairs_get(&ask->query, S("saved"));
    if (saved.n) notice(ask, str_equal(saved, S("over")) ? tr(ask->lang, S("Handed over.")) : tr(ask->lang, S("Saved.")));
    html(ask->o, "<h1 class='app-title'>{}</h1>\n", of->name);
    facts_write(ask, of);
    if (keeps(ask, of)) {
        TRY(tokens_write(ask, of));
        TRY(place_form(ask, shown));
        reset_form(ask, shown);
    }
    if (accounts_handed(ask->s, of)) TRY(leave_form(ask, shown));
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
