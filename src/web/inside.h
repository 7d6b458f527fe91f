// What the files of web/ share and nobody else sees: a request, a row of the route table, the page's frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/web.h"

enum { CALL_MS = 2 * 60 * 60 * 1000 };        // for how long a call spares the lock
enum { HELD_MOST = 256 << 10 };               // of a form that is kept while its sender signs in again
enum { PATH_PARTS = 4, PAGE_ROWS = 20, RELATED_ROWS = 10, COUNT_MOST = 1000, COUNT_RELATED = 10000, NAV_MOST = 5, KINDS_MOST = 100 };

// ---- a request: lives in its arena, wiped after the answer -------------------------------------------
typedef struct Route Route;
typedef enum { GATE_NONE, GATE_OPEN, GATE_FRESH, GATE_LOCKED } Gate; // fresh: she came in with a code, and sets her password first
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
    Str session, word, csrf; // of a person signed in with a browser; csrf: the word as forms of this answer say it
    Gate gate; User holder; Session its; // of a session, and whose it is: she asks nothing before its gate is open
    bool on_call;            // the page holds the form of a call
    int turn, turns;         // of an interview: which group of questions is seen, and how many there are; 0: all at once
    bool within; Str begins; // a form on another page, and the query that its own page would have
    const PackMove *step;    // whose own form this is: its fields alone; null: a record's
    Str here;                // where a page that answers a form is to be had again; empty: nowhere
    bool no_switch;          // the page holds what another language would lose
} Request;

// ---- routes: the table of contents of the program ----------------------------------------------------
// Session: whatever its gate. Read, write: of the :record.
typedef enum { NEEDS_NOTHING, NEEDS_SESSION, NEEDS_PERSON, NEEDS_READ, NEEDS_WRITE, NEEDS_MAKE } Needs;
// Pages: not there for who wants JSON. Calendars: for all, and who gives a name and the password for a program is let in,
// too; a browser sends those along by itself, so nothing is changed there.
typedef enum { FOR_ALL, FOR_PAGES, FOR_PROGRAMS, FOR_CALENDARS } Audience;
// What a row says nothing of is quick, takes a small body and shows no record.
typedef enum { QUICK, LONG } Cost; // long: may take seconds; of those, one person has two at a time
// How much of a body may come, before it is known what it says. Held: a form that came after the session had ended
// travels in the sign-in's own, escaped once more.
typedef enum { BODY_SMALL, BODY_HELD, BODY_RECORD, BODY_FILE, BODY_COUNT } Body;
typedef must_use Err *Handler(Request *ask);
struct Route {
    Method method; Str path; Needs needs; Audience who; Handler *run; Str help; Cost cost; Body body;
    LookKind look;           // as what it is noted that records were shown
};
const Route *route_table(int *n);
// Finds the row and what its path names; null: none, and `allow` tells the methods that the path has.
const Route *route_find(Request *ask, Str *allow);
bool path_matches(Str pattern, const Str *parts, int n);
bool path_read(Arena *a, Str path, Str *parts, int *n); // false: a bad escape or too many parts
must_use Err *route_run(Request *ask);        // rights and forgery first, then the handler
extern const Str method_words[HTTP_COUNT];

Handler health, home_show, sign_in_show, sign_in, sign_out, language_set, account_show, account_token, account_token_end,
    account_password, account_mail, first_show, first_post, lock_show, lock_post, unlock_post, users_show, users_ask, user_show,
    user_place_post, user_reset, user_confirm, user_withdraw, user_end_post, user_token_end, help_show,
    api_show, list_show, record_create, record_new, record_show, record_change, record_edit, record_move, step_show,
    sight_show, screen_show, sight_share, sight_unshare, sight_open_post, find_show, find_post, import_show, import_post, import_look,
    import_take_back_show, import_take_back, file_send, file_list, file_post, figures_list, figures_show, work_show,
    choose_find, filter_post, filter_drop_post, notices_show, notice_read, later_show, later_post, again_post, calendar_send,
    changes_show, changes_post, looks_show, looks_post, erase_show, erase_post, erase_approve_post, erase_withdraw_post;

// ---- who asks ------------------------------------------------------------------------------------------
must_use Err *person_read(Request *ask);      // fills s->user, lang, csrf; ERR_DENIED: a token that is none
must_use Err *forgery_check(const Request *ask);
Str cookie_get(Str cookies, Str name);
Str word_masked(Arena *a, Str word);          // other letters for each answer
bool secret_equal(Str one, Str two);          // in the same time wherever they differ; false when empty
bool same_origin(Str origin, Str host);
void come_back(Request *ask, int64_t seconds); // the answer says when
must_use Err *gate_first(Request *ask);       // what a session does before anything else
must_use Err *held_page(Request *ask, Str token, Str next, Str held); // what was typed before, to be sent with one press
void call_write(Request *ask, const RecordType *t); // in a form: how long a call that it writes down spares the lock
// A desk that several share: whose sessions are locked here (a cookie knows them).
must_use Err *typed_keep(Request *ask, Str path, Str body, Str *next); // as it was sent to that path; next: where it stands again
must_use Err *desk_leave(Request *ask);       // she locks hers, for another to sign in
must_use Err *desk_add(Request *ask);         // the session of this browser to those that are locked here
must_use Err *desk_back(Request *ask, Str back, Str *box); // ERR_DENIED: told at that box
Str own_cookie(const Request *ask, Str what); // the name of one of ours
must_use Err *sign_in_again(Request *ask);    // a form came after the session had ended
Str next_safe(Str next);                      // a path of our own, else /
Lang lang_wanted(Str cookies, Str accept_language);
void cookie_set(Request *ask, Str name, Str value, bool lasts); // an empty value takes it away
void session_cookie_set(Request *ask, Str token);

// ---- the answer ----------------------------------------------------------------------------------------
must_use Err *redirect(Request *ask, Url to); // 303
void headers_strict(Request *ask);
void error_answer(Request *ask, const Err *e);
void answer_compress(Request *ask);           // at the end, for who can read it
void json_open(Request *ask, int status);
void json_next(Buf *o);                       // in a list or an object: a comma, but before the first
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
// What stands above a page's own parts, in this order: where it came from, what is wrong, what was done, its title.
// faults: told when there are some, each leading to its box; the page is then a wrong one, and its status 400 or `status`.
// unled: they lead nowhere, since their boxes are not on it. hidden_title: the page writes its own h1.
// begin: a button beside the title; empty words: none. told: faults and doubts of a record's fields, which stand in `form`.
typedef struct Page {
    Str title, key, done, begin_words; Url back, begin;
    const Faults *faults, *told; Url form; int status;
    bool narrow, wrong, unled, hidden_title;
} Page;
void page_open(Request *ask, const Page *page);
void page_close(Request *ask);
void form_open(Request *ask, Url action);     // <form method=post> with the token against forgery
// … in which something is typed: another language takes it along (its handler asks language_asked), and it is not left unsaid.
void form_typed_open(Request *ask, Url action);
void languages_write(Request *ask);           // within it, for browsers without a script
void hidden_write(Request *ask, Str name, Str value); // an input that nobody sees
void notice(Request *ask, Str words);
void summary_open(Request *ask, Str title);   // … its box alone, around items of a list
void summary_close(Request *ask);
void faults_summary(Request *ask, const Faults *faults, Url form); // linked to the fields, of this page or of `form`
Str field_label(const Request *ask, const Field *f);
Str type_label(const Request *ask, const RecordType *t);
Str add_words(const Request *ask, const RecordType *t); // what begins one
Str type_plural(const Request *ask, const RecordType *t);
Str choice_words(const Request *ask, Str list, Str code); // of the list of that name, or of the first that has it; else the code
Str role_label(const Request *ask, Str name);
Str state_label(const Request *ask, const RecordType *t, Str state);
void option_write(Request *ask, Str value, Str words, bool chosen);
bool has_states(const Request *ask, const RecordType *t);
void state_tag(Request *ask, const RecordType *t, Str state);
const RecordType *person_type(const Request *ask); // null when the pack has none
must_use Err *link_title(Request *ask, const Field *f, int64_t row, Str *out);
Str moment_shown(Request *ask, int64_t ms);
Str number_or_key(const Record *r);           // what people call it by, beside its title; empty: it has none of them
Str name_or_none(const Request *ask, const Record *r);
Str record_heading(Request *ask, const Record *r);
Str record_said(Request *ask, const Record *r); // the same behind a verb: “Change: …”
Url record_url(Request *ask, const RecordType *t, Str id);
int types_listed(const Request *ask, May what, const RecordType **out, int most); // by their order in the menu
bool may_create(const Request *ask, const RecordType *t);
must_use Err *unsure_show(Request *ask);       // the help's page of words that nobody has confirmed
bool users_open(const Request *ask);          // may she see who may sign in, at least of her unit?
bool users_kept(const Request *ask);          // she keeps accounts
const List *units_list(Request *ask, Str but); // those that are open: without a province first, then one province after the other
bool finds_something(const Request *ask);     // is there anything that /find could show her?
bool counts_something(const Request *ask);    // the same of /figures
bool brings_tables(const Request *ask);       // and of /import
Str unit_label(const Request *ask, Str key);
Str actor_shown(const Request *ask, Str actor); // a user's name; what a command wrote has no person's

// ---- lists ---------------------------------------------------------------------------------------------
const Screen *screen_get(const Pack *p, ScreenKind kind, const RecordType *t); // null when it has none
const Screen *screen_for_list(Request *ask, const RecordType *t);       // one of its title when the pack has none
bool column_counts(const Column *c);    // it is a number of the record's own
Str column_label(const Request *ask, const RecordType *t, const Column *c);
bool screen_is(const Request *ask, Str name);  // a page of the pack's own
must_use Err *columns_read(Request *ask, const Screen *screen, const RecordPage *page, Str ***texts);
// How many there are; beyond `most` they are not counted: "1,000 or more".
Str count_shown(Request *ask, int64_t n, int most);
must_use Err *count_said(Request *ask, const ListAsk *list, int most, Str *out);
Str order_said(Request *ask, ListOrder order); // newest first, and by which day

// ---- what a person or a program gave -------------------------------------------------------------------
typedef struct Entered {
    Request *ask;
    Draft draft;
    struct Chosen *chosen;   // one per field: what a form says of a link
    const Repeat *repeat;    // of a row of a form: of which kind, and which one, counted from 1; its fields are child.2.field
    int row;
    const Record *now;       // … as it stands; null: a new one
    int sent;                // … its place among the drafts of the change; 0: it was not sent, since it said nothing
    const struct Entered *of; // … of whose form it is, where its faults are told
    struct Entered *rows; int rows_n, rows_room; // of a form: what was given of its rows, each kind's by their numbers
    Str once;                // … what the ids of new ones are made from
    Str *typed;              // one per field: as typed, for showing again
    Str *question, *other;   // one per field: a day or number that may be meant, and another number; empty: none to ask
    bool confirmed;          // doubts were seen and are meant
    Str word;                // a sentence above the form; empty: none
} Entered;
typedef enum { JSON_CREATE, JSON_CHANGE, JSON_MOVE } JsonUse;
enum { ROWS_SHOWN = 50 };                      // in a form: the newest of those that stand there
bool word_in(Str set, Str word);               // of words with blanks between
bool shown_again(const Request *ask);          // a form that was sent
Entered entered_make(Request *ask);
Entered entered_of(Request *ask, const RecordType *t);
void entered_texts(Request *ask, Entered *e);  // what was typed, as values
bool entered_untouched(const void *with, const Draft *draft, const Field *f, Str stood);
void entered_pair(Request *ask, Entered *e, Str name, Str typed);
void entered_member(Request *ask, Entered *e, const Json *v);
Str initial_text(Request *ask, const Field *f); // what a new form begins with
Str said_by(Request *ask, const Expr *e);       // what an expression gives that looks at who asks alone
must_use Err *entered_form(Request *ask, const Record *now, Entered *out); // `out` stays where it is until it is saved
must_use Err *entered_json(Request *ask, JsonUse use, Entered *out);
must_use Err *entered_save(Entered *e, bool looks); // looks: what saving would say
// ---- rows of a form (rows/) ------------------------------------------------------------------------------
Str entered_name(const Entered *e, Str field); // child.2.field; of the form itself as it is
Entered *row_of(Request *ask, Entered *e, const Repeat *of, int number); // made when it is not there yet
bool row_pair(Request *ask, Entered *e, const Pair *p); // false: it names no row
must_use Err *rows_texts(Request *ask, Entered *e); // once all of a form was read
must_use Err *links_read(Request *ask, const Record *now, Entered *e);
Field *field_named(Arena *a, const Field *f, Str name); // the same, called otherwise
const Field *entered_field(const Entered *e, const Field *f); // by that name
void rows_json(Request *ask, Entered *e, const Repeat *of, const Json *list);
Change rows_change(Entered *e);                // what is made on the spot, the form's draft, and those of rows that say something
void rows_told(Entered *e, const Change *change); // what came of them, told at the form's: child.2.field. Null: what was read
bool rows_unchanged(const Entered *e);
must_use Err *rows_stand(Request *ask, const Record *now, Entered *e); // those of a form that is shown first, or what typed ones stand for
must_use Err *repeats_write(Request *ask, const Entered *e, int at); // the repeats before this field of the form
must_use Err *fields_write(Request *ask, const Record *now, const Entered *e);
must_use Err *linked_json(Request *ask, const Record *now, const Entered *e, Str *out);
must_use Err *rows_hidden(Request *ask, const Entered *e);  // all that was given, unseen
void rows_saved_json(Request *ask, const Entered *e);       // ,"child":[{"id":…,"key":…,"version":…},null,…]
must_use Err *rows_stand_json(Request *ask, const Record *r); // ,"child":[…] as they stand
const Field *field_at(const Request *ask, Str column, Str *label); // by the name that faults have; null: none
Str box_text(Request *ask, const Field *f, Str value); // a value as a form's box shows it
Str carried_text(Request *ask, const Field *f, Str value); // … as an unseen one carries it, to be read like what is typed
void day_told(const Entered *e, Fault *fault); // to people a day is told as they write it
bool json_value(Request *ask, const Json *v, Str *out); // a text, number, null or list of texts, as one text
must_use Err *faults_json(Request *ask, const Faults *faults);
bool asked_here(Request *ask, const Record *now, const Entered *e, const Field *f); // a box of this form
bool same_group(const Field *one, const Field *other);
// parts/first.c: of a new record's form, which boxes are folded (a bit per field, or null); false: none.
bool form_folds(Request *ask, const Record *now, const Entered *e, bool *folded);
WhenAsked asked_when(Request *ask, const Field *f); // as who fills it in
bool pressed_here(const Request *ask, const Record *now, const Entered *e, const Field *f); // its answers are buttons that save
void presses_write(Request *ask, const Record *now, const Entered *e);
int grid_fields(Request *ask, const Record *now, const Entered *e, int at); // how many fields from here on are one table; 0: none
// A form as an interview, where its address or what was sent says so: which group of questions comes now. `first`: the
// field that is told of, or empty.
must_use Err *interview_turn(Request *ask, const Record *now, const Entered *e, Str first);
void interview_actions(Request *ask);         // back and on; nothing where all is seen at once
must_use Err *form_show(Request *ask, const Record *now, Entered *e, int status);
must_use Err *form_again(Request *ask, const Record *now, Entered *e, int status); // what was typed is kept meanwhile
must_use Err *form_translate(Request *ask, const Record *now, Entered *e); // the same in another language, or with one more row
must_use Err *form_kept(Request *ask, const Record *now, bool *shown); // what was typed before; false: nothing was
must_use Err *form_leave(Request *ask, const Record *now);
Str form_address(Request *ask, const Record *now);
must_use Err *language_take(Request *ask, Str code); // for this browser and session, and this answer
must_use Err *language_asked(Request *ask, bool *only); // only: the form once more, in another one, and nothing done
must_use Err *conflict_show(Request *ask, const Entered *e);
must_use Err *save_json(Request *ask, JsonUse use);
Err *moved_on(Request *ask);                   // says that somebody took a step meanwhile
must_use Err *save_form(Request *ask, const Record *now); // null: a new one

// ---- files of a record -----------------------------------------------------------------------------------
must_use Err *files_write(Request *ask, const Record *r, bool may_change); // each leads to the file; where she adds some, or takes one away

// ---- work --------------------------------------------------------------------------------------------------
Handler copy_show; // what is kept of a person, whole
must_use Err *calendar_refused(Request *ask); // it is asked for by who says not who she is
Str calendar_text(Arena *a, Str words);        // as a value of a calendar
void calendar_line(Buf *o, Str line);         // folded
Url later_url(Request *ask, const Record *r, Url next); // … its own page; next: where she goes on

// ---- looks -----------------------------------------------------------------------------------------------
bool reads_looks(const Request *ask);          // her role reads the log of looks
bool looks_hers(const Request *ask, const Record *r); // … of this person, at least which agencies looked at her

// ---- sight -----------------------------------------------------------------------------------------------
Str until_shown(const Request *ask, int until);
bool opens_more(const Request *ask, const Record *r); // something is closed that her role may open with a reason

// ---- tables that were sent and are not written yet -----------------------------------------------------
// Sealed in a folder, under names that nobody can guess; each is its sender's alone. They go when they were
// written, after an hour, when she sends more than three, and with the process.
typedef struct Uploads Uploads;
Uploads *uploads_make(Arena *a, Str folder);
Uploads *web_uploads(Web *web);
bool web_mails(const Web *web);               // notices are told by e-mail
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
    Str question, other;     // a Buddhist year was read, or 1.234: what it would mean, and what else; empty: nothing to ask
    Str fault, doubt;        // sentences; empty: none
    const struct Chosen *chosen; // of a link that was sent; null: none was
} Input;
// One of several that are ticked: a box, or one of a round. more: said behind its words; cells: what its rule looks at.
typedef struct Tick { bool box, on; Str id, name, value, words, more, cells; } Tick;
void tick_write(Request *ask, const Tick *tick);
void tick_alone(Request *ask, const Tick *tick); // no others stand beside it
must_use Err *input_write(Request *ask, const Input *in);
must_use Err *grid_write(Request *ask, const Input *all, int n); // of fields that answer one list: parts/first.c
void input_label(Request *ask, const Input *in);    // with its hint and what is wrong
void input_describe(Request *ask, const Input *in); // the attribute that leads to them

void boxes_summary(Request *ask, const Faults *faults, bool leads); // what is wrong with boxes of no field; leads: each to its own
// The day that is meant, else the text itself. A year of the Buddhist era is asked about by the message, and `typed` is then
// what it would mean.
Message day_typed(Request *ask, Str *typed, Str *day);
// The members of a small JSON object, by their names; others are told.
// … or of a form's pairs; other: that was the form once more, in another language, and nothing is done.
must_use Err *members_read(Request *ask, const Str *names, Str *const *to, int n, Faults *told, bool *other);
must_use Err *members_json(Request *ask, const Str *names, Str *const *to, int n, Faults *told);

// ---- choosing a record in a field -----------------------------------------------------------------------
// A link's box takes a name, a number or a phone number. With it goes, hidden, what was chosen (_is.FIELD) and what the box
// said then (_as.FIELD): while it still says that, it is what was chosen; else what is certain is taken and all else asked about.
// `+` as what was chosen, or something written in the small form below the box (_new.FIELD.…): a new record, saved with this one.
enum { OFFERED_MOST = 5, FEW_MOST = 30, MADE_FIELDS = 5 };
extern const Str choose_new;                  // `+`
typedef struct { Str id, key, title, more; } Candidate; // more: what tells it from others of its name
typedef struct { Candidate *at; int n, certain; } Candidates; // certain: so many, the first, by their key, number or phone
typedef struct Chosen {
    bool asked;              // what was written is to be asked about
    Candidates likely;           // ... and may be these
    bool fresh;              // the record is written down with this one
    Entered *made;           // what was written of it, if anything
} Chosen;
// Of hers alone, at most `most`. Nothing asked: the latest.
must_use Err *offers_find(Request *ask, const RecordType *t, Str asked, int most, Candidates *out);
must_use Err *offers_few(Request *ask, const RecordType *t, Candidates *out, bool *few); // all, by their titles, where they are few
// The fields by which a record of the type is written down on the spot; 0: it is not hers to make, or cannot be made so.
int choose_fields(Request *ask, const RecordType *t, const Field **out);
int choose_fields_at(Request *ask, const Field *link, const Field **out);
Str choose_name(Arena *a, const Field *link, Str name); // of a box in the small form
must_use Err *choose_read(Request *ask, const Record *now, Entered *e, const Field *f);
must_use Err *choose_write(Request *ask, const Input *in);
int choose_made(const Entered *e, Draft *out); // the drafts that are saved before this one; out null: how many
void choose_saved(Entered *e, const Draft *drafts); // ... and what came of them
bool choose_questions(const Entered *e, Faults *told);
Str choose_label(Request *ask, Str column);   // of a box in the small form, for the summary; empty: it is none
void choose_carry(Request *ask, const Entered *e); // hidden, for a page that asks something else first
