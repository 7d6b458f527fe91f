// A form becomes sheets of a pack: what it says is there or told, whatever is written in it.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "pack/pack_test.h"

static const Pack *form_in(Arena *a, Arena scratch, Str text, Faults *all, PackSheets *sheets)
{
    Workbook book = form_csv(a, text, all);
    const Pack *p;
    const Form *form = form_from(a, &book, S("the form"), sheets, all);
    pack_read(a, scratch, sheets_joined(a, (PackSheets){(PackSheet *)shelter, SHELTER_SHEETS}, *sheets), 0, 0, all, &p);
    form_faults(a, form, all);
    return all->n ? 0 : p;
}

TEST(a_form_is_named_by_its_file_and_titled_by_its_first_text)
{
    Faults all = {0};
    PackSheets sheets;
    const Pack *p = form_in(a, scratch, S("type,name,label,relevant\ninteger,state,A,\ntext,b,\"B\nin two lines\",${state} > 1\n"
        "text,c-d,C,\n"), &all, &sheets);
    must(p);
    const RecordType *t = record_type(p, S("the_form"));
    CHECK(t && t->n == 3 && t->title[LANG_EN] && t->listed);
    CHECK(field_get(t, S("state_")) && field_get(t, S("b"))->relevant && field_get(t, S("c_d")));
    bool told = false; // under the line of the file, behind words of two lines
    for (const Fault *f = all.first; f; f = f->next) told = told || (str_equal(f->column, S("name")) && f->line == 5);
    CHECK(told && !all.n && str_equal(all.last->file, S("the form")));
}

TEST(a_line_of_a_form_that_cannot_be_read_is_told)
{
    Faults all = {0};
    PackSheets sheets;
    CHECK(!form_in(a, scratch, S("type,name,label\ntext,a,\xFF\ntext,b,B\n"), &all, &sheets));
    const Fault *f = all.first;
    while (f && f->warning) f = f->next;
    CHECK(all.n == 1 && str_equal(f->file, S("survey")) && f->line == 2);
}

TEST(a_forms_faults_stand_at_its_own_lines_behind_words_of_several)
{
    Faults all = {0};
    PackSheets sheets;
    CHECK(!form_in(a, scratch, S("type,name,label,relevance\ntext,a,\"A\n\n\",\n\ntext,b,B,${nosuch} = 1\n"), &all, &sheets));
    const Fault *f = all.first;
    while (f->warning) f = f->next;
    CHECK(all.n == 1 && str_equal(f->file, S("survey")) && f->line == 6 && str_equal(f->column, S("relevance")));
}

TEST(sheets_of_a_form_stand_beside_others_and_take_the_place_of_its_older_ones)
{
    PackSheet older[] = {{S("pack.csv"), S("p")}, {S("survey/forms/a.csv"), S("1")}, {S("choices/forms/a.csv"), S("2")},
        {S("survey/forms/b.csv"), S("3")}, {S("survey/a.csv"), S("4")}};
    PackSheet form[] = {{S("records/forms/a.csv"), S("5")}, {S("survey/forms/a.csv"), S("6")}};
    PackSheet pack[] = {{S("pack.csv"), S("7")}};
    PackSheets one = sheets_joined(a, (PackSheets){older, 5}, (PackSheets){form, 2}), two = sheets_joined(a, one, (PackSheets){pack, 1});
    CHECK(one.n == 5 && str_equal(one.at[0].text, S("p")) && str_equal(one.at[1].text, S("3")) && str_equal(one.at[2].text, S("4")));
    CHECK(two.n == 4 && str_equal(two.at[3].text, S("7")) && str_equal(two.at[0].text, S("3")));
}

TEST(a_forms_notes_stand_in_the_hint_of_the_question_behind_them)
{
    Faults all = {0};
    PackSheets sheets;
    const Pack *p = form_in(a, scratch, S("type,name,label,label::Lao (lo),hint,calculation\nnote,one,Read,ອ່ານ,,\n"
        "begin group,g,G,,,\nnote,two,this.,,,\ncalculate,x,X,,,1 + 1\ntext,b,B,,Long,\ntext,c,C,,Short,\nend group,,,,,\n"),
        &all, &sheets);
    must(p);
    const RecordType *t = record_type(p, S("the_form"));
    const Words *hint = &field_get(t, S("b"))->hint;
    CHECK(str_equal(hint->in[LANG_EN], S("Read this. Long")) && str_equal(hint->in[LANG_LO], S("ອ່ານ Long")));
    CHECK(str_equal(field_get(t, S("c"))->hint.in[LANG_EN], S("Short")) && !field_get(t, S("x"))->hint.in[LANG_EN].n);
}

// Forms thrown together of what stands in forms, and of what does not.
TEST(whatever_is_written_in_a_form_is_taken_or_told_and_always_the_same)
{
    static const Str parts[] = {S("type"), S("name"), S("label"), S("label::French"), S("list name"), S("relevant"), S("media::image"),
        S("select one from x or specify other"), S("select_multiple x"), S("begin group"), S("end group"), S("begin repeat"), S("text"),
        S("note"), S("calculate"), S("today"), S("geopoint"), S("a"), S("a-b"), S("_1"), S("state"), S("${a} = 1"), S("${a"), S("${}"),
        S("${a.b}"), S("${.}"), S("yes"), S("TRUE"), S("\"two\nlines\""), S("x"), S(""), S(""), S("ກ"), S("::"), S(":"), S("label:"),
        S("survey"), S("choices"), S("settings"), S("form_id"), S("link keeper"), S("select_one ${a}"), S("or_other"), S("range")};
    uint64_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        Arena turn = scratch, inner = arena_cut(&turn, 4 << 20);
        Buf text = buf_in(&turn);
        if (i % 4 == 1) buf_add(&text, S("type,name,label,relevant,default,appearance\n"));
        if (i % 4 == 3) buf_add(&text, S("survey,,\n,type,name,label,constraint\n"));
        for (int k = 0; k < 40; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            buf_add(&text, parts[(seed >> 33) % countof(parts)]);
            buf_char(&text, (seed >> 20) % 5 ? ',' : '\n');
        }
        Faults all = {0}, again = {0};
        PackSheets sheets, same;
        form_in(&turn, inner, buf_str(&text), &all, &sheets);
        form_in(&turn, inner, buf_str(&text), &again, &same);
        CHECK(all.n == again.n && all.warnings == again.warnings && sheets.n == same.n);
        for (int k = 0; k < sheets.n; k++) CHECK(str_equal(sheets.at[k].text, same.at[k].text));
        for (const Fault *f = all.first; f; f = f->next) CHECK(f->file.n && message_text(&turn, f->message).n);
    }
}
