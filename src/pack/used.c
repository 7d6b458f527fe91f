// Why each field is asked: the survey's column used_for. What serves nothing is not collected.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

const Str used_words[] = {
    [USED_FIGURE] = S("figure"), [USED_LETTER] = S("letter"), [USED_RULE] = S("rule"), [USED_LAW] = S("law"),
    [USED_SERVICE] = S("service"), // no role word: a use, which a record's name happens to be
};
_Static_assert(countof(used_words) == USED_COUNT, "every use has a word");

// Of a form that was added it was told when that was loaded.
static bool of_form(const SheetFile *file)
{
    return str_find(file->path, S("/forms/")) >= 0;
}

static bool has_column(const Load *l, const Row *r)
{
    const SheetColumns *c = &l->columns[SHEET_SURVEY];
    int i = 0;
    while (!str_equal(c->plain[i], S("used_for"))) i++;
    return r->file->headers[i].n > 0;
}

unsigned used_read(Load *l, const Row *r)
{
    Str text = row_cell(l, r, S("used_for")), rest = text, word;
    unsigned set = 0;
    while (str_word(&rest, &word)) {
        int i = 0;
        while (i < USED_COUNT && !str_equal(used_words[i], word)) i++;
        if (i < USED_COUNT) set |= 1u << i;
        else row_tell(l, r, S("used_for"), word, message(l->a, "'{}' is not known here; write some of: {}.", word,
            str_join(l->a, used_words, USED_COUNT, S(" "))));
    }
    if (!text.n && has_column(l, r) && !of_form(r->file)) {
        row_tell(l, r, S("used_for"), S(""), message(l->a,
            "Say why this is asked, with one or some of: {}. What nobody uses is not collected.",
            str_join(l->a, used_words, USED_COUNT, S(" "))));
    }
    return set;
}

// A sheet of before this column was there still does.
void used_tell(Load *l)
{
    const RowList *rows = &l->rows[SHEET_SURVEY];
    const SheetFile *told = 0;
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        if (r->file == told || has_column(l, r) || of_form(r->file)) continue;
        told = r->file;
        Row header = {.file = r->file, .sheet = SHEET_SURVEY, .line = 1};
        row_warn(l, &header, S("used_for"), S(""), message(l->a,
            "Nothing here says why each field is asked; add the column used_for, with some of: {}.",
            str_join(l->a, used_words, USED_COUNT, S(" "))));
    }
}
