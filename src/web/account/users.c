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

Err *asked_home(int *hers, Blocks *out)
{
    Request *ask = out->ask;
    Pending *all;
    int n;
    *hers = 0;
    if (!users_open(ask)) return 0;
    TRY(asked_list(ask->s, &all, &n));
    for (int i = 0; i < n; i++) *hers += all[i].hers;
    if (!*hers) return 0;
    Message waits = message(ask->a, "Accounts that wait until you confirm them: {}", (int64_t)*hers);
    words_add(out, TONE_BOXED, message_in(ask->a, ask->lang, waits))->to = url(ask->a, "/users");
    return 0;
}

static void asked_one(const Pending *one, const Faults *faults, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Asking confirm = {.to = url(ask->a, "/users/{}/confirm", one->name), .words = tr(lang, S("Confirm it, and read the code")),
        .of = one->name, .button = BUTTON_MAIN, .faults = faults};
    Asking withdraw = {.to = url(ask->a, "/users/{}/withdraw", one->name), .words = tr(lang, S("Withdraw it")), .of = one->name};
    Block *facts = facts_add(out, FACTS_MOST);
    facts->title = one->name;
    facts->minor = true;
    fact_add(facts, tr(lang, S("What is asked")), tr(lang, one->what == ASKED_NEW ? S("A new account") : S("A new password")));
    fact_add(facts, tr(lang, S("Role")), role_label(ask, one->role));
    fact_add(facts, tr(lang, S("Office")), unit_label(ask, one->unit));
    fact_add(facts, tr(lang, S("Asked by")), say(ask->a, "{}, {}", one->by, moment_shown(ask, one->ms)));
    box_add(ask, &confirm, password_again(ask, say(ask->a, "confirm-{}", one->name)));
    if (one->hers) ask_add(out, (Str){0}, &confirm);
    ask_add(out, (Str){0}, &withdraw);
}

static Err *asked_add(const Faults *faults, Blocks *out)
{
    Lang lang = out->ask->lang;
    Pending *all;
    int n;
    TRY(asked_list(out->ask->s, &all, &n));
    if (!n) return 0;
    block_add(out, &(Block){.title = tr(lang, S("What waits for somebody's word")), .above =
         tr(lang, S("Two make an account: one asks, another confirms. Confirm only what you know to be right: that this person works here, "
                    "and asked for it."))});
    for (int i = 0; i < n; i++) asked_one(&all[i], faults, out);
    return 0;
}

// ---- the list -----------------------------------------------------------------------------------------------

Str code_words(Request *ask, const Account *of)
{
    return message_in(ask->a, ask->lang, message(ask->a, "Code good until {}", moment_shown(ask, of->code_until)));
}

static void user_row(Request *ask, const Account *account, bool codes, Line *row)
{
    cell_add(row, account->name)->to = url(ask->a, "/users/{}", account->name);
    cell_add(row, role_label(ask, account->role));
    cell_add(row, unit_label(ask, account->unit));
    if (codes) cell_add(row, account->code_until ? code_words(ask, account) : (Str){0});
}

static Err *users_table(Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Account *accounts;
    int n;
    TRY(user_list(ask->s, &accounts, &n));
    const Str heads[] = {tr(lang, S("Sign-in name")), tr(lang, S("Role")), tr(lang, S("Office")), tr(lang, S("State"))};
    bool codes = false, *hers = take(ask->a, bool, n + 1);
    for (int i = 0; i < n; i++) {
        hers[i] = accounts[i].active && (users_kept(ask) || accounts_confirmed(&ask->s->user, accounts[i].unit));
        codes |= hers[i] && accounts[i].code_until;
    }
    Block table = table_block(ask, (Str){0}, heads, countof(heads) - !codes); // no column of codes where nobody has one
    for (int i = 0; i < n; i++)
        if (hers[i]) user_row(ask, &accounts[i], codes, row_add(ask, &table));
    block_add(out, &table);
    return 0;
}

static void account_add(const Shown *shown, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    ask_add(out, tr(lang, S("Adding somebody")), &(Asking){.way = ASK_TYPE, .to = url(ask->a, "/users"),
        .words = tr(lang, S("Ask for the account")), .button = BUTTON_MAIN, .faults = &shown->faults, .boxes = {
        {BOX_TEXT, .name = S("name"), .label = tr(lang, S("Sign-in name")), .value = shown->wanted.name,
            .hint = tr(lang, S("Letters and digits, without blanks. A name is never given twice."))},
        {BOX_CHOICE, .name = S("role"), .label = tr(lang, S("Role")), .list = roles_offered(ask), .value = shown->wanted.role},
        {BOX_CHOICE, .name = S("unit"), .label = tr(lang, S("Office")), .list = units_list(ask, (Str){0}),
            .value = shown->wanted.unit},
        password_again(ask, S("password"))}})->above =
         tr(lang, S("You ask for the account; who answers for that office confirms it, and gives its owner a code with which she comes in "
                    "once and sets a password of her own."));
}

static Str done_words(const Request *ask)
{
    Str done = pairs_get(&ask->query, S("done"));
    if (str_equal(done, S("asked"))) return tr(ask->lang, S("Asked for: it waits until another confirms it."));
    if (str_equal(done, S("withdrawn"))) return tr(ask->lang, S("Withdrawn."));
    return str_equal(done, S("ended")) ? tr(ask->lang, S("The account has ended, and what was open with it.")) : (Str){0};
}

static Err *users_page(Request *ask, const Shown *shown)
{
    Blocks all = {.ask = ask};
    ask->here = S("/users");
    TRY(asked_add(&shown->faults, &all));
    TRY(users_table(&all));
    if (users_kept(ask)) account_add(shown, &all);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Who may sign in")), .faults = &shown->faults, .status = shown->status,
        .done = done_words(ask)}, &all);
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
    Blocks all = {.ask = ask};
    ask->no_switch = true;
    words_add(&all, TONE_BOXED, code)->tone = TONE_CODE;
    Block *points = points_add(&all, SHAPE_POINTS, (Str){0});
    point_add(ask, points, tr(lang, S("It is shown only now. Write it down and give it to her yourself, and to nobody else.")));
    point_add(ask, points,
        tr(lang, S("She signs in with her name, and with this code as the password, and then sets a password of her own.")));
    point_add(ask, points, tr(lang, S("It is good once, for three days.")));
    words_add(&all, TONE_PLAIN, tr(lang, S("Who may sign in")))->to = url(ask->a, "/users");
    blocks_page(ask, &(Page){.title = message_in(ask->a, lang, message(ask->a, "The code for {}", name)), .narrow = true}, &all);
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
