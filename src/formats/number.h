// Numbers as people write them; for the formats of this folder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

enum { NUMBER_MOST = 64 };
// The shortest decimal text that reads back as the same number, without an exponent where a person
// would write none: 46, 0.1, 0.0000001; from 10^18 on 1e+18, so that what looks like an integer fits
// int64_t. Not for what is infinite or no number.
isize number_text(char to[NUMBER_MOST], double d);
