// The pack inside the register: its sheets are entries, so that a register explains itself.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// One of the three things that threads share: the newest pack, parsed once, and older ones for as long as somebody
// still works with them. The reserve of one that is done with serves the next. `reading`: held by who parses a newer
// one; `lock`: for a moment, over what is counted and the reserves at hand.
enum { SPARE_MOST = 32 };       // each thread may hold an older one, and all give it back within one moment
static const isize pack_room = (isize)1 << 30;
static struct { Mutex *reading, *lock; Arena spare[SPARE_MOST]; int spare_n; } packs;

__attribute__((constructor)) static void packs_ready(void) // before any thread can read one
{
    packs.reading = mutex_make();
    packs.lock = mutex_make();
}

static Arena room_take(void)
{
    Arena room = {0};
    mutex_lock(packs.lock);
    if (packs.spare_n) room = packs.spare[--packs.spare_n];
    mutex_unlock(packs.lock);
    if (!room.start) room = arena_reserve(pack_room, 0);
    return room;
}

static void room_give(Arena room)
{
    arena_release(&room);
    mutex_lock(packs.lock);
    if (packs.spare_n < SPARE_MOST) packs.spare[packs.spare_n++] = room; // else its address space alone is lost
    mutex_unlock(packs.lock);
}

void loaded_done(const Loaded *loaded)
{
    if (!loaded) return;
    mutex_lock(packs.lock);
    bool last = !--((Loaded *)loaded)->readers;
    mutex_unlock(packs.lock);
    if (last) room_give(loaded->own); // it stands in there itself
}

static void faults_copy(Arena *a, const Faults *from, Faults *all)
{
    for (const Fault *f = from->first; f; f = f->next) {
        Fault one = *f;
        one.file = str_copy(a, f->file);
        one.column = str_copy(a, f->column);
        one.value = str_copy(a, f->value);
        one.message = message_keep(a, f->message.words, f->message.with);
        faults_add(a, all, one);
    }
}

typedef struct { Arena own, scratch; PackSheets sheets; int64_t entry; Faults found; const Loaded *made; } Making;

static void loaded_make_run(void *with)
{
    Making *m = with;
    int reserved;
    const Str *names = reserved_names(&reserved);
    const Pack *pack = 0;
    pack_read(&m->own, m->scratch, m->sheets, names, reserved, &m->found, &pack);
    if (!pack) return;
    Loaded *loaded = take(&m->own, Loaded, 1);
    *loaded = (Loaded){.pack = pack, .shapes = shapes_make(&m->own, pack), .entry = m->entry, .readers = 1};
    m->made = loaded;
}

// It looks behind that link; at the state of what it names, perhaps, which is no field of the survey.
static bool behind(const Expr *e, const Field *link)
{
    bool looks = e->op == EXPR_FIELD && !e->hangs && e->link == link;
    for (int i = 0; i < e->n; i++) looks |= behind(e->args[i], link);
    return looks;
}

static bool looks_behind(const Expr *e, const Field *link, bool *wanted)
{
    expr_wants(e, link, wanted);
    return e && behind(e, link);
}

static bool all_behind(const Expr *const *asked, int n, const Field *link, bool *wanted)
{
    bool any = false;
    for (int i = 0; i < n; i++) any |= looks_behind(asked[i], link, wanted);
    return any;
}

// What the rules of a type, what its steps need, what follows from them, and what keeps somebody look at behind a link.
static bool rules_want(const Pack *pack, const RecordType *t, const Field *link, bool *wanted)
{
    bool any = looks_behind(t->needs, link, wanted);
    any |= looks_behind(t->keeps, link, wanted);
    for (int i = 0; i < t->n; i++) {
        const Field *f = &t->fields[i];
        const Expr *const asked[] = {f->relevant, f->filter, f->constraint, f->doubt, f->required_if, f->calculation};
        any |= all_behind(asked, countof(asked), link, wanted);
    }
    for (int i = 0; i < pack->moves_n; i++) {
        const PackMove *move = &pack->moves[i];
        for (int k = 0; move->record == t && k < move->needs_n; k++) any |= looks_behind(move->needs[k].when, link, wanted);
    }
    for (int i = 0; i < pack->effects_n; i++) {
        const PackEffect *e = &pack->effects[i];
        if (e->record == t) any |= all_behind(e->asks, e->asks_n, link, wanted);
        if (e->made == t) any |= looks_behind(e->whose, link, wanted);
    }
    return any;
}

// Of what hangs on a person hers are used; what an entry says of key, state and links is of the case.
static unsigned compartments_of(const Pack *pack, const RecordType *holder)
{
    unsigned all = 1u << COMPARTMENT_CASE;
    for (int i = 0; i < pack->records_n; i++) {
        const RecordType *t = &pack->records[i];
        const RecordType *of = t->person < 0 ? t : t->fields[t->person].target;
        for (int k = 0; (of == holder || t == holder) && k < t->n; k++) all |= 1u << t->fields[k].compartment;
    }
    return all;
}

Shape *shapes_make(Arena *a, const Pack *pack)
{
    Shape *shapes = take(a, Shape, pack->records_n);
    for (int i = 0; i < pack->records_n; i++) {
        const RecordType *t = &pack->records[i];
        Where select = where_begin(a);
        select_write(&select, 0, t, 0);
        shapes[i] = (Shape){.type = t, .select = where_end(&select).text};
        Buf insert = buf_in(a);
        shapes[i].columns = shape_insert(&insert, t);
        shapes[i].insert = buf_str(&insert);
        shapes[i].identity = t->role == ROLE_PERSON;
        shapes[i].compartments = compartments_of(pack, t);
        shapes[i].through = take(a, bool *, t->n);
        shapes[i].titled = take(a, bool, t->n);
        for (int lang = 0; lang < LANG_COUNT; lang++) expr_wants(t->title[lang], 0, shapes[i].titled);
        for (int k = 0; k < t->n; k++) {
            shapes[i].identity |= field_sealed(&t->fields[k]);
            if (t->fields[k].kind != FIELD_LINK) continue;
            bool *wanted = take(a, bool, t->fields[k].target->n);
            if (rules_want(pack, t, &t->fields[k], wanted)) shapes[i].through[k] = wanted;
        }
    }
    return shapes;
}

Err *loaded_make(PackSheets sheets, int64_t entry, Faults *all, Arena *a, const Loaded **out)
{
    Making m = {.own = room_take(), .scratch = room_take(), .sheets = sheets, .entry = entry};
    bool whole = arena_guard(&m.own, &m.scratch, loaded_make_run, &m);
    room_give(m.scratch);
    *out = whole ? m.made : 0;
    if (whole) faults_copy(a, &m.found, all);
    if (*out) ((Loaded *)m.made)->own = m.own;
    else room_give(m.own);
    return whole ? 0 : fail(a, ERR_BUSY, "The pack is too large to be read.");
}

Err *pack_check(Arena *a, Arena scratch, PackSheets sheets, Faults *all, const Pack **out)
{
    int reserved;
    const Str *names = reserved_names(&reserved);
    *out = 0;
    pack_read(a, scratch, sheets, names, reserved, all, out);
    return 0;
}

static Err *sheets_read(Db *db, Arena *a, PackSheets *out)
{
    Rows q;
    TRY(sql(db, a, &q, "select path, text from sheets order by path"));
    *out = (PackSheets){.at = take(a, PackSheet, q.rows)};
    while (rows_next(&q)) {
        PackSheet *sheet = &out->at[out->n++];
        sheet->path = next_str(&q);
        sheet->text = next_str(&q);
    }
    return 0;
}

// The newest entry of every sheet there ever was.
static Err *newest_read(Db *db, Arena *a, Entry **out, int *n)
{
    Rows q;
    TRY(sql(db, a, &q, "select {} from journal where id in (select max(id) from journal where record = 'pack' group by record_id)"
        " order by record_id", entry_columns()));
    *out = take(a, Entry, q.rows);
    for (*n = 0; rows_next(&q); ++*n) (*out)[*n] = entry_read(&q);
    return 0;
}

static Hash newest_words(const Entry *newest, int n)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan sheets"));
    for (int i = 0; i < n; i++) hash_part(&h, newest[i].hash);
    return hash_end(&h);
}

Err *sheets_sign(Store *s)
{
    Entry *newest;
    int n;
    TRY(newest_read(s->db, s->a, &newest, &n));
    Hash words = newest_words(newest, n);
    return sql(s->db, s->a, 0,
               "insert into meta (name, value) values ('sheets', $1) on conflict (name) do update "
               "set value = excluded.value",
               hex_of(s->a, sign(s->a, &s->reg->secrets->signer, hash_bytes(&words)).s));
}

static Err *not_signed(Arena *a)
{
    return fail(a, ERR_BROKEN, "The sheets of the pack in the journal are not those that this register signed. See with sukhwan verify"
        " whether the journal is whole: then sukhwan rebuild mends it; else restore the register from a backup.");
}

static Err *signature_check(const Register *reg, Db *db, Arena *a, const Entry *newest, int n)
{
    Rows q;
    Hash words = newest_words(newest, n);
    TRY(sql(db, a, &q, "select value from meta where name = 'sheets'"));
    if (!rows_next(&q)) return not_signed(a);
    Str hex = next_str(&q), signature;
    return bytes_of(a, hex, &signature) && signature_good(reg->public_key, hash_bytes(&words), signature) ? 0 : not_signed(a);
}

// What a thread looks at to see whether there is a newer pack.
static Err *number_check(Db *db, Arena *a, int64_t entry)
{
    Rows q;
    int64_t said;
    TRY(sql(db, a, &q, "select value from meta where name = 'pack'"));
    if (rows_next(&q) && str_int(next_str(&q), &said) && said == entry) return 0;
    return fail(a, ERR_BROKEN, "The register does not say that its pack is of entry {}: sukhwan rebuild mends it.", entry);
}

// Rights and rules are read from the sheets: who changed one past the journal, put an older one back or took one away
// must not be believed, nor who changed its entry as well. `entry`: the newest of them.
static Err *sheets_true(const Register *reg, Db *db, Arena *a, int64_t *entry)
{
    Entry *newest;
    Rows q;
    int n, is = 0;
    TRY(newest_read(db, a, &newest, &n));
    TRY(sql(db, a, &q, "select path, text, entry from sheets order by path"));
    bool more = rows_next(&q);
    *entry = 0;
    for (int i = 0; i < n; i++) {
        const Entry *e = &newest[i];
        Hash found = entry_hash(e);
        if (e->id > *entry) *entry = e->id;
        if (!hash_same(hash_bytes(&found), e->hash)) return not_signed(a);
        if (str_equal(e->verb, S("unload"))) continue;
        Str path = more ? next_str(&q) : (Str){0}, text = more ? next_str(&q) : (Str){0};
        bool same = more && next_int(&q) == e->id && str_equal(path, e->record_id) && str_equal(text, e->body);
        if (!same)
            return fail(a, ERR_BROKEN,
                        "The sheet {} in the register is not the one in its journal: sukhwan "
                        "rebuild makes it again.",
                        e->record_id);
        more = rows_next(&q);
        is++;
    }
    if (more)
        return fail(
            a, ERR_BROKEN,
            "The sheet {} in the register is not in its journal: sukhwan rebuild takes it away.",
            next_str(&q));
    if (!is) return fail(a, ERR_BROKEN, "The journal holds no pack: restore the register from a backup.");
    TRY(signature_check(reg, db, a, newest, n));
    return number_check(db, a, *entry);
}

Err *pack_sheets(Store *s, PackSheets *out)
{
    int64_t entry;
    if (s->reg->use != OPEN_KEYLESS) return sheets_read(s->db, s->a, out);
    TRY(db_begin(s->db, s->a, DB_READ));
    Err *e = sheets_true(s->reg, s->db, s->a, &entry);
    if (!e) e = sheets_read(s->db, s->a, out);
    Err *ended = db_end(s->db, s->a, false);
    return e ? e : ended;
}

static void current_set(Register *reg, const Loaded *made)
{
    const Loaded *was = reg->loaded;
    mutex_lock(packs.lock);
    reg->loaded = made;
    mutex_unlock(packs.lock);
    loaded_done(was);
}

// The newest entry of a sheet by which somebody is entitled; 0: none says so.
static Err *entitled_since(Db *db, Arena *a, int64_t *entry)
{
    Rows q;
    TRY(sql(db, a, &q, "select coalesce(max(entry), 0), coalesce(sum(case when path like 'compartments%' then 1 else 0 end), 0) from sheets"
        " where path like 'compartments%' or path like 'registry/units%'"));
    must(rows_next(&q));
    *entry = next_int(&q);
    if (!next_int(&q)) *entry = 0;
    return 0;
}

static Err *newer_read(Register *reg, Db *db, Arena *a)
{
    PackSheets sheets;
    Faults all = {0};
    int64_t entry, entitles;
    const Loaded *made;
    TRY(sheets_true(reg, db, a, &entry));
    if (reg->loaded && reg->loaded->entry >= entry) return 0;
    TRY(sheets_read(db, a, &sheets));
    TRY(entitled_since(db, a, &entitles)); // the last question: a request's time may be over when a large pack was made
    TRY(loaded_make(sheets, entry, &all, a, &made));
    if (!made) {
        return fail(a, ERR_BROKEN,
                    "The pack in the register is faulty (sukhwan rebuild makes it again from the "
                    "journal): {}",
                    message_text(a, all.first->message));
    }
    ((Loaded *)made)->entitles = entitles;
    current_set(reg, made);
    return 0;
}

// Looked at with the lock held: else it may be given away meanwhile. 0: none is read yet.
static int64_t entry_now(Register *reg)
{
    mutex_lock(packs.lock);
    const Loaded *now = reg->loaded;
    int64_t entry = now ? now->entry : 0;
    mutex_unlock(packs.lock);
    return entry;
}

// Is there a newer pack than the one that is read?
static Err *newer_there(Register *reg, Db *db, Arena *a, bool *there)
{
    Rows q;
    int64_t newest;
    *there = true;
    if (!reg->loaded) return 0;
    TRY(sql(db, a, &q, "select value from meta where name = 'pack'"));
    // A page that began before a newer pack came does not bring the older one back.
    *there = !rows_next(&q) || !str_int(next_str(&q), &newest) || entry_now(reg) < newest;
    return 0;
}

typedef struct { Register *reg; Db *db; Arena room; Err *e; } Reading;

static void newer_run(void *with)
{
    Reading *r = with;
    bool there;
    r->e = newer_there(r->reg, r->db, &r->room, &there); // somebody else may have read it meanwhile
    if (!r->e && there) r->e = newer_read(r->reg, r->db, &r->room);
}

Err *loaded_read(Register *reg, Db *db, Arena *a)
{
    bool there;
    TRY(newer_there(reg, db, a, &there));
    if (!there) return 0;
    mutex_lock(packs.reading); // whoever holds it must come back: what she takes comes from a reserve of its own
    Reading r = {.reg = reg, .db = db, .room = room_take()};
    r.e = db_begin(db, &r.room, DB_READ); // sheets, entries and their signature as of one moment: another pack may come
    bool begun = !r.e, whole = !begun || arena_guard(&r.room, 0, newer_run, &r);
    Err *ended = begun ? db_end(db, &r.room, false) : 0;
    if (!r.e) r.e = ended;
    mutex_unlock(packs.reading);
    Err *e = whole ? err_keep(a, r.e) : 0;
    room_give(r.room);
    return whole ? e : fail(a, ERR_BUSY, "The pack is too large to be read.");
}

// A Store of a thread's own holds the pack that it works with; copies of it hold nothing themselves.
static void held_set(Store *s)
{
    const Loaded *was = *s->held;
    mutex_lock(packs.lock);
    *s->held = s->reg->loaded;
    if (*s->held) ((Loaded *)*s->held)->readers++;
    mutex_unlock(packs.lock);
    loaded_done(was);
}

Err *store_refresh(Store *s)
{
    if (s->reg->use == OPEN_SERVE && s->db) TRY(loaded_read(s->reg, s->db, s->a)); // a command may have loaded a newer one
    if (*s->held != s->reg->loaded) held_set(s);
    s->loaded = *s->held;
    s->pack = s->loaded ? s->loaded->pack : 0;
    return 0;
}

Err *sheet_apply(Store *s, const Entry *e)
{
    TRY(sql(s->db, s->a, 0, "insert into meta (name, value) values ('pack', $1)"
        " on conflict (name) do update set value = excluded.value", say(s->a, "{}", e->id)));
    if (str_equal(e->verb, S("unload"))) return sql(s->db, s->a, 0, "delete from sheets where path = $1", e->record_id);
    return sql(s->db, s->a, 0, "insert into sheets (path, text, entry) values ($1, $2, $3)"
        " on conflict (path) do update set text = excluded.text, entry = excluded.entry", e->record_id, e->body, e->id);
}

static Err *sheet_enter(Store *s, Str path, Str text, bool gone, Str batch, int64_t *last)
{
    Entry e = {.record = S("pack"), .record_id = path, .verb = gone ? S("unload") : S("load"), .body = text,
        .batch = batch};
    Rows q;
    TRY(sql(s->db, s->a, &q, "select hash from journal where record_id = $1 and record = 'pack' order by id desc limit 1", path));
    if (rows_next(&q)) e.base = next_str(&q);
    TRY(entry_next(s, &e, 0));
    e.row = e.id;
    *last = e.id;
    TRY(entry_append(s, &e));
    return sheet_apply(s, &e);
}

static const PackSheet *sheet_of(PackSheets sheets, Str path)
{
    for (int i = 0; i < sheets.n; i++) {
        if (str_equal(sheets.at[i].path, path)) return &sheets.at[i];
    }
    return 0;
}

typedef struct { PackSheets sheets; bool dry_run; Faults *all; int64_t *changed; const Loaded *made; int64_t last; } Loading;

static Err *load_work(Store *s, void *with)
{
    Loading *loading = with;
    PackSheets now = {0};
    int64_t *last = &loading->last;
    *loading->changed = 0;
    TRY(sheets_read(s->db, s->a, &now));
    const PackSheets sheets = sheets_joined(s->a, now, loading->sheets);
    Str batch = random_name(s->a); // they are one pack
    TRY(loaded_make(sheets, 0, loading->all, s->a, &loading->made));
    const Pack *older = s->pack, *newer = loading->made ? loading->made->pack : 0;
    if (older && newer) pack_follows(s->a, older, newer, loading->all);
    if (loading->all->n) return 0;
    for (int i = 0; i < sheets.n; i++) {
        PackSheet *sheet = &sheets.at[i];
        const PackSheet *was = sheet_of(now, sheet->path);
        if (was && str_equal(was->text, sheet->text)) continue;
        ++*loading->changed;
        if (!loading->dry_run) TRY(sheet_enter(s, sheet->path, sheet->text, false, batch, last));
    }
    for (int i = 0; i < now.n; i++) {
        if (sheet_of(sheets, now.at[i].path)) continue;
        ++*loading->changed;
        if (!loading->dry_run) TRY(sheet_enter(s, now.at[i].path, S(""), true, batch, last));
    }
    if (loading->dry_run || !*loading->changed) return 0;
    ((Loaded *)loading->made)->entry = *last;
    TRY(sheets_sign(s));
    TRY(agencies_follow(s, older, newer));
    TRY(schema_follow(s->db, s->a, older, newer));
    Store after = *s;
    after.loaded = loading->made;
    after.pack = newer;
    TRY(waits_follow(&after, older));
    return days_follow(&after, older);
}

Err *pack_load(Store *s, PackSheets sheets, bool dry_run, Faults *all, int64_t *changed)
{
    Loading loading = {.sheets = sheets, .dry_run = dry_run, .all = all, .changed = changed};
    Err *e = register_write_as(s, DB_WHOLE, load_work, &loading);
    if (!e && !all->n && !dry_run && *changed) {
        current_set(s->reg, loading.made);
        return store_refresh(s);
    }
    Faults told = {0}; // they speak of what lies in the pack that was not taken
    faults_copy(s->a, all, &told);
    *all = told;
    loaded_done(loading.made);
    return e;
}
