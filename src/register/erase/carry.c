// Somebody is forgotten: her keys are destroyed, and of what stood in the tables stays what the pack says.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { NEVER_HELD = 1 << COMPARTMENT_CARE | 1 << COMPARTMENT_HEALTH };

Sql erased_not(Arena *a, const RecordType *t)
{
    if (t->role != ROLE_PERSON && t->person < 0) return (Sql){.text = S("true")};
    return (Sql){.text = say(a, "not exists (select 1 from erasures x where x.row = {} and x.state = {})", key_row(a, t),
        (int64_t)ERASE_DONE)};
}

// ---- the keys ----------------------------------------------------------------------------------------------

// Those of these numbers, whoever made them; of somebody who is gone whole all. What was made after an erasure of some compartments,
// in the same, stays when the tables are made again.
static Err *keys_destroy(Store *s, int64_t row, bool whole, Str numbers)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select agency, wrapped from keys where row = $1 order by agency", row));
    while (rows_next(&q)) {
        Str agency = next_str(&q), list = next_str(&q);
        Buf left = buf_in(s->a);
        KeyItem item;
        buf_add(&left, str_slice(list, 0, list.n < LIST_NONCE ? list.n : LIST_NONCE));
        for (isize at = 0; item_next(list, &at, &item);) {
            if (!whole && !number_in(numbers, item.number)) buf_add(&left, (Str){item.at, item.n});
        }
        if (left.n <= LIST_NONCE) TRY(sql(s->db, s->a, 0, "delete from keys where row = $1 and agency = $2", row, agency));
        else TRY(sql(s->db, s->a, 0, "update keys set numbers = $1, wrapped = $2 where row = $3 and agency = $4",
            (Blob){list_numbers(s->a, buf_str(&left))}, (Blob){buf_str(&left)}, row, agency));
    }
    atomic_fetch_add(&s->reg->taken, 1); // no ring may go on with what it unwrapped
    ring_forget(s);
    titles_forget(s);
    return 0;
}

// ---- the entry's words, as the tables understand them -----------------------------------------------------

static Err *numbers_put(Store *s, const Effect *e, const Json *numbers, Buf *all)
{
    for (const Json *one = numbers ? numbers->first : 0; one; one = one->next) {
        Str bytes;
        if (!bytes_of(s->a, one->text, &bytes) || bytes.n != 8)
            return fail(s->a, ERR_BROKEN, "Entry {} names keys that are none.", e->entry);
        buf_add(all, bytes);
        TRY(sql(s->db, s->a, 0, "insert into destroyed (number, entry) values ($1, $2) on conflict do nothing",
            (int64_t)number_get(bytes.p), e->entry));
    }
    return 0;
}

// An import that her record began is known by its name from here on; what the file was called is gone.
static Err *imports_put(Store *s, const Json *imports)
{
    for (const Json *one = imports ? imports->first : 0; one; one = one->next) {
        Rows q;
        int64_t undone = 0, seq = 0;
        Str name = member_text(one, S("name")), by = member_text(one, S("by"));
        (void)str_int(member_text(one, S("seq")), &seq);
        TRY(sql(s->db, s->a, &q, "select id from journal where writer = $1 and seq = $2", by, seq));
        if (rows_next(&q)) undone = next_int(&q);
        TRY(sql(s->db, s->a, &q, "select id, actor, time from journal where batch = $1 order by id limit 1", name));
        if (!rows_next(&q)) continue;
        int64_t id = next_int(&q);
        Str actor = next_str(&q);
        int64_t ms = next_int(&q) >> 16;
        TRY(sql(s->db, s->a, 0, "insert into imports (batch, name, actor, time, type, undone) values ($1, $2, $3, $4, $5, $6)"
            " on conflict (batch) do update set undone = excluded.undone", id, name, actor, ms, member_text(one, S("type")), undone));
    }
    return 0;
}

static Err *link_find(Store *s, const Field *f, const Json *links, Cell *cell)
{
    Rows q;
    cell->id = links ? member_text(links, f->name) : (Str){0};
    if (!cell->id.n) return 0;
    TRY(sql(s->db, s->a, &q, "select row from {} where id = $1", (Name){f->target->name}, cell->id));
    if (rows_next(&q)) cell->row = next_int(&q);
    return 0;
}

static Err *record_put(Store *s, const Json *one, unsigned compartments)
{
    Rows q;
    Days since = {0};
    const RecordType *t = record_type(s->pack, member_text(one, S("record")));
    const Json *says = json_member(one, S("says"));
    if (!t) return 0;
    Effect e = {.type = t, .id = member_text(one, S("id")), .unit = member_text(one, S("unit")),
        .agency = member_text(one, S("agency")), .state = member_text(one, S("state")),
        .remaking = true};
    TRY(sql(s->db, s->a, &q, "select row from {} where id = $1", (Name){t->name}, e.id));
    if (!rows_next(&q)) return 0; // it was taken away with its import
    e.row = next_int(&q);
    if (days_parse(member_text(one, S("since")), &since)) e.since = since.first;
    Cell *cells = take(s->a, Cell, t->n);
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind == FIELD_LINK) TRY(link_find(s, &t->fields[i], json_member(one, S("links")), &cells[i]));
        else cells[i].text = member_text(says, t->fields[i].name);
    }
    e.cells = cells;
    return effect_erase(s, &e, compartments);
}

Err *erasure_apply(Store *s, const Effect *e, const Json *said)
{
    unsigned compartments;
    Str wrong, holder = record_where(s->a, e->type, e->id);
    const Json *records = json_member(said, S("records"));
    Buf numbers = buf_in(s->a);
    if (!compartments_read(member_text(said, S("compartments")), &compartments, &wrong))
        return fail(s->a, ERR_BROKEN, "Entry {} erases the compartment {}, which there is not.", e->entry, wrong);
    bool whole = compartments == COMPARTMENTS_ALL;
    for (const Json *one = records ? records->first : 0; one; one = one->next) TRY(record_put(s, one, compartments));
    TRY(numbers_put(s, e, json_member(said, S("numbers")), &numbers));
    TRY(imports_put(s, json_member(said, S("imports"))));
    TRY(keys_destroy(s, e->row, whole, buf_str(&numbers))); // of a rebuild they are gone already
    if (whole) TRY(sql(s->db, s->a, 0, "delete from holds where row = $1", e->row));
    return sql(s->db, s->a, 0, "insert into erasures (row, record, holder, state, asker, asker_agency, why, first,"
        " first_agency, second, second_agency, due, compartments, entry)"
        " values ($1, $2, $3, $4, '', '', $5, '', '', '', '', 0, $6, $7) on conflict (row) do update"
        " set state = case when excluded.state = $8 then excluded.state else erasures.state end,"
        " why = case when excluded.state = $8 then excluded.why else erasures.why end,"
        " compartments = excluded.compartments, entry = excluded.entry",
        e->row, e->type->name, holder, (int64_t)(whole ? ERASE_DONE : ERASE_NONE), (Blob){S("")}, (int64_t)compartments, e->entry,
        (int64_t)ERASE_DONE);
}

// ---- may it be done, and how ---------------------------------------------------------------------------------

typedef struct {
    const EraseAsk *ask; Erased *out; Faults *all; const RecordType *type;
    Str *files; int files_n;
    bool gone;               // she was erased before
    Str of;                  // she, as her record's name
} Carry;

static void tell(Store *s, Faults *all, Message why)
{
    faults_add(s->a, all, (Fault){.column = S("state"), .message = why});
}

static void due_check(Store *s, const Carry *c, const Erasing *now)
{
    Faults *all = c->all;
    if (now->state == ERASE_NONE)
        tell(s, all, message(s->a, "Nobody has asked that {} be erased: who may change the record asks on its page.", now->number));
    if (now->state == ERASE_ASKED)
        tell(s, all, message(s->a, "It was asked for that {} be erased, and {} of two have approved it.", now->number,
            (int64_t)now->by_n));
    if (now->state == ERASE_APPROVED && now->due > register_today(s))
        tell(s, all, message(s->a, "{} is to be erased on {}: not before.", now->number, day_text(s->a, now->due)));
    if (now->held && !c->ask->unheld)
        tell(s, all, message(s->a, "{} is held until {}: end the hold first. What a hold never covers, care and health, --unheld"
            " erases.", now->number, day_text(s->a, now->held)));
    if (!now->held && c->ask->unheld) tell(s, all, message(s->a, "{} is not held: leave --unheld away.", now->number));
}

static void imports_said(Rows *q, Buf *o)
{
    for (bool first = true; rows_next(q); first = false) {
        Str name = next_str(q), type = next_str(q), by = next_str(q);
        int64_t seq = next_int(q);
        json(o, "{}{'name':{},'type':{},'by':{},'seq':{}}", (Html){first ? (Str){0} : S(",")}, name, type, by, seq);
    }
}

static Err *entry_words(Store *s, const Record *r, unsigned compartments, const Carry *c, Str *clear)
{
    Rows q;
    Erased *out = c->out;
    Buf numbers = buf_in(s->a), o = buf_in(s->a);
    KeyItem item;
    TRY(sql(s->db, s->a, &q, "select wrapped from keys where row = $1 order by agency", r->row));
    while (rows_next(&q)) {
        Str list = next_str(&q);
        for (isize at = 0; item_next(list, &at, &item);) {
            char number[8];
            number_put(number, item.number);
            bool goes = compartments >> item.compartment & 1;
            if (goes && !number_in(buf_str(&numbers), item.number)) buf_add(&numbers, (Str){number, sizeof number});
        }
    }
    out->keys = numbers.n / 8;
    json(&o, "{'*erased':{'compartments':{},'numbers':[", compartments_words(s->a, compartments));
    for (isize at = 0; at < numbers.n; at += 8)
        json(&o, "{}{}", (Html){at ? S(",") : (Str){0}}, hex_of(s->a, str_slice(buf_str(&numbers), at, at + 8)));
    buf_add(&o, S("],\"files\":["));
    for (int i = 0; i < c->files_n; i++) json(&o, "{}{}", (Html){i ? S(",") : (Str){0}}, c->files[i]);
    if (c->ask->learnt) json(&o, "],'learnt':{},'imports':[", say(s->a, "{}", c->ask->learnt_ms));
    else buf_add(&o, S("],\"imports\":["));
    Str of = record_where(s->a, r->type, r->id);
    TRY(sql(s->db, s->a, &q, "select i.name, i.type, coalesce(u.writer, ''), coalesce(u.seq, 0) from imports i"
        " left join journal u on u.id = i.undone where exists (select 1 from journal j where j.holder = $1"
        " and (j.id = i.batch or j.id = i.undone)) order by i.batch", of));
    imports_said(&q, &o);
    buf_add(&o, S("],\"records\":["));
    TRY(erasure_left(s, r, compartments, &o, &out->records));
    buf_add(&o, S("]}}"));
    *clear = buf_str(&o);
    return 0;
}

// Files that entries of hers named: out of the table now, out of the folder once that is kept.
static Err *files_take(Store *s, Carry *c, const Record *r)
{
    Rows q;
    Str of = record_where(s->a, r->type, r->id);
    TRY(sql(s->db, s->a, &q, "select id from attachments where entry in (select id from journal where holder = $1) order by id", of));
    c->files = take(s->a, Str, q.rows);
    for (c->files_n = 0; rows_next(&q);) c->files[c->files_n++] = next_str(&q);
    c->out->files = c->files_n;
    if (c->ask->dry_run) return 0;
    return sql(s->db, s->a, 0, "delete from attachments where entry in (select id from journal where holder = $1)", of);
}

static Err *carry_work(Store *s, void *with)
{
    Carry *c = with;
    Record *r = 0;
    Erasing now;
    Str clear;
    *c->all = (Faults){0};
    *c->out = (Erased){0};
    for (int i = 0; i < s->pack->records_n && !r; i++) {
        c->type = &s->pack->records[i];
        if (c->type->role == ROLE_PERSON) TRY(subject_read(s, c->type, c->ask->key, &r));
    }
    if (!r) return fail(s->a, ERR_MISSING, "There is no person {}.", c->ask->key);
    TRY(erase_about(s, r->type, r->id, &now));
    c->out->number = now.number;
    c->out->due = now.due;
    c->gone = now.state == ERASE_DONE;
    if (c->gone) tell(s, c->all, message(s->a, "{} was erased already.", now.number));
    else if (!c->ask->learnt) {
        due_check(s, c, &now);
        TRY(erasure_blocked(s, r, c->all)); // a hold covers neither care nor health; a trial may need them
    }
    unsigned compartments = c->ask->unheld ? NEVER_HELD : COMPARTMENTS_ALL;
    c->of = record_where(s->a, r->type, r->id);
    if (c->gone) return erased_files(s, c->of, &c->files, &c->files_n);
    if (compartments == COMPARTMENTS_ALL) TRY(files_take(s, c, r));
    TRY(entry_words(s, r, compartments, c, &clear));
    if (c->all->n || c->ask->dry_run) return nothing_kept();
    Effect e = {.clear = clear};
    const Json *body;
    TRY(about_enter(s, r, &e, S("erase")));
    TRY(json_read(s->a, clear, &body));
    return erasing_apply(s, &e, body);
}

// Whatever of hers lay in rows: those of the tables that hold records of hers, and the keys.
static Err *scrub_hers(Store *s, const RecordType *person)
{
    Name *tables = take(s->a, Name, s->pack->records_n + 4);
    int n = 0;
    tables[n++] = (Name){S("keys")};
    tables[n++] = (Name){S("erasures")};
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        bool hers = t == person || (t->person >= 0 && t->fields[t->person].target == person);
        if (hers) tables[n++] = (Name){t->name};
    }
    return db_scrub(s->db, s->a, tables, n);
}

// What follows once it is in the journal. Each is done though another fails, and all of it again whenever she is erased once more.
static Err *carry_end(Store *s, const Carry *c)
{
    for (int i = 0; i < c->files_n; i++) attached_forget(s, &(Attached){.id = c->files[i]});
    Err *untold = erasures_tell(s), *left = scrub_hers(s, c->type), *e = untold ? untold : left;
    return e ? fail(s->a, e->kind, "{} was erased, but copies or the list of those who were erased are not as they should be"
        " yet: {} Run the same command once more when that is mended: it does what is left.", c->out->number, err_text(s->a, e)) : 0;
}

Err *erase_carry(Store *s, const EraseAsk *ask, Erased *out, Faults *all)
{
    Carry c = {.ask = ask, .out = out, .all = all};
    if (!ask->dry_run) TRY(erasures_ready(s));
    Err *e = register_write_as(s, DB_WHOLE, carry_work, &c);
    if (e && e->kind != ERR_COUNT) return e;
    if (c.gone && !ask->dry_run) return carry_end(s, &c); // it may have been cut short there
    return e || all->n ? 0 : carry_end(s, &c);
}
