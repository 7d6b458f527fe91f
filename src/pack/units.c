// The bodies that people work for: the sheet registry/units, and the list `units` that is made of it.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

const Unit *unit_get(const Pack *p, Str key)
{
    const Slot *found = map_get(&p->unit_index, key);
    return found ? found->p : 0;
}

bool unit_open(const Unit *unit, int today)
{
    return choice_offered(&(Choice){.from = unit->from, .to = unit->to}, today);
}

Somebody unit_somebody(const Unit *unit, Str user, Str role)
{
    Somebody one = {.user = user, .role = role};
    if (!unit) return one;
    one.unit = unit->key;
    one.agency = unit->agency;
    one.kind = unit->kind;
    one.province = unit->province;
    return one;
}

static Message key_fault(Load *l, const Pack *p, Str key)
{
    bool blank = false;
    for (isize i = 0; i < key.n; i++) blank = blank || (unsigned char)key.p[i] <= ' ';
    if (!key.n) return message(l->a, "The unit has no key; give it a short code.");
    if (blank) return message(l->a, "A unit's key is a code without blanks.");
    if (unit_get(p, key)) return message(l->a, "There is a unit of this key already.");
    if (str_equal(key, S("register")) || str_equal(key, S("creator"))) {
        return message(l->a, "The program uses the name '{}' itself; give the unit another key.", key);
    }
    return (Message){0};
}

static void unit_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    Unit one = {.key = row_cell(l, r, S("key")), .label = row_words_needed(l, r, S("label")), .parent = row_cell(l, r, S("parent")),
        .province = row_cell(l, r, S("province")), .kind = row_cell(l, r, S("kind")), .agency = row_cell(l, r, S("agency")),
        .from = row_day(l, r, S("from")), .to = row_day(l, r, S("to"))};
    const List *provinces = list_named(p, S("provinces"));
    Message fault = key_fault(l, p, one.key);
    if (one.province.n && !(provinces && list_get(provinces, one.province))) {
        row_tell(l, r, S("province"), one.province,
            message(l->a, "'{}' is not in the list provinces.", one.province));
    }
    if (fault.words) {
        row_tell(l, r, S("key"), one.key, fault);
        return;
    }
    bool is_new;
    p->units[p->units_n] = one;
    map_put(&p->unit_index, l->a, one.key, &is_new)->p = &p->units[p->units_n++];
}

// A unit stands under one that exists, and not under itself by any way.
static void parent_check(Load *l, const Row *r)
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

// Whose keys open what its people write: an agency bears the key of its uppermost unit, which is of it itself.
static void agency_check(Load *l, const Row *r)
{
    Str agency = row_cell(l, r, S("agency"));
    const Unit *head = unit_get(l->pack, agency);
    if (!agency.n) {
        row_tell(l, r, S("agency"), agency, message(l->a, "Say whose keys this unit works with: the key of the uppermost unit of its"
            " agency, its own where it is one by itself."));
    } else if (!head) {
        row_tell(l, r, S("agency"), agency, message(l->a, "There is no unit '{}' to be an agency.", agency));
    } else if (head->agency.n && !str_equal(head->agency, agency)) {
        row_tell(l, r, S("agency"), agency,
            message(l->a, "The unit {} belongs to the agency {} itself; name that one.", agency, head->agency));
    }
}

// What is chosen where a field names a unit.
static void list_make(Load *l)
{
    Pack *p = l->pack;
    List *list = take(l->a, List, 1);
    *list = (List){.name = S("units"), .choices = take(l->a, Choice, p->units_n)};
    for (int i = 0; i < p->units_n; i++) {
        const Unit *unit = &p->units[i];
        bool is_new;
        const ChoiceCell says[] = {{S("kind"), unit->kind}, {S("province"), unit->province}, {S("agency"), unit->agency}};
        ChoiceCell *cells = take(l->a, ChoiceCell, countof(says));
        memcpy(cells, says, sizeof says);
        Choice *c = &list->choices[list->n];
        *c = (Choice){.name = unit->key, .label = unit->label, .from = unit->from, .to = unit->to, .at = list->n++,
            .cells = cells, .n = countof(says)};
        map_put(&list->index, l->a, unit->key, &is_new)->p = c;
    }
    l->units = list;
}

void units_read(Load *l)
{
    const RowList *units = &l->rows[SHEET_UNITS];
    const RowList *settings = &l->rows[SHEET_PACK];
    Pack *p = l->pack;
    p->units = take(l->a, Unit, units->n);
    for (int i = 0; i < units->n; i++) unit_read(l, &units->at[i]);
    for (int i = 0; i < units->n; i++) parent_check(l, &units->at[i]);
    for (int i = 0; i < units->n; i++) agency_check(l, &units->at[i]);
    list_make(l);
    for (int i = 0; p->import_unit.n && i < settings->n; i++) {
        bool named = str_equal(row_cell(l, &settings->at[i], S("name")), S("import_unit"));
        if (!named || unit_get(p, p->import_unit)) continue;
        row_tell(l, &settings->at[i], S("value"), p->import_unit,
            message(l->a, "There is no unit '{}' whose an import could be.", p->import_unit));
    }
}
