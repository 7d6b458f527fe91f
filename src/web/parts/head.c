// The head of a record's page: what it is called, what tells at once about whom or what it is, and the next step.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { HEAD_FEW = 4 };

// ---- what it says ----------------------------------------------------------------------------------------------

// Whole years on this day, of a birth that may be known by its year alone; an age that was estimated is said as one.
static Str age_said(Request *ask, const Record *r, const Field *f)
{
    Days born;
    int today = register_today(ask->s);
    Str value = r->cells[f->at].text;
    if (f->kind == FIELD_INTEGER) return message_in(ask->a, ask->lang, message(ask->a, "about {} years", value));
    if (!field_days(f, ask->pack->offset, value, &born) || born.first > today) return (Str){0};
    int least = (born.last > today ? 0 : today - born.last) / 10000, most = (today - born.first) / 10000;
    Message m = least != most ? message(ask->a, "{} or {} years", least, most) : least == 1 ? message(ask->a, "1 year")
        : least ? message(ask->a, "{} years", least) : message(ask->a, "under one year");
    return message_in(ask->a, ask->lang, m);
}

static Err *item_add(Request *ask, const Record *r, const Column *c, Line *line)
{
    Item item = {0};
    const Field *f = c->link ? c->link : c->field;
    if (f && str_equal(f->words, c->name)) f = words_shown(f, r->cells, ask->lang);
    if (!f || c->through || r->cells[f->at].hidden || !r->cells[f->at].text.n) return 0;
    if (c->age) item = (Item){.name = tr(ask->lang, S("Age")), .field = c->name, .text = age_said(ask, r, f)};
    else TRY(fact_of(ask, r, f, &item));
    if (item.text.n) line->items[line->n++] = item;
    return 0;
}

// Of several ages the first that is known; and each field once.
static bool told(const Line *line, const Screen *head, int at)
{
    for (int i = 0; i < at; i++)
        for (int k = 0; head->columns[at].age && k < line->n; k++)
            if (head->columns[i].age && str_equal(line->items[k].field, head->columns[i].name)) return true;
    return false;
}

// Whether a title says what stands in a field, and not only asks it.
static bool title_says(const Expr *title, const Field *f)
{
    bool asks = title && title->op == EXPR_IF, joins = title && (asks || title->op == EXPR_CONCAT || title->op == EXPR_COALESCE);
    bool says = title && title->op == EXPR_FIELD && title->field == f && !title->link;
    for (int i = asks; joins && i < title->n; i++) says |= title_says(title->args[i], f);
    return says;
}

// Whom or what a record hangs on is what is asked first of it.
static bool hangs_on(const RecordType *t, const Column *c)
{
    int at = c->link && !c->field ? (int)(c->link - t->fields) : -1;
    return at >= 0 && (at == t->person || at == t->parent);
}

// Where the pack says nothing: what of its list's columns tells at once what it is: choices, days, and of a person her age.
static bool tells_at_once(Request *ask, const RecordType *t, const Column *c)
{
    const Field *f = c->field;
    if (c->link || !f || title_says(t->title[ask->lang], f)) return false; // that stands above
    return f->kind == FIELD_DATE || f->kind == FIELD_MOMENT || f->kind == FIELD_CHOICE || f->kind == FIELD_CHOICES;
}

static Screen head_given(Request *ask, const RecordType *t)
{
    const Screen *list = screen_for_list(ask, t);
    Screen head = {.record = t, .columns = take(ask->a, Column, HEAD_FEW)};
    bool born = false;
    for (int i = 0; i < 2 * list->columns_n && head.columns_n < HEAD_FEW; i++) {
        bool first = i < list->columns_n; // what it hangs on, wherever that stands in the list
        Column c = list->columns[i % list->columns_n];
        if (c.through || !(first ? hangs_on(t, &c) : tells_at_once(ask, t, &c))) continue;
        c.age = t->role == ROLE_PERSON && c.field && c.field->kind == FIELD_DATE && !born; // a person's first is her birth
        born |= c.age;
        head.columns[head.columns_n++] = c;
    }
    return head;
}

static Err *items_read(Request *ask, const Record *r, Line *line)
{
    const Pack *p = ask->pack;
    const Screen *head = 0;
    int urgent = 0;
    for (int i = 0; i < p->screens_n; i++) {
        const Screen *s = &p->screens[i];
        if (s->page == r->type && s->kind == SCREEN_HEAD && !head) head = s;
        urgent += s->page == r->type && s->kind == SCREEN_URGENT;
    }
    Screen given = head ? *head : head_given(ask, r->type);
    line->items = take(ask->a, Item, given.columns_n + urgent + 1);
    for (int i = 0; urgent && i < p->screens_n; i++) {
        const Screen *s = &p->screens[i];
        bool fits = false;
        if (s->page != r->type || s->kind != SCREEN_URGENT) continue;
        TRY(record_fits(ask->s, r, s->where, &fits));
        if (fits) line->items[line->n++] = (Item){.text = words_in(&s->label, ask->lang), .tone = TONE_URGENT};
    }
    for (int i = 0; i < given.columns_n; i++)
        if (!told(line, &given, i)) TRY(item_add(ask, r, &given.columns[i], line));
    return 0;
}

Err *head_read(Reading *reading, Line *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    *out = (Line){.of = r, .title = record_heading(ask, r), .moves = take(ask->a, Str, ask->pack->moves_n)};
    Str number = number_or_key(r), label = type_label(ask, r->type);
    bool alone = !number.n || str_equal(out->title, number); // each is told once
    out->by = str_equal(out->title, label) ? number : alone ? label : say(ask->a, "{} {}", label, number);
    for (int i = 0; reading->may_change && i < ask->pack->moves_n; i++) {
        const PackMove *m = &ask->pack->moves[i];
        if (m->record != r->type || !move_hers(ask->s, r, m)) continue;
        if (!out->next && r->state.n) out->next = m; // of what tells no state nobody knows which is next
        else out->moves[out->moves_n++] = m->name;
    }
    return items_read(ask, r, out);
}

// It stands above all others, whatever its place.
Err *head_part(Reading *reading, const Screen *part, Blocks *out)
{
    (void)reading, (void)part, (void)out;
    return 0;
}

// ---- as a page --------------------------------------------------------------------------------------------------

static void facts_row(Request *ask, const Line *line)
{
    bool states = line->of->state.n;
    int urgent = 0;
    while (urgent < line->n && line->items[urgent].tone == TONE_URGENT) urgent++;
    if (urgent) html(ask->o, "<p class='app-head__urgent'>");
    for (int i = 0; i < urgent; i++) html(ask->o, "<strong class='govuk-tag govuk-tag--red'>{}</strong> ", line->items[i].text);
    if (urgent) html(ask->o, "</p>\n");
    if (!states && urgent == line->n) return;
    html(ask->o, "<dl class='app-head__facts'>");
    for (int i = urgent; i < line->n; i++) {
        html(ask->o, "<div><dt>{}</dt><dd>", line->items[i].name);
        text_write(ask, &line->items[i]);
        html(ask->o, "</dd></div>");
    }
    if (states) {
        html(ask->o, "<div><dt>{}</dt><dd>", tr(ask->lang, S("State")));
        state_tag(ask, line->of->type, line->of->state);
        html(ask->o, "</dd></div>");
    }
    html(ask->o, "</dl>\n");
}

// One more step beside the next; several, and who sees this, are folded: they are rare.
static void rare_write(Request *ask, const Line *line, bool hers, bool fold)
{
    if (fold) {
        fold_open(ask, tr(ask->lang, S("Other steps")), false);
        moves_write(ask, line);
    }
    if (hers)
        html(ask->o, "<p class='govuk-body app-screen'><a class='govuk-link' href='/{}/{}/sight'>{}</a></p>\n", line->of->type->name,
             line->of->id, tr(ask->lang, S("Who sees this")));
    if (fold) fold_close(ask);
}

void head_page(Request *ask, const Line *line, bool may_change, bool saves)
{
    const RecordType *t = line->of->type;
    bool fold = line->moves_n > 1 || (line->moves_n && !line->next);
    html(ask->o, "<nav class='govuk-breadcrumbs' aria-label='{}'><ol class='govuk-breadcrumbs__list'>"
        "<li class='govuk-breadcrumbs__list-item'><a class='govuk-breadcrumbs__link' href='/{}'>{}</a></li></ol></nav>\n"
        "<div class='moj-page-header-actions'><div class='moj-page-header-actions__title'>"
        "<h1 class='app-title'><span class='app-title__key'>{}</span>{}</h1>", tr(ask->lang, S("Where you are")), t->name,
         type_plural(ask, t), line->by, line->title);
    facts_row(ask, line);
    html(ask->o, "</div>\n<div class='moj-page-header-actions__actions'><div class='app-actions'>\n");
    Line next = {.of = line->of, .next = line->next, .here = !saves}; // the page says already of which
    next_write(ask, &next);
    if (may_change)
        html(ask->o, "<a class='govuk-button{}' role='button' href='/{}/{}/edit'>{}</a>\n",
             line->next || saves ? S(" govuk-button--secondary") : (Str){0}, t->name, line->of->id, tr(ask->lang, S("Change")));
    Line others = {.of = line->of, .moves = line->moves, .moves_n = line->moves_n};
    if (!fold) moves_write(ask, &others);
    html(ask->o, "</div>\n");
    rare_write(ask, &others, sight_hers(ask->s, line->of), fold);
    html(ask->o, "</div></div>\n");
}
