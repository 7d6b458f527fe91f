// What a person typed into a form, or a program sent as JSON, as a draft of a record.
// SPDX-License-Identifier: Apache-2.0
#include "web/inside.h"

enum { VERSIONS_BACK = 1000 };

static void fault_add(Request *ask, Entered *e, Str column, Str value, Message m)
{
    faults_add(ask->a, &e->faults, (Fault){.column = column, .value = value, .message = m});
}

Entered entered_make(Request *ask)
{
    int n = ask->type->n;
    return (Entered){.draft = draft_make(ask->a, ask->type), .typed = take(ask->a, Str, n), .question = take(ask->a, Str, n)};
}

// A field of the form or object; what may not be seen is told like what is not there.
static const Field *field_asked(Request *ask, Entered *e, Str name, Str value)
{
    const Field *f = field_get(ask->type, name);
    if (f && may_see(&ask->s->user, ask->type, f)) return f;
    fault_add(ask, e, name, value, message(ask->a, "There is no field {} in this kind of record.", name));
    return 0;
}

// ---- dates as people type them -------------------------------------------------------------------------

// "27/3/2024 14:30" as "27/3/2024" and "T14:30"; the time stays as it is when it is none.
static Str time_cut(Request *ask, Str *typed)
{
    isize at = str_find(*typed, S(" "));
    Str behind = at < 0 ? (Str){0} : str_trim(str_slice(*typed, at, typed->n));
    if (!str_has(behind, ':')) return (Str){0};
    *typed = str_slice(*typed, 0, at);
    return say(ask->a, "T{}{}", behind.n == 4 ? S("0") : (Str){0}, text_fold(ask->a, behind));
}

static bool iso_moment(Str typed)
{
    return typed.n > 10 && typed.p[4] == '-' && typed.p[10] == 'T';
}

// What the typed date means as ISO; a Buddhist year is asked about until the form says yes to it.
static Str date_read(Request *ask, Entered *e, const Field *f, Str typed)
{
    TypedDate date;
    Str day = str_trim(typed);
    if (!day.n || iso_moment(day)) return day;
    Str time = f->kind == FIELD_MOMENT ? time_cut(ask, &day) : (Str){0};
    if (!date_typed(ask->a, day, &date)) {
        fault_add(ask, e, f->name, typed, message(ask->a, "{} is not a date that exists. Write it as 27/3/2024, 3/2024 or 2024.", typed));
        return typed;
    }
    Str iso = time.n ? say(ask->a, "{}{}", date.iso, time) : date.iso;
    Str agreed = pairs_get(&ask->form, say(ask->a, "_year.{}", f->name));
    if (!date.buddhist) return iso;
    if (str_equal(agreed, iso)) e->typed[f->at] = date_shown(ask->a, ask->lang, iso); // not to be asked again
    else e->question[f->at] = iso;
    return iso;
}

static Str note_read(Arena *a, Str typed)
{
    Buf text = buf_in(a); // browsers send CRLF for the line breaks of a text
    for (Str rest = typed; rest.n;) {
        bool more = str_has(rest, '\n');
        Str line = str_cut(&rest, '\n');
        buf_add(&text, more && str_ends(line, S("\r")) ? str_slice(line, 0, line.n - 1) : line);
        if (more) buf_char(&text, '\n');
    }
    return buf_str(&text);
}

static Str typed_read(Request *ask, Entered *e, const Field *f, Str typed)
{
    if (f->kind == FIELD_DATE || f->kind == FIELD_MOMENT) return date_read(ask, e, f, typed);
    if (f->kind == FIELD_NOTE) return note_read(ask->a, typed);
    return f->kind == FIELD_TEXT ? typed : str_trim(typed);
}

// ---- a form ----------------------------------------------------------------------------------------------

Err *values_at(Request *ask, const Record *now, int64_t version, Str *values)
{
    History history;
    for (int i = 0; i < now->type->n; i++) values[i] = now->values[i];
    if (version >= now->version) return 0;
    TRY(record_history(ask->s, now, VERSIONS_BACK, &history));
    for (int i = 0; i < history.n && history.at[i].version > version; i++)
        for (int j = 0; j < history.at[i].n; j++) {
            const HistoryChange *c = &history.at[i].changes[j];
            if (c->field) values[c->field->at] = c->before;
        }
    return 0;
}

static bool word_in(Str set, Str word)
{
    Str one;
    while (str_word(&set, &one))
        if (str_equal(one, word)) return true;
    return false;
}

static bool same_words(Str one, Str other)
{
    Str word;
    for (Str rest = one; str_word(&rest, &word);)
        if (!word_in(other, word)) return false;
    for (Str rest = other; str_word(&rest, &word);)
        if (!word_in(one, word)) return false;
    return true;
}

static bool same_value(Request *ask, const Field *f, Str given, Str old)
{
    Str value;
    Message why;
    if (f->kind == FIELD_CHOICES) return same_words(given, old);
    if (f->kind == FIELD_NOTE) return str_equal(note_read(ask->a, given), note_read(ask->a, old));
    if (!field_read(ask->a, f, register_clock(ask->s), given, &value, &why)) return false;
    return str_equal(value, old) || str_equal(given, old);
}

// A form sends every field it shows. Only what its person changed is meant: the rest may have moved
// on under her hands, and is not hers to put back.
static Err *changes_keep(Request *ask, const Record *now, Entered *e)
{
    Str *base = take(ask->a, Str, now->type->n);
    TRY(values_at(ask, now, e->draft.base, base));
    for (int i = 0; i < now->type->n; i++) {
        const Field *f = &now->type->fields[i];
        if (e->draft.sets[i] && !e->question[i].n && same_value(ask, f, e->draft.given[i], base[i])) e->draft.sets[i] = false;
    }
    return 0;
}

static void pair_read(Request *ask, const Record *now, Entered *e, const Pair *p)
{
    if (str_starts(p->name, S("_"))) return;
    if (!now && str_equal(p->name, S("key"))) {
        e->draft.key = str_trim(p->value);
        e->draft.sets_key = e->draft.key.n;
        return;
    }
    const Field *f = field_asked(ask, e, p->name, p->value);
    if (!f) return;
    Str *typed = &e->typed[f->at];
    e->draft.sets[f->at] = true;
    if (typed->n && p->value.n) *typed = say(ask->a, "{} {}", *typed, p->value);
    else if (p->value.n) *typed = p->value;
}

Err *entered_form(Request *ask, const Record *now, Entered *e)
{
    if (now && (!str_int(pairs_get(&ask->form, S("_version")), &e->draft.base) || e->draft.base < 1))
        return fail(ask->a, ERR_INPUT, "The form was not whole. Go back, load the page again and try once more.");
    if (now) e->draft.id = now->id;
    e->confirmed = pairs_find(&ask->form, S("_confirm")) != 0;
    for (int i = 0; i < ask->form.n; i++) pair_read(ask, now, e, &ask->form.at[i]);
    for (int i = 0; i < ask->type->n; i++)
        if (e->draft.sets[i]) e->draft.given[i] = typed_read(ask, e, &ask->type->fields[i], e->typed[i]);
    return now ? changes_keep(ask, now, e) : 0;
}

// ---- JSON ------------------------------------------------------------------------------------------------

static bool json_value(Request *ask, const Json *v, Str *out)
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

static void member_read(Request *ask, Entered *e, const Json *v)
{
    Str value;
    bool is_key = str_equal(v->name, S("key"));
    const Field *f = is_key ? 0 : field_asked(ask, e, v->name, v->text);
    if (!f && !is_key) return;
    if (!json_value(ask, v, &value)) {
        fault_add(ask, e, v->name, v->text, message(ask->a, "A value is a text, a number, null, or a list of texts."));
    } else if (is_key) {
        e->draft.key = value;
        e->draft.sets_key = true;
    } else {
        e->draft.given[f->at] = e->typed[f->at] = value;
        e->draft.sets[f->at] = true;
    }
}

Err *entered_json(Request *ask, bool changes, Entered *e)
{
    const Json *body;
    TRY(json_read(ask->a, ask->in->body, &body));
    if (body->kind != JSON_OBJECT) return fail(ask->a, ERR_INPUT, "The body must be one JSON object: a field's name and its value, and so on.");
    if (changes) {
        version_read(ask, e, json_member(body, S("version")));
        e->draft.id = ask->id;
    }
    for (const Json *v = body->first; v; v = v->next)
        if (!changes || !str_equal(v->name, S("version"))) member_read(ask, e, v);
    return 0;
}

// ---- checking before saving ------------------------------------------------------------------------------

// What the rules of this kind of record look at through its links.
static Err *linked_views(Request *ask, View *on)
{
    const RecordType *t = on->type;
    const View **linked = 0;
    for (int i = 0; i < t->n; i++) {
        Record *to;
        if (t->fields[i].kind != FIELD_LINK || !on->values[i].n || !expr_uses_link(t, i)) continue;
        Err *e = record_get(ask->s, t->fields[i].target, on->values[i], &to);
        if (e && e->kind != ERR_MISSING) return e;
        if (e) continue;
        if (!linked) linked = take(ask->a, const View *, t->n);
        View *view = take(ask->a, View, 1);
        *view = (View){.type = to->type, .values = to->values, .today = on->today};
        linked[i] = view;
    }
    on->linked = linked;
    return 0;
}

Err *entered_view(Request *ask, const Record *now, const Entered *e, View *out)
{
    int n = ask->type->n;
    Str *values = take(ask->a, Str, n);
    for (int i = 0; i < n; i++) values[i] = e && e->draft.sets[i] ? e->draft.given[i] : now ? now->values[i] : (Str){0};
    *out = (View){.type = ask->type, .values = values, .today = register_today(ask->s)};
    return linked_views(ask, out);
}

static bool told_already(const Entered *e, Str column)
{
    for (const Fault *f = e->faults.first; f; f = f->next)
        if (str_equal(f->column, column)) return true;
    return false;
}

static Err *key_check(Request *ask, const Record *now, Entered *e)
{
    Record *other;
    if (!e->draft.sets_key || !e->draft.key.n || (now && str_equal(now->key, e->draft.key))) return 0;
    Err *err = record_get(ask->s, ask->type, e->draft.key, &other);
    if (err) return err->kind == ERR_MISSING ? 0 : err;
    fault_add(ask, e, S("key"), e->draft.key, message(ask->a, "The key {} is there already.", e->draft.key));
    return 0;
}

// Doubts that the record as it stands raises already were looked at when it was saved.
static Err *doubts_known(Request *ask, const Record *now, Faults *out)
{
    View view;
    if (!now) return 0;
    TRY(entered_view(ask, now, 0, &view));
    record_check(ask->a, ask->scratch, &view, CHECK_FORM, out);
    return 0;
}

static bool doubt_in(const Faults *known, const Fault *one)
{
    for (const Fault *f = known->first; f; f = f->next)
        if (f->warning && str_equal(f->column, one->column)) return true;
    return false;
}

Err *entered_check(Request *ask, const Record *now, Entered *e)
{
    const RecordType *t = ask->type;
    Faults rules = {0}, known = {0};
    View view;
    for (int i = 0; i < t->n; i++) {
        Str value = e->draft.given[i];
        Message why;
        if (!e->draft.sets[i] || told_already(e, t->fields[i].name)) continue;
        if (field_read(ask->a, &t->fields[i], register_clock(ask->s), value, &value, &why)) e->draft.given[i] = value;
        else fault_add(ask, e, t->fields[i].name, value, why);
    }
    TRY(key_check(ask, now, e));
    TRY(entered_view(ask, now, e, &view));
    record_check(ask->a, ask->scratch, &view, CHECK_FORM, &rules);
    if (rules.warnings) TRY(doubts_known(ask, now, &known));
    for (const Fault *f = rules.first; f; f = f->next) {
        const Field *field = field_get(t, f->column);
        bool hidden = field && (!may_see(&ask->s->user, t, field) || (f->warning && doubt_in(&known, f)));
        if (!hidden && !told_already(e, f->column)) faults_add(ask->a, &e->faults, *f);
    }
    return 0;
}
