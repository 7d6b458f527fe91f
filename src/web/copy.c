// What is kept of a person, whole, for herself: to be read to her, or printed. It is noted as a look, like every paper.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { COPY_MOST = 1000 }; // of one kind

// A record that is hers: of this kind, and which hangs on her. What only names her, as somebody else's, is not.
static Err *hers_read(Request *ask, const RecordType *t, const Record *r, RecordPage *page)
{
    bool open = t->person >= 0 && t->fields[t->person].target == r->type && may_any(&ask->s->user, t, MAY_READ)
        && may_see(&ask->s->user, t, &t->fields[t->person]);
    *page = (RecordPage){0};
    if (!open) return 0;
    return record_list(ask->s, &(ListAsk){.type = t, .link = &t->fields[t->person], .of = r->row, .limit = COPY_MOST,
        .order = order_own(ask->s, t)}, page);
}

// A record and its facts, below one heading.
static Err *facts_of(Request *ask, const Record *r, Str heading, Blocks *out)
{
    static const Screen whole = {.kind = SCREEN_FACTS};
    if (heading.n) block_add(out, &(Block){.title = heading});
    int first = out->n;
    TRY(facts_part(&(Reading){.ask = ask, .r = r, .given = true}, &whole, out));
    for (int i = first; heading.n && i < out->n; i++) out->at[i].minor = true;
    return 0;
}

static Err *kind_add(const RecordType *t, const RecordPage *page, Blocks *out)
{
    Request *ask = out->ask;
    for (int i = 0; i < page->n; i++) {
        Str title;
        TRY(record_titles(ask->s, t, &page->at[i]->row, 1, &title));
        Str heading = title.n ? say(ask->a, "{}: {}", type_label(ask, t), title) : type_label(ask, t);
        TRY(facts_of(ask, page->at[i], heading, out));
    }
    if (page->next.row) words_add(out, TONE_PLAIN, tr(ask->lang, S("There are more of this kind; they stand in its list.")));
    return 0;
}

static Err *copy_json(Request *ask, const Record *r)
{
    const Pack *p = ask->pack;
    json_open(ask, 200);
    json(ask->o, "{'record':{},'id':{},'kept':{", r->type->name, r->id);
    json_text(ask->o, r->type->name);
    buf_add(ask->o, S(":["));
    record_json(ask->o, ask->s, r);
    for (int i = 0; i < p->records_n; i++) {
        RecordPage page;
        TRY(hers_read(ask, &p->records[i], r, &page));
        for (int k = 0; k < page.n; k++) {
            if (k) json_next(ask->o);
            else json(ask->o, "],{}:[", p->records[i].name);
            record_json(ask->o, ask->s, page.at[k]);
        }
    }
    buf_add(ask->o, S("]}}\n"));
    return 0;
}

// Of a person alone; a case is many people's.
Err *copy_show(Request *ask)
{
    const Pack *p = ask->pack;
    Record *r;
    Str title;
    TRY(record_whole(ask->s, ask->type, ask->id, &r));
    if (ask->type->role != ROLE_PERSON) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (ask->wants_json) return copy_json(ask, r);
    TRY(record_titles(ask->s, r->type, &r->row, 1, &title));
    if (!title.n) title = record_unnamed(ask->s, r);
    Blocks all = {.ask = ask};
    words_add(&all, TONE_SCREEN,
         tr(ask->lang, S("It holds what you may see. Read it through before you give it away: what it says of other people is not hers.")));
    TRY(facts_of(ask, r, (Str){0}, &all));
    for (int i = 0; i < p->records_n; i++) {
        RecordPage page;
        TRY(hers_read(ask, &p->records[i], r, &page));
        TRY(kind_add(&p->records[i], &page, &all));
    }
    blocks_page(ask, &(Page){.title = message_in(ask->a, ask->lang, message(ask->a, "What is kept of {}", title))}, &all);
    return 0;
}

void copy_link(const Record *r, Blocks *out)
{
    if (r->type->role == ROLE_PERSON)
        words_add(out, TONE_SCREEN, tr(out->ask->lang, S("All that is kept of this person, to read to her or to print")))->to =
            url(out->ask->a, "/{}/{}/copy", r->type->name, r->id);
}
