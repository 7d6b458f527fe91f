// What is reckoned from what is reckoned: written out, as pages and stores read it, it has an end.
// SPDX-License-Identifier: Apache-2.0
#include "pack/pack_test.h"
#include "base/test.h"

#define HEAD "record,type,name,label::English (en),calculation,relevant\n"

static const Fault *fault_of(Arena *a, Arena scratch, Str rows)
{
    PackSheet *sheets = take(a, PackSheet, SHELTER_SHEETS + 1);
    Faults *all = take(a, Faults, 1);
    memcpy(sheets, shelter, sizeof shelter);
    sheets[SHELTER_SHEETS] = (PackSheet){S("survey/z.csv"), say(a, "{}{}", S(HEAD), rows)};
    const Pack *p = shelter_read(a, scratch, sheets, SHELTER_SHEETS + 1, all);
    const Fault *f = all->first;
    while (f && f->warning) f = f->next;
    CHECK(!p == (f != 0));
    return f;
}

// Each is reckoned from the one above it, `times` over; then a rule that asks the last of them so often.
static Str chain(Arena *a, int n, int times, int asked)
{
    Buf o = buf_in(a);
    for (int i = 0; i < n; i++) {
        buf_fill(&o, "rescue,calculate,c{},C,", VALS(i));
        for (int k = 0; k < times; k++) {
            if (k) buf_add(&o, S(" + "));
            if (i) buf_fill(&o, "${c{}}", VALS(i - 1));
            else buf_add(&o, S("year(${opened})"));
        }
        if (times == 1) buf_add(&o, S(" + 1"));
        buf_add(&o, S(",\n"));
    }
    buf_add(&o, S("rescue,text,last,Last,,"));
    for (int k = 0; k < asked; k++) buf_fill(&o, "{}${c{}} > 1", VALS(k ? S(" and ") : S(""), n - 1));
    buf_add(&o, S("\n"));
    return buf_str(&o);
}

TEST(what_is_reckoned_grows_to_an_end)
{
    CHECK(!fault_of(a, scratch, chain(a, 9, 2, 1)));
    const Fault *f = fault_of(a, scratch, chain(a, 30, 2, 1)); // two to the thirtieth
    CHECK(f && str_equal(f->column, S("calculation")) && f->line == 11 && str_find(message_text(a, f->message), S("2000 parts")) > 0);
    CHECK(!fault_of(a, scratch, chain(a, 40, 1, 1)));
    f = fault_of(a, scratch, chain(a, 200, 1, 1)); // nested too deep
    CHECK(f && str_equal(f->column, S("calculation")) && f->line == 50);
    f = fault_of(a, scratch, chain(a, 9, 2, 3)); // a rule that looks at it
    CHECK(f && str_equal(f->column, S("relevant")));
}
