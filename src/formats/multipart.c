// A form with files, as browsers send it: multipart/form-data (RFC 7578).
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"

enum { PARTS_MOST = 1000, HEADS_MOST = 8 << 10, BOUNDARY_MOST = 70 }; // RFC 2046, 5.1.1: at most 70

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(Str one, Str two)
{
    if (one.n != two.n) return false;
    for (isize i = 0; i < one.n; i++) {
        if (lower(one.p[i]) != lower(two.p[i])) return false;
    }
    return true;
}

// A quoted text: \" and \\ as mail has them, anything else behind a backslash as it stands
// (C:\file); browsers write %22, %0D and %0A for what cannot stand between quotes.
static Str unquote(Arena *a, Str s)
{
    static const struct { Str code; char stands_for; } codes[] = {
        {S("\\\""), '"'}, {S("\\\\"), '\\'}, {S("%22"), '"'}, {S("%0D"), '\r'}, {S("%0A"), '\n'},
    };
    char *start = take(a, char, s.n), *to = start;
    while (s.n) {
        isize used = 1;
        *to = *s.p;
        for (int i = 0; i < countof(codes) && used == 1; i++) {
            if (!str_starts(s, codes[i].code)) continue;
            *to = codes[i].stands_for;
            used = codes[i].code.n;
        }
        to++;
        s = str_slice(s, used, s.n);
    }
    return (Str){start, to - start};
}

// The value of the next parameter of a header: ; name=value or ; name="value".
static bool next_parameter(Arena *a, Str *rest, Str *name, Str *value)
{
    Str s = str_trim(*rest);
    if (!s.n || *s.p != ';') return false;
    s = str_slice(s, 1, s.n);
    *name = str_trim(str_cut(&s, '='));
    s = str_trim(s);
    if (!s.n || *s.p != '"') {
        isize end = 0;
        while (end < s.n && s.p[end] != ';') end++;
        *value = str_trim(str_slice(s, 0, end));
        *rest = str_slice(s, end, s.n);
        return true;
    }
    isize end = 1;
    while (end < s.n && s.p[end] != '"') {
        bool pair =
            s.p[end] == '\\' && end + 1 < s.n && (s.p[end + 1] == '"' || s.p[end + 1] == '\\');
        end += pair ? 2 : 1;
    }
    if (end >= s.n) return false;
    *value = unquote(a, str_slice(s, 1, end));
    *rest = str_slice(s, end + 1, s.n);
    return true;
}

static bool good_boundary(Str s)
{
    for (isize i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~') return false;
    }
    return s.n > 0 && s.n <= BOUNDARY_MOST;
}

static bool boundary_of(Arena *a, Str type, Str *out)
{
    Str rest = type, name, value;
    isize semicolon = str_find(type, S(";"));
    if (semicolon < 0) return false;
    if (!same_word(str_trim(str_slice(type, 0, semicolon)), S("multipart/form-data"))) return false;
    rest = str_slice(type, semicolon, type.n);
    while (next_parameter(a, &rest, &name, &value)) {
        if (!same_word(name, S("boundary"))) continue;
        *out = say(a, "\r\n--{}", value);
        return good_boundary(value);
    }
    return false;
}

// Some browsers sent whole paths; only the last name is the file's (RFC 7578, 4.2).
static Str last_name(Str path)
{
    isize from = path.n;
    while (from > 0 && path.p[from - 1] != '/' && path.p[from - 1] != '\\') from--;
    return str_slice(path, from, path.n);
}

// What Content-Disposition says of a part.
static bool read_disposition(Arena *a, Str value, Pair *one)
{
    isize semicolon = str_find(value, S(";"));
    if (semicolon < 0 || !same_word(str_trim(str_slice(value, 0, semicolon)), S("form-data")))
        return false;
    Str rest = str_slice(value, semicolon, value.n), name, text;
    bool named = false;
    while (next_parameter(a, &rest, &name, &text)) {
        if (!utf8_valid(text)) return false;
        if (same_word(name, S("name"))) one->name = text, named = true;
        if (same_word(name, S("filename"))) one->file = last_name(text);
    }
    return named && !str_trim(rest).n;
}

// The headers of a part; what stands behind them is its value.
static bool read_heads(Arena *a, Str heads, Pair *one)
{
    bool told = false;
    while (heads.n) {
        Str value = str_cut(&heads, '\n');
        if (str_ends(value, S("\r"))) value.n--;
        Str name = str_cut(&value, ':');
        if (same_word(name, S("Content-Disposition"))) {
            if (told || !read_disposition(a, value, one)) return false;
            told = true;
        } else if (same_word(name, S("Content-Type"))) {
            one->type = str_trim(value);
            if (!utf8_valid(one->type)) return false;
        }
    }
    return told;
}

static bool read_part(Arena *a, Str part, Pair *one)
{
    isize blank = str_find(str_slice(part, 0, HEADS_MOST), S("\r\n\r\n"));
    if (blank < 0 || !read_heads(a, str_slice(part, 0, blank + 2), one)) return false;
    one->value = str_slice(part, blank + 4, part.n);
    return one->file.p || utf8_valid(one->value);
}

static int count_parts(Str body, Str mark)
{
    int n = 1;
    for (isize hit; n < PARTS_MOST && (hit = str_find(body, mark)) >= 0; n++)
        body = str_slice(body, hit + mark.n, body.n);
    return n;
}

bool multipart_read(Arena *a, Str type, Str body, Pairs *out)
{
    *out = (Pairs){0};
    Str mark; // a line end, two dashes, the boundary; the first may stand without its line end
    if (!boundary_of(a, type, &mark)) return false;
    out->at = take(a, Pair, count_parts(body, mark));
    Str bare = str_slice(mark, 2, mark.n);
    isize hit = str_starts(body, bare) ? -2 : str_find(body, mark);
    if (hit == -1) return false;
    body = str_slice(body, hit + mark.n, body.n);
    while (!str_starts(body, S("--"))) {
        isize line = str_find(body, S("\r\n")); // blanks may follow a boundary (RFC 2046, 5.1.1)
        if (line < 0 || str_trim(str_slice(body, 0, line)).n || out->n == PARTS_MOST) return false;
        isize end = str_find(body, mark);
        if (end < 0) return false;
        Str part = str_slice(body, line + 2, end);
        if (!read_part(a, part, &out->at[out->n++])) return false;
        body = str_slice(body, end + mark.n, body.n);
    }
    return true;
}
