// An entry of the journal becomes true in the tables: of a rebuild, and of what came from elsewhere.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static Err *link_by_id(Store *s, const Field *f, Str id, int64_t *row)
{
    Rows q;
    *row = 0;
    if (!id.n) return 0;
    TRY(sql(s->db, s->a, &q, "select row from {} where id = $1", ((Name){f->target->name}), id));
    if (rows_next(&q)) *row = next_int(&q);
    return 0;
}

static Str text_of(const Json *body, Str name)
{
    const Json *found = json_member(body, name);
    return found ? found->text : (Str){0};
}

static Err *effect_read(Store *s, const Entry *entry, const Json *body, Effect *e, Record *now, Awaits *awaits)
{
    const RecordType *t = e->type;
    e->sets_key = json_member(body, S("key"));
    e->sets_state = json_member(body, S("state"));
    e->key = e->sets_key ? text_of(body, S("key")) : now->key;
    e->state = e->sets_state ? text_of(body, S("state")) : now->state;
    const Json *since = json_member(body, S("state_since")), *passed = json_member(body, S("*day"));
    int64_t day = 0;
    if (passed) e->passed = text_of(passed, S("effect"));
    if (passed && str_int(text_of(passed, S("day")), &day)) e->day = (int)day;
    e->time = entry->time;
    e->brought = entry->batch.n;
    Days days = {now->since, now->since};
    e->sets_since = since && days_parse(since->text, &days);
    e->since = days.first;
    e->since = since_of(s, e, entry->time);
    e->unit = now->row ? now->unit : text_of(body, S("unit"));
    e->number = text_of(body, S("no"));
    e->actor = entry->actor;
    e->agency = agency_of_unit(s, e->unit);
    for (int i = 0; i < t->n; i++) {
        Cell *cell = &now->cells[i];
        const Json *given = json_member(body, t->fields[i].name);
        cell->said = given;
        if (!given) continue;
        if (t->fields[i].kind != FIELD_LINK) cell->text = given->text;
        else TRY(link_by_id(s, &t->fields[i], given->text, &cell->row));
        cell->id = given->text;
        if (t->fields[i].kind == FIELD_LINK && given->text.n && !cell->row)
            *awaits = (Awaits){record_where(s->a, t->fields[i].target, given->text), true};
    }
    if (!e->key.n) e->key = entry->record_id; // an erased body says no key
    e->cells = now->cells;
    return 0;
}

static bool hash_in(Str all, Str one)
{
    for (isize at = 0; at < all.n; at += HASH_BYTES) {
        if (!memcmp(all.p + at, one.p, HASH_BYTES)) return true;
    }
    return false;
}

// The newest entries after this one: those that it was based on are no more. Two, where somebody else's went on beside.
static Str heads_after(Arena *a, Str now, const Entry *e)
{
    Buf o = buf_in(a);
    if (str_equal(now, e->base)) return e->hash;
    for (isize at = 0; at < now.n; at += HASH_BYTES) {
        Str one = str_slice(now, at, at + HASH_BYTES);
        if (!hash_in(e->base, one)) buf_add(&o, one);
    }
    buf_add(&o, e->hash);
    return buf_str(&o);
}

// All entries about a record, and which of them `heads` stand on, directly or by others: those are struck out.
typedef struct { Str hash, base; bool done; } Stood;
static Err *past_of(Store *s, int64_t row, Str heads, Stood **out, int *n, Buf *done)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select hash, base from journal where row = $1", row));
    *out = take(s->a, Stood, q.rows);
    *n = 0;
    *done = buf_in(s->a);
    while (rows_next(&q)) {
        Stood *one = &(*out)[(*n)++];
        one->hash = next_str(&q);
        one->base = next_str(&q);
    }
    buf_add(done, heads);
    for (isize before = -1; before != done->n;) {
        before = done->n;
        for (int i = 0; i < *n; i++) {
            Stood *one = &(*out)[i];
            if (one->done || !hash_in(buf_str(done), one->hash)) continue;
            buf_add(done, one->base);
            one->done = true;
        }
    }
    return 0;
}

// Which of those that this entry was based on was not done yet: neither one of the newest, nor what led to them.
static Err *base_awaits(Store *s, const Entry *e, Str heads, Awaits *awaits)
{
    Stood *past;
    Buf done;
    int n;
    TRY(past_of(s, e->row, heads, &past, &n, &done));
    for (isize at = 0; at < e->base.n; at += HASH_BYTES) {
        Str one = str_slice(e->base, at, at + HASH_BYTES);
        if (!hash_in(buf_str(&done), one)) *awaits = (Awaits){one, false};
    }
    return 0;
}

// Whoever takes an import back is told where somebody went on with it, and takes nothing: so it is where that is seen
// later alone, since it was in another place. Such a removal says that the record went on apart, and nothing else.
static Err *goes_on(Store *s, const RecordType *t, const Entry *e, bool *out)
{
    Stood *past;
    Hangs hangs;
    Buf done;
    int n;
    TRY(hangs_on(s, t, e->row, &hangs));
    *out = hangs.any;
    TRY(past_of(s, e->row, e->base, &past, &n, &done));
    for (int i = 0; i < n; i++) *out |= !past[i].done && !str_equal(past[i].hash, e->hash);
    return 0;
}

// A key that two stores gave out stays with the earlier; the other record shows its id.
static Err *key_settle(Store *s, Effect *e)
{
    bool taken = false;
    if (e->sets_key && !str_equal(e->key, e->id)) TRY(key_taken(s, e->type, e->key, e->row, &taken));
    if (taken) e->key = e->id;
    return 0;
}

// Whether it is sealed for whom no entry has made yet.
static Err *holder_awaits(Store *s, const Entry *entry, Awaits *awaits)
{
    Rows q;
    Str id = entry->holder;
    const RecordType *t = record_type(s->pack, str_cut(&id, '/'));
    if (!t || str_equal(id, entry->record_id)) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from {} where id = $1", ((Name){t->name}), id));
    if (!q.rows) *awaits = (Awaits){entry->holder, true};
    return 0;
}

// What it is sealed with counts where that holder still has it. A link that the entry says nothing of names its row alone.
static Err *numbers_read(Store *s, const Entry *entry, Effect *e)
{
    Rows q;
    Holder holder = holder_after(s, e);
    if (!holder.type) return 0;
    if (!holder.id.n) {
        TRY(sql(s->db, s->a, &q, "select id from {} where row = $1", ((Name){holder.type->name}), holder.row));
        if (rows_next(&q)) holder.id = next_str(&q);
    }
    if (str_equal(entry->holder, record_where(s->a, holder.type, holder.id))) body_numbers(entry, e->numbers);
    return 0;
}

Err *entry_apply(Store *s, const Entry *entry, Applying how, Awaits *awaits)
{
    bool anyway = how == APPLY_ANYWAY;
    const RecordType *t = record_type(s->pack, entry->record);
    const Json *body;
    if (!t) return fail(s->a, ERR_BROKEN, "Entry {} is about a {}, which the pack does not know.", entry->id, entry->record);
    Effect e = {.type = t, .row = entry->row, .version = 1, .entry = entry->id, .seq = entry->seq,
        .writer = entry->writer, .head = entry->hash, .id = entry->record_id, .remaking = true};
    Record fresh = {.type = t, .cells = take(s->a, Cell, t->n)}, *now = &fresh, **there;
    bool create = str_equal(entry->verb, S("create")), removes = str_equal(entry->verb, S("remove")), stays;
    int n;
    *awaits = (Awaits){0};
    if (!create) {
        TRY(record_some(s, t, &entry->row, 1, 0, &there, &n));
        now = n ? there[0] : 0;
        if (!now || !str_equal(now->head, entry->base)) TRY(base_awaits(s, entry, now ? now->head : (Str){0}, awaits));
        if (!now || (awaits->of.n && !anyway)) return 0; // what was taken away elsewhere stays away
        e.head = heads_after(s->a, now->head, entry);
        e.version = now->version + 1;
        e.held_before = holder_of(s, t, now->id, now->row, now->cells).row;
    }
    Err *closed = body_open(s, t, entry, 0, &body);
    if (closed) TRY(holder_awaits(s, entry, awaits));
    if (closed) return awaits->of.n && !anyway ? 0 : closed;
    TRY(effect_read(s, entry, body, &e, now, awaits));
    if (awaits->of.n && !anyway) return 0;
    *awaits = (Awaits){0};
    const Json *batch = json_member(body, S("batch"));
    if (batch && how != APPLY_STAYS) TRY(batch_note(s, entry, t->name, text_of(batch, S("undoes")))); // it was noted
    stays = how == APPLY_STAYS;
    if (removes && !stays) TRY(goes_on(s, t, entry, &stays));
    if (removes && !stays) return effect_remove(s, t, entry->row);
    const Json *sight = json_member(body, S("*sight"));
    const Json *notice = json_member(body, S("*notice")), *later = json_member(body, S("*later"));
    if (sight) TRY(sight_apply(s, &e, entry->verb, sight));
    if (notice) TRY(notice_apply(s, &e, notice));
    if (later) TRY(later_apply(s, &e, later));
    Effect said = e;
    said.agency = entry->agency;
    if (verb_of_erasure(entry->verb)) TRY(erasing_apply(s, &said, body));
    TRY(key_settle(s, &e));
    if (create) TRY(number_settle(s, &e));
    TRY(numbers_read(s, entry, &e));
    return create ? effect_create(s, &e) : effect_change(s, &e);
}
