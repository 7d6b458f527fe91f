// Accounts in the browser: asked for by one, confirmed by another, entered with a code that is good once; moved, ended.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, onBothStores, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const own = 'four rivers meet at noon', password = 'correct horse battery'
export const codeOf = (page) => page.match(/<code>([a-z0-9]{5}(?:-[a-z0-9]{5}){3})<\/code>/)?.[1]

// An administrator, who answers for the union, somebody of the union and of the police; each at a browser of her own.
async function office(t) {
  const r = await t.register()
  for (const [name, role, unit] of [['ada', 'administrator', 'secretariat'], ['bea', 'administrator', 'secretariat'], ['chief', 'supervisor', 'lwu'], ['keo', 'counsellor', 'lwu'], ['boss', 'supervisor', 'lwu_1362']])
    await r.user(name, role, unit)
  const server = await r.serve(), at = {}
  for (const name of ['ada', 'bea', 'chief', 'keo', 'boss']) {
    at[name] = new Visitor(server)
    equal((await at[name].signIn({ name, password })).status, 303, name)
  }
  return { r, server, ...at }
}
const page = async (visitor, path) => { await visitor.get(path); return visitor }

onBothStores('an account is asked for in the browser, confirmed by who answers for the office, and entered with a code that is good once', async (t) => {
  const { r, server, ada, bea, chief, keo, boss } = await office(t)
  const ask = async (form) => (await page(ada, '/users')).post('/users', { name: 'noy', role: 'counsellor', unit: 'lwu', password, ...form })
  for (const [form, status, sentence] of [[{ password: 'wrong horse battery' }, 403, /password is not right/], [{ name: 'two words', role: 'king', unit: 'moon' }, 400, /cannot be a user[^]*no role king[^]*no unit moon/],
    [{ name: 'keo' }, 400, /somebody&#39;s name|somebody's name/], [{ role: 'border_officer' }, 400, /may not be held/]]) {
    const answer = await ask(form)
    equal(answer.status, status, JSON.stringify(form))
    match(answer.text, sentence)
    ok(!answer.text.includes(password))
  }
  equal((await ask({})).to, '/users?done=asked')
  const before = await r.entries()
  for (const one of [keo, boss]) equal((await (await page(one, '/account')).post('/users/noy/confirm', { password })).status, one === keo ? 404 : 403)
  equal((await page(keo, '/users')).text.includes('noy'), false)
  ok(!(await page(boss, '/users')).text.includes('noy') && !(await page(boss, '/users')).text.includes('keo')) // of her own unit alone
  for (const one of [ada, bea]) equal((await (await page(one, '/users')).post('/users/noy/confirm', { password })).status, 403)
  match((await page(chief, '/')).text, /Accounts that wait until you confirm them: 1/)
  equal((await (await page(chief, '/users')).post('/users/noy/confirm', { password: 'wrong horse battery' })).status, 403)
  equal((await chief.ask('POST', '/users/noy/confirm', { form: { password } })).status, 403) // without the word
  equal(await r.entries(), before)
  const code = codeOf((await (await page(chief, '/users')).post('/users/noy/confirm', { password })).text)
  ok(code)
  ok(!(await page(chief, '/users')).text.includes(code))
  match(chief.text, /Code good until/)

  const noy = new Visitor(server), thief = new Visitor(server)
  equal((await noy.signIn({ name: 'noy', password: code.toUpperCase().replaceAll('-', ' ') })).status, 303)
  equal((await thief.signIn({ name: 'noy', password: code })).status, 403)
  for (const path of ['/', '/person', '/account', '/users']) equal((await noy.get(path)).to, '/account/first', path)
  equal((await noy.get('/person', { accept: 'application/json' })).status, 401)
  const set = async (form) => (await page(noy, '/account/first')).post('/account/first', { new: own, again: own, ...form })
  for (const [form, sentence] of [[{ again: 'x' }, /not alike/], [{ new: 'short', again: 'short' }, /15 letters/], [{ new: code, again: code }, /Somebody else saw/]]) match((await set(form)).text, sentence)
  equal((await set({})).to, '/')
  equal((await noy.get('/person')).status, 200)
  equal((await new Visitor(server).signIn({ name: 'noy', password: own })).status, 303)
  ok(!server.err.includes(code) && !server.err.includes(own))
  await server.stop()
  await r.must('verify')
  const dumped = await r.dump()
  await r.must('rebuild')
  equal(await r.dump(), dumped)
  for (const word of [code, code.replaceAll('-', ''), own]) ok(!dumped.includes(word))
})

test('a new password waits with the old one until it is confirmed; role, office, programs and end are the administrator\'s, never her own', async (t) => {
  const { r, server, ada, bea, chief, keo } = await office(t)
  const token = (await r.must('user token', 'keo')).trim()
  const act = async (who, path, form = {}) => (await page(who, '/account')).post(path, { password, ...form })
  equal((await act(ada, '/users/keo/reset')).to, '/users?done=asked')
  equal((await keo.get('/person')).status, 200)
  equal((await act(bea, '/users/keo/withdraw')).to, '/users?done=withdrawn')
  equal((await act(chief, '/users/keo/confirm')).status, 404)
  equal((await act(ada, '/users/keo/reset')).status, 303)
  const code = codeOf((await act(chief, '/users/keo/confirm')).text)
  equal((await keo.get('/person')).status, 303)
  equal((await keo.signIn({ name: 'keo', password })).status, 403)
  equal((await server.ask('GET', '/person', undefined, token)).status, 401)
  equal((await keo.signIn({ name: 'keo', password: code })).status, 303)
  equal((await (await page(keo, '/account/first')).post('/account/first', { new: own, again: own })).to, '/')

  const second = (await r.must('user token', 'keo')).trim()
  const [, end] = (await page(ada, '/users/keo')).text.match(/action='(\/users\/keo\/token\/\w+)'/)
  equal((await server.ask('GET', '/person', undefined, second)).status, 200)
  equal((await act(chief, end)).status, 403)
  equal((await act(ada, end)).to, '/users/keo?saved=token')
  equal((await server.ask('GET', '/person', undefined, second)).status, 401)

  match((await act(ada, '/users/keo', { role: 'border_officer', unit: 'lwu' })).text, /may not be held/)
  equal((await act(ada, '/users/keo', { role: 'supervisor', unit: 'lwu' })).to, '/users/keo?saved=place')
  equal((await keo.get('/users')).status, 200) // from her next request on
  for (const [who, path] of [[ada, '/users/ada'], [ada, '/users/ada/reset'], [ada, '/users/ada/end'], [chief, '/users/keo'], [chief, '/users/keo/reset'], [chief, '/users/chief/end']])
    equal((await act(who, path, { role: 'supervisor', unit: 'secretariat' })).status, 403, path)
  equal((await act(chief, '/users/boss/end')).status, 404)
  equal((await act(ada, '/users/keo/end', { what: 'end', password: 'wrong horse battery' })).status, 403)
  equal((await act(ada, '/users/keo/end', { what: 'end' })).to, '/users?done=ended')
  equal((await keo.get('/')).status, 303)
  equal((await act(ada, '/users', { name: 'keo', role: 'counsellor', unit: 'lwu' })).status, 400) // never given twice
  await server.stop()
})

onBothStores('what somebody was given goes to a colleague in one act, by page and by command, and ends with her account', async (t) => {
  const { r, server, ada, chief, boss } = await office(t)
  await r.user('noy', 'counsellor', 'lwu')
  await r.user('det', 'police_investigator', 'atd_investigation')
  const api = server.api((await r.must('user token', 'det')).trim())
  const keys = ['K1', 'K2', 'K3']
  for (const key of keys) {
    equal((await api('POST', '/person', { key, given_name: 'Somchit' })).status, 201)
    await r.must('share', 'person', key, '--to', 'keo', '--compartments', 'identity', '--until', '2099-12-31', '--why', 'she counsels her')
  }
  const noy = server.api((await r.must('user token', 'noy')).trim()), keo = server.api((await r.must('user token', 'keo')).trim())
  const seen = async (who) => (await Promise.all(keys.map((key) => who('GET', `/person/${key}`)))).filter((one) => one.status === 200).length
  deepEqual([await seen(keo), await seen(noy)], [3, 0])
  const act = async (who, path, form = {}) => (await page(who, '/account')).post(path, { password, ...form })
  match((await page(chief, '/users/keo')).text, /would go over: 3/)
  ok(!chief.text.includes('Somchit') && !chief.text.includes('K1'))
  for (const [form, status] of [[{}, 400], [{ what: 'over' }, 400], [{ what: 'over', to: 'boss' }, 400], [{ what: 'end', to: 'noy' }, 400], [{ what: 'over', to: 'noy', password: 'wrong horse battery' }, 403]])
    equal((await act(chief, '/users/keo/end', form)).status, status, JSON.stringify(form))
  equal((await act(boss, '/users/keo/end', { what: 'over', to: 'noy' })).status, 404)
  const before = await r.entries()
  equal((await act(chief, '/users/keo/end', { what: 'over', to: 'noy' })).to, '/users/keo?saved=over')
  equal(await r.entries(), before + 6)
  deepEqual([await seen(keo), await seen(noy)], [0, 3])
  equal((await noy('GET', '/person/K1')).body.given_name, 'Somchit')
  equal((await act(ada, '/users/noy/end', { what: 'both', to: 'keo' })).to, '/users?done=ended')
  equal((await noy('GET', '/person')).status, 401)
  equal(await seen(keo), 3)
  await r.user('mai', 'counsellor', 'lwu')
  match((await r.run('user end', 'keo', '--to', 'boss')).err, /another unit/)
  match(await r.must('user end', 'keo', '--to', 'mai'), /mai took over 3 records/)
  equal(await seen(server.api((await r.must('user token', 'mai')).trim())), 3)
  await r.must('user end', 'mai')
  equal(Number(await r.sql(`select count(*) from grants where who like 'user/%'`)), 0)
  await server.stop()
  await r.must('verify')
  const dumped = await r.dump()
  await r.must('rebuild')
  equal(await r.dump(), dumped)
})

// By name and as one of her agency: the keys are the agency's, and so is the trust.
onBothStores('who goes to another agency sees nothing more of what she was given by name, at once and in the same act; within hers it stays', async (t) => {
  const { r, server, ada } = await office(t), until = ['--until', '2099-12-31', '--why', 'she counsels her']
  for (const [name, role, unit] of [['noy', 'counsellor', 'lwu'], ['mai', 'counsellor', 'lwu'], ['mid', 'counsellor', 'lwu_centre'], ['det', 'police_investigator', 'atd_investigation'], ['som', 'police_investigator', 'atd_cases']]) await r.user(name, role, unit)
  const at = {}
  for (const name of ['keo', 'noy', 'mai', 'mid', 'det', 'som']) at[name] = server.api((await r.must('user token', name)).trim())
  for (const key of ['K1', 'K2']) equal((await at.det('POST', '/person', { key, given_name: 'Somchit', born: '2001', sex: 'female' })).status, 201)
  for (const name of ['keo', 'mai', 'mid', 'noy']) for (const key of ['K1', 'K2']) await r.must('share', 'person', key, '--to', name, '--compartments', 'identity,case', ...until)
  const given = async () => (await r.sql("select who, count(*) from grants group by who order by who")).trim().split('\n').filter(Boolean)
  const seen = async (who) => {
    const list = await who('GET', '/person?limit=50'), each = await Promise.all(['K1', 'K2'].map((key) => who('GET', `/person/${key}`)))
    for (const one of [list, ...each]) if (!one.text.includes('Somchit')) ok(!/K1|K2/.test(one.text.replace(/no person K\d/gi, '')) || one.status === 404, one.text)
    return [...each.map((one) => one.status), (list.body?.items ?? []).length]
  }
  for (const name of ['keo', 'mai', 'mid', 'noy']) deepEqual(await seen(at[name]), [200, 200, 2])
  // Within the agency: as it was.
  await r.must('user role', 'mid', '--unit', 'lwu_1362', '--role', 'hotline_operator')
  deepEqual(await given(), ['user/keo|2', 'user/mai|2', 'user/mid|2', 'user/noy|2'])
  await r.must('user role', 'mid', '--unit', 'lwu_centre', '--role', 'counsellor')
  deepEqual(await seen(at.mid), [200, 200, 2])
  await r.must('user end', 'mid')
  // Another agency whose role reads persons that were given to it: no row, no code, no name.
  const told = async () => Number(await r.sql("select count(*) from journal where verb in ('unshare', 'change')")), entries = await told()
  await r.must('user role', 'keo', '--unit', 'lwu_vt')
  equal(await told(), entries + 3, 'what ends is told with it')
  deepEqual(await seen(at.keo), [404, 404, 0])
  deepEqual(await given(), ['user/mai|2', 'user/noy|2'])
  await r.must('user role', 'keo', '--unit', 'lwu')
  deepEqual(await seen(at.keo), [404, 404, 0], 'nor again when she comes back')
  // With who takes over: by page, and by command; by nobody else than a colleague of the unit that is left.
  const act = async (form) => (await page(ada, '/users/mai')).post('/users/mai', { role: 'counsellor', password, ...form })
  match((await page(ada, '/users/mai')).text, /nothing stays hers that was given to her by name/)
  equal((await act({ unit: 'lwu_vt', takes: 'det' })).status, 400)
  deepEqual(await seen(at.mai), [200, 200, 2], 'nothing half done')
  equal((await act({ unit: 'lwu_vt', takes: 'keo' })).to, '/users/mai?saved=place')
  deepEqual([await seen(at.mai), await seen(at.keo)], [[404, 404, 0], [200, 200, 2]])
  match(await r.must('user role', 'noy', '--unit', 'lwu_vt', '--to', 'keo'), /keo took over 2 records/)
  deepEqual(await given(), ['user/keo|2'])
  // The same name with a new account elsewhere.
  equal((await r.runWith({ input: 'correct horse battery\n' }, 'user add', 'keo', '--role', 'counsellor', '--unit', 'lwu_vt', '--replace')).code, 0)
  deepEqual(await given(), [])
  // A grant that is left over, as one of a newer pack's agencies would be, opens nothing either.
  await r.must('share', 'person', 'K1', '--to', 'mai', '--compartments', 'identity,case', ...until)
  equal((await at.mai('GET', '/person/K1')).body.given_name, 'Somchit')
  await r.sql("update grants set agency = 'lwu_centre' where who = 'user/mai'")
  equal((await at.mai('GET', '/person/K1')).status, 404)
  await r.must('rebuild')
  equal((await at.mai('GET', '/person/K1')).body.given_name, 'Somchit')
  // What she made herself stays a row of hers where her sentence says so: that it is there, and nothing of any compartment.
  const own = await at.det('POST', '/proceeding', { case: (await at.det('POST', '/case', { key: 'C1', kind: 'criminal' })).body.id, filed: '2026-01-02', person: 'K1' })
  equal(own.status, 201, own.text)
  await r.must('user role', 'det', '--role', 'provincial_police', '--unit', 'atd_bk')
  for (const path of ['/person/K1', '/case/C1', `/proceeding/${own.body.id}`]) {
    const left = await at.det('GET', path)
    if (left.status === 200) deepEqual(Object.keys(left.body).filter((name) => !['id', 'key', 'version', 'state', 'no', 'hidden'].includes(name)), [], left.text)
    equal((await at.det('PATCH', path, { version: left.body.version, given_name: 'x', kind: 'x', court: 'x' })).status >= 400, true)
  }
  equal((await at.det('GET', '/find?q=Somchit')).body.items.length, 0)
  await server.stop()
  await r.must('verify')
  const dumped = await r.dump()
  await r.must('rebuild')
  equal(await r.dump(), dumped)
})
