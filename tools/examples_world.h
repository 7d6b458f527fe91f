// The world of the example data: persons, cases, rows, the dice and days behind them, and files.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

typedef struct {
    bool female;
    const char *sex, *province;
    int since;
    char born[12], citizenship[8], given[40], family[48], nickname[16], phone[24];
} Person;
typedef struct {
    int day;
    char key[16], opened[12];
    const char *kind, *province, *title, *forms;
} Case;
typedef struct {
    char cells[12][100];
} Row; // the key, then the columns in the order of the header
typedef struct {
    Row *at;
    int n;
    const char *letter;
} Rows;
typedef enum {
    SCREENING,
    IDENTIFICATION,
    REFERRAL,
    STAY,
    FOLLOWUP,
    PROCEEDING,
    ACTIVITY,
    TRAINING,
    MORE_COUNT
} More;
typedef struct {
    uint64_t random;
    Person *persons;
    int persons_n;
    Case *cases;
    int cases_n, first_case, first_protection; // those of the year at hand
    Rows involvements, services, contacts, returns, more[MORE_COUNT];
    int *year_persons;
    int year_n; // who was met in the year at hand
    int last_suspect, last_girl; // somebody of the year before, met again
} World;

static int dice(World *w, int sides)
{
    w->random += 0x9e3779b97f4a7c15u; // splitmix64
    uint64_t z = w->random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int)((z ^ (z >> 31)) % (uint64_t)sides);
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && year % 4 == 0); // from 1901 to 2099
}

// A day is a number that reads like one: 20240131.
static int later(int day, int n)
{
    int year = day / 10000, month = day / 100 % 100;
    day = day % 100 + n;
    while (day > month_days(year, month)) {
        day -= month_days(year, month);
        if (++month > 12) year++, month = 1;
    }
    return year * 10000 + month * 100 + day;
}

static int day_within(World *w, int first, int last)
{
    int n = 0;
    while (later(first, n + 1) <= last) n++;
    return later(first, dice(w, n + 1));
}

typedef enum { ONLY_YEAR, ONLY_MONTH, WHOLE_DAY } Precision;
static void day_put(char *to, int day, Precision known)
{
    if (known == ONLY_YEAR)
        sprintf(to, "%04d", day / 10000);
    else if (known == ONLY_MONTH)
        sprintf(to, "%04d-%02d", day / 10000, day / 100 % 100);
    else
        sprintf(to, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
}

// Now and then only the month is known, but never so that it could lie before `least`.
static void day_put_doubtful(World *w, char *to, int day, int least)
{
    bool month_will_do = day / 100 > least / 100 && !dice(w, 9);
    day_put(to, day, month_will_do ? ONLY_MONTH : WHOLE_DAY);
}

static Row *row_new(Rows *rows)
{
    Row *r = &rows->at[rows->n++];
    sprintf(r->cells[0], "%s-%05d", rows->letter, rows->n);
    return r;
}

// ---- writing -----------------------------------------------------------------------------------
static FILE *file_open(const char *folder, const char *name, const char *header)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.csv", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    fprintf(f, "%s\n", header);
    return f;
}

static void cells_put(FILE *f, const char *const *cells, int n)
{
    for (int i = 0; i < n; i++) {
        bool quoted = strpbrk(cells[i], ",\"\n");
        if (i) fputc(',', f);
        if (quoted) fputc('"', f);
        for (const char *c = cells[i]; *c; c++) {
            if (*c == '"') fputc('"', f);
            fputc(*c, f);
        }
        if (quoted) fputc('"', f);
    }
    fputc('\n', f);
}

static void file_close(FILE *f)
{
    if (ferror(f) | fclose(f)) {
        perror("The example data could not be written");
        exit(1);
    }
}

static void cases_write(const World *w, const char *folder)
{
    FILE *f = file_open(folder, "case", "key,kind,opened,province,forms,title");
    for (int i = 0; i < w->cases_n; i++) {
        const Case *c = &w->cases[i];
        cells_put(f, (const char *[]){c->key, c->kind, c->opened, c->province, c->forms, c->title},
                  6);
    }
    file_close(f);
}

static void persons_write(const World *w, const char *folder)
{
    FILE *f = file_open(folder, "person",
                        "key,given_name,family_name,nickname,sex,born,citizenship,province,phone");
    for (int i = 0; i < w->persons_n; i++) {
        const Person *p = &w->persons[i];
        char key[16];
        snprintf(key, sizeof key, "P-%05d", i + 1);
        cells_put(f,
                  (const char *[]){key, p->given, p->family, p->nickname, p->sex, p->born,
                                   p->citizenship, p->province, p->phone},
                  9);
    }
    file_close(f);
}

static void rows_write(const Rows *rows, const char *folder, const char *name, const char *header,
                       int columns)
{
    FILE *f = file_open(folder, name, header);
    for (int i = 0; i < rows->n; i++) {
        const char *cells[12];
        for (int k = 0; k < columns; k++) cells[k] = rows->at[i].cells[k];
        cells_put(f, cells, columns);
    }
    file_close(f);
}
