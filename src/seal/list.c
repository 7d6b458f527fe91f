// A list of keys: each wrapped by itself, for an agency that holds the secret, or sealed to the public half of one that does not.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include <sodium.h>

// An item's key is one of: 32 and a tag of 16, under the agency's wrapping key; or a sealed box (an ephemeral public key
// 32, a tag 16) of the key and the hash of what it is bound to, which a box does not do by itself.
enum { AT_COMPARTMENT = 8, AT_FLAGS = 9, BOX = KEY_BYTES + HASH_BYTES, BOXED_KEY = crypto_box_SEALBYTES + BOX };
enum { LIST_MOST = LIST_NONCE + 512 * (ITEM_HEAD + BOXED_KEY) };
_Static_assert(crypto_box_PUBLICKEYBYTES == KEY_BYTES && crypto_box_SECRETKEYBYTES == KEY_BYTES, "both halves are keys");
// XChaCha20-Poly1305, whose first step looks at the nonce's first 16 bytes alone, and is done once for a whole list.
_Static_assert(LIST_NONCE == crypto_core_hchacha20_INPUTBYTES && NONCE_BYTES == LIST_NONCE + 8, "the nonce's two parts");

void agency_keys(AgencyKeys *k)
{
    k->wraps = key_wrapping(&k->secret);
    must(!crypto_scalarmult_base(k->public, k->secret.at));
    k->held = true;
}

void list_wrap(ListWrap *w, const Key *by, const char *nonce)
{
    must(!crypto_core_hchacha20(w->step.at, (const unsigned char *)nonce, by->at, 0));
}

static void list_nonce(unsigned char *nonce, uint64_t number)
{
    memset(nonce, 0, 4);
    number_put((char *)nonce + 4, number);
}

void key_lock(const ListWrap *w, uint64_t number, Str what, const Key *key, char *out)
{
    unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    list_nonce(nonce, number);
    must(!crypto_aead_chacha20poly1305_ietf_encrypt((unsigned char *)out, 0, key->at, KEY_BYTES, (const unsigned char *)what.p,
        (unsigned long long)what.n, 0, nonce, w->step.at));
}

bool key_unlock(const ListWrap *w, uint64_t number, Str what, const char *locked, Key *out)
{
    unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    list_nonce(nonce, number);
    return !crypto_aead_chacha20poly1305_ietf_decrypt(out->at, 0, 0, (const unsigned char *)locked, LOCKED_KEY,
        (const unsigned char *)what.p, (unsigned long long)what.n, nonce, w->step.at);
}

static void key_box(const unsigned char *public, Str what, const Key *key, char *out)
{
    unsigned char plain[BOX];
    Hash bound = hash_of(what);
    memcpy(plain, key->at, KEY_BYTES);
    memcpy(plain + KEY_BYTES, bound.at, HASH_BYTES);
    must(!crypto_box_seal((unsigned char *)out, plain, sizeof plain, public));
    wipe(plain, sizeof plain);
}

static bool key_unbox(const AgencyKeys *k, Str what, const char *boxed, Key *out)
{
    unsigned char plain[BOX];
    Hash bound = hash_of(what);
    bool good = !crypto_box_seal_open(plain, (const unsigned char *)boxed, BOXED_KEY, k->public, k->secret.at)
        && hash_same((Str){(char *)plain + KEY_BYTES, HASH_BYTES}, hash_bytes(&bound));
    if (good) memcpy(out->at, plain, KEY_BYTES);
    wipe(plain, sizeof plain);
    return good;
}

KeysOf keys_of(const AgencyKeys *agency, Str name, Str holder, Str list)
{
    KeysOf of = {.agency = agency, .name = name, .holder = holder, .list = list};
    if (agency->held && list.n >= LIST_NONCE) list_wrap(&of.wrap, &agency->wraps, list.p);
    return of;
}

bool item_next(Str list, isize *at, KeyItem *out)
{
    isize from = *at ? *at : LIST_NONCE, n = ITEM_HEAD;
    if (list.n < from + n) return false;
    const char *p = list.p + from;
    *out = (KeyItem){.at = p, .number = number_get(p), .compartment = (unsigned char)p[AT_COMPARTMENT],
        .flags = (unsigned char)p[AT_FLAGS]};
    n += out->flags & ITEM_BOXED ? (int)BOXED_KEY : (int)LOCKED_KEY;
    if (list.n < from + n || out->compartment > 31) return false;
    out->n = n;
    *at = from + n;
    return true;
}

bool list_whole(Str list)
{
    isize at = 0;
    KeyItem item;
    while (item_next(list, &at, &item)) {}
    return at && at == list.n && list.n <= LIST_MOST;
}

Str list_numbers(Arena *a, Str list)
{
    Buf o = buf_in(a);
    isize at = 0;
    KeyItem item;
    while (item_next(list, &at, &item)) buf_add(&o, (Str){item.at, AT_COMPARTMENT});
    return buf_str(&o);
}

static Str item_bound(Arena *a, const KeysOf *of, const char *item)
{
    return say(a, "keys {} {} {}", of->name, of->holder, ((Str){item, ITEM_HEAD}));
}

bool item_open(Arena *a, const KeysOf *of, const KeyItem *item, Key *out)
{
    Str what = item_bound(a, of, item->at);
    if (!of->agency->held) return false;
    if (item->flags & ITEM_BOXED) return key_unbox(of->agency, what, item->at + ITEM_HEAD, out);
    return key_unlock(&of->wrap, item->number, what, item->at + ITEM_HEAD, out);
}

void list_begin(Buf *list)
{
    char nonce[LIST_NONCE];
    random_fill(nonce, sizeof nonce);
    buf_add(list, (Str){nonce, sizeof nonce});
}

void item_add(Arena *a, Buf *list, const KeysOf *of, KeyItem head, const Key *key)
{
    char item[ITEM_HEAD + BOXED_KEY];
    bool boxed = !of->agency->held;
    number_put(item, head.number);
    item[AT_COMPARTMENT] = (char)head.compartment;
    item[AT_FLAGS] = (char)((head.flags & ~(unsigned)ITEM_BOXED) | (boxed ? ITEM_BOXED : 0));
    Str what = item_bound(a, of, item);
    if (boxed) key_box(of->agency->public, what, key, item + ITEM_HEAD);
    else key_lock(&of->wrap, head.number, what, key, item + ITEM_HEAD);
    buf_add(list, (Str){item, ITEM_HEAD + (boxed ? (int)BOXED_KEY : (int)LOCKED_KEY)});
}

bool list_opens(Arena *a, const KeysOf *of)
{
    KeyItem item;
    Key key;
    bool good = list_whole(of->list);
    for (isize at = 0; good && item_next(of->list, &at, &item);) good = item_open(a, of, &item, &key);
    wipe(&key, sizeof key);
    return good;
}

bool item_of(Str list, uint64_t number, KeyItem *out)
{
    for (isize at = 0; item_next(list, &at, out);) {
        if (out->number == number) return true;
    }
    return false;
}

bool item_first(Str list, int compartment, unsigned flags, KeyItem *out)
{
    for (isize at = 0; item_next(list, &at, out);) {
        if (out->compartment == compartment && (out->flags & flags) == flags) return true;
    }
    return false;
}

Str list_without(Arena *a, Str list, unsigned compartments)
{
    Buf o = buf_in(a);
    KeyItem item;
    buf_add(&o, str_slice(list, 0, LIST_NONCE));
    for (isize at = 0; item_next(list, &at, &item);) {
        bool goes = compartments >> item.compartment & 1 && !(item.flags & ITEM_OWN);
        if (!goes) buf_add(&o, (Str){item.at, item.n});
    }
    return buf_str(&o);
}

bool list_unboxed(Arena *a, const KeysOf *of, Str *out)
{
    Buf o = buf_in(a);
    KeyItem item;
    Key key;
    bool good = true;
    buf_add(&o, str_slice(of->list, 0, LIST_NONCE));
    for (isize at = 0; good && item_next(of->list, &at, &item);) {
        bool boxed = item.flags & ITEM_BOXED;
        good = !boxed || item_open(a, of, &item, &key);
        if (good && boxed) item_add(a, &o, of, item, &key);
        else buf_add(&o, (Str){item.at, item.n});
    }
    wipe(&key, sizeof key);
    *out = buf_str(&o);
    return good;
}

bool number_in(Str numbers, uint64_t number)
{
    bool in = false;
    for (isize at = 0; at + 8 <= numbers.n; at += 8) in |= number_get(numbers.p + at) == number;
    return in;
}
