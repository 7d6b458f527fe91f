// Commands that work on the records: import, export, figures, find, share, unshare.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

// A line on standard error now and then, so that long work is seen to go on.
static void progress(void *with, int64_t lines)
{
    int64_t *next = with, now = clock_ms();
    char room[64];
    Buf o = {.p = room, .cap = sizeof room};
    if (now < *next) return;
    *next = now + 5000;
    buf_int(&o, lines);
    buf_add(&o, S(" lines so far\n"));
    err_write(buf_str(&o));
}

// What was kept of what somebody wrote by hand, as warnings of the file's lines.
static Faults kept_faults(Arena *a, const Pack *pack, const Imported *done)
{
    Faults all = {0};
    for (const ImportChange *one = done->kept.first; one; one = one->next) {
        const Difference *c = &one->change;
        Message why = message(a, "kept: {} wrote '{}' here on {}, after it was last brought in; the file says '{}'.", c->who, c->before,
            day_text(a, day_of(c->ms, pack->offset)), c->after);
        faults_add(a, &all, (Fault){.line = one->line, .column = one->column, .value = c->after, .message = why, .warning = true});
    }
    return all;
}

static void faults_json(Buf *o, Arena *a, const Faults *all, bool warnings)
{
    bool first = true;
    for (const Fault *f = all->first; f; f = f->next) {
        if (f->warning != warnings) continue;
        if (!first) buf_char(o, ',');
        first = false;
        json(o, "{'line':{},'column':{},'value':{},'message':{}}", f->line, f->column.n ? f->column : S("-"), f->value,
            message_text(a, f->message));
    }
}

static void import_json(Buf *o, Arena *a, const Imported *done, const Faults *kept)
{
    json(o, "{'created':{},'changed':{},'unchanged':{},'rejected':[", done->created, done->changed, done->unchanged);
    faults_json(o, a, &done->faults, false);
    if (kept->first) buf_add(o, S("],\"kept\":["));
    faults_json(o, a, kept, true);
    buf_add(o, S("]}\n"));
}

static void import_tell(Call *call, const Store *s, const ImportAsk *ask, Imported *done)
{
    Faults kept = kept_faults(call->a, s->pack, done);
    Buf o = buf_in(call->a);
    bool refused = done->faults.n && !ask->keep_good;
    for (int i = 0; i < done->notes_n; i++) err_write(say(call->a, "sukhwan: {}\n", message_text(call->a, done->notes[i])));
    faults_tell(call->a, ask->file, &done->faults);
    faults_tell(call->a, ask->file, &kept);
    if (done->untold) err_write(say(call->a, "sukhwan: There are {} more that are not told here.\n", done->untold));
    if (refused && !ask->dry_run) done->created = done->changed = done->unchanged = 0;
    if (str_equal(option(call, S("--format"), S("text")), S("json"))) {
        import_json(&o, call->a, done, &kept);
    } else {
        buf_fill(&o, ask->dry_run ? "{} would be created, {} changed, {} unchanged, {} refused.\n"
            : "{} created, {} changed, {} unchanged, {} refused.\n",
            VALS(done->created, done->changed, done->unchanged, done->faults.n));
        if (done->kept.n)
            buf_fill(&o,
                     "{} values that somebody wrote since were kept; --overwrite puts the file's "
                     "in their place.\n",
                     VALS(done->kept.n));
        if (refused) buf_add(&o, S("Nothing was written. Mend the file, or keep its good lines with --keep-good.\n"));
    }
    out_write(buf_str(&o));
}

static Err *map_find(Call *call, Store *s, Str name, const RecordType *t, const ImportMap **out)
{
    for (int i = 0; i < s->pack->imports_n; i++) {
        if (str_equal(s->pack->imports[i].name, name)) *out = &s->pack->imports[i];
    }
    if (!*out) return fail(call->a, ERR_INPUT, "There is no mapping {} in the pack.", name);
    return (*out)->record == t ? 0 : fail(call->a, ERR_INPUT, "The mapping {} is for {}.", name, (*out)->record->name);
}

// Whose the rows are that a file brings.
static Err *unit_find(Call *call, const Store *s, Str key, const Unit **out)
{
    *out = unit_get(s->pack, key);
    if (!*out) return fail(call->a, ERR_INPUT, "There is no unit {} in the pack: its sheet units.csv names them.", key);
    if (unit_open(*out, register_today(s))) return 0;
    return fail(call->a, ERR_INPUT, "The unit {} is closed; choose one that is open.", words_in(&(*out)->label, LANG_EN));
}

// What the file is, if it is no table, and which sheet is meant, is a fault of it like any other.
static Err *table_find(Call *call, File *file, ImportAsk *ask, Imported *done)
{
    TableFile table;
    Message why = {0};
    ImportColumns *columns = take(call->a, ImportColumns, 1);
    *columns = (ImportColumns){ask->type, ask->map};
    Err *e = table_file_open(call->a, call->scratch,
                             &(TableAsk){.feed = file_feed,
                                         .with = file,
                                         .sheet = option(call, S("--sheet"), S("")),
                                         .skip = ask->map ? ask->map->skip : 0,
                                         .knows = import_column,
                                         .known = columns},
                             &table);
    if (e && e->kind != ERR_INPUT) return e;
    if (e) why = e->message;
    else if (!table.rows) why = message(call->a, "This workbook has several sheets that could be meant: {}. Say which, with --sheet.",
        str_join(call->a, table.sheets, table.sheets_n, S(", ")));
    ask->rows = e ? 0 : table.rows;
    if (!ask->rows) faults_add(call->a, &done->faults, (Fault){.line = 1, .message = why});
    return 0;
}

// Where somebody else changed one of the same records at the same time, nothing was written: it begins again.
static Err *import_try(Call *call, Store *s, File *file, ImportAsk *ask, Imported *done)
{
    enum { TRIES = 3 };
    for (int n = 1;; n++) {
        TRY(table_find(call, file, ask, done));
        Err *e = ask->rows ? import_file(s, ask, done) : 0;
        if (!e || !e->crossed || n == TRIES || !file_again(file)) return e;
        err_write(S("sukhwan: Somebody else changed one of these records at the same time: the file is brought in once more.\n"));
    }
}

Err *run_import(Call *call, int *exit_code)
{
    Store *s;
    File *file;
    Imported done = {0};
    int64_t next = clock_ms() + 2000;
    ImportAsk ask = {.file = call->args[2],
                     .dry_run = option_given(call, S("--dry-run")),
                     .keep_good = option_given(call, S("--keep-good")),
                     .overwrites = option_given(call, S("--overwrite")),
                     .progress = progress,
                     .progress_with = &next};
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(no_record(call, s, call->args[1], &ask.type));
    if (option_given(call, S("--map"))) TRY(map_find(call, s, option(call, S("--map"), S("")), ask.type, &ask.map));
    if (option_given(call, S("--unit"))) TRY(unit_find(call, s, option(call, S("--unit"), S("")), &s->gives_to));
    TRY(file_open(call->a, ask.file, &file));
    TRY(import_try(call, s, file, &ask, &done));
    TRY(looks_note(s, LOOK_VIEW));
    import_tell(call, s, &ask, &done);
    if (done.faults.n) *exit_code = EXIT_INPUT;
    return 0;
}

Err *run_export(Call *call, int *exit_code)
{
    Store *s;
    File *to;
    const RecordType *t;
    (void)exit_code;
    bool json_wanted = str_equal(option(call, S("--format"), S("csv")), S("json"));
    TRY(open_for(call, OPEN_READ, &s));
    TRY(no_record(call, s, call->args[1], &t));
    TRY(file_create(call->a, option(call, S("--out"), S("-")), &to));
    Err *e = export_records(s, t, json_wanted ? EXPORT_JSON : EXPORT_CSV, to);
    if (e) file_drop(to);
    return e ? e : file_close(call->a, to);
}

static Err *by_option(Call *call, FigureAsk *ask, int *exit_code)
{
    Str by = option(call, S("--by"), S(""));
    bool good = !option_given(call, S("--by")) || by.n;
    for (bool more = by.n; more && good;) {
        more = str_has(by, ',');
        Str name = str_trim(str_cut(&by, ','));
        good = name.n && ask->by_n < BY_MOST;
        for (int i = 0; good && i < ask->by_n; i++) good = !str_equal(ask->by[i], name);
        if (good) ask->by[ask->by_n++] = name;
    }
    if (good) return 0;
    *exit_code = EXIT_USAGE;
    return fail(call->a, ERR_INPUT, "--by takes one to {} different fields with commas between.", (int64_t)BY_MOST);
}

static Err *figures_ask(Call *call, Store *s, FigureAsk *ask, int *exit_code)
{
    *ask = (FigureAsk){.table = table_get(s->pack, call->args[1])};
    if (!ask->table) return fail(call->a, ERR_INPUT, "There is no table {} in the pack.", call->args[1]);
    TRY(day_option(call, S("--from"), &ask->from, exit_code));
    TRY(day_option(call, S("--to"), &ask->to, exit_code));
    if (ask->from <= ask->to) return by_option(call, ask, exit_code);
    *exit_code = EXIT_USAGE;
    return fail(call->a, ERR_INPUT, "The first day lies behind the last one.");
}

Err *run_figures(Call *call, int *exit_code)
{
    Store *s;
    FigureAsk ask;
    FigureAnswer answer;
    Buf o = buf_in(call->a);
    Str format = option(call, S("--format"), S("text"));
    if (!option_given(call, S("--from")) || !option_given(call, S("--to"))) {
        *exit_code = usage(call, S("figures need --from and --to."));
        return 0;
    }
    TRY(open_for(call, OPEN_READ, &s));
    TRY(figures_ask(call, s, &ask, exit_code));
    TRY(figures_count(s, &ask, &answer));
    if (str_equal(format, S("json"))) figures_json(&o, &answer);
    else if (str_equal(format, S("csv"))) figures_csv(&o, &answer);
    else figures_text(&o, &answer, LANG_EN);
    out_write(buf_str(&o));
    return 0;
}

// ---- sight ---------------------------------------------------------------------------------------------

typedef Err *SightWork(Store *s, const RecordType *t, Str id, const SightAsk *ask, Faults *all);

static Err *sight_change(Call *call, SightWork *work, const SightAsk *ask, int *exit_code)
{
    Store *s;
    const RecordType *t;
    Faults all = {0};
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(no_record(call, s, call->args[1], &t));
    TRY(look_told(call, t, call->args[2]));
    TRY(work(s, t, call->args[2], ask, &all));
    faults_said(call->a, &all);
    if (all.n) *exit_code = EXIT_INPUT;
    return 0;
}

Err *run_share(Call *call, int *exit_code)
{
    SightAsk ask = {.to = option(call, S("--to"), S("")), .compartments = option(call, S("--compartments"), S("")),
        .until = option(call, S("--until"), S("")), .why = option(call, S("--why"), S(""))};
    return sight_change(call, sight_give, &ask, exit_code);
}

Err *run_unshare(Call *call, int *exit_code)
{
    SightAsk ask = {.to = option(call, S("--to"), S("")), .why = option(call, S("--why"), S(""))};
    return sight_change(call, sight_take, &ask, exit_code);
}

// ---- find ----------------------------------------------------------------------------------------------

static void found_tell(Buf *o, Str format, int64_t line, const Found *found, int n)
{
    bool as_json = str_equal(format, S("json")), as_tsv = str_equal(format, S("tsv"));
    if (as_json) buf_char(o, '[');
    for (int i = 0; i < n; i++) {
        int64_t rank = i + 1, thousandths = (int64_t)(found[i].score * 1000 + 0.5);
        Str score = say(o->a, "{}.{}", thousandths / 1000, str_slice(say(o->a, "{}", 1000 + thousandths % 1000), 1, 4));
        if (as_json) {
            if (i) buf_char(o, ',');
            json(o, "{'rank':{},'key':{},'score':{},'title':{}}", rank, found[i].key, (Html){score}, found[i].title);
        } else if (as_tsv) {
            buf_fill(o, "{}\t{}\t{}\t{}\n", VALS(line, rank, found[i].key, score));
        } else {
            buf_fill(o, "{}  {}  {}\n", VALS(score, found[i].key, found[i].title));
        }
    }
    if (as_json) buf_add(o, S("]\n"));
}

// What fits exactly stands before the names: whoever asks for a key or a phone means that.
static Err *found_get(Store *s, Str name, int limit, Found **out, int *n)
{
    Found *others, *people;
    int others_n, people_n = 0, i = 0;
    TRY(find_exact(s, name, limit, &others, &others_n));
    TRY(find_people(s, name, others_n > 0, limit, &people, &people_n));
    *out = take(s->a, Found, others_n + people_n);
    *n = 0;
    while (i < people_n && people[i].exact) (*out)[(*n)++] = people[i++];
    for (int k = 0; k < others_n; k++) (*out)[(*n)++] = others[k];
    while (i < people_n) (*out)[(*n)++] = people[i++];
    if (*n > limit) *n = limit;
    return 0;
}

// Text has no line for it: so that silence is not taken for a fault.
static void found_nothing(Arena *a, Str batch, Str name, int64_t line)
{
    if (!batch.n) err_write(S("sukhwan: Nothing was found. Try a part of the name, a nickname, or the name in other letters.\n"));
    else if (str_trim(name).n) err_write(say(a, "{}:{}: -: Nothing was found.\n", batch, line));
}

Err *run_days(Call *call, int *exit_code)
{
    enum { AT_A_TIME = 1000 };
    Store *s;
    DaysDone now = {.more = true}, all = {0};
    TRY(open_for(call, OPEN_WRITE, &s));
    Arena turns = arena_cut(&call->scratch, (isize)256 << 20);
    s->scratch = call->scratch;
    while (now.more) {
        Arena turn = turns;
        s->a = &turn;
        TRY(days_pass(s, AT_A_TIME, &now));
        all.done += now.done;
        all.refused += now.refused;
        all.failed = now.failed;
    }
    out_write(say(call->a, "{} days passed and were done; {} could not be done, which was told; {} wait.\n", all.done, all.refused,
        all.failed));
    if (all.failed) *exit_code = EXIT_BROKEN;
    return 0;
}

Err *run_find(Call *call, int *exit_code)
{
    Store *s;
    int64_t limit;
    Str batch = option(call, S("--batch"), S("")), names = call->args[1], format = option(call, S("--format"), S("text"));
    if ((call->n == 2) == option_given(call, S("--batch"))) {
        *exit_code = usage(call, S("give one NAME, or --batch FILE."));
        return 0;
    }
    TRY(option_number(call, S("--limit"), 10, 1, 200, &limit, exit_code));
    TRY(open_for(call, OPEN_READ, &s));
    if (batch.n) TRY(file_read(call->a, batch, 64 << 20, &names));
    TRY(find_fill(s));
    Arena turns = arena_cut(&call->scratch, (isize)256 << 20);
    s->scratch = call->scratch;
    for (int64_t line = 1; names.n || (line == 1 && !batch.n); line++) {
        Arena turn = turns;
        Found *found = 0;
        int n;
        Str name = batch.n ? str_cut(&names, '\n') : names;
        if (!batch.n) names.n = 0;
        s->a = &turn;
        looks_collect(s, &call->looker);
        bool good = utf8_valid(name);
        if (!good) {
            err_write(say(&turn, "{}:{}: -: This name is not UTF-8 text.\n", batch.n ? batch : S("NAME"), line));
            *exit_code = EXIT_INPUT;
            name = (Str){0};
        }
        TRY(found_get(s, str_trim(name), (int)limit, &found, &n));
        Buf o = buf_in(&turn);
        found_tell(&o, format, line, found, n);
        TRY(looks_note(s, LOOK_FIND));
        out_write(buf_str(&o));
        if (!n && good && str_equal(format, S("text"))) found_nothing(&turn, batch, name, line);
    }
    s->a = call->a;
    return 0;
}
