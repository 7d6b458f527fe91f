// Steps: what one asks on its own small form, and what it needs, on pages and as JSON.
// SPDX-License-Identifier: Apache-2.0
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

async function visited(t, pack) {
  const r = await t.register(pack ? { pack } : {}), token = await r.token('api'), person = await r.user('keo'), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(person)
  return { visitor, api: server.api(token) }
}
const summary = (page) => page.text.match(/<div class='govuk-error-summary'[^]*?<\/ul>/)?.[0] ?? ''
const asksFor = (page) => [...summary(page).matchAll(/href='([^']*)'/g)].map((one) => one[1])

onBothStores('a step asks for its own fields on a small form, as JSON too, and saves them with it', async (t) => {
  const { visitor, api } = await visited(t)
  const made = (await api('POST', '/case', { key: 'K1', title: 'x', kind: 'both', opened: '2024-01-01' })).body, at = `/case/${made.id}`
  await visitor.get(at)
  match(visitor.text, new RegExp(`href='${at}/move\\?move=take_up_at_once'`))
  equal((await visitor.post(`${at}/move`, { move: 'take_up_at_once', _version: '1' })).status, 303)
  const form = (await visitor.get(`${at}/move?move=close`)).text
  deepEqual(formFields(form).map(([name]) => name).filter((name) => !name.startsWith('_')), ['move', 'closed', 'closed_because'])
  match(form, /<h1 class='app-title'>Close: x</)
  const wrong = await visitor.post(`${at}/move`, { move: 'close', _version: '2', closed: '31/2/2024', closed_because: '' })
  deepEqual([wrong.status, asksFor(wrong).sort()], [400, ['#f-closed', '#f-closed_because']])
  match(wrong.text, /value='31\/2\/2024'/)
  equal((await visitor.post(`${at}/move`, { move: 'close', _version: '2', closed: '2/3/2024', closed_because: 'goals_met' })).status, 303)
  const closed = (await api('GET', '/case/K1')).body
  deepEqual([closed.state, closed.closed, closed.closed_because, closed.version], ['closed', '2024-03-02', 'goals_met', 3])
  const sent = (await api('POST', '/referral', { consent: 'yes' })).body, send = (body) => api('POST', `/referral/${sent.id}/move`, { move: 'send', version: 1, ...body })
  const lacking = await send({})
  deepEqual([lacking.status, lacking.body.faults.map((one) => one.field)], [400, ['state']])
  equal((await send({ to_unit: 'lwu_centre' })).status, 200)
  deepEqual((({ state, to_unit }) => [state, to_unit])((await api('GET', `/referral/${sent.id}`)).body), ['sent', 'lwu_centre'])
  equal((await visitor.get(`${at}/move?move=nosuch`)).status, 404)
  equal((await visitor.get(`${at}/move?move=take_up`)).status, 403)
})

test('a step asks for its fields whatever they wait for elsewhere, and one after the other what waits for another of them', async (t) => {
  const { visitor, api } = await visited(t)
  const sent = (await api('POST', '/referral', { consent: 'yes', to_unit: 'secretariat', key: 'R1' })).body, made = (await api('POST', '/case', { kind: 'both', opened: '2024-01-01', title: 'x' })).body
  equal((await api('POST', `/case/${made.id}/move`, { move: 'take_up_at_once', version: 1 })).status, 200)
  match((await visitor.get(`/case/${made.id}/move?move=close`)).text, /data-relevant='[^']*closed[^']*'[^]*id='f-closed_because'/)
  const form = await visitor.get(`/referral/${sent.id}/move?move=send`)
  ok(formFields(form.text).some(([name]) => name === 'vital_interest') && !/data-relevant='[^']*state/.test(form.text))
  equal(form.status, 200)
})

test('what a step asks and its field requires is asked of programs too', async (t) => {
  const folder = join(await t.folder(), 'pack'), sheet = join(folder, 'moves.csv')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  await writeFile(join(folder, 'survey/99_more.csv'), "record,type,name,label::English (en),required,relevant,class,compartment\ncase,text,closed_by,Closed by,yes,\"${closed} != ''\",plain,case\n")
  await writeFile(sheet, (await readFile(sheet, 'utf8')).replaceAll(',closed closed_because\n', ',closed closed_because closed_by\n'))
  const { visitor, api } = await visited(t, folder)
  const made = (await api('POST', '/case', { kind: 'both', opened: '2024-01-01', title: 'x' })).body, move = (version, body) => api('POST', `/case/${made.id}/move`, { version, ...body })
  equal((await move(1, { move: 'take_up_at_once' })).status, 200)
  const closing = { move: 'close', closed: '2024-02-02', closed_because: 'goals_met' }, refused = await move(2, closing)
  deepEqual([refused.status, refused.body.faults.map((one) => one.field)], [400, ['closed_by']])
  await visitor.get(`/case/${made.id}`)
  deepEqual(asksFor(await visitor.post(`/case/${made.id}/move`, { ...closing, _version: '2', closed_by: '' })), ['#f-closed_by'])
  equal((await move(2, { ...closing, closed_by: 'Noy' })).status, 200)
})

test('what happened to somebody tells a state by its words, not by its name', async (t) => {
  const { visitor, api } = await visited(t, await t.pack({ 'screens/99_more.csv': 'screen,n,kind,of\nperson,1,timeline,.\n' }))
  equal((await api('POST', '/person', { key: 'P1', given_name: 'Noy' })).status, 201)
  const made = (await api('POST', '/referral', { person: 'P1', sent: '2026-01-02', to_unit: 'lwu_centre', consent: 'yes' })).body
  equal((await api('POST', `/referral/${made.id}/move`, { move: 'send', version: 1 })).status, 200)
  const told = [...(await visitor.get('/person/P1')).text.matchAll(/moj-timeline__date'>[^<]*<\/p><div class='moj-timeline__description'>([^<]*)</g)].map((one) => one[1])
  deepEqual(told, ['Sent'])
})

test('a step that does not lead on from where a record stands is refused, with the field named and in the language of who asks, and nothing is written', async (t) => {
  const { api, visitor } = await visited(t), made = (await api('POST', '/case', { kind: 'criminal', title: 'One', opened: '2024-03-01' })).body
  for (const [lang, words] of [['en', /is not open here/], ['lo', /[\u0e80-\u0eff]/]]) {
    const { status, body } = await api('POST', `/case/${made.id}/move`, { move: 'close', version: 1 }, { 'accept-language': lang })
    deepEqual([status, body.faults.map((one) => one.field)], [400, ['state']])
    match(body.faults[0].message, words)
  }
  equal((await api('GET', `/case/${made.id}`)).body.version, 1)
  equal((await visitor.get(`/case/${made.id}/move?move=close`)).status, 403)
})
