// The head of a record's page: what tells at once about whom or what it is, what is urgent, and the next step.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mechanism, oneOfEach, target } from '../mechanism.mjs'
import { deepEqual, equal, home, match, ok, onBothStores, sukhwan, table, test } from '../tool.mjs'
import { Visitor } from './../visitor.mjs'

async function world(t, { rows, role = 'secretariat', unit = 'secretariat', lang = 'en' } = {}) {
  const r = await t.register(rows ? { pack: await t.pack({ 'screens/99_more.csv': rows }) } : {})
  const who = await r.user('keo', role, unit), token = await r.token('program', role, unit), server = await r.serve(), visitor = new Visitor(server, lang)
  await visitor.signIn(who)
  return { r, server, visitor, api: server.api(token) }
}
const head = (text) => text.slice(text.indexOf("<div class='moj-page-header-actions'>"), text.indexOf("<div class='app-columns'>"))
const facts = (text) => Object.fromEntries([...head(text).matchAll(/<dt>([^<]*)<\/dt><dd>(?:<[^>]*>)?([^<]*)/g)].map(([, name, value]) => [name, value]))
const urgent = (text) => [...head(text).matchAll(/<strong class='govuk-tag govuk-tag--red'>([^<]*)/g)].map(([, words]) => words)
const buttons = (text) => [...head(text).matchAll(/<(?:button|a) class='govuk-button([^']*)'[^>]*?(?:value='(\w+)'|href='[^']*\/(edit|move\?move=\w+)')/g)].map(([, secondary, move, to]) => [move ?? to, !secondary])
const there = new Date(Date.now() + 7 * 3600_000), year = there.getUTCFullYear(), last = there.getUTCMonth() === 11 && there.getUTCDate() === 31 // the day there

onBothStores('a head tells name, age, sex and state, and in red what the pack calls urgent, as long as it holds', async (t) => {
  const { visitor, api } = await world(t)
  const born = { P1: `${year - 30}-01-01`, P2: `${year - 20}`, P3: '', P4: `${year}-01-01`, P5: `${year - 1}-01-01`, P6: `${year - 40}-12-31` }
  const ages = { P1: '30 years', P2: '19 or 20 years', P3: undefined, P4: 'under one year', P5: '1 year', P6: last ? '40 years' : '39 years' }
  for (const [key, day] of Object.entries(born)) equal((await api('POST', '/person', { key, given_name: 'Noy', sex: 'female', born: day })).status, 201, key)
  for (const [key, age] of Object.entries(ages)) {
    const { text } = await visitor.get(`/person/${key}`)
    deepEqual([key, facts(text).Age, facts(text).Sex, urgent(text)], [key, age, 'Female', []])
  }
  const found = async (done, danger) => equal((await api('POST', '/screening', { person: 'P1', done, danger })).status, 201)
  await found('2024-03-01', 'no')
  deepEqual(urgent((await visitor.get('/person/P1')).text), [])
  await found('2024-03-02', 'yes')
  deepEqual(urgent((await visitor.get('/person/P1')).text), ['In danger'])
  await found('2024-03-03', 'no')
  deepEqual(urgent((await visitor.get('/person/P1')).text), [], 'what was so once is not urgent any more')
  await visitor.get('/language?to=lo&next=/')
  deepEqual([facts((await visitor.get('/person/P1')).text)['ອາຍຸ'], facts((await visitor.get('/person/P2')).text)['ອາຍຸ']], ['30 ປີ', '19 ຫຼື 20 ປີ'])
})

test('the next step is the one green button, Change stands behind it, and what is rare is folded', async (t) => {
  const { visitor, api } = await world(t)
  const made = (await api('POST', '/case', { key: 'K1', kind: 'criminal', opened: '2024-03-01', title: 'One', priority: 'immediate' })).body
  const first = (await visitor.get('/case/K1')).text
  deepEqual(buttons(first).filter(([, green]) => green), [['screen', true]])
  ok(buttons(first).some(([to, green]) => to === 'edit' && !green))
  deepEqual([urgent(first), facts(first).State], [['Urgent'], 'Reported'])
  equal((await api('POST', `/case/${made.id}/move`, { move: 'take_up_at_once', version: 1 })).status, 200)
  const active = (await visitor.get('/case/K1')).text
  deepEqual(buttons(active).filter(([, green]) => green), [['follow', true]])
  match(head(active), /<details class='govuk-details[^]*Other steps[^]*move=close'[^]*move=hand_over'[^]*Who sees this[^]*<\/details>/)
  equal((await api('POST', '/person', { key: 'P1', given_name: 'Noy' })).status, 201)
  deepEqual(buttons((await visitor.get('/person/P1')).text), [['edit', true]], 'where there is no step, to change it is what one does')
})

test('what tells no state has no line about it and no green step: nobody knows which is next', async (t) => {
  const { r, visitor } = await world(t)
  await r.mustTake('case', 'key,kind,opened,title\nK1,criminal,2024-01-05,One\n')
  const { text } = await visitor.get('/case/K1')
  equal(facts(text).State, undefined)
  deepEqual(buttons(text).filter(([, green]) => green), [['edit', true]])
  match(head(text), /<details class='govuk-details[^]*Other steps[^]*name='move' value='screen'/, 'they can be taken all the same')
})

test('what a head says word for word is not said again below by a part that says nothing else, and Change stands once where one part is all', async (t) => {
  const { r, visitor, api } = await world(t), m = await mechanism()
  await oneOfEach(api, m)
  let alone = 0, several = 0
  for (const type of m.types) {
    const one = (await api('GET', `/${type}?limit=1`)).body.items?.[0]
    if (!one) continue
    const { text } = await visitor.get(`/${type}/${one.id}`), ways = [...text.matchAll(/<h2 class='app-section[^>]*>[^<]*<a [^>]*\/edit#f-/g)].length
    ok(ways !== 1, `${type}: Change stands in the head and once below`)
    several += ways > 1
    const parts = text.slice(text.indexOf("<div class='app-columns'>")).split("<dl class='govuk-summary-list'>").slice(1).map((part) => [...part.slice(0, part.indexOf('</dl>')).matchAll(/<dt[^>]*>([^<]*)<\/dt><dd[^>]*>(?:<[^>]*>)?([^<]*)/g)])
    const said = facts(text)
    for (const part of parts) ok(part.some(([, name, value]) => said[name] !== value), `${type}: ${part.map(([, name]) => name)} stand in the head already`)
    alone += parts.length < 2
  }
  ok(alone && several, `${alone} ${several}`)
})

onBothStores('a pack without a head gets one, a pack with one of its own has that, and what is closed to her stands in none', async (t) => {
  const rows = `screen,kind,of,where,columns,title::English (en)
facility,head,.,,places_women kind,
facility,urgent,.,count(stay.facility) > 1,,Full
`
  const { visitor, api, r, server } = await world(t, { rows })
  equal((await api('POST', '/facility', { key: 'F1', name: 'House', kind: 'shelter_government', places_women: 7 })).status, 201)
  equal((await api('POST', '/person', { key: 'P1', given_name: 'Noy', sex: 'female', born: '2001-02-03' })).status, 201)
  equal((await api('POST', '/person', { key: 'P2', given_name: 'Mali', sex: 'female', born: '2001-02-03' })).status, 201)
  for (const person of ['P1', 'P2']) {
    deepEqual([facts((await visitor.get('/facility/F1')).text)['Places for women'], urgent((await visitor.get('/facility/F1')).text)], ['7', []])
    equal((await api('POST', '/stay', { person, facility: 'F1', admitted: '2024-01-01' })).status, 201)
  }
  deepEqual(urgent((await visitor.get('/facility/F1')).text), ['Full'])
  const stay = (await api('GET', '/stay')).body.items[0]
  ok(Object.keys(facts((await visitor.get(`/stay/${stay.id}`)).text)).length > 0, 'what its list shows of choices and days')
  const other = new Visitor(server)
  await other.signIn(await r.user('noy', 'counsellor', 'lwu_centre'))
  const { status, text } = await other.get('/facility/F1')
  deepEqual([status, urgent(text)], [200, []], 'somebody to whom these stays do not exist is told nothing of them')
})

test('a head that a pack cannot have is told with its place', async (t) => {
  const folder = await t.pack({ 'screens/99_more.csv': `screen,kind,of,where,columns,title::English (en)
facility,head,.,,title,
facility,urgent,.,,,
facility,head,.,,kind.age name,
organization,head,.,,nosuch,
places,head,.,,kind,
recommendation,list,recommendation,,issued.age,Again
` })
  const { out, err, code } = await sukhwan(['pack', 'check', folder]), told = (out + err).split('\n').filter((one) => one.includes('99_more'))
  equal(code, 1)
  for (const [line, words] of [[2, /its name, number and state stand there anyway. Leave 'title' out/], [3, /Write when it is urgent/], [3, /Write in title what stands there in red/], [4, /'kind' is of type select_one/],
    [4, /has its head already/], [5, /nosuch/], [6, /stands on a record's page/], [7, /An age stands in a part of kind head alone; write issued here/]])
    ok(told.some((one) => one.startsWith(`screens/99_more.csv:${line}:`) && words.test(one)), `${line} ${words}\n${told.join('\n')}`)
})

test('what can be added by a second link says by which', async (t) => {
  const r = await t.register(), who = await r.user('keo', 'counsellor', 'lwu_centre'), visitor = new Visitor(await r.serve())
  await r.mustTake('person', 'key,given_name\nP-1,Noy\n', '--unit', 'lwu_centre')
  await visitor.signIn(who)
  const page = (await visitor.get('/person/P-1')).text, added = [...page.matchAll(/href='\/(\w+)\/new\?[^']*'[^>]*>([^<]*)</g)].map((one) => one[2].trim())
  ok(added.length > 8, page)
  equal(new Set(added).size, added.length, added.join('; '))
})

test('of much that can be added what a role writes first stands first, eight stand there, and the others are folded', async (t) => {
  const r = await t.register(), who = await r.user('keo', 'counsellor', 'lwu_centre'), visitor = new Visitor(await r.serve())
  await r.mustTake('person', 'key,given_name\nP-1,Noy\n', '--unit', 'lwu_centre')
  await visitor.signIn(who)
  const { text } = await visitor.get('/person/P-1'), part = text.slice(text.indexOf('What can be added here')), kinds = (html) => [...html.matchAll(/href='\/(\w+)\/new\?/g)].map((one) => one[1])
  const [shown, folded] = [part.slice(0, part.indexOf('<details')), part.slice(part.indexOf('<details'), part.indexOf('</details>'))].map(kinds)
  const begins = table(await readFile(join(home, 'packs/laos/roles.csv'), 'utf8')).find((one) => one.name === 'counsellor').begins.split(' ')
  deepEqual([shown.length, folded.length > 1, folded.filter((one) => begins.includes(one))], [8, true, []])
  match(part, new RegExp(`<summary[^]*${folded.length} more`))
  const firsts = shown.map((one) => begins.includes(one))
  deepEqual(firsts, [...firsts].sort((a, b) => b - a), shown.join(' '))
})

test('of every kind of record without a head of its own it says whom that hangs on, and nothing that its title says', async (t) => {
  const r = await t.register(), who = await r.user('keo'), server = await r.serve(), visitor = new Visitor(server), m = await mechanism()
  await visitor.signIn(who)
  const made = await oneOfEach(server.api(await r.token('api')), m)
  const sheets = await Promise.all(['screens.csv', 'screens/heads.csv', 'screens/20_protection.csv'].map((one) => readFile(join(home, 'packs/laos', one), 'utf8')))
  const own = new Set(sheets.flatMap((one) => [...one.matchAll(/^(\w+),(?:\d*,)?head,/gm)].map(([, name]) => name)))
  const titles = table(await readFile(join(home, 'packs/laos/records.csv'), 'utf8'))
  let asked = 0
  for (const { type, key } of made.filter((one) => !own.has(one.type) && !['person', 'case'].includes(one.type))) {
    const { text } = await visitor.get(`/${type}/${encodeURIComponent(key)}`), said = facts(text)
    const [, title] = text.match(/<h1 class='app-title'>.*?<\/span>([^<]*)<\/h1>/s)
    const told = new Set(titles.find((one) => one.name === type)?.title.match(/(?<=\$\{)\w+/g) ?? [])
    for (const one of m.fields(type).filter((field) => told.has(field.name))) ok(said[one['label::English (en)']] !== title.trim(), `${type}: ${title} is said twice: ${JSON.stringify(said)}`)
    const list = sheets[0].match(new RegExp(`^\\w+,,list,${type},,([^,]*),`, 'm'))?.[1].split(' ') ?? []
    if (!list.includes('person') || !m.fields(type).some((one) => one.name === 'person' && target(one) === 'person')) continue
    asked++
    ok(head(text).includes(`href='/person/`), `${type}: whose it is stands in its head`)
  }
  ok(asked > 10, `${asked}`)
})
