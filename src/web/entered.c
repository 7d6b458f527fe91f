// What a person typed into a form, or a program sent as JSON, as a draft of a record.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

bool word_in(Str set, Str word)
{
    Str one;
    while (str_word(&set, &one))
        if (str_equal(one, word)) return true;
    return false;
}

static void fault_add(Request *ask, Entered *e, Str column, Str value, Message m)
{
    faults_add(ask->a, &e->draft.told, (Fault){.column = column, .value = value, .message = m});
}

Entered entered_of(Request *ask, const RecordType *t)
{
    return (Entered){.ask = ask, .draft = draft_make(ask->a, t), .chosen = take(ask->a, Chosen, t->n), .typed = take(ask->a, Str, t->n),
                     .question = take(ask->a, Str, t->n), .other = take(ask->a, Str, t->n)};
}

Entered entered_make(Request *ask)
{
    return entered_of(ask, ask->type);
}

static Somebody who_asks(const Request *ask)
{
    const User *who = &ask->s->user;
    return unit_somebody(who->unit, who->name, who->role ? who->role->name : (Str){0});
}

Str said_by(Request *ask, const Expr *e)
{
    Somebody me = who_asks(ask);
    return expr_text(ask->a, e, &(View){.today = register_today(ask->s), .me = &me});
}

// The first of its list that is offered and is hers.
static Str choice_of(Request *ask, const Field *f)
{
    Somebody me = who_asks(ask);
    View on = {.today = register_today(ask->s), .me = &me};
    for (int i = 0; i < f->list->n; i++) {
        on.choice = &f->list->choices[i];
        if (choice_offered(on.choice, on.today) && expr_true(ask->a, f->begins_where, &on)) return on.choice->name;
    }
    return (Str){0};
}

static Str begins_with(Request *ask, Str word)
{
    if (str_equal(word, S("today()"))) return day_text(ask->a, register_today(ask->s));
    if (!str_equal(word, S("now()"))) return word;
    Str now = moment_text(ask->a, clock_ms(), register_clock(ask->s).offset);
    return say(ask->a, "{}T{}", str_slice(now, 0, 10), str_slice(now, 11, now.n));
}

// Of a list: only what it has.
Str initial_text(Request *ask, const Field *f)
{
    if (f->begins_where) return choice_of(ask, f);
    Str text = begins_with(ask, f->begins ? said_by(ask, f->begins) : f->initial);
    return f->begins && f->list && !list_get(f->list, text) ? (Str){0} : text;
}

// A field of the form or object; what may not be seen is told like what is not there.
static const Field *field_asked(Request *ask, Entered *e, Str name, Str value)
{
    const RecordType *t = e->draft.type;
    const Field *f = field_get(t, name);
    bool fixed = e->repeat && f == e->repeat->link; // a row hangs where it stands
    if (f && !fixed && may_see(&ask->s->user, t, f)) return f;
    fault_add(ask, e, name, value, message(ask->a, "There is no field {} in this kind of record.", name));
    return 0;
}

// ---- dates as people type them -------------------------------------------------------------------------

static bool iso_moment(Str typed)
{
    return typed.n > 10 && typed.p[4] == '-' && typed.p[10] == 'T';
}

// What the typed date means as ISO; a Buddhist year is asked about until the form says yes to it.
static Str date_read(Request *ask, Entered *e, const Field *f, Str typed)
{
    TypedDate date;
    Str day = str_bare(typed);
    if (!day.n || iso_moment(day)) return day;
    if (!date_typed(ask->a, day, &date) || (f->kind == FIELD_DATE && date.iso.n > 10)) {
        fault_add(ask, e, f->name, typed, f->kind == FIELD_MOMENT
            ? message(ask->a, "{} is not a day and time that exist. Write it as 27/3/2024 14:30, or the day alone.", typed)
            : message(ask->a, "{} is not a date that exists. Write it as 27/3/2024, 3/2024 or 2024.", typed));
        return typed;
    }
    Str agreed = pairs_get(&ask->form, say(ask->a, "_year.{}", entered_name(e, f->name)));
    if (!date.buddhist) return date.iso;
    if (str_equal(agreed, date.iso)) e->typed[f->at] = date_shown(ask->a, ask->lang, date.iso); // not to be asked again
    else e->question[f->at] = date.iso;
    return date.iso;
}

// ---- and numbers ---------------------------------------------------------------------------------------

// 1.234 is a thousand and more, or one and a bit: which, is asked until the form says it.
static Str number_read(Request *ask, Entered *e, const Field *f, Str typed)
{
    TypedDecimal number;
    if (!decimal_typed(ask->a, typed, &number)) return str_bare(digits_plain(ask->a, typed));
    Str other = f->kind == FIELD_INTEGER ? (Str){0} : number.other;
    Str agreed = pairs_get(&ask->form, say(ask->a, "_number.{}", entered_name(e, f->name)));
    if (!number.other.n) return number.value;
    if (agreed.n && (str_equal(agreed, number.value) || str_equal(agreed, other))) {
        e->typed[f->at] = decimal_box(ask->a, ask->lang, agreed); // not to be asked again
        return agreed;
    }
    e->question[f->at] = number.value;
    e->other[f->at] = other;
    return number.value;
}

// Browsers send CRLF for the line breaks of a text, and none of those of a line.
static Str note_read(Arena *a, Str typed, Str line_end)
{
    Buf text = buf_in(a);
    for (isize i = 0; i < typed.n; i++) {
        bool pair = typed.p[i] == '\r' && i + 1 < typed.n && typed.p[i + 1] == '\n';
        if (pair) continue;
        if (typed.p[i] == '\r' || typed.p[i] == '\n') buf_add(&text, line_end);
        else buf_char(&text, typed.p[i]);
    }
    return buf_str(&text);
}

// The amount stands in a box of its own, the currency beside it.
static Str money_read(Request *ask, Entered *e, const Field *f, Str typed)
{
    Str amount = number_read(ask, e, f, typed), currency = pairs_get(&ask->form, say(ask->a, "_currency.{}", entered_name(e, f->name)));
    return amount.n && currency.n ? say(ask->a, "{} {}", amount, currency) : amount;
}

static Str typed_read(Request *ask, Entered *e, const Field *f, Str typed)
{
    if (f->kind == FIELD_DATE || f->kind == FIELD_MOMENT) return date_read(ask, e, f, typed);
    if (f->kind == FIELD_NOTE) return note_read(ask->a, typed, S("\n"));
    if (f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL) return number_read(ask, e, f, typed);
    if (f->kind == FIELD_MONEY) return money_read(ask, e, f, typed);
    if (f->kind == FIELD_WORDS) return note_read(ask->a, typed, S("\n"));
    return f->kind == FIELD_TEXT ? typed : str_trim(typed);
}

Str box_text(Request *ask, const Field *f, Str value)
{
    Str amount, currency;
    if (f->kind == FIELD_MONEY) return decimal_box(ask->a, ask->lang, money_parts(value, &amount, &currency) ? amount : value);
    if (f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL) return decimal_box(ask->a, ask->lang, value);
    if (f->kind == FIELD_MOMENT) value = moment_local(ask->a, value, ask->pack->offset);
    return f->kind == FIELD_DATE || f->kind == FIELD_MOMENT ? date_shown(ask->a, ask->lang, value) : value;
}

Str carried_text(Request *ask, const Field *f, Str value)
{
    return f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL ? decimal_box(ask->a, ask->lang, value) : value;
}

// ---- a form ----------------------------------------------------------------------------------------------

static bool same_words(Str one, Str other)
{
    Str word;
    for (Str rest = one; str_word(&rest, &word);)
        if (!word_in(other, word)) return false;
    for (Str rest = other; str_word(&rest, &word);)
        if (!word_in(one, word)) return false;
    return true;
}

// A form sends every field it shows. Only what its person changed is meant: the rest may have moved on under her hands,
// and is not hers to put back.
bool entered_untouched(const void *with, const Draft *draft, const Field *f, Str stood)
{
    const Entered *e = with;
    Request *ask = e->ask;
    Str typed = e->typed[f->at], given = draft->cells[f->at].text, value;
    Str end = f->kind == FIELD_NOTE || f->kind == FIELD_WORDS ? S("\n") : (Str){0};
    Message why;
    if (e->question[f->at].n) return false;
    if (f->kind == FIELD_CHOICES) return same_words(given, stood);
    if (f->kind == FIELD_LINK) return str_equal(given, stood); // its box shows a name
    bool same = str_equal(note_read(ask->a, typed, end), note_read(ask->a, box_text(ask, f, stood), end));
    if (same && f->kind != FIELD_MONEY) return true; // its currency stands in another box
    if (!field_read(ask->a, f, register_clock(ask->s), given, &value, &why)) return false;
    return str_equal(value, stood) || str_equal(given, stood);
}

void entered_pair(Request *ask, Entered *e, Str name, Str given)
{
    const Field *f = field_asked(ask, e, name, given);
    if (!f) return;
    Str *typed = &e->typed[f->at];
    e->draft.cells[f->at].said = true;
    if (f->kind == FIELD_CHOICES && word_in(*typed, given)) return; // ticked, and chosen once more below
    if (typed->n && given.n) *typed = say(ask->a, "{} {}", *typed, given);
    else if (given.n) *typed = given;
}

static void pair_read(Request *ask, const Record *now, Entered *e, const Pair *p)
{
    if (str_starts(p->name, S("_")) || (ask->step && str_equal(p->name, S("move"))) || row_pair(ask, e, p)) return;
    if (!now && str_equal(p->name, S("key"))) {
        e->draft.key = str_bare(p->value);
        e->draft.sets_key = e->draft.key.n;
        return;
    }
    entered_pair(ask, e, p->name, p->value);
}

void entered_texts(Request *ask, Entered *e)
{
    e->draft.form = true;
    e->draft.untouched = entered_untouched;
    e->draft.with = e;
    for (int i = 0; i < e->draft.type->n; i++)
        if (e->draft.cells[i].said) e->draft.cells[i].text = typed_read(ask, e, &e->draft.type->fields[i], e->typed[i]);
}

Err *links_read(Request *ask, const Record *now, Entered *e)
{
    for (int i = 0; i < e->draft.type->n; i++) {
        const Field *f = &e->draft.type->fields[i];
        if (f->kind == FIELD_LINK && e->draft.cells[i].said) TRY(choose_read(ask, now, e, entered_field(e, f)));
    }
    return 0;
}

Err *entered_form(Request *ask, const Record *now, Entered *e)
{
    if (now && (!str_int(pairs_get(&ask->form, S("_version")), &e->draft.base) || e->draft.base < 1))
        return fail(ask->a, ERR_INPUT, "The form was not whole. Go back, load the page again and try once more.");
    if (now) e->draft.id = now->id;
    if (ask->step) e->draft.move = ask->step->name;
    once_read(ask->s, ask->type->name, pairs_get(&ask->form, S("_once")), &e->once);
    if (!now) e->draft.new_id = e->once;
    e->confirmed = pairs_find(&ask->form, S("_confirm")) != 0;
    for (int i = 0; i < ask->form.n; i++) pair_read(ask, now, e, &ask->form.at[i]);
    entered_texts(ask, e);
    TRY(links_read(ask, now, e));
    return rows_texts(ask, e);
}

// ---- JSON ------------------------------------------------------------------------------------------------

bool json_value(Request *ask, const Json *v, Str *out)
{
    *out = (Str){0};
    if (v->kind == JSON_TEXT || v->kind == JSON_NUMBER) *out = v->text;
    if (v->kind != JSON_LIST) return v->kind == JSON_TEXT || v->kind == JSON_NUMBER || v->kind == JSON_NULL;
    Buf words = buf_in(ask->a);
    for (const Json *one = v->first; one; one = one->next) {
        if (one->kind != JSON_TEXT) return false;
        if (words.n) buf_char(&words, ' ');
        buf_add(&words, one->text);
    }
    *out = buf_str(&words);
    return true;
}

static void version_read(Request *ask, Entered *e, const Json *v)
{
    bool whole = v && (v->kind == JSON_NUMBER || v->kind == JSON_TEXT) && str_int(v->text, &e->draft.base) && e->draft.base > 0;
    if (!whole)
        fault_add(ask, e, S("version"), v ? v->text : (Str){0},
                  message(ask->a, "version is missing: give the number of the version that was changed."));
}

static void move_read(Request *ask, Entered *e, const Json *v)
{
    if (v && v->kind == JSON_TEXT) e->draft.move = v->text;
    if (!e->draft.move.n)
        fault_add(ask, e, S("move"), v ? v->text : (Str){0}, message(ask->a, "move is missing: give the name of the step."));
}

void entered_member(Request *ask, Entered *e, const Json *v)
{
    Str value;
    const Repeat *repeat = e->repeat || ask->step ? 0 : repeat_get(e->draft.type, v->name);
    if (repeat && !e->draft.move.n) {
        rows_json(ask, e, repeat, v);
        return;
    }
    bool is_key = str_equal(v->name, S("key"));
    const Field *f = is_key ? 0 : field_asked(ask, e, v->name, v->text);
    if (!f && !is_key) return;
    if (!json_value(ask, v, &value)) {
        fault_add(ask, e, v->name, v->text, message(ask->a, "A value is a text, a number, null, or a list of texts."));
    } else if (is_key) {
        e->draft.key = value;
        e->draft.sets_key = true;
    } else {
        e->draft.cells[f->at].text = e->typed[f->at] = value;
        e->draft.cells[f->at].said = true;
    }
}

Err *members_json(Request *ask, const Str *names, Str *const *to, int n, Faults *told)
{
    const Json *body;
    TRY(json_read(ask->a, ask->in->body, &body));
    if (body->kind != JSON_OBJECT) return fail(ask->a, ERR_INPUT, "The body must be one JSON object: a name and its value, and so on.");
    for (const Json *v = body->first; v; v = v->next) {
        int i = 0;
        Message why = {0};
        while (i < n && !str_equal(names[i], v->name)) i++;
        if (i == n) why = message(ask->a, "Nothing is asked here by the name {}; give {}.", v->name, str_join(ask->a, names, n, S(", ")));
        else if (!json_value(ask, v, to[i])) why = message(ask->a, "A value is a text, a number, null, or a list of texts.");
        if (why.words) faults_add(ask->a, told, (Fault){.column = v->name, .message = why});
    }
    return 0;
}

Err *members_read(Request *ask, const Str *names, Str *const *to, int n, Faults *told, bool *other)
{
    *other = false;
    if (!ask->is_form) return members_json(ask, names, to, n, told);
    for (int i = 0; i < n; i++) *to[i] = pairs_get(&ask->form, names[i]);
    return language_asked(ask, other);
}

Err *entered_json(Request *ask, JsonUse use, Entered *e)
{
    const Json *body;
    TRY(json_read(ask->a, ask->in->body, &body));
    if (body->kind != JSON_OBJECT)
        return fail(ask->a, ERR_INPUT,
                    "The body must be one JSON object: a field's name and its value, and so on.");
    if (use != JSON_CREATE) version_read(ask, e, json_member(body, S("version")));
    if (use != JSON_CREATE) e->draft.id = ask->id;
    if (use == JSON_MOVE) move_read(ask, e, json_member(body, S("move")));
    for (const Json *v = body->first; v; v = v->next) {
        bool read = (use != JSON_CREATE && str_equal(v->name, S("version"))) || (use == JSON_MOVE && str_equal(v->name, S("move")));
        if (!read) entered_member(ask, e, v);
    }
    return 0;
}

void day_told(const Entered *e, Fault *fault)
{
    Request *ask = e->ask;
    const Field *f = field_get(e->draft.type, fault->column);
    Message why = fault->message;
    if (!f || (f->kind != FIELD_DATE && f->kind != FIELD_MOMENT)) return;
    Val *with = take(ask->a, Val, why.with.n);
    for (int i = 0; i < why.with.n; i++) {
        with[i] = why.with.at[i];
        bool day = with[i].kind == VAL_STR && str_equal(with[i].s, e->draft.cells[f->at].text);
        if (day) with[i] = val_str(date_shown(ask->a, ask->lang, with[i].s));
    }
    fault->message = message_keep(ask->a, why.words, (Vals){with, why.with.n});
}

Err *entered_save(Entered *e, bool looks)
{
    int made = choose_made(e, 0); // what is written down on the spot comes first, and what hangs on it last
    Change change = rows_change(e);
    for (int i = 0; i < change.n; i++) looks |= change.drafts[i].told.n > 0;
    change.looks = looks;
    change.asks = e->draft.form && !e->confirmed;
    Err *err = record_save(e->ask->s, &change);
    e->draft = change.drafts[made];
    choose_saved(e, change.drafts);
    for (Fault *f = e->draft.form ? e->draft.saved.faults.first : 0; f; f = f->next) day_told(e, f);
    rows_told(e, &change);
    return err;
}
