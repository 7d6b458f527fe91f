// What a thread has unlocked of late: keys by who asked and their number; by agency and holder's row, the numbers that the
// agency writes with. What one agency unwrapped is never another's; agency 0: a Store that remakes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/inside.h"

typedef struct { int64_t row; int agency; uint64_t numbers[COMPARTMENT_COUNT]; } Held;

DataKey *ring_get(Store *s, int agency, uint64_t number); // null: it was not unlocked of late
DataKey *ring_put(Store *s, int agency, uint64_t number, const Key *key);
Held *held_of(Store *s, int agency, int64_t row);         // of another row: nothing is known of this one
void writes_with(Store *s, int agency, int64_t row, int c, uint64_t number);
must_use Err *ring_asks(Store *s, const Agency **out);    // whose keys are asked for; ERR_BROKEN: that agency is not there
