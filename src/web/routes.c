// The route table: everything that can be asked of the program over http, and who may ask it.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

// The help page, the API's description and the names no record may bear are made from this.
static const Route routes[] = {
    {HTTP_GET, S("/"), NEEDS_PERSON, FOR_PAGES, home_show,
     S("Your work: what you can do, and the latest records"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_GET, S("/health"), NEEDS_NOTHING, FOR_ALL, health, S("Whether the program answers"),
     QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/assets/:name"), NEEDS_NOTHING, FOR_ALL, asset_send,
     S("Styles, scripts, pictures and letters"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/api"), NEEDS_NOTHING, FOR_ALL, api_show,
     S("What other programs may ask, as an OpenAPI document"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/help"), NEEDS_PERSON, FOR_PAGES, help_show, S("Every page, in a sentence"),
     QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/sign-in"), NEEDS_NOTHING, FOR_PAGES, sign_in_show, S("Sign in"), QUICK,
     BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/sign-in"), NEEDS_NOTHING, FOR_PAGES, sign_in,
     S("Sign in with a name and a password"), QUICK, BODY_HELD, LOOK_NONE},
    {HTTP_POST, S("/sign-out"), NEEDS_SESSION, FOR_PAGES, sign_out, S("Sign out"), QUICK,
     BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/language"), NEEDS_NOTHING, FOR_PAGES, language_set,
     S("Read the pages in another language"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/account"), NEEDS_PERSON, FOR_PAGES, account_show,
     S("Your name, your role and the password for a program"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/account/token"), NEEDS_PERSON, FOR_PAGES, account_token,
     S("Make a new password for a program"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/account/token/:id"), NEEDS_PERSON, FOR_PAGES, account_token_end,
     S("End the password of a program"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/account/password"), NEEDS_PERSON, FOR_PAGES, account_password,
     S("Change your password"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/account/mail"), NEEDS_PERSON, FOR_PAGES, account_mail,
     S("Give the address to which notices are told, or take it away"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/account/first"), NEEDS_SESSION, FOR_PAGES, first_show,
     S("Set your password, after you came in with a code"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/account/first"), NEEDS_SESSION, FOR_PAGES, first_post, S("Set your first password"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/lock"), NEEDS_SESSION, FOR_PAGES, lock_show, S("Go on after the lock"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/lock"), NEEDS_SESSION, FOR_PAGES, lock_post,
     S("Lock your session, and keep what you typed"), QUICK, BODY_HELD, LOOK_NONE},
    {HTTP_POST, S("/unlock"), NEEDS_SESSION, FOR_PAGES, unlock_post, S("Unlock it with your password"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/users"), NEEDS_PERSON, FOR_PAGES, users_show,
     S("Who may sign in, for who looks after the program"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users"), NEEDS_PERSON, FOR_PAGES, users_ask,
     S("Ask for an account, which another confirms"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/users/:name"), NEEDS_PERSON, FOR_PAGES, user_show, S("One account"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users/:name"), NEEDS_PERSON, FOR_PAGES, user_place_post,
     S("Give an account another role or office"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users/:name/reset"), NEEDS_PERSON, FOR_PAGES, user_reset,
     S("Ask for a new password, which another confirms"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users/:name/confirm"), NEEDS_PERSON, FOR_PAGES, user_confirm,
     S("Confirm an account, or a new password, and read its code once"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users/:name/withdraw"), NEEDS_PERSON, FOR_PAGES, user_withdraw,
     S("Take back what was asked for and waits"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users/:name/end"), NEEDS_PERSON, FOR_PAGES, user_end_post, S("End an account"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/users/:name/token/:id"), NEEDS_PERSON, FOR_PAGES, user_token_end,
     S("End the password of a program of somebody's"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/looks"), NEEDS_PERSON, FOR_ALL, looks_show,
     S("Who looked at a person, and what somebody looked at"), LONG, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/looks"), NEEDS_PERSON, FOR_PAGES, looks_post,
     S("Ask who looked at whom, with nothing of it in the address"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/work"), NEEDS_PERSON, FOR_ALL, work_show,
     S("What waits for you, by its day"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_GET, S("/work.ics"), NEEDS_PERSON, FOR_CALENDARS, calendar_send,
     S("The days of what waits for you, for a calendar"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_GET, S("/changes"), NEEDS_PERSON, FOR_ALL, changes_show,
     S("What others changed of what is yours, since you were here"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_POST, S("/changes"), NEEDS_PERSON, FOR_ALL, changes_post, S("Say that you have seen it"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_GET, S("/find"), NEEDS_PERSON, FOR_ALL, find_show,
     S("Find by name, number, phone or title"), QUICK, BODY_SMALL, LOOK_FIND},
    {HTTP_POST, S("/find"), NEEDS_PERSON, FOR_PAGES, find_post,
     S("Find, with nothing of it in the address"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/choose/:record"), NEEDS_PERSON, FOR_PAGES, choose_find,
     S("Records that may be meant in a field of a form, as one types"), QUICK, BODY_SMALL, LOOK_FIND},
    {HTTP_GET, S("/import"), NEEDS_PERSON, FOR_PAGES, import_show,
     S("Add many at once from an Excel or CSV file"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/import"), NEEDS_PERSON, FOR_PAGES, import_post,
     S("Check a table, then write it"), LONG, BODY_FILE, LOOK_VIEW},
    {HTTP_GET, S("/import/look"), NEEDS_PERSON, FOR_PAGES, import_look,
     S("A table that was chosen, looked at once more"), LONG, BODY_SMALL, LOOK_VIEW},
    {HTTP_GET, S("/import/undo"), NEEDS_PERSON, FOR_PAGES, import_take_back_show,
     S("What taking an import back would do"), LONG, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/import/undo"), NEEDS_PERSON, FOR_PAGES, import_take_back,
     S("Take an import back"), LONG, BODY_SMALL, LOOK_VIEW},
    {HTTP_GET, S("/figures"), NEEDS_PERSON, FOR_ALL, figures_list, S("The tables of figures"),
     QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/figures/:name"), NEEDS_PERSON, FOR_ALL, figures_show,
     S("The figures of a year, or of other days"), LONG, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/notices"), NEEDS_PERSON, FOR_ALL, notices_show,
     S("What you and your unit were told about records"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_POST, S("/notices/:id"), NEEDS_PERSON, FOR_ALL, notice_read, S("Say that you have read a notice"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/filters"), NEEDS_PERSON, FOR_PAGES, filter_post,
     S("Keep what a list is asked for, under a name"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_POST, S("/filters/:id"), NEEDS_PERSON, FOR_PAGES, filter_drop_post,
     S("Take such a name away again"), QUICK, BODY_SMALL, LOOK_NONE},
    {HTTP_GET, S("/:record"), NEEDS_READ, FOR_ALL, list_show,
     S("A list of records, the newest first"), QUICK, BODY_SMALL, LOOK_LIST},
    {HTTP_POST, S("/:record"), NEEDS_MAKE, FOR_ALL, record_create, S("Save a new record"), QUICK,
     BODY_RECORD, LOOK_VIEW},
    {HTTP_GET, S("/:record/new"), NEEDS_MAKE, FOR_PAGES, record_new,
     S("The form for a new record"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id"), NEEDS_READ, FOR_ALL, record_show,
     S("One record, what belongs to it and its history"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_PATCH, S("/:record/:id"), NEEDS_WRITE, FOR_PROGRAMS, record_change, S("Change a record"),
     QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id"), NEEDS_WRITE, FOR_PAGES, record_change,
     S("Change a record with a form"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/copy"), NEEDS_READ, FOR_ALL, copy_show,
     S("All that is kept of a person, for herself"), QUICK, BODY_SMALL, LOOK_PRINT},
    {HTTP_GET, S("/:record/:id/edit"), NEEDS_WRITE, FOR_PAGES, record_edit,
     S("The form for changing a record"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/move"), NEEDS_WRITE, FOR_PAGES, step_show,
     S("What a step of a record asks"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/move"), NEEDS_WRITE, FOR_ALL, record_move,
     S("Move a record to its next state"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/sight"), NEEDS_READ, FOR_PAGES, sight_show,
     S("Who sees a record, and why"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/share"), NEEDS_READ, FOR_ALL, sight_share,
     S("Give sight of a record to a unit or a person, until a day"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/unshare"), NEEDS_READ, FOR_ALL, sight_unshare,
     S("Take back the sight that somebody was given"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/open"), NEEDS_READ, FOR_ALL, sight_open_post,
     S("Open a record that is closed to you, for today, with a reason"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/erase"), NEEDS_READ, FOR_ALL, erase_show,
     S("That a person is to be forgotten: why, and who decides"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/erase"), NEEDS_READ, FOR_ALL, erase_post,
     S("Ask that a person be forgotten, with a reason"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/erase/approve"), NEEDS_READ, FOR_ALL, erase_approve_post,
     S("Approve that a person be forgotten"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/erase/withdraw"), NEEDS_READ, FOR_ALL, erase_withdraw_post,
     S("Withdraw it"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/later"), NEEDS_WRITE, FOR_PAGES, later_show, S("Put off what waits for you"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/later"), NEEDS_WRITE, FOR_ALL, later_post,
     S("Put off what waits for you until a day, with a reason"), QUICK, BODY_RECORD, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/again"), NEEDS_WRITE, FOR_ALL, again_post,
     S("Take up again what was put off"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/:field"), NEEDS_READ, FOR_ALL, file_list,
     S("The files in a field of a record"), QUICK, BODY_SMALL, LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/:field"), NEEDS_WRITE, FOR_ALL, file_post,
     S("Add files to a field of a record, or take one away"), QUICK, BODY_FILE, LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/:field/:name"), NEEDS_READ, FOR_ALL, file_send,
     S("One file of a record"), QUICK, BODY_SMALL, LOOK_VIEW},
};

const Str method_words[HTTP_COUNT] = {
    [HTTP_GET] = S("GET"), [HTTP_HEAD] = S("HEAD"), [HTTP_POST] = S("POST"), [HTTP_PATCH] = S("PATCH"),
    [HTTP_PUT] = S("PUT"), [HTTP_DELETE] = S("DELETE"), [HTTP_OPTIONS] = S("OPTIONS"), [HTTP_OTHER] = S("OTHER"),
};

const Route *route_table(int *n)
{
    *n = (int)countof(routes);
    return routes;
}

const Str *web_reserved(int *n)
{
    static const Str names[] = {S("health"), S("assets"), S("api"), S("help"), S("sign-in"), S("sign-out"),
                                S("language"), S("account"), S("users"), S("find"), S("choose"), S("import"),
                                S("figures"), S("work"), S("work.ics"), S("changes"), S("notices"), S("filters"), S("looks"),
                                S("lock"), S("unlock")};
    *n = (int)countof(names);
    return names;
}

bool path_read(Arena *a, Str path, Str *parts, int *n)
{
    *n = 0;
    if (!path.n || path.p[0] != '/') return false;
    for (Str rest = str_slice(path, 1, path.n); rest.n;) {
        bool last = !str_has(rest, '/');
        Str part = str_cut(&rest, '/');
        if (*n == PATH_PARTS || !part.n || !url_decode(a, part, &parts[(*n)++])) return false;
        if (!last && !rest.n) return false; // one address for one page: no slash at its end
    }
    return true;
}

bool path_matches(Str pattern, const Str *parts, int n)
{
    int at = 0;
    for (Str rest = str_slice(pattern, 1, pattern.n); rest.n; at++) {
        Str part = str_cut(&rest, '/');
        if (at == n) return false;
        if (part.p[0] != ':' && !str_equal(part, parts[at])) return false;
    }
    return at == n;
}

static Method method_asked(const Request *ask)
{
    return ask->in->method == HTTP_HEAD ? HTTP_GET : ask->in->method;
}

static Str allow_add(Arena *a, Str allow, Method method)
{
    Str word = method == HTTP_GET ? S("GET, HEAD") : method_words[method];
    if (str_find(allow, word) >= 0) return allow;
    return allow.n ? say(a, "{}, {}", allow, word) : word;
}

const Route *route_find(Request *ask, Str *allow)
{
    const Route *taken = 0; // a fixed path hides what :record or :id would match
    for (int i = 0; i < countof(routes); i++) {
        const Route *r = &routes[i];
        if (!path_matches(r->path, ask->parts, ask->parts_n)) continue;
        bool form_row = r->who == FOR_PAGES && r->needs >= NEEDS_READ;
        if (form_row && (r->method == HTTP_POST ? !ask->is_form : ask->wants_json)) continue;
        if (taken && !str_equal(taken->path, r->path)) break;
        if (r->method == method_asked(ask)) return r;
        taken = r;
        *allow = allow_add(ask->a, *allow, r->method);
    }
    return 0;
}

static Err *no_page(const Request *ask)
{
    return fail(ask->a, ERR_MISSING, "There is no page at this address.");
}

// What :record and :id stand for; what may not be seen is not there.
static Err *path_fill(Request *ask)
{
    const Route *r = ask->route;
    if (r->run == list_show && screen_is(ask, ask->parts[0])) return 0; // a screen of the pack's
    if (r->needs < NEEDS_READ) {
        if (str_has(r->path, ':')) ask->id = ask->parts[ask->parts_n - 1];
        return 0;
    }
    ask->type = record_type(ask->pack, ask->parts[0]);
    if (!ask->type || !may_any(&ask->s->user, ask->type, MAY_READ)) return no_page(ask);
    if (ask->parts_n > 1) ask->id = ask->parts[1];
    May what = r->needs == NEEDS_MAKE ? MAY_MAKE : r->needs == NEEDS_WRITE ? MAY_WRITE : MAY_READ;
    if (!may_any(&ask->s->user, ask->type, what))
        return fail(ask->a, ERR_DENIED, "Your role reads this kind of record, but does not change it.");
    return 0;
}

Err *route_run(Request *ask)
{
    TRY(path_fill(ask));
    TRY(forgery_check(ask));
    if (ask->gate == GATE_OPEN && ask->is_form && pairs_find(&ask->form, S("_desk"))) {
        TRY(typed_keep(ask, ask->in->path, ask->in->body, &(Str){0}));
        return desk_leave(ask);
    }
    return ask->route->run == list_show && !ask->type ? screen_show(ask) : ask->route->run(ask);
}
