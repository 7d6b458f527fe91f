// The sheet effects: what can follow from what, and every fault with its place.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

static const Pack *with_effects(Arena *a, Arena scratch, Str rows, Faults *all)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("effects.csv"),
        say(a, "record,on,when,makes,field,value,to,until,basis,opens,ends,value::Lao (lo)\n{}", rows)};
    *all = (Faults){0};
    return shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, all);
}

TEST(rows_in_succession_are_one_made_record_and_a_field_named_again_begins_the_next)
{
    Faults all;
    const Pack *p = with_effects(a, scratch, S(
        "animal,leave,,visit,guests,1,,,,,,\nanimal,leave,,visit,told,'x',,,,,,\nanimal,leave,,visit,guests,2,,,,,,\n"
        "animal,leave,${legs} > 1,visit,told,'y',,,,,,\nanimal,gone,,.,legs,4,,,,,,\nanimal,gone,,.,weight,4.5,,,,,,\n"
        "rescue,create,,animal,rescue,${id},,,,,,\nrescue,create,,animal,name,'New',,,,,,\n"
        "animal,${leaves},${state} = 'here',notice,keeper,'Late.','home',\"day-add(today(), 5)\",,,,'ຊ້າ'\n"
        "animal,\"day-add(state-since(), 30)\",,sight,.,,'home',,,,,\n"), &all);
    must(p && p->effects_n == 7);
    static const struct { EffectOn at; EffectMakes makes; int sets; } is[] = {
        {ON_MOVE, MAKES_RECORD, 2}, {ON_MOVE, MAKES_RECORD, 1}, {ON_MOVE, MAKES_RECORD, 1}, {ON_STATE, MAKES_OWN, 2},
        {ON_CREATE, MAKES_RECORD, 2}, {ON_DAY, MAKES_NOTICE, 0}, {ON_DAY, MAKES_SIGHT, 0},
    };
    for (int i = 0; i < countof(is); i++)
        CHECK(p->effects[i].at == is[i].at && p->effects[i].makes == is[i].makes && p->effects[i].sets_n == is[i].sets);
    CHECK(!p->effects[4].sets[0].value && p->effects[5].of && p->effects[5].words[LANG_LO] != p->effects[5].words[LANG_EN]);
    CHECK(str_equal(p->effects[0].name, S("visit leave ")) && str_equal(p->effects[1].name, S("visit leave  2")));
}

TEST(a_faulty_effect_is_told_with_its_place)
{
    static const struct { Str row, column, words; } cases[] = {
        {S("animal,nothing,,visit,guests,1,,,,,,"), S("on"), S("neither a move nor a state")},
        {S("animal,leave,,dog,guests,1,,,,,,"), S("makes"), S("There is no record 'dog'")},
        {S("animal,leave,,visit,cats,1,,,,,,"), S("field"), S("has no field 'cats'")},
        {S("animal,leave,,visit,,1,,,,,,"), S("field"), S("Say which field")},
        {S("animal,leave,,visit,guests,,,,,,,"), S("value"), S("Say what 'guests' says")},
        {S("animal,leave,,visit,guests,'x',,,,,,"), S("value"), S("field of type integer")},
        {S("animal,leave,,visit,day_of_visit,${weight},,,,,,"), S("value"), S("field of type date")},
        {S("animal,leave,,visit,told,${leaves},,,,,,"), S("value"), S("field of type note")},
        {S("animal,leave,,visit,told,${name} + ,,,,,,"), S("value"), S("At character")},
        {S("rescue,create,,rescue,province,'LA-XX',,,,,,"), S("value"), S("no choice of the list provinces")},
        {S("rescue,create,,animal,kind,\"if(${title} = '', 'cat', 'dog')\",,,,,,"), S("value"), S("'dog' is no choice")},
        {S("animal,leave,,animal,keeper,${rescue},,,,,,"), S("value"), S("links to a keeper, and this names a rescue")},
        {S("animal,leave,,animal,keeper,'K',,,,,,"), S("value"), S("as ${id}")},
        {S("animal,leave,,animal,keeper,${id},,,,,,"), S("value"), S("this record is a animal")},
        {S("animal,leave,,.,legs,${id},,,,,,"), S("value"), S("for a link of another one")},
        {S("animal,leave,,visit,told,${keeper.name},,,,,,"), S("value"), S("which is of class identity")},
        {S("animal,leave,,visit,told,'x','home',,,,,"), S("to"), S("says nothing here")},
        {S("animal,leave,,notice,.,'x','home',,'b',,,"), S("basis"), S("says nothing here")},
        {S("animal,leave,,notice,.,,'home',,,,,"), S("value"), S("Say what the notice says")},
        {S("animal,leave,,notice,.,'x',,,,,,"), S("to"), S("Say to whom")},
        {S("animal,leave,,notice,kind,'x','home',,,,,"), S("field"), S("is no link")},
        {S("animal,leave,,notice,.,${keeper.name},'home',,,,,"), S("value"), S("names nothing of class")},
        {S("animal,leave,,notice,.,'x','home','soon',,,,"), S("until"), S("must give a date")},
        {S("animal,leave,,.,legs,1,,,,,,'ໜຶ່ງ'"), S("value"), S("Only a notice has words")},
        {S("animal,${legs},,visit,told,'x',,,,,,"), S("on"), S("must give a date")},
        {S("animal,${keeper.born},,visit,told,'x',,,,,,"), S("on"), S("one of the record's own")},
        {S("animal,${leaves},${leaves} < today(),visit,told,'x',,,,,,"), S("when"), S("one of the record's own")},
        {S("visit,create,,visit,told,'x',,,,,,"), S("makes"), S("without end")},
        {S("animal,here,,rescue,title,'x',,,,,,\nrescue,create,,animal,name,'x',,,,,,"), S("makes"), S("without end")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Arena turn = scratch;
        Faults all;
        CHECK(!with_effects(a, turn, say(a, "{}\n", cases[i].row), &all));
        bool found = false;
        for (const Fault *f = all.first; f; f = f->next)
            found |= !f->warning && str_equal(f->file, S("effects.csv")) && f->line >= 2 && str_equal(f->column, cases[i].column)
                && str_find(message_text(a, f->message), cases[i].words) >= 0;
        if (!found) print_error("%s\n", str_z(a, cases[i].row));
        for (const Fault *f = all.first; !found && f; f = f->next)
            print_error("  %s: %s\n", str_z(a, f->column), str_z(a, message_text(a, f->message)));
        CHECK(found);
    }
}

TEST(what_is_required_of_a_made_record_and_not_said_is_a_warning)
{
    Faults all;
    CHECK(with_effects(a, scratch, S("rescue,create,,animal,rescue,${id},,,,,,\n"), &all));
    bool warned = false;
    for (const Fault *f = all.first; f; f = f->next)
        warned |= f->warning && str_find(message_text(a, f->message), S("'name' is required of a animal")) >= 0;
    CHECK(warned);
    CHECK(with_effects(a, scratch, S("visit,create,${guests} > 0,visit,told,'x',,,,,,\n"), &all)); // it may end
}

static const Pack *with_others(Arena *a, Arena scratch, const char *rows, Faults *all)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("effects.csv"),
        say(a, "record,on,when,makes,same,whose,field,value\n{}", str_from(rows))};
    *all = (Faults){0};
    return shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, all);
}

TEST(other_records_are_named_by_a_link_or_by_links_that_name_the_same)
{
    Faults all;
    const Pack *p = with_others(a, scratch, "animal,leave,,.keeper,,${female} = '',female,'yes'\n"
        "animal,leave,,.keeper,,${female} = '',born,\"date('2000-01-01')\"\n"
        "animal,leave,,animal,rescue keeper,${legs} > 1,finder,${keeper}\nanimal,leave,,.,,,state,'gone'\n"
        "rescue,create,,animal,,,state,'gone'\n", &all);
    must(p && p->effects_n == 4);
    const PackEffect *linked = &p->effects[0], *same = &p->effects[1], *own = &p->effects[2];
    CHECK(linked->makes == MAKES_OTHER && linked->of && !linked->same_n && linked->sets_n == 2 && linked->whose);
    CHECK(str_equal(linked->made->name, S("keeper")));
    CHECK(same->makes == MAKES_OTHER && !same->of && same->same_n == 2 && str_equal(same->same[1].there->name, S("keeper")));
    CHECK(own->makes == MAKES_OWN && own->sets[0].field->at == AT_STATE);
    CHECK(p->effects[3].makes == MAKES_RECORD && p->effects[3].sets[0].field->at == AT_STATE);
}

TEST(what_names_no_other_record_is_told_with_its_place)
{
    static const struct { const char *row, *column, *words; } cases[] = {
        {"animal,leave,,.legs,,,legs,1", "makes", "is no link"},
        {"animal,leave,,.cat,,,legs,1", "makes", "has no field 'cat'"},
        {"animal,leave,,.keeper,rescue,,female,'yes'", "same", "says nothing here"},
        {"animal,leave,,.keeper,,${legs} = 1,female,'yes'", "whose", "has no field 'legs'"},
        {"animal,leave,,animal,legs,,legs,1", "same", "must be a link of both"},
        {"rescue,create,,animal,keeper,,legs,1", "same", "has no field 'keeper'"},
        {"animal,leave,,visit,,${guests} = 1,guests,1", "whose", "says nothing here"},
        {"animal,leave,,.keeper,,,name,${legs}", "value", "field of type text"},
        {"animal,leave,,.keeper,,,female,${moods}", "value", "which is of class sensitive"},
        {"animal,leave,,.,,,state,'lost'", "value", "no choice of the list"},
        {"animal,leave,,.rescue,,,state,'here'", "field", "has no field 'state'"},
    };
    for (int i = 0; i < countof(cases); i++) {
        Arena turn = scratch;
        Faults all;
        CHECK(!with_others(a, turn, str_z(a, say(a, "{}\n", str_from(cases[i].row))), &all));
        bool found = false;
        for (const Fault *f = all.first; f; f = f->next)
            found |= !f->warning && str_equal(f->file, S("effects.csv")) && str_equal(f->column, str_from(cases[i].column))
                && str_find(message_text(a, f->message), str_from(cases[i].words)) >= 0;
        if (!found) print_error("%s\n", cases[i].row);
        for (const Fault *f = all.first; !found && f; f = f->next)
            print_error("  %s: %s\n", str_z(a, f->column), str_z(a, message_text(a, f->message)));
        CHECK(found);
    }
}

TEST(a_record_cannot_bear_the_name_of_what_effects_make)
{
    static const Str names[] = {S("sight"), S("notice"), S("end")};
    for (int i = 0; i < countof(names); i++) {
        Slip slip = {S("records.csv"), S("visit,,,,,public,Visit,,Visits\n"),
            say(a, "visit,,,,,public,Visit,,Visits\n{},,,,,public,X,,X\n", names[i]), 7, S("name"), S("means something else")};
        Faults all = {0};
        CHECK(!shelter_read(a, scratch, broken_shelter(a, &slip), SHELTER_SHEETS, &all));
        CHECK(told(a, &all, &slip));
    }
}

TEST(by_what_a_day_is_known_has_an_end)
{
    Faults all;
    Buf o = buf_in(a);
    buf_add(&o, S("animal,${leaves},${legs} > 1"));
    for (int i = 0; i < 46; i++) buf_fill(&o, " or ${legs} = {}", VALS(100000000 + i));
    buf_add(&o, S(",visit,guests,1,,,,,,\n"));
    CHECK(!with_effects(a, scratch, buf_str(&o), &all) && faults_about(&all, S("when")));
    Str step = str_slice(buf_str(&o), 16, buf_str(&o).n); // of a step nothing is noted
    CHECK(with_effects(a, scratch, say(a, "animal,leave{}", step), &all));
}
