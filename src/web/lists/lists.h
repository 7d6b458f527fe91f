// What the files of lists/ share: what a list is asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "web/parts/parts.h"

// What the request's address asks of the list, under the rights of who asks; what it cannot be asked for is told.
void list_asked(Request *ask, ListAsk *list, Faults *faults);
Str place_words(Request *ask, const ListAsk *list, ListPlace at); // behind `after` or `before`; empty: there is no such place
bool is_date(const Field *f);
// What the list is asked for, but for where it begins: a=b&c=d. Without the order, where that is to change.
Str query_kept(Request *ask, bool order);
// The filters that she keeps of these lists, and, where she looks at one that she does not keep (`asked`), the way to keep it.
must_use Err *saved_add(bool asked, Blocks *out);
