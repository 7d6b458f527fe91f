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
        json_next(ask->o);
        json(ask->o, "{'rank':{},'id':{},'key':{},'score':{},'title':{}}", i + 1, one->id, one->key, one->score, one->title);
    }
    buf_add(ask->o, S("],\"others\":["));
    for (int i = 0; i < found->others_n; i++) {
        const Found *one = &found->others[i];
        json_next(ask->o);
        json(ask->o, "{'rank':{},'record':{},'id':{},'key':{},'score':{},'title':{}}", i + 1,
             one->type->name, one->id, one->key, one->score, one->title);
    }
    json(ask->o, "],'ready':{}}\n", find_ready(ask->s->reg));
    return 0;
}

static void others_add(Str heading, const Found *others, int n, Blocks *out)
{
    Request *ask = out->ask;
    if (!n) return;
    Block *block = block_add(out, &(Block){.shape = SHAPE_ITEMS, .title = heading, .lines = take(ask->a, Line, n)});
    for (int i = 0; i < n; i++) {
        const Found *one = &others[i];
        Str number = one->number.n ? one->number : str_equal(one->key, one->id) ? (Str){0} : one->key;
        Line *line = &block->lines[block->n++];
        *line = (Line){.title = one->title, .to = record_url(ask, one->type, one->id), .items = take(ask->a, Item, 2)};
        line->items[line->n++] = (Item){.text = type_label(ask, one->type)};
        if (str_find(one->title, number) < 0) line->items[line->n++] = (Item){.text = number};
    }
}

// The best first, with what tells people of one name apart.
static Err *found_add(const RecordType *person, const Found *found, int n, Blocks *out)
{
    Request *ask = out->ask;
    const Screen *screen = screen_for_list(ask, person);
    RecordPage page = {.at = take(ask->a, Record *, n)};
    Str **texts;
    for (int i = 0; i < n; i++) {
        Err *e = record_by_row(ask->s, person, found[i].row, &page.at[page.n]);
        if (e && e->kind != ERR_MISSING) return e;
        if (!e) page.n++;
    }
    TRY(columns_read(ask, screen, &page, &texts));
    records_block(ask, screen, &page, texts, block_add(out, &(Block){0}));
    return 0;
}

static void nothing_add(const RecordType *person, Blocks *out)
{
    Request *ask = out->ask;
    words_add(out, TONE_LARGE, tr(ask->lang, S("Nothing was found.")));
    words_add(out, TONE_PLAIN, tr(ask->lang, S("Try a part of the name, a nickname, or the name in other letters.")));
    if (!person || !may_create(ask, person)) return;
    words_add(out, TONE_BUTTON, add_words(ask, person))->to =
        url(ask->a, "/{}/new", person->name);
}

static Err *found_page(Request *ask, const RecordType *person, Str name, const Answer *found)
{
    Blocks all = {.ask = ask};
    double ready = find_ready(ask->s->reg);
    Asking asking = {.way = ASK_SEALED, .to = url(ask->a, "/find"), .words = tr(ask->lang, S("Find")), .button = BUTTON_MAIN};
    box_add(ask, &asking, (Box){BOX_SEARCH, .name = S("q"), .value = name,
        .label = tr(ask->lang, S("Name, in Lao or Latin letters; or a number, a phone number, the title of a case"))});
    ask_add(&all, (Str){0}, &asking);
    if (ready < 1)
        words_add(&all, TONE_BOXED, message_in(ask->a, ask->lang,
            message(ask->a, "Names are still being read: {} of 100 are there. Somebody may not be found yet.", (int)(ready * 100))));
    others_add(tr(ask->lang, S("Found exactly")), found->others, found->exact_n, &all);
    if (found->people_n) TRY(found_add(person, found->people, found->people_n, &all));
    others_add(tr(ask->lang, S("Other records")), found->others + found->exact_n, found->others_n - found->exact_n, &all);
    if (name.n && !found->people_n && !found->others_n) nothing_add(person, &all);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Find"))}, &all);
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
