// Who asks: tokens, sessions, the language, the guard against forged posts; signing in, one's own account.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"
#include "seal/seal.h"

Str cookie_get(Str cookies, Str name)
{
    for (Str rest = cookies; rest.n;) {
        Str one = str_trim(str_cut(&rest, ';'));
        Str its = str_cut(&one, '=');
        if (str_equal(its, name)) return one;
    }
    return (Str){0};
}

void cookie_set(Request *ask, Str name, Str value, bool lasts)
{
    Str age = !value.n ? S("; Max-Age=0") : lasts ? S("; Max-Age=31536000") : (Str){0};
    http_header(ask->out, S("Set-Cookie"), say(ask->a, "{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", name, value,
                                               ask->secure ? S("; Secure") : (Str){0}, age));
}

// Cookies of our own; behind TLS no other site can set one of such a name.
Str own_cookie(const Request *ask, Str what)
{
    return say(ask->a, "{}sukhwan{}", ask->secure ? S("__Host-") : (Str){0}, what);
}

static Str session_cookie(const Request *ask)
{
    return own_cookie(ask, (Str){0});
}

void session_cookie_set(Request *ask, Str token)
{
    cookie_set(ask, session_cookie(ask), token, false);
}

static Str known_cookie(const Request *ask) // this browser is known by it, for long
{
    return own_cookie(ask, S("-known"));
}

static Str turn_cookie(const Request *ask)  // it was sent away and comes back
{
    return own_cookie(ask, S("-turn"));
}

bool secret_equal(Str one, Str two)
{
    if (!one.n || one.n != two.n) return false;
    unsigned char differs = 0;
    for (isize i = 0; i < one.n; i++) differs |= (unsigned char)(one.p[i] ^ two.p[i]);
    return !differs;
}

// What stands alike in pages that are compressed and that somebody else may lead a browser to, could be guessed letter by
// letter from their length (BREACH): so a form says the word under a pad of its own, and the pad.
static void pad_on(char *to, const char *from, const char *pad, isize n)
{
    for (isize i = 0; i < n; i++) to[i] = (char)(from[i] ^ pad[i]);
}

Str word_masked(Arena *a, Str word)
{
    Str bytes;
    must(bytes_of(a, word, &bytes));
    char *both = take(a, char, 2 * bytes.n);
    random_fill(both, bytes.n);
    pad_on(both + bytes.n, bytes.p, both, bytes.n);
    return hex_of(a, (Str){both, 2 * bytes.n});
}

static Str word_unmasked(Arena *a, Str said)
{
    Str both;
    if (!said.n || said.n % 4 || !bytes_of(a, said, &both)) return (Str){0};
    char *word = take(a, char, both.n / 2);
    pad_on(word, both.p + both.n / 2, both.p, both.n / 2);
    return hex_of(a, (Str){word, both.n / 2});
}

bool same_origin(Str origin, Str host)
{
    isize at = str_find(origin, S("://"));
    if (at < 0 || !host.n) return false;
    Str scheme = str_slice(origin, 0, at);
    if (!str_equal(scheme, S("http")) && !str_equal(scheme, S("https"))) return false;
    return str_equal(str_slice(origin, at + 3, origin.n), host);
}

Str next_safe(Str next)
{
    bool own = next.n && next.n <= 1000 && next.p[0] == '/' && (next.n == 1 || (next.p[1] != '/' && next.p[1] != '\\'));
    for (isize i = 0; own && i < next.n; i++) own = (unsigned char)next.p[i] > ' ' && next.p[i] != '\\';
    return own ? next : S("/");
}

// Lao unless a cookie or the browser's first choice among ours says otherwise.
Lang lang_wanted(Str cookies, Str accept_language)
{
    Lang lang;
    if (lang_read(cookie_get(cookies, S("lang")), &lang)) return lang;
    for (Str rest = accept_language; rest.n;) {
        Str one = str_cut(&rest, ',');
        Str code = str_trim(str_cut(&one, ';'));
        if (lang_read(str_cut(&code, '-'), &lang)) return lang;
    }
    return LANG_LO;
}

static Err *token_read(Request *ask, Str token)
{
    TRY(user_by_token(ask->s, token, &ask->s->user));
    ask->signed_in = ask->by_token = true;
    return 0;
}

// Her name, a colon, and her token as the password.
static Err *basic_read(Request *ask, Str said)
{
    Str name, rest;
    if (base64_read(ask->a, said, &rest) && str_has(rest, ':')) {
        name = str_cut(&rest, ':');
        TRY(token_read(ask, rest));
        if (str_equal(name, ask->s->user.name)) return 0;
        ask->signed_in = ask->by_token = false;
    }
    return fail(ask->a, ERR_DENIED, "A calendar signs in with your name, and with the password for a program.");
}

Err *person_read(Request *ask)
{
    Str authorization = ask->in->authorization;
    if (authorization.n) {
        Str scheme = str_cut(&authorization, ' ');
        bool basic = ask->route && ask->route->who == FOR_CALENDARS;
        if (basic && str_equal(str_lower(ask->a, scheme), S("basic"))) return basic_read(ask, str_trim(authorization));
        if (!str_equal(str_lower(ask->a, scheme), S("bearer")))
            return fail(ask->a, ERR_DENIED, "Authorization takes a token: Bearer, a blank, the token.");
        return token_read(ask, str_trim(authorization));
    }
    ask->session = cookie_get(ask->in->cookie, session_cookie(ask));
    if (!ask->session.n) return 0;
    Session session;
    Err *e = session_get(ask->s, ask->session, &session);
    if (e) return e->kind == ERR_DENIED ? 0 : e;
    ask->gate = session.fresh ? GATE_FRESH : session.locked ? GATE_LOCKED : GATE_OPEN;
    ask->its = session;
    ask->holder = session.user;
    ask->word = session.csrf;
    ask->csrf = word_masked(ask->a, session.csrf);
    ask->lang = ask->s->lang = session.lang;
    ask->signed_in = ask->gate == GATE_OPEN;
    if (ask->signed_in) ask->s->user = session.user;
    return 0;
}

Err *forgery_check(const Request *ask)
{
    if (ask->in->method == HTTP_GET || ask->in->method == HTTP_HEAD || ask->by_token) return 0;
    if (ask->in->origin.n && !same_origin(ask->in->origin, ask->in->host))
        return fail(ask->a, ERR_DENIED, "This was sent from another site, so nothing was done.");
    if (ask->route->needs == NEEDS_NOTHING) return 0;
    Str header = ask->in->csrf.n ? ask->in->csrf : ask->in->requested_with;
    Str token = ask->is_form && !header.n ? pairs_get(&ask->form, S("_csrf")) : header;
    if (!secret_equal(word_unmasked(ask->a, token), ask->word))
        return fail(ask->a, ERR_DENIED, "This page was open for too long. Go back, load it again and send it once more.");
    return 0;
}

// ---- signing in and out ------------------------------------------------------------------------------------

// `held`: a form that was sent after the session had ended, to be sent again afterwards. `data-again`: the page's
// script sends the form itself, and again after a while when that was asked for; the password stays in its box alone.
typedef struct { Str name, next, held, box; const Err *wrong; } AtDoor; // box: where it is told what is wrong; empty: at the name

static Err *sign_in_page(Request *ask, const AtDoor *at)
{
    Lang lang = ask->lang;
    Faults faults = {0};
    Str name = at->name, next = at->next, held = at->held;
    const Err *wrong = at->wrong;
    if (wrong) faults_add(ask->a, &faults, (Fault){.column = at->box.n ? at->box : S("name"), .message = wrong->message});
    ask->here = next.n > 1 ? url(ask->a, "/sign-in?next={}", next).s : S("/sign-in");
    ask->no_switch = held.n;
    Blocks all = {.ask = ask};
    TRY(desk_blocks(next, &faults, &all));
    ask_add(&all, (Str){0}, &(Asking){.to = url(ask->a, "/sign-in"), .words = tr(lang, S("Sign in")), .button = BUTTON_MAIN,
        .again = tr(lang, S("Signing in is not possible just now. This page goes on trying by itself: leave it open.")), .boxes = {
        {BOX_HIDDEN, .name = S("next"), .value = next},
        {BOX_HIDDEN, .name = S("held"), .value = held},
        {BOX_TEXT, .name = S("name"), .label = tr(lang, S("Your sign-in name")), .value = name, .fill = S("username"), .needed = true},
        {BOX_PASSWORD, .name = S("password"), .label = tr(lang, S("Your password")), .fill = S("current-password"), .needed = true,
            .hint = tr(lang, S("The first time: the code that you were given"))}}})->above =
         tr(lang, held.n ? S("Your session ended, so this is not saved yet. What you typed is kept: sign in, then save it.")
                         : S("The register of cases, of the help that was given, and of the year's figures."));
    words_add(&all, TONE_ASIDE, tr(lang, S("No name or password yet? Ask the person who looks after this program in your office.")));
    blocks_page(ask, &(Page){.title = tr(lang, S("Sign in")), .narrow = true, .faults = &faults,
        .status = wrong ? wrong->kind == ERR_BUSY ? 503 : 403 : 0}, &all);
    return 0;
}

Err *sign_in_show(Request *ask)
{
    Str next = next_safe(pairs_get(&ask->query, S("next")));
    if (ask->signed_in) return redirect(ask, (Url){next});
    return sign_in_page(ask, &(AtDoor){.next = next});
}

// Only of our own pages: another site's form must not be saved by who signs in next.
Err *sign_in_again(Request *ask)
{
    const HttpIn *in = ask->in;
    bool own = in->origin.n && same_origin(in->origin, in->host) && in->body.n <= HELD_MOST
        && str_starts(in->content_type, S("application/x-www-form-urlencoded"));
    if (!own || !ask->pack || str_equal(in->path, S("/sign-out"))) return redirect(ask, url(ask->a, "/sign-in"));
    Str to = in->query.n ? say(ask->a, "{}?{}", in->path, in->query) : in->path;
    return sign_in_page(ask, &(AtDoor){.next = next_safe(to), .held = in->body});
}

Err *held_page(Request *ask, Str token, Str next, Str held)
{
    Lang lang = ask->lang;
    Session session;
    Pairs fields;
    TRY(session_get(ask->s, token, &session));
    if (!pairs_read(ask->a, held, &fields)) return redirect(ask, (Url){next});
    ask->no_switch = true;
    ask->csrf = word_masked(ask->a, session.csrf);
    Asking asking = {.to = (Url){next}, .words = tr(lang, S("Save")), .button = BUTTON_MAIN, .leave = (Url){S("/")},
        .leave_words = tr(lang, S("Go to your work"))};
    for (int i = 0; i < fields.n; i++)
        if (!str_equal(fields.at[i].name, S("_csrf")))
            box_add(ask, &asking, (Box){BOX_HIDDEN, .name = fields.at[i].name, .value = fields.at[i].value});
    Block block = {.shape = SHAPE_ASK, .asking = &asking, .n = 1,
        .above = tr(lang, S("You are signed in again. Save it now, or leave it and go to your work."))};
    blocks_page(ask, &(Page){.title = tr(lang, S("What you typed is still here")), .narrow = true}, &(Blocks){.at = &block, .n = 1});
    return 0;
}

void come_back(Request *ask, int64_t seconds)
{
    http_header(ask->out, S("Retry-After"), say(ask->a, "{}", seconds));
}

Err *sign_in(Request *ask)
{
    Str next = next_safe(pairs_get(&ask->form, S("next"))), held = pairs_get(&ask->form, S("held"));
    SignIn in = {
        .name = str_trim(pairs_get(&ask->form, S("name"))), .password = pairs_get(&ask->form, S("password")),
        .known = cookie_get(ask->in->cookie, known_cookie(ask)), .turn = cookie_get(ask->in->cookie, turn_cookie(ask)),
    };
    Str back = pairs_get(&ask->form, S("back")), box;
    if (back.n) {
        Err *e = desk_back(ask, back, &box);
        if (e && (e->kind == ERR_DENIED || e->kind == ERR_BUSY)) return sign_in_page(ask, &(AtDoor){.next = next, .box = box, .wrong = e});
        return e ? e : redirect(ask, (Url){next});
    }
    SignedIn out;
    Err *e = session_open(ask->s, &in, &out);
    if (out.wait) come_back(ask, out.wait);
    if (out.turn.n) cookie_set(ask, turn_cookie(ask), out.turn, false);
    if (e && (e->kind == ERR_DENIED || e->kind == ERR_BUSY || e->kind == ERR_INPUT)) 
        return sign_in_page(ask, &(AtDoor){.name = in.name, .next = next, .held = held, .wrong = e});
    if (e) return e;
    cookie_set(ask, known_cookie(ask), out.known, true);
    if (in.turn.n) cookie_set(ask, turn_cookie(ask), (Str){0}, false);
    if (ask->gate == GATE_LOCKED) TRY(desk_add(ask)); // it waits for her who left it
    session_cookie_set(ask, out.token);
    return held.n ? held_page(ask, out.token, next, held) : redirect(ask, (Url){next});
}

Err *sign_out(Request *ask)
{
    TRY(session_close(ask->s, ask->session));
    session_cookie_set(ask, (Str){0});
    return redirect(ask, url(ask->a, "/sign-in"));
}

Err *language_take(Request *ask, Str code)
{
    Lang lang;
    if (!lang_read(code, &lang)) return fail(ask->a, ERR_INPUT, "There are no pages in this language yet.");
    cookie_set(ask, S("lang"), lang_codes[lang], true);
    if (ask->gate) TRY(session_language(ask->s, ask->session, lang));
    ask->lang = ask->s->lang = lang;
    return 0;
}

Err *language_asked(Request *ask, bool *only)
{
    *only = pairs_find(&ask->form, S("_lang"));
    return *only ? language_take(ask, pairs_get(&ask->form, S("_lang"))) : 0;
}

Err *language_set(Request *ask)
{
    TRY(language_take(ask, pairs_get(&ask->query, S("to"))));
    return redirect(ask, (Url){next_safe(pairs_get(&ask->query, S("next")))});
}
