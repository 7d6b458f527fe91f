// What the files of this drawer share: an expression on its way into SQL.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/inside.h"

// on: of what hangs on one given record, that record; its row. Null: on each row that is selected. inner: the joins of what hangs.
typedef struct {
    Store *s; const RecordType *t; Condition *with; Where *w; Err *e;
    const View *on; int64_t row;
    Condition *inner;
} Reader;

void put(Reader *r, const char *text);
void exact(Reader *r, const Expr *e);   // its value; a yes or no that is one, never "not known"
void filter(Reader *r, const Expr *e);  // where "not known" may count as no, and an index can serve
void real(Reader *r, const Expr *e);
void day_add_sql(Reader *r, const Expr *e);
void month_add_sql(Reader *r, const Expr *e);
void days_between_sql(Reader *r, const Expr *e);
void hanging_sql(Reader *r, const Expr *e); // exists(), count(), sum(), latest(): a question inside the question
