// Data keys: a list for each holder and agency, made with the holder, unwrapped for one thread at a time.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A key in a list: number 8 · compartment 1 · until 8 (0: for ever) · key 32
enum { AT_COMPARTMENT = 8, AT_UNTIL = 9, AT_KEY = 17, ITEM = AT_KEY + KEY_BYTES, LIST_MOST = 64 * ITEM };
enum { RING_BITS = 12, HOLDER_BITS = 10 };
const Str agency_name = S("register");

// What this thread has unlocked of late: keys by their number, numbers by their holder's row.
typedef struct { int64_t row; uint64_t numbers[COMPARTMENT_COUNT]; } Held;
struct KeyRing { DataKey keys[1 << RING_BITS]; Held holders[1 << HOLDER_BITS]; };

KeyRing *ring_make(void)
{
    return memory_locked(sizeof(KeyRing));
}

Str record_where(Arena *a, const RecordType *t, Str id)
{
    return say(a, "{}/{}", t->name, id);
}

static Str list_name(Arena *a, Str holder)
{
    return say(a, "keys {} {}", agency_name, holder);
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

static DataKey *item_put(Store *s, const char *item)
{
    uint64_t number = number_get(item);
    DataKey *key = place_of(s, number);
    *key = (DataKey){.number = number};
    memcpy(key->key.at, item + AT_KEY, KEY_BYTES);
    return key;
}

// All of a list into the ring. Out: the one of this number or, where that is 0, of this compartment; null: there is none.
static DataKey *list_put(Store *s, int64_t row, Str list, uint64_t number, Compartment c)
{
    Held *held = held_of(s, row);
    const char *wanted = 0;
    *held = (Held){.row = row};
    for (isize at = 0; at < list.n; at += ITEM) {
        const char *item = list.p + at;
        int of = item[AT_COMPARTMENT];
        if (of >= 0 && of < COMPARTMENT_COUNT) held->numbers[of] = number_get(item);
        if (number ? number_get(item) == number : of == (int)c) wanted = item;
        item_put(s, item);
    }
    return wanted ? item_put(s, wanted) : 0; // last, so that none of its own list has taken its place
}

// ---- a holder's list -------------------------------------------------------------------------------------

static bool list_open(Arena *a, const Secrets *secrets, Str holder, Str wrapped, Str *list)
{
    isize n = wrapped.n - KEY_WRAP_MORE;
    if (n < ITEM || n > LIST_MOST || n % ITEM) return false;
    char *p = take(a, char, n);
    *list = (Str){p, n};
    return key_unwrap(&secrets->agency_wraps, list_name(a, holder), wrapped, p, n);
}

bool keys_open(Arena *a, const Secrets *secrets, Str holder, Str numbers, Str wrapped)
{
    Str list;
    bool good = list_open(a, secrets, holder, wrapped, &list) && numbers.n == list.n / ITEM * 8;
    for (isize i = 0; good && i < list.n / ITEM; i++) good = !memcmp(list.p + i * ITEM, numbers.p + i * 8, 8);
    return good;
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

// Null out: the list is not there, or does not hold it.
static Err *list_take(Store *s, KeyList of, uint64_t number, Compartment c, Str *list, DataKey **out)
{
    *out = 0;
    *list = (Str){0};
    if (!of.row && !of.wrapped.n) TRY(holder_row(s, of.holder, &of.row));
    if (!of.wrapped.n) TRY(list_read(s, &of));
    if (!of.wrapped.n) return 0;
    if (!list_open(s->a, s->reg->secrets, of.holder, of.wrapped, list))
        return fail(s->a, ERR_BROKEN, "The keys of {} cannot be unwrapped: the table keys was changed.", of.holder);
    *out = list_put(s, of.row, *list, number, c);
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

// A key for every compartment that the pack uses, so that the list is written once; one more where a newer pack uses
// more. `list`: what there is already.
static Err *list_make(Store *s, const Holder *holder, Compartment c, Str list, DataKey **out)
{
    unsigned wanted = list.n ? 1u << c : s->loaded->compartments | 1u << c;
    Str of = record_where(s->a, holder->type, holder->id);
    Buf all = buf_in(s->a), numbers = buf_in(s->a);
    buf_add(&all, list);
    for (int k = 0; k < COMPARTMENT_COUNT; k++) {
        char item[ITEM] = {[AT_COMPARTMENT] = (char)k};
        if (!(wanted >> k & 1)) continue;
        random_fill(item, AT_COMPARTMENT);
        random_fill(item + AT_KEY, KEY_BYTES);
        buf_add(&all, (Str){item, ITEM});
        wipe(item, sizeof item);
    }
    Str made = buf_str(&all);
    for (isize at = 0; at < made.n; at += ITEM) buf_add(&numbers, str_slice(made, at, at + 8));
    Blob wrapped = key_wrap(s->a, &s->reg->secrets->agency_wraps, list_name(s->a, of), made);
    *out = list_put(s, holder->row, made, 0, c);
    if (list.n) list_grew(s, holder->row);
    if (list.n)
        return sql(s->db, s->a, 0, "update keys set numbers = $1, wrapped = $2 where row = $3 and agency = $4",
            (Blob){buf_str(&numbers)}, wrapped, holder->row, agency_name);
    return sql(s->db, s->a, 0,
        "insert into keys (row, agency, holder, numbers, open, until, wrapped) values ($1, $2, $3, $4, $5, 0, $6)",
        holder->row, agency_name, of, (Blob){buf_str(&numbers)}, (int64_t)wanted, wrapped);
}

// Another server may be giving her one for another compartment, too: her list is looked at again when nobody can.
static Err *list_lock(Store *s, const Holder *holder, Compartment c, Str *list, DataKey **out)
{
    TRY(sql(s->db, s->a, 0, "select 1 from keys where row = $1 and agency = $2{}", holder->row, agency_name,
        (Sql){.text = db_locks(s->db)}));
    return list_take(s, (KeyList){.row = holder->row}, 0, c, list, out);
}

Err *key_of(Store *s, const Holder *holder, Compartment c, KeyUse use, DataKey **out)
{
    Held *held = held_of(s, holder->row);
    Str list = {0};
    *out = held->row == holder->row ? ring_get(s, held->numbers[c]) : 0;
    if (*out) return 0;
    bool fresh = use == KEY_NEW && held->row != holder->row; // else another compartment of its own was asked for before
    if (!fresh) TRY(list_take(s, (KeyList){.row = holder->row}, 0, c, &list, out));
    if (*out) return 0;
    if (use == KEY_READ) return key_gone(s, 0, record_where(s->a, holder->type, holder->id));
    if (!fresh && !list.n) TRY(never_sealed(s, holder));
    if (list.n && db_shared(s->db)) TRY(list_lock(s, holder, c, &list, out));
    if (*out) return 0;
    return list_make(s, holder, c, list, out);
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

Err *value_open(Store *s, Str where, Str field, Str envelope, const KeyList *beside, Str *out)
{
    uint64_t number;
    Str list;
    *out = (Str){0};
    if (!envelope.n) return 0;
    if (!envelope_read(envelope, &number)) {
        return fail(s->a, ERR_BROKEN, "The sealed field {} of {} is no envelope of this register.", field, where);
    }
    DataKey *key = ring_get(s, number);
    if (!key) TRY(list_take(s, *beside, number, COMPARTMENT_COUNT, &list, &key));
    return key ? seal_open(s->a, key, where, field, envelope, out) : key_gone(s, number, where); // erased: nothing to show
}
