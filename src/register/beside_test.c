// Several who write to one store at once: who waits, who begins again, and what is refused.
// SPDX-License-Identifier: Apache-2.0
#include "register/serving_test.h"

typedef struct { Store *s; const char *name; _Atomic int holds, done; } Slow;

// Saved, and for a while not yet committed.
static Err *save_slowly(Store *s, void *with)
{
    Slow *slow = with;
    Saved got;
    Draft d = change_of(draft_make(s->a, type_of(s, "member")), S("M"), 0);
    give(&d, "name", slow->name);
    TRY(save_draft(s, &d, &got));
    TRY(db_settle(s->db, s->a));
    slow->holds = 1;
    clock_sleep(400);
    return got.what == SAVED_CHANGED ? 0 : fail(s->a, ERR_BROKEN, "It was not changed.");
}

static void slowly(void *with)
{
    Slow *slow = with;
    if (!went_well(register_write(slow->s, save_slowly, slow), __LINE__)) slow->done = 2;
    else slow->done = 1;
}

static int beside_each_other(Serving *serving)
{
    Saved got;
    Register *beside;
    Record *r;
    Slow slow = {.name = "Somchit"};
    Store *s = way_in(serving, user_operator(), 64 << 20);
    if (!db_is_postgres(serving->where)) return 0;
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &slow.s));
    thread_start(slowly, &slow);
    while (!slow.holds && !slow.done) clock_sleep(1);
    int64_t began = clock_ms();
    Draft other = change_of(draft_make(s->a, type_of(s, "member")), S("N"), 0);
    give(&other, "name", "Khamla");
    WELL(save_draft(s, &other, &got));
    WANT(got.what == SAVED_CHANGED && clock_ms() - began < 300 && !slow.done); // nobody waited for M
    Draft same = change_of(draft_make(s->a, type_of(s, "member")), S("M"), 0);
    give(&same, "name", "Bounmy"); // as it stands for everybody else: not what it says when the other is done
    WELL(save_draft(s, &same, &got));
    WANT(slow.done == 1 && got.what == SAVED_CHANGED && got.version == 3);
    WELL(record_get(s, same.type, S("M"), &r));
    WANT(str_equal(r->cells[field_get(r->type, S("name"))->at].text, S("Bounmy")));
    store_close(slow.s);
    return 0;
}

TEST_REGISTER(who_saves_a_record_that_somebody_holds_waits_alone_and_then_begins_again)
{
    PUT(s, "member", {"key", "M"}, {"name", "Bounmy"});
    PUT(s, "member", {"key", "N"}, {"name", "Khamphone"});
    in_child(h, beside_each_other);
    verified(h);
}

static Err *save_both_slowly(Store *s, void *with)
{
    Slow *slow = with;
    Saved got;
    Draft first = CHANGE(s, "member", S("N"), 0, {"name", "Khamla"});
    Draft then = CHANGE(s, "member", S("M"), 0, {"name", slow->name});
    TRY(save_draft(s, &first, &got));
    slow->holds = 1;
    clock_sleep(200);
    return save_draft(s, &then, &got);
}

static void both_slowly(void *with)
{
    Slow *slow = with;
    slow->done = went_well(register_write(slow->s, save_both_slowly, slow), __LINE__) ? 1 : 2;
}

static int said_again(Serving *serving)
{
    Register *beside;
    Record *r;
    Slow slow = {.name = "Somchit"};
    Store *s = way_in(serving, user_operator(), 64 << 20);
    if (!db_is_postgres(serving->where)) return 0;
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &slow.s));
    thread_start(both_slowly, &slow);
    while (!slow.holds && !slow.done) clock_sleep(1);
    Draft both[] = {CHANGE(s, "member", S("M"), 0, {"name", "Bounmy"}), // as it stands, until the other is done
        CHANGE(s, "member", S("N"), 0, {"name", "Noy"})};
    WELL(record_save(s, &(Change){.drafts = both, .n = 2}));
    WANT(slow.done == 1 && both[0].saved.what == SAVED_CHANGED && both[1].saved.what == SAVED_CHANGED);
    WELL(record_get(s, both[0].type, S("M"), &r));
    WANT(str_equal(r->cells[field_get(r->type, S("name"))->at].text, S("Bounmy")));
    store_close(slow.s);
    return 0;
}

TEST_REGISTER(who_begins_again_says_all_that_she_said_the_first_time)
{
    PUT(s, "member", {"key", "M"}, {"name", "Bounmy"});
    PUT(s, "member", {"key", "N"}, {"name", "Khamphone"});
    in_child(h, said_again);
    verified(h);
}

typedef struct { Store *s; const char *key; _Atomic int holds, done; } Taker;

static Err *take_key(Store *s, void *with)
{
    Taker *taker = with;
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "first");
    give(&d, "key", taker->key);
    TRY(save_draft(s, &d, &got));
    taker->holds = 1;
    clock_sleep(200);
    return 0;
}

static void take_slowly(void *with)
{
    Taker *taker = with;
    taker->done = went_well(register_write(taker->s, take_key, taker), __LINE__) ? 1 : 2;
}

static int one_key(Serving *serving)
{
    Saved got;
    Register *beside;
    Taker taker = {.key = "K"};
    Store *s = way_in(serving, user_operator(), 64 << 20);
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &taker.s));
    thread_start(take_slowly, &taker);
    while (!taker.holds && !taker.done) clock_sleep(1);
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "second");
    give(&d, "key", "K");
    WELL(save_draft(s, &d, &got));
    WANT(taker.done == 1 && got.faults.n == 1 && str_equal(got.faults.first->column, S("key")));
    store_close(taker.s);
    return 0;
}

TEST_REGISTER(a_key_that_somebody_is_just_taking_is_told_as_taken)
{
    in_child(h, one_key);
    CHECK(says(h->s, "member", S("K"), "name", "first") && count_of(h, "member") == 1);
    verified(h);
}

static Err *enter_stale(Store *s, void *with)
{
    Draft d = change_of(draft_make(s->a, type_of(s, "member")), S("M"), 0);
    give(&d, "name", "too late");
    return draft_enter(s, &d, with, &(Change){0});
}

// As an import, which locks nothing, may do.
TEST_REGISTER(what_was_made_from_a_version_that_is_no_more_is_refused_whole)
{
    PUT(s, "member", {"key", "M"}, {"name", "Bounmy"});
    Record *stale = get(s, "member", S("M"));
    save_well(s, CHANGE(s, "member", S("M"), 0, {"name", "Somchit"}));
    Err *e = register_write(s, enter_stale, stale);
    CHECK(e && e->kind == ERR_CONFLICT && (e->crossed || !db_is_postgres(h->where)));
    CHECK(says(h->s, "member", S("M"), "name", "Somchit"));
    verified(h);
}
