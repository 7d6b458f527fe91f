// Write-behind: what wants no answer is done on a thread of the connection's own, in its order.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include "os/os.h"
#include <stdlib.h>

enum { PARCELS = 4, PARCEL = 256 << 10 };

// One statement with all that it needs; its values and their bytes stand behind it.
typedef struct { const char *lit; Str text; isize size; int n; } Order; // lit null: the text was made
typedef struct { char *at; isize n; } Parcel;

struct Behind {
    Db *db;
    Mutex *lock;
    Parcel parcels[PARCELS];
    int64_t given, done;     // parcels handed over, and worked off; the one being filled is `given`
    bool ends, ended;
    char *room;              // of the parcels, and of `a`
    Arena a;                 // of the thread's error
    Err *e;                  // the first: nothing is done after it
};

// ---- the thread --------------------------------------------------------------------------------

static Err *order_run(struct Behind *b, const Order *order)
{
    Statement *s;
    Vals values = {(const Val *)(order + 1), order->n};
    Val made = {.kind = VAL_SQL, .s = order->text, .with = values};
    if (order->lit) TRY(statement_find(b->db, &b->a, S(""), order->lit, values, &s, &values));
    else TRY(statement_find(b->db, &b->a, S(""), "{}", (Vals){&made, 1}, &s, &values));
    return b->db->driver->run(b->db, &b->a, s, values, 0);
}

static void parcel_run(struct Behind *b, Parcel *p)
{
    const Driver *driver = b->db->driver;
    bool together = driver->parcel_begin && p->n && !b->e;
    if (together) driver->parcel_begin(b->db);
    for (isize at = 0; at < p->n && !b->e;) {
        const Order *order = (const Order *)(p->at + at);
        b->e = order_run(b, order);
        at += order->size;
    }
    Err *ended = together ? driver->parcel_end(b->db, &b->a) : 0;
    if (!b->e) b->e = ended;
    explicit_bzero(p->at, (size_t)p->n);
    p->n = 0;
}

static void work_off(void *with)
{
    struct Behind *b = with;
    mutex_lock(b->lock);
    for (;;) {
        while (b->done == b->given && !b->ends) mutex_wait(b->lock);
        if (b->done == b->given) break;
        Parcel *p = &b->parcels[b->done % PARCELS];
        mutex_unlock(b->lock);
        parcel_run(b, p);
        mutex_lock(b->lock);
        b->done++;
        mutex_wake(b->lock);
    }
    b->ended = true;
    mutex_wake(b->lock);
    mutex_unlock(b->lock);
}

// ---- who asks ----------------------------------------------------------------------------------

void db_write_behind(Db *db, Arena *a)
{
    must(db->depth > 0 && !db->behind);
    struct Behind *b = take(a, struct Behind, 1);
    b->db = db;
    b->lock = mutex_make();
    b->room = malloc((PARCELS + 1) * PARCEL);
    must(b->room);
    for (int i = 0; i < PARCELS; i++) b->parcels[i].at = b->room + i * PARCEL;
    b->a = arena_over(b->room + PARCELS * PARCEL, PARCEL, 0);
    db->behind = b;
    thread_start(work_off, b);
}

static void hand_over(struct Behind *b, int64_t most)
{
    mutex_lock(b->lock);
    if (b->parcels[b->given % PARCELS].n) b->given++;
    mutex_wake(b->lock);
    while (b->given - b->done > most) mutex_wait(b->lock);
    mutex_unlock(b->lock);
}

Err *behind_settle(Db *db, Arena *a)
{
    struct Behind *b = db->behind;
    if (!b) return 0;
    hand_over(b, 0);
    return err_keep(a, b->e);
}

Err *behind_end(Db *db, Arena *a)
{
    struct Behind *b = db->behind;
    if (!b) return 0;
    Err *e = a ? behind_settle(db, a) : 0;
    hand_over(b, 0);
    mutex_lock(b->lock);
    b->ends = true;
    mutex_wake(b->lock);
    while (!b->ended) mutex_wait(b->lock);
    mutex_unlock(b->lock);
    mutex_free(b->lock);
    arena_reset(&b->a);
    free(b->room);
    db->behind = 0;
    return e;
}

static isize rounded(isize n)
{
    return (n + 7) & ~(isize)7;
}

static Str put(char **at, Str bytes)
{
    char *to = *at;
    if (bytes.n) memcpy(to, bytes.p, (size_t)bytes.n);
    *at += bytes.n;
    return (Str){to, bytes.n};
}

static void order_put(char *at, const Order *order, Vals values)
{
    Order *to = (Order *)at;
    Val *vals = (Val *)(to + 1);
    char *bytes = (char *)(vals + values.n);
    *to = *order;
    if (!order->lit) to->text = put(&bytes, order->text);
    for (int i = 0; i < values.n; i++) {
        vals[i] = values.at[i];
        vals[i].s = put(&bytes, values.at[i].s);
    }
}

Err *behind_put(Db *db, Arena *a, const char *lit, Vals with)
{
    struct Behind *b = db->behind;
    Vals values = with;
    Order order = {0};
    statement_text(db, S(""), lit, with, &order.text, &values);
    if (order.text.p == lit) order.lit = lit; // it lasts, and need not be taken along
    order.n = values.n;
    order.size = (isize)sizeof order + values.n * (isize)sizeof(Val) + (order.lit ? 0 : order.text.n);
    for (int i = 0; i < values.n; i++) order.size += values.at[i].s.n;
    order.size = rounded(order.size);
    if (order.size > PARCEL) { // rare: a text as long as this
        TRY(behind_settle(db, a));
        Statement *s;
        TRY(statement_find(db, a, S(""), lit, with, &s, &values));
        return db->driver->run(db, a, s, values, 0);
    }
    Parcel *p = &b->parcels[b->given % PARCELS];
    if (p->n + order.size > PARCEL) {
        hand_over(b, PARCELS - 1);
        p = &b->parcels[b->given % PARCELS];
    }
    order_put(p->at + p->n, &order, values);
    p->n += order.size;
    return 0;
}
