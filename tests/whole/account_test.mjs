// Accounts: made, moved, ended and listed by command; one's own password and the tokens of programs on one's own page; what one looks for.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, onBothStores, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const long = 'four rivers meet at noon'

onBothStores('an account is made, moved, given a password, listed and ended by command, and what was open ends at once', async (t) => {
  const r = await t.register()
  await r.user('keo', 'counsellor', 'lwu')
  await r.user('noy', 'counsellor', 'lwu')
  const list = async () => JSON.parse(await r.must('user list', '--format', 'json'))
  deepEqual(await list(), [{ name: 'keo', role: 'counsellor', unit: 'lwu', active: true }, { name: 'noy', role: 'counsellor', unit: 'lwu', active: true }])
  const server = await r.serve(), token = await r.must('user token', 'keo', '--days', '30')
  match(token, /^\S{32,}\n$/)
  const api = server.api(token.trim()), visitor = new Visitor(server)
  await visitor.signIn({ name: 'keo', password: 'correct horse battery' })
  equal((await api('POST', '/person', { key: 'P1' })).status, 201)

  await r.must('user role', 'keo', '--role', 'supervisor') // from her next request on
  equal((await api('POST', '/person', { key: 'P2' })).status, 403)
  match((await visitor.get('/person')).text, /href='\/account'>keo<\/a>\s*<span class='app-header__place'>Supervisor, Lao Women/) // what she is stands beside her name
  for (const [code, sentence, ...args] of [[2, /say the new --role/, 'keo'], [1, /no role king/, 'keo', '--role', 'king'], [1, /no unit moon/, 'keo', '--unit', 'moon'],
    [1, /may not be held/, 'keo', '--role', 'border_officer'], [1, /There is no user nobody/, 'nobody', '--role', 'counsellor']]) {
    const answer = await r.run('user role', ...args)
    equal(answer.code, code, answer.err)
    match(answer.err, sentence)
  }

  const give = (password, name = 'keo') => r.runWith({ input: password + '\n' }, 'user password', name)
  for (const [password, sentence] of [['short', /15 letters/], ['passwordpassword', /tried first/], ['123456789012345678', /tried first/], ['qwertyuiopasdfghjkl', /tried first/]]) {
    const answer = await give(password)
    equal(answer.code, 1, password)
    match(answer.err, sentence)
    match(answer.err, /\.\n$/)
  }
  equal((await api('GET', '/person')).status, 200, 'what was refused changed nothing')
  equal((await give(long)).code, 0)
  equal((await api('GET', '/person')).status, 401)
  equal((await visitor.get('/person')).status, 303)
  equal((await visitor.signIn({ name: 'keo', password: 'correct horse battery' })).status, 403)
  match((await visitor.signIn({ name: 'keo', password: long })).to, /^\//)

  const again = server.api((await r.must('user token', 'keo')).trim())
  equal((await again('GET', '/person')).status, 200)
  await r.must('user end', 'keo')
  equal((await again('GET', '/person')).status, 401)
  equal((await visitor.get('/person')).status, 303)
  equal((await visitor.signIn({ name: 'keo', password: long })).status, 403)
  equal((await r.run('user end', 'keo')).code, 1)
  equal((await r.run('user token', 'keo')).code, 1)
  deepEqual((await list()).map((one) => [one.name, one.active]), [['keo', false], ['noy', true]])
  await server.stop()
  await r.must('verify')
  const before = await r.dump()
  await r.must('rebuild')
  equal(await r.dump(), before)
})

test('one changes one\'s own password: the old one is asked, all else that it opened ends, and this goes on', async (t) => {
  const r = await t.register()
  const keo = await r.user('keo', 'counsellor', 'lwu'), token = (await r.must('user token', 'keo')).trim()
  const server = await r.serve(), here = new Visitor(server), there = new Visitor(server)
  await here.signIn(keo)
  await there.signIn(keo)
  await here.get('/account')
  const change = (form) => here.post('/account/password', { old: keo.password, new: long, again: long, ...form })
  for (const [form, status, sentence] of [[{ old: 'wrong horse battery' }, 403, /The password is not right/], [{ again: 'four rivers' }, 400, /not alike/], [{ new: 'short', again: 'short' }, 400, /15 letters/],
    [{ new: keo.password, again: keo.password }, 400, /password that you have/], [{ new: 'keo', again: 'keo' }, 400, /15 letters/]]) {
    const answer = await change(form)
    equal(answer.status, status, JSON.stringify(form))
    match(answer.text, sentence)
    ok(!answer.text.includes(long) && !answer.text.includes(keo.password), 'no password comes back')
  }
  equal((await there.get('/person')).status, 200)
  equal((await change({})).to, '/account?saved=password')
  match((await here.get('/account?saved=password')).text, /Saved\./)
  equal((await there.get('/person')).status, 303)
  equal((await server.ask('GET', '/person', undefined, token)).status, 401)
  equal((await there.signIn(keo)).status, 403)
  equal((await there.signIn({ name: 'keo', password: long })).status, 303)
  await server.stop()
})

test('the passwords of programs are told with their end, and each is ended alone', async (t) => {
  const r = await t.register()
  const keo = await r.user('keo', 'counsellor', 'lwu'), other = await r.user('noy', 'counsellor', 'lwu')
  const tokens = [], server = await r.serve(), visitor = new Visitor(server), stranger = new Visitor(server)
  for (const days of ['10', '20']) tokens.push((await r.must('user token', 'keo', '--days', days)).trim())
  await visitor.signIn(keo)
  await stranger.signIn(other)
  const page = async () => [...(await visitor.get('/account')).text.matchAll(/action='(\/account\/token\/\w+)'/g)].map((one) => one[1])
  const ends = await page()
  equal(ends.length, 2)
  for (const token of tokens) ok(!visitor.text.includes(token))
  await stranger.get('/account')
  equal((await stranger.post(ends[0], {})).status, 404) // hers alone
  await page()
  equal((await visitor.post(ends[0], {})).to, '/account?saved=token')
  deepEqual((await Promise.all(tokens.map((token) => server.ask('GET', '/person', undefined, token)))).map((one) => one.status).sort(), [200, 401])
  equal((await page()).length, 1)
  equal((await r.run('user token', 'keo', '--days', '0')).code, 2)
  await r.sql(`update passes set until = until - ${30 * 86_400_000}`)
  for (const token of tokens) equal((await server.ask('GET', '/person', undefined, token)).status, 401)
  await server.stop()
})

test('what somebody looks for stands in no address, and the address opens in her session alone', async (t) => {
  const r = await t.register()
  const keo = await r.user('keo', 'counsellor', 'lwu'), noy = await r.user('noy', 'counsellor', 'lwu')
  const server = await r.serve(), token = (await r.must('user token', 'keo')).trim(), visitor = new Visitor(server), other = new Visitor(server)
  await server.ask('POST', '/person', { key: 'P1', given_name: 'Somxayphone' }, token)
  await visitor.signIn(keo)
  await other.signIn(noy)
  await visitor.get('/')
  for (const form of visitor.text.match(/<form[^>]*action='\/find'[^>]*>/g)) match(form, /method='post'/)
  const asked = await visitor.post('/find', { q: 'Somxayphone' })
  equal(asked.status, 303)
  match(asked.to, /^\/find\?n=[\w%]+/)
  ok(!/somxay|U29teGF5/i.test(decodeURIComponent(asked.to)), asked.to) // as it is and as base64; three letters come by chance
  match((await visitor.get(asked.to)).text, /href='\/person\/[^']+'>Somxayphone/)
  match(visitor.text, /value='Somxayphone'/)
  ok(!(await other.get(asked.to)).text.includes('Somxayphone'))
  match((await visitor.get(`/find?n=${'A'.repeat(80)}`)).text, /<form/)
  equal((await server.ask('GET', '/find?q=Somxayphone', undefined, token)).body.items.length, 1) // a program says it as ever
  ok(!server.err.includes('Somxayphone'))
  await server.stop()
})
