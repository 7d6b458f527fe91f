// What a record without a name of its own is called, and that no page offers what leads to nothing.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const plain = (text) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const heading = (text) => plain(text.match(/<h1[^>]*>([^]*?)<\/h1>/)[1].replace(/<span class='app-title__key'>[^<]*<\/span>/, '')).trim()
async function seated(t, role, unit, lang = 'en') {
  const r = await t.register(), who = await r.user('keo', role, unit), server = await r.serve(), one = new Visitor(server, lang)
  await one.signIn(who)
  return { one, api: server.api(await r.token('api', role, unit)) }
}

test('what has a number and is called by a day is called by its number, not said to lack a name', async (t) => {
  const { one, api } = await seated(t, 'border_officer', 'gate_friendship_4')
  const person = (await api('POST', '/person', { given_name: 'Noy', sex: 'female' })).body.id
  const { id } = (await api('POST', '/referral', { person, consent: 'yes', to_unit: 'centre_lm' })).body
  const { text } = await one.get(`/referral/${id}`), number = heading(text)
  match(number, /^REF-\d+-[^ ]*$/)
  equal(plain(text.match(/<main[^]*<\/main>/)[0]).match(new RegExp(number, 'g')).length, 1) // said once
  for (const path of ['/', '/work', '/referral', `/person/${person}`]) ok(!/no name yet/.test((await one.get(path)).text), path)
  // Who has a name and did not say it is still told so.
  const nameless = (await api('POST', '/person', { unnamed: 'withheld', sex: 'female' })).body.id
  match(heading((await one.get(`/person/${nameless}`)).text), /no name yet/)
})

test('what is done with a record stands before its kind and number where a day is its name, so that no day is read as that of doing it', async (t) => {
  const { one, api } = await seated(t, 'hotline_operator', 'lwu_1362')
  const call = (await api('POST', '/contact', { at: '2026-11-30T20:00', mode: 'hotline', call_back: '2026-12-01' })).body.id
  equal(heading((await one.get(`/contact/${call}`)).text), '30/11/2026 20:00')
  equal(heading((await one.get(`/contact/${call}/edit`)).text), 'Change: Contact 30/11/2026 20:00')
  equal(heading((await one.get(`/contact/${call}/later`)).text), 'Later: Contact 30/11/2026 20:00')
  equal(heading((await one.get(`/contact/${call}/sight`)).text), 'Who sees this: Contact 30/11/2026 20:00')
  equal(heading((await one.get(`/contact/${call}/move?move=hang_on_case`)).text), 'It belongs to a case: Contact 30/11/2026 20:00')
  const complaint = (await api('POST', '/complaint', { made: '2026-11-30', subject: 'staff', words: 'She said so.' })).body
  const { no } = (await api('GET', `/complaint/${complaint.id}`)).body
  equal(heading((await one.get(`/complaint/${complaint.id}/edit`)).text), `Change: Complaint of a resident ${no}`)
  const unsaid = (await api('POST', '/contact', { mode: 'letter' })).body.id
  equal(heading((await one.get(`/contact/${unsaid}`)).text), 'Contact')
  equal(heading((await one.get(`/contact/${unsaid}/edit`)).text), 'Change: Contact')
  const person = (await api('POST', '/person', { given_name: 'Noy', sex: 'female' })).body.id
  equal(heading((await one.get(`/person/${person}/edit`)).text), 'Change: Noy') // a name needs no kind
})

test('a page that is its own interview says what its button does, and of the tables of figures those alone are offered that tell her something', async (t) => {
  const { one } = await seated(t, 'border_officer', 'gate_friendship_4'), { text } = await one.get('/step_by_step')
  equal(heading(text), 'Screening, a part at a time')
  match(text, /<a [^>]*href='\/screening\/new\?_part=1'[^>]*>Add: Screening<\/a>/)
  const tables = [...(await one.get('/figures')).text.matchAll(/href='(\/figures\/\w+)'/g)].map(([, path]) => path)
  for (const path of tables) ok(!/<h1[^>]*>[^<]*not for your role/.test((await one.get(path)).text), path)
  deepEqual(tables.filter((path) => path === '/figures/annual'), [])
})

test('a country is called in Lao by its Lao name', async (t) => {
  const { one, api } = await seated(t, 'secretariat', 'secretariat', 'lo'), { id } = (await api('POST', '/profile', { name: 'Viet Nam', country: 'VN' })).body
  const list = (await one.get('/profile')).text
  ok(!/Viet Nam/.test(list.match(/<main[^]*<\/main>/)[0]), list)
  match(heading((await one.get(`/profile/${id}`)).text), /[\u0e80-\u0eff]/)
})

test('what a unit wrote itself is no news to it', async (t) => { // what another gave it is: grants_test.mjs
  const { one, api } = await seated(t, 'border_officer', 'gate_friendship_4'), person = (await api('POST', '/person', { given_name: 'Noy', sex: 'female' })).body.id
  const { status, text } = await api('POST', '/screening', { person, result: 'possible' }) // sight of it is given to the unit itself
  equal(status, 201, text)
  ok(!/You were given sight of/.test((await one.get('/')).text))
})
