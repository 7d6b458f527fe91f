// One's own account: what one is here, the password, what other programs use, and the address of mail.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

typedef struct { Str token, mail, column; const Err *wrong; } AccountShown; // mail: as it was typed; column: what is wrong

Box password_again(const Request *ask, Str at)
{
    return (Box){BOX_PASSWORD, .name = S("password"), .at = at, .label = tr(ask->lang, S("Your password")), .fill = S("current-password")};
}

// Her own address, where notices are told by e-mail.
static Err *mail_add(const AccountShown *shown, const Faults *faults, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Str address = shown->mail;
    if (!web_mails(ask->web)) return 0;
    if (!shown->wrong || !address.n) TRY(mail_get(ask->s, &address));
    Asking asking = {.to = url(ask->a, "/account/mail"), .words = tr(lang, S("Save the address")), .faults = faults};
    Box again = password_again(ask, S("mail-password"));
    again.label = tr(lang, S("Your password, for a new address"));
    box_add(ask, &asking, (Box){BOX_TEXT, .name = S("mail"), .label = tr(lang, S("Your e-mail address")), .value = address});
    box_add(ask, &asking, again);
    ask_add(out, tr(lang, S("Notices by e-mail")), &asking)->above =
        tr(lang, S("At most once an hour you are told that something waits for you: the kind and the number of the record, no name "
                    "and no word of it. Empty the address, and nothing is sent."));
    return 0;
}

// ---- what she signs in with, and what programs do ----------------------------------------------------------

static void password_add(const Faults *faults, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    ask_add(out, tr(lang, S("Another password")), &(Asking){.to = url(ask->a, "/account/password"),
        .words = tr(lang, S("Change the password")), .faults = faults, .boxes = {
        {BOX_PASSWORD, .name = S("old"), .label = tr(lang, S("Your password now")), .fill = S("current-password")},
        {BOX_PASSWORD, .name = S("new"), .label = tr(lang, S("The new one")), .fill = S("new-password"),
            .hint = tr(lang, S("A short sentence that nobody else says, of 15 letters at least. Everything else that is open in your "
                "name ends."))},
        {BOX_PASSWORD, .name = S("again"), .label = tr(lang, S("The new one once more")), .fill = S("new-password")}}});
}

Err *tokens_add(Str user, Url ends, Blocks *out)
{
    Request *ask = out->ask;
    Token *tokens;
    int n;
    Lang lang = ask->lang;
    TRY(token_list(ask->s, user, &tokens, &n));
    if (!n) return 0;
    const Str heads[] = {tr(lang, S("Made")), tr(lang, S("Good until")), (Str){0}};
    Block *table = block_add(out, &(Block){0});
    *table = table_block(ask, tr(lang, S("Passwords of programs")), heads, countof(heads));
    for (int i = 0; i < n; i++) {
        Line *row = row_add(ask, table);
        row->title = moment_shown(ask, tokens[i].made);
        cell_add(row, row->title);
        cell_add(row, moment_shown(ask, tokens[i].until));
        row->act = (Url){say(ask->a, "{}/{}", ends.s, url(ask->a, "{}", tokens[i].id).s)};
        row->act_words = tr(lang, S("End it"));
    }
    return 0;
}

static Err *programs_add(const AccountShown *shown, const Faults *faults, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Asking asking = {.to = url(ask->a, "/account/token"), .words = tr(lang, S("Make a password for a program")), .faults = faults};
    block_add(out, &(Block){.title = tr(lang, S("Access for another program"))});
    if (shown->token.n) {
        words_add(out, TONE_BOXED,
            tr(lang, S("This is the program's new password. It is shown only now: copy it to where it is needed.")));
        words_more(out, shown->token)->tone = TONE_CODE;
    }
    words_add(out, TONE_PLAIN,
        tr(lang, S("With a password of its own another program reads and writes in your name. Making a new one ends the old one.")));
    words_more(out, tr(lang, S("What other programs can ask")))->to = url(ask->a, "/api");
    int before = out->n;
    TRY(tokens_add(ask->s->user.name, url(ask->a, "/account/token"), out));
    if (out->n > before) out->at[before].minor = true;
    box_add(ask, &asking, password_again(ask, S("password")));
    ask_add(out, (Str){0}, &asking);
    return 0;
}

static Err *account_page(Request *ask, const AccountShown *shown)
{
    const Err *wrong = shown->wrong;
    Lang lang = ask->lang;
    const User *user = &ask->s->user;
    Blocks all = {.ask = ask};
    Faults faults = {0};
    int status = 0;
    ask->here = S("/account");
    told_at(ask, wrong, shown->column, &faults, &status);
    Block *facts = facts_add(&all, FACTS_MOST);
    fact_add(facts, tr(lang, S("Sign-in name")), user->name);
    if (user->role) fact_add(facts, tr(lang, S("Role")), words_in(&user->role->label, lang));
    if (user->unit) fact_add(facts, tr(lang, S("Office")), words_in(&user->unit->label, lang));
    if (users_open(ask)) words_add(&all, TONE_PLAIN, tr(lang, S("Who may sign in")))->to = url(ask->a, "/users");
    if (reads_looks(ask)) words_add(&all, TONE_PLAIN, tr(lang, S("Who looked at whom")))->to = url(ask->a, "/looks");
    password_add(&faults, &all);
    TRY(programs_add(shown, &faults, &all));
    TRY(mail_add(shown, &faults, &all));
    blocks_page(ask, &(Page){.title = tr(lang, S("Your account")), .faults = &faults, .status = status,
        .done = pairs_get(&ask->query, S("saved")).n ? tr(lang, S("Saved.")) : (Str){0}}, &all);
    return 0;
}

Err *account_show(Request *ask)
{
    return account_page(ask, &(AccountShown){0});
}

// ---- what is done -------------------------------------------------------------------------------------------

static bool shown_wrong(const Err *e)
{
    return e && (e->kind == ERR_DENIED || e->kind == ERR_BUSY || e->kind == ERR_INPUT);
}

static Err *waited(Request *ask, Err *e, int64_t wait)
{
    if (wait) come_back(ask, wait);
    if (e && e->kind == ERR_DENIED) e->message = message(ask->a, "The password is not right.");
    return e;
}

Err *password_asked(Request *ask, Confirmed *by)
{
    Err *e = session_confirm(ask->s, ask->session, pairs_get(&ask->form, S("password")), by);
    return waited(ask, e, by->wait);
}

bool told_at(Request *ask, const Err *e, Str box, Faults *all, int *status)
{
    if (!shown_wrong(e)) return false;
    faults_add(ask->a, all, (Fault){.column = box, .message = e->message});
    *status = e->kind == ERR_BUSY ? 503 : e->kind == ERR_INPUT ? 400 : 403;
    return true;
}

Err *not_here(const Request *ask)
{
    return fail(ask->a, ERR_MISSING, "There is no page at this address.");
}

Err *by_browser(Request *ask)
{
    return ask->by_token ? fail(ask->a, ERR_DENIED, "A program's password does not change your account: sign in with a browser.") : 0;
}

Err *account_token(Request *ask)
{
    Str token;
    Confirmed by = {0};
    TRY(by_browser(ask));
    Err *e = password_asked(ask, &by);
    if (!e) e = token_own(ask->s, &by, TOKEN_DAYS, &token);
    if (shown_wrong(e)) return account_page(ask, &(AccountShown){.column = S("password"), .wrong = e});
    if (e) return e;
    return account_page(ask, &(AccountShown){.token = token});
}

// Ending one harms nobody, so it asks no password.
Err *account_token_end(Request *ask)
{
    TRY(by_browser(ask));
    TRY(token_end(ask->s, ask->s->user.name, ask->id));
    return redirect(ask, url(ask->a, "/account?saved=token"));
}

Err *account_password(Request *ask)
{
    Str fresh = pairs_get(&ask->form, S("new"));
    AccountShown shown = {.column = S("old")};
    Confirmed by = {0};
    TRY(by_browser(ask));
    if (!str_equal(fresh, pairs_get(&ask->form, S("again")))) {
        shown.column = S("again");
        shown.wrong = fail(ask->a, ERR_INPUT, "The two new passwords are not alike: type the same one twice.");
        return account_page(ask, &shown);
    }
    Err *e = password_change(ask->s, ask->session, pairs_get(&ask->form, S("old")), fresh, &by);
    if (e && e->kind == ERR_INPUT) shown.column = S("new");
    shown.wrong = e = waited(ask, e, by.wait);
    if (shown_wrong(e)) return account_page(ask, &shown);
    return e ? e : redirect(ask, url(ask->a, "/account?saved=password"));
}

// An address outlives the session, too; taking it away harms nobody.
Err *account_mail(Request *ask)
{
    Confirmed by = {0};
    AccountShown shown = {.mail = str_trim(pairs_get(&ask->form, S("mail")))};
    if (!web_mails(ask->web)) return not_here(ask);
    TRY(by_browser(ask));
    shown.column = S("mail-password");
    Err *e = shown.mail.n ? password_asked(ask, &by) : 0;
    if (!e) {
        shown.column = S("mail");
        e = mail_set(ask->s, shown.mail);
    }
    shown.wrong = e;
    if (shown_wrong(e)) return account_page(ask, &shown);
    return e ? e : redirect(ask, url(ask->a, "/account?saved=mail"));
}
