// Sorting and breaking Lao, and patterns.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "text/text.h"

static bool sorted(Arena *a, const char *one, const char *two)
{
    return str_compare(text_sort_key(a, str_from(one)), text_sort_key(a, str_from(two))) < 0;
}

TEST(lao_sorts_by_consonant_though_the_vowel_is_typed_first)
{
    static const char *const words[] = {"ກາ", "ເກາະ", "ແກ້ວ", "ໄກ", "ຂາ", "ແຂວງ",
        "ງາ", "ຫຼວງ"};
    for (int i = 1; i < countof(words); i++) CHECK(sorted(a, words[i - 1], words[i]));
}

TEST(one_word_typed_in_two_ways_sorts_at_one_place)
{
    CHECK(str_equal(text_sort_key(a, S("ນ\u0ECD້າ")), text_sort_key(a, S("ນ້ຳ"))));
    CHECK(str_equal(text_sort_key(a, S("ຫລວງ")), text_sort_key(a, S("ຫຼວງ"))));
    CHECK(!str_equal(text_sort_key(a, S("ກາ")), text_sort_key(a, S("ກ່າ"))));
}

TEST(lao_sorts_before_latin_and_without_minding_case)
{
    CHECK(sorted(a, "anna", "Bao"));
    CHECK(sorted(a, "ກາ", "Anna"));
    CHECK(sorted(a, "", "a"));
    CHECK(sorted(a, "ກາ", "ກາກາ"));
}

TEST(long_text_has_a_sort_key_too)
{
    Buf o = buf_in(a);
    for (int i = 0; i < 20000; i++) buf_add(&o, S("ກ່ຶ"));
    CHECK(text_sort_key(a, buf_str(&o)).n > 20000);
}

TEST(a_lao_line_may_break_between_words_only)
{
    Str broken = text_breaks(a, S("ຕ້ານການຄ້າມະນຸດ"));
    CHECK(str_equal(broken, S("ຕ້ານ\u200Bການຄ້າ\u200Bມະນຸດ")));
    CHECK(str_equal(text_breaks(a, broken), broken));
}

TEST(what_breaks_by_itself_gets_no_spaces)
{
    CHECK(str_equal(text_breaks(a, S("In the year 2024, (46) cases")),
                    S("In the year 2024, (46) cases")));
    CHECK(str_equal(text_breaks(a, S("ແຂວງ ບໍ່ແກ້ວ")), S("ແຂວງ ບໍ່ແກ້ວ")));
    CHECK(text_breaks(a, S("")).n == 0);
}

TEST(a_pattern_must_match_the_whole)
{
    bool matches = false;
    CHECK(!text_matches(a, S("[0-9]{2,3}"), S("123"), &matches) && matches);
    CHECK(!text_matches(a, S("[0-9]{2,3}"), S("1234"), &matches) && !matches);
    CHECK(!text_matches(a, S("[0-9]{2,3}"), S(""), &matches) && !matches);
    CHECK(!text_matches(a, S("ບ້ານ.*"), S("ບ້ານ ນາໂພ"), &matches) && matches);
    CHECK(!text_matches(a, S("a|b|"), S(""), &matches) && matches);
}

TEST(many_patterns_in_turn_stay_right)
{
    for (int i = 0; i < 40; i++) {
        bool matches = false;
        int digit = i % 12;
        CHECK(!text_matches(a, say(a, "x{}y", digit), say(a, "x{}y", digit), &matches) && matches);
        CHECK(!text_matches(a, say(a, "x{}y", digit), S("xy"), &matches) && !matches);
    }
}

TEST(a_pattern_that_cannot_be_read_is_told)
{
    bool matches;
    Err *e = text_matches(a, S("[0-9"), S("1"), &matches);
    CHECK(e && e->kind == ERR_INPUT && str_find(err_text(a, e), S("[0-9")) >= 0);
    CHECK(text_matches(a, S(""), S("1"), &matches));
    CHECK(text_matches(a, S("a"), S("\xFF"), &matches));
}

TEST(a_pattern_that_never_ends_is_stopped)
{
    bool matches;
    Err *e =
        text_matches(a, S("(a+)+b"), S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"), &matches);
    CHECK(e && e->kind == ERR_INPUT);
    CHECK(!text_matches(a, S("(a+)+b"), S("aab"), &matches) && matches);
}
