// Hostile requests by raw sockets: none is answered as if it were well formed, and none waits for ever.
// SPDX-License-Identifier: Apache-2.0
#include "http/talk_test.h"
#include <unistd.h>

TEST(requests_that_two_programs_could_read_differently_are_refused_and_the_connection_closed)
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
    Http *h = start_with(a, usual());
    for (isize i = 0; i < countof(bad); i++) {
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
