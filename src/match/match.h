// Are these two the same person: an index of the names of persons, and who matches one.
// SPDX-License-Identifier: Apache-2.0
//
// Names are compared as bags of folded words: order is a weak bonus, a missing surname is allowed,
// a nickname counts as a given name (docs/lao.md tells why).
#pragma once
#include "base/base.h"

typedef struct NameIndex NameIndex;           // grows by malloc of its own; one writer, many readers: the caller locks
NameIndex *names_make(void);
void names_free(NameIndex *x);
// Remembers a person's names (as given; any script), replacing what was known under `row`. Empty
// names forget her.
void names_put(NameIndex *x, Arena scratch, int64_t row, const Str *names, int n);
int64_t names_count(const NameIndex *x);
typedef struct { int64_t row; double score; } NameHit; // score: 1 is the same, 0 has nothing in common
// The best `limit`, best first (equal ones by row). Returns how many.
int names_find(const NameIndex *x, Arena scratch, Str name, NameHit *out, int limit);
