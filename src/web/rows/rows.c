// Rows of a form as they are given: each a draft of its own, whose fields are called child.2.field; and what came of them.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

Str entered_name(const Entered *e, Str field)
{
    return e->repeat ? say(e->ask->a, "{}.{}.{}", e->repeat->name, e->row, field) : field;
}

Field *field_named(Arena *a, const Field *f, Str name)
{
    Field *named = take(a, Field, 1);
    *named = *f;
    named->name = name;
    return named;
}

const Field *entered_field(const Entered *e, const Field *f)
{
    return e->repeat ? field_named(e->ask->a, f, entered_name(e, f->name)) : f;
}

// In the order of the form, whatever they came in.
Entered *row_of(Request *ask, Entered *e, const Repeat *of, int number)
{
    int at = 0;
    while (at < e->rows_n && (e->rows[at].repeat < of || (e->rows[at].repeat == of && e->rows[at].row < number))) at++;
    if (at < e->rows_n && e->rows[at].repeat == of && e->rows[at].row == number) return &e->rows[at];
    if (e->rows_n == e->rows_room) {
        Entered *wider = take(ask->a, Entered, e->rows_room = e->rows_room * 2 + 8);
        if (e->rows_n) memcpy(wider, e->rows, (size_t)e->rows_n * sizeof *wider);
        e->rows = wider;
    }
    memmove(e->rows + at + 1, e->rows + at, (size_t)(e->rows_n++ - at) * sizeof *e->rows);
    e->rows[at] = entered_of(ask, of->type);
    e->rows[at].repeat = of;
    e->rows[at].row = number;
    return &e->rows[at];
}

static void row_fault(Entered *row, Str column, Str value, Message why)
{
    faults_add(row->ask->a, &row->draft.told, (Fault){.column = column, .value = value, .message = why});
}

static bool rows_hers(Request *ask, Entered *e, const Repeat *of)
{
    if (may_any(&ask->s->user, of->type, MAY_WRITE)) return true;
    row_fault(e, of->name, (Str){0}, message(ask->a, "Your role may not change a {}.", words_in(&of->type->label, ask->lang)));
    return false;
}

// ---- a form ------------------------------------------------------------------------------------------------

bool row_pair(Request *ask, Entered *e, const Pair *p)
{
    Str field = p->name, name = str_cut(&field, '.'), digits = str_cut(&field, '.');
    const Repeat *of = repeat_get(e->draft.type, name);
    int64_t number;
    if (!of || ask->step || !str_int(digits, &number) || number < 1 || number > REPEAT_ROWS || !field.n) return false;
    if (!rows_hers(ask, e, of)) return true;
    Entered *row = row_of(ask, e, of, (int)number);
    if (str_equal(field, S("id"))) row->draft.id = p->value;
    else if (str_equal(field, S("version"))) (void)str_int(p->value, &row->draft.base);
    else entered_pair(ask, row, field, p->value);
    return true;
}

Err *rows_texts(Request *ask, Entered *e)
{
    for (int i = 0; i < e->rows_n; i++) {
        Entered *row = &e->rows[i];
        entered_texts(ask, row);
        TRY(links_read(ask, 0, row));
        row->confirmed = e->confirmed;
        if (row->draft.id.n && row->draft.base < 1)
            row_fault(row, S("version"), (Str){0},
                message(ask->a, "The form was not whole. Go back, load the page again and try once more."));
        if (!row->draft.id.n && e->once.n) row->draft.new_id = once_row(ask->s, e->once, row->repeat->name, row->row);
    }
    return 0;
}

// Nobody wrote anything into it.
static bool says_nothing(Entered *row)
{
    const RecordType *t = row->draft.type;
    if (row->draft.id.n || row->draft.sets_key || row->draft.told.n) return false;
    for (int i = 0; i < t->n; i++) {
        Str text = row->draft.cells[i].text;
        bool begins = row->draft.form && str_equal(text, initial_text(row->ask, &t->fields[i]));
        if (row->draft.cells[i].said && text.n && !begins) return false;
    }
    return true;
}

// ---- JSON ----------------------------------------------------------------------------------------------------

static void row_json(Request *ask, Entered *row, const Json *object)
{
    const Json *id = json_member(object, S("id")), *version = json_member(object, S("version"));
    if (id && id->kind == JSON_TEXT) row->draft.id = id->text;
    bool given = version && (version->kind == JSON_NUMBER || version->kind == JSON_TEXT) && str_int(version->text, &row->draft.base);
    if (row->draft.id.n && (!given || row->draft.base < 1))
        row_fault(row, S("version"), (Str){0}, message(ask->a, "version is missing: give the number of the version that was changed."));
    for (const Json *v = object->first; v; v = v->next)
        if (v != id && v != version) entered_member(ask, row, v);
}

void rows_json(Request *ask, Entered *e, const Repeat *of, const Json *list)
{
    int n = 0;
    bool good = list->kind == JSON_LIST;
    for (const Json *one = list->first; good && one; one = one->next, n++) good = one->kind == JSON_OBJECT;
    if (!good || n > REPEAT_ROWS) {
        row_fault(e, of->name, (Str){0}, good
            ? message(ask->a, "These are more than {} rows; send the others by themselves.", (int)REPEAT_ROWS)
            : message(ask->a, "Rows are a list of objects, one for each row."));
        return;
    }
    if (!n || !rows_hers(ask, e, of)) return;
    n = 0;
    for (const Json *one = list->first; one; one = one->next) row_json(ask, row_of(ask, e, of, ++n), one);
}

// ---- saved with the form -----------------------------------------------------------------------------------------

Change rows_change(Entered *e)
{
    int made = choose_made(e, 0);
    Change change = {.drafts = take(e->ask->a, Draft, made + 1 + e->rows_n), .n = made + 1};
    choose_made(e, change.drafts);
    change.drafts[made] = e->draft;
    for (int i = 0; i < e->rows_n; i++) {
        Entered *row = &e->rows[i];
        row->sent = says_nothing(row) ? 0 : change.n;
        if (!row->sent) continue;
        row->draft.on = &change.drafts[made];
        row->draft.hangs = row->repeat->link;
        change.drafts[change.n++] = row->draft;
    }
    return change;
}

// A field as it is called in the form, and by people.
static const Field *field_in_row(const Entered *row, const Field *f)
{
    Request *ask = row->ask;
    Field *named = field_named(ask->a, f, entered_name(row, f->name));
    named->label = (Words){0};
    named->label.in[LANG_EN] = named->label.in[ask->lang] =
        say(ask->a, "{} {}, {}", words_in(&row->repeat->label, ask->lang), row->row, field_label(ask, f));
    return named;
}

static void faults_join(Entered *e, const Entered *row, const Faults *faults)
{
    for (const Fault *f = faults->first; f; f = f->next) {
        Fault one = *f;
        bool named = str_starts(f->column, say(e->ask->a, "{}.{}.", row->repeat->name, row->row));
        if (!named) one.column = entered_name(row, f->column);
        if (f->mend.n) one.mend = entered_name(row, f->mend);
        faults_add(e->ask->a, &e->draft.saved.faults, one);
    }
}

static void conflicts_join(Entered *e, const Entered *row)
{
    const Saved *of = &row->draft.saved;
    Saved *out = &e->draft.saved;
    if (!of->conflicts_n) return;
    Conflict *all = take(e->ask->a, Conflict, out->conflicts_n + of->conflicts_n);
    if (out->conflicts_n) memcpy(all, out->conflicts, (size_t)out->conflicts_n * sizeof *all);
    for (int i = 0; i < of->conflicts_n; i++) {
        all[out->conflicts_n] = of->conflicts[i];
        all[out->conflicts_n++].field = field_in_row(row, of->conflicts[i].field);
    }
    out->conflicts = all;
}

void rows_told(Entered *e, const Change *change)
{
    for (int i = 0; i < e->rows_n; i++) {
        Entered *row = &e->rows[i];
        if (!change) faults_join(e, row, &row->draft.told);
        if (!change || !row->sent) continue;
        row->draft = change->drafts[row->sent];
        for (Fault *f = row->draft.form ? row->draft.saved.faults.first : 0; f; f = f->next) day_told(row, f);
        faults_join(e, row, &row->draft.saved.faults);
        conflicts_join(e, row);
    }
}

bool rows_unchanged(const Entered *e)
{
    for (int i = 0; i < e->rows_n; i++)
        if (e->rows[i].draft.saved.what != SAVED_UNCHANGED) return false;
    return true;
}

void rows_saved_json(Request *ask, const Entered *e)
{
    const Repeat *last = 0;
    for (int i = 0; i < e->rows_n; i++) {
        const Entered *row = &e->rows[i];
        const Saved *saved = &row->draft.saved;
        if (row->repeat == last) buf_char(ask->o, ',');
        else json(ask->o, "{},{}:[", (Html){last ? S("]") : (Str){0}}, row->repeat->name);
        last = row->repeat;
        if (saved->id.n) json(ask->o, "{'id':{},'key':{},'version':{}}", saved->id, saved->key, saved->version);
        else buf_add(ask->o, S("null"));
    }
    if (last) buf_char(ask->o, ']');
}

Err *rows_stand_json(Request *ask, const Record *r)
{
    for (int i = 0; i < r->type->repeats_n; i++) {
        const Repeat *of = &r->type->repeats[i];
        RecordPage page;
        if (!may_any(&ask->s->user, of->type, MAY_READ)) continue;
        TRY(repeat_rows(ask->s, of, r->row, REPEAT_ROWS, &page));
        json(ask->o, ",{}:[", of->name);
        for (int k = 0; k < page.n; k++) {
            if (k) buf_char(ask->o, ',');
            record_json(ask->o, ask->s, page.at[k]);
        }
        buf_char(ask->o, ']');
    }
    return 0;
}

const Field *field_at(const Request *ask, Str column, Str *label)
{
    Str field = column, name = str_cut(&field, '.'), number = str_cut(&field, '.');
    const RecordType *t = ask->type;
    const Repeat *of = t ? repeat_get(t, name) : 0;
    const Field *f = !t ? 0 : of && field.n ? field_get(of->type, field) : field_get(t, column);
    if (f && of && field.n) *label = say(ask->a, "{} {}, {}", words_in(&of->label, ask->lang), number, field_label(ask, f));
    else if (f) *label = field_label(ask, f);
    return f;
}

Err *rows_hidden(Request *ask, const Entered *e)
{
    if (e->once.n) hidden_write(ask, S("_once"), pairs_get(&ask->form, S("_once")));
    for (int i = 0; i < e->rows_n; i++) {
        const Entered *row = &e->rows[i];
        Record *now = 0;
        if (row->draft.id.n) {
            TRY(record_get(ask->s, row->draft.type, row->draft.id, &now));
            hidden_write(ask, entered_name(row, S("id")), now->id);
            hidden_write(ask, entered_name(row, S("version")), say(ask->a, "{}", now->version));
        }
        for (int k = 0; k < row->draft.type->n; k++) {
            Str name = entered_name(row, row->draft.type->fields[k].name);
            bool chosen = false; // between two answers
            for (int c = 0; c < e->draft.saved.conflicts_n; c++) chosen |= str_equal(e->draft.saved.conflicts[c].field->name, name);
            if (row->draft.cells[k].said && !chosen)
                hidden_write(ask, name, carried_text(ask, &row->draft.type->fields[k], row->draft.cells[k].text));
        }
    }
    return 0;
}
