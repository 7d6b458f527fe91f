// Keys, sealing, signing, password hashing: libsodium, and nothing else of it anywhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

enum { KEY_BYTES = 32, HASH_BYTES = 32, SIGNATURE_BYTES = 64, NONCE_BYTES = 24 };
typedef struct Key { unsigned char at[KEY_BYTES]; } Key;       // a secret
typedef struct { unsigned char at[HASH_BYTES]; } Hash;
// Once, before all else, and again in a process that was forked; from here on maps hash with a key of this process.
void seal_begin(void);

void random_fill(void *to, isize n);
Key key_random(void);
// A key for one use from a key; `use` is at most 8 ASCII letters (crypto_kdf).
Key key_derive(const Key *from, const char *use, uint64_t number);
Str key_hex(Arena *a, const Key *k);
bool key_read(Str hex, Key *out);             // 64 hex digits and a line end at most
Str random_name(Arena *a);                    // 20 letters and digits without 0 1 i l o: about 98 bits
void wipe(void *p, isize n);
void wipe_stack(void);                        // what functions that returned left below this one's frame

// ---- hashes ----------------------------------------------------------------------------------------
typedef struct { _Alignas(64) uint64_t state[48]; } Hashing; // BLAKE2b-256, fed in parts
void hash_begin(Hashing *h);
void hash_add(Hashing *h, Str bytes);
void hash_part(Hashing *h, Str bytes);        // its length first, so that parts cannot run together
void hash_int(Hashing *h, int64_t i);         // eight bytes, least first
Hash hash_end(Hashing *h);
Hash hash_of(Str bytes);
Hash hash_keyed(const Key *key, Str bytes);   // nobody without the key can make it
Str hash_bytes(const Hash *h);                // a view
bool hash_same(Str one, Str two);             // in constant time; false when lengths differ
Str hex_of(Arena *a, Str bytes);
Str base64_of(Arena *a, Str bytes);           // RFC 4648, part 4, in one line
bool base64_read(Arena *a, Str text, Str *out); // the plain letters of RFC 4648, part 4; false when it is none
bool bytes_of(Arena *a, Str hex, Str *out);   // and back; false when it is none

// ---- the envelope: format 2 (one byte), key number 8, nonce 24, ciphertext and tag ----------------
// XChaCha20-Poly1305. Bound to key number, record and field; the nonce is keyed BLAKE2b over these, the name of the
// entry that wrote it and the value: one entry gives the same bytes in every store, and equal values of two records,
// fields or entries do not look equal.
typedef struct { Str record, field, writer; int64_t seq; } SealedAt;
typedef struct { uint64_t number; Key key, nonces; bool ready; } DataKey; // number: random, the same in every store;
// nonces: derived for the first value that is sealed
enum { ENVELOPE_MORE = 1 + 8 + 24 + 16 };     // bytes that sealing adds
Blob seal_value(Arena *a, DataKey *k, SealedAt at, Str value);
bool envelope_read(Str envelope, uint64_t *number); // false: it is none of ours
must_use Err *seal_open(Arena *a, const DataKey *k, Str record, Str field, Str envelope, Str *value); // ERR_BROKEN

// A key wrapped by another, bound to `what` it is for. `by` comes from key_wrapping, once, so that nothing wrapped can
// pass for a value sealed with the key itself.
enum { KEY_WRAP_MORE = NONCE_BYTES + 16 };    // bytes that wrapping adds
Key key_wrapping(const Key *agency);
Blob key_wrap(Arena *a, const Key *by, Str what, Str key);
bool key_unwrap(const Key *by, Str what, Str wrapped, void *out, isize n); // n: bytes wanted; others are none of ours

// A file in blocks, under a key that nothing else is sealed with: each bound to its number from 0, the last to being the last.
enum { BLOCK_MORE = 16 };                     // bytes that sealing adds
typedef struct { Key key; uint64_t n; } SealedBlocks; // n: of the next
void block_seal(SealedBlocks *by, bool last, Str bytes, char *out);
bool block_open(SealedBlocks *by, bool last, Str sealed, char *out); // false: it was changed, stands elsewhere, or has another key

// ---- an agency's keys, and the lists that it opens ---------------------------------------------------
// A pair of X25519: the secret half wraps what the agency reads; where it is not at hand, the public half takes more.
typedef struct { Key secret, wraps; unsigned char public[KEY_BYTES]; bool held; } AgencyKeys; // held: the secret is there
void agency_keys(AgencyKeys *k);              // what follows from the secret
// A list: nonce 16 · items: number 8 · compartment 1 · flags 1 · the key, wrapped 48 or, for who does not hold the secret, in
// a box 112. Each stands by itself, bound to its agency, its holder and its first 10 bytes.
enum { LIST_NONCE = 16, LOCKED_KEY = KEY_BYTES + 16, ITEM_HEAD = 10 };
enum { ITEM_OWN = 1, ITEM_BOXED = 2 };        // own: the agency itself made it
typedef struct { const char *at; isize n; uint64_t number; int compartment; unsigned flags; } KeyItem;
typedef struct { Key step; } ListWrap;
typedef struct { const AgencyKeys *agency; Str name, holder, list; ListWrap wrap; } KeysOf; // a list, and whose it is
KeysOf keys_of(const AgencyKeys *agency, Str name, Str holder, Str list); // list: at least its nonce
bool item_next(Str list, isize *at, KeyItem *out); // *at 0 at first; false: at the end, or no more are whole
bool item_open(Arena *a, const KeysOf *of, const KeyItem *item, Key *out);
void list_begin(Buf *list);
void item_add(Arena *a, Buf *list, const KeysOf *of, KeyItem head, const Key *key); // head: number, compartment, whether it is own
bool item_of(Str list, uint64_t number, KeyItem *out); // the one of this number
bool item_first(Str list, int compartment, unsigned flags, KeyItem *out);
bool list_opens(Arena *a, const KeysOf *of);  // all of it
bool list_unboxed(Arena *a, const KeysOf *of, Str *out); // with what stood in boxes wrapped; false: some does not open
Str list_without(Arena *a, Str list, unsigned compartments); // what the agency did not make itself of them
bool list_whole(Str list);                    // it has items, and ends with one
Str list_numbers(Arena *a, Str list);         // of its keys, one behind the other
bool number_in(Str numbers, uint64_t number); // … and whether one is among them
void list_wrap(ListWrap *w, const Key *by, const char *nonce);
void key_lock(const ListWrap *w, uint64_t number, Str what, const Key *key, char *out);
bool key_unlock(const ListWrap *w, uint64_t number, Str what, const char *locked, Key *out);
void number_put(char *to, uint64_t number);   // eight bytes, least first
uint64_t number_get(const char *from);

// ---- signing (Ed25519) -------------------------------------------------------------------------------
typedef struct { unsigned char secret[64], public[32]; } Signer;
Signer signer_from(const Key *seed);
Blob sign(Arena *a, const Signer *by, Str bytes);
bool signature_good(Str public_key, Str bytes, Str signature);

// ---- passwords and tokens ------------------------------------------------------------------------------
Str password_hash(Arena *a, Str password);    // Argon2id, 19 MiB, t = 2; its own string form
bool password_good(Str hash, Str password);   // an empty hash takes as long as another, and no password is good
Str token_make(Arena *a);                     // 43 characters, 256 bits
Hash token_hash(Str token);                   // what is stored of it

// ---- the door: how many passwords are checked at once ------------------------------------------------
// Two, and nobody waits: who does not get in is given a turn, which is good once and goes before newcomers.
typedef struct Door Door;
enum { DOOR_AGAIN = 1 };                      // seconds until who was sent away comes back
Door *door_make(Arena *a);
int64_t door_turn(Arena *a, Door *door, Str turn); // the number of a turn that may be used; else -1
Str door_turn_give(Arena *a, Door *door);
// `known`: somebody has signed in there before; one place is kept for those while there is a crowd. True: leave again.
bool door_enter(Door *door, bool known, int64_t turn);
void door_leave(Door *door);
