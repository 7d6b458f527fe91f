// Lists as people see them, and foreign files as we read them: the sheets screens and imports.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str screen_kinds[] = {S("list"), S("home")};

// Through the first `type` that hangs on this record, what its `link` names.
static bool through_read(Load *l, const Row *r, const RecordType *t, Column *c)
{
    Str link = c->name, type = str_cut(&link, '.');
    bool hangs = false;
    c->through = record_type(l->pack, type);
    for (int i = 0; c->through && i < c->through->n; i++) {
        hangs = hangs || c->through->fields[i].target == t;
    }
    if (!hangs && c->through && record_link_broken(c->through)) return false;
    if (!hangs) {
        row_tell(l, r, S("columns"), c->name,
            message(l->a, "No record '{}' hangs on {} by a link.", type, t->name));
        return false;
    }
    c->link = row_field(l, r, S("columns"), c->through, link);
    if (!c->link || c->link->kind == FIELD_LINK) return c->link;
    row_tell(l, r, S("columns"), c->name,
        message(l->a, "'{}' is no link of {}; name one.", link, type));
    return false;
}

// What every record has to show besides its fields.
static bool column_given(Str name)
{
    static const Str given[] = {S("title"), S("key"), S("state"), S("unit")};
    for (int i = 0; i < countof(given); i++) {
        if (str_equal(given[i], name)) return true;
    }
    return false;
}

static bool column_read(Load *l, const Row *r, const RecordType *t, Column *c)
{
    const Field *f = field_get(t, c->name);
    if (f) {
        if (f->kind == FIELD_LINK) c->link = f;
        else c->field = f;
        return true;
    }
    if (column_given(c->name)) return true;
    if (str_has(c->name, '.')) return through_read(l, r, t, c);
    return row_field(l, r, S("columns"), t, c->name);
}

static void columns_read(Load *l, const Row *r, Screen *s)
{
    Str rest = row_cell(l, r, S("columns")), name;
    if (!rest.n) {
        row_tell(l, r, S("columns"), rest,
            message(l->a, "The list has no columns; name fields, or write title."));
    }
    s->columns = take(l->a, Column, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        Column c = {.name = name};
        if (column_read(l, r, s->record, &c)) s->columns[s->columns_n++] = c;
    }
}

static void filters_read(Load *l, const Row *r, Screen *s)
{
    Str rest = row_cell(l, r, S("filters")), name;
    s->filters = take(l->a, const Field *, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        const Field *f = row_field(l, r, S("filters"), s->record, name);
        if (f && f->class == CLASS_IDENTITY) {
            row_tell(l, r, S("filters"), name, message(l->a,
                "'{}' is sealed and cannot be a filter; people look it up with find.", name));
        } else if (f) {
            s->filters[s->filters_n++] = f;
        }
    }
}

static void screen_check(Load *l, const Row *r, const Screen *s)
{
    for (int i = 0; i < l->pack->screens_n; i++) {
        const Screen *other = &l->pack->screens[i];
        bool lists = str_equal(s->kind, S("list")) && str_equal(other->kind, s->kind);
        if (s->name.n && str_equal(other->name, s->name)) {
            row_tell(l, r, S("name"), s->name,
                message(l->a, "There is a screen of this name already."));
        } else if (lists && s->record && other->record == s->record) {
            row_tell(l, r, S("record"), s->record->name,
                message(l->a, "This record has its list already: {}.", other->name));
        }
    }
}

static void screen_read(Load *l, const Row *r)
{
    Screen s = {.name = row_cell(l, r, S("name")), .label = row_words_needed(l, r, S("label"))};
    row_name(l, r, S("name"));
    s.kind = screen_kinds[row_choose(l, r, S("kind"), screen_kinds, countof(screen_kinds))];
    s.record = row_record(l, r, S("record"));
    screen_check(l, r, &s);
    if (s.record) {
        columns_read(l, r, &s);
        filters_read(l, r, &s);
        s.where = row_sentence(l, r, S("where"), s.record, SENTENCE_SCREEN);
    }
    l->pack->screens[l->pack->screens_n++] = s;
}

void screens_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_SCREENS];
    l->pack->screens = take(l->a, Screen, rows->n);
    for (int i = 0; i < rows->n; i++) screen_read(l, &rows->at[i]);
}

// ---- imports -----------------------------------------------------------------------------------

static ImportMap *import_named(const Pack *p, Str name)
{
    for (int i = 0; i < p->imports_n; i++) {
        if (str_equal(p->imports[i].name, name)) return &p->imports[i];
    }
    return 0;
}

// {file}, {line} and {Column} between other letters.
static bool pattern_good(Str pattern)
{
    bool any = false;
    while (str_has(pattern, '{')) {
        Str before = str_cut(&pattern, '{');
        if (str_has(before, '}') || !str_has(pattern, '}')) return false;
        Str inside = str_cut(&pattern, '}');
        if (!inside.n || str_has(inside, '{')) return false;
        any = true;
    }
    return any && !str_has(pattern, '}');
}

static ImportMap *import_begin(Load *l, const Row *r, Str name)
{
    Pack *p = l->pack;
    ImportMap m = {.name = name, .record = row_record(l, r, S("record")),
        .key = row_cell(l, r, S("key")),
        .label = row_words_needed(l, r, S("label"))};
    int64_t skip = 0;
    if (row_number(l, r, S("skip"), &skip)) m.skip = (int)skip;
    row_name(l, r, S("name"));
    if (!pattern_good(m.key)) {
        row_tell(l, r, S("key"), m.key,
            message(l->a, "The key of each record is a pattern, as {file}:{line} or A-{Number}; "
            "write it on the first line of the mapping."));
    }
    m.at = take(l->a, Mapping, l->rows[SHEET_IMPORTS].n);
    p->imports[p->imports_n] = m;
    return &p->imports[p->imports_n++];
}

const Mapping *mapping_get(const ImportMap *map, Str column)
{
    for (int i = 0; i < map->n; i++) {
        if (str_equal(map->at[i].column, column)) return &map->at[i];
    }
    return 0;
}

bool mapping_value(const Mapping *map, Str *value)
{
    if (!map) return true;
    const Slot *slot = map_get(&map->values, *value);
    if (!slot) slot = map_get(&map->values, S("*"));
    if (!slot) return true;
    if (!slot->p) return false;
    *value = *(const Str *)slot->p;
    return true;
}

static Mapping *mapping_of(ImportMap *m, Str column, const Field *field)
{
    for (int i = 0; i < m->n; i++) {
        if (column.n && str_equal(m->at[i].column, column) && (!field || m->at[i].field == field)) {
            return &m->at[i];
        }
    }
    if (!field) return 0;
    m->at[m->n] = (Mapping){.column = column, .field = field};
    return &m->at[m->n++];
}

// Our value, as a field of ours takes it.
static bool target_read(Load *l, const Row *r, const Field *f, Str *out)
{
    Str as = row_cell(l, r, S("as"));
    Message why;
    if (load_is_broken(l, f->name)) return false;
    if (field_read(l->a, f, (Clock){99991231, l->pack->offset}, as, out, &why)) return true;
    row_tell(l, r, S("as"), as, why);
    return false;
}

static void value_add(Load *l, const Row *r, Mapping *at)
{
    Str *ours = take(l->a, Str, 1), value = row_cell(l, r, S("value"));
    bool is_new;
    if (str_equal(row_cell(l, r, S("as")), S("-"))) ours = 0; // the row is passed over
    else if (!target_read(l, r, at->field, ours)) return;
    Slot *slot = map_put(&at->values, l->a, value, &is_new);
    slot->p = ours;
    if (!is_new) {
        row_tell(l, r, S("value"), value, message(l->a, "This value of the column is told twice."));
    }
}

static void mapping_read(Load *l, const Row *r, ImportMap *m)
{
    Str column = row_cell(l, r, S("column")), name = row_cell(l, r, S("field"));
    const Field *f = name.n ? row_field(l, r, S("field"), m->record, name) : 0;
    bool has_value = row_cell(l, r, S("value")).n > 0, has_as = row_cell(l, r, S("as")).n > 0;
    if ((!column.n && !name.n && !has_value) || (name.n && !f)) return;
    Mapping *at = mapping_of(m, column, f);
    if (!at) {
        row_tell(l, r, S("field"), name, message(l->a, "Say which field of ours it goes to."));
    } else if (has_value && !column.n) {
        row_tell(l, r, S("column"), column,
            message(l->a, "Say in which column of theirs this value stands."));
    } else if (has_value) {
        value_add(l, r, at);
    } else if (column.n && has_as) {
        row_tell(l, r, S("value"), S(""),
            message(l->a, "Say which value of theirs becomes '{}'.", row_cell(l, r, S("as"))));
    } else if (!column.n && !has_as) {
        row_tell(l, r, S("as"), S(""),
            message(l->a, "Say which value the field always has, or which column it comes from."));
    } else if (!column.n) {
        target_read(l, r, f, &at->fixed);
    }
}

void imports_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_IMPORTS];
    l->pack->imports = take(l->a, ImportMap, rows->n);
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        Str name = row_cell(l, r, S("name")), record = row_cell(l, r, S("record"));
        ImportMap *m = import_named(l->pack, name);
        if (!m) {
            m = import_begin(l, r, name);
        } else if (record.n && m->record && !str_equal(m->record->name, record)) {
            row_tell(l, r, S("record"), record, message(l->a,
                "A mapping goes into one record, and this one into {}.", m->record->name));
        }
        if (m->record) mapping_read(l, r, m);
    }
}
