// Tests of letters that nobody sees.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

TEST(blanks_and_invisible_letters_at_the_ends_are_no_part_of_a_key)
{
    (void)a, (void)scratch;
    static const char *const ends[] = {
        " ", "  ", "\t", "\r\n", "\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\x8D", "\xE2\x80\x8C", "\xEF\xBB\xBF",
        "\xC2\xAD", "\xE2\x80\xAE", "\xE3\x80\x80", "\xE2\x81\xA0", "\xE2\x80\xAF\xE2\x80\x8F", "\xE2\x81\xA6",
        "\xC2\x85", "\xE2\x80\xA8", "\xE1\xA0\x8E", "\xE2\xA0\x80",
    };
    for (int i = 0; i < countof(ends); i++) {
        Str end = str_from(ends[i]);
        CHECK(str_equal(str_bare(say(a, "{}K-1{}", end, end)), S("K-1")));
        CHECK(str_equal(str_bare(say(a, "K-1{} ", end)), S("K-1")));
        CHECK(!str_bare(end).n);
    }
    CHECK(str_equal(str_bare(S("K 1")), S("K 1")) && !str_bare((Str){0}).n);
    CHECK(str_equal(str_bare(S("\xE0\xBA\x99\xE0\xBB\x89 ")), S("\xE0\xBA\x99\xE0\xBB\x89"))); // a tone mark is seen
    CHECK(str_equal(str_bare(S("K\x01")), S("K\x01")));
    CHECK(str_equal(str_bare(S("K\xFF")), S("K\xFF")) && str_equal(str_bare(S("\x80")), S("\x80")));
}

TEST(a_letter_inside_that_nobody_sees_is_told)
{
    (void)a, (void)scratch;
    static const Str seen[] = {S("K-1"), S("K 1"), S("\xE0\xBA\x81\xE0\xBB\x88 1"), S("")};
    static const Str unseen[] = {S("K\xE2\x80\xAE""1"), S("K\xE2\x80\x8B""1"), S("K\x07""1"), S("K\xC2\xAD""1"),
        S("K\xEF\xBB\xBF""1"), S("K\xE2\x80\xA8""1"), S("K\xEF\xB8\x8F""1"), S("K\xFF""1"),
        S("K\xC2\xA0""1"), S("K\xE3\x80\x80""1"), S("K\xE2\xA0\x80""1")};
    for (int i = 0; i < countof(seen); i++) CHECK(str_seen(seen[i]));
    for (int i = 0; i < countof(unseen); i++) CHECK(!str_seen(unseen[i]));
}
