// A block as a table: its heads, which may sort it, a row a line, and the ways to the pages before and behind it.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { KEY_WHOLE = 20, RUN_WHOLE = 24 }; // longer ones may break

// Letters that stand together without a place to break. Lao breaks between its words.
static bool runs_long(Str s)
{
    int run = 0;
    if (s.n <= RUN_WHOLE) return false;
    for (isize i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool lao = c == 0xE0 && i + 1 < s.n && ((unsigned char)s.p[i + 1] == 0xBA || (unsigned char)s.p[i + 1] == 0xBB);
        if (c == ' ' || c == '-' || lao) run = 0;
        else if ((c & 0xC0) != 0x80) run++;
        if (lao) i += 2;
        if (run > RUN_WHOLE) return true;
    }
    return false;
}

static Str long_class(bool runs)
{
    return runs ? S(" app-long") : (Str){0};
}

// A number and the title behind it stand in one cell, which leads to the record.
static void first_cell(Request *ask, const Line *line, Str head)
{
    const Item *item = &line->items[0];
    bool number = !line->title.n && item->text.n <= KEY_WHOLE && !str_has(item->text, ' '); // it stands in one line
    html(ask->o, "<th scope='row' class='govuk-table__header{}{}'", long_class(runs_long(item->text) || runs_long(line->title)),
         number ? S(" app-nowrap") : (Str){0});
    if (!item->to.s.n) html(ask->o, " data-label='{}'", head); // what leads nowhere says what it is
    html(ask->o, ">");
    Str whole = item->text.n <= KEY_WHOLE ? S("app-nowrap") : (Str){0};
    if (!line->title.n || !item->to.s.n) text_write(ask, item); // a title that leads nowhere is the button's to say
    else
        html(ask->o, "<a class='govuk-link' href='{}'><span class='{}'>{}</span> {}</a>", (Url){item->to.s}, whole, item->text,
             line->title);
    html(ask->o, "</th>");
}

static void cell_write(Request *ask, const Line *line, const Item *item, Str head)
{
    if (item->tone == TONE_STATE && item->value.n) {
        html(ask->o, "<td class='govuk-table__cell' data-label='{}'>", head);
        state_tag(ask, line->of->type, item->value);
        html(ask->o, "</td>");
    } else if (!item->text.n) html(ask->o, "<td class='govuk-table__cell'></td>");
    else {
        html(ask->o, "<td class='govuk-table__cell{}' data-label='{}'>", long_class(runs_long(item->text)), head);
        text_write(ask, item);
        html(ask->o, "</td>");
    }
}

// A short word stays whole: Lao is broken where a dictionary thinks that one ends.
static Str head_class(Str head)
{
    enum { SHORT = 24 };
    return head.n <= SHORT && !str_has(head, ' ') ? S(" app-nowrap") : (Str){0};
}

// A heading that the rows can stand by leads there; what it says aloud is the column and how they stand, no arrow.
static void head_write(Request *ask, Str head, Sorting by)
{
    Str arrow = !by.now.n ? S("↕") : str_equal(by.now, S("ascending")) ? S("▲") : S("▼");
    if (!head.n) {
        html(ask->o, "<td class='govuk-table__header'></td>");
        return;
    }
    html(ask->o, "<th scope='col' class='govuk-table__header{}'", by.to.s.n ? S(" app-sorts__by") : head_class(head));
    if (by.now.n) html(ask->o, " aria-sort='{}'", by.now);
    if (by.to.s.n)
        html(ask->o, "><a class='govuk-link' href='{}'>{} <span aria-hidden='true'>{}</span></a></th>", (Url){by.to.s}, head, arrow);
    else html(ask->o, ">{}</th>", head);
}

// Columns that are closed to her in every row: they would stand there empty.
static const bool *closed_of(Request *ask, const Block *b)
{
    bool *closed = take(ask->a, bool, b->heads_n + 1);
    for (int k = 1; k < b->heads_n; k++) {
        closed[k] = b->n > 0;
        for (int i = 0; i < b->n; i++) closed[k] &= k < b->lines[i].n && b->lines[i].items[k].tone == TONE_CLOSED;
    }
    return closed;
}

// It becomes cards on a phone.
void table_write(Request *ask, const Block *b)
{
    const bool *closed = closed_of(ask, b);
    html(ask->o, "<table class='govuk-table app-cards{}'><thead class='govuk-table__head'><tr class='govuk-table__row'>",
         b->sortings ? S(" app-sorts") : (Str){0});
    for (int i = 0; i < b->heads_n; i++)
        if (!closed[i]) head_write(ask, b->heads[i], b->sortings ? b->sortings[i] : (Sorting){0});
    html(ask->o, "</tr></thead><tbody class='govuk-table__body'>\n");
    for (int i = 0; i < b->n; i++) {
        const Line *line = &b->lines[i];
        html(ask->o, "<tr class='govuk-table__row'>");
        first_cell(ask, line, b->heads[0]);
        for (int k = 1; k < line->n; k++)
            if (!closed[k]) cell_write(ask, line, &line->items[k], b->heads[k]);
        if (line->moves_n) {
            html(ask->o, "<td class='govuk-table__cell'>");
            moves_write(ask, line);
            html(ask->o, "</td>");
        }
        if (line->act_words.n || line->asking) {
            html(ask->o, "<td class='govuk-table__cell'>");
            if (line->asking) ask_write(ask, line->asking);
            else act_write(ask, line);
            html(ask->o, "</td>");
        }
        int cells = line->n + (line->moves_n > 0) + (line->act_words.n || line->asking);
        for (; cells < b->heads_n; cells++) html(ask->o, "<td class='govuk-table__cell'></td>");
        html(ask->o, "</tr>\n");
    }
    html(ask->o, "</tbody></table>\n");
}

// ---- the pages of a long one ------------------------------------------------------------------------------------

static void page_link(Request *ask, Url to, Str where, Str words, bool related)
{
    if (!to.s.n) return;
    html(ask->o, "<div class='govuk-pagination__{}'><a class='govuk-link govuk-pagination__link' href='{}'", where, to);
    if (related) html(ask->o, " rel='{}'", where);
    html(ask->o, "><span class='govuk-pagination__link-title'>{}</span></a></div>", words);
}

void paging_write(Request *ask, const Paging *paging)
{
    Lang lang = ask->lang;
    html(ask->o, "<nav class='govuk-pagination' aria-label='{}'>", tr(lang, S("Pages of the list")));
    page_link(ask, paging->first, S("prev"), tr(lang, S("First page")), false);
    page_link(ask, paging->before, S("prev"), tr(lang, S("Previous page")), true);
    page_link(ask, paging->next, S("next"), tr(lang, S("Next page")), true);
    html(ask->o, "</nav>\n");
}
