// The four readers of expressions: C, SQL on both stores, the page's script; one answer each, everywhere.
// SPDX-License-Identifier: Apache-2.0
#include "register/condition/agree_test.h"

enum { EXPRESSIONS = 500, MEMBERS = 12, LOANS = 40, DEPTH = 4 };

static const char *some_int(Chance *c, int n)
{
    return drawn(c, 4) ? str_z(c->a, say(c->a, "{}", drawn(c, n))) : "";
}

static void make_records(Store *s, Chance *c)
{
    for (int i = 0; i < MEMBERS; i++) {
        PUT(s, "member", {"key", str_z(c->a, say(c->a, "M{}", i))}, {"name", "X"}, {"sex", ONE_OF(c, "", "female", "male", "unknown")},
            {"born", ONE_OF(c, "", "2006", "2006-02", "2004-02-29", "2010-12-31", "1980-01", "2008-07-15")},
            {"area", ONE_OF(c, "", "north", "south", "east")}, {"tongues", ONE_OF(c, "", "lao", "khmu lao", "hmong lao khmu", "hmong")});
    }
    for (int i = 0; i < LOANS; i++) {
        PUT(s, "loan", {"key", str_z(c->a, say(c->a, "L{}", i))},
            {"member", drawn(c, 5) ? str_z(c->a, say(c->a, "M{}", drawn(c, MEMBERS))) : ""},
            {"guarantor", drawn(c, 2) ? str_z(c->a, say(c->a, "M{}", drawn(c, MEMBERS))) : ""},
            {"lent", some_int(c, 5)},
            {"price", ONE_OF(c, "", "0", "0.1", "0.3", "-2.5", "7", "12.25", "1000000", "-0.7")},
            {"at", ONE_OF(c, "", "2024", "2024-02", "2024-02-29", "2024-02-28T23:30Z",
                          "2024-02-29T16:59Z", "2022-02-28T17:00Z", "2023-12-31T20:00-05:00")},
            {"said", ONE_OF(c, "", "ສຸກວັນ", "a b", "Noy", "naïve — \xF0\x9F\x8C\xBE")}, {"returns",
             ONE_OF(c, "", "2024-03-01", "2024", "2028-02-29", "2022-02", "2099-12-31")});
    }
}

// Members have states too, so that rules can look at them through a link; and a loan says some text that is not sealed.
static void states_loaded(Store *s)
{
    Faults all = {0};
    int64_t changed;
    PackSheets sheets = club_with(s->a, S("states.csv"), S("record,name,label::English (en),kind\nloan,out,Out,first\nloan,back,Back,last\n"
        "member,here,Here,first\nmember,gone,Gone,last\n"));
    sheets.at[sheets.n++] = (PackSheet){S("survey/said.csv"), S("record,type,name,label::English (en),class,compartment\n"
        "loan,text,said,Said,plain,identity\n")};
    must_work(s->a, pack_load(s, sheets, false, &all, &changed));
    must_work(s->a, store_refresh(s));
    CHECK(!all.n && changed == 2);
}

// Where each stands: the first state, the last, or, as after an import, none.
static void stand(Db *db, Arena *a)
{
    must_work(a, sql(db, a, 0, "update loan set state = 'back' where row % 3 = 0"));
    must_work(a, sql(db, a, 0, "update loan set state = '', state_since = null where row % 3 = 1"));
    must_work(a, sql(db, a, 0, "update loan set state_since = 20240229 + row % 2 * 9872 where row % 3 = 2"));
    must_work(a, sql(db, a, 0, "update member set state = 'gone' where row % 3 = 0"));
    must_work(a, sql(db, a, 0, "update member set state = '' where row % 3 = 1"));
}

// ---- sources ---------------------------------------------------------------------------------------------

static Str yes_no(Chance *c, int depth);

static Str text(Chance *c, int depth)
{
    if (depth < 1 || drawn(c, 3))
        return str_from(ONE_OF(c, "${member.sex}", "${member.area}", "${guarantor.area}",
                               "${state}", "${guarantor.state}", "${member}", "${guarantor}",
                               "${said}", "'north'", "'M3'", "'none'"));
    if (drawn(c, 2)) return say(c->a, "if({}, {}, {})", yes_no(c, depth - 1), text(c, depth - 1), text(c, depth - 1));
    return say(c->a, "coalesce({}, {})", text(c, depth - 1), text(c, depth - 1));
}

static Str number(Chance *c, int depth);

static Str day(Chance *c, int depth)
{
    if (depth < 1 || drawn(c, 3))
        return str_from(ONE_OF(c, "${at}", "${returns}", "${member.born}", "${guarantor.born}",
                               "state-since()", "today()", "date('2024-02-29')", "date('2024-03')", "date('2026')"));
    int what = drawn(c, 4);
    if (what == 0) return say(c->a, "if({}, {}, {})", yes_no(c, depth - 1), day(c, depth - 1), day(c, depth - 1));
    if (what == 1) return say(c->a, "coalesce({}, {})", day(c, depth - 1), day(c, depth - 1));
    return say(c->a, "{}({}, {})", what == 2 ? S("day-add") : S("month-add"), day(c, depth - 1), number(c, depth - 1));
}

static Str reckoned(Chance *c, int depth)
{
    int what = drawn(c, 3);
    if (what == 0) return say(c->a, "days-between({}, {})", day(c, depth), day(c, depth));
    if (what == 1) return say(c->a, "year({})", day(c, depth));
    return say(c->a, "string-length({})", drawn(c, 2) ? text(c, depth) : str_from(ONE_OF(c, "${at}", "${lent}", "${price}",
        "${member.tongues}", "${member}", "${said}")));
}

static Str number(Chance *c, int depth)
{
    if (depth < 1 || !drawn(c, 3)) {
        return str_from(ONE_OF(c, "${lent}", "${lent}", "${price}", "${price}", "0", "1", "2", "3",
                               "0.1", "0.2", "2.5", "100000", "123456789012",
                               "count-selected(${member.tongues})",
                               "count-selected(${guarantor.tongues})"));
    }
    int what = drawn(c, 11);
    if (what > 8) return reckoned(c, depth - 1);
    if (what == 7) return say(c->a, "if({}, {}, {})", yes_no(c, depth - 1), number(c, depth - 1), number(c, depth - 1));
    if (what == 8) return say(c->a, "coalesce({}, {})", number(c, depth - 1), number(c, depth - 1));
    if (what == 6) return fill(c->a, drawn(c, 2) ? "-({})" : "int({})", VALS(number(c, depth - 1)));
    static const char *const signs[] = {"+", "-", "*", "div", "mod", "+"};
    return say(c->a, "({} {} {})", number(c, depth - 1), str_from(signs[what]), number(c, depth - 1));
}

static Str leaf(Chance *c, int depth)
{
    static const char *const compared[] = {"=", "!=", "<", "<=", ">", ">="}, *const alike[] = {"=", "!="};
    switch (drawn(c, 9)) {
    case 0:
        return say(c->a, "{} {} ''",
                   drawn(c, 2)   ? text(c, depth - 1)
                   : drawn(c, 2) ? number(c, depth - 1)
                                 : day(c, depth - 1),
                   str_from(alike[drawn(c, 2)]));
    case 1:
        return say(c->a, "{} {} ''",
                   str_from(ONE_OF(c, "${member.tongues}", "${at}", "${price}", "${lent}",
                                   "${member}", "${member.born}")),
                   str_from(alike[drawn(c, 2)]));
    case 2:
        return say(c->a, "selected({}, '{}')",
                   str_from(ONE_OF(c, "${member.tongues}", "${guarantor.tongues}")),
                   str_from(ONE_OF(c, "lao", "khmu", "hmong")));
    case 3: return say(c->a, "selected({}, 'north')", str_from(ONE_OF(c, "${member.area}", "${guarantor.area}")));
    case 4: return say(c->a, "{}({}, {}, {})", str_from(ONE_OF(c, "is-under", "may-be-under")), str_from(ONE_OF(c, "18", "16", "0", "20")),
        str_from(ONE_OF(c, "${member.born}", "${guarantor.born}", "${returns}")), day(c, depth - 1));
    case 5: return say(c->a, "{} {} {}", day(c, depth - 1), str_from(compared[drawn(c, 6)]), day(c, depth - 1));
    case 7:
        return str_from(ONE_OF(c, "${state} = 'out'", "${state} != 'back'", "${state} = ''",
                               "selected(${state}, 'back')", "${guarantor.state} = 'gone'",
                               "${member.state} != 'here'",
                               "not(selected(${guarantor.state}, 'here'))",
                               "${member.state} = ''"));
    case 6:
        return say(c->a, "{} {} {}", str_from(ONE_OF(c, "${member.sex}", "${guarantor.sex}")),
                   str_from(alike[drawn(c, 2)]),
                   str_from(ONE_OF(c, "'female'", "'male'", "${member.sex}", "${member.area}")));
    default: return say(c->a, "{} {} {}", number(c, depth - 1), str_from(compared[drawn(c, 6)]), number(c, depth - 1));
    }
}

static Str yes_no(Chance *c, int depth)
{
    if (depth < 1)
        return str_from(ONE_OF(c, "true()", "false()", "${lent} > 1", "${member.sex} = 'female'",
                               "${at} != ''", "${member} = ''"));
    int what = drawn(c, 7);
    if (what < 2) return say(c->a, "({} {} {})", yes_no(c, depth - 1), what ? S("and") : S("or"), yes_no(c, depth - 1));
    if (what == 2) return say(c->a, "not({})", yes_no(c, depth - 1));
    if (what == 3) return say(c->a, "if({}, {}, {})", yes_no(c, depth - 1), yes_no(c, depth - 1), yes_no(c, depth - 1));
    if (what == 4) return say(c->a, "{} = {}", text(c, depth - 1), text(c, depth - 1));
    return leaf(c, depth);
}

// ---- what C says -----------------------------------------------------------------------------------------

static const View *view_of(Arena *a, const Record *r, int today)
{
    View *v = take(a, View, 1);
    *v = (View){.type = r->type, .cells = r->cells, .today = today, .state = r->state, .since = r->since};
    return v;
}

static int read_all(Store *s, Asked *all)
{
    RecordPage page;
    const RecordType *t = type_of(s, "loan");
    must_work(s->a, record_list(s, &(ListAsk){.type = t, .limit = LOANS}, &page));
    for (int i = 0; i < page.n; i++) {
        const View **linked = take(s->a, const View *, t->n);
        for (int k = 0; k < t->n; k++) {
            Record *to;
            if (!page.at[i]->cells[k].row) continue;
            must_work(s->a, record_by_row(s, t->fields[k].target, page.at[i]->cells[k].row, &to));
            linked[k] = view_of(s->a, to, register_today(s));
        }
        all[i] = (Asked){page.at[i], {.type = t, .cells = page.at[i]->cells, .linked = linked, .today = register_today(s),
            .state = page.at[i]->state, .since = page.at[i]->since}};
    }
    return page.n;
}

// ---- all of them ---------------------------------------------------------------------------------------------

// What chance seldom hits: where the stores' own numbers would differ from ours.
static const char *const narrow[] = {
    "0.1 + 0.2 = 0.3",
    "0.1 + 0.2 = ${price}",
    "${price} * 3 = 0.3",
    "${price} + 0.2 = 0.3",
    "0.1 + 0.2",
    "1 mod 0.1",
    "7 mod -3",
    "-7 mod 3",
    "${price} mod 0",
    "1 div 0 = ''",
    "coalesce(1 div 0, 2)",
    "5 div 2 = 2.5",
    "${lent} div 2",
    "100000 * 100000 = 10000000000",
    "3000000000 + 1",
    "${lent} * 999999999 * 999999999 * 999999999",
    "123456789012345 * 100000",
    "999999999999999 + 0.5",
    "if(true(), 1, 0.5) div 2",
    "if(${lent} > 1, ${lent}, ${price})",
    "coalesce(${lent}, ${price}) = 0.1",
    "-${price}",
    "- -${lent}",
    "not(${price} = 0.1)",
    "not(${lent} > 1)",
    "not(${at} < today())",
    "not(${member.sex} = 'female')",
    "not(selected(${member.tongues}, 'lao'))",
    "not(is-under(18, ${member.born}, ${at}))",
    "may-be-under(18, ${member.born}, date('2022-02-28'))",
    "is-under(18, ${member.born}, date('2022-02-28'))",
    "is-under(18, ${member.born}, date('2022-03-01'))",
    "${member.sex} = 'female' or ${member.sex} = 'male' and ${lent} > 1",
    "(${member.sex} = 'female' or ${member.sex} = 'male') and ${lent} > 1",
    "${member.sex} = ${guarantor.sex}",
    "${member} = ${guarantor}",
    "${member} != ''",
    "${member.sex} != 'female'",
    "if(${member.sex} = '', 'none', ${member.sex})",
    "${state}",
    "${state} = ''",
    "${state} != ''",
    "not(${state} = 'back')",
    "${state} = 'out' and ${lent} > 1",
    "${guarantor.state}",
    "${guarantor.state} != ''",
    "coalesce(${state}, 'none')",
    "if(${member.state} = 'gone', ${state}, ${guarantor.state})",
    "int(${price})",
    "int(-${price} * 3)",
    "int((today() - ${member.born}) div 365.25)", // as writers of XLSForm say it
    "${returns} + 30",
    "1 + ${returns}",
    "${returns} - ${lent}",
    "date(${returns}) - ${member.born} > 365",
    "if(${lent} > 1, ${price}, '')",
    "if(${lent} > 1, '', ${returns})",
    "${lent} >= '2' and ${price} != '2.5'",
    "${member.sex} = \u2018female\u2019 or ${member.area} = \u201Cnorth\u201D",
    "day-add(${at}, 0)",
    "day-add(${at}, 1)",
    "day-add(${member.born}, -36525)",
    "day-add(${returns}, ${price})",
    "day-add(${returns}, ${lent} div 2)",
    "day-add(${returns}, 2920000)",
    "day-add(${returns}, -740000)",
    "day-add(${returns}, 123456789012345)",
    "day-add(${returns}, ${lent} * 1000000000)",
    "day-add(date('0001-01-01'), -${lent})",
    "day-add(date('9999-12-30'), ${lent})",
    "day-add(date('0001-03-01'), ${lent} - 2)",
    "day-add(date('2000-02-28'), ${lent})",
    "day-add(date('1900-02-27'), ${lent})",
    "day-add(date('2024-12-30'), ${lent})",
    "month-add(${returns}, 1)",
    "month-add(${at}, 12)",
    "month-add(date('2024-01-31'), ${lent})",
    "month-add(date('2023-12-31'), ${price})",
    "month-add(date('2100-05-31'), -${lent})",
    "month-add(date('0001-02-28'), -${lent})",
    "month-add(date('9999-10-31'), ${lent})",
    "month-add(${returns}, 123456789012345)",
    "days-between(${member.born}, ${at})",
    "days-between(${at}, today())",
    "days-between(date('0001-01-01'), ${at})",
    "days-between(${at}, date('9999-12-31'))",
    "days-between(${returns}, day-add(${returns}, ${lent})) = ${lent}",
    "state-since()",
    "state-since() = ''",
    "not(state-since() > date('2024-03'))",
    "days-between(state-since(), today())",
    "day-add(state-since(), ${lent})",
    "coalesce(state-since(), ${at})",
    "year(${at})",
    "year(${member.born}) div 2",
    "year(${at}) = ''",
    "string-length(${said})",
    "string-length(${at})",
    "string-length(${price})",
    "string-length(${lent})",
    "string-length(${member})",
    "string-length(${member.tongues})",
    "string-length(if(${lent} > 1, 'ສຸກວັນ', ''))",
    "not(day-add(${at}, ${lent}) > date('2024-02-28'))",
    "${at} >= day-add(today(), -1000)",
    "year(today()) + 0.1 + 0.2 = year(today()) + 0.3",
    "0.1 + 0.2 = 0.3 or ${price} = 0.1 + 0.2",
    "day-add(today(), 1 div 0) = ''",
    "coalesce(day-add(today(), 1 div 0), ${at})",
    "if(year(today()) > 2000, 'north', 'none') = ${member.area}"};

// What selects no rows: C and the page's script alone read it.
static const char *const of_forms[] = {
    "sum-selected(${member.tongues}, hours)", "sum-selected(${member.tongues}, 'hours') >= 2.5",
    "sum-selected(${guarantor.tongues}, hours) + ${lent}", "count-selected(${member.tongues}) - sum-selected(${member.tongues}, hours)",
    "regex(${member}, 'M[0-4]')", "concat(${said}, '-', ${lent}, ${at})", "string-length(concat(${said}, ${price}))",
};

static const char *const of_choices[] = {
    "name = 'lao'", "hours >= ${lent}", "hours = ''", "not(hours < ${price}) or name = ${said}",
    "selected(${member.tongues}, 'lao') and 1 < hours",
};

static void choices_add(Buf *lines, Store *s, Arena scratch, const Asked *all, int n)
{
    const Field *tongues = field_get(type_of(s, "member"), S("tongues"));
    for (int i = 0; i < countof(of_choices); i++) {
        const Expr *e = 0;
        must_work(s->a, expr_parse_choice(s->a, scratch, str_from(of_choices[i]), all[0].r->type, tongues, &e));
        CHECK(!expr_selects_rows(e));
        for (int k = 0; k < n; k++) {
            Asked one = all[k];
            one.view.choice = &tongues->list->choices[k % 3];
            line_add(lines, s, e, &one);
        }
    }
}

static void forms_add(Buf *lines, Store *s, Arena scratch, const Asked *all, int n)
{
    choices_add(lines, s, scratch, all, n);
    for (int i = 0; i < countof(of_forms); i++) {
        const Expr *e = 0;
        must_work(s->a, expr_parse(s->a, scratch, str_from(of_forms[i]), all[0].r->type, 0, &e));
        CHECK(!expr_selects_rows(e));
        for (int k = 0; k < n; k++) line_add(lines, s, e, &all[k]);
    }
}

static Str source_of(Chance *c, int i)
{
    if (i < countof(narrow)) return str_from(narrow[i]);
    return i % 4 == 0 ? number(c, DEPTH) : i % 40 == 1 ? text(c, DEPTH) : i % 40 == 2 ? day(c, DEPTH) : yes_no(c, 1 + drawn(c, DEPTH));
}

TEST_REGISTER(the_four_readers_give_one_answer)
{
    Chance c = {2024, a};
    Asked all[LOANS];
    Buf lines = buf_in(take(a, Arena, 1));
    *lines.a = arena_cut(a, 64 << 20);
    states_loaded(s);
    make_records(s, &c);
    stand(h->db, a);
    Str seed = environment("SUKHWAN_TEST_SEED");
    str_int(seed, (int64_t *)&c.state);
    int n = read_all(s, all), yes = 0, no = 0, refused = 0;
    CHECK(n == LOANS);
    for (int i = 0; i < EXPRESSIONS; i++) {
        const Expr *e = 0;
        Str source = source_of(&c, i);
        if (expr_parse(a, scratch, source, all[0].r->type, 0, &e) || !expr_selects_rows(e)) {
            refused++; // a code of another list, or nested too deep
            continue;
        }
        CHECK(stores_agree(s, source, e, all, n));
        for (int k = 0; k < n; k++) {
            if (k % 8 == i % 8) line_add(&lines, s, e, &all[k]);
            if (e->type == TYPE_BOOL) ++*(expr_true(a, e, &all[k].view) ? &yes : &no);
        }
    }
    CHECK(yes > 1000 && no > 1000 && refused < EXPRESSIONS / 8); // the questions do ask something
    forms_add(&lines, s, scratch, all, n);
    script_agrees(s, h->dir, &lines);
}
