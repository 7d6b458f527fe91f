// A line of the log: written and read.
// SPDX-License-Identifier: Apache-2.0
#include "looks/inside.h"

static const Str kind_words[] = {
    [LINE_HEAD] = S("sukhwan-looks"), [LINE_LOOK] = S("look"), [LINE_SIGN] = S("sign"), [LINE_END] = S("end"),
};
_Static_assert(countof(kind_words) == LINE_KINDS, "every kind of line has its word");
static const Str form = S("1"), nobody = S("-");

Hash line_hash(Str before, Str words)
{
    Hashing h;
    hash_begin(&h);
    hash_add(&h, before);
    hash_add(&h, words);
    return hash_end(&h);
}

Hash mark_words(Str chain, int64_t segment, int64_t looks, Str before)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan looks"));
    hash_part(&h, chain);
    hash_int(&h, segment);
    hash_int(&h, looks);
    hash_part(&h, before);
    return hash_end(&h);
}

// ---- written -------------------------------------------------------------------------------------------

static void word_add(Buf *o, Str word)
{
    buf_char(o, ' ');
    buf_add(o, word.n ? word : nobody);
}

Str line_begun(Arena *a, const Line *head)
{
    return say(a, "{} {} {} {} {} {} {}", kind_words[LINE_HEAD], form, head->chain, head->segment, head->ms, head->looks,
        base64_of(a, head->before));
}

Str signed_words(Arena *a, LineKind kind, int64_t looks, Str signature)
{
    return say(a, "{} {} {}", kind_words[kind], looks, base64_of(a, signature));
}

void look_words(Buf *o, const Look *look)
{
    static const char digits[] = "0123456789abcdef";
    buf_add(o, kind_words[LINE_LOOK]);
    buf_char(o, ' ');
    buf_int(o, look->ms);
    const Str words[] = {look->user, look->role, look->unit, look->agency, look->what};
    for (int i = 0; i < countof(words); i++) word_add(o, words[i]);
    for (int i = 0; i < look->n; i++) {
        const LookItem *item = &look->items[i], *last = i ? item - 1 : 0;
        bool goes_on = last && last->open == item->open && str_equal(last->type, item->type);
        if (goes_on) {
            buf_char(o, ',');
        } else {
            buf_char(o, ' ');
            buf_add(o, item->type);
            buf_char(o, '/');
            buf_char(o, digits[item->open >> 4 & 15]);
            buf_char(o, digits[item->open & 15]);
            buf_char(o, '/');
        }
        buf_add(o, item->id);
    }
}

void line_close(Buf *o, Str *hash, Hash *room)
{
    *room = line_hash(*hash, buf_str(o));
    *hash = hash_bytes(room);
    buf_char(o, ' ');
    buf_add(o, base64_of(o->a, *hash));
    buf_char(o, '\n');
}

// ---- read ----------------------------------------------------------------------------------------------

static bool hash_read(Arena *a, Str word, Str *out)
{
    return word.n == LINE_HASH && base64_read(a, word, out) && out->n == HASH_BYTES;
}

static bool count_read(Str word, int64_t *out)
{
    return str_int(word, out) && *out >= 0;
}

static bool head_read(Arena *a, Str rest, Line *out)
{
    bool good = str_equal(str_cut(&rest, ' '), form);
    out->chain = str_cut(&rest, ' ');
    good &= count_read(str_cut(&rest, ' '), &out->segment) && count_read(str_cut(&rest, ' '), &out->ms);
    return good && count_read(str_cut(&rest, ' '), &out->looks) && hash_read(a, rest, &out->before);
}

static Str somebody(Str word)
{
    return str_equal(word, nobody) ? (Str){0} : word;
}

static bool look_read(Str rest, Line *out)
{
    Look *look = &out->look;
    Str *words[] = {&look->user, &look->role, &look->unit, &look->agency, &look->what};
    bool good = count_read(str_cut(&rest, ' '), &look->ms);
    for (int i = 0; i < countof(words); i++) {
        Str word = str_cut(&rest, ' ');
        good &= word.n > 0;
        *words[i] = somebody(word);
    }
    out->ms = look->ms;
    out->items = rest;
    return good;
}

static bool signed_read(Arena *a, Str rest, Line *out)
{
    return count_read(str_cut(&rest, ' '), &out->looks) && base64_read(a, rest, &out->signature) && out->signature.n == SIGNATURE_BYTES;
}

bool line_seen(Arena *a, Str *rest, Line *out)
{
    const char *end = rest->n ? memchr(rest->p, '\n', (size_t)rest->n) : 0;
    *out = (Line){.kind = LINE_KINDS};
    if (!end) return false;
    Str line = {rest->p, end - rest->p};
    if (line.n <= LINE_HASH + 1 || line.p[line.n - LINE_HASH - 1] != ' ') return false;
    out->words = str_slice(line, 0, line.n - LINE_HASH - 1);
    out->hash = str_slice(line, line.n - LINE_HASH, line.n);
    Str words = out->words, kind = str_cut(&words, ' ');
    for (LineKind i = 0; i < LINE_KINDS; i++)
        if (str_equal(kind, kind_words[i])) out->kind = i;
    bool good = out->kind == LINE_HEAD   ? head_read(a, words, out)
                : out->kind == LINE_LOOK ? look_read(words, out)
                                         : out->kind < LINE_KINDS && signed_read(a, words, out);
    if (good) *rest = str_slice(*rest, line.n + 1, rest->n);
    return good;
}

bool line_next(Arena *a, Str *rest, Line *out)
{
    Str next = *rest;
    if (!line_seen(a, &next, out) || !hash_read(a, out->hash, &out->hash)) return false;
    *rest = next;
    return true;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

LookItem *line_items(Arena *a, Str items, int *n)
{
    int most = 1;
    for (isize i = 0; i < items.n; i++) most += items.p[i] == ',' || items.p[i] == ' ';
    LookItem *out = take(a, LookItem, most);
    *n = 0;
    while (items.n) {
        Str group = str_cut(&items, ' '), type = str_cut(&group, '/'), open = str_cut(&group, '/');
        bool good = type.n && open.n == 2 && digit(open.p[0]) >= 0 && digit(open.p[1]) >= 0 && group.n;
        if (!good) return 0;
        while (group.n) out[(*n)++] = (LookItem){type, str_cut(&group, ','), (unsigned)(digit(open.p[0]) << 4 | digit(open.p[1]))};
    }
    return out;
}
