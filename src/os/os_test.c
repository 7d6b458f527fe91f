// The machine's edge: files that are whole or not there, locks, arenas that give back, waiting.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "os/os.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void folder_drop(Arena *a, Str folder)
{
    Str *names;
    int n;
    must(!folder_list(a, folder, &names, &n));
    for (int i = 0; i < n; i++) {
        char *path = str_z(a, path_join(a, folder, names[i]));
        if (unlink(path)) rmdir(path);
    }
    rmdir(str_z(a, folder));
}

TEST(a_file_written_in_parts_is_read_whole)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("one")), got;
    File *f;
    CHECK(!file_create(a, path, &f));
    CHECK(!file_write(a, f, S("ສູ່ຂວັນ ")) && !file_write(a, f, S("")) && !file_write(a, f, S("is a file\n")));
    CHECK(!file_close(a, f));
    CHECK(!file_read(a, path, 100, &got) && str_equal(got, S("ສູ່ຂວັນ is a file\n")));
    CHECK(!file_read(a, path, got.n, &got));
    Err *e = file_read(a, path, got.n - 1, &got);
    CHECK(e && e->kind == ERR_INPUT && str_has(err_text(a, e), '3'));
    char few[5];
    CHECK(!file_open(a, path, &f) && file_feed(f, few, 5) == 5 && !memcmp(few, "ສ\xe0\xba", 5));
    CHECK(!file_close(a, f));
    folder_drop(a, folder);
}

TEST(what_stood_there_stays_until_the_new_file_is_whole)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("one")), got, *names;
    int n;
    File *f;
    CHECK(!file_replace(a, path, S("older"), 0600));
    for (int keep = 0; keep < 2; keep++) {
        CHECK(!file_create(a, path, &f) && !file_write(a, f, S("newer")));
        CHECK(!file_read(a, path, 100, &got) && str_equal(got, S("older")));
        if (keep) CHECK(!file_close(a, f));
        else file_drop(f);
        CHECK(!file_read(a, path, 100, &got) && str_equal(got, keep ? S("newer") : S("older")));
        CHECK(!folder_list(a, folder, &names, &n) && n == 1);
    }
    folder_drop(a, folder);
}

TEST(nothing_is_written_through_a_link_or_into_a_pipe_or_folder)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("one")), got, *names;
    int n;
    File *f;
    CHECK(!file_replace(a, path, S("another's"), 0600));
    const Str ways[] = {S("link"), S("dangling"), S("pipe"), S("folder")};
    CHECK(!symlink(str_z(a, path), str_z(a, path_join(a, folder, ways[0]))));
    CHECK(!symlink("/nowhere/at/all", str_z(a, path_join(a, folder, ways[1]))));
    CHECK(!mkfifo(str_z(a, path_join(a, folder, ways[2])), 0600) && !folder_make(a, path_join(a, folder, ways[3])));
    for (int i = 0; i < countof(ways); i++) {
        Err *e = file_create(a, path_join(a, folder, ways[i]), &f);
        CHECK(e && e->kind == ERR_INPUT && str_find(err_text(a, e), ways[i].n == 8 ? S("a link") : ways[i]) > 0);
    }
    CHECK(!file_read(a, path, 100, &got) && str_equal(got, S("another's")));
    CHECK(!folder_list(a, folder, &names, &n) && n == 5);
    folder_drop(a, folder);
}

TEST(what_another_name_of_the_same_file_holds_stays)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("one")), other = path_join(a, folder, S("other")), got;
    File *f;
    CHECK(!file_replace(a, path, S("older"), 0600) && !link(str_z(a, path), str_z(a, other)));
    CHECK(!file_create(a, path, &f) && !file_write(a, f, S("newer")) && !file_close(a, f));
    CHECK(!file_read(a, path, 100, &got) && str_equal(got, S("newer")));
    CHECK(!file_read(a, other, 100, &got) && str_equal(got, S("older")));
    folder_drop(a, folder);
}

TEST(a_secret_that_others_may_read_is_refused)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("secret")), got;
    const int open[] = {0644, 0640, 0604, 0620, 0666}, closed[] = {0600, 0400};
    CHECK(!file_replace(a, path, S("secret"), 0600));
    for (int i = 0; i < countof(open); i++) {
        CHECK(!chmod(str_z(a, path), (mode_t)open[i]));
        Err *e = file_read_secret(a, path, 100, &got);
        CHECK(e && e->kind == ERR_INPUT && str_find(err_text(a, e), S("chmod 600")) > 0);
    }
    for (int i = 0; i < countof(closed); i++) {
        CHECK(!chmod(str_z(a, path), (mode_t)closed[i]) && !file_read_secret(a, path, 100, &got) && str_equal(got, S("secret")));
    }
    folder_drop(a, folder);
}

TEST(a_folder_that_is_open_to_others_is_closed)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("open"));
    const int modes[] = {0777, 0770, 0755, 0701};
    for (int i = 0; i < countof(modes); i++) {
        struct stat is;
        CHECK(!mkdir(str_z(a, path), 0700) && !chmod(str_z(a, path), (mode_t)modes[i]) && folder_shared(path) == (i < 2));
        CHECK(!folder_make(a, path) && !stat(str_z(a, path), &is) && (is.st_mode & 0777) == 0700 && !folder_shared(path));
        CHECK(!rmdir(str_z(a, path)));
    }
    CHECK(!mkdir(str_z(a, path), 0700) && !chmod(str_z(a, path), 01777) && !folder_shared(path));
    CHECK(geteuid() || (!chown(str_z(a, path), 65534, 65534) && folder_make(a, path)));
    folder_drop(a, folder);
}

TEST(files_without_a_size_are_read_to_their_end)
{
    Str got;
    CHECK(!file_read(a, S("/proc/self/status"), 1 << 20, &got) && str_starts(got, S("Name:")));
    CHECK(file_read(a, S("/dev/zero"), 100000, &got) != 0);
}

TEST(what_cannot_be_opened_is_said_with_path_and_reason)
{
    File *f;
    Str got;
    Err *e = file_open(a, S("/nowhere/at all"), &f);
    CHECK(e && e->kind == ERR_INPUT);
    CHECK(str_equal(err_text(a, e), S("The file /nowhere/at all cannot be opened: No such file or directory.")));
    e = file_read(a, S("/tmp"), 100, &got);
    CHECK(str_equal(err_text(a, e), S("The file /tmp cannot be opened: Is a directory.")));
    CHECK(file_create(a, S("/tmp"), &f) && file_replace(a, S("/nowhere/x"), S(""), 0600));
    CHECK(folder_make(a, S("/nowhere/x")) && folder_make(a, S("/dev/null")));
}

TEST(a_full_disk_is_told)
{
    File *f;
    CHECK(!file_create(a, S("/dev/full"), &f));
    Err *e = file_write(a, f, S("x"));
    CHECK(e && str_equal(err_text(a, e), S("The file /dev/full cannot be written: No space left on device.")));
    (void)!file_close(a, f);
}

TEST(a_file_is_replaced_whole_with_its_mode_and_nothing_left_beside_it)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("key")), got, *names;
    int n;
    struct stat is;
    CHECK(!file_replace(a, path, S("first"), 0644) && !file_replace(a, path, S("second"), 0600));
    CHECK(!file_read(a, path, 100, &got) && str_equal(got, S("second")));
    CHECK(!stat(str_z(a, path), &is) && (is.st_mode & 0777) == 0600);
    CHECK(!folder_make(a, path_join(a, folder, S("taken"))));
    CHECK(file_replace(a, path_join(a, folder, S("taken")), S("x"), 0600) != 0); // a folder stands there
    CHECK(!folder_list(a, folder, &names, &n) && n == 2);
    folder_drop(a, folder);
}

TEST(folders_are_private_sorted_and_may_exist)
{
    Str folder = test_folder(a), *names;
    int n;
    struct stat is;
    Str in = path_join(a, folder, S("b"));
    CHECK(!folder_make(a, in) && !folder_make(a, in) && path_is_folder(in));
    CHECK(!stat(str_z(a, in), &is) && (is.st_mode & 0777) == 0700);
    CHECK(!file_replace(a, path_join(a, folder, S("a")), S(""), 0600));
    CHECK(!file_replace(a, path_join(a, folder, S("ກ")), S(""), 0600));
    CHECK(!folder_list(a, folder, &names, &n) && n == 3);
    CHECK(str_equal(names[0], S("a")) && str_equal(names[1], S("b")) && str_equal(names[2], S("ກ")));
    CHECK(path_exists(path_join(a, folder, S("a"))) && !path_is_folder(path_join(a, folder, S("a"))));
    CHECK(!path_exists(path_join(a, folder, S("c"))) && !path_exists(S("")));
    folder_drop(a, folder);
}

TEST(names_of_files_are_taken_apart_and_joined)
{
    CHECK(str_equal(path_join(a, S("a"), S("b")), S("a/b")) && str_equal(path_join(a, S("a/"), S("b")), S("a/b")));
    CHECK(str_equal(path_join(a, S(""), S("b")), S("b")) && str_equal(path_join(a, S("a"), S("/b")), S("/b")));
    CHECK(str_equal(path_name(S("/a/b")), S("b")) && str_equal(path_name(S("b")), S("b")));
    Str folder = path_absolute(a, test_folder(a));
    Str there = say(a, "{}/x/../y", folder);
    CHECK(!folder_make(a, path_join(a, folder, S("x"))));
    CHECK(str_equal(path_absolute(a, there), say(a, "{}/y", folder)));
    CHECK(!symlink(str_z(a, path_join(a, folder, S("x"))), str_z(a, path_join(a, folder, S("link")))));
    CHECK(str_equal(path_absolute(a, say(a, "{}/link/new/", folder)), say(a, "{}/x/new", folder)));
    CHECK(str_starts(path_absolute(a, S("not-there")), S("/")));
    folder_drop(a, folder);
}

TEST(a_lock_is_held_once_and_dies_with_its_process)
{
    Str folder = test_folder(a), path = path_join(a, folder, S("lock"));
    Lock *one, *two;
    int ready[2];
    CHECK(!pipe(ready));
    pid_t child = fork();
    if (!child) {
        bool good = !lock_take(a, path, &one);
        if (write(ready[1], good ? "y" : "n", 1) == 1) pause();
        _exit(1);
    }
    char answer = 0;
    CHECK(read(ready[0], &answer, 1) == 1 && answer == 'y');
    Err *e = lock_take(a, path, &two);
    CHECK(e && e->kind == ERR_CONFLICT);
    CHECK(!kill(child, SIGKILL) && waitpid(child, 0, 0) == child);
    CHECK(!lock_take(a, path, &two) && lock_take(a, path, &one));
    lock_free(two);
    CHECK(!lock_take(a, path, &one));
    lock_free(one);
    close(ready[0]), close(ready[1]);
    folder_drop(a, folder);
}

// How many bytes are not zero.
__attribute__((no_sanitize("address"))) static isize left_in(const char *p, isize n)
{
    isize left = 0;
    for (isize i = 0; i < n; i++) left += p[i] != 0;
    return left;
}

static char *use_by_value(Arena lent, isize n, isize align, int with)
{
    take(&lent, char, 3);
    char *p = arena_take(&lent, 1, align, n);
    memset(p, with, (size_t)n);
    return p;
}

TEST(a_released_arena_holds_nothing_also_when_it_was_lent)
{
    static const isize sizes[] = {1, 4093, 4094, 8000, 16381, 16384, 70000, 300000, 3 << 20, 5};
    Arena lent = arena_reserve(4 << 20, 0);
    for (isize i = 0; i < countof(sizes) * 3; i++) {
        use_by_value(lent, sizes[i / 3], i % 3 == 0 ? 1 : i % 3 == 1 ? 64 : 4096, 'x');
        arena_release(&lent);
        CHECK(lent.at == lent.start && !left_in(lent.start, 4 << 20));
    }
    take(&lent, char, 4 << 20);
    arena_release(&lent);
    CHECK(lent.at == lent.start && *take(&lent, char, 1) == 0);
}

TEST(whatever_bytes_were_written_none_is_left)
{
    enum { SIZE = 1 << 20, WRITTEN = 300000 };
    Arena lent = arena_reserve(SIZE, 0);
    for (int value = 0; value < 256; value++) {
        use_by_value(lent, WRITTEN, 1, value);
        arena_release(&lent);
        CHECK(lent.at == lent.start && !left_in(lent.start, SIZE));
        use_by_value(lent, 5000 + value, 1, value); // less than what is kept
        arena_release(&lent);
        CHECK(!left_in(lent.start, SIZE));
    }
}

// Pages that nobody touched lie before those that somebody did, and each page begins as it likes.
TEST(what_lies_behind_untouched_or_odd_pages_is_wiped_too)
{
    enum { SIZE = 1 << 20 };
    Arena lent = arena_reserve(SIZE, 0);
    for (int value = 0; value < 256; value++) {
        Arena copy = lent, part = arena_cut(&copy, 600000);
        char *p = use_by_value(part, 20000, 4096, 1);
        for (isize i = 0; i < 20000; i++) p[i] = (char)(i / 4096 * 37 + i + value);
        use_by_value(copy, 9000, 1, value);
        arena_release(&lent);
        CHECK(!left_in(lent.start, SIZE));
    }
}

TEST(what_was_touched_goes_back_to_the_machine)
{
    isize size = 64 << 20;
    Arena big = arena_reserve(size, 0);
    int64_t before = memory_private();
    CHECK(before > 0);
    memset(take(&big, char, size), 1, (size_t)size);
    CHECK(memory_private() - before > 60 << 20);
    arena_release(&big);
    CHECK(memory_private() - before < 40 << 20); // the sanitizer keeps notes of its own
}

TEST(an_arena_that_is_full_unwinds)
{
    jmp_buf exhausted;
    volatile int turns = 0;
    Arena little = arena_reserve(10000, &exhausted); // in whole pages
    if (!setjmp(exhausted)) {
        for (;;) {
            take(&little, char, 4096);
            turns++;
        }
    }
    CHECK(turns == 3);
    arena_release(&little);
    CHECK(take(&little, char, 3 * 4096));
}

TEST(locked_memory_is_zero_and_ours)
{
    char *p = memory_locked(100000);
    CHECK(!p[0] && !p[99999]);
    p[99999] = 1;
}

TEST(the_clocks_go_forward)
{
    int64_t ticks = clock_ticks(), ms = clock_ms();
    clock_sleep(20);
    int64_t passed = clock_ticks() - ticks;
    CHECK(passed >= 20 * 1000000 && passed < 5000 * (int64_t)1000000);
    CHECK(clock_ms() >= ms && ms > 1700000000000);
}

typedef struct { Mutex *m; int n; } Shared;

static void count_up(void *with)
{
    Shared *shared = with;
    for (int i = 0; i < 1000; i++) {
        mutex_lock(shared->m);
        shared->n++;
        mutex_wake(shared->m);
        mutex_unlock(shared->m);
    }
}

TEST(threads_wait_for_each_other)
{
    Shared shared = {.m = mutex_make()};
    for (int i = 0; i < 4; i++) thread_start(count_up, &shared);
    mutex_lock(shared.m);
    while (shared.n < 4000) mutex_wait(shared.m);
    int64_t before = clock_ticks();
    while (mutex_wait_ms(shared.m, 30)) {}
    CHECK(clock_ticks() - before >= 30 * 1000000);
    mutex_unlock(shared.m);
    clock_sleep(20); // the last thread may still be letting go
    mutex_free(shared.m);
}

static void say_goodbye(void *with)
{
    err_write(S("goodbye\n"));
    _exit(*(int *)with);
}

TEST(asked_to_end_it_runs_what_was_registered)
{
    static const int asks[] = {SIGTERM, SIGINT, SIGHUP};
    for (int i = 0; i < countof(asks); i++) {
        int said[2], status = 0, code = 7;
        CHECK(!pipe(said));
        pid_t child = fork();
        if (!child) {
            dup2(said[1], 2);
            process_prepare();
            on_stop(say_goodbye, &code);
            log_line(S("ready\nand\twaiting"));
            for (;;) pause();
        }
        char room[100] = {0};
        CHECK(read(said[0], room, 99) > 0);
        Str line = str_from(room);
        CHECK(str_ends(line, S("Z ready and waiting\n")) && line.n == 25 + 18);
        CHECK(!kill(child, asks[i]) && waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
        CHECK(read(said[0], room, 99) == 8);
        close(said[0]), close(said[1]);
    }
}

TEST(one_address_is_one_however_it_is_written_and_a_name_is_a_name)
{
    static const struct { Str one, other; bool same; } cases[] = {
        {S("2001:DB8:0::1"), S("2001:db8::1"), true}, {S("fe80:0:0:0:0:0:0:0a"), S("FE80::A"), true},
        {S("::ffff:10.0.0.7"), S("10.0.0.7"), true}, {S("Register.LA"), S("register.la"), true},
        {S("2001:db8::1"), S("2001:db8::10"), false}, {S("10.0.0.7"), S("10.0.0.70"), false},
        {S("::1"), S("127.0.0.1"), false}, {S("register.la"), S("10.0.0.7"), false}, {S("register.la"), S("register.l"), false},
        {S(""), S("::"), false}, {S("10.7"), S("10.0.0.7"), false},
    };
    for (isize i = 0; i < countof(cases); i++) {
        CHECK(socket_same(cases[i].one, cases[i].other) == cases[i].same);
        CHECK(socket_same(cases[i].other, cases[i].one) == cases[i].same);
    }
    static const Str hosts[] = {S("[2001:DB8:0::1]"), S("::1"), S("10.0.0.7"), S("register.la."), S("a-b_c")};
    static const Str none[] = {S(""), S("[::1]:443"), S("a:b:c"), S("[register.la]"), S("register.la:443"), S("[::1"), S("::g"), S("a b")};
    for (isize i = 0; i < countof(hosts); i++) CHECK(socket_host(hosts[i]));
    for (isize i = 0; i < countof(none); i++) CHECK(!socket_host(none[i]));
}

TEST(the_surroundings_are_read)
{
    CHECK(environment("PATH").n > 0 && !environment("NOT_SET_ANYWHERE").n);
    CHECK(!terminal(-1));
}

TEST(a_program_is_run_without_a_shell_and_ended_when_it_hangs)
{
    static const Str reads[] = {S("/bin/sh"), S("-c"),
        S("read one; [ \"$one\" = 'a b' ] && [ \"$1\" = '$(exit 9); x' ] && [ -z \"$HOME\" ]"), S("sh"), S("$(exit 9); x")};
    static const Str fails[] = {S("/bin/sh"), S("-c"), S("exit 75")}, hangs[] = {S("/bin/sh"), S("-c"), S("sleep 30; true")};
    static const Str none[] = {S("/nothing/there")};
    CHECK(!process_run(a, reads, countof(reads), S("a b\nc\n"), 60000));
    Err *e = process_run(a, reads, countof(reads), S("b\n"), 60000);
    CHECK(e && e->kind == ERR_INPUT);
    e = process_run(a, fails, countof(fails), S(""), 60000);
    CHECK(e && str_has(err_text(a, e), '7'));
    CHECK(process_run(a, none, 1, S(""), 60000));
    int64_t began = clock_ticks();
    CHECK(process_run(a, hangs, countof(hangs), S(""), 100));
    CHECK(clock_ticks() - began < (int64_t)15 * 1000000000);
}
