// Saving one record: read, merged with what others saved meanwhile, checked, entered.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Draft draft_make(Arena *a, const RecordType *type)
{
    return (Draft){.type = type, .given = take(a, Str, type->n), .sets = take(a, bool, type->n)};
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
    Record *named = 0;
    if (key.n) TRY(link_read(v->s, f, key, shape_of(v->s, v->t)->through[i], &named));
    if (key.n && !named && looked_at(v, f, key)) {
        v->links[i] = -1; // its row, that is not there yet
        return 0;
    }
    v->read[i] = named;
    v->links[i] = named ? named->row : 0;
    v->link_ids[i] = named ? named->id : (Str){0};
    if (key.n && !named) {
        complain(v, f->name, key, message(v->s->a, "There is no {} with the key {}.", words_in(&f->target->label, v->s->lang), key));
    }
    return 0;
}

static Err *read_given(Save *v, const Field *f)
{
    Store *s = v->s;
    Str value = v->draft->given[f->at];
    Message why;
    if (!may_see(&s->user, v->t, f)) {
        complain(v, f->name, value, message(s->a, "This field is not open to you."));
        return 0;
    }
    if (!v->draft->prepared && !field_read(s->a, f, register_clock(s), value, &value, &why)) {
        complain(v, f->name, v->draft->given[f->at], why);
        return 0;
    }
    if (str_equal(value, v->seen ? v->seen->values[f->at] : (Str){0})) return 0; // what she was not shown stays
    if (f->kind == FIELD_LINK) {
        int64_t before = v->links[f->at];
        TRY(read_link(v, f, value));
        if (v->links[f->at] && v->links[f->at] == before) return 0; // named by id what was named by key
    }
    v->values[f->at] = value;
    v->sets[f->at] = v->changes = true;
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
    v->e.sets_state = v->changes = true;
}

// ---- what others saved meanwhile -----------------------------------------------------------------------

// A merge happens while everybody else waits, so it looks no further back than this: what it cannot know is
// shown with both values.
enum { BEHIND_MOST = 200, LOOKED_MOST = 300 };

typedef struct { bool *moved, *known; Str *said; } Past; // per field: others changed it since; what it said then

// A link to what does not exist for her was empty.
static Err *said_to_her(Save *v, const Field *f, Str *said)
{
    Record *named;
    if (f->kind != FIELD_LINK || !said->n) return 0;
    TRY(link_read(v->s, f, *said, 0, &named));
    if (!named) *said = (Str){0};
    return 0;
}

// What the fields that both changed said at the version this save was based on. Entries come newest first.
static Err *said_at(Save *v, const Entry *entries, int n, Past *past)
{
    int left = 0;
    for (int k = 0; k < v->t->n; k++) left += past->moved[k] && v->sets[k];
    for (int i = 0; i < n && left; i++) {
        const Json *body;
        if (entries[i].version > v->draft->base) continue;
        TRY(body_open(v->s, v->t, &entries[i], &body));
        for (int k = 0; k < v->t->n; k++) {
            const Json *said = past->moved[k] && v->sets[k] && !past->known[k] ? json_member(body, v->t->fields[k].name) : 0;
            if (!said) continue;
            past->known[k] = true;
            past->said[k] = said->text;
            TRY(said_to_her(v, &v->t->fields[k], &past->said[k]));
            left--;
        }
    }
    for (int k = 0; k < v->t->n; k++) past->known[k] |= n < LOOKED_MOST; // nothing before: it was empty
    return 0;
}

// The key is no field of the survey, but others may have changed it like one.
static const Field key_field = {.name = S("key"), .label = {.in = {[LANG_EN] = S("Number")}}, .kind = FIELD_TEXT};

static void conflict_add(Save *v, const Field *f, Str yours, Str theirs)
{
    Saved *out = v->out;
    if (!out->conflicts) out->conflicts = take(v->s->a, Conflict, v->t->n + 1);
    out->conflicts[out->conflicts_n++] = (Conflict){f, yours, theirs};
}

static void stay(Save *v, int i)
{
    v->values[i] = v->now->values[i];
    v->links[i] = v->now->links[i];
    v->link_ids[i] = (Str){0};
    v->read[i] = 0;
    v->sets[i] = false;
}

// Others changed this field since. Who gives what it said then, as a form does with every field it
// shows, did not mean to change it.
static void meet(Save *v, const Past *past, const Field *f)
{
    int i = f->at;
    if (past->known[i] && str_equal(past->said[i], f->kind == FIELD_LINK ? v->link_ids[i] : v->values[i])) stay(v, i);
    else conflict_add(v, f, v->values[i], v->seen->values[i]);
}

static void changes_left(Save *v)
{
    v->changes = v->e.sets_key;
    for (int k = 0; k < v->t->n; k++) v->changes |= v->sets[k];
}

static Err *merge(Save *v)
{
    const Draft *draft = v->draft;
    Entry *entries;
    int n;
    if (!v->now || !draft->base || draft->base == v->now->version) return 0;
    if (draft->base > v->now->version || draft->base < 0) {
        complain(v, S("version"), say(v->s->a, "{}", draft->base),
            message(v->s->a, "There is no version {} of this record: its newest is {}.", draft->base, v->now->version));
        return 0;
    }
    Past past = {take(v->s->a, bool, v->t->n), take(v->s->a, bool, v->t->n), take(v->s->a, Str, v->t->n)};
    bool far = v->now->version - draft->base > BEHIND_MOST, key_moved = far;
    TRY(entries_of(v->s, v->now, 0, far ? 0 : LOOKED_MOST, &entries, &n));
    for (int k = 0; k < v->t->n; k++) past.moved[k] = far;
    for (int i = 0; i < n && entries[i].version > draft->base; i++) {
        const Json *body;
        TRY(body_open(v->s, v->t, &entries[i], &body));
        for (int k = 0; k < v->t->n; k++) past.moved[k] |= json_member(body, v->t->fields[k].name) != 0;
        key_moved |= json_member(body, S("key")) != 0;
    }
    if (key_moved && v->e.sets_key) conflict_add(v, &key_field, v->e.key, v->now->key);
    if (!far) TRY(said_at(v, entries, n, &past));
    for (int k = 0; k < v->t->n; k++) {
        if (past.moved[k] && v->sets[k]) meet(v, &past, &v->t->fields[k]);
    }
    changes_left(v);
    return 0;
}

// ---- what an import would overwrite ------------------------------------------------------------------------

static bool state_given(const Save *v)
{
    return v->draft->state.n && !str_equal(v->draft->state, v->e.state);
}

static void keep(Save *v, const Record *seen, int i, const Entry *by)
{
    const Field *f = i < v->t->n ? &v->t->fields[i] : 0;
    Saved *out = v->out;
    if (!out->kept) out->kept = take(v->s->a, Change, v->t->n + 1);
    out->kept[out->kept_n++] = (Change){f, f ? seen->values[i] : v->e.state, f ? v->values[i] : v->draft->state, by->actor, by->time >> 16};
    if (f) stay(v, i);
    else v->keeps_state = true;
}

// What somebody wrote by hand since the last import is hers: a file knows nothing of it, whatever it says.
static Err *keep_written(Save *v, const Record *seen)
{
    const Entry **by = take(v->s->a, const Entry *, v->t->n + 1);
    bool *wanted = take(v->s->a, bool, v->t->n + 1);
    for (int i = 0; i < v->t->n; i++) wanted[i] = v->sets[i];
    wanted[v->t->n] = state_given(v);
    if (!v->draft->imported || !v->now || v->draft->overwrites || (!v->changes && !wanted[v->t->n])) return 0;
    TRY(written_since(v->s, v->now, wanted, v->draft->since, by));
    for (int i = 0; i <= v->t->n; i++) {
        if (by[i]) keep(v, seen, i, by[i]);
    }
    changes_left(v);
    return 0;
}

// As far as who brings the file in may see it.
static void tell_changes(Save *v, const Record *seen)
{
    Saved *out = v->out;
    if (!v->draft->imported || !seen || !v->changes) return;
    out->changes = take(v->s->a, Change, v->t->n + 1);
    for (int i = 0; i < v->t->n; i++) {
        if (v->sets[i])
            out->changes[out->changes_n++] = (Change){
                .field = &v->t->fields[i], .before = seen->values[i], .after = v->values[i]};
    }
    if (v->e.sets_state) out->changes[out->changes_n++] = (Change){.before = seen->state, .after = v->e.state};
}

// ---- entering ------------------------------------------------------------------------------------------

static void begin(Save *v)
{
    Arena *a = v->s->a;
    const RecordType *t = v->t;
    Record *now = v->now;
    v->values = take(a, Str, t->n);
    v->link_ids = take(a, Str, t->n);
    v->links = take(a, int64_t, t->n);
    v->sets = take(a, bool, t->n);
    v->read = take(a, Record *, t->n);
    for (int i = 0; now && i < t->n; i++) {
        v->values[i] = now->values[i];
        v->links[i] = now->links[i];
    }
    v->e = (Effect){.type = t, .values = v->values, .link_ids = v->link_ids, .links = v->links, .sets = v->sets};
    v->e.state = now ? now->state : state_first(v->s->pack, t);
    v->e.unit = now ? now->unit : v->s->user.unit ? v->s->user.unit->key : (Str){0};
    if (!now) return;
    v->e.row = now->row;
    v->e.id = now->id;
    v->e.key = now->key;
    v->e.held_before = holder_of(v->s, t, now->id, now->row, v->link_ids, now->links).row;
}

static Err *holder_name(Save *v)
{
    int i = v->t->person;
    Rows q;
    if (i < 0 || !v->links[i] || v->link_ids[i].n) return 0;
    const RecordType *person = v->t->fields[i].target;
    TRY(sql(shown_by(v->s, person), v->s->a, &q, "select id from {} where row = $1", ((Name){person->name}), v->links[i]));
    if (rows_next(&q)) v->link_ids[i] = next_str(&q);
    return 0;
}

static Err *enter(Save *v)
{
    Saved *out = v->out;
    bool create = !v->now;
    if (create) v->e.id = v->draft->new_id.n ? v->draft->new_id : random_name(v->s->a);
    if (create && !v->e.key.n) v->e.key = v->e.id;
    if (create || v->changes) {
        TRY(holder_name(v));
        TRY(effect_commit(v->s, &v->e, create ? S("create") : S("change"), create ? 0 : v->now->version));
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
    for (int i = 0; v->now && i < v->t->n; i++) hidden |= v->now->hidden[i] || v->now->beyond[i];
    return hidden ? record_by_row(&whole, v->t, v->now->row, &v->now) : 0;
}

Err *record_put(Store *s, const Draft *draft, Record *now, Saved *out)
{
    Save v = {.s = s, .draft = draft, .t = draft->type, .now = now, .seen = now, .out = out};
    View *view;
    bool done;
    *out = (Saved){0};
    TRY(save_before(&v, &done));
    if (done) return 0;
    TRY(read_whole(&v));
    begin(&v);
    for (int i = 0; i < v.t->n; i++) {
        if (draft->sets[i]) TRY(read_given(&v, &v.t->fields[i]));
    }
    TRY(read_key(&v));
    TRY(merge(&v));
    TRY(keep_written(&v, now));
    read_state(&v);
    TRY(record_view(s, v.t, v.values, v.e.state, v.links, v.read, &view));
    save_move(&v, view);
    view->state = v.e.state; // the rules see where it stands then
    if (!now || v.changes || draft->move.n) TRY(save_check(&v, view));
    if (out->faults.n) return save_before(&v, &done); // while a form was looked at, its twin may have been saved
    if (out->conflicts_n) return 0;
    out->what = !now ? SAVED_CREATED : v.changes ? SAVED_CHANGED : SAVED_UNCHANGED;
    tell_changes(&v, now);
    if (draft->only_check) return 0;
    return enter(&v);
}

Err *record_try(Store *s, const Draft *draft, Saved *out)
{
    Draft only = *draft;
    Record *now = 0;
    only.only_check = true;
    if (draft->id.n) TRY(record_get(s, draft->type, draft->id, &now));
    return record_put(s, &only, now, out);
}

typedef struct { const Draft *draft; Saved *out; } Saving;

static Err *save_work(Store *s, void *with)
{
    Saving *saving = with;
    const Draft *draft = saving->draft;
    Record *now = 0;
    if (!may_any(&s->user, draft->type, MAY_WRITE)) {
        return fail(s->a, ERR_DENIED, "Your role may not change a {}.", words_in(&draft->type->label, s->lang));
    }
    if (draft->id.n) TRY(record_find(s, draft->type, draft->id, MAY_WRITE, &now));
    if (draft->id.n && !now) {
        TRY(record_get(s, draft->type, draft->id, &now)); // not there, or not for her to know
        return fail(s->a, ERR_DENIED, "You may read this {}, not change it.", words_in(&draft->type->label, s->lang));
    }
    return record_put(s, draft, now, saving->out);
}

Err *record_save(Store *s, const Draft *draft, Saved *out)
{
    Saving saving = {draft, out};
    return register_write(s, save_work, &saving);
}
