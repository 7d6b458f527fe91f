// Outside formats <-> our values: CSV, JSON, HTML, URL, XLSX. Nothing here knows a file or a socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

// ---- CSV (RFC 4180; UTF-8, and UTF-16; BOM and CRLF are taken, LF is written) --------------------
// A reader is fed bytes and gives rows; it holds one line at most (LINE_MOST), so a line of 1 GB is
// a fault and not a gigabyte of memory.
enum { CSV_CELL_MOST = 64 << 10, CSV_LINE_MOST = 1 << 20, CSV_CELLS_MOST = 1000 };
typedef struct { Str *cells; int n; int64_t line; Message fault; int faulty; } CsvRow; // line: where it begins;
                                             // fault.words set: this row cannot be read (bad UTF-8,
                                             // NUL, an open quote, too long); reading goes on behind it;
                                             // faulty: which cell it is, from 1; 0 when it is the row
typedef struct Csv Csv;
typedef isize CsvFeed(void *with, char *to, isize most); // bytes read, 0 at the end, -1 on error
Csv *csv_open(Arena *a, CsvFeed *feed, void *with);      // reads through `feed`, the first bytes at once
Csv *csv_over(Arena *a, Str whole);                      // reads from memory
bool csv_next(Csv *c, Arena *turn, CsvRow *out);         // false at the end; cells live in turn.
                                                         // Blank lines are passed over. A file that
                                                         // is no table at all is one fault.
bool csv_failed(const Csv *c);                           // the feed said -1
void csv_cell(Buf *o, Str cell, bool last);              // quotes only where needed; ends with , or LF
// The same rows for a spreadsheet program: with a mark that says UTF-8, and an apostrophe before what would be
// taken for a formula.
void csv_for_spreadsheet(Buf *o, Str text);
bool cell_failed(Str cell);                              // what a spreadsheet shows for a formula
                                                         // that failed: #N/A, #REF! ...

typedef struct { Str *cells; int n; } SheetRow;
typedef struct { Str name; SheetRow *rows; int n; bool hidden; } Sheet; // of a workbook, see below

// ---- a table as people send it: CSV with any separator, or a sheet of a workbook -------------------
// Told which columns it should have, it finds the separator and the sheet; what it took for granted
// is said by table_told, once its header was read.
typedef bool ColumnKnown(const void *known, Str column);
typedef struct {
    Str whole;                   // its bytes; or, when they come one by one
    CsvFeed *feed; void *with;
    Str sheet;                   // of a workbook: the one meant; empty when it is to be found
    int skip;                    // lines before the one that names the columns
    ColumnKnown *knows; const void *known; // lives as long as the rows
} TableAsk;
typedef struct {
    Csv *rows;                   // null when several sheets might be meant: ask which
    Str *sheets; int sheets_n;   // of a workbook: those that can be seen and hold something
    Str sheet;                   // the one taken
} TableFile;
must_use Err *table_file_open(Arena *a, Arena scratch, const TableAsk *ask, TableFile *out); // ERR_INPUT: what it is instead
enum { NOTES_MOST = 3 };
int table_told(Arena *a, const Csv *rows, Message to[NOTES_MOST]); // how many
Str cell_place(Arena *a, int column, int64_t line);       // C5: the column from 0, the line from 1

// ---- JSON (strict: no duplicate keys, no bad UTF-8, depth at most 32; parsed by jansson) -------------
typedef enum { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT } JsonKind;
typedef struct Json {
    JsonKind kind;
    Str text;                 // of a text; of a number or bool as written: 12, 1.5, true
    Str name;                 // of a member of an object
    const struct Json *first, *next; // members or items, in order
    int n;
} Json;
must_use Err *json_read(Arena *a, Str text, const Json **out); // ERR_INPUT says where
const Json *json_member(const Json *object, Str name);         // null when absent
// Single quotes in the literal stand for double ones; holes are quoted and escaped by their kind
// (text quoted, numbers bare, null as null; an Html hole is JSON already made).
#define json(o, lit, ...) json_fill((o), "" lit, VALS(__VA_ARGS__))
void json_fill(Buf *o, const char *lit, Vals with);
void json_text(Buf *o, Str s);                // one quoted string

// ---- HTML: a literal with holes, values escaped (the apostrophe too); attributes in single quotes ---
#define html(o, lit, ...) html_fill((o), "" lit, VALS(__VA_ARGS__))
void html_fill(Buf *o, const char *lit, Vals with);
void html_text(Buf *o, Str s);                // escaped
Html html_of(const Buf *o);                   // what html() wrote, to fill a hole unescaped

// ---- URLs and forms ----------------------------------------------------------------------------
#define url(a, lit, ...) url_fill((a), "" lit, VALS(__VA_ARGS__)) // holes are percent-encoded (RFC 3986)
Url url_fill(Arena *a, const char *lit, Vals with);
typedef struct { Str name, value; Str file, type; } Pair; // file, type: of a multipart part
typedef struct { Pair *at; int n; } Pairs;
bool url_decode(Arena *a, Str s, Str *out);   // %41 -> A; false on a bad escape, NUL or bad UTF-8
bool pairs_read(Arena *a, Str query, Pairs *out); // a=b&c=d, + is a blank; at most 1,000
bool multipart_read(Arena *a, Str type, Str body, Pairs *out); // RFC 7578; values are views of body
Str pairs_get(const Pairs *all, Str name);    // the first of that name; empty when absent
const Pair *pairs_find(const Pairs *all, Str name); // null when absent

// ---- gzip ------------------------------------------------------------------------------------------
void gzip_add(Buf *o, Arena scratch, Str bytes); // as one file of it (RFC 1952); `scratch` held parts of them

// ---- XLSX: reading (ECMA-376 part 1; sheets of one workbook, guarded against bombs) -----------------
typedef struct { Sheet *at; int n; } Workbook;
must_use Err *xlsx_read(Arena *a, Arena scratch, Str file, Workbook *out); // dates come as ISO text
void sheet_csv(Buf *o, const Sheet *sheet);   // the same rows as CSV
