// Looks: every answer that shows a record is noted before it leaves, found again, told to whom it may be, and cannot be changed unseen.
// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, equal, deepEqual, home, match, ok, onBothStores, patience, readCsv, sleep, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const html = { accept: 'text/html' }
const looks = async (r, ...args) => JSON.parse(await r.must('looks', '--format', 'json', ...args))
const brief = (all) => all.map((one) => [one.user, one.what, one.record, one.key].map((word) => word ?? '-').join(' '))

// A person of a counselling centre, with a case and a service; and who works there and elsewhere.
async function centre(t, pack) {
  const r = await t.register(pack ? { pack } : {})
  const who = { noy: await r.token('noy', 'counsellor', 'lwu'), api: await r.token('api', 'secretariat', 'secretariat') }
  for (const [name, role, unit] of [['boun', 'supervisor', 'lwu'], ['dao', 'data_protection_officer', 'secretariat'], ['seng', 'auditor', 'secretariat'],
    ['kham', 'counsellor', 'lwu'], ['tou', 'police_investigator', 'atd_cases']]) who[name] = await r.token(name, role, unit)
  const server = await r.serve()
  const ask = (name, method, path, body, headers) => server.ask(method, path, body, who[name], headers)
  const made = async (record, body) => (await ask('noy', 'POST', `/${record}`, body)).body
  const her = await made('person', { key: 'P1', given_name: 'Somxayphone', sex: 'female', born: '1999' })
  const other = await made('person', { key: 'P2', given_name: 'Bounthavy', sex: 'female', born: '1998' })
  const service = await made('service', { key: 'S1', person: 'P1', type: 'medical', given: '2026-01-02' })
  ok(her.id && other.id && service.id, JSON.stringify([her, other, service]))
  return { r, server, ask, who, her, other, service }
}

onBothStores('every record that an answer shows is a look of who asked, once an answer, the oldest first', async (t) => {
  const { r, server, ask, her } = await centre(t)
  deepEqual(await looks(r), [], 'what is only saved is shown to nobody')
  equal((await ask('noy', 'GET', '/person?limit=1')).body.items.length, 1)
  equal((await ask('noy', 'GET', '/person/P1')).status, 200)
  equal((await ask('noy', 'GET', '/service/S1', undefined, html)).status, 200) // its page tells whose it is
  let found = '' // the index follows what was saved; an answer that shows nobody is no look
  for (let i = 0; i < 100 && !found.includes(her.id); i++, await sleep(100)) found = (await ask('noy', 'GET', '/find?q=Somxayphone')).text
  equal((await ask('tou', 'GET', '/person/P1')).status, 404)
  equal((await ask('noy', 'PATCH', '/person/P1', { version: 1, family_name: 'Vong' })).status, 200)
  equal((await ask('noy', 'GET', '/person/P1', undefined, { 'if-nothing': 'x' })).status, 200)
  const all = brief(await looks(r))
  deepEqual(all.filter((one) => !one.includes('service')), ['noy list person P2', 'noy view person P1', 'noy view person P1', 'noy find person P1', 'tou refused - -', 'noy view person P1'])
  deepEqual(all.filter((one) => one.includes('service')), ['noy view service S1'])
  const said = (await looks(r))[1]
  deepEqual(Object.keys(said), ['time', 'user', 'role', 'unit', 'what', 'record', 'key', 'why'])
  match(said.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00$/)
  ok(Math.abs(Date.parse(said.time) - Date.now()) < 60_000 * patience)
  deepEqual([said.role, said.unit, said.why], ['counsellor', 'lwu', null])
  await server.stop()

  // By command, too: it is a look of the operator.
  match(await r.export('person'), /Somxayphone/)
  match(await r.must('find', 'Somxayphone'), /P1/)
  await r.must('work', '--user', 'noy')
  await r.must('figures', 'annual', '--from', '2026-01-01', '--to', '2026-12-31') // shows nobody
  const after = (await looks(r)).slice((all.length))
  deepEqual([...new Set(brief(after))].sort(), ['operator export person P1', 'operator export person P2', 'operator find person P1'])
  deepEqual(after.map((one) => [one.role, one.unit]).flat().filter(Boolean), [])

  // Searched.
  deepEqual(brief(await looks(r, '--user', 'tou')), ['tou refused - -'])
  const hers = brief(await looks(r, '--person', 'P1'))
  ok(hers.includes('noy view service S1') && !hers.some((one) => one.includes('P2') || one.includes('refused')), hers.join('\n'))
  deepEqual(await looks(r, '--person', her.id), await looks(r, '--person', 'P1'))
  const today = said.time.slice(0, 10)
  equal((await looks(r, '--from', today, '--to', today)).length, all.length + after.length)
  deepEqual(await looks(r, '--from', '2020-01-01', '--to', '2020-12-31'), [])
  equal((await r.run('looks', '--person', 'NOBODY')).code, 1)
  match(await r.must('looks', '--user', 'tou', '--format', 'csv'), /^time,user,role,unit,what,record,key,why\n\S+,tou,police_investigator,atd_cases,refused,,,\n$/)
  match(await r.must('looks', '--user', 'tou'), /tou {2}police_investigator atd_cases {2}refused\n$/)
  match(await r.must('verify'), /\n\d+ looks: the log of looks is whole/)
})

onBothStores('signing in, a wrong password and opening with a reason are looks; the reason is told and never stands in the log', async (t) => {
  const { r, server, ask } = await centre(t)
  const sign = (name, password) => fetch(`${server.url}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ name, password }), headers: { ...html, origin: server.url } })
  await sign('noy', 'correct horse battery')
  await sign('noy', 'wrong horse battery')
  await sign('correct horse battery', 'noy') // a password in the wrong field
  equal((await ask('api', 'POST', '/person/P1/open', { why: 'her mother asks for Somxayphone' })).status, 200)
  const all = await looks(r)
  deepEqual(brief(all).slice(0, 3), ['noy sign-in - -', 'noy refused - -', '- refused - -'])
  const opened = all.find((one) => one.what === 'open')
  deepEqual([opened.user, opened.key, opened.why], ['api', 'P1', 'her mother asks for Somxayphone'])
  await server.stop()
  for (const file of await readdir(join(r.dir, 'looks'))) {
    const text = (await readFile(join(r.dir, 'looks', file), 'latin1')).replace(/ \S{44,}/g, '') // without hashes and signatures, in which any letters may stand
    for (const word of ['Somxayphone', 'Bounthavy', 'mother', 'horse', 'P1', 'P2']) ok(!text.includes(word), word)
  }
})

onBothStores('who looked at her is told to her own office by agency, the user to its supervisor and for data protection, to nobody else', async (t) => {
  const { ask, server } = await centre(t)
  await ask('noy', 'GET', '/person/P1')
  await ask('kham', 'GET', '/person/P1')
  const told = async (name, query = '?person=P1') => (await ask(name, 'GET', `/looks${query}`))
  const own = await told('kham')
  equal(own.status, 200)
  deepEqual([...new Set(own.body.map((one) => `${one.user} ${one.unit} ${one.role} ${one.what}`))].slice(0, 1), ['null lwu counsellor view'])
  const boss = await told('boun'), data = await told('dao'), auditor = await told('seng')
  deepEqual([...new Set(boss.body.map((one) => one.user))].sort(), ['boun', 'kham', 'noy'].filter((one) => boss.body.some((look) => look.user === one)))
  ok(boss.body.some((one) => one.user === 'noy') && data.body.some((one) => one.user === 'noy'), JSON.stringify([boss.body, data.body]))
  ok(auditor.status === 200 && auditor.body.length && auditor.body.every((one) => one.user === null))
  equal((await told('tou')).status, 404)
  equal((await told('kham', '?user=noy')).status, 403)
  equal((await told('boun', '?user=noy')).body.every((one) => one.user === 'noy'), true)
  equal((await told('boun', '?user=tou')).status, 404)
  equal((await told('dao', '?user=tou')).status, 200)
  equal((await told('kham', '')).status, 404)
  for (const [name, names] of [['kham', false], ['boun', true], ['dao', true]]) {
    const page = await ask(name, 'GET', '/looks?person=P1', undefined, html)
    equal(page.status, 200)
    equal(/<td[^>]*>noy<\/td>/.test(page.text), names, name)
  }
  const forHer = await ask('boun', 'GET', '/looks?person=P1&for=her', undefined, html)
  ok(!/<td[^>]*>noy<\/td>/.test(forHer.text))
  await server.stop()
})

// Each command that tells or touches somebody: one look of the operator, of her and of nobody else, whatever came of it.
onBothStores('erase, hold, share and unshare by command are looks of the operator; the command that tells looks leaves none', async (t) => {
  const { r, server, her } = await centre(t), no = (await r.sql("select no from person where key = 'P1'")).trim()
  const mine = async () => looks(r, '--user', 'operator')
  const share = ['share', 'person', 'P1', '--to', 'kham', '--compartments', 'identity', '--until', '2099-12-31', '--why', 'she helps']
  let known = 0
  for (const [args, code, key = 'P1'] of [[['erase', 'P1', '--dry-run'], 1], [['erase', her.id], 1], [['hold', no, '--why', 'a court asked', '--until', '2099-12-31'], 0], [['hold', 'P1', '--end'], 0],
    [['hold', 'P1', '--end'], 1], [share, 0], [['share', 'person', 'P2', '--to', 'nobody'], 1, 'P2'], [['unshare', 'person', 'P1', '--to', 'kham', '--why', 'it is over'], 0],
    [['erase', 'NOBODY'], 1, null], [['looks', '--person', 'P1'], 0, null], [['looks', '--person', no, '--format', 'json'], 0, null], [['looks', '--person', 'NOBODY'], 1, null], [['looks'], 0, null]]) {
    const answer = await r.run(...args), told = `${args.join(' ')}: ${answer.err}`
    equal(answer.code, code, told)
    const now = (await mine()).slice(known)
    deepEqual(brief(now), key ? [`operator view person ${key}`] : [], told)
    known += now.length
  }
  await server.stop()
  await r.must('verify')
})

onBothStores('who asks who looked at her looks at her, though no row of hers is open; and who asks what somebody looked at, at all that is told', async (t) => {
  const { r, ask, server } = await centre(t)
  for (const path of ['/person/P1', '/person/P2', '/service/S1']) equal((await ask('noy', 'GET', path)).status, 200)
  for (const headers of [undefined, html]) {
    const before = (await looks(r)).length, now = async () => brief((await looks(r)).slice(before))
    for (const name of ['dao', 'seng', 'boun', 'kham']) equal((await ask(name, 'GET', '/looks?person=P1', undefined, headers)).status, 200)
    for (const name of ['dao', 'seng', 'boun', 'kham']) ok((await now()).includes(`${name} view person P1`), `${name}: ${await now()}`)
    ok(!(await now()).some((one) => one.includes('P2')))
    equal((await ask('tou', 'GET', '/looks?person=P1', undefined, headers)).status, 404)
    deepEqual((await now()).filter((one) => one.startsWith('tou')), [], 'who is told nothing has seen nothing')
    const asked = (await now()).length
    equal((await ask('dao', 'GET', '/looks?user=noy', undefined, headers)).status, 200)
    deepEqual((await now()).slice(asked).sort(), ['dao view person P1', 'dao view person P2', 'dao view service S1'])
    equal((await ask('boun', 'GET', '/looks?user=noy', undefined, headers)).status, 200)
    ok((await now()).includes('boun view person P2'))
  }
  await server.stop()
})

onBothStores('a table that is looked at before it is written tells what stands there, and that is a look', async (t) => {
  const { r, server } = await centre(t), visitor = new Visitor(server)
  await visitor.signIn({ name: 'noy', password: 'correct horse battery' })
  ok(await visitor.bring('person', 'key,given_name\nP1,Another\nP9,Fresh\n'))
  const seen = brief(await looks(r, '--person', 'P1'))
  ok(seen.includes('noy view person P1'), seen.join('\n'))
  deepEqual(brief(await looks(r, '--person', 'P2')), [])
  await server.stop()
})

test('what cannot be noted is not shown', async (t) => {
  const { r, server, ask } = await centre(t)
  await server.stop()
  await rm(join(r.dir, 'looks'), { recursive: true, force: true })
  await writeFile(join(r.dir, 'looks'), 'no folder')
  const again = await r.serve(), { body, status } = await again.ask('GET', '/person/P1', undefined, (await r.must('user token', 'noy')).trim())
  ok(status >= 500, `${status}`)
  ok(!JSON.stringify(body).includes('Somxayphone'))
  await again.stop()
  const out = await r.run('export', 'person')
  ok(out.code !== 0 && !out.out.includes('Somxayphone'), out.out)
  void ask
})

onBothStores('whom somebody asks about, by key, number or user, stands in no address; a long list is told in parts', async (t) => {
  const sheet = readCsv(await readFile(join(home, 'packs/laos/records.csv'), 'utf8')), place = sheet[0].indexOf('number')
  sheet.find((row) => row[0] === 'person')[place] = 'P-{year}-{n:4}'
  const { r, server, ask, her } = await centre(t, await t.pack({ 'records.csv': csv(sheet) })), visitor = new Visitor(server)
  for (let i = 0; i < 3; i++) await ask('noy', 'GET', '/person/P1')
  const { no } = (await ask('noy', 'GET', '/person/P1')).body
  ok(no, 'a person has a number')
  await visitor.signIn({ name: 'dao', password: 'correct horse battery' })
  const page = await visitor.get('/looks')
  match(page.text, /<form[^>]*method='post' action='\/looks'/)
  for (const named of [no, no.toLowerCase(), ' P1 ', her.id]) {
    const sent = await visitor.post('/looks', { person: named, user: '', from: '', to: '' }), to = sent.headers.get('location')
    equal(sent.status, 303)
    for (const word of [no, 'P1', her.id]) ok(!decodeURIComponent(to).includes(word), to)
    const shown = await visitor.get(to)
    equal(shown.status, 200)
    ok((shown.text.match(/<td[^>]*>noy<\/td>/g) ?? []).length >= 4, named)
    ok((shown.text.match(/value='[^']*'/g) ?? []).length)
  }
  const of = await visitor.post('/looks', { person: '', user: 'noy', from: '', to: '' })
  ok(!of.headers.get('location').includes('noy'))
  match((await visitor.get(of.headers.get('location'))).text, /<h1[^>]*>[^<]*noy/)
  equal((await visitor.get('/looks?n=AAAA')).status, 200) // another session's, or anything else: nothing is asked
  // Sent without a word it says what it wants, and no list of nothing.
  const bare = await visitor.get((await visitor.post('/looks', { person: '', user: '', from: '', to: '' })).headers.get('location'))
  ok(bare.text.includes('Write somebody&#39;s number') || bare.text.includes("Write somebody's number"), bare.text)
  equal((await visitor.get((await visitor.post('/looks', { person: 'P-2099-99999', user: '', from: '', to: '' })).headers.get('location'))).status, 404)

  // By number in a program and a command, too; behind what is known already.
  const all = (await ask('dao', 'GET', `/looks?person=${no}`)).body
  ok(all.length >= 4 && all.every((one) => one.key === 'P1' || one.record !== 'person'))
  const rest = (await ask('dao', 'GET', `/looks?person=${no}&after=2`)).body
  deepEqual(rest.slice(0, all.length - 2), all.slice(2))
  equal((await ask('dao', 'GET', '/looks?person=P1&after=x')).status, 400)
  ok((await looks(r, '--person', no)).length >= all.length)
  await server.stop()
})

onBothStores('what is offered while one chooses is a look at those that are offered, and at no others', async (t) => {
  const { r, server, ask } = await centre(t), visitor = new Visitor(server)
  for (let i = 0; i < 12; i++) await ask('noy', 'POST', '/person', { key: `X${i}`, given_name: i % 4 ? `Other ${i}` : `Keomany ${i}`, sex: 'female' })
  for (let i = 0; i < 12; i++) equal((await ask('noy', 'POST', '/service', { key: `V${i}`, person: `X${i}`, type: 'medical', given: '2026-01-02' })).status, 201)
  await visitor.signIn({ name: 'noy', password: 'correct horse battery' })
  await visitor.get('/service/new')
  const csrf = visitor.csrf, before = (await looks(r)).length
  for (const record of ['person', 'service']) {
    const answer = await visitor.ask('POST', `/choose/${record}`, { form: { _csrf: csrf, q: 'Keomany' }, headers: { accept: '*/*' } }), shown = JSON.parse(answer.text).items.map((one) => one.key).sort()
    ok(shown.length && shown.length <= 5, `${record}: ${answer.text}`)
    const noted = (await looks(r)).slice(before).filter((one) => one.what === 'find' && one.record === record).map((one) => one.key)
    deepEqual([...new Set(noted)].sort(), shown, record)
  }
  await server.stop()
})

onBothStores('what is old is moved away with an entry, is found there, and no other segment can go without being missed', async (t) => {
  const { r, server, ask } = await centre(t), folder = join(r.dir, 'looks'), away = join(r.folder, 'away'), spare = join(r.folder, 'spare')
  equal((await ask('api', 'GET', '/person/P1')).status, 200)
  await server.stop()
  await r.mustTake('person', 'key,sex\n' + Array.from({ length: 1000 }, (_, i) => `M${i},female\n`).join(''))
  const again = await r.serve(), token = (await r.must('user token', 'api')).trim()
  const mine = async () => (await readdir(folder)).filter((name) => name.startsWith(chain)).sort()
  let chain // that which grows
  for (let i = 0; !(chain = (await readdir(folder)).find((name) => name.endsWith('.000004'))?.split('.')[0]); i++) {
    ok(i < 1000, 'segments do not end')
    await Promise.all(Array.from({ length: 4 }, () => again.ask('GET', '/person?limit=1000', undefined, token)))
  }
  await again.stop()
  match(await r.must('verify'), /the log of looks is whole/)
  const all = await r.must('looks', '--person', 'M7'), before = await mine(), day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)

  // Nothing is old enough; within the register nothing may lie.
  match(await r.must('looks', '--move', away, '--before', day(-2)), /^0 segments/)
  equal((await r.run('looks', '--move', join(r.dir, 'looks'), '--before', day(2))).code, 1)
  equal((await r.run('looks', '--move', join(r.dir, 'attachments'), '--before', day(2))).code, 1)
  equal((await r.run('looks', '--move', away)).code, 2)
  deepEqual(await mine(), before)

  // Gone without an entry: at the beginning, and in the middle.
  await mkdir(spare, { recursive: true })
  for (const [name, number] of [[before[0], 1], [before[1], 2]]) {
    await rename(join(folder, name), join(spare, name))
    const { code, err } = await r.run('verify')
    ok(code === 4 && err.includes(`segment ${number} before it is missing`) && err.includes(`Put the file ${name} back`), err)
    equal((await r.run('looks', '--move', away, '--before', day(2))).code, 4, 'nothing of a log that is not whole is moved')
    await rename(join(spare, name), join(folder, name))
  }
  await r.must('verify')

  const moved = Number((await r.must('looks', '--move', away, '--before', day(2))).split(' ')[0])
  ok(moved >= 2 && moved < before.length, `${moved} of ${before.length}`)
  deepEqual((await readdir(away)).sort(), before.slice(0, moved))
  deepEqual(await mine(), before.slice(moved))
  await r.must('verify')
  equal(await r.must('looks', '--person', 'M7', '--also', away), all)
  ok((await r.must('looks', '--person', 'M7')).length < all.length)
  equal((await r.run('looks', '--also', join(r.folder, 'nowhere'))).code, 1)

  // Broken off while they were removed: the log is whole, with some of them here and some not.
  await cp(join(away, before[moved - 1]), join(folder, before[moved - 1]))
  await r.must('verify')
  await rm(join(folder, before[moved - 1]))
  // One more is gone than the entry says.
  if (before.length > moved + 1) {
    await rename(join(folder, before[moved]), join(spare, before[moved]))
    equal((await r.run('verify')).code, 4)
    await rename(join(spare, before[moved]), join(folder, before[moved]))
  }
  // It goes on, and the tables can be made again.
  const after = await r.serve()
  equal((await after.ask('GET', '/person/M7', undefined, token)).status, 200)
  await after.stop()
  await r.must('rebuild')
  await r.must('verify')
  ok((await r.must('looks', '--person', 'M7', '--also', away)).length > all.length)
})

onBothStores('kill -9: every look whose answer came is there, and the log is whole', async (t) => {
  const { r, server, ask } = await centre(t)
  await server.stop()
  let answered = 0
  for (let turn = 0; turn < 3; turn++) {
    const serving = await r.serve(), token = (await r.must('user token', 'noy')).trim()
    let going = true
    const clients = Array.from({ length: 4 }, async () => {
      while (going) {
        const answer = await serving.ask('GET', '/person/P2', undefined, token).catch(() => null)
        if (answer?.status === 200) answered++
        else going = false
      }
    })
    await new Promise((done) => setTimeout(done, 1300))
    await serving.kill()
    await Promise.all(clients)
  }
  const all = (await looks(r, '--person', 'P2')).length
  ok(all >= answered && answered > 50, `${answered} answers, ${all} looks`)
  await r.must('verify')
  console.error(`        ${answered} answers under kill -9, ${all} looks`)
  void ask
})

onBothStores('the store is told once a minute how far the log was signed, and after kill -9 a signed look that was cut off is missed all the same', async (t) => {
  const { r, server, who } = await centre(t), folder = join(r.dir, 'looks'), until = async (what, says) => {
    for (const end = Date.now() + 20_000 * patience; !(await says()); await sleep(50)) ok(Date.now() < end, what)
  }
  await server.stop()
  const serving = await r.serve(), told = async () => Number((await r.sql('select max(looks) from looked')).trim())
  equal((await serving.ask('GET', '/person/P1', undefined, who.noy)).status, 200)
  await until('the store is told of the first', async () => await told() === 1)
  for (let i = 0; i < 3; i++) equal((await serving.ask('GET', '/person/P2', undefined, who.noy)).status, 200)
  const [name] = await readdir(folder), [chain] = name.split('.'), lock = join(r.dir, 'writers', (await readdir(join(r.dir, 'writers'))).find((one) => one.startsWith(chain)))
  await until('the mark beside the lock', async () => (await readFile(lock, 'utf8')).startsWith('1 4 '))
  await serving.kill()
  equal(await told(), 1)
  await r.must('verify')
  const text = await readFile(join(folder, name), 'utf8'), mark = await readFile(lock)
  await writeFile(join(folder, name), lines(text).slice(0, 3).join('')) // its head, the first look, and the signature that the store knows
  const { code, err } = await r.run('verify')
  ok(code === 4 && /4 looks of \S+ were signed, and the last of them are missing/.test(err), err)
  await writeFile(lock, '1 9 AAAA AAAA\n') // what nobody signed says nothing, and the store knows of one
  await r.must('verify')
  await writeFile(lock, mark)
  await writeFile(join(folder, name), text)
  await r.must('verify')
})

// ---- changed past the program ------------------------------------------------------------------------------------
const lines = (text) => text.split(/(?<=\n)/)
const ways = {
  'a letter of a look': (all) => all.map((line, i) => (i === 1 ? line.replace('noy', 'toy') : line)),
  'a look is gone': (all) => all.filter((_, i) => i !== 1),
  'the last look is gone with all behind it': (all) => all.slice(0, all.findLastIndex((line) => line.startsWith('look '))),
  'a look stands twice': (all) => [...all.slice(0, 2), ...all.slice(1)],
  'two looks changed places': (all) => [all[0], all[2], all[1], ...all.slice(3)],
  'a look moved to the end': (all) => [all[0], ...all.slice(2), all[1]],
  'a look was added': (all) => [...all, all[1].replace('noy', 'tou')],
  'its first line is gone': (all) => all.slice(1),
  'a signature is another': (all) => all.map((line) => (line.startsWith('sign ') ? line.replace(/[A-Z]/, 'A') .replace(/[b-y]/, 'a') : line)),
  'cut in the middle of its last line': (all) => [...all.slice(0, -1), all.at(-1).slice(0, 20)],
}
onBothStores('a look that was edited, taken away, swapped, moved or added is found; and a file that is gone, renamed, or none of ours', async (t) => {
  const { r, server, ask } = await centre(t)
  for (let i = 0; i < 4; i++) await ask('noy', 'GET', '/person/P1')
  await server.stop()
  const folder = join(r.dir, 'looks'), [name] = await readdir(folder), good = await readFile(join(folder, name), 'utf8')
  await r.must('verify')
  let found = 0
  const changed = async (what, change, undo) => {
    await change()
    const { code, out, err } = await r.run('verify')
    ok(code === 4 && /look/i.test(err), `${what}: ${code} ${out}${err}`)
    await r.run('export', 'person') // whoever goes on signs nothing of it
    equal((await r.run('verify')).code, 4, `${what}, after another look`)
    found++
    await undo()
    await r.must('verify')
  }
  for (const [what, way] of Object.entries(ways)) {
    const bad = way(lines(good)).join('')
    ok(bad !== good, what)
    await changed(what, () => writeFile(join(folder, name), bad), () => writeFile(join(folder, name), good))
  }
  await changed('the file is gone', () => rm(join(folder, name)), () => writeFile(join(folder, name), good))
  await changed('the folder is gone', () => rename(folder, `${folder}.away`), async () => { await cp(`${folder}.away`, folder, { recursive: true }); await rm(`${folder}.away`, { recursive: true }) })
  await changed('the file bears another number', () => rename(join(folder, name), join(folder, name.replace('000001', '000002'))), () => rename(join(folder, name.replace('000001', '000002')), join(folder, name)))
  await changed('a file that is none of its own', () => writeFile(join(folder, 'list.txt'), 'x'), () => rm(join(folder, 'list.txt')))
  const other = await t.register()
  await other.mustTake('person', 'key,sex\nX1,female\n')
  await other.export('person')
  const [foreign] = await readdir(join(other.dir, 'looks'))
  await changed("another register's looks", () => cp(join(other.dir, 'looks', foreign), join(folder, foreign)), () => rm(join(folder, foreign)))
  console.error(`        ${found} ways of changing the log of looks: ${found} found`)
  void mkdir
})
