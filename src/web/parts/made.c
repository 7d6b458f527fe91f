// Blocks by hand: a table's rows, paragraphs, facts and what is asked, for pages that show no list of records.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { ROWS_FIRST = 16 };

Block table_block(Request *ask, Str title, const Str *heads, int n)
{
    Block b = {.shape = SHAPE_TABLE, .title = title, .heads = take(ask->a, Str, n), .heads_n = n};
    memcpy(b.heads, heads, (size_t)n * sizeof *heads);
    return b;
}

Line *row_add(Request *ask, Block *table)
{
    if (table->n == table->room) {
        Line *before = table->lines;
        table->room = table->room ? 2 * table->room : ROWS_FIRST;
        table->lines = take(ask->a, Line, table->room);
        if (before) memcpy(table->lines, before, (size_t)table->n * sizeof *before);
    }
    Line *row = &table->lines[table->n++];
    row->items = take(ask->a, Item, table->heads_n);
    return row;
}

Item *cell_add(Line *row, Str text)
{
    Item *item = &row->items[row->n++];
    *item = (Item){.text = text};
    return item;
}

Block *points_add(Blocks *all, BlockShape shape, Str title)
{
    return block_add(all, &(Block){.shape = shape, .title = title});
}

Item *point_add(Request *ask, Block *points, Str text)
{
    Line *line = row_add(ask, points);
    line->items = take(ask->a, Item, PARAGRAPH_MOST);
    return cell_add(line, text);
}

Item *words_add(Blocks *all, Tone tone, Str text)
{
    Item *item = point_add(all->ask, points_add(all, SHAPE_WORDS, (Str){0}), text);
    item->tone = tone;
    return item;
}

Item *words_more(Blocks *all, Str text)
{
    const Block *last = &all->at[all->n - 1];
    return cell_add(&last->lines[last->n - 1], text);
}

Block *ask_add(Blocks *all, Str title, const Asking *asking)
{
    Asking *kept = take(all->ask->a, Asking, 1);
    *kept = *asking;
    return block_add(all, &(Block){.shape = SHAPE_ASK, .title = title, .asking = kept, .n = 1});
}

Block *facts_add(Blocks *all, int most)
{
    Line *line = take(all->ask->a, Line, 1);
    line->items = take(all->ask->a, Item, most);
    return block_add(all, &(Block){.shape = SHAPE_FACTS, .lines = line, .n = 1});
}

void fact_add(Block *facts, Str name, Str value)
{
    cell_add(&facts->lines[0], value)->name = name;
}
