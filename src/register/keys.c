// Data keys: a list for each holder and agency, made with the holder, unwrapped for one thread at a time.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A list: nonce 16 · for each key: number 8 · compartment 1 · until 8 (0: for ever) · the key as it was wrapped 48. Each is
// bound to its agency, its holder, and what stands before it.
enum { AT_COMPARTMENT = 8, AT_UNTIL = 9, AT_KEY = 17, ITEM = AT_KEY + LOCKED_KEY, LIST_MOST = LIST_NONCE + 64 * ITEM };
enum { RING_BITS = 12, HOLDER_BITS = 10 };
const Str agency_name = S("register");

// What this thread has unlocked of late: keys by their number, numbers by their holder's row.
typedef struct { int64_t row; uint64_t numbers[COMPARTMENT_COUNT]; } Held;
struct KeyRing { DataKey keys[1 << RING_BITS]; Held holders[1 << HOLDER_BITS]; };

Str agency_of(const Store *s)
{
    return s->user.unit ? s->user.unit->agency : agency_name;
}

KeyRing *ring_make(void)
{
    return memory_locked(sizeof(KeyRing));
}

Str record_where(Arena *a, const RecordType *t, Str id)
{
    return say(a, "{}/{}", t->name, id);
}

// ---- the agency's ------------------------------------------------------------------------------------

static const Str agency_wrap = S("agency register");

Err *agency_make(Store *s)
{
    Secrets *secrets = s->reg->secrets;
    secrets->agency = key_random();
    secrets->agency_wraps = key_wrapping(&secrets->agency);
    Str key = {(const char *)secrets->agency.at, KEY_BYTES};
    return sql(s->db, s->a, 0, "insert into agencies (name, wrapped) values ($1, $2)", agency_name,
        key_wrap(s->a, &secrets->unlock_wraps, agency_wrap, key));
}

Err *agency_open(Db *db, Arena *a, Secrets *secrets)
{
    Rows q;
    TRY(sql(db, a, &q, "select wrapped from agencies where name = $1", agency_name));
    if (!rows_next(&q)) return fail(a, ERR_BROKEN, "The register has lost its agency key: restore the table agencies from a backup.");
    if (key_unwrap(&secrets->unlock_wraps, agency_wrap, next_str(&q), secrets->agency.at, KEY_BYTES)) {
        secrets->agency_wraps = key_wrapping(&secrets->agency);
        return 0;
    }
    return fail(a, ERR_BROKEN, "The register's agency key does not open: restore the table agencies from a backup."); // the signer fits
}

// ---- the ring ------------------------------------------------------------------------------------------

static DataKey *place_of(Store *s, uint64_t number)
{
    must(s->keys && s->reg->secrets);
    return &s->keys->keys[number * 0x9E3779B97F4A7C15 >> (64 - RING_BITS)];
}

static DataKey *ring_get(Store *s, uint64_t number)
{
    DataKey *key = place_of(s, number);
    return number && key->number == number ? key : 0;
}

static Held *held_of(Store *s, int64_t row)
{
    return &s->keys->holders[(uint64_t)row * 0x9E3779B97F4A7C15 >> (64 - HOLDER_BITS)];
}

// Into the ring: a key that was opened, or made here.
static DataKey *key_put(Store *s, int64_t row, int c, uint64_t number, const Key *key)
{
    DataKey *place = place_of(s, number);
    Held *held = held_of(s, row);
    if (held->row != row) *held = (Held){.row = row};
    if (c >= 0 && c < COMPARTMENT_COUNT) held->numbers[c] = number;
    *place = (DataKey){.number = number, .key = *key};
    return place;
}

// ---- a holder's list -------------------------------------------------------------------------------------

static bool list_formed(Str list)
{
    return list.n > LIST_NONCE && list.n <= LIST_MOST && (list.n - LIST_NONCE) % ITEM == 0;
}

static Str item_bound(Arena *a, Str holder, const char *item)
{
    return say(a, "keys {} {} {}", agency_name, holder, ((Str){item, AT_KEY}));
}

static bool item_open(Arena *a, const ListWrap *w, Str holder, const char *item, Key *out)
{
    return key_unlock(w, number_get(item), item_bound(a, holder, item), item + AT_KEY, out);
}

bool keys_open(Arena *a, const Secrets *secrets, Str holder, Str numbers, Str wrapped)
{
    ListWrap w;
    Key key;
    if (!list_formed(wrapped) || numbers.n != (wrapped.n - LIST_NONCE) / ITEM * 8) return false;
    list_wrap(&w, &secrets->agency_wraps, wrapped.p);
    bool good = true;
    for (isize i = 0; good && i < numbers.n / 8; i++) {
        const char *item = wrapped.p + LIST_NONCE + i * ITEM;
        good = !memcmp(item, numbers.p + i * 8, 8) && item_open(a, &w, holder, item, &key);
    }
    return good;
}

// The item of this number or, where that is 0, of this compartment.
static const char *item_of(Str list, uint64_t number, Compartment c)
{
    for (isize at = LIST_NONCE; at < list.n; at += ITEM) {
        const char *item = list.p + at;
        if (number ? number_get(item) == number : item[AT_COMPARTMENT] == (char)c) return item;
    }
    return 0;
}

static Err *list_select(Store *s, Db *db, int64_t row, Rows *q)
{
    return sql(db, s->a, q, "select holder, wrapped from keys where row = $1 and agency = $2", row, agency_name);
}

Err *keys_ahead(Store *s, const Named *holders, Map *out)
{
    Rows q;
    Where w = where_begin(s->a);
    Val *rows = take(s->a, Val, holders->by_row.n);
    int n = 0;
    for (isize i = 0; i < holders->by_row.cap; i++) {
        if (holders->by_row.slots[i].key.p) rows[n++] = val_int(((const Record *)holders->by_row.slots[i].p)->row);
    }
    if (!n) return 0;
    where_add(&w, "row in ({})", VALS(where_list(&w, (Vals){rows, n})));
    TRY(sql(s->past ? s->past : s->db, s->a, &q, "select row, holder, wrapped from keys where agency = $1 and {}",
        agency_name, where_end(&w)));
    while (rows_next(&q)) {
        KeyList *list = take(s->a, KeyList, 1);
        bool is_new;
        list->row = next_int(&q);
        list->holder = next_str(&q);
        list->wrapped = next_str(&q);
        map_put(out, s->a, number_key(&list->row), &is_new)->p = list;
    }
    return 0;
}

// Inside an import most were there before it, and are read beside what it writes, or were asked for with others; the
// others are its own.
static Err *list_read(Store *s, KeyList *of)
{
    Rows q = {0};
    bool own = s->batch && map_get(&s->batch->longer, number_key(&of->row));
    const Ahead *ahead = s->batch && !own ? s->batch->ahead : 0;
    const Slot *known = ahead ? map_get(&ahead->lists, number_key(&of->row)) : 0;
    if (known) {
        *of = *(const KeyList *)known->p;
        return 0;
    }
    if (s->past && !own) TRY(list_select(s, s->past, of->row, &q));
    if (!q.rows) TRY(list_select(s, s->db, of->row, &q));
    if (!rows_next(&q)) return 0;
    of->holder = next_str(&q);
    of->wrapped = next_str(&q);
    return 0;
}

static Err *holder_row(Store *s, Str holder, int64_t *row)
{
    Rows q;
    Str id = holder;
    const RecordType *t = record_type(s->pack, str_cut(&id, '/'));
    *row = 0;
    if (!t) return 0;
    TRY(sql(s->db, s->a, &q, "select row from {} where id = $1", ((Name){t->name}), id));
    if (rows_next(&q)) *row = next_int(&q);
    return 0;
}

static void others_put(Store *s, const KeyList *of, const ListWrap *w, const char *wanted)
{
    Key key;
    for (const char *item = of->wrapped.p + LIST_NONCE; item < of->wrapped.p + of->wrapped.n; item += ITEM) {
        if (item == wanted || !item_open(s->a, w, of->holder, item, &key)) continue;
        key_put(s, of->row, item[AT_COMPARTMENT], number_get(item), &key);
    }
}

// Null out: the list is not there, or does not hold it. What was read of it stays in `of`.
static Err *key_take(Store *s, KeyList *of, uint64_t number, Compartment c, DataKey **out)
{
    Key key;
    ListWrap w;
    *out = 0;
    if (!of->row && !of->wrapped.n) TRY(holder_row(s, of->holder, &of->row));
    if (!of->wrapped.n) TRY(list_read(s, of));
    if (!of->wrapped.n) return 0;
    bool good = list_formed(of->wrapped);
    const char *item = good ? item_of(of->wrapped, number, c) : 0;
    if (good && !item) return 0;
    if (good) list_wrap(&w, &s->reg->secrets->agency_wraps, of->wrapped.p);
    if (!good || !item_open(s->a, &w, of->holder, item, &key))
        return fail(s->a, ERR_BROKEN, "The keys of {} cannot be unwrapped: the table keys was changed.", of->holder);
    if (of->all) others_put(s, of, &w, item);
    *out = key_put(s, of->row, item[AT_COMPARTMENT], number_get(item), &key);
    return 0;
}

// An entry that tells of an erasure will name the keys that went with it. Nothing writes one yet, so that a key
// which is gone was lost, and what it sealed is broken.
Err *key_erased(Db *db, Arena *a, uint64_t number, bool *erased)
{
    (void)db, (void)a, (void)number;
    *erased = false;
    return 0;
}

static Err *key_gone(Store *s, uint64_t number, Str of)
{
    bool erased;
    TRY(key_erased(s->db, s->a, number, &erased));
    if (erased) return 0;
    return fail(s->a, ERR_BROKEN, "The keys of {} are gone, and what they sealed cannot be opened: no entry says that they were"
        " erased. Restore the table keys from a backup.", of);
}

// Keys that sealed something are never made again, or that would seem garbled instead of gone.
static Err *never_sealed(Store *s, const Holder *holder)
{
    Rows q;
    Str of = record_where(s->a, holder->type, holder->id);
    TRY(sql(s->db, s->a, &q, "select 1 from journal where row = $1 and holder = $2 limit 1", holder->row, of));
    if (!q.rows) return 0;
    TRY(key_gone(s, 0, of));
    return fail(s->a, ERR_INPUT, "The keys of {} are gone: nothing can be written about it any more.", of);
}

// From here on it is not as it was before this import: a key that was added would be lost with the next one.
static void list_grew(Store *s, int64_t row)
{
    bool is_new;
    Batch *batch = s->batch;
    if (!batch) return;
    int64_t *kept = take(batch->kept, int64_t, 1);
    *kept = row;
    map_put(&batch->longer, batch->kept, number_key(kept), &is_new);
}

static void item_make(Store *s, const Holder *holder, Str of, const ListWrap *w, int c, Buf *list)
{
    char item[ITEM] = {0};
    random_fill(item, AT_COMPARTMENT);
    item[AT_COMPARTMENT] = (char)c;
    Key key = key_random();
    key_lock(w, number_get(item), item_bound(s->a, of, item), &key, item + AT_KEY);
    key_put(s, holder->row, c, number_get(item), &key);
    wipe(&key, sizeof key);
    buf_add(list, (Str){item, ITEM});
}

// A key for every compartment that she uses, so that the list is written once; one more where a newer pack uses more.
// `was`: the list that there is already.
static Err *list_make(Store *s, const Holder *holder, Compartment c, Str was)
{
    unsigned wanted = was.n ? 1u << c : shape_of(s, holder->type)->compartments | 1u << c;
    Str of = record_where(s->a, holder->type, holder->id);
    Buf list = buf_in(s->a), numbers = buf_in(s->a);
    char nonce[LIST_NONCE];
    ListWrap w;
    random_fill(nonce, sizeof nonce);
    buf_add(&list, was.n ? was : (Str){nonce, sizeof nonce});
    list_wrap(&w, &s->reg->secrets->agency_wraps, buf_str(&list).p);
    for (int k = 0; k < COMPARTMENT_COUNT; k++) {
        if (wanted >> k & 1 && k != (int)c) item_make(s, holder, of, &w, k, &list);
    }
    item_make(s, holder, of, &w, (int)c, &list); // last, so that none of its own list takes its place in the ring
    Str made = buf_str(&list);
    for (isize at = LIST_NONCE; at < made.n; at += ITEM) buf_add(&numbers, str_slice(made, at, at + 8));
    if (was.n) list_grew(s, holder->row);
    if (was.n)
        return sql(s->db, s->a, 0, "update keys set numbers = $1, wrapped = $2 where row = $3 and agency = $4",
            (Blob){buf_str(&numbers)}, (Blob){made}, holder->row, agency_name);
    return sql(s->db, s->a, 0,
        "insert into keys (row, agency, holder, numbers, open, until, wrapped) values ($1, $2, $3, $4, $5, 0, $6)",
        holder->row, agency_name, of, (Blob){buf_str(&numbers)}, (int64_t)wanted, (Blob){made});
}

static DataKey *key_known(Store *s, int64_t row, Compartment c)
{
    const Held *held = held_of(s, row);
    return held->row == row ? ring_get(s, held->numbers[c]) : 0;
}

// Another server may be giving her one for another compartment, too: her list is looked at again when nobody can.
static Err *list_lock(Store *s, const Holder *holder, Compartment c, KeyList *list, DataKey **out)
{
    TRY(sql(s->db, s->a, 0, "select 1 from keys where row = $1 and agency = $2{}", holder->row, agency_name,
        (Sql){.text = db_locks(s->db)}));
    *list = (KeyList){.row = holder->row};
    return key_take(s, list, 0, c, out);
}

Err *key_of(Store *s, const Holder *holder, Compartment c, KeyUse use, DataKey **out)
{
    KeyList list = {.row = holder->row};
    *out = key_known(s, holder->row, c);
    if (*out) return 0;
    bool fresh = use == KEY_NEW && held_of(s, holder->row)->row != holder->row; // else its list was made before
    if (!fresh) TRY(key_take(s, &list, 0, c, out));
    if (*out) return 0;
    if (use == KEY_READ) return key_gone(s, 0, record_where(s->a, holder->type, holder->id));
    if (!fresh && !list.wrapped.n) TRY(never_sealed(s, holder));
    if (list.wrapped.n && db_shared(s->db)) TRY(list_lock(s, holder, c, &list, out));
    if (*out) return 0;
    TRY(list_make(s, holder, c, list.wrapped));
    *out = key_known(s, holder->row, c);
    return 0;
}

void ring_forget(Store *s)
{
    if (s->keys) wipe(s->keys, sizeof *s->keys);
}

void key_join(Buf *o, const RecordType *t)
{
    Str row = t->person < 0 ? S("t.row") : say(o->a, "coalesce(t.\"{}\", t.row)", t->fields[t->person].name);
    buf_fill(o, " left join keys w on w.row = {} and w.agency = '{}'", VALS(row, agency_name));
}

Err *value_open(Store *s, Str where, Str field, Str envelope, KeyList *beside, Str *out)
{
    uint64_t number;
    *out = (Str){0};
    if (!envelope.n) return 0;
    if (!envelope_read(envelope, &number)) {
        return fail(s->a, ERR_BROKEN, "The sealed field {} of {} is no envelope of this register.", field, where);
    }
    DataKey *key = ring_get(s, number);
    if (!key) TRY(key_take(s, beside, number, COMPARTMENT_COUNT, &key));
    return key ? seal_open(s->a, key, where, field, envelope, out) : key_gone(s, number, where); // erased: nothing to show
}

Err *keys_give(Store *s, const Holder *h, Str agency, unsigned compartments, bool any)
{
    (void)s, (void)h, (void)agency, (void)compartments, (void)any;
    return 0;
}

Err *keys_take(Store *s, const Holder *h, Str agency, unsigned compartments)
{
    (void)s, (void)h, (void)agency, (void)compartments;
    return 0;
}
