// The figures of a year or of other days: a table with a bar for each, and the same as CSV and JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { YEARS = 10, BY_OFFERED = 60, PUBLISHED_MOST = 50 };
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
    Block links = {.shape = SHAPE_LINKS, .lines = take(ask->a, Line, p->tables_n)};
    for (int i = 0; i < p->tables_n; i++) // what nothing of is for her role leads nowhere
        if (figures_hers(ask->s, &p->tables[i])) links.lines[links.n++] = (Line){.title = words_in(&p->tables[i].label, ask->lang),
            .to = url(ask->a, "/figures/{}", p->tables[i].name)};
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Figures"))}, &(Blocks){.at = &links, .n = 1});
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

static bool listed(const List *list, Str name)
{
    for (int i = 0; i < list->n; i++)
        if (str_equal(list->choices[i].name, name)) return true;
    return false;
}

static void offers_add(Request *ask, const RecordType *t, List *offers)
{
    for (int i = 0; i < t->n && offers->n < BY_OFFERED; i++) {
        const Field *f = &t->fields[i];
        Str name = say(ask->a, "{}.{}", t->name, f->name);
        bool closed = !f->list || f->class > CLASS_QUASI || !may_see(&ask->s->user, t, f) || !may_any(&ask->s->user, t, MAY_COUNT);
        if (!closed && !listed(offers, name)) choice_add(ask, offers, name, path_label(ask, t, f));
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
static const List *by_offered(Request *ask, const Asked *asked)
{
    List *offers = choices_made(ask, BY_OFFERED + 2);
    const Table *table = asked->ask.table;
    choice_add(ask, offers, (Str){0}, tr(ask->lang, S("nothing: totals only")));
    for (int i = 0; i < table->n; i++) {
        const RecordType *t = table->figures[i]->record;
        if (t->person >= 0) offers_add(ask, t->fields[t->person].target, offers);
        if (t->the_case >= 0) offers_add(ask, t->fields[t->the_case].target, offers);
        offers_add(ask, t, offers);
    }
    if (!listed(offers, asked->by)) choice_add(ask, offers, asked->by, by_words(ask, &asked->ask));
    return offers;
}

// The last ten, and the one that is shown; where other days are, none of them.
static const List *years_offered(Request *ask, const Asked *asked)
{
    int this_year = register_today(ask->s) / 10000;
    List *years = choices_made(ask, YEARS + 1);
    Str shown = asked->year ? say(ask->a, "{}", asked->year) : (Str){0};
    if (asked->year <= this_year - YEARS || asked->year > this_year) choice_add(ask, years, shown, shown.n ? shown : S("–"));
    for (int year = this_year; year > this_year - YEARS; year--) choice_add(ask, years, say(ask->a, "{}", year), say(ask->a, "{}", year));
    return years;
}

static Str day_box(Request *ask, const Asked *asked, int day)
{
    return asked->year ? (Str){0} : date_shown(ask->a, ask->lang, day_text(ask->a, day));
}

static void chooser_add(const Asked *asked, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Str year = asked->year ? say(ask->a, "{}", asked->year) : (Str){0};
    ask_add(out, (Str){0}, &(Asking){.way = ASK_CHOOSE, .to = url(ask->a, "/figures/{}", asked->ask.table->name),
        .words = tr(lang, S("Show")), .on_screen = true, .boxes = {
        {BOX_HIDDEN, .name = S("_year"), .value = year.n ? year : S("-")},
        {BOX_SELECT, .name = S("year"), .id = S("year"), .label = tr(lang, S("Year")), .value = year, .list = years_offered(ask, asked)},
        {BOX_SELECT, .name = S("by"), .id = S("by"), .label = tr(lang, S("Split by")), .value = asked->by,
            .list = by_offered(ask, asked)},
        {BOX_FOLD, .label = tr(lang, S("Other days than a year")), .value = year.n ? (Str){0} : S("yes")},
        {BOX_DATE, .name = S("from"), .label = tr(lang, S("From the day")), .value = day_box(ask, asked, asked->ask.from)},
        {BOX_DATE, .name = S("to"), .label = tr(lang, S("to the day")), .value = day_box(ask, asked, asked->ask.to)}}});
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
        for (int k = 0; k < row->notes_n; k++) {
            const FigureNote *note = &row->notes[k];
            bool nothing = note->figure->left && !note->closed && !note->value; // nothing was left out: programs are told so, too
            if (!nothing) line->items[line->n++] = note_item(ask, note);
        }
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

static Err *published_read(const Asked *asked, Blocks *out)
{
    Request *ask = out->ask;
    const RecordType *t = published_type(ask, asked->ask.table);
    RecordPage page;
    Str **texts;
    if (!t) return 0;
    ListAsk list = {.type = t, .screen = screen_for_list(ask, t), .limit = PUBLISHED_MOST, .from = asked->ask.from, .to = asked->ask.to};
    published_narrow(ask, &list);
    TRY(record_list(ask->s, &list, &page));
    if (!page.n) return 0;
    TRY(columns_read(ask, list.screen, &page, &texts));
    Block *block = block_add(out, &(Block){.title = type_plural(ask, t), .more = url(ask->a, "/{}", t->name),
        .more_words = tr(ask->lang, S("Show all"))});
    records_block(ask, list.screen, &page, texts, block);
    return 0;
}

static Str days_words(Request *ask, const Asked *asked)
{
    if (asked->year) return say(ask->a, "{}", asked->year);
    return say(ask->a, "{} – {}", date_shown(ask->a, ask->lang, day_text(ask->a, asked->ask.from)),
               date_shown(ask->a, ask->lang, day_text(ask->a, asked->ask.to)));
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
    Str where = province ? choice_words(ask, S("provinces"), unit->province) : name;
    Message only = province ? message(ask->a, "only the province {}", where) : message(ask->a, "only your unit, {}", where);
    return message_in(ask->a, ask->lang, only);
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
    Blocks all = {.ask = ask};
    const Table *table = asked->ask.table;
    Str query = url(ask->a, "from={}&to={}&by={}", day_text(ask->a, asked->ask.from), day_text(ask->a, asked->ask.to), asked->by).s;
    Str title = say(ask->a, "{}: {} ({})", words_in(&table->label, lang), days_words(ask, asked), scopes_words(ask, answer->scopes));
    chooser_add(asked, &all);
    Block *bars = block_add(&all, &(Block){0});
    *bars = asked->ask.by_n ? cells_bars(ask, answer) : rows_bars(ask, answer);
    bars->empty = tr(lang, S("There is nothing to count in these days."));
    TRY(published_read(asked, &all));
    words_add(&all, TONE_SCREEN, tr(lang, S("The same for a spreadsheet or a program:")));
    words_more(&all, S("CSV"))->to = (Url){say(ask->a, "/figures/{}?{}&format=spreadsheet", table->name, query)};
    words_more(&all, S("JSON"))->to = (Url){say(ask->a, "/figures/{}?{}&format=json", table->name, query)};
    words_more(&all, tr(lang, S("Other tables")))->to = url(ask->a, "/figures");
    words_add(&all, TONE_ASIDE,
        tr(lang, S("A person counts once in each line, on the earliest day. Both days count. Only what you may see is counted.")));
    blocks_page(ask, &(Page){.title = title}, &all);
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
