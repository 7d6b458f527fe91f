// Numbers as people type and read them.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "text/text.h"

TEST(numbers_are_grouped_by_thousands)
{
    CHECK(str_equal(number_shown(a, LANG_EN, 0), S("0")));
    CHECK(str_equal(number_shown(a, LANG_EN, 999), S("999")));
    CHECK(str_equal(number_shown(a, LANG_EN, 1234), S("1,234")));
    CHECK(str_equal(number_shown(a, LANG_LO, 1234567), S("1.234.567")));
    CHECK(str_equal(number_shown(a, LANG_EN, -100000), S("-100,000")));
    CHECK(str_equal(number_shown(a, LANG_EN, INT64_MIN), S("-9,223,372,036,854,775,808")));
}

TEST(a_number_is_read_as_lao_and_other_offices_write_it)
{
    static const struct { Str typed, value, other; } cases[] = {
        {S("7.393,17"), S("7393.17"), {0}}, {S("7,393.17"), S("7393.17"), {0}},
        {S("7 393,17"), S("7393.17"), {0}}, {S("7393,17"), S("7393.17"), {0}},
        {S("7393.17"), S("7393.17"), {0}}, {S("12"), S("12"), {0}},
        {S("-12,5"), S("-12.5"), {0}}, {S("0"), S("0"), {0}}, {S("007"), S("007"), {0}},
        {S("1.234.567"), S("1234567"), {0}}, {S("1,234,567"), S("1234567"), {0}},
        {S("1.234.567,891"), S("1234567.891"), {0}}, {S("1 234"), S("1234"), {0}},
        {S("1\xC2\xA0" "234 567"), S("1234567"), {0}}, {S("12345.678"), S("12345.678"), {0}},
        {S("0.125"), S("0.125"), {0}}, {S("0,125"), S("0.125"), {0}},
        {S("1.23"), S("1.23"), {0}}, {S("1,2345"), S("1.2345"), {0}}, {S(" 5 "), S("5"), {0}},
        {S("໗.໓໙໓,໑໗"), S("7393.17"), {0}}, {S("๑๒"), S("12"), {0}},
        {S("1.234"), S("1234"), S("1.234")}, {S("1,234"), S("1234"), S("1.234")},
        {S("500.000"), S("500000"), S("500.000")}, {S("-12.500"), S("-12500"), S("-12.500")},
        {S("໑.໒໓໔"), S("1234"), S("1.234")},
    };
    static const Str none[] = {
        S(""), S("."), S("12."), S(".5"), S(",5"), S("1.23.4"), S("1.2345.678"), S("1234.567.890"), S("1.234.5"),
        S("0.123.456"), S("1,234.567,8"), S("1 23"), S("1 234.567.890"), S("twelve"), S("1e5"), S("+5"), S("--5"),
        S("5-"), S("1..2"), S("1 .5"), S("12 %"), S("\xFF"),
    };
    for (int i = 0; i < countof(cases); i++) {
        TypedDecimal got;
        CHECK(decimal_typed(a, cases[i].typed, &got) && str_equal(got.value, cases[i].value) && str_equal(got.other, cases[i].other));
    }
    for (int i = 0; i < countof(none); i++) {
        TypedDecimal got;
        CHECK(!decimal_typed(a, none[i], &got));
    }
}

TEST(a_number_is_shown_in_the_reader_s_way_and_its_box_can_be_read_in_one_way_alone)
{
    static const struct { Str value, en, lo, box_en, box_lo; } cases[] = {
        {S("7393.17"), S("7,393.17"), S("7.393,17"), S("7,393.17"), S("7.393,17")},
        {S("1234"), S("1,234"), S("1.234"), S("1234"), S("1234")},
        {S("-500000"), S("-500,000"), S("-500.000"), S("-500000"), S("-500000")},
        {S("1234567"), S("1,234,567"), S("1.234.567"), S("1,234,567"), S("1.234.567")},
        {S("1.234"), S("1.234"), S("1,234"), S("1.2340"), S("1,2340")},
        {S("62.750"), S("62.750"), S("62,750"), S("62.75"), S("62,75")},
        {S("-1.000"), S("-1.000"), S("-1,000"), S("-1"), S("-1")},
        {S("12345.678"), S("12,345.678"), S("12.345,678"), S("12,345.678"), S("12.345,678")},
        {S("0.125"), S("0.125"), S("0,125"), S("0.125"), S("0,125")},
        {S("12.5"), S("12.5"), S("12,5"), S("12.5"), S("12,5")},
        {S("many"), S("many"), S("many"), S("many"), S("many")},
        {S(""), S(""), S(""), S(""), S("")},
    };
    for (int i = 0; i < countof(cases); i++) {
        CHECK(str_equal(decimal_shown(a, LANG_EN, cases[i].value), cases[i].en));
        CHECK(str_equal(decimal_shown(a, LANG_LO, cases[i].value), cases[i].lo));
        CHECK(str_equal(decimal_box(a, LANG_EN, cases[i].value), cases[i].box_en));
        CHECK(str_equal(decimal_box(a, LANG_LO, cases[i].value), cases[i].box_lo));
    }
    for (int n = -2000; n < 12000; n += 7) { // what a box shows comes back, in either language
        for (int thousandths = 0; thousandths < 2; thousandths++) {
            int size = n < 0 ? -n : n;
            Str value = say(a, "{}{}", n < 0 ? S("-") : S(""), thousandths ? size / 10 : size);
            if (thousandths) value = say(a, "{}.{}", value, 101 + size % 10);
            for (int lang = 0; lang < LANG_COUNT; lang++) {
                TypedDecimal got;
                CHECK(decimal_typed(a, decimal_box(a, (Lang)lang, value), &got) && !got.other.n);
                bool longer = str_equal(got.value, say(a, "{}0", value)), shorter = str_equal(value, say(a, "{}0", got.value));
                CHECK(str_equal(got.value, value) || longer || shorter);
            }
        }
    }
}
