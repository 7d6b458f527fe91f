// Does the page's reader of rules say what another reader says? Lines of JSON on standard input, one question each.
// SPDX-License-Identifier: Apache-2.0
//
//     {"tree":…,"fields":{…},"today":20240131,"offset":420,"value":…}      value: as rules.js gives it
// Prints each line that differs, and then how many were asked. Exits 1 when any differs.
import { createInterface } from 'node:readline'
import { value } from './rules.js'

let asked = 0
let wrong = 0
for await (const line of createInterface({ input: process.stdin })) {
  if (!line) continue
  const { tree, fields, today, offset, choice, value: expected } = JSON.parse(line)
  const got = value(tree, fields, today, offset, choice)
  const same = typeof got === 'number' && typeof expected === 'number' ? Math.abs(got - expected) <= 1e-9 * Math.max(1, Math.abs(expected)) : got === expected
  asked++
  if (same) continue
  wrong++
  console.log(`${JSON.stringify(got)} instead of ${JSON.stringify(expected)}: ${line}`)
}
console.error(`${asked} asked, ${wrong} differ`)
process.exit(wrong || !asked ? 1 : 0)
