// A random pack and random records, and what C says of all that hangs on each: the oracle of those who ask a store.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/condition/agree_test.h"

enum { WORLD_TYPES = 4, WORLD_FIELDS = 16, WORLD_ROWS = 24, WORLD_LISTS = 2 };
typedef struct { const RecordType *t; Asked *at; Somebody *makers; int n; } Held; // of a type what she sees, the newest first
typedef struct World { Hung hung; Store *s; Chance *c; Str name; Held held[WORLD_TYPES]; Somebody me; } World;

// ---- the pack --------------------------------------------------------------------------------------------------

static inline Str list_name(const World *w, int i)
{
    return say(w->c->a, "{}l{}", w->name, i);
}

static inline Str type_name(const World *w, int i)
{
    return say(w->c->a, "{}{}", w->name, str_from((const char *const[]){"a", "b", "c", "d"}[i]));
}

// A kind's word in the survey, and its values; values null: choices and links, which the world knows.
#define TEXTS "", "x", "Noy", "ສຸກວັນ", "a b", "100%", "it's", "\"so\"", "naïve — \xF0\x9F\x8C\xBE", "0", "12", "x_y", "\\n"
static const struct { const char *word; const char *const *values; int n; } made_kinds[] = {
#define KIND(word, ...) {word, (const char *const[]){__VA_ARGS__}, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))}
    [FIELD_TEXT] = KIND("text", TEXTS), [FIELD_NOTE] = KIND("note", TEXTS, "one\ntwo", "ສະບາຍດີ\nx"),
    [FIELD_INTEGER] = KIND("integer", "", "", "0", "1", "2", "3", "5", "17", "999999999", "40000"),
    [FIELD_DECIMAL] = KIND("decimal", "", "0", "0.1", "0.3", "-2.5", "7", "12.25", "1000000", "-0.7", "0.2", "3.0"),
    [FIELD_DATE] = KIND("date", "", "2024", "2024-02", "2024-02-29", "2006-12-31", "1980-01", "2026-11-28", "1000-01-01", "2008-07-15"),
    [FIELD_MOMENT] = KIND("dateTime", "", "2024", "2024-02", "2024-02-29", "2024-02-28T23:30Z", "2024-02-29T16:59Z",
        "2022-02-28T17:00Z", "2023-12-31T20:00-05:00", "2024-01-31T08:15"),
    [FIELD_CHOICE] = {"select_one ", 0, 0}, [FIELD_CHOICES] = {"select_multiple ", 0, 0}, [FIELD_LINK] = {"link ", 0, 0},
    [FIELD_WORDS] = KIND("words", TEXTS), [FIELD_MONEY] = KIND("money", "", "250000 LAK", "12.5 USD", "0 THB", "1000000.75 LAK", "3 LAK"),
};
enum { KINDS_MADE = FIELD_FILE };               // no expression looks into files
_Static_assert(countof(made_kinds) == KINDS_MADE, "a random record has a field of every kind");
static const char *const made_codes[] = {"x", "y", "7", "n-a", "north", "z_1"};

// One field of each kind, then of any; the last kinds come twice more, so that there is something to choose and to follow.
static inline void fields_made(World *w, int type, Buf *o)
{
    for (int i = 0; i < WORLD_FIELDS; i++) {
        FieldKind kind = (FieldKind)(i < KINDS_MADE ? i : FIELD_LINK - drawn(w->c, 4));
        Str of = kind == FIELD_LINK ? type_name(w, drawn(w->c, WORLD_TYPES)) : made_kinds[kind].values ? (Str){0}
            : list_name(w, drawn(w->c, WORLD_LISTS));
        Str future = kind == FIELD_DATE || kind == FIELD_MOMENT ? S("yes") : (Str){0};
        buf_fill(o, "{},{}{},f{},F,{}\n", VALS(type_name(w, type), str_from(made_kinds[kind].word), of, i, future));
    }
}

static inline void sheet_add(World *w, PackSheets *to, const char *path, Str text)
{
    to->at[to->n++] = (PackSheet){say(w->c->a, "{}/{}.csv", str_from(path), w->name), text};
}

static inline void pack_made(World *w)
{
    Arena *a = w->c->a;
    Faults all = {0};
    int64_t changed;
    PackSheets stand, sheets;
    Buf records = buf_in(a), survey = buf_in(a), choices = buf_in(a), states = buf_in(a);
    must_work(a, pack_sheets(w->s, &stand));
    sheets = (PackSheets){take(a, PackSheet, stand.n + 4), stand.n};
    memcpy(sheets.at, stand.at, (size_t)stand.n * sizeof *stand.at);
    buf_add(&records, S("name,label::English (en),plural::English (en),day\n"));
    buf_add(&survey, S("record,type,name,label::English (en),future\n"));
    buf_add(&choices, S("list_name,name,label::English (en),weight,size\n"));
    buf_add(&states, S("record,name,label::English (en),kind\n"));
    for (int i = 0; i < WORLD_TYPES; i++) {
        Str name = type_name(w, i);
        buf_fill(&records, "{},T,Ts,{}\n", VALS(name, str_from(ONE_OF(w->c, "", "", "-", "f5"))));
        fields_made(w, i, &survey);
        for (int k = 0; i % 2 == 0 && k < 3; k++) buf_fill(&states, "{},s{},S,{}\n", VALS(name, k, k ? (Str){0} : S("first")));
    }
    for (int i = 0; i < WORLD_LISTS; i++) {
        for (int k = 0; k < countof(made_codes); k++) {
            buf_fill(&choices, "{},{},C,{},{}\n", VALS(list_name(w, i), str_from(made_codes[k]),
                str_from(ONE_OF(w->c, "", "1", "-0.5", "2.25", "10")), str_from(ONE_OF(w->c, "", "big", "small"))));
        }
    }
    sheet_add(w, &sheets, "records", buf_str(&records));
    sheet_add(w, &sheets, "survey", buf_str(&survey));
    sheet_add(w, &sheets, "choices", buf_str(&choices));
    sheet_add(w, &sheets, "states", buf_str(&states));
    must_work(a, pack_load(w->s, sheets, false, &all, &changed));
    for (const Fault *f = all.first; f && all.n; f = f->next) {
        if (!f->warning) print_error("%s:%d %s\n", str_z(a, f->file), (int)f->line, str_z(a, message_text(a, f->message)));
    }
    CHECK(!all.n);
    must_work(a, store_refresh(w->s));
}

// ---- its records --------------------------------------------------------------------------------------------------

static inline Str value_made(World *w, const Field *f)
{
    Buf o = buf_in(w->c->a);
    if (made_kinds[f->kind].values) return str_from(one_of(w->c, made_kinds[f->kind].values, made_kinds[f->kind].n));
    for (int i = 0; f->kind != FIELD_LINK && i < countof(made_codes); i++) {
        if (!drawn(w->c, 3) && (!o.n || f->kind == FIELD_CHOICES)) buf_fill(&o, o.n ? " {}" : "{}", VALS(str_from(made_codes[i])));
    }
    return buf_str(&o);
}

static inline Draft draft_made(World *w, const RecordType *t, int n)
{
    Draft d = draft_make(w->s->a, t);
    give(&d, "key", str_z(w->s->a, say(w->s->a, "{}-{}", t->name, n)));
    for (int i = 0; i < t->n; i++) give(&d, str_z(w->s->a, t->fields[i].name), str_z(w->s->a, value_made(w, &t->fields[i])));
    return d;
}

// Of several units; those of one together.
static inline void records_made(World *w)
{
    static const char *const units[] = {"north1", "north2", "south1"};
    enum { OF_ONE = WORLD_ROWS / countof(units) };
    for (int i = 0; i < WORLD_TYPES; i++) {
        const RecordType *t = record_type(w->s->pack, type_name(w, i));
        for (int unit = 0; unit < countof(units); unit++) {
            Draft drafts[OF_ONE];
            for (int n = 0; n < OF_ONE; n++) drafts[n] = draft_made(w, t, unit * OF_ONE + n);
            must_work(w->s->a, record_save(as_user(w->s, "maker", "boss", units[unit]), &(Change){.drafts = drafts, .n = OF_ONE}));
            for (int n = 0; n < OF_ONE; n++) {
                if (drafts[n].saved.faults.n) faults_print(w->s, &drafts[n].saved);
                CHECK(!drafts[n].saved.faults.n);
            }
        }
    }
}

// Links, to rows that were made before or after, to itself too; and where each stands, or, as after an import, nowhere.
static inline void records_joined(World *w, Db *db)
{
    Arena *a = w->s->a;
    for (int i = 0; i < WORLD_TYPES; i++) {
        const RecordType *t = record_type(w->s->pack, type_name(w, i));
        for (int k = 0; k < t->n; k++) {
            const Field *f = &t->fields[k];
            if (f->kind != FIELD_LINK) continue;
            Name to = {f->target->name}; // whose rows follow one another
            must_work(a, sql(db, a, 0, "update {} set {} = (select min(row) from {}) + (row * $1 + $2) % (select count(*) from {})"
                " where row % 7 <> 3", (Name){t->name}, (Name){f->name}, to, drawn(w->c, 50) + 1, drawn(w->c, 50), to));
        }
        if (!t->state) continue;
        must_work(a, sql(db, a, 0, "update {} set state = 's2', state_since = 20240229 + row % 2 * 9872 where row % 3 = 0",
            (Name){t->name}));
        must_work(a, sql(db, a, 0, "update {} set state = '', state_since = null where row % 3 = 1", (Name){t->name}));
    }
}

static inline const Asked *seen_row(const World *w, const RecordType *t, int64_t row)
{
    for (int i = 0; i < WORLD_TYPES; i++) {
        for (int k = 0; w->held[i].t == t && k < w->held[i].n; k++) {
            if (w->held[i].at[k].r->row == row) return &w->held[i].at[k];
        }
    }
    return 0;
}

// As `s` sees it.
static inline void world_seen(World *w, Store *s, Arena *a)
{
    RecordPage page;
    for (int i = 0; i < WORLD_TYPES; i++) {
        Held *held = &w->held[i];
        *held = (Held){.t = record_type(s->pack, type_name(w, i)), .at = take(a, Asked, WORLD_ROWS),
            .makers = take(a, Somebody, WORLD_ROWS)};
        must_work(s->a, record_list(s, &(ListAsk){.type = held->t, .limit = 1000}, &page));
        for (held->n = 0; held->n < page.n; held->n++) {
            Record *r = page.at[held->n];
            held->makers[held->n] = unit_somebody(unit_get(s->pack, r->unit), (Str){0}, (Str){0});
            held->at[held->n] = (Asked){r, {.type = held->t, .cells = r->cells, .today = register_today(s), .state = r->state,
                .since = r->since, .me = &w->me, .maker = &held->makers[held->n], .hanging = &w->hung}};
        }
    }
    for (int i = 0; i < WORLD_TYPES; i++) {
        for (int k = 0; k < w->held[i].n; k++) {
            const View **linked = take(a, const View *, w->held[i].t->n);
            w->held[i].at[k].view.linked = linked;
            for (int f = 0; f < w->held[i].t->n; f++) {
                const Field *link = &w->held[i].t->fields[f];
                const Asked *to = link->kind == FIELD_LINK ? seen_row(w, link->target, w->held[i].at[k].r->cells[f].row) : 0;
                linked[f] = to ? &to->view : 0;
            }
        }
    }
}

// ---- what hangs on them, reckoned by hand ---------------------------------------------------------------------------

static inline int own_day(const Asked *one)
{
    const RecordType *t = one->view.type;
    Days days;
    if (t->day < 0 || !field_days(&t->fields[t->day], t->offset, one->view.cells[t->day].text, &days)) return 0;
    return days.first;
}

static inline bool hangs_here(Arena *a, const Expr *e, const View *on, const Asked *one, int64_t row)
{
    int at = e->op == EXPR_SUM || e->op == EXPR_LATEST;
    View inner = *on;
    inner.hung = &one->view;
    return one->r->cells[e->hangs->link->at].row == row && (at == e->n || expr_true(a, e->args[at], &inner));
}

static inline ExprValue oracle_says(Hung *hung, Arena *a, const Expr *e, const View *on)
{
    const World *w = (const World *)hung;
    const Asked *self = (const Asked *)((const char *)on - offsetof(Asked, view)), *newest = 0;
    const Held *of = 0;
    ExprValue v = {.type = e->type};
    for (int i = 0; i < WORLD_TYPES; i++) of = w->held[i].t == e->hangs->type ? &w->held[i] : of;
    for (int i = of->n - 1; i >= 0; i--) { // the oldest first
        const Asked *one = &of->at[i];
        if (!hangs_here(a, e, on, one, self->r->row)) continue;
        View inner = *on;
        inner.hung = &one->view;
        if (e->op == EXPR_EXISTS) v.number = 1;
        if (e->op == EXPR_COUNT) v.number++;
        if (e->op == EXPR_SUM) v.number += expr_value(a, e->args[0], &inner).number * !expr_value(a, e->args[0], &inner).empty;
        if (e->op == EXPR_LATEST && (!newest || own_day(one) >= own_day(newest))) newest = one;
    }
    if (e->op != EXPR_LATEST) return v;
    View inner = *on;
    inner.hung = newest ? &newest->view : 0;
    return newest ? expr_value(a, e->args[0], &inner) : (ExprValue){.type = e->type, .empty = true};
}
