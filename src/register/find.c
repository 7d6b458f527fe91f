// Finding a person by name: the index of names follows the journal.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static const RecordType *persons(const Store *s)
{
    for (int i = 0; i < s->pack->records_n; i++) {
        if (s->pack->records[i].role == ROLE_PERSON) return &s->pack->records[i];
    }
    return 0;
}

static const bool *name_fields(Store *s, const RecordType *t)
{
    bool *wanted = take(s->a, bool, t->n);
    for (int i = 0; i < t->n; i++) wanted[i] = t->fields[i].name_part;
    return wanted;
}

// Many may look at once; who writes waits until nobody does.
static void names_set(Store *s, int64_t row, const Str *names, int n)
{
    Register *reg = s->reg;
    mutex_lock(reg->find_lock);
    while (reg->find_readers) mutex_wait(reg->find_lock);
    names_put(reg->names, s->scratch, row, names, n);
    mutex_unlock(reg->find_lock);
}

typedef struct { NameIndex *names; Arena scratch; Str name; NameHit *hits; int most, found; } Search;

static void search_run(void *with)
{
    Search *search = with;
    search->found = names_find(search->names, search->scratch, search->name, search->hits, search->most);
}

// What unwinds past here would leave a reader counted for ever.
static int names_get(Store *s, Str name, NameHit *hits, int most)
{
    Register *reg = s->reg;
    Search search = {reg->names, s->scratch, name, hits, most, 0};
    mutex_lock(reg->find_lock);
    reg->find_readers++;
    mutex_unlock(reg->find_lock);
    bool whole = arena_guard(s->a, &search.scratch, search_run, &search);
    mutex_lock(reg->find_lock);
    if (!--reg->find_readers) mutex_wake(reg->find_lock);
    mutex_unlock(reg->find_lock);
    if (!whole) arena_unwind(&s->scratch);
    return search.found;
}

static Err *note(void *with, Store *s, Record *r)
{
    Register *reg = with;
    Str names[16];
    int n = 0;
    for (int i = 0; i < r->type->n && n < countof(names); i++) {
        if (r->type->fields[i].name_part && r->values[i].n) names[n++] = r->values[i];
    }
    names_set(s, r->row, names, n);
    reg->find_done++;
    return 0;
}

Err *find_fill(Store *s)
{
    const RecordType *t = persons(s);
    Rows q;
    if (!t) return 0;
    TRY(sql(s->db, s->a, &q, "select count(*) from {}", (Name){t->name}));
    must(rows_next(&q));
    s->reg->find_done = 0;
    s->reg->find_total = next_int(&q);
    Store mine = *s;
    Arena turn = arena_cut(&mine.scratch, (s->scratch.end - s->scratch.at) / 2);
    TRY(record_each(&mine, t, name_fields(s, t), (Sql){.text = S("true")}, turn, note, s->reg));
    s->reg->find_total = s->reg->find_done;
    return 0;
}

double find_ready(const Register *reg)
{
    int64_t total = reg->find_total, done = reg->find_done;
    return total <= 0 ? total == 0 : done >= total ? 1 : (double)done / (double)total;
}

static Err *follow_row(Store *s, const RecordType *t, int64_t row)
{
    Record **found;
    int n;
    TRY(record_some(s, t, &row, 1, name_fields(s, t), &found, &n));
    if (n) return note(s->reg, s, found[0]);
    names_set(s, row, 0, 0);
    return 0;
}

// What a writer wrote behind what was followed; its numbers only grow, so the search begins there.
static Err *follow_writer(Store *s, const RecordType *t, Str writer, int64_t *seq, int64_t *entry, bool *more)
{
    enum { ROUND = 1000 };
    Rows q;
    TRY(sql(s->db, s->a, &q, "select id, seq, row, record from journal where id > $1 and writer = $2 order by id limit $3",
        *entry, writer, ROUND));
    *more |= q.rows == ROUND;
    while (rows_next(&q)) {
        *entry = next_int(&q);
        *seq = next_int(&q);
        int64_t row = next_int(&q);
        bool person = str_equal(next_str(&q), t ? t->name : (Str){0});
        if (person) TRY(follow_row(s, t, row));
    }
    return 0;
}

static int writer_place(Followed *done, Str writer)
{
    for (int i = 0; i < done->n; i++) {
        if (str_equal(str_from(done->at[i].writer), writer)) return i;
    }
    if (done->n == WRITERS_MOST || writer.n >= (isize)sizeof done->at->writer) return -1;
    memcpy(done->at[done->n].writer, writer.p, (size_t)writer.n);
    return done->n++;
}

Err *find_follow(Store *s, Followed *done, bool *more)
{
    const RecordType *t = persons(s);
    Rows q;
    *more = false;
    TRY(sql(s->db, s->a, &q, "select writer, seq, entry from heads"));
    while (rows_next(&q)) {
        Str writer = next_str(&q);
        int64_t seq = next_int(&q), entry = next_int(&q);
        int i = writer_place(done, writer);
        if (i < 0) return fail(s->a, ERR_BROKEN, "More writers are told in the register than can have written it: {}.", writer);
        if (!done->filled) { // what follows is read afterwards, so that nothing falls between
            done->at[i].seq = seq;
            done->at[i].entry = entry;
        } else if (seq > done->at[i].seq) {
            TRY(follow_writer(s, t, writer, &done->at[i].seq, &done->at[i].entry, more));
        }
    }
    if (!done->filled) TRY(find_fill(s));
    done->filled = true;
    return 0;
}

// Who may not read names may not try them either: a hit would say what is hidden.
static bool may_find(const Store *s, const RecordType *t)
{
    bool may = may_any(&s->user, t, MAY_READ);
    for (int i = 0; i < t->n; i++) may &= !t->fields[i].name_part || may_see(&s->user, t, &t->fields[i]);
    return may;
}

Err *find_people(Store *s, Str name, int limit, FoundPerson **out, int *n)
{
    const RecordType *t = persons(s);
    *n = 0;
    if (!t || limit < 1 || !may_find(s, t)) return 0;
    bool all = may_rows(&s->user, t, MAY_READ) == ROWS_ALL;
    int most = limit > 200 ? 200 : limit, asked = all ? most : 1000; // else some may be out of her scope
    NameHit *hits = take(s->a, NameHit, asked);
    int found = names_get(s, name, hits, asked);
    int64_t *rows = take(s->a, int64_t, found);
    Record **records;
    int records_n;
    for (int i = 0; i < found; i++) rows[i] = hits[i].row;
    TRY(record_some(s, t, rows, found, shape_of(s, t)->titled, &records, &records_n));
    *out = take(s->a, FoundPerson, most);
    for (int i = 0; i < found && *n < most; i++) {
        for (int k = 0; k < records_n; k++) {
            if (records[k]->row != rows[i]) continue;
            (*out)[(*n)++] = (FoundPerson){rows[i], hits[i].score, records[k]->id, records[k]->key, record_name(s, records[k])};
            break;
        }
    }
    return 0;
}
