// Hostile requests by raw sockets: none is answered as if it were well formed, and none waits for ever.
// SPDX-License-Identifier: Apache-2.0
#include "http/talk_test.h"
#include <unistd.h>

static void none_answered(Arena *a, const Str *bad, isize n)
{
    Http *h = start_with(a, usual());
    for (isize i = 0; i < n; i++) {
        // A second request follows: it must never be answered, for it may be the smuggled one.
        Str both = say(a, "{}{}", bad[i], S("GET /second HTTP/1.1\r\nHost: x\r\n\r\n"));
        Str got = ask(a, h, both);
        bool good = times(got, S("HTTP/1.1 2")) == 0 && times(got, S("/second")) == 0 &&
            times(got, S("(silence)")) == 0;
        if (!good) print_message("%d: %s\n", (int)i, str_z(a, got));
        CHECK(good);
    }
    http_stop(h);
}

TEST(a_body_whose_end_two_programs_could_see_differently_is_refused_and_the_connection_closed)
{
    static const Str bad[] = {
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\ncontent-length: 30\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;x=\n\r\nab\r\n0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n"),
        S("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3 3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3;\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length\t: 3\r\n\r\nabc"),
        S("POST / HTTP/1.1\r\nHost: x\r\n Content-Length: 3\r\n\r\nabc"),
    };
    none_answered(a, bad, countof(bad));
}

TEST(lines_that_two_programs_could_read_differently_are_refused_and_the_connection_closed)
{
    static const Str bad[] = {
        S("GET / HTTP/1.1 \r\nHost: x\r\n\r\n"),
        S("GET /\tHTTP/1.1\r\nHost: x\r\n\r\n"),
        S("GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        S("GET / http/1.1\r\nHost: x\r\n\r\n"),
        S("GET / HTTP/1.1\r\r\nHost: x\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\n\n"),
        S("GET / HTTP/1.1\r\nHost: x\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\n\r\r\n"),
        S("GET / HTTP/1.1\r\n\r\n"),
        S("GET / HTTP/1.1\r\nAccept: x\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        S("GET / HTTP/1.0\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\0y\r\nA: b\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\0\0\0c\r\nB: c\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n"),
        S("GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n"),
        S("GET /a\x01 HTTP/1.1\r\nHost: x\r\n\r\n"),
        S("GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n"),
        S("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\rContent-Length: 5\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\nContent-Length: 5\r\n\r\n"),
        S("GET / HTTP/1.1\nHost: x\n\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\nB: c\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n"),
        S("GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n"),
        S("GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n"),
        S("GET\r\n\r\n"),
        S("GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
    };
    none_answered(a, bad, countof(bad));
}

static Str host_asked(Arena *a, const Http *h, Str host)
{
    return ask(a, h, say(a, "GET /fixed HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host));
}

TEST(a_host_that_is_not_ours_is_refused)
{
    static const Str own[] = {S("localhost"), S("localhost:8080"), S("LOCALHOST"), S("localhost."), S("localhost:"), S("127.0.0.1"),
        S("127.0.0.1:1"), S("x"), S("X:443"), S("example.la"), S("Example.LA.:8443")};
    static const Str other[] = {S("evil.example"), S("evil.example:8080"), S("127.0.0.2"), S("localhost.evil.example"), S("x.evil.example"),
        S("evil.x"), S("127.0.0.1.evil.example"), S("127.1"), S("2130706433"), S("0.0.0.0"), S("[::1]"), S("::1"), S("x:y"), S("x@evil"),
        S(":80"), S("."), S("localhost:80:80"), S("[localhost]x"), S("x/"), S("x,localhost")};
    Http *h = start_with(a, usual());
    for (isize i = 0; i < countof(own); i++) {
        CHECK(str_starts(host_asked(a, h, own[i]), S("HTTP/1.1 200 ")));
    }
    for (isize i = 0; i < countof(other); i++) {
        Str got = host_asked(a, h, other[i]);
        if (!str_starts(got, S("HTTP/1.1 421 "))) print_message("%s: %s\n", str_z(a, other[i]), str_z(a, got));
        CHECK(str_starts(got, S("HTTP/1.1 421 ")) && str_find(got, S("fixed")) < 0 && str_find(got, S("--host")) > 0);
    }
    http_stop(h);
}

static void host_must(Arena *a, const Http *h, Str host, Str status)
{
    Str got = host_asked(a, h, host);
    if (!str_starts(got, status)) print_message("%s: %s\n", str_z(a, host), str_z(a, got));
    CHECK(str_starts(got, status));
}

TEST(an_address_given_as_a_host_is_ours_however_it_is_written)
{
    static const Str names[] = {S("[2001:DB8:0::1]"), S("fd00:0:0:1::00a"), S("[::ffff:192.0.2.7]"), S("register.example.")};
    static const Str own[] = {S("[2001:db8::1]"), S("[2001:db8::1]:8443"), S("[2001:0db8:0:0:0:0:0:1]"), S("[fd00:0:0:1::a]"),
        S("[FD00::1:0:0:0:A]:80"), S("192.0.2.7"), S("[::ffff:c000:207]"), S("register.example"), S("Register.Example.:443")};
    static const Str other[] = {S("[2001:db8::2]"), S("[2001:db8::]"), S("2001:db8::1"), S("[2001:db8::1"), S("[fd00::a]"),
        S("192.0.2.8"), S("register.example.."), S("[register.example.]")};
    HttpSettings s = usual();
    s.hosts = names;
    s.hosts_n = countof(names);
    Http *h = start_with(a, s);
    for (isize i = 0; i < countof(own); i++) host_must(a, h, own[i], S("HTTP/1.1 200 "));
    for (isize i = 0; i < countof(other); i++) host_must(a, h, other[i], S("HTTP/1.1 421 "));
    http_stop(h);
}

TEST(where_every_address_is_listened_on_the_one_that_was_connected_to_is_ours)
{
    HttpSettings s = usual();
    s.listen = S("0.0.0.0:0");
    Http *h = start_with(a, s);
    CHECK(str_starts(host_asked(a, h, S("127.0.0.1:99")), S("HTTP/1.1 200 ")));
    CHECK(str_starts(host_asked(a, h, S("0.0.0.0")), S("HTTP/1.1 421 ")));
    CHECK(str_starts(host_asked(a, h, S("127.0.0.2")), S("HTTP/1.1 421 ")));
    http_stop(h);
}

TEST(a_refusal_is_said_in_two_languages)
{
    Http *h = start_with(a, usual());
    Str got = ask(a, h, S("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"));
    CHECK(str_starts(got, S("HTTP/1.1 400 Bad Request\r\n")) && str_find(got, S("\r\nConnection: close\r\n")) > 0);
    CHECK(str_ends(got, S("This request is not well formed. / ຄຳຮ້ອງຂໍນີ້ບໍ່ຖືກຮູບແບບ.\n")));
    http_stop(h);
}

TEST(who_is_too_slow_is_cut)
{
    HttpSettings s = usual();
    s.header_seconds = 1;
    s.body_seconds = 1;
    s.idle_seconds = 2;
    Http *h = start_with(a, s);
    static const Str slow[] = {
        S("GET / HTTP/1.1\r\nHost: x\r\nA: "),                           // headers, a byte at a time
        S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"), // a body
        S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\nGET /"),                // the second request's line
    };
    int fds[countof(slow)];
    bool cut[countof(slow)] = {0};
    for (isize i = 0; i < countof(slow); i++) {
        fds[i] = talk(h);
        CHECK(tell(fds[i], slow[i]));
    }
    int64_t start = clock_ticks();
    for (int left = countof(slow); left && clock_ticks() - start < 8000 * (int64_t)1000000; clock_sleep(100)) {
        for (isize i = 0; i < countof(slow); i++) {
            if (cut[i] || tell(fds[i], S("a"))) continue;
            cut[i] = true;
            left--;
        }
    }
    int64_t passed = (clock_ticks() - start) / 1000000;
    CHECK(cut[0] && cut[1] && cut[2] && passed > 1000);
    for (isize i = 0; i < countof(slow); i++) close(fds[i]);
    int idle = talk(h);
    CHECK(str_equal(hear_all(a, idle), S("")));
    close(idle);
    http_stop(h);
}
