// The route table: everything that can be asked of the program over http, and who may ask it.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

// The help page, the API's description and the names no record may bear are made from this.
static const Route routes[] = {
    {HTTP_GET, S("/"), NEEDS_PERSON, FOR_PAGES, home_show,
     .help = S("Your work: what you can do, and the latest records"), .look = LOOK_LIST},
    {HTTP_GET, S("/health"), NEEDS_NOTHING, FOR_ALL, health, .help = S("Whether the program answers")},
    {HTTP_GET, S("/assets/:name"), NEEDS_NOTHING, FOR_ALL, asset_send, .help = S("Styles, scripts, pictures and letters")},
    {HTTP_GET, S("/api"), NEEDS_NOTHING, FOR_ALL, api_show, .help = S("What other programs may ask, as an OpenAPI document")},
    {HTTP_GET, S("/help"), NEEDS_PERSON, FOR_PAGES, help_show, .help = S("Every page, in a sentence")},
    {HTTP_GET, S("/sign-in"), NEEDS_NOTHING, FOR_PAGES, sign_in_show, .help = S("Sign in")},
    {HTTP_POST, S("/sign-in"), NEEDS_NOTHING, FOR_PAGES, sign_in, .help = S("Sign in with a name and a password"), .body = BODY_HELD},
    {HTTP_POST, S("/sign-out"), NEEDS_SESSION, FOR_PAGES, sign_out, .help = S("Sign out")},
    {HTTP_GET, S("/language"), NEEDS_NOTHING, FOR_PAGES, language_set, .help = S("Read the pages in another language")},
    {HTTP_GET, S("/account"), NEEDS_PERSON, FOR_PAGES, account_show, .help = S("Your name, your role and the password for a program")},
    {HTTP_POST, S("/account/token"), NEEDS_PERSON, FOR_PAGES, account_token, .help = S("Make a new password for a program")},
    {HTTP_POST, S("/account/token/:id"), NEEDS_PERSON, FOR_PAGES, account_token_end, .help = S("End the password of a program")},
    {HTTP_POST, S("/account/password"), NEEDS_PERSON, FOR_PAGES, account_password, .help = S("Change your password")},
    {HTTP_POST, S("/account/mail"), NEEDS_PERSON, FOR_PAGES, account_mail,
     .help = S("Give the address to which notices are told, or take it away")},
    {HTTP_GET, S("/account/first"), NEEDS_SESSION, FOR_PAGES, first_show, .help = S("Set your password, after you came in with a code")},
    {HTTP_POST, S("/account/first"), NEEDS_SESSION, FOR_PAGES, first_post, .help = S("Set your first password")},
    {HTTP_GET, S("/lock"), NEEDS_SESSION, FOR_PAGES, lock_show, .help = S("Go on after the lock")},
    {HTTP_POST, S("/lock"), NEEDS_SESSION, FOR_PAGES, lock_post,
     .help = S("Lock your session, and keep what you typed"), .body = BODY_HELD},
    {HTTP_POST, S("/unlock"), NEEDS_SESSION, FOR_PAGES, unlock_post, .help = S("Unlock it with your password")},
    {HTTP_GET, S("/users"), NEEDS_PERSON, FOR_PAGES, users_show, .help = S("Who may sign in, for who looks after the program")},
    {HTTP_POST, S("/users"), NEEDS_PERSON, FOR_PAGES, users_ask, .help = S("Ask for an account, which another confirms")},
    {HTTP_GET, S("/users/:name"), NEEDS_PERSON, FOR_PAGES, user_show, .help = S("One account")},
    {HTTP_POST, S("/users/:name"), NEEDS_PERSON, FOR_PAGES, user_place_post, .help = S("Give an account another role or office")},
    {HTTP_POST, S("/users/:name/reset"), NEEDS_PERSON, FOR_PAGES, user_reset, .help = S("Ask for a new password, which another confirms")},
    {HTTP_POST, S("/users/:name/confirm"), NEEDS_PERSON, FOR_PAGES, user_confirm,
     .help = S("Confirm an account, or a new password, and read its code once")},
    {HTTP_POST, S("/users/:name/withdraw"), NEEDS_PERSON, FOR_PAGES, user_withdraw, .help = S("Take back what was asked for and waits")},
    {HTTP_POST, S("/users/:name/end"), NEEDS_PERSON, FOR_PAGES, user_end_post, .help = S("End an account")},
    {HTTP_POST, S("/users/:name/token/:id"), NEEDS_PERSON, FOR_PAGES, user_token_end,
     .help = S("End the password of a program of somebody's")},
    {HTTP_GET, S("/looks"), NEEDS_PERSON, FOR_ALL, looks_show,
     .help = S("Who looked at a person, and what somebody looked at"), .cost = LONG, .look = LOOK_VIEW},
    {HTTP_POST, S("/looks"), NEEDS_PERSON, FOR_PAGES, looks_post, .help = S("Ask who looked at whom, with nothing of it in the address")},
    {HTTP_GET, S("/work"), NEEDS_PERSON, FOR_ALL, work_show, .help = S("What waits for you, by its day"), .look = LOOK_LIST},
    {HTTP_GET, S("/work.ics"), NEEDS_PERSON, FOR_CALENDARS, calendar_send,
     .help = S("The days of what waits for you, for a calendar"), .look = LOOK_LIST},
    {HTTP_GET, S("/changes"), NEEDS_PERSON, FOR_ALL, changes_show,
     .help = S("What others changed of what is yours, since you were here"), .look = LOOK_LIST},
    {HTTP_POST, S("/changes"), NEEDS_PERSON, FOR_ALL, changes_post, .help = S("Say that you have seen it"), .look = LOOK_LIST},
    {HTTP_GET, S("/find"), NEEDS_PERSON, FOR_ALL, find_show, .help = S("Find by name, number, phone or title"), .look = LOOK_FIND},
    {HTTP_POST, S("/find"), NEEDS_PERSON, FOR_PAGES, find_post, .help = S("Find, with nothing of it in the address")},
    {HTTP_POST, S("/choose/:record"), NEEDS_PERSON, FOR_PAGES, choose_find,
     .help = S("Records that may be meant in a field of a form, as one types"), .look = LOOK_FIND},
    {HTTP_GET, S("/import"), NEEDS_PERSON, FOR_PAGES, import_show,
     .help = S("Add many at once from an Excel or CSV file"), .look = LOOK_VIEW},
    {HTTP_POST, S("/import"), NEEDS_PERSON, FOR_PAGES, import_post,
     .help = S("Check a table, then write it"), .cost = LONG, .body = BODY_FILE, .look = LOOK_VIEW},
    {HTTP_GET, S("/import/look"), NEEDS_PERSON, FOR_PAGES, import_look,
     .help = S("A table that was chosen, looked at once more"), .cost = LONG, .look = LOOK_VIEW},
    {HTTP_GET, S("/import/undo"), NEEDS_PERSON, FOR_PAGES, import_take_back_show,
     .help = S("What taking an import back would do"), .cost = LONG, .look = LOOK_VIEW},
    {HTTP_POST, S("/import/undo"), NEEDS_PERSON, FOR_PAGES, import_take_back,
     .help = S("Take an import back"), .cost = LONG, .look = LOOK_VIEW},
    {HTTP_GET, S("/figures"), NEEDS_PERSON, FOR_ALL, figures_list, .help = S("The tables of figures")},
    {HTTP_GET, S("/figures/:name"), NEEDS_PERSON, FOR_ALL, figures_show,
     .help = S("The figures of a year, or of other days"), .cost = LONG},
    {HTTP_GET, S("/notices"), NEEDS_PERSON, FOR_ALL, notices_show,
     .help = S("What you and your unit were told about records"), .look = LOOK_LIST},
    {HTTP_POST, S("/notices/:id"), NEEDS_PERSON, FOR_ALL, notice_read, .help = S("Say that you have read a notice")},
    {HTTP_POST, S("/filters"), NEEDS_PERSON, FOR_PAGES, filter_post, .help = S("Keep what a list is asked for, under a name")},
    {HTTP_POST, S("/filters/:id"), NEEDS_PERSON, FOR_PAGES, filter_drop_post, .help = S("Take such a name away again")},
    {HTTP_GET, S("/:record"), NEEDS_READ, FOR_ALL, list_show, .help = S("A list of records, the newest first"), .look = LOOK_LIST},
    {HTTP_POST, S("/:record"), NEEDS_MAKE, FOR_ALL, record_create, .help = S("Save a new record"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/new"), NEEDS_MAKE, FOR_PAGES, record_new, .help = S("The form for a new record"), .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id"), NEEDS_READ, FOR_ALL, record_show,
     .help = S("One record, what belongs to it and its history"), .look = LOOK_VIEW},
    {HTTP_PATCH, S("/:record/:id"), NEEDS_WRITE, FOR_PROGRAMS, record_change,
     .help = S("Change a record"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id"), NEEDS_WRITE, FOR_PAGES, record_change,
     .help = S("Change a record with a form"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/copy"), NEEDS_READ, FOR_ALL, copy_show,
     .help = S("All that is kept of a person, for herself"), .look = LOOK_PRINT},
    {HTTP_GET, S("/:record/:id/edit"), NEEDS_WRITE, FOR_PAGES, record_edit, .help = S("The form for changing a record"), .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/move"), NEEDS_WRITE, FOR_PAGES, step_show, .help = S("What a step of a record asks"), .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/move"), NEEDS_WRITE, FOR_ALL, record_move,
     .help = S("Move a record to its next state"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/sight"), NEEDS_READ, FOR_PAGES, sight_show, .help = S("Who sees a record, and why"), .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/share"), NEEDS_READ, FOR_ALL, sight_share,
     .help = S("Give sight of a record to a unit or a person, until a day"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/unshare"), NEEDS_READ, FOR_ALL, sight_unshare,
     .help = S("Take back the sight that somebody was given"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/open"), NEEDS_READ, FOR_ALL, sight_open_post,
     .help = S("Open a record that is closed to you, for today, with a reason"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/erase"), NEEDS_READ, FOR_ALL, erase_show,
     .help = S("That a person is to be forgotten: why, and who decides"), .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/erase"), NEEDS_READ, FOR_ALL, erase_post,
     .help = S("Ask that a person be forgotten, with a reason"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/erase/approve"), NEEDS_READ, FOR_ALL, erase_approve_post,
     .help = S("Approve that a person be forgotten"), .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/erase/withdraw"), NEEDS_READ, FOR_ALL, erase_withdraw_post, .help = S("Withdraw it"), .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/later"), NEEDS_WRITE, FOR_PAGES, later_show, .help = S("Put off what waits for you"), .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/later"), NEEDS_WRITE, FOR_ALL, later_post,
     .help = S("Put off what waits for you until a day, with a reason"), .body = BODY_RECORD, .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/again"), NEEDS_WRITE, FOR_ALL, again_post, .help = S("Take up again what was put off"), .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/:field"), NEEDS_READ, FOR_ALL, file_list, .help = S("The files in a field of a record"), .look = LOOK_VIEW},
    {HTTP_POST, S("/:record/:id/:field"), NEEDS_WRITE, FOR_ALL, file_post,
     .help = S("Add files to a field of a record, or take one away"), .body = BODY_FILE, .look = LOOK_VIEW},
    {HTTP_GET, S("/:record/:id/:field/:name"), NEEDS_READ, FOR_ALL, file_send, .help = S("One file of a record"), .look = LOOK_VIEW},
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
