// What was counted, for machines and for people at a terminal.
// SPDX-License-Identifier: Apache-2.0
#include "figures/figures.h"
#include "formats/formats.h"

static void row_json(Buf *o, const FigureRow *row)
{
    const Figure *f = row->figure;
    json(o, "{'figure':{},'label':{'en':{},'lo':{}},'unit':{},'date_basis':{},'value':{},'female':{}", f->name,
        words_in(&f->label, LANG_EN), words_in(&f->label, LANG_LO), f->unit, f->date->name, row->value,
        f->female ? val_int(row->female) : (Val){0});
    for (int i = 0; i < row->notes_n; i++) {
        buf_char(o, ',');
        json_text(o, row->notes[i].figure->name);
        buf_char(o, ':');
        buf_int(o, row->notes[i].value);
    }
    buf_char(o, '}');
}

static void cell_json(Buf *o, const FigureAsk *ask, const FigureCell *cell)
{
    json(o, "{'figure':{},'by':{", cell->figure->name);
    for (int i = 0; i < ask->by_n; i++) {
        if (i) buf_char(o, ',');
        json_text(o, ask->by[i]);
        json(o, ":{}", cell->by[i]);
    }
    json(o, "},'value':{}}", cell->value);
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
    if (!ask->by_n) buf_add(o, S("label_en,label_lo,unit,date_basis,value,female\n"));
    for (int i = 0; i < answer->rows_n; i++) {
        const FigureRow *row = &answer->rows[i];
        const Figure *f = row->figure;
        const Str texts[] = {f->name, words_in(&f->label, LANG_EN), words_in(&f->label, LANG_LO), f->unit, f->date->name};
        for (int k = 0; k < countof(texts); k++) csv_cell(o, texts[k], false);
        number_cell(o, true, row->value, false);
        number_cell(o, f->female, row->female, true);
    }
    if (!ask->by_n) return;
    for (int i = 0; i < ask->by_n; i++) csv_cell(o, ask->by[i], false);
    buf_add(o, S("value\n"));
    for (int i = 0; i < answer->cells_n; i++) {
        csv_cell(o, answer->cells[i].figure->name, false);
        for (int k = 0; k < ask->by_n; k++) csv_cell(o, answer->cells[i].by[k].s, false);
        number_cell(o, true, answer->cells[i].value, true);
    }
}

static void right(Buf *o, int64_t number, int width)
{
    Str text = val_text(o->a, val_int(number));
    for (isize i = text.n; i < width; i++) buf_char(o, ' ');
    buf_add(o, text);
}

static void row_text(Buf *o, const FigureRow *row, Lang lang)
{
    right(o, row->value, 10);
    if (row->figure->female) right(o, row->female, 10);
    else buf_add(o, S("          "));
    buf_fill(o, "  {} ({})\n", VALS(words_in(&row->figure->label, lang), row->figure->name));
    for (int i = 0; i < row->notes_n; i++) {
        right(o, row->notes[i].value, 10);
        buf_fill(o, "              {} ({})\n", VALS(words_in(&row->notes[i].figure->label, lang), row->notes[i].figure->name));
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
        right(o, cell->value, 10);
        buf_fill(o, "  {}", VALS(cell->figure->name));
        for (int k = 0; k < ask->by_n; k++) buf_fill(o, "  {}={}", VALS(ask->by[k], cell->by[k].kind == VAL_NULL ? S("-") : cell->by[k].s));
        buf_char(o, '\n');
    }
}
