// The filters that somebody keeps: above the list, the way to keep what she looks at, and to let it go.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "web/lists/lists.h"

enum { NAME_MOST = 60 };

static Url list_url(Request *ask, const RecordType *t, Str query)
{
    return query.n ? (Url){say(ask->a, "/{}?{}", t->name, query)} : url(ask->a, "/{}", t->name);
}

static void line_add(Request *ask, const Filter *one, Line *out)
{
    Asking *drop = take(ask->a, Asking, 1); // beside each: one that a newer pack does not take leads nowhere
    *drop = (Asking){.to = url(ask->a, "/filters/{}", one->id), .words = tr(ask->lang, S("Forget it")), .of = one->name};
    box_add(ask, drop, (Box){BOX_HIDDEN, .name = S("record"), .value = ask->type->name});
    *out = (Line){.title = one->name, .to = list_url(ask, ask->type, one->query), .asking = drop};
}

static void keep_add(Str query, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    ask_add(out, (Str){0}, &(Asking){.to = url(ask->a, "/filters"), .words = tr(lang, S("Keep")),
        .fold = tr(lang, S("Keep this choice")), .boxes = {
        {BOX_HIDDEN, .name = S("record"), .value = ask->type->name},
        {BOX_HIDDEN, .name = S("query"), .value = query},
        {BOX_TEXT, .name = S("name"), .id = S("keep-name"), .label = tr(lang, S("What do you call it?")),
            .hint = tr(lang, S("You alone see it. Write nobody's name.")), .needed = true, .most = NAME_MOST}}});
}

Err *saved_add(bool asked, Blocks *out)
{
    Request *ask = out->ask;
    Filter *all;
    int n;
    bool kept = false;
    Str query = query_kept(ask, true);
    TRY(filter_list(ask->s, ask->type->name, &all, &n));
    Line *lines = take(ask->a, Line, n);
    for (int i = 0; i < n; i++) {
        line_add(ask, &all[i], &lines[i]);
        lines[i].here = str_equal(all[i].query, query);
        kept |= lines[i].here;
    }
    if (n) block_add(out, &(Block){.shape = SHAPE_SAVED, .says = tr(ask->lang, S("What you keep")), .lines = lines, .n = n});
    if (asked && !kept) keep_add(query, out);
    return 0;
}

// What a list may not be asked for is not kept either: so nothing sealed stands in one.
static Err *filter_asked(Request *ask, Str *query)
{
    Faults faults = {0};
    ask->type = record_type(ask->pack, pairs_get(&ask->form, S("record")));
    if (!ask->type || !may_any(&ask->s->user, ask->type, MAY_READ)) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (!query) return 0;
    ListAsk list = {.type = ask->type, .order = order_own(ask->s, ask->type)};
    if (!pairs_read(ask->a, pairs_get(&ask->form, S("query")), &ask->query))
        return fail(ask->a, ERR_INPUT, "The form was not whole. Go back, load the page again and try once more.");
    list_asked(ask, &list, &faults);
    if (faults.n) return err_make(ask->a, ERR_INPUT, faults.first->message);
    *query = query_kept(ask, true);
    return 0;
}

Err *filter_post(Request *ask)
{
    Str query;
    TRY(filter_asked(ask, &query));
    TRY(filter_keep(ask->s, ask->type->name, pairs_get(&ask->form, S("name")), query));
    return redirect(ask, list_url(ask, ask->type, query));
}

Err *filter_drop_post(Request *ask)
{
    TRY(filter_asked(ask, 0));
    TRY(filter_drop(ask->s, ask->type->name, ask->id));
    return redirect(ask, url(ask->a, "/{}", ask->type->name));
}
