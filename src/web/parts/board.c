// Parts that put records beside each other: a board with its numbers, and a desk of cases that share what was written.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { CARDS_MOST = 40, COUNTED_MOST = 1000, DESK_ROWS = 500, DESK_TOLD = 20 };

// ---- a board ------------------------------------------------------------------------------------------------

static ListAsk count_list(const Screen *count, const Record *r)
{
    return (ListAsk){.type = count->record, .link = count->link, .of = r ? r->row : 0, .where = count->where, .limit = 1};
}

// Whether all that hangs there exists for her, and says to her where it hangs; else no count of none is told, which would say that a
// house is empty.
static bool counts_all(const Request *ask, const Screen *count)
{
    bool says = !count->link || field_whole(ask->s, count->record, count->link);
    return says && may_all(&ask->s->user, count->record, MAY_READ);
}

static Err *count_item(Request *ask, const Screen *count, const Record *r, Item *out)
{
    ListAsk list = count_list(count, r);
    int64_t n;
    Str shown;
    TRY(record_count(ask->s, &list, COUNTED_MOST + 1, &n));
    shown = count_shown(ask, n, COUNTED_MOST);
    Str value = n > COUNTED_MOST ? say(ask->a, "{}+", COUNTED_MOST) : say(ask->a, "{}", n);
    if (!n && !counts_all(ask, count)) value = (Str){0}, shown = S("–");
    *out = (Item){.name = words_in(&count->label, ask->lang), .field = say(ask->a, "{}.{}", count->record->name, count->place),
        .value = value, .text = shown};
    return 0;
}

// Its numbers are items; what else its columns say stands in one line below its title.
static Err *card_of(Request *ask, const Screen *board, const Screen *const *counts, int counts_n, const Record *r,
    const Str *texts, Line *out)
{
    Buf by = buf_in(ask->a);
    *out = (Line){.of = r, .to = record_url(ask, r->type, r->id), .items = take(ask->a, Item, board->columns_n + counts_n),
        .moves = board->moves, .moves_n = board->moves_n};
    for (int i = 0; i < board->columns_n; i++) {
        const Column *c = &board->columns[i];
        if (!i) out->title = texts[i].n && !str_equal(texts[i], r->id) ? texts[i] : name_or_none(ask, r);
        else if (column_counts(c) && !r->cells[c->field->at].hidden)
            out->items[out->n++] = (Item){.name = column_label(ask, r->type, c), .field = c->name, .value = r->cells[c->field->at].text,
                .text = texts[i].n ? texts[i] : S("–")};
        else if (texts[i].n) {
            buf_fill(&by, by.n ? " · {}" : "{}", VALS(texts[i]));
            out->items[out->n++] = (Item){.field = c->name, .text = texts[i], .tone = TONE_ASIDE};
        }
    }
    out->by = buf_str(&by);
    for (int i = 0; i < counts_n; i++) TRY(count_item(ask, counts[i], r, &out->items[out->n++]));
    return 0;
}

// The counts that stand below it on its screen, up to the next board.
static int counts_below(Request *ask, const Screen *board, const Screen **out)
{
    int n = 0, at = 0;
    const Screen *part;
    while ((part = screen_part(ask->pack, board->name, at)) && part != board) at++;
    while ((part = screen_part(ask->pack, board->name, ++at)) && part->kind == SCREEN_COUNT) {
        ListAsk list = count_list(part, 0);
        bool hers = part->board == board->record && may_any(&ask->s->user, part->record, MAY_READ);
        if (hers && list_open(ask->s, &list)) out[n++] = part;
    }
    return n;
}

Err *board_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    const Screen **counts = take(ask->a, const Screen *, ask->pack->screens_n);
    int counts_n = counts_below(ask, part, counts);
    RecordPage page;
    Str **texts;
    ListAsk list = part_list(reading, part, CARDS_MOST);
    TRY(record_list(ask->s, &list, &page));
    TRY(columns_read(ask, part, &page, &texts));
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_BOARD, .title = part_title(ask, part, (Str){0}),
        .lines = take(ask->a, Line, page.n), .empty = tr(ask->lang, S("Nothing stands in this list now."))});
    for (int i = 0; i < page.n; i++) TRY(card_of(ask, part, counts, counts_n, page.at[i], texts[i], &block->lines[block->n++]));
    bool whole = true;
    for (int i = 0; i < counts_n; i++) whole = whole && counts_all(ask, counts[i]);
    if (!whole) block->below = tr(ask->lang, S("Only what you may see is counted here."));
    if (!page.next.row) return 0;
    block->more = url(ask->a, "/{}?_list={}.{}", part->record->name, part->name, part->place);
    block->more_words = tr(ask->lang, S("Show all"));
    return 0;
}

// ---- a desk ---------------------------------------------------------------------------------------------------

// Without blanks, signs and the difference of capitals: +856 20 5555 is 85620 5555 written otherwise.
static Str compared(Arena *a, Str text)
{
    Buf o = buf_in(a);
    Str lower = str_lower(a, text);
    for (isize i = 0; i < lower.n; i++) {
        unsigned char c = (unsigned char)lower.p[i];
        if (c >= 128 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) buf_char(&o, (char)c);
    }
    return buf_str(&o);
}

// of: the case that it belongs to; named: it has a link to that
typedef struct { const Record *r; Str value, shown; const Field *field; int64_t of; bool named; } Said;

// What the officers of her own agency wrote, as far as it is open to her; each value once for a record.
static int said_read(Request *ask, const Screen *part, const RecordPage *page, Said *out)
{
    const Unit *unit = ask->s->user.unit;
    const Field *to_case = part->record->the_case >= 0 ? &part->record->fields[part->record->the_case] : 0;
    int n = 0;
    for (int i = 0; i < page->n; i++) {
        const Record *r = page->at[i];
        if (!unit || !str_equal(unit->agency, r->agency)) continue;
        for (int k = 0; k < part->columns_n; k++) {
            const Field *f = part->columns[k].field;
            const Cell *cell = &r->cells[f->at];
            Str value = cell->hidden ? (Str){0} : compared(ask->a, cell->text);
            int64_t of = to_case ? r->cells[to_case->at].row : r->row;
            if (value.n) out[n++] = (Said){r, value, cell->text, f, of, to_case && of > 0};
        }
    }
    return n;
}

// What each is called: by its case, as far as that is hers, since what they say is the same.
static Err *desk_named(Request *ask, const Said *all, const int *which, Line *line)
{
    int64_t *rows = take(ask->a, int64_t, line->n);
    Str *titles = take(ask->a, Str, line->n);
    const RecordType *t = all[which[0]].r->type, *of = t->the_case < 0 ? 0 : t->fields[t->the_case].target;
    for (int i = 0; i < line->n; i++) rows[i] = all[which[i]].named ? all[which[i]].of : 0;
    if (of) TRY(record_titles(ask->s, of, rows, line->n, titles));
    for (int i = 0; of && i < line->n; i++)
        if (titles[i].n) line->items[i].text = titles[i];
    return 0;
}

// The others that say the same about another case.
static Err *desk_line(Request *ask, const Said *all, int n, int at, bool *told, Block *block)
{
    int *which = take(ask->a, int, n);
    Line line = {.title = say(ask->a, "{}: {}", field_label(ask, all[at].field), all[at].shown), .items = take(ask->a, Item, n)};
    int64_t first = all[at].of;
    bool several = false;
    for (int i = at; i < n; i++) {
        if (told[i] || !str_equal(all[i].value, all[at].value)) continue;
        told[i] = true;
        several |= all[i].of != first;
        which[line.n] = i;
        line.items[line.n++] = (Item){.field = all[i].r->id, .value = all[i].r->key, .text = record_heading(ask, all[i].r),
            .to = record_url(ask, all[i].r->type, all[i].r->id)};
    }
    if (!several) return 0;
    TRY(desk_named(ask, all, which, &line));
    block->lines[block->n++] = line;
    return 0;
}

Err *desk_part(Reading *reading, const Screen *part, Blocks *out)
{
    Request *ask = reading->ask;
    RecordPage page;
    ListAsk list = part_list(reading, part, DESK_ROWS);
    list.screen = 0; // the case that each belongs to is read, too
    TRY(record_list(ask->s, &list, &page));
    Said *all = take(ask->a, Said, page.n * part->columns_n);
    int n = said_read(ask, part, &page, all);
    bool *told = take(ask->a, bool, n);
    Block *block = block_add(out, &(Block){.part = part, .shape = SHAPE_SHARED, .title = part_title(ask, part, (Str){0}),
        .lines = take(ask->a, Line, n), .empty = tr(ask->lang, S("No two cases share what was written here."))});
    for (int i = 0; i < n && block->n < DESK_TOLD; i++)
        if (!told[i]) TRY(desk_line(ask, all, n, i, told, block));
    if (page.next.row)
        block->below = message_in(ask->a, ask->lang, message(ask->a, "The {} newest were compared.", DESK_ROWS));
    return 0;
}
