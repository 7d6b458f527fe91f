// The parts of a workbook while it is read; for the files of this folder that read XLSX.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "formats/csv.h"
#include <expat.h>
#include <minizip/unzip.h>

enum {
    ENTRIES_MOST = 1000,         // of the archive; sheets and relations too
    UNPACKED_MOST = 200 << 20,   // bytes, all parts together
    RATIO_MOST = 200,            // of unpacked to packed; what people fill in stays below 50
    RATIO_FREE = 1 << 20,        // below this no ratio matters
    SLOTS_MOST = 5000000,        // cells and rows, empty ones between them too
    ROWS_MOST = 1048576,         // ECMA-376: Excel's own bounds
    FORMATS_MOST = 1000, STYLES_MOST = 65536, SHAPE_MOST = 120,
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
    Str *formats;                // by style
    int styles;
    bool foreign;                // the part read last is of another kind: its first element is not ours
    bool from_1904;
    int64_t slots, shown;        // cells and rows; bytes of text in all cells
} Book;

// What wants to know of elements, their ends, and the text between; the last two may be null. Elements
// are those of the two namespaces of SpreadsheetML and of the relations, by their local name; others
// are passed over with all that stands in them.
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
Str attribute(const char **pairs, const char *name);   // without a namespace; empty when absent
Str attribute_linked(const char **pairs, const char *name); // of the relations' namespace: r:id
bool is_named(const char *name, const char *word);

// xlsx_parts.c: which parts there are, by their relations.
typedef struct { Str id, type, target; } Relation;
typedef struct { Relation at[ENTRIES_MOST]; int n; } Relations;
must_use Err *relations_read(Book *b, Str part, Relations *out); // part: whose they are; empty: the archive's
const Relation *relation_of(const Relations *all, Str id);
const Relation *relation_like(const Relations *all, Str end);   // the first whose type ends so

// xlsx_format.c: what a number format shows.
typedef struct {
    bool year, day, hour, minute, second, dated; // dated: any of these
    int month;
    char elapsed;                // h, m or s: counted on past a day
    bool foreign;                // a calendar whose months are not ours
    bool other;                  // decimals, thousands, percent, an exponent, a fraction, text
    bool money, fixed, letters_behind; // fixed: digits or a plus of its own
    char parted, between, last;  // between: what stood behind a place; parted: and before another
    int places, zeros;
    char shape[SHAPE_MOST]; int shape_n; // places and the letters between them
} Section;
Str format_built_in(int64_t id);               // empty when it shows a plain number
Section section_read(Str code, double number); // the section that shows this number, from 0
bool section_shapes(const Section *s);         // it writes a number, padded or in groups: 0205 551 0001
Str section_shape(Arena *a, const Section *s, Str digits);

// xlsx_cell.c: what a cell shows.
must_use Err *styles_read(Book *b, Str path);
Str cell_number(const Book *b, Str text, int style);   // a number, or the date it stands for
Str cell_day(const Book *b, Str text, int style);      // of ISO 8601, as precise as it is shown
Str text_decode(Arena *a, Str text);                   // a copy; _x000D_ is a character
