// The days of what waits, as a calendar (RFC 5545): a kind of record, a number and a day, and nothing else leaves the house.
// SPDX-License-Identifier: Apache-2.0
#include "seal/seal.h"
#include "web/inside.h"

enum { DAYS_MOST = 500, LINE_OCTETS = 75 }; // octets: RFC 5545, 3.1

// A comma, a semicolon and a backslash mean something there, and so does the end of a line (3.3.11).
Str calendar_text(Arena *a, Str words)
{
    Buf o = buf_in(a);
    for (isize i = 0; i < words.n; i++) {
        char c = words.p[i];
        if (c == '\n') buf_add(&o, S("\\n"));
        else if ((unsigned char)c >= ' ') {
            if (c == '\\' || c == ';' || c == ',') buf_char(&o, '\\');
            buf_char(&o, c);
        }
    }
    return buf_str(&o);
}

// Folded where it is longer, never within a letter: the rest stands on the next line behind a blank.
void calendar_line(Buf *o, Str line)
{
    isize most = LINE_OCTETS;
    while (line.n > most) {
        isize at = most;
        while (at > 0 && ((unsigned char)line.p[at] & 0xC0) == 0x80) at--;
        buf_add(o, str_slice(line, 0, at));
        buf_add(o, S("\r\n "));
        line = str_slice(line, at, line.n);
        most = LINE_OCTETS - 1;
    }
    buf_add(o, line);
    buf_add(o, S("\r\n"));
}

static void lines_add(Buf *o, const Str *lines, int n)
{
    for (int i = 0; i < n; i++) calendar_line(o, lines[i]);
}

static Str two(Arena *a, int64_t n)
{
    return say(a, "{}{}", n / 10, n % 10);
}

// Where the pack is: a calendar must hold something also on a day when nothing waits (3.6).
static void zone_add(Request *ask, Buf *o)
{
    int minutes = ask->pack->offset < 0 ? -ask->pack->offset : ask->pack->offset;
    Str offset = say(ask->a, "{}{}{}", ask->pack->offset < 0 ? S("-") : S("+"), two(ask->a, minutes / 60), two(ask->a, minutes % 60));
    const Str lines[] = {S("BEGIN:VTIMEZONE"), S("TZID:Local"), S("BEGIN:STANDARD"), S("DTSTART:19700101T000000"),
        say(ask->a, "TZOFFSETFROM:{}", offset), say(ask->a, "TZOFFSETTO:{}", offset), S("END:STANDARD"), S("END:VTIMEZONE")};
    lines_add(o, lines, countof(lines));
}

// The same for one record each time, and of nothing else that anybody knows.
static Str uid_of(Request *ask, const Key *key, const WorkDay *one)
{
    Hash name = hash_keyed(key, say(ask->a, "{}/{}", one->type->name, one->id));
    return say(ask->a, "{}@sukhwan", str_slice(hex_of(ask->a, hash_bytes(&name)), 0, 32));
}

// Of this minute, by the clock of the world.
static Str stamp_of(Arena *a, int64_t ms)
{
    int64_t minutes = ms / 60000 % (24 * 60);
    return say(a, "{}T{}{}00Z", day_of(ms, 0), two(a, minutes / 60), two(a, minutes % 60));
}

static void event_add(Request *ask, Buf *o, const Key *key, const WorkDay *one, Str stamp)
{
    Str what = type_label(ask, one->type);
    if (one->number.n) what = say(ask->a, "{} {}", what, one->number);
    const Str lines[] = {S("BEGIN:VEVENT"), say(ask->a, "UID:{}", uid_of(ask, key, one)), say(ask->a, "DTSTAMP:{}", stamp),
        say(ask->a, "DTSTART;VALUE=DATE:{}", one->due), say(ask->a, "SUMMARY:{}", calendar_text(ask->a, what)),
        S("CLASS:PRIVATE"), S("TRANSP:TRANSPARENT"), S("END:VEVENT")};
    lines_add(o, lines, countof(lines));
}

Err *calendar_send(Request *ask)
{
    static const Str begins[] = {S("BEGIN:VCALENDAR"), S("VERSION:2.0"), S("PRODID:-//Sukhwan//Work//EN"), S("CALSCALE:GREGORIAN")};
    WorkDay *days;
    int n;
    Lang lang;
    Key key = register_key(ask->s->reg, "calendar");
    Str stamp = stamp_of(ask->a, clock_ms());
    if (lang_read(pairs_get(&ask->query, S("lang")), &lang)) ask->lang = ask->s->lang = lang;
    TRY(work_days(ask->s, DAYS_MOST, &days, &n));
    lines_add(ask->o, begins, countof(begins));
    zone_add(ask, ask->o);
    for (int i = 0; i < n; i++) event_add(ask, ask->o, &key, &days[i], stamp);
    wipe(&key, sizeof key);
    calendar_line(ask->o, S("END:VCALENDAR"));
    ask->out->type = S("text/calendar; charset=utf-8");
    http_header(ask->out, S("Content-Disposition"), S("attachment; filename=\"work.ics\""));
    return 0;
}

Err *calendar_refused(Request *ask)
{
    json_open(ask, 401);
    http_header(ask->out, S("WWW-Authenticate"), S("Basic realm=\"Sukhwan\", charset=\"UTF-8\""));
    json(ask->o, "{'error':{}}\n", tr(ask->lang, S("A calendar signs in with your name, and with the password for a program.")));
    return 0;
}
