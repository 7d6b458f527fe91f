// What happened to a record, read from the journal.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Err *entries_of(Store *s, const Record *r, int64_t after_version, int most, Entry **out, int *n)
{
    Rows q;
    Sql told = {.text = S("id, '', 0, time, actor, record, record_id, row, verb, version, base, batch, '', '', body")};
    // Compared as an expression: SQLite would hold the value against the index of sheets, and prepare anew each time.
    TRY(sql(s->db, s->a, &q, "select {} from journal where row = $1 and record || '' = $2 and version > $3"
        " order by id desc limit $4", told, r->row, r->type->name, after_version, most));
    *out = take(s->a, Entry, q.rows);
    for (*n = 0; rows_next(&q); ++*n) (*out)[*n] = entry_read(&q);
    return 0;
}

// Empty where it does not exist for her; who sees all is told the id of what was taken away.
static Err *link_key(Store *s, const Field *f, Str id, Str *key)
{
    Rows q;
    *key = sees_all(s, f->target) ? id : (Str){0};
    if (!id.n) return 0;
    TRY(sql(s->db, s->a, &q, "select t.key from {} t where {} and t.id = $1",
            (Name){f->target->name}, scope_rows(s, f->target, MAY_READ), id));
    if (rows_next(&q)) *key = next_str(&q);
    return 0;
}

static Err *changes_read(Store *s, const Record *r, const Json *body, HistoryEntry *out)
{
    const RecordType *t = r->type;
    out->changes = take(s->a, HistoryChange, t->n);
    const Json *state = json_member(body, S("state"));
    out->sets_state = state;
    if (state) out->state = state->text;
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        const Json *said = json_member(body, f->name);
        if (!said || r->cells[i].hidden) continue;
        HistoryChange *change = &out->changes[out->n++];
        *change = (HistoryChange){.field = f, .after = said->text};
        if (f->kind == FIELD_LINK) TRY(link_key(s, f, said->text, &change->after));
    }
    return 0;
}

// From the oldest on: what stood before is what was said last.
static void fill_before(Arena *a, const RecordType *t, History *all)
{
    Str *last = take(a, Str, t->n);
    for (int i = all->n - 1; i >= 0; i--) {
        for (int k = 0; k < all->at[i].n; k++) {
            HistoryChange *change = &all->at[i].changes[k];
            change->before = last[change->field->at];
            last[change->field->at] = change->after;
        }
    }
}

// From one that does not exist for her to another: nothing that she could know of.
static void drop_unseen(Store *s, History *all)
{
    for (int i = 0; i < all->n; i++) {
        HistoryEntry *entry = &all->at[i];
        int n = 0;
        for (int k = 0; k < entry->n; k++) {
            const HistoryChange *c = &entry->changes[k];
            bool link = c->field->kind == FIELD_LINK && !sees_all(s, c->field->target);
            if (!link || c->before.n || c->after.n) entry->changes[n++] = *c;
        }
        entry->n = n;
    }
}

Err *record_history(Store *s, const Record *r, int most, History *out)
{
    Entry *entries;
    int n;
    TRY(entries_of(s, r, 0, most, &entries, &n));
    *out = (History){.at = take(s->a, HistoryEntry, n)};
    for (int i = 0; i < n; i++) {
        const Json *body;
        HistoryEntry *entry = &out->at[out->n++];
        *entry = (HistoryEntry){.entry = entries[i].id, .ms = entries[i].time >> 16, .version = entries[i].version,
            .actor = entries[i].actor, .verb = entries[i].verb};
        TRY(body_open(s, r->type, &entries[i], &body));
        TRY(changes_read(s, r, body, entry));
    }
    fill_before(s->a, r->type, out);
    drop_unseen(s, out);
    return 0;
}

// ---- by hand, or by an import ------------------------------------------------------------------------------

// An import that was taken back said nothing; and taking it back said again what others had said.
static Err *import_stands(Store *s, int64_t id, bool *stands)
{
    Rows q;
    Batch *known = s->batch;
    if (known && known->asked == id) {
        *stands = known->stood;
        return 0;
    }
    TRY(sql(s->db, s->a, &q, "select 1 from imports where batch = $1 and undone = 0", id));
    *stands = q.rows;
    if (known) known->asked = id, known->stood = *stands;
    return 0;
}

// What an entry says about fields that no newer one speaks of; `found`: about how many.
static Err *entry_speaks(Store *s, const RecordType *t, const Entry *e, bool *open, const Entry **by, int *found)
{
    const Json *body;
    *found = 0;
    TRY(body_open(s, t, e, &body));
    for (int i = 0; i <= t->n; i++) {
        if (!open[i] || !json_member(body, i < t->n ? t->fields[i].name : S("state"))) continue;
        open[i] = false;
        by[i] = e->batch ? 0 : e;
        ++*found;
    }
    return 0;
}

Err *written_since(Store *s, const Record *now, const bool *wanted, int64_t since, const Entry **by)
{
    enum { BACK_MOST = 500 };
    int fields = now->type->n, n, left = 0, found;
    int64_t imported = 0; // the oldest import that was looked at
    bool lacks = false;   // something is written by hand, and no import before it was met yet
    bool *open = take(s->a, bool, fields + 1);
    Store past = *s;      // an import's own lines are about other records
    Entry *entries;
    if (s->past) past.db = s->past;
    for (int i = 0; i <= fields; i++) left += open[i] = wanted[i];
    TRY(entries_of(&past, now, 0, BACK_MOST, &entries, &n));
    for (int i = 0; i < n && (left || lacks); i++) {
        bool stands = true;
        if (entries[i].batch) TRY(import_stands(&past, entries[i].batch, &stands));
        if (!stands) continue;
        if (entries[i].batch) imported = entries[i].id, lacks = false;
        if (!left) continue;
        TRY(entry_speaks(&past, now->type, &entries[i], open, by, &found));
        left -= found;
        lacks |= found && !entries[i].batch;
    }
    if (n == BACK_MOST) return 0; // what lies further back is not looked for: then it is hers
    for (int i = 0; i <= fields; i++) {
        bool after_file = by[i] && since > now->row && by[i]->id > since;
        if (by[i] && !after_file && !(imported && imported < by[i]->id)) by[i] = 0;
    }
    return 0;
}
