// Makes archives in memory for the tests and the fuzzer of XLSX: stored or deflated.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/base.h"
#include <zlib.h>

typedef struct { Str path, bytes; bool deflated; } Packed;

static inline void archive_number(Buf *o, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++) buf_char(o, (char)(number >> 8 * i));
}

// What both the local and the central header hold (APPNOTE 4.3.7, 4.3.12).
static inline void archive_head(Buf *o, const Packed *one, Str stored)
{
    archive_number(o, 20, 2);
    archive_number(o, 0, 2);
    archive_number(o, one->deflated ? 8 : 0, 2);
    archive_number(o, 0x5A210000, 4);
    archive_number(o, crc32(0, (const Bytef *)one->bytes.p, (uInt)one->bytes.n), 4);
    archive_number(o, (uint64_t)stored.n, 4);
    archive_number(o, (uint64_t)one->bytes.n, 4);
    archive_number(o, (uint64_t)one->path.n, 2);
    archive_number(o, 0, 2);
}

static inline Str archive_deflate(Arena *a, Str bytes)
{
    z_stream z = {0};
    must(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    uLong most = deflateBound(&z, (uLong)bytes.n);
    char *to = take(a, char, (isize)most);
    z.next_in = (Bytef *)bytes.p, z.avail_in = (uInt)bytes.n;
    z.next_out = (Bytef *)to, z.avail_out = (uInt)most;
    must(deflate(&z, Z_FINISH) == Z_STREAM_END);
    deflateEnd(&z);
    return (Str){to, (isize)z.total_out};
}

static inline Str archive_of(Arena *a, const Packed *parts, int n)
{
    Str *stored = take(a, Str, n);
    isize *at = take(a, isize, n);
    for (int i = 0; i < n; i++)
        stored[i] = parts[i].deflated ? archive_deflate(a, parts[i].bytes) : parts[i].bytes;
    Buf o = buf_in(a);
    for (int i = 0; i < n; i++) {
        at[i] = o.n;
        buf_add(&o, S("PK\3\4"));
        archive_head(&o, &parts[i], stored[i]);
        buf_add(&o, parts[i].path);
        buf_add(&o, stored[i]);
    }
    isize list = o.n;
    for (int i = 0; i < n; i++) {
        buf_add(&o, S("PK\1\2\24\0"));
        archive_head(&o, &parts[i], stored[i]);
        archive_number(&o, 0, 8);
        archive_number(&o, 0, 2);
        archive_number(&o, (uint64_t)at[i], 4);
        buf_add(&o, parts[i].path);
    }
    isize end = o.n;
    buf_add(&o, S("PK\5\6\0\0\0\0"));
    archive_number(&o, (uint64_t)n, 2);
    archive_number(&o, (uint64_t)n, 2);
    archive_number(&o, (uint64_t)(end - list), 4);
    archive_number(&o, (uint64_t)list, 4);
    archive_number(&o, 0, 2);
    return buf_str(&o);
}

// The parts that every workbook has, with one sheet; any of them may be replaced.
enum { PART_BOOK, PART_RELATIONS, PART_STRINGS, PART_STYLES, PART_SHEET, PART_ROOT, PART_COUNT };
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
static inline void archive_workbook(Packed parts[PART_COUNT], Str sheet)
{
    parts[PART_BOOK] = (Packed){S("xl/workbook.xml"), S("<workbook xmlns:r='" OFFICE "'><sheets>"
        "<sheet name='survey' sheetId='1' r:id='rId1'/></sheets></workbook>"), false};
    parts[PART_RELATIONS] = (Packed){
        S("xl/_rels/workbook.xml.rels"),
        S("<Relationships>"
          "<Relationship Id='rId1' Type='http://x/worksheet' Target='worksheets/sheet1.xml'/>"
          "<Relationship Id='rId2' Type='http://x/sharedStrings' Target='/xl/sharedStrings.xml'/>"
          "<Relationship Id='rId3' Type='http://x/styles' Target='styles.xml'/></Relationships>"),
        false};
    parts[PART_STRINGS] = (Packed){S("xl/sharedStrings.xml"), S("<sst><si><t>key</t></si>"
        "<si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r><rPh sb='0'><t>no</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_x</t></si><si/></sst>"), false};
    parts[PART_STYLES] = (Packed){S("xl/styles.xml"), S("<styleSheet><numFmts>"
        "<numFmt numFmtId='164' formatCode='#,##0&quot; day&quot;\\d_m[Red]'/>"
        "<numFmt numFmtId='165' formatCode='[$-107041E]D/M/YYYY'/></numFmts>"
        "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
        "<xf numFmtId='14'/><xf numFmtId='22'/><xf numFmtId='164'/><xf numFmtId='165'/>"
        "<xf numFmtId='17'/><xf numFmtId='46'/></cellXfs>"
        "<dxfs><xf numFmtId='14'/></dxfs></styleSheet>"), false};
    parts[PART_ROOT] = (Packed){S("_rels/.rels"), S("<Relationships><Relationship Id='rId1' "
        "Type='" OFFICE "/officeDocument' Target='xl/workbook.xml'/></Relationships>"), false};
    parts[PART_SHEET] = (Packed){S("xl/worksheets/sheet1.xml"), sheet, true};
}
