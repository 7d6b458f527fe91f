// A connection from its beginning to its end, and the watch that cuts those who are too slow.
// SPDX-License-Identifier: Apache-2.0
#include "http/inside.h"
#include <stdlib.h>

enum {
    DRAIN_MS = 5000, DRAINS_MOST = 16, SLOWEST = 1024, // bytes a second
    SMALL = 16 << 10,         // a body up to this always has its room: an ordinary save, a sign-in
    KNOWN_AT_ONCE = 8,        // of the largest bodies, of those that somebody known sends
};

void link_stage(Http *h, Link *l, Stage stage)
{
    atomic_store_explicit(&l->since, h->now, memory_order_relaxed);
    atomic_store_explicit(&l->stage, stage, memory_order_release);
}

static Link *link_of(struct MHD_Connection *c)
{
    return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static int64_t room_taken(isize cap)
{
    return cap > SMALL ? cap : 0;
}

// Taken before it is looked at, so that two cannot both take the last of it.
static bool room_take(Http *h, const Link *l, isize cap)
{
    isize most = h->settings.body_most;
    int64_t all = l->known ? most * KNOWN_AT_ONCE : most / 2;
    int64_t held = atomic_fetch_add(&h->bodies_n[l->known], room_taken(cap)) + room_taken(cap);
    if (!room_taken(cap) || held <= all) return true;
    h->bodies_n[l->known] -= room_taken(cap);
    return false;
}

static void body_drop(Http *h, Link *l)
{
    if (!l->body) return;
    explicit_bzero(l->body, (size_t)l->body_n);
    free(l->body);
    h->bodies_n[l->known] -= room_taken(l->body_cap);
    l->body = 0;
    l->body_n = l->body_cap = 0;
}

// Memory comes with the bytes that come, not with the number that was promised.
static bool body_widen(Http *h, Link *l, isize need)
{
    isize cap = l->body_cap ? l->body_cap * 2 : SMALL;
    if (cap < need) cap = need;
    if (cap > l->body_said) cap = l->body_said;
    if (!room_take(h, l, cap)) return false;
    char *wider = malloc((size_t)cap);
    must(wider);
    isize n = l->body_n;
    if (n) memcpy(wider, l->body, (size_t)n);
    body_drop(h, l); // not realloc, which would leave a copy behind unwiped
    l->body = wider;
    l->body_n = n;
    l->body_cap = cap;
    return true;
}

bool link_body_add(Http *h, Link *l, Str part)
{
    if (part.n > l->body_cap - l->body_n && !body_widen(h, l, l->body_n + part.n)) return false;
    memcpy(l->body + l->body_n, part.p, (size_t)part.n);
    l->body_n += part.n;
    return true;
}

// We read the query ourselves. The library would keep every argument of it in the memory that its own
// answers need, and with hundreds of them end without one: in its copy they are made a single one.
static void arguments_join(char *uri)
{
    for (char *at = strchr(uri, '?'); at && (at = strchr(at, '&')); at++) *at = '.';
}

void *link_uri(void *with, const char *uri, struct MHD_Connection *c)
{
    Http *h = with;
    Link *l = link_of(c);
    l->refusal = uri_keep(l, uri) ? 0 : MHD_HTTP_BAD_REQUEST;
    arguments_join((char *)uri);
    l->begun = l->admitted = false;
    // The first request's time runs from the connection on.
    if (l->served) link_stage(h, l, LINK_HEADERS);
    else atomic_store_explicit(&l->stage, LINK_HEADERS, memory_order_relaxed);
    return l;
}

void link_done(void *with, struct MHD_Connection *c, void **request,
    enum MHD_RequestTerminationCode why)
{
    (void)c, (void)why;
    Link *l = *request;
    if (l->answer) MHD_destroy_response(l->answer); // nobody waited for it
    l->answer = 0;
    body_drop(with, l);
    explicit_bzero(l->uri, (size_t)l->uri_n);
    l->uri_n = 0;
    l->served = true;
    link_stage(with, l, LINK_WAITING);
}

typedef struct { Http *h; int fd; } Drain;

static void drain(void *with)
{
    Drain drain = *(Drain *)with;
    free(with);
    socket_drain(drain.fd, DRAIN_MS);
    drain.h->drains_n--;
}

// Closing while the other side still sends would reset the connection, and our answer with it.
static void drain_begin(Http *h, int fd)
{
    int kept = h->stopping || h->drains_n >= DRAINS_MOST ? -1 : socket_keep(fd);
    if (kept < 0) return;
    h->drains_n++; // two threads may pass together: one drain more does no harm
    Drain *drained = malloc(sizeof *drained);
    must(drained);
    *drained = (Drain){h, kept};
    thread_start(drain, drained);
}

static Link *link_make(struct MHD_Connection *c)
{
    Link *l = calloc(1, sizeof *l);
    must(l);
    l->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const union MHD_ConnectionInfo *from =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    l->peer_n = socket_name(from->client_addr, l->peer, sizeof l->peer);
    return l;
}

static void link_free(Http *h, Link *l)
{
    // In the stage of headers only the library's own refusal ends a connection from our side.
    if (l->refused || l->stage == LINK_HEADERS) drain_begin(h, l->fd);
    body_drop(h, l);
    free(l->uri);
    free(l);
}

// The higher, the sooner it is given up: who has connected and said nothing; who keeps a connection for later, or
// sends or reads slowly; never one whose request runs.
static int silence(const Link *l)
{
    Stage stage = (Stage)l->stage;
    if (l->cut || stage == LINK_RUNNING) return 0;
    bool first = !l->served && (stage == LINK_WAITING || stage == LINK_HEADERS);
    return first ? 2 : 1;
}

// Under the mutex. More than there is room for: the one that has been silent for longest goes, so that whoever
// opens connections and says nothing shuts out nobody but himself.
static void crowd_thin(Http *h)
{
    if (h->links_n - h->cut_n <= h->settings.connections) return;
    Link *longest = 0;
    for (Link *l = h->links; l; l = l->next) { // the newest first
        int more = silence(l) - (longest ? silence(longest) : 0);
        if (more > 0 || (!more && longest && l->since <= longest->since)) longest = l;
    }
    if (!longest) return;
    longest->cut = true;
    h->cut_n++;
    socket_cut(longest->fd);
}

void link_notify(void *with, struct MHD_Connection *c, void **held,
    enum MHD_ConnectionNotificationCode what)
{
    Http *h = with;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        Link *l = *held = link_make(c);
        link_stage(h, l, LINK_WAITING);
        mutex_lock(h->mutex);
        l->next = h->links;
        if (l->next) l->next->before = l;
        h->links = l;
        h->links_n++;
        crowd_thin(h);
        mutex_unlock(h->mutex);
    } else {
        Link *l = *held;
        mutex_lock(h->mutex); // from here on the watch does not touch its socket
        *(l->before ? &l->before->next : &h->links) = l->next;
        if (l->next) l->next->before = l->before;
        h->links_n--;
        h->cut_n -= l->cut;
        mutex_unlock(h->mutex);
        link_free(h, l);
    }
}

static int64_t seconds_allowed(const HttpSettings *s, const Link *l)
{
    switch ((Stage)l->stage) {
    case LINK_WAITING: return l->served ? s->idle_seconds + s->header_seconds : s->header_seconds;
    case LINK_HEADERS: return s->header_seconds;
    case LINK_BODY: return s->body_seconds;
    case LINK_ANSWERING: return s->body_seconds + l->answer_n / SLOWEST;
    case LINK_RUNNING:
    case LINK_COUNT: break;
    }
    return INT32_MAX;
}

void links_watch(void *with)
{
    Http *h = with;
    mutex_lock(h->mutex);
    while (!h->stopping) {
        h->now = clock_ticks() / 1000000;
        for (Link *l = h->links; l; l = l->next) {
            int64_t allowed = seconds_allowed(&h->settings, l) * 1000; // looks at the stage first
            if (h->now - l->since > allowed) socket_cut(l->fd);
        }
        mutex_wait_ms(h->mutex, 1000);
    }
    h->watched = false;
    mutex_wake(h->mutex);
    mutex_unlock(h->mutex);
}
