// Who may do what, and who is entitled to what from the beginning: the sheets roles, rights and compartments.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static const Str row_words_known[] = {
    S("own"), S("unit"), S("agency"), S("assigned"), S("granted"), S("province"), S("all"), S("counted"),
};

const Role *role_get(const Pack *p, Str name)
{
    for (int i = 0; i < p->roles_n; i++) {
        if (str_equal(p->roles[i].name, name)) return &p->roles[i];
    }
    return 0;
}

bool role_fits(const Role *role, const Unit *unit)
{
    for (int i = 0; i < role->kinds_n; i++) {
        if (unit && str_equal(role->kinds[i], unit->kind)) return true;
    }
    return !role->kinds_n;
}

bool field_code(const Field *f)
{
    bool text = f->kind == FIELD_TEXT || f->kind == FIELD_NOTE;
    return !text && (f->class == CLASS_PLAIN || f->class == CLASS_QUASI);
}

static bool kind_known(const Pack *p, Str kind)
{
    for (int i = 0; i < p->units_n; i++) {
        if (str_equal(p->units[i].kind, kind)) return true;
    }
    return false;
}

static void kinds_read(Load *l, const Row *r, Role *role)
{
    Str rest = row_cell(l, r, S("kinds")), kind;
    role->kinds = take(l->a, Str, rest.n / 2 + 1);
    while (str_word(&rest, &kind)) {
        role->kinds[role->kinds_n++] = kind;
        if (kind_known(l->pack, kind)) continue;
        row_tell(l, r, S("kinds"), kind, message(l->a, "No unit of the sheet registry/units is of the kind '{}'.", kind));
    }
}

static void begins_read(Load *l, const Row *r, Role *role)
{
    Str rest = row_cell(l, r, S("begins")), name;
    role->begins = take(l->a, const RecordType *, rest.n / 2 + 1);
    while (str_word(&rest, &name)) {
        const RecordType *t = record_type(l->pack, name);
        if (t) role->begins[role->begins_n++] = t;
        else row_tell(l, r, S("begins"), name, message(l->a, "There is no record '{}' in the sheet records.", name));
    }
}

int role_begins(const Role *role, const RecordType *t)
{
    for (int i = 0; role && i < role->begins_n; i++)
        if (role->begins[i] == t) return i;
    return -1;
}

static LooksRight looks_read(Load *l, const Row *r)
{
    static const Str words[LOOKS_COUNT] = {[LOOKS_UNIT] = S("unit"), [LOOKS_AGENCIES] = S("agencies"), [LOOKS_ALL] = S("all")};
    Str cell = row_cell(l, r, S("looks"));
    for (int i = 0; i < LOOKS_COUNT; i++)
        if (str_equal(cell, words[i])) return (LooksRight)i;
    row_tell(l, r, S("looks"), cell,
        message(l->a, "'{}' says not which looks the role reads: write unit, agencies or all, or leave it empty.", cell));
    return LOOKS_UNIT_AGENCIES;
}

static bool confirms_read(Load *l, const Row *r)
{
    Str cell = row_cell(l, r, S("confirms"));
    if (cell.n && !str_equal(cell, S("unit")))
        row_tell(l, r, S("confirms"), cell,
            message(l->a, "'{}' says not whose accounts the role confirms: write unit, or leave it empty.", cell));
    return cell.n;
}

static void role_read(Load *l, const Row *r)
{
    Pack *p = l->pack;
    Role one = {.name = row_cell(l, r, S("name")), .label = row_words_needed(l, r, S("label")), .task = row_words(l, r, S("task")),
        .rights = take(l->a, Right, p->records_n), .looks = looks_read(l, r), .confirms = confirms_read(l, r),
        .leads = row_yes(l, r, S("leads"))};
    row_name(l, r, S("name"));
    kinds_read(l, r, &one);
    begins_read(l, r, &one);
    if (role_get(p, one.name)) {
        row_tell(l, r, S("name"), one.name, message(l->a, "There is a role of this name already."));
        return;
    }
    p->roles[p->roles_n++] = one;
}

static unsigned classes_read(Load *l, const Row *r)
{
    Str rest = row_cell(l, r, S("classes")), word;
    unsigned classes = rest.n ? 0 : (1u << CLASS_COUNT) - 1;
    while (str_word(&rest, &word)) {
        int i = 0;
        while (i < CLASS_COUNT && !str_equal(class_words[i], word)) i++;
        if (i < CLASS_COUNT) {
            classes |= 1u << i;
        } else {
            row_tell(l, r, S("classes"), word,
                message(l->a, "'{}' is not a class; the classes are {}.", word,
                str_join(l->a, class_words, CLASS_COUNT, S(" "))));
        }
    }
    return classes;
}

// Words of rows; `none` stands alone.
static unsigned rows_read(Load *l, const Row *r, Str column)
{
    Str cell = row_cell(l, r, column), rest = cell, word;
    unsigned set = 0;
    if (str_equal(cell, S("none"))) return 0;
    if (!cell.n) row_tell(l, r, column, cell, message(l->a, "Say which rows; 'none' where there are none."));
    while (str_word(&rest, &word)) {
        int i = 0;
        while (i < countof(row_words_known) && !str_equal(row_words_known[i], word)) i++;
        if (i < countof(row_words_known)) set |= 1u << i;
        else row_tell(l, r, column, word, message(l->a, "'{}' is no word for rows; write none, or some of: {}.", word,
            str_join(l->a, row_words_known, countof(row_words_known), S(" "))));
    }
    return set;
}

// With `codes` among them, what is a code is read without a key.
static unsigned sight_read(Load *l, const Row *r, Str column, bool *codes)
{
    Str rest = row_cell(l, r, column), word, wrong;
    unsigned all = 0, one;
    while (str_word(&rest, &word)) {
        if (codes && str_equal(word, S("codes"))) *codes = true;
        else if (compartments_read(word, &one, &wrong)) all |= one;
        else row_tell(l, r, column, word, message(l->a, "'{}' is no compartment; the compartments are {}{}.", word,
            str_join(l->a, compartment_words, COMPARTMENT_COUNT, S(" ")), codes ? S(", and with them codes") : S("")));
    }
    return all;
}

static void right_check(Load *l, const Row *r, const Right *right)
{
    if (right->write & (unsigned)ROWS_COUNTED) {
        row_tell(l, r, S("write"), S("counted"), message(l->a, "What is only counted cannot be written; write it under read."));
    }
    if (right->opens && !right->read) {
        row_tell(l, r, S("opens"), row_cell(l, r, S("opens")),
            message(l->a, "What is not read cannot be opened; say under read which rows."));
    }
}

static bool right_named(const Load *l, Str role, const RecordType *t)
{
    const RowList *rows = &l->rows[SHEET_RIGHTS];
    for (int i = 0; i < rows->n; i++) {
        const Row *r = &rows->at[i];
        if (str_equal(row_cell(l, r, S("role")), role) && str_equal(row_cell(l, r, S("record")), t->name)) return true;
    }
    return false;
}

// Rows of a form go with the record on whose form they are, unless a sentence of that role names them.
static bool rows_of(Load *l, const Row *r, const RecordType *t, const RecordType *rows)
{
    if (!t || rows->within != t || right_named(l, row_cell(l, r, S("role")), rows)) return false;
    Str where = row_cell(l, r, S("where")).n ? row_cell(l, r, S("where")) : row_cell(l, r, S("closed"));
    if (where.n) row_tell(l, r, S("where"), where, message(l->a, "The rows in its form, {}, would have the same right, but this looks at"
        " fields that they do not have; write a sentence for {}, too.", rows->name, rows->name));
    return true;
}

// What closes a row to her, as what must hold of those that are not: not(closed).
static const Expr *closed_read(Load *l, const Row *r, const RecordType *t)
{
    Str cell = row_cell(l, r, S("closed"));
    const Expr *closed = t ? row_sentence(l, r, S("closed"), t, SENTENCE_RIGHT) : 0;
    if (!t && cell.n) row_tell(l, r, S("closed"), cell, message(l->a, "A sentence about all records knows no field; name the record."));
    if (!closed) return 0;
    Expr *open = take(l->a, Expr, 1);
    *open = (Expr){.op = EXPR_NOT, .type = TYPE_BOOL, .args = {closed}, .n = 1};
    return open;
}

// A later line of the same role and record is meant instead of the one above it: whoever closes something twice is told.
static void right_again(Load *l, const Row *r, Str role, Str record)
{
    bool is_new;
    if (!role.n || !record.n) return;
    Slot *slot = map_put(&l->rights, l->temp, say(l->temp, "{} {}", role, record), &is_new);
    if (!is_new)
        row_warn(l, r, S("record"), record,
            message(l->a, "Line {} speaks of this role and record already; this one is meant instead of it.", slot->i));
    slot->i = r->line;
}

static void right_read(Load *l, const Row *r)
{
    Str name = row_cell(l, r, S("role")), record = row_cell(l, r, S("record"));
    const Role *role = role_get(l->pack, name);
    bool all = str_equal(record, S("*"));
    right_again(l, r, name, record);
    const RecordType *t = all ? 0 : row_record(l, r, S("record"));
    Right right = {.read = rows_read(l, r, S("read")), .write = rows_read(l, r, S("write")), .classes = classes_read(l, r)};
    right.compartments = sight_read(l, r, S("compartments"), &right.codes);
    if (!right.compartments) right.compartments = COMPARTMENTS_ALL;
    right.opens = sight_read(l, r, S("opens"), 0);
    right_check(l, r, &right);
    if (t) right.where = row_sentence(l, r, S("where"), t, SENTENCE_RIGHT);
    else if (all && row_cell(l, r, S("where")).n) {
        row_tell(l, r, S("where"), row_cell(l, r, S("where")),
            message(l->a, "A sentence about all records knows no field; name the record."));
    }
    right.open = closed_read(l, r, t);
    if (!role) {
        row_tell(l, r, S("role"), name,
            message(l->a, "There is no role '{}' in the sheet roles.", name));
    }
    for (int i = 0; role && i < l->pack->records_n; i++) {
        if (all || (t && t->at == i) || rows_of(l, r, t, &l->pack->records[i])) role->rights[i] = right;
    }
}

void roles_read(Load *l)
{
    const RowList *roles = &l->rows[SHEET_ROLES], *rights = &l->rows[SHEET_RIGHTS];
    l->pack->roles = take(l->a, Role, roles->n);
    for (int i = 0; i < roles->n; i++) role_read(l, &roles->at[i]);
    for (int i = 0; i < rights->n; i++) right_read(l, &rights->at[i]);
}

// ---- who is entitled from the beginning ----------------------------------------------------------

typedef struct { unsigned compartments; Str to; const Expr *where; } Entitling;

static void entitled_add(Load *l, Unit *made_by, Str agency, unsigned compartments)
{
    for (int i = 0; i < made_by->entitled_n; i++) {
        Entitled *known = &made_by->entitled[i];
        if (!str_equal(known->agency, agency)) continue;
        known->compartments |= compartments;
        return;
    }
    Entitled *wider = take(l->a, Entitled, made_by->entitled_n + 1);
    if (made_by->entitled_n) memcpy(wider, made_by->entitled, (size_t)made_by->entitled_n * sizeof *wider);
    wider[made_by->entitled_n++] = (Entitled){agency, compartments};
    made_by->entitled = wider;
}

// Of what one unit makes: a row names its maker, an agency, or a kind of unit.
static void entitle(Load *l, const Entitling *row, Unit *made_by)
{
    const Pack *p = l->pack;
    Somebody creator = unit_somebody(made_by, (Str){0}, (Str){0});
    for (int i = 0; i < p->units_n; i++) {
        const Unit *unit = &p->units[i];
        bool named = str_equal(unit->key, row->to) || str_equal(unit->kind, row->to);
        bool maker = str_equal(row->to, S("creator")) ? unit == made_by : named;
        Somebody me = unit_somebody(unit, (Str){0}, (Str){0});
        View view = {.me = &me, .creator = &creator};
        if (maker && (!row->where || expr_true(l->temp, row->where, &view))) entitled_add(l, made_by, unit->agency, row->compartments);
    }
}

static Entitling entitling_read(Load *l, const Row *r)
{
    static const RecordType nothing = {.name = S("compartments")};
    Entitling one = {sight_read(l, r, S("compartments"), 0), row_cell(l, r, S("entitled")),
        row_sentence(l, r, S("where"), &nothing, SENTENCE_MADE)};
    bool known = str_equal(one.to, S("creator")) || unit_get(l->pack, one.to) || kind_known(l->pack, one.to);
    if (!one.compartments) {
        row_tell(l, r, S("compartments"), S(""), message(l->a, "Say to which compartments; they are {}.",
            str_join(l->a, compartment_words, COMPARTMENT_COUNT, S(" "))));
    }
    if (!known) {
        row_tell(l, r, S("entitled"), one.to,
            message(l->a, "'{}' is neither creator, nor a unit, nor a kind of unit of the sheet registry/units.", one.to));
    }
    return one;
}

// Units of whose rows somebody is entitled to the same are asked for at once: of villages there are hundreds.
static Entitlement *entitlement_of(Load *l, const Entitled *one)
{
    Pack *p = l->pack;
    for (int i = 0; i < p->entitlements_n; i++) {
        Entitlement *known = &p->entitlements[i];
        if (str_equal(known->to, one->agency) && known->compartments == one->compartments) return known;
    }
    Entitlement *wider = take(l->a, Entitlement, p->entitlements_n + 1);
    if (p->entitlements_n) memcpy(wider, p->entitlements, (size_t)p->entitlements_n * sizeof *wider);
    p->entitlements = wider;
    wider[p->entitlements_n] = (Entitlement){one->agency, S(" "), one->compartments};
    return &wider[p->entitlements_n++];
}

static void entitlements_make(Load *l)
{
    for (int k = 0; k < l->pack->units_n; k++) {
        const Unit *unit = &l->pack->units[k];
        for (int i = 0; i < unit->entitled_n; i++) {
            const Entitled *one = &unit->entitled[i];
            if (str_equal(one->agency, unit->agency)) continue; // her own: the row says so itself
            Entitlement *of = entitlement_of(l, one);
            of->makers = say(l->a, "{}{} ", of->makers, unit->key);
        }
    }
}

void entitled_read(Load *l)
{
    static const Entitling maker = {COMPARTMENTS_ALL, S("creator"), 0}; // where no sheet says more
    const RowList *rows = &l->rows[SHEET_COMPARTMENTS];
    for (int i = 0; i < rows->n; i++) {
        Entitling one = entitling_read(l, &rows->at[i]);
        for (int k = 0; k < l->pack->units_n; k++) entitle(l, &one, &l->pack->units[k]);
    }
    for (int k = 0; !rows->n && k < l->pack->units_n; k++) entitle(l, &maker, &l->pack->units[k]);
    entitlements_make(l);
}
