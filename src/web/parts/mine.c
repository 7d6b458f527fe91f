// Parts of who asks: what she typed, her news, numbers, kinds of records, and where she looks and begins.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { NEWS_MOST = 5, FIGURES_TOLD = 6 };

// What she typed and could not save: each leads back to its form.
Err *unsaved_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    Str *forms;
    int n;
    TRY(draft_list(ask->s, ask->session, &forms, &n));
    Block block = {.part = part, .shape = SHAPE_ITEMS, .title = part_title(ask, part, tr(ask->lang, S("Typed, and not saved yet"))),
        .lines = take(ask->a, Line, n)};
    for (int i = 0; i < n; i++) {
        Str rest = str_slice(forms[i], 1, forms[i].n);
        const RecordType *t = record_type(ask->pack, str_cut(&rest, '/'));
        if (!t || !may_create(ask, t)) continue;
        Message what = str_starts(rest, S("new")) ? message(ask->a, "Add: {}", type_label(ask, t))
                                                  : message(ask->a, "Change: {}", type_label(ask, t));
        block.lines[block.n++] = (Line){.title = message_in(ask->a, ask->lang, what), .to = (Url){next_safe(forms[i])}};
    }
    if (block.n) block_add(out, &block);
    return 0;
}

static bool screen_open(Request *ask, Str name)
{
    const Screen *part;
    for (int at = 0; (part = screen_part(ask->pack, name, at)); at++)
        if (part_open(ask, part)) return true;
    return false;
}

// The pack's own screens, of which she may read or begin something.
static int screens_open(Request *ask, Line *lines)
{
    const Pack *p = ask->pack;
    int n = 0;
    for (int i = 0; i < p->screens_n; i++) {
        const Screen *screen = &p->screens[i];
        bool first = screen_is(ask, screen->name) && screen_part(p, screen->name, 0) == screen;
        if (first && screen_open(ask, screen->name))
            lines[n++] = (Line){.title = screen_title(ask, screen->name), .to = url(ask->a, "/{}", screen->name)};
    }
    return n;
}

// The program's own, for who watches over it: who looked at whom, and who may sign in.
static int engine_open(Request *ask, Line *lines)
{
    int n = 0;
    if (reads_looks(ask)) lines[n++] = (Line){.title = tr(ask->lang, S("Who looked at whom")), .to = url(ask->a, "/looks")};
    if (users_open(ask)) lines[n++] = (Line){.title = tr(ask->lang, S("Who may sign in")), .to = url(ask->a, "/users")};
    return n;
}

// The menu has the first of all kinds.
Err *kinds_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const RecordType *types[KINDS_MOST];
    int n = types_listed(ask, MAY_READ, types, KINDS_MOST);
    enum { ENGINE_MOST = 2, TOLD_MOST = 30 };
    Line *lines = take(ask->a, Line, ask->pack->screens_n + ENGINE_MOST);
    int screens_n = engine_open(ask, lines);
    screens_n += screens_open(ask, lines + screens_n);
    if (screens_n)
        block_add(out, &(Block){.part = part, .shape = SHAPE_LINKS, .title = tr(ask->lang, S("Pages for this work")),
            .lines = lines, .n = screens_n});
    if (n <= NAV_MOST) return 0;
    bool told = n <= TOLD_MOST; // of more than one reads through the names alone
    Str title = told ? tr(ask->lang, S("All lists, and what they are for")) : tr(ask->lang, S("All lists"));
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_LINKS, .anchor = S("kinds"),
        .title = part_title(ask, part, title), .lines = take(ask->a, Line, n)});
    for (int i = 0; i < n; i++)
        block->lines[block->n++] = (Line){.title = type_plural(ask, types[i]), .to = url(ask->a, "/{}", types[i]->name),
            .by = told ? words_in(&types[i]->hint, ask->lang) : (Str){0}};
    return 0;
}

// ---- what was opened of her unit's, and what she was given sight of ------------------------------------------

static Err *news_line(Request *ask, const SightGiven *one, bool opened, Line *out)
{
    Str title;
    TRY(record_titles(ask->s, one->type, &one->row, 1, &title));
    if (!title.n) title = str_equal(one->key, one->id) ? type_label(ask, one->type) : one->key;
    *out = (Line){.title = title, .to = record_url(ask, one->type, one->id), .items = take(ask->a, Item, 3)};
    if (opened) out->to = url(ask->a, "/{}/{}/sight", one->type->name, one->id);
    out->items[out->n++] = (Item){.field = S("kind"), .text = type_label(ask, one->type)};
    out->items[out->n++] = (Item){.field = S("unit"), .text = unit_label(ask, opened ? one->agency : one->unit)};
    if (one->why.n) out->items[out->n++] = (Item){.field = S("why"), .text = one->why};
    out->when = opened ? moment_shown(ask, one->ms) : say(ask->a, "{}: {}", tr(ask->lang, S("Until")), until_shown(ask, one->until));
    return 0;
}

static Err *news_part(Reading *reading, const Screen *part, bool opened, Str heading, Blocks *out)
{
    Request *ask = reading->ask;
    SightGiven *all;
    int n;
    TRY(sight_news(ask->s, opened, NEWS_MOST, &all, &n));
    if (!n) return 0;
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_ITEMS, .title = heading, .lines = take(ask->a, Line, n)});
    for (int i = 0; i < n; i++) TRY(news_line(ask, &all[i], opened, &block->lines[block->n++]));
    return 0;
}

Err *notices_part(Reading *reading, const Screen *part, Blocks *out)
{
    Lang lang = reading->ask->lang;
    TRY(told_part(reading, part, out));
    TRY(news_part(reading, part, true, tr(lang, S("Opened with a reason")), out));
    return news_part(reading, part, false, tr(lang, S("You were given sight of")), out);
}

// ---- a table's numbers of this year -----------------------------------------------------------------------------

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
Err *figures_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Table *table = part->table ? part->table : ask->pack->tables_n ? &ask->pack->tables[0] : 0;
    int year = register_today(ask->s) / 10000;
    FigureAnswer answer;
    bool any;
    if (!table || !reads_all(ask, table)) return 0;
    TRY(year_count(ask, table, year, &answer, &any));
    if (!any) TRY(year_count(ask, table, --year, &answer, &any));
    if (!any) return 0;
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_NUMBERS, .lines = take(ask->a, Line, 1), .n = 1,
        .title = say(ask->a, "{}: {}", part_title(ask, part, words_in(&table->label, ask->lang)), year),
        .more = url(ask->a, "/figures/{}", table->name), .more_words = tr(ask->lang, S("All figures, and other years"))});
    Line *line = &block->lines[0];
    line->items = take(ask->a, Item, FIGURES_TOLD);
    for (int i = 0; i < answer.rows_n && line->n < FIGURES_TOLD; i++) {
        if (answer.rows[i].closed) continue; // no number is not none
        line->items[line->n++] = (Item){.name = words_in(&answer.rows[i].figure->label, ask->lang), .field = answer.rows[i].figure->name,
            .value = say(ask->a, "{}", answer.rows[i].value), .text = number_shown(ask->a, ask->lang, answer.rows[i].value)};
    }
    return 0;
}

// ---- where she looks, and begins ----------------------------------------------------------------------------------

static void way(Reading *reading, const Screen *part, Url to, Str words, Blocks *out)
{
    Request *ask = reading->ask;
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_ADDS, .lines = take(ask->a, Line, 1), .n = 1});
    block->lines[0] = (Line){.title = words, .to = to};
}

Err *find_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    way(reading, part, url(ask->a, "/find"), part_title(ask, part, tr(ask->lang, S("Find by name, number, phone or title"))), out);
    return 0;
}

Err *import_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    way(reading, part, url(ask->a, "/import"), part_title(ask, part, tr(ask->lang, S("Add from an Excel file"))), out);
    return 0;
}

Err *interview_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    const RecordType *t = part->record;
    Url to = part->link && r ? url(ask->a, "/{}/new?_part=1&{}={}", t->name, part->link->name, r->key)
                             : url(ask->a, "/{}/new?_part=1", t->name);
    Str words = add_words(ask, t);
    bool heads = part == screen_part(ask->pack, part->name, 0); // its own words are the heading of that page: the way says what it does
    way(reading, part, to, heads ? words : part_title(ask, part, words), out);
    return 0;
}

// Where something is written down again and again: the form itself, without the way to it.
Err *form_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    const RecordType *t = part->record;
    Str begins = part->link && r ? url(ask->a, "{}={}", part->link->name, r->key).s : (Str){0};
    Str title = part_title(ask, part, add_words(ask, t));
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_FORM, .title = title});
    return ask->wants_json ? 0 : form_within(ask, t, begins, block);
}
