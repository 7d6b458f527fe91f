// Kinds of fields that hold more than one thing: a text in two languages, money, files.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "text/text.h"

bool field_selects(const Field *f)
{
    return f->kind != FIELD_WORDS && !(f->kind >= FIELD_FILE && f->kind <= FIELD_AUDIO);
}

// ---- two languages of one text ---------------------------------------------------------------------

// The order in which they are asked.
static const Lang languages[LANG_COUNT] = {LANG_LO, LANG_EN};

const Field *words_first(const RecordType *t, Str name)
{
    for (int i = 0; i < t->n; i++) {
        if (t->fields[i].kind == FIELD_WORDS && str_equal(t->fields[i].words, name)) return &t->fields[i];
    }
    return 0;
}

static const Field *words_in_lang(const Field *first, Lang lang)
{
    const Field *f = first;
    while (f->lang != lang) f++;
    return f;
}

const Field *words_shown(const Field *first, const Cell *cells, Lang lang)
{
    const Field *own = words_in_lang(first, lang);
    for (int i = 0; i < LANG_COUNT && !cells[own->at].text.n; i++) {
        const Field *other = words_in_lang(first, languages[i]);
        if (cells[other->at].text.n) return other;
    }
    return own;
}

const Field *words_of(const RecordType *t, const Field *part)
{
    return words_first(t, part->words);
}

int words_split(Arena *a, const Field *whole, Field *parts)
{
    static const Str codes[] = {[LANG_EN] = S("en"), [LANG_LO] = S("lo")};
    for (int i = 0; i < LANG_COUNT; i++) {
        Field *f = &parts[i];
        *f = *whole;
        f->at = whole->at + i;
        f->words = whole->name;
        f->words_label = whole->label;
        f->lang = languages[i];
        f->name = say(a, "{}::{}", whole->name, codes[languages[i]]);
        for (int k = 0; k < LANG_COUNT; k++) {
            if (!whole->label.in[k].n) continue;
            Str in = languages[i] == LANG_LO ? tr((Lang)k, S("in Lao")) : tr((Lang)k, S("in English"));
            f->label.in[k] = say(a, "{}, {}", whole->label.in[k], in);
        }
    }
    return LANG_COUNT;
}

// ---- money -------------------------------------------------------------------------------------------

enum { CODE = 3 };

bool money_parts(Str value, Str *amount, Str *currency)
{
    bool whole = value.n > CODE + 1 && value.p[value.n - CODE - 1] == ' ';
    *amount = whole ? str_slice(value, 0, value.n - CODE - 1) : (Str){0};
    *currency = whole ? str_slice(value, value.n - CODE, value.n) : (Str){0};
    return whole;
}

static bool currency_good(Str name)
{
    bool good = name.n == CODE;
    for (isize i = 0; i < name.n; i++) good = good && name.p[i] >= 'A' && name.p[i] <= 'Z';
    return good;
}

// The pack's list `currencies`, or a few that a country here meets.
const List *currencies_of(Load *l, const Row *r)
{
    static const Str usual[] = {S("LAK"), S("THB"), S("USD"), S("CNY"), S("VND")};
    const List *own = list_named(l->pack, S("currencies"));
    for (int i = 0; own && i < own->n; i++) {
        if (currency_good(own->choices[i].name)) continue;
        row_tell(l, r, S("type"), own->choices[i].name, message(l->a,
            "In the list currencies '{}' is no currency; ISO 4217 writes them as LAK or USD.", own->choices[i].name));
    }
    if (own) return own;
    if (l->currencies) return l->currencies;
    List *list = l->currencies = take(l->a, List, 1);
    *list = (List){.name = S("currencies"), .choices = take(l->a, Choice, countof(usual)), .n = countof(usual)};
    for (int i = 0; i < countof(usual); i++) {
        bool is_new;
        list->choices[i] = (Choice){.name = usual[i], .label.in[LANG_EN] = usual[i], .at = i};
        map_put(&list->index, l->a, usual[i], &is_new)->p = &list->choices[i];
    }
    return list;
}

const Field *column_field(const Column *c, const Cell *cells, Lang lang)
{
    bool words = c->field && str_equal(c->field->words, c->name);
    return words ? words_shown(c->field, cells, lang) : c->field;
}

// ---- files -------------------------------------------------------------------------------------------

bool field_files(const Field *f)
{
    return f->kind >= FIELD_FILE && f->kind <= FIELD_AUDIO;
}

bool attached_next(Str *cell, Attached *out)
{
    if (!cell->n) return false;
    Str line = str_cut(cell, '\n');
    *out = (Attached){0};
    Str *const parts[] = {&out->id, &out->key, &out->hash, &out->size, &out->type};
    for (int i = 0; i < countof(parts); i++) *parts[i] = str_cut(&line, ' ');
    out->name = line;
    return true;
}

Str attached_line(Arena *a, const Attached *one)
{
    return say(a, "{} {} {} {} {} {}", one->id, one->key, one->hash, one->size, one->type, one->name);
}

Str attached_names(Arena *a, Str cell)
{
    Buf o = buf_in(a);
    Attached one;
    while (attached_next(&cell, &one)) buf_fill(&o, "{}{}", VALS(o.n ? S("; ") : (Str){0}, one.name));
    return buf_str(&o);
}

Str value_outside(Arena *a, const Field *f, Str value)
{
    return field_files(f) ? attached_names(a, value) : value;
}

// `.pdf`, `image/png`, `image/*`.
bool file_accepted(const Field *f, Str name, Str type)
{
    Str rest = f->accept, one;
    if (!rest.n) return true;
    while (str_word(&rest, &one)) {
        if (str_ends(one, S("/*")) ? str_starts(type, str_slice(one, 0, one.n - 1)) : name_same(one, type)) return true;
        isize from = name.n - one.n;
        if (str_starts(one, S(".")) && from > 0 && name_same(str_slice(name, from, name.n), one)) return true;
    }
    return false;
}

static void accept_read(Load *l, const Row *r, Field *f)
{
    static const Str usual[] = {[FIELD_IMAGE - FIELD_FILE] = S("image/*"), [FIELD_AUDIO - FIELD_FILE] = S("audio/*")};
    Str rest = f->accept = row_cell(l, r, S("accept")), one;
    while (str_word(&rest, &one)) {
        if (str_starts(one, S(".")) ? one.n > 1 && !str_has(one, '/') : str_has(one, '/')) continue;
        row_tell(l, r, S("accept"), one, message(l->a, "'{}' is neither an ending, as .pdf, nor a media type, as image/*.", one));
    }
    if (!f->accept.n && f->kind > FIELD_FILE) f->accept = usual[f->kind - FIELD_FILE];
}

// Who adds one has its record at hand: nobody is asked for it in a form.
void files_read(Load *l, const Row *r, Field *f)
{
    static const Str steps[] = {S("new"), S("edit"), S("move"), S("sight"), S("share"), S("unshare"), S("open"), S("files"),
        S("later"), S("again")};
    static const Str none[] = {S("calculation"), S("default"), S("constraint"), S("warning"), S("choice_filter")};
    int64_t most = 1;
    if (!field_files(f)) {
        static const Str theirs[] = {S("accept"), S("most")};
        for (int i = 0; i < countof(theirs); i++) {
            Str text = row_cell(l, r, theirs[i]);
            if (text.n) row_tell(l, r, theirs[i], text, message(l->a, "Only a field of files has {}; take this away.", theirs[i]));
        }
        return;
    }
    accept_read(l, r, f);
    if (row_number(l, r, S("most"), &most) && (most < 1 || most > FILES_MOST))
        row_tell(l, r, S("most"), row_cell(l, r, S("most")), message(l->a, "A field holds 1 to {} files.", (int)FILES_MOST));
    f->files_most = (int)most;
    if (f->required) row_tell(l, r, S("required"), S("yes"), message(l->a,
        "A file is added when its record is there; take required away, and let a step need it."));
    for (int i = 0; i < countof(none); i++) {
        Str text = row_cell(l, r, none[i]);
        if (text.n) row_tell(l, r, none[i], text, message(l->a, "A file has no {}; take this away.", none[i]));
    }
    for (int i = 0; i < countof(steps); i++) {
        if (name_same(f->name, steps[i])) row_tell(l, r, S("name"), f->name, message(l->a,
            "The program uses the name '{}' itself; give the field another one.", f->name));
    }
}
