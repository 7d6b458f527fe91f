// Data keys: made with a record, wrapped by the agency's key, unlocked for one thread at a time.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { RING_BITS = 12, RING_SLOTS = 1 << RING_BITS, AGENCY = -1 };
static const Str by_agency = S("register"), by_unlock = S("unlock");

// What this thread has unlocked of late.
struct KeyRing { struct { int64_t id; DataKey key; } slots[RING_SLOTS]; };

KeyRing *ring_make(void)
{
    return memory_locked(sizeof(KeyRing));
}

int64_t key_number(int64_t row, Compartment c)
{
    _Static_assert(COMPARTMENT_COUNT <= 8, "a key's number has room for eight compartments");
    return row * 8 + c;
}

static Str wrap_name(Arena *a, int64_t id)
{
    return say(a, "key {}", id);
}

Err *agency_make(Store *s)
{
    Secrets *secrets = s->reg->secrets;
    secrets->agency = key_random();
    secrets->agency_wraps = key_wrapping(&secrets->agency);
    Blob wrapped = key_wrap(s->a, &secrets->unlock_wraps, wrap_name(s->a, AGENCY), &secrets->agency);
    return sql(s->db, s->a, 0, "insert into keys (id, record, compartment, wrapped_by, wrapped) values ($1, $2, $3, $4, $5)",
        AGENCY, S("agency/register"), S(""), by_unlock, wrapped);
}

Err *agency_open(Db *db, Arena *a, Secrets *secrets)
{
    Rows q;
    TRY(sql(db, a, &q, "select wrapped from keys where id = $1 and wrapped_by = $2", AGENCY, by_unlock));
    if (!rows_next(&q)) return fail(a, ERR_BROKEN, "The register has lost its agency key: restore the table keys from a backup.");
    if (key_unwrap(&secrets->unlock_wraps, wrap_name(a, AGENCY), next_str(&q), &secrets->agency)) {
        secrets->agency_wraps = key_wrapping(&secrets->agency);
        return 0;
    }
    return fail(a, ERR_INPUT, "The unlock key does not open this register: name the right file in SUKHWAN_KEY_FILE.");
}

static int place_of(int64_t id)
{
    return (int)((uint64_t)id * 0x9E3779B97F4A7C15 >> (64 - RING_BITS));
}

static DataKey *ring_get(Store *s, int64_t id)
{
    must(s->keys && s->reg->secrets);
    int place = place_of(id);
    return s->keys->slots[place].id == id ? &s->keys->slots[place].key : 0;
}

static DataKey *ring_put(Store *s, int64_t id, const Key *key)
{
    int place = place_of(id);
    s->keys->slots[place].id = id;
    s->keys->slots[place].key = (DataKey){.key = *key};
    return &s->keys->slots[place].key;
}

static DataKey *unwrap(Store *s, int64_t id, Str wrapped)
{
    Key key;
    bool good = key_unwrap(&s->reg->secrets->agency_wraps, wrap_name(s->a, id), wrapped, &key);
    return good ? ring_put(s, id, &key) : 0;
}

static Err *wrapped_read(Store *s, Db *db, int64_t id, Rows *q)
{
    return sql(db, s->a, q, "select wrapped from keys where id = $1 and wrapped_by = $2", id, by_agency);
}

// Null out when there is no such key: never made, or destroyed with the person's erasure. Inside an import
// most were there before it, and are read beside what it writes; the others are its own.
static Err *key_read_in(Store *s, int64_t id, DataKey **out)
{
    Rows q = {0};
    *out = ring_get(s, id);
    if (*out) return 0;
    if (s->past) TRY(wrapped_read(s, s->past, id, &q));
    if (!q.rows) TRY(wrapped_read(s, s->db, id, &q));
    if (!rows_next(&q)) return 0;
    *out = unwrap(s, id, next_str(&q));
    return *out ? 0 : fail(s->a, ERR_BROKEN, "Key {} cannot be unwrapped: the table keys was changed.", id);
}

// A key that is gone was destroyed: it is never made again, or what it sealed would seem garbled instead
// of gone. One that sealed nothing was never there, as of a record that hung on a person until now.
static Err *key_lasting(Store *s, const Holder *holder, Compartment c)
{
    DataKey *first = 0;
    int64_t wanted = key_number(holder->row, COMPARTMENT_IDENTITY), id, version;
    Rows q;
    if (c != COMPARTMENT_IDENTITY) TRY(key_read_in(s, wanted, &first));
    if (first) return 0;
    TRY(sql(s->db, s->a, &q, "select body from journal where row = $1 order by id", holder->row));
    while (rows_next(&q)) {
        if (!envelope_read(next_str(&q), &id, &version) || id != wanted) continue;
        return fail(s->a, ERR_INPUT, "The keys of {} are gone: nothing can be written about it any more.",
            record_where(s->a, holder->type, holder->id));
    }
    return 0;
}

Err *key_of(Store *s, const Holder *holder, Compartment c, KeyUse use, DataKey **out)
{
    int64_t id = key_number(holder->row, c);
    *out = ring_get(s, id);
    if (!*out && use != KEY_NEW) TRY(key_read_in(s, id, out));
    if (*out || use == KEY_READ) return 0;
    if (use == KEY_MAKE) TRY(key_lasting(s, holder, c));
    Key key = key_random();
    TRY(sql(s->db, s->a, 0, "insert into keys (id, record, compartment, wrapped_by, wrapped) values ($1, $2, $3, $4, $5)",
        id, record_where(s->a, holder->type, holder->id), compartment_words[c], by_agency,
        key_wrap(s->a, &s->reg->secrets->agency_wraps, wrap_name(s->a, id), &key)));
    *out = ring_put(s, id, &key);
    return 0;
}

void ring_forget(Store *s)
{
    if (s->keys) wipe(s->keys, sizeof *s->keys);
}

Str record_where(Arena *a, const RecordType *t, Str id)
{
    return say(a, "{}/{}", t->name, id);
}

void key_join(Buf *o, const RecordType *t, Compartment c)
{
    Str row = t->person < 0 ? S("t.row") : say(o->a, "coalesce(t.\"{}\", t.row)", t->fields[t->person].name);
    buf_fill(o, " left join keys w{} on w{}.id = {} * 8 + {} and w{}.wrapped_by = '{}'",
        VALS((int64_t)c, (int64_t)c, row, (int64_t)c, (int64_t)c, by_agency));
}

Err *value_open(Store *s, Str where, Str field, Str envelope, Str wrapped, Str *out)
{
    int64_t id, version;
    DataKey *key;
    *out = (Str){0};
    if (!envelope.n) return 0;
    if (!envelope_read(envelope, &id, &version)) {
        return fail(s->a, ERR_BROKEN, "The sealed field {} of {} is no envelope of this register.", field, where);
    }
    key = ring_get(s, id);
    if (!key && wrapped.n) key = unwrap(s, id, wrapped);
    if (!key) TRY(key_read_in(s, id, &key));
    return key ? seal_open(s->a, key, where, field, envelope, out) : 0; // erased: nothing to show
}
