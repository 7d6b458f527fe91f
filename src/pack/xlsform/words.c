// The words of XLSForm as its writers write them, and its columns that say nothing here.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

typedef struct { Str said, ours; } Said;
// What is longer stands first.
static const Said types_said[] = {
    {S("begin group"), S("begin_group")}, {S("end group"), S("end_group")},
    {S("begin repeat"), S("begin_repeat")}, {S("end repeat"), S("end_repeat")},
    {S("select one from file"), S("select_one_from_file")}, {S("select multiple from file"), S("select_multiple_from_file")},
    {S("add select one prompt using"), S("select_one")}, {S("add select multiple prompt using"), S("select_multiple")},
    {S("select one from"), S("select_one")}, {S("select one"), S("select_one")}, {S("select1"), S("select_one")},
    {S("select multiple from"), S("select_multiple")}, {S("select multiple"), S("select_multiple")},
    {S("select all that apply from"), S("select_multiple")}, {S("select all that apply"), S("select_multiple")},
    {S("date time"), S("dateTime")}, {S("int"), S("integer")}, {S("string"), S("text")},
};

// What stands behind these words, when the text begins with them, whatever their capitals and blanks.
static bool behind(Str text, Str words, Str *rest)
{
    Str word, had;
    *rest = text;
    while (str_word(&words, &word)) {
        if (!str_word(rest, &had) || !name_same(had, word)) return false;
    }
    *rest = str_trim(*rest);
    return true;
}

Str type_said(Arena *a, Str type)
{
    Str rest;
    for (int i = 0; i < countof(types_said); i++) {
        if (!behind(type, types_said[i].said, &rest)) continue;
        return rest.n ? say(a, "{} {}", types_said[i].ours, rest) : types_said[i].ours;
    }
    for (int i = 0; i < FIELD_KIND_COUNT; i++) {
        if (!behind(type, field_kind_words[i], &rest)) continue;
        return rest.n ? say(a, "{} {}", field_kind_words[i], rest) : field_kind_words[i];
    }
    return type;
}

bool yes_no_read(Str text, bool *yes)
{
    static const Str words[] = {S("no"), S("false"), S("0"), S("yes"), S("true"), S("1")};
    if (str_ends(text, S("()"))) text = str_slice(text, 0, text.n - 2);
    for (int i = 0; i < countof(words); i++) {
        if (!name_same(text, words[i])) continue;
        *yes = i >= 3;
        return true;
    }
    return false;
}

typedef struct { Str name; Foreign how; bool choices; } ForeignColumn; // a name that ends in `:` or `$` begins many
static const ForeignColumn columns_known[] = {
    {S("read_only"), FOREIGN_PASSED, 0}, {S("readonly"), FOREIGN_PASSED, 0}, {S("parameters"), FOREIGN_PASSED, 0},
    {S("guidance_hint"), FOREIGN_PASSED, 0}, {S("required_message"), FOREIGN_PASSED, 0},
    {S("autoplay"), FOREIGN_PASSED, 0}, {S("rows"), FOREIGN_PASSED, 0}, {S("$"), FOREIGN_PASSED, 1},
    {S("guidance_hint:"), FOREIGN_PASSED, 0}, {S("required_message:"), FOREIGN_PASSED, 0},
    {S("bind:"), FOREIGN_PASSED, 0}, {S("body:"), FOREIGN_PASSED, 0}, {S("control:"), FOREIGN_PASSED, 0},
    {S("instance:"), FOREIGN_PASSED, 0},
    {S("trigger"), FOREIGN_MEANT, 0},
    {S("repeat_count"), FOREIGN_MEANT, 0},
    {S("media:"), FOREIGN_MEDIA, 1}, {S("image"), FOREIGN_MEDIA, 1}, {S("audio"), FOREIGN_MEDIA, 1},
    {S("video"), FOREIGN_MEDIA, 1}, {S("big-image"), FOREIGN_MEDIA, 1}, {S("image:"), FOREIGN_MEDIA, 1},
    {S("audio:"), FOREIGN_MEDIA, 1}, {S("video:"), FOREIGN_MEDIA, 1}, {S("big-image:"), FOREIGN_MEDIA, 1},
};

Foreign column_foreign(SheetKind sheet, Str header)
{
    for (int i = 0; i < countof(columns_known); i++) {
        const ForeignColumn *one = &columns_known[i];
        bool many = str_ends(one->name, S(":")) || str_equal(one->name, S("$"));
        bool same = name_same(many ? str_slice(header, 0, one->name.n) : header, one->name);
        if (same && (sheet == SHEET_SURVEY || (one->choices && sheet == SHEET_CHOICES))) return one->how;
    }
    return FOREIGN_NOT;
}

bool foreign_says(Str header, Str text)
{
    bool yes;
    return text.n && (!name_same(str_slice(header, 0, 4), S("read")) || !yes_no_read(text, &yes) || yes);
}

Expr *expr_as_code(ExprReader *r, Expr *e, const Expr *of)
{
    if (of->op == EXPR_LATEST) of = of->args[0];
    bool whole = e->op == EXPR_NUMBER && e->number == (double)(int64_t)e->number;
    if (!whole || of->op != EXPR_FIELD || !of->field->list) return e;
    return expr_literal(r, EXPR_TEXT, say(r->a, "{}", (int64_t)e->number), 0);
}
