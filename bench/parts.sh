# The parts of bench/run: making registers, measuring, the table.
# SPDX-License-Identifier: Apache-2.0

rounds=5 bare_port=18081 fossil_port=18082
sizes_set() { # cases; the rest goes with them
    cases=$1 persons=$(($1 * 3 / 2)) involvements=$(($1 * 3 / 2)) others=$1
    entries=$((cases * (1 + rounds) + persons + involvements + others))
}

say() { echo "$(date +%T) $*" >&2; }
# A name and a number; medians are taken at the end.
sample() { printf '%s\t%s\n' "$1" "$2" >>"$cache/samples"; }
samples_told() { awk -F '\t' -v name="$1" '$1 == name { printf " %.'"$2"'f", $2 }' "$cache/samples"; }
seconds_now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(seconds_now)" 'BEGIN { printf "%.3f", to - from }'; }

tools_there() { # those of building and measuring, and what is named
    local tool missing=
    for tool in gcc meson ninja wrk curl flock "$@"; do
        command -v $tool >/dev/null || missing="$missing $tool"
    done
    [ -z "$missing" ] || { echo "bench: please install:$missing" >&2; exit 1; }
}

# ---- sides -------------------------------------------------------------------------------------------

# Today's program is `new`; the commit that it is measured against is `old`. Each has its sources, and in the cache a
# folder with its build, its key and its registers; each is served on a port of its own.
declare -A servings=() tokens=()
side_take() { # new or old: all that is done from here on is done with it
    side=$1 own=$cache/$1
    case $side in new) source=$here port=18080 ;; old) source=$own/source port=18083 ;; esac
    program=$own/build/sukhwan serving=${servings[$side]:-} token=${tokens[$side]:-}
    export SUKHWAN_KEY_FILE=$own/key
    mkdir -p "$own"
}

flags="-std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror"
program_build() {
    say "building the release ($side)"
    (cd "$source" && cat bench/generate.c $(ls src/register/*.c src/seal/*.[ch] | grep -v _test) \
        $(find packs/laos -type f | sort)) | sha256sum | cut -c1-16 >"$own/sources"
    {
        "$source/ui/build"
        if [ -f "$own/build/build.ninja" ]; then
            meson setup --reconfigure "$own/build" "$source"
        else
            meson setup "$own/build" "$source"
        fi
        ninja -C "$own/build" sukhwan
    } >"$own/build.log" 2>&1 || { tail -30 "$own/build.log" >&2; exit 1; }
    gcc $flags "$source/bench/generate.c" -o "$own/generate"
}

yardsticks_build() {
    gcc $flags bench/bare_server.c -o "$cache/bare_server" -lmicrohttpd
    gcc $flags bench/bare_sqlite.c -o "$cache/bare_sqlite" -lsqlite3
    gcc $flags bench/bare_import.c -o "$cache/bare_import" -lsqlite3
}

# ---- registers ---------------------------------------------------------------------------------------

import_into() { # register, record type, file; progress stays visible
    "$program" import "$1" "$2" "$3" >/dev/null
}

users_make() { # one user with a token
    echo "a long password for the bench" |
        "$program" user add "$1" bench --role secretariat --unit secretariat >/dev/null
    "$program" user token "$1" bench >"$1.token"
}

csv_make() { # folder, numbers of generate
    rm -rf "$1"
    mkdir -p "$1"
    "$own/generate" "$@"
}

store=sqlite
register_init() { # a new register, in the store that is measured
    local where=()
    rm -rf "$1" "$1.token"
    [ $store = sqlite ] || where=(--store "$(database_new "${side}_$(basename "$1")")")
    "$program" init "$1" --pack "$source/packs/laos" "${where[@]}" >"$own/init.log" 2>&1 ||
        { cat "$own/init.log" >&2; exit 1; }
}

# What a register on disk depends on: how it is written, the pack, and what is written into it.
made_already() { # register, its shape
    [ -z "$fresh" ] && [ -f "$1.made" ] && [ "$(cat "$1.made")" = "$2" ]
}

register_make() { # register, numbers of generate; what is there is used again
    local to=$1 csv=$1.csv shape round type
    shift
    shape="$(cat "$own/sources") $*"
    made_already "$to" "$shape" && return
    say "making a register of $1 cases, $2 persons and $3 involvements ($side, $store)"
    rm -f "$to.made"
    csv_make "$csv" "$@"
    register_init "$to"
    import_into "$to" case "$csv/case_0.csv"
    for type in person involvement service contact return; do import_into "$to" $type "$csv/$type.csv"; done
    for round in $(seq "$5"); do
        import_into "$to" case "$csv/case_$round.csv"
        say "round $round of $5"
    done
    users_make "$to"
    rm -rf "$csv"
    echo "$shape" >"$to.made"
}

big_make() { register_make "$own/big" $cases $persons $involvements $others $rounds; }
large_make() { register_make "$own/large" 1000000 1200000 1500000 400000 0; } # takes some minutes

# ---- serving, and the yardsticks that serve ------------------------------------------------------------

bare= fossil=
serve_start() { # register, port
    "$program" serve "$1" --listen 127.0.0.1:$2 >/dev/null 2>>"$cache/serve.log" {lock}>&- &
    serving=$!
    started+=($serving)
}

serve_begin() { # register; and waits until it answers, and reads its token
    serve_start "$1" $port
    servings[$side]=$serving tokens[$side]=$(cat "$1.token")
    token=${tokens[$side]}
    health_wait $port
}

health_wait() { # port
    for _ in $(seq 1000); do
        curl -s -o /dev/null http://127.0.0.1:$1/health && return
        sleep 0.01
    done
    echo "bench: nothing is served on port $1; see $cache/serve.log" >&2
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

cpu_of() { # ticks of a hundredth of a second, user and system, of these processes together
    local pid
    for pid in $1; do cat "/proc/$pid/stat"; done | awk '{ sum += $14 + $15 } END { print sum + 0 }'
}

ask() { # connections, port, what is asked: a line of load.lua
    WHAT=$3 TOKEN=$token CASES=$cases THREADS=$threads wrk -t$threads -c"$1" -d"${seconds}s" --timeout 20s \
        -s bench/load.lua "http://127.0.0.1:$2" | grep '^RESULT'
}

load_told() { # name, connections, ticks, the line
    awk -v name="$1" -v c="$2" -v ticks="$3" -v samples="$cache/samples" -F '\t' '{
        at = name "-" c
        none = !$2 && name != "annual"
        if (none) printf "bench: nothing answered to %s at %d connections\n", name, c
        printf "%s rate\t%.1f\n%s p99\t%.2f\n%s answered\t%d\n%s wrong\t%d\n", \
            at, $2 / $3, at, $4, at, $2, at, $5 + none >>samples
        if (ticks > 0) printf "%s cpu\t%.1f\n", at, ticks * 10000 / ($2 + !$2) >>samples
        printf "  %-20s %2d connections: %7.0f a second, p99 %7.2f ms, %6.0f us CPU, %d wrong\n", \
            name, c, $2 / $3, $4, ticks * 10000 / ($2 + !$2), $5 }' <<<"$4" >&2
}

threads=2
load_run() { # name, connections, port, pids (or none), what is asked
    local before line
    before=$(cpu_of "$4")
    line=$(ask "$2" "$3" "$5")
    load_told "$1" "$2" $(($(cpu_of "$4") - before)) "$line"
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
        idle_wait
    done
    load_run annual 2 $port $serving annual # a user may have two long questions at a time
    idle_wait
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

memory_sample() { # what it is called
    sample "$1 anon" "$(awk '/^RssAnon/ { print $2 / 1024 }' /proc/$serving/status)"
    sample "$1 pss" "$(awk '/^Pss_Anon/ { print $2 / 1024 }' /proc/$serving/smaps_rollup)"
    sample "$1 file" "$(awk '/^RssFile/ { print $2 / 1024 }' /proc/$serving/status)"
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
    work=$own/work saved=1
    rm -rf "$work" "$cache/saving.db"*
    say "copying the register, so that saves leave the original alone"
    cp -r "$own/big" "$work"
    cp "$own/big.token" "$work.token"
    cp "$work/register.db" "$cache/saving.db"
    sync # so that no disk is busy with the copies any more
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
    memory_sample memory
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
    token=$(cat "$own/big.token")
    for run in $(seq $((runs > 1 ? 5 : 1))); do
        from=$(seconds_now)
        serve_start "$own/big" $port
        until page_get /case | grep -q '</html>'; do sleep 0.002; done
        sample "start page" "$(since "$from")"
        serve_end
    done
    say "start: see the table"
}

# Processor time of all commands that have ended, in microseconds, into `spent`: in a pipe, `times` would tell of the pipe.
spent_read() {
    times >"$cache/times"
    spent=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); s += t[1] * 60 + t[2] } printf "%.0f", s * 1e6 }' \
        "$cache/times")
}

# A line is one case, one person and one involvement: three files of as many rows.
import_sample() { # name, register, folder of the files, lines
    local from before took
    register_init "$2"
    spent_read
    before=$spent from=$(seconds_now)
    import_into "$2" case "$3/case_0.csv"
    import_into "$2" person "$3/person.csv"
    import_into "$2" involvement "$3/involvement.csv"
    took=$(since "$from")
    sample "$1 rate" "$(awk -v n="$4" -v s="$took" 'BEGIN { print n / s }')"
    sample "$1 rows" "$(awk -v n="$4" -v s="$took" 'BEGIN { print 3 * n / s }')"
    spent_read
    sample "$1 cpu" $(((spent - before) / $4))
}

import_measure() {
    local csv=$own/import.csv to=$own/import run n=100000
    [ "$runs" -gt 1 ] || n=20000
    csv_make "$csv" $n $n $n 0 0
    for run in $(seq $((runs > 1 ? 3 : 1))); do
        import_sample import "$to" "$csv" $n
        register_init "$to"
        sample "bare-import rate" "$("$cache/bare_import" "$to/register.db" $n)"
    done
    say "import:$(samples_told "import rate" 0) lines a second; bare:$(samples_told "bare-import rate" 0)"
    rm -rf "$to" "$csv"
}

annual_get() { # year
    curl -sf --max-time 120 -H "Authorization: Bearer $token" -H "Accept: application/json" \
        "http://127.0.0.1:$port/figures/annual?from=$1-01-01&to=$1-12-31" >"$own/annual.json"
}

annual_measure() {
    local run from
    serve_begin "$own/large"
    for run in 1 2 3 4 5 6; do
        from=$(seconds_now)
        annual_get $((2013 + run))
        [ $run -eq 1 ] || sample "annual large" "$(since "$from")" # the first one warms the file
    done
    serve_end
    say "annual:$(samples_told "annual large" 2) seconds"
}

# A million cases, and three who ask for a list of them: none is hers, one is, all are.
rights_measure() {
    local run name unit to=$own/many
    register_make "$to" 1000000 1 0 0 0
    [ -f "$to.users" ] && [ "$to.users" -nt "$to.made" ] || {
        printf 'key\nONE\n' >"$to.csv"
        "$program" import "$to" case "$to.csv" --unit centre_lm >/dev/null
        for name in none one; do
            [ $name = none ] && unit=lwu_centre || unit=centre_lm
            echo "a long password for the bench" | "$program" user add "$to" $name --role counsellor --unit $unit >/dev/null
            "$program" user token "$to" $name >"$to.token.$name"
        done
        cp "$to.token" "$to.token.all"
        touch "$to.users"
    }
    serve_begin "$to"
    for run in $(seq $runs); do
        for name in none one all; do
            token=$(cat "$to.token.$name")
            load_run sees-$name 8 $port $serving /case
        done
    done
    serve_end
}

# ---- the table -------------------------------------------------------------------------------------------

machine_told() {
    echo "$(date -u +%F), commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src || echo ' and changes')," \
        "$(nproc) cores ($(awk -F ': ' '/model name/ { print $2; exit }' /proc/cpuinfo)), gcc $(gcc -dumpfullversion)." \
        "Load of the machine before the bench: $load_before (over 0.5 the rates say little; CPU and ratios still do)."
}

table_write() {
    echo "# What was measured"
    echo
    machine_told
    echo "Register: $cases cases, $persons persons, $involvements involvements, $entries journal entries on SQLite;" \
        "medians of $runs runs of $seconds s."
    echo
    awk -F '\t' -f bench/median.awk -f bench/table.awk "$cache/samples"
}

yardsticks_measure() {
    local part
    side_take new
    program_build
    yardsticks_build
    for part in $parts; do
        case $part in
        import) import_measure ;;
        pages) big_make; fossil_make; pages_measure ;;
        start) big_make; start_measure ;;
        rights) [ -n "$quick" ] || rights_measure ;;
        annual) [ -n "$quick" ] || { large_make; annual_measure; } ;;
        esac
    done
    table_write | tee "$cache/table.md"
}
