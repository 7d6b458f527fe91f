// The tables made again from the journal: in place, or as the register of an earlier day; and whether they are right.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- is the store what the program makes of this pack, and nothing else? --------------------------------

static void differ(Db *db, Arena *a, StoreParts is, const Pack *pack, StoreParts *more, StoreParts *lack)
{
    StoreParts should;
    db_parts_defined(db, a, schema_text(a, pack), &should);
    db_parts_differ(&is, &should, a, more, lack);
}

static bool of_table(const StorePart *p)
{
    return str_equal(p->kind, S("column")) || (str_equal(p->kind, S("table")) && !p->drop.n);
}

static Err *not_ours(Arena *a, const StorePart *p)
{
    if (of_table(p)) {
        return fail(a, ERR_BROKEN, "The table {} is not as this program made it ({}): sukhwan rebuild makes it again.", p->of, p->words);
    }
    return fail(a, ERR_BROKEN, "The {} {}{} in the store is not this program's: sukhwan rebuild takes it away.", p->kind, p->name,
        p->of.n && !str_equal(p->of, p->name) ? say(a, " on {}", p->of) : (Str){0});
}

Err *schema_check(Db *db, Arena *a, const Pack *pack, bool acting)
{
    StoreParts is, more, lack;
    TRY(db_parts(db, a, &is));
    differ(db, a, is, pack, &more, &lack);
    for (int pass = 0; pass < 2; pass++) { // what lies there as a whole says more than one of its columns
        for (int i = 0; i < more.n; i++) {
            if (of_table(&more.at[i]) == (pass == 1) && (!acting || more.at[i].acts)) return not_ours(a, &more.at[i]);
        }
    }
    if (acting || !lack.n) return 0;
    const StorePart *p = &lack.at[0];
    return fail(a, ERR_BROKEN, "The store lacks the {} {} ({}): sukhwan rebuild makes it again.", p->kind, p->name, p->words);
}

static Str table_statements(Arena *a, Str name, bool table, bool indexes)
{
    Buf o = buf_in(a);
    for (Str rest = schema_engine(); rest.n;) {
        Str one = str_cut(&rest, ';');
        bool makes = str_starts(one, say(a, "create table {} (", name)), index = str_find(one, say(a, " on {} (", name)) > 0;
        if ((makes && table) || (index && indexes)) buf_fill(&o, "{};", VALS(one));
    }
    return buf_str(&o);
}

static bool parts_name(const StoreParts *all, Str table, bool indexes)
{
    bool found = false;
    for (int i = 0; i < all->n; i++) {
        found |= str_equal(all->at[i].of, table) && str_equal(all->at[i].kind, S("index")) == indexes && (indexes || of_table(&all->at[i])
            || str_equal(all->at[i].kind, S("table")));
    }
    return found;
}

static bool has_table(const StoreParts *all, Str name)
{
    for (int i = 0; i < all->n; i++) {
        if (str_equal(all->at[i].kind, S("table")) && str_equal(all->at[i].name, name)) return true;
    }
    return false;
}

// One of the engine's own is made again around its rows.
static Err *table_mend(Db *db, Arena *a, Str name, bool there)
{
    StoreParts columns;
    Buf o = buf_in(a), list = buf_in(a);
    db_parts_defined(db, a, table_statements(a, name, true, false), &columns);
    for (int i = 0; i < columns.n; i++) {
        Str words = columns.at[i].words, column = str_cut(&words, ' ');
        if (!str_equal(columns.at[i].kind, S("column")) || str_equal(column, S("primary"))) continue;
        if (list.n) buf_add(&list, S(", "));
        buf_add(&list, column);
    }
    if (there) {
        buf_fill(&o, "create table \"{}.was\" as select {} from {};drop table {}", VALS(name, buf_str(&list), name, name));
        buf_add(&o, S("{cascade};"));
    }
    buf_add(&o, table_statements(a, name, true, true));
    if (there)
        buf_fill(&o, "insert into {} ({}) select {} from \"{}.was\";drop table \"{}.was\";",
                 VALS(name, buf_str(&list), buf_str(&list), name, name));
    return db_define(db, a, buf_str(&o));
}

Err *schema_mend(Db *db, Arena *a, const Pack *pack)
{
    StoreParts is, more, lack;
    TRY(db_parts(db, a, &is));
    differ(db, a, is, pack, &more, &lack);
    // Indexes last: SQLite looks for what links to each row of a table that goes, and would read others whole for it.
    for (int i = 0, k = 0; i < 2 * more.n; i++, k = i % more.n) {
        if (str_equal(more.at[k].kind, S("index")) != (i >= more.n)) continue;
        if (!more.at[k].drop.n || (str_equal(more.at[k].kind, S("table")) && parts_name(&lack, more.at[k].name, false))) continue;
        TRY(db_define(db, a, say(a, "{};", more.at[k].drop)));
    }
    for (Str rest = schema_engine(); rest.n;) {
        Str one = str_cut(&rest, ';');
        if (!str_starts(one, S("create table "))) continue;
        Str name = str_slice(one, 13, str_find(one, S(" (")));
        if (parts_name(&more, name, false) || parts_name(&lack, name, false)) TRY(table_mend(db, a, name, has_table(&is, name)));
        else if (parts_name(&lack, name, true)) TRY(db_define(db, a, table_statements(a, name, false, true)));
    }
    return 0;
}

// ---- the tables ------------------------------------------------------------------------------------------

typedef struct Waiting { struct Waiting *next, *older; Str of; int64_t id, place; bool link, done; } Waiting;

// waits: what entries wait for, to a list of them; waiting: all that ever did; ready: in their order, what need not any more.
typedef struct {
    Store s; Arena *kept;
    bool pack_moved;         // sheets came by since the pack was read
    Str batch;               // … of this load
    int64_t at, n;
    Map waits;
    Waiting *waiting, *ready;
} Remake;

// A pack is read when the first record, or the first sheet of another load, after its sheets comes by; the tables are made for it.
static Err *pack_remake(Remake *m)
{
    PackSheets sheets;
    Faults all = {0};
    const Loaded *made;
    Store *s = &m->s;
    if (!m->pack_moved) return 0;
    s->a = m->kept;
    TRY(pack_sheets(s, &sheets));
    TRY(loaded_make(sheets, m->at, &all, s->a, &made));
    if (!made) return fail(s->a, ERR_INPUT, "At entry {} the register had no whole pack yet: name a later entry.", m->at);
    TRY(schema_follow(s->db, s->a, s->pack, made->pack));
    const Loaded *older = s->loaded;
    const Pack *was = s->pack;
    s->loaded = made;
    s->pack = made->pack;
    m->pack_moved = false;
    Err *e = waits_follow(s, was);
    if (!e) e = days_follow(s, was);
    loaded_done(older);
    return e;
}

static void waits_add(Remake *m, const Entry *e, int64_t place, Awaits awaits)
{
    bool is_new;
    Slot *slot = map_get(&m->waits, awaits.of);
    Waiting *one = take(m->kept, Waiting, 1);
    if (!slot) slot = map_put(&m->waits, m->kept, str_copy(m->kept, awaits.of), &is_new);
    *one = (Waiting){.next = slot->p, .older = m->waiting, .of = slot->key, .id = e->id, .place = place, .link = awaits.link};
    slot->p = m->waiting = one;
}

static void waits_end(Remake *m, Str of)
{
    Slot *slot = map_get(&m->waits, of);
    for (Waiting *one = slot ? slot->p : 0, *next; one; one = next) {
        Waiting **at = &m->ready;
        next = one->next;
        while (*at && (*at)->place < one->place) at = &(*at)->next;
        one->next = *at;
        *at = one;
    }
    if (slot) slot->p = 0;
}

static Err *entry_remake(Remake *m, const Entry *e, int64_t place, Applying how)
{
    Awaits awaits;
    bool sheet = str_equal(e->record, S("pack"));
    if (str_equal(e->verb, S("begin")) || entry_of_looks(e)) return 0;
    Arena *turn = m->s.a;
    if (!sheet || !str_equal(e->batch, m->batch)) TRY(pack_remake(m));
    m->s.a = turn;
    if (sheet && !str_equal(e->batch, m->batch)) m->batch = str_copy(m->kept, e->batch);
    m->pack_moved |= sheet;
    if (sheet) return sheet_apply(&m->s, e);
    if (entry_of_account(e)) return account_apply(&m->s, e);
    TRY(entry_apply(&m->s, e, how, &awaits));
    if (m->s.compares) TRY(opens_check(&m->s, e));
    if (awaits.of.n && how != APPLY_ANYWAY) waits_add(m, e, place, awaits);
    else if (m->waits.n) {
        waits_end(m, e->hash);
        if (str_equal(e->verb, S("create"))) waits_end(m, say(turn, "{}/{}", e->record, e->record_id));
    }
    return 0;
}

typedef struct { int64_t *ids; int64_t n; } Order;

static Err *order_note(void *with, Arena *turn, Rows *q)
{
    Order *order = with;
    (void)turn;
    order->ids[order->n++] = next_int(q);
    return 0;
}

// As it happened, not as it came: by time, then writer, then number.
static Err *order_read(Remake *m, Order *out)
{
    Rows q;
    Store *s = &m->s;
    TRY(sql(s->db, s->a, &q, "select count(*) from journal"));
    must(rows_next(&q));
    *out = (Order){.ids = take(m->kept, int64_t, next_int(&q))};
    return sql_each(s->db, s->a, s->scratch, order_note, out, "select id from journal order by time, writer, seq", VALS());
}

enum { HANDFUL = 200 };

static Err *handful_read(Remake *m, Arena *turn, const int64_t *ids, int n, Entry *out)
{
    Rows q;
    Where w = where_begin(turn);
    where_add(&w, "id in (", VALS());
    for (int i = 0; i < HANDFUL; i++) where_add(&w, i ? ", ?" : "?", VALS(ids[i < n ? i : n - 1])); // one statement for all
    where_add(&w, ")", VALS());
    TRY(sql(m->s.db, turn, &q, "select {} from journal where {}", entry_columns(), where_end(&w)));
    while (rows_next(&q)) {
        Entry e = entry_read(&q);
        for (int i = 0; i < n; i++) {
            if (ids[i] == e.id) out[i] = e;
        }
    }
    return 0;
}

static Err *one_remake(Remake *m, Arena one, const Entry *e, int64_t place, Applying how)
{
    m->s.a = &one;
    m->at = e->id;
    Err *failed = entry_remake(m, e, place, how);
    m->s.a = m->kept;
    return err_keep(m->kept, failed);
}

static Err *waiting_remake(Remake *m, Arena turn, Arena work, Waiting *one, Applying how)
{
    Entry e;
    one->done = true;
    TRY(handful_read(m, &turn, &one->id, 1, &e));
    return one_remake(m, work, &e, one->place, how);
}

static Err *ready_remake(Remake *m, Arena turn, Arena work)
{
    while (m->ready) {
        Waiting *one = m->ready;
        m->ready = one->next;
        TRY(waiting_remake(m, turn, work, one, APPLY));
    }
    return 0;
}

// What was taken away before somebody elsewhere, who did not know, began to link to it: it is there again.
static Err *revive(Remake *m, Arena turn, Arena work, Str name)
{
    Rows q;
    Str id = name, record = str_cut(&id, '/');
    TRY(sql(m->s.db, &turn, &q, "select {} from journal where record = $1 and record_id = $2 order by time, writer, seq", entry_columns(),
        record, id));
    while (rows_next(&q)) {
        Entry e = entry_read(&q);
        TRY(one_remake(m, work, &e, 0, APPLY_STAYS));
    }
    return 0;
}

// What waits to the last waits for what was taken away. Links come first, since changes may wait for them.
static Err *waiting_end(Remake *m, Arena turn, Arena work)
{
    for (;;) {
        Waiting *first = 0;
        for (Waiting *one = m->waiting; one; one = one->older) {
            bool sooner = !first || one->link > first->link || (one->link == first->link && one->place < first->place);
            if (!one->done && sooner) first = one;
        }
        if (!first) return 0;
        if (first->link) TRY(revive(m, turn, work, first->of));
        if (!m->ready) TRY(waiting_remake(m, turn, work, first, APPLY_ANYWAY));
        TRY(ready_remake(m, turn, work));
    }
}

// Some hundred entries at a time, with the memory of each handful used anew.
static Err *entries_remake(Remake *m)
{
    Order order;
    TRY(destroyed_fill(&m->s));
    TRY(order_read(m, &order));
    Arena rows = arena_cut(&m->s.scratch, (m->s.scratch.end - m->s.scratch.at) / 4);
    Arena work = arena_cut(&m->s.scratch, (m->s.scratch.end - m->s.scratch.at) / 3);
    for (int64_t at = 0; at < order.n; at += HANDFUL) {
        Arena turn = rows;
        Entry entries[HANDFUL] = {0};
        int n = order.n - at < HANDFUL ? (int)(order.n - at) : HANDFUL;
        TRY(handful_read(m, &turn, order.ids + at, n, entries));
        for (int i = 0; i < n; i++) {
            TRY(one_remake(m, work, &entries[i], at + i, APPLY));
            TRY(ready_remake(m, turn, work));
            m->n++;
        }
    }
    TRY(waiting_end(m, rows, work));
    return pack_remake(m);
}

Err *tables_make(Store *s, int64_t *entries)
{
    Remake m = {.s = *s, .kept = s->a};
    m.s.remakes = true;
    m.s.pack = 0; // the tables are made as the packs come by
    m.s.loaded = 0;
    TRY(entries_remake(&m));
    *entries = m.n;
    s->pack = m.s.pack;
    s->loaded = m.s.loaded;
    return 0;
}

static Err *sheet_remake(void *with, Arena *turn, Rows *q)
{
    Store s = *(Store *)with;
    Entry e = entry_read(q);
    s.a = turn;
    return sheet_apply(&s, &e);
}

// The pack as the journal tells it: the tables that are to be made again may not.
static Err *pack_from_journal(Store *s)
{
    PackSheets sheets;
    Faults all = {0};
    static const Pack none = {0};
    TRY(schema_anew(s->db, s->a, &none));
    TRY(sql_each(s->db, s->a, s->scratch, sheet_remake, s, "select {} from journal where record = $1 order by id",
        VALS(entry_columns(), S("pack"))));
    TRY(pack_sheets(s, &sheets));
    TRY(loaded_make(sheets, 0, &all, s->a, &s->loaded));
    if (!s->loaded) return fail(s->a, ERR_BROKEN, "The journal holds no whole pack: restore the register from a backup.");
    s->pack = s->loaded->pack;
    return 0;
}

static Err *rebuild_work(Store *s, void *with)
{
    Verified whole;
    TRY(chain_verify(s->reg, s->db, s->a, s->scratch, &whole)); // from a broken journal nothing is made
    static const Pack none = {0};
    TRY(schema_mend(s->db, s->a, &none)); // whatever is no table of the engine's goes: ours are made below
    TRY(pack_from_journal(s));
    TRY(schema_anew(s->db, s->a, s->pack));
    TRY(tables_make(s, with));
    scrub_wanted(s);
    TRY(schema_mend(s->db, s->a, s->pack)); // what older packs were indexed by
    return sheets_sign(s);
}

Err *register_rebuild(Store *s, int64_t *entries)
{
    return register_write_as(s, DB_WHOLE, rebuild_work, entries);
}

// ---- as of an entry ------------------------------------------------------------------------------------

typedef struct { Store *from; Store *to; int64_t entry; int64_t *n; } AsOf;

static Err *copy_entry(void *with, Arena *turn, Rows *q)
{
    AsOf *as = with;
    Entry e = entry_read(q);
    return entry_insert(as->to->db, turn, &e);
}

static Err *copy_keys(void *with, Arena *turn, Rows *q)
{
    AsOf *as = with;
    int64_t row = next_int(q);
    Str agency = next_str(q), holder = next_str(q), numbers = next_str(q);
    int64_t open = next_int(q);
    return sql(as->to->db, turn, 0,
        "insert into keys (row, agency, holder, numbers, open, wrapped) values ($1, $2, $3, $4, $5, $6)",
        row, agency, holder, (Blob){numbers}, open, (Blob){next_str(q)});
}

static Err *copy_agency(void *with, Arena *turn, Rows *q)
{
    AsOf *as = with;
    Str name = next_str(q), public = next_str(q), signature = next_str(q);
    return sql(as->to->db, turn, 0, "insert into agencies (name, public, signature, wrapped) values ($1, $2, $3, $4)", name,
        (Blob){public}, (Blob){signature}, (Blob){next_str(q)});
}

static Err *heads_anew(AsOf *as)
{
    Rows q;
    Store *to = as->to;
    TRY(sql(to->db, to->a, &q, "select j.writer, j.seq, j.time, j.id, j.hash from journal j join"
        " (select max(id) as id from journal group by writer) newest on newest.id = j.id"));
    while (rows_next(&q)) {
        Head head = {0};
        Str writer = next_str(&q);
        head.seq = next_int(&q);
        head.time = next_int(&q);
        head.entry = next_int(&q);
        Str hash = next_str(&q);
        must(hash.n == HASH_BYTES);
        memcpy(head.hash.at, hash.p, HASH_BYTES);
        TRY(head_put(to->db, to->a, to->reg->secrets, writer, &head));
    }
    return 0;
}

static Err *as_of_work(Store *to, void *with)
{
    AsOf *as = with;
    Store *from = as->from;
    int64_t upto;
    as->to = to;
    TRY(brought_read(from->reg, from->db, from->a, &upto));
    TRY(schema_make(to->db, to->a));
    TRY(sql(to->db, to->a, 0, "insert into meta (name, value) values ('format', '2')"));
    TRY(sql_each(from->db, from->a, from->scratch, copy_entry, as, "select {} from journal where id <= $1 order by id",
        VALS(entry_columns(), as->entry)));
    TRY(sql_each(from->db, from->a, from->scratch, copy_agency, as, "select name, public, signature, wrapped from agencies", VALS()));
    TRY(sql_each(from->db, from->a, from->scratch, copy_keys, as,
        "select row, agency, holder, numbers, open, wrapped from keys where row <= $1 order by row", VALS(as->entry)));
    TRY(heads_anew(as));
    if (db_shared(from->db) || upto) TRY(brought_sign(to)); // numbers that were left out there are missing here, too
    TRY(tables_make(to, as->n));
    return sheets_sign(to);
}

Err *register_rebuild_to(Store *s, int64_t entry, Str out_dir, int64_t *entries)
{
    Rows q;
    Arena *a = s->a;
    Verified whole;
    TRY(chain_verify(s->reg, s->db, a, s->scratch, &whole));
    TRY(sql(s->db, a, &q, "select 1 from journal where id = $1", entry));
    if (!q.rows) return fail(a, ERR_INPUT, "There is no entry {} in the journal.", entry);
    TRY(sql(s->db, a, &q, "select max(id) from journal where verb = 'erase' and id > $1", entry));
    int64_t erased = rows_next(&q) ? next_int(&q) : 0;
    if (erased)
        return fail(a, ERR_INPUT, "Somebody was erased since, last by entry {}: what was before cannot be made again. Name that entry, or a"
            " later one.", erased);
    if (path_exists(out_dir) && path_exists(path_join(a, out_dir, S("settings")))) {
        return fail(a, ERR_INPUT, "There is a register in {} already: nothing was changed.", out_dir);
    }
    TRY(folder_make(a, out_dir));
    TRY(folder_make(a, path_join(a, out_dir, S("attachments"))));
    TRY(store_alone(a, out_dir, path_join(a, path_absolute(a, out_dir), S("register.db"))));
    TRY(unlock_copy(a, out_dir, s->reg->secrets));
    Register reg = {.dir = out_dir, .where = path_join(a, path_absolute(a, out_dir), S("register.db")), .use = OPEN_WRITE,
        .secrets = s->reg->secrets};
    Store to = {.reg = &reg,
                .a = a,
                .scratch = s->scratch,
                .user = user_operator(),
                .keys = ring_make(),
                .held = take(a, const Loaded *, 1)};
    AsOf as = {s, &to, entry, entries};
    TRY(db_open(a, reg.where, DB_WRITE, true, &to.db));
    Err *e = write_here(&to, DB_WHOLE, as_of_work, &as);
    if (!e) e = attachments_copy(s, &to, out_dir);
    db_close(to.db);
    return e ? e : settings_write(a, out_dir, S(""), s->reg->secrets);
}
