// Runs every test of a folder that registered itself: one program per folder, one line per test.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include <stdlib.h>

enum { MOST = 2000 };
static const isize reserve = 256 << 20;
static struct CMUnitTest all[MOST];
static int count;

static void *kept, *tried;   // of one test after the other: to make them anew would be most of a test's time

void (*test_left)(void);

static int leave_one(__attribute__((unused)) void **state)
{
    if (test_left) test_left();
    test_left = 0;
    return 0;
}

static void run_one(void **state)
{
    jmp_buf exhausted;
    Arena a = arena_over(kept, reserve, &exhausted), scratch = arena_over(tried, reserve, &exhausted);
    if (setjmp(exhausted)) {
        print_error("the test's arena is exhausted\n");
        _fail(__FILE__, __LINE__);
    }
    (*(TestFn **)*state)(&a, scratch);
}

Str test_folder(Arena *a)
{
    const char *under = getenv("TMPDIR");
    char *folder = str_z(a, say(a, "{}/sukhwan-XXXXXX", str_from(under && *under ? under : "/tmp"))); // mkdtemp fills the X
    must(mkdtemp(folder));
    return str_from(folder);
}

void test_add(const char *name, TestFn *run)
{
    must(count < MOST);
    TestFn **held = malloc(sizeof *held);
    must(held);
    *held = run;
    all[count++] = (struct CMUnitTest){.name = name, .test_func = run_one, .teardown_func = leave_one, .initial_state = held};
}

int main(int argc, char **argv)
{
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    kept = malloc((size_t)reserve);
    tried = malloc((size_t)reserve);
    must(kept && tried);
    int failed = _cmocka_run_group_tests("sukhwan", all, (size_t)count, 0, 0);
    free(kept);
    free(tried); // nothing hides in them what was never given back
    return failed;
}
