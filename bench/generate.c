// Writes the CSV files of a big register: fictional persons, names put together from syllables,
// fixed seed. SPDX-License-Identifier: Apache-2.0
//
// generate FOLDER CASES PERSONS INVOLVEMENTS OTHERS ROUNDS: others are services, contacts and
// returns together; a round says the title of every case anew, so that each has a history.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_YEAR = 2014, YEARS = 10 };
#define COUNT(list) ((int)(sizeof(list) / sizeof(*(list))))

static const char *const provinces[] = {"LA-VT", "LA-VI", "LA-SV", "LA-CH", "LA-LP", "LA-KH",
                                        "LA-BK", "LA-OU", "LA-LM", "LA-XA", "LA-HO", "LA-XI",
                                        "LA-XE", "LA-BL", "LA-SL", "LA-PH", "LA-AT", "LA-XS"};
static const char *const forms[] = {
    "sexual_exploitation", "forced_labour", "domestic_servitude", "debt_bondage", "forced_marriage",
    "child_marriage",      "online_scam",   "forced_begging",     "other",        "unknown"};
static const char *const syllables[] = {
    "Bou",  "Kham", "Som",  "Vi",    "La",    "Ma",   "Ni",  "Sou",  "Pho",  "Tha",
    "Vong", "Sy",   "Chan", "Keo",   "Mi",    "Xay",  "Noy", "Dao",  "Phet", "Sa",
    "Ka",   "Da",   "Li",   "Thong", "Vilay", "Phon", "Ny",  "Seng", "Oun",  "Kong"};
static const char *const endings[] = {"da",   "ny",    "la",     "xay", "vong",  "phone", "sak",
                                      "mala", "chanh", "savath", "lay", "dy",    "vanh",  "sone",
                                      "keo",  "thip",  "von",    "net", "mixay", "sith"};
static const char *const letters[] = {"ບຸນ", "ຄຳ",  "ສົມ",  "ວິ",   "ລາ",  "ມະ",  "ນິ",   "ສຸ",   "ພອນ",
                                      "ທາ", "ວົງ",  "ສີ",   "ຈັນ",  "ແກ້ວ", "ໄຊ",  "ນ້ອຍ", "ດາວ", "ເພັດ",
                                      "ສາ", "ກອງ", "ທອງ", "ວິໄລ", "ມີ",   "ແສງ", "ອຸ່ນ"};

typedef struct {
    const char *folder;
    long cases, persons, involvements, others, rounds;
} Size;

// The same numbers everywhere: splitmix64.
static uint64_t seed = 20240601;

static long dice(long sides)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (long)((z ^ z >> 31) % (uint64_t)sides);
}

static FILE *begin(const Size *size, const char *name, const char *header)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.csv", size->folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "generate: %s cannot be written: %s\n", path, strerror(errno));
        exit(1);
    }
    setvbuf(f, 0, _IOFBF, 1 << 20);
    fprintf(f, "%s\n", header);
    return f;
}

static void end(FILE *f)
{
    if (ferror(f) || fclose(f)) {
        fprintf(stderr, "generate: a file could not be written to its end\n");
        exit(1);
    }
}

static void day(FILE *f, long year)
{
    long month = 1 + dice(11), on = 1 + dice(28);
    fprintf(f, "%04ld-%02ld-%02ld", year, month, on);
}

// What hangs on a case is told in December, so that nothing comes before the case was opened.
static long year_of(long number) { return FIRST_YEAR + number * 7 % YEARS; }

static int child(long person) { return person % 4 == 0; }

#define OF(list) (list)[dice(COUNT(list))]

static void name(FILE *f, int lao)
{
    for (int i = 0; i < 2; i++) {
        if (lao)
            fprintf(f, "%s%s%s,", OF(letters), OF(letters), dice(2) ? OF(letters) : "");
        else
            fprintf(f, "%s%s%s,", OF(syllables), OF(endings), dice(3) ? "" : OF(endings));
    }
}

static void cases(const Size *size, long round)
{
    static const char *const kinds[] = {"criminal", "criminal", "protection", "both"};
    char file[32];
    snprintf(file, sizeof file, "case_%ld", round);
    FILE *f = begin(size, file, round ? "key,title" : "key,kind,opened,province,forms,title");
    for (long i = 1; i <= size->cases; i++) {
        fprintf(f, "K-%07ld,", i);
        if (!round) {
            fprintf(f, "%s,", OF(kinds));
            day(f, year_of(i));
            fprintf(f, ",%s,%s %s,", OF(provinces), forms[dice(5)], forms[5 + dice(5)]);
        }
        fprintf(f, "Work promised in %s%s told again %ld\n", OF(syllables), OF(endings), round);
    }
    end(f);
}

static void persons(const Size *size)
{
    FILE *f = begin(size, "person",
                    "key,given_name,family_name,nickname,sex,born,citizenship,province,phone");
    for (long i = 1; i <= size->persons; i++) {
        fprintf(f, "P-%07ld,", i);
        name(f, i % 2);
        fprintf(f, "%s,%s,", dice(3) ? "" : OF(endings), dice(3) ? "female" : "male");
        if (dice(10)) day(f, child(i) ? 2004 + dice(6) : 1965 + dice(30));
        fprintf(f, ",%s,%s,", dice(5) ? "LA" : "TH", OF(provinces));
        if (dice(2)) fprintf(f, "020 0%03ld%04ld", dice(1000), dice(10000));
        fputc('\n', f);
    }
    end(f);
}

// The first hundred thousand stand one to one beside cases and persons: they are the import's
// lines.
static void involvements(const Size *size)
{
    static const char *const parts[] = {"victim", "victim", "suspect", "witness"};
    FILE *f = begin(size, "involvement", "key,case,person,part,identified,arrested");
    for (long i = 1; i <= size->involvements; i++) {
        long of = i <= size->cases ? i : 1 + dice(size->cases),
             who = i <= size->persons ? i : 1 + dice(size->persons);
        const char *part = child(who) ? "victim" : OF(parts);
        fprintf(f, "I-%07ld,K-%07ld,P-%07ld,%s,", i, of, who, part);
        if (part[0] == 'v') fprintf(f, "%ld-12-%02ld", year_of(of), 1 + dice(28));
        fputc(',', f);
        if (part[0] == 's') fprintf(f, "%ld-12-%02ld", year_of(of), 1 + dice(28));
        fputc('\n', f);
    }
    end(f);
}

static void others(const Size *size)
{
    static const char *const types[] = {"counselling", "medical", "legal_aid", "food"};
    static const char *const places[] = {"centre", "shelter", "field"};
    FILE *f = begin(size, "service", "key,person,type,given,place");
    for (long i = 1; i <= size->others / 2; i++) {
        fprintf(f, "S-%07ld,P-%07ld,%s,", i, 1 + dice(size->persons), OF(types));
        day(f, FIRST_YEAR + dice(YEARS));
        fprintf(f, ",%s\n", OF(places));
    }
    end(f);
    f = begin(size, "contact", "key,at,mode,at_risk,reached,reached_female,person");
    for (long i = 1; i <= size->others / 4; i++) {
        fprintf(f, "C-%07ld,", i);
        day(f, FIRST_YEAR + dice(YEARS));
        fprintf(f, ",%s,%s,%ld,1,\n", dice(2) ? "hotline" : "face_to_face", dice(4) ? "yes" : "no",
                1 + dice(30));
    }
    end(f);
    f = begin(size, "return", "key,person,arrived,from_country,destination");
    for (long i = 1; i <= size->others / 4; i++) {
        fprintf(f, "R-%07ld,P-%07ld,", i, 1 + dice(size->persons));
        day(f, FIRST_YEAR + dice(YEARS));
        fprintf(f, ",TH,%s\n", dice(3) ? "family" : "shelter");
    }
    end(f);
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: generate FOLDER CASES PERSONS INVOLVEMENTS OTHERS ROUNDS\n");
        return 2;
    }
    Size size = {argv[1],       atol(argv[2]), atol(argv[3]),
                 atol(argv[4]), atol(argv[5]), atol(argv[6])};
    if (size.cases < 1 || size.persons < 1) {
        fprintf(stderr, "generate: at least one case and one person\n");
        return 2;
    }
    for (long i = 0; i <= size.rounds; i++) cases(&size, i);
    persons(&size);
    involvements(&size);
    others(&size);
    return 0;
}
