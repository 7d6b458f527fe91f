# The table of a run against another commit: both figures, their ratio, its limit. Goes with median.awk.
# SPDX-License-Identifier: Apache-2.0
# First come the rows (words, store, sample, unit, digits, limit), then the samples.

NR == FNR { rows[++rows_n] = $0; next }

# The least and the greatest ratio of a round.
function spread(one, other,    i, k, low, high, count) {
    count = n[one] < n[other] ? n[one] : n[other]
    for (i = 1; i <= count; i++) {
        k = at[other, i] ? at[one, i] / at[other, i] : 0
        if (i == 1 || k < low) low = k
        if (i == 1 || k > high) high = k
    }
    return sprintf("%.2f to %.2f", low, high)
}

function faults(what) { return total(what " wrong") " of " total(what " answered") " wrong" }

# What makes a figure worth nothing: more than one answer in a hundred that was none. Empty, if it is worth something.
function fault(what) {
    if (n[what " status"] && median(what " status") != 200) return "answers " median(what " status")
    return total(what " wrong") * 100 > total(what " answered") ? faults(what) : ""
}

function figure(what, unit, digits) {
    return n[what] ? shown(median(what), digits) " " unit : "–"
}

function store_words(store) { return store == "sqlite" ? "SQLite" : "PostgreSQL" }

function bytes(side) { return median(side " list-8 bytes") " and " median(side " case-8 bytes") }

# A limit is "ratio most 1.00" or "now least 8000".
function within(limit, k, now,    word, value) {
    if (split(limit, word, " ") < 3) return " | "
    value = word[1] == "ratio" ? k : now
    return (word[1] == "ratio" ? "ratio " : "") (word[2] == "most" ? "≤ " : "≥ ") word[3] " | " \
        (value == "" ? "–" : (word[2] == "most" ? value <= word[3] + 0 : value >= word[3] + 0) ? "yes" : "**no**")
}

function row(words, store, name, unit, digits, limit,    new, old, base, bad, k, compared) {
    new = store " new " name; old = store " old " name
    if (!n[new] && !n[old]) return
    base = name; sub(/ [^ ]*$/, "", base)
    bad = fault(store " new " base); if (bad) bad = "today: " bad
    if (fault(store " old " base)) bad = bad (bad ? "; " : "") other ": " fault(store " old " base)
    k = bad ? "" : ratio(new, old)
    compared = bad ? "answers differ: " bad : k == "" ? "–" : sprintf("%.2f (%s)", k, spread(new, old))
    if (!bad && total(store " new " base " wrong")) compared = compared "; today: " faults(store " new " base)
    if (!bad && total(store " old " base " wrong")) compared = compared "; " other ": " faults(store " old " base)
    limit = within(limit, k, bad ? "" : median(new))
    printf "| %s | %s | %s | %s | %s | %s |\n", words, store_words(store), \
        figure(new, unit, digits), figure(old, unit, digits), compared, limit
}

END {
    print "| what | store | today | " other " | ratio | limit | within |"
    print "|---|---|---|---|---|---|---|"
    for (i = 1; i <= rows_n; i++) {
        split(rows[i], cell, "\t")
        row(cell[1], cell[2], cell[3], cell[4], cell[5], cell[6])
    }
    for (name in n) {
        if (name ~ / new .* wrong$/) wrong_new += total(name)
        if (name ~ / old .* wrong$/) wrong_old += total(name)
    }
    printf "\nAnswers other than 2xx: today %d, %s %d.", wrong_new, other, wrong_old
    for (i = 1; i <= split("sqlite postgres", stores, " "); i++) {
        if (!n[stores[i] " new list-8 bytes"]) continue
        printf " Bytes of a list and of a case page (%s): today %s, %s %s.", store_words(stores[i]), \
            bytes(stores[i] " new"), other, bytes(stores[i] " old")
    }
    print ""
}
