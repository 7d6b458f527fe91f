// One's work: what this role is for, what it can begin, what waits, and the way on for who is new; and the help.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { WAITING = 4, NEWS_MOST = 5, LISTS_MOST = 4, LISTS_FEW = 2, BUTTONS_MOST = 6 };

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
    html(ask->o, "<h2 class='app-section' id='kinds'>{}</h2>\n<ul class='app-kinds'>\n", tr(ask->lang, S("All kinds of records")));
    for (int i = 0; i < n; i++)
        html(ask->o, "<li class='app-kinds__item'><a class='govuk-link' href='/{}'>{}</a> <span class='app-kinds__hint'>{}</span></li>\n",
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
        html(ask->o,
             "<li class='app-work__item'><span><a class='govuk-link' href='/{}/{}'>{}</a> <span "
             "class='app-muted'>",
             r->type->name, r->id,
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

// What is seen whole, names too: a list of numbers without names is nobody's work.
static bool sees_all(const Request *ask, const RecordType *t)
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
    return may_any(&ask->s->user, t, MAY_READ) && (may_create(ask, t) || (sees_all(ask, t) && (!about || sees_all(ask, person))));
}

// `more`: where the whole list is.
static Err *part_write(Request *ask, const Screen *screen, Str heading, Url more, int *shown)
{
    RecordPage page;
    ListAsk list = {.type = screen->record, .where = screen->where, .limit = WAITING, .screen = screen, .by_day = true};
    TRY(record_list(ask->s, &list, &page));
    if (!page.n) return 0;
    ++*shown;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n", heading);
    TRY(items_write(ask, screen, &page));
    if (page.next.row)
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='{}'>{}<span class='govuk-visually-hidden'>: {}</span></a></p>\n",
             more, tr(ask->lang, S("Show all")), heading);
    return 0;
}

// The screens that the pack has for this page: first those of what she writes.
static Err *screens_write(Request *ask, bool writes, int *shown)
{
    const Pack *p = ask->pack;
    for (int i = 0; i < p->screens_n && *shown < LISTS_MOST; i++) {
        const Screen *screen = &p->screens[i];
        bool fits = str_equal(screen->kind, S("home")) && works_with(ask, screen->record);
        if (!fits || may_create(ask, screen->record) != writes) continue;
        Str label = words_in(&screen->label, ask->lang);
        TRY(part_write(ask, screen, label.n ? label : type_plural(ask, screen->record),
                       url(ask->a, "/{}?_list={}", screen->record->name, screen->name), shown));
    }
    return 0;
}

// Where little waits, the latest of what she writes.
static Err *latest_write(Request *ask, int *shown)
{
    const RecordType *types[LISTS_MOST];
    int n = types_listed(ask, MAY_WRITE, types, LISTS_MOST);
    for (int i = 0; i < n && *shown < LISTS_FEW; i++)
        TRY(part_write(ask, screen_for_list(ask, types[i]),
                       message_in(ask->a, ask->lang, message(ask->a, "Latest: {}", type_plural(ask, types[i]))),
                       url(ask->a, "/{}", types[i]->name), shown));
    return 0;
}

static Err *parts_write(Request *ask, int *shown)
{
    TRY(screens_write(ask, true, shown));
    TRY(screens_write(ask, false, shown));
    return latest_write(ask, shown);
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
        if (!may_all(&ask->s->user, table->figures[i]->record, MAY_COUNT)) return false;
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
static Err *figures_write(Request *ask, bool *any)
{
    if (!ask->pack->tables_n || !reads_all(ask, &ask->pack->tables[0])) return 0;
    const Table *table = &ask->pack->tables[0];
    int year = register_today(ask->s) / 10000;
    FigureAnswer answer;
    TRY(year_count(ask, table, year, &answer, any));
    if (!*any) TRY(year_count(ask, table, --year, &answer, any));
    if (!*any) return 0;
    html(ask->o, "<h2 class='app-section'>{}: {}</h2>\n<ul class='app-figures'>\n", words_in(&table->label, ask->lang), year);
    for (int i = 0, n = 0; i < answer.rows_n && n < BUTTONS_MOST; i++) {
        if (answer.rows[i].closed) continue; // no number is not none
        n++;
        html(ask->o, "<li class='app-figure'><span class='app-figure__value'>{}</span>{}</li>\n",
             number_shown(ask->a, ask->lang, answer.rows[i].value), words_in(&answer.rows[i].figure->label, ask->lang));
    }
    html(ask->o, "</ul>\n<p class='govuk-body'><a class='govuk-link' href='/figures/{}'>{}</a></p>\n", table->name,
         tr(ask->lang, S("All figures, and other years")));
    return 0;
}

// What was opened of her unit's, and what she was given sight of.
static Err *news_item(Request *ask, const SightGiven *one, bool opened)
{
    Str title;
    TRY(record_titles(ask->s, one->type, &one->row, 1, &title));
    if (!title.n) title = str_equal(one->key, one->id) ? type_label(ask, one->type) : one->key;
    html(ask->o, "<li class='app-work__item'><span><a class='govuk-link' href='/{}/{}{}'>{}</a> <span class='app-muted'> · {} · {}",
         one->type->name, one->id, opened ? S("/sight") : (Str){0}, title, type_label(ask, one->type),
         unit_label(ask, opened ? one->agency : one->unit));
    if (one->why.n) html(ask->o, " · {}", one->why);
    Str when = opened ? moment_shown(ask, one->ms) : say(ask->a, "{}: {}", tr(ask->lang, S("Until")), until_shown(ask, one->until));
    html(ask->o, "</span></span><span class='app-muted'>{}</span></li>\n", when);
    return 0;
}

static Err *news_part(Request *ask, bool opened, Str heading, int *shown)
{
    SightGiven *all;
    int n;
    TRY(sight_news(ask->s, opened, NEWS_MOST, &all, &n));
    if (!n) return 0;
    ++*shown;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<ul class='app-work'>\n", heading);
    for (int i = 0; i < n; i++) TRY(news_item(ask, &all[i], opened));
    html(ask->o, "</ul>\n");
    return 0;
}

static Err *news_write(Request *ask, int *shown)
{
    TRY(news_part(ask, true, tr(ask->lang, S("Opened with a reason")), shown));
    return news_part(ask, false, tr(ask->lang, S("You were given sight of")), shown);
}

// What is left for who reads and writes no record, and what nobody waits for.
static void nothing_waits(Request *ask)
{
    Lang lang = ask->lang;
    html(ask->o, "<p class='govuk-body'>{}</p>\n", tr(lang, S("Nothing waits for you here.")));
    if (users_open(ask))
        html(ask->o,
             "<p class='govuk-body'><a class='govuk-button' role='button' "
             "href='/users'>{}</a></p>\n",
             tr(lang, S("Who may sign in")));
}

// What she typed and could not save: each leads back to its form.
static Err *unsaved_write(Request *ask)
{
    Str *forms;
    int n, shown = 0;
    TRY(draft_list(ask->s, ask->session, &forms, &n));
    for (int i = 0; i < n; i++) {
        Str rest = str_slice(forms[i], 1, forms[i].n);
        const RecordType *t = record_type(ask->pack, str_cut(&rest, '/'));
        if (!t || !may_create(ask, t)) continue;
        if (!shown++)
            html(ask->o, "<h2 class='app-section'>{}</h2>\n<ul class='govuk-list'>\n",
                 tr(ask->lang, S("Typed, and not saved yet")));
        Message what = str_starts(rest, S("new"))
                           ? message(ask->a, "Add: {}", type_label(ask, t))
                           : message(ask->a, "Change: {}", type_label(ask, t));
        html(ask->o, "<li><a class='govuk-link' href='{}'>{}</a></li>\n", (Url){next_safe(forms[i])}, message_in(ask->a, ask->lang, what));
    }
    if (shown) html(ask->o, "</ul>\n");
    return 0;
}

Err *home_show(Request *ask)
{
    const Role *role = ask->s->user.role;
    Str task = role ? words_in(&role->task, ask->lang) : (Str){0};
    bool writes = types_listed(ask, MAY_WRITE, (const RecordType *[1]){0}, 1), counted = false;
    int shown = 0, news = 0;
    page_open(ask, &(Page){.title = tr(ask->lang, S("Your work"))});
    if (task.n) html(ask->o, "<p class='govuk-body-l'>{}</p>\n", task);
    buttons_write(ask);
    TRY(unsaved_write(ask));
    if (!writes) TRY(figures_write(ask, &counted)); // who only reads came for them
    TRY(parts_write(ask, &shown));
    TRY(news_write(ask, &news));
    if (!shown && writes) first_steps(ask);
    else if (!shown && !counted && !news) nothing_waits(ask);
    if (shown && writes) TRY(figures_write(ask, &counted));
    kinds_write(ask);
    page_close(ask);
    return 0;
}

// ---- help ----------------------------------------------------------------------------------------------------

// Told to who would be let in.
static bool help_fits(const Request *ask, Handler *run)
{
    if (run == users_show) return users_open(ask);
    if (run == find_show) return finds_something(ask);
    if (run == import_show) return brings_tables(ask);
    if (run == figures_list) return counts_something(ask);
    return run != import_take_back_show && run != import_look; // they need to be told of which
}

Err *help_show(Request *ask)
{
    Lang lang = ask->lang;
    int n;
    const Route *routes = route_table(&n);
    page_open(ask, &(Page){.title = tr(lang, S("Help"))});
    html(ask->o,
         "<p class='govuk-body-l'>{}</p>\n<ul class='govuk-list "
         "govuk-list--bullet'><li>{}</li><li>{}</li><li>{}</li><li>{}</li></ul>\n",
         tr(lang, S("Everything you save is kept with your name and the time, and nothing is "
                    "overwritten.")),
         tr(lang, S("To write something down, press Add on a list or on a record.")),
         tr(lang, S("Dates may be typed as 27/3/2024, as 3/2024 or as 2024, with Lao digits too.")),
         tr(lang, S("Names are found in any spelling, in Lao or Latin letters.")),
         tr(lang, S("When somebody else changed the same answer meanwhile, you are shown both and "
                    "choose.")));
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<ul class='govuk-list govuk-list--bullet'>\n", tr(lang, S("The pages")));
    for (int i = 0; i < n; i++) {
        const Route *r = &routes[i];
        bool page = r->method == HTTP_GET && r->needs != NEEDS_NOTHING && !str_has(r->path, ':');
        if (!page || !help_fits(ask, r->run)) continue;
        html(ask->o, "<li><a class='govuk-link' href='/{}'>{}</a></li>\n", str_slice(r->path, 1, r->path.n), tr(lang, r->help));
    }
    html(ask->o, "</ul>\n");
    page_close(ask);
    return 0;
}
