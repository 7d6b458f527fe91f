// The threads that run handlers: whoever is free takes the request that has waited longest.
// SPDX-License-Identifier: Apache-2.0
//
// The library's own threads read and write, and each keeps the connections it has accepted. A handler that ran on them
// for long would hold up all of these; so a request is taken from the library (suspended) until one of our threads has
// run it. That costs two wake-ups and some locks, a quarter of a list of forty: a brief one is run where it was read.
#include "http/inside.h"
#include "seal/seal.h"
#include <stdlib.h>

static Link *take_next(Http *h)
{
    mutex_lock(h->work);
    while (!h->first && !h->ended) mutex_wait(h->work);
    Link *l = h->first;
    if (l) {
        h->first = l->after;
        l->after = 0;
    }
    mutex_unlock(h->work);
    return l;
}

static void worker_ready(Worker *w)
{
    w->a = arena_reserve(w->h->settings.arena, 0);
    w->scratch = arena_reserve(w->h->settings.arena, 0);
}

static void worker_run(Worker *w, Link *l, Turn *turn)
{
    turn(w, l);
    arena_release(&w->a);
    arena_release(&w->scratch);
    wipe_stack();
}

static void work(void *with)
{
    Worker *w = with;
    Http *h = w->h;
    worker_ready(w);
    for (Link *l; (l = take_next(h));) {
        struct MHD_Connection *c = l->connection;
        worker_run(w, l, l->turn);
        MHD_resume_connection(c); // from here on the link is the library's thread's again
    }
    mutex_lock(h->work);
    h->workers_n--;
    mutex_wake(h->work);
    mutex_unlock(h->work);
}

// The library makes its threads without a word, so each takes its place with its first request.
static Worker *reader(Http *h)
{
    static _Thread_local Worker *mine;
    if (mine) return mine;
    int n = atomic_fetch_add(&h->readers_n, 1);
    must(n < IO_THREADS);
    mine = &h->workers[h->settings.threads + n];
    worker_ready(mine);
    return mine;
}

bool work_at_once(Http *h, Link *l)
{
    const HttpSettings *s = &h->settings;
    if (!s->brief || l->body_n) return false;
    Worker *w = reader(h);
    bool brief = s->brief(s->with, w->number, w->scratch, &l->in);
    arena_release(&w->scratch);
    if (!brief) return false;
    link_stage(h, l, LINK_RUNNING);
    if (h->closed) l->refusal = MHD_HTTP_SERVICE_UNAVAILABLE; // after the stage was said, as below
    else worker_run(w, l, answer_run);
    return l->answer || l->refusal;
}

bool work_give(Http *h, Link *l, struct MHD_Connection *c, Turn *turn)
{
    link_stage(h, l, LINK_RUNNING);
    if (h->closed) return false; // looked at after the stage was said: who stops looks the other way round
    l->turn = turn;
    l->connection = c;
    MHD_suspend_connection(c);
    mutex_lock(h->work);
    *(h->first ? &h->last->after : &h->first) = l;
    h->last = l;
    mutex_wake_one(h->work);
    mutex_unlock(h->work);
    return true;
}

void work_start(Http *h)
{
    int all = http_threads(h->settings.threads);
    h->workers = calloc((size_t)all, sizeof *h->workers);
    must(h->workers);
    for (int i = 0; i < all; i++) h->workers[i] = (Worker){.h = h, .number = i};
    h->work = mutex_make();
    h->workers_n = h->settings.threads;
    for (int i = 0; i < h->settings.threads; i++) thread_start(work, &h->workers[i]);
}

void work_stop(Http *h)
{
    mutex_lock(h->work);
    h->ended = true;
    mutex_wake(h->work);
    while (h->workers_n) mutex_wait(h->work);
    mutex_unlock(h->work);
    mutex_free(h->work);
}
