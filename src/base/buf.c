// Output that grows in an arena, and maps from strings.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"

Buf buf_in(Arena *a)
{
    return (Buf){.a = a};
}

char *buf_room(Buf *o, isize n)
{
    if (n > o->cap - o->n) {
        isize more = o->cap + n + 240;
        if (o->p && o->p + o->cap == o->a->at) { // the last thing in the arena: grows where it is
            take(o->a, char, more);
            o->cap += more;
        } else {
            char *p = take(o->a, char, o->cap + more);
            if (o->n) memcpy(p, o->p, (size_t)o->n);
            o->p = p;
            o->cap += more;
        }
    }
    return o->p ? o->p + o->n : 0;
}

void buf_add(Buf *o, Str s)
{
    if (!s.n) return;
    memcpy(buf_room(o, s.n), s.p, (size_t)s.n);
    o->n += s.n;
}

void buf_char(Buf *o, char c)
{
    *buf_room(o, 1) = c;
    o->n++;
}

void buf_int(Buf *o, int64_t i)
{
    char digits[20], *p = digits + 20;
    uint64_t left = i < 0 ? -(uint64_t)i : (uint64_t)i;
    do *--p = (char)('0' + left % 10); while (left /= 10);
    if (i < 0) buf_char(o, '-');
    buf_add(o, (Str){p, digits + 20 - p});
}

Str buf_str(const Buf *o)
{
    return (Str){o->p, o->n};
}

static Slot *map_place(const Map *m, Str key)
{
    isize mask = m->cap - 1;
    isize i = (isize)(str_hash(key) & (uint64_t)mask);
    while (m->slots[i].key.p && !str_equal(m->slots[i].key, key)) i = (i + 1) & mask;
    return &m->slots[i];
}

Slot *map_get(const Map *m, Str key)
{
    if (!m->cap) return 0;
    Slot *slot = map_place(m, key);
    return slot->key.p ? slot : 0;
}

Slot *map_put(Map *m, Arena *a, Str key, bool *is_new)
{
    if (!key.p) key.p = ""; // a used slot is one whose key has a place
    if (m->n * 4 >= m->cap * 3) {
        Map wider = {.cap = m->cap ? m->cap * 2 : 16, .n = m->n};
        wider.slots = take(a, Slot, wider.cap);
        for (isize i = 0; i < m->cap; i++) {
            if (m->slots[i].key.p) *map_place(&wider, m->slots[i].key) = m->slots[i];
        }
        *m = wider;
    }
    Slot *slot = map_place(m, key);
    if (is_new) *is_new = !slot->key.p;
    if (!slot->key.p) {
        slot->key = key;
        m->n++;
    }
    return slot;
}
