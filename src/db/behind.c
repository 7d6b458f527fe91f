// Write-behind: what wants no answer is done on a thread of the connection's own, in its order.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include "os/os.h"
#include <stdlib.h>

enum { PARCELS = 4, PARCEL = 256 << 10, GROUPS = 12, ROWS_MOST = 50, TOGETHER_MOST = 2000 }; // rows, and values, of a statement

// One statement with all that it needs; its values and their bytes stand behind it.
typedef struct { const char *lit; Str text; isize size; int n; } Order; // lit null: the text was made
typedef struct { char *at; isize n; } Parcel;

typedef struct { const Order *first, *at[ROWS_MOST]; int n; Str head, rows, tail; } Group; // inserts of one text

struct Behind {
    Db *db;
    Mutex *lock;
    Parcel parcels[PARCELS];
    int64_t given, done;     // parcels handed over, and worked off; the one being filled is `given`
    bool ends, ended;
    char *room;              // of the parcels, and of `a`
    Arena a, turn;           // of the thread's error; of a statement that is put together
    Group groups[GROUPS]; int groups_n;
    Err *e;                  // the first: nothing is done after it
};

// ---- the thread --------------------------------------------------------------------------------

static Err *text_run(struct Behind *b, Str text, Vals values)
{
    Statement *s;
    Val made = {.kind = VAL_SQL, .s = text, .with = values};
    TRY(statement_find(b->db, &b->a, S(""), "{}", (Vals){&made, 1}, &s, &values));
    return b->db->driver->run(b->db, &b->a, s, values, 0);
}

static Err *order_run(struct Behind *b, const Order *order)
{
    Statement *s;
    Vals values = {(const Val *)(order + 1), order->n};
    if (!order->lit) return text_run(b, order->text, values);
    TRY(statement_find(b->db, &b->a, S(""), order->lit, values, &s, &values));
    return b->db->driver->run(b->db, &b->a, s, values, 0);
}

// ---- inserts of one parcel, put together by their text: many rows in a statement ------------------------
// What they insert into other tables meanwhile makes no difference: links are checked at the end. Whatever is no such
// insert comes after those before it.

static Str order_text(const Order *order)
{
    return order->lit ? str_from(order->lit) : order->text;
}

// What stands before, in and behind its rows; false: it stays by itself.
static bool insert_parts(const Order *order, Group *out)
{
    Str text = order_text(order);
    isize values = str_find(text, S(" values ($1")), conflict = str_find(text, S(" on conflict"));
    isize rows = values + 8, end = conflict < 0 ? text.n : conflict;
    if (!str_starts(text, S("insert into ")) || values < 0 || end < rows || str_find(text, S(" do update")) >= 0) return false;
    *out = (Group){.head = str_slice(text, 0, rows), .rows = str_slice(text, rows, end), .tail = str_slice(text, end, text.n)};
    return !str_has(out->rows, '\'') && !str_has(out->rows, '"');
}

// The same with the numbers of its values behind those of others.
static void rows_add(Buf *o, Str rows, int after)
{
    while (rows.n) {
        buf_add(o, str_cut(&rows, '$'));
        int n = 0, digits = 0;
        for (; digits < rows.n && rows.p[digits] >= '0' && rows.p[digits] <= '9'; digits++) n = n * 10 + rows.p[digits] - '0';
        if (digits) buf_fill(o, "${}", VALS(n + after));
        rows = str_slice(rows, digits, rows.n);
    }
}

static Err *some_run(struct Behind *b, const Group *g, int from, int n)
{
    Arena turn = b->turn;
    int each = g->at[from]->n;
    Val *vals = take(&turn, Val, n * each);
    Buf o = buf_in(&turn);
    buf_add(&o, g->head);
    for (int i = 0; i < n; i++) {
        if (i) buf_add(&o, S(", "));
        rows_add(&o, g->rows, i * each);
        memcpy(vals + i * each, g->at[from + i] + 1, (size_t)each * sizeof *vals);
    }
    buf_add(&o, g->tail);
    return text_run(b, buf_str(&o), (Vals){vals, n * each});
}

// By few lengths, so that few statements are prepared.
static Err *group_run(struct Behind *b, Group *g)
{
    static const int lengths[] = {ROWS_MOST, 10, 1};
    for (int at = 0, k = 0; at < g->n;) {
        int n = lengths[k];
        if (n > 1 && (n > g->n - at || n * g->at[at]->n > TOGETHER_MOST)) {
            k++;
            continue;
        }
        TRY(n > 1 ? some_run(b, g, at, n) : order_run(b, g->at[at]));
        at += n;
    }
    g->n = 0;
    return 0;
}

static Err *groups_run(struct Behind *b)
{
    for (int i = 0; i < b->groups_n; i++) TRY(group_run(b, &b->groups[i]));
    b->groups_n = 0;
    return 0;
}

static Err *insert_put(struct Behind *b, const Order *order, const Group *parts)
{
    Str text = order_text(order);
    int k = 0;
    while (k < b->groups_n && !str_equal(order_text(b->groups[k].first), text)) k++;
    if (k == GROUPS) {
        TRY(groups_run(b));
        k = 0;
    }
    Group *g = &b->groups[k];
    if (k == b->groups_n) {
        *g = *parts;
        g->first = order;
        b->groups_n++;
    }
    if (g->n == ROWS_MOST) TRY(group_run(b, g));
    g->at[g->n++] = order;
    return 0;
}

static Err *orders_together(struct Behind *b, const Parcel *p)
{
    b->groups_n = 0;
    for (isize at = 0; at < p->n;) {
        const Order *order = (const Order *)(p->at + at);
        Group parts;
        at += order->size;
        if (insert_parts(order, &parts)) {
            TRY(insert_put(b, order, &parts));
        } else {
            TRY(groups_run(b));
            TRY(order_run(b, order));
        }
    }
    return groups_run(b);
}

static void parcel_run(struct Behind *b, Parcel *p)
{
    const Driver *driver = b->db->driver;
    bool together = driver->parcel_begin && p->n && !b->e;
    if (together) driver->parcel_begin(b->db);
    if (together) b->e = orders_together(b, p);
    for (isize at = 0; !together && at < p->n && !b->e;) {
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
    b->room = malloc((PARCELS + 2) * PARCEL);
    must(b->room);
    for (int i = 0; i < PARCELS; i++) b->parcels[i].at = b->room + i * PARCEL;
    b->a = arena_over(b->room + PARCELS * PARCEL, PARCEL, 0);
    b->turn = arena_over(b->room + (PARCELS + 1) * PARCEL, PARCEL, 0);
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
