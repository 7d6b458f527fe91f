// Runs the whole-program tests: node tests/run.mjs [--long] [--only WORDS] [FOLDER-OR-FILE…]; two at a time.
// SPDX-License-Identifier: Apache-2.0
// Progress on standard error; the last line on standard output is `N passed, N failed, N skipped`. What failed is
// written into the file SUKHWAN_TEST_FAILED, too, if one is named: whoever runs several tells it again at the end.
import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { atEnd, home, patience, Place, Skip, tests } from './tool.mjs'

const args = process.argv.slice(2).filter((word) => word !== '--long')
const at = args.indexOf('--only')
const only = at < 0 ? '' : args.splice(at, 2)[1]
const named = args.length ? args.map((one) => resolve(one)) : [join(home, 'tests/whole'), join(home, 'tests/browser')]
for (const one of named) {
  const files = statSync(one).isDirectory() ? readdirSync(one).filter((file) => file.endsWith('_test.mjs')).sort().map((file) => join(one, file)) : [one]
  for (const file of files) {
    const before = tests.length
    await import(pathToFileURL(file))
    for (const test of tests.slice(before)) test.file = file.replace(/.*\/|_test\.mjs$/g, '')
  }
}

// What never answers is told by its name, and the rest is run all the same.
function within(seconds, what, work) {
  let late
  const end = new Promise((_, failed) => { late = setTimeout(() => failed(new Error(`${what} took more than ${seconds} s`)), seconds * 1000) })
  return Promise.race([work, end]).finally(() => clearTimeout(late))
}
const LONGEST = (process.argv.includes('--long') ? 7200 : 600) * patience, PUT_AWAY = 60

const counts = { passed: 0, failed: 0, skipped: 0 }, again = []
async function runOne(test) {
  const { name, file, run } = test
  const place = new Place(), start = Date.now()
  let wrong
  try { await within(LONGEST, 'the test', run(place)) } catch (error) { wrong = error }
  try { await within(PUT_AWAY, 'putting away what it used', place.done()) } catch (error) { wrong ??= error }
  const how = !wrong ? 'passed' : wrong instanceof Skip ? 'skipped' : 'failed'
  test.times = (test.times ?? 0) + 1
  const oncemore = how === 'failed' && (place.measures || place.browser?.isConnected() === false) && test.times < 3
  if (oncemore) again.push(test)
  else counts[how]++
  const told = `${oncemore ? 'again  ' : how.padEnd(7)} ${file}: ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`
  console.error(told)
  if (how === 'failed') {
    const why = (wrong.stack ?? String(wrong)).split('\n').slice(0, 60).map((line) => '        ' + line)
    console.error(why.join('\n'))
    if (process.env.SUKHWAN_TEST_FAILED) appendFileSync(process.env.SUKHWAN_TEST_FAILED, [told, ...why.slice(0, 20), ''].join('\n'))
  }
  if (how === 'skipped') console.error('        ' + wrong.message)
}

const queue = tests.filter((test) => `${test.file}: ${test.name}`.includes(only))
const alone = queue.filter((test) => test.run.alone) // those that measure, or need the whole machine
const workers = [0, 1].map(async () => {
  for (let next; (next = queue.find((test) => !test.taken && !test.run.alone));) { next.taken = true; await runOne(next) }
})
await Promise.all(workers)
for (const test of alone) await runOne(test)
while (again.length) await runOne(again.shift()) // those that measure, when nothing else runs; those whose browser crashed
for (const end of atEnd) await within(PUT_AWAY, 'putting away what all used', end()).catch((error) => console.error(String(error)))
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`)
process.exit(counts.failed || !counts.passed ? 1 : 0)
