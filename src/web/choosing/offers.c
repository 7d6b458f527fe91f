// Who may be meant in a field that names another record: those of one type, of hers alone, with what tells them apart.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { ASKED_MOST = 1000, MORE_MOST = 3, LATEST_MOST = 100 };

// What the type's list shows beside the title: of a person her sex, her birth.
static const Screen *more_screen(Request *ask, const RecordType *t)
{
    const Screen *whole = screen_for_list(ask, t);
    Screen *screen = take(ask->a, Screen, 1);
    *screen = *whole;
    screen->columns = take(ask->a, Column, whole->columns_n);
    screen->columns_n = 0;
    for (int i = 0; i < whole->columns_n; i++) {
        const Column *c = &whole->columns[i];
        if (c->field || c->link) screen->columns[screen->columns_n++] = *c;
    }
    return screen;
}

static Str more_said(Request *ask, const Record *r, Str title, const Str *texts, int n)
{
    Str said[MORE_MOST + 1];
    int said_n = 0;
    Str number = number_or_key(r);
    if (number.n && str_find(title, number) < 0) said[said_n++] = number;
    for (int i = 0; i < n && said_n <= MORE_MOST; i++)
        if (texts[i].n && !str_equal(texts[i], title)) said[said_n++] = texts[i];
    return str_join(ask->a, said, said_n, S(" · "));
}

static Err *offers_of(Request *ask, const RecordPage *page, Candidate *out)
{
    Str **texts;
    if (!page->n) return 0;
    const Screen *screen = more_screen(ask, page->at[0]->type);
    TRY(columns_read(ask, screen, page, &texts));
    for (int i = 0; i < page->n; i++) {
        const Record *r = page->at[i];
        Str title = record_heading(ask, r);
        out[i] = (Candidate){.id = r->id, .key = r->key, .title = title, .more = more_said(ask, r, title, texts[i], screen->columns_n)};
    }
    return 0;
}

static Err *offers_found(Request *ask, const Found *found, int found_n, Candidates *out)
{
    RecordPage page = {.at = take(ask->a, Record *, found_n)};
    for (int i = 0; i < found_n; i++) {
        Err *e = record_by_row(ask->s, found[i].type, found[i].row, &page.at[page.n]);
        if (e && e->kind != ERR_MISSING) return e;
        if (e) continue;
        out->certain += found[i].exact;
        page.n++;
    }
    out->n = page.n;
    return offers_of(ask, &page, out->at);
}

// Of the latest, those that say it somewhere.
static Err *latest_find(Request *ask, const RecordType *t, Str asked, int most, Found *out, int *n)
{
    RecordPage page;
    Str word = text_fold(ask->a, asked);
    ListAsk list = {.type = t, .limit = LATEST_MOST};
    TRY(record_list(ask->s, &list, &page));
    Candidate *all = take(ask->a, Candidate, page.n);
    TRY(offers_of(ask, &page, all));
    for (int i = 0; i < page.n && *n < most; i++) {
        Str said = text_fold(ask->a, say(ask->a, "{} {}", all[i].title, all[i].more));
        if (str_find(said, word) >= 0) out[(*n)++] = (Found){.type = t, .row = page.at[i]->row};
    }
    return 0;
}

// What is found by no name of its own. Nothing asked: the latest. Only what is offered is shown to her, and noted as looked at.
static Err *offers_latest(Request *ask, const RecordType *t, Str asked, int most, Candidates *out)
{
    ListAsk list = {.type = t, .limit = most};
    RecordPage page;
    int n = 0;
    if (asked.n) {
        Found *found = take(ask->a, Found, most);
        struct Looking *looking = ask->s->looking;
        ask->s->looking = 0;
        Err *e = latest_find(ask, t, asked, most, found, &n);
        ask->s->looking = looking;
        return e ? e : offers_found(ask, found, n, out);
    }
    TRY(record_list(ask->s, &list, &page));
    out->n = page.n;
    return offers_of(ask, &page, out->at);
}

Err *offers_find(Request *ask, const RecordType *t, Str asked, int most, Candidates *out)
{
    Found *found;
    int n;
    *out = (Candidates){.at = take(ask->a, Candidate, most)};
    if (!may_any(&ask->s->user, t, MAY_READ) || asked.n > ASKED_MOST) return 0;
    if (!asked.n) return offers_latest(ask, t, asked, most, out);
    TRY(find_of(ask->s, t, asked, most, &found, &n));
    TRY(offers_found(ask, found, n, out));
    return out->n || find_names(t) ? 0 : offers_latest(ask, t, asked, most, out);
}

// A type of few, that is nobody and hangs on nobody, is a list to choose from.
Err *offers_few(Request *ask, const RecordType *t, Candidates *out, bool *few)
{
    int64_t n;
    RecordPage page;
    ListAsk list = {.type = t, .limit = FEW_MOST};
    *few = t->role == ROLE_NONE && t->person < 0 && may_any(&ask->s->user, t, MAY_READ);
    if (*few) TRY(record_count(ask->s, &list, FEW_MOST + 1, &n));
    *few = *few && n && n <= FEW_MOST;
    if (!*few) return 0;
    TRY(record_list(ask->s, &list, &page));
    *out = (Candidates){.at = take(ask->a, Candidate, page.n), .n = page.n};
    TRY(offers_of(ask, &page, out->at));
    Str *keys = take(ask->a, Str, page.n);
    for (int i = 0; i < page.n; i++) {
        Candidate one = out->at[i];
        Str key = text_sort_key(ask->a, one.title);
        int at = i;
        for (; at && str_compare(keys[at - 1], key) > 0; at--) keys[at] = keys[at - 1], out->at[at] = out->at[at - 1];
        keys[at] = key;
        out->at[at] = one;
    }
    return 0;
}

// Where a choice has the word in one of its labels: 0 at the beginning, 1 within; 2: nowhere.
static int known_at(Request *ask, const Choice *c, Str word)
{
    int best = 2;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        isize at = str_find(text_fold(ask->a, c->label.in[lang]), word);
        if (at >= 0 && best) best = at > 0;
    }
    return best;
}

// What a text may be, of what is known and goes with the rest of the form: those that begin so, then those that have it within.
static void known_find(Request *ask, const RecordType *t, const Field *f, Str asked)
{
    enum { TOLD_MOST = 12 };
    Str word = text_fold(ask->a, asked), told[2][TOLD_MOST];
    int n[2] = {0};
    Cell *cells = take(ask->a, Cell, t->n);
    View view = {.type = t, .cells = cells, .today = register_today(ask->s)};
    for (int i = 0; i < t->n; i++) cells[i].text = str_bare(pairs_get(&ask->form, t->fields[i].name));
    for (int i = 0; i < f->known->n; i++) {
        const Choice *c = view.choice = &f->known->choices[i];
        bool fits = choice_offered(c, view.today) && (!f->filter || expr_true(ask->a, f->filter, &view));
        int at = fits ? known_at(ask, c, word) : 2;
        if (at < 2 && n[at] < TOLD_MOST) told[at][n[at]++] = words_in(&c->label, ask->lang);
    }
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < TOLD_MOST && i < n[0] + n[1]; i++)
        json(ask->o, "{}{'title':{}}", (Html){i ? S(",") : (Str){0}}, i < n[0] ? told[0][i] : told[1][i - n[0]]);
    buf_add(ask->o, S("],\"ready\":1}\n"));
}

// For the page's script, as she types. What she looks for stands in the body: addresses are logged on the way.
Err *choose_find(Request *ask)
{
    Str field = ask->id, type = str_cut(&field, '.');
    const RecordType *t = record_type(ask->pack, type);
    const Field *f = t && field.n ? field_get(t, field) : 0;
    Str asked = str_bare(pairs_get(&ask->form, S("q")));
    Candidates found;
    if (!t || !may_any(&ask->s->user, t, MAY_READ)) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (asked.n > ASKED_MOST) return fail(ask->a, ERR_INPUT, "This is too long for a name.");
    bool known = f && f->known && may_see(&ask->s->user, t, f);
    if (field.n && !known) return fail(ask->a, ERR_MISSING, "There is no page at this address.");
    if (f) {
        known_find(ask, t, f, asked);
        return 0;
    }
    TRY(offers_find(ask, t, asked, OFFERED_MOST, &found));
    json_open(ask, 200);
    buf_add(ask->o, S("{\"items\":["));
    for (int i = 0; i < found.n; i++) {
        const Candidate *one = &found.at[i];
        json_next(ask->o);
        json(ask->o, "{'id':{},'key':{},'title':{},'more':{}}", one->id, one->key, one->title, one->more);
    }
    json(ask->o, "],'ready':{}}\n", find_ready(ask->s->reg));
    return 0;
}
