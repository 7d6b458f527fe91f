// What people see: the sheet screens, a row for each part of a screen.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

// What a kind of part is of, where it stands, and what it cannot do without.
typedef enum { OF_NOTHING, OF_RECORDS, OF_HANGING, OF_PAGE, OF_TABLE } PartOf;
typedef struct { PartOf of; bool columns, needs_page; Str wants; } KindRule; // needs_page: on a record's page alone
static const KindRule kind_rules[SCREEN_KIND_COUNT] = {
    [SCREEN_LIST] = {OF_RECORDS, true, false, S("a record")},
    [SCREEN_HOME] = {OF_RECORDS, true, false, S("a record")},
    [SCREEN_ROWS] = {OF_RECORDS, true, false, S("a record, or record.link where it hangs on the page's")},
    [SCREEN_INBOX] = {OF_RECORDS, true, false, S("a record")},
    [SCREEN_PLAN] = {OF_RECORDS, true, false, S("a record, or record.link where it hangs on the page's")},
    [SCREEN_BOARD] = {OF_RECORDS, true, false, S("a record")},
    [SCREEN_COUNT] = {OF_HANGING, false, false, S("record.link, a link to the record of the board above it")},
    [SCREEN_DESK] = {OF_RECORDS, true, false, S("a record")},
    [SCREEN_INTERVIEW] = {OF_RECORDS, false, false, S("a record")},
    [SCREEN_FORM] = {OF_RECORDS, false, false, S("a record, or record.link where it hangs on the page's")},
    [SCREEN_HEAD] = {OF_PAGE, true, true, S("nothing, or a dot")},
    [SCREEN_URGENT] = {OF_PAGE, false, true, S("nothing, or a dot")},
    [SCREEN_FACTS] = {OF_PAGE, false, true, S("nothing, or a dot")},
    [SCREEN_STEPS] = {OF_PAGE, false, true, S("nothing, or a dot")},
    [SCREEN_RELATED] = {OF_PAGE, false, true, S("nothing, or a dot")},
    [SCREEN_TIMELINE] = {OF_PAGE, false, true, S("nothing, or a dot")},
    [SCREEN_HISTORY] = {OF_PAGE, false, true, S("nothing, or a dot")},
    [SCREEN_WORK] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_CHANGES] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_NOTICES] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_UNSAVED] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_LATEST] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_KINDS] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_FIND] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_IMPORT] = {OF_NOTHING, false, false, S("nothing")},
    [SCREEN_FIGURES] = {OF_TABLE, false, false, S("a table of the sheet tables")},
};
const Str screen_kind_words[SCREEN_KIND_COUNT] = {
    [SCREEN_LIST] = S("list"), [SCREEN_HOME] = S("home"), [SCREEN_ROWS] = S("rows"), [SCREEN_INBOX] = S("inbox"),
    [SCREEN_PLAN] = S("plan"), // a kind word
    [SCREEN_BOARD] = S("board"), [SCREEN_COUNT] = S("count"), [SCREEN_DESK] = S("desk"),
    [SCREEN_HEAD] = S("head"), [SCREEN_URGENT] = S("urgent"),
    [SCREEN_INTERVIEW] = S("interview"), [SCREEN_FORM] = S("form"), [SCREEN_FACTS] = S("facts"), [SCREEN_STEPS] = S("steps"),
    [SCREEN_RELATED] = S("related"), [SCREEN_TIMELINE] = S("timeline"), [SCREEN_HISTORY] = S("history"),
    [SCREEN_WORK] = S("work"), [SCREEN_CHANGES] = S("changes"), [SCREEN_NOTICES] = S("notices"), [SCREEN_UNSAVED] = S("unsaved"),
    [SCREEN_LATEST] = S("latest"), [SCREEN_KINDS] = S("kinds"), [SCREEN_FIND] = S("find"),
    [SCREEN_IMPORT] = S("import"), [SCREEN_FIGURES] = S("figures"),
};

// Through the first `type` that hangs on this record, what its `link` names.
static bool through_read(Load *l, const Row *r, const RecordType *t, Column *c)
{
    Str link = c->name, type = str_cut(&link, '.');
    bool hangs = false;
    c->through = record_type(l->pack, type);
    for (int i = 0; c->through && i < c->through->n; i++) {
        hangs = hangs || c->through->fields[i].target == t;
    }
    if (!hangs && c->through && record_link_broken(c->through)) return false;
    if (!hangs) {
        row_tell(l, r, S("columns"), c->name,
            message(l->a, "No record '{}' hangs on {} by a link.", type, t->name));
        return false;
    }
    c->link = row_field(l, r, S("columns"), c->through, link);
    if (!c->link || c->link->kind == FIELD_LINK) return c->link;
    row_tell(l, r, S("columns"), c->name,
        message(l->a, "'{}' is no link of {}; name one.", link, type));
    return false;
}

// What every record has to show besides its fields.
static bool column_given(Str name)
{
    static const Str given[] = {S("title"), S("key"), S("state"), S("unit")};
    for (int i = 0; i < countof(given); i++) {
        if (str_equal(given[i], name)) return true;
    }
    return false;
}

// NAME.age: how old somebody is, by her birth, or by a number that was estimated.
static bool age_read(Load *l, const Row *r, const Screen *s, Column *c)
{
    Str end = S(".age");
    const Field *f = str_ends(c->name, end) ? field_get(s->record, str_slice(c->name, 0, c->name.n - end.n)) : 0;
    if (!f || f->kind == FIELD_LINK) return false;
    c->age = s->kind == SCREEN_HEAD && (f->kind == FIELD_DATE || f->kind == FIELD_INTEGER);
    c->field = f;
    if (!c->age)
        row_tell(l, r, S("columns"), c->name, s->kind == SCREEN_HEAD
            ? message(l->a, "An age is reckoned from a date or is a whole number; '{}' is of type {}.", f->name, field_kind_words[f->kind])
            : message(l->a, "An age stands in a part of kind head alone; write {} here.", f->name));
    return true;
}

static bool column_read(Load *l, const Row *r, const RecordType *t, Column *c)
{
    bool translated = str_equal(c->name, S("title")) && t->title[LANG_EN] != t->title[LANG_LO]; // a field of that name is in one language
    const Field *f = translated ? 0 : field_get(t, c->name);
    if (f) {
        if (f->kind == FIELD_LINK) c->link = f;
        else c->field = f;
        return true;
    }
    if (column_given(c->name) || (t->numbered && str_equal(c->name, S("no")))) return true;
    c->field = words_first(t, c->name);
    if (c->field) return true;
    if (str_has(c->name, '.')) return through_read(l, r, t, c);
    return row_field(l, r, S("columns"), t, c->name);
}

static void columns_read(Load *l, const Row *r, Screen *s)
{
    Str rest = row_cell(l, r, S("columns")), name;
    if (!rest.n && kind_rules[s->kind].columns) {
        row_tell(l, r, S("columns"), rest,
            message(l->a, "The list has no columns; name fields, or write title."));
    }
    s->columns = take(l->a, Column, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        Column c = {.name = name};
        if (age_read(l, r, s, &c) || column_read(l, r, s->record, &c)) s->columns[s->columns_n++] = c;
    }
    if (s->kind == SCREEN_PLAN && s->columns_n == 1)
        row_tell(l, r, S("columns"), s->columns[0].name,
            message(l->a, "A plan stands in groups of what its first column says; name behind it what stands in them."));
}

static void filters_read(Load *l, const Row *r, Screen *s)
{
    Str rest = row_cell(l, r, S("filters")), name;
    s->filters = take(l->a, const Field *, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        const Field *f = row_field(l, r, S("filters"), s->record, name);
        if (f && f->class == CLASS_IDENTITY) {
            row_tell(l, r, S("filters"), name, message(l->a,
                "'{}' is sealed and cannot be a filter; people look it up with find.", name));
        } else if (f && !field_selects(f)) {
            row_tell(l, r, S("filters"), name, message(l->a,
                "'{}' is of type {}, which selects no rows; ask for another field.", name, field_kind_words[f->kind]));
        } else if (f) {
            s->filters[s->filters_n++] = f;
        }
    }
}

// A part whose rows stand in an order of its own.
static bool stands_by(const Screen *s)
{
    return s->kind == SCREEN_HOME || s->kind == SCREEN_ROWS || s->kind == SCREEN_PLAN || s->kind == SCREEN_BOARD;
}

// What its list may be sorted by, besides its own day, or by what the rows of a part stand: an index is kept for each.
static void sorts_read(Load *l, const Row *r, Screen *s)
{
    Str rest = row_cell(l, r, S("sorts")), name;
    if (rest.n && s->kind != SCREEN_LIST && !stands_by(s)) {
        row_tell(l, r, S("sorts"), rest, message(l->a,
            "A part of kind {} stands in no order of its own; leave it empty here.", screen_kind_words[s->kind]));
        return;
    }
    while (str_word(&rest, &name)) {
        bool down = s->kind != SCREEN_LIST && name.p[0] == '-';
        name = str_slice(name, down, name.n);
        if (s->by) {
            row_tell(l, r, S("sorts"), name, message(l->a, "The rows of a part stand by one field; leave '{}' out.", name));
            continue;
        }
        const Field *f = row_field(l, r, S("sorts"), s->record, name);
        if (!f) continue;
        bool plain = f->kind == FIELD_DATE || f->kind == FIELD_MOMENT || f->kind == FIELD_INTEGER;
        if (f->class == CLASS_IDENTITY) {
            row_tell(l, r, S("sorts"), name, message(l->a, "'{}' is sealed, so nothing keeps it in order; name another field.", name));
        } else if (!plain) {
            row_tell(l, r, S("sorts"), name, message(l->a,
                "A list is sorted by dates and whole numbers; '{}' is of type {}.", name, field_kind_words[f->kind]));
        } else {
            s->record->fields[f->at].sorts = true;
            if (s->kind == SCREEN_LIST) continue;
            s->by = f;
            s->down = down;
        }
    }
}

// Of two columns for one thing, an older and a newer name, that which says something.
static Str either(const Load *l, const Row *r, Str *column, Str newer, Str older)
{
    *column = row_cell(l, r, newer).n ? newer : older;
    return row_cell(l, r, *column);
}

// A part of a page has a place in it; what stands alone has its name for itself.
static bool is_part(const Screen *s)
{
    return s->kind != SCREEN_LIST && s->kind != SCREEN_HOME;
}

// A head stands above all others, and what is urgent in it: they need no place.
static bool placed(const Screen *s)
{
    return is_part(s) && s->kind != SCREEN_HEAD && s->kind != SCREEN_URGENT;
}

static void screen_check(Load *l, const Row *r, Str column, const Screen *s)
{
    for (int i = 0; i < l->pack->screens_n; i++) {
        const Screen *other = &l->pack->screens[i];
        bool lists = s->kind == SCREEN_LIST && other->kind == s->kind, same = s->name.n && str_equal(other->name, s->name);
        if (same && (!is_part(s) || !is_part(other))) {
            row_tell(l, r, column, s->name,
                message(l->a, "There is a screen of this name already."));
        } else if (same && s->kind == SCREEN_HEAD && other->kind == SCREEN_HEAD) {
            row_tell(l, r, S("kind"), S("head"), message(l->a, "This page has its head already; a page has one."));
        } else if (same && s->kind == SCREEN_FORM && other->kind == SCREEN_FORM) {
            row_tell(l, r, S("kind"), S("form"), message(l->a, "This screen has its form already; it holds one, and leads to others."));
        } else if (same && placed(s) && placed(other) && other->place == s->place) {
            row_tell(l, r, S("n"), say(l->a, "{}", s->place), message(l->a,
                "Another part of this screen stands at this place already."));
        } else if (lists && s->record && other->record == s->record) {
            row_tell(l, r, S("record"), s->record->name,
                message(l->a, "This record has its list already: {}.", other->name));
        }
    }
}

// A table, or a plan, on a record's page may also tell what hangs on what a link of that record names.
static const Field *via_of(const Screen *s, const RecordType *on, const RecordType *target)
{
    bool tells = s->kind == SCREEN_ROWS || s->kind == SCREEN_PLAN;
    for (int i = 0; tells && on && i < on->n; i++)
        if (on->fields[i].target == target) return &on->fields[i];
    return 0;
}

// record.link: what hangs by that link on the record of the page, or on those of the board above.
static void hangs_read(Load *l, const Row *r, Str column, Str said, Screen *s)
{
    Str link = said, name = str_cut(&link, '.');
    const RecordType *t = record_type(l->pack, name), *on = s->kind == SCREEN_COUNT ? s->board : s->page;
    const Field *f = t ? field_get(t, link) : 0;
    if (!t) {
        row_tell(l, r, column, said, message(l->a, "There is no record '{}' in the sheet records.", name));
    } else if (!f || f->kind != FIELD_LINK || !f->target) {
        if (!record_link_broken(t)) row_tell(l, r, column, said, message(l->a, "'{}' is no link of {}; name one.", link, name));
    } else if (!on || (f->target != on && !via_of(s, on, f->target))) {
        row_tell(l, r, column, said, s->kind == SCREEN_COUNT
            ? message(l->a, "This counts what hangs on the records of a board: put it below one whose records this link names.")
            : message(l->a, "'{}' does not name the record of this page, nor what a link of it names; "
                "such a part stands on the page of {}.", link, f->target->name));
    } else {
        s->record = t;
        s->link = f;
        s->via = f->target == on ? 0 : via_of(s, on, f->target);
    }
}

static void of_read(Load *l, const Row *r, Screen *s)
{
    Str column, said = either(l, r, &column, S("of"), S("record"));
    const KindRule *rule = &kind_rules[s->kind];
    bool nothing = !said.n || str_equal(said, S("."));
    bool wrong = (rule->of == OF_NOTHING && said.n) || (rule->of == OF_PAGE && !nothing);
    wrong |= rule->of == OF_HANGING && !str_has(said, '.');
    wrong |= rule->of >= OF_RECORDS && rule->of != OF_PAGE && nothing;
    if (wrong) {
        row_tell(l, r, column, said, message(l->a, "A part of kind {} is of {}.", screen_kind_words[s->kind], rule->wants));
    } else if (rule->needs_page && !s->page) {
        row_tell(l, r, S("screen"), s->name, message(l->a,
            "A part of kind {} stands on a record's page: give the screen that record's name.", screen_kind_words[s->kind]));
    } else if (rule->of == OF_PAGE) s->record = s->page;
    else if (rule->of == OF_TABLE) {
        s->table = table_get(l->pack, said);
        if (!s->table) row_tell(l, r, column, said, message(l->a, "There is no table '{}' in the sheet tables.", said));
    } else if (str_has(said, '.')) hangs_read(l, r, column, said, s);
    else if (said.n) s->record = row_record(l, r, column);
}

static void steps_read(Load *l, const Row *r, Screen *s)
{
    Str rest = row_cell(l, r, S("moves")), name;
    s->moves = take(l->a, Str, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        bool known = false;
        for (int i = 0; i < l->pack->moves_n; i++) known |= l->moves[i].record == s->record && str_equal(l->moves[i].name, name);
        if (known) s->moves[s->moves_n++] = name;
        else row_tell(l, r, S("moves"), name,
            message(l->a, "The record {} has no move '{}' in the sheet moves.", s->record->name, name));
    }
}

// Beside its name and its state, which always stand there, a head tells fields of the record itself.
static void head_check(Load *l, const Row *r, const Screen *s)
{
    for (int i = 0; i < s->columns_n; i++) {
        const Column *c = &s->columns[i];
        if (c->through || (!c->field && !c->link))
            row_tell(l, r, S("columns"), c->name, message(l->a,
                "A head tells fields of the record itself: its name, number and state stand there anyway. Leave '{}' out.", c->name));
    }
}

static void urgent_check(Load *l, const Row *r, const Screen *s)
{
    if (!s->where) row_tell(l, r, S("where"), S(""), message(l->a, "Write when it is urgent, as in ${danger} = 'yes'."));
    if (!s->label.in[LANG_EN].n) row_tell(l, r, S("title"), S(""), message(l->a, "Write in title what stands there in red."));
}

// What a desk compares is what officers wrote themselves: of somebody who was found it would tie her to others.
static void desk_check(Load *l, const Row *r, const Screen *s)
{
    for (int i = 0; i < s->columns_n; i++) {
        const Column *c = &s->columns[i];
        if (s->record->role != ROLE_PERSON && c->field && !c->through && c->field->kind == FIELD_TEXT) continue;
        row_tell(l, r, S("columns"), c->name, s->record->role == ROLE_PERSON
            ? message(l->a, "A desk compares what was written about several cases, never what belongs to a person: "
                "take a record that hangs on a case.")
            : message(l->a, "A desk compares texts of one line that the record has itself; '{}' is none.", c->name));
    }
}

// The board that a count belongs to: that above it on the same screen.
static const RecordType *board_above(const Load *l, const Screen *count)
{
    const Screen *above = 0;
    for (int i = 0; i < l->pack->screens_n; i++) {
        const Screen *s = &l->pack->screens[i];
        bool board = str_equal(s->name, count->name) && s->kind == SCREEN_BOARD && s->place < count->place;
        if (board && (!above || s->place > above->place)) above = s;
    }
    return above ? above->record : 0;
}

static void page_read(Load *l, const Row *r, Str column, Screen *s)
{
    int64_t place = 0;
    s->place = row_number(l, r, S("n"), &place) ? (int)place : 0;
    s->page = is_part(s) ? record_type(l->pack, s->name) : 0;
    s->board = s->kind == SCREEN_COUNT ? board_above(l, s) : 0;
    bool taken = false;
    for (int i = 0; i < l->reserved_n; i++) taken |= str_equal(l->reserved[i], s->name);
    if (is_part(s) && taken) row_tell(l, r, column, s->name,
        message(l->a, "'{}' is a page of the program's own; name the screen otherwise.", s->name));
}

static void screen_read(Load *l, const Row *r)
{
    Str column, words;
    Screen s = {.name = either(l, r, &column, S("screen"), S("name"))};
    words = row_words(l, r, S("title")).in[LANG_EN].n ? S("title") : S("label");
    s.kind = (ScreenKind)row_choose(l, r, S("kind"), screen_kind_words, SCREEN_KIND_COUNT);
    bool said = kind_rules[s.kind].of == OF_RECORDS || kind_rules[s.kind].of == OF_HANGING;
    s.label = said ? row_words_needed(l, r, words) : row_words(l, r, words);
    row_name(l, r, column);
    page_read(l, r, column, &s);
    of_read(l, r, &s);
    screen_check(l, r, column, &s);
    if (s.record) {
        columns_read(l, r, &s);
        filters_read(l, r, &s);
        sorts_read(l, r, &s);
        steps_read(l, r, &s);
        if (s.kind == SCREEN_DESK) desk_check(l, r, &s);
        s.where = row_sentence(l, r, S("where"), s.record, SENTENCE_SCREEN);
        if (s.kind == SCREEN_HEAD) head_check(l, r, &s);
        if (s.kind == SCREEN_URGENT) urgent_check(l, r, &s);
    }
    l->pack->screens[l->pack->screens_n++] = s;
}

void screens_read(Load *l)
{
    const RowList *rows = &l->rows[SHEET_SCREENS];
    l->pack->screens = take(l->a, Screen, rows->n);
    for (int i = 0; i < rows->n; i++) screen_read(l, &rows->at[i]);
}

// Few rows have one name: those before the place are counted each time.
const Screen *screen_part(const Pack *p, Str name, int at)
{
    for (int i = 0; i < p->screens_n; i++) {
        const Screen *s = &p->screens[i];
        int before = 0;
        if (!is_part(s) || !str_equal(s->name, name)) continue;
        for (int k = 0; k < p->screens_n; k++) {
            const Screen *other = &p->screens[k];
            bool same = k != i && is_part(other) && str_equal(other->name, name);
            before += same && (other->place < s->place || (other->place == s->place && k < i));
        }
        if (before == at) return s;
    }
    return 0;
}
