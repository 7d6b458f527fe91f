// A block as a part of a page: one writer for each shape. No other file of screens knows a class of the style sheet.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

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
    bool button = item->tone == TONE_BUTTON || item->tone == TONE_SECOND;
    if (item->to.s.n) {
        if (button) html(ask->o, "<a class='govuk-button{}' role='button' href='{}'>{}",
            item->tone == TONE_SECOND ? S(" govuk-button--secondary") : (Str){0}, (Url){item->to.s}, item->text);
        else html(ask->o, "<a class='govuk-link' href='{}'>{}", (Url){item->to.s}, item->text);
        hidden_words(ask, item->hidden);
        html(ask->o, "</a>");
    } else if (item->tone == TONE_CODE) {
        html(ask->o, "<code>{}</code>", item->text);
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

void act_write(Request *ask, const Line *line)
{
    ask_write(ask, &(Asking){.to = (Url){line->act.s}, .words = line->act_words, .of = line->title});
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
    Str label = words_in(&m->label, ask->lang);
    if (line->several) label = message_in(ask->a, ask->lang, message(ask->a, "{}, or another step", label));
    if (!line->several && !m->asks_n) {
        form_open(ask, url(ask->a, "/{}/{}/move", r->type->name, r->id));
        html(ask->o, "<input type='hidden' name='_version' value='{}'><button class='govuk-button{}' name='move' value='{}'>{}", r->version,
             line->here ? (Str){0} : S(" govuk-button--secondary"), m->name, label);
        hidden_words(ask, line->title);
        html(ask->o, "</button></form>\n");
        return;
    }
    Url to = line->several ? record_url(ask, r->type, r->id) : url(ask->a, "/{}/{}/move?move={}", r->type->name, r->id, m->name);
    text_write(ask, &(Item){.text = label, .to = to, .hidden = line->title, .tone = line->here ? TONE_BUTTON : TONE_SECOND});
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

// A heading within a block: below its own, or below the page's where that is its heading.
static void inner_heading(Request *ask, const Block *b, Url to, Str words)
{
    buf_add(ask->o, b->under_page ? S("<h2 class='app-section app-section--minor'>") : S("<h3 class='app-section app-section--minor'>"));
    text_write(ask, &(Item){.text = words, .to = to});
    buf_add(ask->o, b->under_page ? S("</h2>\n") : S("</h3>\n"));
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

// ---- words -------------------------------------------------------------------------------------------------------

static void line_words(Request *ask, const Line *line)
{
    for (int k = 0; k < line->n; k++) {
        const Item *item = &line->items[k];
        bool ways = k && item->to.s.n && item[-1].to.s.n && item->tone == TONE_PLAIN && item[-1].tone != TONE_BUTTON &&
            item[-1].tone != TONE_SECOND;
        if (k) buf_add(ask->o, ways ? S(" · ") : S(" "));
        text_write(ask, item);
    }
}

static void words_write(Request *ask, const Block *b)
{
    static const Str classes[] = {[TONE_LARGE] = S("govuk-body-l"), [TONE_ASIDE] = S("govuk-body-s app-muted"),
        [TONE_BOXED] = S("govuk-inset-text"), [TONE_CODE] = S("govuk-inset-text"), [TONE_SCREEN] = S("govuk-body app-screen"),
        [TONE_BUTTON] = S("app-actions"), [TONE_SECOND] = S("app-actions")};
    for (int i = 0; i < b->n; i++) {
        Tone tone = b->lines[i].items[0].tone;
        Str class = tone < countof(classes) ? classes[tone] : (Str){0};
        html(ask->o, "<div class='{}'>", class.n ? class : S("govuk-body"));
        line_words(ask, &b->lines[i]);
        html(ask->o, "</div>\n");
    }
}

// Lists of lines: each its words, or where it leads.
static void points_run(Request *ask, const Block *b, int from, int to)
{
    static const struct { Str open, close; } lists[] = {
        [SHAPE_POINTS] = {S("<ul class='govuk-list govuk-list--bullet'>\n"), S("</ul>\n")},
        [SHAPE_NUMBERED] = {S("<ol class='govuk-list govuk-list--number'>\n"), S("</ol>\n")},
        [SHAPE_ADDS] = {S("<ul class='app-actions govuk-list app-screen'>\n"), S("</ul>\n")},
    };
    buf_add(ask->o, lists[b->shape].open);
    for (int i = from; i < to; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<li>");
        if (line->to.s.n) text_write(ask, &(Item){.text = line->title, .to = line->to});
        line_words(ask, line);
        html(ask->o, "</li>\n");
    }
    buf_add(ask->o, lists[b->shape].close);
}

static void points_write(Request *ask, const Block *b)
{
    int shown = b->shown && b->n > b->shown + 1 ? b->shown : b->n; // to fold one alone spares nothing
    points_run(ask, b, 0, shown);
    if (shown == b->n) return;
    fold_open(ask, message_in(ask->a, ask->lang, message(ask->a, "{} more", b->n - shown)), false);
    points_run(ask, b, shown, b->n);
    fold_close(ask);
}

static void asks_write(Request *ask, const Block *b)
{
    ask_write(ask, b->asking);
}

static void saved_write(Request *ask, const Block *b)
{
    html(ask->o, "<nav class='app-saved app-screen' aria-label='{}'><ul class='govuk-list'>\n", b->says);
    for (int i = 0; i < b->n; i++) {
        html(ask->o, "<li><a class='govuk-link' href='{}'", (Url){b->lines[i].to.s});
        if (b->lines[i].here) buf_add(ask->o, S(" aria-current='true'"));
        html(ask->o, ">{}</a> ", b->lines[i].title);
        ask_write(ask, b->lines[i].asking);
        html(ask->o, "</li>\n");
    }
    html(ask->o, "</ul></nav>\n");
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
        [SHAPE_ADDS] = points_write, [SHAPE_SHARED] = shared_write, [SHAPE_BARS] = bars_write,
        [SHAPE_ASK] = asks_write, [SHAPE_WORDS] = words_write, [SHAPE_POINTS] = points_write, [SHAPE_NUMBERED] = points_write,
        [SHAPE_SAVED] = saved_write,
    };
    heading_write(ask, b);
    if (b->count.n) html(ask->o, "<p class='app-count'>{}</p>\n", b->count);
    if (b->above.n) html(ask->o, "<p class='govuk-body'>{}</p>\n", b->above);
    if (b->shape == SHAPE_FORM) buf_add(ask->o, b->form);
    else if (b->n) writers[b->shape](ask, b);
    else if (b->empty.n) html(ask->o, "<p class='govuk-body app-muted'>{}</p>\n", b->empty);
    if (b->below.n) html(ask->o, "<p class='govuk-body-s app-muted'>{}</p>\n", b->below);
    if (b->act_words.n) ask_write(ask, &(Asking){.to = (Url){b->act.s}, .words = b->act_words, .of = b->title});
    links_below(ask, b);
    if (b->paging) paging_write(ask, b->paging);
}

void blocks_page(Request *ask, const Page *page, const Blocks *all)
{
    page_open(ask, page);
    for (int i = 0; i < all->n; i++) block_page(ask, &all->at[i]);
    page_close(ask);
}

// ---- as JSON ------------------------------------------------------------------------------------------------------

// What a change was before is told in no JSON of a screen: its value there is what stood.
static void line_json(Request *ask, BlockShape shape, const Line *line)
{
    buf_char(ask->o, '{');
    if (line->of) json(ask->o, "'record':{},'id':{},'key':{},", line->of->type->name, line->of->id, line->of->key);
    json(ask->o, "'title':{},'when':{},'items':{", line->title, line->when);
    for (int i = 0; i < line->n; i++) {
        const Item *item = &line->items[i];
        json_next(ask->o);
        json(ask->o, "{}:{}", item->field.n ? item->field : item->name, item->value.n && shape != SHAPE_TIME ? item->value : item->text);
    }
    buf_add(ask->o, S("}}"));
}

void block_json(Request *ask, const Block *b)
{
    json(ask->o, "{'kind':{},'title':{},'lines':[", screen_kind_words[b->part->kind], b->title);
    for (int i = 0; i < b->n; i++) {
        json_next(ask->o);
        line_json(ask, b->shape, &b->lines[i]);
    }
    buf_add(ask->o, S("]}"));
}
