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
    KeyItem item;
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
int since_of(const Store *s, const Effect *e, int64_t time)
{
    if (e->sets_since || !e->sets_state) return e->since;
    return e->state.n ? day_of(time >> 16, s->pack->offset) : 0;
}

// Where it stands afterwards, as what it says of its work sees it.
static Waits waits_after(const Store *s, const Effect *e)
{
    return waits_of(s->a, s->pack, e->type, &(View){.type = e->type, .cells = e->cells, .state = e->state, .since = e->since}, e->unit);
}

// Nothing of what its work is made of changes, as a rule.
static bool waits_change(const Store *s, const Effect *e)
{
    const RecordType *t = e->type;
    bool *wanted = take(s->a, bool, t->n), changes = e->sets_state || e->sets_since;
    if (!t->waits || changes || !waits_look(state_get(s->pack, t, e->state), t, wanted)) return t->waits && changes;
    for (int i = 0; i < t->n; i++) changes |= wanted[i] && e->cells[i].said;
    return changes;
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
    Waits waits = waits_after(s, e);
    vals[n++] = since_stored(e);
    vals[n++] = due_stored(waits);
    vals[n++] = waits_stored(waits);
    vals[n++] = val_or_null(e->number);
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
    TRY(attachments_note(s, e));
    return days_note(s, e, true);
}

// An update of one row that grows column by column.
typedef struct { Buf o; Val *vals; int n; } Update;

static Update update_of(Store *s, const RecordType *t)
{
    return (Update){buf_in(s->a), take(s->a, Val, 3 * t->n + 10), 0};
}

static void assign(Update *u, Str name, const char *more, Val v)
{
    u->vals[u->n++] = v;
    buf_fill(&u->o, ", \"{}{}\" = ${}", VALS(name, str_from(more), u->n));
}

// A field with all that is kept of it beside its own column.
static Err *field_assign(Store *s, Update *u, const Effect *e, int i, Val v)
{
    const RecordType *t = e->type;
    const Field *f = &t->fields[i];
    Val first, last;
    assign(u, f->name, "", v);
    if (chosen_beside(f)) {
        TRY(sql(s->db, s->a, 0, "delete from {} where row = $1", beside(s->a, t, f), e->row));
        TRY(choices_store(s, e, i));
    }
    if (!field_days_stored(f)) return 0;
    stored_days(s, e, i, &first, &last);
    assign(u, f->name, "_day", first);
    assign(u, f->name, "_last", last);
    return 0;
}

static Err *update_run(Store *s, Update *u, int64_t row)
{
    u->vals[u->n++] = val_int(row);
    buf_fill(&u->o, " where row = ${}", VALS(u->n));
    return sql(s->db, s->a, 0, "{}", ((Sql){buf_str(&u->o), {u->vals, u->n}}));
}

Err *effect_change(Store *s, const Effect *e)
{
    const RecordType *t = e->type;
    Holder holder = holder_after(s, e);
    bool moved = holder.row != e->held_before; // sealed again, so that the keys are where erasure looks
    Update u = update_of(s, t);
    // Of another version than the one it was made from it is nothing, which no version may be: somebody was faster.
    buf_fill(&u.o, "update \"{}\" set version = case version when $1 then version + 1 end, entry = $2, head = $3", VALS(t->name));
    u.vals[u.n++] = val_int(e->version - 1);
    u.vals[u.n++] = val_int(e->entry);
    u.vals[u.n++] = val_blob((Blob){e->head});
    if (e->sets_key) assign(&u, S("key"), "", val_str(e->key));
    if (e->sets_state) assign(&u, S("state"), "", val_str(e->state));
    if (e->sets_state || e->sets_since) assign(&u, S("state_since"), "", since_stored(e));
    if (waits_change(s, e)) {
        Waits waits = waits_after(s, e);
        assign(&u, S("state_due"), "", due_stored(waits));
        assign(&u, S("state_waits"), "", waits_stored(waits));
    }
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        Val v;
        if (!e->cells[i].said && !(moved && field_sealed(f))) continue;
        TRY(stored(s, e, i, holder, &v));
        TRY(field_assign(s, &u, e, i, v));
    }
    TRY(update_run(s, &u, e->row));
    TRY(attachments_note(s, e));
    if (e->sets_state) TRY(later_over(s, t, e->row)); // what was put off was another matter
    return days_note(s, e, false);
}

// What others were given, told or are to do of it.
static Err *about_drop(Store *s, const RecordType *t, int64_t row)
{
    static const Str about[] = {S("grants"), S("days"), S("notices"), S("later")};
    for (int i = 0; i < countof(about); i++)
        TRY(sql(s->db, s->a, 0, "delete from {} where record = $1 and row = $2", (Name){about[i]}, t->name, row));
    return 0;
}

Err *effect_remove(Store *s, const RecordType *t, int64_t row)
{
    for (int i = 0; i < t->n; i++) {
        if (!chosen_beside(&t->fields[i])) continue;
        TRY(sql(s->db, s->a, 0, "delete from {} where row = $1", beside(s->a, t, &t->fields[i]), row));
    }
    TRY(about_drop(s, t, row));
    return sql(s->db, s->a, 0, "delete from {} where row = $1", (Name){t->name}, row);
}

// Nothing that is sealed stays, so that no key is asked for. Its version and its entries are its own still.
Err *effect_erase(Store *s, const Effect *e, unsigned compartments)
{
    const RecordType *t = e->type;
    bool whole = compartments == COMPARTMENTS_ALL;
    Update u = update_of(s, t);
    buf_fill(&u.o, "update \"{}\" set row = row", VALS(t->name));
    if (whole) {
        assign(&u, S("key"), "", val_str(e->id));
        assign(&u, S("no"), "", (Val){0});
        assign(&u, S("unit"), "", val_str(e->unit));
        assign(&u, S("agency"), "", val_str(e->agency));
        assign(&u, S("state"), "", val_str(e->state));
        assign(&u, S("state_since"), "", since_stored(e));
        assign(&u, S("state_due"), "", (Val){0});
        assign(&u, S("state_waits"), "", (Val){0});
        TRY(about_drop(s, t, e->row));
    }
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        Val v = {0};
        if (f->kind == FIELD_LINK ? !whole : !(compartments >> f->compartment & 1)) continue;
        if (!field_sealed(f)) TRY(stored(s, e, i, (Holder){0}, &v));
        TRY(field_assign(s, &u, e, i, v));
    }
    return update_run(s, &u, e->row);
}

// ---- a new entry, and its effect -----------------------------------------------------------------------

// The file's name may name somebody: it stays in the sealed body of the batch's first entry.
Err *batch_note(Store *s, const Entry *e, Str type, Str undoes)
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
    if (create) TRY(number_give(s, e));
    if (e->passed.n) e->clear = day_said(s->a, e);
    TRY(body_make(s, e, create, &entry.body));
    TRY(entry_append(s, &entry));
    e->head = entry.hash;
    e->sets_state |= create;
    e->since = since_of(s, e, entry.time);
    e->time = entry.time;
    e->brought = entry.batch.n;
    if (opens) TRY(batch_note(s, &entry, s->batch->type, s->batch->undoes));
    if (remove) return effect_remove(s, e->type, e->row);
    return create ? effect_create(s, e) : effect_change(s, e);
}
