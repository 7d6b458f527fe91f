// Tests of forms with files.
// SPDX-License-Identifier: Apache-2.0
#include "formats/formats.h"
#include "base/test.h"

static const Str type = S("multipart/form-data; boundary=XX");
#define HEAD "--XX\r\nContent-Disposition: form-data; name="

TEST(a_form_with_a_file_gives_its_values_names_and_types)
{
    Str body = S("preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nboth\r\n"
                 "--XX  \r\ncontent-type: text/csv\r\nContent-DISPOSITION:form-data;"
                 "filename=\"C:\\a\\b\\\"1%22.csv\" ; name=file\r\nX: y\r\n\r\n"
                 "\xFF\0key\r\n1\r\n\r\n--XX\r\n"
                 "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
                 "--XX--\r\nepilogue");
    Pairs all;
    CHECK(multipart_read(a, S("Multipart/Form-Data; charset=x; Boundary=\"XX\""), body, &all) &&
          all.n == 3);
    CHECK(str_equal(pairs_get(&all, S("kind")), S("both")) && !all.at[0].file.p &&
          !all.at[0].type.n);
    CHECK(str_equal(all.at[1].name, S("file")) && str_equal(all.at[1].file, S("b\"1\".csv")));
    CHECK(str_equal(all.at[1].type, S("text/csv")) &&
          str_equal(all.at[1].value, S("\xFF\0key\r\n1\r\n")));
    CHECK(all.at[2].file.p && !all.at[2].file.n && !all.at[2].value.n);
}

TEST(a_broken_form_is_refused)
{
    static const struct { Str type, body; } bad[] = {
        {S("multipart/form-data"), S("--XX--")},
        {S("multipart/form-data; boundary="), S("--XX--")},
        {S("multipart/form-data; boundary=\"X"), S("--XX--")},
        {S("multipart/form-data; boundary=\"X\r\nY\""), S("--X\r\nY--")},
        {S("text/plain; boundary=XX"), S("--XX--")},
        {S("multipart/form-data; boundary=XX"), S("")},
        {S("multipart/form-data; boundary=XX"), S("--XX")},
        {S("multipart/form-data; boundary=XX"), S(HEAD "a\r\n\r\n1")},
        {S("multipart/form-data; boundary=XX"), S(HEAD "a\r\n\r\n1\r\n--XX")},
        {S("multipart/form-data; boundary=XX"), S(HEAD "a\r\n\r\n1\r\n--XXY\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"), S(HEAD "a\r\n\r\n\xFF\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"), S(HEAD "\xFF\r\n\r\n1\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"), S(HEAD "a\0\r\n\r\n1\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"), S("--XX\r\n\r\n1\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"), S("--XX\r\nContent-Type: x\r\n\r\n1\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"),
         S("--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--")},
        {S("multipart/form-data; boundary=XX"),
         S("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--")},
    };
    Pairs all;
    for (int i = 0; i < countof(bad); i++)
        CHECK(!multipart_read(a, bad[i].type, bad[i].body, &all));
    CHECK(multipart_read(a, type, S("--XX--"), &all) && all.n == 0);
    CHECK(multipart_read(a, type, S(HEAD "a\r\n\r\n1\r\n--XX--"), &all) && all.n == 1);
}

TEST(a_form_has_at_most_a_thousand_parts)
{
    Buf o = buf_in(a);
    for (int i = 0; i < 1000; i++) buf_add(&o, S(HEAD "a\r\n\r\n\r\n"));
    Pairs all;
    isize n = o.n;
    buf_add(&o, S("--XX--"));
    CHECK(multipart_read(a, type, buf_str(&o), &all) && all.n == 1000);
    o.n = n;
    buf_add(&o, S(HEAD "a\r\n\r\n\r\n--XX--"));
    CHECK(!multipart_read(a, type, buf_str(&o), &all));
}
