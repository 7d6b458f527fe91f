# Samples (name, number), their medians, and ratios taken within each run before their median.
# SPDX-License-Identifier: Apache-2.0

{ at[$1, ++n[$1]] = $2 }

function middle(list, count,    i, j, held) {
    for (i = 2; i <= count; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) { held = list[j]; list[j] = list[j - 1]; list[j - 1] = held }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}

function median(name,    i, list) {
    if (!n[name]) return ""
    for (i = 1; i <= n[name]; i++) list[i] = at[name, i] + 0
    return middle(list, n[name])
}

# The median of one over the other, run by run.
function ratio(one, other,    i, list, count) {
    count = n[one] < n[other] ? n[one] : n[other]
    if (!count) return ""
    for (i = 1; i <= count; i++) list[i] = at[other, i] ? at[one, i] / at[other, i] : 0
    return middle(list, count)
}

function total(name,    i, sum) {
    for (i = 1; i <= n[name]; i++) sum += at[name, i]
    return sum + 0
}

function shown(value, digits) {
    return value == "" ? "–" : sprintf("%." digits "f", value)
}
