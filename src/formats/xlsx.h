// The parts of a workbook while it is read; for the files of this folder that read XLSX.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "formats/formats.h"
#include <expat.h>
#include <minizip/unzip.h>

enum {
    ENTRIES_MOST = 1000,         // of the archive; sheets and relations too
    UNPACKED_MOST = 200 << 20,   // bytes, all parts together
    RATIO_MOST = 200,            // of unpacked to packed; what people fill in stays below 50
    RATIO_FREE = 1 << 20,        // below this no ratio matters
    SLOTS_MOST = 5000000,        // cells and rows, empty ones between them too
    ROWS_MOST = 1048576,         // ECMA-376: Excel's own bounds
    FORMATS_MOST = 1000, STYLES_MOST = 65536,
};

typedef struct { Str *at; isize n, cap; } Texts;

// All that is known while one workbook is read.
typedef struct {
    Arena *a, *scratch;          // what is kept; what is dropped with the book
    Str file;                    // the archive
    isize at;                    // where the archive is being read
    unzFile zip;
    XML_Parser parser;
    int64_t unpacked;
    Str part;                    // the part being read, for sentences
    Err *fault;                  // set by a handler, which stops the parser
    isize quiet;                 // bytes parsed since a handler was called
    Texts strings;               // the shared texts
    unsigned char dates[STYLES_MOST]; // by style: 1 shows a date
    int styles;
    bool from_1904;
    int64_t slots, shown;        // cells and rows; bytes of text in all cells
} Book;

// What wants to know of elements (by local name), their ends, and the text between; the last two
// may be null.
typedef struct {
    void (*open)(Book *b, void *with, const char *name, const char **pairs);
    void (*close)(Book *b, void *with, const char *name);
    void (*text)(Book *b, void *with, Str text);
} XmlReader;

// xlsx_zip.c: the archive in memory, guarded; its parts as XML.
must_use Err *book_open(Book *b);
void book_close(Book *b);
bool part_exists(Book *b, Str path);
must_use Err *part_read(Book *b, Str path, const XmlReader *reader, void *with);
void book_stop(Book *b, const char *words, Vals with); // from a handler: {} is the part first
Str attribute(const char **pairs, const char *name);   // by local name; empty when absent
bool is_named(const char *name, const char *word);

// xlsx_cell.c: what a cell shows.
must_use Err *styles_read(Book *b, Str path);
Str cell_number(const Book *b, Str text, int style);   // a number, or the date it stands for
Str text_decode(Arena *a, Str text);                   // a copy; _x000D_ is a character
