// What records are called, in the language of who reads; and the day by which they stand.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "pack/pack_test.h"

enum { SHEETS = 6 }; // settings, records, fields and lists

// The shelter with another row of its sheet of records in place of the fourth, for animals.
static const Pack *animals_called(Arena *a, Arena scratch, Str row, Faults *all)
{
    PackSheet sheets[SHEETS];
    for (int i = 0; i < SHEETS; i++) sheets[i] = shelter[i];
    sheets[1].text = say(a, "name,role,title,title::Lao (lo),day,label::English (en),plural::English (en)\n"
        "keeper,person,,,,Keeper,Keepers\nrescue,case,,,,Rescue,Rescues\n{}\nvisit,,concat(${day_of_visit}),,,Visit,Visits\n", row);
    const Pack *p = shelter_read(a, scratch, sheets, SHEETS, all);
    for (const Fault *f = p ? 0 : all->first; f; f = f->next)
        print_message("%s %s\n", str_z(a, f->column), str_z(a, message_text(a, f->message)));
    return p;
}

static Str called(Arena *a, const Pack *p, Lang lang, Str name, Str kind, Str born, Str arrived)
{
    const RecordType *t = record_type(p, S("animal"));
    Cell *cells = take(a, Cell, t->n);
    cells[field_get(t, S("name"))->at].text = name;
    cells[field_get(t, S("kind"))->at].text = kind;
    cells[field_get(t, S("born"))->at].text = born;
    cells[field_get(t, S("arrived"))->at].text = arrived;
    return record_title(a, t, cells, 20240301, lang);
}

TEST(a_day_in_a_title_is_written_as_people_read_it)
{
    static const Str days[][2] = {{S("2024-03-27"), S("27/03/2024")}, {S("2024-03"), S("03/2024")}, {S("2024"), S("2024")},
        {S(""), S("")}};
    Faults all = {0};
    const Pack *p = animals_called(a, scratch, S("animal,,concat(${born}),,,Animal,Animals"), &all);
    for (int i = 0; i < countof(days); i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            CHECK(str_equal(called(a, p, (Lang)lang, S("Mia"), S("cat"), days[i][0], S("")), days[i][1]));
    p = animals_called(
        a, scratch,
        S("animal,,\"concat(if(${arrived} = '', concat(${born}), concat(${arrived})), if(${name} = "
          "'', '', ' of '), ${name})\",,,Animal,Animals"),
        &all);
    CHECK(str_equal(called(a, p, LANG_LO, S("Mia"), S(""), S("2024-03"), S("")), S("03/2024 of Mia")));
    CHECK(str_equal(called(a, p, LANG_EN, S(""), S(""), S(""), S("2024-03-27T20:30Z")), S("28/03/2024 03:30"))); // the country's time
    CHECK(str_equal(called(a, p, LANG_EN, S("2024-03-27"), S(""), S("2020"), S("")), S("2020 of 2024-03-27"))); // a name is no day
    CHECK(all.n == 0);
}

TEST(a_title_says_choices_and_names_in_the_readers_language)
{
    Faults all = {0};
    const Pack *p = animals_called(a, scratch,
                                   S("animal,,\"concat(${name}, ' ', ${kind})\",\"concat(${kind}, "
                                     "': ', ${name})\",,Animal,Animals"),
                                   &all);
    CHECK(str_equal(called(a, p, LANG_EN, S("Mia"), S("cat"), S(""), S("")), S("Mia Cat")));
    CHECK(str_equal(called(a, p, LANG_LO, S("Mia"), S("cat"), S(""), S("")), S("ແມວ: Mia")));
    p = animals_called(a, scratch, S("animal,,${name},?${kind},,Animal,Animals"), &all);
    CHECK(str_equal(called(a, p, LANG_EN, S("Mia"), S("fish"), S(""), S("")), S("Mia")));
    CHECK(str_equal(called(a, p, LANG_LO, S("Mia"), S("fish"), S(""), S("")), S("Fish")));
    CHECK(all.n == 0);
    CHECK(!animals_called(a, scratch, S("animal,,${name},${keeper.name},,Animal,Animals"), &all) && all.n == 1);
}

static Str stands_by(const Pack *p, Str record)
{
    const RecordType *t = record_type(p, record);
    return t->day < 0 ? S("none") : t->fields[t->day].name;
}

TEST(records_stand_by_the_date_that_is_named_or_by_their_first)
{
    Faults all = {0};
    const Pack *p = animals_called(a, scratch, S("animal,,,,,Animal,Animals"), &all);
    CHECK(str_equal(stands_by(p, S("animal")), S("born")) && str_equal(stands_by(p, S("visit")), S("day_of_visit")));
    CHECK(str_equal(stands_by(p, S("keeper")), S("none"))); // a person does not stand by her birth
    p = animals_called(a, scratch, S("animal,,,,arrived,Animal,Animals"), &all);
    CHECK(str_equal(stands_by(p, S("animal")), S("arrived")));
    p = animals_called(a, scratch, S("animal,,,,-,Animal,Animals"), &all);
    CHECK(str_equal(stands_by(p, S("animal")), S("none")) && all.n == 0);
    CHECK(!animals_called(a, scratch, S("animal,,,,kind,Animal,Animals"), &all) && all.n == 1);
    CHECK(!animals_called(a, scratch, S("animal,,,,nothing,Animal,Animals"), &all) && all.n == 2);
}

TEST(a_link_in_a_title_is_told_since_it_shows_no_name)
{
    Faults plain = {0}, linked = {0};
    CHECK(animals_called(a, scratch, S("animal,,concat(${name}),,,Animal,Animals"), &plain));
    CHECK(animals_called(a, scratch, S("animal,,\"concat(${name}, ${keeper})\",,,Animal,Animals"), &linked));
    CHECK(linked.warnings == plain.warnings + 1);
}
