// Sheets, split over files or not, as rows of known columns.
// SPDX-License-Identifier: Apache-2.0
#include "pack/inside.h"
#include "formats/formats.h"
#include <stdlib.h>

typedef struct { Str name, columns, words, needs; bool needed; } SheetRule; // needs: of columns
static const SheetRule rules[] = {
    [SHEET_PACK] = {S("pack"), S("name value"), S(""), S("name value"), true},
    [SHEET_RECORDS] = {S("records"), S("name role parent title day number needs menu access keeps call"),
        S("label plural hint title needs_message"),
        S("name"), true},
    [SHEET_SURVEY] = {S("survey"),
        S("record type name required relevant constraint choice_filter warning default calculation appearance "
        "class compartment contract find future was used_for accept most stays asked"),
        S("label hint constraint_message warning_message group"),
        S("record type name"), true},
    [SHEET_CHOICES] = {S("choices"), S("list_name name parent from to"), S("label"),
        S("list_name name"), false},
    [SHEET_STATES] = {S("states"), S("record name kind term waits who"), S("label"), S("record name"), false},
    [SHEET_MOVES] = {S("moves"), S("record name from to roles where needs clears asks"), S("label needs_message"),
        S("record name from to"), false},
    [SHEET_EFFECTS] = {S("effects"), S("record on when makes same whose field value to until basis opens ends"), S("value"),
        S("record on makes"), false},
    [SHEET_RETENTION] = {S("retention"), S("record where from years then"), S(""), S("record from years then"), false},
    [SHEET_ROLES] = {S("roles"), S("name kinds looks confirms begins leads"), S("label task"), S("name"), false},
    [SHEET_RIGHTS] = {S("rights"), S("role record read write where closed classes compartments opens"), S(""),
        S("role record read write"), false},
    [SHEET_COMPARTMENTS] = {S("compartments"), S("compartments entitled where"), S(""),
        S("compartments entitled"), false},
    [SHEET_UNITS] = {S("registry/units"), S("key parent province kind agency from to"), S("label"),
        S("key agency"), false},
    [SHEET_FIGURES] = {S("figures"), S("name unit record where date count female within of left"),
        S("label"),
        S("name unit record date count"), false},
    [SHEET_TABLES] = {S("tables"), S("name figures"), S("label"), S("name figures"), false},
    [SHEET_SCREENS] = {S("screens"), S("screen n kind of where columns moves filters sorts name record"), S("title label"),
        S("kind"), false}, // name, record, label: what they were called while a screen was one list
    [SHEET_IMPORTS] = {S("imports"), S("name record column field value as key skip"), S("label"),
        S("name record column field"), false},
};
_Static_assert(countof(rules) == SHEET_COUNT, "every sheet has a rule");
enum { PASSED_OVER = -1, UNKNOWN = -2, OWN = -3, OF_XLSFORM = -4 }; // the last and below: less a word of Foreign

static Str *names_split(Arena *a, Str text, int *n)
{
    Str *names = take(a, Str, text.n / 2 + 1), rest = text;
    *n = 0;
    while (str_word(&rest, &names[*n])) ++*n;
    return names;
}

SheetColumns sheet_columns(Arena *a, SheetKind kind)
{
    SheetColumns c = {0};
    c.plain = names_split(a, rules[kind].columns, &c.plain_n);
    c.words = names_split(a, rules[kind].words, &c.words_n);
    c.cells = c.plain_n + c.words_n * LANG_COUNT;
    return c;
}

static bool belongs(Str path, Str sheet)
{
    if (!str_starts(path, sheet) || !str_ends(path, S(".csv"))) return false;
    return path.n == sheet.n + 4 || path.p[sheet.n] == '/';
}

bool header_language(Str words, Lang *out)
{
    static const Str names[] = {[LANG_EN] = S("English"), [LANG_LO] = S("Lao")};
    for (int i = 0; i < LANG_COUNT; i++) {
        *out = (Lang)i;
        if (name_same(names[i], words)) return true;
    }
    static const Str own[] = {S("\u0EA5\u0EB2\u0EA7"), S("\u0E9E\u0EB2\u0EAA\u0EB2\u0EA5\u0EB2\u0EA7")};
    if (str_equal(words, own[0]) || str_equal(words, own[1])) return true; // *out is Lao
    if (!str_ends(words, S(")"))) return lang_read(words, out);
    Str code = str_slice(words, 0, words.n - 1);
    while (str_has(code, '(')) str_cut(&code, '(');
    return lang_read(code, out);
}

// Where words of this name stand, the English ones first; -1: the sheet has none.
static int words_at(const SheetColumns *c, Str name)
{
    for (int i = 0; i < c->words_n; i++) {
        if (str_equal(name, c->words[i])) return c->plain_n + i * LANG_COUNT;
    }
    return -1;
}

static int header_place(const SheetColumns *c, Str header)
{
    Lang lang;
    if (!header.n || str_starts(header, S("note")) || str_starts(header, S("maps::"))) {
        return PASSED_OVER;
    }
    for (int i = 0; i < c->plain_n; i++) {
        if (str_equal(header, c->plain[i])) return i;
    }
    Str language = header, of = str_cut(&language, ':'); // XLSForm once had one colon
    if (str_starts(language, S(":"))) language = str_slice(language, 1, language.n);
    int words = words_at(c, str_trim(of));
    if (words < 0 || !header_language(str_trim(language), &lang)) return UNKNOWN;
    return words + (int)lang;
}

// What is no column of ours: words of no language are English, those of another one are passed over, and so is
// what XLSForm knows and we do not, as far as nothing is said with it.
static int header_unknown(Load *l, const Row *r, Str header, Str *headers)
{
    const SheetColumns *c = &l->columns[r->sheet];
    Foreign foreign = column_foreign(r->sheet, header);
    int words = words_at(c, header);
    if (words >= 0 && !headers[words].n) {
        headers[words] = header;
        return words;
    }
    if (words >= 0) {
        row_warn(l, r, header, header, message(l->a, "Beside {} this column is passed over.", headers[words]));
    } else if (words_at(c, str_trim(str_cut(&(Str){header.p, header.n}, ':'))) >= 0) {
        row_warn(l, r, header, header, message(l->a,
            "This language is not one of the program's, which are English (en) and Lao (lo); its words are passed over."));
    } else if (foreign) {
        return OF_XLSFORM - (int)foreign;
    } else if (r->sheet == SHEET_CHOICES && name_good(header, NAME_MOST)) { // kept with the choice
        return OWN;
    } else {
        row_tell(l, r, header, header,
            message(l->a, "The sheet {} has no column of this name; it knows {}{}{}. "
            "Remarks of your own go into a column whose name begins with 'note'.",
            rules[r->sheet].name,
            rules[r->sheet].columns, c->words_n ? S(", and in each language ") : S(""),
            rules[r->sheet].words));
    }
    return PASSED_OVER;
}

static bool headers_needed(Load *l, const Row *r)
{
    const SheetColumns *c = &l->columns[r->sheet];
    Str rest = rules[r->sheet].needs, need;
    bool all = true;
    while (str_word(&rest, &need)) {
        int at = header_place(c, need);
        if (r->file->headers[at].n) continue;
        row_tell(l, r, need, S(""),
            message(l->a, "The column {} is missing; add it to the header.", need));
        all = false;
    }
    return all;
}

// Where each cell of the file belongs; null when its rows cannot be understood.
static int *header_read(Load *l, Row *r, const CsvRow *line)
{
    const SheetColumns *c = &l->columns[r->sheet];
    Str *headers = take(l->temp, Str, c->cells), *written = take(l->temp, Str, line->n);
    int *places = take(l->temp, int, line->n), known = 0;
    for (int i = 0; i < line->n; i++) {
        Str header = written[i] = str_copy(l->a, str_trim(line->cells[i]));
        int place = places[i] = header_place(c, header);
        known += place >= 0;
        if (place >= 0 && headers[place].n) {
            row_tell(l, r, header, header,
                message(l->a, "This column stands twice; take one away."));
            places[i] = PASSED_OVER;
        } else if (place >= 0) {
            headers[place] = header;
        }
    }
    if (!known) {
        row_tell(l, r, S(""), str_copy(l->a, line->cells[0]), message(l->a,
            "The first line must be the header; this sheet's columns are {}.",
            rules[r->sheet].columns));
        return 0;
    }
    for (int i = 0; i < line->n; i++) {
        if (places[i] == UNKNOWN) places[i] = header_unknown(l, r, written[i], headers);
    }
    *(SheetFile *)r->file = (SheetFile){r->file->path, headers, written};
    return headers_needed(l, r) ? places : 0;
}

static Row *rows_add(Load *l, RowList *rows, Row one)
{
    if (rows->n == rows->room) {
        Row *wider = take(l->temp, Row, rows->room * 2 + 64);
        if (rows->n) memcpy(wider, rows->at, (size_t)rows->n * sizeof *wider);
        rows->at = wider;
        rows->room = rows->room * 2 + 64;
    }
    rows->at[rows->n] = one;
    return &rows->at[rows->n++];
}

// A cell that says something in a column of XLSForm's; what is harmless is told once a file.
static void foreign_tell(Load *l, const Row *r, int *place, Str header, Str text)
{
    Foreign foreign = (Foreign)(OF_XLSFORM - *place);
    if (!foreign_says(header, text)) return;
    if (foreign == FOREIGN_PASSED) {
        row_warn(l, r, header, text, message(l->a,
            "The column {} of XLSForm is not acted on here; what stands in it is passed over.", header));
        *place = PASSED_OVER;
    } else if (foreign == FOREIGN_MEANT) {
        row_tell(l, r, header, text, message(l->a,
            "The column {} of XLSForm is not acted on here, and would be missed; empty it.", header));
    } else {
        row_tell(l, r, header, text, message(l->a, "Pictures, sound and film beside words are not shown; take them away."));
    }
}

static void row_add(Load *l, Row one, const CsvRow *line, int *places, int places_n)
{
    Str *cells = take(l->temp, Str, l->columns[one.sheet].cells);
    ChoiceCell *own = one.sheet == SHEET_CHOICES ? take(l->a, ChoiceCell, places_n) : 0;
    bool any = false;
    for (int i = 0; i < line->n; i++) {
        Str text = str_trim(line->cells[i]);
        if (!text.n) continue;
        any = true;
        if (cell_failed(text) && (i >= places_n || places[i] != PASSED_OVER)) {
            row_tell(l, &one, i < places_n && places[i] >= 0 ? one.file->headers[places[i]] : S(""), str_copy(l->a, text),
                message(l->a, "The cell {} shows {}: what it should count failed. Mend it in the "
                "spreadsheet, or empty the cell.", cell_place(l->temp, i, one.line), text));
            return;
        }
        if (i < places_n && places[i] >= 0) {
            cells[places[i]] = str_copy(l->a, text);
        } else if (i < places_n && places[i] == OWN) {
            own[one.own_n++] = (ChoiceCell){one.file->written[i], str_copy(l->a, text)};
        } else if (i < places_n && places[i] < OF_XLSFORM) {
            foreign_tell(l, &one, &places[i], one.file->written[i], str_copy(l->a, text));
        } else if (i >= places_n) {
            row_tell(l, &one, S(""), str_copy(l->a, text), message(l->a,
                "This line has more cells than the header has columns; is there a comma that needs "
                "quotes?"));
            return;
        }
    }
    one.cells = cells;
    one.own = own;
    if (any) rows_add(l, &l->rows[one.sheet], one);
}

static void file_read(Load *l, SheetKind kind, const PackSheet *sheet)
{
    SheetFile *file = take(l->temp, SheetFile, 1);
    file->path = str_copy(l->a, sheet->path);
    Row one = {.sheet = kind, .file = file};
    Csv *csv = csv_over(l->temp, sheet->text);
    CsvRow line;
    int *places = 0, places_n = 0;
    bool headed = false;
    while (csv_next(csv, l->temp, &line)) {
        one.line = line.line;
        if (line.fault.words) {
            row_tell(l, &one, S(""), S(""), message_keep(l->a, line.fault.words, line.fault.with));
            if (!headed) return;
        } else if (line.n && str_starts(line.cells[0], S("#"))) {
            continue;
        } else if (headed) {
            row_add(l, one, &line, places, places_n);
        } else {
            places = header_read(l, &one, &line);
            places_n = line.n;
            headed = true;
            if (!places) return;
        }
    }
    one.line = 1;
    if (!headed) {
        row_tell(l, &one, S(""), S(""), message(l->a,
            "This sheet is empty; its first line must be the header: {}.", rules[kind].columns));
    }
}

static int by_path(const void *one, const void *two)
{
    return str_compare((*(const PackSheet *const *)one)->path,
        (*(const PackSheet *const *)two)->path);
}

static bool sheet_known(Str path)
{
    for (int i = 0; i < SHEET_COUNT; i++) {
        if (belongs(path, rules[i].name)) return true;
    }
    return !str_ends(path, S(".csv")) || str_starts(path, S("registry/"))
        || str_starts(path, S("reports/"));
}

void sheets_read(Load *l, PackSheets sheets)
{
    const PackSheet **sorted = take(l->temp, const PackSheet *, sheets.n);
    for (int i = 0; i < sheets.n; i++) sorted[i] = &sheets.at[i];
    if (sheets.n) qsort(sorted, (size_t)sheets.n, sizeof *sorted, by_path);
    for (int i = 0; i < sheets.n; i++) {
        if (sheet_known(sorted[i]->path)) continue;
        faults_add(l->a, l->all,
            (Fault){.file = str_copy(l->a, sorted[i]->path), .message = message(l->a,
            "The pack knows no sheet of this name; it is pack, records, survey, choices, states, "
            "moves, effects, retention, roles, rights, compartments, "
            "figures, tables, screens, imports, or stands in registry/.")});
    }
    for (int kind = 0; kind < SHEET_COUNT; kind++) {
        l->columns[kind] = sheet_columns(l->temp, (SheetKind)kind);
        bool found = false;
        for (int i = 0; i < sheets.n; i++) {
            if (!belongs(sorted[i]->path, rules[kind].name)) continue;
            file_read(l, (SheetKind)kind, sorted[i]);
            found = true;
        }
        if (found || !rules[kind].needed) continue;
        faults_add(l->a, l->all, (Fault){.file = say(l->a, "{}.csv", rules[kind].name),
            .message = message(l->a, "This sheet is missing, and no pack works without it.")});
    }
}
