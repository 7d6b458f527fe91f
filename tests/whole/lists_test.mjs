// Lists as people see them: what they are asked for, their order, how many there are, and every way that leads on from them.
// SPDX-License-Identifier: Apache-2.0
import { csv, deepEqual, equal, match, ok, onBothStores, sleep, test } from '../tool.mjs'
import { Visitor } from './../visitor.mjs'

async function world(t, { lang = 'en', role = 'secretariat', unit = 'secretariat', examples = true } = {}) {
  const r = await t.register()
  if (examples) await r.examples()
  const who = await r.user('keo', role, unit), token = await r.token('program', role, unit), server = await r.serve()
  const visitor = new Visitor(server, lang)
  await visitor.signIn(who)
  return { r, server, visitor, api: (method, path) => server.ask(method, path, undefined, token, { 'accept-language': lang }) }
}
const hrefs = (text) => [...text.matchAll(/href='([^']*)'/g)].map(([, to]) => to.replaceAll('&amp;', '&'))

test('a state that is none is a fault, to people and to programs, of a kind with states and of one without', async (t) => {
  const { visitor, api } = await world(t)
  for (const [path, field] of [['/case?state=nosuch', 'state'], ['/person?state=reported', 'state'], ['/case?state=Reported', 'state']]) {
    const answer = await api('GET', path)
    equal(answer.status, 400, path)
    deepEqual(answer.body.faults.map((one) => one.field), [field])
    match(answer.body.faults[0].message, /has no state '(nosuch|reported|Reported)'/)
    const page = await visitor.get(path)
    equal(page.status, 400, path)
    match(page.text, /has no state &#39;|has no state '/)
  }
  equal((await api('GET', '/case?state=reported')).status, 200)
  equal((await api('GET', '/case?state=')).status, 200)
})

test('from and to are asked of dates alone', async (t) => {
  const { visitor, api } = await world(t)
  for (const name of ['sex.from', 'province.to', 'given_name.from', 'nosuch.from', 'citizenship.to', 'born.day.from', '.from', 'key.from']) {
    const answer = await api('GET', `/person?${name}=2024`)
    equal(answer.status, 400, name)
    deepEqual(answer.body.faults.map((one) => one.field), [name])
    equal((await visitor.get(`/person?${name}=2024`)).status, 400, name)
  }
  match((await api('GET', '/person?sex.from=2024')).body.faults[0].message, /sex is no date/)
  equal((await api('GET', '/service?person.from=2024')).status, 400)
  equal((await api('GET', '/person?born.from=1990&born.to=1999')).status, 200)
})

test('what no record can be is a fault, not an empty list: one field asked for as two, days that end before they begin', async (t) => {
  const { visitor, api } = await world(t)
  for (const [query, field] of [['sex=female&sex=male', 'sex'], ['born.from=2000&born.to=1999', 'born.to'], ['born.to=1999-01-01&born.from=31/12/2000', 'born.to']]) {
    const answer = await api('GET', `/person?${query}`)
    deepEqual([query, answer.status, answer.body.faults?.map((one) => one.field)], [query, 400, [field]])
    equal((await visitor.get(`/person?${query}`)).status, 400, query)
  }
  equal((await api('GET', '/case?state=active&state=closed')).status, 400)
  equal((await api('GET', '/person?citizenship=LA&citizenship=TH')).status, 200) // somebody may have both
  equal((await api('GET', '/person?sex=female&sex=female&born.from=2000&born.to=2000')).status, 200)
  equal((await visitor.get('/person?sex=&sex=male')).status, 200)
})

test('a list of the first page stays what it is while it is filtered, paged and read in another language', async (t) => {
  const { r, visitor } = await world(t)
  await r.mustTake('case', csv([['key', 'kind', 'opened', 'title'], ...Array.from({ length: 30 }, (_, i) => [`O-${i}`, i % 2 ? 'protection' : 'criminal', '2025-03-01', `Open ${i}`])]))
  const whole = await visitor.get('/case?_list=open_cases')
  const filter = hrefs(whole.text).find((to) => to.includes('_filter'))
  equal(filter, '/case?_list=open_cases&_filter=yes')
  const form = (await visitor.get(filter)).text
  match(form, /<input type='hidden' name='_list' value='open_cases'>/)
  match(form, /name='state'/)
  const some = await visitor.get('/case?_list=open_cases&kind=protection')
  match(some.text, /<h1 class='app-title'>Open cases/)
  ok(hrefs(some.text).includes('/case?_list=open_cases'), 'all of this list is one press away')
  const next = hrefs((await visitor.get('/case?_list=open_cases&kind=criminal&kind=')).text).filter((to) => to.includes('after='))
  ok(next.every((to) => to.includes('_list=open_cases') && to.includes('kind=criminal')), String(next))
  ok(hrefs(whole.text).some((to) => to.startsWith('/case?_list=open_cases&after=')))
  ok(hrefs(some.text).some((to) => to.startsWith('/language?') && decodeURIComponent(to).includes('/case?_list=open_cases&kind=protection')))
  equal((await visitor.get('/case?_list=nosuch')).status, 400)
  equal((await visitor.get('/person?_list=open_cases')).status, 400)
})

test('an empty list says why it is empty, and there is a way on', async (t) => {
  const { r, visitor } = await world(t, { examples: false })
  const tools = /Choose what to show|class='app-filter|<th/
  const waiting = (await visitor.get('/referral?_list=referrals_waiting')).text
  ok(!tools.test(waiting))
  match(waiting, /Nothing stands in this list now\./)
  ok(!waiting.includes('Nothing is written here yet'))
  match(waiting, /<a class='govuk-link' href='\/referral'>All: Referrals<\/a>/)
  const due = (await visitor.get('/followup?_list=visits_due&reached=yes')).text
  match(due, /Nothing fits what you asked for\./)
  match(due, /<a class='govuk-link' href='\/followup\?_list=visits_due'>Show all<\/a>/)
  match(due, tools)
  const none = (await visitor.get('/referral?_filter=yes')).text
  match(none, /Nothing is written here yet\./)
  match(none, /href='\/referral\/new'>Add: Referral</)
  ok(!tools.test(none))
  match((await visitor.get('/referral?key=nosuch')).text, /Nothing fits what you asked for\./)
  await r.mustTake('referral', csv([['key', 'to_unit', 'consent'], ['R-1', 'secretariat', 'yes']]))
  match((await visitor.get('/referral')).text, tools)
})

// 3,000 days, the newest first: what was typed last is the oldest.
const day = (n) => new Date(Date.UTC(2024, 5, 30) - n * 86_400_000).toISOString().slice(0, 10)
const shown = (iso) => iso.split('-').reverse().join('/')
const section = (text, heading) => text.slice(text.indexOf(`<h2 class='app-section'>${heading}</h2>`)).split('<h2', 2).join('<h2').split(/<h2 /)[1] ?? ''
const daysIn = (text) => [...text.matchAll(/<th scope='row'[^>]*><a[^>]*>(?:<span[^>]*>)?(\d\d\/\d\d\/\d{4})/g)].map(([, one]) => one)

onBothStores('3,000 services typed newest first stand by their own day: ten on her page, and the way to all, page by page', async (t) => {
  const { r, visitor, api } = await world(t, { examples: false })
  await r.mustTake('person', csv([['key', 'given_name'], ['P-1', 'Noy'], ['P-2', 'Keo']]))
  await r.mustTake('service', csv([['key', 'person', 'type', 'given'], ...Array.from({ length: 3000 }, (_, i) => [`S-${i}`, 'P-1', 'food', day(i)]), ['S-x', 'P-2', 'food', '2024-12-31']]))
  const page = (await visitor.get('/person/P-1')).text, own = section(page, 'Services given')
  deepEqual(daysIn(own), Array.from({ length: 10 }, (_, i) => shown(day(i))))
  match(own, />10 of 3,000 · newest first, by: Given on</)
  ok(!page.includes('In the order of time'), 'what stands in the column beside it is not told twice')
  const all = hrefs(own).find((to) => to.startsWith('/service?'))
  equal(all, '/service?person=P-1')
  const got = []
  let path = all, pages = 0
  for (; path && pages < 6; pages++) {
    const { text } = await visitor.get(path)
    if (!pages) match(text, />3,000 · newest first, by: Given on</)
    match(text, /Person: <a class='govuk-link' href='\/person\/[a-z0-9]{20}'>Noy<\/a>/)
    got.push(...daysIn(text))
    path = hrefs(text).find((to) => to.includes('after='))
    ok(path?.includes('person=P-1'), 'paging keeps what the list hangs on')
  }
  deepEqual(got, Array.from({ length: 120 }, (_, i) => shown(day(i))))
  deepEqual(daysIn((await visitor.get('/service')).text), [shown('2024-12-31'), ...Array.from({ length: 19 }, (_, i) => shown(day(i)))])
  match((await visitor.get('/service')).text, />1,000 or more · newest first, by: Given on</)
  // Programs read in the order in which records came, and a page can be asked to go on there.
  const { next } = (await api('GET', '/service?limit=20')).body
  deepEqual(daysIn((await visitor.get(`/service?after=${next}`)).text).slice(0, 3), [2980, 2979, 2978].map((n) => shown(day(n))))
  for (const bad of ['abc', '20240101.', '.5', '20240101.x', '20240101.-1', '99999999999.1']) equal((await visitor.get(`/service?after=${bad}`)).status, 400, bad)
})

onBothStores('returns and contacts stand by their own day too, those without one last', async (t) => {
  const { r, server, visitor, api } = await world(t, { examples: false })
  await r.mustTake('person', csv([['key', 'given_name'], ['P-1', 'Noy']]))
  const days = ['2023', '', '2024-02', '2022-12-31', '2024-02-15', '', '2021-01-01']
  await r.mustTake('return', csv([['key', 'person', 'arrived'], ...days.map((one, i) => [`R-${i}`, 'P-1', one])]))
  await r.mustTake('contact', csv([['key', 'person', 'at'], ['C-1', 'P-1', '2024-03-02T10:00'], ['C-2', 'P-1', '2024-03-04'], ['C-3', 'P-1', '2024-03-03T23:59']]))
  const keys = async (path, what = /\/return\/([a-z0-9]{20})/g) => {
    const ids = Object.fromEntries((await api('GET', path.split('?')[0] + '?limit=1000')).body.items.map((one) => [one.id, one.key]))
    return [...new Set([...(await visitor.get(path)).text.matchAll(what)].map(([, id]) => ids[id]))]
  }
  deepEqual(await keys('/return?person=P-1'), ['R-4', 'R-2', 'R-0', 'R-3', 'R-6', 'R-5', 'R-1'])
  deepEqual(await keys('/contact', /\/contact\/([a-z0-9]{20})/g), ['C-2', 'C-3', 'C-1'])
  deepEqual((await api('GET', '/return?limit=3')).body.items.map((one) => one.key), ['R-6', 'R-5', 'R-4'], 'programs page by what was written last, as before')
  const next = (await api('GET', '/return?limit=3')).body.next
  deepEqual((await api('GET', `/return?limit=3&after=${next}`)).body.items.map((one) => one.key), ['R-3', 'R-2', 'R-1'])
  const page = (await visitor.get('/person/P-1')).text
  ok(!/ of /.test(section(page, 'Returns').match(/<p class='app-count'>.*?<\/p>/)?.[0] ?? ''), 'what is shown whole is not counted')
})

test('a long history says how much of it is shown, and shows the rest', async (t) => {
  const { r, visitor, api } = await world(t, { examples: false })
  await r.mustTake('person', csv([['key', 'given_name'], ['P-1', 'Noy'], ['P-2', 'Keo']]))
  for (let i = 0; i < 12; i++) await r.mustTake('person', csv([['key', 'village'], ['P-1', `Village ${i}`]]))
  const few = (await visitor.get('/person/P-1')).text
  match(few, />10 of 13<[^]*<a class='govuk-link' href='\/person\/[a-z0-9]{20}\?_history=all#history'>Show all/)
  ok(!few.includes('Written down'))
  const all = (await visitor.get('/person/P-1?_history=all')).text
  match(all, /Written down/)
  equal([...all.matchAll(/Village 0/g)].length >= 2, true)
  ok(!/ of /.test((await visitor.get('/person/P-2')).text.match(/<p class='app-count'>.*?<\/p>/)?.[0] ?? ''))
  equal((await api('GET', '/person/P-1')).body.version, 13)
})

test('a day is written in one way wherever people read it, and as it was given for programs', async (t) => {
  const { r, visitor, api } = await world(t, { examples: false })
  await r.mustTake('person', csv([['key', 'given_name', 'born'], ['P-1', 'Noy', '1999-05']]))
  await r.mustTake('case', csv([['key', 'opened', 'title'], ['K-1', '2024-03-27', 'One']]))
  await r.mustTake('service', csv([['key', 'person', 'given'], ['S-1', 'P-1', '2024-03-27'], ['S-2', 'P-1', '2024-03'], ['S-3', 'P-1', '2024']]))
  await r.mustTake('involvement', csv([['key', 'person', 'case', 'identified', 'arrested'], ['I-1', 'P-1', 'K-1', '2024-03-28', '2024-04']]))
  await r.mustTake('contact', csv([['key', 'person', 'at'], ['C-1', 'P-1', '2024-03-27T14:30']]))
  const heading = async (path) => {
    const { text } = await visitor.get(path)
    return [text.match(/<title>(.*?) – Sukhwan/)[1], text.match(/<h1 class='app-title'>(?:<span class='app-title__key'>.*?<\/span>)?(.*?)</)[1]]
  }
  for (const lang of ['en', 'lo']) {
    await visitor.get(`/language?to=${lang}&next=/`)
    for (const [path, day] of [['/service/S-1', '27/03/2024'], ['/service/S-2', '03/2024'], ['/service/S-3', '2024'], ['/involvement/I-1', '28/03/2024'], ['/contact/C-1', '27/03/2024 14:30']])
      deepEqual(await heading(path), [day, day], `${lang} ${path}`)
    for (const path of ['/', '/person/P-1', '/case/K-1', '/service', '/service/S-1', '/service/S-1/edit', '/involvement', '/contact', '/person', '/find?q=Noy', '/case/K-1/edit', '/stay/new?person=P-1']) {
      const page = (await visitor.get(path)).text, read = page.replace(/<input[^>]*type='hidden'[^>]*>|<script[\s\S]*?<\/script>|\s(?:value|href|data-[a-z-]+)='[^']*'/g, '')
      deepEqual(read.match(/\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b/g), null, `${lang} ${path}`)
    }
  }
  deepEqual([(await api('GET', '/service/S-1')).body.given, (await api('GET', '/person/P-1')).body.born, (await api('GET', '/contact/C-1')).body.at], ['2024-03-27', '1999-05', '2024-03-27T14:30'])
  match(await r.export('service'), /2024-03-27/)
})

test('an organization stands in the reader\'s own language wherever it is named', async (t) => {
  const { r, visitor } = await world(t, { examples: false })
  await r.mustTake('organization', csv([['key', 'name', 'name_lao', 'short_name'], ['O-1', 'Helping Hands', 'ມືຊ່ວຍເຫຼືອ', 'HH'], ['O-2', 'Open Door', '', ''], ['O-3', '', 'ປະຕູ', '']]))
  await r.mustTake('person', csv([['key', 'given_name'], ['P-1', 'Noy']]))
  await r.mustTake('service', csv([['key', 'person', 'given', 'provider'], ['S-1', 'P-1', '2024-03-27', 'O-1'], ['S-2', 'P-1', '2024-03-26', 'O-2'], ['S-3', 'P-1', '2024-03-25', 'O-3']]))
  const heading = async (path) => (await visitor.get(path)).text.match(/<title>(.*?) – Sukhwan/)[1]
  for (const [lang, names] of [['en', ['Helping Hands', 'Open Door', 'ປະຕູ']], ['lo', ['ມືຊ່ວຍເຫຼືອ', 'Open Door', 'ປະຕູ']]]) {
    await visitor.get(`/language?to=${lang}&next=/`)
    for (const [i, name] of names.entries()) {
      equal(await heading(`/organization/O-${i + 1}`), name)
      for (const path of ['/organization', '/service', '/person/P-1', `/service/S-${i + 1}`, `/service?provider=O-${i + 1}`]) ok((await visitor.get(path)).text.includes(`>${name}<`), `${lang} ${path} ${name}`)
    }
    ok((await visitor.get('/service/S-1/edit')).text.includes(names[0]))
    ok(lang === 'en' || !(await visitor.get('/service')).text.includes('Helping Hands'))
  }
})

// Every parameter that some page or answer knows, with every value that is none.
const names = ['q', 'limit', 'after', 'state', 'key', 'sex', 'sex.from', 'born', 'born.from', 'born.to', 'person', 'case', 'given', 'type', 'title', 'opened.from', '_list', '_filter', '_after', '_history',
  'saved', 'from', 'to', 'by', 'year', 'format', 'basis', 'next', 'batch', 'nosuch', '', '.from', '.to', '..', 'citizenship', 'citizenship.from', 'children', 'at.from', 'id', 'row', 'unit', 'version', 'case"', "x'", 't.row']
const values = ['', 'abc', '-1', '0', '1', '9223372036854775807', '9223372036854775808', '99999999999999999999999', '1e9', '%00', 'a%00b', '%', '%zz', '%FF%FE', '%ED%A0%80', '..', '.', '../..',
  '2024', '2024-02-30', '0000-00-00', '99991231', "'", '"', '%27%20or%201=1', '$1', '{}', '?', '%F0%9D%94%98', '%E0%BA%81', '20240101-1', '20240101.5', 'x'.repeat(3000), '+', '%0A', '2024-01-01,2024-01-01']

onBothStores('whatever a page is asked for, it never fails', async (t) => {
  const { server, visitor, api } = await world(t)
  const paths = ['/', '/health', '/api', '/help', '/sign-in', '/language', '/account', '/users', '/find', '/import', '/import/look', '/import/undo', '/figures', '/figures/annual', '/figures/victims', '/case', '/person', '/service',
    '/contact', '/person/new', '/service/new', '/person/P-00001', '/case/K-2022-001', '/case/K-2022-001/edit', '/person/%00', '/person/%FF', '/person/x%2Fy', '/nosuch']
  const bad = [], seen = new Map(), asked = []
  let turn = 0
  for (const path of paths) {
    for (const name of names) asked.push(`${path}?${name}=${values[turn++ % values.length]}`)
    asked.push(`${path}?`, `${path}?&&=&`, `${path}?a=1&a=2&a=3`, `${path}?state=reported&state=nosuch&limit=1&limit=2`)
  }
  for (const path of ['/case', '/service', '/find', '/figures/annual']) for (const name of ['state', 'key', 'person', 'q', 'after', 'type.from', 'kind.to'])
    for (const value of values) if (turn++ % 2 || t.store === 'sqlite') asked.push(`${path}?${name}=${value}`)
  const patient = async (ask) => { // one person has two long questions at a time, and here are eight
    for (;;) {
      const answer = await ask()
      if (answer.status !== 503 || !answer.text.includes('long questions running already')) return answer
      await sleep(20)
    }
  }
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let path; (path = asked.pop());) for (const [how, answer] of [['page', await patient(() => visitor.get(path))], ['json', await patient(() => api('GET', path))]]) {
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
      if (answer.status >= 500) bad.push(`${answer.status} ${how} ${path.slice(0, 200)}`)
    }
  }))
  deepEqual(bad, [])
  deepEqual(server.err.split('\n').filter((line) => /GET .*: /.test(line)), [])
  ok((seen.get(200) ?? 0) > 500 && (seen.get(400) ?? 0) > 500, JSON.stringify([...seen]))
})
