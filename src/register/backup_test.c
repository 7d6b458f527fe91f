// Backups, what is made again from them, and each table against the journal.
// SPDX-License-Identifier: Apache-2.0
#include "register/keep/backup.h"
#include "register/register_test.h"

#define STATES S("record,name,label::English (en),kind,term,waits,who\nloan,out,Out,first,${returns},,\nloan,back,Back,last,,,\n")

static Err *token_work(Store *s, void *with)
{
    (void)with;
    TRY(asked_enter(s, random_name(s->a), S("create"), S("{\"name\":\"dao\",\"what\":\"create\",\"role\":\"boss\",\"unit\":\"north1\"}")));
    return account_enter(s, S("noy"), S("token"), S("{\"token\":\"abc\",\"made\":\"1\",\"until\":\"99\"}"));
}

static void file_put(Store *s)
{
    Attached one;
    must_work(s->a, attached_keep(s, S("a.txt"), S("text/plain"), S("words of a file"), &one));
    Draft d = draft_make(s->a, type_of(s, "visit"));
    d.files = true;
    d.cells[field_get(d.type, S("papers"))->at] = (Cell){.text = attached_line(s->a, &one), .said = true};
    save_well(s, d);
}

// Something in every table that is made of the journal.
// One is asked for and held, another was erased.
static void forgotten(Store *s, Store *noy)
{
    Faults all = {0};
    Erased out;
    PUT(noy, "member", {"key", "M3"}, {"name", "Kham"}, {"born", "1991"});
    must_work(s->a, erase_ask(noy, type_of(s, "member"), S("M1"), S("she asked"), &all));
    must_work(s->a, hold_put(s, S("M1"), S("a court"), S("2999-01-01"), &all));
    must_work(s->a, erase_carry(s, &(EraseAsk){.key = S("M3"), .learnt = true}, &out, &all));
    CHECK(!all.n && out.keys && out.records == 1);
}

static void everything(Store *s)
{
    Faults all = {0};
    PackSheets sheets = club_with(s->a, S("survey/zfiles.csv"), S("record,type,name,label::English (en)\nvisit,file,papers,Papers\n"));
    for (int i = 0; i < sheets.n; i++) {
        if (str_equal(sheets.at[i].path, S("states.csv"))) sheets.at[i].text = STATES;
    }
    sheets.at[sheets.n++] = (PackSheet){S("effects.csv"), S("record,on,when,makes,field,value,to,until\n"
        "loan,return,,notice,.,'It is back.','north1',\nloan,${returns},,visit,told,'late',,\n")};
    int64_t changed;
    must_work(s->a, pack_load(s, sheets, false, &all, &changed));
    CHECK(!all.n);
    Store *noy = as_user(s, "noy", "boss", "north1");
    PUT(noy, "member", {"key", "M1"}, {"name", "Noy"}, {"born", "1990-02"}, {"tongues", "khmu lao"}, {"remark", "ill"});
    PUT(noy, "trip", {"key", "T1"}, {"title", "To the hill"}, {"aims", "hill river"}, {"opened", "2024"});
    PUT(noy, "part", {"key", "P1"}, {"trip", "T1"}, {"member", "M1"}, {"part", "guest"});
    PUT(noy, "loan", {"key", "L1"}, {"member", "M1"}, {"mark", "scratch"}, {"lent", "3"});
    PUT(noy, "loan", {"key", "L2"}, {"mark", "alone"}, {"returns", "2031"});
    must_work(s->a, work_later(noy, type_of(s, "loan"), S("L1"), &(LaterAsk){.until = day_text(s->a, day_add(register_today(s), 9)),
        .why = S("away")}, &all));
    Draft d = draft_make(s->a, type_of(s, "loan"));
    d.id = S("L2");
    d.move = S("return");
    save_well(noy, d);
    SightAsk ask = {S("south1"), S("identity"), S("2999-01-01"), S("she asked for it"), {0}};
    must_work(s->a, sight_give(noy, type_of(s, "member"), S("M1"), &ask, &all));
    user_there(s, "noy", "boss", "north1");
    must_work(s->a, register_write(s, token_work, 0));
    CHECK(bring(s, "visit", "key,seen,guests\nV1,2024-01-01,3\n").batch && !all.n);
    file_put(s);
    forgotten(s, noy);
}

// ---- tables against the journal ----------------------------------------------------------------------------

static Err *checked(House *h)
{
    Arena rest = h->scratch, a = arena_cut(&rest, (rest.end - rest.at) / 2);
    Db *db;
    must_work(h->a, db_open(h->a, h->where, DB_READ, false, &db));
    must_work(h->a, db_begin(db, h->a, DB_READ));
    Err *e = err_keep(h->a, tables_check(h->reg, db, &a, rest));
    must_work(h->a, db_end(db, h->a, false));
    db_close(db);
    return e;
}

static bool found(House *h, const StoreTable *t, const char *how)
{
    Err *e = checked(h);
    Str words = e ? err_text(h->a, e) : S("nothing");
    bool named = str_find(words, say(h->a, "table {} is", t->name)) > 0 && str_find(words, str_from(how)) > 0;
    if (!named) print_error("%s %s: %s\n", str_z(h->a, t->name), how, str_z(h->a, words));
    return named && e->kind == ERR_BROKEN;
}

typedef struct { House *h; const StoreTable *t; Val *cells; int rows; } Kept;

static Err *row_keep(void *with, const Val *cells)
{
    Kept *k = with;
    for (int i = 0; i < k->t->n; i++) {
        k->cells[i] = cells[i];
        k->cells[i].s = str_copy(k->h->a, cells[i].s);
    }
    k->rows++;
    return 0;
}

static bool is_key(const StoreTable *t, int column)
{
    bool key = false;
    for (int i = 0; i < t->key_n; i++) key |= str_equal(t->key[i], t->columns[column]);
    return key;
}

static Sql its_key(Kept *k)
{
    Where w = where_begin(k->h->a);
    for (int i = 0; i < k->t->n; i++) {
        if (is_key(k->t, i)) where_add(&w, w.text.n ? " and {} = ?" : "{} = ?", VALS((Name){k->t->columns[i]}, k->cells[i]));
    }
    return where_end(&w);
}

static Val otherwise(Arena *a, Val v, Str type)
{
    if (v.kind == VAL_INT) return V(v.i + 1000000);
    if (str_equal(type, S("integer"))) return V(INT64_C(77));
    Str more = say(a, "{}x", v.s);
    return str_equal(type, S("blob")) ? V((Blob){more}) : V(more);
}

static void row_put(Kept *k, const Val *cells)
{
    Filling f = fill_begin(k->h->db, k->h->a, k->h->scratch, k->t, k->t->name, false);
    must_work(k->h->a, fill_row(&f, cells));
    must_work(k->h->a, fill_end(&f));
}

static void value_put(Kept *k, int column, Val v)
{
    must_work(k->h->a, sql(k->h->db, k->h->a, 0, "update {} set {} = $1 where {}", v, (Name){k->t->name},
        (Name){k->t->columns[column]}, its_key(k)));
}

// Its last row, since nothing links to that: changed in each column, away, and there twice.
static void each_is_found(House *h, const StoreTable *t, const StoreTable *typed)
{
    Kept k = {h, t, take(h->a, Val, t->n), 0};
    Val *copy = take(h->a, Val, t->n);
    must_work(h->a, table_read(h->db, h->a, h->scratch, t, (Sql){0}, row_keep, &k));
    if (!k.rows) print_error("%s is empty\n", str_z(h->a, t->name));
    CHECK(k.rows);
    for (int i = 0; i < t->n; i++) {
        copy[i] = otherwise(h->a, k.cells[i], typed->types[i]);
        bool links = record_type(h->s->pack, t->name) && field_get(type_of(h->s, str_z(h->a, t->name)), t->columns[i]);
        links = links && field_get(type_of(h->s, str_z(h->a, t->name)), t->columns[i])->kind == FIELD_LINK;
        if (links) copy[i] = k.cells[i].kind == VAL_NULL ? copy[i] : (Val){0};
        if (links && copy[i].kind != VAL_NULL) copy[i] = k.cells[i];
        bool skipped = record_type(h->s->pack, t->name) && i % 4; // each costs a rebuild
        if (skipped || is_key(t, i) || (links && copy[i].kind == k.cells[i].kind)) continue;
        value_put(&k, i, copy[i]);
        CHECK(found(h, t, str_z(h->a, say(h->a, "was changed in {}.", t->columns[i]))));
        value_put(&k, i, k.cells[i]);
    }
    must_work(h->a, sql(h->db, h->a, 0, "delete from {} where {}", (Name){t->name}, its_key(&k)));
    CHECK(found(h, t, "is missing"));
    row_put(&k, k.cells);
    row_put(&k, copy);
    CHECK(found(h, t, "was added"));
    k.cells = copy;
    must_work(h->a, sql(h->db, h->a, 0, "delete from {} where {}", (Name){t->name}, its_key(&k)));
}

// One that nothing links to comes last: a member, and a trip, of her own.
TEST_REGISTER(whatever_differs_from_the_journal_in_any_table_is_named)
{
    everything(s);
    PUT(s, "member", {"key", "M9"}, {"name", "Seng"}, {"tongues", "lao"});
    PUT(s, "trip", {"key", "T9"}, {"aims", "river"});
    must_work(a, checked(h));
    Db *passing;
    must_work(a, db_open_passing(a, &passing));
    StoreTables all = tables_of(h->db, a, s->pack), typed = tables_of(passing, a, s->pack);
    db_close(passing);
    int n = 0;
    for (int i = 0; i < all.n; i++) {
        if (all.at[i].kind != TABLE_MADE) continue;
        each_is_found(h, &all.at[i], &typed.at[i]);
        n++;
    }
    CHECK(n == 13 + 5 + 2);
    must_work(a, checked(h));
}

// ---- backups ---------------------------------------------------------------------------------------------------

static Str beside(House *h, const char *name)
{
    return path_join(h->a, str_slice(h->dir, 0, h->dir.n - path_name(h->dir).n), str_from(name));
}

static Err *back_up(House *h, const char *name, const char *since)
{
    BackedUp told;
    Str older = since ? beside(h, since) : (Str){0};
    return register_backup(h->reg, h->a, h->scratch, beside(h, name), older, &told);
}

static void key_beside(House *h, const char *name)
{
    Str key;
    must_work(h->a, file_read_secret(h->a, say(h->a, "{}.key", h->dir), 4096, &key));
    must_work(h->a, file_replace(h->a, say(h->a, "{}.key", beside(h, name)), key, 0600));
}

static Err *bring_back(House *h, const char *backup, const char *name)
{
    Restored told;
    key_beside(h, name);
    return register_restore(h->a, h->scratch, beside(h, backup), beside(h, name), (Str){0}, &told);
}

// Each row, as words: of a sealed part opened, without the key that is a backup's alone.
static Str part_words(House *h, const char *backup, Str part)
{
    Buf o = buf_in(h->a);
    StoreTable t;
    SealedBlocks blocks;
    Str bytes;
    must_work(h->a, sealing_read(h->a, beside(h, backup), h->reg->secrets, &blocks));
    must_work(h->a, file_read(h->a, path_join(h->a, beside(h, backup), part), 1 << 26, &bytes));
    bool sealed = str_equal(part, S("tables"));
    PartIn in = sealed ? (PartIn){.sealed = bytes, .blocks = &blocks} : (PartIn){.rest = bytes};
    while (part_next(&in, h->a, &t)) {
        Val *cells = take(h->a, Val, t.n);
        if (!str_equal(t.name, sealing_name)) buf_fill(&o, "{}\n", VALS(t.name));
        while (part_next_row(&in, h->a, cells)) {
            for (int i = 0; i < t.n && !str_equal(t.name, sealing_name); i++)
                buf_fill(&o, "{} {} {};", VALS((int64_t)cells[i].kind, cells[i].i, hex_of(h->a, cells[i].s)));
        }
    }
    CHECK(!in.wrong && !in.sealed.n && o.n);
    return buf_str(&o);
}

static void same_part(House *h, const char *one, const char *other, Str part)
{
    CHECK(str_equal(part_words(h, one, part), part_words(h, other, part)));
}

// Each in an order of its own: changed, cut off at a block's end, of another backup.
TEST_REGISTER(sealed_tables_open_in_their_order_and_to_their_end_with_their_own_key)
{
    enum { MEMBERS = 24 };
    Str bytes, folder;
    SealedBlocks blocks;
    StoreTable t;
    char *room = take(a, char, 4 << 20);
    for (int i = 0; i < MEMBERS; i++) {
        Str remark = str_from(memset(take(a, char, 60001), 'x', 60000));
        PUT(s, "member", {"key", str_z(a, say(a, "M{}", (int64_t)i))}, {"remark", str_z(a, remark)});
    }
    must_work(a, back_up(h, "one", 0));
    must_work(a, back_up(h, "two", 0));
    folder = beside(h, "one");
    must_work(a, file_read(a, path_join(a, folder, S("tables")), 1 << 26, &bytes));
    isize second = 4 + (isize)(number_get(bytes.p) & UINT32_MAX);
    CHECK(bytes.n > second);
    Str first = str_slice(bytes, 4, second), rest = str_slice(bytes, second, bytes.n);
    must_work(a, sealing_read(a, folder, h->reg->secrets, &blocks));
    CHECK(!block_open(&blocks, true, first, room)); // as if nothing followed
    CHECK(!block_open(&blocks, false, first, room)); // as the second
    PartIn swapped = {.sealed = rest, .blocks = &(SealedBlocks){.key = blocks.key}};
    CHECK(!part_next(&swapped, a, &t) && swapped.wrong);
    must_work(a, sealing_read(a, beside(h, "two"), h->reg->secrets, &blocks));
    PartIn other = {.sealed = bytes, .blocks = &blocks};
    CHECK(!part_next(&other, a, &t) && other.wrong);
    CHECK(is_kind(sealing_read(a, folder, 0, &blocks), ERR_INPUT));
    must_work(a, file_replace(a, path_join(a, folder, S("keys")), S(""), 0600));
    CHECK(is_kind(sealing_read(a, folder, h->reg->secrets, &blocks), ERR_BROKEN));
}

TEST_REGISTER(what_is_made_again_from_three_backups_is_the_register)
{
    Verified v;
    everything(s);
    must_work(a, back_up(h, "one", 0));
    PUT(s, "visit", {"key", "V8"});
    file_put(s);
    must_work(a, back_up(h, "two", "one"));
    must_work(a, back_up(h, "three", "two")); // of nothing new
    must_work(a, back_up(h, "whole", 0));
    must_work(a, backup_verify(a, h->scratch, beside(h, "three"), false, &v));
    CHECK(v.entries == count_of(h, "journal"));
    must_work(a, bring_back(h, "three", "again"));
    House then = {.dir = beside(h, "again"), .a = a, .scratch = h->scratch};
    house_open_as(&then, OPEN_READ);
    must_work(a, register_verify(then.reg, a, h->scratch, true, &v));
    CHECK(v.entries == count_of(h, "journal") && get(then.s, "visit", S("V8")));
    BackedUp told;
    must_work(a, register_backup(then.reg, a, h->scratch, beside(h, "copy"), (Str){0}, &told));
    CHECK(told.files == 2 && told.entries == v.entries);
    static const Str parts[] = {S("journal"), S("open"), S("tables"), S("keys")};
    for (int i = 0; i < countof(parts); i++) same_part(h, "whole", "copy", parts[i]);
    house_close(&then);
}

// A byte at the beginning, in the middle and at the end of each part, and of the manifest.
TEST_REGISTER(a_backup_of_which_a_byte_was_changed_is_refused_whole)
{
    Str *names, folder = beside(h, "one"), bytes;
    Verified v;
    int n;
    everything(s);
    must_work(a, back_up(h, "one", 0));
    must_work(a, folder_list(a, folder, &names, &n));
    for (int i = 0; i < n; i++) {
        Str path = path_join(a, folder, names[i]);
        if (path_is_folder(path)) {
            Str *inner;
            int inner_n;
            must_work(a, folder_list(a, path, &inner, &inner_n));
            if (!inner_n) continue;
            path = path_join(a, path, inner[0]);
        }
        must_work(a, file_read(a, path, 1 << 26, &bytes));
        const isize places[] = {0, bytes.n / 2, bytes.n - 1};
        for (int k = 0; k < countof(places); k++) {
            Str other = str_copy(a, bytes);
            ((char *)other.p)[places[k]] ^= 1;
            must_work(a, file_replace(a, path, other, 0600));
            CHECK(is_kind(backup_verify(a, h->scratch, folder, false, &v), ERR_BROKEN));
            CHECK(is_kind(bring_back(h, "one", "again"), ERR_BROKEN));
            CHECK(!path_exists(beside(h, "again")) && !path_exists(beside(h, "again.part")));
        }
        must_work(a, file_replace(a, path, str_slice(bytes, 0, bytes.n - 1), 0600));
        CHECK(is_kind(backup_verify(a, h->scratch, folder, false, &v), ERR_BROKEN));
        must_work(a, file_replace(a, path, bytes, 0600));
    }
    key_beside(h, "one");
    must_work(a, backup_verify(a, h->scratch, folder, true, &v));
}

// What somebody put into the store past the program goes with a backup, which says only what the store said; it is seen there.
TEST_REGISTER(tables_that_a_backup_carries_are_held_against_its_journal)
{
    Verified v;
    everything(s);
    must_work(a, sql(h->db, a, 0, "update users set role = 'clerk'"));
    must_work(a, back_up(h, "one", 0));
    must_work(a, backup_verify(a, h->scratch, beside(h, "one"), false, &v));
    Err *e = backup_verify(a, h->scratch, beside(h, "one"), true, &v);
    key_beside(h, "one");
    e = backup_verify(a, h->scratch, beside(h, "one"), true, &v);
    CHECK(is_kind(e, ERR_BROKEN) && str_find(err_text(a, e), S("table users")) > 0);
}
