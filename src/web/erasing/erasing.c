// Asking that somebody be forgotten, approving it, withdrawing it; and telling of it: as pages and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

typedef struct { Str why; Faults faults; } Given;

static Url erasing_url(Request *ask, const Erasing *e)
{
    return url(ask->a, "/{}/{}/erase", e->type->name, e->id);
}

// ---- told ----------------------------------------------------------------------------------------------------

static Str state_said(Request *ask, const Erasing *e)
{
    Str day = e->due ? date_shown(ask->a, ask->lang, day_text(ask->a, e->due)) : (Str){0};
    Message said = {0};
    if (e->state == ERASE_DONE) said = message(ask->a, "{} was erased: what is left says nothing of who it was.", e->number);
    else if (e->state == ERASE_APPROVED) said = message(ask->a, "{} will be erased on {} or soon after.", e->number, day);
    else if (e->by_n) said = message(ask->a, "It was asked for that {} be erased. One has approved it; one more is needed.", e->number);
    else if (e->state == ERASE_ASKED) said = message(ask->a, "It was asked for that {} be erased. Two must approve it.", e->number);
    return said.words ? message_in(ask->a, ask->lang, said) : (Str){0};
}

Err *erasing_head(Request *ask, const Record *r)
{
    Erasing e;
    if (r->type->role != ROLE_PERSON) return 0;
    TRY(erase_about(ask->s, r->type, r->id, &e));
    if (e.state == ERASE_NONE) return 0;
    html(ask->o, "<p class='govuk-inset-text'>{}", state_said(ask, &e));
    if (e.state != ERASE_DONE)
        html(ask->o, " <a class='govuk-link' href='{}'>{}</a>", erasing_url(ask, &e), tr(ask->lang, S("Why, and who decides")));
    html(ask->o, "</p>\n");
    return 0;
}

Err *erasing_home(Request *ask)
{
    enum { HOME_MOST = 10 };
    Erasing *all;
    int n;
    if (!ask->s->user.unit) return 0;
    TRY(erase_list(ask->s, HOME_MOST, &all, &n));
    if (!n) return 0;
    html(ask->o, "<h2 class='app-section'>{}</h2>\n<ul class='govuk-list'>\n", tr(ask->lang, S("Who is to be erased")));
    for (int i = 0; i < n; i++) {
        bool leads = all[i].sees || all[i].may_approve || all[i].may_withdraw;
        html(ask->o, "<li>{}", state_said(ask, &all[i]));
        if (leads) html(ask->o, " <a class='govuk-link' href='{}'>{}</a>", erasing_url(ask, &all[i]),
            tr(ask->lang, all[i].may_approve ? S("Look at it and decide") : S("Why, and who decides")));
        html(ask->o, "</li>\n");
    }
    html(ask->o, "</ul>\n");
    return 0;
}

// ---- the page ------------------------------------------------------------------------------------------------

static void facts(Request *ask, const Erasing *e)
{
    Lang lang = ask->lang;
    html(ask->o, "<dl class='govuk-summary-list'>\n");
    fact(ask, tr(lang, S("Number")), e->number);
    fact(ask, tr(lang, S("Whose it is")), unit_label(ask, e->agency));
    if (e->why.n) fact(ask, tr(lang, S("Why")), e->why);
    for (int i = 0; i < e->by_n; i++)
        fact(ask, tr(lang, S("Approved by")), say(ask->a, "{}, {}", actor_shown(ask, e->by[i].who), unit_label(ask, e->by[i].agency)));
    if (e->held) fact(ask, tr(lang, S("Held until")), date_shown(ask->a, lang, day_text(ask->a, e->held)));
    html(ask->o, "</dl>\n");
}

static Err *ask_form(Request *ask, const Erasing *e, const Given *given)
{
    Lang lang = ask->lang;
    const Box why = {S("why"), tr(lang, S("Why")),
        tr(lang, S("Two others read it who may know nothing of this person: write no name.")), FIELD_NOTE, 0};
    const Str goes = tr(lang,
        S("Her name, how to reach her, and all that was written in words about her and what belongs to her is destroyed for ever."));
    const Str stays = tr(lang,
        S("What stays is what figures of past years count: kinds, days, sex, province, and about how old she was."));
    html(ask->o, "<p class='govuk-body'>{}</p>\n<p class='govuk-body'>{}</p>\n", goes, stays);
    form_typed_open(ask, erasing_url(ask, e));
    TRY(box_input(ask, &why, given->why, &given->faults));
    html(ask->o, "<div class='app-actions'><button class='govuk-button govuk-button--warning'>{}</button>",
         tr(lang, S("Ask that she be erased")));
    languages_write(ask);
    html(ask->o, "</div></form>\n");
    return 0;
}

static void decide_forms(Request *ask, const Erasing *e)
{
    Lang lang = ask->lang;
    if (e->may_approve) {
        html(ask->o, "<p class='govuk-body'>{}</p>\n",
             tr(lang, S("You need not know who it is. Approve only where the reason is a good one: nothing brings back what was erased.")));
        form_open(ask, url(ask->a, "/{}/{}/erase/approve", e->type->name, e->id));
        html(ask->o, "<button class='govuk-button govuk-button--warning'>{}</button></form>\n", tr(lang, S("Approve it")));
    }
    if (!e->may_withdraw) return;
    form_open(ask, url(ask->a, "/{}/{}/erase/withdraw", e->type->name, e->id));
    html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(lang, S("Withdraw it")));
}

static Err *erasing_page(Request *ask, const Erasing *e, const Given *given)
{
    Lang lang = ask->lang;
    bool wrong = given->faults.n;
    Str title = message_in(ask->a, lang, message(ask->a, "To be forgotten: {}", e->number)), said = state_said(ask, e);
    ask->here = erasing_url(ask, e).s;
    page_open(ask, &(Page){.title = title, .wrong = wrong, .narrow = true, .hidden_title = true});
    if (e->sees) html(ask->o, "<a class='govuk-back-link' href='/{}/{}'>{}</a>\n", e->type->name, e->id, tr(lang, S("Back")));
    else html(ask->o, "<a class='govuk-back-link' href='/'>{}</a>\n", tr(lang, S("Back")));
    if (wrong) boxes_summary(ask, &given->faults, e->may_ask);
    html(ask->o, "<h1 class='app-title'>{}</h1>\n", title);
    if (said.n) html(ask->o, "<p class='govuk-body-l'>{}</p>\n", said);
    facts(ask, e);
    if (e->may_ask) TRY(ask_form(ask, e, given));
    else if (e->state == ERASE_NONE)
        html(ask->o, "<p class='govuk-inset-text'>{}</p>\n", tr(lang, S("Only who may change this record can ask that it be erased.")));
    decide_forms(ask, e);
    page_close(ask);
    if (wrong) ask->out->status = 400;
    return 0;
}

static Err *erasing_json(Request *ask, const Erasing *e)
{
    json_open(ask, 200);
    json(ask->o, "{'record':{},'id':{},'no':{},'state':{},'why':{},'due':{},'held':{},'approved':[", e->type->name, e->id,
         val_or_null(str_equal(e->number, e->id) ? (Str){0} : e->number), erase_words[e->state], val_or_null(e->why),
         e->due ? val_str(day_text(ask->a, e->due)) : (Val){0}, e->held ? val_str(day_text(ask->a, e->held)) : (Val){0});
    for (int i = 0; i < e->by_n; i++)
        json(ask->o, "{}{'user':{},'agency':{}}", (Html){i ? S(",") : (Str){0}}, e->by[i].who, e->by[i].agency);
    buf_add(ask->o, S("]}\n"));
    return 0;
}

static Err *erasing_told(Request *ask, const Given *given)
{
    Erasing e;
    TRY(erase_about(ask->s, ask->type, ask->id, &e));
    return ask->wants_json ? erasing_json(ask, &e) : erasing_page(ask, &e, given);
}

Err *erase_show(Request *ask)
{
    return erasing_told(ask, &(Given){0});
}

// ---- done ----------------------------------------------------------------------------------------------------

static Err *erasing_done(Request *ask, const Given *given)
{
    Erasing e;
    if (given->faults.n) return ask->is_form ? erasing_told(ask, given) : faults_json(ask, &given->faults);
    TRY(erase_about(ask->s, ask->type, ask->id, &e));
    return ask->is_form ? redirect(ask, erasing_url(ask, &e)) : erasing_json(ask, &e);
}

Err *erase_post(Request *ask)
{
    const Str names[] = {S("why")};
    Given given = {0};
    Erasing e;
    bool other = false;
    TRY(erase_about(ask->s, ask->type, ask->id, &e)); // before a word about what was said
    if (ask->is_form) {
        given.why = pairs_get(&ask->form, S("why"));
        TRY(language_asked(ask, &other));
        if (other) return erasing_page(ask, &e, &given);
    } else TRY(members_json(ask, names, (Str *[]){&given.why}, countof(names), &given.faults));
    if (!given.faults.n) TRY(erase_ask(ask->s, ask->type, ask->id, given.why, &given.faults));
    return erasing_done(ask, &given);
}

Err *erase_approve_post(Request *ask)
{
    Given given = {0};
    TRY(erase_approve(ask->s, ask->type, ask->id, &given.faults));
    return erasing_done(ask, &given);
}

// The last that who sees nothing of her is told: that it was withdrawn.
Err *erase_withdraw_post(Request *ask)
{
    Given given = {0};
    Erasing e;
    TRY(erase_about(ask->s, ask->type, ask->id, &e));
    TRY(erase_withdraw(ask->s, ask->type, ask->id, &given.faults));
    if (given.faults.n) return erasing_done(ask, &given);
    if (ask->is_form) return redirect(ask, e.sees ? erasing_url(ask, &e) : (Url){S("/")});
    json_open(ask, 200);
    json(ask->o, "{'state':{}}\n", erase_words[ERASE_NONE]);
    return 0;
}
