// One record: its page, made of parts, and the steps that move it.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

// What stands beside the rest on a desk: what happened, in its order.
static bool beside(const Block *block)
{
    return block->shape == SHAPE_TIME;
}

static bool saves(const Blocks *all)
{
    bool so = false;
    for (int i = 0; i < all->n; i++) so |= all->at[i].shape == SHAPE_FORM;
    return so;
}

static void blocks_write(Request *ask, const Blocks *all, bool aside)
{
    for (int i = 0; i < all->n; i++)
        if (beside(&all->at[i]) == aside) block_page(ask, &all->at[i]);
}

static Err *record_page(Request *ask, const Record *r, const Faults *faults)
{
    static const ScreenKind parts[] = {SCREEN_FACTS, SCREEN_RELATED, SCREEN_HISTORY};
    Reading reading = {.ask = ask, .r = r};
    Blocks all = {.ask = ask}, above = {.ask = ask}, beside = {.ask = ask}, below = {.ask = ask};
    Line head;
    TRY(change_hers(ask->s, r, &reading.may_change));
    TRY(head_read(&reading, &head));
    reading.head = &head;
    TRY(around_read(&reading));
    TRY(screen_blocks(&reading, r->type->name, parts, countof(parts), &all));
    TRY(later_head(&reading, &above));
    TRY(erasing_head(&reading, &above));
    TRY(opening_add(&reading, &beside));
    copy_link(r, &below);
    if (faults) ask->here = record_url(ask, r->type, r->id).s;
    page_open(ask, &(Page){.title = head.title, .hidden_title = true, .wrong = faults != 0, .status = faults ? 400 : 0, .told = faults,
        .form = url(ask->a, "/{}/{}/edit", r->type->name, r->id),
        .done = pairs_get(&ask->query, S("saved")).n ? tr(ask->lang, S("Saved.")) : (Str){0}});
    head_page(ask, &head, reading.may_change, saves(&all));
    blocks_write(ask, &above, false);
    html(ask->o, "<div class='app-columns'><div>\n");
    blocks_write(ask, &beside, false);
    blocks_write(ask, &all, false);
    TRY(files_write(ask, r, reading.may_change));
    blocks_write(ask, &below, false);
    html(ask->o, "</div><div>\n");
    blocks_write(ask, &all, true);
    html(ask->o, "</div></div>\n");
    page_close(ask);
    return 0;
}

Err *record_show(Request *ask)
{
    Record *r;
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    if (!ask->wants_json) return record_page(ask, r, 0);
    json_open(ask, 200);
    record_json(ask->o, ask->s, r);
    ask->o->n--; // its rows stand within it
    TRY(rows_stand_json(ask, r));
    buf_add(ask->o, S("}\n"));
    return 0;
}

Err *moved_on(Request *ask)
{
    return fail(ask->a, ERR_CONFLICT, "Somebody has moved this record on meanwhile. Look at it again before you go on.");
}

// The step of that name from where the record stands, else of that name: saving then says why not.
static const PackMove *step_named(const Request *ask, const Record *r, Str name)
{
    const PackMove *found = 0;
    for (int i = 0; i < ask->pack->moves_n; i++) {
        const PackMove *m = &ask->pack->moves[i];
        if (m->record != r->type || !str_equal(m->name, name)) continue;
        if (!found || move_from(m, r->state)) found = m;
    }
    return found;
}

Err *step_show(Request *ask)
{
    Record *r;
    bool hers, kept;
    Entered e = entered_make(ask);
    Str name = pairs_get(&ask->query, S("move"));
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    TRY(change_hers(ask->s, r, &hers));
    ask->step = step_named(ask, r, name);
    if (!ask->step) return fail(ask->a, ERR_MISSING, "There is no step {} of this kind of record.", name);
    if (!hers || !move_hers(ask->s, r, ask->step))
        return fail(ask->a, ERR_DENIED, "The step {} is not open here.", words_in(&ask->step->label, ask->lang));
    TRY(form_kept(ask, r, &kept));
    return kept ? 0 : form_show(ask, r, &e, 200);
}

Err *record_move(Request *ask)
{
    Record *r;
    if (!ask->is_form) return save_json(ask, JSON_MOVE);
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    Draft draft = draft_make(ask->a, ask->type);
    const Saved *saved = &draft.saved;
    draft.id = r->id;
    draft.move = pairs_get(&ask->form, S("move"));
    if (!str_int(pairs_get(&ask->form, S("_version")), &draft.base) || !draft.move.n)
        return fail(ask->a, ERR_INPUT, "The form was not whole. Go back, load the page again and try once more.");
    ask->step = step_named(ask, r, draft.move);
    if (ask->step && ask->step->asks_n) return save_form(ask, r);
    TRY(record_save(ask->s, &(Change){.drafts = &draft, .n = 1}));
    if (saved->faults.n) return record_page(ask, r, &saved->faults);
    if (saved->conflicts_n) return moved_on(ask);
    return redirect(ask, url(ask->a, "/{}/{}?saved={}", ask->type->name, saved->id, saved->version));
}
