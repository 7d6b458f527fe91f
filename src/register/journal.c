// The journal: entries chained by hash, one chain per writer, its heads signed.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Sql entry_columns(void)
{
    return (Sql){.text = S("id, writer, seq, time, actor, record, record_id, row, verb, version, base, batch,"
                           " prev, hash, body")};
}

Entry entry_read(Rows *q)
{
    Entry e;
    e.id = next_int(q);
    e.writer = next_str(q);
    e.seq = next_int(q);
    e.time = next_int(q);
    e.actor = next_str(q);
    e.record = next_str(q);
    e.record_id = next_str(q);
    e.row = next_int(q);
    e.verb = next_str(q);
    e.version = next_int(q);
    e.base = next_int(q);
    e.batch = next_int(q);
    e.prev = next_str(q);
    e.hash = next_str(q);
    e.body = next_str(q);
    return e;
}

// Over the exact bytes of all that an entry says, and the hash of the one before.
Hash entry_hash(const Entry *e)
{
    const Str parts[] = {e->writer, e->actor, e->record, e->record_id, e->verb, e->prev, e->body};
    const int64_t numbers[] = {e->id, e->seq, e->time, e->row, e->version, e->base, e->batch};
    Hashing h;
    hash_begin(&h);
    for (int i = 0; i < countof(numbers); i++) hash_int(&h, numbers[i]);
    for (int i = 0; i < countof(parts); i++) hash_part(&h, parts[i]);
    return hash_end(&h);
}

static Hash head_words(Str writer, int64_t seq, int64_t time, int64_t entry, Str hash)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan head"));
    hash_part(&h, writer);
    hash_int(&h, seq);
    hash_int(&h, time);
    hash_int(&h, entry);
    hash_part(&h, hash);
    return hash_end(&h);
}

Err *head_put(Db *db, Arena *a, const Secrets *secrets, Str writer, const Head *head)
{
    Hash words = head_words(writer, head->seq, head->time, head->entry, hash_bytes(&head->hash));
    return sql(db, a, 0,
        "insert into heads (writer, seq, time, entry, hash, signature) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (writer) do update set seq = excluded.seq, time = excluded.time, entry = excluded.entry,"
        " hash = excluded.hash, signature = excluded.signature",
        writer, head->seq, head->time, head->entry, (Blob){hash_bytes(&head->hash)},
        sign(a, &secrets->signer, hash_bytes(&words)));
}

static Err *head_begin(Store *s, const Head *none)
{
    Str writer = s->reg->writer;
    Hash words = head_words(writer, 0, 0, 0, hash_bytes(&none->hash));
    return sql(s->db, s->a, 0, "insert into heads (writer, seq, time, entry, hash, signature) values ($1, 0, 0, 0, $2, $3)"
        " on conflict (writer) do nothing", writer, (Blob){hash_bytes(&none->hash)},
        sign(s->a, &s->reg->secrets->signer, hash_bytes(&words)));
}

// The row of the head is touched, so that another process of the same writer waits for this one; before
// any number is taken, or the chain would not be in the order of its numbers.
static Err *head_lock(Store *s, Rows *q)
{
    return sql(s->db, s->a, q, "update heads set seq = seq where writer = $1 returning seq, time, entry, hash", s->reg->writer);
}

static Err *head_read(Store *s)
{
    Rows q;
    Head *head = s->head;
    TRY(head_lock(s, &q));
    if (!q.rows) { // a new writer: the row comes first, so that there is something to wait for
        Head none = {0};
        TRY(head_begin(s, &none));
        TRY(head_lock(s, &q));
    }
    must(rows_next(&q));
    head->known = true;
    head->seq = next_int(&q);
    head->time = next_int(&q);
    head->entry = next_int(&q);
    Str hash = next_str(&q);
    if (hash.n != HASH_BYTES) return fail(s->a, ERR_BROKEN, "The head of writer {} is broken: run sukhwan verify.", s->reg->writer);
    memcpy(head->hash.at, hash.p, HASH_BYTES);
    return 0;
}

Err *head_sign(Store *s)
{
    return s->head->moved ? head_put(s->db, s->a, s->reg->secrets, s->reg->writer, s->head) : 0;
}

Err *entry_next(Store *s, int64_t *id)
{
    Rows q;
    Head *head = s->head;
    must(head); // entries are written inside register_write alone
    if (!head->known) TRY(head_read(s));
    if (!head->ahead) {
        TRY(sql(s->db, s->a, &q, "select {}", ((Sql){.text = db_next_entry(s->db)})));
        must(rows_next(&q));
        head->next = next_int(&q);
        head->ahead = db_entries_ahead(s->db);
    }
    head->ahead--;
    *id = head->next++;
    return 0;
}

Err *entry_append(Store *s, Entry *e)
{
    Head *head = s->head;
    must(head && head->known); // its number was taken by entry_next
    int64_t now = clock_ms() << 16;
    e->writer = s->reg->writer;
    e->actor = s->user.name;
    e->seq = ++head->seq;
    e->time = head->time = now > head->time ? now : head->time + 1; // never back, though the clock may go
    Hash before = head->hash;
    e->prev = hash_bytes(&before);
    head->hash = entry_hash(e);
    e->hash = hash_bytes(&head->hash);
    head->entry = e->id;
    head->moved = true;
    return sql(s->db, s->a, 0,
        "insert into journal (id, writer, seq, time, actor, record, record_id, row, verb, version, base, batch,"
        " prev, hash, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        e->id, e->writer, e->seq, e->time, e->actor, e->record, e->record_id, e->row, e->verb, e->version,
        e->base, e->batch, (Blob){e->prev}, (Blob){e->hash}, (Blob){e->body});
}

// ---- verify ---------------------------------------------------------------------------------------
// chains: writer to Link; last: the entry seen before; gap: the first number that no entry has, and in
// a Link since its last entry (PostgreSQL leaves numbers out that nobody got). keys: those that there are, by
// number, and whose, and whether the record that they are made with was met; lost: the first that an entry is sealed
// with and there is not.
typedef struct { int64_t id; uint64_t of; bool met; } HeldKey;
typedef struct {
    Arena *a; Db *db; const Secrets *secrets; Map chains; int64_t last, gap; Verified *out;
    HeldKey *keys; isize keys_n, keys_cap;
    struct { int64_t key, entry, entries; Str of; } lost;
} Walk;
typedef struct { int64_t seq, entry, gap; Hash hash; } Link;

static Err *broken(Arena *a, int64_t id, Str what)
{
    return fail(a, ERR_BROKEN, "Entry {} of the journal {}.", id, what);
}

static void gap_note(Walk *walk, int64_t gap)
{
    if (!walk->gap) walk->gap = gap;
    for (isize i = 0; i < walk->chains.cap; i++) {
        Link *link = walk->chains.slots[i].p;
        if (link && !link->gap) link->gap = gap;
    }
}

static Err *agency_lost(Arena *a)
{
    return fail(a, ERR_BROKEN, "The register has lost its agency key: restore the table keys from a backup.");
}

static Err *walk_key(void *with, Arena *turn, Rows *q)
{
    Walk *walk = with;
    int64_t id = next_int(q);
    Str of = next_str(q), compartment = next_str(q), by = next_str(q), wrapped = next_str(q);
    bool ours = id < 0 ? id == key_agency && str_equal(by, S("unlock")) : str_equal(by, S("register")) && (id & 7) < COMPARTMENT_COUNT
        && str_equal(compartment, compartment_words[id & 7]);
    if (!walk->keys_n && id >= 0) return agency_lost(walk->a);
    if (!ours)
        return fail(
            walk->a, ERR_BROKEN,
            "The key {} of {} is not one of this register: restore the table keys from a backup.",
            id, of);
    if (wrapped.n != KEY_WRAPPED_BYTES || (walk->secrets && !key_opens(turn, walk->secrets, id, wrapped))) {
        return fail(walk->a, ERR_BROKEN, "The key {} of {} does not open: restore the table keys from a backup.", id, of);
    }
    if (walk->keys_n < walk->keys_cap) walk->keys[walk->keys_n++] = (HeldKey){.id = id, .of = str_hash(of)};
    return 0;
}

// All keys, by their numbers. With the unlock key at hand each is opened as well; without it they are only counted.
static Err *walk_keys(Db *db, Walk *walk, Arena turn)
{
    Rows q;
    TRY(sql(db, walk->a, &q, "select count(*) from keys"));
    must(rows_next(&q));
    walk->keys_cap = next_int(&q);
    walk->keys = take(walk->a, HeldKey, walk->keys_cap);
    TRY(sql_each(db, walk->a, turn, walk_key, walk, "select id, record, compartment, wrapped_by, wrapped from keys order by id", VALS()));
    return walk->keys_n ? 0 : agency_lost(walk->a);
}

// The first held key from this number on, or null.
static HeldKey *key_from(const Walk *walk, int64_t id)
{
    isize low = 0, high = walk->keys_n;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (walk->keys[middle].id < id) low = middle + 1;
        else high = middle;
    }
    return low < walk->keys_n ? &walk->keys[low] : 0;
}

// What an entry is sealed with must be there, and its record's keys must be its own.
static Err *entry_keys(Walk *walk, const Entry *e)
{
    int64_t id, version, own = key_number(e->row, 0);
    bool erased = false, makes = str_equal(e->verb, S("create"));
    HeldKey *key = makes ? key_from(walk, own) : 0, *end = walk->keys + walk->keys_n;
    Str of = makes && key && key->id < own + 8 ? say(walk->a, "{}/{}", e->record, e->record_id) : (Str){0};
    for (; of.n && key < end && key->id < own + 8; key++) {
        key->met = true;
        if (key->of == str_hash(of)) continue;
        return fail(walk->a, ERR_BROKEN,
                    "The key {} is another's, though its number is that of {}: restore the table "
                    "keys from a backup.",
                    key->id, of);
    }
    if (!e->body.n || e->body.p[0] == '{' || !envelope_read(e->body, &id, &version)) return 0;
    key = key_from(walk, id);
    if (key && key->id == id) return 0;
    TRY(key_erased(walk->db, walk->a, id, &erased));
    if (erased || walk->lost.entries++) return 0;
    walk->lost.key = id;
    walk->lost.entry = e->id;
    walk->lost.of = say(walk->a, "{}/{}", e->record, e->record_id);
    return 0;
}

// A key that no record was made with came past the program.
static Err *keys_met(Walk *walk)
{
    for (isize i = 0; i < walk->keys_n; i++) {
        const HeldKey *key = &walk->keys[i];
        if (key->met || key->id == key_agency) continue;
        return fail(walk->a, ERR_BROKEN, "The key {} belongs to no record: restore the table keys from a backup.", key->id);
    }
    return 0;
}

static Err *walk_entry(void *with, Arena *turn, Rows *q)
{
    Walk *walk = with;
    (void)turn;
    Entry e = entry_read(q);
    bool is_new;
    Slot *slot = map_get(&walk->chains, e.writer);
    if (!slot) {
        slot = map_put(&walk->chains, walk->a, str_copy(walk->a, e.writer), &is_new);
        slot->p = take(walk->a, Link, 1);
        *(Link *)slot->p = (Link){.gap = walk->gap};
    }
    Link *link = slot->p;
    Hash found = entry_hash(&e);
    walk->out->entries++;
    if (e.id > walk->last + 1) gap_note(walk, walk->last + 1);
    if (e.seq > link->seq + 1) {
        return link->gap ? broken(walk->a, link->gap, say(walk->a, "is gone: entry {} does not follow entry {}", e.id, link->entry))
                         : broken(walk->a, e.id, say(walk->a, "does not follow entry {}: it stands in the wrong place", link->entry));
    }
    if (e.seq <= link->seq) return broken(walk->a, e.id, S("stands in the wrong place"));
    if (!hash_same(hash_bytes(&found), e.hash)) return broken(walk->a, e.id, S("was changed: its bytes do not give its hash"));
    if (!hash_same(hash_bytes(&link->hash), e.prev)) return broken(walk->a, e.id, S("does not hold the hash of the one before"));
    *link = (Link){e.seq, e.id, 0, found};
    walk->last = e.id;
    return entry_keys(walk, &e);
}

// The first that is gone of a chain that ends before its signed head.
static int64_t cut_at(const Walk *walk, const Link *link, int64_t seq, int64_t entry)
{
    return link->gap ? link->gap : seq == link->seq + 1 ? entry : walk->last + 1;
}

static Err *walk_heads(Register *reg, Db *db, Walk *walk)
{
    Rows q;
    Arena *a = walk->a;
    int64_t cut = 0;
    TRY(sql(db, a, &q, "select writer, seq, time, entry, hash, signature from heads order by writer"));
    walk->out->writers = q.rows;
    for (int left = q.rows; rows_next(&q); left--) {
        Str writer = next_str(&q);
        int64_t seq = next_int(&q), time = next_int(&q), entry = next_int(&q);
        Str hash = next_str(&q), signature = next_str(&q);
        Hash words = head_words(writer, seq, time, entry, hash);
        if (!signature_good(reg->public_key, hash_bytes(&words), signature)) {
            return fail(a, ERR_BROKEN, "The head of writer {} at entry {} was not signed by this register.", writer, entry);
        }
        Slot *slot = map_get(&walk->chains, writer);
        Link none = {.gap = walk->gap}, *link = slot ? slot->p : &none;
        int64_t first = link->seq < seq ? cut_at(walk, link, seq, entry) : 0;
        if (first && (!cut || first < cut)) cut = first;
        if (slot) walk->chains.n--;
        if (first) continue;
        if (link->seq > seq) return broken(a, link->entry, S("stands behind the signed head: it was added past the program"));
        if (!hash_same(hash_bytes(&link->hash), hash)) return broken(a, entry, S("is not the one whose hash was signed"));
    }
    if (cut) return broken(a, cut, S("is gone: the journal was cut off there, and the signed head says more"));
    if (walk->chains.n) return broken(a, walk->last, S("belongs to a chain without a signed head"));
    return 0;
}

// What is sealed in the tables needs its keys, too: of each record those of its holder.
static Err *walk_sealed(Db *db, Arena *a, const RecordType *t)
{
    unsigned sealed = sealed_in(t, 0);
    for (int c = 0; c < COMPARTMENT_COUNT; c++) {
        if (!(sealed >> c & 1)) continue;
        Buf join = buf_in(a);
        Where w = where_begin(a);
        Rows q;
        key_join(&join, t, (Compartment)c);
        where_add(&w, "(false", VALS());
        for (int i = 0; i < t->n; i++) {
            const Field *f = &t->fields[i];
            if (field_sealed(f) && f->compartment == (Compartment)c) where_add(&w, " or t.{} is not null", VALS((Name){f->name}));
        }
        where_add(&w, ")", VALS());
        TRY(sql(db, a, &q, "select t.id from {} t{} where w{}.wrapped is null and {} order by t.row limit 1", (Name){t->name},
            ((Sql){.text = buf_str(&join)}), ((Sql){.text = say(a, "{}", c)}), where_end(&w)));
        if (!rows_next(&q)) continue;
        return fail(a, ERR_BROKEN, "What is sealed of {} ({}) cannot be opened: its key is gone, and no entry says that it was"
            " erased. Restore the table keys from a backup.", record_where(a, t, next_str(&q)), compartment_words[c]);
    }
    return 0;
}

// The tables must not know of entries that the journal does not hold.
static Err *walk_tables(Db *db, Arena *a, const Pack *pack)
{
    for (int i = 0; i < pack->records_n; i++) {
        Rows q;
        TRY(walk_sealed(db, a, &pack->records[i]));
        TRY(sql(db, a, &q, "select t.entry from {} t where not exists (select 1 from journal j where j.id = t.entry)"
            " order by t.entry limit 1", ((Name){pack->records[i].name})));
        if (rows_next(&q)) return broken(a, next_int(&q), S("is gone, though the tables were made from it"));
    }
    return 0;
}

Err *chain_verify(Register *reg, Db *db, Arena *a, Arena turn, Verified *out)
{
    Walk walk = {.a = a, .db = db, .secrets = reg->secrets, .out = out};
    *out = (Verified){0};
    TRY(walk_keys(db, &walk, turn));
    TRY(sql_each(db, a, turn, walk_entry, &walk, "select {} from journal order by id", VALS(entry_columns())));
    TRY(walk_heads(reg, db, &walk));
    bool gapless = db_entries_ahead(db) > 1; // one at a time takes its numbers: none is left out
    if (walk.gap && gapless) return broken(a, walk.gap, S("is gone, and with it perhaps all of its writer's"));
    if (!walk.lost.entries) return keys_met(&walk);
    return fail(a, ERR_BROKEN,
                "Entry {} of the journal ({}) cannot be opened: the key {} is gone, and no entry "
                "says that it was"
                " erased ({} entries lack their keys). Restore the table keys from a backup.",
                walk.lost.entry, walk.lost.of, walk.lost.key, walk.lost.entries);
}

Err *register_verify(Register *reg, Arena *a, Arena turn, Verified *out)
{
    Db *db;
    TRY(db_open(a, reg->where, DB_READ, false, &db));
    TRY(db_begin(db, a, DB_READ));
    Err *e = chain_verify(reg, db, a, turn, out);
    if (!e) e = loaded_read(reg, db, a); // none was read yet, or a newer one came meanwhile
    if (!e) e = schema_check(db, a, reg->loaded->pack, false);
    if (!e) e = walk_tables(db, a, reg->loaded->pack);
    Err *closing = db_end(db, a, false);
    db_close(db);
    return e ? e : closing;
}
