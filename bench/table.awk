# The table of a run beside yardsticks: what is measured, what it is to reach, whether it did. Goes with median.awk.
# SPDX-License-Identifier: Apache-2.0

function part(value) { # 0.2 as 1/5
    return value == "" || value == 0 ? "–" : value < 1 ? sprintf("1/%.1f", 1 / value) : sprintf("%.1f", value)
}

function verdict(good, known) {
    return known == "" ? "–" : good ? "yes" : "**no**"
}

function row(what, c, value, yardstick, prototype, target, good, known) {
    printf "| %s | %s | %s | %s | %s | %s | %s |\n", what, c, value, yardstick, prototype, target, verdict(good, known)
}

function rates(name, c) {
    return shown(median(name "-" c " rate"), 0) "/s, p99 " shown(median(name "-" c " p99"), 1) " ms, " shown(median(name "-" c " cpu"), 0) " µs CPU"
}

function page_rows(name, words, old, target, least, fossil_least,    i, c, k, k2) {
    split("8 64", both, " ")
    for (i = 1; i <= 2; i++) {
        c = both[i]
        k = ratio(name "-" c " rate", "bare-" name "-" c " rate")
        row(words ", " median(name " bytes") " bytes", c, rates(name, c), part(k) " of bare libmicrohttpd (" \
            shown(median("bare-" name "-" c " rate"), 0) "/s; CPU " shown(ratio(name "-" c " cpu", "bare-" name "-" c " cpu"), 1) " times)", old, target, k >= least, k)
        k2 = ratio(name "-" c " rate", "fossil-" c " rate")
        row(words, c, "", shown(k2, 0) " times fossil's ticket (" shown(median("fossil-" c " rate"), 0) "/s)", name == "list" ? "about 30" : "–", \
            name == "list" ? fossil_least : "–", k2 >= fossil_least, name == "list" ? k2 : "")
    }
    row(words, 1, "", shown(ratio(name "-8 rate", "sqlite-" name " rate"), 2) " of the bare SQLite loop on one thread (" \
        shown(median("sqlite-" name " rate"), 0) "/s)", "–", "–", 0, "")
}

function save_rows(    i, c, k) {
    split("8 64", both, " ")
    for (i = 1; i <= 2; i++) {
        c = both[i]
        k = median("save-" c " rate")
        row("saves, lasting", c, rates("save", c), shown(ratio("save-" c " rate", "sqlite-save rate"), 2) " of the bare SQLite loop (" \
            shown(median("sqlite-save rate"), 0) "/s)", c == 64 ? "4,715/s, p99 84 ms (21 with the checkpoint beside)" : "–", "4,000/s, p99 60 ms", \
            k >= 4000 && median("save-" c " p99") <= 60, k)
    }
}

function other_rows(    i, c, k) {
    split("8 64", both, " ")
    for (i = 1; i <= 2; i++) row("find by name", both[i], rates("find", both[i]), shown(ratio("find-" both[i] " rate", "fossil-" both[i] " rate"), 1) " times fossil's ticket", "–", "–", 0, "")
    row("`annual` over a year", 2, rates("annual", 2), shown(ratio("annual-2 rate", "fossil-8 rate"), 2) " times fossil's ticket", "–", "–", 0, "")
    k = median("list-8 p99")
    row("list, p99", 8, shown(k, 2) " ms", "bare: " shown(median("bare-list-8 p99"), 2) " ms", "1.1 to 3.6 ms", "under 5 ms", k < 5, k)
}

BEGIN {
    print "| what | connections | measured | beside the yardstick of the same runs | prototype | to reach | reached |"
    print "|---|---|---|---|---|---|---|"
}

END {
    page_rows("list", "list of 20 cases", "1/5 to 1/7", "1/5", 0.2, 25)
    page_rows("case", "case page with history", "1/4 to 1/5", "1/4", 0.25, 25)
    save_rows()
    other_rows()
    k = median("import rate")
    row("import, lines of case + person + involvement", "", shown(k, 0) "/s", shown(ratio("import rate", "bare-import rate"), 2) " of the bare SQLite loop (" shown(median("bare-import rate"), 0) "/s)", "42,000/s", "25,000/s", k >= 25000, k)
    k = median("annual large")
    row("`annual`, one year of ten, 1 M cases, 1.5 M involvements", "", shown(k, 3) " s", k == "" || !n["fossil-8 rate"] ? "" : "as long as " shown(k * median("fossil-8 rate"), 0) " of fossil's tickets", "0.17 to 0.33 s", "0.5 s", k <= 0.5, k)
    k = median("memory anon")
    row("private memory while serving, after the load, find filled", "", shown(k, 1) " MiB (Pss_Anon " shown(median("memory pss"), 1) "; mapped file " shown(median("memory file"), 0) ")", "", "–", "under 64 MiB", k < 64, k)
    split("none one all", sees, " ")
    for (i = 1; i <= 3; i++) {
        k = median("sees-" sees[i] "-8 cpu")
        row("list of a million cases of which she sees " sees[i], 8, rates("sees-" sees[i], 8), "", "–", "under 1,000 µs CPU", k < 1000, k)
    }
    k = median("start page") * 1000
    row("start to the first list page", "", n["start page"] ? shown(k, 0) " ms (find filled after " shown(median("find filled"), 1) " s)" : "–", "", "–", "under 300 ms", k < 300, median("start page"))
    for (name in n) if (name ~ / wrong$/) wrong += total(name)
    printf "\nAnswers other than 2xx: %d. Saves acknowledged: %d; entries added to the journal: %d (those on their way when a run ended are added too).\n", \
        wrong, total("save-8 answered") + total("save-64 answered"), total("saves counted")
}
