// The threads that run handlers: whoever is free takes the request that has waited longest.
// SPDX-License-Identifier: Apache-2.0
//
// The library's own threads read and write, and each keeps the connections it has accepted. A handler that ran on them
// would hold up all of these; so a request is taken from the library (suspended) until one of our threads has run it.
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

static void work(void *with)
{
    Worker *w = with;
    Http *h = w->h;
    w->a = arena_reserve(h->settings.arena, 0);
    w->scratch = arena_reserve(h->settings.arena, 0);
    for (Link *l; (l = take_next(h));) {
        struct MHD_Connection *c = l->connection;
        l->turn(w, l);
        arena_release(&w->a);
        arena_release(&w->scratch);
        wipe_stack();
        MHD_resume_connection(c); // from here on the link is the library's thread's again
    }
    mutex_lock(h->work);
    h->workers_n--;
    mutex_wake(h->work);
    mutex_unlock(h->work);
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
    h->workers = calloc((size_t)h->settings.threads, sizeof *h->workers);
    must(h->workers);
    h->work = mutex_make();
    h->workers_n = h->settings.threads;
    for (int i = 0; i < h->settings.threads; i++) {
        h->workers[i] = (Worker){.h = h, .number = i};
        thread_start(work, &h->workers[i]);
    }
}

void work_stop(Http *h)
{
    mutex_lock(h->work);
    h->ended = true;
    mutex_wake(h->work);
    while (h->workers_n) mutex_wait(h->work);
    mutex_unlock(h->work);
    mutex_free(h->work);
    free(h->workers);
}
