// Commands that make, check and keep a register.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

// Faults whole; of what is only doubtful, where to read it.
static void faults_only(Arena *a, const Faults *all)
{
    Faults grave = {0};
    for (const Fault *f = all->first; f; f = f->next) {
        if (!f->warning) faults_add(a, &grave, *f);
    }
    faults_tell(a, S("pack"), &grave);
    if (all->warnings) err_write(say(a, "{} texts of the pack are not confirmed yet: sukhwan pack check lists them.\n", all->warnings));
}

Err *run_init(Call *call, int *exit_code)
{
    Arena *a = call->a;
    PackSheets sheets;
    Faults all = {0};
    if (option_given(call, S("--store")) && !db_is_postgres(option(call, S("--store"), S("")))) {
        *exit_code = usage(call, S("--store takes an address as postgres://…"));
        return 0;
    }
    TRY(pack_folder(a, call->scratch, option(call, S("--pack"), pack_default(a)), &sheets));
    TRY(register_make(a, call->scratch, call->args[0], sheets, option(call, S("--store"), S("")), &all));
    faults_only(a, &all);
    Str dir = path_absolute(a, call->args[0]), above = str_slice(dir, 0, dir.n - path_name(dir).n);
    if (!all.n && folder_shared(above)) {
        err_write(say(a,
                      "sukhwan: warning: Others may write in {}, and so put another register in "
                      "the place of this one: chmod go-w {}\n",
                      above, above));
    }
    if (all.n) *exit_code = EXIT_INPUT;
    else
        out_write(say(a,
                      "A register was made in {}. Add a user: sukhwan user add {} NAME --role ROLE "
                      "--unit UNIT\n",
                      call->args[0], call->args[0]));
    return 0;
}

static Err *verify_backup(Call *call, bool tables)
{
    Verified found;
    TRY(backup_verify(call->a, call->scratch, call->args[0], tables, &found));
    out_write(say(call->a, "{} entries of {} writers: the backup is whole.\n", found.entries, found.writers));
    if (tables) out_write(S("Its tables are what its journal says.\n"));
    if (found.sealed) out_write(S("Its tables are sealed, and were not looked into: the unlock key was not there.\n"));
    return 0;
}

Err *run_verify(Call *call, int *exit_code)
{
    Register *reg;
    Verified found;
    bool tables = option_given(call, S("--tables"));
    (void)exit_code;
    if (backup_there(call->a, call->args[0])) return verify_backup(call, tables);
    TRY(register_open(call->a, call->scratch, call->args[0], OPEN_KEYLESS, &reg));
    TRY(register_verify(reg, call->a, call->scratch, tables, &found));
    out_write(say(call->a, "{} entries of {} writers: the journal is whole.\n{} looks: the log of looks is whole.\n", found.entries,
        found.writers, found.looks));
    if (tables) out_write(S("The tables are what the journal says.\n"));
    if (found.unsure) err_write(say(call->a, "sukhwan: {} looks were noted and not signed yet.\n", found.unsure));
    if (found.torn) err_write(say(call->a, "sukhwan: {} lines of the log of looks are not whole, since the machine stopped while they"
        " were written; who goes on with them cuts them off.\n", found.torn));
    if (found.forks) {
        err_write(say(call->a, "sukhwan: {} records were changed in two places apart: what was said last stands. Look at them;"
            " whoever saves one next joins both.\n", found.forks));
    }
    return 0;
}

Err *run_rebuild(Call *call, int *exit_code)
{
    Store *s;
    int64_t entry, n = 0;
    bool to = option_given(call, S("--to"));
    if (to != (call->n == 2)) {
        *exit_code = usage(call, S("--to ENTRY and OUT go together."));
        return 0;
    }
    TRY(option_number(call, S("--to"), 0, 1, INT64_MAX, &entry, exit_code));
    TRY(open_for(call, OPEN_REBUILD, &s));
    if (to) TRY(register_rebuild_to(s, entry, call->args[1], &n));
    else TRY(register_rebuild(s, &n));
    out_write(say(call->a, "{} entries were read, and the tables made from them.\n", n));
    return 0;
}

// A form is checked as it stands beside the pack that new registers begin with.
static Err *beside_default(Call *call, PackSheets *sheets)
{
    PackSheets stand;
    TRY(pack_folder(call->a, call->scratch, pack_default(call->a), &stand));
    *sheets = sheets_joined(call->a, stand, *sheets);
    return 0;
}

static Err *sheets_of(Call *call, Str path, PackSheets *out, Faults *all, const Form **form)
{
    Register *reg;
    Store *s;
    *form = 0;
    if (!path_exists(path_join(call->a, path, S("settings")))) {
        TRY(pack_or_form(call->a, call->scratch, path, out, all, form));
        return *form ? beside_default(call, out) : 0;
    }
    TRY(register_open(call->a, call->scratch, path, OPEN_KEYLESS, &reg));
    TRY(store_open(reg, call->a, call->scratch, user_operator(), &s));
    return pack_sheets(s, out);
}

Err *run_pack_check(Call *call, int *exit_code)
{
    PackSheets sheets;
    Faults all = {0};
    const Pack *pack = 0;
    const Form *form;
    TRY(sheets_of(call, call->args[0], &sheets, &all, &form));
    TRY(pack_check(call->a, call->scratch, sheets, &all, &pack));
    if (form) form_faults(call->a, form, &all);
    faults_tell(call->a, S("pack"), &all);
    if (!pack || all.n) *exit_code = EXIT_INPUT;
    else if (form) out_write(say(call->a, "The form {} is good: {} fields, {} warnings.\n", form->name,
        (int64_t)record_type(pack, form->name)->n, all.warnings));
    else out_write(say(call->a, "The pack {} {} is good: {} record types, {} figures, {} warnings.\n", pack->country, pack->version,
        (int64_t)pack->records_n, (int64_t)pack->figures_n, all.warnings));
    return 0;
}

Err *run_pack_load(Call *call, int *exit_code)
{
    Store *s;
    PackSheets sheets;
    Faults all = {0};
    int64_t changed;
    const Form *form;
    bool dry_run = option_given(call, S("--dry-run"));
    TRY(pack_or_form(call->a, call->scratch, call->args[1], &sheets, &all, &form));
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(pack_load(s, sheets, dry_run, &all, &changed));
    if (form) form_faults(call->a, form, &all);
    if (form) faults_tell(call->a, S("pack"), &all);
    else faults_only(call->a, &all);
    if (all.n) *exit_code = EXIT_INPUT;
    else out_write(say(call->a, "{} sheets {}.\n", changed, dry_run ? S("would change") : S("changed")));
    return 0;
}

Err *run_version(Call *call, int *exit_code)
{
    (void)exit_code;
    out_write(say(call->a, "sukhwan {}\n", str_from(SUKHWAN_VERSION)));
    return 0;
}

Err *run_manual(Call *call, int *exit_code)
{
    Buf o = buf_in(call->a);
    (void)exit_code;
    manual(&o);
    out_write(buf_str(&o));
    return 0;
}

Err *run_backup(Call *call, int *exit_code)
{
    Register *reg;
    BackedUp told;
    (void)exit_code;
    process_yield();
    TRY(register_open(call->a, call->scratch, call->args[0], OPEN_READ, &reg));
    TRY(register_backup(reg, call->a, call->scratch, call->args[1], option(call, S("--since"), S("")), &told));
    out_write(say(call->a, "{} entries and {} files are in {}: {} bytes were written.\n", told.entries, told.files, call->args[1],
        told.bytes));
    return 0;
}

Err *run_restore(Call *call, int *exit_code)
{
    Restored told;
    Str store = option(call, S("--store"), S(""));
    if (option_given(call, S("--store")) && !db_is_postgres(store)) {
        *exit_code = usage(call, S("--store takes an address as postgres://…"));
        return 0;
    }
    TRY(register_restore(call->a, call->scratch, call->args[0], call->args[1], store, &told));
    out_write(say(call->a, "{} entries were restored into {}, and are whole.\n", told.entries, call->args[1]));
    out_write(say(call->a, "Accounts, roles and tokens stand as they did when the backup was made: whoever was ended since may come in"
        " again. Look through them: sukhwan user list {}\n", call->args[1]));
    if (told.told) out_write(say(call->a, "{} erasures that the backup did not know were carried out.\n", (int64_t)told.erased));
    else err_write(S("sukhwan: The file of erasures, named like the unlock key with .erased behind it, was not there: whoever was"
        " erased after the backup was made may be back. Put it there and restore again, if anybody was.\n"));
    return 0;
}
