// The kinds of fields that came later, and why a field is asked: what a pack may say of them, and what is a fault.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "pack/pack_test.h"
#include "base/test.h"

static Faults shelter_with(Arena *a, Arena scratch, Str path, Str text)
{
    Faults all = {0};
    PackSheet sheets[SHELTER_SHEETS + 1];
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){path, text};
    shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
    return all;
}

static int said_of(const Faults *all, Str file, Str column, bool warning, int64_t line)
{
    int n = 0;
    for (const Fault *f = all->first; f; f = f->next)
        n += str_equal(f->file, file) && str_equal(f->column, column) && f->warning == warning && f->line == line;
    return n;
}

TEST(why_a_field_is_asked_must_be_said_where_the_sheet_has_the_column_and_is_told_once_where_it_has_none)
{
    Str path = S("survey/more.csv");
    Faults none = shelter_with(a, scratch, path, S("record,type,name,label::English (en)\nvisit,text,one,One\nvisit,text,two,Two\n"));
    CHECK(!none.n && said_of(&none, path, S("used_for"), true, 1) == 1);
    Faults some = shelter_with(a, scratch, path, S("record,type,name,label::English (en),used_for\n"
        "visit,begin_group,g,G,\nvisit,text,one,One,letter law\nvisit,text,two,Two,\nvisit,text,three,Three,fun\nvisit,end_group,,,\n"));
    CHECK(some.n == 2 && said_of(&some, path, S("used_for"), false, 4) == 1 && said_of(&some, path, S("used_for"), false, 5) == 1);
    CHECK(!said_of(&some, path, S("used_for"), true, 1));
}

// ---- two languages of one text, and money ---------------------------------------------------------------

#define HEAD "record,type,name,label::English (en),label::Lao (lo),required,constraint,constraint_message::English (en),default\n"
static const Pack *visit_with(Arena *a, Arena scratch, Str rows, Faults *all)
{
    PackSheet sheets[SHELTER_SHEETS + 1];
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"), say(a, "{}{}", S(HEAD), rows)};
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, all);
    for (const Fault *f = p ? 0 : all->first; f; f = f->next) {
        if (!f->warning) print_message("%s %s\n", str_z(a, f->column), str_z(a, message_text(a, f->message)));
    }
    return p;
}

static Cell *visit_cells(Arena *a, const RecordType *t, Str name, Str text)
{
    Cell *cells = take(a, Cell, t->n);
    if (name.n) cells[field_get(t, name)->at].text = text;
    return cells;
}

TEST(a_text_in_two_languages_is_a_field_for_each_and_is_shown_in_the_readers)
{
    Faults all = {0};
    const Pack *p = visit_with(a, scratch, S("visit,words,place,Place,ບ່ອນ,yes,string-length(.) < 9,Shorter.,\n"
        "visit,text,later,Later,,,,,\n"), &all);
    must(p);
    const RecordType *t = record_type(p, S("visit"));
    const Field *lo = field_get(t, S("place::lo")), *en = field_get(t, S("place::en"));
    CHECK(lo && en && en->at == lo->at + 1 && words_first(t, S("place")) == lo && !field_get(t, S("place")));
    CHECK(str_equal(lo->label.in[LANG_EN], S("Place, in Lao")) && str_equal(en->words_label.in[LANG_LO], S("ບ່ອນ")));
    CHECK(field_get(t, S("later"))->at == en->at + 1 && t->contract_n == t->n);
    Cell *cells = visit_cells(a, t, S("place::en"), S("House"));
    CHECK(words_shown(lo, cells, LANG_LO) == en && words_shown(lo, cells, LANG_EN) == en);
    cells[lo->at].text = S("ເຮືອນ");
    CHECK(words_shown(lo, cells, LANG_LO) == lo && words_shown(lo, cells, LANG_EN) == en);
    const Expr *title;
    CHECK(!expr_parse(a, scratch, S("concat(${place}, '!')"), t, 0, &title));
    Lang lang = LANG_LO;
    View view = {.type = t, .cells = cells, .lang = &lang};
    CHECK(str_equal(expr_words(a, title, &view), S("ເຮືອນ!")));
    lang = LANG_EN;
    CHECK(str_equal(expr_words(a, title, &view), S("House!")));
    CHECK(!expr_selects_rows(title));
}

TEST(one_language_of_a_text_is_enough_and_each_is_checked)
{
    Faults all = {0}, told = {0};
    const Pack *p = visit_with(a, scratch, S("visit,words,place,Place,,yes,string-length(.) < 9,Shorter.,\n"), &all);
    must(p);
    const RecordType *t = record_type(p, S("visit"));
    Cell *cells = visit_cells(a, t, (Str){0}, (Str){0});
    record_check(a, scratch, &(View){.type = t, .cells = cells}, CHECK_FORM, &told);
    CHECK(told.n == 1 && str_equal(told.first->column, S("place::lo")));
    cells[field_get(t, S("place::en"))->at].text = S("A very long house");
    told = (Faults){0};
    record_check(a, scratch, &(View){.type = t, .cells = cells}, CHECK_FORM, &told);
    CHECK(told.n == 1 && str_equal(told.first->column, S("place::en")));
}

TEST(money_is_an_amount_and_a_currency_and_is_reckoned_with_in_one)
{
    static const struct { Str given, kept; } cases[] = {
        {S("250000 LAK"), S("250000 LAK")}, {S("0012.50 USD"), S("12.5 USD")}, {S("-3 THB"), S("-3 THB")}, {S("250000"), {0}},
        {S("250000 lak"), {0}}, {S("x LAK"), {0}}, {S("5 XYZ"), {0}}, {S("LAK"), {0}}, {S("5  LAK"), {0}}, {S("5,5 LAK"), {0}},
    };
    Faults all = {0};
    const Pack *p = visit_with(a, scratch, S("visit,money,award,Award,,,,,\n"), &all);
    must(p);
    const RecordType *t = record_type(p, S("visit"));
    const Field *f = field_get(t, S("award"));
    for (int i = 0; i < countof(cases); i++) {
        Str value;
        Message why;
        CHECK(field_read(a, f, (Clock){0}, cases[i].given, &value, &why) == (cases[i].kept.n > 0));
        if (cases[i].kept.n) CHECK(str_equal(value, cases[i].kept));
    }
    Cell *cells = visit_cells(a, t, S("award"), S("12.5 USD"));
    const View view = {.type = t, .cells = cells};
    static const struct { Str source, says; } asked[] = {
        {S("amount(${award}, 'USD')"), S("12.5")}, {S("amount(${award}, 'LAK')"), {0}}, {S("currency(${award})"), S("USD")},
        {S("coalesce(amount(${award}, 'LAK'), 0) + 1"), S("1")},
    };
    for (int i = 0; i < countof(asked); i++) {
        const Expr *e;
        CHECK(!expr_parse(a, scratch, asked[i].source, t, 0, &e));
        CHECK(str_equal(expr_text(a, e, &view), asked[i].says) && expr_selects_rows(e));
    }
}

TEST(what_cannot_be_said_of_texts_in_two_languages_and_of_money_is_told)
{
    static const struct { Str source, words; } cases[] = {
        {S("${place} = 'x'"), S("not compared")}, {S("regex(${place}, 'x')"), S("not compared")}, {S("${award} > 3"), S("in one currency")},
        {S("${award} + 1 > 3"), S("one currency")}, {S("amount(${award}) > 3"), S("takes 2 values")},
        {S("amount(${award}, 'XYZ') > 3"), S("a currency of the list")}, {S("amount(${guests}, 'LAK') > 3"), S("asks a field of money")},
        {S("currency(${award}) = 'XYZ'"), S("has no choice")}, {S("if(${guests} > 1, ${award}, ${award}) = ''"), S("one type")},
        {S("${place} != '' and ${award} != ''"), {0}}, {S("${place::lo} = 'x' or currency(${award}) = 'LAK'"), {0}},
    };
    Faults all = {0};
    const Pack *p = visit_with(a, scratch, S("visit,words,place,Place,,,,,\nvisit,money,award,Award,,,,,\n"), &all);
    must(p);
    for (int i = 0; i < countof(cases); i++) {
        const Expr *e;
        Err *err = expr_parse(a, scratch, cases[i].source, record_type(p, S("visit")), 0, &e);
        CHECK(cases[i].words.n ? err && str_find(err_text(a, err), cases[i].words) >= 0 : !err);
    }
    Faults begins = {0}, twice = {0};
    CHECK(!visit_with(a, scratch, S("visit,words,place,Place,,,,,x\n"), &begins));
    CHECK(begins.n == 1 || begins.n == 2);
    CHECK(!visit_with(a, scratch, S("visit,words,place,Place,,,,,\nvisit,text,place,Place,,,,,\n"), &twice));
}

// ---- files -------------------------------------------------------------------------------------------------

TEST(a_field_of_files_holds_a_line_for_each_and_tells_their_names_alone)
{
    Faults all = {0};
    Str head = S("record,type,name,label::English (en),accept,most\n");
    PackSheet sheets[SHELTER_SHEETS + 1];
    memcpy(sheets, shelter, sizeof shelter);
    Str text = say(a, "{}visit,file,papers,Papers,.pdf text/*,3\nvisit,image,photo,Photo,,\n", head);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/more.csv"), text};
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, &all);
    must(p);
    const Field *f = field_get(record_type(p, S("visit")), S("papers")), *photo = field_get(record_type(p, S("visit")), S("photo"));
    CHECK(f->files_most == 3 && photo->files_most == 1 && field_files(f) && field_files(photo) && !field_selects(f));
    static const struct { Str name, type; bool good; } cases[] = {
        {S("a.pdf"), S("application/x"), true}, {S("a.PDF"), S("x/y"), true}, {S("a.txt"), S("text/plain"), true},
        {S(".pdf"), S("x/y"), false}, {S("a.exe"), S("x/y"), false},
    };
    for (int i = 0; i < countof(cases); i++) CHECK(file_accepted(f, cases[i].name, cases[i].type) == cases[i].good);
    CHECK(file_accepted(photo, S("a"), S("image/png")) && !file_accepted(photo, S("a.png"), S("text/plain")));
    const Attached one = {S("id"), S("key"), S("hash"), S("12"), S("text/plain"), S("a b.txt")};
    Str cell = say(a, "{}\n{}", attached_line(a, &one), attached_line(a, &one)), rest = cell;
    Attached back;
    CHECK(attached_next(&rest, &back) && str_equal(back.name, one.name) && str_equal(back.size, one.size) && attached_next(&rest, &back));
    CHECK(!attached_next(&rest, &back) && str_equal(value_words(a, f, 0, cell, LANG_EN), S("a b.txt; a b.txt")));
    static const struct { Str source, words; } asked[] = {
        {S("${papers} = 'x'"), S("of files is only asked")}, {S("concat(${papers}, 'x') = 'x'"), S("of files is only asked")},
        {S("string-length(${papers}) > 1"), S("of files is only asked")}, {S("${papers} != ''"), {0}},
    };
    for (int i = 0; i < countof(asked); i++) {
        const Expr *e;
        Err *err = expr_parse(a, scratch, asked[i].source, record_type(p, S("visit")), 0, &e);
        CHECK(asked[i].words.n ? err && str_find(err_text(a, err), asked[i].words) >= 0 : !err && !expr_selects_rows(e));
    }
}
