// Files: read, written, and replaced whole or not at all.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct File { int fd; bool written; Str path; char *temporary; }; // temporary: its name until it is whole, or null

Str reason_words(Arena *a, int reason)
{
    char room[128];
    return str_copy(a, str_from(strerror_r(reason, room, sizeof room)));
}

static Err *file_failed(Arena *a, Str path, int reason)
{
    return fail(a, ERR_INPUT, "The file {} cannot be opened: {}.", path, reason_words(a, reason));
}

static Err *write_failed(Arena *a, Str path, int reason)
{
    return fail(a, ERR_INPUT, "The file {} cannot be written: {}.", path, reason_words(a, reason));
}

static File *file_make(Arena *a, Str path, int fd, bool written)
{
    File *f = take(a, File, 1);
    *f = (File){fd, written, str_copy(a, path), 0};
    return f;
}

Err *file_open(Arena *a, Str path, File **out)
{
    bool standard = str_equal(path, S("-"));
    int fd = standard ? STDIN_FILENO : open(str_z(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return file_failed(a, path, errno);
    struct stat is;
    if (!fstat(fd, &is) && S_ISDIR(is.st_mode)) {
        if (!standard) close(fd);
        return file_failed(a, path, EISDIR);
    }
    *out = file_make(a, path, fd, false);
    return 0;
}

bool file_again(File *f)
{
    return lseek(f->fd, 0, SEEK_SET) == 0;
}

isize file_feed(void *file, char *to, isize most)
{
    File *f = file;
    ssize_t n;
    do n = read(f->fd, to, (size_t)most); while (n < 0 && errno == EINTR);
    return n;
}

// The file that is being written: what it holds so far must not stay behind under a name that nobody knows.
static char *volatile unfinished;

static void forget_unfinished(void)
{
    if (unfinished) unlink(unfinished);
    unfinished = 0;
}

static void interrupted(int number)
{
    forget_unfinished();
    raise(number); // as it would have ended without us: the handler stands for one signal only
}

static void unfinished_note(char *temporary)
{
    static bool known;
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction once = {.sa_handler = interrupted, .sa_flags = SA_RESETHAND | SA_NODEFER};
    unfinished = temporary;
    if (known || !temporary) return;
    known = !atexit(forget_unfinished);
    for (int i = 0; i < countof(ends); i++) {
        struct sigaction now;
        if (!sigaction(ends[i], 0, &now) && now.sa_handler == SIG_DFL) sigaction(ends[i], &once, 0);
    }
}

// What is written holds names. Where a link leads, or who reads at the other end of a pipe, is for others to say.
static Err *not_to(Arena *a, Str path, mode_t mode)
{
    Str what = S_ISLNK(mode)    ? S("a link")
               : S_ISFIFO(mode) ? S("a pipe")
               : S_ISDIR(mode)  ? S("a folder")
               : S_ISSOCK(mode) ? S("a socket")
                                : (Str){0};
    return what.n ? fail(a, ERR_INPUT, "{} is {}: name a file, or - for standard output.", path, what) : 0;
}

Err *file_create(Arena *a, Str path, File **out)
{
    struct stat is;
    bool standard = str_equal(path, S("-"));
    bool there = !standard && !lstat(str_z(a, path), &is);
    bool plain = !standard && (!there || S_ISREG(is.st_mode)); // a device is written to as it is
    if (there) TRY(not_to(a, path, is.st_mode));
    char *temporary = plain ? str_z(a, say(a, "{}.XXXXXX", path)) : 0;
    int fd = standard ? STDOUT_FILENO : plain ? mkostemp(temporary, O_CLOEXEC) : open(str_z(a, path), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return file_failed(a, path, errno);
    *out = file_make(a, path, fd, true);
    (*out)->temporary = temporary;
    unfinished_note(temporary);
    return 0;
}

static int write_all(int fd, Str bytes) // 0, or the reason
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, (size_t)bytes.n);
        if (n < 0 && errno != EINTR) return errno;
        if (n > 0) bytes = str_slice(bytes, n, bytes.n);
    }
    return 0;
}

Err *file_write(Arena *a, File *f, Str bytes)
{
    int reason = write_all(f->fd, bytes);
    return reason ? write_failed(a, f->path, reason) : 0;
}

static int sync_all(int fd) // 0, or the reason; pipes and devices have nothing to sync
{
    return !fsync(fd) || errno == EINVAL || errno == EROFS ? 0 : errno;
}

// The name is on the disk only when its folder is.
int folder_sync(Arena *a, Str path)
{
    Str folder = str_slice(path, 0, path.n - path_name(path).n);
    int fd = open(folder.n ? str_z(a, folder) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno;
    int reason = sync_all(fd);
    close(fd);
    return reason;
}

Err *file_close(Arena *a, File *f)
{
    int reason = f->written ? sync_all(f->fd) : 0;
    bool standard = f->fd == STDIN_FILENO || f->fd == STDOUT_FILENO;
    if (!standard && close(f->fd) && !reason && f->written) reason = errno;
    f->fd = -1;
    if (!reason && f->temporary && rename(f->temporary, str_z(a, f->path))) reason = errno;
    if (!reason && f->temporary) reason = folder_sync(a, f->path);
    if (reason && f->temporary) unlink(f->temporary);
    if (f->temporary) unfinished = 0;
    f->temporary = 0;
    return reason ? write_failed(a, f->path, reason) : 0;
}

void file_drop(File *f)
{
    if (f->fd > STDERR_FILENO) close(f->fd);
    if (f->temporary) unlink(f->temporary);
    if (f->temporary) unfinished = 0;
    *f = (File){.fd = -1, .path = f->path};
}

static Err *read_whole(Arena *a, File *f, isize most, Str *out)
{
    struct stat is;
    isize size = !fstat(f->fd, &is) && S_ISREG(is.st_mode) ? (isize)is.st_size : 0;
    if (size <= most) {
        Buf o = buf_in(a);
        for (;;) {
            // One byte more than the file says: in what is left of it the end is met, without room for another round.
            isize left = o.cap - o.n, room = o.n < size ? size - o.n + 1 : left > 0 ? left : 65536;
            isize n = file_feed(f, buf_room(&o, room), room);
            if (n < 0) {
                Str why = reason_words(a, errno);
                return fail(a, ERR_INPUT, "The file {} cannot be read: {}.", f->path, why);
            }
            o.n += n;
            if (n == 0) {
                *out = buf_str(&o);
                return 0;
            }
            if (o.n > most) break;
        }
    }
    return fail(a, ERR_INPUT, "The file {} is larger than {} bytes.", f->path, (int64_t)most);
}

Err *file_read(Arena *a, Str path, isize most, Str *out)
{
    File *f;
    TRY(file_open(a, path, &f));
    Err *e = read_whole(a, f, most, out);
    Err *closed = file_close(a, f);
    return e ? e : closed;
}

Err *file_begins(Arena *a, Str path, Str *out)
{
    enum { MOST = 4096 };
    File *f;
    TRY(file_open(a, path, &f));
    char *to = take(a, char, MOST);
    isize n = file_feed(f, to, MOST);
    Err *e = n < 0 ? fail(a, ERR_INPUT, "The file {} cannot be read: {}.", path, reason_words(a, errno)) : 0;
    Err *closed = file_close(a, f);
    *out = (Str){to, n > 0 ? n : 0};
    return e ? e : closed;
}

Err *file_read_secret(Arena *a, Str path, isize most, Str *out)
{
    File *f;
    struct stat is;
    TRY(file_open(a, path, &f));
    Err *e = fstat(f->fd, &is) ? file_failed(a, path, errno) : 0;
    if (!e && is.st_mode & (S_IRWXG | S_IRWXO)) e = fail(a, ERR_INPUT, "The file {} is open to others: chmod 600 {}", path, path);
    if (!e) e = read_whole(a, f, most, out);
    Err *closed = file_close(a, f);
    return e ? e : closed;
}

static int replace(Arena *a, const char *temporary, int fd, Str path, Str bytes, int mode)
{
    int reason = fchmod(fd, (mode_t)mode) ? errno : write_all(fd, bytes);
    if (!reason) reason = sync_all(fd);
    if (close(fd) && !reason) reason = errno;
    if (!reason && rename(temporary, str_z(a, path))) reason = errno;
    return reason;
}

Err *file_replace(Arena *a, Str path, Str bytes, int mode)
{
    char *temporary = str_z(a, say(a, "{}.XXXXXX", path));
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) return write_failed(a, path, errno);
    int reason = replace(a, temporary, fd, path, bytes, mode);
    if (reason) {
        unlink(temporary);
        return write_failed(a, path, reason);
    }
    reason = folder_sync(a, path);
    return reason ? write_failed(a, path, reason) : 0;
}

Err *file_keep(Arena *a, Str path, Str bytes)
{
    int fd = open(str_z(a, path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return write_failed(a, path, errno);
    int reason = write_all(fd, bytes);
    if (close(fd) && !reason) reason = errno;
    if (reason) unlink(str_z(a, path));
    return reason ? write_failed(a, path, reason) : 0;
}

void file_remove(Arena *a, Str path)
{
    unlink(str_z(a, path));
}
