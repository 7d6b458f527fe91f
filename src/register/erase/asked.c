// Who is to be forgotten: asked for, approved, withdrawn, held. Entries about her, and the tables erasures and holds made of them.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

const Str erase_words[] = {[ERASE_NONE] = S("none"), [ERASE_ASKED] = S("asked"), [ERASE_APPROVED] = S("approved"),
    [ERASE_DONE] = S("erased")};

bool verb_of_erasure(Str verb)
{
    static const Str verbs[] = {S("ask"), S("approve"), S("withdraw"), S("hold"), S("release"), S("erase")};
    bool any = false;
    for (int i = 0; i < countof(verbs); i++) any |= str_equal(verb, verbs[i]);
    return any;
}

// ---- whom it is about --------------------------------------------------------------------------------------

// Without her fields: whoever approves needs no sight of her.
Err *subject_read(Store *s, const RecordType *t, Str id, Record **out)
{
    enum { LIKE = 8 };
    Rows q;
    Str numbers[LIKE];
    id = str_bare(id);
    int n = number_typed(s->a, s->pack, t, id, numbers, LIKE);
    Str number = n == 1 ? numbers[0] : id;
    *out = 0;
    TRY(sql(s->db, s->a, &q, "select row, id, key, version, entry, head, state, state_since, \"no\", unit, agency from {}"
        " where key = $1 or id = $1 or \"no\" = $2 order by case when key = $1 then 0 when id = $1 then 1 else 2 end limit 1{}",
        (Name){t->name}, id, number, (Sql){.text = s->head ? db_locks(s->db) : S("")}));
    if (!rows_next(&q)) return 0;
    Record *r = *out = take(s->a, Record, 1);
    r->type = t;
    r->row = next_int(&q);
    r->id = next_str(&q);
    r->key = next_str(&q);
    r->version = next_int(&q);
    r->entry = next_int(&q);
    r->head = next_str(&q);
    r->state = next_str(&q);
    r->since = (int)next_int(&q);
    r->number = next_str(&q);
    r->unit = next_str(&q);
    r->agency = next_str(&q);
    r->cells = take(s->a, Cell, t->n);
    return 0;
}

static DataKey reason_key(Store *s)
{
    return (DataKey){.number = 1, .key = register_key(s->reg, "erasing")};
}

static const Str reason_field = S("*why");

static Err *erasing_read(Store *s, const Record *r, Erasing *out)
{
    Rows q;
    *out = (Erasing){.type = r->type, .row = r->row, .id = r->id, .number = r->number.n ? r->number : r->id, .agency = r->agency};
    TRY(sql(s->db, s->a, &q, "select state, asker, why, first, first_agency, second, second_agency, due"
        " from erasures where row = $1", r->row));
    if (rows_next(&q)) {
        out->state = (EraseState)next_int(&q);
        out->asker = next_str(&q);
        Str why = next_str(&q);
        for (int i = 0; i < 2; i++) {
            out->by[i].who = next_str(&q);
            out->by[i].agency = next_str(&q);
            out->by_n += out->by[i].who.n > 0;
        }
        out->due = (int)next_int(&q);
        DataKey key = reason_key(s);
        if (why.n) TRY(seal_open(s->a, &key, record_where(s->a, r->type, r->id), reason_field, why, &out->why));
        wipe(&key, sizeof key);
    }
    TRY(sql(s->db, s->a, &q, "select until from holds where row = $1 and until >= $2", r->row, (int64_t)register_today(s)));
    if (rows_next(&q)) out->held = (int)next_int(&q);
    return 0;
}

static bool asked(const Erasing *e)
{
    return e->state == ERASE_ASKED || e->state == ERASE_APPROVED;
}

static Err *missing(Store *s, const RecordType *t, Str id)
{
    return fail(s->a, ERR_MISSING, "There is no {} {}.", words_in(&t->label, s->lang), id);
}

// What she may do about it. Who may write persons learns that somebody is to be erased, and nothing else of her.
static Err *rights_read(Store *s, const RecordType *t, Erasing *e)
{
    Record *seen, *hers = 0;
    bool writes = may_any(&s->user, t, MAY_WRITE), owner = str_equal(e->agency, agency_of(s));
    TRY(record_find(s, t, e->id, MAY_READ, &seen));
    if (seen && writes) TRY(record_find(s, t, e->id, MAY_WRITE, &hers));
    e->sees = seen;
    e->may_ask = hers && e->state == ERASE_NONE;
    e->may_withdraw = asked(e) && (str_equal(e->asker, s->user.name) || (owner && writes));
    e->may_approve = e->state == ERASE_ASKED && writes && s->user.unit && !str_equal(e->asker, s->user.name)
        && !str_equal(e->by[0].who, s->user.name);
    return 0;
}

static Err *about(Store *s, const RecordType *t, Str id, Record **r, Erasing *out)
{
    *r = 0;
    if (t->role == ROLE_PERSON) TRY(subject_read(s, t, id, r));
    if (!*r) return missing(s, t, id);
    TRY(erasing_read(s, *r, out));
    TRY(rights_read(s, t, out));
    bool known = out->sees || out->may_withdraw || (asked(out) && may_any(&s->user, t, MAY_WRITE) && s->user.unit);
    return known ? 0 : missing(s, t, id);
}

Err *erase_about(Store *s, const RecordType *t, Str id, Erasing *out)
{
    Record *r;
    TRY(about(s, t, id, &r, out));
    look_at_title(s, t, out->id, 0); // that she is to be forgotten, and why
    return 0;
}

// ---- entries and their table ---------------------------------------------------------------------------------

static Err *asked_put(Store *s, const Effect *e, Str why)
{
    DataKey key = reason_key(s);
    Str holder = record_where(s->a, e->type, e->id);
    Blob sealed = {S("")};
    if (why.n) sealed = seal_value(s->a, &key, (SealedAt){holder, reason_field, e->writer, e->seq}, why);
    wipe(&key, sizeof key);
    return sql(s->db, s->a, 0, "insert into erasures (row, record, holder, state, asker, asker_agency, why, first,"
        " first_agency, second, second_agency, due, compartments, entry)"
        " values ($1, $2, $3, $4, $5, $6, $7, '', '', '', '', 0, 0, $8) on conflict (row) do update"
        " set state = excluded.state, asker = excluded.asker, asker_agency = excluded.asker_agency, why = excluded.why, first = '',"
        " first_agency = '', second = '', second_agency = '', due = 0, entry = excluded.entry", e->row, e->type->name, holder,
        (int64_t)ERASE_ASKED, e->actor, e->agency, sealed, e->entry);
}

static Err *approved_put(Store *s, const Effect *e, int due)
{
    TRY(sql(s->db, s->a, 0, "update erasures set second = $1, second_agency = $2, due = $3, state = $4, entry = $5 where row = $6 and"
        " first <> '' and state = $7", e->actor, e->agency, (int64_t)due, (int64_t)ERASE_APPROVED, e->entry, e->row, (int64_t)ERASE_ASKED));
    return sql(s->db, s->a, 0, "update erasures set first = $1, first_agency = $2, entry = $3 where row = $4 and first = '' and state = $5",
        e->actor, e->agency, e->entry, e->row, (int64_t)ERASE_ASKED);
}

static int day_said_in(const Json *said, Str name)
{
    int64_t day = 0;
    (void)str_int(member_text(said, name), &day);
    return (int)day;
}

// What was erased of her although she was held stays known.
static Err *withdrawn_put(Store *s, const Effect *e)
{
    TRY(sql(s->db, s->a, 0, "update erasures set state = $1, asker = '', asker_agency = '', why = $2, first = '', first_agency = '',"
        " second = '', second_agency = '', due = 0, entry = $3 where row = $4 and state <> $5 and compartments <> 0",
        (int64_t)ERASE_NONE, (Blob){S("")}, e->entry, e->row, (int64_t)ERASE_DONE));
    return sql(s->db, s->a, 0, "delete from erasures where row = $1 and state <> $2 and compartments = 0", e->row, (int64_t)ERASE_DONE);
}

static Err *hold_store(Store *s, const Effect *e, int until)
{
    return sql(s->db, s->a, 0, "insert into holds (row, until, entry) values ($1, $2, $3) on conflict (row) do update set"
        " until = excluded.until, entry = excluded.entry", e->row, (int64_t)until, e->entry);
}

Err *erasing_apply(Store *s, const Effect *e, const Json *body)
{
    const Json *ask = json_member(body, S("*ask")), *approve = json_member(body, S("*approve"));
    const Json *withdraw = json_member(body, S("*withdraw")), *hold = json_member(body, S("*hold"));
    const Json *release = json_member(body, S("*release")), *done = json_member(body, S("*erased"));
    if (ask) return asked_put(s, e, member_text(body, reason_field));
    if (approve) return approved_put(s, e, day_said_in(approve, S("due")));
    if (withdraw) return withdrawn_put(s, e);
    if (hold) return hold_store(s, e, day_said_in(hold, S("until")));
    if (release) return sql(s->db, s->a, 0, "delete from holds where row = $1", e->row);
    return done ? erasure_apply(s, e, done) : 0;
}

// The entry, and what it does. Its actor is who asks, and her agency that of her unit, whatever the record's is.
static Err *say_it(Store *s, Record *r, Str verb, Str clear, Str why)
{
    Effect e = {.clear = clear, .why = why};
    Buf all = buf_in(s->a);
    const Json *body;
    TRY(about_enter(s, r, &e, verb));
    e.actor = s->user.name;
    e.agency = agency_of(s);
    buf_add(&all, str_slice(clear, 0, clear.n - 1));
    json(&all, ",'*why':{}}", why);
    TRY(json_read(s->a, buf_str(&all), &body));
    return erasing_apply(s, &e, body);
}

// ---- by people -----------------------------------------------------------------------------------------------

typedef struct { const RecordType *type; Str id, why, until; Faults *all; } Wish;

static void tell(Store *s, const Wish *w, const char *column, Message why)
{
    faults_add(s->a, w->all, (Fault){.column = str_from(column), .message = why});
}

static void reason_check(Store *s, const Wish *w)
{
    enum { WHY_MOST = 2000 };
    if (!str_bare(w->why).n) tell(s, w, "why", message(s->a, "Say why, in a few words."));
    if (w->why.n > WHY_MOST) tell(s, w, "why", message(s->a, "That is too long; say it in {} letters.", (int64_t)WHY_MOST));
}

static Err *ask_work(Store *s, void *with)
{
    const Wish *w = with;
    Record *r, *hers;
    Erasing now;
    *w->all = (Faults){0};
    TRY(about(s, w->type, w->id, &r, &now));
    TRY(record_find(s, w->type, r->id, MAY_WRITE, &hers));
    if (!hers) return fail(s->a, ERR_DENIED, "Only who may change this {} can ask that it be erased.", words_in(&w->type->label, s->lang));
    if (now.state == ERASE_DONE) tell(s, w, "state", message(s->a, "{} was erased already.", now.number));
    else if (now.state != ERASE_NONE) tell(s, w, "state", message(s->a, "It was asked for already that {} be erased.", now.number));
    reason_check(s, w);
    return w->all->n ? 0 : say_it(s, r, S("ask"), S("{\"*ask\":{}}"), str_bare(w->why));
}

Err *erase_ask(Store *s, const RecordType *t, Str id, Str why, Faults *all)
{
    return register_write(s, ask_work, &(Wish){.type = t, .id = id, .why = why, .all = all});
}

static Str agency_label(const Store *s, Str agency)
{
    const Unit *unit = unit_get(s->pack, agency);
    return unit ? words_in(&unit->label, s->lang) : agency;
}

// Two, of different agencies, one of them hers whose record it is; and none of them asked for it.
static void approval_check(Store *s, const Wish *w, const Erasing *now)
{
    Str mine = agency_of(s);
    bool own = str_equal(mine, now->agency), first = !now->by_n;
    if (now->state == ERASE_NONE) tell(s, w, "state", message(s->a, "Nobody has asked that {} be erased.", now->number));
    else if (now->state == ERASE_APPROVED) tell(s, w, "state", message(s->a, "Two have approved that {} be erased.", now->number));
    else if (now->state == ERASE_DONE) tell(s, w, "state", message(s->a, "{} was erased already.", now->number));
    else if (str_equal(now->asker, s->user.name)) tell(s, w, "who", message(s->a, "You asked for it yourself: two others approve it."));
    else if (str_equal(now->by[0].who, s->user.name))
        tell(s, w, "who", message(s->a, "You have approved it already: somebody else is needed."));
    else if (!first && str_equal(now->by[0].agency, mine))
        tell(s, w, "who", message(s->a, "Somebody of {} approved it: the second must work for another agency.", agency_label(s, mine)));
    else if (!first && !own && !str_equal(now->by[0].agency, now->agency))
        tell(s, w, "who", message(s->a, "One of the two must work for {}, whose record it is.", agency_label(s, now->agency)));
}

static Err *approve_work(Store *s, void *with)
{
    const Wish *w = with;
    Record *r;
    Erasing now;
    Buf clear = buf_in(s->a);
    *w->all = (Faults){0};
    TRY(about(s, w->type, w->id, &r, &now));
    if (!may_any(&s->user, w->type, MAY_WRITE) || !s->user.unit)
        return fail(s->a, ERR_DENIED, "Only who may write a {} can approve that.", words_in(&w->type->label, s->lang));
    approval_check(s, w, &now);
    if (w->all->n) return 0;
    int due = now.by_n ? day_add(register_today(s), s->pack->erase_wait) : 0;
    json(&clear, "{'*approve':{'due':{}}}", (int64_t)due);
    return say_it(s, r, S("approve"), buf_str(&clear), (Str){0});
}

Err *erase_approve(Store *s, const RecordType *t, Str id, Faults *all)
{
    return register_write(s, approve_work, &(Wish){.type = t, .id = id, .all = all});
}

static Err *withdraw_work(Store *s, void *with)
{
    const Wish *w = with;
    Record *r;
    Erasing now;
    *w->all = (Faults){0};
    TRY(about(s, w->type, w->id, &r, &now));
    if (!asked(&now)) tell(s, w, "state", message(s->a, "Nothing is asked for of {} that could be withdrawn.", now.number));
    else if (!now.may_withdraw)
        return fail(s->a, ERR_DENIED, "It is withdrawn by who asked for it, or by {}.", agency_label(s, now.agency));
    return w->all->n ? 0 : say_it(s, r, S("withdraw"), S("{\"*withdraw\":{}}"), (Str){0});
}

Err *erase_withdraw(Store *s, const RecordType *t, Str id, Faults *all)
{
    return register_write(s, withdraw_work, &(Wish){.type = t, .id = id, .all = all});
}

// ---- announced -------------------------------------------------------------------------------------------------

// To those whose agency holds keys of hers. Who may approve is shown whom; of others the number and the day.
Err *erase_list(Store *s, int most, Erasing **out, int *n)
{
    Rows q;
    *n = 0;
    *out = take(s->a, Erasing, most);
    TRY(sql(s->db, s->a, &q, "select e.record, e.holder from erasures e where e.state in ($1, $2)"
        " and exists (select 1 from keys k where k.row = e.row and k.agency = $3) order by e.due, e.row limit $4",
        (int64_t)ERASE_ASKED, (int64_t)ERASE_APPROVED, agency_of(s), (int64_t)most));
    while (rows_next(&q)) {
        const RecordType *t = record_type(s->pack, next_str(&q));
        Str id = next_str(&q);
        Record *r;
        str_cut(&id, '/');
        if (t) TRY(subject_read(s, t, id, &r));
        if (!t || !r) continue;
        TRY(erasing_read(s, r, &(*out)[*n]));
        TRY(rights_read(s, t, &(*out)[*n]));
        look_at_title(s, t, r->id, 0);
        ++*n;
    }
    return 0;
}

// ---- held, by the operator -----------------------------------------------------------------------------------

static Err *person_named(Store *s, Str key, Record **r)
{
    const RecordType *t = 0;
    for (int i = 0; i < s->pack->records_n && !t; i++) {
        if (s->pack->records[i].role == ROLE_PERSON) t = &s->pack->records[i];
    }
    if (!t) return fail(s->a, ERR_INPUT, "The pack knows no persons.");
    TRY(subject_read(s, t, key, r));
    return *r ? 0 : missing(s, t, key);
}

static Err *hold_work(Store *s, void *with)
{
    const Wish *w = with;
    Record *r;
    Erasing now;
    Buf clear = buf_in(s->a);
    *w->all = (Faults){0};
    TRY(person_named(s, w->id, &r));
    TRY(erasing_read(s, r, &now));
    if (now.state == ERASE_DONE) tell(s, w, "state", message(s->a, "{} was erased already.", now.number));
    reason_check(s, w);
    int until = day_asked(s, w->until, w->all);
    if (w->all->n) return 0;
    json(&clear, "{'*hold':{'until':{}}}", (int64_t)until);
    return say_it(s, r, S("hold"), buf_str(&clear), str_bare(w->why));
}

Err *hold_put(Store *s, Str key, Str why, Str until, Faults *all)
{
    return register_write(s, hold_work, &(Wish){.id = key, .why = why, .until = until, .all = all});
}

static Err *release_work(Store *s, void *with)
{
    const Wish *w = with;
    Record *r;
    Erasing now;
    *w->all = (Faults){0};
    TRY(person_named(s, w->id, &r));
    TRY(erasing_read(s, r, &now));
    if (!now.held) tell(s, w, "state", message(s->a, "{} is not held.", now.number));
    return w->all->n ? 0 : say_it(s, r, S("release"), S("{\"*release\":{}}"), (Str){0});
}

Err *hold_end(Store *s, Str key, Faults *all)
{
    return register_write(s, release_work, &(Wish){.id = key, .all = all});
}
