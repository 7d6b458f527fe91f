// Counted figures as JSON, CSV and text.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "figures/figures.h"
#include "formats/formats.h"

static const Field seen = {.name = S("seen")};
static const Figure plain = {.name = S("visits"),
                             .label = {{S("Visits"), S("ການຢ້ຽມຢາມ")}},
                             .unit = S("visit"),
                             .date = &seen};
static const Expr yes = {.op = EXPR_BOOL, .type = TYPE_BOOL, .number = 1};
static const Figure women = {.name = S("guests"),
                             .label = {{S("Guests, \"all\""), S("")}},
                             .unit = S("person"),
                             .date = &seen,
                             .female = &yes};
static const Figure note = {.name = S("assumed"), .within = &women};
static const Table table = {.name = S("year"), .label = {{S("The year"), S("ປີ")}}};
static FigureNote notes[] = {{&note, 3, false}};
static FigureRow rows[] = {{.figure = &plain, .value = 46, .female = 7}, {.figure = &women, .value = -1, .notes = notes, .notes_n = 1}};

static FigureAnswer whole(void)
{
    return (FigureAnswer){.ask = {.table = &table, .from = 20240101, .to = 20241231}, .rows = rows, .rows_n = 2};
}

static FigureCell cells[] = {
    {.figure = &plain,
     .by = {{.kind = VAL_STR, .s = S("no\"rth")}, {.kind = VAL_STR, .s = S("x")}},
     .of = {S("visit.area"), S("visit.told")},
     .value = 2},
    {.figure = &women,
     .by = {{.kind = VAL_NULL}, {.kind = VAL_STR, .s = S("a,b")}},
     .of = {S("member.area"), S("visit.told")},
     .value = INT64_MAX},
};

static FigureAnswer split(void)
{
    return (FigureAnswer){.ask = {.table = &table,
                                  .from = 20240229,
                                  .to = 20240229,
                                  .by = {S("area"), S("told")},
                                  .by_n = 2},
                          .cells = cells,
                          .cells_n = 2};
}

TEST(rows_of_a_table_as_json)
{
    Buf o = buf_in(a);
    FigureAnswer answer = whole();
    figures_json(&o, &answer);
    CHECK(str_equal(
        buf_str(&o),
        S("{\"table\":\"year\",\"from\":\"2024-01-01\",\"to\":\"2024-12-31\",\"rows\":["
          "{\"figure\":\"visits\",\"label\":{\"en\":\"Visits\",\"lo\":\"ການຢ້ຽມຢາມ\"},\"unit\":"
          "\"visit\",\"date_basis\":\"seen\",\"value\":46,\"female\":null},\n"
          "{\"figure\":\"guests\",\"label\":{\"en\":\"Guests, \\\"all\\\"\",\"lo\":\"Guests, "
          "\\\"all\\\"\"},\"unit\":\"person\",\"date_basis\":\"seen\",\"value\":-1,"
          "\"female\":0,\"assumed\":3}]}\n")));
    const Json *read;
    CHECK(!json_read(a, buf_str(&o), &read) && json_member(read, S("rows"))->n == 2);
}

TEST(cells_as_json_with_null_for_what_is_empty)
{
    Buf o = buf_in(a);
    FigureAnswer answer = split();
    figures_json(&o, &answer);
    CHECK(str_equal(
        buf_str(&o),
        S("{\"table\":\"year\",\"from\":\"2024-02-29\",\"to\":\"2024-02-29\",\"cells\":["
          "{\"figure\":\"visits\",\"by\":{\"area\":\"no\\\"rth\",\"told\":\"x\"},\"of\":{\"area\":"
          "\"visit.area\",\"told\":\"visit.told\"},\"value\":2},\n"
          "{\"figure\":\"guests\",\"by\":{\"area\":null,\"told\":\"a,b\"},\"of\":{\"area\":"
          "\"member.area\",\"told\":\"visit.told\"},\"value\":9223372036854775807}]}\n")));
}

TEST(nothing_counted_is_still_json)
{
    Buf o = buf_in(a);
    FigureAnswer none = {.ask = {.table = &table, .from = 20240101, .to = 20240101, .by = {S("area")}, .by_n = 1}};
    const Json *read;
    figures_json(&o, &none);
    CHECK(!json_read(a, buf_str(&o), &read) && json_member(read, S("cells"))->n == 0);
}

TEST(rows_and_cells_as_csv)
{
    Buf o = buf_in(a), p = buf_in(&scratch);
    FigureAnswer answer = whole(), parts = split();
    figures_csv(&o, &answer);
    CHECK(str_equal(buf_str(&o), S("figure,label_en,label_lo,unit,date_basis,value,female,left_out,earlier\n"
        "visits,Visits,ການຢ້ຽມຢາມ,visit,seen,46,,,\n"
        "guests,\"Guests, \"\"all\"\"\",\"Guests, \"\"all\"\"\",person,seen,-1,0,,\n")));
    figures_csv(&p, &parts);
    CHECK(str_equal(buf_str(&p), S("figure,area,told,value\nvisits,\"no\"\"rth\",x,2\nguests,,\"a,b\",9223372036854775807\n")));
}

TEST(text_for_a_terminal_names_every_figure_and_its_notes)
{
    Buf o = buf_in(a), p = buf_in(&scratch);
    FigureAnswer answer = whole(), parts = split();
    figures_text(&o, &answer, LANG_EN);
    static const char *const wanted[] = {"The year, 2024-01-01 – 2024-12-31\n", "46", "Visits (visits)\n", "(guests)\n", "(assumed)\n"};
    for (int i = 0; i < countof(wanted); i++) CHECK(str_find(buf_str(&o), str_from(wanted[i])) >= 0);
    figures_text(&p, &parts, LANG_LO);
    CHECK(str_starts(buf_str(&p), S("ປີ, 2024-02-29")) &&
          str_find(buf_str(&p), S("  member.area=-")) > 0 &&
          str_find(buf_str(&p), S("visit.told=x")) > 0);
}

TEST(what_is_not_for_a_role_is_told_as_such_and_is_no_zero)
{
    Buf o = buf_in(a), p = buf_in(&scratch);
    FigureNote shut[] = {{&note, 0, true}};
    FigureRow half[] = {
        {.figure = &plain, .closed = true},
        {.figure = &women, .value = 5, .female_closed = true, .notes = shut, .notes_n = 1}};
    FigureAnswer answer = {.ask = {.table = &table, .from = 20240101, .to = 20241231}, .rows = half, .rows_n = 2};
    figures_json(&o, &answer);
    CHECK(str_find(buf_str(&o), S("\"value\":null,\"female\":null,\"reason\":{\"en\":\"not for "
                                  "your role\",\"lo\":"
                                  "\"ບໍ່ແມ່ນສຳລັບບົດບາດຂອງທ່ານ\"}}")) > 0);
    CHECK(str_find(buf_str(&o), S("\"value\":5,\"female\":null,\"assumed\":null,\"reason\":{\"en\":\"not for your role\"")) > 0);
    o.n = 0;
    figures_text(&o, &answer, LANG_EN);
    CHECK(str_find(buf_str(&o), S("–            Visits (visits): not for your role\n")) > 0 &&
          str_find(buf_str(&o), S("0")) == str_find(buf_str(&o), S("024-01-01")));
    figures_csv(&p, &answer);
    CHECK(str_find(buf_str(&p), S("visit,seen,,,,\n")) > 0 && str_find(buf_str(&p), S("person,seen,5,,,\n")) > 0);
}

TEST(what_is_left_out_and_counts_of_earlier_years_stand_beside_a_figure_and_are_in_no_number)
{
    static const Figure late = {.name = S("late"), .label = {{S("Too late"), S("ຊ້າ")}}, .within = &plain, .left = true};
    FigureNote left[] = {{&late, 2, false}};
    FigureEarlier old[] = {{S("2001"), S("2023"), S("640"), {0}, S("more than 640"), S("a report")}, {{0}, {0}, S("7"), S("3"), {0}, {0}}};
    FigureRow both[] = {{.figure = &plain, .value = 5, .notes = left, .notes_n = 1, .earlier = old, .earlier_n = 2}};
    FigureAnswer answer = {.ask = {.table = &table, .from = 20240101, .to = 20241231}, .rows = both, .rows_n = 1};
    Buf o = buf_in(a);
    const Json *read;
    figures_json(&o, &answer);
    CHECK(!json_read(a, buf_str(&o), &read));
    CHECK(str_find(buf_str(&o), S("\"value\":5,\"female\":null,"
        "\"left_out\":[{\"figure\":\"late\",\"label\":{\"en\":\"Too late\",\"lo\":\"ຊ້າ\"},\"value\":2}],"
        "\"earlier\":[{\"kind\":\"legacy\","
        "\"from\":\"2001\",\"to\":\"2023\",\"value\":640,"
        "\"female\":null,\"written\":\"more than 640\","
        "\"source\":\"a report\"},{\"kind\":\"legacy\",\"from\":null,\"to\":null,"
        "\"value\":7,\"female\":3,\"written\":null,\"source\":null}]")) > 0);
    o.n = 0;
    figures_csv(&o, &answer);
    CHECK(str_find(buf_str(&o), S(",seen,5,,Too late: 2,\"more than 640, 2001 – 2023 (a report); 7\"\n")) > 0);
    o.n = 0;
    figures_text(&o, &answer, LANG_EN);
    CHECK(str_find(buf_str(&o), S("left out: Too late (late)")) > 0);
    CHECK(str_find(buf_str(&o), S("kept from earlier years: more than 640")) > 0);
}
