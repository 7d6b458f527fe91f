// What several commands need: opening a register, telling faults, reading a pack's folder.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

Err *open_for(Call *call, OpenUse use, Store **out)
{
    Register *reg;
    TRY(register_open(call->a, call->scratch, call->args[0], use, &reg));
    TRY(store_open(reg, call->a, call->scratch, user_operator(), out));
    call->store = *out;
    call->looker = user_operator();
    looks_collect(*out, &call->looker);
    return 0;
}

Err *look_told(Call *call, const RecordType *t, Str named)
{
    TRY(look_named(call->store, t, named));
    return looks_note(call->store, LOOK_VIEW);
}

Err *option_number(const Call *call, Str name, int64_t fallback, int64_t least, int64_t most, int64_t *out, int *exit_code)
{
    *out = fallback;
    if (!option_given(call, name)) return 0;
    if (str_int(option(call, name, S("")), out) && *out >= least && *out <= most) return 0;
    *exit_code = EXIT_USAGE;
    return fail(call->a, ERR_INPUT, "{} takes a whole number from {} to {}.", name, least, most);
}

Err *no_record(Call *call, Store *s, Str name, const RecordType **out)
{
    *out = record_type(s->pack, name);
    return *out ? 0 : fail(call->a, ERR_INPUT, "There is no record type {} in the pack: its sheet records.csv names them.", name);
}

// One fault, one line: what came out of the file cannot begin another.
static void line_safe(Buf *o, Str text)
{
    for (isize i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] >= ' ' && text.p[i] != 127) buf_char(o, text.p[i]);
        else buf_add(o, text.p[i] == '\n' ? S("\\n") : S("\\?"));
    }
}

void faults_tell(Arena *a, Str file, const Faults *all)
{
    Buf o = buf_in(a);
    for (const Fault *f = all->first; f; f = f->next) {
        Str text = message_text(a, f->message);
        Str line = say(a, "{}:{}: {}: {}{}", f->file.n ? f->file : file, f->line, f->column.n ? f->column : S("-"),
            f->warning ? S("warning: ") : S(""), text);
        line_safe(&o, line);
        buf_char(&o, '\n');
    }
    err_write(buf_str(&o));
}

// Of what was given on the command line, where each option stands but once.
void faults_said(Arena *a, const Faults *all)
{
    Buf o = buf_in(a);
    for (const Fault *f = all->first; f; f = f->next) {
        buf_add(&o, S("sukhwan: "));
        line_safe(&o, message_text(a, f->message));
        buf_char(&o, '\n');
    }
    err_write(buf_str(&o));
}

enum { SHEETS_MOST = 1000 };

static Err *sheets_full(Arena *a, Str path)
{
    return fail(a, ERR_INPUT, "A pack has {} sheets at most, and {} holds more.", (int64_t)SHEETS_MOST, path);
}

static Err *sheet_add(Arena *a, PackSheets *all, Str folder, Str path)
{
    if (all->n == SHEETS_MOST) return sheets_full(a, folder);
    TRY(file_read(a, path_join(a, folder, path), 16 << 20, &all->at[all->n].text));
    all->at[all->n++].path = path;
    return 0;
}

static bool sheet_name(Str name)
{
    return (str_ends(name, S(".csv")) || str_ends(name, S(".md"))) && name.p[0] != '.';
}

static Err *workbook_read(Arena *a, Arena scratch, Str path, Workbook *out, Faults *all)
{
    Str file;
    TRY(file_read(a, path, 64 << 20, &file));
    if (!str_ends(path, S(".csv"))) return xlsx_read(a, scratch, file, out);
    *out = form_csv(a, file, all);
    return 0;
}

static Err *workbook_sheets(Arena *a, Arena scratch, Str path, PackSheets *out)
{
    Workbook book;
    Faults none = {0}; // of CSV alone
    TRY(workbook_read(a, scratch, path, &book, &none));
    if (book.n > SHEETS_MOST) return sheets_full(a, path);
    for (int i = 0; i < book.n; i++) {
        Buf o = buf_in(a);
        sheet_csv(&o, &book.at[i]);
        out->at[out->n++] = (PackSheet){say(a, "{}.csv", book.at[i].name), buf_str(&o)};
    }
    return 0;
}

// The sheets of a folder and of those in it: registry/units/districts.csv is as deep as they stand.
static Err *folder_sheets(Arena *a, Str pack, Str inner, int depth, PackSheets *out)
{
    Str *names, path = inner.n ? path_join(a, pack, inner) : pack;
    int n;
    TRY(folder_list(a, path, &names, &n));
    for (int i = 0; i < n; i++) {
        Str name = inner.n ? path_join(a, inner, names[i]) : names[i];
        bool folder = path_is_folder(path_join(a, path, names[i]));
        if (folder && depth) TRY(folder_sheets(a, pack, name, depth - 1, out));
        if (!folder && (inner.n ? sheet_name(names[i]) : str_ends(name, S(".csv")))) TRY(sheet_add(a, out, pack, name));
    }
    return 0;
}

Err *pack_folder(Arena *a, Arena scratch, Str path, PackSheets *out)
{
    *out = (PackSheets){.at = take(a, PackSheet, SHEETS_MOST)};
    if (str_ends(path, S(".xlsx"))) return workbook_sheets(a, scratch, path, out);
    if (!path_is_folder(path)) return fail(a, ERR_INPUT, "There is no pack in {}: name its folder or its workbook.", path);
    return folder_sheets(a, path, (Str){0}, 2, out);
}

Err *pack_or_form(Arena *a, Arena scratch, Str path, PackSheets *out, Faults *all, const Form **form)
{
    Workbook book;
    *form = 0;
    if (!str_ends(path, S(".xlsx")) && !str_ends(path, S(".csv"))) return pack_folder(a, scratch, path, out);
    TRY(workbook_read(a, scratch, path, &book, all));
    if (!form_is(&book)) return pack_folder(a, scratch, path, out);
    Str name = path_name(path), stem = str_slice(name, 0, name.n - (str_ends(name, S(".csv")) ? 4 : 5));
    *form = form_from(a, &book, stem, out, all);
    return 0;
}

Str pack_default(Arena *a)
{
    Str here = S("packs/laos"), program = path_absolute(a, S("/proc/self/exe"));
    if (path_is_folder(here)) return here;
    Str folder = str_slice(program, 0, program.n - path_name(program).n);
    return path_join(a, folder, S("../packs/laos"));
}

Err *day_option(Call *call, Str name, int *out, int *exit_code)
{
    Days days;
    Str given = option(call, name, S(""));
    Message why = {0};
    if (given.n == 10 && days_parse(given, &days) && days_likely(call->a, days, given, &why)) {
        *out = days.first;
        return 0;
    }
    *exit_code = EXIT_USAGE;
    if (why.words) return err_make(call->a, ERR_INPUT, why);
    return fail(call->a, ERR_INPUT, "{} takes a day as 2024-01-31, not {}.", name, given);
}
