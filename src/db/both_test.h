// A test that runs on both stores: an SQLite file of its own, and PostgreSQL where there is one.
// SPDX-License-Identifier: Apache-2.0
//
//     TEST_BOTH(a_name_is_given_once)
//     {
//         CHECK(!sql(db, a, 0, "insert into unit (key) values ($1)", S("gate")));
//     }
//
// Inside: `db` is open for writing on an empty store, `where` is its address; the rest as in TEST.
// PostgreSQL is the address in SUKHWAN_TEST_POSTGRES: everything in its schema `public` is removed.
#pragma once
#include "base/test.h"
#include "db/db.h"
#include <stdio.h>
#include <stdlib.h>

#undef fail // cmocka has a macro of this name: here it is the one of base.h
#define fail(a, kind, lit, ...) err_make((a), (kind), message((a), lit __VA_OPT__(,) __VA_ARGS__))

// What a test has open. One that fails leaves it so, and the next would wait for its locks.
__attribute__((weak)) Db *both_left[2];

typedef void BothFn(Db *db, Str where, Arena *a, Arena scratch);

#define TEST_BOTH(name)                                                                          \
    static void name(Db *db, Str where, Arena *a, Arena scratch);                                \
    static void name##_on_sqlite(Arena *a, Arena scratch) { on_sqlite(name, a, scratch); }       \
    static void name##_on_postgres(Arena *a, Arena scratch) { on_postgres(name, a, scratch); }   \
    __attribute__((constructor)) static void name##_registers(void)                              \
    {                                                                                            \
        test_add(#name "_on_sqlite", name##_on_sqlite);                                          \
        if (postgres_given()) test_add(#name "_on_postgres", name##_on_postgres);                \
    }                                                                                            \
    static void name(__attribute__((unused)) Db *db, __attribute__((unused)) Str where,          \
        __attribute__((unused)) Arena *a, __attribute__((unused)) Arena scratch)

static inline bool postgres_given(void)
{
    const char *where = getenv("SUKHWAN_TEST_POSTGRES");
    if (where && *where) return true;
    if (!getenv("SUKHWAN_TEST_TOLD")) {
        printf("PostgreSQL is skipped: SUKHWAN_TEST_POSTGRES is not set.\n");
        setenv("SUKHWAN_TEST_TOLD", "1", 1);
    }
    return false;
}

static inline void must_work(Arena *a, Err *e)
{
    if (e) print_error("%s\n", str_z(a, err_text(a, e)));
    CHECK(!e);
}

static inline void both_close(int i)
{
    db_close(both_left[i]);
    both_left[i] = 0;
}

static inline void both_leave(void)
{
    both_close(0);
    both_close(1);
}

static inline void on_store(BothFn *run, Str where, Arena *a, Arena scratch)
{
    test_left = both_leave;
    must_work(a, db_remove_all(a, where));
    must_work(a, db_open(a, where, DB_WRITE, true, &both_left[0]));
    run(both_left[0], where, a, scratch);
    both_close(0);
    must_work(a, db_remove_all(a, where));
}

static inline void on_sqlite(BothFn *run, Arena *a, Arena scratch)
{
    Str folder = test_folder(a);
    on_store(run, say(a, "{}/store.db", folder), a, scratch);
    remove(str_z(a, folder));
}

static inline void on_postgres(BothFn *run, Arena *a, Arena scratch)
{
    Str where = str_from(getenv("SUKHWAN_TEST_POSTGRES"));
    test_left = both_leave;
    // Test programs may run side by side: one at a time has the database.
    must_work(a, db_open(a, where, DB_WRITE, false, &both_left[1]));
    must_work(a, sql(both_left[1], a, 0, "set lock_timeout = 0"));
    must_work(a, sql(both_left[1], a, 0, "select pg_advisory_lock(20240131)"));
    on_store(run, where, a, scratch);
    both_close(1);
}
