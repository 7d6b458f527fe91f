// Notices by e-mail: to whom, what a mail says, and who of several servers sends it. All of it outside the journal.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/inside.h"

enum {
    ADDRESS_MOST = 254,              // RFC 5321, 4.5.3.1.3, without its brackets
    TOLD_MOST = 200, LINES_MOST = 20, ERASURES_MOST = 20,
    AGAIN_MS = 10 * 60 * 1000,       // after a program that failed
    RUNS_MS = 60 * 1000,
    AHEAD_MS = 60 * 1000,            // what was sent later than that was sent under another clock
    TURN_MS = 3000,
};

// ---- addresses ---------------------------------------------------------------------------------------------------

static bool letter_or(char c, Str others)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || str_has(others, c);
}

// What a program that sends could take for an option, a list, a pipe or a way is none: letters, digits and a few signs.
bool mail_address(Str address)
{
    Str host = address, name = str_cut(&host, '@');
    bool good = address.n <= ADDRESS_MOST && name.n && host.n && name.p[0] != '-' && host.p[0] != '-' && host.p[0] != '.';
    for (isize i = 0; i < name.n; i++) good &= letter_or(name.p[i], S(".-_+='~"));
    for (isize i = 0; i < host.n; i++) good &= letter_or(host.p[i], S(".-"));
    return good;
}

static DataKey mail_key(Store *s)
{
    return (DataKey){.number = 1, .key = register_key(s->reg, "mail")};
}

static Str opened(Store *s, Str who, Str sealed)
{
    DataKey key = mail_key(s);
    Str address;
    Err *e = seal_open(s->a, &key, S("mail"), who, sealed, &address);
    wipe(&key, sizeof key);
    return e || !mail_address(address) ? (Str){0} : address; // a garbled one is none
}

Err *mail_get(Store *s, Str *address)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select sealed from mails where who = $1", s->user.name));
    *address = rows_next(&q) ? opened(s, s->user.name, next_str(&q)) : (Str){0};
    return 0;
}

// ---- who is to be erased: announced to those whose agency holds her keys ------------------------------------------

// In the table of what was mailed they stand under a name of their own, since no notice keeps them there.
static Str who_erasures(Store *s)
{
    return say(s->a, "erase/{}", s->user.name);
}

// Inside a write: she was told of these; or (null) whatever is announced now is not told any more.
static Err *erasures_told(Store *s, const NoticeUntold *at, int n)
{
    Str who = who_erasures(s);
    if (!at) return sql(s->db, s->a, 0, "insert into mailed (who, entry) select $1, entry from erasures where entry > 0"
        " on conflict do nothing", who);
    for (int i = 0; i < n; i++)
        TRY(sql(s->db, s->a, 0, "insert into mailed (who, entry) values ($1, $2) on conflict do nothing", who, at[i].entry));
    return sql(s->db, s->a, 0, "delete from mailed where who = $1 and entry not in (select entry from erasures)", who);
}

// What she is shown of them on her first page and was not told yet: that it was asked for, and each step towards it.
static Err *erasures_untold(Store *s, NoticeUntold *out, int *n)
{
    Erasing *all;
    Rows q;
    int all_n;
    *n = 0;
    TRY(erase_list(s, ERASURES_MOST, &all, &all_n));
    for (int i = 0; i < all_n; i++) {
        TRY(sql(s->db, s->a, &q, "select e.entry from erasures e where e.row = $1 and e.record = $2 and not exists"
            " (select 1 from mailed m where m.who = $3 and m.entry = e.entry)", all[i].row, all[i].type->name, who_erasures(s)));
        Str number = str_equal(all[i].number, all[i].id) ? (Str){0} : all[i].number;
        if (rows_next(&q)) out[(*n)++] = (NoticeUntold){next_int(&q), all[i].type, number};
    }
    return 0;
}

static Err *mail_put(Store *s, void *with)
{
    const Str *address = with;
    Rows q;
    scrub_wanted(s);
    if (!address->n) {
        TRY(sql(s->db, s->a, 0, "delete from mails where who = $1", s->user.name));
        return sql(s->db, s->a, 0, "delete from mailed where who in ($1, $2)", s->user.name, who_erasures(s));
    }
    TRY(sql(s->db, s->a, &q, "select 1 from mails where who = $1", s->user.name));
    if (!q.rows) TRY(notices_told(s, 0, 0));
    if (!q.rows) TRY(erasures_told(s, 0, 0));
    DataKey key = mail_key(s);
    Blob sealed = seal_value(s->a, &key, (SealedAt){S("mail"), s->user.name, random_name(s->a), 1}, *address);
    wipe(&key, sizeof key);
    return sql(s->db, s->a, 0, "insert into mails (who, sealed, lang, sent) values ($1, $2, $3, 0) on conflict (who) do update set"
        " sealed = excluded.sealed, lang = excluded.lang", s->user.name, sealed, lang_codes[s->lang]);
}

Err *mail_set(Store *s, Str address)
{
    address = str_trim(address);
    if (address.n && !mail_address(address))
        return fail(s->a, ERR_INPUT, "This is no e-mail address that can be used here: write it as name@office.example.");
    return register_write(s, mail_put, &address);
}

// ---- what a mail says --------------------------------------------------------------------------------------------

// A word of a head that is not ASCII: in pieces of whole letters, since one has 75 bytes at most (RFC 2047, 2).
static void head_words_add(Buf *o, Str words)
{
    enum { PIECE = 45 };
    bool plain = true;
    for (isize i = 0; i < words.n; i++) plain &= words.p[i] >= ' ' && words.p[i] <= '~';
    if (plain) {
        buf_add(o, words);
        return;
    }
    for (bool first = true; words.n; first = false) {
        isize at = words.n < PIECE ? words.n : PIECE;
        while (at > 1 && at < words.n && ((unsigned char)words.p[at] & 0xC0) == 0x80) at--;
        buf_fill(o, first ? "=?UTF-8?B?{}?=" : "\n =?UTF-8?B?{}?=", VALS(base64_of(o->a, str_slice(words, 0, at))));
        words = str_slice(words, at, words.n);
    }
}

static void body_add(Buf *o, Str body)
{
    enum { LINE = 76 }; // RFC 2045, 6.8
    for (Str rest = base64_of(o->a, body); rest.n;) {
        isize at = rest.n < LINE ? rest.n : LINE;
        buf_fill(o, "{}\n", VALS(str_slice(rest, 0, at)));
        rest = str_slice(rest, at, rest.n);
    }
}

static void line_add(Buf *o, Lang lang, const NoticeUntold *one)
{
    Str what = one->type ? words_in(&one->type->label, lang) : tr(lang, S("A notice"));
    buf_fill(o, one->number.n ? "- {} {}\n" : "- {}{}\n", VALS(what, one->number));
}

Str mail_text(Arena *a, Lang lang, Str address, const NoticeUntold *at, int n)
{
    Buf o = buf_in(a), body = buf_in(a);
    buf_fill(&body, "{}\n\n", VALS(tr(lang, S("You were told of something in Sukhwan. Sign in there to read it:"))));
    for (int i = 0; i < n && i < LINES_MOST; i++) line_add(&body, lang, &at[i]);
    if (n > LINES_MOST) buf_fill(&body, "{}\n", VALS(message_in(a, lang, message(a, "And {} more.", (int64_t)(n - LINES_MOST)))));
    buf_fill(&body, "\n{}\n",
        VALS(tr(lang, S("You gave this address there, on the page of your account. Empty it, and no more mail comes."))));
    buf_fill(&o, "To: {}\nSubject: ", VALS(address));
    head_words_add(&o, tr(lang, S("Sukhwan: something waits for you")));
    buf_add(&o, S("\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n"
        "Auto-Submitted: auto-generated\n\n"));
    body_add(&o, buf_str(&body));
    return buf_str(&o);
}

// ---- sending -----------------------------------------------------------------------------------------------------

typedef struct { Str name, role, unit, sealed; Lang lang; int64_t sent; } Reader;

static Err *readers_due(Store *s, int64_t now, Reader **out, int *n)
{
    Rows q;
    TRY(sql(s->db, s->a, &q, "select m.who, m.sealed, m.lang, m.sent, u.role, u.unit from mails m join users u on u.name = m.who"
        " where u.active = 1 and (m.sent <= $1 or m.sent > $2) and (exists (select 1 from notices n where n.who in ('user/' || m.who,"
        " 'unit/' || u.unit) and not exists (select 1 from mailed d where d.who = m.who and d.entry = n.entry)) or exists (select 1"
        " from erasures e where e.state in ($3, $4) and not exists (select 1 from mailed d where d.who = 'erase/' || m.who and"
        " d.entry = e.entry))) order by m.sent, m.who",
        now - MAIL_EACH_MS, now + AHEAD_MS, (int64_t)ERASE_ASKED, (int64_t)ERASE_APPROVED));
    *out = take(s->a, Reader, q.rows);
    for (*n = 0; rows_next(&q);) {
        Reader *one = &(*out)[*n];
        one->name = next_str(&q);
        one->sealed = next_str(&q);
        lang_read(next_str(&q), &one->lang);
        one->sent = next_int(&q);
        one->role = next_str(&q);
        one->unit = next_str(&q);
        ++*n;
    }
    return 0;
}

// told: notices, and behind them who is to be erased.
typedef struct { int64_t was, is; bool mine; const NoticeUntold *told; int n, erasures_n; } Sending;

// Her hour begins now, for every server. Where this one ends before the program does, she is told when it is over.
static Err *sending_begin(Store *s, void *with)
{
    Sending *sending = with;
    TRY(sql(s->db, s->a, 0, "update mails set sent = $1 where who = $2 and sent = $3", sending->is, s->user.name, sending->was));
    TRY(db_settle(s->db, s->a));
    sending->mine = db_changed(s->db) > 0;
    return 0;
}

static Err *sending_done(Store *s, void *with)
{
    const Sending *sending = with;
    TRY(notices_told(s, sending->told, sending->n));
    return erasures_told(s, sending->told + sending->n, sending->erasures_n);
}

static Err *sending_failed(Store *s, void *with)
{
    const Sending *sending = with;
    return sql(s->db, s->a, 0, "update mails set sent = $1 where who = $2 and sent = $3", sending->is - MAIL_EACH_MS + AGAIN_MS,
        s->user.name, sending->is);
}

static Err *reader_tell(Store *s, const Reader *r, Str command, Err **wrong)
{
    Store as = *s;
    NoticeUntold *told;
    Sending sending = {.was = r->sent, .is = clock_ms()};
    as.user = (User){r->name, role_get(s->pack, r->role), unit_get(s->pack, r->unit)};
    as.lang = r->lang;
    if (!as.user.role) return 0;
    TRY(notices_untold(&as, TOLD_MOST, &told, &sending.n));
    NoticeUntold *all = take(s->a, NoticeUntold, sending.n + ERASURES_MOST);
    if (sending.n) memcpy(all, told, (size_t)sending.n * sizeof *all);
    TRY(erasures_untold(&as, all + sending.n, &sending.erasures_n));
    sending.told = all;
    if (!sending.n && !sending.erasures_n) return 0;
    TRY(register_write(&as, sending_begin, &sending));
    if (!sending.mine) return 0; // another server tells her
    Str address = opened(s, r->name, r->sealed);
    if (!address.n) return 0;
    const Str args[] = {command, S("-i"), S("--"), address};
    *wrong = process_run(s->a, args, countof(args), mail_text(s->a, r->lang, address, all, sending.n + sending.erasures_n),
        RUNS_MS);
    return register_write(&as, *wrong ? sending_failed : sending_done, &sending);
}

Err *mails_send(Store *s, Mailer *mailer)
{
    Reader *readers;
    Err *first = 0;
    int n;
    TRY(readers_due(s, clock_ms(), &readers, &n));
    for (int i = 0; i < n; i++) {
        Err *wrong = 0;
        bool failed = mailer->failed;
        int64_t tried = clock_ms();
        Err *e = reader_tell(s, &readers[i], mailer->command, &wrong);
        if (e && !first) first = e; // nobody behind her waits for it
        if (e) continue;
        mailer->failed = wrong != 0;
        if (wrong && !failed) log_line(say(s->a, "Notices by e-mail: {} It is tried again in ten minutes.", err_text(s->a, wrong)));
        if (clock_ms() - tried >= RUNS_MS) break; // nobody waits for many that hang
    }
    return first;
}

typedef struct { Store *s; Mailer mailer; bool told; } Watch;

static void watch_run(void *with)
{
    Watch *w = with;
    Err *e = store_refresh(w->s);
    if (!e) e = mails_send(w->s, &w->mailer);
    if (e && !w->told) log_line(err_text(w->s->a, e)); // a store that is away is told once
    w->told = e;
}

static void watch(void *with)
{
    Watch *w = with;
    for (;;) {
        if (!arena_guard(w->s->a, &w->s->scratch, watch_run, w)) db_recover(w->s->db);
        arena_release(w->s->a);
        clock_sleep(TURN_MS);
    }
}

Err *mails_serve(Register *reg, Arena *a, Str command)
{
    Watch *w = take(a, Watch, 1);
    *w = (Watch){.mailer = {.command = command}};
    TRY(store_open(reg, a, arena_reserve((isize)16 << 20, 0), user_operator(), &w->s));
    w->s->a = take(a, Arena, 1);
    *w->s->a = arena_reserve((isize)64 << 20, 0);
    thread_start(watch, w);
    return 0;
}
