// Rows inside a form: what stands between begin_repeat and end_repeat becomes the rows of a record of its own, by the name
// of both, with a link to the record on whose form it is edited; whoever reads the survey reads it like any other.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str expressions[] = {S("required"), S("relevant"), S("constraint"), S("choice_filter"), S("warning"), S("calculation")};

// While its rows are gone over.
typedef struct {
    const Row *begin;        // null: none is open
    RepeatRead *read;        // null: it is faulty, and its rows are passed over
    int deeper;              // repeats inside it, which are told
} Open;
typedef struct { RowList outer, inner, made; } Parted; // made: the inner ones, with what each repeat adds before them

static void row_put(Load *l, RowList *rows, Row one)
{
    if (rows->n == rows->room) {
        Row *wider = take(l->temp, Row, rows->room = rows->room * 2 + 64);
        if (rows->n) memcpy(wider, rows->at, (size_t)rows->n * sizeof *wider);
        rows->at = wider;
    }
    rows->at[rows->n++] = one;
}

// A cell of a row that is made here; of words the English one.
static Str *cell_at(const Load *l, Row *r, Str column)
{
    const SheetColumns *c = &l->columns[r->sheet];
    int at = 0, words = 0;
    while (at < c->plain_n && !str_equal(c->plain[at], column)) at++;
    while (at == c->plain_n && words < c->words_n && !str_equal(c->words[words], column)) words++;
    must(words < c->words_n);
    return (Str *)r->cells + at + words * LANG_COUNT;
}

static Row row_copy(Load *l, const Row *r)
{
    Row copy = *r;
    int n = l->columns[r->sheet].cells;
    Str *cells = take(l->temp, Str, n);
    memcpy(cells, r->cells, (size_t)n * sizeof *cells);
    copy.cells = cells;
    return copy;
}

// One that nobody wrote: it is told where the repeat begins.
static Row row_made(Load *l, const Row *begin, SheetKind sheet)
{
    SheetFile *file = (SheetFile *)begin->file;
    int n = l->columns[sheet].cells;
    if (sheet != SHEET_SURVEY) *(file = take(l->temp, SheetFile, 1)) = (SheetFile){begin->file->path, take(l->temp, Str, n), 0};
    return (Row){.sheet = sheet, .file = file, .line = begin->line, .cells = take(l->temp, Str, n)};
}

// What is not confirmed is told where it was written.
static void words_put(Load *l, Row *to, Str column, const Row *from, Str of)
{
    Str *words = cell_at(l, to, column);
    bool unsure;
    for (int i = 0; i < LANG_COUNT; i++) words[i] = words_unsure(cell_at(l, (Row *)from, of)[i], &unsure);
}

static Row *record_row(const Load *l, Str name)
{
    const RowList *rows = &l->rows[SHEET_RECORDS];
    for (int i = 0; i < rows->n; i++) {
        if (str_equal(row_cell(l, &rows->at[i], S("name")), name)) return &rows->at[i];
    }
    return 0;
}

static bool is_person(const Load *l, Str record)
{
    const Row *r = record_row(l, record);
    return r && str_equal(row_cell(l, r, S("role")), S("person")); // a role word
}

// A record's own field of that name, outside its repeats; null when it has none. Of no name, its link to a person.
static const Row *own_row(const Load *l, const RowList *outer, Str record, Str name)
{
    for (int i = 0; i < outer->n; i++) {
        const Row *r = &outer->at[i];
        Str type = row_type(l, r), word;
        if (!str_equal(row_cell(l, r, S("record")), record)) continue;
        if (name.n && str_equal(row_cell(l, r, S("name")), name)) return r;
        if (!name.n && str_word(&type, &word) && str_equal(word, S("link")) && is_person(l, str_trim(type))) return r;
    }
    return 0;
}

// ---- where one begins, and ends ------------------------------------------------------------------------

// The record it makes: so long a name that the store bears it.
static Str child_name(Arena *a, Str parent, Str name)
{
    return say(a, "{}_{}", str_slice(parent, 0, NAME_MOST - 1 - name.n), name);
}

static bool name_fits(Load *l, const Row *r, Str parent)
{
    Str name = row_cell(l, r, S("name"));
    if (!row_name_in(l, r, S("name"), REPEAT_NAME_MOST)) return false;
    if (field_name_ours(name)) {
        row_tell(l, r, S("name"), name, message(l->a, "The program uses the name '{}' itself; give the repeat another one.", name));
        return false;
    }
    for (const RepeatRead *one = l->repeats; one; one = one->next) {
        if (!name_same(one->child, child_name(l->a, parent, name))) continue;
        row_tell(l, r, S("name"), name, message(l->a, "There is a repeat of this name already."));
        return false;
    }
    return true;
}

// What is said of each of its rows stands in them.
static void begin_check(Load *l, const Row *r)
{
    static const Str own[] = {S("record"), S("type"), S("name"), S("relevant"), S("appearance")};
    const SheetColumns *c = &l->columns[SHEET_SURVEY];
    for (int i = 0; i < c->plain_n; i++) {
        Str cell = r->cells[i];
        bool fits = !cell.n, yes = true;
        for (int k = 0; k < countof(own); k++) fits = fits || str_equal(own[k], c->plain[i]);
        if (fits || (yes_no_read(cell, &yes) && !yes)) continue;
        row_tell(l, r, c->plain[i], cell, message(l->a, "A repeat has no {}: write it in the rows of its fields.", c->plain[i]));
    }
    Str look = row_cell(l, r, S("appearance"));
    if (look.n) row_warn(l, r, S("appearance"), look, message(l->a, "The pages do not go by '{}'; it is passed over.", look));
}

static void repeat_open(Load *l, const Row *r, Open *open, Parted *out)
{
    Str parent = row_cell(l, r, S("record"));
    *open = (Open){.begin = r};
    begin_check(l, r);
    if (!name_fits(l, r, parent) || !record_row(l, parent)) return;
    RepeatRead *one = open->read = take(l->temp, RepeatRead, 1);
    *one = (RepeatRead){.begin = r, .first = out->inner.n, .end = out->inner.n};
    one->child = child_name(l->a, parent, row_cell(l, r, S("name")));
    one->link = field_name_ours(parent) ? say(l->a, "{}_", str_slice(parent, 0, NAME_MOST - 1)) : parent;
    RepeatRead **end = &l->repeats;
    while (*end) end = &(*end)->next;
    *end = one;
    row_put(l, &out->outer, *r);
}

// Its link to the record on whose form it stands; and to whom that hangs on, whose keys seal both.
static void links_add(Load *l, const RepeatRead *one, RowList *rows, const RowList *outer, bool contract)
{
    const Row *begin = one->begin;
    Str parent = row_cell(l, begin, S("record"));
    const Row *of = record_row(l, parent), *person = is_person(l, parent) ? 0 : own_row(l, outer, parent, (Str){0});
    const struct { Str column, cell; } up[] = {
        {S("record"), one->child}, {S("type"), say(l->a, "link {}", parent)}, {S("name"), one->link},
        {S("required"), S("yes")}, {S("class"), class_words[CLASS_PLAIN]}, {S("compartment"), compartment_words[COMPARTMENT_CASE]},
        {S("contract"), contract ? S("0") : S("")}, {S("used_for"), used_words[USED_RULE]},
    };
    Row link = row_made(l, begin, SHEET_SURVEY);
    for (int i = 0; i < countof(up); i++) *cell_at(l, &link, up[i].column) = up[i].cell;
    words_put(l, &link, S("label"), of, S("label"));
    row_put(l, rows, link);
    if (!person) return;
    static const Str same[] = {S("type"), S("name"), S("class"), S("compartment"), S("used_for")};
    Row who = row_made(l, begin, SHEET_SURVEY);
    for (int i = 0; i < countof(same); i++) *cell_at(l, &who, same[i]) = row_cell(l, person, same[i]);
    *cell_at(l, &who, S("record")) = one->child;
    *cell_at(l, &who, S("calculation")) = say(l->a, "${{}.{}}", one->link, row_cell(l, person, S("name")));
    words_put(l, &who, S("label"), person, S("label"));
    row_put(l, rows, who);
}

// ---- what its rows say -----------------------------------------------------------------------------------

// ${field} of the record on whose form it stands is found behind the link to that.
static Str translated(Load *l, const RepeatRead *one, const Parted *all, Str text)
{
    Buf o = buf_in(l->a);
    Str parent = row_cell(l, one->begin, S("record"));
    isize at;
    if (str_find(text, S("${")) < 0) return text;
    while ((at = str_find(text, S("${"))) >= 0) {
        buf_add(&o, str_slice(text, 0, at));
        text = str_slice(text, at + 2, text.n);
        Str whole = str_cut(&text, '}'), rest = whole, name = str_trim(str_cut(&rest, '.'));
        bool own = str_has(whole, '.');
        for (int i = one->first; i < one->end && !own; i++) own = str_equal(row_cell(l, &all->inner.at[i], S("name")), name);
        own = own || own_row(l, &all->outer, one->child, name) || !own_row(l, &all->outer, parent, name);
        if (own) buf_fill(&o, "${{}}", VALS(whole));
        else buf_fill(&o, "${{}.{}}", VALS(one->link, name));
    }
    buf_add(&o, text);
    return buf_str(&o);
}

// What a row is called: its first answer, as people read it.
static Str title_of(Load *l, const RepeatRead *one, const RowList *inner)
{
    for (int i = one->first; i < one->end; i++) {
        Str type = row_type(l, &inner->at[i]), name = row_cell(l, &inner->at[i], S("name")), word;
        bool good = name.n && str_word(&type, &word) && !str_starts(word, S("begin_")) && !str_equal(word, S("link"));
        if (!good || str_equal(word, S("calculate"))) continue;
        bool text = str_equal(word, S("text")) || str_equal(word, S("note")) || str_equal(word, S("words"));
        return text ? say(l->a, "${{}}", name) : say(l->a, "concat(${{}}, '')", name);
    }
    return (Str){0};
}

// It says more of the rows, and is no record that has fields of its own: those are in the survey, or it is the form's itself.
static bool of_rows(const Load *l, const RepeatRead *one, const Row *there)
{
    Str name = row_cell(l, there, S("name"));
    const RowList *rows = &l->rows[SHEET_SURVEY];
    for (int i = 0; i < rows->n; i++) {
        if (name_same(row_cell(l, &rows->at[i], S("record")), name)) return false;
    }
    return !name_same(name, row_cell(l, one->begin, S("record")));
}

// The sheet records may say more of it.
static void record_add(Load *l, const RepeatRead *one, const RowList *inner)
{
    Row *there = record_row(l, one->child);
    Row made = there ? row_copy(l, there) : row_made(l, one->begin, SHEET_RECORDS);
    Str *parent = cell_at(l, &made, S("parent"));
    if (there && !of_rows(l, one, there)) {
        row_tell(l, one->begin, S("name"), row_cell(l, one->begin, S("name")), message(l->a, "Its rows would be the record {}, which is"
            " another one already; give the repeat another name.", one->child));
        return;
    }
    if (there && row_cell(l, there, S("role")).n) {
        row_tell(l, there, S("role"), row_cell(l, there, S("role")), message(l->a, "Rows of a form have no role of their own."));
    }
    if (there && parent->n && !str_equal(*parent, one->link)) {
        row_tell(l, there, S("parent"), *parent, message(l->a, "Its rows stand under '{}', on whose form they are.", one->link));
    }
    *parent = one->link;
    if (there) {
        *there = made;
        return;
    }
    *cell_at(l, &made, S("name")) = one->child;
    *cell_at(l, &made, S("title")) = title_of(l, one, inner);
    words_put(l, &made, S("label"), one->begin, S("label"));
    words_put(l, &made, S("plural"), one->begin, S("label"));
    Str *label = cell_at(l, &made, S("label")), *plural = cell_at(l, &made, S("plural"));
    if (!label->n) *label = *plural = one->child; // told where the repeat begins
    row_put(l, &l->rows[SHEET_RECORDS], made);
}

static void repeat_make(Load *l, RepeatRead *one, Parted *all)
{
    bool contract = false;
    for (int i = one->first; i < one->end; i++) {
        Row *r = &all->inner.at[i];
        contract = contract || row_cell(l, r, S("contract")).n;
        for (int k = 0; k < countof(expressions); k++) {
            Str *cell = cell_at(l, r, expressions[k]);
            *cell = translated(l, one, all, *cell);
        }
    }
    record_add(l, one, &all->inner);
    links_add(l, one, &all->made, &all->outer, contract);
    for (int i = one->first; i < one->end; i++) row_put(l, &all->made, all->inner.at[i]);
}

// ---- over the sheet ----------------------------------------------------------------------------------------

static void row_inside(Load *l, const Row *r, Open *open, Parted *all)
{
    if (!open->read) return;
    Row one = row_copy(l, r);
    *cell_at(l, &one, S("record")) = open->read->child;
    row_put(l, &all->inner, one);
    open->read->end = all->inner.n;
}

static void survey_part(Load *l, const Row *r, Open *open, Parted *all)
{
    Str type = row_type(l, r), record = row_cell(l, r, S("record"));
    bool ends = str_equal(type, S("end_repeat")), begins = str_equal(type, S("begin_repeat"));
    if (open->begin && record.n && !str_equal(record, row_cell(l, open->begin, S("record")))) {
        row_tell(l, open->begin, S("type"), S("begin_repeat"), message(l->a, "This repeat has no end_repeat in the rows of its record."));
        *open = (Open){0};
    }
    if (begins && open->begin) {
        row_tell(l, r, S("type"), type, message(l->a, "A repeat stands inside another; one inside a form is done. Make the inner one a"
            " record of its own that links to the outer one."));
        open->deeper++;
    } else if (begins) {
        repeat_open(l, r, open, all);
    } else if (ends && !open->begin) {
        row_tell(l, r, S("type"), type, message(l->a, "There is no begin_repeat for this end_repeat."));
    } else if (ends && open->deeper) {
        open->deeper--;
    } else if (ends) {
        *open = (Open){0};
    } else if (open->begin) {
        row_inside(l, r, open, all);
    } else {
        row_put(l, &all->outer, *r);
    }
}

void repeats_read(Load *l)
{
    RowList *rows = &l->rows[SHEET_SURVEY];
    Parted all = {0};
    Open open = {0};
    bool any = false;
    for (int i = 0; i < rows->n && !any; i++) any = str_find(row_cell(l, &rows->at[i], S("type")), S("repeat")) >= 0;
    if (!any) return;
    for (int i = 0; i < rows->n; i++) survey_part(l, &rows->at[i], &open, &all);
    if (open.begin) {
        row_tell(l, open.begin, S("type"), S("begin_repeat"), message(l->a, "This repeat has no end_repeat in the rows of its record."));
    }
    for (RepeatRead *one = l->repeats; one; one = one->next) repeat_make(l, one, &all);
    for (int i = 0; i < all.made.n; i++) row_put(l, &all.outer, all.made.at[i]);
    *rows = all.outer;
}

// ---- what forms go by ----------------------------------------------------------------------------------

void repeat_place(Load *l, const Row *r, const RecordType *of, const Group *group)
{
    for (RepeatRead *one = l->repeats; one; one = one->next) {
        if (one->begin->file != r->file || one->begin->line != r->line) continue;
        one->of = of;
        one->at = of->n;
        one->group = group;
    }
}

static bool repeat_finish(Load *l, const RepeatRead *one, Repeat *out)
{
    const RecordType *t = record_type(l->pack, one->child);
    const Row *r = one->begin;
    Str name = row_cell(l, r, S("name"));
    if (!t || !one->of) return false;
    *out = (Repeat){name, t, field_get(t, one->link), row_words_needed(l, r, S("label")), row_words(l, r, S("hint")), one->at, 0};
    ((RecordType *)t)->within = one->of;
    for (int i = 0; i < one->of->n; i++) {
        if (!name_same(one->of->fields[i].name, name)) continue;
        row_tell(l, r, S("name"), name, message(l->a, "The record {} has a field of this name already.", one->of->name));
    }
    return out->link;
}

void repeats_finish(Load *l)
{
    for (const RepeatRead *one = l->repeats; one; one = one->next) {
        RecordType *t = (RecordType *)one->of;
        int n = 0;
        if (!t || t->repeats) continue;
        for (const RepeatRead *k = l->repeats; k; k = k->next) n += k->of == t;
        t->repeats = take(l->a, Repeat, n);
        for (const RepeatRead *k = l->repeats; k; k = k->next) {
            if (k->of == t && repeat_finish(l, k, &t->repeats[t->repeats_n])) t->repeats_n++;
        }
    }
}

void repeats_rules(Load *l)
{
    for (const RepeatRead *one = l->repeats; one; one = one->next) {
        for (int i = 0; one->of && i < one->of->repeats_n; i++) {
            Repeat *r = &one->of->repeats[i];
            if (str_equal(r->type->name, one->child) && one->group) r->relevant = one->group->relevant;
        }
    }
}
