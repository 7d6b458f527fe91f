// Days as numbers that read like dates, and dates of any precision.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"

// Days since 1970-01-01 and back: Howard Hinnant's civil calendar formulas (2013), years from 1 on.
static int64_t serial_of(int day)
{
    int64_t y = day / 10000, m = day / 100 % 100, d = day % 100;
    y -= m <= 2;
    int64_t era = y / 400, in_era = y - era * 400;
    int64_t in_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static int day_from_serial(int64_t serial)
{
    serial += 719468;
    int64_t era = serial / 146097, in_era = serial - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t m = (5 * in_year + 2) / 153, d = in_year - (153 * m + 2) / 5 + 1;
    m += m < 10 ? 3 : -9;
    return (int)((year + era * 400 + (m <= 2)) * 10000 + m * 100 + d);
}

int day_from_civil(int year, int month, int day)
{
    return year * 10000 + month * 100 + day;
}

static int month_days(int year, int month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

bool day_valid(int day)
{
    int y = day / 10000, m = day / 100 % 100, d = day % 100;
    return y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= month_days(y, m);
}

int day_add(int day, int n)
{
    int64_t serial = serial_of(day) + n;
    bool within = serial >= serial_of(10101) && serial <= serial_of(99991231);
    return within ? day_from_serial(serial) : 0;
}

int month_add(int day, int n)
{
    int64_t months = day / 10000 * 12 + day / 100 % 100 - 1 + (int64_t)n;
    if (months < 12 || months >= 120000) return 0;
    int y = (int)(months / 12), m = (int)(months % 12) + 1, last = month_days(y, m);
    return day_from_civil(y, m, day % 100 < last ? day % 100 : last);
}

int days_between(int from, int to)
{
    return (int)(serial_of(to) - serial_of(from));
}

static bool digits(Str s, isize at, int n, int *out)
{
    if (at + n > s.n) return false;
    *out = 0;
    for (int i = 0; i < n; i++) {
        char c = s.p[at + i];
        if (c < '0' || c > '9') return false;
        *out = *out * 10 + (c - '0');
    }
    return true;
}

bool days_parse(Str iso, Days *out)
{
    int y, m = 1, d = 1;
    if (iso.n != 4 && iso.n != 7 && iso.n != 10) return false;
    if (!digits(iso, 0, 4, &y)) return false;
    if (iso.n >= 7 && (iso.p[4] != '-' || !digits(iso, 5, 2, &m))) return false;
    if (iso.n == 10 && (iso.p[7] != '-' || !digits(iso, 8, 2, &d))) return false;
    out->first = day_from_civil(y, m, d);
    if (!day_valid(out->first)) return false;
    out->last = iso.n == 4 ? day_from_civil(y, 12, 31)
              : iso.n == 7 ? day_from_civil(y, m, month_days(y, m)) : out->first;
    return true;
}

// The zone of a moment in minutes east of UTC: "", "Z", "+07:00"; false when it is none.
static bool zone_parse(Str zone, int *minutes)
{
    int h, m;
    if (!zone.n) return true;
    if (str_equal(zone, S("Z"))) {
        *minutes = 0;
        return true;
    }
    if (zone.n != 6 || (zone.p[0] != '+' && zone.p[0] != '-') || zone.p[3] != ':') return false;
    if (!digits(zone, 1, 2, &h) || !digits(zone, 4, 2, &m) || h > 14 || m > 59) return false;
    *minutes = (zone.p[0] == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

// Minutes since 1970 by the clock at offset; `zoned`: it says its own zone.
static bool minutes_parse(Str iso, int offset, int64_t *minutes, bool *zoned)
{
    int h, m, s = 0, zone = offset;
    Days day;
    if (!days_parse(str_slice(iso, 0, 10), &day) || iso.p[10] != 'T') return false;
    if (!digits(iso, 11, 2, &h) || iso.n < 16 || iso.p[13] != ':' || !digits(iso, 14, 2, &m)) return false;
    Str rest = str_slice(iso, 16, iso.n);
    if (rest.n && *rest.p == ':') {
        if (!digits(rest, 1, 2, &s)) return false;
        rest = str_slice(rest, 3, rest.n);
    }
    if (h > 23 || m > 59 || s > 59 || !zone_parse(rest, &zone)) return false;
    *minutes = serial_of(day.first) * 1440 + h * 60 + m - zone + offset;
    *zoned = rest.n > 0;
    return true;
}

bool moment_parse(Str iso, int offset, Days *out)
{
    int64_t minutes;
    bool zoned;
    if (iso.n <= 10) return days_parse(iso, out);
    if (!minutes_parse(iso, offset, &minutes, &zoned)) return false;
    out->first = out->last = day_from_serial(minutes / 1440 - (minutes % 1440 < 0));
    return true;
}

Str day_text(Arena *a, int day)
{
    char *p = take(a, char, 10);
    for (int i = 9, left = day; i >= 0; i--) {
        if (i == 4 || i == 7) {
            p[i] = '-';
        } else {
            p[i] = (char)('0' + left % 10);
            left /= 10;
        }
    }
    return (Str){p, 10};
}

int day_of(int64_t ms, int offset)
{
    int64_t minutes = ms / 60000 - (ms % 60000 < 0) + offset;
    return day_from_serial(minutes / 1440 - (minutes % 1440 < 0));
}

Str moment_text(Arena *a, int64_t ms, int offset)
{
    int64_t minutes = ms / 60000 - (ms % 60000 < 0) + offset;
    int64_t in_day = (minutes % 1440 + 1440) % 1440;
    int64_t h = in_day / 60, m = in_day % 60;
    return say(a, "{} {}{}:{}{}", day_text(a, day_of(ms, offset)), h / 10, h % 10, m / 10, m % 10);
}

static Str two(Arena *a, int64_t i)
{
    return say(a, "{}{}", i / 10, i % 10);
}

Str moment_iso(Arena *a, int64_t ms, int offset)
{
    int64_t seconds = (ms % 60000 + 60000) % 60000 / 1000, east = offset < 0 ? -offset : offset;
    Str text = moment_text(a, ms, offset);
    return say(a, "{}T{}:{}{}{}:{}", str_slice(text, 0, 10), str_slice(text, 11, 16), two(a, seconds), offset < 0 ? S("-") : S("+"),
        two(a, east / 60), two(a, east % 60));
}

Str moment_local(Arena *a, Str iso, int offset)
{
    int64_t minutes;
    bool zoned = false;
    if (iso.n <= 10 || !minutes_parse(iso, offset, &minutes, &zoned) || !zoned) return iso;
    Str text = moment_text(a, minutes * 60000, 0);
    return say(a, "{}T{}", str_slice(text, 0, 10), str_slice(text, 11, text.n));
}
