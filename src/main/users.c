// Commands about who may come in.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

// One line, without its end.
static Err *line_read(Arena *a, Str *out)
{
    File *in;
    char *p = take(a, char, 4096);
    isize n = 0, got;
    TRY(file_open(a, S("-"), &in));
    while (n < 4096 && !memchr(p, '\n', (size_t)n) && (got = file_feed(in, p + n, 4096 - n)) > 0) n += got;
    Str text = {p, n};
    *out = str_cut(&text, '\n');
    if (out->n && out->p[out->n - 1] == '\r') out->n--;
    return 0;
}

Err *run_user_add(Call *call, int *exit_code)
{
    Store *s;
    Str password;
    if (!option_given(call, S("--role")) || !option_given(call, S("--unit"))) {
        *exit_code = usage(call, S("a user needs --role and --unit."));
        return 0;
    }
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(line_read(call->a, &password));
    TRY(user_add(s, call->args[1], option(call, S("--role"), S("")),
                 option(call, S("--unit"), S("")), password, option_given(call, S("--replace"))));
    out_write(say(call->a, "The user {} may sign in.\n", call->args[1]));
    return 0;
}

Err *run_user_role(Call *call, int *exit_code)
{
    Store *s;
    int64_t n;
    Str to = option(call, S("--to"), (Str){0});
    if (!option_given(call, S("--role")) && !option_given(call, S("--unit"))) {
        *exit_code = usage(call, S("say the new --role, the new --unit, or both."));
        return 0;
    }
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(user_place(s, call->args[1], option(call, S("--role"), (Str){0}), option(call, S("--unit"), (Str){0}), to, &n));
    out_write(say(call->a, "The user {} has another role or unit.\n", call->args[1]));
    if (to.n) out_write(say(call->a, "{} took over {} records.\n", to, n));
    return 0;
}

Err *run_user_end(Call *call, int *exit_code)
{
    Store *s;
    int64_t n;
    Str to = option(call, S("--to"), (Str){0});
    (void)exit_code;
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(user_leaves(s, &(Confirmed){0}, call->args[1], to, true, &n));
    out_write(say(call->a, "The user {} may not sign in any more; what was open has ended.\n", call->args[1]));
    if (to.n) out_write(say(call->a, "{} took over {} records.\n", to, n));
    return 0;
}

Err *run_user_password(Call *call, int *exit_code)
{
    Store *s;
    Str password;
    (void)exit_code;
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(line_read(call->a, &password));
    TRY(user_password(s, call->args[1], password));
    out_write(say(call->a, "The user {} has a new password; what was open has ended.\n", call->args[1]));
    return 0;
}

Err *run_user_list(Call *call, int *exit_code)
{
    Store *s;
    Account *all;
    int n;
    Buf o = buf_in(call->a);
    bool as_json = str_equal(option(call, S("--format"), S("text")), S("json"));
    (void)exit_code;
    TRY(open_for(call, OPEN_READ, &s));
    TRY(user_list(s, &all, &n));
    if (as_json) buf_char(&o, '[');
    for (int i = 0; i < n; i++) {
        const Account *one = &all[i];
        Str active = one->active ? S("true") : S("false");
        if (as_json) json(&o, "{}{'name':{},'role':{},'unit':{},'active':{}}", (Html){i ? S(",\n") : S("\n")}, one->name, one->role,
            one->unit, (Html){active});
        else buf_fill(&o, "{}  {}  {}{}\n", VALS(one->name, one->role, one->unit, one->active ? (Str){0} : S("  (ended)")));
    }
    if (as_json) buf_add(&o, n ? S("\n]\n") : S("]\n"));
    out_write(buf_str(&o));
    return 0;
}

Err *run_user_token(Call *call, int *exit_code)
{
    Store *s;
    Str token;
    int64_t days;
    TRY(option_number(call, S("--days"), TOKEN_DAYS, 1, TOKEN_DAYS_MOST, &days, exit_code));
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(user_token(s, call->args[1], false, (int)days, &token));
    out_write(say(call->a, "{}\n", token));
    return 0;
}
