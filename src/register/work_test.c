// What waits for whom, by which day, made again and under a newer pack; and numbers for people.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"
#include <time.h>

#define STATES_OF(term, waits, who) S("record,name,label::English (en),kind,term,waits,who\nloan,out,Out,first," term "," waits "," who \
    "\nloan,back,Back,last,,,\n")

static PackSheets waiting(Arena *a, Str states, Str number)
{
    PackSheets sheets = club_with(a, S("states.csv"), states);
    for (int i = 0; i < sheets.n; i++) {
        PackSheet *one = &sheets.at[i];
        if (str_equal(one->path, S("records.csv"))) one->text = say(a, "name,role,parent,title,menu,number,label::English (en),"
            "plural::English (en)\nmember,person,,${name},1,,Member,Members\ntrip,case,,${title},2,,Trip,Trips\npart,,trip,,3,,Part,Parts\n"
            "loan,,member,,4,{},Loan,Loans\nvisit,,,,5,,Visit,Visits\n", number);
        if (str_equal(one->path, S("survey/rest.csv"))) one->text = say(a, "{}loan,select_one units,to,To,plain,identity,9,,,,,\n"
            "loan,date,wanted,Wanted,plain,identity,10,yes,,,,\n", one->text);
    }
    return sheets;
}

static void wait_so(Store *s, Str states)
{
    Faults all = {0};
    int64_t changed;
    must_work(s->a, pack_load(s, waiting(s->a, states, (Str){0}), false, &all, &changed));
    for (Fault *f = all.first; f; f = f->next) print_error("%s\n", str_z(s->a, message_text(s->a, f->message)));
    CHECK(!all.n);
}

static WorkList work_of(Store *s, const char *name, const char *role, const char *unit)
{
    WorkList list;
    must_work(s->a, work_list(as_user(s, name, role, unit), (WorkPlace){0}, 20, &list));
    return list;
}

static Str told_keys(Store *s, WorkList list)
{
    Buf o = buf_in(s->a);
    for (int i = 0; i < list.n; i++) buf_fill(&o, i ? " {}" : "{}", VALS(list.at[i].record->key));
    return buf_str(&o);
}

static void rebuilt_the_same(House *h, Store *s)
{
    static const char *const all[] = {"select row, state, state_since, state_due, state_waits, no from loan order by row",
        "select record, row, unit, until, entry from later order by row"};
    Rows before[countof(all)], after;
    int64_t n;
    for (int i = 0; i < countof(all); i++) must_work(h->a, sql_fill(h->db, h->a, &before[i], all[i], VALS()));
    must_work(h->a, register_rebuild(s, &n));
    for (int i = 0; i < countof(all); i++) {
        must_work(h->a, sql_fill(h->db, h->a, &after, all[i], VALS()));
        CHECK(before[i].rows == after.rows);
        for (int k = 0; k < after.rows * after.columns; k++) {
            Val was = before[i].cells[k], is = after.cells[k];
            CHECK(was.kind == is.kind && str_equal(val_text(h->a, was), val_text(h->a, is)));
        }
    }
    verified(h);
}

TEST_REGISTER(what_waits_stands_late_first_then_by_its_day_then_without_one)
{
    wait_so(s, STATES_OF("${wanted}", "", ""));
    Store *desk = as_user(s, "noy", "boss", "north1");
    Str today = day_text(a, register_today(s)), late = day_text(a, day_add(register_today(s), -2));
    PUT(desk, "loan", {"key", "L1"});
    PUT(desk, "loan", {"key", "L2"}, {"wanted", "2099-12-31"});
    PUT(desk, "loan", {"key", "L3"}, {"wanted", str_z(a, today)});
    PUT(desk, "loan", {"key", "L4"}, {"wanted", str_z(a, late)});
    PUT(as_user(s, "seng", "boss", "south1"), "loan", {"key", "L5"}, {"wanted", str_z(a, late)});
    WorkList list = work_of(s, "noy", "boss", "north1");
    CHECK(str_equal(told_keys(s, list), S("L4 L3 L2 L1")) && !list.next.row);
    CHECK(list.at[0].late && !list.at[1].late && !list.at[3].late && !list.at[3].due);
    CHECK(list.at[0].moves_n == 1 && str_equal(list.at[0].moves[0]->name, S("return")));
    CHECK(str_equal(told_keys(s, work_of(s, "x", "clerk", "south1")), S("L5"))); // another unit's is another's
    CHECK(!work_of(s, "x", "reader", "north1").n && !work_of(s, "x", "nobody", "north1").n && !work_of(s, "x", "local", "north1").n);
    save_well(desk, CHANGE(desk, "loan", S("L1"), 0, {"wanted", "2001-01-01"})); // whatever its day is made of changes it
    save_well(desk, CHANGE(desk, "loan", S("L4"), 0, {"wanted", ""}));
    CHECK(str_equal(told_keys(s, work_of(s, "noy", "boss", "north1")), S("L1 L3 L2 L4")));
    rebuilt_the_same(h, s);
    CHECK(str_equal(told_keys(s, work_of(s, "noy", "boss", "north1")), S("L1 L3 L2 L4")));
}

TEST_REGISTER(what_is_asked_of_a_unit_is_its_work_alone_until_the_step_is_taken)
{
    wait_so(s, STATES_OF("3", "${to}", ""));
    Store *noy = as_user(s, "noy", "boss", "north1");
    PUT(noy, "member", {"key", "M1"}, {"name", "Kham"});
    PUT(noy, "loan", {"key", "L1"}, {"member", "M1"}, {"to", "south1"}, {"returns", "2031-01-01"});
    PUT(noy, "loan", {"key", "L2"}, {"returns", "2031-01-01"});
    CHECK(str_equal(told_keys(s, work_of(s, "noy", "boss", "north1")), S("L2"))); // asked of nobody, it is the own unit's
    WorkList south = work_of(s, "seng", "boss", "south1");
    CHECK(str_equal(told_keys(s, south), S("L1")) && str_starts(work_title(a, &south.at[0]), S("Kham")));
    CHECK(south.at[0].due == day_add(register_today(s), 3));
    CHECK(!work_of(s, "seng", "clerk", "south1").n); // her scope: her unit's rows alone
    WorkList blind = work_of(s, "x", "blind", "south1");
    CHECK(!blind.n); // no step is open to that role
    save_well(noy, CHANGE(noy, "loan", S("L2"), 0, {"to", "south1"}));
    CHECK(str_equal(told_keys(s, work_of(s, "seng", "boss", "south1")), S("L1 L2")) && !work_of(s, "noy", "boss", "north1").n);
    rebuilt_the_same(h, s);
    Draft step = draft_make(a, type_of(s, "loan"));
    step.id = S("L1");
    step.move = S("return");
    CHECK(!save(as_user(s, "seng", "boss", "south1"), step).faults.n);
    CHECK(str_equal(told_keys(s, work_of(s, "seng", "boss", "south1")), S("L2")));
    rebuilt_the_same(h, s);
}

TEST_REGISTER(a_pack_that_says_it_anew_changes_what_stands_and_a_rebuild_gives_the_same)
{
    PUT(as_user(s, "noy", "boss", "north1"), "loan", {"key", "L1"});
    bring(s, "loan", "key,state,state_since\nL2,out,2024-02-28\nL3,,\nL4,back,2024-02-28\n");
    wait_so(s, STATES_OF("2", "'south1'", "reader"));
    CHECK(get(s, "loan", S("L2"))->due == 20240301 && str_equal(get(s, "loan", S("L1"))->waits_for, S("south1")));
    CHECK(!get(s, "loan", S("L3"))->waits && !get(s, "loan", S("L4"))->waits);
    WorkList list = work_of(s, "x", "reader", "south1");
    CHECK(str_equal(told_keys(s, list), S("L2 L1")) && list.at[0].late && !list.at[0].moves_n); // she may look, and take no step
    rebuilt_the_same(h, s);
    wait_so(s, STATES_OF("10", "'north1'", ""));
    CHECK(get(s, "loan", S("L2"))->due == 20240309 && !work_of(s, "x", "reader", "south1").n);
    rebuilt_the_same(h, s);
    wait_so(s, STATES_OF("", "", ""));
    CHECK(!get(s, "loan", S("L2"))->waits && !get(s, "loan", S("L2"))->due);
    rebuilt_the_same(h, s);
}

// As many more as that one, for her unit and not hers to see; `from` on they are numbered.
static void many_more(House *h, int64_t from, int64_t n)
{
    must_work(h->a, sql(h->db, h->a, 0, "insert into loan (row, id, key, version, entry, head, state, state_since, state_due, state_waits,"
        " actor, unit, agency) with recursive many(i) as (select 1 union all select i + 1 from many where i < $1) select $2 + i,"
        " 'x' || ($3 + i), 'x' || ($4 + i), version, entry, head, state, state_since, state_due, state_waits, actor, unit, agency"
        " from loan, many where key = 'L1'", n, from, from, from));
}

// It is looked through some at a time, and says that there may be more; at the far end stands what is hers.
TEST_REGISTER(what_waits_and_is_not_hers_to_see_is_passed_a_bounded_way_at_a_time)
{
    enum { HIDDEN = 9000 };
    wait_so(s, STATES_OF("${wanted}", "'north1'", "mine boss"));
    PUT(as_user(s, "noy", "boss", "north1"), "loan", {"key", "L1"}, {"wanted", "2024-01-01"});
    many_more(h, 1000000, HIDDEN);
    must_work(a, sql(h->db, a, 0, "analyze"));
    PUT(as_user(s, "keo", "mine", "north1"), "loan", {"key", "K"}, {"wanted", "2024-01-02"});
    Store *keo = as_user(s, "keo", "mine", "north1");
    WorkPlace at = {0};
    int pages = 0, found = 0;
    for (bool more = true; more && pages < 100; pages++) {
        WorkList list;
        must_work(a, work_list(keo, at, 20, &list));
        found += list.n;
        CHECK(!list.n || str_equal(list.at[0].record->key, S("K")));
        CHECK(list.maybe == (list.next.row != 0) && (list.next.due > at.due || list.next.row > at.row || !list.next.row));
        at = list.next;
        more = at.row;
    }
    CHECK(found == 1 && pages > 3 && pages < 10);
    WorkList noy = work_of(s, "noy", "boss", "north1"); // who sees them has them at once
    CHECK(noy.n == 20 && noy.next.row && !noy.maybe);
}

TEST_REGISTER(twenty_are_told_and_the_next_ones_stand_behind_them)
{
    wait_so(s, STATES_OF("${wanted}", "", ""));
    Buf o = buf_in(a);
    buf_add(&o, S("key,state,wanted\n"));
    for (int i = 0; i < 50; i++) buf_fill(&o, "L{},out,{}\n", VALS(i, i % 3 ? day_text(a, 20240101 + i % 5) : (Str){0}));
    Store north = of_unit(s, "north1");
    CHECK(bring(&north, "loan", str_z(a, buf_str(&o))).created == 50);
    Store *noy = as_user(s, "noy", "boss", "north1");
    WorkPlace at = {0};
    int all = 0, due = 0;
    for (int page = 0; page < 3; page++) {
        WorkList list;
        must_work(a, work_list(noy, at, 20, &list));
        CHECK(list.n == (page < 2 ? 20 : 10) && !list.next.row == (page == 2));
        for (int i = 0; i < list.n; i++) {
            int now = list.at[i].due ? list.at[i].due : 99991231;
            CHECK(now >= due);
            due = now;
        }
        all += list.n;
        CHECK(page == 2 || work_place_read(work_place(a, list.next), &at));
    }
    CHECK(all == 50 && !work_place_read(S("x.1.2"), &at) && !work_place_read(S("1.2"), &at));
}

// ---- put off ----------------------------------------------------------------------------------------------

static Faults put_off(Store *s, const char *key, Str until, Str why)
{
    Faults all = {0};
    must_work(s->a, work_later(s, type_of(s, "loan"), str_from(key), &(LaterAsk){.until = until, .why = why}, &all));
    return all;
}

static WorkList later_of(Store *s, const char *name, const char *role, const char *unit)
{
    WorkList list;
    must_work(s->a, work_later_list(as_user(s, name, role, unit), &list));
    return list;
}

// Three loans of one unit and one of another, each about somebody.
static Store *loans_made(Store *s)
{
    wait_so(s, STATES_OF("${wanted}", "", ""));
    Store *noy = as_user(s, "noy", "boss", "north1");
    PUT(noy, "member", {"key", "M1"}, {"name", "Kham"});
    PUT(noy, "loan", {"key", "L1"}, {"member", "M1"}, {"wanted", "2024-01-01"}, {"returns", "2031-01-01"});
    PUT(noy, "loan", {"key", "L2"}, {"member", "M1"}, {"wanted", "2024-01-02"});
    PUT(noy, "loan", {"key", "L3"});
    PUT(as_user(s, "seng", "boss", "south1"), "loan", {"key", "L4"}, {"member", "M1"});
    return noy;
}

TEST_REGISTER(what_is_put_off_comes_back_on_its_day_and_is_reachable_meanwhile)
{
    Store *noy = loans_made(s);
    int today = register_today(s), until = day_add(today, 3);
    CHECK(!put_off(noy, "L1", day_text(a, until), S("the passport is not there yet")).n);
    CHECK(!put_off(noy, "L3", day_text(a, day_add(today, 90)), S("away")).n);
    WorkList list = work_of(s, "bee", "clerk", "north1"), later = later_of(s, "bee", "clerk", "north1");
    CHECK(str_equal(told_keys(s, list), S("L2")) && list.later == 2); // for all of the unit
    CHECK(str_equal(told_keys(s, later), S("L1 L3")) && later.at[0].until == until);
    CHECK(later.at[0].late && later.at[0].moves_n == 1);
    CHECK(str_equal(later.at[0].by, S("noy")) && str_equal(later.at[0].why, S("the passport is not there yet")));
    CHECK(!later_of(s, "seng", "boss", "south1").n && !work_of(s, "seng", "boss", "south1").later);
    CHECK(!later_of(s, "x", "reader", "north1").n);
    CHECK(str_equal(told_keys(s, work_of(s, "seng", "boss", "south1")), S("L4")));
    CHECK(count_of(h, "journal where verb = 'later'") == 2 && get(s, "loan", S("L1"))->version == 2);
    Rows q;
    must_work(a, sql(h->db, a, &q, "select body from journal where verb = 'later' order by id limit 1"));
    CHECK(rows_next(&q));
    Str body = next_str(&q);
    CHECK(str_find(body, S("passport")) < 0);
    CHECK(str_find(body, S("north1")) > 0); // the reason is sealed, the day is not
    rebuilt_the_same(h, s);
    CHECK(later_of(s, "bee", "boss", "north1").n == 2);
    CHECK(!put_off(noy, "L1", day_text(a, day_add(today, 1)), S("another day")).n && count_of(h, "later") == 2); // the last word counts
    must_work(a, sql(h->db, a, 0, "update later set until = $1 where until = $2", (int64_t)today, (int64_t)day_add(today, 1)));
    CHECK(str_equal(told_keys(s, work_of(s, "noy", "boss", "north1")), S("L1 L2")) && work_of(s, "noy", "boss", "north1").at[0].late);
    CHECK(later_of(s, "noy", "boss", "north1").n == 1);
}

TEST_REGISTER(what_is_put_off_is_taken_up_again_and_a_step_ends_it)
{
    Store *noy = loans_made(s);
    const RecordType *loan = type_of(s, "loan");
    Str until = day_text(a, day_add(register_today(s), 7));
    CHECK(!put_off(noy, "L1", until, S("x")).n && !put_off(noy, "L2", until, S("x")).n);
    must_work(a, work_again(noy, loan, S("L2")));
    CHECK(str_equal(told_keys(s, work_of(s, "noy", "boss", "north1")), S("L2 L3")) && count_of(h, "later") == 1);
    CHECK(is_kind(work_again(noy, loan, S("L2")), ERR_CONFLICT));
    rebuilt_the_same(h, s);
    save_well(noy, CHANGE(noy, "loan", S("L1"), 0, {"lent", "3"})); // no step
    CHECK(count_of(h, "later") == 1);
    Draft step = draft_make(a, loan);
    step.id = S("L1");
    step.move = S("return");
    CHECK(!save(noy, step).faults.n && !count_of(h, "later"));
    rebuilt_the_same(h, s);
    step = draft_make(a, loan);
    step.id = S("L1");
    step.move = S("again");
    CHECK(!save(noy, step).faults.n && work_of(s, "noy", "boss", "north1").n == 3);
}

// Nothing that it says is another: what a file brought is taken back all the same.
TEST_REGISTER(what_was_put_off_hinders_no_taking_back_of_a_file)
{
    Store *noy = loans_made(s);
    Faults all = {0};
    Imported got = bring(noy, "loan", "key,lent\nL1,5\n");
    CHECK(!got.faults.n && got.changed == 1);
    CHECK(!put_off(noy, "L1", day_text(a, day_add(register_today(s), 3)), S("x")).n && count_of(h, "later") == 1);
    must_work(a, import_undo(noy, got.batch, &all));
    CHECK(!all.n && !value_of(s, "loan", S("L1"), "lent").n && count_of(h, "later") == 1);
}

TEST_REGISTER(only_who_may_act_puts_off_and_all_that_is_wrong_is_told_at_once)
{
    Store *noy = loans_made(s);
    const RecordType *loan = type_of(s, "loan");
    int today = register_today(s);
    Str until = day_text(a, day_add(today, 7));
    Faults all = put_off(noy, "L1", (Str){0}, S("  "));
    CHECK(all.n == 2 && faults_about(&all, S("until")) && faults_about(&all, S("why")));
    const Str wrong[] = {S("soon"), S("2024-01"), day_text(a, today), day_text(a, day_add(today, -1)), day_text(a, day_add(today, 91))};
    for (int i = 0; i < countof(wrong); i++) CHECK(put_off(noy, "L1", wrong[i], S("x")).n == 1);
    const struct { const char *role, *unit; ErrKind kind; } others[] = {{"reader", "north1", ERR_DENIED}, {"blind", "north1", ERR_DENIED},
        {"boss", "south1", ERR_DENIED}, {"clerk", "south1", ERR_MISSING}, {"nobody", "north1", ERR_MISSING}};
    for (int i = 0; i < countof(others); i++) {
        Store *other = as_user(s, "x", others[i].role, others[i].unit);
        CHECK(is_kind(work_later(other, loan, S("L1"), &(LaterAsk){.until = until, .why = S("x")}, &all), others[i].kind));
        CHECK(is_kind(work_again(other, loan, S("L1")), others[i].kind));
    }
    CHECK(is_kind(work_later(s, loan, S("L1"), &(LaterAsk){.until = until, .why = S("x")}, &all), ERR_DENIED)); // of no unit
    CHECK(!count_of(h, "later") && !count_of(h, "journal where verb in ('later', 'again')"));
}

// ---- numbers ----------------------------------------------------------------------------------------------

static void number_so(Store *s, Str number)
{
    Faults all = {0};
    int64_t changed;
    must_work(s->a, pack_load(s, waiting(s->a, STATES_OF("", "", ""), number), false, &all, &changed));
    CHECK(!all.n);
}

static Str number_of(Store *s, const char *key)
{
    return get(s, "loan", str_from(key))->number;
}

TEST_REGISTER(every_new_record_has_a_number_that_is_found_as_it_is_typed)
{
    PUT(s, "loan", {"key", "L0"});
    number_so(s, S("L-{year}-{province}-{n:3}"));
    Store *noy = as_user(s, "noy", "boss", "north1");
    int year = register_today(s) / 10000;
    PUT(noy, "loan", {"key", "L1"});
    PUT(noy, "loan", {"key", "L2"});
    PUT(as_user(s, "seng", "boss", "south1"), "loan", {"key", "L3"});
    CHECK(!number_of(s, "L0").n && str_equal(number_of(s, "L1"), say(a, "L-{}-north-001", year)));
    CHECK(str_equal(number_of(s, "L2"), say(a, "L-{}-north-002", year)) && str_equal(number_of(s, "L3"), say(a, "L-{}-south-001", year)));
    Found *found;
    int n;
    must_work(a, find_exact(s, say(a, "l {} NORTH 2", year), 5, &found, &n));
    CHECK(n == 1 && str_equal(found[0].key, S("L2")) && str_equal(found[0].number, number_of(s, "L2")));
    must_work(a, find_exact(as_user(s, "x", "clerk", "south1"), say(a, "l {} north 2", year), 5, &found, &n));
    CHECK(!n); // another unit's does not exist for her
    rebuilt_the_same(h, s);
    save_well(noy, CHANGE(noy, "loan", S("L2"), 0, {"lent", "3"}));
    PUT(noy, "loan", {"key", "L4"});
    Str before;
    int64_t last;
    number_split(number_of(s, "L4"), &before, &last);
    CHECK(last >= 3 && str_equal(number_of(s, "L2"), say(a, "L-{}-north-002", year)));
    rebuilt_the_same(h, s);
}

TEST_REGISTER(the_lines_of_a_file_are_numbered_one_after_the_other)
{
    number_so(s, S("N{n:2}"));
    Faults all = {0};
    Buf o = buf_in(a);
    buf_add(&o, S("key,lent\n"));
    for (int i = 0; i < 250; i++) buf_fill(&o, "L{},1\n", VALS(i));
    Imported got = bring(s, "loan", str_z(a, buf_str(&o)));
    CHECK(got.created == 250 && count_of(h, "(select distinct no from loan where no is not null) numbered") == 250);
    CHECK(str_equal(number_of(s, "L0"), S("N01")) && str_equal(number_of(s, "L249"), S("N250")));
    CHECK(bring(s, "loan", "key,lent\nL1,2\nL900,x\n").faults.n == 1); // nothing was written
    must_work(a, import_undo(s, got.batch, &all));
    PUT(s, "loan", {"key", "L300"});
    Str before;
    int64_t n;
    number_split(number_of(s, "L300"), &before, &n);
    CHECK(!all.n && n > 250); // none is given twice
    rebuilt_the_same(h, s);
}

// Two registers that gave out the same one: it stays with the earlier.
TEST_REGISTER(a_number_that_was_given_out_twice_stays_with_the_earlier)
{
    number_so(s, S("N-{n:2}"));
    PUT(s, "loan", {"key", "L1"});
    must_work(a, sql(h->db, a, 0, "delete from numbers"));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    s = h->s;
    must_work(a, sql(h->db, a, 0, "update loan set no = null"));
    PUT(s, "loan", {"key", "L2"});
    CHECK(str_equal(number_of(s, "L2"), S("N-01")));
    int64_t n;
    must_work(a, register_rebuild(s, &n));
    CHECK(str_equal(number_of(s, "L1"), S("N-01")) && !number_of(s, "L2").n);
    PUT(s, "loan", {"key", "L3"});
    CHECK(!str_equal(number_of(s, "L3"), S("N-01")) && number_of(s, "L3").n);
    verified(h);
}
