// Taking an import back: what it made is removed, what it changed is changed back.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// Who brought a file in may see that she did, and take it back; the operator, everything.
static bool batch_hers(const Store *s, Str actor)
{
    return !s->user.role || str_equal(actor, s->user.name);
}

Err *batch_file(Store *s, int64_t batch, Str *file)
{
    Rows q;
    const Json *body, *said;
    *file = (Str){0};
    TRY(sql(s->db, s->a, &q, "select {} from journal where id = $1", entry_columns(), batch));
    if (!rows_next(&q)) return 0;
    Entry e = entry_read(&q);
    const RecordType *t = record_type(s->pack, e.record);
    if (!t) return 0;
    TRY(body_open(s, t, &e, &body));
    said = json_member(body, S("batch"));
    said = said ? json_member(said, S("file")) : 0;
    if (said) *file = said->text;
    return 0;
}

Err *import_batches(Store *s, ImportLine **out, int *n)
{
    Rows q;
    Sql whose = {.text = S("true")};
    Where w = where_begin(s->a);
    where_add(&w, "i.actor = ?", VALS(s->user.name));
    if (s->user.role) whose = where_end(&w);
    TRY(sql(s->db, s->a, &q, "select batch, time, actor, type, undone, (select count(*) from journal j where j.batch = i.batch)"
        " from imports i where {} order by batch desc limit 100", whose));
    *out = take(s->a, ImportLine, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        ImportLine *line = &(*out)[*n];
        line->batch = next_int(&q);
        line->ms = next_int(&q);
        line->actor = next_str(&q);
        line->type = next_str(&q);
        line->undone = next_int(&q) > 0;
        line->n = next_int(&q);
        TRY(batch_file(s, line->batch, &line->file));
    }
    return 0;
}

static void moved_on(Store *s, Faults *all, const Entry *e, Str key, Message why)
{
    faults_add(s->a, all, (Fault){.file = e->record, .line = e->id, .column = key, .message = why});
}

typedef struct { Str who; bool any; } Hangs; // who: what she may see of it; any: something does

static Err *hangs_by(Store *s, const RecordType *other, const Field *link, int64_t row, Hangs *out)
{
    Rows q;
    Where w = where_begin(s->a);
    where_add(&w, "t.{} = ?", VALS((Name){link->name}, row));
    Sql hers = scope_rows(s, other, MAY_READ);
    TRY(sql(s->db, s->a, &q, "select t.key from {} t where {} and {} limit 1", (Name){other->name}, hers, where_end(&w)));
    if (rows_next(&q)) out->who = say(s->a, "{} {}", words_in(&other->label, s->lang), next_str(&q));
    if (out->any) return 0;
    TRY(sql(s->db, s->a, &q, "select 1 from {} t where {} limit 1", (Name){other->name}, where_end(&w)));
    out->any = q.rows;
    return 0;
}

// Something else that hangs on a record would be left without it.
static Err *hangs_on(Store *s, const RecordType *t, int64_t row, Hangs *out)
{
    *out = (Hangs){0};
    for (int i = 0; i < s->pack->records_n && !out->who.n; i++) {
        const RecordType *other = &s->pack->records[i];
        for (int k = 0; k < other->n && !out->who.n; k++) {
            if (other->fields[k].kind == FIELD_LINK && other->fields[k].target == t) TRY(hangs_by(s, other, &other->fields[k], row, out));
        }
    }
    return 0;
}

static Err *take_away(Store *s, const RecordType *t, const Entry *e, const Record *now, Faults *all)
{
    Hangs hangs;
    TRY(hangs_on(s, t, now->row, &hangs));
    if (hangs.any) {
        moved_on(s, all, e, now->key, hangs.who.n ? message(s->a, "{} hangs on it now: it cannot be taken away.", hangs.who)
            : message(s->a, "Something that you may not see hangs on it now: it cannot be taken away."));
        return 0;
    }
    Effect effect = {.type = t, .row = now->row, .id = now->id, .key = now->key, .unit = now->unit, .state = now->state,
        .cells = now->cells};
    return effect_commit(s, &effect, S("remove"), now->version);
}

// A sentence about what she may not see, or about what a link named, would name it.
static Message told_to(Store *s, const RecordType *t, const Fault *f)
{
    const Field *field = field_get(t, f->column);
    bool hers = !s->user.role || !field || (may_see(&s->user, t, field) && field->kind != FIELD_LINK);
    if (hers) return f->message;
    return message(s->a, "{}: what stood there before cannot be put back.", words_in(&field->label, s->lang));
}

// Does it reach back to what each field said before the newest entry?
static bool history_reaches(const History *h)
{
    bool all = h->n && h->at[h->n - 1].version > 1;
    if (!all) return true;
    for (int k = 0; all && k < h->at[0].n; k++) {
        bool found = false;
        for (int i = 1; i < h->n && !found; i++) {
            for (int j = 0; j < h->at[i].n; j++) found |= h->at[i].changes[j].field == h->at[0].changes[k].field;
        }
        all = found;
    }
    return all && !h->at[0].state.n;
}

// What the fields said before: the nearest older entry that speaks of each.
static Err *put_back(Store *asks, Store *s, const Entry *e, Record *now, Faults *all)
{
    enum { NEAR = 100, FAR = 100000 }; // everybody waits meanwhile
    const RecordType *t = now->type;
    History history;
    Draft draft = draft_make(s->a, t);
    TRY(record_history(s, now, NEAR, &history));
    if (!history_reaches(&history)) TRY(record_history(s, now, FAR, &history));
    for (int i = 0; i < history.n; i++) {
        if (history.at[i].version != e->version) continue;
        for (int k = 0; k < history.at[i].n; k++) {
            const HistoryChange *change = &history.at[i].changes[k];
            draft.cells[change->field->at].text = change->before;
            draft.cells[change->field->at].said = true;
        }
        for (int k = i + 1; history.at[i].sets_state && !draft.sets_state && k < history.n; k++) {
            draft.sets_state = history.at[k].sets_state;
            draft.state = history.at[k].state;
        }
    }
    draft.prepared = true;
    TRY(draft_enter(s, &draft, now, &(Change){0}));
    for (const Fault *f = draft.saved.faults.first; f; f = f->next) {
        if (!f->warning) moved_on(s, all, e, now->key, told_to(asks, t, f));
    }
    return 0;
}

typedef struct { int64_t batch; Faults *all; } Undo;

static Err *undo_entry(Store *s, const Entry *e, Faults *all)
{
    const RecordType *t = record_type(s->pack, e->record);
    Record *now = 0;
    if (!t) return fail(s->a, ERR_BROKEN, "Entry {} is about a {}, which the pack does not know.", e->id, e->record);
    TRY(record_find(s, t, e->record_id, MAY_WRITE, &now));
    if (!now || now->version != e->version) {
        moved_on(s, all, e, now ? now->key : e->record_id, message(s->a, "It was changed since: it is not touched."));
        return 0;
    }
    Store whole = *s; // with what is hidden from who asks, in her name: undoing half of it would be worse than none
    whole.user.role = 0;
    TRY(record_by_row(&whole, t, now->row, &now));
    return str_equal(e->verb, S("create")) ? take_away(s, t, e, now, all) : put_back(s, &whole, e, now, all);
}

static Err *undo_work(Store *s, void *with)
{
    Undo *undo = with;
    Rows q;
    TRY(sql(s->db, s->a, &q, "select actor, type, undone from imports where batch = $1", undo->batch));
    if (!rows_next(&q) || !batch_hers(s, next_str(&q))) return fail(s->a, ERR_MISSING, "There is no import {} of yours.", undo->batch);
    Batch batch = {.undoes = undo->batch, .type = next_str(&q)};
    if (next_int(&q)) return fail(s->a, ERR_INPUT, "The import {} was taken back already.", undo->batch);
    Store mine = *s;
    mine.batch = &batch;
    TRY(sql(s->db, s->a, &q, "select {} from journal where batch = $1 order by id desc", entry_columns(), undo->batch));
    while (rows_next(&q)) {
        Entry e = entry_read(&q);
        TRY(undo_entry(&mine, &e, undo->all));
    }
    scrub_wanted(s);
    return undo->all->n ? nothing_kept() : 0;
}

Err *import_undo(Store *s, int64_t batch, Faults *all)
{
    Undo undo = {batch, all};
    Err *e = register_write(s, undo_work, &undo);
    return e && e->kind == ERR_COUNT ? 0 : e;
}
