// A lock on a file that dies with its process.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

Err *lock_take(Arena *a, Str path, Lock **out)
{
    int fd = open(str_z(a, path), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        Str why = reason_words(a, errno);
        return fail(a, ERR_INPUT, "The lock {} cannot be opened: {}.", path, why);
    }
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        int reason = errno;
        close(fd);
        if (reason == EWOULDBLOCK) {
            return fail(a, ERR_CONFLICT, "The lock {} is held by another process.", path);
        }
        Str why = reason_words(a, reason);
        return fail(a, ERR_INPUT, "The lock {} cannot be taken: {}.", path, why);
    }
    *out = take(a, Lock, 1);
    (*out)->fd = fd;
    return 0;
}

Err *lock_say(Arena *a, Lock *l, Str words)
{
    if (pwrite(l->fd, words.p, (size_t)words.n, 0) == words.n) return 0;
    return fail(a, ERR_BUSY, "What a lock says cannot be written: {}.", reason_words(a, errno));
}

void lock_free(Lock *l)
{
    close(l->fd);
    l->fd = -1;
}
