// Tests of XLSX: what cells show, and that hostile workbooks are refused.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "formats/xlsx_test.h"
#include "base/test.h"

enum { ENTRIES_TRIED = 1001 };

static Err *read_parts(Arena *a, Arena scratch, const Packed *parts, int n, Workbook *out)
{
    return xlsx_read(a, scratch, archive_of(a, parts, n), out);
}

static Str csv_of(Arena *a, Arena scratch, Str rows)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, say(a, "<worksheet><sheetData>{}</sheetData></worksheet>", rows));
    Workbook book;
    Err *e = read_parts(a, scratch, parts, PART_COUNT, &book);
    if (e) return err_text(a, e);
    must(book.n == 1 && str_equal(book.at[0].name, S("survey")));
    Buf o = buf_in(a);
    sheet_csv(&o, &book.at[0]);
    return buf_str(&o);
}

TEST(cells_show_what_a_person_sees)
{
    static const struct { Str cell, shown; } cases[] = {
        {S("<c t='s'><v>0</v></c>"), S("key\n")},
        {S("<c t='s'><v>1</v></c>"), S("rich text\n")},
        {S("<c t='s'><v>2</v></c>"), S("\"a\rb_x\"\n")},
        {S("<c t='s'><v>3</v></c>"), S("")},
        {S("<c><v>46</v></c>"), S("46\n")},
        {S("<c t='n' s='0'><v>46.0</v></c>"), S("46\n")},
        {S("<c><v>8.5620555123450001E12</v></c>"), S("8562055512345\n")},
        {S("<c><v>0.10000000000000001</v></c>"), S("0.1\n")},
        {S("<c><v>-1.5E-3</v></c>"), S("-0.0015\n")},
        {S("<c><v>nan</v></c>"), S("nan\n")},
        {S("<c><v>0x1F</v></c>"), S("0x1F\n")},
        {S("<c t='b'><v>1</v></c>"), S("TRUE\n")},
        {S("<c t='b'><v>0</v></c>"), S("FALSE\n")},
        {S("<c t='e'><v>#N/A</v></c>"), S("#N/A\n")},
        {S("<c t='str'><f>1+1</f><v>&lt;x&gt;, y</v></c>"), S("\"<x>, y\"\n")},
        {S("<c t='inlineStr'><is><t>\xE0\xBA\xAA</t><rPh><t>no</t></rPh></is></c>"),
         S("\xE0\xBA\xAA\n")},
        {S("<c s='1'><v>45322</v></c>"), S("2024-01-31\n")},
        {S("<c s='2'><v>45322.378472222219</v></c>"), S("2024-01-31T09:05\n")},
        {S("<c s='4'><v>45322.99999999</v></c>"), S("2024-02-01\n")},
        {S("<c s='4'><v>1</v></c>"), S("1900-01-01\n")},
        {S("<c s='4'><v>59</v></c>"), S("1900-02-28\n")},
        {S("<c s='4'><v>60</v></c>"), S("1900-02-29\n")},
        {S("<c s='4'><v>61</v></c>"), S("1900-03-01\n")},
        {S("<c s='4'><v>0.5</v></c>"), S("12:00\n")},
        {S("<c s='4'><v>-1</v></c>"), S("-1\n")},
        {S("<c s='4'><v>99999999</v></c>"), S("99999999\n")},
        {S("<c s='3'><v>45322</v></c>"), S("45322\n")},
        {S("<c s='99999999999'><v>5</v></c>"), S("5\n")},
        {S("<c t='d' s='1'><v>2024-01-31</v></c>"), S("2024-01-31\n")},
    };
    for (int i = 0; i < countof(cases); i++)
        CHECK(
            str_equal(csv_of(a, scratch, say(a, "<row>{}</row>", cases[i].cell)), cases[i].shown));
}

TEST(cells_and_rows_stand_where_they_say)
{
    CHECK(str_equal(csv_of(a, scratch, S("<row r='2'><c r='C2'><v>3</v></c></row>"
                                         "<row><c><v>1</v></c><c/><c r='B3'><v>2</v></c></row>"
                                         "<row r='5' ht='9'><c r='XFD5' s='1'/></row>"
                                         "<row><c r='B6'><v>4</v></c></row>")),
                    S(",,\n,,3\n1,2,\n,,\n,,\n,4,\n")));
}

TEST(the_dates_of_1904_begin_with_its_first_day)
{
    Packed parts[PART_COUNT];
    archive_workbook(
        parts,
        S("<worksheet><row><c s='1'><v>0</v></c><c s='1'><v>43860.25</v></c></row></worksheet>"));
    parts[PART_BOOK].bytes =
        S("<x:workbook xmlns:x='x' xmlns:r='r'><x:workbookPr date1904='1'/>"
          "<x:sheet name='a' r:id='rId1'/><x:sheet name='none' r:id='rId2'/></x:workbook>");
    Workbook book;
    CHECK(!read_parts(a, scratch, parts, PART_COUNT, &book) && book.n == 1);
    CHECK(str_equal(book.at[0].rows[0].cells[0], S("1904-01-01")));
    CHECK(str_equal(book.at[0].rows[0].cells[1], S("2024-01-31T06:00")));
}

TEST(a_broken_sheet_is_refused_with_its_part)
{
    static const Str bad[] = {
        S("<row>"),
        S("<row r='0'/>"),
        S("<row r='x'/>"),
        S("<row r='1048577'/>"),
        S("<row r='3'/><row r='3'/>"),
        S("<row><c r='1'><v>1</v></c></row>"),
        S("<row><c r='ABCD1'><v>1</v></c></row>"),
        S("<row><c t='s'><v>4</v></c></row>"),
        S("<row><c t='s'><v>x</v></c></row>"),
        S("&none;"),
        S("<row>\xFF</row>"),
        S("<row><c r='ALM1'><v>1</v></c></row>"),
    };
    for (int i = 0; i < countof(bad); i++)
        CHECK(str_find(csv_of(a, scratch, bad[i]), S("xl/worksheets/sheet1.xml")) > 0);
    CHECK(str_find(csv_of(a, scratch, S("<row><c r='ALL1'><v>1</v></c></row>")), S(",1\n")) == 998);
}

static bool refused(Arena *a, Arena scratch, Str file, Str words)
{
    Workbook book;
    Err *e = xlsx_read(a, scratch, file, &book);
    return e && e->kind == ERR_INPUT && str_find(err_text(a, e), words) >= 0;
}

TEST(what_is_no_workbook_is_told_so)
{
    Packed parts[ENTRIES_TRIED] = {{S("a.txt"), S("x"), false}};
    CHECK(refused(a, scratch, S(""), S("not an Excel workbook")));
    CHECK(refused(a, scratch, S("key,sex\n"), S("not an Excel workbook")));
    CHECK(refused(a, scratch, S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"), S("password")));
    CHECK(refused(a, scratch, archive_of(a, parts, 1), S("holds no Excel workbook")));
    for (int i = 0; i < ENTRIES_TRIED; i++) parts[i] = (Packed){say(a, "{}", i), S("x"), false};
    CHECK(refused(a, scratch, archive_of(a, parts, ENTRIES_TRIED), S("more than 1000 files")));
}

TEST(every_cut_of_a_workbook_and_every_flipped_byte_is_survived)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, S("<worksheet><row><c t='s'><v>1</v></c></row></worksheet>"));
    Str file = archive_of(a, parts, PART_COUNT);
    Workbook book;
    for (isize n = 0; n < file.n; n++) {
        Arena turn = scratch;
        Arena kept = *a;
        bool whole = !xlsx_read(a, turn, str_slice(file, 0, n), &book);
        CHECK(!whole || n >= file.n - 6); // the last six may lack: they are zeros
        ((char *)file.p)[n] ^= 0x40;
        Err *e = xlsx_read(a, turn, file, &book);
        CHECK(!e || e->kind == ERR_INPUT);
        ((char *)file.p)[n] ^= 0x40;
        *a = kept;
    }
}

TEST(a_workbook_that_grows_like_a_bomb_is_refused)
{
    isize n = 8 << 20;
    char *blanks = take(a, char, n);
    memset(blanks, ' ', (size_t)n);
    Packed parts[PART_COUNT];
    archive_workbook(parts, (Str){blanks, n});
    CHECK(refused(a, scratch, archive_of(a, parts, PART_COUNT), S("far more than it should")));
    memcpy(blanks, "<a", 2);
    parts[PART_SHEET].deflated = false;
    CHECK(refused(a, scratch, archive_of(a, parts, PART_COUNT), S("an element has no end")));
}

TEST(entities_and_document_types_are_refused)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, S("<!DOCTYPE w [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><w>&e;</w>"));
    CHECK(refused(a, scratch, archive_of(a, parts, PART_COUNT), S("document type")));
    parts[PART_SHEET].bytes = S("<!DOCTYPE w><w/>");
    CHECK(refused(a, scratch, archive_of(a, parts, PART_COUNT), S("document type")));
}

TEST(a_lacking_or_damaged_part_is_named)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, S("<worksheet/>"));
    CHECK(refused(a, scratch, archive_of(a, parts, PART_COUNT - 1),
                  S("lacks its part xl/worksheets/sheet1.xml")));
    Str file = archive_of(a, parts, PART_COUNT);
    isize at = str_find(file, S("rich text"));
    CHECK(at < 0); // it stands in runs
    at = str_find(file, S("rich "));
    ((char *)file.p)[at] = 'R';
    CHECK(refused(a, scratch, file, S("xl/sharedStrings.xml of this workbook is damaged")));
}

TEST(an_exhausted_arena_unwinds_out_of_a_workbook)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, S("<worksheet><row r='1000000'><c><v>1</v></c></row></worksheet>"));
    Str file = archive_of(a, parts, PART_COUNT);
    static bool unwound;
    jmp_buf top;
    Arena small = arena_over(take(a, char, 4096), 4096, &top);
    Workbook book;
    if (setjmp(top)) unwound = true;
    else CHECK(!xlsx_read(&small, scratch, file, &book));
    CHECK(unwound && small.exhausted == &top);
}
