// Accounts, tokens and sessions.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static void add(Store *s, const char *name)
{
    must_work(s->a, user_add(s, str_from(name), S("clerk"), S("north1"), S("long enough"), false));
}

TEST_REGISTER(an_account_needs_a_name_a_role_a_unit_and_a_password)
{
    static const struct { const char *name, *role, *unit, *password; } bad[] = {
        {"", "clerk", "north1", "long enough"}, {"two words", "clerk", "north1", "long enough"}, {"operator", "clerk", "north1", "long enough"},
        {"a:b", "clerk", "north1", "long enough"}, {"\xff", "clerk", "north1", "long enough"}, {"vong", "king", "north1", "long enough"},
        {"vong", "clerk", "moon", "long enough"}, {"vong", "clerk", "north1", "short"}, {"vong", "clerk", "north1", ""},
    };
    for (int i = 0; i < countof(bad); i++) {
        CHECK(is_kind(user_add(s, str_from(bad[i].name), str_from(bad[i].role), str_from(bad[i].unit), str_from(bad[i].password), false), ERR_INPUT));
    }
    add(s, "vong");
    add(s, "ວົງ");
    CHECK(is_kind(user_add(s, S("vong"), S("boss"), S("south1"), S("long enough"), false), ERR_INPUT));
    must_work(a, user_add(s, S("vong"), S("boss"), S("south1"), S("another one"), true));
    Account *all;
    int n;
    must_work(a, user_list(s, &all, &n));
    CHECK(n == 2 && str_equal(all[0].name, S("vong")) && str_equal(all[0].role, S("boss")) && str_equal(all[0].unit, S("south1")) && all[0].active);
    CHECK(count_of(h, "users where password like '%another%'") == 0);
}

TEST_REGISTER(a_token_opens_the_register_for_its_user)
{
    Str one, two;
    User u;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, &one));
    must_work(a, user_token(s, S("vong"), false, &two));
    CHECK(one.n >= 40 && !str_equal(one, two));
    must_work(a, user_by_token(s, one, &u));
    CHECK(str_equal(u.name, S("vong")) && str_equal(u.role->name, S("clerk")) && str_equal(u.unit->key, S("north1")));
    CHECK(is_kind(user_by_token(s, S(""), &u), ERR_DENIED) && is_kind(user_by_token(s, S("x"), &u), ERR_DENIED));
    CHECK(is_kind(user_by_token(s, str_slice(one, 0, one.n - 1), &u), ERR_DENIED));
    CHECK(is_kind(user_token(s, S("nobody"), false, &one), ERR_INPUT));
    must_work(a, user_token(s, S("vong"), true, &one)); // ends the others
    CHECK(is_kind(user_by_token(s, two, &u), ERR_DENIED));
    must_work(a, user_by_token(s, one, &u));
    must_work(a, user_add(s, S("vong"), S("boss"), S("south1"), S("another one"), true)); // a new password too
    CHECK(is_kind(user_by_token(s, one, &u), ERR_DENIED));
    must_work(a, user_token(s, S("vong"), false, &one));
    must_work(a, sql(h->db, a, 0, "update users set active = 0"));
    CHECK(is_kind(user_by_token(s, one, &u), ERR_DENIED) && is_kind(user_token(s, S("vong"), false, &two), ERR_INPUT));
}

TEST_REGISTER(a_session_is_opened_used_and_closed)
{
    Str token, other;
    Session got;
    add(s, "vong");
    CHECK(is_kind(session_open(s, S("vong"), S("wrong one"), &token), ERR_DENIED) && is_kind(session_open(s, S("nobody"), S("long enough"), &token), ERR_DENIED));
    must_work(a, session_open(s, S("vong"), S("long enough"), &token));
    must_work(a, session_open(s, S("vong"), S("long enough"), &other));
    must_work(a, session_get(s, token, &got));
    CHECK(str_equal(got.user.name, S("vong")) && got.csrf.n >= 40 && got.lang == LANG_EN && !str_equal(got.csrf, token));
    must_work(a, session_language(s, token, LANG_LO));
    must_work(a, session_get(s, token, &got));
    CHECK(got.lang == LANG_LO);
    must_work(a, session_close(s, token));
    CHECK(is_kind(session_get(s, token, &got), ERR_DENIED) && is_kind(session_get(s, S(""), &got), ERR_DENIED));
    must_work(a, session_get(s, other, &got));
    must_work(a, sql(h->db, a, 0, "update sessions set seen = seen - $1", (int64_t)61 * 60 * 1000)); // an hour without a click
    CHECK(is_kind(session_get(s, other, &got), ERR_DENIED));
    CHECK(count_of(h, "sessions") == 1);
    must_work(a, session_open(s, S("vong"), S("long enough"), &token)); // sweeps what has ended
    CHECK(count_of(h, "sessions") == 1);
    must_work(a, sql(h->db, a, 0, "update sessions set made = made - $1", (int64_t)13 * 60 * 60 * 1000));
    CHECK(is_kind(session_get(s, token, &got), ERR_DENIED));
}

TEST_REGISTER(many_wrong_passwords_must_wait)
{
    Str token;
    add(s, "vong");
    add(s, "seng");
    for (int i = 0; i < 5; i++) CHECK(is_kind(session_open(s, S("vong"), S("wrong one"), &token), ERR_DENIED));
    CHECK(is_kind(session_open(s, S("vong"), S("long enough"), &token), ERR_BUSY));
    must_work(a, session_open(s, S("seng"), S("long enough"), &token)); // nobody else is held up
    must_work(a, sql(h->db, a, 0, "update tries set wait_until = 0"));
    must_work(a, session_open(s, S("vong"), S("long enough"), &token));
    CHECK(is_kind(session_open(s, S("vong"), S("wrong one"), &token), ERR_DENIED));
    must_work(a, session_open(s, S("vong"), S("long enough"), &token)); // what went well begins anew
}

TEST_REGISTER(a_role_that_the_pack_has_lost_opens_nothing)
{
    Str token;
    User u;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, &token));
    must_work(a, sql(h->db, a, 0, "update users set role = 'gone'"));
    CHECK(is_kind(user_by_token(s, token, &u), ERR_DENIED));
}

TEST_REGISTER(a_rebuild_leaves_accounts_as_they_are)
{
    Str token;
    User u;
    int64_t n;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, &token));
    must_work(a, register_rebuild(s, &n));
    must_work(a, user_by_token(s, token, &u));
}
