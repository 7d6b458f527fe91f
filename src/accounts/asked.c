// What takes two: a new account, or a new password for who has lost hers. One asks, another confirms, and the owner comes in with a
// code that is good once. Who asked and who confirmed are entries; the code's hash stands outside the journal, as passwords do.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

// Accounts are no records, so no row of rights opens them: a role of this name is for whoever keeps them.
bool accounts_kept(const User *user)
{
    return !user->role || str_equal(user->role->name, S("administrator"));
}

bool accounts_confirmed(const User *user, Str unit)
{
    return user->role && user->role->confirms && user->unit && (!unit.n || str_equal(user->unit->key, unit));
}

// ---- the code -------------------------------------------------------------------------------------------------

// 98 bits: no password, and no need to slow down who has its hash.
enum { CODE_GROUP = 5 };

static Str code_shown(Arena *a, Str code)
{
    Buf o = buf_in(a);
    for (isize i = 0; i < code.n; i += CODE_GROUP) buf_fill(&o, i ? "-{}" : "{}", VALS(str_slice(code, i, i + CODE_GROUP)));
    return buf_str(&o);
}

// However its letters and groups were typed.
static Hash code_hash(Arena *a, Str typed)
{
    Str low = str_lower(a, typed);
    char *p = take(a, char, low.n);
    isize n = 0;
    for (isize i = 0; i < low.n; i++)
        if (low.p[i] != '-' && low.p[i] != ' ') p[n++] = low.p[i];
    return token_hash((Str){p, n});
}

static Err *code_read(Store *s, Str name, Str typed, int64_t after, Str *hash)
{
    Rows q;
    *hash = (Str){0};
    TRY(sql(s->db, s->a, &q, "select hash from codes where name = $1 and until > $2", name, after));
    Str kept = rows_next(&q) ? next_str(&q) : (Str){0};
    Hash said = code_hash(s->a, typed);
    if (kept.n && hash_same(kept, hash_bytes(&said))) *hash = kept;
    return 0;
}

Err *code_good(Store *s, Str name, Str typed, Str *hash)
{
    int64_t now = clock_ms();
    TRY(code_read(s, name, typed, now, hash));
    return 0;
}

bool code_was(Store *s, Str name, Str typed)
{
    Str hash;
    return code_read(s, name, typed, -1, &hash) || hash.n;
}

// What is spent stays until she has a password, so that it does not become that.
Err *code_spend(Store *s, Str name, Str hash)
{
    int64_t now = clock_ms();
    TRY(sql(s->db, s->a, 0, "update codes set until = 0 where name = $1 and hash = $2 and until > $3", name, (Blob){hash}, now));
    TRY(db_settle(s->db, s->a));
    return db_changed(s->db) == 1 ? 0 : fail(s->a, ERR_DENIED, "This code is used up.");
}

static Err *code_put(Store *s, Str name, const Hash *hash)
{
    return sql(s->db, s->a, 0, "insert into codes (name, hash, until) values ($1, $2, $3) on conflict (name) do update"
        " set hash = excluded.hash, until = excluded.until", name, (Blob){hash_bytes(hash)}, clock_ms() + CODE_MS);
}

// ---- who confirms -----------------------------------------------------------------------------------------------

// Somebody else who can come in and, of that unit, answers for its accounts; unit empty: who keeps accounts.
static Err *somebody(Store *s, Str unit, const Pending *of, bool *any)
{
    Rows q;
    *any = false;
    TRY(sql(s->db, s->a, &q, "select u.name, u.role, u.unit from users u join passwords p on p.name = u.name where u.active = 1"
        " and u.name <> $1 and u.name <> $2 and ($3 = '' or u.unit = $4)", of->by, of->name, unit, unit));
    while (rows_next(&q) && !*any) {
        Str name = next_str(&q);
        User one = {.name = name, .role = role_get(s->pack, next_str(&q))};
        one.unit = unit_get(s->pack, next_str(&q));
        *any = one.role && (unit.n ? accounts_confirmed(&one, unit) : accounts_kept(&one));
    }
    return 0;
}

static Err *hers_to_confirm(Store *s, Pending *one)
{
    bool others;
    const User *she = &s->user;
    one->hers = false;
    if (!she->role || str_equal(she->name, one->by) || str_equal(she->name, one->name)) return 0;
    one->hers = accounts_confirmed(she, one->unit);
    if (one->hers || !accounts_kept(she)) return 0;
    TRY(somebody(s, one->unit, one, &others));
    one->hers = !others;
    return 0;
}

static Err *confirmed_by_nobody(Store *s, const Pending *one, bool *nobody)
{
    bool unit, kept;
    TRY(somebody(s, one->unit, one, &unit));
    TRY(somebody(s, (Str){0}, one, &kept));
    *nobody = !unit && !kept;
    return 0;
}

// ---- asked ------------------------------------------------------------------------------------------------------

static const Str asked_words[] = {[ASKED_NEW] = S("new"), [ASKED_RESET] = S("reset")};

static Pending asked_row(Rows *q)
{
    Pending one = {.id = next_str(q)}; // one after the other: initializers are read in no order
    one.name = next_str(q);
    one.what = str_equal(next_str(q), asked_words[ASKED_NEW]) ? ASKED_NEW : ASKED_RESET;
    one.role = next_str(q);
    one.unit = next_str(q);
    one.by = next_str(q);
    one.ms = next_int(q);
    return one;
}

static Sql asked_columns(void)
{
    return (Sql){.text = S("id, name, what, role, unit, actor, time")};
}

Err *asked_list(Store *s, Pending **out, int *n)
{
    Rows q;
    *n = 0;
    TRY(sql(s->db, s->a, &q, "select {} from asked order by time, name", asked_columns()));
    *out = take(s->a, Pending, q.rows);
    while (rows_next(&q)) {
        Pending one = asked_row(&q);
        TRY(hers_to_confirm(s, &one));
        if (one.hers || accounts_kept(&s->user)) (*out)[(*n)++] = one;
    }
    return 0;
}

typedef struct { const Account *wanted; Str name, good; AskedFor what; Faults *all; Hash code; } Asking;

static void tell(Store *s, Faults *all, Str column, Message why)
{
    faults_add(s->a, all, (Fault){.column = column, .message = why});
}

static Err *new_check(Store *s, const Account *wanted, Faults *all)
{
    Account was;
    bool there = false;
    if (name_fits(wanted->name)) TRY(account_get(s, wanted->name, &was, &there));
    else tell(s, all, S("name"), message(s->a, "{} cannot be a user's name: use letters and digits without blanks.", wanted->name));
    if (there)
        tell(s, all, S("name"), message(s->a, "{} is, or was, somebody's name here, and what she wrote says so: take another one.",
            wanted->name));
    place_faults(s, wanted->role, wanted->unit, all);
    return 0;
}

static Err *reset_check(Store *s, Pending *one, Faults *all)
{
    Account was;
    TRY(account_open(s, one->name, &was));
    one->role = was.role;
    one->unit = was.unit;
    if (str_equal(one->name, s->user.name))
        tell(s, all, S("name"),
             message(s->a, "Your own password you change on your own page; when it is lost, somebody else asks for it."));
    return 0;
}

static Err *ask_put(Store *s, void *with)
{
    const Asking *k = with;
    bool nobody = false;
    Pending one = {.name = k->wanted->name, .role = k->wanted->role, .unit = k->wanted->unit, .by = s->user.name, .what = k->what};
    *k->all = (Faults){0};
    if (!accounts_kept(&s->user)) return fail(s->a, ERR_DENIED, "Your role keeps no accounts.");
    TRY(password_holds(s, s->user.name, k->good));
    if (k->what == ASKED_NEW) TRY(new_check(s, k->wanted, k->all));
    else TRY(reset_check(s, &one, k->all));
    if (!k->all->n) TRY(confirmed_by_nobody(s, &one, &nobody));
    if (nobody)
        tell(s, k->all, S("unit"), message(s->a, "Nobody could confirm it: the unit has nobody who confirms its accounts, and nobody else "
            "keeps accounts. At the machine itself, sukhwan user makes it."));
    if (k->all->n) return 0;
    Buf o = buf_in(s->a);
    json(&o, "{'name':{},'what':{},'role':{},'unit':{}}", one.name, asked_words[k->what], one.role, one.unit);
    return asked_enter(s, random_name(s->a), S("create"), buf_str(&o));
}

Err *account_ask(Store *s, const Confirmed *by, AskedFor what, const Account *wanted, Faults *all)
{
    return register_write(s, ask_put, &(Asking){.wanted = wanted, .good = by->good, .what = what, .all = all});
}

static Err *nothing_waits(Store *s, Str name)
{
    return fail(s->a, ERR_MISSING, "Nothing waits for {}: it was confirmed or withdrawn.", name);
}

static Err *asked_get(Store *s, Str name, Pending *out)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select {} from asked where name = $1{}", asked_columns(), name, (Sql){.text = db_locks(s->db)}));
    if (!rows_next(&q)) return nothing_waits(s, name);
    *out = asked_row(&q);
    return hers_to_confirm(s, out);
}

static Err *withdraw_put(Store *s, void *with)
{
    const Asking *k = with;
    Pending one;
    TRY(asked_get(s, k->name, &one));
    if (!one.hers && !accounts_kept(&s->user)) return nothing_waits(s, k->name);
    return asked_enter(s, one.id, S("withdraw"), (Str){0});
}

Err *account_withdraw(Store *s, Str name)
{
    return register_write(s, withdraw_put, &(Asking){.name = name});
}

// Who asked for it must still be who may: of one who was found out, nothing comes that waits.
static Err *asker_stands(Store *s, const Pending *one)
{
    Account asker;
    bool there;
    TRY(account_get(s, one->by, &asker, &there));
    User user = {.name = one->by, .role = there && asker.active ? role_get(s->pack, asker.role) : 0};
    return user.role && accounts_kept(&user) ? 0
        : fail(s->a, ERR_DENIED, "{} asked for this and keeps no accounts any more: withdraw it.", one->by);
}

static Err *owner_stands(Store *s, const Pending *one)
{
    Account was;
    bool there;
    TRY(account_get(s, one->name, &was, &there));
    if (one->what == ASKED_RESET) return account_open(s, one->name, &was);
    if (there) return fail(s->a, ERR_INPUT, "There is a user {} already: withdraw this.", one->name);
    Faults all = {0};
    place_faults(s, one->role, one->unit, &all);
    return all.n ? err_make(s->a, ERR_INPUT, all.first->message) : 0;
}

static Err *confirm_put(Store *s, void *with)
{
    const Asking *k = with;
    Pending one;
    TRY(asked_get(s, k->name, &one));
    if (!one.hers) return fail(s->a, ERR_DENIED, "It is not yours to confirm: another has to.");
    TRY(password_holds(s, s->user.name, k->good));
    TRY(asker_stands(s, &one));
    TRY(owner_stands(s, &one));
    TRY(opened_end(s, one.name, one.what == ASKED_RESET, 0));
    TRY(sql(s->db, s->a, 0, "delete from passwords where name = $1", one.name));
    TRY(asked_enter(s, one.id, S("confirm"), (Str){0}));
    if (one.what == ASKED_NEW) TRY(account_enter(s, one.name, S("create"), place_json(s->a, one.role, one.unit)));
    else TRY(account_enter(s, one.name, S("password"), (Str){0}));
    return code_put(s, one.name, &k->code);
}

Err *account_confirm(Store *s, const Confirmed *by, Str name, Str *code)
{
    Str letters = random_name(s->a);
    TRY(register_write(s, confirm_put, &(Asking){.name = name, .good = by->good, .code = token_hash(letters)}));
    *code = code_shown(s->a, letters);
    return 0;
}
