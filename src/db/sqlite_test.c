// What SQLite alone must do: files that are missing, damaged or left by a crash, and the WAL.
// SPDX-License-Identifier: Apache-2.0
#include "db/both_test.h"
#include "os/os.h"

static void folder_drop(Arena *a, Str folder, Str where)
{
    must_work(a, db_remove_all(a, where));
    CHECK(!remove(str_z(a, folder)));
}

static isize file_bytes(Arena *a, Str path, char **out)
{
    FILE *f = fopen(str_z(a, path), "rb");
    if (!f) return -1;
    fseek(f, 0, SEEK_END);
    isize n = ftell(f);
    rewind(f);
    *out = take(a, char, n);
    CHECK((isize)fread(*out, 1, (size_t)n, f) == n);
    fclose(f);
    return n;
}

static void file_make(Arena *a, Str path, Str content)
{
    FILE *f = fopen(str_z(a, path), "wb");
    CHECK(f && fwrite(content.p, 1, (size_t)content.n, f) == (size_t)content.n);
    fclose(f);
}

static void file_copy(Arena *a, Str from, Str to)
{
    char *p;
    isize n = file_bytes(a, from, &p);
    CHECK(n >= 0);
    file_make(a, to, (Str){p, n});
}

static int64_t setting(Db *db, Arena *a, const char *question)
{
    Rows q;
    must_work(a, sql_fill(db, a, &q, question, VALS()));
    CHECK(rows_next(&q));
    return next_int(&q);
}

static void make_lines(Db *db, Arena *a, int n)
{
    must_work(a, db_define(db, a, S("create table line (id {id}, words {text}){strict}")));
    must_work(a, db_begin(db, a, DB_WRITE));
    Str words = str_from(memset(take(a, char, 1001), 'x', 1000));
    for (int i = 1; i <= n; i++)
        must_work(a, sql(db, a, 0, "insert into line (id, words) values ($1, $2)", i, words));
    must_work(a, db_end(db, a, true));
}

TEST(a_file_that_is_missing_is_bad_input_and_is_not_made)
{
    Str folder = test_folder(a), where = say(a, "{}/none.db", folder);
    Db *db;
    for (int use = DB_READ; use <= DB_WRITE; use++) {
        Err *e = db_open(a, where, (DbUse)use, false, &db);
        CHECK(e && e->kind == ERR_INPUT && !db && str_find(err_text(a, e), where) >= 0);
    }
    char *p;
    CHECK(file_bytes(a, where, &p) < 0);
    folder_drop(a, folder, where);
}

TEST(a_file_that_is_no_register_or_is_damaged_is_told_so)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder);
    Db *db;
    Str letter = S("This is a letter and no database, although it is as long as the header of one,"
                   " which is a hundred bytes that begin with other words.");
    file_make(a, where, letter);
    for (int use = DB_READ; use <= DB_WRITE; use++) {
        Err *e = db_open(a, where, (DbUse)use, false, &db);
        CHECK(e && e->kind == ERR_BROKEN);
    }
    must_work(a, db_remove_all(a, where));
    must_work(a, db_open(a, where, DB_WRITE, true, &db));
    make_lines(db, a, 100);
    db_close(db);
    char *p;
    isize n = file_bytes(a, where, &p);
    memset(p + 4096, 0xaa, (size_t)(n - 4096));
    file_make(a, where, (Str){p, n});
    must_work(a, db_open(a, where, DB_READ, false, &db));
    Rows q;
    Err *e = sql(db, a, &q, "select words from line");
    CHECK(e && e->kind == ERR_BROKEN && str_find(err_text(a, e), where) >= 0);
    db_close(db);
    folder_drop(a, folder, where);
}

TEST(a_path_that_looks_like_a_command_to_the_store_is_only_a_path)
{
    static const Str names[] = {S("file:none.db?mode=memory"), S(":memory:")};
    for (int i = 0; i < countof(names); i++) {
        Db *db;
        Err *e = db_open(a, names[i], DB_WRITE, false, &db);
        CHECK(e && e->kind == ERR_INPUT);
    }
}

TEST(a_connection_is_safe_and_small)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder);
    Db *writer, *reader;
    must_work(a, db_open(a, where, DB_WRITE, true, &writer));
    must_work(a, db_open(a, where, DB_READ, false, &reader));
    CHECK(setting(writer, a, "pragma synchronous") == 2);
    CHECK(setting(writer, a, "pragma secure_delete") == 1);
    CHECK(setting(writer, a, "pragma foreign_keys") == 1);
    CHECK(setting(writer, a, "pragma trusted_schema") == 0);
    CHECK(setting(writer, a, "pragma wal_autocheckpoint") == 0);
    CHECK(setting(writer, a, "pragma cache_size") == -6000);
    CHECK(setting(reader, a, "pragma cache_size") == -1000);
    CHECK(setting(reader, a, "pragma query_only") == 1);
    CHECK(setting(reader, a, "pragma mmap_size") > 1 << 30);
    Db *glance;
    must_work(a, db_open(a, where, DB_GLANCE, false, &glance));
    CHECK(setting(glance, a, "pragma query_only") == 1);
    CHECK(setting(glance, a, "pragma mmap_size") == 0);
    db_close(glance);
    CHECK(setting(reader, a, "pragma busy_timeout") == 10000);
    Rows q;
    must_work(a, sql(reader, a, &q, "pragma journal_mode"));
    CHECK(rows_next(&q) && str_equal(next_str(&q), S("wal")));
    CHECK(sql(writer, a, 0, "select load_extension('none')"));
    db_close(reader);
    db_close(writer);
    folder_drop(a, folder, where);
}

TEST(what_was_committed_before_a_crash_is_read_by_a_reader)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder),
        left = say(a, "{}/left.db", folder);
    Db *db, *reader;
    must_work(a, db_open(a, where, DB_WRITE, true, &db));
    make_lines(db, a, 10);
    must_work(a, db_begin(db, a, DB_WRITE));
    must_work(a, sql(db, a, 0, "delete from line"));
    file_copy(a, where, left); // as a killed process leaves them
    file_copy(a, say(a, "{}-wal", where), say(a, "{}-wal", left));
    must_work(a, db_open(a, left, DB_READ, false, &reader));
    CHECK(setting(reader, a, "select count(*) from line") == 10);
    db_close(reader);
    must_work(a, db_end(db, a, false));
    db_close(db);
    must_work(a, db_remove_all(a, left));
    folder_drop(a, folder, where);
}

TEST(the_wal_moves_into_the_file_only_when_told_and_does_not_grow_for_ever)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder),
        wal = say(a, "{}-wal", where);
    Db *db, *mover;
    char *p;
    must_work(a, db_open(a, where, DB_WRITE, true, &db));
    must_work(a, db_open(a, where, DB_WRITE, false, &mover));
    make_lines(db, a, 70000);
    isize before = file_bytes(a, where, &p), waiting = file_bytes(a, wal, &p);
    CHECK(before < 100000 && waiting > 64 << 20);
    must_work(a, db_checkpoint(mover, a));
    CHECK(file_bytes(a, where, &p) > 64 << 20);
    must_work(a, sql(db, a, 0, "delete from line where id < 100"));
    CHECK(file_bytes(a, wal, &p) <= 64 << 20); // begun again, and cut to what it may keep
    must_work(a, db_begin(mover, a, DB_READ));
    CHECK(setting(mover, a, "select count(*) from line") == 69901);
    must_work(a, sql(db, a, 0, "delete from line where id < 200"));
    must_work(a, db_checkpoint(db, a)); // a reader still needs some of it
    CHECK(setting(mover, a, "select count(*) from line") == 69901);
    must_work(a, db_end(mover, a, false));
    db_close(mover);
    db_close(db);
    CHECK(file_bytes(a, wal, &p) < 0);
    folder_drop(a, folder, where);
}

TEST(what_is_deleted_leaves_no_trace_in_the_file)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder);
    Db *db;
    must_work(a, db_open(a, where, DB_WRITE, true, &db));
    must_work(a, db_define(db, a, S("create table line (id {id}, words {text}){strict}")));
    must_work(a,
              sql(db, a, 0, "insert into line (id, words) values (1, $1)", S("Khamla Phommavong")));
    must_work(a, sql(db, a, 0, "insert into line (id, words) values (2, $1)", S("somebody else")));
    must_work(a, db_checkpoint(db, a));
    must_work(a, sql(db, a, 0, "delete from line where id = 1"));
    db_close(db);
    char *p;
    isize n = file_bytes(a, where, &p);
    CHECK(str_find((Str){p, n}, S("somebody else")) > 0);
    CHECK(str_find((Str){p, n}, S("Khamla")) < 0);
    folder_drop(a, folder, where);
}

typedef struct { Str where; _Atomic bool stop, stopped; } Mover;

static void move_always(void *with)
{
    Mover *m = with;
    Arena kept = arena_reserve(1 << 20, 0), a = arena_reserve(1 << 20, 0);
    Db *db;
    must_work(&kept, db_open(&kept, m->where, DB_WRITE, false, &db));
    for (; !m->stop; arena_reset(&a)) must_work(&a, db_checkpoint(db, &a));
    db_close(db);
    arena_release(&a);
    arena_release(&kept);
    m->stopped = true;
}

TEST(a_deletion_waits_for_who_moves_the_log_meanwhile)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder);
    Db *db;
    Mover m = {.where = where};
    must_work(a, db_open(a, where, DB_WRITE, true, &db));
    make_lines(db, a, 1);
    thread_start(move_always, &m);
    for (int i = 2; i < 200; i++) {
        must_work(a, sql(db, a, 0, "insert into line (id, words) values ($1, 'x')", i));
        must_work(a, db_scrub(db, a, 0, 0));
    }
    m.stop = true;
    while (!m.stopped) clock_sleep(1);
    db_close(db);
    folder_drop(a, folder, where);
}

typedef struct { Db *db; Arena *a; } Filling;

static Err *fill_disk(void *with)
{
    Filling *one = with;
    Str much = {take(one->a, char, 1 << 20), 1 << 20};
    return sql(one->db, one->a, 0, "insert into line (id, words) values (3, cast($1 as text))",
               (Blob){much});
}

static Err *go_on_after_full(void *with)
{
    Filling *one = with;
    TRY(sql(one->db, one->a, 0, "insert into line (id) values (1)"));
    Err *e = db_all_or_nothing(one->db, one->a, fill_disk, one);
    CHECK(e && e->kind == ERR_BUSY && str_find(err_text(one->a, e), S("disk is full")) > 0);
    // SQLite has undone the first line too: nothing may follow as if it had not.
    CHECK(sql(one->db, one->a, 0, "insert into line (id) values (4)"));
    CHECK(db_begin(one->db, one->a, DB_WRITE));
    return 0;
}

TEST(a_full_disk_writes_nothing_and_says_so)
{
    Str folder = test_folder(a), where = say(a, "{}/store.db", folder);
    Db *db;
    must_work(a, db_open(a, where, DB_WRITE, true, &db));
    make_lines(db, a, 0);
    must_work(a, sql(db, a, 0, "pragma max_page_count = 100"));
    Filling one = {db, a};
    CHECK(db_all_or_nothing(db, a, go_on_after_full, &one));
    CHECK(setting(db, a, "select count(*) from line") == 0);
    must_work(a, sql(db, a, 0, "insert into line (id) values (5)"));
    db_close(db);
    folder_drop(a, folder, where);
}
