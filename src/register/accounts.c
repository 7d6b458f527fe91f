// Accounts, tokens, sessions and what forms carry and keep for them; all of it stands outside the journal.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum {
    TRIES_FREE = 5,                  // then waiting doubles with every try, up to WAIT_MOST
    WAIT_MOST = 60 * 1000,          // no more, or wrong tries would lock the right person out
    TRIES_KEPT = 24 * 60 * 60 * 1000,
    SESSION_IDLE = 60 * 60 * 1000,
    SESSION_LONGEST = 12 * 60 * 60 * 1000,
    SEEN_EVERY = 5 * 60 * 1000,      // how often a session's last use is written down
    HASHES_AT_ONCE = 2,              // each takes 19 MiB and about 30 ms
    LINE_MOST = 3, LINE_LONGEST = 5000, // how many wait for one, and how long
};
static _Atomic int hashing, waiting;

typedef struct { Str name, role, unit, password; bool replace; } NewUser;

static Err *user_put(Store *s, void *with)
{
    const NewUser *u = with;
    Rows q;
    TRY(sql(s->db, s->a, &q, "select 1 from users where name = $1", u->name));
    if (q.rows && !u->replace) {
        return fail(s->a, ERR_INPUT, "There is a user {} already: --replace gives a new password, role and unit.", u->name);
    }
    TRY(sql(s->db, s->a, 0, "delete from sessions where name = $1", u->name)); // a new password ends what the old one opened
    TRY(sql(s->db, s->a, 0, "delete from tokens where name = $1", u->name));
    return sql(s->db, s->a, 0, "insert into users (name, role, unit, password, active) values ($1, $2, $3, $4, 1)"
        " on conflict (name) do update set role = excluded.role, unit = excluded.unit, password = excluded.password, active = 1", u->name, u->role, u->unit, u->password);
}

static bool name_good(Str name)
{
    bool good = name.n > 0 && name.n <= 100 && utf8_valid(name);
    for (isize i = 0; i < name.n; i++) good &= (unsigned char)name.p[i] > ' ' && name.p[i] != ':';
    return good && !str_equal(name, S("operator"));
}

Err *user_add(Store *s, Str name, Str role, Str unit, Str password, bool replace)
{
    if (!name_good(name)) return fail(s->a, ERR_INPUT, "{} cannot be a user's name: use letters and digits without blanks.", name);
    if (!role_get(s->pack, role)) return fail(s->a, ERR_INPUT, "There is no role {} in the pack.", role);
    if (!unit_get(s->pack, unit)) return fail(s->a, ERR_INPUT, "There is no unit {} in the pack.", unit);
    if (password.n < 8) return fail(s->a, ERR_INPUT, "A password has at least 8 characters.");
    if (password.n > 1000) return fail(s->a, ERR_INPUT, "A password has at most 1,000 bytes.");
    NewUser u = {name, role, unit, password_hash(s->a, password), replace};
    return register_write(s, user_put, &u);
}

typedef struct { Str name; Hash hash; Str csrf, lang; bool alone; } NewKey;

static Err *token_put(Store *s, void *with)
{
    const NewKey *k = with;
    if (k->alone) TRY(sql(s->db, s->a, 0, "delete from tokens where name = $1", k->name));
    return sql(s->db, s->a, 0, "insert into tokens (hash, name, made) values ($1, $2, $3)", (Blob){hash_bytes(&k->hash)}, k->name, clock_ms());
}

Err *user_token(Store *s, Str name, bool alone, Str *token)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select 1 from users where name = $1 and active = 1", name));
    if (!q.rows) return fail(s->a, ERR_INPUT, "There is no user {}.", name);
    *token = token_make(s->a);
    NewKey k = {.name = name, .hash = token_hash(*token), .alone = alone};
    return register_write(s, token_put, &k);
}

static Err *user_known(Store *s, Str name, Str role, Str unit, User *out)
{
    *out = (User){name, role_get(s->pack, role), unit_get(s->pack, unit)};
    return out->role ? 0 : fail(s->a, ERR_DENIED, "The role {} of {} is not in the pack any more.", role, name);
}

Err *user_by_token(Store *s, Str token, User *out)
{
    Rows q;
    Hash hash = token_hash(token);
    TRY(sql(s->db, s->a, &q, "select u.name, u.role, u.unit from tokens k join users u on u.name = k.name"
        " where k.hash = $1 and u.active = 1", (Blob){hash_bytes(&hash)}));
    if (!rows_next(&q)) return fail(s->a, ERR_DENIED, "This token is not known here.");
    Str name = next_str(&q), role = next_str(&q), unit = next_str(&q);
    return user_known(s, name, role, unit, out);
}

// ---- sessions ------------------------------------------------------------------------------------------

static Err *session_put(Store *s, void *with)
{
    const NewKey *k = with;
    int64_t now = clock_ms();
    Hash tried = hash_of(k->name);
    TRY(sql(s->db, s->a, 0, "delete from tries where name = $1", (Blob){hash_bytes(&tried)}));
    TRY(sql(s->db, s->a, 0, "delete from sessions where seen < $1 or made < $2", now - SESSION_IDLE, now - SESSION_LONGEST));
    return sql(s->db, s->a, 0, "insert into sessions (hash, name, csrf, made, seen, lang) values ($1, $2, $3, $4, $5, $6)",
        (Blob){hash_bytes(&k->hash)}, k->name, k->csrf, now, now, k->lang);
}

static Err *try_failed(Store *s, void *with)
{
    const Str *name = with;
    Rows q;
    Hash tried = hash_of(*name);
    Blob key = {hash_bytes(&tried)};
    TRY(sql(s->db, s->a, 0, "delete from tries where wait_until < $1", clock_ms() - TRIES_KEPT));
    TRY(sql(s->db, s->a, &q, "insert into tries (name, failed, wait_until) values ($1, 1, $2)"
        " on conflict (name) do update set failed = tries.failed + 1 returning failed", key, clock_ms()));
    must(rows_next(&q));
    int64_t over = next_int(&q) - TRIES_FREE;
    int64_t wait = over < 0 ? 0 : over > 9 ? WAIT_MOST : (int64_t)1000 << over;
    return sql(s->db, s->a, 0, "update tries set wait_until = $1 where name = $2", clock_ms() + wait, key);
}

// An unknown name costs as long as a known one.
static Err *password_check(Store *s, Str hash, Str password, bool *good)
{
    int64_t until = clock_ms() + LINE_LONGEST;
    bool waits = ++waiting <= LINE_MOST; // a short line: the other threads go on answering
    while (++hashing > HASHES_AT_ONCE && waits && clock_ms() < until) {
        hashing--;
        clock_sleep(10);
    }
    waiting--;
    if (hashing > HASHES_AT_ONCE) {
        hashing--;
        return fail(s->a, ERR_BUSY, "Many people are signing in: please try again in a moment.");
    }
    if (hash.n) *good = password_good(hash, password);
    else password_hash(s->a, password);
    hashing--;
    return 0;
}

Err *session_open(Store *s, Str name, Str password, Str *token)
{
    Rows q;
    Str hash = {0};
    int64_t wait_until = 0;
    bool good = false;
    Hash tried = hash_of(name);
    TRY(sql(s->db, s->a, &q, "select failed, wait_until from tries where name = $1", (Blob){hash_bytes(&tried)}));
    if (rows_next(&q) && next_int(&q) >= TRIES_FREE) wait_until = next_int(&q);
    TRY(sql(s->db, s->a, &q, "select password from users where name = $1 and active = 1", name));
    if (rows_next(&q)) hash = next_str(&q);
    if (wait_until > clock_ms()) return fail(s->a, ERR_BUSY, "There were too many tries: please wait some minutes, then try again.");
    TRY(password_check(s, hash, password, &good));
    // A name nobody has is not written down: it may be a password in the wrong field.
    log_line(say(s->a, "{} {}", good ? S("Signed in:") : S("Wrong password:"), hash.n ? name : S("(an unknown name)")));
    if (!good) {
        TRY(register_write(s, try_failed, &name));
        return fail(s->a, ERR_DENIED, "The name or the password is not right.");
    }
    *token = token_make(s->a);
    NewKey k = {.name = name, .hash = token_hash(*token), .csrf = token_make(s->a), .lang = lang_codes[s->lang]};
    return register_write(s, session_put, &k);
}

typedef struct { Hash hash; Str lang; } Seen;

static Err *seen_put(Store *s, void *with)
{
    const Seen *seen = with;
    Blob hash = {hash_bytes(&seen->hash)};
    if (seen->lang.n) return sql(s->db, s->a, 0, "update sessions set lang = $1 where hash = $2", seen->lang, hash);
    return sql(s->db, s->a, 0, "update sessions set seen = $1 where hash = $2", clock_ms(), hash);
}

Err *session_get(Store *s, Str token, Session *out)
{
    Rows q;
    int64_t now = clock_ms();
    Seen seen = {.hash = token_hash(token)};
    TRY(sql(s->db, s->a, &q, "select e.csrf, e.seen, e.lang, u.name, u.role, u.unit from sessions e join users u on u.name = e.name"
        " where e.hash = $1 and e.seen > $2 and e.made > $3 and u.active = 1",
        (Blob){hash_bytes(&seen.hash)}, now - SESSION_IDLE, now - SESSION_LONGEST));
    if (!rows_next(&q)) return fail(s->a, ERR_DENIED, "Please sign in.");
    *out = (Session){.token = token, .csrf = next_str(&q)};
    int64_t last = next_int(&q);
    lang_read(next_str(&q), &out->lang);
    Str name = next_str(&q), role = next_str(&q), unit = next_str(&q);
    if (now - last > SEEN_EVERY) TRY(register_write(s, seen_put, &seen));
    return user_known(s, name, role, unit, &out->user);
}

Err *session_language(Store *s, Str token, Lang lang)
{
    Seen seen = {token_hash(token), lang_codes[lang]};
    return register_write(s, seen_put, &seen);
}

static Err *session_drop(Store *s, void *with)
{
    const Hash *hash = with;
    TRY(sql(s->db, s->a, 0, "delete from drafts where session = $1", (Blob){hash_bytes(hash)}));
    return sql(s->db, s->a, 0, "delete from sessions where hash = $1", (Blob){hash_bytes(hash)});
}

Err *session_close(Store *s, Str token)
{
    Hash hash = token_hash(token);
    return register_write(s, session_drop, &hash);
}

Err *user_list(Store *s, Account **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select name, role, unit, active from users order by name"));
    *out = take(s->a, Account, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        Account *one = &(*out)[*n];
        one->name = next_str(&q);
        one->role = next_str(&q);
        one->unit = next_str(&q);
        one->active = next_int(&q) > 0;
    }
    return 0;
}

// ---- a form that is sent twice -----------------------------------------------------------------------------

enum { MAC_HEX = 32 };

static Str once_mac(Store *s, Str what, Str id)
{
    Hashing h;
    Key key = key_derive(&s->reg->secrets->unlock, "once", 1);
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

bool once_read(Store *s, Str what, Str token, Str *id)
{
    Str mac = token;
    *id = str_cut(&mac, '.');
    if (id->n && hash_same(mac, once_mac(s, what, *id))) return true;
    *id = (Str){0};
    return false;
}

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
    TRY(sql(s->db, s->a, 0, "delete from drafts where session = $1 and form = $2", session, form));
    if (!d->sealed.s.n) return 0;
    TRY(sql(s->db, s->a, &q, "select form from drafts where session = $1 order by time desc limit 1000", session));
    for (int n = 1; rows_next(&q); n++) {
        Blob old = {next_str(&q)};
        if (n >= DRAFTS_MOST) TRY(sql(s->db, s->a, 0, "delete from drafts where session = $1 and form = $2", session, old));
    }
    return sql(s->db, s->a, 0, "insert into drafts (session, form, time, sealed) values ($1, $2, $3, $4)", session, form, clock_ms(), d->sealed);
}

Err *draft_keep(Store *s, Str token, Str form, Str body)
{
    Drafted d = draft_named(token, form);
    DataKey key = draft_key(token);
    if (body.n > DRAFT_MOST) return 0;
    Str said = say(s->a, "{}\n{}", form, body);
    d.sealed = seal_value(s->a, &key, (SealedAt){0, 0, S("draft"), draft_place(s->a, &d)}, said);
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
    TRY(sql(s->db, s->a, &q, "select form, sealed from drafts where session = $1 order by time desc limit 20", (Blob){hash_bytes(&d.session)}));
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
