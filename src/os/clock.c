// Time: the day's, and the one that only goes forward.
// SPDX-License-Identifier: Apache-2.0
#include "os/os.h"
#include <errno.h>
#include <time.h>

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    must(!clock_gettime(clock, &now));
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_ms(void)
{
    return nanoseconds(CLOCK_REALTIME) / 1000000;
}

int64_t clock_ticks(void)
{
    return nanoseconds(CLOCK_MONOTONIC);
}

void clock_sleep(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {}
}
