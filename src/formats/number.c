// Numbers as people write them: the shortest digits that read back the same.
// SPDX-License-Identifier: Apache-2.0
#include "formats/number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

isize number_text(char to[NUMBER_MOST], double d)
{
    must(isfinite(d));
    if (fabs(d) < 1e15 && d == (double)(long long)d)
        return snprintf(to, NUMBER_MOST, "%lld", (long long)d);
    int digits = 15;
    while (digits < 17 && (snprintf(to, NUMBER_MOST, "%.*e", digits - 1, d), strtod(to, 0) != d))
        digits++;
    isize n = snprintf(to, NUMBER_MOST, "%.*g", digits, d);
    const char *e = memchr(to, 'e', (size_t)n);
    int power = e ? atoi(e + 1) : 0;
    if (power >= 0 && power < 18 && e) return snprintf(to, NUMBER_MOST, "%.0f", d);
    if (power >= 0 || power < -20) return n;
    n = snprintf(to, NUMBER_MOST, "%.*f", digits - 1 - power, d);
    while (to[n - 1] == '0') n--;
    return n;
}
