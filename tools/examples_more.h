// What else happens to the persons of the example data, from screening to trial.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "examples_parts.h"
#include "examples_world.h"

enum { LAST_DAY = 20250331 }; // of what is known

// Some days later; empty when that has not come yet.
static int soon(World *w, char *to, int day, int least, int most)
{
    int then = later(day, least + dice(w, most - least + 1));
    if (then > LAST_DAY) return 0;
    day_put(to, then, WHOLE_DAY);
    return then;
}

static const char *one_of(World *w, const char *const *words, int n)
{
    return words[dice(w, n)];
}
#define ANY(w, ...)                                                                                \
    one_of((w), (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

static Row *about(Rows *rows, const Row *involved)
{
    Row *r = row_new(rows);
    sprintf(r->cells[1], "%s", involved->cells[2]);
    sprintf(r->cells[2], "%s", involved->cells[1]);
    return r;
}

static void screened(World *w, const Row *involved, int day)
{
    Row *r = about(&w->more[SCREENING], involved);
    bool urgent = !dice(w, 5);
    day_put(r->cells[3], day, WHOLE_DAY);
    sprintf(r->cells[4], "%s", ANY(w, "border", "police", "centre", "transit", "village", "zone"));
    sprintf(r->cells[5], "%s", provinces[dice(w, 10)]);
    sprintf(r->cells[6], "yes");
    sprintf(r->cells[7], "%s", ANY(w, "no", "no", "yes"));
    sprintf(r->cells[8], "%s",
            ANY(w, "deceived_job little_pay", "cannot_leave documents_held fear",
                "deceived_marriage isolated", "debt long_hours", "scam_work threatened",
                "child_alone does_not_know"));
    sprintf(r->cells[9], "%s", urgent ? "yes" : "no");
    sprintf(
        r->cells[10], "%s",
        ANY(w, "safety shelter", "shelter food medical", "counselling family", "legal documents"));
    sprintf(r->cells[11], "%s", urgent ? "urgent" : "possible");
}

static void identified(World *w, const Row *involved, int day)
{
    char decided[48] = "";
    if (!dice(w, 3) || !soon(w, decided, day, 3, 40)) return;
    Row *r = about(&w->more[IDENTIFICATION], involved);
    sprintf(r->cells[3], "atd");
    sprintf(r->cells[4], "%s", decided);
    sprintf(r->cells[5], "%s", ANY(w, "identified", "identified", "identified", "not_victim"));
    sprintf(r->cells[6], "%s",
            ANY(w, "recruit transport", "recruit", "transport receive", "harbour"));
    sprintf(r->cells[7], "%s",
            ANY(w, "deceive", "deceive pay", "entice debt", "threaten force", "sham_marriage"));
    sprintf(r->cells[8], "%s", ANY(w, "yes", "yes", "unknown"));
}

static void referred(World *w, const Row *involved, int day)
{
    char sent[48] = "";
    if (dice(w, 2) || !soon(w, sent, day, 0, 6)) return;
    Row *r = about(&w->more[REFERRAL], involved);
    sprintf(r->cells[3], "%s", ANY(w, "ORG-ATD", "ORG-ATD", "ORG-MLSW"));
    sprintf(r->cells[4], "%s", ANY(w, "ORG-LWU", "ORG-LWU", "ORG-MLSW"));
    sprintf(r->cells[5], "%s", sent);
    sprintf(r->cells[6], "%s",
            ANY(w, "accommodation counselling", "counselling", "medical psychological", "legal_aid",
                "vocational_training"));
    sprintf(r->cells[7], "more_services");
    sprintf(r->cells[8], "%s", ANY(w, "low", "medium", "high", "immediate"));
    sprintf(r->cells[9], "yes");
    if (dice(w, 6) && soon(w, r->cells[10], day, 6, 20)) sprintf(r->cells[11], "accepted");
}

static void stayed(World *w, const Row *involved, int day)
{
    char admitted[48] = "";
    int came = dice(w, 3) ? 0 : soon(w, admitted, day, 0, 5);
    if (!came) return;
    Row *r = row_new(&w->more[STAY]);
    sprintf(r->cells[1], "%s", involved->cells[2]);
    sprintf(r->cells[2], "%s",
            ANY(w, "FAC-LWU", "FAC-LWU", "FAC-VTC", "FAC-LM", "FAC-SV", "FAC-CH"));
    if (!w->persons[atoi(involved->cells[2] + 2) - 1].female) strcpy(r->cells[2], "FAC-VTC"); // P-00001 is the first
    sprintf(r->cells[3], "%s", admitted);
    sprintf(r->cells[4], "yes");
    sprintf(r->cells[5], "%s", ANY(w, "free", "accompanied", "accompanied"));
    if (soon(w, r->cells[6], came, 10, 160))
        sprintf(r->cells[7], "%s",
                ANY(w, "family", "family", "family", "relatives", "independent"));
}

// Visits at home after three and after six months.
static void visited(World *w, const Row *returned)
{
    int year, month, day;
    if (sscanf(returned->cells[2], "%d-%d-%d", &year, &month, &day) != 3 || year < 2024 ||
        dice(w, 3))
        return;
    for (int months = 3; months <= 6; months += 3) {
        Row *r = row_new(&w->more[FOLLOWUP]);
        int due = later(year * 10000 + month * 100 + day, months * 30);
        sprintf(r->cells[1], "%s", returned->cells[1]);
        day_put(r->cells[2], due, WHOLE_DAY);
        if (!dice(w, 4) || !soon(w, r->cells[3], due, 0, 20)) continue;
        bool met = dice(w, 8);
        sprintf(r->cells[4], "%s", ANY(w, "face_to_face", "face_to_face", "message"));
        sprintf(r->cells[5], "%s", met ? "yes" : "no");
        if (!met) continue;
        sprintf(r->cells[6], "%s", ANY(w, "family", "family", "relatives", "independent"));
        sprintf(r->cells[7], "%s", ANY(w, "yes", "yes", "yes", "no", "unknown"));
        sprintf(r->cells[8], "%s", ANY(w, "work", "school", "training", "farming", "care", "none"));
        sprintf(r->cells[9], "%s", ANY(w, "yes", "yes", "no"));
    }
}

static void tried(World *w, const Row *involved, int arrested)
{
    char filed[48] = "";
    int brought = dice(w, 2) ? 0 : soon(w, filed, arrested, 40, 150);
    if (!brought) return;
    Row *r = row_new(&w->more[PROCEEDING]);
    sprintf(r->cells[1], "%s", involved->cells[1]);
    sprintf(r->cells[2], "%s", involved->cells[2]);
    sprintf(r->cells[3], "ORG-OSPP");
    sprintf(r->cells[4], "%s", filed);
    sprintf(r->cells[5], "penal_215");
    if (!soon(w, r->cells[8], brought, 30, 200)) return;
    bool guilty = dice(w, 6);
    sprintf(r->cells[7], "%s",
            guilty ? "guilty" : ANY(w, "acquitted", "dismissed", "reclassified"));
    if (guilty) sprintf(r->cells[9], "%d", 60 + 6 * dice(w, 20));
    if (guilty) sprintf(r->cells[10], "%d", 1000000 * (10 + 5 * dice(w, 18)));
}

// Village meetings and trainings: how many came, and of them women.
static void gathered(World *w, More kind, int most)
{
    static const char *const titles[][4] = {
        {"Village meeting on safe migration", "School hour on promises made online",
         "Loudspeaker messages before the new year", "ປະຊຸມບ້ານກ່ຽວກັບການຄ້າມະນຸດ"},
        {"Screening at the border", "Talking with a child", "Guidelines on protection and referral",
         "ຝຶກອົບຮົມຕຳຫຼວດ"},
    };
    static const char *const kinds[][4] = {
        {"village_meeting", "school", "loudspeaker", "village_meeting"},
        {"training", "training", "seminar", "training"}};
    int which = dice(w, 4), come = 8 + dice(w, most);
    Row *r = row_new(&w->more[kind]);
    snprintf(r->cells[1], sizeof r->cells[1], "%s", titles[kind == TRAINING][which]);
    sprintf(r->cells[2], "%s", kinds[kind == TRAINING][which]);
    day_put(r->cells[3], day_within(w, 20230101, LAST_DAY), WHOLE_DAY);
    sprintf(r->cells[4], "%s", provinces[dice(w, COUNT(provinces))]);
    sprintf(r->cells[5], "%s",
            kind == TRAINING
                ? ANY(w, "police border_officers", "social_workers health_workers",
                      "prosecutors judges", "teachers")
                : ANY(w, "girls boys", "women men youth", "parents village_chiefs", "migrants"));
    sprintf(r->cells[6], "%d", come);
    sprintf(r->cells[7], "%d", come / 3 + dice(w, come / 2));
}

// From the involvements and returns that stand already.
static void more_make(World *w)
{
    for (int i = 0; i < w->involvements.n; i++) {
        const Row *involved = &w->involvements.at[i];
        bool victim = !strcmp(involved->cells[3], "victim"),
             suspect = !strcmp(involved->cells[3], "suspect");
        int year, month, day;
        if (sscanf(involved->cells[suspect ? 5 : 4], "%d-%d-%d", &year, &month, &day) != 3)
            continue;
        int on = year * 10000 + month * 100 + day;
        if (suspect) tried(w, involved, on);
        bool again = i && !strcmp(involved[-1].cells[2], involved->cells[2]);
        if (!victim || again) continue;
        screened(w, involved, on);
        identified(w, involved, on);
        referred(w, involved, on);
        stayed(w, involved, on);
    }
    for (int i = 0; i < w->returns.n; i++) visited(w, &w->returns.at[i]);
    for (int i = 0; i < 40; i++) gathered(w, ACTIVITY, 120);
    for (int i = 0; i < 14; i++) gathered(w, TRAINING, 35);
}

static void more_write(const World *w, const char *folder)
{
    static const struct {
        const char *name, *header;
        int columns;
    } files[MORE_COUNT] = {
        [SCREENING] = {"more/screening",
                       "key,person,case,done,place,province,consent,interpreter,indicators,danger,"
                       "needs,result",
                       12},
        [IDENTIFICATION] = {"more/identification",
                            "key,person,case,body,decided,status,acts,means,final", 9},
        [REFERRAL] = {"more/referral",
                      "key,person,case,from_organization,to_organization,sent,services,reason,"
                      "urgency,consent,answered,answer",
                      12},
        [STAY] = {"more/stay", "key,person,facility,admitted,consent,freedom,departed,exit", 8},
        [FOLLOWUP] = {"more/followup",
                      "key,person,due,done,mode,reached,living,safe,activity,accepted", 10},
        [PROCEEDING] =
            {"more/proceeding",
             "key,case,person,office,filed,statute,forms,verdict,judged,prison_months,fine", 11},
        [ACTIVITY] = {"more/activity",
                      "key,title,kind,held,province,audience,reached,reached_female", 8},
        [TRAINING] = {"more/training",
                      "key,title,kind,held,province,audience,participants,participants_female", 8},
    };
    for (int i = 0; i < MORE_COUNT; i++)
        rows_write(&w->more[i], folder, files[i].name, files[i].header, files[i].columns);
}
