// Tests of URLs, forms and forms with files.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "base/test.h"

TEST(holes_of_a_url_are_percent_encoded)
{
    CHECK(str_equal(url(a, "/case/{}?q={}&n={}", S("a/b?c"), S("\xE0\xBA\xAA ~-._'"), 7).s,
                    S("/case/a%2Fb%3Fc?q=%E0%BA%AA%20~-._%27&n=7")));
}

TEST(percent_codes_are_decoded_and_bad_ones_refused)
{
    static const struct { Str coded, plain; bool good; } cases[] = {
        {S(""), S(""), true},
        {S("%41+b"), S("A+b"), true},
        {S("%e0%ba%AA"), S("\xE0\xBA\xAA"), true},
        {S("%"), S(""), false},
        {S("%4"), S(""), false},
        {S("%4g"), S(""), false}, {S("%g0%90%80%80"), S(""), false},
        {S("%00"), S(""), false},
        {S("%ff"), S(""), false},
        {S("\xFF"), S(""), false},
        {S("a%41"), S("aA"), true},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str plain;
        CHECK(url_decode(a, cases[i].coded, &plain) == cases[i].good);
        CHECK(!cases[i].good || str_equal(plain, cases[i].plain));
    }
}

TEST(pairs_of_a_query_are_read_in_order)
{
    Pairs all;
    CHECK(pairs_read(a, S("a=1&b=x+y%26z&&c&a=2&=3&d=e=f"), &all) && all.n == 6);
    CHECK(str_equal(pairs_get(&all, S("a")), S("1")) && str_equal(all.at[3].value, S("2")));
    CHECK(str_equal(pairs_get(&all, S("b")), S("x y&z")) &&
          str_equal(pairs_get(&all, S("d")), S("e=f")));
    CHECK(pairs_find(&all, S("c")) && !pairs_get(&all, S("c")).n && !pairs_find(&all, S("x")));
    CHECK(pairs_read(a, S(""), &all) && all.n == 0);
    CHECK(!pairs_read(a, S("a=%zz"), &all) && !pairs_read(a, S("%00=1"), &all));
}

TEST(a_query_has_at_most_a_thousand_pairs)
{
    Buf o = buf_in(a);
    for (int i = 0; i < 1000; i++) buf_add(&o, S("a=1&"));
    Pairs all;
    CHECK(pairs_read(a, buf_str(&o), &all) && all.n == 1000);
    buf_add(&o, S("b"));
    CHECK(!pairs_read(a, buf_str(&o), &all));
}
