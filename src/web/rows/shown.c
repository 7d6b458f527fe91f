// Rows of a form as they are shown: those that are there, one that is empty, and a button for another.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

static void initials(Request *ask, Entered *row)
{
    for (int i = 0; i < row->draft.type->n; i++) {
        Str text = initial_text(ask, &row->draft.type->fields[i]);
        row->draft.cells[i].text = text;
        row->draft.cells[i].said = text.n;
    }
}

// Those that she may not change stand on the record's page alone.
static Err *first_stand(Request *ask, const Record *now, Entered *e, const Repeat *of, int *n)
{
    RecordPage page;
    TRY(repeat_rows(ask->s, of, now ? now->row : 0, ROWS_SHOWN, &page));
    for (int i = 0; i < page.n; i++) {
        bool hers;
        TRY(change_hers(ask->s, page.at[i], &hers));
        if (!hers) continue;
        Entered *row = row_of(ask, e, of, ++*n);
        row->draft.id = page.at[i]->id;
        row->draft.base = page.at[i]->version;
        row->now = page.at[i];
    }
    return 0;
}

// What was typed of rows that are there is shown beside what they say.
static Err *typed_stand(Request *ask, Entered *e, const Repeat *of, int *n)
{
    for (int i = 0; i < e->rows_n; i++) {
        Entered *row = &e->rows[i];
        Record *now;
        if (row->repeat != of) continue;
        *n = row->row;
        if (!row->draft.id.n) continue;
        Err *err = record_get(ask->s, of->type, row->draft.id, &now);
        if (err && err->kind != ERR_MISSING) return err;
        if (!err) row->now = now;
    }
    return 0;
}

Err *rows_stand(Request *ask, const Record *now, Entered *e)
{
    const RecordType *t = e->draft.type;
    bool again = shown_again(ask);
    for (int i = 0; !ask->step && i < t->repeats_n; i++) {
        const Repeat *of = &t->repeats[i];
        int n = 0;
        if (!may_any(&ask->s->user, of->type, MAY_WRITE)) continue;
        TRY(again ? typed_stand(ask, e, of, &n) : first_stand(ask, now, e, of, &n));
        bool more = !again || !n || str_equal(pairs_get(&ask->form, S("_more")), of->name);
        if (more && n < REPEAT_ROWS && may_create(ask, of->type)) initials(ask, row_of(ask, e, of, n + 1));
    }
    for (int i = 0; i < e->rows_n; i++) e->rows[i].of = e;
    return 0;
}

static void hidden(Request *ask, Str name, Str value)
{
    html(ask->o, "<input type='hidden' name='{}' value='{}'>", name, value);
}

static Err *row_write(Request *ask, const Entered *row)
{
    const Repeat *of = row->repeat;
    Str linked;
    TRY(linked_json(ask, row->now, row, &linked));
    html(ask->o, "<fieldset class='govuk-fieldset app-group app-row' data-row='{}.{}.' data-up='{}' data-linked='{}'>"
        "<legend class='app-section'>{} <span data-number>{}</span></legend>\n",
         of->name, row->row, of->link->name, linked, words_in(&of->label, ask->lang), row->row);
    if (row->draft.id.n) {
        hidden(ask, entered_name(row, S("id")), row->draft.id);
        hidden(ask, entered_name(row, S("version")), say(ask->a, "{}", row->draft.base));
    }
    TRY(fields_write(ask, row->now, row));
    html(ask->o, "</fieldset>\n");
    return 0;
}

static Err *repeat_write(Request *ask, const Entered *e, const Repeat *of)
{
    Str hint = words_in(&of->hint, ask->lang);
    int there = 0;
    html(ask->o, "<div class='app-rows' id='rows-{}'", of->name);
    if (of->relevant) {
        Buf tree = buf_in(ask->a);
        expr_json(&tree, of->relevant);
        html(ask->o, " data-relevant='{}'", buf_str(&tree));
    }
    html(ask->o, ">\n");
    if (hint.n) html(ask->o, "<p class='govuk-hint'>{}</p>\n", hint);
    for (int i = 0; i < e->rows_n; i++) {
        if (e->rows[i].repeat != of) continue;
        there += e->rows[i].draft.id.n > 0;
        TRY(row_write(ask, &e->rows[i]));
    }
    if (there >= ROWS_SHOWN)
        html(ask->o, "<p class='govuk-body-s'>{}</p>\n",
             tr(ask->lang, S("Only the newest are here; those before them have pages of their own.")));
    Entered blank = entered_of(ask, of->type);
    blank.repeat = of;
    initials(ask, &blank);
    Str type = e->draft.type->name;
    Url to = e->draft.id.n ? url(ask->a, "/{}/{}#rows-{}", type, e->draft.id, of->name) : url(ask->a, "/{}#rows-{}", type, of->name);
    html(ask->o, "<button class='govuk-button govuk-button--secondary' name='_more' value='{}' formaction='{}'>{}</button>\n<template>",
         of->name, to, message_in(ask->a, ask->lang, message(ask->a, "One more: {}", words_in(&of->label, ask->lang))));
    TRY(row_write(ask, &blank));
    html(ask->o, "</template></div>\n");
    return 0;
}

Err *repeats_write(Request *ask, const Entered *e, int at)
{
    const RecordType *t = e->draft.type;
    for (int i = 0; !ask->step && i < t->repeats_n; i++)
        if (t->repeats[i].at == at && may_any(&ask->s->user, t->repeats[i].type, MAY_WRITE)) TRY(repeat_write(ask, e, &t->repeats[i]));
    return 0;
}
