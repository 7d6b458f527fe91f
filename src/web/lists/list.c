// A list of records: filters, twenty at a time, in an order that its headings change; or a page of JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/lists/lists.h"

enum { LIMIT = 100 };

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

// The part of a screen that this is, empty for the whole: it stays what it is while it is filtered.
static Str list_of(Request *ask, const ListAsk *list)
{
    const Screen *screen = list->screen;
    if (screen->kind == SCREEN_HOME) return screen->name;
    return screen->kind && screen->name.n ? say(ask->a, "{}.{}", screen->name, screen->place) : (Str){0};
}

// The whole of the list that is shown, without filters.
static Url whole_url(Request *ask, const ListAsk *list)
{
    Str name = list_of(ask, list);
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

// Where a list begins, and whether its form is shown, is no part of what it is asked for.
static bool is_place(Str name)
{
    return str_equal(name, S("after")) || str_equal(name, S("before")) || str_equal(name, S("_filter"));
}

// What the list is asked for besides what the form asks: the list itself, what it hangs on.
static void kept_write(Request *ask, const Screen *with)
{
    for (int i = 0; i < ask->query.n; i++) {
        const Pair *p = &ask->query.at[i];
        if (p->value.n && !is_place(p->name) && !has_box(with, p->name))
            html(ask->o, "<input type='hidden' name='{}' value='{}'>", p->name, p->value);
    }
}

// The order stands last, however it came, so that one list has one spelling.
Str query_kept(Request *ask, bool order)
{
    Buf q = buf_in(ask->a);
    for (int last = 0; last <= (int)order; last++) {
        for (int i = 0; i < ask->query.n; i++) {
            const Pair *p = &ask->query.at[i];
            if (!p->value.n || is_place(p->name) || str_equal(p->name, S("sort")) != last) continue;
            if (q.n) buf_char(&q, '&');
            buf_add(&q, url(ask->a, "{}={}", p->name, p->value).s);
        }
    }
    return buf_str(&q);
}

// The form comes when it is wanted: its lists would be a quarter of every page.
static void filters_write(Request *ask, const ListAsk *list, bool asked)
{
    const Screen *with = list->screen->filters_n ? list->screen : screen_for_list(ask, ask->type);
    Url whole = whole_url(ask, list);
    if (!with->filters_n && !has_states(ask, ask->type)) return;
    if (!asked && !pairs_get(&ask->query, S("_filter")).n) {
        Str kept = query_kept(ask, true);
        html(ask->o, "<p class='govuk-body app-screen'><a class='govuk-link' href='/{}?{}{}_filter=yes'>{}</a></p>\n", ask->type->name,
             (Url){kept}, kept.n ? S("&") : (Str){0}, tr(ask->lang, S("Choose what to show")));
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

Str count_shown(Request *ask, int64_t n, int most)
{
    Str shown = number_shown(ask->a, ask->lang, n > most ? most : n);
    return n > most ? message_in(ask->a, ask->lang, message(ask->a, "{} or more", shown)) : shown;
}

Err *count_said(Request *ask, const ListAsk *list, int most, Str *out)
{
    int64_t n;
    TRY(record_count(ask->s, list, most + 1, &n));
    *out = count_shown(ask, n, most);
    return 0;
}

Str order_said(Request *ask, ListOrder order)
{
    Str by = order.field ? field_label(ask, order.field) : tr(ask->lang, S("Number"));
    bool day = order.field && is_date(order.field);
    if (order.by == BY_WRITTEN) return tr(ask->lang, S("newest first"));
    Message m = day ? order.up ? message(ask->a, "oldest first, by: {}", by) : message(ask->a, "newest first, by: {}", by)
        : order.up ? message(ask->a, "smallest first, by: {}", by) : message(ask->a, "largest first, by: {}", by);
    return message_in(ask->a, ask->lang, m);
}

static Err *count_write(Request *ask, const ListAsk *list)
{
    Str count;
    bool hangs = false;
    if (list->after.row) return 0; // counted where the list begins
    for (int i = 0; i < list->filters_n; i++) hangs |= list->filters[i].field->kind == FIELD_LINK;
    TRY(count_said(ask, list, hangs ? COUNT_RELATED : COUNT_MOST, &count));
    html(ask->o, "<p class='app-count'>{} · {}</p>\n", count, order_said(ask, list->order));
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
    bool narrowed = list_of(ask, list).n > 0;
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
             tr(lang, S("Begin with the button above, or add what you have in an Excel file.")), tr(lang, S("Add from an Excel file")));
    else html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/'>{}</a></p>\n", tr(lang, S("Go to your work")));
}

// A page of this very list: from its beginning, or from a place.
static Url page_url(Request *ask, Str query, Str sort, Str from, Str place)
{
    Buf q = buf_in(ask->a);
    buf_add(&q, query);
    if (q.n && sort.n) buf_char(&q, '&');
    if (sort.n) buf_add(&q, url(ask->a, "sort={}", sort).s);
    if (q.n && from.n) buf_char(&q, '&');
    if (from.n) buf_add(&q, url(ask->a, "{}={}", from, place).s);
    return q.n ? (Url){say(ask->a, "/{}?{}", ask->type->name, buf_str(&q))} : url(ask->a, "/{}", ask->type->name);
}

static void page_link(Request *ask, Url to, Str where, Str words)
{
    html(ask->o, "<div class='govuk-pagination__{}'><a class='govuk-link govuk-pagination__link' href='{}' rel='{}'>"
        "<span class='govuk-pagination__link-title'>{}</span></a></div>", where, to, where, words);
}

// Behind and before this page; where it is not the first, that is a step away.
static void pages_write(Request *ask, const ListAsk *list, const RecordPage *page)
{
    Str query = query_kept(ask, false), sort = pairs_get(&ask->query, S("sort"));
    if (!list->after.row && !page->next.row) return;
    html(ask->o, "<nav class='govuk-pagination' aria-label='{}'>", tr(ask->lang, S("Pages of the list")));
    if (list->after.row)
        html(ask->o, "<div class='govuk-pagination__prev'><a class='govuk-link govuk-pagination__link' href='{}'>"
            "<span class='govuk-pagination__link-title'>{}</span></a></div>", page_url(ask, query, sort, (Str){0}, (Str){0}),
            tr(ask->lang, S("First page")));
    Url before = page_url(ask, query, sort, S("before"), place_words(ask, list, page->before));
    Url next = page_url(ask, query, sort, S("after"), place_words(ask, list, page->next));
    if (page->before.row) page_link(ask, before, S("prev"), tr(ask->lang, S("Previous page")));
    if (page->next.row) page_link(ask, next, S("next"), tr(ask->lang, S("Next page")));
    html(ask->o, "</nav>\n");
}

// What a column's heading sorts by: its own field, or its number, which is its key where its type has none for people.
static Str sorts_by(const Request *ask, const Column *c)
{
    if (c->field) return c->through ? (Str){0} : c->field->name;
    bool number = !c->link && (str_equal(c->name, S("key")) || str_equal(c->name, S("no")));
    return !number ? (Str){0} : ask->type->numbered ? S("no") : S("key");
}

// Days and amounts begin with the greatest, numbers of records with the least; the same heading again turns it round.
static Sorting sorting_of(Request *ask, const ListAsk *list, const Column *c, Str query)
{
    ListOrder order, now = list->order, own = order_own(ask->s, ask->type);
    Str by = sorts_by(ask, c);
    if (!by.n || !sort_read(ask->s, ask->type, by, &order)) return (Sorting){0};
    bool here = now.by == order.by && now.field == order.field;
    order.up = here ? !now.up : !order.field;
    bool plain = order.field && order.field == own.field && !order.up;
    return (Sorting){page_url(ask, query, plain ? (Str){0} : sort_words(ask->a, order), (Str){0}, (Str){0}),
        !here ? (Str){0} : now.up ? S("ascending") : S("descending")};
}

static Err *table_write(Request *ask, const ListAsk *list, const RecordPage *page)
{
    Str **texts, query = query_kept(ask, false);
    Block block = {0};
    const Screen *screen = list->screen;
    TRY(columns_read(ask, screen, page, &texts));
    records_block(ask, screen, page, texts, &block);
    Sorting *sortings = take(ask->a, Sorting, screen->columns_n + 1);
    int joined = screen->columns_n - block.heads_n; // a number and the title behind it are one column
    for (int i = 0; i < block.heads_n; i++) sortings[i] = sorting_of(ask, list, &screen->columns[i ? i + joined : 0], query);
    block.sortings = sortings;
    block_page(ask, &block);
    return 0;
}

static Err *list_page(Request *ask, const ListAsk *list, const RecordPage *page)
{
    bool asked = list->filters_n || list->state.n || list->from_to;
    Str label = words_in(&list->screen->label, ask->lang);
    Str title = label.n && list->screen->kind != SCREEN_LIST ? label : type_plural(ask, ask->type);
    page_open(ask, &(Page){.title = title, .hidden_title = true});
    html(ask->o, "<div class='moj-page-header-actions'><div class='moj-page-header-actions__title'><h1 class='app-title'>{}</h1></div>"
        "<div class='moj-page-header-actions__actions'>", title);
    if (may_create(ask, ask->type))
        html(ask->o, "<a class='govuk-button' role='button' href='/{}/new'>{}</a>", ask->type->name,
             message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, ask->type))));
    html(ask->o, "</div></div>\n");
    TRY(of_write(ask, list));
    filters_write(ask, list, asked);
    TRY(saved_write(ask, asked || pairs_get(&ask->query, S("sort")).n));
    if (page->n) {
        TRY(count_write(ask, list));
        TRY(table_write(ask, list, page));
    } else list_empty(ask, list, asked);
    pages_write(ask, list, page);
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

// A part of a screen, shown whole: ?_list=NAME, or NAME.PLACE where several stand on one.
static Err *screen_asked(Request *ask, const Screen **out)
{
    Str asked = pairs_get(&ask->query, S("_list")), place = asked, name = str_cut(&place, '.');
    int64_t at = 0;
    *out = screen_for_list(ask, ask->type);
    if (!asked.n) return 0;
    for (int i = 0; i < ask->pack->screens_n && (!place.n || str_int(place, &at)); i++) {
        const Screen *screen = &ask->pack->screens[i];
        *out = screen;
        if (screen->record == ask->type && screen->columns_n && str_equal(screen->name, name) && screen->place == at) return 0;
    }
    return fail(ask->a, ERR_INPUT, "There is no list '{}' here. Go back to your work and choose one of those.", asked);
}

Err *list_show(Request *ask)
{
    ListAsk list = {.type = ask->type, .limit = ask->wants_json ? LIMIT : PAGE_ROWS,
                    .order = ask->wants_json ? (ListOrder){0} : order_own(ask->s, ask->type)};
    Faults faults = {0};
    RecordPage page = {0};
    if (!ask->wants_json) {
        TRY(screen_asked(ask, &list.screen));
        list.where = list.screen->where;
    }
    list_asked(ask, &list, &faults);
    if (faults.n && ask->wants_json) return faults_json(ask, &faults);
    if (faults.n) return err_make(ask->a, ERR_INPUT, faults.first->message);
    TRY(record_list(ask->s, &list, &page));
    if (list.back && page.n < list.limit) { // less than a page stands before it: that is the first one
        list.after = (ListPlace){0};
        list.back = false;
        TRY(record_list(ask->s, &list, &page));
    }
    return ask->wants_json ? list_json(ask, &list, &page) : list_page(ask, &list, &page);
}
