// The server: started, asked, stopped.
// SPDX-License-Identifier: Apache-2.0
#include "http/inside.h"
#include <stdlib.h>

// The library does not even take a connection beyond its limit, and each of its threads counts by itself: so we cut
// the silent ones long before.
enum { STOP_MS = 10000, LINKS_MORE = 4 };

// The library calls once when the headers are there, then for each part of the body, then again.
static enum MHD_Result request_step(void *with, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *part, size_t *part_n, void **request)
{
    Http *h = with;
    Link *l = *request;
    if (!l->begun) {
        l->begun = true;
        if (!l->refusal) l->refusal = headers_read(&h->settings, l, c, method, url, version);
        l->body_most = h->settings.body_most;
        l->known = true;
        bool asks = !l->refusal && h->settings.admit && l->body_said;
        if (asks && work_give(h, l, c, answer_admit)) return MHD_YES;
        if (asks) l->refusal = MHD_HTTP_SERVICE_UNAVAILABLE;
    }
    if (!l->admitted) { // at once, or asked again when it is known
        l->admitted = true;
        if (!l->refusal && l->body_said > l->body_most) l->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
        link_stage(h, l, LINK_BODY);
        if (!l->refusal) return MHD_YES;
        l->refused = true;
        return answer_refuse(h, l, c, l->refusal);
    }
    if (*part_n) {
        isize n = (isize)*part_n;
        *part_n = 0;
        if (l->refusal) return MHD_YES;
        if (l->body_n + n > l->body_most) l->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
        else if (!link_body_add(h, l, (Str){part, n})) l->refusal = MHD_HTTP_SERVICE_UNAVAILABLE;
        return MHD_YES;
    }
    bool asks = !l->answer && !l->refusal && !work_at_once(h, l);
    if (asks && work_give(h, l, c, answer_run)) return MHD_YES;
    if (asks) l->refusal = MHD_HTTP_SERVICE_UNAVAILABLE;
    return l->answer ? answer_send(h, l, c) : answer_refuse(h, l, c, l->refusal);
}

static size_t leave_escaped(void *with, struct MHD_Connection *c, char *s)
{
    (void)with, (void)c;
    return strlen(s);
}

static struct MHD_Daemon *daemon_start(Http *h)
{
    const HttpSettings *s = &h->settings;
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, 0, 0, request_step, h,
        MHD_OPTION_LISTEN_SOCKET, h->listening,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)IO_THREADS,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->connections * LINKS_MORE,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)s->idle_seconds,
        MHD_OPTION_URI_LOG_CALLBACK, link_uri, h,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, (void *)0,
        MHD_OPTION_NOTIFY_CONNECTION, link_notify, h,
        MHD_OPTION_NOTIFY_COMPLETED, link_done, h,
        MHD_OPTION_END);
}

static void http_free(Http *h)
{
    mutex_free(h->mutex);
    free(h->workers);
    free(h);
}

Err *http_start(Arena *a, const HttpSettings *settings, Http **out)
{
    int listening, port;
    TRY(socket_listen(a, settings->listen, &listening, &port));
    Http *h = calloc(1, sizeof *h);
    must(h && settings->threads > 0 && settings->handle);
    *h = (Http){.settings = *settings, .listening = listening, .port = port, .mutex = mutex_make()};
    h->now = clock_ticks() / 1000000;
    work_start(h);
    h->daemon = daemon_start(h);
    if (!h->daemon) {
        work_stop(h);
        socket_close(listening);
        http_free(h);
        return fail(a, ERR_BROKEN, "The server cannot be started: threads or memory are missing.");
    }
    h->watched = true;
    thread_start(links_watch, h);
    *out = h;
    return 0;
}

int http_threads(int threads)
{
    return threads + IO_THREADS;
}

int http_port(const Http *h)
{
    return h->port;
}

static int busy(Http *h, Stage from, Stage to)
{
    int n = 0;
    for (Link *l = h->links; l; l = l->next) n += l->stage >= (int)from && l->stage <= (int)to;
    return n;
}

void http_stop(Http *h)
{
    int64_t until = clock_ticks() + (int64_t)STOP_MS * 1000000;
    // Refuses from here on. Not by MHD_quiesce_daemon: it and a thread of the library's own may both let go of the socket,
    // and the second ends the process. MHD_stop_daemon closes it.
    socket_cut(h->listening);
    mutex_lock(h->mutex);
    h->stopping = true;
    mutex_wake(h->mutex);
    while ((h->watched || busy(h, LINK_BODY, LINK_ANSWERING)) && clock_ticks() < until) {
        mutex_wait_ms(h->mutex, 20);
    }
    h->closed = true;
    bool running = h->watched || busy(h, LINK_RUNNING, LINK_RUNNING);
    mutex_unlock(h->mutex);
    if (running) return; // the process ends before that handler does; its memory must stay
    work_stop(h);
    MHD_stop_daemon(h->daemon);
    while (h->drains_n && clock_ticks() < until) clock_sleep(5);
    if (!h->drains_n) http_free(h);
}
