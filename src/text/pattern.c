// Patterns of the pack against whole values, with a limit on time.
// SPDX-License-Identifier: Apache-2.0
#include "text/text.h"
#include <unicode/uregex.h>
#include <unicode/ustring.h>

enum { KEPT = 8, LONGEST = 120 };

// The patterns used last, read once: an import asks the same one for every line, and reading it costs
// more than matching. A pattern that is matching may not be shared, so each thread has its own.
typedef struct { char pattern[LONGEST]; int n; URegularExpression *read; } Kept;
static _Thread_local Kept kept[KEPT];
static _Thread_local int next_kept;

typedef struct { UChar *p; int32_t n; } Units;

static Err *units_of(Arena *a, Str s, Units *out)
{
    UErrorCode status = U_ZERO_ERROR;
    out->p = take(a, UChar, s.n + 1);
    u_strFromUTF8(out->p, (int32_t)s.n + 1, &out->n, s.p ? s.p : "", (int32_t)s.n, &status);
    return U_SUCCESS(status) ? 0 : fail(a, ERR_INPUT, "The text is not valid UTF-8.");
}

static URegularExpression *kept_get(Str pattern)
{
    for (int i = 0; i < KEPT; i++) {
        if (kept[i].read && str_equal((Str){kept[i].pattern, kept[i].n}, pattern))
            return kept[i].read;
    }
    return 0;
}

static void kept_put(Str pattern, URegularExpression *read)
{
    Kept *k = &kept[next_kept++ % KEPT];
    if (k->read) uregex_close(k->read);
    memcpy(k->pattern, pattern.p, (size_t)pattern.n);
    k->n = (int)pattern.n;
    k->read = read;
}

static Err *pattern_read(Arena *a, Str pattern, URegularExpression **out)
{
    if (pattern.n > LONGEST || !pattern.n) {
        return fail(a, ERR_INPUT, "A pattern has 1 to {} bytes; this one has {}.", (int)LONGEST,
                    (int64_t)pattern.n);
    }
    if ((*out = kept_get(pattern))) return 0;
    Units u;
    TRY(units_of(a, pattern, &u));
    UParseError where = {0};
    UErrorCode status = U_ZERO_ERROR;
    *out = uregex_open(u.p, u.n, 0, &where, &status);
    if (U_FAILURE(status)) {
        return fail(a, ERR_INPUT, "The pattern {} cannot be read: mend it at its letter {}.",
                    pattern, where.offset);
    }
    uregex_setTimeLimit(*out, 1000, &status); // ICU counts steps of about a millisecond each
    kept_put(pattern, *out);
    return 0;
}

Err *text_matches(Arena *a, Str pattern, Str s, bool *out)
{
    URegularExpression *read;
    Units u;
    TRY(pattern_read(a, pattern, &read));
    TRY(units_of(a, s, &u));
    UErrorCode status = U_ZERO_ERROR, after = U_ZERO_ERROR;
    uregex_setText(read, u.p, u.n, &status);
    *out = uregex_matches(read, 0, &status);
    uregex_setText(read, u"", 0, &after); // it must not remember the arena
    if (U_SUCCESS(status)) return 0;
    return fail(a, ERR_INPUT,
                "The pattern {} takes too long on this text: make the pattern simpler.", pattern);
}
