// Serving in a process of its own, for tests of what many do at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/register_test.h"
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

// What a child checks: it says where it failed, and ends with another code than 0.
#define WANT(condition) do { if (!(condition)) { print_error("%s:%d: %s\n", __FILE__, __LINE__, #condition); return 1; } } while (0)
#define WELL(call) do { if (!went_well(call, __LINE__)) return 1; } while (0)

static inline bool went_well(const Err *e, int line)
{
    static char memory[4096];
    Arena a = arena_over(memory, sizeof memory, 0);
    if (e) print_error("%s:%d: %s\n", __FILE__, line, str_z(&a, err_text(&a, e)));
    return !e;
}

typedef struct { Str dir, where; Register *reg; Arena a; } Serving;
typedef int ServingFn(Serving *serving);

static inline Arena *reserve(isize size)
{
    Arena *a = malloc(sizeof *a);
    must(a);
    *a = arena_reserve(size, 0);
    return a;
}

static inline int serve(Serving *serving, ServingFn *run)
{
    serving->a = arena_reserve(256 << 20, 0);
    WELL(register_open(&serving->a, arena_reserve(64 << 20, 0), serving->dir, OPEN_SERVE, &serving->reg));
    WELL(register_serve(serving->reg, &serving->a));
    return run(serving);
}

static inline void in_child(House *h, ServingFn *run)
{
    Serving serving = {.dir = h->dir, .where = h->where};
    house_close(h);
    if (!h->store.n) db_close(h->db);
    fflush(0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (!child) {
        seal_begin();
        _exit(serve(&serving, run));
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    house_open_as(h, OPEN_WRITE);
    if (!h->store.n) must_work(h->a, db_open(h->a, h->where, DB_WRITE, false, &h->db));
    if (!WIFEXITED(status) || WEXITSTATUS(status)) print_error("the child ended with %x\n", status);
    CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

static inline Store *way_in(Serving *serving, User user, isize size)
{
    Store *s;
    if (!went_well(store_open(serving->reg, reserve(4 << 20), arena_reserve(16 << 20, 0), user, &s), __LINE__)) _exit(1);
    s->a = reserve(size); // answers alone, so that it can be used anew
    return s;
}
