// Which indexes a pack wants: what figures count, how lists are asked for and stand, whose rows are whose.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static void index_write(Buf *o, Str name, const RecordType *t, Str columns)
{
    buf_fill(o, "create index if not exists \"{}@{}\" on \"{}\" ({})", VALS(name, t->name, t->name, columns));
}

// Only rows that say something are in it: a condition on the column leaves the others out anyhow.
static void define_index(Buf *o, const RecordType *t, Str columns, Str said)
{
    Buf name = buf_in(o->a);
    for (isize i = 0; i < columns.n; i++) { // the columns are its name, so that two figures share one
        if (columns.p[i] != '"' && columns.p[i] != ' ') buf_char(&name, columns.p[i]);
    }
    index_write(o, buf_str(&name), t, columns);
    buf_fill(o, " where \"{}\" is not null;", VALS(said));
}

// One of its own choices must be this one.
bool expr_equals_choice(const Expr *e)
{
    return e->op == EXPR_EQ && e->args[0]->op == EXPR_FIELD && !e->args[0]->link && e->args[1]->op == EXPR_TEXT
        && e->args[1]->text.n && e->args[0]->field->kind == FIELD_CHOICE && !field_sealed(e->args[0]->field);
}

// The field that must equal one text, or one of several.
static const Field *equal_field(const Expr *e)
{
    if (e->op != EXPR_OR) return expr_equals_choice(e) ? e->args[0]->field : 0;
    const Field *one = equal_field(e->args[0]);
    return one == equal_field(e->args[1]) ? one : 0;
}

// Those of a figure's condition lead its index.
static void equal_fields(Buf *o, const Expr *e)
{
    if (!e) return;
    const Field *f = equal_field(e);
    if (f) buf_fill(o, "\"{}\", ", VALS(f->name));
    if (e->op != EXPR_AND) return;
    equal_fields(o, e->args[0]);
    equal_fields(o, e->args[1]);
}

const Field *link_to(const RecordType *t, const RecordType *target)
{
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind == FIELD_LINK && t->fields[i].target == target) return &t->fields[i];
    }
    return 0;
}

// The links that it looks through.
static void expr_links(const Expr *e, bool *wanted)
{
    if (!e) return;
    if (e->link && !e->hangs) wanted[e->link->at] = true;
    for (int i = 0; i < e->n; i++) expr_links(e->args[i], wanted);
}

static bool expr_asks(const Expr *e, int at)
{
    bool asks = e->op == EXPR_FIELD && !e->link && !e->hangs && e->field->at == at;
    for (int i = 0; i < e->n; i++) asks |= expr_asks(e->args[i], at);
    return asks;
}

// What equals one text, the day, the person, and behind them what else the condition looks at: so the
// index answers alone.
static Str figure_columns(Arena *a, const Figure *f)
{
    const RecordType *t = f->record;
    bool *wanted = take(a, bool, t->n);
    Buf o = buf_in(a);
    equal_fields(&o, f->where);
    buf_fill(&o, "\"{}_day\"", VALS(f->date->name));
    if (f->count == COUNT_PERSONS && t->person >= 0) buf_fill(&o, ", \"{}\"", VALS(t->fields[t->person].name));
    const Expr *const asked[] = {f->where, f->sum, f->female};
    for (int i = 0; i < countof(asked); i++) {
        expr_wants(asked[i], 0, wanted);
        expr_links(asked[i], wanted);
    }
    if (f->where && expr_asks(f->where, AT_STATE)) buf_add(&o, S(", state"));
    if (f->where && expr_asks(f->where, AT_SINCE)) buf_add(&o, S(", state_since"));
    for (int i = 0; i < t->n; i++) {
        const Field *other = &t->fields[i];
        bool brief = other->kind == FIELD_CHOICE || other->kind == FIELD_INTEGER || other->kind == FIELD_LINK;
        if (!wanted[i] || !brief || field_sealed(other)) continue;
        Str quoted = say(a, "\"{}\"", other->name);
        if (str_find(buf_str(&o), quoted) < 0) buf_fill(&o, ", {}", VALS(quoted));
    }
    return buf_str(&o);
}

// What a list stands by that goes by this field: its own day, or what its screen sorts by. Empty: none does.
static Str order_of(Arena *a, const RecordType *t, const Field *f)
{
    if (f->at == t->day || (f->sorts && field_days_stored(f))) return say(a, "coalesce(\"{}_day\", 0), row", f->name);
    return f->sorts ? say(a, "coalesce(\"{}\", {}), row", f->name, ORDER_NONE) : (Str){0};
}

// Lists in their order: whole ones, by its own day what hangs on one record, and those with one choice of a filter.
static void order_indexes(Buf *o, Arena *a, const RecordType *t, const bool *filtered)
{
    for (int i = 0; i < t->n; i++) {
        Str order = order_of(a, t, &t->fields[i]);
        if (!order.n) continue;
        index_write(o, say(a, "{},day", t->fields[i].name), t, order);
        buf_char(o, ';');
        for (int k = 0; k < t->n; k++) {
            const Field *f = &t->fields[k];
            if (!filtered[k] && (f->kind != FIELD_LINK || i != t->day)) continue;
            index_write(o, say(a, "{},{},day", f->name, t->fields[i].name), t, say(a, "\"{}\", {}", f->name, order));
            buf_fill(o, " where \"{}\" is not null;", VALS(f->name));
        }
    }
    if (!t->numbered) return;
    index_write(o, S("no,order"), t, S("coalesce(\"no\", ''), row"));
    buf_char(o, ';');
    for (int k = 0; k < t->n; k++) {
        Str name = t->fields[k].name;
        if (!filtered[k]) continue;
        index_write(o, say(a, "{},no,order", name), t, say(a, "\"{}\", coalesce(\"no\", ''), row", name));
        buf_fill(o, " where \"{}\" is not null;", VALS(name));
    }
}

// Of the rows that hang on a record, inside a question about them.
static bool hanging_asks(const Expr *e, int at)
{
    bool asks = e->op == EXPR_FIELD && e->hangs && !e->link && e->field->at == at;
    for (int i = 0; i < e->n; i++) asks |= hanging_asks(e->args[i], at);
    return asks;
}

// What a right that closes rows asks of what hangs on each of them stands in an index that answers alone: it is asked of every row
// of every list.
static void closed_indexes(Buf *o, Arena *a, const Expr *e)
{
    if (!e) return;
    for (int i = 0; i < e->n; i++) closed_indexes(o, a, e->args[i]);
    const Hanging *h = e->hangs;
    if (e->op != EXPR_EXISTS || h->through || !e->n) return;
    Buf columns = buf_in(a);
    buf_fill(&columns, "\"{}\"", VALS(h->link->name));
    for (int i = 0; i < h->type->n; i++) {
        const Field *f = &h->type->fields[i];
        if (i == h->link->at || !hanging_asks(e->args[0], i)) continue;
        if ((f->kind != FIELD_CHOICE && f->kind != FIELD_INTEGER) || field_sealed(f)) return;
        buf_fill(&columns, ", \"{}\"", VALS(f->name));
    }
    if (hanging_asks(e->args[0], AT_STATE)) buf_add(&columns, S(", state"));
    if (hanging_asks(e->args[0], AT_SINCE)) buf_add(&columns, S(", state_since"));
    define_index(o, h->type, buf_str(&columns), h->link->name);
}

// Rows that are somebody's by who made them: a range for each such word that a sentence of the pack has.
static void word_indexes(Buf *o, Arena *a, const Pack *pack, const RecordType *t)
{
    static const struct { unsigned words; const char *column; } by[] = {
        {ROWS_OWN | ROWS_ASSIGNED, "actor"}, {ROWS_UNIT | ROWS_PROVINCE, "unit"}, {ROWS_AGENCY, "agency"},
    };
    unsigned used = 0;
    for (int i = 0; i < pack->roles_n; i++) used |= pack->roles[i].rights[t->at].read;
    for (int i = 0; i < countof(by); i++) {
        Str column = str_from(by[i].column);
        if (!(used & by[i].words)) continue;
        index_write(o, column, t, say(a, "\"{}\", row", column));
        buf_char(o, ';');
        for (int k = 0; k < t->n; k++) {
            Str order = order_of(a, t, &t->fields[k]);
            if (!order.n) continue;
            index_write(o, say(a, "{},{},day", column, t->fields[k].name), t, say(a, "\"{}\", {}", column, order));
            buf_char(o, ';');
        }
    }
}

Str work_index_name(Arena *a, const RecordType *t)
{
    return t->person < 0 ? S("work") : say(a, "work,{}", t->fields[t->person].name);
}

// What waits for a unit, state by state, by its day: those without one last. Behind that stands what tells whether a row is hers, so
// that those which are not are passed over in the index, ten times as fast as in the table.
static void work_index(Buf *o, Arena *a, const RecordType *t)
{
    if (!t->waits) return;
    Str person = t->person < 0 ? (Str){0} : say(a, ", \"{}\"", t->fields[t->person].name);
    index_write(o, work_index_name(a, t), t,
        say(a, "state_waits, state, coalesce(state_due, 99991231), row, state_due, unit{}", person));
    buf_add(o, S(" where state_waits is not null;"));
}

// The fields of a type that some screen filters by, and whose index serves that.
static bool *filters_of(Arena *a, const Pack *pack, const RecordType *t)
{
    bool *out = take(a, bool, t->n);
    for (int i = 0; i < pack->screens_n; i++) {
        const Screen *screen = &pack->screens[i];
        for (int k = 0; screen->record == t && k < screen->filters_n; k++) {
            const Field *f = screen->filters[k];
            out[f->at] = f->kind == FIELD_CHOICE && !field_sealed(f);
        }
    }
    return out;
}

void indexes_define(Buf *o, Arena *a, const Pack *pack)
{
    for (int i = 0; i < pack->records_n; i++) order_indexes(o, a, &pack->records[i], filters_of(a, pack, &pack->records[i]));
    for (int i = 0; i < pack->records_n; i++) word_indexes(o, a, pack, &pack->records[i]);
    for (int i = 0; i < pack->records_n; i++) work_index(o, a, &pack->records[i]);
    for (int i = 0; i < pack->roles_n; i++)
        for (int k = 0; k < pack->records_n; k++) closed_indexes(o, a, pack->roles[i].rights[k].open);
    for (int i = 0; i < pack->figures_n; i++) {
        const Figure *f = &pack->figures[i];
        if (f->of) continue; // the whole's serves its parts
        define_index(o, f->record, figure_columns(a, f), say(a, "{}_day", f->date->name));
    }
    for (int i = 0; i < pack->screens_n; i++) {
        const Screen *screen = &pack->screens[i];
        for (int k = 0; k < screen->columns_n; k++) {
            const Column *c = &screen->columns[k];
            const Field *hangs = c->through ? link_to(c->through, screen->record) : 0;
            if (hangs) define_index(o, c->through, say(a, "\"{}\", row, \"{}\"", hangs->name, c->link->name), hangs->name);
        }
        for (int k = 0; k < screen->filters_n; k++) {
            const Field *f = screen->filters[k];
            if (f->kind == FIELD_CHOICE && !field_sealed(f)) {
                define_index(o, screen->record, say(a, "\"{}\", row", f->name), f->name);
            }
        }
    }
}
