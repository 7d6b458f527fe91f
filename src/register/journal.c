// The journal: entries chained by hash, one chain per writer, its heads signed.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { FORMAT = 2, SALT = 16, AHEAD_MS = 600000 }; // a head that is further ahead is not believed

Sql entry_columns(void)
{
    return (Sql){.text = S("id, writer, seq, time, salt, actor, agency, record, record_id, holder, verb, base, batch,"
                           " row, version, prev, hash, body")};
}

Entry entry_read(Rows *q)
{
    Entry e;
    e.id = next_int(q);
    e.writer = next_str(q);
    e.seq = next_int(q);
    e.time = next_int(q);
    e.salt = next_str(q);
    e.actor = next_str(q);
    e.agency = next_str(q);
    e.record = next_str(q);
    e.record_id = next_str(q);
    e.holder = next_str(q);
    e.verb = next_str(q);
    e.base = next_str(q);
    e.batch = next_str(q);
    e.row = next_int(q);
    e.version = next_int(q);
    e.prev = next_str(q);
    e.hash = next_str(q);
    e.body = next_str(q);
    return e;
}

Err *entry_insert(Db *db, Arena *a, const Entry *e)
{
    const Val values[] = {val_int(e->id), val_str(e->writer), val_int(e->seq), val_int(e->time), val_blob((Blob){e->salt}),
        val_str(e->actor), val_str(e->agency), val_str(e->record), val_str(e->record_id), val_str(e->holder), val_str(e->verb),
        val_blob((Blob){e->base}), val_str(e->batch), val_int(e->row), val_int(e->version), val_blob((Blob){e->prev}),
        val_blob((Blob){e->hash}), val_blob((Blob){e->body})};
    return sql(db, a, 0, "{}", ((Sql){S("insert into journal (id, writer, seq, time, salt, actor, agency, record, record_id,"
        " holder, verb, base, batch, row, version, prev, hash, body)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"), {values, countof(values)}}));
}

static Hash parts_hash(const Str *parts, int n)
{
    Hashing h;
    hash_begin(&h);
    for (int i = 0; i < n; i++) hash_part(&h, parts[i]);
    return hash_end(&h);
}

// Who and what, and what was said, are hashed apart: a station that is entitled to neither holds the chain by their
// two hashes. The salt keeps it from trying who it may have been.
Hash entry_hash(const Entry *e)
{
    const Str meta[] = {S("sukhwan meta"), e->salt, e->actor, e->agency, e->record, e->record_id, e->holder, e->verb, e->base, e->batch};
    const Str body[] = {S("sukhwan body"), e->body};
    Hash of_meta = parts_hash(meta, countof(meta)), of_body = parts_hash(body, countof(body));
    const int64_t numbers[] = {FORMAT, e->seq, e->time};
    const Str parts[] = {e->writer, e->prev, hash_bytes(&of_meta), hash_bytes(&of_body)};
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan entry"));
    for (int i = 0; i < countof(numbers); i++) hash_int(&h, numbers[i]);
    for (int i = 0; i < countof(parts); i++) hash_part(&h, parts[i]);
    return hash_end(&h);
}

Hash head_words(Str writer, int64_t seq, int64_t time, Str hash)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan head"));
    hash_part(&h, writer);
    hash_int(&h, seq);
    hash_int(&h, time);
    hash_part(&h, hash);
    return hash_end(&h);
}

Err *head_put(Db *db, Arena *a, const Secrets *secrets, Str writer, const Head *head)
{
    Hash words = head_words(writer, head->seq, head->time, hash_bytes(&head->hash));
    return sql(db, a, 0,
        "insert into heads (writer, seq, time, entry, hash, signature) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (writer) do update set seq = excluded.seq, time = excluded.time, entry = excluded.entry,"
        " hash = excluded.hash, signature = excluded.signature",
        writer, head->seq, head->time, head->entry, (Blob){hash_bytes(&head->hash)},
        sign(a, &secrets->signer, hash_bytes(&words)));
}

// ---- a writer's first entry in a process -----------------------------------------------------------------

static Err *hash_take(Store *s, Str writer, Str hash, Hash *out)
{
    if (hash.n != HASH_BYTES) return fail(s->a, ERR_BROKEN, "The head of writer {} is broken: run sukhwan verify.", writer);
    memcpy(out->at, hash.p, HASH_BYTES);
    return 0;
}

// A clock that runs ahead is told, and nobody else's is drawn along.
static void ahead_tell(Store *s, Str writer, int64_t time)
{
    if (s->reg->ahead_told) return;
    s->reg->ahead_told = true;
    log_line(say(s->a, "The newest entry of the writer {} is of {} UTC, more than ten minutes from now: a clock is wrong. Its time is not"
        " believed.", writer, moment_text(s->a, time >> 16, 0)));
}

static int64_t time_most(void)
{
    return (clock_ms() + AHEAD_MS) << 16;
}

// All heads: of ours where the chain goes on, of all the newest time; and, as JSON, what a begin entry says of them.
static Err *heads_read(Store *s, bool says, Str *said)
{
    Rows q;
    Head *head = s->head;
    Buf o = buf_in(s->a);
    int64_t most = time_most();
    TRY(sql(s->db, s->a, &q, "select writer, seq, time, entry, hash from heads order by writer"));
    buf_add(&o, S("{\"heads\":["));
    for (bool first = true; rows_next(&q);) {
        Str writer = next_str(&q);
        int64_t seq = next_int(&q), time = next_int(&q), entry = next_int(&q);
        Str hash = next_str(&q);
        bool own = str_equal(writer, s->reg->chain.name);
        if (own) {
            head->seq = seq;
            head->entry = entry;
            TRY(hash_take(s, writer, hash, &head->hash));
        }
        if (!own && time > most) ahead_tell(s, writer, time);
        else if (time > head->time) head->time = time;
        if (!seq || !says) continue;
        if (!first) buf_char(&o, ',');
        json(&o, "{'writer':{},'seq':{},'hash':{}}", writer, seq, hex_of(s->a, hash));
        first = false;
    }
    buf_add(&o, S("]}"));
    *said = buf_str(&o);
    return 0;
}

// Where others write at the same time: with the number, which is taken when everything was looked at, the newest time.
static Err *numbers_take(Store *s)
{
    Rows q;
    Head *head = s->head;
    bool many = head->used >= NUMBERS_MOST; // a long import: a short one leaves no numbers out
    TRY(sql(s->db, s->a, &q, "select n.id, (select coalesce(max(time), 0) from heads where time <= $1) from ({}) n", time_most(),
        (Sql){.text = db_next_numbers(s->db, many)}));
    for (head->numbers_n = 0; rows_next(&q);) {
        must(head->numbers_n < NUMBERS_MOST);
        head->numbers[head->numbers_n++] = next_int(&q);
        int64_t seen = next_int(&q);
        if (seen > head->time) head->time = seen;
    }
    must(head->numbers_n);
    head->left = head->numbers_n;
    head->looked = false;
    return 0;
}

static Err *number_take(Store *s, int64_t after, int64_t *id)
{
    Head *head = s->head;
    const int64_t *next = &head->numbers[head->numbers_n - head->left];
    if (!head->left || *next <= after) TRY(numbers_take(s));
    *id = head->numbers[head->numbers_n - head->left];
    head->used++;
    head->left--;
    if (!db_shared(s->db)) { // nobody else takes any: it counts on
        head->numbers[0] = *id + 1;
        head->left = head->numbers_n = 1;
    }
    return 0;
}

// In the middle of a long write whose numbers were taken before: what it read since is before what it writes.
static Err *heads_see(Store *s)
{
    Rows q;
    TRY(sql(s->past ? s->past : s->db, s->a, &q, "select coalesce(max(time), 0) from heads where time <= $1", time_most()));
    must(rows_next(&q));
    int64_t seen = next_int(&q);
    if (seen > s->head->time) s->head->time = seen;
    s->head->looked = false;
    return 0;
}

// It names every head there is, so that no writer can vanish together with its own.
static Err *chain_begin(Store *s)
{
    Entry e = {.record = S("heads"), .record_id = s->reg->chain.name, .verb = S("begin")};
    s->head->known = true;
    TRY(heads_read(s, !s->reg->begun, &e.body));
    if (s->reg->begun) return 0;
    s->head->begins = true;
    TRY(number_take(s, 0, &e.id));
    e.row = e.id;
    e.writer = s->reg->chain.name;
    e.seq = s->head->seq + 1;
    return entry_append(s, &e);
}

Err *head_sign(Store *s)
{
    return s->head->moved ? head_put(s->db, s->a, s->reg->secrets, s->reg->chain.name, s->head) : 0;
}

Err *entry_next(Store *s, Entry *e, int64_t after)
{
    must(s->head); // entries are written inside register_write alone
    if (!s->reg->chain.name.n) TRY(writer_take(s));
    if (!s->head->known) TRY(chain_begin(s));
    TRY(number_take(s, after, &e->id));
    if (s->head->looked && db_shared(s->db)) TRY(heads_see(s));
    e->writer = s->reg->chain.name;
    e->seq = s->head->seq + 1;
    return 0;
}

Err *entry_append(Store *s, Entry *e)
{
    Head *head = s->head;
    must(head && head->known && e->seq == head->seq + 1); // its name was taken by entry_next
    int64_t now = clock_ms() << 16;
    char *salt = take(s->a, char, SALT);
    random_fill(salt, SALT);
    e->salt = (Str){salt, SALT};
    e->actor = s->user.name;
    e->agency = agency_of(s);
    e->time = head->time = now > head->time ? now : head->time + 1; // never back, though the clock may go
    Hash *chain = take(s->a, Hash, 2);
    chain[0] = head->hash;
    e->prev = hash_bytes(&chain[0]);
    chain[1] = head->hash = entry_hash(e);
    e->hash = hash_bytes(&chain[1]);
    head->seq = e->seq;
    head->entry = e->id;
    head->moved = true;
    return entry_insert(s->db, s->a, e);
}

// ---- the entry's body ------------------------------------------------------------------------------

static void member(Buf *o, Str name, Str value)
{
    if (o->n > 1) buf_char(o, ',');
    json_text(o, name);
    buf_char(o, ':');
    json_text(o, value);
}

static bool in_part(const Field *f, Compartment c)
{
    return c == COMPARTMENT_COUNT || (f->kind == FIELD_LINK ? COMPARTMENT_CASE : f->compartment) == c;
}

// What is said of one compartment, as JSON; COMPARTMENT_COUNT: of all. Key, unit, state, links and what an import is
// called belong to the case. What moves to another holder says again what it does not change: it is sealed anew, with
// keys that the entry tells so, and it stays when the former holder's are erased. Nobody changed it, so it has another name.
static Str part_plain(Store *s, const Effect *e, bool whole, Compartment c)
{
    Buf o = buf_in(s->a);
    bool of_case = c == COMPARTMENT_COUNT || c == COMPARTMENT_CASE;
    buf_char(&o, '{');
    if (of_case && (whole || e->sets_key)) member(&o, S("key"), e->key);
    if (of_case && whole) member(&o, S("unit"), e->unit);
    if (of_case && whole && e->number.n) member(&o, S("no"), e->number);
    if (of_case && (whole || e->sets_state)) member(&o, S("state"), e->state);
    if (of_case && e->sets_since) member(&o, S("state_since"), day_text(s->a, e->since));
    for (int i = 0; i < e->type->n; i++) {
        const Field *f = &e->type->fields[i];
        Str value = f->kind == FIELD_LINK ? e->cells[i].id : e->cells[i].text;
        if (!in_part(f, c)) continue;
        if (whole ? value.n > 0 : e->cells[i].said) member(&o, f->name, value);
        else if (e->moves && value.n) member(&o, say(s->a, "{}.again", f->name), value);
    }
    if (of_case && e->why.n) member(&o, S("*why"), e->why);
    if (of_case && e->why_lo.n) member(&o, S("*why.lo"), e->why_lo);
    if (of_case && s->batch && s->batch->first == e->entry) {
        if (o.n > 1) buf_char(&o, ','); // what removes says nothing else
        json(&o, "'batch':{'file':{},'undoes':{}}", s->batch->file, s->batch->undoes);
    }
    buf_char(&o, '}');
    return buf_str(&o);
}

// Objects as one: the members of each.
static void json_joined(Buf *o, Str object)
{
    if (object.n <= 2) return;
    buf_char(o, o->n ? ',' : '{');
    buf_add(o, str_slice(object, 1, object.n - 1));
}

static Str json_ended(Buf *o)
{
    if (!o->n) buf_char(o, '{');
    buf_char(o, '}');
    return buf_str(o);
}

// Sealed: 2 · for each part the length of its compartment's word (1), the word, the envelope's length (4), the envelope
enum { SEALED_BODY = 2 };

SealedAt sealed_at(Store *s, const Effect *e, Str field)
{
    return (SealedAt){record_where(s->a, e->type, e->id), field, e->writer, e->seq};
}

// What stands in clear, since other stores and rules go by it: no compartment's word is `sight`.
static const Str clear_part = S("sight");

static void part_add(Buf *o, Str word, Str bytes)
{
    buf_char(o, (char)word.n);
    buf_add(o, word);
    for (int i = 0; i < 4; i++) buf_char(o, (char)((uint64_t)bytes.n >> 8 * i));
    buf_add(o, bytes);
}

static Str part_field(Store *s, Compartment c)
{
    return say(s->a, "*{}", compartment_words[c]);
}

static Err *part_seal(Store *s, Effect *e, const Holder *holder, Compartment c, Str plain, Buf *o)
{
    DataKey *key;
    TRY(key_to_write(s, e, holder, c, &key));
    if (!key) return fail(s->a, ERR_BROKEN, "The record {} has no key.", record_where(s->a, holder->type, holder->id));
    e->numbers[c] = key->number;
    Str envelope = seal_value(s->a, key, sealed_at(s, e, part_field(s, c)), plain).s;
    part_add(o, compartment_words[c], envelope);
    return 0;
}

// Another holder's keys seal it from now on, which needs all of it.
static Err *moved_whole(Store *s, const Effect *e)
{
    for (int i = 0; i < e->type->n; i++) {
        if (!e->cells[i].hidden || e->cells[i].said) continue;
        return fail(s->a, ERR_INPUT, "Some of this {} is closed to your agency, so that you cannot give it to another: ask the"
            " agency that wrote it.", words_in(&e->type->label, s->lang));
    }
    return 0;
}

Err *body_make(Store *s, Effect *e, bool whole, Str *body)
{
    Holder holder = holder_after(s, e);
    Buf o = buf_in(s->a);
    e->moves = !whole && holder.row != e->held_before;
    if (e->moves) TRY(moved_whole(s, e));
    if (!holder.type) {
        Buf all = buf_in(s->a);
        json_joined(&all, e->clear);
        json_joined(&all, part_plain(s, e, whole, COMPARTMENT_COUNT));
        *body = json_ended(&all);
        return 0;
    }
    buf_char(&o, SEALED_BODY);
    if (e->clear.n) part_add(&o, clear_part, e->clear);
    for (int c = 0; c < COMPARTMENT_COUNT; c++) {
        Str plain = part_plain(s, e, whole, (Compartment)c);
        if (plain.n > 2) TRY(part_seal(s, e, &holder, (Compartment)c, plain, &o));
    }
    *body = buf_str(&o);
    return 0;
}

bool body_parts(Str *rest, Compartment *c, Str *envelope)
{
    Str r = *rest;
    if (r.n && r.p[0] == SEALED_BODY) r = str_slice(r, 1, r.n); // no compartment's word is two letters long
    isize word = r.n ? (unsigned char)r.p[0] : 0, n = 0;
    if (!word || r.n < 1 + word + 4) return false;
    for (int i = 0; i < 4; i++) n |= (isize)(unsigned char)r.p[1 + word + i] << 8 * i;
    if (r.n < 1 + word + 4 + n) return false;
    int k = 0;
    while (k < COMPARTMENT_COUNT && !str_equal(compartment_words[k], str_slice(r, 1, 1 + word))) k++;
    bool clear = k == COMPARTMENT_COUNT && str_equal(clear_part, str_slice(r, 1, 1 + word));
    *c = (Compartment)k;
    *envelope = str_slice(r, 1 + word + 4, 1 + word + 4 + n);
    *rest = str_slice(r, 1 + word + 4 + n, r.n);
    return k < COMPARTMENT_COUNT || clear;
}

void body_numbers(const Entry *e, uint64_t *numbers)
{
    Str rest = e->body, envelope;
    Compartment c;
    while (e->holder.n && body_parts(&rest, &c, &envelope)) {
        if (c < COMPARTMENT_COUNT) (void)envelope_read(envelope, &numbers[c]);
    }
}

// The members of every part that opens, as one object. An erased part says nothing any more, and a closed one nothing to her.
Err *body_open(Store *s, const RecordType *t, const Entry *e, bool *closed, const Json **out)
{
    Str where = record_where(s->a, t, e->record_id), rest = e->body, envelope, plain;
    Compartment c;
    bool own = str_equal(e->holder, where);
    KeyList keys = {.row = own ? e->row : 0, .holder = e->holder, .owner = e->agency};
    Buf all = buf_in(s->a);
    if (closed) *closed = false;
    if (!e->holder.n) return json_read(s->a, e->body, out);
    while (body_parts(&rest, &c, &envelope)) {
        plain = envelope;
        if (c < COMPARTMENT_COUNT) TRY(value_open(s, where, part_field(s, c), envelope, &keys, &plain));
        if (closed) *closed |= keys.closed;
        json_joined(&all, plain);
    }
    return json_read(s->a, json_ended(&all), out);
}
