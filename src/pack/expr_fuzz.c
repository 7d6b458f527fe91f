// Any bytes as an expression: parsed or refused, valued on a full and an empty record, shown as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack.h"
#include "formats/formats.h"
#include <stdlib.h>

static void tried(Arena *a, Arena scratch, Str source)
{
    List list = {.name = S("l"), .choices = take(a, Choice, 1), .n = 1};
    list.choices[0].name = S("x");
    map_put(&list.index, a, S("x"), 0)->p = list.choices;
    RecordType t = {.name = S("r"), .offset = 420, .n = FIELD_KIND_COUNT};
    Field fields[FIELD_KIND_COUNT] = {0};
    static const Str names[] = {S("t"), S("n"), S("i"), S("d"), S("b"), S("m"), S("c"), S("s"),
        S("k"), S("w"), S("y"), S("f"), S("g"), S("h")};
    static const Cell full[] = {{.text = S("x")}, {.text = S("a\nb")}, {.text = S("7")}, {.text = S("1.5")}, {.text = S("2006")},
        {.text = S("2024-01-31T23:00Z")}, {.text = S("x")}, {.text = S("x")}, {.text = S("k1")}, {.text = S("x")},
        {.text = S("250000 LAK")}, {.text = {0}}, {.text = {0}}, {.text = {0}}};
    static const Cell bare[FIELD_KIND_COUNT] = {0};
    _Static_assert(countof(names) == FIELD_KIND_COUNT && countof(full) == FIELD_KIND_COUNT,
        "one field of every kind");
    for (int i = 0; i < t.n; i++) {
        fields[i] = (Field){.name = names[i], .at = i, .kind = (FieldKind)i, .list = &list,
            .target = &t, .words = names[i]};
    }
    t.fields = fields;
    const Expr *e;
    Err *err = expr_parse(a, scratch, source, &t, &fields[2], &e);
    must(!err == !!e);
    if (!e) {
        must(err_text(a, err).n);
        return;
    }
    const View far = {.type = &t, .cells = full, .today = 20240301},
        *linked[FIELD_KIND_COUNT] = {[FIELD_LINK] = &far};
    const View views[] = {
        {.type = &t, .cells = full, .linked = linked, .today = 20240301},
        {.type = &t, .cells = bare, .today = 20240301, .state = S("open")},
    };
    for (int i = 0; i < countof(views); i++) must(expr_value(a, e, &views[i]).type == e->type);
    expr_selects_rows(e);
    Buf o = buf_in(a);
    expr_json(&o, e);
    const Json *tree;
    if (o.n < 2000) { // deeper ones than our reader of JSON takes are for the page
        Err *bad = json_read(a, buf_str(&o), &tree);
        must(!bad || bad->kind == ERR_INPUT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char kept[4 << 20], tries[1 << 20];
    jmp_buf exhausted;
    Arena a = arena_over(kept, sizeof kept, &exhausted),
        scratch = arena_over(tries, sizeof tries, &exhausted);
    if (!setjmp(exhausted)) tried(&a, scratch, (Str){(const char *)data, (isize)size});
    return 0;
}
