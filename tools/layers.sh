#!/bin/sh
# What may know what: reads src/LAYERS and refuses what breaks its order, a sentence for each.
# SPDX-License-Identifier: Apache-2.0
# Takes no arguments; exits 1 when anything was found.
cd "$(dirname "$0")/.." || exit 2
records=packs/laos/records.csv
[ -f "$records" ] || records=/dev/null
exec awk -v records="$records" '
function told(sentence) { print FILENAME ":" FNR ": " sentence; found = 1 }

BEGIN {
    unix_words = "arpa/ dirent.h fcntl.h grp.h libgen.h linux/ net/ netdb.h netinet/ poll.h pthread.h pwd.h sched.h " \
        "semaphore.h signal.h spawn.h sys/ sysexits.h syslog.h termios.h threads.h ucontext.h unistd.h wait.h"
    standard_words = "assert.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h sanitizer/ " \
        "malloc.h setjmp.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h " \
        "strings.h time.h uchar.h wchar.h wctype.h cmocka.h"
    n = split(unix_words, word, " "); for (i = 1; i <= n; i++) unix[word[i]]
    n = split(standard_words, word, " "); for (i = 1; i <= n; i++) standard[word[i]]
    n = split("S V take say html json sql url message fail TRY must countof TEST TEST_BOTH CHECK", word, " ")
    for (i = 1; i <= n; i++) macro[word[i]]
    # libmicrohttpd speaks of sockets in its own header.
    lent["http sys/socket.h"]; lent["http netinet/in.h"]
    read_layers()
    read_records()
    FS = "\n"
}

function read_layers(    line, part, n, i) {
    while ((getline line < "src/LAYERS") > 0) {
        if (line ~ /^#/ || line ~ /^ *$/) continue
        n = split(line, part, /  +/)
        rank[part[1]] = ++ranks
        n = split(part[2], header_list, " ")
        for (i = 1; i <= n; i++) {
            if (header_list[i] == "-" || header_list[i] == "unix") continue
            if (header_list[i] in owner) {
                print "src/LAYERS: " header_list[i] " is listed for " owner[header_list[i]] " and for " part[1]
                found = 1
            }
            owner[header_list[i]] = part[1]
        }
    }
}

function read_records(    line, part, column, n, i) {
    while ((getline line < records) > 0) {
        if (line ~ /^#/) continue
        sub(/\r$/, "", line)
        n = split(line, part, ",")
        if (!column) {
            for (i = 1; i <= n; i++) if (part[i] == "name" || part[i] == "\357\273\277name") column = i
            if (!column) return
        } else if (part[column] ~ /^[A-Za-z0-9_]+$/) record[part[column]]
    }
}

FNR == 1 {
    split(FILENAME, path, "/")
    folder = path[2]
    is_test = FILENAME ~ /_(test|fuzz)\.[ch]$/ || FILENAME ~ /\/test(_main)?\.[ch]$/
    in_comment = 0
    if (!(folder in rank)) told("the folder " folder " is not in src/LAYERS")
}

# Splits the line into code (texts emptied, comments gone), the texts themselves, and the comment.
function take_apart(line,    at, c) {
    code = ""; texts = 0; comment = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (!at) return
            line = substr(line, at + 2)
            in_comment = 0
            continue
        }
        if (!match(line, /["\047]|\/\/|\/\*/)) { code = code line; return }
        code = code substr(line, 1, RSTART - 1)
        c = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (c == "//") { comment = line; return }
        if (c == "/*") { in_comment = 1; continue }
        at = c == "\"" ? match(line, /^([^"\\]|\\.)*"/) : match(line, /^([^\047\\]|\\.)*\047/)
        if (!at) return
        if (c == "\"") { text[++texts] = substr(line, 1, RLENGTH - 1); code = code "\"\"" }
        else code = code "0"
        line = substr(line, RLENGTH + 1)
    }
}

function top(header) { return header ~ /\// ? substr(header, 1, index(header, "/")) : header }

function check_own(header,    other, part) {
    split(header, part, "/")
    other = part[1]
    if (!(other in rank)) told(header " is in no folder of src/LAYERS")
    else if (rank[other] > rank[folder]) told(folder " may not know " other)
    else if (other != folder && header != other "/" other ".h" && !(is_test && (header == "base/test.h" || header ~ /_test\.h$/)))
        told("other folders know " other " by " other "/" other ".h alone")
}

function check_outside(header,    of) {
    of = top(header)
    if (header in owner || of in owner) {
        of = header in owner ? owner[header] : owner[of]
        if (of != folder) told(folder " may not include " header ": only " of " does")
    } else if (header in unix || of in unix) {
        if (folder != "os" && !is_test && !((folder " " header) in lent)) told(folder " may not include " header ": Unix lives in os")
    } else if (!(header in standard) && !(of in standard))
        told(header " is in neither the C library nor src/LAYERS")
}

/[^ \t]/ {
    if ($0 ~ /^[ \t]*#[ \t]*include/) {
        header = $0
        if (match(header, /<[^>]*>/)) check_outside(substr(header, RSTART + 1, RLENGTH - 2))
        else if (match(header, /"[^"]*"/)) {
            header = substr(header, RSTART + 1, RLENGTH - 2)
            if (index(header, "/")) check_own(header)
            else told("write the folder before " header)
        }
        next
    }
    take_apart($0)
    if (!is_test && code ~ /^[ \t]*#[ \t]*define[ \t]+[A-Za-z_0-9]+\(/) {
        name = code
        sub(/^[ \t]*#[ \t]*define[ \t]+/, "", name)
        sub(/\(.*/, "", name)
        if (!(name in macro) && name !~ /^(VALS(_|$)|ASAN_)/) told("the list of macros is closed: make " name " a function")
    }
    if (code ~ /(^|[^A-Za-z_0-9])goto[ \t]+[A-Za-z_]/) told("no goto")
    if (is_test) next
    if (code ~ /(^|[^A-Za-z_0-9])Arena[ \t]+[a-z_0-9]+[ \t]*=[ \t]*\*/) told("an arena in which something grows may not be copied")
    if (folder != "register" && folder != "accounts" && folder != "db" && code !~ /^[ \t]*#/ && code ~ /(^|[^A-Za-z_0-9])sql(_each|_fill)?\(/)
        told("SQL lives in register, accounts and db, not in " folder)
    if (comment !~ /(role|kind) word/)
        for (i = 1; i <= texts; i++) if (text[i] in record) told("\"" text[i] "\" is a record of the pack: the program knows none by name")
}

END { exit found }
' $(find src -name '*.[ch]' | sort)
