// Who sees one record: what is given of it and taken back, and opening it with a reason; as pages and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { NO_END = 99991231 };

// As the pack calls it, where it does.
static Str compartment_label(const Request *ask, int compartment)
{
    Lang lang = ask->lang;
    Str word = compartment_words[compartment], own = choice_words(ask, S("compartments"), word);
    if (!str_equal(own, word)) return own;
    const Str labels[] = {
        [COMPARTMENT_IDENTITY] = tr(lang, S("Names and documents")),
        [COMPARTMENT_PLACE] = tr(lang, S("Where she is and how to reach her")),
        [COMPARTMENT_CASE] = tr(lang, S("The case")), [COMPARTMENT_CARE] = tr(lang, S("Care and counselling")),
        [COMPARTMENT_HEALTH] = tr(lang, S("Health")), [COMPARTMENT_LEGAL] = tr(lang, S("Legal proceedings")),
    };
    _Static_assert(countof(labels) == COMPARTMENT_COUNT, "every compartment has its label");
    return labels[compartment];
}

static Str compartments_shown(const Request *ask, unsigned set)
{
    Str labels[COMPARTMENT_COUNT];
    int n = 0;
    for (int i = 0; i < COMPARTMENT_COUNT; i++)
        if (set >> i & 1) labels[n++] = compartment_label(ask, i);
    return str_join(ask->a, labels, n, S(" · ")); // they have commas of their own
}

Str until_shown(const Request *ask, int until)
{
    if (until == NO_END) return tr(ask->lang, S("until it is taken back"));
    return date_shown(ask->a, ask->lang, day_text(ask->a, until));
}

// What there is of her to be given: what the record says, and what hangs on it.
static unsigned compartments_used(const Request *ask, const RecordType *t)
{
    unsigned set = 0;
    for (int i = 0; i < ask->pack->records_n; i++) {
        const RecordType *other = &ask->pack->records[i];
        bool hangs = other->person >= 0 && other->fields[other->person].target == t;
        for (int k = 0; (other == t || hangs) && k < other->n; k++) set |= 1U << other->fields[k].compartment;
    }
    return set;
}

// ---- what is asked ------------------------------------------------------------------------------------------

typedef struct { SightAsk ask; Str user, until; Faults faults; bool taking; } Given; // as typed; ask: as it is meant

static void given_tell(Request *ask, Given *given, Str column, Message why)
{
    faults_add(ask->a, &given->faults, (Fault){.column = column, .message = why});
}

static void given_form(Request *ask, Given *given)
{
    Buf compartments = buf_in(ask->a);
    for (int i = 0; i < ask->form.n; i++)
        if (str_equal(ask->form.at[i].name, S("compartments"))) buf_fill(&compartments, "{} ", VALS(ask->form.at[i].value));
    given->user = pairs_get(&ask->form, S("user"));
    given->until = pairs_get(&ask->form, S("until"));
    given->ask = (SightAsk){.to = pairs_get(&ask->form, S("to")), .why = pairs_get(&ask->form, S("why")),
        .compartments = str_trim(buf_str(&compartments))};
    Message question = day_typed(ask, &given->until, &given->ask.until);
    if (question.words) given_tell(ask, given, S("until"), question);
    if (!str_bare(given->ask.to).n) given->ask.to = given->user;
    else if (str_bare(given->user).n)
        given_tell(ask, given, S("to"), message(ask->a, "Name a unit or a person, not both at once."));
}

// ---- the page -----------------------------------------------------------------------------------------------

// Where a step gave it and a step ends it, that step is the way: the record would say otherwise than what holds.
static bool step_ends(const Request *ask, const RecordType *giver)
{
    bool ends = false;
    for (int i = 0; giver && i < ask->pack->effects_n; i++)
        ends |= ask->pack->effects[i].record == giver && ask->pack->effects[i].ends_n;
    return ends;
}

static const Asking *take_back(Request *ask, const Record *r, const SightGiven *one, int at)
{
    Lang lang = ask->lang;
    Asking *back = take(ask->a, Asking, 1);
    *back = (Asking){.to = url(ask->a, "/{}/{}/unshare", r->type->name, r->id), .words = tr(lang, S("Take back")), .button = BUTTON_WARNING,
        .fold = tr(lang, S("Take back"))};
    box_add(ask, back, (Box){BOX_HIDDEN, .name = S("to"), .value = one->to});
    box_add(ask, back, (Box){BOX_TEXT, .name = S("why"), .id = say(ask->a, "back-{}", at), .label = tr(lang, S("Why")), .needed = true});
    return back;
}

// What it rests on: a reason by hand, or the record whose step gave it; led to where that is hers to read.
static Err *basis_add(Request *ask, const SightGiven *one, Line *row, Record **giver)
{
    Str id = one->by, words[3];
    int n = 0;
    const RecordType *t = record_type(ask->pack, str_cut(&id, '/'));
    if (one->why.n) words[n++] = one->why;
    if (one->basis.n) words[n++] = tr(ask->lang, one->basis);
    if (!t || !id.n) {
        cell_add(row, str_join(ask->a, words, n, S(" · ")));
        return 0;
    }
    Err *e = record_get(ask->s, t, id, giver);
    if (e && e->kind != ERR_MISSING) return e;
    Item *item = cell_add(row, type_label(ask, t));
    item->below = str_join(ask->a, words, n, S(" · "));
    if (*giver) item->to = record_url(ask, t, id);
    return 0;
}

static Err *given_row(Request *ask, const Record *r, const SightGiven *one, int at, Line *row)
{
    Lang lang = ask->lang;
    Record *giver = 0;
    Str below[2];
    int n = 0;
    if (one->person) below[n++] = unit_label(ask, one->agency);
    if (!one->open) below[n++] = tr(lang, S("offered, not accepted yet"));
    cell_add(row, one->person ? one->to : unit_label(ask, one->to))->below = str_join(ask->a, below, n, S(" · "));
    cell_add(row, compartments_shown(ask, one->compartments));
    cell_add(row, until_shown(ask, one->until));
    TRY(basis_add(ask, one, row, &giver));
    if (!giver || !step_ends(ask, giver->type)) row->asking = take_back(ask, r, one, at);
    else cell_add(row, message_in(ask->a, lang, message(ask->a, "Take it back by a step of the {}", type_label(ask, giver->type))))->to =
        record_url(ask, giver->type, giver->id);
    return 0;
}

// Who reads it from the beginning, since of what that unit makes it is theirs to know.
static void entitled_rows(Request *ask, const Record *r, Block *table)
{
    Lang lang = ask->lang;
    const Unit *unit = unit_get(ask->pack, r->unit);
    for (int i = 0; r->type->sealed && unit && i < unit->entitled_n; i++) {
        const Entitled *one = &unit->entitled[i];
        if (str_equal(one->agency, r->agency) || !unit_get(ask->pack, one->agency)) continue;
        Line *row = row_add(ask, table);
        cell_add(row, unit_label(ask, one->agency));
        cell_add(row, compartments_shown(ask, one->compartments));
        cell_add(row, tr(lang, S("for ever")));
        cell_add(row, tr(lang, S("so it is laid down for what this office makes")));
    }
}

static Err *given_add(Reading *reading, const SightGiven *all, int n, Blocks *out)
{
    Request *ask = reading->ask;
    Lang lang = ask->lang;
    const Str heads[] = {tr(lang, S("To whom")), tr(lang, S("What she may see")), tr(lang, S("Until")), tr(lang, S("Why")), (Str){0}};
    Block *table = block_add(out, &(Block){0});
    *table = table_block(ask, tr(lang, S("Who else has sight of it")), heads, countof(heads));
    table->empty = tr(lang, S("Nobody else was given sight of it."));
    entitled_rows(ask, reading->r, table);
    for (int i = 0; i < n; i++)
        if (!str_equal(all[i].by, S("open"))) TRY(given_row(ask, reading->r, &all[i], i, row_add(ask, table)));
    return 0;
}

static Str holder_role(const Request *ask, const Account *accounts, int n, Str name)
{
    for (int i = 0; i < n; i++)
        if (str_equal(accounts[i].name, name)) return role_label(ask, accounts[i].role);
    return (Str){0};
}

// By whom is told by the office and the role: the name is for whoever watches over looks.
static Err *openings_add(Reading *reading, const SightGiven *all, int n, Blocks *out)
{
    Request *ask = reading->ask;
    Lang lang = ask->lang;
    Account *accounts;
    int accounts_n, opened = 0;
    const Str heads[] = {tr(lang, S("When")), tr(lang, S("By whom")), tr(lang, S("What she may see")), tr(lang, S("Why"))};
    for (int i = 0; i < n; i++) opened += str_equal(all[i].by, S("open"));
    if (!opened) return 0;
    TRY(user_list(ask->s, &accounts, &accounts_n));
    Block table = table_block(ask, tr(lang, S("Opened with a reason")), heads, countof(heads));
    for (int i = 0; i < n; i++) {
        if (!str_equal(all[i].by, S("open"))) continue;
        Str role = holder_role(ask, accounts, accounts_n, all[i].to), unit = unit_label(ask, all[i].agency);
        Line *row = row_add(ask, &table);
        cell_add(row, moment_shown(ask, all[i].ms));
        cell_add(row, role.n ? say(ask->a, "{}, {}", role, unit) : unit);
        cell_add(row, compartments_shown(ask, all[i].compartments));
        cell_add(row, all[i].why);
    }
    block_add(out, &table);
    return 0;
}

// ---- the form -----------------------------------------------------------------------------------------------

const List *units_list(Request *ask, Str but)
{
    const Pack *p = ask->pack;
    List *list = choices_made(ask, p->units_n);
    for (int i = -1; i < p->units_n; i++) {
        Str province = i < 0 ? (Str){0} : p->units[i].province;
        bool met = i >= 0 && !province.n;
        for (int k = 0; k < i; k++) met |= str_equal(p->units[k].province, province);
        for (int k = 0; !met && k < p->units_n; k++) {
            const Unit *unit = &p->units[k];
            if (!str_equal(unit->province, province) || str_equal(unit->key, but) || !unit_open(unit, register_today(ask->s))) continue;
            list->choices[list->n++] = (Choice){.name = unit->key, .label = unit->label, .parent = province};
        }
    }
    return list;
}

static const List *compartments_offered(Request *ask, const RecordType *t)
{
    unsigned used = compartments_used(ask, t);
    List *list = choices_made(ask, COMPARTMENT_COUNT);
    for (int i = 0; i < COMPARTMENT_COUNT; i++)
        if (used >> i & 1) choice_add(ask, list, compartment_words[i], compartment_label(ask, i));
    return list;
}

static void give_add(Reading *reading, const Given *given, Blocks *out)
{
    Request *ask = reading->ask;
    Lang lang = ask->lang;
    const Record *r = reading->r;
    const Given none = {0};
    if (given->taking) given = &none;
    Faults *told = take(ask->a, Faults, 1);
    *told = given->faults;
    Asking asking = {.way = ASK_TYPE, .to = url(ask->a, "/{}/{}/share", r->type->name, r->id), .words = tr(lang, S("Give sight")),
        .button = BUTTON_MAIN, .faults = told};
    box_add(ask, &asking, (Box){BOX_CHOICE, .name = S("to"), .label = tr(lang, S("To which office")), .list = units_list(ask, r->unit),
        .value = given->user.n ? (Str){0} : given->ask.to});
    box_add(ask, &asking, (Box){BOX_TEXT, .name = S("user"), .label = tr(lang, S("Or to one person")), .value = given->user,
        .hint = tr(lang, S("The name with which she signs in"))});
    Box parts = {BOX_CHOICES, .name = S("compartments"), .label = tr(lang, S("What she may see")), .value = given->ask.compartments,
        .hint = tr(lang, S("Only what is needed for the work there.")), .list = compartments_offered(ask, r->type)};
    if (!r->type->sealed) parts = (Box){BOX_HIDDEN, .name = parts.name, .value = compartment_words[COMPARTMENT_CASE]};
    box_add(ask, &asking, parts);
    box_add(ask, &asking, (Box){BOX_DATE, .name = S("until"), .label = tr(lang, S("Until which day")), .value = given->until,
        .hint = tr(lang, S("For example 27/3/2027"))});
    box_add(ask, &asking, (Box){BOX_TEXT, .name = S("why"), .label = tr(lang, S("Why")), .value = given->ask.why});
    ask_add(out, tr(lang, S("Give sight of it")), &asking);
}

static Str done_words(const Request *ask)
{
    Str done = pairs_get(&ask->query, S("done"));
    if (str_equal(done, S("given"))) return tr(ask->lang, S("Sight was given."));
    return str_equal(done, S("taken")) ? tr(ask->lang, S("Sight was taken back.")) : (Str){0};
}

static void whose_add(Reading *reading, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    if (r->type == person_type(ask) && looks_hers(ask, r))
        words_add(out, TONE_PLAIN, tr(ask->lang, S("Who looked at her")))->to = url(ask->a, "/looks?person={}", r->key);
    if (r->type->role == ROLE_PERSON && sight_hers(ask->s, r))
        words_add(out, TONE_PLAIN, tr(ask->lang, S("Ask that she be erased")))->to = url(ask->a, "/{}/{}/erase", r->type->name, r->id);
    Block *facts = facts_add(out, FACTS_MOST);
    fact_add(facts, tr(ask->lang, S("Whose it is")), unit_label(ask, r->unit));
    if (!str_equal(r->unit, r->agency)) fact_add(facts, tr(ask->lang, S("Agency")), unit_label(ask, r->agency));
}

static Err *sight_page(Request *ask, const Record *r, const Given *given)
{
    SightGiven *given_all;
    int n;
    Reading reading = {.ask = ask, .r = r};
    Blocks all = {.ask = ask};
    Str title = message_in(ask->a, ask->lang, message(ask->a, "Who sees this: {}", record_said(ask, r)));
    TRY(sight_list(ask->s, r, &given_all, &n));
    ask->here = url(ask->a, "/{}/{}/sight", r->type->name, r->id).s;
    whose_add(&reading, &all);
    if (sight_hers(ask->s, r)) {
        TRY(given_add(&reading, given_all, n, &all));
        TRY(openings_add(&reading, given_all, n, &all));
        give_add(&reading, given, &all);
    } else {
        bool own = str_equal(r->agency, ask->s->user.unit ? ask->s->user.unit->agency : (Str){0});
        Message theirs = message(ask->a, "Who else sees this is told to {} alone, and decided there.", unit_label(ask, r->unit));
        words_add(&all, TONE_BOXED,
            own ? tr(ask->lang, S("Your role may not give sight of it.")) : message_in(ask->a, ask->lang, theirs));
    }
    blocks_page(ask, &(Page){.title = title, .back = record_url(ask, r->type, r->id), .faults = &given->faults, .unled = given->taking,
        .done = done_words(ask)}, &all);
    return 0;
}

Err *sight_show(Request *ask)
{
    Record *r;
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    return sight_page(ask, r, &(Given){0});
}

// ---- giving and taking ----------------------------------------------------------------------------------------

// What is there now of what was given by hand.
static Err *now_json(Request *ask, Str to)
{
    Record *r;
    SightGiven *all, none = {0}, *now = &none;
    int n;
    TRY(record_get(ask->s, ask->type, ask->id, &r));
    TRY(sight_list(ask->s, r, &all, &n));
    for (int i = 0; i < n; i++)
        if (!all[i].by.n && str_equal(all[i].to, str_bare(to))) now = &all[i];
    json_open(ask, 200);
    json(ask->o, "{'to':{},'compartments':[", str_bare(to));
    for (int i = 0; i < COMPARTMENT_COUNT; i++) {
        if (!(now->compartments >> i & 1)) continue;
        json_next(ask->o);
        json(ask->o, "{}", compartment_words[i]);
    }
    json(ask->o, "],'until':{},'version':{}}\n", now->until ? day_text(ask->a, now->until) : (Str){0}, r->version);
    return 0;
}

typedef Err *SightWork(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all);

// As JSON each of these names is asked for; a form has boxes of its own.
static Err *sight_change(Request *ask, SightWork *work, Given *given, const Str *names, Str *const *words, int n, Url to)
{
    Record *r;
    bool other = false;
    TRY(record_get(ask->s, ask->type, ask->id, &r)); // before a word about what was said
    if (ask->is_form) TRY(language_asked(ask, &other));
    else TRY(members_json(ask, names, words, n, &given->faults));
    if (ask->is_form) given_form(ask, given);
    if (other) given->faults = (Faults){0};
    if (other) return sight_page(ask, r, given);
    given->ask.told = given->faults;
    if (!given->faults.n || !ask->is_form) TRY(work(ask->s, ask->type, ask->id, &given->ask, &given->faults)); // all in one round
    if (!ask->is_form) return given->faults.n ? faults_json(ask, &given->faults) : now_json(ask, given->ask.to);
    return given->faults.n ? sight_page(ask, r, given) : redirect(ask, to);
}

Err *sight_share(Request *ask)
{
    const Str names[] = {S("to"), S("compartments"), S("until"), S("why")};
    Given given = {0};
    Str *const words[] = {&given.ask.to, &given.ask.compartments, &given.ask.until, &given.ask.why};
    Url done = url(ask->a, "/{}/{}/sight?done=given", ask->type->name, ask->id);
    return sight_change(ask, sight_give, &given, names, words, countof(names), done);
}

Err *sight_unshare(Request *ask)
{
    const Str names[] = {S("to"), S("why")};
    Given given = {.taking = true};
    Str *const words[] = {&given.ask.to, &given.ask.why};
    Url done = url(ask->a, "/{}/{}/sight?done=taken", ask->type->name, ask->id);
    return sight_change(ask, sight_take, &given, names, words, countof(names), done);
}

// ---- opening one with a reason --------------------------------------------------------------------------------

bool opens_more(const Request *ask, const Record *r)
{
    unsigned may = may_open(&ask->s->user, r->type);
    for (int i = 0; i < r->type->n; i++)
        if (r->cells[i].hidden && may >> r->type->fields[i].compartment & 1) return true;
    return false;
}

static Asking opening(Request *ask, const Record *r, const Given *given)
{
    Asking asking = {.way = ASK_TYPE, .to = url(ask->a, "/{}/{}/open", r->type->name, r->id), .words = tr(ask->lang, S("Open")),
        .button = BUTTON_MAIN, .faults = &given->faults};
    box_add(ask, &asking, (Box){BOX_TEXT, .name = S("why"), .label = tr(ask->lang, S("Why")), .value = given->ask.why,
        .hint = tr(ask->lang, S("It opens for you alone, until the end of this day. Those whose record it is are told of it, with your "
            "reason."))});
    return asking;
}

Err *opening_add(Reading *reading, Blocks *out)
{
    static const Given none;
    if (!opens_more(reading->ask, reading->r)) return 0;
    Asking asking = opening(reading->ask, reading->r, &none);
    asking.fold = tr(reading->ask->lang, S("Open with a reason"));
    ask_add(out, (Str){0}, &asking);
    return 0;
}

static Err *opening_page(Request *ask, const Record *r, const Given *given)
{
    Blocks all = {.ask = ask};
    Asking asking = opening(ask, r, given);
    ask->here = record_url(ask, r->type, r->id).s;
    ask_add(&all, (Str){0}, &asking);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Open with a reason")), .narrow = true, .faults = &given->faults,
        .back = record_url(ask, r->type, r->id)}, &all);
    return 0;
}

Err *sight_open_post(Request *ask)
{
    const Str names[] = {S("why")};
    Given given = {0};
    Record *r;
    TRY(record_get(ask->s, ask->type, ask->id, &r));
    bool other;
    TRY(members_read(ask, names, (Str *[]){&given.ask.why}, countof(names), &given.faults, &other));
    if (other) return opening_page(ask, r, &given);
    if (!given.faults.n) TRY(sight_open(ask->s, ask->type, ask->id, given.ask.why, &given.faults));
    if (given.faults.n) return ask->is_form ? opening_page(ask, r, &given) : faults_json(ask, &given.faults);
    TRY(look_one(ask->s, LOOK_OPEN, r));
    if (ask->is_form) return redirect(ask, record_url(ask, ask->type, ask->id));
    TRY(record_get(ask->s, ask->type, ask->id, &r));
    json_open(ask, 200);
    json(ask->o, "{'compartments':{},'until':{},'version':{}}\n", compartments_words(ask->a, may_open(&ask->s->user, r->type)),
         day_text(ask->a, register_today(ask->s)), r->version);
    return 0;
}
