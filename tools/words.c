// Turns a translators' file (locale/lo.po) into a table of C: words FILE.po NAME > table.h
// SPDX-License-Identifier: Apache-2.0
//
// It refuses what would reach a reader as a gap: an empty translation, a hole lost or invented, the
// same words twice. An entry marked `#, fuzzy` is used, and keeps its mark.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 10000, LONGEST = 8000 };
typedef struct { char *english, *there; int line; bool unsure; } Entry;
typedef struct { const char *file; int line, faults; Entry *at; int n; } Reader;

static void fault(Reader *r, int line, const char *sentence)
{
    fprintf(stderr, "%s:%d: %s\n", r->file, line, sentence);
    r->faults++;
}

// Adds the quoted text of a line, escapes undone, to what stands in `to`.
static void quoted_add(Reader *r, char *to, const char *line)
{
    const char *p = strchr(line, '"');
    size_t n = strlen(to);
    if (!p) {
        fault(r, r->line, "Here must stand text in double quotes.");
        return;
    }
    for (p++; *p && *p != '"' && n < LONGEST - 1; p++) {
        if (*p == '\\' && p[1]) {
            p++;
            to[n++] = *p == 'n' ? '\n' : *p == 't' ? '\t' : *p;
        } else {
            to[n++] = *p;
        }
    }
    if (*p != '"') fault(r, r->line, "The text is too long, or its closing quote is missing.");
    to[n] = 0;
}

// The holes of a text: {} in order, or {1} {2} by name; bits 1, 2, 4... for those named. -1 when mixed.
static int holes(const char *text, int *named)
{
    int plain = 0, by_name = 0;
    *named = 0;
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && p[1] == '}') plain++;
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
            by_name++;
            *named |= 1 << (p[1] - '1');
        }
    }
    return plain && by_name ? -1 : plain + by_name;
}

static void entry_check(Reader *r, const Entry *e)
{
    int english_named, named;
    int wanted = holes(e->english, &english_named), found = holes(e->there, &named);
    if (english_named) fault(r, e->line, "English holes are {}, without a number.");
    if (!*e->there)
        fault(r, e->line, "The translation is empty: translate it, and mark it fuzzy when unsure.");
    else if (found != wanted || (named && named != (1 << wanted) - 1)) {
        fault(r, e->line,
              "The translation must fill each hole of the English text once: {} in order, or {1} "
              "{2}.");
    }
}

static char *copied(const char *text)
{
    char *copy = strdup(text);
    if (!copy) abort();
    return copy;
}

static void entry_add(Reader *r, const char *english, const char *there, int line, bool unsure)
{
    if (!*english) return; // the header
    if (r->n == MOST) {
        fault(r, line, "There are too many entries for this tool.");
        return;
    }
    Entry *e = &r->at[r->n++];
    *e = (Entry){copied(english), copied(there), line, unsure};
    entry_check(r, e);
}

static void file_read(Reader *r, FILE *in)
{
    static char line[LONGEST + 100], english[LONGEST], there[LONGEST];
    char *into = 0;
    int first = 0;
    bool unsure = false, marked = false;
    while (fgets(line, sizeof line, in)) {
        r->line++;
        bool is_id = !strncmp(line, "msgid ", 6);
        if (line[0] == '#') {
            if (line[1] == ',' && strstr(line, "fuzzy")) marked = true;
        } else if (is_id) {
            if (into) entry_add(r, english, there, first, unsure);
            english[0] = there[0] = 0;
            into = english;
            first = r->line;
            unsure = marked;
            marked = false;
        } else if (!strncmp(line, "msgstr ", 7) && into) {
            into = there;
        } else if (line[0] != '"' && line[strspn(line, " \t\r\n")]) {
            fault(r, r->line, "Only msgid, msgstr, text in quotes and comments can stand here.");
            continue;
        }
        if (into && (line[0] == '"' || line[0] == 'm')) quoted_add(r, into, line);
    }
    if (into) entry_add(r, english, there, first, unsure);
}

// Shorter first, then by bytes: the order in which the program looks words up.
static int by_key(const void *one, const void *two)
{
    const Entry *a = one, *b = two;
    size_t n = strlen(a->english), m = strlen(b->english);
    return n != m ? (n > m) - (n < m) : strcmp(a->english, b->english);
}

static void literal_write(const char *text)
{
    printf("S(\"");
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\') printf("\\%c", *p);
        else if (*p < ' ' || *p == '?') printf("\\%03o", *p);
        else putchar(*p);
    }
    printf("\")");
}

int main(int argc, char **argv)
{
    static Entry entries[MOST];
    Reader r = {.at = entries};
    FILE *in = argc == 3 ? fopen(argv[1], "r") : 0;
    if (!in) {
        fprintf(stderr,
                "words: a file of translations that can be read, and a table's name, are needed\n");
        return 2;
    }
    r.file = argv[1];
    file_read(&r, in);
    fclose(in);
    qsort(entries, (size_t)r.n, sizeof *entries, by_key);
    for (int i = 1; i < r.n; i++) {
        if (!strcmp(entries[i - 1].english, entries[i].english))
            fault(&r, entries[i].line, "These words stand here twice.");
    }
    if (!r.n) fault(&r, r.line, "There are no translations.");
    if (r.faults) return 1;
    printf("// Made by tools/words.c: change the translators' file, not this one.\n");
    printf("static const Word %s[] = {\n", argv[2]);
    for (int i = 0; i < r.n; i++) {
        printf("    {");
        literal_write(entries[i].english);
        printf(", ");
        literal_write(entries[i].there);
        printf(", %d, %s},\n", entries[i].line, entries[i].unsure ? "true" : "false");
    }
    printf("};\n");
    return 0;
}
