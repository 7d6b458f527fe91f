// Serving: many threads save at once through the one writer; each test serves in a process of its own.
// SPDX-License-Identifier: Apache-2.0
#include "register/serving_test.h"

// ---- many at once ------------------------------------------------------------------------------------

enum { THREADS = 16, MOST = 100000 };
typedef struct { Serving *serving; int number; _Atomic int saves, wrong, done; } Saver;

static Err *save_one(Store *s, Saver *saver, Str *id, int64_t *version)
{
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", str_z(s->a, say(s->a, "Name {} {}", saver->number, *version)));
    if (id->n) d = change_of(d, *id, *version);
    TRY(save_draft(s, &d, &got));
    if (got.faults.n || got.conflicts_n || got.version != *version + 1) saver->wrong++;
    *version = got.version;
    memcpy((char *)id->p, got.id.p, 20);
    id->n = 20;
    return 0;
}

static void save_for_a_second(void *with)
{
    Saver *saver = with;
    char held[20];
    Str id = {held, 0};
    int64_t version = 0, until = clock_ms() + 1000;
    User user = {.name = S("operator")};
    Store *s = way_in(saver->serving, user, 64 << 20);
    while (clock_ms() < until || !saver->saves) { // on a busy machine one waits longer for its turn
        if (!went_well(save_one(s, saver, &id, &version), __LINE__)) saver->wrong++;
        else saver->saves++;
        if (version == 20) id.n = 0, version = 0;
        arena_reset(s->a);
    }
    store_close(s);
    saver->done = 1;
}

static int64_t asked(Db *db, const char *what)
{
    static char memory[1 << 20];
    Arena a = arena_over(memory, sizeof memory, 0);
    Rows q;
    if (!went_well(sql(db, &a, &q, "select {}", ((Sql){.text = str_from(what)})), __LINE__) || !rows_next(&q)) return -1;
    return next_int(&q);
}

static int sixteen_threads(Serving *serving)
{
    static Saver savers[THREADS];
    Db *db;
    int64_t saves = 0;
    for (int i = 0; i < THREADS; i++) {
        savers[i].serving = serving;
        savers[i].number = i;
        thread_start(save_for_a_second, &savers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        while (!savers[i].done) clock_sleep(10);
        WANT(!savers[i].wrong);
        saves += savers[i].saves;
    }
    WELL(db_open(&serving->a, serving->where, DB_READ, false, &db));
    WANT(asked(db, "count(*) from journal where record = 'member'") == saves);
    WANT(asked(db, "count(distinct writer) from journal") == 2);
    WANT(asked(db, "count(*) from (select row from journal where record = 'member' group by row having count(*) <> max(version) or "
        "count(distinct version) <> count(*)) x") == 0);
    WANT(asked(db, "count(*) from member t join (select row, max(version) as v, max(id) as e from journal group by row) j on j.row = t.row"
        " where t.version <> j.v or t.entry <> j.e") == 0);
    WANT(asked(db, "count(*) from journal j join journal k on k.writer = j.writer and k.seq = j.seq + 1 where k.time <= j.time") == 0);
    db_close(db);
    return 0;
}

TEST_REGISTER(sixteen_threads_save_for_a_second_and_nothing_is_lost)
{
    in_child(h, sixteen_threads);
    verified(h);
    CHECK(count_of(h, "member") > 0);
}

// ---- one that cannot ---------------------------------------------------------------------------------

static Err *too_much(Store *s, void *with)
{
    (void)with;
    Draft d = draft_make(s->a, type_of(s, "visit"));
    Saved got;
    give(&d, "key", "never");
    TRY(save_draft(s, &d, &got));
    while (take(s->a, char, 1)) continue; // to the last byte: there is no room even for a sentence
    return 0;
}

static Err *too_much_scratch(Store *s, void *with)
{
    (void)with;
    Arena tried = s->scratch;
    while (take(&tried, char, 1 << 20)) continue;
    return 0;
}

static int exhausted(Serving *serving)
{
    jmp_buf top;
    Saved got;
    Store *small = way_in(serving, user_operator(), 1 << 20), *other = way_in(serving, user_operator(), 8 << 20);
    small->a->exhausted = &top;
    if (setjmp(top)) return 2; // only the writer was to be unwound
    WriteFn *const works[] = {too_much, too_much_scratch};
    for (int i = 0; i < 6; i++) {
        Err *e = register_write(small, works[i % 2], 0);
        WANT(is_kind(e, ERR_BUSY) && e->message.words && small->a->exhausted == &top);
        arena_reset(small->a);
        Draft d = draft_make(other->a, type_of(other, "visit"));
        give(&d, "guests", "3");
        WELL(save_draft(other, &d, &got));
        WANT(got.what == SAVED_CREATED);
    }
    return 0;
}

TEST_REGISTER(who_exhausts_her_memory_is_told_busy_and_others_go_on)
{
    in_child(h, exhausted);
    verified(h);
    CHECK(count_of(h, "visit") == 6 && count_of(h, "visit where key = 'never'") == 0);
}

// ---- a group that fails ------------------------------------------------------------------------------

static Err *dangling(Store *s, void *with)
{
    (void)with;
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "never kept");
    TRY(save_draft(s, &d, &got));
    return sql(s->db, s->a, 0,
               "insert into part (row, id, key, version, entry, state, unit, member) values ($1, "
               "'x', 'x', 1, 1, '', '', 999999)",
               got.row + 1000000);
}

static int failing_commit(Serving *serving)
{
    Saved got;
    Record *r;
    Store *s = way_in(serving, user_operator(), 8 << 20);
    WANT(register_write(s, dangling, 0));
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "kept");
    give(&d, "key", "M");
    WELL(save_draft(s, &d, &got));
    WELL(record_get(s, d.type, S("M"), &r));
    WANT(str_equal(r->cells[0].text, S("kept")));
    return 0;
}

TEST_REGISTER(what_is_sealed_after_a_failed_commit_can_be_opened)
{
    in_child(h, failing_commit);
    CHECK(says(h->s, "member", S("M"), "name", "kept") && count_of(h, "member") == 1);
    verified(h);
}

typedef struct { Serving *serving; const char *key; WriteFn *work; _Atomic int done; } Beside;

static Err *holds_on(Store *s, void *with)
{
    (void)s, (void)with;
    clock_sleep(300); // those that come meanwhile are one group
    return 0;
}

static void write_beside(void *with)
{
    Beside *b = with;
    Saved got;
    Store *s = way_in(b->serving, user_operator(), 8 << 20);
    if (b->work) {
        b->done = register_write(s, b->work, 0) ? 2 : 1;
        return;
    }
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "Noy");
    give(&d, "key", b->key);
    b->done = went_well(save_draft(s, &d, &got), __LINE__) && !got.faults.n && got.what == SAVED_CREATED ? 1 : 2;
}

static int failing_beside(Serving *serving)
{
    static Beside all[] = {{.work = holds_on}, {.key = "A"}, {.work = dangling}, {.key = "B"}};
    for (int i = 0; i < countof(all); i++) {
        all[i].serving = serving;
        thread_start(write_beside, &all[i]);
        clock_sleep(i ? 10 : 50);
    }
    for (int i = 0; i < countof(all); i++) {
        while (!all[i].done) clock_sleep(1);
        WANT(all[i].done == (all[i].work == dangling ? 2 : 1));
    }
    return 0;
}

TEST_REGISTER(what_fails_when_it_is_committed_refuses_nobody_else)
{
    in_child(h, failing_beside);
    CHECK(says(h->s, "member", S("A"), "name", "Noy") && says(h->s, "member", S("B"), "name", "Noy") && count_of(h, "member") == 2);
    verified(h);
}

// ---- what follows the journal ------------------------------------------------------------------------

static bool found_soon(Store *s, const char *name, const char *key)
{
    for (int64_t until = clock_ms() + 2000; clock_ms() < until; clock_sleep(20)) {
        Found *found;
        int n;
        if (!went_well(find_people(s, str_from(name), false, 5, &found, &n), __LINE__)) return false;
        if (n && str_equal(found[0].key, str_from(key)) && found[0].score > 0.9) return true;
    }
    return false;
}

static int following(Serving *serving)
{
    Saved got;
    Register *beside;
    Store *s = way_in(serving, user_operator(), 64 << 20), *command;
    WANT(found_soon(s, "Bounmy", "M0")); // she was there before
    Draft d = draft_make(s->a, type_of(s, "member"));
    give(&d, "name", "Khamsing");
    give(&d, "key", "M1");
    WELL(save_draft(s, &d, &got));
    WANT(found_soon(s, "Khamsing", "M1"));
    WELL(register_open(&serving->a, arena_reserve(1 << 20, 0), serving->dir, OPEN_WRITE, &beside));
    WELL(store_open(beside, reserve(64 << 20), arena_reserve(16 << 20, 0), user_operator(), &command));
    give(&d, "name", "Viengkham");
    give(&d, "key", "M2");
    WELL(save_draft(command, &d, &got));
    WANT(found_soon(s, "Viengkham", "M2") && find_ready(serving->reg) == 1);
    d = change_of(d, got.id, 0);
    give(&d, "name", "Somchit");
    WELL(save_draft(command, &d, &got));
    WANT(found_soon(s, "Somchit", "M2"));
    store_close(command);
    return 0;
}

TEST_REGISTER(a_new_person_is_found_within_two_seconds)
{
    PUT(s, "member", {"key", "M0"}, {"name", "Bounmy"});
    in_child(h, following);
    verified(h);
}

static int refuses(Serving *serving)
{
    Register *second;
    if (!db_is_postgres(serving->where)) { // of an SQLite register there is one server
        WANT(is_kind(register_open(&serving->a, serving->a, serving->dir, OPEN_SERVE, &second), ERR_INPUT));
    }
    Store *s = way_in(serving, user_operator(), 8 << 20);
    Err *e = sql(s->db, s->a, 0, "delete from visit");
    WANT(e); // only the writer writes
    Saved got;
    Draft d = draft_make(s->a, type_of(s, "visit"));
    give(&d, "guests", "99");
    WELL(save_draft(s, &d, &got));
    WANT(got.faults.n == 1 && message_text(s->a, got.faults.first->message).n > 0);
    d.type = type_of(s, "visit");
    s->user.role = role_get(s->pack, S("reader"));
    WANT(is_kind(save_draft(s, &d, &got), ERR_DENIED));
    return 0;
}

TEST_REGISTER(one_serves_and_what_it_refuses_is_told)
{
    in_child(h, refuses);
    verified(h);
    CHECK(count_of(h, "visit") == 0);
}
