// The lists of the sheet choices, and finding a choice in one.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

enum { CODE_MOST = 100 };

const Choice *list_get(const List *list, Str name)
{
    const Slot *slot = map_get(&list->index, name);
    return slot ? slot->p : 0;
}

bool choice_in_use(const Choice *c, Days when)
{
    Days from, to;
    bool begun = !c->from.n || !days_parse(c->from, &from) || from.first <= when.last;
    return begun && (!c->to.n || !days_parse(c->to, &to) || to.last >= when.first);
}

bool choice_offered(const Choice *c, int today)
{
    return choice_in_use(c, (Days){today, today});
}

// ---- texts that are one of a list as a rule ----------------------------------------------------------------

// A choice has a place for its name and one for each label; `again` chains those that are spelt alike.
enum { SPELLINGS = 1 + LANG_COUNT };

static Str spelling(const Choice *c, int n)
{
    return n ? c->label.in[n - 1] : c->name;
}

void list_said_make(Load *l, List *list)
{
    if (list->again) return;
    int most = list->n * SPELLINGS;
    list->again = take(l->a, int, most + 1);
    for (int place = most - 1; place >= 0; place--) { // from the last on, so that each chain begins with the first
        bool is_new;
        Str text = spelling(&list->choices[place / SPELLINGS], place % SPELLINGS);
        if (!text.n) continue;
        Slot *slot = map_put(&list->said, l->a, text_fold(l->a, text), &is_new);
        list->again[place] = is_new ? 0 : (int)slot->i;
        slot->i = place + 1;
    }
}

const Choice *choice_said(const List *list, Str folded, int *at)
{
    if (!list->again) return 0;
    const Slot *slot = *at ? 0 : map_get(&list->said, folded);
    int place = *at ? list->again[*at - 1] : slot ? (int)slot->i : 0;
    *at = place;
    return place ? &list->choices[(place - 1) / SPELLINGS] : 0;
}

bool known_said(Arena *a, const Field *f, const View *on)
{
    int at = 0;
    View view = *on;
    Str folded = text_fold(a, on->cells[f->at].text);
    while ((view.choice = choice_said(f->known, folded, &at)))
        if (!f->filter || expr_true(a, f->filter, &view)) return true;
    return false;
}

Str choice_says(const Choice *c, Str column)
{
    if (str_equal(column, S("name"))) return c->name;
    if (str_equal(column, S("parent"))) return c->parent;
    for (int i = 0; i < c->n; i++) {
        if (str_equal(c->cells[i].column, column)) return c->cells[i].text;
    }
    return (Str){0};
}

const List *list_named(const Pack *p, Str name)
{
    for (int i = 0; i < p->lists_n; i++) {
        if (str_equal(p->lists[i].name, name)) return &p->lists[i];
    }
    return 0;
}

static bool code_good(Load *l, const Row *r)
{
    Str name = row_cell(l, r, S("name"));
    bool good = name.n > 0 && name.n <= CODE_MOST;
    for (isize i = 0; i < name.n; i++) {
        good = good && (unsigned char)name.p[i] > ' ' && name.p[i] != 0x7F;
    }
    if (!name.n) {
        row_tell(l, r, S("name"), name,
            message(l->a, "The choice has no name; give it a short code."));
    } else if (!good) {
        row_tell(l, r, S("name"), name,
            message(l->a, "A choice's name is a code without blanks, {} bytes at most.",
            CODE_MOST));
    }
    return good;
}

static void choice_read(Load *l, const Row *r, List *list)
{
    Choice one = {row_cell(l, r, S("name")), row_words_needed(l, r, S("label")),
        row_cell(l, r, S("parent")),
        row_day(l, r, S("from")), row_day(l, r, S("to")), list->n, r->own, r->own_n};
    if (one.from.n && one.to.n && str_compare(one.from, one.to) > 0) {
        row_tell(l, r, S("to"), one.to, message(l->a, "It ends before it begins on {}.", one.from));
    }
    if (!code_good(l, r)) return;
    bool is_new;
    Slot *slot = map_put(&list->index, l->a, one.name, &is_new);
    if (!is_new) {
        row_tell(l, r, S("name"), one.name,
            message(l->a, "The list {} has this choice already.", list->name));
        return;
    }
    list->choices[list->n] = one;
    slot->p = &list->choices[list->n++];
}

// A choice's parent stands in any other list: districts under provinces, communes under districts.
static void parent_check(Load *l, const Row *r)
{
    Str parent = row_cell(l, r, S("parent")), own = row_cell(l, r, S("list_name"));
    if (!parent.n) return;
    for (int i = 0; i < l->pack->lists_n; i++) {
        const List *list = &l->pack->lists[i];
        if (!str_equal(list->name, own) && list_get(list, parent)) return;
    }
    row_tell(l, r, S("parent"), parent,
        message(l->a, "No other list has a choice '{}' to stand under.", parent));
}

// A list that is made of another sheet is not written here.
static void made_tell(Load *l, const RowList *rows, Str name, Str sheet)
{
    for (int i = 0; i < rows->n; i++) {
        if (!str_equal(row_cell(l, &rows->at[i], S("list_name")), name)) continue;
        row_tell(l, &rows->at[i], S("list_name"), name,
            message(l->a, "The list {} is made of the sheet {}; name this one otherwise.", name, sheet));
        return;
    }
}

void lists_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_CHOICES];
    Pack *p = l->pack;
    Map places = {0};
    int *sizes = take(l->temp, int, rows->n);
    p->lists = take(l->a, List, rows->n);
    for (int i = 0; i < rows->n; i++) {
        bool is_new;
        if (!row_name_in(l, &rows->at[i], S("list_name"), LIST_NAME_MOST)) continue;
        Slot *slot = map_put(&places, l->temp, row_cell(l, &rows->at[i], S("list_name")), &is_new);
        if (is_new) {
            slot->i = p->lists_n;
            p->lists[p->lists_n++].name = slot->key;
        }
        sizes[slot->i]++;
    }
    made_tell(l, rows, S("units"), S("registry/units"));
    made_tell(l, rows, S("figures"), S("figures"));
    for (int i = 0; i < p->lists_n; i++) p->lists[i].choices = take(l->a, Choice, sizes[i]);
    for (int i = 0; i < rows->n; i++) {
        const Slot *slot = map_get(&places, row_cell(l, &rows->at[i], S("list_name")));
        if (slot) choice_read(l, &rows->at[i], &p->lists[slot->i]);
    }
    for (int i = 0; i < rows->n; i++) parent_check(l, &rows->at[i]);
}

// ---- columns of the pack's own ---------------------------------------------------------------------

static bool name_in(const NameList *list, Str name)
{
    while (list && !str_equal(list->name, name)) list = list->next;
    return list;
}

static void name_add(Load *l, NameList **list, Str name)
{
    NameList *one = take(l->temp, NameList, 1);
    *one = (NameList){*list, name};
    *list = one;
}

void columns_asked(Load *l, const Expr *e)
{
    if ((e->op == EXPR_SUM_SELECTED || e->op == EXPR_CELL) && !name_in(l->asked, e->text)) name_add(l, &l->asked, e->text);
    for (int i = 0; i < e->n; i++) columns_asked(l, e->args[i]);
}

void columns_tell(Load *l)
{
    const RowList *rows = &l->rows[SHEET_CHOICES];
    NameList *told = 0;
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        for (int k = 0; k < r->own_n; k++) {
            Str column = r->own[k].column;
            if (name_in(l->asked, column) || name_in(told, column)) continue;
            row_warn(l, r, column, r->own[k].text, message(l->a, "Nothing asks for the column {}, as sum-selected() or a choice_filter "
                "does; remarks of your own go into a column whose name begins with 'note'.", column));
            name_add(l, &told, column);
        }
    }
}
