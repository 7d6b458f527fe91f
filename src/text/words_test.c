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
    Message m = message(a, "The file has more than {} lines; {} is one too many.", (int64_t)10, S("x"));
    Str got = message_in(a, LANG_LO, m);
    CHECK(str_find(got, S("10")) >= 0 && str_find(got, S("x")) >= 0 && str_find(got, S("{")) < 0);
}
