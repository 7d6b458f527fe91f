// Proving who: signatures, passwords, tokens.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include <sodium.h>

_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "the library's signature");

Signer signer_from(const Key *seed)
{
    Signer by;
    must(!crypto_sign_seed_keypair(by.public, by.secret, seed->at));
    return by;
}

Blob sign(Arena *a, const Signer *by, Str bytes)
{
    unsigned char *p = take(a, unsigned char, SIGNATURE_BYTES);
    const unsigned char *from = (const unsigned char *)bytes.p;
    must(!crypto_sign_detached(p, 0, from, (unsigned long long)bytes.n, by->secret));
    return (Blob){{(const char *)p, SIGNATURE_BYTES}};
}

bool signature_good(Str public_key, Str bytes, Str signature)
{
    if (public_key.n != crypto_sign_PUBLICKEYBYTES || signature.n != SIGNATURE_BYTES) return false;
    return !crypto_sign_verify_detached((const unsigned char *)signature.p,
        (const unsigned char *)bytes.p, (unsigned long long)bytes.n,
        (const unsigned char *)public_key.p);
}

Str password_hash(Arena *a, Str password)
{
    // OWASP Password Storage Cheat Sheet: Argon2id with at least 19 MiB and two passes.
    enum { PASSES = 2, MEMORY = 19 << 20 };
    char *hash = take(a, char, crypto_pwhash_STRBYTES);
    must(!crypto_pwhash_str_alg(hash, password.n ? password.p : "", (unsigned long long)password.n, PASSES, MEMORY,
        crypto_pwhash_ALG_ARGON2ID13));
    return str_from(hash);
}

bool password_good(Str hash, Str password)
{
    // Of a password that was drawn and forgotten: a name that nobody has costs the very same work.
    static const Str nobodys = S("$argon2id$v=19$m=19456,t=2,p=1$ZQIJzSbs47/UjCHxc+DbRQ$JJ+1njOT4L5NE8lPDyjR+YwU2TCNO2+TEldpzjIZ0wo");
    char z[crypto_pwhash_STRBYTES] = {0};
    if (hash.n >= (isize)sizeof z) return false;
    bool known = hash.n > 0;
    if (!known) hash = nobodys;
    memcpy(z, hash.p, (size_t)hash.n);
    return known & !crypto_pwhash_str_verify(z, password.n ? password.p : "", (unsigned long long)password.n);
}

Str token_make(Arena *a)
{
    enum { LENGTH = 43 };
    unsigned char drawn[32];
    char *token = take(a, char, LENGTH + 1);
    random_fill(drawn, sizeof drawn);
    sodium_bin2base64(token, LENGTH + 1, drawn, sizeof drawn,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    wipe(drawn, sizeof drawn);
    return (Str){token, LENGTH};
}

Hash token_hash(Str token)
{
    return hash_of(token);
}
