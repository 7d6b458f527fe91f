// Values, messages with holes, errors and faults.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

TEST(a_list_of_values_counts_up_to_sixteen)
{
    CHECK(VALS().n == 0 && VALS(1).n == 1 && VALS(1, 2).n == 2 && VALS(1, 2, 3, 4, 5, 6, 7).n == 7);
    Vals most = VALS(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    CHECK(most.n == 16);
    for (int i = 0; i < 16; i++) CHECK(most.at[i].kind == VAL_INT && most.at[i].i == i + 1);
}

TEST(each_kind_of_value_keeps_its_kind)
{
    Vals all = VALS(true, 7, INT64_MIN, 0.5, S("text"), (Blob){S("b")}, (Html){S("<p>")},
                    (Url){S("/x")}, (Name){S("case")}, ((Sql){.text = S("true")}), (Val){0});
    static const ValKind kinds[] = {VAL_INT, VAL_INT, VAL_INT, VAL_REAL, VAL_STR, VAL_BLOB, VAL_HTML, VAL_URL, VAL_NAME, VAL_SQL, VAL_NULL};
    CHECK(all.n == countof(kinds));
    for (int i = 0; i < all.n; i++) CHECK(all.at[i].kind == kinds[i]);
    CHECK(all.at[0].i == 1 && all.at[2].i == INT64_MIN && all.at[3].d == 0.5 && str_equal(all.at[4].s, S("text")));
    CHECK(val_or_null(S("")).kind == VAL_NULL && val_or_null(S("x")).kind == VAL_STR && val_str(S("")).kind == VAL_STR);
}

TEST(a_value_is_shown_as_a_message_shows_it)
{
    CHECK(str_equal(val_text(a, V(-7)), S("-7")) && str_equal(val_text(a, V(INT64_MIN)), S("-9223372036854775808")));
    CHECK(str_equal(val_text(a, V(0.1)), S("0.1")) && str_equal(val_text(a, V(2.0)), S("2")) &&
          str_equal(val_text(a, V(-12.25)), S("-12.25")));
    CHECK(str_equal(val_text(a, V(S("x"))), S("x")) && !val_text(a, (Val){0}).n && str_equal(val_text(a, V(false)), S("0")));
}

TEST(holes_are_filled_in_their_order_and_once)
{
    CHECK(str_equal(say(a, "{} of {}{}", S("{}"), 3, S("")), S("{} of 3")) && str_equal(say(a, "none"), S("none")) && !say(a, "").n);
    CHECK(str_equal(say(a, "a { b } {}", 1), S("a { b } 1")));
    Str inner = say(a, "<{}>", 1);
    CHECK(str_equal(say(a, "{}{}", inner, inner), S("<1><1>")));
}

TEST(a_message_keeps_its_own_values)
{
    char held[] = "abc";
    Str view = {held, 3};
    Message m = message(a, "{} and {}", view, 7);
    held[0] = 'x';
    CHECK(str_equal(message_text(a, m), S("abc and 7")) && m.with.n == 2 && !strcmp(m.words, "{} and {}"));
    CHECK(!message_text(a, (Message){0}).n);
    Message kept = message_keep(&scratch, m.words, m.with);
    CHECK(str_equal(message_text(a, kept), S("abc and 7")) && kept.with.at[0].s.p != m.with.at[0].s.p);
}

static Err *refuses(Arena *a, bool bad)
{
    return bad ? fail(a, ERR_MISSING, "There is no {}.", S("such thing")) : 0;
}

static Err *hands_on(Arena *a, bool bad, int *reached)
{
    TRY(refuses(a, bad));
    ++*reached;
    return 0;
}

TEST(an_error_is_handed_on_with_its_sentence)
{
    int reached = 0;
    Err *e = hands_on(a, true, &reached);
    CHECK(e && e->kind == ERR_MISSING && !reached && str_equal(err_text(a, e), S("There is no such thing.")));
    CHECK(!hands_on(a, false, &reached) && reached == 1);
}

TEST(faults_stand_in_the_order_they_were_told)
{
    Faults all = {0};
    for (int i = 0; i < 5; i++) {
        Fault one = {.line = i, .warning = i % 2, .next = (Fault *)&all};
        Fault *kept = faults_add(a, &all, one);
        CHECK(kept == all.last && !kept->next);
    }
    int line = 0;
    for (Fault *f = all.first; f; f = f->next) CHECK(f->line == line++);
    CHECK(line == 5 && all.n == 3 && all.warnings == 2);
}
