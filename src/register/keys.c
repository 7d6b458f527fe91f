// Data keys: made with a record, wrapped by the agency's key, unlocked for one thread at a time.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { RING_BITS = 12, RING_SLOTS = 1 << RING_BITS };
const int64_t key_agency = -1;
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

Str record_where(Arena *a, const RecordType *t, Str id)
{
    return say(a, "{}/{}", t->name, id);
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
    Blob wrapped = key_wrap(s->a, &secrets->unlock_wraps, wrap_name(s->a, key_agency), &secrets->agency);
    return sql(s->db, s->a, 0, "insert into keys (id, record, compartment, wrapped_by, wrapped) values ($1, $2, $3, $4, $5)",
        key_agency, S("agency/register"), S(""), by_unlock, wrapped);
}

bool key_opens(Arena *a, const Secrets *secrets, int64_t id, Str wrapped)
{
    Key key;
    bool good = key_unwrap(id == key_agency ? &secrets->unlock_wraps : &secrets->agency_wraps, wrap_name(a, id), wrapped, &key);
    wipe(&key, sizeof key);
    return good;
}

Err *agency_open(Db *db, Arena *a, Secrets *secrets)
{
    Rows q;
    TRY(sql(db, a, &q, "select wrapped from keys where id = $1 and wrapped_by = $2", key_agency, by_unlock));
    if (!rows_next(&q)) return fail(a, ERR_BROKEN, "The register has lost its agency key: restore the table keys from a backup.");
    if (key_unwrap(&secrets->unlock_wraps, wrap_name(a, key_agency), next_str(&q), &secrets->agency)) {
        secrets->agency_wraps = key_wrapping(&secrets->agency);
        return 0;
    }
    return fail(a, ERR_BROKEN, "The register's agency key does not open: restore the table keys from a backup."); // the signer fits
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

// Null out when there is no such key: never made, destroyed, or lost. Inside an import most were there before it,
// and are read beside what it writes; the others are its own.
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

// An entry that tells of an erasure will name the keys that went with it. Nothing writes one yet, so that a key
// which is gone was lost, and what it sealed is broken.
Err *key_erased(Db *db, Arena *a, int64_t id, bool *erased)
{
    (void)db, (void)a, (void)id;
    *erased = false;
    return 0;
}

static Err *key_gone(Store *s, int64_t id, Str of)
{
    bool erased;
    TRY(key_erased(s->db, s->a, id, &erased));
    if (erased) return 0;
    return fail(s->a, ERR_BROKEN, "The key {} is gone, and what it sealed of {} cannot be opened: no entry says that it was"
        " erased. Restore the table keys from a backup.", id, of);
}

// Does anything that is stored need this key? The journal's entries have the holder's first; the others seal cells.
static Err *sealed_with(Store *s, const Holder *holder, Compartment c, bool *out)
{
    for (int i = 0; i < s->pack->records_n && !*out; i++) {
        const RecordType *t = &s->pack->records[i];
        bool own = t == holder->type || str_equal(t->name, holder->type->name);
        if ((!own && t->person < 0) || !(sealed_in(t, 0) >> c & 1)) continue;
        Where w = where_begin(s->a);
        Rows q;
        Name person = {t->person < 0 ? t->name : t->fields[t->person].name};
        if (own) where_add(&w, "row = ?", VALS(holder->row));
        if (own && t->person >= 0) where_add(&w, " and {} is null", VALS(person)); // else another's keys seal it
        if (!own) where_add(&w, "{} = ?", VALS(person, holder->row));
        where_add(&w, " and (false", VALS());
        for (int k = 0; k < t->n; k++) {
            const Field *f = &t->fields[k];
            if (field_sealed(f) && f->compartment == c) where_add(&w, " or {} is not null", VALS((Name){f->name}));
        }
        where_add(&w, ")", VALS());
        TRY(sql(s->past ? s->past : s->db, s->a, &q, "select 1 from {} where {} limit 1", (Name){t->name}, where_end(&w)));
        *out = q.rows > 0;
    }
    return 0;
}

// A key that sealed something is never made again, or that would seem garbled instead of gone. One that sealed
// nothing was never there, as of a record that hung on a person until now.
static Err *key_lasting(Store *s, const Holder *holder, Compartment c)
{
    int64_t wanted = key_number(holder->row, c), first = key_number(holder->row, COMPARTMENT_IDENTITY), id, version;
    Str of = record_where(s->a, holder->type, holder->id);
    DataKey *identity = 0;
    bool used = false;
    Rows q;
    if (c != COMPARTMENT_IDENTITY) TRY(key_read_in(s, first, &identity));
    if (identity) TRY(sealed_with(s, holder, c, &used));
    else TRY(sql(s->db, s->a, &q, "select body from journal where row = $1 order by id", holder->row));
    while (!identity && !used && rows_next(&q)) used = envelope_read(next_str(&q), &id, &version) && id == first;
    if (!used) return 0;
    TRY(key_gone(s, identity ? wanted : first, of));
    return fail(s->a, ERR_INPUT, "The keys of {} are gone: nothing can be written about it any more.", of);
}

Err *key_of(Store *s, const Holder *holder, Compartment c, KeyUse use, DataKey **out)
{
    int64_t id = key_number(holder->row, c);
    *out = ring_get(s, id);
    if (!*out && use != KEY_NEW) TRY(key_read_in(s, id, out));
    if (*out) return 0;
    if (use == KEY_READ) return key_gone(s, id, record_where(s->a, holder->type, holder->id));
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
    return key ? seal_open(s->a, key, where, field, envelope, out) : key_gone(s, id, where); // erased: nothing to show
}
