// The command that answers browsers and programs.
// SPDX-License-Identifier: Apache-2.0
#include "http/http.h"
#include "main/main.h"
#include "web/web.h"

enum { THREADS = 8, BODY_MOST = 32 << 20, HOSTS_MOST = 32 };

// What the thread that waits for the end must know. Who is asked to end while the server starts waits for that, and
// afterwards the server is that thread's alone.
typedef struct { Mutex *lock; Http *http; Register *reg; } Serving;

static void stop(void *with)
{
    Serving *serving = with;
    mutex_lock(serving->lock);
    if (serving->http) http_stop(serving->http);
    if (serving->http) looks_stop(serving->reg);
    log_line(S("Stopped."));
    process_end(EXIT_DONE);
}

// One a line; false when one of them is no name.
static bool hosts_read(const Call *call, HttpSettings *settings, Str *hosts)
{
    Str lines = option(call, S("--host"), (Str){0});
    settings->hosts = hosts;
    for (bool more = option_given(call, S("--host")); more;) {
        more = str_has(lines, '\n');
        Str name = str_cut(&lines, '\n');
        if (!socket_host(name) || settings->hosts_n == HOSTS_MOST) return false;
        hosts[settings->hosts_n++] = name;
    }
    return true;
}

// What listens on every address answers to each of them; what stands behind a proxy is asked by the proxy's name.
static void answers_to(Arena *a, const HttpSettings *settings, bool open)
{
    if (!open) return;
    Str names = settings->hosts_n ? str_join(a, settings->hosts, settings->hosts_n, S(", ")) : S("none");
    err_write(say(a,
                  "sukhwan: It answers to requests whose Host is this machine's address, localhost "
                  "or a name given with --host ({}).\n",
                  names));
}

static Err *start(Serving *serving, Arena *a, const HttpSettings *settings, int *port)
{
    mutex_lock(serving->lock);
    Err *e = http_start(a, settings, &serving->http);
    if (!e) *port = http_port(serving->http);
    mutex_unlock(serving->lock);
    return e;
}

Err *run_serve(Call *call, int *exit_code)
{
    Register *reg;
    Serving serving = {.lock = mutex_make()};
    Str listen = option(call, S("--listen"), S("127.0.0.1:8080"));
    if (!socket_address(listen)) {
        *exit_code = usage(call, S("--listen takes an address and a port, such as 127.0.0.1:8080."));
        return 0;
    }
    Str hosts[HOSTS_MOST];
    HttpSettings settings = {
        .listen = listen, .threads = THREADS, .body_most = BODY_MOST,
        .idle_seconds = 30, .header_seconds = 10, .body_seconds = 60, .connections = 1000,
        .arena = (isize)256 << 20, .handle = web_handle, .unwound = web_unwound, .admit = web_admit, .brief = web_brief,
    };
    if (!hosts_read(call, &settings, hosts)) {
        *exit_code = usage(call, S("--host takes the name under which browsers ask, without a port: register.example."));
        return 0;
    }
    Str mail = option(call, S("--mail"), (Str){0});
    if (option_given(call, S("--mail")) && (!str_starts(mail, S("/")) || !path_exists(mail) || path_is_folder(mail))) {
        *exit_code = usage(call, S("--mail takes the whole path of a program that sends mail, such as /usr/sbin/sendmail."));
        return 0;
    }
    on_stop(stop, &serving);
    TRY(register_open(call->a, call->scratch, call->args[0], OPEN_SERVE, &reg));
    TRY(register_serve(reg, call->a));
    if (mail.n) TRY(mails_serve(reg, call->a, mail));
    settings.with = web_make(call->a, reg, http_threads(THREADS), mail.n > 0);
    int port;
    serving.reg = reg;
    TRY(start(&serving, call->a, &settings, &port));
    bool open = !str_starts(listen, S("127.")) && !str_starts(listen, S("[::1]")) && !str_starts(listen, S("localhost:"));
    if (open) {
        err_write(S("sukhwan: warning: This address is open to a network, and what is said there "
                    "is not encrypted: put a server with TLS before it.\n"));
    }
    answers_to(call->a, &settings, open);
    Str host = settings.listen;
    while (host.n && host.p[host.n - 1] != ':') host.n--;
    out_write(say(call->a, "Sukhwan answers at http://{}{}\n", host, port));
    for (;;) clock_sleep(1000);
}
