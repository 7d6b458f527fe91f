// Which kinds of parts there are, of which parts a screen is made, and a screen as a page and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { BLOCKS_FIRST = 16 };

static PartRead *const reads[SCREEN_KIND_COUNT] = {
    [SCREEN_HEAD] = head_part, [SCREEN_URGENT] = head_part,
    [SCREEN_HOME] = homes_part, [SCREEN_ROWS] = rows_part, [SCREEN_INBOX] = inbox_part, [SCREEN_PLAN] = plan_part,
    [SCREEN_BOARD] = board_part, [SCREEN_DESK] = desk_part, [SCREEN_INTERVIEW] = interview_part, [SCREEN_FORM] = form_part,
    [SCREEN_FACTS] = facts_part,
    [SCREEN_STEPS] = steps_part, [SCREEN_RELATED] = related_part, [SCREEN_TIMELINE] = timeline_part,
    [SCREEN_HISTORY] = history_part, [SCREEN_NOTICES] = notices_part, [SCREEN_UNSAVED] = unsaved_part,
    [SCREEN_LATEST] = latest_part, [SCREEN_KINDS] = kinds_part, [SCREEN_FIND] = find_part, [SCREEN_IMPORT] = import_part,
    [SCREEN_FIGURES] = figures_part, [SCREEN_WORK] = work_part, [SCREEN_CHANGES] = changes_part,
};

Block *block_add(Blocks *all, const Block *one)
{
    if (all->n == all->room) {
        int room = all->room ? 2 * all->room : BLOCKS_FIRST;
        Block *wider = take(all->ask->a, Block, room);
        if (all->n) memcpy(wider, all->at, (size_t)all->n * sizeof *wider);
        all->at = wider;
        all->room = room;
    }
    all->at[all->n] = *one;
    return &all->at[all->n++];
}

void block_leads_on(Request *ask, Block *block)
{
    block->more = (Url){S("/")};
    block->more_words = tr(ask->lang, S("Go to your work"));
}

// A count is read with its board; what is of a kind of record that she may not read does not exist. An interview and a form begin one.
bool part_open(const Request *ask, const Screen *part)
{
    if (part->kind == SCREEN_INTERVIEW || part->kind == SCREEN_FORM) return may_create(ask, part->record);
    if (part->kind == SCREEN_FIND) return finds_something(ask);
    if (part->kind == SCREEN_IMPORT) return brings_tables(ask);
    if (part->kind == SCREEN_FIGURES) return counts_something(ask);
    return reads[part->kind] && (!part->record || may_any(&ask->s->user, part->record, MAY_READ));
}

Err *part_blocks(Reading *reading, const Screen *part, Blocks *out)
{
    return part_open(reading->ask, part) ? reads[part->kind](reading, part, out) : 0;
}

Err *screen_blocks(Reading *reading, Str name, const ScreenKind *otherwise, int n, Blocks *out)
{
    Request *ask = reading->ask;
    const Screen *part;
    bool said = false; // of a head alone it says nothing about the rest
    for (int at = 0; (part = screen_part(ask->pack, name, at)); at++) {
        TRY(part_blocks(reading, part, out));
        said |= part->kind != SCREEN_HEAD && part->kind != SCREEN_URGENT;
    }
    for (int i = 0; !said && i < n; i++) {
        Screen *given = take(ask->a, Screen, 1);
        *given = (Screen){.kind = otherwise[i]};
        TRY(part_blocks(reading, given, out));
    }
    return 0;
}

Str part_title(const Request *ask, const Screen *part, Str otherwise)
{
    Str title = words_in(&part->label, ask->lang);
    return title.n ? title : otherwise.n ? otherwise : type_plural(ask, part->record);
}

// ---- a screen of its own: /NAME ------------------------------------------------------------------------------

// Its title is that of its first part that has one.
Str screen_title(Request *ask, Str name)
{
    const Screen *part;
    for (int at = 0; (part = screen_part(ask->pack, name, at)); at++) {
        Str title = words_in(&part->label, ask->lang);
        if (title.n) return title;
    }
    return name;
}

bool screen_is(const Request *ask, Str name)
{
    return screen_part(ask->pack, name, 0) && !record_type(ask->pack, name) && !str_equal(name, S("home"));
}

static void screen_json(Request *ask, Str name, const Blocks *all)
{
    json_open(ask, 200);
    json(ask->o, "{'screen':{},'parts':[", name);
    for (int i = 0; i < all->n; i++) {
        json_next(ask->o);
        block_json(ask, &all->at[i]);
    }
    buf_add(ask->o, S("]}\n"));
}

// It says that there is nothing, and leads to nothing.
static bool block_empty(const Block *b)
{
    return !b->n && !b->add_words.n && !b->more_words.n && !b->act_words.n && !b->form.n && !b->asking;
}

// A screen that is empty, and where nothing can be begun: who came here wants to go on.
static bool leads_nowhere(const Blocks *all)
{
    for (int i = 0; i < all->n; i++)
        if (!block_empty(&all->at[i])) return false;
    return true;
}

// Of several one after the other that say the same of nothing it is said once, below all their headings.
static void empties_join(Blocks *all)
{
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        const Block *one = &all->at[i];
        Block *before = n ? &all->at[n - 1] : 0;
        bool same = before && block_empty(before) && block_empty(one) && before->title.n && one->title.n && !one->below.n;
        if (same && str_equal(before->empty, one->empty)) before->title = say(all->ask->a, "{} · {}", before->title, one->title);
        else all->at[n++] = *one;
    }
    all->n = n;
}

Err *screen_show(Request *ask)
{
    Reading reading = {.ask = ask};
    Blocks all = {.ask = ask};
    Str name = ask->parts[0];
    TRY(screen_blocks(&reading, name, 0, 0, &all));
    if (!all.n) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (ask->wants_json) {
        screen_json(ask, name, &all);
        return 0;
    }
    Str title = screen_title(ask, name);
    empties_join(&all);
    if (leads_nowhere(&all)) block_leads_on(ask, &all.at[all.n - 1]);
    page_open(ask, &(Page){.title = title});
    bool heads = str_equal(all.at[0].title, title); // then it is said once
    if (heads) all.at[0].title = (Str){0};
    for (int i = 0; heads && i < all.n && all.at[i].part == all.at[0].part; i++) {
        all.at[i].minor = false;
        all.at[i].under_page = true;
    }
    for (int i = 0; i < all.n; i++) block_page(ask, &all.at[i]);
    page_close(ask);
    return 0;
}
