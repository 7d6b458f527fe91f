// Entries that travel: another program verifies a journal from DESIGN.md alone; a journal copied into another store, in
// another order of writers, makes the same tables; two registers that went on apart are joined.
// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, verify } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blake2b } from '../blake2b.mjs'
import { mechanism, target } from '../mechanism.mjs'
import { deepEqual, dice, equal, home, match, ok, onBothStores, test, tool } from '../tool.mjs'

// ---- the bytes, as DESIGN.md tells them -------------------------------------------------------------------
const number = (n) => { const eight = Buffer.alloc(8); eight.writeBigInt64LE(BigInt(n)); return eight }
const part = (bytes) => Buffer.concat([number(Buffer.byteLength(bytes)), Buffer.from(bytes)])
const hash = (...pieces) => blake2b(Buffer.concat(pieces))
const metaHash = (e) => hash(...['sukhwan meta', e.salt, e.actor, e.agency, e.record, e.record_id, e.holder, e.verb, e.base, e.batch].map(part))
const entryHash = (e) => hash(part('sukhwan entry'), number(2), number(e.seq), number(e.time), part(e.writer), part(e.prev), part(metaHash(e)), part(hash(part('sukhwan body'), part(e.body))))
const headWords = (h) => hash(part('sukhwan head'), part(h.writer), number(h.seq), number(h.time), part(h.hash))
const signer = (hex) => createPublicKey({ key: Buffer.from('302a300506032b6570032100' + hex, 'hex'), format: 'der', type: 'spki' })

const shape = {
  journal: { id: 'int', writer: 'text', seq: 'int', time: 'int', salt: 'blob', actor: 'text', agency: 'text', record: 'text', record_id: 'text', holder: 'text', verb: 'text', base: 'blob', batch: 'text', row: 'int', version: 'int', prev: 'blob', hash: 'blob', body: 'blob' },
  heads: { writer: 'text', seq: 'int', time: 'int', entry: 'int', hash: 'blob', signature: 'blob' },
  keys: { row: 'int', agency: 'text', holder: 'text', numbers: 'blob', open: 'int', until: 'int', wrapped: 'blob' },
  agencies: { name: 'text', wrapped: 'blob' },
}

// Rows as objects: texts as strings, blobs as buffers, numbers as strings of digits.
async function rowsOf(r, name, order) {
  const columns = Object.entries(shape[name])
  const hex = (column, kind) => (kind === 'int' ? column : r.address ? `encode(${kind === 'text' ? `convert_to(${column}, 'UTF8')` : column}, 'hex')` : `hex(${column})`)
  const text = await r.sql(`select ${columns.map(([column, kind]) => hex(column, kind)).join(', ')} from ${name} order by ${order}`)
  return text.trim().split('\n').filter(Boolean).map((line) => Object.fromEntries(line.split('|').map((cell, i) => {
    const [column, kind] = columns[i], bytes = kind === 'int' ? null : Buffer.from(cell, 'hex')
    return [column, kind === 'int' ? cell : kind === 'text' ? bytes.toString() : bytes]
  })))
}

async function rowsInto(r, name, rows) {
  const columns = Object.entries(shape[name])
  const said = (value, kind) => (kind === 'int' ? value : kind === 'blob' ? (r.address ? `'\\x${value.toString('hex')}'` : `x'${value.toString('hex')}'`) : `'${value.replaceAll("'", "''")}'`)
  const file = join(r.folder, `${name}.sql`) // sheets are longer than a command line may be
  await writeFile(file, 'begin;\n' + rows.map((row) => `insert into ${name} (${columns.map(([column]) => column).join(', ')}) values (${columns.map(([column, kind]) => said(row[column], kind)).join(', ')});\n`).join('') + 'commit;\n')
  if (r.address) await tool('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file, r.address)
  else await r.sql(`.read ${file}`)
}

async function verified(r) {
  const settings = await readFile(join(r.dir, 'settings'), 'utf8'), key = signer(settings.match(/^signer = (\S+)/m)[1])
  const chains = new Map()
  for (const e of await rowsOf(r, 'journal', 'id')) {
    const before = chains.get(e.writer) ?? { seq: 0, hash: Buffer.alloc(32) }
    equal(Number(e.seq), before.seq + 1, `${e.writer} ${e.seq}`)
    deepEqual(e.prev, before.hash, `${e.writer} ${e.seq}`)
    deepEqual(entryHash(e), e.hash, `${e.writer} ${e.seq}`)
    chains.set(e.writer, { seq: Number(e.seq), hash: e.hash, time: e.time })
  }
  const heads = await rowsOf(r, 'heads', 'writer')
  equal(heads.length, chains.size)
  for (const head of heads) {
    const { seq, hash: newest, time } = chains.get(head.writer)
    deepEqual([Number(head.seq), head.hash, head.time], [seq, newest, time])
    ok(verify(null, headWords(head), key, head.signature), `the head of ${head.writer}`)
  }
  return chains
}

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

// All entries of these registers in an order that keeps each writer's own, and what is this store's alone made anew.
function mingled(all, random) {
  const byWriter = new Map()
  for (const e of all) if (!(byWriter.get(e.writer) ?? []).some((one) => one.seq === e.seq)) byWriter.set(e.writer, [...(byWriter.get(e.writer) ?? []), e])
  for (const [writer, list] of byWriter) byWriter.set(writer, list.sort((one, two) => Number(one.seq) - Number(two.seq)))
  const out = [], rows = new Map(), versions = new Map()
  while (byWriter.size) {
    const writers = [...byWriter.keys()], writer = writers[random(writers.length)]
    out.push({ ...byWriter.get(writer).shift() })
    if (!byWriter.get(writer).length) byWriter.delete(writer)
  }
  out.forEach((e, i) => { e.id = String(i + 1); if (e.verb === 'create') rows.set(`${e.record}/${e.record_id}`, e.id) })
  for (const e of out) {
    const of = `${e.record}/${e.record_id}`, own = rows.has(of)
    e.row = own ? rows.get(of) : e.id
    e.version = own ? String((versions.get(of) ?? 0) + 1) : '0'
    versions.set(of, Number(e.version))
  }
  return { entries: out, rows }
}

async function copied(t, sources, store, random) {
  const out = await t.register({ store, init: false })
  out.env.SUKHWAN_KEY_FILE = `${sources[0].dir}.key`
  await out.must('init', '--pack', join(home, 'packs/laos'), ...(out.address ? ['--store', out.address] : []))
  const all = (await Promise.all(sources.map((r) => rowsOf(r, 'journal', 'id')))).flat(), { entries, rows } = mingled(all, random)
  const heads = new Map(), keys = new Map()
  for (const r of sources) {
    for (const head of await rowsOf(r, 'heads', 'writer')) if (!heads.has(head.writer) || Number(heads.get(head.writer).seq) < Number(head.seq)) heads.set(head.writer, head)
    for (const list of await rowsOf(r, 'keys', 'row')) keys.set(list.holder, { ...list, row: rows.get(list.holder) })
  }
  for (const head of heads.values()) head.entry = entries.findLast((e) => e.writer === head.writer).id
  await out.sql('delete from journal; delete from heads; delete from keys; delete from agencies')
  await rowsInto(out, 'journal', entries)
  await rowsInto(out, 'heads', [...heads.values()])
  await rowsInto(out, 'keys', [...keys.values()].sort((one, two) => one.row - two.row))
  await rowsInto(out, 'agencies', await rowsOf(sources[0], 'agencies', 'name'))
  if (out.address) await out.sql("select setval('journal_id', (select max(id) from journal))")
  return { out, entries }
}

// Every table but its local columns: row, version, entry; a link by the id of what it names.
async function tables(r, m) {
  const all = {}
  for (const type of m.types) {
    const cells = m.fields(type).filter((field) => !/^(calculate|note_text)$/.test(field.type)).map((field) => {
      if (target(field)) return `coalesce((select l.id from "${target(field)}" l where l.row = t."${field.name}"), '')`
      const sealed = field.class === 'identity'
      if (r.address) return sealed ? `coalesce(encode(t."${field.name}", 'hex'), '')` : `coalesce(encode(convert_to(t."${field.name}"::text, 'UTF8'), 'hex'), '')`
      return `coalesce(lower(hex(t."${field.name}")), '')`
    })
    const head = r.address ? "encode(t.head, 'hex')" : 'lower(hex(t.head))'
    all[type] = (await r.sql(`select t.id, t.key, t.state, t.unit, ${head}, ${cells.join(', ')} from "${type}" t order by t.id`)).trim()
  }
  return all
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

for (const [from, to] of [['sqlite', 'postgres'], ['postgres', 'sqlite']]) {
  test(`a journal of ${from} copied into ${to} in three orders of writers makes the same tables, every hash and signature good`, async (t) => {
    const m = await mechanism(), random = dice(7).upTo, r = await lived(t, from, random)
    const was = await tables(r, m)
    ok(was.person.split('\n').length === 20 && was.case.split('\n').length === 12)
    for (let turn = 0; turn < 3; turn++) {
      const { out } = await copied(t, [r], to, random)
      match(await out.must('rebuild'), /entries were read/)
      match(await out.must('verify'), /whole/)
      await verified(out)
      const is = await tables(out, m)
      for (const type of m.types) equal(is[type], was[type], `${type}, turn ${turn}`)
      for (const record of ['person', 'case', 'contact']) equal(await out.export(record), await r.export(record))
      await out.mustTake('person', csv('key,given_name', [`N${turn},new`])) // it lives on
      await out.must('verify')
    }
  })
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
