#!/bin/bash
# How long a search over many looks takes: by person, by user, by day, as a command and over HTTP.
# SPDX-License-Identifier: Apache-2.0
#
# bench/looks.sh [HOW-MANY]     (ten million, when none is given: some 4 GB in ${TMPDIR:-/tmp}, taken away again)
set -euo pipefail
cd "$(dirname "$0")/.."
looks=${1:-10000000} program=${SUKHWAN:-$PWD/build/sukhwan} own=$(mktemp -d "${TMPDIR:-/tmp}/sukhwan-looks-XXXXXX") serving=
finish() { [ -z "$serving" ] || kill "$serving" 2>/dev/null || true; rm -rf "$own"; }
trap finish EXIT
export SUKHWAN_KEY_FILE=$own/key
now() { date +%s%N; }

gcc -std=gnu17 -D_GNU_SOURCE -O2 -Isrc bench/looks.c $(ls src/looks/*.c src/os/*.c src/seal/*.c src/base/*.c | grep -v '_test\|test_\|_fuzz') \
    -o "$own/looks" -lsodium
"$program" init "$own/register" --pack packs/laos >/dev/null 2>&1
{ echo "key,sex"; for n in $(seq 2000); do echo "P-$n,female"; done; } >"$own/person.csv"
"$program" import "$own/register" person "$own/person.csv" >/dev/null
echo "a long password for the bench" | "$program" user add "$own/register" bench --role data_protection_officer --unit secretariat >/dev/null
token=$("$program" user token "$own/register" bench)
sqlite3 "$own/register/register.db" "select id from person order by row" >"$own/ids"
from=$(now)
"$own/looks" "$own/register/looks" "$looks" 200 20250101 365 <"$own/ids"
echo "written: $looks looks in $((($(now) - from) / 1000000)) ms, $(du -sm "$own/register/looks" | cut -f1) MB," \
    "$(ls "$own/register/looks" | wc -l) segments"

asked() { # words, options
    local best=999999 took rows memory
    for _ in 1 2 3; do
        from=$(now)
        /usr/bin/time -f %M -o "$own/memory" "$program" looks "$own/register" "${@:2}" >"$own/out"
        took=$((($(now) - from) / 1000000))
        [ $took -ge $best ] || best=$took
    done
    rows=$(wc -l <"$own/out") memory=$(($(tail -1 "$own/memory") / 1024))
    printf '%-48s %7d ms %9d rows %6d MB\n' "$1" $best "$rows" $memory
}
asked "command: a person, one day" --person P-77 --from 2025-06-01 --to 2025-06-01
asked "command: a person" --person P-77
asked "command: a person of hundreds of thousands" --person P-1
asked "command: a user, one day" --user user7 --from 2025-06-01 --to 2025-06-01
asked "command: a user" --user user7
asked "command: one day" --from 2025-06-01 --to 2025-06-01

"$program" serve "$own/register" --listen 127.0.0.1:18097 >/dev/null 2>&1 &
serving=$!
until curl -s -o /dev/null http://127.0.0.1:18097/health; do sleep 0.05; done
"$program" user add "$own/register" user7 --role counsellor --unit lwu <<<"another long password here" >/dev/null
got() { # words, kind, query
    local best=999999 took
    for _ in 1 2 3; do
        took=$(curl -s -o "$own/out" -w '%{time_total}' -H "Authorization: Bearer $token" -H "Accept: $2" "http://127.0.0.1:18097/looks?$3")
        took=$(awk -v s="$took" 'BEGIN { printf "%d", s * 1000 }')
        [ "$took" -ge $best ] || best=$took
    done
    printf '%-48s %7d ms %9d bytes %5d MB\n' "$1" $best "$(stat -c %s "$own/out")" \
        $(($(awk '/VmHWM/ { print $2 }' /proc/$serving/status) / 1024))
}
for kind in text/html application/json; do
    got "$kind: a person, one day" $kind "person=P-77&from=2025-06-01&to=2025-06-01"
    got "$kind: a person" $kind "person=P-77"
    got "$kind: a person of hundreds of thousands" $kind "person=P-1"
    got "$kind: a user" $kind "user=user7"
    got "$kind: a user, one day" $kind "user=user7&from=2025-06-01&to=2025-06-01"
done
