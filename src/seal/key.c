// Keys, random bytes and random names.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include <sodium.h>

_Static_assert(KEY_BYTES == crypto_kdf_KEYBYTES, "a key can be derived from");

// Maps hold words from files and requests: with a key that nobody knows, nobody can choose such as
// fall together (SipHash-2-4; Aumasson, Bernstein 2012, "SipHash: a fast short-input PRF").
static unsigned char map_key[crypto_shorthash_KEYBYTES];

static uint64_t map_hash(Str s)
{
    unsigned char bytes[crypto_shorthash_BYTES];
    uint64_t hash;
    _Static_assert(sizeof hash == sizeof bytes, "it fills a number");
    (void)crypto_shorthash(bytes, (const unsigned char *)s.p, (unsigned long long)s.n, map_key);
    memcpy(&hash, bytes, sizeof hash);
    return hash;
}

static _Thread_local struct { unsigned char at[1024]; isize left; } drawn;

void seal_begin(void)
{
    must(!randombytes_set_implementation(&randombytes_internal_implementation)); // no system call per name
    must(sodium_init() >= 0);
    randombytes_stir(); // the library refuses to draw in a process that was forked, until it is told
    drawn.left = 0;
    static bool begun;
    if (!begun) crypto_shorthash_keygen(map_key);
    begun = true;
    str_hash_by(map_hash);
}

// Asked of the machine for many uses at once; what was given is wiped here.
void random_fill(void *to, isize n)
{
    if (n > 128) {
        randombytes_buf(to, (size_t)n);
        return;
    }
    if (drawn.left < n) {
        randombytes_buf(drawn.at, sizeof drawn.at);
        drawn.left = sizeof drawn.at;
    }
    unsigned char *from = drawn.at + sizeof drawn.at - drawn.left;
    memcpy(to, from, (size_t)n);
    wipe(from, n);
    drawn.left -= n;
}

void wipe(void *p, isize n)
{
    sodium_memzero(p, (size_t)n);
}

void wipe_stack(void)
{
    enum { DEEP = 64 << 10 };
    sodium_stackzero(DEEP);
}

Key key_random(void)
{
    Key k;
    random_fill(k.at, KEY_BYTES);
    return k;
}

Key key_derive(const Key *from, const char *use, uint64_t number)
{
    char context[crypto_kdf_CONTEXTBYTES + 1] = {0};
    size_t n = strlen(use);
    must(n <= crypto_kdf_CONTEXTBYTES);
    memcpy(context, use, n);
    Key k;
    must(!crypto_kdf_derive_from_key(k.at, KEY_BYTES, number, context, from->at));
    return k;
}

Str key_hex(Arena *a, const Key *k)
{
    return hex_of(a, (Str){(const char *)k->at, KEY_BYTES});
}

bool key_read(Str hex, Key *out)
{
    if (str_ends(hex, S("\n"))) hex.n--;
    if (str_ends(hex, S("\r"))) hex.n--;
    size_t n = 0;
    if (hex.n != 2 * KEY_BYTES) return false;
    return !sodium_hex2bin(out->at, KEY_BYTES, hex.p, (size_t)hex.n, 0, &n, 0) && n == KEY_BYTES;
}

Str random_name(Arena *a)
{
    enum { LENGTH = 20, LETTERS = 31 };
    static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
    _Static_assert(sizeof letters == LETTERS + 1, "every letter is counted");
    char *name = take(a, char, LENGTH);
    for (int n = 0; n < LENGTH;) {
        unsigned char bytes[32];
        random_fill(bytes, sizeof bytes);
        for (int i = 0; i < countof(bytes) && n < LENGTH; i++) {
            // What is above the last whole round would favour the first letters.
            if (bytes[i] < 256 / LETTERS * LETTERS) name[n++] = letters[bytes[i] % LETTERS];
        }
    }
    return (Str){name, LENGTH};
}
