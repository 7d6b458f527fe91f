// Expressions: what they say about a keeper of animals, told as tables.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack.h"
#include "formats/formats.h"
#include "base/test.h"

typedef struct { RecordType keeper, animal; Field keeper_fields[2], fields[12]; List kinds, moods; } Farm;

static List list_of(Arena *a, Str name, Str codes)
{
    List list = {.name = name, .choices = take(a, Choice, codes.n)};
    Str code;
    while (str_word(&codes, &code)) {
        list.choices[list.n] = (Choice){.name = code, .at = list.n};
        map_put(&list.index, a, code, 0)->p = &list.choices[list.n];
        list.n++;
    }
    return list;
}

static Farm *farm_make(Arena *a)
{
    Farm *f = take(a, Farm, 1);
    static const ChoiceCell cells[] = {{S("weight"), S("3")}, {S("weight"), S("-0.5")}, {S("size"), S("big")}};
    f->kinds = list_of(a, S("kinds"), S("cat dog other"));
    f->moods = list_of(a, S("moods"), S("calm wild hungry"));
    Choice *const weighed[] = {&f->kinds.choices[0], &f->moods.choices[2], &f->kinds.choices[1], &f->moods.choices[0]};
    for (int i = 0; i < countof(weighed); i++) weighed[i]->cells = &cells[i == 3 ? 0 : i], weighed[i]->n = 1;
    const Field keeper[] = {
        {.name = S("born"), .kind = FIELD_DATE},
            {.name = S("name"), .at = 1, .class = CLASS_IDENTITY},
    };
    const Field animal[] = {
        {.name = S("name")}, {.name = S("kind"), .kind = FIELD_CHOICE, .list = &f->kinds},
        {.name = S("moods"), .kind = FIELD_CHOICES, .list = &f->moods},
            {.name = S("born"), .kind = FIELD_DATE},
        {.name = S("seen"), .kind = FIELD_MOMENT}, {.name = S("legs"), .kind = FIELD_INTEGER},
        {.name = S("weight"), .kind = FIELD_DECIMAL},
            {.name = S("keeper"), .kind = FIELD_LINK, .target = &f->keeper},
        {.name = S("mate"), .kind = FIELD_LINK, .target = &f->animal}, {.name = S("nick")},
        {.name = S("told"), .kind = FIELD_DATE}, {.name = S("secret"), .class = CLASS_IDENTITY},
    };
    _Static_assert(sizeof animal == sizeof f->fields && sizeof keeper == sizeof f->keeper_fields,
        "all fields");
    memcpy(f->fields, animal, sizeof animal);
    memcpy(f->keeper_fields, keeper, sizeof keeper);
    for (int i = 0; i < countof(animal); i++) f->fields[i].at = i;
    f->keeper = (RecordType){.name = S("keeper"), .fields = f->keeper_fields,
        .n = countof(keeper), .offset = 420};
    f->animal = (RecordType){.name = S("animal"), .fields = f->fields, .n = countof(animal),
        .offset = 420};
    return f;
}

static const Expr *parsed(Arena *a, Arena scratch, const Farm *farm, Str source)
{
    const Expr *e = 0;
    Err *err = expr_parse(a, scratch, source, &farm->animal, &farm->fields[5], &e);
    if (err) print_message("%.*s: %s\n", (int)source.n, source.p, str_z(a, err_text(a, err)));
    return e;
}

// name kind moods born seen legs weight keeper mate nick told secret; and the keeper's born, name.
static const Cell full[] = {{.text = S("Mia")}, {.text = S("cat")}, {.text = S("calm hungry")}, {.text = S("2020-05")},
    {.text = S("2024-01-31T23:30Z")}, {.text = S("4")}, {.text = S("3.5")},
    {.text = S("K1")}, {.text = S("")}, {.text = S("Mia")}, {.text = S("2024-02-29")}, {.text = S("x")}};
static const Cell bare[12];
static const Cell ann[] = {{.text = S("2006")}, {.text = S("Ann")}};

static bool says(Arena *a, const Farm *farm, const Expr *e, const Cell *cells)
{
    const View keeper = {.type = &farm->keeper, .cells = ann};
    const View *linked[12] = {[7] = &keeper};
    return expr_true(a, e, &(View){.type = &farm->animal, .cells = cells, .linked = cells == full ? linked : 0, .today = 20240301});
}

static const struct { Str source; bool of_full, of_bare; } answers[] = {
    {S("${kind} = 'cat'"), true, false},
    {S("${kind} != 'cat'"), false, true},
    {S("${kind} = ''"), false, true},
    {S("'' != ${kind}"), true, false},
    {S("${name} = ${nick}"), true, true},
    {S("${name} != ${nick}"), false, false},
    {S("${legs} = 4"), true, false},
    {S("${legs} != 4"), false, false},
    {S("not(${legs} = 4)"), false, true},
    {S("${legs} >= 4 and ${legs} <= 4"), true, false},
    {S("${legs} < 4 or ${legs} > 4"), false, false},
    {S("${legs} = ''"), false, true},
    {S("${weight} = 3.5"), true, false},
    {S(". = 4"), true, false},
    {S("selected(${moods}, 'hungry')"), true, false},
    {S("selected(${moods}, 'wild')"), false, false},
    {S("selected(${kind}, \"cat\")"), true, false},
    {S("count-selected(${moods}) = 2"), true, false},
    {S("count-selected(${moods}) = 0"), false, true},
    {S("${moods} = ''"), false, true},
    {S("${moods} != ''"), true, false},
    {S("${born} = date('2020-05-01')"), true, false},
    {S("${born} < ${seen}"), true, false},
    {S("${seen} = date('2024-02-01')"), true, false}, // 06:30 of the next day, seven hours east
    {S("${born} < today()"), true, false},
    {S("${told} = ''"), false, true},
    {S("${keeper} = 'K1'"), true, false},
    {S("${keeper} != ''"), true, false},
    {S("${keeper.name} = 'Ann'"), true, false},
    {S("${keeper.name} = ''"), false, true},
    {S("${keeper.born} <= ${born}"), true, false},
    {S("${mate.name} = ''"), true, true},
    {S("is-under(18, ${keeper.born}, ${told})"), false, false},
    {S("may-be-under(18, ${keeper.born}, ${told})"), true, false},
    {S("is-under(4, ${born}, ${told})"), true, false},
    {S("is-under(4, ${told}, date('2028-02-29'))"), false, false},
    {S("is-under(4, ${told}, date('2028-02-28'))"), true, false},
    {S("if(${legs} > 3, 'much', 'few') = 'much'"), true, false},
    {S("if(${legs} > 3, 1, 2) = 2"), false, true},
    {S("coalesce(${legs}, 7) = 7"), false, true},
    {S("coalesce(${mate}, ${keeper}) = 'K1'"), true, false},
    {S("concat(${name}, '-', ${legs}, '-', ${born}) = 'Mia-4-2020-05'"), true, false},
    {S("concat(${name}) = ''"), false, true},
    {S("regex(${name}, 'M.a')"), true, false},
    {S("regex(${name}, 'M')"), false, false},
    {S("day-add(${born}, 30) = date('2020-05-31')"), true, false},
    {S("day-add(${born}, -${legs}) = date('2020-04-27')"), true, false},
    {S("day-add(today(), 2.9) = date('2024-03-03')"), true, true},
    {S("day-add(today(), -30.9) = date('2024-01-31')"), true, true},
    {S("day-add(today(), 3000000) = ''"), true, true},
    {S("day-add(today(), 100000000000) = ''"), true, true},
    {S("day-add(${born}, ${legs}) = ''"), false, true},
    {S("month-add(${seen}, 1) = date('2024-03-01')"), true, false}, // from the first of February, as above
    {S("month-add(date('2024-01-31'), ${legs} - 3) = date('2024-02-29')"), true, false},
    {S("month-add(${told}, 12) = date('2025-02-28')"), true, false},
    {S("days-between(${told}, today()) = 1"), true, false},
    {S("days-between(today(), ${told}) = -1"), true, false},
    {S("days-between(${told}, ${mate.born}) = ''"), true, true},
    {S("year(${born}) = 2020"), true, false},
    {S("year(${told}) - year(${keeper.born}) = 18"), true, false},
    {S("year(${born}) = ''"), false, true},
    {S("int(${weight}) = 3"), true, false}, {S("int(-${weight}) = -3"), true, false}, {S("int(${legs}) = ''"), false, true},
    {S("int((today() - ${keeper.born}) div 365.25) = 18"), true, false}, {S("today() - ${born} > 365"), true, false},
    {S("${born} + 30 = date('2020-05-31')"), true, false}, {S("date(${told}) - 1 = date('2024-02-28')"), true, false},
    {S("if(${legs} > 3, '', 1) = ''"), true, false}, {S("if(${legs} > 3, ${born}, '') = ''"), false, true},
    {S("${legs} = '4'"), true, false}, {S("${weight} < '3.6'"), true, false}, {S("string(${legs}) = '4'"), true, false},
    {S("${kind} = \u2018cat\u2019"), true, false}, {S("${name} = \u201CMia\u201D"), true, false},
    {S("${name} != \u201Dit's\u201C"), true, true},
    {S("string-length(${name}) = 3"), true, false},
    {S("string-length(${name}) = 0"), false, true},
    {S("string-length('ສຸກວັນ') = 6"), true, true},
    {S("string-length(${born}) = 7"), true, false},
    {S("string-length(concat(${name}, ${kind})) = 6"), true, false},
    {S("sum-selected(${moods}, weight) = 2.5"), true, false},
    {S("sum-selected(${moods}, \"weight\") = 0"), false, true},
    {S("sum-selected(${kind}, weight) = 3"), true, false},
    {S("true()"), true, true},
    {S("false()"), false, false},
    {S("true() or false() and false()"), true, true},
    {S("(true() or false()) and false()"), false, false},
    {S("true() and not(false())"), true, true},
};

TEST(expressions_say_yes_or_no_of_a_record_and_of_an_empty_one)
{
    Farm *farm = farm_make(a);
    for (int i = 0; i < countof(answers); i++) {
        const Expr *e = parsed(a, scratch, farm, answers[i].source);
        bool of_full = e && says(a, farm, e, full), of_bare = e && says(a, farm, e, bare);
        if (!e || of_full != answers[i].of_full || of_bare != answers[i].of_bare) {
            print_message("%s: %d %d\n", answers[i].source.p, of_full, of_bare);
        }
        CHECK(e && e->type == TYPE_BOOL && of_full == answers[i].of_full
            && of_bare == answers[i].of_bare);
    }
}

TEST(numbers_are_reckoned_as_the_page_does_and_the_impossible_is_empty)
{
    static const struct { Str source; bool empty; double number; } cases[] = {
        {S("1 + 2 * 3"), false, 7}, {S("(1 + 2) * 3"), false, 9}, {S("10 - 3 - 2"), false, 5},
        {S("7 div 2"), false, 3.5}, {S("7 mod 4"), false, 3}, {S("-7 mod 4"), false, -3},
            {S("7 mod -4"), false, 3},
        {S("5.5 mod 2"), false, 1.5}, {S("1 div 0"), true, 0}, {S("1 mod 0"), true, 0},
            {S("- -3"), false, 3},
        {S("2 div 4 div 2"), false, 0.25}, {S("${weight} * 2"), false, 7},
            {S("${weight} + coalesce(${legs}, 0)"), false, 7.5},
        {S("999999999999999 mod 7"), false, 999999999999999 % 7}, {S("-${legs}"), false, -4},
            {S("1-2"), false, -1},
    };
    Farm *farm = farm_make(a);
    for (int i = 0; i < countof(cases); i++) {
        const Expr *e = parsed(a, scratch, farm, cases[i].source);
        CHECK(e && e->type == TYPE_NUMBER);
        ExprValue v = expr_value(a, e, &(View){.type = &farm->animal, .cells = full});
        if (v.empty != cases[i].empty || (!v.empty && v.number != cases[i].number)) {
            print_message("%s\n", cases[i].source.p);
        }
        CHECK(v.empty == cases[i].empty && (v.empty || v.number == cases[i].number));
    }
    const Expr *empty = parsed(a, scratch, farm, S("${weight} + 1"));
    CHECK(expr_value(a, empty, &(View){.type = &farm->animal, .cells = bare}).empty);
}

static const struct { Str source; int at; Str words; } slips[] = {
    {S(""), 1, S("missing")},
    {S("${legs} ="), 10, S("missing")},
    {S("${legs"), 1, S("closing bracket")},
    {S("'x"), 1, S("closing quote")},
    {S("${lags} = 4"), 1, S("no field 'lags'")},
    {S("1 = ${lags}"), 5, S("no field 'lags'")},
    {S("${legs} = 'four'"), 9, S("one type")},
    {S("${born} > '2020-01-01'"), 9, S("date('2024-01-31')")},
    {S("${name} > 'x'"), 9, S("= and !=")},
    {S("${kind} = 'kat'"), 9, S("no choice 'kat'")},
    {S("'kat' != ${kind}"), 7, S("no choice 'kat'")},
    {S("${kind} = 1"), 9, S("no choice '1'")}, {S("selected(${moods}, 20)"), 1, S("no choice '20'")}, // named by a number
    {S("selected(${moods}, 'tame')"), 1, S("no choice 'tame'")},
    {S("selected(${name}, 'x')"), 1, S("field of choices")},
    {S("${moods} = 'calm'"), 10, S("selected()")},
    {S("${legs} and true()"), 9, S("comparisons")},
    {S("not(${legs})"), 1, S("comparisons")},
    {S("${legs} + ${name}"), 9, S("numbers")},
    {S("(${legs} = 1) = true()"), 15, S("not compared")},
    {S("true() = ''"), 8, S("never empty")},
    {S("agee(${legs})"), 1, S("no function agee()")},
    {S("if(true(), 1)"), 1, S("takes 3 values, and here are 2")},
    {S("if(true(), 1, 'x')"), 1, S("one type")},
    {S("coalesce(${legs}, 'x')"), 1, S("two texts")},
    {S("date('2024-02-30')"), 1, S("in quotes")},
    {S("is-under(${legs}, ${born}, today())"), 1, S("whole years")},
    {S("is-under(18, today(), today())"), 1, S("date field")},
    {S("day-add('2024-01-31', 1)"), 1, S("takes a date and a number, as in day-add(")},
    {S("days-between(${born}, 3)"), 1, S("two dates, the earlier one first")},
    {S("year(${legs})"), 1, S("takes a date")},
    {S("string-length(1 + 1)"), 1, S("a text or a field")},
    {S("concat(1, ${name})"), 1, S("texts and fields")},
    {S("regex(${name}, '(')"), 1, S("")},
    {S("${name.born}"), 1, S("no link")},
    {S("${keeper.legs}"), 1, S("keeper has no field 'legs'")},
    {S("${legs} = 1 2"), 13, S("ought to end")},
    {S("${legs} = 1)"), 12, S("ought to end")},
    {S("(${legs} = 1"), 13, S("missing")},
    {S("12345678901234567"), 1, S("digits")},
    {S("'ພາສາ' = 5"), 8, S("one type")},
    // as others write it, and what to write here
    {S("${legs} == 4"), 9, S("write = here, not ==")}, {S("${legs} & 4"), 9, S("write and here, not &")},
    {S("${legs} => 4"), 9, S("write >= here")}, {S("${legs} \u2265 4"), 9, S("write >= here")},
    {S("${legs} \u2013 4 = 0"), 9, S("write - here")},
    {S("${legs} > 1 AND true()"), 13, S("write and here, not AND")}, {S("${legs} / 2 = 1"), 9, S("write div here")},
    {S("if(true(); 1; 2) = 1"), 10, S("write , here")}, {S("NOT(true())"), 1, S("write not() in small letters")},
    {S("legs = 4"), 1, S("'legs' stands alone here; write a field as ${legs}")}, {S("${Legs} = 4"), 1, S("it has 'legs'")},
    {S("../legs = 4"), 1, S("paths as ../a")}, {S("/data/legs = 4"), 1, S("paths as ../a")}, {S("now() > ${born}"), 1, S("write today()")},
    {S("jr:choice-name(${kind}, 'x') = 'x'"), 1, S("no function jr:choice-name(); write")},
    {S("uuid() = ''"), 1, S("there are true false today")},
    {S("${name} = \u2018x"), 11, S("no closing quote")},
    {S("${kind} > 1"), 9, S("sum-selected(")}, {S("int(${name})"), 1, S("takes a number")},
    {S("state-since() = ''"), 1, S("has no states")},
    {S("month-add(${born}, today())"), 1, S("takes a date and a number, as in month-add(")},
    {S("sum-selected(${name}, weight)"), 1, S("field of choices")},
    {S("sum-selected(${kind}, height)"), 1, S("no column 'height'")},
    {S("sum-selected(${kind}, size)"), 1, S("the choice dog has 'big' in the column size, which is no number")},
    {S("sum-selected(${kind})"), 21, S("a , is missing")},
};

TEST(a_faulty_expression_is_told_with_its_place)
{
    Farm *farm = farm_make(a);
    for (int i = 0; i < countof(slips); i++) {
        const Expr *e;
        Err *err = expr_parse(a, scratch, slips[i].source, &farm->animal, 0, &e);
        Str told = err ? err_text(a, err) : S("fine");
        bool good = err && !e && str_starts(told, say(a, "At character {}: ", slips[i].at))
            && str_find(told, slips[i].words) >= 0;
        if (!good) print_message("%s -> %s\n", slips[i].source.p, str_z(a, told));
        CHECK(good);
    }
    const Expr *e;
    CHECK(expr_parse(a, scratch, S(". = 4"), &farm->animal, 0, &e));
}

TEST(what_is_too_deep_or_too_long_is_refused)
{
    Farm *farm = farm_make(a);
    Buf deep = buf_in(a), wide = buf_in(a), long_one = buf_in(a), many = buf_in(a);
    for (int i = 0; i < 200; i++) buf_char(&deep, '(');
    for (int i = 0; i < 60; i++) buf_add(&wide, S("true() or "));
    for (int i = 0; i < 5000; i++) buf_char(&long_one, ' ');
    for (int i = 0; i < 500; i++) buf_char(&many, '-');
    const Str sources[] = {buf_str(&deep), say(a, "{}true()", buf_str(&wide)),
        say(a, "{}true()", buf_str(&long_one)),
        say(a, "{}1", buf_str(&many))};
    for (int i = 0; i < countof(sources); i++) {
        const Expr *e;
        CHECK(expr_parse(a, scratch, sources[i], &farm->animal, 0, &e));
    }
}

TEST(only_the_closed_subset_selects_rows)
{
    static const struct { Str source; bool selects; } cases[] = {
        {S("${kind} = 'cat' and is-under(2, ${born}, ${seen})"), true},
        {S("coalesce(${legs}, 1) + count-selected(${moods}) > 2"), true},
        {S("${keeper.born} != ''"), true},
        {S("regex(${name}, 'x')"), false},
        {S("not(concat(${name}, 'x') = 'x')"), false}, {S("sum-selected(${moods}, weight) > 2"), false},
        {S("${secret} = 'x'"), false},
        {S("${keeper.name} = ''"), false},
    };
    Farm *farm = farm_make(a);
    for (int i = 0; i < countof(cases); i++) {
        CHECK(expr_selects_rows(parsed(a, scratch, farm, cases[i].source)) == cases[i].selects);
    }
}

TEST(an_expression_becomes_json_for_the_page)
{
    static const struct { Str source, json; } cases[] = {
        {S("sum-selected(${moods}, weight)"), S("{\"op\":\"sum-selected\",\"type\":\"number\",\"numbers\":{\"calm\":3,\"hungry\":-0.5},"
            "\"args\":[{\"op\":\"field\",\"type\":\"set\",\"name\":\"moods\",\"kind\":\"select_multiple\",\"link\":null}]}")},
        {S("true()"), S("{\"op\":\"bool\",\"type\":\"bool\",\"bool\":true}")},
        {S("date('2024')"), S("{\"op\":\"day\",\"type\":\"day\",\"number\":20240101}")},
        {S("${keeper.born} != ''"),
            S("{\"op\":\"not\",\"type\":\"bool\",\"args\":[{\"op\":\"empty\",\"type\":\"bool\",\"args\":["
            "{\"op\":\"field\",\"type\":\"day\",\"name\":\"born\",\"kind\":\"date\",\"link\":\"keeper\"}]}]}")},
        {S("${legs} < 2.5"), S("{\"op\":\"lt\",\"type\":\"bool\",\"args\":[{\"op\":\"field\",\"type\":\"number\",\"name\":\"legs\","
            "\"kind\":\"integer\",\"link\":null},{\"op\":\"number\",\"type\":\"number\",\"number\":2.5}]}")},
        {S("regex(${name}, 'a\"b')"),
            S("{\"op\":\"regex\",\"type\":\"bool\",\"args\":[{\"op\":\"field\",\"type\":\"text\","
            "\"name\":\"name\",\"kind\":\"text\",\"link\":null},{\"op\":\"text\",\"type\":\"text\",\"text\":\"a\\\"b\"}]}")},
    };
    Farm *farm = farm_make(a);
    for (int i = 0; i < countof(cases); i++) {
        Buf o = buf_in(a);
        expr_json(&o, parsed(a, scratch, farm, cases[i].source));
        CHECK(str_equal(buf_str(&o), cases[i].json));
    }
}
