// What may be a password: long, and nothing that is tried first (NIST SP 800-63B-4, 3.1.1). No rules about signs, no hints.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"
#include "text/text.h"

// As long as NIST asks of one that is the only factor, counted in letters as people see them.
enum { LETTERS_LEAST = 15, BYTES_MOST = 1000, DIFFERENT_LEAST = 5 };

// What lists of stolen passwords have most of, in letters alone, and words that this program brings to mind. Not the words of every day:
// who is told to take a short sentence must be able to.
static const char common[] =
    " password passwort changeme letme forever ever always pass pwd secret qwerty qwertz azerty asdf zxcvbn iloveyou"
    " loveyou love admin administrator root user guest"
    " test demo default welcome letmein login master hello monkey dragon sunshine princess football baseball basketball superman batman"
    " shadow michael jordan ashley daniel charlie jessica killer pokemon naruto liverpool chelsea arsenal barcelona manchester freedom"
    " whatever trustno starwars cheese computer internet google facebook whatsapp android samsung iphone apple orange banana chocolate"
    " flower butterfly lovely angel baby family mother father jesus christ buddha lucky money summer winter spring autumn monday friday"
    " january february march april may june july august september october november december hunter ranger soccer hockey tigger"
    " lao laos laopdr vientiane pakse savannakhet luangprabang champa champasak sabaidee mekong thailand bangkok vietnam hanoi china"
    " police ministry office case person report register sukhwan suwan shelter secretariat committee hotline trafficking"
    " abc abcd abcde abcdef abcdefg abcdefgh the my is new old one two three four five six seven eight nine zero year ";

// Sentences that many know are one word.
static const char famous[] =
    " thisismypassword thisisapassword thisisthepassword thisismysecret khoihakchao khoyhakchao"
    " correcthorsebatterystaple tobeornottobe thatisthequestion maytheforcebewithyou thequickbrownfox"
    " jumpsoverthelazydog onceuponatime happilyeverafter allyouneedislove iwillalwaysloveyou hakunamatata"
    " openthepodbaydoors winteriscoming ihaveadream mynameisbond youshallnotpass iamyourfather"
    " thetruthisoutthere goodmorningvietnam whatdoesthefoxsay twinkletwinklelittlestar happybirthdaytoyou"
    " loremipsum dolorsitamet trustno onering torulethemall thereisnospoon ";

// Rows of keyboards, and alphabets: whoever walks along them chooses nothing. Then the same of a Lao keyboard: its digits, its rows
// from above, the alphabet.
enum { LATIN_BOARD = 0, LAO_BOARD = 10, BOARD_ROWS = 4 }; // where the rows of one begin, from above
static const char *const rows[] = {
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qwertzuiop", "azertyuiop",
    "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5\u0ed6\u0ed7\u0ed8\u0ed9\u0ed0",
    "\u0ea2\u0e9f\u0ec2\u0e96\u0eb8\u0eb9\u0e84\u0e95\u0e88\u0e82\u0e8a\u0ecd",
    "\u0ebb\u0ec4\u0eb3\u0e9e\u0eb0\u0eb4\u0eb5\u0eae\u0e99\u0e8d\u0e9a\u0ea5",
    "\u0eb1\u0eab\u0e81\u0e94\u0ec0\u0ec9\u0ec8\u0eb2\u0eaa\u0ea7\u0e87",
    "\u0e9c\u0e9b\u0ec1\u0ead\u0eb6\u0eb7\u0e97\u0ea1\u0ec3\u0e9d",
    ("\u0e81\u0e82\u0e84\u0e87\u0e88\u0eaa\u0e8a\u0e8d\u0e94\u0e95\u0e96\u0e97\u0e99\u0e9a\u0e9b\u0e9c\u0e9d\u0e9e"
     "\u0e9f\u0ea1\u0ea2\u0ea3\u0ea5\u0ea7\u0eab\u0ead\u0eae"),
};

Str password_typed(Arena *a, Str password)
{
    return text_mend(a, password);
}

static isize letters_in(Str text)
{
    isize n = 0;
    while (utf8_next(&text) >= 0) n++;
    return n;
}

static int different_in(Str text)
{
    int32_t seen[64], code;
    int n = 0;
    while (n < countof(seen) && (code = utf8_next(&text)) >= 0) {
        bool known = false;
        for (int i = 0; i < n; i++) known |= seen[i] == code;
        if (!known) seen[n++] = code;
    }
    return n;
}

// One part again and again.
static bool repeated(Str text)
{
    for (isize part = 1; part * 2 <= text.n; part++) {
        bool same = true;
        for (isize i = part; same && i < text.n; i++) same = text.p[i] == text.p[i - part];
        if (same) return true;
    }
    return false;
}

static isize place_in(Str row, int32_t wanted)
{
    int32_t code;
    for (isize at = 0; (code = utf8_next(&row)) >= 0; at++)
        if (code == wanted) return at;
    return -1;
}

// A key beside another, above it or below it: of four rows from this one on, which lie on one board.
static bool near_on(int board, int32_t one, int32_t other)
{
    isize place[2] = {-1, -1};
    int row[2] = {0};
    for (int i = 0; i < BOARD_ROWS; i++) {
        isize from = place_in(str_from(rows[board + i]), one), to = place_in(str_from(rows[board + i]), other);
        if (from >= 0) place[0] = from, row[0] = i;
        if (to >= 0) place[1] = to, row[1] = i;
    }
    if (place[0] < 0 || place[1] < 0) return false;
    return row[0] - row[1] <= 1 && row[1] - row[0] <= 1 && place[0] - place[1] <= 1 && place[1] - place[0] <= 1;
}

static bool beside(int32_t one, int32_t other)
{
    bool near = one == other || near_on(LATIN_BOARD, one, other) || near_on(LAO_BOARD, one, other);
    for (int i = 0; i < countof(rows) && !near; i++) {
        isize from = place_in(str_from(rows[i]), one), to = place_in(str_from(rows[i]), other);
        near = from >= 0 && to >= 0 && (to - from == 1 || from - to == 1);
    }
    return near;
}

// Most of its steps go to a key beside the last, one way or the other; by: from each letter to the next, or to the one after it, for
// who walks in two places by turns.
static bool walked_by(Str text, int by)
{
    isize steps = 0, all = letters_in(text) - by;
    int32_t last[2] = {0}, code;
    for (int n = 0; n < by; n++) last[n] = utf8_next(&text);
    for (int n = 0; (code = utf8_next(&text)) >= 0; n = (n + 1) % by) {
        steps += beside(last[n], code);
        last[n] = code;
    }
    return steps * 4 >= all * 3;
}

static bool walked(Str text)
{
    return walked_by(text, 1) || (letters_in(text) >= LETTERS_LEAST && walked_by(text, 2));
}

enum { WORD_LONGEST = 30 };
static bool is_common(Str word)
{
    char room[WORD_LONGEST + 2] = {' '};
    memcpy(room + 1, word.p, (size_t)word.n);
    room[word.n + 1] = ' ';
    Str wanted = {room, word.n + 2};
    return str_find(str_from(common), wanted) >= 0 || str_find(str_from(famous), wanted) >= 0;
}

// Nothing but words of the lists, one behind the other.
static bool all_common(Arena *a, Str letters)
{
    enum { WORDS_MOST = 3, FAR = 1000 }; // four words that one chose are a sentence
    int *words = take(a, int, letters.n + 1); // how few lead here
    for (isize i = 1; i <= letters.n; i++) words[i] = FAR;
    for (isize i = 0; i < letters.n; i++) {
        for (isize end = i + 2; words[i] < FAR && end <= letters.n && end - i <= WORD_LONGEST; end++) {
            if (words[i] + 1 < words[end] && is_common(str_slice(letters, i, end))) words[end] = words[i] + 1;
        }
    }
    return words[letters.n] <= WORDS_MOST;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Digits and signs that stand for letters in words: pa55w0rd.
static Str spelled(Arena *a, Str low)
{
    static const char signs[] = "0o1i3e4a5s7t@a$s!i";
    char *p = take(a, char, low.n);
    for (isize i = 0; i < low.n; i++) {
        bool within = i && i + 1 < low.n && !is_digit(low.p[i - 1]) && (!is_digit(low.p[i + 1]) || low.p[i + 1] == low.p[i]);
        p[i] = low.p[i];
        for (int k = 0; within && k < countof(signs) - 1; k += 2)
            if (low.p[i] == signs[k]) p[i] = signs[k + 1];
    }
    return (Str){p, low.n};
}

// Small letters alone, without the digits and signs that people put between; free: how many digits nobody can guess, as those
// of a year or of 123456 can be.
static Str letters_alone(Arena *a, Str low, isize *free)
{
    enum { YEAR = 4 };
    Buf o = buf_in(a);
    *free = 0;
    for (isize i = 0, end; i < low.n; i = end) {
        for (end = i; end < low.n && is_digit(low.p[end]);) end++;
        Str digits = str_slice(low, i, end);
        if (digits.n > YEAR && !walked(digits) && !repeated(digits)) *free += digits.n;
        if (digits.n) continue;
        end = i + 1;
        if ((low.p[i] >= 'a' && low.p[i] <= 'z') || low.p[i] & 0x80) buf_char(&o, low.p[i]);
    }
    return buf_str(&o);
}

// Nothing but what stands in the list, whatever short numbers stand between.
static bool guessed(Arena *a, Str low)
{
    enum { FREE = 6 };
    isize free;
    Str letters = letters_alone(a, low, &free);
    if (free < FREE && all_common(a, letters)) return true;
    letters = letters_alone(a, spelled(a, low), &free);
    return free < FREE && all_common(a, letters);
}

static bool named(Arena *a, Str name, Str password)
{
    Str low = str_lower(a, password), her = str_lower(a, name);
    isize at = her.n >= 3 ? str_find(low, her) : -1;
    return str_equal(low, her) || (at >= 0 && letters_in(low) - letters_in(her) < LETTERS_LEAST / 2);
}

Err *password_fits(Arena *a, Str name, Str password)
{
    if (!utf8_valid(password)) return fail(a, ERR_INPUT, "A password is text: this one cannot be read.");
    if (password.n > BYTES_MOST) return fail(a, ERR_INPUT, "A password has at most 1,000 bytes.");
    Str typed = password_typed(a, password), low = str_lower(a, typed);
    if (letters_in(typed) < LETTERS_LEAST)
        return fail(a, ERR_INPUT, "A password has at least {} letters: take a short sentence that nobody else says.",
            (int64_t)LETTERS_LEAST);
    if (named(a, name, typed)) return fail(a, ERR_INPUT, "The sign-in name is no password: take a short sentence that nobody else says.");
    bool common_one = different_in(low) < DIFFERENT_LEAST || repeated(low) || walked(low) || guessed(a, low);
    if (!common_one) return 0;
    return fail(a, ERR_INPUT, "This password is among those that are tried first: take a short sentence that nobody else says.");
}
