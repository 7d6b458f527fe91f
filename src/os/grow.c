// Files that only grow, and files as bytes that are read as they are wanted.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static Err *growing_failed(Arena *a, Str path, int reason)
{
    return fail(a, ERR_INPUT, "The file {} cannot be written: {}.", path, reason_words(a, reason));
}

Err *grow_open(Arena *a, Str path, Growing *out)
{
    struct stat is;
    int fd = open(str_z(a, path), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return growing_failed(a, path, errno);
    int reason = fstat(fd, &is) ? errno : !S_ISREG(is.st_mode) ? EINVAL : 0;
    if (reason) {
        close(fd);
        return growing_failed(a, path, reason);
    }
    *out = (Growing){fd, is.st_size};
    return 0;
}

Err *grow_add(Arena *a, Growing *g, Str bytes)
{
    for (isize done = 0; done < bytes.n;) {
        ssize_t n = write(g->fd, bytes.p + done, (size_t)(bytes.n - done));
        if (n < 0 && errno == EINTR) continue;
        if (n > 0) {
            done += n;
            continue;
        }
        int reason = errno;
        if (ftruncate(g->fd, g->size)) reason = errno; // no half of it stays
        return fail(a, ERR_BUSY, "What must be noted cannot be written: {}.", reason_words(a, reason));
    }
    g->size += bytes.n;
    return 0;
}

Err *grow_cut(Arena *a, Growing *g, int64_t size)
{
    if (ftruncate(g->fd, size)) return fail(a, ERR_INPUT, "A file cannot be shortened: {}.", reason_words(a, errno));
    g->size = size;
    return 0;
}

Err *file_sync(Arena *a, Str path)
{
    int fd = open(str_z(a, path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int reason = fd < 0 ? errno : fdatasync(fd) && errno != EINVAL && errno != EROFS ? errno : 0;
    if (fd >= 0) close(fd);
    return reason ? fail(a, ERR_BUSY, "The file {} cannot be brought to the disk: {}.", path, reason_words(a, reason)) : 0;
}

void grow_close(Growing *g)
{
    if (g->fd > STDERR_FILENO) close(g->fd);
    *g = (Growing){0};
}

Err *file_map(Arena *a, Str path, Str *out)
{
    struct stat is;
    *out = (Str){0};
    int fd = open(str_z(a, path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int reason = fd < 0 || fstat(fd, &is) ? errno : S_ISREG(is.st_mode) ? 0 : EINVAL;
    void *at = !reason && is.st_size ? mmap(0, (size_t)is.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : 0;
    if (at == MAP_FAILED) reason = errno;
    if (fd >= 0) close(fd);
    if (reason) return fail(a, ERR_INPUT, "The file {} cannot be read: {}.", path, reason_words(a, reason));
    if (at) *out = (Str){at, (isize)is.st_size};
    return 0;
}

void file_unmap(Str bytes)
{
    if (bytes.n) munmap((void *)bytes.p, (size_t)bytes.n);
}
