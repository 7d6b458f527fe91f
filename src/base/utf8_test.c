// UTF-8 against the table of RFC 3629, every code point there and back.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

TEST(every_code_point_is_put_and_read_back)
{
    for (int32_t code = 1; code <= 0x10FFFF; code++) {
        char bytes[4];
        if (code == 0xD800) code = 0xE000;
        isize n = utf8_put(bytes, code), wanted = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        Str rest = {bytes, n};
        CHECK(n == wanted && utf8_valid(rest) && utf8_next(&rest) == code && !rest.n);
        for (isize cut = 1; cut < n; cut++) CHECK(!utf8_valid((Str){bytes, cut}));
    }
}

TEST(known_characters_have_their_known_bytes)
{
    static const struct { int32_t code; Str bytes;
    } cases[] = {
        {'A', S("A")},
        {0x7F, S("\x7F")},
        {0x80, S("\xC2\x80")},
        {0x7FF, S("\xDF\xBF")},
        {0x800, S("\xE0\xA0\x80")},
        {0xE81, S("ກ")},
        {0xD7FF, S("\xED\x9F\xBF")},
        {0xE000, S("\xEE\x80\x80")},
        {0xFFFD, S("\xEF\xBF\xBD")},
        {0xFFFF, S("\xEF\xBF\xBF")},
        {0x10000, S("\xF0\x90\x80\x80")},
        {0x1F600, S("😀")},
        {0x10FFFF, S("\xF4\x8F\xBF\xBF")},
    };
    for (int i = 0; i < countof(cases); i++) {
        char bytes[4];
        Str rest = cases[i].bytes;
        CHECK(str_equal((Str){bytes, utf8_put(bytes, cases[i].code)}, cases[i].bytes) && utf8_next(&rest) == cases[i].code);
    }
}

TEST(what_is_no_utf8_is_refused)
{
    static const Str bad[] = {S("\x80"),
                              S("\xBF"),
                              S("\xC0\x80"),
                              S("\xC1\xBF"),
                              S("\xC2"),
                              S("\xC2\x41"),
                              S("\xC2\xC2"),
                              S("\xE0\x80\x80"),
                              S("\xE0\x9F\xBF"),
                              S("\xE1\x80"),
                              S("\xE1\x80\x41"),
                              S("\xED\xA0\x80"),
                              S("\xED\xBF\xBF"),
                              S("\xF0\x80\x80\x80"),
                              S("\xF0\x8F\xBF\xBF"),
                              S("\xF0\x90\x80"),
                              S("\xF4\x90\x80\x80"),
                              S("\xF5\x80\x80\x80"),
                              S("\xF8\x88\x80\x80\x80"),
                              S("\xFE"),
                              S("\xFF"),
                              S("\0")};
    for (int i = 0; i < countof(bad); i++) {
        CHECK(!utf8_valid(bad[i]) && !utf8_valid(say(a, "good {}", bad[i])) && !utf8_valid(say(a, "{} good", bad[i])));
        Str rest = bad[i];
        CHECK(utf8_next(&rest) <= 0);
    }
    CHECK(utf8_valid(S("")) && utf8_valid((Str){0}) && utf8_valid(S("Khamphone ຄຳພອນ 😀 é")));
    CHECK(utf8_next(&(Str){0}) == -1);
}

TEST(a_whole_text_is_walked_to_its_end)
{
    Str rest = S("aກé😀");
    static const int32_t codes[] = {'a', 0xE81, 0xE9, 0x1F600, -1, -1};
    for (int i = 0; i < countof(codes); i++) CHECK(utf8_next(&rest) == codes[i]);
    rest = S("a\xFFz");
    CHECK(utf8_next(&rest) == 'a' && utf8_next(&rest) == -1 && rest.n == 2); // it stays where the bad byte is
}
