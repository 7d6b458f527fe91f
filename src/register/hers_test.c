// Conditions and figures as far as they are for who asks; parts of a figure; packs at their limits.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

// How many rows of a type fit a condition, for this user.
static int64_t fitting(Store *s, const char *type, const char *source)
{
    const Expr *e = 0;
    int64_t n;
    RecordPage page;
    must_work(s->a, expr_parse(s->a, s->scratch, str_from(source), type_of(s, type), 0, &e));
    ListAsk ask = {.type = type_of(s, type), .where = e, .limit = 1000};
    must_work(s->a, record_count(s, &ask, 1000, &n));
    must_work(s->a, record_list(s, &ask, &page));
    CHECK(page.n == n);
    return n;
}

static FigureAnswer asked(Store *s, const char *table, int from, int to)
{
    FigureAnswer answer;
    must_work(s->a, figures_count(s, &(FigureAsk){.table = table_get(s->pack, str_from(table)), .from = from, .to = to}, &answer));
    return answer;
}

static const FigureRow *row_of(const FigureAnswer *answer, const char *name)
{
    for (int i = 0; i < answer->rows_n; i++) {
        if (str_equal(answer->rows[i].figure->name, str_from(name))) return &answer->rows[i];
    }
    CHECK(!"there is no such row");
    return 0;
}

// A part and a loan that are hers by their province or unit, of a member who is not.
static void hers_made(Store *s)
{
    PUT(s, "member", {"key", "F"}, {"name", "Far"}, {"sex", "female"}, {"born", "2010"}, {"area", "south"}, {"tongues", "hmong"});
    Store north = of_unit(s, "north1");
    PUT(&north, "member", {"key", "N"}, {"name", "Near"}, {"sex", "female"}, {"born", "1990"}, {"area", "south"});
    PUT(s, "trip", {"key", "T"}, {"area", "north"}, {"length", "long"}, {"opened", "2024"});
    PUT(s, "part", {"key", "PF"}, {"trip", "T"}, {"member", "F"}, {"part", "guest"}, {"joined", "2024-02-02"});
    PUT(s, "part", {"key", "PN"}, {"trip", "T"}, {"member", "N"}, {"part", "guest"}, {"joined", "2024-03-03"});
    PUT(&north, "loan", {"key", "L"}, {"member", "N"}, {"guarantor", "F"}, {"at", "2024"}, {"lent", "3"});
}

TEST_REGISTER(a_linked_record_that_is_not_hers_reads_as_empty_in_every_condition)
{
    static const struct { const char *type, *source; int hers, all; } cases[] = {
        {"part", "${member.sex} = 'female'", 1, 2}, {"part", "${member.sex} = ''", 1, 0}, {"part", "not(${member.sex} = 'female')", 1, 0},
        {"part", "may-be-under(18, ${member.born}, ${joined})", 0, 1}, {"part", "selected(${member.tongues}, 'hmong')", 0, 1},
        {"part", "count-selected(${member.tongues}) > 0", 0, 1}, {"part", "${member} = 'F'", 0, 1}, {"part", "${member} = ''", 1, 0},
        {"part", "${member} != ''", 1, 2}, {"loan", "${guarantor} = 'F'", 0, 1}, {"loan", "${guarantor} = ''", 1, 0},
        {"loan", "${guarantor.born} < date('2020')", 0, 1}, {"part", "${trip.length} = 'long'", 2, 2},
    };
    hers_made(s);
    Store *u = as_user(s, "bee", "local", "north1");
    for (int i = 0; i < countof(cases); i++) {
        int64_t hers = fitting(u, cases[i].type, cases[i].source), all = fitting(s, cases[i].type, cases[i].source);
        if (hers != cases[i].hers || all != cases[i].all) print_error("%s: %d of %d\n", cases[i].source, (int)hers, (int)all);
        CHECK(hers == cases[i].hers && all == cases[i].all);
    }
}

TEST_REGISTER(the_figures_of_one_day_do_not_tell_of_a_person_that_is_not_hers)
{
    hers_made(s);
    Store *u = as_user(s, "bee", "local", "north1");
    FigureAnswer hers = asked(u, "year", 20240202, 20240202), all = asked(s, "year", 20240202, 20240202);
    CHECK(row_of(&all, "guests")->value == 1 && row_of(&all, "guests")->female == 1 && row_of(&all, "girls")->value == 1);
    CHECK(row_of(&hers, "guests")->value == 1 && row_of(&hers, "guests")->female == 0 && row_of(&hers, "girls")->value == 0);
    CHECK(row_of(&hers, "girls")->notes[0].value == 0 && row_of(&hers, "girls")->notes[1].value == 0);
    FigureAnswer own = asked(u, "year", 20240303, 20240303);
    CHECK(row_of(&own, "guests")->value == 1 && row_of(&own, "guests")->female == 1);
    CHECK(hers.scopes == ROWS_PROVINCE && all.scopes == ROWS_ALL);
}

TEST_REGISTER(a_condition_on_a_class_closed_to_her_selects_no_row)
{
    static const char *const closed[] = {"selected(${tongues}, 'hmong')",
                                         "not(selected(${tongues}, 'hmong'))",
                                         "${tongues} = ''",
                                         "${tongues} != ''",
                                         "count-selected(${tongues}) = 0",
                                         "${sex} = 'female' or ${tongues} = ''",
                                         "if(${tongues} = '', true(), true())"};
    hers_made(s);
    Store *u = as_user(s, "bee", "reader", "north1"); // plain and quasi alone
    for (int i = 0; i < countof(closed); i++) CHECK(fitting(u, "member", closed[i]) == 0);
    CHECK(fitting(s, "member", closed[0]) == 1 && fitting(s, "member", closed[1]) == 1 && fitting(s, "member", closed[6]) == 2);
    CHECK(fitting(u, "member", "${sex} = 'female'") == 2);
    CHECK(fitting(u, "part", "selected(${member.tongues}, 'hmong')") == 0 &&
          fitting(s, "part", "selected(${member.tongues}, 'hmong')") == 1);
}

// A link of a closed class leads nowhere: not in a list's columns, nor to what hangs on a record by it.
TEST_REGISTER(a_link_of_a_class_closed_to_her_shows_nothing_behind_it)
{
    PackSheets sheets = club_sheets(a);
    for (int i = 0; i < sheets.n; i++) {
        if (!str_equal(sheets.at[i].path, S("survey/rest.csv"))) continue;
        Str text = sheets.at[i].text, was = S("loan,link member,guarantor,Guarantor,plain,identity,7"),
            now = S("loan,link member,guarantor,Guarantor,sensitive,identity,7");
        isize at = str_find(text, was);
        CHECK(at > 0);
        sheets.at[i].text = say(a, "{}{}{}", str_slice(text, 0, at), now, str_slice(text, at + was.n, text.n));
    }
    pack_put(s, sheets, 1);
    must_work(a, store_refresh(s));
    hers_made(s);
    Store *u = as_user(s, "bee", "reader", "north1");
    Store *both[] = {s, u};
    const RecordType *loan = type_of(s, "loan");
    const Field *guarantor = field_get(loan, S("guarantor"));
    Record *far = get(s, "member", S("F"));
    for (int i = 0; i < 2; i++) {
        ListAsk hang = {.type = loan, .link = guarantor, .of = far->row, .limit = 10};
        RecordPage page;
        bool any;
        must_work(a, record_list(both[i], &hang, &page));
        must_work(a, record_any(both[i], &hang, 1, &any));
        CHECK(page.n == 1 - i && any == !i);
        for (int k = 0; k < both[i]->pack->screens_n; k++) {
            const Screen *screen = &both[i]->pack->screens[k];
            Str *texts[10];
            if (!str_equal(screen->name, S("loans"))) continue;
            must_work(a, record_list(both[i], &(ListAsk){.type = screen->record, .screen = screen}, &page));
            must_work(a, record_columns(both[i], screen, &page, texts));
            CHECK(page.n == 1 && str_equal(texts[0][3], i ? S("") : S("Far"))); // the column guarantor
        }
    }
}

#define FIGURES_HEAD "name,label::English (en),unit,record,where,date,count,female,within,of\n"
static Store *with_figures(Store *s, Str figures, Str tables)
{
    Faults all = {0};
    int64_t changed;
    PackSheets sheets = club_with(s->a, S("figures.csv"), figures);
    for (int i = 0; i < sheets.n; i++) {
        if (str_equal(sheets.at[i].path, S("tables.csv"))) sheets.at[i].text = tables;
    }
    must_work(s->a, pack_load(s, sheets, false, &all, &changed));
    for (const Fault *f = all.first; f; f = f->next) print_error("%s\n", str_z(s->a, message_text(s->a, f->message)));
    must_work(s->a, store_refresh(s));
    CHECK(!all.n);
    return s;
}

static Str tables_of(Arena *a, Str names)
{
    return say(a, "name,label::English (en),figures\nages,Ages,{}\n", names);
}

TEST_REGISTER(the_parts_of_a_figure_are_told_by_the_row_that_counts_each_person_there)
{
    with_figures(
        s,
        S(FIGURES_HEAD
          "guests,Guests,person,part,${part} = 'guest',joined,persons,${member.sex} = 'female',,\n"
          "young,Young,person,part,\"may-be-under(18, ${member.born}, "
          "${joined})\",joined,persons,${member.sex} = 'female',,guests\n"
          "grown,Grown,person,part,\"${member.born} != '' and not(may-be-under(18, ${member.born}, "
          "${joined}))\",joined,persons,true(),,guests\n"
          "open,Open,person,part,${member.born} = '',joined,persons,,,guests\n"
          "doubtful,,person,part,\"may-be-under(18, ${member.born}, ${joined}) and "
          "not(is-under(18, ${member.born}, ${joined}))\",joined,persons,,young,guests\n"
          "long,Long,person,part,${trip.length} = 'long',joined,persons,,,guests\n"),
        tables_of(a, S("guests young grown open long")));
    PUT(s, "trip", {"key", "T1"}, {"length", "long"});
    PUT(s, "trip", {"key", "T2"}, {"length", "short"});
    PUT(s, "member", {"key", "M1"}, {"name", "A"}, {"sex", "female"}, {"born", "2006-06-15"});
    PUT(s, "member", {"key", "M2"}, {"name", "B"}, {"sex", "male"}, {"born", "2006"});
    PUT(s, "member", {"key", "M3"}, {"name", "C"}, {"sex", "female"});
    static const char *const parts[][5] = {
        {"P1", "M1", "T1", "2024-09-01", "guest"}, {"P2", "M1", "T2", "2024-03-01", "guest"},
        {"P3", "M1", "T1", "2024-01-01", "guide"}, {"P4", "M2", "T2", "2024", "guest"},
        {"P5", "M2", "T1", "2024-12-31", "guest"}, {"P6", "M3", "T1", "2024-05-05", "guest"},
        {"P7", "M3", "T2", "2024-05-05", "guest"}};
    for (int i = 0; i < countof(parts); i++) {
        PUT(s, "part", {"key", parts[i][0]}, {"member", parts[i][1]}, {"trip", parts[i][2]},
            {"joined", parts[i][3]}, {"part", parts[i][4]});
    }
    FigureAnswer year = asked(s, "ages", 20240101, 20241231), late = asked(s, "ages", 20240601, 20241231);
    CHECK(row_of(&year, "guests")->value == 3 && row_of(&year, "young")->value == 2 && row_of(&year, "young")->female == 1);
    CHECK(row_of(&year, "grown")->value == 0 && row_of(&year, "open")->value == 1 &&
          row_of(&year, "young")->notes[0].value == 1); // M2: 2024-01-01, born 2006
    CHECK(row_of(&year, "long")->value == 1); // M3 alone is met first on a long trip
    CHECK(row_of(&late, "guests")->value == 2 && row_of(&late, "young")->value == 0 &&
          row_of(&late, "grown")->value == 2 && row_of(&late, "grown")->female == 2);
    FigureAnswer by;
    FigureAsk ask = {.table = table_get(s->pack, S("ages")), .from = 20240101, .to = 20241231, .by = {S("length")}, .by_n = 1};
    must_work(a, figures_count(s, &ask, &by));
    int64_t sum = 0;
    for (int i = 0; i < by.cells_n; i++) {
        CHECK(str_equal(by.cells[i].of[0], S("trip.length")));
        if (!str_equal(by.cells[i].figure->name, S("guests")) && !str_equal(by.cells[i].figure->name, S("long"))) sum += by.cells[i].value;
        if (str_equal(by.cells[i].figure->name, S("young"))) CHECK(str_equal(by.cells[i].by[0].s, S("short")) && by.cells[i].value == 2);
    }
    CHECK(sum == 3);
}

// (${part}='guide' or … or ${part}='guest') and (…
static void long_condition(Buf *o, int terms)
{
    buf_char(o, '"');
    for (int k = 0; k < terms; k++) {
        buf_fill(o, "{}${part}='{}'", VALS(!k ? S("(") : k % 40 ? S(" or ") : S(") and ("), k % 40 == 39 ? S("guest") : S("guide")));
    }
    buf_add(o, S(")\""));
}

TEST_REGISTER(a_table_of_many_long_conditions_is_counted_in_several_questions)
{
    enum { MANY = 60, TERMS = 200 }; // three times: past the 32,766 values that SQLite takes
    if (db_is_postgres(h->where)) return; // which takes twice as many
    Buf figures = buf_in(take(a, Arena, 1)), names = buf_in(take(a, Arena, 1));
    *figures.a = arena_cut(a, 4 << 20);
    *names.a = arena_cut(a, 1 << 20);
    buf_add(&figures, S(FIGURES_HEAD "guests,Guests,person,part,${part} = 'guest',joined,persons,,,\n"));
    buf_add(&names, S("guests"));
    for (int i = 0; i < MANY; i++) {
        buf_fill(&figures, "f{},F,person,part,", VALS(i));
        long_condition(&figures, TERMS);
        buf_add(&figures, S(",joined,persons,"));
        long_condition(&figures, TERMS);
        buf_add(&figures, S(",,guests\n"));
        buf_fill(&names, " f{}", VALS(i));
    }
    with_figures(s, buf_str(&figures), tables_of(a, buf_str(&names)));
    PUT(s, "member", {"key", "M1"}, {"name", "A"}, {"area", "north"});
    PUT(s, "part", {"key", "P1"}, {"member", "M1"}, {"joined", "2024-05-05"}, {"part", "guest"});
    FigureAnswer answer = asked(s, "ages", 20240101, 20241231);
    CHECK(answer.rows_n == MANY + 1);
    for (int i = 0; i < answer.rows_n; i++) CHECK(answer.rows[i].value == 1 && answer.rows[i].female == (i > 0));
}

// A record of 290 fields whose links stand at the end, past the hundredth.
TEST_REGISTER(a_link_may_stand_at_any_place_of_a_long_record)
{
    PackSheets sheets = club_sheets(a);
    Buf o = buf_in(take(a, Arena, 1));
    Faults all = {0};
    int64_t changed;
    *o.a = arena_cut(a, 1 << 20);
    for (int i = 0; i < sheets.n; i++) {
        if (str_equal(sheets.at[i].path, S("records.csv"))) sheets.at[i].text = say(a, "{}long,,,,,Long,Longs\n", sheets.at[i].text);
        if (str_equal(sheets.at[i].path, S("figures.csv"))) {
            sheets.at[i].text = say(a,
                                    "{}longs,Longs,person,long,${z.sex} = 'female' and ${y.area} = "
                                    "'north',seen,persons,${z.sex} = 'female',\n",
                                    sheets.at[i].text);
        }
        if (str_equal(sheets.at[i].path, S("tables.csv"))) sheets.at[i].text = say(a, "{}longs,Longs,longs\n", sheets.at[i].text);
        if (str_equal(sheets.at[i].path, S("screens.csv")))
            sheets.at[i].text =
                say(a, "{}longs,home,long,Long,key,,${z.sex} = 'female'\n", sheets.at[i].text);
    }
    buf_add(&o, S("record,type,name,label::English (en),class,compartment\nlong,date,seen,Seen,plain,case\n"));
    for (int i = 0; i < 280; i++) buf_fill(&o, "long,text,f{},F,plain,case\n", VALS(i));
    buf_add(&o, S("long,link member,z,Z,plain,case\nlong,link member,y,Y,plain,case\n"));
    sheets.at[sheets.n++] = (PackSheet){S("survey/zlong.csv"), buf_str(&o)};
    must_work(a, pack_load(s, sheets, false, &all, &changed));
    must_work(a, store_refresh(s));
    CHECK(!all.n);
    PUT(s, "member", {"key", "M"}, {"name", "A"}, {"sex", "female"}, {"area", "north"});
    PUT(s, "long", {"key", "L1"}, {"z", "M"}, {"y", "M"}, {"seen", "2024"});
    PUT(s, "long", {"key", "L2"}, {"y", "M"}, {"seen", "2024"});
    FigureAnswer answer = asked(s, "longs", 20240101, 20241231);
    CHECK(answer.rows[0].value == 1 && answer.rows[0].female == 1);
    CHECK(fitting(s, "long", "${z.sex} = 'female'") == 1 && fitting(s, "long", "${z} = ''") == 1);
}
