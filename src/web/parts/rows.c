// Parts that are rows of records: a table, the first page's lists, what arrived, and a plan.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { ROWS_MOST = 20, HOME_ROWS = 4, LISTS_MOST = 4, LISTS_FEW = 2, ITEMS_MOST = 4, PLAN_ROWS = 200 };

const Screen *screen_get(const Pack *p, ScreenKind kind, const RecordType *t)
{
    for (int i = 0; i < p->screens_n; i++)
        if (p->screens[i].record == t && p->screens[i].kind == kind) return &p->screens[i];
    return 0;
}

// A column of what she never reads would stand empty.
static bool column_hers(const Request *ask, const Column *c)
{
    const RecordType *to = c->link ? c->link->target : 0;
    return (!to || may_any(&ask->s->user, to, MAY_READ)) && (!c->through || may_any(&ask->s->user, c->through, MAY_READ));
}

const Screen *screen_for_list(Request *ask, const RecordType *t)
{
    const Screen *found = screen_get(ask->pack, SCREEN_LIST, t);
    bool whole = found;
    for (int i = 0; found && i < found->columns_n; i++) whole &= column_hers(ask, &found->columns[i]);
    if (whole) return found;
    Screen *own = take(ask->a, Screen, 1);
    *own = found ? *found : (Screen){.record = t};
    own->columns = take(ask->a, Column, own->columns_n + 1);
    own->columns_n = 0;
    for (int i = 0; found && i < found->columns_n; i++)
        if (column_hers(ask, &found->columns[i])) own->columns[own->columns_n++] = found->columns[i];
    if (!own->columns_n) own->columns[own->columns_n++] = (Column){.name = S("title")};
    return own;
}

static bool column_is(const Column *c, Str name)
{
    return !c->field && !c->link && !c->through && str_equal(c->name, name);
}

bool column_counts(const Column *c)
{
    return c->field && !c->through && (c->field->kind == FIELD_INTEGER || c->field->kind == FIELD_DECIMAL);
}

Str column_label(const Request *ask, const RecordType *t, const Column *c)
{
    const Field *f = c->field ? c->field : c->link;
    if (f && f == c->field && str_equal(f->words, c->name)) return words_in(&f->words_label, ask->lang);
    if (f && f->target && c->through) return type_label(ask, f->target);
    if (f) return field_label(ask, f);
    if (column_is(c, S("key")) || column_is(c, S("no"))) return tr(ask->lang, S("Number"));
    if (column_is(c, S("state"))) return tr(ask->lang, S("State"));
    if (column_is(c, S("unit"))) return tr(ask->lang, S("Office"));
    return type_label(ask, t);
}

// A number and the title behind it stand in one cell.
static bool title_joins(const Screen *screen)
{
    return screen->columns_n > 1 && column_is(&screen->columns[0], S("key")) && str_equal(screen->columns[1].name, S("title"));
}

Err *columns_read(Request *ask, const Screen *screen, const RecordPage *page, Str ***texts)
{
    *texts = take(ask->a, Str *, page->n + 1);
    for (int i = 0; i < page->n; i++) (*texts)[i] = take(ask->a, Str, screen->columns_n);
    return page->n ? record_columns(ask->s, screen, page, *texts) : 0;
}

// What leads to the record: its first column, or what it is called where that says nothing.
static Str called(Request *ask, const Record *r, Str text)
{
    return text.n && !str_equal(text, r->id) ? text : name_or_none(ask, r);
}

// What a cell would say is not open to her: its value, or whom it names.
static bool cell_closed(const Column *c, const Record *r, Str text)
{
    const Field *own = c->through ? 0 : c->link ? c->link : c->field;
    return own && !text.n && (r->cells[own->at].hidden || (own->kind == FIELD_LINK && r->cells[own->at].text.n));
}

static Item item_of(Request *ask, const Screen *screen, int i, const Record *r, Str text)
{
    const Column *c = &screen->columns[i];
    Item item = {.name = column_label(ask, screen->record, c), .field = c->name, .text = text};
    bool own = c->field && !c->through && !r->cells[c->field->at].hidden;
    if (own) item.value = value_outside(ask->a, c->field, r->cells[column_field(c, r->cells, ask->lang)->at].text);
    if (cell_closed(c, r, text)) item.tone = TONE_CLOSED;
    if (!column_is(c, S("state"))) return item;
    item.tone = TONE_STATE;
    item.value = r->state;
    return item;
}

static void record_line(Request *ask, const Screen *screen, const Record *r, const Str *texts, Line *out)
{
    bool joins = title_joins(screen);
    *out = (Line){.of = r, .items = take(ask->a, Item, screen->columns_n)};
    for (int i = 0; i < screen->columns_n; i++)
        if (i != 1 || !joins) out->items[out->n++] = item_of(ask, screen, i, r, texts[i]);
    Item *first = &out->items[0];
    first->tone = TONE_PLAIN;
    first->to = record_url(ask, r->type, r->id);
    Str title = joins && !str_equal(texts[1], r->key) ? texts[1] : (Str){0};
    if (title.n && str_equal(texts[0], r->id)) first->text = title; // a random key says nothing beside a title
    else {
        first->text = called(ask, r, texts[0]);
        out->title = title;
    }
}

void records_block(Request *ask, const Screen *screen, const RecordPage *page, Str **texts, Block *out)
{
    bool joins = title_joins(screen);
    out->shape = SHAPE_TABLE;
    out->heads = take(ask->a, Str, screen->columns_n + 1);
    for (int i = 0; i < screen->columns_n; i++)
        if (i != 1 || !joins) out->heads[out->heads_n++] = column_label(ask, screen->record, &screen->columns[i]);
    out->lines = take(ask->a, Line, page->n);
    for (int i = 0; i < page->n; i++) record_line(ask, screen, page->at[i], texts[i], &out->lines[out->n++]);
}

// In a line without heads a bare number says nothing.
static Item item_said(Request *ask, const Screen *screen, int i, const Record *r, Str text)
{
    Item item = item_of(ask, screen, i, r, text);
    if (column_counts(&screen->columns[i]) && text.n) item.text = say(ask->a, "{}: {}", item.name, text);
    return item;
}

// The first column leads to the record; a few of the others tell it apart, and its state stands at the end.
void records_items(Request *ask, const Screen *screen, const RecordPage *page, Str **texts, Block *out)
{
    out->shape = SHAPE_ITEMS;
    out->lines = take(ask->a, Line, page->n);
    for (int i = 0; i < page->n; i++) {
        const Record *r = page->at[i];
        Line *line = &out->lines[out->n++];
        *line = (Line){.of = r, .title = called(ask, r, texts[i][0]), .to = record_url(ask, r->type, r->id),
            .items = take(ask->a, Item, ITEMS_MOST + 1)};
        for (int c = 1; c < screen->columns_n && c < ITEMS_MOST; c++)
            if (!column_is(&screen->columns[c], S("state"))) line->items[line->n++] = item_said(ask, screen, c, r, texts[i][c]);
        if (!ask->wants_json && r->due && r->due < register_today(ask->s)) // programs have the day
            line->items[line->n++] = (Item){.field = S("due_in"), .text = due_words(ask, r->due)};
        if (r->state.n) line->items[line->n++] = (Item){.name = tr(ask->lang, S("State")), .field = S("state"), .value = r->state,
            .tone = TONE_STATE};
    }
}

ListAsk part_list(const Reading *reading, const Screen *part, int limit)
{
    const Record *r = reading->r;
    int64_t of = part->via && r ? r->cells[part->via->at].row : r ? r->row : 0;
    return (ListAsk){.type = part->record, .where = part->where, .limit = limit, .screen = part,
        .order = order_part(reading->ask->s, part), .link = part->link, .of = part->link ? of : 0};
}

// On whom it hangs, for an address: the page's record, or what a link of it names.
static Str hangs_on(const Reading *reading, const Screen *part)
{
    return part->via ? reading->r->cells[part->via->at].text : reading->r->key;
}

// What hangs on what a link names is there where the link says something that she may see.
static bool hangs_there(const Reading *reading, const Screen *part)
{
    return !part->via || (reading->r && reading->r->cells[part->via->at].row > 0);
}

// The whole of a part's list; of what hangs on a record, of that.
static Url whole_of(const Reading *reading, const Screen *part)
{
    const Record *r = reading->r;
    Request *ask = reading->ask;
    Url all = url(ask->a, "/{}?_list={}.{}", part->record->name, part->name, part->place);
    return part->link && r ? (Url){say(ask->a, "{}&{}", all.s, url(ask->a, "{}={}", part->link->name, hangs_on(reading, part)).s)} : all;
}

static void more_link(const Reading *reading, const Screen *part, const RecordPage *page, Block *out)
{
    if (!page->next.row) return;
    out->more = whole_of(reading, part);
    out->more_words = tr(reading->ask->lang, S("Show all"));
}

static void add_link(const Reading *reading, const Screen *part, Block *out)
{
    Request *ask = reading->ask;
    const RecordType *t = part->record;
    if (!may_create(ask, t) || (part->via && part->where)) return; // a new one need not be such a one
    out->add = part->link && reading->r ? url(ask->a, "/{}/new?{}={}", t->name, part->link->name, hangs_on(reading, part))
                                        : url(ask->a, "/{}/new", t->name);
    out->add_words = add_words(ask, t);
}

Str *moves_of(Request *ask, const RecordType *t, int *n)
{
    Str *names = take(ask->a, Str, ask->pack->moves_n);
    *n = 0;
    for (int i = 0; i < ask->pack->moves_n; i++)
        if (ask->pack->moves[i].record == t) names[(*n)++] = ask->pack->moves[i].name;
    return names;
}

static void moves_beside(const Screen *part, Block *out)
{
    for (int i = 0; i < out->n; i++) {
        out->lines[i].moves = part->moves;
        out->lines[i].moves_n = part->moves_n;
    }
    if (out->heads && part->moves_n) out->heads[out->heads_n++] = (Str){0};
}

// The block of a part, under its title; `empty`: what is said where it has no line.
static Block *part_block(Reading *reading, const Screen *part, Str empty, Blocks *out)
{
    Request *ask = reading->ask;
    return block_add(out, &(Block){.part = part, .title = part_title(ask, part, (Str){0}), .empty = tr(ask->lang, empty)});
}

typedef struct { RecordPage page; Str **texts; } Listed; // a page of a part's records, and what its columns say of them

static Err *listed_read(Reading *reading, const Screen *part, ListAsk list, Listed *out)
{
    TRY(record_list(reading->ask->s, &list, &out->page));
    return columns_read(reading->ask, part, &out->page, &out->texts);
}

Err *rows_part(Reading *reading, const Screen *part, Blocks *out)
{
    Listed listed;
    if (!hangs_there(reading, part)) return 0;
    TRY(listed_read(reading, part, part_list(reading, part, ROWS_MOST), &listed));
    if (part->via && !listed.page.n) return 0; // a room tells what is there
    Block *block = part_block(reading, part, S("Nothing stands in this list now."), out);
    records_block(reading->ask, part, &listed.page, listed.texts, block);
    moves_beside(part, block);
    more_link(reading, part, &listed.page, block);
    add_link(reading, part, block);
    return 0;
}

// What arrived, the newest first, each with what can be done about it.
Err *inbox_part(Reading *reading, const Screen *part, Blocks *out)
{
    Listed listed;
    ListAsk list = part_list(reading, part, ROWS_MOST);
    list.order = (ListOrder){0};
    TRY(listed_read(reading, part, list, &listed));
    Block *block = part_block(reading, part, S("Nothing has arrived."), out);
    records_items(reading->ask, part, &listed.page, listed.texts, block);
    moves_beside(part, block);
    more_link(reading, part, &listed.page, block);
    return 0;
}

// Those whose first column says the same as the row at `first`, below one heading, without that column.
static void group_block(Reading *reading, const Screen *part, const Listed *all, int first, bool *told, Blocks *out)
{
    Request *ask = reading->ask;
    Str group = all->texts[first][0];
    Listed same = {.page.at = take(ask->a, Record *, all->page.n), .texts = take(ask->a, Str *, all->page.n)};
    Screen *rest = take(ask->a, Screen, 1);
    *rest = *part;
    rest->columns++;
    rest->columns_n--;
    for (int i = first; i < all->page.n; i++) {
        if (!str_equal(all->texts[i][0], group)) continue;
        told[i] = true;
        same.texts[same.page.n] = all->texts[i] + 1;
        same.page.at[same.page.n++] = all->page.at[i];
    }
    const Column *by = &part->columns[0];
    bool state = !by->field && !by->link && str_equal(by->name, S("state"));
    if (group.n && state) group = state_label(ask, part->record, group);
    Block *block = block_add(out, &(Block){.part = part, .title = group.n ? group : tr(ask->lang, S("not known")), .minor = true});
    records_block(ask, rest, &same.page, same.texts, block);
    moves_beside(part, block);
}

// Where the first column says nothing, last.
Err *plan_part(Reading *reading, const Screen *part, Blocks *out)
{
    Listed all;
    if (!hangs_there(reading, part)) return 0;
    TRY(listed_read(reading, part, part_list(reading, part, PLAN_ROWS), &all));
    if (part->via && !all.page.n) return 0;
    Block *head = part_block(reading, part, all.page.n ? (Str){0} : S("Nothing stands in this list now."), out);
    more_link(reading, part, &all.page, head);
    add_link(reading, part, head);
    bool *told = take(reading->ask->a, bool, all.page.n + 1);
    for (int empty = 0; empty < 2; empty++) {
        for (int i = 0; i < all.page.n; i++) {
            bool says = all.texts[i][0].n > 0;
            if (!told[i] && says != empty) group_block(reading, part, &all, i, told, out);
        }
    }
    return 0;
}

// ---- the first page's lists -----------------------------------------------------------------------------------

// What is seen whole, names too: a list of numbers without names is nobody's work.
static bool seen_whole(const Request *ask, const RecordType *t)
{
    if (!may_any(&ask->s->user, t, MAY_READ)) return false;
    for (int i = 0; i < t->n; i++)
        if (!may_see(&ask->s->user, t, &t->fields[i])) return false;
    return true;
}

static bool works_with(const Request *ask, const RecordType *t)
{
    const RecordType *person = person_type(ask);
    bool about = person && t->person >= 0;
    return may_any(&ask->s->user, t, MAY_READ) && (may_create(ask, t) || (seen_whole(ask, t) && (!about || seen_whole(ask, person))));
}

// `more`: where the whole list is. One that is empty is not shown.
static Err *home_list(Reading *reading, const Screen *screen, const Screen *part, Str heading, Url more, Blocks *out)
{
    Request *ask = reading->ask;
    RecordPage page;
    Str **texts;
    ListAsk list = {.type = screen->record, .where = screen->where, .limit = HOME_ROWS, .screen = screen,
        .order = order_part(ask->s, screen)};
    TRY(record_list(ask->s, &list, &page));
    if (!page.n) return 0;
    TRY(columns_read(ask, screen, &page, &texts));
    Block *block = block_add(out, &(Block){.part = part, .title = heading});
    records_items(ask, screen, &page, texts, block);
    if (!page.next.row) return 0;
    block->more = more;
    block->more_words = tr(ask->lang, S("Show all"));
    return 0;
}

// The lists that the pack has for the first page: first those of what she writes.
Err *homes_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Pack *p = ask->pack;
    int before = out->n;
    for (int reads = 0; reads < 2; reads++) {
        for (int i = 0; i < p->screens_n && out->n - before < LISTS_MOST; i++) {
            const Screen *screen = &p->screens[i];
            if (screen->kind != SCREEN_HOME || !works_with(ask, screen->record) || may_create(ask, screen->record) == reads) continue;
            Url whole = url(ask->a, "/{}?_list={}", screen->record->name, screen->name);
            TRY(home_list(reading, screen, part, part_title(ask, screen, (Str){0}), whole, out));
        }
    }
    return 0;
}

// Where little waits, the latest of what she writes.
Err *latest_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const RecordType *types[LISTS_MOST];
    int shown = 0, n = types_listed(ask, MAY_MAKE, types, LISTS_MOST);
    for (int i = 0; i < out->n; i++) shown += out->at[i].shape == SHAPE_ITEMS && out->at[i].part->kind == SCREEN_HOME;
    for (int i = 0; i < n && shown < LISTS_FEW; i++) {
        int before = out->n;
        Str title = message_in(ask->a, ask->lang, message(ask->a, "Latest: {}", type_plural(ask, types[i])));
        TRY(home_list(reading, screen_for_list(ask, types[i]), part, title, url(ask->a, "/{}", types[i]->name), out));
        shown += out->n - before;
    }
    return 0;
}
