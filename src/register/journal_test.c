// The journal: what verify notices, two writers with a chain each, time that never goes back.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static void keep(House *h)
{
    must_work(h->a, sql(h->db, h->a, 0, "create temp table kept_journal as select * from journal"));
    must_work(h->a, sql(h->db, h->a, 0, "create temp table kept_heads as select * from heads"));
}

static void put_back(House *h)
{
    must_work(h->a, sql(h->db, h->a, 0, "delete from journal"));
    must_work(h->a, sql(h->db, h->a, 0, "delete from heads"));
    must_work(h->a, sql(h->db, h->a, 0, "insert into journal select * from kept_journal"));
    must_work(h->a, sql(h->db, h->a, 0, "insert into heads select * from kept_heads"));
}

static void as_writer(House *h, Str writer)
{
    h->reg->chain.name = writer;
    h->reg->begun = true; // what a process begins with has a test of its own
}

// Two writers, turn by turn; the last entry is `one`'s. Returns the id of its first.
static int64_t two_write(House *h, Store *s)
{
    int64_t before = count_of(h, "journal");
    for (int i = 0; i < 4; i++) {
        as_writer(h, S("one"));
        PUT(s, "member", {"name", "Noy"}, {"sex", "female"});
        as_writer(h, S("two"));
        if (i < 3) PUT(s, "visit", {"guests", "2"});
    }
    as_writer(h, S("three")); // nobody's from here on
    return before + 1;
}

static void tampered(House *h, const char *change, int64_t named)
{
    Verified v;
    Str text = str_from(change);
    while (text.n) must_work(h->a, sql(h->db, h->a, 0, "{}", ((Sql){.text = str_cut(&text, ';')})));
    Err *e = register_verify(h->reg, h->a, h->scratch, false, &v);
    if (!is_kind(e, ERR_BROKEN)) print_error("not noticed: %s\n", change);
    CHECK(is_kind(e, ERR_BROKEN));
    Str told = err_text(h->a, e), number = say(h->a, "Entry {} ", named);
    if (named && !str_starts(told, number)) print_error("%s: %s\n", change, str_z(h->a, told));
    CHECK(!named || str_starts(told, number));
    put_back(h);
}

TEST_REGISTER(verify_names_the_first_entry_that_was_edited)
{
    int64_t first = two_write(h, s);
    static const char *const edits[] = {
        "body = hash",           "prev = hash",      "hash = prev",     "actor = 'nobody'",
        "verb = 'change'",       "record = 'visit'", "record_id = 'x'", "row = row + 1",
        "version = version + 1", "base = hash",      "batch = 'x'",     "time = time + 1",
        "seq = seq + 1",         "writer = 'two'",   "writer = 'four'", "salt = hash",
        "agency = 'x'",          "holder = 'x'"};
    keep(h);
    verified(h);
    for (int i = 0; i < countof(edits); i++) {
        tampered(h, str_z(a, say(a, "update journal set {} where id = {}", str_from(edits[i]), first + 2)), first + 2);
        verified(h);
    }
}

TEST_REGISTER(verify_notices_what_is_gone_moved_swapped_or_put_in)
{
    int64_t first = two_write(h, s);
    keep(h);
    Verified v = verified(h);
    CHECK(v.writers == 3 && v.entries == first + 6);
    const struct { Str change; int64_t named;
    } cases[] = {
        {say(a, "delete from journal where id = {}", first + 2), first + 2},
        {say(a, "delete from journal where id = {}", first), first},
        {say(a, "delete from journal where id = {}", first + 6), first + 6},
        {say(a, "delete from journal where id >= {}", first + 5), first + 5},
        {say(a, "delete from journal where id >= {}", first + 3), first + 3},
        {S("delete from journal where writer = 'two'"), first + 1},
        {S("delete from journal"), 1},
        {say(a, "update journal set id = {} where id = {}", first + 50, first + 2), first + 2},
        {say(a, "update journal set id = {} where id = {}", first + 50, first + 6), first + 50},
        {say(a,
             "update journal set id = -1 where id = {};update journal set id = {} where id = "
             "{};update journal set id = {} where id = -1",
             first, first, first + 2, first + 2),
         first},
        {say(a,
             "update journal set id = -1 where id = {};update journal set id = {} where id = "
             "{};update journal set id = {} where id = -1",
             first, first, first + 1, first + 1),
         first},
        {say(a,
             "update journal set body = (select k.body from kept_journal k where k.id = {}) where "
             "id = {}",
             first + 2, first + 4),
         first + 4},
        {say(a,
             "insert into journal select {}, writer, seq, time, salt, actor, agency, record, record_id, holder, "
             "verb, base, batch, row, version, prev, hash, body"
             " from kept_journal where id = {}",
             first + 70, first + 6),
         first + 70},
        {say(a,
             "insert into journal select {}, writer, seq + 1, time, salt, actor, agency, record, record_id, holder, "
             "verb, base, batch, row, version, hash, hash, body"
             " from kept_journal where id = {}",
             first + 70, first + 6),
         first + 70},
    };
    for (int i = 0; i < countof(cases); i++) tampered(h, str_z(a, cases[i].change), cases[i].named);
    verified(h);
}

TEST_REGISTER(a_number_that_nobody_got_is_not_taken_for_a_lost_entry)
{
    for (int i = 0; db_is_postgres(h->where) && i < 3; i++) {
        Rows q; // as a save that was rolled back
        must_work(a, sql(h->db, a, &q, "{}", ((Sql){.text = db_next_numbers(h->db, false)})));
    }
    int64_t first = two_write(h, s);
    Rows q;
    must_work(a, sql(h->db, a, &q, "select max(id) from journal"));
    CHECK(rows_next(&q));
    int64_t last = next_int(&q);
    verified(h);
    keep(h);
    tampered(h, str_z(a, say(a, "delete from journal where id = {}", last - 2)), last - 2);
    tampered(h, str_z(a, say(a, "delete from journal where id >= {}", last - 1)), last - 1);
    CHECK(first > 0);
}

TEST_REGISTER(verify_notices_heads_that_were_not_signed_here)
{
    int64_t first = two_write(h, s);
    keep(h);
    static const char *const edits[] = {"update heads set seq = seq - 1 where writer = 'one'",
                                        "update heads set entry = 1 where writer = 'one'",
                                        "update heads set time = time + 1 where writer = 'one'",
                                        "update heads set hash = signature where writer = 'one'",
                                        "update heads set signature = hash where writer = 'one'",
                                        "update heads set writer = 'four' where writer = 'one'",
                                        "delete from heads where writer = 'one'",
                                        "delete from heads"};
    for (int i = 0; i < countof(edits); i++) tampered(h, edits[i], 0);
    // Tail and head put back to an earlier moment, both rightly signed: the tables know better.
    must_work(a, sql(h->db, h->a, 0, "drop table kept_heads"));
    must_work(a, sql(h->db, h->a, 0, "create temp table kept_heads as select * from heads"));
    as_writer(h, S("one"));
    PUT(s, "visit", {"guests", "9"});
    Verified v;
    put_back(h);
    CHECK(is_kind(register_verify(h->reg, a, scratch, false, &v), ERR_BROKEN) && count_of(h, "journal") == first + 6);
}

TEST_REGISTER(verify_needs_no_key)
{
    two_write(h, s);
    Str key = say(a, "{}.key", h->dir), away = say(a, "{}.away", key);
    CHECK(!rename(str_z(a, key), str_z(a, away)));
    Register *reg;
    Verified v;
    CHECK(is_kind(register_open(a, scratch, h->dir, OPEN_READ, &reg), ERR_INPUT));
    must_work(a, register_open(a, scratch, h->dir, OPEN_KEYLESS, &reg));
    must_work(a, register_verify(reg, a, scratch, false, &v));
    CHECK(v.writers == 3);
    find_end(reg);
}

TEST_REGISTER(time_never_goes_back_though_the_clock_does)
{
    PUT(s, "visit", {"guests", "1"});
    Rows q;
    must_work(a, sql(h->db, a, &q, "select seq, entry, hash from heads where writer = $1", h->reg->chain.name));
    CHECK(rows_next(&q));
    Head head = {.seq = next_int(&q), .entry = next_int(&q), .time = (clock_ms() + 3600000) << 16};
    memcpy(head.hash.at, next_str(&q).p, HASH_BYTES);
    must_work(a, head_put(h->db, a, h->reg->secrets, h->reg->chain.name, &head)); // an hour ahead
    for (int i = 0; i < 3; i++) PUT(s, "visit", {"guests", "1"});
    CHECK(count_of(h, "journal j join journal k on k.seq = j.seq + 1 and k.writer = j.writer where k.time <= j.time") == 0);
    must_work(a, sql(h->db, a, &q, "select max(time) from journal"));
    CHECK(rows_next(&q) && next_int(&q) == head.time + 3);
    verified(h);
}

TEST_REGISTER(a_refused_save_leaves_no_gap_in_the_chain)
{
    PUT(s, "visit", {"guests", "1"});
    Verified before = verified(h);
    for (int i = 0; i < 5; i++) {
        Saved got = save(s, DRAFT(s, "visit", {"guests", i % 2 ? "51" : "3"}, {"key", i == 4 ? "K" : i == 2 ? "K" : ""}));
        CHECK(got.faults.n == (i % 2 || i == 4));
    }
    CHECK(verified(h).entries == before.entries + 2);
}

// Its lock goes on longer than the request that took it: what is closed later must not be whatever stands there then.
TEST_REGISTER(a_chain_is_held_by_itself_not_by_the_request_that_took_it)
{
    Store asks = *s;
    Arena request = arena_reserve(8 << 20, 0);
    asks.a = &request;
    if (h->reg->chain.lock) lock_free(h->reg->chain.lock);
    must_work(a, writer_take(&asks));
    int fd = h->reg->chain.lock->fd;
    arena_release(&request);
    CHECK(fd > 2 && h->reg->chain.lock->fd == fd);
}
