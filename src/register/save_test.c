// Saving one record: what is made, changed, refused, and what each user may say.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

TEST_REGISTER(what_is_saved_is_read_back_as_it_was_given)
{
    Saved got = PUT(s, "member", {"key", "M-1"}, {"name", "ນ້ອຍ 'x' \"y\" $1 {}"}, {"nick", " two  blanks "}, {"born", "1990-02"},
        {"sex", "female"}, {"tongues", "khmu lao"}, {"remark", "line one\nline two"});
    CHECK(got.what == SAVED_CREATED && got.version == 1 && got.id.n == 20 && str_equal(got.key, S("M-1")));
    CHECK(says(s, "member", got.id, "name", "ນ້ອຍ 'x' \"y\" $1 {}") && says(s, "member", S("M-1"), "nick", " two  blanks "));
    CHECK(says(s, "member", got.id, "born", "1990-02") && says(s, "member", got.id, "tongues", "khmu lao"));
    CHECK(says(s, "member", got.id, "remark", "line one\nline two") && says(s, "member", got.id, "phone", ""));
    Record *r = get(s, "member", got.id);
    CHECK(r->row == got.row && r->version == 1 && str_equal(r->id, got.id) && !r->state.n);
    CHECK(count_of(h, "journal where record = 'member'") == 1);
}

TEST_REGISTER(a_record_without_a_key_takes_its_id)
{
    Saved got = PUT(s, "visit", {"seen", "2024-01-31"});
    CHECK(str_equal(got.id, got.key) && str_equal(get(s, "visit", got.key)->id, got.id));
    Saved empty = PUT(s, "visit", {"key", ""}, {"seen", "2024-01-31"});
    CHECK(str_equal(empty.id, empty.key) && !str_equal(empty.id, got.id));
}

TEST_REGISTER(a_change_touches_what_it_names_alone)
{
    Saved made = PUT(s, "member", {"name", "Noy"}, {"sex", "female"}, {"tongues", "lao hmong"}, {"born", "1990"});
    Saved got = save_well(s, CHANGE(s, "member", made.key, 0, {"born", "1991-05-02"}, {"tongues", "khmu"}));
    CHECK(got.what == SAVED_CHANGED && got.version == 2 && got.row == made.row && str_equal(got.id, made.id));
    CHECK(says(s, "member", made.id, "name", "Noy") && says(s, "member", made.id, "born", "1991-05-02"));
    CHECK(says(s, "member", made.id, "sex", "female") && says(s, "member", made.id, "tongues", "khmu"));
    CHECK(count_of(h, "\"member.tongues\"") == 1);
    CHECK(count_of(h, "member where born_day = 19910502 and born_last = 19910502") == 1);
    save_well(s, CHANGE(s, "member", made.id, 2, {"born", ""}, {"tongues", ""}));
    CHECK(says(s, "member", made.id, "born", "") && says(s, "member", made.id, "tongues", ""));
    CHECK(count_of(h, "member where born is null and born_day is null and born_last is null and tongues is null") == 1);
    CHECK(count_of(h, "\"member.tongues\"") == 0);
}

TEST_REGISTER(what_changes_nothing_makes_no_entry)
{
    Saved made = PUT(s, "loan", {"key", "L-1"}, {"lent", "7"}, {"price", "2.5"}, {"at", "2024-01-31T09:30"});
    int64_t before = count_of(h, "journal");
    Saved got = save_well(s, CHANGE(s, "loan", made.id, 1, {"key", "L-1"}, {"lent", "7"}, {"price", "2.50"}, {"at", "2024-01-31T09:30"}));
    CHECK(got.what == SAVED_UNCHANGED && got.version == 1 && got.row == made.row && str_equal(got.key, S("L-1")));
    CHECK(save_well(s, CHANGE(s, "loan", made.id, 0, {"mark", ""})).what == SAVED_UNCHANGED);
    CHECK(count_of(h, "journal") == before);
}

TEST_REGISTER(keys_and_ids_are_unique_together)
{
    Saved one = PUT(s, "trip", {"key", "T-1"}), two = PUT(s, "trip", {"key", "T-2"});
    int64_t before = count_of(h, "journal");
    Saved got = save(s, DRAFT(s, "trip", {"key", "T-1"}));
    CHECK(faulty(&got, "key"));
    got = save(s, DRAFT(s, "trip", {"key", str_z(a, one.id)}));
    CHECK(faulty(&got, "key"));
    got = save(s, CHANGE(s, "trip", two.id, 0, {"key", "T-1"}));
    CHECK(faulty(&got, "key"));
    got = save(s, CHANGE(s, "trip", two.id, 0, {"key", str_z(a, one.id)}));
    CHECK(faulty(&got, "key") && count_of(h, "journal") == before);
    // Its own id is nobody else's.
    CHECK(save_well(s, CHANGE(s, "trip", two.id, 0, {"key", str_z(a, two.id)})).version == 2);
    CHECK(save_well(s, CHANGE(s, "trip", one.id, 0, {"key", "T-2"})).version == 2);
    CHECK(str_equal(get(s, "trip", S("T-2"))->id, one.id) && PUT(s, "visit", {"key", "T-2"}).version == 1);
}

TEST_REGISTER(a_key_is_one_line_of_text)
{
    char *much = take(a, char, 502);
    memset(much, 'k', 501);
    const char *bad[] = {much, "a\nb", "a\x01", "\xff", "\x7f"};
    for (int i = 0; i < countof(bad); i++) {
        Saved got = save(s, DRAFT(s, "trip", {"key", bad[i]}));
        CHECK(faulty(&got, "key"));
    }
    much[500] = 0;
    Saved made = PUT(s, "trip", {"key", much});
    Saved got = save(s, CHANGE(s, "trip", made.id, 0, {"key", ""}));
    CHECK(faulty(&got, "key") && str_equal(get(s, "trip", made.id)->key, str_from(much)));
}

TEST_REGISTER(links_are_given_by_key_or_id_and_read_as_keys)
{
    Saved trip = PUT(s, "trip", {"key", "T"}), noy = PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    Saved part = PUT(s, "part", {"trip", "T"}, {"member", str_z(a, noy.id)});
    CHECK(says(s, "part", part.id, "trip", "T") && says(s, "part", part.id, "member", "M"));
    const RecordType *t = type_of(s, "part");
    CHECK(get(s, "part", part.id)->links[field_get(t, S("trip"))->at] == trip.row);
    // Named by id what was named by key: nothing changed.
    CHECK(save_well(s, CHANGE(s, "part", part.id, 0, {"trip", str_z(a, trip.id)}, {"member", "M"})).what == SAVED_UNCHANGED);
    save_well(s, CHANGE(s, "trip", trip.id, 0, {"key", "T-new"}));
    CHECK(says(s, "part", part.id, "trip", "T-new"));
    Saved got = save(s, CHANGE(s, "part", part.id, 0, {"trip", "nowhere"}, {"member", "T-new"}));
    CHECK(faulty(&got, "trip") && faulty(&got, "member") && got.faults.n == 2);
    save_well(s, CHANGE(s, "part", part.id, 0, {"trip", ""}));
    CHECK(says(s, "part", part.id, "trip", "") && get(s, "part", part.id)->links[field_get(t, S("trip"))->at] == 0);
}

TEST_REGISTER(every_fault_is_told_at_once_and_nothing_is_written)
{
    int64_t before = count_of(h, "journal");
    Saved got = save(s, DRAFT(s, "loan", {"member", "nobody"}, {"at", "2024-13-01"}, {"lent", "3"}, {"lent_female", "4"}, {"price", "dear"}));
    CHECK(faulty(&got, "member") && faulty(&got, "at") && faulty(&got, "price") && faulty(&got, "lent_female") && got.faults.n == 4);
    got = save(s, DRAFT(s, "member", {"born", "2999"}, {"sex", "x"}, {"tongues", "lao lao"}));
    CHECK(faulty(&got, "born") && faulty(&got, "sex") && faulty(&got, "tongues") && got.faults.n == 3);
    CHECK(count_of(h, "journal") == before && count_of(h, "loan") == 0 && count_of(h, "member") == 0 && count_of(h, "keys") == 1);
}

TEST_REGISTER(a_required_column_of_the_contract_may_be_left_out_and_cleared)
{
    Saved made = PUT(s, "member", {"nick", "Noy"});
    CHECK(says(s, "member", made.id, "name", ""));
    save_well(s, CHANGE(s, "member", made.id, 0, {"name", "Noy"}));
    save_well(s, CHANGE(s, "member", made.id, 0, {"name", ""})); // a form would not let her
    CHECK(says(s, "member", made.id, "name", ""));
}

TEST_REGISTER(what_is_doubtful_is_kept_and_told)
{
    PUT(s, "trip", {"key", "T"}, {"opened", "2024-03-01"});
    Saved got = PUT(s, "part", {"key", "P"}, {"trip", "T"}, {"joined", "2024-02-28"});
    CHECK(got.what == SAVED_CREATED && got.faults.warnings == 1 && got.faults.first->warning);
    CHECK(str_equal(got.faults.first->column, S("joined")) && says(s, "part", S("P"), "joined", "2024-02-28"));
    CHECK(PUT(s, "part", {"trip", "T"}, {"joined", "2024-03-01"}).faults.warnings == 0);
}

// ---- states ----------------------------------------------------------------------------------------

static Saved move(Store *s, Str id, const char *name)
{
    Draft d = draft_make(s->a, type_of(s, "loan"));
    d.id = id;
    d.move = str_from(name);
    return save(s, d);
}

TEST_REGISTER(a_record_moves_from_state_to_state)
{
    Saved loan = PUT(s, "loan", {"key", "L"});
    CHECK(str_equal(get(s, "loan", loan.id)->state, S("out")));
    Saved got = move(s, loan.id, "return");
    CHECK(faulty(&got, "state") && str_equal(get(s, "loan", loan.id)->state, S("out")));
    save_well(s, CHANGE(s, "loan", loan.id, 0, {"returns", "2031-01-01"}));
    got = move(s, loan.id, "return");
    CHECK(!got.faults.n && got.what == SAVED_CHANGED && got.version == 3 && str_equal(get(s, "loan", loan.id)->state, S("back")));
    const char *closed[] = {"return", "no such step"};
    for (int i = 0; i < countof(closed); i++) {
        got = move(s, loan.id, closed[i]);
        CHECK(faulty(&got, "state"));
    }
    CHECK(!move(s, loan.id, "again").faults.n && str_equal(get(s, "loan", loan.id)->state, S("out")));
}

TEST_REGISTER(a_move_looks_at_what_is_saved_with_it)
{
    Saved loan = PUT(s, "loan", {"key", "L"});
    Draft d = CHANGE(s, "loan", loan.id, 0, {"returns", "2031-01-01"});
    d.move = S("return");
    CHECK(save_well(s, d).version == 2 && str_equal(get(s, "loan", loan.id)->state, S("back")));
}

TEST_REGISTER(a_move_is_for_the_roles_it_names)
{
    Store *clerk = as_user(s, "vong", "clerk", "north1"), *blind = as_user(s, "kham", "blind", "north1");
    Saved loan = PUT(clerk, "loan", {"returns", "2031-01-01"});
    Saved got = move(blind, loan.id, "return");
    CHECK(faulty(&got, "state"));
    CHECK(!move(clerk, loan.id, "return").faults.n);
    got = move(clerk, loan.id, "again");
    CHECK(faulty(&got, "state") && !move(s, loan.id, "again").faults.n);
}

// ---- who ---------------------------------------------------------------------------------------------

TEST_REGISTER(who_may_not_write_is_told_so)
{
    Saved made = PUT(s, "member", {"name", "Noy"}), got;
    static const struct { const char *role; ErrKind create, change; } cases[] = {
        {"reader", ERR_DENIED, ERR_DENIED}, {"nobody", ERR_DENIED, ERR_DENIED}, {"clerk", ERR_COUNT, ERR_MISSING},
        {"mine", ERR_COUNT, ERR_MISSING}, {"local", ERR_COUNT, ERR_MISSING}, {"boss", ERR_COUNT, ERR_COUNT},
    };
    for (int i = 0; i < countof(cases); i++) {
        Store *u = as_user(s, "vong", cases[i].role, "south1");
        Draft create = DRAFT(u, "member", {"name", "Seng"}), change = CHANGE(u, "member", made.id, 0, {"born", "1990"});
        Err *e = record_save(u, &create, &got);
        CHECK(cases[i].create == ERR_COUNT ? !e && got.what == SAVED_CREATED : is_kind(e, cases[i].create));
        e = record_save(u, &change, &got);
        CHECK(cases[i].change == ERR_COUNT ? !e : is_kind(e, cases[i].change));
    }
}

TEST_REGISTER(who_reads_more_than_she_writes_is_denied_not_misled)
{
    static const PackSheet more = {S("rights.csv"), S("role,record,read,write,classes\nclerk,*,all,unit,\n")};
    Faults all = {0};
    int64_t changed;
    must_work(a, pack_load(s, club_with(a, more.path, more.text), false, &all, &changed));
    CHECK(!all.n && changed == 1);
    Saved made = PUT(s, "visit", {"told", "x"}), got;
    Store *clerk = as_user(s, "vong", "clerk", "north1");
    Draft change = CHANGE(clerk, "visit", made.id, 0, {"told", "y"}), lost = CHANGE(clerk, "visit", S("nowhere"), 0, {"told", "y"});
    CHECK(is_kind(record_save(clerk, &change, &got), ERR_DENIED));
    CHECK(is_kind(record_save(clerk, &lost, &got), ERR_MISSING));
}

TEST_REGISTER(a_new_record_belongs_to_the_unit_of_who_made_it)
{
    Saved made = PUT(as_user(s, "vong", "clerk", "south1"), "visit", {"told", "x"});
    CHECK(str_equal(get(s, "visit", made.id)->unit, S("south1")));
    save_well(as_user(s, "seng", "boss", "north1"), CHANGE(s, "visit", made.id, 0, {"told", "y"}));
    CHECK(str_equal(get(s, "visit", made.id)->unit, S("south1")));
}

TEST_REGISTER(what_is_hidden_from_a_user_stays_as_it_was_when_she_saves)
{
    Saved noy = PUT(s, "member", {"key", "M"}, {"name", "Noy"}, {"tongues", "lao"}, {"remark", "ill"}, {"sex", "female"});
    Saved seng = PUT(s, "member", {"key", "M2"}, {"name", "Seng"});
    Saved loan = PUT(s, "loan", {"key", "L"}, {"member", "M"}, {"mark", "scratch"});
    Store *blind = as_user(s, "kham", "blind", "north1");
    CHECK(!value_of(blind, "member", noy.id, "name").n && get(blind, "member", noy.id)->hidden[0]);
    // The hidden name is required: it is there, and she cannot mend it.
    save_well(blind, CHANGE(blind, "member", noy.id, 0, {"sex", "male"}));
    CHECK(says(s, "member", noy.id, "name", "Noy") && says(s, "member", noy.id, "remark", "ill") && says(s, "member", noy.id, "tongues", "lao"));
    // The loan hangs on another person now: what she does not see is sealed with that person's keys.
    save_well(blind, CHANGE(blind, "loan", loan.id, 0, {"member", "M2"}));
    CHECK(says(s, "loan", loan.id, "mark", "scratch") && says(s, "loan", loan.id, "member", "M2"));
    Saved got = save(blind, CHANGE(blind, "member", seng.id, 0, {"name", "Other"}, {"sex", "male"}));
    CHECK(faulty(&got, "name") && got.faults.n == 1 && says(s, "member", seng.id, "name", "Seng"));
}
