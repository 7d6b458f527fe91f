// Days that pass: which wait, of which records; and what follows from each, once, whichever server or command comes first.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"
#include <stdlib.h>

// ---- the table days: derived from records and from the entries `day` -------------------------------------------

static bool waits(const PackEffect *e, const RecordType *t)
{
    return e->at == ON_DAY && e->record == t;
}

// The day for which an effect waits, as its record says now; 0: for none.
static int day_waited(Arena *a, const PackEffect *e, const View *view)
{
    ExprValue day = expr_value(a, e->day, view);
    return !day.empty && (!e->when || expr_true(a, e->when, view)) ? (int)day.number : 0;
}

static Err *day_put(Store *s, const RecordType *t, int64_t row, Str effect, int day, bool done)
{
    TRY(sql(s->db, s->a, 0, "insert into days (record, row, effect, day, done) values ($1, $2, $3, $4, $5) on conflict do nothing", t->name,
        row, effect, (int64_t)day, (int64_t)done));
    return done ? sql(s->db, s->a, 0, "update days set done = 1 where record = $1 and row = $2 and effect = $3 and day = $4", t->name, row,
        effect, (int64_t)day) : 0;
}

// A day that was over before a file or a newer pack brought it makes nothing: `from` is the first that waits.
static Err *day_note(Store *s, const PackEffect *e, const View *view, int64_t row, bool fresh, int from)
{
    int day = day_waited(s->a, e, view);
    if (!fresh) TRY(sql(s->db, s->a, 0, "delete from days where record = $1 and row = $2 and effect = $3 and done = 0 and day <> $4",
        e->record->name, row, e->name, (int64_t)day));
    return day && day >= from ? day_put(s, e->record, row, e->name, day, false) : 0;
}

Err *days_note(Store *s, const Effect *e, bool fresh)
{
    const Pack *pack = s->pack;
    View view = {.type = e->type, .cells = e->cells, .state = e->state, .since = e->since};
    bool says = fresh || e->sets_state || e->sets_since;
    int from = e->brought ? day_of(e->time >> 16, pack->offset) : 0;
    if (e->passed.n) TRY(day_put(s, e->type, e->row, e->passed, e->day, true));
    for (int i = 0; !says && i < e->type->n; i++) says = e->cells[i].said;
    for (int i = 0; says && i < pack->effects_n; i++) {
        const PackEffect *one = &pack->effects[i];
        if (waits(one, e->type)) TRY(day_note(s, one, &view, e->row, fresh, from));
    }
    return 0;
}

// As its entry says it, so that no store and no restart does it twice.
Str day_said(Arena *a, const Effect *e)
{
    Buf o = buf_in(a);
    json(&o, "{'*day':{'effect':{},'day':{}}}", e->passed, (int64_t)e->day);
    return buf_str(&o);
}

// ---- a newer pack waits for other days ---------------------------------------------------------------------------

static const PackEffect *waiting_named(const Pack *pack, Str record, Str name)
{
    for (int i = 0; pack && i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        if (e->at == ON_DAY && str_equal(e->record->name, record) && str_equal(e->name, name)) return e;
    }
    return 0;
}

typedef struct Waited { struct Waited *next; int64_t row; int day; } Waited;
typedef struct { const PackEffect *effect; Arena *kept; Waited *first; int from; Map overdue; } Looking;

static Err *row_look(void *with, Store *s, Record *r)
{
    Looking *l = with;
    View view = {.type = r->type, .cells = r->cells, .state = r->state, .since = r->since};
    int day = day_waited(s->a, l->effect, &view);
    if (!day || (day < l->from && !map_get(&l->overdue, number_key(&r->row)))) return 0;
    Waited *one = take(l->kept, Waited, 1);
    *one = (Waited){l->first, r->row, day};
    l->first = one;
    return 0;
}

static bool reworded(const PackEffect *was, const PackEffect *e)
{
    bool same = was->at == ON_DAY && str_equal(was->record->name, e->record->name) && was->makes == e->makes;
    return same && (!e->made || str_equal(was->made->name, e->made->name));
}

// What was to be done under words that are gone, and was not yet, is done under those that stand instead.
static Err *overdue_read(Store *s, const PackEffect *e, const Pack *older, Looking *l)
{
    for (int i = 0; i < older->effects_n; i++) {
        const PackEffect *was = &older->effects[i];
        Rows q;
        bool is_new;
        if (!reworded(was, e) || waiting_named(s->pack, was->record->name, was->name)) continue;
        TRY(sql(s->db, s->a, &q, "select row from days where record = $1 and effect = $2 and done = 0 and day < $3", was->record->name,
            was->name, (int64_t)l->from));
        while (rows_next(&q)) {
            int64_t *row = take(s->a, int64_t, 1);
            *row = next_int(&q);
            map_put(&l->overdue, s->a, number_key(row), &is_new)->p = row;
        }
    }
    return 0;
}

static Err *rows_wait(Store *s, const PackEffect *e, const Pack *older, int from)
{
    Looking l = {.effect = e, .kept = s->a, .from = from};
    TRY(overdue_read(s, e, older, &l));
    bool *wanted = take(s->a, bool, e->record->n);
    expr_wants(e->day, 0, wanted);
    expr_wants(e->when, 0, wanted);
    TRY(record_each(s, e->record, wanted, erased_not(s->a, e->record), MAY_READ, s->scratch, row_look, &l));
    for (const Waited *one = l.first; one; one = one->next) TRY(day_put(s, e->record, one->row, e->name, one->day, false));
    return 0;
}

static Err *pack_day(Store *s, int *out)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select coalesce(max(j.time), 0) from sheets s join journal j on j.id = s.entry"));
    must(rows_next(&q));
    *out = day_of(next_int(&q) >> 16, s->pack->offset);
    return 0;
}

Err *days_follow(Store *s, const Pack *older)
{
    int from = 0;
    for (int i = 0; i < s->pack->effects_n; i++) {
        const PackEffect *e = &s->pack->effects[i];
        if (e->at != ON_DAY || !older || waiting_named(older, e->record->name, e->name)) continue;
        if (!from) TRY(pack_day(s, &from));
        TRY(rows_wait(s, e, older, from));
    }
    for (int i = 0; older && i < older->effects_n; i++) {
        const PackEffect *e = &older->effects[i];
        if (e->at != ON_DAY || waiting_named(s->pack, e->record->name, e->name)) continue;
        TRY(sql(s->db, s->a, 0, "delete from days where record = $1 and effect = $2 and done = 0", e->record->name, e->name));
    }
    return 0;
}

// ---- what follows ------------------------------------------------------------------------------------------------

// nameless: a newer pack, which came meanwhile, has no such effect.
typedef struct { Str record, effect, id; int64_t row; int day, place; bool done, nameless; Faults faults; } Passed;

// In the name of the register, for the unit whose record it is.
static Err *day_begin(Store *s, Passed *p, Store *as, Record **out)
{
    Rows q;
    const RecordType *t = record_type(s->pack, p->record);
    *out = 0;
    *as = *s;
    as->user = user_operator();
    if (!t) return 0;
    TRY(sql(s->db, s->a, &q, "select id, unit from {} where row = $1", (Name){t->name}, p->row));
    if (!rows_next(&q)) return 0;
    p->id = next_str(&q);
    TRY(record_lock(s, t, p->id));
    as->user.unit = unit_get(s->pack, next_str(&q));
    // Whoever waited for that lock sees what was done meanwhile.
    TRY(sql(s->db, s->a, &q, "select 1 from days where record = $1 and row = $2 and effect = $3 and day = $4 and done = 0",
        p->record, p->row, p->effect, (int64_t)p->day));
    return q.rows ? record_at(as, t, p->row, out) : 0;
}

static Err *day_work(Store *s, void *with)
{
    Passed *p = with;
    Store as;
    Record *now;
    p->done = false;
    p->faults = (Faults){0};
    TRY(day_begin(s, p, &as, &now));
    const PackEffect *e = waiting_named(s->pack, p->record, p->effect);
    p->nameless = now && !e;
    if (!now || !e) return 0;
    Draft draft = draft_make(s->a, now->type);
    draft.passed = e;
    draft.day = p->day;
    Err *failed = draft_enter(&as, &draft, now, &(Change){0});
    p->faults = draft.saved.faults;
    p->done = !failed && !p->faults.n;
    return failed || !p->faults.n ? failed : nothing_kept();
}

static const Fault *first_of(const Faults *all)
{
    const Fault *f = all->first;
    while (f->warning) f = f->next;
    return f;
}

// Whoever sees the record reads it: so it says nothing that is closed to some of them.
static Message refused_words(Store *s, const Passed *p, const RecordType *t, Lang lang)
{
    const Fault *f = first_of(&p->faults);
    const Field *field = field_get(t, f->column);
    Str why = message_in(s->a, lang, f->message), day = day_text(s->a, p->day);
    bool quotes = (field && field->class > CLASS_QUASI) || (f->value.n && str_find(why, f->value) >= 0);
    if (!quotes) return message(s->a, "What was to follow on {} could not be done. {}", day, why);
    if (!field) return message(s->a, "What was to follow on {} could not be done.", day);
    return message(s->a, "What was to follow on {} could not be done: look at {}.", day, words_in(&field->label, lang));
}

// It was tried: that is said in an entry, and to the unit whose record it is. Nobody tries again.
static Err *day_refuse(Store *s, void *with)
{
    Passed *p = with;
    Store as;
    Record *now;
    TRY(day_begin(s, p, &as, &now));
    if (!now) return 0;
    Effect e = {.passed = p->effect, .day = p->day};
    Notice notice = {.until = day_add(register_today(s), NOTICE_DAYS)};
    TRY(about_enter(&as, now, &e, S("day")));
    if (!as.user.unit || !unit_open(as.user.unit, register_today(s))) return 0;
    notice.who = who_unit(s->a, as.user.unit->key);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        notice.words[lang] = message_in(s->a, (Lang)lang, refused_words(s, p, now->type, (Lang)lang));
    }
    return notice_enter(&as, now, &notice);
}

static Err *day_do(Store *s, Passed *p, DaysDone *out)
{
    Err *e = register_write(s, day_work, p);
    if (e && e->kind != ERR_COUNT) return e;
    if (!p->faults.n) {
        out->done += p->done;
        out->failed += p->nameless; // this turn goes on behind it
        return 0;
    }
    // No word of what it says: who may read the log may not read that.
    log_line(say(s->a, "What follows on {} of {} {} could not be done, because of its {}; its unit is told why.", day_text(s->a, p->day),
        p->record, p->id, first_of(&p->faults)->column));
    out->refused++;
    return register_write(s, day_refuse, p);
}

static int in_order(const void *one, const void *two)
{
    const Passed *x = one, *y = two;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int place_of(const Pack *pack, Str record, Str name)
{
    const PackEffect *e = waiting_named(pack, record, name);
    return e ? (int)(e - pack->effects) : pack->effects_n;
}

// What waits for a day before today, the oldest first, behind those that were tried in this turn.
static Err *passed_read(Store *s, int64_t tried, int most, Passed **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select record, row, effect, day from days where done = 0 and day < $1 order by day, record, row, effect"
        " limit $2 offset $3", (int64_t)register_today(s), (int64_t)most, tried));
    *out = take(s->a, Passed, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        Passed *p = &(*out)[*n];
        p->record = next_str(&q);
        p->row = next_int(&q);
        p->effect = next_str(&q);
        p->day = (int)next_int(&q);
        p->place = place_of(s->pack, p->record, p->effect);
    }
    if (*n) qsort(*out, (size_t)*n, sizeof **out, in_order);
    return 0;
}

// One that cannot be done for another reason (a key that is gone) is told in the log and holds up no other.
Err *days_pass(Store *s, int most, DaysDone *out)
{
    Passed *all;
    int n;
    *out = (DaysDone){.failed = out->failed, .quiet = out->quiet};
    TRY(passed_read(s, out->failed, most, &all, &n));
    out->more = n == most;
    for (int i = 0; i < n; i++) {
        Err *e = day_do(s, &all[i], out);
        if (!e) continue;
        out->failed++;
        out->more |= e->kind == ERR_BUSY; // whatever stands behind it
        if (e->kind == ERR_BUSY) return e;
        if (!out->quiet) log_line(say(s->a, "What follows on {} of {} {} waits: {}", day_text(s->a, all[i].day), all[i].record,
            all[i].id, err_text(s->a, e)));
    }
    return 0;
}

// ---- while serving: those of yesterday are done in the first minute of a day, there where the pack is -----------------

// One turn goes over all that waits, some at a time. As many that fail as in the turn before are told no more.
typedef struct { Store *s; DaysDone done; int64_t failed; bool told; } Watch;

static Err *watch_round(Watch *w)
{
    enum { PASSED_MOST = 200 };
    if (!w->done.more) {
        w->done = (DaysDone){.quiet = w->done.failed == w->failed, .failed = w->done.failed};
        w->failed = w->done.failed;
        w->done.failed = 0;
    }
    TRY(store_refresh(w->s));
    return days_pass(w->s, PASSED_MOST, &w->done);
}

// A store that is away is told once, not each minute.
static void watch_run(void *with)
{
    Watch *w = with;
    Err *e = watch_round(w);
    if (e && !w->told) log_line(err_text(w->s->a, e));
    w->told = e;
}

void days_watch(void *store)
{
    enum { EACH_MS = 60000, AT_ONCE_MS = 100 };
    Watch w = {.s = store};
    for (;;) {
        bool whole = arena_guard(w.s->a, &w.s->scratch, watch_run, &w);
        if (!whole) db_recover(w.s->db);
        arena_release(w.s->a);
        clock_sleep(whole && w.done.more && !w.told ? AT_ONCE_MS : EACH_MS);
    }
}
