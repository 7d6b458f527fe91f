// The unlock key: where it lies, whether anybody could guess it, and what follows from it.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Str unlock_path(Arena *a, Str dir)
{
    Str named = environment("SUKHWAN_KEY_FILE");
    return named.n ? named : say(a, "{}.key", path_absolute(a, dir));
}

// Few different bytes, few different steps from one to the next (an alphabet, a count), letters of one size alone, or
// words with blanks between: nobody drew these at random.
static bool guessable(Str secret)
{
    enum { DIFFERENT = 16, STEPS = 8 };
    bool seen[256] = {0}, stepped[256] = {0}, plain = true;
    int different = 0, steps = 0, small = 0, large = 0;
    for (isize i = 0; i < secret.n; i++) {
        unsigned char c = (unsigned char)secret.p[i], step = (unsigned char)(i ? c - (unsigned char)secret.p[i - 1] : 0);
        different += !seen[c];
        steps += i && !stepped[step];
        seen[c] = stepped[step] = true;
        small += c >= 'a' && c <= 'z';
        large += c >= 'A' && c <= 'Z';
        plain &= c >= ' ' && c < 127;
    }
    bool words = (plain && seen[' ']) || small == secret.n || large == secret.n;
    return different < DIFFERENT || steps < STEPS || words;
}

Err *unlock_read(Arena *a, Str dir, Key *out)
{
    Str path = unlock_path(a, dir), text;
    if (!path_exists(path)) {
        return fail(a, ERR_INPUT, "The unlock key {} is missing: put it there, or name it in SUKHWAN_KEY_FILE.", path);
    }
    TRY(file_read_secret(a, path, 4096, &text));
    bool good = key_read(text, out), weak = good ? guessable((Str){(const char *)out->at, KEY_BYTES}) : guessable(str_trim(text));
    if (!good && str_trim(text).n >= KEY_BYTES) { // a key file of the operator's own making, in whatever form
        Hash hash = hash_of(str_trim(text));
        memcpy(out->at, hash.at, KEY_BYTES);
        wipe(&hash, sizeof hash);
        good = true;
    }
    wipe((void *)text.p, text.n);
    if (!good) return fail(a, ERR_INPUT, "{} holds no unlock key: it should be one line of 64 hexadecimal digits.", path);
    if (!weak) return 0;
    wipe(out, sizeof *out);
    return fail(a, ERR_INPUT, "The unlock key {} could be guessed: take one of 64 random hexadecimal digits.", path);
}

Err *unlock_make(Arena *a, Str dir, Key *out)
{
    Str path = unlock_path(a, dir);
    if (str_starts(path_absolute(a, path), say(a, "{}/", path_absolute(a, dir)))) {
        return fail(a, ERR_INPUT, "The unlock key {} would lie inside the register: name a file elsewhere in SUKHWAN_KEY_FILE.", path);
    }
    if (path_exists(path)) return unlock_read(a, dir, out);
    *out = key_random();
    return file_replace(a, path, say(a, "{}\n", key_hex(a, out)), 0600);
}

Err *unlock_copy(Arena *a, Str dir, const Secrets *secrets)
{
    Key unlock;
    if (!path_exists(unlock_path(a, dir))) return file_replace(a, unlock_path(a, dir), say(a, "{}\n", key_hex(a, &secrets->unlock)), 0600);
    TRY(unlock_read(a, dir, &unlock));
    bool same = !memcmp(unlock.at, secrets->unlock.at, KEY_BYTES);
    wipe(&unlock, sizeof unlock);
    return same ? 0 : fail(a, ERR_INPUT, "Another unlock key lies at {}: move it away first.", unlock_path(a, dir));
}

Err *unlock_secrets(Arena *a, Str dir, Secrets **out)
{
    Key unlock;
    TRY(unlock_read(a, dir, &unlock));
    *out = secrets_make(unlock);
    wipe(&unlock, sizeof unlock);
    return 0;
}
