// The files of a backup: rows written into parts, and read again; what a backup says of itself, and whether it is so.
// SPDX-License-Identifier: Apache-2.0
#include "register/keep/backup.h"

// ---- written -------------------------------------------------------------------------------------------------

enum { HANDFUL = 1 << 20, SYNC_EACH = 8 << 20 }; // what reaches the disk bit by bit lets others' commits through

Err *part_begin(Arena *a, Str folder, Str name, PartOut *out)
{
    *out = (PartOut){.a = a, .path = path_join(a, folder, name), .o = buf_in(a), .sealed = buf_in(a), .part = {.name = name}};
    hash_begin(&out->hash);
    return grow_open(a, out->path, &out->file);
}

static void count_add(Buf *o, isize n)
{
    for (int i = 0; i < 4; i++) buf_char(o, (char)((uint64_t)n >> 8 * i));
}

static Str block_made(PartOut *out, Str bytes, bool last)
{
    isize n = bytes.n + BLOCK_MORE;
    must(n <= UINT32_MAX);
    out->sealed.n = 0;
    count_add(&out->sealed, n);
    block_seal(out->blocks, last, bytes, buf_room(&out->sealed, n));
    out->sealed.n += n;
    return buf_str(&out->sealed);
}

static Err *part_flush(PartOut *out, bool last)
{
    Str bytes = buf_str(&out->o);
    if (out->blocks) bytes = block_made(out, bytes, last);
    hash_add(&out->hash, bytes);
    TRY(grow_add(out->a, &out->file, bytes));
    out->unsynced += bytes.n;
    out->o.n = 0;
    if (out->unsynced < SYNC_EACH) return 0;
    out->unsynced = 0;
    return file_sync(out->a, out->path);
}

Err *part_bytes(PartOut *out, Str bytes)
{
    buf_add(&out->o, bytes);
    return out->o.n < HANDFUL ? 0 : part_flush(out, false);
}

Err *part_end(PartOut *out)
{
    Err *e = part_flush(out, true);
    if (!e) e = file_sync(out->a, out->path);
    out->part.bytes = out->file.size;
    out->part.hash = hash_end(&out->hash);
    grow_close(&out->file);
    return e;
}

static void bytes_add(Buf *o, Str s)
{
    must(s.n <= UINT32_MAX);
    count_add(o, s.n);
    buf_add(o, s);
}

Err *part_table(PartOut *out, const StoreTable *t)
{
    buf_char(&out->o, 'T');
    bytes_add(&out->o, t->name);
    count_add(&out->o, t->n);
    for (int i = 0; i < t->n; i++) bytes_add(&out->o, t->columns[i]);
    return 0;
}

Err *part_row(PartOut *out, const StoreTable *t, const Val *cells)
{
    Buf *o = &out->o;
    buf_char(o, 'R');
    for (int i = 0; i < t->n; i++) {
        const Val *v = &cells[i];
        switch (v->kind) {
        case VAL_NULL: buf_char(o, 'n'); break;
        case VAL_INT:
            buf_char(o, 'i');
            number_put(buf_room(o, 8), (uint64_t)v->i);
            o->n += 8;
            break;
        case VAL_STR:
        case VAL_BLOB:
            buf_char(o, v->kind == VAL_STR ? 't' : 'b');
            bytes_add(o, v->s);
            break;
        case VAL_REAL:
        case VAL_HTML:
        case VAL_URL:
        case VAL_NAME:
        case VAL_SQL: must(!"a value that no table of ours has");
        }
    }
    return o->n < HANDFUL ? 0 : part_flush(out, false);
}

Err *part_table_end(PartOut *out)
{
    buf_char(&out->o, 'E');
    return 0;
}

// ---- read again -----------------------------------------------------------------------------------------------

static bool taken(PartIn *in, isize n, Str *out)
{
    *out = str_slice(in->rest, 0, n);
    in->wrong |= n < 0 || n > in->rest.n;
    in->rest = str_slice(in->rest, n, in->rest.n);
    return !in->wrong;
}

static char kind_taken(PartIn *in)
{
    Str one;
    return taken(in, 1, &one) ? one.p[0] : 0;
}

static isize count_taken(PartIn *in)
{
    Str four;
    isize n = 0;
    if (!taken(in, 4, &four)) return 0;
    for (int i = 0; i < 4; i++) n |= (isize)(unsigned char)four.p[i] << 8 * i;
    return n;
}

static Str bytes_taken(PartIn *in)
{
    Str out = {0};
    isize n = count_taken(in);
    return !in->wrong && taken(in, n, &out) ? out : (Str){0};
}

// The next block, once the one before was read: what that said is gone then.
static void block_next(PartIn *in, Arena *a)
{
    PartIn outer = {.rest = in->sealed};
    Str block;
    if (in->rest.n || !in->sealed.n || in->wrong) return;
    isize n = count_taken(&outer);
    in->wrong = !taken(&outer, n, &block) || n < BLOCK_MORE;
    if (in->wrong) return;
    if (in->room_n < n) {
        in->room_n = 2 * n;
        in->room = take(a, char, in->room_n);
    }
    in->sealed = outer.rest;
    in->wrong = !block_open(in->blocks, !in->sealed.n, block, in->room);
    if (!in->wrong) in->rest = (Str){in->room, n - BLOCK_MORE};
}

bool part_next(PartIn *in, Arena *a, StoreTable *out)
{
    *out = (StoreTable){0};
    block_next(in, a);
    if (!in->rest.n || in->wrong) return false;
    in->wrong |= kind_taken(in) != 'T';
    out->name = str_copy(a, bytes_taken(in));
    isize n = count_taken(in);
    in->wrong |= n < 1 || n > in->rest.n / 4;
    if (in->wrong) return false;
    out->columns = take(a, Str, n);
    for (out->n = 0; out->n < n; out->n++) out->columns[out->n] = str_copy(a, bytes_taken(in));
    in->columns = (int)n;
    return !in->wrong;
}

bool part_next_row(PartIn *in, Arena *a, Val *cells)
{
    block_next(in, a);
    char kind = in->wrong ? 0 : kind_taken(in);
    Str eight;
    if (kind == 'E' || in->wrong) return false;
    in->wrong |= kind != 'R';
    for (int i = 0; i < in->columns && !in->wrong; i++) {
        kind = kind_taken(in);
        cells[i] = (Val){.kind = kind == 'i' ? VAL_INT : kind == 't' ? VAL_STR : kind == 'b' ? VAL_BLOB : VAL_NULL};
        if (kind == 'i' && taken(in, 8, &eight)) cells[i].i = (int64_t)number_get(eight.p);
        else if (kind == 't' || kind == 'b') cells[i].s = bytes_taken(in);
        else in->wrong |= kind != 'n' && kind != 'i';
    }
    return !in->wrong;
}

// ---- the key of the sealed part --------------------------------------------------------------------------------

const Str sealing_name = S("sealing");
static const Str sealing_what = S("sukhwan backup tables");

Err *sealing_save(PartOut *keys, const Secrets *secrets, const SealedBlocks *blocks)
{
    Str columns[] = {S("part"), S("wrapped")}, key = {(const char *)blocks->key.at, KEY_BYTES};
    StoreTable t = {.name = sealing_name, .columns = columns, .n = countof(columns)};
    Val cells[] = {V(S("tables")), V(key_wrap(keys->a, &secrets->unlock_wraps, sealing_what, key))};
    TRY(part_table(keys, &t));
    TRY(part_row(keys, &t, cells));
    return part_table_end(keys);
}

Err *sealing_read(Arena *a, Str folder, const Secrets *secrets, SealedBlocks *out)
{
    Str bytes;
    StoreTable t;
    Val cells[2];
    *out = (SealedBlocks){0};
    if (!secrets) return fail(a, ERR_INPUT, "The tables of the backup {} are sealed: name the unlock key in SUKHWAN_KEY_FILE.", folder);
    TRY(file_map(a, path_join(a, folder, S("keys")), &bytes));
    PartIn in = {.rest = bytes};
    bool good = part_next(&in, a, &t) && str_equal(t.name, sealing_name) && t.n == countof(cells) && part_next_row(&in, a, cells)
        && key_unwrap(&secrets->unlock_wraps, sealing_what, cells[1].s, out->key.at, KEY_BYTES);
    file_unmap(bytes);
    return good ? 0 : fail(a, ERR_BROKEN, "The tables of the backup {} cannot be opened: its part keys lacks their key.", folder);
}

// ---- the manifest ------------------------------------------------------------------------------------------------

enum { FORMAT = 2, MANIFEST_MOST = 1 << 30, OLDER_MOST = 1000 };
static const Str manifest = S("manifest"), first = S("sukhwan-backup ");

Part *backup_part_add(Arena *a, Backup *b, Part one)
{
    if (b->parts_n == b->parts_cap) {
        Part *more = take(a, Part, b->parts_cap * 2 + 64);
        if (b->parts_n) memcpy(more, b->parts, (size_t)b->parts_n * sizeof *more);
        b->parts = more;
        b->parts_cap = b->parts_cap * 2 + 64;
    }
    b->parts[b->parts_n] = one;
    bool is_new;
    map_put(&b->by_name, a, one.name, &is_new)->i = b->parts_n;
    return &b->parts[b->parts_n++];
}

static void head_add(Arena *a, Backup *b, BackupHead one)
{
    if (b->heads_n == b->heads_cap) {
        BackupHead *more = take(a, BackupHead, b->heads_cap * 2 + 16);
        if (b->heads_n) memcpy(more, b->heads, (size_t)b->heads_n * sizeof *more);
        b->heads = more;
        b->heads_cap = b->heads_cap * 2 + 16;
    }
    b->heads[b->heads_n++] = one;
}

static Hash signed_lines(Str lines)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan backup"));
    hash_part(&h, lines);
    return hash_end(&h);
}

Err *backup_write(Arena *a, Backup *b, const Signer *signer)
{
    Buf o = buf_in(a);
    buf_fill(&o, "{}{}\nregister {}\nmade {}\nentries {}\nstore {}\ntables {}\n", VALS(first, FORMAT, hex_of(a, b->signer), b->ms,
        b->entries, b->shared ? S("shared") : S("alone"), hex_of(a, hash_bytes(&b->tables))));
    if (b->since.n) buf_fill(&o, "since {} {}\n", VALS(hex_of(a, hash_bytes(&b->since_hash)), b->since));
    for (int i = 0; i < b->heads_n; i++)
        buf_fill(&o, "head {} {} {}\n", VALS(b->heads[i].writer, b->heads[i].seq, hex_of(a, b->heads[i].hash)));
    for (int i = 0; i < b->parts_n; i++) {
        const Part *p = &b->parts[i];
        buf_fill(&o, "part {} {} {} {}\n", VALS(p->name, p->from, p->bytes, hex_of(a, hash_bytes(&p->hash))));
    }
    Hash words = signed_lines(buf_str(&o));
    buf_fill(&o, "signature {}\n", VALS(hex_of(a, sign(a, signer, hash_bytes(&words)).s)));
    return file_replace(a, path_join(a, b->folder, manifest), buf_str(&o), 0600);
}

static bool hash_read(Arena *a, Str hex, Hash *out)
{
    Str bytes;
    if (!bytes_of(a, hex, &bytes) || bytes.n != HASH_BYTES) return false;
    memcpy(out->at, bytes.p, HASH_BYTES);
    return true;
}

static Err *damaged(Arena *a, const Backup *b, Str what)
{
    return fail(a, ERR_BROKEN, "The backup {} is damaged: {}. Take another one.", b->folder, what);
}

// A name that a manifest may say: of a part, or of a file in one of the two folders.
static bool name_good(Str name)
{
    static const Str plain[] = {S("journal"), S("open"), S("tables"), S("keys"), S("beside")}, folders[] = {S("looks/"), S("attachments/")};
    bool good = false;
    for (int i = 0; i < countof(plain); i++) good |= str_equal(name, plain[i]);
    for (int i = 0; i < countof(folders); i++) {
        Str rest = str_starts(name, folders[i]) ? str_slice(name, folders[i].n, name.n) : (Str){0};
        good |= rest.n && rest.p[0] != '.' && !str_has(rest, '/') && !str_has(rest, 0);
    }
    return good;
}

static bool line_read(Arena *a, Backup *b, Str line)
{
    Str rest = line, what = str_cut(&rest, ' '), one = rest, two = str_cut(&one, ' ');
    Hash hash;
    if (str_equal(what, S("register"))) return bytes_of(a, rest, &b->signer) && b->signer.n == KEY_BYTES;
    if (str_equal(what, S("made"))) return str_int(rest, &b->ms);
    if (str_equal(what, S("entries"))) return str_int(rest, &b->entries);
    b->shared |= str_equal(line, S("store shared"));
    if (str_equal(what, S("store"))) return b->shared || str_equal(rest, S("alone"));
    if (str_equal(what, S("tables"))) return hash_read(a, rest, &b->tables);
    if (str_equal(what, S("since"))) {
        b->since = one;
        return hash_read(a, two, &b->since_hash) && one.n && !str_has(one, '/') && one.p[0] != '.';
    }
    if (str_equal(what, S("head"))) {
        BackupHead head = {.writer = two};
        Str seq = str_cut(&one, ' ');
        bool good = str_int(seq, &head.seq) && hash_read(a, one, &hash);
        head.hash = str_copy(a, hash_bytes(&hash));
        head_add(a, b, head);
        return good;
    }
    Part part = {.name = two};
    Str from = str_cut(&one, ' '), bytes = str_cut(&one, ' ');
    bool good = str_equal(what, S("part")) && str_int(from, &part.from) && str_int(bytes, &part.bytes)
        && hash_read(a, one, &part.hash);
    if (good) backup_part_add(a, b, part);
    return good && part.from >= 0 && part.bytes >= 0 && name_good(part.name);
}

static Err *format_check(Arena *a, const Backup *b, Str text)
{
    Str line = str_cut(&text, '\n');
    int64_t format;
    bool is = str_starts(line, first) && str_int(str_slice(line, first.n, line.n), &format);
    if (is && format > FORMAT)
        return fail(a, ERR_INPUT, "The backup {} was made by a newer version (format {}): install that version of sukhwan.", b->folder,
            format);
    if (is && format > 0 && format < FORMAT)
        return fail(a, ERR_INPUT, "The backup {} was made by an older version (format {}), and its tables stand in clear: restore it with"
            " that version of sukhwan, make a new backup, and destroy this one.", b->folder, format);
    return is && format == FORMAT ? 0 : damaged(a, b, S("its manifest does not begin as one"));
}

static Err *one_read(Arena *a, Str folder, Backup **out)
{
    Backup *b = *out = take(a, Backup, 1);
    Str path = path_join(a, folder, manifest), text, signature;
    *b = (Backup){.folder = folder};
    if (!path_exists(path)) return fail(a, ERR_INPUT, "There is no backup in {}: make one with sukhwan backup.", folder);
    TRY(file_read(a, path, MANIFEST_MOST, &text));
    b->own = hash_of(text);
    TRY(format_check(a, b, text));
    Str end = S("\nsignature ");
    isize at = text.n;
    while (at > 0 && !str_starts(str_slice(text, at, text.n), end)) at--;
    Str lines = str_slice(text, 0, at + 1), last = str_slice(text, at + end.n, text.n), rest = lines;
    bool good = at && str_ends(last, S("\n")) && bytes_of(a, str_slice(last, 0, last.n - 1), &signature);
    for (str_cut(&rest, '\n'); good && rest.n;) good = line_read(a, b, str_cut(&rest, '\n'));
    Hash words = signed_lines(lines);
    if (!good || !signature_good(b->signer, hash_bytes(&words), signature))
        return damaged(a, b, S("its manifest is not the one that was signed"));
    return 0;
}

static Err *older_read(Arena *a, Backup *b)
{
    Str whole = path_absolute(a, b->folder), beside = str_slice(whole, 0, whole.n - path_name(whole).n);
    Str folder = path_join(a, beside, b->since);
    if (!path_exists(path_join(a, folder, manifest)))
        return fail(a, ERR_INPUT, "The backup {} continues {}, which is not there: put that one, under its name, beside it.", b->folder,
            b->since);
    TRY(one_read(a, folder, &b->older));
    if (!hash_same(hash_bytes(&b->older->own), hash_bytes(&b->since_hash)) || !str_equal(b->older->signer, b->signer))
        return fail(a, ERR_INPUT, "The backup {} continues another than {}, which only has the same name: put the right one there.",
            b->folder, folder);
    return 0;
}

Err *backup_read(Arena *a, Str folder, Backup **out)
{
    int n = 0;
    TRY(one_read(a, folder, out));
    for (Backup *b = *out; b->since.n; b = b->older) {
        if (n++ == OLDER_MOST) return fail(a, ERR_INPUT, "The backup {} continues more than {} others.", folder, OLDER_MOST);
        TRY(older_read(a, b));
    }
    return 0;
}

// ---- is it there, and whole? -----------------------------------------------------------------------------------------

const Part *backup_part(const Backup *b, Str name)
{
    const Slot *slot = map_get(&b->by_name, name);
    return slot ? &b->parts[slot->i] : 0;
}

const Part *backup_find(const Backup *b, Str name, const Backup **in)
{
    const Part *found = 0;
    for (*in = b; *in && !(found = backup_part(*in, name));) *in = (*in)->older;
    return found;
}

bool backup_there(Arena *a, Str folder)
{
    return path_exists(path_join(a, folder, manifest));
}

// Each line is found among the files, so there are no more files than lines.
static Err *strange_files(Arena *a, const Backup *b, Str of, int64_t *n)
{
    Str *names;
    int count = 0;
    Str folder = path_join(a, b->folder, of);
    if (path_is_folder(folder)) TRY(folder_list(a, folder, &names, &count));
    for (int i = 0; i < count; i++) {
        bool below = !of.n && (str_equal(names[i], S("looks")) || str_equal(names[i], S("attachments")));
        *n += !below && !(!of.n && str_equal(names[i], manifest));
    }
    return 0;
}

// Whose keys are not needed any more, since a newer one has them, may have lost them: they are destroyed where somebody is erased.
static bool part_away(Arena *a, const Backup *b, const Part *p, bool newest)
{
    return !newest && str_equal(p->name, S("keys")) && path_size(path_join(a, b->folder, p->name)) < 0;
}

Err *backup_met(Arena *a, const Backup *b, bool newest)
{
    static const Str all[] = {S("journal"), S("open"), S("tables"), S("keys"), S("beside")};
    int64_t files = 0, away = 0;
    for (int i = 0; i < countof(all); i++) {
        if (!backup_part(b, all[i])) return damaged(a, b, say(a, "its manifest names no part {}", all[i]));
    }
    for (int i = 0; i < b->parts_n; i++) {
        isize size = path_size(path_join(a, b->folder, b->parts[i].name));
        away += part_away(a, b, &b->parts[i], newest);
        if (part_away(a, b, &b->parts[i], newest)) continue;
        if (size < 0) return damaged(a, b, say(a, "its part {} is missing", b->parts[i].name));
        if (size != b->parts[i].bytes) return damaged(a, b, say(a, "its part {} was changed", b->parts[i].name));
    }
    TRY(strange_files(a, b, S(""), &files));
    TRY(strange_files(a, b, S("looks"), &files));
    TRY(strange_files(a, b, S("attachments"), &files));
    return files + away == b->parts_n ? 0 : damaged(a, b, S("it holds files that its manifest does not name"));
}

Err *backup_whole(Arena *a, const Backup *b)
{
    bool newest = true;
    for (; b; b = b->older, newest = false) {
        TRY(backup_met(a, b, newest));
        for (int i = 0; i < b->parts_n; i++) {
            Str bytes;
            if (part_away(a, b, &b->parts[i], newest)) continue;
            TRY(file_map(a, path_join(a, b->folder, b->parts[i].name), &bytes));
            Hash hash = hash_of(bytes);
            file_unmap(bytes);
            if (!hash_same(hash_bytes(&hash), hash_bytes(&b->parts[i].hash)))
                return damaged(a, b, say(a, "its part {} was changed", b->parts[i].name));
        }
    }
    return 0;
}
