// Accounts as entries: who may come in, in which role and unit, and which tokens there are. Their secrets stand elsewhere.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static const Str account = S("account"), asked = S("asked"); // asked: an account, or a password, that waits to be confirmed

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

// What is asked for stands by itself, under a random name, until it is confirmed or taken back.
static Err *asked_apply(Store *s, const Entry *e, const Json *said)
{
    if (!str_equal(e->verb, S("create"))) return sql(s->db, s->a, 0, "delete from asked where id = $1", e->record_id);
    return sql(s->db, s->a, 0, "insert into asked (name, id, what, role, unit, actor, time, entry) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (name) do update set id = excluded.id, what = excluded.what, role = excluded.role, unit = excluded.unit,"
        " actor = excluded.actor, time = excluded.time, entry = excluded.entry", member_text(said, S("name")), e->record_id,
        member_text(said, S("what")), member_text(said, S("role")), member_text(said, S("unit")), e->actor, e->time >> 16, e->id);
}

// What waited is past: she has a password, is elsewhere, or has ended.
static bool asked_over(Str verb)
{
    static const Str verbs[] = {S("create"), S("change"), S("password"), S("end")};
    bool over = false;
    for (int i = 0; i < countof(verbs); i++) over |= str_equal(verb, verbs[i]);
    return over;
}

Err *account_apply(Store *s, const Entry *e)
{
    const Json *said = 0;
    if (e->body.n) TRY(json_read(s->a, e->body, &said));
    if (str_equal(e->record, asked)) return asked_apply(s, e, said);
    if (asked_over(e->verb)) TRY(sql(s->db, s->a, 0, "delete from asked where name = $1", e->record_id));
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

// A literal, so that the index of these entries serves.
static Sql record_word(Str record)
{
    return (Sql){.text = str_equal(record, asked) ? S("'asked'") : S("'account'")};
}

static Err *enter(Store *s, Str record, Str id, Str verb, Str body)
{
    Entry e = {.record = record, .record_id = id, .verb = verb, .body = body};
    Rows q;
    TRY(sql(s->db, s->a, &q, "select hash, row, version from journal where record_id = $1 and record = {} order by id desc limit 1",
        record_word(record), id));
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

Err *account_enter(Store *s, Str name, Str verb, Str body)
{
    return enter(s, account, name, verb, body);
}

Err *asked_enter(Store *s, Str id, Str verb, Str body)
{
    return enter(s, asked, id, verb, body);
}

bool entry_of_account(const Entry *e)
{
    return str_equal(e->record, account) || str_equal(e->record, asked);
}
