// What the files of erase/ share with the rest of register/.
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is said of it by an entry of that verb: in the tables.
must_use Err *erasing_apply(Store *s, const Effect *e, const Json *body);
must_use Err *erasure_apply(Store *s, const Effect *e, const Json *said); // … that it was carried out
must_use Err *subject_read(Store *s, const RecordType *t, Str id, Record **out); // by id, key or number, whoever asks; null: none
// What stays of a row: of these compartments what its cells say. All of them: its names and its work go, too.
must_use Err *effect_erase(Store *s, const Effect *e, unsigned compartments);
must_use Err *erasure_blocked(Store *s, const Record *person, Faults *all); // what is not over yet: of hers, or in what she is part of
must_use Err *erasure_left(Store *s, const Record *person, unsigned compartments, Buf *records, int64_t *n);
Sql erased_not(Arena *a, const RecordType *t); // of rows of alias t: those that were not erased
// The list beside the key: each line of it this register's; and it can be written, before anything is done (ERR_INPUT).
must_use Err *erasures_good(Arena *a, Str key_file, Str signer);
must_use Err *erasures_ready(Store *s);
must_use Err *erased_files(Store *s, Str holder, Str **out, int *n); // whose removal her erasure's entry says
bool verb_of_erasure(Str verb);
must_use Err *destroyed_read(Db *db, Arena *a, Map *out); // as the journal says: the keys' numbers
must_use Err *destroyed_fill(Store *s); // into their table, which is empty
bool destroyed_has(const Map *destroyed, uint64_t number);
