// A real server and raw sockets: whole requests, limits of size, and what many at once see.
// SPDX-License-Identifier: Apache-2.0
#include "http/talk_test.h"
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

TEST(a_request_arrives_whole_and_as_sent)
{
    Http *h = start_with(a, usual());
    int fd = talk(h);
    CHECK(tell(fd, S("POST /a%20b/%00?q=%41+c&x&y==&%zz HTTP/1.1\r\nhOsT:  example.la:80 \r\nCookie: a=b; c=d\r\n"
        "Authorization: Bearer t\r\nAccept: text/html\r\nAccept-Language: lo\r\nAccept-Encoding: br\r\n"
        "CONTENT-TYPE: text/csv\r\nOrigin: http://x\r\nIf-None-Match: \"e\"\r\nReferer: /r\r\n"
        "X-Requested-With: f\r\nX-Forwarded-Proto: https\r\nX-Other: y\r\nContent-Length: 5\r\n\r\nab\0cd")));
    Str got = hear(a, fd, false);
    CHECK(str_starts(got, S("HTTP/1.1 200 OK\r\n")) && str_find(got, S("\r\nX-One: a-1\r\n")) > 0);
    CHECK(str_find(got, S("\r\nContent-Type: text/plain; charset=utf-8\r\n")) > 0);
    CHECK(str_find(got, S("\r\nServer:")) < 0);
    CHECK(str_ends(got, S("\r\n\r\nPOST [/a%20b/%00] [q=%41+c&x&y==&%zz] [ab\0cd] host=example.la:80 "
        "cookie=a=b; c=d auth=Bearer t accept=text/html lang=lo type=text/csv peer=127.0.0.1 enc=br "
        "origin=http://x match=\"e\" from=/r with=f proto=https")));
    close(fd);
    http_stop(h);
}

TEST(every_method_is_known_and_head_has_no_body)
{
    Http *h = start_with(a, usual());
    static const Str words[] = {S("GET"), S("POST"), S("PATCH"), S("PUT"), S("DELETE"), S("OPTIONS")};
    int fd = talk(h);
    for (isize i = 0; i < countof(words); i++) { // all on one connection, which is kept alive
        CHECK(tell(fd, say(a, "{} /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", words[i])));
        CHECK(str_find(hear(a, fd, false), say(a, "\r\n\r\n{} [/p] [] []", words[i])) > 0);
    }
    CHECK(tell(fd, S("BREW /p HTTP/1.1\r\nHost: x\r\n\r\n")));
    CHECK(str_find(hear(a, fd, false), S("\r\n\r\nOTHER [/p]")) > 0);
    CHECK(tell(fd, S("HEAD /fixed HTTP/1.1\r\nHost: x\r\n\r\nGET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")));
    Str head = hear(a, fd, true);
    CHECK(str_find(head, S("\r\nContent-Length: 11\r\n")) > 0 && str_ends(head, S("\r\n\r\n")));
    CHECK(str_ends(hear(a, fd, false), S("\r\n\r\nfixed bytes")));
    CHECK(tell(fd, S("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")));
    CHECK(str_starts(hear(a, fd, false), S("HTTP/1.1 204 No Content\r\n")));
    close(fd);
    http_stop(h);
}

TEST(requests_in_one_piece_are_answered_in_their_order)
{
    Http *h = start_with(a, usual());
    Buf o = buf_in(a);
    for (int i = 0; i < 50; i++) {
        buf_fill(&o, "POST /{} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", VALS(i));
    }
    int fd = talk(h);
    CHECK(tell(fd, buf_str(&o)));
    for (int i = 0; i < 50; i++) {
        CHECK(str_find(hear(a, fd, false), say(a, "\r\n\r\nPOST [/{}] [] [abc] ", i)) > 0);
    }
    close(fd);
    http_stop(h);
}

TEST(large_headers_in_pieces_are_read_and_too_large_ones_refused)
{
    Http *h = start_with(a, usual());
    int fd = talk(h);
    CHECK(tell(fd, S("GET /pieces HTTP/1.1\r\nHost: x\r\n")));
    for (int i = 0; i < 12; i++) {
        CHECK(tell(fd, say(a, "X-{}: {}\r\nCook", i, repeated(a, 'v', 1000))));
        clock_sleep(5);
        CHECK(tell(fd, say(a, "y{}: {}\r", i, repeated(a, 'w', 300))));
        clock_sleep(5);
        CHECK(tell(fd, S("\n")));
    }
    CHECK(tell(fd, say(a, "Cookie: {}\r\n\r\n", repeated(a, 'c', 2000))));
    CHECK(str_find(hear(a, fd, false), say(a, "cookie={} auth=", repeated(a, 'c', 2000))) > 0);
    close(fd);
    Str got = ask(a, h, say(a, "GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", repeated(a, 'v', 65536)));
    CHECK(str_starts(got, S("HTTP/1.1 431 ")));
    got = ask(a, h, say(a, "GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", repeated(a, 'v', 65536)));
    CHECK(str_starts(got, S("HTTP/1.1 414 ")) || str_starts(got, S("HTTP/1.1 431 ")));
    http_stop(h);
}

// A request with an address of n bytes, a header of n, n cookies, n lines.
static Str grown(Arena *a, int what, int n)
{
    Buf o = buf_in(a);
    buf_fill(&o, "GET /{} HTTP/1.1\r\nHost: x\r\n", VALS(repeated(a, 'p', what == 0 ? n : 1)));
    if (what == 1) buf_fill(&o, "A: {}\r\n", VALS(repeated(a, 'v', n)));
    if (what == 2) buf_add(&o, S("Cookie: a=b"));
    for (int i = 0; what >= 2 && i < n; i++) buf_add(&o, what == 2 ? S("; c=d") : S("L: l\r\n"));
    buf_add(&o, what == 2 ? S("\r\n\r\n") : S("\r\n"));
    return buf_str(&o);
}

static Str status_of(Arena *a, Http *h, int what, int n)
{
    Str got = ask(a, h, grown(a, what, n)), status = str_slice(got, 9, 12);
    if (!str_starts(got, S("HTTP/1.1 "))) print_message("%d %d: %s\n", what, n, str_z(a, str_slice(got, 0, 20)));
    return str_starts(got, S("HTTP/1.1 ")) ? status : S("none");
}

TEST(an_address_of_30000_bytes_is_told_to_be_too_long)
{
    Http *h = start_with(a, usual());
    Str got = ask(a, h, grown(a, 0, 30000));
    CHECK(str_starts(got, S("HTTP/1.1 414 ")) && str_find(got, S("This address is too long. / ")) > 0);
    CHECK(times(got, S("HTTP/1.1 ")) == 1);
    http_stop(h);
}

TEST(a_request_whose_headers_cookies_or_lines_are_too_large_has_an_answer)
{
    static const struct { int what, n; Str status; } cases[] = {
        {0, 1000, S("200")}, {0, 16000, S("200")}, {0, 16384, S("414")}, {0, 32700, S("414")}, {0, 50000, S("414")},
        {0, 70000, S("414")}, {1, 20000, S("200")}, {1, 32000, S("200")}, {1, 32740, S("431")}, {1, 50000, S("431")},
        {2, 100, S("200")}, {2, 400, S("200")}, {2, 700, S("200")}, {2, 840, S("431")},
        {3, 400, S("200")}, {3, 800, S("200")}, {3, 900, S("431")}, {3, 5000, S("431")},
    };
    Http *h = start_with(a, usual());
    for (isize i = 0; i < countof(cases); i++) {
        Str status = status_of(a, h, cases[i].what, cases[i].n);
        if (!str_equal(status, cases[i].status))
            print_message("%d %d: %s\n", cases[i].what, cases[i].n, str_z(a, status));
        CHECK(str_equal(status, cases[i].status));
    }
    http_stop(h);
}

TEST(a_query_of_a_thousand_arguments_comes_as_it_was_sent)
{
    Http *h = start_with(a, usual());
    Str query = repeated(a, 'q', 1);
    for (int i = 0; i < 1000; i++) query = say(a, "{}&a{}=1", query, i);
    Str got = ask(a, h, say(a, "GET /many?{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", query));
    CHECK(str_starts(got, S("HTTP/1.1 200 ")) && str_find(got, say(a, "GET [/many] [{}] []", query)) > 0);
    http_stop(h);
}

TEST(bodies_are_whole_up_to_their_limit_however_they_come)
{
    Http *h = start_with(a, usual());
    Str most = repeated(a, 'b', BODY_MOST);
    Str got = ask(a, h, say(a, "POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        (int64_t)BODY_MOST, most));
    CHECK(str_ends(got, S("\r\n\r\n200000")));
    int fd = talk(h);
    CHECK(tell(fd, S("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n")));
    CHECK(str_starts(hear(a, fd, true), S("HTTP/1.1 100 ")));
    for (int i = 0; i < 6; i++) CHECK(tell(fd, S("z"))), clock_sleep(3);
    CHECK(str_find(hear(a, fd, false), S("[zzzzzz]")) > 0);
    close(fd);
    http_stop(h);
}

TEST(a_body_over_the_limit_is_refused_early_and_the_refusal_is_heard)
{
    Http *h = start_with(a, usual());
    // Promised only: the answer comes before the body does.
    Str got = ask(a, h, S("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\nabc"));
    CHECK(str_starts(got, S("HTTP/1.1 413 ")) && times(got, S("HTTP/1.1")) == 1);
    // Sent in full before anything is read, as a simple client does.
    Str much = repeated(a, 'b', 30000000);
    int fd = talk(h);
    CHECK(tell(fd, say(a, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", much.n)));
    CHECK(tell(fd, much));
    got = hear_all(a, fd);
    CHECK(str_starts(got, S("HTTP/1.1 413 ")) && str_find(got, S("(reset)")) < 0);
    close(fd);
    http_stop(h);
}

TEST(bodies_held_at_once_have_a_limit_together)
{
    HttpSettings s = usual();
    Http *h = start_with(a, s);
    enum { LINKS = 12 };
    int fds[LINKS], busy = 0, fine = 0;
    Str most = repeated(a, 'b', BODY_MOST - 1);
    for (int i = 0; i < LINKS; i++) {
        fds[i] = talk(h);
        CHECK(tell(fds[i], say(a, "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
            (int64_t)BODY_MOST, most)));
        clock_sleep(10);
    }
    clock_sleep(300);
    for (int i = 0; i < LINKS; i++) {
        CHECK(tell(fds[i], S("b")));
        Str got = hear(a, fds[i], false);
        busy += str_starts(got, S("HTTP/1.1 503 "));
        fine += str_ends(got, S("\r\n\r\n200000"));
        close(fds[i]);
    }
    CHECK(busy + fine == LINKS && busy >= 3 && fine >= 6);
    http_stop(h);
}

TEST(a_handler_without_memory_is_unwound_and_others_notice_nothing)
{
    HttpSettings s = usual();
    s.threads = 1;
    Http *h = start_with(a, s);
    int fd = talk(h);
    for (int i = 0; i < 5; i++) {
        CHECK(tell(fd, S("GET /full HTTP/1.1\r\nHost: x\r\n\r\n")));
        Str got = hear(a, fd, false);
        CHECK(str_starts(got, S("HTTP/1.1 503 ")) && str_find(got, S("\r\nRetry-After: 2\r\n")) > 0);
        CHECK(str_find(got, S("Busy, please try again in a moment. / ")) > 0);
        CHECK(str_find(got, S("never sent")) < 0);
        CHECK(tell(fd, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(str_ends(hear(a, fd, false), S("fixed bytes")));
    }
    close(fd);
    http_stop(h);
}

TEST(a_slow_handler_is_not_cut_and_stopping_waits_for_it)
{
    HttpSettings s = usual();
    s.header_seconds = s.body_seconds = s.idle_seconds = 1;
    Http *h = start_with(a, s);
    int fd = talk(h), kept = talk(h);
    CHECK(tell(kept, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")) && hear(a, kept, false).n > 20);
    CHECK(tell(fd, S("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")));
    while (!slow_runs) clock_sleep(5);
    http_stop(h);
    CHECK(str_ends(hear_all(a, fd), S("\r\n\r\nslow but whole")));
    CHECK(recv(kept, &(char){0}, 1, 0) == 0);
    close(fd), close(kept);
}

typedef struct { const Http *h; int turns, good; } Caller;

static void *call_often(void *with)
{
    Caller *one = with;
    jmp_buf full;
    isize size = 4 << 20;
    void *room = malloc((size_t)size);
    Arena own = arena_over(room, size, &full);
    int fd = talk(one->h);
    for (int i = 0; i < one->turns; i++) {
        Str body = repeated(&own, (char)('a' + i % 26), 1 + i * 37 % 3000);
        tell(fd, say(&own, "POST /{} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", i, body.n, body));
        one->good += str_find(hear(&own, fd, false), say(&own, "\r\n\r\nPOST [/{}] [] [{}] host", i, body)) > 0;
        tell(fd, S("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
        Str large = hear(&own, fd, false);
        one->good += str_ends(large, S("lll")) && large.n > 700000 && large.n < 700300;
        arena_reset(&own);
    }
    close(fd);
    free(room);
    return 0;
}

TEST(many_at_once_each_get_their_own_answer)
{
    enum { CALLERS = 64, TURNS = 10 };
    HttpSettings s = usual();
    s.threads = 8;
    Http *h = start_with(a, s);
    pthread_t threads[CALLERS];
    Caller callers[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (Caller){.h = h, .turns = TURNS};
        must(!pthread_create(&threads[i], 0, call_often, &callers[i]));
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], 0);
        CHECK(callers[i].good == 2 * TURNS);
    }
    http_stop(h);
}

// Silent connections, as many as wanted: the first of them, and how long somebody who asks waits beside them.
static int64_t crowd(Arena *a, const Http *h, int *fds, int n)
{
    for (int i = 0; i < n; i++) fds[i] = talk(h);
    int64_t start = clock_ticks();
    int fd = talk(h);
    CHECK(tell(fd, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")) && str_ends(hear(a, fd, false), S("fixed bytes")));
    close(fd);
    return (clock_ticks() - start) / 1000000;
}

TEST(who_connects_and_says_nothing_makes_room_for_who_asks)
{
    enum { MANY = 1000 };
    HttpSettings s = usual();
    s.threads = 8;
    Http *h = start_with(a, s);
    int fds[MANY];
    int64_t waited = crowd(a, h, fds, MANY);
    print_message("beside %d silent connections, of which %d are kept: %d ms\n", MANY, s.connections, (int)waited);
    CHECK(waited < 1000); // how little it is, tests/whole/attack_test.mjs measures in the release
    for (int i = 0; i < MANY; i++) close(fds[i]);
    http_stop(h);
}

TEST(who_has_asked_before_is_not_cut_for_those_who_say_nothing)
{
    HttpSettings s = usual();
    s.connections = 20;
    Http *h = start_with(a, s);
    int fds[300], kept = talk(h), sends = talk(h);
    CHECK(tell(kept, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")) && str_ends(hear(a, kept, false), S("fixed bytes")));
    CHECK(tell(sends, S("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")));
    clock_sleep(50);
    CHECK(crowd(a, h, fds, countof(fds)) < 5000);
    CHECK(tell(kept, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")) && str_ends(hear(a, kept, false), S("fixed bytes")));
    CHECK(tell(sends, S("cd")) && str_ends(hear(a, sends, false), S("\r\n\r\n4")));
    CHECK(recv(fds[0], &(char){0}, 1, 0) == 0); // the first who said nothing was cut
    for (isize i = 0; i < countof(fds); i++) close(fds[i]);
    close(kept), close(sends);
    http_stop(h);
}

static HttpBody admit(void *with, int thread, Arena *a, Arena scratch, const HttpIn *in, int64_t said)
{
    (void)with, (void)thread, (void)a, (void)scratch, (void)said;
    bool large = str_equal(in->path, S("/count"));
    return (HttpBody){large ? BODY_MOST : 1000, str_equal(in->authorization, S("known"))};
}

TEST(how_much_of_a_body_may_come_is_asked_before_it_comes)
{
    HttpSettings s = usual();
    s.admit = admit;
    Http *h = start_with(a, s);
    Str got = ask(a, h, S("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"));
    CHECK(str_starts(got, S("HTTP/1.1 413 ")));
    got = ask(a, h,
              say(a,
                  "POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                  "1000\r\n\r\n{}",
                  repeated(a, 'b', 1000)));
    CHECK(str_starts(got, S("HTTP/1.1 200 ")));
    http_stop(h);
}

TEST(half_sent_bodies_of_strangers_take_no_room_from_others)
{
    HttpSettings s = usual();
    s.admit = admit;
    Http *h = start_with(a, s);
    enum { LINKS = 41 };
    int fds[LINKS];
    Str half = repeated(a, 'b', BODY_MOST / 2);
    for (int i = 0; i < LINKS; i++) {
        fds[i] = talk(h);
        CHECK(tell(fds[i], say(a, "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", (int64_t)BODY_MOST, half)));
    }
    clock_sleep(300);
    Str got = ask(a, h, say(a, "POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", half.n, half));
    CHECK(str_starts(got, S("HTTP/1.1 503 "))); // a stranger's large one: their room is full
    got = ask(a, h,
              say(a,
                  "POST /count HTTP/1.1\r\nHost: x\r\nAuthorization: known\r\nConnection: "
                  "close\r\nContent-Length: {}\r\n\r\n{}",
                  half.n, half));
    CHECK(str_ends(got, S("\r\n\r\n100000")));
    got = ask(a, h,
              say(a,
                  "POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                  "16000\r\n\r\n{}",
                  str_slice(half, 0, 16000)));
    CHECK(str_ends(got, S("\r\n\r\n16000"))); // a small one always has its own
    for (int i = 0; i < LINKS; i++) close(fds[i]);
    http_stop(h);
}

TEST(an_address_that_cannot_be_used_is_told)
{
    static const Str bad[] = {S(""), S("8080"), S("127.0.0.1"), S(":8080"), S("127.0.0.1:"), S("127.0.0.1:x"),
        S("127.0.0.1:70000"), S("127.0.0.1:-1"), S("::1:8080"), S("[::1"), S("example:80")};
    HttpSettings s = usual();
    Http *h = start_with(a, s), *other;
    for (isize i = 0; i < countof(bad); i++) {
        s.listen = bad[i];
        Err *e = http_start(a, &s, &other);
        CHECK(e && e->kind == ERR_INPUT && str_find(err_text(a, e), S("127.0.0.1:8080")) > 0);
    }
    s.listen = say(a, "127.0.0.1:{}", http_port(h));
    Err *e = http_start(a, &s, &other);
    CHECK(e && e->kind == ERR_INPUT && str_ends(err_text(a, e), S("cannot be listened on: Address already in use.")));
    http_stop(h);
    h = start_with(a, s); // at once on the same port again
    http_stop(h);
}

TEST(it_listens_on_the_sixth_protocol_too)
{
    HttpSettings s = usual();
    s.listen = S("[::1]:0");
    Http *h = start_with(a, s);
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)http_port(h)),
        .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    CHECK(!connect(fd, (struct sockaddr *)&to, sizeof to));
    CHECK(tell(fd, S("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) && str_find(hear(a, fd, false), S(" peer=::1 ")) > 0);
    close(fd);
    http_stop(h);
}
