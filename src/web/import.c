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

static void kept_write(Request *ask, const Upload *up)
{
    html(ask->o, "<input type='hidden' name='what' value='{}'><input type='hidden' name='_upload' value='{}'>\n", up->name, up->token);
}

static void sheet_kept_write(Request *ask, const Upload *up)
{
    if (up->table.sheet.n) html(ask->o, "<input type='hidden' name='_sheet' value='{}'>\n", up->table.sheet);
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

static void faults_table(Request *ask, const Faults *faults)
{
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
    if (table.n) block_page(ask, &table);
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
static void changes_table(Request *ask, const RecordType *t, const ImportChanges *all, Str title, Str before, Str after)
{
    Lang lang = ask->lang;
    const Str heads[] = {tr(lang, S("Line")), type_label(ask, t), tr(lang, S("What")), before, after};
    Block table = table_block(ask, title, heads, countof(heads));
    for (const ImportChange *one = all->first; one && table.n < CHANGES_SHOWN; one = one->next)
        change_row(ask, t, one, row_add(ask, &table));
    more_said(ask, &table, all->n);
    if (table.n) block_page(ask, &table);
}

static void changes_tables(Request *ask, const Upload *up, const Imported *got)
{
    Lang lang = ask->lang;
    changes_table(ask, up->type, &got->kept, tr(lang, S("Kept: somebody wrote this after it was last brought in")),
                  tr(lang, S("Stands in the register, and stays")), tr(lang, S("What the file says")));
    changes_table(ask, up->type, &got->changes, tr(lang, S("What changes")), tr(lang, S("Before")), tr(lang, S("After")));
}

static void count_add(Request *ask, Line *line, int64_t n, Str words)
{
    line->items[line->n++] = (Item){.name = words, .text = number_shown(ask->a, ask->lang, n)};
}

static void counts_write(Request *ask, const Imported *got, bool written)
{
    Lang lang = ask->lang;
    Line line = {.items = take(ask->a, Item, COUNTS)};
    count_add(ask, &line, got->created, written ? tr(lang, S("new records")) : tr(lang, S("would be new")));
    count_add(ask, &line, got->changed, written ? tr(lang, S("changed")) : tr(lang, S("would be changed")));
    count_add(ask, &line, got->unchanged, tr(lang, S("stay as they are")));
    count_add(ask, &line, got->faults.n, tr(lang, S("things wrong")));
    if (got->kept.n) count_add(ask, &line, got->kept.n, tr(lang, S("values that somebody wrote since: they stay")));
    block_page(ask, &(Block){.shape = SHAPE_NUMBERS, .lines = &line, .n = 1});
}

// What of it could be written; a table that only says what stands there already has nothing to be.
static int64_t writable(const Imported *got)
{
    return got->created + got->changed + got->kept.n;
}

static void overwrite_box(Request *ask)
{
    html(ask->o, "<div class='govuk-form-group'><div class='govuk-checkboxes'><div class='govuk-checkboxes__item'>"
        "<input class='govuk-checkboxes__input' id='overwrite' name='_overwrite' type='checkbox' value='yes'>"
        "<label class='govuk-label govuk-checkboxes__label' for='overwrite'>{}</label></div></div></div>\n",
         tr(ask->lang, S("Also overwrite what somebody wrote since it was last brought in")));
}

static void write_offer(Request *ask, const Upload *up, const Imported *got)
{
    Lang lang = ask->lang;
    bool good = !got->faults.n;
    form_open(ask, url(ask->a, "/import"));
    kept_write(ask, up);
    sheet_kept_write(ask, up);
    if (got->kept.n) overwrite_box(ask);
    html(ask->o, "<input type='hidden' name='_write' value='yes'>\n");
    if (!good) html(ask->o, "<p class='govuk-body'>{}</p><input type='hidden' name='_keep_good' value='yes'>\n",
                    tr(lang, S("Mend the table and choose it again; or write the good lines now, and the others later.")));
    html(ask->o,
         "<div class='app-actions'><button class='govuk-button{}'>{}</button><a class='govuk-link' "
         "href='/import'>{}</a></div></form>\n",
         good ? (Str){0} : S(" govuk-button--secondary"),
         good ? tr(lang, S("Write it")) : tr(lang, S("Write the good lines only")),
         tr(lang, S("Choose another table")));
}

static Str nothing_words(Lang lang, const Imported *got)
{
    if (got->faults.n) return tr(lang, S("Not one line of it could be written. Mend the table and choose it again."));
    if (!got->unchanged) return tr(lang, S("This table holds no lines, only its header: there is nothing to write."));
    return tr(lang, S("All that it says stands in the register already: there is nothing to write."));
}

static void nothing_offered(Request *ask, const Imported *got)
{
    html(ask->o,
         "<p class='govuk-body'>{}</p>\n<div class='app-actions'><a class='govuk-button' "
         "role='button' href='/import'>{}</a></div>\n",
         nothing_words(ask->lang, got), tr(ask->lang, S("Choose another table")));
}

// Which sheet of a workbook is meant, or another one than that which was read.
static void sheet_form(Request *ask, const Upload *up)
{
    Lang lang = ask->lang;
    form_open(ask, url(ask->a, "/import"));
    kept_write(ask, up);
    html(ask->o,
         "<div class='govuk-form-group'><label class='govuk-label' for='sheet'>{}</label><select "
         "class='govuk-select' id='sheet' name='_sheet'>\n",
         tr(lang, S("The sheet of the workbook")));
    for (int i = 0; i < up->table.sheets_n; i++)
        option_write(ask, up->table.sheets[i], up->table.sheets[i], str_equal(up->table.sheets[i], up->table.sheet));
    html(ask->o,
         "</select></div><button class='govuk-button govuk-button--secondary'>{}</button></form>\n",
         tr(lang, S("Read this sheet")));
}

static Err *sheet_ask(Request *ask, Upload *up)
{
    TRY(upload_hold(ask, up));
    page_open(ask, &(Page){.title = tr(ask->lang, S("Which sheet is meant?")), .key = up->file});
    html(
        ask->o, "<p class='govuk-body'>{}</p>\n",
        tr(ask->lang, S("This workbook has several sheets. Choose the one that holds the table.")));
    sheet_form(ask, up);
    page_close(ask);
    return 0;
}

// What was taken for granted of the file.
static void notes_write(Request *ask, const Imported *got)
{
    for (int i = 0; i < got->notes_n; i++)
        html(ask->o, "<p class='govuk-inset-text'>{}</p>\n", message_in(ask->a, ask->lang, got->notes[i]));
}

static Err *preview_write(Request *ask, Upload *up, const Imported *got)
{
    bool sheets = up->table.sheets_n > 1;
    if (writable(got) || sheets) TRY(upload_hold(ask, up));
    page_open(ask, &(Page){.title = tr(ask->lang, S("Nothing is written yet: look first")), .key = up->file});
    notes_write(ask, got);
    counts_write(ask, got, false);
    if (writable(got)) write_offer(ask, up, got);
    else nothing_offered(ask, got);
    if (sheets) sheet_form(ask, up);
    changes_tables(ask, up, got);
    faults_table(ask, &got->faults);
    page_close(ask);
    return 0;
}

static void written_write(Request *ask, const Upload *up, const Imported *got)
{
    Lang lang = ask->lang;
    bool none = !got->batch;
    Imported nothing = {.faults = got->faults};
    page_open(ask, &(Page){.title = none ? tr(lang, S("Nothing was written")) : tr(lang, S("The table was brought in")), .key = up->file});
    notes_write(ask, got);
    counts_write(ask, none && got->faults.n && !up->keep_good ? &nothing : got, true);
    html(ask->o,
         "<div class='app-actions'><a class='govuk-button' role='button' href='/{}'>{}</a><a "
         "class='govuk-link' href='/import'>{}</a></div>\n",
         up->type->name, type_plural(ask, up->type),
         tr(lang, S("All imports, and taking one back")));
    if (!none || !got->faults.n) changes_tables(ask, up, got);
    faults_table(ask, &got->faults);
    page_close(ask);
    if (none && got->faults.n) ask->out->status = 400;
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

static void whats_write(Request *ask)
{
    html(ask->o,
         "<div class='govuk-form-group'><label class='govuk-label' for='what'>{}</label><select "
         "class='govuk-select' id='what' name='what'>\n",
         tr(ask->lang, S("What is the table about?")));
    for (int i = 0; i < ask->pack->records_n; i++)
        if (may_create(ask, &ask->pack->records[i]))
            option_write(ask, ask->pack->records[i].name, type_plural(ask, &ask->pack->records[i]), false);
    for (int i = 0; i < ask->pack->imports_n; i++) {
        const ImportMap *map = &ask->pack->imports[i];
        Str label = words_in(&map->label, ask->lang);
        if (may_create(ask, map->record)) option_write(ask, say(ask->a, "map:{}", map->name), label.n ? label : map->name, false);
    }
    html(ask->o, "</select></div>\n");
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

static Err *batches_write(Request *ask)
{
    ImportLine *lines;
    int n;
    Lang lang = ask->lang;
    TRY(import_batches(ask->s, &lines, &n));
    const Str heads[] = {tr(lang, S("File")), tr(lang, S("Records")), tr(lang, S("When")), tr(lang, S("Who")), {0}};
    Block table = table_block(ask, tr(lang, S("Tables brought in")), heads, countof(heads));
    for (int i = 0; i < n; i++) batch_row(ask, &lines[i], row_add(ask, &table));
    if (n) block_page(ask, &table);
    return 0;
}

Err *import_show(Request *ask)
{
    Lang lang = ask->lang;
    if (!brings_tables(ask)) return fail(ask->a, ERR_DENIED, "Your role brings in no tables.");
    page_open(ask, &(Page){.title = tr(lang, S("Add from an Excel file"))});
    if (pairs_get(&ask->query, S("undone")).n) notice(ask, tr(lang, S("The import was taken back.")));
    html(ask->o, "<p class='govuk-body'>{}</p>\n<form method='post' action='/import' enctype='multipart/form-data'>"
        "<input type='hidden' name='_csrf' value='{}'>\n",
         tr(lang, S("The table is checked first. You see what would happen, and nothing is written before you say so.")), ask->csrf);
    whats_write(ask);
    html(ask->o,
         "<div class='govuk-form-group'><label class='govuk-label' for='file'>{}</label><div "
         "class='govuk-hint' id='file-hint'>{}</div>"
         "<input class='govuk-file-upload' id='file' name='file' type='file' accept='.csv,.xlsx' "
         "required aria-describedby='file-hint'></div>"
         "<button class='govuk-button'>{}</button></form>\n",
         tr(lang, S("The file")),
         tr(lang, S("CSV or Excel. The first line names the columns; the column key holds the "
                    "number of each record.")),
         tr(lang, S("Check it")));
    TRY(batches_write(ask));
    page_close(ask);
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
    page_open(ask, &(Page){.title = tr(lang, S("Take this import back?")), .key = line->file});
    html(ask->o, "<p class='govuk-body-l'>{}</p>\n<p class='govuk-body'>{}</p>\n",
         batch_records(ask, line),
         tr(lang, S("What it made is removed, what it changed is changed back. If somebody has "
                    "gone on working with it, you are told and nothing happens.")));
    form_open(ask, url(ask->a, "/import/undo"));
    html(ask->o,
         "<input type='hidden' name='batch' value='{}'><div class='app-actions'><button "
         "class='govuk-button govuk-button--warning'>{}</button>"
         "<a class='govuk-link' href='/import'>{}</a></div></form>\n",
         batch, tr(lang, S("Take back")), tr(lang, S("Leave it as it is now")));
    page_close(ask);
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
        .more_words = tr(lang, S("All imports, and taking one back"))};
    for (const Fault *f = faults->first; f && all.n < FAULTS_SHOWN; f = f->next) TRY(hindrance_read(ask, f, &all.lines[all.n++]));
    more_said(ask, &all, faults->n);
    page_open(ask, &(Page){.title = tr(lang, S("The import was not taken back")), .wrong = true});
    html(ask->o, "<p class='govuk-body'>{}</p>\n", tr(lang, S("Nothing was changed. This stands in the way:")));
    block_page(ask, &all);
    page_close(ask);
    ask->out->status = 409;
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
