// What was counted, for machines and for people at a terminal.
// SPDX-License-Identifier: Apache-2.0
#include "figures/figures.h"
#include "formats/formats.h"

const char figure_closed[] = "not for your role";

static void reason_json(Buf *o)
{
    Str words = str_from(figure_closed);
    json(o, ",'reason':{'en':{},'lo':{}}", tr(LANG_EN, words), tr(LANG_LO, words));
}

static Val number_or_null(bool there, int64_t number)
{
    return there ? val_int(number) : (Val){0};
}

// What is not counted, by reason; only where the figure says what it leaves out.
static void left_json(Buf *o, const FigureRow *row)
{
    bool any = false;
    for (int i = 0; i < row->notes_n; i++) {
        const FigureNote *note = &row->notes[i];
        if (!note->figure->left) continue;
        buf_add(o, any ? S(",") : S(",\"left_out\":["));
        any = true;
        json(o, "{'figure':{},'label':{'en':{},'lo':{}},'value':{}}", note->figure->name, words_in(&note->figure->label, LANG_EN),
            words_in(&note->figure->label, LANG_LO), number_or_null(!note->closed, note->value));
    }
    if (any) buf_char(o, ']');
}

// A number that was given, as a number; else null.
static Val given(Str number)
{
    return number.n ? val_html((Html){number}) : (Val){0};
}

static Val text_or_null(Str text)
{
    return text.n ? val_str(text) : (Val){0};
}

static void earlier_json(Buf *o, const FigureRow *row)
{
    for (int i = 0; i < row->earlier_n; i++) {
        const FigureEarlier *e = &row->earlier[i];
        buf_add(o, i ? S(",") : S(",\"earlier\":["));
        json(o, "{'kind':'legacy','from':{},'to':{},'value':{},'female':{},'written':{},'source':{}}", text_or_null(e->from),
            text_or_null(e->to), given(e->value), given(e->female), text_or_null(e->written), text_or_null(e->source));
    }
    if (row->earlier_n) buf_char(o, ']');
}

// `more than 640, 2001 – 2024 (source)`, and the same of what is left out: for a cell of a table, and a terminal.
static void earlier_words(Buf *o, const FigureEarlier *e)
{
    buf_fill(o, "{}", VALS(e->written.n ? e->written : e->value));
    if (e->from.n || e->to.n) buf_fill(o, ", {} – {}", VALS(e->from, e->to));
    if (e->source.n) buf_fill(o, " ({})", VALS(e->source));
}

static void left_cell(Buf *o, const FigureRow *row)
{
    Buf words = buf_in(o->a);
    for (int i = 0; i < row->notes_n; i++) {
        const FigureNote *note = &row->notes[i];
        if (!note->figure->left || note->closed) continue;
        buf_fill(&words, words.n ? "; {}: {}" : "{}: {}", VALS(words_in(&note->figure->label, LANG_EN), note->value));
    }
    csv_cell(o, buf_str(&words), false);
}

static void earlier_cell(Buf *o, const FigureRow *row)
{
    Buf words = buf_in(o->a);
    for (int i = 0; i < row->earlier_n; i++) {
        if (i) buf_add(&words, S("; "));
        earlier_words(&words, &row->earlier[i]);
    }
    csv_cell(o, buf_str(&words), true);
}

static void row_json(Buf *o, const FigureRow *row)
{
    const Figure *f = row->figure;
    json(o, "{'figure':{},'label':{'en':{},'lo':{}},'unit':{},'date_basis':{},'value':{},'female':{}", f->name,
        words_in(&f->label, LANG_EN), words_in(&f->label, LANG_LO), f->unit, f->date->name,
        number_or_null(!row->closed, row->value), number_or_null(f->female && !row->closed && !row->female_closed, row->female));
    for (int i = 0; i < row->notes_n; i++) {
        if (row->notes[i].figure->left) continue;
        buf_char(o, ',');
        json_text(o, row->notes[i].figure->name);
        json(o, ":{}", number_or_null(!row->notes[i].closed, row->notes[i].value));
    }
    left_json(o, row);
    earlier_json(o, row);
    if (row->closed || row->female_closed) reason_json(o);
    buf_char(o, '}');
}

static void cell_json(Buf *o, const FigureAsk *ask, const FigureCell *cell)
{
    json(o, "{'figure':{},'by':{", cell->figure->name);
    for (int i = 0; i < ask->by_n && !cell->closed; i++) json(o, "{}{}:{}", (Html){i ? S(",") : (Str){0}}, ask->by[i], cell->by[i]);
    json(o, "},'of':{");
    for (int i = 0; i < ask->by_n && !cell->closed; i++) json(o, "{}{}:{}", (Html){i ? S(",") : (Str){0}}, ask->by[i], cell->of[i]);
    json(o, "},'value':{}", number_or_null(!cell->closed, cell->value));
    if (cell->closed) reason_json(o);
    buf_char(o, '}');
}

void figures_json(Buf *o, const FigureAnswer *answer)
{
    const FigureAsk *ask = &answer->ask;
    json(o, "{'table':{},'from':{},'to':{},", ask->table->name, day_text(o->a, ask->from), day_text(o->a, ask->to));
    buf_add(o, ask->by_n ? S("\"cells\":[") : S("\"rows\":["));
    for (int i = 0; i < answer->rows_n; i++) {
        if (i) buf_add(o, S(",\n"));
        row_json(o, &answer->rows[i]);
    }
    for (int i = 0; i < answer->cells_n; i++) {
        if (i) buf_add(o, S(",\n"));
        cell_json(o, ask, &answer->cells[i]);
    }
    buf_add(o, S("]}\n"));
}

static void number_cell(Buf *o, bool there, int64_t number, bool last)
{
    csv_cell(o, there ? val_text(o->a, val_int(number)) : (Str){0}, last);
}

void figures_csv(Buf *o, const FigureAnswer *answer)
{
    const FigureAsk *ask = &answer->ask;
    csv_cell(o, S("figure"), false);
    if (!ask->by_n) buf_add(o, S("label_en,label_lo,unit,date_basis,value,female,left_out,earlier\n"));
    for (int i = 0; i < answer->rows_n; i++) {
        const FigureRow *row = &answer->rows[i];
        const Figure *f = row->figure;
        const Str texts[] = {f->name, words_in(&f->label, LANG_EN), words_in(&f->label, LANG_LO), f->unit, f->date->name};
        for (int k = 0; k < countof(texts); k++) csv_cell(o, texts[k], false);
        number_cell(o, !row->closed, row->value, false);
        number_cell(o, f->female && !row->closed && !row->female_closed, row->female, false);
        left_cell(o, row);
        earlier_cell(o, row);
    }
    if (!ask->by_n) return;
    for (int i = 0; i < ask->by_n; i++) csv_cell(o, ask->by[i], false);
    buf_add(o, S("value\n"));
    for (int i = 0; i < answer->cells_n; i++) {
        csv_cell(o, answer->cells[i].figure->name, false);
        for (int k = 0; k < ask->by_n; k++) csv_cell(o, answer->cells[i].by[k].s, false);
        number_cell(o, !answer->cells[i].closed, answer->cells[i].value, true);
    }
}

static void right(Buf *o, int64_t number, int width)
{
    Str text = val_text(o->a, val_int(number));
    for (isize i = text.n; i < width; i++) buf_char(o, ' ');
    buf_add(o, text);
}

static void closed_text(Buf *o, const Figure *f, Lang lang)
{
    buf_fill(o, "         –            {} ({}): {}\n", VALS(words_in(&f->label, lang), f->name, tr(lang, str_from(figure_closed))));
}

static void row_text(Buf *o, const FigureRow *row, Lang lang)
{
    if (row->closed) {
        closed_text(o, row->figure, lang);
        return;
    }
    right(o, row->value, 10);
    if (row->figure->female && !row->female_closed) right(o, row->female, 10);
    else buf_add(o, S("          "));
    buf_fill(o, "  {} ({})\n", VALS(words_in(&row->figure->label, lang), row->figure->name));
    for (int i = 0; i < row->notes_n; i++) {
        const FigureNote *note = &row->notes[i];
        if (note->closed) {
            closed_text(o, note->figure, lang);
            continue;
        }
        right(o, note->value, 10);
        buf_fill(o, "              {}{} ({})\n", VALS(note->figure->left ? tr(lang, S("left out: ")) : (Str){0},
            words_in(&note->figure->label, lang), note->figure->name));
    }
    for (int i = 0; i < row->earlier_n; i++) {
        buf_fill(o, "                        {} ", VALS(tr(lang, S("kept from earlier years:"))));
        earlier_words(o, &row->earlier[i]);
        buf_char(o, '\n');
    }
}

void figures_text(Buf *o, const FigureAnswer *answer, Lang lang)
{
    const FigureAsk *ask = &answer->ask;
    buf_fill(o, "{}, {} – {}\n", VALS(words_in(&ask->table->label, lang), day_text(o->a, ask->from), day_text(o->a, ask->to)));
    if (!ask->by_n) buf_fill(o, "     {}    {}\n", VALS(tr(lang, S("total")), tr(lang, S("female"))));
    for (int i = 0; i < answer->rows_n; i++) row_text(o, &answer->rows[i], lang);
    for (int i = 0; i < answer->cells_n; i++) {
        const FigureCell *cell = &answer->cells[i];
        if (cell->closed) {
            closed_text(o, cell->figure, lang);
            continue;
        }
        right(o, cell->value, 10);
        buf_fill(o, "  {}", VALS(cell->figure->name));
        for (int k = 0; k < ask->by_n; k++)
            buf_fill(o, "  {}={}",
                     VALS(cell->of[k].n ? cell->of[k] : ask->by[k],
                          cell->by[k].kind == VAL_NULL ? S("-") : cell->by[k].s));
        buf_char(o, '\n');
    }
}
