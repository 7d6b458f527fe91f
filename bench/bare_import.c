// The yardstick for an import: the rows that so many lines become, inserted in a loop, and nothing
// else. SPDX-License-Identifier: Apache-2.0
//
// bare_import REGISTER.db LINES: into a register just made; a transaction each for cases, persons
// and involvements, as three imports are. Nothing is read from a file, checked, sealed or hashed:
// bytes of the same length stand for what would be. Prints lines (of one case, one person, one
// involvement) a second.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    sqlite3 *db;
    uint64_t seed;
    int64_t id;
    sqlite3_stmt *journal, *key; // key: a holder's list, one for each agency
} Bare;
static const char bytes[300];

static void must_be(int good, Bare *b, const char *what)
{
    if (good) return;
    fprintf(stderr, "bare_import: %s: %s\n", what, sqlite3_errmsg(b->db));
    exit(1);
}

static sqlite3_stmt *prepare(Bare *b, const char *text)
{
    sqlite3_stmt *s = 0;
    must_be(sqlite3_prepare_v3(b->db, text, -1, SQLITE_PREPARE_PERSISTENT, &s, 0) == SQLITE_OK, b,
            text);
    return s;
}

static int64_t step(Bare *b, sqlite3_stmt *s)
{
    int code = sqlite3_step(s);
    int64_t found = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    must_be(code == SQLITE_DONE || code == SQLITE_ROW, b, "step");
    sqlite3_reset(s);
    return found;
}

static void tell(Bare *b, const char *text)
{
    must_be(sqlite3_exec(b->db, text, 0, 0, 0) == SQLITE_OK, b, text);
}

// A random name of twenty letters, as records have.
static void name_bind(Bare *b, sqlite3_stmt *s, int place, char *name)
{
    for (int i = 0; i < 20; i++) {
        b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
        name[i] = "0123456789abcdefghjkmnpqrstvwxyz"[b->seed >> 59];
    }
    sqlite3_bind_text(s, place, name, 20, SQLITE_STATIC);
}

static void number_bind(sqlite3_stmt *s, int place, char *room, const char *form, long n)
{
    snprintf(room, 32, form, n);
    sqlite3_bind_text(s, place, room, -1, SQLITE_STATIC);
}

static void entry(Bare *b, const char *record, const char *name, int length)
{
    sqlite3_stmt *s = b->journal;
    sqlite3_bind_int64(s, 1, b->id);
    sqlite3_bind_text(s, 2, record, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, name, 20, SQLITE_STATIC);
    sqlite3_bind_blob(s, 4, bytes, 32, SQLITE_STATIC);
    sqlite3_bind_blob(s, 5, bytes, length, SQLITE_STATIC);
    step(b, s);
}

// keys: how many are in each list.
static void lists(Bare *b, int keys, const char *name)
{
    static const char *const agencies[] = {"register", "secretariat"};
    char record[40];
    snprintf(record, sizeof record, "%.6s/%.20s", "person", name);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(b->key, 1, b->id);
        sqlite3_bind_text(b->key, 2, agencies[i], -1, SQLITE_STATIC);
        sqlite3_bind_text(b->key, 3, record, -1, SQLITE_STATIC);
        sqlite3_bind_blob(b->key, 4, bytes, 8 * keys, SQLITE_STATIC);
        sqlite3_bind_blob(b->key, 5, bytes, 16 + 58 * keys, SQLITE_STATIC);
        step(b, b->key);
    }
}

static void cases(Bare *b, long lines)
{
    static const char *const provinces[] = {"LA-VT", "LA-VI", "LA-SV", "LA-CH", "LA-LP",
                                            "LA-KH", "LA-BK", "LA-OU", "LA-LM"};
    sqlite3_stmt *s = prepare(
        b,
        "insert into \"case\" (row, id, key, version, entry, head, state, actor, unit, agency, kind, opened, opened_day,"
        " opened_last, province, forms, title) values (?1, ?2, ?3, 1, ?1,"
        " zeroblob(32), 'reported', 'operator', 'secretariat', 'secretariat', "
        "'criminal', '2021-02-24', ?4, ?4, ?5,"
        " 'forced_marriage online_scam', ?6)");
    sqlite3_stmt *forms = prepare(b, "insert into \"case.forms\" (row, value) values (?1, ?2)");
    for (long i = 1; i <= lines; i++) {
        char name[20], number[32];
        b->id++;
        sqlite3_bind_int64(s, 1, b->id);
        name_bind(b, s, 2, name);
        number_bind(s, 3, number, "K-%07ld", i);
        sqlite3_bind_int64(s, 4, 20140101 + i % 10 * 10000 + i % 11 * 100 + i % 28);
        sqlite3_bind_text(s, 5, provinces[i * 7 % 9], -1, SQLITE_STATIC);
        sqlite3_bind_blob(s, 6, bytes, 90, SQLITE_STATIC);
        entry(b, "case", name, 246);
        lists(b, 2, name);
        step(b, s);
        for (int k = 0; k < 2; k++) {
            sqlite3_bind_int64(forms, 1, b->id);
            sqlite3_bind_text(forms, 2, k ? "online_scam" : "forced_marriage", -1, SQLITE_STATIC);
            step(b, forms);
        }
    }
}

static void persons(Bare *b, long lines)
{
    sqlite3_stmt *s = prepare(b, "insert into person (row, id, key, version, entry, head, state, actor, unit, agency, "
                                 "given_name, family_name, nickname,"
                                 " sex, born, born_day, born_last, citizenship, province, phone) "
                                 "values (?1, ?2, ?3, 1, ?1, zeroblob(32), '', 'operator', 'secretariat',"
                                 " 'secretariat', ?4, ?4, ?4, 'female',"
                                 " '1982-04-09', 19820409, 19820409, 'LA', 'LA-KH', ?4)");
    sqlite3_stmt *citizen =
        prepare(b, "insert into \"person.citizenship\" (row, value) values (?1, 'LA')");
    for (long i = 1; i <= lines; i++) {
        char name[20], number[32];
        b->id++;
        sqlite3_bind_int64(s, 1, b->id);
        name_bind(b, s, 2, name);
        number_bind(s, 3, number, "P-%07ld", i);
        sqlite3_bind_blob(s, 4, bytes, 70, SQLITE_STATIC);
        entry(b, "person", name, 303);
        lists(b, 5, name);
        step(b, s);
        sqlite3_bind_int64(citizen, 1, b->id);
        step(b, citizen);
    }
}

static void involvements(Bare *b, long lines)
{
    sqlite3_stmt *s = prepare(b, "insert into involvement (row, id, key, version, entry, head, state, "
                                 "actor, unit, agency, part, identified, identified_day,"
                                 " identified_last, \"case\", person) values (?1, ?2, ?3, 1, ?1, "
                                 "zeroblob(32), '', 'operator', 'secretariat', 'secretariat', 'victim', '2021-12-13', ?6, ?6, ?4, ?5)");
    sqlite3_stmt *to[] = {prepare(b, "select row from \"case\" where key = ?1"),
                          prepare(b, "select row from person where key = ?1")};
    for (long i = 1; i <= lines; i++) {
        char name[20], number[32], other[32];
        b->id++;
        for (int k = 0; k < 2; k++) {
            number_bind(to[k], 1, other, k ? "P-%07ld" : "K-%07ld", i);
            sqlite3_bind_int64(s, 4 + k, step(b, to[k]));
        }
        sqlite3_bind_int64(s, 1, b->id);
        name_bind(b, s, 2, name);
        number_bind(s, 3, number, "I-%07ld", i);
        sqlite3_bind_int64(s, 6, 20141201 + i % 10 * 10000 + i % 28);
        entry(b, "involvement", name, 246);
        step(b, s);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static void (*const files[])(Bare * b, long lines) = {cases, persons, involvements};
    Bare b = {.seed = 20240601};
    if (argc != 3) {
        fprintf(stderr, "usage: bare_import REGISTER.db LINES\n");
        return 2;
    }
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    double from = now();
    must_be(sqlite3_open_v2(argv[1], &b.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, 0) ==
                SQLITE_OK,
            &b, argv[1]);
    tell(&b, "pragma synchronous = full; pragma secure_delete = on; pragma foreign_keys = on; "
             "pragma wal_autocheckpoint = 0;"
             " pragma cache_size = -262144");
    b.journal = prepare(&b, "insert into journal (id, writer, seq, time, salt, actor, agency, record, record_id, holder, "
                            "row, verb, version, base, batch, prev,"
                            " hash, body) values (?1, 'abcdef.commands', ?1, 1, zeroblob(16), 'operator', 'register', ?2, "
                            "?3, ?3, ?1, 'create', 1, x'', 'abcdefghjkmnpqrstvwx', ?4, ?4, ?5)");
    b.key = prepare(&b, "insert into keys (row, agency, holder, numbers, open, wrapped) values "
                        "(?1, ?2, ?3, ?4, 63, ?5)");
    b.id = step(&b, prepare(&b, "select coalesce(max(id), 0) + 1000000000 from journal"));
    for (int i = 0; i < 3; i++) {
        tell(&b, "begin immediate");
        files[i](&b, atol(argv[2]));
        tell(&b, "commit");
    }
    printf("%.0f\n", atof(argv[2]) / (now() - from));
    return 0;
}
