// The figures of a year or of other days: a table with a bar for each, and the same as CSV and JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { YEARS = 10, BY_OFFERED = 60, PUBLISHED_MOST = 50 };
typedef struct { Str name, label; } Offer;
typedef struct { FigureAsk ask; int year; Str from, to, by; } Asked; // year 0: other days

Err *figures_list(Request *ask)
{
    const Pack *p = ask->pack;
    if (ask->wants_json) {
        json_open(ask, 200);
        buf_add(ask->o, S("{\"tables\":["));
        for (int i = 0; i < p->tables_n; i++)
            json(ask->o, "{}{'table':{},'label':{}}", (Html){i ? S(",") : (Str){0}},
                 p->tables[i].name, words_in(&p->tables[i].label, ask->lang));
        buf_add(ask->o, S("]}\n"));
        return 0;
    }
    page_open(ask, &(Page){.title = tr(ask->lang, S("Figures"))});
    Block links = {.shape = SHAPE_LINKS, .lines = take(ask->a, Line, p->tables_n)};
    for (int i = 0; i < p->tables_n; i++)
        links.lines[links.n++] = (Line){.title = words_in(&p->tables[i].label, ask->lang),
            .to = url(ask->a, "/figures/{}", p->tables[i].name)};
    block_page(ask, &links);
    page_close(ask);
    return 0;
}

// ---- what is asked ------------------------------------------------------------------------------------------

static Err *day_read(Request *ask, Str typed, bool last, int *day)
{
    TypedDate date;
    Days days;
    if (!date_typed(ask->a, str_trim(typed), &date) || !days_parse(date.iso, &days))
        return fail(ask->a, ERR_INPUT, "Give both days, from and to, as 27/3/2024 or 2024-03-27.");
    if (date.buddhist)
        return fail(ask->a, ERR_INPUT, "{} is a year of the Buddhist era. Write {}.", typed,
                    date_shown(ask->a, ask->lang, date.iso));
    *day = last ? days.last : days.first;
    return 0;
}

// A year, or the days from and to; without either the last full year.
static Err *asked_days(Request *ask, Asked *out)
{
    int64_t year;
    Str typed = pairs_get(&ask->query, S("year"));
    out->from = pairs_get(&ask->query, S("from"));
    out->to = pairs_get(&ask->query, S("to"));
    Str shown = pairs_get(&ask->query, S("_year")); // the page's year before: another one was chosen instead of days
    bool chosen = shown.n && typed.n && !str_equal(shown, typed);
    if (!chosen && (out->from.n || out->to.n)) {
        TRY(day_read(ask, out->from, false, &out->ask.from));
        TRY(day_read(ask, out->to, true, &out->ask.to));
        return out->ask.from <= out->ask.to ? 0 : fail(ask->a, ERR_INPUT, "The first day comes after the last.");
    }
    out->year = register_today(ask->s) / 10000 - 1;
    if (typed.n && (!str_int(typed, &year) || year < 1900 || year > 2200))
        return fail(ask->a, ERR_INPUT, "{} is not a year that can be counted.", typed);
    if (typed.n) out->year = (int)year;
    out->ask.from = out->year * 10000 + 101;
    out->ask.to = out->year * 10000 + 1231;
    return 0;
}

static Err *asked_read(Request *ask, Asked *out)
{
    *out = (Asked){.ask.table = table_get(ask->pack, ask->id), .by = pairs_get(&ask->query, S("by"))};
    if (!out->ask.table) return fail(ask->a, ERR_MISSING, "There is no table of figures of this name.");
    for (Str rest = out->by; rest.n;) {
        Str one = str_trim(str_cut(&rest, ','));
        if (out->ask.by_n == BY_MOST) return fail(ask->a, ERR_INPUT, "Figures can be split by at most {} fields.", BY_MOST);
        if (one.n) out->ask.by[out->ask.by_n++] = one;
    }
    return asked_days(ask, out);
}

// ---- choosing -----------------------------------------------------------------------------------------------

// Its name and whose it is: Province (Person).
static Str path_label(Request *ask, const RecordType *t, const Field *f)
{
    return say(ask->a, "{} ({})", field_label(ask, f), type_label(ask, t));
}

static void offers_add(Request *ask, const RecordType *t, Offer *offers, int *n)
{
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        Str name = say(ask->a, "{}.{}", t->name, f->name);
        bool seen = !f->list || f->class > CLASS_QUASI || !may_see(&ask->s->user, t, f) || !may_any(&ask->s->user, t, MAY_COUNT);
        for (int j = 0; j < *n; j++) seen = seen || str_equal(offers[j].name, name);
        if (!seen && *n < BY_OFFERED) offers[(*n)++] = (Offer){name, path_label(ask, t, f)};
    }
}

static bool path_in(const Request *ask, const FigureAsk *asked, int figure, Str name, const RecordType **t, const Field **f)
{
    FieldPath path;
    const Figure *one = asked->table->figures[figure];
    if (!figure_field(ask->pack, one, name, &path)) return false;
    *t = path.link ? path.link->target : one->record;
    *f = path.field;
    return true;
}

// What a field asked for is called, and whose it is: where the figures differ in that, each is named.
static Str by_label(Request *ask, const FigureAsk *asked, Str name)
{
    Buf words = buf_in(ask->a);
    const RecordType *t, *other;
    const Field *f;
    for (int i = 0; i < asked->table->n; i++) {
        bool again = !path_in(ask, asked, i, name, &t, &f);
        for (int k = 0; k < i && !again; k++) {
            const Field *its;
            again = path_in(ask, asked, k, name, &other, &its) && its == f;
        }
        if (again) continue;
        buf_fill(&words, words.n ? " · {}" : "{}", VALS(path_label(ask, t, f)));
    }
    return words.n ? buf_str(&words) : name;
}

static Str by_words(Request *ask, const FigureAsk *asked)
{
    Buf words = buf_in(ask->a);
    for (int i = 0; i < asked->by_n; i++) buf_fill(&words, "{}{}", VALS(i ? S(", ") : (Str){0}, by_label(ask, asked, asked->by[i])));
    return buf_str(&words);
}

// What the table can be split by: the choices of its own records, of their persons and cases.
static void by_write(Request *ask, const Asked *asked)
{
    Offer offers[BY_OFFERED];
    int n = 0;
    const Table *table = asked->ask.table;
    for (int i = 0; i < table->n; i++) {
        const RecordType *t = table->figures[i]->record;
        if (t->person >= 0) offers_add(ask, t->fields[t->person].target, offers, &n);
        if (t->the_case >= 0) offers_add(ask, t->fields[t->the_case].target, offers, &n);
        offers_add(ask, t, offers, &n);
    }
    html(ask->o,
         "<div class='govuk-form-group'><label class='govuk-label' for='by'>{}</label><select "
         "class='govuk-select' id='by' name='by'>",
         tr(ask->lang, S("Split by")));
    option_write(ask, (Str){0}, tr(ask->lang, S("nothing: totals only")), !asked->by.n);
    bool offered = !asked->by.n;
    for (int i = 0; i < n; i++) {
        bool chosen = str_equal(offers[i].name, asked->by);
        offered = offered || chosen;
        option_write(ask, offers[i].name, offers[i].label, chosen);
    }
    if (!offered) option_write(ask, asked->by, by_words(ask, &asked->ask), true);
    html(ask->o, "</select></div>\n");
}

static Str day_box(Request *ask, const Asked *asked, int day)
{
    return asked->year ? (Str){0} : date_shown(ask->a, ask->lang, day_text(ask->a, day));
}

static void chooser_write(Request *ask, const Asked *asked)
{
    int this_year = register_today(ask->s) / 10000;
    html(ask->o,
         "<form class='app-filter app-screen' action='/figures/{}'><input type='hidden' name='_year' "
         "value='{}'><div class='app-filter__fields'><div class='govuk-form-group'>"
         "<label class='govuk-label' for='year'>{}</label><select class='govuk-select' id='year' "
         "name='year'>",
         asked->ask.table->name, asked->year ? say(ask->a, "{}", asked->year) : S("-"),
         tr(ask->lang, S("Year")));
    if (!asked->year || asked->year <= this_year - YEARS || asked->year > this_year)
        option_write(ask, asked->year ? say(ask->a, "{}", asked->year) : (Str){0},
                     asked->year ? say(ask->a, "{}", asked->year) : S("–"), true);
    for (int year = this_year; year > this_year - YEARS; year--) {
        Str text = say(ask->a, "{}", year);
        option_write(ask, text, text, year == asked->year);
    }
    html(ask->o, "</select></div>\n");
    by_write(ask, asked);
    html(ask->o, "</div><details class='govuk-details'");
    if (!asked->year) buf_add(ask->o, S(" open"));
    html(ask->o,
         "><summary class='govuk-details__summary'><span "
         "class='govuk-details__summary-text'>{}</span></summary>"
         "<div class='app-filter__fields'><div class='govuk-form-group'><label class='govuk-label' "
         "for='from'>{}</label>"
         "<input class='govuk-input' id='from' name='from' value='{}' data-kind='date'></div>\n"
         "<div class='govuk-form-group'><label class='govuk-label' for='to'>{}</label>"
         "<input class='govuk-input' id='to' name='to' value='{}' "
         "data-kind='date'></div></div></details>\n"
         "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n",
         tr(ask->lang, S("Other days than a year")), tr(ask->lang, S("From the day")),
         day_box(ask, asked, asked->ask.from), tr(ask->lang, S("to the day")),
         day_box(ask, asked, asked->ask.to), tr(ask->lang, S("Show")));
}

// ---- the answer ----------------------------------------------------------------------------------------------

static Item number_item(Request *ask, int64_t n)
{
    return (Item){.value = say(ask->a, "{}", n), .text = number_shown(ask->a, ask->lang, n), .tone = TONE_NUMBER};
}

static Str closed_words(Request *ask)
{
    return tr(ask->lang, str_from(figure_closed));
}

// In hundredths of the longest; what is not nothing is seen, however small.
static int bar_long(int64_t value, int64_t most)
{
    int wide = most > 0 ? (int)(value * 100 / most) : 0;
    return value > 0 && !wide ? 1 : wide;
}

static Block bars_block(Request *ask, const FigureAnswer *answer, int lines)
{
    Block b = {.shape = SHAPE_BARS, .says = words_in(&answer->ask.table->label, ask->lang), .lines = take(ask->a, Line, lines),
        .heads = take(ask->a, Str, BY_MOST + 3)};
    b.heads[b.heads_n++] = tr(ask->lang, S("What is counted"));
    return b;
}

static Item note_item(Request *ask, const FigureNote *note)
{
    Item item = number_item(ask, note->value);
    if (note->closed) item.text = closed_words(ask);
    item.name = words_in(&note->figure->label, ask->lang);
    if (note->figure->left) item.name = say(ask->a, "{}{}", tr(ask->lang, S("left out: ")), item.name);
    item.tone = TONE_ASIDE;
    return item;
}

// A count of earlier years as it was told, marked as such: it is in none of the numbers.
static Item earlier_item(Request *ask, const FigureEarlier *e)
{
    Str from = date_shown(ask->a, ask->lang, e->from), to = date_shown(ask->a, ask->lang, e->to);
    Str days = from.n || to.n ? say(ask->a, ", {} – {}", from, to) : (Str){0};
    Str source = e->source.n ? say(ask->a, " ({})", e->source) : (Str){0};
    return (Item){.name = tr(ask->lang, S("kept from earlier years, not counted here")),
        .text = say(ask->a, "{}{}{}", e->written.n ? e->written : e->value, days, source), .tone = TONE_ASIDE};
}

static Item female_item(Request *ask, const FigureRow *row)
{
    if (row->figure->female && !row->female_closed) return number_item(ask, row->female);
    return (Item){.text = row->figure->female ? closed_words(ask) : S("–"), .tone = TONE_NUMBER};
}

static Block rows_bars(Request *ask, const FigureAnswer *answer)
{
    Block b = bars_block(ask, answer, answer->rows_n);
    int64_t most = 0;
    b.heads[b.heads_n++] = tr(ask->lang, S("Total"));
    b.heads[b.heads_n++] = tr(ask->lang, S("Of whom female"));
    for (int i = 0; i < answer->rows_n; i++) most = answer->rows[i].value > most ? answer->rows[i].value : most;
    for (int i = 0; i < answer->rows_n; i++) {
        const FigureRow *row = &answer->rows[i];
        Line *line = &b.lines[b.n++];
        *line = (Line){.title = words_in(&row->figure->label, ask->lang), .when = closed_words(ask)};
        if (row->closed) continue;
        line->items = take(ask->a, Item, 2 + row->notes_n + row->earlier_n);
        line->items[line->n++] = number_item(ask, row->value);
        line->items[line->n++] = female_item(ask, row);
        for (int k = 0; k < row->notes_n; k++) line->items[line->n++] = note_item(ask, &row->notes[k]);
        for (int k = 0; k < row->earlier_n; k++) line->items[line->n++] = earlier_item(ask, &row->earlier[k]);
        line->bar = bar_long(row->value, most);
        if (row->figure->female) line->inner = bar_long(row->female, most);
    }
    return b;
}

// The largest cell of the figure whose first this is.
static int64_t figure_most(const FigureAnswer *answer, int first)
{
    int64_t most = 0;
    for (int i = first; i < answer->cells_n && answer->cells[i].figure == answer->cells[first].figure; i++)
        most = answer->cells[i].value > most ? answer->cells[i].value : most;
    return most;
}

static Block cells_bars(Request *ask, const FigureAnswer *answer)
{
    const FigureAsk *asked = &answer->ask;
    Block b = bars_block(ask, answer, answer->cells_n);
    int64_t most = 0;
    for (int i = 0; i < asked->by_n; i++) b.heads[b.heads_n++] = by_label(ask, asked, asked->by[i]);
    b.heads[b.heads_n++] = tr(ask->lang, S("Total"));
    for (int i = 0; i < answer->cells_n; i++) {
        const FigureCell *c = &answer->cells[i];
        Line *line = &b.lines[b.n++];
        bool again = i && c->figure == answer->cells[i - 1].figure;
        if (!again) most = figure_most(answer, i); // what is compared is of one figure
        *line = (Line){.title = words_in(&c->figure->label, ask->lang), .when = closed_words(ask), .again = again};
        if (c->closed) continue;
        line->items = take(ask->a, Item, asked->by_n + 1);
        for (int k = 0; k < asked->by_n; k++) {
            Str words = c->shown[k].n ? c->shown[k] : tr(ask->lang, S("not known"));
            line->items[line->n++] = (Item){.value = words, .text = words};
        }
        line->items[line->n++] = number_item(ask, c->value);
        line->bar = bar_long(c->value, most);
    }
    return b;
}

// ---- beside what others published ------------------------------------------------------------------------------

// The records that an import of the table's own name brings in, when the table does not count them.
static const RecordType *published_type(const Request *ask, const Table *table)
{
    const RecordType *found = 0;
    for (int i = 0; i < ask->pack->imports_n; i++)
        if (str_equal(ask->pack->imports[i].name, table->name)) found = ask->pack->imports[i].record;
    for (int i = 0; found && i < table->n; i++)
        if (table->figures[i]->record == found) return 0;
    return found && may_any(&ask->s->user, found, MAY_READ) ? found : 0;
}

// Of the country itself, in the days that were asked for.
static void published_narrow(const Request *ask, ListAsk *list)
{
    for (int i = 0; i < list->type->n; i++) {
        const Field *f = &list->type->fields[i];
        if (f->kind == FIELD_DATE && !list->from_to) list->from_to = f;
        if (f->kind != FIELD_CHOICE || list->filters_n || !list_get(f->list, ask->pack->country)) continue;
        list->filters[list->filters_n].field = f;
        list->filters[list->filters_n++].value = ask->pack->country;
    }
}

static Err *published_write(Request *ask, const Asked *asked)
{
    const RecordType *t = published_type(ask, asked->ask.table);
    RecordPage page;
    Str **texts;
    if (!t) return 0;
    ListAsk list = {.type = t, .screen = screen_for_list(ask, t), .limit = PUBLISHED_MOST, .from = asked->ask.from, .to = asked->ask.to};
    published_narrow(ask, &list);
    TRY(record_list(ask->s, &list, &page));
    if (!page.n) return 0;
    TRY(columns_read(ask, list.screen, &page, &texts));
    Block block = {.title = type_plural(ask, t), .more = url(ask->a, "/{}", t->name), .more_words = tr(ask->lang, S("Show all"))};
    records_block(ask, list.screen, &page, texts, &block);
    block_page(ask, &block);
    return 0;
}

static Str days_words(Request *ask, const Asked *asked)
{
    if (asked->year) return say(ask->a, "{}", asked->year);
    return say(ask->a, "{} – {}", date_shown(ask->a, ask->lang, day_text(ask->a, asked->ask.from)),
               date_shown(ask->a, ask->lang, day_text(ask->a, asked->ask.to)));
}

static Str province_words(Request *ask, Str code)
{
    for (int i = 0; i < ask->pack->lists_n; i++) {
        const Choice *c = str_equal(ask->pack->lists[i].name, S("provinces")) ? list_get(&ask->pack->lists[i], code) : 0;
        if (c) return words_in(&c->label, ask->lang);
    }
    return code;
}

// Of which records the numbers are: those that her role reads.
static Str scope_words(Request *ask, unsigned rows)
{
    const Unit *unit = ask->s->user.unit;
    Str name = unit ? words_in(&unit->label, ask->lang) : S("–");
    bool province = rows == ROWS_PROVINCE && unit && unit->province.n;
    if (rows == ROWS_ALL) return tr(ask->lang, S("the whole country"));
    if (rows == ROWS_OWN) return tr(ask->lang, S("only your own records"));
    if (rows == ROWS_AGENCY) return tr(ask->lang, S("only your agency's records"));
    if (rows == ROWS_ASSIGNED || rows == ROWS_GRANTED) return tr(ask->lang, S("what you were given sight of"));
    if (province) return message_in(ask->a, ask->lang, message(ask->a, "only the province {}", province_words(ask, unit->province)));
    return message_in(ask->a, ask->lang, message(ask->a, "only your unit, {}", name));
}

static Str scopes_words(Request *ask, unsigned scopes)
{
    Buf words = buf_in(ask->a);
    if (!scopes) return closed_words(ask);
    for (unsigned rows = ROWS_ALL; rows; rows >>= 1) {
        bool told = rows == ROWS_ASSIGNED && scopes & (unsigned)ROWS_GRANTED; // in the same words
        if (scopes & rows && !told) buf_fill(&words, words.n ? "; {}" : "{}", VALS(scope_words(ask, rows)));
    }
    return buf_str(&words);
}

static Err *figures_page(Request *ask, const Asked *asked, const FigureAnswer *answer)
{
    Lang lang = ask->lang;
    const Table *table = asked->ask.table;
    Str query = url(ask->a, "from={}&to={}&by={}", day_text(ask->a, asked->ask.from), day_text(ask->a, asked->ask.to), asked->by).s;
    page_open(ask,
              &(Page){.title = say(ask->a, "{}: {} ({})", words_in(&table->label, lang),
                                   days_words(ask, asked), scopes_words(ask, answer->scopes))});
    chooser_write(ask, asked);
    Block bars = asked->ask.by_n ? cells_bars(ask, answer) : rows_bars(ask, answer);
    bars.empty = tr(lang, S("There is nothing to count in these days."));
    block_page(ask, &bars);
    TRY(published_write(ask, asked));
    html(ask->o, "<p class='govuk-body app-screen'>{} <a class='govuk-link' href='/figures/{}?{}&amp;format=spreadsheet'>CSV</a> · "
        "<a class='govuk-link' href='/figures/{}?{}&amp;format=json'>JSON</a> · <a class='govuk-link' href='/figures'>{}</a></p>\n",
         tr(lang, S("The same for a spreadsheet or a program:")), table->name, query, table->name, query, tr(lang, S("Other tables")));
    html(ask->o, "<p class='govuk-body-s app-muted'>{}</p>\n",
         tr(lang, S("A person counts once in each line, on the earliest day. Both days count. Only what you may see is counted.")));
    page_close(ask);
    return 0;
}

Err *figures_show(Request *ask)
{
    Asked asked;
    FigureAnswer answer;
    Str format = pairs_get(&ask->query, S("format"));
    TRY(asked_read(ask, &asked));
    TRY(figures_count(ask->s, &asked.ask, &answer));
    bool spreadsheet = str_equal(format, S("spreadsheet"));
    if (spreadsheet || str_equal(format, S("csv"))) {
        Buf plain = buf_in(ask->a);
        ask->out->type = S("text/csv; charset=utf-8");
        http_header(ask->out, S("Content-Disposition"), say(ask->a, "attachment; filename=\"{}.csv\"", asked.ask.table->name));
        figures_csv(spreadsheet ? &plain : ask->o, &answer);
        if (spreadsheet) csv_for_spreadsheet(ask->o, buf_str(&plain));
    } else if (ask->wants_json || str_equal(format, S("json"))) {
        json_open(ask, 200);
        figures_json(ask->o, &answer);
    } else return figures_page(ask, &asked, &answer);
    return 0;
}
