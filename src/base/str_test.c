// Strings, memory and maps.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

TEST(a_whole_number_is_read_whole_or_not_at_all)
{
    static const struct { Str s; bool good; int64_t i;
    } cases[] = {
        {S("0"), true, 0},
        {S("-0"), true, 0},
        {S("007"), true, 7},
        {S("9223372036854775807"), true, INT64_MAX},
        {S("-9223372036854775807"), true, -INT64_MAX},
        {S("9223372036854775808"), false, 0},
        {S("99999999999999999999"), false, 0},
        {S("18446744073709551617"), false, 0},
        {S(""), false, 0},
        {S("-"), false, 0},
        {S("--1"), false, 0},
        {S("+1"), false, 0},
        {S(" 1"), false, 0},
        {S("1 "), false, 0},
        {S("1.0"), false, 0},
        {S("1\0"), false, 0},
        {S("໑"), false, 0},
        {{0, 0}, false, 0},
    };
    for (int i = 0; i < countof(cases); i++) {
        int64_t got = 77;
        CHECK(str_int(cases[i].s, &got) == cases[i].good);
        CHECK(got == (cases[i].good ? cases[i].i : 77));
    }
}

TEST(what_is_cut_off_leaves_the_rest)
{
    Str rest = S("a,,b,");
    CHECK(str_equal(str_cut(&rest, ','), S("a")) && str_equal(str_cut(&rest, ','), S("")) && str_equal(str_cut(&rest, ','), S("b")));
    CHECK(!rest.n && rest.p && !str_cut(&rest, ',').n);
    Str none = {0};
    CHECK(!str_cut(&none, ',').n && !none.n);
    rest = S("alone");
    CHECK(str_equal(str_cut(&rest, ','), S("alone")) && !rest.n);
}

TEST(words_are_what_stands_between_blanks)
{
    Str rest = S(" \t one\r\ntwo  "), word;
    CHECK(str_word(&rest, &word) && str_equal(word, S("one")));
    CHECK(str_word(&rest, &word) && str_equal(word, S("two")));
    CHECK(!str_word(&rest, &word) && !word.n && !rest.n);
    CHECK(!str_word(&(Str){0}, &word));
}

TEST(slices_stay_within_what_is_there)
{
    Str s = S("abcdef");
    CHECK(str_equal(str_slice(s, 1, 3), S("bc")) && str_equal(str_slice(s, -5, 2), S("ab")) && str_equal(str_slice(s, 4, 99), S("ef")));
    CHECK(!str_slice(s, 3, 3).n && !str_slice(s, 5, 2).n && !str_slice(s, 99, 100).n && !str_slice((Str){0}, 0, 1).n);
    CHECK(str_equal(str_trim(S("\r\n x y\t ")), S("x y")) && !str_trim(S("  ")).n && !str_trim((Str){0}).n);
}

TEST(finding_starting_and_ending)
{
    CHECK(str_find(S("abcabd"), S("abd")) == 3 && str_find(S("abc"), S("x")) == -1 && str_find(S("abc"), S("")) == 0);
    CHECK(str_find(S(""), S("a")) == -1 && str_find((Str){0}, S("")) == 0 && str_find(S("a\0b"), S("\0b")) == 1);
    CHECK(str_starts(S("abc"), S("ab")) && str_starts(S("abc"), S("")) && !str_starts(S("a"), S("ab")));
    CHECK(str_ends(S("abc"), S("bc")) && str_ends(S("abc"), S("abc")) && !str_ends(S("c"), S("bc")) && str_ends(S(""), S("")));
    CHECK(str_has(S("a\0b"), 0) && str_has(S("abc"), 'c') && !str_has(S(""), 0) && !str_has((Str){0}, 'a'));
}

TEST(order_is_byte_order_and_the_shorter_comes_first)
{
    static const Str sorted[] = {{0, 0}, S("A"), S("B"), S("a"), S("a\0"), S("aa"), S("b"), S("ກ"), S("\xff")};
    for (int i = 0; i < countof(sorted); i++) {
        for (int k = 0; k < countof(sorted); k++) {
            int order = str_compare(sorted[i], sorted[k]);
            CHECK((order < 0) == (i < k) && (order == 0) == (i == k));
            CHECK(str_equal(sorted[i], sorted[k]) == (i == k));
        }
    }
    CHECK(str_equal((Str){0}, S("")));
}

TEST(copies_and_joins)
{
    char held[] = "abc";
    Str copy = str_copy(a, (Str){held, 3});
    char *z = str_z(a, (Str){held, 3});
    held[0] = 'x';
    CHECK(str_equal(copy, S("abc")) && !strcmp(z, "abc") && !*str_z(a, (Str){0}) && !str_copy(a, (Str){0}).n);
    const Str parts[] = {S("one"), S(""), S("three")};
    CHECK(str_equal(str_join(a, parts, 3, S(", ")), S("one, , three")) && !str_join(a, parts, 0, S(", ")).n);
    CHECK(str_equal(str_lower(a, S("ABC Zກ[É")), S("abc zກ[É")));
    CHECK(str_from(0).n == 0 && str_from("abc").n == 3);
}

// ---- memory ----------------------------------------------------------------------------------------

TEST(memory_is_zeroed_aligned_and_ends_by_unwinding)
{
    static _Alignas(64) char held[1000];
    jmp_buf out;
    volatile int taken = 0;
    memset(held, 'x', sizeof held);
    Arena small = arena_over(held, sizeof held, &out);
    if (!setjmp(out)) {
        for (;;) {
            char *one = take(&small, char, 1);
            double *aligned = take(&small, double, 3);
            CHECK((uintptr_t)aligned % _Alignof(double) == 0 && !*one && aligned[0] == 0 && aligned[2] == 0);
            *one = 'y';
            taken++;
        }
    }
    CHECK(taken == 1000 / 32);
    arena_reset(&small);
    CHECK(small.at == small.start && take(&small, char, 1000)[999] == 0);
}

TEST(absurd_amounts_unwind_too)
{
    static char held[100];
    static const isize amounts[] = {101, -1, PTRDIFF_MAX, PTRDIFF_MAX / 8 + 1, PTRDIFF_MIN};
    for (int i = 0; i < countof(amounts); i++) {
        jmp_buf out;
        Arena small = arena_over(held, sizeof held, &out);
        if (setjmp(out)) continue;
        arena_take(&small, 8, 8, amounts[i]);
        CHECK(!"taken");
    }
}

TEST(a_part_that_was_cut_off_is_an_arena_of_its_own)
{
    Arena part = arena_cut(a, 100);
    char *first = take(a, char, 10), *inside = take(&part, char, 100);
    CHECK(inside + 100 <= first || first + 10 <= inside);
    CHECK(part.exhausted == a->exhausted && part.at == part.end);
}

TEST(output_grows_where_it_is_and_elsewhere)
{
    Buf one = buf_in(a), two = buf_in(a), alone = buf_in(&scratch);
    for (int i = 0; i < 5000; i++) {
        buf_char(&one, (char)('a' + i % 26));
        buf_int(&two, i % 10);
        buf_fill(&alone, "{}{}", VALS(S("x"), i % 10));
    }
    CHECK(one.n == 5000 && two.n == 5000 && alone.n == 10000);
    for (int i = 0; i < 5000; i++) {
        CHECK(one.p[i] == 'a' + i % 26 && two.p[i] == '0' + i % 10 && alone.p[2 * i] == 'x' && alone.p[2 * i + 1] == '0' + i % 10);
    }
    Buf empty = buf_in(a);
    buf_add(&empty, (Str){0});
    CHECK(!buf_str(&empty).n);
    buf_int(&empty, INT64_MIN);
    buf_int(&empty, 0);
    buf_int(&empty, INT64_MAX);
    CHECK(str_equal(buf_str(&empty), S("-922337203685477580809223372036854775807")));
}

// ---- maps --------------------------------------------------------------------------------------------

TEST(a_map_keeps_what_was_put_last)
{
    Map m = {0};
    bool is_new;
    CHECK(!map_get(&m, S("x")));
    for (int i = 0; i < 3000; i++) map_put(&m, a, say(a, "key {}", i % 1000), &is_new)->i = i;
    CHECK(m.n == 1000);
    for (int i = 0; i < 1000; i++) CHECK(map_get(&m, say(a, "key {}", i))->i == 2000 + i);
    CHECK(!map_get(&m, S("key 1000")) && !map_get(&m, S("key")));
    map_put(&m, a, S("new"), &is_new);
    CHECK(is_new);
    map_put(&m, a, S("new"), &is_new);
    CHECK(!is_new && m.n == 1001);
}

TEST(an_empty_key_is_a_key_like_others)
{
    Map m = {0};
    bool is_new;
    map_put(&m, a, (Str){0}, &is_new)->i = 7;
    CHECK(is_new && map_get(&m, S(""))->i == 7 && map_get(&m, (Str){0})->i == 7 && m.n == 1);
    map_put(&m, a, S(""), &is_new);
    CHECK(!is_new);
    CHECK(!map_get(&m, S("\0")) && str_hash(S("ab")) != str_hash(S("ba")) && str_hash(S("")) != str_hash(S("\0")));
}
