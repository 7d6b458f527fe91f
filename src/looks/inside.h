// What the files of looks/ share and nobody else sees.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "looks/looks.h"

enum { LINE_HASH = 44, SEGMENT_DIGITS = 6 };  // letters of a hash in base64; of a segment's number in its file's name

typedef enum { LINE_HEAD, LINE_LOOK, LINE_SIGN, LINE_END, LINE_KINDS } LineKind;
typedef struct Line {
    LineKind kind;
    Str words, hash;         // what stands before the hash; the hash itself, 32 bytes
    int64_t segment, ms, looks; // as far as its kind says them
    Str chain, before, signature; // before, signature: bytes
    Look look;               // its items are read by line_items
    Str items;
} Line;
// The next line of a text; *rest goes on behind it. False: none that is whole and of a known form.
bool line_next(Arena *a, Str *rest, Line *out);
bool line_seen(Arena *a, Str *rest, Line *out); // its hash as the letters that stand there: for who checks nothing
LookItem *line_items(Arena *a, Str items, int *n); // null: they cannot be read
Str line_begun(Arena *a, const Line *head);
void look_words(Buf *o, const Look *look);
Str signed_words(Arena *a, LineKind kind, int64_t looks, Str signature);
Hash line_hash(Str before, Str words);
Hash mark_words(Str chain, int64_t segment, int64_t looks, Str before);
void line_close(Buf *o, Str *hash, Hash *room); // adds the hash of what stands in o behind *hash, and its end; *hash is then that

// ---- files ---------------------------------------------------------------------------------------------
typedef struct Segment { Str chain, path; int64_t number; } Segment;
Str segment_name(Arena *a, Str chain, int64_t number);
// Of a folder, and of another where moved ones lie (or empty), by chain and number; what lies in both, once. strange: the first
// file that is none, or empty.
must_use Err *segments_list(Arena *a, Str folder, Str also, Segment **out, int *n, Str *strange);

// ---- the index behind an ended segment: where each id and each user stands ------------------------------
typedef struct Shown { Str text, index; Str mapped; } Shown; // index: empty, the segment has none
must_use Err *segment_open(Arena *a, Str path, Shown *out);
void segment_close(const Shown *shown);
Str index_make(Arena *a, Str text);           // with its end, by which it is found
uint64_t index_word(Str word);
uint32_t *index_find(Arena *a, const Shown *shown, const uint64_t *words, int words_n, int *n); // the places of lines that may name one
Str user_word(Arena *a, Str user);
