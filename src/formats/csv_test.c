// Tests of CSV: what is read, what is a fault and where, and that little memory is held.
// SPDX-License-Identifier: Apache-2.0
#include "formats/drip_test.h"
#include "formats/formats.h"
#include "base/test.h"

// Shows all rows as text: cells between bars, a fault as its line.
static Str shown(Arena *a, Csv *c)
{
    Buf o = buf_in(a);
    static char memory[4 << 20];
    Arena turn = arena_over(memory, sizeof memory, 0);
    for (CsvRow row; csv_next(c, &turn, &row); arena_reset(&turn)) {
        buf_int(&o, row.line);
        buf_char(&o, ':');
        if (row.fault.words) buf_add(&o, S("fault"));
        for (int i = 0; i < row.n; i++) {
            buf_add(&o, row.cells[i]);
            buf_char(&o, '|');
        }
        buf_char(&o, ' ');
    }
    return str_trim(buf_str(&o));
}

static const struct { Str csv, shown; } cases[] = {
    {S(""), S("")},
    {S("a,b\n1,2\n"), S("1:a|b| 2:1|2|")},
    {S("a,b\r\n1,2"), S("1:a|b| 2:1|2|")},
    {S("\xEF\xBB\xBFkey\nx"), S("1:key| 2:x|")},
    {S("\xEF\xBB\xBF\"key\"\nx"), S("1:key| 2:x|")},
    {S("\xEF\xBB\xBF"), S("")},
    {S(",\n"), S("1:||")},
    {S("a,"), S("1:a||")},
    {S("\n\r\na\n\nb\n\n"), S("3:a| 5:b|")},
    {S("\r"), S("")},
    {S("\"\"\n"), S("1:|")},
    {S("\"\""), S("1:|")},
    {S("\"\",\"\"\r\n"), S("1:||")},
    {S("\"a,b\",c\n"), S("1:a,b|c|")},
    {S("\"he said \"\"no\"\"\"\n"), S("1:he said \"no\"|")},
    {S("\"\"\"\"\n"), S("1:\"|")},
    {S("\"one\ntwo\",x\ny\n"), S("1:one\ntwo|x| 3:y|")},
    {S("\"one\r\ntwo\"\r\ny\r\n"), S("1:one\r\ntwo| 3:y|")},
    {S("5\" pipe,x\"y\n"), S("1:5\" pipe|x\"y|")},
    {S("a,\"b\"\"\"\"c\",d\"\"e\n"), S("1:a|b\"\"c|d\"\"e|")},
    {S("\"a\"b\nc\n"), S("1:fault 2:c|")},
    {S("\"a\" ,b\nc\n"), S("1:fault 2:c|")},
    {S("\"a\"\rb\nc\n"), S("1:fault 2:c|")},
    {S("\"a\"\r,b\nc\n"), S("1:fault 2:c|")},
    {S("\"one\ntwo\"x,3\nc\n"), S("1:fault 3:c|")},
    {S("a\n\"open\nb\nc,d"), S("1:a| 2:fault 3:b| 4:c|d|")},
    {S("\""), S("1:fault")},
    {S("a\nb\xFF\nc\n"), S("1:a| 2:fault 3:c|")},
    {S("a\nb\0b\nc\n"), S("1:a| 2:fault 3:c|")},
    {S("\"x\n\xC0\x80\"\nc\n"), S("1:fault 3:c|")},
    {S("abcdefgh\xE0\xBA\xAA\xE0\xBA\xB9\xE0\xBB\x88,ok\n"),
     S("1:abcdefgh\xE0\xBA\xAA\xE0\xBA\xB9\xE0\xBB\x88|ok|")},
    {S("abcdefgh\xED\xA0\x80xxxxxxxx\n"), S("1:fault")}, // half of a surrogate pair
};

TEST(csv_is_read_as_it_stands_and_faults_are_told_at_their_line)
{
    for (int i = 0; i < countof(cases); i++)
        CHECK(str_equal(shown(a, csv_over(a, cases[i].csv)), cases[i].shown));
}

TEST(csv_through_a_feed_is_the_same_as_over_memory)
{
    for (int i = 0; i < countof(cases); i++) {
        Drip d = {cases[i].csv, 1 + i % 3};
        CHECK(str_equal(shown(a, csv_open(a, drip, &d)), cases[i].shown));
    }
}

static Str repeated(Arena *a, Str before, char c, isize n, Str after)
{
    char *p = take(a, char, before.n + n + after.n);
    memcpy(p, before.p, (size_t)before.n);
    memset(p + before.n, c, (size_t)n);
    memcpy(p + before.n + n, after.p, (size_t)after.n);
    return (Str){p, before.n + n + after.n};
}

static int rows_read(Arena *a, Str csv, bool through_feed, int *faults)
{
    Drip d = {csv, 1 << 16};
    Csv *c = through_feed ? csv_open(a, drip, &d) : csv_over(a, csv);
    int n = 0;
    *faults = 0;
    for (CsvRow row; csv_next(c, a, &row); n++) *faults += row.fault.words != 0;
    return n;
}

TEST(a_cell_may_have_64_kib_and_a_line_1_mib_and_no_byte_more)
{
    int faults;
    for (int feed = 0; feed < 2; feed++) {
        CHECK(rows_read(a, repeated(a, S("k,"), 'x', CSV_CELL_MOST, S("\nb\n")), feed, &faults) ==
                  2 &&
              !faults);
        CHECK(rows_read(a, repeated(a, S("k,"), 'x', CSV_CELL_MOST + 1, S("\nb\n")), feed,
                        &faults) == 2);
        CHECK(faults == 1);
        CHECK(rows_read(a, repeated(a, S("k,\""), '\n', CSV_CELL_MOST + 1, S("\"\nb\n")), feed,
                        &faults) == 2);
        CHECK(faults == 1);
    }
    Buf o = buf_in(a);
    for (int i = 0; i < 16; i++) buf_add(&o, repeated(a, S(""), 'x', (1 << 16) - 1, S(",")));
    o.n--;
    buf_add(&o, S("y\r\nb\r\n")); // 1 MiB, and its line end
    for (int feed = 0; feed < 2; feed++) {
        CHECK(rows_read(a, buf_str(&o), feed, &faults) == 2);
        CHECK(faults == 0);
    }
    o.n -= 5;
    isize n = o.n;
    buf_add(&o, S("\nb\n"));
    for (int feed = 0; feed < 2; feed++)
        CHECK(rows_read(a, buf_str(&o), feed, &faults) == 2 && !faults);
    o.n = n;
    buf_add(&o, S("z\r\nb\r\n"));
    for (int feed = 0; feed < 2; feed++)
        CHECK(rows_read(a, buf_str(&o), feed, &faults) == 2 && faults == 1);
}

TEST(a_line_may_have_a_thousand_cells)
{
    int faults;
    CHECK(rows_read(a, repeated(a, S(""), ',', 999, S("\nb\n")), false, &faults) == 2 && !faults);
    CHECK(rows_read(a, repeated(a, S(""), ',', 1000, S("\nb\n")), false, &faults) == 2 &&
          faults == 1);
    CHECK(rows_read(a, repeated(a, S("\"\""), ',', 1000, S("\nb\n")), false, &faults) == 2 &&
          faults == 1);
}

typedef struct { int64_t left; bool breaks; } Flood;

static isize flood(void *with, char *to, isize most)
{
    Flood *f = with;
    isize n = f->left < most ? (isize)f->left : most;
    if (!n && f->breaks) return -1;
    memset(to, 'x', (size_t)n);
    f->left -= n;
    return n;
}

TEST(a_line_of_a_gigabyte_is_one_fault_and_little_memory)
{
    Flood f = {.left = 1 << 30};
    Csv *c = csv_open(a, flood, &f);
    CsvRow row;
    CHECK(csv_next(c, a, &row) && row.fault.words && row.line == 1);
    CHECK(!csv_next(c, a, &row) && !csv_failed(c));
    CHECK(a->at - a->start < (1200 << 10));
}

TEST(a_feed_that_breaks_is_told_and_its_last_line_is_not_a_row)
{
    Flood f = {.left = 100, .breaks = true};
    Csv *c = csv_open(a, flood, &f);
    CsvRow row;
    CHECK(!csv_next(c, a, &row) && csv_failed(c));
}

TEST(an_open_quote_in_a_long_file_faults_its_own_line_only)
{
    Buf o = buf_in(a);
    buf_add(&o, S("key\n\"open\n"));
    for (int i = 0; i < 200000; i++) buf_add(&o, S("0123456,89\n"));
    int faults;
    for (int feed = 0; feed < 2; feed++)
        CHECK(rows_read(a, buf_str(&o), feed, &faults) == 200002 && faults == 1);
}

TEST(what_is_written_is_read_again_and_quoted_only_where_needed)
{
    static const Str cells[] = {S("plain"),    S(""),   S("a,b"), S("\"q\""),
                                S("one\ntwo"), S("\r"), S(" x "), S("\xE0\xBA\xAA")};
    Buf o = buf_in(a);
    for (int i = 0; i < countof(cells); i++) csv_cell(&o, cells[i], i == countof(cells) - 1);
    CHECK(str_equal(buf_str(&o),
                    S("plain,,\"a,b\",\"\"\"q\"\"\",\"one\ntwo\",\"\r\", x ,\xE0\xBA\xAA\n")));
    CsvRow row;
    CHECK(csv_next(csv_over(a, buf_str(&o)), a, &row) && row.n == countof(cells));
    for (int i = 0; i < row.n; i++) CHECK(str_equal(row.cells[i], cells[i]));
}

TEST(a_spreadsheet_is_told_the_letters_and_given_no_formula)
{
    static const struct { Str plain, sheet;
    } sheets[] = {
        {S("figure,\xE0\xBA\xAA,value\nvictims,a,3\n"),
         S("figure,\xE0\xBA\xAA,value\nvictims,a,3\n")},
        {S("\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",5\n"),
         S("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",5\n")},
        {S("+1+cmd,-2+3,@SUM(A1),=1\n"), S("'+1+cmd,'-2+3,'@SUM(A1),'=1\n")},
        {S("\t=1,\"\r=1\",\"\n=1\"\n"), S("'\t=1,\"'\r=1\",\"'\n=1\"\n")},
        {S("\xEF\xBC\x9D"
           "1,\xEF\xBC\x8B"
           "1,\xEF\xBC\x8D"
           "1,\xEF\xBC\xA0"
           "x\n"),
         S("'\xEF\xBC\x9D"
           "1,'\xEF\xBC\x8B"
           "1,'\xEF\xBC\x8D"
           "1,'\xEF\xBC\xA0"
           "x\n")},
        {S("-3,-3.50,-,--3,-3-,-.5,-3.-5\n"),
         S("-3,-3.50,'-,'--3,'-3-,'-.5,'-3.-5\n")}, // what is a number stays one
        {S("a=b,x-y,'=1,,\n"), S("a=b,x-y,'=1,,\n")},
    };
    for (int i = 0; i < countof(sheets); i++) {
        Buf o = buf_in(a);
        csv_for_spreadsheet(&o, sheets[i].plain);
        CHECK(str_equal(buf_str(&o), say(a, "\xEF\xBB\xBF{}", sheets[i].sheet)));
    }
}
