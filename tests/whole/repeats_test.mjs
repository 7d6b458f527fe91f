// Rows inside a form: a child record type that is edited on its parent's form, by page and by program.
// SPDX-License-Identifier: Apache-2.0
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, deepEqual, equal, home, match, ok, onBothStores, same, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const head = ['record', 'type', 'name', 'label::English (en)', 'label::Lao (lo)', 'required', 'relevant', 'constraint', 'constraint_message::English (en)', 'default', 'class', 'compartment']
const row = (...cells) => [...cells, ...Array(head.length - cells.length).fill('')]
const rows = [
  row('agreement', 'begin_repeat', 'parties', 'Party', 'ພາຄີ'),
  row('agreement', 'text', 'body', 'Body', '', 'yes'),
  row('agreement', 'date', 'joined', 'Joined on', '', '', '', "${signed} = '' or . >= ${signed}", 'Not before it was signed.'),
  row('agreement', 'select_multiple forms', 'about', 'About'),
  row('agreement', 'integer', 'people', 'People', '', '', '${body} != \'\'', '', '', '1'),
  row('agreement', 'end_repeat'),
  row('return', 'begin_repeat', 'belongings', 'Belonging'),
  row('return', 'text', 'what', 'What', '', 'yes', '', '', '', '', 'identity', 'care'),
  row('return', 'end_repeat'),
]
async function packWith(t) {
  const folder = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  await writeFile(join(folder, 'survey/99_rows.csv'), csv([head, ...rows]))
  return folder
}
const begun = async (t) => {
  const r = await t.register({ pack: await packWith(t) }), server = await r.serve()
  return { r, server, api: server.api(await r.token('api')) }
}
const faults = ({ body }) => body.faults.map(({ field }) => field)
const values = (text, more = {}) => ({ ...Object.fromEntries(formFields(text).filter(([name]) => name !== '_look')), ...more })

onBothStores('a program saves a record with its rows, and changes some of them, each by its own version', async (t) => {
  const { r, server, api } = await begun(t)
  const made = await api('POST', '/agreement', { key: 'A1', title: 'Border', signed: '2024-03-01', parties: [{ body: 'Police', joined: '2024-03-02' }, {}, { key: 'P2', body: 'Union', about: ['other'], people: 4 }] })
  equal(made.status, 201, made.text)
  deepEqual([made.body.parties.length, made.body.parties[1], made.body.parties[2].key], [3, null, 'P2'])
  const read = async () => (await api('GET', '/agreement/A1')).body
  const { parties, version } = await read()
  deepEqual(parties.map(({ body, joined, about, people, agreement, version: v }) => [body, joined, about, people, agreement, v]),
    [['Police', '2024-03-02', '', '', 'A1', 1], ['Union', '', 'other', '4', 'A1', 1]])
  // What is left out stays; a row that is new goes with one that is changed; the record itself is not touched.
  const changed = await api('PATCH', '/agreement/A1', { version, parties: [{ id: 'P2', version: 1, people: '5' }, { body: 'Labour' }] })
  deepEqual([changed.status, changed.body.version, changed.body.parties.map(({ version: v }) => v)], [200, 1, [2, 1]], changed.text)
  deepEqual((await read()).parties.map(({ body, people }) => [body, people]), [['Police', ''], ['Union', '5'], ['Labour', '']])
  // The child type is a record like any other: in lists, files, and its own address.
  equal((await api('GET', '/agreement_parties?agreement=A1')).body.items.length, 3)
  match(await r.export('agreement_parties'), /^\ufeff?key,agreement,body,joined,about,people\r?\n/)
  equal((await r.export('agreement')).split('\n')[0].includes('parties'), false)
  await r.mustTake('agreement_parties', 'key,agreement,body\nP9,A1,Court\n')
  equal((await read()).parties.length, 4)
  await r.must('verify')
  await server.stop()
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
})

onBothStores('a fault in one row refuses all, every fault is told at its row, and so is a conflict', async (t) => {
  const { r, server, api } = await begun(t), many = (n) => Array.from({ length: n }, () => ({ body: 'x' }))
  const wrong = await api('POST', '/agreement', { key: 'A1', title: 'Border', signed: '2024-03-01', parties: [{ body: 'Police' }, { joined: '2024-02-01', people: 'many' }, { body: 'x', agreement: 'A7', nosuch: '1' }] })
  equal(wrong.status, 400)
  deepEqual(faults(wrong).sort(), ['parties.2.body', 'parties.2.joined', 'parties.2.people', 'parties.3.agreement', 'parties.3.nosuch'])
  equal((await api('GET', '/agreement/A1')).status, 404)
  deepEqual(faults(await api('POST', '/agreement', { title: 'B', parties: 'x' })), ['parties'])
  deepEqual(faults(await api('POST', '/agreement', { title: 'B', parties: many(201) })), ['parties'])
  equal((await api('POST', '/agreement', { key: 'A1', title: 'Border', parties: [{ key: 'P1', body: 'Police' }] })).status, 201)
  equal((await api('POST', '/agreement', { key: 'A2', title: 'River', parties: [{ key: 'P2', body: 'Union' }] })).status, 201)
  deepEqual(faults(await api('PATCH', '/agreement/A1', { version: 1, parties: [{ id: 'P1', body: 'x' }] })), ['parties.1.version'])
  deepEqual(faults(await api('PATCH', '/agreement/A1', { version: 1, parties: [{ id: 'P2', version: 1, body: 'x' }] })), ['parties.1.id']) // of another one
  equal((await api('PATCH', '/agreement/A1', { version: 1, parties: [{ id: 'P1', version: 1, body: 'One' }] })).status, 200)
  const late = await api('PATCH', '/agreement/A1', { version: 1, title: 'Other', parties: [{ id: 'P1', version: 1, body: 'Two' }] })
  deepEqual([late.status, late.body.conflicts], [409, [{ field: 'parties.1.body', yours: 'Two', theirs: 'One' }]])
  equal((await api('GET', '/agreement/A1')).body.title, 'Border')
  // The description for programs tells of rows, and a move takes none.
  const told = (await api('GET', '/api')).body.components.schemas.agreement.properties.parties
  deepEqual([told.type, told.items.allOf[0].$ref], ['array', '#/components/schemas/agreement_parties'])
  await server.stop()
  await r.must('verify')
})

onBothStores('without a script a form asks for one more row, keeps what was typed, changes its language and saves once', async (t) => {
  const { r, server, api } = await begun(t), visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  let { text } = await visitor.get('/agreement/new')
  ok(formFields(text).some(([name]) => name === 'parties.1.body') && !formFields(text).some(([name]) => name.startsWith('parties.2.')))
  match(text, /Party <span data-number>1<\/span>/)
  let form = values(text, { title: 'Border', signed: '1/3/2024', 'parties.1.body': 'Police', 'parties.1.about': 'other' })
  ;({ text } = await visitor.post('/agreement', { ...form, _more: 'parties' }))
  deepEqual([values(text).title, values(text)['parties.1.body'], values(text)['parties.2.body']], ['Border', 'Police', ''])
  ok(!/govuk-error-summary/.test(text))
  form = values(text, { 'parties.2.joined': '1/2/2024' })
  let answer = await visitor.post('/agreement', form)
  equal(answer.status, 400)
  match(answer.text, /<a href='#f-parties.2.body'>Party 2, Body: /)
  match(answer.text, /id='f-parties.2.joined-error'[^]*?Not before it was signed/)
  form = values(answer.text, { _lang: 'lo' })
  answer = await visitor.post('/agreement', form)
  match(answer.text, /<html class='govuk-template' lang='lo'>[^]*ພາຄີ <span data-number>2/)
  equal(values(answer.text)['parties.1.body'], 'Police')
  const kept = await visitor.get('/agreement/new') // behind the menu
  equal(values(kept.text)['parties.1.body'], 'Police')
  form = values(kept.text, { 'parties.2.body': 'Union', 'parties.2.joined': '2/3/2567', 'parties.1.people': '3', _lang: 'en' })
  answer = await visitor.post('/agreement', form) // a year is asked about in a row too
  form = values(answer.text)
  answer = await visitor.post('/agreement', form)
  match(answer.text, /name='_year.parties.2.joined'[^>]*value='2024-03-02'/)
  form = values(answer.text, { '_year.parties.2.joined': '2024-03-02' })
  const sent = [await visitor.post('/agreement', form), await visitor.post('/agreement', form)]
  deepEqual(sent.map(({ status }) => status), [303, 303], sent[0].text.slice(0, 3000))
  equal(sent[0].to, sent[1].to)
  const id = sent[0].to.match(/agreement\/(\w+)/)[1]
  const parties = async () => (await api('GET', `/agreement/${id}`)).body.parties.map(({ body, joined, about, people }) => [body, joined, about, people])
  deepEqual(await parties(), [['Police', '', 'other', '3'], ['Union', '2024-03-02', '', '1']])
  match((await visitor.get(`/agreement/${id}`)).text, /Party<\/h2>[^]*Union[^]*Police/)
  // A change: the rows that are there, and an empty one that is passed over.
  ;({ text } = await visitor.get(`/agreement/${id}/edit`))
  form = values(text, { 'parties.1.body': 'Central police', 'parties.3.body': '' })
  equal(form['parties.2.version'], '1')
  equal((await visitor.post(`/agreement/${id}`, form)).status, 303)
  form['parties.3.body'] = 'Labour'
  form['parties.1.version'] = '2'
  for (let turn = 0; turn < 2; turn++) equal((await visitor.post(`/agreement/${id}`, form)).status, 303)
  deepEqual((await parties()).map(([body]) => body), ['Central police', 'Union', 'Labour'])
  equal((await api('GET', `/agreement/${id}`)).body.version, 1)
  await server.stop()
  await r.must('verify')
})

test('back behind what was saved, the row that is written then is saved too, on a new form and on a change', async (t) => {
  const { r, server, api } = await begun(t), visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  const bodies = async (at) => (await api('GET', at)).body.parties.map(({ body }) => body)
  const form = values((await visitor.get('/agreement/new')).text, { title: 'Border', 'parties.1.body': 'Police' })
  const first = await visitor.post('/agreement', form)
  equal(first.status, 303)
  const at = first.to.split('?')[0]
  const again = await visitor.post('/agreement', { ...form, 'parties.2.body': 'Union' }) // she went back
  equal(again.status, 409)
  match(again.text, /This was saved already/)
  equal((await visitor.post(at, values(again.text))).status, 303)
  deepEqual(await bodies(at), ['Police', 'Union'])
  // On a change: one row more, saved; back, and another with a fault. Nothing is said to be saved.
  const change = values((await visitor.get(`${at}/edit`)).text, { 'parties.3.body': 'Labour' })
  equal((await visitor.post(at, change)).status, 303)
  const wrong = await visitor.post(at, { ...change, 'parties.4.body': 'Court', 'parties.4.joined': '99/99/2024' })
  equal(wrong.status, 400)
  match(wrong.text, /href='#f-parties\.4\.joined'/)
  deepEqual(await bodies(at), ['Police', 'Union', 'Labour'])
  // Without a script "One more" on a change is of that change.
  const { text } = await visitor.get(`${at}/edit`)
  match(text, new RegExp(`name='_more' value='parties' formaction='${at}#rows-parties'`))
  const more = await visitor.post(at, values(text, { _more: 'parties' }))
  match(more.text, /<h1[^>]*>Change: Border</)
})

test('two who change the same row are shown both answers, and the new row of the second is kept', async (t) => {
  const { r, server, api } = await begun(t), visitor = new Visitor(server)
  await visitor.signIn(await r.user())
  await api('POST', '/agreement', { key: 'A1', title: 'Border', parties: [{ key: 'P1', body: 'Police' }] })
  const { text } = await visitor.get('/agreement/A1/edit')
  await api('PATCH', '/agreement/A1', { version: 1, parties: [{ id: 'P1', version: 1, body: 'One' }] })
  let answer = await visitor.post('/agreement/A1', values(text, { 'parties.1.body': 'Two', 'parties.2.body': 'New', title: 'Changed' }))
  equal(answer.status, 409)
  match(answer.text, /Party 1, Body/)
  const hidden = Object.fromEntries([...answer.text.matchAll(/<input type='hidden' name='([^']+)' value='([^']*)'>/g)].map(([, name, value]) => [name, value]))
  answer = await visitor.post('/agreement/A1', { ...hidden, 'parties.1.body': 'Two' })
  equal(answer.status, 303, answer.text.slice(0, 3000))
  const { title, parties } = (await api('GET', '/agreement/A1')).body
  deepEqual([title, parties.map(({ body, version }) => [body, version])], ['Changed', [['Two', 3], ['New', 1]]])
})

onBothStores('rows of what hangs on a person are sealed with her keys, seen by whoever sees the record, and by nobody else', async (t) => {
  const { r, server, api } = await begun(t)
  await r.mustTake('person', 'key,given_name\nN1,Noy\nN2,Kham\n')
  const made = await api('POST', '/return', { key: 'R1', person: 'N1', arrived: '2024-03-01', belongings: [{ key: 'B1', what: 'A red bag' }] })
  equal(made.status, 201, made.text)
  equal((await api('GET', '/return_belongings/B1')).body.person, 'N1')
  ok(!(await r.dump()).includes('A red bag'))
  const gate = server.api(await r.token('gate', 'border_officer', 'gate_friendship_1'))
  for (const path of ['/return/R1', '/return_belongings/B1']) equal((await gate('GET', path)).status, 404, path)
  deepEqual((await gate('GET', '/return_belongings')).body.items ?? [], [])
  equal((await api('PATCH', '/return/R1', { version: 1, person: 'N2' })).status, 200)
  equal((await api('GET', '/return_belongings/B1')).body.person, 'N2') // it goes along
  equal((await api('GET', '/person/N1')).status, 200)
  await server.stop()
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
  await r.must('verify')
})
