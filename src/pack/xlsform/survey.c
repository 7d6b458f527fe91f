// The survey of a form: its questions become the fields of one record.
// SPDX-License-Identifier: Apache-2.0
#include "pack/xlsform/made.h"

typedef enum {
    WAY_FIELD, WAY_GROUP, WAY_GROUP_ENDS, WAY_REPEAT, WAY_REPEAT_ENDS,
    WAY_KEPT,                                  // files: added on the record's page
    WAY_TIME, WAY_AGREED,                      // fields, which is told
    WAY_SHOWN, WAY_HIDDEN, WAY_META, WAY_DAY, // passed over, which is told
    WAY_MAP, WAY_FILE, WAY_OUTSIDE, WAY_LOOP, WAY_LOOP_ENDS, // refused
} Way;
typedef struct { Str said; Way way; Str ours; } Kind; // ours: as which it goes on
// What stands behind the words is looked at where the kind has some.
static const Kind kinds[] = {
    {S("begin_group"), WAY_GROUP, S("begin_group")}, {S("end_group"), WAY_GROUP_ENDS, S("end_group")},
    {S("begin_repeat"), WAY_REPEAT, S("begin_repeat")}, {S("end_repeat"), WAY_REPEAT_ENDS, S("end_repeat")},
    {S("begin loop"), WAY_LOOP, S("begin_group")}, {S("end loop"), WAY_LOOP_ENDS, S("end_group")},
    {S("begin_loop"), WAY_LOOP, S("begin_group")}, {S("end_loop"), WAY_LOOP_ENDS, S("end_group")},
    {S("begin_kobomatrix"), WAY_LOOP, S("begin_group")}, {S("end_kobomatrix"), WAY_LOOP_ENDS, S("end_group")},
    {S("begin_score"), WAY_LOOP, S("begin_group")}, {S("end_score"), WAY_LOOP_ENDS, S("end_group")},
    {S("begin_rank"), WAY_LOOP, S("begin_group")}, {S("end_rank"), WAY_LOOP_ENDS, S("end_group")},
    {S("score__row"), WAY_FIELD, S("text")}, {S("rank__level"), WAY_FIELD, S("text")},
    {S("text audit"), WAY_META, S("")}, {S("audio audit"), WAY_META, S("")}, {S("speed violations count"), WAY_META, S("")},
    {S("speed violations list"), WAY_META, S("")}, {S("speed violations audit"), WAY_META, S("")}, {S("caseid"), WAY_META, S("")},
    {S("comments"), WAY_META, S("")}, {S("sensor_statistic"), WAY_META, S("")}, {S("sensor_stream"), WAY_META, S("")},
    {S("calculate_here"), WAY_FIELD, S("calculate")}, {S("note"), WAY_SHOWN, S("")},
    {S("calculate"), WAY_FIELD, S("calculate")}, {S("hidden"), WAY_HIDDEN, S("")},
    {S("phone number"), WAY_FIELD, S("text")}, {S("barcode"), WAY_FIELD, S("text")}, {S("time"), WAY_TIME, S("text")},
    {S("range"), WAY_FIELD, S("decimal")}, {S("percentage"), WAY_FIELD, S("integer")},
    {S("acknowledge"), WAY_AGREED, S("select_one")}, {S("trigger"), WAY_AGREED, S("select_one")},
    {S("start"), WAY_META, S("")}, {S("end"), WAY_META, S("")}, {S("start time"), WAY_META, S("")}, {S("end time"), WAY_META, S("")},
    {S("today"), WAY_DAY, S("")}, {S("get today"), WAY_DAY, S("")}, {S("deviceid"), WAY_META, S("")},
    {S("device id"), WAY_META, S("")}, {S("imei"), WAY_META, S("")}, {S("subscriberid"), WAY_META, S("")},
    {S("subscriber id"), WAY_META, S("")}, {S("simserial"), WAY_META, S("")}, {S("sim id"), WAY_META, S("")},
    {S("phonenumber"), WAY_META, S("")}, {S("username"), WAY_META, S("")}, {S("email"), WAY_META, S("")},
    {S("audit"), WAY_META, S("")}, {S("uri:deviceid"), WAY_META, S("")}, {S("uri:phonenumber"), WAY_META, S("")},
    {S("uri:username"), WAY_META, S("")}, {S("uri:email"), WAY_META, S("")},
    {S("geopoint"), WAY_MAP, S("text")}, {S("gps"), WAY_MAP, S("text")}, {S("location"), WAY_MAP, S("text")},
    {S("geotrace"), WAY_MAP, S("text")}, {S("geoshape"), WAY_MAP, S("text")}, {S("start-geopoint"), WAY_MAP, S("text")},
    {S("background-geopoint"), WAY_MAP, S("text")},
    {S("image"), WAY_KEPT, S("image")}, {S("photo"), WAY_KEPT, S("image")}, {S("audio"), WAY_KEPT, S("audio")},
    {S("video"), WAY_KEPT, S("file")}, {S("file"), WAY_KEPT, S("file")}, {S("background-audio"), WAY_FILE, S("text")},
    {S("select_one_from_file"), WAY_OUTSIDE, S("text")}, {S("select_multiple_from_file"), WAY_OUTSIDE, S("text")},
    {S("select_one_external"), WAY_OUTSIDE, S("text")}, {S("select one external"), WAY_OUTSIDE, S("text")},
    {S("xml-external"), WAY_OUTSIDE, S("text")}, {S("csv-external"), WAY_OUTSIDE, S("text")},
    {S("rank"), WAY_OUTSIDE, S("text")}, {S("osm"), WAY_MAP, S("text")},
};

// One row of the survey while both passes go over it.
typedef struct { Str *cells; int64_t row; Str type; Way way; } Question;
typedef struct { Question *at; int n, head, off; FormSheet *out; } Survey; // head: the row of its headers, from 0; off: groups that are
// disabled, and those inside

static Message way_says(Arena *a, Way way)
{
    switch (way) {
    case WAY_TIME: return message(a, "There is no type for a time alone; it is kept as text.");
    case WAY_AGREED: return message(a, "This becomes a choice with the one answer OK.");
    case WAY_SHOWN: return message(a, "A note of a form is text shown and no field: it stands with the hint of the question behind it.");
    case WAY_HIDDEN: return message(a, "A value that is hidden is asked of nobody; it is passed over.");
    case WAY_META: case WAY_DAY:
        return message(a, "The register itself keeps who wrote something, and when; this is passed over.");
    case WAY_MAP: return message(a, "Points and lines on a map are not kept; take this question away.");
    case WAY_FILE: return message(a, "Sound that is recorded behind a form is not kept; take this question away.");
    case WAY_OUTSIDE:
        return message(a, "Choices of another file, and choices put in order, are not asked; use select_one and the sheet choices.");
    case WAY_LOOP: return message(a, "A loop is not done, nor a matrix, score or ranking of KoBo's; write its questions one by one.");
    case WAY_FIELD: case WAY_KEPT: case WAY_GROUP: case WAY_GROUP_ENDS: case WAY_REPEAT: case WAY_REPEAT_ENDS: case WAY_LOOP_ENDS: break;
    }
    return (Message){0};
}

static bool way_refused(Way way)
{
    return way >= WAY_MAP;
}

static bool way_passed(Way way)
{
    return way >= WAY_SHOWN && way <= WAY_DAY;
}

// Its type in the words of a pack, and what becomes of it.
static void type_settle(Making *m, Question *q, Str said)
{
    Str type = type_said(m->a, said), words = type, all = str_lower(m->a, type), word;
    Buf plain = buf_in(m->a);
    while (str_word(&all, &word)) {
        if (plain.n) buf_char(&plain, ' ');
        buf_add(&plain, word);
    }
    all = buf_str(&plain);
    q->type = type;
    str_word(&words, &word);
    for (int i = 0; i < countof(kinds); i++) {
        const Kind *kind = &kinds[i];
        bool first = str_equal(kind->said, str_slice(all, 0, kind->said.n)) && (all.n == kind->said.n || all.p[kind->said.n] == ' ');
        bool alone = all.n == kind->said.n, more = way_refused(kind->way) || str_equal(kind->said, S("sensor_statistic"))
            || str_equal(kind->said, S("sensor_stream"));
        if (!first || !(alone || more)) continue;
        q->way = kind->way;
        q->type = kind->ours;
        return;
    }
}

// ---- names ---------------------------------------------------------------------------------------------

static bool is_field(const Question *q)
{
    bool bound = (q->way >= WAY_GROUP && q->way <= WAY_REPEAT_ENDS) || q->way == WAY_LOOP || q->way == WAY_LOOP_ENDS;
    return !bound && !way_passed(q->way);
}

static void name_settle(Making *m, const Survey *s, Question *q)
{
    Str *name = cell_of(s->out, q->cells, S("name")), own = *name;
    bool is_new;
    if (!own.n || (!is_field(q) && !way_passed(q->way))) return;
    Slot *slot = map_put(&m->names, m->a, own, &is_new);
    if (way_passed(q->way)) {
        if (is_new && q->way == WAY_DAY) *(Str *)(slot->p = take(m->a, Str, 1)) = S("today()");
        return;
    }
    Str ours = name_made(m->a, own, NAME_MOST);
    if (field_name_ours(ours)) ours = say(m->a, "{}_", str_slice(ours, 0, NAME_MOST - 1));
    *name = ours;
    *(Str *)(slot->p = take(m->a, Str, 1)) = say(m->a, "${{}}", ours);
    if (str_equal(own, ours)) return;
    form_warn(m, s->out, q->row, S("name"), own, message(m->a, "The field is named {} here; '{}' is no name that it can bear.", ours, own));
}

Str form_renamed(Making *m, const FormSheet *out, int64_t row, Str column, Str text, bool *good)
{
    Buf o = buf_in(m->a);
    isize at;
    *good = true;
    while ((at = str_find(text, S("${"))) >= 0) {
        buf_add(&o, str_slice(text, 0, at));
        text = str_slice(text, at + 2, text.n);
        Str rest = str_cut(&text, '}'), whole = rest, own = str_trim(str_cut(&rest, '.'));
        const Slot *slot = map_get(&m->names, own);
        if (slot && !slot->p) {
            form_tell(m, out, row, column, own, message(m->a, "This asks for '{}', whose row is passed over.", own));
            *good = false;
        }
        const Str *ours = slot ? slot->p : 0;
        if (ours && str_has(whole, '.')) buf_fill(&o, "{}.{}}", VALS(str_slice(*ours, 0, ours->n - 1), rest));
        else if (ours) buf_add(&o, *ours);
        else buf_fill(&o, "${{}}", VALS(whole));
    }
    buf_add(&o, text);
    return buf_str(&o);
}

// ---- rows ----------------------------------------------------------------------------------------------

static void words_ask(Making *m, const Survey *s, const Question *q, int column)
{
    words_plain(m, s->out, q->row, column, q->cells[column]);
    if (str_find(q->cells[column], S("${")) < 0) return;
    form_warn(m, s->out, q->row, s->out->columns[column], q->cells[column], message(m->a,
        "What a field holds is not shown inside words; ${name} stands there as it is written."));
}

static void expressions_settle(Making *m, const Survey *s, Question *q)
{
    static const Str passed[] = {S("record"), S("type"), S("name"), S("default")};
    for (int i = 0; i < s->out->columns_n; i++) {
        Str column = s->out->columns[i];
        bool words = str_has(column, ':'), expression = !words, good;
        for (int k = 0; k < countof(passed); k++) expression = expression && !str_equal(passed[k], column);
        if (words) words_ask(m, s, q, i);
        if (!expression) continue;
        q->cells[i] = form_renamed(m, s->out, q->row, column, q->cells[i], &good);
        if (!good) q->cells[i] = S(""); // it is told; the reader of packs need not blame it again
    }
}

static void initial_settle(Making *m, const Survey *s, Question *q)
{
    Str *initial = cell_of(s->out, q->cells, S("default"));
    bool day = str_equal(q->type, S("date")) || str_equal(q->type, S("dateTime"));
    bool reckoned = str_find(*initial, S("${")) >= 0 || str_has(*initial, '(');
    if (!reckoned || (day && str_equal(*initial, S("today()")))) return;
    form_warn(m, s->out, q->row, S("default"), *initial,
        message(m->a, "A new form begins with a value, or in a date with today(); what is reckoned is passed over."));
    *initial = S("");
}

// A list behind select_one, and whether it has another answer, which is asked in a field of its own.
static bool list_settle(Making *m, const Survey *s, Question *q)
{
    static const Str endings[] = {S(" or_other"), S(" or specify other"), S(" or other")};
    Str list = q->type, word;
    bool other = false;
    str_word(&list, &word);
    if (!str_equal(word, S("select_one")) && !str_equal(word, S("select_multiple"))) return false;
    list = str_trim(list);
    for (int i = 0; i < countof(endings) && !other; i++) {
        other = str_ends(list, endings[i]);
        if (other) list = str_trim(str_slice(list, 0, list.n - endings[i].n));
    }
    if (q->way == WAY_AGREED) list = S("acknowledged");
    if (str_starts(list, S("${"))) {
        form_tell(m, s->out, q->row, S("type"), list, way_says(m->a, WAY_OUTSIDE));
        q->type = S("text");
        return false;
    }
    bool is_new;
    if (other) map_put(&m->others, m->a, list_made(m, list), &is_new);
    m->acknowledged = m->acknowledged || q->way == WAY_AGREED;
    q->type = say(m->a, "{} {}", word, list_made(m, list));
    return other;
}

static void other_add(Making *m, const Survey *s, const Question *q)
{
    Str name = *cell_of(s->out, q->cells, S("name")), *cells = take(m->a, Str, s->out->columns_n);
    Str *label = cell_of(s->out, cells, S("label"));
    *cell_of(s->out, cells, S("record")) = m->name;
    *cell_of(s->out, cells, S("type")) = S("text");
    *cell_of(s->out, cells, S("name")) = say(m->a, "{}_other", name);
    *cell_of(s->out, cells, S("relevant")) = say(m->a, "selected(${{}}, 'other')", name);
    *cell_of(s->out, cells, S("class")) = *cell_of(s->out, q->cells, S("class"));
    *cell_of(s->out, cells, S("compartment")) = *cell_of(s->out, q->cells, S("compartment"));
    *cell_of(s->out, cells, S("used_for")) = *cell_of(s->out, q->cells, S("used_for"));
    words_ours(m, label, S("Specify other"), tr(LANG_LO, S("Specify other")));
    sheet_row(m, s->out, q->row, cells);
}

// Of what may hang on a person nothing is open by mistake.
static void class_settle(Making *m, const Survey *s, Question *q)
{
    Str *class = cell_of(s->out, q->cells, S("class")), *compartment = cell_of(s->out, q->cells, S("compartment"));
    bool link = str_starts(q->type, S("link"));
    if (!m->linked || (class->n && compartment->n)) return;
    if (!class->n) *class = link ? class_words[CLASS_PLAIN] : class_words[CLASS_IDENTITY];
    if (!compartment->n) *compartment = compartment_words[COMPARTMENT_CASE];
    form_warn(m, s->out, q->row, S("name"), *class, message(m->a,
        "This form may hang on a person: without class and compartment the field is {} in {}.", *class, *compartment));
}

static void words_settle(Making *m, const Survey *s, Question *q)
{
    Str constraint = *cell_of(s->out, q->cells, S("constraint")), *said = cell_of(s->out, q->cells, S("constraint_message"));
    words_fill(m, s->out, q->row, q->cells, S("label"), *cell_of(s->out, q->cells, S("name")));
    words_fill(m, s->out, q->row, q->cells, S("hint"), S(""));
    words_fill(m, s->out, q->row, q->cells, S("constraint_message"), S(""));
    if (constraint.n && !said->n) {
        words_ours(m, said, S("This answer is not allowed."), tr(LANG_LO, S("This answer is not allowed.")));
    } else if (!constraint.n && said->n) {
        form_warn(m, s->out, q->row, S("constraint_message"), *said, message(m->a, "There are words for this rule, but no rule."));
        said[LANG_EN] = said[LANG_LO] = S("");
    }
}

// Nobody is asked for a file before its record is there.
static void files_settle(Making *m, const Survey *s, Question *q)
{
    static const Str none[] = {S("required"), S("constraint"), S("default")};
    for (int i = 0; q->way == WAY_KEPT && i < countof(none); i++) {
        Str *cell = cell_of(s->out, q->cells, none[i]);
        bool yes = true;
        if (cell->n && (!yes_no_read(*cell, &yes) || yes)) form_warn(m, s->out, q->row, none[i], *cell,
            message(m->a, "A file is added on the record's page, when that is there; this is passed over."));
        *cell = S("");
        if (i == 1) for (int k = 0; k < LANG_COUNT; k++) cell_of(s->out, q->cells, S("constraint_message"))[k] = S("");
    }
}

static void note_give(Making *m, const Survey *s, Question *q)
{
    Str *hint = cell_of(s->out, q->cells, S("hint")), english = hint[LANG_EN];
    if (str_equal(q->type, S("calculate"))) return; // nobody is asked
    for (int i = 0; i < LANG_COUNT; i++) {
        if (m->note[i].n) hint[i] = str_trim(say(m->a, "{} {}", m->note[i], hint[i].n ? hint[i] : english));
        m->note[i] = S("");
    }
}

// We collect what is used; a form that has no such column is told once.
static void used_settle(Making *m, const Survey *s, Question *q)
{
    Str *used = cell_of(s->out, q->cells, S("used_for"));
    bool has = cell_of(s->out, s->out->written, S("used_for"))->n;
    if (used->n || str_equal(q->type, S("calculate")) || (!has && m->used_told)) return;
    form_warn(m, s->out, has ? q->row : s->head + 1, S("used_for"), S(""), has
        ? message(m->a, "Say why this is asked, with one or some of: {}.", str_join(m->a, used_words, USED_COUNT, S(" ")))
        : message(m->a, "Nothing here says why each question is asked; add the column used_for, with some of: {}.",
        str_join(m->a, used_words, USED_COUNT, S(" "))));
    m->used_told = true;
}

static void field_make(Making *m, const Survey *s, Question *q)
{
    Str *look = cell_of(s->out, q->cells, S("appearance")), *filter = cell_of(s->out, q->cells, S("choice_filter"));
    bool other = list_settle(m, s, q);
    if (other && filter->n) *filter = say(m->a, "({}) or name = 'other'", *filter); // whatever else fits
    m->asked++;
    if (str_equal(q->type, S("text")) && str_equal(*look, S("multiline"))) q->type = S("note"), *look = S("");
    files_settle(m, s, q);
    initial_settle(m, s, q);
    words_settle(m, s, q);
    note_give(m, s, q);
    class_settle(m, s, q);
    used_settle(m, s, q);
    *cell_of(s->out, q->cells, S("record")) = m->name;
    *cell_of(s->out, q->cells, S("type")) = q->type;
    sheet_row(m, s->out, q->row, q->cells);
    Str name = *cell_of(s->out, q->cells, S("name"));
    if (!m->shown_by.n && !m->inside && name.n && str_equal(q->type, S("text"))) m->shown_by = say(m->a, "${{}}", name);
    if (other) other_add(m, s, q);
}

// A note's words before those of the question behind it, until one comes.
static void note_keep(Making *m, const Survey *s, Question *q)
{
    Str *label = cell_of(s->out, q->cells, S("label")), when = *cell_of(s->out, q->cells, S("relevant"));
    words_fill(m, s->out, q->row, q->cells, S("label"), S(""));
    words_ask(m, s, q, (int)(label - q->cells));
    if (when.n) {
        form_warn(m, s->out, q->row, S("relevant"), when, message(m->a, "A note is shown whenever the question behind it is asked."));
    }
    Str *hint = cell_of(s->out, q->cells, S("hint")), made = *cell_of(s->out, q->cells, S("calculation"));
    if (made.n) form_warn(m, s->out, q->row, S("calculation"), made, message(m->a, "A note says its words alone; this is passed over."));
    for (int i = 0; i < LANG_COUNT; i++) {
        m->note[i] = str_trim(say(m->a, "{} {}", m->note[i], label[i]));
        m->note[i] = str_trim(say(m->a, "{} {}", m->note[i], hint[i]));
    }
}

// Its rows become a record of their own, and are told where they stand.
static void repeat_settle(Making *m, const Survey *s, Question *q)
{
    Str *name = cell_of(s->out, q->cells, S("name")), own = *name;
    if (own.n) *name = name_made(m->a, own, REPEAT_NAME_MOST);
    if (field_name_ours(*name)) *name = say(m->a, "{}_", str_slice(*name, 0, REPEAT_NAME_MOST - 1));
    if (!str_equal(own, *name))
        form_warn(m, s->out, q->row, S("name"), own,
            message(m->a, "The repeat is named {} here; '{}' is no name that it can bear.", *name, own));
    words_fill(m, s->out, q->row, q->cells, S("label"), own);
    words_fill(m, s->out, q->row, q->cells, S("hint"), S(""));
}

static void question_make(Making *m, const Survey *s, Question *q)
{
    Str type = *cell_of(s->out, q->cells, S("type"));
    Message says = way_says(m->a, q->way);
    if (says.words && way_refused(q->way)) form_tell(m, s->out, q->row, S("type"), type, says);
    else if (says.words) form_warn(m, s->out, q->row, S("type"), type, says);
    if (q->way == WAY_SHOWN) note_keep(m, s, q);
    if (way_passed(q->way)) return;
    expressions_settle(m, s, q);
    if (is_field(q)) {
        field_make(m, s, q);
        return;
    }
    Str *label = cell_of(s->out, q->cells, S("label"));
    if (!label->n) *label = label[LANG_LO];
    if (q->way == WAY_REPEAT) repeat_settle(m, s, q);
    if (q->way == WAY_REPEAT) m->asked = 0;
    if (q->way == WAY_REPEAT_ENDS && m->inside && !m->asked)
        form_tell(m, s->out, q->row, S("type"), type, message(m->a, "Nothing is asked in this repeat; take it away."));
    m->inside = q->way == WAY_REPEAT || (m->inside && q->way != WAY_REPEAT_ENDS);
    *cell_of(s->out, q->cells, S("record")) = m->name;
    *cell_of(s->out, q->cells, S("type")) = q->type;
    sheet_row(m, s->out, q->row, q->cells);
}

// It is disabled, as KoBo's and SurveyCTO's writers take a row away, and with a group all that stands in it.
static bool question_off(Making *m, const FormTable *in, Survey *s, const Question *q)
{
    bool begins = q->way == WAY_GROUP || q->way == WAY_REPEAT || q->way == WAY_LOOP;
    bool ends = q->way == WAY_GROUP_ENDS || q->way == WAY_REPEAT_ENDS || q->way == WAY_LOOP_ENDS;
    bool off = s->off || row_disabled(in, (int)q->row - 1);
    if (!s->off && off) {
        form_warn(m, s->out, q->row, S("type"), *cell_of(s->out, q->cells, S("type")), begins
            ? message(m->a, "This group is disabled; all that stands in it is passed over.")
            : message(m->a, "This row is disabled, and passed over."));
    }
    if (off && begins) s->off++;
    if (s->off && ends) s->off--;
    return off;
}

// Whether this row asks something at all.
static bool question_read(Making *m, FormTable *in, Survey *s, int i)
{
    Question *q = &s->at[s->n];
    *q = (Question){.cells = take(m->a, Str, s->out->columns_n), .row = i + 1};
    if (!table_row(m, in, s->out, i, q->cells)) return false;
    Str type = *cell_of(s->out, q->cells, S("type")), name = *cell_of(s->out, q->cells, S("name"));
    if (!type.n && name.n) {
        form_tell(m, s->out, q->row, S("type"), S(""), message(m->a, "The question '{}' has no type; write one, as text.", name));
    } else if (!type.n) {
        form_warn(m, s->out, q->row, S("type"), S(""), message(m->a, "This row has no type, and is passed over."));
    }
    if (!type.n) return false;
    type_settle(m, q, type);
    if (question_off(m, in, s, q)) return false;
    m->linked = m->linked || str_starts(q->type, S("link "));
    return true;
}

void survey_make(Making *m, const Sheet *sheet)
{
    FormTable in;
    Survey s = {.out = &m->sheets[1]};
    table_open(m, sheet, s.out, &in);
    s.head = in.head;
    s.at = take(m->a, Question, sheet->n + 1);
    for (int i = in.head + 1; i < sheet->n; i++) s.n += question_read(m, &in, &s, i);
    for (int i = 0; i < s.n; i++) name_settle(m, &s, &s.at[i]);
    for (int i = 0; i < s.n; i++) question_make(m, &s, &s.at[i]);
    if (m->note[LANG_EN].n) {
        form_warn(m, s.out, s.at[s.n - 1].row, S("type"), m->note[LANG_EN],
            message(m->a, "Behind the last note stands no question; it is passed over."));
    }
}
