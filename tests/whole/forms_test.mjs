// Forms as somebody sends them without a browser's help: what is typed, kept, asked, and sent twice.
// SPDX-License-Identifier: Apache-2.0
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, readCsv, table, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

async function visited(t, { lang = 'en', pack, who } = {}) {
  const r = await t.register(pack ? { pack } : {})
  const token = await r.token('api', ...(who ?? []))
  const person = await r.user('keo', ...(who ?? []))
  const server = await r.serve()
  const visitor = new Visitor(server, lang)
  await visitor.signIn(person)
  return { r, server, visitor, api: server.api(token), person }
}
// Sends a form's fields, some of them filled in; a field of a list stands for all of its name.
function send(visitor, path, fields, changed = {}) {
  const pairs = fields.filter(([name]) => !(name in changed)).concat(Object.entries(changed).flatMap(([name, value]) => [value].flat().map((one) => [name, one])))
  return visitor.ask('POST', path, { body: new URLSearchParams(pairs).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
}
async function fill(visitor, path, to, changed) {
  const page = await visitor.get(path)
  equal(page.status, 200, page.text)
  return send(visitor, to, formFields(page.text), changed)
}
const id = (answer) => { equal(answer.status, 303, answer.text); return answer.to.match(/^\/\w+\/(\w+)\?saved=/)[1] }
const summary = (page) => page.text.match(/<div class='govuk-error-summary'[^]*?<\/ul>/)?.[0] ?? ''
const asksFor = (page) => [...summary(page).matchAll(/href='([^']*)'/g)].map((one) => one[1])

// ---- what stands around the questions -----------------------------------------------------------------

test('the heading of a section that is the only one is said to who hears the page, and shown no second time below the title', async (t) => {
  const { visitor, api } = await visited(t)
  const headings = async (path) => [...(await visitor.get(path)).text.matchAll(/<legend class='(app-section|govuk-visually-hidden)'>([^<]*)/g)].map(([, how, words]) => (how === 'app-section' ? words : `(${words})`))
  deepEqual([...new Set(await headings('/breach/new'))], ['(What went wrong)'])
  deepEqual((await headings('/person/new')).slice(0, 2), ['Name', 'About the person'])
  const { id: made } = (await api('POST', '/breach', { title: 'A list lay open', found: '2024-03-02' })).body
  deepEqual(await headings(`/breach/${made}/edit`), ['(What went wrong)'])
})

test('a date that is known by its year or month shows one as its example, and a day is taken all the same', async (t) => {
  const survey = 'record,type,name,label::English (en),appearance,used_for\nstudy,date,year_of,Year,year,figure\nstudy,date,month_of,Month,month-year,figure\nstudy,date,day_of,Day,,figure\n'
  const { visitor, api } = await visited(t, { pack: await t.pack({ 'survey/99_years.csv': survey }) })
  const { text } = await visitor.get('/study/new')
  const hint = (field) => text.match(new RegExp(`id='f-${field}-hint'>([^<]*)`))?.[1]
  deepEqual(['year_of', 'month_of', 'day_of'].map(hint), ['For example 2024', 'For example 3/2024', 'For example 27/3/2024, or 3/2024 or 2024 when no more is known'])
  const made = id(await send(visitor, '/study', formFields(text), { title: 'x', year_of: '27/3/2024', month_of: '2024' }))
  deepEqual((({ year_of, month_of }) => [year_of, month_of])((await api('GET', `/study/${made}`)).body), ['2024-03-27', '2024'])
})

// ---- moments, and what nobody touched ----------------------------------------------------------------

test('a moment is taken as the hint writes it, in other digits too, and tells the day alone', async (t) => {
  const { visitor, api } = await visited(t)
  for (const [typed, stored] of [
    ['27/3/2024 14:30', '2024-03-27T14:30'], ['27/03/2024 14:30', '2024-03-27T14:30'], ['27.3.2024 9.05', '2024-03-27T09:05'], ['2024-03-27 09:05', '2024-03-27T09:05'],
    ['໒໗/໓/໒໐໒໔ ໑໔:໓໐', '2024-03-27T14:30'], ['๒๗/๓/๒๐๒๔ ๑๔.๓๐', '2024-03-27T14:30'], ['٢٧/٣/٢٠٢٤ ١٤:٣٠', '2024-03-27T14:30'], ['27/3/2024, 14:30', '2024-03-27T14:30'],
    ['27/3/2024 14:30:59', '2024-03-27T14:30:59'], ['27/3/2024', '2024-03-27'], ['3/2024', '2024-03'], ['\u200b27/3/2024\u00a014:30 ', '2024-03-27T14:30'],
  ]) {
    const made = id(await fill(visitor, '/contact/new', '/contact', { at: typed }))
    equal((await api('GET', `/contact/${made}`)).body.at, stored, typed)
  }
  for (const typed of ['27/3/2024 25:00', '27/3/2024 14', '3/2024 14:30', 'noon']) {
    const page = await fill(visitor, '/contact/new', '/contact', { at: typed })
    equal(page.status, 400)
    deepEqual(asksFor(page), ['#f-at'], typed)
    ok(formFields(page.text).some(([name, value]) => name === 'at' && value === typed))
  }
})

test('numbers are taken in Lao digits', async (t) => {
  const { visitor, api } = await visited(t)
  const made = id(await fill(visitor, '/contact/new', '/contact', { at: '1/2/2024', reached: '໑໒', reached_female: '๓' }))
  deepEqual((({ reached, reached_female: female }) => [reached, female])((await api('GET', `/contact/${made}`)).body), ['12', '3'])
})

const laos = join(home, 'packs/laos')
const survey = async () => (await Promise.all((await readdir(join(laos, 'survey'))).map((name) => readFile(join(laos, 'survey', name), 'utf8')))).flatMap(table)

for (const lang of ['en', 'lo'])
  test(`a form that nobody touched changes nothing, whatever kinds of fields it has (${lang})`, async (t) => {
    const { visitor, api } = await visited(t, { lang })
    const lists = {}
    for (const file of (await readdir(join(laos, 'choices'))).filter((name) => name.endsWith('.csv')).sort())
      for (const one of table(await readFile(join(laos, 'choices', file), 'utf8'))) (lists[one.list_name] ??= []).push(one.name)
    const units = table(await readFile(join(laos, 'registry/units.csv'), 'utf8')), kindOf = /kind = '(\w+)'/
    lists.units = units.map((one) => one.key)
    lists.figures = table(await readFile(join(laos, 'figures.csv'), 'utf8')).filter((one) => !one.within).map((one) => one.name)
    const values = {
      text: () => ' two  blanks\r\nand a line ', note: () => '\n one\rtwo\r\nthree \n', integer: () => '1', decimal: () => '12.50', date: () => '2024-02',
      dateTime: (i) => ['2024-03-27T23:30:15Z', '2024-03-27T14:30', '2024-03-27T14:30:00+09:00', '2024-03'][i % 4],
      select_one: (i, list) => lists[list].at(-1), // of several, what stands alone is left out: its rule says which
      select_multiple: (i, list, rule) => lists[list].filter((one) => !rule?.includes(`selected(., '${one}')`)).slice(0, 30).reverse().join(' '),
    }
    const bodies = {}
    let n = 0
    for (const { record, type, name, choice_filter: fits, constraint } of await survey()) {
      const [kind, list] = type.split(' ')
      if (/not\(selected/.test(fits ?? '')) continue // of several answers one: the first of them says it
      if (values[kind]) (bodies[record] ??= {})[name] = values[kind](n++, list, constraint)
      const wanted = list === 'units' && fits?.match(kindOf)
      if (wanted) bodies[record][name] = units.find((one) => one.kind === wanted[1]).key
    }
    equal(Object.keys(bodies).length, table(await readFile(join(laos, 'records.csv'), 'utf8')).length)
    for (const [record, body] of Object.entries(bodies)) {
      const made = await api('POST', `/${record}`, body)
      equal(made.status, 201, `${record} ${made.text}`)
      const before = (await api('GET', `/${record}/${made.body.id}`)).body
      const page = await visitor.get(`/${record}/${made.body.id}/edit`)
      const saved = await send(visitor, `/${record}/${made.body.id}`, formFields(page.text), { _confirm: 'yes' })
      equal(saved.status, 303, record)
      deepEqual((await api('GET', `/${record}/${made.body.id}`)).body, before, record)
    }
  })

// ---- several choices ------------------------------------------------------------------------------------

test('a form loses none of many choices, neither 22 nor 200, when only the title is changed', async (t) => {
  const { visitor, api } = await visited(t)
  const countries = table(await readFile(join(laos, 'choices/04_countries.csv'), 'utf8')).map((one) => one.name)
  for (const [record, field, chosen] of [['case', 'transit', countries.slice(0, 22)], ['agreement', 'countries', countries.slice(0, 200)]]) {
    const made = (await api('POST', `/${record}`, { title: 'before', [field]: chosen })).body
    const fields = formFields((await visitor.get(`/${record}/${made.id}/edit`)).text)
    equal(id(await send(visitor, `/${record}/${made.id}`, fields, { title: 'after' })), made.id)
    const now = (await api('GET', `/${record}/${made.id}`)).body
    deepEqual([now.title, now[field]], ['after', chosen.join(' ')])
    // One is taken away, one that is there is chosen once more, one is added.
    const more = formFields((await visitor.get(`/${record}/${made.id}/edit`)).text).filter(([name, value]) => name !== field || value !== chosen[1])
    id(await send(visitor, `/${record}/${made.id}`, [...more, [field, chosen[0]], [field, countries[240]]]))
    equal((await api('GET', `/${record}/${made.id}`)).body[field], [chosen[0], ...chosen.slice(2), countries[240]].join(' '))
  }
})

test('a choice that is offered no longer stays where it was chosen', async (t) => {
  const pack = join(await t.folder(), 'pack'), sheet = join(pack, 'choices/04_countries.csv')
  await cp(laos, pack, { recursive: true })
  const { r, visitor, api } = await visited(t, { pack })
  const made = (await api('POST', '/case', { title: 'before', transit: 'LA TH VN', exploited_in: 'TH' })).body
  const lines = (await readFile(sheet, 'utf8')).split('\n'), header = lines[0].split(',')
  if (!header.includes('to')) lines[0] += ',to'
  await writeFile(sheet, lines.map((line, i) => (i && /^countries,TH,/.test(line) ? line.padEnd(line.length, ',') + (header.includes('to') ? '' : ',2020-12-31') : line)).join('\n'))
  await r.must('pack load', pack)
  const page = await visitor.get('/case/new')
  ok(!/<option value='TH'/.test(page.text) && /<option value='VN'/.test(page.text), 'TH is still offered')
  id(await fill(visitor, `/case/${made.id}/edit`, `/case/${made.id}`, { title: 'after' }))
  deepEqual((({ title, transit, exploited_in: where }) => [title, transit, where])((await api('GET', `/case/${made.id}`)).body), ['after', 'LA TH VN', 'TH'])
})

test('what a role does not see, her form does not take away', async (t) => {
  const pack = join(await t.folder(), 'pack'), sheet = join(pack, 'rights.csv')
  await cp(laos, pack, { recursive: true })
  await writeFile(sheet, (await readFile(sheet, 'utf8')).trimEnd() + '\ncounsellor,person,all,all,,plain quasi,identity case codes\n')
  const { r, server, api } = await visited(t, { pack })
  const blind = new Visitor(server)
  await blind.signIn(await r.user('blind', 'counsellor', 'lwu_centre'))
  const made = (await api('POST', '/person', { given_name: 'Noy', health_note: 'asthma', sex: 'female', born: '2001' })).body
  const edit = await blind.get(`/person/${made.id}/edit`)
  ok(!edit.text.includes('Noy') && !formFields(edit.text).some(([name]) => name === 'given_name' || name === 'health_note'))
  id(await send(blind, `/person/${made.id}`, formFields(edit.text), { sex: 'male' }))
  deepEqual((({ given_name: name, health_note: note, sex }) => [name, note, sex])((await api('GET', `/person/${made.id}`)).body), ['Noy', 'asthma', 'male'])
})

// ---- sent twice -----------------------------------------------------------------------------------------

onBothStores('a form sent twice makes one record, and the second answer is the page of the first', async (t) => {
  const { r, visitor, api } = await visited(t)
  for (const [record, changed] of [['case', { title: 'once', key: 'ONCE-1' }], ['person', { given_name: 'Noy' }], ['contact', { at: '27/3/2024 14:30' }]]) {
    const fields = formFields((await visitor.get(`/${record}/new`)).text)
    const [one, two] = await Promise.all([send(visitor, `/${record}`, fields, changed), send(visitor, `/${record}`, fields, changed)])
    const third = await send(visitor, `/${record}`, fields, changed)
    equal(new Set([id(one), id(two), id(third)]).size, 1)
    equal((await api('GET', `/${record}`)).body.items.length, 1)
    equal((await api('GET', `/${record}/${id(one)}`)).body.version, 1)
  }
  equal(id(await fill(visitor, '/case/new', '/case', { title: 'another' })).length, 20)
  equal((await api('GET', '/case')).body.items.length, 2)
  await r.must('verify')
})

test('two servers on one store make one record of one form (PostgreSQL)', async (t) => {
  t.store = 'postgres'
  const { r, visitor, api, person } = await visited(t)
  const second = new Visitor(await r.serve())
  await second.signIn(person)
  const fields = formFields((await visitor.get('/case/new')).text)
  const own = (who) => fields.map(([name, value]) => [name, name === '_csrf' ? who : value])
  await second.get('/case/new')
  const theirs = own(formFields(second.text).find(([name]) => name === '_csrf')[1])
  const [one, two] = await Promise.all([send(visitor, '/case', fields, { title: 'once' }), send(second, '/case', theirs, { title: 'once' })])
  equal(id(one), id(two))
  equal((await api('GET', '/case')).body.items.length, 1)
})

test('what was changed before a form is sent once more becomes a change of its record', async (t) => {
  const { visitor, api } = await visited(t)
  const fields = formFields((await visitor.get('/case/new')).text)
  const made = id(await send(visitor, '/case', fields, { title: 'first' }))
  const page = await send(visitor, '/case', fields, { title: 'second' })
  equal(page.status, 409)
  match(page.text, /This was saved already/)
  equal((await api('GET', `/case/${made}`)).body.title, 'first')
  equal(id(await send(visitor, `/case/${made}`, formFields(page.text))), made)
  deepEqual((({ title, version }) => [title, version])((await api('GET', `/case/${made}`)).body), ['second', 2])
})

test('what was changed before a form is sent once more stands there when its record is opened again', async (t) => {
  const { visitor, api } = await visited(t)
  const fields = formFields((await visitor.get('/person/new')).text)
  const made = id(await send(visitor, '/person', fields, { key: 'P-1', given_name: 'Noy', sex: 'female' }))
  equal((await send(visitor, '/person', fields, { key: 'P-1', given_name: 'Noi & Co', sex: 'female' })).status, 409)
  const later = await visitor.get(`/person/${made}/edit`)
  equal(later.status, 200)
  const kept = formFields(later.text)
  deepEqual(kept.filter(([name]) => name === 'given_name' || name === '_version'), [['_version', '1'], ['given_name', 'Noi & Co']])
  equal(id(await send(visitor, `/person/${made}`, kept)), made)
  deepEqual((({ key, given_name, version }) => [key, given_name, version])((await api('GET', `/person/${made}`)).body), ['P-1', 'Noi & Co', 2])
})

test('a day that cannot be is told in a form as people write it', async (t) => {
  for (const lang of ['en', 'lo']) {
    const { visitor } = await visited(t, { lang })
    for (const [path, field, typed, told] of [['person', 'born', '31/12/2099', /31\/12\/2099 (lies in the future|ຢູ່ໃນອະນາຄົດ)/],
      ['plan', 'review', '໑/໓/໒໒໐໐', /01\/03\/2200 (lies more than a hundred|ຢູ່ໃນອະນາຄົດເກີນ)/], ['contact', 'at', '1/3/2099 9:05', /01\/03\/2099 09:05 (lies in|ຢູ່ໃນ)/],
      ['person', 'born', '27/3/2010 14:30', /27\/3\/2010 14:30 (is not a date that exists\. Write it as 27\/3\/2024|ບໍ່ແມ່ນວັນທີທີ່ມີຈິງ\. ໃຫ້ຂຽນເປັນ 27\/3\/2024)/]]) {
      const fields = formFields((await visitor.get(`/${path}/new`)).text)
      const page = await send(visitor, `/${path}`, fields, { [field]: typed })
      equal(page.status, 400)
      match(page.text, told)
      ok(!/\d{4}-\d\d-\d\d/.test(page.text.match(/govuk-error-summary[^]*?<\/ul>/)[0]), `${typed} in ${lang}`)
    }
  }
})

test('what a program sends that cannot be read is told once, not also as missing', async (t) => {
  const pack = join(await t.folder(), 'pack')
  await cp(laos, pack, { recursive: true })
  await writeFile(join(pack, 'survey/99_more.csv'), `record,type,name,label::English (en),required,class,compartment
person,date,met,Met on,yes,quasi,case
person,text,told,Told,yes,identity,case
`)
  const { api } = await visited(t, { pack })
  const answer = await api('POST', '/person', { met: '2099-01-01' }, { 'accept-language': 'en' })
  deepEqual([answer.status, answer.body.faults.map((one) => [one.field, one.message.split('.')[0]])],
    [400, [['met', '2099-01-01 lies in the future'], ['told', 'Please fill this in']]])
})

test('a form\'s token is for one person and one kind of record, and names no id of one\'s own choice', async (t) => {
  const { r, server, visitor, api } = await visited(t)
  const other = new Visitor(server)
  await other.signIn(await r.user('mali'))
  const fields = formFields((await visitor.get('/case/new')).text), token = fields.find(([name]) => name === '_once')[1]
  match(token, /^[a-z2-9]{20}\.[0-9a-f]{32}$/)
  const [chosen, mac] = token.split('.')
  for (const [who, record, once, filled] of [
    [other, 'case', token, { title: 'x' }], [visitor, 'person', token, { given_name: 'x' }], [visitor, 'case', `${'a'.repeat(20)}.${mac}`, { title: 'x' }],
    [visitor, 'case', chosen, { title: 'x' }], [visitor, 'case', `${chosen}.`, { title: 'x' }], [visitor, 'case', 'mine', { title: 'x' }]]) {
    const made = id(await fill(who, `/${record}/new`, `/${record}`, { ...filled, _once: once }))
    ok(made !== chosen && made !== 'a'.repeat(20), `${record} ${once}`)
  }
  equal((await api('POST', '/case', { title: 'by a program', _once: token })).status, 400)
  equal(id(await send(visitor, '/case', fields, { title: 'hers' })), chosen)
})

test('a step sent twice is done once, and says so both times', async (t) => {
  const { visitor, api } = await visited(t)
  const made = (await api('POST', '/case', { title: 'x', kind: 'both', opened: '2024-01-01' })).body
  await visitor.get(`/case/${made.id}`)
  const both = await Promise.all([1, 2].map(() => visitor.post(`/case/${made.id}/move`, { move: 'screen', _version: '1' })))
  for (const one of both) equal(id(one), made.id)
  deepEqual((({ version, state }) => [version, state])((await api('GET', `/case/${made.id}`)).body), [2, 'screening'])
  await visitor.get(`/case/${made.id}`)
  equal((await visitor.post(`/case/${made.id}/move`, { move: 'take_up_at_once', _version: '1' })).status, 409) // another step is not this one
})

// ---- kept, though it could not be saved -------------------------------------------------------------------

onBothStores('what was typed is kept after a refused save: in the other language, behind the menu, until it is saved', async (t) => {
  const { r, visitor, api } = await visited(t)
  const typed = { title: 'ກໍລະນີ & "quotes"', opened: '31/2/2024', summary: 'line one\r\nline two', transit: ['', 'TH', 'VN'] }
  const refused = await fill(visitor, '/case/new', '/case', typed)
  equal(refused.status, 400)
  const holds = (page) => {
    const fields = formFields(page.text), of = (name) => fields.filter((one) => one[0] === name).map((one) => one[1]).filter(Boolean).join(' ')
    deepEqual([of('title'), of('opened'), of('summary'), of('transit')], [typed.title, typed.opened, typed.summary, 'TH VN'])
  }
  holds(refused)
  const link = refused.text.match(/<a href='(\/language\?to=lo[^']*)'/)[1].replaceAll('&amp;', '&')
  const there = await visitor.get(link)
  equal(there.status, 303)
  const lao = await visitor.get(there.to)
  match(lao.text, /<html [^>]*lang='lo'/)
  holds(lao)
  await visitor.get('/person')
  await visitor.get('/language?to=en&next=/')
  match((await visitor.get('/')).text, /<a class='govuk-link' href='\/case\/new'>Add: Case<\/a>/)
  const again = await visitor.get('/case/new')
  holds(again)
  equal(id(await send(visitor, '/case', formFields(again.text), { opened: '28/2/2024' })).length, 20)
  equal((await api('GET', '/case')).body.items.length, 1)
  equal(formFields((await visitor.get('/case/new')).text).find(([name]) => name === 'title')[1], '')
  equal(await r.sql('select count(*) from drafts'), (await r.sql('select 0')))
})

test('what was typed over a record is kept, too; of another record, and for another person or session, there is nothing', async (t) => {
  const { r, server, visitor, api, person } = await visited(t)
  const [one, two] = [(await api('POST', '/person', { given_name: 'One', sex: 'male' })).body, (await api('POST', '/person', { given_name: 'Two' })).body]
  equal((await fill(visitor, `/person/${one.id}/edit`, `/person/${one.id}`, { nickname: 'Nok', born: 'never' })).status, 400)
  equal((await fill(visitor, `/service/new?person=${one.key}`, '/service', { person: one.key, given: 'never' })).status, 400)
  const nickname = (page) => formFields(page.text).find(([name]) => name === 'nickname')[1]
  const given = (page) => formFields(page.text).find(([name]) => name === 'given')[1]
  equal(nickname(await visitor.get(`/person/${one.id}/edit`)), 'Nok')
  equal(nickname(await visitor.get(`/person/${two.id}/edit`)), '')
  equal(given(await visitor.get(`/service/new?person=${one.key}`)), 'never')
  ok(given(await visitor.get(`/service/new?person=${two.key}`)) !== 'never')
  for (const who of [person, await r.user('mali')]) {
    const other = new Visitor(server)
    await other.signIn(who)
    equal(nickname(await other.get(`/person/${one.id}/edit`)), '')
    ok(!(await other.get('/')).text.includes('not saved yet'))
  }
  ok(!(await r.sql('select * from drafts')).includes('Nok'))
  // Left without saving: gone. Signed out: all gone.
  equal((await send(visitor, `/person/${one.id}`, formFields((await visitor.get(`/person/${one.id}/edit`)).text), { _leave: 'yes' })).to, `/person/${one.id}`)
  equal(nickname(await visitor.get(`/person/${one.id}/edit`)), '')
  equal((await r.sql('select count(*) from drafts')).trim(), '1')
  await visitor.post('/sign-out', {})
  equal((await r.sql('select count(*) from drafts')).trim(), '0')
})

test('a form asked for in another language holds what is typed in it, and saves nothing', async (t) => {
  const { visitor, api } = await visited(t)
  const lao = await fill(visitor, '/person/new', '/person', { given_name: 'ນ້ອຍ', born: '15/3/2001', _lang: 'lo' })
  equal(lao.status, 200)
  match(lao.text, /<html [^>]*lang='lo'/)
  ok(!summary(lao))
  const fields = Object.fromEntries(formFields(lao.text))
  deepEqual([fields.given_name, fields.born], ['ນ້ອຍ', '15/3/2001'])
  equal((await api('GET', '/person')).body.items.length, 0)
  equal((await fill(visitor, '/person/new', '/person', { _lang: 'fr' })).status, 400)
})

// ---- what a form asks for ------------------------------------------------------------------------------------

test('a record that says nothing is not made by a form; other programs may make it', async (t) => {
  const { visitor, api } = await visited(t)
  const records = table(await readFile(join(laos, 'records.csv'), 'utf8'))
  ok(records.length > 50)
  for (const { name } of records) {
    const page = await fill(visitor, `/${name}/new`, `/${name}`)
    equal(page.status, 400, name)
    const asked = asksFor(page)
    ok(asked.length && asked.every((to) => page.text.includes(`id='${to.slice(1)}'`)), `${name} ${asked}`)
    equal((await api('GET', `/${name}`)).body.items.length, 0)
    equal((await api('POST', `/${name}`, {})).status, 201, name)
  }
  const enough = { case: { kind: 'both' }, person: { nickname: 'Nok' }, agreement: { title: 'x' }, contact: { mode: 'hotline' } }
  for (const [name, changed] of Object.entries(enough)) ok(id(await fill(visitor, `/${name}/new`, `/${name}`, changed)), name)
  // An empty one that is there may be mended in any field.
  const empty = (await api('POST', '/person', { key: 'EMPTY' })).body
  id(await fill(visitor, '/person/EMPTY/edit', `/person/${empty.id}`, { occupation: 'weaver' }))
  const cleared = (await api('POST', '/person', { given_name: 'Noy' })).body
  deepEqual(asksFor(await fill(visitor, `/person/${cleared.id}/edit`, `/person/${cleared.id}`, { given_name: '' })), ['#f-given_name'])
})

test('what a newer pack asks is no bar to mending an older person\'s phone, in a form, by a program or a file', async (t) => {
  const pack = join(await t.folder(), 'pack'), sheet = join(pack, 'survey/02_person.csv')
  await cp(laos, pack, { recursive: true })
  const { r, visitor, api } = await visited(t)
  const made = (await api('POST', '/person', { key: 'P1', given_name: 'Noy', phone: '020 1', children: '10' })).body
  const lines = (await readFile(sheet, 'utf8')).trimEnd().split('\n'), [header] = readCsv(lines[0])
  const cell = (line, changes) => {
    const [cells] = readCsv(line)
    const out = header.map((name, i) => changes[name] ?? cells[i] ?? '').concat(changes.required ?? '')
    return out.map((one) => (/[",]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join(',')
  }
  const newer = lines.map((line, i) => (!i ? line + ',required' : /,(province|sex|marital),/.test(line.split(',').slice(0, 3).join(',') + ',') ? cell(line, { required: 'yes' })
    : line.startsWith('person,integer,children,') ? cell(line, { constraint: '. <= 5', 'constraint_message::English (en)': 'At most five.', 'constraint_message::Lao (lo)': 'At most five.' }) : line))
  await writeFile(sheet, newer.join('\n') + '\n')
  await r.must('pack load', pack)
  const edit = await visitor.get('/person/P1/edit')
  match(edit.text, /id='f-province-doubt'>Please fill this in/) // told at its field
  match(edit.text, /id='f-children-doubt'>At most five/)
  id(await send(visitor, `/person/${made.id}`, formFields(edit.text), { phone: '020 2' }))
  equal((await api('PATCH', '/person/P1', { version: 2, phone: '020 3' })).status, 200)
  equal((await r.take('person', 'key,phone\nP1,020 4\n')).code, 0)
  deepEqual((({ phone, version, children }) => [phone, version, children])((await api('GET', '/person/P1')).body), ['020 4', 4, '10'])
  // Who touches it, mends it; a new person is asked.
  deepEqual(asksFor(await fill(visitor, '/person/P1/edit', `/person/${made.id}`, { children: '12' })), ['#f-children'])
  equal((await api('PATCH', '/person/P1', { version: 4, children: '12' })).status, 400)
  deepEqual(asksFor(await fill(visitor, '/person/new', '/person', { given_name: 'Mali' })).sort(), ['#f-marital', '#f-province', '#f-sex'])
  equal((await api('PATCH', '/person/P1', { version: 4, children: '4' })).status, 200)
})

test('what a group asks is asked of all that stands in it: forms, programs and the page\'s script', async (t) => {
  const pack = join(await t.folder(), 'pack')
  await cp(laos, pack, { recursive: true })
  await writeFile(join(pack, 'survey/99_more.csv'), `record,type,name,label::English (en),required,relevant
agreement,begin_group,ended_group,Its end,,\${ends} != ''
agreement,text,ended_by,Ended by,yes,
agreement,begin_group,inner_group,More,,\${place} != ''
agreement,text,ended_where,Ended where,yes,
agreement,end_group,,,,
agreement,end_group,,,,
`)
  const { r, visitor, api } = await visited(t, { pack })
  void r
  equal((await api('POST', '/agreement', { title: 'runs on' })).status, 201)
  const fields = (answer) => answer.body.faults.map((one) => one.field)
  deepEqual(fields(await api('POST', '/agreement', { title: 'ended', ends: '2024' })), ['ended_by'])
  deepEqual(fields(await api('POST', '/agreement', { title: 'ended', ends: '2024', place: 'x' })), ['ended_by', 'ended_where'])
  id(await fill(visitor, '/agreement/new', '/agreement', { title: 'runs on' }))
  deepEqual(asksFor(await fill(visitor, '/agreement/new', '/agreement', { title: 'ended', ends: '2024', place: 'x' })).sort(), ['#f-ended_by', '#f-ended_where'])
  match((await visitor.get('/agreement/new')).text, /data-relevant='[^']*&#34;and&#34;[^']*&#34;ends&#34;[^']*&#34;place&#34;[^']*'><label class='govuk-label' for='f-ended_where'/)
  const [faulty, sheet] = [await t.folder(), 'survey/99_more.csv']
  await cp(pack, faulty, { recursive: true })
  await writeFile(join(faulty, sheet), (await readFile(join(pack, sheet), 'utf8')).replace("\${ends} != ''", "\${nosuch} ==== 1 and ("))
  const answer = await r.run('pack load', faulty)
  equal(answer.code, 1)
  match(answer.err + answer.out, /^survey\/99_more\.csv:2: relevant: /m)
})

test('all that is wrong is told in one round: dates, links, keys, choices and rules', async (t) => {
  const { visitor, api } = await visited(t)
  await api('POST', '/service', { key: 'TAKEN' })
  const page = await fill(visitor, '/service/new', '/service', { person: 'NOBODY', given: '31/2/2024', until: 'x', provider: 'NOWHERE', sessions: 'many', key: 'TAKEN' })
  equal(page.status, 400)
  deepEqual(asksFor(page).sort(), ['#f-given', '#f-key', '#f-person', '#f-provider', '#f-sessions', '#f-type', '#f-until'].sort())
  const other = await fill(visitor, '/involvement/new', '/involvement', { person: 'NOBODY', case: 'NOWHERE', identified: '2024-13', key: 'a\u202eb' })
  deepEqual(asksFor(other).sort(), ['#f-case', '#f-identified', '#f-key', '#f-person'])
})

test('a refused step asks again for the field that it needs', async (t) => {
  const { visitor, api } = await visited(t)
  for (const [record, body, move, field] of [
    ['case', { title: 'x' }, 'take_up_at_once', 'kind'], ['case', { title: 'x', kind: 'both' }, 'take_up_at_once', 'opened'],
    ['referral', { consent: 'yes' }, 'send', 'to_unit'], ['proceeding', {}, 'judge', '']]) {
    const made = (await api('POST', `/${record}`, body)).body
    await visitor.get(`/${record}/${made.id}`)
    const page = await visitor.post(`/${record}/${made.id}/move`, { move, _version: '1' })
    equal(page.status, 400)
    deepEqual(asksFor(page), field ? [`#f-${field}`] : [], move)
    if (field) ok(page.text.includes(`id='f-${field}'`) && !page.text.includes("id='f-title'"), 'it asks for what the step needs, and for nothing else')
  }
})

// ---- a closed case, opened again ---------------------------------------------------------------------------

onBothStores('a case that is opened again loses its closing day, stands among open work, and its history tells', async (t) => {
  const { r, visitor, api } = await visited(t)
  for (const [key, moves] of [['A', ['take_up_at_once', 'close', 'reopen']], ['B', ['take_up_at_once', 'hand_over', 'reopen_referred']], ['C', ['screen', 'reject', 'reopen_rejected']]]) {
    const made = (await api('POST', '/case', { key, title: `case ${key}`, kind: 'both', opened: '2024-01-01', closed: '2024-05-05', closed_because: 'goals_met', priority: 'high' })).body
    let version = 1
    for (const move of moves) {
      await visitor.get(`/case/${made.id}`)
      equal((await visitor.post(`/case/${made.id}/move`, { move, _version: String(version++) })).status, 303, move)
    }
    const now = (await api('GET', `/case/${key}`)).body
    deepEqual([now.state, now.closed, now.closed_because, now.title], ['reopened', '', '', `case ${key}`])
    ok((await visitor.get('/')).text.includes(`case ${key}`))
    match((await visitor.get(`/case/${key}`)).text, /<del>05\/05\/2024<\/del>/)
  }
  await r.must('verify')
  const before = await r.export('case')
  if (!r.address) {
    await r.must('rebuild')
    equal(await r.export('case'), before)
  }
})

// ---- keys -------------------------------------------------------------------------------------------------

onBothStores('blanks and unseen letters at a key\'s ends are no part of it: by program, address, form, filter and file', async (t) => {
  const { r, visitor, api } = await visited(t)
  const made = (await api('POST', '/person', { key: ' K-9', given_name: 'Noy' })).body
  equal(made.key, 'K-9')
  const twins = ['K-9 ', ' K-9', '\u00a0K-9', 'K-9\u200b', '\ufeffK-9\u00ad', 'K-9\u202e', '\u3000K-9\u2060\t']
  for (const key of twins) {
    const code = encodeURIComponent(key)
    deepEqual((await api('POST', '/person', { key })).body.faults.map((one) => one.field), ['key'])
    equal((await api('GET', `/person/${code}`)).body.id, made.id)
    equal((await visitor.get(`/person/${code}/edit`)).status, 200)
    deepEqual(asksFor(await fill(visitor, '/person/new', '/person', { given_name: 'x', key })), ['#f-key'])
    const service = id(await fill(visitor, `/service/new?person=${code}`, '/service', { person: key, type: 'food' }))
    equal((await api('GET', `/service/${service}`)).body.person, 'K-9')
    ok((await api('GET', `/service?person=${code}`)).body.items.some((one) => one.id === service))
    equal((await api('POST', '/contact', { at: '2024', person: key })).status, 201)
    equal((await r.take('person', `key,nickname\n"${key}","n${code}"\n`)).code, 0)
  }
  equal((await api('GET', '/person')).body.items.length, 1)
  equal((await r.take('person', 'key,sex\nT-1,male\n"T-1\u00a0",female\n')).code, 1)
  for (const key of ['K\u202e9', 'K\u200b9', 'K\u00ad9', 'K\u00079', 'K\u20289']) {
    deepEqual((await api('POST', '/person', { key })).body.faults.map((one) => one.field), ['key'], JSON.stringify(key))
    deepEqual((await api('PATCH', '/person/K-9', { version: 1 + twins.length, key })).body.faults.map((one) => one.field), ['key'])
    equal((await r.take('person', `key,sex\n"${key}",male\n`)).code, 1)
  }
  equal((await api('POST', '/person', { key: 'ກ່ 1' })).body.key, 'ກ່ 1') // a tone mark is seen, and so is a blank inside
  await r.must('verify')
})
