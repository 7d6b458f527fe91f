// BLAKE2b-256, whole or in parts, and hexadecimal.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include <sodium.h>

_Static_assert(sizeof(Hashing) >= sizeof(crypto_generichash_state), "the library's state fits");
_Static_assert(_Alignof(Hashing) >= _Alignof(crypto_generichash_state), "and may stand there");

static crypto_generichash_state *state_of(Hashing *h)
{
    return (crypto_generichash_state *)h;
}

void hash_begin(Hashing *h)
{
    must(!crypto_generichash_init(state_of(h), 0, 0, HASH_BYTES));
}

void hash_add(Hashing *h, Str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    must(!crypto_generichash_update(state_of(h), p, (unsigned long long)bytes.n));
}

void hash_int(Hashing *h, int64_t i)
{
    char bytes[8];
    for (int n = 0; n < 8; n++) bytes[n] = (char)((uint64_t)i >> 8 * n);
    hash_add(h, (Str){bytes, 8});
}

void hash_part(Hashing *h, Str bytes)
{
    hash_int(h, bytes.n);
    hash_add(h, bytes);
}

Hash hash_end(Hashing *h)
{
    Hash hash;
    must(!crypto_generichash_final(state_of(h), hash.at, HASH_BYTES));
    return hash;
}

Hash hash_of(Str bytes)
{
    Hash hash;
    const unsigned char *p = (const unsigned char *)bytes.p;
    must(!crypto_generichash(hash.at, HASH_BYTES, p, (unsigned long long)bytes.n, 0, 0));
    return hash;
}

Hash hash_keyed(const Key *key, Str bytes)
{
    Hash hash;
    const unsigned char *p = (const unsigned char *)bytes.p;
    must(!crypto_generichash(hash.at, HASH_BYTES, p, (unsigned long long)bytes.n, key->at, KEY_BYTES));
    return hash;
}

Str hash_bytes(const Hash *h)
{
    return (Str){(const char *)h->at, HASH_BYTES};
}

bool hash_same(Str one, Str two)
{
    return one.n == two.n && (!one.n || !sodium_memcmp(one.p, two.p, (size_t)one.n));
}

Str hex_of(Arena *a, Str bytes)
{
    char *hex = take(a, char, 2 * bytes.n + 1);
    sodium_bin2hex(hex, (size_t)(2 * bytes.n + 1), (const unsigned char *)bytes.p, (size_t)bytes.n);
    return (Str){hex, 2 * bytes.n};
}

bool bytes_of(Arena *a, Str hex, Str *out)
{
    size_t n = 0;
    unsigned char *p = take(a, unsigned char, hex.n / 2);
    bool good = hex.n % 2 == 0 && !sodium_hex2bin(p, (size_t)(hex.n / 2), hex.p, (size_t)hex.n, 0, &n, 0) && (isize)n == hex.n / 2;
    *out = (Str){(const char *)p, good ? (isize)n : 0};
    return good;
}

Str base64_of(Arena *a, Str bytes)
{
    size_t most = sodium_base64_encoded_len((size_t)bytes.n, sodium_base64_VARIANT_ORIGINAL); // with the NUL at its end
    char *p = take(a, char, most);
    sodium_bin2base64(p, most, (const unsigned char *)bytes.p, (size_t)bytes.n, sodium_base64_VARIANT_ORIGINAL);
    return (Str){p, (isize)most - 1};
}

bool base64_read(Arena *a, Str text, Str *out)
{
    size_t n = 0, most = (size_t)text.n / 4 * 3 + 3;
    unsigned char *p = take(a, unsigned char, most);
    bool good = !sodium_base642bin(p, most, text.p, (size_t)text.n, 0, &n, 0, sodium_base64_VARIANT_ORIGINAL);
    *out = (Str){(const char *)p, good ? (isize)n : 0};
    return good;
}
