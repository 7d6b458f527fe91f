// What a file is that was sent for a table, by its first bytes; and what a cell shows that failed.
// SPDX-License-Identifier: Apache-2.0
#include "formats/csv.h"

// `inside` stands anywhere in the bytes at hand.
typedef struct { Str begins; Str inside; const char *words; } Kind;

static const char xls[] =
    "This is an old Excel workbook (.xls): open it and save it as .xlsx, then choose that file.";
static const char page[] = "This is a web page (HTML), whatever its name says: open it in a "
    "spreadsheet and save it as .xlsx or as CSV UTF-8.";
static const char picture[] = "This is a picture, not a table: choose a table saved as CSV or .xlsx.";
static const char packed[] =
    "This is a compressed file: unpack it, and choose the table that lies in it.";
static const char program_file[] = "This is a program, not a table.";
static const char film[] = "This is a sound or a film, not a table.";

// Of several that fit the first is told: those with something inside stand before the general one.
static const Kind kinds[] = {
    // OLE, [MS-CFB]: names of streams are UTF-16
    {S("\xD0\xCF\x11\xE0"), S("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
     "This workbook asks for a password: open it, save it without one, and choose that file."},
    {S("\xD0\xCF\x11\xE0"), S("W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"),
     "This is an old Word document (.doc), not a table: copy its table into a spreadsheet and save "
     "that as .xlsx."},
    {S("\xD0\xCF\x11\xE0"), S("P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0"),
     "This is an old PowerPoint file (.ppt), not a table."},
    {S("\xD0\xCF\x11\xE0"), S("__substg1.0_"), "This is a mail of Outlook: save the table that is "
     "attached to it, and choose that file."},
    {S("\xD0\xCF\x11\xE0"), S(""), xls},
    {S("\x09\x08\x10\0"), S(""), xls}, {S("\x09\x08\x08\0"), S(""), xls}, // BIFF without OLE
    {S("\x09\x04\x06\0"), S(""), xls}, {S("\x09\x02\x06\0"), S(""), xls},
    {S("\x09\0\x04\0"), S(""), xls},
    // archives
    {S("PK\3\4"), S("application/vnd.oasis.opendocument.spreadsheet"),
     "This is a spreadsheet of LibreOffice (.ods): open it and save it as .xlsx."},
    {S("PK\3\4"), S("application/vnd.oasis.opendocument.text"),
     "This is a text document of LibreOffice (.odt), not a table: copy its table into a spreadsheet and "
     "save that as .xlsx."},
    {S("PK\3\4"), S("xl/workbook.bin"),
     "This is a binary Excel workbook (.xlsb): open it and save it as .xlsx."},
    {S("PK\3\4"), S("word/document.xml"), "This is a Word document (.docx), not a table: copy its "
     "table into a spreadsheet and save that as .xlsx."},
    {S("PK\3\4"), S("ppt/presentation.xml"), "This is a PowerPoint file (.pptx), not a table."},
    {S("PK\3\4"), S("Index/Document.iwa"),
     "This is a spreadsheet of Apple Numbers: export it as Excel (.xlsx), and choose that file."},
    {S("PK\3\4"), S(""), "This archive holds no Excel workbook: unpack it and choose the table "
     "inside, or save the sheets as .xlsx."},
    {S("PK\5\6"), S(""), "This archive is empty."},
    {S("\x1F\x8B"), S(""), packed}, {S("BZh"), S("1AY&SY"), packed},
    {S("7z\xBC\xAF\x27\x1C"), S(""), packed}, {S("Rar!\x1A\x07"), S(""), packed},
    {S("\xFD" "7zXZ\0"), S(""), packed}, {S("\x28\xB5\x2F\xFD"), S(""), packed},
    // pictures and papers
    {S("\xFF\xD8\xFF"), S(""), picture}, {S("\x89PNG\r\n\x1A\n"), S(""), picture},
    {S("GIF87a"), S(""), picture}, {S("GIF89a"), S(""), picture},
    {S("BM"), S("\0\0\0\0"), picture}, {S("II*\0"), S(""), picture}, {S("MM\0*"), S(""), picture},
    {S("RIFF"), S("WEBPVP8"), picture}, {S("\0\0\0"), S("ftyphei"), picture},
    {S("\0\0\0"), S("ftypmif1"), picture}, {S("\0\0\0"), S("ftypavif"), picture},
    {S("\0\0\0"), S("ftyp"), film}, {S("ID3\3"), S(""), film}, {S("ID3\4"), S(""), film},
    {S("OggS\0"), S(""), film}, {S("RIFF"), S("WAVEfmt "), film},
    {S("%PDF-"), S(""), "This is a PDF, not a table: find the table that it was printed from, and "
     "choose that."},
    {S("{\\rtf"), S(""), "This is a text document (RTF), not a table: copy its table into a "
     "spreadsheet and save that as .xlsx."},
    // databases and programs
    {S("SQLite format 3\0"), S(""),
     "This is a database (SQLite), not a table: export the table as CSV, and choose that file."},
    {S("\0\1\0\0"), S("Standard Jet DB"),
     "This is a database (Access), not a table: export the table as .xlsx, and choose that file."},
    {S("\0\1\0\0"), S("Standard ACE DB"),
     "This is a database (Access), not a table: export the table as .xlsx, and choose that file."},
    {S("$FL2@(#)"), S(""), "This is a file of SPSS (.sav): export it as CSV UTF-8."},
    {S("<stata_dta>"), S(""), "This is a file of Stata (.dta): export it as CSV UTF-8."},
    {S("\x7F" "ELF"), S(""), program_file}, {S("MZ\x90\0"), S(""), program_file},
    {S("\xFF\xFE\0\0"), S(""),
     "This text is UTF-32, which hardly any program reads: save it as CSV UTF-8."},
    {S("\0\0\xFE\xFF"), S(""),
     "This text is UTF-32, which hardly any program reads: save it as CSV UTF-8."},
};

// Text that is marked up: found behind a mark and blanks, in any case.
static const Kind written[] = {
    {S("<!doctype html"), S(""), page}, {S("<html"), S(""), page}, {S("<table"), S(""), page},
    {S("<head"), S(""), page}, {S("<body"), S(""), page}, {S("<meta"), S(""), page},
    {S("mime-version:"), S(""), page},
    {S("<?xml"), S("progid=\"excel.sheet\""),
     "This is an Excel 2003 workbook (XML): open it and save it as .xlsx."},
    {S("<?xml"), S("urn:schemas-microsoft-com:office:spreadsheet"),
     "This is an Excel 2003 workbook (XML): open it and save it as .xlsx."},
    {S("<?xml"), S("<html"), page},
    {S("<?xml"), S(""), "This is XML, not a table: export the table as CSV UTF-8 or .xlsx."},
    {S("{\""), S(""), "This is JSON, not a table: export the table as CSV UTF-8 or .xlsx."},
    {S("[{"), S(""), "This is JSON, not a table: export the table as CSV UTF-8 or .xlsx."},
    {S("{\\rtf"), S(""), "This is a text document (RTF), not a table: copy its table into a "
     "spreadsheet and save that as .xlsx."},
    {S("id;pwxl"), S(""), "This is a table in SYLK (.slk): open it in a spreadsheet and save it as "
     ".xlsx."},
};

static const char *kind_find(const Kind *all, isize n, Str head)
{
    for (isize i = 0; i < n; i++) {
        if (!str_starts(head, all[i].begins)) continue;
        if (!all[i].inside.n || str_find(head, all[i].inside) >= 0) return all[i].words;
    }
    return 0;
}

const char *file_stranger(Str head)
{
    enum { WRITTEN = 2048 };
    char room[WRITTEN];
    const char *words = kind_find(kinds, countof(kinds), head);
    if (words) return words;
    if (str_starts(head, S("\xEF\xBB\xBF"))) head = str_slice(head, 3, head.n);
    while (head.n && strchr(" \t\r\n", *head.p) && *head.p) head = str_slice(head, 1, head.n);
    isize n = head.n < WRITTEN ? head.n : WRITTEN;
    for (isize i = 0; i < n; i++)
        room[i] = (char)(head.p[i] >= 'A' && head.p[i] <= 'Z' ? head.p[i] + 'a' - 'A' : head.p[i]);
    return kind_find(written, countof(written), (Str){room, n});
}

// In whatever language a spreadsheet speaks: #REF!, #WERT!, #NOM?
static bool shouted(Str text)
{
    char last = text.n > 3 ? text.p[text.n - 1] : 0;
    for (isize i = 1; i < text.n - 1; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool divides = last == '!' && (c == '/' || c == '0');
        if (c < 0x80 && (c < 'A' || c > 'Z') && c != '_' && !divides) return false;
    }
    return last == '!' || last == '?';
}

// LibreOffice numbers them, and writes them so into CSV: Err:502.
static bool numbered(Str text)
{
    int64_t n;
    return text.n == 7 && str_starts(text, S("Err:")) && str_int(str_slice(text, 4, 7), &n) && n >= 500;
}

static bool only_signs(Str text)
{
    for (isize i = 0; i < text.n; i++) {
        if (text.p[i] != '#') return false;
    }
    return text.n > 2; // the column was too narrow for what stands in it
}

// What Excel, LibreOffice and Google's sheets write for them (ECMA-376 part 1, 18.18.11, and later).
bool cell_failed(Str cell)
{
    static const Str all[] = {S("#N/A"), S("#N/D"), S("#NV"), S("#N/B"), S("#I/T"), S("#GETTING_DATA")};
    Str text = str_trim(cell);
    if (!str_starts(text, S("#"))) return numbered(text);
    for (int i = 0; i < countof(all); i++) {
        if (str_equal(text, all[i])) return true;
    }
    return shouted(text) || only_signs(text);
}
