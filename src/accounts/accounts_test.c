// Accounts, tokens and sessions.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "register/register_test.h"

static void add(Store *s, const char *name)
{
    must_work(s->a, user_add(s, str_from(name), S("clerk"), S("north1"), S("long enough to keep"), false));
}

// From a browser that nobody knows.
static Err *enter(Store *s, const char *name, const char *password, Str *token)
{
    SignedIn out;
    SignIn in = {.name = str_from(name), .password = str_from(password)};
    TRY(session_open(s, &in, &out));
    *token = out.token;
    return 0;
}

// From one that brings along what it was given, and is given more.
static Err *enter_with(Store *s, const char *name, const char *password, Str *known)
{
    SignedIn out;
    SignIn in = {.name = str_from(name), .password = str_from(password), .known = *known};
    Err *e = session_open(s, &in, &out);
    if (!e) *known = out.known;
    return e;
}

TEST_REGISTER(an_account_needs_a_name_a_role_a_unit_and_a_password)
{
    static const struct { const char *name, *role, *unit, *password;
    } bad[] = {
        {"", "clerk", "north1", "long enough to keep"},
        {"two words", "clerk", "north1", "long enough to keep"},
        {"operator", "clerk", "north1", "long enough to keep"},
        {"a:b", "clerk", "north1", "long enough to keep"},
        {"\xff", "clerk", "north1", "long enough to keep"},
        {"vong", "king", "north1", "long enough to keep"},
        {"vong", "clerk", "moon", "long enough to keep"},
        {"vong", "clerk", "north1", "short"},
        {"vong", "clerk", "north1", ""},
    };
    for (int i = 0; i < countof(bad); i++) {
        CHECK(is_kind(user_add(s, str_from(bad[i].name), str_from(bad[i].role),
                               str_from(bad[i].unit), str_from(bad[i].password), false),
                      ERR_INPUT));
    }
    add(s, "vong");
    add(s, "ວົງ");
    CHECK(is_kind(user_add(s, S("vong"), S("boss"), S("south1"), S("long enough to keep"), false), ERR_INPUT));
    must_work(a, user_add(s, S("vong"), S("boss"), S("south1"), S("another one to keep"), true));
    Account *all;
    int n;
    must_work(a, user_list(s, &all, &n));
    CHECK(n == 2 && str_equal(all[0].name, S("vong")) && str_equal(all[0].role, S("boss")) &&
          str_equal(all[0].unit, S("south1")) && all[0].active);
    CHECK(count_of(h, "passwords where password like '%another%'") == 0);
}

TEST_REGISTER(a_password_is_long_and_none_that_is_tried_first)
{
    static const char *const bad[] = {
        "short", "fourteen signs", "aaaaaaaaaaaaaaaaaaaa", "abababababababab", "passwordpassword", "Password-1234567",
        "iloveyou.iloveyou2024", "qwertyuiopasdfgh", "123456789012345678", "98765432109876543",
        "vong-the-counsellor-26", "sukhwan-sukhwan-2026", "abcdefghijklmnopqrs",
        "admin1234567890123", "Passw0rd12345678", "aabbccddeeffgghh", "111222333444555", "iloveyouforever", "changeme12345678",
        "LAOS-vientiane-2026", "thisismypassword", "This is my password!", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
        "1a2s3d4f5g6h7j8k9l", "1qw23er45ty67ui8", "zaqwsxcderfvbgtyhn", "correcthorsebatterystaple", "Correct Horse Battery Staple 1",
        "CorrectHorseBatteryStaple", "maytheforcebewithyou",
        "\u0ea2\u0ebb\u0eb1\u0e9c\u0e9f\u0ec4\u0eab\u0e9b\u0ec2\u0eb3\u0e81\u0ec1\u0e96\u0e9e\u0e94",
        "\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5\u0ed6\u0ed7\u0ed8\u0ed9\u0ed0\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    };
    static const char *const good[] = {
        "correct horse battery", "four rivers meet", "my mother is my angel", "my new baby is one year old",
        "zq7 pl2 vv9 tn4 x", "8472910 4827163 55", "the rice is for Sunday",
        "another long password", "my name is nobody", "seven otters borrow ladders", "my grandmother plaits baskets",
        "lantern over the ferry", "quiet bamboo, loud frogs",
        "the buffalo ate my homework", "he sells ice at the bridge", "somphone mends clocks", "wide hat, slow boat, cold tea",
        "tuktuk without a horn", "khao jee kap kafe yen", "nok ieng bin kham hua",
        "\u0e82\u0ec9\u0ead\u0e8d\u0e81\u0eb4\u0e99\u0ec0\u0e82\u0ebb\u0ec9\u0eb2\u0e81\u0eb1\u0e9a\u0e9b\u0eb2",
    };
    for (int i = 0; i < countof(bad); i++) {
        bool refused = is_kind(user_add(s, S("vong-the-counsellor"), S("clerk"), S("north1"), str_from(bad[i]), true), ERR_INPUT);
        if (!refused) print_error("taken: %s\n", bad[i]);
        CHECK(refused);
    }
    CHECK(is_kind(user_add(s, S("vong-the-counsellor"), S("clerk"), S("north1"), S("Vong-the-Counsellor"), true), ERR_INPUT));
    for (int i = 0; i < countof(good); i++)
        must_work(a, user_add(s, S("vong-the-counsellor"), S("clerk"), S("north1"), str_from(good[i]), true));
}

// What is done to an account is told by the journal, and a rebuild makes the same of it; no word of a secret stands there.
TEST_REGISTER(an_account_is_entries_and_its_end_ends_all_that_it_opened)
{
    Str session, token, other;
    Session got;
    User u;
    Token *tokens;
    int n;
    int64_t moved;
    add(s, "vong");
    add(s, "seng");
    must_work(a, user_place(s, S("vong"), S("boss"), (Str){0}, (Str){0}, &moved));
    CHECK(is_kind(user_place(s, S("vong"), S("king"), (Str){0}, (Str){0}, &moved), ERR_INPUT));
    CHECK(is_kind(user_place(s, S("x"), S("boss"), (Str){0}, (Str){0}, &moved), ERR_INPUT));
    must_work(a, enter(s, "vong", "long enough to keep", &session));
    must_work(a, session_get(s, session, &got));
    CHECK(str_equal(got.user.role->name, S("boss")) && str_equal(got.user.unit->key, S("north1")));
    must_work(a, user_token(s, S("vong"), false, 30, &token));
    must_work(a, user_token(s, S("vong"), false, 1, &other));
    must_work(a, token_list(s, S("vong"), &tokens, &n));
    CHECK(n == 2 && (tokens[0].until - tokens[0].made) / (24 * 60 * 60 * 1000) <= 30);
    must_work(a, sql(h->db, a, 0, "update passes set until = until - $1", (int64_t)2 * 24 * 60 * 60 * 1000)); // two days later
    CHECK(is_kind(user_by_token(s, other, &u), ERR_DENIED));
    must_work(a, user_by_token(s, token, &u));
    must_work(a, register_rebuild(s, &(int64_t){0}));
    must_work(a, user_by_token(s, token, &u));
    must_work(a, token_list(s, S("vong"), &tokens, &n));
    for (int i = 0; i < n; i++) must_work(a, token_end(s, S("vong"), tokens[i].id));
    CHECK(n == 2 && is_kind(token_end(s, S("vong"), tokens[0].id), ERR_MISSING) && is_kind(user_by_token(s, token, &u), ERR_DENIED));
    must_work(a, user_token(s, S("vong"), false, 30, &token));
    must_work(a, user_password(s, S("vong"), S("another one to keep")));
    CHECK(is_kind(session_get(s, session, &got), ERR_DENIED) && is_kind(user_by_token(s, token, &u), ERR_DENIED));
    must_work(a, enter(s, "vong", "another one to keep", &session));
    must_work(a, user_token(s, S("vong"), false, 30, &token));
    must_work(a, user_end(s, S("vong")));
    CHECK(is_kind(session_get(s, session, &got), ERR_DENIED) && is_kind(user_by_token(s, token, &u), ERR_DENIED));
    CHECK(is_kind(enter(s, "vong", "another one to keep", &session), ERR_DENIED) && is_kind(user_end(s, S("vong")), ERR_INPUT));
    must_work(a, register_rebuild(s, &(int64_t){0}));
    CHECK(count_of(h, "users where active = 0") == 1 && !count_of(h, "passes") && !count_of(h, "tokens") && count_of(h, "passwords") == 1);
    CHECK(count_of(h, "journal where record = 'account'") == 11);
    Rows q;
    must_work(a, sql(h->db, a, &q, "select body from journal where record = 'account'"));
    while (rows_next(&q)) CHECK(str_find(next_str(&q), S("keep")) < 0);
    must_work(a, enter(s, "seng", "long enough to keep", &session));
}

TEST_REGISTER(a_token_opens_the_register_for_its_user)
{
    Str one, two;
    User u;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, TOKEN_DAYS, &one));
    must_work(a, user_token(s, S("vong"), false, TOKEN_DAYS, &two));
    CHECK(one.n >= 40 && !str_equal(one, two));
    must_work(a, user_by_token(s, one, &u));
    CHECK(str_equal(u.name, S("vong")) && str_equal(u.role->name, S("clerk")) && str_equal(u.unit->key, S("north1")));
    CHECK(is_kind(user_by_token(s, S(""), &u), ERR_DENIED) && is_kind(user_by_token(s, S("x"), &u), ERR_DENIED));
    CHECK(is_kind(user_by_token(s, str_slice(one, 0, one.n - 1), &u), ERR_DENIED));
    CHECK(is_kind(user_token(s, S("nobody"), false, TOKEN_DAYS, &one), ERR_INPUT));
    must_work(a, user_token(s, S("vong"), true, TOKEN_DAYS, &one)); // ends the others
    CHECK(is_kind(user_by_token(s, two, &u), ERR_DENIED));
    must_work(a, user_by_token(s, one, &u));
    must_work(a, user_add(s, S("vong"), S("boss"), S("south1"), S("another one to keep"), true)); // a new password too
    CHECK(is_kind(user_by_token(s, one, &u), ERR_DENIED));
    must_work(a, user_token(s, S("vong"), false, TOKEN_DAYS, &one));
    must_work(a, sql(h->db, a, 0, "update users set active = 0"));
    CHECK(is_kind(user_by_token(s, one, &u), ERR_DENIED) && is_kind(user_token(s, S("vong"), false, TOKEN_DAYS, &two), ERR_INPUT));
}

TEST_REGISTER(a_session_is_opened_used_and_closed)
{
    Str token, other;
    Session got;
    add(s, "vong");
    CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    CHECK(is_kind(enter(s, "nobody", "long enough to keep", &token), ERR_DENIED));
    must_work(a, enter(s, "vong", "long enough to keep", &token));
    must_work(a, enter(s, "vong", "long enough to keep", &other));
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
    must_work(a, enter(s, "vong", "long enough to keep", &token)); // sweeps what has ended
    CHECK(count_of(h, "sessions") == 1);
    must_work(a, sql(h->db, a, 0, "update sessions set made = made - $1", (int64_t)13 * 60 * 60 * 1000));
    CHECK(is_kind(session_get(s, token, &got), ERR_DENIED));
}

TEST_REGISTER(a_session_locks_when_nothing_came_of_it_and_opens_again_with_her_password)
{
    enum { MINUTE = 60 * 1000 };
    Str token;
    Session got;
    Confirmed by;
    add(s, "vong");
    must_work(a, enter(s, "vong", "long enough to keep", &token));
    must_work(a, session_get(s, token, &got));
    CHECK(!got.locked && session_left(s, &got) > 14 * MINUTE);
    must_work(a, sql(h->db, a, 0, "update sessions set seen = seen - $1", (int64_t)15 * MINUTE));
    must_work(a, session_get(s, token, &got));
    CHECK(!got.locked && session_left(s, &got) == 0); // a page may lock it; by itself it waits for what was written late
    must_work(a, sql(h->db, a, 0, "update sessions set seen = seen - $1", (int64_t)2 * MINUTE));
    must_work(a, session_get(s, token, &got));
    CHECK(got.locked);
    must_work(a, sql(h->db, a, 0, "update sessions set spared = $1", clock_ms() + 5 * MINUTE));
    must_work(a, session_get(s, token, &got));
    CHECK(!got.locked && session_left(s, &got) > 4 * MINUTE);
    must_work(a, session_lock(s, token)); // she says so
    must_work(a, sql(h->db, a, 0, "update sessions set seen = seen - $1", (int64_t)120 * MINUTE));
    must_work(a, session_get(s, token, &got));
    CHECK(got.locked);
    s->user.name = S("vong");
    CHECK(is_kind(session_confirm(s, token, S("wrong one"), &by), ERR_DENIED));
    must_work(a, session_confirm(s, token, S("long enough to keep"), &by));
    must_work(a, session_unlock(s, token, &by));
    must_work(a, session_get(s, token, &got));
    CHECK(!got.locked);
    must_work(a, session_lock(s, token));
    must_work(a, session_confirm(s, token, S("long enough to keep"), &by));
    must_work(a, user_password(s, S("vong"), S("another one to keep"))); // meanwhile
    CHECK(is_kind(session_unlock(s, token, &by), ERR_DENIED) && is_kind(session_get(s, token, &got), ERR_DENIED));
}

TEST_REGISTER(a_new_password_ends_what_the_old_one_opened)
{
    Str hers, other;
    Session got;
    add(s, "vong");
    add(s, "seng");
    must_work(a, enter(s, "vong", "long enough to keep", &hers));
    must_work(a, enter(s, "seng", "long enough to keep", &other));
    must_work(a, user_add(s, S("vong"), S("clerk"), S("north1"), S("another one to keep"), true));
    CHECK(is_kind(session_get(s, hers, &got), ERR_DENIED) && count_of(h, "sessions") == 1);
    must_work(a, session_get(s, other, &got)); // nobody else's
    CHECK(is_kind(enter(s, "vong", "long enough to keep", &hers), ERR_DENIED));
    must_work(a, enter(s, "vong", "another one to keep", &hers));
}

TEST_REGISTER(many_wrong_passwords_must_wait)
{
    Str token;
    add(s, "vong");
    add(s, "seng");
    for (int i = 0; i < 5; i++) CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    CHECK(is_kind(enter(s, "vong", "long enough to keep", &token), ERR_BUSY));
    must_work(a, enter(s, "seng", "long enough to keep", &token)); // nobody else is held up
    must_work(a, sql(h->db, a, 0, "update tries set wait_until = 0"));
    must_work(a, enter(s, "vong", "long enough to keep", &token));
    CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    must_work(a, enter(s, "vong", "long enough to keep", &token)); // what went well begins anew
}

TEST_REGISTER(a_role_that_the_pack_has_lost_opens_nothing)
{
    Str token;
    User u;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, TOKEN_DAYS, &token));
    must_work(a, sql(h->db, a, 0, "update users set role = 'gone'"));
    CHECK(is_kind(user_by_token(s, token, &u), ERR_DENIED));
}

TEST_REGISTER(a_rebuild_leaves_accounts_as_they_are)
{
    Str token;
    User u;
    int64_t n;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, TOKEN_DAYS, &token));
    must_work(a, register_rebuild(s, &n));
    must_work(a, user_by_token(s, token, &u));
}

TEST_REGISTER(a_browser_that_she_signed_in_with_is_not_shut_out_by_strangers)
{
    Str token, known = {0}, other = {0}, none = {0};
    add(s, "vong");
    add(s, "seng");
    must_work(a, enter_with(s, "vong", "long enough to keep", &known));
    must_work(a, enter_with(s, "vong", "long enough to keep", &other));
    must_work(a, enter_with(s, "seng", "long enough to keep", &known)); // both use this browser
    for (int i = 0; i < 5; i++) CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    CHECK(is_kind(enter(s, "vong", "long enough to keep", &token), ERR_BUSY));
    must_work(a, enter_with(s, "vong", "long enough to keep", &known));
    must_work(a, enter_with(s, "seng", "long enough to keep", &known));
    CHECK(is_kind(enter(s, "vong", "long enough to keep", &token), ERR_BUSY)); // she got in, and the strangers still wait
    Str forged = say(a, "{}{}", str_slice(other, 0, other.n - 1), str_ends(other, S("0")) ? S("1") : S("0"));
    CHECK(is_kind(enter_with(s, "vong", "long enough to keep", &forged), ERR_BUSY) &&
          is_kind(enter_with(s, "vong", "long enough to keep", &none), ERR_BUSY));
    for (int i = 0; i < 5; i++) CHECK(is_kind(enter_with(s, "vong", "wrong one", &known), ERR_DENIED)); // a thief of the browser
    CHECK(is_kind(enter_with(s, "vong", "long enough to keep", &known), ERR_BUSY));
    must_work(a, enter_with(s, "vong", "long enough to keep", &other));
}

TEST_REGISTER(one_browser_knows_several_persons_and_forgets_the_oldest)
{
    Str known = {0}, token;
    for (int i = 0; i < 10; i++) {
        char name[] = {'u', '_', (char)('0' + i), 0}; // no letter of a cookie's own between
        add(s, name);
        must_work(a, enter_with(s, name, "long enough to keep", &known));
    }
    CHECK(known.n == 20 + 8 * 33 && str_find(known, S("u_9")) < 0);
    must_work(a, sql(h->db, a, 0, "delete from tries"));
    for (int i = 0; i < 5; i++)
        CHECK(is_kind(enter(s, "u_9", "wrong one", &token), ERR_DENIED) &&
              is_kind(enter(s, "u_0", "wrong one", &token), ERR_DENIED));
    must_work(a, sql(h->db, a, 0, "update tries set wait_until = wait_until + 30000")); // however slow this machine is
    must_work(a, enter_with(s, "u_9", "long enough to keep", &known));
    CHECK(is_kind(enter_with(s, "u_0", "long enough to keep", &known), ERR_BUSY));
}

TEST_REGISTER(a_new_password_clears_the_count_of_wrong_ones)
{
    Str token, known = {0};
    add(s, "vong");
    add(s, "seng");
    must_work(a, enter_with(s, "vong", "long enough to keep", &known));
    for (int i = 0; i < 5; i++) {
        CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED) && is_kind(enter(s, "seng", "wrong one", &token), ERR_DENIED));
        CHECK(is_kind(enter_with(s, "vong", "wrong one", &known), ERR_DENIED));
    }
    must_work(a, sql(h->db, a, 0, "update tries set wait_until = wait_until + 30000")); // however slow this machine is
    CHECK(is_kind(enter(s, "vong", "long enough to keep", &token), ERR_BUSY) && count_of(h, "tries") == 3);
    must_work(a, user_add(s, S("vong"), S("clerk"), S("north1"), S("another one to keep"), true));
    CHECK(count_of(h, "tries") == 1);
    must_work(a, enter(s, "vong", "another one to keep", &token));
    must_work(a, enter_with(s, "vong", "another one to keep", &known));
    CHECK(is_kind(enter(s, "seng", "long enough to keep", &token), ERR_BUSY));
}

TEST_REGISTER(the_wait_doubles_up_to_a_minute)
{
    static const int64_t waits[] = {1, 2, 4, 8, 16, 32, 60, 60, 60, 60};
    SignedIn out;
    SignIn in = {.name = S("vong"), .password = S("wrong one")};
    Str token;
    add(s, "vong");
    for (int i = 0; i < 4; i++) CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    for (int i = 0; i < countof(waits); i++) {
        must_work(a, sql(h->db, a, 0, "update tries set wait_until = wait_until - 100000"));
        CHECK(is_kind(session_open(s, &in, &out), ERR_DENIED) && is_kind(session_open(s, &in, &out), ERR_BUSY) && out.wait == waits[i]);
    }
}

TEST_REGISTER(what_lies_ahead_of_the_clock_does_not_count)
{
    enum { YEARS = 3 };
    int64_t ahead = (int64_t)YEARS * 365 * 24 * 60 * 60 * 1000;
    Str token, key;
    Session got;
    User u;
    add(s, "vong");
    must_work(a, user_token(s, S("vong"), false, TOKEN_DAYS, &key));
    must_work(a, enter(s, "vong", "long enough to keep", &token));
    must_work(a, session_get(s, token, &got));
    must_work(a, sql(h->db, a, 0, "update sessions set seen = seen + $1", ahead)); // its last use alone
    CHECK(is_kind(session_get(s, token, &got), ERR_DENIED));
    must_work(a, sql(h->db, a, 0, "update sessions set seen = seen - $1, made = made + $1", ahead)); // its beginning alone
    CHECK(is_kind(session_get(s, token, &got), ERR_DENIED));
    must_work(a, user_by_token(s, key, &u));
    must_work(a, sql(h->db, a, 0, "update passes set made = made + $1", ahead));
    CHECK(is_kind(user_by_token(s, key, &u), ERR_DENIED));
    for (int i = 0; i < 5; i++) CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    CHECK(is_kind(enter(s, "vong", "long enough to keep", &token), ERR_BUSY));
    must_work(a, sql(h->db, a, 0, "update tries set wait_until = wait_until + $1", ahead));
    must_work(a, enter(s, "vong", "long enough to keep", &token));
}

TEST_REGISTER(nothing_of_a_session_lies_in_the_store_that_could_be_sent_with_a_form)
{
    Str token, other;
    Session one, two;
    Rows q;
    add(s, "vong");
    must_work(a, enter(s, "vong", "long enough to keep", &token));
    must_work(a, enter(s, "vong", "long enough to keep", &other));
    must_work(a, session_get(s, token, &one));
    must_work(a, session_get(s, other, &two));
    CHECK(one.csrf.n == 64 && !str_equal(one.csrf, two.csrf));
    must_work(a, session_get(s, token, &two));
    CHECK(str_equal(one.csrf, two.csrf));
    must_work(a, sql(h->db, a, &q, "select csrf from sessions"));
    while (rows_next(&q)) CHECK(str_equal(next_str(&q), S("")));
    Hash hash = token_hash(token);
    CHECK(!str_equal(one.csrf, hex_of(a, hash_bytes(&hash))));
}

TEST_REGISTER(her_password_once_more_is_counted_for_that_session_alone)
{
    Str token;
    Confirmed by;
    add(s, "vong");
    s->user.name = S("vong");
    for (int i = 0; i < 5; i++) CHECK(is_kind(enter(s, "vong", "wrong one", &token), ERR_DENIED));
    must_work(a, session_confirm(s, S("one session"), S("long enough to keep"), &by)); // not shut out by strangers
    for (int i = 0; i < 5; i++) CHECK(is_kind(session_confirm(s, S("one session"), S("wrong one"), &by), ERR_DENIED) && !by.wait);
    CHECK(is_kind(session_confirm(s, S("one session"), S("long enough to keep"), &by), ERR_BUSY) && by.wait == 1);
    must_work(a, session_confirm(s, S("another session"), S("long enough to keep"), &by));
}

// What she asked for with a password comes to nothing once she has another, though it was right when it was looked at.
TEST_REGISTER(a_token_asked_for_with_a_password_that_changed_meanwhile_is_not_made)
{
    Str token = {0}, session;
    Confirmed by;
    add(s, "vong");
    must_work(a, enter(s, "vong", "long enough to keep", &session));
    s->user.name = S("vong");
    must_work(a, session_confirm(s, session, S("long enough to keep"), &by));
    must_work(a, user_password(s, S("vong"), S("another one to keep")));
    CHECK(is_kind(token_own(s, &by, TOKEN_DAYS, &token), ERR_DENIED) && !count_of(h, "tokens") && !count_of(h, "passes"));
    must_work(a, session_confirm(s, session, S("another one to keep"), &by));
    must_work(a, token_own(s, &by, TOKEN_DAYS, &token));
    CHECK(count_of(h, "tokens") == 1);
    must_work(a, user_end(s, S("vong")));
    CHECK(is_kind(token_own(s, &by, TOKEN_DAYS, &token), ERR_INPUT));
}

// ---- what was typed and is not saved yet ---------------------------------------------------------------------

TEST_REGISTER(what_was_typed_is_kept_for_its_session_and_form_alone)
{
    Str token, other, body, *forms;
    SignedIn one, two;
    int n;
    must_work(a, user_add(s, S("keo"), S("boss"), S("north1"), S("correct horse battery"), false));
    must_work(a, session_open(s, &(SignIn){.name = S("keo"), .password = S("correct horse battery")}, &one));
    must_work(a, session_open(s, &(SignIn){.name = S("keo"), .password = S("correct horse battery")}, &two));
    token = one.token;
    other = two.token;
    must_work(a, draft_keep(s, token, S("/visit/new"), S("told=secret+words")));
    must_work(a, draft_keep(s, token, S("/visit/new"), S("told=secret+words+2")));
    must_work(a, draft_keep(s, token, S("/trip/new"), S("title=x")));
    must_work(a, draft_get(s, token, S("/visit/new"), &body));
    CHECK(str_equal(body, S("told=secret+words+2")));
    must_work(a, draft_get(s, other, S("/visit/new"), &body));
    CHECK(!body.n);
    must_work(a, draft_get(s, token, S("/visit/x/edit"), &body));
    CHECK(!body.n);
    must_work(a, draft_list(s, token, &forms, &n));
    CHECK(n == 2 && (str_equal(forms[0], S("/trip/new")) || str_equal(forms[1], S("/trip/new"))));
    must_work(a, draft_drop(s, token, S("/trip/new")));
    CHECK(count_of(h, "drafts") == 1);
    char *much = take(a, char, (256 << 10) + 1);
    memset(much, 'x', (256 << 10) + 1);
    must_work(a, draft_keep(s, token, S("/loan/new"), (Str){much, (256 << 10) + 1}));
    for (int i = 0; i < 30; i++) must_work(a, draft_keep(s, token, say(a, "/visit/{}/edit", i), S("x")));
    CHECK(count_of(h, "drafts") == 20);
    must_work(a, session_close(s, token));
    CHECK(count_of(h, "drafts") == 0);
}
