// Who may do what, and the bodies they belong to: the sheets roles, rights and registry/units.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str scope_words[] = {
    [ROWS_NONE] = S("none"), [ROWS_OWN] = S("own"), [ROWS_UNIT] = S("unit"),
    [ROWS_PROVINCE] = S("province"),
    [ROWS_ALL] = S("all"),
};

const Role *role_get(const Pack *p, Str name)
{
    for (int i = 0; i < p->roles_n; i++) {
        if (str_equal(p->roles[i].name, name)) return &p->roles[i];
    }
    return 0;
}

const Unit *unit_get(const Pack *p, Str key)
{
    for (int i = 0; i < p->units_n; i++) {
        if (str_equal(p->units[i].key, key)) return &p->units[i];
    }
    return 0;
}

static void role_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    Role one = {row_cell(l, r, S("name")), row_words_needed(l, r, S("label")),
        row_words(l, r, S("task")),
        take(l->a, Right, p->records_n)};
    row_name(l, r, S("name"));
    if (role_get(p, one.name)) {
        row_tell(l, r, S("name"), one.name, message(l->a, "There is a role of this name already."));
        return;
    }
    p->roles[p->roles_n++] = one;
}

static unsigned classes_read(Load *l, const Row *r)
{
    Str rest = row_cell(l, r, S("classes")), word;
    unsigned classes = rest.n ? 0 : (1u << CLASS_COUNT) - 1;
    while (str_word(&rest, &word)) {
        int i = 0;
        while (i < CLASS_COUNT && !str_equal(class_words[i], word)) i++;
        if (i < CLASS_COUNT) {
            classes |= 1u << i;
        } else {
            row_tell(l, r, S("classes"), word,
                message(l->a, "'{}' is not a class; the classes are {}.", word,
                str_join(l->a, class_words, CLASS_COUNT, S(" "))));
        }
    }
    return classes;
}

static void right_read(Load *l, const Row *r)
{
    Str name = row_cell(l, r, S("role")), record = row_cell(l, r, S("record"));
    Right right = {(RowScope)row_choose(l, r, S("read"), scope_words, countof(scope_words)),
        (RowScope)row_choose(l, r, S("write"), scope_words, countof(scope_words)),
        classes_read(l, r)};
    const Role *role = role_get(l->pack, name);
    bool all = str_equal(record, S("*"));
    const RecordType *t = all ? 0 : row_record(l, r, S("record"));
    if (!role) {
        row_tell(l, r, S("role"), name,
            message(l->a, "There is no role '{}' in the sheet roles.", name));
    }
    for (int i = 0; role && i < l->pack->records_n; i++) {
        if (all || (t && t->at == i)) role->rights[i] = right;
    }
}

static void unit_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    Unit one = {row_cell(l, r, S("key")), row_words_needed(l, r, S("label")),
        row_cell(l, r, S("parent")),
        row_cell(l, r, S("province")), row_cell(l, r, S("kind"))};
    const List *provinces = list_named(p, S("provinces"));
    bool blank = false;
    for (isize i = 0; i < one.key.n; i++) blank = blank || (unsigned char)one.key.p[i] <= ' ';
    if (one.province.n && !(provinces && list_get(provinces, one.province))) {
        row_tell(l, r, S("province"), one.province,
            message(l->a, "'{}' is not in the list provinces.", one.province));
    }
    if (!one.key.n || blank || unit_get(p, one.key)) {
        row_tell(l, r, S("key"), one.key, !one.key.n
            ? message(l->a, "The unit has no key; give it a short code.")
            : blank ? message(l->a, "A unit's key is a code without blanks.")
            : message(l->a, "There is a unit of this key already."));
        return;
    }
    p->units[p->units_n++] = one;
}

// A unit stands under one that exists, and not under itself by any way.
static void unit_parent_check(Load *l, const Row *r)
{
    Str parent = row_cell(l, r, S("parent"));
    const Unit *above = unit_get(l->pack, parent);
    if (parent.n && !above) {
        row_tell(l, r, S("parent"), parent,
            message(l->a, "There is no unit '{}' to stand under.", parent));
    }
    for (int steps = 0; above && steps <= l->pack->units_n; steps++) {
        if (str_equal(above->key, row_cell(l, r, S("key")))) {
            row_tell(l, r, S("parent"), parent,
                message(l->a, "The unit stands under itself; name the one above it."));
            return;
        }
        above = unit_get(l->pack, above->parent);
    }
}

void roles_read(Load *l)
{
    const RowList *roles = &l->rows[SHEET_ROLES], *rights = &l->rows[SHEET_RIGHTS],
        *units = &l->rows[SHEET_UNITS];
    l->pack->roles = take(l->a, Role, roles->n);
    l->pack->units = take(l->a, Unit, units->n);
    for (int i = 0; i < roles->n; i++) role_read(l, &roles->at[i]);
    for (int i = 0; i < rights->n; i++) right_read(l, &rights->at[i]);
    for (int i = 0; i < units->n; i++) unit_read(l, &units->at[i]);
    for (int i = 0; i < units->n; i++) unit_parent_check(l, &units->at[i]);
}
