// The form of a record, made from the pack: a new one, or a change; shown again with what is wrong.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

static Str sentence_of(Request *ask, const Entered *e, Str column, bool doubts)
{
    for (const Fault *f = e ? e->faults.first : 0; f; f = f->next)
        if (f->warning == doubts && str_equal(f->column, column)) return message_in(ask->a, ask->lang, f->message);
    return (Str){0};
}

static bool is_date(const Field *f)
{
    return f->kind == FIELD_DATE || f->kind == FIELD_MOMENT;
}

static Input input_of(Request *ask, const Record *now, const Entered *e, const Field *f)
{
    bool typed = e && e->draft.sets[f->at];
    bool again = e && pairs_find(&ask->form, f->name);
    Str value = typed ? e->draft.given[f->at] : now ? now->values[f->at] : (Str){0};
    Str shown = again ? e->typed[f->at] : is_date(f) ? date_shown(ask->a, ask->lang, value) : value;
    return (Input){.field = f, .value = value, .shown = shown, .question = e ? e->question[f->at] : (Str){0},
                   .fault = sentence_of(ask, e, f->name, false), .doubt = sentence_of(ask, e, f->name, true)};
}

static bool shown_to_her(Request *ask, const Record *now, const Field *f)
{
    return may_see(&ask->s->user, ask->type, f) && !(now && now->hidden[f->at]);
}

static bool same_group(const Field *one, const Field *other)
{
    return other && str_equal(words_in(&one->group, LANG_EN), words_in(&other->group, LANG_EN));
}

static Err *fields_write(Request *ask, const Record *now, const Entered *e)
{
    const Field *last = 0;
    for (int i = 0; i < ask->type->n; i++) {
        const Field *f = &ask->type->fields[i];
        if (!shown_to_her(ask, now, f)) continue;
        if (!same_group(f, last)) {
            Str heading = words_in(&f->group, ask->lang);
            if (last) html(ask->o, "</fieldset>\n");
            html(ask->o, "<fieldset class='govuk-fieldset app-group'><legend class='app-section'>{}</legend>\n",
                 heading.n ? heading : type_label(ask, ask->type));
        }
        last = f;
        Input in = input_of(ask, now, e, f);
        TRY(input_write(ask, &in));
    }
    if (last) html(ask->o, "</fieldset>\n");
    return 0;
}

// What rules see through links, for the page's script: {"person.":"KEY","person.sex":"female"}.
static Err *linked_json(Request *ask, const Record *now, const Entered *e, Str *out)
{
    View view;
    Buf text = buf_in(ask->a);
    TRY(entered_view(ask, now, e, &view));
    buf_char(&text, '{');
    for (int i = 0; i < ask->type->n; i++) {
        const View *to = view.linked ? view.linked[i] : 0;
        if (!to) continue;
        Str link = ask->type->fields[i].name;
        json(&text, "{}{}:{}", (Html){text.n > 1 ? S(",") : (Str){0}}, say(ask->a, "{}.", link), view.values[i]);
        for (int j = 0; j < to->type->n; j++)
            if (to->values[j].n && to->type->fields[j].class != CLASS_IDENTITY && may_see(&ask->s->user, to->type, &to->type->fields[j]))
                json(&text, ",{}:{}", say(ask->a, "{}.{}", link, to->type->fields[j].name), to->values[j]);
    }
    buf_char(&text, '}');
    *out = buf_str(&text);
    return 0;
}

static void key_write(Request *ask, const Entered *e)
{
    Str fault = sentence_of(ask, e, S("key"), false);
    html(ask->o, "<div class='govuk-form-group{}'><label class='govuk-label' for='f-key'>{}</label>"
        "<div class='govuk-hint' id='f-key-hint'>{}</div>", fault.n ? S(" govuk-form-group--error") : (Str){0},
         tr(ask->lang, S("Number")), tr(ask->lang, S("Only if it has one already, on paper or elsewhere")));
    if (fault.n) html(ask->o, "<p class='govuk-error-message'>{}</p>", fault);
    html(ask->o, "<input class='govuk-input govuk-input--width-20' id='f-key' name='key' value='{}' autocomplete='off' aria-describedby='f-key-hint'></div>\n",
         e ? e->draft.key : (Str){0});
}

static void actions_write(Request *ask, const Record *now, const Entered *e)
{
    if (e && e->faults.warnings && !e->faults.n)
        html(ask->o, "<div class='govuk-checkboxes govuk-checkboxes--small govuk-form-group'><div class='govuk-checkboxes__item'>"
            "<input class='govuk-checkboxes__input' id='confirm' name='_confirm' type='checkbox' value='yes'>"
            "<label class='govuk-label govuk-checkboxes__label' for='confirm'>{}</label></div></div>\n",
             tr(ask->lang, S("I have looked at it: it is really so")));
    html(ask->o, "<div class='app-actions'><button class='govuk-button'>{}</button><a class='govuk-link' href='/{}{}{}'>{}</a></div></form>\n",
         tr(ask->lang, S("Save")), ask->type->name, now ? S("/") : (Str){0}, now ? now->id : (Str){0},
         tr(ask->lang, S("Leave without saving")));
}

// A question about a year is told above the form like a fault, though it is none.
static Faults told(Request *ask, const Entered *e)
{
    Faults all = {0};
    for (const Fault *f = e->faults.first; f; f = f->next) faults_add(ask->a, &all, *f);
    for (int i = 0; i < ask->type->n; i++)
        if (e->question[i].n)
            faults_add(ask->a, &all, (Fault){.column = ask->type->fields[i].name, .message = message(ask->a, "Is the year {} meant?", str_slice(e->question[i], 0, 4))});
    return all;
}

Err *form_show(Request *ask, const Record *now, Entered *e, int status)
{
    Str linked;
    bool wrong = e && status >= 400;
    Faults all = e && pairs_find(&ask->form, S("_csrf")) ? told(ask, e) : (Faults){0};
    TRY(linked_json(ask, now, e, &linked));
    Str label = type_label(ask, ask->type);
    Str title = now ? message_in(ask->a, ask->lang, message(ask->a, "Change: {}", record_name(ask->s, now)))
                    : message_in(ask->a, ask->lang, message(ask->a, "Add: {}", label));
    page_open(ask, &(Page){.title = title, .wrong = wrong, .hidden_title = true});
    html(ask->o, "<a class='govuk-back-link' href='/{}{}{}'>{}</a>\n", ask->type->name, now ? S("/") : (Str){0},
         now ? now->id : (Str){0}, tr(ask->lang, S("Back")));
    if (all.first) faults_summary(ask, &all);
    html(ask->o, "<h1 class='app-title'>{}</h1>\n<form method='post' action='/{}{}{}' novalidate data-guard data-linked='{}'>"
        "<input type='hidden' name='_csrf' value='{}'>\n", title, ask->type->name, now ? S("/") : (Str){0}, now ? now->id : (Str){0}, linked,
         ask->csrf);
    if (now) html(ask->o, "<input type='hidden' name='_version' value='{}'>\n", e ? e->draft.base : now->version);
    TRY(fields_write(ask, now, e));
    if (!now) key_write(ask, e);
    actions_write(ask, now, e);
    page_close(ask);
    ask->out->status = status;
    return 0;
}

// What a new record begins with: the pack's word for it, or what the address says (?person=KEY).
Err *record_new(Request *ask)
{
    Entered e = entered_make(ask);
    for (int i = 0; i < ask->type->n; i++) {
        const Field *f = &ask->type->fields[i];
        bool today = str_starts(f->initial, S("today"));
        Str given = pairs_get(&ask->query, f->name);
        if (!given.n) given = today ? day_text(ask->a, register_today(ask->s)) : f->initial;
        e.draft.given[i] = given;
        e.draft.sets[i] = given.n;
    }
    return form_show(ask, 0, &e, 200);
}

Err *record_edit(Request *ask)
{
    Record *now;
    TRY(record_get(ask->s, ask->type, ask->id, &now));
    return form_show(ask, now, 0, 200);
}
