// Data keys: a list for each holder and agency, made with the holder, unwrapped for one thread at a time.
// SPDX-License-Identifier: Apache-2.0
#include "register/keys/ring.h"

enum { CARE = 1 << COMPARTMENT_CARE | 1 << COMPARTMENT_HEALTH }; // what is nobody's but theirs who care for her

static Err *list_turns(Store *s, int64_t row, const Agency *agency);

// ---- reading lists ---------------------------------------------------------------------------------------

static Err *list_select(Store *s, Db *db, int64_t row, Str agency, Rows *q)
{
    return sql(db, s->a, q, "select holder, wrapped, open from keys where row = $1 and agency = $2", row, agency);
}

void list_next(KeyList *of, Rows *q)
{
    of->holder = next_str(q);
    of->wrapped = next_str(q);
    of->open = next_int(q);
}

// Inside an import most were there before it: read beside what it writes, or asked for with others.
static Err *list_read(Store *s, KeyList *of, Str agency)
{
    Rows q = {0};
    bool own = s->batch && map_get(&s->batch->longer, number_key(&of->row));
    const Ahead *ahead = s->batch && !own ? s->batch->ahead : 0;
    const Slot *known = ahead && str_equal(ahead->agency, agency) ? map_get(&ahead->lists, number_key(&of->row)) : 0;
    of->beside = true;
    if (known) {
        KeyList list = *(const KeyList *)known->p;
        of->holder = list.holder, of->wrapped = list.wrapped, of->open = list.open;
        return 0;
    }
    if (s->past && !own) TRY(list_select(s, s->past, of->row, agency, &q));
    if (!q.rows) TRY(list_select(s, s->db, of->row, agency, &q));
    if (rows_next(&q)) list_next(of, &q);
    return 0;
}

static Err *holder_row(Store *s, Str holder, int64_t *row)
{
    Rows q;
    Str id = holder;
    const RecordType *t = record_type(s->pack, str_cut(&id, '/'));
    *row = 0;
    if (!t) return 0;
    TRY(sql(s->db, s->a, &q, "select row from {} where id = $1", ((Name){t->name}), id));
    if (rows_next(&q)) *row = next_int(&q);
    return 0;
}

static Err *unopened(Store *s, Str holder)
{
    return fail(s->a, ERR_BROKEN, "The keys of {} cannot be unwrapped: the table keys was changed.", holder);
}

static void others_put(Store *s, int asks, const KeysOf *of, uint64_t but)
{
    Key key;
    KeyItem item;
    for (isize at = 0; item_next(of->list, &at, &item);) {
        if (item.number != but && item_open(s->a, of, &item, &key)) ring_put(s, asks, item.number, &key);
    }
}

// From her agency's list, read beside a row or now. Null out: it is not there, or does not hold it.
static Err *own_take(Store *s, KeyList *of, const Agency *agency, int asks, uint64_t number, DataKey **out)
{
    Key key;
    KeyItem item;
    if (!of->row && !of->beside) TRY(holder_row(s, of->holder, &of->row));
    if (!of->beside) TRY(list_read(s, of, agency_named(agency)));
    if (!of->wrapped.n) return 0;
    if (!list_whole(of->wrapped)) return unopened(s, of->holder);
    if (!item_of(of->wrapped, number, &item)) return 0;
    KeysOf list = keys_of(&agency->keys, agency_named(agency), of->holder, of->wrapped);
    if (!item_open(s->a, &list, &item, &key)) return unopened(s, of->holder);
    if (item.flags & ITEM_BOXED) TRY(list_turns(s, of->row, agency));
    if (of->all) others_put(s, asks, &list, number);
    *out = ring_put(s, asks, number, &key);
    return 0;
}

// From any list that opens here: all that they hold goes into the ring, since more of her is made again.
static Err *any_take(Store *s, KeyList *of, uint64_t number, DataKey **out)
{
    Rows q;
    Key key, wanted;
    KeyItem item;
    bool found = false;
    if (!of->row) TRY(holder_row(s, of->holder, &of->row));
    TRY(sql(s->db, s->a, &q, "select agency, holder, wrapped from keys where row = $1 order by agency", of->row));
    while (rows_next(&q)) {
        const Agency *agency;
        Str name = next_str(&q), holder = next_str(&q), wrapped = next_str(&q);
        TRY(agency_find(s->db, s->a, s->reg->secrets, name, &agency));
        if (!list_whole(wrapped)) return unopened(s, holder);
        KeysOf list = keys_of(&agency->keys, name, holder, wrapped);
        for (isize at = 0; item_next(wrapped, &at, &item);) {
            bool opens = item_open(s->a, &list, &item, &key);
            if (!opens && agency->keys.held) return unopened(s, holder);
            if (opens && item.number == number) wanted = key, found = true;
            else if (opens) ring_put(s, 0, item.number, &key);
        }
    }
    if (found) *out = ring_put(s, 0, number, &wanted); // last, so that none of its own list takes its place
    return 0;
}

Err *key_numbered(Store *s, KeyList *of, uint64_t number, DataKey **out)
{
    const Agency *agency;
    TRY(ring_asks(s, &agency));
    int asks = s->remakes ? 0 : agency->id;
    KeyItem item;
    bool taken = of->beside && !s->remakes && !item_of(of->wrapped, number, &item); // another process may have taken it away
    *out = taken ? 0 : ring_get(s, asks, number);
    if (!*out && (!s->remakes || of->beside)) TRY(own_take(s, of, agency, asks, number, out));
    return *out || !s->remakes ? 0 : any_take(s, of, number, out);
}

// ---- keys that are not there --------------------------------------------------------------------------------

Err *key_gone(Store *s, uint64_t number, Str of)
{
    bool erased;
    TRY(key_erased(s->db, s->a, number, of, &erased));
    if (erased) return 0;
    return fail(s->a, ERR_BROKEN, "The keys of {} are gone, and what they sealed cannot be opened: no entry says that they were"
        " erased. Restore the table keys from a backup.", of);
}

// The register, and who made a record, have a list of it from the beginning.
static bool list_due(Str agency, Str owner)
{
    return str_equal(agency, agency_name) || str_equal(agency, owner);
}

// A number that others hold is closed to her; one that nobody holds, or that her own list should have, is gone.
static Err *key_lacks(Store *s, KeyList *of, uint64_t number, Str where)
{
    Rows q;
    if (s->remakes || (!of->wrapped.n && list_due(agency_of(s), of->owner))) return key_gone(s, number, where);
    if (!of->looked) {
        Buf others = buf_in(s->a);
        TRY(sql(s->db, s->a, &q, "select agency, numbers from keys where row = $1", of->row));
        while (rows_next(&q)) {
            bool own = str_equal(next_str(&q), agency_of(s));
            Str numbers = next_str(&q);
            if (own) of->own = numbers;
            else buf_add(&others, numbers);
        }
        of->others = buf_str(&others);
        of->looked = true;
    }
    of->closed = number_in(of->others, number) && !number_in(of->own, number);
    return of->closed ? 0 : key_gone(s, number, where);
}

Err *value_open(Store *s, Str where, Str field, Str envelope, KeyList *beside, Str *out)
{
    uint64_t number;
    DataKey *key;
    *out = (Str){0};
    beside->closed = false;
    if (!envelope.n) return 0;
    if (!envelope_read(envelope, &number)) {
        return fail(s->a, ERR_BROKEN, "The sealed field {} of {} is no envelope of this register.", field, where);
    }
    TRY(key_numbered(s, beside, number, &key));
    return key ? seal_open(s->a, key, where, field, envelope, out) : key_lacks(s, beside, number, where); // erased: nothing to show
}

// ---- writing lists ---------------------------------------------------------------------------------------

// From here on it is not as it was before this import: a key that was added would be lost with the next one.
static void list_grew(Store *s, int64_t row)
{
    bool is_new;
    Batch *batch = s->batch;
    if (!batch) return;
    int64_t *kept = take(batch->kept, int64_t, 1);
    *kept = row;
    map_put(&batch->longer, batch->kept, number_key(kept), &is_new);
}

typedef struct { Str agency; unsigned open; } To;
enum { TO_MOST = 64 };

// The register's own: whoever keeps the machine running needs no more than what is searched and printed. What is
// nobody else's is its own.
static unsigned registers(bool command, const Unit *unit)
{
    return command || !unit ? ~0u : ~(unsigned)CARE;
}

// As lists_make says it, and nothing that is given later changes it.
unsigned open_meant(const Store *s, const RecordType *holder, const Unit *unit, Str agency, bool command)
{
    unsigned used = shape_of(s, holder)->compartments;
    if (str_equal(agency, agency_name)) return registers(command, unit) & used;
    for (int i = 0; unit && i < unit->entitled_n; i++)
        if (str_equal(unit->entitled[i].agency, agency)) return unit->entitled[i].compartments & used;
    return 0;
}

static int entitled_to(const Store *s, const Unit *unit, unsigned wanted, To *out)
{
    int n = 0;
    out[n++] = (To){agency_name, registers(!s->user.role, unit) & wanted};
    for (int i = 0; unit && i < unit->entitled_n && n < TO_MOST; i++) {
        To one = {unit->entitled[i].agency, unit->entitled[i].compartments & wanted};
        if (one.open) out[n++] = one;
    }
    return n;
}

typedef struct { Key key; uint64_t number; } Made;

static Made key_make(void)
{
    char number[8];
    random_fill(number, sizeof number);
    return (Made){key_random(), number_get(number)};
}

// With its holder: a key for every compartment that she uses, in a list for each agency that is entitled to some.
static Err *lists_make(Store *s, const Effect *e, const Holder *holder, const Agency *writes)
{
    Made made[COMPARTMENT_COUNT];
    To to[TO_MOST];
    unsigned used = shape_of(s, holder->type)->compartments;
    int n = entitled_to(s, unit_get(s->pack, e->unit), used, to);
    Str of = record_where(s->a, holder->type, holder->id);
    Where w = where_begin(s->a);
    for (int c = 0; c < COMPARTMENT_COUNT; c++) made[c] = key_make();
    held_of(s, writes->id, holder->row)->row = holder->row; // that they were made
    for (int i = 0; i < n; i++) {
        const Agency *agency;
        Buf list = buf_in(s->a);
        TRY(agency_find(s->db, s->a, s->reg->secrets, to[i].agency, &agency));
        list_begin(&list);
        KeysOf keys = keys_of(&agency->keys, to[i].agency, of, buf_str(&list));
        for (int c = 0; c < COMPARTMENT_COUNT; c++) {
            if (!(to[i].open >> c & 1)) continue;
            item_add(s->a, &list, &keys, (KeyItem){.number = made[c].number, .compartment = c}, &made[c].key);
            if (agency != writes) continue;
            ring_put(s, writes->id, made[c].number, &made[c].key);
            writes_with(s, writes->id, holder->row, c, made[c].number);
        }
        where_add(&w, w.n ? ", (?, ?, ?, ?, ?, ?)" : "(?, ?, ?, ?, ?, ?)", VALS(holder->row, to[i].agency, of,
            (Blob){list_numbers(s->a, buf_str(&list))}, (int64_t)to[i].open, (Blob){buf_str(&list)}));
    }
    wipe(made, sizeof made);
    return sql(s->db, s->a, 0, "insert into keys (row, agency, holder, numbers, open, wrapped) values {}", where_end(&w));
}

static Err *list_write(Store *s, int64_t row, Str agency, Str of, Str list, bool there)
{
    Blob numbers = {list_numbers(s->a, list)};
    list_grew(s, row);
    if (there)
        return sql(s->db, s->a, 0, "update keys set numbers = $1, wrapped = $2 where row = $3 and agency = $4", numbers,
            (Blob){list}, row, agency);
    return sql(s->db, s->a, 0, "insert into keys (row, agency, holder, numbers, open, wrapped) values ($1, $2, $3, $4, 0, $5)",
        row, agency, of, numbers, (Blob){list});
}

// One key more in the list of an agency, which is begun where it has none.
static Err *list_add(Store *s, int64_t row, Str of, Str agency, KeyItem head, const Key *key)
{
    Rows q;
    KeyList was = {0};
    const Agency *to;
    Buf list = buf_in(s->a);
    TRY(agency_find(s->db, s->a, s->reg->secrets, agency, &to));
    TRY(list_select(s, s->db, row, agency, &q));
    if (rows_next(&q)) list_next(&was, &q);
    if (was.wrapped.n && !list_whole(was.wrapped)) return unopened(s, of);
    if (was.wrapped.n) buf_add(&list, was.wrapped);
    else list_begin(&list);
    KeysOf keys = keys_of(&to->keys, agency, of, buf_str(&list));
    item_add(s->a, &list, &keys, head, key);
    return list_write(s, row, agency, of, buf_str(&list), was.wrapped.n);
}

// Where she may not open what others wrote, or holds it by a grant alone, she writes with a key of her agency's own; who made
// the record reads it, whoever is entitled to what her unit makes, and the register.
static Err *own_make(Store *s, const Effect *e, const Holder *holder, const Agency *writes, Compartment c)
{
    To to[TO_MOST + 2];
    Str of = record_where(s->a, holder->type, holder->id);
    Made made = key_make();
    int n = entitled_to(s, s->user.role ? s->user.unit : unit_get(s->pack, e->unit), 1u << c, to);
    if (!to[0].open) to[0] = to[--n]; // not for the register
    to[n++] = (To){agency_named(writes), 0};
    to[n++] = (To){e->agency, 0};
    for (int i = 0; i < n; i++) {
        bool before = false, own = str_equal(to[i].agency, agency_named(writes));
        for (int k = 0; k < i; k++) before |= str_equal(to[k].agency, to[i].agency);
        KeyItem head = {.number = made.number, .compartment = c, .flags = own ? ITEM_OWN : 0};
        if (!before) TRY(list_add(s, holder->row, of, to[i].agency, head, &made.key));
    }
    ring_put(s, writes->id, made.number, &made.key);
    writes_with(s, writes->id, holder->row, c, made.number);
    wipe(&made, sizeof made);
    return 0;
}

// What she writes with: the first key of a compartment that is open to her agency for good, else its own first one.
static Err *write_take(Store *s, KeyList *of, const Agency *asks, Compartment c, DataKey **out)
{
    KeyItem item;
    if (of->wrapped.n && !list_whole(of->wrapped)) return unopened(s, of->holder);
    if (!item_first(of->wrapped, (int)c, of->open >> c & 1 ? 0 : ITEM_OWN, &item)) return 0;
    TRY(own_take(s, of, asks, asks->id, item.number, out));
    if (*out) writes_with(s, asks->id, of->row, (int)c, item.number);
    return 0;
}

// Keys that sealed something are never made again, or that would seem garbled instead of gone. But an agency that had
// nothing to do with her yet has none, and gets some.
static Err *never_sealed(Store *s, const Effect *e, const Holder *holder, const Agency *writes)
{
    Rows q;
    Str of = record_where(s->a, holder->type, holder->id);
    bool due = list_due(agency_named(writes), e->row == e->entry ? (Str){0} : e->agency);
    if (!due) TRY(sql(s->db, s->a, &q, "select 1 from keys where row = $1 limit 1", holder->row));
    if (!due && q.rows) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from journal where row = $1 and holder = $2 limit 1", holder->row, of));
    if (!q.rows) return 0;
    TRY(key_gone(s, 0, of));
    return fail(s->a, ERR_INPUT, "The keys of {} are gone: nothing can be written about it any more.", of);
}

static Err *lists_lock(Store *s, int64_t row)
{
    if (!db_shared(s->db)) return 0;
    return sql(s->db, s->a, 0, "select 1 from keys where row = $1 order by agency{}", row, (Sql){.text = db_locks(s->db)});
}

// A command, or another server, may have erased somebody since her key was unwrapped here: nothing is sealed with it any more.
static Err *not_destroyed(Store *s, DataKey **key)
{
    Rows q;
    if (!*key) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from destroyed where number = $1", (int64_t)(*key)->number));
    if (q.rows) *key = 0;
    return 0;
}

static Err *key_of(Store *s, const Effect *e, const Holder *holder, Compartment c, const Agency *writes, DataKey **out)
{
    const Held *held = held_of(s, writes->id, holder->row);
    bool fresh = holder->row == e->entry && held->row != holder->row;
    if (fresh) TRY(lists_make(s, e, holder, writes));
    *out = held->row == holder->row ? ring_get(s, writes->id, held->numbers[c]) : 0;
    if (!fresh) TRY(not_destroyed(s, out));
    if (*out) return 0;
    KeyList list = {.row = holder->row};
    TRY(list_read(s, &list, agency_named(writes)));
    TRY(write_take(s, &list, writes, c, out));
    if (*out) return 0;
    if (!list.wrapped.n && holder->row != e->entry) TRY(never_sealed(s, e, holder, writes));
    TRY(lists_lock(s, holder->row)); // another server may be giving her one, too: her list is looked at again when nobody can
    if (db_shared(s->db)) TRY(list_read(s, &list, agency_named(writes)));
    if (db_shared(s->db)) TRY(write_take(s, &list, writes, c, out));
    if (*out) return 0;
    TRY(own_make(s, e, holder, writes, c));
    *out = ring_get(s, writes->id, held->numbers[c]);
    return 0;
}

// Hers who asks; of a command, theirs whose record it is, if they open here: it then seals the tables with what they have.
Err *key_to_write(Store *s, const Effect *e, const Holder *holder, Compartment c, DataKey **out)
{
    const Agency *asks, *whose;
    TRY(ring_asks(s, &asks));
    if (s->user.role || s->user.unit) return key_of(s, e, holder, c, asks, out);
    TRY(agency_find(s->db, s->a, s->reg->secrets, e->agency, &whose));
    TRY(key_of(s, e, holder, c, whose->keys.held ? whose : asks, out));
    if (!ring_get(s, asks->id, (*out)->number)) ring_put(s, asks->id, (*out)->number, &(*out)->key);
    return 0;
}

// ---- what an agency is given, and what is taken from it ---------------------------------------------------

typedef struct { int64_t row; int agency; } Turns;

static Err *turn_work(Store *s, void *with)
{
    const Turns *turns = with;
    Rows q;
    KeyList was = {0};
    Str list;
    const Agency *agency = agency_by_id(s->reg->secrets, turns->agency);
    TRY(lists_lock(s, turns->row));
    TRY(list_select(s, s->db, turns->row, agency_named(agency), &q));
    if (!rows_next(&q)) return 0;
    list_next(&was, &q);
    KeysOf keys = keys_of(&agency->keys, agency_named(agency), was.holder, was.wrapped);
    if (!list_unboxed(s->a, &keys, &list)) return unopened(s, was.holder);
    return list_write(s, turns->row, agency_named(agency), was.holder, list, true);
}

// What was put into a box for an agency by who did not hold its secret is wrapped like the others when it is first opened.
static Err *list_turns(Store *s, int64_t row, const Agency *agency)
{
    Turns turns = {row, agency->id};
    if (s->head) return turn_work(s, &turns);
    register_later(s, turn_work, &turns, sizeof turns);
    return 0;
}

// The keys of these compartments that `from` opens, into the list of another where they are not yet.
static Err *list_give(Store *s, int64_t row, const KeysOf *from, Str agency, unsigned compartments)
{
    KeyItem item, known;
    Key key;
    for (isize at = 0; item_next(from->list, &at, &item);) {
        Rows q;
        KeyList has = {0};
        if (!(compartments >> item.compartment & 1)) continue;
        TRY(list_select(s, s->db, row, agency, &q));
        if (rows_next(&q)) list_next(&has, &q);
        if (item_of(has.wrapped, item.number, &known)) continue;
        if (!item_open(s->a, from, &item, &key)) return unopened(s, from->holder);
        TRY(list_add(s, row, from->holder, agency, (KeyItem){.number = item.number, .compartment = item.compartment}, &key));
    }
    wipe(&key, sizeof key);
    return 0;
}

Err *keys_give(Store *s, const Holder *h, Str agency, unsigned compartments, bool any)
{
    Rows q;
    TRY(lists_lock(s, h->row));
    TRY(sql(s->db, s->a, &q, "select agency, holder, wrapped from keys where row = $1 order by agency", h->row));
    while (rows_next(&q)) {
        const Agency *from;
        Str name = next_str(&q), holder = next_str(&q), wrapped = next_str(&q);
        if (str_equal(name, agency) || (!any && !str_equal(name, agency_of(s)))) continue;
        TRY(agency_find(s->db, s->a, s->reg->secrets, name, &from));
        if (!from->keys.held) continue;
        if (!list_whole(wrapped)) return unopened(s, holder);
        KeysOf keys = keys_of(&from->keys, name, holder, wrapped);
        TRY(list_give(s, h->row, &keys, agency, compartments));
    }
    return 0;
}

Err *keys_take(Store *s, const Holder *h, Str agency, unsigned compartments)
{
    Rows q;
    KeyList was = {0};
    TRY(lists_lock(s, h->row));
    TRY(list_select(s, s->db, h->row, agency, &q));
    if (!rows_next(&q)) return 0;
    list_next(&was, &q);
    if (!list_whole(was.wrapped)) return unopened(s, was.holder);
    Str list = list_without(s->a, was.wrapped, compartments & ~(unsigned)was.open);
    atomic_fetch_add(&s->reg->taken, 1); // no ring may go on with what it unwrapped
    if (list.n == was.wrapped.n) return 0;
    if (list.n > LIST_NONCE) return list_write(s, h->row, agency, was.holder, list, true);
    return sql(s->db, s->a, 0, "delete from keys where row = $1 and agency = $2", h->row, agency);
}
