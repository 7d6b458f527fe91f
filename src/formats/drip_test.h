// A feed for tests and fuzzers that gives a text a few bytes at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

typedef struct { Str rest; isize most; } Drip;

static isize drip(void *with, char *to, isize most)
{
    Drip *d = with;
    isize n = d->rest.n < d->most ? d->rest.n : d->most;
    if (n > most) n = most;
    if (n) memcpy(to, d->rest.p, (size_t)n);
    d->rest = str_slice(d->rest, n, d->rest.n);
    return n;
}
