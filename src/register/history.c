// What people read of records: titles, columns, what happened to them; and an import taken back.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// ---- what people read --------------------------------------------------------------------------------

static Str unreadable(const Store *s)
{
    return tr(s->lang, S("(cannot be read)"));
}

Str record_name(Store *s, const Record *r)
{
    if (r->broken) return unreadable(s);
    Str title = record_title(s->a, r->type, r->cells, register_today(s), s->lang);
    return title.n ? title : r->key;
}

Str value_shown(Store *s, const Field *f, Str value)
{
    return value_words(s->a, f, s->pack->offset, value, s->lang);
}

// The rows that a column's link names, for a page of records; through another record, the first that
// hangs on each.
static Err *column_rows(Store *s, const Column *c, const RecordPage *page, int64_t *rows)
{
    Rows q;
    if (!c->through) {
        for (int i = 0; i < page->n; i++) rows[i] = page->at[i]->cells[c->link->at].hidden ? 0 : page->at[i]->cells[c->link->at].row;
        return 0;
    }
    const Field *hangs = link_to(c->through, page->at[0]->type);
    if (!may_see(&s->user, c->through, c->link) || (hangs && !may_see(&s->user, c->through, hangs))) return 0;
    must(hangs); // the pack was checked
    Where w = where_begin(s->a);
    Val *of_page = take(s->a, Val, page->n);
    for (int i = 0; i < page->n; i++) of_page[i] = val_int(page->at[i]->row);
    where_add(&w, "t.{} in ({})", VALS((Name){hangs->name}, where_list(&w, (Vals){of_page, page->n})));
    where_open(s, &w, c->through, c->link, 0);
    where_open(s, &w, c->through, hangs, 0);
    Name link = {hangs->name}, to_whom = {c->link->name};
    int64_t *first = take(s->a, int64_t, page->n);
    TRY(sql(s->db, s->a, &q, "select t.row, t.{}, t.{} from {} t where {} and {}", link, to_whom, (Name){c->through->name},
        where_end(&w), scope_rows(s, c->through, MAY_READ)));
    while (rows_next(&q)) {
        int64_t row = next_int(&q), of = next_int(&q), to = next_int(&q);
        for (int i = 0; i < page->n; i++) {
            if (page->at[i]->row != of || (first[i] && first[i] < row)) continue;
            first[i] = row;
            rows[i] = to;
        }
    }
    return 0;
}

static Str unit_shown(const Store *s, Str key)
{
    const Unit *unit = unit_get(s->pack, key);
    Str label = unit ? words_in(&unit->label, s->lang) : (Str){0};
    return label.n ? label : key;
}

// A random id says nothing to people.
Str record_number(const Record *r)
{
    return r->number.n && str_equal(r->key, r->id) ? r->number : r->key;
}

static Err *column_texts(Store *s, const Column *c, const RecordPage *page, Str *texts)
{
    if (c->link) {
        int64_t *rows = take(s->a, int64_t, page->n);
        TRY(column_rows(s, c, page, rows));
        return record_titles(s, c->link->target, rows, page->n, texts);
    }
    for (int i = 0; i < page->n; i++) {
        Record *r = page->at[i];
        const Field *f = column_field(c, r->cells, s->lang);
        texts[i] = f && r->broken && r->cells[f->at].hidden && may_see(&s->user, r->type, f) ? unreadable(s)
                 : f ? value_shown(s, f, r->cells[f->at].text)
                 : str_equal(c->name, S("title")) ? title_told(s, r)
                 : str_equal(c->name, S("key")) ? record_number(r)
                 : str_equal(c->name, S("no")) ? r->number
                 : str_equal(c->name, S("state")) ? r->state
                 : str_equal(c->name, S("unit")) ? unit_shown(s, r->unit) : record_name(s, r);
    }
    return 0;
}

Err *record_columns(Store *s, const Screen *screen, const RecordPage *page, Str **texts)
{
    Str *column = take(s->a, Str, page->n);
    if (!page->n) return 0;
    for (int i = 0; i < page->n; i++) texts[i] = take(s->a, Str, screen->columns_n);
    for (int c = 0; c < screen->columns_n; c++) {
        TRY(column_texts(s, &screen->columns[c], page, column));
        for (int i = 0; i < page->n; i++) texts[i][c] = column[i];
    }
    return 0;
}

// ---- what happened to it ------------------------------------------------------------------------------

Err *entries_of(Store *s, const Record *r, int64_t after_version, int most, Entry **out, int *n)
{
    Rows q;
    Sql told = {.text = S("id, '', 0, time, '', actor, agency, record, record_id, holder, verb, '', batch, row, version, '', '', body")};
    // Compared as an expression: SQLite would hold the value against the index of sheets, and prepare anew each time.
    TRY(sql(s->db, s->a, &q, "select {} from journal where row = $1 and record || '' = $2 and version > $3"
        " order by version desc limit $4", told, r->row, r->type->name, after_version, most));
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
    if (json_member(body, S("state_since"))) out->since = json_member(body, S("state_since"))->text;
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

// Who wrote is told within her own agency: a village is small, and a hotline is answered by few. Others are told whose it is.
Str writer_told(const Store *s, const Entry *e)
{
    bool theirs = s->user.role && !str_equal(e->agency, agency_of(s)) && !str_equal(e->actor, user_operator().name);
    return theirs ? unit_shown(s, e->agency) : e->actor;
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
            .actor = writer_told(s, &entries[i]), .verb = entries[i].verb};
        TRY(body_open(s, r->type, &entries[i], 0, &body));
        TRY(changes_read(s, r, body, entry));
    }
    fill_before(s->a, r->type, out);
    drop_unseen(s, out);
    return 0;
}

// ---- by hand, or by an import ------------------------------------------------------------------------------

// An import that was taken back said nothing; and taking it back said again what others had said.
static Err *import_stands(Store *s, Str name, bool *stands)
{
    Rows q;
    Batch *known = s->batch;
    if (known && known->asked.n && str_equal(known->asked, name)) {
        *stands = known->stood;
        return 0;
    }
    TRY(sql(s->db, s->a, &q, "select 1 from imports where name = $1 and undone = 0", name));
    *stands = q.rows;
    if (!known) return 0;
    known->asked = str_copy(known->kept, name);
    known->stood = *stands;
    return 0;
}

// What an entry says about fields that no newer one speaks of; `found`: about how many.
static Err *entry_speaks(Store *s, const RecordType *t, const Entry *e, bool *open, const Entry **by, int *found)
{
    const Json *body;
    *found = 0;
    TRY(body_open(s, t, e, 0, &body));
    for (int i = 0; i <= t->n; i++) {
        if (!open[i] || !json_member(body, i < t->n ? t->fields[i].name : S("state"))) continue;
        open[i] = false;
        by[i] = e->batch.n ? 0 : e;
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
    Store past = store_before(s); // an import's own lines are about other records
    Entry *entries;
    for (int i = 0; i <= fields; i++) left += open[i] = wanted[i];
    TRY(entries_of(&past, now, 0, BACK_MOST, &entries, &n));
    for (int i = 0; i < n && (left || lacks); i++) {
        bool stands = true;
        if (entries[i].batch.n) TRY(import_stands(&past, entries[i].batch, &stands));
        if (!stands) continue;
        if (entries[i].batch.n) imported = entries[i].id, lacks = false;
        if (!left) continue;
        TRY(entry_speaks(&past, now->type, &entries[i], open, by, &found));
        left -= found;
        lacks |= found && !entries[i].batch.n;
    }
    if (n == BACK_MOST) return 0; // what lies further back is not looked for: then it is hers
    for (int i = 0; i <= fields; i++) {
        bool after_file = by[i] && since > now->row && by[i]->id > since;
        if (by[i] && !after_file && !(imported && imported < by[i]->id)) by[i] = 0;
    }
    return 0;
}

// ---- taking an import back: what it made is removed, what it changed is changed back ---------------------

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
    TRY(body_open(s, t, &e, 0, &body));
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
    TRY(sql(s->db, s->a, &q, "select batch, time, actor, type, undone, (select count(*) from journal j where j.batch = i.name)"
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
Err *hangs_on(Store *s, const RecordType *t, int64_t row, Hangs *out)
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
        .version = now->version, .entry = now->entry, .head = now->head, .cells = now->cells};
    TRY(holder_name(s, t, now->cells));
    TRY(effect_commit(s, &effect, S("remove")));
    return sight_undone(s, t, now);
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
        bool stood = history.at[i].sets_state || history.at[i].since.n;
        for (int k = i + 1; stood && !draft.sets_state && k < history.n; k++) {
            const HistoryEntry *was = &history.at[k];
            draft.sets_state = was->sets_state;
            draft.state = was->state;
            if (!draft.stands_since.n) draft.stands_since = was->since;
            if (!draft.stands_since.n && was->state.n) draft.stands_since = day_text(s->a, day_of(was->ms, s->pack->offset));
        }
    }
    draft.prepared = true;
    TRY(draft_enter(s, &draft, now, &(Change){0}));
    if (draft.sets_state) TRY(sight_undone(s, t, now));
    for (const Fault *f = draft.saved.faults.first; f; f = f->next) {
        if (!f->warning) moved_on(s, all, e, now->key, told_to(asks, t, f));
    }
    return 0;
}

// Sight that was given of it, or that it was put off, changes nothing that it says.
static Err *changed_since(Store *s, const Record *now, const Entry *e, bool *changed)
{
    Rows q;
    *changed = now->version != e->version;
    if (!*changed) return 0;
    TRY(sql(s->db, s->a, &q, "select verb from journal where row = $1 and record || '' = $2 and version > $3", now->row, e->record,
        e->version));
    *changed = false;
    while (rows_next(&q)) *changed |= !verb_of_sight(next_str(&q));
    return 0;
}

typedef struct { int64_t batch; Faults *all; } Undo;

static Err *undo_entry(Store *s, const Entry *e, Faults *all)
{
    const RecordType *t = record_type(s->pack, e->record);
    Record *now = 0;
    bool changed = true;
    if (!t) return fail(s->a, ERR_BROKEN, "Entry {} is about a {}, which the pack does not know.", e->id, e->record);
    TRY(record_lock(s, t, e->record_id));
    TRY(record_find(s, t, e->record_id, MAY_WRITE, &now));
    if (now) TRY(changed_since(s, now, e, &changed));
    if (changed) {
        moved_on(s, all, e, now ? now->key : e->record_id, message(s->a, "It was changed since: it is not touched."));
        return 0;
    }
    Store whole = *s; // with what is hidden from who asks, in her name: undoing half of it would be worse than none
    whole.user.role = 0;
    TRY(record_at(&whole, t, now->row, &now));
    return str_equal(e->verb, S("create")) ? take_away(s, t, e, now, all) : put_back(s, &whole, e, now, all);
}

static Err *undo_work(Store *s, void *with)
{
    Undo *undo = with;
    Rows q;
    TRY(sql(s->db, s->a, &q, "select actor, name, type, undone from imports where batch = $1", undo->batch));
    if (!rows_next(&q) || !batch_hers(s, next_str(&q))) return fail(s->a, ERR_MISSING, "There is no import {} of yours.", undo->batch);
    Batch batch = {.kept = s->a};
    batch.undoes = next_str(&q); // one after the other: an initializer may go in any order
    batch.type = next_str(&q);
    if (next_int(&q)) return fail(s->a, ERR_INPUT, "The import {} was taken back already.", undo->batch);
    Store mine = *s;
    mine.batch = &batch;
    TRY(sql(s->db, s->a, &q, "select {} from journal where batch = $1 order by id desc", entry_columns(), batch.undoes));
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
    Err *e = register_write_as(s, DB_ALONE, undo_work, &undo);
    return e && e->kind == ERR_COUNT ? 0 : e;
}
