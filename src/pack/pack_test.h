// A small whole pack of an animal shelter, in which tests break one thing at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pack/pack.h"

#define EN "label::English (en)"
static const PackSheet shelter[] = {
    {S("pack.csv"), S("name,value\ncountry,LA\nversion,1\ntitle::English (en),Shelter\n"
        "title::Lao (lo),ສູນ\nutc_offset,+07:00\n")},
    {S("records.csv"), S("# what is kept\n"
        "name,role,parent,title,menu,access," EN ",label::Lao (lo),plural::English (en)\n"
        "keeper,person,,${name},1,restricted,Keeper,?ຜູ້ດູແລ,Keepers\n"
        "rescue,case,,,2,,Rescue,,Rescues\n"
        "animal,,rescue,\"concat(${name}, ' ', ${kind})\",3,internal,Animal,,Animals\n"
        "visit,,,,,public,Visit,,Visits\n")},
    {S("survey/animal.csv"), S("record,type,name," EN ",required,relevant,constraint,constraint_message::English "
        "(en),warning,warning_message::English (en),default,class,compartment,contract,find,future,was,note: ours\n"
        "animal,begin_group,about,About,,,,,,,,,,,,,,\n"
        "animal,text,name,Name,yes,,,,,,,plain,identity,,,,,x\n"
        "animal,select_one kinds,kind,Kind,,,,,,,cat,plain,identity,2,,,,\n"
        "animal,begin_group,body,Body,,,,,,,,,,,,,,\n"
        "animal,integer,legs,Legs,,${kind} != 'fish',. <= 8,At most eight.,. = 3,Three legs?,,quasi,identity,1,,,,\n"
        "animal,end_group,,,,,,,,,,,,,,,,\n"
        ",end_group,,,,,,,,,,,,,,,,\n"
        "animal,date,born,Born,,,${born} <= ${arrived} or ${arrived} = '',Born before it came.,,,,plain,identity,,,,,\n"
        "animal,dateTime,arrived,Arrived,,,,,,,today(),plain,identity,,,,,\n"
        "animal,date,leaves,Leaves,,,,,,,,plain,identity,,,yes,,\n"
        "animal,select_multiple moods,moods,Moods,,,,,,,,sensitive,health,3,,,,\n"
        "animal,link rescue,rescue,Rescue,,,,,,,,plain,identity,,,,,\n"
        "animal,link keeper,keeper,Keeper,,,,,${keeper.born} > ${born},Older than its keeper?,,plain,identity,,,,,\n"
        "animal,decimal,weight,Weight,,,,,,,,plain,identity,,,,,\n"
        "animal,link keeper,finder,Finder,,,,,,,,plain,identity,,,,,\n")},
    {S("survey/keeper.csv"), S("record,type,name," EN ",class,find,group::English (en),compartment\n"
        "keeper,text,name,Name,identity,name,Who,identity\n"
        "keeper,date,born,Born,quasi,,Who,identity\n"
        "keeper,text,phone,Phone,identity,phone,,identity\n"
        "keeper,select_one yesno,female,Female,plain,,,identity\n")},
    {S("survey/rest.csv"), S("record,type,name," EN ",class,compartment\n"
        "rescue,date,opened,Opened,,\n"
        "rescue,select_one provinces,province,Province,,\n"
        "rescue,text,title,Title,,\n"
        "visit,date,day_of_visit,Day,,\n"
        "visit,integer,guests,Guests,,\n"
        "visit,note,told,Told,,\n")},
    {S("choices.csv"), S("list_name,name," EN ",label::Lao (lo),parent,from,to,maps::other\n"
        "kinds,cat,Cat,ແມວ,,,,C\n"
        "kinds,fish,Fish,,,2020-01-01,2024-12-31,F\n"
        "moods,calm,Calm,,,,,\n"
        "moods,wild,Wild,,,,,\n"
        "yesno,yes,Yes,,,,,\n"
        "yesno,no,No,,,,,\n"
        "provinces,LA-VT,Vientiane,,,,,\n"
        "districts,LA-VT-1,First,,LA-VT,,,\n")},
    {S("states.csv"), S("record,name," EN ",kind\nanimal,here,Here,first\nanimal,gone,Gone,last\n")},
    {S("moves.csv"), S("record,name," EN ",from,to,roles,needs,needs_message::English (en)\n"
        "animal,leave,Leave,here,gone,boss helper,${leaves} != '',Say when it leaves.\n")},
    {S("roles.csv"), S("name," EN ",task::English (en)\nboss,Boss,Sees all.\nhelper,Helper,\n")},
    {S("rights.csv"), S("role,record,read,write,classes\nboss,*,all,all,\nhelper,*,unit,own,plain "
        "quasi\n"
        "helper,visit,all,none,\n")},
    {S("registry/units.csv"), S("key," EN ",parent,province,kind,agency\n"
        "home,Home,,LA-VT,office,home\n"
        "yard,Yard,home,,,home\n")},
    {S("registry/clinics.csv"), S("anything\n1\n")},
    {S("figures.csv"), S("name," EN ",unit,record,where,date,count,female,within\n"
        "keepers,Keepers,person,animal,${kind} = 'cat',born,persons,${keeper.female} = 'yes',\n"
        "old_keepers,,person,animal,\"may-be-under(18, ${keeper.born}, "
        "${born})\",born,persons,,keepers\n"
        "guests,Guests,guest,visit,,day_of_visit,\"coalesce(${guests}, 1)\",0,\n"
        "visits,Visits,visit,visit,,day_of_visit,records,,\n")},
    {S("tables.csv"), S("name," EN ",figures\nyear,The year,keepers guests visits\n")},
    {S("screens.csv"), S("name,kind,record," EN ",columns,filters,where\n"
        "animals,list,animal,Animals,title kind rescue state,kind moods,\n"
        "rescues,home,rescue,Rescues,key animal.keeper province,province,${opened} != ''\n")},
    {S("imports.csv"), S("name,record," EN ",column,field,value,as,key,skip\n"
        "old,animal,Old list,Tier,kind,,,{file}:{line}-{Nr},2\n"
        "old,,,Tier,kind,Katze,cat,,\n"
        "old,,,Tier,kind,*,-,,\n"
        "old,,,,name,,Nobody,,\n")},
};
enum { SHELTER_SHEETS = sizeof shelter / sizeof *shelter };
#undef EN

static inline const Pack *shelter_read(Arena *a, Arena scratch, const PackSheet *sheets, int n,
    Faults *all)
{
    static const Str reserved[] = {S("health"), S("login")};
    const Pack *p;
    pack_read(a, scratch, (PackSheets){(PackSheet *)sheets, n}, reserved, countof(reserved), all,
        &p);
    return p;
}

// One thing put in the place of another, and where the fault must be told.
typedef struct { Str sheet, was, is; int line; Str column, words; } Slip;

static inline PackSheet *broken_shelter(Arena *a, const Slip *slip)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS);
    memcpy(sheets, shelter, sizeof shelter);
    bool done = false;
    for (int i = 0; i < SHELTER_SHEETS; i++) {
        Str text = sheets[i].text;
        if (!str_equal(sheets[i].path, slip->sheet)) continue;
        isize at = str_find(text, slip->was);
        must(at >= 0);
        sheets[i].text = say(a, "{}{}{}", str_slice(text, 0, at), slip->is,
            str_slice(text, at + slip->was.n, text.n));
        done = true;
    }
    must(done);
    return sheets;
}

static inline bool told(Arena *a, const Faults *all, const Slip *slip)
{
    for (const Fault *f = all->first; f; f = f->next) {
        if (!f->warning && str_equal(f->file, slip->sheet) && f->line == slip->line
            && str_equal(f->column, slip->column)
            && str_find(message_text(a, f->message), slip->words) >= 0) return true;
    }
    return false;
}
