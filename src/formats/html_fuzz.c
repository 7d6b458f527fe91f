// Fuzzes escaping: what fills a hole never ends an element, an attribute or a string.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { RESERVE = 16 << 20 };

static bool has_any(Str s, const char *bytes)
{
    for (; *bytes; bytes++) {
        if (str_has(s, *bytes)) return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static char kept[RESERVE];
    if (size > 64 << 10) return 0;
    Arena a = arena_over(kept, RESERVE, 0);
    Str text = {(const char *)data, (isize)size};
    Buf page = buf_in(&a), object = buf_in(&a), link = buf_in(&a);
    html_text(&page, text);
    must(!has_any(buf_str(&page), "<>'\""));
    isize specials = 0, escapes = 0;
    for (isize i = 0; i < text.n; i++) specials += has_any((Str){text.p + i, 1}, "&<>'\"");
    for (isize i = 0; i < page.n; i++) escapes += page.p[i] == '&';
    must(specials == escapes);
    json_text(&object, text);
    must(!has_any(buf_str(&object), "<>&\n\r\1"));
    html(&link, "{}", url(&a, "{}", text));
    must(!has_any(buf_str(&link), "<>'\"&;? /:#"));
    arena_reset(&a);
    return 0;
}
