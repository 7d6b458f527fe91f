// What a new record's form shows first, and what it folds; answers that save at one press; and a list that several fields answer.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

static bool looks_so(const Field *f, Str appearance)
{
    return word_in(f->appearance, appearance);
}

// A record's own form, all of it at once, before there is a record.
static bool is_first(const Request *ask, const Record *now, const Entered *e)
{
    return !now && !ask->step && !ask->turn && !e->repeat;
}

// ---- folded ----------------------------------------------------------------------------------------------------

WhenAsked asked_when(Request *ask, const Field *f)
{
    int i = ASKED_FIRST;
    if (!f->asked_by) return f->asked;
    Str said = said_by(ask, f->asked_by);
    while (i < ASKED_COUNT && !str_equal(when_asked_words[i], said)) i++;
    return i < ASKED_COUNT ? (WhenAsked)i : ASKED_FIRST;
}

// What must be said stands open; else what the pack asks later, and what has no room any more.
bool form_folds(Request *ask, const Record *now, const Entered *e, bool *folded)
{
    bool some = false;
    int open = 0;
    for (int i = 0; is_first(ask, now, e) && i < e->draft.type->n; i++) {
        const Field *f = &e->draft.type->fields[i];
        if (!asked_here(ask, now, e, f) || pressed_here(ask, now, e, f)) continue;
        bool later = !f->required && (asked_when(ask, f) == ASKED_LATER || open >= FIRST_MOST);
        open += !later;
        some |= later;
        if (folded) folded[i] = later;
    }
    return some || open >= FIRST_MOST; // the box for its number has no room either
}

// ---- pressed ---------------------------------------------------------------------------------------------------

bool pressed_here(const Request *ask, const Record *now, const Entered *e, const Field *f)
{
    return !now && !ask->step && !e->repeat && f->kind == FIELD_CHOICE && looks_so(f, S("press"));
}

// Beside what saves: each of its answers saves as well, and is said thereby.
void presses_write(Request *ask, const Record *now, const Entered *e)
{
    for (int i = 0; i < e->draft.type->n; i++) {
        const Field *f = &e->draft.type->fields[i];
        if (!asked_here(ask, now, e, f) || !pressed_here(ask, now, e, f)) continue;
        View begun = {.type = e->draft.type, .cells = e->draft.cells, .today = register_today(ask->s)};
        if (f->relevant && !expr_true(ask->a, f->relevant, &begun)) continue;
        for (int k = 0; k < f->list->n; k++) {
            const Choice *c = &f->list->choices[k];
            if (!choice_offered(c, register_today(ask->s))) continue;
            html(ask->o, "<button class='govuk-button govuk-button--secondary' name='{}' value='{}'>{}</button>\n", f->name, c->name,
                 words_in(&c->label, ask->lang));
        }
    }
}

// ---- a grid ------------------------------------------------------------------------------------------------------

// From this one on, how many fields answer one list: at least two, else none.
int grid_fields(Request *ask, const Record *now, const Entered *e, int at)
{
    const RecordType *t = e->draft.type;
    const Field *first = &t->fields[at];
    int n = 0;
    if (first->kind != FIELD_CHOICES || !looks_so(first, S("grid")) || e->repeat) return 0;
    for (int i = at; i < t->n; i++, n++) {
        const Field *f = &t->fields[i];
        bool same = f->kind == FIELD_CHOICES && looks_so(f, S("grid")) && f->list == first->list && same_group(f, first);
        if (!same || !asked_here(ask, now, e, f)) break;
    }
    return n > 1 ? n : 0;
}

// What heads its column: the hint, which is short, else its label.
static Str heads(Request *ask, const Field *f)
{
    Str hint = words_in(&f->hint, ask->lang);
    return hint.n ? hint : field_label(ask, f);
}

static void cell_write(Request *ask, const Input *in, const Choice *c, int n)
{
    Str name = in->field->name, id = n ? say(ask->a, "f-{}-{}", name, n + 1) : say(ask->a, "f-{}", name);
    html(ask->o, "<td class='govuk-table__cell'><div class='govuk-checkboxes govuk-checkboxes--small'><div class='govuk-checkboxes__item'>"
        "<input class='govuk-checkboxes__input' id='{}' name='{}' type='checkbox' value='{}'", id, name, c->name);
    if (word_in(in->value, c->name)) buf_add(ask->o, S(" checked"));
    html(ask->o, "><label class='govuk-label govuk-checkboxes__label' for='{}'><span class='govuk-visually-hidden'>{}: </span>"
        "<span class='app-grid__head'>{}</span></label></div></div></td>", id, words_in(&c->label, ask->lang), heads(ask, in->field));
}

static void row_write(Request *ask, const Input *all, int n, const Choice *c, int number)
{
    bool open = choice_offered(c, register_today(ask->s));
    for (int i = 0; i < n; i++) open |= word_in(all[i].value, c->name);
    if (!open) return;
    html(ask->o, "<tr class='govuk-table__row'><th class='govuk-table__header' scope='row'>{}</th>", words_in(&c->label, ask->lang));
    for (int i = 0; i < n; i++) cell_write(ask, &all[i], c, number);
    html(ask->o, "</tr>\n");
}

// A row for each of the list, a column for each field.
Err *grid_write(Request *ask, const Input *all, int n)
{
    const List *list = all[0].field->list;
    html(ask->o, "<div class='govuk-form-group app-wide'");
    if (all[0].field->relevant) {
        Buf tree = buf_in(ask->a);
        expr_json(&tree, all[0].field->relevant);
        html(ask->o, " data-relevant='{}'", buf_str(&tree));
    }
    html(ask->o, ">\n");
    for (int i = 0; i < n; i++) {
        hidden_write(ask, all[i].field->name, (Str){0});
        if (all[i].fault.n)
            html(ask->o, "<p class='govuk-error-message'><span class='govuk-visually-hidden'>{}</span>{}: {}</p>\n",
                 tr(ask->lang, S("Error: ")), heads(ask, all[i].field), all[i].fault);
        if (all[i].doubt.n) html(ask->o, "<p class='app-doubt'>{}</p>\n", all[i].doubt);
    }
    html(ask->o, "<table class='govuk-table app-grid'><thead class='govuk-table__head'><tr class='govuk-table__row'><td></td>");
    for (int i = 0; i < n; i++) html(ask->o, "<th class='govuk-table__header' scope='col'>{}</th>", heads(ask, all[i].field));
    html(ask->o, "</tr></thead><tbody class='govuk-table__body'>\n");
    for (int i = 0; i < list->n; i++) row_write(ask, all, n, &list->choices[i], i);
    html(ask->o, "</tbody></table></div>\n");
    return 0;
}
