// Who looked at a person, and what somebody looked at: the log of looks, as a page and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "web/parts/parts.h"

enum { LOOKS_SHOWN = 200, LOOKS_TOLD = 1000, NAME_MOST = 1000 }; // on a page; to a program at once

// What is asked for, and what is told of it: names: who it was; unit: of whose people alone (null: all).
typedef struct { Str person, user, from, to; LooksAsk ask; bool names; const Record *r; Faults faults; } Asked;
typedef struct { Request *ask; const Asked *asked; LookGiven *at; int64_t n; Map hers, told; } Told;

static LooksRight looks_right(const Request *ask)
{
    const Role *role = ask->s->user.role;
    return role ? role->looks : LOOKS_ALL;
}

bool reads_looks(const Request *ask)
{
    return looks_right(ask) != LOOKS_UNIT_AGENCIES;
}

bool looks_hers(const Request *ask, const Record *r)
{
    const Unit *unit = ask->s->user.unit;
    LooksRight right = looks_right(ask);
    return right == LOOKS_ALL || right == LOOKS_AGENCIES || (unit && str_equal(unit->key, r->unit));
}

static void day_asked(Request *ask, Asked *a, const char *name, Str *typed, int *day)
{
    Str given;
    *typed = pairs_get(&ask->query, str_from(name));
    if (!typed->n) return;
    Message why = day_typed(ask, typed, &given);
    Days days;
    if (!why.words && days_parse(given, &days)) *day = str_equal(str_from(name), S("from")) ? days.first : days.last;
    else faults_add(ask->a, &a->faults, (Fault){.column = str_from(name), .value = *typed,
        .message = why.words ? why : message(ask->a, "'{}' is not a day.", *typed)});
}

static Err *not_yours(Request *ask)
{
    return fail(ask->a, ERR_DENIED, "Who looked at somebody is told to her own office, and to who watches over data protection.");
}

static Err *person_asked(Request *ask, Asked *a)
{
    const RecordType *t = person_type(ask);
    Record *r;
    bool all = looks_right(ask) == LOOKS_ALL || looks_right(ask) == LOOKS_AGENCIES; // by her number, though no row is open
    if (!t || (!all && !may_any(&ask->s->user, t, MAY_READ))) return not_yours(ask);
    TRY(looks_person(ask->s, a->person, &a->ask.person));
    TRY(look_named(ask->s, t, a->ask.person)); // who asks about her looks at her, though no row is open
    if (!a->ask.person.n) return fail(ask->a, ERR_MISSING, "There is no person {}.", a->person);
    Err *e = record_get(ask->s, t, a->ask.person, &r);
    if (e) return e->kind == ERR_MISSING && all ? 0 : e;
    if (!looks_hers(ask, r)) return not_yours(ask);
    a->r = r;
    const Unit *unit = ask->s->user.unit;
    a->names &= looks_right(ask) != LOOKS_UNIT || (unit && str_equal(unit->key, r->unit));
    return 0;
}

// Of her unit's people alone, where the role says so.
static Err *user_asked(Request *ask, Asked *a)
{
    Account *all;
    int n;
    bool found = false;
    if (!a->names) return not_yours(ask);
    TRY(user_list(ask->s, &all, &n));
    const Unit *unit = ask->s->user.unit;
    for (int i = 0; i < n; i++)
        found |= str_equal(all[i].name, a->user) && (looks_right(ask) == LOOKS_ALL || (unit && str_equal(all[i].unit, unit->key)));
    if (!found) return fail(ask->a, ERR_MISSING, "There is no user {} of yours.", a->user);
    a->ask.user = a->user;
    if (looks_right(ask) != LOOKS_ALL) a->ask.unit = unit->key; // not what she looked at elsewhere before
    return 0;
}

// A program says it as it is; a page's is opened for the session that sealed it.
static Str word_asked(Request *ask, Str plain, Str sealed)
{
    Str said = pairs_get(&ask->query, plain), bytes = pairs_get(&ask->query, sealed), words;
    if (!said.n && bytes.n && words_opened(ask->a, ask->session, S("looks"), bytes, &words)) said = words;
    return str_bare(said);
}

// Which of a long answer: the newest for a page; for a program so many, the oldest first, behind what it has.
static Err *window_read(Request *ask, LooksAsk *out)
{
    Str after = pairs_get(&ask->query, S("after"));
    out->newest = !ask->wants_json;
    out->most = ask->wants_json ? LOOKS_TOLD : LOOKS_SHOWN;
    if (after.n && (!str_int(after, &out->skip) || out->skip < 0)) return fail(ask->a, ERR_INPUT, "after is a number from 0.");
    if (out->newest) out->skip = 0;
    return 0;
}

static Err *asked_read(Request *ask, Asked *a)
{
    LooksRight right = looks_right(ask);
    *a = (Asked){.user = word_asked(ask, S("user"), S("u"))};
    a->person = word_asked(ask, S("person"), S("n")); // a kind word
    TRY(window_read(ask, &a->ask));
    a->names = right == LOOKS_ALL || right == LOOKS_UNIT;
    a->names &= !pairs_get(&ask->query, S("for")).n; // for whom it is about: the agencies alone
    day_asked(ask, a, "from", &a->from, &a->ask.from);
    day_asked(ask, a, "to", &a->to, &a->ask.to);
    if (!a->person.n && !a->user.n && !reads_looks(ask)) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (a->person.n) TRY(person_asked(ask, a));
    if (a->user.n) TRY(user_asked(ask, a));
    return 0;
}

static LookGiven kept(Arena *a, const LookGiven *one)
{
    LookGiven out = *one;
    Str *texts[] = {&out.user, &out.role, &out.unit, &out.agency, &out.what, &out.record, &out.key, &out.why};
    for (int i = 0; i < countof(texts); i++) *texts[i] = str_copy(a, *texts[i]);
    return out;
}

// Does what was looked at exist for her?
static Err *known_hers(Told *t, const LookGiven *one, bool *hers)
{
    Request *ask = t->ask;
    Str name = say(ask->a, "{}/{}", one->record, one->key);
    Slot *slot = map_get(&t->hers, name);
    const RecordType *type = record_type(ask->pack, one->record);
    Store unseen = *ask->s;
    Record *r;
    bool fresh;
    unseen.looking = 0; // its key alone is told, and noted then
    *hers = slot && slot->i;
    if (slot || !type) return 0;
    Err *e = may_any(&ask->s->user, type, MAY_READ) ? record_get(&unseen, type, one->key, &r) : 0;
    if (e && e->kind != ERR_MISSING) return e;
    *hers = !e && may_any(&ask->s->user, type, MAY_READ);
    map_put(&t->hers, ask->a, name, &fresh)->i = *hers;
    return 0;
}

// That this record is there, and that somebody looked at it.
static Err *key_told(Told *t, const LookGiven *one)
{
    bool is_new;
    const RecordType *type = record_type(t->ask->pack, one->record);
    if (!type) return 0;
    map_put(&t->told, t->ask->a, say(t->ask->a, "{}/{}", one->record, one->key), &is_new);
    return is_new ? look_named(t->ask->s, type, one->key) : 0;
}

// As far as it is hers to know.
static Err *as_told(Told *t, const LookGiven *one, LookGiven *out)
{
    LooksRight right = looks_right(t->ask);
    bool hers = right == LOOKS_ALL || right == LOOKS_AGENCIES;
    *out = *one;
    if (!hers && one->key.n) TRY(known_hers(t, one, &hers));
    if (!hers) out->record = out->key = out->why = (Str){0};
    if (out->key.n) TRY(key_told(t, out));
    if (t->asked->names) return 0;
    out->user = (Str){0};
    out->unit = out->agency;
    return 0;
}

static Err *look_taken(void *with, const LookGiven *one)
{
    Told *t = with;
    Request *ask = t->ask;
    LookGiven out;
    TRY(as_told(t, one, &out));
    if (!ask->wants_json) {
        t->at[t->n++] = kept(ask->a, &out);
        return 0;
    }
    buf_add(ask->o, t->n++ ? S(",\n") : S("\n"));
    look_json(ask->o, register_clock(ask->s), &out);
    return 0;
}

static Err *looks_told(Request *ask, Asked *a, Told *t)
{
    *t = (Told){.ask = ask, .asked = a, .at = take(ask->a, LookGiven, LOOKS_SHOWN)};
    if (a->faults.n || (!a->person.n && !a->user.n)) return 0;
    return looks_list(ask->s, &a->ask, look_taken, t);
}

// ---- as a page ------------------------------------------------------------------------------------------------

static Str what_said(Request *ask, Str what)
{
    static const struct { Str what, words; } all[] = {
        {S("view"), S("Looked at it")}, {S("list"), S("In a list")}, {S("find"), S("Looked for it")}, {S("export"), S("Exported it")},
        {S("print"), S("Printed it")}, {S("open"), S("Opened it with a reason")}, {S("refused"), S("Was refused")},
        {S("sign-in"), S("Signed in")},
    };
    for (int i = 0; i < countof(all); i++)
        if (str_equal(all[i].what, what)) return tr(ask->lang, all[i].words);
    return what;
}

static void look_row(Request *ask, const Asked *a, const LookGiven *one, Line *row)
{
    const RecordType *t = record_type(ask->pack, one->record);
    const Role *role = role_get(ask->pack, one->role);
    Str what = what_said(ask, one->what);
    cell_add(row, moment_shown(ask, one->ms));
    if (a->names) cell_add(row, one->user.n ? actor_shown(ask, one->user) : S("–"));
    cell_add(row, one->unit.n ? unit_label(ask, one->unit) : tr(ask->lang, S("operator")));
    cell_add(row, role ? words_in(&role->label, ask->lang) : S("–"));
    cell_add(row, one->why.n ? say(ask->a, "{}: {}", what, one->why) : what);
    Item *of = cell_add(row, t ? say(ask->a, "{} {}", type_label(ask, t), one->key) : S("–"));
    if (t && may_any(&ask->s->user, t, MAY_READ)) of->to = record_url(ask, t, one->key);
}

static void looks_table(const Asked *a, const Told *t, Blocks *out)
{
    Request *ask = out->ask;
    Str heads[6], words[] = {S("When"), S("Who"), S("Office"), S("As"), S("What"), S("Of which record")};
    int heads_n = 0;
    for (int i = 0; i < countof(words); i++)
        if (i != 1 || a->names) heads[heads_n++] = tr(ask->lang, words[i]);
    Block *table = block_add(out, &(Block){0});
    *table = table_block(ask, (Str){0}, heads, heads_n);
    table->empty = tr(ask->lang, S("Nobody did in these days."));
    if (a->ask.all > t->n)
        table->below = message_in(ask->a, ask->lang,
            message(ask->a, "These are the newest {} of {}. Choose days to see others.", t->n, a->ask.all));
    for (int64_t i = t->n - 1; i >= 0; i--) look_row(ask, a, &t->at[i], row_add(ask, table)); // the newest first
}

static void looks_ask(const Asked *a, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    const RecordType *person = person_type(ask);
    bool asked = (a->person.n || a->user.n) && !a->faults.n; // what was asked for comes first
    Asking asking = {.way = ASK_SEALED, .to = url(ask->a, "/looks"), .words = tr(lang, S("Show")), .faults = &a->faults,
        .fold = asked ? tr(lang, S("Choose others, or other days")) : (Str){0}};
    box_add(ask, &asking, (Box){BOX_TEXT, .name = S("person"), .label = person ? type_label(ask, person) : (Str){0}, // a kind word
        .hint = tr(lang, S("The person's number")), .value = a->r ? number_or_key(a->r) : a->person});
    if (a->names) box_add(ask, &asking, (Box){BOX_TEXT, .name = S("user"), .label = tr(lang, S("Sign-in name")), .value = a->user});
    box_add(ask, &asking, (Box){BOX_DATE, .name = S("from"), .label = tr(lang, S("From day")), .value = a->from});
    box_add(ask, &asking, (Box){BOX_DATE, .name = S("to"), .label = tr(lang, S("To day")), .value = a->to});
    ask_add(out, (Str){0}, &asking);
}

static Err *looks_page(Request *ask, const Asked *a, const Told *t)
{
    Blocks all = {.ask = ask};
    Str title = a->r ? message_in(ask->a, ask->lang, message(ask->a, "Who looked at {}", record_heading(ask, a->r)))
                : a->user.n ? message_in(ask->a, ask->lang, message(ask->a, "What {} looked at", a->user))
                            : tr(ask->lang, S("Who looked at whom"));
    if (reads_looks(ask)) looks_ask(a, &all);
    if (a->person.n || a->user.n) looks_table(a, t, &all);
    else if (ask->in->query.n && !a->faults.n) // it was sent, and said nothing of whom
        words_add(&all, TONE_PLAIN, a->names ? tr(ask->lang, S("Write somebody's number or a sign-in name."))
                                             : tr(ask->lang, S("Write somebody's number.")));
    if (a->r && a->names)
        words_add(&all, TONE_PLAIN, tr(ask->lang, S("The list for her or her advocate: agencies and purposes, without names")))->to =
            url(ask->a, "/looks?person={}&for=her", a->r->key);
    Page head = {.title = title, .faults = &a->faults};
    if (a->r) head.back = record_url(ask, a->r->type, a->r->id);
    blocks_page(ask, &head, &all);
    return 0;
}

Err *looks_show(Request *ask)
{
    Asked a;
    Told t;
    TRY(asked_read(ask, &a));
    if (!ask->wants_json) {
        TRY(looks_told(ask, &a, &t));
        return looks_page(ask, &a, &t);
    }
    if (a.faults.n) return faults_json(ask, &a.faults);
    json_open(ask, 200);
    buf_char(ask->o, '[');
    TRY(looks_told(ask, &a, &t));
    buf_add(ask->o, t.n ? S("\n]\n") : S("]\n"));
    return 0;
}

// Whom somebody asks about is in no address.
Err *looks_post(Request *ask)
{
    Str person = str_bare(pairs_get(&ask->form, S("person"))); // a kind word
    Str user = str_bare(pairs_get(&ask->form, S("user")));
    if (person.n > NAME_MOST || user.n > NAME_MOST) return fail(ask->a, ERR_INPUT, "This is too long for a name.");
    if (person.n) person = words_sealed(ask->a, ask->session, S("looks"), person);
    if (user.n) user = words_sealed(ask->a, ask->session, S("looks"), user);
    return redirect(ask, url(ask->a, "/looks?n={}&u={}&from={}&to={}", person, user, pairs_get(&ask->form, S("from")),
        pairs_get(&ask->form, S("to"))));
}
