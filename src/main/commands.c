// The command table: name, arguments, options, one line of help. Help and the manual page come from it.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

// clang-format off
const Command commands[] = {
    {S("init"), S("DIR"), S("Make a register: its folder, its unlock key, its pack."),
        {{S("--pack"), S("FOLDER"), S("the country's pack (packs/laos)")},
         {S("--store"), S("postgres://…"), S("put the tables into that database; DIR keeps the settings")}}, 1, 1, run_init},
    {S("serve"), S("DIR"), S("Answer browsers and programs over HTTP."),
        {{S("--listen"), S("ADDRESS:PORT"), S("where (127.0.0.1:8080)")},
         {S("--host"), S("NAME..."),
           S("a name that it answers to, besides localhost and its own address; may be given again")},
         {S("--mail"), S("COMMAND"), S("tell notices by e-mail, with that program: /usr/sbin/sendmail")}}, 1, 1, run_serve},
    {S("import"), S("DIR RECORD FILE.csv"), S("Take in a table, CSV or .xlsx, all of it or nothing."),
        {{S("--map"), S("NAME"), S("a mapping of the pack for a foreign file")},
         {S("--sheet"), S("NAME"), S("the sheet of a workbook; needed when several could be meant")},
         {S("--dry-run"), S(""), S("only tell what would happen")},
         {S("--keep-good"), S(""), S("keep the good lines though others are refused")},
         {S("--overwrite"), S(""), S("also what somebody wrote by hand since the file was last brought in")},
         {S("--unit"), S("UNIT"), S("whose records the new ones are; else the pack says whose")},
         {S("--format"), S("text|json"), S("how the answer is written")}}, 3, 3, run_import},
    {S("export"), S("DIR RECORD"), S("Write all records of a type."),
        {{S("--format"), S("csv|json"), S("how they are written")},
         {S("--out"), S("FILE"), S("into this file; else to standard output")}}, 2, 2, run_export},
    {S("figures"), S("DIR TABLE"), S("Count the figures of a table over an interval; both ends count."),
        {{S("--from"), S("YYYY-MM-DD"), S("the first day")}, {S("--to"), S("YYYY-MM-DD"), S("the last day")},
         {S("--by"), S("FIELD[,FIELD]"), S("told apart by these fields")},
         {S("--format"), S("text|csv|json"), S("how they are written")}}, 2, 2, run_figures},
    {S("find"), S("DIR [NAME]"), S("Find persons by name, in any script; whatever has that key or phone stands first."),
        {{S("--limit"), S("N"), S("how many at most (10)")}, {S("--format"), S("text|json|tsv"), S("how they are written")},
         {S("--batch"), S("FILE"), S("a name on every line, instead of NAME")}}, 1, 2, run_find},
    {S("work"), S("DIR"), S("What waits for somebody: late first, then by its day; twenty at most."),
        {{S("--user"), S("NAME"), S("the name of who signs in")}, {S("--format"), S("text|json"), S("how it is written")}}, 1, 1, run_work},
    {S("share"), S("DIR RECORD KEY"), S("Give sight of one record, to a unit or to one person, until a day."),
        {{S("--to"), S("UNIT-OR-USER"), S("a unit of the pack, or the name of who signs in")},
         {S("--compartments"), S("LIST"), S("which parts, with commas: identity, place, case, care, health, legal")},
         {S("--until"), S("YYYY-MM-DD"), S("the last day")},
         {S("--why"), S("TEXT"), S("the reason, for whose record it is")}}, 3, 3, run_share},
    {S("unshare"), S("DIR RECORD KEY"), S("Take back all sight of one record that somebody was given."),
        {{S("--to"), S("UNIT-OR-USER"), S("whom it was given to")},
         {S("--why"), S("TEXT"), S("the reason, for whose record it is")}}, 3, 3, run_unshare},
    {S("looks"), S("DIR"), S("Who was shown which record, the oldest first: one line for each."),
        {{S("--person"), S("KEY"), S("looks at this person and what hangs on her")},
         {S("--user"), S("NAME"), S("looks by who signs in so")},
         {S("--from"), S("YYYY-MM-DD"), S("the first day")}, {S("--to"), S("YYYY-MM-DD"), S("the last day")},
         {S("--format"), S("text|csv|json"), S("how they are written")},
         {S("--also"), S("FOLDER"), S("those that were moved there, too")},
         {S("--move"), S("FOLDER"), S("instead: move away to there what is old")},
         {S("--before"), S("YYYY-MM-DD"), S("with --move: looks before this day, as far as whole segments hold no other")}},
        1, 1, run_looks},
    {S("erase"), S("DIR KEY"), S("Forget a person: what was asked for, approved by two, and is due."),
        {{S("--dry-run"), S(""), S("only tell what would go, or what stands in the way")},
         {S("--unheld"), S(""), S("though she is held: of care and health alone, which a hold never covers")}}, 2, 2, run_erase},
    {S("hold"), S("DIR KEY"), S("Keep a person from being erased until a day, with a reason; or end that."),
        {{S("--why"), S("TEXT"), S("the reason, for whose record it is")}, {S("--until"), S("YYYY-MM-DD"), S("the last day")},
         {S("--end"), S(""), S("end the hold")}}, 2, 2, run_hold},
    {S("days"), S("DIR"), S("Do what follows from days that passed, where no server runs that does."), {{{0}, {0}, {0}}}, 1, 1, run_days},
    {S("user add"), S("DIR NAME"), S("Add a user; the password is one line of standard input."),
        {{S("--role"), S("ROLE"), S("a role of the pack")}, {S("--unit"), S("UNIT"), S("a unit of the pack")},
         {S("--replace"), S(""),
           S("one who is there gets this password, role and unit; her sessions and tokens end")}}, 2, 2, run_user_add},
    {S("user role"), S("DIR NAME"),
        S("Give a user another role or unit, from her next request on. In another agency what was given to her by name ends."),
        {{S("--role"), S("ROLE"), S("a role of the pack")}, {S("--unit"), S("UNIT"), S("a unit of the pack")},
         {S("--to"), S("COLLEAGUE"), S("who takes over what was given to her by name; of the unit that she leaves")}}, 2, 2, run_user_role},
    {S("user end"), S("DIR NAME"), S("End an account: her sessions and tokens at once, and what was given to her by name."),
        {{S("--to"), S("COLLEAGUE"), S("who takes over what was given to her by name; of the same unit")}}, 2, 2, run_user_end},
    {S("user password"), S("DIR NAME"), S("Give a user a new password, one line of standard input; what was open ends."),
        {{{0}, {0}, {0}}}, 2, 2, run_user_password},
    {S("user list"), S("DIR"), S("Who may sign in, and who has ended."),
        {{S("--format"), S("text|json"), S("how it is written")}}, 1, 1, run_user_list},
    {S("user token"), S("DIR NAME"), S("Print a new API token of a user, alone."),
        {{S("--days"), S("N"), S("how long it is good (730)")}}, 2, 2, run_user_token},
    {S("verify"), S("DIR-OR-BACKUP"), S("Check the journal's chain and its signed heads, or a backup; needs no key."),
        {{S("--tables"), S(""), S("each table against the journal as well; needs the unlock key")}}, 1, 1, run_verify},
    {S("backup"), S("DIR OUT"), S("Write a backup into a new folder, beside whoever works on the register."),
        {{S("--since"), S("OLDER-BACKUP"), S("only what came since that one, which is to lie beside it")}}, 2, 2, run_backup},
    {S("restore"), S("OUT DIR"), S("Make a register again from a backup; its unlock key is to lie at DIR.key, or be named."),
        {{S("--store"), S("postgres://…"), S("put the tables into that database, which is empty")}}, 2, 2, run_restore},
    {S("rebuild"), S("DIR [OUT]"), S("Make the tables again from the journal; or the register of an earlier day in OUT."),
        {{S("--to"), S("ENTRY"), S("up to and with this entry, into OUT")}}, 1, 2, run_rebuild},
    {S("pack check"), S("DIR-OR-PACK"), S("Tell every fault of a pack, or of a form."), {{{0}, {0}, {0}}}, 1, 1, run_pack_check},
    {S("pack load"), S("DIR PACK"), S("Take a newer pack into a register, or a form (an XLSForm workbook or CSV)."),
        {{S("--dry-run"), S(""), S("only tell what would change")}}, 2, 2, run_pack_load},
    {S("version"), S(""), S("Print the version, as --version does."), {{{0}, {0}, {0}}}, 0, 0, run_version},
    {S("manual"), S(""), S("Print the manual page (roff)."), {{{0}, {0}, {0}}}, 0, 0, run_manual},
};
// clang-format on
const int commands_n = countof(commands);

// ---- help ----------------------------------------------------------------------------------------------

static void usage_line(Buf *o, const Command *c)
{
    buf_fill(o, "sukhwan {}{}{}", VALS(c->name, c->args.n ? S(" ") : S(""), c->args));
    for (const Option *one = c->options; one->name.n; one++) {
        buf_fill(o, one->value.n ? " [{} {}]" : " [{}{}]", VALS(one->name, one->value));
    }
    buf_char(o, '\n');
}

static void help_one(Buf *o, const Command *c)
{
    usage_line(o, c);
    buf_fill(o, "{}\n", VALS(c->help));
    for (const Option *one = c->options; one->name.n; one++) {
        buf_fill(o, "  {}{}{}: {}\n", VALS(one->name, one->value.n ? S(" ") : S(""), one->value, one->help));
    }
}

void help_all(Buf *o)
{
    buf_add(o, S("Sukhwan: cases, referrals and figures of a country's mechanism against human trafficking.\n\n"));
    for (int i = 0; i < commands_n; i++) {
        usage_line(o, &commands[i]);
        buf_fill(o, "    {}\n", VALS(commands[i].help));
    }
    buf_add(o, S("\nExit: 0 done, 1 bad input, 2 wrong usage, 3 not permitted, 4 broken or tampered.\n"
        "The unlock key is the file named by SUKHWAN_KEY_FILE, else DIR.key beside the folder.\n"));
}

void manual(Buf *o)
{
    buf_add(o, S(".TH SUKHWAN 1\n.SH NAME\nsukhwan \\- cases, referrals and figures of a mechanism "
                 "against human trafficking\n.SH COMMANDS\n"));
    for (int i = 0; i < commands_n; i++) {
        buf_add(o, S(".TP\n.B "));
        usage_line(o, &commands[i]);
        buf_fill(o, "{}\n", VALS(commands[i].help));
        for (const Option *one = commands[i].options; one->name.n; one++) {
            buf_fill(o, ".br\n.B {}\n{}: {}\n", VALS(one->name, one->value, one->help));
        }
    }
    buf_add(o, S(".SH EXIT STATUS\n0 done (warnings on standard error), 1 bad input, 2 wrong "
                 "usage, 3 not permitted, 4 broken or tampered.\n"
                 ".SH ENVIRONMENT\n.B SUKHWAN_KEY_FILE\nnames the unlock key; else it is DIR.key "
                 "beside the register folder.\n"));
}

int usage(const Call *call, Str why)
{
    Buf o = buf_in(call->a);
    buf_fill(&o, "sukhwan: {}\n", VALS(why));
    if (call->command) usage_line(&o, call->command);
    else buf_add(&o, S("sukhwan --help tells the commands.\n"));
    err_write(buf_str(&o));
    return EXIT_USAGE;
}

// ---- reading a command line ------------------------------------------------------------------------------

static int option_at(const Command *c, Str name)
{
    for (int i = 0; i < countof(c->options) && c->options[i].name.n; i++) {
        if (str_equal(c->options[i].name, name)) return i;
    }
    return -1;
}

Str option(const Call *call, Str name, Str fallback)
{
    int i = option_at(call->command, name);
    must(i >= 0);
    return call->given[i] ? call->values[i] : fallback;
}

bool option_given(const Call *call, Str name)
{
    int i = option_at(call->command, name);
    must(i >= 0);
    return call->given[i];
}

static const Command *command_find(int argc, char **argv, int *used)
{
    for (int i = 0; i < commands_n; i++) {
        Str rest = commands[i].name;
        int n = 0;
        bool fits = true;
        while (rest.n && fits) {
            Str word = str_cut(&rest, ' ');
            fits = n + 1 < argc && str_equal(word, str_from(argv[n + 1]));
            n++;
        }
        if (!fits) continue;
        *used = n + 1;
        return &commands[i];
    }
    return 0;
}

static bool asks_help(const char *word)
{
    return !strcmp(word, "--help") || !strcmp(word, "-h");
}

// The first word of several commands: user, pack. What there is, or that there is none.
static int family(Call *call, int argc, char **argv)
{
    Buf o = buf_in(call->a);
    Str first = say(call->a, "{} ", str_from(argv[1]));
    bool help = false;
    for (int i = 2; i < argc; i++) help |= asks_help(argv[i]);
    for (int i = 0; i < commands_n; i++) {
        if (str_starts(commands[i].name, first)) usage_line(&o, &commands[i]);
    }
    if (!o.n) return usage(call, say(call->a, "there is no command {}.", str_from(argv[1])));
    if (help) {
        out_write(buf_str(&o));
        return EXIT_DONE;
    }
    err_write(say(call->a, "sukhwan: say what to do with {}:\n{}", str_from(argv[1]), buf_str(&o)));
    return EXIT_USAGE;
}

// The arguments that were not given, as the usage line shows them.
static Str missing_args(const Call *call)
{
    Str rest = call->command->args;
    for (int i = 0; i < call->n; i++) str_cut(&rest, ' ');
    return rest;
}

// Empty when it was read; else what is wrong with it.
static Str call_read(Call *call, int argc, char **argv, int from, bool *help)
{
    bool only_args = false;
    for (int i = from; i < argc; i++) {
        Str word = str_from(argv[i]);
        if (!only_args && str_equal(word, S("--"))) {
            only_args = true;
        } else if (!only_args && asks_help(argv[i])) {
            *help = true;
        } else if (!only_args && word.n > 1 && word.p[0] == '-') {
            Str value = word, name = str_cut(&value, '=');
            int at = option_at(call->command, name);
            if (at < 0) return say(call->a, "there is no option {}.", name);
            bool takes = call->command->options[at].value.n > 0, here = name.n < word.n;
            if (!takes && here) return say(call->a, "{} takes no value.", name);
            if (takes && !here && i + 1 >= argc) return say(call->a, "{} lacks its value.", name);
            if (takes && !here) value = str_from(argv[++i]);
            bool again = call->given[at] && str_ends(call->command->options[at].value, S("..."));
            call->values[at] = again ? say(call->a, "{}\n{}", call->values[at], value) : value;
            call->given[at] = true;
        } else if (call->n < countof(call->args)) {
            call->args[call->n++] = word;
        }
    }
    if (call->n < call->command->least) return say(call->a, "something is missing: {}", missing_args(call));
    return call->n > call->command->most ? say(call->a, "this is too much: {}", call->args[call->n - 1]) : (Str){0};
}

// One of the words that the option's value names: text|json.
static bool format_known(const Call *call)
{
    int at = option_at(call->command, S("--format"));
    if (at < 0 || !call->given[at]) return true;
    Str words = call->command->options[at].value;
    while (words.n) {
        if (str_equal(str_cut(&words, '|'), call->values[at])) return true;
    }
    return false;
}

static const int exit_of[] = {
    [ERR_INPUT] = EXIT_INPUT, [ERR_DENIED] = EXIT_DENIED, [ERR_MISSING] = EXIT_INPUT, [ERR_CONFLICT] = EXIT_INPUT,
    [ERR_BUSY] = EXIT_INPUT, [ERR_BROKEN] = EXIT_BROKEN,
};
_Static_assert(countof(exit_of) == ERR_COUNT, "every kind of error has its exit code");

// sukhwan help COMMAND: the same as sukhwan COMMAND --help.
static int help_with(Call *call, int argc, char **argv)
{
    char *words[] = {argv[0], argv[1], argc > 2 ? argv[2] : "--help", "--help"};
    Buf o = buf_in(call->a);
    int used;
    const Command *c = command_find(argc, argv, &used);
    if (!c) return family(call, countof(words), words);
    help_one(&o, c);
    out_write(buf_str(&o));
    return EXIT_DONE;
}

int command_line(Arena *a, Arena scratch, int argc, char **argv)
{
    Call call = {.a = a, .scratch = scratch};
    Buf o = buf_in(a);
    int used, code = EXIT_DONE;
    bool help = false;
    if (argc < 2) return usage(&call, S("say what to do."));
    static char version[] = "version";
    if (str_equal(str_from(argv[1]), S("--version"))) argv[1] = version; // as other programs are asked
    bool word = str_equal(str_from(argv[1]), S("help"));
    if (asks_help(argv[1]) || (word && argc == 2)) {
        help_all(&o);
        out_write(buf_str(&o));
        return EXIT_DONE;
    }
    if (word) return help_with(&call, argc - 1, argv + 1);
    call.command = command_find(argc, argv, &used);
    if (!call.command) return family(&call, argc, argv);
    Str wrong = call_read(&call, argc, argv, used, &help);
    if (help) {
        help_one(&o, call.command);
        out_write(buf_str(&o));
        return EXIT_DONE;
    }
    if (wrong.n) return usage(&call, wrong);
    if (!format_known(&call)) return usage(&call, S("this format is not known."));
    Err *e = call.command->run(&call, &code);
    if (!e && call.store) e = looks_note(call.store, LOOK_VIEW); // what it read, and did not note before it told
    Err *signed_ = call.store ? looks_end(call.store) : 0;
    if (!e) e = signed_;
    if (call.store) store_close(call.store);
    if (!e) return code;
    err_write(say(a, "sukhwan: {}\n", err_text(a, e)));
    return code == EXIT_USAGE ? code : exit_of[e->kind]; // a command says itself when it was called wrongly
}
