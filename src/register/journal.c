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
static Hash entry_hash(const Entry *e)
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
// a Link since its last entry (PostgreSQL leaves numbers out that nobody got).
typedef struct { Arena *a; Map chains; int64_t last, gap; Verified *out; } Walk;
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
    return 0;
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

// The tables must not know of entries that the journal does not hold.
static Err *walk_tables(Db *db, Arena *a, const Pack *pack)
{
    for (int i = 0; i < pack->records_n; i++) {
        Rows q;
        TRY(sql(db, a, &q, "select t.entry from {} t where not exists (select 1 from journal j where j.id = t.entry)"
            " order by t.entry limit 1", ((Name){pack->records[i].name})));
        if (rows_next(&q)) return broken(a, next_int(&q), S("is gone, though the tables were made from it"));
    }
    return 0;
}

Err *chain_verify(Register *reg, Db *db, Arena *a, Arena turn, Verified *out)
{
    Walk walk = {.a = a, .out = out};
    *out = (Verified){0};
    TRY(sql_each(db, a, turn, walk_entry, &walk, "select {} from journal order by id", VALS(entry_columns())));
    TRY(walk_heads(reg, db, &walk));
    bool gapless = db_entries_ahead(db) > 1; // one at a time takes its numbers: none is left out
    return walk.gap && gapless ? broken(a, walk.gap, S("is gone, and with it perhaps all of its writer's")) : 0;
}

Err *register_verify(Register *reg, Arena *a, Arena turn, Verified *out)
{
    Db *db;
    TRY(db_open(a, reg->where, DB_READ, false, &db));
    TRY(db_begin(db, a, DB_READ));
    Err *e = chain_verify(reg, db, a, turn, out);
    if (!e && !reg->loaded) e = loaded_read(reg, db, a);
    if (!e && reg->loaded) e = walk_tables(db, a, reg->loaded->pack);
    Err *closing = db_end(db, a, false);
    db_close(db);
    return e ? e : closing;
}
