// Values as they are given, and whole records against their rules.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

static const Pack *shelter_good(Arena *a, Arena scratch)
{
    Faults all = {0};
    const Pack *p = shelter_read(a, scratch, shelter, SHELTER_SHEETS, &all);
    must(p);
    return p;
}

typedef struct { Str field, given, value,
    why; } Given; // why: a part of the sentence; empty when good
static const Given givens[] = {
    {S("name"), S(" Mia "), S(" Mia "), S("")},
    {S("name"), S("ແມວ\tໂຕ\r\nໜຶ່ງ"), S("ແມວ\tໂຕ\r\nໜຶ່ງ"), S("")},
    {S("name"), S(""), S(""), S("")},
    {S("name"), S("  "), S("  "), S("")},
    {S("name"), S("a\x01"), S(""), S("control character")},
    {S("name"), S("a\0b"), S(""), S("control character")},
    {S("name"), S("\xFFx"), S(""), S("UTF-8")},
    {S("kind"), S(" cat "), S(""), S("not in the list")},
    {S("kind"), S("Cat"), S(""), S("'Cat' is not in the list kinds; it has cat, fish.")},
    {S("kind"), S("cat fish"), S(""), S("not in the list")},
    {S("moods"), S("wild calm"), S("wild calm"), S("")},
    {S("moods"), S("calm wild"), S("calm wild"), S("")},
    {S("moods"), S("wild  calm"), S(""), S("not in the list")},
    {S("moods"), S("wild calm "), S(""), S("not in the list")},
    {S("moods"), S("wild\tcalm"), S(""), S("not in the list")},
    {S("moods"), S("calm"), S("calm"), S("")},
    {S("moods"), S("wild wild"), S(""), S("stands twice")},
    {S("moods"), S("wild tame"), S(""), S("'tame'")},
    {S("legs"), S("4"), S("4"), S("")},
    {S("legs"), S("004"), S(""), S("begins with a zero")},
    {S("legs"), S(" 4"), S(""), S("digits alone")},
    {S("legs"), S("0"), S("0"), S("")},
    {S("legs"), S("-1"), S(""), S("digits alone")},
    {S("legs"), S("1.0"), S(""), S("digits alone")},
    {S("legs"), S("1,000"), S(""), S("digits alone")},
    {S("legs"), S("999999999"), S("999999999"), S("")},
    {S("legs"), S("1000000000"), S(""), S("out of range")},
    {S("legs"), S("99999999999999999999999"), S(""), S("out of range")},
    {S("weight"), S("3.50"), S("3.5"), S("")},
    {S("weight"), S("-03.50"), S("-3.5"), S("")},
    {S("weight"), S("12"), S("12"), S("")},
    {S("weight"), S("12.0"), S("12"), S("")},
    {S("weight"), S("-0.0"), S("0"), S("")},
    {S("weight"), S("0.25"), S("0.25"), S("")},
    {S("weight"), S("12."), S(""), S("not a number")},
    {S("weight"), S(".5"), S(""), S("not a number")},
    {S("weight"), S("1.2.3"), S(""), S("not a number")},
    {S("weight"), S("1e5"), S(""), S("not a number")},
    {S("weight"), S("-"), S(""), S("not a number")},
    {S("weight"), S("1.2345678901234567"), S(""), S("digits")},
    {S("born"), S("2024"), S("2024"), S("")},
    {S("born"), S(" 2024-02-29"), S(""), S("is not a date that exists")},
    {S("born"), S("2024-03"), S("2024-03"), S("")},
    {S("born"), S("2024-03-01"), S("2024-03-01"), S("")},
    {S("born"), S("2024-03-02"), S(""), S("lies in the future")},
    {S("born"), S("2024-04"), S(""), S("lies in the future")},
    {S("born"), S("2023-02-29"), S(""), S("'2023-02-29' is not a date that exists")},
    {S("born"), S("31/02/2024"), S(""), S("write it as 2024-01-31, 2024-01 or 2024.")},
    {S("born"), S("2567-01-31"), S(""), S("Buddhist era? Write 2024-01-31 then")},
    {S("born"), S("0020-05-15"), S(""), S("0020-05-15 lies before the year 1000; write the year with all its digits")},
    {S("born"), S("0206"), S(""), S("lies before the year 1000")},
    {S("born"), S("1000"), S("1000"), S("")},
    {S("leaves"), S("2568-03-01"), S(""), S("2568-03-01 lies far in the future; is it a year of the Buddhist era? Write 2025-03-01 then.")},
    {S("leaves"), S("2440"), S(""), S("Write 1897 then.")},
    {S("leaves"), S("2643-12"), S(""), S("Write 2100-12 then.")},
    {S("leaves"), S("0968-03-01"), S(""), S("lies before the year 1000")},
    {S("leaves"), S("9999-12-31"), S(""), S("9999-12-31 lies more than a hundred years ahead")},
    {S("leaves"), S("2124-12-31"), S("2124-12-31"), S("")},
    {S("leaves"), S("2125-01-01"), S(""), S("more than a hundred years ahead")},
    {S("arrived"), S("2566-02-01T09:30"), S(""), S("Write 2023-02-01T09:30 then")},
    {S("arrived"), S("0024-02-01T09:30"), S(""), S("lies before the year 1000")},
    {S("leaves"), S("2044-01-31"), S("2044-01-31"), S("")},
    {S("arrived"), S("2024-02-01T09:30"), S("2024-02-01T09:30"), S("")},
    {S("arrived"), S("2024-02-01"), S("2024-02-01"), S("")},
    {S("arrived"), S("2024-03-01T16:59Z"), S("2024-03-01T16:59Z"), S("")},
    {S("arrived"), S("2024-03-01T17:00Z"), S(""), S("lies in the future")},
        // midnight, seven hours east
    {S("arrived"), S("2024-02-01T25:30"), S(""), S("not a moment")},
    {S("arrived"), S("2024-02-01 09:30"), S(""), S("not a moment")},
    {S("keeper"), S("K 1"), S("K 1"), S("")},
};

TEST(a_value_is_read_as_given_or_refused_with_a_sentence)
{
    const RecordType *t = record_type(shelter_good(a, scratch), S("animal"));
    for (int i = 0; i < countof(givens); i++) {
        const Given *one = &givens[i];
        Str value;
        Message why = {0};
        bool good = field_read(a, field_get(t, one->field), (Clock){20240301, 420}, one->given,
            &value, &why);
        Str told = message_text(a, why);
        bool right = good == !one->why.n
            && (good ? str_equal(value, one->value) : str_find(told, one->why) >= 0);
        if (!right) {
            print_message("%s %s: %s\n", one->field.p, one->given.p, str_z(a, good ? value : told));
        }
        CHECK(right);
    }
}

TEST(a_value_read_once_is_read_the_same_again)
{
    const RecordType *t = record_type(shelter_good(a, scratch), S("animal"));
    for (int i = 0; i < countof(givens); i++) {
        const Field *f = field_get(t, givens[i].field);
        Str once, twice;
        Message why;
        if (!field_read(a, f, (Clock){20240301, 420}, givens[i].given, &once, &why)) continue;
        CHECK(field_read(a, f, (Clock){20240301, 420}, once, &twice, &why)
            && str_equal(once, twice));
    }
}

TEST(a_text_ends_at_64_kib)
{
    const Field *f = field_get(record_type(shelter_good(a, scratch), S("animal")), S("name"));
    Str value, text = {take(a, char, (64 << 10) + 1), 64 << 10};
    Message why;
    memset((char *)text.p, 'x', (size_t)text.n + 1);
    CHECK(field_read(a, f, (Clock){20240301, 420}, text, &value, &why));
    text.n++;
    CHECK(!field_read(a, f, (Clock){20240301, 420}, text, &value, &why));
}

TEST(the_days_of_a_date_and_of_a_moment)
{
    const RecordType *t = record_type(shelter_good(a, scratch), S("animal"));
    const Field *born = field_get(t, S("born")), *arrived = field_get(t, S("arrived"));
    Days days;
    CHECK(field_days(born, 420, S("2024-02"), &days) && days.first == 20240201
        && days.last == 20240229);
    CHECK(field_days(arrived, 420, S("2024-02-29T18:00Z"), &days) && days.first == 20240301);
    CHECK(!field_days(born, 420, S(""), &days)
        && !field_days(field_get(t, S("name")), 420, S("2024"), &days));
}

// An animal that says what is named; the rest is empty.
static const Cell *animal(Arena *a, const RecordType *t, const Str (*given)[2], int n)
{
    Cell *cells = take(a, Cell, t->n);
    for (int i = 0; i < n; i++) cells[field_get(t, given[i][0])->at].text = given[i][1];
    return cells;
}

static bool has_fault(Arena *a, const Faults *all, Str column, Str words, bool warning)
{
    for (const Fault *f = all->first; f; f = f->next) {
        if (str_equal(f->column, column) && str_equal(message_text(a, f->message), words)) {
            return f->warning == warning;
        }
    }
    return false;
}

TEST(a_record_is_checked_whole)
{
    const Pack *p = shelter_good(a, scratch);
    const RecordType *t = record_type(p, S("animal")), *keeper = record_type(p, S("keeper"));
    static const Str bad[][2] = {{S("legs"), S("9")}, {S("born"), S("2020-01-02")},
        {S("arrived"), S("2020")},
        {S("keeper"), S("K1")}};
    static const Str three[][2] = {{S("name"), S("Mia")}, {S("legs"), S("3")}};
    static const Cell ann[] = {{.text = S("Ann")}, {.text = S("2021")}, {.text = S("")}, {.text = S("yes")}};
    const View of_keeper = {.type = keeper, .cells = ann}, *linked[11] = {[8] = &of_keeper};
    Faults all = {0}, odd = {0};
    record_check(a, scratch, &(View){.type = t, .cells = animal(a, t, bad, countof(bad)), .linked = linked, .today = 20240301},
        CHECK_SAVE, &all);
    CHECK(all.n == 3 && all.warnings == 1);
    CHECK(has_fault(a, &all, S("name"), S("Please fill this in."), false));
    CHECK(has_fault(a, &all, S("legs"), S("At most eight."), false));
    CHECK(has_fault(a, &all, S("born"), S("Born before it came."), false));
    CHECK(has_fault(a, &all, S("keeper"), S("Older than its keeper?"), true));
    record_check(a, scratch, &(View){.type = t, .cells = animal(a, t, three, countof(three)), .today = 20240301}, CHECK_SAVE, &odd);
    CHECK(odd.n == 0 && odd.warnings == 1 && has_fault(a, &odd, S("legs"), S("Three legs?"), true));
}

TEST(what_is_not_asked_is_not_required)
{
    const Pack *p = shelter_good(a, scratch);
    RecordType t = *record_type(p, S("animal"));
    Field *legs = (Field *)field_get(&t, S("legs"));
    legs->required = true;
    static const Str fish[][2] = {{S("name"), S("Bo")}, {S("kind"), S("fish")}};
    static const Str cat[][2] = {{S("name"), S("Mia")}, {S("kind"), S("cat")}};
    Faults of_fish = {0}, of_cat = {0};
    record_check(a, scratch, &(View){.type = &t, .cells = animal(a, &t, fish, 2), .today = 20240301}, CHECK_FORM, &of_fish);
    record_check(a, scratch, &(View){.type = &t, .cells = animal(a, &t, cat, 2), .today = 20240301}, CHECK_FORM, &of_cat);
    CHECK(of_fish.n == 0 && of_cat.n == 1 && str_equal(of_cat.first->column, S("legs")));
}

TEST(a_column_of_the_contract_is_required_in_forms_alone)
{
    const Pack *p = shelter_good(a, scratch);
    RecordType t = *record_type(p, S("animal"));
    Field *legs = (Field *)field_get(&t, S("legs"));
    legs->required = legs->contract = true;
    static const Str cat[][2] = {{S("name"), S("Mia")}, {S("kind"), S("cat")}};
    Faults saved = {0}, typed = {0};
    record_check(a, scratch, &(View){.type = &t, .cells = animal(a, &t, cat, 2), .today = 20240301}, CHECK_SAVE, &saved);
    record_check(a, scratch, &(View){.type = &t, .cells = animal(a, &t, cat, 2), .today = 20240301}, CHECK_FORM, &typed);
    CHECK(saved.n == 0 && typed.n == 1 && str_equal(typed.first->column, S("legs")));
}

TEST(a_rules_own_words_are_said_in_the_language_asked)
{
    const Pack *p = shelter_good(a, scratch);
    const RecordType *t = record_type(p, S("animal"));
    ((Field *)field_get(t, S("legs")))->constraint_words.in[LANG_LO] = S("ບໍ່ເກີນແປດ");
    static const Str bad[][2] = {{S("name"), S("Mia")}, {S("legs"), S("9")}};
    Faults all = {0};
    record_check(a, scratch, &(View){.type = t, .cells = animal(a, t, bad, 2), .today = 20240301}, CHECK_SAVE, &all);
    CHECK(str_equal(fault_text(a, t, all.first, LANG_LO), S("ບໍ່ເກີນແປດ")));
    CHECK(str_equal(fault_text(a, t, all.first, LANG_EN), S("At most eight.")));
    const Fault other = {.column = S("legs"), .message = message(a, "Some other {}.", S("fault"))};
    CHECK(str_equal(fault_text(a, t, &other, LANG_EN), S("Some other fault.")));
}

TEST(a_title_is_made_of_the_records_own_fields)
{
    const Pack *p = shelter_good(a, scratch);
    const RecordType *t = record_type(p, S("animal"));
    static const Str mia[][2] = {{S("name"), S("Mia")}, {S("kind"), S("cat")}},
        nameless[][2] = {{S("kind"), S("cat")}};
    CHECK(str_equal(record_title(a, t, animal(a, t, mia, 2), 20240301, LANG_EN), S("Mia Cat")));
    CHECK(str_equal(record_title(a, t, animal(a, t, nameless, 1), 20240301, LANG_EN), S("Cat")));
    CHECK(!record_title(a, t, animal(a, t, mia, 0), 20240301, LANG_EN).n);
    const RecordType *visit = record_type(p, S("visit"));
    CHECK(!record_title(a, visit, (Cell[3]){{.text = S("2024")}}, 20240301, LANG_EN).n);
}
