// What is counted, and the tables it is shown in: the sheets figures and tables.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

const Table *table_get(const Pack *p, Str name)
{
    for (int i = 0; i < p->tables_n; i++) {
        if (str_equal(p->tables[i].name, name)) return &p->tables[i];
    }
    return 0;
}

static Figure *figure_named(const Pack *p, Str name)
{
    for (int i = 0; i < p->figures_n; i++) {
        if (str_equal(p->figures[i].name, name)) return &p->figures[i];
    }
    return 0;
}

static void count_read(Load *l, const Row *r, Figure *f)
{
    Str count = row_cell(l, r, S("count"));
    const RecordType *t = f->record;
    if (!count.n) {
        row_tell(l, r, S("count"), count,
            message(l->a, "Say what is counted: records, persons, or an expression to sum."));
    } else if (str_equal(count, S("persons"))) {
        f->count = COUNT_PERSONS;
        if (t->role == ROLE_PERSON || t->person >= 0 || record_link_broken(t)) return;
        row_tell(l, r, S("count"), count, message(l->a,
            "The record {} hangs on no person, so there are no persons to count; count records.",
            t->name));
    } else if (!str_equal(count, S("records"))) {
        f->count = COUNT_SUM;
        f->sum = row_condition(l, r, S("count"), t, TYPE_NUMBER);
    }
}

static void basis_read(Load *l, const Row *r, Figure *f)
{
    Str name = row_cell(l, r, S("date"));
    f->date = row_field(l, r, S("date"), f->record, name);
    if (!f->date || f->date->kind == FIELD_DATE || f->date->kind == FIELD_MOMENT) return;
    row_tell(l, r, S("date"), name,
        message(l->a, "'{}' is no date; name the date by which it falls into a period.", name));
}

static void figure_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    Figure f = {.name = row_cell(l, r, S("name")), .unit = row_cell(l, r, S("unit"))};
    bool within = row_cell(l, r, S("within")).n > 0;
    row_name(l, r, S("name"));
    f.label = within ? row_words(l, r, S("label")) : row_words_needed(l, r, S("label"));
    if (!f.unit.n) {
        row_tell(l, r, S("unit"), f.unit,
            message(l->a, "Say what one of it is: case, person, return or occasion."));
    }
    f.record = row_record(l, r, S("record"));
    if (f.record) {
        count_read(l, r, &f);
        basis_read(l, r, &f);
        f.where = row_condition(l, r, S("where"), f.record, TYPE_BOOL);
        f.female = row_condition(l, r, S("female"), f.record,
            f.count == COUNT_SUM ? TYPE_NUMBER : TYPE_BOOL);
    }
    const Choice *named = list_get(l->figures, f.name);
    if (named) l->figures->choices[named->at].label = f.label;
    if (f.name.n && figure_named(p, f.name)) {
        row_tell(l, r, S("name"), f.name, message(l->a, "There is a figure of this name already."));
        return;
    }
    p->figures[p->figures_n++] = f;
}

static const Row *whole_row(const Load *l, const Figure *f)
{
    const RowList *rows = &l->rows[SHEET_FIGURES];
    int i = 0;
    while (!str_equal(row_cell(l, &rows->at[i], S("name")), f->name)) i++;
    return &rows->at[i];
}

static void within_read(Load *l, const Row *r)
{
    Str name = row_cell(l, r, S("within"));
    Figure *f = figure_named(l->pack, row_cell(l, r, S("name"))),
        *outer = figure_named(l->pack, name);
    if (!name.n || !f) return;
    if (!outer || outer == f) {
        row_tell(l, r, S("within"), name,
            message(l->a, "There is no other figure '{}' for this one to stand in.", name));
    } else if (outer->within) {
        row_tell(l, r, S("within"), name,
            message(l->a, "'{}' stands within another figure itself; name that one.", name));
    } else {
        f->within = outer;
    }
}

// What a figure leaves out, and why, is told beside it.
static void left_read(Load *l, const Row *r)
{
    Str said = row_cell(l, r, S("left"));
    Figure *f = figure_named(l->pack, row_cell(l, r, S("name")));
    if (!said.n || !f) return;
    f->left = str_equal(said, S("yes"));
    if (!f->left) {
        row_tell(l, r, S("left"), said, message(l->a, "Write yes, or leave it empty."));
    } else if (!f->within) {
        row_tell(l, r, S("left"), said, message(l->a, "Name under within the figure that leaves it out."));
    } else if (f->of) {
        row_tell(l, r, S("left"), said, message(l->a, "What is a part of {} is counted by it; leave this or `of` empty.", f->of->name));
    } else if (!f->label.in[LANG_EN].n && !f->label.in[LANG_LO].n) {
        row_tell(l, r, S("label"), S(""), message(l->a, "Its label is the reason why it is left out; write it."));
    }
}

// The classes of one figure can only be parts of it when both count the same persons by the same days.
static void of_read(Load *l, const Row *r)
{
    Str name = row_cell(l, r, S("of"));
    Figure *f = figure_named(l->pack, row_cell(l, r, S("name"))), *whole = figure_named(l->pack, name);
    if (!name.n || !f) return;
    if (!whole || whole == f) {
        row_tell(l, r, S("of"), name,
            message(l->a, "There is no other figure '{}' for this one to be a part of.", name));
    } else if (row_cell(l, whole_row(l, whole), S("of")).n) {
        row_tell(l, r, S("of"), name,
            message(l->a, "'{}' is a part of another figure itself; name that one.", name));
    } else if (f->record != whole->record || f->date != whole->date || f->count != COUNT_PERSONS
        || whole->count != COUNT_PERSONS) {
        row_tell(l, r, S("of"), name,
            message(l->a, "Both must count persons, of one record and by one date; '{}' does not.", name));
    } else {
        f->of = whole;
    }
}

static void table_figure(Load *l, const Row *r, Table *t, Str name)
{
    const Figure *f = figure_named(l->pack, name);
    bool again = false;
    for (int i = 0; i < t->n; i++) again = again || t->figures[i] == f;
    if (!f) {
        row_tell(l, r, S("figures"), name,
            message(l->a, "There is no figure '{}' in the sheet figures.", name));
    } else if (again) {
        row_tell(l, r, S("figures"), name,
            message(l->a, "The figure '{}' stands twice in this table.", name));
    } else if (f->within) {
        row_tell(l, r, S("figures"), name,
            message(l->a, "'{}' is told within {} and is no row of its own; take it away.",
            name, f->within->name));
    } else {
        t->figures[t->n++] = f;
    }
}

static void table_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    Str rest = row_cell(l, r, S("figures")), name;
    Table t = {.name = row_cell(l, r, S("name")), .label = row_words_needed(l, r, S("label"))};
    row_name(l, r, S("name"));
    if (!rest.n) {
        row_tell(l, r, S("figures"), rest,
            message(l->a, "The table has no figures; name them, with blanks between."));
    }
    t.figures = take(l->a, const Figure *, p->figures_n);
    while (str_word(&rest, &name)) table_figure(l, r, &t, name);
    if (t.name.n && table_get(p, t.name)) {
        row_tell(l, r, S("name"), t.name, message(l->a, "There is a table of this name already."));
        return;
    }
    p->tables[p->tables_n++] = t;
}

// ---- counts of earlier years -----------------------------------------------------------------------

static const Row *setting_row(const Load *l, Str name)
{
    const RowList *rows = &l->rows[SHEET_PACK];
    for (int i = 0; i < rows->n; i++) {
        if (str_equal(row_cell(l, &rows->at[i], S("name")), name)) return &rows->at[i];
    }
    return 0;
}

static bool earlier_fits(const Load *l, int place, const Field *f)
{
    bool number = f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL;
    if (f->class == CLASS_IDENTITY) return false;
    if (place == EARLIER_FIGURE) return f->kind == FIELD_CHOICE && f->list == l->figures;
    if (place == EARLIER_BEGINS || place == EARLIER_ENDS) return f->kind == FIELD_DATE;
    if (place == EARLIER_VALUE || place == EARLIER_FEMALE) return number;
    return f->kind == FIELD_TEXT;
}

// `count figure begins ends value female written source`: a record, and what its fields are, in this order.
static void earlier_find(Load *l)
{
    Earlier *e = &l->pack->earlier;
    Str rest = e->words, name;
    const Row *r = setting_row(l, S("earlier"));
    int n = 0;
    if (!r || !str_word(&rest, &name)) return;
    const RecordType *record = record_type(l->pack, name);
    if (!record || record->sealed) {
        row_tell(l, r, S("value"), name, message(l->a,
            "'{}' is no record, or one about persons; name one that keeps counts of earlier years.", name));
        return;
    }
    for (; str_word(&rest, &name); n++) {
        const Field *f = field_get(record, name);
        if (n < EARLIER_FIELDS && f && earlier_fits(l, n, f)) e->fields[n] = f;
        else row_tell(l, r, S("value"), name, message(l->a, "'{}' does not do here: wanted are, in this order, a choice of the list"
            " figures, two dates, two numbers and two texts, none of class identity.", name));
    }
    if (n == EARLIER_FIELDS) e->record = record;
    else row_tell(l, r, S("value"), e->words, message(l->a, "Name a record and {} fields of it: beside which figure, from, until,"
        " how many, of whom female, as it was written, source.", (int64_t)EARLIER_FIELDS));
}

// Before the records are read, whose fields may choose one.
void figure_names_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_FIGURES];
    List *list = l->figures = take(l->a, List, 1);
    *list = (List){.name = S("figures"), .choices = take(l->a, Choice, rows->n)};
    for (int i = 0; i < rows->n; i++) {
        bool is_new;
        Str name = row_cell(l, &rows->at[i], S("name"));
        if (!name.n || row_cell(l, &rows->at[i], S("within")).n || list_get(list, name)) continue;
        Choice *c = &list->choices[list->n];
        *c = (Choice){.name = name, .at = list->n++};
        map_put(&list->index, l->a, name, &is_new)->p = c;
    }
}

void figures_read(Load *l)
{
    const RowList *figures = &l->rows[SHEET_FIGURES], *tables = &l->rows[SHEET_TABLES];
    l->pack->figures = take(l->a, Figure, figures->n);
    l->pack->tables = take(l->a, Table, tables->n);
    for (int i = 0; i < figures->n; i++) figure_read(l, &figures->at[i]);
    for (int i = 0; i < figures->n; i++) within_read(l, &figures->at[i]);
    for (int i = 0; i < figures->n; i++) of_read(l, &figures->at[i]);
    for (int i = 0; i < figures->n; i++) left_read(l, &figures->at[i]);
    earlier_find(l);
    for (int i = 0; i < tables->n; i++) table_read(l, &tables->at[i]);
}

static bool path_of(const RecordType *own, int link, Str name, FieldPath *out)
{
    const RecordType *t = link < 0 ? own : own->fields[link].target;
    *out = (FieldPath){link < 0 ? 0 : &own->fields[link], field_get(t, name)};
    return out->field && field_selects(out->field);
}

bool figure_field(const Pack *p, const Figure *f, Str name, FieldPath *out)
{
    const RecordType *own = f->record;
    const int links[] = {-1, own->person, own->the_case};
    Str of = {0};
    (void)p;
    if (str_has(name, '.')) of = str_cut(&name, '.');
    for (int i = 0; i < countof(links); i++) {
        if (i && links[i] < 0) continue;
        const RecordType *t = i ? own->fields[links[i]].target : own;
        if (of.n && !str_equal(t->name, of)) continue;
        if (path_of(own, i ? links[i] : -1, name, out)) return out->field->class != CLASS_IDENTITY;
    }
    return false;
}
