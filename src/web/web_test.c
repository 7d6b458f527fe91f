// The pure parts of the pages: paths, routes, cookies, origins, where to go next.
// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "web/inside.h"
#include <stdio.h>
#include <stdlib.h>

static Request asked(Arena *a, HttpIn *in)
{
    Request ask = {.in = in, .a = a};
    must(path_read(a, in->path, ask.parts, &ask.parts_n));
    return ask;
}

TEST(a_path_falls_apart_into_decoded_parts)
{
    static const struct { Str path; int n; Str last; } cases[] = {
        {S("/"), 0, S("")}, {S("/find"), 1, S("find")}, {S("/find/a%2Fb"), 2, S("a/b")},
        {S("/find/%E0%BA%81/edit"), 3, S("edit")}, {S("/find/2024%20x"), 2, S("2024 x")},
    };
    for (int i = 0; i < countof(cases); i++) {
        Str parts[PATH_PARTS];
        int n;
        CHECK(path_read(a, cases[i].path, parts, &n) && n == cases[i].n);
        CHECK(!n || str_equal(parts[n - 1], cases[i].last));
    }
}

TEST(a_line_of_a_calendar_is_folded_and_its_text_means_itself)
{
    Buf o = buf_in(a);
    CHECK(str_equal(calendar_text(a, S("a,b;c\\d\ne\r")), S("a\\,b\\;c\\\\d\\ne")));
    calendar_line(&o, S("SUMMARY:short"));
    CHECK(str_equal(buf_str(&o), S("SUMMARY:short\r\n")));
    Buf whole = buf_in(a), back = buf_in(a);
    for (int i = 0; i < 40; i++) buf_add(&whole, i % 7 ? S("ກາ") : S("x")); // three octets a letter
    o = buf_in(a);
    calendar_line(&o, buf_str(&whole));
    int lines = 0;
    for (Str rest = buf_str(&o); rest.n; lines++) {
        Str line = str_cut(&rest, '\n');
        CHECK(line.n <= 76 && line.p[line.n - 1] == '\r' && (!lines || line.p[0] == ' '));
        Str said = str_slice(line, lines > 0, line.n - 1);
        CHECK(((unsigned char)said.p[0] & 0xC0) != 0x80); // a letter stays whole
        buf_add(&back, said);
    }
    CHECK(lines > 2 && str_equal(buf_str(&back), buf_str(&whole)));
}

TEST(a_crooked_path_is_none)
{
    static const Str paths[] = {S(""),           S("find"), S("//find"), S("/find/"), S("/find//x"),
                                S("/a/b/c/d/e"), S("/%"),   S("/%zz"),   S("/%ff"),   S("/%00")};
    for (int i = 0; i < countof(paths); i++) {
        Str parts[PATH_PARTS];
        int n;
        CHECK(!path_read(a, paths[i], parts, &n));
    }
}

TEST(a_pattern_matches_part_by_part)
{
    Str two[] = {S("thing"), S("new")};
    CHECK(path_matches(S("/:record/:id"), two, 2));
    CHECK(path_matches(S("/:record/new"), two, 2));
    CHECK(!path_matches(S("/:record"), two, 2));
    CHECK(!path_matches(S("/:record/:id/edit"), two, 2));
    CHECK(path_matches(S("/"), two, 0));
}

TEST(every_route_is_found_by_its_own_path_and_leaves_its_name_to_no_record)
{
    int n, names_n;
    const Route *routes = route_table(&n);
    const Str *names = web_reserved(&names_n);
    for (int i = 0; i < n; i++) {
        Str rest = str_slice(routes[i].path, 1, routes[i].path.n), first = str_cut(&rest, '/'), allow = {0};
        bool reserved = !first.n || first.p[0] == ':';
        for (int k = 0; k < names_n; k++) reserved = reserved || str_equal(names[k], first);
        CHECK(reserved);
        HttpIn in = {.method = routes[i].method, .path = routes[i].path};
        Request ask = asked(a, &in);
        ask.is_form = routes[i].method == HTTP_POST;
        CHECK(route_find(&ask, &allow) == &routes[i]);
        CHECK(routes[i].help.n && routes[i].run);
    }
}

TEST(a_wrong_method_is_told_the_right_ones)
{
    Str allow = {0};
    HttpIn in = {.method = HTTP_DELETE, .path = S("/thing/1")};
    Request ask = asked(a, &in);
    ask.wants_json = true;
    CHECK(!route_find(&ask, &allow));
    CHECK(str_equal(allow, S("GET, HEAD, PATCH")));
}

TEST(a_program_can_ask_for_a_record_of_the_name_new)
{
    Str allow = {0};
    HttpIn in = {.method = HTTP_GET, .path = S("/thing/new")};
    Request ask = asked(a, &in);
    CHECK(route_find(&ask, &allow)->run == record_new);
    ask.wants_json = true;
    CHECK(route_find(&ask, &allow)->run == record_show);
}

TEST(a_head_request_is_answered_like_a_get)
{
    Str allow = {0};
    HttpIn in = {.method = HTTP_HEAD, .path = S("/health")};
    Request ask = asked(a, &in);
    CHECK(route_find(&ask, &allow)->run == health);
}

TEST(a_cookie_is_found_by_its_whole_name)
{
    Str cookies = S("xsukhwan=1; lang=lo;sukhwan=abc=d ; empty=");
    CHECK(str_equal(cookie_get(cookies, S("sukhwan")), S("abc=d")));
    CHECK(str_equal(cookie_get(cookies, S("lang")), S("lo")));
    CHECK(!cookie_get(cookies, S("empty")).n && !cookie_get(cookies, S("khwan")).n && !cookie_get(S(""), S("lang")).n);
}

TEST(only_the_same_secret_is_equal_and_none_is_never)
{
    CHECK(secret_equal(S("abc"), S("abc")));
    CHECK(!secret_equal(S("abc"), S("abd")) && !secret_equal(S("abc"), S("ab")) && !secret_equal(S(""), S("")));
}

TEST(a_form_from_another_origin_is_refused)
{
    Str host = S("127.0.0.1:8080");
    CHECK(same_origin(S("http://127.0.0.1:8080"), host) && same_origin(S("https://127.0.0.1:8080"), host));
    static const Str others[] = {S("null"),
                                 S(""),
                                 S("http://127.0.0.1"),
                                 S("http://127.0.0.1:8080.evil.example"),
                                 S("ftp://127.0.0.1:8080"),
                                 S("127.0.0.1:8080")};
    for (int i = 0; i < countof(others); i++) CHECK(!same_origin(others[i], host));
    CHECK(!same_origin(S("http://"), S("")));
}

TEST(where_to_go_next_stays_here)
{
    CHECK(str_equal(next_safe(S("/find?q=a%20b")), S("/find?q=a%20b")));
    static const Str away[] = {S(""),
                               S("//evil.example"),
                               S("/\\evil.example"),
                               S("https://evil.example"),
                               S("javascript:x"),
                               S("/a b"),
                               S("/a\nb"),
                               S("/a\\b")};
    for (int i = 0; i < countof(away); i++) CHECK(str_equal(next_safe(away[i]), S("/")));
}

TEST(lao_comes_first_unless_somebody_says_otherwise)
{
    CHECK(lang_wanted(S(""), S("")) == LANG_LO);
    CHECK(lang_wanted(S(""), S("th,fr;q=0.5")) == LANG_LO);
    CHECK(lang_wanted(S(""), S("fr, en-GB;q=0.8, lo;q=0.5")) == LANG_EN);
    CHECK(lang_wanted(S("lang=en"), S("lo")) == LANG_EN);
    CHECK(lang_wanted(S("lang=xx"), S("lo")) == LANG_LO);
}

// ---- tables that were sent and are not written yet ----------------------------------------------------------

static int files_in(Arena *a, Str folder)
{
    Str *names;
    int n;
    CHECK(!folder_list(a, folder, &names, &n));
    return n;
}

TEST(a_table_that_nobody_writes_is_gone_after_an_hour)
{
    Str folder = test_folder(a), token, file, bytes;
    Uploads *all = uploads_make(a, folder);
    int64_t now = clock_ms();
    CHECK(!upload_keep(all, a, scratch, S("keo"), S("a.csv"), S("key\nP-0000001\n"), &token));
    uploads_sweep(all, scratch, now + 59 * 60 * 1000);
    CHECK(files_in(a, folder) == 1);
    CHECK(!upload_spend(all, a, scratch, S("keo"), token, &file, &bytes));
    CHECK(str_equal(bytes, S("key\nP-0000001\n")) && str_equal(file, S("a.csv")));
    uploads_sweep(all, scratch, now + 61 * 60 * 1000); // it is being written just now
    CHECK(files_in(a, folder) == 1);
    upload_unspend(all, S("keo"), token);
    uploads_sweep(all, scratch, now + 61 * 60 * 1000);
    CHECK(files_in(a, folder) == 0);
    Err *e = upload_spend(all, a, scratch, S("keo"), token, &file, &bytes);
    CHECK(e && e->kind == ERR_INPUT);
    remove(str_z(a, folder));
    uploads_free(all);
}

TEST(a_table_is_its_senders_alone_and_says_nothing_when_it_was_changed_on_the_disk)
{
    Str folder = test_folder(a), token, file, bytes, *names;
    int n;
    Uploads *all = uploads_make(a, folder);
    CHECK(!upload_keep(all, a, scratch, S("keo"), S("a.csv"), S("key\nP-0000001\n"), &token));
    CHECK(upload_spend(all, a, scratch, S("vong"), token, &file, &bytes));
    CHECK(upload_spend(all, a, scratch, S("keo"), S(""), &file, &bytes));
    CHECK(!folder_list(a, folder, &names, &n));
    Str path = path_join(a, folder, names[0]), sealed;
    CHECK(!file_read(a, path, 1000, &sealed));
    CHECK(str_find(sealed, S("P-0000001")) < 0); // random bytes say two letters now and then
    ((char *)sealed.p)[sealed.n - 1] ^= 1;
    CHECK(!file_replace(a, path, sealed, 0600));
    CHECK(upload_spend(all, a, scratch, S("keo"), token, &file, &bytes));
    CHECK(files_in(a, folder) == 0);
    remove(str_z(a, folder));
    uploads_free(all);
}
