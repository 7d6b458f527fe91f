// What waits and is put off, until a day and with a reason: entries `later` and `again`, and the table made of them.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- whose it is ---------------------------------------------------------------------------------------------

static bool waits_here(const Store *s, const Record *r)
{
    const PackState *state = r->waits ? state_get(s->pack, r->type, r->state) : 0;
    bool here = state && s->user.role && s->user.unit && str_equal(r->waits_for, s->user.unit->key);
    return here && state_hers(s->pack, state, s->user.role);
}

// Who may act from where it stands; of the steps it is enough to know that one is hers.
static Err *acts_here(Store *s, const Record *r, bool *acts)
{
    bool step = false;
    *acts = false;
    if (!waits_here(s, r)) return 0;
    for (int i = 0; !step && i < s->pack->moves_n; i++) step = move_hers(s, r, &s->pack->moves[i]);
    return step ? change_hers(s, r, acts) : 0;
}

// ---- the table -----------------------------------------------------------------------------------------------

static Err *later_put(Store *s, const Effect *e, Str unit, int until)
{
    if (!until) return later_over(s, e->type, e->row);
    return sql(s->db, s->a, 0, "insert into later (record, row, unit, until, entry) values ($1, $2, $3, $4, $5)"
        " on conflict (record, row) do update set unit = excluded.unit, until = excluded.until, entry = excluded.entry", e->type->name,
        e->row, unit, (int64_t)until, e->entry);
}

Err *later_over(Store *s, const RecordType *t, int64_t row)
{
    return sql(s->db, s->a, 0, "delete from later where record = $1 and row = $2", t->name, row);
}

Err *later_apply(Store *s, const Effect *e, const Json *said)
{
    const Json *unit = json_member(said, S("unit")), *until = json_member(said, S("until"));
    int64_t day = 0;
    if (until) str_int(until->text, &day);
    return later_put(s, e, unit ? unit->text : (Str){0}, (int)day);
}

Err *later_read(Store *s, PutOff **out, int *n)
{
    Rows q;
    *n = 0;
    *out = 0;
    if (!s->user.role || !s->user.unit) return 0;
    TRY(sql(s->db, s->a, &q, "select record, row, until, entry from later where unit = $1 and until > $2 order by until, record, row"
        " limit $3", s->user.unit->key, (int64_t)register_today(s), (int64_t)5 * PUT_OFF_MOST)); // more come from other stores alone
    *out = take(s->a, PutOff, q.rows);
    while (rows_next(&q)) {
        PutOff *one = &(*out)[*n];
        one->type = record_type(s->pack, next_str(&q));
        one->row = next_int(&q);
        one->until = (int)next_int(&q);
        one->entry = next_int(&q);
        *n += one->type != 0;
    }
    return 0;
}

// ---- putting off ---------------------------------------------------------------------------------------------

typedef struct { const RecordType *type; Str id; const LaterAsk *ask; Faults *all; } Putting; // ask null: taken up again

static Err *hers_to_put_off(Store *s, const Putting *with, Record **out)
{
    bool acts;
    TRY(record_lock(s, with->type, with->id));
    TRY(record_get(s, with->type, with->id, out));
    TRY(acts_here(s, *out, &acts));
    return acts ? 0 : fail(s->a, ERR_DENIED, "It does not wait for you: only who may take its next step puts it off.");
}

static void until_check(Store *s, Str until, int *out, Faults *all)
{
    Days days;
    Message why = {0};
    int today = register_today(s), last = day_add(today, PUT_OFF_DAYS);
    if (!until.n) why = message(s->a, "Say until which day it is put off.");
    else if (!days_parse(until, &days)) why = message(s->a, "'{}' is not a day; write it as 2024-01-31.", until);
    else if (days.first != days.last) why = message(s->a, "'{}' is more than one day; say on which it comes back.", until);
    else if (days.last <= today) why = message(s->a, "It comes back on a later day than today; {} is none.", until);
    else if (days.last > last)
        why = message(s->a, "It can be put off for {} days, until {}; choose an earlier day.", (int)PUT_OFF_DAYS, day_text(s->a, last));
    else *out = days.last;
    if (why.words) sight_tell(s, all, "until", until, why);
}

// What an office has put off is looked through with each list of what waits.
static Err *most_check(Store *s, const Record *r, Faults *all)
{
    PutOff *at;
    int n;
    bool again = false;
    TRY(later_read(s, &at, &n));
    for (int i = 0; i < n; i++) again |= at[i].type == r->type && at[i].row == r->row;
    if (n >= PUT_OFF_MOST && !again)
        sight_tell(s, all, "until", (Str){0}, message(s->a, "Your office has put off {} already: take some of them up again first.", n));
    return 0;
}

static Err *later_enter(Store *s, Record *r, int until, Str why)
{
    Buf o = buf_in(s->a);
    Str unit = s->user.unit->key;
    json(&o, "{'*later':{'unit':{},'until':{}}}", unit, (int64_t)until);
    Effect e = {.clear = buf_str(&o), .why = why};
    TRY(about_enter(s, r, &e, until ? S("later") : S("again")));
    return later_put(s, &e, unit, until);
}

static Err *later_work(Store *s, void *with)
{
    const Putting *putting = with;
    const LaterAsk *ask = putting->ask;
    Record *r;
    int until = 0;
    TRY(hers_to_put_off(s, putting, &r));
    *putting->all = ask->told;
    until_check(s, str_bare(ask->until), &until, putting->all);
    if (!str_bare(ask->why).n) sight_tell(s, putting->all, "why", ask->why, message(s->a, "Say why, in a few words."));
    TRY(most_check(s, r, putting->all));
    return putting->all->n ? 0 : later_enter(s, r, until, str_trim(ask->why));
}

Err *work_later(Store *s, const RecordType *t, Str id, const LaterAsk *ask, Faults *all)
{
    return register_write(s, later_work, &(Putting){t, id, ask, all});
}

static Err *again_work(Store *s, void *with)
{
    Record *r;
    Rows q;
    TRY(hers_to_put_off(s, with, &r));
    TRY(sql(s->db, s->a, &q, "select 1 from later where record = $1 and row = $2 and unit = $3 and until > $4", r->type->name, r->row,
        s->user.unit->key, (int64_t)register_today(s)));
    if (!q.rows) return fail(s->a, ERR_CONFLICT, "It is not put off: somebody has taken it up again, or its day has come.");
    return later_enter(s, r, 0, (Str){0});
}

Err *work_again(Store *s, const RecordType *t, Str id)
{
    return register_write(s, again_work, &(Putting){.type = t, .id = id});
}

// ---- what is put off -----------------------------------------------------------------------------------------

// By whom and why, as far as the entry opens to her.
static Err *reason_read(Store *s, const PutOff *later, WorkItem *out)
{
    EntrySaid said;
    out->until = later->until;
    TRY(entry_said(s, later->type, later->entry, &said));
    if (said.there) out->by = writer_told(s, &said.entry);
    out->why = said.why;
    return 0;
}

Err *later_count(Store *s, const PutOff *at, int n, int *out)
{
    int64_t *rows = take(s->a, int64_t, n);
    Record **found;
    *out = 0;
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        int of = 0, found_n;
        for (int k = 0; k < n; k++) {
            if (at[k].type == t) rows[of++] = at[k].row;
        }
        if (!of) continue;
        TRY(record_some(s, t, rows, of, take(s->a, bool, t->n), &found, &found_n));
        for (int k = 0; k < found_n; k++) *out += waits_here(s, found[k]);
    }
    return 0;
}

Err *work_later_list(Store *s, WorkList *out)
{
    PutOff *at;
    int n, told;
    TRY(later_read(s, &at, &n));
    WorkSpot *spots = take(s->a, WorkSpot, n);
    WorkItem *items = take(s->a, WorkItem, n);
    for (int i = 0; i < n; i++) spots[i] = (WorkSpot){.row = at[i].row, .type = at[i].type->at};
    TRY(work_told(s, spots, n, items, &told));
    *out = (WorkList){.at = take(s->a, WorkItem, told)};
    for (int i = 0, k = 0; i < told; i++) {
        const Record *r = items[i].record;
        while (at[k].type != r->type || at[k].row != r->row) k++; // both stand in the same order
        if (!waits_here(s, r)) continue;
        TRY(reason_read(s, &at[k], &items[i]));
        out->at[out->n++] = items[i];
    }
    return 0;
}

Err *work_one(Store *s, const Record *r, WorkItem *out, bool *acts)
{
    Rows q;
    *out = (WorkItem){.record = r, .due = r->due};
    TRY(acts_here(s, r, acts));
    if (!waits_here(s, r)) return 0;
    TRY(sql(s->db, s->a, &q, "select until, entry from later where record = $1 and row = $2 and unit = $3 and until > $4", r->type->name,
        r->row, s->user.unit->key, (int64_t)register_today(s)));
    if (!rows_next(&q)) return 0;
    PutOff later = {.type = r->type, .row = r->row, .until = (int)next_int(&q)};
    later.entry = next_int(&q);
    return reason_read(s, &later, out);
}
