// What somebody was given by name: handed over to a colleague, or taken away when her account ends.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

enum { FOR_EVER = 99991231 };
typedef struct { const RecordType *type; int64_t row; Sight sight; } Held;

// Openings with a reason and what is over are nobody's to pass on, and what another agency was given stays there.
static bool goes(Store *s, const Held *one, const User *to)
{
    bool over = one->sight.until < register_today(s) || str_equal(one->sight.by, by_opening);
    return to && to->unit && !over && str_equal(one->sight.agency, to->unit->agency);
}

static Err *held_read(Store *s, Str name, Held **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select {}, record, row from grants where who = $1 order by entry, record, row, by", grant_columns(),
        who_user(s->a, name)));
    *out = take(s->a, Held, q.rows);
    for (*n = 0; rows_next(&q);) {
        Held *one = &(*out)[*n];
        one->sight = grant_row(&q);
        one->type = record_type(s->pack, next_str(&q));
        one->row = next_int(&q);
        if (one->type) ++*n;
    }
    return 0;
}

// Where her sentence says `assigned`, what she made is hers as well, and a colleague sees it only if it is given to her.
static bool made_counts(const User *to, const RecordType *t)
{
    enum { ANYWAY = ROWS_UNIT | ROWS_AGENCY | ROWS_ALL };
    unsigned reads = may_rows(to, t, MAY_READ);
    return reads & ROWS_ASSIGNED && !(reads & ANYWAY);
}

static Err *made_read(Store *s, const User *from, const User *to, const RecordType *t, Held **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select row from {} where actor = $1 and agency = $2 order by row", (Name){t->name}, from->name,
        to->unit->agency));
    *out = take(s->a, Held, q.rows);
    for (*n = 0; rows_next(&q); ++*n)
        (*out)[*n] = (Held){t, next_int(&q),
            {.agency = to->unit->agency, .compartments = COMPARTMENTS_ALL, .until = FOR_EVER, .open = true}};
    return 0;
}

// With the register's right to read, and in the name of who does it.
static Err *held_record(Store *s, const Held *one, Record **out)
{
    Store whole = *s;
    whole.user.role = 0;
    TRY(record_at(&whole, one->type, one->row, out));
    if (!db_shared(s->db)) return 0;
    TRY(record_lock(s, one->type, (*out)->id));
    return record_at(&whole, one->type, one->row, out);
}

// What she has of it already stays, and is not narrowed.
static Err *held_give(Store *s, const Held *one, const User *to)
{
    Rows q;
    Record *r;
    Sight sight = one->sight;
    sight.who = who_user(s->a, to->name);
    TRY(sql(s->db, s->a, &q, "select {} from grants where who = $1 and record = $2 and row = $3 and by = $4", grant_columns(), sight.who,
        one->type->name, one->row, sight.by));
    if (rows_next(&q)) {
        Sight hers = grant_row(&q);
        sight.compartments |= hers.compartments;
        sight.open |= hers.open;
        if (hers.until > sight.until) sight.until = hers.until;
    }
    TRY(held_record(s, one, &r));
    return sight_enter(s, r, &sight, S("share")); // the keys are there: it was given to that agency
}

static Err *held_take(Store *s, const Held *one)
{
    Record *r;
    Sight sight = one->sight;
    TRY(held_record(s, one, &r));
    return sight_end(s, r, &sight);
}

static Err *may_read_it(Store *s, const Held *one, const User *to)
{
    if (may_any(to, one->type, MAY_READ)) return 0;
    return fail(s->a, ERR_INPUT, "The role of {} does not read a {}: choose a colleague whose role does.", to->name,
        words_in(&one->type->label, s->lang));
}

// Who and what a record is, once: several grants of one record are one.
static bool met(const Held *all, int n, const Held *one)
{
    for (int i = 0; i < n; i++)
        if (all[i].type == one->type && all[i].row == one->row) return true;
    return false;
}

static Err *made_hand(Store *s, const User *from, const User *to, const Held *held, int held_n, bool only_count, int64_t *count)
{
    for (int i = 0; i < s->pack->records_n; i++) {
        Held *made;
        int n;
        if (!made_counts(to, &s->pack->records[i])) continue;
        TRY(made_read(s, from, to, &s->pack->records[i], &made, &n));
        for (int k = 0; k < n; k++) {
            *count += !met(held, held_n, &made[k]);
            if (!only_count) TRY(held_give(s, &made[k], to));
        }
    }
    return 0;
}

Err *sight_hand_count(Store *s, const User *from, const User *to, int64_t *count)
{
    Held *held;
    int n, goes_n = 0;
    *count = 0;
    if (!to->unit) return 0;
    TRY(held_read(s, from->name, &held, &n));
    for (int i = 0; i < n; i++) {
        if (!goes(s, &held[i], to)) continue;
        *count += !met(held, goes_n, &held[i]);
        held[goes_n++] = held[i];
    }
    return made_hand(s, from, to, held, goes_n, true, count);
}

Err *sight_hand(Store *s, const User *from, const User *to, bool ends, int64_t *count)
{
    Held *held;
    int n;
    *count = 0;
    if (to) TRY(sight_hand_count(s, from, to, count));
    TRY(held_read(s, from->name, &held, &n));
    for (int i = 0; i < n; i++)
        if (goes(s, &held[i], to)) TRY(may_read_it(s, &held[i], to));
    if (to && to->unit) TRY(made_hand(s, from, to, held, n, false, &(int64_t){0}));
    for (int i = 0; i < n; i++) // before anything is taken, or keys that go over would go away
        if (goes(s, &held[i], to)) TRY(held_give(s, &held[i], to));
    for (int i = 0; i < n; i++)
        if (ends || goes(s, &held[i], to)) TRY(held_take(s, &held[i]));
    return 0;
}
