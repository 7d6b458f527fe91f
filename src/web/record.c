// One record: what it says, what hangs on it, what happened, who wrote what, and what can be done now.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

// What hangs on a record through a link: the newest RELATED_ROWS, and how many there are when there are more.
typedef struct Related { const RecordType *type; const Field *link; const Screen *screen; RecordPage page; Str **texts, count; } Related;
enum { EVENTS_MOST = 20, HISTORY_FEW = 10, HISTORY_MOST = 1000, CHANGES_MOST = 8 };

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

static Err *related_read(Request *ask, const Record *r, Related **out, int *n)
{
    const Pack *p = ask->pack;
    *n = 0;
    *out = 0;
    ListAsk *lists = take(ask->a, ListAsk, links_to(p, r->type));
    for (int i = 0; i < p->records_n; i++) {
        const RecordType *t = &p->records[i];
        if (!may_any(&ask->s->user, t, MAY_READ)) continue;
        for (int j = 0; j < t->n; j++) {
            if (t->fields[j].target != r->type || !may_see(&ask->s->user, t, &t->fields[j])) continue;
            lists[(*n)++] = (ListAsk){.type = t, .link = &t->fields[j], .of = r->row, .limit = RELATED_ROWS, .by_day = true};
        }
    }
    bool *any = take(ask->a, bool, *n);
    TRY(record_any(ask->s, lists, *n, any)); // most are empty
    *out = take(ask->a, Related, *n);
    for (int i = 0; i < *n; i++) TRY(related_one(ask, &lists[i], any[i], &(*out)[i]));
    return 0;
}

static void related_links(Request *ask, const Record *r, const Related *one)
{
    Str key = url(ask->a, "{}", r->key).s;
    html(ask->o, "<p class='govuk-body app-screen'>");
    if (may_create(ask, one->type))
        html(ask->o, "<a class='govuk-link' href='/{}/new?{}={}'>{}</a> ", one->type->name, one->link->name, key,
             message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, one->type))));
    if (one->page.next.row)
        html(ask->o,
             "<a class='govuk-link' href='/{}?{}={}'>{}<span class='govuk-visually-hidden'>: "
             "{}</span></a>",
             one->type->name, one->link->name, key, tr(ask->lang, S("Show all")),
             type_plural(ask, one->type));
    html(ask->o, "</p>\n");
}

// Kinds of which there are none yet stand together, as what can be added.
static void related_none(Request *ask, const Record *r, const Related *all, int n)
{
    bool any = false;
    for (int i = 0; i < n; i++) {
        if (all[i].page.n || !may_create(ask, all[i].type)) continue;
        if (!any)
            html(ask->o, "<h2 class='app-section app-screen'>{}</h2>\n<ul class='app-actions govuk-list'>\n",
                 tr(ask->lang, S("What can be added here")));
        any = true;
        html(ask->o, "<li><a class='govuk-link' href='/{}/new?{}={}'>{}</a></li>\n", all[i].type->name, all[i].link->name,
             url(ask->a, "{}", r->key), type_label(ask, all[i].type));
    }
    if (any) html(ask->o, "</ul>\n");
}

static Str of_words(Request *ask, int n, Str all)
{
    return message_in(ask->a, ask->lang, message(ask->a, "{} of {}", n, all));
}

static void related_write(Request *ask, const Record *r, const Related *all, int n)
{
    for (int i = 0; i < n; i++) {
        if (!all[i].page.n) continue;
        html(ask->o, "<h2 class='app-section'>{}</h2>\n", type_plural(ask, all[i].type));
        if (all[i].count.n)
            html(ask->o, "<p class='app-count'>{} · {}</p>\n", of_words(ask, all[i].page.n, all[i].count), order_said(ask, all[i].type));
        rows_write(ask, all[i].screen, &all[i].page, all[i].texts);
        related_links(ask, r, &all[i]);
    }
    related_none(ask, r, all, n);
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
        if (dated) event_day(ask, r, c->field, out);
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

static void timeline_write(Request *ask, const Related *all, int n)
{
    Event events[EVENTS_MOST], one;
    int events_n = 0, seen = 0;
    for (int i = 0; i < n; i++)
        for (int row = 0; row < all[i].page.n; row++) {
            if (!event_of(ask, &all[i], row, &one)) continue;
            event_put(events, &events_n, one);
            seen++;
        }
    if (!events_n) return;
    int told = events_whole(ask, all, n, events, events_n);
    bool more = told < seen;
    events_n = told;
    for (int i = 0; i < n; i++) more |= all[i].page.next.row != 0;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<div class='moj-timeline'>\n", tr(ask->lang, S("In the order of time")));
    for (int i = 0; i < events_n; i++)
        html(ask->o, "<div class='moj-timeline__item'><div class='moj-timeline__header'><h3 class='moj-timeline__title'>"
            "<a class='govuk-link' href='/{}/{}'>{}</a></h3></div><p class='moj-timeline__date'>{} {}</p>"
            "<div class='moj-timeline__description'>{}</div></div>\n", events[i].of->type->name, events[i].of->id, events[i].title,
             events[i].what, date_shown(ask->a, ask->lang, events[i].on), events[i].text);
    html(ask->o, "</div>\n");
    if (more)
        html(ask->o, "<p class='govuk-body-s app-muted'>{}</p>\n",
             tr(ask->lang, S("What lies further back stands in the lists of this page.")));
}

// ---- who wrote what ----------------------------------------------------------------------------------------

static Str verb_words(Request *ask, const HistoryEntry *h)
{
    if (str_equal(h->verb, S("create"))) return tr(ask->lang, S("Written down"));
    if (str_equal(h->verb, S("share"))) return tr(ask->lang, S("Sight given"));
    if (str_equal(h->verb, S("unshare"))) return tr(ask->lang, S("Sight taken back"));
    if (str_equal(h->verb, S("open"))) return tr(ask->lang, S("Opened with a reason"));
    return tr(ask->lang, S("Changed"));
}

static void change_write(Request *ask, const Record *r, const HistoryChange *c)
{
    if (c->field && (r->cells[c->field->at].hidden || !may_see(&ask->s->user, r->type, c->field))) return;
    Str label = c->field ? field_label(ask, c->field) : tr(ask->lang, S("State"));
    Str before = c->field ? value_shown(ask->s, c->field, c->before) : state_label(ask, r->type, c->before);
    Str after = c->field ? value_shown(ask->s, c->field, c->after) : state_label(ask, r->type, c->after);
    html(ask->o, "<li>{}: ", label);
    if (before.n) html(ask->o, "<del>{}</del> ", before);
    html(ask->o, "{}</li>\n", after.n ? after : tr(ask->lang, S("taken away")));
}

static void entry_write(Request *ask, const Record *r, const HistoryEntry *h)
{
    html(ask->o,
         "<div class='moj-timeline__item'><div class='moj-timeline__header'><h3 "
         "class='moj-timeline__title'>{}</h3>"
         " <p class='moj-timeline__byline'>{}</p></div><p class='moj-timeline__date'>{}</p>\n",
         verb_words(ask, h), actor_shown(ask, h->actor), moment_shown(ask, h->ms));
    if ((h->n || h->sets_state) && !str_equal(h->verb, S("create"))) {
        html(ask->o, "<div class='moj-timeline__description'><ul class='govuk-list'>\n");
        if (h->sets_state)
            html(ask->o, "<li>{}: {}</li>\n", tr(ask->lang, S("State")),
                 h->state.n ? state_label(ask, r->type, h->state) : tr(ask->lang, S("not known")));
        for (int i = 0; i < h->n && i < CHANGES_MOST; i++) change_write(ask, r, &h->changes[i]);
        if (h->n > CHANGES_MOST)
            html(ask->o, "<li>{}</li>\n", message_in(ask->a, ask->lang, message(ask->a, "and {} more", h->n - CHANGES_MOST)));
        html(ask->o, "</ul></div>\n");
    }
    html(ask->o, "</div>\n");
}

static Err *history_write(Request *ask, const Record *r)
{
    History history;
    bool all = str_equal(pairs_get(&ask->query, S("_history")), S("all"));
    TRY(record_history(ask->s, r, all ? HISTORY_MOST : HISTORY_FEW, &history));
    html(ask->o, "<h2 class='app-section' id='history'>{}</h2>\n", tr(ask->lang, S("Who wrote what")));
    if (history.n < r->version) {
        html(ask->o, "<p class='app-count'>{}", of_words(ask, history.n, number_shown(ask->a, ask->lang, r->version)));
        if (!all)
            html(ask->o, " · <a class='govuk-link' href='/{}/{}?_history=all#history'>{}</a>",
                 r->type->name, r->id, tr(ask->lang, S("Show all")));
        html(ask->o, "</p>\n");
    }
    html(ask->o, "<div class='moj-timeline'>\n");
    for (int i = 0; i < history.n; i++) entry_write(ask, r, &history.at[i]);
    html(ask->o, "</div>\n");
    return 0;
}

// ---- what it says -------------------------------------------------------------------------------------------

static void lines_write(Request *ask, Str text)
{
    for (Str rest = text; rest.n;) {
        html(ask->o, "{}", str_cut(&rest, '\n'));
        if (rest.n) html(ask->o, "<br>");
    }
}

// A link's title leads to what it names; several codes stand with commas.
static Err *value_write(Request *ask, const Record *r, const Field *f)
{
    Str value = r->cells[f->at].text;
    if (f->kind == FIELD_NOTE) {
        lines_write(ask, value);
        return 0;
    }
    if (f->kind != FIELD_LINK) {
        html(ask->o, "{}", value_shown(ask->s, f, value));
        return 0;
    }
    Str title;
    TRY(link_title(ask, f, r->cells[f->at].row, &title));
    html(ask->o, "<a class='govuk-link' href='/{}/{}'>{}</a>", f->target->name, url(ask->a, "{}", value), title.n ? title : value);
    return 0;
}

static bool group_same(const Field *one, const Field *other)
{
    return other && str_equal(one->group.in[LANG_EN], other->group.in[LANG_EN]) &&
           str_equal(one->group.in[LANG_LO], other->group.in[LANG_LO]);
}

static void group_open(Request *ask, const Record *r, const Field *f, bool may_change)
{
    Str heading = words_in(&f->group, ask->lang);
    if (!heading.n) heading = tr(ask->lang, S("What is known"));
    html(ask->o, "<h2 class='app-section'>{}", heading);
    if (may_change)
        html(ask->o, " <a class='govuk-link govuk-body-s' href='/{}/{}/edit#f-{}'>{}<span class='govuk-visually-hidden'>: {}</span></a>",
             r->type->name, r->id, f->name, tr(ask->lang, S("Change")), heading);
    html(ask->o, "</h2>\n<dl class='govuk-summary-list'>\n");
}

static Err *summary_write(Request *ask, const Record *r, bool may_change)
{
    const Field *last = 0;
    for (int i = 0; i < r->type->n; i++) {
        const Field *f = &r->type->fields[i];
        if (r->cells[i].hidden || !r->cells[i].text.n) continue;
        if (!last || !group_same(f, last)) {
            if (last) html(ask->o, "</dl>\n");
            group_open(ask, r, f, may_change);
        }
        last = f;
        html(ask->o,
             "<div class='govuk-summary-list__row'><dt class='govuk-summary-list__key'>{}</dt><dd "
             "class='govuk-summary-list__value'>",
             field_label(ask, f));
        TRY(value_write(ask, r, f));
        html(ask->o, "</dd></div>\n");
    }
    if (last) html(ask->o, "</dl>\n");
    return 0;
}

// A link of another agency's record may name what does not exist for her: that it is empty would be said wrongly.
static bool empty_here(const Request *ask, const Record *r, int at)
{
    const Unit *unit = ask->s->user.unit;
    bool theirs = ask->s->user.role && !(unit && str_equal(unit->agency, r->agency));
    const Field *f = &r->type->fields[at];
    return !r->cells[at].hidden && !r->cells[at].text.n && !f->calculation && !(theirs && f->kind == FIELD_LINK);
}

// The labels of fields that are empty, or closed to her, in one line.
static void rest_write(Request *ask, const Record *r, bool hidden)
{
    Buf names = buf_in(ask->a);
    for (int i = 0; i < r->type->n; i++) {
        if (!(hidden ? r->cells[i].hidden : empty_here(ask, r, i))) continue;
        if (names.n) buf_add(&names, S(", "));
        buf_add(&names, field_label(ask, &r->type->fields[i]));
    }
    if (names.n)
        html(ask->o, "<p class='govuk-body-s app-muted'>{}: {}</p>\n",
             hidden ? tr(ask->lang, S("Closed to you")) : tr(ask->lang, S("Not filled in yet")), buf_str(&names));
}

static void moves_write(Request *ask, const Record *r)
{
    const Pack *p = ask->pack;
    bool any = false;
    for (int i = 0; i < p->moves_n; i++) {
        const PackMove *m = &p->moves[i];
        if (!move_hers(ask->s, r, m)) continue;
        if (!any) {
            html(ask->o, "<form class='app-actions' method='post' action='/{}/{}/move'><input type='hidden' name='_csrf' value='{}'>"
                "<input type='hidden' name='_version' value='{}'>\n", r->type->name, r->id, ask->csrf, r->version);
        }
        any = true;
        Str label = words_in(&m->label, ask->lang);
        if (m->asks_n) html(ask->o, "<a class='govuk-button govuk-button--secondary' role='button' href='/{}/{}/move?move={}'>{}</a>\n",
            r->type->name, r->id, m->name, label);
        else html(ask->o, "<button class='govuk-button govuk-button--secondary' name='move' value='{}'>{}</button>\n", m->name, label);
    }
    if (any) html(ask->o, "</form>\n");
}

static void heading_write(Request *ask, const Record *r, Str name, bool may_change)
{
    html(ask->o,
         "<nav class='govuk-breadcrumbs' aria-label='{}'><ol class='govuk-breadcrumbs__list'><li "
         "class='govuk-breadcrumbs__list-item'>"
         "<a class='govuk-breadcrumbs__link' href='/{}'>{}</a></li></ol></nav>\n<div "
         "class='moj-page-header-actions'><div class='moj-page-header-actions__title'>"
         "<h1 class='app-title'><span class='app-title__key'>{} {}</span>{}</h1>",
         tr(ask->lang, S("Where you are")), r->type->name, type_plural(ask, r->type),
         type_label(ask, r->type), str_equal(r->key, r->id) ? (Str){0} : r->key, name);
    if (has_states(ask, r->type)) {
        html(ask->o, "<p class='govuk-body'>");
        if (r->state.n) state_tag(ask, r->type, r->state);
        else html(ask->o, "<span class='app-muted'>{}: {}</span>", tr(ask->lang, S("State")), tr(ask->lang, S("not known")));
        html(ask->o, "</p>");
    }
    if (sight_hers(ask->s, r))
        html(ask->o, "<p class='govuk-body app-screen'><a class='govuk-link' href='/{}/{}/sight'>{}</a></p>\n", r->type->name, r->id,
             tr(ask->lang, S("Who sees this")));
    html(ask->o, "</div>\n");
    if (may_change) {
        html(ask->o,
             "<div class='moj-page-header-actions__actions'><div class='app-actions'><a "
             "class='govuk-button' role='button' href='/{}/{}/edit'>{}</a>\n",
             r->type->name, r->id, tr(ask->lang, S("Change")));
        moves_write(ask, r);
        html(ask->o, "</div></div>\n");
    }
    html(ask->o, "</div>\n");
}

static Err *record_page(Request *ask, const Record *r, const Faults *faults)
{
    Related *related;
    int related_n;
    bool may_change;
    Str name = record_heading(ask, r);
    TRY(change_hers(ask->s, r, &may_change));
    TRY(related_read(ask, r, &related, &related_n));
    if (faults) ask->here = record_url(ask, r->type, r->id).s;
    page_open(ask, &(Page){.title = name, .hidden_title = true, .wrong = faults != 0});
    if (faults) faults_summary(ask, faults, url(ask->a, "/{}/{}/edit", r->type->name, r->id));
    if (pairs_get(&ask->query, S("saved")).n) notice(ask, tr(ask->lang, S("Saved.")));
    heading_write(ask, r, name, may_change);
    html(ask->o, "<div class='app-columns'><div>\n");
    TRY(summary_write(ask, r, may_change));
    rest_write(ask, r, false);
    rest_write(ask, r, true);
    if (opens_more(ask, r)) TRY(opening_form(ask, r));
    related_write(ask, r, related, related_n);
    html(ask->o, "</div><div>\n");
    timeline_write(ask, related, related_n);
    TRY(history_write(ask, r));
    html(ask->o, "</div></div>\n");
    page_close(ask);
    if (faults) ask->out->status = 400;
    return 0;
}

Err *record_show(Request *ask)
{
    Record *r;
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    if (!ask->wants_json) return record_page(ask, r, 0);
    json_open(ask, 200);
    record_json(ask->o, ask->s, r);
    buf_char(ask->o, '\n');
    return 0;
}

Err *moved_on(Request *ask)
{
    return fail(ask->a, ERR_CONFLICT, "Somebody has moved this record on meanwhile. Look at it again before you go on.");
}

// The step of that name from where the record stands, else of that name: saving then says why not.
static const PackMove *step_named(const Request *ask, const Record *r, Str name)
{
    const PackMove *found = 0;
    for (int i = 0; i < ask->pack->moves_n; i++) {
        const PackMove *m = &ask->pack->moves[i];
        if (m->record != r->type || !str_equal(m->name, name)) continue;
        if (!found || move_from(m, r->state)) found = m;
    }
    return found;
}

Err *step_show(Request *ask)
{
    Record *r;
    bool hers;
    Entered e = entered_make(ask);
    Str name = pairs_get(&ask->query, S("move"));
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    TRY(change_hers(ask->s, r, &hers));
    ask->step = step_named(ask, r, name);
    if (!ask->step) return fail(ask->a, ERR_MISSING, "There is no step {} of this kind of record.", name);
    if (!hers || !move_hers(ask->s, r, ask->step))
        return fail(ask->a, ERR_DENIED, "The step {} is not open here.", words_in(&ask->step->label, ask->lang));
    return form_show(ask, r, &e, 200);
}

Err *record_move(Request *ask)
{
    Record *r;
    if (!ask->is_form) return save_json(ask, JSON_MOVE);
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    Draft draft = draft_make(ask->a, ask->type);
    const Saved *saved = &draft.saved;
    draft.id = r->id;
    draft.move = pairs_get(&ask->form, S("move"));
    if (!str_int(pairs_get(&ask->form, S("_version")), &draft.base) || !draft.move.n)
        return fail(ask->a, ERR_INPUT, "The form was not whole. Go back, load the page again and try once more.");
    ask->step = step_named(ask, r, draft.move);
    if (ask->step && ask->step->asks_n) return save_form(ask, r);
    TRY(record_save(ask->s, &(Change){.drafts = &draft, .n = 1}));
    if (saved->faults.n) return record_page(ask, r, &saved->faults);
    if (saved->conflicts_n) return moved_on(ask);
    return redirect(ask, url(ask->a, "/{}/{}?saved={}", ask->type->name, saved->id, saved->version));
}
