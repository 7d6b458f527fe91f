// Fuzzes forms: pairs, percent-codes and forms with files; the first line is the content type.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { RESERVE = 16 << 20 };

static void same_again(Arena *a, const Pairs *all)
{
    Buf o = buf_in(a);
    for (int i = 0; i < all->n; i++) {
        must(utf8_valid(all->at[i].name) && utf8_valid(all->at[i].value));
        buf_add(&o, url(a, "&{}={}", all->at[i].name, all->at[i].value).s);
    }
    Pairs again;
    must(pairs_read(a, buf_str(&o), &again) && again.n == all->n);
    for (int i = 0; i < all->n; i++) {
        must(str_equal(again.at[i].name, all->at[i].name));
        must(str_equal(again.at[i].value, all->at[i].value));
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static char kept[RESERVE];
    if (size > 16 << 10) return 0;
    Arena a = arena_over(kept, RESERVE, 0);
    Str whole = {(const char *)data, (isize)size}, body = whole, plain;
    Pairs all;
    if (pairs_read(&a, whole, &all)) same_again(&a, &all);
    if (url_decode(&a, whole, &plain)) {
        Str again;
        must(utf8_valid(plain) && url_decode(&a, url(&a, "{}", plain).s, &again));
        must(str_equal(plain, again));
    }
    Str type = str_cut(&body, '\n');
    if (multipart_read(&a, type, body, &all)) {
        for (int i = 0; i < all.n; i++) {
            const Pair *one = &all.at[i];
            must(one->value.p >= body.p && one->value.p + one->value.n <= body.p + body.n);
            must(utf8_valid(one->name) && utf8_valid(one->file) && utf8_valid(one->type));
            must(one->file.p || utf8_valid(one->value));
        }
    }
    arena_reset(&a);
    return 0;
}
