// What a mail of notices says, and which addresses are taken.
// SPDX-License-Identifier: Apache-2.0
#include "accounts/accounts.h"
#include "register/register_test.h"
#include "seal/seal.h"

TEST(what_is_no_plain_address_is_none)
{
    static const Str good[] = {S("keo@office.example"), S("k@h"), S("Keo.S+work_1-x@a-b.example"), S("o'neil@x.example")};
    static const Str bad[] = {
        S(""), S("keo"), S("@x"), S("keo@"), S("a@b@c"), S("-oQ@x"), S("a@-x"), S("a@.x"), S("a b@x"), S("a\n@x"),
        S("a@x\n"), S("a,b@x"), S("|a@x"), S("a/b@x"), S("a%b@x"), S("a!b@x"), S("\"a\"@x"), S("<a@x>"), S("(a)b@x"),
        S("ແ@x"), S("a@[::1]"), {"a\0@x", 4},
    };
    for (int i = 0; i < countof(good); i++) CHECK(mail_address(good[i]));
    for (int i = 0; i < countof(bad); i++) CHECK(!mail_address(bad[i]));
    char *most = take(a, char, 255);
    memset(most, 'a', 255);
    most[3] = '@';
    CHECK(mail_address((Str){most, 254}) && !mail_address((Str){most, 255}));
}

static void body_of(Arena *a, Str text, Str *head, Str *body)
{
    Buf plain = buf_in(a);
    isize at = str_find(text, S("\n\n"));
    must(at > 0);
    *head = str_slice(text, 0, at);
    for (isize i = at; i < text.n; i++) {
        if (text.p[i] != '\n') buf_char(&plain, text.p[i]);
    }
    must(base64_read(a, buf_str(&plain), body));
}

TEST(a_mail_says_kind_and_number_and_its_head_is_ascii)
{
    RecordType type = {.label = {{S("Visit\nBcc: all@x"), S("ການຢ້ຽມຢາມ")}}};
    NoticeUntold at[25] = {{1, &type, S("V-1")}, {2, &type, {0}}, {3, 0, {0}}};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Str head, body;
        body_of(a, mail_text(a, (Lang)lang, S("keo@office.example"), at, countof(at)), &head, &body);
        CHECK(str_starts(head, S("To: keo@office.example\nSubject: ")) && str_find(head, S("Bcc")) < 0);
        for (Str rest = head; rest.n;) CHECK(str_cut(&rest, '\n').n <= 998);
        for (isize i = 0; i < head.n; i++) CHECK((unsigned char)head.p[i] < 127);
        CHECK(str_find(body, S(" V-1\n")) > 0 && utf8_valid(body));
        CHECK(str_find(body, message_in(a, (Lang)lang, message(a, "And {} more.", (int64_t)5))) > 0);
        CHECK(str_find(body, words_in(&type.label, (Lang)lang)) > 0);
    }
}
