// What the server's tests share: a server to try, and raw sockets to try it with.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/test.h"
#include "http/http.h"
#include "os/os.h"
#include <stdatomic.h>

enum { BODY_MOST = 200000, ARENA = 1 << 20 };
extern _Atomic int slow_runs;                 // handlers of /slow that run

HttpSettings usual(void);
Http *start_with(Arena *a, HttpSettings settings); // its handler is chosen by the path
int talk(const Http *h);                      // a connection
bool tell(int fd, Str bytes);                 // false when it was cut
Str hear(Arena *a, int fd, bool head);        // one answer: its header, and as many bytes as that says
Str hear_all(Arena *a, int fd);               // until it closes, then what happened in brackets
Str ask(Arena *a, const Http *h, Str bytes);  // only the server can close it
int times(Str s, Str part);
Str repeated(Arena *a, char c, isize n);
