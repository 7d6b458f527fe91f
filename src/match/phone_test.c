// Phone numbers as people write them: the same one in other forms, several in one field, and what is none.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "match/match.h"

TEST(a_number_is_the_same_however_it_is_written)
{
    static const struct { Str text, asked; bool same; } cases[] = {
        {S("020 5551 0001"), S("+856 20 5551 0001"), true}, {S("020 5551 0001"), S("20 55510001"), true},
        {S("020 5551 0001"), S("00856-20-5551-0001"), true}, {S("020 5551 0001"), S("5551 0001"), true},
        {S("+856 (0)20 5551 0001"), S("02055510001"), true}, {S("໐໒໐ ໕໕໕໑ ໐໐໐໑"), S("2055510001"), true},
        {S("030 111 2222, 020 5551 0001 (her aunt)"), S("02055510001"), true}, {S("+66 81 234 5678"), S("081 234 5678"), true},
        {S("021 214567"), S("+856 21 214567"), true}, {S("020 5551 0001"), S("020 5551 0002"), false},
        {S("020 5551 0001"), S("030 5551 0001"), false}, {S("020 5551 0001"), S("0001"), false}, {S(""), S("02055510001"), false},
        {S("none"), S("none"), false}, {S("123456789012345678901234567890"), S("234567890"), false},
    };
    (void)a, (void)scratch;
    for (int i = 0; i < countof(cases); i++) {
        if (phone_same(cases[i].text, cases[i].asked) != cases[i].same) print_message("%s %s\n", cases[i].text.p, cases[i].asked.p);
        CHECK(phone_same(cases[i].text, cases[i].asked) == cases[i].same);
    }
    CHECK(phone_is(S("+856 20 5551-0001")) && phone_is(S("໐໒໐ ໕໕໕໑ ໐໐໐໑")) &&
          !phone_is(S("12345")) && !phone_is(S("K-2024-0001")) && !phone_is(S("Noy 5551 0001")));
}

TEST(who_has_a_number_is_found_until_she_has_another)
{
    PhoneIndex *x = phones_make();
    int64_t rows[4];
    (void)a, (void)scratch;
    for (int64_t row = 1000; row > 0; row--) phones_put(x, row, (const Str[]){S("020 2222 3333")}, row % 100 == 0);
    CHECK(phones_find(x, S("22223333"), rows, 4) == 4 && rows[0] == 100 && rows[3] == 400);
    phones_put(x, 7, (const Str[]){S("020 5551 0001 / 030 777 8888"), S("021 214567")}, 2);
    CHECK(phones_find(x, S("+856 20 5551 0001"), rows, 4) == 1 && rows[0] == 7);
    CHECK(phones_find(x, S("0307778888"), rows, 4) == 1 && phones_find(x, S("214567"), rows, 4) == 1);
    phones_put(x, 7, (const Str[]){S("020 9999 0000")}, 1);
    CHECK(phones_find(x, S("+856 20 5551 0001"), rows, 4) == 0 && phones_find(x, S("99990000"), rows, 4) == 1);
    phones_put(x, 7, 0, 0);
    CHECK(phones_find(x, S("99990000"), rows, 4) == 0 && phones_find(x, S("22223333"), rows, 2) == 2);
    phones_free(x);
}
