// One's own account: what one is here, the password, what other programs use, and the address of mail.
// SPDX-License-Identifier: Apache-2.0
#include "web/account/account.h"

typedef struct { Str token, mail, column; const Err *wrong; } AccountShown; // mail: as it was typed; column: what is wrong

void password_box(Request *ask, const Faults *faults, PasswordBox box)
{
    Str name = box.name, hint = box.hint, wrong = {0};
    for (const Fault *one = faults ? faults->first : 0; one && !wrong.n; one = one->next)
        if (str_equal(one->column, name)) wrong = message_in(ask->a, ask->lang, one->message);
    html(ask->o, "<div class='govuk-form-group{}'><label class='govuk-label' for='f-{}'>{}</label>",
         wrong.n ? S(" govuk-form-group--error") : (Str){0}, name, box.label);
    if (hint.n) html(ask->o, "<div class='govuk-hint' id='f-{}-hint'>{}</div>", name, hint);
    if (wrong.n) html(ask->o, "<p class='govuk-error-message' id='f-{}-error'>{}</p>", name, wrong);
    html(ask->o, "<input class='govuk-input govuk-input--width-20{}' id='f-{}' name='{}' type='password' autocomplete='{}'",
         wrong.n ? S(" govuk-input--error") : (Str){0}, name, box.field.n ? box.field : name, box.fill);
    if (hint.n || wrong.n)
        html(ask->o, " aria-describedby='{}{}'", hint.n ? say(ask->a, "f-{}-hint ", name) : (Str){0},
             wrong.n ? say(ask->a, "f-{}-error", name) : (Str){0});
    html(ask->o, "></div>\n");
}

void password_again(Request *ask, const Faults *faults, Str name)
{
    password_box(ask, faults, (PasswordBox){name, S("password"), tr(ask->lang, S("Your password")), {0}, S("current-password")});
}

// Her own address, where notices are told by e-mail.
static Err *mail_box(Request *ask, const AccountShown *shown, const Faults *faults)
{
    Lang lang = ask->lang;
    Str address = shown->mail;
    if (!web_mails(ask->web)) return 0;
    if (!shown->wrong || !address.n) TRY(mail_get(ask->s, &address));
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<p class='govuk-body'>{}</p>\n", tr(lang, S("Notices by e-mail")),
         tr(lang, S("At most once an hour you are told that something waits for you: the kind and the number of the record, no name "
                    "and no word of it. Empty the address, and nothing is sent.")));
    form_open(ask, url(ask->a, "/account/mail"));
    TRY(box_input(ask, &(Box){S("mail"), tr(lang, S("Your e-mail address")), (Str){0}, FIELD_TEXT, 0}, address, faults));
    password_box(ask, faults, (PasswordBox){S("mail-password"), S("password"), tr(lang, S("Your password, for a new address")), (Str){0},
        S("current-password")});
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(lang, S("Save the address")));
    return 0;
}

// ---- what she signs in with, and what programs do ----------------------------------------------------------

static void password_form(Request *ask, const Faults *faults)
{
    Lang lang = ask->lang;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n", tr(lang, S("Another password")));
    form_open(ask, url(ask->a, "/account/password"));
    const PasswordBox boxes[] = {
        {S("old"), {0}, tr(lang, S("Your password now")), {0}, S("current-password")},
        {S("new"), {0}, tr(lang, S("The new one")), tr(lang, S("A short sentence that nobody else says, of 15 letters at least. Everything "
            "else that is open in your name ends.")), S("new-password")},
        {S("again"), {0}, tr(lang, S("The new one once more")), {0}, S("new-password")},
    };
    for (int i = 0; i < countof(boxes); i++) password_box(ask, faults, boxes[i]);
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(lang, S("Change the password")));
}

static Err *tokens_write(Request *ask)
{
    Token *tokens;
    int n;
    Lang lang = ask->lang;
    TRY(token_list(ask->s, ask->s->user.name, &tokens, &n));
    if (!n) return 0;
    const Str heads[] = {tr(lang, S("Made")), tr(lang, S("Good until")), (Str){0}};
    Block table = table_block(ask, tr(lang, S("Passwords of programs")), heads, countof(heads));
    table.minor = true;
    for (int i = 0; i < n; i++) {
        Line *row = row_add(ask, &table);
        row->title = moment_shown(ask, tokens[i].made);
        cell_add(row, row->title);
        cell_add(row, moment_shown(ask, tokens[i].until));
        row->act = url(ask->a, "/account/token/{}", tokens[i].id);
        row->act_words = tr(lang, S("End it"));
    }
    block_page(ask, &table);
    return 0;
}

static Err *programs_write(Request *ask, const AccountShown *shown, const Faults *faults)
{
    Lang lang = ask->lang;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n", tr(lang, S("Access for another program")));
    if (shown->token.n)
        html(ask->o, "<div class='govuk-inset-text'><p class='govuk-body'>{}</p><p class='govuk-body'><code>{}</code></p></div>\n",
             tr(lang, S("This is the program's new password. It is shown only now: copy it to where it is needed.")), shown->token);
    html(ask->o, "<p class='govuk-body'>{} <a class='govuk-link' href='/api'>{}</a></p>\n",
         tr(lang, S("With a password of its own another program reads and writes in your name. Making a new one ends the old one.")),
         tr(lang, S("What other programs can ask")));
    TRY(tokens_write(ask));
    form_open(ask, url(ask->a, "/account/token"));
    password_again(ask, faults, S("password"));
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(lang, S("Make a password for a program")));
    return 0;
}

static void leads_write(Request *ask)
{
    if (users_open(ask))
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/users'>{}</a></p>\n", tr(ask->lang, S("Who may sign in")));
    if (reads_looks(ask))
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/looks'>{}</a></p>\n", tr(ask->lang, S("Who looked at whom")));
}

static Err *account_page(Request *ask, const AccountShown *shown)
{
    const Err *wrong = shown->wrong;
    Lang lang = ask->lang;
    const User *user = &ask->s->user;
    Faults faults = {0};
    ask->here = S("/account");
    if (wrong) faults_add(ask->a, &faults, (Fault){.column = shown->column, .message = wrong->message});
    page_open(ask, &(Page){.title = tr(lang, S("Your account")), .wrong = wrong != 0});
    if (wrong) boxes_summary(ask, &faults, true);
    if (pairs_get(&ask->query, S("saved")).n) notice(ask, tr(lang, S("Saved.")));
    html(ask->o, "<dl class='govuk-summary-list'>\n");
    fact(ask, tr(lang, S("Sign-in name")), user->name);
    if (user->role) fact(ask, tr(lang, S("Role")), words_in(&user->role->label, lang));
    if (user->unit) fact(ask, tr(lang, S("Office")), words_in(&user->unit->label, lang));
    html(ask->o, "</dl>\n");
    leads_write(ask);
    password_form(ask, &faults);
    TRY(programs_write(ask, shown, &faults));
    TRY(mail_box(ask, shown, &faults));
    page_close(ask);
    if (wrong) ask->out->status = wrong->kind == ERR_BUSY ? 503 : wrong->kind == ERR_INPUT ? 400 : 403;
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
