// What a request may look like: the checks that Debian's libmicrohttpd 0.9.75 leaves to its user.
// SPDX-License-Identifier: Apache-2.0
#include "http/inside.h"
#include <stdlib.h>

static const struct { Str name; Method method; } methods[] = {
    {S("GET"), HTTP_GET}, {S("HEAD"), HTTP_HEAD}, {S("POST"), HTTP_POST}, {S("PATCH"), HTTP_PATCH},
    {S("PUT"), HTTP_PUT}, {S("DELETE"), HTTP_DELETE}, {S("OPTIONS"), HTTP_OPTIONS},
};
_Static_assert(countof(methods) == HTTP_COUNT - 1, "every method but OTHER has a word");

// A header said twice is read differently by two programs; where that would matter, it is refused.
static const struct { Str name; isize at; bool once; } headers[] = {
    {S("host"), offsetof(HttpIn, host), true},
    {S("cookie"), offsetof(HttpIn, cookie), false},
    {S("authorization"), offsetof(HttpIn, authorization), true},
    {S("accept"), offsetof(HttpIn, accept), false},
    {S("accept-language"), offsetof(HttpIn, accept_language), false},
    {S("accept-encoding"), offsetof(HttpIn, accept_encoding), false},
    {S("content-type"), offsetof(HttpIn, content_type), true},
    {S("origin"), offsetof(HttpIn, origin), true},
    {S("if-none-match"), offsetof(HttpIn, if_none_match), false},
    {S("referer"), offsetof(HttpIn, referer), false},
    {S("x-requested-with"), offsetof(HttpIn, requested_with), false},
    {S("x-csrf-token"), offsetof(HttpIn, csrf), true},
    {S("x-forwarded-proto"), offsetof(HttpIn, forwarded_proto), false},
    {S("sec-fetch-site"), offsetof(HttpIn, fetch_site), false},
};

typedef struct {
    Link *link;
    const char *at;          // where the last line ended
    Str length;
    bool bad, encoded;
    int n;                   // lines
} Scan;

enum { URI_MOST = 16384, HEADERS_MOST = 32768, ENTRY = 64, ANSWER = 4096 };

static bool control(Str s)
{
    bool found = false;
    for (isize i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        found |= (c < 32 && c != '\t') | (c == 127);
    }
    return found;
}

bool uri_keep(Link *l, const char *uri)
{
    isize n = (isize)strlen(uri);
    if (n >= l->uri_cap) {
        free(l->uri);
        l->uri_cap = n + 256;
        l->uri = malloc((size_t)l->uri_cap);
        must(l->uri);
    }
    memcpy(l->uri, uri, (size_t)n + 1);
    l->uri_n = n;
    return n && !control((Str){uri, n}) && !memchr(uri, '\t', (size_t)n);
}

// The library sees lines as C strings, so what follows a NUL is lost, and a line may end in a bare
// CR or be folded into the one before. All that is seen from outside: each line must begin where
// the one before it ended with CR LF, which the library has overwritten by two NULs.
static bool follows(const char *ended, const char *begins)
{
    return MHD_VERSION >= 0x00097600 || (begins == ended + 2 && !ended[0] && !ended[1]);
}

static bool same(Str one, Str lower)
{
    return one.n == lower.n && !strncasecmp(one.p, lower.p, (size_t)one.n);
}

static void take_once(Scan *s, Str *to, Str value, bool once)
{
    if (to->p && once) s->bad = true;
    if (!to->p) *to = value;
}

// RFC 9110 5.6.2: a name is letters, digits and these; a blank before the colon is none of them.
static bool token(Str name)
{
    for (isize i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return name.n > 0;
}

static void header_keep(Scan *s, Str key, Str value)
{
    if (same(key, S("content-length"))) take_once(s, &s->length, value, true);
    s->encoded |= same(key, S("transfer-encoding"));
    for (isize i = 0; i < countof(headers); i++) {
        if (!same(key, headers[i].name)) continue;
        take_once(s, (Str *)((char *)&s->link->in + headers[i].at), value, headers[i].once);
        return;
    }
}

static enum MHD_Result header_see(void *with, enum MHD_ValueKind kind, const char *key,
    size_t key_n, const char *value, size_t value_n)
{
    (void)kind;
    Scan *s = with;
    Str name = {key, (isize)key_n}, text = {value ? value : "", (isize)value_n};
    s->n++;
    s->bad |= !token(name) || !key_n || control(name) || control(text) || !follows(s->at, key);
    if (!s->bad) header_keep(s, name, str_trim(text));
    s->at = text.p + text.n;
    return s->bad ? MHD_NO : MHD_YES;
}

static Method method_of(const char *word)
{
    for (isize i = 0; i < countof(methods); i++) {
        if (!strcmp(word, methods[i].name.p)) return methods[i].method;
    }
    return HTTP_OTHER;
}

// A length is digits and nothing else (RFC 9110 8.6).
static bool framed(Link *l, const Scan *s)
{
    int64_t said = 0;
    bool digits = true;
    for (isize i = 0; i < s->length.n; i++) digits &= s->length.p[i] >= '0' && s->length.p[i] <= '9';
    if (s->length.p && (!digits || !str_int(s->length, &said))) return false;
    l->body_said = said;
    return true;
}

// A name that another site has pointed at us is not ours: its pages would read what we answer.
static bool ours(const HttpSettings *settings, const Link *l)
{
    Str name = l->in.host;
    isize colon = name.n;
    while (colon && name.p[colon - 1] >= '0' && name.p[colon - 1] <= '9') colon--;
    if (colon && name.p[colon - 1] == ':') name.n = colon - 1;
    Str bare = socket_bare(name);
    if (bare.n == name.n && str_has(name, ':')) return false; // the sixth protocol's stand in brackets
    bool found = same(bare, S("localhost")) || socket_here(l->fd, bare);
    for (int i = 0; i < settings->hosts_n; i++) found |= socket_same(bare, socket_bare(settings->hosts[i]));
    return found;
}

// An answer whose headers find no room is none: the library would close without a word. It has an entry for each line
// and each cookie, copies the cookies, and what sends somebody elsewhere repeats the address.
static int too_large(const Link *l, const Scan *s, struct MHD_Connection *c, isize size)
{
    isize entries = s->n + MHD_get_connection_values_n(c, MHD_COOKIE_KIND, 0, 0);
    isize held = size + entries * ENTRY + l->in.cookie.n + 2 * l->uri_n + ANSWER;
    if (l->uri_n > URI_MOST) return MHD_HTTP_URI_TOO_LONG;
    return size > HEADERS_MOST || held > MEMORY ? MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE : 0;
}

int headers_read(const HttpSettings *settings, Link *l, struct MHD_Connection *c, const char *method,
    const char *url, const char *version)
{
    bool nul = MHD_VERSION < 0x00097600 && version != url + l->uri_n + 1;
    if (nul) return MHD_HTTP_BAD_REQUEST;
    Scan s = {.link = l, .at = version + strlen(version)};
    Str rest = {l->uri, l->uri_n};
    l->in = (HttpIn){.method = method_of(method), .peer = {l->peer, l->peer_n}};
    l->in.path = str_cut(&rest, '?');
    l->in.query = rest;
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, header_see, &s);
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    bool whole = !s.bad && follows(s.at, s.at + 2) && follows(s.at + 2, method + size->header_size);
    if (!whole || !l->in.host.n || !framed(l, &s)) return MHD_HTTP_BAD_REQUEST;
    int large = too_large(l, &s, c, (isize)size->header_size);
    if (large) return large;
    // The library takes chunks whose lines end in a bare LF, which others read differently: none is taken.
    if (s.encoded) return s.length.p ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_LENGTH_REQUIRED;
    return ours(settings, l) ? 0 : MHD_HTTP_MISDIRECTED_REQUEST;
}
