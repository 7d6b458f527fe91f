// Tests of numbers as people write them.
// SPDX-License-Identifier: Apache-2.0
#include "formats/number.h"
#include "base/test.h"
#include <stdlib.h>

TEST(a_number_is_written_as_a_person_would)
{
    static const struct { double d; Str text; } cases[] = {
        {46, S("46")},
        {-3, S("-3")},
        {0, S("0")},
        {0.1, S("0.1")},
        {0.1 + 0.2, S("0.30000000000000004")},
        {1e-7, S("0.0000001")},
        {-1.5e-10, S("-0.00000000015")},
        {8562055512345, S("8562055512345")},
        {-1e17, S("-100000000000000000")},
        {1e20, S("1e+20")},
        {1e300, S("1e+300")},
        {1e-300, S("1e-300")},
        {1.25e-3, S("0.00125")},
        {123456789.125, S("123456789.125")},
        {-0.0, S("0")},
    };
    for (int i = 0; i < countof(cases); i++) {
        char text[NUMBER_MOST];
        isize n = number_text(text, cases[i].d);
        CHECK(str_equal((Str){text, n}, cases[i].text) &&
              strtod(str_z(a, (Str){text, n}), 0) == cases[i].d);
    }
}
