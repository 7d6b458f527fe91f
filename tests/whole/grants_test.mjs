// Sight that is given, taken back, offered by a referral and opened with a reason: by command, as JSON and on the pages.
// SPDX-License-Identifier: Apache-2.0
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equal, deepEqual, home, match, ok, onBothStores, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const laos = join(home, 'packs/laos'), until = '2099-12-31'
const names = { given_name: 'Kham', family_name: 'Dao' }
const day = (ms) => new Date(ms + 7 * 3600_000).toISOString().slice(0, 10) // there

// Somebody of each unit that the tests need, and a person of the centre.
async function world(t, who, { pack } = {}) {
  const r = await t.register({ pack: pack ?? laos })
  const roles = {
    centre: ['counsellor', 'lwu_centre'], police: ['police_investigator', 'atd_investigation'], other: ['police_investigator', 'atd_cases'],
    shelter: ['shelter_manager', 'shelter_vt'], transit: ['return_officer', 'vtc'], chief: ['secretariat', 'secretariat'], gate: ['border_officer', 'gate_wattay'], prosecutor: ['prosecutor', 'ospp'], clerk: ['secretariat', 'secretariat'],
  }
  const tokens = {}
  for (const name of `centre ${who}`.trim().split(' ')) tokens[name] = await r.token(name, ...roles[name])
  const server = await r.serve()
  const api = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, server.api(token)]))
  const made = await api.centre('POST', '/person', { key: 'P1', ...names, sex: 'female', born: '2001', phone: '020 5555', village: 'Ban Nam', health_note: 'asthma' })
  equal(made.status, 201, made.text)
  return { r, server, api, id: made.body.id }
}
const signedIn = async (server, name, lang) => {
  const visitor = new Visitor(server, lang)
  await visitor.signIn({ name, password: 'correct horse battery' })
  return visitor
}
const columns = (answer) => (answer.body.faults ?? []).map((one) => one.field).sort()
const seen = async (ask, what = names) => {
  const { status, body } = await ask('GET', '/person/P1')
  if (status !== 200) return status
  return Object.keys(what).every((name) => body[name] === what[name])
}

// A pack in which one unit is closed.
async function withClosed(t, unit) {
  const folder = join(await t.folder(), 'pack'), sheet = join(folder, 'registry/units.csv')
  await cp(laos, folder, { recursive: true })
  const [head, ...rows] = (await readFile(sheet, 'utf8')).trimEnd().split('\n')
  await writeFile(sheet, [`${head},to`, ...rows.map((row) => `${row},${row.startsWith(`${unit},`) ? '2020-01-01' : ''}`)].join('\n') + '\n')
  return folder
}

onBothStores('who is given sight reads what was given and is told what was not, until it is taken back', async (t) => {
  const { r, server, api } = await world(t, 'police other')
  equal(await seen(api.police), 404)
  const given = await api.centre('POST', '/person/P1/share', { to: 'atd_investigation', compartments: 'identity,case', until, why: 'she was threatened' })
  equal(given.status, 200, given.text)
  deepEqual({ to: given.body.to, compartments: given.body.compartments, until: given.body.until }, { to: 'atd_investigation', compartments: ['identity', 'case'], until })
  const { body } = await api.police('GET', '/person/P1')
  deepEqual([body.given_name, body.family_name, body.sex], ['Kham', 'Dao', 'female'])
  for (const closed of ['phone', 'village', 'health_note']) {
    ok(!(closed in body), `${closed} is open`)
    ok(body.hidden.includes(closed), `${closed} is not told to be hidden: ${body.hidden}`)
  }
  ok(!('hidden' in (await api.centre('GET', '/person/P1')).body))
  equal(await seen(api.other), 404)
  const listed = (await api.police('GET', '/person')).body.items
  deepEqual(listed.map((one) => [one.key, one.given_name, one.hidden.includes('phone')]), [['P1', 'Kham', true]])
  const taken = await api.centre('POST', '/person/P1/unshare', { to: 'atd_investigation', why: 'it is over' })
  equal(taken.status, 200, taken.text)
  deepEqual(taken.body.compartments, [])
  equal(await seen(api.police), 404)
  deepEqual((await api.police('GET', '/person')).body.items, [])
  await server.stop()
  await r.must('verify')
  await r.must('rebuild')
})

test('sight is given by command and in silence, to a unit or to one person, and taken back', async (t) => {
  const { r, server, api } = await world(t, 'police other')
  const share = (to, ...more) => r.run('share', 'person', 'P1', '--to', to, '--compartments', 'identity,case', '--until', until, '--why', 'asked for', ...more)
  deepEqual(await share('atd_investigation'), { code: 0, signal: null, out: '', err: '' })
  deepEqual([await seen(api.police), await seen(api.other)], [true, 404])
  deepEqual(await r.run('unshare', 'person', 'P1', '--to', 'atd_investigation', '--why', 'over'), { code: 0, signal: null, out: '', err: '' })
  equal(await seen(api.police), 404)
  equal((await share('other')).code, 0)
  deepEqual([await seen(api.police), await seen(api.other)], [404, true])
  const again = await r.run('unshare', 'person', 'P1', '--to', 'atd_investigation', '--why', 'over')
  deepEqual([again.code, again.out], [1, ''])
  match(again.err, /^sukhwan: atd_investigation has no sight of it .*\.\n$/)
  equal((await r.run('share', 'person', 'NOBODY', '--to', 'other', '--compartments', 'case', '--until', until, '--why', 'x')).code, 1)
  equal((await r.run('share', 'nothing', 'P1', '--to', 'other', '--compartments', 'case', '--until', until, '--why', 'x')).code, 1)
  await server.stop()
})

test('every fault of a grant is told in one answer, and nothing is given', async (t) => {
  const { r, server, api } = await world(t, 'police', { pack: await withClosed(t, 'shelter_sv') })
  const entries = await r.entries()
  const cases = [
    [{}, ['compartments', 'to', 'until', 'why']],
    [{ to: 'nowhere', compartments: 'identity names', until: '2099', why: ' ' }, ['compartments', 'to', 'why']],
    [{ to: 'shelter_sv', compartments: ['identity'], until, why: 'x' }, ['to']],
    [{ to: 'lwu_centre', compartments: 'identity', until, why: 'x' }, ['to']],
    [{ to: 'atd_investigation', compartments: 'identity', why: 'x' }, ['until']],
    [{ to: 'atd_investigation', compartments: 'identity', until: '2020-01-01', why: 'x' }, ['until']],
    [{ to: 'atd_investigation', compartments: 'identity', until: '2569-01-01', why: 'x' }, ['until']],
    [{ to: 'atd_investigation', compartments: 'identity', until: '31.12.2099', why: 'x' }, ['until']],
    [{ to: 'atd_investigation', compartments: 'identity', until, why: 'x', by: 'me' }, ['by']],
    [{ to: { unit: 'atd' }, compartments: 'identity', until, why: 'x' }, ['to']],
    [{ to: 'nowhere', compartments: 'identity', by: 'me', why: '' }, ['by', 'to', 'until', 'why']], // what is not known, with the rest
  ]
  for (const [body, faults] of cases) {
    const answer = await api.centre('POST', '/person/P1/share', body)
    equal(answer.status, 400, `${JSON.stringify(body)}: ${answer.text}`)
    deepEqual(columns(answer), faults, answer.text)
    for (const { message } of answer.body.faults) match(message, /[.?]$/)
  }
  for (const body of ['[]', '{', '"to"']) equal((await api.centre('POST', '/person/P1/share', body)).status, 400)
  deepEqual(columns(await api.centre('POST', '/person/P1/unshare', { to: 'atd_investigation' })), ['to', 'why'])
  const told = await r.run('share', 'person', 'P1', '--to', 'shelter_sv', '--compartments', 'identity,names')
  deepEqual([told.code, told.out], [1, ''])
  deepEqual(told.err.match(/^sukhwan: [^\n]+\.$/gm)?.length, 4, told.err)
  equal(told.err.trimEnd().split('\n').length, 4)
  const unheld = await r.run('share', 'person', 'P1', '--to', 'atd_investigation', '--compartments', 'identity,care', '--until', until, '--why', 'x')
  equal(unheld.code, 1, 'the register does not hold what was said in counselling')
  match(unheld.err, /^sukhwan: You do not hold care of it yourself/)
  equal(await r.entries(), entries)
  equal(await seen(api.police), 404)
  await server.stop()
})

test('what was given is not passed on, and what is not there for her cannot be asked for', async (t) => {
  const { r, server, api } = await world(t, 'police chief')
  const ask = { to: 'atd_cases', compartments: 'identity', until, why: 'x' }
  for (const path of ['share', 'unshare', 'open']) equal((await api.police('POST', `/person/P1/${path}`, path === 'open' ? { why: 'x' } : ask)).status, 404, path)
  equal((await api.centre('POST', '/person/P1/share', { ...ask, to: 'atd_investigation' })).status, 200)
  const entries = await r.entries()
  for (const who of [api.police, api.chief]) {
    for (const [path, body] of [['share', ask], ['unshare', { to: 'atd_investigation', why: 'x' }]]) {
      const answer = await who('POST', `/person/P1/${path}`, body)
      equal(answer.status, 403, answer.text)
      ok(answer.body.error.endsWith('.'))
    }
  }
  equal((await api.police('POST', '/person/P1/open', { why: 'x' })).status, 403)
  equal(await r.entries(), entries)
  await server.stop()
})

onBothStores('a name is opened with a reason, for who asked and for this day, and its owner is told', async (t) => {
  const { r, server, api } = await world(t, 'police chief clerk')
  const codes = (await api.chief('GET', '/person/P1')).body
  equal(codes.sex, 'female')
  for (const closed of ['given_name', 'family_name', 'phone']) ok(!(closed in codes) && codes.hidden.includes(closed), closed)
  deepEqual(columns(await api.chief('POST', '/person/P1/open', {})), ['why'])
  deepEqual(columns(await api.chief('POST', '/person/P1/open', { why: '  ' })), ['why'])
  const opened = await api.chief('POST', '/person/P1/open', { why: 'the embassy asks who she is' })
  equal(opened.status, 200, opened.text)
  equal(opened.body.until, day(Date.now()))
  equal(await seen(api.chief), true)
  ok(!('phone' in (await api.chief('GET', '/person/P1')).body), 'an identity opens, not where she is')
  equal(await seen(api.clerk), false)
  const change = await api.chief('PATCH', '/person/P1', { version: opened.body.version, nickname: 'Noy' })
  equal(change.status, 403, 'what was opened is read')
  equal((await api.centre('POST', '/person/P1/open', { why: 'mine' })).status, 403)
  const owner = await signedIn(server, 'centre')
  const first = (await owner.get('/')).text
  match(first, /Opened with a reason[^]*the embassy asks who she is/)
  const page = (await owner.get('/person/P1/sight')).text
  match(page, /Opened with a reason[^]*Secretariat[^]*the embassy asks who she is/)
  for (const text of [first, page, (await owner.get('/person/P1')).text]) ok(!text.includes('chief'), 'the owner is not told the name')
  const stranger = (await (await signedIn(server, 'police')).get('/')).text
  ok(!stranger.includes('embassy'))
  await server.stop()
  await r.must('verify')
})

onBothStores('a referral shows itself when it is sent, and the person when it is accepted, until it is taken back', async (t) => {
  const { r, server, api } = await world(t, 'shelter transit')
  const made = await api.centre('POST', '/referral', { key: 'R1', person: 'P1', to_unit: 'shelter_vt', consent: 'yes', sent: '2026-01-02' })
  equal(made.status, 201, made.text)
  let { version } = made.body
  const move = async (who, name, status = 200) => {
    const answer = await who('POST', '/referral/R1/move', { version, move: name })
    equal(answer.status, status, `${name}: ${answer.text}`)
    version = (await api.centre('GET', '/referral/R1')).body.version
  }
  equal((await api.shelter('GET', '/referral/R1')).status, 404)
  await move(api.centre, 'send')
  const asked = await api.shelter('GET', '/referral/R1')
  equal(asked.status, 200)
  ok(!asked.text.includes('Kham'), 'the name is told before it is accepted')
  deepEqual([await seen(api.shelter), (await api.transit('GET', '/referral/R1')).status, await seen(api.transit)], [404, 404, 404])
  match((await (await signedIn(server, 'centre')).get('/person/P1/sight')).text, /Shelter, Vientiane Capital[^]*offered, not accepted yet/)
  await move(api.centre, 'accept', 403)
  await move(api.transit, 'accept', 404)
  await move(api.shelter, 'accept')
  equal(await seen(api.shelter), true)
  ok((await api.shelter('GET', '/person/P1')).body.hidden.includes('phone'))
  equal(await seen(api.transit), 404)
  const receiver = await signedIn(server, 'shelter')
  match((await receiver.get('/')).text, /You were given sight of[^]*Kham Dao/)
  await move(api.shelter, 'begin_help')
  equal(await seen(api.shelter), true, 'that help began does not end it')
  await server.stop()
  await r.must('verify')
})

test('a referral that is taken back, and consent that is withdrawn, end the sight', async (t) => {
  const { server, api } = await world(t, 'shelter')
  for (const [key, end] of [['R1', 'taken'], ['R2', 'withdrawn']]) {
    const made = await api.centre('POST', '/referral', { key, person: 'P1', to_unit: 'shelter_vt', consent: 'yes', shares: 'identity case place' })
    equal(made.status, 201, made.text)
    let { version } = made.body
    const move = async (who, name) => {
      const answer = await who('POST', `/referral/${key}/move`, { version, move: name })
      equal(answer.status, 200, answer.text)
      version = (await api.centre('GET', `/referral/${key}`)).body.version
    }
    await move(api.centre, 'send')
    await move(api.shelter, 'accept')
    equal(await seen(api.shelter, { ...names, village: 'Ban Nam' }), true)
    if (end === 'taken') await move(api.centre, 'take_back')
    else {
      const agreed = await api.centre('POST', '/consent', { key: 'C1', person: 'P1', purpose: 'referral', answer: 'given', asked: '2026-01-02' })
      ok([200, 201].includes(agreed.status), agreed.text)
      const gone = await api.centre('PATCH', '/consent/C1', { version: agreed.body.version, withdrawn: '2026-01-03' })
      equal(gone.status, 200, gone.text)
    }
    equal(await seen(api.shelter), 404, end)
  }
  await server.stop()
})

test('a referral to oneself, to a closed unit, to nobody, or without consent or reason, is refused', async (t) => {
  const { server, api } = await world(t, 'shelter', { pack: await withClosed(t, 'shelter_sv') })
  const cases = [
    [{ to_unit: 'lwu_centre', consent: 'yes' }, 'to_unit'], [{ to_unit: 'shelter_sv', consent: 'yes' }, 'to_unit'],
    [{ to_unit: 'nowhere', consent: 'yes' }, 'to_unit'], [{ consent: 'yes' }], [{ to_unit: 'shelter_vt' }], [{ to_unit: 'shelter_vt', consent: 'no' }],
  ]
  for (const [body, field] of cases) {
    let answer = await api.centre('POST', '/referral', { person: 'P1', ...body })
    if (answer.status === 201) answer = await api.centre('POST', `/referral/${answer.body.id}/move`, { version: 1, move: 'send' })
    equal(answer.status, 400, `${JSON.stringify(body)}: ${answer.text}`)
    if (field) ok(columns(answer).includes(field), answer.text)
    for (const { message } of answer.body.faults) match(message, /[.?]$/)
  }
  equal(await seen(api.shelter), 404)
  const vital = await api.centre('POST', '/referral', { person: 'P1', to_unit: 'shelter_vt', consent: 'no', vital_interest: 'she is followed' })
  equal((await api.centre('POST', `/referral/${vital.body.id}/move`, { version: 1, move: 'send' })).status, 200)
  await server.stop()
})

test('the page gives sight, tells who has it and why, and takes it back, without a script and in both languages', async (t) => {
  const { server, api } = await world(t, 'police other')
  const visitor = await signedIn(server, 'centre')
  match((await visitor.get('/person/P1')).text, /\/sight'>Who sees this</)
  await visitor.get('/person/P1/sight')
  match(visitor.text, /Whose it is[^]*Counselling and Protection Centre/)
  const form = { to: 'atd_investigation', user: '', compartments: 'identity', until: '31/12/2099', why: 'a threat' }
  const send = (path, body) => visitor.post(`/person/P1/${path}`, body)
  const wrong = await send('share', { ...form, to: '', compartments: '', until: '31/12/2570' })
  equal(wrong.status, 400)
  match(wrong.text, /href='#f-until'>Is the year 2027 meant\?/)
  match(wrong.text, /id='f-until'[^>]* value='31\/12\/2027'/)
  const more = await send('share', { ...form, to: '', compartments: '', until: '31/12/2027' })
  equal(more.status, 400)
  for (const box of ['to', 'compartments']) match(more.text, new RegExp(`href='#f-${box}'`))
  match(more.text, /name='why' value='a threat'/)
  const both = await send('share', { ...form, user: 'other' })
  equal(both.status, 400)
  const sent = await visitor.ask('POST', '/person/P1/share', { body: new URLSearchParams([['_csrf', visitor.csrf], ['to', 'atd_investigation'], ['user', ''],
    ['compartments', ''], ['compartments', 'identity'], ['compartments', 'case'], ['until', '31/12/2099'], ['why', 'a <threat>']]) })
  deepEqual([sent.status, sent.to], [303, '/person/P1/sight?done=given'], sent.text)
  const page = (await visitor.get(sent.to)).text
  match(page, /Sight was given\.[^]*Investigation Division[^]*Names and documents · What happened, and what is done about it[^]*31\/12\/2099[^]*a &lt;threat&gt;[^]*Take back/)
  equal(await seen(api.police), true)
  const taken = await send('unshare', { to: 'atd_investigation', why: 'over' })
  deepEqual([taken.status, taken.to], [303, '/person/P1/sight?done=taken'])
  match((await visitor.get(taken.to)).text, /Sight was taken back\.[^]*Nobody else|Sight was taken back\.[^]*Department of Anti-Human/)
  equal(await seen(api.police), 404)
  const history = (await visitor.get('/person/P1')).text
  match(history, /Sight taken back[^]*Sight given/)
  const lao = await signedIn(server, 'centre', 'lo')
  ok(!/Give sight|To whom|Take back/.test((await lao.get('/person/P1/sight')).text))
  await server.stop()
})

test('who only reads is told why she cannot give, and opens from the record, where the name then stands', async (t) => {
  const { server, api } = await world(t, 'police chief')
  const chief = await signedIn(server, 'chief')
  const before = (await chief.get('/person/P1')).text
  match(before, /Closed to you: [^<]*Given name/i)
  match(before, /Open with a reason/)
  ok(!before.includes('/sight'), 'it is not hers to give')
  ok(!before.includes('/edit'), 'it is not hers to change')
  const told = await chief.get('/person/P1/sight')
  equal(told.status, 200)
  match(told.text, /told to Counselling and Protection Centre/)
  ok(!told.text.includes('/share'))
  await chief.get('/person/P1')
  const silent = await chief.post('/person/P1/open', { why: ' ' })
  deepEqual([silent.status, /href='#f-why'/.test(silent.text)], [400, true])
  const opened = await chief.post('/person/P1/open', { why: 'to answer the embassy' })
  deepEqual([opened.status, opened.to], [303, '/person/P1'])
  match((await chief.get('/person/P1')).text, /Kham Dao/)
  equal((await api.police('POST', '/person/P1/open', { why: 'x' })).status, 404)
  await server.stop()
})

test('a name that is closed is told to be closed, on the page and in lists', async (t) => {
  const { server, api } = await world(t, 'chief')
  const made = await api.centre('POST', '/person', { ...names, sex: 'female' })
  const chief = await signedIn(server, 'chief')
  for (const path of [`/person/${made.body.id}`, '/person']) {
    const { text } = await chief.get(path)
    match(text, /\(name closed\)/)
    ok(!text.includes('Kham'))
  }
  await server.stop()
})

test('a role is held where the pack lets it be held, and only in a unit that is open', async (t) => {
  const r = await t.register({ pack: await withClosed(t, 'shelter_sv') })
  const add = (name, role, unit) => r.runWith({ input: 'correct horse battery\n' }, 'user add', name, '--role', role, '--unit', unit)
  for (const [role, unit] of [['secretariat', 'atd_investigation'], ['auditor', 'lwu_centre'], ['police_investigator', 'secretariat'], ['border_officer', 'atd'],
    ['counsellor', 'shelter_vt'], ['shelter_manager', 'atd'], ['return_officer', 'lwu_centre'], ['hotline_operator', 'lwu_centre']]) {
    const refused = await add('keo', role, unit)
    deepEqual([refused.code, refused.out], [1, ''], `${role} in ${unit}`)
    match(refused.err, new RegExp(`^sukhwan: The role ${role} may not be held in the unit ${unit}, .*choose one of the kind .*\\.\n$`))
  }
  const closed = await add('keo', 'shelter_manager', 'shelter_sv')
  equal(closed.code, 1)
  match(closed.err, /is closed/)
  for (const [i, [role, unit]] of [['administrator', 'shelter_vt'], ['secretariat', 'secretariat'], ['police_investigator', 'atd_vt'], ['border_officer', 'gate_wattay'],
    ['counsellor', 'lwu_centre'], ['shelter_manager', 'vtc'], ['return_officer', 'mlsw'], ['hotline_operator', 'lwu_1362']].entries())
    equal((await add(`u${i}`, role, unit)).code, 0, `${role} in ${unit}`)
})

test('an import says whose the rows are, and without it they belong to the Secretariat', async (t) => {
  const { r, server, api } = await world(t, 'police chief', { pack: await withClosed(t, 'shelter_sv') })
  const text = (key) => `key,given_name,sex\n${key},Noy,female\n`
  await r.mustTake('person', text('A1'), '--unit', 'atd_investigation')
  await r.mustTake('person', text('A2'))
  const status = async (who, key) => (await who('GET', `/person/${key}`)).status
  deepEqual([await status(api.police, 'A1'), await status(api.police, 'A2'), await status(api.centre, 'A1')], [200, 404, 404])
  equal((await api.chief('GET', '/person/A2')).body.given_name, 'Noy')
  for (const [unit, says] of [['nowhere', /no unit nowhere/], ['shelter_sv', /is closed/]]) {
    const refused = await r.take('person', text('A3'), '--unit', unit)
    deepEqual([refused.code, refused.out], [1, ''])
    match(refused.err, says)
  }
  await server.stop()
})

test('what a command brings in for a unit, about whomever, its users read, and who is entitled to what that unit makes', async (t) => {
  const { r, server, api } = await world(t, 'police other gate')
  await r.mustTake('screening', 'key,person,reason\nS1,P1,the driver spoke for her\n', '--unit', 'gate_wattay')
  await r.mustTake('screening', 'key,person,reason\nS1,P1,the driver spoke for her twice\n', '--unit', 'gate_wattay')
  for (const who of ['gate', 'police']) {
    const { status, body, text } = await api[who]('GET', '/screening/S1')
    deepEqual([status, body?.reason], [200, 'the driver spoke for her twice'], `${who}: ${text}`)
    equal((await api[who]('GET', '/person/P1')).status, 404, `${who}: whom it is about stays the centre's`)
  }
  await server.stop()
  await r.must('verify')
})

test('who wrote is told within her own agency; elsewhere, whose it is', async (t) => {
  const { server, api } = await world(t, 'police')
  equal((await api.centre('POST', '/person/P1/share', { to: 'atd_investigation', compartments: 'identity', until, why: 'a threat' })).status, 200)
  const writers = async (who) => [...new Set([...(await (await signedIn(server, who)).get('/person/P1')).text.matchAll(/moj-timeline__byline'>([^<]*)</g)].map((one) => one[1]))]
  deepEqual(await writers('centre'), ['centre'])
  deepEqual(await writers('police'), ['Counselling and Protection Centre for Women and Children, Vientiane'])
  await server.stop()
})

test('sight that an import gave ends when the import is taken back', async (t) => {
  const { r, server, api } = await world(t, 'prosecutor chief')
  equal((await api.chief('POST', '/person', { key: 'P2', ...names, sex: 'male' })).status, 201)
  const chief = await signedIn(server, 'chief'), status = async () => (await api.prosecutor('GET', '/person/P2')).status
  const undo = await chief.bring('proceeding', 'key,person,filed\nQ1,P2,2026-01-02\n')
  equal(await status(), 200)
  await chief.get(undo)
  equal((await chief.post('/import/undo', { batch: undo.split('=')[1] })).status, 303)
  equal(await status(), 404)
  await server.stop()
  await r.must('verify')
})

onBothStores('a list of keys that a grant gave and that is gone is named by verify', async (t) => {
  const { r, server, api } = await world(t, 'police')
  equal((await api.centre('POST', '/person/P1/share', { to: 'atd_investigation', compartments: 'identity', until, why: 'a threat' })).status, 200)
  await server.stop()
  await r.must('verify')
  await r.sql("delete from keys where agency = 'atd'")
  const { code, err } = await r.run('verify')
  equal(code, 4)
  match(err, /The keys of person\/.* are gone for atd, who is entitled to them, and no entry says why\. Restore the table keys from a backup\./)
})
