// Sealing: values bound to their place, and keys wrapped by keys.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include <sodium.h>

// format 2 · key number 8 · nonce 24 · ciphertext · tag 16; numbers least byte first
enum { FORMAT = 2, AT_KEY = 1, AT_NONCE = 9, AT_SEALED = AT_NONCE + NONCE_BYTES };
enum { TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
_Static_assert(ENVELOPE_MORE == AT_SEALED + TAG, "the envelope is what the header says");
_Static_assert(NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "the library's nonce");
_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the library's key");

void number_put(char *to, uint64_t number)
{
    uint64_t i = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? number : __builtin_bswap64(number);
    memcpy(to, &i, sizeof i);
}

uint64_t number_get(const char *from)
{
    uint64_t i;
    memcpy(&i, from, sizeof i);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? i : __builtin_bswap64(i);
}

static char *part_put(char *to, Str part)
{
    number_put(to, (uint64_t)part.n);
    if (part.n) memcpy(to + 8, part.p, (size_t)part.n);
    return to + 8 + part.n;
}

// Where a value belongs, as bytes that cannot be read in two ways.
static Str place_bytes(Arena *a, uint64_t number, Str record, Str field)
{
    isize n = 8 + 8 + record.n + 8 + field.n;
    char *p = take(a, char, n);
    number_put(p, number);
    part_put(part_put(p + 8, record), field);
    return (Str){p, n};
}

// The same value of the same entry at the same place always has the same nonce; any other has another.
static void nonce_make(unsigned char *out, DataKey *k, Str place, const SealedAt *at, Str value)
{
    if (!k->ready) k->nonces = key_derive(&k->key, "nonce", 0);
    k->ready = true;
    char numbers[24];
    number_put(numbers, (uint64_t)at->writer.n);
    number_put(numbers + 8, (uint64_t)at->seq);
    number_put(numbers + 16, (uint64_t)value.n);
    crypto_generichash_state h;
    crypto_generichash_init(&h, k->nonces.at, KEY_BYTES, NONCE_BYTES);
    crypto_generichash_update(&h, (const unsigned char *)place.p, (unsigned long long)place.n);
    crypto_generichash_update(&h, (const unsigned char *)numbers, sizeof numbers);
    crypto_generichash_update(&h, (const unsigned char *)at->writer.p, (unsigned long long)at->writer.n);
    crypto_generichash_update(&h, (const unsigned char *)value.p, (unsigned long long)value.n);
    crypto_generichash_final(&h, out, NONCE_BYTES);
}

static void lock_up(unsigned char *out, const Key *k, const unsigned char *nonce, Str bound,
    Str value)
{
    must(!crypto_aead_xchacha20poly1305_ietf_encrypt(out, 0, (const unsigned char *)value.p,
        (unsigned long long)value.n, (const unsigned char *)bound.p, (unsigned long long)bound.n, 0,
        nonce, k->at));
}

static bool unlock(unsigned char *out, const Key *k, const unsigned char *nonce, Str bound,
    Str locked)
{
    return !crypto_aead_xchacha20poly1305_ietf_decrypt(out, 0, 0, (const unsigned char *)locked.p,
        (unsigned long long)locked.n, (const unsigned char *)bound.p, (unsigned long long)bound.n,
        nonce, k->at);
}

Blob seal_value(Arena *a, DataKey *k, SealedAt at, Str value)
{
    isize n = ENVELOPE_MORE + value.n;
    char *p = take(a, char, n);
    Str place = place_bytes(a, k->number, at.record, at.field);
    unsigned char *nonce = (unsigned char *)p + AT_NONCE;
    p[0] = FORMAT;
    number_put(p + AT_KEY, k->number);
    nonce_make(nonce, k, place, &at, value);
    lock_up((unsigned char *)p + AT_SEALED, &k->key, nonce, place, value);
    return (Blob){{p, n}};
}

bool envelope_read(Str envelope, uint64_t *number)
{
    if (envelope.n < ENVELOPE_MORE || envelope.p[0] != FORMAT) return false;
    *number = number_get(envelope.p + AT_KEY);
    return true;
}

Err *seal_open(Arena *a, const DataKey *k, Str record, Str field, Str envelope, Str *value)
{
    uint64_t number;
    if (!envelope_read(envelope, &number)) {
        return fail(a, ERR_BROKEN, "A sealed value cannot be opened: {} of {} has an unknown form.",
            field, record);
    }
    Str locked = str_slice(envelope, AT_SEALED, envelope.n);
    char *p = take(a, char, locked.n - TAG);
    const unsigned char *nonce = (const unsigned char *)envelope.p + AT_NONCE;
    if (!unlock((unsigned char *)p, &k->key, nonce, place_bytes(a, number, record, field), locked)) {
        return fail(a, ERR_BROKEN, "A sealed value cannot be opened: {} of {} was changed, stands "
            "at the wrong place, or has another key.", field, record);
    }
    *value = (Str){p, locked.n - TAG};
    return 0;
}

Key key_wrapping(const Key *agency)
{
    return key_derive(agency, "wrap", 0);
}

Blob key_wrap(Arena *a, const Key *by, Str what, Str key)
{
    isize n = KEY_WRAP_MORE + key.n;
    unsigned char *p = take(a, unsigned char, n);
    random_fill(p, NONCE_BYTES);
    lock_up(p + NONCE_BYTES, by, p, what, key);
    return (Blob){{(const char *)p, n}};
}

bool key_unwrap(const Key *by, Str what, Str wrapped, void *out, isize n)
{
    if (wrapped.n != KEY_WRAP_MORE + n) return false;
    const unsigned char *nonce = (const unsigned char *)wrapped.p;
    return unlock(out, by, nonce, what, str_slice(wrapped, NONCE_BYTES, wrapped.n));
}

// The key is one file's alone, so a number is never used twice with it.
static void block_nonce(unsigned char *out, const SealedBlocks *by)
{
    memset(out, 0, NONCE_BYTES);
    number_put((char *)out, by->n);
}

static Str block_bound(bool last)
{
    return last ? S("sukhwan last block") : S("sukhwan block");
}

void block_seal(SealedBlocks *by, bool last, Str bytes, char *out)
{
    unsigned char nonce[NONCE_BYTES];
    _Static_assert((int)BLOCK_MORE == (int)TAG, "a block is what the header says");
    block_nonce(nonce, by);
    lock_up((unsigned char *)out, &by->key, nonce, block_bound(last), bytes);
    by->n++;
}

bool block_open(SealedBlocks *by, bool last, Str sealed, char *out)
{
    unsigned char nonce[NONCE_BYTES];
    block_nonce(nonce, by);
    by->n++;
    return sealed.n >= BLOCK_MORE && unlock((unsigned char *)out, &by->key, nonce, block_bound(last), sealed);
}
