// The yardstick for the store: the statements of a list page, a case page and a save, in a loop,
// and nothing else. SPDX-License-Identifier: Apache-2.0
//
// bare_sqlite REGISTER.db list|case|save CASES SECONDS: on one thread, in the process, prepared
// once; prints how many a second. The statements are those that the program asks (bench/README.md
// says how to see them); what came is touched, but nothing is opened, checked or written as a page.
// Saves are lasting, one by one.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = 20, MOST = 64 };
#define KEY " left join keys w on w.row = t.row and w.agency = 'secretariat'"
static const char by_token[] =
    "select u.name, u.role, u.unit from tokens k join users u on u.name = k.name"
    " where k.hash = ?1 and u.active = 1";
static const char case_columns[] =
    "select t.row, t.id, t.key, t.version, t.entry, t.state, t.unit, t.agency, w.wrapped, t.kind, t.opened, t.province,"
    " t.forms, t.title, t.known_through, t.priority, t.reported_by, k7.key, t.district, "
    "t.exploited_in, t.transit, t.gate,"
    " t.summary, t.closed, t.closed_because from \"case\" t" KEY " left join organization k7 on k7.row = "
    "t.reported_by"
    " where (t.id = ?1 or t.key = ?1)";
#define TWENTY                                                                                     \
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)"
static const char by_people[] = "select t.row, t.id, t.key, t.version, t.entry, t.state, t.unit, "
                                "w.wrapped, t.given_name, t.family_name, t.nickname"
                                " from person t" KEY " where t.row in " TWENTY;

typedef struct {
    sqlite3 *db;
    long cases;
    uint64_t seed;
    int64_t sum;
} Bare;

static void must_be(int good, Bare *b, const char *what)
{
    if (good) return;
    fprintf(stderr, "bare_sqlite: %s: %s\n", what, sqlite3_errmsg(b->db));
    exit(1);
}

static long dice(Bare *b, long sides)
{
    b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
    return (long)((b->seed >> 33) % (uint64_t)sides);
}

static sqlite3_stmt *prepare(Bare *b, const char *text)
{
    sqlite3_stmt *s = 0;
    must_be(sqlite3_prepare_v3(b->db, text, -1, SQLITE_PREPARE_PERSISTENT, &s, 0) == SQLITE_OK, b,
            text);
    return s;
}

// Steps through an answer and touches every cell; the first two columns of each row are kept.
static int run(Bare *b, sqlite3_stmt *s, int64_t (*kept)[2], int most)
{
    int rows = 0, code;
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const void *p =
                sqlite3_column_type(s, i) == SQLITE_INTEGER ? 0 : sqlite3_column_blob(s, i);
            b->sum += p ? sqlite3_column_bytes(s, i) : sqlite3_column_int64(s, i);
        }
        if (kept && rows < most) {
            kept[rows][0] = sqlite3_column_int64(s, 0);
            kept[rows][1] = sqlite3_column_int64(s, 1);
        }
        rows++;
    }
    must_be(code == SQLITE_DONE, b, "step");
    sqlite3_reset(s);
    return rows;
}

static void who_asks(Bare *b, sqlite3_stmt *token)
{
    char hash[32];
    memset(hash, 7, sizeof hash);
    sqlite3_bind_blob(token, 1, hash, sizeof hash, SQLITE_STATIC);
    run(b, token, 0, 0);
}

static void in_twenty(Bare *b, sqlite3_stmt *s, int64_t (*rows)[2], int column, int n,
                      int64_t (*kept)[2], int *kept_n)
{
    for (int i = 0; i < ROWS; i++) sqlite3_bind_int64(s, i + 1, rows[i < n ? i : n - 1][column]);
    *kept_n = run(b, s, kept, MOST);
    if (*kept_n > MOST) *kept_n = MOST;
}

typedef struct { sqlite3_stmt *token, *list, *involved, *people; } List;

static List list_prepare(Bare *b)
{
    return (List){
        prepare(b, by_token),
        prepare(b, "select t.row, t.id, t.key, t.version, t.entry, t.state, t.unit, w.wrapped, t.kind, t.opened, "
                   "t.province, t.title from \"case\" t" KEY
                   " where t.province = ?1 and t.row < ?2 order by t.row desc limit 21"),
        prepare(b, "select t.\"case\", t.person, t.row from involvement t where t.\"case\" in " TWENTY),
        prepare(b, by_people),
    };
}

static void list_once(Bare *b, const List *l)
{
    static const char *const provinces[] = {"LA-VT", "LA-VI", "LA-SV", "LA-CH",
                                            "LA-LP", "LA-KH", "LA-BK", "LA-OU"};
    int64_t rows[MOST][2], parts[MOST][2];
    int n, people_n;
    who_asks(b, l->token);
    sqlite3_bind_text(l->list, 1, provinces[dice(b, 8)], -1, SQLITE_STATIC);
    sqlite3_bind_int64(l->list, 2, 2000 + dice(b, b->cases - 2000));
    n = run(b, l->list, rows, ROWS);
    if (n > ROWS) n = ROWS;
    if (!n) return;
    in_twenty(b, l->involved, rows, 0, n, parts, &people_n);
    if (people_n) in_twenty(b, l->people, parts, 1, people_n, rows, &n);
}

typedef struct { sqlite3_stmt *token, *one, *any, *hangs, *people, *history; } Case;

// Which kinds of records hang on a case: the pack says what there is, so the tables are asked.
static sqlite3_stmt *any_prepare(Bare *b)
{
    char text[8000] = "";
    size_t at = 0;
    sqlite3_stmt *all = prepare(
        b, "select m.name, f.\"from\" from sqlite_master m join pragma_foreign_key_list(m.name) f"
           " where m.type = 'table' and f.\"table\" = 'case' order by m.name");
    while (sqlite3_step(all) == SQLITE_ROW && at < sizeof text - 300) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%sselect 1 where exists (select 1 from \"%s\" t where t.\"%s\" = ?1)",
            at ? " union all " : "", (const char *)sqlite3_column_text(all, 0), (const char *)sqlite3_column_text(all, 1));
    }
    sqlite3_finalize(all);
    return prepare(b, text);
}

static Case case_prepare(Bare *b)
{
    return (Case){
        prepare(b, by_token),
        prepare(b, case_columns),
        any_prepare(b),
        prepare(b, "select t.person, t.row, t.id, t.key, t.version, t.entry, t.state, t.unit, t.part, t.identified,"
                   " t.arrested, k.key from involvement t left join person k on k.row = t.person"
                   " where t.\"case\" = ?1 order by t.row desc limit 11"),
        prepare(b, by_people),
        prepare(b, "select id, time, actor, agency, record, record_id, holder, row, verb, version, batch, body"
                   " from journal where row = ?1 and record = 'case' and version > 0 order by id desc limit 10"),
    };
}

static void case_once(Bare *b, const Case *c)
{
    char key[32];
    int64_t rows[MOST][2], people[MOST][2];
    int n;
    snprintf(key, sizeof key, "K-%07ld", 1 + dice(b, b->cases));
    who_asks(b, c->token);
    sqlite3_bind_text(c->one, 1, key, -1, SQLITE_STATIC);
    if (!run(b, c->one, rows, 1)) return;
    sqlite3_bind_int64(c->any, 1, rows[0][0]);
    run(b, c->any, 0, 0);
    sqlite3_bind_int64(c->hangs, 1, rows[0][0]);
    n = run(b, c->hangs, people, MOST);
    if (n) in_twenty(b, c->people, people, 0, n, people, &n);
    sqlite3_bind_int64(c->history, 1, rows[0][0]);
    run(b, c->history, 0, 0);
}

typedef struct {
    sqlite3_stmt *token, *begin, *one, *next, *head, *journal, *change, *put, *commit;
} Save;

static Save save_prepare(Bare *b)
{
    return (Save){
        prepare(b, by_token),
        prepare(b, "begin immediate"),
        prepare(b, case_columns),
        prepare(b, "select coalesce(max(id), 0) + 1 from journal"),
        prepare(b, "update heads set seq = seq returning writer, seq, time, entry, hash"),
        prepare(b, "insert into journal (id, writer, seq, time, salt, actor, agency, record, record_id, holder, row, "
                   "verb, version, base, batch, prev, hash,"
                   " body) values (?1, 'bare', ?1, 0, randomblob(16), 'bare', 'bare', 'case', 'bare', 'bare', ?2, 'change', 1, "
                   "zeroblob(32), '', zeroblob(32), zeroblob(32), randomblob(200))"),
        prepare(b, "update \"case\" set version = version + 1, entry = ?1, title = randomblob(90) "
                   "where row = ?2"),
        prepare(b, "update heads set seq = seq + 1, entry = ?1, hash = randomblob(32), signature = "
                   "randomblob(64)"),
        prepare(b, "commit"),
    };
}

static void save_once(Bare *b, const Save *s)
{
    char key[32];
    int64_t row[1][2], next[1][2];
    snprintf(key, sizeof key, "K-%07ld", 1 + dice(b, b->cases));
    sqlite3_bind_text(s->one, 1, key, -1, SQLITE_STATIC);
    who_asks(b, s->token);
    run(b, s->begin, 0, 0);
    run(b, s->one, row, 1);
    run(b, s->next, next, 1);
    run(b, s->head, 0, 0);
    sqlite3_stmt *both[] = {s->journal, s->change};
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(both[i], 1, next[0][0]);
        sqlite3_bind_int64(both[i], 2, row[0][0]);
        run(b, both[i], 0, 0);
    }
    sqlite3_bind_int64(s->put, 1, next[0][0]);
    run(b, s->put, 0, 0);
    run(b, s->commit, 0, 0);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    Bare b = {.seed = 20240601};
    if (argc != 5) {
        fprintf(stderr, "usage: bare_sqlite REGISTER.db list|case|save CASES SECONDS\n");
        return 2;
    }
    int lists = !strcmp(argv[2], "list"), saves = !strcmp(argv[2], "save");
    b.cases = atol(argv[3]);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    must_be(sqlite3_open_v2(argv[1], &b.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, 0) ==
                SQLITE_OK,
            &b, argv[1]);
    must_be(
        sqlite3_exec(
            b.db,
            saves
                ? "pragma synchronous = full; pragma secure_delete = on; pragma cache_size = -16000"
                : "pragma mmap_size = 4294967296; pragma cache_size = -2000; pragma query_only = "
                  "on",
            0, 0, 0) == SQLITE_OK,
        &b, "pragma");
    List list = lists ? list_prepare(&b) : (List){0};
    Save save = saves ? save_prepare(&b) : (Save){0};
    Case one = lists || saves ? (Case){0} : case_prepare(&b);
    sqlite3_stmt *begin = prepare(&b, "begin"),
                 *end = prepare(&b, "commit"); // a page is one view of the store
    double from = now(), until = from + atof(argv[4]);
    long n = 0;
    for (; now() < until; n++) {
        if (!saves) run(&b, begin, 0, 0);
        if (lists)
            list_once(&b, &list);
        else if (saves)
            save_once(&b, &save);
        else
            case_once(&b, &one);
        if (!saves) run(&b, end, 0, 0);
    }
    printf("%.0f\n", (double)n / (now() - from));
    return b.sum == 42; // so that nothing is left out
}
