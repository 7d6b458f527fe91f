// What the files of a backup share: tables as rows that travel, parts in files, and what a backup says of itself.
// SPDX-License-Identifier: Apache-2.0
//
// A backup is a folder (0700) of
//
//     manifest        what it is, a line for each thing; the last is the register's signature over those before it
//     journal         entries; of one that continues another, those that came since
//     open            of what is made of the journal, what says nothing of anybody: the pack's sheets, the names of files
//     tables          all else that is made of it, whole, sealed in blocks under a key of this backup's own
//     keys            that key, wrapped by the unlock key, agencies and lists of keys, whole: without this part nothing sealed opens
//     beside          what stands outside the journal and lasts, whole
//     looks/…         segments of the log of looks; where an older backup has the beginning, what was added
//     attachments/…   files that records name, sealed as they lie; those that no older one has
//
// The manifest, its numbers in digits, all bytes in hexadecimal:
//
//     sukhwan-backup 2
//     register KEY              the public half, by which it is signed
//     made MS
//     entries N                 of the journal, older backups counted in
//     store alone|shared        shared: several write it, and leave numbers of entries out
//     tables HASH               of the names of tables and columns that are made of the journal
//     since HASH NAME           the backup that it continues: hash of its manifest; NAME: its folder, beside this one
//     head WRITER SEQ HASH      how far each writer's chain goes
//     part NAME FROM BYTES HASH a file; FROM: behind so many bytes of what older ones have of it
//     signature SIGNATURE       Ed25519 over the BLAKE2b-256 of the parts `sukhwan backup` and the lines before it
//
// A part of rows: for each table T · name · count of columns (4) · their names; then R · a value for each column: n, or
// i and 8 bytes, or t or b and bytes; then E. Names and bytes are led by their count (4); numbers least byte first. Sealed,
// it is blocks of whole rows, each led by its count of bytes (4); the key stands in `keys` as a table `sealing` of one row.
#pragma once
#include "looks/looks.h"
#include "register/inside.h"

// ---- tables ------------------------------------------------------------------------------------------------
// made: from the journal. passing: what is of the moment, and of no use to who comes later.
typedef enum { TABLE_JOURNAL, TABLE_KEYS, TABLE_BESIDE, TABLE_PASSING, TABLE_MADE, TABLE_KINDS } TableKind;
// types: of its columns, in the store's words; key: what rows are told apart by
// open: made, and says nothing of anybody
typedef struct { Str name, *columns, *types, *key; int n, key_n; TableKind kind; bool open; } StoreTable;
typedef struct { StoreTable *at; int n; } StoreTables;
StoreTables tables_of(Db *db, Arena *a, const Pack *pack); // by name
const StoreTable *table_named(const StoreTables *all, Str name);
Hash tables_hash(const StoreTables *all);          // of those that are made
must_use Err *tables_define(Db *db, Arena *a, Str text, bool indexes); // of a definition the indexes alone, or all else

typedef Err *CellsFn(void *with, const Val *cells);
// Each row, in the order of its key; `which` is empty, or begins with where. A row lives until the next.
must_use Err *table_read(Db *db, Arena *a, Arena turn, const StoreTable *t, Sql which, CellsFn *each, void *with);

// Rows on their way into a table, many with one statement.
typedef struct Filling {
    Db *db; Arena *a, room, now; const StoreTable *t; Str as, text; bool lasts;
    Val *cells; int rows, most; isize bytes; int64_t n;
} Filling;
// room: taken for copies of what does not last; as: the table that is filled, of the same columns.
Filling fill_begin(Db *db, Arena *a, Arena room, const StoreTable *t, Str as, bool lasts);
must_use Err *fill_row(void *filling, const Val *cells); // a CellsFn
must_use Err *fill_end(Filling *f);

// Each made table of the store against the one that was just made: ERR_BROKEN names the first that differs. was: its rows, in
// tables called "was.NAME" beside them.
must_use Err *was_define(Db *db, Arena *a, const StoreTable *t);
Str was_name(Arena *a, const StoreTable *t);
must_use Err *was_compare(Db *db, Arena *a, const StoreTables *all);

// ---- parts -------------------------------------------------------------------------------------------------
typedef struct { Str name; int64_t from, bytes; Hash hash; } Part;
// blocks: it is sealed; null: it stands in clear.
typedef struct PartOut {
    Arena *a; Str path; Growing file; Hashing hash; Buf o, sealed; SealedBlocks *blocks; int64_t unsynced; Part part;
} PartOut;
must_use Err *part_begin(Arena *a, Str folder, Str name, PartOut *out);
must_use Err *part_bytes(PartOut *out, Str bytes);
must_use Err *part_table(PartOut *out, const StoreTable *t);
must_use Err *part_row(PartOut *out, const StoreTable *t, const Val *cells);
must_use Err *part_table_end(PartOut *out);
must_use Err *part_end(PartOut *out);
// Read as it lies: what is given back points into the bytes; of a sealed one it lives until the next row. False: at the end, or
// it is not what a part is: wrong.
typedef struct { Str rest, sealed; SealedBlocks *blocks; bool wrong; int columns; char *room; isize room_n; } PartIn;
bool part_next(PartIn *in, Arena *a, StoreTable *out); // name and columns alone, which last
bool part_next_row(PartIn *in, Arena *a, Val *cells);
// The key of its sealed part, in its part `keys`.
must_use Err *sealing_save(PartOut *keys, const Secrets *secrets, const SealedBlocks *blocks);
must_use Err *sealing_read(Arena *a, Str folder, const Secrets *secrets, SealedBlocks *out); // secrets null: ERR_INPUT
extern const Str sealing_name; // of its table, which is no store's

// ---- what it says of itself ----------------------------------------------------------------------------------
typedef struct { Str writer, hash; int64_t seq; } BackupHead;
typedef struct Backup {
    Str folder, signer, since; Hash since_hash, tables, own;
    int64_t ms, entries; bool shared;
    BackupHead *heads; Part *parts; int heads_n, parts_n, heads_cap, parts_cap;
    Map by_name;             // of parts, to their place
    struct Backup *older;    // that it continues; null: it stands by itself
} Backup;
Part *backup_part_add(Arena *a, Backup *b, Part one);
const Part *backup_part(const Backup *b, Str name);
must_use Err *backup_write(Arena *a, Backup *b, const Signer *signer); // its manifest
must_use Err *backup_read(Arena *a, Str folder, Backup **out); // with all that it continues
// Each file is there and nothing else, of its size; an older one may have lost its keys.
must_use Err *backup_met(Arena *a, const Backup *b, bool newest);
must_use Err *backup_whole(Arena *a, const Backup *b); // … byte for byte; with all that it continues
const Part *backup_find(const Backup *b, Str name, const Backup **in); // the newest part of that name

// ---- taken into a store ----------------------------------------------------------------------------------------
// Everything of it, inside a write of the Store's: tables as they are carried, or, where this program makes them otherwise,
// or they are to be compared, made from the journal.
must_use Err *backup_load(const Backup *b, Store *to, bool compare);
// A Store of a register that is not open yet, over a connection of its own: what making tables needs.
Store store_bare(Register *reg, Db *db, Arena *a, Arena scratch);
// A folder that is being made beside what it will be called; one that somebody left unfinished goes.
typedef struct { Str to, path, mark; Lock *lock; } Making;
must_use Err *making_begin(Arena *a, Str to, Making *out);
must_use Err *making_end(Arena *a, Making *m); // it is there, whole
void making_drop(Arena *a, Making *m);
