// What cannot follow, and why: told at the step.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Save *step_of(Save *v)
{
    while (v->by) v = v->by;
    return v;
}

// All that is wrong with what would follow is told at the step.
void follow_refuse(Save *v, Str value, Message why)
{
    Save *step = step_of(v);
    if (faults_about(&step->out->faults, S("state"))) { // the same of two records is told once
        for (const Fault *f = step->out->faults.first; f; f = f->next)
            if (str_equal(message_text(v->s->a, f->message), message_text(v->s->a, why))) return;
    }
    complain(step, S("state"), value, why);
}

// Her agency has no key to it: what looks at it would be made of nothing.
bool view_closed(const View *view, const Expr *e)
{
    bool field = e->field && !e->hangs && e->field->at >= 0;
    const View *of = field && e->link ? view->linked[e->link->at] : view;
    const Cell *cell = field && of ? &of->cells[e->field->at] : 0;
    bool closed = cell && cell->hidden && !cell->said;
    for (int i = 0; i < e->n; i++) closed |= view_closed(view, e->args[i]);
    return closed;
}

void follow_closed(Save *v)
{
    follow_refuse(v, (Str){0}, message(v->s->a, "What follows from it cannot be known: it looks at what is closed to your agency."));
}
