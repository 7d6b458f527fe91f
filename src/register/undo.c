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

// Something else that hangs on a record would be left without it.
static Err *hangs_on(Store *s, const RecordType *t, int64_t row, Str *who)
{
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *other = &s->pack->records[i];
        for (int k = 0; k < other->n; k++) {
            Rows q;
            if (other->fields[k].kind != FIELD_LINK || other->fields[k].target != t) continue;
            TRY(sql(s->db, s->a, &q, "select key from {} where {} = $1 limit 1", (Name){other->name}, (Name){other->fields[k].name}, row));
            if (rows_next(&q)) *who = say(s->a, "{} {}", words_in(&other->label, s->lang), next_str(&q));
        }
    }
    return 0;
}

static Err *take_away(Store *s, const RecordType *t, const Entry *e, const Record *now, Faults *all)
{
    Str who = {0};
    TRY(hangs_on(s, t, now->row, &who));
    if (who.n) {
        moved_on(s, all, e, now->key, message(s->a, "{} hangs on it now: it cannot be taken away.", who));
        return 0;
    }
    Str *link_ids = take(s->a, Str, t->n);
    bool *sets = take(s->a, bool, t->n);
    Effect effect = {.type = t, .row = now->row, .id = now->id, .key = now->key, .unit = now->unit, .state = now->state,
        .values = now->values, .links = now->links, .link_ids = link_ids, .sets = sets};
    return effect_commit(s, &effect, S("remove"), now->version);
}

// What the fields said before: the nearest older entry that speaks of each.
static Err *put_back(Store *s, const RecordType *t, const Entry *e, Record *now, Faults *all)
{
    History history;
    Saved saved;
    Draft draft = draft_make(s->a, t);
    TRY(record_history(s, now, 100000, &history));
    for (int i = 0; i < history.n; i++) {
        if (history.at[i].version != e->version) continue;
        for (int k = 0; k < history.at[i].n; k++) {
            const HistoryChange *change = &history.at[i].changes[k];
            draft.given[change->field->at] = change->before;
            draft.sets[change->field->at] = true;
        }
        for (int k = i + 1; history.at[i].sets_state && !draft.sets_state && k < history.n; k++) {
            draft.sets_state = history.at[k].sets_state;
            draft.state = history.at[k].state;
        }
    }
    draft.prepared = true;
    TRY(record_put(s, &draft, now, &saved));
    for (const Fault *f = saved.faults.first; f; f = f->next) {
        if (!f->warning) moved_on(s, all, e, now->key, f->message);
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
    Store whole = *s; // with what is hidden from who asks: undoing half of it would be worse than none
    whole.user = user_operator();
    TRY(record_by_row(&whole, t, now->row, &now));
    return str_equal(e->verb, S("create")) ? take_away(s, t, e, now, all) : put_back(s, t, e, now, all);
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
    return undo->all->n ? nothing_kept() : 0;
}

Err *import_undo(Store *s, int64_t batch, Faults *all)
{
    Undo undo = {batch, all};
    Err *e = register_write(s, undo_work, &undo);
    return e && e->kind == ERR_COUNT ? 0 : e;
}
