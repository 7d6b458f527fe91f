// A choice that depends on what else is said: when it is asked, of what, and where the fault stands.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static void load(Store *s, const char *place, const char *places)
{
    Faults all = {0};
    int64_t changed;
    PackSheets sheets = club_sheets(s->a);
    sheets.at[sheets.n++] = (PackSheet){S("choices/places.csv"), S("list_name,name,label::English (en),parent,from,to,size\n"
        "places,hill,Hill,north,,,5\nplaces,lake,Lake,south,,,20\nplaces,old,Old hill,north,,2020-12-31,7\n"
        "places,next,Next hill,north,2090-01-01,,7\n")};
    sheets.at[sheets.n++] = (PackSheet){S("survey/places.csv"), say(s->a, "record,type,name,label::English (en),choice_filter\n"
        "visit,select_one places,place,Place,{}\nvisit,select_multiple places,others,Others,{}\n", str_from(place), str_from(places))};
    must_work(s->a, pack_load(s, sheets, false, &all, &changed));
    for (Fault *f = all.first; f; f = f->next) if (!f->warning) print_error("%s\n", str_z(s->a, message_text(s->a, f->message)));
    must_work(s->a, store_refresh(s));
    CHECK(!all.n && all.warnings == (*place ? 4 : 5)); // nothing asks for the hours of tongues, and no sheet says why it asks
}

static void load_filters(Store *s)
{
    load(s, "parent = ${area}", "parent = ${area} and size >= ${guests}");
}

TEST_REGISTER(a_choice_goes_with_what_else_the_record_says)
{
    load_filters(s);
    PUT(s, "visit", {"key", "V1"}, {"area", "north"}, {"place", "hill"}, {"guests", "6"}, {"others", "old next"});
    PUT(s, "visit", {"key", "V2"}, {"area", "north"}); // what says nothing need not fit
    Saved got = save(s, DRAFT(s, "visit", {"area", "north"}, {"place", "lake"}));
    CHECK(got.faults.n == 1 && faulty(&got, "place"));
    got = save(s, DRAFT(s, "visit", {"area", "north"}, {"guests", "6"}, {"others", "hill old"}));
    CHECK(got.faults.n == 1 && faulty(&got, "others") && str_equal(got.faults.first->value, S("hill")));
    got = save(s, CHANGE(s, "visit", S("V2"), 0, {"place", "hill"}, {"area", "south"})); // as it is afterwards
    CHECK(got.faults.n == 1 && faulty(&got, "place"));
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"area", "south"}, {"place", "lake"}, {"others", ""}));
    got = save(s, CHANGE(s, "visit", S("V1"), 0, {"area", "north"})); // the choice is not touched, what it must go with is
    CHECK(got.faults.n == 1 && faulty(&got, "place") && says(s, "visit", S("V1"), "area", "south"));
}

TEST_REGISTER(a_choice_that_never_did_fit_is_no_bar_to_mending_something_else)
{
    load(s, "", "");
    PUT(s, "visit", {"key", "V1"}, {"area", "north"}, {"place", "lake"}, {"guests", "9"}, {"others", "hill"});
    load_filters(s);
    Draft form = CHANGE(s, "visit", S("V1"), 0, {"told", "mended"});
    form.form = true;
    Saved got = save_well(s, form);
    CHECK(!got.faults.warnings && says(s, "visit", S("V1"), "told", "mended"));
    got = save(s, CHANGE(s, "visit", S("V1"), 0, {"guests", "8"}));
    CHECK(got.faults.n == 1 && faulty(&got, "others")); // of the two only the one that looks at it
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"place", "hill"}));
}

TEST_REGISTER(what_was_not_in_use_on_its_own_day_is_kept_and_told)
{
    load(s, "", "");
    const struct { const char *seen, *place; bool told; } cases[] = {
        {"2019-05-01", "old", false}, {"2020", "old", false}, {"2020-12-31", "old", false}, {"2021-01-01", "old", true},
        {"2024-05-01", "next", true}, {"2024-05-01", "hill", false}, {"", "old", false},
    };
    for (int i = 0; i < (int)countof(cases); i++) {
        Str seen = str_from(cases[i].seen), place = str_from(cases[i].place);
        Saved got = PUT(s, "visit", {"seen", cases[i].seen}, {"place", cases[i].place});
        CHECK(!got.faults.n && (got.faults.warnings == 1) == cases[i].told);
        CHECK(!cases[i].told || str_equal(got.faults.first->column, S("place")));
        Str line = say(s->a, "key,seen,place\nB{},{},{}\n", i, seen, place);
        Imported file = bring(s, "visit", str_z(s->a, line));
        CHECK(!file.faults.n && (file.faults.warnings == 1) == (cases[i].told || !seen.n)); // without a day: today
    }
    verified(h);
}

TEST_REGISTER(what_a_file_brings_in_fits_too_and_what_is_out_of_use_is_told)
{
    load_filters(s);
    Imported got = bring(s, "visit", "key,area,place\nV1,north,hill\nV2,north,lake\n");
    CHECK(got.faults.n == 1 && got.faults.first->line == 3 && str_equal(got.faults.first->column, S("place")));
    got = bring(s, "visit", "key,area,place\nV1,north,hill\nV2,north,old\nV3,north,next\n");
    CHECK(!got.faults.n && got.faults.warnings == 2 && got.created == 3 && got.faults.first->line == 3);
    got = bring(s, "visit", "key,area,place,told\nV2,north,old,again\n");
    CHECK(!got.faults.n && !got.faults.warnings && got.changed == 1); // it stood there
    Saved by_hand = PUT(s, "visit", {"area", "north"}, {"place", "old"});
    CHECK(!by_hand.faults.warnings);
    verified(h);
}
