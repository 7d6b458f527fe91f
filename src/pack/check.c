// A whole record against the rules of its type, and its title.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"

static void tell(Arena *a, Faults *all, const Field *f, Str value, Message m)
{
    faults_add(a, all, (Fault){.column = f->name, .value = value, .message = m});
}

static void doubt(Arena *a, Faults *all, const Field *f, Str value, Message m)
{
    faults_add(a, all, (Fault){.column = f->name, .value = value, .message = m, .warning = true});
}

// The pack's own words in English; fault_text finds them in the other languages.
static Message spoken(Arena *a, const Words *words)
{
    return message(a, "{}", words->in[LANG_EN]);
}

bool field_lacks(Arena *a, const Field *f, const View *on)
{
    if (f->kind == FIELD_WORDS && (f->lang != words_of(on->type, f)->lang || on->cells[words_shown(f, on->cells, f->lang)->at].text.n)) {
        return false; // told once, where none of its languages says anything
    }
    return f->required && !on->cells[f->at].text.n && (!f->relevant || expr_true(a, f->relevant, on))
        && (!f->required_if || expr_true(a, f->required_if, on));
}

void record_check(Arena *a, Arena scratch, const View *on, CheckFor what, Faults *all)
{
    for (int i = 0; i < on->type->n; i++) {
        const Field *f = &on->type->fields[i];
        Str value = on->cells[i].text;
        bool required = f->required && (what == CHECK_FORM || !f->contract);
        if (!required && !f->constraint && !f->doubt) continue;
        Arena turn = scratch;
        bool asked = value.n || !f->relevant || expr_true(&turn, f->relevant, on);
        if (!asked) continue;
        if (required && field_lacks(&turn, f, on)) tell(a, all, f, value, message(a, "Please fill this in."));
        if (f->constraint && value.n && !expr_true(&turn, f->constraint, on)) {
            tell(a, all, f, value, spoken(a, &f->constraint_words));
        }
        if (f->doubt && expr_true(&turn, f->doubt, on)) {
            doubt(a, all, f, value, spoken(a, &f->doubt_words));
        }
    }
}

Str fault_text(Arena *a, const RecordType *t, const Fault *fault, Lang lang)
{
    const Field *f = field_get(t, fault->column);
    Str english = message_text(a, fault->message);
    if (f && f->constraint && str_equal(english, f->constraint_words.in[LANG_EN])) {
        return words_in(&f->constraint_words, lang);
    }
    if (f && f->doubt && str_equal(english, f->doubt_words.in[LANG_EN])) {
        return words_in(&f->doubt_words, lang);
    }
    return message_in(a, lang, fault->message);
}

Str record_title(Arena *a, const RecordType *t, const Cell *cells, int today, Lang lang)
{
    if (!t->title[lang]) return (Str){0};
    const View view = {.type = t, .cells = cells, .today = today, .lang = &lang};
    return str_trim(expr_words(a, t->title[lang], &view));
}
