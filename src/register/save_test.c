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

TEST_REGISTER(blanks_and_unseen_letters_at_a_keys_ends_are_no_part_of_it)
{
    static const char *const same[] = {"K-1",
                                       "K-1 ",
                                       " K-1",
                                       "\xC2\xA0K-1",
                                       "K-1\xE2\x80\x8B",
                                       "\xEF\xBB\xBFK-1\t",
                                       "K-1\xE2\x80\xAE",
                                       "K-1\xC2\xAD \r\n"};
    Saved made = PUT(s, "member", {"key", " K-1\xC2\xA0"}, {"name", "Noy"});
    CHECK(str_equal(made.key, S("K-1")));
    for (int i = 0; i < countof(same); i++) {
        Saved got = save(s, DRAFT(s, "member", {"key", same[i]}));
        CHECK(faulty(&got, "key"));
        CHECK(save_well(s, CHANGE(s, "member", made.id, 0, {"key", same[i]})).what == SAVED_UNCHANGED);
        CHECK(str_equal(get(s, "member", str_from(same[i]))->id, made.id));
        Saved loan = PUT(s, "loan", {"member", same[i]});
        CHECK(says(s, "loan", loan.id, "member", "K-1"));
        Imported got_file = bring(s, "member", str_z(a, say(a, "key,nick\n\"{}\",N{}\n", str_from(same[i]), i)));
        CHECK(got_file.changed == 1 && !got_file.created);
        got_file = bring(s, "loan", str_z(a, say(a, "key,member\nL{},\"{}\"\n", i, str_from(same[i]))));
        CHECK(got_file.created == 1 && says(s, "loan", say(a, "L{}", i), "member", "K-1"));
    }
    Imported twins = bring(s, "trip", "key,title\nT-1,one\n\"T-1 \",two\n");
    CHECK(twins.faults.n == 1 && twins.faults.first->line == 3 && count_of(h, "trip") == 0);
    Saved none = PUT(s, "trip", {"key", " \xE2\x80\x8B"});
    CHECK(str_equal(none.key, none.id));
    CHECK(count_of(h, "member") == 1);
}

TEST_REGISTER(a_letter_inside_a_key_that_nobody_sees_is_a_fault)
{
    static const char *const bad[] = {"K\xE2\x80\xAE"
                                      "1",
                                      "K\xE2\x80\x8B"
                                      "1",
                                      "K\xC2\xAD"
                                      "1",
                                      "K\xEF\xBB\xBF"
                                      "1",
                                      "K\xE2\x81\xA6"
                                      "1",
                                      "K\t1"};
    for (int i = 0; i < countof(bad); i++) {
        Saved got = save(s, DRAFT(s, "trip", {"key", bad[i]}));
        CHECK(faulty(&got, "key"));
        Imported file = bring(s, "trip", str_z(a, say(a, "key,title\n\"{}\",x\n", str_from(bad[i]))));
        CHECK(file.faults.n == 1 && str_equal(file.faults.first->column, S("key")));
    }
    CHECK(count_of(h, "trip") == 0);
    CHECK(str_equal(PUT(s, "trip", {"key", "\xE0\xBA\x81\xE0\xBB\x88 1"}).key, S("\xE0\xBA\x81\xE0\xBB\x88 1"))); // a tone mark and a blank
}

TEST_REGISTER(links_are_given_by_key_or_id_and_read_as_keys)
{
    Saved trip = PUT(s, "trip", {"key", "T"}), noy = PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    Saved part = PUT(s, "part", {"trip", "T"}, {"member", str_z(a, noy.id)});
    CHECK(says(s, "part", part.id, "trip", "T") && says(s, "part", part.id, "member", "M"));
    const RecordType *t = type_of(s, "part");
    CHECK(get(s, "part", part.id)->cells[field_get(t, S("trip"))->at].row == trip.row);
    // Named by id what was named by key: nothing changed.
    CHECK(save_well(s, CHANGE(s, "part", part.id, 0, {"trip", str_z(a, trip.id)}, {"member", "M"})).what == SAVED_UNCHANGED);
    save_well(s, CHANGE(s, "trip", trip.id, 0, {"key", "T-new"}));
    CHECK(says(s, "part", part.id, "trip", "T-new"));
    Saved got = save(s, CHANGE(s, "part", part.id, 0, {"trip", "nowhere"}, {"member", "T-new"}));
    CHECK(faulty(&got, "trip") && faulty(&got, "member") && got.faults.n == 2);
    save_well(s, CHANGE(s, "part", part.id, 0, {"trip", ""}));
    CHECK(says(s, "part", part.id, "trip", "") && get(s, "part", part.id)->cells[field_get(t, S("trip"))->at].row == 0);
}

TEST_REGISTER(every_fault_is_told_at_once_and_nothing_is_written)
{
    int64_t before = count_of(h, "journal");
    Saved got = save(s, DRAFT(s, "loan", {"member", "nobody"}, {"at", "2024-13-01"}, {"lent", "3"},
                              {"lent_female", "4"}, {"price", "dear"}));
    CHECK(faulty(&got, "member") && faulty(&got, "at") && faulty(&got, "price") && faulty(&got, "lent_female") && got.faults.n == 4);
    got = save(s, DRAFT(s, "member", {"born", "2999"}, {"sex", "x"}, {"tongues", "lao lao"}));
    CHECK(faulty(&got, "born") && faulty(&got, "sex") && faulty(&got, "tongues") && got.faults.n == 3);
    CHECK(count_of(h, "journal") == before && count_of(h, "loan") == 0 && count_of(h, "member") == 0 && count_of(h, "keys") == 0);
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

static Draft move_draft(Store *s, Str id, const char *name)
{
    Draft d = draft_make(s->a, type_of(s, "loan"));
    d.id = id;
    d.move = str_from(name);
    return d;
}

static Saved move(Store *s, Str id, const char *name)
{
    return save(s, move_draft(s, id, name));
}

static Err *move_asked(Store *s, Str id, const char *name)
{
    Draft d = move_draft(s, id, name);
    return record_save(s, &(Change){.drafts = &d, .n = 1});
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
    CHECK(is_kind(move_asked(blind, loan.id, "return"), ERR_DENIED));
    CHECK(!move(clerk, loan.id, "return").faults.n);
    CHECK(is_kind(move_asked(clerk, loan.id, "again"), ERR_DENIED) && !move(s, loan.id, "again").faults.n);
}

TEST_REGISTER(drafts_of_one_change_are_saved_together_or_not_at_all)
{
    int64_t entries = count_of(h, "journal");
    Draft faulty_last[] = {DRAFT(s, "visit", {"key", "V1"}, {"guests", "3"}), DRAFT(s, "visit", {"key", "V2"}, {"guests", "51"})};
    must_work(a, record_save(s, &(Change){.drafts = faulty_last, .n = 2}));
    CHECK(!faulty_last[0].saved.faults.n && faulty(&faulty_last[1].saved, "guests"));
    CHECK(!count_of(h, "visit") && count_of(h, "journal") == entries);
    Str trip = random_name(a);
    Draft both[] = {DRAFT(s, "trip", {"key", "T"}), DRAFT(s, "part", {"key", "P"}, {"trip", str_z(a, trip)})};
    both[0].new_id = trip; // so that the second can name what the first makes
    must_work(a, record_save(s, &(Change){.drafts = both, .n = 2, .looks = true}));
    CHECK(!count_of(h, "trip") && !both[1].saved.faults.n); // who only looks is told what saving would say
    must_work(a, record_save(s, &(Change){.drafts = both, .n = 2}));
    CHECK(both[0].saved.what == SAVED_CREATED && both[1].saved.what == SAVED_CREATED);
    CHECK(get(s, "part", S("P"))->cells[field_get(type_of(s, "part"), S("trip"))->at].row == both[0].saved.row);
    verified(h);
}

TEST_REGISTER(a_draft_is_ruled_with_what_an_earlier_one_makes_and_told_though_that_is_refused)
{
    Str trip = random_name(a), other = random_name(a);
    Draft both[] = {DRAFT(s, "trip", {"opened", "2024-05-02"}, {"length", "none"}),
                    DRAFT(s, "part", {"trip", str_z(a, trip)}, {"joined", "2024-05-01"}, {"part", "none"})};
    both[0].new_id = trip;
    must_work(a, record_save(s, &(Change){.drafts = both, .n = 2}));
    CHECK(faulty(&both[0].saved, "length") && faulty(&both[1].saved, "part") && !faulty(&both[1].saved, "trip"));
    CHECK(both[1].saved.faults.warnings == 1 && !count_of(h, "trip") && !count_of(h, "part")); // joined before it began
    both[1].cells[field_get(type_of(s, "part"), S("trip"))->at].text = other; // nobody makes that
    must_work(a, record_save(s, &(Change){.drafts = both, .n = 2, .looks = true}));
    CHECK(faulty(&both[1].saved, "trip"));
}

TEST_REGISTER(what_she_makes_with_it_can_be_linked_to_though_it_is_hers_to_write_alone)
{
    Store *mine = as_user(s, "noy", "mine", "north1");
    Str trip = random_name(a);
    Draft both[] = {DRAFT(mine, "trip", {"key", "T"}), DRAFT(mine, "part", {"trip", str_z(a, trip)})};
    both[0].new_id = trip;
    for (int i = 0; i < 2; i++) { // and sent twice it is made once
        must_work(a, record_save(mine, &(Change){.drafts = both, .n = 2}));
        CHECK(count_of(h, "trip") == 1 && both[0].saved.what == (i ? SAVED_BEFORE : SAVED_CREATED));
    }
    CHECK(count_of(h, "part") == 2);
    verified(h);
}

TEST_REGISTER(doubts_stop_a_change_that_asks_and_no_other)
{
    Draft d = DRAFT(s, "loan", {"key", "L"}, {"lent", "91"});
    must_work(a, record_save(s, &(Change){.drafts = &d, .n = 1, .asks = true}));
    CHECK(!d.saved.faults.n && d.saved.faults.warnings == 1 && !count_of(h, "loan"));
    must_work(a, record_save(s, &(Change){.drafts = &d, .n = 1}));
    CHECK(d.saved.what == SAVED_CREATED && d.saved.faults.warnings == 1 && count_of(h, "loan") == 1);
}

// ---- who ---------------------------------------------------------------------------------------------

TEST_REGISTER(who_may_not_write_is_told_so)
{
    Saved made = PUT(s, "member", {"name", "Noy"}), got;
    static const struct { const char *role; ErrKind create, change; } cases[] = {
        {"reader", ERR_DENIED, ERR_DENIED}, {"nobody", ERR_DENIED, ERR_MISSING}, {"clerk", ERR_COUNT, ERR_MISSING},
        {"mine", ERR_COUNT, ERR_MISSING}, {"local", ERR_COUNT, ERR_MISSING}, {"boss", ERR_COUNT, ERR_COUNT},
    };
    for (int i = 0; i < countof(cases); i++) {
        Store *u = as_user(s, "vong", cases[i].role, "south1");
        Draft create = DRAFT(u, "member", {"name", "Seng"}), change = CHANGE(u, "member", made.id, 0, {"born", "1990"});
        Err *e = save_draft(u, &create, &got);
        CHECK(cases[i].create == ERR_COUNT ? !e && got.what == SAVED_CREATED : is_kind(e, cases[i].create));
        e = save_draft(u, &change, &got);
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
    CHECK(is_kind(save_draft(clerk, &change, &got), ERR_DENIED));
    CHECK(is_kind(save_draft(clerk, &lost, &got), ERR_MISSING));
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
    CHECK(!value_of(blind, "member", noy.id, "name").n && get(blind, "member", noy.id)->cells[0].hidden);
    // The hidden name is required: it is there, and she cannot mend it.
    save_well(blind, CHANGE(blind, "member", noy.id, 0, {"sex", "male"}));
    CHECK(says(s, "member", noy.id, "name", "Noy") && says(s, "member", noy.id, "remark", "ill") &&
          says(s, "member", noy.id, "tongues", "lao"));
    // The loan hangs on another person now: what she does not see is sealed with that person's keys.
    save_well(blind, CHANGE(blind, "loan", loan.id, 0, {"member", "M2"}));
    CHECK(says(s, "loan", loan.id, "mark", "scratch") && says(s, "loan", loan.id, "member", "M2"));
    Saved got = save(blind, CHANGE(blind, "member", seng.id, 0, {"name", "Other"}, {"sex", "male"}));
    CHECK(faulty(&got, "name") && got.faults.n == 1 && says(s, "member", seng.id, "name", "Seng"));
}

// ---- the same form twice ---------------------------------------------------------------------------------

static Draft from_form(Store *s, Draft d, const char *what, Str token)
{
    d.form = true;
    once_read(s, str_from(what), token, &d.new_id);
    return d;
}

TEST_REGISTER(a_form_makes_one_record_however_often_it_is_sent)
{
    Str token = once_make(s, S("visit")), other = once_make(s, S("visit"));
    Saved one = save_well(s, from_form(s, DRAFT(s, "visit", {"key", "V"}, {"told", "x"}), "visit", token));
    Saved two = save(s, from_form(s, DRAFT(s, "visit", {"key", "V"}, {"told", "x"}), "visit", token));
    CHECK(one.what == SAVED_CREATED && two.what == SAVED_BEFORE && !two.faults.n && str_equal(one.id, two.id) && two.version == 1);
    CHECK(str_starts(token, one.id) && count_of(h, "visit") == 1);
    CHECK(!str_equal(save_well(s, from_form(s, DRAFT(s, "visit", {"told", "x"}), "visit", other)).id, one.id));
}

TEST_REGISTER(a_forms_token_is_for_its_user_and_what_it_is_for)
{
    Store *vong = as_user(s, "vong", "boss", "north1");
    Str id, token = once_make(vong, S("visit"));
    CHECK(once_read(vong, S("visit"), token, &id) && id.n == 20);
    CHECK(!once_read(s, S("visit"), token, &id) && !id.n);
    CHECK(!once_read(vong, S("trip"), token, &id));
    CHECK(!once_read(vong, S("visit"), str_slice(token, 0, token.n - 1), &id) && !once_read(vong, S("visit"), S(""), &id));
    CHECK(!once_read(vong, S("visit"), say(a, "{}{}", S("aaaaaaaaaaaaaaaaaaaa"), str_slice(token, 20, token.n)), &id));
    CHECK(!once_read(vong, S("visit"), S("aaaaaaaaaaaaaaaaaaaa."), &id));
}

TEST_REGISTER(a_step_sent_twice_is_done_once)
{
    Saved loan = PUT(s, "loan", {"returns", "2031-01-01"});
    Store *vong = as_user(s, "vong", "boss", "north1");
    Draft d = draft_make(a, type_of(s, "loan"));
    d.id = loan.id;
    d.base = 1;
    d.move = S("return");
    CHECK(save_well(s, d).version == 2);
    Saved again = save_well(s, d);
    CHECK(again.what == SAVED_UNCHANGED && again.version == 2 && str_equal(again.id, loan.id));
    Saved hers = save(vong, d); // somebody else did it: she is told
    CHECK(!hers.faults.n && hers.conflicts_n == 1 && str_equal(hers.conflicts[0].field->name, S("state")));
    CHECK(str_equal(hers.conflicts[0].yours, S("back")) && str_equal(hers.conflicts[0].theirs, S("back")));
    d.move = S("again");
    CHECK(save(s, d).conflicts_n == 1); // another step, from where it does not stand any more
    d.base = 2;
    CHECK(save_well(s, d).version == 3);
    d.move = S("return");
    d.base = 3;
    CHECK(save_well(s, d).version == 4);
}

// ---- what a newer pack asks of what stood before -----------------------------------------------------------

TEST_REGISTER(what_a_newer_pack_asks_is_no_bar_to_mending_something_else)
{
    Str rest = club_text(S("survey/rest.csv"));
    Saved old = PUT(s, "visit", {"told", "before"}, {"guests", "40"}),
          full = PUT(s, "visit", {"key", "F"}, {"seen", "2024"}, {"area", "north"});
    // `area` becomes required, and not more than thirty guests may come.
    Str newer = say(a, "{}{}", str_slice(rest, 0, str_find(rest, S("visit,integer"))),
        S("visit,integer,guests,Guests,,,2,,. <= 30,At most thirty.,,\nvisit,text,told,Told,,,3,,,,,\n"));
    Str required = S("record,type,name,label::English (en),required\nvisit,select_one provinces,area,Area,yes\n");
    PackSheets sheets = club_with(a, S("survey/rest.csv"), newer);
    sheets.at[sheets.n++] = (PackSheet){S("survey/visit.csv"), required};
    pack_put(s, sheets, 2);
    must_work(a, store_refresh(s));
    for (int form = 0; form < 2; form++) {
        Draft d = CHANGE(s, "visit", old.id, 0, {"told", form ? "by form" : "by program"});
        d.form = form;
        Saved got = save_well(s, d);
        CHECK(got.what == SAVED_CHANGED && got.faults.warnings == (form ? 0 : 2)); // a form tells them at their fields
        d = CHANGE(s, "visit", old.id, 0, {"guests", form ? "45" : "50"});
        d.form = form;
        got = save(s, d);
        CHECK(faulty(&got, "guests") && got.faults.n == 1); // who touches it, mends it
        d = CHANGE(s, "visit", full.id, 0, {"area", ""});
        d.form = form;
        got = save(s, d);
        CHECK(faulty(&got, "area") && got.faults.n == 1);
        d = DRAFT(s, "visit", {"told", "new"});
        d.form = form;
        got = save(s, d);
        CHECK(faulty(&got, "area")); // a new one is asked
    }
    Imported file = bring(s, "visit", str_z(a, say(a, "key,told\n{},by file\n", old.key)));
    CHECK(file.changed == 1 && !file.faults.n && file.faults.warnings == 2);
    CHECK(says(s, "visit", old.id, "guests", "40") && says(s, "visit", old.id, "told", "by file"));
}

TEST_REGISTER(a_rule_broken_by_what_is_touched_is_told_of_what_is_not)
{
    Saved loan = PUT(s, "loan", {"lent", "10"}, {"lent_female", "8"});
    Saved got = save(s, CHANGE(s, "loan", loan.id, 0, {"lent", "5"}));
    CHECK(faulty(&got, "lent_female"));
}

// ---- what a step empties -----------------------------------------------------------------------------------

TEST_REGISTER(a_step_empties_the_fields_that_it_names)
{
    Str moves = say(a, "{}{}", S("record,name,label::English (en),from,to,roles,needs,needs_message::English (en),clears\n"),
        S("loan,return,Return,out,back,boss clerk,${returns} != '',Say when it returns.,\n"
          "loan,again,Again,back,out,boss,${mark} != '',Say how it looks.,returns mark guarantor\n"));
    pack_put(s, club_with(a, S("moves.csv"), moves), 1);
    must_work(a, store_refresh(s));
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    Saved loan = PUT(s, "loan", {"returns", "2031-01-01"}, {"mark", "scratch"}, {"lent", "3"}, {"guarantor", "M"}, {"member", "M"});
    Draft d = draft_make(a, type_of(s, "loan"));
    d.id = loan.id;
    d.move = S("return");
    save_well(s, d);
    d.move = S("again");
    CHECK(save_well(s, d).version == 3);
    CHECK(says(s, "loan", loan.id, "returns", "") && says(s, "loan", loan.id, "mark", "") && says(s, "loan", loan.id, "guarantor", ""));
    CHECK(says(s, "loan", loan.id, "lent", "3") && says(s, "loan", loan.id, "member", "M") &&
          count_of(h, "loan where returns_day is null") == 1);
    History all;
    must_work(a, record_history(s, get(s, "loan", loan.id), 10, &all));
    CHECK(all.at[0].n == 3 && str_equal(all.at[0].state, S("out")));
    for (int i = 0; i < 3; i++) CHECK(all.at[0].changes[i].before.n && !all.at[0].changes[i].after.n);
    int64_t entries;
    Str before = exported(s, h->dir, "loan", EXPORT_JSON);
    must_work(a, register_rebuild(s, &entries));
    CHECK(str_equal(exported(s, h->dir, "loan", EXPORT_JSON), before));
}
