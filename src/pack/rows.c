// One row of a sheet: its cells as words, names, numbers and rules, with faults where they are.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include <strings.h>

Str row_cell(const Load *l, const Row *r, Str column)
{
    const SheetColumns *c = &l->columns[r->sheet];
    int i = 0;
    while (i < c->plain_n && !str_equal(c->plain[i], column)) i++;
    must(i < c->plain_n);
    return r->cells[i];
}

static void tell(Load *l, const Row *r, Fault one)
{
    one.file = r->file->path;
    one.line = r->line;
    faults_add(l->a, l->all, one);
}

void row_tell(Load *l, const Row *r, Str column, Str value, Message m)
{
    tell(l, r, (Fault){.column = column, .value = value, .message = m});
}

void row_warn(Load *l, const Row *r, Str column, Str value, Message m)
{
    tell(l, r, (Fault){.column = column, .value = value, .message = m, .warning = true});
}

Str words_unsure(Str text, bool *unsure)
{
    *unsure = str_starts(text, S("?"));
    return *unsure ? str_trim(str_slice(text, 1, text.n)) : text;
}

const Str lang_columns[] = {[LANG_EN] = S("English (en)"), [LANG_LO] = S("Lao (lo)")};
_Static_assert(countof(lang_columns) == LANG_COUNT, "every language has a column");

// Where its words stand, one cell per language.
static int words_place(const Load *l, const Row *r, Str column)
{
    const SheetColumns *c = &l->columns[r->sheet];
    int at = 0;
    while (at < c->words_n && !str_equal(c->words[at], column)) at++;
    must(at < c->words_n);
    return c->plain_n + at * LANG_COUNT;
}

Words row_words(Load *l, const Row *r, Str column)
{
    Words words = {0};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        int place = words_place(l, r, column) + lang;
        Str text = r->cells[place];
        bool unsure;
        words.in[lang] = lang == LANG_LO ? words_unsure(text, &unsure) : text;
        if (lang != LANG_LO || !unsure) continue;
        row_warn(l, r, r->file->headers[place], words.in[lang], message(l->a,
            "Nobody has confirmed this text yet; have it checked, then take the question mark "
            "away."));
    }
    return words;
}

Words row_words_needed(Load *l, const Row *r, Str column)
{
    Words words = row_words(l, r, column);
    if (!words.in[LANG_EN].n) {
        Str header = r->file->headers[words_place(l, r, column) + LANG_EN];
        row_tell(l, r, header.n ? header : say(l->a, "{}::{}", column, lang_columns[LANG_EN]), S(""),
            message(l->a, "The English words are missing; write them here."));
    }
    return words;
}

bool row_yes(Load *l, const Row *r, Str column)
{
    Str text = row_cell(l, r, column);
    bool yes = false;
    if (text.n && !yes_no_read(text, &yes)) {
        row_tell(l, r, column, text, str_equal(column, S("required"))
            ? message(l->a, "Write yes, no or a condition, as in ${age} < 18; or leave it empty.")
            : message(l->a, "Write yes or no, or leave it empty."));
    }
    return yes;
}

bool row_conditional(const Load *l, const Row *r, Str column)
{
    Str text = row_cell(l, r, column);
    bool yes;
    return (str_has(text, '(') || str_has(text, '$')) && !yes_no_read(text, &yes);
}

Str row_type(const Load *l, const Row *r)
{
    return type_said(l->a, row_cell(l, r, S("type")));
}

bool row_number(Load *l, const Row *r, Str column, int64_t *out)
{
    Str text = row_cell(l, r, column);
    if (!text.n) return false;
    if (str_int(text, out) && *out >= 0 && *out < 1000000) return true;
    row_tell(l, r, column, text,
        message(l->a, "'{}' is not a whole number from 0 to 999999.", text));
    return false;
}

Str row_day(Load *l, const Row *r, Str column)
{
    Str text = row_cell(l, r, column);
    Days days;
    if (!text.n || (days_parse(text, &days) && days.first == days.last)) return text;
    row_tell(l, r, column, text, message(l->a, "'{}' is not a day; write it as 2024-01-31.", text));
    return (Str){0};
}

int row_choose(Load *l, const Row *r, Str column, const Str *words, int n)
{
    Str text = row_cell(l, r, column);
    for (int i = 0; i < n; i++) {
        if (str_equal(words[i], text)) return i;
    }
    if (!text.n) return 0;
    row_tell(l, r, column, text, message(l->a, "'{}' is not known here; write one of: {}.", text,
        str_join(l->a, words, n, S(" "))));
    return 0;
}

bool name_good(Str name, int most)
{
    bool good = name.n > 0 && name.n <= most;
    for (isize i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        good = good && (letter || (i && ((c >= '0' && c <= '9') || c == '_')));
    }
    return good;
}

bool row_name_in(Load *l, const Row *r, Str column, int most)
{
    Str name = row_cell(l, r, column);
    bool good = name_good(name, most);
    if (!name.n) {
        row_tell(l, r, column, name, message(l->a, "A name is missing here."));
    } else if (!good) {
        row_tell(l, r, column, name,
            message(l->a, "'{}' cannot be a name: begin with a letter, go on with letters, "
            "digits and _ , {} at most.", name, most));
    }
    return good;
}

bool row_name(Load *l, const Row *r, Str column)
{
    return row_name_in(l, r, column, NAME_MOST);
}

bool name_same(Str one, Str two)
{
    return one.n == two.n && (!one.n || !strncasecmp(one.p, two.p, (size_t)one.n));
}

const RecordType *row_record(Load *l, const Row *r, Str column)
{
    Str name = row_cell(l, r, column);
    const RecordType *t = record_type(l->pack, name);
    if (!t) {
        row_tell(l, r, column, name,
            message(l->a, "There is no record '{}' in the sheet records.", name));
    }
    return t;
}

void load_broken(Load *l, Str name)
{
    NameList *one = take(l->temp, NameList, 1);
    *one = (NameList){l->broken, name};
    l->broken = one;
}

bool load_is_broken(const Load *l, Str name)
{
    for (const NameList *one = l->broken; one; one = one->next) {
        if (str_equal(one->name, name)) return true;
    }
    return false;
}

const Field *row_field(Load *l, const Row *r, Str column, const RecordType *on, Str name)
{
    const Field *f = field_get(on, name), *words = f ? 0 : words_first(on, name);
    if (words) {
        row_tell(l, r, column, name,
            message(l->a, "'{}' is written in several languages; name one of them, as {}.", name, words->name));
    } else if (!f && !load_is_broken(l, name)) {
        row_tell(l, r, column, name,
            message(l->a, "The record {} has no field '{}'.", on->name, name));
    }
    return f;
}

// Does it use a field whose own fault is told already?
static bool source_broken(const Load *l, Str source)
{
    Str whole = source;
    while (source.n) {
        str_cut(&source, '{');
        Str inside = str_cut(&source, '}'), first = str_trim(str_cut(&inside, '.'));
        if (load_is_broken(l, first) || load_is_broken(l, str_trim(inside))) return true;
    }
    for (int i = 0; i < l->pack->records_n; i++) { // nor what it says that hangs
        const RecordType *t = &l->pack->records[i];
        if (record_link_broken(t) && str_find(whole, say(l->a, "({}", t->name)) >= 0) return true;
    }
    return false;
}

// Where what hangs on a record may be asked: the register decides there, and asks its store. A page's script knows nothing of it,
// a title and a right stand beside every row.
static const struct { SheetKind sheet; const char *column; } asks_what_hangs[] = {
    {SHEET_RECORDS, "needs"}, {SHEET_RECORDS, "keeps"}, {SHEET_SURVEY, "required"}, {SHEET_SURVEY, "constraint"}, {SHEET_SURVEY, "warning"},
    {SHEET_SURVEY, "calculation"}, {SHEET_MOVES, "needs"}, {SHEET_EFFECTS, "when"}, {SHEET_EFFECTS, "value"}, {SHEET_EFFECTS, "to"},
    {SHEET_EFFECTS, "until"}, {SHEET_FIGURES, "where"}, {SHEET_FIGURES, "count"}, {SHEET_FIGURES, "female"}, {SHEET_SCREENS, "where"},
    {SHEET_RIGHTS, "closed"},
};

// What is reckoned stands in no form: its page has what it is made of.
static bool asks_hanging(const Expr *e)
{
    bool reckoned = e->op == EXPR_FIELD && !e->link && !e->hangs && e->field->calculation;
    return expr_asks_hanging(e) || (reckoned && expr_has(e->field->calculation, asks_hanging));
}

static const Expr *hanging_fits(Load *l, const Row *r, Str column, Str source, const Expr *e)
{
    bool fits = false, page = str_equal(column, S("relevant")) || str_equal(column, S("choice_filter"));
    for (int i = 0; i < countof(asks_what_hangs); i++) {
        fits |= r->sheet == asks_what_hangs[i].sheet && str_equal(column, str_from(asks_what_hangs[i].column));
    }
    if (fits || !expr_has(e, page ? asks_hanging : expr_asks_hanging)) return e;
    row_tell(l, r, column, source, page
        ? message(l->a, "exists(), count(), sum() and latest() are asked of the register, and this is decided on the page, as somebody "
            "types; a constraint, a warning, `required` or a step's `needs` can ask.")
        : message(l->a, "exists(), count(), sum() and latest() cannot stand here; rules of a save, steps, effects, figures and "
            "`where` of screens can ask what hangs on a record."));
    return 0;
}

// Where bare words are columns of the field's own list.
static bool asks_choices(Str column, const Field *self)
{
    return self && (self->list || self->known) && (str_equal(column, S("choice_filter")) || str_equal(column, S("default")));
}

const Expr *row_rule_said(Load *l, const Row *r, Str column, Str source, const RecordType *on,
    const Field *self)
{
    const Expr *e = 0;
    if (!source.n) return 0;
    bool of_choice = asks_choices(column, self);
    Err *err = (of_choice ? expr_parse_choice : expr_parse)(l->a, *l->temp, source, on, self, &e);
    if (!err && expr_grown(e)) {
        row_tell(l, r, column, source, message(l->a, "With what its reckoned fields are made of, this has more than {} parts"
            " or is nested more than {} deep; reckon it from fewer of them.", GROWN_MOST, GROWN_DEEP));
        return 0;
    }
    if (!err) columns_asked(l, e);
    if (!err) return hanging_fits(l, r, column, source, e);
    bool blamed = source_broken(l, source) || (self && load_is_broken(l, self->name));
    if (!blamed) row_tell(l, r, column, source, err->message);
    return 0;
}

static bool asks_me(const Expr *e)
{
    return e->op == EXPR_ME || e->op == EXPR_MAKER;
}

static bool asks_creator(const Expr *e)
{
    return e->op == EXPR_CREATOR;
}

// Who asks and who made it are known where a right or a step is decided, and nowhere else.
static const Expr *nobody_asked(Load *l, const Row *r, Str column, const Expr *e, bool me, bool creator)
{
    bool wrong = e && ((!me && expr_has(e, asks_me)) || (!creator && expr_has(e, asks_creator)));
    if (!wrong) return e;
    row_tell(l, r, column, row_cell(l, r, column), message(l->a,
        "me() and maker() are asked in `where` of rights, moves and screens, me() in a default and in what an effect says, creator() in"
        " `where` of compartments; nobody is known here."));
    return 0;
}

const Expr *row_rule(Load *l, const Row *r, Str column, const RecordType *on, const Field *self)
{
    return nobody_asked(l, r, column, row_rule_said(l, r, column, row_cell(l, r, column), on, self), false, false);
}

static bool asks_maker(const Expr *e)
{
    return e->op == EXPR_MAKER;
}

const Expr *row_rule_me(Load *l, const Row *r, Str column, const RecordType *on, const Field *self)
{
    const Expr *e = row_rule_said(l, r, column, row_cell(l, r, column), on, self);
    return nobody_asked(l, r, column, e, !e || !expr_has(e, asks_maker), false);
}

const Expr *row_choice_me(Load *l, const Row *r, Str column, const RecordType *on, const Field *self)
{
    Str text = row_cell(l, r, column), head = S("choice");
    const Expr *e = row_rule_said(l, r, column, str_slice(text, head.n, text.n), on, self);
    return nobody_asked(l, r, column, e, !e || !expr_has(e, asks_maker), false);
}

static bool is_sealed_field(const Expr *e)
{
    return e->op == EXPR_FIELD && e->field->class == CLASS_IDENTITY;
}

static bool is_of_words(const Expr *e)
{
    return e->op == EXPR_FIELD && !field_selects(e->field);
}

static const Str type_words[] = {
    [TYPE_TEXT] = S("a text"), [TYPE_NUMBER] = S("a number"), [TYPE_DAY] = S("a date"),
    [TYPE_BOOL] = S("a yes or no"), [TYPE_SET] = S("several choices"), [TYPE_MONEY] = S("money"),
    [TYPE_FILES] = S("files"),
};

static bool typed(Load *l, const Row *r, Str column, const Expr *e, ExprType type)
{
    if (e->type != type) {
        row_tell(l, r, column, row_cell(l, r, column),
            message(l->a, "This must give {}, and it gives {}.",
            type_words[type], type_words[e->type]));
    }
    return e->type == type;
}

const Expr *row_asks(Load *l, const Row *r, Str column, const RecordType *on, const Field *self)
{
    const Expr *e = row_rule(l, r, column, on, self);
    return e && typed(l, r, column, e, TYPE_BOOL) ? e : 0;
}

const Expr *row_asks_me(Load *l, const Row *r, Str column, const RecordType *on)
{
    const Expr *e = row_rule_me(l, r, column, on, 0);
    return e && typed(l, r, column, e, TYPE_BOOL) ? e : 0;
}

static const Expr *selecting(Load *l, const Row *r, Str column, const Expr *e, ExprType type)
{
    if (!e || !typed(l, r, column, e, type)) return 0;
    if (expr_selects_rows(e)) return e;
    row_tell(l, r, column, row_cell(l, r, column), expr_begun(e) > BEGUN_MOST
        ? message(l->a, "This is nested too deep to select rows; say it with fewer parts.")
        : expr_has(e, is_sealed_field)
        ? message(l->a, "A field of class identity is sealed and cannot select rows; ask for "
        "another field.")
        : expr_has(e, is_of_words)
        ? message(l->a, "What is written in several languages, and what is in files, selects no rows; ask for another field.")
        : message(l->a, "regex(), concat() and sum-selected() cannot select rows; compare fields with = or "
        "selected()."));
    return 0;
}

const Expr *row_condition(Load *l, const Row *r, Str column, const RecordType *on, ExprType type)
{
    return selecting(l, r, column, row_rule(l, r, column, on, 0), type);
}

static bool looks_behind(const Expr *e)
{
    return e->op == EXPR_FIELD && e->link;
}

const Expr *row_sentence(Load *l, const Row *r, Str column, const RecordType *on, SentenceOf of)
{
    const Expr *e = row_rule_said(l, r, column, row_cell(l, r, column), on, 0);
    if (e && of == SENTENCE_RIGHT && expr_has(e, looks_behind)) {
        row_tell(l, r, column, row_cell(l, r, column), message(l->a, "A sentence looks at the record's own fields, not behind a link."));
        return 0;
    }
    return selecting(l, r, column, nobody_asked(l, r, column, e, true, of == SENTENCE_MADE), TYPE_BOOL);
}
