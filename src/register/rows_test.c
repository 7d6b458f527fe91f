// Rows of a form: one change of several drafts, in which children hang on what is saved before them.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static PackSheets with_items(Arena *a)
{
    return club_with(a, S("survey/zrows.csv"), S(
        "record,type,name,label::English (en),required,relevant,constraint,constraint_message::English (en),class,compartment\n"
        "loan,begin_repeat,things,Things,,${lent} > 0,,,,\n"
        "loan,text,what,What,yes,,,,identity,care\n"
        "loan,integer,pieces,Pieces,,,${lent} = '' or . <= ${lent},Not more than are lent.,plain,case\n"
        "loan,end_repeat,,,,,,,,\n"
        "member,begin_repeat,cards,Cards,,,,,,\n"
        "member,text,number,Number,,,,,identity,identity\n"
        "member,end_repeat,,,,,,,,\n"
        "visit,begin_repeat,groups,Groups,,,,,,\n"
        "visit,integer,size,Size,,,,,,\n"
        "visit,end_repeat,,,,,,,,\n"));
}

static void load(Store *s)
{
    pack_put(s, with_items(s->a), 1);
    must_work(s->a, store_refresh(s));
}

static Draft row_of(Draft d, const Draft *on, const char *link)
{
    d.on = on;
    d.hangs = field_get(d.type, str_from(link));
    CHECK(d.hangs);
    return d;
}

static bool change(Store *s, Draft *drafts, int n)
{
    must_work(s->a, record_save(s, &(Change){.drafts = drafts, .n = n}));
    for (int i = 0; i < n; i++) {
        if (drafts[i].saved.faults.n || drafts[i].saved.conflicts_n) return false;
    }
    return true;
}

TEST_REGISTER(rows_of_a_new_record_are_saved_with_it_and_hang_on_whom_it_hangs_on)
{
    load(s);
    PUT(s, "member", {"key", "M1"}, {"name", "Noy"});
    Draft d[3];
    d[0] = DRAFT(s, "loan", {"key", "L1"}, {"member", "M1"}, {"lent", "5"});
    d[1] = row_of(DRAFT(s, "loan_things", {"what", "Tent"}, {"pieces", "2"}), &d[0], "loan");
    d[2] = row_of(DRAFT(s, "loan_things", {"key", "I2"}, {"what", "Lamp"}, {"pieces", "5"}), &d[0], "loan");
    CHECK(change(s, d, 3) && count_of(h, "loan_things") == 2);
    CHECK(says(s, "loan_things", S("I2"), "loan", "L1") && says(s, "loan_things", S("I2"), "member", "M1"));
    CHECK(count_of(h, "journal where record = 'loan_things' and holder like 'member/%'") == 2);
    RecordPage rows;
    must_work(a, repeat_rows(s, &type_of(s, "loan")->repeats[0], d[0].saved.row, REPEAT_ROWS, &rows));
    CHECK(rows.n == 2 && rows.at[0]->row == d[1].saved.row && rows.at[1]->row == d[2].saved.row);
    Draft m[2] = {DRAFT(s, "member", {"key", "M9"}, {"name", "Kham"})}; // a person's own
    m[1] = row_of(DRAFT(s, "member_cards", {"key", "C9"}, {"number", "77"}), &m[0], "member");
    CHECK(change(s, m, 2) && says(s, "member_cards", S("C9"), "number", "77"));
    Draft v[2] = {DRAFT(s, "visit", {"key", "V1"}, {"guests", "3"})}; // and where nothing has keys
    v[1] = row_of(DRAFT(s, "visit_groups", {"key", "G1"}, {"size", "3"}), &v[0], "visit");
    CHECK(change(s, v, 2) && says(s, "visit_groups", S("G1"), "visit", "V1"));
}

TEST_REGISTER(a_fault_in_one_row_refuses_all_and_every_fault_is_told)
{
    load(s);
    int64_t before = count_of(h, "journal");
    Draft d[4];
    d[0] = DRAFT(s, "loan", {"key", "L1"}, {"lent", "2"});
    d[1] = row_of(DRAFT(s, "loan_things", {"what", "Tent"}, {"pieces", "2"}), &d[0], "loan");
    d[2] = row_of(DRAFT(s, "loan_things", {"pieces", "3"}), &d[0], "loan"); // looks at what the loan would say
    d[3] = row_of(DRAFT(s, "loan_things", {"what", "Lamp"}, {"pieces", "x"}), &d[0], "loan");
    CHECK(!change(s, d, 4));
    CHECK(!d[0].saved.faults.n && !d[1].saved.faults.n && d[2].saved.faults.n == 2 && d[3].saved.faults.n == 1);
    CHECK(faulty(&d[2].saved, "what") && faulty(&d[2].saved, "pieces") && faulty(&d[3].saved, "pieces"));
    CHECK(count_of(h, "journal") == before && !count_of(h, "loan"));
    d[0] = DRAFT(s, "loan", {"key", "L1"}, {"lent", "x"}); // and where the record itself cannot be
    CHECK(!change(s, d, 4) && faulty(&d[0].saved, "lent") && d[2].saved.faults.n == 1 && faulty(&d[3].saved, "pieces"));
    CHECK(count_of(h, "journal") == before);
}

TEST_REGISTER(each_row_has_its_own_version_and_conflict_and_what_is_left_out_stays)
{
    load(s);
    Draft d[3];
    d[0] = DRAFT(s, "loan", {"key", "L1"}, {"lent", "5"});
    d[1] = row_of(DRAFT(s, "loan_things", {"key", "I1"}, {"what", "Tent"}), &d[0], "loan");
    d[2] = row_of(DRAFT(s, "loan_things", {"key", "I2"}, {"what", "Lamp"}), &d[0], "loan");
    CHECK(change(s, d, 3));
    d[0] = CHANGE(s, "loan", S("L1"), 1, {"lent", "5"});
    d[1] = row_of(CHANGE(s, "loan_things", S("I2"), 1, {"pieces", "4"}), &d[0], "loan");
    CHECK(change(s, d, 2) && d[0].saved.version == 1 && d[1].saved.version == 2);
    CHECK(says(s, "loan_things", S("I1"), "what", "Tent") && get(s, "loan_things", S("I1"))->version == 1);
    d[0] = CHANGE(s, "loan", S("L1"), 1, {"lent", "9"});
    d[1] = row_of(CHANGE(s, "loan_things", S("I1"), 1, {"what", "Big tent"}), &d[0], "loan");
    d[2] = row_of(CHANGE(s, "loan_things", S("I2"), 1, {"pieces", "6"}), &d[0], "loan"); // changed since
    CHECK(!change(s, d, 3) && d[2].saved.conflicts_n == 1 && str_equal(d[2].saved.conflicts[0].theirs, S("4")));
    CHECK(says(s, "loan_things", S("I1"), "what", "Tent") && says(s, "loan", S("L1"), "lent", "5"));
}

TEST_REGISTER(a_row_of_another_form_is_not_there)
{
    load(s);
    Draft d[2], e[2];
    d[0] = DRAFT(s, "loan", {"key", "L1"}, {"lent", "5"});
    d[1] = row_of(DRAFT(s, "loan_things", {"key", "I1"}, {"what", "Tent"}), &d[0], "loan");
    CHECK(change(s, d, 2));
    e[0] = DRAFT(s, "loan", {"key", "L2"}, {"lent", "5"});
    e[1] = row_of(CHANGE(s, "loan_things", S("I1"), 1, {"what", "Mine"}), &e[0], "loan");
    CHECK(!change(s, e, 2) && faulty(&e[1].saved, "id") && count_of(h, "loan") == 1);
    e[1] = row_of(CHANGE(s, "loan_things", S("nowhere"), 1, {"what", "Mine"}), &e[0], "loan");
    CHECK(!change(s, e, 2) && faulty(&e[1].saved, "id"));
    Store *reader = as_user(s, "seng", "reader", "north1");
    e[0] = CHANGE(s, "loan", S("L1"), 1, {"lent", "6"});
    e[1] = row_of(CHANGE(s, "loan_things", S("I1"), 1, {"pieces", "1"}), &e[0], "loan");
    CHECK(is_kind(record_save(reader, &(Change){.drafts = e, .n = 2}), ERR_DENIED)); // rights are the form's own
}

TEST_REGISTER(the_same_rows_sent_twice_are_there_once)
{
    load(s);
    Draft d[2];
    Str id;
    CHECK(once_read(s, S("loan"), once_make(s, S("loan")), &id));
    for (int i = 0; i < 2; i++) {
        d[0] = i ? CHANGE(s, "loan", S("L1"), 1, {"lent", "5"}) : DRAFT(s, "loan", {"key", "L1"}, {"lent", "5"});
        d[1] = row_of(DRAFT(s, "loan_things", {"what", "Tent"}), &d[0], "loan");
        d[1].new_id = once_row(s, id, S("things"), 1);
        CHECK(like_id(d[1].new_id) && change(s, d, 2) && count_of(h, "loan_things") == 1);
    }
    CHECK(d[1].saved.version == 1 && !str_equal(once_row(s, id, S("things"), 2), d[1].new_id));
}

TEST_REGISTER(rows_go_along_when_their_record_is_given_to_another_holder_and_a_rebuild_gives_the_same)
{
    load(s);
    PUT(s, "member", {"key", "M1"}, {"name", "Noy"});
    PUT(s, "member", {"key", "M2"}, {"name", "Kham"});
    Draft d[3];
    d[0] = DRAFT(s, "loan", {"key", "L1"}, {"member", "M1"}, {"lent", "5"});
    d[1] = row_of(DRAFT(s, "loan_things", {"key", "I1"}, {"what", "Tent"}), &d[0], "loan");
    d[2] = row_of(DRAFT(s, "loan_things", {"key", "I2"}, {"what", "Lamp"}), &d[0], "loan");
    CHECK(change(s, d, 3));
    d[0] = CHANGE(s, "loan", S("L1"), 1, {"member", "M2"}); // one of the rows is in the form, and one is not
    d[1] = row_of(CHANGE(s, "loan_things", S("I1"), 1, {"what", "Big tent"}), &d[0], "loan");
    CHECK(change(s, d, 2));
    Str holder = record_where(a, type_of(s, "member"), get(s, "member", S("M2"))->id);
    for (int i = 1; i < 3; i++) {
        Str key = i == 1 ? S("I1") : S("I2");
        CHECK(says(s, "loan_things", key, "member", "M2") && get(s, "loan_things", key)->version == (i == 1 ? 3 : 2)); // goes along first
    }
    CHECK(says(s, "loan_things", S("I1"), "what", "Big tent") && says(s, "loan_things", S("I2"), "what", "Lamp"));
    Rows q;
    must_work(a, sql(h->db, a, &q, "select count(*) from journal where record = 'loan_things' and holder = $1", holder));
    CHECK(rows_next(&q) && next_int(&q) == 3);
    save_well(s, CHANGE(s, "loan", S("L1"), 2, {"member", ""})); // it hangs on nobody: each has keys of its own
    CHECK(says(s, "loan_things", S("I2"), "member", "") && says(s, "loan_things", S("I2"), "what", "Lamp"));
    int64_t entries;
    Str before = exported(s, h->dir, "loan_things", EXPORT_CSV);
    must_work(a, register_rebuild(s, &entries));
    CHECK(str_equal(before, exported(s, h->dir, "loan_things", EXPORT_CSV)) && verified(h).entries == entries);
}
