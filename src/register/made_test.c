// What follows from a save: records that are made, fields that are set; all of it or nothing, once, and the same after a rebuild.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"
#include <fcntl.h>
#include <unistd.h>

#define COLUMNS "record,on,when,makes,field,value,to,until\n"

static void effects(Store *s, const char *rows)
{
    pack_put(s, club_with(s->a, S("effects.csv"), say(s->a, COLUMNS "{}", str_from(rows))), 1);
}

// … and with sheets of fields beside the club's: some of its records link to others there, or have rows.
static void effects_of(Store *s, const char *rows, const char *survey)
{
    PackSheets sheets = club_with(s->a, S("effects.csv"), say(s->a, COLUMNS "{}", str_from(rows)));
    sheets.at[sheets.n++] = (PackSheet){S("survey/zmore.csv"),
        say(s->a, "record,type,name,label::English (en),calculation,class,compartment\n{}", str_from(survey))};
    pack_put(s, sheets, 2);
    must_work(s->a, store_refresh(s));
}

static Draft moves(Draft d, Str id, int64_t base, const char *name)
{
    d.id = id;
    d.base = base;
    d.move = str_from(name);
    return d;
}
#define STEP(s, type, id, base, name) moves(draft_make((s)->a, type_of(s, type)), (id), (base), (name))

static Str first_key(House *h, const char *type)
{
    Rows q;
    must_work(h->a, sql(h->db, h->a, &q, "select key from {} order by row desc limit 1", (Name){str_from(type)}));
    CHECK(rows_next(&q));
    return next_str(&q);
}

// The sheet itself says how the words begin.
static bool journal_says(House *h, Str words)
{
    Rows q;
    bool says = false;
    must_work(h->a, sql(h->db, h->a, &q, "select body from journal"));
    while (rows_next(&q)) says |= str_find(next_str(&q), words) >= 0;
    return says;
}

static const char returned[] =
    "loan,return,,part,member,${member},,\n"
    "loan,return,,part,joined,\"day-add(${returns}, 30)\",,\n"
    "loan,return,,part,part,'guest',,\n"
    "loan,return,,part,member,${guarantor},,\n"
    "loan,return,,visit,seen,${returns},,\n"
    "loan,return,,visit,told,\"concat('for ', ${state})\",,\n"
    "loan,return,${lent} = 1,.,lent,${lent} + 1,,\n"
    "loan,back,${lent} = 2,.,price,9,,\n";

static Str lent_out(Store *s)
{
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    PUT(s, "member", {"key", "N"}, {"name", "Nin"});
    return PUT(s, "loan", {"key", "L"}, {"member", "M"}, {"guarantor", "N"}, {"lent", "1"}, {"returns", "2026-01-30"}).id;
}

TEST_REGISTER(a_step_makes_records_and_sets_its_own_fields_in_one_entry)
{
    effects(s, returned);
    Store *boss = as_user(s, "vong", "boss", "north1");
    Str id = lent_out(boss);
    Saved got = save_well(boss, STEP(boss, "loan", id, 1, "return"));
    CHECK(got.version == 2 && says(s, "loan", S("L"), "lent", "2") && says(s, "loan", S("L"), "price", "9"));
    CHECK(count_of(h, "part") == 2 && count_of(h, "visit") == 1);
    CHECK(count_of(h, "part p join member m on m.row = p.member where m.key = 'M' and p.joined = '2026-03-01' and p.part = 'guest'") == 1);
    CHECK(count_of(h, "part p join member m on m.row = p.member where m.key = 'N' and p.joined is null") == 1);
    CHECK(says(s, "visit", first_key(h, "visit"), "told", "for back"));
    CHECK(count_of(h, "journal where actor = 'vong' and record in ('part', 'visit') and verb = 'create'") == 3);
    CHECK(count_of(h, "part where actor = 'vong' and unit = 'north1'") == 2);
    CHECK(count_of(h, "journal where record = 'loan'") == 2);
    save_well(boss, STEP(boss, "loan", id, 1, "return")); // sent twice
    CHECK(count_of(h, "part") == 2 && count_of(h, "journal where record = 'loan'") == 2);
    verified(h);
}

TEST_REGISTER(what_is_made_is_made_by_the_registers_right_and_in_her_name)
{
    PackSheets sheets = club_with(a, S("effects.csv"), say(a, COLUMNS "{}", str_from(returned)));
    for (int i = 0; i < sheets.n; i++) {
        if (!str_equal(sheets.at[i].path, S("rights.csv"))) continue;
        sheets.at[i].text = S("role,record,read,write,where,classes,compartments,opens\nclerk,*,unit,none,,,,\nclerk,loan,unit,unit,,,,\n"
            "boss,*,agency,agency,,,,\nmine,*,none,none,,,,\nreader,*,none,none,,,,\n");
    }
    pack_put(s, sheets, 2);
    Store *boss = as_user(s, "vong", "boss", "north1"), *clerk = as_user(s, "seng", "clerk", "north1");
    Str id = lent_out(boss);
    Draft d = DRAFT(clerk, "part", {"part", "guest"});
    Saved none;
    CHECK(is_kind(save_draft(clerk, &d, &none), ERR_DENIED));
    save_well(clerk, STEP(clerk, "loan", id, 1, "return"));
    CHECK(count_of(h, "part where actor = 'seng' and unit = 'north1'") == 2);
}

TEST_REGISTER(a_fault_in_anything_that_is_made_refuses_all_and_is_told_at_the_step)
{
    effects(s, "loan,return,,visit,guests,${lent},,\nloan,return,,part,member,${member},,\nloan,return,,visit,told,'x',,\n"
        "loan,return,,visit,guests,60,,\nloan,return,,.,lent,${lent} * 1.5,,\n");
    Store *boss = as_user(s, "vong", "boss", "north1");
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    Str id = PUT(boss, "loan", {"key", "L"}, {"member", "M"}, {"lent", "51"}).id;
    int64_t entries = count_of(h, "journal");
    Saved got = save(boss, STEP(boss, "loan", id, 1, "return"));
    CHECK(got.faults.n == 3); // the step's own need, a half loan, and of both visits the same
    for (const Fault *f = got.faults.first; f; f = f->next) CHECK(str_equal(f->column, S("state")));
    CHECK(count_of(h, "journal") == entries && count_of(h, "visit") == 0 && count_of(h, "part") == 0);
    CHECK(says(s, "loan", S("L"), "lent", "51"));
}

TEST_REGISTER(what_is_made_makes_others_five_deep_and_no_deeper)
{
    effects(s, "visit,create,${guests} < 9,visit,guests,${guests} + 1,,\nvisit,create,${guests} < 9,visit,told,'next',,\n");
    PUT(s, "visit", {"key", "V"}, {"guests", "4"});
    CHECK(count_of(h, "visit") == 6 && count_of(h, "visit where told = 'next'") == 5);
    int64_t entries = count_of(h, "journal");
    Saved got = save(s, DRAFT(s, "visit", {"guests", "3"}));
    CHECK(got.faults.n == 1 && faulty(&got, "state") && count_of(h, "journal") == entries);
}

// The one is made before what follows from the other.
TEST_REGISTER(what_follows_comes_in_the_sheets_order_and_then_what_follows_from_that)
{
    effects(s, "trip,create,,part,trip,${id},,\ntrip,create,,part,part,'guest',,\ntrip,create,${length} = 'long',visit,told,'second',,\n"
        "part,create,${part} = 'guest',visit,told,'third',,\nvisit,create,${told} = 'third',visit,told,'fourth',,\n");
    Rows q;
    PUT(s, "trip", {"key", "T"}, {"length", "long"}, {"opened", "2026-01-01"});
    must_work(a, sql(h->db, a, &q, "select record from journal where record <> 'pack' and verb = 'create' order by id"));
    Buf o = buf_in(a);
    while (rows_next(&q)) buf_fill(&o, "{} ", VALS(next_str(&q)));
    CHECK(str_equal(buf_str(&o), S("trip part visit visit visit ")));
    must_work(a, sql(h->db, a, &q, "select told from visit order by row"));
    for (const char *const *told = (const char *const[]){"second", "third", "fourth", 0}; *told; told++)
        CHECK(rows_next(&q) && str_equal(next_str(&q), str_from(*told)));
    CHECK(count_of(h, "part p join trip t on t.row = p.trip where t.key = 'T'") == 1);
    verified(h);
}

TEST_REGISTER(what_is_made_sees_the_record_that_it_follows_from_before_that_is_there)
{
    effects(s, "trip,create,,part,trip,${id},,\npart,create,${trip.length} = 'long',.,part,'guide',,\n");
    PUT(s, "trip", {"length", "long"}, {"opened", "2026-01-10"});
    PUT(s, "trip", {"length", "short"}, {"opened", "2026-01-10"});
    CHECK(count_of(h, "part") == 2);
    CHECK(count_of(h, "part p join trip t on t.row = p.trip where p.part = 'guide' and t.length = 'long'") == 1);
}

static Str visits(Arena *a, int n)
{
    Buf o = buf_in(a);
    for (int i = 0; i < n; i++) buf_fill(&o, "loan,return,,visit,guests,{},,\n", VALS(i % 50));
    return buf_str(&o);
}

TEST_REGISTER(what_follows_from_one_saving_has_an_end)
{
    effects(s, str_z(a, visits(a, MADE_MOST)));
    Str id = PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"}).id;
    Saved got = save(s, STEP(s, "loan", id, 1, "return"));
    CHECK(!got.faults.n && got.made_n == MADE_MOST && count_of(h, "visit") == MADE_MOST && str_equal(got.made[0].type->name, S("visit")));
    effects(s, str_z(a, visits(a, MADE_MOST + 9)));
    id = PUT(s, "loan", {"key", "K"}, {"returns", "2026-01-30"}).id;
    got = save(s, STEP(s, "loan", id, 1, "return"));
    CHECK(got.faults.n == 1 && faulty(&got, "state") && count_of(h, "visit") == MADE_MOST);
}

static PackSheets of_two_agencies(Store *s, const char *rows)
{
    PackSheets sheets = club_with(s->a, S("effects.csv"), say(s->a, COLUMNS "{}", str_from(rows)));
    for (int i = 0; i < sheets.n; i++) {
        if (!str_equal(sheets.at[i].path, S("registry/units.csv"))) continue;
        sheets.at[i].text = S("key,label::English (en),parent,province,kind,agency\n"
            "north1,North 1,,north,,north1\nsouth1,South 1,,south,,south1\ndesk,Desk,,,,north1\nnorth2,North 2,,north,,north1\n"
            "bare,Bare,,,,north1\n");
    }
    sheets.at[sheets.n++] = (PackSheet){S("survey/zmore.csv"), S("record,type,name,label::English (en),calculation,class,compartment\n"
        "member,calculate,calling,Calling,\"concat(${name}, '!')\",identity,identity\n"
        "loan,calculate,note_of,Note,\"concat(${mark}, '?')\",identity,legal\n")};
    return sheets;
}

// Without a key to it, what she saves is made of nothing: it stays, or is refused with a sentence.
TEST_REGISTER(what_is_closed_to_who_saves_overwrites_nothing)
{
    pack_put(s, of_two_agencies(s, "member,change,${sex} = 'female',.,nick,\"concat(${name}, 'x')\",,\n"
        "loan,return,${mark} = 'gone',visit,told,'Gone.',,\nloan,change,${mark} = 'gone',visit,told,'Gone too.',,\n"), 3);
    must_work(a, store_refresh(s));
    Store *north = as_user(s, "vong", "boss", "north1"), *south = as_user(s, "keo", "boss", "south1");
    PUT(north, "member", {"key", "M"}, {"name", "Noy"});
    Str loan = PUT(north, "loan", {"key", "L"}, {"member", "M"}, {"mark", "scratch"}, {"returns", "2099-01-30"}).id;
    CHECK(says(north, "member", S("M"), "calling", "Noy!") && says(north, "loan", S("L"), "note_of", "scratch?"));
    save_well(south, CHANGE(south, "member", S("M"), 0, {"born", "1990"}));
    save_well(south, CHANGE(south, "loan", S("L"), 0, {"lent", "4"}));
    CHECK(says(north, "member", S("M"), "calling", "Noy!") && says(north, "loan", S("L"), "note_of", "scratch?"));
    Saved got = save(south, CHANGE(south, "member", S("M"), 0, {"sex", "female"}));
    CHECK(got.faults.n == 1 && faulty(&got, "state"));
    CHECK(says(north, "member", S("M"), "nick", "") && says(north, "member", S("M"), "sex", ""));
    got = save(south, STEP(south, "loan", loan, 2, "return"));
    CHECK(got.faults.n == 1 && faulty(&got, "state") && count_of(h, "loan where state = 'out'") == 1);
    save_well(north, STEP(north, "loan", loan, 2, "return"));
    save_well(north, CHANGE(north, "member", S("M"), 0, {"sex", "female"}));
    CHECK(says(north, "member", S("M"), "nick", "Noyx") && count_of(h, "visit") == 0);
    verified(h);
}

TEST_REGISTER(what_is_wrong_with_what_is_shown_of_a_new_record_refuses_it)
{
    effects(s, "member,create,,sight,.,'identity','nowhere',\n");
    Saved got = save(s, DRAFT(s, "member", {"key", "M"}, {"name", "Noy"}));
    CHECK(got.faults.n == 1 && faulty(&got, "state") && count_of(h, "member") == 0);
    effects(s, "member,create,,sight,.,'identity','south1',\n");
    save_well(as_user(s, "vong", "boss", "north1"), DRAFT(s, "member", {"key", "M"}, {"name", "Noy"}));
    CHECK(count_of(h, "grants where who like '%south1'") == 1);
}

// Each of them is there by its row when those that link to it are written, however far behind them it was made.
TEST_REGISTER(what_is_made_links_to_what_the_same_save_makes_three_generations_on)
{
    effects_of(s, "trip,create,,part,trip,${id},,\npart,create,,.,again,${trip},,\npart,create,,visit,trip,${trip},,\n"
        "part,create,,visit,part,${id},,\nvisit,create,,loan,trip,${trip},,\nvisit,create,,loan,part,${part},,\n"
        "visit,create,,loan,visit,${id},,\n",
        "part,link trip,again,Again,,plain,identity\nvisit,link trip,trip,Trip,,plain,identity\n"
        "visit,link part,part,Part,,plain,identity\nloan,link trip,trip,Trip,,plain,identity\n"
        "loan,link part,part,Part,,plain,identity\nloan,link visit,visit,Visit,,plain,identity\n"
        "visit,calculate,long,Long,${trip.length},plain,identity\n");
    PUT(s, "trip", {"key", "T"}, {"length", "long"}, {"opened", "2026-01-10"});
    CHECK(count_of(h, "loan l join trip t on t.row = l.trip join part p on p.row = l.part join visit v on v.row = l.visit"
        " where t.key = 'T' and p.trip = t.row and p.again = t.row and v.trip = t.row and v.part = p.row and v.long = 'long'") == 1);
    CHECK(count_of(h, "loan") == 1);
    int64_t entries;
    must_work(a, register_rebuild(s, &entries));
    CHECK(count_of(h, "loan l join trip t on t.row = l.trip join visit v on v.row = l.visit") == 1);
    verified(h);
}

static const char things[] = "loan,begin_repeat,things,Things,,,\nloan,text,what,What,,identity,care\n"
    "loan,calculate,many,Many,${loan.lent} + 1,plain,identity\nloan,end_repeat,,,,,\n";

// A row of a form hangs on whom its record hangs on: whose keys seal it, though nobody of them is there yet.
TEST_REGISTER(what_is_reckoned_in_what_is_made_looks_at_what_it_follows_from)
{
    effects_of(s, "loan,create,,loan_things,loan,${id},,\nloan,create,,loan_things,what,'Unseen',,\n"
        "member,create,${nick} = 'new',loan,member,${id},,\nmember,create,${nick} = 'new',loan,lent,6,,\n", things);
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    PUT(s, "loan", {"key", "L"}, {"member", "M"}, {"lent", "4"});
    CHECK(says(s, "loan_things", first_key(h, "loan_things"), "many", "5"));
    CHECK(says(s, "loan_things", first_key(h, "loan_things"), "member", "M"));
    PUT(s, "member", {"key", "N"}, {"name", "Nin"}, {"nick", "new"}); // her, what she was lent, and its row at once
    CHECK(says(s, "loan_things", first_key(h, "loan_things"), "many", "7"));
    CHECK(count_of(h, "loan_things t join member m on m.row = t.member join loan l on l.row = t.loan and l.member = m.row") == 2);
    CHECK(count_of(h, "journal where record = 'loan_things' and holder like 'member/%'") == 2);
    CHECK(!journal_says(h, S("\"Unseen\"")));
    verified(h);
}

TEST_REGISTER(what_is_brought_in_or_taken_back_makes_no_records_and_sets_its_own_fields)
{
    effects(s, "visit,create,,part,part,'guest',,\nvisit,create,,.,told,'seen',,\nvisit,change,${guests} > 5,part,part,'guide',,\n"
        "visit,change,${guests} > 5,notice,.,'Many.','north1',\n");
    Faults all = {0};
    Imported got = bring(s, "visit", "key,guests\nA,1\nB,9\n");
    CHECK(!got.faults.n && got.created == 2 && count_of(h, "part") == 0 && says(s, "visit", S("A"), "told", "seen"));
    CHECK(count_of(h, "notices") == 0 && count_of(h, "journal where verb = 'notice'") == 0);
    got = bring(s, "visit", "key,guests\nA,8\n");
    must_work(a, import_undo(s, got.batch, &all));
    CHECK(!all.n && count_of(h, "part") == 0 && count_of(h, "notices") == 0);
    save_well(s, CHANGE(s, "visit", S("A"), 0, {"guests", "7"}));
    CHECK(count_of(h, "part where part = 'guide'") == 1 && count_of(h, "notices") == 1);
    save_well(s, CHANGE(s, "visit", S("A"), 0, {"guests", "8"})); // it held before
    CHECK(count_of(h, "part") == 1);
}

// ---- notices ---------------------------------------------------------------------------------------------------

static const char noticed[] = "loan,return,,notice,.,\"concat('Back on ', ${returns}, '.')\",'north1',${returns}\n"
    "loan,return,${guarantor} != '',notice,guarantor,'Thank you.','keo',\n";

static int told_to(Store *s, bool read, NoticeGiven **all)
{
    int n;
    must_work(s->a, notices_list(s, read, 100, all, &n));
    return n;
}

static void noticing(Store *s)
{
    effects(s, noticed);
    user_there(s, "keo", "mine", "north2");
    PUT(s, "member", {"key", "M"}, {"name", "Noy"});
    PUT(s, "member", {"key", "N"}, {"name", "Nin"});
    Str id = PUT(s, "loan", {"key", "L"}, {"member", "M"}, {"guarantor", "N"}, {"mark", "x"}, {"returns", "2099-01-30"}).id;
    save_well(s, STEP(s, "loan", id, 1, "return"));
    save_well(s, STEP(s, "loan", id, 1, "return")); // sent twice
}

TEST_REGISTER(a_notice_is_told_to_whom_it_is_for_as_far_as_the_record_is_open_to_her_and_until_she_has_read_it)
{
    NoticeGiven *all;
    bool hers;
    noticing(s);
    Store *boss = as_user(s, "vong", "boss", "north1"), *keo = as_user(s, "keo", "mine", "north2");
    Store *other = as_user(s, "seng", "boss", "south1");
    CHECK(told_to(other, true, &all) == 0 && told_to(boss, false, &all) == 1);
    CHECK(str_equal(all[0].words, S("Back on 30/01/2099.")) && all[0].until == 20990130 && str_equal(all[0].type->name, S("loan")));
    int64_t entry = all[0].entry;
    CHECK(told_to(keo, false, &all) == 1 && !all[0].type && !all[0].words.n && !all[0].title.n && !all[0].id.n); // not hers to see
    CHECK(all[0].until == day_add(register_today(s), 30));
    must_work(a, notice_seen(other, entry, &hers));
    CHECK(!hers && told_to(boss, false, &all) == 1);
    must_work(a, notice_seen(boss, entry, &hers));
    CHECK(hers && told_to(boss, false, &all) == 0 && told_to(boss, true, &all) == 1 && all[0].read);
    CHECK(told_to(as_user(s, "kham", "boss", "north1"), false, &all) == 1); // a colleague has not
    must_work(a, sql(h->db, a, 0, "update notices set until = 20200101"));
    CHECK(told_to(boss, true, &all) == 0);
    CHECK(count_of(h, "journal where verb = 'notice'") == 2 && !journal_says(h, S("Back on 30")));
    verified(h);
}

TEST_REGISTER(a_notice_to_nobody_is_refused_with_the_step)
{
    effects(s, "loan,return,,notice,.,'x','nobody',\n");
    Str id = PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"}).id;
    Saved got = save(s, STEP(s, "loan", id, 1, "return"));
    CHECK(got.faults.n == 1 && faulty(&got, "state") && count_of(h, "notices") == 0);
}

// ---- days that passed ------------------------------------------------------------------------------------------

static DaysDone passed(Store *s)
{
    DaysDone out = {0};
    must_work(s->a, days_pass(s, 100, &out));
    return out;
}

TEST_REGISTER(what_follows_on_a_day_that_passed_is_done_once_for_each_day)
{
    effects(s, "loan,${returns},${state} = 'out',visit,told,'late',,\nloan,${returns},${state} = 'out',.,lent,7,,\n");
    Str id = PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"}).id, today = day_text(a, register_today(s));
    PUT(s, "loan", {"key", "T"}, {"returns", str_z(a, today)}); // a day that goes on has not passed
    PUT(s, "loan", {"key", "F"}, {"returns", "2099-01-01"});
    PUT(s, "loan", {"key", "N"}, {"lent", "1"});
    CHECK(count_of(h, "days where done = 0") == 6);
    CHECK(passed(s).done == 2 && count_of(h, "visit") == 1 && says(s, "loan", S("L"), "lent", "7") && says(s, "loan", S("T"), "lent", ""));
    CHECK(count_of(h, "journal where verb = 'day' and record = 'loan'") == 2 && count_of(h, "days where done = 1") == 2);
    CHECK(count_of(h, "visit where unit = 'desk' and actor = 'operator'") == 1);
    CHECK(passed(s).done == 0);
    save_well(s, CHANGE(s, "loan", id, 0, {"returns", "2026-02-01"}));
    save_well(s, CHANGE(s, "loan", id, 0, {"returns", "2026-01-30"})); // that day was done
    CHECK(passed(s).done == 0 && count_of(h, "visit") == 1);
    save_well(s, CHANGE(s, "loan", id, 0, {"returns", "2026-02-01"}));
    CHECK(passed(s).done == 2 && count_of(h, "visit") == 2);
    save_well(s, STEP(s, "loan", S("F"), 1, "return")); // it does not hold any more
    CHECK(count_of(h, "days where done = 0 and day = 20990101") == 0);
    verified(h);
}

TEST_REGISTER(a_day_that_was_over_before_a_file_or_a_newer_pack_brought_it_makes_nothing)
{
    bring(s, "loan", "key,returns\nA,2020-01-01\n");
    effects(s, "loan,${returns},,visit,told,'late',,\n");
    bring(s, "loan", "key,returns\nB,2020-01-01\nC,2099-01-01\n");
    CHECK(count_of(h, "days") == 1 && passed(s).done == 0 && count_of(h, "visit") == 0);
    effects(s, "loan,\"day-add(${returns}, 1)\",,visit,told,'late',,\n");
    CHECK(count_of(h, "days where day = 20990102") == 1 && count_of(h, "days") == 1); // of the rows that were there
}

TEST_REGISTER(what_cannot_be_done_on_its_day_is_told_once_to_the_unit_and_holds_up_nothing)
{
    NoticeGiven *all;
    effects(s, "loan,${returns},,visit,guests,${lent},,\n");
    Store *boss = as_user(s, "vong", "boss", "north1");
    PUT(boss, "loan", {"key", "L"}, {"returns", "2026-01-30"}, {"lent", "60"});
    PUT(boss, "loan", {"key", "K"}, {"returns", "2026-01-31"}, {"lent", "6"});
    DaysDone out = passed(s);
    CHECK(out.done == 1 && out.refused == 1 && count_of(h, "visit") == 1);
    CHECK(told_to(boss, false, &all) == 1 && str_find(all[0].words, S("At most fifty.")) > 0);
    out = passed(s);
    CHECK(out.done + out.refused == 0);
}

TEST_REGISTER(days_that_fail_hold_up_none_of_those_behind_them)
{
    DaysDone out = {0};
    effects(s, "loan,${returns},,visit,told,'late',,\n");
    for (int i = 0; i < 3; i++) {
        PUT(s, "member", {"key", str_z(a, say(a, "M{}", i))}, {"name", "Noy"});
        PUT(s, "loan", {"member", str_z(a, say(a, "M{}", i))}, {"returns", "2026-01-30"}, {"mark", "scratch"});
    }
    PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-31"});
    must_work(a, sql(h->db, a, 0, "delete from keys"));
    must_work(a, days_pass(s, 2, &out));
    CHECK(out.failed == 2 && out.more && !out.done);
    must_work(a, days_pass(s, 2, &out));
    CHECK(out.failed == 3 && out.done == 1 && count_of(h, "visit") == 1);
    CHECK(!out.more || (!days_pass(s, 2, &out) && !out.more && !out.done));
    out = (DaysDone){0};
    must_work(a, days_pass(s, 9, &out)); // and again in the next turn
    CHECK(out.failed == 3 && !out.done && !out.more);
}

// What is written to the log meanwhile.
static Str logged(House *h, Store *s)
{
    Str path = path_join(h->a, h->dir, S("log")), text;
    fflush(stderr);
    int kept = dup(2), to = open(str_z(h->a, path), O_CREAT | O_TRUNC | O_RDWR, 0600);
    CHECK(kept >= 0 && to >= 0 && dup2(to, 2) == 2);
    passed(s);
    fflush(stderr);
    dup2(kept, 2);
    close(kept), close(to);
    must_work(h->a, file_read(h->a, path, 1 << 20, &text));
    return text;
}

TEST_REGISTER(the_log_names_the_record_and_the_field_of_a_day_that_could_not_be_done_and_no_value)
{
    effects(s, "loan,${returns},,visit,guests,${lent},,\n");
    Str id = PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"}, {"lent", "87654321"}).id; // no part of a number of hers
    Str text = logged(h, s);
    CHECK(str_find(text, say(a, "loan {}", id)) > 0 && str_find(text, S("its state")) > 0);
    CHECK(str_find(text, S("fifty")) < 0 && str_find(text, S("87654321")) < 0);
}

TEST_REGISTER(what_was_overdue_under_words_that_are_gone_is_done_under_those_that_stand_instead)
{
    effects(s, "loan,${returns},,visit,told,'late',,\n");
    PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"});
    PUT(s, "loan", {"key", "K"}, {"returns", "2026-01-30"}, {"lent", "9"});
    effects(s, "loan,${returns},${lent} = '',visit,told,'late and alone',,\nloan,${returns},,notice,.,'x','north1',\n");
    CHECK(passed(s).done == 1 && count_of(h, "visit where told = 'late and alone'") == 1 && count_of(h, "notices") == 0);
    effects(s, "loan,${returns},${lent} != 99,visit,told,'late',,\n"); // what was done is done
    CHECK(passed(s).done == 0 && count_of(h, "visit") == 1);
}

// Two servers on one store find the same day.
TEST_REGISTER(a_day_that_passed_is_done_by_one_of_two)
{
    Register *reg;
    Store *two;
    effects(s, "loan,${returns},,visit,told,'late',,\n");
    PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"});
    must_work(a, register_open(a, scratch, h->dir, OPEN_WRITE, &reg));
    must_work(a, store_open(reg, a, scratch, user_operator(), &two));
    CHECK(passed(two).done == 1 && passed(s).done == 0 && count_of(h, "visit") == 1);
    store_close(two);
    find_end(reg);
    if (reg->lock) lock_free(reg->lock);
    if (reg->chain.lock) lock_free(reg->chain.lock);
}

TEST_REGISTER(an_effect_says_where_the_record_stands_and_asks_who_saves)
{
    effects(s, "loan,create,${lent} = 7 and me(unit) = 'north1',.,state,'back',,\n"
               "loan,create,me(unit) != '',.,mark,me(unit),,\n");
    Store *boss = as_user(s, "vong", "boss", "north1");
    PUT(boss, "member", {"key", "M"}, {"name", "Noy"});
    PUT(boss, "loan", {"key", "A"}, {"member", "M"}, {"lent", "7"}, {"returns", "2026-01-30"});
    PUT(boss, "loan", {"key", "B"}, {"member", "M"}, {"lent", "1"}, {"returns", "2026-01-30"});
    CHECK(says(boss, "loan", S("A"), "mark", "north1"));
    CHECK(count_of(h, "loan where key = 'A' and state = 'back' and state_since is not null") == 1);
    CHECK(count_of(h, "loan where key = 'B' and state = 'out'") == 1);
    PUT(s, "loan", {"key", "C"}, {"member", "M"}, {"lent", "7"}, {"mark", "ours"}, {"returns", "2026-01-30"}); // a command is nobody
    CHECK(says(s, "loan", S("C"), "mark", "ours") && count_of(h, "loan where key = 'C' and state = 'out'") == 1);
    verified(h);
}
