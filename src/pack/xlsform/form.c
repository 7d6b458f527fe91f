// A form as a whole: which of its sheets is which, its settings, and what stands in the pack once it is added.
// SPDX-License-Identifier: Apache-2.0
#include "pack/xlsform/made.h"
#include <stdlib.h>

enum { MENU_LAST = 900 }; // forms stand behind the pack's own records

static const Sheet *sheet_named(const Workbook *book, Str name)
{
    for (int i = 0; i < book->n; i++) {
        if (name_same(str_trim(book->at[i].name), name)) return &book->at[i];
    }
    return 0;
}

bool form_is(const Workbook *book)
{
    return !sheet_named(book, S("records")) && !sheet_named(book, S("pack"));
}

// ---- settings ---------------------------------------------------------------------------------------------

typedef enum { SETTING_ID, SETTING_TITLE, SETTING_LANGUAGE, SETTING_TWICE, SETTING_SHOWN, SETTING_COUNT } SettingKind;
typedef struct { Str value[SETTING_COUNT], header[SETTING_COUNT]; int64_t row; Str sheet; } Settings;

static int setting_kind(Str header)
{
    static const struct { Str name; SettingKind kind; } known[] = {
        {S("form_id"), SETTING_ID}, {S("id_string"), SETTING_ID}, {S("set form id"), SETTING_ID}, {S("form id"), SETTING_ID},
        {S("form_title"), SETTING_TITLE}, {S("set form title"), SETTING_TITLE}, {S("title"), SETTING_TITLE},
        {S("form title"), SETTING_TITLE}, {S("default_language"), SETTING_LANGUAGE},
        {S("allow_choice_duplicates"), SETTING_TWICE}, {S("instance_name"), SETTING_SHOWN},
    };
    for (int i = 0; i < countof(known); i++) {
        if (name_same(known[i].name, header)) return (int)known[i].kind;
    }
    return -1;
}

static void setting_read(Making *m, Settings *s, Str header, Str text, int64_t row)
{
    int kind = setting_kind(header);
    bool yes = true;
    if (!text.n) return;
    if (kind >= 0) {
        s->value[kind] = text;
        s->header[kind] = header;
        s->row = row;
    } else if (!yes_no_read(text, &yes) || yes) {
        faults_add(m->a, m->all, (Fault){.file = s->sheet, .line = row, .column = header, .value = text, .warning = true,
            .message = message(m->a, "The setting {} of XLSForm is not acted on here.", header)});
    }
}

// Its first row that says something.
static void settings_row(Making *m, const Sheet *sheet, int head, Settings *s)
{
    const SheetRow *headers = &sheet->rows[head];
    bool any = false, more = false;
    for (int i = head + 1; i < sheet->n && !more; i++) {
        const SheetRow *row = &sheet->rows[i];
        more = any && row->n;
        for (int k = 0; k < row->n && !more; k++) {
            any = any || str_trim(row->cells[k]).n;
            setting_read(m, s, k < headers->n ? cell_plain(m->a, headers->cells[k]) : S(""), cell_plain(m->a, row->cells[k]), i + 1);
        }
        if (more) faults_add(m->a, m->all, (Fault){.file = s->sheet, .line = i + 1, .warning = true,
            .message = message(m->a, "The settings are one row; this one is passed over.")});
    }
}

static void settings_read(Making *m, const Sheet *sheet, Settings *s)
{
    int head = 0;
    if (!sheet) return;
    s->sheet = sheet->name;
    while (head < sheet->n && !sheet->rows[head].n) head++;
    if (head < sheet->n) settings_row(m, sheet, head, s);
    bool yes = false;
    Str language = s->value[SETTING_LANGUAGE];
    m->twice = yes_no_read(s->value[SETTING_TWICE], &yes) && yes;
    if (!language.n || header_language(language, &m->plain)) return;
    m->plain = LANG_EN;
    if (name_same(language, S("default"))) return;
    faults_add(m->a, m->all, (Fault){.file = s->sheet, .line = s->row, .column = s->header[SETTING_LANGUAGE], .value = language,
        .warning = true, .message = message(m->a,
        "This language is not one of the program's, which are English (en) and Lao (lo); words that name none are taken as English.")});
}

static void record_make(Making *m, const Settings *s, Str file)
{
    static const Str columns[] = {[SETTING_ID] = S("name"), [SETTING_TITLE] = S("label"), [SETTING_SHOWN] = S("title")};
    FormSheet *out = &m->sheets[0];
    Str *cells = take(m->a, Str, out->columns_n), title = s->value[SETTING_TITLE];
    bool good;
    int64_t row = s->row ? s->row : 1;
    out->from = s->sheet.n ? s->sheet : file;
    for (int i = 0; i < countof(columns); i++) {
        if (columns[i].n) *cell_of(out, out->written, columns[i]) = s->header[i];
    }
    if (!title.n) title = s->value[SETTING_ID].n ? s->value[SETTING_ID] : file;
    *cell_of(out, cells, S("name")) = m->name;
    *cell_of(out, cells, S("label")) = title;
    *cell_of(out, cells, S("plural")) = title;
    *cell_of(out, cells, S("menu")) = say(m->a, "{}", (int)MENU_LAST);
    *cell_of(out, cells, S("title")) = form_renamed(m, out, row, S("title"), s->value[SETTING_SHOWN], &good);
    if (!good) *cell_of(out, cells, S("title")) = S("");
    else if (!s->value[SETTING_SHOWN].n) *cell_of(out, cells, S("title")) = m->shown_by;
    sheet_row(m, out, row, cells);
}

// ---- all of it ----------------------------------------------------------------------------------------------

static void others_tell(Making *m, const Workbook *book, const Sheet *survey)
{
    static const Str known[] = {S("choices"), S("settings")};
    for (int i = 0; i < book->n; i++) {
        const Sheet *sheet = &book->at[i];
        bool ours = sheet == survey || !sheet->n;
        for (int k = 0; k < countof(known); k++) ours = ours || sheet == sheet_named(book, known[k]);
        if (ours) continue;
        faults_add(m->a, m->all, (Fault){.file = sheet->name, .line = 1, .warning = true,
            .message = message(m->a, "This sheet is passed over; a form has the sheets survey, choices and settings.")});
    }
}

static const Sheet *survey_of(Making *m, const Workbook *book, Str file)
{
    const Sheet *survey = book->n == 1 ? &book->at[0] : sheet_named(book, S("survey"));
    if (survey) return survey;
    faults_add(m->a, m->all, (Fault){.file = file,
        .message = message(m->a, "This workbook has neither a sheet records, as a pack has, nor a sheet survey, as a form has.")});
    return 0;
}

static void name_settle(Making *m, const Settings *s, Str file)
{
    Str id = s->value[SETTING_ID].n ? s->value[SETTING_ID] : s->value[SETTING_TITLE], own = id.n ? id : file;
    SettingKind kind = s->value[SETTING_ID].n ? SETTING_ID : SETTING_TITLE;
    m->name = name_made(m->a, own, NAME_MOST);
    if (str_equal(m->name, own)) return;
    bool bare = true; // nothing but signs that stand for others
    for (isize i = 1; i < m->name.n; i++) bare = bare && m->name.p[i] == '_';
    if (bare && *m->name.p == 'f' && !str_starts(own, S("f"))) {
        faults_add(m->a, m->all, (Fault){.file = id.n ? s->sheet : file, .line = id.n ? s->row : 1, .column = s->header[kind], .value = own,
            .message = message(m->a, "A form's name is made of letters a to z, digits and _, and of '{}' none is left; write a form_id "
                "of such letters in the sheet settings.", own)});
        return;
    }
    faults_add(m->a, m->all, (Fault){.file = id.n ? s->sheet : file, .line = id.n ? s->row : 1, .column = s->header[kind],
        .value = own, .warning = true, .message = message(m->a, "The record is named {}.", m->name)});
}

const Form *form_from(Arena *a, const Workbook *book, Str file, PackSheets *out, Faults *all)
{
    Making *m = take(a, Making, 1);
    *m = (Making){.a = a, .all = all};
    Settings settings = {0};
    FormTable choices = {0};
    const Sheet *survey = survey_of(m, book, file), *listed = book->n > 1 ? sheet_named(book, S("choices")) : 0;
    settings_read(m, book->n > 1 ? sheet_named(book, S("settings")) : 0, &settings);
    name_settle(m, &settings, file);
    sheet_open(m, &m->sheets[0], SHEET_RECORDS, 0, file);
    sheet_open(m, &m->sheets[1], SHEET_SURVEY, survey, file);
    sheet_open(m, &m->sheets[2], SHEET_CHOICES, listed, survey ? survey->name : file);
    if (survey) others_tell(m, book, survey);
    if (listed) choices_know(m, listed, &choices);
    if (survey) survey_make(m, survey);
    choices_make(m, &choices);
    record_make(m, &settings, file);
    int n = m->sheets[2].lines > 1 ? 3 : 2;
    *out = (PackSheets){take(a, PackSheet, n), n};
    for (int i = 0; i < n; i++) out->at[i] = (PackSheet){m->sheets[i].path, buf_str(&m->sheets[i].text)};
    Form *form = take(a, Form, 1);
    *form = (Form){m->name, m->sheets, n};
    return form;
}

// ---- its place among other sheets -------------------------------------------------------------------------------

static Str of_form(Str path)
{
    isize at = str_find(path, S("/forms/"));
    return at < 0 ? (Str){0} : str_slice(path, at, path.n);
}

PackSheets sheets_joined(Arena *a, PackSheets stand, PackSheets newer)
{
    PackSheets all = {take(a, PackSheet, stand.n + newer.n), 0};
    Str form = newer.n ? of_form(newer.at[0].path) : (Str){0};
    for (int i = 0; i < stand.n; i++) {
        Str own = of_form(stand.at[i].path);
        if (form.n ? !str_equal(own, form) : own.n > 0) all.at[all.n++] = stand.at[i];
    }
    for (int i = 0; i < newer.n; i++) all.at[all.n++] = newer.at[i];
    return all;
}

// At its place in the workbook; false: it is a warning about the pack's own sheets.
static bool fault_place(const Form *form, Fault *f)
{
    const FormSheet *of = 0;
    for (int i = 0; i < form->n; i++) {
        if (str_equal(form->sheets[i].path, f->file)) of = &form->sheets[i];
    }
    if (!of) return !f->warning || !str_ends(f->file, S(".csv"));
    f->file = of->from;
    if (f->line > 0 && f->line <= of->lines) f->line = of->rows[f->line - 1];
    for (int i = 0; i < of->columns_n; i++) {
        Str rest = of->columns[i];
        bool same = str_equal(rest, f->column) || str_equal(str_cut(&rest, ':'), f->column);
        if (!same) continue;
        if (of->written[i].n) f->column = of->written[i];
        break;
    }
    return true;
}

static int by_place(const void *one, const void *two)
{
    const Fault *first = one, *second = two;
    int order = str_compare(first->file, second->file);
    if (!order) order = (first->line > second->line) - (first->line < second->line);
    return order ? order : (first->next > second->next) - (first->next < second->next); // as they were told
}

void form_faults(Arena *a, const Form *form, Faults *all)
{
    Fault *sorted = take(a, Fault, all->n + all->warnings);
    size_t n = 0;
    for (Fault *f = all->first; f; f = f->next) {
        sorted[n] = *f;
        if (fault_place(form, &sorted[n])) n++;
    }
    for (size_t i = 0; i < n; i++) sorted[i].next = &sorted[i];
    if (n) qsort(sorted, n, sizeof *sorted, by_place);
    *all = (Faults){0};
    for (size_t i = 0; i < n; i++) faults_add(a, all, sorted[i]);
}

// ---- a form as CSV ------------------------------------------------------------------------------------------------

// The same as a sheet: its rows where they stand in the file. `skip`: cells that name the sheet and not a column.
static void csv_sheet(Arena *a, Sheet *sheet, const CsvRow *line, int skip)
{
    must(line->line > 0);
    if (line->line > sheet->n) sheet->n = (int)line->line;
    SheetRow *row = &sheet->rows[line->line - 1];
    *row = (SheetRow){take(a, Str, line->n), 0};
    for (int i = skip; i < line->n; i++) row->cells[row->n++] = str_copy(a, line->cells[i]);
    while (row->n && !row->cells[row->n - 1].n) row->n--;
}

Workbook form_csv(Arena *a, Str text, Faults *all)
{
    enum { SHEETS_MOST = 20 };
    Workbook book = {take(a, Sheet, SHEETS_MOST), 0};
    int64_t lines = 2;
    bool stacked = false;
    for (isize i = 0; i < text.n; i++) lines += text.p[i] == '\n' || text.p[i] == '\r';
    Csv *csv = csv_over(a, text);
    CsvRow line;
    while (csv_next(csv, a, &line)) {
        if (line.line >= lines) break;
        if (line.fault.words) {
            faults_add(a, all, (Fault){.file = book.n ? book.at[book.n - 1].name : S("survey"), .line = line.line,
                .message = message_keep(a, line.fault.words, line.fault.with)});
            continue;
        }
        bool named = line.n > 0 && line.cells[0].n > 0;
        for (int i = 1; i < line.n; i++) named = named && !line.cells[i].n;
        named = named && line.n > 1 && book.n < SHEETS_MOST;
        stacked = stacked || (!book.n && named);
        if (!book.n || (stacked && named)) {
            book.at[book.n++] = (Sheet){.name = named ? str_copy(a, line.cells[0]) : S("survey"), .rows = take(a, SheetRow, lines)};
            if (named) continue;
        }
        csv_sheet(a, &book.at[book.n - 1], &line, stacked);
    }
    return book;
}
