// PostgreSQL's answers, which come as text, as values; and what it refuses, as sentences.
// SPDX-License-Identifier: Apache-2.0
#include "db/postgres.h"
#include <stdlib.h>

// PostgreSQL: src/include/catalog/pg_type.dat
enum {
    OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_OID = 26,
    OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_NUMERIC = 1700,
};

static Val number(const char *p, Str s)
{
    Str rest = s, whole = str_cut(&rest, '.');
    int64_t i;
    while (rest.n && rest.p[rest.n - 1] == '0') rest.n--;
    if (!rest.n && str_int(whole, &i)) return val_int(i);
    return val_real(strtod(p, 0));
}

static unsigned hex(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

static Val bytes(Arena *a, Str s) // "\x616263"
{
    must(str_starts(s, S("\\x")));
    isize n = (s.n - 2) / 2;
    char *p = take(a, char, n);
    for (isize i = 0; i < n; i++) p[i] = (char)(hex(s.p[2 + 2 * i]) << 4 | hex(s.p[3 + 2 * i]));
    return (Val){.kind = VAL_BLOB, .s = {p, n}};
}

static Val cell(const PGresult *r, Arena *a, int row, int column)
{
    if (PQgetisnull(r, row, column)) return (Val){0};
    const char *p = PQgetvalue(r, row, column);
    Str s = {p, PQgetlength(r, row, column)};
    switch (PQftype(r, column)) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
    case OID_OID:
    case OID_NUMERIC: return number(p, s);
    case OID_BOOL: return val_int(*p == 't');
    case OID_FLOAT4:
    case OID_FLOAT8: return val_real(strtod(p, 0));
    case OID_BYTEA: return bytes(a, s);
    }
    return val_str(str_copy(a, s));
}

void postgres_row(PGresult *r, Arena *a, int row, int columns, Val *cells)
{
    for (int i = 0; i < columns; i++) cells[i] = cell(r, a, row, i);
}

// What to do about an error, by its code: PostgreSQL's manual, appendix A.
static const struct { const char *code; ErrKind kind; bool crossed; const char *words; } refusals[] = {
    {"08", ERR_BUSY, false, "The database cannot be reached: {}. Try again in a moment."},
    {"57", ERR_BUSY, false, "The database is busy: {}. Try again in a moment."},
    {"40", ERR_BUSY, true, "Somebody else saved at the same moment. Try again in a moment."}, // two that waited for each other
    {"55P03", ERR_BUSY, true, "The register is being written ({}). Try again in a moment."},
    {"53100", ERR_BUSY, false, "The database's disk is full: nothing was written ({})."},
    {"53", ERR_BUSY, false, "The database is busy: {}. Try again in a moment."},
    {"23502", ERR_CONFLICT, true, "Somebody else saved at the same moment. Try again in a moment."}, // see effect_change
    {"23505", ERR_CONFLICT, true, "This does not go with what is stored: {}."}, // unique: who came first has it
    {"23503", ERR_CONFLICT, true, "This does not go with what is stored: {}."}, // what is linked to was taken away
    {"23", ERR_CONFLICT, false, "This does not go with what is stored: {}."},
    {"25006", ERR_INPUT, false, "The register is read-only: {}."},
};

Err *postgres_refusal(Arena *a, Str code, Str reason, Str text)
{
    const Val with = val_str(reason);
    for (int i = 0; i < countof(refusals); i++) {
        if (!code.n || !str_starts(code, str_from(refusals[i].code))) continue;
        Err *e = err_make(a, refusals[i].kind, message_keep(a, refusals[i].words, (Vals){&with, 1}));
        e->crossed = refusals[i].crossed;
        return e;
    }
    return fail(a, ERR_BROKEN, "The store refused a statement: {} ({}): {}", reason, code, text);
}
