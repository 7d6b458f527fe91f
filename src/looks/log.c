// The chain that this process adds to: one segment after the other.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"

enum { SEGMENT_FULL = 4 << 20, ROOM = 64 << 20, AHEAD_MS = 600000 };

struct LookLog {
    Mutex *lock;
    Arena room;              // of one line, or of one index
    Str folder, chain;
    const Signer *signer;
    Growing file;            // none: the next look begins a segment
    int64_t segment, looks, ms; // looks: in the chain; ms: of the last line
    Hash hash;               // of the last line
    int64_t told;            // how many looks the last mark told
    struct { int64_t segment, looks; Hash before; char signature[SIGNATURE_BYTES]; } mark; // the newest signature
};

static Err *line_put(LookLog *log, Arena *a, Buf *o)
{
    Str hash = hash_bytes(&log->hash);
    Hash room;
    line_close(o, &hash, &room);
    TRY(grow_add(a, &log->file, buf_str(o)));
    log->hash = room;
    return 0;
}

static void mark_keep(LookLog *log, int64_t looks, Str before, Str signature)
{
    log->mark.segment = log->segment;
    log->mark.looks = looks;
    memcpy(log->mark.before.at, before.p, HASH_BYTES);
    memcpy(log->mark.signature, signature.p, SIGNATURE_BYTES);
}

static Err *signed_put(LookLog *log, Arena *a, LineKind kind)
{
    Buf o = buf_in(&log->room);
    Hash before = log->hash, words = mark_words(log->chain, log->segment, log->looks, hash_bytes(&before));
    Str signature = sign(&log->room, log->signer, hash_bytes(&words)).s;
    buf_add(&o, signed_words(&log->room, kind, log->looks, signature));
    TRY(line_put(log, a, &o));
    mark_keep(log, log->looks, hash_bytes(&before), signature);
    return 0;
}

// ---- one segment after the other ---------------------------------------------------------------------------

static Err *segment_begin(LookLog *log, Arena *a)
{
    Buf o = buf_in(&log->room);
    TRY(grow_open(a, path_join(a, log->folder, segment_name(a, log->chain, log->segment + 1)), &log->file));
    Line head = {.chain = log->chain, .segment = log->segment + 1, .ms = log->ms, .looks = log->looks,
        .before = hash_bytes(&log->hash)};
    buf_add(&o, line_begun(&log->room, &head));
    Err *e = line_put(log, a, &o);
    if (!e) e = file_sync(a, log->folder); // its name is on the disk when its folder is
    if (!e) log->segment++;
    if (e) grow_close(&log->file);
    return e;
}

static Err *index_add(LookLog *log, Arena *a)
{
    Str text;
    TRY(file_read(&log->room, path_join(&log->room, log->folder, segment_name(&log->room, log->chain, log->segment)), ROOM / 4, &text));
    return grow_add(a, &log->file, index_make(&log->room, text));
}

// Nothing is written behind an end but its index, and one that finds no room is made again when the chain is taken up: without
// it a search reads line by line.
static Err *segment_end(LookLog *log, Arena *a)
{
    TRY(signed_put(log, a, LINE_END));
    Err *unindexed = index_add(log, a);
    Err *e = file_sync(a, path_join(a, log->folder, segment_name(a, log->chain, log->segment)));
    grow_close(&log->file);
    return unindexed && unindexed->kind != ERR_BUSY ? unindexed : e;
}

// ---- taking it up ---------------------------------------------------------------------------------------------

// Of a segment's file; whole: so many bytes of it are lines that follow on each other; torn: what stands behind them is none.
typedef struct { bool any, ended, indexed, torn; isize whole, all; } Stands;

static Err *segment_stands(LookLog *log, Arena *a, Str path, Stands *out)
{
    Shown shown;
    Line line;
    *out = (Stands){0};
    TRY(segment_open(a, path, &shown));
    Str rest = shown.text, before = {0}, at = rest;
    for (; !out->ended && line_next(a, &rest, &line); at = rest) {
        Hash found = line_hash(line.kind == LINE_HEAD ? line.before : before, line.words);
        if (!hash_same(hash_bytes(&found), line.hash)) break; // verify tells it; nothing behind it is believed
        bool says = line.kind == LINE_SIGN || line.kind == LINE_END;
        out->any = true;
        out->ended = line.kind == LINE_END;
        if (line.kind == LINE_LOOK) log->looks++;
        else log->looks = line.looks;
        if (line.kind == LINE_HEAD) log->ms = line.ms;
        if (says && before.n) mark_keep(log, line.looks, before, line.signature);
        if (line.ms > log->ms) log->ms = line.ms;
        memcpy(log->hash.at, line.hash.p, HASH_BYTES);
        before = line.hash;
    }
    rest = at;
    out->torn = rest.n && !memchr(rest.p, '\n', (size_t)rest.n);
    out->whole = rest.n ? rest.p - shown.text.p : shown.text.n;
    out->all = shown.index.n ? out->whole : shown.text.n;
    out->indexed = shown.index.n > 0;
    segment_close(&shown);
    return 0;
}

// A line that is not whole goes, and an index that is not is made again.
static Err *segment_resume(LookLog *log, Arena *a, Str path, bool *any, bool *torn)
{
    Stands is;
    TRY(segment_stands(log, &log->room, path, &is));
    *any = is.any;
    *torn |= is.torn && !is.ended;
    if (is.indexed) return 0;
    if (is.whole < is.all && !is.torn && !is.ended) // somebody changed it: it stays as it lies, for verify to name
        return fail(a, ERR_BROKEN, "The log of looks is not whole behind byte {} of {}.", (int64_t)is.whole, path_name(path));
    TRY(grow_open(a, path, &log->file));
    if (is.whole < is.all) TRY(grow_cut(a, &log->file, is.whole));
    if (is.any && !is.ended) return 0;
    if (is.ended) TRY(index_add(log, a));
    grow_close(&log->file);
    return 0;
}

// The last segment of which a line is whole.
static Err *chain_resume(LookLog *log, Arena *a, bool *torn)
{
    Segment *all;
    int n;
    Str strange;
    bool any = false;
    TRY(segments_list(a, log->folder, (Str){0}, &all, &n, &strange));
    for (int i = n - 1; i >= 0 && !any; i--) {
        if (!str_equal(all[i].chain, log->chain)) continue;
        log->segment = all[i].number;
        TRY(segment_resume(log, a, all[i].path, &any, torn));
        if (!any) log->segment--;
    }
    return 0;
}

// What the store was told must be found in the files.
static bool mark_there(LookLog *log, const LookMark *known)
{
    Shown shown;
    Line line;
    Str before = {0};
    bool found = false;
    if (!known || !known->looks) return true;
    Str path = path_join(&log->room, log->folder, segment_name(&log->room, log->chain, known->segment));
    if (segment_open(&log->room, path, &shown)) return false;
    for (Str rest = shown.text; !found && line_next(&log->room, &rest, &line); before = line.hash) {
        bool says = line.kind == LINE_SIGN || line.kind == LINE_END;
        found = says && line.looks == known->looks && str_equal(before, known->hash) && str_equal(line.signature, known->signature);
    }
    segment_close(&shown);
    return found;
}

Err *looks_open(Arena *a, Str folder, Str chain, const Signer *signer, const LookMark *known, LookLog **out, bool *torn)
{
    LookLog *log = take(a, LookLog, 1);
    *log = (LookLog){.lock = mutex_make(), .room = arena_reserve(ROOM, 0), .folder = str_copy(a, folder), .chain = str_copy(a, chain),
        .signer = signer};
    *torn = false;
    *out = 0;
    Err *e = folder_make(a, folder);
    if (!e) e = chain_resume(log, a, torn);
    if (!e && !mark_there(log, known))
        e = fail(a, ERR_BROKEN, "The log of looks is not whole: {} looks of {} were signed, and the last of them are missing.",
            known->looks, chain);
    e = err_keep(a, e);
    arena_reset(&log->room);
    if (e) looks_close(log);
    else *out = log;
    return e;
}

// ---- adding ---------------------------------------------------------------------------------------------------

// Where the clock was so far ahead that it must have been wrong, a segment of no looks says how far: who reads the heads alone
// sees by it that times go back.
static Err *clock_back(LookLog *log, Arena *a, int64_t ms)
{
    if (log->file.fd) TRY(segment_end(log, a));
    TRY(segment_begin(log, a));
    TRY(segment_end(log, a));
    log->ms = ms;
    return 0;
}

static Err *add(LookLog *log, Arena *a, const Look *look)
{
    Look one = *look;
    Buf o = buf_in(&log->room);
    if (one.ms < log->ms - AHEAD_MS) TRY(clock_back(log, a, one.ms));
    if (one.ms < log->ms) one.ms = log->ms;
    log->ms = one.ms;
    if (!log->file.fd) TRY(segment_begin(log, a));
    look_words(&o, &one);
    TRY(line_put(log, a, &o));
    log->looks++;
    // What was noted was noted, whatever becomes of the segment: it is ended with the next one then.
    if (log->file.size >= SEGMENT_FULL) return segment_end(log, a);
    return 0;
}

// Whoever runs out of memory is unwound, which must not happen under the lock.
enum { WORDS_ROOM = 16 << 10, ROOM_KEPT = 256 << 10 };

static Arena words_room(Arena *a)
{
    if (a->end - a->at < WORDS_ROOM) arena_unwind(a);
    Arena words = arena_cut(a, WORDS_ROOM); // not zeroed as a whole, which was a seventh of what a look took
    words.exhausted = 0;
    return words;
}

Err *look_add(LookLog *log, Arena *a, const Look *look)
{
    Err *e = 0;
    Look part = *look;
    char *before = a->at;
    Arena words = words_room(a);
    mutex_lock(log->lock);
    for (int from = 0; !e && (from < look->n || !from); from += LOOK_RECORDS) {
        part.items = look->items + from;
        part.n = look->n - from < LOOK_RECORDS ? look->n - from : LOOK_RECORDS;
        e = add(log, &words, &part);
        bool indexed = log->room.at - log->room.start > ROOM_KEPT; // an ended segment's index takes 24 MB, once in many thousand looks
        if (indexed) arena_release(&log->room);
        else arena_rewind(&log->room, log->room.start);
    }
    mutex_unlock(log->lock);
    if (!e) a->at = before;
    return e;
}

// The disk is waited for beside those who add.
Err *looks_sign(LookLog *log, Arena *a, LookMark *mark, bool *news)
{
    Arena words = words_room(a);
    mutex_lock(log->lock);
    bool more = log->looks > log->mark.looks;
    Err *e = more && log->file.fd ? signed_put(log, &words, LINE_SIGN) : 0;
    *news = !e && log->mark.looks > log->told;
    if (*news) {
        *mark = (LookMark){.chain = log->chain, .segment = log->mark.segment, .looks = log->mark.looks,
            .hash = str_copy(&words, hash_bytes(&log->mark.before)),
            .signature = str_copy(&words, (Str){log->mark.signature, SIGNATURE_BYTES})};
    }
    arena_rewind(&log->room, log->room.start);
    mutex_unlock(log->lock);
    if (e || !*news) return e;
    return file_sync(a, path_join(a, log->folder, segment_name(a, mark->chain, mark->segment)));
}

bool look_mark_good(Str signer, const LookMark *mark)
{
    Hash words = mark_words(mark->chain, mark->segment, mark->looks, mark->hash);
    return mark->hash.n == HASH_BYTES && signature_good(signer, hash_bytes(&words), mark->signature);
}

void looks_told_of(LookLog *log, const LookMark *mark)
{
    mutex_lock(log->lock);
    if (log->told < mark->looks) log->told = mark->looks;
    mutex_unlock(log->lock);
}

void looks_close(LookLog *log)
{
    grow_close(&log->file);
    mutex_free(log->lock);
    arena_release(&log->room);
}
