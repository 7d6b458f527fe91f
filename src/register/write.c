// Writing: all of it or none, by the caller itself or, while serving, by the one writer in groups.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// What a deletion promised to take away lies in the log and in freed pages still: that goes after the commit, here
// or, while serving, beside the writer.
void scrub_wanted(Store *s)
{
    s->reg->scrubs++;
}

static Err *scrub(Register *reg, Db *db, Arena *a)
{
    static const Name tables[] = {{S("sessions")}, {S("tokens")}, {S("passwords")}, {S("codes")}, {S("drafts")}, {S("mails")},
        {S("filters")}};
    int wanted = reg->scrubs;
    if (!wanted) return 0;
    TRY(db_scrub(db, a, tables, countof(tables)));
    atomic_fetch_sub(&reg->scrubs, wanted);
    return 0;
}

typedef struct { Store *s; WriteFn *work; void *with; } Here;

static Err *here(void *with)
{
    Here *h = with;
    TRY(h->work(h->s, h->with));
    return head_sign(h->s);
}

Err *nothing_kept(void)
{
    static const Err kept = {.kind = ERR_COUNT};
    return (Err *)&kept;
}

Err *write_here(Store *s, DbUse use, WriteFn *work, void *with)
{
    if (s->head) return work(s, with); // inside a write already
    Head head = {0};
    Store writing = *s;
    writing.head = &head;
    writing.looking = 0; // what is read to be saved is shown to nobody
    Here h = {&writing, work, with};
    Err *e = db_transaction(s->db, s->a, use, here, &h);
    if (e) ring_forget(s);
    else s->reg->begun |= head.begins;
    return e;
}

// ---- the queue: one of the three things that threads share -------------------------------------------

typedef struct Job {
    Store asker; WriteFn *work; void *with;
    DbUse use;               // not DB_WRITE: in a transaction of its own, and once
    Err *e; bool ran, done;
    char *mark;              // where its memory began
    int tries, conflicts; int64_t again, until; // somebody else got in between: tried again then, and not after that (clock_ticks)
    Mutex *wake;             // its thread's own: only it is woken when the group was committed
    struct Job *next;
} Job;

enum { LATER_MOST = 64, LATER_BYTES = 64 };
typedef struct Later { Job job; _Alignas(16) char with[LATER_BYTES]; Arena a; bool used; } Later; // nobody waits for it

struct Queue {
    Mutex *lock;
    Later later[LATER_MOST];
    Job *first, **end;       // end: where the next one goes
    Mutex *follow;           // woken when entries were written
    Store *writer;
    Arena own;               // of the group itself: small, so that exhausting it is impossible
};

enum { GROUP_MOST = 64, PATIENCE_MS = 10000, CONFLICTS_MOST = 3, PAUSE_MOST = 6 }; // at most 1 << PAUSE_MOST milliseconds

typedef struct { Job *job; Store *writer; bool begins; } Turn; // begins: the group wrote its writer's first entry here

static Err *run_job(void *with)
{
    Turn *turn = with;
    turn->job->ran = true;
    return turn->job->work(turn->writer, turn->job->with);
}

// One request of the group, under a savepoint of its own.
static void run_turn(Job *job, Store *writer)
{
    Head before = *writer->head;
    Turn turn = {job, writer, false};
    job->e = db_all_or_nothing(writer->db, writer->a, run_job, &turn);
    if (!job->e) return;
    *writer->head = before;
    ring_forget(writer);
}

static Err *too_much(void)
{
    static const Err all = {.kind = ERR_BUSY, .message = {.words = "This is too much at once: please try a smaller part."}};
    return (Err *)&all;
}

typedef struct { Job *job; Store writer; } Guarded;

static void turn_run(void *with)
{
    Guarded *g = with;
    run_turn(g->job, &g->writer);
}

// What it takes comes from its own arena, and unwinds here when that is exhausted: the savepoint is
// still open then, and what it did goes with it.
static Err *run_guarded(struct Queue *queue, Job *job, Head *head)
{
    Head before = *head;
    Guarded g = {job, *queue->writer};
    g.writer.a = job->asker.a;
    g.writer.user = job->asker.user;
    g.writer.lang = job->asker.lang;
    g.writer.batch = job->asker.batch;
    g.writer.head = head;
    if (arena_guard(g.writer.a, &g.writer.scratch, turn_run, &g)) return 0;
    *head = before;
    ring_forget(queue->writer);
    job->e = too_much();
    return db_undo_to(queue->writer->db, &queue->own, 1);
}

// What a newer pack may have changed is seen here: none is loaded while anybody writes.
static Err *run_group(void *with)
{
    Turn *group = with;
    Head head = {0};
    group->writer->head = &head;
    TRY(store_refresh(group->writer));
    for (Job *job = group->job; job; job = job->next) TRY(run_guarded(group->writer->reg->queue, job, &head));
    group->begins = head.begins;
    return head_sign(group->writer);
}

// All of them, or each that fits is told the one error that undid all.
static Err *commit_group(struct Queue *queue, Job *group)
{
    Turn turn = {group, queue->writer, false};
    Err *e = db_transaction(queue->writer->db, &queue->own, group->use, run_group, &turn);
    if (e) ring_forget(queue->writer); // its keys went with it
    else queue->writer->reg->begun |= turn.begins;
    for (Job *job = group; e && job; job = job->next) job->e = e;
    return e;
}

// Where somebody else got in between all of them at once, or one of them holds what the store refuses when it is
// committed, each is tried by itself; where the store cannot be had, none is.
static void write_group(struct Queue *queue, Job *group)
{
    Err *e = commit_group(queue, group);
    bool away = e && !e->crossed && (e->kind == ERR_BUSY || db_lost(queue->writer->db));
    if (!e || away || !group->next) return;
    for (Job *job = group, *next; job; job = next) {
        next = job->next;
        job->next = 0;
        job->e = 0;
        (void)commit_group(queue, job); // told by job->e
        job->next = next;
    }
}

// ---- who comes next --------------------------------------------------------------------------------------

static void job_add(struct Queue *queue, Job *job)
{
    job->next = 0;
    *queue->end = job;
    queue->end = &job->next;
}

// Those whose time has come, in their order; what must have a transaction of its own, by itself. `wait`: until the
// first of the others, in nanoseconds.
static Job *group_ready(struct Queue *queue, int64_t *wait)
{
    int64_t now = clock_ticks();
    Job *group = 0, **end = &group, **at = &queue->first;
    *wait = 0;
    for (int n = 0; *at && n < GROUP_MOST;) {
        Job *job = *at;
        if (job->again > now) {
            if (!*wait || job->again - now < *wait) *wait = job->again - now;
            at = &job->next;
            continue;
        }
        if (n && job->use != DB_WRITE) break;
        *at = job->next;
        if (!*at) queue->end = at;
        job->next = 0;
        *end = job;
        end = &job->next;
        n++;
        if (job->use != DB_WRITE) break;
    }
    return group;
}

static Job *group_take(struct Queue *queue)
{
    Job *group;
    int64_t wait;
    mutex_lock(queue->lock);
    while (!(group = group_ready(queue, &wait))) {
        if (wait) (void)mutex_wait_ms(queue->lock, wait / 1000000 + 1);
        else mutex_wait(queue->lock);
    }
    mutex_unlock(queue->lock);
    return group;
}

// Back into the queue, with its memory as it was: who came first is done soon. Each time it is left alone for longer.
static bool put_back(struct Queue *queue, Job *job)
{
    const Err *e = job->e;
    int64_t now = clock_ticks();
    bool waits = e && e->kind == ERR_BUSY && !db_lost(queue->writer->db); // for whoever holds it
    if (!waits) job->conflicts++;
    bool may = e && e->crossed && now < job->until && job->conflicts <= CONFLICTS_MOST;
    if (!may || (job->ran && job->use != DB_WRITE)) return false;
    int pause = job->tries < PAUSE_MOST ? job->tries : PAUSE_MOST;
    job->tries++;
    job->again = now + ((int64_t)1000000 << pause);
    job->e = 0;
    arena_rewind(job->asker.a, job->mark);
    mutex_lock(queue->lock);
    job_add(queue, job);
    mutex_unlock(queue->lock);
    return true;
}

typedef struct { Arena *a; const Err *e; Err *told; } Telling;

static void tell_run(void *with)
{
    Telling *t = with;
    t->told = err_keep(t->a, t->e);
}

// Her memory may be full to the last byte, and the way out of it leads through her own thread.
static Err *err_told(Arena *a, const Err *e)
{
    Telling t = {a, e, 0};
    return arena_guard(a, 0, tell_run, &t) ? t.told : too_much();
}

static void later_done(struct Queue *queue, Job *job)
{
    Later *one = (Later *)(void *)job; // its first member
    arena_reset(&one->a);
    mutex_lock(queue->lock);
    one->used = false;
    mutex_unlock(queue->lock);
}

static void job_done(struct Queue *queue, Job *job)
{
    Mutex *wake = job->wake; // the job is gone as soon as its thread goes on
    if (put_back(queue, job)) return;
    if (!wake) {
        later_done(queue, job);
        return;
    }
    if (job->e && job->e->message.words) job->e = err_told(job->asker.a, job->e);
    mutex_lock(wake);
    job->done = true;
    mutex_wake(wake);
    mutex_unlock(wake);
}

static void write_groups(void *with)
{
    struct Queue *queue = with;
    for (;;) {
        Job *group = group_take(queue);
        queue->writer->a = &queue->own;
        write_group(queue, group);
        for (Job *job = group, *next; job; job = next) {
            next = job->next;
            job_done(queue, job);
        }
        arena_reset(&queue->own);
        wipe_stack();
        mutex_wake(queue->follow);
    }
}

static void job_begin(struct Queue *queue, Job *job)
{
    job->mark = job->asker.a->at;
    job->until = clock_ticks() + (int64_t)PATIENCE_MS * 1000000;
    mutex_lock(queue->lock);
    job_add(queue, job);
    mutex_wake(queue->lock);
    mutex_unlock(queue->lock);
}

void register_later(Store *s, WriteFn *work, const void *with, isize n)
{
    struct Queue *queue = s->reg->queue;
    Later *empty = 0;
    bool known = false;
    must(n <= LATER_BYTES);
    if (!queue) return;
    mutex_lock(queue->lock);
    for (Later *one = queue->later; one < queue->later + LATER_MOST; one++) {
        if (!one->used) empty = one;
        else known |= one->job.work == work && !memcmp(one->with, with, (size_t)n);
    }
    if (empty && !known) {
        if (!empty->a.start) empty->a = arena_reserve(256 << 10, 0);
        memcpy(empty->with, with, (size_t)n);
        empty->used = true;
        empty->job = (Job){.asker = *queue->writer, .work = work, .with = empty->with, .use = DB_WRITE};
        empty->job.asker.a = &empty->a;
    }
    mutex_unlock(queue->lock);
    if (empty && !known) job_begin(queue, &empty->job);
}

Err *register_write_as(Store *s, DbUse use, WriteFn *work, void *with)
{
    struct Queue *queue = s->reg->queue;
    if (s->head) return write_here(s, use, work, with);
    if (!queue) {
        TRY(write_here(s, use, work, with));
        return scrub(s->reg, s->db, s->a);
    }
    Job job = {.asker = *s, .work = work, .with = with, .use = use, .wake = s->wake};
    job_begin(queue, &job);
    mutex_lock(job.wake);
    while (!job.done) mutex_wait(job.wake);
    mutex_unlock(job.wake);
    return job.e;
}

Err *register_write(Store *s, WriteFn *work, void *with)
{
    return register_write_as(s, DB_WRITE, work, with);
}

// ---- beside the writer: checkpoints, and what follows the journal ---------------------------------------

// A store that is away is told once, not twice a second.
static void tell_once(bool *told, Arena *a, const Err *e)
{
    if (e && !*told) log_line(err_text(a, e));
    *told = e != 0;
}

typedef struct { Register *reg; Arena kept, a; Db *db; bool told; } Checkpoint;

static void checkpoint_run(void *with)
{
    Checkpoint *c = with;
    Err *e = c->db ? 0 : db_open(&c->kept, c->reg->where, DB_WRITE, false, &c->db);
    if (!e) e = db_checkpoint(c->db, &c->a);
    if (!e) e = scrub(c->reg, c->db, &c->a);
    tell_once(&c->told, &c->a, e);
    if (!c->db) arena_reset(&c->kept); // tried again, for as long as it takes
}

static void checkpoint(void *with)
{
    Checkpoint c = {with, arena_reserve(1 << 20, 0), arena_reserve(1 << 20, 0), 0, false};
    for (;; clock_sleep(500)) {
        (void)arena_guard(&c.a, 0, checkpoint_run, &c);
        arena_reset(&c.a);
    }
}

typedef struct { Store *s; Followed done; bool more, told; } Following;

static Err *follow_round(Following *f)
{
    TRY(store_refresh(f->s));
    return find_follow(f->s, &f->done, &f->more);
}

static void follow_run(void *with)
{
    Following *f = with;
    f->more = false;
    Err *e = follow_round(f);
    tell_once(&f->told, f->s->a, e);
    f->more &= !e;
}

// Much to read is read in longer steps, so that at most a fifth of a processor goes with it.
static void follow(void *with)
{
    enum { PAUSE_LEAST = 50, PAUSE_LONGEST = 250 };
    Following f = {.s = with};
    Store *s = f.s;
    for (;;) {
        int64_t began = clock_ticks();
        bool whole = arena_guard(s->a, &s->scratch, follow_run, &f);
        int64_t took = (clock_ticks() - began) / 1000000;
        if (!whole) db_recover(s->db);
        arena_release(s->a);
        if (whole && f.more) continue;
        int64_t pause = 4 * took < PAUSE_LEAST ? PAUSE_LEAST : 4 * took;
        clock_sleep(pause < PAUSE_LONGEST ? pause : PAUSE_LONGEST); // others come soon: they are read together
        mutex_lock(s->reg->queue->follow);
        mutex_wait_ms(s->reg->queue->follow, 300);
        mutex_unlock(s->reg->queue->follow);
    }
}

// The Store itself stays; what it answers lives in a reserve of its own that is used over and over.
static Err *thread_store(Register *reg, Arena *a, Store **out)
{
    TRY(store_open(reg, a, arena_reserve(16 << 20, 0), user_operator(), out));
    (*out)->a = take(a, Arena, 1);
    *(*out)->a = arena_reserve((isize)1 << 30, 0);
    return 0;
}

Err *register_serve(Register *reg, Arena *a)
{
    struct Queue *queue = take(a, struct Queue, 1);
    queue->lock = mutex_make();
    queue->follow = mutex_make();
    queue->own = arena_reserve(16 << 20, 0);
    queue->end = &queue->first;
    TRY(thread_store(reg, a, &queue->writer));
    TRY(db_hurry(queue->writer->db, a)); // whoever waits for it waits for all that others hold
    Store *follower, *passer, *looker;
    TRY(thread_store(reg, a, &follower));
    TRY(thread_store(reg, a, &passer));
    TRY(thread_store(reg, a, &looker));
    reg->queue = queue;
    attachments_sweep(reg, follower->db, *a);
    Err *untold = erasures_tell(follower);
    if (untold) log_line(err_text(a, untold));
    thread_start(write_groups, queue);
    thread_start(follow, follower);
    thread_start(days_watch, passer);
    looks_serve(looker);
    thread_start(checkpoint, reg);
    return 0;
}
