// A journal's bytes and rows as DESIGN.md tells them, by nothing of the program: read, hashed, verified, copied elsewhere.
// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, verify } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blake2b } from './blake2b.mjs'
import { target } from './mechanism.mjs'
import { deepEqual, equal, home, ok, tool } from './tool.mjs'

// ---- the bytes, as DESIGN.md tells them -------------------------------------------------------------------
export const number = (n) => { const eight = Buffer.alloc(8); eight.writeBigInt64LE(BigInt(n)); return eight }
export const part = (bytes) => Buffer.concat([number(Buffer.byteLength(bytes)), Buffer.from(bytes)])
export const hash = (...pieces) => blake2b(Buffer.concat(pieces))
const metaHash = (e) => hash(...['sukhwan meta', e.salt, e.actor, e.agency, e.record, e.record_id, e.holder, e.verb, e.base, e.batch].map(part))
export const entryHash = (e) => hash(part('sukhwan entry'), number(2), number(e.seq), number(e.time), part(e.writer), part(e.prev), part(metaHash(e)), part(hash(part('sukhwan body'), part(e.body))))
const headWords = (h) => hash(part('sukhwan head'), part(h.writer), number(h.seq), number(h.time), part(h.hash))
const signer = (hex) => createPublicKey({ key: Buffer.from('302a300506032b6570032100' + hex, 'hex'), format: 'der', type: 'spki' })

const shape = {
  journal: { id: 'int', writer: 'text', seq: 'int', time: 'int', salt: 'blob', actor: 'text', agency: 'text', record: 'text', record_id: 'text', holder: 'text', verb: 'text', base: 'blob', batch: 'text', row: 'int', version: 'int', prev: 'blob', hash: 'blob', body: 'blob' },
  heads: { writer: 'text', seq: 'int', time: 'int', entry: 'int', hash: 'blob', signature: 'blob' },
  keys: { row: 'int', agency: 'text', holder: 'text', numbers: 'blob', open: 'int', wrapped: 'blob' },
  agencies: { name: 'text', public: 'blob', signature: 'blob', wrapped: 'blob' },
}

// Rows as objects: texts as strings, blobs as buffers, numbers as strings of digits.
export async function rowsOf(r, name, order) {
  const columns = Object.entries(shape[name])
  const hex = (column, kind) => (kind === 'int' ? column : r.address ? `encode(${kind === 'text' ? `convert_to(${column}, 'UTF8')` : column}, 'hex')` : `hex(${column})`)
  const text = await r.sql(`select ${columns.map(([column, kind]) => hex(column, kind)).join(', ')} from ${name} order by ${order}`)
  return text.trim().split('\n').filter(Boolean).map((line) => Object.fromEntries(line.split('|').map((cell, i) => {
    const [column, kind] = columns[i], bytes = kind === 'int' ? null : Buffer.from(cell, 'hex')
    return [column, kind === 'int' ? cell : kind === 'text' ? bytes.toString() : bytes]
  })))
}

export async function rowsInto(r, name, rows) {
  const columns = Object.entries(shape[name])
  const said = (value, kind) => (kind === 'int' ? value : kind === 'blob' ? (r.address ? `'\\x${value.toString('hex')}'` : `x'${value.toString('hex')}'`) : `'${value.replaceAll("'", "''")}'`)
  const file = join(r.folder, `${name}.sql`) // sheets are longer than a command line may be
  await writeFile(file, 'begin;\n' + rows.map((row) => `insert into ${name} (${columns.map(([column]) => column).join(', ')}) values (${columns.map(([column, kind]) => said(row[column], kind)).join(', ')});\n`).join('') + 'commit;\n')
  if (r.address) await tool('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file, r.address)
  else await r.sql(`.read ${file}`)
}

export async function verified(r) {
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

// ---- copies ---------------------------------------------------------------------------------------------
// All entries of these registers in an order that keeps each writer's own, and what is this store's alone made anew.
export function mingled(all, random) {
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

// `comes`: which entries come along, with their heads.
export async function copied(t, sources, store, random, comes = () => true) {
  const out = await t.register({ store, init: false })
  out.env.SUKHWAN_KEY_FILE = sources[0].env.SUKHWAN_KEY_FILE ?? `${sources[0].dir}.key`
  await out.must('init', '--pack', join(home, 'packs/laos'), ...(out.address ? ['--store', out.address] : []))
  const all = (await Promise.all(sources.map((r) => rowsOf(r, 'journal', 'id')))).flat().filter(comes), { entries, rows } = mingled(all, random)
  const heads = new Map(), keys = new Map()
  for (const r of sources) {
    for (const head of await rowsOf(r, 'heads', 'writer')) if (comes(head) && (!heads.has(head.writer) || Number(heads.get(head.writer).seq) < Number(head.seq))) heads.set(head.writer, head)
    for (const list of await rowsOf(r, 'keys', 'row')) keys.set(`${list.holder} ${list.agency}`, { ...list, row: rows.get(list.holder) })
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
export async function tables(r, m) {
  const all = {}
  for (const type of m.types) {
    const cells = m.fields(type).filter((field) => !field.calculation && !/^(calculate|note_text)$/.test(field.type)).map((field) => {
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
