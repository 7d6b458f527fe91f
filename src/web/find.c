// Finding a person by name, in any spelling.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { FOUND = 20, FOUND_MOST = 100 };

static Err *found_json(Request *ask, const FoundPerson *found, int n)
{
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < n; i++) {
        if (i) buf_char(ask->o, ',');
        json(ask->o, "{'rank':{},'id':{},'key':{},'score':{},'title':{}}", i + 1, found[i].id, found[i].key, found[i].score, found[i].title);
    }
    json(ask->o, "],'ready':{}}\n", find_ready(ask->s->reg));
    return 0;
}

// The best first, with what tells people of one name apart.
static Err *found_write(Request *ask, const RecordType *person, const FoundPerson *found, int n)
{
    const Screen *screen = screen_for_list(ask, person);
    RecordPage page = {.at = take(ask->a, Record *, n)};
    Str **texts;
    for (int i = 0; i < n; i++) {
        Err *e = record_by_row(ask->s, person, found[i].row, &page.at[page.n]);
        if (e && e->kind != ERR_MISSING) return e;
        if (!e) page.n++;
    }
    TRY(columns_read(ask, screen, &page, &texts));
    rows_write(ask, screen, &page, texts);
    return 0;
}

static void found_nobody(Request *ask, const RecordType *person)
{
    html(ask->o, "<p class='govuk-body-l'>{}</p>\n<p class='govuk-body'>{}</p>\n", tr(ask->lang, S("Nobody was found.")),
         tr(ask->lang, S("Try a part of the name, a nickname, or the name in other letters.")));
    if (may_create(ask, person))
        html(ask->o, "<p><a class='govuk-button' role='button' href='/{}/new'>{}</a></p>\n", person->name,
             message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, person))));
}

static Err *found_page(Request *ask, const RecordType *person, Str name, const FoundPerson *found, int n)
{
    double ready = find_ready(ask->s->reg);
    page_open(ask, &(Page){.title = tr(ask->lang, S("Find a person"))});
    html(ask->o, "<form class='app-filter' action='/find'><div class='govuk-form-group'>"
        "<label class='govuk-label' for='q'>{}</label><input class='govuk-input' id='q' name='q' type='search' value='{}' autocomplete='off'></div>"
        "<button class='govuk-button'>{}</button></form>\n", tr(ask->lang, S("Name, in Lao or Latin letters")), name, tr(ask->lang, S("Find")));
    if (ready < 1)
        html(ask->o, "<div class='govuk-inset-text'>{}</div>\n",
             message_in(ask->a, ask->lang, message(ask->a, "Names are still being read: {} of 100 are there. Somebody may not be found yet.",
                                                   (int)(ready * 100))));
    if (n) TRY(found_write(ask, person, found, n));
    else if (name.n) found_nobody(ask, person);
    page_close(ask);
    return 0;
}

Err *find_show(Request *ask)
{
    const RecordType *person = person_type(ask);
    Str name = str_trim(pairs_get(&ask->query, S("q"))), limit = pairs_get(&ask->query, S("limit"));
    FoundPerson *found = 0;
    int n = 0;
    int64_t most = FOUND;
    if (!person || !may_any(&ask->s->user, person, MAY_READ))
        return fail(ask->a, ERR_DENIED, "Your role does not look for persons.");
    if (limit.n && (!str_int(limit, &most) || most < 1 || most > FOUND_MOST))
        return fail(ask->a, ERR_INPUT, "limit is a number from 1 to {}.", FOUND_MOST);
    if (name.n > 1000) return fail(ask->a, ERR_INPUT, "This is too long for a name.");
    if (name.n) TRY(find_people(ask->s, name, (int)most, &found, &n));
    return ask->wants_json ? found_json(ask, found, n) : found_page(ask, person, name, found, n);
}
