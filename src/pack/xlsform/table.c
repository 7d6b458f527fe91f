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

// ---- cells ---------------------------------------------------------------------------------------------

// Blanks that do not break, and signs without width, come along when a cell is pasted; ASCII stays as it is.
Str cell_plain(Arena *a, Str text)
{
    Buf o = buf_in(a);
    int32_t code;
    text = str_trim(text);
    for (Str rest = text, from = text; (code = utf8_next(&rest)) >= 0; from = rest) {
        bool ours = code < 0x80 || !(char_blank(code) || char_unseen(code));
        if (ours) buf_add(&o, str_slice(from, 0, from.n - rest.n));
        else if (char_blank(code)) buf_char(&o, ' ');
        text = rest;
    }
    buf_add(&o, text); // bytes that are no text are told where they are read
    return str_trim(buf_str(&o));
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

// Small letters, no blanks, one colon and none around it: as the tables below have them.
static Str header_plain(Arena *a, Str header)
{
    Buf o = buf_in(a);
    Str rest = str_lower(a, header);
    while (rest.n) {
        Str part = str_trim(str_cut(&rest, ':'));
        if (!part.n) continue;
        if (o.n) buf_char(&o, ':');
        for (isize i = 0; i < part.n; i++) {
            if (part.p[i] != ' ' || part.p[i - 1] != ' ') buf_char(&o, part.p[i] == ' ' ? '_' : part.p[i]);
        }
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
        {S("jr:count"), S("repeat_count")}, {S("control:jr:count"), S("repeat_count")}, {S("count"), S("repeat_count")},
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
        Str header = cell_plain(m->a, heads->cells[i]);
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
        Str header = in->headers[i] = cell_plain(m->a, sheet->rows[head].cells[i]);
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
    if (!p->foreign || p->told || !foreign_says(header, text) || name_same(header, S("disabled"))) return;
    if (p->foreign == FOREIGN_MEDIA) {
        header_tell(m, out, i + 1, header, text, false,
            message(m->a, "Pictures, sound and film beside words are not shown; take them away."));
    } else if (str_equal(header_usual(header_plain(m->a, header)), S("repeat_count"))) {
        header_tell(m, out, i + 1, header, text, false,
            message(m->a, "How many rows there are is up to who fills the form in; empty the column repeat_count."));
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
        bool words = in->places[k].to >= 0 && str_has(out->columns[in->places[k].to], ':');
        Str text = words ? str_bare(row->cells[k]) : cell_plain(m->a, row->cells[k]);
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

bool row_disabled(const FormTable *in, int i)
{
    const SheetRow *row = &in->sheet->rows[i];
    bool yes = false;
    for (int k = 0; k < row->n && k < in->width && !yes; k++) {
        yes = name_same(in->headers[k], S("disabled")) && yes_no_read(str_trim(row->cells[k]), &yes) && yes;
    }
    return yes;
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

static bool marked(Str words)
{
    static const Str marks[] = {S("**"), S("<span"), S("<br"), S("<b>"), S("]("), S("\n# "), S("\n## ")};
    bool is = str_starts(words, S("# ")) || str_starts(words, S("## "));
    for (int i = 0; i < countof(marks); i++) is = is || str_find(words, marks[i]) >= 0;
    return is;
}

void words_plain(Making *m, const FormSheet *out, int64_t row, int column, Str words)
{
    if (marked(words)) form_warn(m, out, row, out->columns[column], words,
        message(m->a, "Words are shown as they are written; take the signs of Markdown and HTML away."));
}
