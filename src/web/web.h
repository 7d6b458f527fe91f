// The pages and the JSON API over an open register: one way in for http, the route table behind it.
// SPDX-License-Identifier: Apache-2.0
//
// A request walks straight: web_handle (who asks?) -> routes.c (which row of the table? allowed?) ->
// one handler in this folder -> register/ -> the same handler writes HTML or JSON.
#pragma once
#include "http/http.h"
#include "accounts/accounts.h"

typedef struct Web Web;
// For `threads` threads of the http server; each opens its own way into the register with its first
// request. Lives in `a` as long as the server does.
Web *web_make(Arena *a, Register *reg, int threads, bool mails); // mails: notices are told by e-mail, so pages ask for an address
// Fits HttpHandle; `web` is a Web.
void web_handle(void *web, int thread, Arena *a, Arena scratch, const HttpIn *in, HttpOut *out);
// Fits HttpSettings.unwound: what the request held of a thread is given back.
void web_unwound(void *web, int thread);
// Fits HttpAdmit: how much a route takes, more than a form's worth from those alone who are signed in.
HttpBody web_admit(void *web, int thread, Arena *a, Arena scratch, const HttpIn *in, int64_t said);
// Fits HttpBrief.
bool web_brief(void *web, int thread, Arena scratch, const HttpIn *in);
// The first parts of the program's own paths, which no record of a pack may bear: for register_reserve.
const Str *web_reserved(int *n);
