// Sealing: values bound to their place, and keys wrapped by keys.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include <sodium.h>

// format 1 · key id 8 · version 8 · nonce 24 · ciphertext · tag 16; numbers least byte first
enum { FORMAT = 1, AT_KEY = 1, AT_VERSION = 9, AT_NONCE = 17, AT_SEALED = AT_NONCE + NONCE_BYTES };
enum { TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
_Static_assert(ENVELOPE_MORE == AT_SEALED + TAG, "the envelope is what the header says");
_Static_assert(NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "the library's nonce");
_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the library's key");

static void int_put(char *to, int64_t i)
{
    for (int n = 0; n < 8; n++) to[n] = (char)((uint64_t)i >> 8 * n);
}

static int64_t int_get(const char *from)
{
    uint64_t i = 0;
    for (int n = 7; n >= 0; n--) i = i << 8 | (unsigned char)from[n];
    return (int64_t)i;
}

static char *part_put(char *to, Str part)
{
    int_put(to, part.n);
    if (part.n) memcpy(to + 8, part.p, (size_t)part.n);
    return to + 8 + part.n;
}

// Where a value belongs, as bytes that cannot be read in two ways.
static Str place_bytes(Arena *a, SealedAt at)
{
    isize n = 8 + 8 + 8 + at.record.n + 8 + at.field.n;
    char *p = take(a, char, n);
    int_put(p, at.key_id);
    int_put(p + 8, at.version);
    part_put(part_put(p + 16, at.record), at.field);
    return (Str){p, n};
}

// The same value at the same place always has the same nonce; any other has another.
static void nonce_make(unsigned char *out, DataKey *k, Str place, Str value)
{
    if (!k->ready) k->nonces = key_derive(&k->key, "nonce", 0);
    k->ready = true;
    char length[8];
    int_put(length, value.n);
    crypto_generichash_state h;
    crypto_generichash_init(&h, k->nonces.at, KEY_BYTES, NONCE_BYTES);
    crypto_generichash_update(&h, (const unsigned char *)place.p, (unsigned long long)place.n);
    crypto_generichash_update(&h, (const unsigned char *)length, sizeof length);
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
    Str place = place_bytes(a, at);
    unsigned char *nonce = (unsigned char *)p + AT_NONCE;
    p[0] = FORMAT;
    int_put(p + AT_KEY, at.key_id);
    int_put(p + AT_VERSION, at.version);
    nonce_make(nonce, k, place, value);
    lock_up((unsigned char *)p + AT_SEALED, &k->key, nonce, place, value);
    return (Blob){{p, n}};
}

bool envelope_read(Str envelope, int64_t *key_id, int64_t *version)
{
    if (envelope.n < ENVELOPE_MORE || envelope.p[0] != FORMAT) return false;
    *key_id = int_get(envelope.p + AT_KEY);
    *version = int_get(envelope.p + AT_VERSION);
    return true;
}

Err *seal_open(Arena *a, const DataKey *k, Str record, Str field, Str envelope, Str *value)
{
    SealedAt at = {.record = record, .field = field};
    if (!envelope_read(envelope, &at.key_id, &at.version)) {
        return fail(a, ERR_BROKEN, "A sealed value cannot be opened: {} of {} has an unknown form.",
            field, record);
    }
    Str locked = str_slice(envelope, AT_SEALED, envelope.n);
    char *p = take(a, char, locked.n - TAG);
    const unsigned char *nonce = (const unsigned char *)envelope.p + AT_NONCE;
    if (!unlock((unsigned char *)p, &k->key, nonce, place_bytes(a, at), locked)) {
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

Blob key_wrap(Arena *a, const Key *by, Str what, const Key *k)
{
    isize n = NONCE_BYTES + KEY_BYTES + TAG;
    unsigned char *p = take(a, unsigned char, n);
    random_fill(p, NONCE_BYTES);
    lock_up(p + NONCE_BYTES, by, p, what, (Str){(const char *)k->at, KEY_BYTES});
    return (Blob){{(const char *)p, n}};
}

bool key_unwrap(const Key *by, Str what, Str wrapped, Key *out)
{
    if (wrapped.n != NONCE_BYTES + KEY_BYTES + TAG) return false;
    const unsigned char *nonce = (const unsigned char *)wrapped.p;
    return unlock(out->at, by, nonce, what, str_slice(wrapped, NONCE_BYTES, wrapped.n));
}
