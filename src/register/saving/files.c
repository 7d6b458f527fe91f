// Files that hang on a record: sealed objects in the folder attachments, named by the record's own cells.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// An object is sealed with a key that is made for it and stands in the cell alone. Of a record that has keys that cell is
// sealed like a name: whoever may open it opens the file, what moves to another holder moves with it, and what is erased
// there is gone here.
static const Str field_of = S("file");

static Str folder(Arena *a, const Register *reg)
{
    return path_join(a, reg->dir, S("attachments"));
}

static Str object(Arena *a, const Register *reg, Str id)
{
    return path_join(a, folder(a, reg), id);
}

Err *attached_keep(Store *s, Str name, Str type, Str bytes, Attached *out)
{
    DataKey *key = take(s->a, DataKey, 1);
    File *to;
    *key = (DataKey){.number = 1, .key = key_random()};
    *out = (Attached){.id = random_name(s->a), .key = key_hex(s->a, &key->key), .size = say(s->a, "{}", (int64_t)bytes.n), .type = type,
        .name = name};
    Str sealed = seal_value(s->a, key, (SealedAt){out->id, field_of, out->id, 1}, bytes).s;
    Hash hash = hash_of(sealed);
    out->hash = hex_of(s->a, hash_bytes(&hash));
    wipe(key, sizeof *key);
    TRY(folder_make(s->a, folder(s->a, s->reg)));
    TRY(file_create(s->a, object(s->a, s->reg, out->id), &to));
    Err *e = file_write(s->a, to, sealed);
    if (!e) return file_close(s->a, to);
    file_drop(to);
    return e;
}

void attached_forget(Store *s, const Attached *one)
{
    file_remove(s->a, object(s->a, s->reg, one->id));
}

// Whether it is what was written; sealed: its bytes.
static Err *object_read(Arena *a, const Register *reg, Str id, Str hash, Str *sealed)
{
    if (!path_exists(object(a, reg, id)))
        return fail(a, ERR_BROKEN, "The file {} is gone from the folder attachments. Restore it from a backup.", id);
    TRY(file_read(a, object(a, reg, id), FILE_MOST + ENVELOPE_MORE, sealed));
    Hash is = hash_of(*sealed);
    if (hash_same(hash_bytes(&is), hash)) return 0;
    return fail(a, ERR_BROKEN, "The file {} in the folder attachments is damaged. Restore it from a backup.", id);
}

Err *attached_read(Store *s, const Attached *one, Str *bytes)
{
    DataKey *key = take(s->a, DataKey, 1);
    Str hash, sealed;
    if (!bytes_of(s->a, one->hash, &hash) || !key_read(one->key, &key->key))
        return fail(s->a, ERR_BROKEN, "What is kept about the file {} cannot be read.", one->id);
    key->number = 1;
    TRY(object_read(s->a, s->reg, one->id, hash, &sealed));
    return seal_open(s->a, key, one->id, field_of, sealed, bytes);
}

Err *attachments_note(Store *s, const Effect *e)
{
    for (int i = 0; i < e->type->n; i++) {
        const Field *f = &e->type->fields[i];
        Str rest = e->cells[i].text, hash;
        Attached one;
        if (!field_files(f) || !e->cells[i].said) continue;
        while (attached_next(&rest, &one)) {
            if (!bytes_of(s->a, one.hash, &hash)) continue;
            TRY(sql(s->db, s->a, 0, "insert into attachments (id, hash, entry) values ($1, $2, $3) on conflict do nothing", one.id,
                (Blob){hash}, e->entry));
        }
    }
    return 0;
}

typedef struct { Register *reg; Str to; } Met;

static Err *object_met(void *with, Arena *turn, Rows *q)
{
    const Met *met = with;
    Str id = next_str(q), hash = next_str(q), sealed;
    TRY(object_read(turn, met->reg, id, hash, &sealed));
    return met->to.n ? file_replace(turn, path_join(turn, met->to, id), sealed, 0600) : 0;
}

Err *attachments_met(Register *reg, Db *db, Arena *a, Arena turn)
{
    Met met = {reg, (Str){0}};
    return sql_each(db, a, turn, object_met, &met, "select id, hash from attachments order by entry, id", VALS());
}

Err *attachments_copy(Store *s, Store *to, Str out_dir)
{
    Met met = {s->reg, path_join(s->a, out_dir, S("attachments"))};
    return sql_each(to->db, s->a, s->scratch, object_met, &met, "select id, hash from attachments order by entry, id", VALS());
}

// A process that ended between keeping a file and saving it leaves it behind.
void attachments_sweep(Register *reg, Db *db, Arena a)
{
    enum { HOUR = 60 * 60 * 1000 };
    Str *names;
    int n;
    if (folder_list(&a, folder(&a, reg), &names, &n)) return;
    for (int i = 0; i < n; i++) {
        Rows q;
        Arena turn = a;
        Str path = object(&turn, reg, names[i]);
        if (clock_ms() - path_changed(path) < HOUR) continue;
        if (sql(db, &turn, &q, "select 1 from attachments where id = $1", names[i]) || q.rows) continue;
        file_remove(&turn, path);
    }
}

void files_json(Buf *o, Str cell)
{
    Attached one;
    bool first = true;
    buf_char(o, '[');
    for (; attached_next(&cell, &one); first = false)
        json(o, "{}{'name':{},'size':{},'type':{}}", (Html){first ? (Str){0} : S(",")}, one.name, (Html){one.size}, one.type);
    buf_char(o, ']');
}
