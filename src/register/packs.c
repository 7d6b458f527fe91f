// The pack inside the register: its sheets are entries, so that a register explains itself.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

// A pack lives until the process ends: who still works with the older one does so in peace.
Err *loaded_make(PackSheets sheets, int64_t entry, Faults *all, Arena *a, const Loaded **out)
{
    Arena *own = take(a, Arena, 1);
    *own = arena_reserve((isize)1 << 30, a->exhausted);
    Arena scratch = arena_reserve((isize)1 << 30, a->exhausted);
    int reserved;
    const Str *names = reserved_names(&reserved);
    const Pack *pack = 0;
    *out = 0;
    pack_read(own, scratch, sheets, names, reserved, all, &pack);
    if (!pack) return 0;
    Loaded *loaded = take(own, Loaded, 1);
    *loaded = (Loaded){pack, shapes_make(own, pack), entry};
    own->exhausted = 0;
    *out = loaded;
    return 0;
}

Err *pack_check(Arena *a, Arena scratch, PackSheets sheets, Faults *all, const Pack **out)
{
    int reserved;
    const Str *names = reserved_names(&reserved);
    *out = 0;
    pack_read(a, scratch, sheets, names, reserved, all, out);
    return 0;
}

static Err *sheets_read(Db *db, Arena *a, PackSheets *out, int64_t *entry)
{
    Rows q;
    TRY(sql(db, a, &q, "select path, text, entry from sheets order by path"));
    *out = (PackSheets){.at = take(a, PackSheet, q.rows)};
    *entry = 0;
    while (rows_next(&q)) {
        PackSheet *sheet = &out->at[out->n++];
        sheet->path = next_str(&q);
        sheet->text = next_str(&q);
        int64_t at = next_int(&q);
        if (at > *entry) *entry = at;
    }
    return 0;
}

// Rights and rules are read from the sheets: who changed one past the journal must not be believed.
static Err *sheets_true(Db *db, Arena *a)
{
    Rows q;
    TRY(sql(db, a, &q, "select s.path, s.text, j.body, j.record_id from sheets s left join journal j on j.id = s.entry"));
    while (rows_next(&q)) {
        Str path = next_str(&q), text = next_str(&q), body = next_str(&q), said = next_str(&q);
        if (str_equal(text, body) && str_equal(path, said)) continue;
        return fail(a, ERR_BROKEN, "The sheet {} in the register is not the one in its journal: sukhwan rebuild makes it again.", path);
    }
    return 0;
}

Err *pack_sheets(Store *s, PackSheets *out)
{
    int64_t entry;
    return sheets_read(s->db, s->a, out, &entry);
}

Err *loaded_read(Register *reg, Db *db, Arena *a)
{
    PackSheets sheets;
    Faults all = {0};
    int64_t entry;
    const Loaded *loaded;
    Rows q;
    int64_t newest;
    TRY(sql(db, a, &q, "select value from meta where name = 'pack'"));
    // A page that began before a newer pack came does not bring the older one back.
    if (reg->loaded && rows_next(&q) && str_int(next_str(&q), &newest) && reg->loaded->entry >= newest) return 0;
    TRY(sheets_read(db, a, &sheets, &entry));
    if (reg->loaded && reg->loaded->entry >= entry) return 0;
    TRY(sheets_true(db, a));
    TRY(loaded_make(sheets, entry, &all, a, &loaded));
    if (!loaded) {
        return fail(a, ERR_BROKEN, "The pack in the register is faulty (sukhwan rebuild makes it again from the journal): {}", message_text(a, all.first->message));
    }
    reg->loaded = loaded;
    return 0;
}

Err *store_refresh(Store *s)
{
    if (s->reg->use == OPEN_SERVE && s->db) TRY(loaded_read(s->reg, s->db, s->a)); // a command may have loaded a newer one
    s->loaded = s->reg->loaded;
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

static Err *sheet_enter(Store *s, Str path, Str text, bool gone, int64_t *last)
{
    Entry e = {.record = S("pack"), .record_id = path, .verb = gone ? S("unload") : S("load"), .body = text};
    TRY(entry_next(s, &e.id));
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

typedef struct { PackSheets sheets; bool dry_run; Faults *all; int64_t *changed; const Loaded *made; } Loading;

static Err *load_work(Store *s, void *with)
{
    Loading *loading = with;
    PackSheets now = {0};
    int64_t last = 0;
    *loading->changed = 0;
    TRY(sheets_read(s->db, s->a, &now, &last));
    TRY(loaded_make(loading->sheets, 0, loading->all, s->a, &loading->made));
    const Pack *older = s->pack, *newer = loading->made ? loading->made->pack : 0;
    if (older && newer) pack_follows(s->a, older, newer, loading->all);
    if (loading->all->n) return 0;
    for (int i = 0; i < loading->sheets.n; i++) {
        PackSheet *sheet = &loading->sheets.at[i];
        const PackSheet *was = sheet_of(now, sheet->path);
        if (was && str_equal(was->text, sheet->text)) continue;
        ++*loading->changed;
        if (!loading->dry_run) TRY(sheet_enter(s, sheet->path, sheet->text, false, &last));
    }
    for (int i = 0; i < now.n; i++) {
        if (sheet_of(loading->sheets, now.at[i].path)) continue;
        ++*loading->changed;
        if (!loading->dry_run) TRY(sheet_enter(s, now.at[i].path, S(""), true, &last));
    }
    ((Loaded *)loading->made)->entry = last;
    return loading->dry_run || !*loading->changed ? 0 : schema_follow(s->db, s->a, older, newer);
}

Err *pack_load(Store *s, PackSheets sheets, bool dry_run, Faults *all, int64_t *changed)
{
    Loading loading = {sheets, dry_run, all, changed, 0};
    TRY(register_write(s, load_work, &loading));
    if (all->n || dry_run || !*changed) return 0;
    s->reg->loaded = loading.made;
    return store_refresh(s);
}
