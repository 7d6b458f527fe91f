// The way in: each request gets its thread's store, opened for the person who asks, and an answer.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { KEEP = 8 << 20, QUESTION_MS = 5000, BRIEF_MS = 50, LONG_MOST = 2, NAME_KEPT = 256 };
typedef struct Thread {
    Arena keep;
    Store *store;
    bool busy;               // a request was unwound here
    bool brief;              // it runs where others wait to be read
    char runs_for[NAME_KEPT]; isize runs_n; // whose long request runs here; none: 0
} Thread;
struct Web { Register *reg; int n; Thread *threads; Mutex *longs; Uploads *uploads; bool mails; };

Web *web_make(Arena *a, Register *reg, int threads, bool mails)
{
    Web *web = take(a, Web, 1);
    *web = (Web){reg, threads, take(a, Thread, threads), mutex_make(), uploads_make(a, path_join(a, register_folder(reg), S("uploads"))),
        mails};
    uploads_watch(web->uploads);
    return web;
}

bool web_mails(const Web *web)
{
    return web->mails;
}

Uploads *web_uploads(Web *web)
{
    return web->uploads;
}

// ---- long requests: two of one person at a time, so that the other threads stay for the others ---------

static Str runs_for(const Thread *t)
{
    return (Str){t->runs_for, t->runs_n};
}

static Err *long_begin(Request *ask, Thread *thread)
{
    Web *web = ask->web;
    Str name = str_slice(ask->s->user.name, 0, ask->s->user.name.n < NAME_KEPT ? ask->s->user.name.n : NAME_KEPT);
    int n = 0;
    mutex_lock(web->longs);
    for (int i = 0; i < web->n; i++) n += web->threads[i].runs_n && str_equal(runs_for(&web->threads[i]), name);
    if (n < LONG_MOST) {
        memcpy(thread->runs_for, name.p, (size_t)name.n);
        thread->runs_n = name.n;
    }
    mutex_unlock(web->longs);
    if (n < LONG_MOST) return 0;
    return fail(ask->a, ERR_BUSY,
                "You have {} long questions running already. Wait until one of them has answered, "
                "then ask again.",
                LONG_MOST);
}

static void long_end(Web *web, Thread *thread)
{
    if (!thread->runs_n) return;
    mutex_lock(web->longs);
    thread->runs_n = 0;
    mutex_unlock(web->longs);
}

void web_unwound(void *web, int thread)
{
    Web *w = web;
    long_end(w, &w->threads[thread]);
}

// A user without a role is the operator: until it is known who asks, there is a role without rights.
static void nobody_asks(Request *ask)
{
    Role *nobody = take(ask->a, Role, 1);
    *nobody = (Role){.name = S("nobody"), .rights = take(ask->a, Right, ask->pack->records_n)};
    ask->s->user = (User){.name = S("nobody"), .role = nobody};
}

static Err *store_of_thread(Request *ask, Thread *thread, bool reads)
{
    if (!thread->store) {
        if (!thread->keep.start) thread->keep = arena_reserve(KEEP, ask->a->exhausted);
        else arena_reset(&thread->keep);
        Err *e = store_open(ask->web->reg, &thread->keep, ask->scratch, (User){0}, &thread->store);
        if (e) { // told in the request's arena, since the thread's own starts over
            // It was there when serving began: what is wrong now may be right in a moment.
            e = err_make(ask->a, e->kind == ERR_INPUT ? ERR_BUSY : e->kind, message_keep(ask->a, e->message.words, e->message.with));
            thread->store = 0;
            return e;
        }
    }
    thread->keep.exhausted = ask->a->exhausted;
    if (thread->busy) {
        db_recover(thread->store->db);
        db_recover(thread->store->between);
    }
    thread->busy = true;
    ask->s = take(ask->a, Store, 1);
    *ask->s = *thread->store;
    if (!reads && ask->s->between) ask->s->db = ask->s->between;
    ask->s->a = ask->a;
    ask->s->scratch = ask->scratch;
    ask->s->lang = ask->lang;
    looks_collect(ask->s, &ask->s->user);
    return 0;
}

static bool has(Str list, Str word)
{
    return str_find(list, word) >= 0;
}

static Err *request_read(Request *ask)
{
    const HttpIn *in = ask->in;
    bool wants_page = has(in->accept, S("text/html"));
    bool sends_json = str_starts(in->content_type, S("application/json"));
    ask->path = in->path;
    bool wants_data = !wants_page && has(in->accept, S("application/json")); // whoever says so sends it, too
    ask->is_form = in->method == HTTP_POST && !wants_data && (str_starts(in->content_type, S("multipart/form-data")) ||
                                               str_starts(in->content_type, S("application/x-www-form-urlencoded")));
    ask->wants_json = !wants_page && !ask->is_form &&
                      (has(in->accept, S("application/json")) || sends_json || in->authorization.n);
    ask->secure = str_equal(in->forwarded_proto, S("https"));
    ask->lang = lang_wanted(in->cookie, in->accept_language);
    if (ask->wants_json && !in->accept_language.n && !in->cookie.n) ask->lang = LANG_EN; // whoever writes a program
    if (!path_read(ask->a, in->path, ask->parts, &ask->parts_n))
        return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (!pairs_read(ask->a, in->query, &ask->query))
        return fail(ask->a, ERR_INPUT, "What follows the question mark in the address cannot be read.");
    return 0;
}

// Bodies of forms are read once it is known who asks.
static Err *form_read(Request *ask)
{
    const HttpIn *in = ask->in;
    bool parts = str_starts(in->content_type, S("multipart/"));
    bool good = !ask->is_form || (parts ? multipart_read(ask->a, in->content_type, in->body, &ask->form)
                                        : pairs_read(ask->a, in->body, &ask->form));
    return good ? 0 : fail(ask->a, ERR_INPUT, "The form that was sent cannot be read.");
}

static Err *sign_in_first(Request *ask)
{
    if (ask->route && ask->route->who == FOR_CALENDARS && (!ask->in->cookie.n || ask->in->authorization.n)) return calendar_refused(ask);
    if (ask->is_form) return sign_in_again(ask);
    if (!ask->wants_json) {
        bool shows = ask->in->method == HTTP_GET && ask->in->path.n > 1;
        Str to = ask->in->query.n ? say(ask->a, "{}?{}", ask->in->path, ask->in->query) : ask->in->path;
        return redirect(ask, shows ? url(ask->a, "/sign-in?next={}", to) : url(ask->a, "/sign-in"));
    }
    json_open(ask, 401);
    http_header(ask->out, S("WWW-Authenticate"), S("Bearer"));
    json(ask->o, "{'error':{}}\n", tr(ask->lang, S("A token is needed: Authorization: Bearer TOKEN.")));
    return 0;
}

static Err *method_refused(Request *ask, Str allow)
{
    http_header(ask->out, S("Allow"), allow);
    json_open(ask, 405);
    json(ask->o, "{'error':{}}\n", tr(ask->lang, S("This address does not take that method.")));
    return 0;
}

static Err *gate_shut(Request *ask)
{
    TRY(form_read(ask));
    return gate_first(ask);
}

static Err *request_answer(Request *ask, Thread *thread)
{
    TRY(store_refresh(ask->s));
    ask->pack = ask->s->pack;
    nobody_asks(ask);
    Err *e = person_read(ask);
    bool open = ask->route && ask->route->needs == NEEDS_NOTHING;
    if (e && e->kind != ERR_DENIED) return e;
    bool at_gate = ask->gate && ask->route && ask->route->needs == NEEDS_SESSION;
    if (!open && !at_gate && (e || !ask->signed_in)) return ask->gate ? gate_shut(ask) : sign_in_first(ask);
    if (!at_gate && ask->gate == GATE_OPEN) session_seen(ask->s, &ask->its);
    if (!ask->route && ask->allow.n) return method_refused(ask, ask->allow);
    if (!ask->route) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (ask->route->cost == LONG) TRY(long_begin(ask, thread));
    TRY(form_read(ask));
    TRY(route_run(ask));
    bool page = ask->in->method == HTTP_GET && !ask->wants_json && ask->gate == GATE_OPEN && !open && !at_gate;
    if (page && ask->its.spared && !ask->on_call) session_spare(ask->s, ask->session, 0); // the call's form is on the screen no more
    return 0;
}

static Err *request_serve(Request *ask, Thread *thread)
{
    TRY(request_read(ask));
    ask->route = route_find(ask, &ask->allow);
    if (ask->route && ask->route->run == asset_send) return asset_send(ask);
    bool reads = ask->in->method == HTTP_GET || ask->in->method == HTTP_HEAD;
    TRY(store_of_thread(ask, thread, reads));
    db_limit(ask->s->db, thread->brief ? BRIEF_MS : reads ? QUESTION_MS : 0);
    if (!reads) return request_answer(ask, thread);
    TRY(db_begin(ask->s->db, ask->a, DB_READ)); // a page is one view of the register, and one lock instead of twenty
    Err *e = request_answer(ask, thread);
    ask->out->later = thread->brief && db_overdue(ask->s->db); // also when a part of the page told it in its place
    db_limit(ask->s->db, 0); // what follows is told in any case
    Err *ended = db_end(ask->s->db, ask->a, false);
    return e ? e : ended;
}

// ---- what was shown is noted before the answer leaves ------------------------------------------------------

// That something is done shows nothing; a page or a refusal behind it does.
static bool shows(const Request *ask)
{
    int status = ask->out->status;
    bool tells = ask->route->look == LOOK_FIND || ask->route->look == LOOK_LIST; // whatever its method
    bool reads = ask->in->method == HTTP_GET || ask->in->method == HTTP_HEAD || tells;
    return status != 303 && (reads || !ask->wants_json || status >= 300);
}

static Err *looks_leave(Request *ask)
{
    int status = ask->out->status;
    if (!ask->s || !ask->signed_in || !ask->route || ask->out->later) return 0;
    bool record = ask->route->needs == NEEDS_READ || ask->route->needs == NEEDS_WRITE;
    if (status == 403 || (status == 404 && record)) return look_happened(ask->s, LOOK_REFUSED, &ask->s->user);
    if (!shows(ask)) return 0;
    return looks_note(ask->s, ask->route->look ? ask->route->look : LOOK_VIEW);
}

static bool somebody_asks(Request *ask, Thread *thread)
{
    Err *e = store_of_thread(ask, thread, false);
    if (!e) e = store_refresh(ask->s);
    if (!e) {
        ask->pack = ask->s->pack;
        nobody_asks(ask);
        e = person_read(ask);
    }
    return !e && ask->signed_in;
}

HttpBody web_admit(void *web, int thread, Arena *a, Arena scratch, const HttpIn *in, int64_t said)
{
    static const isize most[BODY_COUNT] = {
        [BODY_SMALL] = 16 << 10, [BODY_HELD] = 2 * HELD_MOST, [BODY_RECORD] = 4 << 20, [BODY_FILE] = 32 << 20,
    };
    Web *w = web;
    HttpOut out = {.body = buf_in(a)};
    Request ask = {.web = w, .in = in, .out = &out, .o = &out.body, .a = a, .scratch = scratch};
    Err *e = request_read(&ask);
    if (!e) ask.route = route_find(&ask, &ask.allow);
    isize its = most[ask.route ? ask.route->body : BODY_SMALL];
    bool open = !ask.route || ask.route->needs == NEEDS_NOTHING;
    if (open || said <= most[BODY_SMALL]) return (HttpBody){its, !open};
    bool known = somebody_asks(&ask, &w->threads[thread]);
    w->threads[thread].busy = false;
    return (HttpBody){known || its < HELD_MOST ? its : HELD_MOST, known};
}

// A server's database is waited for over a line, and others can be answered meanwhile.
bool web_brief(void *web, int thread, Arena scratch, const HttpIn *in)
{
    Web *w = web;
    Request ask = {.web = w, .in = in, .a = &scratch};
    if (in->method != HTTP_GET || !register_near(w->reg) || request_read(&ask)) return false;
    ask.route = route_find(&ask, &ask.allow);
    return w->threads[thread].brief = ask.route && ask.route->cost == QUICK;
}

void web_handle(void *web, int thread, Arena *a, Arena scratch, const HttpIn *in, HttpOut *out)
{
    Web *w = web;
    must(thread < w->n);
    out->body = buf_in(a);
    out->status = 200;
    Request ask = {.web = w, .in = in, .out = out, .o = &out->body, .a = a, .scratch = scratch};
    headers_strict(&ask);
    Err *e = request_serve(&ask, &w->threads[thread]);
    if (e) error_answer(&ask, e);
    if (e && ask.s) looks_drop(ask.s);
    e = looks_leave(&ask);
    if (e) error_answer(&ask, e);
    answer_compress(&ask);
    long_end(w, &w->threads[thread]);
    w->threads[thread].busy = false;
}
