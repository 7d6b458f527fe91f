// A backup is made: what the store says in one moment, then the files that it names, beside whoever works on them.
// SPDX-License-Identifier: Apache-2.0
#include "register/keep/backup.h"

// ---- a folder that is being made --------------------------------------------------------------------------------

Err *making_begin(Arena *a, Str to, Making *out)
{
    Str whole = path_absolute(a, to);
    *out = (Making){.to = whole, .path = say(a, "{}.part", whole)};
    out->mark = path_join(a, out->path, S("unfinished"));
    if (!folder_empty(whole)) return fail(a, ERR_INPUT, "{} is not empty: name a new folder.", to);
    if (path_exists(out->mark)) { // somebody else's, or left behind
        Err *held = lock_take(a, out->mark, &out->lock);
        if (held && held->kind == ERR_CONFLICT) return fail(a, ERR_INPUT, "Another command is making {} now.", to);
        TRY(held);
        folder_remove(a, out->path);
        lock_free(out->lock);
        out->lock = 0;
    }
    if (!folder_empty(out->path)) return fail(a, ERR_INPUT, "{} lies there, and is not ours: take it away.", out->path);
    TRY(folder_make(a, out->path));
    return lock_take(a, out->mark, &out->lock);
}

Err *making_end(Arena *a, Making *m)
{
    file_remove(a, m->mark);
    Err *e = folder_place(a, m->path, m->to);
    if (!e) lock_free(m->lock);
    if (!e) m->lock = 0;
    return e;
}

void making_drop(Arena *a, Making *m)
{
    if (!m->lock) return;
    folder_remove(a, m->path);
    lock_free(m->lock);
    m->lock = 0;
}

// ---- rows ---------------------------------------------------------------------------------------------------------

typedef struct {
    Register *reg; Db *db; Arena *a; Arena turn;
    Backup *to; const Backup *since;
    SealedBlocks blocks;           // that seal its tables
    StoreTables tables;
    struct { Str id, hash; } *files; int files_n; // that records name
} Saving;
typedef struct { PartOut *out; const StoreTable *t; int64_t n; } Dump;

static Err *dump_row(void *with, const Val *cells)
{
    Dump *d = with;
    d->n++;
    return part_row(d->out, d->t, cells);
}

// What came since: by each writer's numbers, since on a server's database an older entry may be seen later.
static Sql entries_since(Saving *v)
{
    Where w = where_begin(v->a);
    if (!v->since || !v->since->heads_n) return (Sql){0};
    where_add(&w, "where case t.writer", VALS());
    for (int i = 0; i < v->since->heads_n; i++)
        where_add(&w, " when ? then t.seq > cast(? as bigint)", VALS(v->since->heads[i].writer, v->since->heads[i].seq));
    where_add(&w, " else true end", VALS());
    return where_end(&w);
}

// Of a server's database, other machines' looks lie with them.
static Err *chains_near(Saving *v, Sql *out)
{
    Rows q;
    Where w = where_begin(v->a);
    if (register_near(v->reg)) return 0;
    where_add(&w, "where (false", VALS());
    TRY(sql(v->db, v->a, &q, "select writer from looked"));
    while (rows_next(&q)) {
        Str chain = next_str(&q);
        if (chain_here(v->a, v->reg, chain)) where_add(&w, " or t.writer = ?", VALS(chain));
    }
    where_add(&w, ")", VALS());
    *out = where_end(&w);
    return 0;
}

static Err *table_save(Saving *v, PartOut *out, const StoreTable *t, int64_t *n)
{
    Dump dump = {out, t, 0};
    Sql which = {0};
    if (t->kind == TABLE_JOURNAL) which = entries_since(v);
    if (str_equal(t->name, S("looked"))) TRY(chains_near(v, &which));
    TRY(part_table(out, t));
    TRY(table_read(v->db, v->a, v->turn, t, which, dump_row, &dump));
    *n = dump.n;
    return part_table_end(out);
}

static Err *rows_save(Saving *v, Str name, TableKind kind, bool open, int64_t *n)
{
    PartOut out;
    TRY(part_begin(v->a, v->to->folder, name, &out));
    if (kind == TABLE_MADE && !open) out.blocks = &v->blocks;
    if (kind == TABLE_KEYS) TRY(sealing_save(&out, v->reg->secrets, &v->blocks));
    for (int i = 0; i < v->tables.n; i++) {
        if (v->tables.at[i].kind == kind && v->tables.at[i].open == open) TRY(table_save(v, &out, &v->tables.at[i], n));
    }
    TRY(part_end(&out));
    backup_part_add(v->a, v->to, out.part);
    return 0;
}

static Err *heads_save(Saving *v)
{
    Rows q;
    TRY(sql(v->db, v->a, &q, "select writer, seq, hash from heads order by writer"));
    v->to->heads = take(v->a, BackupHead, q.rows);
    v->to->heads_cap = q.rows;
    while (rows_next(&q)) {
        BackupHead *one = &v->to->heads[v->to->heads_n++];
        one->writer = next_str(&q);
        one->seq = next_int(&q);
        one->hash = next_str(&q);
    }
    return 0;
}

// Each chain of the older one must go on here.
static Err *since_fits(Saving *v)
{
    Rows q;
    Where w = where_begin(v->a);
    if (!v->since) return 0;
    where_add(&w, "false", VALS());
    for (int i = 0; i < v->since->heads_n; i++)
        where_add(&w, " or (writer = ? and seq = cast(? as bigint) and hash = ?)", VALS(v->since->heads[i].writer, v->since->heads[i].seq,
            (Blob){v->since->heads[i].hash}));
    TRY(sql(v->db, v->a, &q, "select count(*) from journal where {}", where_end(&w)));
    must(rows_next(&q));
    return next_int(&q) == v->since->heads_n ? 0
        : fail(v->a, ERR_INPUT, "The backup {} knows entries that this register does not hold: make one that stands by itself.",
            v->since->folder);
}

static Err *files_named(Saving *v)
{
    Rows q;
    TRY(sql(v->db, v->a, &q, "select id, hash from attachments order by id"));
    v->files = arena_take(v->a, sizeof *v->files, _Alignof(Str), q.rows);
    while (rows_next(&q)) {
        v->files[v->files_n].id = next_str(&q);
        v->files[v->files_n++].hash = next_str(&q);
    }
    return 0;
}

// All of it as of one moment.
static Err *store_save(Saving *v)
{
    int64_t n, entries;
    Rows q;
    v->to->shared = db_shared(v->db);
    TRY(loaded_read(v->reg, v->db, v->a));
    v->tables = tables_of(v->db, v->a, v->reg->loaded->pack);
    v->to->tables = tables_hash(&v->tables);
    TRY(since_fits(v));
    TRY(heads_save(v));
    TRY(rows_save(v, S("journal"), TABLE_JOURNAL, false, &entries));
    TRY(rows_save(v, S("open"), TABLE_MADE, true, &n));
    TRY(rows_save(v, S("tables"), TABLE_MADE, false, &n));
    TRY(rows_save(v, S("keys"), TABLE_KEYS, false, &n));
    TRY(rows_save(v, S("beside"), TABLE_BESIDE, false, &n));
    TRY(sql(v->db, v->a, &q, "select count(*) from journal"));
    must(rows_next(&q));
    v->to->entries = next_int(&q);
    return files_named(v);
}

// ---- files --------------------------------------------------------------------------------------------------------

static Err *bytes_save(Saving *v, Str name, int64_t from, Str bytes)
{
    PartOut out;
    TRY(part_begin(v->a, v->to->folder, name, &out));
    Err *e = part_bytes(&out, bytes);
    Err *ended = part_end(&out);
    TRY(e);
    TRY(ended);
    out.part.from = from;
    backup_part_add(v->a, v->to, out.part);
    return 0;
}

static Err *file_save(Saving *v, Str id, Str hash)
{
    Str name = say(v->a, "attachments/{}", id), bytes, path = path_join(v->a, v->reg->dir, name);
    const Backup *in;
    const Part *part = backup_find(v->since, name, &in);
    if (part && hash_same(hash_bytes(&part->hash), hash)) return 0;
    if (!path_exists(path)) return fail(v->a, ERR_BROKEN, "The file {} is gone from the folder attachments. Restore it from a backup.", id);
    TRY(file_map(v->a, path, &bytes));
    Err *e = bytes_save(v, name, 0, bytes);
    file_unmap(bytes);
    TRY(e);
    return hash_same(hash_bytes(&backup_part(v->to, name)->hash), hash) ? 0
        : fail(v->a, ERR_BROKEN, "The file {} in the folder attachments is damaged. Restore it from a backup.", id);
}

// How much of a segment the older ones have, as it still stands in it; 0: it must go whole.
static int64_t segment_known(const Backup *since, Str name, Str bytes)
{
    const Backup *in;
    const Part *part = backup_find(since, name, &in);
    int64_t known = part ? part->from + part->bytes : 0;
    while (part) {
        Hash is = hash_of(str_slice(bytes, part->from, part->from + part->bytes));
        if (known > bytes.n || !hash_same(hash_bytes(&is), hash_bytes(&part->hash))) return 0;
        part = part->from ? backup_find(in->older, name, &in) : 0;
    }
    return known;
}

static Err *segment_save(Saving *v, Str file)
{
    Str name = say(v->a, "looks/{}", file), bytes;
    TRY(file_map(v->a, path_join(v->a, v->reg->dir, name), &bytes));
    int64_t known = segment_known(v->since, name, bytes);
    Err *e = known && known == bytes.n ? 0 : bytes_save(v, name, known, str_slice(bytes, known, bytes.n));
    file_unmap(bytes);
    return e;
}

static Err *files_save(Saving *v)
{
    Str *names, looks = path_join(v->a, v->reg->dir, S("looks"));
    int n = 0;
    TRY(folder_make(v->a, path_join(v->a, v->to->folder, S("looks"))));
    TRY(folder_make(v->a, path_join(v->a, v->to->folder, S("attachments"))));
    if (path_is_folder(looks)) TRY(folder_list(v->a, looks, &names, &n));
    for (int i = 0; i < n; i++) TRY(segment_save(v, names[i]));
    for (int i = 0; i < v->files_n; i++) TRY(file_save(v, v->files[i].id, v->files[i].hash));
    return 0;
}

// ---- all of it ------------------------------------------------------------------------------------------------------

static Err *since_read(Register *reg, Arena *a, Str folder, Str out, Backup *to, Backup **since)
{
    Backup *b;
    TRY(backup_read(a, folder, &b));
    Str name = path_name(path_absolute(a, folder));
    if (!hash_same(b->signer, reg->public_key))
        return fail(a, ERR_INPUT, "The backup {} is of another register: name one of this register's, or make one that stands by itself.",
            folder);
    if (str_equal(name, path_name(path_absolute(a, out))) || str_has(name, '\n'))
        return fail(a, ERR_INPUT, "A backup lies beside the one that it continues: give it another name than {}.", name);
    for (const Backup *one = b; one; one = one->older) TRY(backup_met(a, one, false));
    to->since = name;
    to->since_hash = b->own;
    *since = b;
    return 0;
}

static Err *save_all(Saving *v, BackedUp *told)
{
    TRY(db_open(v->a, v->reg->where, DB_READ, false, &v->db));
    Err *e = db_begin(v->db, v->a, DB_READ), *ended = 0;
    if (!e) e = store_save(v);
    if (v->db) ended = db_end(v->db, v->a, false);
    db_close(v->db);
    TRY(e);
    TRY(ended);
    TRY(files_save(v));
    TRY(backup_write(v->a, v->to, &v->reg->secrets->signer));
    *told = (BackedUp){.entries = v->to->entries, .files = v->files_n};
    for (int i = 0; i < v->to->parts_n; i++) told->bytes += v->to->parts[i].bytes;
    return 0;
}

Err *register_backup(Register *reg, Arena *a, Arena turn, Str out, Str since, BackedUp *told)
{
    Backup to = {.signer = reg->public_key, .ms = clock_ms()}, *older = 0;
    Making making;
    if (str_starts(path_absolute(a, out), say(a, "{}/", path_absolute(a, reg->dir))))
        return fail(a, ERR_INPUT, "{} would lie inside the register: name a folder elsewhere.", out);
    if (since.n) TRY(since_read(reg, a, since, out, &to, &older));
    TRY(making_begin(a, out, &making));
    to.folder = making.path;
    Saving saving = {.reg = reg, .a = a, .turn = turn, .to = &to, .since = older, .blocks = {.key = key_random()}};
    Err *e = save_all(&saving, told);
    wipe(&saving.blocks, sizeof saving.blocks);
    if (!e) e = making_end(a, &making);
    if (e) making_drop(a, &making);
    return e;
}
