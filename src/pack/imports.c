// Foreign files as we read them: the sheet imports.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

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
