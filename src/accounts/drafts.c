// What forms keep of what somebody typed and could not save yet.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

// ---- what somebody typed that could not be saved yet ---------------------------------------------------------
// The store knows neither the session's token nor the form: whoever has the disk, or another session at the same desk,
// reads nothing. It goes with the session, with the save that succeeds, or when she leaves without saving.

enum { DRAFT_MOST = 256 << 10, DRAFTS_MOST = 20 }; // bytes of one; of a session
typedef struct { Hash session, form; Blob sealed; } Drafted;

static Str draft_place(Arena *a, const Drafted *d)
{
    return hex_of(a, hash_bytes(&d->form));
}

static Drafted draft_named(Str token, Str form)
{
    Hashing h;
    Drafted d = {.session = token_hash(token)};
    hash_begin(&h);
    hash_part(&h, token);
    hash_part(&h, form);
    d.form = hash_end(&h);
    return d;
}

static DataKey draft_key(Str token)
{
    Hashing h;
    DataKey key = {0};
    hash_begin(&h);
    hash_part(&h, S("draft"));
    hash_part(&h, token);
    Hash hash = hash_end(&h);
    memcpy(key.key.at, hash.at, KEY_BYTES);
    wipe(&hash, sizeof hash);
    return key;
}

static Err *draft_put(Store *s, void *with)
{
    const Drafted *d = with;
    Blob session = {hash_bytes(&d->session)}, form = {hash_bytes(&d->form)};
    Rows q;
    TRY(sql(s->db, s->a, 0, "delete from drafts where session not in (select hash from sessions)"));
    TRY(gone_for_good(s));
    TRY(sql(s->db, s->a, 0, "delete from drafts where session = $1 and form = $2", session, form));
    TRY(gone_for_good(s));
    if (!d->sealed.s.n) return 0;
    TRY(sql(s->db, s->a, &q, "select form from drafts where session = $1 order by time desc limit 1000", session));
    for (int n = 1; rows_next(&q); n++) {
        Blob old = {next_str(&q)};
        if (n >= DRAFTS_MOST) TRY(sql(s->db, s->a, 0, "delete from drafts where session = $1 and form = $2", session, old));
    }
    return sql(s->db, s->a, 0,
               "insert into drafts (session, form, time, sealed) values ($1, $2, $3, $4)", session,
               form, clock_ms(), d->sealed);
}

Err *draft_keep(Store *s, Str token, Str form, Str body)
{
    Drafted d = draft_named(token, form);
    DataKey key = draft_key(token);
    if (body.n > DRAFT_MOST) return 0;
    Str said = say(s->a, "{}\n{}", form, body);
    d.sealed = seal_value(s->a, &key, (SealedAt){.record = S("draft"), .field = draft_place(s->a, &d)}, said);
    wipe(&key, sizeof key);
    return register_write(s, draft_put, &d);
}

static Err *draft_open(Store *s, Str token, const Drafted *d, Str sealed, Str *form, Str *body)
{
    DataKey key = draft_key(token);
    Err *e = seal_open(s->a, &key, S("draft"), draft_place(s->a, d), sealed, body);
    wipe(&key, sizeof key);
    *form = (Str){0};
    if (e) *body = (Str){0}; // a garbled one is none
    else *form = str_cut(body, '\n');
    return 0;
}

Err *draft_get(Store *s, Str token, Str form, Str *body)
{
    Rows q;
    Drafted d = draft_named(token, form);
    *body = (Str){0};
    if (!token.n) return 0;
    TRY(sql(s->db, s->a, &q, "select sealed from drafts where session = $1 and form = $2", (Blob){hash_bytes(&d.session)},
        (Blob){hash_bytes(&d.form)}));
    return rows_next(&q) ? draft_open(s, token, &d, next_str(&q), &form, body) : 0;
}

Err *draft_drop(Store *s, Str token, Str form)
{
    Str body;
    Drafted d = draft_named(token, form);
    TRY(draft_get(s, token, form, &body));
    return body.n ? register_write(s, draft_put, &d) : 0;
}

Err *draft_list(Store *s, Str token, Str **forms, int *n)
{
    Rows q;
    Str body;
    Drafted d = draft_named(token, (Str){0});
    *n = 0;
    if (!token.n) return 0;
    TRY(sql(s->db, s->a, &q,
            "select form, sealed from drafts where session = $1 order by time desc limit 20",
            (Blob){hash_bytes(&d.session)}));
    *forms = take(s->a, Str, q.rows);
    while (rows_next(&q)) {
        Str named = next_str(&q), sealed = next_str(&q);
        if (named.n != HASH_BYTES) continue;
        memcpy(d.form.at, named.p, HASH_BYTES);
        TRY(draft_open(s, token, &d, sealed, &(*forms)[*n], &body));
        if ((*forms)[*n].n) ++*n;
    }
    return 0;
}

// ---- words in an address ---------------------------------------------------------------------------------------

Str words_sealed(Arena *a, Str token, Str what, Str words)
{
    DataKey key = draft_key(token);
    Blob sealed = seal_value(a, &key, (SealedAt){.record = S("words"), .field = what}, words);
    wipe(&key, sizeof key);
    return base64_of(a, sealed.s);
}

bool words_opened(Arena *a, Str token, Str what, Str sealed, Str *words)
{
    Str bytes;
    *words = (Str){0};
    if (!token.n || !base64_read(a, sealed, &bytes)) return false;
    DataKey key = draft_key(token);
    Err *e = seal_open(a, &key, S("words"), what, bytes, words);
    wipe(&key, sizeof key);
    if (e) *words = (Str){0};
    return !e;
}
