// How each kind of field is asked: one row in the table at the end, and the parts all kinds share.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { RADIOS_MOST = 7, ROW_MOST = 3, ROW_LETTERS = 24, CHECKBOXES_MOST = 24, CHOICES_MORE = 3, LONG_LIST = 40 };

static Str hint_of(Request *ask, const Field *f)
{
    Str hint = words_in(&f->hint, ask->lang);
    if (hint.n) return hint;
    if (f->kind == FIELD_DATE && word_in(f->appearance, S("year"))) return tr(ask->lang, S("For example 2024"));
    if (f->kind == FIELD_DATE && word_in(f->appearance, S("month-year"))) return tr(ask->lang, S("For example 3/2024"));
    if (f->kind == FIELD_DATE) return tr(ask->lang, S("For example 27/3/2024, or 3/2024 or 2024 when no more is known"));
    if (f->kind == FIELD_MOMENT) return tr(ask->lang, S("For example 27/3/2024 14:30, or the day alone"));
    return hint;
}

// The ids of what explains an input, for those who hear the page.
static Str described(Request *ask, const Input *in)
{
    Buf ids = buf_in(ask->a);
    Str name = in->field->name;
    if (hint_of(ask, in->field).n) buf_fill(&ids, "f-{}-hint ", VALS(name));
    if (in->doubt.n) buf_fill(&ids, "f-{}-doubt ", VALS(name));
    if (in->fault.n) buf_fill(&ids, "f-{}-error", VALS(name));
    return str_trim(buf_str(&ids));
}

static void describe(Request *ask, const Input *in)
{
    Str ids = described(ask, in);
    if (ids.n) html(ask->o, " aria-describedby='{}'", ids);
}

static void explain(Request *ask, const Input *in)
{
    Str name = in->field->name;
    Str hint = hint_of(ask, in->field);
    if (hint.n) html(ask->o, "<div class='govuk-hint' id='f-{}-hint'>{}</div>\n", name, hint);
    if (in->fault.n)
        html(ask->o, "<p class='govuk-error-message' id='f-{}-error'><span class='govuk-visually-hidden'>{}</span>{}</p>\n", name,
             tr(ask->lang, S("Error: ")), in->fault);
    if (in->doubt.n) html(ask->o, "<p class='app-doubt' id='f-{}-doubt'>{}</p>\n", name, in->doubt);
}

static void label_write(Request *ask, const Input *in)
{
    html(ask->o, "<label class='govuk-label' for='f-{}'>{}</label>\n", in->field->name, field_label(ask, in->field));
    explain(ask, in);
}

static void box_write(Request *ask, const Input *in, Str attributes, Str classes)
{
    html(ask->o, "<input class='govuk-input {}{}' id='f-{}' name='{}' value='{}' autocomplete='off'", classes,
         in->fault.n ? S(" govuk-input--error") : (Str){0}, in->field->name, in->field->name, in->shown);
    buf_add(ask->o, attributes);
    describe(ask, in);
    html(ask->o, ">\n");
}

// Whose letters are meant, where a text is asked in several languages.
static Str lang_said(Request *ask, const Field *f)
{
    return f->kind == FIELD_WORDS ? say(ask->a, " lang='{}'", lang_codes[f->lang]) : (Str){0};
}

static Err *note_write(Request *ask, const Input *in)
{
    label_write(ask, in);
    html(ask->o, "<textarea class='govuk-textarea{}' id='f-{}' name='{}' rows='4'", in->fault.n ? S(" govuk-textarea--error") : (Str){0},
         in->field->name, in->field->name);
    buf_add(ask->o, lang_said(ask, in->field));
    describe(ask, in);
    html(ask->o, ">\n{}</textarea>\n", in->shown);
    return 0;
}

void tick_write(Request *ask, const Tick *tick)
{
    Str kind = tick->box ? S("checkboxes") : S("radios");
    html(ask->o, "<div class='govuk-{}__item'><input class='govuk-{}__input' id='{}' name='{}' type='{}' value='{}'", kind, kind, tick->id,
         tick->name, tick->box ? S("checkbox") : S("radio"), tick->value);
    if (tick->on) buf_add(ask->o, S(" checked"));
    if (tick->cells.n) html(ask->o, " data-cells='{}'", tick->cells);
    html(ask->o, "><label class='govuk-label govuk-{}__label' for='{}'>{}", kind, tick->id, tick->words);
    if (tick->more.n) html(ask->o, " <span class='app-muted'>{}</span>", tick->more);
    html(ask->o, "</label></div>\n");
}

void tick_alone(Request *ask, const Tick *tick)
{
    html(ask->o, "<div class='govuk-checkboxes govuk-checkboxes--small govuk-form-group'>");
    tick_write(ask, tick);
    html(ask->o, "</div>\n");
}

static void meant_write(Request *ask, const Input *in, int n, Str value, Str words)
{
    Str name = in->field->name, more = n > 1 ? say(ask->a, "-{}", n) : (Str){0};
    tick_write(ask, &(Tick){.id = say(ask->a, "f-{}-number{}", name, more), .name = say(ask->a, "_number.{}", name), .value = value,
        .words = words});
}

// One sign with three digits behind it: each way to read it is said so that it cannot be mistaken.
static void number_question(Request *ask, const Input *in)
{
    if (!in->question.n) return;
    int64_t below = 0;
    Message whole = message(ask->a, "{}, a whole number", in->question);
    html(ask->o, "<fieldset class='govuk-fieldset app-doubt'><legend class='govuk-fieldset__legend'>{}</legend>"
        "<div class='govuk-radios govuk-radios--small'>\n",
         message_in(ask->a, ask->lang, message(ask->a, "Which number is meant by {}?", in->shown)));
    meant_write(ask, in, 1, in->question, message_in(ask->a, ask->lang, whole));
    if (in->other.n) {
        str_int(str_slice(in->other, 0, str_find(in->other, S("."))), &below);
        int64_t beyond = below + (str_starts(in->other, S("-")) ? -1 : 1);
        Message parts = str_ends(in->other, S(".000")) ? message(ask->a, "exactly {}", below)
                        : message(ask->a, "{}, between {} and {}", decimal_shown(ask->a, ask->lang, in->other), below, beyond);
        meant_write(ask, in, 2, in->other, message_in(ask->a, ask->lang, parts));
    }
    html(ask->o, "</div></fieldset>\n");
}

// An amount, and beside it its currency: as it was sent, as it stands, else the first of the list.
static Err *money_write(Request *ask, const Input *in)
{
    const Field *f = in->field;
    Str name = say(ask->a, "_currency.{}", f->name), sent = pairs_get(&ask->form, name), amount, stands;
    const List *list = f->currencies;
    money_parts(in->value, &amount, &stands);
    Str chosen = sent.n ? sent : stands;
    label_write(ask, in);
    html(ask->o, "<div class='app-money'>");
    box_write(ask, in, S(" inputmode='decimal' data-kind='money'"), S("govuk-input--width-10"));
    html(ask->o, "<label class='govuk-visually-hidden' for='f-{}-currency'>{}</label><select class='govuk-select' id='f-{}-currency' "
        "name='{}'>", f->name, tr(ask->lang, S("Currency")), f->name, name);
    for (int i = 0; i < list->n; i++) {
        const Choice *c = &list->choices[i];
        bool is = str_equal(c->name, chosen);
        Str words = words_in(&c->label, ask->lang);
        if (!is && !choice_offered(c, register_today(ask->s))) continue;
        option_write(ask, c->name, str_equal(words, c->name) ? words : say(ask->a, "{} {}", c->name, words), is);
    }
    html(ask->o, "</select></div>\n");
    number_question(ask, in);
    return 0;
}

// A year that reads like one of the Buddhist era is never changed unasked.
static void year_question(Request *ask, const Input *in)
{
    if (!in->question.n) return;
    Str name = in->field->name;
    Message words = message(ask->a, "This is a year of the Buddhist era. Yes, I mean {}.", date_shown(ask->a, ask->lang, in->question));
    html(ask->o, "<div class='govuk-checkboxes govuk-checkboxes--small app-doubt'>");
    tick_write(ask, &(Tick){.box = true, .id = say(ask->a, "f-{}-year", name), .name = say(ask->a, "_year.{}", name),
        .value = in->question, .words = message_in(ask->a, ask->lang, words)});
    html(ask->o, "</div>\n");
}

// What stands in one line.
static Err *line_write(Request *ask, const Input *in)
{
    static const struct { Str attributes, classes; void (*asks)(Request *, const Input *); } kinds[FIELD_KIND_COUNT] = {
        [FIELD_INTEGER] = {S(" inputmode='numeric' data-kind='integer'"), S("govuk-input--width-10"), number_question},
        [FIELD_DECIMAL] = {S(" inputmode='decimal' data-kind='decimal'"), S("govuk-input--width-10"), number_question},
        [FIELD_DATE] = {S(" data-kind='date'"), S("govuk-input--width-10"), year_question},
        [FIELD_MOMENT] = {S(" data-kind='dateTime'"), S("govuk-input--width-20"), year_question},
    };
    const Field *f = in->field;
    bool known = f->known && field_get(ask->type, f->name) == f;
    Str attributes = f->kind == FIELD_WORDS ? lang_said(ask, f) : f->phone ? S(" type='tel'")
                   : known ? say(ask->a, " data-known='{}.{}'", ask->type->name, f->name) : kinds[f->kind].attributes;
    if (f->kind == FIELD_WORDS && str_find(f->appearance, S("multiline")) >= 0) return note_write(ask, in);
    label_write(ask, in);
    box_write(ask, in, attributes, kinds[f->kind].classes);
    if (kinds[f->kind].asks) kinds[f->kind].asks(ask, in);
    return 0;
}

// ---- choices -----------------------------------------------------------------------------------------------

// One that is out of use is offered no longer, but stays where it was chosen.
static bool choice_open(Request *ask, const Choice *c, Str value)
{
    return choice_offered(c, register_today(ask->s)) || word_in(value, c->name);
}

// A step asks for its fields, whatever they wait for that is not asked with them.
static bool answered_here(const Request *ask, const Expr *e)
{
    bool here = !ask->step || e->op != EXPR_FIELD || e->link;
    for (int i = 0; !here && i < ask->step->asks_n; i++) here = ask->step->asks[i] == e->field;
    for (int i = 0; here && i < e->n; i++) here = answered_here(ask, e->args[i]);
    return here;
}

// Which choices fit is asked anew by the page's script: it gets the rule, and with each choice what the rule looks at.
static void filter_write(Request *ask, const Field *f)
{
    Buf tree = buf_in(ask->a);
    if (!f->filter || !answered_here(ask, f->filter)) return;
    expr_json(&tree, f->filter);
    html(ask->o, " data-choices='{}'", buf_str(&tree));
}

static void cells_json(Buf *o, const Expr *e, const Choice *c)
{
    if (e->op == EXPR_CELL) {
        buf_char(o, o->n ? ',' : '{');
        json(o, "{}:{}", e->text, choice_says(c, e->text));
    }
    for (int i = 0; i < e->n; i++) cells_json(o, e->args[i], c);
}

static Str cells_of(Request *ask, const Field *f, const Choice *c)
{
    Buf cells = buf_in(ask->a);
    if (!f->filter || !answered_here(ask, f->filter)) return (Str){0};
    cells_json(&cells, f->filter, c);
    buf_add(&cells, cells.n ? S("}") : S("{}"));
    return buf_str(&cells);
}

static void choice_tick(Request *ask, const Input *in, bool box, int number, Str value, Str words, Str cells)
{
    Str name = in->field->name;
    tick_write(ask, &(Tick){.box = box, .id = number ? say(ask->a, "f-{}-{}", name, number + 1) : say(ask->a, "f-{}", name), .name = name,
        .value = value, .words = words, .cells = cells, .on = value.n ? word_in(in->value, value) : !in->value.n});
}

static isize letters_of(Str s)
{
    isize n = 0;
    for (isize i = 0; i < s.n; i++) n += (s.p[i] & 0xC0) != 0x80;
    return n;
}

// Yes, no, not known: few and short, they stand in a row.
static bool in_a_row(const Request *ask, const Field *f)
{
    bool wide = str_find(f->appearance, S("horizontal")) >= 0; // one more, where the pack wants it so
    bool few = f->kind == FIELD_CHOICE && f->list->n <= ROW_MOST + wide;
    for (int i = 0; few && i < f->list->n; i++) few = letters_of(words_in(&f->list->choices[i].label, ask->lang)) <= ROW_LETTERS;
    return few;
}

static bool about_itself(const Field *f, const Expr *e)
{
    bool so = e->op == EXPR_FIELD ? !e->link && e->field->at == f->at : e->op < EXPR_ME;
    for (int i = 0; so && i < e->n; i++) so = about_itself(f, e->args[i]);
    return so;
}

// What may stand alone and not together, as "none" beside others, is taken apart by the page's script: it gets the rule that
// must hold, else the one that makes doubt, where that looks at nothing else.
static void apart_write(Request *ask, const Field *f)
{
    Buf tree = buf_in(ask->a);
    const Expr *rule = f->constraint ? f->constraint : f->doubt;
    if (f->kind != FIELD_CHOICES || !rule || !about_itself(f, rule)) return;
    expr_json(&tree, rule);
    html(ask->o, " data-{}='{}'", f->constraint ? S("apart") : S("doubt"), buf_str(&tree));
}

// The empty input says that the question was asked, when nothing is ticked.
static void ticks_write(Request *ask, const Input *in, bool box)
{
    Str kind = box ? S("checkboxes") : S("radios");
    const Field *f = in->field;
    int n = 0;
    html(ask->o, "<fieldset class='govuk-fieldset'");
    describe(ask, in);
    html(ask->o, "><legend class='govuk-fieldset__legend'>{}</legend>\n", field_label(ask, f));
    explain(ask, in);
    html(ask->o, "<input type='hidden' name='{}' value=''><div class='govuk-{} govuk-{}--small{}'", f->name, kind, kind,
         in_a_row(ask, f) ? S(" app-row") : (Str){0});
    filter_write(ask, f);
    apart_write(ask, f);
    html(ask->o, ">\n");
    for (int i = 0; i < f->list->n; i++) {
        const Choice *c = &f->list->choices[i];
        if (choice_open(ask, c, in->value)) choice_tick(ask, in, box, n++, c->name, words_in(&c->label, ask->lang), cells_of(ask, f, c));
    }
    bool may_lack = !f->required || f->required_if;
    if (f->kind == FIELD_CHOICE && may_lack && in->value.n)
        choice_tick(ask, in, box, n, (Str){0}, tr(ask->lang, S("No answer")), (Str){0});
    html(ask->o, "</div></fieldset>\n");
}

static void option_of(Request *ask, const Field *f, const Choice *c, bool chosen)
{
    Str cells = cells_of(ask, f, c);
    html(ask->o, "<option value='{}'", c->name);
    if (chosen) buf_add(ask->o, S(" selected"));
    if (cells.n) html(ask->o, " data-cells='{}'", cells);
    html(ask->o, ">{}</option>", words_in(&c->label, ask->lang));
}

static void options_write(Request *ask, const Input *in, Str chosen)
{
    const List *list = in->field->list;
    Str group = {0};
    option_write(ask, (Str){0}, (Str){0}, false);
    for (int i = 0; i < list->n; i++) {
        const Choice *c = &list->choices[i];
        if (!choice_open(ask, c, chosen)) continue;
        if (c->parent.n && !str_equal(c->parent, group)) {
            if (group.n) html(ask->o, "</optgroup>");
            html(ask->o, "<optgroup label='{}'>\n", choice_words(ask, (Str){0}, c->parent));
            group = c->parent;
        }
        option_of(ask, in->field, c, str_equal(c->name, chosen));
    }
    if (group.n) html(ask->o, "</optgroup>");
}

// label: what the box that shortens it calls this list, where several stand together.
static void select_write(Request *ask, const Input *in, Str id, Str label, Str chosen)
{
    html(ask->o, "<select class='govuk-select{}' id='{}' name='{}'",
         in->fault.n ? S(" govuk-select--error") : (Str){0}, id, in->field->name);
    describe(ask, in);
    filter_write(ask, in->field);
    if (in->field->list->n > LONG_LIST)
        html(ask->o, " data-narrow='{}'", message_in(ask->a, ask->lang, message(ask->a, "Shorten the list: {}", label)));
    html(ask->o, ">");
    options_write(ask, in, chosen);
    html(ask->o, "</select>\n");
}

static Err *choice_write(Request *ask, const Input *in)
{
    if (in->field->list->n <= RADIOS_MOST) {
        ticks_write(ask, in, false);
        return 0;
    }
    label_write(ask, in);
    select_write(ask, in, say(ask->a, "f-{}", in->field->name), field_label(ask, in->field), in->value);
    return 0;
}

// What is chosen of a long list, each with a tick to take away.
static void chosen_write(Request *ask, const Input *in)
{
    Str word, rest = in->value;
    html(ask->o, "<input type='hidden' name='{}' value=''>", in->field->name);
    if (!in->value.n) return;
    html(ask->o, "<div class='govuk-checkboxes govuk-checkboxes--small'>\n");
    for (int i = 1; str_word(&rest, &word); i++) {
        const Choice *c = list_get(in->field->list, word);
        choice_tick(ask, in, true, i, word, c ? words_in(&c->label, ask->lang) : word, (Str){0});
    }
    html(ask->o, "</div>\n");
}

// A long list, of which several can be chosen: all that are, and below them room for more.
static Err *choices_write(Request *ask, const Input *in)
{
    const Field *f = in->field;
    Str label = field_label(ask, f);
    if (f->list->n <= CHECKBOXES_MOST) {
        ticks_write(ask, in, true);
        return 0;
    }
    html(ask->o, "<fieldset class='govuk-fieldset'");
    describe(ask, in);
    html(ask->o, "><legend class='govuk-fieldset__legend'>{}</legend>\n", label);
    explain(ask, in);
    chosen_write(ask, in);
    for (int i = 1; i <= CHOICES_MORE; i++) {
        Str id = i > 1 ? say(ask->a, "f-{}-more-{}", f->name, i) : say(ask->a, "f-{}", f->name);
        Str its = say(ask->a, "{} {}", label, i);
        html(ask->o, "<label class='govuk-label govuk-visually-hidden' for='{}'>{}</label>", id, its);
        select_write(ask, in, id, its, (Str){0});
    }
    html(ask->o, "</fieldset>\n");
    return 0;
}

typedef Err *InputFn(Request *ask, const Input *in);
static InputFn *const inputs[] = {
    [FIELD_TEXT] = line_write, [FIELD_NOTE] = note_write, [FIELD_INTEGER] = line_write, [FIELD_DECIMAL] = line_write,
    [FIELD_DATE] = line_write, [FIELD_MOMENT] = line_write, [FIELD_CHOICE] = choice_write, [FIELD_CHOICES] = choices_write,
    [FIELD_LINK] = choose_write, [FIELD_WORDS] = line_write, [FIELD_MONEY] = money_write,
    [FIELD_FILE] = 0, [FIELD_IMAGE] = 0, [FIELD_AUDIO] = 0, // on the record's page: parts/files.c
};
_Static_assert(countof(inputs) == FIELD_KIND_COUNT, "every kind has an input");

void input_label(Request *ask, const Input *in)
{
    label_write(ask, in);
}

void input_describe(Request *ask, const Input *in)
{
    describe(ask, in);
}

Err *input_write(Request *ask, const Input *in)
{
    FieldKind kind = in->field->kind;
    if (!inputs[kind]) return 0;
    bool longer = kind == FIELD_CHOICE && in->field->list->n > ROW_MOST && in_a_row(ask, in->field); // four want the whole row
    bool wide = kind == FIELD_NOTE || kind == FIELD_CHOICES || kind == FIELD_LINK || longer;
    html(ask->o, "<div class='govuk-form-group{}{}'", wide ? S(" app-wide") : (Str){0},
         in->fault.n ? S(" govuk-form-group--error") : (Str){0});
    if (in->field->relevant && answered_here(ask, in->field->relevant)) {
        Buf tree = buf_in(ask->a);
        expr_json(&tree, in->field->relevant);
        html(ask->o, " data-relevant='{}'", buf_str(&tree));
    }
    html(ask->o, ">");
    TRY(inputs[in->field->kind](ask, in));
    html(ask->o, "</div>\n");
    return 0;
}

// As people write days; a year of the Buddhist era is asked about and never changed unasked.
Message day_typed(Request *ask, Str *typed, Str *day)
{
    TypedDate date;
    *day = str_bare(*typed);
    if (!day->n || !date_typed(ask->a, *day, &date) || date.iso.n > 10) return (Message){0};
    *day = date.iso;
    if (!date.buddhist) return (Message){0};
    *typed = date_shown(ask->a, ask->lang, date.iso);
    return message(ask->a, "Is the year {} meant?", str_slice(date.iso, 0, 4));
}
