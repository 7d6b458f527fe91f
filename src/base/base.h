// The small vocabulary of the whole program: strings, memory, values, messages, errors, dates.
// SPDX-License-Identifier: Apache-2.0
//
// One-letter names used everywhere: a arena, n count, i index, p bytes, o output, q answer rows,
// s store or string, e error; `ask` is the request.
#pragma once
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef ptrdiff_t isize;
#define countof(array) ((isize)(sizeof(array) / sizeof(*(array))))

// Impossible states end the process, in release builds too.
#define must(condition) ((condition) ? (void)0 : must_failed(#condition, __FILE__, __LINE__))
_Noreturn void must_failed(const char *condition, const char *file, int line);

// ---- strings: bytes with a length, never ended by NUL, UTF-8 unless said otherwise -------------
typedef struct { const char *p; isize n; } Str;
#define S(lit) ((Str){"" lit, (isize)sizeof(lit) - 1})

// ---- memory: one owner -----------------------------------------------------------------------
// `Arena *a` keeps: results live there. `Arena scratch` by value is gone when the callee returns.
// The two are separate reserves: never copy an arena in which something else grows meanwhile.
typedef struct {
    char *start, *at, *end;
    jmp_buf *exhausted; // where exhaustion unwinds to: the request's top, which answers "busy"
    char **high;        // how far it or any copy of it ever came; null: nobody asks
} Arena;
#define take(a, T, n) ((T *)arena_take((a), sizeof(T), _Alignof(T), (n)))

Arena arena_over(void *memory, isize size, jmp_buf *exhausted);
void *arena_take(Arena *a, isize size, isize align, isize n); // zeroed; never null
Arena arena_cut(Arena *from, isize size);                      // a part of it as an arena of its own
void arena_rewind(Arena *a, char *to);                        // wipes what was taken since `at` was there
void arena_reset(Arena *a);                                   // ... and starts over
// Runs it; when `a` or `scratch` (may be null) is exhausted meanwhile, unwinds to here: false. The one setjmp beside
// the process's own: C leaves undefined what the frame that called it has changed, and there nothing changes. So
// what is read afterwards stands behind `with`.
bool arena_guard(Arena *a, Arena *scratch, void (*run)(void *with), void *with);
_Noreturn void arena_unwind(Arena *a);        // as if it were exhausted, for who has put something away first

Str str_from(const char *z);                  // a view of a C string; null gives an empty one
char *str_z(Arena *a, Str s);                 // a copy ended by NUL
Str str_copy(Arena *a, Str s);
bool str_equal(Str one, Str two);
int str_compare(Str one, Str two);            // byte order, as memcmp
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
isize str_find(Str s, Str part);              // -1 when absent
bool str_has(Str s, char c);
Str str_slice(Str s, isize from, isize to);   // clamped to what is there
Str str_trim(Str s);                          // without ASCII blanks at both ends
Str str_cut(Str *rest, char c);               // what stands before c; rest goes on behind it
bool str_word(Str *rest, Str *word);          // next run of non-blanks, false at the end
Str str_join(Arena *a, const Str *parts, isize n, Str between);
Str str_lower(Arena *a, Str s);               // ASCII only
bool str_int(Str s, int64_t *out);            // decimal, the whole string, no overflow
typedef uint64_t StrHash(Str s);
void str_hash_by(StrHash *hash);              // once, before any map is made: seal_begin gives a keyed one
uint64_t str_hash(Str s);                     // for maps: not for secrets

// ---- UTF-8 (RFC 3629) --------------------------------------------------------------------------
bool utf8_valid(Str s);                       // no surrogates, no overlong forms, no NUL
int32_t utf8_next(Str *rest);                 // the next code point; -1 at the end or on bad bytes
isize utf8_put(char *to, int32_t code);       // 1 to 4 bytes
bool char_blank(int32_t code);                // Unicode's White_Space
bool char_unseen(int32_t code);               // controls, and what joins, turns or hides others
Str str_bare(Str s);                          // without blanks and unseen letters at its ends: a key is such
bool str_seen(Str s);                         // nothing unseen in it, and no blank but a plain one

// ---- values: what fits a hole, a bind or a cell --------------------------------------------------
typedef struct { Str s; } Html;               // already escaped
typedef struct { Str s; } Url;                // made by url() alone, safe in an attribute
typedef struct { Str s; } Name;               // a table or column, checked with the pack, quoted by db
typedef struct { Str s; } Blob;               // bytes, not text
typedef struct Val Val;
typedef struct { const Val *at; int n; } Vals;
typedef struct { Str text; Vals with; } Sql;  // a condition: its own $1... stand for its own values

typedef enum { VAL_NULL, VAL_INT, VAL_REAL, VAL_STR, VAL_BLOB, VAL_HTML, VAL_URL, VAL_NAME, VAL_SQL } ValKind;
struct Val { ValKind kind; int64_t i; double d; Str s; Vals with; };

Val val_int(int64_t i);
Val val_real(double d);
Val val_str(Str s);                           // an empty Str is empty text, not null
Val val_blob(Blob b);
Val val_html(Html h);
Val val_url(Url u);
Val val_name(Name n);
Val val_sql(Sql q);
Val val_same(Val v);
Val val_or_null(Str s);                       // null when empty
Str val_text(Arena *a, Val v);                // as a message shows it
#define V(x) _Generic((x), bool: val_int, int: val_int, int64_t: val_int, double: val_real,             \
    Str: val_str, Blob: val_blob, Html: val_html, Url: val_url, Name: val_name, Sql: val_sql,           \
    Val: val_same)(x)

// VALS(x, y, ...) makes a Vals of up to 16 arguments; the only clever macro in the program.
#define VALS(...) ((Vals){(const Val[]){__VA_OPT__(VALS_EACH(__VA_ARGS__),) {0}}, VALS_COUNT(__VA_ARGS__)})
#define VALS_COUNT(...) VALS_PICK(_ __VA_OPT__(,) __VA_ARGS__, 16,15,14,13,12,11,10,9,8,7,6,5,4,3,2,1,0)
#define VALS_PICK(_0,_1,_2,_3,_4,_5,_6,_7,_8,_9,_10,_11,_12,_13,_14,_15,_16,n,...) n
#define VALS_EACH(...) VALS_JOIN(VALS_, VALS_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define VALS_JOIN(a, b) VALS_JOIN_(a, b)
#define VALS_JOIN_(a, b) a##b
#define VALS_1(x) V(x)
#define VALS_2(x, ...) V(x), VALS_1(__VA_ARGS__)
#define VALS_3(x, ...) V(x), VALS_2(__VA_ARGS__)
#define VALS_4(x, ...) V(x), VALS_3(__VA_ARGS__)
#define VALS_5(x, ...) V(x), VALS_4(__VA_ARGS__)
#define VALS_6(x, ...) V(x), VALS_5(__VA_ARGS__)
#define VALS_7(x, ...) V(x), VALS_6(__VA_ARGS__)
#define VALS_8(x, ...) V(x), VALS_7(__VA_ARGS__)
#define VALS_9(x, ...) V(x), VALS_8(__VA_ARGS__)
#define VALS_10(x, ...) V(x), VALS_9(__VA_ARGS__)
#define VALS_11(x, ...) V(x), VALS_10(__VA_ARGS__)
#define VALS_12(x, ...) V(x), VALS_11(__VA_ARGS__)
#define VALS_13(x, ...) V(x), VALS_12(__VA_ARGS__)
#define VALS_14(x, ...) V(x), VALS_13(__VA_ARGS__)
#define VALS_15(x, ...) V(x), VALS_14(__VA_ARGS__)
#define VALS_16(x, ...) V(x), VALS_15(__VA_ARGS__)

// ---- messages: a sentence and what fills it, so that it can still be said in any language ---------
typedef struct { const char *words; Vals with; } Message; // words: an English literal with {} holes
#define message(a, lit, ...) message_keep((a), "" lit, VALS(__VA_ARGS__))
Message message_keep(Arena *a, const char *lit, Vals with); // the values are copied into a
Str message_text(Arena *a, Message m);                      // in English

// say: a plain string from a literal and values.
#define say(a, lit, ...) fill((a), "" lit, VALS(__VA_ARGS__))
Str fill(Arena *a, const char *lit, Vals with);

// ---- errors: null is fine, otherwise a kind and its own sentence, in the caller's arena -----------
// Six kinds and no more: each is a different thing to do.
typedef enum {
    ERR_INPUT,    // what was given is wrong: mend it
    ERR_DENIED,   // not yours
    ERR_MISSING,  // not there, or not for you to know
    ERR_CONFLICT, // it has moved on: look at both
    ERR_BUSY,     // try again in a moment
    ERR_BROKEN,   // our fault, or the disk's, or somebody tampered
    ERR_COUNT,
} ErrKind;
typedef struct Err { ErrKind kind; Message message; bool crossed; } Err; // crossed: somebody else wrote at once; once more may do
#define TRY(call) do { Err *err_ = (call); if (err_) return err_; } while (0)
#define fail(a, kind, lit, ...) err_make((a), (kind), message((a), lit __VA_OPT__(,) __VA_ARGS__))
#define must_use __attribute__((warn_unused_result))
must_use Err *err_make(Arena *a, ErrKind kind, Message m);
must_use Err *err_keep(Arena *a, const Err *e); // a copy that needs nothing of where it came from; of null null
Str err_text(Arena *a, const Err *e);         // in English

// A fault of something given: where it is and what is wrong. Lists of them are told whole.
typedef struct Fault {
    struct Fault *next;
    Str file;        // a sheet or a file; empty when there is only one
    int64_t line;    // counted from 1; 0 when there is none
    Str column;      // a column or field; empty for the whole row
    Str mend;        // the field in which it is mended, when that is another; empty: it is not
    Str value;       // what stood there
    Message message;
    bool warning;    // told, but nothing is refused for it
} Fault;
typedef struct { Fault *first, *last; int64_t n, warnings; } Faults; // n without warnings
Fault *faults_add(Arena *a, Faults *all, Fault one); // a copy; the one kept is returned
bool faults_about(const Faults *all, Str column); // one of them, and no doubt, is about this column

// ---- output: bytes that grow in an arena; cannot fail ---------------------------------------------
typedef struct { Arena *a; char *p; isize n, cap; } Buf;
Buf buf_in(Arena *a);
char *buf_room(Buf *o, isize n);              // room for n more bytes; the caller adds to o->n
void buf_add(Buf *o, Str s);
void buf_char(Buf *o, char c);
void buf_int(Buf *o, int64_t i);
void buf_fill(Buf *o, const char *lit, Vals with); // plain text with holes
Str buf_str(const Buf *o);                    // what stands in it

// ---- maps: from a string, or a number, to a pointer or number -----------------------------------
typedef struct { Str key; union { void *p; int64_t i; }; } Slot;
typedef struct { Slot *slots; isize cap, n; } Map;
Slot *map_get(const Map *m, Str key);         // null when absent
Slot *map_put(Map *m, Arena *a, Str key, bool *is_new); // keys are kept as given, not copied

// ---- dates ------------------------------------------------------------------------------------
// A day is a number that reads like one: 20240131; so order is order, and whole years are a
// subtraction: on - born < 180000 is "under 18", and who is born on 29 February turns 18 on 1 March.
typedef struct { int first, last; } Days;     // the days a date of some precision may mean
bool days_parse(Str iso, Days *out);          // YYYY, YYYY-MM or YYYY-MM-DD; false when impossible
bool moment_parse(Str iso, int offset, Days *out); // a date, or YYYY-MM-DDTHH:MM[:SS][Z|+HH:MM];
                                              // the day there at `offset` minutes east of UTC
int day_from_civil(int year, int month, int day);
bool day_valid(int day);
int day_add(int day, int n);                  // n days later; 0 when that lies outside the years 1 to 9999
int month_add(int day, int n);                // n months later, the last of a month that is too short; 0 likewise
int days_between(int from, int to);           // to minus from
Str day_text(Arena *a, int day);              // 2024-01-31
int day_of(int64_t ms, int offset);           // the day of a moment in ms since 1970, UTC
Str moment_text(Arena *a, int64_t ms, int offset); // 2024-01-31 09:05
Str moment_iso(Arena *a, int64_t ms, int offset);  // 2024-01-31T09:05:07+07:00
Str moment_local(Arena *a, Str iso, int offset); // one with a zone as the clock shows it at offset: 2024-01-31T09:05
