// UTF-8, as RFC 3629 has it.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"

int32_t utf8_next(Str *rest)
{
    if (!rest->n) return -1;
    const unsigned char *p = (const unsigned char *)rest->p;
    int more = *p < 0x80 ? 0 : *p >= 0xC2 && *p < 0xE0 ? 1 : (*p & 0xF0) == 0xE0 ? 2
             : *p >= 0xF0 && *p < 0xF5 ? 3 : -1;
    if (more < 0 || more >= rest->n) return -1;
    int32_t code = more ? *p & (0x3F >> more) : *p;
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) return -1;
        code = code << 6 | (p[i] & 0x3F);
    }
    static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return -1;
    rest->p += more + 1;
    rest->n -= more + 1;
    return code;
}

bool utf8_valid(Str s)
{
    while (s.n) {
        if ((unsigned char)*s.p - 1u < 0x7F) { // the common case, without a call
            s.p++, s.n--;
        } else if (utf8_next(&s) <= 0) {
            return false;
        }
    }
    return true;
}

isize utf8_put(char *to, int32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    for (int i = more; i > 0; i--) {
        to[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    to[0] = (char)((0x780 >> more & 0xFF) | code);
    return more + 1;
}
