// The lock on idle, which keeps the form and spares a call, and another user at the same desk.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok, onBothStores, sleep, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const password = 'correct horse battery', minute = 60_000
async function desk(t, ...people) {
  const r = await t.register(), server = await r.serve(), at = []
  for (const [name, role, unit] of people) {
    await r.user(name, role, unit)
    const visitor = new Visitor(server)
    equal((await visitor.signIn({ name, password })).status, 303)
    at.push(visitor)
  }
  // As if nothing had come for so many minutes, from anybody.
  const idle = (minutes) => r.sql(`update sessions set seen = seen - ${minutes * minute}`)
  const until = async (question, right) => { // what no page waits for
    for (let turn = 0; turn < 100; turn++, await sleep(50)) if (right(Number(await r.sql(question)))) return
    throw new Error(`${question} never came right`)
  }
  return { r, server, at, idle, until }
}
const typed = async (visitor, path, said) => {
  await visitor.get(path)
  return Object.fromEntries([...formFields(visitor.text), ...Object.entries(said)])
}
const unlock = (visitor, given = password) => {
  const next = visitor.text.match(/name='next' value='([^']*)'/)?.[1].replaceAll('&amp;', '&') ?? '/'
  return visitor.post('/unlock', { password: given, next })
}

onBothStores('after the pack\'s minutes a session asks for the password whatever it is asked, and what was typed stands there again', async (t) => {
  const { r, server, at: [keo, noy], idle } = await desk(t, ['keo', 'counsellor', 'lwu'], ['noy', 'counsellor', 'lwu'])
  const token = (await r.must('user token', 'keo')).trim(), other = await typed(noy, '/person/new', {})
  ok(other)
  equal((await server.ask('POST', '/person', { key: 'P1', given_name: 'Somchit' }, token)).status, 201)
  const form = await typed(keo, '/person/new', { given_name: 'Bounmy', village: 'Ban Phon' })
  await idle(14)
  equal((await keo.get('/person/P1')).status, 200)
  await idle(17)
  const before = await r.entries()
  for (const path of ['/', '/person/P1', '/person', '/account', '/find', '/nothing/here']) {
    const answer = await keo.get(path)
    equal(answer.status, 401, path)
    ok(!/Somchit|Bounmy/.test(answer.text), path)
    equal(answer.headers.get('cache-control'), 'no-store')
    match(answer.text, /Locked/)
  }
  equal((await keo.get('/person/P1', { accept: 'application/json' })).status, 401)
  equal((await keo.ask('POST', '/person', { body: '{"given_name":"x"}', headers: { 'content-type': 'application/json', accept: 'application/json' } })).status, 401)
  equal((await server.ask('GET', '/person/P1', undefined, token)).status, 200) // a program's password knows no idleness
  const met = await keo.post('/person', form)
  equal(met.status, 401)
  ok(!met.text.includes('Bounmy'), 'what was typed is not in the page')
  equal(await r.entries(), before)
  for (const word of ['Bounmy', 'Phon']) equal((await r.sql('select hex(sealed) from drafts').catch(() => r.sql(`select encode(sealed, 'hex') from drafts`))).includes(Buffer.from(word).toString('hex').toUpperCase()), false)
  equal((await keo.post('/person', { ...form, _csrf: 'x' })).status, 401) // of another site nothing is kept
  equal(Number(await r.sql('select count(*) from drafts')), 1)
  equal((await unlock(keo, 'wrong horse battery')).status, 403)
  equal((await keo.get('/person/P1')).status, 401)
  await r.sql('update sessions set seen = seen - 7200000 where locked > 0') // the form is kept for as long as a session may last
  await keo.post('/person', form)
  equal((await unlock(keo)).to, '/person/new')
  match((await keo.get('/person/new')).text, /not saved yet[^]*Bounmy/)
  match(keo.text, /Ban Phon/)
  equal(await r.entries(), before)
  ok(!(await noy.get('/person/new')).text.includes('Bounmy'))

  await idle(17) // what is no record's form is offered to be sent again; a password is in nothing that is kept
  const share = { to: 'secretariat', compartments: 'identity', until: '2099-12-31', why: 'she asked for it' }
  await keo.post('/account/password', { old: password, new: 'four rivers meet at noon', again: 'four rivers meet at noon' })
  await keo.post('/person/P1/share', share)
  equal((await unlock(keo)).to, '/lock')
  match((await keo.get('/lock')).text, /action='\/person\/P1\/share'[^]*she asked for it/)
  equal((await keo.post('/person/P1/share', share)).status, 303)
  equal((await keo.get('/lock')).to, '/')

  await r.sql('update sessions set locked = seen')
  await keo.get('/')
  for (let i = 0; i < 5; i++) equal((await unlock(keo, 'wrong horse battery')).status, 403)
  const slow = await unlock(keo)
  equal(slow.status, 503)
  ok(Number(slow.headers.get('retry-after')) >= 1)
  await r.sql(`update sessions set made = made - ${13 * 60 * minute}`)
  equal((await keo.get('/')).to, '/sign-in') // as long as ever, and no longer
  ok(!server.err.includes('Bounmy'))
  await server.stop()
})

test('a form of a call is spared while it is on the screen, for two hours from its opening, and no other is', async (t) => {
  const { r, at: [noy], idle, until, server } = await desk(t, ['noy', 'hotline_operator', 'lwu_1362'])
  const spared = 'select coalesce(max(spared), 0) from sessions'
  await noy.get('/contact/new')
  await until(spared, (ms) => ms > Date.now() + 119 * minute && ms <= Date.now() + 120 * minute)
  const opening = Number(await r.sql(spared))
  await idle(100)
  await sleep(1100)
  const form = Object.fromEntries(formFields(noy.text))
  equal((await noy.post('/contact', { ...form, at: 'yesterday' })).status, 400)
  await sleep(300)
  equal(Number(await r.sql(spared)), opening) // shown again it is no newer
  await idle(100)
  const call = noy.text.match(/name='_call' value='([^']+)'/)[1], csrf = noy.csrf
  const said = async (form) => { const answer = await noy.ask('POST', '/lock', { form: { _csrf: csrf, ...form } }); return JSON.parse(answer.text) }
  equal((await said({ here: 'yes', call })).locked, false)
  equal((await said({ here: 'yes', call: call.slice(2) })).left, 0) // made up
  equal((await said({ idle: 'yes' })).locked, false)
  await r.sql(`update sessions set spared = ${Date.now() - 1}`) // two hours
  await idle(17)
  equal((await noy.get('/contact/new')).status, 401)
  equal((await unlock(noy)).status, 303)
  await noy.get('/contact/new')
  await until(spared, (ms) => ms > Date.now())
  await noy.get('/') // it is on the screen no more
  await until(spared, (ms) => ms === 0)
  await idle(17)
  equal((await noy.get('/contact/new')).status, 401)
  await server.stop()
})

test('a page that was idle asks whether another was not, and the lock keeps what it sends', async (t) => {
  const { r, at: [keo], idle, server } = await desk(t, ['keo', 'counsellor', 'lwu'])
  await keo.get('/person/new')
  const csrf = keo.csrf, said = async (form) => JSON.parse((await keo.ask('POST', '/lock', { form: { _csrf: csrf, ...form } })).text)
  const { locked, left } = await said({ idle: 'yes' })
  ok(!locked && left > 14 * minute && left <= 15 * minute)
  equal((await keo.get('/')).status, 200)
  await idle(15.1)
  equal((await keo.ask('POST', '/lock', { form: { idle: 'yes' } })).status, 403) // without the word
  const body = new URLSearchParams({ given_name: 'Bounmy', _from: 'sex=female' }).toString()
  const answer = await said({ idle: 'yes', form: '/person', body })
  equal(JSON.stringify(answer), '{"locked":true,"left":0,"next":"/person/new?sex=female"}')
  equal((await keo.get('/person/new?sex=female')).status, 401)
  await unlock(keo)
  match((await keo.get('/person/new?sex=female')).text, /not saved yet[^]*Bounmy/)
  await r.sql('update sessions set locked = 0, seen = seen - 900000')
  equal((await said({ idle: 'yes', form: '/users', body: 'password=secret+words' })).locked, true) // of no record: not kept
  equal(Number(await r.sql('select count(*) from drafts')), 1)
  await server.stop()
})

onBothStores('at a shared desk each goes on with her own session by her password alone, and nobody sees another\'s form', async (t) => {
  const { r, server, at: [here, noy] } = await desk(t, ['keo', 'counsellor', 'lwu'], ['noy', 'counsellor', 'lwu'])
  ok(noy)
  const form = await typed(here, '/person/new', { given_name: 'Bounmy' }), keos = here.cookies.get('sukhwan')
  equal((await here.post('/person', { ...form, _desk: 'yes' })).to, '/sign-in')
  ok(!here.cookies.has('sukhwan') && here.cookies.get('sukhwan-desk') === keos && !here.cookies.get('sukhwan-desk').includes('keo'))
  match(here.setCookies.find((one) => one.startsWith('sukhwan-desk')), /HttpOnly; SameSite=Strict/)
  const door = async () => [...(await here.get('/sign-in')).text.matchAll(/summary-text'>([^<]+)<[^]*?name='back' value='(\w+)'/g)].map((one) => [one[1], one[2]])
  const [[name, back]] = await door()
  equal(name, 'keo')
  ok(!here.text.includes(keos) && !here.text.includes('Bounmy'))
  here.cookies.set('sukhwan', keos) // the cookie of a session that is locked opens nothing
  equal((await here.get('/person')).status, 401)
  here.cookies.delete('sukhwan')
  const stranger = new Visitor(server)
  ok(!(await stranger.get('/sign-in')).text.includes('keo')) // of this browser alone
  equal((await here.post('/sign-in', { back, password: 'wrong horse battery' })).status, 403)
  equal((await here.post('/sign-in', { back: 'x', password })).status, 403)
  equal((await here.signIn({ name: 'noy', password })).status, 303)
  ok(!(await here.get('/')).text.includes('Typed, and not saved yet'))
  ok(!(await here.get('/person/new')).text.includes('Bounmy'))
  equal((await here.post('/lock', { desk: 'yes' })).to, '/sign-in')
  equal((await door()).map((one) => one[0]).sort().join(), 'keo,noy')
  equal((await here.post('/sign-in', { back, password })).to, '/')
  equal(here.cookies.get('sukhwan'), keos)
  ok(!here.cookies.get('sukhwan-desk').includes(keos))
  match((await here.get('/')).text, /Typed, and not saved yet/)
  match((await here.get('/person/new')).text, /Bounmy/)
  here.cookies.set('sukhwan-desk', keos) // of a session that is open the door tells nobody
  here.cookies.delete('sukhwan')
  equal((await door()).length, 0)
  here.cookies.set('sukhwan', keos)
  await here.get('/')
  await here.post('/lock', { desk: 'yes' })
  await r.must('user end', 'noy')
  equal((await door()).map((one) => one[0]).join(), 'keo')
  await here.get('/sign-in')
  equal((await here.post('/sign-in', { back, password }, { origin: 'https://evil.example' })).status, 403)
  await server.stop()
  equal(Number(await r.sql('select count(*) from users where active = 1')), 1)
})
