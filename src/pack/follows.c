// What a newer pack may not take away from a register that lives with an older one.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

// At the line of the newer pack; what is gone has none.
static void tell(Arena *a, Faults *all, const Field *at, Str column, Str value, Message m)
{
    faults_add(a, all, (Fault){.file = at->sheet, .line = at->line, .column = column, .value = value, .message = m});
}

// Every choice that may stand in a record must stay in the list.
static void choices_follow(Arena *a, Str path, const List *older, const List *newer, Faults *all)
{
    for (int i = 0; i < older->n; i++) {
        Str name = older->choices[i].name;
        if (list_get(newer, name)) continue;
        faults_add(a, all, (Fault){.file = S("choices"), .column = S("name"), .value = name,
            .message = message(a,
            "The choice '{}' of {} is gone, and records may hold it; keep it, and give it a `to` "
            "date.", name, path)});
    }
}

// Two fields with one list would tell each choice twice.
static bool list_told(const RecordType *t, const Field *f)
{
    for (int i = 0; i < f->at; i++) {
        if (t->fields[i].list == f->list && t->fields[i].currencies == f->currencies) return true;
    }
    return false;
}

static void field_follows(Arena *a, const RecordType *t, const Field *older, const Field *newer,
    Faults *all)
{
    Str path = say(a, "{}.{}", t->name, older->name);
    if (!newer) {
        faults_add(a, all, (Fault){.file = S("survey"), .value = path, .message = message(a,
            "The field {} is gone; keep it, and make it irrelevant with false().", path)});
    } else if (newer->kind != older->kind) {
        tell(a, all, newer, S("type"), path, message(a,
            "The field {} was of type {}; make a new field that names this one under `was`.",
            path, field_kind_words[older->kind]));
    } else if (older->class == CLASS_IDENTITY && newer->class != CLASS_IDENTITY) {
        tell(a, all, newer, S("class"), path,
            message(a, "The field {} is sealed; its class stays identity.", path));
    } else if (older->class != CLASS_IDENTITY && newer->class == CLASS_IDENTITY) {
        tell(a, all, newer, S("class"), path, message(a, "The field {} is not sealed where it is kept; "
            "make a new field of class identity that names this one under `was`.", path));
    } else if (older->target && !str_equal(older->target->name, newer->target->name)) {
        tell(a, all, newer, S("type"), path,
            message(a, "The link {} names records of {}; make a new field for another record.",
            path, older->target->name));
    } else if (older->list && !list_told(t, older)) {
        choices_follow(a, path, older->list, newer->list, all);
    } else if (older->currencies && !list_told(t, older)) {
        choices_follow(a, path, older->currencies, newer->currencies, all);
    }
}

void pack_follows(Arena *a, const Pack *older, const Pack *newer, Faults *all)
{
    for (int i = 0; i < older->records_n; i++) {
        const RecordType *was = &older->records[i], *is = record_type(newer, was->name);
        if (!is) {
            faults_add(a, all, (Fault){.file = S("records"), .column = S("name"),
                .value = was->name,
                .message = message(a, "The record {} is gone; keep it, and take it from the "
                "menu.", was->name)});
            continue;
        }
        if (is->role != was->role) {
            faults_add(a, all, (Fault){.file = S("records"), .column = S("role"),
                .value = was->name,
                .message = message(a, "The role of the record {} cannot change once there are "
                "records.", was->name)});
        }
        for (int j = 0; j < was->n; j++) {
            field_follows(a, was, &was->fields[j], field_get(is, was->fields[j].name), all);
        }
    }
}
