// Threads, and the one way they wait for each other.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct Mutex { pthread_mutex_t lock; pthread_cond_t woken; };

Mutex *mutex_make(void)
{
    Mutex *m = calloc(1, sizeof *m);
    pthread_condattr_t monotonic; // so that setting the clock neither delays nor wakes anybody
    must(m && !pthread_condattr_init(&monotonic));
    must(!pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC));
    must(!pthread_mutex_init(&m->lock, 0) && !pthread_cond_init(&m->woken, &monotonic));
    pthread_condattr_destroy(&monotonic);
    return m;
}

void mutex_free(Mutex *m)
{
    must(!pthread_cond_destroy(&m->woken) && !pthread_mutex_destroy(&m->lock));
    free(m);
}

void mutex_lock(Mutex *m)
{
    must(!pthread_mutex_lock(&m->lock));
}

void mutex_unlock(Mutex *m)
{
    must(!pthread_mutex_unlock(&m->lock));
}

void mutex_wait(Mutex *m)
{
    must(!pthread_cond_wait(&m->woken, &m->lock));
}

bool mutex_wait_ms(Mutex *m, int64_t ms)
{
    int64_t until = clock_ticks() + ms * 1000000;
    struct timespec when = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
    int reason = pthread_cond_timedwait(&m->woken, &m->lock, &when);
    must(!reason || reason == ETIMEDOUT);
    return !reason;
}

void mutex_wake(Mutex *m)
{
    must(!pthread_cond_broadcast(&m->woken));
}

void mutex_wake_one(Mutex *m)
{
    must(!pthread_cond_signal(&m->woken));
}

typedef struct { void (*run)(void *with); void *with; } Start;

static void *begin(void *with)
{
    Start start = *(Start *)with;
    free(with);
    start.run(start.with);
    return 0;
}

void thread_start(void (*run)(void *with), void *with)
{
    Start *start = malloc(sizeof *start);
    must(start);
    *start = (Start){run, with};
    pthread_attr_t how;
    must(!pthread_attr_init(&how));
    must(!pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED));
    must(!pthread_attr_setstacksize(&how, (size_t)8 << 20));
    sigset_t all, before; // a new thread takes over the mask of the one that makes it
    sigfillset(&all);
    must(!pthread_sigmask(SIG_SETMASK, &all, &before));
    pthread_t thread;
    int reason = pthread_create(&thread, &how, begin, start);
    must(!pthread_sigmask(SIG_SETMASK, &before, 0));
    must(!reason);
    pthread_attr_destroy(&how);
}
