// Filters of lists that somebody keeps under a name: hers alone, outside the journal.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

// What she asks for, and still more the name she gives it, may say whom she works for: both stand sealed, under a key of the
// register's own, bound to her and to the kind of record.
enum { FILTERS_MOST = 20, FILTER_NAME_MOST = 200, FILTER_MOST = 4096 };
typedef struct { Str record, name, query, id; } Keeping; // id: of one that goes; empty: this one comes

static DataKey filters_key(Store *s)
{
    return (DataKey){.number = 1, .key = register_key(s->reg, "filters")};
}

static Str place_of(Store *s, Str record)
{
    return say(s->a, "{}/{}", s->user.name, record);
}

static bool opened(Store *s, Str record, Str id, Str sealed, Filter *out)
{
    DataKey key = filters_key(s);
    Str said;
    Err *e = seal_open(s->a, &key, S("filter"), place_of(s, record), sealed, &said);
    wipe(&key, sizeof key);
    if (e) return false; // a garbled one is none
    *out = (Filter){.id = id, .name = str_cut(&said, '\n')};
    out->query = said;
    return true;
}

Err *filter_list(Store *s, Str record, Filter **out, int *n)
{
    Rows q;
    *n = 0;
    TRY(sql(s->db, s->a, &q, "select id, sealed from filters where who = $1 and record = $2 order by made, id", s->user.name, record));
    *out = take(s->a, Filter, q.rows);
    while (rows_next(&q)) {
        Str id = next_str(&q), sealed = next_str(&q);
        if (opened(s, record, id, sealed, &(*out)[*n])) ++*n;
    }
    return 0;
}

static Err *gone(Store *s, Str record, Str id)
{
    TRY(sql(s->db, s->a, 0, "delete from filters where who = $1 and record = $2 and id = $3", s->user.name, record, id));
    return gone_for_good(s);
}

static Err *filter_put(Store *s, void *with)
{
    const Keeping *k = with;
    Filter *all;
    int n;
    if (k->id.n) return gone(s, k->record, k->id);
    TRY(filter_list(s, k->record, &all, &n));
    for (int i = 0; i < n; i++) { // one of that name it replaces; of too many the oldest goes
        if (str_equal(all[i].name, k->name) || i < n - FILTERS_MOST + 1) TRY(gone(s, k->record, all[i].id));
    }
    DataKey key = filters_key(s);
    Str id = random_name(s->a);
    Blob sealed = seal_value(s->a, &key, (SealedAt){S("filter"), place_of(s, k->record), id, 1}, say(s->a, "{}\n{}", k->name, k->query));
    wipe(&key, sizeof key);
    return sql(s->db, s->a, 0, "insert into filters (who, record, id, made, sealed) values ($1, $2, $3, $4, $5)", s->user.name, k->record,
        id, clock_ms(), sealed);
}

Err *filter_keep(Store *s, Str record, Str name, Str query)
{
    Str rest = str_trim(name);
    name = str_trim(text_clean(s->a, str_cut(&rest, '\n')));
    if (!name.n) return fail(s->a, ERR_INPUT, "Give it a name by which you find it again.");
    bool whole = name.n <= FILTER_NAME_MOST && query.n <= FILTER_MOST;
    if (!whole) return fail(s->a, ERR_INPUT, "That is too long to be kept; write a shorter name.");
    return register_write(s, filter_put, &(Keeping){.record = record, .name = name, .query = query});
}

Err *filter_drop(Store *s, Str record, Str id)
{
    return register_write(s, filter_put, &(Keeping){.record = record, .id = id});
}
