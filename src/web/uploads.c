// Tables that were sent and looked at, and are not written yet: kept sealed in the register's folder.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include "web/inside.h"

enum { KEPT_MOST = 64, KEPT_EACH = 3, KEPT_MS = 60 * 60 * 1000, SWEEP_MS = 60 * 1000 };
typedef struct { char id[24], owner[104], file[256]; int64_t made; bool used, spent; } Kept;
// The key is the process's own and never written down: what a process leaves behind nobody can open.
struct Uploads { Str folder; Mutex *lock; DataKey *key; Kept at[KEPT_MOST]; };

static Str kept_path(Arena *a, const Uploads *u, Str id)
{
    return path_join(a, u->folder, id);
}

static void forget(Uploads *u, Arena *a, Kept *one)
{
    if (one->used) file_remove(a, kept_path(a, u, str_from(one->id)));
    wipe(one, sizeof *one);
}

void uploads_sweep(Uploads *u, Arena scratch, int64_t now)
{
    mutex_lock(u->lock);
    for (int i = 0; i < KEPT_MOST; i++) {
        bool late = now - u->at[i].made > KEPT_MS || u->at[i].made > now; // or the clock was set back
        if (u->at[i].used && late && !u->at[i].spent) forget(u, &scratch, &u->at[i]);
    }
    mutex_unlock(u->lock);
}

static void watch(void *with)
{
    Arena a = arena_reserve(64 << 10, 0);
    for (;; clock_sleep(SWEEP_MS)) uploads_sweep(with, a, clock_ms());
}

// What another process left there is of no use to anybody.
Uploads *uploads_make(Arena *a, Str folder)
{
    Uploads *u = take(a, Uploads, 1);
    Str *names;
    int n;
    *u = (Uploads){.folder = str_copy(a, folder), .lock = mutex_make(), .key = memory_locked(sizeof(DataKey))};
    u->key->key = key_random();
    Err *none = folder_list(a, folder, &names, &n);
    for (int i = 0; !none && i < n; i++) file_remove(a, path_join(a, folder, names[i]));
    return u;
}

void uploads_free(Uploads *u)
{
    mutex_free(u->lock);
}

void uploads_watch(Uploads *u)
{
    thread_start(watch, u);
}

// A free place; else that of her oldest one when she has enough, or of the oldest of all.
static Kept *place_for(Uploads *u, Arena *a, Str owner)
{
    Kept *hers = 0, *oldest = 0, *empty = 0;
    int n = 0;
    for (Kept *one = u->at; one < u->at + KEPT_MOST; one++) {
        if (!one->used) empty = empty ? empty : one;
        if (!one->used || one->spent) continue;
        if (!oldest || one->made < oldest->made) oldest = one;
        if (!str_equal(str_from(one->owner), owner)) continue;
        if (!hers || one->made < hers->made) hers = one;
        n++;
    }
    Kept *place = n >= KEPT_EACH ? hers : empty ? empty : oldest;
    if (place) forget(u, a, place);
    return place;
}

static void text_put(char *to, isize room, Str text)
{
    Str fits = str_slice(text, 0, room - 1);
    memset(to, 0, (size_t)room);
    if (fits.n) memcpy(to, fits.p, (size_t)fits.n);
}

static SealedAt bound_to(Str owner, Str id)
{
    return (SealedAt){.record = id, .field = owner};
}

static Err *not_kept(Arena *a)
{
    return fail(a, ERR_INPUT, "This table is not kept any more: it was written already, or chosen more than an hour ago."
        " Look among the tables brought in, or choose the file again.");
}

Err *upload_keep(Uploads *u, Arena *a, Arena scratch, Str owner, Str file, Str bytes, Str *token)
{
    Str id = random_name(a);
    TRY(folder_make(a, u->folder));
    TRY(file_keep(a, kept_path(a, u, id), seal_value(&scratch, u->key, bound_to(owner, id), bytes).s));
    mutex_lock(u->lock);
    Kept *one = place_for(u, a, owner);
    if (one) {
        text_put(one->id, sizeof one->id, id);
        text_put(one->owner, sizeof one->owner, owner);
        text_put(one->file, sizeof one->file, file);
        one->made = clock_ms();
        one->used = true;
    }
    mutex_unlock(u->lock);
    if (!one) {
        file_remove(a, kept_path(a, u, id));
        return fail(a, ERR_BUSY, "Many tables are being written: please try again in a moment.");
    }
    *token = id;
    return 0;
}

static Kept *kept_find(Uploads *u, Str owner, Str token)
{
    for (Kept *one = u->at; token.n && one < u->at + KEPT_MOST; one++) {
        if (one->used && str_equal(str_from(one->id), token) && str_equal(str_from(one->owner), owner)) return one;
    }
    return 0;
}

// Marks it as spent, or not any more; false: there is none that can be.
static bool spend(Uploads *u, Arena *a, Str owner, Str token, bool spent, Str *file)
{
    mutex_lock(u->lock);
    Kept *one = kept_find(u, owner, token);
    bool good = one && one->spent != spent;
    if (good) one->spent = spent;
    if (good && file) *file = str_copy(a, str_from(one->file));
    mutex_unlock(u->lock);
    return good;
}

static Err *kept_read(Uploads *u, Arena *a, Arena scratch, Str owner, Str token, Str *bytes)
{
    Str sealed;
    TRY(file_read(&scratch, kept_path(&scratch, u, token), (isize)1 << 30, &sealed));
    return seal_open(a, u->key, token, owner, sealed, bytes);
}

Err *upload_spend(Uploads *u, Arena *a, Arena scratch, Str owner, Str token, Str *file, Str *bytes)
{
    if (!spend(u, a, owner, token, true, file)) return not_kept(a);
    Err *e = kept_read(u, a, scratch, owner, token, bytes);
    if (!e) return 0;
    upload_drop(u, a, owner, token);
    return not_kept(a);
}

void upload_unspend(Uploads *u, Str owner, Str token)
{
    spend(u, 0, owner, token, false, 0);
}

void upload_drop(Uploads *u, Arena *a, Str owner, Str token)
{
    mutex_lock(u->lock);
    Kept *one = kept_find(u, owner, token);
    if (one) forget(u, a, one);
    mutex_unlock(u->lock);
}
