// Dates as people type them, and as they read them.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "text/text.h"

TEST(dates_are_read_as_people_type_them)
{
    static const struct { Str typed, iso; bool buddhist;
    } cases[] = {
        {S("2024-01-31"), S("2024-01-31"), false},
        {S("31/01/2024"), S("2024-01-31"), false},
        {S("31/1/2024"), S("2024-01-31"), false},
        {S("31.1.2024"), S("2024-01-31"), false},
        {S("31-1-2024"), S("2024-01-31"), false},
        {S("31 1 2024"), S("2024-01-31"), false},
        {S(" 31 / 01 / 2024 "), S("2024-01-31"), false},
        {S("2024/1/31"), S("2024-01-31"), false},
        {S("1/2/2024"), S("2024-02-01"), false},
        {S("02/2024"), S("2024-02"), false},
        {S("2024-02"), S("2024-02"), false},
        {S("2024"), S("2024"), false},
        {S("໓໑/໐໑/໒໐໒໔"), S("2024-01-31"), false},
        {S("๓๑/๐๑/๒๕๖๗"), S("2024-01-31"), true},
        {S("31/01/2567"), S("2024-01-31"), true},
        {S("2567"), S("2024"), true},
        {S("29/02/2567"), S("2024-02-29"), true},
        {S("01/2440"), S("1897-01"), true},
        {S("01/2643"), S("2100-01"), true},
        {S("2439"), S("2439"), false},
        {S("31/01/2024 9:05"), S("2024-01-31T09:05"), false},
        {S("2024-01-31T09:05:30+07:00"), S("2024-01-31T09:05:30+07:00"), false},
        {S("31/01/2567 23:59"), S("2024-01-31T23:59"), true},
        {S("27/3/2024 14:30"), S("2024-03-27T14:30"), false},
        {S("27/3/2024 14.30"), S("2024-03-27T14:30"), false},
        {S("27.3.2024 9.05"), S("2024-03-27T09:05"), false},
        {S("27/3/2024, 14:30:15"), S("2024-03-27T14:30:15"), false},
        {S("໒໗/໓/໒໐໒໔ ໑໔:໓໐"), S("2024-03-27T14:30"), false},
        {S("٢٧/٣/٢٠٢٤ ١٤:٣٠"), S("2024-03-27T14:30"), false},
        {S("\xE2\x80\x8B"
           "27/3/2024\xC2\xA0"
           "14:30"),
         S("2024-03-27T14:30"), false},
    };
    for (int i = 0; i < countof(cases); i++) {
        TypedDate got;
        CHECK(date_typed(a, cases[i].typed, &got));
        CHECK(str_equal(got.iso, cases[i].iso));
        CHECK(got.buddhist == cases[i].buddhist);
    }
}

TEST(what_is_not_a_date_is_refused)
{
    static const Str cases[] = {
        S(""),
        S(" "),
        S("31/02/2024"),
        S("29/02/2023"),
        S("29/02/2566"),
        S("31/01/24"),
        S("24"),
        S("1/24"),
        S("13/2024/01"),
        S("2024-13-01"),
        S("2024-00-10"),
        S("00/01/2024"),
        S("32/01/2024"),
        S("13/2024"),
        S("2024-01-31-1"),
        S("20240131"),
        S("31/01/20244"),
        S("//2024"),
        S("2024/"),
        S("/2024"),
        S("31//2024"),
        S("yesterday"),
        S("31 Jan 2024"),
        S("2024 2024"),
        S("31/01/2024 24:00"),
        S("31/01/2024 9"),
        S("01/2024 09:05"),
        S("27/3/2024 25.00"),
        S("27/3/2024 14.3"),
        S("27/3/2024 14.30.15.1"),
        S("27/3/2024,"),
        S("31/01/2024 9:5"),
        S("31/01/2024 9:05 later"),
        S("0024"),
        S("01/01/0024"),
        S("\xFF"),
        S("-2024"),
        S("1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
          "11"),
    };
    for (int i = 0; i < countof(cases); i++) {
        TypedDate got;
        CHECK(!date_typed(a, cases[i], &got));
    }
}

TEST(dates_are_shown_day_first)
{
    CHECK(str_equal(date_shown(a, LANG_EN, S("2024-01-31")), S("31/01/2024")));
    CHECK(str_equal(date_shown(a, LANG_LO, S("2024-01")), S("01/2024")));
    CHECK(str_equal(date_shown(a, LANG_LO, S("2024")), S("2024")));
    CHECK(str_equal(date_shown(a, LANG_EN, S("2024-01-31T09:05")), S("31/01/2024 09:05")));
    CHECK(str_equal(date_shown(a, LANG_EN, S("")), S("")));
    CHECK(str_equal(date_shown(a, LANG_EN, S("unknown")), S("unknown")));
}

TEST(what_is_shown_can_be_typed_again)
{
    static const Str cases[] = {S("2024-02-29"), S("2024-02"), S("1899"), S("2024-02-29T00:00")};
    for (int i = 0; i < countof(cases); i++) {
        TypedDate got;
        CHECK(date_typed(a, date_shown(a, LANG_LO, cases[i]), &got) &&
              str_equal(got.iso, cases[i]));
    }
}
