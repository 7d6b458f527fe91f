// Tests stand beside the code, register themselves, are named as sentences, and get fresh arenas.
// SPDX-License-Identifier: Apache-2.0
//
//     TEST(a_year_alone_means_all_its_days)
//     {
//         Days d;
//         CHECK(days_parse(S("2024"), &d) && d.last == 20241231);
//     }
#pragma once
#include "base/base.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#undef fail // ours makes an error
#define fail(a, kind, lit, ...) err_make((a), (kind), message((a), lit __VA_OPT__(,) __VA_ARGS__))

// Inside a test: `a` keeps, `scratch` is the other reserve.
#define TEST(name)                                                                                   \
    static void name(Arena *a, Arena scratch);                                                       \
    __attribute__((constructor)) static void name##_registers(void) { test_add(#name, name); }       \
    static void name(__attribute__((unused)) Arena *a, __attribute__((unused)) Arena scratch)
#define CHECK(condition) _assert_true((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

typedef void TestFn(Arena *a, Arena scratch);
void test_add(const char *name, TestFn *run);
extern void (*test_left)(void); // closes what a test that failed left open, while its memory still stands; each test sets it anew
Str test_folder(Arena *a); // a new and empty one, under TMPDIR where it is set
