// Signing in, and what a browser is known by afterwards.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

enum {
    TRIES_FREE = 5,                  // then waiting doubles with every try, up to WAIT_MOST
    WAIT_MOST = 60 * 1000,           // no more, or wrong tries would lock the right person out
    TRIES_KEPT = 60 * 60 * 1000,     // who guesses once an hour is slower than who waits
    SESSION_IDLE = 60 * 60 * 1000,
    SESSION_LONGEST = 12 * 60 * 60 * 1000,
    SEEN_EVERY = 60 * 1000,          // how often a session's last use is written down
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

// However many browsers they came from.
Err *tries_end(Store *s, Str name)
{
    Whose tried = whose_of(name, (Str){0});
    Str its_half = str_slice(whose_bytes(&tried).s, 0, HASH_BYTES / 2);
    return sql(s->db, s->a, 0, "delete from tries where substr(name, 1, 16) = $1", (Blob){its_half});
}

typedef struct {
    Whose whose;
    int64_t wait;            // milliseconds to go; 0: this one may be made
    Str good;                // the hash that the password was held against
    bool first; Str code;    // a code serves, too; what it was held against, where it did
} Try;

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
static Err *password_check(Store *s, Try *t, const SignIn *in, bool known, User *who, SignedIn *out)
{
    Rows q;
    Str hash = {0};
    int64_t failed;
    *who = (User){0};
    Door *door = register_door(s->reg);
    TRY(tries_of(s, t, clock_ms(), (Str){0}, &failed, &t->wait));
    if (t->wait) return too_many_tries(s, t, &out->wait);
    TRY(sql(s->db, s->a, &q, "select coalesce(p.password, ''), u.role, u.unit from users u left join passwords p on p.name = u.name"
        " where u.name = $1 and u.active = 1", in->name));
    bool there = rows_next(&q);
    if (there) {
        hash = next_str(&q);
        Str role = next_str(&q), unit = next_str(&q);
        *who = (User){in->name, role_get(s->pack, role), unit_get(s->pack, unit)};
    }
    if (t->first && there) TRY(code_good(s, in->name, in->password, &t->code));
    int64_t turn = door_turn(s->a, door, in->turn);
    if (!door_enter(door, known, turn)) {
        out->wait = DOOR_AGAIN;
        out->turn = turn < 0 ? door_turn_give(s->a, door) : in->turn;
        return fail(s->a, ERR_BUSY, "Many people are signing in: please try again in a moment.");
    }
    Err *e = register_write(s, try_note, t);
    bool good = !e && !t->wait && password_good(hash, password_typed(s->a, in->password)); // as long, whoever it is
    good |= !e && !t->wait && t->code.n;
    door_leave(door);
    if (e) return e;
    if (t->wait) return too_many_tries(s, t, &out->wait);
    // A name nobody has is not written down: it may be a password in the wrong field.
    if (!good) log_line(say(s->a, "Wrong password: {}", there ? in->name : S("(an unknown name)")));
    t->good = hash;
    if (good) return 0;
    TRY(look_happened(s, LOOK_REFUSED, who));
    return fail(s->a, ERR_DENIED, "The name or the password is not right.");
}

// ---- sessions ------------------------------------------------------------------------------------------

typedef struct { Str name, good, code; Hash hash; Str lang; Whose tried; } NewSession;

static Err *session_put(Store *s, void *with)
{
    const NewSession *k = with;
    Err *e = k->code.n ? code_spend(s, k->name, k->code) : password_holds(s, k->name, k->good);
    if (e && e->kind == ERR_DENIED) return fail(s->a, ERR_DENIED, "The name or the password is not right.");
    if (e) return e;
    int64_t now = clock_ms();
    TRY(sql(s->db, s->a, 0, "delete from tries where name = $1", whose_bytes(&k->tried)));
    TRY(sql(s->db, s->a, 0, "delete from sessions where (seen < $1 and locked = 0 and spared < $2) or made < $3", now - SESSION_IDLE, now,
        now - SESSION_LONGEST));
    TRY(gone_for_good(s));
    TRY(visit_note(s, k->name));
    return sql(s->db, s->a, 0, "insert into sessions (hash, name, csrf, made, seen, locked, spared, lang)"
        " values ($1, $2, '', $3, $4, 0, 0, $5)",
        (Blob){hash_bytes(&k->hash)}, k->name, now, now, k->lang);
}

Err *session_open(Store *s, const SignIn *in, SignedIn *out)
{
    *out = (SignedIn){0};
    Str browser = known_read(s, in->known, in->name);
    User who;
    Try t = {.whose = whose_of(in->name, browser), .first = true};
    TRY(password_check(s, &t, in, browser.n > 0, &who, out));
    TRY(look_happened(s, LOOK_SIGN_IN, &who));
    log_line(say(s->a, "Signed in: {}", in->name));
    out->token = token_make(s->a);
    out->known = known_make(s, in->known, in->name);
    NewSession k = {.name = in->name, .good = t.good, .code = t.code, .hash = token_hash(out->token),
        .lang = lang_codes[s->lang], .tried = t.whose};
    return register_write(s, session_put, &k);
}

static Err *tries_forget(Store *s, void *with)
{
    const Try *t = with;
    return sql(s->db, s->a, 0, "delete from tries where name = $1", whose_bytes(&t->whose));
}

Err *session_confirm(Store *s, Str session, Str password, Confirmed *confirmed)
{
    SignIn in = {.name = s->user.name, .password = password};
    SignedIn out = {0};
    User who;
    Try t = {.whose = whose_of(in.name, session)}; // the session's own: nobody else's tries count
    Err *e = password_check(s, &t, &in, true, &who, &out);
    *confirmed = (Confirmed){out.wait, t.good};
    return e ? e : register_write(s, tries_forget, &t);
}

// What a form must say so that it is ours: made from the session's token, which nobody else knows, and kept nowhere.
static Str session_csrf(Arena *a, Str token)
{
    Hash hash = hash_of(say(a, "form {}", token));
    return hex_of(a, hash_bytes(&hash));
}

typedef struct { Hash hash; Str lang; int64_t spared; bool spares; } Seen;

static Err *seen_put(Store *s, void *with)
{
    const Seen *seen = with;
    Blob hash = {hash_bytes(&seen->hash)};
    if (seen->lang.n) return sql(s->db, s->a, 0, "update sessions set lang = $1 where hash = $2", seen->lang, hash);
    if (seen->spares) return sql(s->db, s->a, 0, "update sessions set spared = $1 where hash = $2", seen->spared, hash);
    return sql(s->db, s->a, 0, "update sessions set seen = $1 where hash = $2", clock_ms(), hash);
}

int64_t session_left(const Store *s, const Session *session)
{
    int64_t now = clock_ms(), left = session->seen + (int64_t)s->pack->lock_after * 60 * 1000 - now, call = session->spared - now;
    if (call > left) left = call;
    return left > 0 ? left : 0;
}

Err *session_get(Store *s, Str token, Session *out)
{
    Rows q;
    int64_t now = clock_ms();
    Hash hash = token_hash(token);
    TRY(sql(s->db, s->a, &q, "select e.seen, e.locked, e.spared, e.lang, u.name, u.role, u.unit, case when p.name is null then 1 else 0 end"
        " from sessions e join users u on u.name = e.name left join passwords p on p.name = u.name"
        " where e.hash = $1 and (e.seen > $2 or e.locked > 0 or e.spared > $3) and e.seen <= $4 and e.made > $5 and e.made <= $6"
        " and u.active = 1", (Blob){hash_bytes(&hash)}, now - SESSION_IDLE, now, now + AHEAD_MOST, now - SESSION_LONGEST,
        now + AHEAD_MOST));
    if (!rows_next(&q)) return fail(s->a, ERR_DENIED, "Please sign in.");
    *out = (Session){.token = token, .csrf = session_csrf(s->a, token), .seen = next_int(&q)};
    out->locked = next_int(&q) > 0;
    out->spared = next_int(&q);
    lang_read(next_str(&q), &out->lang);
    Str name = next_str(&q), role = next_str(&q), unit = next_str(&q);
    out->fresh = next_int(&q) > 0;
    out->locked |= !session_left(s, out) && now - out->seen > (int64_t)s->pack->lock_after * 60 * 1000 + SEEN_EVERY; // seen lags behind
    out->locked &= !out->fresh;
    return user_known(s, name, role, unit, &out->user);
}

// No page waits for it.
void session_seen(Store *s, const Session *session)
{
    Seen seen = {.hash = token_hash(session->token)};
    if (clock_ms() - session->seen > SEEN_EVERY) register_later(s, seen_put, &seen, sizeof seen);
}

void session_spare(Store *s, Str token, int64_t until)
{
    Seen seen = {.hash = token_hash(token), .spared = until, .spares = true};
    register_later(s, seen_put, &seen, sizeof seen);
}

typedef struct { Hash hash; Str name, good; int64_t locked; } Locking;

static Err *lock_put(Store *s, void *with)
{
    const Locking *k = with;
    Blob hash = {hash_bytes(&k->hash)};
    if (k->locked) return sql(s->db, s->a, 0, "update sessions set locked = $1, spared = 0 where hash = $2", k->locked, hash);
    TRY(password_holds(s, k->name, k->good));
    TRY(sql(s->db, s->a, 0, "update sessions set locked = 0, spared = 0, seen = $1 where hash = $2 and name = $3", clock_ms(), hash,
        k->name));
    TRY(db_settle(s->db, s->a));
    return db_changed(s->db) == 1 ? 0 : fail(s->a, ERR_DENIED, "Please sign in.");
}

Err *session_lock(Store *s, Str token)
{
    return register_write(s, lock_put, &(Locking){.hash = token_hash(token), .locked = clock_ms()});
}

Err *session_unlock(Store *s, Str token, const Confirmed *by)
{
    must(by->good.n);
    return register_write(s, lock_put, &(Locking){.hash = token_hash(token), .name = s->user.name, .good = by->good});
}

Err *session_language(Store *s, Str token, Lang lang)
{
    Seen seen = {.hash = token_hash(token), .lang = lang_codes[lang]};
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

