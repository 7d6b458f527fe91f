// Saving: each draft is read, ruled and merged with what others saved meanwhile, then entered; all of a change or none.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

Draft draft_make(Arena *a, const RecordType *type)
{
    return (Draft){.type = type, .cells = take(a, Cell, type->n)};
}

// ---- reading what was given ------------------------------------------------------------------------

// What stood there when this was begun, as far as it is known.
static bool stood(const Save *v, const Field *f, Str *said)
{
    const Past *past = v->past && v->past[f->at].moved ? &v->past[f->at] : 0;
    *said = past ? past->said : v->seen ? v->seen->cells[f->at].text : (Str){0};
    return !past || past->known;
}

void stay(Save *v, int i)
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

// A table or a program that gives back the names of the files that are there means no change; no other text becomes a file.
static void files_given(Save *v, const Field *f)
{
    Cell *given = &v->draft->cells[f->at];
    Str names = v->now ? attached_names(v->s->a, v->now->cells[f->at].text) : (Str){0};
    if (given->text.n && !str_equal(given->text, names)) complain(v, f->name, given->text, message(v->s->a,
        "Files are not given as text: add them on the record's page, or send them to its address /{}/ID/{}.", v->t->name, f->name));
    given->said = false;
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
    if (field_files(f) && !draft->files) {
        files_given(v, f);
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
        TRY(save_link(v, f, value));
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
    if (taken) complain(v, S("key"), key, message(v->s->a, "The number {} is there already.", key));
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
        if (entries[i].version > v->draft->base || entry_of_sight(&entries[i])) continue;
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
        if (entry_of_sight(&entries[i])) continue;
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
    v->brought = v->s->batch;
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

// A new one has its name before it is there: what follows from it links to it.
static void name(Save *v)
{
    if (v->now) return;
    v->e.id = v->draft->new_id.n ? v->draft->new_id : random_name(v->s->a);
    if (!v->e.key.n) v->e.key = v->e.id;
}

Err *save_commit(Save *v)
{
    TRY(holder_name(v->s, v->t, v->cells));
    if (v->draft->passed) v->e.passed = v->draft->passed->name, v->e.day = v->draft->day;
    return effect_commit(v->s, &v->e, !v->now ? S("create") : v->draft->passed ? S("day") : S("change"));
}

static void made_list(Save *v)
{
    Saved *out = v->out;
    int n = 0;
    for (const Save *one = v->next; one; one = one->next) n += !one->now;
    if (n) out->made = take(v->s->a, MadeToo, n);
    for (const Save *one = v->next; one; one = one->next)
        if (!one->now) out->made[out->made_n++] = (MadeToo){one->t, one->e.id, one->e.row};
}

static Err *enter(Save *v)
{
    Saved *out = v->out;
    bool create = !v->now;
    if (create || v->changes || v->draft->passed) {
        TRY(save_commit(v));
        TRY(follow_enter(v));
        made_list(v);
        TRY(rows_follow(v));
    }
    out->id = v->e.id;
    out->key = v->e.key;
    out->row = v->e.row;
    out->version = create || v->changes || v->draft->passed ? v->e.version : v->now->version;
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
    return hidden ? record_at(&whole, v->t, v->now->row, &v->now) : 0;
}

// All that is decided about a draft is decided here.
Err *save_judge(Save *v, bool *done)
{
    View *view;
    TRY(save_before(v, done));
    if (*done) return 0;
    TRY(read_whole(v));
    begin(v);
    row_begin(v);
    TRY(past_read(v));
    for (int i = 0; i < v->t->n; i++) {
        const Field *f = &v->t->fields[i];
        bool told = faults_about(&v->draft->told, f->name);
        if (v->draft->cells[i].said && !f->calculation && !told) TRY(read_given(v, f));
        if (told && f->kind == FIELD_LINK) v->cells[i] = (Cell){.text = v->draft->cells[i].text, .said = true}; // somebody is meant
    }
    TRY(read_key(v));
    if (v->by) made_links(v);
    name(v);
    meet(v);
    TRY(keep_written(v, v->seen));
    read_state(v);
    read_since(v);
    TRY(record_view(v->s, v->t, v->e.row, v->cells, v->e.state, v->e.since, v->read, &view));
    TRY(save_move(v, view));
    view->since = v->e.since, view->state = v->e.state; // the rules see where it stands then
    if (v->now && !v->changes && !v->draft->move.n && !v->draft->passed) return 0;
    TRY(save_own(v, view));
    TRY(save_reckon(v));
    TRY(save_check(v, view));
    TRY(follow_check(v, view));
    return view_asked(view);
}

bool draft_refused(const Change *how, const Saved *saved)
{
    return saved->faults.n || saved->conflicts_n || (how->asks && saved->faults.warnings);
}

Err *draft_enter(Store *s, Draft *draft, Record *now, const Change *how)
{
    Saved *out = &draft->saved;
    int made = 0;
    Save v = {.s = s, .draft = draft, .how = how, .t = draft->type, .now = now, .seen = now, .out = out};
    v.count = how->made ? how->made : &made;
    bool done;
    *out = (Saved){0};
    for (const Fault *f = draft->told.first; f; f = f->next) faults_add(s->a, &out->faults, *f);
    TRY(save_judge(&v, &done));
    if (done) return 0;
    if (v.t->repeats_n) draft->then = row_on(&v);
    out->what = !now ? SAVED_CREATED : v.changes ? SAVED_CHANGED : SAVED_UNCHANGED;
    if (out->faults.n || out->conflicts_n) return 0;
    tell_changes(&v, now);
    return how->looks || draft_refused(how, out) ? 0 : enter(&v);
}
