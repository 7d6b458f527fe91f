// What the files of the driver for PostgreSQL share.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "db/driver.h"
#include <libpq-fe.h>

// Answers lie on a stack, noted in the Db, since an exhausted arena leaves by a jump.
void pg_hold(Db *db, PGresult *r);
PGresult *pg_answer(const Db *db);            // the one on top
void pg_drop(Db *db);
bool pg_answered(const Db *db);               // and not refused
must_use Err *pg_refused(Db *db, Arena *a, Str text); // the answer on top as an error; it is dropped
Str pg_line(Arena *a, const char *text);
must_use Err *pg_tell(Db *db, Arena *a, Str text); // without values, by itself
must_use Err *pg_execute(Db *db, Arena *a, Statement *s, Vals values); // leaves the answer on top
must_use Err *postgres_prepare(Db *db, Arena *a, Statement *s);
void postgres_forget(Db *db, Statement *s);
must_use Err *postgres_run(Db *db, Arena *a, Statement *s, Vals values, Rows *out);
void postgres_parcel_begin(Db *db);
must_use Err *postgres_parcel_end(Db *db, Arena *a);
void postgres_release(Db *db);
Err *postgres_refusal(Arena *a, Str code, Str reason, Str text); // never null; code: an SQLSTATE
void postgres_row(PGresult *r, Arena *a, int row, int columns, Val *cells);
must_use Err *postgres_parts(Db *db, Arena *a, StoreParts *out);
must_use Err *postgres_scrub(Db *db, Arena *a, const Name *tables, int n);
Str postgres_index_words(Arena *a, Str text);
