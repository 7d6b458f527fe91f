// Tests of HTML: what fills a hole cannot leave it.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "base/test.h"

TEST(a_value_in_a_page_is_escaped_and_html_is_not)
{
    Buf o = buf_in(a), part = buf_in(a);
    html(&part, "<b>{}</b>", S("Tom & <Jerry>"));
    html(&o, "<a title='{}' href='{}'>{}</a>{}{}", S("it's \"so\""),
         url(a, "/find?q={}&n=2", S("a b&c")), html_of(&part), 12, val_or_null(S("")));
    CHECK(str_equal(buf_str(&o),
                    S("<a title='it&#39;s &#34;so&#34;' href='/find?q=a%20b%26c&amp;n=2'>"
                      "<b>Tom &amp; &lt;Jerry&gt;</b></a>12")));
}

TEST(a_page_keeps_braces_that_are_no_hole)
{
    Buf o = buf_in(a);
    html(&o, "{ {x} {} }{", 1.5);
    CHECK(str_equal(buf_str(&o), S("{ {x} 1.5 }{")));
}

TEST(a_long_text_is_escaped_wherever_the_special_byte_stands)
{
    for (isize at = 0; at < 2100; at += 7) {
        char *p = take(a, char, 2100);
        memset(p, 'x', 2100);
        p[at] = '<';
        Buf o = buf_in(a);
        html_text(&o, (Str){p, 2100});
        CHECK(o.n == 2103 && !memcmp(o.p + at, "&lt;", 4) && !memchr(o.p, '<', (size_t)o.n));
    }
}
