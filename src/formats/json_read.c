// JSON into a tree: parsed strictly by jansson, then copied into the arena with numbers as text.
// SPDX-License-Identifier: Apache-2.0
#define JSON_NULL JANSSON_NULL     // the library has the same words for its kinds
#define JSON_OBJECT JANSSON_OBJECT
#include <jansson.h>
#undef JSON_NULL
#undef JSON_OBJECT
#include "formats/formats.h"
#include "formats/number.h"

enum { VALUES_MOST = 100000, DEPTH_MOST = 32 };

// Whether it nests too deep, before anything walks down into it.
// Looked at before the library sees it: it would take a hundred bytes for each of millions of values.
static const char *too_much(Str text)
{
    static const char deep[] = "The JSON nests deeper than {} levels.", many[] = "The JSON holds more than {} values.";
    int depth = 0, values = 0;
    bool quoted = false;
    for (isize i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted) {
            if (c == '\\') i++;
            else if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > DEPTH_MOST) return deep;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == ',' && ++values > VALUES_MOST) {
            return many;
        }
    }
    return 0;
}

static Json leaf_of(Arena *a, const json_t *from)
{
    Buf o = buf_in(a);
    switch (json_typeof(from)) {
    case JSON_STRING:
        buf_add(&o, (Str){json_string_value(from), (isize)json_string_length(from)});
        return (Json){.kind = JSON_TEXT, .text = buf_str(&o)};
    case JSON_INTEGER: buf_int(&o, json_integer_value(from)); break;
    case JSON_REAL: o.n = number_text(buf_room(&o, NUMBER_MOST), json_real_value(from)); break;
    case JSON_TRUE: return (Json){.kind = JSON_BOOL, .text = S("true")};
    case JSON_FALSE: return (Json){.kind = JSON_BOOL, .text = S("false")};
    case JANSSON_NULL:
    case JANSSON_OBJECT:
    case JSON_ARRAY: return (Json){0};
    }
    return (Json){.kind = JSON_NUMBER, .text = buf_str(&o)};
}

static Json *copy_tree(Arena *a, json_t *from)
{
    Json *to = take(a, Json, 1);
    *to = leaf_of(a, from);
    const Json **end = &to->first;
    if (json_typeof(from) == JANSSON_OBJECT) {
        to->kind = JSON_OBJECT;
        for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at), to->n++) {
            Json *one = copy_tree(a, json_object_iter_value(at));
            const char *name = json_object_iter_key(at);
            one->name = str_copy(a, str_from(name));
            *end = one;
            end = &one->next;
        }
    } else if (json_typeof(from) == JSON_ARRAY) {
        to->kind = JSON_LIST;
        for (; to->n < (int)json_array_size(from); to->n++) {
            Json *one = copy_tree(a, json_array_get(from, (size_t)to->n));
            *end = one;
            end = &one->next;
        }
    }
    return to;
}

typedef struct { Arena *a; json_t *root; const Json *copy; } Copying;

static void copy_run(void *with)
{
    Copying *c = with;
    c->copy = copy_tree(c->a, c->root);
}

// An exhausted arena unwinds past us: the library's memory must not stay behind.
static const Json *copy_and_free(Arena *a, json_t *root)
{
    Copying c = {.a = a, .root = root};
    bool whole = arena_guard(a, 0, copy_run, &c);
    json_decref(root);
    if (!whole) arena_unwind(a);
    return c.copy;
}

Err *json_read(Arena *a, Str text, const Json **out)
{
    const char *wrong = too_much(text);
    int most = wrong && strstr(wrong, "values") ? VALUES_MOST : DEPTH_MOST;
    if (wrong) return err_make(a, ERR_INPUT, message_keep(a, wrong, VALS(most)));
    json_error_t error;
    json_t *root = json_loadb(text.n ? text.p : "", (size_t)text.n,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!root)
        return fail(a, ERR_INPUT, "The JSON is broken at line {}, column {}: {}.", error.line,
                    error.column, str_from(error.text));
    *out = copy_and_free(a, root);
    return 0;
}

const Json *json_member(const Json *object, Str name)
{
    if (!object || object->kind != JSON_OBJECT) return 0;
    for (const Json *one = object->first; one; one = one->next) {
        if (str_equal(one->name, name)) return one;
    }
    return 0;
}
