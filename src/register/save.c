// Saving: each draft is read, ruled and merged with what others saved meanwhile, then entered; all of a change or none.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Draft draft_make(Arena *a, const RecordType *type)
{
    return (Draft){.type = type, .cells = take(a, Cell, type->n)};
}

// ---- reading what was given ------------------------------------------------------------------------

// A file that is only looked at writes no line, so a later one does not find what an earlier one would make.
static bool looked_at(const Save *v, const Field *f, Str key)
{
    const Batch *batch = v->s->batch;
    return batch && batch->looked && f->target == v->t && map_get(batch->looked, key);
}

static Err *read_link(Save *v, const Field *f, Str key)
{
    int i = f->at;
    Cell *cell = &v->cells[i];
    Record *named = 0;
    if (key.n) TRY(link_read(v->s, f, key, shape_of(v->s, v->t)->through[i], &named));
    bool ahead = key.n && !named && looked_at(v, f, key);
    v->read[i] = named;
    cell->row = named ? named->row : ahead ? -1 : 0; // ahead: it has no row yet
    cell->id = named ? named->id : (Str){0};
    if (key.n && !named && !ahead) {
        complain(v, f->name, key, message(v->s->a, "There is no {} with the key {}.", words_in(&f->target->label, v->s->lang), key));
    }
    return 0;
}

// What stood there when this was begun, as far as it is known.
static bool stood(const Save *v, const Field *f, Str *said)
{
    const Past *past = v->past && v->past[f->at].moved ? &v->past[f->at] : 0;
    *said = past ? past->said : v->seen ? v->seen->cells[f->at].text : (Str){0};
    return !past || past->known;
}

static void stay(Save *v, int i)
{
    v->cells[i] = v->now ? v->now->cells[i] : (Cell){0};
    v->cells[i].said = false;
    v->read[i] = 0;
}

// Named by its id what was named by its key, then or now.
static bool same_link(const Save *v, const Field *f, int64_t row)
{
    const Past *past = v->past && v->past[f->at].moved ? &v->past[f->at] : 0;
    const Cell *cell = &v->cells[f->at];
    return (cell->row && cell->row == row) || (past && past->known && str_equal(past->said, cell->id));
}

// Who says what stands there, or what stood there when she began, as a form does with every field it shows, means no
// change; and what she was not shown stays.
static Err *read_given(Save *v, const Field *f)
{
    Store *s = v->s;
    Draft *draft = v->draft;
    Cell *given = &draft->cells[f->at], *cell = &v->cells[f->at];
    Str value = given->text, before;
    bool known = stood(v, f, &before);
    Message why;
    if (!may_see(&s->user, v->t, f)) {
        complain(v, f->name, value, message(s->a, "This field is not open to you."));
        return 0;
    }
    bool untouched = v->now && known && draft->untouched && draft->untouched(draft->with, draft, f, before);
    if (!untouched && !draft->prepared && !field_read(s->a, f, register_clock(s), given->text, &value, &why)) {
        complain(v, f->name, given->text, why);
        return 0;
    }
    bool stands = str_equal(value, v->seen ? v->seen->cells[f->at].text : (Str){0}) || (known && str_equal(value, before));
    if (!untouched && !stands && f->kind == FIELD_LINK) {
        int64_t row = cell->row;
        TRY(read_link(v, f, value));
        stands = same_link(v, f, row);
        if (stands) stay(v, f->at);
    }
    if (untouched || stands) {
        given->said = !v->now;
        return 0;
    }
    cell->text = value;
    cell->said = v->changes = true;
    return 0;
}

Err *key_taken(Store *s, const RecordType *t, Str key, int64_t but_row, bool *taken)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select 1 from {} where (key = $1 or id = $2) and row <> $3 limit 1", (Name){t->name}, key, key, but_row));
    *taken = q.rows;
    return 0;
}

static bool key_good(Str key)
{
    return key.n && key.n <= 500 && str_seen(key);
}

static Err *read_key(Save *v)
{
    const Draft *draft = v->draft;
    Str key = str_bare(draft->key);
    bool taken;
    if (!draft->sets_key || (v->now && str_equal(key, v->now->key))) return 0;
    if (!key.n && !v->now) return 0;
    if (!key_good(key)) {
        complain(v, S("key"), key,
                 message(v->s->a, "A key is a text of at most 500 bytes without line breaks or "
                                  "letters that nobody sees."));
        return 0;
    }
    if (draft->key_free) taken = false;
    else TRY(key_taken(v->s, v->t, key, v->now ? v->now->row : 0, &taken));
    if (taken) complain(v, S("key"), key, message(v->s->a, "The key {} is there already.", key));
    v->e.key = key;
    v->e.sets_key = v->changes = true;
    return 0;
}

static void read_state(Save *v)
{
    const Pack *pack = v->s->pack;
    Str name = v->draft->state;
    bool known = !name.n;
    if (!v->draft->sets_state || (v->now && str_equal(name, v->e.state)) || v->keeps_state) return;
    for (int i = 0; i < pack->states_n; i++) known |= pack->states[i].record == v->t && str_equal(pack->states[i].name, name);
    if (!known) complain(v, S("state"), name, message(v->s->a, "There is no state {} here.", name));
    v->e.state = name;
    v->e.since = name.n ? register_today(v->s) : 0;
    v->e.sets_state = v->changes = true;
}

// Since when it stands there, where a file knows that; it says the state too.
static void read_since(Save *v)
{
    Str given = v->draft->stands_since, value;
    Days days = {0, 0};
    Message why;
    if (!given.n || v->keeps_state) return;
    if (!v->e.state.n || !str_equal(v->draft->state, v->e.state)) {
        complain(v, S("state_since"), given, message(v->s->a, "Say the state too: this is the day since when it stands there."));
    } else if (!field_read(v->s->a, v->t->since, register_clock(v->s), given, &value, &why)) {
        complain(v, S("state_since"), given, why);
    } else if (days_parse(value, &days) && days.first != days.last) {
        complain(v, S("state_since"), given, message(v->s->a, "Write a whole day, as in 2024-01-31."));
    } else if (days.first != (v->now ? v->now->since : 0)) {
        v->e.since = days.first;
        v->e.sets_since = v->changes = true;
    }
}

// ---- what others saved meanwhile -----------------------------------------------------------------------

// A merge happens while everybody else waits, so it looks no further back than this: what it cannot know is
// shown with both values.
enum { BEHIND_MOST = 200, LOOKED_MOST = 300 };

// A link to what does not exist for her was empty.
static Err *said_to_her(Save *v, const Field *f, Str *said)
{
    Record *named;
    if (f->kind != FIELD_LINK || !said->n) return 0;
    TRY(link_read(v->s, f, *said, 0, &named));
    if (!named) *said = (Str){0};
    return 0;
}

// What the fields that both speak of said at the version this save was based on. Entries come newest first.
static Err *said_at(Save *v, const Entry *entries, int n)
{
    const RecordType *t = v->t;
    int left = 0;
    bool closed = false;
    for (int k = 0; k < t->n; k++) left += v->past[k].moved && v->draft->cells[k].said;
    for (int i = 0; i < n && left; i++) {
        const Json *body;
        bool shut;
        if (entries[i].version > v->draft->base) continue;
        TRY(body_open(v->s, t, &entries[i], &shut, &body));
        closed |= shut;
        for (int k = 0; k < t->n; k++) {
            Past *past = &v->past[k];
            bool asked = past->moved && v->draft->cells[k].said && !past->known;
            const Json *said = asked ? json_member(body, t->fields[k].name) : 0;
            if (!said) continue;
            past->known = true;
            past->said = said->text;
            TRY(said_to_her(v, &t->fields[k], &past->said));
            left--;
        }
    }
    for (int k = 0; k < t->n; k++) v->past[k].known |= n < LOOKED_MOST && !closed; // nothing before: it was empty
    return 0;
}

static Err *past_read(Save *v)
{
    int n, fields = v->t->n;
    int64_t base = v->draft->base;
    Entry *entries;
    if (!v->now || !base || base == v->now->version) return 0;
    if (base > v->now->version || base < 0) {
        complain(v, S("version"), say(v->s->a, "{}", base),
            message(v->s->a, "There is no version {} of this record: its newest is {}.", base, v->now->version));
        return 0;
    }
    bool far = v->now->version - base > BEHIND_MOST;
    v->past = take(v->s->a, Past, fields + 2);
    TRY(entries_of(v->s, v->now, 0, far ? 0 : LOOKED_MOST, &entries, &n));
    for (int k = 0; k < fields + 2; k++) v->past[k].moved = far;
    for (int i = 0; i < n && entries[i].version > base; i++) {
        const Json *body;
        bool closed;
        TRY(body_open(v->s, v->t, &entries[i], &closed, &body));
        for (int k = 0; k < fields + 2; k++) {
            Str name = k < fields ? v->t->fields[k].name : k == fields ? S("key") : S("state");
            v->past[k].moved |= closed || json_member(body, name) != 0; // closed: it may have
        }
    }
    return far ? 0 : said_at(v, entries, n);
}

// The key is no field of the survey, but others may have changed it like one.
static const Field key_field = {.name = S("key"), .label = {.in = {[LANG_EN] = S("Number")}}, .kind = FIELD_TEXT};

void conflict_add(Save *v, const Field *f, Str yours, Str theirs)
{
    Saved *out = v->out;
    if (!out->conflicts) out->conflicts = take(v->s->a, Conflict, v->t->n + 2);
    out->conflicts[out->conflicts_n++] = (Conflict){f, yours, theirs};
}

// What she changes and others changed since.
static void meet(Save *v)
{
    if (!v->past) return;
    if (v->past[v->t->n].moved && v->e.sets_key) conflict_add(v, &key_field, v->e.key, v->now->key);
    for (int k = 0; k < v->t->n; k++) {
        if (v->past[k].moved && v->cells[k].said) conflict_add(v, &v->t->fields[k], v->cells[k].text, v->seen->cells[k].text);
    }
}

// ---- what an import would overwrite ------------------------------------------------------------------------

static bool state_given(const Save *v)
{
    return v->draft->state.n && !str_equal(v->draft->state, v->e.state);
}

static void changes_left(Save *v)
{
    v->changes = v->e.sets_key;
    for (int k = 0; k < v->t->n; k++) v->changes |= v->cells[k].said;
}

static void keep(Save *v, const Record *seen, int i, const Entry *by)
{
    const Field *f = i < v->t->n ? &v->t->fields[i] : 0;
    Saved *out = v->out;
    if (!out->kept) out->kept = take(v->s->a, Difference, v->t->n + 1);
    out->kept[out->kept_n++] = (Difference){f, f ? seen->cells[i].text : v->e.state, f ? v->cells[i].text : v->draft->state,
        writer_told(v->s, by), by->time >> 16};
    if (f) stay(v, i);
    else v->keeps_state = true;
}

// What somebody wrote by hand since the last import is hers: a file knows nothing of it, whatever it says.
static Err *keep_written(Save *v, const Record *seen)
{
    const Entry **by = take(v->s->a, const Entry *, v->t->n + 1);
    bool *wanted = take(v->s->a, bool, v->t->n + 1);
    for (int i = 0; i < v->t->n; i++) wanted[i] = v->cells[i].said;
    wanted[v->t->n] = state_given(v);
    if (!v->draft->imported || !v->now || v->draft->overwrites || (!v->changes && !wanted[v->t->n])) return 0;
    TRY(written_since(v->s, v->now, wanted, v->draft->since, by));
    for (int i = 0; i <= v->t->n; i++) {
        if (by[i]) keep(v, seen, i, by[i]);
    }
    changes_left(v);
    return 0;
}

static Str since_text(const Save *v, int since)
{
    return since ? day_text(v->s->a, since) : (Str){0};
}

// As far as who brings the file in may see it.
static void tell_changes(Save *v, const Record *seen)
{
    Saved *out = v->out;
    if (!v->draft->imported || !seen || !v->changes) return;
    out->changes = take(v->s->a, Difference, v->t->n + 2);
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        if (!v->cells[i].said) continue;
        out->changes[out->changes_n++] = (Difference){.field = f, .before = seen->cells[i].text, .after = v->cells[i].text};
    }
    if (v->e.sets_state) out->changes[out->changes_n++] = (Difference){.before = seen->state, .after = v->e.state};
    if (v->e.sets_since) out->changes[out->changes_n++] = (Difference){v->t->since, since_text(v, seen->since),
        since_text(v, v->e.since), {0}, 0};
}

// ---- entering ------------------------------------------------------------------------------------------

// Whose it is: of a command, whose import it says, or whose the pack says that such things are.
Str unit_given(const Store *s)
{
    return s->user.unit ? s->user.unit->key : s->gives_to ? s->gives_to->key : s->pack->import_unit;
}

static void begin(Save *v)
{
    Arena *a = v->s->a;
    const RecordType *t = v->t;
    Record *now = v->now;
    v->cells = take(a, Cell, t->n);
    v->read = take(a, Record *, t->n);
    if (now) memcpy(v->cells, now->cells, (size_t)t->n * sizeof *v->cells);
    v->e = (Effect){.type = t, .cells = v->cells};
    v->e.state = now ? now->state : state_first(v->s->pack, t);
    v->e.since = now ? now->since : v->e.state.n ? register_today(v->s) : 0;
    v->e.unit = now ? now->unit : unit_given(v->s);
    if (!now) return;
    v->e.row = now->row;
    v->e.version = now->version;
    v->e.entry = now->entry;
    v->e.head = now->head;
    v->e.id = now->id;
    v->e.key = now->key;
    v->e.held_before = holder_of(v->s, t, now->id, now->row, now->cells).row;
}

// By its row alone nobody is named whose keys seal it.
Err *holder_name(Store *s, const RecordType *t, Cell *cells)
{
    Cell *person = t->person < 0 ? 0 : &cells[t->person];
    Rows q;
    if (!person || !person->row || person->id.n) return 0;
    const RecordType *to = t->fields[t->person].target;
    TRY(sql(shown_by(s, to), s->a, &q, "select id from {} where row = $1", ((Name){to->name}), person->row));
    if (rows_next(&q)) person->id = next_str(&q);
    return 0;
}

static Err *enter(Save *v)
{
    Saved *out = v->out;
    bool create = !v->now;
    if (create) v->e.id = v->draft->new_id.n ? v->draft->new_id : random_name(v->s->a);
    if (create && !v->e.key.n) v->e.key = v->e.id;
    if (create || v->changes) {
        TRY(holder_name(v->s, v->t, v->cells));
        TRY(effect_commit(v->s, &v->e, create ? S("create") : S("change")));
        TRY(sight_follow(v));
    }
    out->id = v->e.id;
    out->key = v->e.key;
    out->row = v->e.row;
    out->version = create || v->changes ? v->e.version : v->now->version;
    return 0;
}

// What is hidden from who saves is still there: for the rules, for keys, and when it is sealed anew.
static Err *read_whole(Save *v)
{
    bool hidden = false;
    Store whole = *v->s;
    whole.user = user_operator();
    whole.user.unit = v->s->user.unit; // but with her agency's keys
    for (int i = 0; v->now && i < v->t->n; i++) hidden |= v->now->cells[i].hidden || v->now->cells[i].beyond;
    return hidden ? record_by_row(&whole, v->t, v->now->row, &v->now) : 0;
}

// All that is decided about a draft is decided here.
static Err *judge(Save *v, bool *done)
{
    View *view;
    TRY(save_before(v, done));
    if (*done) return 0;
    TRY(read_whole(v));
    begin(v);
    TRY(past_read(v));
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        if (v->draft->cells[i].said && !f->calculation && !faults_about(&v->draft->told, f->name)) TRY(read_given(v, f));
    }
    TRY(read_key(v));
    meet(v);
    TRY(keep_written(v, v->seen));
    read_state(v);
    read_since(v);
    TRY(record_view(v->s, v->t, v->cells, v->e.state, v->e.since, v->read, &view));
    TRY(save_move(v, view));
    view->since = v->e.since, view->state = v->e.state; // the rules see where it stands then
    if (v->now && !v->changes && !v->draft->move.n) return 0;
    TRY(save_reckon(v));
    TRY(save_check(v, view));
    return sight_check(v, view);
}

static bool refused(const Change *how, const Saved *saved)
{
    return saved->faults.n || saved->conflicts_n || (how->asks && saved->faults.warnings);
}

Err *draft_enter(Store *s, Draft *draft, Record *now, const Change *how)
{
    Saved *out = &draft->saved;
    Save v = {.s = s, .draft = draft, .t = draft->type, .now = now, .seen = now, .out = out};
    bool done;
    *out = (Saved){0};
    for (const Fault *f = draft->told.first; f; f = f->next) faults_add(s->a, &out->faults, *f);
    TRY(judge(&v, &done));
    if (done) return 0;
    out->what = !now ? SAVED_CREATED : v.changes ? SAVED_CHANGED : SAVED_UNCHANGED;
    if (out->faults.n || out->conflicts_n) return 0;
    tell_changes(&v, now);
    return how->looks || refused(how, out) ? 0 : enter(&v);
}

// Where others write at the same time: it stays as it is from here until it is saved.
Err *record_lock(Store *s, const RecordType *t, Str id)
{
    id = str_bare(id);
    if (!db_shared(s->db) || !s->head) return 0;
    return sql(s->db, s->a, 0, "select row from {} where key = $1 or id = $2{}", (Name){t->name}, id, id,
        (Sql){.text = db_locks(s->db)});
}

static Err *draft_save(Store *s, Draft *draft, const Change *change)
{
    Record *now = 0;
    bool writes = may_any(&s->user, draft->type, MAY_WRITE);
    if (draft->id.n && writes) {
        TRY(record_lock(s, draft->type, draft->id));
        TRY(record_find(s, draft->type, draft->id, MAY_WRITE, &now));
    }
    if (draft->id.n && !now) {
        TRY(record_get(s, draft->type, draft->id, &now)); // not there, or not for her to know
        if (writes) return fail(s->a, ERR_DENIED, "You may read this {}, not change it.", words_in(&draft->type->label, s->lang));
    }
    if (!writes) return fail(s->a, ERR_DENIED, "Your role may not change a {}.", words_in(&draft->type->label, s->lang));
    return draft_enter(s, draft, now, change);
}

typedef struct { Change *change; Cell **asked; } Saving; // asked: the cells as they were given, for when it runs again

static Err *save_work(Store *s, void *with)
{
    const Saving *saving = with;
    Change *change = saving->change;
    bool none = false;
    for (int i = 0; i < change->n; i++) {
        Draft *draft = &change->drafts[i];
        if (saving->asked) memcpy(draft->cells, saving->asked[i], (size_t)draft->type->n * sizeof *draft->cells);
        TRY(draft_save(s, &change->drafts[i], change));
        none |= refused(change, &change->drafts[i].saved);
    }
    return none && change->n > 1 ? nothing_kept() : 0;
}

Err *record_save(Store *s, Change *change)
{
    Saving saving = {change, 0};
    if (!change->looks && db_shared(s->db)) {
        saving.asked = take(s->a, Cell *, change->n);
        for (int i = 0; i < change->n; i++) {
            const Draft *draft = &change->drafts[i];
            saving.asked[i] = take(s->a, Cell, draft->type->n);
            memcpy(saving.asked[i], draft->cells, (size_t)draft->type->n * sizeof *draft->cells);
        }
    }
    Err *e = change->looks ? save_work(s, &saving) : register_write(s, save_work, &saving);
    return e && e->kind == ERR_COUNT ? 0 : e;
}

Err *draft_view(Store *s, const Draft *draft, const Record *now, View **out)
{
    const RecordType *t = draft->type;
    Cell *cells = take(s->a, Cell, t->n);
    Record **read = take(s->a, Record *, t->n);
    for (int i = 0; i < t->n; i++) {
        const bool *through = shape_of(s, t)->through[i];
        if (now) cells[i] = now->cells[i];
        if (!draft->cells[i].said) continue;
        cells[i] = (Cell){.text = draft->cells[i].text};
        if (through && cells[i].text.n) TRY(link_read(s, &t->fields[i], cells[i].text, through, &read[i]));
        if (read[i]) cells[i].row = read[i]->row;
    }
    Str state = now ? now->state : state_first(s->pack, t);
    return record_view(s, t, cells, state, now ? now->since : state.n ? register_today(s) : 0, read, out);
}
