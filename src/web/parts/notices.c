// Notices: what was told to one's unit or to oneself about a record, until its day; read, as page and as JSON, and put away.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { NOTICES_FEW = 5, NOTICES_MOST = 200 };

static Line line_of(Request *ask, const NoticeGiven *one)
{
    Str title = one->title.n ? one->title : one->type ? type_label(ask, one->type) : (Str){0};
    Line line = {.title = title, .items = take(ask->a, Item, 1), .n = 1, .when = moment_shown(ask, one->ms)};
    line.items[0] = (Item){.field = S("words"), .text = one->words.n ? one->words : tr(ask->lang, S("The words are closed to you."))};
    if (one->type) line.to = record_url(ask, one->type, one->id);
    else line = (Line){.title = tr(ask->lang, S("A notice about a record that is not open to you.")), .when = line.when};
    if (one->read) return line;
    line.act = url(ask->a, "/notices/{}?next={}", one->entry, ask->in->path);
    line.act_words = tr(ask->lang, S("I have read it"));
    return line;
}

static void notices_block(Request *ask, const NoticeGiven *all, int n, Block *block)
{
    block->shape = SHAPE_ITEMS;
    block->lines = take(ask->a, Line, n);
    for (int i = 0; i < n; i++) block->lines[block->n++] = line_of(ask, &all[i]);
}

// Of the first page: what she has not read yet.
Err *told_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    NoticeGiven *all;
    int n;
    TRY(notices_list(ask->s, false, NOTICES_FEW + 1, &all, &n));
    if (!n) return 0;
    Block *block = block_add(out, &(Block){.part = part, .anchor = S("notices"), .title = tr(ask->lang, S("Notices"))});
    notices_block(ask, all, n > NOTICES_FEW ? NOTICES_FEW : n, block);
    if (n <= NOTICES_FEW) return 0;
    block->more = url(ask->a, "/notices");
    block->more_words = tr(ask->lang, S("All notices"));
    return 0;
}

static Err *notices_json(Request *ask, const NoticeGiven *all, int n)
{
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < n; i++) {
        const NoticeGiven *one = &all[i];
        json_next(ask->o);
        json(ask->o, "{'notice':{},'words':{},'until':{},'read':{}", one->entry, one->words, day_text(ask->a, one->until),
             one->read ? S("yes") : S("no"));
        if (one->type) json(ask->o, ",'record':{},'id':{},'title':{}", one->type->name, one->id, one->title);
        buf_char(ask->o, '}');
    }
    buf_add(ask->o, S("]}\n"));
    return 0;
}

Err *notices_show(Request *ask)
{
    NoticeGiven *all;
    int n;
    TRY(notices_list(ask->s, true, NOTICES_MOST, &all, &n));
    if (ask->wants_json) return notices_json(ask, all, n);
    Block block = {.empty = tr(ask->lang, S("There is none."))};
    notices_block(ask, all, n, &block);
    if (!n) block_leads_on(ask, &block);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Notices"))}, &(Blocks){.at = &block, .n = 1});
    return 0;
}

Err *notice_read(Request *ask)
{
    int64_t entry;
    bool hers = false;
    if (str_int(ask->id, &entry)) TRY(notice_seen(ask->s, entry, &hers));
    if (!hers) return fail(ask->a, ERR_MISSING, "There is no notice {} for you.", ask->id);
    if (ask->is_form) return redirect(ask, (Url){next_safe(pairs_get(&ask->query, S("next")))});
    json_open(ask, 200);
    json(ask->o, "{'notice':{},'read':'yes'}\n", entry);
    return 0;
}
