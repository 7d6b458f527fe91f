// What a list is asked for by its address: which records, in which order, and from where on.
// SPDX-License-Identifier: Apache-2.0
#include "web/lists/lists.h"

enum { LIMIT_MOST = 1000 };

static void fault_add(Request *ask, Faults *faults, Str column, Message m)
{
    faults_add(ask->a, faults, (Fault){.column = column, .message = m});
}

// What a person may not see must not answer by being asked for, so it is no field for her.
static void filter_read(Request *ask, const Pair *p, ListAsk *list, Faults *faults)
{
    const Field *f = field_get(list->type, p->name);
    if (str_equal(p->name, S("key"))) {
        list->key = p->value;
        return;
    }
    if (!f || !may_see(&ask->s->user, list->type, f)) {
        fault_add(ask, faults, p->name, message(ask->a, "There is no field {} here to ask for.", p->name));
        return;
    }
    Str value;
    Message why;
    if (list->filters_n == countof(list->filters)) {
        fault_add(ask, faults, p->name, message(ask->a, "At most {} fields can be asked for at once.", (int)countof(list->filters)));
    } else if (!field_selects(f)) {
        fault_add(ask, faults, p->name, message(ask->a, "A list cannot be asked for {}.", p->name));
    } else if (f->class == CLASS_IDENTITY) {
        fault_add(ask, faults, p->name, message(ask->a, "{} is sealed: a list cannot be asked for it. Find people by name.", p->name));
    } else if (!field_read(ask->a, f, register_clock(ask->s), p->value, &value, &why)) {
        fault_add(ask, faults, p->name, why);
    } else {
        list->filters[list->filters_n].field = f;
        list->filters[list->filters_n++].value = value;
    }
}

static bool number_read(Str text, int64_t least, int64_t most, int64_t *out)
{
    return str_int(text, out) && *out >= least && *out <= most;
}

bool is_date(const Field *f)
{
    return f->kind == FIELD_DATE || f->kind == FIELD_MOMENT;
}

// FIELD.from and FIELD.to: the days between which a date lies.
static bool range_read(Request *ask, const Pair *p, ListAsk *list, Faults *faults)
{
    bool from = str_ends(p->name, S(".from")), to = str_ends(p->name, S(".to"));
    const Field *f = from || to ? field_get(list->type, str_slice(p->name, 0, p->name.n - (from ? 5 : 3))) : 0;
    TypedDate date;
    Days days;
    if (!f || f->class == CLASS_IDENTITY || !may_see(&ask->s->user, list->type, f)) return false;
    if (!is_date(f)) {
        fault_add(ask, faults, p->name, message(ask->a, "{} is no date: only a date is asked for from a day and to a day.", f->name));
    } else if (list->from_to && list->from_to != f) {
        fault_add(ask, faults, p->name, message(ask->a, "Only one date can be asked for at once."));
    } else if (!date_typed(ask->a, str_trim(p->value), &date) || !days_parse(date.iso, &days)) {
        fault_add(ask, faults, p->name, message(ask->a, "{} is not a date that exists. Write it as 27/3/2024, 3/2024 or 2024.", p->value));
    } else if (date.buddhist) {
        fault_add(ask, faults, p->name, message(ask->a, "{} is a year of the Buddhist era. Write {}.", p->value,
                                                date_shown(ask->a, ask->lang, date.iso)));
    } else {
        if (!list->from_to) list->to = 99991231;
        list->from_to = f;
        if (from) list->from = days.first;
        else list->to = days.last;
    }
    return true;
}

static void state_read(Request *ask, Str state, ListAsk *list, Faults *faults)
{
    bool known = !state.n;
    for (int i = 0; i < ask->pack->states_n; i++)
        known |= ask->pack->states[i].record == list->type && str_equal(ask->pack->states[i].name, state);
    list->state = state;
    if (!known)
        fault_add(ask, faults, S("state"), message(ask->a, "{} has no state '{}'. Choose one of those that the list offers.",
                                                   type_label(ask, list->type), state));
}

// Which way it stands, and which is meant by nothing said.
static void order_asked(Request *ask, Str words, ListAsk *list, Faults *faults)
{
    if (!words.n || sort_read(ask->s, list->type, words, &list->order)) return;
    Str told = sorts_told(ask->s, list->type);
    fault_add(ask, faults, S("sort"), told.n
        ? message(ask->a, "This list cannot be sorted by '{}'. It can be by: {}; with - before it the other way round.", words, told)
        : message(ask->a, "This list cannot be sorted by '{}'; leave it out.", words));
}

Str place_words(Request *ask, const ListAsk *list, ListPlace at)
{
    if (!at.row) return (Str){0};
    if (list->order.by == BY_FIELD) return say(ask->a, "{}.{}", at.by, at.row);
    return list->order.by == BY_WRITTEN ? say(ask->a, "{}", at.row) : say(ask->a, "{}.{}", at.text, at.row);
}

// A row alone goes on in the order in which the records came, as programs read them.
static bool place_read(ListAsk *list, Str words, bool sorted)
{
    isize at = words.n;
    while (at && words.p[at - 1] != '.') at--;
    ListPlace *place = &list->after;
    if (!at && !sorted) list->order = (ListOrder){0};
    bool stands = list->order.by != BY_WRITTEN;
    if (stands != (at > 0)) return false;
    place->text = str_slice(words, 0, at ? at - 1 : 0);
    bool day = list->order.field && is_date(list->order.field);
    if (list->order.field && !number_read(place->text, day ? 0 : INT64_MIN, day ? 99991231 : INT64_MAX, &place->by)) return false;
    return number_read(str_slice(words, at, words.n), 1, INT64_MAX, &place->row);
}

static void place_asked(Request *ask, const Pair *p, ListAsk *list, Faults *faults)
{
    list->back = str_equal(p->name, S("before"));
    if (!place_read(list, p->value, pairs_get(&ask->query, S("sort")).n > 0))
        fault_add(ask, faults, p->name, message(ask->a, "{} is the text that came as next with the list before.", p->name));
}

// Nothing is two values at once, but what holds several: asked so, a list would be empty and not say why.
static bool asked_twice(const Request *ask, int i)
{
    const Field *f = field_get(ask->type, ask->query.at[i].name);
    if (f && f->kind == FIELD_CHOICES) return false;
    for (int k = 0; k < i; k++) {
        const Pair *before = &ask->query.at[k], *p = &ask->query.at[i];
        if (str_equal(before->name, p->name) && !str_equal(before->value, p->value) && (ask->wants_json || before->value.n)) return true;
    }
    return false;
}

void list_asked(Request *ask, ListAsk *list, Faults *faults)
{
    int64_t number;
    const Pair *place = 0; // read once the order is known
    for (int i = 0; i < ask->query.n; i++) {
        const Pair *p = &ask->query.at[i];
        if (!ask->wants_json && (!p->value.n || str_starts(p->name, S("_")))) continue;
        if (asked_twice(ask, i)) {
            fault_add(ask, faults, p->name, message(ask->a, "{} is asked for twice; ask for one of them.", p->name));
        } else if (str_equal(p->name, S("limit"))) {
            if (number_read(p->value, 1, LIMIT_MOST, &number)) list->limit = (int)number;
            else fault_add(ask, faults, p->name, message(ask->a, "limit is a number from 1 to {}.", LIMIT_MOST));
        } else if (str_equal(p->name, S("sort"))) order_asked(ask, p->value, list, faults);
        else if (str_equal(p->name, S("after")) || (!ask->wants_json && str_equal(p->name, S("before")))) place = p;
        else if (str_equal(p->name, S("state"))) state_read(ask, p->value, list, faults);
        else if (!range_read(ask, p, list, faults)) filter_read(ask, p, list, faults);
    }
    if (place) place_asked(ask, place, list, faults);
    if (list->from_to && list->from > list->to)
        fault_add(ask, faults, say(ask->a, "{}.to", list->from_to->name), message(ask->a, "The first day comes after the last."));
}
