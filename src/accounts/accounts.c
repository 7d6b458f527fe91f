// Accounts and tokens: who may come in is told by entries of the journal; passwords and what tokens are known by stand outside it.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

// When the last statement deleted something, that is to be gone from every file.
Err *gone_for_good(Store *s)
{
    TRY(db_settle(s->db, s->a));
    if (db_changed(s->db) > 0) scrub_wanted(s);
    return 0;
}

// ---- what may be said of one ---------------------------------------------------------------------------------

bool name_fits(Str name)
{
    bool good = name.n > 0 && name.n <= 100 && utf8_valid(name) && str_seen(name); // "keo" and another that looks so
    for (isize i = 0; i < name.n; i++) good &= (unsigned char)name.p[i] > ' ' && name.p[i] != ':';
    return good && !str_equal(name, S("operator")) && !str_equal(name, S("-"));
}

// Some roles may be held in some kinds of units alone, whoever would give them.
static void place_told(Store *s, Faults *all, Str column, Message why)
{
    faults_add(s->a, all, (Fault){.column = column, .message = why});
}

void place_faults(Store *s, Str role_name, Str unit_key, Faults *all)
{
    const Role *role = role_get(s->pack, role_name);
    const Unit *unit = unit_get(s->pack, unit_key);
    if (!role) place_told(s, all, S("role"), message(s->a, "There is no role {} in the pack: its sheet roles.csv names them.", role_name));
    if (!unit) place_told(s, all, S("unit"), message(s->a, "There is no unit {} in the pack: its sheet units.csv names them.", unit_key));
    if (role && unit && !role_fits(role, unit))
        place_told(s, all, S("role"), message(s->a, "The role {} may not be held in the unit {}, which is of the kind {}: choose one of the"
            " kind {}.", role->name, unit->key, unit->kind, str_join(s->a, role->kinds, role->kinds_n, S(", "))));
    if (unit && !unit_open(unit, register_today(s)))
        place_told(s, all, S("unit"), message(s->a, "The unit {} is closed; choose one that is open.", words_in(&unit->label, s->lang)));
}

Err *place_check(Store *s, Str role, Str unit)
{
    Faults all = {0};
    place_faults(s, role, unit, &all);
    return all.n ? err_make(s->a, ERR_INPUT, all.first->message) : 0;
}

Err *account_get(Store *s, Str name, Account *out, bool *there)
{
    Rows q;
    *out = (Account){.name = name};
    TRY(sql(s->db, s->a, &q, "select role, unit, active from users where name = $1{}", name, (Sql){.text = db_locks(s->db)}));
    *there = rows_next(&q);
    if (!*there) return 0;
    out->role = next_str(&q);
    out->unit = next_str(&q);
    out->active = next_int(&q) > 0;
    return 0;
}

Err *account_open(Store *s, Str name, Account *out)
{
    bool there;
    TRY(account_get(s, name, out, &there));
    return there && out->active ? 0 : fail(s->a, ERR_INPUT, "There is no user {}.", name);
}

// ---- what is done -----------------------------------------------------------------------------------------------

Err *opened_end(Store *s, Str name, bool kept, const Hash *but)
{
    static const Str hers[] = {S("mails"), S("mailed"), S("filters"), S("marks"), S("seen")};
    TRY(sql(s->db, s->a, 0, "delete from sessions where name = $1 and hash <> $2", name, (Blob){but ? hash_bytes(but) : (Str){0}}));
    TRY(sql(s->db, s->a, 0, "delete from drafts where session not in (select hash from sessions)"));
    TRY(sql(s->db, s->a, 0, "delete from tokens where name = $1", name));
    for (int i = 0; i < countof(hers) && !kept; i++) TRY(sql(s->db, s->a, 0, "delete from {} where who = $1", (Name){hers[i]}, name));
    TRY(sql(s->db, s->a, 0, "delete from codes where name = $1", name));
    TRY(tries_end(s, name));
    scrub_wanted(s);
    return 0;
}

Str place_json(Arena *a, Str role, Str unit)
{
    Buf o = buf_in(a);
    json(&o, "{'role':{},'unit':{}}", role, unit);
    return buf_str(&o);
}

static Err *password_put(Store *s, Str name, Str hash)
{
    return sql(s->db, s->a, 0, "insert into passwords (name, password, changed) values ($1, $2, $3) on conflict (name) do update"
        " set password = excluded.password, changed = excluded.changed", name, hash, clock_ms());
}

// She may have another password, or have ended, since it was looked at.
Err *password_holds(Store *s, Str name, Str good)
{
    Rows q;
    if (!good.n) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from users u join passwords p on p.name = u.name where u.name = $1 and u.active = 1"
        " and p.password = $2", name, good));
    return q.rows ? 0 : fail(s->a, ERR_DENIED, "The password is not right.");
}

typedef struct { Str name, role, unit, hash, good; bool replace, first; const Hash *session; } NewUser;

static Err *user_put(Store *s, void *with)
{
    const NewUser *u = with;
    Account was;
    bool there;
    TRY(account_get(s, u->name, &was, &there));
    if (there && !u->replace)
        return fail(s->a, ERR_INPUT, "There is a user {} already: --replace gives a new password, role and unit.", u->name);
    TRY(opened_end(s, u->name, false, 0)); // whoever comes now may be somebody else
    if (there) TRY(place_left(s, &was, u->unit));
    TRY(account_enter(s, u->name, there ? S("change") : S("create"), place_json(s->a, u->role, u->unit)));
    if (there) TRY(account_enter(s, u->name, S("password"), (Str){0}));
    return password_put(s, u->name, u->hash);
}

Err *user_add(Store *s, Str name, Str role, Str unit, Str password, bool replace)
{
    if (!name_fits(name)) return fail(s->a, ERR_INPUT, "{} cannot be a user's name: use letters and digits without blanks.", name);
    TRY(place_check(s, role, unit));
    TRY(password_fits(s->a, name, password));
    NewUser u = {.name = name, .role = role, .unit = unit, .hash = password_hash(s->a, password_typed(s->a, password)), .replace = replace};
    return register_write(s, user_put, &u);
}

// She came in with a code, and nobody gave her a password or another code since.
static Err *none_yet(Store *s, const NewUser *u)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select 1 from sessions e left join passwords p on p.name = e.name where e.hash = $1 and e.name = $2"
        " and p.name is null", (Blob){hash_bytes(u->session)}, u->name));
    return q.rows ? 0 : fail(s->a, ERR_DENIED, "Please sign in.");
}

static Err *new_password_put(Store *s, void *with)
{
    const NewUser *u = with;
    Account was;
    TRY(account_open(s, u->name, &was));
    TRY(password_holds(s, u->name, u->good));
    if (u->first) TRY(none_yet(s, u));
    TRY(opened_end(s, u->name, true, u->session));
    TRY(account_enter(s, u->name, S("password"), (Str){0}));
    return password_put(s, u->name, u->hash);
}

Err *user_password(Store *s, Str name, Str password)
{
    TRY(password_fits(s->a, name, password));
    NewUser u = {.name = name, .hash = password_hash(s->a, password_typed(s->a, password))};
    return register_write(s, new_password_put, &u);
}

Err *password_change(Store *s, Str session, Str old, Str password, Confirmed *out)
{
    Str name = s->user.name;
    TRY(session_confirm(s, session, old, out));
    if (str_equal(password_typed(s->a, old), password_typed(s->a, password)))
        return fail(s->a, ERR_INPUT, "This is the password that you have: take another one.");
    TRY(password_fits(s->a, name, password));
    Hash hers = token_hash(session);
    NewUser u = {.name = name, .hash = password_hash(s->a, password_typed(s->a, password)), .good = out->good,
        .session = &hers};
    return register_write(s, new_password_put, &u);
}

Err *password_first(Store *s, Str session, Str password)
{
    Str name = s->user.name;
    Hash hers = token_hash(session);
    TRY(password_fits(s->a, name, password));
    if (code_was(s, name, password)) return fail(s->a, ERR_INPUT, "Somebody else saw this code: take a sentence of your own.");
    NewUser u = {.name = name, .hash = password_hash(s->a, password_typed(s->a, password)), .first = true, .session = &hers};
    return register_write(s, new_password_put, &u);
}

static Account account_row(Rows *q)
{
    Account one = {.name = next_str(q)}; // one after the other: initializers are read in no order
    one.role = next_str(q);
    one.unit = next_str(q);
    one.active = next_int(q) > 0;
    one.code_until = next_int(q);
    return one;
}

static Err *accounts_read(Store *s, Str name, Account **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select u.name, u.role, u.unit, u.active, coalesce(c.until, 0) from users u left join codes c"
        " on c.name = u.name and c.until > $1 where $2 = '' or u.name = $3 order by u.name", clock_ms(), name, name));
    *out = take(s->a, Account, q.rows);
    for (*n = 0; rows_next(&q);) (*out)[(*n)++] = account_row(&q);
    return 0;
}

Err *user_list(Store *s, Account **out, int *n)
{
    return accounts_read(s, (Str){0}, out, n);
}

Err *user_get(Store *s, Str name, Account *out)
{
    Account *found;
    int n = 0;
    if (name.n) TRY(accounts_read(s, name, &found, &n));
    if (!n) return fail(s->a, ERR_MISSING, "There is no user {}.", name);
    *out = found[0];
    return 0;
}

// ---- tokens ----------------------------------------------------------------------------------------------------

typedef struct { Str name, id, good; Hash hash; bool alone; int days; } NewToken;

static Err *token_gone(Store *s, Str name, Str id)
{
    TRY(sql(s->db, s->a, 0, "delete from tokens where name = $1 and id = $2", name, id));
    TRY(gone_for_good(s));
    Buf o = buf_in(s->a);
    json(&o, "{'token':{}}", id);
    return account_enter(s, name, S("untoken"), buf_str(&o));
}

static Err *tokens_gone(Store *s, Str name)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select id from passes where name = $1 order by id", name));
    while (rows_next(&q)) TRY(token_gone(s, name, next_str(&q)));
    return 0;
}

static Err *token_put(Store *s, void *with)
{
    const NewToken *t = with;
    Account was;
    TRY(account_open(s, t->name, &was));
    TRY(password_holds(s, t->name, t->good));
    if (t->alone) TRY(tokens_gone(s, t->name));
    int64_t made = clock_ms(), until = made + (int64_t)t->days * DAY_MS;
    Buf o = buf_in(s->a);
    json(&o, "{'token':{},'made':{},'until':{}}", t->id, say(s->a, "{}", made), say(s->a, "{}", until));
    TRY(account_enter(s, t->name, S("token"), buf_str(&o)));
    return sql(s->db, s->a, 0, "insert into tokens (hash, name, id) values ($1, $2, $3)", (Blob){hash_bytes(&t->hash)}, t->name, t->id);
}

Err *user_token(Store *s, Str name, bool alone, int days, Str *token)
{
    *token = token_make(s->a);
    NewToken t = {.name = name, .id = random_name(s->a), .hash = token_hash(*token), .alone = alone, .days = days};
    return register_write(s, token_put, &t);
}

Err *token_own(Store *s, const Confirmed *by, int days, Str *token)
{
    *token = token_make(s->a);
    NewToken t = {.name = s->user.name, .id = random_name(s->a), .good = by->good, .hash = token_hash(*token), .alone = true, .days = days};
    must(by->good.n);
    return register_write(s, token_put, &t);
}

static Err *token_end_put(Store *s, void *with)
{
    const NewToken *t = with;
    Rows q;
    Account was;
    TRY(account_open(s, t->name, &was));
    TRY(sql(s->db, s->a, &q, "select 1 from passes where name = $1 and id = $2", t->name, t->id));
    if (!q.rows) return fail(s->a, ERR_MISSING, "There is no such token of {}: it has ended already.", t->name);
    return token_gone(s, t->name, t->id);
}

Err *token_end(Store *s, Str name, Str id)
{
    return register_write(s, token_end_put, &(NewToken){.name = name, .id = id});
}

Err *token_list(Store *s, Str name, Token **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select p.id, p.made, p.until from passes p join tokens t on t.id = p.id where p.name = $1 and p.until > $2"
        " order by p.made desc, p.id", name, clock_ms()));
    *out = take(s->a, Token, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        Token *one = &(*out)[*n];
        one->id = next_str(&q);
        one->made = next_int(&q);
        one->until = next_int(&q);
    }
    return 0;
}

Err *user_known(Store *s, Str name, Str role, Str unit, User *out)
{
    User found = {name, role_get(s->pack, role), unit_get(s->pack, unit)};
    if (!found.role) return fail(s->a, ERR_DENIED, "The role {} of {} is not in the pack any more.", role, name);
    if (!found.unit) return fail(s->a, ERR_DENIED, "The unit {} of {} is not in the pack any more.", unit, name);
    *out = found;
    return 0;
}

Err *user_by_token(Store *s, Str token, User *out)
{
    Rows q;
    Hash hash = token_hash(token);
    int64_t now = clock_ms();
    TRY(sql(s->db, s->a, &q, "select u.name, u.role, u.unit from tokens k join passes p on p.id = k.id join users u on u.name = k.name"
        " where k.hash = $1 and p.name = k.name and p.made <= $2 and p.until > $3 and u.active = 1", (Blob){hash_bytes(&hash)},
        now + AHEAD_MOST, now));
    if (!rows_next(&q)) return fail(s->a, ERR_DENIED, "This token is not known here, or its days are over.");
    Str name = next_str(&q), role = next_str(&q), unit = next_str(&q);
    return user_known(s, name, role, unit, out);
}
