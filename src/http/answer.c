// A whole request to the handler, and its answer back; or a refusal in two languages.
// SPDX-License-Identifier: Apache-2.0
#include "http/inside.h"
#include "text/text.h"
#include <stdlib.h>

static const struct { int status; Str text;
} refusals[] = {
    {MHD_HTTP_BAD_REQUEST, S("This request is not well formed.")},
    {MHD_HTTP_LENGTH_REQUIRED,
     S("This server takes no Transfer-Encoding: send the body with its Content-Length.")},
    {MHD_HTTP_MISDIRECTED_REQUEST, S("This server does not answer under that name. Whoever looks "
                                     "after it tells it its names: sukhwan serve --host NAME.")},
    {MHD_HTTP_URI_TOO_LONG, S("This address is too long.")},
    {MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, S("The headers of this request are too large.")},
    {MHD_HTTP_CONTENT_TOO_LARGE, S("What was sent is too large.")},
    {MHD_HTTP_SERVICE_UNAVAILABLE, S("Busy, please try again in a moment.")},
};

void http_header(HttpOut *out, Str name, Str value)
{
    must(!str_has(name, '\r') && !str_has(name, '\n') && !str_has(name, ':') && name.n);
    must(!str_has(value, '\r') && !str_has(value, '\n') && !str_has(value, 0));
    must(out->headers_n < countof(out->headers));
    out->headers[out->headers_n].name = name;
    out->headers[out->headers_n++].value = value;
}

typedef struct { isize n; char bytes[]; } Copy;

static void copy_free(void *with)
{
    Copy *copy = with;
    explicit_bzero(copy->bytes, (size_t)copy->n);
    free(copy);
}

// The arena is wiped before the other side has read everything, so the bytes are copied out of it.
static struct MHD_Response *response_of(const Str *parts, int n)
{
    isize size = 0;
    for (int i = 0; i < n; i++) size += parts[i].n;
    Copy *copy = malloc(sizeof *copy + (size_t)size);
    must(copy);
    copy->n = 0;
    for (int i = 0; i < n; i++) {
        if (parts[i].n) memcpy(copy->bytes + copy->n, parts[i].p, (size_t)parts[i].n);
        copy->n += parts[i].n;
    }
    return MHD_create_response_from_buffer_with_free_callback_cls((size_t)size, copy->bytes,
        copy_free, copy);
}

static struct MHD_Response *response_fixed(Str bytes)
{
    void *p = (void *)bytes.p; // never written to
    return MHD_create_response_from_buffer((size_t)bytes.n, p, MHD_RESPMEM_PERSISTENT);
}

static void header_add(struct MHD_Response *r, Arena *a, Str name, Str value)
{
    must(MHD_add_response_header(r, str_z(a, name), str_z(a, value)));
}

static enum MHD_Result queue(Http *h, Link *l, struct MHD_Connection *c, int status,
    struct MHD_Response *r, isize n)
{
    if (h->stopping) (void)MHD_add_response_header(r, "Connection", "close");
    atomic_store_explicit(&l->answer_n, n, memory_order_relaxed);
    link_stage(h, l, LINK_ANSWERING);
    enum MHD_Result queued = MHD_queue_response(c, (unsigned)status, r);
    MHD_destroy_response(r);
    return queued;
}

enum MHD_Result answer_refuse(Http *h, Link *l, struct MHD_Connection *c, int status)
{
    isize i = 0;
    while (refusals[i].status != status) must(++i < countof(refusals));
    Str english = refusals[i].text;
    const Str both[] = {english, S(" / "), tr(LANG_LO, english), S("\n")}; // nobody's language is known yet
    struct MHD_Response *r = response_of(both, countof(both));
    (void)MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
    (void)MHD_add_response_header(r, "Cache-Control", "no-store");
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        (void)MHD_add_response_header(r, "Retry-After", "2");
    } else {
        (void)MHD_add_response_header(r, "Connection", "close");
    }
    return queue(h, l, c, status, r, both[0].n + both[1].n + both[2].n + both[3].n);
}

typedef struct { Worker *w; Link *l; HttpOut out; HttpBody body; } Running;

static void admit_run(void *with)
{
    Running *r = with;
    Worker *w = r->w;
    const HttpSettings *s = &w->h->settings;
    r->body = s->admit(s->with, w->number, &w->a, w->scratch, &r->l->in, r->l->body_said);
}

static void handle_run(void *with)
{
    Running *r = with;
    Worker *w = r->w;
    const HttpSettings *s = &w->h->settings;
    r->out.body = buf_in(&w->a);
    s->handle(s->with, w->number, &w->a, w->scratch, &r->l->in, &r->out);
}

void answer_admit(Worker *w, Link *l)
{
    Running r = {.w = w, .l = l};
    if (!arena_guard(&w->a, &w->scratch, admit_run, &r)) l->refusal = MHD_HTTP_SERVICE_UNAVAILABLE;
    l->body_most = r.body.most < l->body_most ? r.body.most : l->body_most;
    l->known = r.body.known;
}

// Whole, out of an arena that is wiped before it is sent.
static void answer_make(Worker *w, Link *l, const HttpOut *out)
{
    bool fixed = out->fixed.p;
    Str bytes = fixed ? out->fixed : buf_str(&out->body);
    struct MHD_Response *r = fixed ? response_fixed(bytes) : response_of(&bytes, 1);
    Arena *a = &w->scratch;
    must(r && out->status >= 200 && out->status < 600);
    if (out->type.n) header_add(r, a, S("Content-Type"), out->type);
    for (int i = 0; i < out->headers_n; i++) {
        header_add(r, a, out->headers[i].name, out->headers[i].value);
    }
    l->answer = r;
    l->status = out->status;
    atomic_store_explicit(&l->answer_n, bytes.n, memory_order_relaxed);
}

void answer_run(Worker *w, Link *l)
{
    const HttpSettings *s = &w->h->settings;
    Running r = {.w = w, .l = l, .out = {.status = MHD_HTTP_OK}};
    l->in.body = (Str){l->body, l->body_n};
    bool whole = arena_guard(&w->a, &w->scratch, handle_run, &r);
    if (!whole && s->unwound) s->unwound(s->with, w->number);
    if (whole && !r.out.later) answer_make(w, l, &r.out);
    else if (!whole) l->refusal = MHD_HTTP_SERVICE_UNAVAILABLE;
}

enum MHD_Result answer_send(Http *h, Link *l, struct MHD_Connection *c)
{
    struct MHD_Response *r = l->answer;
    l->answer = 0;
    return queue(h, l, c, l->status, r, l->answer_n);
}
