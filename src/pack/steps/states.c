// The way a record goes: the sheets states and moves.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str kind_words[] = {S(""), S("first"), S("last")};

const PackState *state_get(const Pack *p, const RecordType *t, Str name)
{
    for (int i = 0; i < p->states_n; i++) {
        if (p->states[i].record == t && str_equal(p->states[i].name, name)) return &p->states[i];
    }
    return 0;
}

static void state_read(Load *l, const Row *r)
{
    int kind = row_choose(l, r, S("kind"), kind_words, countof(kind_words));
    PackState s = {.record = row_record(l, r, S("record")), .name = row_cell(l, r, S("name")),
        .label = row_words_needed(l, r, S("label")), .first = kind == 1, .last = kind == 2};
    row_name(l, r, S("name"));
    if (!s.record) return;
    for (int i = 0; s.first && i < l->pack->states_n; i++) {
        if (l->states[i].record != s.record || !l->states[i].first) continue;
        row_tell(l, r, S("kind"), S("first"), message(l->a,
            "A record begins in one state, and {} is first already.", l->states[i].name));
    }
    if (state_get(l->pack, s.record, s.name)) {
        row_tell(l, r, S("name"), s.name,
            message(l->a, "The record {} has this state already.", s.record->name));
        return;
    }
    l->states[l->pack->states_n++] = s;
}

static void first_check(Load *l, const Row *r)
{
    const RecordType *t = record_type(l->pack, row_cell(l, r, S("record")));
    for (int i = 0; t && i < l->pack->states_n; i++) {
        if (l->states[i].record == t && l->states[i].first) return;
    }
    const Row *before = r;
    while (before > l->rows[SHEET_STATES].at) {
        before--;
        if (str_equal(row_cell(l, before, S("record")),
            row_cell(l, r, S("record")))) return; // told there
    }
    if (t) {
        row_tell(l, r, S("kind"), S(""),
            message(l->a, "No state of {} is first; say where a new record begins.", t->name));
    }
}

static const PackState *end_read(Load *l, const Row *r, Str column, const RecordType *t)
{
    Str name = row_cell(l, r, column);
    const PackState *s = state_get(l->pack, t, name);
    if (!s) {
        row_tell(l, r, column, name,
            message(l->a, "The record {} has no state '{}' in the sheet states.", t->name, name));
    }
    return s;
}

static void who_read(Load *l, const Row *r, PackMove *m)
{
    Str rest = row_cell(l, r, S("roles")), name;
    m->roles = take(l->a, Str, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        m->roles[m->roles_n++] = name;
        if (role_get(l->pack, name)) continue;
        row_tell(l, r, S("roles"), name,
            message(l->a, "There is no role '{}' in the sheet roles.", name));
    }
}

// Fields of the record in a cell, with blanks, each once; how many they are.
static int fields_read(Load *l, const Row *r, Str column, const RecordType *t, const Field ***out)
{
    Str rest = row_cell(l, r, column), name;
    int n = 0;
    *out = take(l->a, const Field *, (rest.n / 2 + 1) * LANG_COUNT);
    while (str_word(&rest, &name)) {
        const Field *words = words_first(t, name), *f = words ? words : row_field(l, r, column, t, name);
        for (int i = 0; f && i < n; i++) {
            if ((*out)[i] != f) continue;
            row_tell(l, r, column, name, message(l->a, "'{}' stands twice; once is enough.", name));
            f = 0;
        }
        for (int i = 0; f && i < (words ? LANG_COUNT : 1); i++) (*out)[n++] = f + i;
    }
    return n;
}

static bool among(const Field *const *fields, int n, const Field *f)
{
    bool found = false;
    for (int i = 0; i < n; i++) found |= fields[i] == f;
    return found;
}

static void step_fields_read(Load *l, const Row *r, PackMove *m)
{
    m->clears_n = fields_read(l, r, S("clears"), m->record, &m->clears);
    m->asks_n = fields_read(l, r, S("asks"), m->record, &m->asks);
    for (int i = 0; i < m->asks_n; i++) {
        if (field_files(m->asks[i])) row_tell(l, r, S("asks"), m->asks[i]->name,
            message(l->a, "A file is added on the record's page, and no step asks for it; let the step need it."));
    }
    for (int i = 0; i < m->clears_n; i++) {
        Str name = m->clears[i]->name;
        if (m->clears[i]->required)
            row_tell(l, r, S("clears"), name, message(l->a, "The field {} is required, so no step can empty it.", name));
        if (among(m->asks, m->asks_n, m->clears[i]))
            row_tell(l, r, S("asks"), name, message(l->a, "The step empties '{}': it cannot ask for it, too.", name));
    }
}

static void need_read(Load *l, const Row *r, PackMove *m)
{
    MoveNeed *wider = take(l->a, MoveNeed, m->needs_n + 1);
    const Expr *when = row_asks(l, r, S("needs"), m->record, 0);
    bool told = row_cell(l, r, S("needs")).n;
    Words words = told ? row_words_needed(l, r, S("needs_message")) : row_words(l, r, S("needs_message"));
    if (!when) return;
    if (m->needs_n) memcpy(wider, m->needs, (size_t)m->needs_n * sizeof *wider);
    wider[m->needs_n++] = (MoveNeed){when, words};
    m->needs = wider;
}

// A further row of a move says one more thing that must hold, and nothing else.
static bool says_needs_alone(Load *l, const Row *r)
{
    static const Str others[] = {S("roles"), S("where"), S("clears"), S("asks")};
    bool alone = row_cell(l, r, S("needs")).n && !row_words(l, r, S("label")).in[LANG_EN].n;
    for (int i = 0; i < countof(others); i++) alone &= !row_cell(l, r, others[i]).n;
    return alone;
}

static PackMove *move_told(Load *l, const RecordType *t, Str name, const PackState *from)
{
    for (int i = 0; i < l->pack->moves_n; i++) {
        PackMove *m = &l->moves[i];
        if (m->record == t && m->from == from && str_equal(m->name, name)) return m;
    }
    return 0;
}

static void move_read(Load *l, const Row *r)
{
    PackMove m = {.record = row_record(l, r, S("record")), .name = row_cell(l, r, S("name"))};
    row_name(l, r, S("name"));
    if (m.record) m.from = end_read(l, r, S("from"), m.record);
    if (m.record) m.to = end_read(l, r, S("to"), m.record);
    PackMove *told = m.record && m.from ? move_told(l, m.record, m.name, m.from) : 0;
    if (told && told->to == m.to && says_needs_alone(l, r)) {
        need_read(l, r, told);
        return;
    }
    if (told) row_tell(l, r, S("name"), m.name, message(l->a, "This move from this state is told already; a further row of it"
        " has `needs` and its sentence, and nothing else."));
    m.label = row_words_needed(l, r, S("label"));
    who_read(l, r, &m);
    if (!m.record) return;
    step_fields_read(l, r, &m);
    m.where = row_sentence(l, r, S("where"), m.record, SENTENCE_RIGHT);
    need_read(l, r, &m);
    l->moves[l->pack->moves_n++] = m;
}

// A choice among the states, as if the survey had it.
static void state_field(Load *l, RecordType *t)
{
    List *list = take(l->a, List, 1);
    *list = (List){.name = S("states"), .choices = take(l->a, Choice, l->pack->states_n)};
    for (int i = 0; i < l->pack->states_n; i++) {
        const PackState *s = &l->states[i];
        bool is_new;
        if (s->record != t) continue;
        Choice *c = &list->choices[list->n];
        *c = (Choice){.name = s->name, .label = s->label, .at = list->n++};
        map_put(&list->index, l->a, s->name, &is_new)->p = c;
    }
    Field *f = take(l->a, Field, 1);
    *f = (Field){.name = S("state"), .at = AT_STATE, .kind = FIELD_CHOICE, .list = list, .compartment = COMPARTMENT_CASE};
    Field *since = take(l->a, Field, 1);
    *since = (Field){.name = S("state_since"), .label = {.in = {[LANG_EN] = S("State since")}}, .at = AT_SINCE,
        .kind = FIELD_DATE, .compartment = COMPARTMENT_CASE};
    if (!list->n) return;
    t->state = f;
    t->since = since;
}

void states_read(Load *l)
{
    const RowList *states = &l->rows[SHEET_STATES];
    l->pack->states = l->states = take(l->a, PackState, states->n);
    for (int i = 0; i < states->n; i++) state_read(l, &states->at[i]);
    for (int i = 0; i < states->n; i++) first_check(l, &states->at[i]);
    for (int i = 0; i < l->pack->records_n; i++) state_field(l, &l->pack->records[i]);
}

void moves_read(Load *l)
{
    const RowList *moves = &l->rows[SHEET_MOVES];
    l->pack->moves = l->moves = take(l->a, PackMove, moves->n);
    for (int i = 0; i < moves->n; i++) move_read(l, &moves->at[i]);
}

Str state_first(const Pack *p, const RecordType *t)
{
    for (int i = 0; i < p->states_n; i++) {
        if (p->states[i].record == t && p->states[i].first) return p->states[i].name;
    }
    return (Str){0};
}

bool move_from(const PackMove *m, Str state)
{
    return state.n ? str_equal(m->from->name, state) : m->from->first;
}
