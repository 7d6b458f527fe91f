// Numbers side by side, each with a bar as long as it is large: what a table of figures is written as.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

static Str numeric(bool is)
{
    return is ? S(" govuk-table__cell--numeric") : (Str){0};
}

static void heads_write(Request *ask, const Block *b)
{
    const Line *shown = 0; // one that is not closed tells which columns are numbers
    for (int i = 0; i < b->n && !shown; i++)
        if (b->lines[i].n) shown = &b->lines[i];
    for (int i = 0; i < b->heads_n; i++) {
        bool number = i && shown && shown->items[i - 1].tone == TONE_NUMBER;
        html(ask->o, "<th scope='col' class='govuk-table__header{}'>{}</th>", number ? S(" govuk-table__header--numeric") : (Str){0},
             b->heads[i]);
    }
}

// One that is not nothing is seen, however small.
static void bar_write(Request *ask, const Line *line)
{
    html(ask->o,
         "<td class='govuk-table__cell app-bars__bar'><svg aria-hidden='true' focusable='false'><rect class='app-bar' width='{}%' "
         "height='{}%'/>",
         line->bar, line->inner ? 55 : 100);
    if (line->inner) html(ask->o, "<rect class='app-bar app-bar--2' width='{}%' height='40%' y='60%'/>", line->inner);
    html(ask->o, "</svg></td>");
}

static void line_write(Request *ask, const Block *b, const Line *line)
{
    html(ask->o, "<tr class='govuk-table__row'><th scope='row' class='govuk-table__header'><span class='{}'>{}</span>",
         line->again ? S("govuk-visually-hidden") : (Str){0}, line->title);
    for (int k = 0; k < line->n; k++)
        if (line->items[k].tone == TONE_ASIDE)
            html(ask->o, "<p class='govuk-body-s app-muted'>{}: {}</p>", line->items[k].name, line->items[k].text);
    html(ask->o, "</th>");
    if (!line->n) html(ask->o, "<td class='govuk-table__cell app-muted' colspan='{}'>{}</td>", b->heads_n, line->when);
    for (int k = 0; k < line->n; k++) {
        const Item *item = &line->items[k];
        if (item->tone == TONE_ASIDE) continue;
        html(ask->o, "<td class='govuk-table__cell{}'>", numeric(item->tone == TONE_NUMBER));
        if (item->value.n) html(ask->o, "{}", item->text);
        else html(ask->o, "<span class='app-muted'>{}</span>", item->text);
        html(ask->o, "</td>");
    }
    if (line->n) bar_write(ask, line);
    html(ask->o, "</tr>\n");
}

static void key_write(Request *ask, Str class, Str words)
{
    html(ask->o, "<li><svg aria-hidden='true' viewBox='0 0 10 10'><rect class='app-key{}' width='10' height='10'/></svg>{}</li>", class,
         words);
}

// Two bars in one are told apart below: by the heads of the last two numbers.
void bars_write(Request *ask, const Block *b)
{
    bool inner = false;
    html(ask->o, "<div class='app-scroll' tabindex='0' role='region' aria-label='{}'><table class='govuk-table app-bars'>"
        "<thead class='govuk-table__head'><tr class='govuk-table__row'>", b->says);
    heads_write(ask, b);
    html(ask->o, "<td class='govuk-table__cell'></td></tr></thead><tbody class='govuk-table__body'>\n");
    for (int i = 0; i < b->n; i++) {
        inner |= b->lines[i].inner > 0;
        line_write(ask, b, &b->lines[i]);
    }
    html(ask->o, "</tbody></table></div>\n");
    if (!inner) return;
    html(ask->o, "<ul class='app-legend'>");
    key_write(ask, (Str){0}, b->heads[b->heads_n - 2]);
    key_write(ask, S(" app-key--2"), b->heads[b->heads_n - 1]);
    html(ask->o, "</ul>\n");
}
