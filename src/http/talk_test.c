// A server whose paths say what they do, and the sockets that try it.
// SPDX-License-Identifier: Apache-2.0
#include "http/talk_test.h"
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

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

_Atomic int slow_runs;

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

Http *start_with(Arena *a, HttpSettings settings)
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

HttpSettings usual(void)
{
    static const Str names[] = {S("x"), S("example.la")};
    return (HttpSettings){.listen = S("127.0.0.1:0"), .threads = 4, .body_most = BODY_MOST,
        .idle_seconds = 30, .header_seconds = 10, .body_seconds = 60, .connections = 200,
        .hosts = names, .hosts_n = countof(names), .arena = ARENA};
}

int talk(const Http *h)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(h)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 8};
    must(fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof to));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

bool tell(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, (size_t)bytes.n, MSG_NOSIGNAL);
        if (n < 0) return false;
        bytes = str_slice(bytes, n, bytes.n);
    }
    return true;
}

// All that comes until the other side closes; "(silence)" is added when it does not, "(reset)" when it breaks.
Str hear_all(Arena *a, int fd)
{
    Buf o = buf_in(a);
    ssize_t n;
    while ((n = recv(fd, buf_room(&o, 65536), 65536, 0)) > 0) o.n += n;
    if (n < 0) buf_add(&o, errno == EAGAIN ? S("(silence)") : S("(reset)"));
    return buf_str(&o);
}

// One answer: its header, and as many bytes as that says.
Str hear(Arena *a, int fd, bool head)
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
Str ask(Arena *a, const Http *h, Str bytes)
{
    int fd = talk(h);
    tell(fd, bytes);
    Str answer = hear_all(a, fd);
    close(fd);
    return answer;
}

int times(Str s, Str part)
{
    int n = 0;
    for (isize at; (at = str_find(s, part)) >= 0; n++) s = str_slice(s, at + part.n, s.n);
    return n;
}

Str repeated(Arena *a, char c, isize n)
{
    char *p = take(a, char, n);
    memset(p, c, (size_t)n);
    return (Str){p, n};
}
