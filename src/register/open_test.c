// Making and opening a register, its key and settings; loading packs.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"
#include <sys/stat.h>

static int mode_of(Arena *a, Str path)
{
    struct stat found;
    CHECK(!stat(str_z(a, path), &found));
    return found.st_mode & 0777;
}

static Err *open_try(House *h, OpenUse use)
{
    Register *reg = 0;
    Err *e = register_open(h->a, h->scratch, h->dir, use, &reg);
    if (!reg) return e;
    find_end(reg);
    if (reg->lock) lock_free(reg->lock);
    return e;
}

static Str key_file(House *h)
{
    return say(h->a, "{}.key", h->dir);
}

static void write(House *h, Str path, Str text)
{
    must_work(h->a, file_replace(h->a, path, text, 0600));
}

TEST_REGISTER(a_register_is_a_folder_for_its_owner_alone_and_the_key_lies_beside)
{
    Str text;
    CHECK(mode_of(a, h->dir) == 0700 && mode_of(a, key_file(h)) == 0600 && mode_of(a, path_join(a, h->dir, S("settings"))) == 0600);
    must_work(a, file_read(a, key_file(h), 100, &text));
    CHECK(text.n == 65 && text.p[64] == '\n');
    Str key = str_slice(text, 0, 64), *names;
    int n;
    must_work(a, folder_list(a, h->dir, &names, &n));
    for (int i = 0; i < n; i++) {
        Str path = path_join(a, h->dir, names[i]);
        if (path_is_folder(path)) continue;
        must_work(a, file_read(a, path, 64 << 20, &text));
        CHECK(str_find(text, key) < 0);
    }
    must_work(a, file_read(a, path_join(a, h->dir, S("settings")), 4096, &text));
    CHECK(str_find(text, say(a, "store = {}\n", h->store)) > 0 && str_find(text, S("signer = ")) > 0);
}

TEST_REGISTER(a_missing_or_wrong_key_is_bad_input)
{
    Str right, path = key_file(h);
    must_work(a, file_read(a, path, 100, &right));
    remove(str_z(a, path));
    const OpenUse uses[] = {OPEN_READ, OPEN_WRITE, OPEN_SERVE};
    Str bad[] = {S(""), S("abc\n"), S("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n")};
    for (int i = 0; i < countof(uses); i++) CHECK(is_kind(open_try(h, uses[i]), ERR_INPUT));
    for (int i = 0; i < countof(bad); i++) {
        write(h, path, bad[i]);
        for (int k = 0; k < countof(uses); k++) CHECK(is_kind(open_try(h, uses[k]), ERR_INPUT));
    }
    must_work(a, open_try(h, OPEN_KEYLESS));
    write(h, path, right);
    for (int k = 0; k < countof(uses); k++) must_work(a, open_try(h, uses[k]));
}

TEST_REGISTER(the_key_may_lie_where_the_operator_says)
{
    Str away = path_join(a, test_folder(a), S("key"));
    CHECK(!rename(str_z(a, key_file(h)), str_z(a, away)));
    CHECK(is_kind(open_try(h, OPEN_READ), ERR_INPUT));
    setenv("SUKHWAN_KEY_FILE", str_z(a, away), 1);
    Err *e = open_try(h, OPEN_READ);
    House other = {.dir = path_join(a, test_folder(a), S("other")), .a = a, .scratch = scratch};
    Faults all = {0};
    Err *made = register_make(a, scratch, other.dir, club_sheets(a), (Str){0}, &all); // uses the one that is there
    Err *opened = open_try(&other, OPEN_WRITE);
    bool beside = path_exists(key_file(&other));
    setenv("SUKHWAN_KEY_FILE", str_z(a, path_join(a, other.dir, S("key"))), 1);
    Str inside_dir = say(a, "{}2", other.dir);
    setenv("SUKHWAN_KEY_FILE", str_z(a, path_join(a, inside_dir, S("key"))), 1);
    Err *inside = register_make(a, scratch, inside_dir, club_sheets(a), (Str){0}, &all);
    unsetenv("SUKHWAN_KEY_FILE");
    must_work(a, e);
    must_work(a, made);
    must_work(a, opened);
    CHECK(!beside && is_kind(inside, ERR_INPUT) && !path_exists(path_join(a, inside_dir, S("key"))));
    folder_remove(a, str_slice(away, 0, away.n - 4));
    folder_remove(a, str_slice(other.dir, 0, other.dir.n - 6));
}

TEST_REGISTER(a_register_of_another_format_is_left_alone)
{
    const OpenUse uses[] = {OPEN_READ, OPEN_WRITE, OPEN_SERVE, OPEN_KEYLESS, OPEN_REBUILD};
    const struct { const char *format; Str told; } others[] = {{"3", S("newer")}, {"1", S("of format 1")}};
    for (int k = 0; k < countof(others); k++) {
        must_work(a, sql(h->db, a, 0, "update meta set value = $1 where name = 'format'", str_from(others[k].format)));
        for (int i = 0; i < countof(uses); i++) {
            Err *e = open_try(h, uses[i]);
            CHECK(is_kind(e, ERR_INPUT) && str_find(err_text(a, e), others[k].told) > 0);
        }
    }
}

TEST_REGISTER(what_is_no_register_is_told_so)
{
    House none = {.dir = S("/nonexistent/club"), .a = a, .scratch = scratch};
    CHECK(is_kind(open_try(&none, OPEN_READ), ERR_INPUT));
    Str path = path_join(a, h->dir, S("settings")), settings;
    must_work(a, file_read(a, path, 4096, &settings));
    write(h, path, S("store =\n"));
    CHECK(is_kind(open_try(h, OPEN_READ), ERR_INPUT));
    Str garbage = path_join(a, h->dir, S("garbage"));
    write(h, garbage,
          S("This is no database, and it is long enough to look like a file with a header of a "
            "hundred bytes or more, is it not."));
    Str lines = settings, changed = S("");
    while (lines.n) {
        Str line = str_cut(&lines, '\n');
        changed = say(a, "{}{}\n", changed, str_starts(line, S("store")) ? say(a, "store = {}", garbage) : line);
    }
    write(h, path, changed);
    CHECK(open_try(h, OPEN_READ));
    write(h, path, settings);
    must_work(a, open_try(h, OPEN_READ));
    must_work(a, sql(h->db, a, 0, "delete from agencies"));
    CHECK(is_kind(open_try(h, OPEN_READ), ERR_BROKEN));
}

TEST_REGISTER(a_register_is_made_once)
{
    Faults all = {0};
    int64_t entries = count_of(h, "journal");
    CHECK(is_kind(register_make(a, scratch, h->dir, club_sheets(a), h->store, &all), ERR_INPUT) && count_of(h, "journal") == entries);
    if (!h->store.n) return;
    Str other = path_join(a, test_folder(a), S("other"));
    CHECK(is_kind(register_make(a, scratch, other, club_sheets(a), h->store, &all), ERR_INPUT));
    CHECK(!path_exists(path_join(a, other, S("settings"))) && count_of(h, "journal") == entries);
    folder_remove(a, str_slice(other, 0, other.n - 6));
}

TEST_REGISTER(of_one_register_there_is_one_server_and_commands_beside_it)
{
    Register *serving;
    must_work(a, register_open(a, scratch, h->dir, OPEN_SERVE, &serving));
    CHECK(db_is_postgres(h->where) || is_kind(open_try(h, OPEN_SERVE), ERR_INPUT));
    must_work(a, open_try(h, OPEN_WRITE));
    PUT(s, "visit", {"key", "V"});
    if (serving->lock) lock_free(serving->lock);
    find_end(serving);
    must_work(a, open_try(h, OPEN_SERVE));
}

TEST_REGISTER(a_key_that_others_may_read_or_that_could_be_guessed_is_refused)
{
    Str right, path = key_file(h);
    must_work(a, file_read(a, path, 100, &right));
    const int modes[] = {0644, 0640, 0604};
    for (int i = 0; i < countof(modes); i++) {
        CHECK(!chmod(str_z(a, path), (mode_t)modes[i]));
        Err *e = open_try(h, OPEN_READ);
        CHECK(is_kind(e, ERR_INPUT) && str_find(err_text(a, e), S("chmod 600")) > 0);
    }
    const Str weak[] = {S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                        S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
                        S("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"),
                        S("0000000000000000000000000000000000000000000000000000000000000000"),
                        S("the quick brown fox jumps over the lazy dog"),
                        S("passwordpasswordpasswordpassword"),
                        S("1234567890123456789012345678901234567890")};
    for (int i = 0; i < countof(weak); i++) {
        write(h, path, weak[i]);
        Err *e = open_try(h, OPEN_WRITE);
        CHECK(is_kind(e, ERR_INPUT) && str_find(err_text(a, e), S("could be guessed")) > 0);
    }
    const Str good[] = {
        S("kP3v0qXz7mB1nT8wJ5rY2hL6cD9fG4sA+/eUoIiK\n"),
        S("4f1d9c02a7be83564f1d9c02a7be83564f1d9c02a7be83564f1d9c02a7be83564f1d9c02a7be8356")};
    for (int i = 0; i < countof(good); i++) { // another form will do, but it is not this register's
        write(h, path, good[i]);
        Err *e = open_try(h, OPEN_WRITE);
        CHECK(is_kind(e, ERR_INPUT) && str_find(err_text(a, e), S("does not belong")) > 0);
    }
    write(h, path, right);
    must_work(a, open_try(h, OPEN_WRITE));
}

// ---- packs -------------------------------------------------------------------------------------------

TEST_REGISTER(a_faulty_pack_makes_nothing)
{
    Faults all = {0};
    Str above = test_folder(a), dir = path_join(a, above, S("new"));
    must_work(a, register_make(a, scratch, dir, club_with(a, S("moves.csv"), S("record,name\nnothing,x\n")), (Str){0}, &all));
    CHECK(all.n > 0 && !path_exists(dir) && !path_exists(say(a, "{}.key", dir)));
    folder_remove(a, above);
    int64_t changed, entries = count_of(h, "journal");
    all = (Faults){0};
    must_work(a, pack_load(s, club_with(a, S("survey/rest.csv"), S("record,type,name\ntrip,colour,x\n")), false, &all, &changed));
    CHECK(all.n > 0 && count_of(h, "journal") == entries && field_get(type_of(s, "loan"), S("mark")));
}

// What every way of opening says, verify too; and then rebuild mends it, or the journal is not whole.
static void sheets_refused(House *h, bool mends)
{
    const OpenUse uses[] = {OPEN_READ, OPEN_WRITE, OPEN_SERVE};
    Verified v;
    int64_t n;
    for (int i = 0; i < countof(uses); i++) CHECK(is_kind(open_try(h, uses[i]), ERR_BROKEN));
    must_work(h->a, open_try(h, OPEN_KEYLESS));
    house_close(h);
    must_work(h->a, register_open(h->a, h->scratch, h->dir, OPEN_REBUILD, &h->reg));
    CHECK(is_kind(register_verify(h->reg, h->a, h->scratch, false, &v), ERR_BROKEN));
    must_work(h->a, store_open(h->reg, h->a, h->scratch, user_operator(), &h->s));
    Err *e = register_rebuild(h->s, &n);
    CHECK(mends ? !e : is_kind(e, ERR_BROKEN));
    if (!mends) return;
    for (int i = 0; i < countof(uses); i++) must_work(h->a, open_try(h, uses[i]));
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    verified(h);
}

static int64_t entry_of(House *h, const char *which)
{
    Rows q;
    must_work(h->a,
              sql(h->db, h->a, &q,
                  "select {}(id) from journal where record = 'pack' and record_id = 'rights.csv'",
                  ((Sql){.text = str_from(which)})));
    CHECK(rows_next(&q));
    return next_int(&q);
}

// A right is taken away by a newer sheet; then whoever may write the store gives it back.
static void right_taken(House *h)
{
    pack_put(h->s, club_with(h->a, S("rights.csv"), str_from("role,record,read,write,classes\nboss,*,all,all,\n")), 1);
    CHECK(entry_of(h, "max") > entry_of(h, "min"));
}

TEST_REGISTER(an_older_sheet_put_back_is_not_believed)
{
    right_taken(h);
    must_work(a,
              sql(h->db, a, 0, "update sheets set text = $1, entry = $2 where path = 'rights.csv'",
                  club_text(S("rights.csv")), entry_of(h, "min")));
    sheets_refused(h, true);
    CHECK(!may_any(&(User){.role = role_get(h->s->pack, S("blind"))}, type_of(h->s, "trip"), MAY_READ));
}

TEST_REGISTER(a_sheet_that_is_missing_too_many_or_changed_is_not_believed)
{
    right_taken(h);
    must_work(a, sql(h->db, a, 0, "delete from sheets where path = 'rights.csv'"));
    sheets_refused(h, true);
    must_work(a, sql(h->db, a, 0, "insert into sheets (path, text, entry) values ('more.csv', 'x', $1)", entry_of(h, "max")));
    sheets_refused(h, true);
    must_work(a, sql(h->db, a, 0, "update sheets set text = text || ' ' where path = 'choices.csv'"));
    sheets_refused(h, true);
    must_work(a, sql(h->db, a, 0, "delete from meta where name = 'sheets'"));
    sheets_refused(h, true);
}

TEST_REGISTER(a_sheet_changed_together_with_its_entry_is_not_believed)
{
    Str more = say(a, "{}blind,trip,all,all,\n", S("role,record,read,write,classes\nboss,*,all,all,\n"));
    Rows q;
    right_taken(h);
    int64_t newest = entry_of(h, "max");
    must_work(a, sql(h->db, a, 0, "update sheets set text = $1 where path = 'rights.csv'", more));
    must_work(a, sql(h->db, a, 0, "update journal set body = $1 where id = $2", (Blob){more}, newest));
    sheets_refused(h, false);
    must_work(a, sql(h->db, a, &q, "select {} from journal where id = $1", entry_columns(), newest)); // and its hash as well
    CHECK(rows_next(&q));
    Entry e = entry_read(&q);
    Hash hash = entry_hash(&e);
    must_work(a, sql(h->db, a, 0, "update journal set hash = $1 where id = $2", (Blob){hash_bytes(&hash)}, newest));
    sheets_refused(h, false);
}

TEST_REGISTER(the_newest_entry_of_a_sheet_taken_away_is_missed)
{
    right_taken(h);
    must_work(a,
              sql(h->db, a, 0, "update sheets set text = $1, entry = $2 where path = 'rights.csv'",
                  club_text(S("rights.csv")), entry_of(h, "min")));
    must_work(a, sql(h->db, a, 0, "delete from journal where id = $1", entry_of(h, "max")));
    sheets_refused(h, false);
}

TEST_REGISTER(a_pack_is_loaded_by_what_changed_in_it)
{
    PUT(s, "trip", {"key", "T"}); // this process has begun
    int64_t entries = count_of(h, "journal"), changed;
    Faults all = {0};
    PackSheets sheets = club_sheets(a), read;
    must_work(a, pack_load(s, sheets, false, &all, &changed));
    CHECK(!all.n && !changed && count_of(h, "journal") == entries);
    Str wider = say(a, "{}sexes,other,Other\n", club_text(S("choices.csv")));
    must_work(a, pack_load(s, club_with(a, S("choices.csv"), wider), true, &all, &changed));
    CHECK(!all.n && changed == 1 && count_of(h, "journal") == entries);
    Saved got = save(s, DRAFT(s, "member", {"name", "x"}, {"sex", "other"}));
    CHECK(faulty(&got, "sex"));
    pack_put(s, club_with(a, S("choices.csv"), wider), 1);
    CHECK(PUT(s, "member", {"name", "x"}, {"sex", "other"}).version == 1 && count_of(h, "journal") == entries + 2);
    // What is taken away again would leave records without their choice.
    must_work(a, pack_load(s, sheets, false, &all, &changed));
    CHECK(all.n == 1);
    PackSheets more = club_with(a, S("registry/clinics.csv"), S("a\n1\n"));
    for (int i = 0; i < more.n; i++) if (str_equal(more.at[i].path, S("choices.csv"))) more.at[i].text = wider;
    pack_put(s, more, 1);
    pack_put(s, club_with(a, S("choices.csv"), wider), 1); // one sheet less
    must_work(a, pack_sheets(s, &read));
    CHECK(read.n == CLUB_SHEETS);
    house_close(h);
    house_open_as(h, OPEN_WRITE);
    CHECK(PUT(h->s, "member", {"name", "y"}, {"sex", "other"}).version == 1);
    verified(h);
}

TEST_REGISTER(a_pack_may_not_use_the_programs_own_names_nor_drop_what_there_is)
{
    static const Str paths[] = {S("login"), S("health")};
    static const struct { const char *from, *to; } changes[] = {
        {"visit,,,,5,Visit,Visits\n", "visit,,,,5,Visit,Visits\nlogin,,,,6,Login,Logins\n"},
        {"visit,,,,5,Visit,Visits\n", "visit,,,,5,Visit,Visits\njournal,,,,6,Journal,Journals\n"},
        {"visit,,,,5,Visit,Visits\n", ""},
    };
    register_reserve(paths, countof(paths));
    for (int i = 0; i < countof(changes); i++) {
        Str text = club_text(S("records.csv")), from = str_from(changes[i].from);
        isize at = str_find(text, from);
        int64_t changed;
        Faults all = {0};
        text = say(a, "{}{}{}", str_slice(text, 0, at), str_from(changes[i].to), str_slice(text, at + from.n, text.n));
        must_work(a, pack_load(s, club_with(a, S("records.csv"), text), false, &all, &changed));
        CHECK(all.n > 0);
    }
    register_reserve(0, 0);
    const Pack *pack;
    Faults all = {0};
    must_work(a, pack_check(a, scratch, club_sheets(a), &all, &pack));
    CHECK(pack && !all.n);
}
