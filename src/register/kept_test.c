// The same old file again: what somebody wrote by hand since is hers, told, and kept unless it is meant.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static Imported bring_as(Store *s, const char *bytes, ImportAsk ask)
{
    Imported got;
    TableFile table;
    must_work(s->a, table_file_open(s->a, s->scratch, &(TableAsk){.whole = str_from(bytes)}, &table));
    ask.rows = table.rows;
    ask.changes_told = 100;
    if (!ask.file.n) ask.file = S("some/file.csv");
    must_work(s->a, import_file(s, &ask, &got));
    CHECK(!got.faults.n);
    return got;
}

static Imported bring_file(Store *s, const char *type, const char *file, const char *bytes)
{
    return bring_as(s, bytes, (ImportAsk){.type = type_of(s, type), .file = str_from(file)});
}

static Imported bring_over(Store *s, const char *type, const char *bytes)
{
    return bring_as(s, bytes, (ImportAsk){.type = type_of(s, type), .overwrites = true});
}

static bool lists(const ImportChanges *all, int64_t line, const char *column, const char *before, const char *after, const char *who)
{
    for (const ImportChange *one = all->first; one; one = one->next) {
        if (one->line == line && str_equal(one->column, str_from(column)) && str_equal(one->change.before, str_from(before))
            && str_equal(one->change.after, str_from(after)) && str_equal(one->change.who, str_from(who))) return true;
    }
    return false;
}

static bool counted(const Imported *got, int64_t created, int64_t changed, int64_t unchanged, int64_t kept)
{
    return got->created == created && got->changed == changed && got->unchanged == unchanged && got->kept.n == kept;
}

TEST_REGISTER(what_a_colleague_filled_since_stays_when_the_old_file_comes_again)
{
    const char *file = "key,name,phone,born,remark\nM1,Noy,,1990,\nM2,Seng,,,\n";
    bring(s, "member", file);
    Store *vong = as_user(s, "vong", "boss", "north1");
    save_well(vong, CHANGE(vong, "member", S("M1"), 0, {"phone", "020 5"}, {"remark", "only by her sister"}));
    int64_t entries = count_of(h, "journal");
    Imported got = bring(s, "member", file);
    CHECK(counted(&got, 0, 0, 2, 2) && !got.batch && count_of(h, "journal") == entries);
    CHECK(says(s, "member", S("M1"), "phone", "020 5") && says(s, "member", S("M1"), "remark", "only by her sister"));
    CHECK(lists(&got.kept, 2, "phone", "020 5", "", "vong") && lists(&got.kept, 2, "remark", "only by her sister", "", "vong"));
    CHECK(str_equal(got.kept.first->key, S("M1")) && str_equal(got.kept.first->title, S("Noy")));
    got = bring_over(s, "member", file); // unless it is meant
    CHECK(counted(&got, 0, 1, 1, 0) && says(s, "member", S("M1"), "phone", "") && says(s, "member", S("M1"), "remark", ""));
    CHECK(lists(&got.changes, 2, "phone", "020 5", "", "") && got.changes.n == 2);
    verified(h);
}

TEST_REGISTER(links_choices_numbers_days_and_states_that_somebody_changed_since_stay)
{
    bring(s, "member", "key,name,tongues,born\nM1,Noy,lao,1990\nM2,Seng,,\n");
    const char *file = "key,member,lent,returns,price,state\nL1,M1,3,2031,1.50,out\nL2,M1,4,2031,,out\n";
    bring(s, "loan", file);
    save_well(s, CHANGE(s, "member", S("M1"), 0, {"tongues", "lao khmu"}, {"born", "1990-05"}));
    save_well(s, CHANGE(s, "loan", S("L1"), 0, {"member", "M2"}, {"lent", "9"}, {"returns", ""}, {"price", "2"}));
    Draft back = draft_make(a, type_of(s, "loan"));
    back.id = S("L2");
    back.move = S("return");
    save_well(s, back);
    Imported got = bring(s, "loan", file);
    CHECK(counted(&got, 0, 0, 2, 5) && lists(&got.kept, 2, "member", "M2", "M1", "operator") &&
          lists(&got.kept, 3, "state", "back", "out", "operator"));
    CHECK(lists(&got.kept, 2, "lent", "9", "3", "operator") && lists(&got.kept, 2, "returns", "", "2031", "operator"));
    CHECK(says(s, "loan", S("L1"), "member", "M2") && says(s, "loan", S("L1"), "lent", "9") && says(s, "loan", S("L1"), "returns", ""));
    CHECK(str_equal(get(s, "loan", S("L2"))->state, S("back")));
    got = bring(s, "member", "key,name,tongues,born\nM1,Noy,lao,1990\nM2,Seng,,\n");
    CHECK(counted(&got, 0, 0, 2, 2) && says(s, "member", S("M1"), "tongues", "lao khmu") && says(s, "member", S("M1"), "born", "1990-05"));
    got = bring_over(s, "loan", file);
    CHECK(counted(&got, 0, 2, 0, 0) && says(s, "loan", S("L1"), "member", "M1") && str_equal(get(s, "loan", S("L2"))->state, S("out")));
}

TEST_REGISTER(what_nobody_wrote_since_is_changed_and_cleared_as_the_file_says)
{
    bring(s, "visit", "key,told,guests\nV1,a,1\nV2,b,2\n");
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"area", "north"}));
    Imported got = bring_file(
        s, "visit", "file.csv",
        "key,told,guests\nV1,,7\nV2,c,2\n"); // one line, two values of it; nobody touched them
    CHECK(counted(&got, 0, 2, 0, 0) && got.changes.n == 3 &&
          lists(&got.changes, 2, "told", "a", "", "") &&
          lists(&got.changes, 2, "guests", "1", "7", ""));
    CHECK(lists(&got.changes, 3, "told", "b", "c", "") && says(s, "visit", S("V1"), "told", "") &&
          says(s, "visit", S("V1"), "area", "north"));
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"told", "hers"}));
    got = bring(s, "visit", "key,told,guests\nV1,other,8\nV2,c,\n"); // hers stays though the file says a third thing; the rest goes on
    CHECK(counted(&got, 0, 2, 0, 1) && lists(&got.kept, 2, "told", "hers", "other", "operator"));
    CHECK(says(s, "visit", S("V1"), "told", "hers") && says(s, "visit", S("V1"), "guests", "8") && says(s, "visit", S("V2"), "guests", ""));
}

TEST_REGISTER(what_was_never_brought_in_is_what_a_file_is_about)
{
    PUT(s, "visit", {"key", "V1"}, {"told", "by hand"});
    Imported got = bring(s, "visit", "key,told\nV1,by file\n");
    CHECK(counted(&got, 0, 1, 0, 0) && says(s, "visit", S("V1"), "told", "by file"));
}

TEST_REGISTER(another_file_between_does_not_make_hers_the_files)
{
    bring_file(s, "visit", "a.csv", "key,told\nV1,\n");
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"told", "hers"}));
    bring_file(s, "visit", "b.csv", "key,guests\nV1,3\n");
    Imported got = bring_file(s, "visit", "a.csv", "key,told\nV1,\n");
    CHECK(counted(&got, 0, 0, 1, 1) && says(s, "visit", S("V1"), "told", "hers"));
}

TEST_REGISTER(a_line_that_changed_nothing_then_still_had_its_import)
{
    PUT(s, "visit", {"key", "V1"}, {"told", "x"});
    bring_file(s, "visit", "a.csv", "key,told\nV1,x\nV2,y\n"); // V1 stays as it is: it has no entry of this import
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"told", "hers"}));
    Imported got = bring_file(s, "visit", "a.csv", "key,told\nV1,x\nV2,y\n");
    CHECK(counted(&got, 0, 0, 2, 1) && says(s, "visit", S("V1"), "told", "hers"));
    got = bring_file(s, "visit", "c.csv", "key,told\nV1,x\n"); // a file that never came: what is hand-made is what it is about
    CHECK(counted(&got, 0, 1, 0, 0));
}

TEST_REGISTER(an_import_that_was_taken_back_makes_nothing_the_files)
{
    Faults all = {0};
    bring(s, "visit", "key,told\nV1,\n");
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"told", "hers"}));
    Imported got = bring_over(s, "visit", "key,told\nV1,\n");
    CHECK(got.changed == 1 && says(s, "visit", S("V1"), "told", ""));
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(!all.n && says(s, "visit", S("V1"), "told", "hers"));
    got = bring(s, "visit", "key,told\nV1,\n");
    CHECK(counted(&got, 0, 0, 1, 1) && says(s, "visit", S("V1"), "told", "hers"));
}

TEST_REGISTER(a_preview_tells_what_would_be_kept_and_writes_nothing)
{
    Imported got;
    bring(s, "visit", "key,told,guests\nV1,,1\n");
    save_well(s, CHANGE(s, "visit", S("V1"), 0, {"told", "hers"}));
    int64_t entries = count_of(h, "journal");
    got = bring_as(s, "key,told,guests\nV1,,2\n", (ImportAsk){.type = type_of(s, "visit"), .dry_run = true});
    CHECK(counted(&got, 0, 1, 0, 1) && lists(&got.changes, 2, "guests", "1", "2", "") &&
          lists(&got.kept, 2, "told", "hers", "", "operator"));
    CHECK(count_of(h, "journal") == entries);
}

TEST_REGISTER(changes_are_told_as_far_as_who_brings_the_file_in_may_see)
{
    bring(s, "member", "key,name,phone,sex\nM1,Noy,020 1,female\n");
    Store *blind = as_user(s, "seng", "blind", "north1");
    Imported got = bring_file(blind, "member", "new.csv", "key,sex\nM1,male\n");
    CHECK(got.changes.n == 1 && lists(&got.changes, 2, "sex", "female", "male", "") && str_equal(got.changes.first->title, S("M1")));
    save_well(s, CHANGE(s, "member", S("M1"), 0, {"phone", "020 2"}, {"sex", "unknown"}));
    got = bring_file(blind, "member", "new.csv", "key,sex\nM1,male\n");
    CHECK(got.kept.n == 1 && lists(&got.kept, 2, "sex", "unknown", "male", "operator") && str_equal(got.kept.first->title, S("M1")));
    must_work(a, bring_try(blind, (Bring){"member", S("key,phone\nM1,\n"), 0, 0, 0}, &got)); // what she may not see she may not clear
    CHECK(got.faults.n == 1 && !got.changes.n && !got.kept.n && says(s, "member", S("M1"), "phone", "020 2"));
}
