// What others changed of what is hers since she was here: read from the newest entries, never kept as a list.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { ENTRIES_MOST = 1000, AT_ONCE = 20, VISIT_MS = 12 * 3600 * 1000 };

typedef struct { int64_t entry, row; int type; bool hers; } Changed;
typedef struct { int64_t entry, ms; } Mark; // what she knows: up to that entry, since that moment; entry 0: nobody has said

static Err *mark_read(Store *s, Mark *out)
{
    Rows q;
    *out = (Mark){0};
    TRY(sql(s->db, s->a, &q, "select entry, time from marks where who = $1", s->user.name));
    if (!rows_next(&q)) return 0;
    out->entry = next_int(&q);
    out->ms = next_int(&q);
    return 0;
}

// The newest entry of each record behind the mark, the newest first, where others wrote that. Files are told by their list.
static Err *changed_read(Store *s, const Mark *mark, Changed **out, int *n, int64_t *upto)
{
    Rows q;
    Map met = {0};
    bool is_new;
    TRY(sql(s->db, s->a, &q, "select id, record, row, actor, verb from journal where batch = '' and id > $1 order by id desc limit $2",
        mark->entry, (int64_t)ENTRIES_MOST));
    *n = 0;
    *upto = mark->entry;
    *out = take(s->a, Changed, q.rows);
    int64_t *rows = take(s->a, int64_t, q.rows); // keys of what was met
    for (int i = 0; rows_next(&q); i++) {
        Changed *one = &(*out)[*n];
        one->entry = next_int(&q);
        const RecordType *t = record_type(s->pack, next_str(&q));
        one->row = rows[i] = next_int(&q);
        Str actor = next_str(&q), verb = next_str(&q);
        bool says = str_equal(verb, S("create")) || str_equal(verb, S("change")) || str_equal(verb, S("day"));
        if (one->entry > *upto) *upto = one->entry;
        if (!t || !says) continue;
        map_put(&met, s->a, number_key(&rows[i]), &is_new);
        one->type = t->at;
        *n += is_new && !str_equal(actor, s->user.name);
    }
    return 0;
}

// She wrote it, or it is her unit's, or waits for it; and it exists for her.
static Err *hers_mark(Store *s, const RecordType *t, Changed *at, int n)
{
    Rows q;
    Map hers = {0};
    Where w = where_begin(s->a);
    Val *rows = take(s->a, Val, n);
    int of = 0;
    bool is_new;
    for (int i = 0; i < n; i++) {
        if (at[i].type == t->at) rows[of++] = val_int(at[i].row);
    }
    if (!of || !may_any(&s->user, t, MAY_READ)) return 0;
    Str unit = s->user.unit ? s->user.unit->key : S("");
    where_add(&w, "t.row in ({}) and (t.actor = ? or t.unit = ? or t.state_waits = ?)", VALS(where_list(&w, (Vals){rows, of}), s->user.name,
        unit, unit));
    TRY(sql(s->db, s->a, &q, "select t.row from {} t where {} and {}", (Name){t->name}, where_end(&w), scope_rows(s, t, MAY_READ)));
    int64_t *found = take(s->a, int64_t, q.rows);
    for (int i = 0; rows_next(&q); i++) {
        found[i] = next_int(&q);
        map_put(&hers, s->a, number_key(&found[i]), &is_new);
    }
    for (int i = 0; i < n; i++) at[i].hers |= at[i].type == t->at && map_get(&hers, number_key(&at[i].row));
    return 0;
}

// A few at once: of many the store would rather look through all that is her unit's.
static Err *hers_of(Store *s, Changed *at, int n)
{
    for (int i = 0; i < n; i++) {
        bool met = false;
        for (int k = 0; k < i; k++) met |= at[k].type == at[i].type;
        if (!met) TRY(hers_mark(s, &s->pack->records[at[i].type], at, n));
    }
    return 0;
}

// ---- what is told of them -------------------------------------------------------------------------------------

// Of one type together.
static Err *records_read(Store *s, const RecordType *t, const Changed *at, int n, ChangeGiven *out)
{
    int64_t *rows = take(s->a, int64_t, n);
    Str *titles = take(s->a, Str, n);
    Record **found;
    int of = 0, found_n;
    for (int i = 0; i < n; i++) {
        if (at[i].type == t->at) rows[of++] = at[i].row;
    }
    if (!of) return 0;
    TRY(record_some(s, t, rows, of, take(s->a, bool, t->n), &found, &found_n));
    TRY(record_titles(s, t, rows, of, titles));
    for (int i = 0, k = 0; i < n; i++) {
        if (at[i].type != t->at) continue;
        out[i].title = titles[k++];
        for (int f = 0; f < found_n; f++) {
            if (found[f]->row == at[i].row) out[i].record = found[f];
        }
    }
    return 0;
}

static Err *entries_read(Store *s, const Changed *at, int n, ChangeGiven *out)
{
    Rows q;
    Where w = where_begin(s->a);
    Val *ids = take(s->a, Val, n);
    for (int i = 0; i < n; i++) ids[i] = val_int(at[i].entry);
    where_add(&w, "id in ({})", VALS(where_list(&w, (Vals){ids, n})));
    TRY(sql(s->db, s->a, &q, "select {} from journal where {}", entry_columns(), where_end(&w)));
    while (rows_next(&q)) {
        Entry e = entry_read(&q);
        for (int i = 0; i < n; i++) {
            if (at[i].entry != e.id) continue;
            out[i].verb = e.verb;
            out[i].who = writer_told(s, &e);
            out[i].ms = e.time >> 16;
        }
    }
    return 0;
}

Err *changes_list(Store *s, int most, Changes *out)
{
    Changed *at, *hers = take(s->a, Changed, most);
    Mark mark;
    int n, told = 0;
    *out = (Changes){.at = take(s->a, ChangeGiven, most)};
    TRY(mark_read(s, &mark));
    if (!mark.ms || !s->user.role) return 0;
    TRY(changed_read(s, &mark, &at, &n, &out->upto));
    out->since = mark.ms;
    for (int i = 0; i < n && !out->more; i++) {
        if (i % AT_ONCE == 0) TRY(hers_of(s, at + i, n - i < AT_ONCE ? n - i : AT_ONCE));
        out->more = at[i].hers && told == most;
        if (at[i].hers && !out->more) hers[told++] = at[i];
    }
    if (!told) return 0;
    for (int i = 0; i < s->pack->records_n; i++) TRY(records_read(s, &s->pack->records[i], hers, told, out->at));
    TRY(entries_read(s, hers, told, out->at));
    for (int i = 0; i < told; i++) {
        if (out->at[i].record) out->at[out->n++] = out->at[i];
    }
    return 0;
}

// ---- the mark ---------------------------------------------------------------------------------------------------

static Err *newest(Store *s, int64_t *out)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select coalesce(max(id), 0) from journal"));
    must(rows_next(&q));
    *out = next_int(&q);
    return 0;
}

// From now on, and from the next visit on.
static Err *mark_put(Store *s, Str who, int64_t entry, bool again)
{
    int64_t now = clock_ms();
    const char *put = again ? " do update set entry = excluded.entry, time = excluded.time, next = excluded.next,"
        " next_time = excluded.next_time" : " do nothing";
    return sql(s->db, s->a, 0, "insert into marks (who, entry, time, next, next_time) values ($1, $2, $3, $4, $5) on conflict (who){}", who,
        entry, now, entry, now, (Sql){.text = str_from(put)});
}

static Err *seen_work(Store *s, void *with)
{
    int64_t last;
    const int64_t *upto = with;
    TRY(newest(s, &last));
    return mark_put(s, s->user.name, *upto < last ? *upto : last, true);
}

Err *changes_seen(Store *s, int64_t upto)
{
    return register_write(s, seen_work, &upto);
}

// Whoever comes every hour shall not lose what she saw at eight: a visit lasts half a day.
Err *visit_note(Store *s, Str who)
{
    int64_t last, now = clock_ms();
    TRY(newest(s, &last));
    TRY(sql(s->db, s->a, 0, "update marks set entry = next, time = next_time, next = $1, next_time = $2 where who = $3 and next_time < $4",
        last, now, who, now - VISIT_MS));
    return mark_put(s, who, last, false);
}
