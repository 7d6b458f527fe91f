// Finding a person by name, in any spelling; and what else there is by its key, a phone or its title.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { FOUND = 20, FOUND_MOST = 100, NAME_MOST = 1000 };

typedef struct { Found *people, *others; int people_n, others_n, exact_n; } Answer; // of the others, the first are exact

static Err *found_json(Request *ask, const Answer *found)
{
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < found->people_n; i++) {
        const Found *one = &found->people[i];
        if (i) buf_char(ask->o, ',');
        json(ask->o, "{'rank':{},'id':{},'key':{},'score':{},'title':{}}", i + 1, one->id, one->key, one->score, one->title);
    }
    buf_add(ask->o, S("],\"others\":["));
    for (int i = 0; i < found->others_n; i++) {
        const Found *one = &found->others[i];
        if (i) buf_char(ask->o, ',');
        json(ask->o, "{'rank':{},'record':{},'id':{},'key':{},'score':{},'title':{}}", i + 1,
             one->type->name, one->id, one->key, one->score, one->title);
    }
    json(ask->o, "],'ready':{}}\n", find_ready(ask->s->reg));
    return 0;
}

static void others_write(Request *ask, Str heading, const Found *others, int n)
{
    Block block = {.shape = SHAPE_ITEMS, .title = heading, .lines = take(ask->a, Line, n)};
    for (int i = 0; i < n; i++) {
        const Found *one = &others[i];
        Str number = one->number.n ? one->number : str_equal(one->key, one->id) ? (Str){0} : one->key;
        Line *line = &block.lines[block.n++];
        *line = (Line){.title = one->title, .to = record_url(ask, one->type, one->id), .items = take(ask->a, Item, 2)};
        line->items[line->n++] = (Item){.text = type_label(ask, one->type)};
        if (str_find(one->title, number) < 0) line->items[line->n++] = (Item){.text = number};
    }
    if (n) block_page(ask, &block);
}

// The best first, with what tells people of one name apart.
static Err *found_write(Request *ask, const RecordType *person, const Found *found, int n)
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

static void found_nothing(Request *ask, const RecordType *person)
{
    html(ask->o, "<p class='govuk-body-l'>{}</p>\n<p class='govuk-body'>{}</p>\n", tr(ask->lang, S("Nothing was found.")),
         tr(ask->lang, S("Try a part of the name, a nickname, or the name in other letters.")));
    if (person && may_create(ask, person))
        html(ask->o, "<p><a class='govuk-button' role='button' href='/{}/new'>{}</a></p>\n", person->name,
             message_in(ask->a, ask->lang, message(ask->a, "Add: {}", type_label(ask, person))));
}

static Err *found_page(Request *ask, const RecordType *person, Str name, const Answer *found)
{
    double ready = find_ready(ask->s->reg);
    page_open(ask, &(Page){.title = tr(ask->lang, S("Find"))});
    html(ask->o,
         "<form class='app-filter' method='post' action='/find'><input type='hidden' name='_csrf' value='{}'>"
         "<div class='govuk-form-group'><label class='govuk-label' for='q'>{}</label><input class='govuk-input' id='q' name='q' "
         "type='search' value='{}' autocomplete='off'></div>"
         "<button class='govuk-button'>{}</button></form>\n",
         ask->csrf, tr(ask->lang,
            S("Name, in Lao or Latin letters; or a number, a phone number, the title of a case")),
         name, tr(ask->lang, S("Find")));
    if (ready < 1)
        html(ask->o, "<div class='govuk-inset-text'>{}</div>\n",
             message_in(ask->a, ask->lang,
                        message(ask->a,
                                "Names are still being read: {} of 100 are there. Somebody may not "
                                "be found yet.",
                                (int)(ready * 100))));
    others_write(ask, tr(ask->lang, S("Found exactly")), found->others, found->exact_n);
    if (found->people_n) TRY(found_write(ask, person, found->people, found->people_n));
    others_write(ask, tr(ask->lang, S("Other records")), found->others + found->exact_n, found->others_n - found->exact_n);
    if (name.n && !found->people_n && !found->others_n) found_nothing(ask, person);
    page_close(ask);
    return 0;
}

// What somebody looks for is in no address: browsers keep those, and what stands between us and them writes them down.
Err *find_post(Request *ask)
{
    Str name = str_trim(pairs_get(&ask->form, S("q")));
    if (name.n > NAME_MOST) return fail(ask->a, ERR_INPUT, "This is too long for a name.");
    if (!name.n) return redirect(ask, url(ask->a, "/find"));
    return redirect(ask, url(ask->a, "/find?n={}", words_sealed(ask->a, ask->session, S("find"), name)));
}

// A program says it as it is; a page's is opened for the session that sealed it.
static Str name_asked(Request *ask)
{
    Str plain = pairs_get(&ask->query, S("q")), sealed = pairs_get(&ask->query, S("n")), words;
    if (plain.n || !sealed.n) return str_trim(plain);
    return words_opened(ask->a, ask->session, S("find"), sealed, &words) ? words : (Str){0};
}

Err *find_show(Request *ask)
{
    const RecordType *person = person_type(ask);
    Str name = name_asked(ask), limit = pairs_get(&ask->query, S("limit"));
    Answer found = {0};
    int64_t most = FOUND;
    if (!finds_something(ask))
        return fail(ask->a, ERR_DENIED, "Your role does not look for persons.");
    if (limit.n && (!str_int(limit, &most) || most < 1 || most > FOUND_MOST))
        return fail(ask->a, ERR_INPUT, "limit is a number from 1 to {}.", FOUND_MOST);
    if (name.n > NAME_MOST) return fail(ask->a, ERR_INPUT, "This is too long for a name.");
    if (name.n) TRY(find_others(ask->s, name, (int)most, &found.others, &found.others_n, &found.exact_n));
    if (name.n) TRY(find_people(ask->s, name, found.exact_n > 0, (int)most, &found.people, &found.people_n));
    return ask->wants_json ? found_json(ask, &found) : found_page(ask, person, name, &found);
}
