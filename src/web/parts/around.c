// Parts of a record's page: what it says, its way, what hangs on it, what happened, and who wrote what.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { EVENTS_MOST = 20, HISTORY_FEW = 10, HISTORY_MOST = 1000, CHANGES_MOST = 8, CLOSED_NAMED = 20, ADDS_MOST = 8 };

// ---- what hangs on it, read once ----------------------------------------------------------------------------

// Without the column that would name this very record in every row.
static const Screen *related_screen(Request *ask, const Related *one)
{
    const Screen *whole = screen_for_list(ask, one->type);
    Screen *screen = take(ask->a, Screen, 1);
    *screen = *whole;
    screen->columns = take(ask->a, Column, whole->columns_n + 1);
    screen->columns_n = 0;
    for (int i = 0; i < whole->columns_n; i++) {
        const Column *c = &whole->columns[i];
        if (c->through || (c->link != one->link && c->field != one->link)) screen->columns[screen->columns_n++] = *c;
    }
    if (!screen->columns_n) screen->columns[screen->columns_n++] = (Column){.name = S("title")};
    return screen;
}

static Err *related_one(Request *ask, ListAsk *list, bool any, Related *one)
{
    *one = (Related){.type = list->type, .link = list->link};
    one->screen = list->screen = related_screen(ask, one);
    if (!any) return 0;
    TRY(record_list(ask->s, list, &one->page));
    if (one->page.next.row) TRY(count_said(ask, list, COUNT_RELATED, &one->count));
    return columns_read(ask, one->screen, &one->page, &one->texts);
}

static int links_to(const Pack *p, const RecordType *target)
{
    int n = 0;
    for (int i = 0; i < p->records_n; i++)
        for (int j = 0; j < p->records[i].n; j++) n += p->records[i].fields[j].target == target;
    return n;
}

Err *around_read(Reading *reading)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    const Pack *p = ask->pack;
    int n = 0;
    ListAsk *lists = take(ask->a, ListAsk, links_to(p, r->type));
    for (int i = 0; i < p->records_n; i++) {
        const RecordType *t = &p->records[i];
        if (!may_any(&ask->s->user, t, MAY_READ)) continue;
        for (int j = 0; j < t->n; j++) {
            if (t->fields[j].target != r->type || t->fields[j].calculation || !may_see(&ask->s->user, t, &t->fields[j])) continue;
            lists[n++] = (ListAsk){.type = t, .link = &t->fields[j], .of = r->row, .limit = RELATED_ROWS,
                .order = order_own(ask->s, t)};
        }
    }
    bool *any = take(ask->a, bool, n);
    TRY(record_any(ask->s, lists, n, any)); // most are empty
    reading->related = take(ask->a, Related, n);
    reading->related_n = n;
    for (int i = 0; i < n; i++) TRY(related_one(ask, &lists[i], any[i], &reading->related[i]));
    return 0;
}

static Str of_words(Request *ask, int n, Str all)
{
    return message_in(ask->a, ask->lang, message(ask->a, "{} of {}", n, all));
}

static Url new_url(Request *ask, const Record *r, const Related *one)
{
    Buf more = buf_in(ask->a);
    for (int i = 0; i < one->type->n; i++) { // it is about the same person, and of the same case
        const Field *f = &one->type->fields[i], *own = field_get(r->type, f->name);
        bool same = f != one->link && own && own->target && own->target == f->target && f->target->role != ROLE_NONE;
        if (same && !r->cells[own->at].hidden && r->cells[own->at].text.n)
            buf_add(&more, url(ask->a, "&{}={}", f->name, r->cells[own->at].text).s);
    }
    Url own = url(ask->a, "/{}/new?{}={}", one->type->name, one->link->name, r->key);
    return (Url){say(ask->a, "{}{}", own.s, buf_str(&more))};
}

// Where a kind names the record by a second link, too, it says by which: a stay, and a stay whose guardian this is.
static Str related_words(const Reading *reading, int at, Str words)
{
    const Related *one = &reading->related[at];
    bool again = one->type == reading->r->type; // it is no more of the same, but what names this one
    for (int i = 0; i < at; i++) again |= reading->related[i].type == one->type;
    return again ? say(reading->ask->a, "{} ({})", words, field_label(reading->ask, one->link)) : words;
}

// Kinds of which there are none yet stand together, as what can be added: those that her role writes down first before others.
static void related_none(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    Line *lines = take(ask->a, Line, reading->related_n);
    int n = 0;
    for (int first = 1; first >= 0; first--) {
        for (int i = 0; i < reading->related_n; i++) {
            const Related *one = &reading->related[i];
            bool begins = role_begins(ask->s->user.role, one->type) >= 0;
            if (!one->page.n && begins == first && may_create(ask, one->type))
                lines[n++] = (Line){.title = related_words(reading, i, type_label(ask, one->type)), .to = new_url(ask, reading->r, one)};
        }
    }
    if (!n) return;
    block_add(out, &(Block){.part = part, .shape = SHAPE_ADDS, .title = tr(ask->lang, S("What can be added here")),
        .lines = lines, .n = n, .shown = ADDS_MOST});
}

Err *related_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    for (int i = 0; i < reading->related_n; i++) {
        const Related *one = &reading->related[i];
        if (!one->page.n) continue;
        Block *block = block_add(out, &(Block){.part = part, .title = related_words(reading, i, type_plural(ask, one->type))});
        records_block(ask, one->screen, &one->page, one->texts, block);
        Str order = order_said(ask, order_own(ask->s, one->type));
        if (one->count.n) block->count = say(ask->a, "{} · {}", of_words(ask, one->page.n, one->count), order);
        if (may_create(ask, one->type)) {
            block->add = new_url(ask, reading->r, one);
            block->add_words = add_words(ask, one->type);
        }
        if (!one->page.next.row) continue;
        block->more = url(ask->a, "/{}?{}={}", one->type->name, one->link->name, reading->r->key);
        block->more_words = tr(ask->lang, S("Show all"));
    }
    related_none(reading, part, out);
    return 0;
}

// ---- what happened ---------------------------------------------------------------------------------------

typedef struct Event { Str on, what, title, text; const Record *of; } Event; // what: which day it is

static void event_day(Request *ask, const Record *r, const Field *f, Event *out)
{
    Str value = r->cells[f->at].text;
    if (out->on.n || !value.n) return;
    out->on = f->kind == FIELD_MOMENT ? moment_local(ask->a, value, ask->pack->offset) : value;
    out->what = field_label(ask, f);
}

// Its own day, else the first date among the columns that were read; and the first text that says something else.
static bool event_of(Request *ask, const Related *one, int row, Event *out)
{
    const Record *r = one->page.at[row];
    *out = (Event){.of = r, .title = type_label(ask, one->type)};
    if (one->type->day >= 0) event_day(ask, r, &one->type->fields[one->type->day], out);
    for (int i = 0; i < one->screen->columns_n; i++) {
        const Column *c = &one->screen->columns[i];
        bool own = c->field && !c->link && !c->through;
        bool dated = own && (c->field->kind == FIELD_DATE || c->field->kind == FIELD_MOMENT);
        bool state = !c->field && !c->link && str_equal(c->name, S("state"));
        bool number = !c->field && !c->link && (str_equal(c->name, S("no")) || str_equal(c->name, S("key"))); // says nothing that happened
        if (dated) event_day(ask, r, c->field, out);
        else if (number) continue;
        else if (!out->text.n) out->text = state && r->state.n ? state_label(ask, one->type, r->state) : one->texts[row][i];
    }
    return out->on.n > 0;
}

static void event_put(Event *events, int *n, Event one)
{
    int at = *n;
    if (at == EVENTS_MOST && str_compare(one.on, events[at - 1].on) <= 0) return;
    if (at == EVENTS_MOST) at--;
    else (*n)++;
    for (; at && str_compare(events[at - 1].on, one.on) < 0; at--) events[at] = events[at - 1];
    events[at] = one;
}

// Where a kind has more than was read, what is older than its last one read has gaps: it is not told.
static int events_whole(Request *ask, const Related *all, int n, const Event *events, int events_n)
{
    Event last;
    for (int i = 0; i < n; i++) {
        if (!all[i].page.next.row || !event_of(ask, &all[i], all[i].page.n - 1, &last)) continue;
        while (events_n && str_compare(events[events_n - 1].on, last.on) < 0) events_n--;
    }
    return events_n;
}

static Line event_line(Request *ask, const Event *event)
{
    Line line = {.of = event->of, .title = event->title, .to = record_url(ask, event->of->type, event->of->id),
        .when = say(ask->a, "{} {}", event->what, date_shown(ask->a, ask->lang, event->on)), .items = take(ask->a, Item, 1)};
    line.items[0] = (Item){.field = S("what"), .text = event->text};
    line.n = event->text.n > 0;
    return line;
}

Err *timeline_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Related *all = reading->related;
    Event events[EVENTS_MOST], one;
    int n = reading->related_n, events_n = 0, seen = 0;
    for (int i = 0; i < n; i++)
        for (int row = 0; row < all[i].page.n; row++) {
            if (!event_of(ask, &all[i], row, &one)) continue;
            event_put(events, &events_n, one);
            seen++;
        }
    if (!events_n) return 0;
    int told = events_whole(ask, all, n, events, events_n);
    bool more = told < seen;
    for (int i = 0; i < n; i++) more |= all[i].page.next.row != 0;
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_TIME, .title = tr(ask->lang, S("In the order of time")),
        .lines = take(ask->a, Line, told), .empty = S("")});
    for (int i = 0; i < told; i++) block->lines[block->n++] = event_line(ask, &events[i]);
    if (more) block->below = tr(ask->lang, S("What lies further back stands in the lists of this page."));
    return 0;
}

// ---- who wrote what ----------------------------------------------------------------------------------------

Str verb_words(Request *ask, Str verb)
{
    if (str_equal(verb, S("create"))) return tr(ask->lang, S("Written down"));
    if (str_equal(verb, S("share"))) return tr(ask->lang, S("Sight given"));
    if (str_equal(verb, S("unshare"))) return tr(ask->lang, S("Sight taken back"));
    if (str_equal(verb, S("notice"))) return tr(ask->lang, S("Notice given"));
    if (str_equal(verb, S("day"))) return tr(ask->lang, S("A day passed"));
    if (str_equal(verb, S("later"))) return tr(ask->lang, S("Put off"));
    if (str_equal(verb, S("again"))) return tr(ask->lang, S("Taken up again"));
    if (str_equal(verb, S("open"))) return tr(ask->lang, S("Opened with a reason"));
    if (str_equal(verb, S("ask"))) return tr(ask->lang, S("To be erased: asked for"));
    if (str_equal(verb, S("approve"))) return tr(ask->lang, S("To be erased: approved"));
    if (str_equal(verb, S("withdraw"))) return tr(ask->lang, S("To be erased: withdrawn"));
    if (str_equal(verb, S("hold"))) return tr(ask->lang, S("Held: not to be erased"));
    if (str_equal(verb, S("release"))) return tr(ask->lang, S("The hold ended"));
    if (str_equal(verb, S("erase"))) return tr(ask->lang, S("Erased"));
    return tr(ask->lang, S("Changed"));
}

static Err *change_add(Request *ask, const Record *r, const HistoryChange *c, Line *line)
{
    const Field *f = c->field;
    if (f && (r->cells[f->at].hidden || !may_see(&ask->s->user, r->type, f))) return 0;
    Str before = state_label(ask, r->type, c->before), after = state_label(ask, r->type, c->after);
    if (f) TRY(value_told(ask->s, f, c->before, &before));
    if (f) TRY(value_told(ask->s, f, c->after, &after));
    line->items[line->n++] = (Item){.name = f ? field_label(ask, f) : tr(ask->lang, S("State")), .field = f ? f->name : S("state"),
        .value = before, .text = after.n ? after : tr(ask->lang, S("taken away"))};
    return 0;
}

static Err *entry_line(Request *ask, const Record *r, const HistoryEntry *h, Line *line)
{
    *line = (Line){.title = verb_words(ask, h->verb), .by = actor_shown(ask, h->actor), .when = moment_shown(ask, h->ms),
        .items = take(ask->a, Item, CHANGES_MOST + 2)};
    if (str_equal(h->verb, S("create"))) return 0;
    if (h->sets_state)
        line->items[line->n++] = (Item){.name = tr(ask->lang, S("State")), .field = S("state"),
            .text = h->state.n ? state_label(ask, r->type, h->state) : tr(ask->lang, S("not known"))};
    for (int i = 0; i < h->n && i < CHANGES_MOST; i++) TRY(change_add(ask, r, &h->changes[i], line));
    if (h->n > CHANGES_MOST)
        line->items[line->n++] = (Item){.field = S("more"),
            .text = message_in(ask->a, ask->lang, message(ask->a, "and {} more", h->n - CHANGES_MOST))};
    return 0;
}

Err *history_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    History history;
    bool all = str_equal(pairs_get(&ask->query, S("_history")), S("all"));
    TRY(record_history(ask->s, r, all ? HISTORY_MOST : HISTORY_FEW, &history));
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_TIME, .title = tr(ask->lang, S("Who wrote what")),
        .anchor = S("history"), .lines = take(ask->a, Line, history.n)});
    for (int i = 0; i < history.n; i++) TRY(entry_line(ask, r, &history.at[i], &block->lines[block->n++]));
    if (history.n >= r->version) return 0;
    block->count = of_words(ask, history.n, number_shown(ask->a, ask->lang, r->version));
    if (all) return 0;
    block->more = (Url){say(ask->a, "{}?_history=all#history", record_url(ask, r->type, r->id).s)};
    block->more_words = tr(ask->lang, S("Show all"));
    return 0;
}

// ---- what it says -------------------------------------------------------------------------------------------

// A link's title leads to what it names.
Err *fact_of(Request *ask, const Record *r, const Field *f, Item *out)
{
    Str value = value_outside(ask->a, f, r->cells[f->at].text), title;
    bool words = f->kind == FIELD_WORDS;
    *out = (Item){.name = words ? words_in(&f->words_label, ask->lang) : field_label(ask, f), .field = f->name, .value = value,
        .text = value, .lang = words ? lang_codes[f->lang] : (Str){0}};
    if (f->kind == FIELD_LINK) {
        TRY(link_title(ask, f, r->cells[f->at].row, &title));
        out->text = title.n ? title : value;
        out->to = url(ask->a, "/{}/{}", f->target->name, value);
    } else if (f->kind != FIELD_NOTE && !words && !field_files(f)) out->text = value_shown(ask->s, f, value);
    View view = {.type = r->type, .cells = r->cells, .today = register_today(ask->s)};
    if (f->known && value.n && !known_said(ask->a, f, &view)) out->below = tr(ask->lang, S("not on the list"));
    return 0;
}

static Block *group_add(Reading *reading, const Screen *part, const Field *f, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    Str heading = words_in(&f->group, ask->lang);
    if (part->columns_n) heading = words_in(&part->label, ask->lang);
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_FACTS,
        .title = heading.n ? heading : tr(ask->lang, S("What is known")), .lines = take(ask->a, Line, 1), .n = 1});
    block->lines[0].items = take(ask->a, Item, r->type->n);
    if (reading->may_change) block->change = (Url){say(ask->a, "{}/edit#f-{}", record_url(ask, r->type, r->id).s, f->name)};
    return block;
}

static bool part_has(const Screen *part, const Field *f)
{
    bool has = !part->columns_n;
    for (int i = 0; i < part->columns_n; i++)
        has |= !part->columns[i].through && (part->columns[i].field == f || part->columns[i].link == f);
    return has;
}

// A link of another agency's record may name what does not exist for her: that it is empty would be said wrongly.
static bool empty_here(Request *ask, const Record *r, int at)
{
    const Unit *unit = ask->s->user.unit;
    bool theirs = ask->s->user.role && !(unit && str_equal(unit->agency, r->agency));
    const Field *f = &r->type->fields[at];
    View on = {.type = r->type, .cells = r->cells, .today = register_today(ask->s), .state = r->state, .since = r->since};
    bool asked = f->asked != ASKED_NEVER && (!f->relevant || expr_true(ask->a, f->relevant, &on));
    return asked && !r->cells[at].hidden && !r->cells[at].text.n && !f->calculation && !(theirs && f->kind == FIELD_LINK);
}

// The labels of fields that are empty, or closed to her, in one line; of many that are closed, how many.
static void rest_add(Reading *reading, const Screen *part, bool hidden, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    Buf names = buf_in(ask->a);
    int n = 0;
    for (int i = 0; i < r->type->n; i++) {
        if (!part_has(part, &r->type->fields[i]) || !(hidden ? r->cells[i].hidden : empty_here(ask, r, i))) continue;
        if (names.n) buf_add(&names, S(", "));
        buf_add(&names, field_label(ask, &r->type->fields[i]));
        n++;
    }
    if (!n) return;
    Str what = hidden ? tr(ask->lang, S("Closed to you")) : tr(ask->lang, S("Not filled in yet"));
    Str below = say(ask->a, "{}: {}", what, buf_str(&names));
    if (hidden && n > CLOSED_NAMED) below = message_in(ask->a, ask->lang, message(ask->a, "{} fields are closed to you.", n));
    block_add(out, &(Block){.part = part, .shape = SHAPE_FACTS, .below = below});
}

// What stands in the page's head word for word is not said again by a group that says nothing else.
static void heads_drop(const Reading *reading, Blocks *out, int before)
{
    const Line *head = reading->head;
    int kept = before;
    for (int i = before; i < out->n; i++) {
        const Line *facts = &out->at[i].lines[0];
        int said = 0;
        for (int k = 0; k < facts->n; k++)
            for (int j = 0; j < head->n; j++)
                said += str_equal(head->items[j].field, facts->items[k].field) && str_equal(head->items[j].text, facts->items[k].text);
        if (said < facts->n) out->at[kept++] = out->at[i];
    }
    out->n = kept;
    if (kept == before + 1) out->at[before].change = (Url){0}; // the head leads to the form
}

// By the groups of its form; of a part that names fields, those under its own heading.
Err *facts_part(Reading *reading, const Screen *part, Blocks *out)
{
    const Record *r = reading->r;
    const Field *last = 0;
    Block *block = 0;
    int before = out->n;
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        if (r->cells[i].hidden || !r->cells[i].text.n || !part_has(part, f)) continue;
        if (field_files(f) && !part->columns_n) continue; // they stand below, each leading to its file
        bool elsewhere = f->kind == FIELD_WORDS && words_shown(words_of(r->type, f), r->cells, reading->ask->lang) != f;
        if (elsewhere) continue; // in the reader's language alone
        if (!block || (!part->columns_n && !same_group(f, last))) block = group_add(reading, part, f, out);
        last = f;
        Line *line = &block->lines[0];
        TRY(fact_of(reading->ask, r, f, &line->items[line->n++]));
    }
    if (!part->columns_n && reading->head) heads_drop(reading, out, before);
    if (!reading->given) rest_add(reading, part, false, out);
    rest_add(reading, part, true, out);
    return 0;
}

// ---- its way ---------------------------------------------------------------------------------------------------

Err *steps_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    const Pack *p = ask->pack;
    if (!has_states(ask, r->type)) return 0;
    Str title = part_title(ask, part, tr(ask->lang, S("State")));
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_STEPS, .title = title,
        .lines = take(ask->a, Line, p->states_n)});
    for (int i = 0; i < p->states_n; i++) {
        const PackState *s = &p->states[i];
        if (s->record != r->type) continue;
        bool here = str_equal(s->name, r->state);
        block->lines[block->n++] = (Line){.title = state_label(ask, r->type, s->name), .here = here,
            .when = here && r->since ? date_shown(ask->a, ask->lang, day_text(ask->a, r->since)) : (Str){0}};
    }
    return 0;
}
