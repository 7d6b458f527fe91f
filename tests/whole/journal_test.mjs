// The journal: tampering is noticed and named, the tables are made from it again, an earlier day too.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { cp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { entryHash, rowsInto } from '../entries.mjs'
import { atEnd, equal, home, match, ok, onBothStores, once, records, same, test } from '../tool.mjs'

// A register with a few hundred entries, some of them changes; its last entry's number.
const lived = async (t) => {
  const whole = await once(`lived ${t.store}`, (kept) => lives(kept, t.store))
  return { ...whole, r: await whole.r.copy(t) }
}
async function lives(kept, store) {
  const r = await kept.register({ store })
  await r.mustTake('person', 'key,given_name,sex\n' + Array.from({ length: 60 }, (_, i) => `P${i},Noy ${i},female\n`).join(''))
  await r.mustTake('person', 'key,sex\n' + Array.from({ length: 40 }, (_, i) => `P${i},male\n`).join(''))
  await r.mustTake('case', 'key,title\nK1,one\nK2,two\n')
  await r.mustTake('involvement', 'key,case,person,part\nI1,K1,P1,victim\n')
  const last = Number(await r.sql('select max(id) from journal'))
  const row = async (id) => (await r.sql(`select id from journal where id <= ${id} order by id desc limit 1`)).trim()
  equal((await r.run('verify')).code, 0)
  return { r, last, a: Number(await row(last - 60)), b: Number(await row(last - 30)) }
}

const hex = (r, byte) => (r.address ? `'\\x${byte}'::bytea` : `x'${byte}'`)
const columns = 'id, writer, seq, time, salt, actor, agency, record, record_id, holder, verb, base, batch, row, version, prev, hash, body'
// what is done, and which entry is the first to be named
const tampers = [
  ['a body changed by one byte', ({ r, a }) => (r.address ? `update journal set body = set_byte(body, 3, get_byte(body, 3) # 1) where id = ${a}`
    : `update journal set body = cast(substr(body, 1, 3) || ${hex(r, '5a')} || substr(body, 5) as blob) where id = ${a}`), ({ a }) => a],
  ['a body emptied', ({ r, a }) => `update journal set body = ${hex(r, '')} where id = ${a}`, ({ a }) => a],
  ['a body swapped with another', ({ a, b }) => `create temp table kept as select id, body from journal where id in (${a}, ${b});
    update journal set body = (select body from kept where kept.id <> journal.id) where id in (${a}, ${b})`, ({ a }) => a],
  ['who did it', ({ a }) => `update journal set actor = 'nobody' where id = ${a}`, ({ a }) => a],
  ['when', ({ a }) => `update journal set time = time + 1 where id = ${a}`, ({ a }) => a],
  ['what was done', ({ a }) => `update journal set verb = 'remove' where id = ${a}`, ({ a }) => a],
  ['whose record', ({ a }) => `update journal set record_id = 'other' where id = ${a}`, ({ a }) => a],
  ['which kind of record', ({ a }) => `update journal set record = 'case' where id = ${a}`, ({ a }) => a],
  ['which row', ({ a }) => `update journal set row = row + 1 where id = ${a}`, ({ a }) => a],
  ['which version', ({ a }) => `update journal set version = version + 1 where id = ${a}`, ({ a }) => a],
  ['which it was based on', ({ r, a }) => `update journal set base = ${hex(r, '00'.repeat(32))} where id = ${a}`, ({ a }) => a],
  ['whose agency', ({ a }) => `update journal set agency = 'other' where id = ${a}`, ({ a }) => a],
  ['whose keys', ({ a }) => `update journal set holder = 'person/other' where id = ${a}`, ({ a }) => a],
  ['the salt', ({ r, a }) => `update journal set salt = ${hex(r, '00'.repeat(16))} where id = ${a}`, ({ a }) => a],
  ['which batch', ({ a }) => `update journal set batch = 'other' where id = ${a}`, ({ a }) => a],
  ['the running number', ({ a }) => `update journal set seq = seq + 1 where id = ${a}`, ({ a }) => a],
  ['the writer', ({ a }) => `update journal set writer = 'stranger' where id = ${a}`, ({ a }) => a],
  ['the hash', ({ r, a }) => `update journal set hash = ${hex(r, '00'.repeat(32))} where id = ${a}`, ({ a }) => a],
  ['the hash before', ({ r, a }) => `update journal set prev = ${hex(r, '00'.repeat(32))} where id = ${a}`, ({ a }) => a],
  ['one in the middle deleted', ({ a }) => `delete from journal where id = ${a}`, ({ a }) => a],
  ['ten in the middle deleted', ({ a }) => `delete from journal where id between ${a} and ${a + 9}`, ({ a }) => a],
  ['the first deleted', () => 'delete from journal where id = (select min(id) from journal)', () => 1],
  ['one moved to the end', ({ a, last }) => `update journal set id = ${last + 1} where id = ${a}`, ({ a }) => a],
  ['one moved to the front', ({ a }) => `update journal set id = -1 where id = ${a}`, () => -1],
  ['two swapped', ({ a, b }) => `update journal set id = -7 where id = ${a}; update journal set id = ${a} where id = ${b}; update journal set id = ${b} where id = -7`, ({ a }) => a],
  ['the last deleted', ({ last }) => `delete from journal where id = ${last}`, ({ last }) => last],
  ['the tail cut', ({ last }) => `delete from journal where id > ${last - 20}`, ({ last }) => last - 19],
  ['the tail cut and the head set back', ({ last }) => `delete from journal where id > ${last - 20};
    update heads set entry = ${last - 20}, seq = (select max(seq) from journal), hash = (select hash from journal where id = ${last - 20})`, ({ last }) => last - 20],
  ['the head taken away', () => 'delete from heads', () => 1],
  ['the tail cut and the head taken away', ({ last }) => `delete from journal where id > ${last - 20}; delete from heads`, () => 1],
  ['the whole journal', () => 'delete from journal', () => 1],
  ['the whole journal and its heads', () => 'delete from journal; delete from heads', () => 1],
  ['an entry added at the end', ({ last }) => `insert into journal (${columns}) select ${columns.replace('id', String(last + 1)).replace('seq', `seq + ${1}`)} from journal where id = ${last}`,
    ({ last }) => last + 1],
  ['an entry twice', ({ a, last }) => `insert into journal (${columns}) select ${columns.replace('id', String(last + 1))} from journal where id = ${a}`, ({ last }) => last + 1],
  ['a chain of a stranger added, every hash of it right', async ({ r, last }) => {
    const begins = { time: '1', salt: Buffer.alloc(16), actor: 'x', agency: 'register', record: 'heads', record_id: 'strangersx', holder: '', verb: 'begin', base: Buffer.alloc(0), batch: '' }
    const chain = [1, 2].map((n) => ({ ...begins, id: `${last + n}`, writer: 'strangersx', seq: `${n}`, row: `${last + n}`, version: '0', body: Buffer.from('{"heads":[]}') }))
    chain[0].hash = entryHash({ ...chain[0], prev: chain[0].prev = Buffer.alloc(32) })
    chain[1].hash = entryHash({ ...chain[1], prev: chain[1].prev = chain[0].hash })
    await rowsInto(r, 'journal', chain)
    return 'select 1'
  }, ({ last }) => last + 1],
  ['two changed: the first is named', ({ a, b }) => `update journal set actor = 'x' where id in (${a}, ${b})`, ({ a }) => a],
]

const found = { sqlite: 0, postgres: 0 }
for (const [name, change, named] of tampers) {
  onBothStores(`verify notices: ${name}`, async (t) => {
    const all = await lived(t)
    await all.r.sql(await change(all))
    const answer = await all.r.run('verify')
    equal(answer.code, 4, answer.out + answer.err)
    match(answer.err, /\.$/m)
    match(answer.err, new RegExp(`\\b[Ee]ntry ${named(all)} `)) // the first of all that is not as it was
    found[t.store]++
  })
}
atEnd.push(() => { if (found.sqlite) console.error(`        ${tampers.length} ways of tampering: ${found.sqlite} found on SQLite, ${found.postgres} on PostgreSQL, each by its first entry`) })

test('verify without a register is bad input, and with a broken file is broken', async (t) => {
  const r = await t.register({ init: false })
  equal((await r.run('verify')).code, 1)
  const { r: other } = await lived(t)
  await writeFile(join(other.dir, 'register.db'), 'no database at all, but long enough to look like a file of some kind'.repeat(100))
  const answer = await other.run('verify')
  equal(answer.code, 4, answer.err)
})

onBothStores('rebuild makes the same tables to the byte', async (t) => {
  const r = await (await t.register()).examples()
  await r.mustTake('person', 'key,given_name,sex\nP-00001,ນາງ ໃໝ່,\nP-00002,,other\n')
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
  await r.must('verify')
})

onBothStores('rebuild mends tables that were changed past the program', async (t) => {
  const r = await (await t.register()).examples()
  const before = await r.dump()
  await r.sql("update person set sex = 'male'; delete from service; update \"case\" set key = 'X' || key")
  ok((await r.dump()) !== before)
  await r.must('rebuild')
  same(await r.dump(), before)
})

onBothStores('rebuild of a broken journal changes nothing', async (t) => {
  const { r, a } = await lived(t)
  await r.sql(`delete from journal where id = ${a}`)
  const before = await r.dump()
  const answer = await r.run('rebuild')
  equal(answer.code, 4, answer.err)
  same(await r.dump(), before)
})

onBothStores('rebuild --to ENTRY OUT is the register of that day, and whole', async (t) => {
  const r = await t.register()
  const days = []
  const remember = async () => days.push({ entry: (await r.sql('select max(id) from journal')).trim(), texts: await Promise.all(records.map((record) => r.export(record))) })
  await remember()
  await r.mustTake('case', 'key,title\nK1,first\nK2,second\n')
  await r.mustTake('person', 'key,given_name,sex\nP1,Noy,female\nP2,Mali,\n')
  await remember()
  await r.mustTake('involvement', 'key,case,person,part\nI1,K1,P1,victim\n')
  await r.mustTake('person', 'key,given_name,sex\nP1,Noy Two,other\nP3,New,male\n')
  await remember()
  await r.mustTake('case', 'key,title\nK1,\n')
  await remember()
  for (const [i, day] of days.entries()) {
    const out = await t.register({ init: false, store: 'sqlite' })
    out.env.SUKHWAN_KEY_FILE = r.dir + '.key' // under the same key
    await r.must('rebuild', '--to', day.entry, out.dir)
    ok(existsSync(join(out.dir, 'register.db')))
    equal((await stat(out.dir)).mode & 0o077, 0)
    for (const [n, record] of records.entries()) equal(await out.export(record), day.texts[n], `${record} of day ${i}`)
    match(await out.must('verify'), /whole/)
    await out.mustTake('person', 'key,sex\nP9,female\n') // it lives on
    await out.must('verify')
  }
  const taken = await r.run('rebuild', '--to', days[1].entry, r.dir)
  equal(taken.code, 1, taken.err)
  const out = join(r.folder, 'late')
  equal((await r.run('rebuild', '--to', '999999', out)).code, 1)
  equal((await r.run('rebuild', '--to', '0', out)).code, 2)
  ok(!existsSync(out))
  await r.must('verify')
})

onBothStores('entries go on after a rebuild, and the chain with them', async (t) => {
  const { r, last } = await lived(t)
  await r.must('rebuild')
  await r.mustTake('person', 'key,sex\nP0,other\n')
  equal(Number(await r.sql('select max(id) from journal')), last + 2) // what a process begins with, and hers
  await r.must('verify')
})

// ---- writers: a chain is one process's at a time, and none goes unseen ------------------------------------

const writers = async (r) => (await r.sql('select distinct writer from journal order by 1')).trim().split('\n')

onBothStores('commands go on with a chain that nobody holds; beside serve, and in a copy of the folder, another begins', async (t) => {
  const r = await t.register({ own: true })
  await r.mustTake('person', 'key\nP1\n')
  equal((await writers(r)).length, 1)
  const token = await r.token(), server = await r.serve()
  equal((await server.api(token)('POST', '/person', { key: 'P2', given_name: 'x' })).status, 201)
  await r.mustTake('person', 'key\nP3\n')
  const two = await writers(r)
  equal(two.length, 2)
  await server.stop()
  await r.mustTake('person', 'key\nP4\n')
  equal((await writers(r)).join(), two.join())
  // each process begins with what it sees of all heads
  const begins = (await r.sql(r.address ? "select convert_from(body, 'utf8') from journal where verb = 'begin' order by id" : "select cast(body as text) from journal where verb = 'begin' order by id")).trim().split('\n').map((line) => JSON.parse(line).heads.length)
  equal(begins.join(), '0,1,1,1,1,1,2') // init, a table, user add, user token, serve, two commands beside and after it
  match((await r.must('verify')), /of 2 writers/)
  // what somebody laid into the folder is nobody's chain
  const [kept] = await readdir(join(r.dir, 'writers')), place = kept.split('.')[1]
  for (const name of ['x', 'a'.repeat(200), `${'z'.repeat(9)}`, '']) await writeFile(join(r.dir, 'writers', `${name}.${place}`), '')
  await r.mustTake('person', 'key\nP6\n')
  equal((await writers(r)).join(), two.join())
  if (r.address) return
  await cp(r.dir, `${r.dir}-copy`, { recursive: true })
  const copy = await t.register({ init: false })
  copy.dir = `${r.dir}-copy`
  copy.env.SUKHWAN_KEY_FILE = `${r.dir}.key`
  await copy.mustTake('person', 'key\nP5\n')
  equal((await writers(copy)).length, 3)
  await copy.must('verify')
})

onBothStores('a writer that is gone with its head is missed by whoever began later', async (t) => {
  const r = await t.register({ own: true }), token = await r.token()
  for (const key of ['P1', 'P2']) { // each of the two chains goes on once, and names the other
    const server = await r.serve()
    equal((await server.api(token)('POST', '/person', { key, given_name: 'x' })).status, 201)
    await r.mustTake('organization', `key\nO-${key}\n`)
    await server.stop()
  }
  const all = await writers(r), first = (await r.sql("select writer from journal where record = 'pack' limit 1")).trim(), gone = all.find((one) => one !== first)
  equal(all.length, 2)
  await r.sql(`delete from organization; delete from person; delete from journal where writer = '${gone}'; delete from heads where writer = '${gone}'`)
  const answer = await r.run('verify')
  equal(answer.code, 4, answer.out)
  match(answer.err, new RegExp(`writer ${gone}`))
})

onBothStores('a head from the future is told and not believed: what is written next has the time that it is', async (t) => {
  const r = await t.register(), token = await r.token(), server = await r.serve(), api = server.api(token)
  equal((await api('POST', '/person', { key: 'P1', given_name: 'x' })).status, 201)
  await r.mustTake('person', 'key\nP2\n') // a chain of its own
  await server.stop()
  const own = (await r.sql("select writer from heads where seq = (select max(seq) from heads)")).trim(), year = BigInt(366 * 24 * 3600 * 1000) << 16n
  for (const ahead of [year, BigInt(11 * 60 * 1000) << 16n]) {
    await r.sql(`update heads set time = time + ${ahead} where writer <> '${own}'`)
    await rm(join(r.dir, 'writers'), { recursive: true }) // as after a restore: whoever writes now begins anew
    const took = await r.take('organization', `key\nO${ahead}\n`)
    equal(took.code, 0, took.err)
    match(took.err, /The newest entry of the writer \S+ is of \d{4}-.* more than ten minutes from now: a clock is wrong/)
    ok(BigInt((await r.sql('select time from journal order by id desc limit 1')).trim()) >> 16n <= BigInt(Date.now()))
    await r.sql(`update heads set time = time - ${ahead} where writer <> '${own}' and seq < 1000 and time > ${BigInt(Date.now() + 600_000) << 16n}`)
  }
  await r.must('verify')
})

onBothStores('a register of format 1 is told so, and nothing of it is touched', async (t) => {
  const r = await t.register()
  await r.sql("update meta set value = '1' where name = 'format'")
  const before = await r.dump()
  for (const command of [['verify'], ['rebuild'], ['export', 'person'], ['pack load', join(home, 'packs/laos')]]) {
    const answer = await r.run(...command)
    equal(answer.code, 1, answer.out)
    match(answer.err, /of format 1, which this version does not read any more/)
  }
  same(await r.dump(), before)
})

onBothStores('the entries of persons are sealed whole', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,sex,born,citizenship\nKEY-OF-HERS,female,1999-09-09,LA\n')
  await r.mustTake('contact', 'key,at,person\nC1,2024-04-04,KEY-OF-HERS\n')
  const bodies = await r.sql(r.address ? "select encode(body, 'escape') from journal where record in ('person', 'contact')" : "select hex(body) from journal where record in ('person', 'contact')")
  for (const word of ['KEY-OF-HERS', '1999-09-09', '2024-04-04', 'female']) ok(!bodies.includes(word) && !bodies.includes(Buffer.from(word).toString('hex').toUpperCase()), word)
})
