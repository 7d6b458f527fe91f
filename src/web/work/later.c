// Putting off what waits, until a day and with a reason; and taking it up again: as pages and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

typedef struct { LaterAsk ask; Str until; Faults faults; } Given; // until: as typed

Url later_url(Request *ask, const Record *r, Url next)
{
    return url(ask->a, "/{}/{}/later?next={}", r->type->name, r->id, next.s);
}

static Err *later_page(Request *ask, const Record *r, const Given *given)
{
    Lang lang = ask->lang;
    Blocks all = {.ask = ask};
    Str next = next_safe(pairs_get(&ask->query, S("next"))), week = day_text(ask->a, day_add(register_today(ask->s), 7));
    Str title = message_in(ask->a, lang, message(ask->a, "Later: {}", record_said(ask, r)));
    Message comes_back = message(ask->a, "It comes back on that day, {} days from now at most. For example {}", (int64_t)PUT_OFF_DAYS,
        date_shown(ask->a, lang, week));
    ask->here = later_url(ask, r, (Url){next}).s;
    ask_add(&all, (Str){0}, &(Asking){.way = ASK_TYPE, .to = (Url){ask->here}, .words = tr(lang, S("Put off")),
        .button = BUTTON_MAIN, .faults = &given->faults, .boxes = {
        {BOX_DATE, .name = S("until"), .label = tr(lang, S("Until which day")), .value = given->until,
            .hint = message_in(ask->a, lang, comes_back)},
        {BOX_TEXT, .name = S("why"), .label = tr(lang, S("Why")), .value = given->ask.why,
            .hint = tr(lang, S("Your office reads it beside what is put off."))}}});
    blocks_page(ask, &(Page){.title = title, .narrow = true, .back = (Url){next}, .faults = &given->faults}, &all);
    return 0;
}

static Err *hers_now(Request *ask, Record **r, WorkItem *item)
{
    bool acts;
    TRY(record_whole(ask->s, ask->type, ask->id, r));
    TRY(work_one(ask->s, *r, item, &acts));
    return acts ? 0 : fail(ask->a, ERR_DENIED, "It does not wait for you: only who may take its next step puts it off.");
}

Err *later_show(Request *ask)
{
    Record *r;
    WorkItem item;
    Given given = {0};
    TRY(hers_now(ask, &r, &item));
    if (item.until) given.until = date_shown(ask->a, ask->lang, day_text(ask->a, item.until));
    given.ask.why = item.why;
    return later_page(ask, r, &given);
}

// How it stands now.
static Err *now_json(Request *ask)
{
    Record *r;
    WorkItem item;
    bool acts;
    TRY(record_get(ask->s, ask->type, ask->id, &r));
    TRY(work_one(ask->s, r, &item, &acts));
    json_open(ask, 200);
    json(ask->o, "{'until':{},'version':{}}\n", item.until ? val_str(day_text(ask->a, item.until)) : (Val){0}, r->version);
    return 0;
}

Err *later_post(Request *ask)
{
    const Str names[] = {S("until"), S("why")};
    Record *r;
    Given given = {0};
    bool other;
    TRY(record_get(ask->s, ask->type, ask->id, &r)); // before a word about what was said
    TRY(members_read(ask, names, (Str *[]){&given.until, &given.ask.why}, countof(names), &given.faults, &other));
    if (other) return later_page(ask, r, &given);
    given.ask.until = given.until;
    Message question = ask->is_form ? day_typed(ask, &given.until, &given.ask.until) : (Message){0};
    if (question.words) faults_add(ask->a, &given.faults, (Fault){.column = S("until"), .message = question});
    given.ask.told = given.faults;
    TRY(work_later(ask->s, ask->type, ask->id, &given.ask, &given.faults));
    if (!ask->is_form) return given.faults.n ? faults_json(ask, &given.faults) : now_json(ask);
    return given.faults.n ? later_page(ask, r, &given) : redirect(ask, (Url){next_safe(pairs_get(&ask->query, S("next")))});
}

Err *again_post(Request *ask)
{
    TRY(work_again(ask->s, ask->type, ask->id));
    return ask->is_form ? redirect(ask, (Url){next_safe(pairs_get(&ask->query, S("next")))}) : now_json(ask);
}

Err *later_head(Reading *reading, Blocks *out)
{
    Request *ask = reading->ask;
    const Record *r = reading->r;
    WorkItem item;
    bool acts;
    Url here = record_url(ask, r->type, r->id);
    if (!r->waits) return 0;
    TRY(work_one(ask->s, r, &item, &acts));
    if (item.until) {
        Str day = date_shown(ask->a, ask->lang, day_text(ask->a, item.until));
        Str words = item.why.n ? item.why : tr(ask->lang, S("The words are closed to you."));
        words_add(out, TONE_BOXED, say(ask->a, "{} ({})", message_in(ask->a, ask->lang, message(ask->a, "Put off until {}", day)),
            actor_shown(ask, item.by)))->below = words;
        Asking again = {.to = url(ask->a, "/{}/{}/again?next={}", r->type->name, r->id, here.s),
            .words = tr(ask->lang, S("Take it up again"))};
        if (acts) ask_add(out, (Str){0}, &again);
    } else if (acts) words_add(out, TONE_SCREEN, tr(ask->lang, S("Put it off until a later day")))->to = later_url(ask, r, here);
    return 0;
}
