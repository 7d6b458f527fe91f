// One's work: what this role is for, what it can begin, what waits, and the way on for who is new; and the help.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { BUTTONS_MOST = 6 };

// What her role writes down first, then by the order of the menu.
static int begins_listed(Request *ask, const RecordType **out)
{
    const RecordType *types[KINDS_MOST];
    const Role *role = ask->s->user.role;
    int n = 0, all = types_listed(ask, MAY_MAKE, types, KINDS_MOST);
    for (int i = 0; role && i < role->begins_n && n < BUTTONS_MOST; i++)
        if (may_create(ask, role->begins[i])) out[n++] = role->begins[i];
    for (int i = 0; i < all && n < BUTTONS_MOST; i++) {
        bool there = false;
        for (int k = 0; k < n; k++) there |= out[k] == types[i];
        if (!there) out[n++] = types[i];
    }
    return n;
}

// Where something waits, its next step is what is green; but what a role begins with leads always.
static void buttons_write(Request *ask, bool waits)
{
    const RecordType *types[BUTTONS_MOST];
    int n = begins_listed(ask, types);
    waits = waits && !(ask->s->user.role && ask->s->user.role->begins_n);
    if (!n) return;
    html(ask->o, "<div class='app-actions'>\n");
    for (int i = 0; i < n; i++)
        html(ask->o, "<a class='govuk-button{}' role='button' href='/{}/new'>{}</a>\n",
             i || waits ? S(" govuk-button--secondary") : (Str){0},
             types[i]->name, message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, types[i]))));
    html(ask->o, "<a class='govuk-link' href='/import'>{}</a></div>\n", tr(ask->lang, S("Add from an Excel file")));
}

static void first_steps(Request *ask)
{
    Lang lang = ask->lang;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<ol class='govuk-list govuk-list--number'>"
        "<li>{}</li><li>{} <a class='govuk-link' href='/import'>{}</a></li><li>{}</li></ol>\n", tr(lang, S("First steps")),
         tr(lang, S("Press a button above and write down what you know. Only a little is enough to begin.")),
         tr(lang, S("You have a table already?")), tr(lang, S("Add from an Excel file")),
         tr(lang, S("What you saved appears here, and under the menu above.")));
}

// What is left for who reads and writes no record, and what nobody waits for.
static void nothing_waits(Request *ask)
{
    Lang lang = ask->lang;
    html(ask->o, "<p class='govuk-body'>{}</p>\n", tr(lang, S("Nothing waits for you here.")));
    if (users_kept(ask))
        html(ask->o,
             "<p class='govuk-body'><a class='govuk-button' role='button' "
             "href='/users'>{}</a></p>\n",
             tr(lang, S("Who may sign in")));
    if (reads_looks(ask))
        html(ask->o, "<p class='govuk-body'><a class='govuk-link' href='/looks'>{}</a></p>\n", tr(lang, S("Who looked at whom")));
}

// Who only reads came for the figures; who writes, for what waits.
static const ScreenKind home_writes[] = {SCREEN_UNSAVED, SCREEN_WORK, SCREEN_HOME, SCREEN_CHANGES, SCREEN_LATEST, SCREEN_NOTICES,
    SCREEN_FIGURES, SCREEN_KINDS};
static const ScreenKind home_reads[] = {SCREEN_UNSAVED, SCREEN_FIGURES, SCREEN_WORK, SCREEN_HOME, SCREEN_CHANGES, SCREEN_LATEST,
    SCREEN_NOTICES, SCREEN_KINDS};
_Static_assert(countof(home_writes) == countof(home_reads), "one length serves both");

// What is there beside her typed forms and the way to all kinds.
static bool says_something(const Blocks *all)
{
    bool any = false;
    for (int i = 0; i < all->n; i++) any |= all->at[i].part->kind != SCREEN_UNSAVED && all->at[i].part->kind != SCREEN_KINDS;
    return any;
}

Err *home_show(Request *ask)
{
    const Role *role = ask->s->user.role;
    Str task = role ? words_in(&role->task, ask->lang) : (Str){0};
    bool writes = types_listed(ask, MAY_MAKE, (const RecordType *[1]){0}, 1);
    Reading reading = {.ask = ask};
    Blocks all = {0};
    TRY(screen_blocks(&reading, S("home"), writes ? home_writes : home_reads, countof(home_reads), &all));
    static const Screen to_all = {.kind = SCREEN_KINDS};
    bool all_kinds = false, waits = false;
    int hers;
    for (int i = 0; i < all.n; i++) {
        all_kinds |= all.at[i].part->kind == SCREEN_KINDS;
        waits |= all.at[i].shape == SHAPE_WORK && all.at[i].n;
    }
    if (!all_kinds) TRY(part_blocks(&reading, &to_all, &all)); // the way to all else stays
    page_open(ask, &(Page){.title = tr(ask->lang, S("Your work"))});
    if (task.n) html(ask->o, "<p class='govuk-body-l'>{}</p>\n", task);
    TRY(asked_write(ask, &hers));
    buttons_write(ask, waits);
    TRY(erasing_home(ask));
    if (writes && !says_something(&all)) first_steps(ask);
    for (int i = 0; i < all.n; i++) block_page(ask, &all.at[i]);
    if (!writes && !hers && !says_something(&all)) nothing_waits(ask);
    page_close(ask);
    return 0;
}

// ---- help ----------------------------------------------------------------------------------------------------

// Told to who would be let in.
static bool help_fits(const Request *ask, Handler *run)
{
    if (run == users_show) return users_open(ask);
    if (run == looks_show) return reads_looks(ask);
    if (run == find_show) return finds_something(ask);
    if (run == import_show) return brings_tables(ask);
    if (run == figures_list) return counts_something(ask);
    if (run == first_show || run == lock_show) return false; // they show themselves
    return run != import_take_back_show && run != import_look; // they need to be told of which
}

static Str uses_said(Request *ask, const Field *f)
{
    const Str said[USED_COUNT] = {
        [USED_FIGURE] = tr(ask->lang, S("a figure that is reported")), [USED_LETTER] = tr(ask->lang, S("a letter or a report")),
        [USED_SERVICE] = tr(ask->lang, S("helping somebody")), [USED_LAW] = tr(ask->lang, S("what the law asks")),
        [USED_RULE] = tr(ask->lang, S("a rule by which answers are checked")),
    };
    Buf o = buf_in(ask->a);
    for (int i = 0; i < USED_COUNT; i++) {
        if (!(f->used_for >> i & 1)) continue;
        buf_fill(&o, "{}{}", VALS(o.n ? S("; ") : (Str){0}, said[i]));
    }
    return buf_str(&o);
}

// What is asked of one kind of record, and what for: of the fields that she may see.
static Err *help_of(Request *ask, const RecordType *t)
{
    page_open(ask, &(Page){.title = message_in(ask->a, ask->lang, message(ask->a, "Why we ask: {}", type_label(ask, t)))});
    html(ask->o, "<dl class='govuk-summary-list'>\n");
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->used_for && may_see(&ask->s->user, t, f)) fact(ask, field_label(ask, f), uses_said(ask, f));
    }
    html(ask->o, "</dl>\n");
    page_close(ask);
    return 0;
}

static void help_records(Request *ask)
{
    const RecordType *types[KINDS_MOST];
    int n = types_listed(ask, MAY_READ, types, countof(types));
    if (n) html(ask->o, "<h2 class='app-section'>{}</h2>\n<ul class='govuk-list govuk-list--bullet'>\n", tr(ask->lang, S("Why we ask")));
    for (int i = 0; i < n; i++)
        html(ask->o, "<li><a class='govuk-link' href='/help?record={}'>{}</a></li>\n", types[i]->name, type_plural(ask, types[i]));
    if (n) html(ask->o, "</ul>\n");
}

Err *help_show(Request *ask)
{
    Lang lang = ask->lang;
    int n;
    const Route *routes = route_table(&n);
    const RecordType *of = record_type(ask->pack, pairs_get(&ask->query, S("record")));
    if (of && may_any(&ask->s->user, of, MAY_READ)) return help_of(ask, of);
    if (users_kept(ask) && pairs_get(&ask->query, S("unsure")).n) return unsure_show(ask);
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
    if (users_kept(ask))
        html(ask->o, "<li><a class='govuk-link' href='/help?unsure=yes'>{}</a></li>\n",
             tr(lang, S("Words that no Lao reader has confirmed yet")));
    html(ask->o, "</ul>\n");
    help_records(ask);
    page_close(ask);
    return 0;
}
