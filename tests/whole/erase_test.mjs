// Somebody is forgotten: asked for, approved by two, held, carried out; and nothing of her is left but what figures count.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equal, deepEqual, filesOf, home, match, ok, onBothStores, same, sukhwan, tool, written } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const laos = join(home, 'packs/laos')
const secret = { given_name: 'Khamphone', family_name: 'Dao-Ieng', phone: '020 5557 7313', village: 'Ban Namphou', document_number: 'P-99187-X' }
const people = { centre: ['counsellor', 'lwu_centre'], second: ['counsellor', 'lwu_centre'], police: ['police_investigator', 'atd_investigation'],
  colleague: ['police_investigator', 'atd_cases'], shelter: ['shelter_manager', 'shelter_vt'], chief: ['secretariat', 'secretariat'] }

// With a paper that hangs on a service, as no record about somebody has one in this pack.
async function world(t, { wait = 0 } = {}) {
  const sheet = await readFile(join(laos, 'survey/04_service.csv'), 'utf8'), columns = sheet.split('\n')[0].trim().split(',')
  const paper = columns.map((name) => ({ record: 'service', type: 'file', name: 'paper', 'label::English (en)': 'Paper', class: 'identity', compartment: 'care', used_for: 'service' })[name] ?? '').join(',')
  const pack = await t.pack({ 'pack.csv': (await readFile(join(laos, 'pack.csv'), 'utf8')).replace(/erase_wait,\d+/, `erase_wait,${wait}`),
    'survey/04_service.csv': `${sheet.trimEnd()}\n${paper}\n` })
  const r = await t.register({ pack }), tokens = {}
  for (const [name, who] of Object.entries(people)) tokens[name] = await r.token(name, ...who)
  const server = await r.serve()
  const api = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, (method, path, body) => server.api(token)(method, path, body, { 'accept-language': 'en' })]))
  const made = await api.centre('POST', '/person', { key: 'P1', ...secret, sex: 'female', born: '2008-11-17', citizenship: ['TH', 'VN'], province: 'LA-SV',
    health_note: 'asthma, needs her spray', disability: 'no' })
  equal(made.status, 201, made.text)
  const other = await api.centre('POST', '/person', { key: 'P2', given_name: 'Bounmy', sex: 'female', born: '1990-02-03' })
  equal(other.status, 201, other.text)
  return { r, server, api, tokens, id: made.body.id }
}
// What hangs on her, and what figures count of it.
async function past(r) {
  await r.mustTake('case', 'key,title,opened,kind\nC1,The lorry,2024-11-02,criminal\n')
  await r.mustTake('involvement', 'key,case,person,part,identified\nI1,C1,P1,victim,2024-11-20\nI2,C1,P2,victim,2024-11-21\n')
  await r.mustTake('service', 'key,person,type,given\nS1,P1,food,2024-12-01\nS2,P1,counselling,2024-12-02\n')
}
const asked = (api, who = 'centre') => api[who]('POST', '/person/P1/erase', { why: 'She asked for it herself.' })
async function approved(api) {
  equal((await asked(api)).status, 200)
  equal((await api.police('POST', '/person/P1/erase/approve')).status, 200)
  const last = await api.second('POST', '/person/P1/erase/approve')
  equal(last.status, 200, last.text)
  return last.body
}
// All bytes of the store: files of the folder, or of PostgreSQL what its tables hold.
const bytes = async (r) => (r.address ? Buffer.from(await r.dump()) : filesOf(r.dir))
// In every form in which a store may hold some bytes.
const holds = (all, hex) => all.includes(Buffer.from(hex, 'hex')) || all.includes(hex) || all.includes(hex.toUpperCase())
const hexes = async (r, question) => (await r.sql(question)).trim().split(/\s+/).filter(Boolean)
const hex = (r, column) => (r.address ? `encode(${column}, 'hex')` : `lower(hex(${column}))`)

onBothStores('what was asked for, approved by two and is due is carried out: keys, values and names are gone, figures stay', async (t) => {
  const { r, server, api, tokens, id } = await world(t)
  await past(r)
  const figures = JSON.stringify(await r.figures('2024-01-01', '2024-12-31')), split = await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31', '--by', 'sex', '--format', 'csv')
  const row = (await r.sql("select row from person where key = 'P1'")).trim()
  // What she was called before, what hangs on her, and a file of hers: as each was sealed when it was kept.
  const earlier = await hexes(r, `select ${hex(r, 'given_name')} || ' ' || ${hex(r, 'phone')} from person where row = ${row}`)
  const renamed = await api.centre('PATCH', '/person/P1', { version: 1, given_name: 'Khamla', phone: '020 5551 0000' })
  equal(renamed.status, 200, renamed.text)
  const help = await api.centre('POST', '/service', { key: 'S3', person: 'P1', type: 'counselling', given: '2024-12-03', note: 'she slept at last' })
  equal(help.status, 201, help.text)
  const form = new FormData(), paper = 'the paper of Khamphone Dao-Ieng, '.repeat(400)
  form.append('file', new Blob([paper], { type: 'application/pdf' }), 'paper of Khamphone.pdf')
  equal((await fetch(`${server.url}/service/S3/paper`, { method: 'POST', body: form, headers: { authorization: `Bearer ${tokens.centre}`, accept: 'application/json' } })).status, 201)
  const hangs = await hexes(r, `select ${hex(r, 'note')} || ' ' || coalesce(${hex(r, 'paper')}, '') from service where key = 'S3'`)
  const files = await readdir(join(r.dir, 'attachments')), kept = await readFile(join(r.dir, 'attachments', files[0]))
  ok(earlier.length === 2 && hangs.length === 2 && files.length === 1 && kept.length > paper.length, 'there is something of each')
  ok(!kept.includes('Khamphone'), 'a file lies there sealed')
  const pieces = [0.1, 0.5, 0.9].map((part) => kept.subarray(Math.floor(kept.length * part), Math.floor(kept.length * part) + 64).toString('hex'))
  const sealed = await hexes(r, `select ${['given_name', 'family_name', 'phone', 'village', 'document_number', 'health_note'].map((name) => `${hex(r, name)} || ' '`).join(' || ')} from person where row = ${row}`)
  const lists = await hexes(r, `select ${hex(r, 'wrapped')} from keys where row = ${row}`)
  ok(sealed.length === 6 && lists.length > 1)
  const before = await bytes(r)
  const everywhere = async () => Buffer.concat([await bytes(r), await filesOf(r.dir)])
  ok([...sealed, ...lists, ...hangs].every((one) => holds(before, one)), 'they are found where they are')
  ok(pieces.every((one) => holds(Buffer.concat([before, kept]), one)))

  const said = await approved(api)
  equal(said.state, 'approved')
  equal(said.due, new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10))
  const look = await r.run('erase', 'P1', '--dry-run')
  equal(look.code, 0, look.err)
  ok(holds(await bytes(r), sealed[0]), 'looking does nothing')
  equal((await r.run('erase', 'P1')).code, 0)

  // At once, before the server could follow what the command did: a key that it has unwrapped seals nothing any more.
  const late = await api.centre('PATCH', `/person/${id}`, { nickname: 'Noy' })
  ok([400, 409].includes(late.status), late.text)
  equal((await r.sql(`select count(*) from person where row = ${row} and nickname is not null`)).trim(), '0')

  const after = await everywhere()
  for (const one of [...sealed, ...lists, ...earlier, ...hangs, ...pieces]) ok(!holds(after, one), 'a sealed value or a list of keys is left')
  // Nor any single wrapped key: an item stands behind the 16 bytes with which a list begins.
  for (const list of lists) for (let at = 32; at + 116 <= list.length; at += 116) ok(!holds(after, list.slice(at + 20, at + 116)), 'a wrapped key is left')
  deepEqual(await readdir(join(r.dir, 'attachments')), [], 'a file of hers is left')
  for (const [name, value] of [...Object.entries(secret), ['a later name', 'Khamla'], ['a note', 'she slept at last'], ['a file', 'paper of Khamphone']])
    for (const one of written(value)) ok(!after.includes(one), `${name} is left`)
  equal(JSON.stringify(await r.figures('2024-01-01', '2024-12-31')), figures)
  equal(await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31', '--by', 'sex', '--format', 'csv'), split)

  // What is left says what figures count: she was under 18 that year, whatever her day.
  const left = (await api.chief('GET', `/person/${id}`)).body
  deepEqual([left.key, left.sex, left.province], [id, 'female', 'LA-SV'])
  equal((await r.sql(`select born, citizenship from person where row = ${row}`)).trim(), '2008|abroad')
  equal((await api.centre('GET', '/find?q=Khamphone')).body.people?.length ?? 0, 0)
  equal((await api.centre('PATCH', `/person/${id}`, { version: left.version, nickname: 'Noy' })).status, 400)
  const visitor = new Visitor(server, 'en')
  await visitor.signIn({ name: 'centre', password: 'correct horse battery' })
  match((await visitor.get(`/person/${id}`)).text, /was erased/)
  await server.stop()
  const dump = await r.dump()
  await r.must('verify')
  await r.must('rebuild')
  same(await r.dump(), dump)
  await r.must('verify')
  equal(JSON.stringify(await r.figures('2024-01-01', '2024-12-31')), figures)
  match(await readFile(`${r.dir}.key.erased`, 'utf8'), new RegExp(`^person/${id} \\d+ [0-9a-f]{128}\\n$`))
  match((await r.run('erase', id)).err, /erased already/)
})

onBothStores('an erasure is asked for with a reason and approved by two others, of two agencies, one of them the owner\'s', async (t) => {
  const { r, api } = await world(t, { wait: 7 })
  const nobody = await r.run('erase', 'P1')
  equal(nobody.code, 1)
  match(nobody.err, /Nobody has asked/)
  equal((await api.police('POST', '/person/P1/erase', { why: 'x' })).status, 404, 'who does not see her asks for nothing')
  equal((await api.police('POST', '/person/P1/erase/approve')).status, 404, 'nor is told that she is there')
  const empty = await api.centre('POST', '/person/P1/erase', { why: ' ' })
  deepEqual([empty.status, empty.body.faults?.[0]?.field], [400, 'why'])
  equal((await asked(api)).status, 200)
  equal((await asked(api, 'second')).status, 400, 'once is enough')
  // Who sees nothing of her is shown her number and the reason.
  const shown = await api.police('GET', '/person/P1/erase')
  equal(shown.status, 200, shown.text)
  equal(shown.body.why, 'She asked for it herself.')
  for (const value of Object.values(secret)) ok(!shown.text.includes(value), shown.text)
  equal((await api.police('GET', '/person/P1')).status, 404)
  const looks = JSON.parse(await r.must('looks', '--user', 'police', '--format', 'json'))
  ok(looks.some((one) => one.what === 'view' && one.key === 'P1'), 'that is a look at her')
  const byNumber = (await r.sql("select no from person where key = 'P1'")).trim()
  if (byNumber) equal((await api.police('GET', `/person/${encodeURIComponent(byNumber)}/erase`)).status, 200)
  match((await api.centre('POST', '/person/P1/erase/approve')).text, /yourself/)
  equal((await api.police('POST', '/person/P1/erase/approve')).status, 200)
  match((await api.police('POST', '/person/P1/erase/approve')).text, /already/)
  match((await api.colleague('POST', '/person/P1/erase/approve')).text, /another agency/)
  match((await api.shelter('POST', '/person/P1/erase/approve')).text, /One of the two must work for/)
  const one = await r.run('erase', 'P1')
  match(one.err, /1 of two/)
  equal((await api.second('POST', '/person/P1/erase/approve')).status, 200)
  const early = await r.run('erase', 'P1')
  equal(early.code, 1)
  match(early.err, /not before/)
  match((await api.centre('GET', '/person/P1')).body.given_name, /Khamphone/, 'nothing was done')
  equal((await api.second('POST', '/person/P1/erase/withdraw')).status, 200)
  match((await r.run('erase', 'P1')).err, /Nobody has asked/)
  await r.must('rebuild')
  await r.must('verify')
})

onBothStores('a hold, a trial and compensation stand in the way, each told; care and health are never held', async (t) => {
  const { r, api, server, id } = await world(t)
  await past(r)
  await approved(api)
  equal((await r.run('hold', 'P1', '--until', '2001-01-01')).code, 1)
  match((await r.run('hold', 'P1', '--until', '2001-01-01')).err, /Say why[^]*is over/)
  await r.must('hold', 'P1', '--why', 'The court asked for it.', '--until', '2099-12-31')
  const held = await r.run('erase', 'P1')
  equal(held.code, 1)
  match(held.err, /held until 2099-12-31/)
  // What no hold covers goes; all else stands.
  const free = await r.run('erase', 'P1', '--unheld')
  equal(free.code, 0, free.err)
  const now = (await api.centre('GET', '/person/P1')).body
  equal(now.given_name, secret.given_name)
  equal(now.health_note ?? '', '')
  equal(now.disability ?? '', '')
  await r.must('verify')
  await r.must('hold', 'P1', '--end')
  equal((await r.run('hold', 'P1', '--end')).code, 1)
  // All that is not over, as a file brings it: without a state. Each is told, and each stands in the way by itself.
  const over = {
    case: ['Case', 'proceeding', 'key,case,person,filed\nT1,C1,P2,2025-01-01\n', 'key,case,person,filed,verdict,judged,final\nT1,C1,P2,2025-01-01,guilty,2025-02-01,yes\n'],
    review: ['Request for review', 'identification', 'key,person,body,decided,status,told,state\nD1,P1,atd,2025-01-05,not_victim,2025-01-06,told\n', 'key,person,body,decided,status,told,appealed,appeal_outcome,state\nD1,P1,atd,2025-01-05,not_victim,2025-01-06,yes,upheld,told\n'],
    money: ['Compensation', 'compensation', 'key,person,claimed\nM1,P1,5000000\n', 'key,person,claimed,awarded,awarded_on,paid\nM1,P1,5000000,4000000,2025-02-01,4000000\n'],
  }
  for (const [, record, open] of Object.values(over)) await r.mustTake(record, open)
  await r.mustTake('appeal', 'key,person,decision,asked\nA1,P1,D1,2025-01-20\n')
  for (const left of Object.keys(over)) { // all of them, then those that are not over yet
    const told = await r.run('erase', 'P1'), still = Object.entries(over).slice(Object.keys(over).indexOf(left))
    equal(told.code, 1)
    deepEqual(told.err.trim().split('\n').map((line) => line.match(/The (.+) \S+ is not over yet/)?.[1]).sort(), still.map(([, [kind]]) => kind).sort(), told.err)
    await r.mustTake(over[left][1], over[left][3])
  }
  const last = await r.run('erase', 'P1')
  equal(last.code, 0, last.err)
  await server.stop()
  const dump = await r.dump()
  await r.must('verify')
  await r.must('rebuild')
  same(await r.dump(), dump)
  ok(id)
})

// Each alone, with every way there is of not being over: a state that somebody moved it to, or what a file left out.
onBothStores('by itself a trial, a review, an identification under review or compensation stands in the way, by hand and by file, until it is over', async (t) => {
  const { r, api } = await world(t)
  await past(r)
  const stands = async (words) => {
    const told = (await r.run('erase', 'P1', '--dry-run')).err.split('\n').filter((line) => line.includes('not over'))
    equal(told.length, words ? 1 : 0, told.join('\n'))
    if (words) match(told[0], words)
  }
  await stands()
  const trial = (rest) => r.mustTake('proceeding', `key,case,person,filed,state,verdict,judged,final\nT1,C1,P2,2025-01-01,${rest}\n`)
  for (const open of ['filed,,,', 'trial,,,', 'judged,guilty,2025-02-01,', 'appealed,guilty,2025-02-01,', 'suspended,,,']) {
    await trial(open)
    await stands(/The Case /)
  }
  await trial('final,guilty,2025-02-01,yes')
  await stands()
  for (const [key, rest, open] of [['T2', ',,', true], ['T2', 'acquitted,2025-02-01,no', true], ['T2', 'acquitted,2025-02-01,', false], ['T3', ',,', true], ['T3', 'acquitted,2025-02-01,yes', false]]) {
    await r.mustTake('proceeding', `key,case,person,filed,verdict,judged,final\n${key},C1,P2,2025-01-01,${rest}\n`)
    await stands(open && /The Case /)
  }
  const decision = async (rest, open, ...options) => {
    await r.mustTake('identification', `key,person,body,decided,status,told,state,appealed,appeal_outcome,final\nD1,P1,atd,2025-01-05,not_victim,2025-01-06,${rest}\n`, ...options)
    await stands(open)
  }
  await decision(',,,', undefined)
  await decision(',yes,,', /The Identification /)
  await decision(',yes,upheld,', undefined)
  await decision('told,,,', undefined)
  // An instalment of what was withdrawn is owed by nobody; what stands behind a link is read.
  await r.mustTake('compensation', 'key,person,claimed,awarded,awarded_on,paid,state\nM1,P1,5,4,2025-02-01,4,withdrawn\n')
  await r.mustTake('payment', 'key,compensation,due,amount\nY1,M1,2025-03-01,4 LAK\n')
  await stands()
  const made = await api.centre('POST', '/compensation', { person: 'P1', claimed: 5000000 })
  equal(made.status, 201, made.text)
  await stands(/Compensation/)
  const { version } = (await api.centre('GET', `/compensation/${made.body.id}`)).body
  equal((await api.centre('POST', `/compensation/${made.body.id}/move`, { move: 'withdraw', version })).status, 200)
  await stands()
  await r.must('share', 'identification', 'D1', '--to', 'lwu_centre', '--compartments', 'case,legal', '--until', '2099-12-31', '--why', 'she helps her')
  const appeal = await api.centre('POST', '/appeal', { person: 'P1', decision: 'D1' })
  equal(appeal.status, 201, appeal.text)
  const both = (await r.run('erase', 'P1', '--dry-run')).err
  match(both, /Request for review [^]*not over/)
  match(both, /The Identification \S+ is not over/, 'which it moved')
  await decision('decided,yes,upheld,', undefined, '--overwrite')
  await decision('final,yes,upheld,yes', undefined, '--overwrite')
})

onBothStores('of what is sealed nothing stands in clear in the store, its log, looks, files beside it, a backup, or what the server says', async (t) => {
  const { r, server, api } = await world(t)
  await past(r)
  for (const path of ['/person/P1', '/person', '/find?q=Khamphone', '/looks?person=P1']) await api.centre('GET', path)
  await asked(api)
  await api.centre('POST', '/person', { key: 'P9', ...secret, born: 'no day', sex: 'female' }) // a fault that quotes nothing
  const visitor = new Visitor(server, 'en')
  await visitor.signIn({ name: 'centre', password: 'correct horse battery' })
  await visitor.get('/person/new')
  await visitor.post('/person', { ...secret, _confirm: '' })
  await r.must('backup', join(r.folder, 'backup'))
  const all = Buffer.concat([await bytes(r), await filesOf(r.folder), Buffer.from(server.err)])
  for (const [name, value] of [...Object.entries(secret), ['health_note', 'needs her spray'], ['the reason', 'asked for it herself']])
    for (const one of written(value)) ok(!all.includes(one), `${name} stands in clear`)
  ok(all.includes('LA-SV'), 'what may stand there is found')
  await server.stop()
})

onBothStores('a backup that is older learns who was erased since, or says that it cannot know', async (t) => {
  const { r, server, api, id } = await world(t)
  await past(r)
  const out = join(r.folder, 'backup'), env = { SUKHWAN_KEY_FILE: `${r.dir}.key` }
  await r.must('backup', out)
  const parts = await filesOf(out)
  for (const value of Object.values(secret)) for (const one of written(value)) ok(!parts.includes(one), `${value} stands in a backup`)
  ok(parts.includes(id), 'whoever it is stands there by her random name')
  await approved(api)
  await r.must('erase', 'P1')
  await server.stop()
  const figures = JSON.stringify(await r.figures('2024-01-01', '2024-12-31'))
  const again = async (name) => {
    const dir = join(r.folder, name), done = await sukhwan(['restore', out, dir], { env, command: t.program })
    equal(done.code, 0, done.err)
    const people = await sukhwan(['export', dir, 'person'], { env, command: t.program })
    equal((await sukhwan(['verify', dir, '--tables'], { env, command: t.program })).code, 0)
    return { dir, err: done.err, people: people.out }
  }
  const learnt = await again('learnt')
  for (const value of Object.values(secret)) ok(!learnt.people.includes(value), learnt.people)
  ok(learnt.people.includes(id) && learnt.people.includes('Bounmy'), learnt.people)
  equal(JSON.stringify(JSON.parse((await sukhwan(['figures', learnt.dir, 'annual', '--from', '2024-01-01', '--to', '2024-12-31', '--format', 'json'], { env, command: t.program })).out)), figures)
  await rename(`${r.dir}.key.erased`, `${r.dir}.key.away`)
  const unknown = await again('unknown')
  match(unknown.err, /erased/)
  ok(unknown.people.includes(secret.given_name), 'what nobody told is not known')
  // A line that somebody else wrote, or changed, erases nobody: the restore is refused whole.
  const line = await readFile(`${r.dir}.key.away`, 'utf8')
  await writeFile(`${r.dir}.key.erased`, line.replace(/[0-9a-f]{8}\n$/, '00000000\n'))
  const refused = await sukhwan(['restore', out, join(r.folder, 'refused')], { env, command: t.program })
  equal(refused.code, 4, refused.err)
  match(refused.err, /was not signed by this register/)
})

const restore = (r, t, out, name, ...more) => sukhwan(['restore', out, join(r.folder, name), ...more], { env: r.env.SUKHWAN_KEY_FILE ? r.env : { SUKHWAN_KEY_FILE: `${r.dir}.key` }, command: t.program })

onBothStores('care and health that were erased of somebody who is held stay erased in a restored older backup; what was written later stands', async (t) => {
  const { r, api, id } = await world(t)
  const out = join(r.folder, 'backup')
  await r.must('backup', out)
  await approved(api)
  await r.must('hold', 'P1', '--why', 'The court asked for it.', '--until', '2099-12-31')
  const noticed = async () => { // which lists' vanishing verify tells of
    const told = []
    for (const agency of (await r.sql(`select agency from keys where holder = 'person/${id}' order by agency`)).trim().split('\n')) {
      await r.sql(`create table kept as select * from keys where holder = 'person/${id}' and agency = '${agency}'; delete from keys where holder = 'person/${id}' and agency = '${agency}'`)
      const answer = await r.run('verify')
      if (answer.code === 4 && /keys of|belong to no record/.test(answer.err)) told.push(agency)
      await r.sql('insert into keys select * from kept; drop table kept')
    }
    return told
  }
  const before = await noticed()
  await r.must('erase', 'P1', '--unheld')
  match(await readFile(`${r.dir}.key.erased`, 'utf8'), new RegExp(`^person/${id} \\d+ care,health [0-9a-f]{128}\\n$`))
  ok(before.length, 'there are lists whose loss is told')
  deepEqual(await noticed(), before, 'of what is left they are told as before')
  const late = await api.centre('PATCH', '/person/P1', { version: (await api.centre('GET', '/person/P1')).body.version, health_note: 'was well again' })
  equal(late.status, 200, late.text)
  const newer = join(r.folder, 'newer')
  await r.must('backup', newer)
  const env = { SUKHWAN_KEY_FILE: `${r.dir}.key` }, list = await readFile(`${r.dir}.key.erased`)
  for (const [from, name, learnt] of [[out, 'older', 1], [newer, 'later', 0]]) {
    const back = await restore(r, t, from, name)
    equal(back.code, 0, back.err)
    match(back.out, new RegExp(`^${learnt} erasures`, 'm'))
    match(back.out, /^Accounts, roles and tokens stand .* sukhwan user list/m)
    const people = (await sukhwan(['export', join(r.folder, name), 'person'], { env, command: t.program })).out
    ok(people.includes(secret.given_name) && !people.includes('her spray'), people)
    for (const args of [['verify', '--tables'], ['rebuild'], ['verify', '--tables']]) {
      const done = await sukhwan([args[0], join(r.folder, name), ...args.slice(1)], { env, command: t.program })
      equal(done.code, 0, `${args.join(" ")} ${name}: ${done.err}`)
    }
    deepEqual(await readFile(`${r.dir}.key.erased`), list, 'what was learnt is no news')
  }
  equal((await api.centre('GET', '/person/P1')).body.health_note, 'was well again')
  equal((await api.second('POST', '/person/P1/erase/withdraw')).status, 200) // what is gone stays known
  await r.must('verify')
  await r.must('verify', '--tables')
})

onBothStores('care and health are not erased while a trial or compensation is open, though she is held', async (t) => {
  const { r, api } = await world(t)
  await past(r)
  await approved(api)
  await r.mustTake('compensation', 'key,person,claimed\nD1,P1,5000000\n')
  await r.must('hold', 'P1', '--why', 'The court asked for it.', '--until', '2099-12-31')
  const open = await r.run('erase', 'P1', '--unheld')
  equal(open.code, 1, open.out)
  match(open.err, /Compensation [^]*not over/)
  equal((await api.centre('GET', '/person/P1')).body.health_note, 'asthma, needs her spray')
  await r.mustTake('compensation', 'key,person,claimed,awarded,awarded_on,paid\nD1,P1,5000000,4000000,2025-02-01,4000000\n')
  equal((await r.run('erase', 'P1', '--unheld')).code, 0)
})

onBothStores('where the list of those erased cannot be written nobody is; what an erasure left undone its repetition does', async (t) => {
  const { r, server, api, id } = await world(t)
  const named = { ...r.env, SUKHWAN_KEY_FILE: join(r.folder, 'k'.repeat(245)) } // a name to which nothing temporary can be added
  await writeFile(named.SUKHWAN_KEY_FILE, await readFile(`${r.dir}.key`), { mode: 0o600 })
  await approved(api)
  const stuck = await r.runWith({ env: named }, 'erase', 'P1')
  equal(stuck.code, 1, stuck.err)
  match(stuck.err, /list of those who were erased[^]*Nobody was erased/)
  equal((await api.centre('GET', '/person/P1')).body.given_name, secret.given_name)
  await r.must('verify')
  await mkdir(`${r.dir}.key.erased`) // nor over what is no file
  equal((await r.run('erase', 'P1')).code, 1)
  equal((await api.centre('GET', '/person/P1')).body.given_name, secret.given_name)
  await rm(`${r.dir}.key.erased`, { recursive: true })
  equal((await r.run('erase', 'P1')).code, 0)
  await server.stop()
  // As if it had been cut off behind its entry: no line, and a copy of the file on the disk.
  const line = await readFile(`${r.dir}.key.erased`, 'utf8')
  match(line, new RegExp(`^person/${id} `))
  await rm(`${r.dir}.key.erased`)
  const again = await r.run('erase', id)
  equal(again.code, 1)
  match(again.err, /erased already/)
  equal(await readFile(`${r.dir}.key.erased`, 'utf8'), line)
  await r.must('verify')
})

onBothStores('a restore that fails at the list of those erased leaves neither folder nor a filled database', async (t) => {
  const { r, server, api } = await world(t)
  const out = join(r.folder, 'backup'), key = await readFile(`${r.dir}.key`), address = r.address ? await t.database() : '', store = address ? ['--store', address] : []
  await r.must('backup', out)
  await approved(api)
  await r.must('erase', 'P1')
  await server.stop()
  const line = await readFile(`${r.dir}.key.erased`, 'utf8'), stuck = { SUKHWAN_KEY_FILE: join(r.folder, 'k'.repeat(245)) }
  await writeFile(stuck.SUKHWAN_KEY_FILE, key, { mode: 0o600 })
  await writeFile(`${stuck.SUKHWAN_KEY_FILE}.erased`, line) // it is read, and cannot be written anew
  await writeFile(`${r.dir}.key.erased`, line.replace(/[0-9a-f]{8}\n$/, '00000000\n'))
  const tables = async () => (address ? Number((await tool('psql', '-X', '-A', '-t', '-c', "select count(*) from pg_tables where schemaname = 'public'", address)).trim()) : 0)
  for (const [env, code, words] of [[{ SUKHWAN_KEY_FILE: `${r.dir}.key` }, 4, /was not signed by this register/], [stuck, 1, /list of those who were erased/]]) {
    const refused = await sukhwan(['restore', out, join(r.folder, 'back'), ...store], { env, command: t.program })
    equal(refused.code, code, refused.err)
    match(refused.err, words)
    ok(!existsSync(join(r.folder, 'back')) && !existsSync(join(r.folder, 'back.part')))
    equal(await tables(), 0)
  }
  await writeFile(`${r.dir}.key.erased`, line)
  const well = await restore(r, t, out, 'back', ...store)
  equal(well.code, 0, well.err)
  match(well.out, /^1 erasures/m)
})
