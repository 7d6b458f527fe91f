// Letters that nobody sees: blanks, controls, and what Unicode has for joining, turning and hiding.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"

typedef struct { int32_t first, last; } Range;

static bool within(const Range *ranges, isize n, int32_t c)
{
    for (isize i = 0; i < n && ranges[i].first <= c; i++) {
        if (c <= ranges[i].last) return true;
    }
    return false;
}

bool char_blank(int32_t c)
{
    static const Range blanks[] = { // White_Space (PropList.txt, Unicode 15)
        {9, 13}, {0x20, 0x20}, {0x85, 0x85}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200A},
        {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
    };
    return within(blanks, countof(blanks), c);
}

bool char_unseen(int32_t c)
{
    static const Range unseen[] = { // Cc, Cf, Zl, Zp and Default_Ignorable_Code_Point (Unicode 15)
        {0, 0x1F}, {0x7F, 0x9F}, {0xAD, 0xAD}, {0x34F, 0x34F}, {0x600, 0x605}, {0x61C, 0x61C},
        {0x6DD, 0x6DD}, {0x70F, 0x70F}, {0x890, 0x891}, {0x8E2, 0x8E2}, {0x115F, 0x1160},
        {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
        {0x2800, 0x2800}, // eight dots of which none is there
        {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
        {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    return within(unseen, countof(unseen), c);
}

// A control that is no blank is a slip, wherever it stands: it is told, not taken away.
static bool bare_at(Str letter)
{
    int32_t c = utf8_next(&letter);
    return char_blank(c) || (c >= 0xA0 && char_unseen(c));
}

Str str_bare(Str s)
{
    while (s.n && bare_at(s)) utf8_next(&s);
    for (;;) {
        isize at = s.n - 1;
        while (at > 0 && (s.p[at] & 0xC0) == 0x80) at--;
        if (at < 0 || !bare_at(str_slice(s, at, s.n))) return s;
        s.n = at;
    }
}

bool str_seen(Str s)
{
    while (s.n) {
        int32_t c = utf8_next(&s);
        if (c < 0 || char_unseen(c) || (c > ' ' && char_blank(c))) return false;
    }
    return true;
}
