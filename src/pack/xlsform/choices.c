// The choices of a form: lists of its own, named after it, so that no list of the pack is touched.
// SPDX-License-Identifier: Apache-2.0
#include "pack/xlsform/made.h"

// A list that the form does not have is the pack's. Two `_`, so that form `victim` with a list `status` does not add to
// the pack's list victim_status.
Str list_made(Making *m, Str name)
{
    const Slot *slot = map_get(&m->lists, name);
    if (slot) return *(const Str *)slot->p;
    return str_equal(name, S("acknowledged")) ? say(m->a, "{}__acknowledged", m->name) : name;
}

static void list_know(Making *m, Str name)
{
    bool is_new;
    Slot *slot = map_put(&m->lists, m->a, name, &is_new);
    if (!is_new) return;
    Str ours = name_made(m->a, say(m->a, "{}__{}", m->name, name), LIST_NAME_MOST - 3);
    while (map_get(&m->list_names, ours)) // another one whose name is made the same
        ours = say(m->a, "{}_{}", name_made(m->a, say(m->a, "{}__{}", m->name, name), LIST_NAME_MOST - 6), ++m->same_names + 1);
    map_put(&m->list_names, m->a, ours, &is_new);
    *(Str *)(slot->p = take(m->a, Str, 1)) = ours;
    NameList *one = take(m->a, NameList, 1);
    *one = (NameList){m->own, name};
    m->own = one;
}

static void choice_add(Making *m, FormSheet *out, Str list, Str name, Str english, Str lao)
{
    Str *cells = take(m->a, Str, out->columns_n), *label = cell_of(out, cells, S("label"));
    *cell_of(out, cells, S("list_name")) = list;
    *cell_of(out, cells, S("name")) = name;
    words_ours(m, label, english, lao);
    sheet_row(m, out, 1, cells);
}

// False: it stands there already, and once is enough.
static bool choice_new(Making *m, const FormSheet *out, int64_t row, Map *seen, Str list, Str name)
{
    bool is_new;
    map_put(seen, m->a, say(m->a, "{} {}", list, name), &is_new);
    if (is_new || !m->twice) return true;
    form_warn(m, out, row, S("name"), name,
        message(m->a, "The list {} has this choice already; what this row says of it is passed over.", list));
    return false;
}

static void rows_make(Making *m, FormSheet *out, FormTable *in, Map *seen)
{
    for (int i = in->head + 1; i < in->sheet->n; i++) {
        Str *cells = take(m->a, Str, out->columns_n);
        if (!table_row(m, in, out, i, cells)) continue;
        Str *list = cell_of(out, cells, S("list_name")), name = *cell_of(out, cells, S("name"));
        if (list->n && !choice_new(m, out, i + 1, seen, *list, name)) continue;
        words_fill(m, out, i + 1, cells, S("label"), name);
        words_plain(m, out, i + 1, (int)(cell_of(out, cells, S("label")) - cells), *cell_of(out, cells, S("label")));
        if (list->n) *list = list_made(m, *list);
        sheet_row(m, out, i + 1, cells);
    }
}

static void others_make(Making *m, FormSheet *out, const Map *seen)
{
    for (const NameList *one = m->own; one; one = one->next) {
        Str list = list_made(m, one->name);
        if (!map_get(&m->others, list) || map_get(seen, say(m->a, "{} other", one->name))) continue;
        choice_add(m, out, list, S("other"), S("Other"), tr(LANG_LO, S("Other")));
    }
}

void choices_know(Making *m, const Sheet *sheet, FormTable *in)
{
    FormSheet *out = &m->sheets[2];
    table_open(m, sheet, out, in);
    for (int i = in->head + 1; i < sheet->n; i++) {
        const SheetRow *row = &sheet->rows[i];
        for (int k = 0; k < row->n && k < in->width; k++) {
            bool list = in->places[k].to >= 0 && str_equal(out->columns[in->places[k].to], S("list_name"));
            if (list && cell_plain(m->a, row->cells[k]).n) list_know(m, cell_plain(m->a, row->cells[k]));
        }
    }
}

void choices_make(Making *m, FormTable *in)
{
    FormSheet *out = &m->sheets[2];
    Map seen = {0};
    if (in->sheet) rows_make(m, out, in, &seen);
    others_make(m, out, &seen);
    if (m->acknowledged) choice_add(m, out, list_made(m, S("acknowledged")), S("OK"), S("OK"), tr(LANG_LO, S("OK")));
}
