// Writes the built assets as a C table: each file's bytes as they are, gzipped and in brotli.
// SPDX-License-Identifier: Apache-2.0
//
//     embed FOLDER TABLE.c TABLE.d      FOLDER as ui/build makes it: NAME.HASH.TYPE, and .gz and .br beside
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 200, NAME_MOST = 200 };
typedef struct { char at[NAMES_MOST][NAME_MOST]; int n; } Names;

static const struct { const char *ending, *type; } types[] = {
    {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"},
    {".woff2", "font/woff2"}, {".png", "image/png"}, {".txt", "text/plain; charset=utf-8"},
};

static _Noreturn void give_up(const char *words, const char *what)
{
    fprintf(stderr, "embed: %s: %s\n", what, words);
    exit(1);
}

static bool ends(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n >= m && !strcmp(name + n - m, ending);
}

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ends(name, types[i].ending)) return types[i].type;
    return 0;
}

static int compare_names(const void *one, const void *other) { return strcmp(one, other); }

static void names_read(const char *folder, Names *out)
{
    DIR *d = opendir(folder);
    if (!d) give_up("there is no such folder: run ui/build first", folder);
    for (struct dirent *one; (one = readdir(d));) {
        if (!type_of(one->d_name)) continue;
        if (out->n == NAMES_MOST) give_up("too many files", folder);
        if (strlen(one->d_name) >= NAME_MOST) give_up("too long a name", one->d_name);
        strcpy(out->at[out->n++], one->d_name);
    }
    closedir(d);
    qsort(out->at, (size_t)out->n, NAME_MOST, compare_names);
    if (!out->n) give_up("it is empty: run ui/build first", folder);
}

static FILE *file_in(const char *folder, const char *name, const char *ending)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    return fopen(path, "rb");
}

// The bytes as one C text; true when there is such a file.
static bool bytes_write(FILE *to, const char *folder, const char *name, const char *ending, int i, const char *what)
{
    FILE *f = file_in(folder, name, ending);
    if (!f) return false;
    fprintf(to, "static const char %s_%d[] =", what, i);
    for (int c, n = 0; (c = getc(f)) != EOF; n++) {
        if (n % 64 == 0) fprintf(to, "%s\n    \"", n ? "\"" : "");
        // A question mark could begin a trigraph, and a digit would run into an octal number.
        if (c < 128 && isprint(c) && c != '"' && c != '\\' && c != '?') putc(c, to);
        else fprintf(to, "\\%03o", (unsigned)c);
    }
    fprintf(to, "%s;\n", ftell(f) ? "\"" : " \"\"");
    fclose(f);
    return true;
}

static void row_write(FILE *to, const char *name, int i, bool gzip, bool brotli)
{
    const char *type = strrchr(name, '.');
    const char *hash = type;
    while (hash > name && *--hash != '.') {}
    if (hash == name) give_up("its name has no hash", name);
    fprintf(to, "    {S(\"%.*s%s\"), S(\"/assets/%s\"), S(\"%s\"), {plain_%d, sizeof plain_%d - 1},\n", (int)(hash - name), name,
        type, name, type_of(name), i, i);
    if (gzip) fprintf(to, "     {gzip_%d, sizeof gzip_%d - 1},", i, i);
    else fprintf(to, "     {0},");
    if (brotli) fprintf(to, " {brotli_%d, sizeof brotli_%d - 1},", i, i);
    else fprintf(to, " {0},");
    fprintf(to, " S(\"\\\"%.*s\\\"\")},\n", (int)(type - hash - 1), hash + 1);
}

static void table_write(FILE *to, const char *folder, const Names *names)
{
    static bool gzip[NAMES_MOST], brotli[NAMES_MOST];
    fprintf(to, "// Made by tools/embed.c from ui/dist.\n#include \"web/inside.h\"\n");
    for (int i = 0; i < names->n; i++) {
        if (!bytes_write(to, folder, names->at[i], "", i, "plain")) give_up("it cannot be read", names->at[i]);
        gzip[i] = bytes_write(to, folder, names->at[i], ".gz", i, "gzip");
        brotli[i] = bytes_write(to, folder, names->at[i], ".br", i, "brotli");
    }
    fprintf(to, "const Asset assets[] = {\n");
    for (int i = 0; i < names->n; i++) row_write(to, names->at[i], i, gzip[i], brotli[i]);
    fprintf(to, "};\nconst int assets_n = %d;\n", names->n);
}

// Tells ninja to run again when the folder was built anew.
static void depends_write(FILE *to, const char *folder, const char *table, const Names *names)
{
    fprintf(to, "%s: %s", table, folder);
    for (int i = 0; i < names->n; i++) fprintf(to, " %s/%s", folder, names->at[i]);
    fprintf(to, "\n");
}

int main(int n, char **given)
{
    static Names names;
    if (n != 4) give_up("usage: embed FOLDER TABLE.c TABLE.d", "wrong usage");
    names_read(given[1], &names);
    FILE *table = fopen(given[2], "wb");
    FILE *depends = fopen(given[3], "wb");
    if (!table || !depends) give_up("it cannot be written", given[2]);
    table_write(table, given[1], &names);
    depends_write(depends, given[1], given[2], &names);
    if (fclose(table) || fclose(depends)) give_up("it cannot be written", given[2]);
    return 0;
}
