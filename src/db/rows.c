// Reading an answer: row after row, column after column, in the order of the select.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include <stdlib.h>

enum { CELLS_KEPT = 4096 }; // a long answer does not stay with the connection

Val *cells_room(Db *db, isize need)
{
    db->cells = grown(db->cells, &db->cells_cap, need, sizeof(Val));
    return db->cells;
}

void cells_keep(Db *db, Arena *a, isize n, Rows *out)
{
    out->cells = take(a, Val, n);
    if (n) memcpy(out->cells, db->cells, (size_t)n * sizeof(Val));
    if (db->cells_cap > CELLS_KEPT) {
        free(db->cells);
        db->cells = 0;
        db->cells_cap = 0;
    }
}

Err *each_row(Arena *a, const Each *to, Arena *turn, Rows *row)
{
    Err *e = to->each(to->with, turn, row);
    if (!e) {
        must(row->column == row->columns);
        return 0;
    }
    // It may stand in the turn's memory, which the caller uses anew.
    return err_keep(a, e);
}

bool rows_next(Rows *q)
{
    must(q->row == 0 || q->column == q->columns); // every column was read
    if (q->row == q->rows) return false;
    q->row++;
    q->column = 0;
    return true;
}

static const Val *next(Rows *q)
{
    must(q->row > 0 && q->column < q->columns);
    return &q->cells[(isize)(q->row - 1) * q->columns + q->column++];
}

int64_t next_int(Rows *q)
{
    const Val *v = next(q);
    must(v->kind == VAL_INT || v->kind == VAL_REAL || v->kind == VAL_NULL);
    if (v->kind != VAL_REAL) return v->i;
    must(v->d >= -0x1p63 && v->d < 0x1p63);
    return (int64_t)v->d;
}

double next_real(Rows *q)
{
    const Val *v = next(q);
    must(v->kind == VAL_INT || v->kind == VAL_REAL || v->kind == VAL_NULL);
    return v->kind == VAL_INT ? (double)v->i : v->d;
}

Str next_str(Rows *q)
{
    const Val *v = next(q);
    must(v->kind == VAL_STR || v->kind == VAL_BLOB || v->kind == VAL_NULL);
    return v->s;
}

Val next_val(Rows *q)
{
    return *next(q);
}
