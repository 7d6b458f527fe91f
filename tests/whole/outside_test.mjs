// Large files of others, when they lie beside the project: brought in by the pack's mappings, counted against a plain group-by.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deepEqual, equal, ok, onBothStores, outside, readCsv, skip, table, tool } from '../tool.mjs'

onBothStores('48,773 persons of the CTDC file: a table by five fields equals a plain group-by, cell for cell', async (t) => {
  const file = join(outside, 'ctdc/global_kanon_2020.csv')
  if (!existsSync(file)) skip('the CTDC file is not there')
  const r = await t.register()
  const told = JSON.parse(await r.must('import', 'observation', file, '--map', 'ctdc', '--format', 'json'))
  equal(told.created, 48_773)
  const again = JSON.parse(await r.must('import', 'observation', file, '--map', 'ctdc', '--format', 'json'))
  deepEqual([again.created, again.changed, again.unchanged], [0, 0, 48_773])
  equal((await r.export('person')).split('\n').length, 2) // never a person

  const known = (value) => (value === '' || value === '0' ? null : value)
  const cells = new Map()
  for (const row of table(readFileSync(file, 'utf8'))) {
    const id = JSON.stringify([row.yearOfRegistration, row.gender.toLowerCase() || null, row.ageBroad || null, known(row.citizenship), known(row.CountryOfExploitation)])
    cells.set(id, (cells.get(id) ?? 0) + 1)
  }
  const years = [...new Set([...cells.keys()].map((id) => JSON.parse(id)[0]))].sort()
  const got = new Map()
  for (const year of years) { // the fifth field is the interval
    const answer = JSON.parse(await r.must('figures', 'ctdc', '--from', `${year}-01-01`, '--to', `${year}-12-31`, '--by', 'gender,age_band,citizenship,exploited_in', '--format', 'json'))
    for (const cell of answer.cells) {
      if (cell.figure !== 'observed') continue
      const { gender, age_band: age, citizenship, exploited_in: country } = cell.by
      got.set(JSON.stringify([year, gender, age, citizenship, country]), cell.value)
    }
  }
  const sorted = (map) => [...map].map(([id, value]) => `${id} ${value}`).sort()
  const one = sorted(got), two = sorted(cells)
  const differ = two.filter((cell, i) => cell !== one[i]).slice(0, 5)
  equal(one.length, two.length, `${differ.join('\n')}\ninstead of\n${one.filter((cell, i) => cell !== two[i]).slice(0, 5).join('\n')}`)
  deepEqual(one, two)
  ok(one.length > 500)
  await r.must('verify')
})

onBothStores('what UNODC published about Lao PDR and its neighbours loads as it was printed', async (t) => {
  const file = join(outside, 'glotip/glotip_2025-04-14.csv.xz')
  if (!existsSync(file)) skip('the GLOTIP file is not there')
  const text = await tool('xz', '-dc', file).catch(() => skip('there is no xz'))
  const r = await t.register()
  await r.write('glotip.csv', text)
  const told = JSON.parse(await r.must('import', 'published', 'glotip.csv', '--map', 'glotip', '--format', 'json'))
  const [header, ...rows] = readCsv(text.split('\n').slice(2).join('\n'))
  const at = Object.fromEntries(header.map((name, i) => [name.replace(/^\ufeff/, ''), i]))
  const country = { LAO: 'LA', KHM: 'KH', CHN: 'CN', MMR: 'MM', THA: 'TH', VNM: 'VN' }
  const near = rows.filter((row) => country[row[at.Iso3_code]])
  equal(told.created, near.length)
  ok(near.length > 500)
  const kept = table(await r.export('published'))
  const count = (list, of) => list.reduce((all, one) => all.set(of(one), (all.get(of(one)) ?? 0) + 1), new Map())
  const mine = count(kept, (row) => `${row.country} ${row.year.slice(0, 4)} ${row.value}`), theirs = count(near, (row) => `${country[row[at.Iso3_code]]} ${row[at.Year]} ${row[at.txtVALUE]}`)
  deepEqual([...mine].sort(), [...theirs].sort())
})
