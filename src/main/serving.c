// The command that answers browsers and programs.
// SPDX-License-Identifier: Apache-2.0
#include "http/http.h"
#include "main/main.h"
#include "web/web.h"

enum { THREADS = 8, BODY_MOST = 32 << 20 };

// What the thread that waits for the end must know.
typedef struct { Http *http; } Serving;

static void stop(void *with)
{
    Serving *serving = with;
    if (serving->http) http_stop(serving->http);
    log_line(S("Stopped."));
    process_end(EXIT_DONE);
}

Err *run_serve(Call *call, int *exit_code)
{
    Register *reg;
    Serving serving = {0};
    Str listen = option(call, S("--listen"), S("127.0.0.1:8080"));
    if (!socket_address(listen)) {
        *exit_code = usage(call, S("--listen takes an address and a port, such as 127.0.0.1:8080."));
        return 0;
    }
    on_stop(stop, &serving);
    TRY(register_open(call->a, call->scratch, call->args[0], OPEN_SERVE, &reg));
    TRY(register_serve(reg, call->a));
    HttpSettings settings = {
        .listen = listen, .threads = THREADS, .body_most = BODY_MOST,
        .idle_seconds = 30, .header_seconds = 10, .body_seconds = 60, .connections = 1000, .per_address = 1000,
        .arena = (isize)256 << 20, .handle = web_handle, .unwound = web_unwound, .with = web_make(call->a, reg, THREADS),
    };
    TRY(http_start(call->a, &settings, &serving.http));
    if (!str_starts(settings.listen, S("127.")) && !str_starts(settings.listen, S("[::1]"))) {
        err_write(S("sukhwan: warning: This address is open to a network, and what is said there is not encrypted: put a server with TLS before it.\n"));
    }
    Str host = settings.listen;
    while (host.n && host.p[host.n - 1] != ':') host.n--;
    out_write(say(call->a, "Sukhwan answers at http://{}{}\n", host, http_port(serving.http)));
    for (;;) clock_sleep(1000);
}
