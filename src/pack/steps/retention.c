// How long a record is kept: the sheet retention.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str then_words[] = {[KEPT_ERASE] = S("erase"), [KEPT_STRIP] = S("strip")};

static bool kept_already(Load *l, const Row *r, const Retention *one, const Retention *others, int n)
{
    bool told = false;
    for (int i = 0; i < n; i++) told |= others[i].record == one->record && !others[i].where;
    if (told) row_tell(l, r, S("record"), one->record->name,
        message(l->a, "How long a {} is kept is told above, for all of them; put what holds for some before it.", one->record->name));
    return told;
}

void retention_read(Load *l)
{
    enum { YEARS_MOST = 200 };
    const RowList *rows = &l->rows[SHEET_RETENTION];
    Retention *all = take(l->a, Retention, rows->n);
    l->pack->retention = all;
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        int64_t years = 0;
        Retention one = {.record = row_record(l, r, S("record")),
            .then = (KeptThen)row_choose(l, r, S("then"), then_words, countof(then_words))};
        bool good = row_number(l, r, S("years"), &years) && years <= YEARS_MOST;
        if (!good)
            row_tell(l, r, S("years"), row_cell(l, r, S("years")), message(l->a, "Say for how many whole years, up to {}.", YEARS_MOST));
        if (!row_cell(l, r, S("then")).n)
            row_tell(l, r, S("then"), S(""), message(l->a, "Say what is done then: erase, or strip."));
        if (!row_cell(l, r, S("from")).n)
            row_tell(l, r, S("from"), S(""), message(l->a, "Say from which day, as in ${closed} or state-since()."));
        if (!one.record || kept_already(l, r, &one, all, l->pack->retention_n)) continue;
        one.where = row_condition(l, r, S("where"), one.record, TYPE_BOOL);
        one.from = row_condition(l, r, S("from"), one.record, TYPE_DAY);
        one.years = (int)years;
        all[l->pack->retention_n++] = one;
    }
}
