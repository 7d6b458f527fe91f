// The program's own words in two languages.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "text/text.h"

TEST(words_come_back_in_lao)
{
    CHECK(str_equal(tr(LANG_LO, S("Sukhwan")), S("ສູ່ຂວັນ")));
    CHECK(str_equal(tr(LANG_EN, S("Sukhwan")), S("Sukhwan")));
}

TEST(an_unknown_word_comes_back_as_it_is)
{
    CHECK(str_equal(tr(LANG_LO, S("Nobody ever said this.")), S("Nobody ever said this.")));
    CHECK(!tr_unsure(LANG_LO, S("Nobody ever said this.")));
    CHECK(tr(LANG_LO, S("")).n == 0);
}

TEST(words_fall_back_to_english_and_then_to_any)
{
    Words both = {{S("Case"), S("ຄະດີ")}}, english = {{S("Case"), S("")}}, lao = {{S(""), S("ຄະດີ")}}, none = {0};
    CHECK(str_equal(words_in(&both, LANG_LO), S("ຄະດີ")));
    CHECK(str_equal(words_in(&english, LANG_LO), S("Case")));
    CHECK(str_equal(words_in(&lao, LANG_EN), S("ຄະດີ")));
    CHECK(words_in(&none, LANG_EN).n == 0);
}

TEST(languages_are_read_by_their_codes)
{
    Lang lang = LANG_EN;
    CHECK(lang_read(S("lo"), &lang) && lang == LANG_LO);
    CHECK(!lang_read(S("LO"), &lang) && !lang_read(S(""), &lang));
}

TEST(a_message_without_translation_is_filled_in_english)
{
    Message m = message(a, "Nobody said {} or {} {yet}.", S("one"), 2);
    CHECK(str_equal(message_in(a, LANG_LO, m), S("Nobody said one or 2 {yet}.")));
    CHECK(str_equal(message_in(a, LANG_EN, m), message_text(a, m)));
    CHECK(message_in(a, LANG_LO, (Message){0}).n == 0);
}

TEST(a_message_is_filled_in_the_order_of_its_language)
{
    Message m = message(a, "There is no {} with the number {}.", S("case"), 17);
    Str lao = message_in(a, LANG_LO, m);
    CHECK(str_equal(message_in(a, LANG_EN, m), S("There is no case with the number 17.")));
    CHECK(str_find(lao, S("17")) >= 0 && str_find(lao, S("17")) < str_find(lao, S("case")) &&
          !str_has(lao, '{'));
}

TEST(who_reads_lao_is_told_what_nobody_has_confirmed)
{
    CHECK(!tr_unsure(LANG_LO, S("Save")) &&
          tr_unsure(LANG_LO, S("There is no {} with the number {}.")));
    CHECK(!tr_unsure(LANG_EN, S("There is no {} with the number {}.")));
}
