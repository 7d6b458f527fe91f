// Export: the contract's columns to the byte, and export, import, export gives the same bytes.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, deepEqual, dice, equal, example, match, ok, onBothStores, readCsv, records, same, table, test } from '../tool.mjs'

const columns = {
  case: 'key,kind,opened,province,forms,title',
  person: 'key,given_name,family_name,nickname,sex,born,citizenship,province,phone',
  involvement: 'key,case,person,part,identified,arrested',
  service: 'key,person,type,given,place',
  contact: 'key,at,mode,at_risk,reached,reached_female,person',
  return: 'key,person,arrived,from_country,destination',
}

onBothStores('an export of nothing is the header', async (t) => {
  const r = await t.register()
  for (const record of records) equal(await r.export(record), columns[record] + '\n')
})

onBothStores('the examples come out as they went in, row by row, by key in byte order', async (t) => {
  const r = await (await t.register()).examples()
  for (const record of records) {
    const text = await r.export(record)
    equal(text.split('\n')[0], columns[record])
    const given = (await example(record)).sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    deepEqual(table(text), given)
  }
})

onBothStores('export, import into a fresh register, export: the same bytes', async (t) => {
  const one = await (await t.register()).examples()
  const two = await t.register()
  for (const record of records) {
    await one.must('export', record, '--out', join(two.folder, `${record}.csv`))
    await two.must('import', record, `${record}.csv`)
    equal(await two.export(record), await readFile(join(two.folder, `${record}.csv`), 'utf8'))
  }
})

// Texts that files, stores, pages and spreadsheets have trouble with.
const texts = ['', ' ', '  leading and trailing  ', '"', '""', 'a,b', "it's", 'line\nline', 'line\r\nline', '\t', 'ນ້ອຍ', 'ນ້ອຍ ແສງສະຫວັນ', 'e\u0301', '\u00e9',
  '𝔘𝔫𝔦', '👩‍👧', '\u200b', '\u202eevil', "'; drop table person; --", '<script>alert(1)</script>', '{}', '$1', '%s%n', '\\', '\\N', 'null', 'NULL', '=1+1', '-1', '+1',
  '@x', '0', '00012', '1e5', 'true', 'a'.repeat(3000), '\ufeffbom', 'key', 'ກ'.repeat(500), ';', '|', '\u0085', '\u2028']

// What stands unseen at the ends of a key is no part of it; inside it is a fault.
const unseen = /[\p{Cf}\p{Cc}\u2028\u2029]/u
const bare = (key) => key.replace(/^[\s\p{Cf}\p{Cc}]+|[\s\p{Cf}\p{Cc}]+$/gu, '')

onBothStores('any text survives the round, in values and in keys', async (t) => {
  const one = await t.register(), two = await t.register()
  const rows = [['key', 'given_name', 'family_name', 'nickname', 'phone']]
  for (const [i, text] of texts.entries()) rows.push([`P${String(i).padStart(3, '0')}`, text, text, `${text}x`, text])
  for (const [i, text] of texts.entries()) if (text.trim() && text.length < 200 && !/[\r\n\t\u0085]/.test(text) && text === text.trim()) rows.push([text, `key ${i}`, '', '', ''])
  const taken = await one.take('person', csv(rows), '--keep-good', '--format', 'json')
  const { rejected } = JSON.parse(taken.out)
  for (const { column, value, message } of rejected) { // told, not lost
    if (column !== 'key') ok(/control|character/.test(message), message)
    else if (bare(value)) ok(unseen.test(bare(value)) && /letters that nobody sees/.test(message), `${JSON.stringify(value)}: ${message}`)
    else match(message, /The key is missing/)
  }
  const out = await one.export('person')
  const kept = new Map(table(out).map((row) => [row.key, row]))
  const lost = new Set(rejected.map((refused) => refused.line))
  let line = 1
  for (const row of rows.slice(1)) {
    line += 1
    const here = line
    line += row.join('').split('\n').length - 1
    if (lost.has(here)) continue
    const got = kept.get(bare(row[0]))
    ok(!unseen.test(bare(row[0])), JSON.stringify(row))
    ok(got, `the row ${JSON.stringify(row)} is gone`)
    deepEqual([got.given_name, got.family_name, got.nickname, got.phone], row.slice(1))
  }
  await two.mustTake('person', out)
  equal(await two.export('person'), out)
  await one.must('verify')
})

onBothStores('keys come in byte order, not in a language\'s', async (t) => {
  const r = await t.register()
  const keys = ['b', 'B', 'a', 'A', 'é', 'z', 'Z', '10', '9', 'ກ', '_', '-x', 'aa', 'a b', '𝔘', '\uffee']
  await r.mustTake('person', csv([['key'], ...keys.map((key) => [key])]))
  const out = readCsv(await r.export('person')).slice(1).map((row) => row[0])
  deepEqual(out, [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
})

onBothStores('quotes stand only where they are needed', async (t) => {
  const r = await t.register()
  await r.mustTake('case', 'key,title\n"K1","plain words"\n"K2","a,b"\n"K3","say ""so"""\n')
  equal(await r.export('case'), `${columns.case}\nK1,,,,,plain words\nK2,,,,,"a,b"\nK3,,,,,"say ""so"""\n`)
})

onBothStores('--format json says the same as CSV, without the columns that nobody asked for', async (t) => {
  const r = await (await t.register()).examples()
  for (const record of records) {
    const told = JSON.parse(await r.export(record, '--format', 'json'))
    const rows = table(await r.export(record))
    const items = told.items ?? told
    equal(items.length, rows.length)
    for (const [i, row] of rows.entries()) for (const name of columns[record].split(',')) equal(items[i][name] ?? '', row[name])
  }
})

onBothStores('many random changes later, an export is still what was last said', async (t) => {
  const r = await t.register()
  const { one, upTo, chance } = dice(7)
  const now = new Map()
  for (let round = 0; round < 12; round++) {
    const fields = columns.case.split(',').slice(1).filter(() => chance(0.6))
    const rows = [['key', ...fields]], keys = new Set()
    for (let n = 0; n < 60; n++) keys.add(`K${upTo(150)}`)
    for (const key of keys) {
      const value = { kind: one(['', 'criminal', 'protection', 'both']), opened: one(['', '2020', '2021-03', '2022-02-28']), province: one(['', 'LA-VT', 'LA-BK']),
        forms: one(['', 'other', 'forced_labour other', 'surrogacy online_scam unknown']), title: one(['', 'x', 'ກ, "ຂ"', 'two\nlines']) }
      rows.push([key, ...fields.map((field) => value[field])])
      const before = now.get(key) ?? Object.fromEntries(columns.case.split(',').map((name) => [name, name === 'key' ? key : '']))
      now.set(key, { ...before, ...Object.fromEntries(fields.map((field) => [field, value[field]])) })
    }
    await r.mustTake('case', csv(rows))
  }
  const expected = [...now.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  deepEqual(table(await r.export('case')), expected)
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
})

onBothStores('what is sealed stands nowhere in the store in the clear', async (t) => {
  const r = await t.register()
  const words = ['Bounmala', 'Xaysompheng', 'ນາງບຸນມາລາ', '02055667788', 'A house by the river']
  await r.mustTake('person', csv([['key', 'given_name', 'family_name', 'nickname', 'phone', 'sex'], ['P1', ...words.slice(0, 4), 'female']]))
  await r.mustTake('case', csv([['key', 'title'], ['K1', words[4]]]))
  const dump = await r.dump()
  const raw = r.address ? '' : await readFile(join(r.dir, 'register.db'), 'latin1') + await readFile(join(r.dir, 'register.db-wal'), 'latin1').catch(() => '')
  for (const word of words) {
    ok(!dump.includes(word), `${word} stands in the tables`)
    ok(!dump.toLowerCase().includes(Buffer.from(word).toString('hex')), `${word} stands in the tables, in hexadecimal`)
    ok(!raw.includes(Buffer.from(word).toString('latin1')), `${word} stands in the file`)
  }
  match(dump, /female/)
  match(await r.export('person'), /Bounmala,Xaysompheng,ນາງບຸນມາລາ/)
})
