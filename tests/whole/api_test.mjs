// The JSON API: every answer of the contract, conflicts and merges, paging, several clients at once.
// SPDX-License-Identifier: Apache-2.0
import { body as said, mechanism, ordered, put } from '../mechanism.mjs'
import { csv, deepEqual, dice, equal, match, ok, onBothStores, sleep, test } from '../tool.mjs'

async function served(t, who = []) {
  const r = await t.register()
  const token = await r.token(...who)
  const server = await r.serve()
  return { r, token, server, api: server.api(token) }
}

test('health answers 200 without signing in, everything else 401 with no or a wrong token', async (t) => {
  const { server, api } = await served(t)
  equal((await server.ask('GET', '/health')).status, 200)
  equal((await api('POST', '/person', { key: 'P1' })).status, 201)
  for (const token of [undefined, 'wrong', '', 'a'.repeat(43), '../../etc/passwd']) {
    for (const [method, path, body] of [['GET', '/person'], ['GET', '/person/P1'], ['POST', '/person', { key: 'P2' }], ['PATCH', '/person/P1', { version: 1, sex: 'male' }],
      ['GET', '/ghost'], ['GET', '/figures/annual?from=2024-01-01&to=2024-12-31'], ['GET', '/find?q=x']]) {
      equal((await server.ask(method, path, body, token)).status, 401, `${method} ${path} ${token}`)
    }
  }
  for (const authorization of ['Basic a2VvOngx', 'Bearer', 'Bearer  ', 'bearer x y', 'Token x']) equal((await server.ask('GET', '/person', undefined, undefined, { authorization })).status, 401)
  equal((await api('GET', '/person')).body.items.length, 1)
  await server.stop()
})

onBothStores('a step is taken by name and version, with fields, and answers as a save does', async (t) => {
  const { r, server, api } = await served(t)
  const second = server.api(await r.token('mali')), investigator = server.api(await r.token('somsy', 'police_investigator', 'atd_investigation')), editor = server.api(await r.token('public', 'public_editor', 'secretariat'))
  const move = (who, id, body) => who('POST', `/case/${id}/move`, body), made = (await api('POST', '/case', { key: 'K 1/ກ', title: 'x' })).body
  const is = async (state, version) => deepEqual((({ state, version }) => [state, version])((await api('GET', `/case/${made.id}`)).body), [state, version])
  deepEqual(await move(api, made.id, { move: 'screen', version: 1 }).then(({ status, body }) => [status, body]), [200, { id: made.id, key: 'K 1/ກ', version: 2 }])
  // what it needs comes along with it; all faults at once, and nothing half done
  const lacks = await move(api, made.id, { move: 'take_up', version: 2, opened: '2024-13-01', nosuch: 'x' })
  deepEqual([lacks.status, lacks.body.faults.map((one) => one.field).sort()], [400, ['nosuch', 'opened', 'state']])
  for (const [body, fields] of [[{ version: 2 }, ['move']], [{ move: 'take_up' }, ['version']], [{ move: 7, version: 2 }, ['move']], [{ move: 'nosuch', version: 2 }, ['state']], [{ move: 'close', version: 2 }, ['state']], [{ move: 'screen', version: 9 }, ['state', 'version']]]) {
    const { status, body: { faults } } = await move(api, made.id, body)
    deepEqual([status, fields.every((one) => faults.some(({ field }) => field === one))], [400, true], JSON.stringify([body, faults]))
  }
  await is('screening', 2)
  deepEqual((await move(api, encodeURIComponent('K 1/ກ'), { move: 'take_up', version: 2, kind: 'both', opened: '2024-01-01' })).status, 200)
  await is('active', 3)
  equal((await api('GET', `/case/${made.id}`)).body.opened, '2024-01-01')
  // somebody took a step since, or changed the same field
  const other = await move(second, made.id, { move: 'screen', version: 1 })
  deepEqual([other.status, other.body], [409, { conflicts: [{ field: 'state', yours: 'screening', theirs: 'active' }] }])
  equal((await api('PATCH', `/case/${made.id}`, { version: 3, title: 'theirs' })).status, 200)
  deepEqual(await move(api, made.id, { move: 'follow', version: 3, title: 'mine' }).then(({ status, body }) => [status, body]), [409, { conflicts: [{ field: 'title', yours: 'mine', theirs: 'theirs' }] }])
  equal((await move(api, made.id, { move: 'follow', version: 3, summary: 'mine' })).status, 200) // another field: merged
  await is('follow_up', 5)
  // not hers to move, not there, not for her to know
  equal((await move(api, made.id, { move: 'close_after', version: 5, closed: '2024-02-01', closed_because: 'duplicate' })).status, 200)
  const counsellor = server.api(await r.token('noy', 'counsellor', 'lwu_centre'))
  const hers = (await counsellor('POST', '/case', { title: 'hers' })).body
  for (const step of ['screen', 'reject']) equal((await move(counsellor, hers.id, { move: step, version: step === 'screen' ? 1 : 2 })).status, 200, step)
  equal((await move(counsellor, hers.id, { move: 'reopen_rejected', version: 3 })).status, 403)
  equal((await move(counsellor, hers.id, { move: 'reopen', version: 3 })).status, 403) // whatever its state
  equal((await move(counsellor, made.id, { move: 'reopen', version: 6 })).status, 404)
  for (const id of ['nosuch', 'a'.repeat(20)]) equal((await move(api, id, { move: 'screen', version: 1 })).status, 404)
  for (const who of [editor, investigator]) equal((await move(who, made.id, { move: 'reopen', version: 6 })).status, 404)
  equal((await move(api, made.id, [])).status, 400)
  await is('closed', 6)
})

onBothStores('a record is made, read, changed; it exports as it was given', async (t) => {
  const { r, server, api } = await served(t)
  const made = await api('POST', '/person', { key: 'P1', given_name: 'ນ້ອຍ', sex: 'female', born: '2004-02', citizenship: 'LA TH', phone: '020 555' })
  equal(made.status, 201, made.text)
  deepEqual([made.body.key, made.body.version], ['P1', 1])
  match(made.body.id, /^\S{8,}$/)
  const got = await api('GET', '/person/P1')
  equal(got.status, 200)
  deepEqual((({ id, key, version, given_name, sex, born, citizenship, phone }) => ({ id, key, version, given_name, sex, born, citizenship, phone }))(got.body),
    { id: made.body.id, key: 'P1', version: 1, given_name: 'ນ້ອຍ', sex: 'female', born: '2004-02', citizenship: 'LA TH', phone: '020 555' })
  deepEqual((await api('GET', `/person/${made.body.id}`)).body, got.body)
  deepEqual((await api('GET', '/person')).body, { items: [got.body], next: null })
  const changed = await api('PATCH', `/person/${made.body.id}`, { version: 1, given_name: 'Mali', phone: '' })
  deepEqual([changed.status, changed.body.version], [200, 2], changed.text)
  equal((await api('GET', '/person/P1')).body.given_name, 'Mali')
  match(await r.export('person'), /^P1,Mali,,,female,2004-02,LA TH,,$/m)
  const nothing = await api('PATCH', '/person/P1', { version: 2, given_name: 'Mali' })
  deepEqual([nothing.status, nothing.body.version], [200, 2])
  await server.stop()
})

onBothStores('a save without a key takes its id as key; both are unique together', async (t) => {
  const { r, server, api } = await served(t)
  const one = (await api('POST', '/person', { sex: 'male' })).body
  equal(one.key, one.id)
  match(await r.export('person'), new RegExp(`^${one.id},,,,male`, 'm'))
  equal((await api('POST', '/person', { key: 'P1' })).status, 201)
  for (const key of ['P1', one.id]) {
    const again = await api('POST', '/person', { key })
    equal(again.status, 400)
    equal(again.body.faults[0].field, 'key')
  }
  equal((await api('POST', '/case', { key: 'P1' })).status, 201) // per record type
  const second = (await api('POST', '/person', { key: 'P2' })).body
  const taken = await api('PATCH', '/person/P2', { version: 1, key: 'P1' })
  equal(taken.status, 400)
  equal(taken.body.faults[0].field, 'key')
  equal((await api('PATCH', '/person/P2', { version: 1, key: second.id })).status, 200) // her own id, which nobody else bears
  await server.stop()
})

onBothStores('every fault of a save is told at once, and nothing is saved', async (t) => {
  const { r, server, api } = await served(t)
  const before = await r.entries()
  const answer = await api('POST', '/person', { sex: 'woman', born: '2024-02-30', province: 'LA-QQ', shoe_size: '37', citizenship: 'LA XX' })
  equal(answer.status, 400)
  deepEqual(answer.body.faults.map((fault) => fault.field).sort(), ['born', 'citizenship', 'province', 'sex', 'shoe_size'])
  ok(answer.body.faults.every((fault) => fault.message.length > 5))
  const contact = await api('POST', '/contact', { at: '2999-01-01', reached: '3', reached_female: '4', person: 'P404', mode: 'pigeon' })
  equal(contact.status, 400)
  deepEqual(contact.body.faults.map((fault) => fault.field).sort(), ['at', 'mode', 'person', 'reached_female'])
  equal(await r.entries(), before)
  await server.stop()
})

test('bodies that are no record are bad requests', async (t) => {
  const { r, server, api } = await served(t)
  await api('POST', '/person', { key: 'P1' })
  const before = await r.entries()
  const json = { 'content-type': 'application/json' }
  for (const body of ['', '{', '[]', '"x"', 'null', '42', '{"key":"P2"', '{"key":"P2","key":"P3"}', '{"sex":{"a":1}}', '{"sex":["female","male"]}', '\ufeff{}x', '{"key":"\\ud800"}', '{"key":"P2\\u0000"}',
    '['.repeat(100_000), '{"a":'.repeat(5000), '{"key":"P2"} trailing', "{'key':'P2'}", '{"version":"one"}']) {
    for (const [method, path] of [['POST', '/person'], ['PATCH', '/person/P1']]) {
      const answer = await api(method, path, body, json)
      equal(answer.status, 400, `${method} ${body.slice(0, 30)}: ${answer.status} ${answer.text.slice(0, 200)}`)
    }
  }
  const bad = await server.ask('POST', '/person', undefined, undefined, {})
  equal(bad.status, 401)
  equal(await r.entries(), before)
  equal((await api('PATCH', '/person/P1', { version: 7, sex: 'male' })).status, 400) // a version that never was
  equal((await api('PATCH', '/person/P1', { sex: 'male' })).status, 400)
  await server.stop()
})

test('404 for what is not there, 405 for what cannot be done, with what can', async (t) => {
  const { server, api } = await served(t)
  await api('POST', '/person', { key: 'P1' })
  for (const path of ['/ghost', '/ghost/1', '/person/P404', '/person/P1/what', '/person/', '//person', '/person/P1/', '/%', '/%00', '/person/%ff', '/assets/none.css', '/figures/none', '/journal', '/users',
    '/person/..%2f..%2fetc', '/person/P1%00', '/meta', '/sqlite_master'])
    equal((await api('GET', path)).status, 404, path)
  equal((await api('PATCH', '/person/P404', { version: 1, sex: 'male' })).status, 404)
  equal((await api('POST', '/ghost', {})).status, 404)
  for (const [method, path] of [['DELETE', '/person/P1'], ['PUT', '/person/P1'], ['DELETE', '/person'], ['PATCH', '/person'], ['POST', '/health'], ['PUT', '/'], ['DELETE', '/api'], ['FANCY', '/person']]) {
    const answer = await api(method, path, method === 'DELETE' ? undefined : {})
    equal(answer.status, 405, `${method} ${path}`)
    if (answer.status === 405) match(answer.headers.get('allow') ?? '', /GET|POST|PATCH/)
  }
  const head = await api('HEAD', '/person')
  deepEqual([head.status, head.text], [200, ''])
  await server.stop()
})

onBothStores('the same field changed twice is a conflict with both values; different fields merge', async (t) => {
  const { r, server, api } = await served(t)
  await api('POST', '/case', { key: 'K1', title: 'one', kind: 'both', province: 'LA-VT' })
  equal((await api('PATCH', '/case/K1', { version: 1, title: 'two' })).body.version, 2)
  const clash = await api('PATCH', '/case/K1', { version: 1, title: 'three', kind: 'criminal' })
  equal(clash.status, 409)
  deepEqual(clash.body, { conflicts: [{ field: 'title', yours: 'three', theirs: 'two' }] })
  const merged = await api('PATCH', '/case/K1', { version: 1, kind: 'criminal', forms: 'other' })
  deepEqual([merged.status, merged.body.version], [200, 3], merged.text)
  const same = await api('PATCH', '/case/K1', { version: 1, title: 'two' }) // both said the same
  equal(same.status, 200, same.text)
  const all = (await api('GET', '/case/K1')).body
  deepEqual([all.title, all.kind, all.province, all.forms], ['two', 'criminal', 'LA-VT', 'other'])
  const cleared = await api('PATCH', '/case/K1', { version: 1, title: '', province: '', kind: 'protection' })
  equal(cleared.status, 409)
  deepEqual(cleared.body.conflicts.map((one) => one.field).sort(), ['kind', 'title'])
  match(await r.export('case'), /^K1,criminal,,LA-VT,other,two$/m)
  await server.stop()
})

onBothStores('lists page by cursor, newest or not, each record once, also while others are added', async (t) => {
  const { r, server, api } = await served(t)
  await r.mustTake('person', 'key,sex,province\n' + Array.from({ length: 230 }, (_, i) => `P${i},${i % 3 ? 'female' : 'male'},${i % 2 ? 'LA-VT' : 'LA-BK'}\n`).join(''))
  const walk = async (query, between) => {
    const seen = []
    let next = '', pages = 0
    do {
      const page = await api('GET', `/person?${query}${next && `&after=${encodeURIComponent(next)}`}`)
      equal(page.status, 200, page.text)
      deepEqual(Object.keys(page.body), ['items', 'next'])
      seen.push(...page.body.items)
      next = page.body.next
      pages++
      await between?.(pages)
    } while (next !== null && pages < 300)
    return { seen, pages }
  }
  const all = await walk('limit=50')
  deepEqual([all.seen.length, new Set(all.seen.map((one) => one.key)).size, all.pages], [230, 230, 5])
  equal((await walk('limit=1')).seen.length, 230)
  equal((await walk('limit=1000')).seen.length, 230)
  const males = await walk('limit=20&sex=male')
  ok(males.seen.length === 77 && males.seen.every((one) => one.sex === 'male'))
  equal((await walk('limit=20&sex=male&province=LA-VT')).seen.length, Array.from({ length: 230 }, (_, i) => i).filter((i) => i % 3 === 0 && i % 2).length)
  const moving = await walk('limit=50', (page) => api('POST', '/person', { key: `N${page}` }))
  const old = moving.seen.filter((one) => one.key.startsWith('P'))
  deepEqual([old.length, new Set(old.map((one) => one.key)).size], [230, 230])
  equal((await walk('limit=50&sex=other')).seen.length, 0)
  for (const query of ['limit=0', 'limit=-1', 'limit=many', 'limit=100000', 'after=nonsense', 'sex=woman', 'shoe_size=37', 'given_name=Noy'])
    equal((await api('GET', `/person?${query}`)).status, 400, query)
  await r.mustTake('case', 'key,forms\nK1,other\nK2,forced_labour other\nK3,surrogacy\n')
  deepEqual((await api('GET', '/case?forms=other')).body.items.map((one) => one.key).sort(), ['K1', 'K2'])
  await r.mustTake('service', 'key,person\nS1,P1\nS2,P2\n')
  deepEqual((await api('GET', '/service?person=P2')).body.items.map((one) => one.key), ['S2'])
  await server.stop()
})

onBothStores('eight clients save at once: every save is acknowledged, one at a time per record', async (t) => {
  const { r, server, api } = await served(t)
  await api('POST', '/case', { key: 'SHARED', title: '0' })
  const clients = Array.from({ length: 8 }, async (_, n) => {
    let added = 0
    for (let i = 0; i < 25; i++) {
      equal((await api('POST', '/person', { key: `P${n}-${i}`, nickname: `${n}/${i}` })).status, 201)
      for (let done = false; !done;) {
        const now = (await api('GET', '/case/SHARED')).body
        const saved = await api('PATCH', '/case/SHARED', { version: now.version, title: `${parseInt(now.title) + 1} of ${n}` })
        ok([200, 409].includes(saved.status), saved.text)
        if (saved.status === 200) { done = true; added++ }
      }
    }
    return added
  })
  equal((await Promise.all(clients)).reduce((a, b) => a + b), 200)
  const shared = (await api('GET', '/case/SHARED')).body
  deepEqual([parseInt(shared.title), shared.version], [200, 201])
  equal((await r.export('person')).split('\n').length, 202)
  await server.stop()
  await r.must('verify')
  const before = await r.dump()
  await r.must('rebuild')
  equal(await r.dump() === before, true)
})

onBothStores('eight clients make the same key: one of them may', async (t) => {
  const { server, api } = await served(t)
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => api('POST', '/person', { key: `SAME${round}` })))
    deepEqual(answers.map((one) => one.status).sort(), [201, 400, 400, 400, 400, 400, 400, 400])
  }
  await server.stop()
})

test('what a role may not see is not there: no record, no field, no list', async (t) => {
  const { r, server, api } = await served(t)
  equal((await api('POST', '/person', { key: 'P1', given_name: 'Secret', sex: 'female' })).status, 201)
  equal((await api('POST', '/case', { key: 'K1', title: 'Secret', kind: 'both' })).status, 201)
  const as = async (...who) => server.api(await r.token(...who))
  const committee = await as('boun', 'committee', 'ncatip'), auditor = await as('dao', 'auditor', 'secretariat'), administrator = await as('adm', 'administrator', 'secretariat')
  const police = await as('somsy', 'police_investigator', 'atd_investigation')
  const seen = await auditor('GET', '/case/K1') // codes, and no words
  equal(seen.status, 200)
  deepEqual([seen.body.kind, 'title' in seen.body, seen.body.hidden.includes('title')], ['both', false, true])
  ok(!seen.text.includes('Secret') && !(await auditor('GET', '/case')).text.includes('Secret'))
  equal((await auditor('PATCH', '/case/K1', { version: 1, kind: 'criminal' })).status, 403)
  equal((await auditor('POST', '/case', { kind: 'both' })).status, 403)
  for (const who of [committee, administrator, police]) for (const path of ['/person/P1', '/case/K1']) {
    equal((await who('GET', path)).status, 404, path)
    equal((await who('PATCH', path, { version: 1, province: 'LA-VT' })).status, 404, path)
  }
  for (const who of [committee, administrator]) {
    equal((await who('GET', '/person')).status, 404)
    ok((await who('POST', '/person', { sex: 'male' })).status >= 403)
  }
  deepEqual((await police('GET', '/person')).body.items, [])
  for (const who of [committee, auditor, administrator, police]) ok(!(await who('GET', '/find?q=Secret')).text.includes('P1'))
  // The secretary herself reads what the police wrote as codes alone.
  equal((await police('POST', '/person', { key: 'P2', given_name: 'Closed', sex: 'female' })).status, 201)
  const codes = await api('GET', '/person/P2')
  deepEqual([codes.status, codes.body.sex, codes.body.hidden.includes('given_name')], [200, 'female', true])
  for (const path of ['/person/P2', '/person', '/find?q=Closed']) ok(!(await api('GET', path)).text.includes('"Closed"'), path)
  equal((await api('PATCH', '/person/P2', { version: 1, sex: 'male' })).status, 403)
  await server.stop()
})

// Every field of a record, with what any of its kind may say.
function full(m, type, key, linked) {
  const row = said(m, type, key, 'Noy', 'LA-VT', linked)
  for (const { name, type: kind, calculation, asked } of m.fields(type)) {
    if (calculation || asked === 'never') { delete row[name]; continue } // nobody says it
    const [, list] = kind.match(/^select_\w+ (\S+)/) ?? []
    const value = list ? (list === 'units' ? 'atd' : m.list(list)[0]?.name) : { integer: '1', decimal: '1.5', dateTime: '2024-03-01T10:00' }[kind]
    if (value) row[name] ??= value
  }
  return row
}
// What the rules refuse is left out, as `put` does.
async function brought(r, type, row) {
  for (let turn = 0; turn < 6; turn++) {
    const { code, out, err } = await r.take(type, csv([Object.keys(row), Object.values(row)]), '--format', 'json')
    if (!code) return
    const { rejected } = JSON.parse(out)
    ok(rejected.length && rejected.every((one) => one.column in row), `${type}: ${err}`)
    for (const { column } of rejected) delete row[column]
  }
  throw new Error(`no ${type} can be brought in`)
}
onBothStores('the secretary reads, changes, lists and finds all that she or a command made, every field of every record', async (t) => {
  const { r, server, api } = await served(t), m = await mechanism(), keys = {}
  let fields = 0
  for (const type of ordered(m)) {
    const hers = full(m, type, `A-${type}`, keys), theirs = full(m, type, `B-${type}`, keys)
    await put(api, type, hers)
    await brought(r, type, theirs)
    keys[type] = `B-${type}`
    for (const row of [hers, theirs]) {
      const got = (await api('GET', `/${type}/${row.key}`)).body
      deepEqual([got.hidden, Object.fromEntries(Object.keys(row).map((name) => [name, got[name]]))], [undefined, row], row.key)
      fields += Object.keys(row).length
      const word = m.fields(type).find((field) => /^(text|note)$/.test(field.type) && field.name in row)?.name
      if (word) equal((await api('PATCH', `/${type}/${row.key}`, { version: got.version, [word]: 'Mali' })).status, 200, row.key)
      if (word) equal((await api('GET', `/${type}/${row.key}`)).body[word], 'Mali')
      const found = (await api('GET', `/find?q=${row.key}`)).body
      ok([...found.items, ...found.others].some((one) => one.key === row.key), `find ${row.key}`)
    }
    const { items } = (await api('GET', `/${type}`)).body
    deepEqual([items.map((one) => one.key).sort(), items.some((one) => one.hidden)], [[`A-${type}`, `B-${type}`], false])
  }
  ok(fields > 500, `${fields} fields were read back`)
  await server.stop()
})

// What the description says of a body, as one object: members and those that must be there.
function bodyOf(described, path, method) {
  const { schema } = described.paths[path][method].requestBody.content['application/json']
  const parts = (schema.allOf ?? [schema]).map((part) => (part.$ref ? described.components.schemas[part.$ref.split('/').at(-1)] : part))
  return { required: parts.flatMap((part) => part.required ?? []), members: Object.assign({}, ...parts.map((part) => part.properties)) }
}

test('the description names what a step and a change of a case must say, and a step made of just that is taken', async (t) => {
  const { api, server } = await served(t)
  const described = (await api('GET', '/api')).body
  const step = bodyOf(described, '/case/{id}/move', 'post'), change = bodyOf(described, '/case/{id}', 'patch'), made = bodyOf(described, '/case', 'post')
  deepEqual([step.required, change.required, made.required], [['move', 'version'], ['version'], []])
  deepEqual([step.members.move.type, step.members.version.type, change.members.version.type, made.members.version, change.members.move], ['string', 'integer', 'integer', undefined, undefined])
  ok(step.members.title && change.members.title && made.members.title)
  equal((await api('POST', '/case', { key: 'K1', title: 'one', kind: 'criminal', opened: '2024-01-01' })).status, 201)
  for (const name of step.required) {
    const body = { move: 'screen', version: 1 }
    delete body[name]
    equal((await api('POST', '/case/K1/move', body)).status, 400, `without ${name}`)
  }
  equal((await api('PATCH', '/case/K1', { title: 'other' })).status, 400)
  const taken = await api('POST', '/case/K1/move', { move: 'screen', version: 1 })
  equal(taken.status, 200, taken.text)
  equal((await api('PATCH', '/case/K1', { title: 'other', version: taken.body.version })).status, 200)
  await server.stop()
})

test('of every kind of record the description says that a change needs the version, and a step the step', async (t) => {
  const { api, server } = await served(t)
  const described = (await api('GET', '/api')).body
  const kinds = Object.keys(described.components.schemas)
  ok(kinds.length > 10)
  for (const kind of kinds) {
    deepEqual(bodyOf(described, `/${kind}/{id}/move`, 'post').required, ['move', 'version'], kind)
    deepEqual(bodyOf(described, `/${kind}/{id}`, 'patch').required, ['version'], kind)
  }
  await server.stop()
})

test('the API describes itself; figures and find answer as the commands do', async (t) => {
  const r = await (await t.register()).examples()
  const token = await r.token(), server = await r.serve(), api = server.api(token)
  const described = (await api('GET', '/api')).body
  match(described.openapi, /^3\./)
  for (const path of ['/person', '/person/{id}', '/case']) ok(described.paths[path] ?? described.paths['/{record}'], path)
  const figures = await api('GET', '/figures/annual?from=2024-01-01&to=2024-12-31')
  deepEqual(figures.body, await r.figures('2024-01-01', '2024-12-31'))
  for (let i = 0; i < 50 && (await server.ask('GET', '/health')).body.find_ready !== 1; i++) await sleep(100)
  const by = await api('GET', '/find?q=Palamy')
  equal(by.status, 200, by.text)
  ok(by.text.includes('P-00299'), by.text)
  await server.stop()
})

test('a random conversation leaves the register as a plain map would be', async (t) => {
  const { r, server, api } = await served(t)
  const { one, upTo, chance } = dice(3), now = new Map()
  for (let i = 0; i < 500; i++) {
    const key = `P${upTo(40)}`, sex = one(['female', 'male', '']), nickname = one(['', 'ດຳ', "O'Noy", '<b>'])
    const was = now.get(key) // its values by version; a field that moved on from the base is a conflict unless both say the same
    if (!was) {
      equal((await api('POST', '/person', { key, sex, nickname })).status, 201)
      now.set(key, [{ sex, nickname }])
      continue
    }
    const latest = was.at(-1), version = chance(0.5) ? was.length : 1 + upTo(was.length), base = was[version - 1]
    const given = chance(0.3) ? { sex, nickname } : chance(0.5) ? { sex } : { nickname }
    const clash = Object.keys(given).filter((name) => given[name] !== base[name] && given[name] !== latest[name]
      && was.slice(version).some((one) => one[name] !== base[name]))
    const answer = await api('PATCH', `/person/${key}`, { version, ...given })
    equal(answer.status, clash.length ? 409 : 200, answer.text)
    if (clash.length) {
      deepEqual(answer.body.conflicts.map((c) => [c.field, c.yours, c.theirs]).sort(), clash.map((name) => [name, given[name], latest[name]]).sort())
      continue
    }
    const next = { ...latest, ...Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== base[name])) }
    if (next.sex !== latest.sex || next.nickname !== latest.nickname) was.push(next)
    equal(answer.body.version, was.length)
  }
  for (const [key, held] of now) {
    const { sex, nickname, version } = (await api('GET', `/person/${key}`)).body
    deepEqual({ sex, nickname, version }, { ...held.at(-1), version: held.length }, key)
  }
  await server.stop()
  await r.must('verify')
})

onBothStores('a moment with a zone is told by the clock in Vientiane, everywhere on a page', async (t) => {
  const r = await t.register({ pack: await t.pack({ 'screens/99_more.csv': 'screen,n,kind,of\nperson,1,related,.\nperson,2,timeline,.\n' }) })
  await r.mustTake('person', 'key,given_name\nP1,Noy\n')
  await r.mustTake('contact', 'key,at,mode,at_risk,person\nC1,2024-12-31T18:30Z,hotline,yes,P1\nC2,2025-01-01T01:29,hotline,yes,P1\n')
  const token = await r.token()
  const server = await r.serve()
  const page = (await server.ask('GET', '/person/P1', undefined, token, { Accept: 'text/html' })).text
  ok(!page.includes('18:30'), 'a page tells a moment by another clock')
  const told = [...page.matchAll(/01\/01\/2025 01:(29|30)/g)].map((one) => one[1])
  deepEqual(told, ['29', '30', '30', '29']) // the list, the last written first; then the days, the latest first
  await server.stop()
  equal((await r.export('contact')).includes('C1,2024-12-31T18:30Z,'), true) // and kept as it was given
})
