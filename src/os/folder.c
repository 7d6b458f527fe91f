// Folders and the names of files.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Paths too long for the system exist for nobody.
static bool path_look(Str path, struct stat *out)
{
    char z[PATH_MAX];
    if (path.n >= PATH_MAX || !path.n) return false;
    memcpy(z, path.p, (size_t)path.n);
    z[path.n] = 0;
    return !stat(z, out);
}

bool path_exists(Str path)
{
    struct stat is;
    return path_look(path, &is);
}

int64_t path_number(Str path)
{
    struct stat is;
    return path_look(path, &is) ? (int64_t)is.st_ino : 0;
}

int64_t path_changed(Str path)
{
    struct stat is;
    return path_look(path, &is) ? (int64_t)is.st_mtim.tv_sec * 1000 + is.st_mtim.tv_nsec / 1000000 : clock_ms();
}

bool path_is_folder(Str path)
{
    struct stat is;
    return path_look(path, &is) && S_ISDIR(is.st_mode);
}

// Does it end in a link? With a slash at its end the system would follow it.
static bool path_link(Str path)
{
    char z[PATH_MAX];
    struct stat is;
    while (path.n > 1 && path.p[path.n - 1] == '/') path.n--;
    if (path.n >= PATH_MAX || !path.n) return false;
    memcpy(z, path.p, (size_t)path.n);
    z[path.n] = 0;
    return !lstat(z, &is) && S_ISLNK(is.st_mode);
}

Err *folder_make(Arena *a, Str path)
{
    if (!mkdir(str_z(a, path), 0700)) return 0;
    int reason = errno;
    struct stat is;
    if (path_link(path)) return fail(a, ERR_INPUT, "{} is a link: name the folder itself.", path);
    if (reason != EEXIST || !path_look(path, &is) || !S_ISDIR(is.st_mode)) {
        Str why = reason_words(a, reason);
        return fail(a, ERR_INPUT, "The folder {} cannot be made: {}.", path, why);
    }
    if (is.st_uid != geteuid()) return fail(a, ERR_INPUT, "The folder {} belongs to another user: name one of your own.", path);
    if (!(is.st_mode & 077) || !chmod(str_z(a, path), 0700)) return 0;
    Str why = reason_words(a, errno);
    return fail(a, ERR_INPUT, "The folder {} is open to others, and that cannot be changed: {}.", path, why);
}

bool file_alone(Str path)
{
    struct stat is;
    if (path_link(path)) return false;
    return !path_look(path, &is) || (S_ISREG(is.st_mode) && is.st_nlink == 1 && is.st_uid == geteuid() && !(is.st_mode & 077));
}

bool folder_shared(Str path)
{
    struct stat is;
    return path_look(path, &is) && is.st_mode & 022 && !(is.st_mode & S_ISVTX);
}

static int by_bytes(const void *one, const void *two)
{
    return str_compare(*(const Str *)one, *(const Str *)two);
}

static isize names_read(Arena *a, DIR *folder, Str *names, isize most)
{
    isize n = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        Str name = str_from(entry->d_name);
        if (str_equal(name, S(".")) || str_equal(name, S(".."))) continue;
        if (n < most) names[n] = str_copy(a, name);
        n++;
    }
    return n;
}

Err *folder_list(Arena *a, Str path, Str **names, int *n)
{
    DIR *folder = opendir(str_z(a, path));
    if (!folder) {
        Str why = reason_words(a, errno);
        return fail(a, ERR_INPUT, "The folder {} cannot be opened: {}.", path, why);
    }
    isize count = names_read(a, folder, 0, 0);
    Str *found = take(a, Str, count);
    rewinddir(folder);
    isize now = names_read(a, folder, found, count); // it may have changed meanwhile
    closedir(folder);
    *n = (int)(now < count ? now : count);
    *names = found;
    qsort(found, (size_t)*n, sizeof *found, by_bytes);
    return 0;
}

isize path_size(Str path)
{
    struct stat is;
    return path_look(path, &is) && S_ISREG(is.st_mode) ? (isize)is.st_size : -1;
}

void folder_remove(Arena *a, Str path)
{
    Str *names;
    int n = 0;
    bool link = path_link(path);
    if (!link && path_is_folder(path) && folder_list(a, path, &names, &n)) n = 0;
    for (int i = 0; i < n; i++) folder_remove(a, path_join(a, path, names[i]));
    remove(str_z(a, path));
}

bool folder_empty(Str path)
{
    char z[PATH_MAX];
    if (path_link(path)) return false;
    if (!path_exists(path)) return true;
    if (path.n >= (isize)sizeof z) return false;
    memcpy(z, path.p, (size_t)path.n);
    z[path.n] = 0;
    DIR *folder = opendir(z);
    if (!folder) return false;
    Arena none = {0};
    isize n = names_read(&none, folder, 0, 0);
    closedir(folder);
    return !n;
}

Err *folder_place(Arena *a, Str from, Str to)
{
    Str *names;
    int n = 0, reason = 0;
    TRY(folder_list(a, from, &names, &n));
    for (int i = 0; i < n && !reason; i++) {
        Str one = path_join(a, from, names[i]);
        if (path_is_folder(one)) reason = folder_sync(a, say(a, "{}/", one));
    }
    if (!reason) reason = folder_sync(a, say(a, "{}/", from));
    if (!reason && rename(str_z(a, from), str_z(a, to))) reason = errno;
    if (!reason) reason = folder_sync(a, to);
    return reason ? fail(a, ERR_INPUT, "The folder {} cannot be put in its place: {}.", to, reason_words(a, reason)) : 0;
}

Str path_join(Arena *a, Str folder, Str name)
{
    if (!folder.n || str_starts(name, S("/"))) return str_copy(a, name);
    return str_ends(folder, S("/")) ? say(a, "{}{}", folder, name) : say(a, "{}/{}", folder, name);
}

Str path_name(Str path)
{
    isize from = path.n;
    while (from && path.p[from - 1] != '/') from--;
    return str_slice(path, from, path.n);
}

Str path_absolute(Arena *a, Str path)
{
    char room[PATH_MAX];
    while (path.n > 1 && str_ends(path, S("/"))) path.n--;
    if (!path.n) path = S(".");
    if (realpath(str_z(a, path), room)) return str_copy(a, str_from(room));
    Str name = path_name(path), folder = str_slice(path, 0, path.n - name.n);
    if (str_equal(path, S("/")) || str_equal(path, S("."))) return path; // not even that is seen
    return path_join(a, path_absolute(a, folder), name);
}

bool path_writable(Str path)
{
    char name[PATH_MAX];
    if (path.n >= (isize)sizeof name) return false;
    memcpy(name, path.p, (size_t)path.n);
    name[path.n] = 0;
    return !access(name, W_OK | X_OK);
}
