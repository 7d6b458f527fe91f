// The command that tells who was shown what.
// SPDX-License-Identifier: Apache-2.0
#include "main/main.h"

typedef struct { Store *s; Str format; Arena room; Buf o; int64_t n; } Telling; // room: of what was not written yet
enum { ROOM = 4 << 20, WRITTEN = 1 << 20 };

static void telling_write(Telling *t)
{
    out_write(buf_str(&t->o));
    arena_reset(&t->room);
    t->o = buf_in(&t->room);
}

static void look_text(Buf *o, Clock clock, const LookGiven *one)
{
    const Str none = S("-");
    buf_fill(o, "{}  {}  {} {}  {}", VALS(moment_iso(o->a, one->ms, clock.offset), one->user.n ? one->user : none,
        one->role.n ? one->role : none, one->unit.n ? one->unit : none, one->what));
    if (one->key.n) buf_fill(o, "  {} {}", VALS(one->record, one->key));
    if (one->why.n) buf_fill(o, "  {}", VALS(one->why));
    buf_char(o, '\n');
}

static void look_csv(Buf *o, Clock clock, const LookGiven *one)
{
    Str time = moment_iso(o->a, one->ms, clock.offset);
    const Str cells[] = {time, one->user, one->role, one->unit, one->what, one->record, one->key, one->why};
    for (int i = 0; i < countof(cells); i++) csv_cell(o, cells[i], i == countof(cells) - 1);
}

static Err *look_out(void *with, const LookGiven *one)
{
    Telling *t = with;
    Clock clock = register_clock(t->s);
    if (str_equal(t->format, S("json"))) {
        buf_add(&t->o, t->n ? S(",\n") : S("\n"));
        look_json(&t->o, clock, one);
    } else if (str_equal(t->format, S("csv"))) {
        look_csv(&t->o, clock, one);
    } else {
        look_text(&t->o, clock, one);
    }
    t->n++;
    if (t->room.at - t->room.start > WRITTEN) telling_write(t);
    return 0;
}

static Err *move_away(Call *call, int *exit_code)
{
    Store *s;
    int before = 0;
    int64_t moved;
    if (!option_given(call, S("--move")) || !option_given(call, S("--before"))) {
        *exit_code = usage(call, S("--move FOLDER and --before DAY go together."));
        return 0;
    }
    TRY(day_option(call, S("--before"), &before, exit_code));
    TRY(open_for(call, OPEN_WRITE, &s));
    TRY(looks_move(s, option(call, S("--move"), S("")), before, &moved));
    out_write(say(call->a, "{} segments of looks were moved away.\n", moved));
    return 0;
}

Err *run_looks(Call *call, int *exit_code)
{
    Store *s;
    if (option_given(call, S("--move")) || option_given(call, S("--before"))) return move_away(call, exit_code);
    Str moved = option(call, S("--also"), S(""));
    if (moved.n && !path_is_folder(moved)) return fail(call->a, ERR_INPUT, "There is no folder {}.", moved);
    LooksAsk ask = {.also = moved, .person = option(call, S("--person"), S("")), .user = option(call, S("--user"), S(""))};
    if (option_given(call, S("--from"))) TRY(day_option(call, S("--from"), &ask.from, exit_code));
    if (option_given(call, S("--to"))) TRY(day_option(call, S("--to"), &ask.to, exit_code));
    TRY(open_for(call, OPEN_READ, &s));
    Telling t = {.s = s, .format = option(call, S("--format"), S("text")), .room = arena_cut(call->a, ROOM)};
    t.o = buf_in(&t.room);
    bool as_json = str_equal(t.format, S("json"));
    if (as_json) buf_char(&t.o, '[');
    if (str_equal(t.format, S("csv"))) buf_add(&t.o, S("time,user,role,unit,what,record,key,why\n"));
    TRY(looks_list(s, &ask, look_out, &t));
    if (as_json) buf_add(&t.o, t.n ? S("\n]\n") : S("]\n"));
    telling_write(&t);
    return 0;
}
