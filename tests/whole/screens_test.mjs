// Screens as lists of parts: what a row of the sheet shows, and to whom, as a page and as JSON.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, sukhwan, table, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const more = `screen,n,kind,of,where,columns,moves,title::English (en)
person,1,facts,.,,given_name born,,Who she is
person,2,rows,service.person,,given type,,What was done for her
person,3,history,.,,,,
case,1,steps,.,,,,How far it is
case,2,facts,.,,,,
ask,1,interview,screening,,,,Screening in parts
same,1,desk,referral,,vital_interest,,Said in several cases
home,2,figures,annual,,,,
home,1,rows,case,"\${kind} = 'criminal'",key title,,Labour alone
`
const packed = async (t, rows = more) => t.register({ pack: await t.pack({ 'screens/99_more.csv': rows }) })
async function served(t, rows) {
  const r = await packed(t, rows), token = await r.token('api'), centre = await r.token('centre', 'counsellor', 'lwu_centre'), person = await r.user('keo'), chief = await r.user('chief', 'administrator'), server = await r.serve()
  const visitor = new Visitor(server), other = new Visitor(server)
  await visitor.signIn(person)
  await other.signIn(chief)
  return { r, server, visitor, other, api: server.api(token), centre: server.api(centre) }
}
const headings = (page) => [...page.matchAll(/<h2 class='app-section'[^>]*>([^<]*)/g)].map((one) => one[1].trim())
const made = async (api, path, body) => {
  const answer = await api('POST', path, body)
  equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body
}

onBothStores('a board counts what hangs on each of its records, as a page and as JSON', async (t) => {
  const { visitor, other, api } = await served(t)
  await made(api, '/facility', { key: 'F1', name: 'House', kind: 'shelter_government', places_women: 7 })
  await made(api, '/facility', { key: 'F2', name: 'Old house', kind: 'shelter_government', closed: '2020-01-01' })
  for (const [key, sex] of [['P1', 'female'], ['P2', 'male'], ['P3', 'female']]) await made(api, '/person', { key, given_name: key, sex })
  for (const [person, departed] of [['P1', ''], ['P2', ''], ['P3', '2024-02-01']]) await made(api, '/stay', { person, facility: 'F1', admitted: '2024-01-01', departed })
  const { status, body } = await api('GET', '/places')
  equal(status, 200)
  const [board] = body.parts
  deepEqual([body.screen, board.kind, board.lines.map((line) => line.key)], ['places', 'board', ['F1']])
  deepEqual([board.lines[0].items.places_women, board.lines[0].items['stay.2'], board.lines[0].items['stay.3'], board.lines[0].items['stay.4']], ['7', '1', '1', '2'])
  await visitor.get('/places')
  match(visitor.text, /app-board__card[^]*>House<[^]*>1<\/span>Women staying now/)
  ok(!visitor.text.includes('Old house'))
  match(visitor.text, /<h[23][^>]*>Stays there</) // groups of a state bear its words
  ok(!/>admitted</.test(visitor.text))
  equal((await other.get('/places')).status, 404)
})

onBothStores('what arrived stands with its steps, and goes when one is taken', async (t) => {
  const { visitor, api, centre } = await served(t)
  const sent = await made(centre, '/referral', { consent: 'yes', to_unit: 'secretariat', key: 'R1' })
  const sending = await centre('POST', `/referral/${sent.id}/move`, { move: 'send', version: 1 })
  equal(sending.status, 200, JSON.stringify(sending.body))
  await visitor.get('/arrivals')
  match(visitor.text, new RegExp(`href='/referral/${sent.id}'`))
  const offers = [...visitor.text.matchAll(/<button class='[^']*' name='move' value='(\w+)'|move\?move=(\w+)'/g)].map((one) => one[1] ?? one[2])
  deepEqual(offers, ['accept', 'decline'])
  equal((await api('POST', `/referral/${sent.id}/move`, { move: 'accept', version: sending.body.version })).status, 200)
  match((await visitor.get('/arrivals')).text, /Nothing has arrived/)
})

test('a record\'s page and the first one are made of the parts that the pack has for them', async (t) => {
  const { visitor, api } = await served(t)
  const person = await made(api, '/person', { key: 'P1', given_name: 'Noi', born: '1990', sex: 'female' })
  await made(api, '/service', { person: 'P1', given: '2024-01-02', type: 'counselling', place: 'centre' })
  await visitor.get(`/person/${person.id}`)
  deepEqual(headings(visitor.text), ['Who she is', 'What was done for her', 'Who wrote what'])
  match(visitor.text, /Who she is[^]*<dt[^>]*>Given name<[^]*<dt[^>]*>Born</)
  ok(!/<dt class[^>]*>Sex</.test(visitor.text), 'below its head the page has what the pack says')
  match(visitor.text, new RegExp(`href='/service/new\\?person=P1'`))
  const one = await made(api, '/case', { key: 'K1', kind: 'criminal', title: 'At work', opened: '2024-01-01' })
  await made(api, '/case', { key: 'K2', kind: 'both', title: 'Other', opened: '2024-01-01' })
  await visitor.get(`/case/${one.id}`)
  match(visitor.text, /How far it is[^]*<li class='app-steps__step' aria-current='step'>Reported/)
  await visitor.get('/')
  match(visitor.text, /Labour alone[^]*At work/)
  ok(!visitor.text.includes('>Other<'))
  const whole = await visitor.get('/case?_list=home.1')
  match(whole.text, /<h1 class='app-title'>Labour alone</)
  ok(!whole.text.includes('>Other<'))
})

onBothStores('a desk shows what officers of one agency wrote of several cases, and nothing that stands in one', async (t) => {
  const { visitor, api, centre } = await served(t)
  for (const key of ['K1', 'K2']) await made(api, '/case', { key, title: key })
  const said = (a_case, vital_interest) => made(api, '/referral', { case: a_case, vital_interest, reason: 'moved' })
  await said('K1', '+856 20 5555')
  await said('K2', '856-205555')
  await said('K1', 'only here')
  await said('K1', 'Only  here')
  await made(centre, '/referral', { vital_interest: '85620 5555', reason: 'moved' }) // another agency's
  const { body } = await api('GET', '/same')
  deepEqual([body.parts.length, body.parts[0].kind, body.parts[0].lines.length, Object.keys(body.parts[0].lines[0].items).length], [1, 'desk', 1, 2])
  await visitor.get('/same')
  match(visitor.text, /\+856 20 5555|856-205555/)
  ok(!/nly {1,2}here/.test(visitor.text))
})

test('an interview asks one group of questions at a time, keeps what was typed, and saves at the end', async (t) => {
  const { visitor, api } = await served(t)
  await made(api, '/person', { key: 'P1', given_name: 'Noi' })
  await visitor.get('/ask')
  match(visitor.text, /href='\/screening\/new\?_part=1'/)
  const seen = (page) => [...page.matchAll(/<fieldset class='govuk-fieldset app-group'( hidden data-turn)?>/g)].map((one) => (one[1] ? 0 : 1))
  const sent = (page, more) => {
    const fields = formFields(page).filter(([name]) => !['_look', '_lang', '_leave', '_next', '_back'].includes(name))
    return Object.fromEntries([...fields.filter(([name]) => !(name in more)), ...Object.entries(more)])
  }
  let page = (await visitor.get('/screening/new?_part=1&person=P1')).text
  const groups = seen(page).length
  ok(groups > 1, String(groups))
  deepEqual(seen(page), [1, ...Array(groups - 1).fill(0)])
  ok(!/<button class='govuk-button'>Save</.test(page))
  let answer = await visitor.post('/screening', sent(page, { done: '2/1/2024', _next: 'yes' }))
  equal(answer.status, 200)
  equal(seen(answer.text).indexOf(1), 1)
  match(answer.text, /name='done' value='2\/1\/2024'/)
  answer = await visitor.post('/screening', sent(answer.text, { _back: 'yes' }))
  equal(seen(answer.text).indexOf(1), 0)
  for (let i = 1; i < groups && !/<button class='govuk-button'>Save</.test(answer.text); i++) answer = await visitor.post('/screening', sent(answer.text, { _next: 'yes' }))
  match(answer.text, /<button class='govuk-button'>Save</)
  // What is wrong leads to its part, and no part holds her.
  const wrong = await visitor.post('/screening', sent(answer.text, { done: '99/99/2024' }))
  deepEqual([wrong.status, seen(wrong.text).indexOf(1)], [400, 0])
  equal(seen((await visitor.post('/screening', sent(wrong.text, { _next: 'yes' }))).text).indexOf(1), 1)
  equal((await api('GET', '/screening')).body.items.length, 0)
  const saved = await visitor.post('/screening', sent(answer.text, {}))
  equal(saved.status, 303, saved.text)
  equal((await api('GET', '/screening')).body.items[0].done, '2024-01-02')
})

test('a plan stands in groups of what its first column says, and what says nothing last', async (t) => {
  const { visitor, api } = await served(t)
  const plan = (await made(api, '/plan_of_action', { title: 'Plan' })).id, said = (title, pillar) => made(api, '/plan_activity', { title, pillar, plan })
  await said('Nowhere', '')
  await said('Shelters', 'protection')
  await said('Courts', 'prosecution')
  await said('Counsellors', 'protection')
  const done = await said('Done', 'protection'), on = await api('POST', `/plan_activity/${done.id}/move`, { move: 'begin', version: done.version })
  equal((await api('POST', `/plan_activity/${done.id}/move`, { move: 'finish', version: on.body.version })).status, 200)
  const { body } = await api('GET', '/action_plan')
  deepEqual(body.parts.slice(0, 4).map((part) => part.lines.length), [0, 2, 1, 1])
  await visitor.get('/action_plan')
  match(visitor.text, /<h2[^>]*>Protection<[^]*Counsellors[^]*Shelters[^]*<h2[^>]*>Prosecution<[^]*Courts[^]*<h2[^>]*>not known<[^]*Nowhere/)
  ok(!visitor.text.includes('>Done<') && !/<th[^>]*>About</.test(visitor.text))
})

onBothStores('who sees only some is told no zero of a house, and what is closed to her is counted nowhere', async (t) => {
  const { r, server, api } = await served(t)
  await made(api, '/facility', { key: 'F1', name: 'House', kind: 'shelter_government', places_women: 7 })
  await made(api, '/person', { key: 'P1', given_name: 'Noi', sex: 'female' })
  await made(api, '/stay', { person: 'P1', facility: 'F1', admitted: '2024-01-01' })
  const counts = async (role, unit) => {
    const { status, body } = await server.api(await r.token(role, role, unit))('GET', '/places')
    return status === 200 ? Object.fromEntries(Object.entries(body.parts[0].lines[0].items).filter(([name]) => name.startsWith('stay.'))) : status
  }
  const its = await counts('secretariat', 'secretariat') // what others wrote says to it of nobody where she stays
  equal(its['stay.4'], '1')
  ok(!Object.values(its).includes('0'), JSON.stringify(its))
  deepEqual(await counts('province_secretariat', 'committee_bk'), {}) // where they stay is closed to her
  deepEqual([...new Set(Object.values(await counts('shelter_manager', 'shelter_sv')))], ['–'])
})

onBothStores('rows of a part stand by what the pack says, the least first, as a page, in the whole list behind it, and a page further', async (t) => {
  const rows = `screen,n,kind,of,where,columns,sorts,title::English (en)
oldest,1,rows,person_request,,key due,due,Oldest first
oldest,2,rows,person_request,,key due,-due,Latest first
early,,home,person_request,\${due} != '',key due,due,What is early
`
  const { visitor, api } = await served(t, rows)
  await made(api, '/person', { key: 'P1', given_name: 'Noi' })
  for (let i = 0; i < 60; i++) await made(api, '/person_request', { key: `R${i}`, person: 'P1', received: '2024-01-01', due: `2024-0${1 + (i * 7) % 3}-${10 + (i * 7) % 18}` })
  const dues = (text) => [...text.matchAll(/data-label='[^']*'>(\d\d\/\d\d\/\d{4})</g)].map(([, day]) => day.split('/').reverse().join('-'))
  const rising = (days) => ok(days.length > 1 && days.every((day, i) => !i || days[i - 1] <= day), days.join(' '))
  const page = (await visitor.get('/oldest')).text, at = page.indexOf('Latest first')
  rising(dues(page.slice(0, at)))
  rising(dues(page.slice(at)).reverse())
  const first = (await visitor.get('/person_request?_list=oldest.1')).text, next = first.match(/rel='next'|href='([^']*after=[^']*)'/)
  rising(dues(first))
  match(first, /aria-sort='ascending'/)
  const further = (await visitor.get(first.match(/href='([^']*after=[^']*)'/)[1].replaceAll('&amp;', '&'))).text
  rising([...dues(first), ...dues(further)])
  ok(next)
  const home = (await visitor.get('/')).text, early = home.slice(home.indexOf('What is early'))
  rising([...early.slice(0, early.indexOf('</ul>')).matchAll(/(\d\d)\/(\d\d)\/(2024)/g)].map(([, day, month, year]) => `${year}-${month}-${day}`))
  const wrong = await t.pack({ 'screens/99_more.csv': rows.replace('key due,-due', 'key due,due received').replace('early,,home', 'early,,head') })
  const { out, err } = await sukhwan(['pack', 'check', wrong])
  match(out + err, /99_more.csv:3: sorts: .*by one field/)
})

test('what is closed to her is no column that stands empty, and of much that is closed how much is said', async (t) => {
  const { r, server, api, centre } = await served(t)
  await made(api, '/facility', { key: 'F1', name: 'House', kind: 'shelter_government', places_women: 7 })
  await made(centre, '/person', { key: 'P1', given_name: 'Noi', sex: 'female' })
  await made(centre, '/stay', { person: 'P1', facility: 'F1', admitted: '2024-01-01' })
  await made(centre, '/screening', { person: 'P1', done: '2024-01-01', place: 'border' })
  const heads = (text) => [...text.matchAll(/<th scope='col'[^>]*>(?:<a[^>]*>)?([^<]*)/g)].map((one) => one[1].trim())
  const as = async (role, unit) => {
    const visitor = new Visitor(server)
    await visitor.signIn(await r.user(`its_${role}`, role, unit))
    return visitor
  }
  const secretariat = await as('secretariat', 'secretariat')
  const list = (await secretariat.get('/stay')).text
  ok(!heads(list).includes('Facility') && heads(list).length > 1, heads(list).join('; '))
  const [one] = (await api('GET', '/screening')).body.items, { text } = await secretariat.get(`/screening/${one.id}`)
  match(text, /\d+ fields are closed to you\./)
  ok(!/Closed to you:/.test(text))
})

test('parts of a screen that say the same of nothing say it once', async (t) => {
  const { visitor } = await served(t, `${more}same,2,desk,intelligence_note,,broker,,Said otherwise\n`)
  const { text } = await visitor.get('/same')
  equal(within(text).split('No two cases share what was written here.').length, 2)
  match(text, /Said in several cases · Said otherwise/)
})

const sheet = async (name) => table(await readFile(join(home, 'packs/laos', name), 'utf8'))
const within = (page) => page.slice(page.indexOf('<main'), page.indexOf('</main>'))
const links = (text) => [...text.matchAll(/href=['"]([^'"]*)/g)].map(([, to]) => to)

test('on an empty screen stands a way on, for every role and every screen of its own', async (t) => {
  const r = await t.register(), server = await r.serve(), roles = await sheet('roles.csv'), records = (await sheet('records.csv')).map((one) => one.name)
  const own = [...new Set((await sheet('screens.csv')).filter((one) => one.n && one.screen !== 'home' && !records.includes(one.screen)).map((one) => one.screen))]
  const units = { committee: 'ncatip', counsellor: 'lwu_centre', shelter_manager: 'shelter_sv', return_officer: 'vtc', supervisor: 'lwu_centre', province_secretariat: 'committee_bk', auditor: 'secretariat', data_protection_officer: 'secretariat', secretariat: 'secretariat', public_editor: 'secretariat' }
  let seen = 0
  for (const { name } of roles.filter((one) => units[one.name])) {
    const visitor = new Visitor(server)
    await visitor.signIn(await r.user(name, name, units[name]))
    for (const screen of own) {
      const { status, text } = await visitor.get(`/${screen}`)
      if (status !== 200) continue
      seen++
      ok(links(within(text)).length || within(text).includes('<form'), `${name} at /${screen} has no way on: ${within(text)}`)
    }
  }
  ok(own.length > 5 && seen > 20, `${own.length} ${seen}`)
})

test('the menu begins with what a role writes down first, and its first page leads to each of its pages once', async (t) => {
  const r = await t.register(), server = await r.serve(), roles = await sheet('roles.csv')
  const listed = new Set((await sheet('records.csv')).filter((one) => one.menu).map((one) => one.name))
  const units = { secretariat: 'secretariat', counsellor: 'lwu_centre', shelter_manager: 'shelter_sv', border_officer: 'gate_friendship_1', court_clerk: 'court', trainer: 'atd_awareness' }
  for (const { name, begins } of roles.filter((one) => units[one.name] || one.name === 'administrator')) {
    const visitor = new Visitor(server)
    await visitor.signIn(await r.user(name, name, units[name] ?? 'secretariat'))
    const { text } = await visitor.get('/'), first = begins.split(' ').filter((one) => listed.has(one)).slice(0, 5)
    const menu = [...text.matchAll(/class='app-nav__link' href='\/(\w+)'/g)].map(([, to]) => to)
    deepEqual(menu.slice(0, first.length), first, name)
    const ways = links(within(text)).filter((to) => ['/users', '/looks'].includes(to))
    deepEqual(ways, [...new Set(ways)], `${name} is led to one page twice`)
  }
})

// What is green is what goes on; to stop, to send back or to wait is never the first that is offered where something else is.
test('the first step that the pack offers of a record leads on', async () => {
  const aside = new Set(['cancel', 'decline', 'delay', 'dismiss', 'drop', 'give_up', 'not_paid', 'reclassify', 'refuse', 'reject', 'send_back', 'suspend', 'take_back', 'terminate', 'vanish', 'withdraw'])
  const first = {}, all = {}
  for (const { record, name, from } of await sheet('moves.csv')) {
    if (!record || !name) continue
    first[`${record} ${from}`] ??= name
    if (!aside.has(name)) (all[`${record} ${from}`] ??= []).push(name)
  }
  for (const [where, name] of Object.entries(first)) {
    if (where === 'recruitment_agency licensed') continue // all that a licence can come to is to lose it
    ok(!aside.has(name) || !all[where], `${where}: ${name} stands before ${all[where]}`)
  }
  ok(Object.keys(first).length > 50)
})

test('a list has no column of what is never hers to read', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,given_name,sex\nP-1,Noy,female\n')
  await r.mustTake('referral', 'key,person,sent,to_unit\nR-1,P-1,2024-05-02,vtc\n')
  const server = await r.serve(), heads = {}
  for (const role of ['auditor', 'secretariat']) {
    const visitor = new Visitor(server)
    await visitor.signIn(await r.user(role, role, 'secretariat'))
    const { status, text } = await visitor.get('/referral')
    equal(status, 200)
    heads[role] = [...within(text).matchAll(/<th scope='col'[^>]*>(?:<[^>]*>)*([^<]*)/g)].map(([, words]) => words.trim())
  }
  const [person] = (await sheet('survey/12_referral.csv')).filter((one) => one.name === 'person').map((one) => one['label::English (en)'])
  ok(heads.secretariat.includes(person), heads.secretariat.join(' | '))
  ok(heads.auditor.length > 1 && !heads.auditor.includes(person), heads.auditor.join(' | '))
})
