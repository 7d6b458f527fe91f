// What follows from a step, a change or a day: the sheet effects.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str makes_words[] = {[MAKES_SIGHT] = S("sight"), [MAKES_END] = S("end"), [MAKES_NOTICE] = S("notice"), [MAKES_OWN] = S(".")};

static bool has_move(const Load *l, const RecordType *t, Str name)
{
    for (int i = 0; i < l->pack->moves_n; i++) {
        if (l->moves[i].record == t && str_equal(l->moves[i].name, name)) return true;
    }
    return false;
}

static bool has_state(const RecordType *t, Str name)
{
    return t->state && list_get(t->state->list, name);
}

static void move_known(Load *l, const Row *r, Str column, const RecordType *t, Str name)
{
    if (has_move(l, t, name)) return;
    row_tell(l, r, column, name, message(l->a, "The record {} has no move '{}' in the sheet moves.", t->name, name));
}

// ---- when ------------------------------------------------------------------------------------------------

static bool looks_elsewhere(const Expr *e)
{
    return e->op == EXPR_TODAY || e->link || e->hangs;
}

// A day that waits is looked at again when its own record is saved, and not when another is.
static const Expr *waiting_read(Load *l, const Row *r, Str column, const PackEffect *e, ExprType type)
{
    const Expr *read = row_condition(l, r, column, e->record, type);
    if (!read || !expr_has(read, looks_elsewhere)) return read;
    row_tell(l, r, column, row_cell(l, r, column), message(l->a, "A day that passes is one of the record's own: today() and what"
        " stands behind a link are not looked at again when they change."));
    return 0;
}

static void on_read(Load *l, const Row *r, PackEffect *e)
{
    static const Str own[] = {[ON_CREATE] = S("create"), [ON_CHANGE] = S("change")};
    Str on = e->on = row_cell(l, r, S("on"));
    bool move = has_move(l, e->record, on), state = has_state(e->record, on), day = row_conditional(l, r, S("on"));
    int means = move + state;
    e->at = day ? ON_DAY : state ? ON_STATE : ON_MOVE;
    for (int i = 0; i < countof(own); i++) {
        if (!str_equal(on, own[i])) continue;
        e->at = (EffectOn)i;
        means++;
    }
    if (day) e->day = waiting_read(l, r, S("on"), e, TYPE_DAY);
    else if (!means) row_tell(l, r, S("on"), on, message(l->a, "The record {} has neither a move nor a state '{}'; write one of"
        " them, create, change, or a day that passes, as ${until}.", e->record->name, on));
    else if (means > 1) row_tell(l, r, S("on"), on, message(l->a, "'{}' could mean a move, a state, or create and change; give one of them"
        " another name.", on));
    e->when = day ? waiting_read(l, r, S("when"), e, TYPE_BOOL) : row_asks_me(l, r, S("when"), e->record);
}

// ---- what ------------------------------------------------------------------------------------------------

static void makes_read(Load *l, const Row *r, PackEffect *e)
{
    Str makes = row_cell(l, r, S("makes"));
    e->made = record_type(l->pack, makes);
    e->makes = e->made ? MAKES_RECORD : MAKES_SIGHT;
    for (int i = 0; i < countof(makes_words); i++) {
        if (!str_equal(makes, makes_words[i])) continue;
        e->makes = (EffectMakes)i;
        e->made = e->makes == MAKES_OWN ? e->record : 0;
        return;
    }
    if (!e->made && makes.n) row_tell(l, r, S("makes"), makes, message(l->a, "There is no record '{}'; write one, or sight, end, notice,"
        " or . for a field of this record.", makes));
}

static void ends_read(Load *l, const Row *r, PackEffect *e)
{
    Str rest = row_cell(l, r, S("ends")), name;
    e->opens = row_cell(l, r, S("opens"));
    if (e->opens.n) move_known(l, r, S("opens"), e->record, e->opens);
    e->ends = take(l->a, Str, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        e->ends[e->ends_n++] = name;
        move_known(l, r, S("ends"), e->record, name);
    }
}

// About which record: this one, or what a link of it names.
static void of_read(Load *l, const Row *r, PackEffect *e)
{
    Str name = row_cell(l, r, S("field"));
    if (!name.n || str_equal(name, S("."))) return;
    e->of = row_field(l, r, S("field"), e->record, name);
    if (!e->of || e->of->kind == FIELD_LINK) return;
    row_tell(l, r, S("field"), name, message(l->a, "'{}' is no link; it is about this record (.) or what a link of it names.", name));
    e->of = 0;
}

static const Expr *typed_read(Load *l, const Row *r, Str column, const PackEffect *e, ExprType type)
{
    const Expr *read = row_rule_me(l, r, column, e->record, 0);
    if (!read || read->type == type) return read;
    row_tell(l, r, column, row_cell(l, r, column), type == TYPE_DAY ? message(l->a, "This must give a date.")
        : message(l->a, "This must give a text; concat() makes one of several choices."));
    return 0;
}

static void needed(Load *l, const Row *r, Str column, Message why)
{
    if (!row_cell(l, r, column).n) row_tell(l, r, column, S(""), why);
}

static void sight_needs(Load *l, const Row *r, const PackEffect *e)
{
    if (e->of) needed(l, r, S("value"), message(l->a, "Sight is given of compartments; say it here.")); // of itself its codes are enough
    needed(l, r, S("to"), message(l->a, "Sight is given of somebody; say it here."));
}

static bool is_close(const Expr *e)
{
    return e->field && e->field->class >= CLASS_SENSITIVE && e->field->kind != FIELD_LINK;
}

// Whoever sees the record reads it: so it tells nothing that is closed to some of them.
static const Expr *words_read(Load *l, const Row *r, const PackEffect *e, Str source)
{
    const Expr *said = row_rule_said(l, r, S("value"), source, e->record, 0);
    if (!said) return 0;
    if (said->type != TYPE_TEXT)
        row_tell(l, r, S("value"), source, message(l->a, "A notice is a text; join other fields with concat()."));
    else if (expr_has(said, is_close))
        row_tell(l, r, S("value"), source, message(l->a, "A notice names nothing of class sensitive or identity: it leads to the record,"
            " where that is shown to whom it is open."));
    else return said;
    return 0;
}

static void notice_read(Load *l, const Row *r, PackEffect *e)
{
    Words own = row_words(l, r, S("value"));
    e->value = 0;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        e->words[lang] = words_read(l, r, e, own.in[lang].n ? own.in[lang] : row_cell(l, r, S("value")));
    if (!own.in[LANG_EN].n) needed(l, r, S("value"), message(l->a, "Say what the notice says, as 'Look at this again.'"));
    needed(l, r, S("to"), message(l->a, "Say to whom: an expression that gives a unit's key or a user's name."));
}

// What belongs to another kind of effect would be passed over in silence.
static void not_here(Load *l, const Row *r, const Str *columns, int n)
{
    for (int i = 0; i < n; i++) {
        Str cell = row_cell(l, r, columns[i]);
        if (cell.n) row_tell(l, r, columns[i], cell, message(l->a, "This column says nothing here; take '{}' away.", cell));
    }
}

static void columns_check(Load *l, const Row *r, const PackEffect *e)
{
    static const Str of_sight[] = {S("basis"), S("opens"), S("ends")}, of_both[] = {S("to"), S("until")};
    if (e->makes >= MAKES_NOTICE) not_here(l, r, of_sight, countof(of_sight));
    if (e->makes >= MAKES_OWN) not_here(l, r, of_both, countof(of_both));
    for (int lang = 0; e->makes != MAKES_NOTICE && lang < LANG_COUNT; lang++) {
        Str said = row_words(l, r, S("value")).in[lang];
        if (said.n) row_tell(l, r, S("value"), said, message(l->a, "Only a notice has words in each language; write one value."));
    }
}

// ---- a row -----------------------------------------------------------------------------------------------

static void asks_note(Load *l, PackEffect *e)
{
    const Expr *own[] = {e->day, e->when, e->value, e->to, e->until, e->basis};
    e->asks = take(l->a, const Expr *, countof(own) + LANG_COUNT + e->sets_n);
    e->asks_n = 0;
    for (int i = 0; i < countof(own); i++) if (own[i]) e->asks[e->asks_n++] = own[i];
    for (int i = 0; i < LANG_COUNT; i++) if (e->words[i]) e->asks[e->asks_n++] = e->words[i];
    for (int i = 0; i < e->sets_n; i++) if (e->sets[i].value) e->asks[e->asks_n++] = e->sets[i].value;
}

// By what it says, so that it is the same in every store and in a newer pack that says the same.
static void name_make(Load *l, const Row *r, PackEffect *e)
{
    enum { NAME_BYTES = 1000 }; // an index of the store bears it
    int before = 0;
    Str name = say(l->a, "{} {} {}", row_cell(l, r, S("makes")), e->on, row_cell(l, r, S("when")));
    for (int i = 0; i < l->pack->effects_n; i++) {
        const PackEffect *other = &l->effects[i];
        before += other->record == e->record && str_starts(other->name, name);
    }
    e->name = before ? say(l->a, "{} {}", name, before + 1) : name;
    if (e->at == ON_DAY && e->name.n > NAME_BYTES) row_tell(l, r, S("when"), row_cell(l, r, S("when")), message(l->a, "`on` and `when` of a"
        " day have {} bytes together at most: by them it is known which days are done. Say it in a calculate, and look at that.",
        NAME_BYTES - 50));
}

static bool effect_read(Load *l, const Row *r, PackEffect *e)
{
    *e = (PackEffect){.record = row_record(l, r, S("record"))};
    if (!e->record) return false;
    on_read(l, r, e);
    makes_read(l, r, e);
    columns_check(l, r, e);
    name_make(l, r, e);
    if (e->made) {
        set_read(l, r, e);
        return true;
    }
    of_read(l, r, e);
    ends_read(l, r, e);
    if (e->makes == MAKES_NOTICE) notice_read(l, r, e);
    else e->value = typed_read(l, r, S("value"), e, TYPE_TEXT);
    e->to = typed_read(l, r, S("to"), e, TYPE_TEXT);
    e->until = typed_read(l, r, S("until"), e, TYPE_DAY);
    e->basis = typed_read(l, r, S("basis"), e, TYPE_TEXT);
    if (e->makes == MAKES_SIGHT) sight_needs(l, r, e);
    return true;
}

// Rows in succession that say the same of what and when are one made record; a field that is named again begins the next.
static bool goes_on(const Load *l, const Row *before, const Row *r, const PackEffect *last)
{
    static const Str same[] = {S("record"), S("on"), S("when"), S("makes")};
    bool on = before && last->made && !set_has(last, row_cell(l, r, S("field")));
    for (int i = 0; on && i < countof(same); i++) on = str_equal(row_cell(l, before, same[i]), row_cell(l, r, same[i]));
    return on;
}

// What `makes` says of itself is no record.
static void names_check(Load *l)
{
    for (int i = 0; i < l->pack->records_n; i++) {
        Str name = l->pack->records[i].name;
        for (int k = 0; k < countof(makes_words); k++) {
            if (name_same(name, makes_words[k])) row_tell(l, l->record_rows[i], S("name"), name,
                message(l->a, "The sheet effects means something else by '{}'; give the record another name.", name));
        }
    }
}

void effects_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_EFFECTS];
    const Row *before = 0, **of = take(l->temp, const Row *, rows->n);
    l->pack->effects = l->effects = take(l->a, PackEffect, rows->n);
    names_check(l);
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        int n = l->pack->effects_n;
        if (n && goes_on(l, before, r, &l->effects[n - 1])) {
            columns_check(l, r, &l->effects[n - 1]);
            set_read(l, r, &l->effects[n - 1]);
        } else if (effect_read(l, r, &l->effects[n])) {
            of[l->pack->effects_n++] = r;
        }
        before = r;
    }
    for (int i = 0; i < l->pack->effects_n; i++) asks_note(l, &l->effects[i]);
    made_check(l, of);
}
