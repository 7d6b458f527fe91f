// This process: its surroundings, what it says, its memory, and how it is asked to end.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

Str environment(const char *name)
{
    return str_from(getenv(name));
}

bool terminal(int fd)
{
    return isatty(fd) == 1;
}

void process_end(int code)
{
    _exit(code);
}

static bool write_on(int fd, Str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, (size_t)s.n);
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) s = str_slice(s, n, s.n);
    }
    return true;
}

// An answer that nobody can read is no answer: the program ends and says so by its exit code.
void out_write(Str s)
{
    if (write_on(STDOUT_FILENO, s)) return;
    if (errno != EPIPE) write_on(STDERR_FILENO, S("sukhwan: The standard output cannot be written; is its disk full?\n"));
    process_end(1);
}

void err_write(Str s)
{
    write_on(STDERR_FILENO, s);
}

void log_line(Str s)
{
    char line[4096];
    int64_t ms = clock_ms();
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    isize n = (isize)strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    n += snprintf(line + n, sizeof line - (size_t)n, ".%03dZ ", (int)(ms % 1000));
    for (isize i = 0; i < s.n && n < (isize)sizeof line - 1; i++) {
        // One event is one line: whoever sent the text cannot write a second.
        line[n++] = (unsigned char)s.p[i] < ' ' || s.p[i] == 127 ? ' ' : s.p[i];
    }
    line[n++] = '\n';
    err_write((Str){line, n}); // one write, so that threads do not mix
}

int64_t memory_private(void)
{
    char room[8192];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = read(fd, room, sizeof room);
    close(fd);
    Str rest = {room, n < 0 ? 0 : n}, line, word = {0};
    int64_t kib = 0;
    while (rest.n) {
        line = str_cut(&rest, '\n');
        if (!str_starts(line, S("RssAnon:"))) continue;
        str_cut(&line, ':');
        if (str_word(&line, &word)) (void)str_int(word, &kib);
    }
    return kib * 1024;
}

typedef struct { void (*run)(void *with); void *with; } Stop;

static sigset_t ending(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

static void wait_for_end(void *with)
{
    Stop *stop = with;
    sigset_t set = ending();
    int which;
    while (sigwait(&set, &which)) {}
    stop->run(stop->with);
}

void on_stop(void (*stop)(void *with), void *with)
{
    Stop *held = malloc(sizeof *held); // the thread lives as long as the process
    must(held);
    *held = (Stop){stop, with};
    sigset_t set = ending();
    must(!pthread_sigmask(SIG_BLOCK, &set, 0));
    thread_start(wait_for_end, held);
}

void process_yield(void)
{
    enum { LATER = 5 }; // a little: it must get done beside who is always busy
    (void)setpriority(PRIO_PROCESS, 0, LATER); // if not, it is only faster
}

void process_prepare(void)
{
    struct rlimit none = {0}, files;
    (void)setrlimit(RLIMIT_CORE, &none);
    if (!getrlimit(RLIMIT_NOFILE, &files)) { // a thousand connections and the register's own
        files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    if (!MEMORY_CHECKED) (void)prctl(PR_SET_DUMPABLE, 0); // the leak checker must attach to us
    signal(SIGPIPE, SIG_IGN);
    umask(077);
}
