// The tables: the engine's own, and a real typed one for every record type of the pack.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static const Str engine_tables = S(
    "create table meta (name {text} primary key, value {text} not null){strict};"
    // id, row and version are this store's alone; all else is hashed, and the same wherever the entry goes.
    "create table journal (id {id}, writer {text} not null, seq {int} not null, time {int} not null, salt {blob} not null,"
    " actor {text} not null, agency {text} not null, record {text} not null, record_id {text} not null,"
    " holder {text} not null, verb {text} not null, base {blob} not null, batch {text} not null,"
    " row {int} not null, version {int} not null, prev {blob} not null, hash {blob} not null, body {blob} not null){strict};"
    "create index journal_row on journal (row, version);"
    "create index journal_batch on journal (batch, id) where batch <> '';"
    "create index journal_hand on journal (id, record, row, actor, verb) where batch = '';"
    "create index journal_pack on journal (record_id, id) where record = 'pack';"
    "create index journal_erase on journal (id) where verb = 'erase';"
    "create index journal_account on journal (record_id, id) where record = 'account';"
    "create index journal_asked on journal (record_id, id) where record = 'asked';"
    "create table heads (writer {text} primary key, seq {int} not null, time {int} not null, entry {int} not null,"
    " hash {blob} not null, signature {blob} not null){strict};"
    // The last number for people that was given, by what stands before it: never given again, whatever the tables are made of.
    "create table numbers (record {text} not null, stem {text} not null, n {int} not null, primary key (record, stem)){clustered};"
    // Pairs of keys, one for each agency: the public half, signed, and the secret one wrapped by the unlock key, or nothing.
    "create table agencies (name {text} primary key, public {blob} not null, signature {blob} not null,"
    " wrapped {blob} not null){strict};"
    // One row for each holder and agency that is entitled: the list of its keys, their numbers in clear. The holder's row
    // is this store's.
    "create table keys (row {int} not null, agency {text} not null, holder {text} not null, numbers {blob} not null,"
    " open {int} not null, wrapped {blob} not null, primary key (row, agency)){clustered};"
    // Of who may come in (users, passes): what she is known by, and since when.
    "create table passwords (name {text} primary key, password {text} not null, changed {int} not null){strict};"
    // Codes that are good once, for who has no password: until when (ms); 0: it was used.
    "create table codes (name {text} primary key, hash {blob} not null, until {int} not null){strict};"
    // Wrong tries, of known and unknown names alike, so that the answer does not tell which are known.
    "create table tries (name {blob} primary key, failed {int} not null, wait_until {int} not null){strict};"
    "create table tokens (hash {blob} primary key, name {text} not null, id {text} not null){strict};"
    // locked: since when (ms), 0: it is not. spared: until then it does not lock by itself.
    "create table sessions (hash {blob} primary key, name {text} not null, csrf {text} not null, made {int} not null,"
    " seen {int} not null, locked {int} not null, spared {int} not null, lang {text} not null){strict};"
    // How far each chain of the log of looks was signed: what stands here must be found in its files.
    "create table looked (writer {text} primary key, segment {int} not null, looks {int} not null, hash {blob} not null,"
    " signature {blob} not null){strict};"
    // Notices that somebody has read: nobody else's business, so no entry.
    "create table seen (who {text} not null, entry {int} not null, primary key (who, entry)){clustered};"
    // Whom notices are told by e-mail, at which address (sealed), in which language, and when she was told last; and of which.
    "create table mails (who {text} primary key, sealed {blob} not null, lang {text} not null, sent {int} not null){strict};"
    "create table mailed (who {text} not null, entry {int} not null, primary key (who, entry)){clustered};"
    // What she asks of lists again and again, under a name of hers: sealed, and hers alone.
    "create table filters (who {text} not null, record {text} not null, id {text} not null, made {int} not null,"
    " sealed {blob} not null, primary key (who, record, id)){clustered};"
    // What of others' changes she knows: up to which entry, since when; and the same from her visit of today on.
    "create table marks (who {text} primary key, entry {int} not null, time {int} not null, next {int} not null,"
    " next_time {int} not null){strict};"
    // Typed and not saved: by a session's hash and its form's, sealed under the session's token.
    "create table drafts (session {blob} not null, form {blob} not null, time {int} not null, sealed {blob} not null,"
    " primary key (session, form)){strict};");

// Made from the journal, like the records' own tables that follow them.
static const Str derived_tables = S(
    "create table sheets (path {text} primary key, text {text} not null, entry {int} not null){strict};"
    // Who may come in, and the tokens of programs, until when (ms).
    "create table users (name {text} primary key, role {text} not null, unit {text} not null, active {int} not null,"
    " entry {int} not null){strict};"
    "create table passes (id {text} primary key, name {text} not null, made {int} not null, until {int} not null,"
    " entry {int} not null){strict};"
    "create index passes_name on passes (name);"
    // Accounts, and passwords, that somebody asked for and another has not confirmed yet; time: ms.
    "create table asked (name {text} primary key, id {text} not null, what {text} not null, role {text} not null,"
    " unit {text} not null, actor {text} not null, time {int} not null, entry {int} not null){strict};"
    "create table imports (batch {id}, name {text} not null, actor {text} not null, time {int} not null, type {text} not null,"
    " undone {int} not null){strict};"
    // Sight of a record that somebody gave: who may see it, which compartments, until which day; open 0: offered, not taken.
    // by: the record from which it followed, basis: what it rests on.
    "create table grants (who {text} not null, record {text} not null, row {int} not null, compartments {int} not null,"
    " open {int} not null, until {int} not null, by {text} not null, agency {text} not null, basis {text} not null,"
    " actor {text} not null, entry {int} not null, primary key (who, record, row, by)){clustered};"
    "create index grants_row on grants (record, row);"
    // A sentence about a record, to a unit or a user, until that day; its words stand sealed in its entry.
    "create table notices (entry {id}, who {text} not null, record {text} not null, row {int} not null,"
    " until {int} not null){strict};"
    "create index notices_who on notices (who, entry);"
    "create index notices_row on notices (record, row);"
    // What a unit puts off, until which day; its reason stands sealed in its entry.
    "create table later (record {text} not null, row {int} not null, unit {text} not null, until {int} not null, entry {int} not null,"
    " primary key (record, row)){clustered};"
    "create index later_unit on later (unit, until);"
    // For which day an effect of the pack waits, of which record; done 1: it passed, and an entry says what followed.
    "create table days (record {text} not null, row {int} not null, effect {text} not null, day {int} not null, done {int} not null,"
    " primary key (record, row, effect, day)){clustered};"
    "create index days_due on days (day, record, row) where done = 0;"
    // Who is to be erased: asked for, approved by two, done; its reason sealed for who may approve, and gone with her.
    "create table erasures (row {id}, record {text} not null, holder {text} not null, state {int} not null,"
    " asker {text} not null, asker_agency {text} not null, why {blob} not null, first {text} not null, first_agency {text} not null,"
    " second {text} not null, second_agency {text} not null, due {int} not null, compartments {int} not null,"
    " entry {int} not null){strict};"
    "create index erasures_holder on erasures (holder);"
    "create table holds (row {id}, until {int} not null, entry {int} not null){strict};"
    // Numbers of keys that an erasure destroyed.
    "create table destroyed (number {id}, entry {int} not null){strict};"
    // Files that entries name, which lie in the folder attachments; hash: of their sealed bytes.
    "create table attachments (id {text} primary key, hash {blob} not null, entry {int} not null){strict};");

static const Str engine_names[] = {
    S("meta"), S("journal"), S("heads"), S("numbers"), S("agencies"), S("keys"), S("sheets"), S("imports"), S("grants"), S("attachments"),
    S("notices"), S("days"), S("later"), S("seen"), S("marks"), S("users"), S("tries"), S("tokens"), S("sessions"), S("drafts"),
    S("filters"), S("mails"), S("mailed"), S("looked"), S("passwords"),
    S("passes"), S("erasures"), S("holds"), S("destroyed"), S("codes"), S("asked"),
};

// The program's own paths, told by main before any register is opened; with the engine's tables.
static Str reserved[100];
static int reserved_count;

void register_reserve(const Str *names, int n)
{
    reserved_count = 0;
    for (int i = 0; i < countof(engine_names); i++) reserved[reserved_count++] = engine_names[i];
    for (int i = 0; i < n; i++) {
        must(reserved_count < countof(reserved));
        reserved[reserved_count++] = names[i];
    }
}

const Str *reserved_names(int *n)
{
    if (!reserved_count) register_reserve(0, 0);
    *n = reserved_count;
    return reserved;
}

Err *schema_make(Db *db, Arena *a)
{
    TRY(db_define(db, a, engine_tables));
    return db_define(db, a, derived_tables);
}

// Everything that the journal can make again goes, and the empty beginning of it comes.
Err *schema_anew(Db *db, Arena *a, const Pack *pack)
{
    Buf o = buf_in(a);
    for (int i = 0; i < pack->records_n; i++) {
        const RecordType *t = &pack->records[i];
        for (int k = 0; k < t->n; k++) {
            if (t->fields[k].kind != FIELD_CHOICES) continue;
            buf_fill(&o, "drop table if exists \"{}.{}\";", VALS(t->name, t->fields[k].name));
        }
        buf_fill(&o, "drop table if exists \"{}\"", VALS(t->name));
        buf_add(&o, S("{cascade};"));
    }
    static const Str derived[] = {S("imports"), S("grants"), S("notices"), S("days"), S("later"), S("sheets"), S("attachments"), S("users"),
        S("passes"), S("erasures"), S("holds"), S("destroyed"), S("asked")};
    for (int i = 0; i < countof(derived); i++) {
        buf_fill(&o, "drop table if exists {}", VALS(derived[i]));
        buf_add(&o, S("{cascade};"));
    }
    TRY(db_define(db, a, buf_str(&o)));
    return db_define(db, a, derived_tables);
}

// What a field's columns are, after its name: by kind, unless its value is sealed.
static const struct { const char *type; bool days; } columns_of[] = {
    [FIELD_TEXT] = {"{text}", false},    [FIELD_NOTE] = {"{text}", false},   [FIELD_INTEGER] = {"{int}", false},
    [FIELD_DECIMAL] = {"{text}", false}, [FIELD_DATE] = {"{text}", true},    [FIELD_MOMENT] = {"{text}", true},
    [FIELD_CHOICE] = {"{text}", false},  [FIELD_CHOICES] = {"{text}", false}, [FIELD_LINK] = {"{int}", false},
    [FIELD_WORDS] = {"{text}", false},   [FIELD_MONEY] = {"{text}", false},
    [FIELD_FILE] = {"{text}", false},    [FIELD_IMAGE] = {"{text}", false},  [FIELD_AUDIO] = {"{text}", false},
};
_Static_assert(countof(columns_of) == FIELD_KIND_COUNT, "every kind has its columns");

bool field_sealed(const Field *f)
{
    return f->class == CLASS_IDENTITY && f->kind != FIELD_LINK;
}

bool field_days_stored(const Field *f)
{
    return columns_of[f->kind].days && !field_sealed(f);
}

// The columns of one field, each behind `before` and followed by `after`.
static void define_columns(Buf *o, Str before, const Field *f, Str after)
{
    buf_fill(o, "{}\"{}\" ", VALS(before, f->name));
    buf_add(o, str_from(field_sealed(f) ? "{blob}" : columns_of[f->kind].type));
    if (f->kind == FIELD_LINK) {
        buf_fill(o, " references \"{}\" (row) deferrable initially deferred", VALS(f->target->name));
    }
    buf_add(o, after);
    if (!field_days_stored(f)) return;
    buf_fill(o, "{}\"{}_day\" ", VALS(before, f->name));
    buf_fill(o, "{}{}", VALS(S("{int}"), after));
    buf_fill(o, "{}\"{}_last\" ", VALS(before, f->name));
    buf_fill(o, "{}{}", VALS(S("{int}"), after));
}

// What stands beside the columns: an index for a link, the values of a multiple choice.
static void define_beside(Buf *o, const RecordType *t, const Field *f)
{
    if (f->kind == FIELD_LINK) {
        buf_fill(o, "create index \"{}.{}\" on \"{}\" (\"{}\", row) where \"{}\" is not null;",
            VALS(t->name, f->name, t->name, f->name, f->name));
    }
    if (f->kind == FIELD_CHOICES && !field_sealed(f)) { // "case.forms": a name that no record can bear
        buf_fill(o, "create table \"{}.{}\" (row ", VALS(t->name, f->name));
        buf_add(o, S("{int} not null, value {text} not null, primary key (row, value)){clustered};"));
    }
}

// Links come afterwards: the table they name may not be there yet.
static void define_type(Buf *o, const RecordType *t)
{
    buf_fill(o, "create table \"{}\" (row ", VALS(t->name));
    buf_add(o, S("{id}, id {text} not null, key {text} not null, version {int} not null, entry {int} not null,"
                 " head {blob} not null, state {text} not null, state_since {int}, state_due {int}, state_waits {text}, \"no\" {text},"
                 " actor {text} not null, unit {text} not null, agency {text} not null"));
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind != FIELD_LINK) define_columns(o, S(", "), &t->fields[i], S(""));
    }
    buf_add(o, S("){strict};"));
    buf_fill(o, "create unique index \"{}.id\" on \"{}\" (id);", VALS(t->name, t->name));
    buf_fill(o, "create unique index \"{}.key\" on \"{}\" (key);", VALS(t->name, t->name));
    buf_fill(o, "create unique index \"{}.no\" on \"{}\" (\"no\") where \"no\" is not null;", VALS(t->name, t->name));
}

static Str follow_text(Arena *a, const Pack *older, const Pack *newer)
{
    Buf o = buf_in(a);
    for (int i = 0; i < newer->records_n; i++) {
        if (!older || !record_type(older, newer->records[i].name)) define_type(&o, &newer->records[i]);
    }
    for (int i = 0; i < newer->records_n; i++) {
        const RecordType *t = &newer->records[i], *was = older ? record_type(older, t->name) : 0;
        for (int k = 0; k < t->n; k++) {
            const Field *f = &t->fields[k];
            if (was && field_get(was, f->name)) continue;
            if (was || f->kind == FIELD_LINK) {
                define_columns(&o, say(a, "alter table \"{}\" add column ", t->name), f, S(";"));
            }
            define_beside(&o, t, f);
        }
    }
    indexes_define(&o, a, newer);
    return buf_str(&o);
}

static void drops(Buf *o, const StoreParts *parts, const char *kind)
{
    for (int i = 0; i < parts->n; i++) {
        if (str_equal(parts->at[i].kind, str_from(kind))) buf_fill(o, "drop index if exists \"{}\";", VALS(parts->at[i].name));
    }
}

Err *schema_follow(Db *db, Arena *a, const Pack *older, const Pack *newer)
{
    Buf o = buf_in(a), was = buf_in(a), is = buf_in(a);
    StoreParts before, after, gone, come;
    buf_add(&o, follow_text(a, older, newer));
    if (older) { // what an older figure or list went by
        indexes_define(&was, a, older);
        indexes_define(&is, a, newer);
        db_parts_defined(db, a, buf_str(&was), &before);
        db_parts_defined(db, a, buf_str(&is), &after);
        db_parts_differ(&before, &after, a, &gone, &come);
        drops(&o, &gone, "index");
    }
    return db_define(db, a, buf_str(&o));
}

Str schema_engine(void)
{
    return engine_tables;
}

Str schema_made(Arena *a, const Pack *pack)
{
    return say(a, "{}{}", derived_tables, follow_text(a, 0, pack));
}

Str schema_text(Arena *a, const Pack *pack)
{
    return say(a, "{}{}", engine_tables, schema_made(a, pack));
}

// ---- the texts of statements, made once per pack ---------------------------------------------------

static bool wants(const bool *wanted, const Field *f)
{
    return !wanted || wanted[f->at];
}

unsigned sealed_in(const RecordType *t, const bool *wanted)
{
    unsigned set = 0;
    for (int i = 0; i < t->n; i++) {
        if (wants(wanted, &t->fields[i]) && field_sealed(&t->fields[i])) set |= 1u << t->fields[i].compartment;
    }
    return set;
}

// s null: for who sees all.
void select_write(Where *w, Store *s, const RecordType *t, const bool *wanted)
{
    unsigned sealed = sealed_in(t, wanted);
    Buf *o = &w->text;
    buf_add(o, S("t.row, t.id, t.key, t.version, t.entry, t.state, t.state_since, t.state_due, t.state_waits, t.\"no\", t.unit, t.agency"));
    if (s && open_asked(s, t, wanted)) {
        buf_add(o, S(", "));
        open_write(s, w, t, sealed != 0);
    }
    if (!wanted) buf_add(o, S(", t.head")); // who reads all may go on to save
    if (sealed) buf_fill(o, ", {}, w.holder, w.wrapped, w.open", VALS(key_row(o->a, t)));
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (!wants(wanted, f)) continue;
        if (f->kind == FIELD_LINK) buf_fill(o, ", t.\"{}\", k{}.key", VALS(f->name, i));
        else buf_fill(o, ", t.\"{}\"", VALS(f->name));
    }
    buf_fill(o, " from \"{}\" t", VALS(t->name));
    if (sealed) key_join(w, s ? agency_of(s) : agency_name, t);
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->kind != FIELD_LINK || !wants(wanted, f)) continue;
        buf_fill(o, " left join \"{}\" k{} on k{}.row = t.\"{}\"", VALS(f->target->name, i, i, f->name));
        if (s) where_hers(s, w, f->target, say(o->a, "k{}", i), MAY_READ);
    }
}

int shape_insert(Buf *o, const RecordType *t)
{
    int n = 14;
    buf_fill(o, "insert into \"{}\" (row, id, key, version, entry, head, state_since, state_due, state_waits, \"no\", state, actor, unit,"
        " agency", VALS(t->name));
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        buf_fill(o, ", \"{}\"", VALS(f->name));
        n++;
        if (!field_days_stored(f)) continue;
        buf_fill(o, ", \"{}_day\", \"{}_last\"", VALS(f->name, f->name));
        n += 2;
    }
    buf_add(o, S(") values ("));
    for (int i = 1; i <= n; i++) buf_fill(o, i > 1 ? ", ${}" : "${}", VALS(i));
    buf_add(o, S(")"));
    return n;
}

void expr_wants(const Expr *e, const Field *link, bool *wanted)
{
    if (!e) return;
    if (e->field && !e->hangs && e->link == link && e->field->at >= 0) wanted[e->field->at] = true;
    if (!link && expr_asks_hanging(e) && e->hangs->through) wanted[e->hangs->through->at] = true;
    for (int i = 0; i < e->n; i++) expr_wants(e->args[i], link, wanted);
}

const Shape *shape_of(const Store *s, const RecordType *t)
{
    return &s->loaded->shapes[t->at];
}

// The columns and joins of the wanted fields; the whole record's text was made with the pack, for who
// sees all that its links name.
Sql select_of(Store *s, const RecordType *t, const bool *wanted)
{
    bool all = !wanted && !open_asked(s, t, 0);
    for (int i = 0; all && i < t->n; i++) all = t->fields[i].kind != FIELD_LINK || sees_all(s, t->fields[i].target);
    if (all) { // the agency is the one value in it
        Val *agency = take(s->a, Val, 1);
        *agency = val_str(agency_of(s));
        return (Sql){shape_of(s, t)->select, {agency, sealed_in(t, 0) != 0}};
    }
    Where w = where_begin(s->a);
    select_write(&w, s, t, wanted);
    return where_end(&w);
}
