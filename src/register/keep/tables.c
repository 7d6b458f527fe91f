// All tables by name and columns, and their rows on the way from one store to another.
// SPDX-License-Identifier: Apache-2.0
#include "register/keep/backup.h"

// Whatever else outlives a rebuild is beside the journal and lasts.
static const struct { Str name; TableKind kind; } kinds[] = {
    {S("journal"), TABLE_JOURNAL}, {S("agencies"), TABLE_KEYS}, {S("keys"), TABLE_KEYS},
    // A session would let in again who has ended it, a code that was used would be good once more; a draft is sealed under its
    // session's token; tries are of the hour.
    {S("sessions"), TABLE_PASSING}, {S("codes"), TABLE_PASSING}, {S("drafts"), TABLE_PASSING}, {S("tries"), TABLE_PASSING},
};

static bool of_column(const StorePart *p, Str table)
{
    return str_equal(p->kind, S("column")) && str_equal(p->name, table);
}

static void key_words(Arena *a, StoreTable *t, Str words)
{
    Str inner = str_slice(words, str_find(words, S("(")) + 1, words.n - 1);
    t->key = take(a, Str, 8);
    while (inner.n && t->key_n < 8) t->key[t->key_n++] = str_trim(str_cut(&inner, ','));
}

static StoreTable table_of(Arena *a, const StoreParts *all, Str name)
{
    StoreTable t = {.name = name, .columns = take(a, Str, all->n), .types = take(a, Str, all->n), .kind = TABLE_MADE};
    for (int i = 0; i < all->n; i++) {
        Str words = all->at[i].words, rest = words;
        if (!of_column(&all->at[i], name)) continue;
        if (str_starts(words, S("primary key ("))) {
            key_words(a, &t, words);
            continue;
        }
        Str column = str_cut(&rest, ' ');
        if (str_find(rest, S("primary key")) > 0) {
            t.key = take(a, Str, 1);
            t.key[t.key_n++] = column;
        }
        t.types[t.n] = str_cut(&rest, ' ');
        t.columns[t.n++] = column;
    }
    must(t.n && t.key_n);
    return t;
}

static void kind_set(StoreTable *t, bool engine)
{
    t->open = str_equal(t->name, S("sheets")) || str_equal(t->name, S("attachments"));
    if (!engine) return;
    t->kind = TABLE_BESIDE;
    for (int i = 0; i < countof(kinds); i++) {
        if (str_equal(kinds[i].name, t->name)) t->kind = kinds[i].kind;
    }
}

StoreTables tables_of(Db *db, Arena *a, const Pack *pack)
{
    StoreParts all, engine;
    StoreTables out = {0};
    db_parts_defined(db, a, schema_text(a, pack), &all);
    db_parts_defined(db, a, schema_engine(), &engine);
    out.at = take(a, StoreTable, all.n);
    for (int i = 0; i < all.n; i++) {
        bool own = false;
        if (!str_equal(all.at[i].kind, S("table"))) continue;
        for (int k = 0; k < engine.n; k++) own |= str_equal(engine.at[k].kind, S("table")) && str_equal(engine.at[k].name, all.at[i].name);
        out.at[out.n] = table_of(a, &all, all.at[i].name);
        kind_set(&out.at[out.n++], own);
    }
    return out;
}

const StoreTable *table_named(const StoreTables *all, Str name)
{
    for (int i = 0; i < all->n; i++) {
        if (str_equal(all->at[i].name, name)) return &all->at[i];
    }
    return 0;
}

Hash tables_hash(const StoreTables *all)
{
    Hashing h;
    hash_begin(&h);
    for (int i = 0; i < all->n; i++) {
        if (all->at[i].kind != TABLE_MADE) continue;
        hash_part(&h, all->at[i].name);
        hash_int(&h, all->at[i].n);
        for (int k = 0; k < all->at[i].n; k++) hash_part(&h, all->at[i].columns[k]);
    }
    return hash_end(&h);
}

// Statement by statement: no definition of ours has a semicolon in quotes.
Err *tables_define(Db *db, Arena *a, Str text, bool indexes)
{
    Buf o = buf_in(a);
    while (text.n) {
        Str one = str_trim(str_cut(&text, ';'));
        bool index = str_starts(one, S("create index ")) || str_starts(one, S("create unique index "));
        if (one.n && index == indexes) buf_fill(&o, "{};", VALS(one));
    }
    return o.n ? db_define(db, a, buf_str(&o)) : 0;
}

// ---- read ----------------------------------------------------------------------------------------------------

typedef struct { CellsFn *each; void *with; } Reading;

static Err *row_read(void *with, Arena *turn, Rows *q)
{
    const Reading *r = with;
    (void)turn;
    Err *e = r->each(r->with, q->cells);
    q->column = q->columns; // as if it had been read value by value
    return e;
}

static void columns_add(Buf *o, const char *before, const Str *columns, int n)
{
    for (int i = 0; i < n; i++) buf_fill(o, i ? ", {}\"{}\"" : "{}\"{}\"", VALS(str_from(before), columns[i]));
}

Err *table_read(Db *db, Arena *a, Arena turn, const StoreTable *t, Sql which, CellsFn *each, void *with)
{
    Buf columns = buf_in(a), key = buf_in(a);
    Reading r = {each, with};
    columns_add(&columns, "t.", t->columns, t->n);
    columns_add(&key, "t.", t->key, t->key_n);
    return sql_each(db, a, turn, row_read, &r, "select {} from {} t {} order by {}", VALS((Sql){.text = buf_str(&columns)},
        (Name){t->name}, which, (Sql){.text = buf_str(&key)}));
}

// ---- filled --------------------------------------------------------------------------------------------------

enum { CELLS_MOST = 900, BYTES_MOST = 1 << 20 }; // of one statement

Filling fill_begin(Db *db, Arena *a, Arena room, const StoreTable *t, Str as, bool lasts)
{
    int most = t->n < CELLS_MOST ? CELLS_MOST / t->n : 1;
    return (Filling){.db = db, .a = a, .room = room, .now = room, .t = t, .as = as, .lasts = lasts, .most = most,
        .cells = take(a, Val, (isize)most * t->n)};
}

static Str insert_text(const Filling *f, Arena *a, int rows)
{
    Buf o = buf_in(a);
    buf_fill(&o, "insert into \"{}\" (", VALS(f->as));
    columns_add(&o, "", f->t->columns, f->t->n);
    buf_add(&o, S(") values "));
    for (int i = 0, at = 1; i < rows; i++) {
        buf_add(&o, i ? S(", (") : S("("));
        for (int k = 0; k < f->t->n; k++) buf_fill(&o, k ? ", ${}" : "${}", VALS(at++));
        buf_char(&o, ')');
    }
    return buf_str(&o);
}

static Err *fill_send(Filling *f)
{
    if (!f->rows) return 0;
    if (f->rows == f->most && !f->text.n) f->text = insert_text(f, f->a, f->rows);
    Str text = f->rows == f->most ? f->text : insert_text(f, &f->now, f->rows);
    Err *e = sql(f->db, f->a, 0, "{}", ((Sql){text, {f->cells, f->rows * f->t->n}}));
    f->rows = 0;
    f->bytes = 0;
    f->now = f->room;
    return e;
}

Err *fill_row(void *filling, const Val *cells)
{
    Filling *f = filling;
    Val *to = f->cells + (isize)f->rows * f->t->n;
    for (int i = 0; i < f->t->n; i++) {
        to[i] = cells[i];
        if (cells[i].kind == VAL_STR || cells[i].kind == VAL_BLOB) f->bytes += cells[i].s.n;
        if (!f->lasts && to[i].s.n) to[i].s = str_copy(&f->now, to[i].s);
    }
    f->rows++;
    f->n++;
    return f->rows == f->most || f->bytes > BYTES_MOST ? fill_send(f) : 0;
}

// The rest goes one by one: a text of its own for each count would be one that is used once.
Err *fill_end(Filling *f)
{
    int rows = f->rows;
    Val *cells = f->cells;
    for (int i = 0; i < rows; i++) {
        f->rows = 1;
        f->cells = cells + (isize)i * f->t->n;
        Arena kept = f->room;
        f->room = f->now; // what is copied stays until the last
        TRY(fill_send(f));
        f->room = kept;
    }
    f->cells = cells;
    f->now = f->room;
    return 0;
}

// ---- compared --------------------------------------------------------------------------------------------------

Str was_name(Arena *a, const StoreTable *t)
{
    return say(a, "was.{}", t->name);
}

Err *was_define(Db *db, Arena *a, const StoreTable *t)
{
    Buf o = buf_in(a);
    buf_fill(&o, "create table \"{}\" (", VALS(was_name(a, t)));
    for (int i = 0; i < t->n; i++) buf_fill(&o, "\"{}\" {}, ", VALS(t->columns[i], t->types[i])); // else SQLite would look through all
    buf_add(&o, S("primary key ("));
    columns_add(&o, "", t->key, t->key_n);
    buf_add(&o, S(")) without rowid;"));
    return db_define(db, a, buf_str(&o));
}

static Str row_name(Arena *a, const StoreTable *t, Rows *q)
{
    Buf o = buf_in(a);
    for (int i = 0; i < t->key_n; i++) {
        Val v = next_val(q);
        Str text = v.kind == VAL_BLOB ? hex_of(a, v.s) : val_text(a, v);
        buf_fill(&o, i ? ", {} {}" : "{} {}", VALS(t->key[i], text));
    }
    return buf_str(&o);
}

static Sql same_key(Arena *a, const StoreTable *t)
{
    Buf o = buf_in(a);
    for (int i = 0; i < t->key_n; i++) buf_fill(&o, i ? " and m.\"{}\" = w.\"{}\"" : "m.\"{}\" = w.\"{}\"", VALS(t->key[i], t->key[i]));
    return (Sql){.text = buf_str(&o)};
}

static Err *differs(Arena *a, const StoreTable *t, Str row, Str how)
{
    return fail(a, ERR_BROKEN, "The table {} is not what the journal says: the row of {} {}. sukhwan rebuild makes it again.", t->name, row,
        how);
}

static Err *made_otherwise(Db *db, Arena *a, const StoreTable *t)
{
    Rows q;
    Buf key = buf_in(a), which = buf_in(a);
    columns_add(&key, "m.", t->key, t->key_n);
    buf_fill(&which, "case when w.\"{}\" is null then 'is missing'", VALS(t->key[0]));
    for (int i = 0; i < t->n; i++)
        buf_fill(&which, " when m.\"{}\" is not w.\"{}\" then 'was changed in {}'", VALS(t->columns[i], t->columns[i], t->columns[i]));
    buf_add(&which, S(" end"));
    Sql keys = {.text = buf_str(&key)};
    TRY(sql(db, a, &q, "select * from (select {}, {} as how from {} m left join {} w on {} order by {}) where how is not null limit 1",
        keys, ((Sql){.text = buf_str(&which)}), (Name){t->name}, (Name){was_name(a, t)}, same_key(a, t), keys));
    if (!rows_next(&q)) return 0;
    Str row = row_name(a, t, &q);
    return differs(a, t, row, next_str(&q));
}

static Err *made_nowhere(Db *db, Arena *a, const StoreTable *t)
{
    Rows q;
    Buf key = buf_in(a);
    columns_add(&key, "w.", t->key, t->key_n);
    Sql keys = {.text = buf_str(&key)};
    TRY(sql(db, a, &q, "select {} from {} w where not exists (select 1 from {} m where {}) order by {} limit 1", keys,
        (Name){was_name(a, t)}, (Name){t->name}, same_key(a, t), keys));
    return rows_next(&q) ? differs(a, t, row_name(a, t, &q), S("was added")) : 0;
}

// Of each table that differs the first row.
Err *was_compare(Db *db, Arena *a, const StoreTables *all)
{
    Buf said = buf_in(a);
    for (int i = 0; i < all->n; i++) {
        if (all->at[i].kind != TABLE_MADE) continue;
        Err *e = made_otherwise(db, a, &all->at[i]);
        if (!e) e = made_nowhere(db, a, &all->at[i]);
        if (e && e->kind != ERR_BROKEN) return e;
        if (e) buf_fill(&said, said.n ? "\n{}" : "{}", VALS(err_text(a, e)));
    }
    return said.n ? fail(a, ERR_BROKEN, "{}", buf_str(&said)) : 0;
}

// ---- what no table that is made holds ----------------------------------------------------------------------------

// With the pack of that day. What waits for another entry has no row yet, and comes by again.
Err *opens_check(Store *s, const Entry *e)
{
    Rows q, made;
    const RecordType *t = record_type(s->pack, e->record);
    if (!t || !str_equal(e->verb, S("create")) || !str_equal(e->holder, record_where(s->a, t, e->record_id))) return 0;
    TRY(sql(s->db, s->a, &made, "select unit from {} where row = $1", (Name){t->name}, e->row));
    if (!rows_next(&made)) return 0;
    const Unit *unit = unit_get(s->pack, next_str(&made));
    bool command = str_equal(e->actor, user_operator().name);
    TRY(sql(s->db, s->a, &q, "select agency, open from keys where row = $1 order by agency", e->row));
    while (rows_next(&q)) {
        Str agency = next_str(&q);
        if (next_int(&q) == (int64_t)open_meant(s, t, unit, agency, command)) continue;
        return fail(s->a, ERR_BROKEN, "The table keys is not what the journal says: what is open of {} to {} was changed. Restore the"
            " table keys from a backup.", e->holder, agency);
    }
    return 0;
}

Err *secrets_check(Store *s)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select t.name from tokens t where not exists (select 1 from passes p where p.id = t.id and p.name = t.name)"
        " order by t.name limit 1"));
    if (rows_next(&q))
        return fail(s->a, ERR_BROKEN, "The table tokens is not what the journal says: a token of {} was added. Give the user a new"
            " password, which ends it, or delete it there.", next_str(&q));
    TRY(sql(s->db, s->a, &q, "select p.name from passwords p where not exists (select 1 from users u where u.name = p.name"
        " and u.active = 1) order by p.name limit 1"));
    if (!rows_next(&q)) return 0;
    return fail(s->a, ERR_BROKEN, "The table passwords is not what the journal says: it has one of {}, who may not sign in. Delete it"
        " there.",
        next_str(&q));
}
