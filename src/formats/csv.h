// What a table is made of while it is read; for the files of this folder that read tables.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "formats/formats.h"

// utf16.c: a feed of UTF-8 over one of UTF-16. `head` is what was read of it already.
typedef enum { UTF16_NONE, UTF16_LITTLE, UTF16_BIG } Utf16Kind;
typedef struct {
    Utf16Kind kind;
    CsvFeed *feed; void *with;   // null: there is no more than the head
    char *raw; isize n, at;
    char letter[4]; isize letter_n, given; // as UTF-8, and how much of it was given
    bool ended, failed;
} Utf16;
Utf16Kind utf16_kind(Str head);
Utf16 *utf16_open(Arena *a, Utf16Kind kind, Str head, CsvFeed *feed, void *with);
isize utf16_feed(void *utf16, char *to, isize most);

// kinds.c: what a file is that is no table of text; null when it may be one.
const char *file_stranger(Str head);

// csv.c: what the reader was told, and what it found out.
void csv_knows(Csv *c, int skip, ColumnKnown *knows, const void *known);
Csv *csv_sheet(Arena *a, const Sheet *sheet, Str others); // others: told beside it; empty when it is alone
Str csv_head(const Csv *c);      // its first bytes, without taking them
const char *csv_stranger(const Csv *c); // what it is instead of a table; null when it may be one
typedef struct { Utf16Kind utf16; char separator; const Sheet *sheet; Str others; } CsvTold;
CsvTold csv_told(const Csv *c);
