// The machine: files, clock, random, memory, processes, log. The only folder with Unix headers.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

// ---- memory -------------------------------------------------------------------------------------
// An arena over reserved address space; only what is touched costs memory. It lasts until the end.
Arena arena_reserve(isize size, jmp_buf *exhausted);
// Wiped and started over, and given back but for the first 256 KiB. Only for arenas of arena_reserve;
// copies of it may have been used meanwhile (a scratch), what they touched is wiped as well.
void arena_release(Arena *a);
void memory_trim(void);                       // what was freed goes back to the system: after something large was built
void *memory_locked(isize size);              // zeroed, never swapped (where allowed), not in a core file

// ---- clock and random -----------------------------------------------------------------------------
int64_t clock_ms(void);                       // since 1970, UTC
int64_t clock_ticks(void);                    // monotonic nanoseconds, for measuring and deadlines
void clock_sleep(int64_t ms);

// ---- files: paths are plain strings; errors are ERR_INPUT with the path and the reason ------------
typedef struct File File;
must_use Err *file_open(Arena *a, Str path, File **out);           // for reading; "-" is standard input
bool file_again(File *f);                                          // from its beginning; false: it is no file that lies there
isize file_feed(void *file, char *to, isize most);                 // fits CsvFeed
// For writing; "-" is standard output. What stood there stays until file_close puts the whole new one in its place.
// A link, a pipe, a folder: ERR_INPUT.
must_use Err *file_create(Arena *a, Str path, File **out);
void file_drop(File *f);                                           // closed, and nothing of it is left
must_use Err *file_write(Arena *a, File *f, Str bytes);            // all of it
must_use Err *file_close(Arena *a, File *f);                       // of a written one: synced
must_use Err *file_read(Arena *a, Str path, isize most, Str *out); // whole
must_use Err *file_begins(Arena *a, Str path, Str *out);             // its first 4 KiB, or all of it
must_use Err *file_read_secret(Arena *a, Str path, isize most, Str *out); // ERR_INPUT when its mode lets in anybody else
must_use Err *file_replace(Arena *a, Str path, Str bytes, int mode); // all or nothing: temporary, sync, rename
must_use Err *file_keep(Arena *a, Str path, Str bytes);             // a new one, mode 0600; not synced: it need not outlive the machine
void file_remove(Arena *a, Str path);                              // if it is there
// As bytes that are read when they are looked at, until file_unmap; an empty file is an empty Str. Nobody may shorten it meanwhile.
must_use Err *file_map(Arena *a, Str path, Str *out);
void file_unmap(Str bytes);
must_use Err *file_sync(Arena *a, Str path);                       // what stands in it, to the disk; ERR_BUSY
// A file that only grows; made, with mode 0600, where it is not there. What was added outlives the process, once it is
// synced the machine too.
typedef struct Growing { int fd; int64_t size; } Growing; // all of it zero: none is open
must_use Err *grow_open(Arena *a, Str path, Growing *out);
must_use Err *grow_add(Arena *a, Growing *g, Str bytes);           // whole, or nothing of it: ERR_BUSY
must_use Err *grow_cut(Arena *a, Growing *g, int64_t size);        // what lies behind that goes
void grow_close(Growing *g);
isize path_size(Str path);                    // of a file that lies there, in bytes; -1: none does
bool path_exists(Str path);
bool path_is_folder(Str path);
bool path_writable(Str path);                                      // something may be made in that folder
int64_t path_changed(Str path);               // when it was written last, in milliseconds since 1970; now when it is not there
int64_t path_number(Str path);                // of what lies there on its file system; 0: nothing
must_use Err *folder_make(Arena *a, Str path);                     // mode 0700; one that is there must be ours, and no link
bool file_alone(Str path);                                         // nothing is there, or a file that nobody else has hold of
bool folder_shared(Str path);                                      // may others take away what lies in it?
must_use Err *folder_list(Arena *a, Str path, Str **names, int *n); // sorted; files and folders, without . and ..
void folder_remove(Arena *a, Str path);                            // with all that is in it; what is a link goes, not what it names
bool folder_empty(Str path);                                       // nothing lies there, or a folder with nothing in it
must_use Err *folder_place(Arena *a, Str from, Str to);            // at once, to where nothing lies or an empty folder; synced
Str path_join(Arena *a, Str folder, Str name);
Str path_name(Str path);                                           // the last part
Str path_absolute(Arena *a, Str path);                             // symlinks and .. resolved where it exists

// A lock that dies with its process. ERR_CONFLICT when another holds it.
typedef struct Lock { int fd; } Lock;
must_use Err *lock_take(Arena *a, Str path, Lock **out);
// What its file says, to whoever reads that; what it said before may stand behind it.
must_use Err *lock_say(Arena *a, Lock *l, Str words);
void lock_free(Lock *l);

// ---- processes ------------------------------------------------------------------------------------
Str environment(const char *name);            // empty when unset
bool terminal(int fd);
void out_write(Str s);                        // standard output, all of it; else the process ends with 1
void err_write(Str s);                        // standard error
void log_line(Str s);                         // standard error with the time
int64_t memory_private(void);                 // anonymous bytes of this process (Pss_Anon or RssAnon)
// Runs `stop` once, on a thread of its own, when the process is asked to end (SIGTERM, SIGINT).
void on_stop(void (*stop)(void *with), void *with);
// Runs another program, named by its path, without a shell: `input` on its standard input; of what is ours neither open
// files nor surroundings, but a plain PATH. What it says is dropped. ERR_INPUT: it cannot be begun, ends with something
// else than 0, or is not done after `ms` and is ended then.
must_use Err *process_run(Arena *a, const Str *args, int n, Str input, int64_t ms);
_Noreturn void process_end(int code);        // at once, without what exit() would still do
void process_yield(void);                     // whoever else wants the processor goes first, from here on
void process_prepare(void);                   // no core files, SIGPIPE ignored, umask 077, files enough

// ---- threads ----------------------------------------------------------------------------------------
typedef struct Mutex Mutex;                   // with a condition of its own
Mutex *mutex_make(void);
void mutex_free(Mutex *m);                    // when nobody holds it or waits
void mutex_lock(Mutex *m);
void mutex_unlock(Mutex *m);
void mutex_wait(Mutex *m);                    // until mutex_wake; may come back early
bool mutex_wait_ms(Mutex *m, int64_t ms);     // false when the time ran out
void mutex_wake(Mutex *m);                    // all who wait
void mutex_wake_one(Mutex *m);                // whoever of them comes first: for those who all wait for the same
void thread_start(void (*run)(void *with), void *with); // detached, 8 MiB of stack, no signals

// ---- sockets: what the server's library leaves to us ----------------------------------------------
// Listens on 127.0.0.1:8080 or [::1]:8080; port 0 takes any, `port` says which. ERR_INPUT.
bool socket_address(Str where);               // is it written like one of these?
bool socket_host(Str name);                   // a host's name or address, without a port
Str socket_bare(Str name);                    // without its brackets, or the dot at its end
bool socket_same(Str one, Str other);         // both bare: one address, however written; or one name
must_use Err *socket_listen(Arena *a, Str where, int *fd, int *port);
isize socket_name(const void *address, char *to, isize most); // of a struct sockaddr; ended by NUL
bool socket_here(int fd, Str address);        // is it the address at which this connection came in?
void socket_cut(int fd);                      // both ways, at once; whoever reads or writes is told
void socket_close(int fd);
int socket_keep(int fd);                      // a second handle, so that it outlives the first's close
// Reads and drops what still comes, so that the other side reads our last answer before it hears
// that we have gone; at most for `ms`, then closes.
void socket_drain(int fd, int64_t ms);
