// Who sees one record: what is given of it and taken back, and opening it with a reason; as pages and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { NO_END = 99991231 };

// As the pack calls it, where it does.
static Str compartment_label(const Request *ask, int compartment)
{
    Lang lang = ask->lang;
    for (int i = 0; i < ask->pack->lists_n; i++) {
        const List *list = &ask->pack->lists[i];
        const Choice *own = str_equal(list->name, S("compartments")) ? list_get(list, compartment_words[compartment]) : 0;
        if (own) return words_in(&own->label, lang);
    }
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

static Err *given_json(Request *ask, const Str *names, int n, Given *given)
{
    const struct { Str name; Str *to; } words[] = {{S("why"), &given->ask.why}, {S("to"), &given->ask.to},
        {S("compartments"), &given->ask.compartments}, {S("until"), &given->ask.until}};
    Str *to[countof(words)];
    for (int i = 0, k; i < n; i++) {
        for (k = 0; !str_equal(words[k].name, names[i]);) k++;
        to[i] = words[k].to;
    }
    return members_json(ask, names, to, n, &given->faults);
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

static void cell(Request *ask, Str label, Str value)
{
    html(ask->o, "<td class='govuk-table__cell' data-label='{}'>{}</td>", label, value);
}

// Where a step gave it and a step ends it, that step is the way: the record would say otherwise than what holds.
static bool step_ends(const Request *ask, const RecordType *giver)
{
    bool ends = false;
    for (int i = 0; giver && i < ask->pack->effects_n; i++)
        ends |= ask->pack->effects[i].record == giver && ask->pack->effects[i].ends_n;
    return ends;
}

static void take_back(Request *ask, const Record *r, const SightGiven *one, const Record *giver, int at)
{
    Lang lang = ask->lang;
    if (giver && step_ends(ask, giver->type)) {
        html(ask->o, "<td class='govuk-table__cell'><a class='govuk-link' href='/{}/{}'>{}</a></td>", giver->type->name, giver->id,
             message_in(ask->a, lang, message(ask->a, "Take it back by a step of the {}", type_label(ask, giver->type))));
        return;
    }
    html(ask->o, "<td class='govuk-table__cell'><details class='govuk-details'><summary class='govuk-details__summary'>"
        "<span class='govuk-details__summary-text'>{}</span></summary><div class='govuk-details__text'>", tr(lang, S("Take back")));
    form_open(ask, url(ask->a, "/{}/{}/unshare", r->type->name, r->id));
    html(ask->o, "<input type='hidden' name='to' value='{}'><div class='govuk-form-group'>"
        "<label class='govuk-label' for='back-{}'>{}</label>"
        "<input class='govuk-input' id='back-{}' name='why' autocomplete='off' required></div>"
        "<button class='govuk-button govuk-button--warning'>{}</button></form></div></details></td>",
         one->to, (int64_t)at, tr(lang, S("Why")), (int64_t)at, tr(lang, S("Take back")));
}

// What it rests on: a reason by hand, or the record whose step gave it; led to where that is hers to read.
static Err *basis_write(Request *ask, const SightGiven *one, Record **giver)
{
    Str id = one->by;
    const RecordType *t = record_type(ask->pack, str_cut(&id, '/'));
    html(ask->o, "<td class='govuk-table__cell' data-label='{}'>{}", tr(ask->lang, S("Why")), one->why);
    if (one->basis.n) html(ask->o, "{}{}", one->why.n ? S(" · ") : (Str){0}, tr(ask->lang, one->basis));
    if (t && id.n) {
        Err *e = record_get(ask->s, t, id, giver);
        if (e && e->kind != ERR_MISSING) return e;
        if (one->why.n || one->basis.n) html(ask->o, " · ");
        if (*giver) html(ask->o, "<a class='govuk-link' href='/{}/{}'>{}</a>", t->name, id, type_label(ask, t));
        else html(ask->o, "{}", type_label(ask, t));
    }
    html(ask->o, "</td>");
    return 0;
}

static Err *given_row(Request *ask, const Record *r, const SightGiven *one, int at)
{
    Lang lang = ask->lang;
    Record *giver = 0;
    html(ask->o, "<tr class='govuk-table__row'><td class='govuk-table__cell' data-label='{}'><strong>{}</strong>", tr(lang, S("To whom")),
         one->person ? one->to : unit_label(ask, one->to));
    if (one->person) html(ask->o, " <span class='app-muted'>{}</span>", unit_label(ask, one->agency));
    if (!one->open) html(ask->o, " <span class='app-muted'>{}</span>", tr(lang, S("offered, not accepted yet")));
    html(ask->o, "</td>");
    cell(ask, tr(lang, S("What she may see")), compartments_shown(ask, one->compartments));
    cell(ask, tr(lang, S("Until")), until_shown(ask, one->until));
    TRY(basis_write(ask, one, &giver));
    take_back(ask, r, one, giver, at);
    html(ask->o, "</tr>\n");
    return 0;
}

// Who reads it from the beginning, since of what that unit makes it is theirs to know.
static int entitled_rows(Request *ask, const Record *r)
{
    Lang lang = ask->lang;
    const Unit *unit = unit_get(ask->pack, r->unit);
    int n = 0;
    for (int i = 0; r->type->sealed && unit && i < unit->entitled_n; i++) {
        const Entitled *one = &unit->entitled[i];
        if (str_equal(one->agency, r->agency) || !unit_get(ask->pack, one->agency)) continue;
        html(ask->o, "<tr class='govuk-table__row'><td class='govuk-table__cell' data-label='{}'><strong>{}</strong></td>",
             tr(lang, S("To whom")), unit_label(ask, one->agency));
        cell(ask, tr(lang, S("What she may see")), compartments_shown(ask, one->compartments));
        cell(ask, tr(lang, S("Until")), tr(lang, S("for ever")));
        cell(ask, tr(lang, S("Why")), tr(lang, S("so it is laid down for what this office makes")));
        html(ask->o, "<td class='govuk-table__cell'></td></tr>\n");
        n++;
    }
    return n;
}

static Err *given_write(Request *ask, const Record *r, const SightGiven *all, int n)
{
    Lang lang = ask->lang;
    const Str heads[] = {tr(lang, S("To whom")), tr(lang, S("What she may see")), tr(lang, S("Until")), tr(lang, S("Why")), (Str){0}};
    int rows;
    cards_open(ask, tr(lang, S("Who else has sight of it")), heads, countof(heads));
    rows = entitled_rows(ask, r);
    for (int i = 0; i < n; i++) {
        if (str_equal(all[i].by, S("open"))) continue;
        TRY(given_row(ask, r, &all[i], i));
        rows++;
    }
    cards_close(ask);
    if (!rows) html(ask->o, "<p class='govuk-body'>{}</p>\n", tr(lang, S("Nobody else was given sight of it.")));
    return 0;
}

static Str role_label(const Request *ask, const Account *accounts, int n, Str name)
{
    for (int i = 0; i < n; i++) {
        const Role *role = str_equal(accounts[i].name, name) ? role_get(ask->pack, accounts[i].role) : 0;
        if (role) return words_in(&role->label, ask->lang);
    }
    return (Str){0};
}

// By whom is told by the office and the role: the name is for whoever watches over looks.
static Err *openings_write(Request *ask, const SightGiven *all, int n)
{
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
        Str role = role_label(ask, accounts, accounts_n, all[i].to), unit = unit_label(ask, all[i].agency);
        Line *row = row_add(ask, &table);
        cell_add(row, moment_shown(ask, all[i].ms));
        cell_add(row, role.n ? say(ask->a, "{}, {}", role, unit) : unit);
        cell_add(row, compartments_shown(ask, all[i].compartments));
        cell_add(row, all[i].why);
    }
    block_page(ask, &table);
    return 0;
}

// ---- the form -----------------------------------------------------------------------------------------------

static Err *box_write(Request *ask, const Box *box, const Given *given, Str value)
{
    return box_input(ask, box, value, given->taking ? 0 : &given->faults);
}

const List *units_list(Request *ask, Str but)
{
    const Pack *p = ask->pack;
    List *list = take(ask->a, List, 1);
    list->choices = take(ask->a, Choice, p->units_n);
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
    List *list = take(ask->a, List, 1);
    list->choices = take(ask->a, Choice, COMPARTMENT_COUNT);
    for (int i = 0; i < COMPARTMENT_COUNT; i++) {
        Choice one = {.name = compartment_words[i]};
        one.label.in[ask->lang] = compartment_label(ask, i);
        if (used >> i & 1) list->choices[list->n++] = one;
    }
    return list;
}

static Err *give_form(Request *ask, const Record *r, const Given *given)
{
    Lang lang = ask->lang;
    const Given none = {0};
    if (given->taking) given = &none;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n", tr(lang, S("Give sight of it")));
    form_typed_open(ask, url(ask->a, "/{}/{}/share", r->type->name, r->id));
    TRY(box_write(ask, &(Box){S("to"), tr(lang, S("To which office")), (Str){0}, FIELD_CHOICE, units_list(ask, r->unit)}, given,
        given->user.n ? (Str){0} : given->ask.to));
    TRY(box_write(ask, &(Box){S("user"), tr(lang, S("Or to one person")), tr(lang, S("The name with which she signs in")), FIELD_TEXT, 0},
        given, given->user));
    Box parts = {S("compartments"), tr(lang, S("What she may see")), tr(lang, S("Only what is needed for the work there.")), FIELD_CHOICES,
        compartments_offered(ask, r->type)};
    if (r->type->sealed) TRY(box_write(ask, &parts, given, given->ask.compartments));
    else html(ask->o, "<input type='hidden' name='compartments' value='{}'>\n", compartment_words[COMPARTMENT_CASE]);
    TRY(box_write(ask, &(Box){S("until"), tr(lang, S("Until which day")), tr(lang, S("For example 27/3/2027")), FIELD_DATE, 0}, given,
        given->until));
    TRY(box_write(ask, &(Box){S("why"), tr(lang, S("Why")), (Str){0}, FIELD_TEXT, 0}, given, given->ask.why));
    html(ask->o, "<div class='app-actions'><button class='govuk-button'>{}</button>", tr(lang, S("Give sight")));
    languages_write(ask);
    html(ask->o, "</div></form>\n");
    return 0;
}

static void done_write(Request *ask)
{
    Str done = pairs_get(&ask->query, S("done"));
    if (str_equal(done, S("given"))) notice(ask, tr(ask->lang, S("Sight was given.")));
    if (str_equal(done, S("taken"))) notice(ask, tr(ask->lang, S("Sight was taken back.")));
}

static void whose_write(Request *ask, const Record *r)
{
    html(ask->o, "<dl class='govuk-summary-list'>\n");
    fact(ask, tr(ask->lang, S("Whose it is")), unit_label(ask, r->unit));
    if (!str_equal(r->unit, r->agency)) fact(ask, tr(ask->lang, S("Agency")), unit_label(ask, r->agency));
    html(ask->o, "</dl>\n");
}

static Err *sight_page(Request *ask, const Record *r, const Given *given)
{
    SightGiven *all;
    int n;
    bool wrong = given->faults.n;
    Str title = message_in(ask->a, ask->lang, message(ask->a, "Who sees this: {}", record_heading(ask, r)));
    TRY(sight_list(ask->s, r, &all, &n));
    ask->here = url(ask->a, "/{}/{}/sight", r->type->name, r->id).s;
    page_open(ask, &(Page){.title = title, .wrong = wrong, .hidden_title = true});
    html(ask->o, "<a class='govuk-back-link' href='/{}/{}'>{}</a>\n", r->type->name, r->id, tr(ask->lang, S("Back")));
    if (wrong) boxes_summary(ask, &given->faults, !given->taking);
    done_write(ask);
    html(ask->o, "<h1 class='app-title'>{}</h1>\n", title);
    if (r->type == person_type(ask) && looks_hers(ask, r))
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/looks?person={}'>{}</a></p>\n", r->key,
             tr(ask->lang, S("Who looked at her")));
    if (r->type->role == ROLE_PERSON && sight_hers(ask->s, r))
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/{}/{}/erase'>{}</a></p>\n", r->type->name, r->id,
             tr(ask->lang, S("Ask that she be erased")));
    whose_write(ask, r);
    if (sight_hers(ask->s, r)) {
        TRY(given_write(ask, r, all, n));
        TRY(openings_write(ask, all, n));
        TRY(give_form(ask, r, given));
    } else {
        html(ask->o, "<p class='govuk-inset-text'>{}</p>\n",
             str_equal(r->agency, ask->s->user.unit ? ask->s->user.unit->agency : (Str){0})
                 ? tr(ask->lang, S("Your role may not give sight of it."))
                 : message_in(ask->a, ask->lang, message(ask->a, "Who else sees this is told to {} alone, and decided there.",
                                                         unit_label(ask, r->unit))));
    }
    page_close(ask);
    if (wrong) ask->out->status = 400;
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
    bool first = true;
    TRY(record_get(ask->s, ask->type, ask->id, &r));
    TRY(sight_list(ask->s, r, &all, &n));
    for (int i = 0; i < n; i++)
        if (!all[i].by.n && str_equal(all[i].to, str_bare(to))) now = &all[i];
    json_open(ask, 200);
    json(ask->o, "{'to':{},'compartments':[", str_bare(to));
    for (int i = 0; i < COMPARTMENT_COUNT; i++) {
        if (!(now->compartments >> i & 1)) continue;
        if (!first) buf_char(ask->o, ',');
        first = false;
        json(ask->o, "{}", compartment_words[i]);
    }
    json(ask->o, "],'until':{},'version':{}}\n", now->until ? day_text(ask->a, now->until) : (Str){0}, r->version);
    return 0;
}

typedef Err *SightWork(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all);

static Err *sight_change(Request *ask, SightWork *work, Given *given, const Str *names, int n, Url to)
{
    Record *r;
    TRY(record_get(ask->s, ask->type, ask->id, &r)); // before a word about what was said
    bool other = false;
    if (ask->is_form) {
        given_form(ask, given);
        TRY(language_asked(ask, &other));
    } else TRY(given_json(ask, names, n, given));
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
    return sight_change(ask, sight_give, &given, names, countof(names), url(ask->a, "/{}/{}/sight?done=given", ask->type->name, ask->id));
}

Err *sight_unshare(Request *ask)
{
    const Str names[] = {S("to"), S("why")};
    Given given = {.taking = true};
    return sight_change(ask, sight_take, &given, names, countof(names), url(ask->a, "/{}/{}/sight?done=taken", ask->type->name, ask->id));
}

// ---- opening one with a reason --------------------------------------------------------------------------------

bool opens_more(const Request *ask, const Record *r)
{
    unsigned may = may_open(&ask->s->user, r->type);
    for (int i = 0; i < r->type->n; i++)
        if (r->cells[i].hidden && may >> r->type->fields[i].compartment & 1) return true;
    return false;
}

static Err *opening_fields(Request *ask, const Record *r, const Given *given)
{
    html(ask->o, "<p class='govuk-body'>{}</p>\n",
         tr(ask->lang, S("It opens for you alone, until the end of this day. Those whose record it is are told of it, with your reason.")));
    form_typed_open(ask, url(ask->a, "/{}/{}/open", r->type->name, r->id));
    TRY(box_write(ask, &(Box){S("why"), tr(ask->lang, S("Why")), (Str){0}, FIELD_TEXT, 0}, given, given->ask.why));
    html(ask->o, "<div class='app-actions'><button class='govuk-button'>{}</button>", tr(ask->lang, S("Open")));
    languages_write(ask);
    html(ask->o, "</div></form>\n");
    return 0;
}

Err *opening_form(Request *ask, const Record *r)
{
    html(ask->o, "<details class='govuk-details'><summary class='govuk-details__summary'><span class='govuk-details__summary-text'>{}"
        "</span></summary><div class='govuk-details__text'>\n", tr(ask->lang, S("Open with a reason")));
    TRY(opening_fields(ask, r, &(Given){0}));
    html(ask->o, "</div></details>\n");
    return 0;
}

static Err *opening_page(Request *ask, const Record *r, const Given *given)
{
    ask->here = record_url(ask, r->type, r->id).s;
    bool wrong = given->faults.n;
    page_open(ask, &(Page){.title = tr(ask->lang, S("Open with a reason")), .wrong = wrong, .narrow = true, .hidden_title = true});
    html(ask->o, "<a class='govuk-back-link' href='/{}/{}'>{}</a>\n", r->type->name, r->id, tr(ask->lang, S("Back")));
    if (wrong) boxes_summary(ask, &given->faults, true);
    html(ask->o, "<h1 class='app-title'>{}</h1>\n", tr(ask->lang, S("Open with a reason")));
    TRY(opening_fields(ask, r, given));
    page_close(ask);
    if (wrong) ask->out->status = 400;
    return 0;
}

Err *sight_open_post(Request *ask)
{
    const Str names[] = {S("why")};
    Given given = {0};
    Record *r;
    TRY(record_get(ask->s, ask->type, ask->id, &r));
    bool other = false;
    if (ask->is_form) {
        given.ask.why = pairs_get(&ask->form, S("why"));
        TRY(language_asked(ask, &other));
    } else TRY(given_json(ask, names, countof(names), &given));
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
