// What somebody leaves behind: handed over in one act, and taken away with her account.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "register/register_test.h"

// Bosses confirm accounts of their unit; of `mine` the records are that she made, or was given.
static void club_hands(Store *s, Arena *a)
{
    Faults all = {0};
    int64_t changed;
    PackSheets sheets = club_with(a, S("roles.csv"), S("name,confirms,label::English (en),task::English (en)\nboss,unit,Boss,\n"
        "local,,Local,\nclerk,,Clerk,\nmine,,Mine,\nreader,,Reader,\nblind,,Blind,\nnobody,,Nobody,\nadministrator,,Administrator,\n"));
    for (int i = 0; i < sheets.n; i++)
        if (str_equal(sheets.at[i].path, S("rights.csv")))
            sheets.at[i].text = S("role,record,read,write\nboss,*,unit,unit\nclerk,*,unit,unit\nmine,*,assigned,assigned\n"
                "reader,*,all,none\nnobody,*,none,none\n");
    must_work(a, pack_load(s, sheets, false, &all, &changed));
    CHECK(!all.n);
    must_work(a, store_refresh(s));
    static const struct { const char *name, *role, *unit; } people[] = {{"ada", "administrator", "desk"}, {"chief", "boss", "north1"},
        {"chief2", "boss", "north2"}, {"vong", "mine", "north1"}, {"seng", "mine", "north1"}, {"tom", "mine", "south1"},
        {"idle", "nobody", "north1"}};
    for (int i = 0; i < countof(people); i++)
        must_work(a, user_add(s, str_from(people[i].name), str_from(people[i].role), str_from(people[i].unit), S("long enough to keep"),
            false));
}

static Store *person(Store *s, const char *name)
{
    Account of;
    must_work(s->a, user_get(s, str_from(name), &of));
    return as_user(s, name, str_z(s->a, of.role), str_z(s->a, of.unit));
}

static bool sees(Store *s, const char *name, const char *key)
{
    Record *r;
    Err *e = record_get(person(s, name), type_of(s, "member"), str_from(key), &r);
    CHECK(!e || is_kind(e, ERR_MISSING));
    return !e;
}

static void gives(Store *s, const char *key, const char *to, const char *compartments, const char *until)
{
    Faults all;
    SightAsk ask = {str_from(to), str_from(compartments), str_from(until), S("she visits her"), {0}};
    must_work(s->a, sight_give(s, type_of(s, "member"), str_from(key), &ask, &all));
    CHECK(!all.n);
}

static Err *leaves(Store *s, const char *who, const char *name, const char *to, bool ends, int64_t *n)
{
    Confirmed by = {0};
    Store *her = person(s, who);
    must_work(s->a, session_confirm(her, say(s->a, "session of {}", her->user.name), S("long enough to keep"), &by));
    return user_leaves(her, &by, str_from(name), str_from(to), ends, n);
}

TEST_REGISTER(what_was_given_to_her_by_name_goes_to_a_colleague_in_one_act)
{
    int64_t n;
    Account vong;
    club_hands(s, a);
    PUT(s, "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    PUT(s, "member", {"key", "N"}, {"name", "Nin"});
    PUT(s, "member", {"key", "O"}, {"name", "Ou"});
    PUT(person(s, "vong"), "member", {"key", "P"}, {"name", "Phet"});
    gives(s, "M", "vong", "identity,health", "2998-01-01");
    gives(s, "M", "seng", "identity", "2999-01-01"); // what she has of it is not narrowed
    gives(s, "N", "vong", "identity", "2999-01-01");
    gives(s, "O", "vong", "identity", "2999-01-01");
    must_work(a, sql(h->db, a, 0, "update grants set until = 20200101 where row = (select row from member where key = 'O')")); // over
    must_work(a, user_get(s, S("vong"), &vong));
    must_work(a, user_held(s, &vong, &n));
    CHECK(n == 3);
    static const struct { const char *who, *name, *to; ErrKind kind; } bad[] = {{"chief2", "vong", "seng", ERR_DENIED},
        {"seng", "vong", "seng", ERR_DENIED}, {"chief", "chief", "seng", ERR_DENIED}, {"chief", "vong", "tom", ERR_INPUT},
        {"chief", "vong", "chief", ERR_INPUT}, {"chief", "vong", "vong", ERR_INPUT}, {"chief", "vong", "idle", ERR_INPUT},
        {"chief", "vong", "nobody", ERR_INPUT}};
    int64_t before = count_of(h, "journal");
    for (int i = 0; i < countof(bad); i++) CHECK(is_kind(leaves(s, bad[i].who, bad[i].name, bad[i].to, true, &n), bad[i].kind));
    CHECK(count_of(h, "journal") == before && sees(s, "vong", "M") && !sees(s, "seng", "N"));
    must_work(a, leaves(s, "chief", "vong", "seng", false, &n));
    CHECK(n == 3 && sees(s, "seng", "M") && sees(s, "seng", "N") && !sees(s, "seng", "O") && sees(s, "seng", "P"));
    CHECK(!sees(s, "vong", "M") && !sees(s, "vong", "N") && sees(s, "vong", "P")); // what she made is hers to see
    CHECK(count_of(h, "grants where who = 'user/seng' and until = 29990101 and compartments > 1 and by = ''") == 1);
    must_work(a, user_held(s, &vong, &n));
    CHECK(n == 1); // hers, which the colleague has by now as well
    int64_t grants = count_of(h, "grants where until > 20200101"), all = count_of(h, "grants");
    must_work(a, register_rebuild(s, &(int64_t){0}));
    CHECK(count_of(h, "grants") == all && grants + 1 == all && sees(s, "seng", "M") && !sees(s, "vong", "M"));
}

// A name that comes again, by the machine's keeper, finds nothing of whoever had it before.
TEST_REGISTER(what_was_given_to_a_person_ends_with_her_account)
{
    int64_t n;
    club_hands(s, a);
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    PUT(s, "member", {"key", "N"}, {"name", "Nin"});
    gives(s, "M", "vong", "identity", "2999-01-01");
    gives(s, "N", "vong", "identity", "2999-01-01");
    gives(s, "N", "seng", "identity", "2999-01-01");
    must_work(a, user_end(s, S("vong")));
    CHECK(!count_of(h, "grants where who = 'user/vong'") && count_of(h, "grants") == 1 && sees(s, "seng", "N"));
    must_work(a, user_add(s, S("vong"), S("mine"), S("north1"), S("another one to keep"), true));
    CHECK(!sees(s, "vong", "M") && !sees(s, "vong", "N"));
    must_work(a, register_rebuild(s, &(int64_t){0}));
    CHECK(!sees(s, "vong", "M"));
    must_work(a, leaves(s, "ada", "seng", "vong", true, &n)); // who sees no record hands them over all the same
    CHECK(n == 1 && sees(s, "vong", "N") && is_kind(user_end(s, S("seng")), ERR_INPUT));
}
