// Commands that forget a person, and that keep one from being forgotten.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

Err *run_erase(Call *call, int *exit_code)
{
    Store *s;
    Faults all = {0};
    Erased out;
    EraseAsk ask = {.key = call->args[1], .dry_run = option_given(call, S("--dry-run")), .unheld = option_given(call, S("--unheld"))};
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(look_told(call, 0, ask.key)); // by a key that she does not have afterwards
    TRY(erase_carry(s, &ask, &out, &all));
    faults_said(call->a, &all);
    if (all.n) *exit_code = EXIT_INPUT;
    if (all.n && !ask.dry_run) return 0;
    out_write(say(call->a, "{}: {} keys {}, with them what was sealed of {} records; {} files.\n", out.number, out.keys,
        ask.dry_run ? S("would be destroyed") : S("were destroyed"), out.records, out.files));
    return 0;
}

Err *run_hold(Call *call, int *exit_code)
{
    Store *s;
    Faults all = {0};
    bool ends = option_given(call, S("--end"));
    if (ends && (option_given(call, S("--why")) || option_given(call, S("--until")))) {
        *exit_code = usage(call, S("--end stands alone."));
        return 0;
    }
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(look_told(call, 0, call->args[1]));
    if (ends) TRY(hold_end(s, call->args[1], &all));
    else TRY(hold_put(s, call->args[1], option(call, S("--why"), S("")), option(call, S("--until"), S("")), &all));
    faults_said(call->a, &all);
    if (all.n) *exit_code = EXIT_INPUT;
    return 0;
}
