#!/bin/sh
# How long things may be: function 60 lines, file 500, folder 20 files, line 140; a sentence for each that is longer.
# SPDX-License-Identifier: Apache-2.0
# With --report it also prints the middle, the ninth tenth and the longest. Exits 1 when anything was found.
cd "$(dirname "$0")/.." || exit 2
report=0
[ "${1-}" = --report ] && report=1
sources=$(find src -name '*.[ch]' | sort)
others=$(find ui tests tools bench \( -name node_modules -o -name dist -o -name out \) -prune -o -type f \
    \( -name '*.js' -o -name '*.mjs' -o -name '*.scss' -o -name '*.[ch]' \) -print 2>/dev/null | sort)

# Our layout makes a function easy to see: its brace opens alone in the first column, and closes there.
functions() {
    awk '
    FNR == 1 { begins = 0; inside = 0 }
    !inside && /^\{[ \t]*$/ { inside = 1; next }
    inside && /^\}/ { print FNR - begins + 1, FILENAME, begins, name; inside = 0; begins = 0; next }
    inside { next }
    /^[A-Za-z_]/ && !begins { begins = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
        if ($0 ~ /^TEST/) { name = $0; sub(/[^(]*\(/, "", name); sub(/\).*/, "", name) } }
    /^[ \t]*$|[;}][ \t]*$|^#|^\/\// { begins = 0 }
    ' "$@"
}
files() { awk '{ n[FILENAME] = FNR } END { for (f in n) print n[f], f }' "$@"; }
folders() {
    printf '%s\n' "$@" | grep -v -E '_(test|fuzz)\.[ch]$' |
        awk '{ sub(/\/[^\/]*$/, ""); n[$0]++ } END { for (f in n) print n[f], f }'
}
spread() {
    sort -n | awk -v what="$1" '{ n[NR] = $1; last = $2 " " $4 } END { if (NR) printf "%s: %d, median %d, nine in ten at most %d, longest %d (%s)\n",
        what, NR, n[int((NR + 1) / 2)], n[int(NR * 0.9 + 0.999)], n[NR], last }'
}

if [ $report = 1 ]; then
    functions $sources | spread "functions"
    files $sources $others | spread "files"
    folders $sources | spread "files in a folder"
fi
found=$(
    functions $sources $others | awk '$1 > 60 { print $2 ":" $3 ": " $4 " is " $1 " lines long: a function may have 60" }'
    files $sources $others | awk '$1 > 500 { print $2 ": " $1 " lines: a file may have 500" }'
    awk 'length($0) > 140 { print FILENAME ":" FNR ": " length($0) " columns: a line may have 140, and should have 100" }' $sources
    folders $sources | awk '$1 > 20 { print $2 ": " $1 " files: a folder may have 20" }'
)
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
