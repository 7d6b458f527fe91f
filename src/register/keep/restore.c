// A backup taken back: into a store of either kind, looked through before anybody can use it.
// SPDX-License-Identifier: Apache-2.0
#include "register/keep/backup.h"

// For rows on their way: a statement's worth, or one that is long.
static Arena part_of(Arena *a, int parts)
{
    return arena_cut(a, (a->end - a->at) / parts);
}

// ---- rows -----------------------------------------------------------------------------------------------------------

typedef struct {
    const Backup *from; Store *s; Arena rooms; // rooms: of rows on their way
    StoreTables tables;           // of the pack that is known by now
    bool was;                // tables are filled beside those that are made
    Str only;                // one table; empty: all but `but`
    Str but;
} Loading;

static Err *not_ours(const Loading *l, Str what)
{
    return fail(l->s->a, ERR_BROKEN, "The backup {} holds {}, which this program does not know: restore it with the version that made it.",
        l->from->folder, what);
}

static bool column_known(const StoreTable *t, Str column)
{
    for (int i = 0; i < t->n; i++) {
        if (str_equal(t->columns[i], column)) return true;
    }
    return false;
}

static Err *rows_take(Loading *l, PartIn *in, StoreTable *given)
{
    Arena *a = l->s->a;
    bool wanted = l->only.n ? str_equal(given->name, l->only) : !str_equal(given->name, l->but);
    const StoreTable *t = table_named(&l->tables, given->name);
    Val *cells = take(a, Val, given->n);
    if (wanted && !t) return not_ours(l, say(a, "a table {}", given->name));
    for (int i = 0; wanted && i < given->n; i++) {
        if (!column_known(t, given->columns[i])) return not_ours(l, say(a, "a column {} of the table {}", given->columns[i], given->name));
    }
    if (wanted && l->was) TRY(was_define(l->s->db, a, t));
    Filling f = fill_begin(l->s->db, a, l->rooms, given, l->was ? was_name(a, given) : given->name, !in->blocks);
    while (part_next_row(in, a, cells)) {
        if (wanted) TRY(fill_row(&f, cells));
    }
    return fill_end(&f);
}

static Err *part_take(Loading *l, Str name)
{
    Str bytes;
    StoreTable given;
    SealedBlocks blocks;
    bool sealed = str_equal(name, S("tables"));
    if (sealed) TRY(sealing_read(l->s->a, l->from->folder, l->s->reg->secrets, &blocks));
    TRY(file_map(l->s->a, path_join(l->s->a, l->from->folder, name), &bytes));
    PartIn in = sealed ? (PartIn){.sealed = bytes, .blocks = &blocks} : (PartIn){.rest = bytes};
    Err *e = 0;
    while (!e && part_next(&in, l->s->a, &given)) e = rows_take(l, &in, &given);
    file_unmap(bytes);
    if (sealed) wipe(&blocks, sizeof blocks);
    if (!e && in.wrong) e = fail(l->s->a, ERR_BROKEN, "The part {} of the backup {} cannot be read.", name, l->from->folder);
    return e;
}

static Err *journal_take(Loading *l, const Backup *b)
{
    if (b->older) TRY(journal_take(l, b->older));
    Loading one = *l;
    one.from = b;
    return part_take(&one, S("journal"));
}

// StoreTables as they are carried, where this program makes them of the same columns: their pack, their rows, then what finds them.
static Err *carried_take(Loading *l, bool *carried)
{
    Store *s = l->s;
    PackSheets sheets;
    Faults all = {0};
    static const Pack none = {0};
    l->only = S("sheets");
    TRY(part_take(l, S("open")));
    TRY(pack_sheets(s, &sheets));
    TRY(loaded_make(sheets, 0, &all, s->a, &s->loaded));
    if (!s->loaded) return fail(s->a, ERR_BROKEN, "The backup {} holds no whole pack.", l->from->folder);
    s->pack = s->loaded->pack;
    l->tables = tables_of(s->db, s->a, s->pack);
    Hash hash = tables_hash(&l->tables);
    *carried = !s->reg->secrets || hash_same(hash_bytes(&hash), hash_bytes(&l->from->tables));
    if (!*carried) return sql(s->db, s->a, 0, "delete from sheets");
    Str made = schema_text(s->a, s->pack);
    TRY(tables_define(s->db, s->a, str_slice(made, schema_text(s->a, &none).n, made.n), false));
    l->only = (Str){0};
    l->but = S("sheets");
    TRY(part_take(l, S("open")));
    if (s->reg->secrets) TRY(part_take(l, S("tables"))); // without the key they stay empty: that their bytes are whole is known
    return tables_define(s->db, s->a, made, true);
}

Err *backup_load(const Backup *b, Store *to, bool compare)
{
    static const Pack none = {0};
    Str engine = schema_text(to->a, &none);
    bool carried = false;
    int64_t n;
    Loading l = {.from = b, .s = to, .rooms = part_of(&to->scratch, 8)};
    l.tables = tables_of(to->db, to->a, &none);
    TRY(tables_define(to->db, to->a, engine, false));
    TRY(part_take(&l, S("beside")));
    l.but = sealing_name;
    TRY(part_take(&l, S("keys")));
    l.but = (Str){0};
    TRY(journal_take(&l, b));
    if (!compare) TRY(carried_take(&l, &carried));
    if (carried) return 0;
    TRY(tables_define(to->db, to->a, engine, true));
    to->compares = compare;
    TRY(tables_make(to, &n));
    if (!compare) return 0;
    TRY(secrets_check(to));
    l.tables = tables_of(to->db, to->a, to->pack);
    l.was = true;
    TRY(part_take(&l, S("open")));
    return part_take(&l, S("tables"));
}

// ---- files ----------------------------------------------------------------------------------------------------------

typedef struct { const Backup *from; Register *reg; Arena *a; Arena scratch; } Taking;

static Err *piece_take(const Taking *t, const Backup *in, const Part *part, PartOut *out)
{
    Str bytes;
    TRY(file_map(t->a, path_join(t->a, in->folder, part->name), &bytes));
    Err *e = part_bytes(out, bytes);
    file_unmap(bytes);
    return e;
}

// From where it begins: older backups have what stands before.
static Err *pieces_take(const Taking *t, const Backup *from, Str name, PartOut *out, int64_t *size)
{
    const Backup *in;
    const Part *part = backup_find(from, name, &in);
    if (!part) return fail(t->a, ERR_BROKEN, "The backup {} lacks the part {}.", t->from->folder, name);
    if (part->from) TRY(pieces_take(t, in->older, name, out, size));
    if (part->from != *size) return fail(t->a, ERR_BROKEN, "The backup {} lacks a piece of the part {}.", t->from->folder, name);
    *size += part->bytes;
    return piece_take(t, in, part, out);
}

static Err *file_take(const Taking *t, Str name, Hash *hash)
{
    PartOut out;
    int64_t size = 0;
    TRY(part_begin(t->a, t->reg->dir, name, &out));
    Err *e = pieces_take(t, t->from, name, &out, &size);
    Err *ended = part_end(&out);
    *hash = out.part.hash;
    return e ? e : ended;
}

static Err *looks_take(const Taking *t)
{
    Hash hash;
    TRY(folder_make(t->a, path_join(t->a, t->reg->dir, S("looks"))));
    for (const Backup *b = t->from; b; b = b->older) {
        for (int i = 0; i < b->parts_n; i++) {
            Str name = b->parts[i].name;
            if (!str_starts(name, S("looks/")) || path_exists(path_join(t->a, t->reg->dir, name))) continue;
            TRY(file_take(t, name, &hash));
        }
    }
    return 0;
}

static Err *attachment_known(const Backup *from, Arena *a, Str id, Str hash)
{
    const Backup *in;
    const Part *part = backup_find(from, say(a, "attachments/{}", id), &in);
    if (part && hash_same(hash_bytes(&part->hash), hash)) return 0;
    return fail(a, ERR_BROKEN, "The backup {} lacks the file {} that a record names.", from->folder, id);
}

static Err *attachment_take(void *with, Arena *turn, Rows *q)
{
    const Taking *t = with;
    Taking one = *t;
    Hash is;
    Str id = next_str(q), hash = next_str(q);
    one.a = turn;
    TRY(attachment_known(t->from, turn, id, hash));
    return t->reg ? file_take(&one, say(turn, "attachments/{}", id), &is) : 0;
}

// reg null: only looked for.
static Err *attachments_take(const Taking *t, Db *db)
{
    if (t->reg) TRY(folder_make(t->a, path_join(t->a, t->reg->dir, S("attachments"))));
    return sql_each(db, t->a, t->scratch, attachment_take, (void *)t, "select id, hash from attachments order by id", VALS());
}

// ---- made a register ----------------------------------------------------------------------------------------------------

Store store_bare(Register *reg, Db *db, Arena *a, Arena scratch)
{
    return (Store){.reg = reg, .db = db, .a = a, .scratch = scratch, .user = user_operator(), .keys = ring_make(),
        .held = take(a, const Loaded *, 1)};
}

static Hash brought_words(int64_t upto)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan brought"));
    hash_int(&h, upto);
    return hash_end(&h);
}

// In a store that several write numbers are left out; one that has a single writer knows up to where that is no fault.
Err *brought_sign(Store *s)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select max(id) from journal"));
    must(rows_next(&q));
    int64_t upto = next_int(&q);
    Hash words = brought_words(upto);
    return sql(s->db, s->a, 0, "insert into meta (name, value) values ('brought', $1)"
        " on conflict (name) do update set value = excluded.value",
        say(s->a, "{} {}", upto, hex_of(s->a, sign(s->a, &s->reg->secrets->signer, hash_bytes(&words)).s)));
}

Err *brought_read(const Register *reg, Db *db, Arena *a, int64_t *upto)
{
    Rows q;
    *upto = reg->brought;
    TRY(sql(db, a, &q, "select value from meta where name = 'brought'"));
    if (!rows_next(&q)) return 0;
    Str hex = next_str(&q), number = str_cut(&hex, ' '), signature;
    int64_t said;
    if (!str_int(number, &said) || !bytes_of(a, hex, &signature)) return 0;
    Hash words = brought_words(said);
    if (signature_good(reg->public_key, hash_bytes(&words), signature) && said > *upto) *upto = said;
    return 0;
}

// The log's chains that were begun elsewhere lie here now.
static Err *chains_here(Store *s)
{
    Rows q;
    Str folder = path_join(s->a, s->reg->dir, S("writers"));
    if (register_near(s->reg)) return 0;
    TRY(folder_make(s->a, folder));
    TRY(sql(s->db, s->a, &q, "select writer from looked"));
    while (rows_next(&q)) TRY(file_keep(s->a, path_join(s->a, folder, say(s->a, "{}.restored", next_str(&q))), S("")));
    return 0;
}

typedef struct { Taking take; Str store; Verified *found; } Restoring;

static Err *restore_work(Store *s, void *with)
{
    Restoring *r = with;
    const Backup *b = r->take.from;
    Rows q;
    TRY(backup_load(b, s, false));
    TRY(sql(s->db, s->a, &q, "select max(id) from journal"));
    must(rows_next(&q));
    TRY(db_numbers_after(s->db, s->a, next_int(&q)));
    if (b->shared && !db_shared(s->db)) TRY(brought_sign(s));
    TRY(looks_take(&r->take));
    TRY(attachments_take(&r->take, s->db));
    TRY(chains_here(s));
    TRY(store_check(s->reg, s->db, s->a, s->scratch, r->found));
    TRY(looks_check(s->reg, s->db, s->a, s->scratch, r->found));
    return settings_write(s->a, s->reg->dir, r->store, s->reg->secrets);
}

static Err *store_fill(Register *reg, Restoring *r)
{
    Db *db;
    Arena *a = r->take.a;
    TRY(store_new(a, reg->where, &db));
    Store s = store_bare(reg, db, a, r->take.scratch);
    Err *e = db_bulk(db, a, true);
    if (!e) e = write_here(&s, DB_WHOLE, restore_work, r);
    if (!e) e = db_bulk(db, a, false);
    db_close(db);
    return e || !register_near(reg) ? e : file_sync(a, reg->where);
}

// Before anybody can open it under its name.
static Err *erasures_take(Making *m, Arena *a, Arena scratch, Restored *told)
{
    Register *reg;
    Store *s;
    TRY(register_open_as(a, m->path, m->to, OPEN_WRITE, &reg));
    TRY(store_open(reg, a, scratch, user_operator(), &s));
    Err *e = erasures_catch_up(s, &told->erased, &told->told);
    store_close(s);
    find_end(reg);
    if (reg->chain.lock) lock_free(reg->chain.lock);
    return e;
}

static Err *clear_work(Store *s, void *with)
{
    Buf o = buf_in(s->a);
    (void)with;
    TRY(loaded_read(s->reg, s->db, s->a));
    StoreTables all = tables_of(s->db, s->a, s->reg->loaded->pack);
    for (int i = 0; i < all.n; i++) {
        buf_fill(&o, "drop table if exists \"{}\"", VALS(all.at[i].name));
        buf_add(&o, S("{cascade};"));
    }
    return db_define(s->db, s->a, buf_str(&o));
}

// A database that was filled is emptied of what it was filled with, and of nothing else that may stand there.
static Err *store_clear(Register *reg, Arena *a, Arena scratch)
{
    Db *db;
    TRY(db_open(a, reg->where, DB_WRITE, false, &db));
    Store s = store_bare(reg, db, a, scratch);
    Err *e = write_here(&s, DB_WHOLE, clear_work, 0);
    db_close(db);
    return e;
}

static Err *key_fits(Arena *a, const Backup *b, const Secrets *secrets)
{
    if (hash_same(b->signer, (Str){(const char *)secrets->signer.public, KEY_BYTES})) return 0;
    return fail(a, ERR_INPUT, "The unlock key does not belong to the register of the backup {}: name the right file in SUKHWAN_KEY_FILE.",
        b->folder);
}

Err *register_restore(Arena *a, Arena scratch, Str backup, Str dir, Str store, Restored *told)
{
    Backup *b;
    Secrets *secrets;
    Making making;
    Verified found;
    *told = (Restored){0};
    if (path_exists(path_join(a, dir, S("settings"))))
        return fail(a, ERR_INPUT, "There is a register in {} already: nothing was changed.", dir);
    TRY(backup_read(a, backup, &b));
    TRY(unlock_secrets(a, dir, &secrets));
    TRY(key_fits(a, b, secrets));
    TRY(backup_whole(a, b));
    TRY(erasures_good(a, unlock_path(a, dir), b->signer)); // a bad line is told before anything is written
    TRY(making_begin(a, dir, &making));
    Register reg = {.dir = making.path, .where = store.n ? store : path_join(a, making.path, S("register.db")), .use = OPEN_WRITE,
        .secrets = secrets, .public_key = b->signer};
    Restoring restoring = {{b, &reg, a, scratch}, store, &found};
    Err *e = store_fill(&reg, &restoring);
    bool filled = !e;
    if (!e) e = erasures_take(&making, a, scratch, told);
    if (!e) e = making_end(a, &making);
    if (e) making_drop(a, &making);
    Err *full = e && filled && store.n ? store_clear(&reg, a, scratch) : 0;
    if (full) return fail(a, e->kind, "{} The database was filled already: empty it, and begin again.", err_text(a, e));
    told->entries = b->entries;
    return e;
}

// ---- looked through --------------------------------------------------------------------------------------------------------

typedef struct { const Backup *from; bool compare; Arena *a; Arena scratch; Verified *found; } Looking;

static Err *look_work(Store *s, void *with)
{
    Looking *l = with;
    Taking taking = {l->from, 0, s->a, s->scratch};
    TRY(backup_load(l->from, s, l->compare));
    if (l->compare) {
        StoreTables tables = tables_of(s->db, s->a, s->pack);
        return was_compare(s->db, s->a, &tables);
    }
    TRY(store_check(s->reg, s->db, s->a, s->scratch, l->found));
    return attachments_take(&taking, s->db);
}

static Err *look_through(Register *reg, Looking *l)
{
    Db *db;
    TRY(db_open_passing(l->a, &db));
    Store s = store_bare(reg, db, l->a, l->scratch);
    Err *e = write_here(&s, DB_WHOLE, look_work, l);
    db_close(db);
    return e;
}

Err *backup_verify(Arena *a, Arena scratch, Str folder, bool tables, Verified *out)
{
    Backup *b;
    Secrets *secrets = 0;
    TRY(backup_read(a, folder, &b));
    Err *e = unlock_secrets(a, folder, &secrets);
    if (!e && (e = key_fits(a, b, secrets))) secrets = 0;
    if (e && tables) return e;
    TRY(backup_whole(a, b));
    Register reg = {.dir = b->folder, .use = OPEN_WRITE, .secrets = secrets, .public_key = b->signer, .brought = b->shared ? INT64_MAX : 0};
    Looking looking = {b, false, a, scratch, out};
    TRY(look_through(&reg, &looking));
    looking.compare = true;
    out->sealed = !secrets;
    return tables ? look_through(&reg, &looking) : 0;
}

// ---- a register's own tables against its journal -----------------------------------------------------------------------------

typedef struct { Db *from; StoreTables tables; Arena room; bool was; } Copying;

static Err *table_copy(Store *s, Copying *c, const StoreTable *t)
{
    Arena turn = part_of(&c->room, 2);
    Filling f = fill_begin(s->db, s->a, c->room, t, c->was ? was_name(s->a, t) : t->name, false);
    if (c->was) TRY(was_define(s->db, s->a, t));
    TRY(table_read(c->from, s->a, turn, t, (Sql){0}, fill_row, &f));
    return fill_end(&f);
}

static Err *check_work(Store *s, void *with)
{
    Copying *c = with;
    static const Pack none = {0};
    int64_t n;
    Str engine = schema_text(s->a, &none);
    c->room = part_of(&s->scratch, 4);
    TRY(tables_define(s->db, s->a, engine, false));
    for (int i = 0; i < c->tables.n; i++) {
        const StoreTable *t = &c->tables.at[i];
        Copying one = *c;
        if (t->kind != TABLE_MADE && t->kind != TABLE_PASSING) TRY(table_copy(s, &one, t));
    }
    TRY(tables_define(s->db, s->a, engine, true));
    s->compares = true;
    TRY(tables_make(s, &n));
    TRY(secrets_check(s));
    for (int i = 0; i < c->tables.n; i++) {
        Copying one = *c;
        one.was = true;
        if (c->tables.at[i].kind == TABLE_MADE) TRY(table_copy(s, &one, &c->tables.at[i]));
    }
    return was_compare(s->db, s->a, &c->tables);
}

Err *tables_check(Register *reg, Db *db, Arena *a, Arena scratch)
{
    Db *passing;
    Register bare = {.dir = reg->dir, .use = OPEN_WRITE, .secrets = reg->secrets, .public_key = reg->public_key};
    TRY(db_open_passing(a, &passing));
    Store s = store_bare(&bare, passing, a, scratch);
    Copying copying = {.from = db, .tables = tables_of(passing, a, reg->loaded->pack)};
    Err *e = write_here(&s, DB_WHOLE, check_work, &copying);
    db_close(passing);
    return e;
}
