# Makes the data dictionary, a page of Markdown, from the sheets of a pack named on the command line.
# SPDX-License-Identifier: Apache-2.0
BEGIN { en = "label::English (en)"; lo = "label::Lao (lo)"; LISTED = 40
    letter["all"] = "A"; letter["province"] = "P"; letter["agency"] = "Y"; letter["unit"] = "U"; letter["own"] = "O"
    letter["assigned"] = "S"; letter["granted"] = "G"; letter["counted"] = "N"; letter["none"] = letter[""] = "-" }

# ---- reading CSV: cells into cell[1..n], a line with an open quote goes on in the next ---------------
function cells_read(line,    n, c, i, text, open) {
    n = 1; text = ""; open = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (open && c == "\"" && substr(line, i + 1, 1) == "\"") { text = text c; i++ }
        else if (c == "\"") open = !open
        else if (c == "," && !open) { cell[n++] = text; text = "" }
        else text = text c
    }
    cell[n] = text
    return n
}
function quotes(line) { return gsub(/"/, "\"", line) }
# A cell by its column's name, fit for a table's cell; a Lao text's mark of doubt goes.
function get(name,    text) {
    text = (name in place) ? cell[place[name]] : ""
    gsub(/\|/, "\\|", text)
    gsub(/[\r\n]+/, " ", text)
    if (name ~ /Lao/) sub(/^\?/, "", text)
    return text
}
function code(text) { return text == "" ? "" : "`" text "`" }
function letters(words,    i, n, w, all) {
    n = split(words, w, " ")
    for (i = 1; i <= n; i++) all = all letter[w[i]]
    return all
}
function joined(one, other) { return one == "" ? other : other == "" ? one : one "; " other }

FNR == 1 {
    sheet = FILENAME
    sub(/\/[^\/]*$/, "", sheet)
    if (sheet !~ /\/(survey|choices)$/) sheet = FILENAME
    sub(/^.*\//, "", sheet)
    sub(/\.csv$/, "", sheet)
    n = cells_read($0)
    delete place
    for (i = 1; i <= n; i++) place[cell[i]] = i
    next
}
{
    line = held == "" ? $0 : held "\n" $0
    if (quotes(line) % 2) { held = line; next }
    held = ""
    if (line ~ /^#/ || line == "") next
    n = cells_read(line)
    for (i = n + 1; i <= 40; i++) cell[i] = ""
}

# ---- what each sheet gives -------------------------------------------------------------------------
sheet == "pack" && get("name") == "version" { version = get("value") }
sheet == "records" {
    record[++records] = get("name")
    records_label[get("name")] = get(en)
    records_lao[get("name")] = get(lo)
    records_hint[get("name")] = get("hint::English (en)")
    records_access[get("name")] = get("access")
    records_parent[get("name")] = get("parent")
    records_role[get("name")] = get("role")
}
sheet == "survey" && get("type") !~ /_group$/ {
    of = get("record")
    rule = get("required") == "yes" ? "must be filled" : ""
    if (get("relevant") != "") rule = joined(rule, "asked if " code(get("relevant")))
    if (get("constraint") != "") rule = joined(rule, "must hold: " code(get("constraint")))
    if (get("warning") != "") rule = joined(rule, "doubtful if " code(get("warning")))
    if (get("default") != "") rule = joined(rule, "begins with " code(get("default")))
    if (get("future") == "yes") rule = joined(rule, "may lie ahead")
    class = get("class") == "" ? "plain" : get("class")
    kept = get("compartment") == "" ? "identity" : get("compartment")
    if (class == "identity" && get("type") !~ /^link/) class = "**identity**"
    fields[of] = fields[of] "| " get("contract") " | `" get("name") "` | " get("type") " | " get(en) " | " get(lo) " | " class \
        " | " kept " | " get("used_for") " | " rule " |\n"
    fields_n++
    split(get("type"), word, " ")
    if (word[1] ~ /^select/) used[word[2]] = joined(used[word[2]], of "." get("name"))
}
sheet == "choices" {
    name = get("list_name")
    if (!(name in list_n)) list[++lists] = name
    list_n[name]++
    if (list_n[name] <= LISTED) choices[name] = choices[name] "| `" get("name") "` | " get(en) " | " get(lo) " |\n"
    list_file[name] = FILENAME
}
sheet == "states" {
    states[get("record")] = joined(states[get("record")], "`" get("name") "` " get(en) (get("kind") == "" ? "" : " (" get("kind") ")"))
}
sheet == "moves" {
    moves[get("record")] = moves[get("record")] "| `" get("name") "` | " get(en) " | `" get("from") "` → `" get("to") "` | " \
        joined(get("roles") == "" ? "everybody who may write" : get("roles"), code(get("where"))) " | " code(get("needs")) " |\n"
}
sheet == "figures" {
    figures = figures "| `" get("name") "` | " get(en) " | " get("unit") " | `" get("record") "` by `" get("date") "` | " \
        code(get("where")) " | " (get("count") ~ /^(records|persons)$/ ? get("count") : "sum of `" get("count") "`") " | " \
        code(get("female")) " | " code(get("within")) " |\n"
    figures_n++
}
sheet == "tables" { tables = tables "| `" get("name") "` | " get(en) " | " get("figures") " |\n" }
sheet == "roles" {
    role[++roles] = get("name")
    roles_text = roles_text "| `" get("name") "` | " get(en) " | " get(lo) " | " get("task::English (en)") " |\n"
}
sheet == "rights" {
    for (i = 1; i <= records; i++) {
        if (get("record") != "*" && get("record") != record[i]) continue
        rows = letters(get("read")) "/" letters(get("write"))
        may[get("role"), record[i]] = rows == "-/-" ? "" : rows (get("classes") == "" ? "" : "°") (get("where") == "" ? "" : "*")
    }
}

# ---- the page --------------------------------------------------------------------------------------
function page_begin() {
    print "# The data dictionary of the Laos pack"
    print ""
    print "Made by `tools/docs` from `packs/laos`, version " version "; not to be edited. `docs/pack.md` tells what the columns of a pack mean."
    print "It has " records " record types with " fields_n " fields, " lists " lists and " figures_n " figures."
    print ""
    print "A **number** is a field's place among the columns that import and export know. What is of **class** identity is sealed in the"
    print "tables (links never are: they say which record, not who). The **compartment** says which data key seals it. **Used for** says"
    print "why it is asked: a `figure` that is reported, a `letter` or report, a `service`, a `rule` of the register, a `law`. Every record has"
    print "besides `id`, `key`, `version`, `state` and `unit`. Lao texts that nobody has confirmed yet stand here like the others;"
    print "`sukhwan pack check packs/laos` lists them."
}
function record_write(name) {
    print "\n## " records_label[name] " (`" name "`)\n"
    print records_lao[name] ". " records_hint[name] " Access: " records_access[name] "." \
        (records_role[name] == "" ? "" : " It is the record of role `" records_role[name] "`.") \
        (records_parent[name] == "" ? "" : " It stands under what `" records_parent[name] "` names.")
    print "\n| no. | field | type | English | Lao | class | compartment | used for | rules |\n|---|---|---|---|---|---|---|---|---|"
    printf "%s", fields[name]
    if (states[name] != "") print "\nStates: " states[name] "."
    if (moves[name] != "") printf "\n| move | English | from → to | who | needs |\n|---|---|---|---|---|\n%s", moves[name]
}
function list_write(name) {
    print "\n### `" name "`\n"
    print (name in used ? "Used by " used[name] "." : "Used by no field.")
    if (list_n[name] > LISTED) { print "It has " list_n[name] " values: see `" list_file[name] "`."; return }
    printf "\n| value | English | Lao |\n|---|---|---|\n%s", choices[name]
}
function rights_write(    i, k) {
    print "\n## Roles and rights\n"
    print "| role | English | Lao | what somebody in it does here |\n|---|---|---|---|"
    printf "%s\n", roles_text
    print "Which rows a role reads/writes: A all, P its province's, Y its agency's, U its unit's, O its own, S those assigned, G those"
    print "given, N none but counted, - none; ° not all classes of fields, * not all of these rows: `rights.csv` says which.\n"
    printf "| record |"
    for (k = 1; k <= roles; k++) printf " %s |", role[k]
    printf "\n|---|"
    for (k = 1; k <= roles; k++) printf "---|"
    printf "\n"
    for (i = 1; i <= records; i++) {
        printf "| `%s` |", record[i]
        for (k = 1; k <= roles; k++) printf " %s |", may[role[k], record[i]]
        printf "\n"
    }
}
END {
    page_begin()
    for (i = 1; i <= records; i++) record_write(record[i])
    print "\n## Figures\n"
    print "Both ends of an interval count. `within`: told inside the row of another figure.\n"
    print "| figure | English | unit | counts | where | how | female | within |\n|---|---|---|---|---|---|---|---|"
    printf "%s\n| table | English | figures |\n|---|---|---|\n%s", figures, tables
    rights_write()
    print "\n## Lists"
    for (i = 1; i <= lists; i++) list_write(list[i])
}
