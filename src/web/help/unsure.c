// Lao words that no reader has confirmed yet, English beside them: for who goes through them, on the screen or on paper.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

static void word_row(Request *ask, Block *table, Str english, Str lao, Str where)
{
    Line *row = row_add(ask, table);
    cell_add(row, english)->lang = S("en");
    cell_add(row, lao)->lang = S("lo");
    cell_add(row, where);
}

static int lao_column(const CsvRow *head, int from)
{
    int i = from;
    while (i < head->n && !str_ends(head->cells[i], S("::Lao (lo)"))) i++;
    return i;
}

// What the same words are in English: the column beside, of the same name.
static Str english_of(Request *ask, const CsvRow *head, const CsvRow *row, int lao)
{
    Str name = head->cells[lao];
    Str english = say(ask->a, "{}::English (en)", str_slice(name, 0, str_find(name, S("::"))));
    for (int i = 0; i < head->n && i < row->n; i++)
        if (str_equal(head->cells[i], english)) return row->cells[i];
    return (Str){0};
}

static void sheet_rows(Request *ask, const PackSheet *sheet, Block *table)
{
    Csv *rows = csv_over(ask->a, sheet->text);
    CsvRow head, row;
    if (!csv_next(rows, ask->a, &head)) return;
    while (csv_next(rows, ask->a, &row)) {
        for (int i = lao_column(&head, 0); i < row.n; i = lao_column(&head, i + 1)) {
            if (i >= head.n) break;
            if (!str_starts(row.cells[i], S("?"))) continue;
            Str lao = str_trim(str_slice(row.cells[i], 1, row.cells[i].n));
            word_row(ask, table, english_of(ask, &head, &row, i), lao, say(ask->a, "{}:{}", sheet->path, row.line));
        }
    }
}

Err *unsure_show(Request *ask)
{
    Lang lang = ask->lang;
    PackSheets sheets;
    UnsureWord *words;
    int n = words_unsure_list(ask->a, LANG_LO, &words);
    const Str heads[] = {S("English"), tr(LANG_LO, S("English")), tr(lang, S("Where it stands"))};
    TRY(pack_sheets(ask->s, &sheets));
    Block tables[] = {table_block(ask, tr(lang, S("Words of records, questions and choices")), heads, countof(heads)),
        table_block(ask, tr(lang, S("Words of the program")), heads, countof(heads))}, *pack = &tables[0], *program = &tables[1];
    for (int i = 0; i < sheets.n; i++) sheet_rows(ask, &sheets.at[i], pack);
    for (int i = 0; i < n; i++) word_row(ask, program, words[i].english, words[i].there, say(ask->a, "locale/lo.po:{}", words[i].line));
    program->below = message_in(ask->a, lang, message(ask->a, "{} words are unsure.", pack->n + program->n));
    pack->above = tr(lang, S("Read them, on paper too. Whoever looks after the program takes the mark away of what is right, "
        "and puts better words where they are not."));
    blocks_page(ask, &(Page){.title = tr(lang, S("Words that no Lao reader has confirmed yet"))}, &(Blocks){.at = tables, .n = 2});
    return 0;
}
