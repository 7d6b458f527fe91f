// Finding records by name, key or phone: the indexes of names and phones follow the journal.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static const RecordType *persons(const Store *s)
{
    for (int i = 0; i < s->pack->records_n; i++) {
        if (s->pack->records[i].role == ROLE_PERSON) return &s->pack->records[i];
    }
    return 0;
}

// What find looks at, as the pack says.
static const bool *looked_at(Store *s, const RecordType *t)
{
    bool *wanted = take(s->a, bool, t->n);
    for (int i = 0; i < t->n; i++) wanted[i] = t->fields[i].name_part || t->fields[i].phone;
    return wanted;
}

static bool looks_at(const RecordType *t)
{
    bool any = false;
    for (int i = 0; t && i < t->n; i++) any |= t->fields[i].name_part || t->fields[i].phone;
    return any;
}

// Many may look at once; who writes waits until nobody does. Persons have an index of their own, since it is asked the most.
static void known_set(Store *s, const RecordType *t, int64_t row, const Str *names, int names_n, const Str *phones, int phones_n)
{
    Register *reg = s->reg;
    mutex_lock(reg->find_lock);
    while (reg->find_readers) mutex_wait(reg->find_lock);
    names_put(t->role == ROLE_PERSON ? reg->names : reg->titles, s->scratch, row, names, names_n);
    phones_put(reg->phones, row, phones, phones_n);
    mutex_unlock(reg->find_lock);
}

// What is looked for: a name in `names`, or a phone where that is null.
typedef struct { NameIndex *names; PhoneIndex *phones; Arena scratch; Str asked; NameHit *hits; int most, found; } Search;

static void search_run(void *with)
{
    Search *search = with;
    if (search->names) {
        search->found = names_find(search->names, search->scratch, search->asked, search->hits, search->most);
        return;
    }
    int64_t *rows = take(&search->scratch, int64_t, search->most);
    search->found = phones_find(search->phones, search->asked, rows, search->most);
    for (int i = 0; i < search->found; i++) search->hits[i] = (NameHit){rows[i], 1};
}

// What unwinds past here would leave a reader counted for ever.
static int hits_get(Store *s, NameIndex *names, Str asked, NameHit *hits, int most)
{
    Register *reg = s->reg;
    Search search = {names, reg->phones, s->scratch, asked, hits, most, 0};
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
    Str names[16], phones[16];
    int names_n = 0, phones_n = 0;
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        if (f->name_part && r->cells[i].text.n && names_n < countof(names)) names[names_n++] = r->cells[i].text;
        if (f->phone && r->cells[i].text.n && phones_n < countof(phones)) phones[phones_n++] = r->cells[i].text;
    }
    known_set(s, r->type, r->row, names, names_n, phones, phones_n);
    reg->find_done++;
    return 0;
}

static Err *fill_count(Store *s, int64_t *total)
{
    Rows q;
    *total = 0;
    for (int i = 0; i < s->pack->records_n; i++) {
        if (!looks_at(&s->pack->records[i])) continue;
        TRY(sql(s->db, s->a, &q, "select count(*) from {}", (Name){s->pack->records[i].name}));
        must(rows_next(&q));
        *total += next_int(&q);
    }
    return 0;
}

Err *find_fill(Store *s)
{
    int64_t total;
    TRY(fill_count(s, &total));
    s->reg->find_done = 0;
    s->reg->find_total = total;
    Store mine = *s;
    mine.remakes = true;
    Arena turn = arena_cut(&mine.scratch, (s->scratch.end - s->scratch.at) / 2);
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        if (looks_at(t)) TRY(record_each(&mine, t, looked_at(s, t), (Sql){.text = S("true")}, MAY_READ, turn, note, s->reg));
    }
    s->reg->find_total = s->reg->find_done;
    memory_trim(); // the indexes grew by doubling
    return 0;
}

void find_end(Register *reg)
{
    mutex_free(reg->find_lock);
    titles_free(reg->opened);
    counts_free(reg->counts);
    numbering_end(reg->numbering);
    looks_free(reg->looks);
    names_free(reg->names);
    names_free(reg->titles);
    phones_free(reg->phones);
}

double find_ready(const Register *reg)
{
    int64_t total = reg->find_total, done = reg->find_done;
    return total <= 0 ? total == 0 : done >= total ? 1 : (double)done / (double)total;
}

enum { TOGETHER = 200 };
typedef struct { const RecordType *type; int64_t rows[TOGETHER]; int n; } Changed; // of one type, each once

static Err *follow_rows(Store *s, Changed *changed)
{
    const RecordType *t = changed->type;
    Record **found;
    int n;
    Store all = *s;
    all.remakes = true;
    if (!changed->n) return 0;
    TRY(record_some(&all, t, changed->rows, changed->n, looked_at(s, t), &found, &n));
    for (int i = 0; i < n; i++) {
        TRY(note(s->reg, s, found[i]));
        for (int k = 0; k < changed->n; k++) {
            if (changed->rows[k] == found[i]->row) changed->rows[k] = 0;
        }
    }
    for (int k = 0; k < changed->n; k++) {
        if (changed->rows[k]) known_set(s, t, changed->rows[k], 0, 0, 0, 0); // taken away
    }
    changed->n = 0;
    return 0;
}

static Err *follow_row(Store *s, Changed *changed, const RecordType *t, int64_t row)
{
    bool there = false;
    if (changed->type != t || changed->n == TOGETHER) TRY(follow_rows(s, changed));
    changed->type = t;
    for (int k = 0; k < changed->n; k++) there |= changed->rows[k] == row;
    if (!there) changed->rows[changed->n++] = row;
    return 0;
}

// Whoever was erased has no names here any more, nor what hung on her; and nothing that was opened of her is kept.
static Err *follow_erased(Store *s, Changed *changed, const RecordType *person, int64_t row)
{
    atomic_fetch_add(&s->reg->taken, 1);
    titles_forget(s);
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        Rows q;
        if (t->person < 0 || t->fields[t->person].target != person || !looks_at(t)) continue;
        TRY(sql(s->db, s->a, &q, "select row from {} where {} = $1", (Name){t->name}, (Name){t->fields[t->person].name}, row));
        while (rows_next(&q)) TRY(follow_row(s, changed, t, next_int(&q)));
    }
    return 0;
}

// What a writer wrote behind what was followed; its numbers only grow, so the search begins there.
static Err *follow_writer(Store *s, Str writer, int64_t *seq, int64_t *entry, bool *more)
{
    enum { ROUND = 1000 };
    Rows q;
    Changed changed = {0};
    TRY(sql(s->db, s->a, &q, "select id, seq, row, record, verb from journal where id > $1 and writer = $2 order by id limit $3",
        *entry, writer, ROUND));
    *more |= q.rows == ROUND;
    while (rows_next(&q)) {
        *entry = next_int(&q);
        *seq = next_int(&q);
        int64_t row = next_int(&q);
        const RecordType *t = record_type(s->pack, next_str(&q));
        bool erased = str_equal(next_str(&q), S("erase"));
        if (looks_at(t)) TRY(follow_row(s, &changed, t, row));
        if (t && erased) TRY(follow_erased(s, &changed, t, row));
    }
    return follow_rows(s, &changed);
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
            TRY(follow_writer(s, writer, &done->at[i].seq, &done->at[i].entry, more));
        }
    }
    if (!done->filled) TRY(find_fill(s));
    done->filled = true;
    return 0;
}

// ---- asking -----------------------------------------------------------------------------------------------

// Who may not read names may not try them either: a hit would say what is hidden.
static bool may_find(const Store *s, const RecordType *t)
{
    bool may = may_any(&s->user, t, MAY_READ), any = false;
    for (int i = 0; i < t->n; i++) {
        any |= t->fields[i].name_part;
        may &= !t->fields[i].name_part || may_see(&s->user, t, &t->fields[i]);
    }
    return may && any;
}

typedef struct { Found *at; int n, most; const RecordType *only; } Founds; // only: of this type; null: of all

static void found_add(Store *s, Founds *out, const Record *r, double score, bool exact)
{
    for (int i = 0; i < out->n; i++) {
        if (out->at[i].row == r->row) return;
    }
    if (out->n < out->most) look_at(s, r);
    if (out->n < out->most) out->at[out->n++] = (Found){r->type, r->row, score, r->id, r->key, title_told(s, r), exact, r->number};
}

typedef struct { const RecordType *type; int64_t row; } Bearer;

// What bears such a key or id, or the key in capitals behind it, whether hers or not; of one kind, or of all by one question: one of
// each would be more statements than a connection keeps prepared.
static Err *bearers(Store *s, const RecordType *only, Str key, Str capitals, Bearer **out, int *n)
{
    Rows q;
    Where w = where_begin(s->a);
    const RecordType *all = s->pack->records;
    for (const RecordType *t = only ? only : all; t < (only ? only + 1 : all + s->pack->records_n); t++) {
        Name from = {t->name};
        int64_t at = t - all;
        where_add(&w, "{}select {}, 0, row from {} where key = ?", VALS(w.n ? S(" union all ") : S(""), at, from, key));
        where_add(&w, " union all select {}, 0, row from {} where id = ?", VALS(at, from, key));
        if (capitals.n) where_add(&w, " union all select {}, 1, row from {} where key = ?", VALS(at, from, capitals));
    }
    TRY(sql(s->db, s->a, &q, "{} order by 1, 2", where_end(&w)));
    *out = take(s->a, Bearer, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        (*out)[*n].type = &all[next_int(&q)];
        (void)next_int(&q);
        (*out)[*n].row = next_int(&q);
    }
    return 0;
}

// By its key, or its id; in capitals where nothing of its kind bears it as it is written, unless it is a sentence. only: null: whatever
// is no person.
static Err *by_key(Store *s, const RecordType *only, Str asked, Founds *out)
{
    Bearer *at;
    Record **found;
    int n, found_n = 0;
    Str key = str_bare(asked), capitals = str_copy(s->a, key);
    for (isize i = 0; i < capitals.n; i++) {
        char *c = (char *)&capitals.p[i];
        if (*c >= 'a' && *c <= 'z') *c -= 'a' - 'A';
    }
    bool folds = !str_has(key, ' ') && !str_equal(key, capitals);
    TRY(bearers(s, only, key, folds ? capitals : (Str){0}, &at, &n));
    for (int i = 0; i < n; i++) {
        const RecordType *t = at[i].type;
        if (i && t == at[i - 1].type && found_n) continue;
        found_n = 0;
        if (!only && (t->role == ROLE_PERSON || !may_any(&s->user, t, MAY_READ))) continue;
        TRY(record_some(s, t, &at[i].row, 1, shape_of(s, t)->titled, &found, &found_n));
        if (found_n) found_add(s, out, found[0], 1, true);
    }
    return 0;
}

// By its number, as people write it.
static Err *by_number(Store *s, const RecordType *t, Str asked, Founds *out)
{
    Str numbers[NUMBERS_LIKE];
    Rows q;
    int n = number_typed(s->a, s->pack, t, asked, numbers, NUMBERS_LIKE), found_n = 0;
    for (int i = 0; i < n; i++) {
        Record **found;
        TRY(sql(s->db, s->a, &q, "select row from {} where \"no\" = $1", (Name){t->name}, numbers[i]));
        int64_t row = rows_next(&q) ? next_int(&q) : 0;
        if (row) TRY(record_some(s, t, &row, 1, shape_of(s, t)->titled, &found, &found_n));
        if (row && found_n) found_add(s, out, found[0], 1, true);
    }
    return 0;
}

// Only fields that she may see can say yes.
static bool has_phone(const Store *s, const Record *r, Str asked)
{
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        if (f->phone && may_see(&s->user, r->type, f) && !r->cells[i].hidden && phone_same(r->cells[i].text, asked)) return true;
    }
    return false;
}

static Err *by_phone(Store *s, const RecordType *t, Str asked, const NameHit *hits, int n, Founds *out)
{
    bool *wanted = take(s->a, bool, t->n), any = false;
    memcpy(wanted, shape_of(s, t)->titled, (size_t)t->n * sizeof *wanted);
    for (int i = 0; i < t->n; i++) {
        bool open = t->fields[i].phone && may_see(&s->user, t, &t->fields[i]);
        wanted[i] |= open;
        any |= open;
    }
    int64_t *rows = take(s->a, int64_t, n);
    Record **records;
    int records_n;
    if (!any || !n) return 0;
    for (int i = 0; i < n; i++) rows[i] = hits[i].row;
    TRY(record_some(s, t, rows, n, wanted, &records, &records_n));
    for (int i = 0; i < records_n; i++) {
        if (has_phone(s, records[i], asked)) found_add(s, out, records[i], 1, true);
    }
    return 0;
}

// A hit by a name that is closed to her would say it.
static bool name_hidden(const Record *r)
{
    bool hidden = false;
    for (int i = 0; i < r->type->n; i++) hidden |= r->type->fields[i].name_part && r->cells[i].hidden;
    return hidden;
}

// In the order of the hits, those alone that she may see, of this type.
static Err *by_name(Store *s, const RecordType *t, const NameHit *hits, int n, Founds *out)
{
    int64_t *rows = take(s->a, int64_t, n);
    Record **records;
    int records_n;
    if (!n || !may_find(s, t)) return 0;
    for (int i = 0; i < n; i++) rows[i] = hits[i].row;
    bool *wanted = take(s->a, bool, t->n);
    for (int i = 0; i < t->n; i++) wanted[i] = shape_of(s, t)->titled[i] || t->fields[i].name_part;
    TRY(record_some(s, t, rows, n, wanted, &records, &records_n));
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < records_n; k++) {
            if (records[k]->row != rows[i] || name_hidden(records[k])) continue;
            found_add(s, out, records[k], hits[i].score, false);
            break;
        }
    }
    return 0;
}

enum { HITS_MOST = 1000, HITS_TURN = 50, HITS_FEW = 10 };
static const double weak = 0.5; // less of the asked words than this is in common

static int strong(const NameHit *hits, int n)
{
    while (n && hits[n - 1].score < weak) n--;
    return n;
}

static int phone_hits(Store *s, Str asked, NameHit **hits)
{
    *hits = take(s->a, NameHit, HITS_MOST);
    return phone_is(asked) ? hits_get(s, 0, asked, *hits, HITS_MOST) : 0;
}

// What is no person's: titles are of several types, so each is asked for its own among the best, then among the next.
static Err *by_turn(Store *s, bool people, const NameHit *hits, int n, Founds *out)
{
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        if ((t->role == ROLE_PERSON) == people && (!out->only || t == out->only)) TRY(by_name(s, t, hits, n, out));
    }
    return 0;
}

// The best first, in turns, so that what she may not see takes no place; more are looked for only where the first do not do.
static Err *by_names(Store *s, bool people, Str name, bool strongly, Founds *out)
{
    NameHit *hits = take(s->a, NameHit, HITS_MOST);
    int turn = out->most < HITS_FEW ? HITS_FEW : HITS_TURN; // each of a turn is opened
    for (int asked = HITS_TURN;; asked = HITS_MOST) {
        int found = hits_get(s, people ? s->reg->names : s->reg->titles, name, hits, asked), n = strongly ? strong(hits, found) : found;
        for (int at = 0; at < n && out->n < out->most; at += turn)
            TRY(by_turn(s, people, hits + at, n - at < turn ? n - at : turn, out));
        if (n < asked || asked == HITS_MOST || out->n == out->most) return 0;
    }
}

Err *find_people(Store *s, Str name, bool else_exact, int limit, Found **out, int *n)
{
    const RecordType *t = persons(s);
    *n = 0;
    if (!t || limit < 1 || !may_any(&s->user, t, MAY_READ)) return 0;
    int most = limit > 200 ? 200 : limit;
    Founds found = {take(s->a, Found, most), 0, most, 0};
    NameHit *phones;
    int phones_n = phone_hits(s, name, &phones);
    if (name.n) TRY(by_key(s, t, name, &found));
    TRY(by_number(s, t, name, &found));
    TRY(by_phone(s, t, name, phones, phones_n, &found));
    if (may_find(s, t)) TRY(by_names(s, true, name, found.n || else_exact, &found));
    *out = found.at;
    *n = found.n;
    return 0;
}

static Err *others_exact(Store *s, Str asked, Founds *found)
{
    NameHit *phones;
    int phones_n = phone_hits(s, asked, &phones);
    if (asked.n) TRY(by_key(s, 0, asked, found));
    for (int i = 0; asked.n && i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        if (t->role == ROLE_PERSON || !may_any(&s->user, t, MAY_READ)) continue;
        TRY(by_number(s, t, asked, found));
        TRY(by_phone(s, t, asked, phones, phones_n, found));
    }
    return 0;
}

Err *find_exact(Store *s, Str asked, int limit, Found **out, int *n)
{
    Founds found = {take(s->a, Found, limit), 0, limit, 0};
    TRY(others_exact(s, asked, &found));
    *out = found.at;
    *n = found.n;
    return 0;
}

Err *find_others(Store *s, Str asked, int limit, Found **out, int *n, int *exact)
{
    Founds found = {take(s->a, Found, limit), 0, limit, 0};
    TRY(others_exact(s, asked, &found));
    *exact = found.n;
    TRY(by_names(s, false, asked, true, &found)); // titles are sentences: one word says little
    *out = found.at;
    *n = found.n;
    return 0;
}

bool find_names(const RecordType *t)
{
    bool any = false;
    for (int i = 0; i < t->n; i++) any |= t->fields[i].name_part;
    return any;
}

Err *find_of(Store *s, const RecordType *t, Str asked, int limit, Found **out, int *n)
{
    Founds found = {take(s->a, Found, limit), 0, limit, t};
    bool people = t->role == ROLE_PERSON;
    NameHit *phones;
    int phones_n = phone_hits(s, asked, &phones);
    if (asked.n && may_any(&s->user, t, MAY_READ)) {
        TRY(by_key(s, t, asked, &found));
        TRY(by_number(s, t, asked, &found));
        TRY(by_phone(s, t, asked, phones, phones_n, &found));
        if (may_find(s, t)) TRY(by_names(s, people, asked, !people || found.n, &found));
    }
    *out = found.at;
    *n = found.n;
    return 0;
}
