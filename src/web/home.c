// One's work: what this role is for, what it can begin, what waits, and the way on for who is new; and the help.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { BUTTONS_MOST = 6 };
_Static_assert(BUTTONS_MOST < (int)PARAGRAPH_MOST, "they stand beside each other, with one way more");

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

// Where something waits, its next step is what is green; but who stands before her, or is on the line, does not wait.
static void buttons_add(bool waits, Blocks *out)
{
    Request *ask = out->ask;
    const RecordType *types[BUTTONS_MOST];
    int n = begins_listed(ask, types);
    waits = waits && !(ask->s->user.role && ask->s->user.role->leads);
    for (int i = 0; i < n; i++) {
        Str words = add_words(ask, types[i]);
        Item *item = i ? words_more(out, words) : words_add(out, TONE_PLAIN, words);
        item->tone = i || waits ? TONE_SECOND : TONE_BUTTON;
        item->to = url(ask->a, "/{}/new", types[i]->name);
    }
    if (n) words_more(out, tr(ask->lang, S("Add from an Excel file")))->to = url(ask->a, "/import");
}

static void first_steps(Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Block *steps = points_add(out, SHAPE_NUMBERED, tr(lang, S("First steps")));
    point_add(ask, steps, tr(lang, S("Press a button above and write down what you know. Only a little is enough to begin.")));
    point_add(ask, steps, tr(lang, S("You have a table already?")));
    words_more(out, tr(lang, S("Add from an Excel file")))->to = url(ask->a, "/import");
    point_add(ask, steps, tr(lang, S("What you saved appears here, and under the menu above.")));
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
    Blocks all = {.ask = ask}, above = {.ask = ask};
    TRY(screen_blocks(&reading, S("home"), writes ? home_writes : home_reads, countof(home_reads), &all));
    static const Screen to_all = {.kind = SCREEN_KINDS};
    bool all_kinds = false, waits = false;
    int hers;
    for (int i = 0; i < all.n; i++) {
        all_kinds |= all.at[i].part->kind == SCREEN_KINDS;
        waits |= all.at[i].shape == SHAPE_WORK && all.at[i].n;
    }
    if (!all_kinds) TRY(part_blocks(&reading, &to_all, &all)); // the way to all else stays
    if (task.n) words_add(&above, TONE_LARGE, task);
    TRY(asked_home(&hers, &above));
    buttons_add(waits, &above);
    TRY(erasing_home(&above));
    if (writes && !says_something(&all)) first_steps(&above);
    // Her pages stand below, each of them once.
    if (!writes && !hers && !says_something(&all)) words_add(&above, TONE_PLAIN, tr(ask->lang, S("Nothing waits for you here.")));
    for (int i = 0; i < all.n; i++) block_add(&above, &all.at[i]);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Your work"))}, &above);
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
    Blocks all = {.ask = ask};
    Block *facts = facts_add(&all, t->n);
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->used_for && may_see(&ask->s->user, t, f)) fact_add(facts, field_label(ask, f), uses_said(ask, f));
    }
    blocks_page(ask, &(Page){.title = message_in(ask->a, ask->lang, message(ask->a, "Why we ask: {}", type_label(ask, t)))}, &all);
    return 0;
}

static Block list_block(Request *ask, Str title, int most)
{
    return (Block){.shape = SHAPE_LINKS, .title = title, .lines = take(ask->a, Line, most)};
}

static Block help_records(Request *ask)
{
    const RecordType *types[KINDS_MOST];
    int n = types_listed(ask, MAY_READ, types, countof(types));
    Block block = list_block(ask, n ? tr(ask->lang, S("Why we ask")) : (Str){0}, n);
    for (int i = 0; i < n; i++)
        block.lines[block.n++] = (Line){.title = type_plural(ask, types[i]), .to = url(ask->a, "/help?record={}", types[i]->name)};
    return block;
}

static Block help_pages(Request *ask)
{
    int n;
    const Route *routes = route_table(&n);
    Block block = list_block(ask, tr(ask->lang, S("The pages")), n + 1);
    for (int i = 0; i < n; i++) {
        const Route *r = &routes[i];
        bool page = r->method == HTTP_GET && r->needs != NEEDS_NOTHING && !str_has(r->path, ':');
        if (page && help_fits(ask, r->run)) block.lines[block.n++] = (Line){.title = tr(ask->lang, r->help), .to = (Url){r->path}};
    }
    if (users_kept(ask))
        block.lines[block.n++] = (Line){.title = tr(ask->lang, S("Words that no Lao reader has confirmed yet")),
            .to = url(ask->a, "/help?unsure=yes")};
    return block;
}

Err *help_show(Request *ask)
{
    Lang lang = ask->lang;
    Blocks all = {.ask = ask};
    const RecordType *of = record_type(ask->pack, pairs_get(&ask->query, S("record")));
    if (of && may_any(&ask->s->user, of, MAY_READ)) return help_of(ask, of);
    if (users_kept(ask) && pairs_get(&ask->query, S("unsure")).n) return unsure_show(ask);
    words_add(&all, TONE_LARGE, tr(lang, S("Everything you save is kept with your name and the time, and nothing is "
        "overwritten.")));
    Block *points = points_add(&all, SHAPE_POINTS, (Str){0});
    point_add(ask, points, tr(lang, S("To write something down, press Add on a list or on a record.")));
    point_add(ask, points, tr(lang, S("Dates may be typed as 27/3/2024, as 3/2024 or as 2024, with Lao digits too.")));
    point_add(ask, points, tr(lang, S("Names are found in any spelling, in Lao or Latin letters.")));
    point_add(ask, points, tr(lang, S("When somebody else changed the same answer meanwhile, you are shown both and choose.")));
    Block pages = help_pages(ask), records = help_records(ask);
    block_add(&all, &pages);
    block_add(&all, &records);
    blocks_page(ask, &(Page){.title = tr(lang, S("Help"))}, &all);
    return 0;
}
