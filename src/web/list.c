// A list of records: filters, twenty at a time, the newest first; or a page of JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { LIMIT = 100, LIMIT_MOST = 1000, KEY_WHOLE = 20, RUN_WHOLE = 24 }; // whole: longer ones may break

const Screen *screen_get(const Pack *p, Str kind, const RecordType *t)
{
    for (int i = 0; i < p->screens_n; i++)
        if (p->screens[i].record == t && str_equal(p->screens[i].kind, kind)) return &p->screens[i];
    return 0;
}

const Screen *screen_for_list(Request *ask, const RecordType *t)
{
    const Screen *found = screen_get(ask->pack, S("list"), t);
    if (found) return found;
    Screen *plain = take(ask->a, Screen, 1);
    *plain = (Screen){.record = t, .columns = take(ask->a, Column, 1), .columns_n = 1};
    plain->columns[0].name = S("title");
    return plain;
}

static bool column_is(const Column *c, Str name)
{
    return !c->field && !c->link && !c->through && str_equal(c->name, name);
}

Str column_label(const Request *ask, const RecordType *t, const Column *c)
{
    const Field *f = c->field ? c->field : c->link;
    if (f && f->target && c->through) return type_label(ask, f->target);
    if (f) return field_label(ask, f);
    if (column_is(c, S("key"))) return tr(ask->lang, S("Number"));
    if (column_is(c, S("state"))) return tr(ask->lang, S("State"));
    if (column_is(c, S("unit"))) return tr(ask->lang, S("Office"));
    return type_label(ask, t);
}

// A number and the title behind it stand in one cell, which leads to the record.
static bool title_joins(const Screen *screen, int i)
{
    return i == 1 && column_is(&screen->columns[0], S("key")) && str_equal(screen->columns[1].name, S("title"));
}

// Letters that stand together without a place to break. Lao breaks between its words.
static bool runs_long(Str s)
{
    int run = 0;
    if (s.n <= RUN_WHOLE) return false;
    for (isize i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool lao = c == 0xE0 && i + 1 < s.n && ((unsigned char)s.p[i + 1] == 0xBA || (unsigned char)s.p[i + 1] == 0xBB);
        if (c == ' ' || c == '-' || lao) run = 0;
        else if ((c & 0xC0) != 0x80) run++;
        if (lao) i += 2;
        if (run > RUN_WHOLE) return true;
    }
    return false;
}

static Str long_class(bool runs)
{
    return runs ? S(" app-long") : (Str){0};
}

static void first_cell(Request *ask, const Screen *screen, const Record *r, const Str *texts, int i)
{
    Str words = texts[i].n && !str_equal(texts[i], r->id) ? texts[i] : name_or_none(ask, r);
    Str title = screen->columns_n > 1 && title_joins(screen, 1) && !str_equal(texts[1], r->key) ? texts[1] : (Str){0};
    html(ask->o,
         "<th scope='row' class='govuk-table__header{}'><a class='govuk-link' href='/{}/{}'>",
         long_class(runs_long(words) || runs_long(title)), r->type->name, r->id);
    if (title.n && str_equal(texts[i], r->id)) html(ask->o, "{}</a></th>", title);
    else if (title.n)
        html(ask->o, "<span class='{}'>{}</span> {}</a></th>",
             words.n <= KEY_WHOLE ? S("app-nowrap") : (Str){0}, words, title);
    else html(ask->o, "{}</a></th>", words);
}

static void row_write(Request *ask, const Screen *screen, const Record *r, const Str *texts, const Str *labels)
{
    bool first = true;
    html(ask->o, "<tr class='govuk-table__row'>");
    for (int i = 0; i < screen->columns_n; i++) {
        const Column *c = &screen->columns[i];
        if (title_joins(screen, i)) continue;
        if (first) first_cell(ask, screen, r, texts, i);
        else if (column_is(c, S("state"))) {
            html(ask->o, "<td class='govuk-table__cell' data-label='{}'>", labels[i]);
            state_tag(ask, r->type, r->state);
            html(ask->o, "</td>");
        } else if (texts[i].n)
            html(ask->o, "<td class='govuk-table__cell{}' data-label='{}'>{}</td>", long_class(runs_long(texts[i])), labels[i], texts[i]);
        else html(ask->o, "<td class='govuk-table__cell'></td>");
        first = false;
    }
    html(ask->o, "</tr>\n");
}

Err *columns_read(Request *ask, const Screen *screen, const RecordPage *page, Str ***texts)
{
    *texts = take(ask->a, Str *, page->n + 1);
    for (int i = 0; i < page->n; i++) (*texts)[i] = take(ask->a, Str, screen->columns_n);
    return page->n ? record_columns(ask->s, screen, page, *texts) : 0;
}

void rows_write(Request *ask, const Screen *screen, const RecordPage *page, Str **texts)
{
    Str *labels = take(ask->a, Str, screen->columns_n), *heads = take(ask->a, Str, screen->columns_n);
    int n = 0;
    for (int i = 0; i < screen->columns_n; i++) {
        labels[i] = column_label(ask, screen->record, &screen->columns[i]);
        if (!title_joins(screen, i)) heads[n++] = labels[i];
    }
    cards_open(ask, (Str){0}, heads, n);
    for (int i = 0; i < page->n; i++) row_write(ask, screen, page->at[i], texts[i], labels);
    cards_close(ask);
}

// ---- what a list is asked for ------------------------------------------------------------------------

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

static bool is_date(const Field *f)
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

// The words behind `after`: a row, and of a list by its own day that day before it. A row alone goes on in the order in
// which the records came, as programs read them.
static Str place_words(Request *ask, const ListAsk *list, ListPlace at)
{
    if (!at.row) return (Str){0};
    return list->by_day ? say(ask->a, "{}.{}", at.day, at.row) : say(ask->a, "{}", at.row);
}

static bool place_read(ListAsk *list, Str words)
{
    int64_t day = 0;
    Str row = words;
    list->by_day &= str_has(words, '.');
    if (list->by_day && !number_read(str_cut(&row, '.'), 0, 99991231, &day)) return false;
    list->after.day = (int)day;
    return number_read(row, 1, INT64_MAX, &list->after.row);
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

static void list_ask_read(Request *ask, ListAsk *list, Faults *faults)
{
    int64_t number;
    for (int i = 0; i < ask->query.n; i++) {
        const Pair *p = &ask->query.at[i];
        if (!ask->wants_json && (!p->value.n || str_starts(p->name, S("_")))) continue;
        if (asked_twice(ask, i)) {
            fault_add(ask, faults, p->name, message(ask->a, "{} is asked for twice; ask for one of them.", p->name));
        } else if (str_equal(p->name, S("limit"))) {
            if (number_read(p->value, 1, LIMIT_MOST, &number)) list->limit = (int)number;
            else fault_add(ask, faults, p->name, message(ask->a, "limit is a number from 1 to {}.", LIMIT_MOST));
        } else if (str_equal(p->name, S("after"))) {
            if (!place_read(list, p->value))
                fault_add(
                    ask, faults, p->name,
                    message(ask->a, "after is the text that came as next with the list before."));
        } else if (str_equal(p->name, S("state"))) state_read(ask, p->value, list, faults);
        else if (!range_read(ask, p, list, faults)) filter_read(ask, p, list, faults);
    }
    if (list->from_to && list->from > list->to)
        fault_add(ask, faults, say(ask->a, "{}.to", list->from_to->name), message(ask->a, "The first day comes after the last."));
}

// ---- the page ----------------------------------------------------------------------------------------

static void filter_options(Request *ask, const List *list, Str chosen)
{
    option_write(ask, (Str){0}, tr(ask->lang, S("All")), false);
    for (int i = 0; i < list->n; i++) {
        const Choice *c = &list->choices[i];
        option_write(ask, c->name, words_in(&c->label, ask->lang), str_equal(c->name, chosen));
    }
}

static void filter_box(Request *ask, Str name, Str label)
{
    html(ask->o,
         "<div class='govuk-form-group'><label class='govuk-label' for='q-{}'>{}</label>"
         "<input class='govuk-input' id='q-{}' name='{}' value='{}' autocomplete='off'></div>\n",
         name, label, name, name, pairs_get(&ask->query, name));
}

static void filter_field(Request *ask, const Field *f)
{
    Str label = field_label(ask, f);
    if (f->list) {
        html(ask->o, "<div class='govuk-form-group'><label class='govuk-label' for='q-{}'>{}</label>"
            "<select class='govuk-select' id='q-{}' name='{}'>", f->name, label, f->name, f->name);
        filter_options(ask, f->list, pairs_get(&ask->query, f->name));
        html(ask->o, "</select></div>\n");
    } else if (is_date(f)) {
        filter_box(ask, say(ask->a, "{}.from", f->name), message_in(ask->a, ask->lang, message(ask->a, "{}: from", label)));
        filter_box(ask, say(ask->a, "{}.to", f->name), message_in(ask->a, ask->lang, message(ask->a, "{}: to", label)));
    } else filter_box(ask, f->name, label);
}

static void filter_state(Request *ask)
{
    const Pack *p = ask->pack;
    Str chosen = pairs_get(&ask->query, S("state"));
    html(ask->o, "<div class='govuk-form-group'><label class='govuk-label' for='q-state'>{}</label>"
        "<select class='govuk-select' id='q-state' name='state'>", tr(ask->lang, S("State")));
    option_write(ask, (Str){0}, tr(ask->lang, S("All")), false);
    for (int i = 0; i < p->states_n; i++) {
        Str name = p->states[i].name;
        if (p->states[i].record == ask->type) option_write(ask, name, state_label(ask, ask->type, name), str_equal(name, chosen));
    }
    html(ask->o, "</select></div>\n");
}

// The list of the first page that this is, empty for the whole: it stays what it is while it is filtered.
static Str list_of(const ListAsk *list)
{
    return str_equal(list->screen->kind, S("home")) ? list->screen->name : (Str){0};
}

// The whole of the list that is shown, without filters.
static Url whole_url(Request *ask, const ListAsk *list)
{
    Str name = list_of(list);
    return name.n ? url(ask->a, "/{}?_list={}", ask->type->name, name) : url(ask->a, "/{}", ask->type->name);
}

static bool has_box(const Screen *with, Str name)
{
    if (str_equal(name, S("state"))) return true;
    for (int i = 0; i < with->filters_n; i++) {
        Str field = with->filters[i]->name, end = str_slice(name, field.n, name.n);
        if (str_starts(name, field) &&
            (!end.n || (is_date(with->filters[i]) &&
                        (str_equal(end, S(".from")) || str_equal(end, S(".to"))))))
            return true;
    }
    return false;
}

// What the list is asked for besides what the form asks: the list itself, what it hangs on.
static void kept_write(Request *ask, const Screen *with)
{
    for (int i = 0; i < ask->query.n; i++) {
        const Pair *p = &ask->query.at[i];
        bool begins = str_equal(p->name, S("after")) || str_equal(p->name, S("_filter"));
        if (p->value.n && !begins && !has_box(with, p->name))
            html(ask->o, "<input type='hidden' name='{}' value='{}'>", p->name, p->value);
    }
}

// The form comes when it is wanted: its lists would be a quarter of every page.
static void filters_write(Request *ask, const ListAsk *list, bool asked)
{
    const Screen *with = list->screen->filters_n ? list->screen : screen_for_list(ask, ask->type);
    Url whole = whole_url(ask, list);
    if (!with->filters_n && !has_states(ask, ask->type)) return;
    if (!asked && !pairs_get(&ask->query, S("_filter")).n) {
        html(ask->o,
             "<p class='govuk-body app-screen'><a class='govuk-link' "
             "href='{}{}_filter=yes'>{}</a></p>\n",
             whole, list_of(list).n ? S("&") : S("?"), tr(ask->lang, S("Show only some")));
        return;
    }
    html(ask->o, "<form class='app-filter' action='/{}'>", ask->type->name);
    kept_write(ask, with);
    html(ask->o, "<div class='app-filter__fields'>\n");
    for (int i = 0; i < with->filters_n; i++)
        if (may_see(&ask->s->user, ask->type, with->filters[i])) filter_field(ask, with->filters[i]);
    if (has_states(ask, ask->type)) filter_state(ask);
    html(ask->o, "</div><div class='app-actions'><button class='govuk-button govuk-button--secondary'>{}</button>"
        "<a class='govuk-link' href='{}'>{}</a></div></form>\n", tr(ask->lang, S("Show")), whole, tr(ask->lang, S("Show all")));
}

Err *count_said(Request *ask, const ListAsk *list, int most, Str *out)
{
    int64_t n;
    TRY(record_count(ask->s, list, most + 1, &n));
    *out = number_shown(ask->a, ask->lang, n > most ? most : n);
    if (n > most) *out = message_in(ask->a, ask->lang, message(ask->a, "{} or more", *out));
    return 0;
}

Str order_said(Request *ask, const RecordType *t)
{
    bool by_day = t->day >= 0 && may_see(&ask->s->user, t, &t->fields[t->day]);
    if (!by_day) return tr(ask->lang, S("newest first"));
    return message_in(ask->a, ask->lang, message(ask->a, "newest first, by: {}", field_label(ask, &t->fields[t->day])));
}

static Err *count_write(Request *ask, const ListAsk *list)
{
    Str count;
    bool hangs = false;
    if (list->after.row) return 0; // counted where the list begins
    for (int i = 0; i < list->filters_n; i++) hangs |= list->filters[i].field->kind == FIELD_LINK;
    TRY(count_said(ask, list, hangs ? COUNT_RELATED : COUNT_MOST, &count));
    html(ask->o, "<p class='app-count'>{} · {}</p>\n", count, order_said(ask, list->type));
    return 0;
}

// What the list hangs on, where it is asked for that.
static Err *of_write(Request *ask, const ListAsk *list)
{
    for (int i = 0; i < list->filters_n; i++) {
        const Field *f = list->filters[i].field;
        Record *of;
        if (f->kind != FIELD_LINK || !list->filters[i].value.n || !may_any(&ask->s->user, f->target, MAY_READ)) continue;
        Err *e = record_get(ask->s, f->target, list->filters[i].value, &of);
        if (e && e->kind != ERR_MISSING) return e;
        if (e) continue;
        html(ask->o, "<p class='govuk-body'>{}: <a class='govuk-link' href='/{}/{}'>{}</a></p>\n",
             field_label(ask, f), f->target->name, of->id, record_heading(ask, of));
    }
    return 0;
}

static void list_empty(Request *ask, const ListAsk *list, bool asked)
{
    Lang lang = ask->lang;
    bool narrowed = list_of(list).n > 0;
    html(ask->o, "<p class='govuk-body-l'>{}</p>\n",
         tr(lang, asked ? S("Nothing fits what you asked for.")
                  : narrowed ? S("Nothing stands in this list now.") : S("Nothing is written here yet.")));
    if (asked)
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='{}'>{}</a></p>\n",
             whole_url(ask, list), tr(lang, S("Show all")));
    else if (narrowed)
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/{}'>{}</a></p>\n", ask->type->name,
             message_in(ask->a, lang, message(ask->a, "All: {}", type_plural(ask, ask->type))));
    else if (may_create(ask, ask->type))
        html(ask->o, "<p class='govuk-body'>{} <a class='govuk-link' href='/import'>{}</a></p>\n",
             tr(lang, S("Begin with the button above, or bring in a table that you have.")), tr(lang, S("Bring in a table")));
    else html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/'>{}</a></p>\n", tr(lang, S("Go to your work")));
}

static Err *list_page(Request *ask, const ListAsk *list, const RecordPage *page)
{
    bool asked = list->filters_n || list->state.n || list->from_to;
    Str label = words_in(&list->screen->label, ask->lang);
    Str title = label.n && str_equal(list->screen->kind, S("home")) ? label : type_plural(ask, ask->type);
    page_open(ask, &(Page){.title = title, .hidden_title = true});
    html(ask->o, "<div class='moj-page-header-actions'><div class='moj-page-header-actions__title'><h1 class='app-title'>{}</h1></div>"
        "<div class='moj-page-header-actions__actions'>", title);
    if (may_create(ask, ask->type))
        html(ask->o, "<a class='govuk-button' role='button' href='/{}/new'>{}</a>", ask->type->name,
             message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, ask->type))));
    html(ask->o, "</div></div>\n");
    TRY(of_write(ask, list));
    filters_write(ask, list, asked);
    if (page->n) {
        TRY(count_write(ask, list));
        Str **texts;
        TRY(columns_read(ask, list->screen, page, &texts));
        rows_write(ask, list->screen, page, texts);
    } else list_empty(ask, list, asked);
    pages_write(ask, place_words(ask, list, page->next));
    page_close(ask);
    return 0;
}

static Err *list_json(Request *ask, const ListAsk *list, const RecordPage *page)
{
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < page->n; i++) {
        if (i) buf_char(ask->o, ',');
        record_json(ask->o, ask->s, page->at[i]);
    }
    buf_add(ask->o, S("],"));
    json(ask->o, "'next':{}}\n", val_or_null(place_words(ask, list, page->next)));
    return 0;
}

// A list of the first page, shown whole: ?_list=NAME.
static Err *screen_asked(Request *ask, const Screen **out)
{
    Str name = pairs_get(&ask->query, S("_list"));
    *out = screen_for_list(ask, ask->type);
    if (!name.n) return 0;
    for (int i = 0; i < ask->pack->screens_n; i++) {
        *out = &ask->pack->screens[i];
        if ((*out)->record == ask->type && str_equal((*out)->name, name)) return 0;
    }
    return fail(ask->a, ERR_INPUT, "There is no list '{}' here. Go back to your work and choose one of those.", name);
}

Err *list_show(Request *ask)
{
    ListAsk list = {.type = ask->type, .limit = ask->wants_json ? LIMIT : PAGE_ROWS,
                    .by_day = !ask->wants_json && ask->type->day >= 0};
    Faults faults = {0};
    RecordPage page = {0};
    if (!ask->wants_json) {
        TRY(screen_asked(ask, &list.screen));
        list.where = list.screen->where;
    }
    list_ask_read(ask, &list, &faults);
    if (faults.n && ask->wants_json) return faults_json(ask, &faults);
    if (faults.n) return err_make(ask->a, ERR_INPUT, faults.first->message);
    TRY(record_list(ask->s, &list, &page));
    return ask->wants_json ? list_json(ask, &list, &page) : list_page(ask, &list, &page);
}
