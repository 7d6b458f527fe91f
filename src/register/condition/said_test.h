// Random expressions, word by word: a table says how each operation is written, so that none is left out.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "register/condition/made_test.h"

// on: whose expression; hung: inside exists() and its like, what hangs; self: of a choice_filter, the field of choices.
typedef struct { Chance *c; Arena *a; const World *w; const RecordType *on, *hung; const Field *self; bool rows; } Gen;
typedef Str WordFn(Gen *g, ExprOp op, ExprType type, int depth);
enum { MADE_TEXT = 1 << TYPE_TEXT, MADE_NUMBER = 1 << TYPE_NUMBER, MADE_DAY = 1 << TYPE_DAY, MADE_BOOL = 1 << TYPE_BOOL,
    MADE_VALUE = MADE_TEXT | MADE_NUMBER | MADE_DAY };

static Str any_said(Gen *g, ExprType type, int depth); // chooses among the words below
static const char *const made_signs[EXPR_OP_COUNT] = {
    [EXPR_OR] = "or", [EXPR_AND] = "and", [EXPR_EQ] = "=", [EXPR_NE] = "!=", [EXPR_LT] = "<", [EXPR_LE] = "<=", [EXPR_GT] = ">",
    [EXPR_GE] = ">=", [EXPR_ADD] = "+", [EXPR_SUB] = "-", [EXPR_MUL] = "*", [EXPR_DIV] = "div", [EXPR_MOD] = "mod",
};

static inline Str some_value(Gen *g, int depth)
{
    return any_said(g, (ExprType[]){TYPE_TEXT, TYPE_NUMBER, TYPE_DAY}[drawn(g->c, 3)], depth);
}

// ---- fields: of the record, behind a link, of what hangs, of that on which it hangs ------------------------------

typedef struct { Str path; const Field *field; } Path;
typedef struct { Path at[400]; int n; } Paths;
typedef bool FieldFits(const Field *f, ExprType type);

static inline bool of_type(const Field *f, ExprType type)
{
    static const ExprType types[] = {[FIELD_TEXT] = TYPE_TEXT, [FIELD_NOTE] = TYPE_TEXT, [FIELD_INTEGER] = TYPE_NUMBER,
        [FIELD_DECIMAL] = TYPE_NUMBER, [FIELD_DATE] = TYPE_DAY, [FIELD_MOMENT] = TYPE_DAY, [FIELD_CHOICE] = TYPE_TEXT,
        [FIELD_CHOICES] = TYPE_SET, [FIELD_LINK] = TYPE_TEXT, [FIELD_WORDS] = TYPE_TEXT, [FIELD_MONEY] = TYPE_MONEY};
    _Static_assert(countof(types) == KINDS_MADE, "every kind has a type");
    return f->kind < FIELD_FILE && types[f->kind] == type && field_selects(f);
}

static inline bool of_choices(const Field *f, ExprType type)
{
    (void)type;
    return f->kind == FIELD_CHOICE || f->kind == FIELD_CHOICES;
}

static inline bool of_any(const Field *f, ExprType type)
{
    (void)type;
    return field_selects(f);
}

static inline bool of_words(const Field *f, ExprType type)
{
    (void)type;
    return f->kind == FIELD_WORDS;
}

static inline void paths_of(Gen *g, Paths *p, const RecordType *t, Str before, bool behind, FieldFits *fits, ExprType type)
{
    for (int i = 0; i < t->n + (t->state != 0); i++) {
        const Field *f = i < t->n ? &t->fields[i] : t->state;
        if (fits(f, type) && p->n < countof(p->at)) p->at[p->n++] = (Path){say(g->a, "${}{}{}{}", S("{"), before, f->name, S("}")), f};
        if (f->kind == FIELD_LINK && behind) paths_of(g, p, f->target, say(g->a, "{}{}.", before, f->name), false, fits, type);
    }
}

static inline Path field_chosen(Gen *g, FieldFits *fits, ExprType type)
{
    Paths p = {.n = 0};
    paths_of(g, &p, g->hung ? g->hung : g->on, (Str){0}, true, fits, type);
    if (g->hung) paths_of(g, &p, g->on, S(".."), true, fits, type);
    return p.n ? p.at[drawn(g->c, p.n)] : (Path){0};
}

static inline Str code_of(Gen *g, const Field *f)
{
    return f->list->n ? f->list->choices[drawn(g->c, f->list->n)].name : S("x");
}

// ---- the words ---------------------------------------------------------------------------------------------------

static inline Str literal_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type, (void)depth;
    if (op == EXPR_TEXT) return str_from(ONE_OF(g->c, "'x'", "\"it's\"", "'ສຸກວັນ'", "'100%'", "'none'", "'0'"));
    if (op == EXPR_NUMBER) return str_from(ONE_OF(g->c, "0", "1", "2", "3", "0.1", "2.5", "100", "1000000", "12.25"));
    if (op == EXPR_BOOL) return str_from(ONE_OF(g->c, "true()", "false()"));
    return str_from(ONE_OF(g->c, "date('2024-02-29')", "date('2024-03')", "date('2026')", "date('0001-01-02')", "date('9999-12-30')"));
}

static inline Str since_said(Gen *g)
{
    const RecordType *t = g->hung ? g->hung : g->on;
    if (g->hung && g->on->since && !drawn(g->c, 3)) return S("state-since(..)");
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        if (f->kind == FIELD_LINK && f->target->since && drawn(g->c, 2)) return say(g->a, "state-since(${}{}{})", S("{"), f->name, S("}"));
    }
    return t->since ? S("state-since()") : (Str){0};
}

static inline Str field_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)depth;
    Str since = type == TYPE_DAY && !drawn(g->c, 4) ? since_said(g) : (Str){0};
    return since.n ? since : field_chosen(g, of_type, type).path;
}

static inline Str today_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)g, (void)op, (void)type, (void)depth;
    return S("today()");
}

static inline Str empty_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)type;
    Str of = drawn(g->c, 3) ? some_value(g, depth - 1) : field_chosen(g, of_type, TYPE_SET).path;
    return fill(g->a, drawn(g->c, 2) ? "({} = '')" : "({} != '')", VALS(of));
}

static inline Str joined_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    return say(g->a, "({} {} {})", any_said(g, type, depth - 1), str_from(made_signs[op]), any_said(g, type, depth - 1));
}

static inline Str compared_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type;
    Path field = field_chosen(g, of_choices, TYPE_TEXT);
    bool same = op == EXPR_EQ || op == EXPR_NE;
    if (same && !drawn(g->c, 3) && field.field && field.field->kind == FIELD_CHOICE) {
        return say(g->a, "({} {} '{}')", field.path, str_from(made_signs[op]), code_of(g, field.field));
    }
    ExprType of = (ExprType[]){TYPE_NUMBER, TYPE_DAY, TYPE_TEXT}[drawn(g->c, same ? 3 : 2)];
    return say(g->a, "({} {} {})", any_said(g, of, depth - 1), str_from(made_signs[op]), any_said(g, of, depth - 1));
}

static inline Str signed_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    return fill(g->a, op == EXPR_NOT ? "not({})" : op == EXPR_INT ? "int({})" : "(-{})", VALS(any_said(g, type, depth - 1)));
}

static inline Str selected_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type, (void)depth;
    Path field = field_chosen(g, op == EXPR_SELECTED ? of_choices : of_type, TYPE_SET);
    if (op == EXPR_COUNT_SELECTED) return say(g->a, "count-selected({})", field.path);
    return say(g->a, "selected({}, '{}')", field.path, code_of(g, field.field));
}

static inline Str if_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    if (op == EXPR_COALESCE) return say(g->a, "coalesce({}, {})", any_said(g, type, depth - 1), any_said(g, type, depth - 1));
    return say(g->a, "if({}, {}, {})", any_said(g, TYPE_BOOL, depth - 1), any_said(g, type, depth - 1), any_said(g, type, depth - 1));
}

static inline Str under_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type;
    return say(g->a, "{}({}, {}, {})", expr_op_words[op], str_from(ONE_OF(g->c, "18", "0", "2", "200")),
        field_chosen(g, of_type, TYPE_DAY).path, any_said(g, TYPE_DAY, depth - 1));
}

static inline Str days_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type;
    ExprType second = op == EXPR_DAYS_BETWEEN ? TYPE_DAY : TYPE_NUMBER;
    if (op == EXPR_YEAR) return say(g->a, "year({})", any_said(g, TYPE_DAY, depth - 1));
    return say(g->a, "{}({}, {})", expr_op_words[op], any_said(g, TYPE_DAY, depth - 1), any_said(g, second, depth - 1));
}

static inline Str length_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)type;
    return say(g->a, "string-length({})", drawn(g->c, 2) ? any_said(g, TYPE_TEXT, depth - 1) : field_chosen(g, of_any, TYPE_TEXT).path);
}

static inline Str cell_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)depth;
    return type == TYPE_NUMBER ? S("weight") : str_from(ONE_OF(g->c, "name", "size"));
}

static inline Str sum_selected_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)type, (void)depth;
    Path field = field_chosen(g, of_choices, TYPE_TEXT);
    return say(g->a, "sum-selected({}, weight)", field.path);
}

static inline Str regex_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)type;
    return say(g->a, "regex({}, '{}')", any_said(g, TYPE_TEXT, depth - 1),
        str_from(ONE_OF(g->c, "[a-z]+", ".*", "x?", ".{0,5}", "[^0-9]*", "ສ.*", "(Noy|x|7)", "[0-9-]*")));
}

static inline Str concat_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)type;
    return say(g->a, "concat({}, {}, '-')", any_said(g, TYPE_TEXT, depth - 1), field_chosen(g, of_any, TYPE_TEXT).path);
}

static inline Str words_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)op, (void)type;
    Path field = field_chosen(g, of_words, TYPE_TEXT);
    isize behind = str_find(field.path, S("::"));
    return say(g->a, "concat({}{}, {})", str_slice(field.path, 0, behind), S("}"), any_said(g, TYPE_TEXT, depth - 1));
}

static inline Str money_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type, (void)depth;
    Path field = field_chosen(g, of_type, TYPE_MONEY);
    if (op == EXPR_CURRENCY) return say(g->a, "currency({})", field.path);
    return say(g->a, "amount({}, '{}')", field.path, str_from(ONE_OF(g->c, "LAK", "LAK", "USD", "THB")));
}

static inline Str who_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    (void)type, (void)depth;
    return say(g->a, "{}({})", expr_op_words[op], str_from(op == EXPR_ME
        ? ONE_OF(g->c, "unit", "agency", "kind", "province", "user", "role") : ONE_OF(g->c, "unit", "agency", "kind", "province")));
}

// ---- what hangs ------------------------------------------------------------------------------------------------------

static inline const Field *hanging_chosen(Gen *g, const RecordType **type)
{
    const Field *found[WORLD_TYPES * WORLD_FIELDS], *first = 0;
    int n = 0;
    for (int i = 0; i < WORLD_TYPES; i++) {
        const RecordType *t = g->w->held[i].t;
        for (int k = 0; k < t->n; k++) {
            if (t->fields[k].kind == FIELD_LINK && t->fields[k].target == g->on) found[n++] = &t->fields[k];
        }
    }
    if (n) first = found[drawn(g->c, n)];
    for (int i = 0; first && i < WORLD_TYPES; i++) {
        const RecordType *t = g->w->held[i].t;
        if (first >= t->fields && first < t->fields + t->n) *type = t;
    }
    return first;
}

static inline Str hanging_said(Gen *g, ExprOp op, ExprType type, int depth)
{
    Gen inner = *g;
    const Field *link = hanging_chosen(g, &inner.hung);
    Buf o = buf_in(g->a);
    if (!link) return (Str){0};
    inner.self = 0;
    buf_fill(&o, "{}({}.{}", VALS(expr_op_words[op], inner.hung->name, link->name));
    if (op == EXPR_SUM || op == EXPR_LATEST) buf_fill(&o, ", {}", VALS(any_said(&inner, op == EXPR_SUM ? TYPE_NUMBER : type, depth - 1)));
    if (drawn(g->c, 4)) buf_fill(&o, ", {}", VALS(any_said(&inner, TYPE_BOOL, depth - 1)));
    buf_add(&o, S(")"));
    return buf_str(&o);
}

// ---- the table -----------------------------------------------------------------------------------------------------------

typedef enum { SAID_ANYWHERE, SAID_IN_FORMS, SAID_OF_CHOICES, SAID_IN_SENTENCES, SAID_ONCE } SaidWhere; // once: not inside itself
static const struct { unsigned gives; bool leaf; SaidWhere where; WordFn *said; } made_words[] = {
    [EXPR_TEXT] = {MADE_TEXT, true, 0, literal_said}, [EXPR_NUMBER] = {MADE_NUMBER, true, 0, literal_said},
    [EXPR_BOOL] = {MADE_BOOL, true, 0, literal_said}, [EXPR_DAY] = {MADE_DAY, true, 0, literal_said},
    [EXPR_FIELD] = {MADE_VALUE, true, 0, field_said}, [EXPR_TODAY] = {MADE_DAY, true, 0, today_said},
    [EXPR_EMPTY] = {MADE_BOOL, false, 0, empty_said}, [EXPR_OR] = {MADE_BOOL, false, 0, joined_said},
    [EXPR_AND] = {MADE_BOOL, false, 0, joined_said}, [EXPR_NOT] = {MADE_BOOL, false, 0, signed_said},
    [EXPR_EQ] = {MADE_BOOL, false, 0, compared_said}, [EXPR_NE] = {MADE_BOOL, false, 0, compared_said},
    [EXPR_LT] = {MADE_BOOL, false, 0, compared_said}, [EXPR_LE] = {MADE_BOOL, false, 0, compared_said},
    [EXPR_GT] = {MADE_BOOL, false, 0, compared_said}, [EXPR_GE] = {MADE_BOOL, false, 0, compared_said},
    [EXPR_ADD] = {MADE_NUMBER, false, 0, joined_said}, [EXPR_SUB] = {MADE_NUMBER, false, 0, joined_said},
    [EXPR_MUL] = {MADE_NUMBER, false, 0, joined_said}, [EXPR_DIV] = {MADE_NUMBER, false, 0, joined_said},
    [EXPR_MOD] = {MADE_NUMBER, false, 0, joined_said}, [EXPR_NEG] = {MADE_NUMBER, false, 0, signed_said},
    [EXPR_SELECTED] = {MADE_BOOL, true, 0, selected_said}, [EXPR_COUNT_SELECTED] = {MADE_NUMBER, true, 0, selected_said},
    [EXPR_IF] = {MADE_VALUE | MADE_BOOL, false, 0, if_said}, [EXPR_COALESCE] = {MADE_VALUE, false, 0, if_said},
    [EXPR_IS_UNDER] = {MADE_BOOL, false, 0, under_said}, [EXPR_MAY_BE_UNDER] = {MADE_BOOL, false, 0, under_said},
    [EXPR_DAY_ADD] = {MADE_DAY, false, 0, days_said}, [EXPR_MONTH_ADD] = {MADE_DAY, false, 0, days_said},
    [EXPR_DAYS_BETWEEN] = {MADE_NUMBER, false, 0, days_said}, [EXPR_YEAR] = {MADE_NUMBER, false, 0, days_said},
    [EXPR_INT] = {MADE_NUMBER, false, 0, signed_said},
    [EXPR_STRING_LENGTH] = {MADE_NUMBER, false, 0, length_said},
    [EXPR_CELL] = {MADE_TEXT | MADE_NUMBER, true, SAID_OF_CHOICES, cell_said},
    [EXPR_SUM_SELECTED] = {MADE_NUMBER, true, SAID_IN_FORMS, sum_selected_said},
    [EXPR_REGEX] = {MADE_BOOL, false, SAID_IN_FORMS, regex_said}, [EXPR_CONCAT] = {MADE_TEXT, false, SAID_IN_FORMS, concat_said},
    [EXPR_WORDS] = {MADE_TEXT, false, SAID_IN_FORMS, words_said},
    [EXPR_AMOUNT] = {MADE_NUMBER, true, 0, money_said}, [EXPR_CURRENCY] = {MADE_TEXT, true, 0, money_said},
    [EXPR_ME] = {MADE_TEXT, true, SAID_IN_SENTENCES, who_said}, [EXPR_CREATOR] = {MADE_TEXT, true, SAID_IN_SENTENCES, who_said},
    [EXPR_MAKER] = {MADE_TEXT, true, SAID_IN_SENTENCES, who_said},
    [EXPR_EXISTS] = {MADE_BOOL, false, SAID_ONCE, hanging_said}, [EXPR_COUNT] = {MADE_NUMBER, false, SAID_ONCE, hanging_said},
    [EXPR_SUM] = {MADE_NUMBER, false, SAID_ONCE, hanging_said}, [EXPR_LATEST] = {MADE_VALUE, false, SAID_ONCE, hanging_said},
};
_Static_assert(countof(made_words) == EXPR_OP_COUNT, "every operation is written by chance, too");

// rows: what selects them, as the first word said; in forms, and of choices, no sentence and nothing that hangs.
static inline bool may_say(const Gen *g, ExprOp op)
{
    SaidWhere where = made_words[op].where;
    if (where == SAID_ONCE) return g->rows && !g->hung;
    if (where == SAID_IN_SENTENCES) return g->rows && op != EXPR_CREATOR && !(g->hung && op == EXPR_MAKER);
    return where == SAID_ANYWHERE || (where == SAID_OF_CHOICES ? g->self != 0 : !g->rows);
}

static Str any_said(Gen *g, ExprType type, int depth)
{
    ExprOp fits[EXPR_OP_COUNT];
    int n = 0;
    for (int i = 0; i < EXPR_OP_COUNT; i++) {
        bool leaf = made_words[i].leaf || depth > 0;
        if (leaf && made_words[i].gives >> type & 1 && may_say(g, (ExprOp)i)) fits[n++] = (ExprOp)i;
    }
    if (type != TYPE_BOOL && !drawn(g->c, 2)) return field_said(g, EXPR_FIELD, type, depth);
    ExprOp op = fits[drawn(g->c, n)];
    return made_words[op].said(g, op, type, depth);
}

// One that has this word at its root; empty: chance found none.
static inline Str said_with(Gen *g, ExprOp op, int depth)
{
    ExprType types[4];
    int n = 0;
    for (int i = 0; i < TYPE_SET; i++) {
        if (made_words[op].gives >> i & 1) types[n++] = (ExprType)i;
    }
    return made_words[op].said(g, op, types[drawn(g->c, n)], depth);
}
