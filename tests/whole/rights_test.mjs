// Nobody is answered what is not hers: every role, wherever it may be held, asks for every record that units of every kind
// made, by every way there is; what may be told is worked out by tests/oracle.mjs from the sheets alone. Then a line for each
// right that a role has, and for each that it has not. With --long everything is asked, on both stores.
// SPDX-License-Identifier: Apache-2.0
import { Asking, inTurns } from '../asking.mjs'
import { addresses, mechanism, nothingElseIsTold, routes } from '../mechanism.mjs'
import { rightsByRole, roles as argued } from '../rights.mjs'
import { seeded } from '../seeded.mjs'
import { atEnd, deepEqual, equal, long, ok, onBothStores, Place, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

const year = ['2024-01-01', '2024-12-31'], password = 'correct horse battery'
const lap = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`

// Each route, and the way that asks it; a route that is added fails until somebody says how it is asked.
const ways = {
  'GET /': 'look', 'GET /health': '', 'GET /assets/:name': '', 'GET /api': 'look', 'GET /help': 'look', 'GET /sign-in': '', 'POST /sign-in': '', 'POST /sign-out': '', 'GET /language': '',
  'GET /account': 'look', 'POST /account/token': '', 'POST /account/token/:id': '', 'POST /account/password': '', 'POST /find': '', 'POST /account/mail': '', 'GET /users': 'look', 'GET /looks': 'look', 'POST /looks': '', /* looks_test.mjs asks */ 'GET /work': 'look', 'GET /work.ics': 'look', 'GET /changes': 'look', 'POST /changes': '', 'GET /find': 'find', 'POST /choose/:record': 'choose', 'GET /import': 'look', 'POST /import': 'bring', 'GET /import/look': 'look', 'GET /import/undo': 'undo', 'POST /import/undo': 'undo',
  'GET /figures': 'look', 'GET /figures/:name': 'figures cells look', 'GET /:record': 'list filter asNever', 'POST /:record': 'asNever', 'GET /:record/new': 'look', 'GET /:record/:id': 'record page', 'PATCH /:record/:id': 'write conflict',
  'POST /:record/:id': 'form', 'GET /:record/:id/copy': 'page', 'GET /:record/:id/edit': 'page', 'GET /:record/:id/move': 'page', 'POST /:record/:id/move': 'write', 'POST /:record/:id/share': 'write', 'POST /:record/:id/unshare': 'write', 'POST /:record/:id/open': 'write', 'GET /:record/:id/later': '', 'POST /:record/:id/later': 'write', 'POST /:record/:id/again': 'write', 'GET /:record/:id/sight': 'page',
  'GET /lock': '', 'POST /lock': '', 'POST /unlock': '', 'GET /account/first': '', 'POST /account/first': '', 'POST /users': '', 'GET /users/:name': '', 'POST /users/:name': '', 'POST /users/:name/reset': '', 'POST /users/:name/confirm': '', 'POST /users/:name/withdraw': '', 'POST /users/:name/end': '', 'POST /users/:name/token/:id': '', // accounts_test.mjs asks for others'
  'GET /:record/:id/erase': '', 'POST /:record/:id/erase': '', 'POST /:record/:id/erase/approve': '', 'POST /:record/:id/erase/withdraw': '', // erase_test.mjs asks who may, and what she is told
  'POST /filters': '', 'POST /filters/:id': '', // what somebody asks of lists herself: filters_test.mjs asks for others'
  'GET /notices': 'look', 'POST /notices/:id': '', // one's own, by its number: effects_test.mjs and made_test.c ask for others'
  'GET /:record/:id/:field': '', 'POST /:record/:id/:field': '', 'GET /:record/:id/:field/:name': '', // nothing of this pack has files: kinds_test.mjs asks
}

test('every route is asked in some way, or is about nobody\'s record', async () => {
  deepEqual((await routes()).map(({ method, path }) => `${method} ${path}`).filter((one) => !(one in ways)), [])
  for (const way of Object.values(ways).join(' ').split(' ').filter((one) => one && !['form', 'undo'].includes(one))) ok(way in Asking.prototype, way)
})

test('every role has lines of its own', async () => deepEqual([...argued].sort(), (await mechanism()).roles.sort()))

// Everything that one asks; `some`: as much of it as there is time for.
async function everything(asking, who, some) {
  const { world, sheets } = asking, { all } = world, jobs = [], add = (run) => jobs.push(run)
  for (const record of some(all, 0.06, 1)) add(() => asking.record(who, record))
  for (const record of some(all, 0.01)) { add(() => asking.page(who, record)); add(() => asking.page(who, record, '/edit')); add(() => asking.step(who, record)); add(() => asking.page(who, record, '/sight')); if (record.type === 'person') add(() => asking.page(who, record, '/copy')) }
  for (const record of some(all, 0.012)) add(() => asking.write(who, record))
  for (const type of some([...sheets.types.keys()], 0.12)) add(() => asking.list(who, type))
  for (const { of: record, kind } of some(sheets.screens, 0.15)) {
    const type = sheets.types.get(record)
    if (kind !== 'list') continue
    for (const field of type.fields.filter((one) => one.kind === 'select_one' && one.class !== 'identity')) {
      const values = [...new Set(all.filter((one) => one.type === record).map((one) => one.said[field.name]).filter(Boolean))]
      for (const value of some(values, 0.08)) add(() => asking.filter(who, record, field, value))
    }
    for (const link of type.fields.filter((one) => one.link && !one.reckoned)) {
      const hidden = all.filter((one) => one.type === link.link && !world.visible(who, one))
      for (const one of some(hidden, 0.01)) add(() => asking.asNever(who, record, link, one))
    }
  }
  const found = all.flatMap((record) => [[record, undefined, record.key], ...world.type(record).fields.filter((field) => field.find && record.said[field.name]).map((field) => [record, field, record.said[field.name]])])
  for (const [record, field, text] of some(found, 0.006)) add(() => asking.find(who, record, field, text))
  for (const { name } of some(sheets.tables, 0.2)) {
    add(() => asking.figures(who, name, ...year))
    for (const by of some(['province', 'kind', 'type', 'status', 'result', 'place', 'unit'], 0.15)) add(() => asking.cells(who, name, ...year, by))
  }
  await inTurns(jobs)
}

// What needs a session: tables looked at, forms sent, imports of others taken back.
async function signedIn(asking, who) {
  const { world, sheets, server, r, count } = asking, visitor = new Visitor(server)
  equal((await visitor.signIn({ name: who.name, password })).status, 303)
  for (const [type, { fields }] of sheets.types) {
    if (!asking.makes(who, type)) continue
    for (const link of fields.filter((one) => one.link && !one.reckoned)) {
      const hidden = world.all.find((one) => one.type === link.link && !world.visible(who, one))
      if (hidden) await asking.bring(who, visitor, type, link, hidden)
    }
    await asking.choose(who, visitor, type)
    for (const link of fields.filter((one) => one.link && !one.reckoned)) {
      const hidden = world.all.filter((one) => one.type === link.link && !world.visible(who, one))
      if (hidden.length) await asking.linkTo(who, visitor, type, link, hidden[0])
    }
    const other = world.all.find((one) => one.type === type && !world.writes(who, one))
    if (!other) continue
    await visitor.get('/account')
    const sent = await visitor.post(`/${type}/${other.id}`, { _version: '1', _confirm: '1' })
    count.asked('forms sent', true)
    asking.status(who, `POST /${type}/${other.id}`, sent, world.visible(who, other) ? [403] : [404], true)
    asking.scan(who, `POST /${type}/${other.id}`, sent, other.id)
  }
  for (const batch of (await r.sql('select batch from imports where actor <> \'' + who.name + '\'')).trim().split('\n').slice(0, 3)) {
    await visitor.get('/account')
    for (const answer of [await visitor.get(`/import/undo?batch=${batch}`), (await visitor.get('/account'), await visitor.post('/import/undo', { batch }))]) {
      count.asked('undo', true)
      asking.status(who, `/import/undo of batch ${batch}`, answer, [403, 404], true)
      asking.scan(who, '/import/undo', answer)
    }
  }
}

const median = (list) => list.sort((one, two) => one - two)[list.length >> 1]
// How long a refusal takes, of what is hidden and of what never was: told, since a busy machine measures itself.
async function timing({ world, line, askers }) {
  const who = askers.find((one) => one.role === 'shelter_manager'), hidden = world.all.filter((one) => one.type === 'person' && !world.visible(who, one)), took = [[], []]
  for (let i = 0; i < 400; i++) {
    const path = i % 2 ? `/person/${hidden[i % hidden.length].key}` : '/person/kyppppppyk', start = process.hrtime.bigint()
    await line.ask(who, 'GET', path)
    took[i % 2].push(Number(process.hrtime.bigint() - start) / 1e6)
  }
  return took.map(median)
}

const shared = {} // one seeded register for all that is asked of it, put away at the end
function register(store) {
  shared[store] ??= (async () => {
    const place = Object.assign(new Place(), { store })
    atEnd.push(() => place.done())
    return new Asking(await seeded(place, { long }))
  })()
  return shared[store]
}

async function nothingAnswered(t) {
  const start = Date.now(), asking = await register(t.store), { count, askers, die, world, r } = asking
  const some = (list, share, ofLong = 4 * share) => list.filter(() => die.chance(long ? ofLong : share))
  console.error(`        ${askers.length} askers, ${world.all.length} records, ${world.grants.length} grants: ${lap(start)}`)
  const m = await mechanism(), told = await addresses(m, []), pages = [...new Set(told.map((one) => one.path))]
  await nothingElseIsTold(asking.server, askers.find((one) => one.role === 'secretariat').token, m, told)
  const before = await r.entries()
  for (const who of askers) {
    await everything(asking, who, some)
    await inTurns(some(pages, 0.05).map((path) => () => asking.look(who, path)))
  }
  for (const record of world.all.filter((one) => one.rewritten)) {
    const others = askers.filter((who) => who !== record.maker && world.writes(who, record))
    for (const who of others) for (const field of world.type(record).fields.filter((one) => record.rewritten.includes(one.name))) await asking.conflict(who, record, field)
  }
  const roles = [...new Set(askers.map((one) => one.role))]
  for (const role of long ? roles : ['counsellor', 'police_investigator', 'province_secretariat']) await signedIn(asking, askers.find((one) => one.role === role))
  equal(await r.entries(), before, 'something was written')
  const [hidden, never] = (await timing(asking)).reverse()
  console.error(`        ${[...count.ways].map(([way, [all, not]]) => `${way} ${all} (${not})`).join(', ')}`)
  console.error(`        refused: what is hidden ${hidden.toFixed(2)} ms, what never was ${never.toFixed(2)} ms`)
  console.error(`        ${count.requests} asked, ${count.forbidden} of them forbidden, ${count.answered.length} of these answered: ${lap(start)}`)
  ok(!count.answered.length, `${count.answered.length} are told what is not theirs:\n${count.answered.slice(0, 20).join('\n')}`)
  ok(!count.lacking.length, `${count.lacking.length} are not told what is theirs:\n${count.lacking.slice(0, 20).join('\n')}`)
  ok(count.forbidden >= (long ? 50_000 : 5_000), `only ${count.forbidden} forbidden requests`)
}

// A form that does not show what a link names, since that is not hers, leaves it as it is; and nothing can be named that is not.
async function formsLeave(t) {
  const asking = await register(t.store), { world, line, r, server, askers } = asking, clear = (field) => !/_/.test(field.name) || field.link
  const unseen = (who, record) => world.type(record).fields.filter((field) => field.link && !field.reckoned && record.links[field.name] && world.shown(who, record, field) && !world.visible(who, record.links[field.name]))
  const pairs = askers.map((who) => [who, world.all.filter((one) => world.writes(who, one) && unseen(who, one).length)]).filter(([, some]) => some.length)
  let left = 0, named = 0
  for (const [who, records] of long ? pairs : pairs.filter((_, i) => i % 4 === 0)) {
    const visitor = new Visitor(server)
    equal((await visitor.signIn({ name: who.name, password })).status, 303)
    for (const record of records.slice(0, 6)) {
      const links = unseen(who, record), page = await visitor.get(`/${record.type}/${record.id}/edit`)
      const text = world.type(record).fields.find((field) => /^(text|note)$/.test(field.kind) && page.text.includes(`name='${field.name}'`) && clear(field))
      const sent = Object.fromEntries([...formFields(page.text), ...links.map((field) => [field.name, '']), ...(text ? [[text.name, `by ${who.role}`]] : []), ['_confirm', 'yes']])
      const saved = await visitor.post(`/${record.type}/${record.id}`, sent)
      equal(saved.status, 303, `${who.name} ${record.type} ${record.n}: ${saved.text.match(/govuk-error[^]{0,600}/)?.[0]}`)
      for (const field of links) {
        const key = (await r.sql(`select k.key from "${record.type}" t join "${field.link}" k on k.row = t."${field.name}" where t.key = '${record.key}'`)).trim()
        equal(key, record.links[field.name].key, `${who.name} cleared ${record.type}.${field.name}`)
        left++
        const { version } = (await line.ask(who, 'GET', `/${record.type}/${record.key}`)).body, give = (one) => line.ask(who, 'PATCH', `/${record.type}/${record.key}`, { version, [field.name]: one })
        const [foreign, never] = [await give(key), await give('kyppppppyk')]
        equal(never.status, 400, never.text)
        equal(foreign.text.replaceAll(key, 'kyppppppyk'), never.text)
        named++
      }
    }
  }
  ok(left >= 5, `only ${left} links were left`)
  console.error(`        ${left} links that forms did not show are there, ${named} keys were named for nothing`)
}

// Every text and telephone number that was put in is a word of its own.
async function nothingInClear(t) {
  const { world, words, r } = await register(t.store), dump = await r.dump()
  const journal = dump.split('\n').filter((line) => /^INSERT INTO (public\.)?"?journal"? /i.test(line)).join('\n')
  const all = [...words.known.values()].filter((one) => one.field), identity = (one) => one.field.class === 'identity', keyed = (one) => world.type(one.record).keyed
  const inTables = words.stored(dump), inJournal = words.stored(journal)
  console.error(`        ${all.length} texts, ${all.filter(identity).length} of class identity: ${inTables.filter(identity).length} in clear in the tables; ${all.filter(keyed).length} of records with keys: ${inJournal.filter(keyed).length} in clear in the journal`)
  ok(journal.length > 100_000 && inTables.length > 100, 'the dump was not read')
  deepEqual(inTables.filter(identity).map((one) => `${one.record.type}.${one.field.name}`), [])
  deepEqual(inJournal.filter(keyed).map((one) => `${one.record.type}.${one.field.name}`), [])
}

if (long) onBothStores('nothing of class identity stands in clear, and of what has keys nothing in the journal', nothingInClear)
else test('nothing of class identity stands in clear, and of what has keys nothing in the journal', nothingInClear)
if (long) onBothStores('no forbidden request is answered', nothingAnswered)
else test('no forbidden request is answered', nothingAnswered)

rightsByRole(register)
test('what a form does not show is left, and what is not hers cannot be named', Object.assign(formsLeave, { alone: true }))
