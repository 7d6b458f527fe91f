// A form as an interview: all its boxes travel, and one group of questions is seen at a time. Nothing is saved before the last.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { GROUPS_MOST = 100 };

// Which groups ask something now, and in which stands the field that is told of.
static int groups_read(Request *ask, const Record *now, const Entered *e, const View *view, Str first, bool *open, int *told)
{
    const Field *last = 0;
    int n = 0;
    *told = 0;
    for (int i = 0; i < ask->type->n; i++) {
        const Field *f = &ask->type->fields[i];
        for (int k = 0; k < ask->type->repeats_n; k++)
            if (ask->type->repeats[k].at == i) last = 0; // behind rows a heading comes again
        if (!asked_here(ask, now, e, f)) continue;
        if (!same_group(f, last) && n < GROUPS_MOST) open[++n] = false;
        last = f;
        open[n] |= !f->relevant || expr_true(ask->a, f->relevant, view);
        bool spot = str_starts(first, say(ask->a, "_new.{}.", f->name)); // in what is written down on the spot
        if (!*told && (spot || str_equal(f->name, first))) *told = n;
    }
    return n;
}

static int next_open(const bool *open, int n, int from, int by)
{
    int at = from + by;
    while (at > 1 && at < n && !open[at]) at += by;
    return at < 1 ? 1 : at > n ? n : at;
}

Err *interview_turn(Request *ask, const Record *now, const Entered *e, Str first)
{
    bool open[GROUPS_MOST + 1];
    int64_t turn = 0;
    int told;
    View *view;
    Str said = pairs_find(&ask->form, S("_part")) ? pairs_get(&ask->form, S("_part")) : pairs_get(&ask->query, S("_part"));
    if (ask->step || !str_int(said, &turn) || turn < 1) return 0;
    TRY(draft_view(ask->s, &e->draft, now, &view));
    ask->turns = groups_read(ask, now, e, view, first, open, &told);
    ask->turn = turn > ask->turns ? ask->turns : (int)turn;
    if (pairs_find(&ask->form, S("_next"))) ask->turn = next_open(open, ask->turns, ask->turn, 1);
    else if (pairs_find(&ask->form, S("_back"))) ask->turn = next_open(open, ask->turns, ask->turn, -1);
    else if (told) ask->turn = told;
    return 0;
}

void interview_actions(Request *ask)
{
    if (!ask->turn) return;
    html(ask->o, "<input type='hidden' name='_part' value='{}'><div class='app-actions'>\n", ask->turn);
    if (ask->turn < ask->turns)
        html(ask->o, "<button class='govuk-button' name='_next' value='yes'>{}</button>\n", tr(ask->lang, S("Go on")));
    if (ask->turn > 1)
        html(ask->o, "<button class='govuk-button govuk-button--secondary' name='_back' value='yes'>{}</button>\n",
             tr(ask->lang, S("Back")));
    html(ask->o, "<span class='app-muted'>{}</span></div>\n",
         message_in(ask->a, ask->lang, message(ask->a, "Part {} of {}", ask->turn, ask->turns)));
}
