// Accounts that take two: asked for by one, confirmed by another, entered with a code.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "register/register_test.h"

static Err *enter(Store *s, const char *name, const char *password, Str *token)
{
    SignedIn out;
    SignIn in = {.name = str_from(name), .password = str_from(password)};
    TRY(session_open(s, &in, &out));
    *token = out.token;
    return 0;
}

// A club in which bosses confirm accounts of their unit, and administrators keep them.
static void club_confirms(Store *s, Arena *a)
{
    Faults all = {0};
    int64_t changed;
    must_work(a, pack_load(s, club_with(a, S("roles.csv"), S("name,confirms,label::English (en),task::English (en)\nboss,unit,Boss,\n"
        "local,,Local,\nclerk,,Clerk,\nmine,,Mine,\nreader,,Reader,\nblind,,Blind,\nnobody,,Nobody,\nadministrator,,Administrator,\n")),
        false, &all, &changed));
    CHECK(!all.n);
    must_work(a, store_refresh(s));
}

static void person(Store *s, const char *name, const char *role, const char *unit)
{
    must_work(s->a, user_add(s, str_from(name), str_from(role), str_from(unit), S("long enough to keep"), false));
}

// As somebody else, whose password was asked for just now.
static Store as(Store *s, const char *name, Confirmed *by)
{
    Account of;
    Store other = *s;
    must_work(s->a, user_get(s, str_from(name), &of));
    other.user = (User){of.name, role_get(s->pack, of.role), unit_get(s->pack, of.unit)};
    *by = (Confirmed){0};
    if (of.active) must_work(s->a, session_confirm(&other, say(s->a, "session of {}", of.name), S("long enough to keep"), by));
    return other;
}

static Err *asks(Store *s, const char *who, AskedFor what, const char *name, const char *role, const char *unit, Faults *all)
{
    Confirmed by;
    Store her = as(s, who, &by);
    return account_ask(&her, &by, what, &(Account){.name = str_from(name), .role = str_from(role), .unit = str_from(unit)}, all);
}

static Err *confirms(Store *s, const char *who, const char *name, Str *code)
{
    Confirmed by;
    Store her = as(s, who, &by);
    return account_confirm(&her, &by, str_from(name), code);
}

static int waits_for(Store *s, const char *who, int *hers)
{
    Confirmed by;
    Pending *all;
    int n;
    Store her = as(s, who, &by);
    must_work(s->a, asked_list(&her, &all, &n));
    *hers = 0;
    for (int i = 0; i < n; i++) *hers += all[i].hers;
    return n;
}

TEST_REGISTER(an_account_is_asked_for_by_one_confirmed_by_another_and_its_code_is_good_once)
{
    Str code, token, other;
    Session got;
    Faults all = {0};
    int hers;
    club_confirms(s, a);
    person(s, "ada", "administrator", "desk");
    person(s, "bea", "administrator", "desk");
    person(s, "chief", "boss", "north1");
    person(s, "chief2", "boss", "north2");
    must_work(a, asks(s, "ada", ASKED_NEW, "noy", "clerk", "north1", &all));
    CHECK(!all.n && !count_of(h, "users where name = 'noy'") && is_kind(enter(s, "noy", "", &token), ERR_DENIED));
    CHECK(waits_for(s, "ada", &hers) == 1 && !hers && waits_for(s, "bea", &hers) == 1 && !hers);
    CHECK(waits_for(s, "chief", &hers) == 1 && hers == 1 && waits_for(s, "chief2", &hers) == 0);
    CHECK(is_kind(confirms(s, "ada", "noy", &code), ERR_DENIED) && is_kind(confirms(s, "bea", "noy", &code), ERR_DENIED)
        && is_kind(confirms(s, "chief2", "noy", &code), ERR_DENIED));
    must_work(a, register_rebuild(s, &(int64_t){0})); // what waits is told by the journal
    must_work(a, confirms(s, "chief", "noy", &code));
    CHECK(code.n == 23 && is_kind(confirms(s, "chief", "noy", &code), ERR_MISSING));
    CHECK(is_kind(enter(s, "noy", "long enough to keep", &token), ERR_DENIED));
    Str typed = say(a, " {} ", code);
    must_work(a, enter(s, "noy", str_z(a, typed), &token));
    must_work(a, session_get(s, token, &got));
    CHECK(got.fresh);
    CHECK(is_kind(enter(s, "noy", str_z(a, code), &other), ERR_DENIED)); // once
    Store her = *s;
    her.user = got.user;
    CHECK(is_kind(password_first(&her, token, S("short")), ERR_INPUT) && is_kind(password_first(&her, token, code), ERR_INPUT));
    CHECK(is_kind(password_first(&her, S("another session"), S("four rivers meet")), ERR_DENIED));
    must_work(a, password_first(&her, token, S("four rivers meet")));
    must_work(a, session_get(s, token, &got));
    CHECK(!got.fresh && is_kind(password_first(&her, token, S("five rivers meet here")), ERR_DENIED) && !count_of(h, "codes"));
    must_work(a, enter(s, "noy", "four rivers meet", &other));
    Rows q;
    must_work(a, sql(h->db, a, &q, "select body from journal where record = 'account'"));
    while (rows_next(&q)) CHECK(str_find(next_str(&q), str_slice(code, 0, 5)) < 0);
}

TEST_REGISTER(a_reset_leaves_the_old_password_until_it_is_confirmed_and_another_asked_for_replaces_it)
{
    Str code, old, token, session, key;
    Session got;
    User u;
    Faults all = {0};
    club_confirms(s, a);
    person(s, "ada", "administrator", "desk");
    person(s, "chief", "boss", "north1");
    person(s, "noy", "clerk", "north1");
    must_work(a, enter(s, "noy", "long enough to keep", &session));
    must_work(a, user_token(s, S("noy"), false, 30, &key));
    must_work(a, asks(s, "ada", ASKED_RESET, "noy", "", "", &all));
    must_work(a, session_get(s, session, &got));
    must_work(a, asks(s, "ada", ASKED_RESET, "noy", "", "", &all));
    CHECK(count_of(h, "asked") == 1);
    must_work(a, confirms(s, "chief", "noy", &old));
    CHECK(is_kind(session_get(s, session, &got), ERR_DENIED) && is_kind(user_by_token(s, key, &u), ERR_DENIED));
    CHECK(is_kind(enter(s, "noy", "long enough to keep", &token), ERR_DENIED));
    must_work(a, asks(s, "ada", ASKED_RESET, "noy", "", "", &all));
    must_work(a, confirms(s, "chief", "noy", &code));
    CHECK(is_kind(enter(s, "noy", str_z(a, old), &token), ERR_DENIED)); // another came instead
    must_work(a, sql(h->db, a, 0, "update codes set until = until - $1", (int64_t)72 * 60 * 60 * 1000));
    CHECK(is_kind(enter(s, "noy", str_z(a, code), &token), ERR_DENIED)); // three days are over
    must_work(a, sql(h->db, a, 0, "update codes set until = until + $1", (int64_t)60 * 1000));
    must_work(a, enter(s, "noy", str_z(a, code), &token));
    must_work(a, user_password(s, S("noy"), S("another one to keep"))); // the machine's keeper was faster
    CHECK(is_kind(session_get(s, token, &got), ERR_DENIED) && !count_of(h, "codes"));
    must_work(a, asks(s, "ada", ASKED_RESET, "noy", "", "", &all));
    must_work(a, user_end(s, S("noy")));
    CHECK(!count_of(h, "asked") && is_kind(confirms(s, "chief", "noy", &code), ERR_MISSING));
}

TEST_REGISTER(where_a_unit_has_nobody_who_confirms_another_keeper_does_and_where_there_is_none_nothing_is_asked)
{
    Str code;
    Faults all = {0};
    int hers;
    club_confirms(s, a);
    person(s, "ada", "administrator", "desk");
    must_work(a, asks(s, "ada", ASKED_NEW, "noy", "clerk", "north1", &all));
    CHECK(all.n == 1 && !count_of(h, "asked"));
    person(s, "bea", "administrator", "desk");
    must_work(a, asks(s, "ada", ASKED_NEW, "noy", "clerk", "north1", &all));
    CHECK(!all.n && waits_for(s, "bea", &hers) == 1 && hers == 1);
    CHECK(waits_for(s, "ada", &hers) == 1 && !hers && is_kind(confirms(s, "ada", "noy", &code), ERR_DENIED)); // never who asked
    person(s, "chief", "boss", "north1"); // from now on it is hers
    CHECK(is_kind(confirms(s, "bea", "noy", &code), ERR_DENIED) && waits_for(s, "chief", &hers) == 1 && hers == 1);
    must_work(a, asks(s, "ada", ASKED_RESET, "chief", "", "", &all)); // of her own account another decides
    CHECK(is_kind(confirms(s, "chief", "chief", &code), ERR_DENIED));
    must_work(a, confirms(s, "bea", "chief", &code));
    must_work(a, asks(s, "ada", ASKED_NEW, "seng", "clerk", "north2", &all));
    must_work(a, user_place(s, S("ada"), S("clerk"), (Str){0}, (Str){0}, &(int64_t){0})); // who asked may not any more
    CHECK(is_kind(confirms(s, "bea", "seng", &code), ERR_DENIED));
    CHECK(is_kind(asks(s, "ada", ASKED_NEW, "tom", "clerk", "north2", &all), ERR_DENIED));
    Confirmed by;
    Store bea = as(s, "bea", &by), ada = as(s, "ada", &by);
    CHECK(is_kind(account_withdraw(&ada, S("seng")), ERR_MISSING));
    must_work(a, account_withdraw(&bea, S("seng")));
    CHECK(is_kind(account_withdraw(&bea, S("seng")), ERR_MISSING));
    must_work(a, asks(s, "bea", ASKED_NEW, "chief", "king", "moon", &all)); // all that is wrong, in one round
    CHECK(all.n == 3);
    CHECK(is_kind(asks(s, "bea", ASKED_RESET, "nobody", "", "", &all), ERR_INPUT));
    must_work(a, asks(s, "bea", ASKED_RESET, "bea", "", "", &all));
    CHECK(all.n == 1);
    by.good = S("another password by now");
    Account one = {.name = S("x"), .role = S("clerk"), .unit = S("north1")};
    CHECK(is_kind(account_ask(&bea, &by, ASKED_NEW, &one, &all), ERR_DENIED));
}
