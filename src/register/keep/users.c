// Accounts as entries: who may come in, in which role and unit, and which tokens there are. Their secrets stand elsewhere.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static const Str account = S("account");

static Err *of_user(Store *s, const Entry *e, const Json *said)
{
    Str role = member_text(said, S("role")), unit = member_text(said, S("unit"));
    return sql(s->db, s->a, 0, "insert into users (name, role, unit, active, entry) values ($1, $2, $3, 1, $4) on conflict (name)"
        " do update set role = excluded.role, unit = excluded.unit, active = 1, entry = excluded.entry", e->record_id, role, unit, e->id);
}

static Err *of_pass(Store *s, const Entry *e, const Json *said)
{
    int64_t made = 0, until = 0; // by the clock of who made it: an entry's own time may be drawn ahead
    if (!str_int(member_text(said, S("made")), &made) || !str_int(member_text(said, S("until")), &until)) return 0; // none of ours
    return sql(s->db, s->a, 0, "insert into passes (id, name, made, until, entry) values ($1, $2, $3, $4, $5)"
        " on conflict (id) do nothing", member_text(said, S("token")), e->record_id, made, until, e->id);
}

Err *account_apply(Store *s, const Entry *e)
{
    const Json *said = 0;
    if (e->body.n) TRY(json_read(s->a, e->body, &said));
    if (str_equal(e->verb, S("create")) || str_equal(e->verb, S("change"))) return of_user(s, e, said);
    if (str_equal(e->verb, S("token"))) return of_pass(s, e, said);
    if (str_equal(e->verb, S("untoken")))
        return sql(s->db, s->a, 0, "delete from passes where name = $1 and id = $2", e->record_id, member_text(said, S("token")));
    if (str_equal(e->verb, S("end")))
        TRY(sql(s->db, s->a, 0, "update users set active = 0, entry = $1 where name = $2", e->id, e->record_id));
    // Whoever has ended, or has a new password, has no tokens any more.
    if (str_equal(e->verb, S("end")) || str_equal(e->verb, S("password")))
        return sql(s->db, s->a, 0, "delete from passes where name = $1", e->record_id);
    return 0;
}

Err *account_enter(Store *s, Str name, Str verb, Str body)
{
    Entry e = {.record = account, .record_id = name, .verb = verb, .body = body};
    Rows q;
    TRY(sql(s->db, s->a, &q, "select hash, row, version from journal where record_id = $1 and record = 'account' order by id desc limit 1",
        name));
    bool there = rows_next(&q);
    if (there) {
        e.base = next_str(&q);
        e.row = next_int(&q);
        e.version = next_int(&q);
    }
    e.version++;
    TRY(entry_next(s, &e, 0));
    if (!there) e.row = e.id;
    TRY(entry_append(s, &e));
    return account_apply(s, &e);
}

bool entry_of_account(const Entry *e)
{
    return str_equal(e->record, account);
}
