// What happens when a record moved on while somebody worked on it: merged, or shown with both values.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static Saved noy(Store *s)
{
    return PUT(s, "member", {"key", "M"}, {"name", "Noy"}, {"nick", "N"}, {"born", "1990"}, {"sex", "female"}, {"tongues", "lao khmu"});
}

TEST_REGISTER(different_fields_merge)
{
    Saved made = noy(s);
    save_well(s, CHANGE(s, "member", made.id, 1, {"born", "1991"}));
    Saved got = save_well(s, CHANGE(s, "member", made.id, 1, {"sex", "male"}));
    CHECK(got.what == SAVED_CHANGED && got.version == 3);
    CHECK(says(s, "member", made.id, "born", "1991") && says(s, "member", made.id, "sex", "male"));
}

TEST_REGISTER(the_same_field_is_shown_with_both_values)
{
    Saved made = noy(s);
    save_well(s, CHANGE(s, "member", made.id, 1, {"born", "1991"}, {"name", "Noi"}));
    int64_t before = count_of(h, "journal");
    Saved got = save(s, CHANGE(s, "member", made.id, 1, {"born", "1992"}, {"sex", "male"}, {"name", "Nooy"}));
    CHECK(got.conflicts_n == 2 && !got.faults.n && count_of(h, "journal") == before);
    CHECK(str_equal(got.conflicts[0].field->name, S("name")) &&
          str_equal(got.conflicts[0].yours, S("Nooy")) &&
          str_equal(got.conflicts[0].theirs, S("Noi")));
    CHECK(str_equal(got.conflicts[1].field->name, S("born")) &&
          str_equal(got.conflicts[1].yours, S("1992")) &&
          str_equal(got.conflicts[1].theirs, S("1991")));
    CHECK(says(s, "member", made.id, "sex", "female"));
    // Who has seen both saves on the newest version.
    CHECK(save_well(s, CHANGE(s, "member", made.id, 2, {"born", "1992"})).version == 3);
}

TEST_REGISTER(both_saying_the_same_is_no_conflict)
{
    Saved made = noy(s);
    save_well(s, CHANGE(s, "member", made.id, 1, {"born", "1991"}));
    CHECK(save_well(s, CHANGE(s, "member", made.id, 1, {"born", "1991"})).what == SAVED_UNCHANGED);
    CHECK(save_well(s, CHANGE(s, "member", made.id, 1, {"born", "1991"}, {"nick", "X"})).version == 3);
}

TEST_REGISTER(a_form_that_sends_every_field_changes_those_that_she_changed)
{
    Saved trip = PUT(s, "trip", {"key", "T"}), other = PUT(s, "trip", {"key", "T2"}), made = noy(s);
    Saved part = PUT(s, "part", {"key", "P"}, {"trip", "T"}, {"member", "M"}, {"part", "guest"}, {"joined", "2024-01-01"});
    save_well(s, CHANGE(s, "part", part.id, 1, {"joined", "2024-01-02"}, {"trip", "T2"}));
    // She began from version 1 and changed the part alone; her form gives all that it showed.
    Saved got = save_well(s, CHANGE(s, "part", part.id, 1, {"trip", "T"}, {"member", "M"},
                                    {"part", "guide"}, {"joined", "2024-01-01"}, {"left", ""}));
    CHECK(got.version == 3 && says(s, "part", part.id, "part", "guide") && says(s, "part", part.id, "joined", "2024-01-02"));
    CHECK(says(s, "part", part.id, "trip", "T2") && says(s, "part", part.id, "member", "M"));
    // The record she named has got another key meanwhile: it is still the one she meant.
    save_well(s, CHANGE(s, "trip", other.id, 0, {"key", "T3"}));
    got = save(s, CHANGE(s, "part", part.id, 2, {"trip", "T3"}, {"part", "guide"}));
    CHECK(!got.conflicts_n && got.what == SAVED_UNCHANGED);
    (void)trip, (void)made;
}

TEST_REGISTER(a_link_that_both_changed_is_a_conflict)
{
    for (int i = 1; i <= 3; i++) PUT(s, "trip", {"key", str_z(a, say(a, "T{}", i))});
    Saved part = PUT(s, "part", {"trip", "T1"});
    save_well(s, CHANGE(s, "part", part.id, 1, {"trip", "T2"}));
    Saved got = save(s, CHANGE(s, "part", part.id, 1, {"trip", "T3"}));
    CHECK(got.conflicts_n == 1 && str_equal(got.conflicts[0].yours, S("T3")) && str_equal(got.conflicts[0].theirs, S("T2")));
    got = save(s, CHANGE(s, "part", part.id, 1, {"trip", ""}));
    CHECK(got.conflicts_n == 1 && !got.conflicts[0].yours.n);
    CHECK(says(s, "part", part.id, "trip", "T2"));
}

TEST_REGISTER(what_was_changed_there_and_back_is_still_a_conflict_of_what_was_said_since)
{
    Saved made = noy(s);
    save_well(s, CHANGE(s, "member", made.id, 1, {"nick", "A"}));
    save_well(s, CHANGE(s, "member", made.id, 2, {"nick", "N"}));
    Saved got = save(s, CHANGE(s, "member", made.id, 2, {"nick", "B"}));
    CHECK(got.conflicts_n == 1 && str_equal(got.conflicts[0].theirs, S("N")));
    CHECK(!save(s, CHANGE(s, "member", made.id, 2, {"nick", "A"})).conflicts_n); // it said so then: not hers
    CHECK(says(s, "member", made.id, "nick", "N"));
}

TEST_REGISTER(a_field_that_was_empty_then_and_is_filled_now)
{
    Saved made = PUT(s, "visit", {"told", "x"});
    save_well(s, CHANGE(s, "visit", made.id, 1, {"guests", "4"}));
    CHECK(!save(s, CHANGE(s, "visit", made.id, 1, {"guests", ""}, {"told", "y"})).conflicts_n);
    CHECK(says(s, "visit", made.id, "guests", "4") && says(s, "visit", made.id, "told", "y"));
    CHECK(save(s, CHANGE(s, "visit", made.id, 1, {"guests", "5"})).conflicts_n == 1);
}

TEST_REGISTER(there_is_no_version_that_was_not_yet)
{
    Saved made = noy(s);
    const int64_t bad[] = {2, 99, -1};
    for (int i = 0; i < countof(bad); i++) {
        Saved got = save(s, CHANGE(s, "member", made.id, bad[i], {"born", "1991"}));
        CHECK(faulty(&got, "version"));
    }
    CHECK(save_well(s, CHANGE(s, "member", made.id, 0, {"born", "1991"})).version == 2);
}

TEST_REGISTER(rules_look_at_what_comes_out_of_the_merge)
{
    Saved made = PUT(s, "loan", {"lent", "10"}, {"lent_female", "3"});
    save_well(s, CHANGE(s, "loan", made.id, 1, {"lent", "5"}));
    Saved got = save(s, CHANGE(s, "loan", made.id, 1, {"lent_female", "8"}));
    CHECK(faulty(&got, "lent_female") && !got.conflicts_n);
}

// ---- long behind ---------------------------------------------------------------------------------------

typedef struct { Str id; int n; } Many;

static Err *many_saves(Store *s, void *with)
{
    const Many *many = with;
    for (int i = 0; i < many->n; i++) {
        Record *now;
        Draft d = draft_of(s, "member", (const Given[]){{"phone", str_z(s->a, say(s->a, "020 {}", i))}}, 1);
        TRY(record_find(s, d.type, many->id, MAY_WRITE, &now));
        TRY(draft_enter(s, &d, now, &(Change){0}));
        CHECK(!d.saved.faults.n);
    }
    return 0;
}

static void save_often(Store *s, Str id, int n)
{
    Many many = {id, n};
    must_work(s->a, register_write(s, many_saves, &many));
}

TEST_REGISTER(a_save_six_thousand_versions_behind_is_shown_what_stands_there_and_reads_no_history)
{
    Saved made = noy(s);
    save_well(s, CHANGE(s, "member", made.id, 1, {"born", "1991"}));
    save_often(s, made.id, 5999);
    int64_t began = clock_ticks();
    Saved got = save(s, CHANGE(s, "member", made.id, 1, {"name", "Noy"}, {"born", "1990"}, {"nick", "NN"}, {"sex", "female"}));
    print_error("6,000 versions behind: %d us\n", (int)((clock_ticks() - began) / 1000));
    CHECK(got.conflicts_n == 2 && str_equal(got.conflicts[0].field->name, S("nick")) && str_equal(got.conflicts[1].field->name, S("born")));
    CHECK(str_equal(got.conflicts[1].theirs, S("1991")) &&
          says(s, "member", made.id, "nick", "N") && says(s, "member", made.id, "born", "1991"));
    // Who has seen what stands there saves on it, and what both say alike is no conflict however far behind.
    CHECK(save_well(s, CHANGE(s, "member", made.id, 6001, {"nick", "NN"})).version == 6002);
    CHECK(save_well(s, CHANGE(s, "member", made.id, 3, {"name", "Noy"}, {"born", "1991"})).what == SAVED_UNCHANGED);
}

TEST_REGISTER(two_hundred_versions_behind_still_merge_and_one_more_does_not)
{
    Saved made = noy(s);
    save_often(s, made.id, 201); // the newest is 202
    CHECK(!save_well(s, CHANGE(s, "member", made.id, 2, {"phone", "020 0"}, {"nick", "A"})).conflicts_n); // as it said then: not hers
    CHECK(says(s, "member", made.id, "nick", "A") && says(s, "member", made.id, "phone", "020 200"));
    CHECK(save(s, CHANGE(s, "member", made.id, 2, {"nick", "B"})).conflicts_n == 1); // 203 now: nobody can say what was whose
    save_often(s, made.id, 150);
    save_well(s, CHANGE(s, "member", made.id, 0, {"born", "1995"}));
    // Two behind; but that it said 1990 stands too far back to be looked for: it is asked.
    Saved got = save(s, CHANGE(s, "member", made.id, 352, {"born", "1990"}));
    CHECK(got.conflicts_n == 1 && str_equal(got.conflicts[0].theirs, S("1995")));
}

// ---- history -----------------------------------------------------------------------------------------

TEST_REGISTER(history_tells_who_changed_what_from_what)
{
    Saved trip = PUT(s, "trip", {"key", "T"}), loan;
    Store *vong = as_user(s, "vong", "boss", "north1");
    Saved part = PUT(s, "part", {"key", "P"}, {"trip", "T"}, {"part", "guest"});
    save_well(vong, CHANGE(vong, "part", part.id, 0, {"part", "guide"}, {"trip", ""}));
    save_well(s, CHANGE(s, "part", part.id, 0, {"joined", "2024"}));
    History all;
    must_work(a, record_history(s, get(s, "part", part.id), 100, &all));
    CHECK(all.n == 3 && all.at[0].version == 3 && all.at[2].version == 1);
    CHECK(str_equal(all.at[2].verb, S("create")) && str_equal(all.at[1].verb, S("change")) && str_equal(all.at[1].actor, S("vong")));
    CHECK(all.at[1].n == 2 && str_equal(all.at[1].changes[0].field->name, S("trip")) && str_equal(all.at[1].changes[0].before, S("T")));
    CHECK(!all.at[1].changes[0].after.n && str_equal(all.at[1].changes[1].before, S("guest")) &&
          str_equal(all.at[1].changes[1].after, S("guide")));
    CHECK(all.at[0].n == 1 && !all.at[0].changes[0].before.n && str_equal(all.at[0].changes[0].after, S("2024")));
    CHECK(all.at[0].ms > 1600000000000 && all.at[0].ms <= clock_ms() + 1000);
    loan = PUT(s, "loan", {"returns", "2031"});
    Draft d = draft_make(a, type_of(s, "loan"));
    d.id = loan.id;
    d.move = S("return");
    save_well(s, d);
    must_work(a, record_history(s, get(s, "loan", loan.id), 100, &all));
    CHECK(all.n == 2 && str_equal(all.at[0].state, S("back")) && !all.at[0].n && str_equal(all.at[1].state, S("out")));
    (void)trip;
}

TEST_REGISTER(history_hides_what_is_hidden_however_the_record_was_read)
{
    Saved made = noy(s);
    Store *reader = as_user(s, "kham", "reader", "north1");
    RecordPage page;
    const Screen *screen = 0;
    for (int i = 0; i < s->pack->screens_n; i++) {
        if (str_equal(s->pack->screens[i].name, S("loans"))) screen = &s->pack->screens[i];
    }
    PUT(s, "loan", {"member", "M"}, {"mark", "scratch"});
    must_work(a, record_list(reader, &(ListAsk){.type = screen->record, .screen = screen}, &page));
    Record *const both[] = {get(reader, "member", made.id), page.at[0]};
    for (int i = 0; i < 2; i++) {
        History all;
        must_work(a, record_history(reader, both[i], 100, &all));
        for (int k = 0; k < all.at[0].n; k++) CHECK(may_see(&reader->user, both[i]->type, all.at[0].changes[k].field));
        Buf o = buf_in(a);
        record_json(&o, reader, both[i]);
        CHECK(str_find(buf_str(&o), S("Noy")) < 0 && str_find(buf_str(&o), S("scratch")) < 0 && str_find(buf_str(&o), S("\"mark\":")) < 0);
    }
}
