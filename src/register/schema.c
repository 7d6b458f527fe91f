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
    "create index journal_pack on journal (record_id, id) where record = 'pack';"
    "create table heads (writer {text} primary key, seq {int} not null, time {int} not null, entry {int} not null,"
    " hash {blob} not null, signature {blob} not null){strict};"
    // Pairs of keys, one for each agency: the public half, signed, and the secret one wrapped by the unlock key, or nothing.
    "create table agencies (name {text} primary key, public {blob} not null, signature {blob} not null,"
    " wrapped {blob} not null){strict};"
    // One row for each holder and agency that is entitled: the list of its keys, their numbers in clear. The holder's row
    // is this store's.
    "create table keys (row {int} not null, agency {text} not null, holder {text} not null, numbers {blob} not null,"
    " open {int} not null, wrapped {blob} not null, primary key (row, agency)){clustered};"
    "create table users (name {text} primary key, role {text} not null, unit {text} not null,"
    " password {text} not null, active {int} not null){strict};"
    // Wrong tries, of known and unknown names alike, so that the answer does not tell which are known.
    "create table tries (name {blob} primary key, failed {int} not null, wait_until {int} not null){strict};"
    "create table tokens (hash {blob} primary key, name {text} not null, made {int} not null){strict};"
    "create table sessions (hash {blob} primary key, name {text} not null, csrf {text} not null,"
    " made {int} not null, seen {int} not null, lang {text} not null){strict};"
    // Typed and not saved: by a session's hash and its form's, sealed under the session's token.
    "create table drafts (session {blob} not null, form {blob} not null, time {int} not null, sealed {blob} not null,"
    " primary key (session, form)){strict};");

// Made from the journal, like the records' own tables that follow them.
static const Str derived_tables = S(
    "create table sheets (path {text} primary key, text {text} not null, entry {int} not null){strict};"
    "create table imports (batch {id}, name {text} not null, actor {text} not null, time {int} not null, type {text} not null,"
    " undone {int} not null){strict};"
    // Sight of a record that somebody gave: who may see it, which compartments, until which day; open 0: offered, not taken.
    // by: the record from which it followed, basis: what it rests on.
    "create table grants (who {text} not null, record {text} not null, row {int} not null, compartments {int} not null,"
    " open {int} not null, until {int} not null, by {text} not null, agency {text} not null, basis {text} not null,"
    " actor {text} not null, entry {int} not null, primary key (who, record, row, by)){clustered};"
    "create index grants_row on grants (record, row);");

static const Str engine_names[] = {
    S("meta"), S("journal"), S("heads"), S("agencies"), S("keys"), S("sheets"), S("imports"), S("grants"), S("users"), S("tries"),
    S("tokens"), S("sessions"), S("drafts"),
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
    buf_add(&o, S("drop table if exists imports; drop table if exists grants; drop table if exists sheets;"));
    TRY(db_define(db, a, buf_str(&o)));
    return db_define(db, a, derived_tables);
}

// What a field's columns are, after its name: by kind, unless its value is sealed.
static const struct { const char *type; bool days; } columns_of[] = {
    [FIELD_TEXT] = {"{text}", false},    [FIELD_NOTE] = {"{text}", false},   [FIELD_INTEGER] = {"{int}", false},
    [FIELD_DECIMAL] = {"{text}", false}, [FIELD_DATE] = {"{text}", true},    [FIELD_MOMENT] = {"{text}", true},
    [FIELD_CHOICE] = {"{text}", false},  [FIELD_CHOICES] = {"{text}", false}, [FIELD_LINK] = {"{int}", false},
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
                 " head {blob} not null, state {text} not null, state_since {int},"
                 " actor {text} not null, unit {text} not null, agency {text} not null"));
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind != FIELD_LINK) define_columns(o, S(", "), &t->fields[i], S(""));
    }
    buf_add(o, S("){strict};"));
    buf_fill(o, "create unique index \"{}.id\" on \"{}\" (id);", VALS(t->name, t->name));
    buf_fill(o, "create unique index \"{}.key\" on \"{}\" (key);", VALS(t->name, t->name));
}

static void index_write(Buf *o, Str name, const RecordType *t, Str columns)
{
    buf_fill(o, "create index if not exists \"{}@{}\" on \"{}\" ({})", VALS(name, t->name, t->name, columns));
}

// Only rows that say something are in it: a condition on the column leaves the others out anyhow.
static void define_index(Buf *o, const RecordType *t, Str columns, Str said)
{
    Buf name = buf_in(o->a);
    for (isize i = 0; i < columns.n; i++) { // the columns are its name, so that two figures share one
        if (columns.p[i] != '"' && columns.p[i] != ' ') buf_char(&name, columns.p[i]);
    }
    index_write(o, buf_str(&name), t, columns);
    buf_fill(o, " where \"{}\" is not null;", VALS(said));
}

// One of its own choices must be this one.
bool expr_equals_choice(const Expr *e)
{
    return e->op == EXPR_EQ && e->args[0]->op == EXPR_FIELD && !e->args[0]->link && e->args[1]->op == EXPR_TEXT
        && e->args[1]->text.n && e->args[0]->field->kind == FIELD_CHOICE && !field_sealed(e->args[0]->field);
}

// The field that must equal one text, or one of several.
static const Field *equal_field(const Expr *e)
{
    if (e->op != EXPR_OR) return expr_equals_choice(e) ? e->args[0]->field : 0;
    const Field *one = equal_field(e->args[0]);
    return one == equal_field(e->args[1]) ? one : 0;
}

// Those of a figure's condition lead its index.
static void equal_fields(Buf *o, const Expr *e)
{
    if (!e) return;
    const Field *f = equal_field(e);
    if (f) buf_fill(o, "\"{}\", ", VALS(f->name));
    if (e->op != EXPR_AND) return;
    equal_fields(o, e->args[0]);
    equal_fields(o, e->args[1]);
}

const Field *link_to(const RecordType *t, const RecordType *target)
{
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind == FIELD_LINK && t->fields[i].target == target) return &t->fields[i];
    }
    return 0;
}

// The links that it looks through.
static void expr_links(const Expr *e, bool *wanted)
{
    if (!e) return;
    if (e->link) wanted[e->link->at] = true;
    for (int i = 0; i < e->n; i++) expr_links(e->args[i], wanted);
}

static bool expr_asks(const Expr *e, int at)
{
    bool asks = e->op == EXPR_FIELD && !e->link && e->field->at == at;
    for (int i = 0; i < e->n; i++) asks |= expr_asks(e->args[i], at);
    return asks;
}

// What equals one text, the day, the person, and behind them what else the condition looks at: so the
// index answers alone.
static Str figure_columns(Arena *a, const Figure *f)
{
    const RecordType *t = f->record;
    bool *wanted = take(a, bool, t->n);
    Buf o = buf_in(a);
    equal_fields(&o, f->where);
    buf_fill(&o, "\"{}_day\"", VALS(f->date->name));
    if (f->count == COUNT_PERSONS && t->person >= 0) buf_fill(&o, ", \"{}\"", VALS(t->fields[t->person].name));
    const Expr *const asked[] = {f->where, f->sum, f->female};
    for (int i = 0; i < countof(asked); i++) {
        expr_wants(asked[i], 0, wanted);
        expr_links(asked[i], wanted);
    }
    if (f->where && expr_asks(f->where, AT_STATE)) buf_add(&o, S(", state"));
    if (f->where && expr_asks(f->where, AT_SINCE)) buf_add(&o, S(", state_since"));
    for (int i = 0; i < t->n; i++) {
        const Field *other = &t->fields[i];
        bool brief = other->kind == FIELD_CHOICE || other->kind == FIELD_INTEGER || other->kind == FIELD_LINK;
        if (!wanted[i] || !brief || field_sealed(other)) continue;
        Str quoted = say(a, "\"{}\"", other->name);
        if (str_find(buf_str(&o), quoted) < 0) buf_fill(&o, ", {}", VALS(quoted));
    }
    return buf_str(&o);
}

// Lists stand by their own day: whole ones, what hangs on one record, and those with one choice of a filter.
static void day_indexes(Buf *o, Arena *a, const RecordType *t, const bool *filtered)
{
    if (t->day < 0) return;
    Str name = t->fields[t->day].name, day = say(a, "coalesce(\"{}_day\", 0), row", name);
    index_write(o, say(a, "{},day", name), t, day);
    buf_char(o, ';');
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->kind != FIELD_LINK && !filtered[i]) continue;
        index_write(o, say(a, "{},{},day", f->name, name), t, say(a, "\"{}\", {}", f->name, day));
        buf_fill(o, " where \"{}\" is not null;", VALS(f->name));
    }
}

// Rows that are somebody's by who made them: a range for each such word that a sentence of the pack has.
static void word_indexes(Buf *o, Arena *a, const Pack *pack, const RecordType *t)
{
    static const struct { unsigned words; const char *column; } by[] = {
        {ROWS_OWN | ROWS_ASSIGNED, "actor"}, {ROWS_UNIT | ROWS_PROVINCE, "unit"}, {ROWS_AGENCY, "agency"},
    };
    unsigned used = 0;
    for (int i = 0; i < pack->roles_n; i++) used |= pack->roles[i].rights[t->at].read;
    for (int i = 0; i < countof(by); i++) {
        Str column = str_from(by[i].column);
        if (!(used & by[i].words)) continue;
        index_write(o, column, t, say(a, "\"{}\", row", column));
        buf_char(o, ';');
        if (t->day < 0) continue;
        Str day = t->fields[t->day].name;
        index_write(o, say(a, "{},{},day", column, day), t, say(a, "\"{}\", coalesce(\"{}_day\", 0), row", column, day));
        buf_char(o, ';');
    }
}

// The fields of a type that some screen filters by, and whose index serves that.
static bool *filters_of(Arena *a, const Pack *pack, const RecordType *t)
{
    bool *out = take(a, bool, t->n);
    for (int i = 0; i < pack->screens_n; i++) {
        const Screen *screen = &pack->screens[i];
        for (int k = 0; screen->record == t && k < screen->filters_n; k++) {
            const Field *f = screen->filters[k];
            out[f->at] = f->kind == FIELD_CHOICE && !field_sealed(f);
        }
    }
    return out;
}

static void define_indexes(Buf *o, Arena *a, const Pack *pack)
{
    for (int i = 0; i < pack->records_n; i++) day_indexes(o, a, &pack->records[i], filters_of(a, pack, &pack->records[i]));
    for (int i = 0; i < pack->records_n; i++) word_indexes(o, a, pack, &pack->records[i]);
    for (int i = 0; i < pack->figures_n; i++) {
        const Figure *f = &pack->figures[i];
        if (f->of) continue; // the whole's serves its parts
        define_index(o, f->record, figure_columns(a, f), say(a, "{}_day", f->date->name));
    }
    for (int i = 0; i < pack->screens_n; i++) {
        const Screen *screen = &pack->screens[i];
        for (int k = 0; k < screen->columns_n; k++) {
            const Column *c = &screen->columns[k];
            const Field *hangs = c->through ? link_to(c->through, screen->record) : 0;
            if (hangs) define_index(o, c->through, say(a, "\"{}\", row, \"{}\"", hangs->name, c->link->name), hangs->name);
        }
        for (int k = 0; k < screen->filters_n; k++) {
            const Field *f = screen->filters[k];
            if (f->kind == FIELD_CHOICE && !field_sealed(f)) {
                define_index(o, screen->record, say(a, "\"{}\", row", f->name), f->name);
            }
        }
    }
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
    define_indexes(&o, a, newer);
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
        define_indexes(&was, a, older);
        define_indexes(&is, a, newer);
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

Str schema_text(Arena *a, const Pack *pack)
{
    return say(a, "{}{}{}", engine_tables, derived_tables, follow_text(a, 0, pack));
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
    buf_add(o, S("t.row, t.id, t.key, t.version, t.entry, t.state, t.state_since, t.unit, t.agency"));
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
    int n = 11;
    buf_fill(o, "insert into \"{}\" (row, id, key, version, entry, head, state_since, state, actor, unit, agency", VALS(t->name));
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
    if (e->field && e->link == link && e->field->at >= 0) wanted[e->field->at] = true;
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
