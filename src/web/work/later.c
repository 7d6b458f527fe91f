// Putting off what waits, until a day and with a reason; and taking it up again: as pages and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

typedef struct { LaterAsk ask; Str until; Faults faults; } Given; // until: as typed

Url later_url(Request *ask, const Record *r, Url next)
{
    return url(ask->a, "/{}/{}/later?next={}", r->type->name, r->id, next.s);
}

static Err *later_page(Request *ask, const Record *r, const Given *given)
{
    Lang lang = ask->lang;
    Str next = next_safe(pairs_get(&ask->query, S("next"))), week = day_text(ask->a, day_add(register_today(ask->s), 7));
    Str title = message_in(ask->a, lang, message(ask->a, "Later: {}", record_heading(ask, r)));
    Message comes_back = message(ask->a, "It comes back on that day, {} days from now at most. For example {}", (int64_t)PUT_OFF_DAYS,
        date_shown(ask->a, lang, week));
    const Box until = {S("until"), tr(lang, S("Until which day")), message_in(ask->a, lang, comes_back), FIELD_DATE, 0};
    const Box why = {S("why"), tr(lang, S("Why")), tr(lang, S("Your office reads it beside what is put off.")), FIELD_TEXT, 0};
    bool wrong = given->faults.n;
    ask->here = later_url(ask, r, (Url){next}).s;
    page_open(ask, &(Page){.title = title, .wrong = wrong, .narrow = true, .hidden_title = true});
    html(ask->o, "<a class='govuk-back-link' href='{}'>{}</a>\n", (Url){next}, tr(lang, S("Back")));
    if (wrong) boxes_summary(ask, &given->faults, true);
    html(ask->o, "<h1 class='app-title'>{}</h1>\n", title);
    form_typed_open(ask, (Url){ask->here});
    TRY(box_input(ask, &until, given->until, &given->faults));
    TRY(box_input(ask, &why, given->ask.why, &given->faults));
    html(ask->o, "<div class='app-actions'><button class='govuk-button'>{}</button>", tr(lang, S("Put off")));
    languages_write(ask);
    html(ask->o, "</div></form>\n");
    page_close(ask);
    if (wrong) ask->out->status = 400;
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
    if (ask->is_form) {
        given.until = pairs_get(&ask->form, S("until"));
        given.ask.why = pairs_get(&ask->form, S("why"));
        TRY(language_asked(ask, &other));
        if (other) return later_page(ask, r, &given);
        Message question = day_typed(ask, &given.until, &given.ask.until);
        if (question.words) faults_add(ask->a, &given.faults, (Fault){.column = S("until"), .message = question});
    } else TRY(members_json(ask, names, (Str *[]){&given.ask.until, &given.ask.why}, countof(names), &given.faults));
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

Err *later_head(Request *ask, const Record *r)
{
    WorkItem item;
    bool acts;
    Url here = record_url(ask, r->type, r->id);
    if (!r->waits) return 0;
    TRY(work_one(ask->s, r, &item, &acts));
    if (item.until) {
        Str day = date_shown(ask->a, ask->lang, day_text(ask->a, item.until));
        html(ask->o, "<div class='govuk-inset-text'><p class='govuk-body'>{} <span class='app-muted'>{}</span></p>"
            "<p class='govuk-body'>{}</p>\n", message_in(ask->a, ask->lang, message(ask->a, "Put off until {}", day)),
             actor_shown(ask, item.by), item.why.n ? item.why : tr(ask->lang, S("The words are closed to you.")));
        if (acts) {
            form_open(ask, url(ask->a, "/{}/{}/again?next={}", r->type->name, r->id, here.s));
            html(ask->o, "<button class='govuk-button govuk-button--secondary'>{}</button></form>\n", tr(ask->lang, S("Take it up again")));
        }
        html(ask->o, "</div>\n");
    } else if (acts) {
        html(ask->o, "<p class='govuk-body app-screen'><a class='govuk-link' href='{}'>{}</a></p>\n", later_url(ask, r, here),
             tr(ask->lang, S("Put it off until a later day")));
    }
    return 0;
}
