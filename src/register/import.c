// Import: a file in one transaction, every fault told; the same file twice changes nothing.
// SPDX-License-Identifier: Apache-2.0
#include "register/inside.h"

typedef struct { int field; const Mapping *map; } Target; // field: or one of those below
typedef struct {
    Store *s; const ImportAsk *ask; Imported *out;
    Csv *csv;
    Target *targets; int targets_n; Str *header;
    int named;               // of these, up to the last that has a name
    int64_t header_line;     // where they are named
    int key_at;              // the column of the key; -1 when a mapping makes it
    Map keys;                // in this file: key to line
    Arena *kept;             // what lasts over the rows: keys, faults
    const RecordType *t;
    bool fresh;              // there was no record of this type when it began: it holds what it made itself
    int64_t since;           // the first entry of the last import of a file of this name; 0: there was none
    bool header_bad;         // nothing is written
    bool looks;              // nothing is written, not even to be undone: others go on saving meanwhile
    Map made;                // what looks: the keys of lines that would be new, to line
    int64_t lines;           // read so far
    Arena room;              // of the records that the next lines name
    Ahead ahead;
} Import;

// Even: it has as many cells as the header, so that what it names can be read.
typedef struct { CsvRow row; bool even; Naming *names; } Line;

enum { COLUMN_KEY = -1, COLUMN_NONE = -2, COLUMN_STATE = -3, COLUMN_NAMELESS = -4, COLUMN_SINCE = -5 };
enum { TOLD_MOST = 100000 }; // more than anybody reads

static void tell(Import *m, int64_t line, Str column, Str value, Message why, bool warning)
{
    bool many = (warning ? m->out->faults.warnings : m->out->faults.n) >= TOLD_MOST;
    m->out->untold += many;
    if (many) return;
    Arena *a = m->kept;
    Fault one = {.file = m->ask->file, .line = line, .column = str_copy(a, column),
        .value = str_copy(a, str_slice(value, 0, 200)), .warning = warning};
    one.message = message_keep(a, why.words, why.with);
    faults_add(a, &m->out->faults, one);
}

static void list_add(Import *m, ImportChanges *all, int64_t most, int64_t line, const Record *now, const Difference *change)
{
    Arena *a = m->kept;
    all->n++;
    if (all->told >= most) return;
    all->told++;
    ImportChange *one = take(a, ImportChange, 1);
    *one = (ImportChange){.line = line,
                          .id = str_copy(a, now->id),
                          .key = str_copy(a, now->key),
                          .title = str_copy(a, record_name(m->s, now)),
                          .column = change->field ? change->field->name : S("state"),
                          .change = *change};
    one->change.before = str_copy(a, change->before);
    one->change.after = str_copy(a, change->after);
    one->change.who = str_copy(a, change->who);
    *(all->last ? &all->last->next : &all->first) = one;
    all->last = one;
}

static void refuse(Import *m, int64_t line, Str column, Str value, Message why)
{
    tell(m, line, column, value, why, false);
}

// ---- the header --------------------------------------------------------------------------------------

bool import_column(const void *columns, Str name)
{
    const ImportColumns *c = columns;
    if (c->map) return mapping_get(c->map, name) != 0;
    return str_equal(name, S("key")) || str_equal(name, S("state")) || str_equal(name, S("state_since")) || field_get(c->type, name);
}

static bool row_blank(const CsvRow *row)
{
    for (int i = 0; i < row->n; i++) {
        if (str_bare(row->cells[i]).n) return false;
    }
    return true;
}

// The state of a record follows from moves and who may make them: only the command brings it in as it was.
static Target target_of(Import *m, Str column)
{
    const ImportMap *map = m->ask->map;
    if (map) {
        const Mapping *mapping = mapping_get(map, column);
        return mapping ? (Target){mapping->field ? mapping->field->at : COLUMN_NONE, mapping} : (Target){COLUMN_NONE, 0};
    }
    if (!column.n) return (Target){COLUMN_NAMELESS, 0};
    if (str_equal(column, S("key"))) return (Target){COLUMN_KEY, 0};
    const Field *f = field_get(m->t, column);
    if (f) return (Target){f->at, 0};
    bool knows = !m->s->user.role && m->t->state;
    if (knows && str_equal(column, S("state"))) return (Target){COLUMN_STATE, 0};
    if (knows && str_equal(column, S("state_since"))) return (Target){COLUMN_SINCE, 0};
    refuse(m, m->header_line, column, column,
           message(m->kept, "There is no column {} in a {}.", column,
                   words_in(&m->t->label, m->s->lang)));
    return (Target){COLUMN_NONE, 0};
}

static void read_header(Import *m, const CsvRow *row)
{
    m->targets = take(m->kept, Target, row->n);
    m->header = take(m->kept, Str, row->n);
    m->targets_n = row->n;
    m->header_line = row->line;
    m->key_at = -1;
    for (int i = 0; i < row->n; i++) {
        Str column = m->header[i] = str_copy(m->kept, str_bare(row->cells[i]));
        if (column.n) m->named = i + 1;
        for (int k = 0; column.n && k < i; k++) {
            if (str_equal(m->header[k], column))
                refuse(m, row->line, column, column,
                       message(m->kept, "The column {} stands twice.", column));
        }
        m->targets[i] = target_of(m, column);
        if (m->targets[i].field == COLUMN_KEY) m->key_at = i;
    }
    if (m->key_at < 0 && !m->ask->map)
        refuse(m, row->line, S("key"), S(""),
               message(m->kept, "The file has no column key: its first line names the columns."));
}

static bool header_find(Import *m)
{
    CsvRow row;
    for (int skip = m->ask->map ? m->ask->map->skip : 0;; skip--) {
        do {
            if (!csv_next(m->csv, m->kept, &row)) {
                refuse(m, 1, S(""), S(""), message(m->kept, "The file is empty: its first line must name the columns."));
                return false;
            }
            if (row.fault.words) {
                tell(m, row.line, S(""), S(""), row.fault, false);
                return false;
            }
        } while (skip <= 0 && row_blank(&row));
        if (skip <= 0) break;
    }
    m->out->notes_n = table_told(m->kept, m->csv, m->out->notes);
    read_header(m, &row);
    m->header_bad = m->out->faults.n;
    for (int i = 0; i < m->targets_n; i++) {
        if (m->targets[i].field != COLUMN_NONE) return true; // its lines are looked at all the same: one round of faults
    }
    return !m->header_bad;
}

// Of a faulty header a column may be missing that was only misspelt: what its absence breaks is not told of every line.
static bool header_lacks(const Import *m, Str column)
{
    for (int i = 0; i < m->targets_n; i++) {
        if (m->targets[i].field >= 0 && str_equal(m->t->fields[m->targets[i].field].name, column)) return false;
    }
    return m->header_bad && column.n;
}

// ---- a row -------------------------------------------------------------------------------------------

static Str key_made(const Import *m, Arena *a, const CsvRow *row)
{
    Buf o = buf_in(a);
    for (Str rest = m->ask->map->key; rest.n;) {
        buf_add(&o, str_cut(&rest, '{'));
        if (!rest.n) break;
        Str hole = str_cut(&rest, '}');
        if (str_equal(hole, S("file"))) buf_add(&o, path_name(m->ask->file));
        else if (str_equal(hole, S("line"))) buf_int(&o, row->line);
        for (int i = 0; i < m->targets_n; i++) {
            if (str_equal(hole, m->header[i])) buf_add(&o, row->cells[i]);
        }
    }
    return buf_str(&o);
}

static Str key_given(const Import *m, Arena *a, const CsvRow *row)
{
    bool made = m->ask->map && m->ask->map->key.n;
    return str_bare(made ? key_made(m, a, row) : m->key_at >= 0 ? row->cells[m->key_at] : (Str){0});
}

static bool passed_over(const Import *m, const CsvRow *row)
{
    for (int i = 0; i < m->targets_n; i++) {
        Str given = row->cells[i];
        if (!mapping_value(m->targets[i].map, &given)) return true;
    }
    return false;
}

// A cell that no field takes as it stands; told.
static bool cell_refused(Import *m, const CsvRow *row, int i)
{
    Str given = row->cells[i];
    const Mapping *map = m->targets[i].map; // a pack may say what it means
    bool failed = m->targets[i].field != COLUMN_NONE && cell_failed(given) && !(map && map_get(&map->values, given));
    if (failed) {
        tell(m, row->line, m->header[i], given, message(m->kept, "The cell {} shows {}: what it should count failed. "
            "Mend it in the spreadsheet, or empty the cell.", cell_place(m->s->a, i, row->line), str_trim(given)), false);
    } else if (m->targets[i].field == COLUMN_NAMELESS && str_bare(given).n) {
        tell(m, row->line, S(""), given, message(m->kept, "The cell {} holds something, and its column has no name in the first line. "
            "Name the column, or empty the cell.", cell_place(m->s->a, i, row->line)), false);
    } else {
        return false;
    }
    return true;
}

// False: a cell was refused.
static bool row_read(Import *m, const Line *line, Draft *draft)
{
    bool good = true;
    const CsvRow *row = &line->row;
    const ImportMap *map = m->ask->map;
    Store *s = m->s;
    for (int i = 0; i < m->targets_n; i++) {
        Str given = row->cells[i], value;
        bool refused = cell_refused(m, row, i);
        good &= !refused;
        if (refused) continue;
        mapping_value(m->targets[i].map, &given);
        if (m->targets[i].field == COLUMN_STATE) draft->state = str_trim(given);
        if (m->targets[i].field == COLUMN_SINCE) draft->stands_since = str_trim(given);
        if (m->targets[i].field < 0) continue;
        const Field *f = &m->t->fields[m->targets[i].field];
        Message why;
        if (field_read(s->a, f, register_clock(s), given, &value, &why)) {
            draft->cells[f->at].text = value;
            draft->cells[f->at].said = true;
        } else {
            tell(m, row->line, m->header[i], given, why, false);
            good = false;
        }
    }
    for (int i = 0; map && i < map->n; i++) {
        if (map->at[i].column.n || !map->at[i].field) continue;
        draft->cells[map->at[i].field->at].text = map->at[i].fixed;
        draft->cells[map->at[i].field->at].said = true;
    }
    draft->key = line->names->key;
    draft->sets_key = draft->prepared = draft->imported = true;
    draft->overwrites = m->ask->overwrites;
    draft->since = m->since;
    return good;
}

static bool key_first(Import *m, const CsvRow *row, Str key)
{
    bool is_new;
    if (m->key_at >= 0 && cell_failed(key)) return false; // told
    if (!key.n) {
        refuse(m, row->line, S("key"), key, message(m->kept, "The key is missing: every line needs one of its own."));
        return false;
    }
    const Slot *known = map_get(&m->keys, key);
    if (known) {
        refuse(m, row->line, S("key"), key, message(m->kept, "The key {} stands in line {} already.", key, known->i));
        return false;
    }
    map_put(&m->keys, m->kept, str_copy(m->kept, key), &is_new)->i = row->line;
    return true;
}

// A cell that could not be read is told once, not also for what its absence breaks.
static bool cell_told(const Import *m, const Fault *before, Str column)
{
    const Fault *f = before ? before->next : m->out->faults.first;
    while (f && (f->warning || !str_equal(f->column, column))) f = f->next;
    return f;
}

// bad: a cell was refused; then with all that is wrong with the line, not its cells alone.
static Err *row_save(Import *m, const Line *line, Draft *draft, bool bad, const Fault *before)
{
    Store *s = m->s, before_it = store_before(s); // no line finds what another one of the file wrote: each has a key of its own
    const CsvRow *row = &line->row;
    Record *now = line->names->now;
    Saved *saved = &draft->saved;
    if (!now && m->ahead.own.lacks) TRY(record_find(&before_it, m->t, draft->key, MAY_WRITE, &now));
    draft->key_free = m->fresh || (!now && may_all(&s->user, m->t, MAY_WRITE));
    if (now && !str_equal(now->key, draft->key)) {
        refuse(m, row->line, S("key"), draft->key, message(m->kept, "The key {} is the id of another record.", draft->key));
        return 0;
    }
    draft->sets_state = !now || draft->state.n; // what a file does not tell of a new record stays open
    TRY(draft_enter(s, draft, now, &(Change){.looks = m->looks || bad}));
    for (const Fault *f = saved->faults.first; f; f = f->next) {
        if (header_lacks(m, f->column)) continue;
        if (!bad || !cell_told(m, before, f->column)) tell(m, row->line, f->column, f->value, f->message, f->warning);
    }
    if (saved->faults.n || bad) return 0;
    for (int i = 0; i < saved->changes_n; i++) list_add(m, &m->out->changes, m->ask->changes_told, row->line, now, &saved->changes[i]);
    for (int i = 0; i < saved->kept_n; i++) list_add(m, &m->out->kept, TOLD_MOST, row->line, now, &saved->kept[i]);
    if (m->looks && !now) map_put(&m->made, m->kept, str_copy(m->kept, draft->key), &bad)->i = row->line;
    ++*(saved->what == SAVED_CREATED ? &m->out->created : saved->what == SAVED_CHANGED ? &m->out->changed : &m->out->unchanged);
    return 0;
}

static Err *line_import(Import *m, const Line *line)
{
    const CsvRow *row = &line->row;
    if (row->fault.words) {
        bool known = row->faulty > 0 && row->faulty <= m->targets_n;
        tell(m, row->line, known ? m->header[row->faulty - 1] : (Str){0}, S(""), row->fault, false);
        return 0;
    }
    if (row_blank(row)) return 0;
    if (!line->even) {
        refuse(m, row->line, S(""), S(""), message(m->kept, "This line has {} cells, and the header has {}.", row->n, m->targets_n));
        return 0;
    }
    if (passed_over(m, row)) return 0;
    Draft draft = draft_make(m->s->a, m->t);
    const Fault *before = m->out->faults.last;
    bool bad = !row_read(m, line, &draft);
    bool keyed = m->key_at >= 0 || m->ask->map; // else that is told of the header
    bad |= m->header_bad || (keyed && !key_first(m, row, draft.key));
    return row_save(m, line, &draft, bad, before);
}

// ---- a handful of lines, and all that they name ----------------------------------------------------------

enum { HANDFUL = 200, HANDFUL_BYTES = 128 << 10, HANDFUL_ROOM = 2 << 20 };

// Empty cells at a row's end are no cells: spreadsheets write them, or leave them out, as they like.
static bool row_even(const Import *m, Arena *a, CsvRow *row)
{
    int n = row->n;
    while (n > m->targets_n && !str_bare(row->cells[n - 1]).n) n--;
    if (row->fault.words || n > m->targets_n || n < m->named) return false;
    row->n = m->targets_n;
    if (n == m->targets_n) return true;
    Str *cells = take(a, Str, m->targets_n);
    memcpy(cells, row->cells, (size_t)n * sizeof *cells);
    row->cells = cells;
    return true;
}

static void names_read(const Import *m, Arena *a, const CsvRow *row, Naming *names)
{
    names->key = key_given(m, a, row);
    for (int i = 0; i < m->targets_n; i++) {
        Str given = row->cells[i];
        int field = m->targets[i].field;
        bool link = field >= 0 && m->t->fields[field].kind == FIELD_LINK;
        if (link && mapping_value(m->targets[i].map, &given)) names->links[field] = str_bare(given);
    }
}

// True: there may be more.
static bool handful_read(Import *m, Arena *a, Line *lines, Naming *names, int *n)
{
    const char *from = a->at;
    for (*n = 0; *n < HANDFUL && a->at - from < HANDFUL_BYTES; ++*n) {
        Line *line = &lines[*n];
        line->names = &names[*n];
        if (!csv_next(m->csv, a, &line->row)) return false;
        line->names->links = take(a, Str, m->t->n);
        line->even = row_even(m, a, &line->row);
        if (line->even) names_read(m, a, &line->row, line->names);
    }
    return true;
}

// Nothing is asked of the store before it for these lines, and only what is not among this after it.
static Err *handful_ask(Import *m, Naming *names, int n)
{
    m->ahead = (Ahead){.type = m->t, .room = m->room};
    return ahead_ask(m->s, &m->ahead, m->fresh, names, n);
}

// ---- the file ------------------------------------------------------------------------------------------

// What the handful holds is there for each of its lines, and each has the rest of the memory anew.
static Err *handful_import(Import *m, Arena rest, const Line *lines, int n, bool *more)
{
    enum { SERVED_MOST = 20000 }; // in a browser: nobody else can save meanwhile
    for (int i = 0; i < n; i++) {
        Arena turn = rest;
        m->s->a = &turn;
        if (++m->lines > SERVED_MOST && m->s->reg->queue) {
            refuse(m, lines[i].row.line, S(""), S(""),
                message(m->kept, "A file of more than {} lines is brought in with the command sukhwan import.", (int64_t)SERVED_MOST));
            *more = false;
            return 0;
        }
        TRY(line_import(m, &lines[i]));
        if (m->ask->progress && m->lines % 1000 == 0) m->ask->progress(m->ask->progress_with, m->lines);
    }
    return 0;
}

// Each handful has the scratch memory anew; what lasts is in the asker's.
static Err *rows_import(Import *m, Arena rows)
{
    Store *s = m->s;
    for (bool more = true; more;) {
        Arena turn = rows;
        int n;
        Line *lines = take(&turn, Line, HANDFUL);
        Naming *names = take(&turn, Naming, HANDFUL);
        s->a = &turn;
        more = handful_read(m, &turn, lines, names, &n);
        Err *e = handful_ask(m, names, n);
        if (!e) e = handful_import(m, turn, lines, n, &more);
        s->a = m->kept;
        if (e) return err_keep(m->kept, e);
    }
    return csv_failed(m->csv) ? fail(m->kept, ERR_INPUT, "The file {} could not be read to its end.", m->ask->file) : 0;
}

// A command alone may take more memory than a server's writer, and both cores: what it writes is written
// behind, and what it reads is read beside that.
static Err *import_widen(Store *s)
{
    TRY(db_widen(s->db, s->a));
    TRY(db_open(s->a, s->reg->where, DB_READ, false, &s->past));
    if (!db_shared(s->db)) TRY(db_begin(s->past, s->a, DB_READ)); // else others go on, and it sees what they did
    db_write_behind(s->db, s->a);
    return 0;
}

// Only the newest hundred are asked: each keeps its file's name sealed.
static Err *last_import(Import *m)
{
    Store *s = m->s;
    Rows q;
    Str name = path_name(m->ask->file), file;
    TRY(sql(s->db, s->a, &q, "select batch from imports where type = $1 and undone = 0 order by batch desc limit 100", m->t->name));
    while (!m->since && rows_next(&q)) {
        int64_t batch = next_int(&q);
        TRY(batch_file(s, batch, &file));
        if (str_equal(file, name)) m->since = batch;
    }
    return 0;
}

static Err *import_work(Store *s, void *with)
{
    Import *m = with;
    Store mine = *s;
    Rows q;
    Batch batch = {.kept = s->a, .file = path_name(m->ask->file), .type = m->t->name, .looked = m->looks ? &m->made : 0};
    mine.batch = &batch;
    m->s = &mine;
    m->kept = s->a;
    m->csv = m->ask->rows;
    if (!may_any(&s->user, m->t, MAY_MAKE))
        return fail(s->a, ERR_DENIED, "Your role may not change a {}.",
                    words_in(&m->t->label, s->lang));
    TRY(sql(s->db, s->a, &q, "select 1 from {} limit 1", ((Name){m->t->name})));
    m->fresh = !q.rows;
    if (!m->fresh) TRY(last_import(m));
    if (!header_find(m)) return nothing_kept();
    if (!s->reg->queue) TRY(import_widen(&mine));
    Arena rows = arena_cut(&mine.scratch, (s->scratch.end - s->scratch.at) / 2);
    m->room = arena_cut(&mine.scratch, HANDFUL_ROOM);
    batch.ahead = &m->ahead;
    Err *e = rows_import(m, rows);
    db_close(mine.past);
    TRY(e);
    m->out->batch = batch.first;
    if (m->looks) return 0;
    if (m->header_bad) return nothing_kept();
    if (m->ask->dry_run) TRY(db_settle(s->db, s->a)); // what would fail, fails here too
    if (m->ask->dry_run || (m->out->faults.n && !m->ask->keep_good)) return nothing_kept();
    return 0;
}

// A server's preview reads beside everybody, in one view of the register.
static Err *import_through(Store *s, Import *m)
{
    TRY(db_begin(s->db, s->a, DB_READ));
    Err *e = import_work(s, m), *ended = db_end(s->db, s->a, false);
    return e ? e : ended;
}

Err *import_file(Store *s, const ImportAsk *ask, Imported *out)
{
    Import m = {.ask = ask, .out = out, .t = ask->type, .looks = ask->dry_run && s->reg->queue};
    *out = (Imported){0};
    Err *e = m.looks ? import_through(s, &m) : register_write_as(s, DB_ALONE, import_work, &m);
    look_at_changes(s, ask->type, &out->changes);
    look_at_changes(s, ask->type, &out->kept);
    if (e && e->kind == ERR_COUNT) {
        out->batch = 0;
        return 0;
    }
    return e;
}
