// Accounts, tokens, sessions and what forms keep for them; all of it stands outside the journal.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "seal/seal.h"

enum {
    TRIES_FREE = 5,                  // then waiting doubles with every try, up to WAIT_MOST
    WAIT_MOST = 60 * 1000,           // no more, or wrong tries would lock the right person out
    TRIES_KEPT = 60 * 60 * 1000,     // who guesses once an hour is slower than who waits
    SESSION_IDLE = 60 * 60 * 1000,
    SESSION_LONGEST = 12 * 60 * 60 * 1000,
    SEEN_EVERY = 5 * 60 * 1000,      // how often a session's last use is written down
    AHEAD_MOST = 60 * 1000,          // what lies further ahead was written under another clock, and does not count
};

// Whose tries they are: a name's by strangers, or a name's by one browser in which she has signed in before. The
// name's half comes first, so that a new password finds them all.
typedef struct { char at[HASH_BYTES]; } Whose;

static Whose whose_of(Str name, Str browser)
{
    enum { HALF = HASH_BYTES / 2 };
    Whose w = {0};
    Hash of_name = hash_of(name), of_browser = hash_of(browser);
    memcpy(w.at, of_name.at, HALF);
    if (browser.n) memcpy(w.at + HALF, of_browser.at, HALF);
    return w;
}

static Blob whose_bytes(const Whose *w)
{
    return (Blob){{w->at, HASH_BYTES}};
}

// When the last statement deleted something, that is to be gone from every file.
static Err *gone_for_good(Store *s)
{
    TRY(db_settle(s->db, s->a));
    if (db_changed(s->db) > 0) scrub_wanted(s);
    return 0;
}

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
    Whose tried = whose_of(u->name, (Str){0});
    Str its_half = str_slice(whose_bytes(&tried).s, 0, HASH_BYTES / 2);
    TRY(sql(s->db, s->a, 0, "delete from tries where substr(name, 1, 16) = $1", (Blob){its_half}));
    scrub_wanted(s);
    return sql(s->db, s->a, 0, "insert into users (name, role, unit, password, active) values ($1, $2, $3, $4, 1) on conflict (name)"
        " do update set role = excluded.role, unit = excluded.unit, password = excluded.password, active = 1",
        u->name, u->role, u->unit, u->password);
}

static bool name_good(Str name)
{
    bool good = name.n > 0 && name.n <= 100 && utf8_valid(name) && str_seen(name); // "keo" and another that looks so
    for (isize i = 0; i < name.n; i++) good &= (unsigned char)name.p[i] > ' ' && name.p[i] != ':';
    return good && !str_equal(name, S("operator"));
}

// Some roles may be held in some kinds of units alone, whoever would give them.
static Err *place_check(Store *s, Str role_name, Str unit_key)
{
    const Role *role = role_get(s->pack, role_name);
    const Unit *unit = unit_get(s->pack, unit_key);
    if (!role) return fail(s->a, ERR_INPUT, "There is no role {} in the pack: its sheet roles.csv names them.", role_name);
    if (!unit) return fail(s->a, ERR_INPUT, "There is no unit {} in the pack: its sheet units.csv names them.", unit_key);
    if (!role_fits(role, unit))
        return fail(s->a, ERR_INPUT, "The role {} may not be held in the unit {}, which is of the kind {}: choose one of the kind {}.",
            role->name, unit->key, unit->kind, str_join(s->a, role->kinds, role->kinds_n, S(", ")));
    if (unit_open(unit, register_today(s))) return 0;
    return fail(s->a, ERR_INPUT, "The unit {} is closed; choose one that is open.", words_in(&unit->label, s->lang));
}

Err *user_add(Store *s, Str name, Str role, Str unit, Str password, bool replace)
{
    if (!name_good(name)) return fail(s->a, ERR_INPUT, "{} cannot be a user's name: use letters and digits without blanks.", name);
    TRY(place_check(s, role, unit));
    if (password.n < 8) return fail(s->a, ERR_INPUT, "A password has at least 8 characters.");
    if (password.n > 1000) return fail(s->a, ERR_INPUT, "A password has at most 1,000 bytes.");
    NewUser u = {name, role, unit, password_hash(s->a, password), replace};
    return register_write(s, user_put, &u);
}

typedef struct { Str name; Hash hash; Str lang; bool alone; Whose tried; } NewKey;

static Err *token_put(Store *s, void *with)
{
    const NewKey *k = with;
    if (k->alone) {
        TRY(sql(s->db, s->a, 0, "delete from tokens where name = $1", k->name));
        TRY(gone_for_good(s));
    }
    return sql(s->db, s->a, 0, "insert into tokens (hash, name, made) values ($1, $2, $3)",
               (Blob){hash_bytes(&k->hash)}, k->name, clock_ms());
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
        " where k.hash = $1 and k.made <= $2 and u.active = 1", (Blob){hash_bytes(&hash)}, clock_ms() + AHEAD_MOST));
    if (!rows_next(&q)) return fail(s->a, ERR_DENIED, "This token is not known here.");
    Str name = next_str(&q), role = next_str(&q), unit = next_str(&q);
    return user_known(s, name, role, unit, out);
}

// ---- browsers in which somebody has signed in before ------------------------------------------------------

// The cookie: the browser's random name, and for each of the last persons who signed in there a seal over both names.
// It opens nothing. It does not say who they are, and without the register's key nobody can make one.
enum { KNOWN_MOST = 8, KNOWN_SEAL = 32, BROWSER_NAME = 20 };

static Str known_seal(Store *s, Str browser, Str name)
{
    Key key = register_key(s->reg, "known");
    Hash seal = hash_keyed(&key, say(s->a, "{} {}", browser, name));
    wipe(&key, sizeof key);
    return str_slice(hex_of(s->a, hash_bytes(&seal)), 0, KNOWN_SEAL);
}

static bool letters_alone(Str s, isize n)
{
    bool good = s.n == n;
    for (isize i = 0; good && i < n; i++) good = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9');
    return good;
}

// The browser's name when she has signed in there before; else empty.
static Str known_read(Store *s, Str cookie, Str name)
{
    Str browser = str_cut(&cookie, '.'), seal = known_seal(s, browser, name);
    bool found = false;
    for (int i = 0; i < KNOWN_MOST && cookie.n; i++) found |= hash_same(str_cut(&cookie, '.'), seal);
    return found && letters_alone(browser, BROWSER_NAME) ? browser : (Str){0};
}

static Str known_make(Store *s, Str cookie, Str name)
{
    Str browser = str_cut(&cookie, '.');
    if (!letters_alone(browser, BROWSER_NAME)) {
        browser = random_name(s->a);
        cookie = (Str){0};
    }
    Str seal = known_seal(s, browser, name);
    Buf o = buf_in(s->a);
    buf_fill(&o, "{}.{}", VALS(browser, seal));
    for (int i = 1; i < KNOWN_MOST && cookie.n;) {
        Str other = str_cut(&cookie, '.');
        if (!letters_alone(other, KNOWN_SEAL) || str_equal(other, seal)) continue;
        buf_fill(&o, ".{}", VALS(other));
        i++;
    }
    return buf_str(&o);
}

// ---- tries: noted before the password is looked at, so that many at once are many ----------------------------

typedef struct { Whose whose; int64_t wait; } Try; // wait: milliseconds to go; 0: this one may be made

// Waiting that lies further ahead than any wait lasts was written under another clock.
static int64_t wait_left(int64_t failed, int64_t wait_until, int64_t now)
{
    return failed >= TRIES_FREE && wait_until > now && wait_until <= now + WAIT_MOST ? wait_until - now : 0;
}

static Err *tries_of(Store *s, const Try *t, int64_t now, Str locks, int64_t *failed, int64_t *wait)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select failed, wait_until from tries where name = $1 and wait_until <= $2{}", whose_bytes(&t->whose),
        now + WAIT_MOST, (Sql){.text = locks}));
    *failed = *wait = 0;
    if (!rows_next(&q)) return 0;
    *failed = next_int(&q);
    *wait = wait_left(*failed, next_int(&q), now);
    return 0;
}

static Err *try_note(Store *s, void *with)
{
    Try *t = with;
    int64_t now = clock_ms(), failed;
    TRY(tries_of(s, t, now, db_locks(s->db), &failed, &t->wait));
    if (t->wait) return 0;
    int64_t over = failed + 1 - TRIES_FREE;
    int64_t wait = over < 0 ? 0 : over > 5 ? WAIT_MOST : (int64_t)1000 << over;
    TRY(sql(s->db, s->a, 0, "delete from tries where wait_until < $1 or wait_until > $2", now - TRIES_KEPT, now + WAIT_MOST));
    return sql(s->db, s->a, 0, "insert into tries (name, failed, wait_until) values ($1, $2, $3)"
        " on conflict (name) do update set failed = excluded.failed, wait_until = excluded.wait_until", whose_bytes(&t->whose),
        failed + 1, now + wait);
}

static Err *too_many_tries(Store *s, const Try *t, int64_t *wait)
{
    *wait = (t->wait + 999) / 1000;
    return fail(s->a, ERR_BUSY, "There were too many tries: please wait some minutes, then try again.");
}

// An unknown name costs as long as a known one, and leaves as much behind.
static Err *password_check(Store *s, Try *t, const SignIn *in, bool known, SignedIn *out)
{
    Rows q;
    Str hash = {0};
    int64_t failed;
    Door *door = register_door(s->reg);
    TRY(tries_of(s, t, clock_ms(), (Str){0}, &failed, &t->wait));
    if (t->wait) return too_many_tries(s, t, &out->wait);
    TRY(sql(s->db, s->a, &q, "select password from users where name = $1 and active = 1", in->name));
    if (rows_next(&q)) hash = next_str(&q);
    int64_t turn = door_turn(s->a, door, in->turn);
    if (!door_enter(door, known, turn)) {
        out->wait = DOOR_AGAIN;
        out->turn = turn < 0 ? door_turn_give(s->a, door) : in->turn;
        return fail(s->a, ERR_BUSY, "Many people are signing in: please try again in a moment.");
    }
    Err *e = register_write(s, try_note, t);
    bool good = !e && !t->wait && password_good(hash, in->password);
    door_leave(door);
    if (e) return e;
    if (t->wait) return too_many_tries(s, t, &out->wait);
    // A name nobody has is not written down: it may be a password in the wrong field.
    if (!good) log_line(say(s->a, "Wrong password: {}", hash.n ? in->name : S("(an unknown name)")));
    return good ? 0 : fail(s->a, ERR_DENIED, "The name or the password is not right.");
}

// ---- sessions ------------------------------------------------------------------------------------------

static Err *session_put(Store *s, void *with)
{
    const NewKey *k = with;
    int64_t now = clock_ms();
    TRY(sql(s->db, s->a, 0, "delete from tries where name = $1", whose_bytes(&k->tried)));
    TRY(sql(s->db, s->a, 0, "delete from sessions where seen < $1 or made < $2", now - SESSION_IDLE, now - SESSION_LONGEST));
    TRY(gone_for_good(s));
    return sql(s->db, s->a, 0, "insert into sessions (hash, name, csrf, made, seen, lang) values ($1, $2, '', $3, $4, $5)",
        (Blob){hash_bytes(&k->hash)}, k->name, now, now, k->lang);
}

Err *session_open(Store *s, const SignIn *in, SignedIn *out)
{
    *out = (SignedIn){0};
    Str browser = known_read(s, in->known, in->name);
    Try t = {.whose = whose_of(in->name, browser)};
    TRY(password_check(s, &t, in, browser.n > 0, out));
    log_line(say(s->a, "Signed in: {}", in->name));
    out->token = token_make(s->a);
    out->known = known_make(s, in->known, in->name);
    NewKey k = {.name = in->name, .hash = token_hash(out->token), .lang = lang_codes[s->lang], .tried = t.whose};
    return register_write(s, session_put, &k);
}

static Err *tries_forget(Store *s, void *with)
{
    const Try *t = with;
    return sql(s->db, s->a, 0, "delete from tries where name = $1", whose_bytes(&t->whose));
}

Err *session_confirm(Store *s, Str session, Str password, int64_t *wait)
{
    SignIn in = {.name = s->user.name, .password = password};
    SignedIn out = {0};
    Try t = {.whose = whose_of(in.name, session)}; // the session's own: nobody else's tries count
    Err *e = password_check(s, &t, &in, true, &out);
    *wait = out.wait;
    return e ? e : register_write(s, tries_forget, &t);
}

// What a form must say so that it is ours: made from the session's token, which nobody else knows, and kept nowhere.
static Str session_csrf(Arena *a, Str token)
{
    Hash hash = hash_of(say(a, "form {}", token));
    return hex_of(a, hash_bytes(&hash));
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
    TRY(sql(s->db, s->a, &q, "select e.seen, e.lang, u.name, u.role, u.unit from sessions e join users u on u.name = e.name"
        " where e.hash = $1 and e.seen > $2 and e.seen <= $4 and e.made > $3 and e.made <= $4 and u.active = 1",
        (Blob){hash_bytes(&seen.hash)}, now - SESSION_IDLE, now - SESSION_LONGEST, now + AHEAD_MOST));
    if (!rows_next(&q)) return fail(s->a, ERR_DENIED, "Please sign in.");
    *out = (Session){.token = token, .csrf = session_csrf(s->a, token)};
    int64_t last = next_int(&q);
    lang_read(next_str(&q), &out->lang);
    Str name = next_str(&q), role = next_str(&q), unit = next_str(&q);
    if (now - last > SEEN_EVERY) register_later(s, seen_put, &seen, sizeof seen); // no page waits for it
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
    scrub_wanted(s);
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
