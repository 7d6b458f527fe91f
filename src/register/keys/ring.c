// What a thread has unlocked of late.
// SPDX-License-Identifier: Apache-2.0
#include "register/keys/ring.h"

enum { RING_BITS = 12, HOLDER_BITS = 10 };

typedef struct { DataKey key; int agency; } Ringed;
struct KeyRing { Ringed keys[1 << RING_BITS]; Held holders[1 << HOLDER_BITS]; int taken; };

KeyRing *ring_make(void)
{
    return memory_locked(sizeof(KeyRing));
}

static Ringed *place_of(Store *s, int agency, uint64_t number)
{
    must(s->keys && s->reg->secrets);
    return &s->keys->keys[(number ^ (uint64_t)agency << 40) * 0x9E3779B97F4A7C15 >> (64 - RING_BITS)];
}

DataKey *ring_get(Store *s, int agency, uint64_t number)
{
    Ringed *at = place_of(s, agency, number);
    return number && at->key.number == number && at->agency == agency ? &at->key : 0;
}

DataKey *ring_put(Store *s, int agency, uint64_t number, const Key *key)
{
    Ringed *at = place_of(s, agency, number);
    *at = (Ringed){{.number = number, .key = *key}, agency};
    return &at->key;
}

Held *held_of(Store *s, int agency, int64_t row)
{
    Held *held = &s->keys->holders[((uint64_t)row ^ (uint64_t)agency << 40) * 0x9E3779B97F4A7C15 >> (64 - HOLDER_BITS)];
    if (held->row != row || held->agency != agency) *held = (Held){.agency = agency};
    return held;
}

void writes_with(Store *s, int agency, int64_t row, int c, uint64_t number)
{
    Held *held = held_of(s, agency, row);
    held->row = row;
    held->numbers[c] = number;
}

void ring_forget(Store *s)
{
    titles_forget(s);
    if (s->keys) wipe(s->keys, sizeof *s->keys);
}

// What was taken from an agency since the ring was filled is not in it any more.
Err *ring_asks(Store *s, const Agency **out)
{
    int taken = atomic_load(&s->reg->taken);
    if (s->keys->taken != taken) ring_forget(s);
    s->keys->taken = taken;
    return agency_find(s->db, s->a, s->reg->secrets, agency_of(s), out);
}
