// What waits for who asks, as a part of the first page and as a page of its own: by day, each with its next step.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { WORK_ROWS = 20 };

Str due_words(Request *ask, int due)
{
    int days = days_between(register_today(ask->s), due);
    Message m = days == 0 ? message(ask->a, "due today") : days == 1 ? message(ask->a, "due tomorrow")
        : days > 1 ? message(ask->a, "due in {} days", days) : days == -1 ? message(ask->a, "1 day late")
        : message(ask->a, "{} days late", -days);
    return message_in(ask->a, ask->lang, m);
}

// Until when, who put it off, and why.
static Str put_off_words(Request *ask, const WorkItem *item)
{
    Str day = date_shown(ask->a, ask->lang, day_text(ask->a, item->until));
    Str parts[] = {message_in(ask->a, ask->lang, message(ask->a, "put off until {}", day)), actor_shown(ask, item->by),
        item->why.n ? item->why : tr(ask->lang, S("The words are closed to you."))};
    return str_join(ask->a, parts, countof(parts), S(" · "));
}

static Line line_of(Request *ask, const WorkItem *item, Url next)
{
    const Record *r = item->record;
    // Of somebody whose name is closed to her the number says more than what the record is called.
    Str number = number_or_key(r);
    bool unnamed = !item->name.n && r->type->person >= 0 && number.n;
    Line line = {.of = r, .title = item->name.n ? item->name : unnamed ? number : item->title, .to = record_url(ask, r->type, r->id),
        .late = item->late && item->moves_n && !item->until, .items = take(ask->a, Item, 4)};
    line.items[line.n++] = (Item){.field = S("record"), .text = type_label(ask, r->type)};
    if (item->title.n && !str_equal(item->title, line.title)) line.items[line.n++] = (Item){.field = S("title"), .text = item->title};
    if (number.n && !unnamed && !str_equal(number, item->title))
        line.items[line.n++] = (Item){.field = S("no"), .text = number, .tone = TONE_WHOLE};
    line.items[line.n++] = (Item){.field = S("state"), .value = r->state, .text = state_label(ask, r->type, r->state)};
    line.next = item->moves_n && !item->until ? item->moves[0] : 0;
    line.several = item->moves_n > 1;
    if (item->until) line.by = put_off_words(ask, item);
    else if (item->moves_n) line.later = later_url(ask, r, next);
    if (item->until && item->moves_n) {
        line.act = url(ask->a, "/{}/{}/again?next={}", r->type->name, r->id, next.s);
        line.act_words = tr(ask->lang, S("Take it up again"));
    }
    if (!item->due) return line;
    line.due = due_words(ask, item->due);
    line.when = date_shown(ask->a, ask->lang, day_text(ask->a, item->due));
    return line;
}

// The first step that waits leads; on a first page whose form leads (`leads` of the role), none.
static void work_block(Request *ask, const WorkList *list, Url here, bool leads, Block *block)
{
    block->shape = SHAPE_WORK;
    block->lines = take(ask->a, Line, list->n);
    for (int i = 0; i < list->n; i++) {
        Line *line = &block->lines[block->n++];
        *line = line_of(ask, &list->at[i], here);
        line->here = leads && line->next;
        leads = leads && !line->next;
    }
    if (list->later) {
        block->add = url(ask->a, "/work?later=yes");
        block->add_words = message_in(ask->a, ask->lang, message(ask->a, "Put off: {}", list->later));
    }
    if (!list->next.row) return;
    block->more = (Url){say(ask->a, "/work?after={}", work_place(ask->a, list->next))};
    block->more_words = list->maybe ? tr(ask->lang, S("There may be more: look further")) : tr(ask->lang, S("More"));
    if (list->maybe) block->empty = tr(ask->lang, S("So far nothing was found that waits for you."));
}

Err *work_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    WorkList list;
    TRY(work_list(ask->s, (WorkPlace){0}, WORK_ROWS, &list));
    if (!list.n && !list.later && !list.maybe) return 0;
    Block *block = block_add(out, &(Block){.part = part, .anchor = S("work"),
        .empty = tr(ask->lang, S("Nothing waits for you here.")), .title = part_title(ask, part, tr(ask->lang, S("What waits for you")))});
    work_block(ask, &list, (Url){ask->in->path}, !(ask->s->user.role && ask->s->user.role->leads), block);
    return 0;
}

// ---- the page ----------------------------------------------------------------------------------------------

static Err *work_page(Request *ask, const WorkList *list, bool later)
{
    Block block = {.empty = later ? tr(ask->lang, S("Nothing is put off.")) : tr(ask->lang, S("Nothing waits for you here."))};
    work_block(ask, list, later ? url(ask->a, "/work?later=yes") : url(ask->a, "/work"), true, &block);
    if (!list->n && !later && !block.more_words.n) block_leads_on(ask, &block);
    Blocks all = {.ask = ask};
    block_add(&all, &block);
    Str back = later ? tr(ask->lang, S("What waits for you")) : tr(ask->lang, S("From the beginning"));
    if (later || pairs_get(&ask->query, S("after")).n) words_add(&all, TONE_PLAIN, back)->to = url(ask->a, "/work");
    words_add(&all, TONE_SCREEN, tr(ask->lang, S("The days as a calendar")))->to =
        url(ask->a, "/work.ics?lang={}", lang_codes[ask->lang]);
    words_add(&all, TONE_ASIDE, tr(ask->lang, S("It says the kind, the number and the day, nothing else. A calendar that asks by "
        "itself takes this address, your sign-in name and the password for a program.")));
    blocks_page(ask, &(Page){.title = later ? tr(ask->lang, S("What is put off")) : tr(ask->lang, S("What waits for you"))}, &all);
    return 0;
}

Err *work_show(Request *ask)
{
    WorkList list;
    WorkPlace after = {0};
    Str given = pairs_get(&ask->query, S("after"));
    bool later = pairs_get(&ask->query, S("later")).n > 0;
    if (given.n && !work_place_read(given, &after))
        return fail(ask->a, ERR_INPUT, "{} is the text that came as next with the list before.", S("after"));
    if (later) TRY(work_later_list(ask->s, &list));
    else TRY(work_list(ask->s, after, WORK_ROWS, &list));
    if (!ask->wants_json) return work_page(ask, &list, later);
    json_open(ask, 200);
    work_json(ask->o, &list);
    return 0;
}
