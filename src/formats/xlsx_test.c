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
        {S("<c s='4'><v>45322.75</v></c>"), S("2024-01-31\n")}, // its format shows no time
        {S("<c s='4'><v>1</v></c>"), S("1900-01-01\n")},
        {S("<c s='4'><v>59</v></c>"), S("1900-02-28\n")},
        {S("<c s='4'><v>60</v></c>"), S("1900-02-29\n")},
        {S("<c s='4'><v>61</v></c>"), S("1900-03-01\n")},
        {S("<c s='4'><v>0.5</v></c>"), S("12:00\n")},
        {S("<c s='4'><v>-1</v></c>"), S("-1\n")},
        {S("<c s='4'><v>99999999</v></c>"), S("99999999\n")},
        {S("<c s='3'><v>45322</v></c>"), S("45322\n")},
        {S("<c s='99999999999'><v>5</v></c>"), S("5\n")},
        {S("<c t='e'><v>#NEW!</v></c>"), S("#NEW!\n")},
        {S("<c t='e'><v>new</v></c>"), S("#ERROR!\n")},
        {S("<c t='d' s='1'><v>2024-01-31</v></c>"), S("2024-01-31\n")},
        {S("<c t='d'><v>2001-02-03T00:00:00</v></c>"), S("2001-02-03\n")},
        {S("<c t='d'><v>2001-02-03T00:00:00.000Z</v></c>"), S("2001-02-03\n")},
        {S("<c t='d'><v>2001-02-02T23:59:59.9995Z</v></c>"), S("2001-02-03\n")},
        {S("<c t='d'><v>2001-02-03T14:30:00</v></c>"), S("2001-02-03T14:30\n")},
        {S("<c t='d'><v>2001-02-03T14:30:15.2Z</v></c>"), S("2001-02-03T14:30:15Z\n")},
        {S("<c t='d'><v>2001-02-03 14:30</v></c>"), S("2001-02-03T14:30\n")},
        {S("<c t='d' s='1'><v>2001-02-03T14:30:00</v></c>"), S("2001-02-03\n")},
        {S("<c t='d'><v>1899-12-30T14:30:00</v></c>"), S("14:30\n")},
        {S("<c t='d'><v>T14:30:00</v></c>"), S("14:30\n")},
        {S("<c t='d'><v>\n 2001-02-03T00:00:00 </v></c>"), S("2001-02-03\n")},
        {S("<c s='4'><v> 45322 </v></c>"), S("2024-01-31\n")},
        {S("<c t='d'><v>2001-02-30T00:00:00</v></c>"), S("2001-02-30T00:00:00\n")},
        {S("<c t='d'><v>soon</v></c>"), S("soon\n")},
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

// What a cell of this format shows of a number.
static Str shown_by(Arena *a, Arena scratch, Str format, Str number)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, say(a, "<worksheet><row><c s='1'><v>{}</v></c></row></worksheet>", number));
    Buf o = buf_in(a);
    for (isize i = 0; i < format.n; i++) {
        if (strchr("<>&'", format.p[i])) buf_fill(&o, "&#{};", VALS((int)format.p[i]));
        else buf_char(&o, format.p[i]);
    }
    parts[PART_STYLES].bytes = say(a, "<styleSheet xmlns='" MAIN "'><numFmts><numFmt numFmtId='170' formatCode='{}'/></numFmts>"
        "<cellXfs><xf/><xf numFmtId='170'/></cellXfs></styleSheet>", buf_str(&o));
    Workbook book;
    Err *e = read_parts(a, scratch, parts, PART_COUNT, &book);
    return e ? err_text(a, e) : book.at[0].rows[0].cells[0];
}

TEST(a_date_is_as_precise_as_its_format_shows_it)
{
    static const struct { Str format, number, shown; } cases[] = {
        {S("yyyy"), S("38718"), S("2006")}, {S("yy"), S("38718"), S("2006")}, {S("mmm-yy"), S("32933"), S("1990-03")},
        {S("mmmm yyyy"), S("32933"), S("1990-03")}, {S("[$-409]mmm\\-yy;@"), S("32933"), S("1990-03")},
        {S("mm/yyyy"), S("32933"), S("1990-03")}, {S("\"Q\"yyyy"), S("38718"), S("2006")}, {S("e"), S("38718"), S("2006")},
        {S("yyyy\"\xE5\xB9\xB4\"m\"\xE6\x9C\x88\""), S("32933"), S("1990-03")}, {S("yyyy-mm-dd"), S("32933"), S("1990-03-01")},
        {S("[Red]yyyy;[Blue]yyyy"), S("38718"), S("2006")}, {S("dd/mm"), S("32933"), S("1990-03-01")},
        {S("dddd"), S("32933"), S("1990-03-01")}, {S("mmmm"), S("32933"), S("1990-03-01")},
        // the serial is a true day: a calendar changes how it is shown, never which day it is
        {S("[$-D07041E]d/m/bbbb"), S("32933"), S("1990-03-01")}, {S("[$-D07041E]bbbb"), S("38718"), S("2006")},
        {S("[$-41E]mmm yyyy"), S("32933"), S("1990-03")}, {S("[$-107041E]mmm yy"), S("32933"), S("1990-03")},
        {S("[$-1060401]mmmm yyyy"), S("32933"), S("1990-03-01")}, {S("B2yyyy"), S("32933"), S("1990-03-01")}, // no month of ours
        {S("yyyy-mm-dd hh:mm"), S("45322.378472222219"), S("2024-01-31T09:05")},
        {S("yyyy-mm-dd hh:mm:ss"), S("45322.378645833334"), S("2024-01-31T09:05:15")},
        {S("yyyy-mm-dd hh:mm"), S("45322"), S("2024-01-31")}, {S("yyyy mm:ss"), S("45322.378645833334"), S("2024-01-31T09:05:15")},
        {S("h:mm AM/PM"), S("0.75"), S("18:00")}, {S("mm:ss"), S("0.00364583333333333"), S("00:05:15")},
        {S("[h]:mm"), S("1.1041666666666667"), S("26:30")}, {S("[hh]:mm:ss"), S("1.5"), S("36:00:00")},
        {S("[mm]:ss"), S("0.0625"), S("90:00")}, {S("[s]"), S("0.0625"), S("5400")},
        {S("[<1]h:mm;d/m/yyyy"), S("0.5"), S("12:00")}, {S("[<1]h:mm;d/m/yyyy"), S("32933"), S("1990-03-01")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str got = shown_by(a, scratch, cases[i].format, cases[i].number);
        if (!str_equal(got, cases[i].shown)) print_message("%s: %s\n", cases[i].format.p, str_z(a, got));
        CHECK(str_equal(got, cases[i].shown));
    }
    CHECK(str_equal(csv_of(a, scratch, S("<row><c s='5'><v>32933</v></c><c s='6'><v>1.25</v></c></row>")), S("1990-03,30:00:00\n")));
}

TEST(a_number_made_of_digits_and_letters_between_is_as_it_is_shown)
{
    static const struct { Str format, number, shown; } cases[] = {
        {S("00000000000"), S("2055510001"), S("02055510001")}, {S("00000"), S("42"), S("00042")},
        {S("00000"), S("1234567"), S("1234567")}, {S("000-000-0000"), S("2055510001"), S("205-551-0001")},
        {S("\"0\"##########"), S("2055510001"), S("02055510001")}, {S("\"0\"General"), S("2055510001"), S("02055510001")},
        {S("\\0#"), S("20"), S("020")}, {S("\"+856 \"## ### ###"), S("20555100"), S("+856 20 555 100")},
        {S("\"P-\"0000"), S("7"), S("P-0007")}, {S("000\\.000"), S("1234"), S("001.234")}, {S("00000;-00000;;@"), S("42"), S("00042")},
        {S("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####"), S("5551234"), S("555-1234")},
        {S("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####"), S("2055551234"), S("(205) 555-1234")},
        {S("[$-41E]0000"), S("7"), S("0007")}, {S("_(00000_)"), S("42"), S("00042")}, {S("00"), S("0"), S("00")},
        {S("0##########"), S("2055510001"), S("02055510001")}, {S("0##########"), S("205551000"), S("00205551000")},
        {S("##0#"), S("7"), S("07")}, {S("0000 ####"), S("55510001"), S("5551 0001")},
        // amounts and measures stay numbers
        {S("General"), S("2055510001"), S("2055510001")}, {S("0"), S("42"), S("42")}, {S("0.00"), S("42.5"), S("42.5")},
        {S("#,##0"), S("1234567"), S("1234567")}, {S("# ##0"), S("1234567"), S("1234567")}, {S("##0"), S("7"), S("7")},
        {S("0%"), S("0.5"), S("0.5")},
        {S("0.00E+00"), S("12345"), S("12345")}, {S("# ?/?"), S("0.5"), S("0.5")}, {S("0\" years\""), S("42"), S("42")},
        {S("\"USD \"0"), S("42"), S("42")}, {S("[$\xE2\x82\xAD-454]000"), S("42"), S("42")}, {S("00000"), S("12.5"), S("12.5")},
        {S("00000"), S("-42"), S("-42")}, {S("@"), S("42"), S("42")}, {S("0"), S("123456789012345678"), S("123456789012345680")},
        {S("0.0"), S("0.30000000000000004"), S("0.30000000000000004")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str got = shown_by(a, scratch, cases[i].format, cases[i].number);
        if (!str_equal(got, cases[i].shown)) print_message("%s: %s\n", cases[i].format.p, str_z(a, got));
        CHECK(str_equal(got, cases[i].shown));
    }
}

static Str first_day(Arena *a, Arena scratch, Str workbook)
{
    Packed parts[PART_COUNT];
    archive_workbook(parts, S("<worksheet><row><c s='1'><v>43860.25</v></c></row></worksheet>"));
    parts[PART_BOOK].bytes = workbook;
    Workbook book;
    Err *e = read_parts(a, scratch, parts, PART_COUNT, &book);
    return e ? err_text(a, e) : book.n ? book.at[0].rows[0].cells[0] : S("no sheet");
}

TEST(the_dates_of_1904_begin_with_its_first_day)
{
    static const Str books[] = {
        S("<x:workbook xmlns:x='" MAIN "' xmlns:r='" OFFICE "'><x:workbookPr date1904='1'/>"
          "<x:sheet name='a' r:id='rId1'/><x:sheet name='none' r:id='rId9'/></x:workbook>"),
        S("<workbook xmlns='" MAIN "' xmlns:r='" OFFICE
          "' xmlns:x15='http://schemas.microsoft.com/office/spreadsheetml/2010/11/main'>"
          "<workbookPr date1904='true'/><sheets><sheet name='a' r:id='rId1'/></sheets>"
          "<extLst><ext uri='u'><x15:workbookPr "
          "chartTrackingRefBase='1'/></ext></extLst><x15:workbookPr/></workbook>"),
        S("<workbook xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main' "
          "xmlns:q='http://purl.oclc.org/ooxml/officeDocument/relationships'"
          "><workbookPr date1904='1'/><sheets><sheet name='a' sheetId='1' "
          "q:id='rId1'/></sheets></workbook>"),
        S("<workbook xmlns='" MAIN "' xmlns:r='" OFFICE
          "' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
          "<mc:AlternateContent><mc:Choice Requires='x15'><workbookPr "
          "date1904='0'/></mc:Choice><mc:Fallback>"
          "<workbookPr date1904='1'/></mc:Fallback></mc:AlternateContent><sheet name='a' "
          "r:id='rId1'/></workbook>"),
    };
    for (int i = 0; i < countof(books); i++) CHECK(str_equal(first_day(a, scratch, books[i]), S("2024-01-31")));
    CHECK(str_equal(first_day(a, scratch, S("<workbook xmlns='" MAIN "' xmlns:r='" OFFICE "' xmlns:y='urn:y'><workbookPr/>"
        "<y:workbookPr date1904='1'/><sheet name='a' r:id='rId1'/></workbook>")), S("2020-01-30")));
}

TEST(parts_are_found_by_their_relations_wherever_they_lie)
{
    static const struct { Str root, book, target, sheet, to;
    } cases[] = {
        {S("office/book.xml"), S("office/book.xml"), S("office/_rels/book.xml.rels"),
         S("office/s/one.xml"), S("s/one.xml")},
        {S("/book.xml"), S("book.xml"), S("_rels/book.xml.rels"), S("one.xml"), S("./one.xml")},
        {S("a\\b\\book.xml"), S("a/b/book.xml"), S("a/b/_rels/book.xml.rels"), S("a/one.xml"),
         S("..\\one.xml")},
        {S("xl/my%20book.xml"), S("xl/my book.xml"), S("xl/_rels/my book.xml.rels"),
         S("xl/sheet%201.xml"), S("/xl/sheet%201.xml")},
        {S("xl/workbook2.xml"), S("xl\\workbook2.xml"), S("xl\\_rels\\workbook2.xml.rels"),
         S("xl\\worksheets\\S.xml"), S("worksheets/s.xml")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Packed parts[PART_COUNT];
        Workbook book;
        archive_workbook(parts, S("<worksheet xmlns='" MAIN "'><row><c><v>1</v></c></row></worksheet>"));
        parts[PART_ROOT].bytes = say(a, "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            "<Relationship Id='a' Type='http://x/core-properties' Target='docProps/core.xml'/><Relationship Id='b' "
            "Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' Target='{}'/></Relationships>", cases[i].root);
        parts[PART_BOOK].path = cases[i].book;
        parts[PART_RELATIONS].path = cases[i].target;
        parts[PART_RELATIONS].bytes = say(a,
                                          "<Relationships><Relationship Id='rId1' "
                                          "Type='http://x/worksheet' Target='{}'/></Relationships>",
                                          cases[i].to);
        parts[PART_SHEET].path = cases[i].sheet;
        Err *e = read_parts(a, scratch, parts, PART_COUNT, &book);
        if (e) print_message("%d %s\n", i, str_z(a, err_text(a, e)));
        CHECK(!e && book.n == 1 && str_equal(book.at[0].rows[0].cells[0], S("1")));
    }
}

TEST(hidden_sheets_are_known_as_such)
{
    Packed parts[PART_COUNT];
    Workbook book;
    archive_workbook(parts, S("<worksheet/>"));
    parts[PART_BOOK].bytes =
        S("<workbook xmlns:r='" OFFICE "'><sheet name='a' state='hidden' r:id='rId1'/>"
          "<sheet name='b' state='veryHidden' r:id='rId1'/><sheet name='c' state='visible' "
          "r:id='rId1'/><sheet name='d' r:id='rId1'/></workbook>");
    CHECK(!read_parts(a, scratch, parts, PART_COUNT, &book) && book.n == 4);
    CHECK(book.at[0].hidden && book.at[1].hidden && !book.at[2].hidden && !book.at[3].hidden);
}

TEST(a_part_of_another_kind_is_told_and_not_read_as_empty)
{
    Packed parts[PART_COUNT];
    Workbook book;
    archive_workbook(parts, S("<o:worksheet xmlns:o='urn:other'><o:row/></o:worksheet>"));
    Err *e = read_parts(a, scratch, parts, PART_COUNT, &book);
    CHECK(e && str_find(err_text(a, e), S("sheet1.xml of this workbook is of a kind that is not "
                                          "known here: it begins with worksheet")) > 0);
    parts[PART_BOOK].bytes = S("<w:document xmlns:w='urn:word'/>");
    e = read_parts(a, scratch, parts, PART_COUNT, &book);
    CHECK(e && str_find(err_text(a, e), S("holds no Excel workbook")) > 0);
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
    CHECK(refused(a, scratch, S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"), S("old Excel workbook (.xls)")));
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
    parts[PART_SHEET].path = S("elsewhere.xml");
    CHECK(refused(a, scratch, archive_of(a, parts, PART_COUNT), S("lacks its part xl/worksheets/sheet1.xml")));
    parts[PART_SHEET].path = S("xl/worksheets/sheet1.xml");
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
