// Notices: a sentence about a record, to a unit or to somebody, until a day; entries `notice`, and the table made of them.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

bool verb_of_sight(Str verb)
{
    static const Str verbs[] = {S("share"), S("unshare"), S("open"), S("notice"), S("later"), S("again")};
    bool any = false;
    for (int i = 0; i < countof(verbs); i++) any |= str_equal(verb, verbs[i]);
    return any || verb_of_erasure(verb);
}

bool entry_of_sight(const Entry *e)
{
    return verb_of_sight(e->verb);
}

// ---- made --------------------------------------------------------------------------------------------------

Err *notice_asked(const Save *v, const PackEffect *e, const View *view, Notice *out, Faults *all)
{
    Store *s = v->s;
    Receiver to;
    Str name = expr_value(s->a, e->to, view).text;
    ExprValue until = e->until ? expr_value(s->a, e->until, view) : (ExprValue){.empty = true};
    TRY(receiver_read(s, name, &to));
    receiver_check(s, name, &to, all);
    *out = (Notice){.who = to.who, .until = until.empty ? day_add(register_today(s), NOTICE_DAYS) : (int)until.number};
    for (int i = 0; i < LANG_COUNT; i++) {
        View as_read = *view;
        Lang lang = (Lang)i;
        as_read.lang = &lang;
        out->words[i] = str_trim(expr_words(s->a, e->words[i], &as_read));
    }
    return 0;
}

static Err *notice_put(Store *s, const Effect *e, const Notice *notice)
{
    return sql(s->db, s->a, 0, "insert into notices (entry, who, record, row, until) values ($1, $2, $3, $4, $5)", e->entry, notice->who,
        e->type->name, e->row, (int64_t)notice->until);
}

Err *notice_enter(Store *s, Record *r, const Notice *notice)
{
    Buf o = buf_in(s->a);
    json(&o, "{'*notice':{'to':{},'until':{}}}", notice->who, (int64_t)notice->until);
    Effect e = {.clear = buf_str(&o), .why = notice->words[LANG_EN]};
    if (!str_equal(notice->words[LANG_LO], e.why)) e.why_lo = notice->words[LANG_LO];
    TRY(about_enter(s, r, &e, S("notice")));
    return notice_put(s, &e, notice);
}

Err *notice_apply(Store *s, const Effect *e, const Json *said)
{
    const Json *to = json_member(said, S("to")), *until = json_member(said, S("until"));
    int64_t day = 0;
    if (until) str_int(until->text, &day);
    return notice_put(s, e, &(Notice){.who = to ? to->text : (Str){0}, .until = (int)day});
}

// ---- read --------------------------------------------------------------------------------------------------

typedef struct { int64_t entry; Str record; int64_t row; int until; bool read; } Told;

static Err *told_read(Store *s, bool read, int most, Told **out, int *n)
{
    Rows q;
    Str mine = who_user(s->a, s->user.name), units = s->user.unit ? who_unit(s->a, s->user.unit->key) : mine;
    Sql rest = {.text = read ? S("") : S(" and r.entry is null")};
    TRY(sql(s->db, s->a, &q, "select n.entry, n.record, n.row, n.until, r.entry from notices n left join seen r on r.who = $1 and"
        " r.entry = n.entry where n.who in ($2, $3) and n.until >= $4{} order by n.entry desc limit $5", s->user.name, mine, units,
        (int64_t)register_today(s), rest, (int64_t)most));
    *out = take(s->a, Told, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        Told *one = &(*out)[*n];
        one->entry = next_int(&q);
        one->record = next_str(&q);
        one->row = next_int(&q);
        one->until = (int)next_int(&q);
        one->read = next_int(&q);
    }
    return 0;
}

Err *entry_said(Store *s, const RecordType *t, int64_t id, EntrySaid *out)
{
    Rows q;
    const Json *body;
    *out = (EntrySaid){0};
    TRY(sql(s->db, s->a, &q, "select {} from journal where id = $1", entry_columns(), id));
    if (!rows_next(&q)) return 0;
    out->entry = entry_read(&q);
    out->there = true;
    if (!t) return 0;
    TRY(body_open(s, t, &out->entry, 0, &body));
    const Json *why = json_member(body, S("*why")), *why_lo = json_member(body, S("*why.lo"));
    if (why) out->why = why->text;
    if (why_lo) out->why_lo = why_lo->text;
    return 0;
}

// In her language, as far as the entry opens to her.
static Err *words_read(Store *s, const RecordType *t, int64_t entry, NoticeGiven *out)
{
    EntrySaid said;
    TRY(entry_said(s, t, entry, &said));
    out->ms = said.entry.time >> 16;
    out->words = s->lang == LANG_LO && said.why_lo.n ? said.why_lo : said.why;
    return 0;
}

// It names nothing that does not exist for her.
static Err *given_read(Store *s, const Told *told, NoticeGiven *out)
{
    Record **found;
    int n = 0;
    const RecordType *t = record_type(s->pack, told->record);
    bool *wanted = t ? take(s->a, bool, t->n) : 0;
    *out = (NoticeGiven){.entry = told->entry, .until = told->until, .read = told->read};
    if (t && may_any(&s->user, t, MAY_READ)) TRY(record_some(s, t, &told->row, 1, wanted, &found, &n));
    if (n) {
        out->type = t;
        out->row = told->row;
        out->id = found[0]->id;
        TRY(record_titles(s, t, &told->row, 1, &out->title));
    }
    return words_read(s, n ? t : 0, told->entry, out);
}

Err *notices_list(Store *s, bool read, int most, NoticeGiven **out, int *n)
{
    Told *told;
    TRY(told_read(s, read, most, &told, n));
    *out = take(s->a, NoticeGiven, *n);
    for (int i = 0; i < *n; i++) TRY(given_read(s, &told[i], &(*out)[i]));
    return 0;
}

typedef struct { int64_t entry; bool *hers; } Seeing;

static Err *seen_work(Store *s, void *with)
{
    const Seeing *seeing = with;
    Rows q;
    Str mine = who_user(s->a, s->user.name), units = s->user.unit ? who_unit(s->a, s->user.unit->key) : mine;
    TRY(sql(s->db, s->a, &q, "select 1 from notices where entry = $1 and who in ($2, $3)", seeing->entry, mine, units));
    *seeing->hers = q.rows;
    if (!q.rows) return 0;
    return sql(s->db, s->a, 0, "insert into seen (who, entry) values ($1, $2) on conflict do nothing", s->user.name, seeing->entry);
}

Err *notice_seen(Store *s, int64_t entry, bool *hers)
{
    return register_write(s, seen_work, &(Seeing){entry, hers});
}

// ---- told by e-mail ------------------------------------------------------------------------------------------

static Err *untold_rows(Store *s, int most, Told **out, int *n)
{
    Rows q;
    Str mine = who_user(s->a, s->user.name), units = s->user.unit ? who_unit(s->a, s->user.unit->key) : mine;
    TRY(sql(s->db, s->a, &q, "select n.entry, n.record, n.row from notices n where n.who in ($1, $2) and n.until >= $3 and not exists"
        " (select 1 from seen r where r.who = $4 and r.entry = n.entry) and not exists (select 1 from mailed m where m.who = $4 and"
        " m.entry = n.entry) order by n.entry limit $5", mine, units, (int64_t)register_today(s), s->user.name, (int64_t)most));
    *out = take(s->a, Told, q.rows);
    for (*n = 0; rows_next(&q); ++*n) {
        Told *one = &(*out)[*n];
        one->entry = next_int(&q);
        one->record = next_str(&q);
        one->row = next_int(&q);
    }
    return 0;
}

// Nothing sealed is opened for it.
static Err *untold_read(Store *s, const Told *told, NoticeUntold *out)
{
    Record **found;
    int n = 0;
    const RecordType *t = record_type(s->pack, told->record);
    *out = (NoticeUntold){.entry = told->entry};
    if (!t || !may_any(&s->user, t, MAY_READ)) return 0;
    TRY(record_some(s, t, &told->row, 1, take(s->a, bool, t->n), &found, &n));
    if (n) *out = (NoticeUntold){told->entry, t, found[0]->number};
    return 0;
}

Err *notices_untold(Store *s, int most, NoticeUntold **out, int *n)
{
    Told *told;
    TRY(untold_rows(s, most, &told, n));
    *out = take(s->a, NoticeUntold, *n);
    for (int i = 0; i < *n; i++) TRY(untold_read(s, &told[i], &(*out)[i]));
    return 0;
}

Err *notices_told(Store *s, const NoticeUntold *at, int n)
{
    Str mine = who_user(s->a, s->user.name), units = s->user.unit ? who_unit(s->a, s->user.unit->key) : mine;
    if (!at) return sql(s->db, s->a, 0, "insert into mailed (who, entry) select $1, entry from notices where who in ($2, $3)"
        " on conflict do nothing", s->user.name, mine, units);
    for (int i = 0; i < n; i++) {
        TRY(sql(s->db, s->a, 0, "insert into mailed (who, entry) values ($1, $2) on conflict do nothing", s->user.name, at[i].entry));
    }
    return sql(s->db, s->a, 0, "delete from mailed where who = $1 and entry not in (select entry from notices where until >= $2)",
        s->user.name, (int64_t)register_today(s));
}
