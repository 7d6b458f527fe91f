// Entries that travel: another program verifies a journal from DESIGN.md alone; a journal copied into another store, in
// another order of writers, makes the same tables; two registers that went on apart are joined.
// SPDX-License-Identifier: Apache-2.0
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copied, tables, verified } from '../entries.mjs'
import { Life } from '../life.mjs'
import { Visitor } from '../visitor.mjs'
import { mechanism } from '../mechanism.mjs'
import { dice, equal, long, match, ok, onBothStores, Place, postgres, test } from '../tool.mjs'

// ---- a register that several processes wrote ----------------------------------------------------------------
const csv = (header, rows) => [header, ...rows].join('\n') + '\n'

async function lived(t, store, random) {
  const r = await t.register({ store })
  const token = await r.token(), server = await r.serve(), api = server.api(token)
  await r.mustTake('person', csv('key,given_name,sex,phone', Array.from({ length: 20 }, (_, i) => `P${i},ນາງ ${i},female,020 55${i}`)))
  const made = []
  for (let i = 0; i < 12; i++) {
    const { status, body } = await api('POST', '/case', { key: `K${i}`, title: `Told ${i}`, kind: 'both', opened: '2024-01-01' })
    equal(status, 201)
    made.push(body.id)
  }
  const contacts = join(r.folder, 'contacts.csv')
  await writeFile(contacts, csv('key,at,person', Array.from({ length: 10 }, (_, i) => `C${i},2024-04-0${1 + (i % 9)},P${i}`)))
  await Promise.all([
    r.mustTake('involvement', csv('key,case,person,part', Array.from({ length: 20 }, (_, i) => `I${i},K${i % 12},P${i},victim`))),
    (async () => { for (const id of made) for (let version = 1; version < 1 + random(4); version++) await api('PATCH', `/case/${id}`, { version, title: `again ${version}`, summary: `${random(9)}` }) })(),
    r.must('import', 'contact', contacts),
  ])
  equal((await api('POST', `/case/${made[0]}/move`, { move: 'screen', version: (await api('GET', `/case/${made[0]}`)).body.version })).status, 200)
  await server.stop()
  await r.must('verify')
  return r
}

onBothStores('another program verifies a journal by what DESIGN.md says of its bytes, and sees a change of one', async (t) => {
  const r = await lived(t, t.store, dice(1).upTo)
  const chains = await verified(r)
  ok(chains.size >= 2, `${chains.size} writers`)
  await r.sql("update journal set actor = 'nobody' where id = (select max(id) from journal)")
  let seen
  try { await verified(r) } catch (error) { seen = error }
  ok(seen)
})

// Every seed is another register; the number is told, so that one can be lived again.
const seeds = (some) => (process.env.SUKHWAN_SEED ? [Number(process.env.SUKHWAN_SEED)] : Array.from({ length: long ? some : 1 }, () => 1 + dice(Date.now() + Math.random() * 1e6).upTo(1e6)))
const tell = (words) => console.error(`        ${words}`)
const said = (did) => Object.entries(did).map(([what, n]) => `${n} ${what}`).join(', ')

for (const [from, to] of [['sqlite', 'postgres'], ['postgres', 'sqlite']]) {
  test(`a journal of a random register in ${from} copied into ${to} in three orders of writers makes the same tables, every hash and signature good`, async (t) => {
    for (const seed of seeds(25)) {
      const place = new Place() // what a seed made goes before the next
      try { await travels(place, from, to, seed) } catch (error) { error.message = `seed ${seed}: ${error.message}`; throw error } finally { await place.done() }
    }
  })
}
async function travels(t, from, to, seed) {
  const life = await (await Life.begin(t, from, seed)).live(long ? 160 : 80), { r, m } = life, { upTo } = dice(seed + 1)
  const was = await tables(r, m)
  let hashes = 0, heads = 0
  for (let turn = 0; turn < 3; turn++) {
    const { out, entries } = await copied(t, [r], to, upTo)
    match(await out.must('rebuild'), new RegExp(`${entries.length} entries were read`))
    match(await out.must('verify'), /whole/)
    heads += (await verified(out)).size
    hashes += entries.length
    const is = await tables(out, m)
    for (const type of m.types) equal(is[type], was[type], `${type}, turn ${turn}`)
    for (const record of ['person', 'case', 'contact']) equal(await out.export(record), await r.export(record))
    await out.mustTake('person', csv('key,given_name', [`N${turn},new`])) // it lives on
    await out.must('verify')
  }
  const rows = Object.values(was).join('\n').split('\n').filter(Boolean).length
  tell(`seed ${seed}, ${from} to ${to}: ${said(life.did)} · ${hashes / 3} entries of ${heads / 3} writers, in 3 orders · ${hashes} hashes and ${heads} signatures good · ${rows} rows of ${m.types.length} types the same`)
}

test('a journal whose begins and bases name entries that did not come along is told so, and nothing is made of half', async (t) => {
  const random = dice(5).upTo, r = await lived(t, 'sqlite', random), { out } = await copied(t, [r], 'sqlite', random)
  await out.must('rebuild')
  const seen = JSON.parse(await out.sql("select cast(body as text) from journal where verb = 'begin' order by time desc limit 1")).heads.map((one) => one.writer)
  const author = (await out.sql("select writer from journal where verb = 'begin' order by time desc limit 1")).trim(), gone = seen.find((one) => one !== author)
  await out.sql(`delete from journal where writer = '${gone}'; delete from heads where writer = '${gone}'`)
  const before = await out.dump()
  for (const command of ['verify', 'rebuild']) {
    const answer = await out.run(command)
    equal(answer.code, 4, answer.out)
    match(answer.err, new RegExp(`writer ${gone}`))
  }
  equal(await out.dump() === before, true)
})

onBothStores('an entry whose base alone did not come along is told by name with what it lacks, and nothing is made until that comes', async (t) => {
  const r = await t.register({ store: 'sqlite' }), token = await r.token(), server = await r.serve(), api = server.api(token)
  const change = async (fields) => {
    const { version } = (await api('GET', '/recommendation/K1')).body, answer = await api('PATCH', '/recommendation/K1', { version, ...fields })
    equal(answer.status, 200, answer.text)
  }
  equal((await api('POST', '/recommendation', { key: 'K1', title: 'one' })).status, 201)
  await r.mustTake('recommendation', csv('key,words', ['K1,beside'])) // begins after serve, which therefore never names its chain
  await change({ title: 'two' })
  await change({ title: 'three' })
  await server.stop()
  const [lacks, base, writer, seq, gone] = (await r.sql("select j.id, lower(hex(j.base)), j.writer, j.seq, b.writer from journal j join journal b on b.hash = j.base where j.verb = 'change' and b.writer <> j.writer order by j.id desc limit 1")).trim().split('|')
  ok(lacks && gone !== writer)
  const { out, entries } = await copied(t, [r], t.store, dice(2).upTo, (e) => e.writer !== gone)
  const id = entries.find((e) => e.writer === writer && e.seq === seq).id
  await verified(out) // each chain by itself is whole
  const before = await out.dump()
  for (const command of ['verify', 'rebuild']) {
    const answer = await out.run(command)
    equal(answer.code, 4, answer.out)
    match(answer.err, new RegExp(`Entry ${id} of the journal \\(number ${seq} of the writer ${writer}\\) is based on an entry about recommendation/\\S+ that is not there: the hash of its base is ${base}\\.`))
  }
  equal(await out.dump() === before, true)
  const { out: all } = await copied(t, [r], t.store, dice(2).upTo)
  await all.must('rebuild')
  await all.must('verify')
  equal(await all.export('recommendation'), await r.export('recommendation'))
})

// The records whose newest entries are several, by the bases alone.
function forked(entries) {
  const heads = new Map(), order = (one, two) => (BigInt(one.time) < BigInt(two.time) ? -1 : BigInt(one.time) > BigInt(two.time) ? 1 : one.writer < two.writer ? -1 : one.writer > two.writer ? 1 : one.seq - two.seq)
  for (const e of [...entries].sort(order)) {
    if (['load', 'unload', 'begin'].includes(e.verb)) continue
    const base = e.base.toString('hex').match(/.{64}/g) ?? [], of = `${e.record}/${e.record_id}`
    heads.set(of, e.verb === 'remove' ? [] : [...(heads.get(of) ?? []).filter((one) => !base.includes(one)), e.hash.toString('hex')])
  }
  return [...heads.values()].filter((list) => list.length > 1).length
}

test('two random registers that were one and went on apart are joined, in either order of coming: no entry is lost, every fork is told', async () => {
  for (const seed of seeds(25)) {
    const place = new Place()
    try { await joins(place, seed) } catch (error) { error.message = `seed ${seed}: ${error.message}`; throw error } finally { await place.done() }
  }
})
async function joins(t, seed) {
  const life = await (await Life.begin(t, 'sqlite', seed)).live(40), one = life.r, two = await t.register({ init: false, store: 'sqlite' })
  await cp(one.dir, two.dir, { recursive: true })
  two.env.SUKHWAN_KEY_FILE = `${one.dir}.key`
  const before = await one.entries(), lives = [life.in(one, seed + 1, 'A'), life.in(two, seed + 2, 'B')]
  await Promise.all(lives.map((each) => each.live(long ? 80 : 40))) // what they wrote lies between each other's in time
  const m = life.m, own = [await one.entries(), await two.entries()], joined = []
  for (const [store, sources] of [['sqlite', [one, two]], [postgres ? 'postgres' : 'sqlite', [two, one]]]) {
    const { out, entries } = await copied(t, sources, store, dice(seed + joined.length).upTo)
    await out.must('rebuild')
    const told = await out.run('verify'), forks = forked(entries)
    equal(told.code, 0, told.err)
    equal(Number(told.err.match(/(\d+) records were changed in two places apart/)?.[1] ?? 0), forks, told.err)
    await verified(out)
    equal(entries.length, own[0] + own[1] - before) // each once, and none less
    joined.push({ forks, entries: entries.length, tables: await tables(out, m) })
  }
  for (const type of m.types) equal(joined[1].tables[type], joined[0].tables[type], type)
  tell(`seed ${seed}: ${before} entries, then ${own[0] - before} and ${own[1] - before} apart (${said(lives[0].did)}; ${said(lives[1].did)}) · joined ${joined[0].entries}, 0 lost · ${joined[0].forks} forks, all told`)
}

test('an import taken back in one place, and gone on with in the other before and after: joined, it is there with what was added', async (t) => {
  const life = await Life.begin(t, 'sqlite', 4), one = life.r, two = await t.register({ init: false, store: 'sqlite' })
  const server = await one.serve(), v = new Visitor(server)
  await v.signIn(life.people[0])
  const undo = await v.bring('person', 'key,given_name\nP4,Brought\nP1,Brought\nP2,Brought\nP5,Brought\n'), batch = undo.split('=')[1]
  await one.sql('pragma wal_checkpoint(truncate)')
  await cp(one.dir, two.dir, { recursive: true })
  two.env.SUKHWAN_KEY_FILE = `${one.dir}.key`
  await two.mustTake('person', csv('key,sex', ['P1,male']))
  await two.mustTake('contact', csv('key,person,reached', ['C1,P1,1', 'C2,P2,2']))
  await v.get(undo)
  equal((await v.post('/import/undo', { batch })).status, 303)
  await server.stop()
  await two.mustTake('person', csv('key,sex', ['P2,female', 'P3,male']))
  await two.mustTake('contact', csv('key,person,reached', ['C2,P1,3', 'C3,P2,4', 'C4,P4,5']))
  await two.mustTake('contact', csv('key,reached', ['C4,6'])) // P5 alone goes
  const all = []
  for (const sources of [[one, two], [two, one]]) {
    const { out } = await copied(t, sources, 'sqlite', dice(all.length).upTo)
    await out.must('rebuild')
    await out.must('verify')
    await verified(out)
    all.push(JSON.stringify(await tables(out, life.m)))
    match(await out.export('contact'), /^C1,,,,1,,P1\nC2,,,,3,,P1\nC3,,,,4,,P2\nC4,,,,6,,P4$/m)
    match(await out.export('person'), /^(P4,Brought,.*\n)?P1,Brought,,,male,.*\nP2,Brought,,,female,.*\n/m)
    ok(!(await out.export('person')).includes('P5,'))
  }
  equal(all[1], all[0])
})

test('two registers that were one and went on apart are joined: no entry lost, what both changed is told, a key given twice stays with the earlier', async (t) => {
  const m = await mechanism(), random = dice(3).upTo, one = await lived(t, 'sqlite', random)
  const two = await t.register({ init: false, store: 'sqlite' })
  await cp(one.dir, two.dir, { recursive: true })
  two.env.SUKHWAN_KEY_FILE = `${one.dir}.key`
  await one.mustTake('person', csv('key,given_name,sex', ['P1,One,female', 'SAME,first,male']))
  await two.mustTake('person', csv('key,given_name,sex', ['P1,ນາງ 1,male', 'P2,Two,female', 'SAME,second,male']))
  const { out, entries } = await copied(t, [one, two], 'sqlite', random)
  await out.must('rebuild')
  const told = await out.run('verify')
  equal(told.code, 0, told.err)
  match(told.err, /1 records were changed in two places apart/)
  await verified(out)
  const count = async (r) => Number(await r.sql('select count(*) from journal'))
  equal(await count(out), entries.length)
  ok(entries.length > await count(one) && entries.length > await count(two))
  const people = Object.fromEntries((await out.export('person')).trim().split('\n').slice(1).map((line) => [line.split(',')[0], line]))
  match(people.P1, /^P1,One,.*,male,/) // each changed another field: both stand
  match(people.P2, /^P2,Two/)
  match(people.SAME, /^SAME,first/)
  equal(Object.values(people).filter((line) => /^[a-z0-9]{20},second/.test(line)).length, 1)
  await out.mustTake('person', csv('key,given_name,sex', ['P1,Both,male'])) // whoever saves next joins both
  const joined = await out.run('verify')
  equal(joined.err, '')
  await out.must('rebuild')
  equal((await out.run('verify')).err, '')
})
