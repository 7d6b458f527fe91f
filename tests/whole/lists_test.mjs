// Lists as people see them: what they are asked for, their order, how many there are, and every way that leads on from them.
// SPDX-License-Identifier: Apache-2.0
import { csv, deepEqual, equal, match, ok, onBothStores, sleep, test } from '../tool.mjs'
import { Visitor } from './../visitor.mjs'

async function world(t, { lang = 'en', role = 'secretariat', unit = 'secretariat', examples = true } = {}) {
  const r = await t.register()
  if (examples) await r.examples()
  const who = await r.user('keo', role, unit), server = await r.serve()
  const visitor = new Visitor(server, lang)
  await visitor.signIn(who)
  const token = await r.token('program', role, unit)
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
  const { visitor } = await world(t, { examples: false })
  const waiting = (await visitor.get('/referral?_list=referrals_waiting')).text
  match(waiting, /Nothing stands in this list now\./)
  ok(!waiting.includes('Nothing is written here yet'))
  match(waiting, /<a class='govuk-link' href='\/referral'>All: Referrals<\/a>/)
  const due = (await visitor.get('/followup?_list=visits_due&reached=yes')).text
  match(due, /Nothing fits what you asked for\./)
  match(due, /<a class='govuk-link' href='\/followup\?_list=visits_due'>Show all<\/a>/)
  match((await visitor.get('/referral')).text, /Nothing is written here yet\./)
})

// Every parameter that some page or answer knows, with every value that is none.
const names = ['q', 'limit', 'after', 'state', 'key', 'sex', 'sex.from', 'born', 'born.from', 'born.to', 'person', 'case', 'given', 'type', 'title', 'opened.from', '_list', '_filter', '_after', '_history',
  'saved', 'from', 'to', 'by', 'year', 'format', 'basis', 'next', 'batch', 'nosuch', '', '.from', '.to', '..', 'citizenship', 'citizenship.from', 'children', 'at.from', 'id', 'row', 'unit', 'version', 'case"', "x'", 't.row']
const values = ['', 'abc', '-1', '0', '1', '9223372036854775807', '9223372036854775808', '99999999999999999999999', '1e9', '%00', 'a%00b', '%', '%zz', '%FF%FE', '%ED%A0%80', '..', '.', '../..',
  '2024', '2024-02-30', '0000-00-00', '99991231', "'", '"', '%27%20or%201=1', '$1', '{}', '?', '%F0%9D%94%98', '%E0%BA%81', '20240101-1', '20240101.5', 'x'.repeat(3000), '+', '%0A', '2024-01-01,2024-01-01']

onBothStores('whatever a page is asked for, it never fails', async (t) => {
  const { server, visitor, api } = await world(t)
  const paths = ['/', '/health', '/api', '/help', '/sign-in', '/language', '/account', '/users', '/find', '/import', '/import/undo', '/figures', '/figures/annual', '/figures/victims', '/case', '/person', '/service',
    '/contact', '/person/new', '/service/new', '/person/P-00001', '/case/K-2022-001', '/case/K-2022-001/edit', '/person/%00', '/person/%FF', '/person/x%2Fy', '/nosuch']
  const bad = [], seen = new Map(), asked = []
  let turn = 0
  for (const path of paths) {
    for (const name of names) asked.push(`${path}?${name}=${values[turn++ % values.length]}`)
    asked.push(`${path}?`, `${path}?&&=&`, `${path}?a=1&a=2&a=3`, `${path}?state=reported&state=nosuch&limit=1&limit=2`)
  }
  for (const path of ['/case', '/service', '/find', '/figures/annual']) for (const name of ['state', 'key', 'person', 'q', 'after', 'opened.from'])
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
