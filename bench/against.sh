# The parts of bench/run --against: a commit measured beside today's, in turn, so that both meet the same machine.
# SPDX-License-Identifier: Apache-2.0

other= # that commit's short name
checkout_make() { # its sources, in a worktree of the cache
    other=$(git rev-parse --verify --quiet --short "$against^{commit}") ||
        { echo "bench: there is no commit $against" >&2; exit 1; }
    git worktree prune
    [ -e "$source/.git" ] || git worktree add --force --detach "$source" "$other" >&2
    git -C "$source" checkout --quiet --force --detach "$other"
    # What npm would fetch again lies here already, if it is the same.
    if [ -d ui/node_modules ] && [ ! -d "$source/ui/node_modules" ] &&
        cmp -s ui/package-lock.json "$source/ui/package-lock.json"; then
        cp -a ui/node_modules "$source/ui/"
    fi
}

# Old and new, then new and old: who comes first changes with each round.
both() { # round, what is done with each
    local one order="old new"
    [ $(($1 % 2)) -eq 1 ] || order="new old"
    for one in $order; do
        side_take $one
        "${@:2}"
    done
}

# ---- a PostgreSQL of the bench's own ---------------------------------------------------------------------

cluster=$cache/postgres cluster_address=
cluster_begin() {
    rm -rf "$cluster"
    mkdir "$cluster"
    chmod 711 "$cache" "$cluster" # the server runs as somebody else
    cluster_address=$(tests/postgres start "$cluster" {lock}>&-)
    # Tests do without the disk; what is measured here lasts.
    psql_do <<<'alter system set fsync = on; alter system set full_page_writes = on; select pg_reload_conf();' >/dev/null
    until [ "$(psql_do <<<'show fsync')" = on ]; do sleep 0.1; done
}

cluster_end() {
    [ -z "$cluster_address" ] || tests/postgres stop "$cluster"
    cluster_address=
    rm -rf "$cluster"
}

psql_do() { PGOPTIONS="-c client_min_messages=warning" psql -X -q -A -t -v ON_ERROR_STOP=1 "$cluster_address"; }

database_new() { # name; tells its address
    psql_do <<<"drop database if exists \"$1\" with (force); create database \"$1\";" >&2
    echo "${cluster_address%/*}/$1"
}

# ---- pages and saves, on either store ------------------------------------------------------------------

asked=("list 8" "case 8" "save 8" "save 64") # what load.lua asks, over how many connections

# A page that is not there (but another, or the way to sign in) must not be counted as a quick one.
answer_look() { # name, path
    local told
    told=$(curl -s -o "$own/$1.html" -w '%{http_code} %{size_download}' -H "Authorization: Bearer $token" \
        -H 'Accept: text/html' "http://127.0.0.1:$port$2")
    sample "$store $side $1 status" "${told% *}"
    sample "$store $side $1 bytes" "${told#* }"
}

both_begin() { # register
    serve_begin "$own/$1"
    find_filled >/dev/null
    answer_look list-8 "/case?province=LA-VT&after=$((cases / 2))"
    answer_look case-8 "$(printf '/case/K-%07d' "$cases")"
}

# Each run of saves has cases of its own, whose versions are known. They are of the first half, pages of the second: who
# saves faster must not be shown longer histories for it.
slots_set() { slot=$((cases / 2 / (2 * runs + 4))) saved=1; }
save_here() { FIRST=$saved OF=$slot VERSION=$((rounds + 1)) LEAST=$((cases / 2 + 1)) "$@"; }

asked_once() { # what, connections
    save_here load_run "$store $side $1" "$2" $port "$serving" "$1"
    idle_wait
}

memory_told() { memory_sample "$store $side memory"; }

both_measure() {
    local run what c
    slots_set
    for run in $(seq $runs); do
        say "round $run of $runs ($store)"
        for what in "${asked[@]}"; do
            read -r what c <<<"$what"
            both $run asked_once "$what" "$c"
            [ "$what" != save ] || saved=$((saved + slot))
        done
    done
    both 1 memory_told
    both 1 serve_end
}

# ---- import ---------------------------------------------------------------------------------------------

import_files() { csv_make "$own/import.csv" $1 $1 $1 0 0; } # lines
import_once() { import_sample "$store $side import" "$own/import" "$own/import.csv" $1; }
import_told() {
    say "import, $side, $store:$(samples_told "$store $side import rate" 0) lines a second"
    rm -rf "$own/import" "$own/import.csv"
}

both_import() { # lines
    local run
    both 1 import_files $1
    for run in $(seq $runs); do both $run import_once $1; done
    both 1 import_told
}

# ---- figures --------------------------------------------------------------------------------------------

annual_urls() { # how many
    local i year
    for i in $(seq "$1"); do
        year=$((2014 + i % 10))
        echo "url = http://127.0.0.1:$port/figures/annual?from=$year-01-01&to=$year-12-31"
        echo "output = $own/annual.json"
    done
}

annual_sample() { # questions, one after the other; seconds and microseconds of processor time for each
    local from ticks wrong
    from=$(seconds_now) ticks=$(cpu_of "$serving")
    wrong=$(annual_urls "$1" | curl -s -K - --max-time 120 -w '%{http_code}\n' \
        -H "Authorization: Bearer $token" -H 'Accept: application/json' | grep -vc '^200$' || true)
    sample "$store $side annual seconds" "$(awk -v s="$(since "$from")" -v n="$1" 'BEGIN { print s / n }')"
    sample "$store $side annual cpu" $((($(cpu_of "$serving") - ticks) * 10000 / $1))
    sample "$store $side annual answered" "$1"
    sample "$store $side annual wrong" "$wrong"
}

annual_begin() { # register; the first answer warms the file
    serve_begin "$own/$1"
    annual_get 2014
}
annual_told() { say "annual, $side:$(samples_told "$store $side annual seconds" 4) seconds"; }

both_annual() { # register, questions a round
    local run
    both 1 annual_begin $1
    for run in $(seq $runs); do both $run annual_sample $2; done
    both 1 annual_told
    both 1 serve_end
}

# ---- today's commit alone, on PostgreSQL -----------------------------------------------------------------

four_run() { # four serve on one database: saves over 64 connections, 16 to each
    local threads=4 one pids= ports="18090 18091 18092 18093"
    for one in $ports; do
        serve_start "$own/postgres" $one
        health_wait $one
        pids="$pids $serving"
    done
    PORTS=$ports save_here load_run "$store new four" 64 18090 "$pids" save
    saved=$((saved + slot))
    for serving in $pids; do idle_wait; serve_end; done
}

# Saves of other records until an import has ended, and a second more, so that who waited for it is counted. A time
# that somebody waited stands for all the requests that she would have made meanwhile: wrk sees to that.
beside_run() { # number of the run, file
    local importing asking seconds=600
    sed "2,\$s/^P-/Q$1-/" "$2" >"$own/beside.csv"
    WHAT=save TOKEN=$token THREADS=$threads save_here exec wrk -t$threads -c8 -d${seconds}s --timeout 60s \
        -s bench/load.lua "http://127.0.0.1:$port" >"$own/beside.told" {lock}>&- &
    asking=$!
    started+=($asking)
    sleep 0.2
    import_into "$own/postgres" person "$own/beside.csv"
    sleep 1
    kill -INT $asking
    wait $asking || true
    load_told "$store new beside" 8 0 "$(grep '^RESULT' "$own/beside.told")"
    saved=$((saved + slot))
}

alone_measure() { # persons that are brought in beside saves
    local run csv=$own/beside
    side_take new
    token=$(cat "$own/postgres.token")
    four_run
    four_run
    csv_make "$csv" 1 "$1" 1 0 0
    serve_begin "$own/postgres"
    find_filled >/dev/null
    for run in 1 2; do beside_run $run "$csv/person.csv"; done
    serve_end
    rm -rf "$csv" "$own/beside.csv"
}

# ---- the parts -------------------------------------------------------------------------------------------

against_import() { both_import $((quick ? 20000 : 100000)); }

work_copy() { # saves leave the register itself alone
    rm -rf "$own/work"
    cp -r "$own/big" "$own/work"
    cp "$own/big.token" "$own/work.token"
}
work_end() { rm -rf "$own/work"; }

against_pages() {
    both 1 big_make
    both 1 work_copy
    sync # so that no disk is busy with the copies any more
    both 1 both_begin work
    both_measure
    both 1 work_end
}

against_annual() {
    if [ "$quick" ]; then
        both 1 big_make
        both_annual big 300
    else
        both 1 large_make
        both_annual large 5
    fi
}

postgres_make() { register_make "$own/postgres" $cases $persons $involvements $others $rounds; }
postgres_end() { rm -rf "$own/postgres" "$own/postgres".*; } # it goes with its server

against_postgres() {
    store=postgres
    [ $cases -le 20000 ] || sizes_set 20000
    cluster_begin
    both_import $((quick ? 5000 : 20000))
    both 1 postgres_end
    both 1 postgres_make
    psql_do <<<'checkpoint;'
    both 1 both_begin postgres
    both_measure
    alone_measure $((quick ? 20000 : 60000))
    both 1 postgres_end
    cluster_end
    store=sqlite
}

# ---- the table -------------------------------------------------------------------------------------------

# Words, store, sample, its unit, digits, and the limit: of the ratio, or (now) of today's own figure; at most or at least.
against_rows() {
    cat <<'END'
list page, processor time of a request|sqlite|list-8 cpu|µs|0|ratio most 1.00
list page, 8 connections|sqlite|list-8 rate|/s|0|
case page, processor time of a request|sqlite|case-8 cpu|µs|0|ratio most 1.00
case page, 8 connections|sqlite|case-8 rate|/s|0|
lasting saves, 8 connections|sqlite|save-8 rate|/s|0|ratio least 0.95
the same, p99|sqlite|save-8 p99|ms|1|
the same, processor time of a save|sqlite|save-8 cpu|µs|0|
lasting saves, 64 connections|sqlite|save-64 rate|/s|0|ratio least 0.95
the same, p99|sqlite|save-64 p99|ms|1|
the same, processor time of a save|sqlite|save-64 cpu|µs|0|
import, lines of case + person + involvement|sqlite|import rate|/s|0|ratio least 0.90
the same, processor time of a line|sqlite|import cpu|µs|0|
`annual`, processor time|sqlite|annual cpu|µs|0|ratio most 1.05
`annual`, from asking to the answer|sqlite|annual seconds|s|4|
private memory after the load|sqlite|memory anon|MiB|1|now most 64
list page, processor time of a request|postgres|list-8 cpu|µs|0|ratio most 1.00
list page, 8 connections|postgres|list-8 rate|/s|0|
case page, processor time of a request|postgres|case-8 cpu|µs|0|ratio most 1.00
case page, 8 connections|postgres|case-8 rate|/s|0|
lasting saves, 8 connections|postgres|save-8 rate|/s|0|ratio least 0.95
the same, p99|postgres|save-8 p99|ms|1|
the same, processor time of a save|postgres|save-8 cpu|µs|0|
lasting saves, 64 connections|postgres|save-64 rate|/s|0|ratio least 0.95
the same, p99|postgres|save-64 p99|ms|1|
the same, processor time of a save|postgres|save-64 cpu|µs|0|
import, lines of case + person + involvement|postgres|import rate|/s|0|ratio least 0.90
the same, rows of the three files|postgres|import rows|/s|0|now least 8000
the same, processor time of a line|postgres|import cpu|µs|0|
private memory after the load|postgres|memory anon|MiB|1|now most 64
lasting saves, four serve on one database, 64 connections in all|postgres|four-64 rate|/s|0|now least 1500
the same, p99|postgres|four-64 p99|ms|1|
saves of other records beside a running import, 8 connections, p99|postgres|beside-8 p99|ms|1|now most 100
END
}

against_table() {
    echo "# Today's commit beside $other"
    echo
    machine_told
    echo "After it: $(cut -d" " -f1 /proc/loadavg). $runs rounds of $seconds s, both in turn within each," \
        "$(git log -1 --format='%h of %as' "$other") on the same machine; ratios are made within a round: their median," \
        "and the least and the greatest. Registers: $sizes_told."
    echo
    awk -F '\t' -v other="$other" -f bench/against.awk -f bench/median.awk \
        <(against_rows | tr '|' '\t') "$cache/samples"
}

against_all() {
    local part
    side_take old
    checkout_make
    both 1 program_build
    sizes_told="$cases cases each"
    [ "$quick" ] || [[ $parts != *annual* ]] || sizes_told="$sizes_told, a million for annual"
    [ $cases -le 20000 ] || [[ $parts != *postgres* ]] || sizes_told="$sizes_told, 20000 on PostgreSQL"
    for part in $parts; do against_$part; done
    against_table | tee "$cache/table.md"
}
