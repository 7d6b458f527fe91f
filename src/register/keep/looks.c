// What is shown to whom: collected while an answer is made, noted before it leaves.
// SPDX-License-Identifier: Apache-2.0
#include "looks/looks.h"
#include "register/inside.h"
#include <stdlib.h>

struct Looking { const User *by; LookItem *at; int n, room; };

// The log that this process adds to, opened with its first look. Whoever runs out of memory is unwound, so nothing is taken
// from a request's arena while a lock is held.
struct LooksHere {
    Mutex *lock, *signing;
    Chain chain;
    LookLog *log;
    int64_t said, tell_at;   // how many looks the mark beside its lock says; when the store is told again, in ticks
    Arena own;               // of who opens it
    Store *signs;            // of the thread that signs, while serving
};

const Str look_names[LOOK_KINDS] = {
    [LOOK_VIEW] = S("view"), [LOOK_LIST] = S("list"), [LOOK_FIND] = S("find"), [LOOK_EXPORT] = S("export"), [LOOK_PRINT] = S("print"),
    [LOOK_OPEN] = S("open"), [LOOK_REFUSED] = S("refused"), [LOOK_SIGN_IN] = S("sign-in"),
};

struct LooksHere *looks_make(Arena *a)
{
    struct LooksHere *here = take(a, struct LooksHere, 1);
    here->lock = mutex_make();
    here->signing = mutex_make();
    return here;
}

void looks_free(struct LooksHere *here)
{
    if (here->log) looks_close(here->log);
    if (here->chain.lock) lock_free(here->chain.lock);
    mutex_free(here->lock);
    mutex_free(here->signing);
}

// ---- collected ---------------------------------------------------------------------------------------------

void looks_collect(Store *s, const User *by)
{
    s->looking = take(s->a, struct Looking, 1);
    s->looking->by = by;
}

void look_at_title(Store *s, const RecordType *t, Str id, unsigned open)
{
    enum { FIRST = 64 };
    struct Looking *l = s->looking;
    if (!l) return;
    if (l->n == l->room) {
        int room = l->room ? l->room * 2 : FIRST;
        LookItem *more = take(s->a, LookItem, room);
        if (l->n) memcpy(more, l->at, (size_t)l->n * sizeof *more);
        l->at = more;
        l->room = room;
    }
    l->at[l->n++] = (LookItem){t->name, id, open};
}

// Of what has keys, the compartments of which something is shown.
void look_at(Store *s, const Record *r)
{
    unsigned open = 0;
    if (!s->looking) return;
    for (int i = 0; i < r->type->n; i++) {
        const Cell *cell = &r->cells[i];
        if (cell->text.n && !cell->hidden && field_sealed(&r->type->fields[i])) open |= 1u << r->type->fields[i].compartment;
    }
    look_at_title(s, r->type, r->id, open);
}

// What a file would change, or did not, is told with what stands there.
void look_at_changes(Store *s, const RecordType *t, const ImportChanges *all)
{
    for (const ImportChange *one = all->first; one; one = one->next) {
        const Field *f = field_get(t, one->column);
        look_at_title(s, t, one->id, f && field_sealed(f) ? 1u << f->compartment : 0);
    }
}

static int by_record(const void *one, const void *other)
{
    const LookItem *x = one, *y = other;
    int types = str_compare(x->type, y->type);
    if (types) return types;
    return str_compare(x->id, y->id);
}

// Each record once, with all that was shown of it; those of a kind, of which the same was open, beside each other.
static int by_kind(const void *one, const void *other)
{
    const LookItem *x = one, *y = other;
    int types = str_compare(x->type, y->type);
    if (types) return types;
    if (x->open != y->open) return x->open < y->open ? -1 : 1;
    return str_compare(x->id, y->id);
}

static void each_once(struct Looking *l)
{
    int n = 0;
    if (l->n > 1) qsort(l->at, (size_t)l->n, sizeof *l->at, by_record);
    for (int i = 0; i < l->n; i++) {
        LookItem *last = n ? &l->at[n - 1] : 0;
        if (last && str_equal(last->id, l->at[i].id) && str_equal(last->type, l->at[i].type)) last->open |= l->at[i].open;
        else l->at[n++] = l->at[i];
    }
    l->n = n;
    if (n > 1) qsort(l->at, (size_t)n, sizeof *l->at, by_kind);
}

// ---- noted --------------------------------------------------------------------------------------------------

// How far a chain was signed is said each second in its lock's file, and in the store once a minute: with each commit all who
// read the store give up what they have mapped of it.
enum { TELL_MS = 60000, MARK_MOST = 4096 };

static Str mark_line(Arena *a, const LookMark *mark)
{
    return say(a, "{} {} {} {}\n", mark->segment, mark->looks, base64_of(a, mark->hash), base64_of(a, mark->signature));
}

// What the lock's file says, where it is signed and more than is known already. A chain of a copied folder has none.
static void mark_beside(const Register *reg, Arena *a, LookMark *known)
{
    Str text, path = chain_path(a, reg, known->chain);
    LookMark said = {.chain = known->chain};
    if (!path_exists(path) || file_read(a, path, MARK_MOST, &text)) return;
    Str line = str_cut(&text, '\n');
    bool good = str_int(str_cut(&line, ' '), &said.segment) && str_int(str_cut(&line, ' '), &said.looks);
    good = good && base64_read(a, str_cut(&line, ' '), &said.hash) && base64_read(a, line, &said.signature);
    if (good && said.looks > known->looks && look_mark_good(reg->public_key, &said)) *known = said;
}

static LookMark next_mark(const Register *reg, Arena *a, Rows *q)
{
    LookMark out = {.chain = next_str(q)};
    out.segment = next_int(q);
    out.looks = next_int(q);
    out.hash = next_str(q);
    out.signature = next_str(q);
    mark_beside(reg, a, &out);
    return out;
}

// How far it is known that this chain came.
static Err *mark_read(Store *s, Str chain, LookMark *out)
{
    Rows q;
    *out = (LookMark){.chain = chain};
    TRY(sql(s->db, s->a, &q, "select writer, segment, looks, hash, signature from looked where writer = $1", chain));
    if (rows_next(&q)) *out = next_mark(s->reg, s->a, &q);
    return 0;
}

static Err *log_open(Store *s, struct LooksHere *here, bool *torn)
{
    LookMark known;
    Str folder = path_join(s->a, s->reg->dir, S("looks"));
    TRY(mark_read(s, here->chain.name, &known));
    return looks_open(s->a, folder, here->chain.name, &s->reg->secrets->signer, &known, &here->log, torn);
}

static Err *log_begin(Store *s, struct LooksHere *here)
{
    bool torn;
    if (!here->chain.name.n) TRY(chain_take(s, (Name){S("looked")}, false, &here->chain));
    Err *e = log_open(s, here, &torn);
    if (e && e->kind == ERR_BROKEN) { // it stays as it lies, held by this process; what is shown goes on in a chain of its own
        log_line(say(s->a, "{} Run sukhwan verify.", err_text(s->a, e)));
        TRY(chain_take(s, (Name){S("looked")}, true, &here->chain));
        e = log_open(s, here, &torn);
    }
    TRY(e);
    if (torn) log_line(S("The last line of the log of looks was not whole, since the machine stopped: it was cut off."));
    return 0;
}

static Err *here_begin(Store *s)
{
    struct LooksHere *here = s->reg->looks;
    Store mine = *s;
    Err *e = 0;
    mutex_lock(here->lock);
    if (!here->own.start) here->own = arena_reserve(16 << 20, 0);
    mine.a = &here->own;
    if (!here->log) e = log_begin(&mine, here);
    mutex_unlock(here->lock);
    if (!e) return 0;
    e = err_keep(s->a, e);
    if (e->kind == ERR_INPUT) e->kind = ERR_BUSY; // it is not who asks that must mend it
    return e;
}

// On a medium that can only be read a command tells that nothing is noted: whoever has register and key could copy both.
static bool read_alone(const Store *s)
{
    bool alone = s->reg->use != OPEN_SERVE && !path_writable(s->reg->dir);
    if (alone) err_write(S("sukhwan: This register can only be read here: that you looked is not noted.\n"));
    return alone;
}

static Err *note(Store *s, LookKind kind, const User *by, const LookItem *items, int n)
{
    if (!s->reg->looks->log && read_alone(s)) return 0;
    TRY(here_begin(s));
    bool known = by->role && by->name.n;
    Look look = {.ms = clock_ms(), .user = by->name, .role = known ? by->role->name : (Str){0}, .what = look_names[kind],
        .items = items, .n = n};
    if (by->unit) look.unit = by->unit->key, look.agency = by->unit->agency;
    return look_add(s->reg->looks->log, s->a, &look);
}

void looks_drop(Store *s)
{
    if (s->looking) s->looking->n = 0;
}

Err *looks_note(Store *s, LookKind kind)
{
    struct Looking *l = s->looking;
    if (!l || !l->n) return 0;
    each_once(l);
    TRY(note(s, kind, l->by, l->at, l->n));
    l->n = 0;
    return 0;
}

Err *look_one(Store *s, LookKind kind, const Record *r)
{
    return note(s, kind, &s->user, &(LookItem){r->type->name, r->id, 0}, 1);
}

Err *look_happened(Store *s, LookKind kind, const User *by)
{
    return note(s, kind, by, 0, 0);
}

// ---- signed, and told in the store ----------------------------------------------------------------------------

static Err *mark_put(Store *s, void *with)
{
    const LookMark *mark = with;
    return sql(s->db, s->a, 0, "insert into looked (writer, segment, looks, hash, signature) values ($1, $2, $3, $4, $5)"
        " on conflict (writer) do update set segment = excluded.segment, looks = excluded.looks, hash = excluded.hash,"
        " signature = excluded.signature", mark->chain, mark->segment, mark->looks, (Blob){mark->hash}, (Blob){mark->signature});
}

static Err *mark_tell(Store *s, const LookMark *mark)
{
    TRY(register_write(s, mark_put, (void *)mark));
    looks_told_of(s->reg->looks->log, mark);
    return 0;
}

// By who ends, in the store at once.
static Err *looks_told(Store *s, bool ends)
{
    struct LooksHere *here = s->reg->looks;
    LookMark mark;
    bool news;
    TRY(looks_sign(here->log, s->a, &mark, &news));
    if (news && mark.looks > here->said) TRY(lock_say(s->a, here->chain.lock, mark_line(s->a, &mark)));
    if (news) here->said = mark.looks;
    if (!news || (!ends && clock_ticks() < here->tell_at)) return 0;
    TRY(mark_tell(s, &mark));
    here->tell_at = clock_ticks() + (int64_t)TELL_MS * 1000000;
    return 0;
}

// A store that is away is told by those who look at it for its own sake; the mark is told to it with the next turn.
static Err *looks_signed(Store *s)
{
    Err *away = looks_told(s, false);
    return away && away->kind != ERR_BUSY ? away : 0;
}

static void sign_turn(void *store)
{
    Store *s = store;
    struct LooksHere *here = s->reg->looks;
    Arena *kept = s->a, turn = arena_cut(kept, 1 << 20);
    bool failed = false; // that was told; it is tried again each second
    for (;;) {
        clock_sleep(1000);
        mutex_lock(here->signing);
        Arena own = turn;
        s->a = &own;
        mutex_lock(here->lock);
        bool begun = here->log;
        mutex_unlock(here->lock);
        Err *e = begun ? looks_signed(s) : 0;
        if (e && !failed) log_line(err_text(s->a, e));
        failed = e != 0;
        s->a = kept; // who ends the server signs once more
        mutex_unlock(here->signing);
    }
}

void looks_serve(Store *s)
{
    s->reg->looks->signs = s;
    thread_start(sign_turn, s);
}

// Nobody asks any more: what was added last is signed, and nothing is noted after that.
void looks_stop(Register *reg)
{
    struct LooksHere *here = reg->looks;
    mutex_lock(here->signing);
    Err *e = here->log && here->signs ? looks_told(here->signs, true) : 0;
    if (e) log_line(err_text(here->signs->a, e));
}

// A command's own connection may only read.
Err *looks_end(Store *s)
{
    struct LooksHere *here = s->reg->looks;
    Store writes = *s;
    if (!here || !here->log || s->reg->queue) return 0;
    TRY(db_open(s->a, s->reg->where, DB_WRITE, false, &writes.db));
    Err *e = looks_told(&writes, true);
    db_close(writes.db);
    looks_close(here->log);
    lock_free(here->chain.lock);
    here->log = 0;
    here->chain = (Chain){0};
    here->said = here->tell_at = 0;
    return e;
}

// ---- checked ---------------------------------------------------------------------------------------------------

// On a server's database other machines write chains, too, whose files lie there: those that were begun here must lie here.
static bool must_lie_here(Arena *a, const Register *reg, Str chain)
{
    return register_near(reg) || chain_here(a, reg, chain);
}

static Err *marks_read(Register *reg, Db *db, Arena *a, LooksMeant *meant)
{
    Rows q;
    TRY(sql(db, a, &q, "select writer, segment, looks, hash, signature from looked order by writer"));
    LookMark *marks = take(a, LookMark, q.rows);
    while (rows_next(&q)) {
        LookMark one = next_mark(reg, a, &q);
        if (must_lie_here(a, reg, one.chain)) marks[meant->marks_n++] = one;
    }
    meant->marks = marks;
    return 0;
}

Err *looks_meant(Register *reg, Db *db, Arena *a, LooksMeant *out)
{
    *out = (LooksMeant){.folder = path_join(a, reg->dir, S("looks")), .signer = reg->public_key};
    TRY(marks_read(reg, db, a, out));
    return looks_away_read(db, a, out);
}

Err *looks_check(Register *reg, Db *db, Arena *a, Arena turn, Verified *out)
{
    LooksMeant meant;
    LooksFound found;
    TRY(looks_meant(reg, db, a, &meant));
    TRY(looks_verify(a, turn, &meant, &found));
    out->looks = found.looks;
    out->unsure = found.unsure;
    out->torn = found.torn;
    return 0;
}
