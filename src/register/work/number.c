// Numbers for people: a running one per type and what stands before it, given once and kept in the entry that makes the record.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// Where many write, each takes some at once for itself, in a transaction of its own: nobody waits for another's save, and
// what is not used is left out.
enum { BLOCK = 20, BLOCK_IMPORT = 200, BLOCKS_MOST = 64, BEFORE_MOST = 120 };
typedef struct { char of[BEFORE_MOST]; isize n; int64_t next, end; } Block;
struct Numbering { Mutex *lock; Block at[BLOCKS_MOST]; int used; };

Numbering *numbering_make(Arena *a)
{
    Numbering *all = take(a, Numbering, 1);
    all->lock = mutex_make();
    return all;
}

void numbering_end(Numbering *all)
{
    if (all) mutex_free(all->lock);
}

static Block *block_of(Numbering *all, Str of)
{
    for (int i = 0; i < BLOCKS_MOST; i++) {
        if (all->at[i].n && str_equal((Str){all->at[i].of, all->at[i].n}, of)) return &all->at[i];
    }
    return 0;
}

static int64_t block_next(Numbering *all, Str of)
{
    mutex_lock(all->lock);
    Block *b = block_of(all, of);
    int64_t n = b && b->next < b->end ? b->next++ : 0;
    mutex_unlock(all->lock);
    return n;
}

static void block_keep(Numbering *all, Str of, int64_t next, int64_t end)
{
    if (of.n > BEFORE_MOST) return;
    mutex_lock(all->lock);
    Block *b = block_of(all, of);
    if (!b) b = &all->at[all->used++ % BLOCKS_MOST];
    memcpy(b->of, of.p, (size_t)of.n);
    b->n = of.n;
    b->next = next;
    b->end = end;
    mutex_unlock(all->lock);
}

static Err *block_ask(Db *db, Arena *a, Str record, Str before, int64_t many, int64_t *last)
{
    Rows q;
    TRY(sql(db, a, &q, "insert into numbers (record, stem, n) values ($1, $2, $3) on conflict (record, stem)"
        " do update set n = numbers.n + excluded.n returning n", record, before, many));
    must(rows_next(&q));
    *last = next_int(&q);
    return 0;
}

static Err *block_take(Store *s, Str record, Str before, int64_t *n)
{
    Db *db;
    int64_t last, many = s->batch ? BLOCK_IMPORT : BLOCK;
    Str of = say(s->a, "{} {}", record, before);
    *n = block_next(s->reg->numbering, of);
    if (*n) return 0;
    TRY(db_open(s->a, s->reg->where, DB_WRITE, false, &db));
    Err *e = block_ask(db, s->a, record, before, many, &last);
    db_close(db);
    if (e) return e;
    *n = last - many + 1;
    block_keep(s->reg->numbering, of, *n + 1, last + 1);
    return 0;
}

Err *number_raise(Store *s, const RecordType *t, Str number)
{
    Str before;
    int64_t n;
    number_split(number, &before, &n);
    return sql(s->db, s->a, 0, "insert into numbers (record, stem, n) values ($1, $2, $3) on conflict (record, stem)"
        " do update set n = case when numbers.n < excluded.n then excluded.n else numbers.n end", t->name, before, n);
}

// Of the one who writes: a file's lines are not asked for one by one.
static Err *count_on(Store *s, const RecordType *t, Str before, int64_t *n)
{
    Rows q;
    Batch *batch = s->batch;
    bool is_new = true;
    Slot *slot = batch ? map_get(&batch->numbers, before) : 0;
    if (slot) {
        *n = ++slot->i;
        return 0;
    }
    TRY(sql(s->db, s->a, &q, "select n from numbers where record = $1 and stem = $2", t->name, before));
    *n = 1 + (rows_next(&q) ? next_int(&q) : 0);
    if (batch) map_put(&batch->numbers, batch->kept, str_copy(batch->kept, before), &is_new)->i = *n;
    return 0;
}

Err *number_give(Store *s, Effect *e)
{
    const Unit *unit = unit_get(s->pack, e->unit);
    const RecordType *t = e->type;
    int64_t n;
    if (!t->numbered) return 0;
    Str before = number_before(s->a, s->pack, t, register_today(s) / 10000, unit ? unit->province : (Str){0});
    bool shared = db_shared(s->db);
    if (shared) TRY(block_take(s, t->name, before, &n));
    else TRY(count_on(s, t, before, &n));
    e->number = number_whole(s->a, t, before, n);
    return shared ? 0 : number_raise(s, t, e->number);
}

Err *number_settle(Store *s, Effect *e)
{
    Rows q;
    if (!e->number.n) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from {} where \"no\" = $1", (Name){e->type->name}, e->number));
    if (q.rows) e->number = (Str){0};
    return e->number.n ? number_raise(s, e->type, e->number) : 0;
}
