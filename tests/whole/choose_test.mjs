// Choosing a record in a field: by name, number or phone, without a script; made on the spot; kept, asked, never guessed.
// SPDX-License-Identifier: Apache-2.0
import { mechanism, target } from '../mechanism.mjs'
import { csv, deepEqual, equal, match, ok, onBothStores, sleep, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const people = [['key', 'given_name', 'family_name', 'phone', 'sex', 'born'], ['P-1', 'Bounmy', 'Phommachanh', '020 5551 0001', 'female', '2001'],
  ['P-2', 'Noy', '', '020 5551 0002', 'male', ''], ['P-3', 'ນ້ອຍ', 'ແກ້ວມະນີ', '', 'female', '1999-02'], ['P-4', 'Noy', 'Keo', '', 'female', '2003']]
async function visited(t, { role = 'secretariat', unit = 'secretariat', pack } = {}) {
  const r = await t.register(pack ? { pack } : {})
  await r.mustTake('person', csv(people))
  const who = await r.user('keo', role, unit), token = await r.token('api'), server = await r.serve()
  for (let i = 0; i < 100 && (await server.ask('GET', '/health')).body.find_ready < 1; i++) await sleep(50)
  const visitor = new Visitor(server)
  equal((await visitor.signIn(who)).status, 303)
  return { r, visitor, server, api: server.api(token), who }
}
// A form as a browser sends it, with what was typed into it; radios that are chosen among it.
const send = (visitor, to, page, typed) => visitor.post(to, Object.fromEntries([...formFields(page.text), ...Object.entries(typed)]))
const likely = (page, field) => [...page.text.matchAll(new RegExp(`name='_is.${field}' type='radio' value='([^']*)'`, 'g'))].map(([, id]) => id)
const box = (page, field) => page.text.match(new RegExp(`id='f-${field}' name='${field}' value='([^']*)'`))?.[1]
const hidden = (page, name) => page.text.match(new RegExp(`type='hidden' name='${name.replaceAll('.', '\\.')}' value='([^']*)'`))?.[1]
const asked = (page) => [...page.text.matchAll(/<li><a href='#(f-[^']*)'>/g)].map(([, id]) => id)
const saved = async (api, type, answer) => { equal(answer.status, 303, answer.text?.match(/govuk-error-summary[^]{0,900}/)?.[0]); return (await api('GET', `/${type}/${answer.to.match(/\/([^/?]+)\?/)[1]}`)).body }
const count = async (api, type) => (await api('GET', `/${type}?limit=1000`)).body.items.length

onBothStores('what is certain is taken: a number, an id, a phone', async (t) => {
  const { visitor, api } = await visited(t), id = (await api('GET', '/person/P-1')).body.id
  for (const typed of ['P-1', 'p-1', id, '020 5551 0001', '+856 20 55510001', '໐໒໐ ໕໕໕໑ ໐໐໐໑']) {
    const page = await visitor.get('/service/new')
    equal((await saved(api, 'service', await send(visitor, '/service', page, { person: typed, type: 'medical' }))).person, 'P-1', typed)
  }
})

test('a name is asked about, though one alone bears it: by radio buttons, with what tells them apart; the rest is kept', async (t) => {
  const { visitor, api } = await visited(t)
  const sent = await send(visitor, '/service', await visitor.get('/service/new'), { person: 'noy', type: 'medical', note: 'kept here' })
  equal(sent.status, 400)
  deepEqual(asked(sent), ['f-person'])
  const ids = likely(sent, 'person'), keys = await Promise.all(ids.map(async (id) => (await api('GET', `/person/${id}`)).body.key))
  deepEqual(keys.sort(), ['P-2', 'P-3', 'P-4'])
  match(sent.text, /Noy Keo <span class='app-muted'>P-\d{4}-\d{5} · Female · 2003<\/span>/)
  match(sent.text, /kept here<\/textarea>/)
  equal(await count(api, 'service'), 0)
  const again = await send(visitor, '/service', sent, {}) // nothing chosen: asked once more
  equal(again.status, 400)
  const made = await saved(api, 'service', await send(visitor, '/service', again, { '_is.person': ids[keys.indexOf('P-4')] }))
  deepEqual([made.person, made.note], [(await api('GET', `/person/${ids[keys.indexOf('P-4')]}`)).body.key, 'kept here'])
  const one = await send(visitor, '/service', await visitor.get('/service/new'), { person: 'Bounmy Phommachanh', type: 'medical' })
  deepEqual([one.status, likely(one, 'person').length], [400, 1])
  const none = await send(visitor, '/service', await visitor.get('/service/new'), { person: 'zzzzqqqq', type: 'medical' })
  deepEqual([none.status, likely(none, 'person')], [400, []])
  match(none.text, /Nothing of this name or number is there for you/)
})

test('once chosen the box shows the name and keeps the record: in another language, as a draft, behind faults, untouched', async (t) => {
  const { visitor, api } = await visited(t), id = (await api('GET', '/person/P-3')).body.id
  let page = await send(visitor, '/service', await visitor.get('/service/new'), { person: 'ນ້ອຍ ແກ້ວມະນີ', '_as.person': 'ນ້ອຍ ແກ້ວມະນີ', '_is.person': id, type: 'medical', given: '31/2/2024' })
  deepEqual([page.status, asked(page), box(page, 'person'), hidden(page, '_is.person')], [400, ['f-given'], 'ນ້ອຍ ແກ້ວມະນີ', id])
  page = await send(visitor, '/service', page, { _lang: 'lo' })
  deepEqual([page.status, box(page, 'person'), hidden(page, '_is.person')], [200, 'ນ້ອຍ ແກ້ວມະນີ', id])
  page = await visitor.get('/service/new') // behind the menu
  deepEqual([box(page, 'person'), hidden(page, '_is.person')], ['ນ້ອຍ ແກ້ວມະນີ', id])
  const made = await saved(api, 'service', await send(visitor, '/service', page, { given: '1/2/2024' }))
  equal(made.person, 'P-3')
  page = await visitor.get(`/service/${made.id}/edit`)
  deepEqual([box(page, 'person'), hidden(page, '_is.person')], ['ນ້ອຍ ແກ້ວມະນີ', 'P-3'])
  const after = await saved(api, 'service', await send(visitor, `/service/${made.id}`, page, { note: 'more' }))
  deepEqual([after.person, after.note, after.version], ['P-3', 'more', 2])
})

test('a box that says something else without a choice is asked about, never saved as what stood there; an empty one is emptied', async (t) => {
  const { visitor, api } = await visited(t)
  const made = (await api('POST', '/service', { person: 'P-1', type: 'medical' })).body
  const page = await visitor.get(`/service/${made.id}/edit`)
  const sent = await send(visitor, `/service/${made.id}`, page, { person: 'Noy' })
  deepEqual([sent.status, asked(sent)], [400, ['f-person']])
  equal((await api('GET', `/service/${made.id}`)).body.person, 'P-1')
  const taken = await saved(api, 'service', await send(visitor, `/service/${made.id}`, sent, { person: 'P-2' }))
  equal(taken.person, 'P-2')
  match((await visitor.get(`/service/${made.id}`)).text, /<del>Bounmy Phommachanh<\/del> Noy</) // its history by names
  const behind = await visitor.get(`/service/${made.id}/edit`)
  await api('PATCH', `/service/${made.id}`, { version: taken.version, person: 'P-3' })
  const both = await send(visitor, `/service/${made.id}`, behind, { person: 'P-4' })
  equal(both.status, 409)
  match(both.text, /<strong>Yours<\/strong><br>Noy Keo<[^]*<strong>Saved by somebody else<\/strong><br>ນ້ອຍ ແກ້ວມະນີ</)
  ok(!/<br>P-|<br>[a-z2-9]{20}</.test(both.text), 'by names alone')
  const contact = (await api('POST', '/contact', { person: 'P-1', mode: 'letter' })).body
  const gone = await saved(api, 'contact', await send(visitor, `/contact/${contact.id}`, await visitor.get(`/contact/${contact.id}/edit`), { person: '' }))
  equal(gone.person, '')
})

onBothStores('who is not there is written down with it: both or none, once however often it is sent, faults at their boxes', async (t) => {
  const { visitor, api } = await visited(t)
  let page = await send(visitor, '/service', await visitor.get('/service/new'), { person: 'Somsy', type: 'medical' })
  deepEqual([page.status, likely(page, 'person')], [400, []])
  match(page.text, /<details class='govuk-details app-new' id='f-person-new' open>/)
  const before = await count(api, 'person')
  page = await send(visitor, '/service', page, { '_new.person.given_name': 'Somsy', '_new.person.born': '31/2/2001' })
  deepEqual([page.status, asked(page)], [400, ['f-_new.person.born']])
  match(page.text, /Person, Born: 31\/2\/2001 is not a date/)
  page = await send(visitor, '/service', page, { '_new.person.born': '12/1/2544' }) // a Buddhist year: asked, as in any form
  deepEqual([page.status, asked(page)], [200, ['f-_new.person.born']])
  page = await send(visitor, '/service', page, { '_year._new.person.born': '2001-01-12', given: 'x' })
  deepEqual([page.status, asked(page)], [400, ['f-given']])
  equal(await count(api, 'person'), before)
  const fields = [...formFields(page.text), ['given', '1/2/2024'], ['_year._new.person.born', '2001-01-12']]
  const first = await visitor.post('/service', Object.fromEntries(fields)), made = await saved(api, 'service', first)
  const second = await visitor.post('/service', Object.fromEntries(fields))
  equal(second.to.split('?')[0], first.to.split('?')[0])
  const person = (await api('GET', `/person/${made.person}`)).body
  deepEqual([person.given_name, person.born, person.version, await count(api, 'person'), await count(api, 'service')], ['Somsy', '2001-01-12', 1, before + 1, 1])
  match((await visitor.get(`/service/${made.id}`)).text, />Somsy<\/a>/)
})

test('in a change too, and behind a conflict; what is named and written down at once is asked about', async (t) => {
  const { visitor, api } = await visited(t)
  const made = (await api('POST', '/service', { person: 'P-1', type: 'medical', note: 'one' })).body
  let page = await visitor.get(`/service/${made.id}/edit`)
  await api('PATCH', `/service/${made.id}`, { version: 1, note: 'theirs' })
  page = await send(visitor, `/service/${made.id}`, page, { note: 'mine', person: '+', '_new.person.given_name': 'Somsy' })
  equal(page.status, 409)
  const [, conflict] = page.text.match(/<form method='post' action='\/service[^]*?<\/form>/) ? [0, page.text.match(/<form method='post' action='\/service[^]*?<\/form>/)[0]] : []
  const carried = [...conflict.matchAll(/<input type='hidden' name='([^']*)' value='([^']*)'>/g)].map(([, name, value]) => [name, value])
  equal(await count(api, 'person'), people.length - 1)
  page = await visitor.post(`/service/${made.id}`, Object.fromEntries([...carried, ['note', 'mine']]))
  equal(page.status, 303)
  const met = (await api('GET', `/service/${made.id}`)).body
  deepEqual([met.note, (await api('GET', `/person/${met.person}`)).body.given_name, await count(api, 'person')], ['mine', 'Somsy', people.length])
  const both = await send(visitor, `/service/${made.id}`, await visitor.get(`/service/${made.id}/edit`), { person: 'P-2', '_new.person.given_name': 'Somsith' })
  deepEqual([both.status, asked(both)], [400, ['f-person']])
  match(both.text, /Leave one of them empty/)
  page = await send(visitor, `/service/${made.id}`, both, { person: '', note: 'mine' })
  equal(page.status, 303)
  equal((await api('GET', `/person/${(await api('GET', `/service/${made.id}`)).body.person}`)).body.given_name, 'Somsith')
})

test('few of a kind are a list to choose from; what has no name of its own is found by what its list shows', async (t) => {
  const { visitor, api } = await visited(t)
  await api('POST', '/facility', { key: 'F-1', name: 'House by the river', kind: 'shelter_government' })
  let page = await visitor.get('/stay/new')
  match(page.text, /<select class='govuk-select' id='f-facility' name='facility' data-few[^>]*>[^]*?<option value='F-1'>House by the river \(F-1[^<]*\)<\/option>/)
  const made = await saved(api, 'stay', await send(visitor, '/stay', page, { person: 'P-1', facility: 'F-1', admitted: '1/2/2024', departed: '2/2/2024', exit: 'family' }))
  equal(made.facility, 'F-1')
  page = await visitor.get(`/stay/${made.id}/edit`)
  match(page.text, /<option value='F-1' selected>/)
  page = await send(visitor, '/stay', await visitor.get('/stay/new'), { person: 'P-1', facility: '+' })
  ok(asked(page).some((id) => id.startsWith('f-_new.facility.')), asked(page).join(' '))
  const other = await saved(api, 'stay', await send(visitor, '/stay', page, { '_new.facility.name': 'House on the hill', admitted: '1/2/2024' }))
  equal((await api('GET', `/facility/${other.facility}`)).body.name, 'House on the hill')
  for (let i = 0; i < 30; i++) await api('POST', '/facility', { name: `House ${i}`, kind: 'shelter_government' })
  ok(!/<select[^>]*id='f-facility'/.test((await visitor.get('/stay/new')).text))
  await api('POST', '/contact', { mode: 'letter', at: '2024-03-27' })
  page = await send(visitor, '/case', await visitor.get('/case/new'), { kind: 'both', first_contact: '27/03/2024' })
  equal(likely(page, 'first_contact').length >= 1, true)
})

test('who may not make one is not asked to; who may not see somebody is offered nothing, and cannot take her by name, number or phone', async (t) => {
  const { r, server, api } = await visited(t)
  const who = await r.user('gate', 'border_officer', 'gate_friendship_1'), visitor = new Visitor(server)
  await visitor.signIn(who)
  await visitor.get('/account')
  const csrf = visitor.csrf, ask = (form, headers = { accept: '*/*' }) => visitor.ask('POST', '/choose/person', { form, headers })
  for (const q of ['P-1', 'Bounmy', '020 5551 0001', 'bo', '', (await api('GET', '/person/P-1')).body.id]) {
    const answer = await ask({ _csrf: csrf, q })
    deepEqual([answer.status, JSON.parse(answer.text).items], [200, []], q)
  }
  for (const person of ['P-1', 'Bounmy', '020 5551 0001']) {
    const page = await send(visitor, '/screening', await visitor.get('/screening/new'), { person })
    deepEqual([page.status, likely(page, 'person')], [400, []], person)
  }
  equal((await ask({ q: 'P-1' })).status, 403, 'without the token of the page')
  equal((await ask({ _csrf: csrf, q: 'x'.repeat(1001) })).status, 400)
  equal((await visitor.ask('POST', '/choose/nosuch', { form: { _csrf: csrf, q: 'x' } })).status, 404)
  equal((await visitor.get('/choose/person?q=P-1')).status, 405) // what one looks for is in no address
})

test('whatever a link names can be written down with what is asked for there, five boxes at most; what cannot is not offered', async (t) => {
  const { visitor } = await visited(t), m = await mechanism(), offered = {}
  for (const type of m.types) {
    for (const field of m.fields(type).filter((one) => target(one) && !one.calculation)) {
      const page = await visitor.get(`/${type}/new`), own = `_new.${field.name}.`, to = target(field)
      const form = page.text.match(new RegExp(`id='f-${field.name}-new'[^]*?</details>`))?.[0] ?? ''
      const names = [...new Set([...form.matchAll(/ name='([^']*)'/g)].map(([, name]) => name))].filter((one) => !one.endsWith('_once') && !one.startsWith('_currency.'))
      ok(names.length <= 5 && names.every((one) => one.startsWith(own)), names.join(' '))
      offered[to] ??= names.length
      equal(names.length, offered[to], `${type}.${field.name}`)
      if (!names.length) continue
      const said = names.map((name) => {
        const its = m.fields(to).find((one) => own + one.name === name), list = its.type.match(/^select_(?:one|multiple) (\S+)/)?.[1]
        return [name, list ? m.list(list)[0].name : ({ date: '2020', dateTime: '2020', integer: '1', decimal: '1', money: '1 LAK' })[its.type] ?? 'Word']
      })
      const sent = await send(visitor, `/${type}`, page, { [field.name]: '', ...Object.fromEntries(said), _look: 'yes' })
      deepEqual(asked(sent).filter((one) => one === `f-${field.name}` || one.startsWith(`f-${own}`)), [], `${type}.${field.name}`)
      await visitor.post(`/${type}`, { _leave: 'yes' })
    }
  }
  deepEqual(Object.entries(offered).filter(([, n]) => !n).map(([to]) => to).sort(), ['compensation', 'consent', 'identification', 'investigation', 'person_request', 'plan',
    'plan_activity', 'proceeding', 'screening']) // each hangs on another one
})
