// Record types and their fields: the sheets records and survey.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

// A field is up to three columns of a table, and SQLite takes 2,000.
enum { GROUPS_MOST = 8 };
static const int64_t integer_most = 999999999;
static const Str role_words[] = {
    [ROLE_NONE] = S(""), [ROLE_PERSON] = S("person"), [ROLE_CASE] = S("case"), // role words
};
static const Str access_words[] = {S(""), S("public"), S("internal"), S("restricted")};
static const Str find_words[] = {S(""), S("name"), S("phone")};
const Str when_asked_words[ASKED_COUNT] = {
    [ASKED_FIRST] = S(""), [ASKED_SPOT] = S("spot"), [ASKED_LATER] = S("later"), [ASKED_NEVER] = S("never"),
};

// The headings that stand open while the rows of a record are read.
typedef struct {
    Words labels[GROUPS_MOST];
    const Group *groups[GROUPS_MOST];
    WhenAsked asked[GROUPS_MOST];
    int n;
    const RecordType *of;
} Groups;

static bool one_of(Str name, const Str *words, int n)
{
    for (int i = 0; i < n; i++) {
        if (name_same(name, words[i])) return true;
    }
    return false;
}

static bool ends(Str name, Str with)
{
    return name.n >= with.n && name_same(str_slice(name, name.n - with.n, name.n), with);
}

static void record_name_check(Load *l, const Row *r)
{
    Str name = row_cell(l, r, S("name"));
    if (!row_name(l, r, S("name"))) return;
    bool stores = name_same(str_slice(name, 0, 7), S("sqlite_"))
        || name_same(str_slice(name, 0, 3), S("pg_"));
    if (one_of(name, l->reserved, l->reserved_n) || stores) {
        row_tell(l, r, S("name"), name, message(l->a,
            "The program uses the name '{}' itself; give the record another one.", name));
        load_broken(l, name);
    }
}

static void role_check(Load *l, const Row *r, RecordType *t)
{
    for (int i = 0; t->role && i < l->pack->records_n; i++) {
        if (l->pack->records[i].role != t->role) continue;
        row_tell(l, r, S("role"), role_words[t->role], message(l->a,
            "The record {} has this role already, and only one may.", l->pack->records[i].name));
        t->role = ROLE_NONE;
    }
}

static void record_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    int64_t order = 0;
    RecordType t = {.name = row_cell(l, r, S("name")), .at = p->records_n, .person = -1,
        .the_case = -1, .parent = -1};
    record_name_check(l, r);
    for (int i = 0; i < p->records_n; i++) {
        if (!t.name.n || !name_same(p->records[i].name, t.name)) continue;
        row_tell(l, r, S("name"), t.name, message(l->a, "There is a record of this name already."));
        return;
    }
    t.label = row_words_needed(l, r, S("label"));
    t.plural = row_words_needed(l, r, S("plural"));
    t.hint = row_words(l, r, S("hint"));
    t.role = (RecordRole)row_choose(l, r, S("role"), role_words, countof(role_words));
    t.listed = row_number(l, r, S("menu"), &order);
    t.order = (int)order;
    t.call = row_yes(l, r, S("call"));
    t.offset = p->offset;
    t.pack = p;
    row_choose(l, r, S("access"), access_words, countof(access_words));
    role_check(l, r, &t);
    l->record_rows[p->records_n] = r;
    p->records[p->records_n++] = t;
}

static const Str reserved[] = {S("id"), S("key"), S("version"), S("state"), S("state_since"), S("unit"), S("row"), S("entry"),
    S("items"), S("next"), S("limit"), S("after"), S("before"), S("sort"), S("batch"), S("actor"), S("agency"), S("hidden"), S("no"),
    S("state_due"), S("state_waits")};
// Columns that each of PostgreSQL's tables has (its manual, 5.5): a pack must do on either store.
static const Str of_store[] = {S("ctid"), S("xmin"), S("xmax"), S("cmin"), S("cmax"), S("tableoid")};

bool field_name_ours(Str name)
{
    return one_of(name, reserved, countof(reserved)) || one_of(name, of_store, countof(of_store))
        || ends(name, S("_day")) || ends(name, S("_last"));
}

static void field_name_check(Load *l, const Row *r, const RecordType *t, bool *good)
{
    Str name = row_cell(l, r, S("name"));
    *good = row_name(l, r, S("name"));
    if (!*good) return;
    if (one_of(name, reserved, countof(reserved))) {
        row_tell(l, r, S("name"), name,
            message(l->a, "Every record has '{}' besides its fields; choose another name.", name));
    } else if (one_of(name, of_store, countof(of_store))) {
        row_tell(l, r, S("name"), name,
            message(l->a, "The program uses the name '{}' itself; give the field another one.", name));
    } else if (ends(name, S("_day")) || ends(name, S("_last"))) {
        row_tell(l, r, S("name"), name,
            message(l->a, "Names that end in _day or _last are kept for the store; "
            "choose another one."));
    }
    for (int i = 0; i < t->n; i++) {
        if (!name_same(t->fields[i].name, name) && !(name.n && name_same(t->fields[i].words, name))) continue;
        row_tell(l, r, S("name"), name,
            message(l->a, "The record {} has a field of this name already.", t->name));
        *good = false;
        return;
    }
}

// The list or record behind the type's first word.
static bool type_target(Load *l, const Row *r, Field *f, Str of)
{
    static const List unknown_list = {0};
    Str type = row_cell(l, r, S("type"));
    if (f->kind == FIELD_LINK) {
        f->target = record_type(l->pack, of);
        if (f->target) return true;
        row_tell(l, r, S("type"), type,
            message(l->a, "There is no record '{}' to link to; add it to the sheet records.", of));
        return false;
    }
    f->list = str_equal(of, S("units")) ? l->units : str_equal(of, S("figures")) ? l->figures : list_named(l->pack, of);
    if (f->list) return true;
    f->list = &unknown_list;
    row_tell(l, r, S("type"), type,
        message(l->a, "There is no list '{}' in the sheet choices.", of));
    return false;
}

// text LIST: what it is one of as a rule.
static bool known_read(Load *l, const Row *r, Field *f, Str of)
{
    if (!type_target(l, r, f, of)) return false;
    f->known = f->list;
    f->list = 0;
    list_said_make(l, (List *)f->known);
    return true;
}

static bool type_read(Load *l, const Row *r, Field *f)
{
    Str type = row_cell(l, r, S("type")), rest = row_type(l, r), word, of, more;
    str_word(&rest, &word);
    bool targeted = str_word(&rest, &of), too_many = str_word(&rest, &more);
    int kind = 0;
    bool reckoned = str_equal(word, S("calculate"));
    if (reckoned) word = field_kind_words[FIELD_TEXT]; // until it is known what it gives
    while (kind < FIELD_KIND_COUNT && !str_equal(field_kind_words[kind], word)) kind++;
    if (kind == FIELD_KIND_COUNT) {
        row_tell(l, r, S("type"), type,
            message(l->a, "'{}' is not a type; the types are text, text LIST, note, integer, decimal, "
            "date, dateTime, select_one LIST, select_multiple LIST, link RECORD, words, money, file, image, audio, calculate, "
            "begin_group, end_group, begin_repeat and end_repeat.", word));
        return false;
    }
    f->kind = (FieldKind)kind;
    bool takes = kind == FIELD_CHOICE || kind == FIELD_CHOICES || kind == FIELD_LINK, knows = kind == FIELD_TEXT && targeted && !reckoned;
    if (too_many || (takes != targeted && !knows)) {
        row_tell(l, r, S("type"), type, takes
            ? message(l->a, "Behind {} stands one name: of a list, or for link of a record.", word)
            : message(l->a, "Nothing stands behind {}; take '{}' away.", word, of));
        return false;
    }
    if (kind == FIELD_MONEY) f->currencies = currencies_of(l, r);
    return knows ? known_read(l, r, f, of) : !takes || type_target(l, r, f, of);
}

static void flags_read(Load *l, const Row *r, Field *f)
{
    int find = row_choose(l, r, S("find"), find_words, countof(find_words));
    bool text = f->kind == FIELD_TEXT || f->kind == FIELD_NOTE || f->kind == FIELD_WORDS;
    bool date = f->kind == FIELD_DATE || f->kind == FIELD_MOMENT;
    f->name_part = find == 1;
    f->phone = find == 2;
    f->required = row_conditional(l, r, S("required")) || row_yes(l, r, S("required"));
    f->future = row_yes(l, r, S("future"));
    f->used_for = used_read(l, r);
    files_read(l, r, f);
    f->class = (FieldClass)row_choose(l, r, S("class"), class_words, CLASS_COUNT);
    f->compartment = (Compartment)row_choose(l, r, S("compartment"), compartment_words,
        COMPARTMENT_COUNT);
    if (find && !text) {
        row_tell(l, r, S("find"), find_words[find],
            message(l->a, "Find looks at texts only; this field is of type {}.",
            field_kind_words[f->kind]));
    }
    if (f->future && !date) {
        row_tell(l, r, S("future"), S("yes"),
            message(l->a, "Only a date can lie ahead; this field is of type {}.",
            field_kind_words[f->kind]));
    }
}

static void contract_read(Load *l, const Row *r, RecordType *t, Field *f)
{
    int64_t *numbers = l->contracts[t->at], number = 0;
    f->contract = row_number(l, r, S("contract"), &number);
    for (int i = 0; f->contract && i < t->n; i++) {
        if (!t->fields[i].contract || numbers[i] != number) continue;
        row_tell(l, r, S("contract"), row_cell(l, r, S("contract")), message(l->a,
            "The field {} has this place in the contract already; number them in order.",
            t->fields[i].name));
    }
    numbers[f->at] = number;
}

// As its group is, where it says nothing itself.
static WhenAsked asked_read(Load *l, const Row *r, const Groups *g)
{
    Str cell = row_cell(l, r, S("asked"));
    bool said = cell.n > 0;
    if (str_starts(cell, S("if("))) return ASKED_FIRST; // by who fills it in: rules.c
    WhenAsked own = (WhenAsked)row_choose(l, r, S("asked"), when_asked_words, ASKED_COUNT);
    return said || !g->n ? own : g->asked[g->n - 1];
}

// Kept as it is written; what the pages do not go by is told.
static Str appearance_read(Load *l, const Row *r, FieldKind kind)
{
    static const Str known[] = {S("minimal"), S("horizontal"), S("autocomplete"), S("press"), S("grid"), S("spot")};
    static const Str words[] = {S("multiline")}, days[] = {S("year"), S("month-year")};
    Str text = row_cell(l, r, S("appearance")), rest = text, word;
    while (str_word(&rest, &word)) {
        if (one_of(word, known, countof(known)) || (kind == FIELD_WORDS && one_of(word, words, countof(words))) ||
            (kind == FIELD_DATE && one_of(word, days, countof(days)))) continue;
        row_warn(l, r, S("appearance"), word, message(l->a, "The pages do not go by '{}'; it is passed over.", word));
    }
    return text;
}

static void field_add(Load *l, const Row *r, RecordType *t, const Groups *groups)
{
    bool good;
    Field f = {.name = row_cell(l, r, S("name")), .at = t->n, .most = integer_most, .sheet = r->file->path, .line = r->line};
    field_name_check(l, r, t, &good);
    if (t->n == FIELDS_MOST) {
        row_tell(l, r, S("name"), f.name,
            message(l->a, "A record has {} fields at most; make a second record.", FIELDS_MOST));
    }
    if (!type_read(l, r, &f) || !good) load_broken(l, f.name);
    int links = f.kind == FIELD_LINK;
    for (int i = 0; i < t->n; i++) links += t->fields[i].kind == FIELD_LINK;
    if (f.kind == FIELD_LINK && links == LINKS_MOST + 1) {
        row_tell(l, r, S("type"), row_cell(l, r, S("type")),
            message(l->a, "A record links to {} others at most; make a second record.", LINKS_MOST));
    }
    f.label = row_words_needed(l, r, S("label"));
    f.hint = row_words(l, r, S("hint"));
    f.group = row_words(l, r, S("group"));
    if (!f.group.in[LANG_EN].n && groups->n) f.group = groups->labels[groups->n - 1];
    f.appearance = appearance_read(l, r, f.kind);
    f.asked = asked_read(l, r, groups);
    flags_read(l, r, &f);
    if (!good) return; // a second field of that name would hide the first
    contract_read(l, r, t, &f);
    Field parts[LANG_COUNT] = {f};
    int n = f.kind == FIELD_WORDS ? words_split(l->a, &f, parts) : 1;
    for (int i = 0; i < n; i++) {
        l->contracts[t->at][t->n] = l->contracts[t->at][f.at];
        l->field_rows[t->at][t->n] = r;
        l->field_groups[t->at][t->n] = groups->n ? groups->groups[groups->n - 1] : 0;
        t->fields[t->n++] = parts[i];
    }
}

static void groups_close(Load *l, Groups *g)
{
    while (g->n) {
        row_tell(l, g->groups[--g->n]->row, S("type"), S("begin_group"), message(l->a,
            "This group has no end_group in the rows of its record."));
    }
}

// A rule that would be passed over in silence.
static void group_rules(Load *l, const Row *r)
{
    static const Str of_fields[] = {S("constraint"), S("warning"), S("required")};
    for (int i = 0; i < countof(of_fields); i++) {
        Str rule = row_cell(l, r, of_fields[i]);
        bool yes = true;
        if (rule.n && (!yes_no_read(rule, &yes) || yes))
            row_tell(l, r, of_fields[i], rule, message(l->a, "A group has no {}: write it in the rows of its fields.", of_fields[i]));
    }
    Str look = row_cell(l, r, S("appearance"));
    if (look.n) row_warn(l, r, S("appearance"), look, message(l->a, "The pages do not go by '{}'; it is passed over.", look));
    if (row_words(l, r, S("hint")).in[LANG_EN].n)
        row_warn(l, r, S("hint"), S(""), message(l->a, "A group shows no hint; write it in the rows of its fields."));
}

static Group *group_make(Load *l, const Row *r, const Groups *g)
{
    Group *group = take(l->temp, Group, 1);
    *group = (Group){g->n ? g->groups[g->n - 1] : 0, 0, g->of, r, 0};
    if (l->groups) l->groups_last->next = group;
    else l->groups = group;
    l->groups_last = group;
    return group;
}

static void group_begin(Load *l, const Row *r, Groups *g)
{
    Words label = row_words(l, r, S("label"));
    if (!label.in[LANG_EN].n && g->n) label = g->labels[g->n - 1]; // no heading of its own
    group_rules(l, r);
    if (g->n == GROUPS_MOST) {
        row_tell(l, r, S("type"), S("begin_group"),
            message(l->a, "Groups stand {} deep at most.", GROUPS_MOST));
        return;
    }
    g->groups[g->n] = group_make(l, r, g);
    g->asked[g->n] = asked_read(l, r, g);
    g->labels[g->n++] = label;
}

static void survey_row(Load *l, const Row *r, Groups *g)
{
    Str type = row_type(l, r), name = row_cell(l, r, S("record"));
    RecordType *t = (RecordType *)record_type(l->pack, name);
    if (str_equal(type, S("end_group"))) {
        if (!g->n || (name.n && t != g->of)) {
            row_tell(l, r, S("type"), type,
                message(l->a, "There is no begin_group for this end_group."));
        } else {
            g->n--;
        }
        return;
    }
    if (t != g->of) groups_close(l, g);
    g->of = t;
    if (!t) return;
    if (str_equal(type, S("begin_group"))) group_begin(l, r, g);
    else if (str_equal(type, S("begin_repeat"))) repeat_place(l, r, t, group_make(l, r, g));
    else field_add(l, r, t, g);
}

// Makes room for the fields; an unknown record is told once.
static void survey_count(Load *l, const RowList *rows)
{
    int *sizes = take(l->temp, int, l->pack->records_n);
    Map told = {0};
    for (int i = 0; i < rows->n; i++) {
        Str name = row_cell(l, &rows->at[i], S("record"));
        const RecordType *t = record_type(l->pack, name);
        bool is_new = false;
        if (t) sizes[t->at] += str_equal(row_type(l, &rows->at[i]), field_kind_words[FIELD_WORDS]) ? LANG_COUNT : 1;
        else if (name.n || !str_equal(row_type(l, &rows->at[i]), S("end_group"))) {
            map_put(&told, l->temp, name, &is_new);
        }
        if (is_new) row_record(l, &rows->at[i], S("record"));
    }
    for (int i = 0; i < l->pack->records_n; i++) {
        l->pack->records[i].fields = take(l->a, Field, sizes[i]);
        l->field_rows[i] = take(l->temp, const Row *, sizes[i]);
        l->field_groups[i] = take(l->temp, const Group *, sizes[i]);
        l->contracts[i] = take(l->temp, int64_t, sizes[i]);
    }
}

static void contract_order(Load *l, RecordType *t)
{
    const int64_t *numbers = l->contracts[t->at];
    t->contract = take(l->a, const Field *, t->n);
    for (int i = 0; i < t->n; i++) {
        if (!t->fields[i].contract) continue;
        int at = t->contract_n++;
        for (; at && numbers[t->contract[at - 1]->at] > numbers[i]; at--) {
            t->contract[at] = t->contract[at - 1];
        }
        t->contract[at] = &t->fields[i];
    }
    for (int i = 0; !t->contract_n && i < t->n; i++) t->contract[i] = &t->fields[i];
    if (!t->contract_n) t->contract_n = t->n; // nobody numbered any: all of them, as they stand
}

static void links_find(RecordType *t)
{
    t->sealed = t->role == ROLE_PERSON;
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        RecordRole role = f->target ? f->target->role : ROLE_NONE;
        if (role == ROLE_PERSON && t->person < 0 && t->role != ROLE_PERSON) t->person = i;
        if (role == ROLE_CASE && t->the_case < 0 && t->role != ROLE_CASE) t->the_case = i;
        t->sealed = t->sealed || f->class == CLASS_IDENTITY;
    }
    t->sealed = t->sealed || t->person >= 0;
}

bool record_link_broken(const RecordType *t)
{
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind == FIELD_LINK && !t->fields[i].target) return true;
    }
    return false;
}

// Of what has keys, each field says which of them opens it, and how well it points at somebody.
static void sealed_check(Load *l, const RecordType *t)
{
    static const Str needed[] = {S("class"), S("compartment")};
    for (int i = 0; t->sealed && i < t->n; i++) {
        const Row *r = l->field_rows[t->at][i];
        if (field_files(&t->fields[i]) && row_cell(l, r, S("class")).n && t->fields[i].class != CLASS_IDENTITY) {
            row_tell(l, r, S("class"), row_cell(l, r, S("class")), message(l->a,
                "The record {} has keys: what a file shows points at somebody, so its class is identity.", t->name));
        }
        for (int k = 0; k < countof(needed); k++) {
            if (row_cell(l, r, needed[k]).n) continue;
            row_tell(l, r, needed[k], S(""), k
                ? message(l->a, "The record {} has keys: say which of them opens this field, one of: {}.", t->name,
                str_join(l->a, compartment_words, COMPARTMENT_COUNT, S(" ")))
                : message(l->a, "The record {} has keys: say of which class this field is, one of: {}.", t->name,
                str_join(l->a, class_words, CLASS_COUNT, S(" "))));
        }
    }
}

static void record_finish(Load *l, RecordType *t)
{
    const Row *r = l->record_rows[t->at];
    Str parent = row_cell(l, r, S("parent"));
    contract_order(l, t);
    links_find(t);
    sealed_check(l, t);
    if (!t->n && !load_is_broken(l, t->name)) {
        row_tell(l, r, S("name"), t->name,
            message(l->a, "The record {} has no fields in the sheet survey.", t->name));
    }
    if (!parent.n) return;
    const Field *f = row_field(l, r, S("parent"), t, parent);
    if (f && f->kind == FIELD_LINK) {
        t->parent = f->at;
    } else if (f) {
        row_tell(l, r, S("parent"), parent,
            message(l->a, "'{}' is no link; a record stands under what a link names.", parent));
    }
}

void records_read(Load *l)
{
    repeats_read(l);
    const RowList *rows = &l->rows[SHEET_RECORDS], *survey = &l->rows[SHEET_SURVEY];
    Groups groups = {0};
    l->pack->records = take(l->a, RecordType, rows->n);
    l->record_rows = take(l->temp, const Row *, rows->n);
    l->field_rows = take(l->temp, const Row **, rows->n);
    l->field_groups = take(l->temp, const Group **, rows->n);
    l->contracts = take(l->temp, int64_t *, rows->n);
    for (int i = 0; i < rows->n; i++) record_read(l, &rows->at[i]);
    survey_count(l, survey);
    for (int i = 0; i < survey->n; i++) survey_row(l, &survey->at[i], &groups);
    groups_close(l, &groups);
    used_tell(l);
    for (int i = 0; i < l->pack->records_n; i++) record_finish(l, &l->pack->records[i]);
    repeats_finish(l);
}
