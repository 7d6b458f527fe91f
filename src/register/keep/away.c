// Looks that were moved away: an entry says which, so that nobody can take others away unseen.
// SPDX-License-Identifier: Apache-2.0
#include "looks/looks.h"
#include "register/inside.h"

static const Str looks = S("looks");

bool entry_of_looks(const Entry *e)
{
    return str_equal(e->record, looks);
}

Err *looks_away_read(Db *db, Arena *a, LooksMeant *meant)
{
    Rows q;
    TRY(sql(db, a, &q, "select record_id, body from journal where record = 'looks' order by id"));
    LooksAway *all = take(a, LooksAway, q.rows);
    while (rows_next(&q)) {
        LooksAway one = {.chain = next_str(&q)};
        const Json *said;
        TRY(json_read(a, next_str(&q), &said));
        bool good = str_int(member_text(said, S("segment")), &one.segment) && bytes_of(a, member_text(said, S("end")), &one.end);
        if (good) all[meant->away_n++] = one;
    }
    meant->away = all;
    return 0;
}

static Err *away_enter(Store *s, void *with)
{
    const LooksAway *one = with;
    Entry e = {.record = looks, .record_id = one->chain};
    Buf body = buf_in(s->a);
    Rows q;
    json(&body, "{'segment':{},'end':{}}", say(s->a, "{}", one->segment), hex_of(s->a, one->end));
    e.body = buf_str(&body);
    TRY(sql(s->db, s->a, &q, "select hash, row, version from journal where record = 'looks' and record_id = $1 order by id desc limit 1",
        one->chain));
    bool there = rows_next(&q);
    if (there) {
        e.base = next_str(&q);
        e.row = next_int(&q);
        e.version = next_int(&q);
    }
    e.version++;
    e.verb = there ? S("change") : S("create");
    TRY(entry_next(s, &e, 0));
    if (!there) e.row = e.id;
    return entry_append(s, &e);
}

// Another folder than where they lie, and none within the register: there they would be gone with it, or taken for what they are not.
static Err *place_check(Store *s, Str folder, Str to)
{
    TRY(folder_make(s->a, to));
    Str here = say(s->a, "{}/", path_absolute(s->a, s->reg->dir)), there = say(s->a, "{}/", path_absolute(s->a, to));
    if (!str_starts(there, here) && path_number(folder) != path_number(to)) return 0;
    return fail(s->a, ERR_INPUT, "{} lies within the register. Choose a folder elsewhere.", to);
}

Err *looks_move(Store *s, Str to, int before, int64_t *moved)
{
    LooksMeant meant;
    LooksFound found;
    LooksAway *old;
    int n;
    *moved = 0;
    TRY(looks_meant(s->reg, s->db, s->a, &meant));
    TRY(looks_verify(s->a, s->scratch, &meant, &found)); // what is not whole stays where it is
    TRY(place_check(s, meant.folder, to));
    TRY(looks_old(s->a, s->scratch, &meant, day_begins(before, s->pack->offset), &old, &n));
    for (int i = 0; i < n; i++) TRY(looks_copy(s->a, s->scratch, meant.folder, &old[i], to, moved));
    for (int i = 0; i < n; i++) {
        TRY(register_write(s, away_enter, &old[i]));
        TRY(looks_remove(s->a, s->scratch, meant.folder, &old[i]));
    }
    return 0;
}
