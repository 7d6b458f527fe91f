// Are these two the same person: an index of the names of persons, and who matches one.
// SPDX-License-Identifier: Apache-2.0
//
// And an index of phone numbers. Names are compared as bags of folded words: order is a weak bonus, a missing surname is allowed,
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

typedef struct PhoneIndex PhoneIndex;         // as the other: the caller locks
PhoneIndex *phones_make(void);
void phones_free(PhoneIndex *x);
// Remembers the numbers that stand in the texts, replacing what was known under `row`.
void phones_put(PhoneIndex *x, int64_t row, const Str *texts, int n);
// Rows that may have the number, in their order; phone_same tells which do. Returns how many.
int phones_find(const PhoneIndex *x, Str asked, int64_t *rows, int most);
bool phone_is(Str text);                      // nothing but a phone number
bool phone_same(Str text, Str asked);         // one of the numbers in text is the asked one: with a country code or without
