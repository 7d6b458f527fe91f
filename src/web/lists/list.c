// A list of records: filters, twenty at a time, in an order that its headings change; or a page of JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/lists/lists.h"

enum { LIMIT = 100 };

// ---- the page ----------------------------------------------------------------------------------------

static Box filter_box(Request *ask, Str name, Str label)
{
    return (Box){BOX_TEXT, .name = name, .label = label, .value = pairs_get(&ask->query, name)};
}

static void filter_select(Request *ask, Str name, Str label, List *list, Asking *out)
{
    Box box = filter_box(ask, name, label);
    box.kind = BOX_SELECT;
    box.list = list;
    box_add(ask, out, box);
}

static List *list_of_all(Request *ask, int most)
{
    List *list = choices_made(ask, most + 1);
    choice_add(ask, list, (Str){0}, tr(ask->lang, S("All")));
    return list;
}

static void filter_field(Request *ask, const Field *f, Asking *out)
{
    Str label = field_label(ask, f);
    Box from = filter_box(ask, say(ask->a, "{}.from", f->name), message_in(ask->a, ask->lang, message(ask->a, "{}: from", label)));
    Box to = filter_box(ask, say(ask->a, "{}.to", f->name), message_in(ask->a, ask->lang, message(ask->a, "{}: to", label)));
    Box plain = filter_box(ask, f->name, label);
    if (f->list) {
        List *offered = list_of_all(ask, f->list->n);
        memcpy(offered->choices + 1, f->list->choices, (size_t)f->list->n * sizeof *offered->choices);
        offered->n += f->list->n;
        filter_select(ask, f->name, label, offered, out);
    } else if (is_date(f)) {
        box_add(ask, out, from);
        box_add(ask, out, to);
    } else box_add(ask, out, plain);
}

static void filter_state(Request *ask, Asking *out)
{
    const Pack *p = ask->pack;
    List *offered = list_of_all(ask, p->states_n);
    for (int i = 0; i < p->states_n; i++)
        if (p->states[i].record == ask->type) choice_add(ask, offered, p->states[i].name, state_label(ask, ask->type, p->states[i].name));
    filter_select(ask, S("state"), tr(ask->lang, S("State")), offered, out);
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
static void kept_add(Request *ask, const Screen *with, Asking *out)
{
    for (int i = 0; i < ask->query.n; i++) {
        const Pair *p = &ask->query.at[i];
        if (p->value.n && !is_place(p->name) && !has_box(with, p->name))
            box_add(ask, out, (Box){BOX_HIDDEN, .name = p->name, .value = p->value});
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
static void filters_add(const ListAsk *list, bool asked, Blocks *out)
{
    Request *ask = out->ask;
    const Screen *with = list->screen->filters_n ? list->screen : screen_for_list(ask, ask->type);
    if (!with->filters_n && !has_states(ask, ask->type)) return;
    if (!asked && !pairs_get(&ask->query, S("_filter")).n) {
        Str kept = query_kept(ask, true);
        words_add(out, TONE_SCREEN, tr(ask->lang, S("Choose what to show")))->to =
            (Url){say(ask->a, "/{}?{}{}_filter=yes", ask->type->name, kept, kept.n ? S("&") : (Str){0})};
        return;
    }
    Asking asking = {.way = ASK_CHOOSE, .to = url(ask->a, "/{}", ask->type->name), .words = tr(ask->lang, S("Show")),
        .leave = whole_url(ask, list), .leave_words = tr(ask->lang, S("Show all"))};
    kept_add(ask, with, &asking);
    for (int i = 0; i < with->filters_n; i++)
        if (may_see(&ask->s->user, ask->type, with->filters[i])) filter_field(ask, with->filters[i], &asking);
    if (has_states(ask, ask->type)) filter_state(ask, &asking);
    ask_add(out, (Str){0}, &asking);
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

static Err *count_read(Request *ask, const ListAsk *list, Str *out)
{
    Str count;
    bool hangs = false;
    if (list->after.row) return 0; // counted where the list begins
    for (int i = 0; i < list->filters_n; i++) hangs |= list->filters[i].field->kind == FIELD_LINK;
    TRY(count_said(ask, list, hangs ? COUNT_RELATED : COUNT_MOST, &count));
    *out = say(ask->a, "{} · {}", count, order_said(ask, list->order));
    return 0;
}

// What the list hangs on, where it is asked for that.
static Err *of_add(const ListAsk *list, Blocks *out)
{
    Request *ask = out->ask;
    for (int i = 0; i < list->filters_n; i++) {
        const Field *f = list->filters[i].field;
        Record *of;
        if (f->kind != FIELD_LINK || !list->filters[i].value.n || !may_any(&ask->s->user, f->target, MAY_READ)) continue;
        Err *e = record_get(ask->s, f->target, list->filters[i].value, &of);
        if (e && e->kind != ERR_MISSING) return e;
        if (e) continue;
        words_add(out, TONE_PLAIN, say(ask->a, "{}:", field_label(ask, f)));
        words_more(out, record_heading(ask, of))->to = record_url(ask, f->target, of->id);
    }
    return 0;
}

static void empty_add(const ListAsk *list, bool asked, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    bool narrowed = list_of(ask, list).n > 0;
    words_add(out, TONE_LARGE,
        tr(lang, asked ? S("Nothing fits what you asked for.")
                 : narrowed ? S("Nothing stands in this list now.") : S("Nothing is written here yet.")));
    if (asked) words_add(out, TONE_PLAIN, tr(lang, S("Show all")))->to = whole_url(ask, list);
    else if (narrowed)
        words_add(out, TONE_PLAIN, message_in(ask->a, lang, message(ask->a, "All: {}", type_plural(ask, ask->type))))->to =
            url(ask->a, "/{}", ask->type->name);
    else if (!may_create(ask, ask->type)) words_add(out, TONE_PLAIN, tr(lang, S("Go to your work")))->to = (Url){S("/")};
    else {
        words_add(out, TONE_PLAIN, tr(lang, S("Begin with the button above, or add what you have in an Excel file.")));
        words_more(out, tr(lang, S("Add from an Excel file")))->to = url(ask->a, "/import");
    }
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

// Behind and before this page; where it is not the first, that is a step away.
static const Paging *paging_of(Request *ask, const ListAsk *list, const RecordPage *page)
{
    Str query = query_kept(ask, false), sort = pairs_get(&ask->query, S("sort"));
    Paging *out = take(ask->a, Paging, 1);
    if (list->after.row) out->first = page_url(ask, query, sort, (Str){0}, (Str){0});
    if (page->before.row) out->before = page_url(ask, query, sort, S("before"), place_words(ask, list, page->before));
    if (page->next.row) out->next = page_url(ask, query, sort, S("after"), place_words(ask, list, page->next));
    return list->after.row || page->next.row ? out : 0;
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
    ListOrder order, now = list->order, own = order_part(ask->s, list->screen);
    Str by = sorts_by(ask, c);
    if (!by.n || !sort_read(ask->s, ask->type, by, &order)) return (Sorting){0};
    bool here = now.by == order.by && now.field == order.field;
    order.up = here ? !now.up : !order.field;
    bool plain = order.field && order.field == own.field && order.up == own.up;
    return (Sorting){page_url(ask, query, plain ? (Str){0} : sort_words(ask->a, order), (Str){0}, (Str){0}),
        !here ? (Str){0} : now.up ? S("ascending") : S("descending")};
}

static Err *table_add(const ListAsk *list, const RecordPage *page, Blocks *out)
{
    Request *ask = out->ask;
    Str **texts, query = query_kept(ask, false), count = {0};
    const Screen *screen = list->screen;
    TRY(count_read(ask, list, &count));
    TRY(columns_read(ask, screen, page, &texts));
    Block *block = block_add(out, &(Block){.count = count});
    records_block(ask, screen, page, texts, block);
    Sorting *sortings = take(ask->a, Sorting, screen->columns_n + 1);
    int joined = screen->columns_n - block->heads_n; // a number and the title behind it are one column
    for (int i = 0; i < block->heads_n; i++) sortings[i] = sorting_of(ask, list, &screen->columns[i ? i + joined : 0], query);
    block->sortings = sortings;
    return 0;
}

static Err *list_page(Request *ask, const ListAsk *list, const RecordPage *page)
{
    Blocks all = {.ask = ask};
    bool asked = list->filters_n || list->state.n || list->from_to;
    bool sought = asked || list->key.n || list->after.row;
    Str label = words_in(&list->screen->label, ask->lang);
    Page head = {.title = label.n && list->screen->kind != SCREEN_LIST ? label : type_plural(ask, ask->type)};
    if (may_create(ask, ask->type)) {
        head.begin = url(ask->a, "/{}/new", ask->type->name);
        head.begin_words = add_words(ask, ask->type);
    }
    TRY(of_add(list, &all));
    if (page->n || sought) { // of nothing there is nothing to choose
        filters_add(list, asked, &all);
        TRY(saved_add(asked || pairs_get(&ask->query, S("sort")).n, &all));
    }
    if (page->n) TRY(table_add(list, page, &all));
    else empty_add(list, sought, &all);
    all.at[all.n - 1].paging = paging_of(ask, list, page);
    blocks_page(ask, &head, &all);
    return 0;
}

static Err *list_json(Request *ask, const ListAsk *list, const RecordPage *page)
{
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < page->n; i++) {
        json_next(ask->o);
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
    ListAsk list = {.type = ask->type, .limit = ask->wants_json ? LIMIT : PAGE_ROWS};
    Faults faults = {0};
    RecordPage page = {0};
    if (!ask->wants_json) {
        TRY(screen_asked(ask, &list.screen));
        list.where = list.screen->where;
        list.order = order_part(ask->s, list.screen);
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
