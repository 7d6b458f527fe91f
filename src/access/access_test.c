// What the pack's rights say of a user, kind by kind.
// SPDX-License-Identifier: Apache-2.0
#include "access/access.h"
#include "base/test.h"
#include "pack/pack_test.h"

static User user_of(const Pack *p, const char *role)
{
    const Role *found = role_get(p, str_from(role));
    CHECK(found);
    return (User){S("vong"), found, unit_get(p, S("home"))};
}

static const Pack *read_pack(Arena *a, Arena scratch)
{
    Faults all = {0};
    const Pack *p = shelter_read(a, scratch, shelter, SHELTER_SHEETS, &all);
    CHECK(p && !all.n);
    return p;
}

TEST(the_operator_may_do_everything)
{
    const Pack *p = read_pack(a, scratch);
    User u = user_operator();
    CHECK(!u.role && !u.unit && str_equal(u.name, S("operator")));
    for (int i = 0; i < p->records_n; i++) {
        const RecordType *t = &p->records[i];
        CHECK(may_rows(&u, t, MAY_READ) == ROWS_ALL && may_rows(&u, t, MAY_WRITE) == ROWS_ALL && may_any(&u, t, MAY_WRITE));
        for (int k = 0; k < t->n; k++) CHECK(may_see(&u, t, &t->fields[k]));
    }
}

TEST(a_role_reaches_the_rows_that_its_rights_name)
{
    const Pack *p = read_pack(a, scratch);
    static const struct { const char *role, *record; unsigned read, write; } cases[] = {
        {"boss", "animal", ROWS_ALL, ROWS_ALL}, {"boss", "visit", ROWS_ALL, ROWS_ALL},
        {"helper", "animal", ROWS_UNIT, ROWS_OWN}, {"helper", "keeper", ROWS_UNIT, ROWS_OWN}, {"helper", "visit", ROWS_ALL, 0},
    };
    for (int i = 0; i < countof(cases); i++) {
        User u = user_of(p, cases[i].role);
        const RecordType *t = record_type(p, str_from(cases[i].record));
        CHECK(may_rows(&u, t, MAY_READ) == cases[i].read && may_rows(&u, t, MAY_WRITE) == cases[i].write);
        CHECK(may_any(&u, t, MAY_WRITE) == (cases[i].write != 0));
    }
}

TEST(a_role_sees_the_classes_that_its_rights_name)
{
    const Pack *p = read_pack(a, scratch);
    User boss = user_of(p, "boss"), helper = user_of(p, "helper");
    static const struct { const char *record, *field; bool helper; } cases[] = {
        {"keeper", "name", false}, {"keeper", "phone", false}, {"keeper", "born", true}, {"keeper", "female", true},
        {"animal", "moods", false}, {"animal", "legs", true}, {"animal", "kind", true}, {"visit", "told", true},
    };
    for (int i = 0; i < countof(cases); i++) {
        const RecordType *t = record_type(p, str_from(cases[i].record));
        const Field *f = field_get(t, str_from(cases[i].field));
        CHECK(may_see(&helper, t, f) == cases[i].helper && may_see(&boss, t, f));
    }
}

TEST(who_writes_what_was_given_to_her_alone_makes_none)
{
    Faults all = {0};
    PackSheet changed[SHELTER_SHEETS];
    memcpy(changed, shelter, sizeof changed);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        if (!str_equal(changed[i].path, S("rights.csv"))) continue;
        changed[i].text = S("role,record,read,write,classes\nboss,*,all,all,\nhelper,animal,unit granted,granted,\n"
            "helper,keeper,unit granted,own granted,\n");
    }
    const Pack *p = shelter_read(a, scratch, changed, SHELTER_SHEETS, &all);
    User helper = user_of(p, "helper"), boss = user_of(p, "boss");
    const RecordType *animal = record_type(p, S("animal")), *keeper = record_type(p, S("keeper"));
    CHECK(may_any(&helper, animal, MAY_WRITE) && !may_any(&helper, animal, MAY_MAKE));
    CHECK(may_any(&helper, keeper, MAY_MAKE) && may_any(&boss, animal, MAY_MAKE));
    User operator = user_operator();
    CHECK(may_any(&operator, animal, MAY_MAKE));
}

TEST(a_role_without_a_row_in_the_rights_reaches_nothing)
{
    PackSheet changed[SHELTER_SHEETS];
    Faults all = {0};
    memcpy(changed, shelter, sizeof changed);
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        if (str_equal(changed[i].path, S("rights.csv"))) changed[i].text = S("role,record,read,write,classes\nboss,*,all,all,\n");
    }
    const Pack *p = shelter_read(a, scratch, changed, SHELTER_SHEETS, &all);
    CHECK(p);
    User helper = user_of(p, "helper");
    for (int i = 0; i < p->records_n; i++) {
        const RecordType *t = &p->records[i];
        CHECK(!may_any(&helper, t, MAY_READ) && !may_any(&helper, t, MAY_WRITE));
        for (int k = 0; k < t->n; k++) CHECK(!may_see(&helper, t, &t->fields[k]));
    }
}
