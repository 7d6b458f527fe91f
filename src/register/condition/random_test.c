// Random packs and random records: all readers agree, and every word of the language is met.
// SPDX-License-Identifier: Apache-2.0
//
// With SUKHWAN_TEST_LONG more than 100,000 cases; SUKHWAN_TEST_SEED begins elsewhere. A case is one expression asked of
// one record, of every reader that can meet it.
#include "register/condition/said_test.h"

enum { TRIES = 20, DEPTH_ASKED = 3 };
typedef struct { int64_t cases, sql, script, alone; } Met;
typedef struct { World *w; Gen g; Met met[EXPR_OP_COUNT]; int64_t cases, refused; Buf *lines; bool all; } Round;

static bool has(const Expr *e, bool (*what)(const Expr *))
{
    bool found = what(e);
    for (int i = 0; i < e->n; i++) found |= has(e->args[i], what);
    return found;
}

static bool asks_creator(const Expr *e)
{
    return e->op == EXPR_CREATOR;
}

// No page is given what asks who somebody is, or what hangs.
static bool not_for_pages(const Expr *e)
{
    return e->op == EXPR_ME || e->op == EXPR_MAKER || e->op == EXPR_CREATOR || expr_asks_hanging(e);
}

static bool says_op(const Expr *e, ExprOp op)
{
    bool says = e->op == op;
    for (int i = 0; i < e->n; i++) says |= says_op(e->args[i], op);
    return says;
}

static bool asks_who(const Expr *e)
{
    return e->op == EXPR_ME || e->op == EXPR_MAKER;
}

// What the register says of one record when a rule asks (and no rule asks who somebody is), beside what the oracle says.
static bool one_by_one(Round *r, Store *s, const Expr *e, const Held *held)
{
    bool agree = true;
    for (int i = 0; i < e->n; i++) agree &= one_by_one(r, s, e->args[i], held);
    for (int k = 0; expr_asks_hanging(e) && !has(e, asks_who) && k < held->n; k += 5) {
        const View *on = &held->at[k].view;
        ExprValue mine = expr_value(s->a, e, on), theirs;
        must_work(s->a, hanging_ask(s, e, held->at[k].r->row, on, s->a, &theirs));
        bool same = mine.empty == theirs.empty && (e->type == TYPE_TEXT ? str_equal(mine.text, theirs.text)
            : mine.empty || near(mine.number, theirs.number));
        if (!same && agree) {
            print_error("asked of one record, %s: C says %g '%s', the register %g '%s'\n", str_z(s->a, held->at[k].r->key), mine.number,
                str_z(s->a, mine.text), theirs.number, str_z(s->a, theirs.text));
        }
        agree &= same;
    }
    return agree;
}

static void counted(Round *r, const Expr *e, const Held *held, bool sql, bool script)
{
    r->cases += held->n;
    for (int op = 0; op < EXPR_OP_COUNT; op++) {
        if (!says_op(e, (ExprOp)op)) continue;
        r->met[op].cases += held->n;
        r->met[op].sql += sql * held->n;
        r->met[op].script += script * held->n;
        r->met[op].alone += (!sql && !script) * held->n;
    }
}

static bool tried(Round *r, Store *s, Str source, const Held *held, const Field *self, Arena scratch)
{
    const Expr *e = 0;
    Err *err = self ? expr_parse_choice(s->a, scratch, source, held->t, self, &e) : expr_parse(s->a, scratch, source, held->t, 0, &e);
    if (err) return false;
    bool selects = expr_selects_rows(e) && !has(e, asks_creator), script = !has(e, not_for_pages);
    if (!selects && !script && !has(e, asks_creator)) return false; // too deep for a store, and nothing for a page
    bool agree = !selects || stores_agree(s, source, e, held->at, held->n);
    if (r->all) agree &= one_by_one(r, s, e, held);
    if (!agree) print_error("in: %s\n", str_z(s->a, source));
    CHECK(agree);
    for (int k = 0; script && k < held->n; k++) {
        Asked one = held->at[k];
        one.view.choice = self ? &self->list->choices[k % self->list->n] : 0;
        line_add(r->lines, s, e, &one);
    }
    for (int k = 0; !selects && !script && k < held->n; k++) { // creator(): C alone reads it
        View on = held->at[k].view;
        on.creator = &held->makers[k];
        CHECK(e->op != EXPR_CREATOR || str_equal(expr_value(s->a, e, &on).text, somebody_says(on.creator, e->text)));
    }
    counted(r, e, held, selects, script);
    return true;
}

static const Field *some_choices(const RecordType *t)
{
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind == FIELD_CHOICES) return &t->fields[i];
    }
    return 0;
}

// An expression with this word in it, over a type by chance.
static void asked_with(Round *r, Store *s, ExprOp op, Arena turn, Arena scratch)
{
    SaidWhere where = made_words[op].where;
    for (int i = 0; i < TRIES; i++) {
        Arena again = turn;
        Store here = *s;
        here.a = &again;
        r->g.a = r->g.c->a = &again;
        const Held *held = &r->w->held[drawn(r->g.c, WORLD_TYPES)];
        r->g.on = held->t;
        r->g.rows = where != SAID_IN_FORMS && where != SAID_OF_CHOICES && drawn(r->g.c, 8);
        if (where == SAID_ONCE || where == SAID_IN_SENTENCES) r->g.rows = true;
        r->g.self = where == SAID_OF_CHOICES ? some_choices(held->t) : 0;
        Str source = said_with(&r->g, op, 1 + drawn(r->g.c, DEPTH_ASKED));
        if (where == SAID_OF_CHOICES) source = say(&again, "{} = ''", source);
        if (source.n && held->n && tried(r, &here, source, held, r->g.self, scratch)) return;
        r->refused++;
    }
}

static void told(const Round *r)
{
    printf("%lld cases, %lld sources that the pack does not take:", (long long)r->cases, (long long)r->refused);
    for (int i = 0; i < EXPR_OP_COUNT; i++) {
        const Met *m = &r->met[i];
        printf(" %.*s %lld (SQL %lld, page %lld)", (int)expr_op_words[i].n, expr_op_words[i].p, (long long)m->cases, (long long)m->sql,
            (long long)m->script);
    }
    printf("\n");
}

// Everybody's rows, then one unit's alone, to which a link or what hangs elsewhere is not there.
static void world_asked(Round *r, World *w, int each, Arena *a, Arena scratch)
{
    static const char *const roles[] = {"boss", "clerk"};
    for (int role = 0; role < countof(roles); role++) {
        Store *s = as_user(w->s, "asker", roles[role], "north1");
        w->me = unit_somebody(s->user.unit, s->user.name, s->user.role->name);
        r->all = role == 0;
        w->c->a = a;
        world_seen(w, s, a);
        for (int i = 0; i < EXPR_OP_COUNT * each; i++) asked_with(r, s, (ExprOp)(i % EXPR_OP_COUNT), *a, scratch);
    }
}

TEST_REGISTER(random_packs_and_records_are_read_alike_and_every_word_is_met)
{
    bool longer = environment("SUKHWAN_TEST_LONG").n;
    Chance c = {2026, a};
    World w = {.hung = {oracle_says}, .s = s, .c = &c};
    Round r = {.w = &w};
    Buf lines = buf_in(take(a, Arena, 1));
    *lines.a = arena_cut(a, 128 << 20);
    str_int(environment("SUKHWAN_TEST_SEED"), (int64_t *)&c.state);
    for (int i = 0; i < (longer ? 9 : 1); i++) {
        Arena kept = *lines.a;
        w.name = say(a, "w{}", i);
        c.a = a;
        pack_made(&w);
        records_made(&w);
        records_joined(&w, h->db);
        r.g = (Gen){.c = &c, .w = &w};
        r.lines = &lines;
        world_asked(&r, &w, longer ? 10 : 3, a, scratch);
        c.a = a;
        script_agrees(s, h->dir, &lines);
        lines = buf_in(lines.a);
        *lines.a = kept;
    }
    told(&r);
    for (int op = 0; op < EXPR_OP_COUNT; op++) {
        if (!r.met[op].cases) print_error("never met: %s\n", str_z(a, expr_op_words[op]));
        CHECK(r.met[op].cases);
        bool hung = made_words[op].where == SAID_ONCE, who = made_words[op].where == SAID_IN_SENTENCES;
        CHECK(hung || who || r.met[op].script);
    }
    CHECK(!longer || r.cases >= 100000);
}
