// One's work: what this role is for, what it can begin, what waits, and the way on for who is new; and the help.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { WAITING = 5, BUTTONS_MOST = 6 };

static void buttons_write(Request *ask)
{
    const RecordType *types[BUTTONS_MOST];
    int n = types_listed(ask, MAY_WRITE, types, BUTTONS_MOST);
    if (!n) return;
    html(ask->o, "<div class='app-actions'>\n");
    for (int i = 0; i < n; i++)
        html(ask->o, "<a class='govuk-button{}' role='button' href='/{}/new'>{}</a>\n", i ? S(" govuk-button--secondary") : (Str){0},
             types[i]->name, message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, types[i]))));
    html(ask->o, "<a class='govuk-link' href='/import'>{}</a></div>\n", tr(ask->lang, S("Bring in a table")));
}

static void kinds_write(Request *ask)
{
    const RecordType *types[KINDS_MOST];
    int n = types_listed(ask, MAY_READ, types, KINDS_MOST);
    if (n <= NAV_MOST) return;
    html(ask->o, "<h2 class='app-section' id='kinds'>{}</h2>\n<ul class='app-work'>\n", tr(ask->lang, S("All kinds of records")));
    for (int i = 0; i < n; i++)
        html(ask->o, "<li class='app-work__item'><span><a class='govuk-link' href='/{}'>{}</a> <span class='app-muted'>{}</span></span></li>\n",
             types[i]->name, type_plural(ask, types[i]), words_in(&types[i]->hint, ask->lang));
    html(ask->o, "</ul>\n");
}

static Err *items_write(Request *ask, const Screen *screen, const RecordPage *page)
{
    Str **texts;
    TRY(columns_read(ask, screen, page, &texts));
    html(ask->o, "<ul class='app-work'>\n");
    for (int i = 0; i < page->n; i++) {
        const Record *r = page->at[i];
        html(ask->o, "<li class='app-work__item'><span><a class='govuk-link' href='/{}/{}'>{}</a> <span class='app-muted'>", r->type->name, r->id,
             texts[i][0].n && !str_equal(texts[i][0], r->id) ? texts[i][0] : name_or_none(ask, r));
        for (int c = 1; c < screen->columns_n && c < 4; c++)
            if (texts[i][c].n && !str_equal(screen->columns[c].name, S("state"))) html(ask->o, " · {}", texts[i][c]);
        html(ask->o, "</span></span>");
        state_tag(ask, r->type, r->state);
        html(ask->o, "</li>\n");
    }
    html(ask->o, "</ul>\n");
    return 0;
}

static Err *part_write(Request *ask, const Screen *screen, Str heading, bool *any)
{
    RecordPage page;
    ListAsk list = {.type = screen->record, .where = screen->where, .limit = WAITING, .screen = screen};
    TRY(record_list(ask->s, &list, &page));
    if (!page.n) return 0;
    *any = true;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n", heading);
    TRY(items_write(ask, screen, &page));
    if (page.next)
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/{}'>{}<span class='govuk-visually-hidden'>: {}</span></a></p>\n",
             screen->record->name, tr(ask->lang, S("Show all")), heading);
    return 0;
}

// The screens that the pack has for this page; without any, the latest of what the menu lists.
static Err *parts_write(Request *ask, bool *any)
{
    const Pack *p = ask->pack;
    int n = 0;
    for (int i = 0; i < p->screens_n; i++) {
        const Screen *screen = &p->screens[i];
        if (!str_equal(screen->kind, S("home")) || !may_any(&ask->s->user, screen->record, MAY_READ)) continue;
        Str label = words_in(&screen->label, ask->lang);
        TRY(part_write(ask, screen, label.n ? label : type_plural(ask, screen->record), any));
        n++;
    }
    for (int i = 0; i < p->records_n && !n; i++) {
        const RecordType *t = &p->records[i];
        if (t->listed && may_any(&ask->s->user, t, MAY_READ))
            TRY(part_write(ask, screen_for_list(ask, t),
                           message_in(ask->a, ask->lang, message(ask->a, "Latest: {}", type_plural(ask, t))), any));
    }
    return 0;
}

static void first_steps(Request *ask)
{
    Lang lang = ask->lang;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<ol class='govuk-list govuk-list--number'>"
        "<li>{}</li><li>{} <a class='govuk-link' href='/import'>{}</a></li><li>{}</li></ol>\n", tr(lang, S("First steps")),
         tr(lang, S("Press a button above and write down what you know. Only a little is enough to begin.")),
         tr(lang, S("You have a table already?")), tr(lang, S("Bring in a table")),
         tr(lang, S("What you saved appears here, and under the menu above.")));
}

// Figures belong here only for who reads everything: others' would be parts that look like the whole.
static bool reads_all(const Request *ask, const Table *table)
{
    for (int i = 0; i < table->n; i++)
        if (may_rows(&ask->s->user, table->figures[i]->record, MAY_READ) != ROWS_ALL) return false;
    return table->n > 0;
}

static Err *year_count(Request *ask, const Table *table, int year, FigureAnswer *out, bool *any)
{
    *any = false;
    TRY(figures_count(ask->s, &(FigureAsk){.table = table, .from = year * 10000 + 101, .to = year * 10000 + 1231}, out));
    for (int i = 0; i < out->rows_n; i++) *any = *any || out->rows[i].value;
    return 0;
}

// This year's, or the last one's while this year has none.
static Err *figures_write(Request *ask)
{
    if (!ask->pack->tables_n || !reads_all(ask, &ask->pack->tables[0])) return 0;
    const Table *table = &ask->pack->tables[0];
    int year = register_today(ask->s) / 10000;
    bool any;
    FigureAnswer answer;
    TRY(year_count(ask, table, year, &answer, &any));
    if (!any) TRY(year_count(ask, table, --year, &answer, &any));
    if (!any) return 0;
    html(ask->o, "<h2 class='app-section'>{}: {}</h2>\n<ul class='app-figures'>\n", words_in(&table->label, ask->lang), year);
    for (int i = 0; i < answer.rows_n && i < BUTTONS_MOST; i++)
        html(ask->o, "<li class='app-figure'><span class='app-figure__value'>{}</span>{}</li>\n",
             number_shown(ask->a, ask->lang, answer.rows[i].value), words_in(&answer.rows[i].figure->label, ask->lang));
    html(ask->o, "</ul>\n<p class='govuk-body'><a class='govuk-link' href='/figures/{}'>{}</a></p>\n", table->name,
         tr(ask->lang, S("All figures, and other years")));
    return 0;
}

Err *home_show(Request *ask)
{
    const Role *role = ask->s->user.role;
    Str task = role ? words_in(&role->task, ask->lang) : (Str){0};
    bool any = false;
    page_open(ask, &(Page){.title = tr(ask->lang, S("Your work"))});
    if (task.n) html(ask->o, "<p class='govuk-body-l'>{}</p>\n", task);
    buttons_write(ask);
    TRY(parts_write(ask, &any));
    if (!any && types_listed(ask, MAY_WRITE, (const RecordType *[1]){0}, 1)) first_steps(ask);
    else if (!any) html(ask->o, "<p class='govuk-body'>{}</p>\n", tr(ask->lang, S("Nothing waits for you here.")));
    if (any) TRY(figures_write(ask));
    kinds_write(ask);
    page_close(ask);
    return 0;
}

// ---- help ----------------------------------------------------------------------------------------------------

Err *help_show(Request *ask)
{
    Lang lang = ask->lang;
    int n;
    const Route *routes = route_table(&n);
    page_open(ask, &(Page){.title = tr(lang, S("Help"))});
    html(ask->o, "<p class='govuk-body-l'>{}</p>\n<ul class='govuk-list govuk-list--bullet'><li>{}</li><li>{}</li><li>{}</li><li>{}</li></ul>\n",
         tr(lang, S("Everything you save is kept with your name and the time, and nothing is overwritten.")),
         tr(lang, S("To write something down, press Add on a list or on a record.")),
         tr(lang, S("Dates may be typed as 27/3/2024, as 3/2024 or as 2024, with Lao digits too.")),
         tr(lang, S("Names are found in any spelling, in Lao or Latin letters.")),
         tr(lang, S("When somebody else changed the same answer meanwhile, you are shown both and choose.")));
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<dl class='govuk-summary-list'>\n", tr(lang, S("The pages")));
    for (int i = 0; i < n; i++) {
        const Route *r = &routes[i];
        if (r->method != HTTP_GET || r->needs == NEEDS_NOTHING) continue;
        bool fixed = !str_has(r->path, ':');
        html(ask->o, "<div class='govuk-summary-list__row'><dt class='govuk-summary-list__key'>");
        if (fixed) html(ask->o, "<a class='govuk-link' href='/{}'>{}</a>", str_slice(r->path, 1, r->path.n), r->path);
        else html(ask->o, "{}", r->path);
        html(ask->o, "</dt><dd class='govuk-summary-list__value'>{}</dd></div>\n", tr(lang, r->help));
    }
    html(ask->o, "</dl>\n");
    page_close(ask);
    return 0;
}
