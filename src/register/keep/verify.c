// Verify: is the journal whole, each chain signed, each key there, and do the tables know no more than it?
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"
#include <stdlib.h>

// chains: writer to Link; last: the entry seen before; gap: the first number that no entry has, and in
// a Link since its last entry (PostgreSQL leaves numbers out that nobody got). keys: those that there are, by
// number, and whose; lists: the rows that they are held for, and whether the record that they are made with was met;
// lost: the first that an entry is sealed with and there is not. made: the entries about records; based: what each stands on.
typedef struct { uint64_t number, agency, of; } HeldKey;
typedef struct { int64_t row; uint64_t of; bool met; } HeldList;
typedef struct { uint64_t name; int64_t entry; } Said; // of an entry, or of what one is based on
typedef struct Claim { struct Claim *next; Str writer; int64_t seq, entry; Hash hash; } Claim; // of a head that was there
typedef struct {
    Arena *a; Db *db; const Secrets *secrets; Map chains; int64_t last, gap, brought; Verified *out;
    Str signer; Map agencies; // by name, to their keys
    Map destroyed;           // numbers of keys that an erasure took
    HeldKey *keys; HeldList *lists; isize keys_n, keys_cap, lists_n, lists_cap;
    Claim *claims;
    Said *made, *based;
    isize made_n, made_cap, based_n, based_cap;
    struct { int64_t entry, entries; Str of; } lost;
} Walk;
typedef struct { int64_t seq, first, entry, gap; bool headed; Hash hash; } Link;

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

static Err *list_wrong(Walk *walk, Str of, const char *how)
{
    return fail(walk->a, ERR_BROKEN, "The keys of {} {}: restore the table keys from a backup.", of, str_from(how));
}

static Err *walk_list(void *with, Arena *turn, Rows *q)
{
    Walk *walk = with;
    int64_t row = next_int(q);
    Str agency = next_str(q), of = next_str(q), numbers = next_str(q), wrapped = next_str(q);
    const Slot *slot = map_get(&walk->agencies, agency);
    if (!slot || !of.n) return list_wrong(walk, of, "are not of this register");
    KeysOf list = keys_of(slot->p, agency, of, wrapped);
    bool told = list_whole(wrapped) && str_equal(numbers, list_numbers(turn, wrapped));
    if (!told || (list.agency->held && !list_opens(turn, &list))) return list_wrong(walk, of, "do not open");
    const HeldList *last = walk->lists_n ? &walk->lists[walk->lists_n - 1] : 0;
    uint64_t holder = str_hash(of);
    for (isize at = 0; at < numbers.n && walk->keys_n < walk->keys_cap; at += 8) {
        uint64_t number = number_get(numbers.p + at);
        if (destroyed_has(&walk->destroyed, number)) return fail(walk->a, ERR_BROKEN,
            "The keys of {} were erased, and are there again: run sukhwan erase for it once more.", of);
        walk->keys[walk->keys_n++] = (HeldKey){number, str_hash(agency), holder};
    }
    bool same = last && last->row == row && last->of == holder; // another agency's
    if (!same && walk->lists_n < walk->lists_cap) walk->lists[walk->lists_n++] = (HeldList){row, holder, false};
    return 0;
}

// So many entries there are, and so many hashes of others do they name.
static Err *walk_counts(Db *db, Walk *walk)
{
    Rows q;
    TRY(sql(db, walk->a, &q, "select count(*), coalesce(sum(length(base)), 0) from journal"));
    must(rows_next(&q));
    walk->made_cap = next_int(&q);
    walk->based_cap = next_int(&q) / HASH_BYTES;
    walk->made = take(walk->a, Said, walk->made_cap);
    walk->based = take(walk->a, Said, walk->based_cap);
    return 0;
}

// An entry is of its record and has its hash; so is what another about this record stands on.
static uint64_t said_name(const Entry *e, Str hash)
{
    return number_get(hash.p) ^ str_hash(e->record) * 31 ^ str_hash(e->record_id);
}

static Err *walk_said(Walk *walk, const Entry *e)
{
    if (e->base.n % HASH_BYTES) return broken(walk->a, e->id, S("does not say on which others it is based"));
    if (walk->made_n < walk->made_cap) walk->made[walk->made_n++] = (Said){said_name(e, e->hash), e->id};
    for (isize at = 0; at < e->base.n && walk->based_n < walk->based_cap; at += HASH_BYTES) {
        walk->based[walk->based_n++] = (Said){said_name(e, str_slice(e->base, at, at + HASH_BYTES)), e->id};
    }
    return 0;
}

static int by_name(const void *one, const void *two)
{
    uint64_t a = ((const Said *)one)->name, b = ((const Said *)two)->name;
    return (a > b) - (a < b);
}

// What an entry is based on must be there: chains that came without another one's lack it.
static Err *bases_met(Walk *walk)
{
    if (walk->made_n) qsort(walk->made, (size_t)walk->made_n, sizeof *walk->made, by_name);
    for (isize i = 0; i < walk->based_n; i++) {
        const Said *wanted = &walk->based[i];
        Rows q;
        if (bsearch(wanted, walk->made, (size_t)walk->made_n, sizeof *wanted, by_name)) continue;
        TRY(sql(walk->db, walk->a, &q, "select writer, seq, record, record_id, base from journal where id = $1", wanted->entry));
        must(rows_next(&q));
        Str writer = next_str(&q);
        int64_t seq = next_int(&q);
        Str record = next_str(&q), id = next_str(&q), base = next_str(&q);
        return broken(walk->a, wanted->entry, say(walk->a, "(number {} of the writer {}) is based on an entry about {}/{} that is not"
            " there: the hash of its base is {}. Bring the chain of whoever wrote that one", seq, writer, record, id,
            hex_of(walk->a, base)));
    }
    return 0;
}

static int by_number(const void *one, const void *two)
{
    const HeldKey *a = one, *b = two;
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    return (a->agency > b->agency) - (a->agency < b->agency);
}

static Err *walk_agencies(Db *db, Walk *walk)
{
    Rows q;
    bool is_new;
    TRY(sql(db, walk->a, &q, "select name, public, signature, wrapped from agencies order by name"));
    while (rows_next(&q)) {
        AgencyRow row = {.name = next_str(&q)};
        AgencyKeys *keys = take(walk->a, AgencyKeys, 1);
        row.public = next_str(&q);
        row.signature = next_str(&q);
        row.wrapped = next_str(&q);
        TRY(agency_read(walk->a, walk->signer, walk->secrets, row, keys));
        map_put(&walk->agencies, walk->a, row.name, &is_new)->p = keys;
    }
    return map_get(&walk->agencies, agency_name) ? 0 : agency_lost(walk->a, agency_name);
}

// All keys. With the unlock key at hand each list is opened as well; without it they are only counted.
static Err *walk_keys(Db *db, Walk *walk, Arena turn)
{
    Rows q;
    TRY(walk_agencies(db, walk));
    TRY(sql(db, walk->a, &q, "select count(*), coalesce(sum(length(numbers)), 0) from keys"));
    must(rows_next(&q));
    walk->lists_cap = next_int(&q);
    walk->keys_cap = next_int(&q) / 8;
    walk->lists = take(walk->a, HeldList, walk->lists_cap);
    walk->keys = take(walk->a, HeldKey, walk->keys_cap);
    TRY(sql_each(db, walk->a, turn, walk_list, walk,
        "select row, agency, holder, numbers, wrapped from keys order by row, agency", VALS()));
    if (walk->keys_n) qsort(walk->keys, (size_t)walk->keys_n, sizeof *walk->keys, by_number);
    return 0;
}

// In the list of an agency: whoever wrote an entry has what she sealed it with.
static const HeldKey *key_held(const Walk *walk, uint64_t number, Str agency)
{
    HeldKey wanted = {.number = number, .agency = str_hash(agency)};
    return walk->keys_n ? bsearch(&wanted, walk->keys, (size_t)walk->keys_n, sizeof wanted, by_number) : 0;
}

static HeldList *list_held(const Walk *walk, int64_t row)
{
    isize low = 0, high = walk->lists_n;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (walk->lists[middle].row < row) low = middle + 1;
        else high = middle;
    }
    return low < walk->lists_n && walk->lists[low].row == row ? &walk->lists[low] : 0;
}

// What an entry is sealed with must be there and its holder's, and its record's keys must be its own.
static Err *entry_keys(Walk *walk, Arena *turn, const Entry *e)
{
    HeldList *own = str_equal(e->verb, S("create")) ? list_held(walk, e->row) : 0;
    Str rest = e->body, envelope;
    Compartment c;
    if (own) own->met = true;
    if (own && own->of != str_hash(say(turn, "{}/{}", e->record, e->record_id)))
        return list_wrong(walk, say(walk->a, "{}/{}", e->record, e->record_id), "are another's");
    bool lacks = false;
    while (e->holder.n && body_parts(&rest, &c, &envelope)) {
        if (c == COMPARTMENT_COUNT) continue; // it stands in clear
        uint64_t number;
        if (!envelope_read(envelope, &number)) return broken(walk->a, e->id, S("holds what is no envelope of this register"));
        const HeldKey *key = key_held(walk, number, e->agency);
        if (key && key->of == str_hash(e->holder)) continue;
        lacks |= key || !destroyed_has(&walk->destroyed, number);
    }
    if (!lacks || walk->lost.entries++) return 0;
    walk->lost.entry = e->id;
    walk->lost.of = str_copy(walk->a, e->holder);
    return 0;
}

// Keys that no record was made with came past the program.
static Err *keys_met(Walk *walk)
{
    for (isize i = 0; i < walk->lists_n; i++) {
        if (walk->lists[i].met) continue;
        return fail(walk->a, ERR_BROKEN, "The keys of row {} belong to no record: restore the table keys from a backup.",
            walk->lists[i].row);
    }
    return 0;
}

// Whoever begins says which heads stand.
static Err *walk_begin(Walk *walk, Arena *turn, const Entry *e)
{
    const Json *body, *heads;
    if (!str_equal(e->verb, S("begin"))) return 0;
    TRY(json_read(turn, e->body, &body));
    heads = json_member(body, S("heads"));
    for (const Json *one = heads ? heads->first : 0; one; one = one->next) {
        const Json *writer = json_member(one, S("writer")), *seq = json_member(one, S("seq")), *hash = json_member(one, S("hash"));
        Claim claim = {.next = walk->claims, .entry = e->id};
        Str bytes;
        if (!writer || !seq || !hash || !str_int(seq->text, &claim.seq) || !bytes_of(turn, hash->text, &bytes) || bytes.n != HASH_BYTES)
            return broken(walk->a, e->id, S("does not say which heads there were"));
        memcpy(claim.hash.at, bytes.p, HASH_BYTES);
        claim.writer = str_copy(walk->a, writer->text);
        walk->claims = take(walk->a, Claim, 1);
        *walk->claims = claim;
    }
    return 0;
}

// So no writer can be gone together with its head: each that was seen must have been met.
static Err *claims_met(Walk *walk)
{
    const Claim *first = 0;
    for (const Claim *c = walk->claims; c; c = c->next) {
        Slot *slot = map_get(&walk->chains, c->writer);
        const Link *link = slot ? slot->p : 0;
        bool same = link && (link->seq > c->seq || (link->seq == c->seq && hash_same(hash_bytes(&link->hash), hash_bytes(&c->hash))));
        if (!same) first = c; // the last of the list came first
    }
    if (!first) return 0;
    return walk->gap ? broken(walk->a, walk->gap, say(walk->a, "is gone, and with it entries of the writer {}", first->writer))
        : broken(walk->a, first->entry, say(walk->a, "knows of the writer {}, of whom entries are gone", first->writer));
}

// What is this store's alone is in no hash: a record's row is the number of the entry that made it, and its versions
// are counted as they came.
static Err *rows_true(Walk *walk)
{
    static const char *const wrong[] = {
        "select min(id) from journal where verb in ('create', 'load', 'unload', 'begin') and row <> id",
        "select min(j.id) from journal j where j.verb not in ('create', 'load', 'unload', 'begin') and not exists (select 1 from journal c"
        " where c.id = j.row and c.verb = 'create' and c.record = j.record and c.record_id = j.record_id)",
        "select min(id) from (select id, verb, version, row_number() over (partition by row order by id) as n from journal) j"
        " where version <> case when verb in ('load', 'unload', 'begin') then 0 else n end"};
    int64_t first = 0;
    for (int i = 0; i < countof(wrong); i++) {
        Rows q;
        TRY(sql(walk->db, walk->a, &q, "{}", ((Sql){.text = str_from(wrong[i])})));
        int64_t id = rows_next(&q) ? next_int(&q) : 0;
        if (id && (!first || id < first)) first = id;
    }
    return first ? broken(walk->a, first, S("was changed: its row or version is not its record's")) : 0;
}

static Err *walk_entry(void *with, Arena *turn, Rows *q)
{
    Walk *walk = with;
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
    if (e.id > walk->last + 1 && e.id > walk->brought) gap_note(walk, walk->last + 1);
    if (e.seq > link->seq + 1) {
        return link->gap ? broken(walk->a, link->gap, say(walk->a, "is gone: entry {} does not follow entry {}", e.id, link->entry))
                         : broken(walk->a, e.id, say(walk->a, "does not follow entry {}: it stands in the wrong place", link->entry));
    }
    if (e.seq <= link->seq) return broken(walk->a, e.id, S("stands in the wrong place"));
    if (!hash_same(hash_bytes(&found), e.hash)) return broken(walk->a, e.id, S("was changed: its bytes do not give its hash"));
    if (!hash_same(hash_bytes(&link->hash), e.prev)) return broken(walk->a, e.id, S("does not hold the hash of the one before"));
    if (str_equal(e.verb, S("create")) && e.row != e.id) return broken(walk->a, e.id, S("was changed: its row is not its record's"));
    TRY(walk_begin(walk, turn, &e));
    TRY(walk_said(walk, &e));
    *link = (Link){e.seq, link->seq ? link->first : e.id, e.id, 0, false, found};
    walk->last = e.id;
    return entry_keys(walk, turn, &e);
}

// The first that is gone of a chain that ends before its signed head.
static int64_t cut_at(const Walk *walk, const Link *link, int64_t seq, int64_t entry)
{
    return link->gap ? link->gap : seq == link->seq + 1 ? entry : walk->last + 1;
}

static int64_t unheaded(const Walk *walk)
{
    int64_t first = 0;
    for (isize i = 0; i < walk->chains.cap; i++) {
        const Link *link = walk->chains.slots[i].p;
        if (link && !link->headed && (!first || link->first < first)) first = link->first;
    }
    return first;
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
        Hash words = head_words(writer, seq, time, hash);
        if (!signature_good(reg->public_key, hash_bytes(&words), signature)) {
            return fail(a, ERR_BROKEN, "The head of writer {} at entry {} was not signed by this register.", writer, entry);
        }
        Slot *slot = map_get(&walk->chains, writer);
        Link none = {.gap = walk->gap}, *link = slot ? slot->p : &none;
        int64_t first = link->seq < seq ? cut_at(walk, link, seq, entry) : 0;
        if (first && (!cut || first < cut)) cut = first;
        link->headed = true;
        if (first) continue;
        if (link->seq > seq) return broken(a, link->entry, S("stands behind the signed head: it was added past the program"));
        if (!hash_same(hash_bytes(&link->hash), hash)) return broken(a, entry, S("is not the one whose hash was signed"));
        if (link->entry != entry) return broken(a, link->entry, S("stands in the wrong place"));
    }
    if (cut) return broken(a, cut, S("is gone: the journal was cut off there, and the signed head says more"));
    int64_t begins = unheaded(walk);
    return begins ? broken(a, begins, S("begins a chain without a signed head")) : 0;
}

// What is sealed in the tables needs its keys, too: of each record those of its holder.
static Err *walk_sealed(Db *db, Arena *a, const RecordType *t)
{
    Where join = where_begin(a), w = where_begin(a);
    Rows q;
    if (!sealed_in(t, 0)) return 0;
    key_join(&join, agency_name, t);
    where_add(&w, "(false", VALS());
    for (int i = 0; i < t->n; i++) {
        if (field_sealed(&t->fields[i])) where_add(&w, " or t.{} is not null", VALS((Name){t->fields[i].name}));
    }
    where_add(&w, ")", VALS());
    TRY(sql(db, a, &q, "select t.id from {} t{} where w.wrapped is null and {} order by t.row limit 1", (Name){t->name},
        where_end(&join), where_end(&w)));
    if (!rows_next(&q)) return 0;
    return fail(a, ERR_BROKEN, "What is sealed of {} cannot be opened: its keys are gone, and no entry says that they were"
        " erased. Restore the table keys from a backup.", record_where(a, t, next_str(&q)));
}

static Err *agencies_there(Db *db, Arena *a, const Pack *pack)
{
    Map there = {0};
    TRY(agencies_named(db, a, &there));
    for (int i = 0; i < pack->units_n; i++) {
        Str name = pack->units[i].agency;
        if (name.n && !map_get(&there, name)) return agency_lost(a, name);
    }
    return 0;
}

static Err *list_lost(Arena *a, const RecordType *t, Str id, Str agency)
{
    return fail(a, ERR_BROKEN, "The keys of {} are gone for {}, who is entitled to them, and no entry says why. Restore the table"
        " keys from a backup.", record_where(a, t, id), agency);
}

// Who was given sight of a holder has a list, as far as who made it had something to give.
static Err *granted_there(Db *db, Arena *a, const Loaded *loaded, const RecordType *t)
{
    Rows q;
    TRY(sql(db, a, &q, "select t.id, g.agency from grants g join {} t on t.row = g.row where g.record = $1"
        " and exists (select 1 from keys k where k.row = t.row and k.agency = t.agency and (k.open & g.compartments & $2"
        " & ~coalesce((select x.compartments from erasures x where x.row = t.row), 0)) <> 0)"
        " and not exists (select 1 from keys k where k.row = t.row and k.agency = g.agency) order by t.row limit 1", (Name){t->name},
        t->name, (int64_t)loaded->shapes[t->at].compartments));
    if (!rows_next(&q)) return 0;
    Str id = next_str(&q);
    return list_lost(a, t, id, next_str(&q));
}

static Err *entitled_of(Db *db, Arena *a, const Loaded *loaded, const RecordType *t, const Unit *unit)
{
    for (int k = 0; k < unit->entitled_n; k++) {
        Rows q;
        unsigned compartments = unit->entitled[k].compartments & loaded->shapes[t->at].compartments;
        if (!compartments) continue;
        TRY(sql(db, a, &q, "select t.id from {} t where t.unit = $1 and t.row > $2"
            " and exists (select 1 from keys k where k.row = t.row)"
            " and not exists (select 1 from keys k where k.row = t.row and k.agency = $3)"
            " and (cast($4 as bigint) & ~coalesce((select x.compartments from erasures x where x.row = t.row), 0)) <> 0"
            " order by t.row limit 1", (Name){t->name}, unit->key, loaded->entitles, unit->entitled[k].agency, (int64_t)compartments));
        if (rows_next(&q)) return list_lost(a, t, next_str(&q), unit->entitled[k].agency);
    }
    return 0;
}

// Whose holders were made since the sheets said last who is entitled to what, has a list for each agency that is. Units that made
// none are not asked about: there are hundreds, and each would be a question of each kind over a server's line.
static Err *entitled_there(Db *db, Arena *a, const Loaded *loaded, const RecordType *t)
{
    Rows made;
    if (!loaded->entitles) return 0;
    TRY(sql(db, a, &made, "select distinct unit from {} where row > $1 order by unit", (Name){t->name}, loaded->entitles));
    while (rows_next(&made)) {
        const Unit *unit = unit_get(loaded->pack, next_str(&made));
        if (unit) TRY(entitled_of(db, a, loaded, t, unit));
    }
    return 0;
}

// The tables must not know of entries that the journal does not hold.
static Err *walk_tables(Db *db, Arena *a, const Loaded *loaded, Verified *out)
{
    const Pack *pack = loaded->pack;
    TRY(agencies_there(db, a, pack));
    for (int i = 0; i < pack->records_n; i++) {
        Rows q;
        TRY(sql(db, a, &q, "select count(*) from {} where length(head) > {}", (Name){pack->records[i].name},
            ((Sql){.text = say(a, "{}", (int64_t)HASH_BYTES)})));
        if (rows_next(&q)) out->forks += next_int(&q);
        TRY(walk_sealed(db, a, &pack->records[i]));
        if (pack->records[i].sealed && pack->records[i].person < 0) TRY(entitled_there(db, a, loaded, &pack->records[i]));
        if (pack->records[i].sealed && pack->records[i].person < 0) TRY(granted_there(db, a, loaded, &pack->records[i]));
        TRY(sql(db, a, &q, "select t.entry from {} t where not exists (select 1 from journal j where j.id = t.entry)"
            " order by t.entry limit 1", ((Name){pack->records[i].name})));
        if (rows_next(&q)) return broken(a, next_int(&q), S("is gone, though the tables were made from it"));
    }
    return 0;
}

Err *chain_verify(Register *reg, Db *db, Arena *a, Arena turn, Verified *out)
{
    Walk walk = {.a = a, .db = db, .secrets = reg->secrets, .signer = reg->public_key, .out = out};
    *out = (Verified){0};
    TRY(destroyed_read(db, a, &walk.destroyed));
    TRY(brought_read(reg, db, a, &walk.brought));
    TRY(walk_keys(db, &walk, turn));
    TRY(walk_counts(db, &walk));
    TRY(sql_each(db, a, turn, walk_entry, &walk, "select {} from journal order by id", VALS(entry_columns())));
    if (!out->entries) return broken(a, 1, S("is gone, and with it the whole journal"));
    TRY(claims_met(&walk));
    TRY(walk_heads(reg, db, &walk));
    TRY(bases_met(&walk));
    TRY(rows_true(&walk));
    bool gapless = !db_shared(db); // else numbers that somebody took and did not use are nobody's
    if (walk.gap && gapless) return broken(a, walk.gap, S("is gone, and with it perhaps all of its writer's"));
    if (!walk.lost.entries) return keys_met(&walk);
    return fail(a, ERR_BROKEN,
        "Entry {} of the journal cannot be opened: the keys of {} are gone, and no entry says that they were erased"
        " ({} entries lack their keys). Restore the table keys from a backup.",
        walk.lost.entry, walk.lost.of, walk.lost.entries);
}

Err *store_check(Register *reg, Db *db, Arena *a, Arena turn, Verified *out)
{
    TRY(chain_verify(reg, db, a, turn, out));
    TRY(loaded_read(reg, db, a)); // none was read yet, or a newer one came meanwhile
    TRY(schema_check(db, a, reg->loaded->pack, false));
    return walk_tables(db, a, reg->loaded, out);
}

Err *register_verify(Register *reg, Arena *a, Arena turn, bool tables, Verified *out)
{
    Db *db;
    if (tables && !reg->secrets)
        return fail(a, ERR_INPUT, "What tables should say is sealed: put the unlock key at {}, or name it in SUKHWAN_KEY_FILE.",
            reg->key_file);
    TRY(db_open(a, reg->where, DB_READ, false, &db));
    TRY(db_begin(db, a, DB_READ));
    Err *e = store_check(reg, db, a, turn, out);
    if (!e) e = attachments_met(reg, db, a, turn);
    if (!e) e = looks_check(reg, db, a, turn, out);
    if (!e && tables) e = tables_check(reg, db, a, turn);
    Err *closing = db_end(db, a, false);
    db_close(db);
    return e ? e : closing;
}
