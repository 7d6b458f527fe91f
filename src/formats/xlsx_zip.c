// The archive of a workbook: unpacked from memory under guards, its parts read as XML.
// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx.h"

enum { CHUNK = 64 << 10, QUIET_MOST = 2 << 20 };

// ---- minizip over memory -----------------------------------------------------------------------
static voidpf memory_open(voidpf with, const void *name, int mode)
{
    (void)name, (void)mode;
    return with;
}

static uLong memory_read(voidpf with, voidpf stream, void *to, uLong size)
{
    (void)stream;
    Book *b = with;
    isize left = b->file.n - b->at, n = size < (uLong)left ? (isize)size : left;
    if (n) memcpy(to, b->file.p + b->at, (size_t)n);
    b->at += n;
    return (uLong)n;
}

static uLong memory_write(voidpf with, voidpf stream, const void *from, uLong size)
{
    (void)with, (void)stream, (void)from, (void)size;
    return 0;
}

static ZPOS64_T memory_tell(voidpf with, voidpf stream)
{
    (void)stream;
    return (ZPOS64_T)((Book *)with)->at;
}

static long memory_seek(voidpf with, voidpf stream, ZPOS64_T offset, int origin)
{
    (void)stream;
    Book *b = with;
    ZPOS64_T from = origin == ZLIB_FILEFUNC_SEEK_END   ? (ZPOS64_T)b->file.n
                    : origin == ZLIB_FILEFUNC_SEEK_CUR ? (ZPOS64_T)b->at : 0;
    ZPOS64_T to = from + offset;
    if (to > (ZPOS64_T)b->file.n) return -1;
    b->at = (isize)to;
    return 0;
}

static int memory_close(voidpf with, voidpf stream)
{
    (void)with, (void)stream;
    return 0;
}

Err *book_open(Book *b)
{
    const char *stranger = file_stranger(b->file);
    if (stranger && !str_starts(b->file, S("PK")))
        return err_make(b->a, ERR_INPUT, message_keep(b->a, stranger, (Vals){0}));
    zlib_filefunc64_def memory = {
        .zopen64_file = memory_open, .zread_file = memory_read, .zwrite_file = memory_write,
        .ztell64_file = memory_tell, .zseek64_file = memory_seek, .zclose_file = memory_close,
        .zerror_file = memory_close, .opaque = b,
    };
    b->zip = unzOpen2_64("", &memory);
    if (!b->zip)
        return fail(b->a, ERR_INPUT,
                    "This is not an Excel workbook (.xlsx), or only a part of one.");
    unz_global_info64 info;
    if (unzGetGlobalInfo64(b->zip, &info) != UNZ_OK || info.number_entry > ENTRIES_MOST)
        return fail(b->a, ERR_INPUT, "This archive has more than {} files inside; no workbook of "
                                     "ours has.", (int)ENTRIES_MOST);
    return 0;
}

void book_close(Book *b)
{
    if (b->parser) XML_ParserFree(b->parser);
    if (b->zip) unzClose(b->zip);
    b->parser = 0;
    b->zip = 0;
}

bool part_exists(Book *b, Str path)
{
    char *name = str_z(b->scratch, path);
    if (unzLocateFile(b->zip, name, 2) == UNZ_OK) return true; // 2: a is A
    for (char *p = name; *p; p++) {
        if (*p == '/') *p = '\\'; // as some programs write them
    }
    return unzLocateFile(b->zip, name, 2) == UNZ_OK;
}

// ---- XML ---------------------------------------------------------------------------------------
// A name comes as its namespace, a letter that no XML holds, and the local name.
enum { BEHIND = 1 };
typedef struct { Book *book; const XmlReader *reader; void *with; int passed; bool begun; } Reading; // passed: how
                                                     // deep inside of an element that is passed over

// Without a namespace it is taken for ours: there are programs that write none.
static const char *const ours[] = {
    "", "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
};
static const char *const linking[] = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
};
static const char *const either[] = {"http://schemas.openxmlformats.org/markup-compatibility/2006"};

static const char *local(const char *name)
{
    const char *behind = strchr(name, BEHIND);
    return behind ? behind + 1 : name;
}

static bool is_of(const char *name, const char *const *spaces, isize n)
{
    const char *behind = strchr(name, BEHIND);
    Str space = {name, behind ? behind - name : 0};
    for (isize i = 0; i < n; i++) {
        if (str_equal(space, str_from(spaces[i]))) return true;
    }
    return false;
}

bool is_named(const char *name, const char *word)
{
    return !strcmp(name, word);
}

Str attribute(const char **pairs, const char *name)
{
    for (; *pairs; pairs += 2) {
        if (is_named(pairs[0], name)) return str_from(pairs[1]);
    }
    return (Str){0};
}

Str attribute_linked(const char **pairs, const char *name)
{
    for (; *pairs; pairs += 2) {
        if (is_named(local(pairs[0]), name) && is_of(pairs[0], linking, countof(linking))) return str_from(pairs[1]);
    }
    return (Str){0};
}

void book_stop(Book *b, const char *words, Vals with)
{
    if (b->fault) return;
    Val all[4] = {val_str(b->part)};
    must(with.n < countof(all));
    for (int i = 0; i < with.n; i++) all[i + 1] = with.at[i];
    b->fault = err_make(b->a, ERR_INPUT, message_keep(b->a, words, (Vals){all, with.n + 1}));
    XML_StopParser(b->parser, XML_FALSE);
}

// Of what is written twice, for programs that know more and for those that know less, we take the
// second: mc:Fallback. What others added (extLst) is theirs.
static bool is_passed(const char *name)
{
    if (is_of(name, either, countof(either))) return is_named(local(name), "Choice");
    return !is_of(name, ours, countof(ours)) || is_named(local(name), "extLst");
}

static void on_open(void *data, const char *name, const char **pairs)
{
    Reading *r = data;
    r->book->quiet = 0;
    if (r->book->fault) return;
    if (!r->begun && !is_of(name, ours, countof(ours))) {
        r->book->foreign = true;
        book_stop(r->book, "The part {} of this workbook is of a kind that is not known here: it begins with {}.",
                  VALS(str_from(local(name))));
        return;
    }
    r->begun = true;
    if (r->passed || is_passed(name)) r->passed++;
    else if (is_of(name, ours, countof(ours))) r->reader->open(r->book, r->with, local(name), pairs);
}

static void on_close(void *data, const char *name)
{
    Reading *r = data;
    r->book->quiet = 0;
    if (r->book->fault) return;
    if (r->passed) r->passed--;
    else if (r->reader->close && is_of(name, ours, countof(ours))) r->reader->close(r->book, r->with, local(name));
}

static void on_text(void *data, const char *text, int n)
{
    Reading *r = data;
    r->book->quiet = 0;
    if (!r->book->fault && !r->passed && r->reader->text) r->reader->text(r->book, r->with, (Str){text, n});
}

// Without a document type there are no entities: none outside, none that grow.
static void on_doctype(void *data, const char *name, const char *system, const char *public,
                       int has)
{
    (void)name, (void)system, (void)public, (void)has;
    book_stop(((Reading *)data)->book,
              "The part {} of this workbook declares a document type, which "
              "no workbook needs; it is refused.",
              (Vals){0});
}

static Err *unpack_fault(Book *b, const char *words)
{
    Val part = val_str(b->part);
    return err_make(b->a, ERR_INPUT, message_keep(b->a, words, (Vals){&part, 1}));
}

// A bomb is known by what it has become, never by what it says of itself.
static bool grows_too_much(Book *b, int64_t unpacked, int64_t packed)
{
    if (packed > b->file.n) packed = b->file.n;
    if (b->unpacked > UNPACKED_MOST) return true;
    return unpacked > RATIO_FREE && unpacked > packed * RATIO_MOST;
}

static Err *parse_chunks(Book *b, int64_t packed)
{
    int64_t unpacked = 0;
    for (int n = 1; n > 0;) {
        void *to = XML_GetBuffer(b->parser, CHUNK);
        must(to);
        n = unzReadCurrentFile(b->zip, to, CHUNK);
        if (n < 0)
            return unpack_fault(b,
                                "The part {} of this workbook cannot be unpacked: it is damaged.");
        unpacked += n;
        b->unpacked += n;
        b->quiet += n;
        if (grows_too_much(b, unpacked, packed))
            return unpack_fault(b,
                                "The part {} of this workbook unpacks to far more than it should; "
                                "it is refused.");
        if (b->quiet > QUIET_MOST)
            return unpack_fault(b,
                                "The part {} of this workbook is broken: an element has no end.");
        if (XML_ParseBuffer(b->parser, n, n == 0)) continue;
        if (b->fault) return b->fault;
        return fail(b->a, ERR_INPUT, "The part {} of this workbook is broken at line {}: {}.",
                    b->part, (int64_t)XML_GetCurrentLineNumber(b->parser),
                    str_from(XML_ErrorString(XML_GetErrorCode(b->parser))));
    }
    return 0;
}

static Err *parse_part(Book *b)
{
    unz_file_info64 info;
    if (unzGetCurrentFileInfo64(b->zip, &info, 0, 0, 0, 0, 0, 0) != UNZ_OK || info.flag & 1 ||
        unzOpenCurrentFile(b->zip) != UNZ_OK)
        return unpack_fault(b, "The part {} of this workbook cannot be unpacked: it is damaged or "
                               "asks for a password.");
    Err *e = parse_chunks(b, (int64_t)info.compressed_size);
    if (unzCloseCurrentFile(b->zip) != UNZ_OK && !e)
        return unpack_fault(b,
                            "The part {} of this workbook is damaged: its checksum does not fit.");
    return e;
}

Err *part_read(Book *b, Str path, const XmlReader *reader, void *with)
{
    b->part = path;
    b->quiet = 0;
    if (!part_exists(b, path)) return unpack_fault(b, "This workbook lacks its part {}.");
    Reading reading = {.book = b, .reader = reader, .with = with};
    b->foreign = false;
    b->parser = XML_ParserCreateNS(0, BEHIND);
    must(b->parser);
    XML_SetUserData(b->parser, &reading);
    XML_SetElementHandler(b->parser, on_open, on_close);
    XML_SetCharacterDataHandler(b->parser, on_text);
    XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
    Err *e = parse_part(b);
    XML_ParserFree(b->parser);
    b->parser = 0;
    return e;
}
