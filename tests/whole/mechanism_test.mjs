// docs/mechanism.md: the 32 bodies of the seeds, and that everything it names is there.
// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, ok, table, test } from '../tool.mjs'

const pack = join(home, 'packs/laos')
async function sheet(name) {
  const inner = (await readdir(join(pack, name)).catch(() => [])).filter((one) => one.endsWith('.csv')).map((one) => join(name, one))
  const texts = await Promise.all([`${name}.csv`, ...inner].map((path) => readFile(join(pack, path), 'utf8').catch(() => '')))
  return texts.filter(Boolean).flatMap((text) => table(text))
}
async function tests() {
  const files = (await Promise.all(['whole', 'browser'].map(async (folder) =>
    (await readdir(join(home, 'tests', folder))).filter((one) => one.endsWith('_test.mjs')).map((one) => join(home, 'tests', folder, one))))).flat()
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')))
  return new Map(texts.flatMap((text) => [...text.matchAll(/^(?:test|onBothStores|measured)\(\s*(['"`])((?:\\.|(?!\1).)*)\1[^]*?(?=^\}\)|$(?![^]))/gm)].map((found) => [found[2].replace(/\\(.)/g, '$1'), found[0] + helpers(text, found[0])])))
}
// What a journey is made of besides its own lines: the functions of its file that it calls.
const helpers = (text, journey) => [...text.matchAll(/^(?:async )?function (\w+)\([^]*?^\}/gm)].filter(([, name]) => journey.includes(`${name}(`)).map(([whole]) => whole).join('\n')
const writes = (journey, record) => new RegExp(`(?:make|mustTake|take)\\('${record}'|'POST', ['\`]/${record}['\`]|post\\('/${record}'`).test(journey)
const names = (cell) => [...cell.replace(/\*[^*]+\*/g, '').matchAll(/`([^`]+)`/g)].map((found) => found[1])
const journeys = (cell) => [...cell.matchAll(/\*([^*]+)\*/g)].map((found) => found[1])

test('each body of the seeds has records, screens, a journey and figures, each that is named is there, and its journeys write each of its records', async () => {
  const page = await readFile(join(home, 'docs/mechanism.md'), 'utf8'), known = await tests()
  const rows = page.split('\n').filter((line) => /^\| \d+ \|/.test(line)).map((line) => line.slice(2, -2).split(' | '))
  deepEqual(rows.map(([n]) => Number(n)), Array.from({ length: 32 }, (_, i) => i + 1))
  const [records, screens, figures, tables, survey] = await Promise.all(['records', 'screens', 'figures', 'tables', 'survey'].map(sheet))
  const records_ = new Set(records.map((one) => one.name)), screens_ = new Set(screens.map((one) => one.screen))
  const fields = new Set(survey.map((one) => `${one.record}.${one.name}`)), figures_ = new Set([...figures, ...tables].map((one) => one.name))
  const wrong = []
  for (const row of rows) {
    equal(row.length, 6, row.join(' | '))
    const [n, , of, on, by, counted] = row
    for (const cell of row) ok(cell.trim().length > 1 || /^\d$/.test(cell), `row ${n} has an empty cell`)
    for (const name of names(of)) if (!records_.has(name)) wrong.push(`row ${n}: no record is named ${name}`)
    for (const name of names(on)) if (!screens_.has(name)) wrong.push(`row ${n}: no screen is named ${name}`)
    for (const name of names(counted)) if (!figures_.has(name) && !fields.has(name)) wrong.push(`row ${n}: no figure is named ${name}`)
    ok(journeys(by).length, `row ${n} names no journey`)
    const walked = journeys(by).map((name) => known.get(name) ?? '').join('\n')
    for (const record of names(of)) if (!writes(walked, record)) wrong.push(`row ${n}: no journey that it names writes a ${record}`)
  }
  for (const name of journeys(page)) if (!known.has(name)) wrong.push(`no test is named: ${name}`)
  deepEqual(wrong, [])
})
