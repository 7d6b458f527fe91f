// What the files of web/ share and nobody else sees: a request, a row of the route table, the page's frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/web.h"

enum { HELD_MOST = 256 << 10 };               // of a form that is kept while its sender signs in again
enum { PATH_PARTS = 4, PAGE_ROWS = 20, RELATED_ROWS = 10, COUNT_MOST = 100, COUNT_RELATED = 10000, NAV_MOST = 5, KINDS_MOST = 100 };

// ---- a request: lives in its arena, wiped after the answer -------------------------------------------
typedef struct Route Route;
typedef struct Request {
    Web *web;
    const HttpIn *in;
    HttpOut *out;
    Buf *o;                  // the answer's body
    Arena *a;                // keeps what the answer is made of
    Arena scratch;           // handed by value, never grown here
    Store *s;                // opened for the person who asks
    const Pack *pack;        // null before the register could be reached
    Lang lang;
    Str path, allow;                // as sent, without what follows a question mark
    Str parts[PATH_PARTS]; int parts_n; // decoded
    const Route *route;
    const RecordType *type;  // of :record in the path
    Str id;                  // of :id (or :name) in the path
    Pairs query, form;       // form: of a body that is one, once it is known who asks
    bool wants_json, is_form, secure, signed_in, by_token;
    Str session, csrf;       // of a person signed in with a browser
    const PackMove *step;    // whose own form this is: its fields alone; null: a record's
    Str here;                // where a page that answers a form is to be had again; empty: nowhere
    bool no_switch;          // the page holds what another language would lose
} Request;

// ---- routes: the table of contents of the program ----------------------------------------------------
typedef enum { NEEDS_NOTHING, NEEDS_PERSON, NEEDS_READ, NEEDS_WRITE } Needs; // read, write: of the :record
typedef enum { FOR_ALL, FOR_PAGES, FOR_PROGRAMS } Audience; // pages: not there for who wants JSON
typedef enum { QUICK, LONG } Cost; // long: may take seconds; of those, one person has two at a time
// How much of a body may come, before it is known what it says. Held: a form that came after the session had ended
// travels in the sign-in's own, escaped once more.
typedef enum { BODY_SMALL, BODY_HELD, BODY_RECORD, BODY_FILE, BODY_COUNT } Body;
typedef must_use Err *Handler(Request *ask);
struct Route { Method method; Str path; Needs needs; Audience who; Handler *run; Str help; Cost cost; Body body; };
const Route *route_table(int *n);
// Finds the row and what its path names; null: none, and `allow` tells the methods that the path has.
const Route *route_find(Request *ask, Str *allow);
bool path_matches(Str pattern, const Str *parts, int n);
bool path_read(Arena *a, Str path, Str *parts, int *n); // false: a bad escape or too many parts
must_use Err *route_run(Request *ask);        // rights and forgery first, then the handler
extern const Str method_words[HTTP_COUNT];

Handler health, home_show, sign_in_show, sign_in, sign_out, language_set, account_show, account_token, users_show, help_show,
    api_show, list_show, record_create, record_new, record_show, record_change, record_edit, record_move, step_show,
    sight_show, sight_share, sight_unshare, sight_open_post, find_show, import_show, import_post, import_look,
    import_take_back_show, import_take_back, figures_list, figures_show;

// ---- who asks ------------------------------------------------------------------------------------------
must_use Err *person_read(Request *ask);      // fills s->user, lang, csrf; ERR_DENIED: a token that is none
must_use Err *forgery_check(const Request *ask);
Str cookie_get(Str cookies, Str name);
bool secret_equal(Str one, Str two);          // in the same time wherever they differ; false when empty
bool same_origin(Str origin, Str host);
must_use Err *sign_in_again(Request *ask);    // a form came after the session had ended
Str next_safe(Str next);                      // a path of our own, else /
Lang lang_wanted(Str cookies, Str accept_language);
void cookie_set(Request *ask, Str name, Str value, bool lasts); // an empty value takes it away
void session_cookie_set(Request *ask, Str token);

// ---- the answer ----------------------------------------------------------------------------------------
must_use Err *redirect(Request *ask, Url to); // 303
void headers_strict(Request *ask);
void error_answer(Request *ask, const Err *e);
void json_open(Request *ask, int status);
must_use Err *asset_send(Request *ask);       // /assets/NAME.HASH.EXT
Url asset_url(Str name);                      // where a style, script or picture is: app.css -> /assets/app.HASH.css

// ---- the style sheet, scripts, fonts and icons that are part of the program --------------------------------
// Each lies at a path that tells its content, so an answer may be kept for ever:
// Cache-Control: public, max-age=31536000, immutable.
typedef struct {
    Str name;          // as pages ask for it: app.css
    Str path;          // where it is: /assets/app.3f2a9c1b04.css
    Str type;          // content type
    Str plain;         // its bytes
    Str gzip, brotli;  // the same compressed; empty where that gains nothing (fonts)
    Str etag;          // quoted, as the header wants it
} Asset;
extern const Asset assets[]; // by name
extern const int assets_n;

// ---- the frame of a page -------------------------------------------------------------------------------
typedef struct Page { Str title, key; bool narrow, wrong, hidden_title; } Page; // hidden: the page writes its own h1
void page_open(Request *ask, const Page *page);
void page_close(Request *ask);
void form_open(Request *ask, Url action);     // <form method=post> with the token against forgery
void notice(Request *ask, Str words);
void fact(Request *ask, Str name, Str value); // a row of a summary list
void cards_open(Request *ask, Str heading, const Str *heads, int n); // a table that becomes cards on a phone; an empty head heads nothing
void cards_close(Request *ask);
void summary_open(Request *ask, Str title);   // … its box alone, around items of a list
void summary_close(Request *ask);
void faults_summary(Request *ask, const Faults *faults, Url form); // linked to the fields, of this page or of `form`
void pages_write(Request *ask, Str next);       // First and Next below a list, with its filters; empty: no next
Str field_label(const Request *ask, const Field *f);
Str type_label(const Request *ask, const RecordType *t);
Str type_plural(const Request *ask, const RecordType *t);
Str state_label(const Request *ask, const RecordType *t, Str state);
void option_write(Request *ask, Str value, Str words, bool chosen);
bool has_states(const Request *ask, const RecordType *t);
void state_tag(Request *ask, const RecordType *t, Str state);
const RecordType *person_type(const Request *ask); // null when the pack has none
must_use Err *link_title(Request *ask, const Field *f, int64_t row, Str *out);
Str moment_shown(Request *ask, int64_t ms);
Str name_or_none(const Request *ask, const Record *r);
Str record_heading(Request *ask, const Record *r);
Url record_url(Request *ask, const RecordType *t, Str id);
int types_listed(const Request *ask, May what, const RecordType **out, int most); // by their order in the menu
bool may_create(const Request *ask, const RecordType *t);
bool users_open(const Request *ask);          // may she see who may sign in?
bool finds_something(const Request *ask);     // is there anything that /find could show her?
bool counts_something(const Request *ask);    // the same of /figures
bool brings_tables(const Request *ask);       // and of /import
Str unit_label(const Request *ask, Str key);
Str actor_shown(const Request *ask, Str actor); // a user's name; what a command wrote has no person's

// ---- lists ---------------------------------------------------------------------------------------------
const Screen *screen_get(const Pack *p, Str kind, const RecordType *t); // null when it has none
const Screen *screen_for_list(Request *ask, const RecordType *t);       // one of its title when the pack has none
Str column_label(const Request *ask, const RecordType *t, const Column *c);
must_use Err *columns_read(Request *ask, const Screen *screen, const RecordPage *page, Str ***texts);
// How many there are; beyond `most` they are not counted: "100 or more".
must_use Err *count_said(Request *ask, const ListAsk *list, int most, Str *out);
Str order_said(Request *ask, const RecordType *t); // newest first, and by which day
// The table; the first cell of each row leads to its record. `skip`: a link not to show, or null.
void rows_write(Request *ask, const Screen *screen, const RecordPage *page, Str **texts);

// ---- what a person or a program gave -------------------------------------------------------------------
typedef struct Entered {
    Request *ask;
    Draft draft;
    Str *typed;              // one per field: as typed, for showing again
    Str *question;           // one per field: a Buddhist year read, as ISO; empty: none to ask
    bool confirmed;          // doubts were seen and are meant
    Str word;                // a sentence above the form; empty: none
} Entered;
typedef enum { JSON_CREATE, JSON_CHANGE, JSON_MOVE } JsonUse;
Entered entered_make(Request *ask);
must_use Err *entered_form(Request *ask, const Record *now, Entered *out); // `out` stays where it is until it is saved
must_use Err *entered_json(Request *ask, JsonUse use, Entered *out);
must_use Err *entered_save(Entered *e, bool looks); // looks: what saving would say
Str box_text(Request *ask, const Field *f, Str value); // a value as a form's box shows it
bool json_value(Request *ask, const Json *v, Str *out); // a text, number, null or list of texts, as one text
must_use Err *faults_json(Request *ask, const Faults *faults);
must_use Err *form_show(Request *ask, const Record *now, Entered *e, int status);
must_use Err *form_again(Request *ask, const Record *now, Entered *e, int status); // what was typed is kept meanwhile
must_use Err *form_translate(Request *ask, const Record *now, Entered *e); // the same in another language
must_use Err *form_leave(Request *ask, const Record *now);
Str form_address(Request *ask, const Record *now);
must_use Err *language_take(Request *ask, Str code); // for this browser and session, and this answer
must_use Err *conflict_show(Request *ask, const Entered *e);
must_use Err *save_json(Request *ask, JsonUse use);
Err *moved_on(Request *ask);                   // says that somebody took a step meanwhile
must_use Err *save_form(Request *ask, const Record *now); // null: a new one

// ---- sight -----------------------------------------------------------------------------------------------
Str until_shown(const Request *ask, int until);
bool opens_more(const Request *ask, const Record *r); // something is closed that her role may open with a reason
must_use Err *opening_form(Request *ask, const Record *r);

// ---- tables that were sent and are not written yet -----------------------------------------------------
// Sealed in a folder, under names that nobody can guess; each is its sender's alone. They go when they were
// written, after an hour, when she sends more than three, and with the process.
typedef struct Uploads Uploads;
Uploads *uploads_make(Arena *a, Str folder);
Uploads *web_uploads(Web *web);
void uploads_free(Uploads *u);                // tests only: a server keeps it to its end
void uploads_watch(Uploads *u);               // a thread of its own sweeps every minute
void uploads_sweep(Uploads *u, Arena scratch, int64_t now);
must_use Err *upload_keep(Uploads *u, Arena *a, Arena scratch, Str owner, Str file, Str bytes, Str *token);
// Once: until it is unspent or dropped nobody else gets it. ERR_INPUT when it is not there for her.
must_use Err *upload_spend(Uploads *u, Arena *a, Arena scratch, Str owner, Str token, Str *file, Str *bytes);
void upload_unspend(Uploads *u, Str owner, Str token);
void upload_drop(Uploads *u, Arena *a, Str owner, Str token);

// ---- inputs: one row per kind of field -----------------------------------------------------------------
typedef struct Input {
    const Field *field;
    Str shown;               // in the box: as typed, or the value as people read it
    Str value;               // the value itself: a code, codes, a key
    Str question;            // a Buddhist year was read: the day it would mean; empty: nothing to ask
    Str fault, doubt;        // sentences; empty: none
} Input;
must_use Err *input_write(Request *ask, const Input *in);
