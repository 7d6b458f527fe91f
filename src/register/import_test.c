// Import and taking it back: what is refused, what is told, and that the same file twice changes nothing.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static bool told(const Imported *got, int64_t line, const char *column)
{
    for (const Fault *f = got->faults.first; f; f = f->next) {
        if (!f->warning && f->line == line && str_equal(f->column, str_from(column))) return true;
    }
    return false;
}

static void print(Store *s, const Imported *got)
{
    for (const Fault *f = got->faults.first; f; f = f->next) {
        print_error("%d %s: %s\n", (int)f->line, str_z(s->a, f->column), str_z(s->a, message_text(s->a, f->message)));
    }
}

TEST_REGISTER(the_same_file_twice_changes_nothing)
{
    const char *file = "key,name,born,sex,tongues\nM1,\"Noy, the \"\"first\"\"\",1990-02,female,lao khmu\nM2,ນ້ອຍ,,,\n";
    Imported got = bring(s, "member", file);
    CHECK(!got.faults.n && got.created == 2 && !got.changed && !got.unchanged && got.batch);
    int64_t entries = count_of(h, "journal");
    got = bring(s, "member", file);
    CHECK(!got.faults.n && !got.created && !got.changed && got.unchanged == 2 && !got.batch && count_of(h, "journal") == entries);
    CHECK(says(s, "member", S("M1"), "name", "Noy, the \"first\"") && count_of(h, "imports") == 1);
    got = bring(s, "member", "key,born\nM1,\nM2,2001\n"); // a missing column leaves the value, an empty cell clears it
    CHECK(got.changed == 2 && says(s, "member", S("M1"), "born", "") && says(s, "member", S("M1"), "sex", "female"));
    CHECK(says(s, "member", S("M2"), "born", "2001") && says(s, "member", S("M2"), "name", "ນ້ອຍ"));
}

TEST_REGISTER(a_mark_at_the_beginning_line_ends_and_any_order_are_taken)
{
    Imported got = bring(s, "visit", "\xEF\xBB\xBFguests,key,told\r\n3,V1,x\r\n\r\n,V2,\"two\r\nlines\"\r\n4,V3,y");
    if (got.faults.n) print(s, &got);
    CHECK(got.created == 3 && says(s, "visit", S("V1"), "guests", "3") && says(s, "visit", S("V3"), "told", "y"));
}

TEST_REGISTER(what_is_exported_comes_back_as_the_same_bytes)
{
    bring(s, "member",
          "key,name,nick,born,sex,area,tongues\nb,Noy,\"a, b\",1990,female,north,khmu "
          "lao\nB,Seng,,,,,\nກ,\"x \"\"y\"\"\",,2001-02-03,,,hmong\n");
    bring(s, "loan", "key,member,at,lent,price\nL2,b,2024-01-31T23:30Z,5,0.50\nL1,ກ,2024-01,,-3\n");
    Saved free = PUT(s, "visit", {"guests", "3"});
    const char *const types[] = {"member", "trip", "part", "loan", "visit"};
    Str before[5];
    for (int i = 0; i < 5; i++) before[i] = exported(s, h->dir, types[i], EXPORT_CSV);
    CHECK(str_starts(before[0], S("key,name,nick,phone,born,sex,area,tongues,remark\nB,Seng,,,,,,,"
                                  "\nb,Noy,\"a, b\",,1990,female,north,khmu lao,\n")));
    CHECK(str_find(before[4], free.id) > 0 && str_equal(before[1], S("key,length,opened,area,aims,title\n")));
    House other = {.dir = path_join(a, test_folder(a), S("other")), .a = a, .scratch = scratch};
    Faults all = {0};
    must_work(a, register_make(a, scratch, other.dir, club_sheets(a), (Str){0}, &all));
    house_open_as(&other, OPEN_WRITE);
    for (int i = 0; i < 5; i++) {
        Imported got;
        must_work(a, bring_try(other.s, (Bring){types[i], before[i], 0, 0, 0}, &got));
        CHECK(!got.faults.n);
        CHECK(str_equal(exported(other.s, h->dir, types[i], EXPORT_CSV), before[i]));
    }
    house_close(&other);
    folder_remove(a, str_slice(other.dir, 0, other.dir.n - 6));
}

// ---- what is refused ---------------------------------------------------------------------------------

TEST_REGISTER(every_fault_of_a_file_is_told_with_its_place)
{
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    static const struct { const char *type, *file; int64_t line; const char *column;
    } cases[] = {
        {"visit", "", 1, ""},
        {"visit", "seen,guests\n2024,1\n", 1, "key"},
        {"visit", "key,colour\nV,red\n", 1, "colour"},
        {"visit", "key,told,told\nV,a,b\n", 1, "told"},
        {"visit", "key,told\nV1,a\nV2\n", 3, ""},
        {"visit", "key,told\nV1,a\nV2,a,b\n", 3, ""},
        {"visit", "key,told\nV1,a\n,b\n", 3, "key"},
        {"visit", "key,told\nV1,a\n   ,b\n", 3, "key"},
        {"visit", "key,told\nV1,a\nV2,b\nV1,c\n", 4, "key"},
        {"visit", "key,told\nV1,a\xFFz\n", 2, "told"},
        {"visit", "key,seen\nV1,2024-02-30\n", 2, "seen"},
        {"visit", "key,seen\nV1,2999\n", 2, "seen"},
        {"visit", "key,area\nV1,north\nV2,nowhere\n", 3, "area"},
        {"visit", "key,guests\nV1,-1\n", 2, "guests"},
        {"visit", "key,guests\nV1,1.5\n", 2, "guests"},
        {"visit", "key,guests\nV1,51\n", 2, "guests"},
        {"visit", "key,told\nV1,\"open\n", 2, "told"},
        {"loan", "key,member\nL1,M\nL2,nobody\n", 3, "member"},
        {"loan", "key,lent,lent_female\nL1,3,4\n", 2, "lent_female"},
        {"loan", "key,at\nL1,2024-01-31T25:00\n", 2, "at"},
        {"loan", "key,price\nL1,12;5\n", 2, "price"},
        {"member", "key,name,tongues\nM1,x,lao latin\n", 2, "tongues"},
        {"member", "key,name,sex\nM1,x,F\n", 2, "sex"},
    };
    int64_t entries = count_of(h, "journal"), keys = count_of(h, "keys");
    for (int i = 0; i < countof(cases); i++) {
        Imported got = bring(s, cases[i].type, cases[i].file);
        bool right = got.faults.n == 1 && (told(&got, cases[i].line, cases[i].column) || (i == 16 && told(&got, 2, "")));
        if (!right) {
            print_error("%s", cases[i].file);
            print(s, &got);
        }
        CHECK(right && !got.batch);
    }
    CHECK(count_of(h, "journal") == entries && count_of(h, "visit") == 0 && count_of(h, "loan") == 0 && count_of(h, "keys") == keys);
    Imported got;
    must_work(a, bring_try(s, (Bring){"visit", S("key,told\nV1,a\0b\n"), 0, 0, 0}, &got));
    CHECK(got.faults.n == 1 && got.faults.first->line == 2);
}

TEST_REGISTER(a_line_with_several_faults_tells_each_once)
{
    Imported got = bring(s, "loan", "key,member,at,lent,lent_female,price\nL1,nobody,2024-13,3,4,x\nL1,nobody,2024,3,4,1\n");
    CHECK(told(&got, 2, "member") && told(&got, 2, "at") && told(&got, 2, "lent_female") && told(&got, 2, "price"));
    CHECK(told(&got, 3, "key") && told(&got, 3, "member") && told(&got, 3, "lent_female") && got.faults.n == 7);
    got = bring(s, "member", "key,name,sex\n,\x01,F\n"); // required, and what was given cannot be read: told once
    CHECK(told(&got, 2, "key") && told(&got, 2, "sex") && told(&got, 2, "name") && got.faults.n == 3);
    CHECK(count_of(h, "loan") == 0 && count_of(h, "member") == 0);
}

TEST_REGISTER(a_cell_or_a_line_that_is_too_long_is_a_fault_and_no_more)
{
    Buf o = buf_in(a);
    buf_add(&o, S("key,told\nV1,"));
    for (int i = 0; i < (64 << 10) + 1; i++) buf_char(&o, 'x');
    buf_add(&o, S("\nV2,good\nV3,"));
    for (int i = 0; i < (1 << 20) + 1; i++) buf_char(&o, 'y');
    buf_add(&o, S("\nV4,good\n"));
    Imported got;
    must_work(a, bring_try(s, (Bring){"visit", buf_str(&o), 0, 0, true}, &got));
    CHECK(got.faults.n == 2 && got.created == 2 && got.faults.first->line == 2 && got.faults.last->line == 4);
    CHECK(says(s, "visit", S("V4"), "told", "good"));
}

TEST_REGISTER(the_good_lines_are_kept_when_asked_for)
{
    Imported got;
    Str file = S("key,guests,told\nV1,1,a\nV2,many,b\nV1,2,c\nV4,51,d\nV5,5,e\n");
    must_work(a, bring_try(s, (Bring){"visit", file, 0, false, true}, &got));
    CHECK(got.faults.n == 3 && told(&got, 3, "guests") && told(&got, 4, "key") && told(&got, 5, "guests"));
    CHECK(got.created == 2 && got.batch && count_of(h, "visit") == 2 && says(s, "visit", S("V1"), "told", "a"));
    Fault *first = got.faults.first;
    CHECK(str_equal(first->value, S("many")) && str_equal(path_name(first->file), S("file.csv")) && message_text(a, first->message).n);
    verified(h);
}

TEST_REGISTER(a_dry_run_tells_what_would_be_and_writes_nothing)
{
    bring(s, "visit", "key,guests\nV1,1\nV2,2\n");
    int64_t entries = count_of(h, "journal"), keys = count_of(h, "keys");
    Imported got;
    must_work(a, bring_try(s, (Bring){"visit", S("key,guests\nV1,1\nV2,3\nV3,3\n"), 0, true, false}, &got));
    CHECK(got.created == 1 && got.changed == 1 && got.unchanged == 1 && !got.batch && !got.faults.n);
    must_work(a, bring_try(s, (Bring){"member", S("key,name\nM1,Noy\n"), 0, true, false}, &got));
    CHECK(got.created == 1 && count_of(h, "journal") == entries && count_of(h, "keys") == keys && count_of(h, "member") == 0);
    // Its keys were never kept: the same rows made in earnest can be opened by everybody.
    CHECK(bring(s, "member", "key,name\nM1,Noy\n").created == 1);
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    CHECK(says(h->s, "member", S("M1"), "name", "Noy"));
}

TEST_REGISTER(what_is_doubtful_comes_in_with_a_warning)
{
    Imported got = bring(s, "loan", "key,lent\nL1,91\nL2,90\n");
    CHECK(!got.faults.n && got.faults.warnings == 1 && got.created == 2 && got.faults.first->warning && got.faults.first->line == 2);
    got = bring(s, "loan", "key,lent\nL1,91\n");
    CHECK(got.unchanged == 1);
}

TEST_REGISTER(a_key_that_is_another_records_id_is_refused)
{
    Saved made = PUT(s, "visit", {"key", "V1"});
    Imported got = bring(s, "visit", str_z(a, say(a, "key,guests\n{},3\n", made.id)));
    CHECK(told(&got, 2, "key") && got.faults.n == 1 && count_of(h, "visit") == 1 && says(s, "visit", S("V1"), "guests", ""));
}

TEST_REGISTER(records_of_a_file_may_name_those_before_them)
{
    bring(s, "member", "key,name\nM1,Noy\n");
    Imported got = bring(s, "loan", "key,member,guarantor\nL1,M1,M1\nL2,,M1\n");
    CHECK(got.created == 2 && says(s, "loan", S("L1"), "guarantor", "M1"));
}

TEST_REGISTER(a_faulty_header_and_faulty_lines_are_told_in_one_round)
{
    Imported got = bring(s, "visit", "key,colour,guests,seen\nV1,red,many,2024-02-30\nV2,blue,3,2024\n");
    CHECK(got.faults.n == 3 && told(&got, 1, "colour") && told(&got, 2, "guests") && told(&got, 2, "seen"));
    CHECK(!got.created && !got.batch && count_of(h, "visit") == 0);
    must_work(
        a,
        bring_try(s, (Bring){"visit", S("key,colour,guests\nV1,red,2\nV2,blue,many\n"), 0, 0, true},
                  &got)); // no good lines of such a file
    CHECK(got.faults.n == 2 && !got.created && count_of(h, "visit") == 0);
    got = bring(s, "visit", "seen,guests\n2024-13,3\n2024,x\n"); // without a key it is told once, not of every line
    CHECK(got.faults.n == 3 && told(&got, 1, "key") && told(&got, 2, "seen") && told(&got, 3, "guests"));
    got = bring(s, "member", "key,nmae,sex\nM1,Noy,F\nM2,Seng,male\n"); // what a misspelt column breaks is not told again
    CHECK(got.faults.n == 2 && told(&got, 1, "nmae") && told(&got, 2, "sex"));
    got = bring(s, "member", "M1,Noy,F\nM2,Seng,male\n"); // no header at all
    CHECK(got.faults.n == 4);
    for (const Fault *f = got.faults.first; f; f = f->next) CHECK(f->line == 1);
}

// ---- by a mapping ----------------------------------------------------------------------------------------

static Imported by_map(Store *s, Str file)
{
    Imported got;
    const ImportMap *map = 0;
    for (int i = 0; i < s->pack->imports_n; i++) {
        if (str_equal(s->pack->imports[i].name, S("old"))) map = &s->pack->imports[i];
    }
    CHECK(map);
    must_work(s->a, bring_try(s, (Bring){"visit", file, map, false, false}, &got));
    return got;
}

TEST_REGISTER(a_mapping_brings_a_foreign_file_in)
{
    Str file = S("Printed on Monday\nNo,When,How many,Where,Else\n7,2024-01-02,3,N,x\n8,2024,-,N,x\n9,never,4,X,x\n10,2024,,south,x\n");
    Imported got = by_map(s, file);
    if (got.faults.n) print(s, &got);
    // Line 5 is passed over, and its date with it.
    CHECK(!got.faults.n && got.created == 3 && count_of(h, "visit") == 3 && says(s, "visit", S("file.csv:4/8"), "guests", ""));
    CHECK(says(s, "visit", S("file.csv:3/7"), "area", "north") && says(s, "visit", S("file.csv:3/7"), "guests", "3"));
    CHECK(says(s, "visit", S("file.csv:6/10"), "area", "south") && says(s, "visit", S("file.csv:6/10"), "told", "as the list says"));
    CHECK(by_map(s, file).unchanged == 3);
    got = by_map(s, S("x\nNo,When,How many,Where\n1,2024,3,nowhere\n2,2024-02-30,1,N\n"));
    CHECK(got.faults.n == 2 && told(&got, 3, "Where") && told(&got, 4, "When") && count_of(h, "visit") == 3);
}

// ---- taking it back ------------------------------------------------------------------------------------------

TEST_REGISTER(an_import_is_taken_back_whole)
{
    bring(s, "visit", "key,guests,told,area\nV1,1,a,north\nV2,2,b,south\n");
    Str before = exported(s, h->dir, "visit", EXPORT_CSV);
    Imported got = bring(s, "visit", "key,guests,told,area\nV1,9,,north\nV2,2,b,south\nV3,3,c,east\n");
    CHECK(got.changed == 1 && got.unchanged == 1 && got.created == 1);
    Faults all = {0};
    ImportLine *lines;
    int n;
    must_work(a, import_batches(s, &lines, &n));
    CHECK(n == 2 && lines[0].batch == got.batch && lines[0].n == 2 && lines[1].n == 2 &&
          !lines[0].undone && str_equal(lines[0].type, S("visit")));
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(!all.n && str_equal(before, exported(s, h->dir, "visit", EXPORT_CSV)));
    must_work(a, import_batches(s, &lines, &n));
    CHECK(n == 2 && lines[0].undone && !lines[1].undone);
    CHECK(is_kind(import_undo(s, got.batch, &all), ERR_INPUT)); // only once
    CHECK(is_kind(import_undo(s, 999999, &all), ERR_MISSING));
    Record *gone;
    CHECK(is_kind(record_get(s, type_of(s, "visit"), S("V3"), &gone), ERR_MISSING));
    CHECK(PUT(s, "visit", {"key", "V3"}).what == SAVED_CREATED); // the key is free again
    verified(h);
}

TEST_REGISTER(the_operator_brings_states_in_and_takes_them_back)
{
    bring(s, "loan", "key,lent\nL1,1\nL2,2\n");
    CHECK(str_equal(get(s, "loan", S("L1"))->state, S(""))); // the file did not tell
    bring(s, "loan", "key,state\nL1,out\nL2,out\n");
    Imported got = bring(s, "loan", "key,state\nL1,back\nL2,out\nL3,back\n");
    CHECK(got.changed == 1 && got.unchanged == 1 && got.created == 1 && !got.faults.n);
    CHECK(str_equal(get(s, "loan", S("L1"))->state, S("back")) && str_equal(get(s, "loan", S("L3"))->state, S("back")));
    Faults all = {0};
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(!all.n && str_equal(get(s, "loan", S("L1"))->state, S("out")));
    got = bring(s, "loan", "key,state\nL1,lost\n");
    CHECK(got.faults.n == 1 && told(&got, 2, "state"));
    got = bring(s, "trip", "key,state\nT1,out\n"); // a trip has none
    CHECK(got.faults.n == 1 && told(&got, 1, "state"));
    got = bring(as_user(s, "vong", "boss", "south1"), "loan", "key,state\nL1,back\n"); // for everybody else there are moves
    CHECK(got.faults.n == 1 && told(&got, 1, "state"));
    verified(h);
}

TEST_REGISTER(what_a_file_does_not_tell_of_a_state_stays_open_and_moves_like_the_first_one)
{
    bring(s, "loan", "key,lent\nL1,1\nL2,2\n");
    PUT(s, "loan", {"key", "L3"}); // made here
    CHECK(str_equal(get(s, "loan", S("L1"))->state, S("")) && str_equal(get(s, "loan", S("L3"))->state, S("out")));
    bring(s, "loan", "key,lent,state\nL1,5,\nL3,7,\nL4,1,\n"); // an empty cell says nothing either
    CHECK(str_equal(get(s, "loan", S("L1"))->state, S("")) &&
          str_equal(get(s, "loan", S("L3"))->state, S("out")) && !get(s, "loan", S("L4"))->state.n);
    RecordPage page;
    must_work(a, record_list(s, &(ListAsk){.type = type_of(s, "loan"), .state = S("out")}, &page));
    CHECK(page.n == 4); // all of them are still to be worked on
    must_work(a, record_list(s, &(ListAsk){.type = type_of(s, "loan"), .state = S("back")}, &page));
    CHECK(page.n == 0);
    Imported got = bring(s, "loan", "key,state\nL1,back\n");
    Faults all = {0};
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(!all.n && str_equal(get(s, "loan", S("L1"))->state, S(""))); // not told, as it was
    Draft draft = draft_make(a, type_of(s, "loan"));
    Saved saved;
    draft.id = S("L2");
    draft.move = S("return");
    draft.cells[field_get(draft.type, S("returns"))->at].text = S("2024-05-01");
    draft.cells[field_get(draft.type, S("returns"))->at].said = true;
    must_work(a, save_draft(s, &draft, &saved));
    CHECK(!saved.faults.n && str_equal(get(s, "loan", S("L2"))->state, S("back")));
    draft.id = S("L1");
    draft.move = S("again"); // leads out of the last state alone
    must_work(a, save_draft(s, &draft, &saved));
    CHECK(saved.faults.n == 1 && !get(s, "loan", S("L1"))->state.n);
    verified(h);
}

TEST_REGISTER(what_somebody_went_on_with_is_not_taken_back)
{
    Imported got = bring(s, "member", "key,name\nM1,Noy\nM2,Seng\nM3,Kham\n");
    int64_t entries;
    save_well(s, CHANGE(s, "member", S("M1"), 0, {"born", "1990"}));
    PUT(s, "loan", {"key", "L1"}, {"guarantor", "M2"});
    entries = count_of(h, "journal");
    Faults all = {0};
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(all.n == 2 && count_of(h, "member") == 3 && count_of(h, "journal") == entries);
    bool changed = false, hangs = false;
    for (const Fault *f = all.first; f; f = f->next) {
        changed |= str_equal(f->column, S("M1"));
        hangs |= str_equal(f->column, S("M2"));
    }
    CHECK(changed && hangs);
    CHECK(says(s, "member", S("M3"), "name", "Kham"));
}

TEST_REGISTER(taking_back_asks_for_the_right_to_write)
{
    Store *clerk = as_user(s, "vong", "clerk", "north1");
    Imported got = bring(clerk, "visit", "key,guests\nV1,1\n");
    Store *reads = as_user(s, "vong", "reader", "north1");
    Faults all = {0};
    Err *e = import_undo(reads, got.batch, &all);
    CHECK((e || all.n) && count_of(h, "visit") == 1);
    all = (Faults){0};
    must_work(a, import_undo(clerk, got.batch, &all));
    CHECK(!all.n && count_of(h, "visit") == 0);
    Imported none;
    CHECK(is_kind(bring_try(reads, (Bring){"visit", S("key\nV1\n"), 0, 0, 0}, &none), ERR_DENIED));
}

// More keys than a thread keeps unlocked, made by this very import for records that were there before it.
TEST_REGISTER(keys_that_an_import_makes_are_found_by_its_later_lines)
{
    enum { MANY = 6000 };
    Buf members = buf_in(a), loans = buf_in(a);
    buf_add(&members, S("key,name\n"));
    buf_add(&loans, S("key,member,mark\n"));
    for (int i = 0; i < MANY; i++) buf_fill(&members, "M{},Noy {}\n", VALS(i, i));
    for (int i = 0; i < 2 * MANY; i++) buf_fill(&loans, "L{},M{},mark {}\n", VALS(i, i % MANY, i));
    Imported got = bring(s, "member", str_z(a, buf_str(&members)));
    CHECK(got.created == MANY && !got.faults.n);
    got = bring(s, "loan", str_z(a, buf_str(&loans)));
    print(s, &got);
    CHECK(got.created == 2 * MANY && !got.faults.n);
    CHECK(says(s, "loan", S("L17"), "mark", "mark 17") && says(s, "loan", S("L6017"), "mark", "mark 6017"));
    CHECK(count_of(h, "keys where agency = 'register'") == MANY); // one list a member, with a key for each compartment
}

// Who takes back an import is told what hangs on it as far as she may see it, and no more.
TEST_REGISTER(what_hangs_on_an_import_is_named_only_to_who_may_see_it)
{
    Store *clerk = as_user(s, "vong", "clerk", "north1");
    Store *other = as_user(s, "seng", "clerk", "south1");
    Imported got = bring(clerk, "member", "key,name\nM1,Noy\n");
    PUT(other, "loan", {"key", "SECRET-TRIAL-77"});
    save_well(s, CHANGE(s, "loan", S("SECRET-TRIAL-77"), 0, {"member", "M1"}));
    Faults all = {0};
    must_work(a, import_undo(clerk, got.batch, &all));
    CHECK(all.n == 1 && str_equal(all.first->column, S("M1")) && count_of(h, "member") == 1);
    Str why = message_text(a, all.first->message);
    CHECK(str_equal(why, S("Something that you may not see hangs on it now: it cannot be taken away.")));
    all = (Faults){0};
    must_work(a, import_undo(s, got.batch, &all)); // the operator sees all
    CHECK(all.n == 1 &&
          str_equal(message_text(a, all.first->message),
                    S("Loan SECRET-TRIAL-77 hangs on it now: it cannot be taken away.")));
    // What she may see is named, though there is more that she may not.
    PUT(clerk, "part", {"key", "P-OWN"}, {"member", "M1"});
    all = (Faults){0};
    must_work(a, import_undo(clerk, got.batch, &all));
    CHECK(all.n == 1 && str_equal(message_text(a, all.first->message), S("Part P-OWN hangs on it now: it cannot be taken away.")));
}

TEST_REGISTER(taking_back_puts_back_what_she_may_not_see_and_does_not_name_it)
{
    PUT(as_user(s, "seng", "clerk", "south1"), "trip", {"key", "HIDDEN-9"}, {"title", "x"});
    Store *clerk = as_user(s, "vong", "clerk", "north1");
    PUT(clerk, "trip", {"key", "T2"});
    Saved part = PUT(clerk, "part", {"key", "P1"}, {"part", "guest"});
    save_well(s, CHANGE(s, "part", part.id, 0, {"trip", "HIDDEN-9"}));
    Imported got;
    must_work(a, bring_try(clerk, (Bring){"part", S("key,trip,part\nP1,T2,guide\n"), 0, 0, 0}, &got));
    CHECK(got.changed == 1 && says(s, "part", S("P1"), "trip", "T2"));
    Faults all = {0};
    must_work(a, import_undo(clerk, got.batch, &all));
    CHECK(!all.n && says(s, "part", S("P1"), "trip", "HIDDEN-9") && says(s, "part", S("P1"), "part", "guest"));
    History told;
    must_work(a, record_history(s, get(s, "part", S("P1")), 1, &told));
    CHECK(str_equal(told.at[0].actor, S("vong"))); // in her name
}

TEST_REGISTER(who_did_not_bring_it_in_cannot_take_it_back_or_see_it)
{
    Store *clerk = as_user(s, "vong", "clerk", "north1"), *boss = as_user(s, "keo", "boss", "north1");
    Imported hers = bring(clerk, "visit", "key,told\nV1,a\n"), ours = bring(s, "visit", "key,told\nV2,b\n");
    Faults all = {0};
    ImportLine *lines;
    int n;
    CHECK(is_kind(import_undo(boss, hers.batch, &all), ERR_MISSING) && is_kind(import_undo(clerk, ours.batch, &all), ERR_MISSING));
    must_work(a, import_batches(boss, &lines, &n));
    CHECK(n == 0);
    must_work(a, import_batches(clerk, &lines, &n));
    CHECK(n == 1 && lines[0].batch == hers.batch && count_of(h, "visit") == 2);
}
