// A form's sheets, cell by cell: which column each header is, and each row's cells in the columns of a pack's sheet.
// SPDX-License-Identifier: Apache-2.0
#include "pack/xlsform/made.h"

// ---- sheets as they come out -----------------------------------------------------------------------

void sheet_row(Making *m, FormSheet *out, int64_t row, const Str *cells)
{
    int64_t lines = 1;
    for (int i = 0; i < out->columns_n; i++) {
        csv_cell(&out->text, cells[i], i == out->columns_n - 1);
        for (isize k = 0; k < cells[i].n; k++) lines += cells[i].p[k] == '\n';
    }
    if (out->lines + lines > out->room) {
        int64_t *wider = take(m->a, int64_t, out->room = (out->lines + lines) * 2);
        if (out->lines) memcpy(wider, out->rows, (size_t)out->lines * sizeof *wider);
        out->rows = wider;
    }
    while (lines--) out->rows[out->lines++] = row;
}

static int column_at(const FormSheet *out, Str column)
{
    for (int i = 0; i < out->columns_n; i++) {
        Str rest = out->columns[i], of = str_cut(&rest, ':');
        if (str_equal(out->columns[i], column) || str_equal(of, column)) return i;
    }
    return -1;
}

Str *cell_of(const FormSheet *out, Str *cells, Str column)
{
    int at = column_at(out, column);
    must(at >= 0);
    return &cells[at];
}

static void tell(Making *m, const FormSheet *out, int64_t row, Str column, Fault one)
{
    int at = column_at(out, column);
    one.file = out->from;
    one.line = row;
    one.column = at >= 0 && out->written[at].n ? out->written[at] : column;
    faults_add(m->a, m->all, one);
}

void form_tell(Making *m, const FormSheet *out, int64_t row, Str column, Str value, Message text)
{
    tell(m, out, row, column, (Fault){.value = value, .message = text});
}

void form_warn(Making *m, const FormSheet *out, int64_t row, Str column, Str value, Message text)
{
    tell(m, out, row, column, (Fault){.value = value, .message = text, .warning = true});
}

Str name_made(Arena *a, Str name, int most)
{
    Buf o = buf_in(a);
    for (isize i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool other = (c >= '0' && c <= '9') || c == '_';
        if ((c & 0xC0) == 0x80) continue; // a sign of several bytes is one `_`
        if (!i && !letter) buf_char(&o, 'f');
        buf_char(&o, letter || other ? c : '_');
    }
    return str_slice(buf_str(&o), 0, most);
}

// ---- which column a header is ------------------------------------------------------------------------

// The row of its headers: the first that says anything; 0 when none does.
static int sheet_head(const Sheet *sheet)
{
    for (int i = 0; i < sheet->n; i++) {
        if (sheet->rows[i].n) return i;
    }
    return 0;
}

// Small letters, no blanks, one colon: as the tables below have them.
static Str header_plain(Arena *a, Str header)
{
    Buf o = buf_in(a);
    header = str_lower(a, header);
    for (isize i = 0; i < header.n; i++) {
        if (header.p[i] == ':' && i && header.p[i - 1] == ':') continue;
        buf_char(&o, header.p[i] == ' ' ? '_' : header.p[i]);
    }
    return buf_str(&o);
}

// The same column under other names.
static Str header_usual(Str plain)
{
    static const Str other[][2] = {
        {S("relevance"), S("relevant")}, {S("bind:relevant"), S("relevant")}, {S("bind:constraint"), S("constraint")},
        {S("bind:required"), S("required")}, {S("bind:readonly"), S("read_only")}, {S("bind:calculate"), S("calculation")},
        {S("bind:jr:constraintmsg"), S("constraint_message")}, {S("constraining_message"), S("constraint_message")},
        {S("control:appearance"), S("appearance")}, {S("body:appearance"), S("appearance")},
        {S("calculate"), S("calculation")}, {S("caption"), S("label")}, {S("value"), S("name")},
        {S("command"), S("type")}, {S("requiredmsg"), S("required_message")}, {S("list"), S("list_name")},
    };
    for (int i = 0; i < countof(other); i++) {
        if (str_equal(other[i][0], plain)) return other[i][1];
    }
    return plain;
}

// A column of the form's own beside choices, as weight: kept with them under its name.
static bool column_own(const Making *m, const FormSheet *out, Str header)
{
    Str plain = header_usual(header_plain(m->a, header));
    return out->kind == SHEET_CHOICES && name_good(header, NAME_MOST) && column_at(out, plain) < 0 && column_at(out, header) < 0
        && !column_foreign(out->kind, plain);
}

void sheet_open(Making *m, FormSheet *out, SheetKind kind, const Sheet *from, Str file)
{
    static const Str folders[] = {[SHEET_RECORDS] = S("records"), [SHEET_SURVEY] = S("survey"), [SHEET_CHOICES] = S("choices")};
    SheetColumns c = sheet_columns(m->a, kind);
    const SheetRow *heads = from && from->n ? &from->rows[sheet_head(from)] : 0;
    int own = heads ? heads->n : 0;
    Str *columns = take(m->a, Str, c.cells + own);
    for (int i = 0; i < c.plain_n; i++) columns[i] = c.plain[i];
    for (int i = 0; i < c.cells - c.plain_n; i++)
        columns[c.plain_n + i] = say(m->a, "{}::{}", c.words[i / LANG_COUNT], lang_columns[i % LANG_COUNT]);
    *out = (FormSheet){kind, say(m->a, "{}/forms/{}.csv", folders[kind], m->name), from ? from->name : file, columns,
        take(m->a, Str, c.cells + own), c.cells, buf_in(m->a), 0, 0, 0};
    for (int i = 0; i < own; i++) {
        Str header = str_trim(heads->cells[i]);
        if (column_own(m, out, header)) columns[out->columns_n++] = header;
    }
    sheet_row(m, out, 1, columns);
}

static Place place_of(const Making *m, const FormSheet *out, Str header)
{
    Str plain = header_usual(header_plain(m->a, header)), language = header, of = plain, rest = plain;
    Lang lang = m->plain;
    bool named = str_has(rest, ':') && str_has(header, ':');
    if (named) {
        of = str_cut(&rest, ':');
        str_cut(&language, ':');
        while (str_starts(language, S(":"))) language = str_slice(language, 1, language.n);
    }
    int at = str_equal(of, S("record")) ? -1 : column_at(out, of);
    if (at < 0 && !named) at = column_at(out, header); // of the form's own
    bool words = at >= 0 && str_has(out->columns[at], ':');
    if (words && named && !header_language(str_trim(language), &lang)) return (Place){.to = at, .rank = RANK_OTHER};
    if (words) return (Place){.to = at + (int)lang, .rank = named ? RANK_OWN : RANK_PLAIN};
    if (at >= 0 && !named) return (Place){.to = at};
    Foreign foreign = column_foreign(out->kind, plain);
    return (Place){-1, RANK_OWN, foreign ? foreign : FOREIGN_PASSED, false};
}

// About a column as the workbook names it.
static void header_tell(Making *m, const FormSheet *out, int64_t row, Str header, Str value, bool warning, Message text)
{
    faults_add(m->a, m->all, (Fault){.file = out->from, .line = row, .column = header, .value = value,
        .message = text, .warning = warning});
}

// Each of our columns is one of theirs: that whose language is named, else the one without, else the first of another
// language. Whatever else would go there is passed over.
static void places_settle(Making *m, FormTable *in, FormSheet *out)
{
    for (int i = 0; i < in->width * RANKS; i++) {
        int k = i % in->width, rank = i / in->width;
        Place *p = &in->places[k];
        Str header = in->headers[k];
        if (p->to < 0 || (int)p->rank != rank) continue;
        if (!out->written[p->to].n) {
            out->written[p->to] = header;
            if (rank == RANK_OTHER) header_tell(m, out, in->head + 1, header, header, true,
                message(m->a, "There are no English words; these are taken in their place."));
            continue;
        }
        header_tell(m, out, in->head + 1, header, header, true, rank == RANK_OTHER
            ? message(m->a, "This language is not one of the program's, which are English (en) and Lao (lo); its words are passed over.")
            : message(m->a, "Beside {} this column is passed over.", out->written[p->to]));
        p->to = -1;
    }
}

void table_open(Making *m, const Sheet *sheet, FormSheet *out, FormTable *in)
{
    int head = sheet_head(sheet);
    *in = (FormTable){.sheet = sheet, .head = head, .width = sheet->n ? sheet->rows[head].n : 0};
    in->headers = take(m->a, Str, in->width);
    in->places = take(m->a, Place, in->width);
    for (int i = 0; i < in->width; i++) {
        Str header = in->headers[i] = str_trim(sheet->rows[head].cells[i]);
        in->places[i] = header.n ? place_of(m, out, header) : (Place){.to = -1};
    }
    places_settle(m, in, out);
}

static void foreign_tell(Making *m, FormTable *in, const FormSheet *out, int i, int cell, Str text)
{
    Place *p = &in->places[cell];
    Str header = in->headers[cell];
    if (!header.n && text.n) {
        header_tell(m, out, i + 1, header, text, true, message(m->a, "'{}' stands under no header, and is passed over.", text));
        return;
    }
    if (!p->foreign || p->told || !foreign_says(header, text)) return;
    if (p->foreign == FOREIGN_MEDIA) {
        header_tell(m, out, i + 1, header, text, false,
            message(m->a, "Pictures, sound and film beside words are not shown; take them away."));
    } else {
        header_tell(m, out, i + 1, header, text, true, message(m->a,
            "The column {} of XLSForm is not acted on here; what stands in it is passed over.", header));
    }
    p->told = p->foreign == FOREIGN_PASSED;
}

bool table_row(Making *m, FormTable *in, const FormSheet *out, int i, Str *cells)
{
    const SheetRow *row = &in->sheet->rows[i];
    bool any = false;
    for (int k = 0; k < out->columns_n; k++) cells[k] = (Str){0};
    for (int k = in->width; k < row->n; k++) {
        Str text = str_trim(row->cells[k]);
        if (text.n) form_warn(m, out, i + 1, S(""), text, message(m->a, "'{}' stands under no header, and is passed over.", text));
    }
    for (int k = 0; k < row->n && k < in->width; k++) {
        Str text = str_trim(row->cells[k]);
        any = any || text.n;
        if (in->places[k].to >= 0 && cell_failed(text)) {
            header_tell(m, out, i + 1, in->headers[k], text, false, message(m->a, "The cell {} shows {}: what it should count failed. "
                "Mend it in the spreadsheet, or empty the cell.", cell_place(m->a, k, i + 1), text));
        } else if (in->places[k].to >= 0) {
            cells[in->places[k].to] = text;
        } else {
            foreign_tell(m, in, out, i, k, text);
        }
    }
    return any;
}

void words_ours(Making *m, Str *cells, Str english, Str lao)
{
    cells[LANG_EN] = english;
    cells[LANG_LO] = tr_unsure(LANG_LO, english) ? say(m->a, "?{}", lao) : lao;
}

void words_fill(Making *m, const FormSheet *out, int64_t row, Str *cells, Str column, Str with)
{
    Str *english = cell_of(out, cells, column);
    if (!english->n) *english = english[LANG_LO];
    if (english->n || !with.n) return;
    *english = with;
    form_warn(m, out, row, column, with, message(m->a, "Words are missing here; '{}' is shown.", with));
}
