// How an answer begins: its headers, errors by their kind, going elsewhere, and the assets.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { PACKED_LEAST = 1000 };                 // shorter answers fit a packet as they are

void headers_strict(Request *ask)
{
    static const struct { Str name, value; } headers[] = {
        {S("Content-Security-Policy"), S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")},
        {S("X-Content-Type-Options"), S("nosniff")},
        // Under no-referrer a browser would send `Origin: null` with our own forms (Fetch, "append a
        // request Origin header"), and we could not tell them from another site's.
        {S("Referrer-Policy"), S("same-origin")},
        {S("Cross-Origin-Opener-Policy"), S("same-origin")},
        {S("Cross-Origin-Resource-Policy"), S("same-origin")},
        {S("Permissions-Policy"), S("camera=(), microphone=(), geolocation=()")},
        {S("Cache-Control"), S("no-store")},
    };
    for (int i = 0; i < countof(headers); i++) http_header(ask->out, headers[i].name, headers[i].value);
}

Err *redirect(Request *ask, Url to)
{
    ask->out->status = 303;
    ask->out->type = S("text/plain; charset=utf-8");
    http_header(ask->out, S("Location"), to.s);
    return 0;
}

void json_open(Request *ask, int status)
{
    ask->o->n = 0;
    ask->out->status = status;
    ask->out->type = S("application/json; charset=utf-8");
}

void json_next(Buf *o)
{
    char last = o->n ? o->p[o->n - 1] : '[';
    if (last != '[' && last != '{') buf_char(o, ',');
}

static void error_json(Request *ask, const Err *e, int status, Str words)
{
    json_open(ask, status);
    if (e->kind == ERR_INPUT) json(ask->o, "{'faults':[{'field':'','message':{}}]}\n", words);
    else json(ask->o, "{'error':{}}\n", words);
}

static void error_page(Request *ask, const Err *e, int status, Str words)
{
    static const Str titles[ERR_COUNT] = {
        [ERR_INPUT] = S("This cannot be done as it stands"), [ERR_DENIED] = S("You may not do this"),
        [ERR_MISSING] = S("This page is not there"), [ERR_CONFLICT] = S("Somebody was faster"),
        [ERR_BUSY] = S("Try again in a moment"), [ERR_BROKEN] = S("Something went wrong here"),
    };
    ask->o->n = 0;
    Blocks all = {.ask = ask};
    words_add(&all, TONE_LARGE, words);
    Item *way = words_add(&all, TONE_PLAIN, tr(ask->lang, ask->here.n ? S("Back") : S("Go to your work")));
    way->to = ask->here.n ? (Url){ask->here} : (Url){S("/")};
    if (ask->here.n) words_more(&all, tr(ask->lang, S("Go to your work")))->to = (Url){S("/")};
    blocks_page(ask, &(Page){.title = tr(ask->lang, titles[e->kind]), .status = status}, &all);
}

void error_answer(Request *ask, const Err *e)
{
    static const int status_of[ERR_COUNT] = {
        [ERR_INPUT] = 400, [ERR_DENIED] = 403, [ERR_MISSING] = 404,
        [ERR_CONFLICT] = 409, [ERR_BUSY] = 503, [ERR_BROKEN] = 500,
    };
    Str words = message_in(ask->a, ask->lang, e->message);
    if (e->kind == ERR_BROKEN) {
        log_line(say(ask->a, "{} {}: {}", method_words[ask->in->method], ask->in->path, err_text(ask->a, e)));
        words = tr(ask->lang, S("It was noted. Nothing you saved before is lost. Tell the person who looks after this program."));
    }
    if (e->kind == ERR_BUSY) http_header(ask->out, S("Retry-After"), S("2"));
    if (ask->wants_json) error_json(ask, e, status_of[e->kind], words);
    else error_page(ask, e, status_of[e->kind], words);
}

Err *health(Request *ask)
{
    json_open(ask, 200);
    json(ask->o, "{'status':'ok','find_ready':{}}\n", find_ready(ask->s->reg));
    return 0;
}

// Does the browser take this coding? One with q=0 is refused (RFC 9110, 12.5.3).
static bool takes(Str accept_encoding, Str coding)
{
    for (Str rest = accept_encoding; rest.n;) {
        Str one = str_cut(&rest, ',');
        Str its = str_trim(str_cut(&one, ';'));
        Str weight = str_trim(one);
        bool refused = str_equal(weight, S("q=0")) || str_starts(weight, S("q=0.0"));
        if (str_equal(its, coding)) return !refused || str_find(weight, S("1")) > 0;
    }
    return false;
}

// Not for what another site made the browser ask: its pages could put guesses into the address and see by the length
// whether they stand in the answer, as they do for a word of ours (who.c) or a person's name.
static bool led_here(Str fetch_site)
{
    return str_equal(fetch_site, S("cross-site")) || str_equal(fetch_site, S("same-site"));
}

void answer_compress(Request *ask)
{
    static const Str types[] = {S("text/html"), S("application/json"), S("text/csv"), S("image/svg"), S("text/calendar")};
    HttpOut *out = ask->out;
    bool gains = false;
    for (int i = 0; i < countof(types); i++) gains |= str_starts(out->type, types[i]);
    if (out->fixed.p || out->later || !gains) return;
    http_header(out, S("Vary"), S("Accept-Encoding, Sec-Fetch-Site"));
    if (out->body.n < PACKED_LEAST || !takes(ask->in->accept_encoding, S("gzip")) || led_here(ask->in->fetch_site)) return;
    Buf packed = buf_in(ask->a);
    gzip_add(&packed, ask->scratch, buf_str(&out->body));
    out->body = packed;
    http_header(out, S("Content-Encoding"), S("gzip"));
}

// ---- styles, scripts, pictures and letters: part of the program, kept by browsers for ever -----------------

Url asset_url(Str name)
{
    for (int i = 0; i < assets_n; i++)
        if (str_equal(assets[i].name, name)) return (Url){assets[i].path};
    return (Url){S("/assets/none")};
}

// Headers of the same name are replaced: an asset may be kept where a page may not.
static void header_replace(HttpOut *out, Str name, Str value)
{
    for (int i = 0; i < out->headers_n; i++)
        if (str_equal(out->headers[i].name, name)) {
            out->headers[i].value = value;
            return;
        }
    http_header(out, name, value);
}

static void asset_body(Request *ask, const Asset *asset)
{
    HttpOut *out = ask->out;
    Str accepts = ask->in->accept_encoding;
    bool brotli = asset->brotli.n && takes(accepts, S("br"));
    bool gzip = !brotli && asset->gzip.n && takes(accepts, S("gzip"));
    out->fixed = brotli ? asset->brotli : gzip ? asset->gzip : asset->plain;
    if (brotli || gzip) http_header(out, S("Content-Encoding"), brotli ? S("br") : S("gzip"));
}

Err *asset_send(Request *ask)
{
    const Asset *asset = 0;
    for (int i = 0; i < assets_n; i++)
        if (str_equal(assets[i].path, ask->in->path)) asset = &assets[i];
    if (!asset) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    ask->out->type = asset->type;
    header_replace(ask->out, S("Cache-Control"), S("public, max-age=31536000, immutable"));
    http_header(ask->out, S("ETag"), asset->etag);
    if (asset->gzip.n || asset->brotli.n) http_header(ask->out, S("Vary"), S("Accept-Encoding"));
    if (str_find(ask->in->if_none_match, asset->etag) >= 0) ask->out->status = 304;
    else asset_body(ask, asset);
    return 0;
}
