// Opening a register: the folder, its settings, a way in for a user.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

static const Str format_now = S("2");

typedef struct { Str store, signer; } RegisterSettings;

static Err *settings_read(Arena *a, Str dir, RegisterSettings *out)
{
    Str path = path_join(a, dir, S("settings")), text;
    *out = (RegisterSettings){0};
    if (!path_exists(path)) {
        Str *names;
        int n;
        if (path_is_folder(dir)) TRY(folder_list(a, dir, &names, &n)); // or it may not be looked into
        return fail(a, ERR_INPUT, "There is no register in {}: make one with sukhwan init {}.", dir, dir);
    }
    TRY(file_read(a, path, 64 << 10, &text));
    while (text.n) {
        Str line = str_cut(&text, '\n'), name = str_trim(str_cut(&line, '=')), value = str_trim(line);
        if (str_equal(name, S("store"))) out->store = value;
        if (str_equal(name, S("signer"))) out->signer = value;
    }
    if (out->signer.n) return 0;
    return fail(a, ERR_INPUT, "The file {} lacks its line signer: restore it from a backup.", path);
}

static Str store_where(Arena *a, Str dir, Str store)
{
    return store.n ? store : path_join(a, path_absolute(a, dir), S("register.db"));
}

Secrets *secrets_make(Key unlock)
{
    Secrets *secrets = memory_locked(sizeof(Secrets));
    secrets->unlock = unlock;
    secrets->unlock_wraps = key_wrapping(&unlock);
    Key seed = key_derive(&unlock, "sign", 1);
    secrets->signer = signer_from(&seed);
    wipe(&seed, sizeof seed);
    return secrets;
}

static Str hex_bytes(Arena *a, Str hex)
{
    Key key;
    return key_read(hex, &key) ? str_copy(a, (Str){(char *)key.at, KEY_BYTES}) : (Str){0};
}

Err *settings_write(Arena *a, Str dir, Str store, const Secrets *secrets)
{
    Str signer = hex_of(a, (Str){(const char *)secrets->signer.public, KEY_BYTES});
    Str settings = say(a, "# The settings of this register. store: empty for SQLite in this folder, or postgres://…\n"
        "store = {}\nsigner = {}\n", store, signer);
    return file_replace(a, path_join(a, dir, S("settings")), settings, 0600);
}

// ---- agencies -----------------------------------------------------------------------------------------

const Str agency_name = S("register");

Str agency_of(const Store *s)
{
    return s->user.unit ? s->user.unit->agency : agency_name;
}

Str agency_named(const Agency *agency)
{
    return (Str){agency->name, agency->name_n};
}

const Agency *agency_by_id(const Secrets *secrets, int id)
{
    return &secrets->agencies[id - 1];
}

static Str agency_wrap(Arena *a, Str name)
{
    return say(a, "agency {}", name);
}

// What is sealed to a public half could be read by whoever put another one there.
static Hash agency_words(Str name, Str public)
{
    Hashing h;
    hash_begin(&h);
    hash_part(&h, S("sukhwan agency"));
    hash_part(&h, name);
    hash_part(&h, public);
    return hash_end(&h);
}

static Err *agency_make(Store *s, Str name)
{
    Secrets *secrets = s->reg->secrets;
    AgencyKeys keys = {.secret = key_random()};
    if (name.n >= (isize)sizeof secrets->agencies->name)
        return fail(s->a, ERR_INPUT, "The key of the agency {} is too long: give its unit one of at most {} letters.", name,
            (int64_t)sizeof secrets->agencies->name - 1);
    agency_keys(&keys);
    Str public = {(const char *)keys.public, KEY_BYTES}, secret = {(const char *)keys.secret.at, KEY_BYTES};
    Hash words = agency_words(name, public);
    Err *e = sql(s->db, s->a, 0, "insert into agencies (name, public, signature, wrapped) values ($1, $2, $3, $4)", name, (Blob){public},
        sign(s->a, &secrets->signer, hash_bytes(&words)), key_wrap(s->a, &secrets->unlock_wraps, agency_wrap(s->a, name), secret));
    wipe(&keys, sizeof keys);
    return e;
}

static bool agency_named_by(const Pack *pack, Str name)
{
    bool found = false;
    for (int i = 0; pack && i < pack->units_n; i++) found |= str_equal(pack->units[i].agency, name);
    return found;
}

Err *agencies_named(Db *db, Arena *a, Map *out)
{
    Rows q;
    bool is_new;
    TRY(sql(db, a, &q, "select name from agencies"));
    while (rows_next(&q)) map_put(out, a, next_str(&q), &is_new);
    return 0;
}

// One that an older pack named is there, or was lost: it is not made again.
Err *agencies_follow(Store *s, const Pack *older, const Pack *newer)
{
    Map there = {0};
    if (!older) TRY(agency_make(s, agency_name));
    TRY(agencies_named(s->db, s->a, &there));
    for (int i = 0; i < newer->units_n; i++) {
        Str name = newer->units[i].agency;
        bool is_new = false;
        if (!name.n || agency_named_by(older, name)) continue;
        map_put(&there, s->a, name, &is_new);
        if (is_new) TRY(agency_make(s, name));
    }
    return 0;
}

Err *agency_read(Arena *a, Str signer, const Secrets *secrets, AgencyRow row, AgencyKeys *out)
{
    Hash words = agency_words(row.name, row.public);
    if (row.public.n != KEY_BYTES || !signature_good(signer, hash_bytes(&words), row.signature))
        return fail(a, ERR_BROKEN, "The agency key of {} was not signed by this register: restore the table agencies from a backup.",
            row.name);
    *out = (AgencyKeys){0};
    memcpy(out->public, row.public.p, KEY_BYTES);
    if (!secrets || !row.wrapped.n) return 0; // only the public half is kept here
    bool good = key_unwrap(&secrets->unlock_wraps, agency_wrap(a, row.name), row.wrapped, out->secret.at, KEY_BYTES);
    if (good) agency_keys(out);
    if (good && !memcmp(out->public, row.public.p, KEY_BYTES)) return 0;
    // The signer fits: it is no other unlock key.
    return fail(a, ERR_BROKEN, "The agency key of {} does not open: restore the table agencies from a backup.", row.name);
}

Err *agency_lost(Arena *a, Str name)
{
    return fail(a, ERR_BROKEN, "The register has lost the agency key of {}: restore the table agencies from a backup.", name);
}

static Agency *agency_slot(Secrets *secrets, Str name, bool fresh)
{
    enum { EMPTY, TAKEN, READY };
    for (uint64_t i = 0, at = str_hash(name); i < AGENCIES_MOST; i++, at++) {
        Agency *one = &secrets->agencies[at % AGENCIES_MOST];
        int is = EMPTY;
        if (fresh && atomic_compare_exchange_strong(&one->state, &is, TAKEN)) return one;
        if (!fresh) is = atomic_load(&one->state);
        if (!fresh && is == READY && str_equal(agency_named(one), name)) return one;
        if (!fresh && is == EMPTY) return 0;
    }
    return 0;
}

Err *agency_find(Db *db, Arena *a, Secrets *secrets, Str name, const Agency **out)
{
    Rows q;
    AgencyKeys keys;
    Agency *slot = agency_slot(secrets, name, false);
    *out = slot;
    if (slot) return 0;
    TRY(sql(db, a, &q, "select public, signature, wrapped from agencies where name = $1", name));
    if (!rows_next(&q)) return agency_lost(a, name);
    AgencyRow row = {.name = name};
    row.public = next_str(&q);
    row.signature = next_str(&q);
    row.wrapped = next_str(&q);
    TRY(agency_read(a, (Str){(const char *)secrets->signer.public, KEY_BYTES}, secrets, row, &keys));
    slot = agency_slot(secrets, name, true);
    if (!slot) return fail(a, ERR_INPUT, "This register has more than {} agencies, which is too many.", (int64_t)AGENCIES_MOST);
    memcpy(slot->name, name.p, (size_t)name.n);
    slot->name_n = (int)name.n;
    slot->keys = keys;
    slot->id = (int)(slot - secrets->agencies) + 1;
    wipe(&keys, sizeof keys);
    atomic_store(&slot->state, 2);
    *out = slot;
    return 0;
}

// ---- making one --------------------------------------------------------------------------------------

typedef struct { Store *s; PackSheets sheets; } Making;

static Err *make_work(Store *s, void *with)
{
    Making *making = with;
    Faults all = {0};
    int64_t changed;
    TRY(schema_make(s->db, s->a));
    TRY(sql(s->db, s->a, 0, "insert into meta (name, value) values ('format', $1)", format_now));
    return pack_load(s, making->sheets, false, &all, &changed);
}

static Err *store_empty(Db *db, Arena *a, Str where)
{
    Rows q;
    Err *e = sql(db, a, &q, "select value from meta where name = 'format'");
    return e ? 0 : fail(a, ERR_INPUT, "{} holds a register, but its settings are missing: restore them from a backup, or,"
        " if an init was interrupted, remove the folder and begin again.", where);
}

Err *store_new(Arena *a, Str where, Db **db)
{
    TRY(db_open(a, where, DB_WRITE, true, db));
    Err *e = store_empty(*db, a, where);
    if (e) db_close(*db);
    return e;
}

// In a folder that was open to others somebody may have laid down what she can still read when it is closed.
Err *store_alone(Arena *a, Str dir, Str where)
{
    const Str all[] = {where, say(a, "{}-wal", where), say(a, "{}-shm", where), path_join(a, dir, S("settings"))};
    for (int i = 0; i < countof(all); i++) {
        if (!file_alone(all[i]))
            return fail(a, ERR_INPUT, "{} lies there already, and is a link or open to others: name a new folder.", all[i]);
    }
    return 0;
}

Err *register_make(Arena *a, Arena scratch, Str dir, PackSheets sheets, Str store, Faults *all)
{
    Register *reg = take(a, Register, 1);
    const Loaded *loaded;
    TRY(loaded_make(sheets, 0, all, a, &loaded));
    if (!loaded) return 0;
    loaded_done(loaded);
    if (path_exists(path_join(a, dir, S("settings")))) {
        return fail(a, ERR_INPUT, "There is a register in {} already: nothing was changed.", dir);
    }
    Key unlock;
    Db *db = 0;
    Str where = store_where(a, dir, store);
    if (store.n) TRY(store_new(a, where, &db)); // a database that does not answer: nothing was made yet
    TRY(unlock_make(a, dir, &unlock));
    TRY(folder_make(a, dir));
    TRY(folder_make(a, path_join(a, dir, S("attachments"))));
    if (!db) TRY(store_alone(a, dir, where));
    if (!db) TRY(store_new(a, where, &db));
    *reg = (Register){.dir = dir, .where = where, .use = OPEN_WRITE, .secrets = secrets_make(unlock)};
    Store s = {.reg = reg,
               .db = db,
               .a = a,
               .scratch = scratch,
               .user = user_operator(),
               .keys = ring_make(),
               .held = take(a, const Loaded *, 1)};
    Making making = {&s, sheets};
    Err *e = write_here(&s, DB_WHOLE, make_work, &making);
    db_close(s.db);
    if (e) return e;
    return settings_write(a, dir, store, reg->secrets);
}

// ---- opening one -------------------------------------------------------------------------------------

static Err *format_check(Db *db, Arena *a, Str where)
{
    Rows q;
    int64_t format;
    Err *e = sql(db, a, &q, "select value from meta where name = 'format'");
    if (e) return e->kind == ERR_BROKEN ? fail(a, ERR_INPUT, "{} is no register of this program.", where) : e;
    bool said = rows_next(&q) && str_int(next_str(&q), &format) && format > 0;
    if (!said) return fail(a, ERR_BROKEN, "The register does not say its format.");
    if (format == 1)
        return fail(a, ERR_INPUT, "This register is of format 1, which this version does not read any more. Make a new one with sukhwan"
            " init, export the records of the old one with the version that made it, and bring them in again.");
    if (format == 2) return 0;
    return fail(a, ERR_INPUT, "This register was made by a newer version (format {}): install that version of sukhwan.", format);
}

// Whoever's clock stands behind what was written already is told: sessions and waits that lie ahead do not count.
static Err *clock_check(Db *db, Arena *a)
{
    enum { BEHIND_MOST = 10 * 60 * 1000 };
    Rows q;
    TRY(sql(db, a, &q, "select coalesce(max(time), 0) from heads"));
    must(rows_next(&q));
    int64_t newest = next_int(&q) >> 16, now = clock_ms();
    if (newest <= now + BEHIND_MOST) return 0;
    log_line(say(a, "The clock stands at {} UTC, and the journal's newest entry is of {}: set the clock of this machine right.",
        moment_text(a, now, 0), moment_text(a, newest, 0)));
    return 0;
}

// Triggers and views are switched off on SQLite, and told. A PostgreSQL session can switch off nothing of the kind.
static Err *schema_look(const Register *reg, Db *db, Arena *a)
{
    if (db_is_postgres(reg->where)) return schema_check(db, a, reg->loaded->pack, true);
    Err *e = reg->use == OPEN_SERVE ? schema_check(db, a, reg->loaded->pack, false) : 0;
    if (e) log_line(err_text(a, e));
    return 0;
}

static Err *content_open(Register *reg, Arena *a, Db *db)
{
    TRY(format_check(db, a, reg->where));
    bool journal_first = reg->use == OPEN_REBUILD || reg->use == OPEN_KEYLESS; // the pack comes from it, like everything
    if (reg->secrets) {
        const Agency *agency;
        Err *lost = agency_find(db, a, reg->secrets, agency_name, &agency);
        if (lost && reg->use != OPEN_KEYLESS) return lost; // verify tells it itself, in its turn
    }
    if (!journal_first) TRY(clock_check(db, a));
    Err *e = loaded_read(reg, db, a);
    if (!e && !journal_first) e = schema_look(reg, db, a);
    return journal_first ? 0 : e;
}

// Who only verifies needs no key; where it is at hand, it is seen whether it opens the others.
static Err *secrets_read(Register *reg, Arena *a, Str name)
{
    Key unlock;
    Err *e = unlock_read(a, name, &unlock);
    reg->key_file = unlock_path(a, name);
    if (e) return reg->use == OPEN_KEYLESS ? 0 : e;
    reg->secrets = secrets_make(unlock);
    wipe(&unlock, sizeof unlock);
    if (hash_same(reg->public_key, (Str){(const char *)reg->secrets->signer.public, KEY_BYTES})) return 0;
    reg->secrets = 0;
    if (reg->use == OPEN_KEYLESS) return 0;
    return fail(a, ERR_INPUT, "The unlock key does not belong to this register: name the right file in SUKHWAN_KEY_FILE.");
}

Err *register_open_as(Arena *a, Str dir, Str name, OpenUse use, Register **out)
{
    RegisterSettings settings;
    Register *reg = take(a, Register, 1);
    Db *db;
    TRY(settings_read(a, dir, &settings));
    *reg = (Register){.dir = dir, .where = store_where(a, dir, settings.store), .use = use};
    reg->public_key = hex_bytes(a, settings.signer);
    if (use == OPEN_SERVE && folder_shared(dir))
        log_line(say(a, "Others may write in {}, and so into the register: chmod 700 {}", dir, dir));
    TRY(secrets_read(reg, a, name));
    if (use == OPEN_SERVE && !db_is_postgres(reg->where)) { // on a server's database as many may serve as wanted
        Err *held = lock_take(a, path_join(a, dir, S("serve.lock")), &reg->lock);
        if (held && held->kind == ERR_CONFLICT) return fail(a, ERR_INPUT, "Another sukhwan serve works on {} already.", dir);
        if (held) return held;
    }
    TRY(db_open(a, reg->where, DB_READ, false, &db));
    reg->door = door_make(a);
    reg->find_lock = mutex_make();
    reg->opened = titles_make(a);
    reg->counts = counts_make(a);
    reg->numbering = numbering_make(a);
    reg->looks = looks_make(a);
    reg->names = names_make();
    reg->titles = names_make();
    reg->phones = phones_make();
    reg->find_total = -1; // not even counted yet
    Err *e = content_open(reg, a, db);
    db_close(db);
    *out = reg;
    return e;
}

Err *register_open(Arena *a, Arena scratch, Str dir, OpenUse use, Register **out)
{
    (void)scratch;
    return register_open_as(a, dir, dir, use, out);
}

static void connections_close(Store *s)
{
    loaded_done(*s->held);
    db_close(s->db);
    db_close(s->between);
}

Err *store_open(Register *reg, Arena *a, Arena scratch, User user, Store **out)
{
    Store *s = take(a, Store, 1);
    bool writes = reg->use == OPEN_WRITE || reg->use == OPEN_REBUILD || (reg->use == OPEN_SERVE && !reg->queue);
    *s = (Store){.reg = reg, .a = a, .scratch = scratch, .user = user, .held = take(a, const Loaded *, 1)};
    Err *e = db_open(a, reg->where, writes ? DB_WRITE : DB_READ, false, &s->db);
    if (!e && reg->queue && !db_is_postgres(reg->where)) e = db_open(a, reg->where, DB_GLANCE, false, &s->between);
    if (!e) e = store_refresh(s);
    if (e) { // a store that is away is tried again and again: nothing of a try may stay
        connections_close(s);
        return e;
    }
    s->keys = ring_make();
    s->wake = mutex_make();
    *out = s;
    return 0;
}

void store_close(Store *s)
{
    connections_close(s);
    mutex_free(s->wake);
}

Str register_folder(const Register *reg)
{
    return reg->dir;
}

bool register_near(const Register *reg)
{
    return !db_is_postgres(reg->where);
}

Clock register_clock(const Store *s)
{
    return (Clock){day_of(clock_ms(), s->pack->offset), s->pack->offset};
}

int register_today(const Store *s)
{
    return register_clock(s).today;
}

Key register_key(const Register *reg, const char *purpose)
{
    return key_derive(&reg->secrets->unlock, purpose, 1);
}

Door *register_door(Register *reg)
{
    return reg->door;
}
