// The form of a record, made from the pack: a new one, or a change; shown again with what is wrong.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { FORM_ROOM = 16 << 10 };

static Str sentence_of(Request *ask, const Entered *e, Str column, bool doubts)
{
    if (e && e->of) e = e->of; // the faults of a row are told at its form
    for (const Fault *f = e ? e->draft.saved.faults.first : 0; f; f = f->next)
        if (f->warning == doubts && str_equal(f->column, column)) return message_in(ask->a, ask->lang, f->message);
    return (Str){0};
}

static Input input_of(Request *ask, const Record *now, const Entered *e, const Field *f)
{
    bool typed = e->draft.cells[f->at].said;
    Str name = entered_name(e, f->name);
    bool again = pairs_find(&ask->form, name);
    Str value = typed ? e->draft.cells[f->at].text : now ? now->cells[f->at].text : (Str){0};
    Str shown = again ? e->typed[f->at] : box_text(ask, f, value);
    return (Input){.field = entered_field(e, f), .value = value, .shown = shown, .question = e->question[f->at],
                   .other = e->other[f->at],
                   .fault = sentence_of(ask, e, name, false), .doubt = sentence_of(ask, e, name, true),
                   .chosen = &e->chosen[f->at]};
}

// A step's form has its fields alone; a row hangs where it stands.
bool asked_here(Request *ask, const Record *now, const Entered *e, const Field *f)
{
    bool asked = !ask->step && !(e->repeat && e->repeat->link == f);
    for (int i = 0; ask->step && i < ask->step->asks_n; i++) asked |= ask->step->asks[i] == f;
    bool box = asked && !f->calculation && !field_files(f) && (ask->step || asked_when(ask, f) != ASKED_NEVER);
    return box && may_see(&ask->s->user, e->draft.type, f) && !(now && now->cells[f->at].hidden);
}

bool same_group(const Field *one, const Field *other)
{
    return other && str_equal(words_in(&one->group, LANG_EN), words_in(&other->group, LANG_EN));
}

// Of the first section: it is the only one, or has no words of its own. The page's title has said what its heading would.
static bool said_above(Request *ask, const Record *now, const Entered *e, const Field *f)
{
    bool alone = true;
    for (int i = 0; alone && i < e->draft.type->n; i++) {
        const Field *other = &e->draft.type->fields[i];
        alone = !asked_here(ask, now, e, other) || same_group(f, other);
    }
    return alone || !words_in(&f->group, ask->lang).n;
}

// A row is a part of its own, and has headings within it.
static void heading_write(Request *ask, const Record *now, const Entered *e, const Field *f, bool first, int group)
{
    Str heading = words_in(&f->group, ask->lang);
    if (e->repeat) {
        if (heading.n) html(ask->o, "<h3 class='app-section'>{}</h3>\n", heading);
        return;
    }
    if (!first) html(ask->o, "</fieldset>\n");
    html(ask->o, "<fieldset class='govuk-fieldset app-group'");
    if (ask->turn && group != ask->turn) buf_add(ask->o, S(" hidden data-turn")); // it travels unseen
    html(ask->o, "><legend class='{}'>{}</legend>\n",
         group == 1 && said_above(ask, now, e, f) ? S("govuk-visually-hidden") : S("app-section"),
         heading.n ? heading : type_label(ask, ask->type));
}

static bool repeats_at(const Entered *e, int at)
{
    for (int i = 0; i < e->draft.type->repeats_n; i++)
        if (e->draft.type->repeats[i].at == at) return !e->repeat;
    return false;
}

static Err *key_write(Request *ask, const Entered *e)
{
    Field f = {.name = S("key")};
    f.label.in[ask->lang] = tr(ask->lang, S("Number"));
    f.hint.in[ask->lang] = tr(ask->lang, S("Only if it has one already, on paper or elsewhere"));
    return input_write(ask, &(Input){.field = &f, .shown = e->draft.key, .fault = sentence_of(ask, e, f.name, false)});
}

static Err *grid_at(Request *ask, const Record *now, const Entered *e, int at, int n)
{
    Input *all = take(ask->a, Input, n);
    for (int i = 0; i < n; i++) all[i] = input_of(ask, now, e, &e->draft.type->fields[at + i]);
    return grid_write(ask, all, n);
}

// Those that stand open, or those that are folded. Rows are never folded.
static Err *boxes_write(Request *ask, const Record *now, const Entered *e, const bool *folded, bool which)
{
    const Field *last = 0;
    int group = 0;
    for (int i = 0; i <= e->draft.type->n; i++) {
        const Field *f = i < e->draft.type->n ? &e->draft.type->fields[i] : 0;
        if (!which && repeats_at(e, i)) {
            if (last) html(ask->o, "</fieldset>\n");
            last = 0;
            bool unseen = ask->turn && ask->turn != ask->turns; // the rows come last
            if (unseen) html(ask->o, "<div hidden>\n");
            TRY(repeats_write(ask, e, i));
            if (unseen) html(ask->o, "</div>\n");
        }
        if (!f || !asked_here(ask, now, e, f) || folded[i] != which || pressed_here(ask, now, e, f)) continue;
        if (!same_group(f, last)) heading_write(ask, now, e, f, !last, ++group);
        last = f;
        int grid = grid_fields(ask, now, e, i);
        Input in = input_of(ask, now, e, f);
        if (grid) TRY(grid_at(ask, now, e, i, grid));
        else TRY(input_write(ask, &in));
        i += grid ? grid - 1 : 0;
    }
    if (last && !e->repeat) html(ask->o, "</fieldset>\n");
    return 0;
}

bool shown_again(const Request *ask)
{
    return pairs_find(&ask->form, S("_csrf"));
}

// What was typed or is told of stands open.
static bool says_more(Request *ask, const Record *now, const Entered *e, const bool *folded)
{
    bool more = sentence_of(ask, e, S("key"), false).n > 0;
    for (int i = 0; i < e->draft.type->n; i++) {
        if (!folded[i]) continue;
        const Field *f = &e->draft.type->fields[i];
        Input in = input_of(ask, now, e, f);
        if (!shown_again(ask) && pairs_get(&ask->query, f->name).n) continue; // said by where she came from
        more |= in.fault.n || in.doubt.n || in.question.n || !str_equal(in.value, initial_text(ask, f));
    }
    return more;
}

Err *fields_write(Request *ask, const Record *now, const Entered *e)
{
    bool *folded = take(ask->a, bool, e->draft.type->n + 1);
    bool some = form_folds(ask, now, e, folded);
    TRY(boxes_write(ask, now, e, folded, false));
    if (!some) return 0;
    html(ask->o, "<details class='govuk-details app-later'");
    if (says_more(ask, now, e, folded)) buf_add(ask->o, S(" open"));
    html(ask->o, "><summary class='govuk-details__summary'><span class='govuk-details__summary-text'>{}</span></summary>\n<div>\n",
         tr(ask->lang, S("More, as far as it is known")));
    TRY(boxes_write(ask, now, e, folded, true));
    TRY(key_write(ask, e));
    html(ask->o, "</div></details>\n");
    return 0;
}

// What rules see of the record that a step's form does not show.
static void unshown_json(Request *ask, const Record *now, const Entered *e, Buf *text)
{
    for (int i = 0; ask->step && i < now->type->n; i++) {
        const Field *f = &now->type->fields[i];
        bool hers = may_see(&ask->s->user, now->type, f) && !now->cells[i].hidden && f->class != CLASS_IDENTITY;
        if (hers && !asked_here(ask, now, e, f)) json(text, ",{}:{}", f->name, value_outside(ask->a, f, now->cells[i].text));
    }
}

// What rules see through links, for the page's script: {"state":"…","person.":"KEY","person.sex":"female"}.
Err *linked_json(Request *ask, const Record *now, const Entered *e, Str *out)
{
    View *view;
    Buf text = buf_in(ask->a);
    TRY(draft_view(ask->s, &e->draft, now, &view));
    json(&text, "{'state':{}", view->state);
    if (view->since) json(&text, ",'state_since':{}", day_text(ask->a, view->since));
    unshown_json(ask, now, e, &text);
    for (int i = 0; now && i < now->type->n; i++) // no form has them, and rules ask whether there are some
        if (field_files(&now->type->fields[i]) && now->cells[i].text.n && !ask->step) json(&text, ",{}:'1'", now->type->fields[i].name);
    for (int i = 0; i < view->type->n; i++) {
        const View *to = view->linked[i];
        if (!to) continue;
        Str link = view->type->fields[i].name;
        json(&text, ",{}:{},{}:{}", say(ask->a, "{}.", link), view->cells[i].text, say(ask->a, "{}.state", link), to->state);
        if (to->since) json(&text, ",{}:{}", say(ask->a, "{}.state_since", link), day_text(ask->a, to->since));
        for (int j = 0; j < to->type->n; j++) {
            const Field *f = &to->type->fields[j];
            if (to->cells[j].text.n && f->class != CLASS_IDENTITY && may_see(&ask->s->user, to->type, f))
                json(&text, ",{}:{}", say(ask->a, "{}.{}", link, f->name), value_outside(ask->a, f, to->cells[j].text));
        }
    }
    buf_char(&text, '}');
    *out = buf_str(&text);
    return 0;
}

// With what it began.
static Str form_began(const Request *ask)
{
    return ask->within ? ask->begins : ask->in->method == HTTP_GET ? ask->in->query : pairs_get(&ask->form, S("_from"));
}

// Where the form is to be had again: with what it began from, so that two people's do not meet.
Str form_address(Request *ask, const Record *now)
{
    Str from = form_began(ask);
    if (ask->step) return url(ask->a, "/{}/{}/move?move={}", ask->type->name, now->id, ask->step->name).s;
    if (now) return url(ask->a, "/{}/{}/edit", ask->type->name, now->id).s;
    return next_safe(say(ask->a, "/{}/new{}{}", ask->type->name, from.n ? S("?") : (Str){0}, from));
}

// Where no script takes along what is typed when the language is changed above, this does.
static void actions_write(Request *ask, const Record *now, const Entered *e)
{
    bool again = shown_again(ask);
    if (again && e && e->draft.saved.faults.warnings && !e->draft.saved.faults.n)
        tick_alone(ask, &(Tick){.box = true, .id = S("confirm"), .name = S("_confirm"), .value = S("yes"),
            .words = tr(ask->lang, S("I have looked at it: it is really so"))});
    interview_actions(ask);
    html(ask->o, "<div class='app-actions'>");
    Str save = ask->step ? words_in(&ask->step->label, ask->lang) : tr(ask->lang, S("Save"));
    if (ask->turn == ask->turns) html(ask->o, "<button class='govuk-button'>{}</button>", save);
    if (ask->turn == ask->turns) presses_write(ask, now, e);
    languages_write(ask);
    Str leave = tr(ask->lang, S("Leave without saving"));
    if (ask->within) html(ask->o, "</div></form>\n"); // there is nothing that it would leave
    else if (again)
        html(ask->o,
             "<button class='govuk-button govuk-button--secondary' name='_leave' "
             "value='yes'>{}</button></div></form>\n",
             leave);
    else html(ask->o, "<a class='govuk-link' href='/{}{}{}'>{}</a></div></form>\n", ask->type->name, now ? S("/") : (Str){0},
              now ? now->id : (Str){0}, leave);
}

// The first button of a form is the one that Enter presses: this one looks and saves nothing.
static void look_write(Request *ask)
{
    bool goes_on = ask->turn < ask->turns; // of an interview, to its next part
    html(ask->o, "<button class='govuk-visually-hidden' name='{}' value='yes' tabindex='-1' aria-hidden='true'>{}</button>\n",
         goes_on ? S("_next") : S("_look"), tr(ask->lang, S("Check it")));
}

static void begin_write(Request *ask, const Record *now, const Entered *e)
{
    hidden_write(ask, S("_csrf"), ask->csrf);
    look_write(ask);
    if (now) {
        hidden_write(ask, S("_version"), say(ask->a, "{}", e && e->draft.base ? e->draft.base : now->version));
        if (ask->step) hidden_write(ask, S("move"), ask->step->name);
        if (!now->type->repeats_n || ask->step) return;
    }
    Str from = form_began(ask);
    Str kept = e && e->once.n ? pairs_get(&ask->form, S("_once")) : once_make(ask->s, ask->type->name);
    hidden_write(ask, S("_once"), kept);
    if (from.n && !now) hidden_write(ask, S("_from"), from);
}

static Fault question_told(Request *ask, const Entered *e, const Field *f)
{
    bool day = f->kind == FIELD_DATE || f->kind == FIELD_MOMENT;
    Message words = day ? message(ask->a, "Is the year {} meant?", str_slice(e->question[f->at], 0, 4))
                        : message(ask->a, "Which number is meant by {}?", e->typed[f->at]);
    return (Fault){.column = entered_name(e, f->name), .message = words};
}

static void questions_told(Request *ask, const Entered *e, Faults *all)
{
    for (int i = 0; i < e->draft.type->n; i++)
        if (e->question[i].n) faults_add(ask->a, all, question_told(ask, e, &e->draft.type->fields[i]));
}

// A question about a year or a number is told above the form like a fault, though it is none.
static Faults told(Request *ask, const Entered *e)
{
    Faults all = {0};
    for (const Fault *f = e->draft.saved.faults.first; f; f = f->next) faults_add(ask->a, &all, *f);
    questions_told(ask, e, &all);
    for (int i = 0; i < e->rows_n; i++) questions_told(ask, &e->rows[i], &all);
    choose_questions(e, &all);
    return all;
}

// The box itself; `told`: its faults stand above it.
static Err *form_box(Request *ask, const Record *now, Entered *e, bool told)
{
    Str linked;
    TRY(linked_json(ask, now, e, &linked));
    html(ask->o,
         "<form method='post' action='/{}{}{}{}' novalidate autocomplete='off' data-guard "
         "data-linked='{}'>\n",
         ask->type->name, now ? S("/") : (Str){0}, now ? now->id : (Str){0}, ask->step ? S("/move") : (Str){0}, linked);
    begin_write(ask, now, e);
    call_write(ask, ask->type);
    if (told) hidden_write(ask, S("_told"), S("yes"));
    TRY(fields_write(ask, now, e));
    bool within = form_folds(ask, now, e, 0);
    if (!now && ask->turn == ask->turns && !within) TRY(key_write(ask, e));
    else if (!now && !within) hidden_write(ask, S("key"), e->draft.key);
    actions_write(ask, now, e);
    return 0;
}

// The page is read while it is written: what it holds of a form stands in a text of its own.
Err *form_block(Request *ask, const Record *now, Entered *e, bool told, Block *out)
{
    Buf o = buf_in(ask->a), *page = ask->o;
    buf_room(&o, FORM_ROOM);
    ask->o = &o;
    Err *failed = form_box(ask, now, e, told);
    ask->o = page;
    out->shape = SHAPE_FORM;
    out->form = buf_str(&o);
    return failed;
}

Err *form_show(Request *ask, const Record *now, Entered *e, int status)
{
    Blocks all = {.ask = ask};
    Faults faults = e && shown_again(ask) ? told(ask, e) : (Faults){0};
    TRY(rows_stand(ask, now, e));
    const Fault *first = faults.first;
    while (first && first->warning) first = first->next; // a doubt is no reason to go back
    TRY(interview_turn(ask, now, e, first ? first->column : (Str){0}));
    Page head = {.told = &faults, .wrong = e && status >= 400, .status = status,
        .back = now ? record_url(ask, ask->type, now->id) : url(ask->a, "/{}", ask->type->name)};
    head.title = ask->step ? say(ask->a, "{}: {}", words_in(&ask->step->label, ask->lang), record_said(ask, now))
        : message_in(ask->a, ask->lang, now ? message(ask->a, "Change: {}", record_said(ask, now))
                                            : message(ask->a, "Add: {}", type_label(ask, ask->type)));
    ask->here = form_address(ask, now);
    if (e && e->word.n) words_add(&all, TONE_BOXED, e->word);
    TRY(form_block(ask, now, e, faults.first, block_add(&all, &(Block){0})));
    blocks_page(ask, &head, &all);
    return 0;
}

// What a new record begins with: the pack's word for it, or what the address says (?person=KEY).
static void form_begins(Request *ask, Entered *e)
{
    for (int i = 0; i < ask->type->n; i++) {
        const Field *f = &ask->type->fields[i];
        Str given = pairs_get(&ask->query, f->name);
        if (!given.n) given = initial_text(ask, f);
        e->draft.cells[i].text = given;
        e->draft.cells[i].said = given.n;
    }
}

Err *form_within(const Request *ask, const RecordType *t, Str begins, Block *out)
{
    Request within = *ask;
    within.type = t;
    within.id = (Str){0};
    within.within = true;
    within.begins = begins;
    within.query = within.form = (Pairs){0};
    must(pairs_read(ask->a, begins, &within.query)); // it is our own
    Str kept = {0}, own = form_address(&within, 0);
    if (ask->session.n) TRY(draft_get(ask->s, ask->session, own, &kept));
    if (kept.n) { // an empty form would take its place
        out->shape = SHAPE_WORDS;
        point_add(&within, out, tr(ask->lang, S("What you typed here is not saved yet.")))->tone = TONE_BOXED;
        cell_add(&out->lines[0], add_words(ask, t))->to = (Url){own};
        return 0;
    }
    Entered e = entered_make(&within);
    form_begins(&within, &e);
    TRY(rows_stand(&within, 0, &e));
    return form_block(&within, 0, &e, false, out);
}

// ---- what was typed and is not saved yet -------------------------------------------------------------------

// A new record's form that turned out to be saved already goes on as a change of that record.
static Str body_kept(Request *ask, const Record *now, const Entered *e)
{
    if (!now || pairs_find(&ask->form, S("_version"))) return ask->in->body;
    Buf o = buf_in(ask->a);
    buf_add(&o, url(ask->a, "_version={}", e->draft.base).s);
    for (int i = 0; i < ask->form.n; i++) {
        const Pair *p = &ask->form.at[i];
        if (!str_equal(p->name, S("key"))) buf_add(&o, url(ask->a, "&{}={}", p->name, p->value).s);
    }
    return buf_str(&o);
}

Err *form_again(Request *ask, const Record *now, Entered *e, int status)
{
    if (ask->session.n) TRY(draft_keep(ask->s, ask->session, form_address(ask, now), body_kept(ask, now, e)));
    return form_show(ask, now, e, status);
}

// Faults are told again where they were told before.
Err *form_translate(Request *ask, const Record *now, Entered *e)
{
    bool other;
    TRY(language_asked(ask, &other));
    if (pairs_find(&ask->form, S("_told"))) TRY(entered_save(e, true));
    else {
        e->draft.saved.faults = e->draft.told;
        rows_told(e, 0);
    }
    return form_again(ask, now, e, 200);
}

Err *form_leave(Request *ask, const Record *now)
{
    if (ask->session.n) TRY(draft_drop(ask->s, ask->session, form_address(ask, now)));
    return redirect(ask, now ? record_url(ask, now->type, now->id) : url(ask->a, "/{}", ask->type->name));
}

// What she typed here before and could not save, shown again; false: there is none.
Err *form_kept(Request *ask, const Record *now, bool *shown)
{
    Str body;
    Entered e = entered_make(ask);
    *shown = false;
    TRY(draft_get(ask->s, ask->session, form_address(ask, now), &body));
    if (!body.n || !pairs_read(ask->a, body, &ask->form)) return 0;
    TRY(entered_form(ask, now, &e));
    TRY(entered_save(&e, true));
    *shown = e.draft.saved.what != SAVED_BEFORE;
    if (!*shown) {
        ask->form = (Pairs){0};
        return 0;
    }
    e.word = tr(ask->lang, S("What you typed here is not saved yet."));
    return form_show(ask, now, &e, 200);
}

Err *record_new(Request *ask)
{
    Entered e = entered_make(ask);
    bool kept;
    TRY(form_kept(ask, 0, &kept));
    if (kept) return 0;
    form_begins(ask, &e);
    return form_show(ask, 0, &e, 200);
}

// What a newer pack asks, or forbids, of a record that stood before: told at its field, no bar to mending another.
static Err *stood_before(Request *ask, const Record *now, Entered *e)
{
    View *view;
    Faults all = {0};
    TRY(draft_view(ask->s, &e->draft, now, &view));
    record_check(ask->a, ask->scratch, view, CHECK_FORM, &all);
    TRY(view_asked(view));
    for (const Fault *f = all.first; f; f = f->next) {
        if (f->warning) continue;
        Message words = message(ask->a, "{}", fault_text(ask->a, now->type, f, ask->lang));
        faults_add(ask->a, &e->draft.saved.faults, (Fault){.column = f->column, .message = words, .warning = true});
    }
    return 0;
}

Err *record_edit(Request *ask)
{
    Record *now;
    Entered e = entered_make(ask);
    bool kept, hers;
    TRY(record_whole(ask->s, ask->type, ask->id, &now));
    TRY(change_hers(ask->s, now, &hers));
    if (!hers) return fail(ask->a, ERR_DENIED, "You may read this {}, not change it.", words_in(&ask->type->label, ask->lang));
    TRY(form_kept(ask, now, &kept));
    if (kept) return 0;
    e.draft.id = now->id;
    TRY(stood_before(ask, now, &e));
    return form_show(ask, now, &e, 200);
}
