// Do the holes of a text fit its values? Reads C files, and tells each html(), sql(), say() ... that is wrong.
// SPDX-License-Identifier: Apache-2.0
//
//     holes FILE.c ...      exits 1 when anything was found
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MOST = 40, TEXT_MOST = 32 << 10, VALUES_MOST = 16 };
typedef struct { const char *from, *to; } Part; // of the source
typedef struct { Part at[ARGS_MOST]; int n; } Args;
typedef struct {
    const char *file, *source;
    int line;
    const char *name;
    char text[TEXT_MOST]; // the literal, its escapes undone
    Part values[ARGS_MOST];
    int n, holes;
} Call;

static int found;

__attribute__((format(printf, 2, 3))) static void tell(const Call *c, const char *words, ...)
{
    va_list with;
    va_start(with, words);
    printf("%s:%d: %s: ", c->file, c->line, c->name);
    vprintf(words, with);
    printf("\n");
    va_end(with);
    found = 1;
}

static bool wordish(char c) { return isalnum((unsigned char)c) || c == '_'; }

// Behind a comment, a text or a character; where nothing of that kind begins, p itself.
static const char *behind_opaque(const char *p)
{
    if (p[0] == '/' && p[1] == '/') {
        const char *end = strchr(p, '\n');
        return end ? end : p + strlen(p);
    }
    if (p[0] == '/' && p[1] == '*') {
        const char *end = strstr(p + 2, "*/");
        return end ? end + 2 : p + strlen(p);
    }
    if (*p != '"' && *p != '\'') return p;
    const char *q = p + 1;
    while (*q && *q != *p && *q != '\n') q += q[0] == '\\' && q[1] ? 2 : 1;
    return *q == *p ? q + 1 : q;
}

static const char *behind_blanks(const char *p, const char *to)
{
    for (;;) {
        while (p < to && isspace((unsigned char)*p)) p++;
        if (p >= to || p[0] != '/' || (p[1] != '/' && p[1] != '*')) return p < to ? p : to;
        p = behind_opaque(p);
    }
}

static Part trimmed(const char *from, const char *to)
{
    from = behind_blanks(from, to);
    while (to > from && isspace((unsigned char)to[-1])) to--;
    return (Part){from, to};
}

// The arguments of the call whose bracket opens before p; false when it never closes.
static bool args_read(const char *p, Args *out)
{
    out->n = 0;
    const char *from = p;
    for (int depth = 0; *p;) {
        const char *behind = behind_opaque(p);
        if (behind != p) {
            p = behind;
            continue;
        }
        bool closes = *p == ')' || *p == ']' || *p == '}';
        if (*p == '(' || *p == '[' || *p == '{') depth++;
        if ((*p == ',' && !depth) || (closes && !depth)) {
            if (out->n == ARGS_MOST) return false;
            Part one = trimmed(from, p);
            if (one.from < one.to || out->n) out->at[out->n++] = one;
            if (closes) return true;
            from = p + 1;
        } else if (closes) depth--;
        p++;
    }
    return false;
}

// Literals that stand side by side, joined; false when anything else stands there.
static bool literal_read(Part arg, char *text)
{
    int n = 0;
    const char *p = arg.from;
    if (p == arg.to) return false;
    while ((p = behind_blanks(p, arg.to)) < arg.to) {
        if (*p != '"') return false;
        const char *end = behind_opaque(p) - 1;
        for (p++; p < end && n < TEXT_MOST - 1; p++) {
            if (*p != '\\') text[n++] = *p;
            else {
                p++;
                text[n++] = *p == 'n' ? '\n' : *p == '"' || *p == '\'' || *p == '\\' ? *p : 'x';
            }
        }
        p = end + 1;
    }
    text[n] = 0;
    return true;
}

static int holes_count(const char *text)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, "{}")); p += 2) n++;
    return n;
}

static void check_count(const Call *c)
{
    if (c->holes != c->n)
        tell(c, "%d hole%s, but %d value%s", c->holes, c->holes == 1 ? "" : "s", c->n, c->n == 1 ? "" : "s");
}

static void check_sql(const Call *c)
{
    bool seen[ARGS_MOST + 1] = {false};
    int highest = 0;
    bool quoted = false;
    for (const char *p = c->text; *p; p++) {
        if (*p == '\'') quoted = !quoted;
        if (quoted && p[0] == '{' && p[1] == '}') tell(c, "a hole inside a text of SQL: write $1");
        if (*p != '$' || !isdigit((unsigned char)p[1])) continue;
        int number = atoi(p + 1);
        if (number < 1 || number > ARGS_MOST) tell(c, "$%d: values are counted from 1", number);
        else seen[number] = true;
        if (number > highest) highest = number;
    }
    for (int i = 1; i < highest && i <= ARGS_MOST; i++)
        if (!seen[i]) tell(c, "$%d stands there, but not $%d", highest, i);
    if (c->holes + highest != c->n)
        tell(c, "%d {} and $1 to $%d need %d values, but there are %d", c->holes, highest, c->holes + highest, c->n);
}

// Somewhere in this file stands `Url name`.
static bool declared_url(const char *source, Part name)
{
    size_t n = (size_t)(name.to - name.from);
    for (const char *p = source; (p = strstr(p, "Url ")); p += 4) {
        bool whole = p == source || !wordish(p[-1]);
        if (whole && !strncmp(p + 4, name.from, n) && !wordish(p[4 + n])) return true;
    }
    return false;
}

// A value that may begin an address: its text says that url() made it.
static bool is_url(const char *source, Part value)
{
    if (declared_url(source, value) || !strncmp(value.from, "(Url){", 6)) return true;
    const char *end = value.from;
    const char *word = end;
    for (const char *p = value.from; p < value.to && *p != '('; p++) {
        if (!wordish(*p)) word = p + 1;
        end = p + 1;
    }
    size_t n = (size_t)(end - word);
    if (n < 3 || memcmp(end - 3, "url", 3)) return false;
    return n == 3 || end[-4] == '_';
}

typedef struct { char name[64]; const char *value; } Attribute; // value: where it begins

static void check_attribute_hole(const Call *c, const Attribute *at, const char *hole, Part value)
{
    static const char *const addresses[] = {"href", "src", "action", "formaction", "poster", "data"};
    bool address = false;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (!strcmp(at->name, addresses[i])) address = true;
    if (!address) return;
    if (hole == at->value) {
        if (!is_url(c->source, value)) tell(c, "%s begins with a hole: its value must be a Url, as url() makes it", at->name);
        return;
    }
    const char *v = at->value;
    bool own = (v[0] == '/' && v[1] != '/') || v[0] == '#' || v[0] == '?';
    if (own || !strncmp(v, "{}", 2) || !strncmp(v, "tel:", 4) || !strncmp(v, "mailto:", 7)) return;
    tell(c, "%s with a hole begins neither with / nor with a Url", at->name);
}

// The name of the attribute whose value's quote stands at q.
static Attribute attribute_before(const char *text, const char *q)
{
    Attribute at = {"", q + 1};
    const char *end = q;
    if (end > text && end[-1] == '=') end--;
    const char *from = end;
    while (from > text && (wordish(from[-1]) || from[-1] == '-')) from--;
    snprintf(at.name, sizeof at.name, "%.*s", (int)(end - from), from);
    return at;
}

static void check_attribute_name(const Call *c, const Attribute *at)
{
    if (!strcmp(at->name, "style")) tell(c, "no inline style: the page's policy forbids it");
    if (!strncmp(at->name, "on", 2) && at->name[2]) tell(c, "no %s: the page's policy forbids it", at->name);
}

// A text may begin inside a tag that an earlier one opened: then its first > stands before any <.
static bool begins_in_tag(const char *text, bool *quoted)
{
    const char *opens = strchr(text, '<');
    const char *closes = strchr(text, '>');
    int quotes = 0;
    *quoted = false;
    if (!closes || (opens && opens < closes)) return false;
    for (const char *p = text; p < closes; p++) quotes += *p == '\'';
    *quoted = quotes % 2;
    return true;
}

static void check_html(const Call *c)
{
    bool quoted;
    bool tag = begins_in_tag(c->text, &quoted);
    bool known = !quoted;
    Attribute at = {"", c->text};
    int hole = 0;
    for (const char *p = c->text; *p; p++) {
        bool is_hole = p[0] == '{' && p[1] == '}';
        if (!tag && *p == '<' && (isalpha((unsigned char)p[1]) || p[1] == '/')) tag = true;
        else if (tag && !quoted && *p == '>') tag = false;
        else if (tag && !quoted && *p == '"') tell(c, "attributes stand in single quotes");
        else if (tag && *p == '\'') {
            quoted = !quoted;
            known = quoted;
            if (quoted) at = attribute_before(c->text, p);
            if (quoted) check_attribute_name(c, &at);
        } else if (tag && is_hole && !quoted) tell(c, "a hole inside a tag must stand in single quotes");
        else if (is_hole && quoted && known && hole < c->n) check_attribute_hole(c, &at, p, c->values[hole]);
        hole += is_hole;
    }
    if (strstr(c->text, "<style") || strstr(c->text, "<script>"))
        tell(c, "no inline style or script: the page's policy forbids it");
    check_count(c);
}

static void check_json(const Call *c)
{
    bool quoted = false;
    for (const char *p = c->text; *p; p++) {
        bool before = p > c->text && isalpha((unsigned char)p[-1]);
        if (*p == '\'' && before && isalpha((unsigned char)p[1])) tell(c, "an apostrophe inside a word ends the text");
        if (*p == '\'') quoted = !quoted;
        if (quoted && p[0] == '{' && p[1] == '}') tell(c, "a hole needs no quotes: they come with its kind");
    }
    if (quoted) tell(c, "a text that does not end: single quotes stand for double ones");
    check_count(c);
}

static const struct {
    const char *name;
    int literal;                    // which argument it is
    bool listed;                    // the values stand in a VALS(...)
    void (*check)(const Call *c);
} kinds[] = {
    {"html", 1, false, check_html}, {"json", 1, false, check_json},
    {"sql", 3, false, check_sql},   {"sql_each", 5, true, check_sql},
    {"say", 1, false, check_count}, {"message", 1, false, check_count},
    {"url", 1, false, check_count}, {"fail", 2, false, check_count},
};

// What VALS(...) holds; false when the argument is something else, whose count nobody can see.
static bool listed_read(Part arg, Args *out)
{
    return !strncmp(arg.from, "VALS(", 5) && args_read(arg.from + 5, out);
}

static void check_call(const char *file, const char *source, int line, int kind, const char *p)
{
    static Call c;
    static Args args, listed;
    c = (Call){.file = file, .source = source, .line = line, .name = kinds[kind].name};
    int at = kinds[kind].literal;
    if (!args_read(p, &args) || args.n <= at) {
        tell(&c, "this call cannot be read");
        return;
    }
    if (!strncmp(args.at[at].from, "const char", 10)) return; // its own definition
    if (!literal_read(args.at[at], c.text)) {
        tell(&c, "its text must be a literal");
        return;
    }
    Args *values = &args;
    int from = at + 1;
    if (kinds[kind].listed) {
        if (args.n <= from || !listed_read(args.at[from], &listed)) return;
        values = &listed;
        from = 0;
    }
    for (int i = from; i < values->n; i++) c.values[c.n++] = values->at[i];
    c.holes = holes_count(c.text);
    if (c.n > VALUES_MOST) tell(&c, "%d values: at most %d", c.n, VALUES_MOST);
    kinds[kind].check(&c);
}

static int kind_of(const char *word, size_t n)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == n && !memcmp(kinds[i].name, word, n)) return (int)i;
    return -1;
}

static const char *behind_directive(const char *p)
{
    for (; *p && *p != '\n'; p++)
        if (p[0] == '\\' && p[1] == '\n') p++;
    return p;
}

static void check_source(const char *file, const char *source)
{
    int line = 1;
    bool fresh = true;              // nothing but blanks on this line yet
    for (const char *p = source; *p;) {
        const char *behind = behind_opaque(p);
        if (behind == p && fresh && *p == '#') behind = behind_directive(p);
        if (behind == p && (isalpha((unsigned char)*p) || *p == '_')) {
            while (wordish(*behind)) behind++;
            const char *open = behind_blanks(behind, behind + strlen(behind));
            bool member = p > source && (p[-1] == '.' || p[-1] == '>');
            int kind = kind_of(p, (size_t)(behind - p));
            if (kind >= 0 && *open == '(' && !member) check_call(file, source, line, kind, open + 1);
        }
        if (behind == p) behind++;
        for (; p < behind; p++) {
            line += *p == '\n';
            fresh = *p == '\n' || (fresh && isspace((unsigned char)*p));
        }
    }
}

static char *file_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return 0;
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *p = calloc(1, (size_t)n + 2);
    size_t got = p ? fread(p, 1, (size_t)n, f) : 0;
    fclose(f);
    return p && got == (size_t)n ? p : 0;
}

int main(int n, char **paths)
{
    for (int i = 1; i < n; i++) {
        char *source = file_whole(paths[i]);
        if (!source) {
            printf("%s: cannot be read\n", paths[i]);
            found = 1;
            continue;
        }
        check_source(paths[i], source);
        free(source);
    }
    return found;
}
