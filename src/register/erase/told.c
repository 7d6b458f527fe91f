// The list of those who were erased: it lies beside the unlock key, so that a backup that is older learns of them.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A line: her record's name, when (ms), and the signature over both in hex, with blanks between.
enum { LINES_MOST = 16 << 20 };
typedef struct { Str of; int64_t ms; } Line;

static Str list_path(Arena *a, const Register *reg)
{
    return say(a, "{}.erased", reg->key_file);
}

static Hash line_words(Str of, int64_t ms)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan erased"));
    hash_part(&h, of);
    hash_int(&h, ms);
    return hash_end(&h);
}

// What was not signed by this register names nobody. A last line that is torn names nobody either: it is written anew.
static Err *list_read(Store *s, Map *out, bool *told, Str *text)
{
    Arena *a = s->a;
    Str path = list_path(a, s->reg), rest;
    *out = (Map){0};
    *text = (Str){0};
    *told = path_exists(path);
    if (!*told) return 0;
    TRY(file_read(a, path, LINES_MOST, text));
    rest = *text;
    for (int64_t at = 1; rest.n; at++) {
        bool whole = str_has(rest, '\n'), is_new;
        Str line = str_cut(&rest, '\n'), of, ms_text, signature, bytes;
        Line *one = take(a, Line, 1);
        if (!whole) break;
        if (!str_word(&line, &of) || !str_word(&line, &ms_text) || !str_word(&line, &signature) || !str_int(ms_text, &one->ms)
            || !bytes_of(a, signature, &bytes)) return fail(a, ERR_BROKEN, "Line {} of {} is none of this register's.", at, path);
        Hash words = line_words(of, one->ms);
        if (!signature_good(s->reg->public_key, hash_bytes(&words), bytes))
            return fail(a, ERR_BROKEN, "Line {} of {} was not signed by this register.", at, path);
        one->of = of;
        map_put(out, a, of, &is_new)->p = one;
    }
    return 0;
}

Err *erasures_tell(Store *s)
{
    Rows q;
    Map known;
    bool told;
    Str text;
    Buf o = buf_in(s->a);
    int added = 0;
    TRY(list_read(s, &known, &told, &text));
    while (text.n && text.p[text.n - 1] != '\n') text.n--;
    buf_add(&o, text);
    TRY(sql(s->db, s->a, &q, "select e.holder, j.time from erasures e join journal j on j.id = e.entry where e.state = $1 order by e.entry",
        (int64_t)ERASE_DONE));
    while (rows_next(&q)) {
        Str of = next_str(&q);
        int64_t ms = next_int(&q) >> 16;
        if (map_get(&known, of)) continue;
        Hash words = line_words(of, ms);
        buf_fill(&o, "{} {} {}\n", VALS(of, ms, hex_of(s->a, sign(s->a, &s->reg->secrets->signer, hash_bytes(&words)).s)));
        added++;
    }
    return added ? file_replace(s->a, list_path(s->a, s->reg), buf_str(&o), 0600) : 0;
}

Err *erasures_catch_up(Store *s, int *applied, bool *told)
{
    Map known;
    Str text;
    *applied = 0;
    TRY(list_read(s, &known, told, &text));
    for (isize i = 0; i < known.cap; i++) {
        const Line *line = known.slots[i].p;
        if (!line) continue;
        Str id = line->of;
        const RecordType *t = record_type(s->pack, str_cut(&id, '/'));
        Record *r = 0;
        Erasing now = {0};
        Erased out;
        Faults all = {0};
        if (t) TRY(subject_read(s, t, id, &r));
        if (r) TRY(erase_about(s, t, id, &now));
        if (!r || now.state == ERASE_DONE) continue;
        TRY(erase_carry(s, &(EraseAsk){.key = id, .learnt = true}, &out, &all));
        ++*applied;
    }
    return 0;
}
