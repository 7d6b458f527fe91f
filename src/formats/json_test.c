// Tests of JSON: strict in, safe out.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "base/test.h"

TEST(json_becomes_a_tree_in_its_order_with_numbers_as_text)
{
    const Json *j;
    CHECK(!json_read(
        a, S("{\"b\":[1,-2.50,1e2,12345678901234567],\"a\":\"\\u0eaa\\n\",\"n\":null,\"t\":true}"),
        &j));
    CHECK(j->kind == JSON_OBJECT && j->n == 4 && str_equal(j->first->name, S("b")));
    static const Str numbers[] = {S("1"), S("-2.5"), S("100"), S("12345678901234567")};
    const Json *one = json_member(j, S("b"))->first;
    for (int i = 0; i < 4; i++, one = one->next)
        CHECK(one->kind == JSON_NUMBER && str_equal(one->text, numbers[i]));
    CHECK(!one && json_member(j, S("b"))->n == 4);
    CHECK(str_equal(json_member(j, S("a"))->text, S("\xE0\xBA\xAA\n")));
    CHECK(json_member(j, S("n"))->kind == JSON_NULL && json_member(j, S("t"))->kind == JSON_BOOL);
    CHECK(str_equal(json_member(j, S("t"))->text, S("true")) && !json_member(j, S("x")));
    CHECK(!json_member(one, S("x")));
}

TEST(json_that_is_not_strict_is_refused_with_a_place)
{
    static const Str bad[] = {
        S(""),
        S("{"),
        S("{\"a\":1,\"a\":2}"),
        S("[1,]"),
        S("{'a':1}"),
        S("\"\xFF\""),
        S("\"\\u0000\""),
        S("\"\0\""),
        S("\"\\ud800\""),
        S("01"),
        S("1 2"),
        S("[1e999]"),
        S("99999999999999999999"),
        S("NaN"),
        S("nul"),
        S("\"a\nb\""),
    };
    const Json *j;
    for (int i = 0; i < countof(bad); i++) {
        Err *e = json_read(a, bad[i], &j);
        CHECK(e && e->kind == ERR_INPUT);
    }
    CHECK(str_find(err_text(a, json_read(a, S("{\n\"a\":x}"), &j)), S("line 2")) > 0);
}

TEST(json_nests_32_levels_and_no_more)
{
    char text[66];
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    const Json *j;
    CHECK(!json_read(a, (Str){text + 1, 64}, &j));
    CHECK(json_read(a, (Str){text, 66}, &j));
    CHECK(!json_read(a, S("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""), &j));
}

TEST(an_exhausted_arena_unwinds_out_of_json_and_frees_what_the_library_held)
{
    static char memory[2048];
    jmp_buf top;
    static bool unwound;
    Arena small = arena_over(memory, sizeof memory, &top);
    const Json *j;
    if (setjmp(top)) unwound = true;
    else
        CHECK(!json_read(
            &small, S("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26]"),
            &j));
    CHECK(unwound && small.exhausted == &top);
}

TEST(json_is_written_with_quotes_escapes_and_kinds)
{
    Buf o = buf_in(a), part = buf_in(a);
    json(&part, "[{},{}]", 1, 0.1);
    json(&o, "{'a':{},'b':{},'c':{},'d':{}}", S("it's </script> \"q\"\\ & \n\x01"), html_of(&part),
         val_or_null(S("")), (double)__builtin_inf());
    CHECK(str_equal(
        buf_str(&o),
        S("{\"a\":\"it's \\u003c/script\\u003e \\\"q\\\"\\\\ \\u0026 \\n\\u0001\",\"b\":[1,0.1],"
          "\"c\":null,\"d\":null}")));
}

TEST(any_text_written_as_json_is_read_as_the_same)
{
    char *p = take(a, char, 5000);
    for (int i = 0; i < 5000; i++) p[i] = (char)(1 + i % 127);
    Buf o = buf_in(a);
    json_text(&o, (Str){p, 5000});
    const Json *j;
    CHECK(!json_read(a, buf_str(&o), &j) && str_equal(j->text, (Str){p, 5000}));
}
