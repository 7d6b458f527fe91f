// Bringing in a table: checked first and shown, then written as a batch, which can be taken back.
// SPDX-License-Identifier: Apache-2.0
#include "web/parts/parts.h"

enum { FAULTS_SHOWN = 100, CHANGES_SHOWN = 200, VALUE_SHOWN = 80, COUNTS = 5 };
typedef struct {
    const RecordType *type; const ImportMap *map;
    Str name, file, bytes;   // bytes: as they were sent
    ImportColumns columns; TableFile table; // as they are read
    Str token;               // what they are kept under; empty: not yet
    bool keep_good, overwrites;
} Upload;

// ---- the table that was sent --------------------------------------------------------------------------------

// What it is: a record type, or a mapping of the pack as map:NAME.
static Err *upload_what(Request *ask, const Pairs *given, Upload *up)
{
    Str what = pairs_get(given, S("what"));
    bool mapped = str_starts(what, S("map:"));
    up->name = what;
    for (int i = 0; mapped && i < ask->pack->imports_n; i++)
        if (str_equal(ask->pack->imports[i].name, str_slice(what, 4, what.n))) up->map = &ask->pack->imports[i];
    up->type = up->map ? up->map->record : mapped ? 0 : record_type(ask->pack, what);
    if (up->type && may_create(ask, up->type)) return 0;
    return fail(ask->a, ERR_INPUT, "Choose what the table is about.");
}

// The file comes with the form, or it was sent before and is kept here. Who writes it spends it.
static Err *upload_read(Request *ask, const Pairs *given, Upload *up)
{
    const Pair *sent = pairs_find(given, S("file"));
    TRY(upload_what(ask, given, up));
    up->keep_good = pairs_find(given, S("_keep_good")) != 0;
    up->overwrites = pairs_find(given, S("_overwrite")) != 0;
    Str kept = pairs_get(given, S("_upload"));
    if (kept.n) {
        TRY(upload_spend(web_uploads(ask->web), ask->a, ask->scratch, ask->s->user.name, kept, &up->file, &up->bytes));
        up->token = kept;
    } else if (sent && sent->value.n) {
        up->file = sent->file;
        up->bytes = sent->value;
    } else {
        return fail(ask->a, ERR_INPUT, "Choose a file: a table saved as CSV or as an Excel workbook.");
    }
    up->columns = (ImportColumns){up->type, up->map};
    return table_file_open(ask->a, ask->scratch, &(TableAsk){.whole = up->bytes, .sheet = pairs_get(given, S("_sheet")),
        .skip = up->map ? up->map->skip : 0, .knows = import_column, .known = &up->columns}, &up->table);
}

// What was sent stays here and is not sent to and fro: the form that writes it names it, and so does the page's address
// in another language.
static Err *upload_hold(Request *ask, Upload *up)
{
    Uploads *all = web_uploads(ask->web);
    if (!up->token.n)
        TRY(upload_keep(all, ask->a, ask->scratch, ask->s->user.name, up->file, up->bytes, &up->token));
    ask->here = url(ask->a, "/import/look?what={}&_upload={}", up->name, up->token).s;
    if (up->table.sheet.n) ask->here = say(ask->a, "{}&_sheet={}", ask->here, url(ask->a, "{}", up->table.sheet).s);
    return 0;
}

// A form that goes on with what was sent.
static Asking asking_on(Request *ask, const Upload *up)
{
    Asking asking = {.to = url(ask->a, "/import")};
    box_add(ask, &asking, (Box){BOX_HIDDEN, .name = S("what"), .value = up->name});
    box_add(ask, &asking, (Box){BOX_HIDDEN, .name = S("_upload"), .value = up->token});
    return asking;
}

static Err *upload_import(Request *ask, const Upload *up, bool dry_run, Imported *out)
{
    *out = (Imported){0};
    ImportAsk asked = {.type = up->type, .file = up->file, .rows = up->table.rows, .map = up->map, .dry_run = dry_run,
        .keep_good = up->keep_good, .overwrites = up->overwrites, .changes_told = CHANGES_SHOWN};
    return import_file(ask->s, &asked, out);
}

// ---- what was found in it -------------------------------------------------------------------------------------

static void more_said(Request *ask, Block *block, int64_t n)
{
    if (n > block->n) block->below = message_in(ask->a, ask->lang, message(ask->a, "and {} more", n - block->n));
}

static void faults_add_all(const Faults *faults, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    const Str heads[] = {tr(lang, S("Line")), tr(lang, S("Column")), tr(lang, S("What stands there")), tr(lang, S("What is wrong"))};
    Block table = table_block(ask, tr(lang, S("Line by line")), heads, countof(heads));
    for (const Fault *f = faults->first; f && table.n < FAULTS_SHOWN; f = f->next) {
        Line *row = row_add(ask, &table);
        Str words = message_in(ask->a, lang, f->message);
        cell_add(row, say(ask->a, "{}", f->line));
        cell_add(row, f->column);
        cell_add(row, str_slice(f->value, 0, VALUE_SHOWN));
        cell_add(row, f->warning ? say(ask->a, "{}{}", tr(lang, S("Unlikely, but taken: ")), words) : words);
    }
    more_said(ask, &table, faults->n + faults->warnings);
    if (table.n) block_add(out, &table);
}

static Str value_or_none(Request *ask, const Difference *c, const RecordType *t, Str value)
{
    Str shown = c->field ? value_shown(ask->s, c->field, value) : state_label(ask, t, value);
    return shown.n ? shown : tr(ask->lang, S("nothing"));
}

static void change_row(Request *ask, const RecordType *t, const ImportChange *one, Line *row)
{
    const Difference *c = &one->change;
    cell_add(row, say(ask->a, "{}", one->line));
    cell_add(row, one->title)->to = record_url(ask, t, one->id);
    cell_add(row, c->field ? field_label(ask, c->field) : tr(ask->lang, S("State")));
    Item *before = cell_add(row, value_or_none(ask, c, t, c->before));
    if (c->who.n) before->below = say(ask->a, "{}, {}", actor_shown(ask, c->who), moment_shown(ask, c->ms));
    cell_add(row, value_or_none(ask, c, t, c->after));
}

// What a table changes, value by value; or what it leaves, since somebody wrote it since.
static void changes_add(const RecordType *t, const ImportChanges *all, const Str words[3], Blocks *out)
{
    Request *ask = out->ask;
    const Str heads[] = {tr(ask->lang, S("Line")), type_label(ask, t), tr(ask->lang, S("What")), words[1], words[2]};
    Block table = table_block(ask, words[0], heads, countof(heads));
    for (const ImportChange *one = all->first; one && table.n < CHANGES_SHOWN; one = one->next)
        change_row(ask, t, one, row_add(ask, &table));
    more_said(ask, &table, all->n);
    if (table.n) block_add(out, &table);
}

static void changes_both(const Upload *up, const Imported *got, Blocks *out)
{
    Lang lang = out->ask->lang;
    const Str kept[] = {tr(lang, S("Kept: somebody wrote this after it was last brought in")),
        tr(lang, S("Stands in the register, and stays")), tr(lang, S("What the file says"))};
    const Str changed[] = {tr(lang, S("What changes")), tr(lang, S("Before")), tr(lang, S("After"))};
    changes_add(up->type, &got->kept, kept, out);
    changes_add(up->type, &got->changes, changed, out);
}

static void count_add(Request *ask, Line *line, int64_t n, Str words)
{
    cell_add(line, number_shown(ask->a, ask->lang, n))->name = words;
}

// What was taken for granted of the file, and how much came of it.
static void counts_add(const Imported *got, bool written, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    for (int i = 0; i < got->notes_n; i++) words_add(out, TONE_BOXED, message_in(ask->a, lang, got->notes[i]));
    Block *counts = facts_add(out, COUNTS);
    Line *line = &counts->lines[0];
    counts->shape = SHAPE_NUMBERS;
    count_add(ask, line, got->created, written ? tr(lang, S("new records")) : tr(lang, S("would be new")));
    count_add(ask, line, got->changed, written ? tr(lang, S("changed")) : tr(lang, S("would be changed")));
    count_add(ask, line, got->unchanged, tr(lang, S("stay as they are")));
    count_add(ask, line, got->faults.n, tr(lang, S("things wrong")));
    if (got->kept.n) count_add(ask, line, got->kept.n, tr(lang, S("values that somebody wrote since: they stay")));
}

// What of it could be written; a table that only says what stands there already has nothing to be.
static int64_t writable(const Imported *got)
{
    return got->created + got->changed + got->kept.n;
}

static void write_offer(const Upload *up, const Imported *got, Blocks *out)
{
    Request *ask = out->ask;
    Lang lang = ask->lang;
    bool good = !got->faults.n;
    Asking asking = asking_on(ask, up);
    if (up->table.sheet.n) box_add(ask, &asking, (Box){BOX_HIDDEN, .name = S("_sheet"), .value = up->table.sheet});
    if (got->kept.n) box_add(ask, &asking, (Box){BOX_TICK, .name = S("_overwrite"), .value = S("yes"), .id = S("overwrite"),
        .label = tr(lang, S("Also overwrite what somebody wrote since it was last brought in"))});
    box_add(ask, &asking, (Box){BOX_HIDDEN, .name = S("_write"), .value = S("yes")});
    if (!good) box_add(ask, &asking, (Box){BOX_HIDDEN, .name = S("_keep_good"), .value = S("yes")});
    asking.words = good ? tr(lang, S("Write it")) : tr(lang, S("Write the good lines only"));
    asking.button = good ? BUTTON_MAIN : BUTTON_SECOND;
    asking.leave = url(ask->a, "/import");
    asking.leave_words = tr(lang, S("Choose another table"));
    Block *block = ask_add(out, (Str){0}, &asking);
    if (!good) block->above = tr(lang, S("Mend the table and choose it again; or write the good lines now, and the others later."));
}

static Str nothing_words(Lang lang, const Imported *got)
{
    if (got->faults.n) return tr(lang, S("Not one line of it could be written. Mend the table and choose it again."));
    if (!got->unchanged) return tr(lang, S("This table holds no lines, only its header: there is nothing to write."));
    return tr(lang, S("All that it says stands in the register already: there is nothing to write."));
}

static void nothing_offered(const Imported *got, Blocks *out)
{
    Request *ask = out->ask;
    words_add(out, TONE_PLAIN, nothing_words(ask->lang, got));
    words_add(out, TONE_BUTTON, tr(ask->lang, S("Choose another table")))->to = url(ask->a, "/import");
}

// Which sheet of a workbook is meant, or another one than that which was read.
static void sheet_add(const Upload *up, Blocks *out)
{
    Request *ask = out->ask;
    Asking asking = asking_on(ask, up);
    List *sheets = choices_made(ask, up->table.sheets_n);
    for (int i = 0; i < up->table.sheets_n; i++) choice_add(ask, sheets, up->table.sheets[i], up->table.sheets[i]);
    box_add(ask, &asking, (Box){BOX_SELECT, .name = S("_sheet"), .id = S("sheet"), .value = up->table.sheet, .list = sheets,
        .label = tr(ask->lang, S("The sheet of the workbook"))});
    asking.words = tr(ask->lang, S("Read this sheet"));
    ask_add(out, (Str){0}, &asking);
}

static Err *sheet_ask(Request *ask, Upload *up)
{
    Blocks all = {.ask = ask};
    TRY(upload_hold(ask, up));
    words_add(&all, TONE_PLAIN, tr(ask->lang, S("This workbook has several sheets. Choose the one that holds the table.")));
    sheet_add(up, &all);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Which sheet is meant?")), .key = up->file}, &all);
    return 0;
}

static Err *preview_write(Request *ask, Upload *up, const Imported *got)
{
    Blocks all = {.ask = ask};
    bool sheets = up->table.sheets_n > 1;
    if (writable(got) || sheets) TRY(upload_hold(ask, up));
    counts_add(got, false, &all);
    if (writable(got)) write_offer(up, got, &all);
    else nothing_offered(got, &all);
    if (sheets) sheet_add(up, &all);
    changes_both(up, got, &all);
    faults_add_all(&got->faults, &all);
    blocks_page(ask, &(Page){.title = tr(ask->lang, S("Nothing is written yet: look first")), .key = up->file}, &all);
    return 0;
}

static void written_write(Request *ask, const Upload *up, const Imported *got)
{
    Lang lang = ask->lang;
    Blocks all = {.ask = ask};
    bool none = !got->batch, nothing = none && got->faults.n;
    Imported faults = *got;
    faults.created = faults.changed = faults.unchanged = faults.kept.n = 0;
    counts_add(nothing && !up->keep_good ? &faults : got, true, &all);
    words_add(&all, TONE_BUTTON, type_plural(ask, up->type))->to = url(ask->a, "/{}", up->type->name);
    words_more(&all, tr(lang, S("All imports, and taking one back")))->to = url(ask->a, "/import");
    if (!nothing) changes_both(up, got, &all);
    faults_add_all(&got->faults, &all);
    Str title = none ? tr(lang, S("Nothing was written")) : tr(lang, S("The table was brought in"));
    blocks_page(ask, &(Page){.title = title, .key = up->file, .status = nothing ? 400 : 0}, &all);
}

static Err *upload_answer(Request *ask, const Pairs *given, bool writes)
{
    Upload up = {0};
    Imported got;
    Uploads *all = web_uploads(ask->web);
    ask->here = S("/import");
    Err *e = upload_read(ask, given, &up);
    bool asks = !e && !up.table.rows;
    writes = writes && !asks;
    if (!e && !asks) e = upload_import(ask, &up, !writes, &got);
    if (writes && !e) upload_drop(all, ask->a, ask->s->user.name, up.token);
    else upload_unspend(all, ask->s->user.name, up.token); // it can be tried again, or looked at otherwise
    TRY(e);
    if (asks) return sheet_ask(ask, &up);
    if (!writes) return preview_write(ask, &up, &got);
    written_write(ask, &up, &got);
    return 0;
}

bool brings_tables(const Request *ask)
{
    bool may = false;
    for (int i = 0; i < ask->pack->records_n; i++) may = may || may_create(ask, &ask->pack->records[i]);
    return may;
}

Err *import_post(Request *ask)
{
    return upload_answer(ask, &ask->form, pairs_find(&ask->form, S("_write")) != 0);
}

Err *import_look(Request *ask)
{
    if (!brings_tables(ask)) return fail(ask->a, ERR_DENIED, "Your role brings in no tables.");
    return upload_answer(ask, &ask->query, false);
}

// ---- the page -------------------------------------------------------------------------------------------------

static const List *whats_offered(Request *ask)
{
    const Pack *p = ask->pack;
    List *whats = choices_made(ask, p->records_n + p->imports_n);
    for (int i = 0; i < p->records_n; i++)
        if (may_create(ask, &p->records[i])) choice_add(ask, whats, p->records[i].name, type_plural(ask, &p->records[i]));
    for (int i = 0; i < p->imports_n; i++) {
        const ImportMap *map = &p->imports[i];
        Str label = words_in(&map->label, ask->lang);
        if (may_create(ask, map->record)) choice_add(ask, whats, say(ask->a, "map:{}", map->name), label.n ? label : map->name);
    }
    return whats;
}

static Str batch_records(Request *ask, const ImportLine *line)
{
    const RecordType *t = record_type(ask->pack, line->type);
    Str what = !t ? line->type : line->n == 1 ? type_label(ask, t) : type_plural(ask, t);
    return say(ask->a, "{} {}", number_shown(ask->a, ask->lang, line->n), what);
}

static void batch_row(Request *ask, const ImportLine *line, Line *row)
{
    Lang lang = ask->lang;
    cell_add(row, line->file);
    cell_add(row, batch_records(ask, line));
    cell_add(row, moment_shown(ask, line->ms));
    cell_add(row, actor_shown(ask, line->actor));
    Item *last = cell_add(row, line->undone ? tr(lang, S("taken back")) : tr(lang, S("Take back")));
    if (line->undone) return;
    last->to = url(ask->a, "/import/undo?batch={}", line->batch);
    last->hidden = line->file;
}

static Err *batches_add(Blocks *out)
{
    Request *ask = out->ask;
    ImportLine *lines;
    int n;
    Lang lang = ask->lang;
    TRY(import_batches(ask->s, &lines, &n));
    const Str heads[] = {tr(lang, S("File")), tr(lang, S("Records")), tr(lang, S("When")), tr(lang, S("Who")), {0}};
    Block table = table_block(ask, tr(lang, S("Tables brought in")), heads, countof(heads));
    for (int i = 0; i < n; i++) batch_row(ask, &lines[i], row_add(ask, &table));
    if (n) block_add(out, &table);
    return 0;
}

Err *import_show(Request *ask)
{
    Lang lang = ask->lang;
    Blocks all = {.ask = ask};
    if (!brings_tables(ask)) return fail(ask->a, ERR_DENIED, "Your role brings in no tables.");
    ask_add(&all, (Str){0}, &(Asking){.to = url(ask->a, "/import"), .words = tr(lang, S("Check it")), .button = BUTTON_MAIN, .boxes = {
        {BOX_SELECT, .name = S("what"), .id = S("what"), .list = whats_offered(ask), .label = tr(lang, S("What is the table about?"))},
        {BOX_FILE, .name = S("file"), .value = S(".csv,.xlsx"), .id = S("file"), .needed = true, .label = tr(lang, S("The file")),
            .hint = tr(lang, S("CSV or Excel. The first line names the columns; the column key holds the number of each record."))}}})
        ->above = tr(lang, S("The table is checked first. You see what would happen, and nothing is written before you say so."));
    TRY(batches_add(&all));
    Str done = pairs_get(&ask->query, S("undone")).n ? tr(lang, S("The import was taken back.")) : (Str){0};
    blocks_page(ask, &(Page){.title = tr(lang, S("Add from an Excel file")), .done = done}, &all);
    return 0;
}

// One press must not take a year's table away: what would go is told first.
Err *import_take_back_show(Request *ask)
{
    ImportLine *lines;
    int n;
    int64_t batch;
    Lang lang = ask->lang;
    const ImportLine *line = 0;
    if (!str_int(pairs_get(&ask->query, S("batch")), &batch)) return fail(ask->a, ERR_INPUT, "Choose which import to take back.");
    TRY(import_batches(ask->s, &lines, &n));
    for (int i = 0; i < n; i++)
        if (lines[i].batch == batch && !lines[i].undone) line = &lines[i];
    if (!line) return fail(ask->a, ERR_MISSING, "There is no such import to take back.");
    Blocks all = {.ask = ask};
    words_add(&all, TONE_LARGE, batch_records(ask, line));
    ask_add(&all, (Str){0}, &(Asking){.to = url(ask->a, "/import/undo"), .words = tr(lang, S("Take back")),
        .button = BUTTON_WARNING, .leave = url(ask->a, "/import"), .leave_words = tr(lang, S("Leave it as it is now")), .boxes = {
        {BOX_HIDDEN, .name = S("batch"), .value = say(ask->a, "{}", batch)}}})->above = tr(lang,
        S("What it made is removed, what it changed is changed back. If somebody has gone on working with it, you are told and nothing "
          "happens."));
    blocks_page(ask, &(Page){.title = tr(lang, S("Take this import back?")), .key = line->file}, &all);
    return 0;
}

// What stands in the way, each leading to its record.
static Err *hindrance_read(Request *ask, const Fault *f, Line *out)
{
    const RecordType *t = record_type(ask->pack, f->file);
    Record *r = 0;
    Err *e = t ? record_get(ask->s, t, f->column, &r) : 0;
    if (e && e->kind != ERR_MISSING) return e;
    *out = (Line){.title = r ? record_heading(ask, r) : f->column, .items = take(ask->a, Item, 1), .n = 1};
    out->items[0].text = message_in(ask->a, ask->lang, f->message);
    if (r) out->to = record_url(ask, t, r->id);
    return 0;
}

static Err *take_back_refused(Request *ask, const Faults *faults)
{
    Lang lang = ask->lang;
    Block all = {.shape = SHAPE_ITEMS, .lines = take(ask->a, Line, FAULTS_SHOWN), .more = url(ask->a, "/import"),
        .more_words = tr(lang, S("All imports, and taking one back")),
        .above = tr(lang, S("Nothing was changed. This stands in the way:"))};
    for (const Fault *f = faults->first; f && all.n < FAULTS_SHOWN; f = f->next) TRY(hindrance_read(ask, f, &all.lines[all.n++]));
    more_said(ask, &all, faults->n);
    blocks_page(ask, &(Page){.title = tr(lang, S("The import was not taken back")), .wrong = true, .status = 409},
        &(Blocks){.at = &all, .n = 1});
    return 0;
}

Err *import_take_back(Request *ask)
{
    int64_t batch;
    Faults faults = {0};
    ask->here = S("/import");
    if (!str_int(pairs_get(&ask->form, S("batch")), &batch)) return fail(ask->a, ERR_INPUT, "Choose which import to take back.");
    TRY(import_undo(ask->s, batch, &faults));
    if (!faults.n) return redirect(ask, url(ask->a, "/import?undone={}", batch));
    return take_back_refused(ask, &faults);
}
