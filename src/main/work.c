// The command work: what waits for somebody who may sign in.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

static Err *user_named(Call *call, Store *s, Str name, User *out)
{
    Account *all;
    int n;
    TRY(user_list(s, &all, &n));
    for (int i = 0; i < n; i++) {
        if (!all[i].active || !str_equal(all[i].name, name)) continue;
        *out = (User){all[i].name, role_get(s->pack, all[i].role), unit_get(s->pack, all[i].unit)};
        if (out->role) return 0;
        return fail(call->a, ERR_INPUT, "The role {} of {} is not in the pack.", all[i].role, name);
    }
    return fail(call->a, ERR_INPUT, "There is no user {}: sukhwan user add makes one.", name);
}

static void work_text(Buf *o, const WorkList *list)
{
    for (int i = 0; i < list->n; i++) {
        const WorkItem *item = &list->at[i];
        const Record *r = item->record;
        Str due = item->due ? day_text(o->a, item->due) : S("-         "), number = r->number.n ? r->number : r->key;
        buf_fill(o, "{}{}  {}  {}  {}  {}", VALS(due, item->late ? S(" late") : S("     "), r->type->name, number,
            work_title(o->a, item), r->state));
        for (int k = 0; k < item->moves_n; k++) buf_fill(o, k ? " {}" : "  {}", VALS(item->moves[k]->name));
        buf_char(o, '\n');
    }
    if (list->next.row) buf_add(o, list->maybe ? S("There may be more: not all that waits was looked through.\n") : S("There is more.\n"));
    if (list->later) buf_fill(o, "Put off: {}.\n", VALS(list->later));
}

Err *run_work(Call *call, int *exit_code)
{
    enum { ROWS = 20 };
    Store *s;
    WorkList list;
    Buf o = buf_in(call->a);
    if (!option_given(call, S("--user"))) {
        *exit_code = usage(call, S("say whose work, with --user NAME."));
        return 0;
    }
    TRY(open_for(call, OPEN_READ, &s));
    TRY(user_named(call, s, option(call, S("--user"), S("")), &s->user));
    TRY(work_list(s, (WorkPlace){0}, ROWS, &list));
    if (str_equal(option(call, S("--format"), S("text")), S("json"))) work_json(&o, &list);
    else work_text(&o, &list);
    TRY(looks_note(s, LOOK_LIST));
    out_write(buf_str(&o));
    return 0;
}
