// What identifies a person lies nowhere in the store, and nobody can move it about.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

static const char *const secrets[] = {
    "Khamphone",     "Sisavath", "ນາງບົວ",      "0205551234",   "pneumonia", "To the Plain of Jars",
    "scratched lid", "Bouavanh", "0305559999", "Up the Nam Ou"};

static void enter_secrets(Store *s)
{
    Saved made = PUT(s, "member", {"key", "M1"}, {"name", "Khamphone"}, {"nick", "ນາງບົວ"},
                     {"phone", "0205551234"}, {"remark", "pneumonia"}, {"born", "1987-11-23"});
    PUT(s, "member", {"key", "M2"}, {"name", "Sisavath"});
    PUT(s, "trip", {"key", "T1"}, {"title", "To the Plain of Jars"}, {"opened", "2024-03-04"});
    PUT(s, "loan", {"key", "L1"}, {"member", "M1"}, {"mark", "scratched lid"});
    save_well(s, CHANGE(s, "member", made.id, 0, {"name", "Bouavanh"}, {"phone", "0305559999"}));
    save_well(s, CHANGE(s, "trip", S("T1"), 0, {"title", "Up the Nam Ou"}));
    save_well(s, CHANGE(s, "loan", S("L1"), 0, {"member", "M2"}));
    Imported got = bring(s, "member", "key,name\nM1,Sisavath\nM7,Khamphone\n");
    CHECK(!got.faults.n && got.created == 1 && got.changed == 1);
}

static void not_in(Str bytes, Str where)
{
    for (int i = 0; i < countof(secrets); i++) {
        if (str_find(bytes, str_from(secrets[i])) >= 0) print_error("%s lies in %.*s\n", secrets[i], (int)where.n, where.p);
        CHECK(str_find(bytes, str_from(secrets[i])) < 0);
    }
}

static void no_cell_tells(House *h, bool *plain_found)
{
    Rows tables, q;
    Arena *a = h->a;
    if (db_is_postgres(h->where))
        must_work(a,
                  sql(h->db, a, &tables,
                      "select cast(tablename as text) from pg_tables where schemaname = 'public'"));
    else must_work(a, sql(h->db, a, &tables, "select name from sqlite_master where type = 'table'"));
    CHECK(tables.rows > 10);
    while (rows_next(&tables)) {
        Str table = next_str(&tables);
        must_work(a, sql(h->db, a, &q, "select * from {}", (Name){table}));
        for (int i = 0; i < q.rows * q.columns; i++) {
            not_in(q.cells[i].s, table);
            if (str_find(q.cells[i].s, S("1987-11-23")) >= 0) *plain_found = true;
        }
    }
}

TEST_REGISTER(a_stolen_store_tells_no_names)
{
    bool plain_found = false;
    int64_t n;
    enter_secrets(s);
    no_cell_tells(h, &plain_found);
    CHECK(plain_found); // what figures need is there
    must_work(a, register_rebuild(s, &n));
    no_cell_tells(h, &plain_found);
    Str *names;
    int files;
    must_work(a, folder_list(a, h->dir, &names, &files));
    for (int i = 0; i < files; i++) {
        Str path = path_join(a, h->dir, names[i]), bytes;
        if (path_is_folder(path)) continue;
        must_work(a, file_read(a, path, 64 << 20, &bytes));
        not_in(bytes, names[i]);
        if (str_starts(names[i], S("register.db"))) plain_found |= str_find(bytes, S("M1")) >= 0;
    }
    CHECK(says(s, "member", S("M1"), "name", "Sisavath") && says(s, "loan", S("L1"), "mark", "scratched lid"));
}

static Str cell(House *h, const char *what)
{
    Rows q;
    must_work(h->a, sql(h->db, h->a, &q, "select {}", ((Sql){.text = str_from(what)})));
    CHECK(rows_next(&q));
    return next_str(&q);
}

TEST_REGISTER(equal_values_do_not_look_equal)
{
    PUT(s, "member", {"key", "A"}, {"name", "Noy"}, {"nick", "Noy"});
    Saved b = PUT(s, "member", {"key", "B"}, {"name", "Noy"});
    Str one = cell(h, "name from member where key = 'A'"),
        two = cell(h, "name from member where key = 'B'"),
        nick = cell(h, "nick from member where key = 'A'");
    isize head = 1 + 8; // what an envelope says openly
    CHECK(one.n == two.n && !str_equal(str_slice(one, head, one.n), str_slice(two, head, two.n)));
    CHECK(!str_equal(str_slice(one, head, one.n), str_slice(nick, head, nick.n)));
    save_well(s, CHANGE(s, "member", b.id, 0, {"name", "Other"}));
    save_well(s, CHANGE(s, "member", b.id, 0, {"name", "Noy"}));
    Str again = cell(h, "name from member where key = 'B'");
    CHECK(!str_equal(two, again) && !str_equal(str_slice(two, head, two.n), str_slice(again, head, again.n)));
}

TEST_REGISTER(a_tampered_or_moved_envelope_is_refused)
{
    Saved one = PUT(s, "member", {"key", "A"}, {"name", "Noy"}, {"nick", "Nick"}), two = PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    PUT(s, "loan", {"key", "L"}, {"member", "A"}, {"mark", "mine"});
    must_work(a, sql(h->db, a, 0, "create temp table kept as select row, name, nick from member"));
    static const char *const changes[] = {"name = (select k.nick from kept k where k.row = member.row)",
        "name = (select k.name from kept k where k.row <> member.row)", "nick = (select l.mark from loan l)"};
    const RecordType *t = type_of(s, "member");
    Record *r;
    for (int i = 0; i < countof(changes); i++) {
        must_work(a, sql(h->db, a, 0, "update member set {} where key = 'A'", ((Sql){.text = str_from(changes[i])})));
        CHECK(is_kind(record_get(s, t, one.id, &r), ERR_BROKEN));
        must_work(a, sql(h->db, a, 0, "update member set name = (select k.name from kept k where k.row = member.row), "
            "nick = (select k.nick from kept k where k.row = member.row)"));
        must_work(a, record_get(s, t, one.id, &r));
    }
    Str name = cell(h, "name from member where key = 'B'");
    for (isize i = 0; i < name.n; i++) {
        Str bent = str_copy(a, name);
        ((char *)bent.p)[i] ^= 4;
        must_work(a, sql(h->db, a, 0, "update member set name = $1 where key = 'B'", (Blob){bent}));
        Err *e = record_get(s, t, two.id, &r);
        CHECK(is_kind(e, ERR_BROKEN));
    }
}

static bool verify_names(House *h, const char *what)
{
    Verified v;
    Err *e = register_verify(h->reg, h->a, h->scratch, false, &v);
    if (is_kind(e, ERR_BROKEN) && str_find(err_text(h->a, e), str_from(what)) >= 0) return true;
    print_error("verify does not name %s: %s\n", what, e ? str_z(h->a, err_text(h->a, e)) : "whole");
    return false;
}

// Nothing is taken from a register whose keys are gone, and nothing made of it.
static void all_refuse(House *h, Str id, const char *field)
{
    Record *r;
    Saved got;
    int64_t n, keys = count_of(h, "keys"), entries = count_of(h, "journal");
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    CHECK(is_kind(record_get(h->s, type_of(h->s, "member"), id, &r), ERR_BROKEN));
    Draft d = CHANGE(h->s, "member", id, 0, {field, "Other"});
    CHECK(is_kind(save_draft(h->s, &d, &got), ERR_BROKEN));
    CHECK(is_kind(register_rebuild(h->s, &n), ERR_BROKEN));
    CHECK(count_of(h, "keys") == keys && count_of(h, "journal") == entries && count_of(h, "member where name is not null") == 2);
}

TEST_REGISTER(a_key_that_is_gone_is_broken_and_nothing_is_emptied_by_it)
{
    Saved made = PUT(s, "member", {"key", "A"}, {"name", "Noy"}, {"remark", "ill"}, {"born", "1990"});
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    PUT(s, "loan", {"key", "L"}, {"member", "A"}, {"mark", "mine"});
    CHECK(count_of(h, "keys where holder like 'member/%'") == 4 && count_of(h, "keys where length(numbers) = 32") == 4);
    must_work(a, sql(h->db, a, 0, "delete from keys where holder = $1", say(a, "member/{}", made.id)));
    CHECK(verify_names(h, str_z(a, say(a, "the keys of member/{} are gone", made.id))));
    all_refuse(h, S("A"), "name");
    CHECK(says(h->s, "member", S("B"), "name", "Seng"));
}

TEST_REGISTER(all_keys_gone_is_broken)
{
    PUT(s, "member", {"key", "A"}, {"name", "Noy"});
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    must_work(a, sql(h->db, a, 0, "delete from keys"));
    h->reg->secrets = 0; // without a secret, too
    CHECK(verify_names(h, "2 entries lack their keys"));
    all_refuse(h, S("B"), "name");
}

TEST_REGISTER(keys_that_are_gone_are_not_made_again)
{
    Saved made = PUT(s, "member", {"key", "A"}, {"name", "Noy"}, {"remark", "ill"});
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    must_work(a, sql(h->db, a, 0, "delete from keys where row = $1", made.row));
    h->reg->secrets = 0;
    CHECK(verify_names(h, str_z(a, say(a, "member/{}", made.id))));
    all_refuse(h, S("A"), "remark");
    Draft d = DRAFT(h->s, "loan", {"key", "L"}, {"member", "A"}, {"mark", "hers"});
    CHECK(save_draft(h->s, &d, &made) && !count_of(h, "loan"));
    PUT(h->s, "loan", {"key", "L"}, {"member", "B"}, {"mark", "mine"}); // whose keys are there
}

TEST_REGISTER(a_newer_pack_may_use_one_compartment_more)
{
    PUT(s, "member", {"key", "A"}, {"name", "Noy"}, {"remark", "ill"});
    must_work(a, sql(h->db, a, 0, "create temp table kept as select numbers from keys"));
    Shape *shape = (Shape *)shape_of(s, type_of(s, "member"));
    shape->compartments = 1u << COMPARTMENT_CASE | 1u << COMPARTMENT_IDENTITY; // as of a pack that used fewer
    ring_forget(s);
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    CHECK(count_of(h, "keys where length(numbers) = 16") == 2);
    save_well(s, CHANGE(s, "member", S("B"), 0, {"remark", "well"}));
    PUT(s, "loan", {"key", "L"}, {"member", "B"}, {"mark", "mine"});
    CHECK(count_of(h, "keys where length(numbers) = 32") == 4);
    ring_forget(s);
    CHECK(says(s, "member", S("B"), "remark", "well") && says(s, "member", S("B"), "name", "Seng"));
    CHECK(says(s, "loan", S("L"), "mark", "mine"));
    verified(h);
}

TEST_REGISTER(keys_that_stand_at_anothers_row_are_named)
{
    static const char *const changes[] = {
        ("update keys set row = -1 where row = (select max(row) from kept); update keys set row = (select max(row) from kept)"
         " where row = (select min(row) from kept); update keys set row = (select min(row) from kept) where row = -1"),
        "update keys set holder = 'member/nobody'",
        "update keys set agency = 'x' where agency = 'register'",
        "update keys set numbers = wrapped",
        "update keys set row = row + 1000",
        "delete from agencies",
    };
    PUT(s, "member", {"key", "A"}, {"name", "Noy"});
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    must_work(a, sql(h->db, a, 0, "create temp table kept as select * from keys"));
    must_work(a, sql(h->db, a, 0, "create temp table kept_agencies as select * from agencies"));
    h->reg->secrets = 0;
    for (int i = 0; i < countof(changes); i++) {
        must_work(a, db_define(h->db, a, str_from(changes[i])));
        CHECK(verify_names(h, i < 5 ? "keys of " : "agency key"));
        must_work(a, db_define(h->db, a, S("delete from keys; insert into keys select * from kept;"
            " delete from agencies; insert into agencies select * from kept_agencies")));
    }
    verified(h);
}

TEST_REGISTER(a_key_that_does_not_open_is_named_when_the_unlock_key_is_at_hand)
{
    static const char *const changes[] = {
        "update keys set wrapped = (select k.wrapped from kept k where k.row <> keys.row and k.agency = keys.agency)",
        "update keys set numbers = (select k.numbers from kept k where k.row <> keys.row and k.agency = keys.agency)",
    };
    PUT(s, "member", {"key", "A"}, {"name", "Noy"});
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    must_work(a, sql(h->db, a, 0, "create temp table kept as select * from keys"));
    for (int i = 0; i < countof(changes); i++) {
        must_work(a, db_define(h->db, a, str_from(changes[i])));
        CHECK(verify_names(h, "do not open"));
        must_work(a, db_define(h->db, a, S("delete from keys; insert into keys select * from kept")));
    }
    must_work(a, sql(h->db, a, 0, "update keys set numbers = $1", (Blob){S("short")}));
    h->reg->secrets = 0; // what has not even the length is named without
    CHECK(verify_names(h, "do not open"));
}

TEST_REGISTER(a_changed_key_is_refused)
{
    Record *r;
    PUT(s, "member", {"key", "A"}, {"name", "Noy"});
    PUT(s, "member", {"key", "B"}, {"name", "Seng"});
    must_work(a, sql(h->db, a, 0,
                     "update keys set wrapped = (select k.wrapped from keys k where k.row > keys.row and k.agency = keys.agency)"
                     " where row = (select min(k.row) from keys k)"));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    CHECK(is_kind(record_get(h->s, type_of(h->s, "member"), S("A"), &r), ERR_BROKEN));
    CHECK(says(h->s, "member", S("B"), "name", "Seng"));
}
