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

Err *erasing_head(Reading *reading, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    Erasing e;
    if (r->type->role != ROLE_PERSON) return 0;
    TRY(erase_about(ask->s, r->type, r->id, &e));
    if (e.state == ERASE_NONE) return 0;
    words_add(out, TONE_BOXED, state_said(ask, &e));
    if (e.state != ERASE_DONE) words_more(out, tr(ask->lang, S("Why, and who decides")))->to = erasing_url(ask, &e);
    return 0;
}

Err *erasing_home(Blocks *out)
{
    enum { HOME_MOST = 10 };
    Request *ask = out->ask;
    Erasing *all;
    int n;
    if (!ask->s->user.unit) return 0;
    TRY(erase_list(ask->s, HOME_MOST, &all, &n));
    for (int i = 0; i < n; i++) {
        bool leads = all[i].sees || all[i].may_approve || all[i].may_withdraw;
        words_add(out, TONE_PLAIN, state_said(ask, &all[i]));
        if (!i) out->at[out->n - 1].title = tr(ask->lang, S("Who is to be erased"));
        if (leads) words_more(out, tr(ask->lang, all[i].may_approve ? S("Look at it and decide") : S("Why, and who decides")))->to =
            erasing_url(ask, &all[i]);
    }
    return 0;
}

// ---- the page ------------------------------------------------------------------------------------------------

static void facts_of(const Erasing *e, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Block *facts = facts_add(out, FACTS_MOST);
    fact_add(facts, tr(lang, S("Number")), e->number);
    fact_add(facts, tr(lang, S("Whose it is")), unit_label(ask, e->agency));
    if (e->why.n) fact_add(facts, tr(lang, S("Why")), e->why);
    for (int i = 0; i < e->by_n; i++)
        fact_add(facts, tr(lang, S("Approved by")),
            say(ask->a, "{}, {}", actor_shown(ask, e->by[i].who), unit_label(ask, e->by[i].agency)));
    if (e->held) fact_add(facts, tr(lang, S("Held until")), date_shown(ask->a, lang, day_text(ask->a, e->held)));
}

static void reason_add(const Erasing *e, const Given *given, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    words_add(out, TONE_PLAIN, tr(lang,
        S("Her name, how to reach her, and all that was written in words about her and what belongs to her is destroyed for ever.")));
    words_add(out, TONE_PLAIN, tr(lang,
        S("What stays is what figures of past years count: kinds, days, sex, province, and about how old she was.")));
    ask_add(out, (Str){0}, &(Asking){.way = ASK_TYPE, .to = erasing_url(ask, e), .words = tr(lang, S("Ask that she be erased")),
        .button = BUTTON_WARNING, .faults = &given->faults, .boxes = {
        {BOX_NOTE, .name = S("why"), .label = tr(lang, S("Why")), .value = given->why,
            .hint = tr(lang, S("Two others read it who may know nothing of this person: write no name."))}}});
}

static void decide_add(const Erasing *e, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    Asking approve = {.to = url(ask->a, "/{}/{}/erase/approve", e->type->name, e->id), .words = tr(lang, S("Approve it")),
        .button = BUTTON_WARNING};
    Asking withdraw = {.to = url(ask->a, "/{}/{}/erase/withdraw", e->type->name, e->id), .words = tr(lang, S("Withdraw it"))};
    if (e->may_approve) ask_add(out, (Str){0}, &approve)->above =
        tr(lang, S("You need not know who it is. Approve only where the reason is a good one: nothing brings back what was erased."));
    if (e->may_withdraw) ask_add(out, (Str){0}, &withdraw);
}

static Err *erasing_page(Request *ask, const Erasing *e, const Given *given)
{
    Lang lang = ask->lang;
    Blocks all = {.ask = ask};
    Str title = message_in(ask->a, lang, message(ask->a, "To be forgotten: {}", e->number)), said = state_said(ask, e);
    ask->here = erasing_url(ask, e).s;
    if (said.n) words_add(&all, TONE_LARGE, said);
    facts_of(e, &all);
    if (e->may_ask) reason_add(e, given, &all);
    else if (e->state == ERASE_NONE)
        words_add(&all, TONE_BOXED, tr(lang, S("Only who may change this record can ask that it be erased.")));
    decide_add(e, &all);
    blocks_page(ask, &(Page){.title = title, .narrow = true, .faults = &given->faults, .unled = !e->may_ask,
        .back = e->sees ? record_url(ask, e->type, e->id) : (Url){S("/")}}, &all);
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
    bool other;
    TRY(erase_about(ask->s, ask->type, ask->id, &e)); // before a word about what was said
    TRY(members_read(ask, names, (Str *[]){&given.why}, countof(names), &given.faults, &other));
    if (other) return erasing_page(ask, &e, &given);
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
