// Another program, run without a shell.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 20 };

// In memory alone, and read from its beginning: nobody waits for a pipe.
static int input_open(Str input)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    while (fd >= 0 && input.n) {
        ssize_t n = write(fd, input.p, (size_t)input.n);
        if (n > 0) input = str_slice(input, n, input.n);
        else if (n < 0 && errno != EINTR) {
            close(fd);
            return -1;
        }
    }
    if (fd >= 0) (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

// A group of its own, so that all that it begins can be ended; signals as a program expects them.
static void apart(posix_spawnattr_t *how)
{
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_init(how);
    posix_spawnattr_setsigmask(how, &none);
    posix_spawnattr_setsigdefault(how, &usual);
    posix_spawnattr_setpgroup(how, 0);
    posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

static int begin(Arena *a, const Str *args, int n, int input, pid_t *out)
{
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", lang[] = "LANG=C.UTF-8";
    char *surroundings[] = {path, lang, 0}, **words = take(a, char *, n + 1);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    for (int i = 0; i < n; i++) words[i] = str_z(a, args[i]);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    apart(&how);
    int reason = posix_spawn(out, words[0], &files, &how, words, surroundings);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return reason;
}

// False: it was not done in time, and is ended with all that it began.
static bool wait_for(pid_t program, int64_t ms, int *status)
{
    int64_t until = clock_ticks() + ms * 1000000;
    for (;;) {
        pid_t done = waitpid(program, status, WNOHANG);
        if (done == program) return true;
        if (done < 0 && errno != EINTR) return false;
        if (clock_ticks() >= until) break;
        clock_sleep(LOOK_MS);
    }
    kill(-program, SIGKILL);
    while (waitpid(program, status, 0) < 0 && errno == EINTR) {}
    return false;
}

Err *process_run(Arena *a, const Str *args, int n, Str input, int64_t ms)
{
    pid_t program;
    int status = 0, fd = input_open(input), reason = fd < 0 ? errno : begin(a, args, n, fd, &program);
    if (fd >= 0) close(fd);
    if (reason) return fail(a, ERR_INPUT, "The program {} cannot be run: {}.", args[0], reason_words(a, reason));
    if (!wait_for(program, ms, &status)) return fail(a, ERR_INPUT, "The program {} was not done after {} seconds.", args[0], ms / 1000);
    if (WIFEXITED(status) && !WEXITSTATUS(status)) return 0;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return fail(a, ERR_INPUT, "The program {} ended with {}.", args[0], (int64_t)code);
}
