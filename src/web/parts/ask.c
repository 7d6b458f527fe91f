// What is asked of no field of the pack: a form of boxes, a chooser above what it chooses, and what is wrong with them.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { BOXES_FIRST = 8 };

void box_add(Request *ask, Asking *asking, Box box)
{
    if (asking->n == asking->room) {
        asking->room = asking->room ? 2 * asking->room : BOXES_FIRST;
        Box *wider = take(ask->a, Box, asking->room);
        if (asking->n) memcpy(wider, asking->more, (size_t)asking->n * sizeof *wider);
        asking->more = wider;
    }
    asking->more[asking->n++] = box;
}

static const Box *box_at(const Asking *asking, int i)
{
    int own = 0;
    while (own < BOXES_MOST && asking->boxes[own].kind) own++;
    return i < own ? &asking->boxes[i] : i < own + asking->n ? &asking->more[i - own] : 0;
}

List *choices_made(Request *ask, int most)
{
    List *list = take(ask->a, List, 1);
    list->choices = take(ask->a, Choice, most);
    return list;
}

void choice_add(Request *ask, List *list, Str name, Str label)
{
    Choice *choice = &list->choices[list->n++];
    choice->name = name;
    choice->label.in[ask->lang] = label;
}

// Each leads to its box, where that is on the page.
void boxes_summary(Request *ask, const Faults *faults, bool leads)
{
    summary_open(ask, tr(ask->lang, S("Please look at this first")));
    for (const Fault *f = faults->first; f; f = f->next) {
        Str words = message_in(ask->a, ask->lang, f->message);
        if (leads) html(ask->o, "<li><a href='#f-{}'>{}</a></li>\n", f->column, words);
        else html(ask->o, "<li>{}</li>\n", words);
    }
    summary_close(ask);
}

// ---- a box ----------------------------------------------------------------------------------------------------

typedef struct { const Asking *of; const Box *box; Str at, id, fault; } Placed;

static bool chooses(const Asking *asking)
{
    return asking->way == ASK_CHOOSE || asking->way == ASK_SEALED;
}

static Placed placed(Request *ask, const Asking *of, const Box *box)
{
    Placed p = {.of = of, .box = box, .at = box->at.n ? box->at : box->name};
    p.id = box->id.n ? box->id : say(ask->a, "{}{}", of->way == ASK_CHOOSE ? S("q-") : S("f-"), p.at);
    for (const Fault *one = of->faults ? of->faults->first : 0; one && !p.fault.n; one = one->next)
        if (str_equal(one->column, p.at)) p.fault = message_in(ask->a, ask->lang, one->message);
    return p;
}

static bool as_field(const Asking *asking, const Box *box)
{
    return box->kind <= BOX_CHOICES && asking->way != ASK_CHOOSE && !box->needed;
}

// As a field of the pack is asked that has no rule of its own.
static void field_box(Request *ask, const Placed *p)
{
    static const FieldKind kinds[] = {[BOX_TEXT] = FIELD_TEXT, [BOX_NOTE] = FIELD_NOTE, [BOX_DATE] = FIELD_DATE,
        [BOX_CHOICE] = FIELD_CHOICE, [BOX_CHOICES] = FIELD_CHOICES};
    const Box *box = p->box;
    Field f = {.name = box->name, .kind = kinds[box->kind], .list = box->list, .required = true, .future = true};
    f.label.in[ask->lang] = box->label;
    f.hint.in[ask->lang] = box->hint;
    must(!input_write(ask, &(Input){.field = &f, .shown = box->value, .value = box->value, .fault = p->fault})); // it reads no record
}

// Behind the name of what is asked: what explains it, and what is wrong.
static void attributes_write(Request *ask, const Placed *p)
{
    const Box *box = p->box;
    Str hint = box->hint.n ? say(ask->a, "{}-hint ", p->id) : (Str){0}, error = p->fault.n ? say(ask->a, "{}-error", p->id) : (Str){0};
    html(ask->o, " id='{}' name='{}'", p->id, box->name);
    if (hint.n || error.n) html(ask->o, " aria-describedby='{}'", str_trim(say(ask->a, "{}{}", hint, error)));
    if (box->needed) buf_add(ask->o, S(" required"));
    if (str_equal(box->fill, S("username"))) buf_add(ask->o, S(" autocapitalize='none' spellcheck='false'"));
    if (box->most && box->kind != BOX_FILE) html(ask->o, " maxlength='{}'", box->most);
    if (box->kind == BOX_FILE) html(ask->o, " accept='{}'", box->value);
    if (box->most > 1 && box->kind == BOX_FILE) buf_add(ask->o, S(" multiple"));
    buf_char(ask->o, '>');
}

static void select_box(Request *ask, const Placed *p)
{
    const List *list = p->box->list;
    html(ask->o, "<select class='govuk-select'");
    attributes_write(ask, p);
    for (int i = 0; i < list->n; i++) {
        const Choice *c = &list->choices[i];
        html(ask->o, "<option value='{}'", c->name);
        if (str_equal(c->name, p->box->value)) buf_add(ask->o, S(" selected"));
        html(ask->o, ">{}</option>", words_in(&c->label, ask->lang));
    }
    html(ask->o, "</select>");
}

static void line_box(Request *ask, const Placed *p)
{
    const Box *box = p->box;
    Str error = p->fault.n ? S(" govuk-input--error") : (Str){0}, fill = box->fill.n ? box->fill : S("off");
    if (box->kind == BOX_FILE) html(ask->o, "<input class='govuk-file-upload' type='file'");
    else if (box->kind == BOX_PASSWORD)
        html(ask->o, "<input class='govuk-input govuk-input--width-20{}' type='password' autocomplete='{}'", error, fill);
    else html(ask->o, "<input class='govuk-input{}' type='{}' value='{}' autocomplete='{}'", error,
              box->kind == BOX_SEARCH ? S("search") : S("text"), box->value, fill);
    if (box->kind == BOX_DATE) buf_add(ask->o, S(" data-kind='date'"));
    attributes_write(ask, p);
}

static void box_write(Request *ask, const Asking *asking, const Box *box)
{
    Placed p = placed(ask, asking, box);
    if (box->kind == BOX_HIDDEN) hidden_write(ask, box->name, box->value);
    else if (box->kind == BOX_HOLDER)
        html(ask->o, "<input class='govuk-visually-hidden' name='{}' value='{}' autocomplete='username' tabindex='-1' aria-hidden='true' "
            "readonly>\n", box->name, box->value);
    else if (box->kind == BOX_TICK)
        tick_alone(ask, &(Tick){.box = true, .id = p.id, .name = box->name, .value = box->value, .words = box->label});
    else if (as_field(asking, box)) field_box(ask, &p);
    else {
        html(ask->o, "<div class='govuk-form-group{}'><label class='govuk-label' for='{}'>{}</label>",
             p.fault.n ? S(" govuk-form-group--error") : (Str){0}, p.id, box->label);
        if (box->hint.n) html(ask->o, "<div class='govuk-hint' id='{}-hint'>{}</div>", p.id, box->hint);
        if (p.fault.n) html(ask->o, "<p class='govuk-error-message' id='{}-error'>{}</p>", p.id, p.fault);
        if (box->kind == BOX_SELECT) select_box(ask, &p);
        else line_box(ask, &p);
        html(ask->o, "</div>\n");
    }
}

// ---- a form ----------------------------------------------------------------------------------------------------

void fold_open(Request *ask, Str words, bool open)
{
    html(ask->o, "<details class='govuk-details app-screen'");
    if (open) buf_add(ask->o, S(" open"));
    html(ask->o, "><summary class='govuk-details__summary'><span class='govuk-details__summary-text'>{}</span></summary>"
        "<div class='govuk-details__text'>\n", words);
}

void fold_close(Request *ask)
{
    html(ask->o, "</div></details>\n");
}

static void form_begin(Request *ask, const Asking *asking)
{
    bool file = false;
    for (int i = 0; box_at(asking, i); i++) file |= box_at(asking, i)->kind == BOX_FILE;
    if (asking->way == ASK_TYPE) form_typed_open(ask, asking->to);
    else if (!chooses(asking) && !file && !asking->again.n) form_open(ask, asking->to);
    else {
        html(ask->o, "<form method='{}' action='{}'", asking->way == ASK_CHOOSE ? S("get") : S("post"), (Url){asking->to.s});
        if (chooses(asking)) html(ask->o, " class='app-filter{}'", asking->on_screen ? S(" app-screen") : (Str){0});
        if (asking->again.n) html(ask->o, " data-again='{}'", asking->again);
        if (file) buf_add(ask->o, S(" enctype='multipart/form-data'"));
        buf_char(ask->o, '>');
        if (asking->way != ASK_CHOOSE) hidden_write(ask, S("_csrf"), ask->csrf);
    }
}

static void boxes_write(Request *ask, const Asking *asking)
{
    bool beside = asking->way == ASK_CHOOSE, folds = false;
    Str open = beside ? S("<div class='app-filter__fields'>") : (Str){0}, close = beside ? S("</div>") : (Str){0};
    buf_add(ask->o, open);
    const Box *box;
    for (int i = 0; (box = box_at(asking, i)); i++) {
        if (box->kind != BOX_FOLD) box_write(ask, asking, box);
        else {
            buf_add(ask->o, close);
            fold_open(ask, box->label, box->value.n > 0);
            buf_add(ask->o, open);
            folds = true;
        }
    }
    buf_add(ask->o, close);
    if (folds) fold_close(ask);
}

static void actions_write(Request *ask, const Asking *asking)
{
    static const Str classes[] = {[BUTTON_SECOND] = S(" govuk-button--secondary"), [BUTTON_WARNING] = S(" govuk-button--warning"),
        [BUTTON_MAIN] = S("")};
    bool several = chooses(asking) || asking->way == ASK_TYPE || asking->leave_words.n;
    if (several) html(ask->o, "<div class='app-actions'>");
    html(ask->o, "<button class='govuk-button{}'>{}", classes[asking->button], asking->words);
    hidden_words(ask, asking->of);
    html(ask->o, "</button>");
    if (asking->way == ASK_TYPE) languages_write(ask);
    if (asking->leave_words.n) html(ask->o, "<a class='govuk-link' href='{}'>{}</a>", (Url){asking->leave.s}, asking->leave_words);
    if (several) html(ask->o, "</div>");
    html(ask->o, "</form>");
}

void ask_write(Request *ask, const Asking *asking)
{
    if (asking->fold.n) fold_open(ask, asking->fold, asking->open);
    form_begin(ask, asking);
    boxes_write(ask, asking);
    actions_write(ask, asking);
    if (asking->fold.n) fold_close(ask);
    else buf_char(ask->o, '\n');
}
