// Keys belong to agencies: what one may open another may not, and what each wrote stays the same to the byte.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

enum { HEALTH = 1 << COMPARTMENT_HEALTH, LEGAL = 1 << COMPARTMENT_LEGAL, IDENTITY = 1 << COMPARTMENT_IDENTITY };

// Two agencies beside the register's: south1 is entitled to the identity and the case of what the other makes.
static void two_agencies(Store *s)
{
    PackSheets sheets = club_with(s->a, S("registry/units.csv"), S("key,label::English (en),parent,province,kind,agency\n"
        "north1,North 1,,north,,north1\nnorth2,North 2,,north,,north1\nsouth1,South 1,,south,,south1\nbare,Bare,,,,north1\n"
        "desk,Desk,,,,north1\n"));
    sheets.at[sheets.n++] = (PackSheet){S("compartments.csv"), S("compartments,entitled,where\n"
        "identity place case care health legal,creator,\nidentity case,south1,\n")};
    pack_put(s, sheets, 2);
}

static Store *north(Store *s)
{
    return as_user(s, "vong", "boss", "north1");
}

static Store *south(Store *s)
{
    return as_user(s, "seng", "boss", "south1");
}

typedef enum { OPENS, CLOSED, BROKEN } How;

// A sealed cell as an agency opens it, whatever the rights say.
static How opens(House *h, Store *s, const char *type, Str key, const char *field, const char *value)
{
    Rows q;
    Str out;
    const RecordType *t = type_of(s, type);
    must_work(h->a, sql(h->db, h->a, &q, "select t.id, {}, t.{}, t.agency from {} t where t.key = $1", (Sql){.text = key_row(h->a, t)},
        (Name){str_from(field)}, (Name){t->name}, key));
    CHECK(rows_next(&q));
    Str id = next_str(&q);
    KeyList list = {.row = next_int(&q)};
    Str envelope = next_str(&q);
    list.owner = next_str(&q);
    CHECK(envelope.n);
    Err *e = value_open(s, record_where(h->a, t, id), str_from(field), envelope, &list, &out);
    if (e) CHECK(is_kind(e, ERR_BROKEN));
    if (e) return BROKEN;
    if (list.closed) CHECK(!out.n);
    if (!list.closed) CHECK(str_equal(out, str_from(value)));
    return list.closed ? CLOSED : OPENS;
}

static int64_t lists_of(House *h, const char *agency, unsigned open)
{
    return count_of(h, str_z(h->a, say(h->a, "keys where agency = '{}' and open = {}", str_from(agency), (int64_t)open)));
}

static Holder member_holder(Store *s, Str key)
{
    Store whole = *s;
    whole.user = user_operator();
    Record *r = get(&whole, "member", key);
    return (Holder){r->type, r->id, r->row};
}

typedef struct { Holder holder; Str agency; unsigned compartments; bool any, takes; } Gift;

static Err *gift_work(Store *s, void *with)
{
    const Gift *g = with;
    if (g->takes) return keys_take(s, &g->holder, g->agency, g->compartments);
    return keys_give(s, &g->holder, g->agency, g->compartments, g->any);
}

static void gift(Store *s, Gift g)
{
    must_work(s->a, register_write(s, gift_work, &g));
}

static Str dump(House *h)
{
    static const char *const tables[] = {"member", "loan", "trip"};
    Buf o = buf_in(h->a);
    for (int i = 0; i < countof(tables); i++) {
        Rows q;
        must_work(h->a, sql(h->db, h->a, &q, "select * from {} order by row", (Name){str_from(tables[i])}));
        for (int k = 0; k < q.rows * q.columns; k++) buf_fill(&o, "{}|", VALS(val_text(h->a, q.cells[k])));
    }
    return buf_str(&o);
}

TEST_REGISTER(an_agency_opens_what_it_is_entitled_to_and_nothing_else)
{
    two_agencies(s);
    Saved made = PUT(north(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    unsigned uses = shape_of(s, type_of(s, "member"))->compartments;
    CHECK(uses & HEALTH && lists_of(h, "north1", uses) == 1 && lists_of(h, "register", uses & ~(unsigned)HEALTH) == 1);
    CHECK(lists_of(h, "south1", uses & (1u << COMPARTMENT_CASE | IDENTITY)) == 1);
    CHECK(says(north(s), "member", S("M"), "remark", "ill") && says(south(s), "member", S("M"), "name", "Noy"));
    for (int again = 0; again < 2; again++) { // the ring holds what north1 opened
        CHECK(opens(h, north(s), "member", S("M"), "remark", "ill") == OPENS);
        CHECK(opens(h, south(s), "member", S("M"), "remark", "ill") == CLOSED);
        CHECK(opens(h, s, "member", S("M"), "remark", "ill") == CLOSED && opens(h, s, "member", S("M"), "name", "Noy") == OPENS);
    }
    const Field *remark = field_get(type_of(s, "member"), S("remark"));
    CHECK(get(south(s), "member", made.id)->cells[remark->at].hidden && !get(south(s), "member", made.id)->cells[remark->at].text.n);
    History history;
    must_work(a, record_history(south(s), get(south(s), "member", made.id), 10, &history));
    CHECK(history.n == 1);
    verified(h);
}

TEST_REGISTER(keys_are_given_to_an_agency_and_taken_away_but_for_its_own)
{
    two_agencies(s);
    PUT(north(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    PUT(north(s), "loan", {"key", "L"}, {"member", "M"}, {"mark", "theirs"});
    PUT(south(s), "loan", {"key", "K"}, {"member", "M"}, {"mark", "hers"}); // with a key of its own
    Holder m = member_holder(s, S("M"));
    CHECK(opens(h, south(s), "loan", S("K"), "mark", "hers") == OPENS && opens(h, south(s), "loan", S("L"), "mark", "theirs") == CLOSED);
    CHECK(opens(h, north(s), "loan", S("K"), "mark", "hers") == CLOSED && opens(h, s, "loan", S("K"), "mark", "hers") == OPENS);
    gift(north(s), (Gift){m, S("south1"), HEALTH | LEGAL, false, false});
    gift(north(s), (Gift){m, S("south1"), HEALTH | LEGAL, false, false}); // once is enough
    CHECK(opens(h, south(s), "member", S("M"), "remark", "ill") == OPENS && opens(h, south(s), "loan", S("L"), "mark", "theirs") == OPENS);
    PUT(south(s), "loan", {"key", "J"}, {"member", "M"}, {"mark", "again"}); // what it was given it does not write with
    CHECK(opens(h, north(s), "loan", S("J"), "mark", "again") == CLOSED);
    gift(north(s), (Gift){m, S("south1"), IDENTITY | HEALTH | LEGAL, false, true});
    CHECK(opens(h, south(s), "member", S("M"), "remark", "ill") == CLOSED && opens(h, south(s), "member", S("M"), "name", "Noy") == OPENS);
    CHECK(opens(h, south(s), "loan", S("L"), "mark", "theirs") == CLOSED && opens(h, south(s), "loan", S("K"), "mark", "hers") == OPENS);
    gift(s, (Gift){m, S("south1"), HEALTH, false, false}); // the register has none to give
    CHECK(opens(h, south(s), "member", S("M"), "remark", "ill") == CLOSED);
    gift(s, (Gift){m, S("south1"), HEALTH, true, false}); // but an effect of the pack may
    CHECK(opens(h, south(s), "member", S("M"), "remark", "ill") == OPENS);
    verified(h);
}

TEST_REGISTER(tables_come_out_the_same_whoever_wrote_with_which_keys)
{
    int64_t n;
    two_agencies(s);
    PUT(north(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    PUT(south(s), "member", {"key", "N"}, {"name", "Seng"}, {"remark", "well"});
    PUT(s, "member", {"key", "O"}, {"name", "Operator's"}, {"remark", "some"});
    PUT(south(s), "loan", {"key", "K"}, {"member", "M"}, {"mark", "hers"});
    PUT(north(s), "loan", {"key", "L"}, {"member", "N"}, {"mark", "theirs"});
    save_well(north(s), CHANGE(north(s), "loan", S("L"), 0, {"member", "M"}, {"lent", "3"})); // sealed anew
    save_well(south(s), CHANGE(south(s), "member", S("M"), 0, {"name", "Noi"}));
    gift(north(s), (Gift){member_holder(s, S("M")), S("south1"), HEALTH | LEGAL, false, false});
    save_well(south(s), CHANGE(south(s), "loan", S("K"), 0, {"mark", "hers still"}));
    Str before = dump(h);
    verified(h);
    must_work(a, register_rebuild(s, &n));
    CHECK(str_equal(before, dump(h)));
    CHECK(says(north(s), "loan", S("L"), "mark", "theirs") && says(south(s), "loan", S("K"), "mark", "hers still"));
    CHECK(says(north(s), "member", S("M"), "name", "Noi") && opens(h, north(s), "member", S("M"), "remark", "ill") == OPENS);
    verified(h);
}

TEST_REGISTER(what_is_closed_to_her_is_not_given_to_another)
{
    Saved got;
    two_agencies(s);
    PUT(north(s), "member", {"key", "M"}, {"name", "Noy"});
    PUT(north(s), "member", {"key", "N"}, {"name", "Seng"});
    PUT(north(s), "loan", {"key", "L"}, {"member", "M"}, {"mark", "theirs"});
    Draft d = CHANGE(south(s), "loan", S("L"), 0, {"member", "N"});
    Err *e = save_draft(south(s), &d, &got);
    CHECK(e || got.faults.n);
    CHECK(says(north(s), "loan", S("L"), "mark", "theirs") && says(north(s), "loan", S("L"), "member", "M"));
}

TEST_REGISTER(who_does_not_hold_an_agencys_secret_puts_keys_into_a_box_for_it)
{
    two_agencies(s);
    must_work(a, sql(h->db, a, 0, "create temp table kept as select * from agencies"));
    must_work(a, sql(h->db, a, 0, "update agencies set wrapped = $1 where name = 'south1'", (Blob){S("")}));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    s = h->s;
    PUT(north(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    gift(north(s), (Gift){member_holder(s, S("M")), S("south1"), HEALTH, false, false}); // onto a list that it cannot open
    CHECK(opens(h, north(s), "member", S("M"), "name", "Noy") == OPENS);
    CHECK(count_of(h, "keys where agency = 'south1' and length(wrapped) = 16 + length(numbers) / 8 * 122") == 1);
    verified(h);
    must_work(a, sql(h->db, a, 0, "update agencies set wrapped = (select k.wrapped from kept k where k.name = agencies.name)"));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    s = h->s;
    verified(h);
    CHECK(opens(h, south(s), "member", S("M"), "name", "Noy") == OPENS && opens(h, south(s), "member", S("M"), "remark", "ill") == OPENS);
    ring_forget(s);
    save_well(south(s), CHANGE(south(s), "member", S("M"), 0, {"name", "Noi"})); // opened in a write, it is wrapped
    CHECK(count_of(h, "keys where agency = 'south1' and length(wrapped) = 16 + length(numbers) / 8 * 58") == 1);
    ring_forget(s);
    CHECK(opens(h, south(s), "member", S("M"), "name", "Noi") == OPENS && opens(h, south(s), "member", S("M"), "remark", "ill") == OPENS);
    verified(h);
}

static bool verify_names(House *h, const char *what)
{
    Verified v;
    Err *e = register_verify(h->reg, h->a, h->scratch, false, &v);
    if (is_kind(e, ERR_BROKEN) && str_find(err_text(h->a, e), str_from(what)) >= 0) return true;
    print_error("verify does not name %s: %s\n", what, e ? str_z(h->a, err_text(h->a, e)) : "whole");
    return false;
}

TEST_REGISTER(one_agencys_lists_open_nothing_of_the_others_and_that_they_are_gone_is_told)
{
    two_agencies(s);
    Saved made = PUT(north(s), "member", {"key", "M"}, {"name", "Noy"}, {"remark", "ill"});
    Saved other = PUT(north(s), "member", {"key", "N"}, {"name", "Seng"});
    must_work(a, sql(h->db, a, 0, "delete from keys where agency = 'north1' and row = $1", other.row));
    CHECK(verify_names(h, str_z(a, say(a, "the keys of member/{} are gone", other.id)))); // though others have them all
    must_work(a, sql(h->db, a, 0, "delete from keys where agency <> 'south1'"));
    CHECK(verify_names(h, str_z(a, say(a, "the keys of member/{} are gone", made.id))));
    h->reg->secrets = 0;
    CHECK(verify_names(h, "are gone"));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    s = h->s;
    CHECK(opens(h, south(s), "member", S("M"), "name", "Noy") == OPENS && opens(h, south(s), "member", S("M"), "remark", "ill") == BROKEN);
    CHECK(opens(h, north(s), "member", S("M"), "name", "Noy") == BROKEN && opens(h, s, "member", S("M"), "name", "Noy") == BROKEN);
    Saved got;
    Draft d = CHANGE(north(s), "member", S("M"), 0, {"remark", "well"});
    CHECK(is_kind(save_draft(north(s), &d, &got), ERR_BROKEN) && !count_of(h, "keys where agency = 'north1'"));
}

TEST_REGISTER(agencies_that_are_gone_or_were_changed_are_named)
{
    static const char *const changes[][2] = {
        {"delete from agencies where name = 'south1'", "agency key of south1"},
        {"delete from agencies where name = 'register'", "agency key of register"},
        {"update agencies set public = (select k.public from kept k where k.name = 'north1') where name = 'south1'", "not signed"},
        {"update agencies set signature = (select k.signature from kept k where k.name = 'north1') where name = 'south1'", "not signed"},
        {"update agencies set wrapped = (select k.wrapped from kept k where k.name = 'north1') where name = 'south1'", "does not open"},
    };
    two_agencies(s);
    CHECK(count_of(h, "agencies") == 3);
    must_work(a, sql(h->db, a, 0, "create temp table kept as select * from agencies"));
    for (int i = 0; i < countof(changes); i++) {
        must_work(a, db_define(h->db, a, str_from(changes[i][0])));
        CHECK(verify_names(h, changes[i][1]));
        must_work(a, db_define(h->db, a, S("delete from agencies; insert into agencies select * from kept")));
    }
    verified(h);
}
