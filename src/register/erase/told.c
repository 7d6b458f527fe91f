// The list of those who were erased: it lies beside the unlock key, so that a backup that is older learns of them.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A line: her record's name, when (ms), of which compartments unless it was of all, joined by commas, and the signature over them in
// hex, with blanks between.
enum { LINES_MOST = 16 << 20 };
typedef struct { Str of; int64_t ms; unsigned compartments; } Line;
typedef struct { Str path, text; bool told; Line *at; int n; Map known; } Told; // known: by line_name

static Hash line_words(Str of, int64_t ms, Str compartments)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan erased"));
    hash_part(&h, of);
    hash_int(&h, ms);
    if (compartments.n) hash_part(&h, compartments);
    return hash_end(&h);
}

// She is erased once; of some compartments that may happen again.
static Str line_name(Arena *a, const Line *one)
{
    if (one->compartments == COMPARTMENTS_ALL) return one->of;
    return say(a, "{} {} {}", one->of, one->ms, (int64_t)one->compartments);
}

// With commas, since a blank ends a word; all of them: empty.
static Str compartments_joined(Arena *a, unsigned compartments)
{
    Str words = compartments_words(a, compartments);
    if (compartments == COMPARTMENTS_ALL) return (Str){0};
    char *p = (char *)str_copy(a, words).p;
    for (isize i = 0; i < words.n; i++) {
        if (p[i] == ' ') p[i] = ',';
    }
    return (Str){p, words.n};
}

static bool line_read(Arena *a, Str line, Line *out, Str *joined, Str *signature)
{
    Str ms, word, wrong, hex;
    *joined = (Str){0};
    out->compartments = COMPARTMENTS_ALL;
    if (!str_word(&line, &out->of) || !str_word(&line, &ms) || !str_int(ms, &out->ms) || !str_word(&line, &word)) return false;
    if (!str_word(&line, &hex)) return bytes_of(a, word, signature);
    *joined = word;
    char *p = (char *)str_copy(a, word).p;
    for (isize i = 0; i < word.n; i++) {
        if (p[i] == ',') p[i] = ' ';
    }
    return compartments_read((Str){p, word.n}, &out->compartments, &wrong) && bytes_of(a, hex, signature);
}

// What was not signed by this register names nobody. A last line that is torn names nobody either: it is written anew.
static Err *list_read(Arena *a, Str key_file, Str signer, Told *out)
{
    Str rest, bytes, joined;
    int lines = 0;
    *out = (Told){.path = say(a, "{}.erased", key_file)};
    out->told = path_exists(out->path);
    if (!out->told) return 0;
    TRY(file_read(a, out->path, LINES_MOST, &out->text));
    while (out->text.n && out->text.p[out->text.n - 1] != '\n') out->text.n--;
    for (isize i = 0; i < out->text.n; i++) lines += out->text.p[i] == '\n';
    out->at = take(a, Line, lines);
    for (rest = out->text; rest.n;) {
        Line *one = &out->at[out->n++];
        bool is_new;
        if (!line_read(a, str_cut(&rest, '\n'), one, &joined, &bytes))
            return fail(a, ERR_BROKEN, "Line {} of {} is none of this register's.", (int64_t)out->n, out->path);
        Hash words = line_words(one->of, one->ms, joined);
        if (!signature_good(signer, hash_bytes(&words), bytes))
            return fail(a, ERR_BROKEN, "Line {} of {} was not signed by this register.", (int64_t)out->n, out->path);
        map_put(&out->known, a, line_name(a, one), &is_new)->p = one;
    }
    return 0;
}

Err *erasures_good(Arena *a, Str key_file, Str signer)
{
    Told list;
    return list_read(a, key_file, signer, &list);
}

// Written as it is, so that what would hinder it then hinders it now.
Err *erasures_ready(Store *s)
{
    Told list;
    TRY(list_read(s->a, s->reg->key_file, s->reg->public_key, &list));
    Err *e = file_replace(s->a, list.path, list.text, 0600);
    return e ? fail(s->a, ERR_INPUT, "{} That is the list of those who were erased, from which a restored backup learns: make its folder"
        " writable, or name a copy of the unlock key elsewhere in SUKHWAN_KEY_FILE. Nobody was erased.", err_text(s->a, e)) : 0;
}

// ---- what the journal says -------------------------------------------------------------------------------------

static Err *said_read(Arena *a, Str body, Line *out, Str *files, int most, int *n)
{
    Str part, wrong;
    Compartment c;
    *n = 0;
    while (body_parts(&body, &c, &part)) {
        const Json *all, *said, *of;
        if (c != COMPARTMENT_COUNT) continue; // it is sealed
        TRY(json_read(a, part, &all));
        said = json_member(all, S("*erased"));
        if (!said) continue;
        (void)compartments_read(member_text(said, S("compartments")), &out->compartments, &wrong);
        (void)str_int(member_text(said, S("learnt")), &out->ms);
        of = json_member(said, S("files"));
        for (const Json *one = of ? of->first : 0; one && *n < most; one = one->next) files[(*n)++] = one->text;
    }
    return 0;
}

// A restored copy says by when it learnt it from the list, which is what the list knows.
static Err *erased_read(Store *s, Line **out, int *n)
{
    Rows q;
    int files;
    TRY(sql(s->db, s->a, &q, "select holder, time, body from journal where verb = 'erase' order by id"));
    *out = take(s->a, Line, q.rows);
    for (*n = 0; rows_next(&q);) {
        Line *one = &(*out)[(*n)++];
        one->of = next_str(&q);
        one->ms = next_int(&q) >> 16;
        TRY(said_read(s->a, next_str(&q), one, 0, 0, &files));
    }
    return 0;
}

Err *erased_files(Store *s, Str holder, Str **out, int *n)
{
    enum { HERS_MOST = 100000 };
    Rows q;
    Line line;
    *n = 0;
    TRY(sql(s->db, s->a, &q, "select body from journal where verb = 'erase' and holder = $1 order by id desc limit 1", holder));
    if (!rows_next(&q)) return 0;
    *out = take(s->a, Str, HERS_MOST);
    return said_read(s->a, next_str(&q), &line, *out, HERS_MOST, n);
}

Err *erasures_tell(Store *s)
{
    Told list;
    Line *erased;
    Buf o = buf_in(s->a);
    int n, added = 0;
    TRY(list_read(s->a, s->reg->key_file, s->reg->public_key, &list));
    buf_add(&o, list.text);
    TRY(erased_read(s, &erased, &n));
    for (int i = 0; i < n; i++) {
        bool is_new;
        map_put(&list.known, s->a, line_name(s->a, &erased[i]), &is_new);
        if (!is_new) continue;
        Str of = erased[i].of, joined = compartments_joined(s->a, erased[i].compartments);
        Hash words = line_words(of, erased[i].ms, joined);
        buf_fill(&o, "{} {} {}{}{}\n", VALS(of, erased[i].ms, joined, joined.n ? S(" ") : S(""),
            hex_of(s->a, sign(s->a, &s->reg->secrets->signer, hash_bytes(&words)).s)));
        added++;
    }
    return added ? file_replace(s->a, list.path, buf_str(&o), 0600) : 0;
}

static Err *line_apply(Store *s, const Line *line, int *applied)
{
    Str id = line->of;
    const RecordType *t = record_type(s->pack, str_cut(&id, '/'));
    Record *r = 0;
    Erasing now = {0};
    Erased out;
    Faults all = {0};
    if (t) TRY(subject_read(s, t, id, &r));
    if (r) TRY(erase_about(s, t, id, &now));
    if (!r || now.state == ERASE_DONE) return 0;
    ++*applied;
    return erase_carry(s, &(EraseAsk){.key = id, .unheld = line->compartments != COMPARTMENTS_ALL, .learnt = true,
        .learnt_ms = line->ms}, &out, &all);
}

Err *erasures_catch_up(Store *s, int *applied, bool *told)
{
    Told list;
    Line *erased;
    Map done = {0};
    int n;
    bool is_new;
    *applied = 0;
    TRY(list_read(s->a, s->reg->key_file, s->reg->public_key, &list));
    *told = list.told;
    TRY(erased_read(s, &erased, &n));
    for (int i = 0; i < n; i++) map_put(&done, s->a, line_name(s->a, &erased[i]), &is_new);
    for (int i = 0; i < list.n; i++) {
        if (!map_get(&done, line_name(s->a, &list.at[i]))) TRY(line_apply(s, &list.at[i], applied));
    }
    return 0;
}
