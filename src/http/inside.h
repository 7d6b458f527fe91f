// What the files of this folder share: a server, its threads, and the connections it holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/http.h"
#include "os/os.h"
#include <stdatomic.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <microhttpd.h>

enum {
    IO_THREADS = 2,             // the library's own
    MEMORY = 65536,             // what it keeps of a request and of its answer's headers, for each connection
};

// Where a connection stands; each has a deadline of its own, RUNNING has none.
typedef enum {
    LINK_WAITING, LINK_HEADERS, LINK_BODY, LINK_RUNNING, LINK_ANSWERING, LINK_COUNT
} Stage;

typedef struct Link Link;
typedef struct Worker Worker;
typedef void Turn(Worker *w, Link *l);        // what one of our threads does for a request
struct Link {
    Link *next, *before;      // of all connections, under the server's mutex
    int fd;
    _Atomic int stage;        // the watch looks while a pool thread works; written after since
    _Atomic int64_t since;    // when the stage began, in the watch's milliseconds
    _Atomic int64_t answer_n; // bytes of the answer
    _Atomic bool served;      // it has had an answer before
    bool begun, admitted;     // headers were looked at; it is known how much of a body may come
    Turn *turn;               // while it is with our threads,
    struct MHD_Connection *connection;
    Link *after;              // and under their mutex
    struct MHD_Response *answer; // what they made: sent by the library's thread
    int status;
    bool cut;                 // under the mutex: it was silent while many wanted in
    bool known;               // who sends the body is
    bool refused;             // answered before the body was read: the other side may still send
    int refusal;              // a status that is answered instead of running the handler
    char *uri;                // path and query as sent: the library writes into its own copy
    isize uri_n, uri_cap;
    char *body;
    isize body_n, body_cap, body_said, body_most; // said: by Content-Length
    HttpIn in;                // views of the library's memory, and of uri and body
    isize peer_n;
    char peer[64];
};

struct Worker {
    Http *h;
    Arena a, scratch;
    int number;
};

struct Http {
    HttpSettings settings;
    struct MHD_Daemon *daemon;
    int listening, port;
    Worker *workers;            // ours, then one for each of the library's threads
    _Atomic int readers_n;      // of the library's, those that have one
    Mutex *work;                // requests that wait for one of our threads, under it:
    Link *first, *last;
    int workers_n;              // threads that have not ended
    bool ended;
    _Atomic int64_t now;        // milliseconds, moved on by the watch about once a second
    _Atomic int64_t bodies_n[2]; // bytes of larger bodies that are held: of strangers, of who is known
    _Atomic int drains_n;       // threads that read on after a refusal
    _Atomic bool stopping, closed; // closed: nothing is run any more
    Mutex *mutex;
    Link *links;                // under the mutex, and so are:
    int links_n, cut_n;         // how many; of those, how many were cut and are not gone yet
    bool watched;               // the watch still runs
};

// guard.c: headers into HttpIn. 0, or the status of a refusal.
int headers_read(const HttpSettings *settings, Link *l, struct MHD_Connection *c, const char *method,
    const char *url, const char *version);
bool uri_keep(Link *l, const char *uri); // false when it holds what no address may

// work.c: a brief request is run at once by the thread that asks; false: it is not, or turned out not to be.
bool work_at_once(Http *h, Link *l);
// One of our threads runs the turn, then the library asks again; false: nothing is run any more.
bool work_give(Http *h, Link *l, struct MHD_Connection *c, Turn *turn);
void work_start(Http *h);
void work_stop(Http *h);                        // when nothing is running

// answer.c: how much of a body may come; what the handler answers. Then it is sent, or why not.
Turn answer_admit, answer_run;
enum MHD_Result answer_send(Http *h, Link *l, struct MHD_Connection *c);
enum MHD_Result answer_refuse(Http *h, Link *l, struct MHD_Connection *c, int status);

// link.c: connections from their beginning to their end; `with` is the Http.
void link_stage(Http *h, Link *l, Stage stage);
bool link_body_add(Http *h, Link *l, Str part); // false when it is too large for all of us
void link_notify(void *with, struct MHD_Connection *c, void **held,
    enum MHD_ConnectionNotificationCode what);
void link_done(void *with, struct MHD_Connection *c, void **request,
    enum MHD_RequestTerminationCode why);
void *link_uri(void *with, const char *uri, struct MHD_Connection *c);
void links_watch(void *with);                   // cuts who is too slow, until the server stops
