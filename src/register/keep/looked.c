// The log of looks, searched: by whom, of whom, when; told with the keys that records have now.
// SPDX-License-Identifier: Apache-2.0
#include "looks/looks.h"
#include "register/inside.h"

// room: of what is known of records that were shown, which is forgotten when it is full.
typedef struct { Store s; Arena room; LookGivenFn *each; void *with; Map keys; } Telling;
enum { KNOWN_ROOM = 32 << 20, KNOWN_MOST = 20000 };
typedef struct { const RecordType *type; Str key; int64_t row; } Known; // of a record that was shown; row 0: it is gone
typedef struct { Str *at; int n, room; } Ids;

static void id_add(Arena *a, Ids *ids, Str id)
{
    if (ids->n == ids->room) {
        int room = ids->room ? ids->room * 2 : 64;
        Str *more = take(a, Str, room);
        if (ids->n) memcpy(more, ids->at, (size_t)ids->n * sizeof *more);
        ids->at = more;
        ids->room = room;
    }
    ids->at[ids->n++] = id;
}

// ---- whose ----------------------------------------------------------------------------------------------------

static const RecordType *person_of(const Pack *pack)
{
    const RecordType *found = 0;
    for (int i = 0; i < pack->records_n && !found; i++)
        if (pack->records[i].role == ROLE_PERSON) found = &pack->records[i];
    return found;
}

static Err *row_named(Store *s, const RecordType *t, Str named, int64_t *row, Str *id)
{
    Str numbers[NUMBERS_LIKE];
    Rows q;
    *row = 0;
    *id = (Str){0};
    if (!t) return 0;
    int n = number_typed(s->a, s->pack, t, named, numbers, NUMBERS_LIKE);
    TRY(sql(s->db, s->a, &q, "select row, id from {} where id = $1 or key = $1", (Name){t->name}, str_bare(named)));
    for (int i = 0; i < n && !q.rows; i++)
        TRY(sql(s->db, s->a, &q, "select row, id from {} where \"no\" = $1", (Name){t->name}, numbers[i]));
    if (!rows_next(&q)) return 0;
    *row = next_int(&q);
    *id = next_str(&q);
    return 0;
}

static Err *person_row(Store *s, Str named, int64_t *row, Str *id)
{
    return row_named(s, person_of(s->pack), named, row, id);
}

Err *looks_person(Store *s, Str named, Str *id)
{
    int64_t row;
    return person_row(s, named, &row, id);
}

Err *look_named(Store *s, const RecordType *t, Str named)
{
    int64_t row;
    Str id;
    if (!t) t = person_of(s->pack);
    if (!s->looking) return 0;
    TRY(row_named(s, t, named, &row, &id));
    if (id.n) look_at_title(s, t, id, 0);
    return 0;
}

// She, and what hangs on her.
static Err *hers(Store *s, Str person, Ids *out)
{
    int64_t row;
    Str id;
    Rows q;
    TRY(person_row(s, person, &row, &id));
    if (!id.n) return fail(s->a, ERR_MISSING, "There is no person {}.", person);
    id_add(s->a, out, id);
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *other = &s->pack->records[i];
        if (other->person < 0) continue;
        TRY(sql(s->db, s->a, &q, "select id from {} where {} = $1", (Name){other->name}, (Name){other->fields[other->person].name}, row));
        while (rows_next(&q)) id_add(s->a, out, next_str(&q));
    }
    return 0;
}

// ---- told -----------------------------------------------------------------------------------------------------

static Err *known_find(Telling *t, const LookItem *item, Known **out)
{
    Store *s = &t->s;
    bool fresh;
    Rows q;
    Slot *slot = map_get(&t->keys, item->id);
    if (slot) {
        *out = slot->p;
        return 0;
    }
    Known *one = *out = take(s->a, Known, 1);
    *one = (Known){.type = record_type(s->pack, item->type), .key = str_copy(s->a, item->id)};
    if (one->type) TRY(sql(s->db, s->a, &q, "select row, key from {} where id = $1", (Name){one->type->name}, item->id));
    if (one->type && rows_next(&q)) {
        one->row = next_int(&q);
        one->key = next_str(&q);
    }
    map_put(&t->keys, s->a, str_copy(s->a, item->id), &fresh)->p = one;
    return 0;
}

// The reason that she gave when she opened it: of the last time before the look.
static Err *why_find(Telling *t, const Look *look, const Known *known, Str *why)
{
    enum { LATE_MS = 5000 };
    Store *s = &t->s;
    Rows q;
    EntrySaid said;
    *why = (Str){0};
    if (!known->row) return 0;
    TRY(sql(s->db, s->a, &q, "select id from journal where row = $1 and record || '' = $2 and verb = 'open' and actor = $3 and time <= $4"
        " order by version desc limit 1", known->row, known->type->name, look->user, (look->ms + LATE_MS) << 16));
    if (!rows_next(&q)) return 0;
    TRY(entry_said(s, known->type, next_int(&q), &said));
    *why = said.why;
    return 0;
}

static Err *look_tell(void *with, Arena *turn, const Look *look)
{
    Telling *t = with;
    LookGiven one = {look->ms, look->user, look->role, look->unit, look->agency, look->what, {0}, {0}, {0}};
    (void)turn;
    if (t->keys.n > KNOWN_MOST || t->room.end - t->room.at < KNOWN_ROOM / 4) {
        arena_reset(&t->room);
        t->keys = (Map){0};
    }
    if (!look->n) return t->each(t->with, &one);
    for (int i = 0; i < look->n; i++) {
        Known *known;
        TRY(known_find(t, &look->items[i], &known));
        one.record = look->items[i].type;
        one.key = known->key;
        if (str_equal(look->what, look_names[LOOK_OPEN])) TRY(why_find(t, look, known, &one.why));
        TRY(t->each(t->with, &one));
    }
    return 0;
}

int64_t day_begins(int day, int offset)
{
    return (int64_t)days_between(19700101, day) * 86400000 - (int64_t)offset * 60000;
}

Err *looks_list(Store *s, LooksAsk *ask, LookGivenFn *each, void *with)
{
    Ids ids = {0};
    Telling telling = {.s = *s, .room = arena_cut(s->a, KNOWN_ROOM), .each = each, .with = with};
    int offset = s->pack->offset;
    LookAsk asked = {.user = ask->user, .unit = ask->unit, .also = ask->also, .to = INT64_MAX,
        .skip = ask->skip, .most = ask->most, .newest = ask->newest};
    telling.s.a = &telling.room;
    if (ask->person.n) TRY(hers(s, ask->person, &ids));
    if (ask->from) asked.from = day_begins(ask->from, offset);
    if (ask->to) asked.to = day_begins(day_add(ask->to, 1), offset) - 1;
    asked.ids = ids.at;
    asked.n = ids.n;
    return looks_find(s->a, s->scratch, path_join(s->a, s->reg->dir, S("looks")), &asked, look_tell, &telling, &ask->all);
}

void look_json(Buf *o, Clock clock, const LookGiven *one)
{
    json(o, "{'time':{},'user':{},'role':{},'unit':{},'what':{},'record':{},'key':{},'why':{}}", moment_iso(o->a, one->ms, clock.offset),
         val_or_null(one->user), val_or_null(one->role), val_or_null(one->unit), one->what, val_or_null(one->record), val_or_null(one->key),
         val_or_null(one->why));
}
