# The parts of bench/run: making registers, measuring, the table.
# SPDX-License-Identifier: Apache-2.0

cases=100000 persons=150000 involvements=150000 others=100000 rounds=5
entries=$((cases * (1 + rounds) + persons + involvements + others))
port=18080 bare_port=18081 fossil_port=18082

say() { echo "$(date +%T) $*" >&2; }
# A name and a number; medians are taken at the end.
sample() { printf '%s\t%s\n' "$1" "$2" >>"$cache/samples"; }
samples_told() { awk -F '\t' -v name="$1" '$1 == name { printf " %.'"$2"'f", $2 }' "$cache/samples"; }
seconds_now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(seconds_now)" 'BEGIN { printf "%.3f", to - from }'; }

tools_there() {
    local tool missing=
    for tool in gcc meson ninja wrk fossil sqlite3 curl flock; do
        command -v $tool >/dev/null || missing="$missing $tool"
    done
    [ -z "$missing" ] || { echo "bench: please install:$missing" >&2; exit 1; }
}

programs_build() {
    say "building the release"
    sources=$(cat bench/generate.c $(ls src/register/*.c src/seal/*.[ch] | grep -v _test) \
        $(find packs/laos -type f | sort) | sha256sum | cut -c1-16)
    {
        if [ -f "$cache/build/build.ninja" ]; then meson setup --reconfigure "$cache/build"; else meson setup "$cache/build" "$here"; fi
        ninja -C "$cache/build" sukhwan
    } >"$cache/build.log" 2>&1 || { tail -30 "$cache/build.log" >&2; exit 1; }
    local flags="-std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror"
    gcc $flags bench/generate.c -o "$cache/generate"
    gcc $flags bench/bare_server.c -o "$cache/bare_server" -lmicrohttpd
    gcc $flags bench/bare_sqlite.c -o "$cache/bare_sqlite" -lsqlite3
    gcc $flags bench/bare_import.c -o "$cache/bare_import" -lsqlite3
}

# ---- registers ---------------------------------------------------------------------------------------

# What a register on disk depends on: how it is written, the pack, and what is written into it.
shape_now() {
    echo "$sources $*"
}

import_into() { # register, record type, file; progress stays visible
    "$program" import "$1" "$2" "$3" >/dev/null
}

users_make() { # one user with a token
    echo "a long password for the bench" |
        "$program" user add "$1" bench --role secretariat --unit secretariat >/dev/null
    "$program" user token "$1" bench >"$1.token"
}

register_begin() { # register, csv folder, numbers of generate
    rm -rf "$1" "$1.token" "$2"
    mkdir -p "$2"
    "$cache/generate" "$2" "${@:3}"
    "$program" init "$1" --pack "$here/packs/laos" >/dev/null 2>&1
}

made_already() { # register, what it depends on
    [ -z "$fresh" ] && [ -f "$1.made" ] && [ "$(cat "$1.made")" = "$2" ]
}

register_make() {
    local big=$cache/big csv=$cache/csv-big shape round type
    shape=$(shape_now $cases $persons $involvements $others $rounds)
    made_already "$big" "$shape" && return
    say "making the register of $cases cases, $persons persons and $entries journal entries (once)"
    register_begin "$big" "$csv" $cases $persons $involvements $others $rounds
    import_into "$big" case "$csv/case_0.csv"
    for type in person involvement service contact return; do import_into "$big" $type "$csv/$type.csv"; done
    for round in $(seq $rounds); do
        import_into "$big" case "$csv/case_$round.csv"
        say "round $round of $rounds"
    done
    users_make "$big"
    rm -rf "$csv"
    echo "$shape" >"$big.made"
}

large_make() {
    local large=$cache/large csv=$cache/csv-large shape type
    shape=$(shape_now 1000000 1200000 1500000 400000 0)
    made_already "$large" "$shape" && return
    say "making the register of a million cases and a million and a half involvements (once; some minutes)"
    register_begin "$large" "$csv" 1000000 1200000 1500000 400000 0
    import_into "$large" case "$csv/case_0.csv"
    for type in person involvement service contact return; do
        import_into "$large" $type "$csv/$type.csv"
    done
    rm -rf "$csv"
    echo "$shape" >"$large.made"
}

# ---- serving, and the yardsticks that serve ------------------------------------------------------------

serving= bare= fossil=
serve_begin() {
    "$program" serve "$1" --listen 127.0.0.1:$port >/dev/null 2>>"$cache/serve.log" {lock}>&- &
    serving=$!
    started+=($serving)
    for _ in $(seq 1000); do
        curl -s -o /dev/null http://127.0.0.1:$port/health && return
        sleep 0.01
    done
    echo "bench: the register $1 was not served; see $cache/serve.log" >&2
    exit 1
}

serve_end() {
    kill $serving
    wait $serving 2>/dev/null || true
}

bare_begin() {
    coproc BARE { exec "$cache/bare_server" $bare_port {lock}>&-; }
    bare=$BARE_PID
    started+=($bare)
    read -r _ <&"${BARE[0]}"
}

fossil_do() { HOME=$cache USER=bench fossil "$@" >/dev/null; }

fossil_make() { # a repository of 2,000 tickets
    local at=$cache/tickets.fossil n
    [ -n "$fresh" ] || [ ! -f "$at.made" ] || return 0
    say "making 2,000 tickets for fossil (once)"
    rm -f "$at" "$at.made"
    fossil_do new "$at" -A bench
    fossil_do user capabilities nobody orjc -R "$at"
    for n in $(seq 2000); do
        fossil_do ticket add -R "$at" title "Work promised in village $n" status Open type Incident \
            comment "What was told about ticket $n, in a few words that say who came and what was done."
        [ $((n % 500)) -ne 0 ] || say "$n tickets"
    done
    touch "$at.made"
}

fossil_begin() {
    HOME=$cache USER=bench fossil server --localhost --port $fossil_port "$cache/tickets.fossil" \
        >/dev/null 2>&1 {lock}>&- &
    fossil=$!
    started+=($fossil)
    ticket=$(sqlite3 "$cache/tickets.fossil" \
        "select '/tktview/' || tkt_uuid from ticket order by tkt_id limit 1 offset 1000")
    for _ in $(seq 300); do
        curl -s "http://127.0.0.1:$fossil_port$ticket" | grep -q 'Work promised in village' && return
        sleep 0.02
    done
    echo "bench: fossil did not answer" >&2
    exit 1
}

# ---- pages -----------------------------------------------------------------------------------------------

page_get() {
    curl -s -H "Authorization: Bearer $token" -H 'Accept: text/html' "http://127.0.0.1:$port$1"
}

cpu_of() { # ticks of a hundredth of a second: user and system
    [ -n "$1" ] && awk '{ print $14 + $15 }' "/proc/$1/stat" || echo 0
}

load_run() { # name, connections, port, pid (or empty), what is asked
    local before after line
    before=$(cpu_of "$4")
    line=$(WHAT=$5 TOKEN=$token CASES=$cases wrk -t2 -c"$2" -d"${seconds}s" --timeout 20s \
        -s bench/load.lua "http://127.0.0.1:$3" | grep '^RESULT')
    after=$(cpu_of "$4")
    awk -v name="$1" -v c="$2" -v ticks=$((after - before)) -v samples="$cache/samples" -F '\t' '{
        at = name "-" c
        if (!$2 && name != "annual") { printf "bench: nothing answered to %s at %d connections\n", name, c; exit 1 }
        printf "%s rate\t%.1f\n%s p99\t%.2f\n%s answered\t%d\n%s wrong\t%d\n", \
            at, $2 / $3, at, $4, at, $2, at, $5 >>samples
        if (ticks > 0) printf "%s cpu\t%.1f\n", at, ticks * 10000 / ($2 + !$2) >>samples
        printf "  %-10s %2d connections: %7.0f a second, p99 %7.2f ms, %6.0f us CPU, %d wrong\n", \
            name, c, $2 / $3, $4, ticks * 10000 / ($2 + !$2), $5 }' <<<"$line" >&2
}

# Product and yardsticks one after the other, so that both meet the same machine.
round_run() {
    local c
    for c in 8 64; do
        load_run bare-list $c $bare_port $bare "/$list_bytes"
        load_run list $c $port $serving list
        load_run bare-case $c $bare_port $bare "/$case_bytes"
        load_run case $c $port $serving case
        load_run find $c $port $serving find
        load_run fossil $c $fossil_port "" "$ticket"
        FIRST=$saved OF=10000 VERSION=$((rounds + 1)) load_run save $c $port $serving save
        saved=$((saved + 10000))
        load_run annual $c $port $serving annual
        idle_wait
    done
    sample "sqlite-list rate" "$("$cache/bare_sqlite" "$work/register.db" list $cases $seconds)"
    sample "sqlite-case rate" "$("$cache/bare_sqlite" "$work/register.db" case $cases $seconds)"
    sample "sqlite-save rate" "$("$cache/bare_sqlite" "$cache/saving.db" save $cases $seconds)"
}

# Until nothing is worked on any more: what wrk asked last is answered after it has gone.
idle_wait() {
    local before=-1 now
    now=$(cpu_of $serving)
    until [ "$now" -le $((before + 2)) ]; do
        sleep 0.3
        before=$now now=$(cpu_of $serving)
    done
}

memory_sample() {
    sample "memory anon" "$(awk '/^RssAnon/ { print $2 / 1024 }' /proc/$serving/status)"
    sample "memory pss" "$(awk '/^Pss_Anon/ { print $2 / 1024 }' /proc/$serving/smaps_rollup)"
    sample "memory file" "$(awk '/^RssFile/ { print $2 / 1024 }' /proc/$serving/status)"
}

find_filled() { # waits for the index; how long it took
    local from
    from=$(seconds_now)
    for _ in $(seq 600); do
        curl -s -H "Authorization: Bearer $token" "http://127.0.0.1:$port/find?q=x&limit=1" |
            grep -q '"ready":1[.0]*}' && break
        sleep 0.05
    done
    since "$from"
}

pages_measure() {
    local run acknowledged counted before
    work=$cache/work saved=1
    rm -rf "$work" "$cache/saving.db"*
    say "copying the register, so that saves leave the original alone"
    cp -r "$cache/big" "$work"
    cp "$work/register.db" "$cache/saving.db"
    sync # so that no disk is busy with the copies any more
    token=$(cat "$cache/big.token")
    serve_begin "$work"
    bare_begin
    fossil_begin
    sample "find filled" "$(find_filled)"
    list_bytes=$(page_get "/case?province=LA-VT&after=60000" | tee "$cache/list.html" | wc -c)
    case_bytes=$(page_get /case/K-0050000 | tee "$cache/case.html" | wc -c)
    sample "list bytes" "$list_bytes"
    sample "case bytes" "$case_bytes"
    before=$(sqlite3 "$work/register.db" 'select count(*) from journal')
    for run in $(seq $runs); do
        say "run $run of $runs"
        round_run
    done
    memory_sample
    sleep 1
    counted=$(($(sqlite3 "$work/register.db" 'select count(*) from journal') - before))
    sample "saves counted" $counted
    serve_end
    kill $bare $fossil
    rm -rf "$work" "$cache/saving.db"*
}

# ---- start, import, figures -----------------------------------------------------------------------------

start_measure() {
    local run from
    token=$(cat "$cache/big.token")
    for run in $(seq $((runs > 1 ? 5 : 1))); do
        from=$(seconds_now)
        "$program" serve "$cache/big" --listen 127.0.0.1:$port >/dev/null 2>>"$cache/serve.log" {lock}>&- &
        serving=$!
        started+=($serving)
        until page_get /case | grep -q '</html>'; do sleep 0.002; done
        sample "start page" "$(since "$from")"
        serve_end
    done
    say "start: see the table"
}

# A line is one case, one person and one involvement: three files of 100,000 rows.
import_measure() {
    local csv=$cache/csv-import to=$cache/import run from type n=100000
    [ "$runs" -gt 1 ] || n=20000
    for run in $(seq $((runs > 1 ? 3 : 1))); do
        register_begin "$to" "$csv" $n $n $n 0 0
        from=$(seconds_now)
        import_into "$to" case "$csv/case_0.csv"
        import_into "$to" person "$csv/person.csv"
        import_into "$to" involvement "$csv/involvement.csv"
        sample "import rate" "$(awk -v n=$n -v s="$(since "$from")" 'BEGIN { print n / s }')"
        rm -rf "$to"
        "$program" init "$to" --pack "$here/packs/laos" >/dev/null 2>&1
        sample "bare-import rate" "$("$cache/bare_import" "$to/register.db" $n)"
    done
    say "import:$(samples_told "import rate" 0) lines a second; bare:$(samples_told "bare-import rate" 0)"
    rm -rf "$to" "$csv"
}

annual_measure() {
    local run from year
    token=$(cat "$cache/large.token" 2>/dev/null || true)
    [ -n "$token" ] || { users_make "$cache/large"; token=$(cat "$cache/large.token"); }
    serve_begin "$cache/large"
    for run in 1 2 3 4 5 6; do
        year=$((2013 + run))
        from=$(seconds_now)
        curl -sf --max-time 120 -H "Authorization: Bearer $token" -H "Accept: application/json" \
            "http://127.0.0.1:$port/figures/annual?from=$year-01-01&to=$year-12-31" >"$cache/annual.json"
        [ $run -eq 1 ] || sample "annual large" "$(since "$from")" # the first one warms the file
    done
    serve_end
    say "annual:$(samples_told "annual large" 2) seconds"
}

# ---- the table -------------------------------------------------------------------------------------------

table_write() {
    echo "# What was measured"
    echo
    echo "$(date -u +%F), commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src || echo ' and changes')," \
        "$(nproc) cores ($(awk -F ': ' '/model name/ { print $2; exit }' /proc/cpuinfo)), gcc $(gcc -dumpfullversion)." \
        "Load of the machine before the bench: $load_before (over 0.5 the rates say little; CPU and ratios still do)."
    echo "Register: $cases cases, $persons persons, $involvements involvements, $entries journal entries on SQLite;" \
        "medians of $runs runs of $seconds s."
    echo
    awk -F '\t' -f bench/table.awk "$cache/samples"
}
