// From a literal with holes to a prepared statement: its text, its values, and those that are kept.
// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"
#include <stdlib.h>

void *grown(void *p, isize *cap, isize need, isize size)
{
    if (need <= *cap) return p;
    *cap = need * 2 > 64 ? need * 2 : 64;
    p = realloc(p, (size_t)(*cap * size)); // belongs to the connection: an arena cannot give back
    must(p);
    return p;
}

static void text_add(Db *db, Str s)
{
    db->text = grown(db->text, &db->text_cap, db->text_n + s.n + 1, 1);
    if (s.n) memcpy(db->text + db->text_n, s.p, (size_t)s.n);
    db->text_n += s.n;
    db->text[db->text_n] = 0;
}

static void text_number(Db *db, int n)
{
    char digits[12];
    Buf o = {.p = digits, .cap = sizeof digits};
    buf_int(&o, n);
    text_add(db, buf_str(&o));
}

static void text_name(Db *db, Str name)
{
    text_add(db, S("\""));
    for (isize i = 0; i < name.n; i++) {
        if (name.p[i] == '"') text_add(db, S("\""));
        text_add(db, (Str){name.p + i, 1});
    }
    text_add(db, S("\""));
}

static bool is_hole(Val v)
{
    return v.kind == VAL_NAME || v.kind == VAL_SQL;
}

static bool digit(Str s, isize i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

// The end of a run that means itself: up to the next hole or $, quoted words whole.
static isize plain_end(Str s, isize i)
{
    while (i < s.n) {
        char c = s.p[i];
        if (c == '\'' || c == '"') {
            const char *end = memchr(s.p + i + 1, c, (size_t)(s.n - i - 1));
            i = end ? end - s.p : s.n - 1;
        } else if ((c == '$' && digit(s, i + 1)) ||
                   (c == '{' && i + 1 < s.n && s.p[i + 1] == '}')) {
            return i;
        }
        i++;
    }
    return i;
}

static int dollar(Str s, isize *i)
{
    int n = 0;
    for (++*i; digit(s, *i); ++*i) {
        n = n * 10 + s.p[*i] - '0';
        must(n < 100000000); // there is no memory for so many values
    }
    return n;
}

static int highest(Str s)
{
    int most = 0;
    for (isize i = plain_end(s, 0); i < s.n; i = plain_end(s, i)) {
        int n = s.p[i] == '$' ? dollar(s, &i) : (i += 2, 0);
        if (n > most) most = n;
    }
    return most;
}

static void values_add(Db *db, Vals with)
{
    db->values = grown(db->values, &db->values_cap, db->values_n + with.n, sizeof(Val));
    for (int i = 0; i < with.n; i++) {
        if (!is_hole(with.at[i])) db->values[db->values_n++] = with.at[i];
    }
}

// Values of the text itself come first, those of the conditions in its holes follow.
static void render(Db *db, Str text, Vals with)
{
    int before = (int)db->values_n, hole = 0, most = 0;
    values_add(db, with);
    int plain = (int)db->values_n - before;
    for (isize i = 0; i < text.n;) {
        isize end = plain_end(text, i);
        text_add(db, str_slice(text, i, end));
        if ((i = end) == text.n) break;
        if (text.p[i] == '$') {
            int n = dollar(text, &i);
            most = n > most ? n : most;
            text_add(db, S("$"));
            text_number(db, before + n);
            continue;
        }
        while (hole < with.n && !is_hole(with.at[hole])) hole++;
        must(hole < with.n); // a hole for each value that takes one
        Val v = with.at[hole++];
        if (v.kind == VAL_NAME) text_name(db, v.s);
        else if (!v.with.n) text_add(db, v.s); // without values of its own it has no $, and no holes
        else render(db, v.s, v.with);
        i += 2;
    }
    while (hole < with.n && !is_hole(with.at[hole])) hole++;
    must(hole == with.n);
    must(most == plain); // as many values as the highest $n
}

static short *hint_of(Db *db, const char *lit)
{
    uintptr_t at = (uintptr_t)lit;
    return &db->hints[(at ^ at >> 9) & (BUCKETS - 1)];
}

static Statement *find_kept(Db *db, Str text, uint64_t hash)
{
    for (int i = db->buckets[hash & (BUCKETS - 1)]; i; i = db->statements[i - 1].next) {
        Statement *s = &db->statements[i - 1];
        if (s->hash == hash && !s->running && str_equal(text, (Str){s->text, s->n})) return s;
    }
    return 0;
}

void statement_drop(Db *db, Statement *s)
{
    int number = (int)(s - db->statements) + 1;
    short *link = &db->buckets[s->hash & (BUCKETS - 1)];
    if (*link == number) {
        *link = (short)s->next;
    } else {
        Statement *one = &db->statements[*link - 1];
        while (one->next != number) one = &db->statements[one->next - 1];
        one->next = s->next;
    }
    db->driver->forget(db, s);
    free(s->text);
    free(s->places);
    *s = (Statement){0};
}

void statements_drop(Db *db)
{
    for (int i = 0; i < STATEMENTS; i++) {
        if (db->statements[i].text) statement_drop(db, &db->statements[i]);
    }
}

static Statement *free_place(Db *db)
{
    Statement *oldest = 0;
    for (int i = 0; i < STATEMENTS; i++) {
        Statement *s = &db->statements[i];
        if (!s->text) return s;
        if (!s->running && (!oldest || s->used < oldest->used)) oldest = s;
    }
    must(oldest);
    statement_drop(db, oldest);
    return oldest;
}

static Err *prepare(Db *db, Arena *a, Str text, uint64_t hash, Statement **out)
{
    Statement *s = free_place(db);
    char *kept = malloc((size_t)text.n + 1);
    must(kept);
    memcpy(kept, text.p, (size_t)text.n);
    kept[text.n] = 0;
    short *bucket = &db->buckets[hash & (BUCKETS - 1)];
    *s = (Statement){
        .text = kept, .n = text.n, .hash = hash, .values = highest(text), .next = *bucket};
    *bucket = (short)(s - db->statements + 1);
    s->running = true; // an error that exhausts the arena leaves it so: db_recover drops it
    Err *e = db->driver->prepare(db, a, s);
    s->running = false;
    if (e) statement_drop(db, s);
    *out = s;
    return e;
}

// The text with its holes filled, and its values; true: it was made just now, and lives until the next.
bool statement_text(Db *db, Str before, const char *lit, Vals with, Str *text, Vals *values)
{
    bool holes = before.n > 0;
    *text = str_from(lit);
    *values = with;
    if (!holes && with.n == 1 && with.at[0].kind == VAL_SQL && !strcmp(lit, "{}")) {
        *text = with.at[0].s; // made once and asked often: as good as a literal
        *values = with.at[0].with;
        return false;
    }
    for (int i = 0; i < with.n; i++) {
        must(with.at[i].kind <= VAL_BLOB || is_hole(with.at[i]));
        holes |= is_hole(with.at[i]);
    }
    if (!holes) return false;
    db->text_n = db->values_n = 0;
    text_add(db, before);
    render(db, *text, with);
    *text = (Str){db->text, db->text_n};
    *values = (Vals){db->values, (int)db->values_n};
    return true;
}

Err *statement_find(Db *db, Arena *a, Str before, const char *lit, Vals with,
                    Statement **out, Vals *values)
{
    Str text;
    bool lasting = !statement_text(db, before, lit, with, &text, values);
    if (values->n > VALUES_MOST) {
        return fail(a, ERR_INPUT, "This asks the store for too much at once ({} values): ask for less, or by shorter conditions.",
            (int64_t)values->n);
    }
    short *hint = hint_of(db, text.p);
    Statement *s = lasting && *hint ? &db->statements[*hint - 1] : 0;
    if (!s || s->lit != text.p || s->running || !s->text || !str_equal((Str){s->text, s->n}, text)) {
        uint64_t hash = str_hash(text);
        s = find_kept(db, text, hash);
        if (!s) TRY(prepare(db, a, text, hash, &s));
        if (lasting) {
            s->lit = text.p;
            *hint = (short)(s - db->statements + 1);
        }
    }
    must(s->values == values->n); // as many values as the highest $n
    s->used = ++db->uses;
    *out = s;
    return 0;
}
