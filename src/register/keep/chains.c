// Chains: of the journal, and of the log of looks. Each is written by one process at a time.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A chain is of the folder in which its lock lies: of one that was copied, or is another machine's, the place is another.
static Str place_words(Arena *a, Str folder)
{
    Str machine = {0};
    Hashing h;
    if (path_exists(S("/etc/machine-id")) && file_read(a, S("/etc/machine-id"), 4096, &machine)) machine = (Str){0};
    hash_begin(&h);
    hash_part(&h, machine);
    hash_int(&h, path_number(folder));
    Hash all = hash_end(&h);
    return str_slice(hex_of(a, hash_bytes(&all)), 0, 16);
}

static Err *chain_known(Store *s, Name table, Str chain, bool *known)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select 1 from {} where writer = $1", table, chain));
    *known = q.rows;
    return 0;
}

static Err *chain_hold(Store *s, Str folder, Str chain, Str place, Chain *out)
{
    Err *e = lock_take(s->a, path_join(s->a, folder, say(s->a, "{}.{}", chain, place)), &out->lock);
    if (e) return e->kind == ERR_CONFLICT ? 0 : e;
    out->held = *out->lock; // the request's arena goes before the chain does
    out->lock = &out->held;
    memcpy(out->kept, chain.p, (size_t)chain.n);
    out->name = (Str){out->kept, chain.n};
    return 0;
}

// One that no other process holds now and that the store knows, else a new one: after a restore its own is gone, or the
// store says less than it wrote.
Err *chain_take(Store *s, Name table, bool fresh, Chain *out)
{
    Str folder = path_join(s->a, s->reg->dir, S("writers")), *names;
    int n;
    bool known;
    *out = (Chain){0};
    TRY(folder_make(s->a, folder));
    Str place = place_words(s->a, folder);
    TRY(folder_list(s->a, folder, &names, &n));
    for (int i = 0; i < n && !fresh && !out->name.n; i++) {
        Str of = names[i], chain = str_cut(&of, '.');
        if (chain.n != WRITER_NAME || !str_equal(of, place)) continue; // what somebody else laid there
        TRY(chain_known(s, table, chain, &known));
        if (known) TRY(chain_hold(s, folder, chain, place, out));
    }
    while (!out->name.n) TRY(chain_hold(s, folder, str_slice(random_name(s->a), 0, WRITER_NAME), place, out));
    return 0;
}

Str chain_path(Arena *a, const Register *reg, Str chain)
{
    Str folder = path_join(a, reg->dir, S("writers"));
    return path_join(a, folder, say(a, "{}.{}", chain, place_words(a, folder)));
}

// Was it begun in this folder, on whatever machine that was?
bool chain_here(Arena *a, const Register *reg, Str chain)
{
    Str *names;
    int n = 0;
    bool found = false;
    Str folder = path_join(a, reg->dir, S("writers"));
    if (!path_is_folder(folder) || folder_list(a, folder, &names, &n)) return false;
    for (int i = 0; i < n; i++) {
        Str of = names[i];
        found |= str_equal(str_cut(&of, '.'), chain);
    }
    return found;
}

Err *writer_take(Store *s)
{
    s->reg->begun = false;
    return chain_take(s, (Name){S("heads")}, false, &s->reg->chain);
}
