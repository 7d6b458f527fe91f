// The command table: the program's outline for whoever works from a terminal.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "accounts/accounts.h"

// What a command was called with.
typedef struct Command Command;
typedef struct {
    Arena *a; Arena scratch;
    const Command *command;
    Str args[8]; int n;
    Str values[8]; bool given[8]; // per option of the command
    Store *store;            // the one that open_for opened: closed when the command is done
    User looker;             // the operator, whoever's rows are asked for
} Call;
typedef struct { Str name, value, help; } Option; // value empty: a switch; ending in ...: each time it is given counts, one a line
struct Command {
    Str name, args, help;    // args as the usage line shows them
    Option options[9];       // the last is empty
    int least, most;         // how many arguments
    Err *(*run)(Call *call, int *exit_code);
};
extern const Command commands[];
extern const int commands_n;

enum { EXIT_DONE = 0, EXIT_INPUT = 1, EXIT_USAGE = 2, EXIT_DENIED = 3, EXIT_BROKEN = 4 };
int command_line(Arena *a, Arena scratch, int argc, char **argv);
Str option(const Call *call, Str name, Str fallback); // the value given, or the fallback
bool option_given(const Call *call, Str name);
int usage(const Call *call, Str why);         // tells it, and how to call; the exit code
void help_all(Buf *o);
void manual(Buf *o);                          // the manual page, in roff
must_use Err *option_number(const Call *call, Str name, int64_t fallback, int64_t least, int64_t most, int64_t *out, int *exit_code);
must_use Err *day_option(Call *call, Str name, int *out, int *exit_code); // a day as 2024-01-31
must_use Err *open_for(Call *call, OpenUse use, Store **out); // the register named by the first argument, as operator
must_use Err *look_told(Call *call, const RecordType *t, Str named); // before anything is told of it: noted. t null: a person
void faults_said(Arena *a, const Faults *all); // a sentence a line, on standard error
void faults_tell(Arena *a, Str file, const Faults *all); // FILE:LINE: COLUMN: sentence, on standard error
// A pack, or a form that is added to one (*form is null: a pack): an .xlsx without a sheet `records`, or a .csv.
must_use Err *pack_or_form(Arena *a, Arena scratch, Str path, PackSheets *out, Faults *all, const Form **form);
must_use Err *pack_folder(Arena *a, Arena scratch, Str path, PackSheets *out); // a folder, or one .xlsx
Str pack_default(Arena *a);                   // packs/laos, here or beside the program
Err *no_record(Call *call, Store *s, Str name, const RecordType **out);

Err *run_init(Call *call, int *exit_code);
Err *run_serve(Call *call, int *exit_code);
Err *run_import(Call *call, int *exit_code);
Err *run_export(Call *call, int *exit_code);
Err *run_figures(Call *call, int *exit_code);
Err *run_find(Call *call, int *exit_code);
Err *run_work(Call *call, int *exit_code);
Err *run_looks(Call *call, int *exit_code);
Err *run_share(Call *call, int *exit_code);
Err *run_unshare(Call *call, int *exit_code);
Err *run_erase(Call *call, int *exit_code);
Err *run_hold(Call *call, int *exit_code);
Err *run_days(Call *call, int *exit_code);
Err *run_user_add(Call *call, int *exit_code);
Err *run_user_role(Call *call, int *exit_code);
Err *run_user_end(Call *call, int *exit_code);
Err *run_user_password(Call *call, int *exit_code);
Err *run_user_list(Call *call, int *exit_code);
Err *run_user_token(Call *call, int *exit_code);
Err *run_verify(Call *call, int *exit_code);
Err *run_backup(Call *call, int *exit_code);
Err *run_restore(Call *call, int *exit_code);
Err *run_rebuild(Call *call, int *exit_code);
Err *run_pack_check(Call *call, int *exit_code);
Err *run_pack_load(Call *call, int *exit_code);
Err *run_version(Call *call, int *exit_code);
Err *run_manual(Call *call, int *exit_code);
