// What others changed of what is hers, since she was here: on the first page, on its own, as JSON; and that she has seen it.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { CHANGES_MOST = 20 };

static Line line_of(Request *ask, const ChangeGiven *one)
{
    const Record *r = one->record;
    Str number = number_or_key(r), title = one->title.n ? one->title : number.n ? number : name_or_none(ask, r);
    Line line = {.of = r, .title = title, .to = record_url(ask, r->type, r->id), .when = moment_shown(ask, one->ms),
        .items = take(ask->a, Item, 5)};
    line.items[line.n++] = (Item){.field = S("record"), .text = type_label(ask, r->type)};
    if (r->number.n && !str_equal(r->number, title)) line.items[line.n++] = (Item){.field = S("no"), .text = r->number};
    line.items[line.n++] = (Item){.field = S("what"), .value = one->verb, .text = verb_words(ask, one->verb)};
    line.items[line.n++] = (Item){.field = S("who"), .text = actor_shown(ask, one->who)};
    if (r->state.n) line.items[line.n++] = (Item){.field = S("state"), .value = r->state, .text = state_label(ask, r->type, r->state),
        .tone = TONE_STATE};
    return line;
}

static void changes_block(Request *ask, const Changes *all, Str to, Block *block)
{
    block->shape = SHAPE_ITEMS;
    block->lines = take(ask->a, Line, all->n);
    for (int i = 0; i < all->n; i++) block->lines[block->n++] = line_of(ask, &all->at[i]);
    if (all->since) block->count = message_in(ask->a, ask->lang, message(ask->a, "Since {}", moment_shown(ask, all->since)));
    if (all->more) block->below = tr(ask->lang, S("There is more: when you have seen these, look into the lists."));
    block->act = url(ask->a, "/changes?upto={}&next={}", all->upto, to);
    if (all->n) block->act_words = tr(ask->lang, S("I have seen it"));
}

Err *changes_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    Changes all;
    TRY(changes_list(ask->s, CHANGES_MOST, &all));
    if (!all.n) return 0;
    Block *block = block_add(out, &(Block){.part = part, .anchor = S("changes"),
        .title = part_title(ask, part, tr(ask->lang, S("What others changed")))});
    changes_block(ask, &all, ask->in->path, block);
    return 0;
}

static Err *changes_json(Request *ask, const Changes *all)
{
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < all->n; i++) {
        const ChangeGiven *one = &all->at[i];
        const Record *r = one->record;
        json_next(ask->o);
        json(ask->o, "{'record':{},'id':{},'key':{},'no':{},'title':{},'state':{},'what':{},'who':{}}", r->type->name, r->id, r->key,
             val_or_null(r->number), one->title, r->state, one->verb, one->who);
    }
    json(ask->o, "],'upto':{},'more':{}}\n", all->upto, (Html){all->more ? S("true") : S("false")});
    return 0;
}

Err *changes_show(Request *ask)
{
    Changes all;
    TRY(changes_list(ask->s, CHANGES_MOST, &all));
    if (ask->wants_json) return changes_json(ask, &all);
    Block block = {.empty = tr(ask->lang, S("Nobody else has changed anything of yours."))};
    changes_block(ask, &all, S("/changes"), &block);
    if (!all.n) block_leads_on(ask, &block);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("What others changed"))}, &(Blocks){.at = &block, .n = 1});
    return 0;
}

Err *changes_post(Request *ask)
{
    int64_t upto;
    if (!str_int(pairs_get(&ask->query, S("upto")), &upto) || upto < 0)
        return fail(ask->a, ERR_INPUT, "upto is the number that came as upto with the list before.");
    TRY(changes_seen(ask->s, upto));
    return ask->is_form ? redirect(ask, (Url){next_safe(pairs_get(&ask->query, S("next")))}) : changes_show(ask);
}
