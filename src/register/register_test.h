// A register of a walking club for tests: a small neutral pack, made and opened on both stores.
// SPDX-License-Identifier: Apache-2.0
//
//     TEST_REGISTER(a_member_is_saved)
//     {
//         Saved got = saved(put(s, "member", "name", "Noy", "sex", "female"));
//         CHECK(got.what == SAVED_CREATED);
//     }
//
// Inside: `s` is the operator's Store, `h` the register with its folder and a Db of its own, for
// looking behind; the rest as in TEST.
#pragma once
#include "db/both_test.h"
#include "register/inside.h"

#define EN "label::English (en)"
static const PackSheet club[] = {
    {S("pack.csv"), S("name,value\n"
        "country,LA\n"
        "version,1\n"
        "title::English (en),Club\n"
        "utc_offset,+07:00\n"
        "import_unit,desk\n")},
    {S("records.csv"), S("name,role,parent,title,menu," EN ",plural::English (en)\n"
        "member,person,,${name},1,Member,Members\n"
        "trip,case,,${title},2,Trip,Trips\n"
        "part,,trip,,3,Part,Parts\n"
        "loan,,member,,4,Loan,Loans\n"
        "visit,,,,5,Visit,Visits\n")},
    {S("survey/member.csv"), S("record,type,name," EN ",required,class,compartment,contract,find\n"
        "member,text,name,Name,yes,identity,identity,1,name\n"
        "member,text,nick,Nickname,,identity,identity,2,name\n"
        "member,text,phone,Phone,,identity,identity,3,phone\n"
        "member,date,born,Born,,quasi,identity,4,\n"
        "member,select_one sexes,sex,Sex,,quasi,identity,5,\n"
        "member,select_one provinces,area,Area,,quasi,identity,6,\n"
        "member,select_multiple tongues,tongues,Tongues,,sensitive,identity,7,\n"
        "member,note,remark,Remark,,identity,health,8,\n")},
    {S("survey/rest.csv"), S("record,type,name," EN ",class,compartment,contract,future,constraint,constraint_message::English "
        "(en),warning,warning_message::English (en)\n"
        "trip,select_one lengths,length,Length,plain,identity,1,,,,,\n"
        "trip,date,opened,Opened,plain,identity,2,,,,,\n"
        "trip,select_one provinces,area,Area,plain,identity,3,,,,,\n"
        "trip,select_multiple aims,aims,Aims,plain,identity,4,,,,,\n"
        "trip,text,title,Title,identity,identity,5,,,,,\n"
        "part,link trip,trip,Trip,plain,identity,1,,,,,\n"
        "part,link member,member,Member,plain,identity,2,,,,,\n"
        "part,select_one parts,part,Part,plain,identity,3,,,,,\n"
        "part,date,joined,Joined,plain,identity,4,,,,${joined} < ${trip.opened},Joined before it began.\n"
        "part,date,left,Left,plain,identity,5,,,,,\n"
        "loan,link member,member,Member,plain,identity,1,,,,,\n"
        "loan,dateTime,at,At,plain,identity,2,,,,,\n"
        "loan,integer,lent,Lent,plain,identity,3,,,,. > 90,So many?\n"
        "loan,integer,lent_female,Lent to women,plain,identity,4,,${lent} = '' or . <= ${lent},Not more than all.,,\n"
        "loan,decimal,price,Price,plain,identity,5,,,,,\n"
        "loan,text,mark,Mark,identity,legal,6,,,,,\n"
        "loan,link member,guarantor,Guarantor,plain,identity,7,,,,,\n"
        "loan,date,returns,Returns,plain,identity,8,yes,,,,\n"
        "visit,date,seen,Seen,,,1,,,,,\n"
        "visit,integer,guests,Guests,,,2,,. <= 50,At most fifty.,,\n"
        "visit,text,told,Told,,,3,,,,,\n"
        "visit,select_one provinces,area,Area,,,4,,,,,\n")},
    {S("choices.csv"), S("list_name,name," EN ",hours\nsexes,female,Female\nsexes,male,Male\nsexes,unknown,Unknown\n"
        "provinces,north,North\nprovinces,south,South\nprovinces,east,East\n"
        "tongues,lao,Lao,2\ntongues,khmu,Khmu,0.5\ntongues,hmong,Hmong\n"
        "aims,forest,Forest\naims,river,River\naims,hill,Hill\n"
        "lengths,short,Short\nlengths,long,Long\nlengths,both,Both\n"
        "parts,guest,Guest\nparts,guide,Guide\n")},
    {S("states.csv"), S("record,name," EN ",kind\nloan,out,Out,first\nloan,back,Back,last\n")},
    {S("moves.csv"), S("record,name," EN ",from,to,roles,needs,needs_message::English (en)\n"
        "loan,return,Return,out,back,boss clerk,${returns} != '',Say when it returns.\n"
        "loan,again,Again,back,out,boss,,\n")},
    {S("roles.csv"), S("name," EN ",task::English (en)\nboss,Boss,\nlocal,Local,\nclerk,Clerk,\nmine,Mine,\n"
        "reader,Reader,\nblind,Blind,\nnobody,Nobody,\n")},
    {S("rights.csv"), S("role,record,read,write,classes\nboss,*,all,all,\nlocal,*,province,province,\n"
        "clerk,*,unit,unit,\nmine,*,own,own,\nreader,*,all,none,plain quasi\nblind,*,all,all,plain quasi\n"
        "nobody,*,none,none,\n")},
    {S("registry/units.csv"), S("key," EN ",parent,province,kind,agency\n"
        "north1,North 1,,north,,north1\n"
        "north2,North 2,,north,,north1\n"
        "south1,South 1,,south,,north1\n"
        "bare,Bare,,,,north1\n"
        "desk,Desk,,,,north1\n")},
    {S("figures.csv"), S("name," EN ",unit,record,where,date,count,female,within\n"
        "trips,Trips,trip,trip,${length} = 'long' or ${length} = 'both',opened,records,,\n"
        "guests,Guests,person,part,${part} = 'guest',joined,persons,${member.sex} = 'female',\n"
        "girls,Girls,person,part,\"${part} = 'guest' and ${member.sex} = 'female' and may-be-under(18, ${member.born}, "
        "${joined})\",joined,persons,true(),\n"
        "assumed,,person,part,\"${part} = 'guest' and ${member.sex} = 'female' and may-be-under(18, ${member.born}, "
        "${joined}) and not(is-under(18, ${member.born}, ${joined}))\",joined,persons,,girls\n"
        "ageless,,person,part,${part} = 'guest' and ${member.sex} = 'female' and ${member.born} = '',joined,persons,,girls\n"
        "members,Members,person,member,,born,persons,${sex} = 'female',\n"
        "loans,Loans,loan,loan,${lent} != '' or ${member} != '',at,records,${member.sex} = 'female',\n"
        "lent,Lent,person,loan,,at,\"coalesce(${lent}, if(${member} != '', 1, 0))\",\"if(${lent} != '', "
        "coalesce(${lent_female}, 0), if(${member.sex} = 'female', 1, 0))\",\n"
        "visits,Visits,visit,visit,,seen,records,,\n")},
    {S("tables.csv"), S("name," EN ",figures\nyear,The year,trips guests girls members loans lent visits\n"
        "people,People,guests girls\n")},
    {S("screens.csv"), S("name,kind,record," EN ",columns,filters,where\n"
        "trips,list,trip,Trips,key title length part.member state,length area,\n"
        "loans,list,loan,Loans,key member mark guarantor state,member,\n"
        "long,home,trip,Long,key,,${length} = 'long' or ${length} = 'both'\n")},
    {S("imports.csv"), S("name,record," EN ",column,field,value,as,key,skip\n"
        "old,visit,Old list,When,seen,,,{file}:{line}/{No},1\n"
        "old,,,How many,guests,,,,\n"
        "old,,,How many,guests,-,,,\n"
        "old,,,Where,area,N,north,,\n"
        "old,,,Where,area,X,-,,\n"
        "old,,,,told,,as the list says,,\n")},
};
#undef EN
enum { CLUB_SHEETS = sizeof club / sizeof *club };

typedef struct { Str dir, where, store; Register *reg; Store *s; Db *db; Arena *a; Arena scratch; } House;
typedef void HouseFn(House *h, Store *s, Arena *a, Arena scratch);

// What a failed test left open is left to the end of the program.
static inline void house_close(House *h)
{
    store_close(h->s);
    find_end(h->reg);
    if (h->reg->lock) lock_free(h->reg->lock);
    if (h->reg->chain.lock) lock_free(h->reg->chain.lock);
    h->reg = 0;
}

static inline void house_open_as(House *h, OpenUse use)
{
    must_work(h->a, register_open(h->a, h->scratch, h->dir, use, &h->reg));
    must_work(h->a, store_open(h->reg, h->a, h->scratch, user_operator(), &h->s));
}

static inline PackSheets club_sheets(Arena *a)
{
    PackSheets sheets = {take(a, PackSheet, CLUB_SHEETS + 8), CLUB_SHEETS};
    memcpy(sheets.at, club, sizeof club);
    return sheets;
}

// The club's sheets with one of them changed.
static inline PackSheets club_with(Arena *a, Str path, Str text)
{
    PackSheets sheets = club_sheets(a);
    for (int i = 0; i < sheets.n; i++) {
        if (!str_equal(sheets.at[i].path, path)) continue;
        sheets.at[i].text = text;
        return sheets;
    }
    sheets.at[sheets.n++] = (PackSheet){path, text};
    return sheets;
}

static inline Str club_text(Str path)
{
    for (int i = 0; i < CLUB_SHEETS; i++) {
        if (str_equal(club[i].path, path)) return club[i].text;
    }
    return (Str){0};
}

static inline void house_run(HouseFn *run, Db *db, Str where, Arena *a, Arena scratch)
{
    static bool begun;
    if (!begun) seal_begin();
    begun = true;
    Faults all = {0};
    Str above = test_folder(a);
    House h = {.dir = path_join(a, above, S("club")), .db = db, .a = a, .scratch = scratch};
    h.store = db_is_postgres(where) ? where : (Str){0};
    must_work(a, register_make(a, scratch, h.dir, club_sheets(a), h.store, &all));
    for (Fault *f = all.first; f; f = f->next) {
        print_error("%s:%d %s\n", str_z(a, f->file), (int)f->line, str_z(a, message_text(a, f->message)));
    }
    CHECK(!all.n);
    house_open_as(&h, OPEN_WRITE);
    h.where = h.reg->where;
    if (!h.store.n) must_work(a, db_open(a, h.where, DB_WRITE, false, &h.db));
    run(&h, h.s, a, scratch);
    house_close(&h);
    if (!h.store.n) db_close(h.db);
    folder_remove(a, above);
}

#define TEST_REGISTER(name)                                                                          \
    static void name(House *h, Store *s, Arena *a, Arena scratch);                                   \
    static void name##_runs(Db *db, Str where, Arena *a, Arena scratch)                              \
    {                                                                                                \
        house_run(name, db, where, a, scratch);                                                      \
    }                                                                                                \
    static void name##_on_sqlite(Arena *a, Arena scratch) { on_sqlite(name##_runs, a, scratch); }    \
    static void name##_on_postgres(Arena *a, Arena scratch) { on_postgres(name##_runs, a, scratch); } \
    __attribute__((constructor)) static void name##_registers(void)                                  \
    {                                                                                                \
        test_add(#name "_on_sqlite", name##_on_sqlite);                                              \
        if (postgres_given()) test_add(#name "_on_postgres", name##_on_postgres);                    \
    }                                                                                                \
    static void name(__attribute__((unused)) House *h, __attribute__((unused)) Store *s,             \
        __attribute__((unused)) Arena *a, __attribute__((unused)) Arena scratch)

static inline bool is_kind(const Err *e, ErrKind kind)
{
    return e && e->kind == kind;
}

static inline const RecordType *type_of(const Store *s, const char *name)
{
    const RecordType *t = record_type(s->pack, str_from(name));
    CHECK(t);
    return t;
}

static inline void give(Draft *d, const char *field, const char *value)
{
    const Field *f = field_get(d->type, str_from(field));
    if (!strcmp(field, "key")) {
        d->key = str_from(value);
        d->sets_key = true;
        return;
    }
    CHECK(f);
    d->cells[f->at].text = str_from(value);
    d->cells[f->at].said = true;
}

// A draft of a type, of pairs of field and value; `key` among them.
typedef struct { const char *field, *value; } Given;
static inline Draft draft_of(Store *s, const char *type, const Given *given, int n)
{
    Draft d = draft_make(s->a, type_of(s, type));
    for (int i = 0; i < n; i++) give(&d, given[i].field, given[i].value);
    return d;
}
#define DRAFT(s, type, ...) draft_of((s), (type), (const Given[]){__VA_ARGS__},                     \
    (int)(sizeof((const Given[]){__VA_ARGS__}) / sizeof(Given)))

static inline void faults_print(Store *s, const Saved *got)
{
    for (const Fault *f = got->faults.first; f; f = f->next) {
        print_error("%s: %s\n", str_z(s->a, f->column), str_z(s->a, message_text(s->a, f->message)));
    }
}

static inline Err *save_draft(Store *s, Draft *d, Saved *got)
{
    Err *e = record_save(s, &(Change){.drafts = d, .n = 1});
    *got = d->saved;
    return e;
}

static inline Saved save(Store *s, Draft d)
{
    Saved got;
    must_work(s->a, save_draft(s, &d, &got));
    return got;
}

// ... that is to go well.
static inline Saved save_well(Store *s, Draft d)
{
    Saved got = save(s, d);
    if (got.faults.n) faults_print(s, &got);
    CHECK(!got.faults.n && !got.conflicts_n);
    return got;
}
#define PUT(s, type, ...) save_well((s), DRAFT(s, type, __VA_ARGS__))

// A change of a record: `base` is the version it was based on, 0 whatever it is.
static inline Draft change_of(Draft d, Str id, int64_t base)
{
    d.id = id;
    d.base = base;
    return d;
}
#define CHANGE(s, type, id, base, ...) change_of(DRAFT(s, type, __VA_ARGS__), (id), (base))

static inline Record *get(Store *s, const char *type, Str id)
{
    Record *r = 0;
    must_work(s->a, record_get(s, type_of(s, type), id, &r));
    return r;
}

static inline Str value_of(Store *s, const char *type, Str id, const char *field)
{
    return get(s, type, id)->cells[field_get(type_of(s, type), str_from(field))->at].text;
}

static inline bool says(Store *s, const char *type, Str id, const char *field, const char *value)
{
    Str got = value_of(s, type, id, field);
    if (!str_equal(got, str_from(value))) print_error("%s is '%s', not '%s'\n", field, str_z(s->a, got), value);
    return str_equal(got, str_from(value));
}

static inline bool faulty(const Saved *got, const char *column)
{
    for (const Fault *f = got->faults.first; f; f = f->next) {
        if (!f->warning && str_equal(f->column, str_from(column))) return true;
    }
    return false;
}

static inline int64_t count_of(House *h, const char *what)
{
    Rows q;
    must_work(h->a, sql(h->db, h->a, &q, "select count(*) from {}", ((Sql){.text = str_from(what)})));
    CHECK(rows_next(&q));
    return next_int(&q);
}

// The same connection and reserves, for another user.
static inline Store *as_user(Store *s, const char *name, const char *role, const char *unit)
{
    Store *other = take(s->a, Store, 1);
    *other = *s;
    other->user = (User){str_from(name), role_get(s->pack, str_from(role)), unit_get(s->pack, str_from(unit))};
    CHECK(other->user.role);
    return other;
}

static inline Verified verified(House *h)
{
    Verified v;
    must_work(h->a, register_verify(h->reg, h->a, h->scratch, false, &v));
    return v;
}

// ---- files ---------------------------------------------------------------------------------------------

typedef struct { const char *type; Str bytes; const ImportMap *map; bool dry_run, keep_good; } Bring;

static inline Err *bring_try(Store *s, Bring b, Imported *got)
{
    TableFile table;
    ImportColumns columns = {type_of(s, b.type), b.map};
    TRY(table_file_open(s->a, s->scratch,
                        &(TableAsk){.whole = b.bytes,
                                    .skip = b.map ? b.map->skip : 0,
                                    .knows = import_column,
                                    .known = &columns},
                        &table));
    return import_file(s,
                       &(ImportAsk){.type = columns.type,
                                    .file = S("some/file.csv"),
                                    .rows = table.rows,
                                    .map = b.map,
                                    .dry_run = b.dry_run,
                                    .keep_good = b.keep_good},
                       got);
}

static inline Imported bring(Store *s, const char *type, const char *bytes)
{
    Imported got;
    must_work(s->a, bring_try(s, (Bring){type, str_from(bytes), 0, 0, 0}, &got));
    return got;
}

static inline Str exported(Store *s, Str dir, const char *type, ExportFormat format)
{
    File *to;
    Str path = path_join(s->a, dir, S("export")), text;
    must_work(s->a, file_create(s->a, path, &to));
    must_work(s->a, export_records(s, type_of(s, type), format, to));
    must_work(s->a, file_close(s->a, to));
    must_work(s->a, file_read(s->a, path, 1 << 24, &text));
    return text;
}

// Somebody who may sign in; with which password does not matter.
typedef struct { Str name, place; } UserThere;

static inline Err *user_there_work(Store *s, void *with)
{
    const UserThere *u = with;
    return account_enter(s, u->name, S("create"), u->place);
}

static inline void user_there(Store *s, const char *name, const char *role, const char *unit)
{
    Buf place = buf_in(s->a);
    json(&place, "{'role':{},'unit':{}}", str_from(role), str_from(unit));
    UserThere u = {str_from(name), buf_str(&place)};
    must_work(s->a, register_write(s, user_there_work, &u));
}

// The operator, whose rows are this unit's.
static inline Store of_unit(Store *s, const char *unit)
{
    Store made = *s;
    made.gives_to = unit_get(s->pack, str_from(unit));
    CHECK(made.gives_to);
    return made;
}

static inline void pack_put(Store *s, PackSheets sheets, int64_t wanted)
{
    Faults all = {0};
    int64_t changed;
    must_work(s->a, pack_load(s, sheets, false, &all, &changed));
    for (Fault *f = all.first; f; f = f->next) print_error("%s\n", str_z(s->a, message_text(s->a, f->message)));
    CHECK(!all.n && changed == wanted);
}
