// A server over libmicrohttpd: whole requests in, whole answers out, under limits of size and time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"

typedef enum { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PATCH, HTTP_PUT, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER, HTTP_COUNT } Method;
typedef struct {
    Method method;
    Str path, query;         // as sent, still percent-encoded
    Str body;
    Str host, cookie, authorization, accept, accept_language, accept_encoding, content_type;
    Str origin, if_none_match, referer, requested_with, csrf, forwarded_proto, fetch_site;
    Str peer;                // the address that connected
} HttpIn;
typedef struct {
    int status;
    Str type;                // content type
    Buf body;                // in the request's arena
    Str fixed;               // or: bytes that live for ever (an embedded asset), sent without a copy
    struct { Str name, value; } headers[16]; int headers_n;
    bool later;              // it turned out not to be brief: to be run once more, by a thread that has time
} HttpOut;
void http_header(HttpOut *out, Str name, Str value); // values with CR or LF end the process

// Looks at the headers alone, before any of a body of `said` bytes is read: how much of it may come, and whether it
// is somebody known who sends it. What strangers send shares a room of its own. Runs as HttpHandle does.
typedef struct { isize most; bool known; } HttpBody;
typedef HttpBody HttpAdmit(void *with, int thread, Arena *a, Arena scratch, const HttpIn *in, int64_t said);
// What answers. It runs on one thread, straight through; `a` and `scratch` are that thread's, wiped afterwards.
// `thread` counts from 0 to http_threads() - 1.
typedef void HttpHandle(void *with, int thread, Arena *a, Arena scratch, const HttpIn *in, HttpOut *out);
// Whether it should be answered in a few milliseconds, changes nothing and waits for nobody: then the thread that read
// it runs it at once, and other connections of that thread wait as long. All others go to threads that only run
// requests.
typedef bool HttpBrief(void *with, int thread, Arena scratch, const HttpIn *in);
typedef struct {
    Str listen;              // 127.0.0.1:8080 or [::1]:8080; port 0: any
    int threads;             // 8
    isize body_most;         // bytes of a body
    int idle_seconds, header_seconds, body_seconds; // 30, 10, 60
    int connections;         // 1000; beyond that those that have been silent for longest are cut
    const Str *hosts; int hosts_n; // what Host may say besides localhost and the address that was connected to
    isize arena;             // bytes of each of a thread's two arenas
    HttpHandle *handle;
    void (*unwound)(void *with, int thread); // after a handler's arena was exhausted; may be null
    HttpAdmit *admit;        // null: all may send body_most
    HttpBrief *brief;        // null: none is
    void *with;
} HttpSettings;
typedef struct Http Http;
// Refuses, by answering 4xx and closing: any Transfer-Encoding (411), repeated Content-Length or Host, NUL in a
// header, no Host, one that is not ours (421), an address over 16 KiB (414), headers over 32 KiB (431), a body over its
// limit (413), slow headers and bodies (cut). Beyond 64 KiB, and with more cookies than browsers keep, the library
// may close without a word. A handler whose arena is exhausted is unwound and answered 503.
must_use Err *http_start(Arena *a, const HttpSettings *settings, Http **out);
int http_threads(int threads);                // how many may run a handler, when the settings say so many
int http_port(const Http *h);
void http_stop(Http *h);                      // finishes what runs, at most 10 s
