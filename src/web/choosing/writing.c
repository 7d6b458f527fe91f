// How a field that names another record is asked: a box that takes a name, a list of few, who may be meant, a new one.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

static Str new_words(Request *ask)
{
    return tr(ask->lang, S("None of these: write it down now"));
}

// ---- a new one -----------------------------------------------------------------------------------------------

static Str sentence_of(Request *ask, const Entered *made, const Field *f, bool doubts)
{
    for (const Fault *one = made->draft.saved.faults.first; one; one = one->next) {
        bool here = one->warning == doubts && str_equal(one->mend.n ? one->mend : one->column, f->name);
        if (here) return message_in(ask->a, ask->lang, one->message);
    }
    return (Str){0};
}

static Input input_of(Request *ask, const Field *link, const Field *f, const Entered *made)
{
    const Field *named = field_named(ask->a, f, choose_name(ask->a, link, f->name));
    if (!made) return (Input){.field = named};
    return (Input){.field = named, .value = made->draft.cells[f->at].text, .shown = made->typed[f->at],
                   .question = made->question[f->at], .fault = sentence_of(ask, made, f, false),
                   .doubt = sentence_of(ask, made, f, true)};
}

// Not there until somebody is asked about, shut until she says that nobody of those is meant.
static Err *new_write(Request *ask, const Input *in, const Field *const *fields, int n)
{
    const Field *f = in->field;
    const Chosen *c = in->chosen;
    const Entered *made = c ? c->made : 0;
    bool from_the_first = str_find(f->appearance, S("spot")) >= 0; // who is met here has often no name to look for
    bool there = from_the_first || (c && (c->asked || c->fresh)), open = c && (c->asked || c->fresh) && (c->fresh || made || !c->likely.n);
    Str once = pairs_get(&ask->form, choose_name(ask->a, f, S("_once")));
    Str title = message_in(ask->a, ask->lang, message(ask->a, "New: {}", type_label(ask, f->target)));
    html(ask->o, "<details class='govuk-details app-new' id='f-{}-new'", f->name);
    if (!there) buf_add(ask->o, S(" hidden"));
    if (open) buf_add(ask->o, S(" open"));
    html(ask->o,
         "><summary class='govuk-details__summary'><span class='govuk-details__summary-text'>{}</span></summary>"
         "<div class='govuk-details__text'><fieldset class='govuk-fieldset'><legend class='govuk-fieldset__legend'>{}</legend>\n"
         "<input type='hidden' name='{}' value='{}'>\n",
         new_words(ask), title, choose_name(ask->a, f, S("_once")), once.n ? once : once_make(ask->s, f->target->name));
    for (int i = 0; i < n; i++) {
        Input own = input_of(ask, f, fields[i], made);
        TRY(input_write(ask, &own));
    }
    html(ask->o, "</fieldset></div></details>\n");
    return 0;
}

// ---- who may be meant -------------------------------------------------------------------------------------------

// Found once more: what tells them apart is in the language that was asked for meanwhile.
static Err *likely_write(Request *ask, const Input *in)
{
    Candidates likely;
    TRY(offers_find(ask, in->field->target, str_bare(in->shown), OFFERED_MOST, &likely));
    html(ask->o, "<fieldset class='govuk-fieldset app-likely' id='f-{}-likely'><legend class='govuk-fieldset__legend'>{}</legend>"
        "<div class='govuk-radios govuk-radios--small'>\n", in->field->name, tr(ask->lang, S("Which one is meant?")));
    for (int i = 0; i < likely.n; i++)
        tick_write(ask, &(Tick){.id = say(ask->a, "f-{}-is-{}", in->field->name, i + 1), .name = say(ask->a, "_is.{}", in->field->name),
            .value = likely.at[i].id, .words = likely.at[i].title, .more = likely.at[i].more});
    html(ask->o, "</div></fieldset>\n");
    return 0;
}

// ---- the box ------------------------------------------------------------------------------------------------------

// What the page's script says, in her language.
static void script_write(Request *ask, const Field *f, bool may_add)
{
    html(ask->o, " data-choose='{}' data-none='{}' data-found='{}' data-chosen='{}' data-reading='{}' data-new='{}'", f->target->name,
         tr(ask->lang, S("Nothing was found.")), tr(ask->lang, S("{} found. Choose with the arrows.")),
         tr(ask->lang, S("Chosen: {}")), tr(ask->lang, S("Names are still being read: somebody may not be found yet.")),
         may_add ? new_words(ask) : (Str){0});
}

static void box_open(Request *ask, const Input *in, Str shown, bool script, bool may_add)
{
    const Field *f = in->field;
    html(ask->o, "<input class='govuk-input govuk-input--width-20{}' id='f-{}' name='{}' value='{}' autocomplete='off'",
         in->fault.n ? S(" govuk-input--error") : (Str){0}, f->name, f->name, shown);
    if (script) script_write(ask, f, may_add);
    input_describe(ask, in);
    html(ask->o, ">\n");
}

static Err *few_write(Request *ask, const Input *in, const Candidates *few, bool may_add)
{
    const Field *f = in->field;
    bool fresh = in->chosen && in->chosen->fresh, any = fresh || !in->value.n;
    html(ask->o, "<select class='govuk-select{}' id='f-{}' name='{}' data-few", in->fault.n ? S(" govuk-select--error") : (Str){0}, f->name,
         f->name);
    input_describe(ask, in);
    html(ask->o, ">");
    option_write(ask, (Str){0}, (Str){0}, false);
    for (int i = 0; i < few->n; i++) {
        const Candidate *one = &few->at[i];
        bool its = in->value.n && (str_equal(in->value, one->key) || str_equal(in->value, one->id));
        Str words = one->more.n ? say(ask->a, "{} ({})", one->title, one->more) : one->title;
        option_write(ask, its ? in->value : one->key, words, its);
        any |= its;
    }
    if (!any) option_write(ask, in->value, in->shown, true); // nothing that she sees: told when it is sent
    if (may_add) option_write(ask, choose_new, new_words(ask), fresh);
    html(ask->o, "</select>\n");
    return 0;
}

static Str hint_said(Request *ask, const RecordType *t)
{
    bool phone = false;
    for (int i = 0; i < t->n; i++) phone |= t->fields[i].phone;
    if (!find_names(t)) return tr(ask->lang, S("Its number, or a word that its list shows."));
    return tr(ask->lang, phone ? S("A name, a number or a phone number.") : S("A name or a number."));
}

// What may be written, where the pack does not say it.
static Input hinted(Request *ask, const Input *in)
{
    Input own = *in;
    Field *f = take(ask->a, Field, 1);
    if (words_in(&in->field->hint, ask->lang).n) return own;
    *f = *in->field;
    f->hint.in[ask->lang] = hint_said(ask, f->target);
    own.field = f;
    return own;
}

static Err *box_write(Request *ask, const Input *in, bool may_add)
{
    const Field *f = in->field;
    const Chosen *c = in->chosen;
    bool reads = may_any(&ask->s->user, f->target, MAY_READ), asked = c && c->asked, fresh = c && c->fresh;
    Str title = {0};
    if (in->value.n && !asked && !fresh) TRY(link_told(ask->s, f, in->value, &title));
    Str shown = title.n ? title : in->shown;
    Input own = hinted(ask, in);
    input_label(ask, &own);
    html(ask->o, "<div class='app-choose'>\n");
    box_open(ask, &own, shown, reads, may_add);
    if (title.n || fresh || (asked && !c->made)) hidden_write(ask, say(ask->a, "_as.{}", f->name), shown);
    if (title.n || fresh) hidden_write(ask, say(ask->a, "_is.{}", f->name), fresh ? choose_new : in->value);
    html(ask->o, "</div>\n");
    return asked && c->likely.n ? likely_write(ask, in) : 0;
}

Err *choose_write(Request *ask, const Input *in)
{
    const Field *f = in->field, *fields[MADE_FIELDS];
    const Chosen *c = in->chosen;
    int n = choose_fields_at(ask, f, fields);
    bool few = false;
    Candidates all;
    if (!c || !c->asked) TRY(offers_few(ask, f->target, &all, &few));
    if (few) {
        input_label(ask, in);
        TRY(few_write(ask, in, &all, n > 0));
    } else TRY(box_write(ask, in, n > 0));
    return n ? new_write(ask, in, fields, n) : 0;
}

void choose_carry(Request *ask, const Entered *e)
{
    bool any = choose_made(e, 0) > 0;
    for (int i = 0; any && i < ask->form.n; i++) {
        const Pair *p = &ask->form.at[i];
        if (str_starts(p->name, S("_new.")) || str_starts(p->name, S("_year._new.")))
            hidden_write(ask, p->name, p->value);
    }
}
