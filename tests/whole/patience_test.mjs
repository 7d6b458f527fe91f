// The limits of patience: how much a form asks before anything can be saved, of every kind of record and of who has least time.
// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, table, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const laos = join(home, 'packs/laos')
const survey = async () => (await Promise.all((await readdir(join(laos, 'survey'))).sort().map((name) => readFile(join(laos, 'survey', name), 'utf8')))).flatMap(table)
const records = async () => table(await readFile(join(laos, 'records.csv'), 'utf8')).map((one) => one.name)

async function visitor(t, role, unit) {
  const r = await t.register(), who = await r.user('keo', role, unit), server = await r.serve(), one = new Visitor(server, 'en')
  await one.signIn(who)
  return { one, api: server.api(await r.token('api', role, unit)) }
}
// What a form shows before anything is unfolded: fields of the record and of its rows, and the box for a number from elsewhere.
const main = (text) => text.match(/<main[^]*<\/main>/)[0]
const folded = (text) => main(text).match(/<details class='govuk-details app-later'[^]*?<\/details>\s*(?=<|$)/)?.[0] ?? ''
function shown(text) {
  const open = main(text).split("<details class='govuk-details app-later'")[0]
  const names = [...open.matchAll(/<(?:input|select|textarea)[^>]* name='([^']*)'[^>]*>/g)].filter(([box]) => !/type='hidden'/.test(box)).map(([, name]) => name)
  return [...new Set(names)].filter((name) => !/^_|\._/.test(name))
}

test('a new record of any kind asks twelve things at most, two of them at most must be said, and none of those is folded', async (t) => {
  const { one } = await visitor(t, 'secretariat', 'secretariat'), all = await survey()
  for (const record of await records()) {
    const { text } = await one.get(`/${record}/new`), asks = shown(text), must = all.filter((row) => row.record === record && /^(yes|true)/i.test(row.required ?? ''))
    ok(asks.length > 0 && asks.length <= 12, `${record} asks ${asks.length}: ${asks}`)
    ok(must.length <= 2, `${record} wants ${must.length}`)
    for (const { name } of must) ok(asks.includes(name), `${record}: ${name} must be said, and is folded`)
  }
})

test('what is asked because of an answer is asked after it', async () => {
  const all = await survey(), wrong = []
  for (const record of await records()) {
    const rows = all.filter((row) => row.record === record), names = rows.map((row) => row.name)
    rows.forEach((row, at) => {
      for (const [, other] of `${row.relevant ?? ''} ${row.choice_filter ?? ''}`.matchAll(/\$\{(\w+)[.}]/g))
        if (names.indexOf(other) > at) wrong.push(`${record}: ${row.name} is asked before ${other}`)
    })
  }
  deepEqual(wrong, [])
})

// A call says something by being there; of others what a form begins with is not said by who sends it.
test('a form that is sent as it came makes nothing, of any kind of record but a call', async (t) => {
  const r = await t.register(), server = await r.serve(), made = []
  for (const [role, unit] of [['secretariat', 'secretariat'], ['border_officer', 'gate_friendship_4'], ['police_investigator', 'atd_investigation'], ['court_clerk', 'court'], ['prosecutor', 'ospp'], ['shelter_manager', 'shelter_vt'], ['return_officer', 'vtc']]) {
    const one = new Visitor(server, 'en')
    await one.signIn(await r.user(role, role, unit))
    for (const record of await records()) {
      const page = await one.get(`/${record}/new`)
      if (record === 'contact' || page.status !== 200) continue
      const sent = await one.ask('POST', `/${record}`, { body: new URLSearchParams(formFields(page.text)).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
      if (sent.status !== 400) made.push(`${role}: ${record} (${sent.status})`)
    }
  }
  deepEqual(made, [])
})

test('nothing that a form folds is lost: all that can be said of a record can be said on its first form', async (t) => {
  const { one, api } = await visitor(t, 'secretariat', 'secretariat')
  const page = await one.get('/person/new'), fields = formFields(page.text)
  ok(folded(page.text).includes("name='safe_contact'"))
  const saved = await one.ask('POST', '/person', { body: new URLSearchParams([...fields.filter(([name]) => !['given_name', 'safe_contact', 'key'].includes(name)), ['given_name', 'Noy'], ['safe_contact', 'By day'], ['key', 'P-X']]).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  equal(saved.status, 303, saved.text)
  deepEqual((({ key, given_name: name, safe_contact: how }) => [key, name, how])((await api('GET', '/person/P-X')).body), ['P-X', 'Noy', 'By day'])
  // What is wrong there stands open.
  const again = formFields((await one.get('/person/new')).text)
  const wrong = await one.ask('POST', '/person', { body: new URLSearchParams([...again.filter(([name]) => name !== 'children'), ['given_name', 'Noy'], ['children', '99']]).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  equal(wrong.status, 400)
  match(wrong.text, /<details class='govuk-details app-later' open>/)
})

test('a call: eight boxes at most, none of which must be filled; time and line stand there; silence is one press', async (t) => {
  const { one, api } = await visitor(t, 'hotline_operator', 'lwu_1362'), page = await one.get('/contact/new'), asks = shown(page.text)
  ok(asks.length <= 8, `${asks.length}: ${asks}`)
  deepEqual((await survey()).filter((row) => row.record === 'contact' && row.required), [])
  const fields = Object.fromEntries(formFields(page.text)), now = new Date(Date.now() + 7 * 3600_000)
  match(fields.at, new RegExp(`^0?${now.getUTCDate()}/0?${now.getUTCMonth() + 1}/${now.getUTCFullYear()} \\d\\d:\\d\\d$`))
  deepEqual([fields.mode, fields.line], ['hotline', 'lwu_1362'])
  const presses = [...page.text.matchAll(/<button class='[^']*' name='(unheard)' value='(\w+)'>/g)].map(([, , value]) => value)
  deepEqual(presses, ['silent', 'wrong_number'])
  for (const press of presses) {
    const again = await one.get('/contact/new')
    const sent = await one.ask('POST', '/contact', { body: new URLSearchParams([...formFields(again.text), ['unheard', press]]).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    equal(sent.status, 303, sent.text)
    const [newest] = (await api('GET', '/contact')).body.items
    deepEqual([newest.unheard, newest.mode, newest.line, newest.state], [press, 'hotline', 'lwu_1362', 'closed'])
  }
})

test('a gate: seven questions first, each with yes, no, unknown and refused, and no whole set; time, gate, place and province stand there', async (t) => {
  const { one } = await visitor(t, 'border_officer', 'gate_boten'), { text } = await one.get('/screening/new'), asks = shown(text)
  const answers = asks.filter((name) => ['yes', 'no', 'unknown', 'refused'].every((one) => text.includes(`name='${name}' type='radio' value='${one}'`)))
  equal(answers.length, 7, String(answers))
  ok(asks.length <= 12, String(asks))
  ok(!text.includes('app-grid'))
  const fields = Object.fromEntries(formFields(text))
  deepEqual([fields.place, fields.province], ['border', 'LA-LM'])
  const encounter = await one.get('/encounter/new')
  ok(shown(encounter.text).length <= 12, String(shown(encounter.text)))
  const its = Object.fromEntries(formFields(encounter.text))
  equal(its.gate, 'boten')
  match(its.at, /^\d+\/\d+\/\d{4} \d\d:\d\d$/)
})

test('whole sets of indicators stand elsewhere: a table for each dimension, four answers for each sign', async (t) => {
  const { one } = await visitor(t, 'police_investigator', 'atd_investigation'), { text } = await one.get('/screening/new')
  const tables = [...text.matchAll(/<table class='govuk-table app-grid'>[^]*?<\/table>/g)].map(([one]) => one), signs = tables.map((one) => [...one.matchAll(/<th class='govuk-table__header' scope='row'>/g)].length)
  deepEqual(signs.slice(0, 6), [10, 10, 16, 9, 15, 7]) // 67, as ILO and the European Commission have them
  for (const one of tables) equal([...one.matchAll(/type='checkbox'/g)].length, 4 * [...one.matchAll(/scope='row'/g)].length)
})

test('somebody is written down on the spot by five boxes at most: no name, a sex and an estimated age suffice', async (t) => {
  const { one, api } = await visitor(t, 'border_officer', 'gate_boten'), page = await one.get('/screening/new')
  const form = page.text.match(/id='f-person-new'[^]*?<\/details>/)[0]
  const names = [...new Set([...form.matchAll(/ name='(_new\.person\.\w+)'/g)].map(([, name]) => name))].filter((name) => !name.endsWith('._once'))
  ok(names.length <= 5, String(names))
  const sent = await one.ask('POST', '/screening', { body: new URLSearchParams([...formFields(page.text).filter(([name]) => name !== 'person' && !name.startsWith('_new.person.') || name.endsWith('_once')),
    ['person', ''], ['_new.person.unnamed', 'withheld'], ['_new.person.sex', 'female'], ['_new.person.age_estimated', '16'], ['spoken_for', 'yes']]).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  equal(sent.status, 303, sent.text)
  const [person] = (await api('GET', '/person')).body.items, [screening] = (await api('GET', '/screening')).body.items
  deepEqual([person.unnamed, person.sex, person.age_estimated], ['withheld', 'female', '16'])
  deepEqual([screening.person, screening.child_rule, screening.seven_yes], [person.key, 'child', '1'])
})

test('an interview asks one group at a time: seven questions in a part of their own, and of the whole sets those alone that were chosen', async (t) => {
  const { one } = await visitor(t, 'police_investigator', 'atd_investigation')
  match((await one.get('/step_by_step')).text, /href='\/screening\/new\?_part=1'/)
  let page = await one.get('/screening/new?_part=1')
  const seen = (text) => [...text.matchAll(/<fieldset class='govuk-fieldset app-group'><legend class='app-section'>([^<]*)<\/legend>/g)].map(([, name]) => name)
  const parts = [seen(page.text)]
  for (let turn = 0; turn < 20 && /name='_next'[^>]*>Go on/.test(page.text); turn++) {
    const fields = formFields(page.text).filter(([name, value]) => name !== '_next' && name !== '_back' && !(name === 'tool' && value))
    page = await one.ask('POST', '/screening', { body: new URLSearchParams([...fields, ['tool', 'scam'], ['_next', 'yes']]).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    parts.push(seen(page.text))
  }
  deepEqual(parts, [['When and where'], ['Seven questions first'], ['Signs'], ['Scam centres']])
})

test('the checkpoints of the registry can be brought in as they stand', async (t) => {
  const r = await t.register()
  await r.must('import', 'checkpoint', join(laos, 'registry/checkpoint.csv'))
  equal((await r.sql('select count(*) from checkpoint')).trim(), '31')
  equal((await r.sql("select count(*) from checkpoint where class = 'international' and neighbour = 'TH'")).trim(), '11')
})
