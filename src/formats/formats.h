// Outside formats <-> our values: CSV, JSON, HTML, URL, XLSX. Nothing here knows a file or a socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

// ---- CSV (RFC 4180, UTF-8; BOM and CRLF are taken, LF is written) --------------------------------
// A reader is fed bytes and gives rows; it holds one line at most (LINE_MOST), so a line of 1 GB is
// a fault and not a gigabyte of memory.
enum { CSV_CELL_MOST = 64 << 10, CSV_LINE_MOST = 1 << 20, CSV_CELLS_MOST = 1000 };
typedef struct { Str *cells; int n; int64_t line; Message fault; int faulty; } CsvRow; // line: where it begins;
                                             // fault.words set: this row cannot be read (bad UTF-8,
                                             // NUL, an open quote, too long); reading goes on behind it;
                                             // faulty: which cell it is, from 1; 0 when it is the row
typedef struct Csv Csv;
typedef isize CsvFeed(void *with, char *to, isize most); // bytes read, 0 at the end, -1 on error
Csv *csv_open(Arena *a, CsvFeed *feed, void *with);      // reads through `feed`
Csv *csv_over(Arena *a, Str whole);                      // reads from memory
bool csv_next(Csv *c, Arena *turn, CsvRow *out);         // false at the end; cells live in turn.
                                                         // Blank lines are passed over.
bool csv_failed(const Csv *c);                           // the feed said -1
void csv_cell(Buf *o, Str cell, bool last);              // quotes only where needed; ends with , or LF
// The same rows for a spreadsheet program: with a mark that says UTF-8, and an apostrophe before what would be
// taken for a formula.
void csv_for_spreadsheet(Buf *o, Str text);

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

// ---- XLSX: reading (ECMA-376 part 1; sheets of one workbook, guarded against bombs) -----------------
typedef struct { Str *cells; int n; } SheetRow;
typedef struct { Str name; SheetRow *rows; int n; } Sheet;
typedef struct { Sheet *at; int n; } Workbook;
must_use Err *xlsx_read(Arena *a, Arena scratch, Str file, Workbook *out); // dates come as ISO text
void sheet_csv(Buf *o, const Sheet *sheet);   // the same rows as CSV
