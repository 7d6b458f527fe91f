// Sight of a record that somebody gives: entries `share`, `unshare` and `open`, and the table grants that is made of them.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"
#include <stdlib.h>

enum { NEWS_DAYS = 7 };
const Str by_opening = S("open");

// ---- who is meant ------------------------------------------------------------------------------------------

static Err *user_unit(Store *s, Str name, const Unit **unit, bool *known)
{
    Rows q;
    *unit = 0;
    TRY(sql(s->db, s->a, &q, "select unit from users where name = $1 and active = 1", name));
    *known = rows_next(&q);
    if (*known) *unit = unit_get(s->pack, next_str(&q));
    return 0;
}

// A unit's key or, where there is no such unit, somebody's name.
Err *receiver_read(Store *s, Str to, Receiver *out)
{
    bool known;
    *out = (Receiver){.unit = unit_get(s->pack, to)};
    if (out->unit) {
        out->who = who_unit(s->a, to);
        out->agency = out->unit->agency;
        return 0;
    }
    TRY(user_unit(s, to, &out->unit, &known));
    if (!known) return 0;
    out->who = who_user(s->a, to);
    out->agency = out->unit ? out->unit->agency : (Str){0};
    out->person = true;
    return 0;
}

void sight_tell(Store *s, Faults *all, const char *column, Str value, Message why)
{
    if (faults_about(all, str_from(column))) return; // once, not also for what its absence breaks
    faults_add(s->a, all, (Fault){.column = str_from(column), .value = value, .message = why});
}

void receiver_check(Store *s, Str to, const Receiver *r, Faults *all)
{
    if (!to.n) sight_tell(s, all, "to", to, message(s->a, "Say to whom: an office's code, or somebody's name."));
    else if (!r->who.n) sight_tell(s, all, "to", to, message(s->a, "There is neither a unit nor a user {}.", to));
    else if (!r->agency.n) sight_tell(s, all, "to", to, message(s->a, "{} works for no unit: nothing can be opened to her.", to));
    else if (!unit_open(r->unit, register_today(s))) {
        sight_tell(s, all, "to", to, message(s->a, "The unit {} is closed; choose one that is open.", words_in(&r->unit->label, s->lang)));
    }
}

// ---- what may be given ---------------------------------------------------------------------------------------

// The compartments that her agency holds of a record for good: what it was only given cannot be passed on.
Err *sight_held(Store *s, const Record *r, unsigned *out)
{
    Rows q;
    Holder holder = holder_of(s, r->type, r->id, r->row, r->cells);
    *out = COMPARTMENTS_ALL;
    if (!holder.type || str_equal(r->agency, agency_of(s))) return 0;
    *out = 0;
    TRY(sql(s->db, s->a, &q, "select open from keys where row = $1 and agency = $2", holder.row, agency_of(s)));
    if (rows_next(&q)) *out = (unsigned)next_int(&q);
    return 0;
}

int day_asked(Store *s, Str until, Faults *all)
{
    Days days = {0};
    Message why = {0};
    until = str_bare(until);
    if (!until.n) why = message(s->a, "Say until which day, as 2024-01-31: what is given has an end.");
    else if (!days_parse(until, &days)) why = message(s->a, "'{}' is not a day; write it as 2024-01-31.", until);
    else if (!days_likely(s->a, days, until, &why)) days.last = 0;
    else if (days.last < register_today(s)) why = message(s->a, "The day {} is over; choose a later one.", until);
    if (why.words) sight_tell(s, all, "until", until, why);
    return why.words ? 0 : days.last;
}

static void compartments_check(Store *s, const SightAsk *ask, unsigned held, Sight *out, Faults *all)
{
    Str wrong, words = str_copy(s->a, ask->compartments);
    for (isize i = 0; i < words.n; i++) {
        if (words.p[i] == ',') ((char *)words.p)[i] = ' ';
    }
    if (!compartments_read(words, &out->compartments, &wrong)) {
        sight_tell(s, all, "compartments", wrong, message(s->a, "'{}' is no compartment; the compartments are {}.", wrong,
            str_join(s->a, compartment_words, COMPARTMENT_COUNT, S(" "))));
        return;
    }
    unsigned lacks = out->compartments & ~held;
    if (!out->compartments) {
        sight_tell(s, all, "compartments", words, message(s->a, "Say which compartments; they are {}.",
            str_join(s->a, compartment_words, COMPARTMENT_COUNT, S(" "))));
    }
    if (lacks) {
        Str words_lacking = compartments_words(s->a, lacks);
        sight_tell(s, all, "compartments", words_lacking,
            message(s->a, "You do not hold {} of it yourself: ask whose it is.", words_lacking));
    }
}

// ---- the entry ---------------------------------------------------------------------------------------------

// What stands in clear, since rules and other stores go by it; why stands sealed.
static Str sight_clear(Store *s, const Sight *sight)
{
    Buf o = buf_in(s->a);
    json(&o, "{'*sight':{'to':{},'agency':{},'compartments':{},'until':{},'open':{},'by':{},'basis':{}}}", sight->who, sight->agency,
        compartments_words(s->a, sight->compartments), (int64_t)sight->until, (int64_t)sight->open, sight->by, sight->basis);
    return buf_str(&o);
}

static Err *grant_put(Store *s, const Effect *e, const Sight *sight)
{
    return sql(s->db, s->a, 0, "insert into grants (who, record, row, by, agency, compartments, open, until, basis, actor, entry)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (who, record, row, by) do update set"
        " agency = excluded.agency, compartments = excluded.compartments, open = excluded.open,"
        " until = excluded.until, basis = excluded.basis, actor = excluded.actor, entry = excluded.entry", sight->who,
        e->type->name, e->row, sight->by, sight->agency,
        (int64_t)sight->compartments, (int64_t)sight->open, (int64_t)sight->until, sight->basis, e->actor, e->entry);
}

// Of everybody's sight that came from `by`; by empty: all of who's.
static Err *grant_drop(Store *s, const Effect *e, const Sight *sight)
{
    return sql(s->db, s->a, 0, "delete from grants where who = $1 and record = $2 and row = $3 and ($4 = '' or by = $5)", sight->who,
        e->type->name, e->row, sight->by, sight->by);
}

Str member_text(const Json *of, Str name)
{
    const Json *found = json_member(of, name);
    return found ? found->text : (Str){0};
}

Err *sight_apply(Store *s, const Effect *e, Str verb, const Json *said)
{
    Sight sight = {.who = member_text(said, S("to")), .agency = member_text(said, S("agency")), .by = member_text(said, S("by")),
        .basis = member_text(said, S("basis"))};
    int64_t until = 0, open = 0;
    Str wrong;
    str_int(member_text(said, S("until")), &until);
    str_int(member_text(said, S("open")), &open);
    sight.until = (int)until;
    sight.open = open;
    compartments_read(member_text(said, S("compartments")), &sight.compartments, &wrong);
    return str_equal(verb, S("unshare")) ? grant_drop(s, e, &sight) : grant_put(s, e, &sight);
}

// Of a record as it stands, of which something is said and nothing changed.
static Effect effect_about(Store *s, const Record *r)
{
    return (Effect){.type = r->type, .row = r->row, .version = r->version, .entry = r->entry, .head = r->head, .id = r->id, .key = r->key,
        .unit = r->unit, .agency = r->agency, .state = r->state, .since = r->since, .cells = r->cells,
        .held_before = holder_of(s, r->type, r->id, r->row, r->cells).row};
}

Err *about_enter(Store *s, Record *r, Effect *e, Str verb)
{
    for (int i = 0; i < r->type->n; i++) r->cells[i].said = false;
    TRY(holder_name(s, r->type, r->cells));
    Effect said = *e;
    *e = effect_about(s, r);
    e->clear = said.clear, e->why = said.why, e->why_lo = said.why_lo;
    e->passed = said.passed, e->day = said.day;
    TRY(effect_commit(s, e, verb));
    r->version = e->version;
    r->entry = e->entry;
    r->head = e->head;
    return 0;
}

Err *sight_enter(Store *s, Record *r, Sight *sight, Str verb)
{
    Effect e = {.clear = sight_clear(s, sight), .why = sight->why};
    TRY(about_enter(s, r, &e, verb));
    return str_equal(verb, S("unshare")) ? grant_drop(s, &e, sight) : grant_put(s, &e, sight);
}

// The keys go along. any: from whichever agency's this store holds, where it is the register's to give.
Err *sight_put(Store *s, Record *r, Sight *sight, Str verb, bool any)
{
    Holder holder = holder_of(s, r->type, r->id, r->row, r->cells);
    TRY(sight_enter(s, r, sight, verb));
    bool there = !any && str_equal(sight->agency, agency_of(s)); // within an agency its keys are there
    bool needed = holder.type && sight->compartments && !there;
    return needed ? keys_give(s, &holder, sight->agency, sight->compartments, any) : 0;
}

// What other sight of the same agency still needs stays. The keys of whom a record hangs on stay, too, since sight of what
// else hangs on her may rest on them: without a grant nothing opens by them.
Err *sight_end(Store *s, Record *r, Sight *sight)
{
    Rows q;
    unsigned stays = 0;
    Holder holder = holder_of(s, r->type, r->id, r->row, r->cells);
    TRY(sight_enter(s, r, sight, S("unshare")));
    if (holder.type != r->type) return 0;
    TRY(sql(s->db, s->a, &q, "select compartments from grants where agency = $1 and record = $2 and row = $3", sight->agency, r->type->name,
        r->row));
    while (rows_next(&q)) stays |= (unsigned)next_int(&q);
    return keys_take(s, &holder, sight->agency, sight->compartments & ~stays);
}

// ---- by people -----------------------------------------------------------------------------------------------

typedef struct { const RecordType *type; Str id; const SightAsk *ask; Faults *all; } Sharing;

// Whose it is gives sight of it; who was given sight does not pass it on.
static Err *hers_to_give(Store *s, const Sharing *with, Record **out)
{
    TRY(record_lock(s, with->type, with->id));
    TRY(record_get(s, with->type, with->id, out));
    bool hers = !s->user.role || str_equal((*out)->agency, agency_of(s));
    if (!hers) return fail(s->a, ERR_DENIED, "It is not yours to give sight of: what you were given sight of is not passed on.");
    if (!may_any(&s->user, with->type, MAY_WRITE)) return fail(s->a, ERR_DENIED, "Your role may not give sight of it.");
    return 0;
}

static void why_check(Store *s, Str why, Faults *all)
{
    if (!str_bare(why).n) sight_tell(s, all, "why", why, message(s->a, "Say why, in a few words."));
}

static Err *share_work(Store *s, void *with)
{
    const Sharing *sharing = with;
    const SightAsk *ask = sharing->ask;
    Record *r;
    Receiver to;
    unsigned held;
    Sight sight = {.open = true, .why = ask->why};
    TRY(hers_to_give(s, sharing, &r));
    *sharing->all = sharing->ask->told;
    TRY(receiver_read(s, str_bare(ask->to), &to));
    TRY(sight_held(s, r, &held));
    receiver_check(s, str_bare(ask->to), &to, sharing->all);
    compartments_check(s, ask, held, &sight, sharing->all);
    sight.until = day_asked(s, ask->until, sharing->all);
    why_check(s, ask->why, sharing->all);
    if (!to.person && to.unit && str_equal(to.unit->key, r->unit)) {
        sight_tell(s, sharing->all, "to", ask->to, message(s->a, "It is that unit's own; name another one."));
    }
    if (sharing->all->n) return 0;
    sight.who = to.who;
    sight.agency = to.agency;
    return sight_put(s, r, &sight, S("share"), false);
}

Err *sight_give(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all)
{
    return register_write(s, share_work, &(Sharing){t, id, ask, all});
}

Sight grant_row(Rows *q)
{
    Sight one = {.who = next_str(q)}; // one after the other: initializers are read in no order
    one.by = next_str(q);
    one.agency = next_str(q);
    one.compartments = (unsigned)next_int(q);
    one.open = next_int(q);
    one.until = (int)next_int(q);
    one.basis = next_str(q);
    return one;
}

Sql grant_columns(void)
{
    return (Sql){.text = S("who, by, agency, compartments, open, until, basis")};
}

static Err *unshare_work(Store *s, void *with)
{
    const Sharing *sharing = with;
    const SightAsk *ask = sharing->ask;
    Record *r;
    Rows q;
    Str to = str_bare(ask->to);
    TRY(hers_to_give(s, sharing, &r));
    *sharing->all = sharing->ask->told;
    why_check(s, ask->why, sharing->all);
    TRY(sql(s->db, s->a, &q, "select {} from grants where record = $1 and row = $2 and (who = $3 or who = $4)", grant_columns(),
        r->type->name, r->row, who_unit(s->a, to), who_user(s->a, to)));
    if (!q.rows) sight_tell(s, sharing->all, "to", to, message(s->a, "{} has no sight of it that could be taken back.", to));
    while (!sharing->all->n && rows_next(&q)) {
        Sight sight = grant_row(&q);
        sight.why = ask->why;
        TRY(sight_end(s, r, &sight));
    }
    return 0;
}

Err *sight_take(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all)
{
    return register_write(s, unshare_work, &(Sharing){t, id, ask, all});
}

// One identity, with a reason, for today: by the register's right, as the pack gives it to her role.
static Err *open_work(Store *s, void *with)
{
    const Sharing *sharing = with;
    Record *r;
    Sight sight = {.open = true, .why = sharing->ask->why, .by = by_opening, .who = who_user(s->a, s->user.name), .agency = agency_of(s),
        .compartments = may_open(&s->user, sharing->type), .until = register_today(s)};
    TRY(record_lock(s, sharing->type, sharing->id));
    TRY(record_get(s, sharing->type, sharing->id, &r));
    if (!sight.compartments) return fail(s->a, ERR_DENIED, "Your role may not open a {}.", words_in(&sharing->type->label, s->lang));
    bool closed;
    TRY(sight_closed(s, r, &closed));
    if (closed) return fail(s->a, ERR_DENIED, "What was decided about it since closes it to your role, whatever the reason.");
    *sharing->all = sharing->ask->told;
    why_check(s, sharing->ask->why, sharing->all);
    return sharing->all->n ? 0 : sight_put(s, r, &sight, S("open"), true);
}

Err *sight_open(Store *s, const RecordType *t, Str id, Str why, Faults *all)
{
    SightAsk ask = {.why = why};
    return register_write(s, open_work, &(Sharing){t, id, &ask, all});
}

// ---- who has sight ---------------------------------------------------------------------------------------------

bool sight_hers(const Store *s, const Record *r)
{
    bool hers = !s->user.role || str_equal(r->agency, agency_of(s));
    return hers && may_any(&s->user, r->type, MAY_WRITE);
}

// By what stands in the record itself nothing is asked.
static bool hers_at_hand(const Store *s, const Record *r)
{
    bool narrowed = may_where(&s->user, r->type) || may_open_where(&s->user, r->type, false);
    unsigned rows = narrowed ? 0 : may_rows(&s->user, r->type, MAY_WRITE);
    bool unit = rows & ROWS_UNIT && s->user.unit && str_equal(r->unit, s->user.unit->key);
    return unit || (rows & ROWS_AGENCY && str_equal(r->agency, agency_of(s)));
}

Err *change_hers(Store *s, const Record *r, bool *hers)
{
    Rows q;
    *hers = may_all(&s->user, r->type, MAY_WRITE) || hers_at_hand(s, r);
    if (*hers || !may_any(&s->user, r->type, MAY_WRITE)) return 0;
    Sql hers_to_change = scope_rows(s, r->type, MAY_WRITE);
    TRY(sql(s->db, s->a, &q, "select 1 from {} t where {} and t.row = $1", (Name){r->type->name}, hers_to_change, r->row));
    *hers = q.rows;
    return 0;
}

static Err *given_read(Store *s, const RecordType *t, Rows *q, SightGiven *out)
{
    Sight one = grant_row(q);
    Str to = one.who;
    bool person = str_equal(str_cut(&to, '/'), S("user"));
    *out = (SightGiven){.to = to, .person = person, .compartments = one.compartments, .open = one.open, .until = one.until,
        .by = one.by, .basis = one.basis, .agency = one.agency, .type = t};
    out->actor = next_str(q);
    int64_t entry = next_int(q);
    out->row = next_int(q);
    out->id = next_str(q);
    out->key = next_str(q);
    out->unit = next_str(q);
    EntrySaid said;
    TRY(entry_said(s, t, entry, &said));
    out->ms = said.entry.time >> 16;
    out->why = said.why;
    return 0;
}

static Err *given_all(Store *s, const RecordType *t, Sql fits, SightGiven *out, int most, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select g.who, g.by, g.agency, g.compartments, g.open, g.until, g.basis, g.actor, g.entry,"
        " t.row, t.id, t.key, t.unit from grants g join {} t on t.row = g.row where g.record = $1 and {}"
        " order by g.entry desc limit $2", (Name){t->name}, t->name, fits, (int64_t)most));
    while (rows_next(&q)) TRY(given_read(s, t, &q, &out[(*n)++]));
    return 0;
}

Err *sight_list(Store *s, const Record *r, SightGiven **out, int *n)
{
    enum { LISTED_MOST = 200 };
    Where w = where_begin(s->a);
    *n = 0;
    *out = take(s->a, SightGiven, LISTED_MOST);
    if (!sight_hers(s, r)) return 0;
    where_add(&w, "g.row = ? and (g.until >= ? or g.by = ?)", VALS(r->row, (int64_t)register_today(s), by_opening));
    return given_all(s, r->type, where_end(&w), *out, LISTED_MOST, n);
}

static int newer(const void *one, const void *two)
{
    int64_t x = ((const SightGiven *)one)->ms, y = ((const SightGiven *)two)->ms;
    return x < y ? 1 : x > y ? -1 : 0;
}

// What of the grants is news, before it is asked whose rows they are of.
static void news_where(Store *s, bool opened, Where *w)
{
    int64_t since = day_of(clock_ms() - (int64_t)NEWS_DAYS * 86400000, s->pack->offset);
    if (opened) where_add(w, "g.by = ? and g.until >= ?", VALS(by_opening, since));
    else where_add(w, "g.open = 1 and g.by <> ? and g.until >= ? and g.who in (?, ?)", VALS(by_opening, (int64_t)register_today(s),
        who_unit(s->a, s->user.unit->key), who_user(s->a, s->user.name)));
}

// Of which kinds there is any at all: mostly of few, and a question of each kind would be a statement of each.
static Err *news_kinds(Store *s, bool opened, Map *out)
{
    Rows q;
    bool is_new;
    Where w = where_begin(s->a);
    news_where(s, opened, &w);
    TRY(sql(s->db, s->a, &q, "select distinct g.record from grants g where {}", where_end(&w)));
    while (rows_next(&q)) map_put(out, s->a, next_str(&q), &is_new);
    return 0;
}

// What was opened of what her unit made; or what was given to her or her unit, its own being no news to a unit. Each type's newest, then
// the newest of all.
Err *sight_news(Store *s, bool opened, int most, SightGiven **out, int *n)
{
    Map kinds = {0};
    *n = 0;
    *out = take(s->a, SightGiven, most * s->pack->records_n);
    if (!s->user.unit) return 0;
    TRY(news_kinds(s, opened, &kinds));
    for (int i = 0; i < s->pack->records_n; i++) {
        const RecordType *t = &s->pack->records[i];
        Where w = where_begin(s->a);
        if (!map_get(&kinds, t->name) || !may_any(&s->user, t, MAY_READ)) continue; // what her unit was given need not be for her role
        where_sql(&w, scope_rows(s, t, MAY_READ));
        where_add(&w, " and ", VALS());
        news_where(s, opened, &w);
        if (opened) where_add(&w, " and t.unit = ?", VALS(s->user.unit->key));
        else where_add(&w, " and (g.who = ? or t.unit <> ?)", VALS(who_user(s->a, s->user.name), s->user.unit->key));
        TRY(given_all(s, t, where_end(&w), *out, most, n));
    }
    if (*n) qsort(*out, (size_t)*n, sizeof **out, newer);
    if (*n > most) *n = most;
    return 0;
}
