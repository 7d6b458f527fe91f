// What figures leave out: what was judged not to be one, and what is not for who asks; how they part a figure and split it.
// SPDX-License-Identifier: Apache-2.0
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { range, turns18 } from '../counting.mjs'
import { Visitor } from '../visitor.mjs'
import { csv, deepEqual, dice, equal, home, match, ok, onBothStores, table as records, test } from '../tool.mjs'

async function table(r, name, from, to, ...more) {
  const answer = JSON.parse(await r.must('figures', name, '--from', from, '--to', to, '--format', 'json', ...more))
  return answer.rows ? Object.fromEntries(answer.rows.map((row) => [row.figure, row])) : answer.cells
}
const values = (rows, ...names) => names.map((name) => rows[name].value)

// ---- judged not to be one -------------------------------------------------------------------------------

onBothStores('cases rejected or closed as duplicate or as not trafficking, parts with status not_victim, pending identifications and cancelled returns are not counted', async (t) => {
  const r = await t.register()
  await r.mustTake('case', `key,kind,opened,state,closed,closed_because
K1,criminal,2024-01-05,active,,
K2,criminal,2024-01-06,rejected,,
K3,both,2024-01-07,closed,2024-02-01,duplicate
K4,criminal,2024-01-08,closed,2024-02-01,not_trafficking
K5,criminal,2024-01-09,closed,2024-02-01,goals_met
K6,both,2024-01-10,,,
K7,protection,2024-01-10,active,,
`)
  await r.mustTake('person', 'key,sex,born,citizenship\nP1,female,2010,LA\nP2,female,2011,LA\nP3,male,1980,TH\nP4,male,1981,TH\n')
  await r.mustTake('involvement', `key,case,person,part,identified,arrested,status
I1,K2,P1,victim,2024-03-01,,identified
I2,K1,P2,victim,2024-03-01,,not_victim
I3,K1,P3,suspect,,2024-03-02,
I4,K1,P4,suspect,,2024-03-02,not_victim
`)
  await r.mustTake('identification', `key,person,status,decided,state
A1,P1,identified,2024-04-01,pending
A2,P2,identified,2024-04-01,decided
A3,P3,identified,2024-04-01,appealed
A4,P4,identified,2024-04-01,final
`)
  await r.mustTake('return', `key,person,arrived,from_country,destination,state
B1,P1,2024-05-01,TH,family,home
B2,P2,2024-05-01,TH,family,cancelled
B3,P3,2024-05-01,TH,relatives,cancelled
B4,P4,2024-05-01,CN,shelter,
`)
  const year = ['2024-01-01', '2024-12-31']
  const annual = await table(r, 'annual', ...year), victims = await table(r, 'victims', ...year)
  const glotip = await table(r, 'glotip', ...year), returns = await table(r, 'returns', ...year)
  deepEqual(values(annual, 'cases', 'suspects_arrested', 'suspects_arrested_foreign', 'victims', 'victims_girls', 'returned_to_family'), [3, 1, 1, 1, 1, 1])
  deepEqual(values(victims, 'victims', 'victims_girls', 'victims_foreign', 'identified_formally'), [1, 1, 0, 3])
  deepEqual(values(glotip, 'offences', 'formal_contact', 'detected_victims'), [3, 1, 1])
  deepEqual(values(returns, 'returns', 'returned_to_family', 'returns_to_relatives', 'returns_to_shelter', 'returns_thailand', 'returns_under_18'), [2, 1, 0, 1, 1, 1])
  const cells = await table(r, 'annual', ...year, '--by', 'kind')
  deepEqual(cells.filter((cell) => cell.figure === 'cases').map((cell) => [cell.by.kind, cell.value]), [['both', 1], ['criminal', 2]])
})

onBothStores('whoever stands in a figure that leaves something out is counted or told by reason, in whatever state, under whatever verdict, of whatever citizenship', async (t) => {
  const sheet = (name) => records(readFileSync(join(home, 'packs/laos', name), 'utf8')), states = (record) => ['', ...sheet('states.csv').filter((one) => one.record === record).map((one) => one.name)]
  const r = await t.register(), day = '2024-03-01', rows = {}, persons = [], expected = {}
  const add = (record, row) => { const key = `${record}${(rows[record] ??= []).length}`; rows[record].push({ key, ...row }); return key }
  const person = (more = {}) => { persons.push({ key: `P${persons.length}`, sex: 'female', born: '2015', citizenship: 'LA', ...more }); return persons.at(-1).key }
  const statuses = ['', 'screened', 'possible', 'identified', 'not_victim', 'at_risk', 'declined']
  for (const state of states('case')) for (const closed_because of state === 'closed' ? ['', 'duplicate', 'not_trafficking', 'goals_met'] : ['']) add('case', { kind: 'criminal', opened: day, state, closed: state === 'closed' ? day : '', closed_because })
  for (const [part, on] of [['suspect', 'arrested'], ['victim', 'identified']]) for (const citizenship of ['TH', '']) for (const status of citizenship ? statuses : [''])
    add('involvement', { case: 'case0', part, [on]: day, status, person: person({ citizenship }) })
  for (const state of states('identification')) for (const status of statuses) add('identification', { person: person(), status, state, decided: day })
  add('identification', { person: person(), state: 'pending', reflection_from: day })
  for (const destination of ['family', 'relatives', 'shelter', 'independent']) for (const manner of ['', 'foreign']) for (const state of states('return'))
    add('return', { person: person(), from_country: 'TH', destination, manner, state, departs: day, arrived: day })
  for (const state of states('followup')) for (const reached of ['', 'yes', 'no']) add('followup', { person: person(), due: day, done: day, reached, state })
  add('followup', { person: person(), due: day, state: 'declined' })
  for (const state of states('activity')) for (const reached of ['10', '']) add('activity', { state, planned_for: day, held: state === 'planned' ? '' : day, reached: state === 'planned' ? '' : reached })
  for (const state of states('compensation')) add('compensation', { person: person(), awarded: 100, awarded_on: day, state })
  for (const said of [{ amount: '50 LAK', paid_on: day }, { amount: '30 LAK', due: day }, { amount: '7 THB', paid_on: day }]) add('payment', { compensation: 'compensation0', ...said })
  for (const state of states('investigation')) add('investigation', { case: 'case0', opened: day, state })
  const outcomes = readFileSync(join(home, 'packs/laos/choices/06_justice.csv'), 'utf8').match(/^hearing_outcomes,\w+/gm).map((one) => one.split(',')[1])
  for (const outcome of ['', ...outcomes]) add('hearing', { held: day, outcome })
  for (const found of ['', 'yes', 'no']) add('tracing', { person: person(), visited: day, found })
  await r.mustTake('person', csv([Object.keys(persons[0]), ...persons.map(Object.values)]))
  for (const [record, all] of Object.entries(rows)) {
    const names = [...new Set(all.flatMap(Object.keys))]
    await r.mustTake(record, csv([names, ...all.map((one) => names.map((name) => one[name] ?? ''))]))
  }
  const n = (record, of = () => true) => rows[record].filter(of).length
  for (const name of ['cases', 'offences']) expected[name] = n('case')
  for (const name of ['suspects_arrested', 'suspects_arrested_foreign', 'formal_contact']) expected[name] = n('involvement', (one) => one.part === 'suspect')
  for (const name of ['victims', 'victims_foreign', 'detected_victims']) expected[name] = n('involvement', (one) => one.part === 'victim')
  const back = (one) => one.manner !== 'foreign' || one.state === 'cancelled' // whoever went to another country did not come back here, and is counted by foreign_home
  for (const name of ['returns', 'returns_thailand', 'returns_under_18']) expected[name] = n('return', back)
  for (const [name, to] of [['returned_to_family', 'family'], ['returns_to_relatives', 'relatives'], ['returns_to_shelter', 'shelter'], ['returns_independent', 'independent']]) expected[name] = n('return', (one) => back(one) && one.destination === to)
  expected.foreign_home = n('return', (one) => one.manner === 'foreign')
  expected.activity_reached = rows.activity.filter((one) => one.held).reduce((sum, one) => sum + (Number(one.reached) || (one.state === 'cancelled' ? 0 : 1)), 0)
  Object.assign(expected, { identified_formally: n('identification'), visited_at_home: n('followup'), activities: n('activity'), compensated: n('compensation'), compensation_awarded: 100 * n('compensation'),
    compensation_paid: 50 + 30 + 1, investigations: n('investigation'), hearings_held: n('hearing'), families_traced: n('tracing') })
  const told = {}
  for (const { name } of sheet('tables.csv')) Object.assign(told, await table(r, name, '2024-01-01', '2024-12-31'))
  const leaving = [...new Set(sheet('figures.csv').filter((one) => one.left === 'yes').map((one) => one.within))]
  deepEqual(leaving.toSorted(), Object.keys(expected).toSorted(), 'a figure that leaves something out is walked through here')
  for (const name of leaving) equal(told[name].value + told[name].left_out.reduce((sum, one) => sum + one.value, 0), expected[name], `${name} ${JSON.stringify(told[name])}`)
  // Who was told of the decision is identified, as before and after; a claim that was withdrawn is no award.
  deepEqual([told.identified_formally.value, told.compensated.value, told.compensation_awarded.value], [states('identification').length - 1, n('compensation') - 1, 100 * (n('compensation') - 1)])
  deepEqual(told.suspects_arrested_foreign.left_out.map((one) => [one.label.en, one.value]), [['Not a suspect, after all', 1], ['Citizenship not known', 1]])
})

test('an import without the column leaves the state empty: such a row counts, is found as the first state, moves from it, and is made again from the journal', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,sex\nP1,female\n')
  await r.mustTake('case', 'key,kind,opened\nK1,criminal,2024-01-05\n')
  await r.mustTake('identification', 'key,person,status,decided\nA1,P1,identified,2024-04-01\n')
  equal(await r.sql("select state || '|' from identification"), '|\n')
  deepEqual(values(await table(r, 'victims', '2024-01-01', '2024-12-31'), 'identified_formally'), [1])
  const server = await r.serve(), as = server.api(await r.token())
  const made = await as('POST', '/case', { kind: 'criminal', opened: '2024-01-06' }) // what is made here begins where cases begin
  equal((await as('GET', `/case/${made.body.id}`)).body.state, 'reported')
  equal((await as('GET', '/case/K1')).body.state, '')
  deepEqual((await as('GET', '/case?state=reported')).body.items.map((item) => item.key), [made.body.id, 'K1'])
  deepEqual((await as('GET', '/case?state=active')).body.items, [])
  const page = await as('GET', '/case/K1', undefined, { accept: 'text/html', 'accept-language': 'en' })
  match(page.text, /value='screen'|name='move'/)
  ok(!/<dt>State</.test(page.text), 'of its state it says nothing')
  await server.stop()
  await r.mustTake('case', 'key,state\nK1,closed\n')
  equal(await r.sql("select state from case where key = 'K1'".replace('case', '"case"')), 'closed\n')
  const before = await r.dump()
  await r.must('rebuild')
  equal(await r.dump() === before, true)
})

test('a case that is rejected by a move is no case any more, and is one again when it is opened again', async (t) => {
  const r = await t.register()
  const who = await r.user(), server = await r.serve(), visitor = new Visitor(server, 'en')
  await visitor.signIn(who)
  await visitor.get('/case/new')
  const to = (await visitor.post('/case', { kind: 'both', opened: '1/6/2024' })).to.split('?')[0]
  const seen = []
  for (const move of ['', 'screen', 'reject', 'reopen_rejected']) {
    await visitor.get(to)
    if (move) equal((await visitor.post(`${to}/move`, { move, _version: visitor.text.match(/name='_version' value='(\d+)'/)[1] })).status, 303)
    seen.push((await table(r, 'glotip', '2024-01-01', '2024-12-31')).offences.value)
  }
  deepEqual(seen, [1, 1, 0, 1])
  await server.stop()
})

// ---- one class of age -----------------------------------------------------------------------------------

const classes = ['victims_girls', 'victims_women', 'victims_boys', 'victims_men', 'victims_unknown']

onBothStores('who was identified before and after her eighteenth birthday in one year stands once, among the girls', async (t) => {
  const r = await t.register()
  await r.mustTake('case', 'key,kind\nK1,criminal\nK2,criminal\n')
  await r.mustTake('person', 'key,sex,born\nP1,female,2006-06-15\nP2,male,2006\n')
  await r.mustTake('involvement', `key,case,person,part,identified
I1,K1,P1,victim,2024-03-01
I2,K2,P1,victim,2024-09-01
I3,K2,P2,victim,2025-01-01
I4,K1,P2,victim,2024
`)
  deepEqual(values(await table(r, 'victims', '2024-01-01', '2024-12-31'), 'victims', ...classes), [2, 1, 0, 1, 0, 0])
  deepEqual(values(await table(r, 'victims', '2024-06-30', '2024-12-31'), 'victims', ...classes), [1, 0, 1, 0, 0, 0])
  deepEqual(values(await table(r, 'victims', '2025-01-01', '2025-12-31'), 'victims', ...classes), [1, 0, 0, 0, 1, 0])
  const cells = await table(r, 'victims', '2024-01-01', '2024-12-31', '--by', 'case')
  deepEqual(cells.filter((cell) => classes.includes(cell.figure)).map((cell) => [cell.figure, cell.by.case, cell.value]), [['victims_girls', 'K1', 1], ['victims_boys', 'K1', 1]])
})

onBothStores('girls, women, boys, men and unknown together are the victims, whatever the rows, and are what another program counts', async (t) => {
  const r = await t.register()
  const d = dice(606), persons = [], rows = []
  for (let i = 0; i < 50; i++) persons.push([`P${i}`, d.one(['female', 'female', 'male', 'male', 'other', 'unknown', '']), d.one(['2006-06-15', '2006', '2005', '2006-02', '2004-02-29', '1990-01-01', '2012', ''])])
  for (let i = 0; i < 160; i++) rows.push([`I${i}`, d.chance(0.95) ? `P${d.upTo(50)}` : '', d.one(['victim', 'victim', 'victim', 'suspect', '']),
    d.one(['2023', '2023-06-14', '2023-06-15', '2023-12-31', '2024', '2024-01-01', '2024-02', '2024-02-29', '2024-03-01', '2024-06-14', '2024-06-15', '2024-06-15', '2024-09', '2022-02-28', '']), d.one(['', '', 'identified', 'not_victim'])])
  await r.mustTake('person', csv([['key', 'sex', 'born'], ...persons]))
  await r.mustTake('involvement', csv([['key', 'person', 'part', 'identified', 'status'], ...rows]))
  const who = Object.fromEntries(persons.map(([key, sex, born]) => [key, { sex, born }]))
  for (const [from, to] of [['2023-01-01', '2023-12-31'], ['2024-01-01', '2024-12-31'], ['2022-01-01', '2025-12-31'], ['2024-06-15', '2024-06-15'], ['2024-02-01', '2024-06-30']]) {
    const earliest = new Map()
    for (const [, person, part, identified, status] of rows) {
      const day = range(identified)?.[0]
      if (!person || part !== 'victim' || status === 'not_victim' || !day || day < from || day > to) continue
      if (!earliest.has(person) || day < earliest.get(person)) earliest.set(person, day)
    }
    const wanted = Object.fromEntries(classes.map((name) => [name, 0]))
    for (const [person, day] of earliest) {
      const { sex, born } = who[person]
      const known = born && (sex === 'female' || sex === 'male'), young = known && day < turns18(range(born)[1])
      wanted[!known ? 'victims_unknown' : sex === 'female' ? (young ? 'victims_girls' : 'victims_women') : young ? 'victims_boys' : 'victims_men']++
    }
    const got = await table(r, 'victims', from, to)
    deepEqual(values(got, 'victims', ...classes), [earliest.size, ...classes.map((name) => wanted[name])], `${from} to ${to}`)
    const bySex = (await table(r, 'victims', from, to, '--by', 'sex')).filter((cell) => classes.includes(cell.figure))
    equal(bySex.reduce((sum, cell) => sum + cell.value, 0), earliest.size)
  }
})

// ---- split by ------------------------------------------------------------------------------------------

test('each cell says which field it was split by: the person\'s province or the case\'s', async (t) => {
  const r = await (await t.register()).examples()
  const cells = await table(r, 'annual', '2024-01-01', '2024-12-31', '--by', 'province')
  const of = (figure) => [...new Set(cells.filter((cell) => cell.figure === figure).map((cell) => JSON.stringify(cell.of)))]
  deepEqual(of('victims'), ['{"province":"person.province"}'])
  deepEqual(of('cases'), ['{"province":"case.province"}'])
  deepEqual(of('suspects_arrested'), ['{"province":"person.province"}'])
  const known = await table(r, 'annual', '2024-01-01', '2024-12-31', '--by', 'case.province')
  const suspects = known.filter((cell) => cell.figure === 'suspects_arrested')
  equal(suspects.reduce((sum, cell) => sum + cell.value, 0), 95)
  deepEqual(suspects.filter((cell) => cell.by['case.province'] === null), [])
  for (const cell of suspects) deepEqual(cell.of, { 'case.province': 'case.province' })
  const text = await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31', '--by', 'province')
  match(text, /victims {2}person\.province=LA-/)
  match(text, /cases {2}case\.province=LA-/)
  const sheet = await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31', '--by', 'province', '--format', 'csv')
  match(sheet, /^figure,province,value\n/)
})

test('two fields say whose they are, each by itself, and a field named twice is a fault', async (t) => {
  const r = await (await t.register()).examples()
  const cells = await table(r, 'justice', '2023-01-01', '2024-12-31', '--by', 'kind,citizenship')
  const one = cells.find((cell) => cell.figure === 'suspects_arrested')
  deepEqual(one.of, { kind: 'case.kind', citizenship: 'person.citizenship' })
  deepEqual(Object.keys(one), ['figure', 'by', 'of', 'value'])
  const services = await table(r, 'services', '2024-01-01', '2024-12-31', '--by', 'type')
  deepEqual(services.find((cell) => cell.figure === 'served').of, { type: 'service.type' })
  const server = await r.serve(), as = server.api(await r.token())
  for (const by of ['citizenship,citizenship', 'sex,citizenship,sex', 'citizenship,person.citizenship']) {
    const answer = await as('GET', `/figures/victims?year=2024&by=${by}`, undefined, { 'accept-language': 'en' })
    equal(answer.status, 400, by)
    match(answer.body.faults[0].message, /twice; name each field once\.$/)
    const command = await r.run('figures', 'victims', '--from', '2024-01-01', '--to', '2024-12-31', '--by', by)
    ok(command.code !== 0 && /twice; name each field once|one to 6 different fields/.test(command.err), by)
  }
  equal((await as('GET', '/figures/victims?year=2024&by=province,case.province')).status, 200)
  const page = async (by, language = 'en') => (await as('GET', `/figures/annual?year=2024&by=${by}`, undefined, { accept: 'text/html', 'accept-language': language })).text
  const both = await page('province')
  match(both, /<th scope='col'[^>]*>Province \(Case\) · [^<]*\(Person\)<\/th>/)
  for (const offered of ['person.province', 'case.province', 'person.sex', 'involvement.part']) match(both, new RegExp(`<option value='${offered}'`))
  match(await page('case.province'), /<option value='case.province' selected>Province \(Case\)<\/option>/)
  match(await page('case.province', 'lo'), /<th scope='col'[^>]*>ແຂວງ \(ກໍລະນີ\)<\/th>/)
  await server.stop()
})

// ---- not for every role --------------------------------------------------------------------------------

test('who may not read what is counted is told so instead of 0: the public editor, in both languages, as page and as JSON', async (t) => {
  const r = await (await t.register()).examples()
  const server = await r.serve(), as = server.api(await r.token('dao', 'public_editor', 'secretariat'))
  const answer = (await as('GET', '/figures/annual?year=2024')).body
  equal(answer.rows.length, 10)
  for (const row of answer.rows) deepEqual([row.value, row.female, row.reason], [null, null, { en: 'not for your role', lo: 'ບໍ່ແມ່ນສຳລັບບົດບາດຂອງທ່ານ' }], row.figure)
  deepEqual([answer.rows[4].assumed_under_18, answer.rows[4].unknown_age], [null, null])
  const cells = (await as('GET', '/figures/annual?year=2024&by=province')).body.cells
  deepEqual(cells[0], { figure: 'cases', by: {}, of: {}, value: null, reason: answer.rows[0].reason })
  for (const [language, words, title] of [['en', 'not for your role', "The year's figures: 2024 \\(not for your role\\)"], ['lo', 'ບໍ່ແມ່ນສຳລັບບົດບາດຂອງທ່ານ', '2024 \\(ບໍ່ແມ່ນ']]) {
    const { text } = await as('GET', '/figures/annual?year=2024', undefined, { accept: 'text/html', 'accept-language': language })
    equal(text.split(`colspan='3'>${words}<`).length - 1, 10)
    match(text.replaceAll('&#39;', "'"), new RegExp(`<h1[^>]*>[^<]*${title}`))
  }
  const sheet = (await as('GET', '/figures/annual?year=2024&format=csv')).text
  match(sheet, /\ncases,[^\n]*,opened,,,,\n/)
  await server.stop()
})

test('the scope of what was counted stands in the title: the whole country, a province by its name, a unit by its name', async (t) => {
  const r = await (await t.register()).examples()
  const server = await r.serve()
  const units = readFileSync(join(home, 'packs/laos/registry/units.csv'), 'utf8')
  const title = async (role, unit, name = 'justice', language = 'en') => {
    const as = server.api(await r.token(`${role}_${language}`, role, unit))
    const { text } = await as('GET', `/figures/${name}?year=2024`, undefined, { accept: 'text/html', 'accept-language': language })
    return text.match(/<h1[^>]*>([^<]*)/)[1]
  }
  match(await title('secretariat', 'secretariat'), /^Justice: 2024 \(the whole country\)$/)
  match(await title('committee', 'secretariat', 'justice', 'lo'), /2024 \(ທົ່ວປະເທດ\)$/)
  const [key, label] = units.split('\n').find((line) => /LA-BK/.test(line)).split(',')
  match(await title('province_secretariat', key), /^Justice: 2024 \(only the province Bokeo; what you were given sight of\)$/)
  ok(label)
  await server.stop()
})

// ---- closed to who asks --------------------------------------------------------------------------------

function packWith(t, folder, change) {
  const pack = join(folder, 'pack')
  cpSync(join(home, 'packs/laos'), pack, { recursive: true })
  change((file, edit) => writeFileSync(join(pack, file), edit(readFileSync(join(pack, file), 'utf8'))))
  return pack
}
// A field of the pack's survey with another class.
function classed(file, field, name) {
  return (text) => {
    const [head, ...lines] = text.split('\n'), at = head.split(',').indexOf('class')
    return [head, ...lines.map((line) => {
      const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, ''))
      if (cells[2] !== field) return line
      cells[at] = name
      return cells.slice(0, head.split(',').length).join(',')
    })].join('\n')
  }
}

onBothStores('a field of a class closed to her selects no row for her: the list of who is in danger', async (t) => {
  const pack = packWith(t, await t.folder(), (edit) => edit('survey/07_screening.csv', classed('', 'danger', 'sensitive')))
  const r = await t.register({ pack })
  await r.mustTake('person', 'key,sex\nP1,female\nP2,male\n')
  await r.mustTake('screening', 'key,person,done,danger\nS1,P1,2024-01-01,yes\nS2,P2,2024-01-02,no\n')
  const server = await r.serve()
  const all = server.api(await r.token()), some = server.api(await r.token('dao', 'auditor', 'secretariat'))
  const both = (await some('GET', '/screening')).body.items
  deepEqual(both.map((item) => [item.key, item.danger]), [['S2', undefined], ['S1', undefined]])
  const shown = async (as, path) => {
    const { status, text } = await as('GET', path, undefined, { accept: 'text/html' })
    equal(status, 200)
    return both.filter((item) => text.includes(`/screening/${item.id}'`)).map((item) => item.key)
  }
  deepEqual(await shown(all, '/screening?_list=danger_now'), ['S1'])
  deepEqual(await shown(some, '/screening?_list=danger_now'), [])
  deepEqual(await shown(some, '/screening'), ['S2', 'S1'])
  deepEqual([await shown(all, '/'), await shown(some, '/')], [['S1'], []])
  equal((await some('GET', '/screening?danger=yes')).status, 400)
  await server.stop()
})

test('a figure that looks at a closed class is not for her: its condition, its sum and who is female in it', async (t) => {
  const pack = packWith(t, await t.folder(), (edit) => {
    edit('survey/05_contact.csv', classed('', 'mode', 'sensitive'))
    edit('survey/02_person.csv', classed('', 'citizenship', 'sensitive'))
    edit('survey/19_activity.csv', classed('', 'reached_female', 'sensitive'))
  })
  const r = await (await t.register({ pack })).examples()
  await r.mustTake('activity', 'key,held,reached,reached_female\nV1,2024-02-02,50,20\n')
  const server = await r.serve()
  const all = server.api(await r.token()), some = server.api(await r.token('dao', 'auditor', 'secretariat'))
  const row = async (as, name, figure) => (await as('GET', `/figures/${name}?year=2024`)).body.rows.find((one) => one.figure === figure)
  ok((await row(all, 'annual', 'hotline_occasions')).value > 0)
  const closed = await row(some, 'annual', 'hotline_occasions')
  deepEqual([closed.value, closed.reason.en], [null, 'not for your role'])
  deepEqual([(await row(some, 'annual', 'suspects_arrested_foreign')).value, (await row(some, 'annual', 'suspects_arrested')).value], [null, 95])
  const reached = await row(some, 'prevention', 'activity_reached')
  deepEqual([reached.value, reached.female, reached.reason.en], [50, null, 'not for your role'])
  deepEqual([(await row(all, 'prevention', 'activity_reached')).female], [20])
  equal((await some('GET', '/figures/annual?year=2024&by=mode')).status, 400)
  equal((await some('GET', '/figures/victims?year=2024&by=citizenship')).status, 400)
  await server.stop()
})

onBothStores('the figures of one day tell nothing of a person that is not hers, though the row is', async (t) => {
  const r = await t.register()
  await r.mustTake('case', 'key,kind,opened,province\nK1,criminal,2024-03-27,LA-VT\n')
  const person = 'key,sex,born,citizenship,province\n'
  await r.mustTake('person', `${person}P1,female,2010-01-01,TH,LA-VT\n`) // where she comes from opens nothing
  await r.mustTake('person', `${person}P2,male,1990,LA,LA-BK\n`, '--unit', 'atd_vt')
  await r.mustTake('involvement', 'key,case,person,part,identified\nI1,K1,P1,victim,2024-03-27\nI2,K1,P2,victim,2024-03-28\n')
  const units = readFileSync(join(home, 'packs/laos/registry/units.csv'), 'utf8')
  const unit = units.split('\n').find((line) => /LA-VT/.test(line)).split(',')[0]
  const rights = await readRights('province_secretariat')
  ok(rights, 'the provincial secretariat reads involvements of its province')
  const server = await r.serve(), as = server.api(await r.token('dao', 'province_secretariat', unit)), whole = server.api(await r.token())
  deepEqual((await as('GET', '/involvement')).body.items.map((item) => item.key).sort(), ['I1', 'I2'])
  deepEqual((await as('GET', '/person')).body.items.map((item) => item.key), ['P2'])
  const day = async (asked, on) => Object.fromEntries((await asked('GET', `/figures/victims?from=${on}&to=${on}`)).body.rows.map((row) => [row.figure, row]))
  const hers = await day(as, '2024-03-27'), all = await day(whole, '2024-03-27')
  deepEqual([all.victims.value, all.victims.female, all.victims_girls.value, all.victims_foreign.value], [1, 1, 1, 1])
  deepEqual([hers.victims.value, hers.victims.female, hers.victims_girls.value, hers.victims_foreign.value, hers.victims_unknown.value], [1, 0, 0, 0, 1])
  const own = await day(as, '2024-03-28')
  deepEqual([own.victims.value, own.victims_men.value, own.victims_unknown.value], [1, 1, 0])
  const by = (await as('GET', '/figures/victims?from=2024-03-27&to=2024-03-27&by=sex,born,citizenship')).body.cells
  const told = by.filter((cell) => !cell.reason) // figures of what is closed to her have cells without a value
  ok(told.length && by.every((cell) => cell.reason ? cell.value === null : true))
  for (const cell of told) deepEqual(cell.by, { sex: null, born: null, citizenship: null })
  await server.stop()
})

// Whether a role reads the involvements of its province, and not all of them.
async function readRights(role) {
  const lines = readFileSync(join(home, 'packs/laos/rights.csv'), 'utf8').split('\n').map((line) => line.split(','))
  return lines.findLast(([who, record]) => who === role && (record === 'involvement' || record === '*'))?.[2].split(' ').includes('province')
}
