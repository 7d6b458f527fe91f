// Sight that is given: who sees what of a record, from when, until when; and titles that are kept open.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static const char rights[] = "role,record,read,write,where,classes,compartments,opens\nboss,*,agency,agency,,,,\nclerk,*,unit,unit,,,,\n"
    "mine,*,own granted,own,,,identity case health,\nreader,*,all,none,,,identity case codes,identity\n";

// Two agencies; a guest of the other reads what she made and what was given to her or her unit, of two compartments alone.
static void guests_by(Store *s, const char *sentences)
{
    PackSheets sheets = club_with(s->a, S("registry/units.csv"), S("key,label::English (en),parent,province,kind,agency,to\n"
        "north1,North 1,,north,,north1,\nnorth2,North 2,,north,,north1,\nsouth1,South 1,,south,,south1,\nold,Old,,,,old,2020-01-01\n"
        "desk,Desk,,,,north1,\nbare,Bare,,,,north1,\n"));
    for (int i = 0; i < sheets.n; i++) {
        if (!str_equal(sheets.at[i].path, S("rights.csv"))) continue;
        sheets.at[i].text = str_from(sentences);
    }
    pack_put(s, sheets, 2);
}

static void guests(Store *s)
{
    guests_by(s, rights);
}

static Store *guest(Store *s)
{
    return as_user(s, "seng", "mine", "south1");
}

static Store *host(Store *s)
{
    return as_user(s, "vong", "boss", "north1");
}

static Faults handed(Store *s, const char *to, const char *compartments, const char *until)
{
    Faults all;
    SightAsk ask = {str_from(to), str_from(compartments), str_from(until), S("she asked for it"), {0}};
    must_work(s->a, sight_give(s, type_of(s, "member"), S("M"), &ask, &all));
    return all;
}

static bool sees(Store *s, const char *type, Str key)
{
    Record *r;
    Err *e = record_get(s, type_of(s, type), key, &r);
    CHECK(!e || is_kind(e, ERR_MISSING));
    return !e;
}

static Str shown(Store *s, Str key, const char *field)
{
    Record *r = get(s, "member", key);
    const Cell *cell = &r->cells[field_get(r->type, str_from(field))->at];
    return cell->hidden ? S("(hidden)") : cell->text;
}

static Str title(Store *s, int64_t row)
{
    Str out;
    must_work(s->a, record_titles(s, type_of(s, "member"), &row, 1, &out));
    return out;
}

static int64_t listed(Store *s, const char *type)
{
    RecordPage page;
    int64_t n;
    ListAsk ask = {.type = type_of(s, type), .limit = 100};
    must_work(s->a, record_list(s, &ask, &page));
    must_work(s->a, record_count(s, &ask, 100, &n));
    CHECK(page.n == n);
    return n;
}

TEST_REGISTER(what_is_given_is_seen_until_it_ends_and_no_more_than_that)
{
    guests(s);
    user_there(s, "seng", "mine", "south1");
    PUT(host(s), "member", {"key", "M"}, {"name", "Noy"}, {"phone", "020"}, {"remark", "ill"}, {"sex", "female"});
    PUT(host(s), "member", {"key", "N"}, {"name", "Nin"});
    PUT(host(s), "loan", {"key", "L"}, {"member", "M"}, {"at", "2024"}, {"mark", "theirs"});
    CHECK(!sees(guest(s), "member", S("M")) && listed(guest(s), "member") == 0);
    CHECK(!handed(host(s), "south1", "identity", "2999-01-01").n);
    CHECK(str_equal(shown(guest(s), S("M"), "name"), S("Noy")) && str_equal(shown(guest(s), S("M"), "remark"), S("(hidden)")));
    CHECK(listed(guest(s), "member") == 1 && listed(guest(s), "loan") == 1); // loans stand by a day of that compartment
    CHECK(!sees(guest(s), "member", S("N")));
    CHECK(!handed(host(s), "seng", "health,identity", "2999-01-01").n && str_equal(shown(guest(s), S("M"), "remark"), S("ill")));
    CHECK(listed(guest(s), "member") == 1); // seen in two ways, and told once
    Store *colleague = as_user(s, "keo", "mine", "south1");
    CHECK(str_equal(shown(colleague, S("M"), "remark"), S("(hidden)"))); // that was hers alone
    must_work(a, sql(h->db, a, 0, "update grants set until = 20200101 where who = 'user/seng'"));
    CHECK(str_equal(shown(guest(s), S("M"), "remark"), S("(hidden)"))); // the day is over, and nothing had to run
    Faults all;
    SightAsk back = {.to = S("south1"), .why = S("it ended")};
    must_work(a, sight_take(host(s), type_of(s, "member"), S("M"), &back, &all));
    CHECK(!all.n && !sees(guest(s), "member", S("M")) && listed(guest(s), "loan") == 0);
    SightAsk one = {S("south1"), S("legal"), S("2999-01-01"), S("of the loan alone"), {0}};
    must_work(a, sight_give(host(s), type_of(s, "loan"), S("L"), &one, &all));
    CHECK(!all.n && sees(guest(s), "loan", S("L")) && !sees(guest(s), "member", S("M")));
    verified(h);
}

TEST_REGISTER(what_cannot_be_given_is_told_in_sentences_at_once)
{
    static const struct { const char *to, *compartments, *until, *columns; } cases[] = {
        {"", "", "", "to compartments until"}, {"nobody", "identity", "2999-01-01", "to"}, {"old", "identity", "2999-01-01", "to"},
        {"south1", "identity pain", "2999-01-01", "compartments"}, {"south1", "identity", "", "until"},
        {"south1", "identity", "soon", "until"},
        {"south1", "identity", "2020-01-01", "until"}, {"north1", "identity", "2999-01-01", "to"},
    };
    guests(s);
    PUT(host(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    for (int i = 0; i < countof(cases); i++) {
        Faults all = handed(host(s), cases[i].to, cases[i].compartments, cases[i].until);
        Str rest = str_from(cases[i].columns), column;
        int n = 0;
        for (; str_word(&rest, &column); n++) CHECK(faults_about(&all, column));
        CHECK(all.n == n);
    }
    CHECK(handed(s, "south1", "health", "2999-01-01").n == 1); // the operator holds no health
    CHECK(!handed(host(s), "south1", "identity", "2999-01-01").n);
    SightAsk on = {S("north2"), S("identity"), S("2999-01-01"), S("x"), {0}};
    Faults all;
    CHECK(is_kind(sight_give(guest(s), type_of(s, "member"), S("M"), &on, &all), ERR_DENIED)); // what was given is not passed on
    CHECK(count_of(h, "grants") == 1);
}

TEST_REGISTER(one_identity_is_opened_for_a_day_with_a_reason_and_its_owner_is_told)
{
    guests(s);
    Saved made = PUT(host(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"}, {"sex", "female"});
    Store *reader = as_user(s, "kham", "reader", "south1"), *other = as_user(s, "dao", "reader", "south1");
    SightGiven *news;
    Faults all;
    int n;
    CHECK(str_equal(shown(reader, S("M"), "name"), S("(hidden)")) && str_equal(shown(reader, S("M"), "sex"), S("female")));
    must_work(a, sight_open(reader, type_of(s, "member"), made.id, S(" "), &all));
    CHECK(all.n == 1 && str_equal(shown(reader, S("M"), "name"), S("(hidden)")));
    must_work(a, sight_open(reader, type_of(s, "member"), made.id, S("a court asked"), &all));
    CHECK(!all.n && str_equal(shown(reader, S("M"), "name"), S("Noy")) && str_equal(shown(reader, S("M"), "remark"), S("(hidden)")));
    CHECK(str_equal(shown(other, S("M"), "name"), S("(hidden)")));
    CHECK(is_kind(sight_open(guest(s), type_of(s, "member"), S("M"), S("x"), &all), ERR_MISSING));
    must_work(a, sight_news(host(s), true, 10, &news, &n));
    CHECK(n == 1 && str_equal(news[0].why, S("a court asked")) && news[0].row == made.row);
    must_work(a, sight_news(other, true, 10, &news, &n));
    CHECK(n == 0);
    verified(h);
}

TEST_REGISTER(a_rebuild_gives_back_what_was_given)
{
    Rows before, after;
    int64_t entries;
    guests(s);
    user_there(s, "vong", "mine", "north1");
    PUT(host(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    CHECK(!handed(host(s), "south1", "identity", "2999-01-01").n && !handed(host(s), "vong", "identity", "2999-01-01").n);
    must_work(a, sql(h->db, a, &before, "select * from grants order by who"));
    must_work(a, register_rebuild(s, &entries));
    must_work(a, sql(h->db, a, &after, "select * from grants order by who"));
    CHECK(before.rows == 2 && after.rows == 2);
    for (int i = 0; i < before.rows * before.columns; i++) {
        CHECK(str_equal(val_text(a, before.cells[i]), val_text(a, after.cells[i])));
    }
    CHECK(str_equal(shown(guest(s), S("M"), "name"), S("Noy")));
}

TEST_REGISTER(a_title_that_is_kept_open_is_nobody_elses_and_no_older_one)
{
    guests(s);
    Saved made = PUT(host(s), "member", {"key", "M"}, {"name", "Noy"});
    Store *one = host(s), *reader = as_user(s, "kham", "reader", "south1");
    for (int again = 0; again < 2; again++) {
        CHECK(str_equal(title(one, made.row), S("Noy")) && str_equal(title(reader, made.row), S("M")));
        CHECK(!title(guest(s), made.row).n);
    }
    save_well(one, CHANGE(s, "member", made.id, 0, {"name", "Noi"}));
    CHECK(str_equal(title(one, made.row), S("Noi")));
    CHECK(!handed(one, "south1", "identity", "2999-01-01").n && str_equal(title(guest(s), made.row), S("Noi")));
    must_work(a, sql(h->db, a, 0, "delete from grants"));
    CHECK(!title(guest(s), made.row).n && str_equal(title(reader, made.row), S("M")));
}

TEST_REGISTER(what_closes_rows_is_asked_of_an_index_alone)
{
    Rows q;
    Buf told = buf_in(a);
    bool sqlite = !db_is_postgres(h->where);
    guests_by(s, "role,record,read,write,where,classes,compartments,opens,closed\nboss,*,agency,agency,,,,,\nclerk,*,unit,unit,,,,,\n"
        "reader,*,all,none,,,identity case codes,identity,\n"
        "reader,member,all,none,,,identity case codes,identity,\"exists(loan, ${lent} = 7)\"\n");
    must_work(a, sql(s->db, a, &q, "{}", (Sql){.text = sqlite ? S("explain query plan select 1 from member t where exists "
        "(select 1 from loan h where h.member = t.row and h.lent = 7)") : S("select 'COVERING INDEX ' || indexname from pg_indexes")}));
    while (rows_next(&q)) {
        for (int i = 0; sqlite && i < 3; i++) next_val(&q);
        buf_fill(&told, "{}\n", VALS(next_str(&q)));
    }
    CHECK(str_find(buf_str(&told), S("COVERING INDEX member,lent@loan")) >= 0);
}

// Three ways to a row, its own, a unit's and hers by name; and a row that codes are read of.
TEST_REGISTER(what_a_sentence_closes_is_there_in_no_way_and_of_it_codes_alone)
{
    guests_by(s, "role,record,read,write,where,classes,compartments,opens,closed\nboss,*,agency,agency,,,,,\nclerk,*,unit,unit,,,,,\n"
        "mine,*,own granted,own,,,identity case health,,\n"
        "mine,member,own granted,own,,,identity case health,,\"me(unit) = 'south1' and exists(loan, ${lent} = 7)\"\n"
        "reader,*,all,none,,,identity case codes,identity,\n"
        "reader,member,all,none,,,identity case codes,identity,\"exists(loan, ${lent} = 7)\"\n");
    user_there(s, "seng", "mine", "south1");
    Saved made = PUT(host(s), "member", {"key", "M"}, {"name", "Noy"}, {"sex", "female"});
    Saved own = PUT(guest(s), "member", {"key", "O"}, {"name", "Own"});
    CHECK(!handed(host(s), "south1", "identity", "2999-01-01").n && !handed(host(s), "seng", "identity", "2999-01-01").n);
    Saved loan = PUT(host(s), "loan", {"key", "L"}, {"member", "M"}, {"lent", "3"});
    PUT(host(s), "loan", {"key", "G"}, {"guarantor", "M"}, {"lent", "7"}); // of which he is the guarantor alone
    Store *reader = as_user(s, "kham", "reader", "south1");
    CHECK(sees(guest(s), "member", S("M")) && listed(guest(s), "member") == 2 && str_equal(title(guest(s), made.row), S("Noy")));
    save_well(host(s), CHANGE(s, "loan", loan.id, 0, {"lent", "7"})); // whosever loan it is
    CHECK(!sees(guest(s), "member", S("M")) && listed(guest(s), "member") == 1 && !title(guest(s), made.row).n);
    CHECK(sees(host(s), "member", S("M")) && listed(reader, "member") == 2);
    CHECK(str_equal(shown(reader, S("M"), "sex"), S("female")) && str_equal(shown(reader, S("M"), "name"), S("(hidden)")));
    Faults all;
    CHECK(is_kind(sight_open(reader, type_of(s, "member"), made.id, S("a court asked"), &all), ERR_DENIED));
    CHECK(str_equal(shown(reader, S("M"), "name"), S("(hidden)")));
    PUT(s, "loan", {"key", "K"}, {"member", "O"}, {"lent", "7"});
    CHECK(!sees(guest(s), "member", S("O"))); // her own, too
    bool hers;
    Record *r = get(s, "member", S("O"));
    must_work(a, change_hers(guest(s), r, &hers));
    Draft other = CHANGE(s, "member", own.id, 0, {"name", "Else"});
    CHECK(!hers && is_kind(record_save(guest(s), &(Change){.drafts = &other, .n = 1}), ERR_MISSING));
    save_well(host(s), CHANGE(s, "loan", loan.id, 0, {"lent", "6"}));
    CHECK(sees(guest(s), "member", S("M")) && listed(guest(s), "member") == 1); // and open again
    verified(h);
}
