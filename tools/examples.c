// Writes the example data: fictional persons whose figures are those that a newspaper printed.
// SPDX-License-Identifier: Apache-2.0
//
// cc -std=gnu17 -D_GNU_SOURCE tools/examples.c -o /tmp/examples && /tmp/examples examples
// The same seed always gives the same bytes. Names are put together from parts at random; telephone
// numbers begin with a 0 that no Lao number has. Rows stand in the order an export gives them.
#include "examples_more.h"
#include "examples_parts.h"
#include "examples_world.h"

enum { PERSONS_MOST = 900, CASES_MOST = 200, ROWS_MOST = 2500, YEARS = 4 };

// ---- what the figures of each year are to be ---------------------------------------------------
typedef struct {
    int year, criminal, protection; // cases
    int arrested, foreign, at_large; // suspects; foreign of those arrested
    int girls, assumed; // assumed of the girls: the birth leaves open whether they are under 18
    int women, unknown_age, boys, men; // the other victims
    int at_risk, others; // persons with another part
    int counselled; // persons counselled at a centre
    int home_female, home_male, elsewhere; // returns: to family, and to other places
    int occasions, hotline, reached, unrelated; // contacts with people at risk, and other contacts
} Year;
static const Year years[YEARS] = {
    {2022, 7, 3, 11, 4, 2, 5, 0, 3, 0, 1, 0, 6, 3, 20, 14, 2, 3, 12, 5, 210, 5},
    {2023, 19, 6, 27, 13, 4, 16, 2, 6, 0, 0, 0, 14, 6, 48, 51, 6, 9, 30, 12, 544, 14},
    {2024, 46, 17, 95, 43, 13, 40, 4, 29, 2, 5, 9, 38, 17, 127, 104, 11, 19, 54, 23, 962, 37},
    {2025, 5, 2, 8, 3, 1, 4, 0, 2, 1, 0, 1, 5, 2, 11, 9, 1, 2, 7, 3, 118, 4},
};

// ---- persons -----------------------------------------------------------------------------------
static void name_lao(World *w, Person *p)
{
    const Part *given = p->female ? &women_given[dice(w, COUNT(women_given))]
                                  : &men_given[dice(w, COUNT(men_given))];
    const Part *first = &family_first[dice(w, COUNT(family_first))],
               *last = &family_last[dice(w, COUNT(family_last))];
    const Part *nickname = &nicknames[dice(w, COUNT(nicknames))];
    bool lao = dice(w, 5) < 2, familiar = dice(w, 3) == 0;
    sprintf(p->given, "%s", lao ? given->lao : given->latin);
    if (dice(w, 8))
        sprintf(p->family, "%s%s", lao ? first->lao : first->latin, lao ? last->lao : last->latin);
    if (familiar) sprintf(p->nickname, "%s", dice(w, 2) ? nickname->lao : nickname->latin);
}

static void name_abroad(World *w, Person *p)
{
    static const int likely[] = {0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 5};
    const Abroad *from = &abroad[likely[dice(w, COUNT(likely))]];
    sprintf(p->given, "%s", p->female ? from->women[dice(w, 6)] : from->men[dice(w, 6)]);
    sprintf(p->family, "%s", from->family[dice(w, 7)]);
    sprintf(p->citizenship, "%s", from->country);
}

static int person_new(World *w, bool female, bool foreign, int since)
{
    static const char *const phones[] = {"020 0%03d%04d", "+856 20 0%03d%04d", "0200%03d%04d"};
    Person *p = &w->persons[w->persons_n];
    *p = (Person){.female = female, .sex = female ? "female" : "male", .since = since};
    p->province =
        foreign || !dice(w, 14) ? "" : provinces[dice(w, dice(w, 2) ? 9 : COUNT(provinces))];
    if (foreign)
        name_abroad(w, p);
    else
        name_lao(w, p);
    static const char *const citizen[] = {"", "", "LA TH", "LA VN"};
    if (!foreign)
        sprintf(p->citizenship, "%s", dice(w, 9) ? "LA" : citizen[dice(w, COUNT(citizen))]);
    // One dice in an expression: C leaves open which of two would fall first.
    int shape = dice(w, 9);
    int number = dice(w, 10000000);
    if (shape < 3) sprintf(p->phone, phones[shape], number / 10000, number % 10000);
    w->year_persons[w->year_n++] = w->persons_n;
    return w->persons_n++;
}

// Born so that the age on that day is certain, however little of the birth is known.
static void born_aged(World *w, Person *p, int on, int youngest, int oldest)
{
    int age = youngest + dice(w, oldest - youngest + 1), vague = dice(w, 6);
    int birthday = day_within(w, later(on - (age + 1) * 10000, 1), on - age * 10000);
    bool turns =
        oldest < 18 ? birthday / 10000 + 18 > on / 10000 : birthday / 10000 + youngest < on / 10000;
    day_put(p->born, birthday, vague > 1 || !turns ? WHOLE_DAY : vague ? ONLY_MONTH : ONLY_YEAR);
}

// Born in the year or month in which, 18 years later, the day lies.
static void born_open(World *w, Person *p, int on)
{
    bool month = dice(w, 2) && on % 100 > 1;
    day_put(p->born, on - 180000, month ? ONLY_MONTH : ONLY_YEAR);
}

// ---- rows --------------------------------------------------------------------------------------
static Row *involve(World *w, int the_case, int person, const char *part)
{
    Row *r = row_new(&w->involvements);
    sprintf(r->cells[1], "%s", w->cases[the_case].key);
    sprintf(r->cells[2], "P-%05d", person + 1);
    sprintf(r->cells[3], "%s", part);
    return r;
}

// The last day of the year, or of what is known of it.
static int year_end(int day)
{
    return day / 10000 * 10000 + (day / 10000 == 2025 ? 331 : 1231);
}

// A day after the case was opened, in the same year.
static int day_after_opening(World *w, const Case *c)
{
    int last = later(c->day, 75);
    return day_within(w, c->day, last < year_end(c->day) ? last : year_end(c->day));
}

static int case_any(World *w)
{
    return w->first_case + dice(w, w->cases_n - w->first_case);
}

static int case_criminal(World *w)
{
    return w->first_case + dice(w, w->first_protection - w->first_case);
}

// ---- a year's cases, victims, suspects ---------------------------------------------------------
static void cases_make(World *w, const Year *y)
{
    w->first_case = w->cases_n;
    w->first_protection = w->cases_n + y->criminal;
    for (int i = 0; i < y->criminal + y->protection; i++) {
        Case *c = &w->cases[w->cases_n++];
        const Story *story = &stories[dice(w, COUNT(stories))];
        int first = y->year * 10000 + 101, last = year_end(first);
        c->day = i == 0                      ? first
                 : i == 1                    ? last
                 : i == 2 && y->year == 2024 ? 20240229
                                             : day_within(w, first, last);
        Precision known = i == 3 ? ONLY_YEAR : dice(w, 15) ? WHOLE_DAY : ONLY_MONTH;
        if (known == ONLY_YEAR) c->day = first;
        if (known == ONLY_MONTH) c->day = c->day / 100 * 100 + 1;
        day_put(c->opened, c->day, known);
        sprintf(c->key, "K-%d-%03d", y->year, i + 1);
        c->kind = i >= y->criminal ? "protection" : dice(w, 2) ? "both" : "criminal";
        c->province = provinces[dice(w, dice(w, 2) ? 6 : COUNT(provinces))];
        c->forms = story->forms;
        c->title = dice(w, 2) ? story->lao : story->latin;
    }
}

// How old a victim is; of GIRL_OPEN the birth as it is known leaves open whether she is under 18.
typedef enum { GIRL_OPEN, GIRL, WOMAN, WOMAN_UNKNOWN, BOY, MAN } Kind;
static int victim_make(World *w, Kind kind)
{
    int at = case_any(w), day = day_after_opening(w, &w->cases[at]);
    while (kind == GIRL_OPEN && (day % 100 < 2 || day % 100 > 27))
        day = day_after_opening(w, &w->cases[at = case_any(w)]);
    int who = person_new(w, kind <= WOMAN_UNKNOWN, kind > GIRL && !dice(w, 12), day);
    Person *p = &w->persons[who];
    if (kind == GIRL_OPEN)
        born_open(w, p, day);
    else if (kind == GIRL || kind == BOY)
        born_aged(w, p, day, 11, 17);
    else if (kind == WOMAN || kind == MAN)
        born_aged(w, p, day, 18, 38);
    Row *r = involve(w, at, who, "victim");
    bool month_will_do =
        kind == GIRL || kind == BOY || kind == WOMAN_UNKNOWN; // its first day makes nobody a child
    if (month_will_do)
        day_put_doubtful(w, r->cells[4], day, w->cases[at].day);
    else
        day_put(r->cells[4], day, WHOLE_DAY);
    if (kind == GIRL && !dice(w, 9)) { // recognised twice in the year: still one victim
        day_put(involve(w, at, who, "victim")->cells[4], day_within(w, day, year_end(day)),
                WHOLE_DAY);
    }
    return who;
}

// A girl at the edge of a rule.
static void victim_edge(World *w, const char *born, const char *identified)
{
    int at = w->first_case + 2,
        who = person_new(w, true, false, w->cases[at].day); // opened on 29 February
    sprintf(w->persons[who].born, "%s", born);
    sprintf(involve(w, at, who, "victim")->cells[4], "%s", identified);
}

static void victims_make(World *w, const Year *y)
{
    static const struct {
        const char *born, *identified;
    } edges[] = {
        {"2006-03-01", "2024-02-29"}, // 18 on the next day
        {"2008-02-29", "2024-12-31"},
    };
    int girl = -1, girls = y->girls - y->assumed;
    for (int i = 0; y->year == 2024 && i < COUNT(edges); i++, girls--)
        victim_edge(w, edges[i].born, edges[i].identified);
    if (w->last_girl >= 0) { // met last year already: counts in both years, once in each
        int at = case_any(w);
        day_put(involve(w, at, w->last_girl, "victim")->cells[4],
                day_after_opening(w, &w->cases[at]), WHOLE_DAY);
        girls--;
    }
    for (int i = 0; i < y->assumed; i++) victim_make(w, GIRL_OPEN);
    for (int i = 0; i < girls; i++) girl = victim_make(w, GIRL);
    for (int i = 0; i < y->women; i++) victim_make(w, WOMAN);
    for (int i = 0; i < y->unknown_age; i++) victim_make(w, WOMAN_UNKNOWN);
    for (int i = 0; i < y->boys; i++) victim_make(w, BOY);
    for (int i = 0; i < y->men; i++) victim_make(w, MAN);
    w->last_girl = y->year == 2023 ? girl : -1;
    if (girl >= 0 && y->year == 2023) sprintf(w->persons[girl].born, "2010-02");
}

static void suspect_arrest(World *w, int who)
{
    int at = case_criminal(w), day = day_after_opening(w, &w->cases[at]);
    Person *p = &w->persons[who];
    if (!p->born[0] && dice(w, 5)) born_aged(w, p, day, 22, 58);
    day_put_doubtful(w, involve(w, at, who, "suspect")->cells[5], day, w->cases[at].day);
}

static void suspects_make(World *w, const Year *y)
{
    int again = w->last_suspect >= 0, first = y->year * 10000 + 101, lao = -1;
    if (again) suspect_arrest(w, w->last_suspect);
    for (int i = 0; i < y->arrested - again; i++) {
        int who = person_new(w, dice(w, 10) < 3, i < y->foreign, first);
        suspect_arrest(w, who);
        if (!dice(w, 24)) suspect_arrest(w, who); // in two cases: one suspect
        if (i >= y->foreign) lao = who;
    }
    for (int i = 0; i < y->at_large; i++) {
        bool female = dice(w, 10) < 3;
        int who = person_new(w, female, i % 2, first);
        involve(w, case_criminal(w), who, "suspect");
    }
    w->last_suspect = y->year == 2023 ? lao : -1;
}

static void at_risk_make(World *w, int who, int at, int day)
{
    day_put(involve(w, at, who, "at_risk")->cells[4], day, WHOLE_DAY);
}

static void others_make(World *w, const Year *y)
{
    for (int i = 0; i < y->at_risk + y->others; i++) {
        bool at_risk = i < y->at_risk;
        int at =
            at_risk ? w->first_protection + dice(w, w->cases_n - w->first_protection) : case_any(w);
        int day = day_after_opening(w, &w->cases[at]);
        int who = person_new(w, dice(w, 10) < 7, false, day);
        if (dice(w, 6)) born_aged(w, &w->persons[who], day, 12, 50);
        if (!w->persons[who].female && !dice(w, 5))
            w->persons[who].sex = dice(w, 2) ? "unknown" : "other";
        if (at_risk)
            at_risk_make(w, who, at, day);
        else
            involve(w, at, who, dice(w, 2) ? "family" : "witness");
    }
}

// One woman written down twice, by two offices: once in Latin and once in Lao letters.
static void doubles_make(World *w)
{
    for (int i = 0; i < 4; i++) {
        const Part *given = &women_given[dice(w, COUNT(women_given))];
        const Part *first = &family_first[dice(w, COUNT(family_first))],
                   *last = &family_last[dice(w, COUNT(family_last))];
        int at = w->first_protection + dice(w, w->cases_n - w->first_protection),
            day = day_after_opening(w, &w->cases[at]);
        int one = person_new(w, true, false, day), other = person_new(w, true, false, day);
        Person *latin = &w->persons[one], *lao = &w->persons[other];
        sprintf(latin->given, "%s", given->latin);
        sprintf(latin->family, "%s%s", first->latin, last->latin);
        born_aged(w, latin, day, 19, 30);
        lao->province = latin->province;
        sprintf(lao->given, "%s", given->lao);
        sprintf(lao->family, "%s%s", first->lao, last->lao);
        memcpy(lao->born, latin->born, 4); // the year alone
        at_risk_make(w, one, at, day);
        at_risk_make(w, other, at, day);
    }
}

// ---- what was done for them --------------------------------------------------------------------
static void serve(World *w, int who, const char *type, const char *place, int day, int least)
{
    Row *r = row_new(&w->services);
    sprintf(r->cells[1], "P-%05d", who + 1);
    sprintf(r->cells[2], "%s", type);
    day_put_doubtful(w, r->cells[3], day, least);
    sprintf(r->cells[4], "%s", place);
}

static void services_make(World *w, const Year *y)
{
    static const char *const types[] = {
        "accommodation",    "food",          "clothing",  "medical",
        "physical_therapy", "psychological", "legal_aid", "vocational_training",
        "family_tracing",   "transport",     "other"};
    static const char *const places[] = {"centre", "shelter", "field"};
    int last = year_end(y->year * 10000 + 101);
    for (int i = w->year_n - 1; i > 0;
         i--) { // shuffled: who comes first is counselled at the centre
        int j = dice(w, i + 1), held = w->year_persons[i];
        w->year_persons[i] = w->year_persons[j];
        w->year_persons[j] = held;
    }
    for (int i = 0; i < w->year_n; i++) {
        int who = w->year_persons[i], since = w->persons[who].since;
        for (int n = i < y->counselled ? 1 + dice(w, 3) : 0; n > 0; n--) {
            serve(w, who, "counselling", "centre", day_within(w, since, last), since);
        }
        if (i >= y->counselled && !dice(w, 4)) {
            const char *place = places[1 + dice(w, 2)];
            serve(w, who, "counselling", place, day_within(w, since, last), since);
        }
        for (int n = dice(w, 4); n > 0; n--) {
            const char *type = types[dice(w, COUNT(types))], *place = places[dice(w, 3)];
            serve(w, who, type, place, day_within(w, since, last), since);
        }
    }
}

static void return_make(World *w, int who, int year, const char *destination)
{
    static const char *const from[] = {"TH", "TH", "TH", "TH", "TH", "CN", "CN",
                                       "MM", "KH", "MY", "KR", "VN", "LA", ""};
    Person *p = &w->persons[who];
    int first = p->since > year * 10000 ? p->since : year * 10000 + 101;
    Row *r = row_new(&w->returns);
    sprintf(r->cells[1], "P-%05d", who + 1);
    day_put_doubtful(w, r->cells[2], day_within(w, first, year_end(first)), first);
    sprintf(r->cells[3], "%s", from[dice(w, COUNT(from))]);
    sprintf(r->cells[4], "%s", destination);
}

static void returns_make(World *w, const Year *y)
{
    static const char *const elsewhere[] = {"relatives", "relatives", "independent", "shelter",
                                            "other"};
    int first = y->year * 10000 + 101, met = w->year_n, female = 0, who = -1;
    for (int i = 0; i < met && female < y->home_female / 3;
         i++) { // some who were met as victims or at risk
        who = w->year_persons[i];
        if (!w->persons[who].female || !strcmp(w->persons[who].province, "") || dice(w, 2))
            continue;
        return_make(w, who, y->year, "family");
        female++;
    }
    for (; female < y->home_female; female++) {
        if (female % 40 != 39) { // the fortieth comes home a second time
            who = person_new(w, true, false, day_within(w, first, year_end(first)));
            if (dice(w, 7)) born_aged(w, &w->persons[who], w->persons[who].since, 13, 40);
        }
        return_make(w, who, y->year, "family");
    }
    for (int i = 0; i < y->home_male; i++) {
        return_make(w, person_new(w, false, false, day_within(w, first, year_end(first))), y->year,
                    "family");
    }
    for (int i = 0; i < y->elsewhere; i++) {
        bool woman = dice(w, 4);
        who = person_new(w, woman, false, day_within(w, first, year_end(first)));
        return_make(w, who, y->year, elsewhere[dice(w, COUNT(elsewhere))]);
    }
}

// ---- contacts with people at risk --------------------------------------------------------------
static Row *contact_make(World *w, int day, const char *mode, const char *at_risk)
{
    Row *r = row_new(&w->contacts);
    day_put(r->cells[1], day, WHOLE_DAY);
    int minute = 420 + dice(w, 144) * 5;
    if (dice(w, 3)) sprintf(r->cells[1] + 10, "T%02d:%02d", minute / 60, minute % 60);
    sprintf(r->cells[2], "%s", mode);
    sprintf(r->cells[3], "%s", at_risk);
    return r;
}

static void contacts_make(World *w, const Year *y)
{
    static const char *const modes[] = {"hotline", "face_to_face", "message", "letter"};
    int first = y->year * 10000 + 101, last = year_end(first), left = y->reached;
    for (int i = 0; i < y->occasions; i++) {
        bool call = i < y->hotline, named = call && i % 4 == 0;
        Row *r = contact_make(w, day_within(w, first, last), modes[!call], "yes");
        if (i == 0)
            sprintf(r->cells[1], "%d-12-31T18:30Z",
                    y->year - 1); // already the new year in Vientiane
        int groups = y->occasions - i, even = left / groups;
        int n = named ? 1 : call ? 1 + dice(w, 4) : groups == 1 ? left : even / 2 + dice(w, even);
        left -= n;
        if (named) { // one person, not a number
            sprintf(r->cells[6], "P-%05d", w->year_persons[dice(w, w->year_n)] + 1);
            continue;
        }
        sprintf(r->cells[4], "%d", n);
        if (dice(w, 8)) sprintf(r->cells[5], "%d", n - dice(w, n / 3 + 1));
    }
    for (int i = 0; i < y->unrelated; i++) {
        const char *mode = modes[dice(w, 4)], *at_risk = dice(w, 3) ? "no" : "unknown";
        contact_make(w, day_within(w, first, last), mode, at_risk);
    }
}

static Rows rows_room(const char *letter)
{
    return (Rows){calloc(ROWS_MOST, sizeof(Row)), 0, letter};
}

static World world_begin(void)
{
    World w = {
        .random = 20250124, // the day the figures were told
        .persons = calloc(PERSONS_MOST, sizeof(Person)),
        .cases = calloc(CASES_MOST, sizeof(Case)),
        .year_persons = calloc(PERSONS_MOST, sizeof(int)),
        .last_suspect = -1,
        .last_girl = -1,
        .involvements = rows_room("I"),
        .services = rows_room("S"),
        .contacts = rows_room("C"),
        .returns = rows_room("R"),
    };
    static const char *const letters[MORE_COUNT] = {"N", "D", "F", "Y", "V", "J", "A", "T"};
    for (int i = 0; i < MORE_COUNT; i++) w.more[i] = rows_room(letters[i]);
    return w;
}

static void world_end(World *w)
{
    free(w->persons);
    free(w->cases);
    free(w->year_persons);
    free(w->involvements.at);
    free(w->services.at);
    free(w->contacts.at);
    free(w->returns.at);
    for (int i = 0; i < MORE_COUNT; i++) free(w->more[i].at);
}

int main(int n, char **words)
{
    if (n != 2) {
        fprintf(stderr, "Say one folder to write the example data into.\n");
        return 2;
    }
    World w = world_begin();
    for (const Year *y = years; y < years + YEARS; y++) {
        w.year_n = 0;
        cases_make(&w, y);
        victims_make(&w, y);
        others_make(&w, y);
        if (y->year == 2024) doubles_make(&w);
        returns_make(&w, y);
        services_make(&w, y);
        contacts_make(&w, y);
        suspects_make(&w, y);
    }
    more_make(&w);
    cases_write(&w, words[1]);
    persons_write(&w, words[1]);
    rows_write(&w.involvements, words[1], "involvement", "key,case,person,part,identified,arrested",
               6);
    rows_write(&w.services, words[1], "service", "key,person,type,given,place", 5);
    rows_write(&w.contacts, words[1], "contact",
               "key,at,mode,at_risk,reached,reached_female,person", 7);
    rows_write(&w.returns, words[1], "return", "key,person,arrived,from_country,destination", 5);
    more_write(&w, words[1]);
    world_end(&w);
    return 0;
}
