// The tables made again from the journal: the same to the byte, and as they were on an earlier day.
// SPDX-License-Identifier: Apache-2.0
#include "register/register_test.h"

// Every table but the journal and what stands outside it, row by row as text.
static Str tables_text(House *h, Store *s)
{
    Buf o = buf_in(h->a);
    static const Str others[] = {S("sheets"), S("imports"), S("grants"), S("notices"), S("days"), S("later"), S("attachments")};
    for (int i = 0; i < s->pack->records_n + countof(others); i++) {
        Str table = i < s->pack->records_n ? s->pack->records[i].name : others[i - s->pack->records_n];
        const RecordType *t = i < s->pack->records_n ? &s->pack->records[i] : 0;
        for (int k = -1; k < (t ? t->n : 0); k++) {
            if (k >= 0 && (t->fields[k].kind != FIELD_CHOICES || field_sealed(&t->fields[k]))) continue;
            Str name = k < 0 ? table : say(h->a, "{}.{}", t->name, t->fields[k].name);
            Rows q;
            must_work(h->a, sql(h->db, h->a, &q, "select * from {} order by 1, 2", (Name){name}));
            buf_fill(&o, "-- {} {}\n", VALS(name, q.rows));
            for (int c = 0; c < q.rows * q.columns; c++) {
                const Val *v = &q.cells[c];
                buf_add(&o, v->kind == VAL_NULL ? S("null") : v->kind == VAL_BLOB ? hex_of(h->a, v->s) : val_text(h->a, *v));
                buf_char(&o, (c + 1) % q.columns ? '|' : '\n');
            }
        }
    }
    return buf_str(&o);
}

static void same_text(Str one, Str two)
{
    if (str_equal(one, two)) return;
    isize at = 0;
    while (at < one.n && at < two.n && one.p[at] == two.p[at]) at++;
    print_error("differs: …%.*s\n instead of …%.*s\n", (int)str_slice(two, at - 60, at + 100).n, str_slice(two, at - 60, at + 100).p,
        (int)str_slice(one, at - 60, at + 100).n, str_slice(one, at - 60, at + 100).p);
    CHECK(!"the same text");
}

static void rebuild_gives_the_same(House *h, Store *s)
{
    int64_t n, entries = count_of(h, "journal"), keys = count_of(h, "keys");
    Str before = tables_text(h, s);
    must_work(h->a, register_rebuild(s, &n));
    CHECK(n == entries && count_of(h, "journal") == entries && count_of(h, "keys") == keys);
    same_text(before, tables_text(h, s));
    CHECK(verified(h).entries == entries);
}

static Imported import(Store *s, const char *type, const char *bytes)
{
    Imported got = bring(s, type, bytes);
    CHECK(!got.faults.n);
    return got;
}

static void a_year_of_work(Store *s)
{
    Arena *a = s->a;
    PUT(s, "member", {"key", "M1"}, {"name", "Noy"}, {"born", "1990-02"}, {"tongues", "khmu lao"}, {"remark", "ill"});
    Saved seng = PUT(s, "member", {"name", "Seng"}, {"phone", "020 555"});
    PUT(s, "trip", {"key", "T1"}, {"title", "To the hill"}, {"aims", "hill river"}, {"opened", "2024"});
    Saved part = PUT(s, "part", {"key", "P1"}, {"trip", "T1"}, {"member", "M1"}, {"part", "guest"});
    Saved loan = PUT(s, "loan", {"key", "L1"}, {"member", "M1"}, {"mark", "scratch"}, {"at", "2024-01-31T23:30Z"}, {"price", "12.5"},
        {"lent", "3"}, {"guarantor", str_z(a, seng.id)});
    PUT(s, "loan", {"key", "L2"}, {"mark", "alone"});
    // The loan hangs on somebody else now, then on nobody; and a key changes under a link.
    save_well(s, CHANGE(s, "loan", loan.id, 0, {"member", str_z(a, seng.id)}, {"lent", ""}));
    save_well(s, CHANGE(s, "member", S("M1"), 0, {"key", "M1-new"}, {"tongues", "hmong"}, {"born", ""}));
    save_well(s, CHANGE(s, "loan", loan.id, 0, {"member", ""}));
    save_well(s, CHANGE(s, "loan", S("L2"), 0, {"member", "M1-new"}, {"returns", "2031"}));
    Draft d = draft_make(a, type_of(s, "loan"));
    d.id = S("L2");
    d.move = S("return");
    save_well(s, d);
    save_well(as_user(s, "vong", "boss", "south1"), CHANGE(s, "part", part.id, 0, {"member", str_z(a, seng.id)}, {"trip", ""}));
    save_well(s, CHANGE(s, "trip", S("T1"), 0, {"aims", ""}, {"title", "Home again"}));
}

TEST_REGISTER(a_rebuild_gives_the_same_tables_to_the_byte)
{
    a_year_of_work(s);
    rebuild_gives_the_same(h, s);
    CHECK(says(s, "loan", S("L1"), "mark", "scratch") && says(s, "member", S("M1-new"), "remark", "ill"));
    rebuild_gives_the_same(h, s);
    PUT(s, "trip", {"key", "T9"}); // and work goes on
    rebuild_gives_the_same(h, s);
}

// What effects made has entries of its own: a rebuild makes none again, and knows which days were done.
TEST_REGISTER(a_rebuild_runs_no_effects)
{
    DaysDone out = {0};
    pack_put(s, club_with(s->a, S("effects.csv"), S("record,on,when,makes,field,value,to,until\n"
        "loan,return,,part,member,${member},,\nloan,return,,visit,told,concat(${state}),,\nloan,back,,.,lent,5,,\n"
        "loan,change,${lent} = 5,notice,.,'Five.','north1',\nmember,create,,visit,told,'made',,\n"
        "trip,${opened},,notice,.,'It was.','north2',date('2999-01-01')\ntrip,${opened},${aims} = '',visit,told,'gone',,\n")), 1);
    a_year_of_work(s);
    must_work(a, days_pass(s, 100, &out));
    CHECK(out.done == 2 && count_of(h, "notices") == 2 && count_of(h, "visit") == 4);
    rebuild_gives_the_same(h, s);
    must_work(a, days_pass(s, 100, &out));
    CHECK(!out.done);
}

// Packs that came without a record between are read one by one, too.
TEST_REGISTER(a_rebuild_waits_for_the_days_that_each_pack_waited_for)
{
    static const char head[] = "record,on,when,makes,field,value\n", one[] = "loan,${returns},,visit,told,'late'\n";
    PackSheets with = club_with(a, S("effects.csv"), say(a, "{}{}", str_from(head), str_from(one)));
    PackSheets without = club_with(a, S("effects.csv"), say(a, "{}loan,return,,visit,told,'back'\n", str_from(head)));
    pack_put(s, with, 1);
    PUT(s, "loan", {"key", "L"}, {"returns", "2026-01-30"});
    PUT(s, "loan", {"key", "F"}, {"returns", "2099-01-30"});
    CHECK(count_of(h, "days") == 2);
    pack_put(s, without, 1);
    pack_put(s, with, 1);
    CHECK(count_of(h, "days") == 1);
    rebuild_gives_the_same(h, s);
    CHECK(count_of(h, "days") == 1);
}

TEST_REGISTER(a_rebuild_knows_the_files_that_entries_name)
{
    Attached one;
    pack_put(s, club_with(a, S("survey/zfiles.csv"), S("record,type,name,label::English (en)\nvisit,file,papers,Papers\n")), 1);
    must_work(a, store_refresh(s));
    must_work(a, attached_keep(s, S("a.txt"), S("text/plain"), S("words"), &one));
    Draft d = draft_make(a, type_of(s, "visit"));
    d.files = true;
    d.cells[field_get(d.type, S("papers"))->at] = (Cell){.text = attached_line(a, &one), .said = true};
    save_well(s, d);
    CHECK(count_of(h, "attachments") == 1);
    rebuild_gives_the_same(h, s);
}

TEST_REGISTER(a_rebuild_knows_imports_and_what_was_taken_back)
{
    a_year_of_work(s);
    Imported one = import(s, "visit", "key,seen,guests\nV1,2024-01-01,3\nV2,2024-01-02,\n");
    Imported two = import(s, "visit", "key,guests,told\nV2,9,x\nV3,1,y\n");
    CHECK(one.created == 2 && two.created == 1 && two.changed == 1 && one.batch && two.batch > one.batch);
    rebuild_gives_the_same(h, s);
    Faults all = {0};
    must_work(a, import_undo(s, two.batch, &all));
    CHECK(!all.n && count_of(h, "visit") == 2 && says(s, "visit", S("V2"), "guests", ""));
    rebuild_gives_the_same(h, s);
    must_work(a, import_undo(s, one.batch, &all));
    CHECK(all.n == 1 && count_of(h, "visit") == 2); // V2 has moved on since, though back to what it was
    rebuild_gives_the_same(h, s);
    all = (Faults){0};
    Imported again = import(s, "visit", "key,seen\nV7,2024-01-01\n");
    must_work(a, import_undo(s, again.batch, &all));
    CHECK(!all.n && import(s, "visit", "key,seen\nV7,2024-01-01\n").created == 1);
    Imported three = import(s, "member", "key,name,tongues\nX1,Kham,lao\nX2,Keo,lao khmu\n");
    must_work(a, import_undo(s, three.batch, &all));
    CHECK(!all.n && count_of(h, "member") == 2);
    rebuild_gives_the_same(h, s);
}

TEST_REGISTER(a_rebuild_reads_each_entry_by_the_pack_of_its_day)
{
    a_year_of_work(s);
    Str wider = say(a, "{}member,integer,shoes,Shoes,,quasi,identity,,\nmember,select_multiple tongues,reads,Reads,,identity,identity,,\n",
        club_text(S("survey/member.csv")));
    pack_put(s, club_with(a, S("survey/member.csv"), wider), 1);
    CHECK(field_get(type_of(s, "member"), S("shoes")));
    PUT(s, "member", {"key", "M5"}, {"name", "Kham"}, {"shoes", "42"}, {"reads", "lao"});
    save_well(s, CHANGE(s, "member", S("M1-new"), 0, {"shoes", "38"}, {"sex", "male"}));
    Str more = say(a, "{}dog,text,name,Name,identity,identity,1,,,,,\n"
        "dog,link member,owner,Owner,plain,case,2,,,,,\n", club_text(S("survey/rest.csv")));
    PackSheets sheets = club_with(a, S("survey/member.csv"), wider);
    for (int i = 0; i < sheets.n; i++) {
        if (str_equal(sheets.at[i].path, S("survey/rest.csv"))) sheets.at[i].text = more;
        if (str_equal(sheets.at[i].path, S("records.csv"))) sheets.at[i].text = say(a, "{}dog,,,,6,Dog,Dogs\n", sheets.at[i].text);
    }
    pack_put(s, sheets, 2);
    PUT(s, "dog", {"key", "D"}, {"name", "Dam"}, {"owner", "M5"});
    rebuild_gives_the_same(h, s);
    CHECK(says(s, "dog", S("D"), "name", "Dam") && says(s, "member", S("M5"), "reads", "lao") && says(s, "member", S("M5"), "shoes", "42"));
}

// ---- as of an entry ------------------------------------------------------------------------------------

static Str export_text(Store *s, Str dir)
{
    Buf o = buf_in(s->a);
    for (int i = 0; i < s->pack->records_n; i++) buf_add(&o, exported(s, dir, str_z(s->a, s->pack->records[i].name), EXPORT_CSV));
    return buf_str(&o);
}

static int64_t last_entry(House *h)
{
    return count_of(h, "(select 1 from journal) x") ? count_of(h, "journal") : 0;
}

static void as_of_is(House *h, int64_t entry, Str wanted)
{
    Arena *a = h->a;
    int64_t n;
    Str out = path_join(a, test_folder(a), S("then"));
    House then = {.dir = out, .a = a, .scratch = h->scratch};
    must_work(a, register_rebuild_to(h->s, entry, out, &n));
    CHECK(n == entry);
    house_open_as(&then, OPEN_READ);
    same_text(wanted, export_text(then.s, h->dir));
    Verified v;
    must_work(a, register_verify(then.reg, a, h->scratch, false, &v));
    CHECK(v.entries == entry);
    house_close(&then);
    folder_remove(a, str_slice(out, 0, out.n - 5));
}

TEST_REGISTER(the_register_of_an_earlier_day_is_what_it_was)
{
    enum { STEPS = 6 };
    Str then[STEPS];
    int64_t at[STEPS];
    a_year_of_work(s);
    for (int i = 0; i < STEPS; i++) {
        then[i] = export_text(s, h->dir);
        at[i] = last_entry(h);
        for (int k = 0; k < 7; k++) {
            char *key = str_z(a, say(a, "V{}-{}", i, k));
            PUT(s, "visit", {"key", key}, {"guests", str_z(a, say(a, "{}", i * k))});
        }
        save_well(s, CHANGE(s, "member", S("M1-new"), 0, {"nick", str_z(a, say(a, "nick {}", i))},
                            {"born", str_z(a, say(a, "19{}{}", 8, i))}));
        save_well(s, CHANGE(s, "loan", S("L1"), 0, {"member", i % 2 ? "" : "M1-new"}, {"mark", str_z(a, say(a, "mark {}", i))}));
        if (i == 2) {
            Faults all = {0};
            must_work(a, import_undo(s, import(s, "visit", "key,guests\nV9,1\nV1-1,7\n").batch, &all));
            CHECK(!all.n);
        }
        if (i == 3) pack_put(s, club_with(a, S("registry/more.csv"), S("anything\n1\n")), 1);
    }
    for (int i = 0; i < STEPS; i++) as_of_is(h, at[i], then[i]);
    as_of_is(h, last_entry(h), export_text(s, h->dir));
}

TEST_REGISTER(an_earlier_day_that_never_was_is_refused)
{
    int64_t n;
    Str out = path_join(a, h->dir, S("then"));
    CHECK(is_kind(register_rebuild_to(s, 99999, out, &n), ERR_INPUT) && is_kind(register_rebuild_to(s, 0, out, &n), ERR_INPUT));
    CHECK(!path_exists(out));
    CHECK(is_kind(register_rebuild_to(s, 1, h->dir, &n), ERR_INPUT)); // a register lies there
    CHECK(is_kind(register_rebuild_to(s, 2, out, &n), ERR_INPUT));    // half a pack
}
