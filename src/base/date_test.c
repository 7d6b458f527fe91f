// Days, dates of any precision, moments and their zones.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

TEST(a_date_means_the_days_that_its_precision_leaves)
{
    static const struct { Str iso; int first, last;
    } cases[] = {
        {S("2024"), 20240101, 20241231},       {S("2024-02"), 20240201, 20240229},
        {S("2023-02"), 20230201, 20230228},    {S("2024-02-29"), 20240229, 20240229},
        {S("1900-02"), 19000201, 19000228},    {S("2000-02"), 20000201, 20000229},
        {S("2024-04"), 20240401, 20240430},    {S("0001"), 10101, 11231},
        {S("9999-12-31"), 99991231, 99991231}, {S("2024-12"), 20241201, 20241231},
    };
    for (int i = 0; i < countof(cases); i++) {
        Days d;
        CHECK(days_parse(cases[i].iso, &d) && d.first == cases[i].first && d.last == cases[i].last);
    }
}

TEST(a_date_that_does_not_exist_is_none)
{
    static const Str bad[] = {
        S(""),           S("0000"),        S("24"),         S("20240"),      S("2024-"),
        S("2024-1"),     S("2024-13"),     S("2024-00"),    S("2024-02-30"), S("2023-02-29"),
        S("1900-02-29"), S("2024-04-31"),  S("2024-01-00"), S("2024-01-32"), S("2024/01/01"),
        S("2024-01-1"),  S("2024-01-011"), S("-024-01-01"), S("2024-+1-01"), S(" 2024"),
        S("2024 "),      S("20a4"),        S("2024-0a"),    S("2024-01-0b"), S("໒໐໒໔"),
        S("2024-01 01")};
    for (int i = 0; i < countof(bad); i++) {
        Days d;
        CHECK(!days_parse(bad[i], &d) && !moment_parse(bad[i], 420, &d));
    }
}

TEST(a_moment_falls_on_the_day_it_was_there)
{
    static const struct { Str iso; int offset, day;
    } cases[] = {
        {S("2024-02-29T09:30"), 420, 20240229},       {S("2024-02-28T16:59Z"), 420, 20240228},
        {S("2024-02-28T17:00Z"), 420, 20240229},      {S("2024-02-28T23:59:59Z"), 420, 20240229},
        {S("2024-02-29T00:30+09:00"), 420, 20240228}, {S("2024-03-01T01:59+09:00"), 420, 20240229},
        {S("2023-12-31T20:00-05:00"), 420, 20240101}, {S("2024-01-01T03:00"), -300, 20240101},
        {S("2024-01-01T03:00Z"), -300, 20231231},     {S("2024-01-01T00:00Z"), 0, 20240101},
        {S("2024-01-01T00:00-00:00"), 0, 20240101},   {S("2024-01-01T23:59:59+14:00"), 0, 20240101},
        {S("2024-01-01T00:00+14:00"), 0, 20231231},   {S("2024-12-31T18:00Z"), 420, 20250101},
        {S("1969-12-31T23:00"), 0, 19691231},         {S("1970-01-01T00:00Z"), -1, 19691231},
    };
    for (int i = 0; i < countof(cases); i++) {
        Days d;
        CHECK(moment_parse(cases[i].iso, cases[i].offset, &d) && d.first == cases[i].day && d.last == cases[i].day);
    }
    Days d;
    CHECK(moment_parse(S("2024-02"), 420, &d) && d.last == 20240229);
}

TEST(a_moment_with_a_zone_is_told_by_the_countrys_clock)
{
    static const struct { Str iso, local;
    } cases[] = {
        {S("2024-12-31T18:30Z"), S("2025-01-01T01:30")},
        {S("2024-02-29T00:30+09:00"), S("2024-02-28T22:30")},
        {S("2023-12-31T20:00:59-05:00"), S("2024-01-01T08:00")},
        {S("2024-02-29T09:30"), S("2024-02-29T09:30")},
        {S("2024-02-29T09:30:15"), S("2024-02-29T09:30:15")},
        {S("2024-02"), S("2024-02")},
        {S("no moment at all"), S("no moment at all")},
    };
    for (int i = 0; i < countof(cases); i++) CHECK(str_equal(moment_local(a, cases[i].iso, 420), cases[i].local));
}

TEST(a_moment_that_cannot_be_is_none)
{
    static const Str bad[] = {S("2024-01-31T"),
                              S("2024-01-31T24:00"),
                              S("2024-01-31T09:60"),
                              S("2024-01-31T09:30:60"),
                              S("2024-01-31 09:30"),
                              S("2024-01-31T9:30"),
                              S("2024-01-31T09:3"),
                              S("2024-01-31T09"),
                              S("2024-01-31T0930"),
                              S("2024-02-30T09:30"),
                              S("2024-01T09:30"),
                              S("2024-01-31T09:30z"),
                              S("2024-01-31T09:30+7"),
                              S("2024-01-31T09:30+07"),
                              S("2024-01-31T09:30+0700"),
                              S("2024-01-31T09:30+15:00"),
                              S("2024-01-31T09:30+07:60"),
                              S("2024-01-31T09:30:"),
                              S("2024-01-31T09:30:0"),
                              S("2024-01-31T09:30Zx"),
                              S("2024-01-31T09:30 "),
                              S("2024-01-31T-9:30"),
                              S("2024-01-31T09:30:00.5")};
    for (int i = 0; i < countof(bad); i++) {
        Days d;
        CHECK(!moment_parse(bad[i], 420, &d));
    }
}

TEST(days_follow_one_another_through_four_centuries)
{
    int day = 18991231, count = 0;
    for (; day < 23000101; count++) {
        int next = day_add(day, 1);
        CHECK(day_valid(next) && next > day && day_add(next, -1) == day);
        day = next;
    }
    CHECK(count == 146097 + 1); // a Gregorian cycle, and the day before it
    CHECK(day_add(20240228, 1) == 20240229 && day_add(20230228, 1) == 20230301 &&
          day_add(20240101, 366) == 20250101 && day_add(20240301, -1) == 20240229);
    CHECK(day_add(20240131, 0) == 20240131 && day_add(10101, 30) == 10131);
    CHECK(day_add(10101, -1) == 0 && day_add(99991231, 1) == 0 && day_add(20240101, INT32_MAX) == 0 && day_add(99991230, 1) == 99991231);
}

TEST(months_end_when_they_do_and_days_between_are_counted)
{
    static const struct { int day, n, then; } cases[] = {
        {20240131, 1, 20240229}, {20230131, 1, 20230228}, {20240131, 0, 20240131}, {20240331, -1, 20240229}, {20241231, 2, 20250228},
        {19000131, 1, 19000228}, {20000131, 1, 20000229}, {20240815, -8, 20231215}, {20240115, -1, 20231215}, {20240831, 1, 20240930},
        {10101, -1, 0}, {10131, 1, 10228}, {99991130, 1, 99991230}, {99991201, 1, 0}, {20240101, INT32_MAX, 0}, {20240101, INT32_MIN, 0},
    };
    for (int i = 0; i < countof(cases); i++) CHECK(month_add(cases[i].day, cases[i].n) == cases[i].then);
    for (int n = -800; n < 800; n += 7) CHECK(days_between(20240229, day_add(20240229, n)) == n);
    CHECK(days_between(10101, 99991231) == 3652058 && days_between(20240301, 20240229) == -1);
}

TEST(which_numbers_are_days)
{
    static const int good[] = {10101, 20240229, 99991231, 20000229},
                     bad[] = {0,        -1,       20230229, 19000229,  20241301,
                              20240001, 20240100, 20240132, 100000101, 20240431};
    for (int i = 0; i < countof(good); i++) CHECK(day_valid(good[i]));
    for (int i = 0; i < countof(bad); i++) CHECK(!day_valid(bad[i]));
    CHECK(day_from_civil(2024, 2, 29) == 20240229);
}

TEST(who_is_born_on_the_leap_day_turns_eighteen_on_the_first_of_march)
{
    CHECK(20220228 - 20040229 < 180000 && !(20220301 - 20040229 < 180000));
    CHECK(20220301 - 20040302 < 180000 && !(20220302 - 20040302 < 180000));
}

TEST(the_day_of_the_clock_is_the_day_there)
{
    static const struct { int64_t ms; int offset, day; Str text;
    } cases[] = {
        {0, 0, 19700101, S("1970-01-01 00:00")},
        {-1, 0, 19691231, S("1969-12-31 23:59")},
        {1709225999999, 420, 20240229, S("2024-02-29 23:59")},
        {1709226000000, 420, 20240301, S("2024-03-01 00:00")},
        {0, -1, 19691231, S("1969-12-31 23:59")},
        {-60000, 1, 19700101, S("1970-01-01 00:00")},
        {253402300799999, 0, 99991231, S("9999-12-31 23:59")},
    };
    for (int i = 0; i < countof(cases); i++) {
        CHECK(day_of(cases[i].ms, cases[i].offset) == cases[i].day &&
              str_equal(moment_text(a, cases[i].ms, cases[i].offset), cases[i].text));
    }
    CHECK(str_equal(day_text(a, 20240131), S("2024-01-31")) && str_equal(day_text(a, 10101), S("0001-01-01")));
}
