// The filters that somebody keeps: above the list, the way to keep what she looks at, and to let it go.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "web/lists/lists.h"

static Url list_url(Request *ask, const RecordType *t, Str query)
{
    return query.n ? (Url){say(ask->a, "/{}?{}", t->name, query)} : url(ask->a, "/{}", t->name);
}

static void link_write(Request *ask, const Filter *one, bool here)
{
    html(ask->o, "<li><a class='govuk-link' href='{}'", list_url(ask, ask->type, one->query));
    if (here) buf_add(ask->o, S(" aria-current='true'"));
    html(ask->o, ">{}</a> ", one->name);
    form_open(ask, url(ask->a, "/filters/{}", one->id)); // beside each: one that a newer pack does not take leads nowhere
    html(ask->o, "<input type='hidden' name='record' value='{}'><button class='govuk-button govuk-button--secondary'>{}", ask->type->name,
         tr(ask->lang, S("Forget it")));
    hidden_words(ask, one->name);
    html(ask->o, "</button></form></li>\n");
}

static void keep_write(Request *ask, Str query)
{
    Lang lang = ask->lang;
    html(ask->o, "<details class='govuk-details app-screen'><summary class='govuk-details__summary'>"
        "<span class='govuk-details__summary-text'>{}</span></summary><div class='govuk-details__text'>\n",
         tr(lang, S("Keep this choice")));
    form_open(ask, url(ask->a, "/filters"));
    html(ask->o, "<input type='hidden' name='record' value='{}'><input type='hidden' name='query' value='{}'>"
        "<div class='govuk-form-group'><label class='govuk-label' for='keep-name'>{}</label>"
        "<div class='govuk-hint' id='keep-hint'>{}</div><input class='govuk-input govuk-input--width-20' id='keep-name' name='name' "
        "maxlength='60' autocomplete='off' required aria-describedby='keep-hint'></div>"
        "<button class='govuk-button govuk-button--secondary'>{}</button></form></div></details>\n", ask->type->name, query,
         tr(lang, S("What do you call it?")), tr(lang, S("You alone see it. Write nobody's name.")), tr(lang, S("Keep")));
}

Err *saved_write(Request *ask, bool asked)
{
    Filter *all;
    int n;
    bool kept = false;
    Str query = query_kept(ask, true);
    TRY(filter_list(ask->s, ask->type->name, &all, &n));
    if (n) html(ask->o, "<nav class='app-saved app-screen' aria-label='{}'><ul class='govuk-list'>\n", tr(ask->lang, S("What you keep")));
    for (int i = 0; i < n; i++) {
        bool here = str_equal(all[i].query, query);
        link_write(ask, &all[i], here);
        kept |= here;
    }
    if (n) html(ask->o, "</ul></nav>\n");
    if (asked && !kept) keep_write(ask, query);
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
