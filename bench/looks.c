// Writes looks as the server does, by the functions of src/looks: many, over some days, by some users, of records of which the ids
// come in lines on standard input. The first id and the first user come often.
// SPDX-License-Identifier: Apache-2.0
//
// looks FOLDER HOW-MANY USERS FROM-DAY DAYS
#include "looks/looks.h"
#include <stdio.h>
#include <stdlib.h>

static void well(Arena *a, Err *e)
{
    if (!e) return;
    fprintf(stderr, "%s\n", str_z(a, err_text(a, e)));
    exit(1);
}

typedef struct { uint64_t at; } Dice; // xorshift64 (Marsaglia 2003), so that each run writes the same
static uint64_t throw_of(Dice *dice, uint64_t below)
{
    dice->at ^= dice->at << 13;
    dice->at ^= dice->at >> 7;
    dice->at ^= dice->at << 17;
    return dice->at % below;
}

static int ids_read(Arena *a, Str **out)
{
    static char text[64 << 20];
    Str rest = {text, (isize)fread(text, 1, sizeof text, stdin)};
    int n = 0;
    for (isize i = 0; i < rest.n; i++) n += rest.p[i] == '\n';
    *out = take(a, Str, n);
    for (int i = 0; i < n; i++) (*out)[i] = str_cut(&rest, '\n');
    return n;
}

static void looks_write(Arena *a, LookLog *log, int64_t looks, int users, int64_t from, int days, const Str *ids, int ids_n)
{
    enum { LISTED = 40, OFTEN = 33, SIGNED = 100000 };
    Dice dice = {20240601};
    LookItem items[LISTED];
    char *mark = a->at;
    for (int64_t i = 0; i < looks; i++) {
        bool list = !throw_of(&dice, 10), often = !throw_of(&dice, OFTEN); // 300,000 of ten million are of the first
        Look look = {.ms = from + (int64_t)((double)days * 86400000 * (double)i / (double)looks), .role = S("counsellor"), .unit = S("lwu"),
            .agency = S("lwu"), .what = list ? S("list") : S("view"), .items = items, .n = list ? LISTED : 1};
        look.user = say(a, "user{}", often ? 0 : (int64_t)throw_of(&dice, (uint64_t)users));
        for (int k = 0; k < look.n; k++) items[k] = (LookItem){S("person"), ids[!k && often ? 0 : (int)throw_of(&dice, (uint64_t)ids_n)], 5};
        well(a, look_add(log, a, &look));
        if (i % SIGNED == SIGNED - 1) {
            LookMark told;
            bool news;
            well(a, looks_sign(log, a, &told, &news));
        }
        arena_rewind(a, mark);
    }
}

int main(int n, char **args)
{
    if (n != 6) return 2;
    seal_begin();
    Arena a = arena_reserve((isize)1 << 32, 0);
    Key seed = {0};
    Signer by = signer_from(&seed);
    LookLog *log;
    Str *ids;
    bool torn;
    int ids_n = ids_read(&a, &ids), users = atoi(args[3]), days = atoi(args[5]);
    int64_t from = (int64_t)days_between(19700101, atoi(args[4])) * 86400000;
    well(&a, looks_open(&a, str_from(args[1]), S("benchbench"), &by, 0, &log, &torn));
    looks_write(&a, log, atoll(args[2]), users, from, days, ids, ids_n);
    looks_close(log);
    return 0;
}
