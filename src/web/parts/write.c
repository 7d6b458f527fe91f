// A block as a part of a page: one writer for each shape. No other file of screens knows a class of the style sheet.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { KEY_WHOLE = 20, RUN_WHOLE = 24, ROWS_FIRST = 16 }; // longer ones may break

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

static void lines_write(Request *ask, Str text)
{
    for (Str rest = text; rest.n;) {
        html(ask->o, "{}", str_cut(&rest, '\n'));
        if (rest.n) html(ask->o, "<br>");
    }
}

void hidden_words(Request *ask, Str words)
{
    if (words.n) html(ask->o, "<span class='govuk-visually-hidden'>: {}</span>", words);
}

void text_write(Request *ask, const Item *item)
{
    if (item->to.s.n) {
        html(ask->o, "<a class='govuk-link' href='{}'>{}", (Url){item->to.s}, item->text);
        hidden_words(ask, item->hidden);
        html(ask->o, "</a>");
    } else if (item->lang.n) {
        html(ask->o, "<span lang='{}'>", item->lang);
        lines_write(ask, item->text);
        html(ask->o, "</span>");
    } else lines_write(ask, item->text);
    if (item->below.n) html(ask->o, "<p class='govuk-body-s app-muted'>{}</p>", item->below);
}

// Those of the line's steps that are open to her: one that asks leads to its form.
void moves_write(Request *ask, const Line *line)
{
    const Pack *p = ask->pack;
    const Record *r = line->of;
    bool any = false;
    for (int i = 0; i < p->moves_n; i++) {
        const PackMove *m = &p->moves[i];
        bool offered = false;
        for (int k = 0; k < line->moves_n; k++) offered |= str_equal(line->moves[k], m->name);
        if (!offered || !move_hers(ask->s, r, m)) continue;
        if (!any)
            html(ask->o, "<form class='app-actions' method='post' action='/{}/{}/move'><input type='hidden' name='_csrf' value='{}'>"
                "<input type='hidden' name='_version' value='{}'>\n", r->type->name, r->id, ask->csrf, r->version);
        any = true;
        Str label = words_in(&m->label, ask->lang);
        Str of = line->title.n ? line->title : line->n ? line->items[0].text : (Str){0}; // beside a row it says of which
        if (m->asks_n) html(ask->o, "<a class='govuk-button govuk-button--secondary' role='button' href='/{}/{}/move?move={}'>{}",
            r->type->name, r->id, m->name, label);
        else html(ask->o, "<button class='govuk-button govuk-button--secondary' name='move' value='{}'>{}", m->name, label);
        hidden_words(ask, of);
        if (m->asks_n) html(ask->o, "</a>\n");
        else html(ask->o, "</button>\n");
    }
    if (any) html(ask->o, "</form>\n");
}

// ---- a table ------------------------------------------------------------------------------------------------

// A number and the title behind it stand in one cell, which leads to the record.
static void first_cell(Request *ask, const Line *line, Str head)
{
    const Item *item = &line->items[0];
    html(ask->o, "<th scope='row' class='govuk-table__header{}'", long_class(runs_long(item->text) || runs_long(line->title)));
    if (!item->to.s.n) html(ask->o, " data-label='{}'", head); // what leads nowhere says what it is
    html(ask->o, ">");
    Str whole = item->text.n <= KEY_WHOLE ? S("app-nowrap") : (Str){0};
    if (!line->title.n) text_write(ask, item);
    else html(ask->o, "<a class='govuk-link' href='{}'><span class='{}'>{}</span> {}</a>", (Url){item->to.s}, whole, item->text,
              line->title);
    html(ask->o, "</th>");
}

static void cell_write(Request *ask, const Line *line, const Item *item, Str head)
{
    if (item->tone == TONE_STATE && item->value.n) {
        html(ask->o, "<td class='govuk-table__cell' data-label='{}'>", head);
        state_tag(ask, line->of->type, item->value);
        html(ask->o, "</td>");
    } else if (!item->text.n) html(ask->o, "<td class='govuk-table__cell'></td>");
    else {
        html(ask->o, "<td class='govuk-table__cell{}' data-label='{}'>", long_class(runs_long(item->text)), head);
        text_write(ask, item);
        html(ask->o, "</td>");
    }
}

// A heading that the rows can stand by leads there; what it says aloud is the column and how they stand, no arrow.
static void heads_write(Request *ask, const Block *b)
{
    html(ask->o, "<table class='govuk-table app-cards app-sorts'><thead class='govuk-table__head'><tr class='govuk-table__row'>");
    for (int i = 0; i < b->heads_n; i++) {
        const Sorting *by = &b->sortings[i];
        Str arrow = !by->now.n ? S("↕") : str_equal(by->now, S("ascending")) ? S("▲") : S("▼");
        html(ask->o, "<th scope='col' class='govuk-table__header{}'", by->to.s.n ? S(" app-sorts__by") : head_class(b->heads[i]));
        if (by->now.n) html(ask->o, " aria-sort='{}'", by->now);
        if (by->to.s.n)
            html(ask->o, "><a class='govuk-link' href='{}'>{} <span aria-hidden='true'>{}</span></a></th>", (Url){by->to.s},
                 b->heads[i], arrow);
        else html(ask->o, ">{}</th>", b->heads[i]);
    }
    html(ask->o, "</tr></thead><tbody class='govuk-table__body'>\n");
}

static void act_write(Request *ask, const Line *line)
{
    form_open(ask, (Url){line->act.s});
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}", line->act_words);
    hidden_words(ask, line->title);
    html(ask->o, "</button></form>");
}

static void table_write(Request *ask, const Block *b)
{
    if (b->sortings) heads_write(ask, b);
    else cards_open(ask, (Str){0}, b->heads, b->heads_n);
    for (int i = 0; i < b->n; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<tr class='govuk-table__row'>");
        first_cell(ask, line, b->heads[0]);
        for (int k = 1; k < line->n; k++) cell_write(ask, line, &line->items[k], b->heads[k]);
        if (line->moves_n) {
            html(ask->o, "<td class='govuk-table__cell'>");
            moves_write(ask, line);
            html(ask->o, "</td>");
        }
        if (line->act_words.n) {
            html(ask->o, "<td class='govuk-table__cell'>");
            act_write(ask, line);
            html(ask->o, "</td>");
        }
        html(ask->o, "</tr>\n");
    }
    cards_close(ask);
}

Block table_block(Request *ask, Str title, const Str *heads, int n)
{
    Block b = {.shape = SHAPE_TABLE, .title = title, .heads = take(ask->a, Str, n), .heads_n = n};
    memcpy(b.heads, heads, (size_t)n * sizeof *heads);
    return b;
}

Line *row_add(Request *ask, Block *table)
{
    if (table->n == table->room) {
        Line *before = table->lines;
        table->room = table->room ? 2 * table->room : ROWS_FIRST;
        table->lines = take(ask->a, Line, table->room);
        if (before) memcpy(table->lines, before, (size_t)table->n * sizeof *before);
    }
    Line *row = &table->lines[table->n++];
    row->items = take(ask->a, Item, table->heads_n);
    return row;
}

Item *cell_add(Line *row, Str text)
{
    Item *item = &row->items[row->n++];
    *item = (Item){.text = text};
    return item;
}

// ---- lines of text --------------------------------------------------------------------------------------------

static void items_write(Request *ask, const Block *b)
{
    html(ask->o, "<ul class='app-work'>\n");
    for (int i = 0; i < b->n; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<li class='app-work__item'><span>");
        if (line->to.s.n) html(ask->o, "<a class='govuk-link' href='{}'>{}</a> <span class='app-muted'>", (Url){line->to.s}, line->title);
        else html(ask->o, "{} <span class='app-muted'>", line->title);
        for (int k = 0; k < line->n; k++)
            if (line->items[k].text.n && line->items[k].tone != TONE_STATE) html(ask->o, " · {}", line->items[k].text);
        html(ask->o, "</span></span>");
        if (line->when.n) html(ask->o, "<span class='app-muted'>{}</span>", line->when);
        for (int k = 0; k < line->n; k++)
            if (line->items[k].tone == TONE_STATE) state_tag(ask, line->of->type, line->items[k].value);
        if (line->moves_n) moves_write(ask, line);
        if (line->act_words.n) act_write(ask, line);
        html(ask->o, "</li>\n");
    }
    html(ask->o, "</ul>\n");
}

// A step that asks leads to its form, and where there are several she chooses on the record's page.
void next_write(Request *ask, const Line *line)
{
    const Record *r = line->of;
    const PackMove *m = line->next;
    if (!m) return;
    Str label = line->several ? tr(ask->lang, S("Next step")) : words_in(&m->label, ask->lang);
    if (!line->several && !m->asks_n) {
        form_open(ask, url(ask->a, "/{}/{}/move", r->type->name, r->id));
        html(ask->o, "<input type='hidden' name='_version' value='{}'><button class='govuk-button' name='move' value='{}'>{}", r->version,
             m->name, label);
        hidden_words(ask, line->title);
        html(ask->o, "</button></form>\n");
        return;
    }
    Url to = line->several ? record_url(ask, r->type, r->id) : url(ask->a, "/{}/{}/move?move={}", r->type->name, r->id, m->name);
    html(ask->o, "<a class='govuk-button' role='button' href='{}'>{}", to, label);
    hidden_words(ask, line->title);
    html(ask->o, "</a>\n");
}

static void waiting_write(Request *ask, const Line *line)
{
    html(ask->o, "<li class='app-work__item app-work__item--step{}'><span><a class='govuk-link' href='{}'>{}</a> <span class='app-muted'>",
         line->late ? S(" app-work__item--late") : (Str){0}, (Url){line->to.s}, line->title);
    for (int k = 0; k < line->n; k++) {
        const Item *item = &line->items[k];
        if (k) html(ask->o, " · ");
        if (item->tone == TONE_WHOLE) html(ask->o, "<span class='app-nowrap'>{}</span>", item->text);
        else html(ask->o, "{}", item->text);
    }
    html(ask->o, "</span><br>");
    if (line->due.n)
        html(ask->o, "<strong class='{}'>{}</strong> <span class='app-muted'>{}</span>",
             line->late ? S("govuk-tag govuk-tag--red") : S("app-nowrap"), line->due, line->when);
    if (line->by.n && line->due.n) html(ask->o, "<br>");
    if (line->by.n) html(ask->o, "<span class='app-muted'>{}</span>", line->by);
    html(ask->o, "</span>\n<span class='app-work__acts'>");
    next_write(ask, line);
    if (line->act_words.n) act_write(ask, line);
    if (line->later.s.n) text_write(ask, &(Item){.text = tr(ask->lang, S("Later")), .to = line->later, .hidden = line->title});
    html(ask->o, "</span>");
    html(ask->o, "</li>\n");
}

static void work_write(Request *ask, const Block *b)
{
    html(ask->o, "<ul class='app-work'>\n");
    for (int i = 0; i < b->n; i++) waiting_write(ask, &b->lines[i]);
    html(ask->o, "</ul>\n");
}

static void links_write(Request *ask, const Block *b)
{
    html(ask->o, "<ul class='app-kinds'>\n");
    for (int i = 0; i < b->n; i++)
        html(ask->o, "<li class='app-kinds__item'><a class='govuk-link' href='{}'>{}</a> <span class='app-kinds__hint'>{}</span></li>\n",
             (Url){b->lines[i].to.s}, b->lines[i].title, b->lines[i].by);
    html(ask->o, "</ul>\n");
}

static void adds_write(Request *ask, const Block *b)
{
    html(ask->o, "<ul class='app-actions govuk-list app-screen'>\n");
    for (int i = 0; i < b->n; i++)
        html(ask->o, "<li><a class='govuk-link' href='{}'>{}</a></li>\n", (Url){b->lines[i].to.s}, b->lines[i].title);
    html(ask->o, "</ul>\n");
}

// A heading within a block: below its own, or below the page's where that is its heading.
static void inner_heading(Request *ask, const Block *b, Url to, Str words)
{
    if (b->under_page) html(ask->o, "<h2 class='app-section app-section--minor'>");
    else html(ask->o, "<h3 class='app-section app-section--minor'>");
    if (to.s.n) html(ask->o, "<a class='govuk-link' href='{}'>{}</a>", (Url){to.s}, words);
    else html(ask->o, "{}", words);
    if (b->under_page) html(ask->o, "</h2>\n");
    else html(ask->o, "</h3>\n");
}

static void shared_write(Request *ask, const Block *b)
{
    for (int i = 0; i < b->n; i++) {
        inner_heading(ask, b, (Url){0}, b->lines[i].title);
        html(ask->o, "<ul class='govuk-list govuk-list--bullet'>");
        for (int k = 0; k < b->lines[i].n; k++) {
            html(ask->o, "<li>");
            text_write(ask, &b->lines[i].items[k]);
            html(ask->o, "</li>");
        }
        html(ask->o, "</ul>\n");
    }
}

// ---- facts, numbers ---------------------------------------------------------------------------------------------

static void facts_write(Request *ask, const Block *b)
{
    html(ask->o, "<dl class='govuk-summary-list'>\n");
    for (int k = 0; b->n && k < b->lines[0].n; k++) {
        const Item *item = &b->lines[0].items[k];
        html(ask->o, "<div class='govuk-summary-list__row'><dt class='govuk-summary-list__key'>{}</dt>"
            "<dd class='govuk-summary-list__value'>", item->name);
        text_write(ask, item);
        html(ask->o, "</dd></div>\n");
    }
    html(ask->o, "</dl>\n");
}

static void numbers_of(Request *ask, const Line *line)
{
    html(ask->o, "<ul class='app-figures'>\n");
    for (int k = 0; k < line->n; k++)
        if (line->items[k].tone != TONE_ASIDE)
            html(ask->o, "<li class='app-figure'><span class='app-figure__value'>{}</span>{}</li>\n", line->items[k].text,
                 line->items[k].name);
    html(ask->o, "</ul>\n");
}

static void numbers_write(Request *ask, const Block *b)
{
    for (int i = 0; i < b->n; i++) numbers_of(ask, &b->lines[i]);
}

static void board_write(Request *ask, const Block *b)
{
    html(ask->o, "<div class='app-board'>\n");
    for (int i = 0; i < b->n; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<section class='app-board__card'>");
        inner_heading(ask, b, line->to, line->title);
        if (line->by.n) html(ask->o, "<p class='govuk-body-s app-muted'>{}</p>\n", line->by);
        numbers_of(ask, line);
        moves_write(ask, line);
        html(ask->o, "</section>\n");
    }
    html(ask->o, "</div>\n");
}

// ---- time, and the way --------------------------------------------------------------------------------------------

static void change_write(Request *ask, const Item *item)
{
    html(ask->o, "<li>");
    if (item->name.n) html(ask->o, "{}: ", item->name);
    if (item->value.n) html(ask->o, "<del>{}</del> ", item->value);
    html(ask->o, "{}</li>\n", item->text);
}

// One text by itself is no list.
static void changes_write(Request *ask, const Line *line)
{
    if (!line->n) return;
    html(ask->o, "<div class='moj-timeline__description'>");
    bool alone = line->n == 1 && !line->items[0].name.n;
    if (alone) html(ask->o, "{}", line->items[0].text);
    else html(ask->o, "<ul class='govuk-list'>\n");
    for (int k = 0; k < line->n && !alone; k++) change_write(ask, &line->items[k]);
    if (!alone) html(ask->o, "</ul>");
    html(ask->o, "</div>\n");
}

static void time_write(Request *ask, const Block *b)
{
    html(ask->o, "<div class='moj-timeline'>\n");
    for (int i = 0; i < b->n; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<div class='moj-timeline__item'><div class='moj-timeline__header'><h3 class='moj-timeline__title'>");
        if (line->to.s.n) html(ask->o, "<a class='govuk-link' href='{}'>{}</a></h3>", (Url){line->to.s}, line->title);
        else html(ask->o, "{}</h3>", line->title);
        if (line->by.n) html(ask->o, " <p class='moj-timeline__byline'>{}</p>", line->by);
        html(ask->o, "</div><p class='moj-timeline__date'>{}</p>", line->when);
        changes_write(ask, line);
        html(ask->o, "</div>\n");
    }
    html(ask->o, "</div>\n");
}

static void steps_write(Request *ask, const Block *b)
{
    html(ask->o, "<ol class='app-steps'>\n");
    for (int i = 0; i < b->n; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<li class='app-steps__step'");
        if (line->here) html(ask->o, " aria-current='step'");
        html(ask->o, ">{}", line->title);
        if (line->when.n) html(ask->o, " <span class='app-muted'>{}</span>", line->when);
        html(ask->o, "</li>\n");
    }
    html(ask->o, "</ol>\n");
}

// ---- a block ----------------------------------------------------------------------------------------------------

static void heading_write(Request *ask, const Block *b)
{
    if (!b->title.n) return;
    Str more = b->minor ? S(" app-section--minor") : b->shape == SHAPE_ADDS ? S(" app-screen") : (Str){0};
    if (b->minor) html(ask->o, "<h3 class='app-section{}'", more);
    else html(ask->o, "<h2 class='app-section{}'", more);
    if (b->anchor.n) html(ask->o, " id='{}'", b->anchor);
    html(ask->o, ">{}", b->title);
    if (b->change.s.n)
        html(ask->o, " <a class='govuk-link govuk-body-s' href='{}'>{}<span class='govuk-visually-hidden'>: {}</span></a>",
             (Url){b->change.s}, tr(ask->lang, S("Change")), b->title);
    if (b->minor) html(ask->o, "</h3>\n");
    else html(ask->o, "</h2>\n");
}

static void links_below(Request *ask, const Block *b)
{
    if (!b->more_words.n && !b->add_words.n) return;
    html(ask->o, "<p class='govuk-body app-screen'>");
    if (b->add_words.n) html(ask->o, "<a class='govuk-link' href='{}'>{}</a> ", (Url){b->add.s}, b->add_words);
    if (b->more_words.n) text_write(ask, &(Item){.text = b->more_words, .to = b->more, .hidden = b->title});
    html(ask->o, "</p>\n");
}

void block_page(Request *ask, const Block *b)
{
    static void (*const writers[SHAPE_COUNT])(Request *, const Block *) = {
        [SHAPE_TABLE] = table_write, [SHAPE_ITEMS] = items_write, [SHAPE_FACTS] = facts_write,
        [SHAPE_TIME] = time_write, [SHAPE_NUMBERS] = numbers_write, [SHAPE_BOARD] = board_write,
        [SHAPE_STEPS] = steps_write, [SHAPE_LINKS] = links_write, [SHAPE_WORK] = work_write,
        [SHAPE_ADDS] = adds_write, [SHAPE_SHARED] = shared_write, [SHAPE_BARS] = bars_write,
    };
    heading_write(ask, b);
    if (b->count.n) html(ask->o, "<p class='app-count'>{}</p>\n", b->count);
    if (b->shape == SHAPE_FORM) buf_add(ask->o, b->form);
    else if (b->n) writers[b->shape](ask, b);
    else if (b->empty.n) html(ask->o, "<p class='govuk-body app-muted'>{}</p>\n", b->empty);
    if (b->below.n) html(ask->o, "<p class='govuk-body-s app-muted'>{}</p>\n", b->below);
    if (b->act_words.n) {
        form_open(ask, (Url){b->act.s});
        html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}", b->act_words);
        hidden_words(ask, b->title);
        html(ask->o, "</button></form>\n");
    }
    links_below(ask, b);
}

// ---- as JSON ------------------------------------------------------------------------------------------------------

// What a change was before is told in no JSON of a screen: its value there is what stood.
static void line_json(Request *ask, BlockShape shape, const Line *line)
{
    bool first = true;
    buf_char(ask->o, '{');
    if (line->of) json(ask->o, "'record':{},'id':{},'key':{},", line->of->type->name, line->of->id, line->of->key);
    json(ask->o, "'title':{},'when':{},'items':{", line->title, line->when);
    for (int i = 0; i < line->n; i++) {
        const Item *item = &line->items[i];
        if (!first) buf_char(ask->o, ',');
        json(ask->o, "{}:{}", item->field.n ? item->field : item->name, item->value.n && shape != SHAPE_TIME ? item->value : item->text);
        first = false;
    }
    buf_add(ask->o, S("}}"));
}

void block_json(Request *ask, const Block *b)
{
    json(ask->o, "{'kind':{},'title':{},'lines':[", screen_kind_words[b->part->kind], b->title);
    for (int i = 0; i < b->n; i++) {
        if (i) buf_char(ask->o, ',');
        line_json(ask, b->shape, &b->lines[i]);
    }
    buf_add(ask->o, S("]}"));
}
