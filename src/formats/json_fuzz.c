// Fuzzes JSON: what was read and is written again reads as the same tree.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { RESERVE = 64 << 20 };

static void write_tree(Buf *o, const Json *j, int depth)
{
    must(depth <= 33);
    bool list = j->kind == JSON_LIST, object = j->kind == JSON_OBJECT;
    if (list || object) buf_char(o, list ? '[' : '{');
    int n = 0;
    for (const Json *one = j->first; one; one = one->next, n++) {
        if (n) buf_char(o, ',');
        if (object) json(o, "{}:", one->name);
        write_tree(o, one, depth + 1);
    }
    must(n == j->n && (list || object || !n));
    if (list || object) buf_char(o, list ? ']' : '}');
    else if (j->kind == JSON_TEXT) json_text(o, j->text);
    else buf_add(o, j->kind == JSON_NULL ? S("null") : j->text);
    must(utf8_valid(j->text) && utf8_valid(j->name));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static char kept[RESERVE];
    if (size > 64 << 10) return 0;
    Arena a = arena_over(kept, RESERVE, 0);
    const Json *one, *two;
    if (!json_read(&a, (Str){(const char *)data, (isize)size}, &one)) {
        Buf first = buf_in(&a), second = buf_in(&a);
        write_tree(&first, one, 0);
        must(!json_read(&a, buf_str(&first), &two));
        write_tree(&second, two, 0);
        must(str_equal(buf_str(&first), buf_str(&second)));
        must(!str_has(buf_str(&first), '<') && !str_has(buf_str(&first), '&'));
    }
    arena_reset(&a);
    return 0;
}
