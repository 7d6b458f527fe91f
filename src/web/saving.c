// Saving a record: from a form or as JSON, a new one or a change, with every fault told at once.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

Err *faults_json(Request *ask, const Faults *faults)
{
    json_open(ask, 400);
    buf_add(ask->o, S("{\"faults\":["));
    for (const Fault *f = faults->first; f; f = f->next) {
        if (f->warning) continue;
        json_next(ask->o);
        json(ask->o, "{'field':{},'message':{}}", f->column, message_in(ask->a, ask->lang, f->message));
    }
    buf_add(ask->o, S("]}\n"));
    return 0;
}

static Err *conflicts_json(Request *ask, const Saved *saved)
{
    Record *shown; // what it says now is told
    TRY(record_get(ask->s, ask->type, saved->id.n ? saved->id : ask->id, &shown));
    json_open(ask, 409);
    buf_add(ask->o, S("{\"conflicts\":["));
    for (int i = 0; i < saved->conflicts_n; i++) {
        const Conflict *c = &saved->conflicts[i];
        json_next(ask->o);
        json(ask->o, "{'field':{},'yours':{},'theirs':{}}", c->field->name, c->yours, c->theirs);
    }
    buf_add(ask->o, S("]}\n"));
    return 0;
}

// What effects made of it, as far as it exists for her.
static Err *made_json(Request *ask, const Saved *saved)
{
    int n = 0;
    for (int i = 0; i < saved->made_n; i++) {
        const MadeToo *one = &saved->made[i];
        Record *r;
        Err *e = may_any(&ask->s->user, one->type, MAY_READ) ? record_by_row(ask->s, one->type, one->row, &r) : 0;
        if (e && e->kind != ERR_MISSING) return e;
        if (e || !may_any(&ask->s->user, one->type, MAY_READ)) continue;
        json(ask->o, "{}{'record':{},'id':{}}", (Html){n++ ? S(",") : S(",\"made\":[")}, one->type->name, one->id);
    }
    if (n) buf_char(ask->o, ']');
    return 0;
}

static Err *saved_json(Request *ask, const Entered *e)
{
    const Saved *saved = &e->draft.saved;
    if (saved->faults.n) return faults_json(ask, &saved->faults);
    if (saved->conflicts_n) return conflicts_json(ask, saved);
    json_open(ask, saved->what == SAVED_CREATED ? 201 : 200);
    if (saved->what == SAVED_CREATED) http_header(ask->out, S("Location"), url(ask->a, "/{}/{}", ask->type->name, saved->id).s);
    json(ask->o, "{'id':{},'key':{},'version':{}", saved->id, saved->key, saved->version);
    rows_saved_json(ask, e);
    TRY(made_json(ask, saved));
    buf_add(ask->o, S("}\n"));
    return 0;
}

Err *save_json(Request *ask, JsonUse use)
{
    Entered e = entered_make(ask);
    TRY(entered_json(ask, use, &e));
    TRY(entered_save(&e, false));
    return saved_json(ask, &e);
}

static bool questions(const Entered *e)
{
    if (choose_questions(e, 0)) return true;
    for (int i = 0; i < e->draft.type->n; i++)
        if (e->question[i].n) return true;
    for (int i = 0; i < e->rows_n; i++)
        if (questions(&e->rows[i])) return true;
    return false;
}

static Err *go_to_saved(Request *ask, const Record *now, const Saved *saved)
{
    if (ask->session.n) TRY(draft_drop(ask->s, ask->session, form_address(ask, now)));
    return redirect(ask, url(ask->a, "/{}/{}?saved={}", ask->type->name, saved->id, saved->version));
}

// The same form once more leads to the record that it made; what was changed in between becomes a change of that.
static Err *sent_again(Request *ask, Entered *e)
{
    Record *now;
    Saved first = e->draft.saved, *saved = &e->draft.saved;
    e->draft.id = first.id;
    e->draft.base = 1;
    TRY(record_get(ask->s, ask->type, first.id, &now));
    TRY(entered_save(e, true));
    bool same = saved->what == SAVED_UNCHANGED && rows_unchanged(e);
    if (same && !saved->faults.n && !saved->conflicts_n) return go_to_saved(ask, 0, &first);
    e->word = tr(ask->lang, S("This was saved already. What you have changed since is here: save it too."));
    return form_again(ask, now, e, 409);
}

// Two answers were shown and neither was taken: the form still holds what she typed.
static bool undecided(const Request *ask)
{
    for (int i = 0; i < ask->form.n; i++) {
        const Pair *one = &ask->form.at[i];
        if (str_equal(one->name, S("_choose")) && !pairs_find(&ask->form, one->value)) return true;
    }
    return false;
}

Err *save_form(Request *ask, const Record *now)
{
    Entered e = entered_make(ask);
    const Saved *saved = &e.draft.saved;
    if (pairs_find(&ask->form, S("_leave"))) return form_leave(ask, now);
    if (undecided(ask)) return redirect(ask, (Url){form_address(ask, now)});
    TRY(entered_form(ask, now, &e));
    static const Str again[] = {S("_lang"), S("_more"), S("_next"), S("_back")}; // the form once more, and nothing saved
    for (int i = 0; i < countof(again); i++)
        if (pairs_find(&ask->form, again[i])) return form_translate(ask, now, &e);
    bool looks = questions(&e) || pairs_find(&ask->form, S("_look")); // Enter in a line: nobody pressed Save
    TRY(entered_save(&e, looks));
    if (saved->what == SAVED_BEFORE) return ask->step ? go_to_saved(ask, now, saved) : sent_again(ask, &e);
    if (saved->faults.n) return form_again(ask, now, &e, 400);
    if (looks || (saved->faults.warnings && !e.confirmed)) return form_again(ask, now, &e, 200);
    if (!saved->conflicts_n) return go_to_saved(ask, now, saved);
    return ask->step ? moved_on(ask) : conflict_show(ask, &e);
}

Err *record_create(Request *ask)
{
    return ask->is_form ? save_form(ask, 0) : save_json(ask, JSON_CREATE);
}

Err *record_change(Request *ask)
{
    Record *now;
    if (!ask->is_form) return save_json(ask, JSON_CHANGE); // whoever saves reads it
    TRY(record_whole(ask->s, ask->type, ask->id, &now));
    return save_form(ask, now);
}

// ---- it has moved on --------------------------------------------------------------------------------------

static Err *side_write(Request *ask, const Entered *e, const Conflict *c, bool theirs)
{
    Str value = theirs ? c->theirs : c->yours, shown;
    bool fresh = !theirs && field_get(e->draft.type, c->field->name) && e->chosen[c->field->at].fresh;
    TRY(value_told(ask->s, c->field, value, &shown));
    if (fresh) shown = message_in(ask->a, ask->lang, message(ask->a, "New: {}", type_label(ask, c->field->target)));
    Str id = say(ask->a, "f-{}{}", c->field->name, theirs ? S("-2") : (Str){0});
    html(ask->o, "<div class='app-conflict__side{}'><div class='govuk-radios'><div class='govuk-radios__item'>"
        "<input class='govuk-radios__input' type='radio' id='{}' name='{}' value='{}' required>"
        "<label class='govuk-label govuk-radios__label' for='{}'><strong>{}</strong><br>{}</label></div></div></div>\n",
         theirs ? S(" app-conflict__side--theirs") : (Str){0}, id, c->field->name, carried_text(ask, c->field, value), id,
         tr(ask->lang, theirs ? S("Saved by somebody else") : S("Yours")), shown.n ? shown : tr(ask->lang, S("empty")));
    return 0;
}

static bool in_conflict(const Saved *saved, const Field *f)
{
    for (int i = 0; i < saved->conflicts_n; i++)
        if (saved->conflicts[i].field == f) return true;
    return false;
}

// What was typed and nobody else touched goes along unseen, to be saved on top of the newest version.
static Err *rest_write(Request *ask, const Entered *e, const Saved *saved, const Record *now)
{
    hidden_write(ask, S("_version"), say(ask->a, "{}", now->version));
    hidden_write(ask, S("_confirm"), S("yes"));
    for (int i = 0; i < saved->conflicts_n; i++) hidden_write(ask, S("_choose"), saved->conflicts[i].field->name);
    for (int i = 0; i < now->type->n; i++)
        if (e->draft.cells[i].said && !in_conflict(saved, &now->type->fields[i]))
            hidden_write(ask, now->type->fields[i].name, carried_text(ask, &now->type->fields[i], e->draft.cells[i].text));
    choose_carry(ask, e);
    return rows_hidden(ask, e);
}

Err *conflict_show(Request *ask, const Entered *e)
{
    const Saved *saved = &e->draft.saved;
    Record *now;
    TRY(record_whole(ask->s, ask->type, e->draft.id, &now));
    if (ask->session.n) TRY(draft_keep(ask->s, ask->session, form_address(ask, now), ask->in->body));
    ask->here = form_address(ask, now);
    page_open(ask, &(Page){.title = tr(ask->lang, S("Somebody else changed this meanwhile")), .wrong = true});
    html(ask->o, "<p class='govuk-body-l'>{}</p>\n",
         tr(ask->lang, S("Nothing is lost. Choose which answer is right, then save. What else you changed is kept.")));
    form_open(ask, record_url(ask, now->type, now->id));
    TRY(rest_write(ask, e, saved, now));
    for (int i = 0; i < saved->conflicts_n; i++) {
        html(ask->o, "<fieldset class='govuk-fieldset app-group'><legend class='app-section'>{}</legend><div class='app-conflict'>\n",
             field_label(ask, saved->conflicts[i].field));
        TRY(side_write(ask, e, &saved->conflicts[i], false));
        TRY(side_write(ask, e, &saved->conflicts[i], true));
        html(ask->o, "</div></fieldset>\n");
    }
    html(ask->o,
         "<div class='app-actions'><button class='govuk-button'>{}</button><a class='govuk-link' "
         "href='/{}/{}'>{}</a></div></form>\n",
         tr(ask->lang, S("Save")), now->type->name, now->id,
         tr(ask->lang, S("Leave it as it is now")));
    page_close(ask);
    ask->out->status = 409;
    return 0;
}
