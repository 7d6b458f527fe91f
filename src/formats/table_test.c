// Tests of tables as people send them: separators, UTF-16, sheets, and what is no table.
// SPDX-License-Identifier: Apache-2.0
#include "formats/drip_test.h"
#include "formats/formats.h"
#include "formats/xlsx_test.h"
#include "base/test.h"

static bool known_here(const void *known, Str column)
{
    Str rest = str_from(known), word;
    while (str_word(&rest, &word)) {
        if (str_equal(word, column)) return true;
    }
    return false;
}

// A record a line, cells parted by |; then what was told.
static Str read_as(Arena *a, Arena scratch, TableAsk ask)
{
    TableFile t;
    Message told[NOTES_MOST];
    Buf o = buf_in(a);
    ask.knows = known_here;
    ask.known = "key given_name born name,or;alias";
    Err *e = table_file_open(a, scratch, &ask, &t);
    if (e) return err_text(a, e);
    if (!t.rows) return say(a, "which? {}", str_join(a, t.sheets, t.sheets_n, S(", ")));
    for (CsvRow row; csv_next(t.rows, a, &row);) {
        if (row.fault.words) buf_fill(&o, "{}:{}", VALS(row.line, message_text(a, row.fault)));
        for (int i = 0; i < row.n; i++) buf_fill(&o, "{}|", VALS(row.cells[i]));
        buf_char(&o, '\n');
    }
    int n = table_told(a, t.rows, told);
    for (int i = 0; i < n; i++) buf_add(&o, message_text(a, told[i]));
    return buf_str(&o);
}

static Str read_text(Arena *a, Arena scratch, Str text)
{
    return read_as(a, scratch, (TableAsk){.whole = text});
}

typedef struct { Str text, rows, told; } Case;

TEST(the_separator_is_the_one_that_shows_the_known_columns)
{
    static const Case cases[] = {
        {S("key,given_name\nK1,a;b\n"), S("key|given_name|\nK1|a;b|\n"), S("")},
        {S("key;given_name\nK1;a,b\n"), S("key|given_name|\nK1|a,b|\n"), S("parted by semicolons")},
        {S("key;given_name;born\n\"K;1\";x;2001\n"), S("key|given_name|born|\nK;1|x|2001|\n"), S("semicolons")},
        {S("key\tgiven_name\nK1\ta;b\n"), S("key|given_name|\nK1|a;b|\n"), S("parted by tabs")},
        {S("key|born\nK1|2001\n"), S("key|born|\nK1|2001|\n"), S("upright strokes")},
        {S("key,\"name,or;alias\"\nK1,x\n"), S("key|name,or;alias|\nK1|x|\n"), S("")}, // its name holds both
        {S("key,name;one\nK1,x\n"), S("key|name;one|\nK1|x|\n"), S("")},
        {S("key;given_name,born\nK1;x,2\n"), S("key;given_name|born|\nK1;x|2|\n"), S("")}, // one is known either way
        {S("kee;name\nK1;x\n"), S("kee|name|\nK1|x|\n"), S("semicolons")}, // nothing is known: what parts it at all
        {S("key\nK;1\n"), S("key|\nK;1|\n"), S("")},
        {S("\xC2\xA0key;\xE2\x80\x8Bgiven_name\nK;1\n"), S("\xC2\xA0key|\xE2\x80\x8Bgiven_name|\nK|1|\n"), S("semicolons")},
        {S("sep=;\nkey;born\nK1;1\n"), S("key|born|\nK1|1|\n"), S("semicolons")},
        {S("\xEF\xBB\xBFSEP=\t\r\nkey\tborn\r\nK1\t1\r\n"), S("key|born|\nK1|1|\n"), S("tabs")},
        {S("sep=,\nkey,born\nK1,1;2\n"), S("key|born|\nK1|1;2|\n"), S("")},
        {S("key;given_name\nK1;\xFF\n"), S("key|given_name|\n2:This line is not UTF-8 text but of an older encoding"), S("Windows-1252")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str got = read_text(a, scratch, cases[i].text);
        if (!str_starts(got, cases[i].rows)) print_message("%s", str_z(a, got));
        CHECK(str_starts(got, cases[i].rows));
        CHECK(cases[i].told.n ? str_find(got, cases[i].told) > 0 : got.n == cases[i].rows.n);
    }
}

TEST(the_lines_of_a_file_are_counted_from_its_first)
{
    CHECK(str_find(read_text(a, scratch, S("sep=;\nkey;born\nK1;1\nK2;\xFF\n")), S("4:This line is not")) > 0);
}

static Str utf16(Arena *a, Str text, bool big, bool mark)
{
    Buf o = buf_in(a);
    if (mark) buf_add(&o, big ? S("\xFE\xFF") : S("\xFF\xFE"));
    while (text.n) {
        int32_t c = utf8_next(&text), units[2] = {c, 0}, n = 1;
        if (c >= 0x10000) units[0] = 0xD800 + ((c - 0x10000) >> 10), units[1] = 0xDC00 + ((c - 0x10000) & 0x3FF), n = 2;
        for (int i = 0; i < n; i++) {
            buf_char(&o, (char)(big ? units[i] >> 8 : units[i]));
            buf_char(&o, (char)(big ? units[i] : units[i] >> 8));
        }
    }
    return buf_str(&o);
}

TEST(utf16_is_read_in_either_order_with_and_without_its_mark)
{
    static const Str text = S("key\tgiven_name\r\nK1\t\xE0\xBA\x99\xE0\xBB\x89\xE0\xBA\xAD\xE0\xBA\x8D \xF0\x9F\x8C\xBE\r\n");
    static const Str rows = S("key|given_name|\nK1|\xE0\xBA\x99\xE0\xBB\x89\xE0\xBA\xAD\xE0\xBA\x8D \xF0\x9F\x8C\xBE|\n");
    for (int i = 0; i < 8; i++) {
        Str bytes = utf16(a, text, i & 1, i & 2);
        Drip d = {bytes, 3};
        Str got = i & 4 ? read_as(a, scratch, (TableAsk){.feed = drip, .with = &d}) : read_text(a, scratch, bytes);
        CHECK(str_starts(got, rows) && str_find(got, S("UTF-16")) > 0 && str_find(got, S("tabs")) > 0);
    }
}

TEST(utf16_longer_than_a_window_loses_no_letter)
{
    enum { LINES = 200000 };
    Buf o = buf_in(a);
    buf_add(&o, S("key,born\n"));
    for (int i = 0; i < LINES; i++) buf_fill(&o, "\xE0\xBA\x81{},2001\n", VALS(i));
    Drip d = {utf16(a, buf_str(&o), false, true), 65536};
    TableFile t;
    CHECK(!table_file_open(a, scratch, &(TableAsk){.feed = drip, .with = &d}, &t));
    CsvRow row;
    CHECK(csv_next(t.rows, a, &row) && str_equal(row.cells[0], S("key")));
    for (int i = 0; i < LINES; i++) {
        Arena turn = scratch;
        CHECK(csv_next(t.rows, &turn, &row) && row.n == 2 && str_equal(row.cells[0], say(&turn, "\xE0\xBA\x81{}", i)));
    }
    CHECK(!csv_next(t.rows, a, &row));
}

TEST(half_a_pair_or_half_a_letter_of_utf16_is_a_fault_of_its_line)
{
    Str got = read_text(a, scratch, S("\xFF\xFEk\0e\0y\0\n\0a\0\x00\xD8\n\0b\0\n\0c"));
    CHECK(str_starts(got, S("key|\n2:This line is not UTF-8")) && str_find(got, S("\nb|\n4:This line is not")) > 0);
}

TEST(what_is_no_table_is_named_for_what_it_is)
{
    static const struct { Str bytes, words; } cases[] = {
        {S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 W\0o\0r\0k\0b\0o\0o\0k\0"),
         S("This is an old Excel workbook (.xls): open it and save it as .xlsx")},
        {S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"), S("asks for a password")},
        {S("\xFF\xD8\xFF\xE0\0\x10JFIF"), S("This is a picture")}, {S("\x89PNG\r\n\x1A\n..."), S("This is a picture")},
        {S("BM\x36\0\x0C\0\0\0\0\0\x36\0\0\0"), S("This is a picture")}, {S("%PDF-1.7\n"), S("This is a PDF")},
        {S("key,born\rK1,2001\rK2,2002\r"), S("This file ends its lines as old Macintosh programs do")},
        {S("\x1F\x8B\x08\0"), S("compressed")},
        {S("SQLite format 3\0\x10"), S("a database (SQLite)")},
        {S("\r\n <HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"), S("a web page")},
        {S("\xEF\xBB\xBF<table><tr>"), S("a web page")},
        {S("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>"), S("Excel 2003 workbook")},
        {S("[{\"key\":1}]"), S("JSON")}, {S("{\\rtf1"), S("RTF")}, {S("\xFF\xFE\0\0k\0\0\0"), S("UTF-32")},
        {S("\0\0\0\x20" "ftypheic"), S("This is a picture")}, {S("\0\0\0\x20" "ftypisom"), S("a sound or a film")},
    };
    for (int i = 0; i < countof(cases); i++) CHECK(str_find(read_text(a, scratch, cases[i].bytes), cases[i].words) >= 0);
}

TEST(an_archive_that_is_no_workbook_is_named_for_what_it_holds)
{
    static const struct { Str path, bytes, words; } cases[] = {
        {S("mimetype"), S("application/vnd.oasis.opendocument.spreadsheet"), S("LibreOffice (.ods): open it and save it as .xlsx")},
        {S("word/document.xml"), S("<w/>"), S("a Word document")}, {S("xl/workbook.bin"), S(""), S(".xlsb")},
        {S("Index/Document.iwa"), S(""), S("Apple Numbers")}, {S("photo.jpg"), S("x"), S("holds no Excel workbook")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Packed part = {cases[i].path, cases[i].bytes, false};
        CHECK(str_find(read_text(a, scratch, archive_of(a, &part, 1)), cases[i].words) >= 0);
    }
}

TEST(what_begins_like_something_else_is_still_a_table)
{
    static const Str cases[] = {S("key,ftype\n"), S("ID;Place\n"), S("MZ,key\n"), S("PK,key\n"), S("{x},key\n"), S("<5 years,key\n"),
        S("RIFF,key\n"), S("GIF,key\n"), S("BZh,key\n"), S("II,key\n"), S("")};
    for (int i = 0; i < countof(cases); i++) CHECK(str_find(read_text(a, scratch, cases[i]), S("This ")) < 0);
}

TEST(a_failed_cell_is_known_by_what_it_shows)
{
    static const Str failed[] = {S("#N/A"), S("#REF!"), S(" #DIV/0! "), S("#NAME?"), S("#SPILL!"),
        S("#WERT!"), S("#NOM?"), S("#NV"), S("#\xC2\xA1VALOR!"), S("#GETTING_DATA"), S("Err:502"), S("#####")};
    static const Str fine[] = {S(""), S("#"), S("#12"), S("#N/A?"), S("N/A"), S("#ref!"), S("no #N/A here"),
        S("##"), S("#1!"), S("#!"), S("#Noy!"), S("Err:5020"), S("Err:12a"), S("Err: 502"), S("Err:404")};
    for (int i = 0; i < countof(failed); i++) CHECK(cell_failed(failed[i]));
    for (int i = 0; i < countof(fine); i++) CHECK(!cell_failed(fine[i]));
    CHECK(str_equal(cell_place(a, 0, 1), S("A1")) && str_equal(cell_place(a, 25, 9), S("Z9")));
    CHECK(str_equal(cell_place(a, 26, 10), S("AA10")) && str_equal(cell_place(a, 702, 3), S("AAA3")));
}
