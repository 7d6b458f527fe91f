// A real server and raw sockets: what is refused, what is cut, what many at once see.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "http/http.h"
#include "os/os.h"
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { BODY_MOST = 200000, ARENA = 1 << 20 };

static void echo(Arena *a, const HttpIn *in, HttpOut *out)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "OTHER"};
    buf_fill(&out->body, "{} [{}] [{}] [{}] host={} cookie={} auth={} accept={} lang={} type={} peer={}",
        VALS(str_from(names[in->method]), in->path, in->query, in->body, in->host, in->cookie,
            in->authorization, in->accept, in->accept_language, in->content_type, in->peer));
    buf_fill(&out->body, " enc={} origin={} match={} from={} with={} proto={}",
        VALS(in->accept_encoding, in->origin, in->if_none_match, in->referer, in->requested_with,
            in->forwarded_proto));
    http_header(out, S("X-One"), say(a, "{}-{}", S("a"), 1));
}

static _Atomic int slow_runs;

// The tests' one handler; the path says what it does.
static void handle(void *with, int thread, Arena *a, Arena scratch, const HttpIn *in, HttpOut *out)
{
    must(thread >= 0 && thread < *(int *)with);
    must(a->at == a->start && scratch.at == scratch.start);
    out->type = S("text/plain; charset=utf-8");
    if (str_equal(in->path, S("/full"))) {
        buf_add(&out->body, S("this is never sent"));
        take(a, char, 1000);
        for (;;) take(&scratch, char, 5000);
    } else if (str_equal(in->path, S("/fixed"))) {
        out->fixed = S("fixed bytes");
    } else if (str_equal(in->path, S("/large"))) {
        memset(buf_room(&out->body, 700000), 'l', 700000);
        out->body.n = 700000;
    } else if (str_equal(in->path, S("/nothing"))) {
        out->status = 204;
        out->type = (Str){0};
    } else if (str_equal(in->path, S("/count"))) {
        buf_int(&out->body, in->body.n);
    } else if (str_equal(in->path, S("/slow"))) {
        slow_runs++;
        clock_sleep(700);
        buf_add(&out->body, S("slow but whole"));
        slow_runs--;
    } else {
        echo(a, in, out);
    }
}

static Http *start_with(Arena *a, HttpSettings settings)
{
    static int threads; // read by the handler until the server ends; tests run one after another
    threads = settings.threads;
    settings.handle = handle;
    settings.with = &threads;
    Http *h = 0;
    Err *e = http_start(a, &settings, &h);
    if (e) print_message("%s\n", str_z(a, err_text(a, e)));
    must(!e);
    return h;
}

static HttpSettings usual(void)
{
    return (HttpSettings){.listen = S("127.0.0.1:0"), .threads = 4, .body_most = BODY_MOST,
        .idle_seconds = 30, .header_seconds = 10, .body_seconds = 60, .connections = 200,
        .per_address = 200, .arena = ARENA};
}

static int talk(const Http *h)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(h)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 8};
    must(fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof to));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static bool tell(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, (size_t)bytes.n, MSG_NOSIGNAL);
        if (n < 0) return false;
        bytes = str_slice(bytes, n, bytes.n);
    }
    return true;
}

// All that comes until the other side closes; "(silence)" is added when it does not, "(reset)" when it breaks.
static Str hear_all(Arena *a, int fd)
{
    Buf o = buf_in(a);
    ssize_t n;
    while ((n = recv(fd, buf_room(&o, 65536), 65536, 0)) > 0) o.n += n;
    if (n < 0) buf_add(&o, errno == EAGAIN ? S("(silence)") : S("(reset)"));
    return buf_str(&o);
}

// One answer: its header, and as many bytes as that says.
static Str hear(Arena *a, int fd, bool head)
{
    Buf o = buf_in(a);
    int64_t more = 0;
    while (!str_ends(buf_str(&o), S("\r\n\r\n"))) {
        if (recv(fd, buf_room(&o, 1), 1, 0) != 1) return S("(nothing)");
        o.n++;
    }
    Str all = buf_str(&o);
    isize at = str_find(all, S("Content-Length: "));
    if (at >= 0 && !head) {
        Str rest = str_slice(all, at + 16, all.n);
        must(str_int(str_trim(str_cut(&rest, '\n')), &more));
    }
    while (more > 0) {
        ssize_t n = recv(fd, buf_room(&o, more), (size_t)more, 0);
        if (n <= 0) return S("(cut)");
        o.n += n;
        more -= n;
    }
    return buf_str(&o);
}

// The connection stays open from this side, so that only the server can close it.
static Str ask(Arena *a, const Http *h, Str bytes)
{
    int fd = talk(h);
    tell(fd, bytes);
    Str answer = hear_all(a, fd);
    close(fd);
    return answer;
}

static int times(Str s, Str part)
{
    int n = 0;
    for (isize at; (at = str_find(s, part)) >= 0; n++) s = str_slice(s, at + part.n, s.n);
    return n;
}

static Str repeated(Arena *a, char c, isize n)
{
    char *p = take(a, char, n);
    memset(p, c, (size_t)n);
    return (Str){p, n};
}

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
    CHECK(str_ends(got, S("This request is not well formed. / ຄຳຂໍນີ້ບໍ່ຖືກຮູບແບບ.\n")));
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

TEST(bodies_are_whole_up_to_their_limit_however_they_come)
{
    Http *h = start_with(a, usual());
    Str most = repeated(a, 'b', BODY_MOST);
    Str got = ask(a, h, say(a, "POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        (int64_t)BODY_MOST, most));
    CHECK(str_ends(got, S("\r\n\r\n200000")));
    got = ask(a, h, say(a, "POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        "186a0\r\n{}\r\n186a0\r\n{}\r\n0\r\n\r\n", str_slice(most, 0, 100000), str_slice(most, 0, 100000)));
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
    // Never promised: it is told when the body ends.
    Str some = repeated(a, 'b', 0x40000);
    got = ask(a, h, say(a, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n40000\r\n{}\r\n0\r\n\r\n", some));
    CHECK(str_starts(got, S("HTTP/1.1 413 ")));
    got = ask(a, h, S("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"));
    CHECK(times(got, S("HTTP/1.1 2")) == 0);
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
    clock_sleep(100);
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

TEST(connections_have_a_limit_by_address)
{
    HttpSettings s = usual();
    s.threads = 1;
    s.per_address = 2;
    Http *h = start_with(a, s);
    int one = talk(h), two = talk(h);
    CHECK(tell(one, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")) && hear(a, one, false).n > 20);
    CHECK(tell(two, S("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")) && hear(a, two, false).n > 20);
    CHECK(times(ask(a, h, S("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), S("fixed bytes")) == 0);
    close(one), close(two);
    clock_sleep(50);
    CHECK(times(ask(a, h, S("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), S("fixed bytes")) == 1);
    http_stop(h);
}

TEST(an_address_that_cannot_be_used_is_told)
{
    static const Str bad[] = {S(""), S("8080"), S("127.0.0.1"), S(":8080"), S("127.0.0.1:"), S("127.0.0.1:x"),
        S("127.0.0.1:70000"), S("127.0.0.1:-1"), S("::1:8080"), S("[::1"), S("example:80")};
    HttpSettings s = usual();
    Http *h = start_with(a, s), *other;
    s.handle = handle;
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
