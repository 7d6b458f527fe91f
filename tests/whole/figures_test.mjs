// The year's figures: the newspaper's, and those of random rows counted a second time by another program.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { annual, cells, range, turns18 } from '../counting.mjs'
import { csv, deepEqual, dice, equal, example, home, match, ok, onBothStores, records, table, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const bare = ({ label, left_out, earlier, ...row }) => row // what is told beside the numbers has tests of its own
const header = { case: 'key kind opened province forms title state closed_because', person: 'key given_name family_name nickname sex born citizenship province phone',
  involvement: 'key case person part identified arrested status', service: 'key person type given place',
  contact: 'key at mode at_risk reached reached_female person', return: 'key person arrived from_country destination state' }
const fieldsOf = Object.fromEntries(records.map((record) => [record, header[record].split(' ')]))
// The pack has more fields than the contract, among them links and some of the same names.
const survey = join(home, 'packs/laos/survey')
const all = readdirSync(survey).sort().flatMap((file) => table(readFileSync(join(survey, file), 'utf8')))
const packFields = Object.fromEntries(records.map((record) => [record, all.filter((row) => row.record === record).map((row) => row.name)]))

async function same(r, data, from, to) {
  deepEqual((await r.figures(from, to)).rows.map(bare), annual(data, from, to), `${from} to ${to}`)
}

onBothStores('the examples give the figures of the article', async (t) => {
  const r = await (await t.register()).examples()
  const value = (answer) => Object.fromEntries(answer.rows.map((row) => [row.figure, row]))
  const last = await r.figures('2024-01-01', '2024-12-31'), before = value(await r.figures('2023-01-01', '2023-12-31'))
  const of = value(last)
  deepEqual([last.table, last.from, last.to], ['annual', '2024-01-01', '2024-12-31'])
  deepEqual(last.rows.map((row) => row.figure), ['cases', 'suspects_arrested', 'suspects_arrested_foreign', 'victims', 'victims_girls', 'counselled_at_centres',
    'returned_to_family', 'at_risk_persons', 'at_risk_occasions', 'hotline_occasions'])
  equal(of.cases.value, 46)
  deepEqual([of.suspects_arrested.value, of.suspects_arrested_foreign.value], [95, 43])
  deepEqual([of.victims.value, of.victims_girls.value], [85, 40])
  equal(of.counselled_at_centres.value, 127)
  equal(of.returned_to_family.female, 104)
  deepEqual([of.at_risk_persons.value, of.at_risk_occasions.value], [962, 54])
  deepEqual([before.suspects_arrested.value, before.suspects_arrested_foreign.value], [27, 13])
  deepEqual([before.victims.value, before.victims.female, before.victims_girls.value], [22, 22, 16])
  for (const row of last.rows) ok(row.label.en && row.label.lo, row.figure)
})

// The first contract's, whoever of these may read the rows.
onBothStores('the year is counted alike for the secretariat, the committee, the auditor and a police investigator', async (t) => {
  const r = await (await t.register()).examples(), server = await r.serve(), rows = (await r.figures('2024-01-01', '2024-12-31')).rows
  for (const [role, unit] of [['secretariat', 'secretariat'], ['committee', 'ncatip'], ['committee', 'secretariat'], ['auditor', 'secretariat'], ['police_investigator', 'atd_investigation']]) {
    const as = server.api(await r.token(`${role}_${unit}`, role, unit))
    deepEqual((await as('GET', '/figures/annual?from=2024-01-01&to=2024-12-31')).body.rows, rows, role)
  }
  await server.stop()
})

onBothStores('the examples counted by another program, over years, months and single days', async (t) => {
  const r = await (await t.register()).examples()
  const data = Object.fromEntries(await Promise.all(records.map(async (record) => [record, await example(record)])))
  for (const [from, to] of [['2022-01-01', '2022-12-31'], ['2023-01-01', '2023-12-31'], ['2024-01-01', '2024-12-31'], ['2025-01-01', '2025-12-31'], ['1900-01-01', '2100-01-01'],
    ['2023-12-31', '2024-01-01'], ['2024-02-29', '2024-02-29'], ['2024-12-31', '2024-12-31'], ['2022-01-01', '2022-01-01'], ['2024-06-01', '2024-06-30']]) await same(r, data, from, to)
})

const two = (n) => String(n).padStart(2, '0')

// Rows made so that the edges are met: births around the eighteenth birthday, leap days, gaps, the same person often.
function made(seed, singly) {
  const d = dice(seed)
  const day = () => `${2022 + d.upTo(3)}-${two(1 + d.upTo(12))}-${two(1 + d.upTo(28))}`
  const blunt = (full) => (d.chance(0.1) ? full.slice(0, 4) : d.chance(0.1) ? full.slice(0, 7) : full)
  const edge = () => d.one(['2024-02-28', '2024-02-29', '2024-03-01', '2022-02-28', '2022-03-01', '2024-01-01', '2024-12-31', '2023-12-31', '2022', '2023', '2023-05', '2024-02', ''])
  const when = () => (d.chance(0.3) ? edge() : blunt(day()))
  const near18 = () => { // within two days of turning 18 on some edge, or anything
    if (d.chance(0.12)) return d.one(['2004-02-29', '2006-02-28', '2006-03-01', '2004-02', '2004', '2006', '2005', '2006-02', '2005-05'])
    if (d.chance(0.12)) return ''
    const around = d.chance(0.6) ? d.one(['2024-02-29', '2024-03-01', '2022-03-01', '2024-01-01', '2023-12-31']) : day()
    const at = new Date(Date.parse(around) + (d.upTo(3) - 1) * 86400_000).toISOString().slice(0, 10)
    const year = Number(at.slice(0, 4)) - (d.chance(0.7) ? 18 : 5 + d.upTo(40))
    return blunt(`${year}${at.endsWith('02-29') && year % 4 ? '-02-28' : at.slice(4)}`)
  }
  const data = Object.fromEntries(records.map((record) => [record, []]))
  const add = (record, row) => data[record].push(Object.fromEntries(fieldsOf[record].map((name) => [name, String(row[name] ?? '')])))
  for (let i = 0; i < 25; i++) add('case', { key: `K${i}`, kind: d.one(['criminal', 'protection', 'both', '']), opened: when(), province: d.one(['LA-VT', 'LA-BK', '']),
    forms: d.one(['', 'other', 'forced_labour online_scam', 'forced_labour other unknown']), state: d.one(['', 'active', 'rejected', 'closed', 'closed']), closed_because: d.one(['', 'duplicate', 'not_trafficking', 'goals_met']) })
  for (let i = 0; i < 60; i++) add('person', { key: `P${i}`, sex: d.one(['female', 'female', 'male', 'other', 'unknown', '']), born: near18(),
    citizenship: d.one(['', 'LA', 'TH', 'VN TH', 'TH LA', 'LA']), province: d.one(['LA-SV', 'LA-BK', '']) })
  const someone = () => `P${d.upTo(60)}`
  const used = new Set()
  for (let i = 0; i < 160; i++) {
    const row = { key: `I${i}`, case: d.chance(0.9) ? `K${d.upTo(25)}` : '', person: someone(), part: d.one(['victim', 'victim', 'suspect', 'witness', 'at_risk', 'family', '']), identified: when(), arrested: when(), status: d.one(['', '', 'identified', 'not_victim']) }
    // Two on one day leave open which of them the cells are told by.
    if (singly && (used.has(row.person) || !used.add(row.person))) continue
    add('involvement', row)
  }
  for (let i = 0; i < 150; i++) add('service', { key: `S${i}`, person: someone(), type: d.one(['counselling', 'counselling', 'food', '']), given: when(), place: d.one(['centre', 'centre', 'shelter', 'field', '']) })
  for (let i = 0; i < 120; i++) {
    const full = day(), reached = d.chance(0.6) ? d.upTo(30) : ''
    const at = d.chance(0.4) ? `${full}T${d.one(['00:00', '16:59', '17:00', '23:59', '06:30'])}${d.one(['', 'Z', '+07:00', '-05:00'])}` : when()
    add('contact', { key: `C${i}`, at, mode: d.one(['hotline', 'face_to_face', 'message', 'letter', '']), at_risk: d.one(['yes', 'yes', 'no', 'unknown', '']), reached,
      reached_female: reached === '' || d.chance(0.2) ? '' : d.upTo(reached + 1), person: d.chance(0.5) ? someone() : '' })
  }
  for (let i = 0; i < 90; i++) add('return', { key: `R${i}`, person: d.chance(0.95) ? someone() : '', arrived: when(), from_country: d.one(['TH', 'CN', '']), destination: d.one(['family', 'family', 'shelter', 'other', '']), state: d.one(['', 'home', 'closed', 'cancelled']) })
  // Nobody was met before she was born.
  const born = Object.fromEntries(data.person.map((one) => [one.key, one.born ? range(one.born)[1] : '0000']))
  for (const record of ['involvement', 'service', 'return']) {
    for (const row of data[record]) for (const name of ['identified', 'arrested', 'given', 'arrived']) if (row[name] && row.person && range(row[name])[0] <= born[row.person]) row[name] = ''
  }
  return data
}

async function taken(r, data) {
  for (const record of records) await r.mustTake(record, csv([fieldsOf[record], ...data[record].map((row) => fieldsOf[record].map((name) => row[name]))]))
  return r
}

const spans = [['2022-01-01', '2022-12-31'], ['2023-01-01', '2023-12-31'], ['2024-01-01', '2024-12-31'], ['2022-01-01', '2024-12-31'], ['2024-02-28', '2024-03-01'],
  ['2024-02-29', '2024-02-29'], ['2022-03-01', '2022-03-01'], ['2023-05-01', '2023-05-31'], ['1990-01-01', '1990-12-31']]

for (let seed = 1; seed <= 6; seed++) {
  onBothStores(`random rows counted by another program, ${seed}`, async (t) => {
    const data = made(seed)
    const r = await taken(await t.register(), data)
    for (const [from, to] of spans) await same(r, data, from, to)
  })
}

for (const seed of [11, 12]) {
  onBothStores(`random rows told apart by one and two fields, ${seed}`, async (t) => {
    const data = made(seed, true)
    const r = await taken(await t.register(), data)
    for (const by of [['sex'], ['citizenship'], ['kind'], ['part', 'sex'], ['case.province'], ['person.province'], ['case.forms', 'sex'], ['person.citizenship', 'person.sex'], ['mode'],
      ['from_country'], ['destination', 'sex'], ['at_risk', 'mode'], ['forms']]) {
      for (const [from, to] of spans.slice(0, 4)) {
        const told = await r.figures(from, to, '--by', by.join(','))
        const got = told.cells.map((cell) => `${JSON.stringify([cell.figure, ...by.map((name) => cell.by[name])])} ${cell.value}`).sort()
        const skewed = by.some((name) => ['sex', 'citizenship'].includes(name)) ? [] : ['counselled_at_centres'] // may be met twice on a day
        const rest = (list) => list.filter((cell) => !skewed.some((figure) => cell.startsWith(`["${figure}"`)))
        deepEqual(rest(got), rest(cells(data, from, to, by, packFields)), `by ${by} from ${from} to ${to}`)
      }
    }
  })
}

test('the other program knows when somebody turns 18', () => {
  equal(turns18('2004-02-29'), '2022-03-01')
  equal(turns18('2006-12-31'), '2024-12-31')
  deepEqual(range('2024-02'), ['2024-02-01', '2024-02-29'])
  deepEqual(range('2023-12-31T17:00Z'), ['2024-01-01', '2024-01-01'])
})

onBothStores('eighteen on the very day, a leap day, a birth of which only the year is known', async (t) => {
  const r = await t.register()
  const born = { A: '2006-06-15', B: '2006-06-16', C: '2006-06-14', D: '2006', E: '2006-06', F: '2006-07', G: '2006-05', H: '2007', I: '2005', J: '' }
  await r.mustTake('person', csv([['key', 'sex', 'born'], ...Object.entries(born).map(([key, when]) => [key, 'female', when]), ['M', 'male', '2010'], ['L', 'female', '2004-02-29']]))
  await r.mustTake('involvement', csv([['key', 'person', 'part', 'identified'], ...[...Object.keys(born), 'M'].map((key) => [`I${key}`, key, 'victim', '2024-06-15']),
    ['IL1', 'L', 'victim', '2022-02-28'], ['IL2', 'L', 'victim', '2022-03-01']]))
  const girls = async (from, to) => bare((await r.figures(from, to)).rows.find((row) => row.figure === 'victims_girls'))
  // B, D, E, F and H are or may be under 18 on the day; D and E are assumed to be; J's birth is empty
  deepEqual(await girls('2024-01-01', '2024-12-31'), { figure: 'victims_girls', unit: 'person', date_basis: 'identified', value: 5, female: 5, assumed_under_18: 2, unknown_age: 1 })
  equal((await girls('2022-02-28', '2022-02-28')).value, 1)
  equal((await girls('2022-03-01', '2022-03-01')).value, 0)
  equal((await girls('2022-01-01', '2022-12-31')).value, 1)
})

onBothStores('who was surely a girl on the earliest day is not assumed to be one by a later day', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,sex,born\nP1,female,2006-06\n')
  await r.mustTake('involvement', 'key,person,part,identified\nI1,P1,victim,2024-01-05\nI2,P1,victim,2024-06-15\n')
  const girls = (await r.figures('2024-01-01', '2024-12-31')).rows.find((row) => row.figure === 'victims_girls')
  deepEqual([girls.value, girls.assumed_under_18], [1, 0])
  const later = (await r.figures('2024-06-01', '2024-12-31')).rows.find((row) => row.figure === 'victims_girls')
  deepEqual([later.value, later.assumed_under_18], [1, 1])
})

onBothStores('a reach without a count is one when somebody is named; the female sum follows', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,sex\nF,female\nM,male\n')
  await r.mustTake('contact', `key,at,mode,at_risk,reached,reached_female,person
C1,2024-01-01,hotline,yes,10,4,
C2,2024-12-31T23:59,message,yes,,,F
C3,2024-06,letter,yes,,,M
C4,2024,hotline,yes,,,
C5,2024-05-05,hotline,yes,3,,F
C6,2024-05-05,hotline,no,100,50,F
C7,2024-05-05,hotline,unknown,100,50,F
C8,2024-12-31T17:00Z,hotline,yes,7,7,
C9,2024-05-05,hotline,,9,9,
`)
  const rows = Object.fromEntries((await r.figures('2024-01-01', '2024-12-31')).rows.map((row) => [row.figure, [row.value, row.female]]))
  deepEqual([rows.at_risk_persons, rows.at_risk_occasions, rows.hotline_occasions], [[15, 5], [5, null], [3, null]])
})

onBothStores('figures as text and CSV say the same numbers; an unknown field is bad input', async (t) => {
  const r = await (await t.register()).examples()
  const ask = ['figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31']
  const text = await r.must(...ask), sheet = await r.must(...ask, '--format', 'csv')
  for (const number of ['46', '95', '43', '85', '40', '127', '104', '962', '54']) { match(text, new RegExp(`\\b${number}\\b`)); match(sheet, new RegExp(`\\b${number}\\b`)) }
  equal((await r.run(...ask, '--by', 'shoe_size')).code, 1)
  equal((await r.run(...ask, '--by', 'case.shoe_size')).code, 1)
  equal((await r.run(...ask, '--by', 'ghost.sex')).code, 1)
  equal((await r.run(...ask, '--by', 'given_name')).code, 1) // what is sealed tells nobody apart
  equal((await r.run(...ask, '--by', '')).code, 2)
  match(await r.must(...ask, '--by', 'sex'), /female/)
  match(await r.must(...ask, '--by', 'sex', '--format', 'csv'), /female/)
})

test('the first page shows no number, and not 0, of a figure that is not for her role', async (t) => {
  const r = await t.register(), today = new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10)
  await r.mustTake('case', csv([['key', 'kind', 'opened'], ['K1', 'criminal', today]]))
  await r.mustTake('person', csv([['key', 'sex', 'born', 'citizenship'], ['P1', 'female', `${Number(today.slice(0, 4)) - 12}`, 'LA']]))
  await r.mustTake('involvement', csv([['key', 'case', 'person', 'part', 'identified'], ['I1', 'K1', 'P1', 'victim', today]]))
  for (const name of ['auditor', 'data_protection_officer']) await r.user(name, name, 'secretariat')
  const server = await r.serve()
  for (const [name, shown] of [['auditor', true], ['data_protection_officer', false]]) {
    const visitor = new Visitor(server)
    await visitor.signIn({ name, password: 'correct horse battery' })
    const { text } = await visitor.get('/'), cards = [...text.matchAll(/app-figure__value'>([^<]*)<\/span>([^<]*)</g)].map((one) => [one[2], one[1]])
    equal(new Map(cards).get('Victims'), '1', name)
    equal(new Map(cards).get('Of them girls under 18'), shown ? '1' : undefined, name)
  }
  await server.stop()
})
