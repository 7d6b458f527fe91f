// Which keys an erasure destroyed: as the tables know it, and as the journal says.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Err *key_erased(Db *db, Arena *a, uint64_t number, Str holder, bool *erased)
{
    Rows q;
    if (number) TRY(sql(db, a, &q, "select 1 from destroyed where number = $1", (int64_t)number));
    else TRY(sql(db, a, &q, "select 1 from erasures where holder = $1 and compartments <> 0", holder));
    *erased = q.rows;
    return 0;
}

static Err *destroyed_note(Arena *a, const Entry *e, Map *out)
{
    Str rest = e->body, part;
    Compartment c;
    while (body_parts(&rest, &c, &part)) {
        const Json *body, *said, *numbers;
        bool is_new;
        if (c != COMPARTMENT_COUNT) continue; // it is sealed
        TRY(json_read(a, part, &body));
        said = json_member(body, S("*erased"));
        numbers = said ? json_member(said, S("numbers")) : 0;
        for (const Json *one = numbers ? numbers->first : 0; one; one = one->next) {
            Str bytes;
            if (!bytes_of(a, one->text, &bytes) || bytes.n != 8) return fail(a, ERR_BROKEN, "Entry {} names keys that are none.", e->id);
            map_put(out, a, bytes, &is_new)->i = e->id;
        }
    }
    return 0;
}

Err *destroyed_read(Db *db, Arena *a, Map *out)
{
    Rows q;
    *out = (Map){0};
    TRY(sql(db, a, &q, "select {} from journal where verb = 'erase' order by id", entry_columns()));
    while (rows_next(&q)) {
        Entry e = entry_read(&q);
        TRY(destroyed_note(a, &e, out));
    }
    return 0;
}

// Before anything is made of the journal: what an erasure took is known from the beginning.
Err *destroyed_fill(Store *s)
{
    Map all;
    TRY(destroyed_read(s->db, s->a, &all));
    for (isize i = 0; i < all.cap; i++) {
        const Slot *one = &all.slots[i];
        if (!one->key.n) continue;
        TRY(sql(s->db, s->a, 0, "insert into destroyed (number, entry) values ($1, $2)", (int64_t)number_get(one->key.p), one->i));
    }
    return 0;
}

bool destroyed_has(const Map *destroyed, uint64_t number)
{
    char bytes[8];
    number_put(bytes, number);
    return map_get(destroyed, (Str){bytes, sizeof bytes});
}
