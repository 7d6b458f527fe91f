// What an entry does to the tables: the one way for saving, and for making them again.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Holder holder_of(const Store *s, const RecordType *t, Str id, int64_t row, const Cell *cells)
{
    const Cell *person = t->person < 0 ? 0 : &cells[t->person];
    if (person && person->row) return (Holder){t->fields[t->person].target, person->id, person->row};
    return shape_of(s, t)->identity ? (Holder){t, id, row} : (Holder){0};
}

Holder holder_after(const Store *s, const Effect *e)
{
    return holder_of(s, e->type, e->id, e->row, e->cells);
}

Str record_where(Arena *a, const RecordType *t, Str id)
{
    return say(a, "{}/{}", t->name, id);
}

Str key_row(Arena *a, const RecordType *t)
{
    return t->person < 0 ? S("t.row") : say(a, "coalesce(t.\"{}\", t.row)", t->fields[t->person].name);
}

void key_join(Where *w, Str agency, const RecordType *t)
{
    where_add(w, " left join keys w on w.row = {} and w.agency = ?", VALS((Sql){.text = key_row(w->text.a, t)}, agency));
}

// ---- the tables ------------------------------------------------------------------------------------

// The number of the key that was made with the holder: the same in every list that is open to it, and in every store.
static Err *number_first(Store *s, int64_t row, Compartment c, uint64_t *number)
{
    Rows q;
    Item item;
    *number = 0;
    TRY(sql(s->db, s->a, &q, "select open, wrapped from keys where row = $1 order by agency", row));
    while (rows_next(&q)) {
        bool open = next_int(&q) >> c & 1;
        Str list = next_str(&q);
        if (open && !*number && list_whole(list) && item_first(list, (int)c, 0, &item)) *number = item.number;
    }
    return 0;
}

// Of what the entry seals with; where it says nothing of it, as when somebody elsewhere gave it to another holder meanwhile,
// the first that was made with her.
static Err *key_stored(Store *s, const Effect *e, Holder holder, Compartment c, DataKey **out)
{
    KeyList list = {.row = holder.row, .holder = record_where(s->a, holder.type, holder.id)};
    uint64_t number = e->numbers[c];
    must(number || e->remaking);
    if (!number) TRY(number_first(s, holder.row, c, &number));
    TRY(key_numbered(s, &list, number, out));
    return *out ? 0 : key_gone(s, number, list.holder);
}

static Err *stored(Store *s, const Effect *e, int i, Holder holder, Val *out)
{
    const Field *f = &e->type->fields[i];
    *out = (Val){0};
    if (f->kind == FIELD_LINK) {
        if (e->cells[i].row) *out = val_int(e->cells[i].row);
        return 0;
    }
    Str value = e->cells[i].text;
    if (!value.n) return 0;
    *out = val_str(value);
    if (f->kind == FIELD_INTEGER) {
        int64_t number;
        must(str_int(value, &number));
        *out = val_int(number);
    }
    if (!field_sealed(f)) return 0;
    *out = (Val){0};
    DataKey *key;
    TRY(key_stored(s, e, holder, f->compartment, &key));
    if (!key) return 0; // erased, as an entry says
    *out = val_blob(seal_value(s->a, key, sealed_at(s, e, f->name), value));
    return 0;
}

static void stored_days(const Store *s, const Effect *e, int i, Val *first, Val *last)
{
    Days days;
    *first = *last = (Val){0};
    if (!field_days(&e->type->fields[i], s->pack->offset, e->cells[i].text, &days)) return;
    *first = val_int(days.first);
    *last = val_int(days.last);
}

static Name beside(Arena *a, const RecordType *t, const Field *f)
{
    return (Name){say(a, "{}.{}", t->name, f->name)};
}

static Err *choices_store(Store *s, const Effect *e, int i)
{
    Str rest = e->cells[i].text, word;
    Where w = where_begin(s->a);
    while (str_word(&rest, &word)) where_add(&w, w.n ? ", (?, ?)" : "(?, ?)", VALS(e->row, word));
    if (!w.n) return 0;
    return sql(s->db, s->a, 0, "insert into {} (row, value) values {} on conflict do nothing",
        beside(s->a, e->type, &e->type->fields[i]), where_end(&w));
}

static bool chosen_beside(const Field *f)
{
    return f->kind == FIELD_CHOICES && !field_sealed(f);
}

static Val since_stored(const Effect *e)
{
    return e->since ? val_int(e->since) : (Val){0};
}

// A state begins on the day of the entry that says it, there where the pack is, unless that says another.
static int since_of(const Store *s, const Effect *e, int64_t time)
{
    if (e->sets_since || !e->sets_state) return e->since;
    return e->state.n ? day_of(time >> 16, s->pack->offset) : 0;
}

Err *effect_create(Store *s, const Effect *e)
{
    const Shape *shape = shape_of(s, e->type);
    Holder holder = holder_after(s, e);
    Val *vals = take(s->a, Val, shape->columns);
    int n = 0;
    vals[n++] = val_int(e->row);
    vals[n++] = val_str(e->id);
    vals[n++] = val_str(e->key);
    vals[n++] = val_int(e->version);
    vals[n++] = val_int(e->entry);
    vals[n++] = val_blob((Blob){e->head});
    vals[n++] = since_stored(e);
    const Str told[] = {e->state, e->actor, e->unit, e->agency};
    for (int i = 0; i < countof(told); i++) vals[n++] = val_str(told[i]);
    for (int i = 0; i < e->type->n; i++) {
        TRY(stored(s, e, i, holder, &vals[n++]));
        if (!field_days_stored(&e->type->fields[i])) continue;
        stored_days(s, e, i, &vals[n], &vals[n + 1]);
        n += 2;
    }
    must(n == shape->columns);
    TRY(sql(s->db, s->a, 0, "{}", ((Sql){shape->insert, {vals, n}})));
    for (int i = 0; i < e->type->n; i++) {
        if (chosen_beside(&e->type->fields[i])) TRY(choices_store(s, e, i));
    }
    return 0;
}

static void assign(Buf *o, Val *vals, int *n, Str name, const char *more, Val v)
{
    vals[(*n)++] = v;
    buf_fill(o, ", \"{}{}\" = ${}", VALS(name, str_from(more), *n));
}

Err *effect_change(Store *s, const Effect *e)
{
    const RecordType *t = e->type;
    Holder holder = holder_after(s, e);
    bool moved = holder.row != e->held_before; // sealed again, so that the keys are where erasure looks
    Val *vals = take(s->a, Val, 3 * t->n + 7);
    int n = 0;
    Buf o = buf_in(s->a);
    // Of another version than the one it was made from it is nothing, which no version may be: somebody was faster.
    buf_fill(&o, "update \"{}\" set version = case version when $1 then version + 1 end, entry = $2, head = $3", VALS(t->name));
    vals[n++] = val_int(e->version - 1);
    vals[n++] = val_int(e->entry);
    vals[n++] = val_blob((Blob){e->head});
    if (e->sets_key) assign(&o, vals, &n, S("key"), "", val_str(e->key));
    if (e->sets_state) assign(&o, vals, &n, S("state"), "", val_str(e->state));
    if (e->sets_state || e->sets_since) assign(&o, vals, &n, S("state_since"), "", since_stored(e));
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        Val v, first, last;
        if (!e->cells[i].said && !(moved && field_sealed(f))) continue;
        TRY(stored(s, e, i, holder, &v));
        assign(&o, vals, &n, f->name, "", v);
        if (chosen_beside(f)) {
            TRY(sql(s->db, s->a, 0, "delete from {} where row = $1", beside(s->a, t, f), e->row));
            TRY(choices_store(s, e, i));
        }
        if (!field_days_stored(f)) continue;
        stored_days(s, e, i, &first, &last);
        assign(&o, vals, &n, f->name, "_day", first);
        assign(&o, vals, &n, f->name, "_last", last);
    }
    vals[n++] = val_int(e->row);
    buf_fill(&o, " where row = ${}", VALS(n));
    return sql(s->db, s->a, 0, "{}", ((Sql){buf_str(&o), {vals, n}}));
}

Err *effect_remove(Store *s, const RecordType *t, int64_t row)
{
    for (int i = 0; i < t->n; i++) {
        if (!chosen_beside(&t->fields[i])) continue;
        TRY(sql(s->db, s->a, 0, "delete from {} where row = $1", beside(s->a, t, &t->fields[i]), row));
    }
    TRY(sql(s->db, s->a, 0, "delete from grants where record = $1 and row = $2", t->name, row));
    return sql(s->db, s->a, 0, "delete from {} where row = $1", (Name){t->name}, row);
}

// ---- a new entry, and its effect -----------------------------------------------------------------------

// The file's name may name somebody: it stays in the sealed body of the batch's first entry.
static Err *batch_note(Store *s, const Entry *e, Str type, Str undoes)
{
    if (undoes.n) return sql(s->db, s->a, 0, "update imports set undone = $1 where name = $2", e->id, undoes);
    return sql(s->db, s->a, 0, "insert into imports (batch, name, actor, time, type, undone) values ($1, $2, $3, $4, $5, 0)",
        e->id, e->batch, e->actor, e->time >> 16, type);
}

// The newest entry that this change rests on: of the record, and of what it links to.
static int64_t rests_on(const Effect *e)
{
    int64_t newest = e->entry;
    for (int i = 0; i < e->type->n; i++) {
        bool link = e->type->fields[i].kind == FIELD_LINK;
        if (link && e->cells[i].row > newest) newest = e->cells[i].row;
    }
    return newest;
}

Err *effect_commit(Store *s, Effect *e, Str verb)
{
    Entry entry = {.record = e->type->name, .record_id = e->id, .verb = verb, .base = e->head};
    bool create = !e->row, remove = str_equal(verb, S("remove")), opens = s->batch && !s->batch->first;
    TRY(entry_next(s, &entry, rests_on(e)));
    e->entry = entry.id;
    e->actor = s->user.name;
    e->agency = agency_of_unit(s, e->unit);
    e->writer = entry.writer;
    e->seq = entry.seq;
    if (create) e->row = entry.id;
    e->version++;
    if (opens) {
        s->batch->first = entry.id;
        s->batch->name = random_name(s->batch->kept);
    }
    Holder holder = holder_after(s, e);
    if (holder.type) entry.holder = record_where(s->a, holder.type, holder.id);
    entry.row = e->row;
    entry.version = e->version;
    if (s->batch) entry.batch = s->batch->name;
    TRY(body_make(s, e, create, &entry.body));
    TRY(entry_append(s, &entry));
    e->head = entry.hash;
    e->sets_state |= create;
    e->since = since_of(s, e, entry.time);
    if (opens) TRY(batch_note(s, &entry, s->batch->type, s->batch->undoes));
    if (remove) return effect_remove(s, e->type, e->row);
    return create ? effect_create(s, e) : effect_change(s, e);
}

// ---- the same, from the journal --------------------------------------------------------------------------

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
    const Json *since = json_member(body, S("state_since"));
    Days days = {now->since, now->since};
    e->sets_since = since && days_parse(since->text, &days);
    e->since = days.first;
    e->since = since_of(s, e, entry->time);
    e->unit = now->row ? now->unit : text_of(body, S("unit"));
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
    if (sight) TRY(sight_apply(s, &e, entry->verb, sight));
    TRY(key_settle(s, &e));
    TRY(numbers_read(s, entry, &e));
    return create ? effect_create(s, &e) : effect_change(s, &e);
}
