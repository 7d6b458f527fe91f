// The pack of an animal shelter: what is read from it, and what is told when one thing is wrong.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

static void faults_print(Arena *a, const Faults *all)
{
    for (const Fault *f = all->first; f; f = f->next) {
        print_message("%s\n", str_z(a,
            say(a, "{}:{}: {}: [{}] {}{}", f->file, f->line, f->column, f->value,
            f->warning ? S("(warning) ") : S(""), message_text(a, f->message))));
    }
}

static const Pack *shelter_good(Arena *a, Arena scratch, Faults *all)
{
    const Pack *p = shelter_read(a, scratch, shelter, SHELTER_SHEETS, all);
    if (!p) faults_print(a, all);
    must(p);
    return p;
}

TEST(a_good_pack_is_read_whole)
{
    Faults all = {0};
    const Pack *p = shelter_good(a, scratch, &all);
    CHECK(all.n == 0 && all.warnings == 4 && all.first->warning && all.first->line == 3);
    CHECK(str_equal(all.first->file, S("records.csv"))
        && str_equal(all.first->column, S("label::Lao (lo)")));
    CHECK(p->offset == 420 && str_equal(p->country, S("LA"))
        && str_equal(p->title.in[LANG_LO], S("ສູນ")));
    CHECK(p->records_n == 4 && p->lists_n == 5 && p->roles_n == 2 && p->units_n == 2
        && p->figures_n == 4);
    CHECK(p->tables_n == 1 && p->screens_n == 2 && p->imports_n == 1 && p->states_n == 2
        && p->moves_n == 1);
    CHECK(!record_type(p, S("nobody")) && !unit_get(p, S("nobody")) && !table_get(p, S("nobody")));
}

TEST(a_record_knows_its_fields_links_and_headings)
{
    Faults all = {0};
    const Pack *p = shelter_good(a, scratch, &all);
    const RecordType *t = record_type(p, S("animal")), *keeper = record_type(p, S("keeper"));
    CHECK(t->n == 11 && t->sealed && !record_type(p, S("visit"))->sealed && keeper->sealed);
    CHECK(str_equal(keeper->label.in[LANG_LO], S("ຜູ້ດູແລ")) && keeper->person == -1);
    CHECK(t->fields[t->person].target == keeper && t->person == 8 && t->the_case == 7
        && t->parent == 7);
    CHECK(t->listed && t->order == 3 && !record_type(p, S("visit"))->listed);
    CHECK(t->contract_n == 3 && str_equal(t->contract[0]->name, S("legs"))
        && str_equal(t->contract[2]->name, S("moods")));
    const Field *legs = field_get(t, S("legs")), *moods = field_get(t, S("moods"));
    CHECK(str_equal(legs->group.in[LANG_EN], S("Body"))
        && str_equal(t->fields[1].group.in[LANG_EN], S("About")));
    CHECK(!moods->group.in[LANG_EN].n && str_equal(keeper->fields[0].group.in[LANG_EN], S("Who")));
    CHECK(moods->class == CLASS_SENSITIVE && moods->compartment == COMPARTMENT_HEALTH
        && moods->list->n == 2);
    CHECK(legs->relevant && legs->constraint && legs->doubt && legs->least == 0
        && legs->most == 999999999);
    CHECK(t->fields[0].required && field_get(t, S("leaves"))->future
        && str_equal(field_get(t, S("arrived"))->initial, S("today()")));
    CHECK(keeper->fields[0].name_part && keeper->fields[2].phone);
    for (int i = 0; i < t->n; i++) CHECK(t->fields[i].at == i);
}

TEST(lists_roles_units_and_moves_are_read)
{
    Faults all = {0};
    const Pack *p = shelter_good(a, scratch, &all);
    const List *kinds = record_type(p, S("animal"))->fields[1].list;
    const Choice *fish = list_get(kinds, S("fish"));
    CHECK(kinds->n == 2 && fish->at == 1 && str_equal(fish->to, S("2024-12-31"))
        && !list_get(kinds, S("dog")));
    const Right *boss = role_get(p, S("boss"))->rights, *helper = role_get(p, S("helper"))->rights;
    CHECK(boss[0].read == ROWS_ALL && boss[0].classes == 15 && helper[0].classes == 3
        && helper[0].write == ROWS_OWN);
    CHECK(helper[3].read == ROWS_ALL && helper[3].write == 0);
    CHECK(str_equal(unit_get(p, S("yard"))->parent, S("home"))
        && str_equal(unit_get(p, S("home"))->province, S("LA-VT")));
    const PackMove *leave = &p->moves[0];
    CHECK(leave->from->first && leave->to->last && leave->roles_n == 2 && leave->needs_n == 1
        && leave->needs[0].words.in[LANG_EN].n);
}

TEST(figures_screens_and_imports_are_read)
{
    Faults all = {0};
    const Pack *p = shelter_good(a, scratch, &all);
    const Figure *keepers = &p->figures[0], *guests = &p->figures[2];
    CHECK(keepers->count == COUNT_PERSONS && keepers->female && p->figures[1].within == keepers);
    CHECK(guests->count == COUNT_SUM && guests->sum && guests->female->type == TYPE_NUMBER
        && guests->date->kind == FIELD_DATE);
    CHECK(table_get(p, S("year"))->n == 3 && table_get(p, S("year"))->figures[1] == guests);
    const Screen *list = &p->screens[0], *home = &p->screens[1];
    CHECK(list->columns_n == 4 && list->filters_n == 2 && list->columns[1].field
        && list->columns[2].link);
    CHECK(home->where && str_equal(home->columns[1].through->name, S("animal"))
        && home->columns[1].link->target->role == ROLE_PERSON);
    const ImportMap *old = &p->imports[0];
    CHECK(old->n == 2 && old->skip == 2 && str_equal(old->at[1].fixed, S("Nobody")));
    const Str *cat = map_get(&old->at[0].values, S("Katze"))->p;
    CHECK(str_equal(*cat, S("cat")) && map_get(&old->at[0].values, S("*"))
        && !map_get(&old->at[0].values, S("*"))->p);
}

TEST(a_name_means_the_figures_own_field_then_its_persons_then_its_cases)
{
    static const struct { Str name, link, field; } cases[] = {
        {S("kind"), S(""), S("kind")}, {S("born"), S(""), S("born")},
            {S("female"), S("keeper"), S("female")},
        {S("province"), S("rescue"), S("province")}, {S("keeper.born"), S("keeper"), S("born")},
        {S("animal.born"), S(""), S("born")}, {S("rescue.province"), S("rescue"), S("province")},
        {S("phone"), S(""), S("")}, {S("keeper.name"), S(""), S("")},
            {S("visit.guests"), S(""), S("")},
        {S("nothing"), S(""), S("")}, {S(""), S(""), S("")}, {S("."), S(""), S("")},
    };
    Faults all = {0};
    const Pack *p = shelter_good(a, scratch, &all);
    for (int i = 0; i < countof(cases); i++) {
        FieldPath path = {0};
        bool found = figure_field(p, &p->figures[0], cases[i].name, &path);
        CHECK(found == (cases[i].field.n > 0));
        CHECK(!found || (str_equal(path.field->name, cases[i].field)
            && str_equal(path.link ? path.link->name : S(""), cases[i].link)));
    }
}

TEST(a_figure_of_no_person_has_only_its_own_fields)
{
    Faults all = {0};
    const Pack *p = shelter_good(a, scratch, &all);
    FieldPath path;
    CHECK(figure_field(p, &p->figures[2], S("told"), &path) && !path.link);
    CHECK(!figure_field(p, &p->figures[2], S("female"), &path));
}

TEST(files_of_a_sheet_are_read_in_the_order_of_their_names)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = sheets[5];
    sheets[SHELTER_SHEETS].path = S("choices/a.csv");
    sheets[5] = (PackSheet){S("choices/b.csv"),
        S("note of ours,list_name,label::English (en),name\nlast,moods,Hungry,hungry\n")};
    Faults all = {0};
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
    CHECK(p && list_get(field_get(record_type(p, S("animal")), S("moods"))->list,
        S("hungry"))->at == 2);
}

static void slips_told(Arena *a, Arena scratch, const Slip *slips, int n)
{
    for (int i = 0; i < n; i++) {
        const Slip *slip = &slips[i];
        Faults all = {0}, both = {0};
        PackSheet *sheets = broken_shelter(a, slip);
        bool refused = !shelter_read(a, scratch, sheets, SHELTER_SHEETS, &all);
        if (!refused || all.n != 1 || !told(a, &all, slip)) {
            print_message("%s: '%s' -> '%s'\n", slip->sheet.p, slip->was.p, slip->is.p);
            faults_print(a, &all);
        }
        CHECK(refused && all.n == 1 && told(a, &all, slip));
        sheets[SHELTER_SHEETS - 1].text = S("name,record\n");
        shelter_read(a, scratch, sheets, SHELTER_SHEETS, &both);
        CHECK(both.n >= (str_equal(slip->sheet, S("imports.csv")) ? 2 : 3)
            && (str_equal(slip->sheet, S("imports.csv")) || told(a, &both, slip)));
    }
}

TEST(slips_in_whole_sheets_are_told)
{
    static const Slip slips[] = {
        {S("tables.csv"), S("name,label::English (en),figures\n"), S(""), 1, S(""),
            S("must be the header")},
        {S("tables.csv"), S("name,label::English (en),figures\nyear,The year,keepers guests "
            "visits\n"), S(""), 1, S(""), S("empty")},
        {S("choices.csv"), S("parent"), S("per-ent"), 1, S("per-ent"), S("no column of this name")},
        {S("tables.csv"), S("figures\n"), S("figures,name\n"), 1, S("name"), S("stands twice")},
        {S("tables.csv"), S("keepers guests visits"), S("keepers,guests"), 2, S(""),
            S("more cells")},
        {S("tables.csv"), S("The year"), S("The \xFFyear"), 2, S(""), S("")},
        {S("tables.csv"), S("The year"), S("\"The year"), 2, S(""), S("")},
        {S("pack.csv"), S("country,LA\n"), S(""), 2, S("name"), S("country is missing")},
        {S("pack.csv"), S("country,LA"), S("country,Laos"), 2, S("value"), S("write it as LA")},
        {S("pack.csv"), S("+07:00"), S("7"), 6, S("value"), S("+07:00")},
        {S("pack.csv"), S("version,1"), S("version,1\nversion,2"), 4, S("name"), S("already")},
        {S("pack.csv"), S("utc_offset"), S("colour,red\nutc_offset"), 6, S("name"),
            S("no setting")},
    };
    slips_told(a, scratch, slips, countof(slips));
}

TEST(slips_in_records_and_choices_are_told)
{
    static const Slip slips[] = {
        {S("records.csv"), S("\nvisit,"), S("\nhealth,,,,,,H,,H\nvisit,"), 6, S("name"),
            S("itself")},
        {S("records.csv"), S("\nvisit,"), S("\nAnimal,,,,,,H,,H\nvisit,"), 6, S("name"),
            S("already")},
        {S("records.csv"), S("rescue,case"), S("rescue,keys"), 4, S("role"), S("one of")},
        {S("records.csv"), S("public,Visit,,Visits"), S("public,Visit,,"), 6,
            S("plural::English (en)"), S("missing")},
        {S("records.csv"), S("animal,,rescue"), S("animal,,kind"), 5, S("parent"), S("no link")},
        {S("records.csv"), S("animal,,rescue"), S("animal,,nothing"), 5, S("parent"),
            S("no field")},
        {S("records.csv"), S("visit,,"), S("visit,person,"), 6, S("role"), S("already")},
        {S("records.csv"), S("${name},1"), S("${born} = '',1"), 3, S("title"), S("is a text")},
        {S("records.csv"), S("' ', ${kind}"), S("${keeper.name}"), 5, S("title"), S("own fields")},
        {S("records.csv"), S(",3,internal"), S(",three,internal"), 5, S("menu"), S("whole number")},
        {S("choices.csv"), S("moods,wild"), S("moods,calm"), 5, S("name"), S("already")},
        {S("choices.csv"), S("moods,wild"), S("moods,very wild"), 5, S("name"),
            S("without blanks")},
        {S("choices.csv"), S("kinds,cat,Cat"), S("kinds,cat,"), 2, S("label::English (en)"),
            S("missing")},
        {S("choices.csv"), S(",LA-VT,,,"), S(",LA-XX,,,"), 9, S("parent"), S("No other list")},
        {S("choices.csv"), S("moods,wild,Wild,,,"), S("moods,wild,Wild,,calm,"), 5, S("parent"),
            S("No other list")},
        {S("choices.csv"), S("2020-01-01"), S("2020"), 3, S("from"), S("not a day")},
        {S("choices.csv"), S("2020-01-01"), S("2030-01-01"), 3, S("to"), S("before it begins")},
    };
    slips_told(a, scratch, slips, countof(slips));
}

TEST(slips_in_the_survey_are_told)
{
    static const Slip slips[] = {
        {S("survey/rest.csv"), S("visit,note,told"), S("visit,note,9told"), 7, S("name"),
            S("begin with a letter")},
        {S("survey/rest.csv"), S("visit,note,told"), S("visit,note,Version"), 7, S("name"),
            S("besides its fields")},
        {S("survey/rest.csv"), S("visit,note,told"), S("visit,note,told_last"), 7, S("name"),
            S("_last")},
        {S("survey/rest.csv"), S("visit,note,told"), S("visit,note,told_DAY"), 7, S("name"),
            S("_day")},
        {S("survey/rest.csv"), S("visit,note,told"), S("visit,note,GUESTS"), 7, S("name"),
            S("already")},
        {S("survey/rest.csv"), S("visit,note,told"), S("guest,note,told"), 7, S("record"),
            S("no record")},
        {S("survey/rest.csv"), S("visit,note,told"), S("visit,note long,told"), 7, S("type"),
            S("take 'long' away")},
        {S("survey/rest.csv"), S("visit,note,told,Told"), S("visit,note,told,"), 7,
            S("label::English (en)"), S("missing")},
        {S("survey/rest.csv"), S("select_one provinces"), S("select_one provinzes"), 3, S("type"),
            S("no list")},
        {S("survey/animal.csv"), S("select_one kinds"), S("select_one kindz"), 4, S("type"),
            S("no list")},
        {S("survey/animal.csv"), S("link keeper"), S("link keper"), 14, S("type"),
            S("no record 'keper'")},
        {S("survey/animal.csv"), S("animal,integer"), S("animal,whole"), 6, S("type"),
            S("not a type")},
        {S("survey/animal.csv"), S("animal,end_group,,,,,,,,,,,,,,,,\n"), S(""), 2, S("type"),
            S("no end_group")},
        {S("survey/animal.csv"), S("animal,begin_group,body,Body,,,,,,,,,,,,,,\n"), S(""), 7,
            S("type"), S("no begin_group")},
        {S("survey/animal.csv"), S("animal,text,name,Name,yes"), S("animal,text,name,Name,perhaps"),
            3, S("required"), S("Write yes")},
        {S("survey/animal.csv"), S("!= 'fish'"), S("!= 'fisch'"), 6, S("relevant"),
            S("At character 9: the list kinds")},
        {S("survey/animal.csv"), S(". <= 8"), S(". + 8"), 6, S("constraint"), S("a yes or no")},
        {S("survey/animal.csv"), S("At most eight."), S(""), 6,
            S("constraint_message::English (en)"), S("missing")},
        {S("survey/animal.csv"), S(". = 3,"), S(","), 6, S("warning"), S("no rule")},
        {S("survey/animal.csv"), S("${born} <= ${arrived} or"), S("${born} <= ${arived} or"), 9,
            S("constraint"), S("no field 'arived'")},
        {S("survey/animal.csv"), S(",,,cat,"), S(",,,dog,"), 4, S("default"), S("not in the list")},
        {S("survey/animal.csv"), S("sensitive"), S("secret"), 12, S("class"), S("one of")},
        {S("survey/animal.csv"), S("health"), S("body"), 12, S("compartment"), S("one of")},
        {S("survey/animal.csv"), S("health,3"), S("health,2"), 12, S("contract"),
            S("place in the contract")},
        {S("survey/keeper.csv"), S("keeper,date,born,Born,quasi,,"),
            S("keeper,date,born,Born,quasi,name,"), 3, S("find"), S("texts only")},
        {S("survey/animal.csv"), S(",yes,,\n"), S(",yes,past,\n"), 11, S("was"), S("no field")},
    };
    slips_told(a, scratch, slips, countof(slips));
}

TEST(slips_in_roles_units_and_states_are_told)
{
    static const Slip slips[] = {
        {S("states.csv"), S("animal,gone"), S("animal,here,H,\nanimal,gone"), 3, S("name"),
            S("already")},
        {S("states.csv"), S("first"), S(""), 2, S("kind"), S("is first")},
        {S("states.csv"), S(",last"), S(",first"), 3, S("kind"), S("first already")},
        {S("moves.csv"), S("here,gone"), S("here,lost"), 2, S("to"), S("no state")},
        {S("moves.csv"), S("boss helper"), S("boss helpers"), 2, S("roles"), S("no role")},
        {S("moves.csv"), S("${leaves} != ''"), S("${leave} != ''"), 2, S("needs"), S("no field")},
        {S("moves.csv"), S("Say when it leaves."), S(""), 2, S("needs_message::English (en)"),
            S("missing")},
        {S("roles.csv"), S("helper,Helper"), S("helper,"), 3, S("label::English (en)"),
            S("missing")},
        {S("roles.csv"), S("helper,Helper,\n"), S("helper,Helper,\nboss,Boss,\n"), 4, S("name"),
            S("already")},
        {S("rights.csv"), S("boss,*"), S("bos,*"), 2, S("role"), S("no role")},
        {S("rights.csv"), S("helper,visit"), S("helper,visits"), 4, S("record"), S("no record")},
        {S("rights.csv"), S("unit,own"), S("unit,mine"), 3, S("write"), S("some of")},
        {S("rights.csv"), S("plain quasi"), S("plain quiet"), 3, S("classes"), S("not a class")},
        {S("rights.csv"), S("read,write,classes"), S("read,write,closed"), 3, S("closed"), S("name the record")},
        {S("registry/units.csv"), S("Yard,home"), S("Yard,house"), 3, S("parent"), S("no unit")},
        {S("registry/units.csv"), S("Yard,home"), S("Yard,yard"), 3, S("parent"),
            S("under itself")},
        {S("registry/units.csv"), S("yard,"), S("home,H,,,,home\nyard,"), 3, S("key"), S("already")},
        {S("registry/units.csv"), S("LA-VT"), S("LA-ZZ"), 2, S("province"), S("list provinces")},
    };
    slips_told(a, scratch, slips, countof(slips));
}

TEST(slips_in_figures_screens_and_imports_are_told)
{
    static const Slip slips[] = {
        {S("figures.csv"), S("guest,visit,,"), S("guest,visits,,"), 4, S("record"), S("no record")},
        {S("figures.csv"), S("guest,visit,,day_of_visit"), S("guest,visit,,guests"), 4, S("date"),
            S("no date")},
        {S("figures.csv"), S("guest,visit,,day_of_visit"), S("guest,visit,,day"), 4, S("date"),
            S("no field")},
        {S("figures.csv"), S(",visit,visit,,day_of_visit,records"),
            S(",visit,visit,,day_of_visit,persons"), 5, S("count"), S("no person")},
        {S("figures.csv"), S("\"coalesce(${guests}, 1)\""), S("${guests} = 1"), 4, S("count"),
            S("a number")},
        {S("figures.csv"), S("${keeper.female} = 'yes'"), S("${keeper.female}"), 2, S("female"),
            S("a yes or no")},
        {S("figures.csv"), S("${kind} = 'cat'"), S("\"regex(${kind}, 'c.*')\""), 2, S("where"),
            S("cannot select rows")},
        {S("figures.csv"), S("${kind} = 'cat'"), S("${keeper.name} = 'Ann'"), 2, S("where"),
            S("sealed")},
        {S("figures.csv"), S(",,keepers"), S(",,keeper"), 3, S("within"), S("no other figure")},
        {S("tables.csv"), S("guests visits"), S("guests visitors"), 2, S("figures"),
            S("no figure")},
        {S("tables.csv"), S("guests visits"), S("guests old_keepers"), 2, S("figures"),
            S("no row of its own")},
        {S("screens.csv"), S("title kind"), S("title kinds"), 2, S("columns"), S("no field")},
        {S("screens.csv"), S("animal.keeper"), S("animal.kind"), 3, S("columns"), S("no link")},
        {S("screens.csv"), S("animal.keeper"), S("visit.keeper"), 3, S("columns"), S("hangs on")},
        {S("screens.csv"), S("kind moods"), S("kind mood"), 2, S("filters"), S("no field")},
        {S("screens.csv"), S("animals,list"), S("animals,sheet"), 2, S("kind"), S("one of")},
        {S("screens.csv"), S("${opened} != ''"), S("\"concat(${title}, 'x') = 'x'\""), 3,
            S("where"), S("cannot select rows")},
        {S("screens.csv"), S("animal,Animals,title kind rescue state,kind moods"),
            S("keeper,Animals,title,name"), 2, S("filters"), S("sealed")},
        {S("screens.csv"), S("columns,filters,where\n"
            "animals,list,animal,Animals,title kind rescue state,kind moods,\n"),
            S("columns,filters,where,sorts\n"
            "animals,list,animal,Animals,title kind rescue state,kind moods,,kind\n"), 2, S("sorts"),
            S("sorted by dates and whole numbers")},
        {S("screens.csv"), S("columns,filters,where\n"
            "animals,list,animal,Animals,title kind rescue state,kind moods,\n"),
            S("columns,filters,where,sorts\n"
            "animals,list,animal,Animals,title kind rescue state,kind moods,,nosuch\n"), 2, S("sorts"), S("no field")},
        {S("screens.csv"), S("columns,filters,where\n"
            "animals,list,animal,Animals,title kind rescue state,kind moods,\n"
            "rescues,home,rescue,Rescues,key animal.keeper province,province,${opened} != ''\n"),
            S("columns,filters,where,sorts\n"
            "animals,list,animal,Animals,title kind rescue state,kind moods,\n"
            "rescues,home,rescue,Rescues,key animal.keeper province,province,,opened -opened\n"), 3, S("sorts"), S("by one field")},
        {S("imports.csv"), S("Katze,cat"), S("Katze,kat"), 3, S("as"), S("not in the list")},
        {S("imports.csv"), S(",name,,Nobody"), S(",names,,Nobody"), 5, S("field"), S("no field")},
        {S("imports.csv"), S("{file}:{line}"), S("{file:{line"), 2, S("key"), S("pattern")},
        {S("imports.csv"), S("kind,*,-"), S("kind,Katze,-"), 4, S("value"), S("twice")},
    };
    slips_told(a, scratch, slips, countof(slips));
}

// A screen of parts, beside the lists: written with the older words of the sheet here, with the newer ones in the pack of Laos.
TEST(slips_in_the_parts_of_a_screen_are_told)
{
    static const Slip slips[] = { // each takes the place of the first page's list, or comes behind it
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper"), S("rescues,board,,Rescues,key"), 3, S("record"),
            S("a record")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper"), S("rescues,count,animal.rescue,Rescues,"), 3,
            S("record"), S("below one")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper"), S("rescues,facts,.,Rescues,"), 3, S("screen"),
            S("that record's name")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper"), S("rescue,rows,animal.keeper,Rescues,key"), 3,
            S("record"), S("does not name")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper"), S("rescues,figures,years,Rescues,"), 3,
            S("record"), S("no table")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper"), S("rescues,work,rescue,Rescues,"), 3,
            S("record"), S("nothing")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper province,province,${opened} != ''"),
            S("guard,desk,keeper,Rescues,name,,"), 3, S("columns"), S("belongs to a person")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper province,province,${opened} != ''"),
            S("guard,desk,rescue,Rescues,province,,"), 3, S("columns"), S("texts of one line")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper province,province,${opened} != ''\n"),
            S("ward,board,rescue,Rescues,key,,\nward,inbox,rescue,More,key,,\n"), 4, S("n"), S("at this place")},
        {S("screens.csv"), S("rescues,home,rescue,Rescues,key animal.keeper province"), S("ward,plan,rescue,Rescues,province"), 3,
            S("columns"), S("behind it")},
    };
    slips_told(a, scratch, slips, countof(slips));
}

TEST(a_missing_or_unknown_sheet_is_told)
{
    for (int i = 1; i < 4; i++) {
        PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS);
        memcpy(sheets, shelter, sizeof shelter);
        Faults all = {0};
        if (i == 1) sheets[1].path = S("registry/records.csv");
        for (int j = 2; i == 2 && j < 5; j++) sheets[j].path = S("registry/survey.csv");
        if (i == 3) sheets[12].path = S("screen.csv");
        CHECK(!shelter_read(a, scratch, sheets, SHELTER_SHEETS, &all) && all.n);
        const Fault *f = all.first;
        while (f && !str_equal(f->file, i == 1 ? S("records.csv") : i == 2 ? S("survey.csv")
            : S("screen.csv"))) {
            f = f->next;
        }
        CHECK(f && !f->line);
    }
}

static Str replaced(Arena *a, Str text, Str was, Str is)
{
    Buf o = buf_in(a);
    for (isize at; (at = str_find(text, was)) >= 0; text = str_slice(text, at + was.n, text.n)) {
        buf_add(&o, str_slice(text, 0, at));
        buf_add(&o, is);
    }
    buf_add(&o, text);
    return buf_str(&o);
}

enum { FIRST_SHEETS = 6 }; // settings, records, fields and lists

static const Pack *shelter_with(Arena *a, Arena scratch, Str was, Str is)
{
    PackSheet sheets[FIRST_SHEETS];
    Faults all = {0};
    for (int i = 0; i < FIRST_SHEETS; i++) {
        sheets[i] = (PackSheet){shelter[i].path, replaced(a, shelter[i].text, was, is)};
    }
    const Pack *p = shelter_read(a, scratch, sheets, FIRST_SHEETS, &all);
    if (!p) faults_print(a, &all);
    must(p);
    return p;
}

TEST(a_newer_pack_takes_nothing_away)
{
    static const Slip slips[] = {
        {S("records"), S("visit,"), S("vizit,"), 0, S("name"), S("visit is gone")},
        {S("survey"), S("told,Told"), S("said,Said"), 0, S(""), S("visit.told is gone")},
        {S("survey/rest.csv"), S("visit,note"), S("visit,text"), 7, S("type"), S("was of type note")},
        {S("survey/keeper.csv"), S("identity,phone"), S("quasi,phone"), 4, S("class"), S("sealed")},
        {S("survey/animal.csv"), S("link rescue"), S("link animal"), 13, S("type"), S("records of rescue")},
        {S("choices"), S("moods,calm"), S("moods,quiet"), 0, S("name"), S("`to` date")},
        {S("records"), S("rescue,case"), S("rescue,"), 0, S("role"), S("cannot change")},
    };
    const Pack *older = shelter_with(a, scratch, S("x"), S("x"));
    for (int i = 0; i < countof(slips); i++) {
        const Pack *newer = shelter_with(a, scratch, slips[i].was, slips[i].is);
        Faults all = {0};
        pack_follows(a, older, newer, &all);
        if (all.n != 1 || !told(a, &all, &slips[i])) faults_print(a, &all);
        CHECK(all.n == 1 && told(a, &all, &slips[i]));
    }
}

TEST(a_newer_pack_may_grow)
{
    Faults read = {0}, all = {0};
    pack_follows(a, shelter_with(a, scratch, S("x"), S("x")), shelter_good(a, scratch, &read),
        &all);
    pack_follows(a, shelter_with(a, scratch, S("Told"), S("Told")),
        shelter_with(a, scratch, S("told,Told"), S("told,Told\nvisit,text,more,More")), &all);
    CHECK(all.n == 0);
}
