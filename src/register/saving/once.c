// Sent twice: the same step, or the same form, was done already; and what a form carries so that this is seen.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- sent twice ------------------------------------------------------------------------------------------

// The same step sent twice: the first time it was done, by her, and nothing came between but what follows from it.
static Err *moved_before(Save *v, bool *done)
{
    enum { FOLLOWED_MOST = 20 };
    const Pack *pack = v->s->pack;
    const Json *body, *state;
    Entry *entries;
    int n;
    *done = false;
    if (!v->draft->move.n || !v->now || v->draft->base >= v->now->version || v->draft->base < 1) return 0;
    TRY(entries_of(v->s, v->now, v->draft->base, FOLLOWED_MOST, &entries, &n));
    const Entry *step = n ? &entries[n - 1] : 0; // the newest come first
    for (int i = 0; step && i < n - 1; i++) if (!entry_of_sight(&entries[i])) return 0;
    if (!step || step->version != v->draft->base + 1 || !str_equal(step->actor, v->s->user.name)) return 0;
    TRY(body_open(v->s, v->t, step, 0, &body));
    state = json_member(body, S("state"));
    for (int i = 0; state && i < pack->moves_n; i++) {
        const PackMove *move = &pack->moves[i];
        *done |= move->record == v->t && str_equal(move->name, v->draft->move) && str_equal(move->to->name, state->text);
    }
    return 0;
}

// A form sent twice: the record that it made the first time.
static Err *made_before(Save *v, bool *done)
{
    Record *made = 0;
    Store whole = *v->s;
    whole.user.role = 0;
    *done = false;
    if (v->now || !v->draft->new_id.n) return 0;
    TRY(record_find(&whole, v->t, v->draft->new_id, MAY_READ, &made));
    if (!made) return 0;
    *done = true;
    *v->out = (Saved){.id = made->id, .key = made->key, .row = made->row, .version = made->version, .what = SAVED_BEFORE};
    return 0;
}

Err *save_before(Save *v, bool *done)
{
    TRY(made_before(v, done));
    if (!*done) TRY(moved_before(v, done));
    if (*done && v->now) *v->out = (Saved){.id = v->now->id, .key = v->now->key, .row = v->now->row, .version = v->now->version};
    return 0;
}

// ---- a form that is sent twice -------------------------------------------------------------------------

enum { MAC_HEX = 32 };

static Str once_mac(Store *s, Str what, Str id)
{
    Hashing h;
    Key key = register_key(s->reg, "once");
    hash_begin(&h);
    hash_part(&h, (Str){(const char *)key.at, KEY_BYTES});
    hash_part(&h, s->user.name);
    hash_part(&h, what);
    hash_part(&h, id);
    wipe(&key, sizeof key);
    Hash mac = hash_end(&h);
    wipe(&h, sizeof h);
    return str_slice(hex_of(s->a, hash_bytes(&mac)), 0, MAC_HEX);
}

Str once_make(Store *s, Str what)
{
    Str id = random_name(s->a);
    return say(s->a, "{}.{}", id, once_mac(s, what, id));
}

// Everybody who has the form comes to the same one.
Str once_row(Store *s, Str id, Str name, int row)
{
    enum { LENGTH = 20, LETTERS = 31 };
    static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
    Hashing h;
    hash_begin(&h);
    hash_part(&h, once_mac(s, name, id));
    hash_int(&h, row);
    Hash all = hash_end(&h);
    char *made = take(s->a, char, LENGTH);
    for (int i = 0; i < LENGTH; i++) made[i] = letters[(unsigned char)all.at[i] % LETTERS];
    return (Str){made, LENGTH};
}

bool once_read(Store *s, Str what, Str token, Str *id)
{
    Str mac = token;
    *id = str_cut(&mac, '.');
    if (id->n && hash_same(mac, once_mac(s, what, *id))) return true;
    *id = (Str){0};
    return false;
}
